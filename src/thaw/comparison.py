"""A run beside the record up to 1956, point by point. For `thaw show system`.

A point is one of four kinds:

    date       the first recorded date of an event, against the first dates of all histories; never is later than any date
    number     a row of a series, against the same quantity over the time that the row covers
    direction  two neighbouring rows of a series in other units whose ranges do not overlap: at least half of the histories move that way
    not yet    a recorded event whose first date lies after 1956: in at least one history of twenty it has not come by then

A date and a number lie inside if they are in the 90% band. What is given or pinned makes no point, nor does what has not left its given
first value.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from thaw import invented, names, record
from thaw.dates import month_of
from thaw.fields import FIELDS
from thaw.model_arms import Arm
from thaw.plan import Plan
from thaw.system_rows import MEASURES, Measure

CUT = 1956
BAND = (0.05, 0.95)
HALF = 0.5  # of the histories that must move as the record does: a coin's share


def compare(name: str, plan: Plan, whole: Arm) -> Iterator[dict[str, Any]]:
    """The points of the record up to 1956 under a name, each with the band of the run and whether it lies inside."""
    if name in MEASURES:
        yield from _series_points(name, MEASURES[name], plan, whole)
    elif name.partition(".")[2] or name in record.EVENTS:
        yield from _event_points(name, plan, whole)


def _event_points(name: str, plan: Plan, whole: Arm) -> Iterator[dict[str, Any]]:
    """First dates, and events that had not come: a history in which one never comes counts as later than any."""
    known = names.known_events()
    start, cut = (year * 12 + month - 1 for year, month in (plan.months[0], (CUT, 12)))
    for full in sorted(record.event_names()):
        kind, polity = bare(full), full.partition(".")[0]
        if name not in (full, full.partition(":")[0], kind) or kind in plan.pins or kind not in known:
            continue
        axes = known[kind][1].axes
        when = min((month for day in record.recorded_dates(full) if (month := month_of(day)) >= start), default=None)
        if when is None or (axes in ("P", "E") and polity not in plan.polities):
            continue
        comparable = full in plan.record if when <= cut else not known[kind][1].derived and _there(full, axes, plan)
        if not comparable:
            continue
        months = whole.firsts.get(full, np.full(len(whole.ended), np.inf))
        low, high = (np.quantile(months, BAND[0], method="lower"), np.quantile(months, BAND[1], method="higher"))
        span = _month(plan, low), _month(plan, high)
        if when <= cut:
            yield _point("date", full, f"{when // 12}-{when % 12 + 1:02d}", None, *span, bool(low <= when - start <= high))
        else:
            yield _point("not yet", full, f"{CUT}-12", None, *span, bool(high > cut - start))


def _there(full: str, axes: str, plan: Plan) -> bool:
    """Whether the run has the person or state of an event, so that it could come."""
    if axes == "W":
        return full.partition(".")[0] in plan.states
    return axes != "E" or full.partition(":")[2] in plan.persons


def _series_points(name: str, measure: Measure, plan: Plan, whole: Arm) -> Iterator[dict[str, Any]]:
    """Rows of a series, each against the run over the time it covers; or neighbouring rows, where only the direction counts."""
    if not set(measure.fields) <= whole.series.keys():
        return
    variable = name.rpartition(".")[2]
    for polity, values in _read(measure, plan, whole):
        seen = [(row, found) for row in recorded_rows(polity, variable, measure) if (found := seen_in(measure, plan, values, row)) is not None]
        if measure.direction:
            yield from _directions(f"{polity}.{variable}", measure, seen)
            continue
        for row, found in seen:
            low, high = np.nanquantile(found, BAND)
            least, most = _range(row)
            yield _point("number", f"{polity}.{variable}", row.start.isoformat(), row.value, float(low), float(high), bool(low <= most and least <= high))


def _read(measure: Measure, plan: Plan, whole: Arm) -> Iterator[tuple[str, np.ndarray]]:
    """What the run has of a measure, (H, months), for each polity of the record it is compared with."""
    if all(FIELDS[field].axes == "H" for field in measure.fields):
        yield measure.polity, np.sum([whole.series[field] for field in measure.fields], axis=0, dtype=float)
        return
    for place, polity in enumerate(plan.polities):
        if measure.polity in ("", polity):
            yield polity, np.sum([whole.series[field][:, :, place] for field in measure.fields], axis=0, dtype=float)


def recorded_rows(polity: str, variable: str, measure: Measure, cut: int = CUT) -> list[Any]:
    """Rows of the record in the units of the run, up to the end of the year `cut` and in order."""
    rows = sorted((row for row in invented.series(polity, variable) if row.end.year <= cut), key=lambda row: row.end)
    if measure.trailing > 1:
        by_year = {row.end.year: row.value for row in rows}
        means = [sum(by_year.get(row.end.year - back, 0.0) for back in range(measure.trailing)) / measure.trailing for row in rows]
        rows = [replace(row, value=mean, low=None, high=None) for row, mean in zip(rows, means, strict=True)]
    over = next((row.value for row in rows if row.end.year == measure.base), 1.0)
    return [replace(row, value=row.value / over, low=row.low and row.low / over, high=row.high and row.high / over) for row in rows]


def seen_in(measure: Measure, plan: Plan, values: np.ndarray, row: Any) -> np.ndarray | None:
    """What each history shows for a row, (H,); None where the run does not cover it, or has not left what was given."""
    read = _read_off(measure, plan, values, row)
    there = read[0][~np.isnan(read[0])] if read else np.empty(0)
    return None if not len(there) or (measure.above is None and np.ptp(there) == 0) else shown(measure, plan, values, row)


def _read_off(measure: Measure, plan: Plan, values: np.ndarray, row: Any) -> tuple[np.ndarray, int] | None:
    """The run's own value (H,) over the time of a row, and the last month covered; None where the run does not cover it."""
    number = {month: place for place, month in enumerate(plan.months)}
    begin, end = (number.get((day.year, day.month)) for day in (row.start, row.end))
    if begin is None or end is None or (measure.when == "day" and begin == 0):
        return None
    if measure.when == "day":
        return values[:, begin - 1 if row.start.day == 1 else begin], end
    if measure.when == "end":
        return values[:, end], end
    months = values[:, begin : end + 1]
    return (months.sum(axis=1) if measure.when == "sum" else months.mean(axis=1)), end


