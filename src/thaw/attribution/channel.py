"""Why: whether a declared path leads from cause to effect, and which mechanism carries the effect.

A mechanism is *frozen* at the values it has in the prevented arm while all else runs as forced; and it *alone* runs with the values of the
forced arm while all else runs as prevented. The two shares need not add up. A weekly mechanism is frozen month by month, at the values
of the month's end. Not frozen: the mechanism that decides the cause, and the one that decides the effect.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from thaw import diagram, loop, names
from thaw.attribution import intervals, terms
from thaw.attribution.arms import months_of
from thaw.attribution.grammar import REMAINDERS
from thaw.attribution.kept import Arm, Kept, Watch
from thaw.attribution.terms import Bound
from thaw.compile_world import AID
from thaw.fields import FIELDS


@dataclass(frozen=True)
class Channel:
    """Whether declared reads and writes lead from cause to effect; `between` the mechanisms on the way, `missing` the lacking link."""

    there: bool
    between: tuple[str, ...]
    missing: str


def channel(bound: Bound) -> Channel:
    """The declared path of a claim."""
    gone = [name for name in (*starts(bound), *deciding(bound)) if name in bound.plan.without]
    if gone:
        return Channel(False, (), f"{gone[0]}, which decides the cause or the effect, is left out")
    reached = [*_from_events(bound), *_from_fields(bound)]
    mechanisms = {name for found in reached for name in found.mechanisms}
    fields = {name for found in reached for name in found.fields}
    ends = deciding(bound)
    there = bool(fields & set(_effect_fields(bound))) if not bound.effects else bool(mechanisms & set(ends))
    between = tuple(step.name for step in names.mechanisms() if step.name in mechanisms and step.name not in (*ends, *starts(bound)))
    if there:
        return Channel(True, between, "")
    changed = ", ".join(sorted(fields)) or "nothing"
    what = " and ".join(bound.effects[:1] or _effect_fields(bound))
    return Channel(False, (), f"{' and '.join(ends)}, which decides {what}, reads nothing that the cause can change ({changed})")


def starts(bound: Bound) -> tuple[str, ...]:
    """The mechanisms that decide the cause."""
    known = names.known_events()
    if bound.cause.events:
        return tuple(dict.fromkeys(known[_kind(event)][0].name for event in terms.members(bound.cause, bound.plan)))
    name = bound.cause.quantity.partition(".")[2]
    return tuple(step.name for step in names.mechanisms() if name in step.writes)


def deciding(bound: Bound) -> tuple[str, ...]:
    """The mechanisms that decide the effect."""
    kinds, fields = {_kind(event) for event in bound.effects}, set(_effect_fields(bound))
    return tuple(
        step.name for step in names.mechanisms() if fields & set(step.writes) or any(event.name in kinds for event in step.events)
    )


def _effect_fields(bound: Bound) -> tuple[str, ...]:
    name = terms.quantity(bound).partition(".")[2]
    return REMAINDERS[name][0] if name in REMAINDERS else (name,) if name else ()


def _kind(event: str) -> str:
    return event.rpartition(".")[2].partition(":")[0]


def _from_events(bound: Bound) -> Iterator[diagram.Reach]:
    for kind in dict.fromkeys(_kind(event) for event in terms.members(bound.cause, bound.plan)):
        yield diagram.reach(kind)


def _from_fields(bound: Bound) -> Iterator[diagram.Reach]:
    """From a quantity that is held, or from what rows of the record give: everything that reads it."""
    changed = {bound.cause.quantity.partition(".")[2]} if bound.cause.quantity else set()
    changed |= {"shock"} if bound.cause.rows else set()
    changed |= {"aided"} if AID & set(bound.cause.rows) else set()
    readers = {step.name: step.writes for step in names.mechanisms() if changed & set(step.reads)}
    if changed:
        found = diagram.spread(names.mechanisms(), readers, "")
        own = {name: 0 for name in changed if not FIELDS[name].given}
        yield diagram.Reach(found.start, "", found.fed, dict(found.fields) | own, found.mechanisms)


class _Live:
    """The state of another arm in the month that it and this one are in."""

    def __init__(self) -> None:
        self.state: loop.State | None = None

    def __getitem__(self, month: int) -> "loop.State | None":
        return self.state


def run_paths(bound: Bound, mechanisms: Sequence[str], first: int, last: int, watch: Watch) -> dict[str, Arm]:
    """Arms by name: 'forced', 'prevented', and for each mechanism 'frozen NAME' and 'alone NAME'; histories `first` to `last` (exclusive).

    All arms share the prevented months before the date of the cause and then go side by side, a month at a time.
    """
    with_it, without_it = terms.forced(bound, bound.plan), terms.prevented(bound, bound.plan)
    if bound.date < 0:
        with_it = bound.plan
    start, before = _snapshot(bound, without_it, first, last, watch)
    ours, theirs = _Live(), _Live()
    arms: dict[str, tuple[loop.Plan, dict[str, _Live] | None]] = {"forced": (with_it, None), "prevented": (without_it, None)}
    for name in mechanisms:
        arms[f"frozen {name}"] = (with_it, {name: theirs})
        arms[f"alone {name}"] = (without_it, {name: ours})
    kept = {name: before.copy(plan) for name, (plan, _) in arms.items()}
    with ExitStack() as stack:
        running = {name: months_of(plan, [kept[name]], kept[name].log, bound.deadline, start, frozen=frozen) for name, (plan, frozen) in arms.items()}
        for months in running.values():
            stack.callback(months.close)  # type: ignore[attr-defined]
        for ours.state in running["forced"]:
            theirs.state = next(running["prevented"])
            for name, months in running.items():
                if name not in ("forced", "prevented"):
                    next(months)
    return {name: one.arm() for name, one in kept.items()}


def _snapshot(bound: Bound, plan: "loop.Plan", first: int, last: int, watch: Watch) -> tuple[loop.Snapshot | None, Kept]:
    """The end of the month before the cause in the prevented arm, and what was kept so far."""
    before = Kept(plan, first, last, watch)
    found: list[loop.Snapshot] = []

    def keep(snapshot: loop.Snapshot) -> None:
        found[:] = [snapshot]

    for _ in months_of(plan, [before], before.log, bound.date - 1, keep=keep) if bound.date > 0 else ():
        pass
    return (found[-1] if found else None), before


def shares(bound: Bound, arms: dict[str, Arm], mechanisms: Sequence[str]) -> list[dict[str, Any]]:
    """For each mechanism the share of the effect that is gone when it is frozen, and the share that it brings alone; null without an effect.

    `frozen_interval`, `alone_interval`: 90% from histories, in pairs that had not ended in any of the three arms; null where the effect
    of these histories may be nought, and a share of it anything.
    """
    accepted = terms.meets(bound, arms["forced"])
    after = float(bound.date) if bound.date >= 0 else -1.0
    read = {name: np.where(accepted, terms.effect(bound, arm, after), np.nan) for name, arm in arms.items()}
    whole = read["forced"] - read["prevented"]
    found: list[dict[str, Any]] = []
    for name in mechanisms:
        parts = {"frozen": read["forced"] - read[f"frozen {name}"], "alone": read[f"alone {name}"] - read["prevented"]}
        row: dict[str, Any] = {"mechanism": name}
        for key, part in parts.items():
            row[key], row[f"{key}_interval"] = _share(part, whole)
        found.append(row)
    return sorted(found, key=lambda row: -abs(row["frozen"] or 0.0)) if np.isfinite(whole).any() else []


def _share(part: np.ndarray, whole: np.ndarray) -> tuple[float | None, list[float] | None]:
    """A part (H,) of the effect as a share of it, with its interval."""
    known = np.isfinite(part) & np.isfinite(whole)
    if not known.any() or abs(float(whole[known].mean())) <= 1e-12:
        return None, None
    ends = intervals.ratio_of_means(part[known], whole[known])
    return float(part[known].mean() / whole[known].mean()), list(ends) if np.isfinite(ends).all() else None
