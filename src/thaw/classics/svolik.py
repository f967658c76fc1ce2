"""Contested and established dictators: why some rulers last months and others decades (Svolik 2009).

A ruler may grab power from his allies, whose only deterrent is a coup; once he holds enough, the deterrent is gone. The
game itself could not be read here. What follows is a reduced form of ours, and the published counts of how rulers fell.

    a coup is a credible threat  iff ρ > (1 - b) / s_c     b: ruler's share; ρ: its chance; s_c: what its makers would get
    each period                  a contested ruler falls with chance h; if he stays, he is established with chance e
    established                  never removed by a coup
    with r = (1 - h)(1 - e)      survival S_t = r^t + (1 - h) e (1 - r^t) / (1 - r),  coup hazard h r^t / S_t

The hazard of all rulers falls although no contested ruler's does: those at risk are sorted out of those who stay.
"""

from collections.abc import Sequence
from math import sqrt
from numbers import Integral
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thaw.classics.checks import exactly, listed, number, together, told, whole
from thaw.classics.rows import Row, close, exact
from thaw.kernels.noise import name_key, uniform

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "svolik2009"
MOST = 100_000  # periods, rungs
MOST_WORK = 2 * 10**7  # rulers, kinds or rungs, times periods

# svolik2009, how rulers of 1945-2002 left by other than constitutional means; read in a press report of 2011 and, all but
# the first and the last, in a second summary
EXITS = {"coup": 205, "uprising": 32, "democratisation": 30, "assassination": 20, "foreign": 16}
# the same kinds in the leader file of svolik2012 (1946-2008), counted in the R package AuthoritarianismBook
BOOK_EXITS = {"coup": 196, "uprising": 30, "democratisation": 46, "assassination": 18, "foreign": 12}
# that file by years in office: from, to (None: open), coups, leader-years
TENURE: tuple[tuple[int, int | None, int, int], ...] = (
    (0, 1, 68, 589), (1, 2, 23, 462), (2, 3, 12, 405), (3, 5, 31, 689), (5, 7, 22, 540),
    (7, 10, 12, 654), (10, 15, 16, 743), (15, 20, 6, 472), (20, None, 12, 680),
)  # fmt: skip


class Fates(NamedTuple):
    """Shares of all who came to power, and the coup hazard of those still there, at the start of period 0, 1, ..."""

    survival: NDArray[np.float64]
    hazard: NDArray[np.float64]  # NaN where nobody is left
    established: NDArray[np.float64]


def run(h: float = 0.12, e: float = 0.15, periods: int = 30) -> Fates:
    """Survival, coup hazard and share established, period by period.

    Parameters
    ----------
    h : chance per period, 0 to 1
        Removal of a contested ruler.
    e : chance per period, 0 to 1
        A contested ruler who was not removed becomes established.
    periods : whole number, at least 1
        How far to go; what comes back has one more entry, for period 0.

    Raises
    ------
    ValueError
        A chance that is not a number from 0 to 1, a number of periods that is not whole or not from 1 to 100,000.

    Sources
    -------
    svolik2009 (the two regimes and the passage between them; the chain is our reduced form of it).

    Examples
    --------
    >>> fates = run(h=0.1, e=0.1, periods=5)
    >>> fates.survival.round(6).tolist()
    [1.0, 0.9, 0.819, 0.75339, 0.700246, 0.657199]
    >>> bool((np.diff(fates.hazard) < 0).all())
    True
    """
    return _climb(np.array([number("h", h, 0, 1, what="share")]), number("e", e, 0, 1, what="share"), whole("periods", periods, 1, MOST))


def closed(h: float, e: float, periods: int) -> Fates:
    """The same as `run`, from the closed form in the head of this file."""
    h, e, periods = number("h", h, 0, 1, what="share"), number("e", e, 0, 1, what="share"), whole("periods", periods, 1, MOST)
    r = (1 - h) * (1 - e)
    contested = np.multiply.accumulate(np.r_[1.0, np.full(periods, r)])
    established = np.zeros(periods + 1) if r == 1 else (1 - h) * e * (1 - contested) / (1 - r)
    survival = contested + established
    hazard = np.divide(h * contested, survival, out=np.full(periods + 1, np.nan), where=survival > 0)
    return Fates(survival, hazard, established)


