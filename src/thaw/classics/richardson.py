"""Arms races: when mutual fear settles and when it runs away (Richardson 1960).

    dx/dt = k y - a x + g        x, y  arms of two nations
    dy/dt = l x - b y + h        k, l  fear; a, b  fatigue and cost; g, h  grievances, of any sign

    D = a b - k l                                balance: x* = (k h + b g) / D, y* = (l g + a h) / D
    eigenvalues ½ [-(a+b) ± √((a-b)² + 4 k l)]   real: arms never swing; the balance holds iff k l < a b

It is linear, so it is solved, not stepped (`linear.py`).

Equations as in several course pages and in a published solution (richardson1960 is cited from memory).
"""

# ruff: noqa: E741 (l is Richardson's)
from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from thaw.classics.checks import number, told
from thaw.classics.linear import Pair, System, clipped, determinant, difference, eigenvalues, free, rate
from thaw.classics.rows import Row, close, exact, shown

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "richardson1960"
TIMES = np.arange(101) / 10


def run(
    k: float,
    l: float,
    a: float,
    b: float,
    g: float,
    h: float,
    start: Sequence[float] = (0.0, 0.0),
    times: ArrayLike = TIMES,
    clip: bool = False,
) -> xr.Dataset:
    """Arms of two nations over time, by the exact solution.

    Parameters
    ----------
    k, l : 1/time, 0 or above
        Fear: how much x grows for each unit of y, and y for each of x.
    a, b : 1/time, 0 or above
        Fatigue and cost: how much each falls for each unit of its own.
    g, h : arms/time
        Grievances if above 0, goodwill below.
    start : (2,) arms
        x and y at time 0; with `clip` not below 0.
    times : (time,) from 0 upwards
    clip : truth value
        Nobody's arms fall below 0: exact between the moments at which a nation disarms or takes up arms again. Below 0,
        if not clipped, stands for whatever is the contrary of a threat.

    Returns
    -------
    x, y : (time,) arms
        With the `outcome`, `determinant` and `eigenvalues` in the attributes, and the `balance` where there is one.

    Raises
    ------
    ValueError
        A rate below 0, a number that is not finite, times below 0 or falling, arms beyond what a number can hold.

    Sources
    -------
    richardson1960 (the equations, as quoted by course pages; the classification follows from them).

    Examples
    --------
    >>> run(1, 1, 2, 2, 1, 1, times=[0, 1, 50]).x.values.round(6).tolist()
    [0.0, 0.632121, 1.0]
    >>> run(4, 4, 2, 2, -2, -2, start=(0.9, 0.9)).outcome  # below the line they disarm, above it they race
    'start decides'
    """
    system = _system(k, l, a, b, g, h)
    at = _times(times)
    if not isinstance(clip, bool | np.bool_):
        raise ValueError(f"clip is {told(clip)}: wanted True or False")
    here = _pair("start", start, 0 if clip else -inf)
    found = clipped(here, system, at) if clip else free(here, rate(*here, *system), system[:4], at)
    if not np.isfinite(found).all():
        raise ValueError(f"times go to {at[-1]:g}: by then arms are more than a number can hold; wanted shorter times")
    attributes = {"outcome": outcome(*system), "determinant": determinant(*system[:4]), "eigenvalues": eigenvalues(*system[:4])}
    balance = equilibrium(*system)
    attributes |= {"balance": balance} if balance else {}
    return xr.Dataset({"x": ("time", found[0]), "y": ("time", found[1])}, {"time": at}, attributes)


def _system(k: float, l: float, a: float, b: float, g: float, h: float) -> System:
    return number("k", k, 0), number("l", l, 0), number("a", a, 0), number("b", b, 0), number("g", g), number("h", h)


def _pair(name: str, values: Any, least: float) -> Pair:
    try:
        two = np.shape(values) == (2,)
    except ValueError:  # of lists of several lengths
        two = False
    if not two:
        raise ValueError(f"{name} is {told(values)}: wanted two numbers, x and y")
    return number(f"{name}[0]", values[0], least), number(f"{name}[1]", values[1], least)


def _times(times: ArrayLike) -> NDArray[np.float64]:
    try:
        at = np.asarray(times, np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"times is {told(times)}: wanted numbers from 0 upwards") from None
    if at.ndim != 1 or not at.size:
        raise ValueError(f"times has shape {at.shape}: wanted a list of at least one time")
    if not np.isfinite(at).all() or at[0] < 0 or (np.diff(at) < 0).any():
        raise ValueError(f"times run from {at[0]:g} to {at[-1]:g}: wanted finite ones from 0 upwards, none before the last")
    return at


