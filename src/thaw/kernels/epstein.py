"""Civil violence, one whole run: citizens who rebel, police who arrest; the rules as written stand in `epstein_plain`.

One code serves all conventions: `rule` holds whole numbers by the places of `epstein_grid`, `real` (k, T); `epstein_grid` says
what the other arrays are. Functions take those they need one by one: of a tuple Numba would copy all and count references at
each call.
"""

import numpy as np  # noqa: I001 (one name a line would be a page)

from thaw.kernels._compile import compiled
from thaw.kernels._stream import SIZE, below, called, inlined, ready, unit, word
from thaw.kernels.epstein_grid import (
    ACTIVE, ANGRY, BELOW, CITIZENS, CITIZENS_MOVE, CITIZEN_SHARE, CLONE_SHARE, DEAD, DEATH, FULL, GROUP, GROUP_A, GROUP_B, HEIGHT, JAIL, JAILED,
    KILLED, LEAVES, LITERAL, MAX_AGE, MODEL, MOVE_FIRST, OFFICERS, OFFICER_MOVES, PASSABLE, PER_CELL, POLICE, POLICE_MOVE, POLICE_SHARE, QUIET, RATIO,
    ROUND, SEEN, SELF_TWICE, SERVE_AT_TURN, SITE, SLOTS, SPARE, STATE, TERM, TERM_KINDS, TERM_LEAST, TOP, USED, WIDTH, as_steps, becomes, empty,
    empty_anywhere, insert, lay, lift, mark, put, suspect, victim,
)
from thaw.kernels.portable import exp1

_MOST_POLICE, _MOST_ACTIVE = 49, 161  # the table of arrest probabilities; beyond it they are computed anew


@inlined
def _risk(police, active, ratio, k):
    """Arrest probability 1 - exp(-k C/A), C/A as it is, rounded down, or to the nearest, half to even."""
    q = police / active
    if ratio != LITERAL:
        whole = police // active
        rest = 2 * (police - whole * active)
        if ratio == ROUND and (rest > active or (rest == active and whole % 2 == 1)):
            whole += 1
        q = np.float64(whole)
    return 1.0 - exp1(-k * q)


@called
def _risks(ratio, k, out):
    """Table of arrest probabilities by officers and active citizens."""
    for c in range(_MOST_POLICE):
        for a in range(1, _MOST_ACTIVE):
            out[c, a] = _risk(c, a, ratio, k)


@inlined
def _citizen(rule, real, near, torus, people, minds, place, count, risk, stream, words, a, legitimacy):
    """A citizen's turn: moves, then compares grievance with net risk; or the other way round. True if he is active."""
    if people[a, STATE] == JAILED:
        if not rule[SERVE_AT_TURN] or people[a, TERM] < 0:
            return False
        if people[a, TERM] > 0:
            people[a, TERM] -= 1
            return False
    s = np.int64(people[a, SITE])
    was = people[a, STATE] == ACTIVE
    if was:
        place[ANGRY, s] -= 1
        mark(near, torus, place, s, -1)
    to = empty(near, torus, place, s, stream, words) if rule[CITIZENS_MOVE] else -1  # nobody else acts between here and the move
    stands = to if to >= 0 and rule[MOVE_FIRST] else s
    police = np.int64(place[SEEN, stands] >> 16) & 0xFFFF  # never below 0, even where officers share sites
    active = np.int64(place[SEEN, stands] & 0xFFFF) + 1
    if was and rule[SELF_TWICE]:
        active += 1
    tabled = police < _MOST_POLICE and active < _MOST_ACTIVE
    chance = risk[police, active] if tabled else _risk(police, active, rule[RATIO], real[0])
    now = minds[a, 0] * (1.0 - legitimacy) - minds[a, 1] * chance > real[1]
    if to >= 0:
        lift(people, place, a)
        put(people, place, a, to)
    if now:
        s = np.int64(people[a, SITE])
        place[ANGRY, s] += 1
        mark(near, torus, place, s, 1)
    becomes(people, count, a, ACTIVE if now else QUIET)
    return now


@inlined
def _walk(near, police, torus, people, place, stream, words, a):
    """An officer moves to a random empty site in his own view."""
    s = people[a, SITE]
    to = empty(police, torus, place, s, stream, words)
    if to >= 0:
        lift(people, place, a)
        put(people, place, a, to)
        mark(near, torus, place, s, -POLICE)
        mark(near, torus, place, to, POLICE)


@inlined
def _arrest(rule, near, torus, people, place, count, stream, words, a, taken):
    """Officer a jails the one taken."""
    s, at = people[a, SITE], people[taken, SITE]
    place[ANGRY, at] -= 1
    mark(near, torus, place, at, -1)
    kinds = rule[TERM_KINDS]
    term = -1 if kinds == 0 else rule[TERM_LEAST] + below(kinds, stream, words)
    people[taken, TERM] = term
    if rule[JAIL] == PASSABLE and term == 0:
        becomes(people, count, taken, QUIET)
    else:
        becomes(people, count, taken, JAILED)
        if rule[JAIL] == LEAVES:
            lift(people, place, taken)
        elif rule[JAIL] == PASSABLE:
            place[FULL, at] -= 1
    if rule[OFFICER_MOVES]:
        lift(people, place, a)
        put(people, place, a, at)
        mark(near, torus, place, s, -POLICE)
        mark(near, torus, place, at, POLICE)


