"""A week on the street: who speaks, who revolts, who is taken away, who returns; and loud crowds that settle.

`step` is a week of one society in one block of 512 histories: a sweep of `cascade` in each act, arrests and returns, sparks, heads. Most
citizens are silent most weeks, and their thresholds say so: where too few neighbours speak in any history for a citizen's level to be
reached, neither their planes nor the table are looked at. `settle` sweeps single loud histories to rest, only where something has
changed. Layout and words are those of `cascade`, with eight words (a block) to a row; plain twins stand in `cascade_plain.py`.
"""

from math import prod

import numpy as np
from numpy.typing import NDArray

from thaw.kernels._compile import compiled, inlined
from thaw.kernels._lanes import any8, load8, splat8, store8, turn8
from thaw.kernels.cascade import _count_heads, _fires, _light, _turns, heads
from thaw.kernels.noise import word_pairs

WIDTH = 8  # words of a block
DIGITS = 7  # chances of arrest and return are whole numbers of 1/128
GRID = 1 << DIGITS
MOST_SWEEPS = 64
_ROW = 9 * WIDTH  # words of a table for one level
_NEVER = np.uint8(9)  # more than eight neighbours would have to speak
_ONE, _WIDTH, _WORD, _BIT = np.uint64(1), np.uint64(WIDTH), np.uint64(6), np.uint64(63)

Words = NDArray[np.uint64]


@inlined
def _stirs(voice, revolt, stirred, busy):
    """Who speaks (1) and who revolts (16) in any history, a number for each row of eight words; `busy`: in which histories anybody does."""
    voices8, revolts8 = splat8(np.uint64(0)), splat8(np.uint64(0))
    for i in range(stirred.size):
        voice8, revolt8 = load8(voice, i * WIDTH), load8(revolt, i * WIDTH)
        voices8, revolts8 = voices8 | voice8, revolts8 | revolt8
        stirred[i] = (1 if any8(voice8) else 0) + (16 if any8(revolt8) else 0)
    store8(busy[0], 0, voices8)
    store8(busy[1], 0, revolts8)


@inlined
def _cut(own, step, lookup, end, first, cutoff):
    """How many levels speak in each history, `first` where it is fewer; returns the most."""
    top = first
    for k in range(own.size):
        place = own[k] + step[k]
        place = place if place > np.int32(0) else np.int32(0)
        found = lookup[place if place < end else end]
        found = found if found > first else first
        top = found if found > top else top
        cutoff[k] = found
    return top


@inlined
def _tabulate(places, steps, lookup, lowest, busy, table, need):
    """One act's table between the lowest level anybody has and the highest that speaks; `need`: how many neighbours each level waits for.

    Where nobody acts in a history, no more than its answer to no neighbours is asked for. Places beyond an end of the lookup count as that
    end; cutoffs at or below the lowest level go to a row that nobody reads. (Unsigned numbers as places spare a test whether they count
    from the end, half of the time.)
    """
    histories, end, silence8 = steps.shape[0], np.int32(lookup.size - 1), splat8(np.uint64(0))
    everybody, who, many = np.empty(histories, np.uint64), np.empty(histories, np.uint64), 0
    for h in range(np.uint64(histories)):
        everybody[h] = h
        if busy[h >> _WORD] >> (h & _BIT) & _ONE:
            who[many], many = h, many + 1
    step, own, cutoffs = np.empty((9, histories), np.int32), np.empty(histories, np.int32), np.empty((9, histories), np.int16)
    for h in range(histories):
        step[0, h] = steps[h, 0]
    for k in range(many):
        for c in range(1, 9):
            step[c, k] = steps[who[k], c]
    tops, column = np.empty(9, np.int32), np.empty(257 * WIDTH, np.uint64)
    for s in range(lowest.size):
        first, top = lowest[s], lowest[s]
        for k in range(many):
            own[k] = places[s, who[k]]
        need[s * 256 : (s + 1) * 256] = _NEVER
        for c in range(8, -1, -1):
            tops[c] = _cut(own[:many] if c > 0 else places[s], step[c], lookup, end, first, cutoffs[c])
            need[s * 256 + first : s * 256 + tops[c]] = c
            top = max(top, tops[c])
        for c in range(9):
            asked, count, cutoff = (who if c > 0 else everybody), (many if c > 0 else histories), cutoffs[c]
            for k in range(first, tops[c] + 1):
                store8(column, k * WIDTH, silence8)
            for k in range(np.uint64(count)):
                column[np.uint64(cutoff[k]) * _WIDTH + (asked[k] >> _WORD)] |= _ONE << (asked[k] & _BIT)
            for k in range(tops[c], top):
                store8(table, (s * 256 + k) * _ROW + c * WIDTH, silence8)
            held8 = silence8
            for k in range(tops[c], first, -1):  # who speaks at a level speaks at every level below
                held8 = held8 | load8(column, k * WIDTH)
                store8(table, (s * 256 + k - 1) * _ROW + c * WIDTH, held8)


