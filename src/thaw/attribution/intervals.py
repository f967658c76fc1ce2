"""Intervals of shares, differences, ratios and means whose coverage is known where nothing, or everything, was counted.

    proportion        one share                           Wilson's score interval
    paired_difference two shares of the same histories    Tango's score interval
    paired_ratio      their ratio                         score interval of Tang, Tang & Chan
    ratio             the ratio of independent shares     Koopman's score interval
    mean              a mean of paired differences        Student's t after Hall's removal of skewness
    ratio_of_means    one mean in units of another        Fieller's: the values r for which `mean` of first - r second leaves nought in

A score interval holds every value that a test with the variance *under that value* would not reject. It needs no zero cell mended, and
for rare events it beats the bootstrap (paciorek2018), which has no width at all where nothing was counted. Counts may be fractions:
weighted histories come as shares times their effective number. All limits hold with `LEVEL`; the tails are equal only roughly.

Sources
-------
wilson1927, newcombe1998 (the share; worked examples), tango1998 (difference), tang2003, nam2002 (ratio of paired shares; both give the same
limits), koopman1984 (ratio of independent shares), paciorek2018 (which to use for the attribution of events), hall1992 (the mean),
fieller1954 (the ratio of means), fagerland2017 (worked examples).
"""

from collections.abc import Callable
from math import exp, inf, isinf, sqrt
from statistics import NormalDist

import numpy as np

LEVEL = 0.9
Interval = tuple[float, float]


def quantile(level: float = LEVEL) -> float:
    """How many standard errors a two-sided interval of this level reaches.

    >>> round(quantile(0.95), 4)
    1.96
    """
    return NormalDist().inv_cdf(0.5 + level / 2)


def proportion(count: float, n: float, level: float = LEVEL) -> Interval:
    """Wilson's interval of a share of `count` in `n`; [0, 1] where there is nobody.

    >>> low, high = proportion(0, 20, 0.95)  # newcombe1998, table I
    >>> round(low, 4), round(high, 4)
    (0.0, 0.1611)
    """
    if n <= 0:
        return 0.0, 1.0
    z, share = quantile(level), count / n
    centre = share + z * z / (2 * n)
    reach = z * sqrt(max(share * (1 - share) / n + z * z / (4 * n * n), 0.0))
    low, high = (centre - reach) / (1 + z * z / n), (centre + reach) / (1 + z * z / n)
    return (0.0 if count <= 0 else low), (1.0 if count >= n else high)


def paired_difference(first: float, second: float, n: float, level: float = LEVEL) -> Interval:
    """Tango's interval of P(A) - P(B) in `n` pairs, of which `first` had A alone and `second` had B alone.

    >>> low, high = paired_difference(6, 16, 161, 0.95)  # fagerland2017, chapter 8, data of Cavo et al. (2012)
    >>> round(low, 4), round(high, 4)
    (-0.124, -0.0054)
    """
    if n <= 0:
        return -1.0, 1.0
    z, estimate = quantile(level), (first - second) / n

    def statistic(difference: float) -> float:
        a, b = 2 * n, (2 * n - first + second) * difference - first - second
        c = -second * difference * (1 - difference)
        only_second = (sqrt(max(b * b - 4 * a * c, 0.0)) - b) / (2 * a)  # its likeliest probability if this is the difference
        return _standardised(first - second - n * difference, n * (2 * only_second + difference * (1 - difference)))

    return _below(statistic, z, -1.0, estimate), _above(statistic, -z, estimate, 1.0)


def paired_ratio(both: float, first: float, second: float, n: float, level: float = LEVEL) -> Interval:
    """Score interval of P(A) / P(B) in `n` pairs: `both` had A and B, `first` A alone, `second` B alone.

    From 0 where A never was, to infinity where B never was; (0, infinity) where neither was.

    >>> low, high = paired_ratio(59, 6, 16, 161, 0.95)  # the same data
    >>> round(low, 4), round(high, 4)
    (0.7476, 0.9876)
    """
    z, some = quantile(level), both + first + second

    def statistic(ratio: float) -> float:
        a = n * (1 + ratio)
        b = (both + second) * ratio * ratio - (both + first + 2 * second)
        c = second * (1 - ratio) * some / n
        only_second = (sqrt(max(b * b - 4 * a * c, 0.0)) - b) / (2 * a)
        return _standardised(both + first - ratio * (both + second), n * (1 + ratio) * only_second + some * (ratio - 1))

    return _of_ratio(statistic, both + first, both + second, z)


def ratio(first: float, n_first: float, second: float, n_second: float, level: float = LEVEL) -> Interval:
    """Koopman's interval of P(A) / P(B) from `first` in `n_first` and, of other histories, `second` in `n_second`.

    >>> low, high = ratio(7, 34, 1, 34, 0.95)  # fagerland2017, chapter 4, data of Perondi et al. (2004)
    >>> round(low, 3), round(high, 3)
    (1.221, 42.576)
    """
    z = quantile(level)

    def statistic(value: float) -> float:
        a, b, c = (n_first + n_second) * value, n_first * value + first + n_second + second * value, first + second
        share = (b - sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)  # likeliest P(B) if this is the ratio
        other = min(share * value, 1.0)
        variance = other * (1 - other) / n_first + value * value * share * (1 - share) / n_second
        return _standardised(first / n_first - value * second / n_second, variance)

    if n_first <= 0 or n_second <= 0:
        return 0.0, inf
    return _of_ratio(statistic, first, second, z)


