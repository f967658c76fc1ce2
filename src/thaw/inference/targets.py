"""What a fit is held to: numbers at their dates, first dates of events as censored times, and who leads at the end of each year.

Which numbers, events and years there are follows from the scenario, from the vocabulary of events and from rows up to the cut; no later
row is looked at, not even to choose. An event that has not come by the cut counts as not yet. A member of the leadership who has not
fallen by then counts as not yet fallen. Measures whose units cannot be related to the record's are left out.
"""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thaw import names, record
from thaw.attribution.given import hegemon
from thaw.attribution.kept import Watch, full_name
from thaw.comparison import recorded_rows
from thaw.compile_known import plan_month_by_month
from thaw.court import CANDIDATE
from thaw.dates import month_of
from thaw.errors import RecordError
from thaw.fields import FIELDS
from thaw.plan import Plan
from thaw.record.vocabulary import EVENTS
from thaw.system_rows import MEASURES, Measure

if TYPE_CHECKING:
    from thaw.scenario import Scenario

FIRST_CUT = 1950  # the first cut of a fit: a year that series are divided by; masks reach to it in training, and inputs up to it rest on rows up to it
LEFT_OUT = ("death",)  # most are given lives; the others follow a fall
IN_SATELLITES = ("leader_ousted", "new_course", "uprising", "concession", "regime_collapse", "intervention", "exit")  # not every strike is recorded


@dataclass(frozen=True)
class Number:
    """A row of a series in the units of the run: what the record has for `name` over a span of days."""

    name: str
    polity: str
    measure: Measure
    row: Any

    @property
    def year(self) -> int:
        """The year in whose course it is known."""
        return int(self.row.end.year)


@dataclass(frozen=True)
class Targets:
    """What is fitted to, in the order of a history's summary: numbers, then events, then leaders by year."""

    plan: Plan
    cut: int
    numbers: tuple[Number, ...]
    events: tuple[str, ...]
    years: tuple[int, ...]

    @property
    def width(self) -> int:
        """Length of a summary."""
        return len(self.numbers) + len(self.events) + len(self.years)

    @property
    def last(self) -> int:
        """The last month that a history needs."""
        return month_in(self.plan, self.cut)

    def watch(self) -> Watch:
        """The events and quantities that a history has to show."""
        quantities = dict.fromkeys(quantity for number in self.numbers for quantity in quantities_of(number))
        return Watch(self.events, (f"{hegemon(self.plan)}.leader", *quantities))

    def observed(self) -> np.ndarray:
        """The record's own summary (width,): numbers, first months (inf where not yet), leaders as places among the persons.

        NaN where the record names a leader who is not in the scenario, or none.
        """
        values = [number.row.value for number in self.numbers]
        months = [float(first) if (first := first_month(self.plan, event, self.cut)) is not None else math.inf for event in self.events]
        return np.array([*values, *months, *(leader_in(self.plan, year) for year in self.years)], float)


def plan_to_fit(scenario: "Scenario") -> Plan:
    """The plan that prior histories are made of: no month rests on a row of the record later than itself, or than the first cut."""
    return plan_month_by_month(scenario, max(FIRST_CUT, int(scenario.start[:4]) + 1))


def targets(plan: Plan, cut: int) -> Targets:
    """What a fit of a scenario is held to up to the end of the year `cut`; RecordError where a number is none."""
    found = tuple(_numbers(plan, cut))
    bad = [number for number in found if not math.isfinite(number.row.value)]
    if bad:
        row = bad[0].row
        raise RecordError(f"{bad[0].name}, {row.start} to {row.end}: {row.value} is not a number that a fit can be held to.")
    years = tuple(range(plan.months[0][0], cut + 1))
    return Targets(plan, cut, found, tuple(_events(plan)), years)


def known_until(whole: Targets, cut: int) -> np.ndarray:
    """Which numbers and leaders (of the summary without its events) are known at the end of a year: (numbers + years,) bool."""
    return np.array([*(number.year <= cut for number in whole.numbers), *(year <= cut for year in whole.years)], bool)


def month_in(plan: Plan, year: int) -> int:
    """The place of December of a year among the months of a plan."""
    return (year - plan.months[0][0]) * 12 + 12 - plan.months[0][1]


def quantities_of(number: Number) -> tuple[str, ...]:
    """The quantities of a run that a number is read from."""
    places = (number.polity if FIELDS[field].axes == "HP" else names.WORLD for field in number.measure.fields)
    return tuple(f"{place}.{field}" for place, field in zip(places, number.measure.fields, strict=True))


def _numbers(plan: Plan, cut: int) -> Iterator[Number]:
    """Rows that the run covers from its first whole period on, but those that the record doubts."""
    first = dt.date(*plan.months[0], 1)
    for name, measure in MEASURES.items():
        variable = name.rpartition(".")[2]
        if measure.direction:
            continue
        of_the_world = all(FIELDS[field].axes == "H" for field in measure.fields)
        for polity in (measure.polity,) if of_the_world else plan.polities:
            if measure.polity and polity != measure.polity:
                continue
            for row in recorded_rows(polity, variable, measure, cut):
                if row.start >= first and row.status != "uncertain":
                    yield Number(f"{polity}.{variable}", polity, measure, row)


def _events(plan: Plan) -> Iterator[str]:
    """Events of the vocabulary that something decides: of the hegemon all, of its leadership the falls, of satellites some, of the world."""
    main, court = plan.polities.index(hegemon(plan)), plan.given["court"]
    leading = [e for e in range(len(plan.persons)) if court[e] == main and plan.initial["rank"][e] >= CANDIDATE]
    satellites = np.flatnonzero(plan.given["bloc"])
    for kind, (_, event) in names.known_events().items():
        if kind not in EVENTS or kind in LEFT_OUT or event.derived or event.axes == "W":
            continue
        places = {"E": leading, "P": [main, *(satellites if kind in IN_SATELLITES else ())], "T": range(len(plan.members["T"])), "": (0,)}[event.axes]
        yield from (full_name(plan, kind, event.axes, int(place)) for place in places)


def first_month(plan: Plan, event: str, cut: int) -> int | None:
    """The month of an event's first date in the record from the scenario's beginning to the end of a year; None: not by then."""
    start = plan.months[0][0] * 12 + plan.months[0][1] - 1
    months = [month_of(day) - start for day in record.recorded_dates(event, until=dt.date(cut, 12, 31))]
    return min((month for month in months if month >= 0), default=None)


def leader_in(plan: Plan, year: int) -> float:
    """Who led the hegemon on 31 December, as a place among the persons."""
    day, main = dt.date(year, 12, 31), hegemon(plan)
    for row in record.tenures():
        if row.polity == main and row.body == "effective_leader" and row.start <= day and (row.end is None or row.end >= day) and row.person in plan.persons:
            return float(plan.persons.index(row.person))
    return math.nan


def up_to(whole: Targets, cut: int) -> Targets:
    """The same targets as they would have been chosen at an earlier cut."""
    return replace(
        whole, cut=cut, numbers=tuple(number for number in whole.numbers if number.year <= cut), years=tuple(year for year in whole.years if year <= cut)
    )