def prospects(h: float, e: float) -> tuple[float, float]:
    """Chance ever to be established, and expected periods at risk.

    >>> established, at_risk = prospects(0.2, 0.05)
    >>> round(established, 6), round(at_risk, 6)
    (0.166667, 4.166667)
    """
    h, e = number("h", h, 0, 1, what="share"), number("e", e, 0, 1, what="share")
    leaves = h + e * (1 - h)
    return (e * (1 - h) / leaves, 1 / leaves) if leaves else (0.0, float("inf"))


def ladder(success: Sequence[float] = (0.6, 0.4, 0.2), attempt: float = 0.25, climb: float = 0.3, periods: int = 30) -> Fates:
    """The chain with more than one rung: each grab of power makes a coup less likely to succeed, the last one hopeless."""
    chances = number("attempt", attempt, 0, 1, what="share") * _shares("success", success)
    climb, periods = number("climb", climb, 0, 1, what="share"), whole("periods", periods, 1, MOST)
    together(MOST_WORK, rungs=chances.size, periods=periods)
    return _climb(chances, climb, periods)


def _climb(hazards: NDArray[np.float64], climb: float, periods: int) -> Fates:
    """Rung by rung: removed with the hazard of one's rung, else up with `climb`, above the last rung out of reach."""
    fates = Fates(*(np.full(periods + 1, np.nan) for _ in range(3)))
    contested, established = np.zeros(hazards.size), 0.0
    contested[0] = 1.0
    for t in range(periods + 1):
        alive = float(contested.sum()) + established
        fates.survival[t], fates.established[t] = alive, established
        if alive > 0:
            fates.hazard[t] = (contested * hazards).sum() / alive
        left = contested * (1 - hazards)
        up = left * climb
        contested = left - up
        contested[1:] += up[:-1]
        established += float(up[-1])
    return fates


def credible(b: float, rho: float, s_c: float = 1.0) -> bool:
    """Whether allies would rather risk a coup than let a ruler who holds `b` keep what he grabbed; numbers taken as written.

    >>> credible(b=0.7, rho=0.4), credible(b=0.7, rho=0.3)
    (True, False)
    """
    power, chance, stake = (exactly(name, value, 0, 1, what="share") for name, value in (("b", b), ("rho", rho), ("s_c", s_c)))
    return chance * stake > 1 - power


def simulate(hazards: Sequence[float], climb: float = 0.0, rulers: int = 40_000, periods: int = 21, seed: int = 0) -> tuple[list[int], list[int]]:
    """Rulers removed, and in office, in each period; ruler i is of kind i modulo the kinds, each of one constant hazard."""
    own, climb, periods = _shares("hazards", hazards), number("climb", climb, 0, 1, what="share"), whole("periods", periods, 1, MOST)
    together(MOST_WORK, rulers=whole("rulers", rulers, 1, 10_000_000), periods=periods)
    who = np.arange(rulers, dtype=np.uint32)
    key, hazard = name_key(whole("seed", seed, 0, 2**63), "svolik", "fate"), own[who % own.size]
    present, contested = np.ones(who.size, bool), np.ones(who.size, bool)
    removed, office = [], []
    for t in range(periods):
        luck = uniform(key, who, np.arange(2, dtype=np.uint32), t)
        falls = present & contested & (luck[:, 0] < hazard)
        removed.append(int(falls.sum()))
        office.append(int(present.sum()))
        present &= ~falls
        contested &= luck[:, 1] >= climb
    return removed, office


def mixed(hazards: Sequence[float], periods: int) -> NDArray[np.float64]:
    """Hazard of a population of equally many rulers of each constant hazard: what selection alone does; NaN once all are gone."""
    own = _shares("hazards", hazards)
    together(MOST_WORK, hazards=own.size, periods=whole("periods", periods, 1, MOST))
    left = np.multiply.accumulate(np.vstack([np.ones(own.size), np.tile(1 - own, (periods - 1, 1))]))
    there = left.sum(axis=1)
    return np.divide((left * own).sum(axis=1), there, out=np.full(there.size, np.nan), where=there > 0)


