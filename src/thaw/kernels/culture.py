"""Dissemination of culture (Axelrod 1997): neighbours who already agree on something come to agree on more.

A site has F features, each one of q traits. An event picks a site uniformly, then one of its neighbours uniformly (a site
at the edge has fewer); with the share of features they have in common as its chance, the site takes over one of the
features in which they differ. Nothing can happen any more when every two neighbours are equal or have nothing in common.

Almost all events change nothing, so they are counted, not played. Given the sites, an event makes s copy from its
neighbour n with chance

    p(s, n) = same(s, n) / (F degree(s) N)    where 0 < same < F, otherwise 0

The next change is s from n with chance p(s, n) / p, p their sum, and the number of events up to it is geometric with
chance p: both independent of each other and of the past, so cultures and number of events are distributed as if every
event were played. Drawn here: one of the active ties and a direction, uniformly, kept with chance in proportion to p(s, n).

Each kernel's plain twin stands in `culture_plain.py`. Source: axelrod1997.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from thaw.kernels._compile import compiled
from thaw.kernels.noise import philox
from thaw.kernels.portable import log1

PARTS = 27720  # divisible by every degree from 1 to 12: chances as whole numbers
FIRST, EVENT = np.uint64(0), np.uint64(1)  # last counter word: cultures at the start; events
_WORD = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
STEPS = {
    4: ((1, 0), (0, 1)),
    8: ((1, 0), (0, 1), (1, 1), (-1, 1)),
    12: ((1, 0), (0, 1), (1, 1), (-1, 1), (2, 0), (0, 2)),
}


class Grid(NamedTuple):
    """Sites of a bounded grid and their ties; the ties of site s are ties[first[s] : first[s + 1]]."""

    ends: NDArray[np.int32]  # (T, 2) the two sites of each tie
    first: NDArray[np.int64]  # (N + 1,)
    ties: NDArray[np.int32]  # (2 T,)


def grid(width: int, height: int, neighbours: int) -> Grid:
    """A bounded grid whose inner sites have 4, 8 (with the diagonals) or 12 neighbours (also two steps straight on).

    >>> grid(2, 2, 4).ends.tolist()
    [[0, 1], [2, 3], [0, 2], [1, 3]]
    """
    column, row = np.tile(np.arange(width), height), np.repeat(np.arange(height), width)
    pairs = []
    for right, down in STEPS[neighbours]:
        there = (column + right >= 0) & (column + right < width) & (row + down < height)
        here = np.flatnonzero(there)
        pairs.append(np.stack([here, here + right + down * width], axis=1))
    ends = np.concatenate(pairs).astype(np.int32)
    order = np.argsort(ends.ravel(), kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(ends.ravel(), minlength=width * height))]).astype(np.int64)
    return Grid(ends, first, (order // 2).astype(np.int32))


@compiled("u8", "u4", "i8", "i4[:,:]!")
def _begin(key, run, traits, culture):
    features = culture.shape[1]
    for s in range(culture.shape[0]):
        for f in range(features):
            word, _, _, _ = philox(np.uint64(s * features + f), np.uint64(run), np.uint64(0), FIRST, key)
            culture[s, f] = np.int64((word * np.uint64(traits)) >> _SHIFT)


@compiled("u8", "u4", "i4[:,:]", "i8[:]", "i4[:]", "i4[:,:]!", "i8[:]!")
def _settle(key, run, ends, first, ties, culture, counts):
    sites, features = culture.shape
    parts = np.empty(sites, np.int64)
    for s in range(sites):
        parts[s] = PARTS // max(first[s + 1] - first[s], 1)
    most = (features - 1) * parts.max()
    same = np.zeros(ends.shape[0], np.int64)
    place = np.full(ends.shape[0], -1)  # where each tie stands among the active ones
    active = np.empty(ends.shape[0], np.int64)
    alive = 0
    total = 0  # chance of a change, in units of 1 / (PARTS F N)
    for t in range(ends.shape[0]):
        i, j = ends[t, 0], ends[t, 1]
        for f in range(features):
            same[t] += culture[i, f] == culture[j, f]
        if 0 < same[t] < features:
            place[t] = alive
            active[alive] = t
            alive += 1
            total += same[t] * (parts[i] + parts[j])
    events = np.int64(0)
    copies = 0
    trial = np.uint64(0)
    while alive > 0:
        w0, w1, w2, w3 = philox(trial & _WORD, np.uint64(run), trial >> _SHIFT, EVENT, key)
        trial += np.uint64(1)
        pick = np.int64((w0 * np.uint64(2 * alive)) >> _SHIFT)
        t = active[pick >> 1]
        s, n = ends[t, pick & 1], ends[t, 1 - (pick & 1)]
        if np.int64((w1 * np.uint64(most)) >> _SHIFT) >= same[t] * parts[s]:
            continue
        quiet = log1((np.float64(w3) + 0.5) / 4294967296.0) / log1(1.0 - total / (np.float64(PARTS) * features * sites))
        events += 1 + np.int64(quiet)
        copies += 1
        left = np.int64((w2 * np.uint64(features - same[t])) >> _SHIFT)  # differing features to pass over
        f = 0
        while culture[s, f] == culture[n, f] or left > 0:
            left -= culture[s, f] != culture[n, f]
            f += 1
        old, new = culture[s, f], culture[n, f]
        culture[s, f] = new
        for k in range(first[s], first[s + 1]):
            t = ties[k]
            other = ends[t, 0] + ends[t, 1] - s
            change = np.int64(culture[other, f] == new) - np.int64(culture[other, f] == old)
            if change == 0:
                continue
            before, after = same[t], same[t] + change
            same[t] = after
            both = parts[s] + parts[other]
            total += (after % features - before % features) * both
            if after % features == 0:  # equal or strangers: off the list, the last takes its place
                alive -= 1
                active[place[t]] = active[alive]
                place[active[alive]] = place[t]
                place[t] = -1
            elif before % features == 0:
                place[t] = alive
                active[alive] = t
                alive += 1
    counts[0] = events
    counts[1] = copies


@compiled("i4[:,:]", "i8[:]", "i4[:]", "i4[:,:]", "i8[:]!")
def _count(ends, first, ties, culture, counts):
    sites, features = culture.shape
    seen = np.zeros(sites, np.uint8)
    queue = np.empty(sites, np.int64)
    heads = np.empty(sites, np.int64)  # a site of each culture found
    regions = 0
    cultures = 0
    for start in range(sites):
        if seen[start] != 0:
            continue
        regions += 1
        fresh = True
        for c in range(cultures):
            equal = True
            for f in range(features):
                equal = equal and culture[heads[c], f] == culture[start, f]
            fresh = fresh and not equal
        if fresh:
            heads[cultures] = start
            cultures += 1
        seen[start] = 1
        queue[0] = start
        filled = 1
        while filled > 0:
            filled -= 1
            s = queue[filled]
            for k in range(first[s], first[s + 1]):
                other = ends[ties[k], 0] + ends[ties[k], 1] - s
                equal = seen[other] == 0
                for f in range(features):
                    equal = equal and culture[other, f] == culture[s, f]
                if equal:
                    seen[other] = 1
                    queue[filled] = other
                    filled += 1
    counts[0] = regions
    counts[1] = cultures


def begin(key: np.uint64, run: int, sites: int, features: int, traits: int) -> NDArray[np.int32]:
    """Cultures (N, F) at the start: every trait 0 ... q - 1 equally likely, everywhere independent."""
    culture = np.empty((sites, features), np.int32)
    _begin(key, np.uint32(run), traits, culture)
    return culture


def settle(key: np.uint64, run: int, ground: Grid, culture: NDArray[np.int32]) -> tuple[int, int]:
    """Let cultures (N, F) spread, in place, until nothing can change any more: (events, changes) up to then.

    >>> key, ground = np.uint64(1), grid(3, 1, 4)
    >>> culture = np.array([[0, 0], [0, 0], [1, 1]], dtype=np.int32)
    >>> settle(key, 0, ground, culture)  # equal or strangers: at rest
    (0, 0)
    """
    counts = np.zeros(2, np.int64)
    _settle(key, np.uint32(run), *ground, culture, counts)
    return int(counts[0]), int(counts[1])


def count(ground: Grid, culture: NDArray[np.int32]) -> tuple[int, int]:
    """(regions, cultures): connected sets of equal sites, and how many different cultures they have.

    >>> count(grid(3, 1, 4), np.array([[0, 0], [1, 1], [0, 0]], dtype=np.int32))
    (3, 2)
    """
    counts = np.zeros(2, np.int64)
    _count(*ground, culture, counts)
    return int(counts[0]), int(counts[1])
