"""The same chunks on a Dask cluster (extra `cluster`): at a scheduler's address, or one made on this machine.

A task returns its part as bytes and the parent writes it, so that workers need no disk in common. One chunk more than
there are workers is in flight at a time: the parent's memory does not grow with the run.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from thaw.engine.chunk import run_chunk
from thaw.engine.local import Heard, Job, quiet_start
from thaw.engine.parts import part_files, part_info, write_part
from thaw.errors import RunError, ScenarioError, ThawError
from thaw.plan import Plan
from thaw.tape import first_line

_SECONDS_TO_ANSWER = 10


@contextmanager
def connect(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    """A client of the scheduler at an address as 'tcp://host:8786', or of a cluster of processes made for this run."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ScenarioError("--engine dask needs the extra `cluster`: pip install 'thaw-sim[cluster]'.") from None
    if scheduler is None:
        with quiet_start():
            cluster = LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None)
        with cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(scheduler, timeout=_SECONDS_TO_ANSWER)
    except (OSError, TimeoutError, ValueError) as error:
        raise ScenarioError(f"no Dask scheduler answers at '{scheduler}': {first_line(error)}. Expected an address as tcp://host:8786.") from error
    with client:
        yield client


def run_dask(jobs: Sequence[Job], plan: Plan, folder: Path, record_all: bool, *, client: Any, progress: Heard | None = None) -> Generator[tuple[Job, None]]:
    """Make each job's part on the cluster and write it to the run's folder; yields jobs as they are on disk."""
    from distributed import as_completed

    heard: Callable[[float], None] = progress or (lambda done: None)
    waiting, running = list(reversed(jobs)), {}
    ahead = max(len(client.scheduler_info()["workers"]), 1) + 1
    shared = client.scatter(plan, broadcast=True)
    done = 0
    finished = as_completed()

    def submit() -> None:
        job = waiting.pop()
        future = client.submit(remote_part, shared, *job, record_all, pure=False)
        running[future] = job
        finished.add(future)

    try:
        for _ in range(min(ahead, len(jobs))):
            submit()
        for future in finished:
            job = running.pop(future)
            if waiting:
                submit()
            info, files = _result(job, future)
            write_part(folder, info, files)
            done += job[1] - job[0]
            heard(done)
            yield job, None
    finally:
        client.cancel(list(running), force=True)


def remote_part(plan: Plan, first: int, last: int, record_all: bool) -> tuple[dict, list[tuple[str, bytes]]]:
    """The work of a Dask worker: one part, held in memory."""
    result = run_chunk(plan, first, last, record_all)
    return part_info(plan, result), list(part_files(result))


def _result(job: Job, future: Any) -> Any:
    try:
        return future.result()
    except ThawError:
        raise
    except Exception as error:  # whatever a worker or the cluster raises, among them KilledWorker
        why = f"{type(error).__name__}: {first_line(error)}"
        raise RunError(f"histories {job[0]} to {job[1] - 1} failed on the cluster: {why}") from error
