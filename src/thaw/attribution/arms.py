"""Arms: the same histories once as they are and again with a cause prevented, forced, or their luck drawn anew.

A trunk is one run; branches leave it at a month and share every month before. Nothing is written to disk: an arm keeps the onsets of the
events asked for and the quantities asked for, by month. Trunks go over the cores; neither cores nor chunks show in a result.
"""

import pickle
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from thaw import loop
from thaw.attribution.abreast import View, cut_out, hand_out, may_go_abreast, side_by_side, together, wide_log
from thaw.attribution.grammar import REMAINDERS, SATELLITES
from thaw.axes import HISTORIES_PER_BLOCK
from thaw.errors import RunError, ThawError
from thaw.fields import FIELDS
from thaw.names import WORLD
from thaw.noise import Log
from thaw.plan import Plan

Told = Callable[[float, int], None]  # months simulated, months in all


@dataclass(frozen=True)
class Branch:
    """A plan of its own from month `at` on; 0: from the beginning."""

    name: str
    plan: Plan
    at: int


@dataclass(frozen=True)
class Trunk:
    """One run up to the end of month `last`, and the branches that leave it; `name` '' where the trunk itself is not asked for.

    start   a run before this one and the month at whose end this one leaves it; None: from the beginning
    stored  months at whose ends later runs may leave this one
    """

    name: str
    plan: Plan
    last: int
    branches: tuple[Branch, ...] = ()
    start: tuple[str, int] | None = None
    stored: tuple[int, ...] = ()

    @property
    def months(self) -> int:
        """Months to simulate, branches included."""
        before = self.start[1] + 1 if self.start else 0
        until = self.last + 1 if self.name else max((branch.at for branch in self.branches), default=before)
        return max(until - before, 0) + sum(self.last + 1 - branch.at for branch in self.branches)


@dataclass(frozen=True)
class Watch:
    """What arms keep: names of events (`SUN.fall:beria`) and quantities (`HUN.revolt`, `WLD.tension`)."""

    events: tuple[str, ...]
    quantities: tuple[str, ...]


@dataclass(frozen=True)
class Arm:
    """What one arm leaves behind.

    onsets   event -> (history, time), sorted: a time is a month and, after the point, the place in its order (see `Clockwork`)
    series   quantity -> (H, months) float32; NaN from the end of a history on
    ended    (H,) month in which a history ended before its time (war, or out of bounds); past the last month where it did not
    refused  forced event -> (H,) whether it was refused for want of what it requires
    weight   (H,) log likelihood of what the record was made to decide; None where it decided nothing
    """

    onsets: Mapping[str, tuple[np.ndarray, np.ndarray]]
    series: Mapping[str, np.ndarray]
    ended: np.ndarray
    refused: Mapping[str, np.ndarray]
    weight: np.ndarray | None

    @property
    def histories(self) -> int:
        """How many histories it has."""
        return len(self.ended)

    def first(self, events: Iterable[str], after: np.ndarray | float = -1.0, until: float = np.inf) -> np.ndarray:
        """First onset (H,) of any of these events later than `after` (H,) and no later than the end of month `until`; inf where none.

        >>> arm = Arm({"SUN.thaw": (np.array([0, 0, 1]), np.array([3.0, 9.0, 20.0]))}, {}, np.array([99, 99]), {}, None)
        >>> arm.first(["SUN.thaw"], after=np.array([3.0, 0.0]), until=15)
        array([ 9., inf])
        """
        found = np.full(self.histories, np.inf)
        later = np.broadcast_to(after, found.shape)
        for event in events:
            history, time = self.onsets.get(event, (np.empty(0, int), np.empty(0)))
            right = (time > later[history]) & (time < until + 1)
            np.minimum.at(found, history[right], time[right])
        return found


