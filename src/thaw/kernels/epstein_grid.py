"""Civil violence: the torus, who stands where on it, who sees whom; and what the places in the arrays of `epstein` mean.

    near, police, beside  (n,) steps in `torus` to the sites in view of citizens and officers; to the eight around
    torus                 sites by row, with margins that repeat the other side; each site's place in it is its HOME
    people                (agents, 6) by the places STATE ...; officers after `rule[SLOTS]` citizens
    minds                 (citizens, 2) hardship H and risk aversion R
    place                 (5, sites) by the places TOP ...; TOP and people's BELOW list who stands on a site, the latest first
    count                 by the places QUIET ...
    stream, words         see `_stream`

Each site carries how many police and active citizens are in view of it (police in the upper 16 bits, active in the lower):
changed where somebody moves or changes his mind, read by everybody else. An empty site in view is found by trying random
ones; only after `TRIES` full ones (or in small views) are all empty sites counted, so that each stays equally likely.
"""

import numpy as np

from thaw.kernels._stream import below, called, inlined, pick

(WIDTH, HEIGHT, CITIZENS, SLOTS, MODEL, RATIO, CITIZENS_MOVE, POLICE_MOVE, MOVE_FIRST, SELF_TWICE, JAIL, SERVE_AT_TURN,
 OFFICER_MOVES, TERM_LEAST, TERM_KINDS, PER_CELL, CITIZEN_SHARE, POLICE_SHARE, CLONE_SHARE, MAX_AGE, RULES) = range(21)  # fmt: skip
LEAVES, PASSABLE, BLOCKS = range(3)  # JAIL: the jailed leave the grid, stay on a site that counts as empty, or keep it
LITERAL, FLOOR, ROUND = range(3)
QUIET, ACTIVE, JAILED, DEAD, GROUP_A, GROUP_B, OFFICERS, USED, SPARE, KILLED = range(10)  # states, and places in `count`
STATE, SITE, TERM, GROUP, DEATH, BELOW = range(6)  # of a person
TOP, FULL, ANGRY, SEEN, HOME = range(5)  # of a site: who came last, how many block it or are active, who is in view, its place in torus
TRIES = 16
POLICE = 65536  # an officer in SEEN; an active citizen is 1
MOST_SEEN = 32767  # sites in view of a citizen, so that all may hold police


@called
def as_steps(offsets, wide, out):
    """Steps (x, y) as steps in the list of sites of a torus with margins, `wide` sites in a row."""
    for j in range(offsets.shape[0]):
        out[j] = offsets[j, 1] * wide + offsets[j, 0]


@called
def lay(width, height, margin, torus, place):
    """Margins as wide as the farthest view, so that none need be wrapped; each site's place in that list."""
    wide = width + 2 * margin
    for y in range(height + 2 * margin):
        for x in range(wide):
            torus[y * wide + x] = (y - margin + height) % height * width + (x - margin + width) % width
    for s in range(width * height):
        place[HOME, s] = (s // width + margin) * wide + s % width + margin


@called
def mark(near, torus, place, s, change):
    """Site s holds `change` more of somebody: tell all who see it (views are symmetric)."""
    home = place[HOME, s]
    for j in range(near.size):
        place[SEEN, torus[home + near[j]]] += change


@inlined
def put(people, place, a, s):
    people[a, SITE] = s
    people[a, BELOW] = place[TOP, s]
    place[TOP, s] = a
    place[FULL, s] += 1


@inlined
def lift(people, place, a):
    s = people[a, SITE]
    place[FULL, s] -= 1
    if place[TOP, s] == a:
        place[TOP, s] = people[a, BELOW]
    else:
        other = place[TOP, s]
        while people[other, BELOW] != a:
            other = people[other, BELOW]
        people[other, BELOW] = people[a, BELOW]


@inlined
def becomes(people, count, a, state):
    count[people[a, STATE]] -= 1
    count[state] += 1
    people[a, STATE] = state


@called
def _count_empty(table, torus, place, s, stream, words):
    """A random empty site of those `table` steps from s, all counted; -1 where there is none."""
    found, home = 0, place[HOME, s]
    for j in range(table.size):
        found += place[FULL, torus[home + table[j]]] == 0
    if found == 0:
        return -1
    left = below(found, stream, words)
    for j in range(table.size):
        if place[FULL, torus[home + table[j]]] == 0:
            if left == 0:
                return np.int64(torus[home + table[j]])
            left -= 1
    return -1


@inlined
def empty(table, torus, place, s, stream, words):
    """A random empty site of those `table` steps from s, each equally likely; -1 where there is none."""
    home = place[HOME, s]
    if table.size > TRIES:
        for _ in range(TRIES // 8):
            to, used, at = np.int64(-1), 8, stream[2]
            for i in range(7, -1, -1):  # eight at once, of which the first empty one counts: no branch to guess wrongly
                site = np.int64(torus[home + table[pick(table.size, words[at + np.uint64(i)])]])
                free = place[FULL, site] == 0
                to = site if free else to
                used = i + 1 if free else used
            stream[2] = at + np.uint64(used)
            if to >= 0:
                return to
    return _count_empty(table, torus, place, s, stream, words)


@called
def empty_anywhere(place, stream, words):
    sites, found = place.shape[1], 0
    for s in range(sites):
        found += place[FULL, s] == 0
    if found == 0:
        return -1
    left = below(found, stream, words)
    for s in range(sites):
        if place[FULL, s] == 0:
            if left == 0:
                return s
            left -= 1
    return -1


@inlined
def insert(order, n, a, stream, words):
    """One more into a list in random order (Fisher & Yates, from the inside)."""
    j = below(n + 1, stream, words)
    order[n] = order[j]
    order[j] = a
    return n + 1


@called
def suspect(rule, police, torus, people, place, s, stream, words):
    """One of the active citizens in view of an officer on site s, each equally likely; -1 where there is none."""
    total, at, home = 0, np.int64(0), place[HOME, s]
    for j in range(police.size):
        total += place[ANGRY, torus[home + police[j]]]
    if total == 0:
        return -1
    left = below(total, stream, words)
    for j in range(police.size):
        at = np.int64(torus[home + police[j]])
        if left < place[ANGRY, at]:
            break
        left -= place[ANGRY, at]
    a = np.int64(place[TOP, at])
    while True:
        if a < rule[SLOTS] and people[a, STATE] == ACTIVE:
            if left == 0:
                return a
            left -= 1
        a = np.int64(people[a, BELOW])


@called
def victim(rule, near, torus, people, place, stream, words, a):
    """A free member of the other group in view of citizen a, each equally likely; -1 where there is none."""
    s, slots, group = people[a, SITE], rule[SLOTS], people[a, GROUP]
    found, home = 0, place[HOME, s]
    for j in range(near.size):
        other = place[TOP, torus[home + near[j]]]
        found += 0 <= other < slots and people[other, GROUP] != group
    if found == 0:
        return -1
    left = below(found, stream, words)
    for j in range(near.size):
        other = np.int64(place[TOP, torus[home + near[j]]])
        if 0 <= other < slots and people[other, GROUP] != group:
            if left == 0:
                return other
            left -= 1
    return -1