@inlined
def _answer(now, neighbours, i, table, row):
    """In which histories citizen i, whose level has its table at `row`, would act."""
    return _fires(
        *(load8(now, neighbours[i, 0] * WIDTH), load8(now, neighbours[i, 1] * WIDTH)),
        *(load8(now, neighbours[i, 2] * WIDTH), load8(now, neighbours[i, 3] * WIDTH)),
        *(load8(now, neighbours[i, 4] * WIDTH), load8(now, neighbours[i, 5] * WIDTH)),
        *(load8(now, neighbours[i, 6] * WIDTH), load8(now, neighbours[i, 7] * WIDTH)),
        *(load8(table, row), load8(table, row + WIDTH), load8(table, row + 2 * WIDTH)),
        *(load8(table, row + 3 * WIDTH), load8(table, row + 4 * WIDTH), load8(table, row + 5 * WIDTH)),
        *(load8(table, row + 6 * WIDTH), load8(table, row + 7 * WIDTH), load8(table, row + 8 * WIDTH)),
    )


@inlined
def _live(voice, revolt, removed, stirred, neighbours, level, bounds, tables, needs, chances, looks, lucks, places, out, out_removed):
    """The week of every citizen: those who look act as neighbours and tables say, then speakers are taken away and removed ones return.

    Few branches on purpose: which citizens are quiet cannot be foreseen, and a branch that goes wrong costs more than lots drawn in vain.
    """
    plane = level.size * WIDTH
    silence8 = splat8(np.uint64(0))
    for s in range(bounds.size - 1):
        for i in range(bounds[s], bounds[s + 1]):
            own, place = i * WIDTH, s * 256 + np.int64(level[i])
            near = np.int64(0)
            for k in range(8):
                near += np.int64(stirred[neighbours[i, k]])
            speak, rise = (near & 15) >= needs[0, place], (near >> 4) >= needs[1, place]
            gone8 = load8(removed, own)
            if not (speak | rise | (stirred[i] != 0) | any8(gone8)):
                store8(out, own, silence8)
                store8(out, plane + own, silence8)
                store8(out_removed, own, silence8)
                continue
            row, turned8 = place * _ROW, load8(places, (i & 31) * WIDTH)
            mask8 = turn8(splat8(looks[i]), turned8)
            voice8, revolt8, fires8, rises8 = load8(voice, own), load8(revolt, own), silence8, silence8
            if speak:
                fires8 = _answer(voice, neighbours, i, tables[0], row)
            if rise:
                rises8 = _answer(revolt, neighbours, i, tables[1], row)
            voice8 = ((mask8 & fires8) | (~mask8 & voice8)) & ~gone8
            revolt8 = ((mask8 & rises8) | (~mask8 & revolt8)) & ~gone8
            luck8 = turn8(splat8(lucks[i]), turned8)
            taken8 = (voice8 | revolt8) & _drawn_below(luck8, chances[0])
            store8(out, own, voice8 & ~taken8)
            store8(out, plane + own, revolt8 & ~taken8)
            store8(out_removed, own, (gone8 & ~_drawn_below(luck8, chances[1])) | taken8)


@inlined
def _write_digits(chance, digits):
    """Binary digits (DIGITS * WIDTH,) of each history's chance in 1/128, the highest first."""
    digits[:] = 0
    for h in range(chance.size):
        for d in range(DIGITS):
            digits[d * WIDTH + (h >> 6)] |= np.uint64((chance[h] >> (DIGITS - 1 - d)) & 1) << np.uint64(h & 63)


@inlined
def _drawn_below(word8, digits):
    """Where a drawn number is below the chance, from the last digit to the first.

    A digit 1 against a drawn 0 decides, equal ones leave it to the rest. The word holds the drawn digits turned over, so that all three
    meet as equals: their majority.
    """
    below8 = word8 & ~word8
    for d in range(DIGITS):
        digit8 = load8(digits, (DIGITS - 1 - d) * WIDTH)
        below8 = (digit8 & word8) | (below8 & (digit8 | word8))
        word8 = turn8(word8, splat8(np.uint64(9)))
    return below8