def equilibrium(k: float, l: float, a: float, b: float, g: float, h: float) -> Pair | None:
    """The balance (x*, y*), stable or not; None where there is none or a whole line of them (D = 0).

    >>> equilibrium(1, 1, 2, 2, 1, 1)
    (1.0, 1.0)
    """
    k, l, a, b, g, h = _system(k, l, a, b, g, h)
    d = determinant(k, l, a, b)
    return ((k * h + b * g) / d, (l * g + a * h) / d) if d else None


def outcome(k: float, l: float, a: float, b: float, g: float, h: float) -> str:
    """What becomes of two nations.

    stable               D > 0: a balance that every start leads to (where one side of it is below 0, that nation disarms)
    disarmament          D > 0 and no side of the balance above 0
    runaway              D < 0 and every start from (0, 0) upwards runs away
    start decides        D < 0 and some of those starts do not: a line through the balance parts them
    drift                D = 0 and no balance: arms rise or fall evenly
    line of equilibria   D = 0 and a whole line of balances

    Left eigenvector w of the larger eigenvalue: w · (x, y) is the only thing that grows, and g and h move it by w · (g, h).

    >>> outcome(4, 4, 2, 2, -2, -2)
    'start decides'
    """
    k, l, a, b, g, h = _system(k, l, a, b, g, h)
    balance = equilibrium(k, l, a, b, g, h)
    if balance is None:
        moved = [difference(u * g, -v * h) for u, v in ((l, a), (b, k))]  # one of the pairs may be 0, 0
        nothing = k == l == a == b == 0 and (g or h)
        return "drift" if any(moved) or nothing else "line of equilibria"
    if determinant(k, l, a, b) > 0:
        return "disarmament" if max(balance) <= 0 else "stable"
    push = difference(l * g, -(eigenvalues(k, l, a, b)[1] + a) * h)
    return "runaway" if push > 0 else "start decides"


def longest_step(k: float, l: float, a: float, b: float) -> float:
    """2 / |λ₂|: with steps this long or longer, adding step times rate (Euler) no longer settles where the race does.

    >>> round(longest_step(1, 1, 2, 2), 6)
    0.666667
    """
    low, _ = eigenvalues(*_system(k, l, a, b, 0, 0)[:4])
    return -2 / low if low else inf


def nations(K: ArrayLike, g: ArrayLike) -> tuple[NDArray[np.float64] | None, NDArray[np.complex128]]:
    """Balance (n,) and eigenvalues (n,) of n nations, dx/dt = K x + g; largest eigenvalue last, no balance where K is singular.

    `K` (n, n) has minus the fatigue on its diagonal and elsewhere the fear of row i for column j.

    >>> balance, growth = nations([[-1, 0.6, 0.6], [0.6, -1, 0.6], [0.6, 0.6, -1]], [1, 1, 1])
    >>> growth.real.round(6).tolist()  # each two would settle, the three do not
    [-1.6, -1.6, 0.2]
    """
    try:
        fear, grievance = np.asarray(K, np.float64), np.asarray(g, np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"K is {told(K)} and g {told(g)}: wanted finite numbers") from None
    if fear.ndim != 2 or fear.shape[0] != fear.shape[1] or not fear.size:
        raise ValueError(f"K has shape {fear.shape}: wanted (n, n), n above 0")
    if grievance.shape != fear.shape[:1]:
        raise ValueError(f"g has shape {grievance.shape}: wanted {fear.shape[:1]}, as K")
    if not (np.isfinite(fear).all() and np.isfinite(grievance).all()):
        raise ValueError("K or g holds a number that is not finite: wanted finite ones")
    growth = np.linalg.eigvals(fear).astype(np.complex128)
    settled = np.linalg.matrix_rank(fear) == len(fear)
    return (np.asarray(np.linalg.solve(fear, -grievance), np.float64) if settled else None), growth[np.lexsort((growth.imag, growth.real))]


