"""Chunks over processes on this machine: a generator of finished chunks; cancelling is closing it.

A small pool of our own, because a run must be able to say which chunk a worker died in, and stop in the middle of one.
Workers are spawned, hold one chunk at a time and write it to disk themselves; the parent only hears how far they are.
"""

import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any

from thaw.errors import RunError, ThawError

Job = tuple[int, int]  # histories first to last, exclusive
Work = Callable[[int, int, Callable[[float], None]], Any]
Heard = Callable[[float], None]  # told how many histories' worth is done
_SECONDS_TO_STOP = 2.0


def run_local(jobs: Sequence[Job], work: Work, *, workers: int, progress: Heard | None = None) -> Generator[tuple[Job, Any]]:
    """Run `work(first, last, report)` for each job, in this process or over `workers` spawned ones.

    Yields each job with what its work returned, as they finish. `work` and what it returns must be picklable. Closing
    the generator, an error or Ctrl-C stops all workers at once.
    """
    heard = progress or _silent
    if workers <= 1 or len(jobs) <= 1:
        return _run_here(jobs, work, heard)
    return _run_pool(jobs, work, min(workers, len(jobs)), heard)


def _share_of(heard: Heard, before: float, size: int, share: float) -> None:
    heard(before + size * share)


def _silent(done: float) -> None:
    """Nobody listens."""


def _run_here(jobs: Sequence[Job], work: Work, heard: Heard) -> Generator[tuple[Job, Any]]:
    done = 0
    for first, last in jobs:
        try:
            found = work(first, last, partial(_share_of, heard, done, last - first))
        except Exception as error:
            raise _failure((first, last), error, traceback.format_exc()) from error
        done += last - first
        heard(done)
        yield (first, last), found


@dataclass
class _Worker:
    """A spawned process, the pipe to it, and what it is doing."""

    process: BaseProcess
    pipe: Connection
    job: Job | None = None
    share: float = field(default=0.0)

    def set_to(self, work: Work) -> None:
        self._send(work)

    def start(self, job: Job) -> None:
        self.job, self.share = job, 0.0
        self._send(job)

    def _send(self, what: Work | Job) -> None:
        try:
            self.pipe.send(what)
        except OSError:
            raise self.died() from None

    def died(self) -> RunError:
        self.process.join(_SECONDS_TO_STOP)
        code = self.process.exitcode
        why = f"exit code {code}"
        if code is not None and code < 0:
            why = f"signal {-code}; too little memory is the usual reason"
        return RunError(
            f"the worker that made histories {_words(self.job)} died ({why}). --resume keeps what is done; "
            "fewer --workers or a smaller --chunk take less memory."
        )


def _run_pool(jobs: Sequence[Job], work: Work, workers: int, heard: Heard) -> Generator[tuple[Job, Any]]:
    waiting = list(reversed(jobs))
    pool: list[_Worker] = []
    done = 0
    try:
        for _ in range(workers):
            pool.append(_spawn())
        for worker in pool:  # all of them import what they need meanwhile
            worker.set_to(work)
            worker.start(waiting.pop())
        while any(worker.job for worker in pool):
            for worker in _speaking(pool):
                try:
                    kind, content = worker.pipe.recv()
                except (EOFError, OSError):
                    raise worker.died() from None
                if kind == "at":
                    worker.share = content
                    heard(done + sum((w.job[1] - w.job[0]) * w.share for w in pool if w.job))
                elif kind == "failed":
                    raise _failure(worker.job, *content)
                else:
                    job = worker.job
                    assert job is not None
                    done += job[1] - job[0]
                    worker.job = None
                    if waiting:
                        worker.start(waiting.pop())
                    heard(done + sum((w.job[1] - w.job[0]) * w.share for w in pool if w.job))
                    yield job, content
    finally:
        _stop(pool)


def _speaking(pool: list[_Worker]) -> list[_Worker]:
    """The workers that have something to say; a dead one says so by the end of its pipe."""
    ready = wait([worker.pipe for worker in pool if worker.job])
    return [worker for worker in pool if worker.pipe in ready]


def _stop(pool: list[_Worker]) -> None:
    """End all workers: those without a job leave by themselves when their pipe closes, the others are ended."""
    for worker in pool:
        worker.pipe.close()
        if worker.job:
            worker.process.terminate()
    for worker in pool:
        worker.process.join(_SECONDS_TO_STOP)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()
        worker.process.close()


def _spawn() -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True, name="thaw-worker")
    with quiet_start():
        process.start()
    theirs.close()  # so that the pipe ends when the worker does
    return _Worker(process, ours)


def _serve(pipe: Connection) -> None:
    """A worker's life: hear what its work is, take a job, do it, say so; leave when the parent closes the pipe or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent stops us
    try:
        work = pipe.recv()
        while True:
            first, last = pipe.recv()
            try:
                found = work(first, last, lambda share: pipe.send(("at", share)))
            except (BrokenPipeError, ConnectionResetError):
                raise
            except Exception as error:
                pipe.send(("failed", (_portable(error), traceback.format_exc())))
            else:
                pipe.send(("done", found))
    except (EOFError, OSError):
        return


def _portable(error: Exception) -> Exception:
    """An error that can cross a pipe: one of ours or the system's, else its text."""
    if isinstance(error, ThawError) or type(error) in (OSError, PermissionError, FileNotFoundError, MemoryError):
        return error
    return RuntimeError(f"{type(error).__name__}: {error}")


def _failure(job: Job | None, error: Exception, trace: str) -> ThawError:
    """What to tell the user of an error inside a chunk; the trace goes along as a note for developers."""
    if isinstance(error, ThawError):
        return error
    if isinstance(error, OSError):
        told = RunError(f"histories {_words(job)} could not be written: {error.strerror or error}. --resume keeps what is done.")
    elif isinstance(error, MemoryError):
        told = RunError(f"histories {_words(job)} did not fit into memory. Try fewer --workers or a smaller --chunk.")
    else:
        told = RunError(f"histories {_words(job)} failed: {error}")
    told.add_note(trace)
    return told


def _words(job: Job | None) -> str:
    return f"{job[0]} to {job[1] - 1}" if job else "?"


@contextmanager
def quiet_start() -> Iterator[None]:
    """Start processes that do not run the user's script again, do not hear Ctrl-C, and keep to one thread.

    Spawning imports the parent's main module in the child, so a script that calls `thaw.run` without an `if __name__ ==
    "__main__"` would run itself once more in every worker. Our workers need nothing from it: while they start, the main
    module is an empty one.
    """
    main, single = sys.modules["__main__"], ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in single}
    try:
        interrupt: Any = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread: nobody sends us Ctrl-C there
        interrupt = None
    try:
        sys.modules["__main__"] = ModuleType("__main__")
        os.environ.update(dict.fromkeys(single, "1"))
        yield
    finally:
        sys.modules["__main__"] = main
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        if interrupt is not None:
            signal.signal(signal.SIGINT, interrupt)
