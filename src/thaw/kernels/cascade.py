"""Threshold cascades, 64 histories a machine word.

A citizen has eight neighbours she watches and a level from 0 to 255. With c of the eight speaking she would speak in
history h if level < cutoff[h, stratum, c]. One bit per citizen and history says who speaks; the number of speaking
neighbours is added up bit by bit for 64 histories at once, and a table of words answers for each count and level in
which histories it suffices. Cost: about 0.03 ns per citizen, history and sweep (see `bench/cascade.py`).

Layout of one society and one act (voice or revolt): planes are C-contiguous uint64 (N, W), bit h % 64 of word h // 64
for history h of the chunk. Citizens stand sorted by stratum, `bounds` (S + 1,) int64. `neighbours` (N, 8) int32,
`level` (N,) uint8, `table` (S, 256, 9, W) from `tables`. `first_word` is the chunk's first word in global numbering:
it alone decides which random bits a history gets, so that chunks never show. Histories beyond the last are zero bits.

Sources: granovetter1978 (thresholds), watts2002 (cascades on networks), kuran1991 (hidden preferences);
wattsstrogatz1998 (rewired rings). Each kernel's plain twin stands in `cascade_plain.py`.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thaw.kernels._compile import compiled, inlined
from thaw.kernels._lanes import all8, load8, splat8, store8, turn8
from thaw.kernels.noise import WIRING, philox, words

LEVELS = 256
NEIGHBOURS = 8
_ZERO, _ONE, _ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
_SHIFT = np.uint64(32)

Words = NDArray[np.uint64]


@inlined
def _add(a, b, c):
    """Sum and carry of three bits, everywhere at once."""
    x = a ^ b
    return x ^ c, (a & b) | (x & c)


@inlined
def _fires(a0, a1, a2, a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5, t6, t7, t8):
    """Bits of t_c, c being how many of a0 ... a7 are set there. For words and for lanes of words alike."""
    s0, c0 = _add(a0, a1, a2)
    s1, c1 = _add(a3, a4, a5)
    s2, c2 = _add(a6, a7, s0)
    one, c3 = s1 ^ s2, s1 & s2
    s3, d0 = _add(c0, c1, c2)
    two, d1 = s3 ^ c3, s3 & c3
    four, eight = d0 ^ d1, d0 & d1
    low = (~two & ((~one & t0) | (one & t1))) | (two & ((~one & t2) | (one & t3)))
    high = (~two & ((~one & t4) | (one & t5))) | (two & ((~one & t6) | (one & t7)))
    return (~eight & ((~four & low) | (four & high))) | (eight & t8)


@inlined
def _turn(word, places):
    """The word turned left by 0 to 63 places."""
    return (word << places) | (word >> ((np.uint64(64) - places) & np.uint64(63)))


@inlined
def _turns(first_word, kinds, width):
    """Places (kinds * W,) by which words are turned: kind r turns global word g by g (r + 1) modulo 61 places.

    One stride for all would give pairs of histories the very same luck in every citizen. Modulo a prime, two histories
    of a block share the luck of at most two kinds.
    """
    places = np.empty(kinds * width, np.uint64)
    for r in range(kinds):
        for w in range(width):
            places[r * width + w] = (first_word + w) * (r + 1) % 61
    return places


@compiled(
    *("u8[:,:]", "u8[:,:]", "i4[:,:]", "u1[:]", "i8[:]", "u8[:,:,:,:]", "u8[:]", "i8", "u8[:]", "u1[:]", "u1"),
    *("u8[:,:]!", "u8[:]!"),
)
def _sweep(now2, removed2, neighbours, level, bounds, table4, look, first_word, active, awake, early, out2, moved):
    width = now2.shape[1]
    now, removed, table, out = now2.reshape(-1), removed2.reshape(-1), table4.reshape(-1), out2.reshape(-1)
    places = _turns(first_word, 32, width)
    for g in range(0, width, 8):
        lanes = min(8, width - g)
        stir = False
        for w in range(g, g + lanes):
            stir = stir or awake[w] != 0
        if not stir:  # at rest under this table: the sweep would give the same plane
            for i in range(now2.shape[0]):
                for w in range(i * width + g, i * width + g + lanes):
                    out[w] = now[w]
            continue
        if lanes == 8:
            active8 = load8(active, g)
            moved8 = load8(moved, g)
            for s in range(bounds.size - 1):
                for i in range(bounds[s], bounds[s + 1]):
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
                    mask8 = turn8(splat8(look[i]), load8(places, (i & 31) * width + g)) & active8
                    old8 = load8(now, own)
                    new8 = ((mask8 & fires8) | (~mask8 & old8)) & ~load8(removed, own)
                    store8(out, own, new8)
                    moved8 = moved8 | (new8 ^ old8)
                    if early != 0 and (i & 255) == 255 and all8(moved8):
                        break
                store8(moved, g, moved8)
                if early != 0 and all8(moved8):
                    break
        else:
            for s in range(bounds.size - 1):
                for i in range(bounds[s], bounds[s + 1]):
                    for w in range(g, width):
                        k = (s * 256 + np.int64(level[i])) * 9 * width + w
                        fires = _fires(
                            *(now2[neighbours[i, 0], w], now2[neighbours[i, 1], w], now2[neighbours[i, 2], w]),
                            *(now2[neighbours[i, 3], w], now2[neighbours[i, 4], w], now2[neighbours[i, 5], w]),
                            *(now2[neighbours[i, 6], w], now2[neighbours[i, 7], w]),
                            *(table[k], table[k + width], table[k + 2 * width], table[k + 3 * width]),
                            *(table[k + 4 * width], table[k + 5 * width], table[k + 6 * width]),
                            *(table[k + 7 * width], table[k + 8 * width]),
                        )
                        mask = _turn(look[i], places[(i & 31) * width + w]) & active[w]
                        old = now2[i, w]
                        new = ((mask & fires) | (~mask & old)) & ~removed2[i, w]
                        out2[i, w] = new
                        moved[w] |= new ^ old


@inlined
def _count_heads(plane2, bounds, out):
    width = plane2.shape[1]
    plane = plane2.reshape(-1)
    count = np.empty(32 * 8, np.uint64)  # bit b of the head count of word w in count[8 b + w]
    for s in range(bounds.size - 1):
        first, last = bounds[s], bounds[s + 1]
        bits = 1
        while (last - first) >> bits:
            bits += 1
        for g in range(0, width, 8):
            lanes = min(8, width - g)
            for b in range(8 * bits):
                count[b] = 0
            i = first
            if lanes == 8:
                while i + 16 <= last and bits > 4:
                    one, two, four, eight = load8(count, 0), load8(count, 8), load8(count, 16), load8(count, 24)
                    at = i * width + g
                    one, a = _add(one, load8(plane, at), load8(plane, at + width))
                    one, b = _add(one, load8(plane, at + 2 * width), load8(plane, at + 3 * width))
                    two, c = _add(two, a, b)
                    one, a = _add(one, load8(plane, at + 4 * width), load8(plane, at + 5 * width))
                    one, b = _add(one, load8(plane, at + 6 * width), load8(plane, at + 7 * width))
                    two, d = _add(two, a, b)
                    four, e = _add(four, c, d)
                    at += 8 * width
                    one, a = _add(one, load8(plane, at), load8(plane, at + width))
                    one, b = _add(one, load8(plane, at + 2 * width), load8(plane, at + 3 * width))
                    two, c = _add(two, a, b)
                    one, a = _add(one, load8(plane, at + 4 * width), load8(plane, at + 5 * width))
                    one, b = _add(one, load8(plane, at + 6 * width), load8(plane, at + 7 * width))
                    two, d = _add(two, a, b)
                    four, f = _add(four, c, d)
                    eight, carry8 = _add(eight, e, f)
                    store8(count, 0, one)
                    store8(count, 8, two)
                    store8(count, 16, four)
                    store8(count, 24, eight)
                    for bit in range(4, bits):
                        held8 = load8(count, 8 * bit)
                        store8(count, 8 * bit, held8 ^ carry8)
                        carry8 = held8 & carry8
                    i += 16
            while i < last:
                for w in range(lanes):
                    carry = plane[i * width + g + w]
                    for bit in range(bits):
                        held = count[8 * bit + w]
                        count[8 * bit + w] = held ^ carry
                        carry = held & carry
                i += 1
            for w in range(lanes):
                row = out[s, 64 * (g + w) : 64 * (g + w) + 64]
                row[:] = 0
                for bit in range(bits):
                    word = count[8 * bit + w]
                    for h in range(64):
                        row[h] += np.int32((word >> np.uint64(h)) & _ONE) << bit


@compiled("u8[:,:]", "i8[:]", "i4[:,:]!")
def _heads(plane, bounds, out):
    _count_heads(plane, bounds, out)


@compiled("i4[:,:,:]", "u8[:,:,:,:]!")
def _tables(cutoff, out):
    width = out.shape[3]
    for s in range(out.shape[0]):
        flat = out[s].reshape(256, 9 * width)
        flat[:] = 0
        for h in range(cutoff.shape[0]):
            bit = _ONE << np.uint64(h & 63)
            for c in range(9):
                if cutoff[h, s, c] > 0:
                    flat[min(cutoff[h, s, c], 256) - 1, c * width + (h >> 6)] |= bit
        for step in range(255):  # who speaks at a level speaks at every level below
            above, here = flat[255 - step], flat[254 - step]
            for w in range(9 * width):
                here[w] |= above[w]


@inlined
def _light(plane, removed, start, size, history):
    """One spark."""
    people = plane.shape[0]
    bit = _ONE << np.uint64(history & 63)
    for j in range(min(np.int64(size), people)):
        i = (start + j) % people
        plane[i, history >> 6] |= bit & ~removed[i, history >> 6]


@compiled("u8[:,:]!", "u8[:,:]", "i4[:]", "i4[:]", "i4[:]")
def _spark(plane, removed, starts, sizes, histories):
    for k in range(starts.size):
        _light(plane, removed, starts[k], sizes[k], histories[k])


@compiled("u8", "u4", "i8[:]", "i8", "u8", "i4[:,:]!")
def _network(key, block, bounds, window, rewired, out):
    people = bounds[bounds.size - 1]
    for s in range(bounds.size - 1):
        first = bounds[s]
        size = bounds[s + 1] - first
        span = min(window, (size - 1) // 2)
        for i in range(first, first + size):
            found = 0
            attempt = 0
            while found < 8:
                if attempt < 128:
                    w0, w1, w2, w3 = philox(np.uint64(i), np.uint64(block), np.uint64(attempt >> 1), WIRING, key)
                    u, v = (w2, w3) if attempt & 1 else (w0, w1)
                    if span < 1 or u < rewired:
                        j = np.int64((v * np.uint64(people)) >> _SHIFT)
                    else:
                        step = np.int64((v * np.uint64(2 * span)) >> _SHIFT) - span
                        step += 1 if step >= 0 else 0
                        j = first + (i - first + step + size) % size
                else:  # a stratum too small to hold eight: whoever comes next
                    j = (i + attempt - 127) % people
                attempt += 1
                fresh = j != i
                for m in range(found):
                    fresh = fresh and out[i, m] != j
                if fresh:
                    out[i, found] = j
                    found += 1


@compiled("i8[:]", "i4[:]", "i8[:]", "u1[:]!")
def _cascade(indptr, indices, thresholds, active):
    people = thresholds.size
    # who is watched by whom: the transpose
    start = np.zeros(people + 2, np.int64)
    for k in range(indices.size):
        start[indices[k] + 2] += 1
    for i in range(people):
        start[i + 2] += start[i + 1]
    watchers = np.empty(indices.size, np.int32)
    for i in range(people):
        for k in range(indptr[i], indptr[i + 1]):
            watchers[start[indices[k] + 1]] = i
            start[indices[k] + 1] += 1
    missing = np.empty(people, np.int64)
    queue = np.empty(people, np.int32)
    filled = 0
    for i in range(people):
        missing[i] = thresholds[i]
        if active[i] != 0 or missing[i] <= 0:
            active[i] = 1
            queue[filled] = i
            filled += 1
    done = 0
    while done < filled:
        j = queue[done]
        done += 1
        for k in range(start[j], start[j + 1]):
            i = watchers[k]
            missing[i] -= 1
            if missing[i] <= 0 and active[i] == 0:
                active[i] = 1
                queue[filled] = i
                filled += 1


def _check(now: Words, out: Words, bounds: NDArray[np.int64], table: Words, *others: Words) -> None:
    """Refuse shapes that a kernel would run beyond the end of."""
    people, width = now.shape
    wanted = (bounds.size - 1, LEVELS, NEIGHBOURS + 1, width)
    if table.shape != wanted:
        raise ValueError(f"table has shape {table.shape}, wanted {wanted}")
    if bounds[0] != 0 or bounds[-1] != people:
        raise ValueError(f"bounds run from {bounds[0]} to {bounds[-1]}, wanted 0 to {people}")
    for plane in (out, *others):
        if plane.shape != now.shape:
            raise ValueError(f"planes have shapes {now.shape} and {plane.shape}, wanted the same")
    if out is now or any(out is other for other in others):
        raise ValueError("out must be a plane of its own")


def tables(cutoff: NDArray[np.integer], out: Words | None = None) -> Words:
    """Table (S, 256, 9, W) of the histories in which a level speaks: bit h at [s, l, c] if l < cutoff[h, s, c].

    `cutoff` (H, S, 9) holds whole numbers from 0 (nobody) to 256 (everybody); other values count as the nearer of the
    two. Histories beyond H are zero. `out` may be a used table, which saves the time to fetch memory.

    >>> table = tables(np.full((1, 1, 9), 3))
    >>> table[0, :5, 0, 0]
    array([1, 1, 1, 0, 0], dtype=uint64)
    """
    histories, strata, _ = cutoff.shape
    if out is None:
        out = np.empty((strata, LEVELS, NEIGHBOURS + 1, -(-histories // 64)), np.uint64)
    _tables(np.ascontiguousarray(cutoff, np.int32), out)
    return out


def sweep(
    now: Words,
    removed: Words,
    neighbours: NDArray[np.int32],
    level: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    table: Words,
    look: Words,
    first_word: int,
    active: Words,
    out: Words,
    awake: NDArray[np.uint8] | None = None,
) -> Words:
    """One synchronous sweep, written to `out` (N, W); returns the histories (W,) in which somebody changed.

    Citizen i looks around in history h where bit h of her word `look[i]`, turned as said in `_turns` (her kind is
    i % 32), and of `active` (W,) is set; the others stay as they are.
    Who is removed is silent. Words with `awake` 0 are known to be at rest (`at_rest`) under this very table and
    `removed`: whole groups of eight such words are copied. `out` must not overlap `now` or `removed`.
    """
    _check(now, out, bounds, table, removed)
    moved = np.zeros(now.shape[1], np.uint64)
    if awake is None:
        awake = np.ones(now.shape[1], np.uint8)
    _sweep(now, removed, neighbours, level, bounds, table, look, first_word, active, awake, 0, out, moved)
    return moved


def at_rest(
    now: Words,
    removed: Words,
    neighbours: NDArray[np.int32],
    level: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    table: Words,
    scratch: Words,
) -> NDArray[np.bool_]:
    """Whether each word (W,) is at rest: nobody would change if everybody looked. `scratch` (N, W) is overwritten.

    Nothing can then change there until its table or its removed citizens do, whoever looks. A group of eight words is
    left as soon as all of them are seen to move, so the answer is cheap where it is no.
    """
    _check(now, scratch, bounds, table, removed)
    width = now.shape[1]
    moved = np.zeros(width, np.uint64)
    everybody = np.full(now.shape[0], _ALL)
    all_words = np.full(width, _ALL)
    awake = np.ones(width, np.uint8)
    _sweep(now, removed, neighbours, level, bounds, table, everybody, 0, all_words, awake, 1, scratch, moved)
    return moved == 0


def settle(
    now: Words,
    removed: Words,
    neighbours: NDArray[np.int32],
    level: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    table: Words,
    active: Words,
    out: Words,
    scratch: Words,
    limit: int = 64,
) -> int:
    """Sweeps in which somebody changed until the histories in `active` (W,) are at rest, at most `limit`.

    Everybody looks in every sweep; other histories keep their plane (the removed silenced). The resting planes are
    written to `out`; `scratch` (N, W) is overwritten. Three different arrays.
    """
    _check(now, out, bounds, table, removed, scratch)
    width = now.shape[1]
    everybody = np.full(now.shape[0], _ALL)
    awake = np.ones(width, np.uint8)
    source, target = now, out
    count = 0
    while count < limit:
        moved = np.zeros(width, np.uint64)
        _sweep(source, removed, neighbours, level, bounds, table, everybody, 0, active, awake, 0, target, moved)
        awake = (moved != 0).astype(np.uint8)
        source, target = target, scratch if target is out else out
        if not awake.any():
            break
        count += 1
    if source is not out:
        out[...] = source
    return count


def heads(plane: Words, bounds: NDArray[np.int64], out: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
    """How many citizens of each stratum speak in each history: (S, 64 W), histories beyond the last included.

    >>> plane = np.array([[1], [3], [2]], dtype=np.uint64)
    >>> heads(plane, np.array([0, 2, 3]))[:, :2]
    array([[2, 1],
           [0, 1]], dtype=int32)
    """
    if out is None:
        out = np.empty((bounds.size - 1, 64 * plane.shape[1]), np.int32)
    _heads(plane, bounds, out)
    return out


def spark(plane: Words, removed: Words, starts: ArrayLike, sizes: ArrayLike, histories: ArrayLike) -> None:
    """Set citizens start ... start + size - 1 (around the ring) speaking, in place: spark k in chunk history k.

    `plane` must be the caller's own; `starts, sizes, histories` (K,) go together. Who is removed stays silent.
    """
    lists = (np.ascontiguousarray(values, np.int32) for values in (starts, sizes, histories))
    _spark(plane, removed, *lists)


def network(
    key: np.uint64, block: int, bounds: NDArray[np.int64], window: int = 30, rewired: float = 0.1
) -> NDArray[np.int32]:
    """Whom each citizen watches, (N, 8): different others, drawn anew for each block of 512 histories.

    Citizens of a stratum stand on a ring. Each tie goes to somebody within `window` places in her own stratum, or with
    chance `rewired` to anybody at all: a directed small world.

    Sources: wattsstrogatz1998 (rewiring), watts2002 (cascades need short links and clusters).
    """
    people = int(bounds[-1])
    if people <= NEIGHBOURS:
        raise ValueError(f"{people} citizens are too few for {NEIGHBOURS} different neighbours each")
    out = np.empty((people, NEIGHBOURS), np.int32)
    _network(key, np.uint32(block), bounds, window, np.uint64(round(rewired * 2**32)), out)
    return out


def levels(key: np.uint64, block: int, count: int) -> NDArray[np.uint8]:
    """Level (N,) of each citizen, uniform over 0 ... 255, for a block of 512 histories."""
    return (words(key, count, block, 0) >> np.uint64(56)).astype(np.uint8)


def cascade(indptr: ArrayLike, indices: ArrayLike, thresholds: ArrayLike, seeds: ArrayLike) -> NDArray[np.bool_]:
    """Who is active (N,) once a cascade from `seeds` (N,) has come to rest on any graph: the lowest resting point.

    Citizen i watches indices[indptr[i] : indptr[i + 1]] and joins when thresholds[i] of them are active: at once if
    that is 0 or less, never if it exceeds their number. Nobody leaves. Listing a neighbour twice counts her twice.

    Sources: granovetter1978 (everybody watches everybody), watts2002 (networks).

    >>> crowd = 4
    >>> indptr, everybody = np.arange(crowd + 1) * crowd, np.tile(np.arange(crowd), crowd)
    >>> cascade(indptr, everybody, [0, 1, 2, 3], np.zeros(crowd)).sum()
    np.int64(4)
    >>> cascade(indptr, everybody, [0, 2, 2, 3], np.zeros(crowd)).sum()  # one more cautious
    np.int64(1)
    """
    active = np.array(np.asarray(seeds) != 0, np.uint8)
    _cascade(
        np.ascontiguousarray(indptr, np.int64),
        np.ascontiguousarray(indices, np.int32),
        np.ascontiguousarray(thresholds, np.int64),
        active,
    )
    return active.view(np.bool_)