TABLE: tuple[tuple[System, float, Pair, Pair | None, str], ...] = (  # k l a b g h, D, eigenvalues, balance, outcome
    ((1, 1, 2, 2, 1, 1), 3, (-3, -1), (1, 1), "stable"),
    ((2, 2, 5, 3, 5, 5), 11, (-6.236068, -1.763932), (2.272727, 3.181818), "stable"),
    ((1, 2, 3, 4, 10, 5), 10, (-5, -2), (4.5, 3.5), "stable"),
    ((0.5, 0.4, 0.7, 0.6, 0.1, 0.2), 0.22, (-1.1, -0.2), (0.727273, 0.818182), "stable"),
    ((0, 0, 1, 2, 3, 4), 2, (-2, -1), (3, 2), "stable"),
    ((1, 1, 2, 2, -1, -1), 3, (-3, -1), (-1, -1), "disarmament"),
    ((0.9, 0.9, 0.2, 0.2, 1.9, -0.7), -0.77, (-1.1, 0.7), (0.324675, -2.038961), "runaway"),
    ((4, 4, 2, 2, -2, -2), -12, (-6, 2), (1, 1), "start decides"),
    ((3, 4, 2, 2, -5, -5), -8, (-5.464102, 1.464102), (3.125, 3.75), "start decides"),
    ((2, 4, 4, 2, 8, 2), 0, (-6, 0), None, "drift"),
    ((1, 1, 1, 1, 1, -1), 0, (-2, 0), None, "line of equilibria"),
)
PATHS: tuple[tuple[System, Pair, tuple[float, ...], tuple[float, ...]], ...] = (  # k ... h, start, times, x y x y ...
    ((1, 1, 2, 2, 1, 1), (0, 0), (0.5, 1, 2, 5), (0.393469, 0.393469, 0.632121, 0.632121, 0.864665, 0.864665, 0.993262, 0.993262)),
    ((2, 2, 5, 3, 5, 5), (0, 0), (0.1, 0.5, 1, 2), (0.434515, 0.473136, 1.413824, 1.814008, 1.920794, 2.613348, 2.212490, 3.084354)),
    ((1, 2, 3, 4, 10, 5), (1, 8), (0.5, 1, 2), (3.974540, 3.631220, 4.369253, 3.423156, 4.484616, 3.484979)),
)
SOLVED = "matrix exponential and an adaptive integrator, by another program; printed to 6 decimals"
TOTALS = (199.2, 204.8, 214.9, 238.7, 289.0)  # £ million, France, Russia, Germany, Austria-Hungary, 1909 to 1913 (from memory)


def _said(values: Sequence[float]) -> str:
    return " ".join(f"{value:g}" for value in values)


def _solved(quantity: str, expected: Sequence[float], got: Sequence[float]) -> Row:
    return close(quantity, list(expected), [round(float(value), 9) for value in got], 5e-7, SOLVED, "derived")


def rows() -> list[Row]:
    """Balance and outcome of eleven pairs, their paths, three nations, the longest step; what of 1909-13 is remembered."""
    result = []
    for system, d, growth, balance, _ in TABLE:
        got = (determinant(*system[:4]), *eigenvalues(*system[:4]), *(equilibrium(*system) or ()))
        result.append(_solved(f"k l a b g h = {_said(system)}: D, eigenvalues, balance", (d, *growth, *(balance or ())), got))
    names = ", ".join(outcome(*system) for system, *_ in TABLE)
    result.append(exact("outcomes of these eleven", ", ".join(name for *_, name in TABLE), names, "conditions on D, g and h", "derived"))
    for system, start, times, path in PATHS:
        found = run(*system, start=start, times=times)
        got = tuple(np.stack([found.x, found.y], axis=1).ravel())
        result.append(_solved(f"{_said(system)} from {_said(start)}: x, y at {_said(times)}", path, got))
    race: System = (4, 4, 2, 2, -2, -2)
    fallen = run(*race, start=(0.9, 0.9), times=[1.1512, 1.1514], clip=True).x.values > 0
    armed = " ".join("yes" if left else "no" for left in fallen)
    result.append(exact("4 4 2 2 -2 -2 from .9 .9: arms left just before and after t = 1.151293", "yes no", armed, SOLVED, "derived"))
    raced = run(*race, start=(1.1, 1.1), times=[2])
    result.append(_solved("4 4 2 2 -2 -2 from 1.1 1.1: x, y at 2", (6.459815, 6.459815), (raced.x.item(), raced.y.item())))
    return result + _more()