def _shares(name: str, values: Sequence[float]) -> NDArray[np.float64]:
    return np.array([number(f"{name}[{i}]", value, 0, 1, what="share") for i, value in enumerate(listed(name, values, MOST, "entries"))])


def interval(events: int) -> tuple[float, float]:
    """90 percent limits for the mean of a Poisson count of at least 1, by Wilson and Hilferty's cube."""
    events, z = whole("events", events, 1, 10**12), 1.6448536269514722
    low, high = (1 - 1 / (9 * n) + sign * z / (3 * sqrt(n)) for n, sign in ((events, -1), (events + 1, 1)))
    return events * low * low * low, (events + 1) * high * high * high


def hazard_between(start: int, end: int | None = None) -> float:
    """Coups per leader-year in office from `start` to `end` years, both ends of bands in `TENURE`; to the last without `end`."""
    start = _edge("start", start, [low for low, *_ in TENURE])
    end = None if end is None else _edge("end", end, [high for _, high, *_ in TENURE if high and high > start])
    bands = [(coups, years) for low, high, coups, years in TENURE if low >= start and (end is None or (high or MOST) <= end)]
    return sum(coups for coups, _ in bands) / sum(years for _, years in bands)


def _edge(name: str, value: Any, edges: list[int]) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) not in edges:
        wanted = f"one of {', '.join(map(str, edges))}" if edges else "None: the last band is open"
        raise ValueError(f"{name} is {told(value)}: wanted {wanted}")
    return int(value)


TABLE: tuple[tuple[float, float, tuple[float, ...], tuple[float, ...], tuple[float, float]], ...] = (
    # h, e; survival at 1, 5, 10, 20; hazard at 0, 1, 5, 10, 20; chance to be established, periods at risk
    (0.10, 0.10, (0.9, 0.657199, 0.537672, 0.481464), (0.1, 0.09, 0.053055, 0.022612, 0.003070), (0.473684, 5.263158)),
    (0.12, 0.15, (0.88, 0.635313, 0.549919, 0.525241), (0.12, 0.102, 0.044228, 0.011965, 0.000687), (0.523810, 3.968254)),
    (0.20, 0.05, (0.8, 0.377960, 0.220241, 0.170111), (0.2, 0.19, 0.134169, 0.058381, 0.004859), (0.166667, 4.166667)),
)
OURS, SIX = "our reduced form, computed from the closed form and by iteration", 5e-7


def _chance_row(quantity: str, exact_hazard: NDArray[np.float64], hazards: Sequence[float], climb: float) -> Row:
    removed, office = simulate(hazards, climb)
    at = (0, 5, 10)
    wanted = [float(exact_hazard[t]) for t in at]
    found = [removed[t] / office[t] for t in at]
    error = max(sqrt(p * (1 - p) / office[t]) for t, p in zip(at, wanted, strict=True))
    return close(quantity, wanted, found, 4 * error, "closed form; 40,000 rulers, seed 0; within 4 s.e. of the least certain", "reduced form")


