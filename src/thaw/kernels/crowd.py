"""A loud crowd comes to rest: the sweeps of `cascade`, one history at a time, only where something has changed.

Few histories are loud in any week, so sweeping whole words of 64 would be waste: after the first sweep a citizen is asked again only
if one of her neighbours has changed. The result is that of full synchronous sweeps, to the bit (`cascade.settle` is the twin).
"""

import numpy as np
from numpy.typing import NDArray

from thaw.kernels._compile import compiled

MOST_SWEEPS = 64
_ONE = np.uint64(1)


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


@compiled("u8[:,:]!", "u8[:,:]", "i4[:,:]", "i8[:]", "i4[:]", "u1[:]", "i8[:]", "i4[:,:,:]", "i4[:]", "i8")
def _settle(plane, removed, neighbours, start, watcher, level, bounds, cutoff, histories, limit):
    people = plane.shape[0]
    speaks = np.empty(people, np.uint8)
    silent = np.empty(people, np.uint8)
    stratum = np.empty(people, np.uint8)
    count = np.empty(people, np.int32)
    asked = np.empty(people, np.int64)
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
            silent[i] = (removed[i, w] >> b) & _ONE
            asked[i] = -1
            ask[i] = i
        for i in range(people):
            found = 0
            for k in range(8):
                found += speaks[neighbours[i, k]]
            count[i] = found
        waiting = people
        for sweep in range(limit):
            moved = 0
            for k in range(waiting):
                i = ask[k]
                new = 1 if level[i] < cutoff[r, stratum[i], count[i]] and silent[i] == 0 else 0
                if new != speaks[i]:
                    changed[moved] = i
                    moved += 1
            if moved == 0:
                break
            waiting = 0
            for k in range(moved):
                j = changed[k]
                speaks[j] = 1 - speaks[j]
                step = 1 if speaks[j] == 1 else -1
                for m in range(start[j], start[j + 1]):
                    i = watcher[m]
                    count[i] += step
                    if asked[i] != sweep:
                        asked[i] = sweep
                        ask[waiting] = i
                        waiting += 1
        bit = _ONE << b
        for i in range(people):
            if speaks[i] == 1:
                plane[i, w] |= bit
            else:
                plane[i, w] &= ~bit


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
    plane: NDArray[np.uint64],
    removed: NDArray[np.uint64],
    neighbours: NDArray[np.int32],
    watched_by: tuple[NDArray[np.int64], NDArray[np.int32]],
    level: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    cutoff: NDArray[np.int32],
    histories: NDArray[np.int32],
) -> None:
    """Sweep the named histories of `plane` (N, W) to rest, in place: everybody looks, at most 64 times.

    `cutoff` (K, S, 9) and `histories` (K,) go together: row k holds the levels that speak in chunk history `histories[k]`.
    `plane` must be the caller's own. A synchronous sweep may swing for ever; then the 64th is kept.

    Sources: granovetter1978 (resting point of a crowd), kuran1991.
    """
    if len(histories):
        _settle(plane, removed, neighbours, *watched_by, level, bounds, cutoff, histories, MOST_SWEEPS)
