"""How far an answer moves with the drawn parameters, apart from how few the histories are.

Each history has its own draw of every parameter, so its outcome holds both luck and parameters. What the parameters alone would give,
E[outcome | parameters], is taken as a straight line in their prior ranks. Ranks are drawn apart from each other, so each one's squared
correlation with the outcome, less the 1/n that chance gives it, is its share of the variance: no line needs to be fitted, and the shares
of hundreds of parameters add up without bias even where none can be told from noise (dicker2014). Counted are

    single parameters   that chance would show, in one of all of them, once in forty claims
    the rest together   if what they add up to is more than chance would give once in forty claims

so where parameters explain nothing the spread is nil in nineteen claims of twenty. It is a floor: curves that rise and fall, joint effects
of parameters and whatever the histories are too few to show are left out.
"""

from math import sqrt
from statistics import NormalDist

import numpy as np

CHANCE = 0.025  # of counting anything, for the single ones and for the rest, where there is nothing
SEEN = 0.25  # share of variance: where only more than this could be told from chance, the rest together are left alone
FEWEST = 20.0  # effective histories, below which nothing is sought


def ranks(parameters: np.ndarray) -> np.ndarray:
    """Each parameter's rank among the histories (H, K), centred, of variance 1; a parameter that never varies is nought throughout.

    >>> ranks(np.array([[0.1], [7.0], [0.5]]))[:, 0].round(2).tolist()
    [-1.22, 1.22, 0.0]
    """
    order = np.argsort(np.argsort(parameters, axis=0, kind="stable"), axis=0, kind="stable").astype(float)
    constant = (parameters == parameters[:1]).all(axis=0)
    centred = order - (len(parameters) - 1) / 2
    return np.where(constant, 0.0, centred / max(np.sqrt((len(parameters) ** 2 - 1) / 12), 1e-300))


def expected(outcome: np.ndarray, ranked: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """E[outcome | parameters] (H,) of each history; the mean throughout where parameters explain nothing.

    outcome (H,), ranked (H, K) from `ranks`, weights (H,) or None for equal ones. The values are spread as far as the variance explained
    says, in the order of the fitted line.
    """
    share = np.full(len(outcome), 1 / len(outcome)) if weights is None else weights / weights.sum()
    n, centre = 1 / float((share**2).sum()), float(share @ outcome)
    nothing, apart = np.full(len(outcome), centre), outcome - centre
    deviation = sqrt(float(share @ apart**2))
    off = ranked - share @ ranked
    scale = np.sqrt(share @ off**2)
    varies = scale > 1e-12
    if n < FEWEST or deviation == 0 or not varies.any():
        return nothing
    off = off[:, varies] / scale[varies]
    correlation = (share * apart) @ off / deviation
    explained, counted = _explained(correlation, n)
    if explained <= 0:
        return nothing
    line = off @ (correlation * counted)
    return centre + deviation * sqrt(explained) * line / sqrt(float(share @ line**2))


def _explained(correlation: np.ndarray, n: float) -> tuple[float, np.ndarray]:
    """The share of variance that ranks of these correlations (K,) explain, and which of them are counted (K,)."""
    single = NormalDist().inv_cdf(1 - CHANCE / (2 * len(correlation)))
    counted = np.abs(correlation) * sqrt(n) > single
    gain = correlation**2 - 1 / n
    rest, others = float(gain[~counted].sum()), int((~counted).sum())
    by_chance = NormalDist().inv_cdf(1 - CHANCE) * sqrt(2 * others) / n
    if by_chance <= SEEN and rest > by_chance:
        counted = np.ones(len(correlation), bool)
    return min(float(gain[counted].sum()), 1.0), counted


def interval(values: np.ndarray, weights: np.ndarray | None = None) -> tuple[float, float]:
    """The 5% and 95% points of expectations (H,), weighted."""
    order = np.argsort(values, kind="stable")
    weights = np.ones(len(values)) if weights is None else weights
    passed = np.cumsum(weights[order]) / weights.sum()
    low, high = (int(np.searchsorted(passed, level)) for level in (0.05, 0.95))
    last = len(values) - 1
    return float(values[order[min(low, last)]]), float(values[order[min(high, last)]])
