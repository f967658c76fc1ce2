"""Causes that overlap: each one's share of a joint effect, and whether any of them was necessary.

Prevented one at a time, two causes of which either suffices both look idle. So every subset of the bundle is prevented. What a subset
takes away is v(S) = share of the histories with E that have none once S is prevented; a cause's Shapley value is what it adds to
v, averaged over every order in which the causes could be taken away. The values add up to v of all: "any of them".
Source: shapley1953.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from thaw.attribution import intervals
from thaw.attribution.numbers import LEAST, Estimate, share_of


@dataclass(frozen=True)
class Shares:
    """What each cause of a bundle took part in, and all of them together; None where fewer than `LEAST` histories had E."""

    causes: Mapping[str, Estimate]
    any_of_them: Estimate


def subsets(causes: Sequence[str]) -> list[frozenset[str]]:
    """Every subset that must be prevented, the empty one first.

    >>> [sorted(subset) for subset in subsets(["a", "b"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    return [frozenset(some) for size in range(len(causes) + 1) for some in combinations(causes, size)]


def shares(outcomes: Mapping[frozenset[str], np.ndarray], happened: np.ndarray, weights: np.ndarray | None = None) -> Shares | None:
    """Shapley values of a bundle's causes, and `any of them`.

    outcomes  subset prevented -> E (H,), 0 or 1, NaN where the history had ended; the empty subset is F
    happened  bool (H,): some cause of the bundle did occur in F before E

    >>> happened, e = np.ones(40, bool), np.ones(40)
    >>> either = {frozenset(): e, frozenset("a"): e, frozenset("b"): e, frozenset("ab"): 0 * e}  # a or b alone suffices
    >>> found = shares(either, happened)
    >>> found.causes["a"].estimate, found.causes["b"].estimate, found.any_of_them.estimate
    (0.5, 0.5, 1.0)
    """
    causes = sorted(frozenset().union(*outcomes))
    whole = np.all([np.isfinite(outcome) for outcome in outcomes.values()], axis=0)
    counted = happened & whole & (outcomes[frozenset()] == 1)
    if weights is not None:
        counted &= weights > 0
    if counted.sum() < LEAST:
        return None
    gone = {subset: 1 - outcome[counted] for subset, outcome in outcomes.items()}
    heavy = None if weights is None else weights[counted]
    found = {}
    for cause in causes:
        added = _added(gone, cause, [other for other in causes if other != cause])
        centre = float(np.average(added, weights=heavy))
        found[cause] = Estimate(centre, intervals.mean(added, heavy, span=1.0), None, int(counted.sum()))
    return Shares(found, share_of(gone[frozenset(causes)], heavy))


def _added(gone: Mapping[frozenset[str], np.ndarray], cause: str, others: Iterable[str]) -> np.ndarray:
    """What preventing `cause` adds in each history, averaged over the orders of the bundle."""
    others = list(others)
    total = np.zeros(len(gone[frozenset()]))
    for before in subsets(others):
        orders = factorial(len(before)) * factorial(len(others) - len(before)) / factorial(len(others) + 1)
        total += orders * (gone[before | {cause}] - gone[before])
    return total
