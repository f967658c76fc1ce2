"""Ruling coalitions: which group ends up ruling when nobody can commit.

Among contenders with given powers, a group wins in a larger one if it holds strictly more than a share alpha of the
larger one's power; it is stable if no stable proper part of it wins in it. The lightest stable winning group rules.
Powers are whole numbers and shares are compared by cross-multiplication: a tie never wins, and floats would break ties.

Source: acemoglu2008 (Acemoglu, Egorov & Sonin, "Coalition Formation in Non-Democracies": the ultimate ruling
coalition, and that it is what the bargaining game leads to).
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thaw.kernels._compile import compiled

MOST = 16  # contenders; time grows as 3 to their number at worst


@compiled("i8[:,:]", "u1[:,:]", "i8", "i8", "u1[:]!", "i8[:]!", "u4[:]!")
def _ruling(powers, present, numerator, denominator, stable, weight, out):
    """Masks (H,) of the ruling coalitions; `stable`, `weight` (2^n,) are left filled for the last history."""
    place = np.empty(powers.shape[1], np.int64)
    for h in range(powers.shape[0]):
        n = 0
        for i in range(powers.shape[1]):
            if present[h, i] != 0 and powers[h, i] > 0:
                place[n] = i
                n += 1
        weight[0] = 0
        everybody = (1 << n) - 1
        best = everybody
        for x in range(1, 1 << n):
            low = 0
            while not (x >> low) & 1:
                low += 1
            weight[x] = weight[x & (x - 1)] + powers[h, place[low]]
            needed = numerator * weight[x]
            stands = True
            # parts of x, the largest numbers first: they mostly win, and one that is stable settles the matter
            y = (x - 1) & x
            while y and (stands or x == everybody):
                if stable[y] != 0 and denominator * weight[y] > needed:
                    if x == everybody:  # here the lightest is sought; `first` is the first member on whom two differ
                        first = (y ^ best) & -(y ^ best)
                        if stands or weight[y] < weight[best] or (weight[y] == weight[best] and y & first):
                            best = y
                    stands = False
                y = (y - 1) & x
            stable[x] = stands
        mask = 0
        for i in range(n):
            if (best >> i) & 1:
                mask |= 1 << place[i]
        out[h] = mask


def _check(most: int, total: int, numerator: int, denominator: int) -> None:
    if most > MOST:
        raise ValueError(f"{most} contenders are too many, at most {MOST}")
    if not (denominator <= 2 * numerator and 0 < numerator < denominator):
        raise ValueError(f"the majority {numerator}/{denominator} is not from 1/2 to below 1")
    if total * denominator >= 2**63:
        raise ValueError(f"powers that sum to {total} are too large for the majority {numerator}/{denominator}: scale")


def members(mask: int) -> list[int]:
    """Places of the bits of a mask, in order."""
    return list(_members(int(mask)))


@lru_cache(maxsize=1 << MOST)
def _members(mask: int) -> tuple[int, ...]:
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)


@lru_cache(maxsize=MOST)
def _order(n: int) -> NDArray[np.int64]:
    """Place (2^n,) of each group when groups stand by their member lists, for groups of which none holds another.

    Of two such lists the first is the one whose mask, read backwards, is the larger number.
    """
    return np.array([-int(f"{mask:0{n}b}"[::-1], 2) for mask in range(1 << n)])


def ruling_coalitions(powers: ArrayLike, numerator: int = 1, denominator: int = 2) -> list[int]:
    """Bit masks of all ruling coalitions of contenders with whole-number powers (n,), ordered by their member lists.

    One, unless powers tie. The majority is numerator/denominator, from 1/2 to below 1.

    >>> [members(mask) for mask in ruling_coalitions([3, 4, 5])]  # each two would be ruled by one of them
    [[0, 1, 2]]
    >>> [members(mask) for mask in ruling_coalitions([3, 4, 5, 10])]  # the strongest is thrown out
    [[0, 1, 2]]
    >>> [members(mask) for mask in ruling_coalitions([1, 1, 1])]
    [[0, 1], [0, 2], [1, 2]]
    """
    row = np.atleast_2d(np.asarray(powers, np.int64))
    n = row.shape[1]
    _check(n, sum(map(int, row[0])), numerator, denominator)
    if n == 0 or row.min() <= 0:
        raise ValueError("every contender needs a power above 0")
    stable, weight, out = np.empty(1 << n, np.uint8), np.empty(1 << n, np.int64), np.empty(1, np.uint32)
    _ruling(row, np.ones((1, n), np.uint8), numerator, denominator, stable, weight, out)
    if stable[-1]:
        return [int(out[0])]
    wins = (stable != 0) & (weight * denominator > weight[-1] * numerator)
    wins[0] = False
    lightest = np.flatnonzero(wins & (weight == weight[out[0]]))
    return [int(mask) for mask in lightest[np.argsort(_order(n)[lightest])]]


def ruling_coalition_many(
    powers: NDArray[np.int64], present: NDArray[np.bool_], numerator: int = 1, denominator: int = 2
) -> NDArray[np.uint32]:
    """Bit mask (H,) of the ruling coalition among those present, history by history; 0 where nobody is.

    `powers` (H, n) whole numbers, `present` (H, n); whoever has no power above 0 counts as absent. Of tied coalitions
    the one whose ordered member list comes first rules: contenders' places decide, so let them not depend on luck.

    >>> ruling_coalition_many(np.array([[3, 4, 5, 10], [3, 4, 5, 10]]), np.array([[1, 1, 1, 1], [1, 1, 0, 1]]))
    array([7, 8], dtype=uint32)
    """
    powers = np.ascontiguousarray(powers, np.int64)
    n = powers.shape[1]
    largest = int(np.maximum(powers, 0).max(initial=0))
    _check(n, n * largest, numerator, denominator)
    out = np.empty(len(powers), np.uint32)
    here = np.ascontiguousarray(np.asarray(present) != 0).view(np.uint8)
    if here.shape != powers.shape:
        raise ValueError(f"powers have shape {powers.shape}, present {here.shape}: wanted the same")
    _ruling(powers, here, numerator, denominator, np.empty(1 << n, np.uint8), np.empty(1 << n, np.int64), out)
    return out


def ruling_coalitions_plain(powers: Sequence[int], numerator: int = 1, denominator: int = 2) -> list[int]:
    """What `ruling_coalitions` means, by the axioms: subsets of subsets, from the top down."""

    def weight(group: int) -> int:
        return sum(powers[i] for i in members(group))

    @cache
    def rulers(group: int) -> tuple[int, ...]:
        parts = [part for part in range(1, group) if part & group == part]
        winning = [part for part in parts if denominator * weight(part) > numerator * weight(group)]
        stable = [part for part in winning if rulers(part) == (part,)]
        if not stable:
            return (group,)
        lightest = min(map(weight, stable))
        return tuple(part for part in stable if weight(part) == lightest)

    return sorted(rulers((1 << len(powers)) - 1), key=members)
