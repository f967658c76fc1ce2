"""What the kernels of `culture.py` mean: the same arguments, the same draws, bit for bit.

Slow on purpose: nothing is kept up to date here, similarities and chances are worked out anew where they are asked for.
"""

import numpy as np

from thaw.kernels.culture import PARTS
from thaw.kernels.noise import philox_plain
from thaw.kernels.portable import log


def neighbours_plain(width, height, neighbours):
    """The set of neighbours of each site: at most 1, 1 (diagonals too) or 2 steps away along the axes together."""
    reach = {4: ((0, 1), (1, 0)), 8: ((0, 1), (1, 0), (1, 1)), 12: ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0))}[neighbours]
    sites = [(x, y) for y in range(height) for x in range(width)]
    return [{j for j, (u, v) in enumerate(sites) if (abs(u - x), abs(v - y)) in reach} for x, y in sites]


def begin_plain(key, run, sites, features, traits):
    """As `culture.begin`."""
    words = [philox_plain((i, run, 0, 0), key)[0] for i in range(sites * features)]
    return np.array([word * traits >> 32 for word in words], np.int32).reshape(sites, features)


def settle_plain(key, run, ground, culture):
    """(culture at rest, events, changes): what `culture.settle` writes and returns."""
    culture = culture.copy()
    sites, features = culture.shape
    ends = ground.ends.tolist()
    of_site = [ground.ties[ground.first[s] : ground.first[s + 1]].tolist() for s in range(sites)]
    parts = [PARTS // max(len(ties), 1) for ties in of_site]

    def same(tie):
        return int((culture[ends[tie][0]] == culture[ends[tie][1]]).sum())

    active = [t for t in range(len(ends)) if 0 < same(t) < features]
    events = changes = trial = 0
    while active:
        w0, w1, w2, w3 = philox_plain((trial % 2**32, run, trial >> 32, 1), key)
        trial += 1
        pick = w0 * 2 * len(active) >> 32
        t = active[pick // 2]
        s, n = ends[t] if pick % 2 == 0 else ends[t][::-1]
        if w1 * (features - 1) * max(parts) >> 32 >= same(t) * parts[s]:
            continue
        chance = sum(same(t) * (parts[i] + parts[j]) for t, (i, j) in enumerate(ends) if t in active) / (PARTS * features * sites)
        events += 1 + int(log((w3 + 0.5) / 2**32) / log(1.0 - chance))
        changes += 1
        differing = np.flatnonzero(culture[s] != culture[n])
        f = differing[w2 * differing.size >> 32]
        culture[s, f] = culture[n, f]
        for t in of_site[s]:
            if (0 < same(t) < features) == (t in active):
                continue
            if t in active:  # the last takes its place
                active[active.index(t)] = active[-1]
                active.pop()
            else:
                active.append(t)
    return culture, events, changes


def count_plain(neighbours, culture):
    """As `culture.count`, from the neighbours of each site."""
    told = [tuple(site) for site in culture.tolist()]
    left = set(range(len(told)))
    regions = 0
    while left:
        regions += 1
        edge = {left.pop()}
        while edge:
            s = edge.pop()
            joined = {n for n in neighbours[s] & left if told[n] == told[s]}
            left -= joined
            edge |= joined
    return regions, len(set(told))
