"""Histories that weigh more or less: how many they are worth, and how far their weights may be trusted.

Histories that fit the record weigh more (abduction). A few often carry nearly all weight; the weights are then tempered, raised to
a power below 1, until enough histories count: some of the conditioning is given up for a number that can be relied on.
Source: kong1994 (effective sample size), neal2001 (tempering).
"""

import numpy as np

WANTED = 200.0  # effective histories that tempering keeps, where there are so many


def effective(weights: np.ndarray) -> float:
    """The number of equally weighted histories that these weights (H,) are worth; nought where all are nought.

    >>> effective(np.ones(8)), effective(np.array([1.0, 0.0, 0.0]))
    (8.0, 1.0)
    """
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def temper(log_weights: np.ndarray, wanted: float = WANTED) -> tuple[np.ndarray, float, float]:
    """Weights (H,) of mean 1, the power between 0 and 1 that they were raised to, and their effective number.

    The power is the largest that leaves `wanted` effective histories. Histories that the record rules out (minus infinity) stay out at
    any power; where fewer than `wanted` are left the power is 0 and those count alike.

    >>> weights, power, n = temper(np.array([0.0, 0.0, -9.0, -9.0]), wanted=3)
    >>> 0 < power < 1, round(n, 6)
    (True, 3.0)
    """
    possible = log_weights > -np.inf
    if not possible.any():
        return np.zeros(len(log_weights)), 0.0, 0.0
    log_weights = log_weights - log_weights[possible].max()

    def raised(power: float) -> np.ndarray:
        weights = np.zeros(len(log_weights))
        weights[possible] = np.exp(power * log_weights[possible])
        return weights * (len(weights) / weights.sum())

    low, high = 0.0, 1.0
    if effective(raised(1.0)) >= wanted:
        low = 1.0
    elif effective(raised(0.0)) > wanted:
        for _ in range(60):  # the effective number falls as the power rises
            middle = (low + high) / 2
            low, high = (middle, high) if effective(raised(middle)) >= wanted else (low, middle)
    return raised(low), low, effective(raised(low))
