"""One chunk of histories: the months of the loop turned into headline series and event rows, as arrays.

Runs in a worker: imports NumPy and the model, neither xarray nor pandas nor zarr.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thaw import loop
from thaw.digest import EVENT_COLUMNS, block_digests, make_canonical
from thaw.fields import FIELDS, HEADLINES
from thaw.noise import Log
from thaw.plan import Plan


@dataclass(frozen=True)
class ChunkResult:
    """What histories `first` to `last` (exclusive) leave behind.

    series   field -> (H, months, ...) float32; persons as their place on the person axis, -1 nobody; NaN where the
             polity does not exist yet and from the month on in which a history left its bounds
    events   column -> rows, sorted by history, month, week, event, polity; `history` counts from the start of the run
    faults   the first fault of each history that left its bounds
    refused  event -> (H,) whether a forced event was refused for want of what it requires
    """

    first: int
    last: int
    series: dict[str, np.ndarray]
    events: dict[str, np.ndarray]
    faults: tuple[loop.Fault, ...]
    refused: dict[str, np.ndarray]

    def blocks(self) -> list[dict]:
        """Each block of 64: its first history, its hash, and how many of its histories refused a forced event."""
        found = []
        for start, digest in block_digests(self.first, self.series, self.events):
            inside = slice(start - self.first, start - self.first + 64)
            refused = {name: int(mask[inside].sum()) for name, mask in self.refused.items() if mask[inside].any()}
            found.append({"first": start, "digest": digest} | ({"refused": refused} if refused else {}))
        return found


def recorded(record_all: bool = False) -> tuple[str, ...]:
    """The fields that go on the tape: the headlines, or all that is simulated except the packed street."""
    if not record_all:
        return HEADLINES
    return tuple(sorted(name for name, field in FIELDS.items() if field.axes.startswith("H") and not field.given))


def run_chunk(
    plan: Plan, first: int, last: int, record_all: bool = False, progress: Callable[[float], None] | None = None
) -> ChunkResult:
    """Simulate histories `first` to `last` (exclusive); `progress` is told the share of months done."""
    sizes = plan.sizes | {"H": last - first}
    months = len(plan.months)
    series = {}
    for name in recorded(record_all):
        rest = tuple(sizes[letter] for letter in FIELDS[name].axes[1:])
        series[name] = np.full((last - first, months, *rest), np.nan, "<f4")
    log = Log()
    pending: list[loop.Fault] = []
    faults: dict[int, loop.Fault] = {}
    for month, state in loop.simulate(plan, first, last, log=log, faults=pending):
        absent = ~state.exists
        for name, values in series.items():
            values[:, month] = getattr(state, name)
            if FIELDS[name].axes[1:2] == "P" and absent.any():
                values[:, month, absent] = np.nan
        for fault in pending:
            faults.setdefault(fault.history, fault)
        pending.clear()
        if progress:
            progress((month + 1) / months)
    for values in series.values():
        for fault in faults.values():
            values[fault.history - first, fault.month :] = np.nan
        make_canonical(values)
    ordered = tuple(faults[history] for history in sorted(faults))
    return ChunkResult(first, last, series, event_rows(plan, log, first, last, ordered), ordered, log.refused)


def event_rows(
    plan: Plan, log: Log, first: int, last: int, faults: tuple[loop.Fault, ...] = ()
) -> dict[str, np.ndarray]:
    """The log as sorted columns; what a history logs from the month of its fault on is left out."""
    axes = {event.name: event.axes for step in loop.mechanisms() for event in step.events}
    polities = (*plan.polities, "")  # -1, no polity, finds the last
    persons = (*plan.persons, "")
    court = np.asarray(plan.given["court"])
    columns: dict[str, list] = {"row" if name == "history" else name: [] for name in EVENT_COLUMNS}
    names: dict[str, int] = {}
    for event, month, week, rows, entity, actor, rate, forced, because in log.rows:
        if axes[event] == "E":
            keys, place = np.unique(entity, return_inverse=True)
            codes = [names.setdefault(f"{event}:{persons[key]}", len(names)) for key in keys]
            columns["event"].append(np.array(codes)[place])
            columns["polity"].append(court[entity])
        else:
            columns["event"].append(np.full(len(rows), names.setdefault(event, len(names))))
            columns["polity"].append(entity if axes[event] == "P" else np.full(len(rows), -1))
        columns["month"].append(np.full(len(rows), month))
        columns["week"].append(np.full(len(rows), week))
        for name, values in (("row", rows), ("actor", actor), ("rate", rate), ("forced", forced), ("because", because)):
            columns[name].append(np.asarray(values, object if name == "because" else None))
    if not log.rows:
        return _typed({name: np.empty(0, object) for name in EVENT_COLUMNS})
    flat = {name: np.concatenate(parts) for name, parts in columns.items()}
    broken = np.full(last - first, len(plan.months))
    for fault in faults:
        broken[fault.history - first] = fault.month
    vocabulary = np.array(list(names), object)
    rank_event, rank_polity = _ranks(vocabulary), _ranks(np.array(polities, object))
    order = np.lexsort(  # last key first
        (rank_polity[flat["polity"]], rank_event[flat["event"]], flat["week"], flat["month"], flat["row"])
    )
    order = order[flat["month"][order] < broken[flat["row"][order]]]
    flat = {name: values[order] for name, values in flat.items()}
    written = np.array([f"{year}-{month:02d}" for year, month in plan.months], object)
    return _typed(
        {
            "history": flat["row"] + first,
            "month": written[flat["month"]],
            "week": flat["week"],
            "polity": np.array(polities, object)[flat["polity"]],
            "event": vocabulary[flat["event"]],
            "actor": np.array(persons, object)[flat["actor"].astype(int)],
            "rate": flat["rate"],
            "forced": flat["forced"],
            "because": flat["because"],
        }
    )


def _ranks(words: np.ndarray) -> np.ndarray:
    """The alphabetical rank of each word."""
    ranks = np.empty(len(words), int)
    ranks[np.argsort(words, kind="stable")] = np.arange(len(words))
    return ranks


def _typed(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    kinds = {"history": np.int32, "week": np.int8, "rate": np.float64, "forced": np.bool_}
    return {name: columns[name].astype(kinds.get(name, object)) for name in EVENT_COLUMNS}
