"""A week on the street: who speaks, who revolts, who is taken away, who returns; and loud crowds that settle.

`step` is a sweep of `cascade` in each act, then arrests and returns while the planes are still in the cache: one call a week. `settle`
sweeps single loud histories to rest, only where something has changed. Layout and words are those of `cascade`; plain twins stand in
`cascade_plain.py`.
"""

import numpy as np
from numpy.typing import NDArray

from thaw.kernels._compile import compiled, inlined
from thaw.kernels._lanes import load8, splat8, store8, turn8
from thaw.kernels.cascade import _fires, _turn, _turns, heads
from thaw.kernels.noise import word_pairs

DIGITS = 7  # chances of arrest and return are whole numbers of 1/128
GRID = 1 << DIGITS
MOST_SWEEPS = 64
_ONE = np.uint64(1)

Words = NDArray[np.uint64]


@inlined
def _below(draw, digit, rest):
    """Whether a number is below a chance, from one digit of each on: digit 1 against a drawn 0 decides, equal ones leave it to the rest.

    `draw` holds the drawn digit turned over, so that all three meet as equals: their majority.
    """
    return (digit & draw) | (rest & (digit | draw))


@inlined
def _look(now, removed, neighbours, level, bounds, table, looks, places, width, out):
    """One act: those who look speak as their neighbours and the table say, the others stay; flat planes."""
    for s in range(bounds.size - 1):
        for i in range(bounds[s], bounds[s + 1]):
            for g in range(0, width - 7, 8):
                own = i * width + g
                k = (s * 256 + np.int64(level[i])) * 9 * width + g
                fires8 = _fires(
                    *(load8(now, neighbours[i, 0] * width + g), load8(now, neighbours[i, 1] * width + g)),
                    *(load8(now, neighbours[i, 2] * width + g), load8(now, neighbours[i, 3] * width + g)),
                    *(load8(now, neighbours[i, 4] * width + g), load8(now, neighbours[i, 5] * width + g)),
                    *(load8(now, neighbours[i, 6] * width + g), load8(now, neighbours[i, 7] * width + g)),
                    *(load8(table, k), load8(table, k + width), load8(table, k + 2 * width)),
                    *(load8(table, k + 3 * width), load8(table, k + 4 * width), load8(table, k + 5 * width)),
                    *(load8(table, k + 6 * width), load8(table, k + 7 * width), load8(table, k + 8 * width)),
                )
                mask8 = turn8(splat8(looks[i]), load8(places, (i & 31) * width + g))
                store8(out, own, ((mask8 & fires8) | (~mask8 & load8(now, own))) & ~load8(removed, own))
            for w in range(width - width % 8, width):
                own = i * width + w
                k = (s * 256 + np.int64(level[i])) * 9 * width + w
                fires = _fires(
                    *(now[neighbours[i, 0] * width + w], now[neighbours[i, 1] * width + w], now[neighbours[i, 2] * width + w]),
                    *(now[neighbours[i, 3] * width + w], now[neighbours[i, 4] * width + w], now[neighbours[i, 5] * width + w]),
                    *(now[neighbours[i, 6] * width + w], now[neighbours[i, 7] * width + w]),
                    *(table[k], table[k + width], table[k + 2 * width], table[k + 3 * width], table[k + 4 * width]),
                    *(table[k + 5 * width], table[k + 6 * width], table[k + 7 * width], table[k + 8 * width]),
                )
                mask = _turn(looks[i], places[(i & 31) * width + w])
                out[own] = ((mask & fires) | (~mask & now[own])) & ~removed[own]


