"""Two linear equations, solved and not stepped: what the arms race of `richardson.py` rests on.

    d(x, y)/dt = M (x, y) + (g, h),   M = ((-a, k), (l, -b)),   k, l, a, b >= 0,   eigenvalues λ₁ >= λ₂, real

With r the rate at the start and exp[...] divided differences of the exponential function,

    (x, y)(t) = (x, y)(0) + t exp[λ₂t, 0] r + t² exp[λ₁t, λ₂t, 0] (M - λ₂) r

which needs no case for eigenvalues that are equal or 0.
"""

# ruff: noqa: E741 (l is Richardson's)
from collections.abc import Callable
from math import factorial, inf, log1p, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thaw.kernels.portable import exp

ROUNDING = 1e-15  # a difference this much smaller than its terms is rounding: 0.2 · 0.3 - 0.6 · 0.1 is 0

Pair = tuple[float, float]
Rates = tuple[float, float, float, float]  # k, l, a, b
System = tuple[float, float, float, float, float, float]  # and g, h


def rate(x: Any, y: Any, k: Any, l: Any, a: Any, b: Any, g: Any, h: Any) -> tuple[Any, Any]:
    """(dx/dt, dy/dt), elementwise for numbers or arrays of any shapes that broadcast; nothing is checked or clipped.

    >>> rate(1.0, 1.0, 1, 1, 2, 2, 1, 1)  # in balance
    (0.0, 0.0)
    """
    return k * y - a * x + g, l * x - b * y + h


def determinant(k: float, l: float, a: float, b: float) -> float:
    """D = a b - k l: above 0 fatigue holds fear in check.

    >>> determinant(0.6, 0.1, 0.2, 0.3)  # not 1e-17
    0.0
    """
    return difference(a * b, k * l)


def difference(one: float, other: float) -> float:
    """one - other, 0 where only rounding is left."""
    return 0.0 if abs(one - other) <= ROUNDING * (abs(one) + abs(other)) else one - other


def eigenvalues(k: float, l: float, a: float, b: float) -> Pair:
    """(λ₂, λ₁), the smaller first; the larger from the determinant, so that none is lost in rounding near 0.

    >>> eigenvalues(1, 1, 2, 2)
    (-3.0, -1.0)
    """
    low = -0.5 * (a + b + sqrt((a - b) * (a - b) + 4 * k * l))
    product = determinant(k, l, a, b)
    return low, (max(low, product / low) if product else 0.0)


def _divided(low: NDArray[np.float64], *rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divided difference of exp at ascending points, elementwise; where they lie close, a series whose terms are all positive."""
    if not rest:
        return exp(low)
    spread = rest[-1] - low
    apart = spread > 1
    gaps = [np.minimum(z - low, 1) for z in rest]
    powers = [np.ones_like(low)] * len(rest)  # complete homogeneous polynomials of the gaps
    share = 1 / factorial(len(rest))
    total = share * powers[-1]
    for n in range(1, 21):
        share /= n + len(rest)
        for i, gap in enumerate(gaps):
            powers[i] = gap * powers[i] + (powers[i - 1] if i else 0)
        total = total + share * powers[-1]
    far = (_divided(*rest) - _divided(low, *rest[:-1])) / np.where(apart, spread, 1)
    return np.where(apart, far, exp(low) * total)


def free(here: Pair, r: Pair, rates: Rates, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """(x, y) (2, time) from `here`, where the rates are `r`."""
    low, high = eigenvalues(*rates)
    bent = _turned(r, rates)
    with np.errstate(all="ignore"):  # what overflows is refused by `run`
        one = at * _divided(low * at, 0 * at)
        two = at * at * _divided(low * at, min(high, 0) * at, max(high, 0) * at)
        return np.stack([here[i] + one * r[i] + two * bent[i] for i in (0, 1)])


def _turned(r: Pair, rates: Rates) -> Pair:
    """(M - λ₂) r: what of the rates goes with the larger eigenvalue."""
    k, l, a, b = rates
    low, _ = eigenvalues(*rates)
    return (-a - low) * r[0] + k * r[1], l * r[0] + (-b - low) * r[1]


def clipped(here: Pair, system: System, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """As `free`, but whoever reaches 0 stays there while the rate is negative: free stretches between such moments, a few in all."""
    k, l, a, b, g, h = system
    levels = (-g / k if k else inf, -h / l if l else inf)  # arms of the other at which x, y take up theirs again
    found = np.empty((2, at.size))
    now, done = 0.0, 0
    while True:
        r, held = _held(here, system)
        inner = (0.0, 0.0, 0.0 if held[0] else a, 0.0 if held[1] else b) if any(held) else (k, l, a, b)
        moment, who = min((_moment(i, here, r, inner, held[i], levels[i], at[-1] - now), i) for i in (0, 1))
        upto = int(np.searchsorted(at, now + moment)) if moment < inf else at.size
        found[:, done:upto] = free(here, r, inner, at[done:upto] - now)
        if upto == at.size:
            return found
        place = np.maximum(free(here, r, inner, np.array([moment]))[:, 0], 0).tolist()  # both may arrive at once
        place[who] = 0.0
        if held[who]:
            place[1 - who] = levels[who]
        here, now, done = (place[0], place[1]), now + moment, upto


def _held(here: Pair, system: System) -> tuple[Pair, tuple[bool, bool]]:
    """Rates at `here`, and who is at 0 and would fall below it, at once or (where the rate is 0) because the other falls."""
    k, l, a, b, g, h = system
    x, y = here
    r = [difference(k * y, a * x - g), difference(l * x, b * y - h)]
    held = [here[i] == 0 and r[i] < 0 for i in (0, 1)]
    r = [0.0 if held[i] else r[i] for i in (0, 1)]
    held = [held[i] or (here[i] == 0 and r[i] == 0 and (k, l)[i] * r[1 - i] < 0) for i in (0, 1)]
    return (r[0], r[1]), (held[0], held[1])


def _moment(i: int, here: Pair, r: Pair, inner: Rates, held: bool, level: float, end: float) -> float:
    """When nation i reaches 0 or, if it is held there, the other reaches the level that makes it arm; inf if not before the end."""

    def arms(of: int, t: float) -> float:
        return float(free(here, r, inner, np.array([t]))[of, 0])

    if held:
        return _first(lambda t: level - arms(1 - i, t), 0.0, end) if r[1 - i] > 0 and level < inf else inf
    low, high = eigenvalues(*inner)
    bent = _turned(r, inner)[i]  # the rate is e^(λ₂t) times r + bent (e^(width t) - 1) / width: it changes sign at most once
    width = high - low
    ratio = -r[i] / bent if bent else -1.0
    turns = (log1p(width * ratio) / width if width else ratio) if ratio > 0 else inf
    if r[i] < 0 or (r[i] == 0 and bent < 0):
        return _first(lambda t: arms(i, t), 0.0, min(turns, end))
    return _first(lambda t: arms(i, t), turns, end)


def _first(value: Callable[[float], float], begin: float, end: float) -> float:
    """When a value that falls from `begin` to `end` passes 0, to the last bit; inf if it does not."""
    if not begin < end:
        return inf
    step = (end - begin) / 1024  # growing, so that the search does not look where arms overflow
    above, below = begin, min(begin + step, end)
    while value(below) >= 0:
        if below == end:
            return inf
        above, step = below, 2 * step
        below = min(begin + step, end)
    for _ in range(200):
        middle = 0.5 * (above + below)
        if not above < middle < below:
            break
        above, below = (middle, below) if value(middle) >= 0 else (above, middle)
    return below
