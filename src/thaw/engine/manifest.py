"""What a manifest says of a plan: who, when and what was changed, as plain data under the names that people use."""

import importlib.metadata
from typing import Any

import numpy as np

from thaw import loop
from thaw.names import WORLD
from thaw.noise import Act
from thaw.plan import Plan
from thaw.posterior import UNINFORMED, drawn_from


def describe(plan: Plan, record_all: bool) -> dict[str, Any]:
    """The settings of a run: those that decide its results, and whether all or the headline fields are recorded."""
    return {
        "scenario": plan.name,
        "title": plan.labels.get(plan.name, plan.name),
        "seed": plan.seed,
        "first_month": _month(plan, 0),
        "months": len(plan.months),
        "citizens": plan.citizens,
        "do": [act_text(plan, act) for act in plan.do],
        "prevent": [act_text(plan, act) for act in plan.prevent],
        "set": dict(plan.set_values),
        "hold": dict(plan.hold),
        "rules": dict(plan.rules),
        "without": list(plan.without),
        "coupling": "month" if plan.by_month else "clock",
        "parameters": drawn_from(plan),
        "fitted": {name: value for name, value in plan.fitted.items() if name != "contraction"},
        "informed": informed(plan),
        "free": not any((np.asarray(months) >= 0).any() for months in plan.pins.values()),
        "record_all": record_all,
    }


def informed(plan: Plan) -> list[str]:
    """The parameters to which data have spoken, most first; none of a plan that draws from priors."""
    known = plan.fitted.get("contraction", {})
    return sorted((name for name, share in known.items() if share >= UNINFORMED), key=lambda name: -known[name])


def facts(plan: Plan) -> dict[str, Any]:
    """What a reader of the tape needs beside the numbers: names, axes, dates of the record, what was pinned."""
    given = {name: np.asarray(plan.given[name]) for name in ("hegemon", "has_society") if name in plan.given}
    hegemon = given.get("hegemon", np.zeros(0, bool))
    return {
        "version": _version(),
        "weeks": int(sum(plan.weeks)),
        "last_month": _month(plan, -1),
        "polities": list(plan.polities),
        "persons": list(plan.persons),
        "states": list(plan.states),
        "courts": [plan.polities[place] for place in np.asarray(plan.given["court"])],
        "hegemon": plan.polities[int(hegemon.argmax())] if hegemon.any() else plan.polities[0],
        "societies": int(given["has_society"].sum()) if "has_society" in given else 0,
        "labels": dict(plan.labels),
        "simulated": sorted(event.name for step in loop.mechanisms() for event in step.events),
        "axes": {event.name: event.axes for step in loop.mechanisms() for event in step.events},
        "record": {name: [list(date) for date in dates] for name, dates in plan.record.items()},
        "pinned": pinned(plan),
    }


def pinned(plan: Plan) -> dict[str, str]:
    """Full name of each pinned event -> its month 'YYYY-MM', '' after the end of the scenario."""
    found = {}
    for name, months in plan.pins.items():
        for place in np.flatnonzero(np.asarray(months) >= 0):
            month = int(months[place])
            when = f"{plan.months[month][0]}-{plan.months[month][1]:02d}" if month < len(plan.months) else ""
            found[event_text(plan, name, int(place))] = when
    return dict(sorted(found.items()))


def event_text(plan: Plan, name: str, entity: int) -> str:
    """The full name of an event: 'SUN.secret_speech', 'SUN.fall:beria', 'WLD.crisis:berlin'; bare where it is meant everywhere."""
    axes = {event.name: event.axes for step in loop.mechanisms() for event in step.events}.get(name, "P")
    if axes == "":
        return f"{WORLD}.{name}"
    if entity < 0:
        return name
    if axes == "T":
        return f"{WORLD}.{name}:{plan.members[axes][entity]}"
    if axes in "PW":
        return f"{plan.members[axes][entity]}.{name}"
    return f"{plan.polities[int(plan.given['court'][entity])]}.{name}:{plan.persons[entity]}"


def act_text(plan: Plan, act: Act) -> str:
    """An intervention as it is written on the command line: 'SUN.amnesty@1953-03'."""
    when = f"@{_month(plan, act.month)}" if act.month >= 0 else ""
    return event_text(plan, act.event, act.entity) + when


def _month(plan: Plan, place: int) -> str:
    return "{}-{:02d}".format(*plan.months[place])


def _version() -> str:
    try:
        return importlib.metadata.version("thaw-sim")
    except importlib.metadata.PackageNotFoundError:  # run from a bare source tree
        return "0"