class Clockwork:
    """Where each mechanism stands in a month, as a fraction of it: events of one month have an order, that of the month.

    >>> place = Clockwork()
    >>> place("purge", -1) < place("society", 0) < place("bloc", 0) < place("society", 1) < place("world", -1) < 1
    True
    """

    def __init__(self) -> None:
        self._slots: dict[str, tuple[float, float]] = {}
        size = len(loop.mechanisms()) + 6 * sum(len(part) for part in loop.ORDER if isinstance(part, tuple)) + 1
        slot = 0
        for part in loop.ORDER:
            if isinstance(part, tuple):
                for place, step in enumerate(part):
                    self._slots[step.name] = ((slot + place) / size, len(part) / size)
                slot += 6 * len(part)
            else:
                self._slots[part.name] = (slot / size, 0.0)
                slot += 1

    def __call__(self, mechanism: str, week: int) -> float:
        start, a_week = self._slots[mechanism]
        return start + a_week * max(week, 0)


def run_trunks(
    trunks: Sequence[Trunk], histories: int, watch: Watch, *, folder: Path, workers: int = 1, chunk: int = HISTORIES_PER_BLOCK, told: Told | None = None
) -> dict[str, Arm]:
    """Every arm that the trunks name, over `workers` processes; `folder` holds the ends of months that are stored."""
    from thaw import kernels
    from thaw.engine.local import run_local

    if not kernels.is_compiled():
        kernels.compile_all()
    longest = sorted(trunks, key=lambda trunk: -trunk.months)  # so that no worker is left with a long one at the end
    pieces = [(trunk, first, min(first + chunk, histories)) for trunk in longest for first in range(0, histories, chunk)]
    ends = np.cumsum([0, *(max(trunk.months, 1) for trunk, _, _ in pieces)]).tolist()
    jobs = list(pairwise(ends))
    work = partial(_work, dict(zip(jobs, pieces, strict=True)), watch, folder, histories)
    heard = (lambda done: told(done, ends[-1])) if told else None
    made = dict(run_local(jobs, work, workers=workers, progress=heard))
    parts: dict[str, list[Arm]] = {}
    for job in jobs:
        for name, arm in made[job].items():
            parts.setdefault(name, []).append(arm)
    return {name: joined(arms) for name, arms in parts.items()}


def _work(
    pieces: Mapping[tuple[int, int], tuple[Trunk, int, int]], watch: Watch, folder: Path, histories: int, start: int, end: int, report: Callable[[float], None],
) -> dict[str, Arm]:  # fmt: skip
    """The arms of one trunk and chunk; a job of the pool, called by its span of months."""
    trunk, first, last = pieces[start, end]
    try:
        return run_trunk(trunk, first, last, watch, folder, histories=histories, report=report)
    except (ThawError, OSError, MemoryError):
        raise
    except Exception as error:  # the pool would speak of histories
        raise RunError(f"the arm '{trunk.name or trunk.branches[0].name}' failed: {type(error).__name__}: {error}") from error


def run_trunk(
    trunk: Trunk, first: int, last: int, watch: Watch, folder: Path, *, histories: int | None = None, report: Callable[[float], None] | None = None
) -> dict[str, Arm]:  # fmt: skip
    """A trunk and its branches for histories `first` to `last` (exclusive) of `histories`, in this process; those that may go side by side."""
    before = Kept(trunk.plan, first, last, watch)
    start = None
    if trunk.start:
        start, before = _stored(folder, *trunk.start, before)
    ends: dict[int, tuple[loop.Snapshot | None, Kept]] = {start.month if start else -1: (start, before)}
    done = 0

    def count(arms: int) -> None:
        nonlocal done
        done += arms
        if report and done % 8 < arms:
            report(done / max(trunk.months, 1))

    members = [Branch(trunk.name, trunk.plan, max(ends) + 1)] if trunk.name else []
    if not trunk.name and (mark := max((branch.at for branch in trunk.branches), default=0) - 1) > max(ends):
        _convoy([Branch("", trunk.plan, max(ends) + 1)], trunk, mark, histories or last, ends, folder, count)
    found: dict[str, Arm] = {}
    for convoy in _convoys([*members, *trunk.branches], last - first):
        found |= _convoy(convoy, trunk, trunk.last, histories or last, ends, folder, count)
    return found


def _convoys(members: Sequence[Branch], size: int) -> list[list[Branch]]:
    """Arms in groups that may go side by side, each in the order in which its arms join."""
    found: list[list[Branch]] = []
    for member in sorted(members, key=lambda one: one.at):
        group = next((some for some in found if may_go_abreast([one.plan for one in (*some, member)], size)), None)
        if group is None:
            found.append([member])
        else:
            group.append(member)
    return found


