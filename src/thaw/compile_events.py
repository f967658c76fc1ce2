"""Events of scenario and record as months and places on axes: what is pinned, recorded, brought about and prevented."""

import datetime as dt
from collections.abc import Iterable

import numpy as np

from thaw import invented, names, record
from thaw.dates import mondays, month_number, month_of
from thaw.errors import ScenarioError, did_you_mean
from thaw.noise import Act
from thaw.plan import Plan
from thaw.record.vocabulary import parse

NATURAL = ("natural", "accident", "unknown")


def deaths(months, persons) -> np.ndarray:
    """Month of each person's natural death as recorded; after the end if he outlived it; -1 where the record holds none."""
    people = {person.id: person for person in record.people()}
    first = months[0][0] * 12 + months[0][1] - 1
    pins = np.full(len(persons), -1)
    for e, person in enumerate(persons):
        row = people.get(person)
        if row and row.death_cause in NATURAL:
            died = row.died or dt.date(2100, 1, 1)
            pins[e] = max(month_of(died) - first, 0)
    return pins


def recorded(scenario, months) -> dict[str, tuple[tuple[int, int], ...]]:
    """Recorded (month, week) of each event that the system could decide itself.

    Left out: successions, which only follow an end that another event or a pinned death has brought; and the exit of a state that is no
    satellite here, since nothing decides it.
    """
    first = months[0][0] * 12 + months[0][1] - 1
    found = {}
    for name in record.event_names():
        event = record.parse_event(name)
        polity = scenario.polities.get(event.polity)
        no_satellite = event.name == "exit" and polity is not None and polity.role != "satellite"
        if no_satellite or event.name == "succession":
            continue
        dates = []
        for day in record.recorded_dates(name):
            month = month_of(day) - first
            if 0 <= month < len(months):
                starts = mondays(day.year, day.month)
                dates.append((month, min(sum(monday <= day for monday in starts[1:]), len(starts) - 1)))
        if dates:
            found[name] = tuple(dates)
    return found


def acts(plan: Plan, wishes: Iterable[tuple[str, str | None]]) -> tuple[Act, ...]:
    """Interventions as places on axes: (event text, 'YYYY-MM' or None) to acts."""
    first = plan.months[0][0] * 12 + plan.months[0][1] - 1
    found = []
    for text, date in wishes:
        event = (parse if invented.is_invented(text.partition(".")[0]) else record.parse_event)(text)
        month = month_number(date) - first if date else -1
        if date and not 0 <= month < len(plan.months):
            raise ScenarioError(f"{text}@{date} lies outside the scenario")
        week = next((w for m, w in plan.record.get(text, ()) if m == month), 0)
        found.append(Act(event.name, _place(plan, text, event), month, week))
    return tuple(found)


def _place(plan: Plan, text: str, event: record.EventName) -> int:
    """Where on its event's axis an intervention acts; -1, everywhere, for what comes once a history."""
    axes = names.known_events()[event.name][1].axes
    if not axes:
        return -1
    who, known = event.about or event.polity, plan.members[axes]
    if who not in known:
        raise ScenarioError(f"{text}: nobody and nowhere of the scenario is called so. {did_you_mean(who, known)}")
    return known.index(who)
