"""What a run leaves behind: a folder with series (Zarr), events (Parquet) and a manifest that comes last.

    manifest.json    what was run and its digest; a folder without one is unfinished
    series.zarr      field -> (history, month, polity ...) float32, in chunks of 64 histories and all months
    events.parquet   one row an event: history, month, week, polity, event, actor, rate, forced, because

Loading reads everything once and compares it with the digest: one changed value is noticed.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thaw.digest import EVENT_COLUMNS, block_digests, run_digest
from thaw.errors import RunError, ScenarioError
from thaw.fields import FIELDS, HEADLINES

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

FORMAT = "thaw-run-1"
MANIFEST, UNFINISHED = "manifest.json", "unfinished.json"
PARTS, SERIES, EVENTS = "parts", "series.zarr", "events.parquet"
DIMENSIONS = {"H": "history", "P": "polity", "E": "person", "I": "organ", "O": "office", "S": "stratum", "W": "state", "T": "theatre", "C": "cohort"}
EVENT_ORDER = "history, month, week, event, polity"
_NEEDED = ("scenario", "seed", "histories", "months", "first_month", "persons", "polities", "digest", "blocks", "key")
_SLAB = 512  # histories read at a time: 100 MB with 17 headlines


class Tape:
    """A finished run.

    path      its folder
    manifest  scenario, seed, histories, digest, labels, dates of the record ...: plain data
    series    xarray.Dataset, opened lazily: (history, month, polity); persons as numbers, see `leader_names`
    events    pandas.DataFrame, one row an event

    >>> Tape.load("no-such-run")
    Traceback (most recent call last):
        ...
    thaw.errors.ScenarioError: no-such-run: there is no such folder. A run is a folder that `thaw run` has made.
    """

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path, self.manifest = Path(path), manifest

    def __repr__(self) -> str:
        told = self.manifest
        return f"Tape({str(self.path)!r}: {told['scenario']}, {told['histories']} histories, {told['digest'][:12]})"

    @classmethod
    def load(cls, path: str | Path, verify: bool = True) -> "Tape":
        """A run from its folder; with `verify` its series and events are read and compared with the digest."""
        folder = Path(path)
        tape = cls(folder, read_manifest(folder))
        if verify:
            tape.verify()
        return tape

    @property
    def persons(self) -> list[str]:
        """The persons of all courts, in the order in which person-coded fields count them."""
        return list(self.manifest["persons"])

    @cached_property
    def arrays(self) -> Any:
        """The Zarr group behind `series`, for reading slabs without xarray."""
        import zarr

        with self.reading(SERIES):
            return zarr.open_group(self.path / SERIES, mode="r")

    @cached_property
    def series(self) -> "xr.Dataset":
        """All series, read from disk only where they are used."""
        import xarray as xr

        with self.reading(SERIES):
            found = xr.open_zarr(self.path / SERIES, consolidated=False, chunks=None)
        names = {name: found[name].values.astype(object) for name in found.coords if found[name].dtype.kind == "T"}
        return found.assign_coords({name: (name, values) for name, values in names.items()})[sorted(found.data_vars)]

    @cached_property
    def events(self) -> "pd.DataFrame":
        """All events, sorted by history, month, week (-1 where monthly), event and polity."""
        with self.reading(EVENTS), connect() as database:
            return database.execute(f"SELECT * FROM {self.events_sql} ORDER BY {EVENT_ORDER}").df()

    @property
    def events_sql(self) -> str:
        """The events as a table expression for DuckDB."""
        return f"read_parquet({quoted(self.path / EVENTS)})"

    def leader_names(self, name: str = "leader") -> "xr.DataArray":
        """A person-coded series with ids in place of numbers, '' for nobody: (history, month, polity)."""
        if FIELDS[name].unit != "person":
            raise ScenarioError(f"'{name}' does not name persons but holds {FIELDS[name].unit}.")
        codes = self.series[name]
        persons = np.array([*self.persons, ""], object)
        return codes.copy(data=persons[np.nan_to_num(codes.values, nan=-1).astype(int)])

    def verify(self) -> None:
        """Read series and events and compare them with the digest; a RunError says which histories have changed."""
        told = self.manifest
        known = {block["first"]: block["digest"] for block in told["blocks"]}
        if run_digest(known[first] for first in sorted(known)) != told["digest"]:
            raise RunError(f"{self.path / MANIFEST} has been changed: its block hashes do not give its digest.")
        seen = 0
        with connect() as database:
            for first in range(0, told["histories"], _SLAB):
                last = min(first + _SLAB, told["histories"])
                series, events = self._read_series(first, last), self._read_events(database, first, last)
                for start, digest in block_digests(first, series, events):
                    if known.get(start) != digest:
                        stop = min(start + 64, told["histories"]) - 1
                        where = f"{self.path}: histories {start} to {stop} are not what the run wrote"
                        ways = "Run it again with --force, or take the folder from a backup"
                        raise RunError(f"{where}; a value in {SERIES} or {EVENTS} has changed. {ways}.")
                    seen += 1
        if seen != len(known):
            raise RunError(f"{self.path / MANIFEST} has been changed: {len(known)} blocks in place of {seen}.")

    def _read_series(self, first: int, last: int) -> dict[str, np.ndarray]:
        with self.reading(SERIES):
            return {name: self.arrays[name][first:last] for name in HEADLINES}

    def _read_events(self, database: Any, first: int, last: int) -> dict[str, np.ndarray]:
        with self.reading(EVENTS):
            query = f"SELECT {', '.join(EVENT_COLUMNS)} FROM {self.events_sql}"
            return database.execute(f"{query} WHERE history >= {first} AND history < {last} ORDER BY {EVENT_ORDER}").fetchnumpy()

    @contextmanager
    def reading(self, name: str) -> Iterator[None]:
        """Whatever a damaged file makes its library raise is one RunError that names the file."""
        try:
            yield
        except MemoryError:
            raise
        except Exception as error:
            why = f"{self.path / name} cannot be read, it is missing or damaged"
            raise RunError(f"{why}: {first_line(error)}") from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a finished run, or an error that says what the folder is instead."""
    what = "A run is a folder that `thaw run` has made."
    if not folder.exists():
        raise ScenarioError(f"{folder}: there is no such folder. {what}")
    if not folder.is_dir():
        raise ScenarioError(f"{folder} is a file. {what}")
    if not (folder / MANIFEST).exists():
        if (folder / UNFINISHED).exists():
            ways = "Finish it by the same command with --resume, or begin anew with --force"
            raise RunError(f"{folder}: this run is unfinished. {ways}.")
        raise ScenarioError(f"{folder} holds no run: there is no {MANIFEST} in it. {what}")
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{folder / MANIFEST} cannot be read, it is damaged: {first_line(error)}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ScenarioError(f"{folder / MANIFEST} does not describe a run of this program ({FORMAT}). {what}")
    missing = [name for name in _NEEDED if name not in manifest]
    if missing:
        raise RunError(f"{folder / MANIFEST} is damaged: {', '.join(missing)} is missing.")
    return manifest


@contextmanager
def connect(scratch: Path | None = None) -> Iterator[Any]:
    """A DuckDB in memory that takes little of it; large sorts spill into `scratch`."""
    import duckdb

    settings: dict[str, Any] = {"memory_limit": "256MB", "threads": 2}
    if scratch is not None:
        settings["temp_directory"] = str(scratch)
    database = duckdb.connect(config=settings)
    try:
        yield database
    finally:
        database.close()


def quoted(path: Path) -> str:
    """A path as an SQL string.

    >>> quoted(Path("it's"))
    "'it''s'"
    """
    return "'" + str(path).replace("'", "''") + "'"


def first_line(error: BaseException) -> str:
    """The first line of an error's message, or its kind where it has none."""
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__