def _convoy(
    members: Sequence[Branch], trunk: Trunk, last: int, histories: int, ends: dict[int, tuple[loop.Snapshot | None, "Kept"]], folder: Path,
    count: Callable[[int], None],
) -> dict[str, Arm]:  # fmt: skip
    """Run arms side by side to the end of month `last`, each from its month on; `ends` holds ends of months of the trunk and gains those wanted."""
    marks = {branch.at - 1 for branch in trunk.branches if branch.at}
    leads = members[0].name == trunk.name  # the trunk is the first of its convoy
    aboard: list[tuple[Branch, Kept]] = []
    now: list[loop.Snapshot | None] = []

    def keep(wide: loop.Snapshot, arms: Sequence[Kept]) -> None:
        end = cut_out(wide, 0, len(arms))
        if end.month in marks:
            ends[end.month] = (end, arms[0].copy())
        if end.month in trunk.stored:
            _store(folder, trunk.name, end, arms[0])

    for at, stop in _legs(members, last):
        for member in members:
            if member.at == at:
                start, before = ends[at - 1]
                aboard.append((member, before.copy(member.plan)))
                now.append(start)
        wanted = {*marks, *trunk.stored} if leads else ()
        ending = _leg([kept for _, kept in aboard], now, stop, histories, keep, wanted, count)
        now = [cut_out(ending, arm, len(aboard)) for arm in range(len(aboard))] if ending else now
    return {member.name: kept.arm() for member, kept in aboard if member.name}


def _legs(members: Sequence[Branch], last: int) -> Iterator[tuple[int, int]]:
    """From the month in which arms join to the last before others do."""
    joins = sorted({member.at for member in members})
    yield from zip(joins, [*(at - 1 for at in joins[1:]), last], strict=True)


def _leg(
    arms: Sequence["Kept"], starts: Sequence[loop.Snapshot | None], stop: int, histories: int, keep: Callable[[loop.Snapshot, Sequence["Kept"]], None],
    marks: Collection[int], count: Callable[[int], None],
) -> loop.Snapshot | None:  # fmt: skip
    """Run arms side by side to the end of month `stop`, filling what each keeps; what that month leaves behind. `keep` hears of months in `marks`."""
    known = [start for start in starts if start is not None]
    start = together(known) if known else None
    if stop < (start.month + 1 if start else 0):
        return start
    size = arms[0].last - arms[0].first
    logs = [kept.log for kept in arms]
    wide = wide_log(logs, size)
    faults: list[loop.Fault] = []
    ending: list[loop.Snapshot] = []

    def seen(snapshot: loop.Snapshot) -> None:
        share(snapshot.month, snapshot.state, arms, wide, faults)
        if snapshot.month in marks:
            hand_out(wide, logs, size)
            keep(snapshot, arms)
        ending[:] = [snapshot]

    plan = side_by_side([kept.plan for kept in arms], histories)
    for month, _ in loop.simulate(plan, arms[0].first, arms[0].last, start=start, log=wide, faults=faults, keep=seen):
        count(len(arms))
        if month >= stop:
            break
    hand_out(wide, logs, size)
    return ending[-1]


def share(month: int, state: "loop.State", arms: Sequence["Kept"], wide: Log, faults: list[loop.Fault]) -> None:
    """Let each arm keep its part of the month that has just ended."""
    for arm, kept in enumerate(arms):
        own = [fault for fault in faults if fault.arm == arm]
        kept.take(month, View(state, arm, len(arms)) if len(arms) > 1 else state, own)
    size = arms[0].last - arms[0].first
    for event, when, week, history, entity, *_ in wide.rows:
        for arm, kept in enumerate(arms):
            mine = history // size == arm
            if mine.any():
                kept.onset(event, when, week, history[mine] % size, entity[mine])
    wide.rows.clear()
    faults.clear()


def _place(folder: Path, name: str, month: int, first: int) -> Path:
    return folder / f"{name.replace(' ', '-')}-{month}-{first}.pickle"