def _fear(each: float, own: float, n: int = 3) -> NDArray[np.float64]:
    return np.full((n, n), each) + (own - each) * np.eye(n)


def _more() -> list[Row]:
    """Three nations, the longest step of Euler's method, and the budgets before 1914."""
    balance, growth = nations(_fear(0.5, -2), [1, 2, 3])
    got = [*(() if balance is None else balance), *growth.real]
    result = [_solved("three nations, fear .5, fatigue 2, g = 1 2 3: balance, eigenvalues", (1.6, 2, 2.4, -2.5, -2.5, -1), got)]
    pair, three = (nations(_fear(0.6, -1, n), np.ones(n))[1].real for n in (2, 3))
    result.append(_solved("fear .6, fatigue 1: eigenvalues of two nations and of three", (-1.6, -0.4, -1.6, -1.6, 0.2), (*pair, *three)))
    off = [abs(_stepped(0.99 * length, 4000) - 1) for length in (longest_step(1, 1, 2, 2), longest_step(1, 1, 2, 2) / 0.99**2)]
    steps = " ".join("settles" if gap < 1e-6 else "swings" for gap in off)
    result.append(exact("1 1 2 2 1 1 in Euler steps 1 % shorter and longer than 2/3", "settles swings", steps, "the bound 2/|λ₂|, λ₂ = -3", "derived"))
    middle, rise = np.add(TOTALS[1:], TOTALS[:-1]) / 2, np.diff(TOTALS)
    slope = float(((middle - middle.mean()) * (rise - rise.mean())).sum() / ((middle - middle.mean()) ** 2).sum())
    still = float(middle.mean() - rise.mean() / slope)
    basis = "budgets and both published numbers remembered, not read: a line through yearly rises against mid-year totals"
    result.append(shown("four powers 1909-13: growth a year; total that would not have grown, £m", [0.73, 194], [round(slope, 4), round(still, 1)], basis))
    return result


def _stepped(step: float, steps: int) -> float:
    """x of 1 1 2 2 1 1 after so many Euler steps from (0, 1)."""
    x, y = 0.0, 1.0
    for _ in range(steps):
        dx, dy = rate(x, y, 1, 1, 2, 2, 1, 1)
        x, y = x + step * dx, y + step * dy
    return x


def figure() -> "Figure":
    """Arms against arms from six starts, where fear outweighs fatigue and both bear goodwill; dashed, the line that parts them."""
    from thaw import charts

    system, starts = (3, 4, 2, 2, -5, -5), ((0, 6.8), (0, 7.8), (0, 3.4), (7.6, 2), (6.2, 0), (7.2, 0))
    x0, y0 = equilibrium(*system) or (0.0, 0.0)
    tilt = (eigenvalues(*system[:4])[0] + system[2]) / system[0]  # the direction of λ₂
    lines: list[dict[str, object]] = []
    colours = {}
    for place, (x, y) in enumerate(starts):
        path = run(*system, start=(x, y), times=np.arange(350) / 100, clip=True)
        turns = np.diff(np.sign(np.diff(path.x.values))) != 0
        pieces = [0, 0, *np.cumsum(turns).tolist()]  # curves are drawn from left to right: one that turns back, in pieces
        for i, (right, up) in enumerate(zip(path.x.values.tolist(), path.y.values.tolist(), strict=True)):
            for piece in range(pieces[i], pieces[min(i + 1, len(turns) + 1)] + 1):
                colours[f"{place} {piece}"] = charts.PERSON_COLOURS[0 if y < y0 + tilt * (x - x0) else 1]
                lines.append({"x": right, "y": up, "series": f"{place} {piece}"})
    dots: list[dict[str, object]] = [{"x": x, "y": y, "low": y, "high": y, "series": f"{i} 0"} for i, (x, y) in enumerate(starts)]
    labels: list[dict[str, object]] = [
        {"x": 0.4, "y": 0.35, "series": "0 0", "text": "both disarm"},
        {"x": 7.35, "y": 7.6, "series": "1 0", "text": "both race"},
    ]
    guide: list[dict[str, object]] = [{"x": x, "y": y0 + tilt * (x - x0)} for x in (0, x0 - y0 / tilt)]
    chart = charts.curves(
        *("arms of x", "arms of y"), domain=(0, 8.6), top=9, title="A little more at the start, and the race runs away", colours=list(colours.values())
    )
    return chart, {"lines": lines, "labels": labels, "points": dots, "guide": guide}