@compiled(
    *("u8[:,:,:]", "u8[:,:]", "i4[:,:]", "u1[:]", "i8[:]", "i4[:,:,:]", "i4[:,:]", "i4[:]", "i4[:]", "i4[:]", "u8[:]", "u8[:]", "i8"),
    *("u1[:]", "i4[:]", "i4[:]", "u1[:]", "u8[:,:]!", "u8[:,:,:]!", "u8[:,:]!", "i4[:,:,:]!"),
)
def _step(
    street3, removed2, neighbours, level, bounds, start, steps, lookup, arrest, back, looks, lucks, first_word,
    lit, spots, sizes, open_, tables, out3, out_removed2, counts,
):  # fmt: skip
    people = level.size
    out, removed, out_removed = out3.reshape(-1), removed2.reshape(-1), out_removed2.reshape(-1)
    voice, revolt = street3[0].reshape(-1), street3[1].reshape(-1)
    lowest = np.empty(bounds.size - 1, np.int32)
    for s in range(bounds.size - 1):
        least = np.uint8(255)
        for i in range(bounds[s], bounds[s + 1]):
            least = level[i] if level[i] < least else least
        lowest[s] = least
    stirred, busy = np.empty(people, np.uint8), np.empty((2, WIDTH), np.uint64)
    _stirs(voice, revolt, stirred, busy)
    needs = np.empty((2, (bounds.size - 1) * 256), np.uint8)
    for act in range(2):
        _tabulate(start[act], steps, lookup, lowest, busy[act], tables[act], needs[act])
    chances = np.empty((2, DIGITS * WIDTH), np.uint64)
    _write_digits(arrest, chances[0])
    _write_digits(back, chances[1])
    places = _turns(first_word, 32, WIDTH)
    _live(voice, revolt, removed, stirred, neighbours, level, bounds, tables, needs, chances, looks, lucks, places, out, out_removed)
    for h in range(lit.size):
        for act in range((1 + open_[h]) * lit[h]):  # a spark starts a revolt only where people already speak
            _light(out3[act], out_removed2, spots[h], sizes[h], h)
    for act in range(2):
        _count_heads(out3[act], bounds, counts[act])


@compiled("i4[:,:]", "i8[:]!", "i4[:]!")
def _watchers(neighbours, start, watcher):
    people = neighbours.shape[0]
    for i in range(people):
        for k in range(8):
            start[neighbours[i, k] + 1] += 1
    for j in range(people):
        start[j + 1] += start[j]
    filled = start[:people].copy()
    for i in range(people):
        for k in range(8):
            j = neighbours[i, k]
            watcher[filled[j]] = i
            filled[j] += 1


@compiled("u8[:,:]!", "u8[:,:]", "i4[:,:]", "i8[:]", "i4[:]", "u1[:]", "i8[:]", "i4[:,:,:]", "i4[:]", "i8", "i4[:,:]!")
def _settle(plane, removed, neighbours, start, watcher, level, bounds, cutoff, histories, limit, count_of):
    people = plane.shape[0]
    speaks = np.empty(people, np.uint8)
    stratum = np.empty(people, np.uint8)
    count = np.empty(people, np.int32)
    asked = np.empty(people, np.int64)
    moved_in = np.empty(people, np.int64)
    ask = np.empty(people, np.int32)
    changed = np.empty(people, np.int32)
    for s in range(bounds.size - 1):
        for i in range(bounds[s], bounds[s + 1]):
            stratum[i] = s
    for r in range(histories.size):
        h = histories[r]
        w, b = h >> 6, np.uint64(h & 63)
        for i in range(people):
            speaks[i] = (plane[i, w] >> b) & _ONE
            asked[i] = -1
            moved_in[i] = -1
            ask[i] = i
        for i in range(people):
            found = 0
            for k in range(8):
                found += speaks[neighbours[i, k]]
            count[i] = found
        waiting = people
        before = -1
        sweep = 0
        while sweep < limit:
            moved = 0
            for k in range(waiting):
                i = ask[k]
                new = 1 if level[i] < cutoff[r, stratum[i], count[i]] else 0
                if new != speaks[i] and (new == 0 or ((removed[i, w] >> b) & _ONE) == 0):
                    changed[moved] = i
                    moved += 1
            if moved == 0:
                break
            swing = moved == before  # the same people as a sweep ago? then the crowd swings for ever
            for k in range(moved):
                swing = swing and moved_in[changed[k]] == sweep - 1
            if swing:
                if (limit - sweep) % 2 == 1:
                    for k in range(moved):
                        speaks[changed[k]] = 1 - speaks[changed[k]]
                break
            waiting = 0
            for k in range(moved):
                j = changed[k]
                moved_in[j] = sweep
                speaks[j] = 1 - speaks[j]
                step = 1 if speaks[j] == 1 else -1
                for m in range(start[j], start[j + 1]):
                    i = watcher[m]
                    count[i] += step
                    if asked[i] != sweep:
                        asked[i] = sweep
                        ask[waiting] = i
                        waiting += 1
            before = moved
            sweep += 1
        bit = _ONE << b
        for s in range(bounds.size - 1):
            found = 0
            for i in range(bounds[s], bounds[s + 1]):
                found += speaks[i]
                if speaks[i] == 1:
                    plane[i, w] |= bit
                else:
                    plane[i, w] &= ~bit
            count_of[s, h] = found