@called
def _officer(rule, near, police, torus, people, place, count, stream, words, a):
    """An officer's turn."""
    if rule[POLICE_MOVE] and rule[MOVE_FIRST]:
        _walk(near, police, torus, people, place, stream, words, a)
    if count[ACTIVE] > 0:
        taken = suspect(rule, police, torus, people, place, people[a, SITE], stream, words)
        if taken >= 0:
            _arrest(rule, near, torus, people, place, count, stream, words, a, taken)
    if rule[POLICE_MOVE] and not rule[MOVE_FIRST]:
        _walk(near, police, torus, people, place, stream, words, a)


@called
def _release(rule, near, torus, people, place, count, stream, words):
    """The end of a tick: terms count down; who has served comes back near where he was taken, or anywhere, or waits."""
    for a in range(count[USED]):
        if people[a, STATE] != JAILED or people[a, TERM] < 0:
            continue
        if people[a, TERM] > 0:
            people[a, TERM] -= 1
        if people[a, TERM] > 0:
            continue
        if rule[JAIL] == PASSABLE:
            place[FULL, people[a, SITE]] += 1
        else:
            ready(stream, words)
            to = empty(near, torus, place, people[a, SITE], stream, words)
            if to < 0:
                to = empty_anywhere(place, stream, words)
            if to < 0:
                continue
            put(people, place, a, to)
        becomes(people, count, a, QUIET)


@called
def _born(rule, people, minds, place, count, spare, stream, words, s, parent, when):
    """A quiet citizen on site s, in Model II dying at the end of tick `when` + 0 ... MAX_AGE - 1; without parent if -1."""
    if count[SPARE] > 0:
        count[SPARE] -= 1
        a = np.int64(spare[count[SPARE]])
    else:
        a = count[USED]
        count[USED] += 1
    ready(stream, words)
    minds[a, 0] = unit(stream, words) if parent < 0 else minds[parent, 0]
    minds[a, 1] = unit(stream, words)
    if rule[MODEL] == 2:
        people[a, GROUP] = below(2, stream, words) if parent < 0 else people[parent, GROUP]
        people[a, DEATH] = when + below(rule[MAX_AGE], stream, words)
        count[GROUP_A + people[a, GROUP]] += 1
    people[a, STATE] = QUIET
    count[QUIET] += 1
    put(people, place, a, s)


@called
def _dies(near, torus, people, place, count, spare, a):
    if people[a, STATE] == ACTIVE:
        s = people[a, SITE]
        place[ANGRY, s] -= 1
        mark(near, torus, place, s, -1)
    if people[a, STATE] != JAILED:
        lift(people, place, a)
    becomes(people, count, a, DEAD)
    count[GROUP_A + people[a, GROUP]] -= 1
    spare[count[SPARE]] = a
    count[SPARE] += 1


@called
def _generation(rule, near, beside, torus, people, minds, place, count, spare, order, stream, words, t):
    """Cloning in random order onto empty sites beside the parent; then those die whose time has come."""
    n = 0
    for a in range(count[USED]):
        if people[a, STATE] == QUIET or people[a, STATE] == ACTIVE:
            ready(stream, words)
            n = insert(order, n, a, stream, words)
    for i in range(n):
        ready(stream, words)
        if word(stream, words) < np.uint64(rule[CLONE_SHARE]):
            a = order[i]
            to = empty(beside, torus, place, people[a, SITE], stream, words)
            if to >= 0:
                _born(rule, people, minds, place, count, spare, stream, words, to, a, t + 1)
    for a in range(count[USED]):
        if people[a, STATE] != DEAD and people[a, DEATH] <= t:
            _dies(near, torus, people, place, count, spare, a)


@called
def _enlist(rule, near, torus, people, place, count, s):
    put(people, place, rule[SLOTS] + count[OFFICERS], s)
    mark(near, torus, place, s, POLICE)
    count[OFFICERS] += 1


@called
def _police_force(rule, near, torus, people, place, count, stream, words, wanted):
    """Officers added on random empty sites, or random ones taken away, until there are `wanted` or no room is left."""
    slots = rule[SLOTS]
    while count[OFFICERS] < wanted:
        ready(stream, words)
        to = empty_anywhere(place, stream, words)
        if to < 0:
            return
        _enlist(rule, near, torus, people, place, count, to)
    while count[OFFICERS] > wanted:
        ready(stream, words)
        a = slots + below(count[OFFICERS], stream, words)
        last = slots + count[OFFICERS] - 1
        mark(near, torus, place, people[a, SITE], -POLICE)
        lift(people, place, a)
        if a != last:  # the last one takes his place in the list
            s = people[last, SITE]
            lift(people, place, last)
            put(people, place, a, s)
        count[OFFICERS] -= 1