@compiled(
    *("u8[:,:]", "u8[:,:]", "u8[:,:]", "i4[:,:]", "u1[:]", "i8[:]", "u8[:,:,:,:]", "u8[:,:,:,:]", "u8[:,:]", "u8[:,:]"),
    *("u8[:]", "u8[:]", "i8", "u8[:,:]!", "u8[:,:]!", "u8[:,:]!"),
)
def _step(
    voice2, revolt2, removed2, neighbours, level, bounds, table_v4, table_r4, arrest2, back2, looks, lucks, first_word,
    out_v2, out_r2, out_x2,
):  # fmt: skip
    width = voice2.shape[1]
    voice, revolt, removed = voice2.reshape(-1), revolt2.reshape(-1), removed2.reshape(-1)
    table_v, table_r = table_v4.reshape(-1), table_r4.reshape(-1)
    arrest, back = arrest2.reshape(-1), back2.reshape(-1)
    out_v, out_r, out_x = out_v2.reshape(-1), out_r2.reshape(-1), out_x2.reshape(-1)
    places = _turns(first_word, 32, width)
    _look(voice, removed, neighbours, level, bounds, table_v, looks, places, width, out_v)
    _look(revolt, removed, neighbours, level, bounds, table_r, looks, places, width, out_r)
    for i in range(voice2.shape[0]):
        luck = lucks[i]
        for g in range(0, width - 7, 8):
            own = i * width + g
            word8 = turn8(splat8(luck), load8(places, (i & 31) * width + g))
            speaks8, revolts8, silent8 = load8(out_v, own), load8(out_r, own), load8(removed, own)
            taken8 = word8 & ~word8
            freed8 = taken8
            for d in range(DIGITS):  # from the last digit to the first
                at = (DIGITS - 1 - d) * width + g
                taken8 = _below(word8, load8(arrest, at), taken8)
                freed8 = _below(word8, load8(back, at), freed8)
                word8 = turn8(word8, splat8(np.uint64(9)))
            taken8 = taken8 & (speaks8 | revolts8)
            store8(out_v, own, speaks8 & ~taken8)
            store8(out_r, own, revolts8 & ~taken8)
            store8(out_x, own, taken8 | (silent8 & ~freed8))
        for w in range(width - width % 8, width):
            own = i * width + w
            word = _turn(luck, places[(i & 31) * width + w])
            taken = np.uint64(0)
            freed = np.uint64(0)
            for d in range(DIGITS):
                at = (DIGITS - 1 - d) * width + w
                taken = _below(word, arrest[at], taken)
                freed = _below(word, back[at], freed)
                word = _turn(word, np.uint64(9))
            taken = taken & (out_v[own] | out_r[own])
            out_v[own] &= ~taken
            out_r[own] &= ~taken
            out_x[own] = taken | (removed[own] & ~freed)


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


def digits_of(chance: NDArray[np.integer]) -> Words:
    """Binary digits (DIGITS, W) of each history's chance (H,) in 1/128, the highest first; below 128.

    >>> digits_of(np.array([64, 3]))[:, 0]
    array([1, 0, 0, 0, 0, 2, 2], dtype=uint64)
    """
    bits = np.zeros((DIGITS, -(-len(chance) // 64) * 64), np.uint8)
    bits[:, : len(chance)] = (np.asarray(chance)[None, :] >> np.arange(DIGITS)[::-1, None]) & 1
    return np.packbits(bits, axis=1, bitorder="little").view(np.uint64)


def step(
    voice: Words, revolt: Words, removed: Words, neighbours: NDArray[np.int32], level: NDArray[np.uint8],
    bounds: NDArray[np.int64], tables: tuple[Words, Words], arrest: Words, back: Words, key: np.uint64, week: int, block: int,
    first_word: int, out: tuple[Words, Words, Words],
) -> None:  # fmt: skip
    """A keyed half of the citizens looks around in both acts; then speakers are arrested and removed ones return.

    `voice, revolt, removed` and the three `out` are planes (N, W); `tables` those of voice and of revolt; `arrest`, `back` digits from
    `digits_of`. One Philox call a citizen and week at (citizen, week, block) gives the word that says who looks and the word whose digits
    decide arrests; both are turned by the global word number as in `cascade.sweep`, the digits of a history lie nine places apart. (So two
    histories nine places apart in a word see the same citizen arrested together half the time: one accident among ten thousand.)
    Who is removed is silent; nobody is both taken and released in a week. `out` must not overlap what is read.
    """
    _step(
        voice, revolt, removed, neighbours, level, bounds, *tables, arrest, back, *word_pairs(key, len(level), week, block), first_word, *out
    )


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


__all__ = ["DIGITS", "GRID", "digits_of", "heads", "settle", "step", "watchers"]