def room(*shape: int) -> Words:
    """Memory for words (...), not yet filled, that begins where a line of the cache begins: a row of eight words is then one line, not two.

    >>> room(3, 8).ctypes.data % 64
    0
    """
    size = prod(shape)
    memory = np.empty(size + WIDTH, np.uint64)
    first = -memory.ctypes.data // 8 % WIDTH
    return memory[first : first + size].reshape(shape)


def step(
    street: Words, removed: Words, neighbours: NDArray[np.int32], level: NDArray[np.uint8], bounds: NDArray[np.int64],
    start: NDArray[np.int32], steps: NDArray[np.int32], lookup: NDArray[np.int32], chances: tuple[NDArray[np.int32], NDArray[np.int32]],
    key: np.uint64, week: int, block: int, first_word: int,
    sparks: tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]], out: tuple[Words, Words],
) -> NDArray[np.int32]:  # fmt: skip
    """A week of one society: a keyed half of the citizens looks around in both acts, speakers are arrested, removed ones return, sparks fall.

    Parameters
    ----------
    street : (2, N, 8) planes of voice and of revolt; `removed` (N, 8); histories beyond the last are zero bits
    start, steps, lookup : in act a, history h and stratum s the levels below lookup[start[a, s, h] + steps[h, c]] speak, c of eight
        neighbours speaking; places (2, S, H) and (H, 9), those beyond an end of `lookup` count as that end; at most 256 levels
    chances : of arrest and of return, (H,) each, in 1/128, below 128
    first_word : the block's first word in global numbering
    sparks : whether one falls, its first citizen, how many it sets speaking, and whether also revolting, (H,) each
    out : street and removed after the week; they must not overlap what is read

    Returns
    -------
    (2, S, 512) heads in each act, stratum and history

    One Philox call a citizen and week at (citizen, week, block) gives the word that says who looks and the word whose digits decide
    arrests; both are turned by the global word number as in `cascade.sweep`, the digits of a history lie nine places apart. (So two
    histories nine places apart in a word see the same citizen arrested together half the time: one accident among ten thousand.)
    Who is removed is silent; nobody is both taken and released in a week.
    """
    counts = np.empty((2, len(bounds) - 1, 64 * WIDTH), np.int32)
    _step(
        street, removed, neighbours, level, bounds, start, steps, lookup, *chances, *word_pairs(key, len(level), week, block), first_word,
        *sparks, room(2, (len(bounds) - 1) * 256 * _ROW), *out, counts,
    )  # fmt: skip
    return counts


def watchers(neighbours: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Who watches whom, the other way round: citizen j is watched by watcher[start[j] : start[j + 1]].

    >>> start, watcher = watchers(np.array([[1] * 8, [0] * 8], np.int32))
    >>> start, set(watcher[start[0] : start[1]].tolist())
    (array([ 0,  8, 16]), {1})
    """
    people = neighbours.shape[0]
    start, watcher = np.zeros(people + 1, np.int64), np.empty(neighbours.size, np.int32)
    _watchers(neighbours, start, watcher)
    return start, watcher


def settle(
    plane: Words, removed: Words, neighbours: NDArray[np.int32], watched_by: tuple[NDArray[np.int64], NDArray[np.int32]],
    level: NDArray[np.uint8], bounds: NDArray[np.int64], cutoff: NDArray[np.int32], histories: NDArray[np.int32],
    counts: NDArray[np.int32],
) -> None:  # fmt: skip
    """Sweep the named histories of `plane` (N, W) to rest, in place: everybody looks, at most 64 times; `counts` (S, 64 W) follow.

    After the first sweep a citizen is asked again only if one of her neighbours has changed: the result is that of full synchronous
    sweeps, to the bit. `cutoff` (K, S, 9) and `histories` (K,) go together: row k holds the levels that speak in chunk history
    `histories[k]`. A synchronous crowd may swing for ever between two states; then the 64th is kept.

    Sources: granovetter1978 (resting point of a crowd), kuran1991.
    """
    _settle(plane, removed, neighbours, *watched_by, level, bounds, cutoff, histories, MOST_SWEEPS, counts)


__all__ = ["GRID", "WIDTH", "heads", "room", "settle", "step", "watchers"]
