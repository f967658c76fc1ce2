"""Arms side by side: plans that differ by interventions alone are simulated in one go, one below the other.

A month of 256 histories costs two thirds of one of 512, most of it calls. What an arm gives does not change by a bit: luck is keyed by the
number of a history, and each arm brings its histories' numbers.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from thaw import loop
from thaw.axes import HISTORIES_PER_WORD
from thaw.fields import FIELDS
from thaw.noise import Clock, Log
from thaw.plan import Plan

WIDEST = 1024  # rows: beyond, the arrays of a month fall out of the processor's cache
OWN = ("do", "prevent", "spans", "other_luck", "nudge", "abreast")  # what may differ between arms that go abreast
NEVER = 10**6
LAST_AXIS = ("street", "removed")  # packed fields: words of histories come last


def may_go_abreast(plans: Sequence[Plan], size: int) -> bool:
    """Whether plans of so many histories differ by interventions alone and fill whole words."""
    first = plans[0]
    return size % HISTORIES_PER_WORD == 0 and size * len(plans) <= WIDEST and all(_alike(first, plan) for plan in plans[1:])


def _alike(a: Plan, b: Plan) -> bool:
    return all(_same(getattr(a, one.name), getattr(b, one.name)) for one in fields(Plan) if one.name not in OWN)


def _same(a: Any, b: Any) -> bool:
    """Whether two parts of plans are surely the same: arrays only if they are one and the same."""
    if a is b:
        return True
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    plain = (str, int, float, bool, tuple, type(None))
    return isinstance(a, plain) and isinstance(b, plain) and type(a) is type(b) and _plainly(a) and bool(a == b)


def _plainly(value: Any) -> bool:
    return not isinstance(value, tuple) or all(isinstance(part, str | int | float | bool | tuple) and _plainly(part) for part in value)


def side_by_side(plans: Sequence[Plan], histories: int) -> Plan:
    """One plan for several: each arm's interventions act on its own rows.

    Parameters
    ----------
    histories : of the run, not of a chunk
    """
    if len(plans) == 1:
        return plans[0]
    parts = {name: tuple(replace(one, arm=arm) for arm, plan in enumerate(plans) for one in getattr(plan, name)) for name in ("do", "prevent", "spans")}
    other, nudged = (_stacked([getattr(plan, name) for plan in plans], histories, never) for name, never in (("other_luck", NEVER), ("nudge", -1)))
    return plans[0].with_(**parts, other_luck=other, nudge=nudged, abreast=len(plans))


def _stacked(values: Sequence[np.ndarray | None], histories: int, never: int) -> np.ndarray | None:
    if all(one is None for one in values):
        return None
    return np.concatenate([np.full(histories, never) if one is None else one[:histories] for one in values])


def together(snapshots: Sequence[loop.Snapshot]) -> loop.Snapshot:
    """Several ends of the same month, one below the other."""
    if len(snapshots) == 1:
        return snapshots[0]
    states = [one.state for one in snapshots]
    arrays = {name: _below(name, [getattr(state, name) for state in states]) for name in states[0]}
    sizes = states[0].sizes | {"H": sum(state.sizes["H"] for state in states)}
    clocks = {}
    for name in dict.fromkeys(event for one in snapshots for event in one.clocks):
        clocks[name] = Clock(*(np.concatenate([getattr(one.clocks[name], part.name) for one in snapshots]) for part in fields(Clock)))
    return loop.Snapshot(snapshots[0].month, loop.State(arrays, sizes), clocks)


def _below(name: str, values: Sequence[np.ndarray]) -> np.ndarray:
    if name in LAST_AXIS:
        return np.concatenate(values, axis=-1)
    return np.concatenate(values) if FIELDS[name].axes.startswith("H") else values[0]


def cut_out(snapshot: loop.Snapshot, arm: int, arms: int) -> loop.Snapshot:
    """What one arm has of the end of a month."""
    if arms == 1:
        return snapshot
    state = snapshot.state
    size = state.sizes["H"] // arms
    arrays = {name: _of_arm(name, getattr(state, name), arm, arms) for name in state}
    clocks = {
        name: Clock(*(getattr(clock, one.name)[arm * size : (arm + 1) * size].copy() for one in fields(Clock))) for name, clock in snapshot.clocks.items()
    }
    return loop.Snapshot(snapshot.month, loop.State(arrays, state.sizes | {"H": size}), clocks)


def _of_arm(name: str, values: np.ndarray, arm: int, arms: int) -> np.ndarray:
    if name in LAST_AXIS:
        words = values.shape[-1] // arms
        return np.ascontiguousarray(values[..., arm * words : (arm + 1) * words])
    if not FIELDS[name].axes.startswith("H"):
        return values
    size = len(values) // arms
    return values[arm * size : (arm + 1) * size]


class View:
    """The state of one arm among several, cut out only where it is looked at."""

    def __init__(self, state: loop.State, arm: int, arms: int) -> None:
        self._state, self._arm, self._arms = state, arm, arms

    def __getattr__(self, name: str) -> np.ndarray:
        return _of_arm(name, getattr(self._state, name), self._arm, self._arms)


def wide_log(logs: Sequence[Log], size: int) -> Log:
    """One log for several arms of `size` histories, with what each has weighed so far."""
    found = Log()
    if any(log.weight is not None for log in logs):
        found.weight = np.concatenate([np.zeros(size) if log.weight is None else log.weight for log in logs])
    for event in dict.fromkeys(name for log in logs for name in log.missed):
        known = next(log.missed[event] for log in logs if event in log.missed)
        found.missed[event] = np.concatenate([log.missed.get(event, np.zeros_like(known)) for log in logs])
    return found


def hand_out(wide: Log, logs: Sequence[Log], size: int) -> None:
    """Give each arm's log its part of what the wide one has weighed and been refused."""
    for arm, log in enumerate(logs):
        rows = slice(arm * size, (arm + 1) * size)
        log.weight = None if wide.weight is None else wide.weight[rows]
        log.missed = {event: missed[rows] for event, missed in wide.missed.items()}
        log.wanted |= {key: wish[rows] for key, wish in wide.wanted.items()}
        log.met |= {key: met[rows] for key, met in wide.met.items()}