def rows() -> list[Row]:
    """The published counts, the record by years in office, and the chain and ladder of our reduced form."""
    total, book = sum(EXITS.values()), sum(BOOK_EXITS.values())
    shares = [count / total for count in EXITS.values()]
    file = "counted in the leader file of svolik2012"
    bands = [coups / years for _, _, coups, years in TENURE]
    early, late = hazard_between(0, 1), hazard_between(10)
    result = [
        exact("record: irregular exits of 1945-2002 that could be told apart", 303, total, "two summaries of the article; sum of the five counts"),
        close("record: shares: coup, uprising, democratisation, assassination, foreign", [0.677, 0.106, 0.099, 0.066, 0.053], shares, 5e-4,
              "the published counts divided; three decimals", "derived"),
        close("record: share of coups in the book's file, 1946-2008", 0.649, BOOK_EXITS["coup"] / book, 5e-4, file, "derived"),
        close("record: coups per leader-year in year 1, 2, 3, 4-5, 6-7, 8-10, 11-15, 16-20, 21+",
              [0.116, 0.050, 0.030, 0.045, 0.041, 0.018, 0.022, 0.013, 0.018], bands, 6e-4, f"{file}; three decimals, exposure in whole years", "derived"),
        close("record: coups per leader-year, all", 0.0386, hazard_between(0), 5e-5, file, "derived"),
        exact("record: coups in year 1 at least three times as frequent as after year 10", "yes", "yes" if early >= 3 * late else "no", file, "derived"),
    ]  # fmt: skip
    for h, e, survival, hazard, ends in TABLE:
        fates = run(h, e, 20)
        name = f"h = {h:.2f}, e = {e:.2f}: "
        result.append(close(name + "survival at 1, 5, 10, 20", survival, [float(fates.survival[t]) for t in (1, 5, 10, 20)], SIX, OURS, "reduced form"))
        result.append(close(name + "coup hazard at 0, 1, 5, 10, 20", hazard, [float(fates.hazard[t]) for t in (0, 1, 5, 10, 20)], SIX, OURS, "reduced form"))
        result.append(close(name + "chance to be established; periods at risk", ends, prospects(h, e), SIX, OURS, "reduced form"))
    rungs = ladder()
    climbing = [float(rungs.hazard[t]) for t in (0, 1, 2, 3, 4, 5, 10, 20)]
    hazards = [0.15, 0.135, 0.119393, 0.103187, 0.0869, 0.071259, 0.018810, 0.000576]
    ended = [float(rungs.survival[30]), float(rungs.established[30])]
    pays = ["yes" if credible(b, rho) else "no" for b, rho in ((0.5, 0.6), (0.7, 0.4), (0.85, 0.2), (0.85, 0.1), (0.9, 0.1))]
    result += [
        close("ladder of three rungs: coup hazard at 0 ... 5, 10, 20", hazards, climbing, SIX, "our reduced form, iterated", "reduced form"),
        close("ladder: in power after 30 periods, of these established", [0.390899, 0.390806], ended, SIX, "our reduced form, iterated", "reduced form"),
        exact("coup pays at b, ρ = .5 .6, .7 .4, .85 .2, .85 .1, .9 .1", "yes yes yes no no", " ".join(pays), "by hand; a tie does not pay", "reduced form"),
        _chance_row("hazard at 0, 5, 10 of rulers of constant .2 or .02: selection alone", mixed((0.2, 0.02), 21), (0.2, 0.02), 0.0),
        _chance_row("hazard at 0, 5, 10 of simulated rulers, h = .12, e = .15", closed(0.12, 0.15, 20).hazard, (0.12,), 0.15),
    ]
    return result


def figure() -> "Figure":
    """Coups by year in office: the record in bands of tenure, and the chain."""
    from thaw import charts

    record, chain = "record", "chain"
    points: list[dict[str, object]] = []
    for start, end, coups, years in TENURE:
        low, high = interval(coups)
        points.append({"x": (start + (end or 30)) / 2, "y": coups / years, "low": low / years, "high": high / years, "series": record})
    hazard = run(0.12, 0.15, 30).hazard
    lines: list[dict[str, object]] = [{"x": t, "y": float(hazard[t]), "series": chain} for t in range(31)]
    labels: list[dict[str, object]] = [
        {"x": 6.4, "y": 0.066, "series": record, "text": "recorded coups per leader-year, 1946-2008 (90%)"},
        {"x": 2.0, "y": 0.092, "series": chain, "text": "two-state chain, h = 0.12 and e = 0.15 a year, not fitted"},
        {"x": 22.5, "y": 0.036, "series": record, "text": "all above 20 years"},
    ]
    chart = charts.curves("years in office", "coup hazard per year", domain=(0, 30), title="Who survives the first years is rarely overthrown")
    return chart, {"lines": lines, "labels": labels, "points": points, "guide": []}