@called
def _settle(rule, near, torus, people, minds, place, count, spare, order, stream, words, officers):
    """Who is there at the start: so many as asked for on random sites, or each site filled by its own draw."""
    sites = place.shape[1]
    if rule[PER_CELL]:
        for s in range(sites):
            ready(stream, words)
            drawn = np.int64(word(stream, words))
            if drawn < rule[CITIZEN_SHARE]:
                _born(rule, people, minds, place, count, spare, stream, words, s, -1, 0)
            elif drawn < rule[POLICE_SHARE]:
                _enlist(rule, near, torus, people, place, count, s)
        return
    for s in range(sites):
        order[s] = s
    for i in range(officers + rule[CITIZENS]):
        ready(stream, words)
        j = i + below(sites - i, stream, words)
        order[i], order[j] = order[j], order[i]
        if i < officers:
            _enlist(rule, near, torus, people, place, count, order[i])
        else:
            _born(rule, people, minds, place, count, spare, stream, words, order[i], -1, 0)


@called
def _tick(rule, real, near, police, torus, people, minds, place, count, spare, risk, order, stream, words, legitimacy):
    """Everybody alive once, in random order."""
    n, slots = 0, rule[SLOTS]
    for a in range(count[USED]):
        if people[a, STATE] != DEAD:
            ready(stream, words)
            n = insert(order, n, a, stream, words)
    for i in range(count[OFFICERS]):
        ready(stream, words)
        n = insert(order, n, slots + i, stream, words)
    for i in range(n):
        one = np.int64(order[i])
        ready(stream, words)
        if one >= slots:
            _officer(rule, near, police, torus, people, place, count, stream, words, one)
        elif people[one, STATE] != DEAD:
            rebels = _citizen(rule, real, near, torus, people, minds, place, count, risk, stream, words, one, legitimacy)
            if rebels and rule[MODEL] == 2:
                killed = victim(rule, near, torus, people, place, stream, words, one)
                if killed >= 0:
                    _dies(near, torus, people, place, count, spare, killed)
                    count[KILLED] += 1


@compiled("u8", "i8[:]", "f8[:]", "i4[:,:]", "i4[:,:]", "i4[:,:]", "f8[:]", "i8[:]", "i4[:,:]!")
def simulate(key, rule, real, near_steps, police_steps, beside_steps, legitimacy, officers, out):
    """One run under `key`: counts after each tick into out (ticks, 6): active, quiet, jailed, killed, group A, group B.

    The steps are (n, 2) offsets (x, y) to the sites in view; `legitimacy` and `officers` have a value for each tick.
    """
    width, height, slots = rule[WIDTH], rule[HEIGHT], rule[SLOTS]
    sites, margin = width * height, max(1, near_steps.max(), police_steps.max())
    wide = width + 2 * margin
    near, police, beside = np.empty(near_steps.shape[0], np.int32), np.empty(police_steps.shape[0], np.int32), np.empty(8, np.int32)
    as_steps(near_steps, wide, near)
    as_steps(police_steps, wide, police)
    as_steps(beside_steps, wide, beside)
    agents = slots + (sites if rule[PER_CELL] else officers.max())
    people, minds = np.zeros((agents, 6), np.int32), np.zeros((slots, 2))
    place, count = np.zeros((5, sites), np.int32), np.zeros(10, np.int64)
    people[:, STATE], people[:, BELOW], place[TOP] = DEAD, -1, -1
    torus = np.empty(wide * (height + 2 * margin), np.uint16)
    lay(width, height, margin, torus, place)
    order, spare = np.zeros(agents + sites, np.int32), np.zeros(slots, np.int32)
    risk, stream, words = np.empty((_MOST_POLICE, _MOST_ACTIVE)), np.zeros(4, np.uint64), np.zeros(SIZE, np.uint32)
    _risks(rule[RATIO], real[0], risk)
    stream[0] = key
    _settle(rule, near, torus, people, minds, place, count, spare, order, stream, words, officers[0])
    for t in range(legitimacy.size):
        if not rule[PER_CELL]:
            _police_force(rule, near, torus, people, place, count, stream, words, officers[t])
        count[KILLED] = 0
        _tick(rule, real, near, police, torus, people, minds, place, count, spare, risk, order, stream, words, legitimacy[t])
        if not rule[SERVE_AT_TURN] and count[JAILED] > 0:
            _release(rule, near, torus, people, place, count, stream, words)
        if rule[MODEL] == 2:
            _generation(rule, near, beside, torus, people, minds, place, count, spare, order, stream, words, t)
        out[t, 0], out[t, 1], out[t, 2] = count[ACTIVE], count[QUIET], count[JAILED]
        out[t, 3], out[t, 4], out[t, 5] = count[KILLED], count[GROUP_A], count[GROUP_B]
