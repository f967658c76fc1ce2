"""Forecasts of series, anchored to the last recorded value, and their scores beside those of the rivals.

    forecast for year T = value recorded last, in year a, changed by as much as the history's own quantity changes from a to T
                          + what the histories leave unexplained

A history is asked about change only, since its level is off by what a dozen equations leave out. Changes of the record up to the origin
scatter more than the histories say; the excess of their squared errors over the histories' variance is a normal error of its own. It is read from
one-year changes of the last five years, by their median, so that one accident (a war, rebuilding after it) does not widen all forecasts,
and grows with the root of the years that the forecast reaches.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thaw.comparison import recorded_rows, shown
from thaw.skill.origins import DEALS, MODEL, PERMUTED, Origin
from thaw.skill.rivals import PERSISTENCE, RECENT, TREND, Guess, damped_trend, persistence
from thaw.skill.table import RATIO, SERIES, Series

FIRST = 1945  # the first year whose rows are read
COPIES = np.array([-1.324, -0.5658, 0.0, 0.5658, 1.324]) / np.sqrt(np.mean(np.square([-1.324, -0.5658, 0.0, 0.5658, 1.324])))  # of a normal, variance 1
BAND = (0.05, 0.95)
MIDDLE = 0.4549  # median of chi-square with one degree of freedom


@dataclass(frozen=True)
class Point:
    """One forecast that was scored: CRPS of each forecaster, in the unit of the series, and whether the model's 90% band holds the value.

    The deals of permuted stances count as one forecaster, with the mean of their scores.
    """

    series: str
    origin: int
    year: int
    observed: float
    low: float
    median: float
    high: float
    crps: Mapping[str, float]

    @property
    def inside(self) -> bool:
        """Whether the 90% band holds the recorded value."""
        return self.low <= self.observed <= self.high


def rows_by_year(series: Series, last: int) -> dict[int, Any]:
    """The rows of a series from 1945 to the end of the year `last`, by year."""
    return {row.end.year: row for row in recorded_rows(series.polity, series.variable, series.measure, last) if row.end.year >= FIRST}


def on_scale(series: Series, values: Any) -> Any:
    """Values on the scale on which changes are counted: logs for ratios."""
    if series.change != RATIO:
        return np.asarray(values, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(np.asarray(values, float))


def off_scale(series: Series, values: Any) -> Any:
    """The way back from `on_scale`."""
    return np.exp(values) if series.change == RATIO else np.asarray(values)


def simulated(origin: Origin, series: Series, row: Any) -> np.ndarray | None:
    """What each history holds for the time of a row, (H,), on the scale of changes; None where the run does not cover it."""
    plan = origin.plan
    values = np.sum([origin.arm.series[name] for name in series.quantities], axis=0, dtype=float)
    seen = shown(series.measure, plan, values, row)
    return None if seen is None else np.asarray(on_scale(series, seen))


def forecast(origin: Origin, series: Series, known: Mapping[int, Any], target: Any) -> tuple[np.ndarray, np.ndarray]:
    """Values and weights of a forecast for the time of the row `target`, of which the value is not read; `known`: the rows up to the origin."""
    covered = {year: values for year, row in known.items() if (values := simulated(origin, series, row)) is not None}
    if not covered:
        return np.empty(0), np.empty(0)
    anchor = max(covered)
    then = simulated(origin, series, target)
    assert then is not None, "targets lie within the run"
    change = then - covered[anchor]
    there = np.isfinite(change) & (origin.weights > 0)
    centre = float(on_scale(series, known[anchor].value)) + change[there]
    error = unexplained(origin, series, known, covered, target.end.year - anchor)
    return off_scale(series, (centre[:, None] + error * COPIES).ravel()), np.repeat(origin.weights[there], len(COPIES))


def unexplained(origin: Origin, series: Series, known: Mapping[int, Any], covered: Mapping[int, np.ndarray], years: int) -> float:
    """Standard deviation of what the histories leave unexplained over so many years, from recent changes of one year up to the origin.

    The median of squared normal errors is `MIDDLE` of their variance; what is over the histories' own mean variance is unexplained.
    """
    errors, variances = [], []
    for year, before in covered.items():
        if year + 1 not in covered or year < max(covered) - RECENT:
            continue
        change = covered[year + 1] - before
        there = np.isfinite(change) & (origin.weights > 0)
        weights = origin.weights[there] / origin.weights[there].sum()
        mean = float(weights @ change[there])
        errors.append((float(on_scale(series, known[year + 1].value) - on_scale(series, known[year].value)) - mean) ** 2)
        variances.append(float(weights @ (change[there] - mean) ** 2))
    if not errors:
        return 0.0
    return float(np.sqrt(years * max(np.median(errors) / MIDDLE - np.mean(variances), 0.0)))


def points(arms: Mapping[str, Sequence[Origin]], last: int) -> list[Point]:
    """Every series and year after each origin up to the year `last` that the record has, scored."""
    return [
        _point(series, {arm: origins[place] for arm, origins in arms.items()}, known, row)
        for place, origin in enumerate(arms[MODEL])
        for series, known, row in targets(origin.year, last)
    ]


def targets(year: int, last: int) -> Iterator[tuple[Series, Mapping[int, Any], Any]]:
    """What is forecast from the end of a year: each series, its rows up to then by year, and a row after it up to the year `last`."""
    for series in SERIES:
        rows = rows_by_year(series, last)
        known = {then: row for then, row in rows.items() if then <= year}
        yield from ((series, known, row) for then, row in rows.items() if then > year and known)


def _point(series: Series, origins: Mapping[str, Origin], known: Mapping[int, Any], row: Any) -> Point:
    past = past_of(series, known)
    year = row.end.year
    guesses: dict[str, Guess] = {PERSISTENCE: persistence(past, year), TREND: damped_trend(past, year)}
    crps = {name: score(off_scale(series, guess.values()), None, row.value) for name, guess in guesses.items()}
    ensembles = {arm: forecast(origin, series, known, row) for arm, origin in origins.items()}
    crps |= {arm: score(values, weights, row.value) for arm, (values, weights) in ensembles.items()}
    crps[PERMUTED] = float(np.mean([crps.pop(deal) for deal in DEALS]))
    low, median, high = quantiles(*ensembles[MODEL], (BAND[0], 0.5, BAND[1]))
    return Point(series.name, origins[MODEL].year, year, float(row.value), low, median, high, crps)


def past_of(series: Series, known: Mapping[int, Any]) -> dict[int, float]:
    """The known values by year, on the scale of changes."""
    return {year: float(on_scale(series, row.value)) for year, row in known.items()}


def score(values: np.ndarray, weights: np.ndarray | None, observed: float) -> float:
    """Continuous ranked probability score of weighted values (n,): the integral of the squared distance of two distribution functions.

    >>> score(np.array([1.0, 3.0]), None, 3.0)
    0.5
    """
    import scoringrules

    share = np.full(len(values), 1 / len(values)) if weights is None else weights / weights.sum()
    return float(scoringrules.crps_ensemble(observed, values, ens_w=share))


def quantiles(values: np.ndarray, weights: np.ndarray, levels: Sequence[float]) -> list[float]:
    """Weighted quantiles: the smallest value up to which the weights add up to the level.

    >>> quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), (0.5,))
    [2.0]
    """
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weights[order]) / weights.sum()
    return [float(values[order[min(int(np.searchsorted(passed, level)), len(values) - 1)]]) for level in levels]