def mean(values: np.ndarray, weights: np.ndarray | None = None, *, span: float = 0.0, level: float = LEVEL) -> Interval:
    """Interval of the mean of paired differences (K,), by Student's t after Hall's transformation, which removes skewness.

    Most pairs often do not differ at all and a few differ much: the plain t interval then errs to one side. Where no pair differs
    from any other the interval is what the unseen share (`proportion`) could add if each such pair differed by `span`.

    >>> mean(np.array([1.0, 2.0, 3.0]))[0] < 2 < mean(np.array([1.0, 2.0, 3.0]))[1]
    True
    >>> round(mean(np.zeros(100), span=10.0)[1], 3)
    0.263
    """
    from scipy.special import stdtrit

    share = np.full(len(values), 1 / max(len(values), 1)) if weights is None else weights / weights.sum()
    n = 1 / float((share**2).sum()) if len(values) else 0.0
    if n <= 1.5:
        return -inf, inf
    centre = float(share @ values)
    apart = values - centre
    spread = sqrt(float(share @ apart**2) * n / (n - 1))
    if spread <= 1e-12 * max(abs(centre), 1e-300):
        unseen = proportion(0, n, level)[1] * span
        return centre - unseen, centre + unseen
    t, skewness = float(stdtrit(n - 1, 0.5 + level / 2)), float(share @ apart**3) / spread**3
    error = spread / sqrt(n)
    return centre - error * _unskewed(t, skewness / sqrt(n)), centre - error * _unskewed(-t, skewness / sqrt(n))


def ratio_of_means(first: np.ndarray, second: np.ndarray, level: float = LEVEL) -> Interval:
    """Interval of the mean of `first` over the mean of `second` in the same pairs (K,); unbounded where the latter may be nought.

    Where `first` is the same multiple of `second` in every pair, what the unseen share could add if each such pair differed by the largest `second`.

    >>> ratio_of_means(np.array([1.0, 0.0, 1.0, 1.0] * 20), np.ones(80))[0] < 0.75
    True
    >>> ratio_of_means(np.ones(40), np.repeat([1.0, -1.0], 20))
    (-inf, inf)
    """
    low, high = mean(second, level=level)
    if not len(second) or low <= 0 <= high:
        return -inf, inf
    whole = float(second.mean())
    estimate = float(first.mean()) / whole

    def left_in(value: float) -> bool:
        ends = mean(first - value * second, level=level)
        return ends[0] <= 0 <= ends[1]

    if float(np.ptp(first - estimate * second)) <= 1e-12 * float(np.abs(second).max()):
        unseen = proportion(0, len(second), level)[1] * float(np.abs(second).max()) / abs(whole)
        return estimate - unseen, estimate + unseen
    return _last(left_in, estimate, -1.0), _last(left_in, estimate, 1.0)


def _last(holds: Callable[[float], bool], start: float, way: float) -> float:
    """How far from `start` a condition holds, by doubling and halving; infinite where it does not end."""
    step = 1e-3 * max(abs(start), 1.0)
    while holds(start + way * step):
        step *= 2
        if step > 1e6:
            return way * inf
    near, far = 0.0, step
    for _ in range(24):
        middle = (near + far) / 2
        near, far = (middle, far) if holds(start + way * middle) else (near, middle)
    return start + way * near


def _unskewed(t: float, skewness: float) -> float:
    """The studentised mean whose transform is t: hall1992, the cubic g(x) = x + s x²/3 + s² x³/27 + s/6, inverted."""
    if abs(skewness) < 1e-6:
        return t
    cubed = 1 + skewness * (t - skewness / 6)
    return 3 / skewness * (float(np.cbrt(cubed)) - 1)


def _standardised(distance: float, variance: float) -> float:
    """A distance in standard errors; infinite where there is a distance and no variance."""
    if variance > 1e-14:
        return distance / sqrt(variance)
    return 0.0 if abs(distance) < 1e-12 else distance * inf


def _of_ratio(statistic: Callable[[float], float], first: float, second: float, z: float) -> Interval:
    """Limits of a ratio of `first` to `second`, sought in its logarithm."""
    if first <= 0 and second <= 0:
        return 0.0, inf

    def at(logarithm: float) -> float:
        return statistic(exp(logarithm))

    far = 30.0  # e^30: beyond any ratio of counts
    estimate = inf if second <= 0 else first / second
    middle = far if isinf(estimate) else (float(np.log(estimate)) if estimate > 0 else -far)
    middle = min(max(middle, -far), far)
    low = 0.0 if first <= 0 else exp(_below(at, z, -far, middle))
    high = inf if second <= 0 else exp(_above(at, -z, middle, far))
    return low, high


def _below(statistic: Callable[[float], float], target: float, low: float, high: float) -> float:
    """The lowest value not rejected: where a falling statistic reaches `target`, or `low` if it never exceeds that."""
    return low if statistic(low) < target else _crossing(statistic, target, low, high)


def _above(statistic: Callable[[float], float], target: float, low: float, high: float) -> float:
    """The highest value not rejected: where a falling statistic reaches `target`, or `high` if it never falls so far."""
    return high if statistic(high) > target else _crossing(statistic, target, low, high)


def _crossing(statistic: Callable[[float], float], target: float, low: float, high: float) -> float:
    """Where a falling statistic passes `target`, by halving."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if statistic(middle) > target else (low, middle)
    return (low + high) / 2
