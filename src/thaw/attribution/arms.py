"""Arms of a cause: the same histories once as they are and again with it prevented, forced, or their luck drawn anew.

A trunk is one run; branches leave it at a month and share every month before. Nothing is written to disk but ends of months that later runs
start from: an arm keeps the onsets of the events asked for and the quantities asked for, by month. Trunks go over the cores; neither cores
nor chunks show in a result. `thaw.model_arms` is the same for mechanisms left out, with whole fields.
"""

import pickle
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from thaw import loop
from thaw.attribution.abreast import View, cut_out, hand_out, may_go_abreast, side_by_side, together, wide_log
from thaw.attribution.kept import Arm, Kept, Watch, joined
from thaw.axes import HISTORIES_PER_BLOCK
from thaw.errors import RunError, ThawError
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
    watch   what its arms keep; None: what is asked for of all
    """

    name: str
    plan: Plan
    last: int
    branches: tuple[Branch, ...] = ()
    start: tuple[str, int] | None = None
    stored: tuple[int, ...] = ()
    watch: Watch | None = None

    def under(self, prefix: str) -> "Trunk":
        """The same with a prefix to every name, of the run it starts from too."""
        branches = tuple(replace(branch, name=prefix + branch.name) for branch in self.branches)
        start = (prefix + self.start[0], self.start[1]) if self.start else None
        return replace(self, name=prefix + self.name if self.name else "", branches=branches, start=start)

    @property
    def months(self) -> int:
        """Months to simulate, branches included."""
        before = self.start[1] + 1 if self.start else 0
        until = self.last + 1 if self.name else max((branch.at for branch in self.branches), default=before)
        return max(until - before, 0) + sum(self.last + 1 - branch.at for branch in self.branches)


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
    before = Kept(trunk.plan, first, last, trunk.watch or watch)
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
    members: Sequence[Branch], trunk: Trunk, last: int, histories: int, ends: dict[int, tuple[loop.Snapshot | None, Kept]], folder: Path,
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
        now = [ending]
    return {member.name: kept.arm() for member, kept in aboard if member.name}


def _legs(members: Sequence[Branch], last: int) -> Iterator[tuple[int, int]]:
    """From the month in which arms join to the last before others do."""
    joins = sorted({member.at for member in members})
    yield from zip(joins, [*(at - 1 for at in joins[1:]), last], strict=True)


def _leg(
    arms: Sequence[Kept], starts: Sequence[loop.Snapshot | None], stop: int, histories: int, keep: Callable[[loop.Snapshot, Sequence[Kept]], None],
    marks: Collection[int], count: Callable[[int], None],
) -> loop.Snapshot | None:  # fmt: skip
    """Run arms side by side to the end of month `stop`, filling what each keeps; what that month leaves behind. `keep` hears of months in `marks`."""
    known = [start for start in starts if start is not None]
    ending = [together(known) if known else None]
    size = arms[0].last - arms[0].first
    logs = [kept.log for kept in arms]
    wide = wide_log(logs, size)

    def seen(snapshot: loop.Snapshot) -> None:
        if snapshot.month in marks:
            hand_out(wide, logs, size)
            keep(snapshot, arms)
        ending[:] = [snapshot]

    for _ in months_of(side_by_side([kept.plan for kept in arms], histories), arms, wide, stop, ending[0], seen):
        count(len(arms))
    hand_out(wide, logs, size)
    return ending[-1]


def months_of(
    plan: Plan, arms: Sequence[Kept], log: Log, last: int, start: loop.Snapshot | None = None, keep: Callable[[loop.Snapshot], None] | None = None,
    frozen: Mapping[str, Any] | None = None,
) -> Iterator["loop.State"]:  # fmt: skip
    """The states at the end of each month up to `last`, each after the arms side by side have taken what they want of it."""
    faults: list[loop.Fault] = []

    def seen(snapshot: loop.Snapshot) -> None:
        share(snapshot.month, snapshot.state, arms, log, faults)
        if keep:
            keep(snapshot)

    if last < (start.month + 1 if start else 0):
        return
    for month, state in loop.simulate(plan, arms[0].first, arms[0].last, start=start, log=log, faults=faults, keep=seen, frozen=frozen):
        yield state
        if month >= last:
            return


def share(month: int, state: "loop.State", arms: Sequence[Kept], wide: Log, faults: list[loop.Fault]) -> None:
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


def _store(folder: Path, name: str, snapshot: loop.Snapshot, kept: Kept) -> None:
    """Write the end of a month: the state, the clocks, and what was kept so far."""
    arrays = {field: getattr(snapshot.state, field) for field in snapshot.state}
    with _place(folder, name, snapshot.month, kept.first).open("wb") as file:
        pickle.dump((snapshot.month, arrays, snapshot.state.sizes, snapshot.clocks, kept.content(snapshot.month)), file, protocol=5)


def _stored(folder: Path, name: str, month: int, empty: Kept) -> tuple[loop.Snapshot, Kept]:
    """The end of a month as another run left it; written by ourselves a moment ago, so that reading a pickle is safe."""
    with _place(folder, name, month, empty.first).open("rb") as file:
        when, arrays, sizes, clocks, content = pickle.load(file)
    return loop.Snapshot(when, loop.State(arrays, sizes), clocks), empty.filled(content)


def drawn_parameters(plan: Plan, histories: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """The parameters (H, K) that the histories drew, and their names; those that do not vary are left out."""
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