def shown(measure: Measure, plan: Plan, values: np.ndarray, row: Any) -> np.ndarray | None:
    """What each history shows for a row, (H,), NaN where it had ended; None where the run does not cover it."""
    read = _read_off(measure, plan, values, row)
    if read is None:
        return None
    seen, end = read
    if measure.above is not None:
        return np.where(np.isnan(seen), np.nan, seen > measure.above)
    seen = seen * measure.scale
    if measure.states:
        return np.round(seen * plan.calendar["independent"][end].sum())  # shares on the tape are rounded
    return seen * _heads(plan, row) if measure.people else seen


def _heads(plan: Plan, row: Any) -> float:
    """Population (thousand) in the middle of a row's last year, as the plan has it: what the record says of it later need not be known yet."""
    month = plan.months.index((row.end.year, 7)) if (row.end.year, 7) in plan.months else 0
    return float(plan.calendar["population"][month, plan.polities.index(row.polity)])


def _directions(name: str, measure: Measure, seen: list[tuple[Any, np.ndarray]]) -> Iterator[dict[str, Any]]:
    """Neighbouring rows that surely differ: whether half of the histories move as they do; record 1 rises, -1 falls."""
    for (before, first), (after, then) in pairwise(seen):
        (low, high), (least, most) = _range(before), _range(after)
        if low <= most and least <= high:
            continue
        way = 1 if least > high else -1
        moved = (then - first)[~np.isnan(then - first)] * measure.direction
        share = float((moved * way > 0).mean())
        band = np.quantile(moved, BAND)
        point = _point("direction", name, f"{before.start.year} to {after.start.year}", way, float(band[0]), float(band[1]), share >= HALF)
        yield point | {"share": share}


def _range(row: Any) -> tuple[float, float]:
    """Least and most that the record says."""
    return (
        row.value if row.low is None else min(row.value, row.low),
        row.value if row.high is None else max(row.value, row.high),
    )


def _point(kind: str, name: str, when: str, value: Any, low: Any, high: Any, inside: bool) -> dict[str, Any]:
    return {"kind": kind, "name": name, "when": when, "record": value, "low": low, "high": high, "inside": inside}


def bare(full: str) -> str:
    """The bare name of an event.

    >>> bare("SUN.fall:beria")
    'fall'
    """
    return full.rpartition(".")[2].partition(":")[0]


def _month(plan: Plan, place: float) -> str | None:
    if not np.isfinite(place):
        return None
    year, month = plan.months[int(place)]
    return f"{year}-{month:02d}"


def in_words(point: dict[str, Any]) -> str:
    """A point and its band in words; no date: it never comes in so many histories.

    >>> in_words({"kind": "date", "low": "1950-01", "high": None}), in_words({"kind": "number", "record": 5.0, "low": 6.0, "high": 9.0})
    ('1950-01 to never', '5 outside 6 to 9')
    """
    if point["kind"] == "direction":
        return f"{'rises' if point['record'] > 0 else 'falls'} in the record, so in {point['share']:.0%} of histories"
    if point["kind"] == "number":
        return f"{point['record']:,.4g} outside {point['low']:,.4g} to {point['high']:,.4g}"
    return f"{point['low'] or 'never'} to {point['high'] or 'never'}"
