"""From a plan to a tape: how chunks are run, kept and put together.

    chunk.py     one chunk of histories as arrays          local.py   chunks over processes of this machine
    parts.py     what finished chunks leave on disk        dask.py    the same chunks on a cluster
    folder.py    making, continuing, replacing a run       memory.py  what it takes

Nothing here shows in a result: workers, chunk size and engine change when a history is made, never what it holds.
"""

import os
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from thaw.axes import HISTORIES_PER_BLOCK, HISTORIES_PER_WORD
from thaw.digest import plan_key, run_digest
from thaw.engine.folder import claim, finish
from thaw.engine.local import run_local
from thaw.engine.manifest import describe, facts
from thaw.engine.memory import PeakMemory
from thaw.engine.parts import assemble, good_parts, make_part, missing
from thaw.errors import RunError, ScenarioError, ThawError, did_you_mean
from thaw.plan import Plan
from thaw.tape import FORMAT, PARTS, Tape, first_line

Progress = Callable[[float, int, str], None]  # histories done (with months as fractions), histories in all, what goes on
_ENGINES = ("local", "dask")
_MOST_HISTORIES = 10_000_000
_FIXED_COST = 100  # what a chunk costs beside its histories, in histories: NumPy calls on small arrays


def run_to_tape(
    plan: Plan,
    histories: int,
    *,
    out: str | Path,
    workers: int | None = None,
    chunk: int | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    force: bool = False,
    resume: bool = False,
    record_all: bool = False,
    progress: Progress | None = None,
    made_from: Mapping[str, Any] | None = None,
) -> Tape:
    """Simulate `histories` of a plan into the folder `out` and return the finished run.

    Parameters
    ----------
    workers : processes to use; default one a core
    chunk : histories made at a time, a multiple of 64; default chosen so that all workers are busy
    engine, scheduler : 'local' processes, or 'dask' with the address of a scheduler (none: a cluster on this machine)
    force, resume : replace the run in `out`, or go on with it, also to more histories
    record_all : every simulated field on the tape, not the headlines only
    progress : told (histories done, histories in all, what is going on)
    made_from : the scenario of the plan as plain data, kept with the run so that a history can be simulated again (`thaw.again`)
    """
    workers = _check(histories, workers, chunk, engine, scheduler, force, resume)
    path, started, told = Path(out), time.perf_counter(), progress or (lambda done, total, text: None)
    about, key = describe(plan, record_all), plan_key((plan, record_all))
    with PeakMemory() as memory, _errors(path), _connect(engine, scheduler, workers) as execute:
        if claim(path, key, about, histories, force=force, resume=resume):
            return Tape.load(path)
        parts = good_parts(path / PARTS)
        jobs = missing(parts, histories, chunk or chunk_size(histories, workers, record_all))
        there = histories - sum(last - first for first, last in jobs)
        if jobs:
            _compile(lambda: told(there, histories, "compiling, once on this machine"))
            told(there, histories, "simulating")
            run = execute(jobs, plan, path / PARTS, record_all, lambda done: told(there + done, histories, "simulating"))
            with closing(run):
                for _ in run:
                    pass
        told(histories, histories, "writing")
        made = assemble(path, plan, good_parts(path / PARTS), histories, record_all)
        manifest = {
            "format": FORMAT,
            **about,
            "histories": histories,
            **facts(plan),
            **({"made_from": dict(made_from)} if made_from else {}),
            "digest": run_digest(block["digest"] for block in made["blocks"]),
            "key": key,
            "faults": made["faults"],
            "faults_said": faults_said(made["faults"]),
            "ended": made["ended"],
            "refused": refused(made["blocks"]),
            "engine": engine,
            "workers": min(workers, max(len(jobs), 1)),
            "seconds": round(time.perf_counter() - started, 3),
            "peak_rss_mb": round(memory.peak_mb, 1),
            "blocks": made["blocks"],
        }
        finish(path, manifest)
    return Tape(path, manifest)


