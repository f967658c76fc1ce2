"""When did it become likely? Histories forked month by month with luck redrawn: the contingency curve and its turning points.

Before the first month and at the ends of others every history is given another luck and run on. Among the histories in which the
effect did come, the share of forks that have it too is how likely it had become by then. The months in which that share jumps most are
the turning points; an event counts towards one by how much more the share jumped where it happened in that month than where it did not.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from thaw import names
from thaw.attribution import intervals, terms
from thaw.attribution.arms import Branch, Told, Trunk, run_trunks
from thaw.attribution.claim import Effect
from thaw.attribution.given import hegemon
from thaw.attribution.kept import Arm, Watch, full_name
from thaw.attribution.numbers import LEAST
from thaw.attribution.terms import Bound
from thaw.plan import Plan

EVERY = 6  # months between the first forks
START = -1  # the fork that shares nothing with its history but parameters and first values
MOST = 3  # turning points looked at month by month
SEEN = 0.02  # share of the histories in which an event must fall in a turning point's month, and not less than five
FEW = 5


@dataclass(frozen=True)
class Point:
    """A place on the curve: month, share of forks with the effect, 90% interval."""

    month: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Turn:
    """A turning point: the month, how much the share jumped in it with its 90% interval, and the events in it.

    events : event, share of histories in which it fell into the month, mean jump there and elsewhere; the strongest first
    """

    month: str
    jump: float
    low: float
    high: float
    events: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Turning:
    """The curve of one effect in one scenario.

    came     histories in which the effect came by the deadline, of so many `histories`
    curve    by month; the last point is 1 by definition
    turns    the largest jumps, largest first
    """

    scenario: str
    effect: str
    by: str
    histories: int
    came: int
    curve: tuple[Point, ...]
    turns: tuple[Turn, ...]

    def json(self) -> dict[str, Any]:
        """As plain data."""
        curve = [vars(point) for point in self.curve]
        turns = [{**vars(turn), "events": [dict(event) for event in turn.events]} for turn in self.turns]
        return {"scenario": self.scenario, "effect": self.effect, "by": self.by, "histories": self.histories, "came": self.came,
                "share": self.came / self.histories, "curve": curve, "turning_points": turns}  # fmt: skip


def turning_points(
    plan: Plan, effect: Effect, by: str, histories: int, *, every: int = EVERY, workers: int | None = None, told: Told | None = None
) -> Turning:
    """The contingency curve of an effect and its turning points.

    Parameters
    ----------
    by : deadline, 'YYYY-MM'
    every : months between forks, the first before the first month; the largest jumps are then looked at month by month
    told : hears months simulated, and in all
    """
    bound = terms.alone(plan, effect, by)
    marks = list(range(START, bound.deadline, every))
    watch = Watch((*bound.effects, *_all_events(plan, bound)), tuple(name for name in (terms.quantity(bound),) if name))
    with TemporaryDirectory(prefix="thaw-forks-") as folder:
        run = partial(run_trunks, histories=histories, watch=watch, folder=Path(folder), workers=workers or os.cpu_count() or 1, told=told)
        factual = run([Trunk("F", plan, bound.deadline, stored=tuple(marks[1:]))])["F"]
        when = terms.time_of(bound, factual, -1.0)
        came = np.isfinite(when)
        if came.sum() < LEAST:
            return Turning(plan.name, effect.as_text(), by, histories, int(came.sum()), (), ())
        forks = run([Trunk(f"fork {mark}", _other(plan, histories, mark), bound.deadline, start=_from(mark)) for mark in marks])
        has = {mark: _has(bound, forks[f"fork {mark}"])[came] for mark in marks}
        has[bound.deadline] = np.ones(int(came.sum()))
        finer = [trunk for gap in _largest(has, MOST) for trunk in _between(plan, histories, gap, bound.deadline)]
        forks = run(finer) if finer else {}
        has |= {int(name.split()[1]): _has(bound, arm)[came] for name, arm in forks.items()}
    curve = tuple(_point(plan, mark, has[mark]) for mark in sorted(has))
    turns = tuple(_turn(plan, gap, has, factual, came, watch.events) for gap in _largest(has, MOST, months=1))
    return Turning(plan.name, effect.as_text(), by, histories, int(came.sum()), curve, turns)


def _other(plan: Plan, histories: int, month: int) -> Plan:
    return plan.with_(other_luck=np.full(histories, month))


def _from(mark: int) -> tuple[str, int] | None:
    """The stored end of a month that a fork leaves; None before the first month."""
    return None if mark == START else ("F", mark)


def _has(bound: Bound, arm: Arm) -> np.ndarray:
    """Whether (H,) the effect comes by the deadline, 0 or 1."""
    return terms.effect(bound, arm, -1.0)


def _between(plan: Plan, histories: int, gap: tuple[int, int], deadline: int) -> Iterator[Trunk]:
    """Forks in every month between two that have been forked."""
    first, last = gap
    forks = tuple(Branch(f"fork {month}", _other(plan, histories, month), month + 1) for month in range(first + 1, last))
    if forks:
        yield Trunk("", plan, deadline, forks, start=_from(first))


def _largest(has: Mapping[int, np.ndarray], most: int, months: int = 10**6) -> list[tuple[int, int]]:
    """The gaps between neighbouring forks, no longer than so many months, by their mean jump in the same histories, the largest first."""
    gaps = [(a, b) for a, b in pairwise(sorted(has)) if b - a <= months]
    return sorted(gaps, key=lambda gap: -float(_jumps(has, gap).mean()))[:most]


def _jumps(has: Mapping[int, np.ndarray], gap: tuple[int, int]) -> np.ndarray:
    """By history, what the later fork of a gap has over the earlier."""
    return has[gap[1]] - has[gap[0]]


def _point(plan: Plan, mark: int, has: np.ndarray) -> Point:
    low, high = intervals.proportion(float(has.sum()), float(len(has)))
    return Point(_month(plan, mark), float(has.mean()), low, high)


def _turn(plan: Plan, gap: tuple[int, int], has: Mapping[int, np.ndarray], factual: Arm, came: np.ndarray, events: Sequence[str]) -> Turn:
    """A jump with the events of its month, those where the share jumped most against where they did not happen."""
    jumps = _jumps(has, gap)
    low, high = intervals.mean(jumps, None, span=1.0)
    found: list[dict[str, Any]] = []
    for event in events:
        history, time = factual.onsets.get(event, (np.empty(0, int), np.empty(0)))
        there = np.zeros(factual.histories, bool)
        there[history[(np.floor(time) > gap[0]) & (np.floor(time) <= gap[1])]] = True
        here, not_here = jumps[there[came]], jumps[~there[came]]
        if len(here) >= max(FEW, SEEN * len(jumps)) and len(not_here):
            found.append({"event": event, "share": len(here) / len(jumps), "jump": float(here.mean()), "elsewhere": float(not_here.mean())})
    found.sort(key=lambda row: -(row["jump"] - row["elsewhere"]) * row["share"])
    strong = [row for row in found if row["jump"] > row["elsewhere"]][:MOST]
    return Turn(_month(plan, gap[1]), float(jumps.mean()), low, high, tuple(strong))


def _all_events(plan: Plan, bound: Bound) -> tuple[str, ...]:
    """Every event that could make a difference: of each polity and theatre, of the world, and of the persons of the leading court."""
    main = hegemon(plan)
    found = []
    for kind, (_, event) in names.known_events().items():
        if event.axes == "W":
            continue
        size = len(plan.members[event.axes]) if event.axes else 1
        found += [full_name(plan, kind, event.axes, place) for place in range(size)]
    return tuple(name for name in dict.fromkeys(found) if name not in bound.effects and (":" not in name or name.startswith((main, names.WORLD))))


def _month(plan: Plan, place: int) -> str:
    """A month of the plan, 'YYYY-MM'; before the first the month that ends there."""
    year, month = plan.months[0]
    number = year * 12 + month - 1 + place
    return f"{number // 12}-{number % 12 + 1:02d}"
