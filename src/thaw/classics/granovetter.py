"""Riots of people who wait for each other: two almost equal crowds end differently (Granovetter 1978).

Person i of N joins once at least θ_i others act, her threshold; nobody leaves. F is the distribution of thresholds.

    r(0) = 0,   r(t + 1) = N · F(r(t)), the number of people with θ_i <= r(t)
    r∞          the lowest r with N · F(r) = r: where F first meets the diagonal

`run` finds r∞ with the general cascade (`thaw.kernels.cascade`): everybody watches everybody. A `step` is a cascade in which
everybody watches yesterday's crowd and nobody today's. From the paper, as a replication's specification quotes it at length
(ndouglas/SugarScape): the rule, the two crowds, normal crowds, crowds sampled from a city, friends who count double.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache
from math import ceil, comb, pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thaw.classics.checks import choice, listed, number, together, told, whole
from thaw.classics.rows import Row, close, exact
from thaw.kernels.cascade import cascade
from thaw.kernels.noise import name_key, uniform
from thaw.kernels.portable import exp, log, normal, normal_quantile

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "granovetter1978"
MOST = 2000  # people: everybody watching everybody is N² ties
MOST_SAMPLED = 10**7  # people in all sampled crowds
ROUNDINGS: dict[str, tuple[Callable[..., Any], float]] = {  # how, and the real threshold from which r others no longer do, less r
    "up": (np.ceil, 0.0),
    "nearest": (np.rint, 0.5),
    "down": (np.floor, 1.0),
}
_ONE = 2**60  # shares are counted in parts of this, so that sums of large terms are exact


def run(thresholds: Iterable[Any] = range(100)) -> int:
    """How many riot in the end: r∞.

    Parameters
    ----------
    thresholds : (N,) people, 1 to 2000 of them
        θ: how many others must act first. 0 or less acts alone, above N never. Who waits for 2.5 people waits for 3.

    Raises
    ------
    ValueError
        A threshold that is not a finite number, nobody at all or more than 2000.

    Sources
    -------
    granovetter1978 (the rule and the default crowd).

    Examples
    --------
    >>> run(range(100))
    100
    >>> run([0, 2, *range(2, 100)])  # the one who waited for one now waits for two
    1
    """
    crowd = waiting_for(thresholds)
    return int(cascade(*_everybody(crowd.size), crowd, np.zeros(crowd.size)).sum())


def path(thresholds: Iterable[Any] = range(100), start: int = 0) -> list[int]:
    """How many act on each day, r(0), r(1), ... until that stays; started above a resting point, the number falls.

    >>> path([0, 1, 1, 3, 9])
    [0, 1, 3, 4]
    """
    crowd = waiting_for(thresholds)
    days = [whole("start", start, 0, crowd.size)]
    while (after := _after(crowd, days[-1])) != days[-1]:
        days.append(after)
    return days


def step(thresholds: Iterable[Any], before: int) -> int:
    """How many act the day after `before` people did.

    >>> step([0, 1, 1, 3, 9], 1)
    3
    """
    crowd = waiting_for(thresholds)
    return _after(crowd, whole("before", before, 0, crowd.size))


def resting(thresholds: Iterable[Any]) -> list[int]:
    """Every number of people that stays, the lowest first.

    >>> resting([0, 2, 2])
    [1, 3]
    """
    crowd = waiting_for(thresholds)
    return [acting for acting in range(crowd.size + 1) if _after(crowd, acting) == acting]


def _after(crowd: NDArray[np.int64], before: int) -> int:
    """`step` of a checked crowd."""
    people = crowd.size
    watch, watched = _everybody(people)
    watch = np.concatenate([watch, np.full(people, people * people)])  # yesterday's crowd watches nobody
    thresholds = np.concatenate([crowd, np.ones(people, np.int64)])  # and stays as it was
    acting = np.zeros(2 * people)
    acting[people : people + before] = 1
    return int(cascade(watch, watched + people, thresholds, acting)[:people].sum())


def waiting_for(thresholds: Iterable[Any]) -> NDArray[np.int64]:
    """Thresholds in whole people, from 0 to N + 1: what `cascade` compares. Checks them."""
    given = listed("thresholds", thresholds, MOST, "people")
    for i, value in enumerate(given):
        number(f"thresholds[{i}]", value, what="number of people")
    return np.array([min(max(ceil(value), 0), len(given) + 1) for value in given])


@lru_cache(maxsize=2)
def _everybody(people: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Neighbour lists in which everybody watches everybody, and herself: nobody is moved by that who does not act yet."""
    return np.arange(people + 1) * people, np.tile(np.arange(people, dtype=np.int32), people)