def processes(histories: int, *, workers: int | None = None, chunk: int | None = None) -> int:
    """How many processes of its own a run keeps busy; a ScenarioError where it could not be made.

    >>> [processes(histories, workers=2) for histories in (64, 1024)]
    [1, 2]
    """
    workers = _check(histories, workers, chunk, "local", None, False, False)
    return min(workers, -(-histories // (chunk or chunk_size(histories, workers))))


def chunk_size(histories: int, workers: int, record_all: bool = False) -> int:
    """Histories per chunk: the divisor of a block of 512 with which the workers are done first.

    >>> [chunk_size(n, 2) for n in (256, 512, 1024, 1536, 100_000)]
    [128, 256, 512, 256, 512]
    """
    if record_all:  # 60 fields, some by person and office: one word of histories fills 200 MB
        return HISTORIES_PER_WORD

    def cost(size: int) -> int:
        rounds = -(-histories // (size * workers))
        return rounds * (min(size, histories) + _FIXED_COST)

    return min((HISTORIES_PER_BLOCK >> shift for shift in range(4)), key=cost)


def faults_said(faults: list[list]) -> str:
    """The histories that left their bounds in words, '' when none did.

    >>> faults_said([[7, "1951-03", "terror", "fear"]])
    '1 history left its bounds: terror.fear 1951-03 (history 7)'
    """
    if not faults:
        return ""
    count = "1 history left its bounds" if len(faults) == 1 else f"{len(faults)} histories left their bounds"
    shown = [f"{mechanism}.{field} {month} (history {history})" for history, month, mechanism, field in faults[:3]]
    return f"{count}: {', '.join(shown)}" + (" ..." if len(faults) > 3 else "")


def refused(blocks: list[dict]) -> dict[str, int]:
    """Event -> in how many histories a forced event was refused because what it requires did not hold.

    >>> refused([{"first": 0, "refused": {"amnesty": 2}}, {"first": 64}, {"first": 128, "refused": {"amnesty": 1}}])
    {'amnesty': 3}
    """
    total: dict[str, int] = {}
    for block in blocks:
        for event, count in block.get("refused", {}).items():
            total[event] = total.get(event, 0) + count
    return total


def _check(
    histories: int,
    workers: int | None,
    chunk: int | None,
    engine: str,
    scheduler: str | None,
    force: bool,
    resume: bool,
) -> int:
    """Refuse what cannot be run before anything is written; returns the number of workers."""
    for name, value, low, high in (("histories", histories, 1, _MOST_HISTORIES), ("workers", workers, 1, 4096)):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high):
            raise ScenarioError(f"--{name} {value}: expected a whole number from {low} to {high}.")
    if chunk is not None and (not isinstance(chunk, int) or chunk < 1 or chunk % HISTORIES_PER_WORD):
        raise ScenarioError(f"--chunk {chunk}: expected a multiple of {HISTORIES_PER_WORD}, as {HISTORIES_PER_BLOCK}.")
    if engine not in _ENGINES:
        raise ScenarioError(f"--engine {engine}: there is no such engine. {did_you_mean(engine, _ENGINES)}")
    if scheduler is not None and engine != "dask":
        raise ScenarioError(f"--scheduler {scheduler} needs --engine dask.")
    if force and resume:
        raise ScenarioError("--force replaces a run, --resume goes on with it: give one of them.")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return workers or cores


@contextmanager
def _connect(engine: str, scheduler: str | None, workers: int) -> Iterator[Callable[..., Generator[Any]]]:
    """A function (jobs, plan, folder, record_all, heard) -> generator of finished jobs."""
    if engine == "local":
        yield lambda jobs, plan, folder, record_all, heard: run_local(jobs, partial(make_part, plan, folder, record_all), workers=workers, progress=heard)
        return
    from thaw.engine import dask

    with dask.connect(scheduler, workers) as client:
        yield lambda jobs, plan, folder, record_all, heard: dask.run_dask(jobs, plan, folder, record_all, client=client, progress=heard)


def _compile(say: Callable[[], None]) -> None:
    """Compile the kernels before workers start; on a machine that has them already the workers fetch their own."""
    from thaw import kernels

    if not kernels.is_compiled():
        say()
        kernels.compile_all()


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """What goes wrong with the disk is a RunError; the folder then has no manifest and does not look whole."""
    try:
        yield
    except ThawError:
        raise
    except OSError as error:
        raise RunError(f"{path}: writing failed: {error.strerror or error}. --resume keeps what is done.") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("duckdb", "_duckdb", "zarr", "numcodecs"):
            raise
        raise RunError(f"{path}: writing failed: {first_line(error)}. --resume keeps what is done.") from error
