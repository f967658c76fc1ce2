"""Plans without hindsight: as somebody could have made one at the end of a month, and with each month as it was known at its own end.

The first is for forecasts. What the record fixes is fixed up to the month and free, or carried on, after it:

    deaths            who lived through it cannot die before its end, and afterwards runs the clock of his age
    congresses        every October of a leap year, plenums every June and December, as when freed throughout
    weather           drawn
    third parties     no shock to tension, no further offer of aid, no alarm that has not been raised, pacts as the model offers them
    states            those that are or have been independent then, and no others
    population, radio sets   the straight line of the last five years
    Soviet troops, decrees   as they stand

The second is for fits, which look at the same histories from many ends: what a month holds rests on no later row, whatever the end. What
stays in either plan and comes from later years is declared in docs/skill.md.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from thaw import record
from thaw.compile import between, by_year, compile_plan, forums, with_acts
from thaw.dates import month_number, month_of
from thaw.errors import ScenarioError
from thaw.fields import FIELDS
from thaw.plan import Plan

STANDING = ("independent", "aided", "armistice", "alarm", "collectivising", "decree")  # calendars that stay as they are
TREND = 5.0  # years whose line is carried on
COUNTED = {("DDR", "population"): {1950.7: 18388.0}}  # census of 31 August 1950, thousand (from memory); the record begins later


def plan_up_to(scenario, month: str) -> Plan:
    """The plan of a scenario with nothing in it that was known only after a month 'YYYY-MM'; ScenarioError if it has no such month."""
    plan = compile_plan(scenario)
    first = month_number(scenario.start)
    last = month_number(month) - first
    if not 0 <= last < len(plan.months):
        raise ScenarioError(f"free after {month}: expected a month of the scenario, {scenario.start} to {scenario.end}.")
    calendar = dict(plan.calendar)
    for name in STANDING:
        calendar[name] = _after(calendar[name], calendar[name][last], last)
    calendar["shock"] = _after(calendar["shock"], 0.0, last)
    calendar["pacts"] = _after(calendar["pacts"], -1.0, last)
    calendar["drought"] = _after(calendar["drought"], -1.0, last)
    freed = forums(scenario, plan.months, plan.polities, free=True)
    for name, values in zip(("forum", "congress"), freed, strict=True):
        calendar[name] = np.concatenate([calendar[name][: last + 1], values[last + 1 :]])
    calendar |= _numbers(plan, first + last)
    pins = {name: np.where(_died(plan) > last, last + 0.5, months) for name, months in plan.pins.items()}
    known = plan.with_(calendar=calendar, pins=pins)
    return with_acts(_only_states(known, np.asarray(calendar["independent"].any(axis=0))), scenario)


def plan_month_by_month(scenario, year: int) -> Plan:
    """The plan of a scenario in which no month rests on a row later than itself, those up to the end of a year on none later than that."""
    plan = compile_plan(scenario)
    first = month_number(scenario.start)
    calendar = dict(plan.calendar) | _numbers(plan, year * 12 + 11)
    for later in range(year + 1, plan.months[-1][0] + 1):
        at = later * 12 + 11 - first
        for name, values in _numbers(plan, later * 12 + 11).items():
            calendar[name] = np.concatenate([calendar[name][:at], values[at:]])
    died, end = _died(plan), len(plan.months)
    spared = np.where(np.isnan(died), -1.0, np.minimum(died, end) + 0.5)  # nobody dies of age before he died
    return plan.with_(calendar=calendar, pins={name: np.where((months >= 0) & (died <= end), months, spared) for name, months in plan.pins.items()})


def _only_states(plan: Plan, kept: np.ndarray) -> Plan:
    """The plan with some states of the world only (W,)."""

    def less(group: Mapping[str, np.ndarray], before: int) -> dict[str, np.ndarray]:
        wide = {name for name in group if FIELDS[name].axes.lstrip("H") == "W"}
        return {name: values.compress(kept, axis=before) if name in wide else values for name, values in group.items()}

    given = less(plan.given, 0)
    places = np.cumsum(kept) - 1
    given["state_of"] = np.array([places[place] if place >= 0 and kept[place] else -1 for place in given["state_of"]], np.int64)
    states = tuple(code for code, there in zip(plan.states, kept, strict=True) if there)
    gone = set(plan.states) - {*states, *plan.polities}
    labels = {name: label for name, label in plan.labels.items() if name not in gone}
    return plan.with_(given=given, calendar=less(plan.calendar, 1), initial=less(plan.initial, 0), states=states, labels=labels)


def _after(values: np.ndarray, new: Any, last: int) -> np.ndarray:
    """A calendar (month, ...) that has one value from the month after `last` on."""
    changed = values.copy()
    changed[last + 1 :] = new
    return changed


def _died(plan: Plan) -> np.ndarray:
    """The month in which each person died (E,), of whatever cause; inf of those whom the record has outlive it, NaN of those it does not know."""
    people = {person.id: person for person in record.people()}
    first = plan.months[0][0] * 12 + plan.months[0][1] - 1
    rows = [people.get(person) for person in plan.persons]
    return np.array([np.nan if row is None else month_of(row.died) - first if row.died else np.inf for row in rows])


def _numbers(plan: Plan, last: int) -> dict[str, np.ndarray]:
    """The yearly series of the calendar from rows up to month `last` (since the year 0)."""
    at = [year + month / 12 for year, month in plan.months]
    latest = (last + 1) // 12 - 1  # the last whole year

    def column(code: str, variable: str, given: np.ndarray, trend: float) -> np.ndarray:
        rows = {year + 0.5: value for year, value in by_year(code, variable).items() if year <= latest}
        points = COUNTED.get((code, variable), {}) | rows
        return carried_on(at, points, trend) if points else given

    def table(name: str, variable: str, trend: float) -> np.ndarray:
        given = plan.calendar[name]
        return np.stack([column(code, variable, given[:, p], trend) for p, code in enumerate(plan.polities)], axis=1)

    size = np.full(len(at), np.nan)
    sets = column("SUN", "radio_receivers", size, TREND) / column("SUN", "population", size, TREND)
    return {
        "population": table("population", "population", TREND),
        "receivers": plan.calendar["receivers"] if np.isnan(sets).any() else np.repeat(sets[:, None], len(plan.polities), axis=1),
        "garrison": table("garrison", "soviet_troops_present", 0.0),
    }


def carried_on(dates: list[float], points: Mapping[float, float], trend: float) -> np.ndarray:
    """Values at dates: between dated points on straight lines, after the last on that of at least the last `trend` years, never below nought.

    >>> carried_on([1950.0, 1952.0], {1949.0: 8.0, 1950.0: 10.0}, 5.0)
    array([10., 14.])
    """
    last = max(points)
    earlier = max((date for date in points if date <= last - trend), default=min(points))
    slope = (points[last] - points[earlier]) / (last - earlier) if earlier < last else 0.0
    return np.array([between(date, points) if date <= last else max(points[last] + slope * (date - last), 0.0) for date in dates])
