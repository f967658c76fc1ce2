"""A plan as somebody could have made it at the end of a month: what the record fixes is fixed up to it and free, or carried on, after it.

For forecasts. What only hindsight knows is left out after the month:

    deaths            who lived through it cannot die before its end, and afterwards runs the clock of his age
    congresses        every October of a leap year, plenums every June and December, as when freed throughout
    weather           drawn
    third parties     no shock to tension, no further offer of aid, no alarm that has not been raised, pacts as the model offers them
    states            those that are or have been independent then, and no others
    population, radio sets   the straight line of the last five years
    Soviet troops, decrees   as they stand

What stays in the plan and comes from later years is declared in docs/skill.md.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from thaw import record
from thaw.compile import _forums, _values, between
from thaw.compile_events import NATURAL
from thaw.dates import month_number, month_of
from thaw.errors import ScenarioError
from thaw.fields import FIELDS
from thaw.plan import Plan

STANDING = ("independent", "aided", "armistice", "alarm", "collectivising", "decree")  # calendars that stay as they are
TREND = 5.0  # years whose line is carried on
COUNTED = {("DDR", "population"): {1950.7: 18388.0}}  # census of 31 August 1950, thousand (from memory); the record begins later


def known_until(plan: Plan, scenario, month: str) -> Plan:
    """The plan with nothing in it that was known only after a month 'YYYY-MM'."""
    first = plan.months[0][0] * 12 + plan.months[0][1] - 1
    last = month_number(month) - first
    if not 0 <= last < len(plan.months):
        raise ScenarioError(f"free after {month}: expected a month of the scenario, {scenario.start} to {scenario.end}.")
    calendar = dict(plan.calendar)
    for name in STANDING:
        calendar[name] = _after(calendar[name], calendar[name][last], last)
    calendar["shock"] = _after(calendar["shock"], 0.0, last)
    calendar["pacts"] = _after(calendar["pacts"], -1.0, last)
    calendar["drought"] = _after(calendar["drought"], -1.0, last)
    freed = _forums(scenario, plan.months, plan.polities, free=True)
    for name, values in zip(("forum", "congress"), freed, strict=True):
        calendar[name] = np.concatenate([calendar[name][: last + 1], values[last + 1 :]])
    calendar |= _numbers(plan, first + last)
    pins = {"death": lives(plan, last)} if "death" in plan.pins else plan.pins
    return _only_states(plan.with_(calendar=calendar, pins=pins), np.asarray(calendar["independent"].any(axis=0)))


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


def lives(plan: Plan, last: int) -> np.ndarray:
    """When each person dies (E,), as far as it is known at the end of month `last`: see `Plan.pins`."""
    people = {person.id: person for person in record.people()}
    first = plan.months[0][0] * 12 + plan.months[0][1] - 1
    pins = np.full(len(plan.persons), -1.0)
    for e, person in enumerate(plan.persons):
        if (row := people.get(person)) is None:
            continue
        died = month_of(row.died) - first if row.died else None
        if died is None or died > last:
            pins[e] = last + 0.5
        elif row.death_cause in NATURAL:
            pins[e] = max(died, 0)
    return pins


def _numbers(plan: Plan, last: int) -> dict[str, np.ndarray]:
    """The yearly series of the calendar from rows up to month `last` (since the year 0)."""
    at = [year + month / 12 for year, month in plan.months]
    latest = (last + 1) // 12 - 1  # the last whole year

    def column(code: str, variable: str, given: np.ndarray, trend: float) -> np.ndarray:
        rows = {year + 0.5: value for year, value in _values(code, variable).items() if year <= latest}
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
    """Values at dates: between dated points on straight lines, after the last on that of the last `trend` years, never below nought.

    >>> carried_on([1950.0, 1952.0], {1949.0: 8.0, 1950.0: 10.0}, 5.0)
    array([10., 14.])
    """
    last = max(points)
    earlier = min((date for date in points if date >= last - trend), default=last)
    slope = (points[last] - points[earlier]) / (last - earlier) if earlier < last else 0.0
    return np.array([between(date, points) if date <= last else max(points[last] + slope * (date - last), 0.0) for date in dates])