def root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that is above 0 up to one point and not beyond passes it: the first number beyond."""
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return high


def normal_crowd(mean: float, sd: float, people: int = 100, rounding: str = "up") -> list[int]:
    """Thresholds at the quantiles (i + ½)/N of a normal distribution, each rounded to whole people.

    >>> normal_crowd(25, 10, 4)
    [14, 22, 29, 37]
    """
    centre, spread, count = number("mean", mean), number("sd", sd, 0, above=True), whole("people", people, 1, MOST)
    rounded, _ = ROUNDINGS[choice("rounding", rounding, ROUNDINGS)]
    return [int(value) for value in rounded(centre + spread * normal_quantile((np.arange(count) + 0.5) / count))]


def equilibrium(mean: float, sd: float, people: int = 100) -> float:
    """r∞ of the continuous recursion r(t + 1) = N · Φ((r(t) - mean) / sd), to the last digits.

    N · Φ - r is convex below the mean and concave above. So its first zero lies before its lowest point below the mean if
    it is not above zero there; else there is only one.

    >>> round(equilibrium(25, 12), 4), round(equilibrium(25, 20), 4)
    (4.0211, 99.9911)
    """
    centre, spread, count = number("mean", mean), number("sd", sd, 0, above=True), whole("people", people, 1, 10**9)

    def excess(r: float) -> float:
        return count * float(normal((r - centre) / spread)) - r

    low, high = 0.0, float(count)
    steepest = count / (spread * sqrt(2 * pi))
    if centre > 0 and steepest > 1:  # where N · Φ has slope 1
        lowest = max(0.0, centre - spread * sqrt(2 * float(log(steepest))))
        if excess(lowest) <= 0:
            high = lowest
    return root(excess, low, high)


def tangency(mean: float = 25, people: int = 100) -> tuple[float, float]:
    """σ_c at which the low equilibrium vanishes, and r_c where it stood: N · Φ touches the diagonal there.

    With z = (r - mean) / σ both conditions, N · Φ(z) = r and N · φ(z) = σ, leave one unknown: N · (Φ(z) - z · φ(z)) = mean.

    >>> [round(value, 6) for value in tangency()]
    [12.222087, 6.200325]
    """
    count = whole("people", people, 1, 10**9)
    centre = number("mean", mean, 0, above=True)
    if 2 * centre >= count:
        raise ValueError(f"mean is {mean}: wanted less than half of {count} people, or no crowd ever tips")

    def density(z: float) -> float:
        return float(exp(-z * z / 2)) / sqrt(2 * pi)

    z = root(lambda z: centre - count * (float(normal(z)) - z * density(z)), -40.0, 0.0)
    return count * density(z), count * float(normal(z))


def normal_shares(mean: float, sd: float, people: int = 100, rounding: str = "up") -> list[float]:
    """Which part of a normal city has a threshold of at most 0, 1, ..., N - 1 people: what `outcomes` asks for."""
    centre, spread, count = number("mean", mean), number("sd", sd, 0, above=True), whole("people", people, 1, MOST)
    return [float(share) for share in normal((np.arange(count) + ROUNDINGS[choice("rounding", rounding, ROUNDINGS)][1] - centre) / spread)]


def outcomes(shares: Iterable[float | Fraction]) -> list[float]:
    """Chance of each number of rioters, 0 to N, in a crowd of N sampled from a city. Exact.

    `shares` (N,): which part of the city has a threshold of at most 0, 1, ..., N - 1 people. Let V(k) be the chance that k
    sampled people have thresholds of at most k and all riot by themselves. They all have such thresholds in F(k)^k of cases,
    and then some j of them riot by themselves, which leaves k - j between j and k: so V(k) is F(k)^k less all cases j < k. A
    crowd ends at k where k of its people do so and N - k have thresholds above k.
    """
    given = listed("shares", shares, MOST // 10, "entries")
    for i, share in enumerate(given):
        number(f"shares[{i}]", share, 0, 1, what="share")
        if i and share < given[i - 1]:
            raise ValueError(f"shares[{i}] is {told(share)}: shares must rise, and shares[{i - 1}] is {told(given[i - 1])}")
    size, f = len(given), [round(Fraction(share) * _ONE) for share in given]
    alone: list[int] = []
    for k in range(size):
        alone.append(f[k] ** k - sum(comb(k, j) * alone[j] * (f[k] - f[j]) ** (k - j) for j in range(k)))
    ends = [comb(size, k) * alone[k] * (_ONE - f[k]) ** (size - k) for k in range(size)]
    return [count / _ONE**size for count in (*ends, _ONE**size - sum(ends))]


def sampled(mean: float, sd: float, people: int = 100, crowds: int = 1000, seed: int = 0) -> NDArray[np.int64]:
    """Rioters (crowds,) in crowds drawn at random from a normal city, thresholds compared unrounded. Simulated."""
    centre, spread = number("mean", mean), number("sd", sd, 0, above=True)
    size = _size(crowds, people)
    return _riots(centre + spread * normal_quantile(_luck(size, whole("seed", seed, 0, 2**63))))


def sampled_uniform(people: int = 100, crowds: int = 1000, seed: int = 0) -> NDArray[np.int64]:
    """Rioters (crowds,) in crowds drawn from a city whose thresholds are 0, 1, ..., N - 1 people, equally often. Simulated."""
    size = _size(crowds, people)
    return _riots(np.floor(people * _luck(size, whole("seed", seed, 0, 2**63))))


def _size(crowds: int, people: int) -> tuple[int, int]:
    size = whole("crowds", crowds, 1, 10**6), whole("people", people, 1, MOST)
    together(MOST_SAMPLED, people=size[1], crowds=size[0])
    return size


def _luck(size: tuple[int, int], seed: int) -> NDArray[np.float64]:
    return uniform(name_key(seed, "granovetter", "thresholds"), np.arange(size[0], dtype=np.uint32), np.arange(size[1], dtype=np.uint32), 0)


def _riots(crowds: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.array([run(crowd) for crowd in crowds])


def perceived(rioters: int, people: int, friends: int, rioting_friends: int, weight: int = 2) -> Fraction:
    """Share that seems to riot to one who counts each friend `weight` times, and herself among those who do not.

    >>> perceived(48, 100, friends=20, rioting_friends=15)
    Fraction(21, 40)
    """
    total, known = whole("people", people, 1, 10**9), whole("friends", friends, 0, people)
    acting = whole("rioters", rioters, 0, total)
    close_by = whole("rioting_friends", rioting_friends, max(0, acting + known - total), min(known, acting))
    extra = whole("weight", weight, 1, 10**9) - 1
    return Fraction(acting + extra * close_by, total + extra * known)


QUOTED = "quoted from the paper in the specification of a replication (ndouglas/SugarScape)"
RECURSION = "computed from the recursion by bisection, outside this project's code"
SPREADS = (10, 12, 12.2, 14, 16, 20)
ENDS = (8, 0.0925, 10, 0.7696, 11, 1.7130, 12, 4.0211, 12.2, 5.4792, 12.3, 100, 20, 99.9911, 40, 96.2581, 100, 65.8574)  # σ, r∞
CROWDS = 2000


def rows() -> list[Row]:
    """The two crowds, the tipping point of normal ones, what chance does to a crowd, and the friends."""
    edge, number = tangency()
    found_rows = [
        exact("rioters, thresholds 0, 1, ..., 99", 100, run(), QUOTED),
        exact("rioters, the one with threshold 1 given 2", 1, run([0, 2, *range(2, 100)]), QUOTED),
        exact("days until all 100 riot", 100, len(path()) - 1, "one more joins a day", "derived"),
    ]
    gaps = [run(k + 1 if k == gap else k for k in range(100)) for gap in (10, 50, 99)]
    found_rows += [
        exact("rioters, the one with threshold k given k + 1, k = 10, 50, 99", [10, 50, 99], gaps, "the chain of thresholds breaks there", "derived"),
        close("σ at which a normal crowd of mean 25 tips", 12.2, edge, 0.05, QUOTED + ", approximately, to one decimal"),
        close("rioters just below that σ", 6, number, 0.5, QUOTED + ": about six"),
        close("rioters as σ grows without bound", 50, equilibrium(25, 1e6), 0.5, QUOTED),
        close("the same σ and number of rioters, exactly", [12.222087, 6.200325], [edge, number], 1e-6, RECURSION, "derived"),
        close(f"r∞ at σ = {' '.join(map(str, ENDS[::2]))}", ENDS[1::2], [equilibrium(25, sd) for sd in ENDS[::2]], 5e-5, RECURSION, "derived"),
    ]
    for rounding, below, above, few in (("up", 12.545, 12.55, 6), ("nearest", 12.215, 12.22, 6), ("down", 11.885, 11.89, 5)):
        found = [run(normal_crowd(25, sd, rounding=rounding)) for sd in (below, above)]
        text = f"rioters of 100 at the quantiles, rounded {rounding}, σ = {below} and {above}"
        found_rows.append(exact(text, [few, 100], found, "computed outside this project's code; a replication tips at the same σ", "derived"))
    chances = outcomes([Fraction(k + 1, 100) for k in range(100)])
    simulated = sampled_uniform(crowds=CROWDS)
    shares = [float((simulated == end).mean()) for end in (0, 1)]
    error = round(4 * sqrt(0.366 * 0.634 / CROWDS), 3)
    found_rows += [
        close("chances of 0 and of 1 rioter, 100 people from a uniform city", [0.37, 0.14], chances[:2], 0.005, QUOTED + ", to two decimals"),
        close("chance of either", 0.51, sum(chances[:2]), 0.01, QUOTED + ", the sum of two rounded numbers"),
        close("the same two chances, exactly", [0.99**100, 0.98**99], chances[:2], 1e-12, "no threshold 0; one, and no threshold 1", "derived"),
        close("shares of simulated crowds", chances[:2], shares, error, f"the exact chances; {CROWDS} crowds, 4 s.e.", "derived"),
    ]
    cities = [outcomes(normal_shares(25, sd)) for sd in SPREADS]
    often = [sum(city[51:]) for city in cities]
    said = f"σ = {' '.join(map(str, SPREADS))}"
    others = "4,000 crowds a point simulated outside this project's code, two decimals"
    error = round(4 * sqrt(0.25 / 4000) + 0.005, 3)
    found_rows += [
        close(f"chance of more than 50 rioters of 100, normal city, {said}", [0, 0.15, 0.2, 0.61, 0.91, 1], often, error, others + ", 4 s.e.", "derived"),
        exact("median rioters there", [0, 2, 3, 100, 100, 100], [quantile(city, 0.5) for city in cities], others, "derived"),
    ]
    riot = float((sampled(25, 12.2, crowds=CROWDS) > 50).mean())
    error = round(4 * sqrt(0.2 * 0.8 / CROWDS), 3)
    found_rows += [
        close("share of simulated crowds with more than 50, σ = 12.2", often[2], riot, error, f"the exact chance; {CROWDS} crowds, 4 s.e.", "derived"),
        exact("share that seems to riot: 48 of 100, 15 of 20 friends counted twice", 0.525, float(perceived(48, 100, 20, 15)), QUOTED),
    ]
    return found_rows


def quantile(chances: Iterable[float], share: float) -> int:
    """The number of rioters that this share of crowds does not exceed.

    >>> quantile([0.25, 0.5, 0.25], 0.5)
    1
    """
    given = [number(f"chances[{i}]", chance, 0, 1, what="share") for i, chance in enumerate(listed("chances", chances, MOST + 1, "entries"))]
    return min(int(np.searchsorted(np.cumsum(given), number("share", share, 0, 1, what="share"))), len(given) - 1)


def figure() -> "Figure":
    """The paper's second figure, r∞ by σ, and beside it crowds of 100 drawn at random."""
    from thaw import charts

    calm, random = "exactly normal", "drawn at random"
    edge, _ = tangency()
    spreads = sorted([*(0.5 * k for k in range(1, 121)), edge - 1e-6, edge + 1e-6])
    lines = [{"x": sd, "y": equilibrium(25, sd), "series": calm} for sd in spreads]
    points = []
    for sd in (5, 7.5, 10, 12, 13, 14, 15, 16, 18, 20, 25, 30, 40, 50, 60):
        chances = outcomes(normal_shares(25, sd))
        low, middle, high = (quantile(chances, share) for share in (0.25, 0.5, 0.75))
        points.append({"x": sd, "y": middle, "low": low, "high": high, "series": random})
    labels = [
        {"x": 15.5, "y": 72, "series": calm, "text": f"thresholds exactly normal: a jump at {edge:.1f}"},
        {"x": 15.5, "y": 45, "series": random, "text": "crowds drawn at random: median, middle half"},
    ]
    title = "A little more variety, and a riot of six becomes one of all"
    chart = charts.curves("σ, spread of thresholds (mean 25)", "rioters in the end, of 100", domain=(0, 60), top=100, number=".0f", title=title)
    return chart, {"lines": lines, "labels": labels, "points": points, "guide": []}
