"""One chunk of histories: the months of the loop turned into headline series and event rows, as arrays.

Runs in a worker: imports NumPy and the model, neither xarray nor pandas nor zarr.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thaw import loop
from thaw.digest import block_digests, make_canonical
from thaw.engine.events import EventRows
from thaw.fields import FIELDS, HEADLINES
from thaw.noise import Log
from thaw.plan import Plan


@dataclass(frozen=True)
class ChunkResult:
    """What histories `first` to `last` (exclusive) leave behind.

    series   field -> (H, months, ...) float32; persons as their place on the person axis, -1 nobody; NaN where the
             polity does not exist or the state is not independent, from the month on in which a history left its bounds, and after a war
    events   column -> rows, sorted by history, month, week, event, polity; `history` counts from the start of the run
    faults   the first fault of each history that left its bounds
    ended    (history, month) of each war between the poles: the last month of its history
    refused  event -> (H,) whether a forced event was refused for want of what it requires
    """

    first: int
    last: int
    series: dict[str, np.ndarray]
    events: dict[str, np.ndarray]
    faults: tuple[loop.Fault, ...]
    ended: tuple[tuple[int, int], ...]
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
    plan: Plan, first: int, last: int, record_all: bool = False, progress: Callable[[float], None] | None = None, names: tuple[str, ...] = ()
) -> ChunkResult:
    """Simulate histories `first` to `last` (exclusive); `progress` is told the share of months done; `names`: the series to keep, if not the usual ones."""
    sizes = plan.sizes | {"H": last - first}
    months = len(plan.months)
    series = {}
    for name in names or recorded(record_all):
        rest = tuple(sizes[letter] for letter in FIELDS[name].axes[1:])
        series[name] = np.empty((last - first, months, *rest), "<f4")  # every month is written below
    log, rows = Log(), EventRows(plan)
    pending: list[loop.Fault] = []
    faults: dict[int, loop.Fault] = {}
    wars: dict[int, int] = {}
    for month, state in loop.simulate(plan, first, last, log=log, faults=pending):
        absent = {"P": ~state.exists, "W": ~state.independent}
        for name, values in series.items():
            values[:, month] = getattr(state, name)
            missing = absent.get(FIELDS[name].axes[1:2])
            if missing is not None and missing.any():
                values[:, month, missing] = np.nan
        for fault in pending:
            if fault.history not in wars:
                faults.setdefault(fault.history, fault)
        for place in np.flatnonzero(state.at_war):
            if first + int(place) not in faults:
                wars.setdefault(first + int(place), month)
        pending.clear()
        rows.add(log.rows)
        log.rows.clear()
        if progress:
            progress((month + 1) / months)
    ends = np.full(last - first, months)
    for history, stop in [(fault.history, fault.month) for fault in faults.values()] + [(history, month + 1) for history, month in wars.items()]:
        ends[history - first] = stop
        for values in series.values():
            values[history - first, stop:] = np.nan
    for values in series.values():
        make_canonical(values)
    ordered = tuple(faults[history] for history in sorted(faults))
    return ChunkResult(first, last, series, rows.columns(first, ends), ordered, tuple(sorted(wars.items())), log.refused)
