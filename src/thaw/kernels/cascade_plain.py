"""What the kernels of `cascade.py` mean: the same arguments, one citizen and one history at a time, bit for bit.

Slow on purpose: tests hold the kernels to these, readers start here.
"""

import numpy as np
from numpy.typing import NDArray

from thaw.kernels.noise import philox_plain

Bits = NDArray[np.bool_]


def unpack(plane: NDArray[np.uint64]) -> Bits:
    """(N, 64 W) truth values of a plane (N, W)."""
    return np.unpackbits(plane.astype("<u8").view(np.uint8), axis=1, bitorder="little").astype(bool)


def pack(bits: Bits) -> NDArray[np.uint64]:
    """Plane (N, W) of truth values (N, 64 W)."""
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def _turned(word: int, history: int, first_word: int, kind: int) -> int:
    """The bit that chunk history `history` sees of a word turned left by (global word number) (kind + 1) % 61."""
    turn = (first_word + history // 64) * (kind + 1) % 61
    return word >> ((history - turn) % 64) & 1


def tables_plain(cutoff):
    """As `cascade.tables`: bit h at [s, l, c] if l < cutoff[h, s, c]."""
    histories, strata, counts = cutoff.shape
    width = -(-histories // 64)
    out = np.zeros((strata, 256, counts, width), np.uint64)
    for s in range(strata):
        for level in range(256):
            for c in range(counts):
                for h in range(histories):
                    if level < cutoff[h, s, c]:
                        out[s, level, c, h // 64] |= np.uint64(1 << h % 64)
    return out


def sweep_plain(now, removed, neighbours, level, bounds, table, look, first_word, active):
    """The plane that `cascade.sweep` writes."""
    speaks, gone = unpack(now), unpack(removed)
    new = speaks.copy()
    for s in range(len(bounds) - 1):
        for i in range(bounds[s], bounds[s + 1]):
            for h in range(speaks.shape[1]):
                word, bit = h // 64, h % 64
                looks = _turned(int(look[i]), h, first_word, i % 32) and int(active[word]) >> bit & 1
                if looks:
                    count = sum(speaks[j, h] for j in neighbours[i])
                    new[i, h] = int(table[s, level[i], count, word]) >> bit & 1
                if gone[i, h]:
                    new[i, h] = False
    return pack(new)


def at_rest_plain(now, removed, neighbours, level, bounds, table):
    """As `cascade.at_rest`: whether a sweep in which everybody looks changes nothing, word by word."""
    all_bits = np.full(max(now.shape), 0xFFFFFFFFFFFFFFFF, np.uint64)
    new = sweep_plain(now, removed, neighbours, level, bounds, table, all_bits[: len(now)], 0, all_bits[: now.shape[1]])
    return (new == now).all(axis=0)


def settle_plain(now, removed, neighbours, level, bounds, table, active, limit=64):
    """(plane, sweeps in which somebody changed) of `cascade.settle`."""
    everybody = np.full(len(now), 0xFFFFFFFFFFFFFFFF, np.uint64)
    for count in range(limit):
        new = sweep_plain(now, removed, neighbours, level, bounds, table, everybody, 0, active)
        if (new == now).all():
            return now, count
        now = new
    return now, limit


def heads_plain(plane, bounds):
    """As `cascade.heads`: sums of bits."""
    return np.add.reduceat(unpack(plane).astype(np.int32), bounds[:-1], axis=0)


def step_plain(voice, revolt, removed, neighbours, level, bounds, cutoffs, arrest, back, key, week, block, first_word):
    """The planes of voice, revolt and removed after `street.step` without sparks; `cutoffs` (voice, revolt) (H, S, 9) each."""
    v, r, x = unpack(voice), unpack(revolt), unpack(removed)
    new_v, new_r, new_x = v.copy(), r.copy(), x.copy()
    for i in range(len(v)):
        s = int(np.searchsorted(bounds, i, side="right")) - 1
        a, b, c, d = philox_plain((i, week, block, 1), key)
        look, luck = a | b << 32, c | d << 32
        for h in range(len(arrest)):
            if x[i, h]:
                new_v[i, h] = new_r[i, h] = False
            elif _turned(look, h, first_word, i & 31):
                for plane, new, cutoff in ((v, new_v, cutoffs[0]), (r, new_r, cutoffs[1])):
                    new[i, h] = level[i] < cutoff[h, s, plane[neighbours[i], h].sum()]
            places = [(h - 9 * digit) % 64 + h // 64 * 64 for digit in range(7)]  # the last digit of the number first
            number = sum((not _turned(luck, place, first_word, i & 31)) << digit for digit, place in enumerate(places))
            if x[i, h]:
                new_x[i, h] = number >= back[h]
            elif (new_v[i, h] or new_r[i, h]) and number < arrest[h]:
                new_v[i, h] = new_r[i, h] = False
                new_x[i, h] = True
    return pack(new_v), pack(new_r), pack(new_x)


def spark_plain(plane, removed, starts, sizes, lit):
    """The plane once each history that is `lit` (H,) has its spark: citizens start ... start + size - 1 speak, the removed excepted."""
    bits, gone = unpack(plane), unpack(removed)
    for h in np.flatnonzero(lit):
        ring = (starts[h] + np.arange(min(sizes[h], len(bits)))) % len(bits)
        bits[ring, h] |= ~gone[ring, h]
    return pack(bits)


def network_plain(key, block, bounds, window=30, rewired=0.1):
    """As `cascade.network`: candidates one after the other, each taken if new."""
    people = int(bounds[-1])
    out = np.empty((people, 8), np.int32)
    for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        size = last - first
        span = min(window, (size - 1) // 2)
        for i in range(first, last):
            found: list[int] = []
            for attempt in range(128 + people):
                if attempt >= 128:
                    j = (i + attempt - 127) % people
                else:
                    draws = philox_plain((i, block, attempt // 2, 32), key)
                    u, v = draws[2:] if attempt % 2 else draws[:2]
                    if span < 1 or u < round(rewired * 2**32):
                        j = v * people >> 32
                    else:
                        offsets = [*range(-span, 0), *range(1, span + 1)]
                        j = first + (i - first + offsets[v * 2 * span >> 32]) % size
                if j != i and j not in found:
                    found.append(j)
                if len(found) == 8:
                    break
            out[i] = found
    return out


def cascade_plain(indptr, indices, thresholds, seeds):
    """As `cascade.cascade`: everybody looks again and again until nobody joins."""
    active = np.array(seeds, bool)
    while True:
        joins = [active[indices[a:b]].sum() >= t for a, b, t in zip(indptr[:-1], indptr[1:], thresholds, strict=True)]
        grown = active | np.array(joins, bool)
        if (grown == active).all():
            return active
        active = grown