def _store(folder: Path, name: str, snapshot: loop.Snapshot, kept: "Kept") -> None:
    """Write the end of a month: the state, the clocks, and what was kept so far."""
    arrays = {field: getattr(snapshot.state, field) for field in snapshot.state}
    with _place(folder, name, snapshot.month, kept.first).open("wb") as file:
        pickle.dump((snapshot.month, arrays, snapshot.state.sizes, snapshot.clocks, kept.content(snapshot.month)), file, protocol=5)


def _stored(folder: Path, name: str, month: int, empty: "Kept") -> tuple[loop.Snapshot, "Kept"]:
    """The end of a month as another run left it; written by ourselves a moment ago, so that reading a pickle is safe."""
    with _place(folder, name, month, empty.first).open("rb") as file:
        when, arrays, sizes, clocks, content = pickle.load(file)
    return loop.Snapshot(when, loop.State(arrays, sizes), clocks), empty.filled(content)


def months_of(
    plan: Plan, kept: "Kept", last: int, start: loop.Snapshot | None = None, keep: Callable[[loop.Snapshot], None] | None = None,
    frozen: Mapping[str, Any] | None = None,
) -> Iterator["loop.State"]:  # fmt: skip
    """The states at the end of each month up to `last`, each after `kept` has taken what it wants of it."""
    faults: list[loop.Fault] = []

    def seen(snapshot: loop.Snapshot) -> None:
        share(snapshot.month, snapshot.state, [kept], kept.log, faults)
        if keep:
            keep(snapshot)

    if last < (start.month + 1 if start else 0):
        return
    for month, state in loop.simulate(plan, kept.first, kept.last, start=start, log=kept.log, faults=faults, keep=seen, frozen=frozen):
        yield state
        if month >= last:
            return


class Kept:
    """What an arm has left behind so far."""

    def __init__(self, plan: Plan, first: int, last: int, watch: Watch) -> None:
        self.plan, self.first, self.last, self.watch = plan, first, last, watch
        size, months = last - first, len(plan.months)
        self.series = {name: np.full((size, months), np.nan, np.float32) for name in watch.quantities}
        self.ended = np.full(size, months)
        self.log = Log()
        self.rows: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
        self._wanted = set(watch.events)
        self._place = Clockwork()
        self._deciding = {event.name: step for step in loop.mechanisms() for event in step.events}

    def copy(self, plan: Plan | None = None) -> "Kept":
        """The same so far, to go on by another plan."""
        new = Kept(plan or self.plan, self.first, self.last, self.watch)
        new.series = {name: values.copy() for name, values in self.series.items()}
        new.ended = self.ended.copy()
        new.rows = {name: list(parts) for name, parts in self.rows.items()}
        new.log = replace(Log(), weight=self.log.weight, missed=dict(self.log.missed))
        return new

    def content(self, month: int) -> tuple[Any, ...]:
        """What has been kept up to the end of a month, to be stored."""
        series = {name: values[:, : month + 1] for name, values in self.series.items()}
        return series, self.ended, self.rows, self.log.weight, self.log.missed

    def filled(self, content: tuple[Any, ...]) -> "Kept":
        """The same with what another run had kept."""
        new = self.copy()
        series, new.ended, new.rows, new.log.weight, new.log.missed = content
        for name, values in series.items():
            new.series[name][:, : values.shape[1]] = values
        return new

    def take(self, month: int, state: "loop.State | View", faults: Sequence[loop.Fault]) -> None:
        """Keep what is asked for of the state at the end of a month."""
        for fault in faults:
            place = fault.history - self.first
            self.ended[place] = min(self.ended[place], month)
        self.ended[np.asarray(state.at_war)] = np.minimum(self.ended[np.asarray(state.at_war)], month + 1)
        for name, values in self.series.items():
            values[:, month] = read(self.plan, state, name)

    def onset(self, event: str, month: int, week: int, history: np.ndarray, entity: np.ndarray) -> None:
        """Keep an event of histories (rows) at places on its axis."""
        mechanism = self._deciding[event]
        axes = mechanism.event(event).axes
        time = month + self._place(mechanism.name, week)
        for place in np.unique(entity):
            name = full_name(self.plan, event, axes, int(place))
            if name in self._wanted:
                here = history[entity == place]
                self.rows.setdefault(name, []).append((here, np.full(len(here), time)))

    def arm(self) -> Arm:
        """What is left when the run has ended; nothing counts from the end of a history on."""
        onsets: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for name, parts in self.rows.items():
            history, time = (np.concatenate(values) for values in zip(*parts, strict=True))
            right = time < self.ended[history]
            order = np.lexsort((time[right], history[right]))
            onsets[name] = history[right][order], time[right][order]
        over = np.arange(len(self.plan.months)) >= self.ended[:, None]
        series = {name: np.where(over, np.float32(np.nan), values) for name, values in self.series.items()}
        return Arm(onsets, series, self.ended, dict(self._refused()), self.log.weight)

    def _refused(self) -> Iterator[tuple[str, np.ndarray]]:
        """Each forced event with the histories that refused it."""
        for (event, month), wish in self.log.wanted.items():
            missed = (wish & ~self.log.met[event, month]).reshape(len(wish), -1)
            for place in np.flatnonzero(wish.reshape(len(wish), -1).any(axis=0)):
                yield full_name(self.plan, event, self._deciding[event].event(event).axes, int(place)), missed[:, place]


