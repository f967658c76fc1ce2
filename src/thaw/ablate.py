"""What each mechanism is good for: the model run again without it, history by history by the same luck, and what then differs.

A quantity is a share of histories in which an event comes within 24 months of its first recorded date (or ever, where the record has
none), or the mean of a headline series of the hegemon or the world in a year. Its difference is the mean over twins; the interval is that mean
with 1.96 standard errors of the paired differences. Luck that all histories of a block share (the networks of a street) is not in it.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thaw import names
from thaw.errors import ScenarioError
from thaw.fields import FIELDS, HEADLINES
from thaw.model_arms import WHOLE, Arm, run_arms, years
from thaw.plan import Plan
from thaw.summary import NEAR_MONTHS

if TYPE_CHECKING:
    from thaw.scenario import Scenario

EVENTS = (
    "SUN.famine", "SUN.amnesty", "SUN.fall:beria", "SUN.new_course", "SUN.secret_speech", "SUN.leader_ousted", "SUN.renewed_terror", "SUN.dissident_trial",
    "SUN.human_rights_movement", "DDR.uprising", "POL.uprising", "POL.concession", "HUN.uprising", "HUN.intervention", "CSK.intervention",
    "WLD.crisis:berlin", "WLD.crisis:caribbean", "WLD.settlement", "WLD.detente", "WLD.sino_soviet_split", "WLD.nam_founded",
)  # fmt: skip
YEARS = (1950, 1956, 1964)
HISTORIES, CITIZENS = 128, 1000
SURE = 1.96
Told = Callable[[float, int], None]


@dataclass(frozen=True)
class Quantity:
    """One headline number: its name, unit, and its value in each history, NaN where a history holds none."""

    name: str
    unit: str
    values: np.ndarray


def ablate(
    scenario: "Scenario", histories: int = HISTORIES, seed: int = 0, *, citizens: int | None = CITIZENS, workers: int | None = None, told: Told | None = None
) -> dict[str, Any]:
    """Every mechanism with what leaving it out changes: the JSON of `thaw ablate`."""
    from thaw.api import RunOptions, make_plan

    options = RunOptions(histories=histories, seed=seed, citizens=citizens, workers=workers)
    options.check()
    if not isinstance(histories, int) or histories < 2:
        raise ScenarioError(f"--histories {histories}: expected 2 or more, since differences are averaged over histories.")
    plan = make_plan(scenario, options)
    parts = [step.name for step in names.mechanisms()]
    arms = run_arms(plan, parts, histories, series_fields(), workers=workers or os.cpu_count() or 1, told=told)
    whole = quantities(plan, arms[WHOLE])
    return {
        "scenario": scenario.name,
        "histories": histories,
        "citizens": plan.citizens,
        "seed": seed,
        "quantities": [{"name": one.name, "unit": one.unit, "value": _mean(one.values)} for one in whole],
        "mechanisms": [effect(part, whole, quantities(plan, arms[part])) for part in parts],
    }


def series_fields() -> tuple[str, ...]:
    """The headline series of a polity or the world that are numbers."""
    return tuple(name for name in HEADLINES if FIELDS[name].axes in ("H", "HP") and FIELDS[name].unit != "person")


def quantities(plan: Plan, arm: Arm) -> list[Quantity]:
    """The headline numbers of an arm, in a fixed order."""
    found = []
    known = names.known_events()
    places = {"W": plan.states, "T": (names.WORLD,), "": (names.WORLD,)}
    for name in EVENTS:
        polity, _, rest = name.partition(".")
        event, _, about = rest.partition(":")
        if event not in known or polity not in places.get(known[event][1].axes, plan.polities) or (known[event][1].axes == "E" and about not in plan.persons):
            continue
        first = arm.firsts.get(name, np.full(len(arm.ended), np.inf))
        dates = plan.record.get(name, ())
        date = min((month for month, _ in dates), default=None)
        came = np.isfinite(first) if date is None else np.abs(first - date) <= NEAR_MONTHS
        found.append(Quantity(name if date is None else f"{name} within {NEAR_MONTHS} months of the record", "share of histories", came.astype(float)))
    hegemon = int(np.flatnonzero(plan.given["hegemon"])[0])
    for name, values in arm.series.items():
        field = FIELDS[name]
        for place, year in enumerate(years(plan)):
            if year in YEARS:
                seen = values[:, place] if field.axes == "H" else values[:, place, hegemon]
                found.append(Quantity(f"{name} {year}", field.unit, seen.astype(float)))
    return found


def effect(part: str, whole: list[Quantity], without: list[Quantity]) -> dict[str, Any]:
    """What differs without one mechanism, the clearest difference first."""
    changes = [change for one, other in zip(whole, without, strict=True) if (change := difference(one, other))]
    changes.sort(key=lambda change: (-change["errors"] if change["errors"] is not None else -np.inf, change["quantity"]))
    own = _own(part)
    changes = [change | {"own": change["quantity"].split()[0].rpartition(".")[2].partition(":")[0] in own} for change in changes]
    return {"mechanism": part, "changes_nothing": not changes, "clear": sum(change["clear"] for change in changes), "changes": changes}


def difference(whole: Quantity, without: Quantity) -> dict[str, Any] | None:
    """Mean difference over twins and its interval; None where no history differs.

    >>> twins = Quantity("x", "", np.array([0.0, 0.0])), Quantity("x", "", np.array([1.0, 1.0]))
    >>> difference(*twins)["difference"], difference(*twins)["clear"], difference(twins[0], twins[0])
    (1.0, True, None)
    """
    both = ~np.isnan(whole.values) & ~np.isnan(without.values)
    apart = without.values[both] - whole.values[both]
    if len(apart) < 2 or not apart.any():
        return None
    mean, error = float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(len(apart)))
    return {
        "quantity": whole.name,
        "unit": whole.unit,
        "whole": float(whole.values[both].mean()),
        "without": float(without.values[both].mean()),
        "difference": mean,
        "low": mean - SURE * error,
        "high": mean + SURE * error,
        "errors": abs(mean) / error if error > 0 else None,  # standard errors from nought; null where every twin differs alike
        "clear": abs(mean) > SURE * error,
    }


def shown(row: Mapping[str, Any], most: int = 5) -> list[Mapping[str, Any]]:
    """The clearest changes that leaving out a mechanism makes elsewhere, a series once; its own only where there is no other."""
    kept: dict[str, Mapping[str, Any]] = {}
    for change in sorted((change for change in row["changes"] if change["clear"]), key=lambda change: change["own"]):
        kept.setdefault(change["quantity"].split()[0], change)
    elsewhere = [change for change in kept.values() if not change["own"]]
    return (elsewhere or list(kept.values()))[:most]


def _own(part: str) -> set[str]:
    """What a mechanism writes and decides: that this changes without it goes without saying."""
    return {name for step in names.mechanisms() if step.name == part for name in (*step.writes, *(event.name for event in step.events))}


def _mean(values: np.ndarray) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