def full_name(plan: Plan, event: str, axes: str, place: int) -> str:
    """The name of an event at a place on its axis, as a person writes it."""
    if axes == "E":
        return f"{plan.polities[int(plan.given['court'][place])]}.{event}:{plan.persons[place]}"
    if axes == "T":
        return f"{WORLD}.{event}:{plan.members['T'][place]}"
    return f"{plan.members[axes][place] if axes else WORLD}.{event}"


def read(plan: Plan, state: "loop.State | View", quantity: str) -> np.ndarray:
    """A quantity (H,) of the state: `HUN.revolt`, `WLD.tension`, `BLOC.voice` (the mean of the satellites), `WLD.west_share` (what others leave)."""
    place, _, name = quantity.partition(".")
    if name in REMAINDERS:
        return np.asarray(1 - sum(getattr(state, part) for part in REMAINDERS[name][0]), np.float32)
    values, axes = np.asarray(getattr(state, name)), FIELDS[name].axes
    if place == SATELLITES:
        return values[:, state.bloc].mean(axis=1).astype(np.float32)
    if axes.endswith(("P", "W", "T")):
        values = values[..., plan.members[axes[-1]].index(place)]
    return np.broadcast_to(values, state.tension.shape).astype(np.float32)


def joined(arms: Sequence[Arm]) -> Arm:
    """Chunks of one arm, one after the other."""
    if len(arms) == 1:
        return arms[0]
    starts = np.cumsum([0, *(arm.histories for arm in arms)])
    names = dict.fromkeys(name for arm in arms for name in arm.onsets)
    onsets = {}
    for name in names:
        parts = [(arm.onsets[name][0] + start, arm.onsets[name][1]) for arm, start in zip(arms, starts, strict=False) if name in arm.onsets]
        history, time = (np.concatenate(values) for values in zip(*parts, strict=True))
        onsets[name] = history, time
    series = {name: np.concatenate([arm.series[name] for arm in arms]) for name in arms[0].series}
    weights = [arm.weight for arm in arms if arm.weight is not None]
    none = [np.zeros(arm.histories, bool) for arm in arms]
    asked = dict.fromkeys(event for arm in arms for event in arm.refused)
    refused = {event: np.concatenate([arm.refused.get(event, empty) for arm, empty in zip(arms, none, strict=True)]) for event in asked}
    return Arm(onsets, series, np.concatenate([arm.ended for arm in arms]), refused, np.concatenate(weights) if weights else None)


def drawn_parameters(plan: Plan, histories: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """The parameters (H, K) that the histories drew from their priors, and their names; those that do not vary are left out."""
    luck = loop.make_luck(plan, 0, histories)
    columns, names = [], []
    for step in loop.mechanisms():
        drawn = loop.draw_parameters(plan, step, luck)
        for declared in step.params:
            values = getattr(drawn, declared.name)
            if np.ptp(values) > 0:
                columns.append(values)
                names.append(f"{step.name}.{declared.name}")
    return (np.stack(columns, axis=1) if columns else np.empty((histories, 0))), tuple(names)
