"""Parts: what finished chunks leave on disk until the run is whole, and how parts become a tape.

    parts/<first>-<last>/<field>.<block>   64 histories, all months: one Zarr chunk (zstd, little-endian float32)
    parts/<first>-<last>/events.csv        the chunk's event rows, sorted
    parts/<first>-<last>/part.json         block hashes, faults, wars, and SHA-256 of each file above; written last

A part appears under its name only when complete. Because a part already holds the chunks of the final Zarr
array, finishing moves files instead of copying values, and chunks of 64 histories fit every chunk size a run may be
continued with.
"""

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from thaw.axes import HISTORIES_PER_WORD as BLOCK
from thaw.digest import EVENT_COLUMNS
from thaw.engine.chunk import ChunkResult, recorded, run_chunk
from thaw.fields import FIELDS
from thaw.plan import Plan
from thaw.tape import DIMENSIONS, EVENT_ORDER, EVENTS, SERIES, connect, quoted

_COLUMN_TYPES = {"history": "INTEGER", "week": "TINYINT", "rate": "DOUBLE", "forced": "BOOLEAN"}
_ZSTD_LEVEL = 1
_ROWS = 20_000  # events turned into text at a time


@dataclass(frozen=True)
class Part:
    """A complete part on disk: histories `first` to `last` (exclusive), hashes by block, faults, histories that ended in war."""

    path: Path
    first: int
    last: int
    blocks: list[dict]
    faults: list[list]
    ended: list[list]

    def usable(self, histories: int) -> list[dict]:
        """Blocks that are whole in a run of so many histories; a longer run has to make a cut-off last block anew."""
        return [
            block for block in self.blocks if block["first"] < histories and min(block["first"] + BLOCK, self.last) == min(block["first"] + BLOCK, histories)
        ]


def make_part(plan: Plan, folder: Path, record_all: bool, first: int, last: int, progress: Callable[[float], None]) -> None:
    """Simulate a chunk and leave it in the run's `folder`: the work of a local worker."""
    result = run_chunk(plan, first, last, record_all, progress)
    write_part(folder, part_info(plan, result), part_files(result))


def part_info(plan: Plan, result: ChunkResult) -> dict[str, Any]:
    """What part.json says, except the checksums."""
    faults = [[f.history, "{}-{:02d}".format(*plan.months[f.month]), f.mechanism, f.field] for f in result.faults]
    ended = [[history, "{}-{:02d}".format(*plan.months[month])] for history, month in result.ended]
    return {"first": result.first, "last": result.last, "blocks": result.blocks(), "faults": faults, "ended": ended}


def part_files(result: ChunkResult) -> Iterator[tuple[str, bytes]]:
    """The data files of a part, piece by piece: pieces of the same name follow one another in one file."""
    from numcodecs.zstd import Zstd  # type: ignore[import-untyped]

    codec = Zstd(level=_ZSTD_LEVEL)
    for name, values in result.series.items():
        for start in range(0, len(values), BLOCK):
            chunk = values[start : start + BLOCK]
            if len(chunk) < BLOCK:  # Zarr stores the last chunk at full size
                chunk = np.concatenate([chunk, np.full((BLOCK - len(chunk), *chunk.shape[1:]), np.nan, "<f4")])
            yield f"{name}.{(result.first + start) // BLOCK}", codec.encode(np.ascontiguousarray(chunk))
    for start in range(0, max(len(result.events["history"]), 1), _ROWS):
        text = io.StringIO()
        columns = [result.events[name][start : start + _ROWS].tolist() for name in EVENT_COLUMNS]
        csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerows(zip(*columns, strict=True))
        yield "events.csv", text.getvalue().encode()


def write_part(folder: Path, info: dict[str, Any], files: Iterable[tuple[str, bytes | Path]]) -> None:
    """Write a part beside its place and move it there when it is complete; a file given as a path is moved in."""
    place = folder / "{first:07d}-{last:07d}".format(**info)
    unready = folder / f".{place.name}.{os.getpid()}"
    shutil.rmtree(unready, ignore_errors=True)
    unready.mkdir(parents=True)
    for name, content in files:
        if isinstance(content, Path):
            content.replace(unready / name)
        else:
            with (unready / name).open("ab") as file:
                file.write(content)
    sums = {path.name: _checksum(path) for path in sorted(unready.iterdir())}
    (unready / "part.json").write_text(json.dumps(info | {"files": sums}), encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    unready.rename(place)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_part(path: Path) -> Part | None:
    """The part in a folder, or None when anything is missing or does not have its checksum."""
    try:
        info = json.loads((path / "part.json").read_text(encoding="utf-8"))
        for name, wanted in info["files"].items():
            if _checksum(path / name) != wanted:
                return None
        return Part(path, info["first"], info["last"], info["blocks"], info["faults"], info["ended"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def good_parts(folder: Path) -> list[Part]:
    """The complete parts of an unfinished run in history order; what is left of others is deleted."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        part = None if path.name.startswith(".") else read_part(path)
        if part is None:
            shutil.rmtree(path, ignore_errors=True)
        else:
            found.append(part)
    return found


def covered(parts: Iterable[Part], histories: int) -> dict[int, Part]:
    """First history of each block of the run -> the part that holds it."""
    return {block["first"]: part for part in parts for block in part.usable(histories)}


def missing(parts: Iterable[Part], histories: int, chunk: int) -> list[tuple[int, int]]:
    """The chunks still to be made, cut at multiples of `chunk`.

    >>> missing([], 300, 128)
    [(0, 128), (128, 256), (256, 300)]
    """
    have = covered(parts, histories)
    jobs: list[tuple[int, int]] = []
    for first in range(0, histories, BLOCK):
        if first in have:
            continue
        last = min(first + BLOCK, histories)
        if jobs and jobs[-1][1] == first and first % chunk:
            jobs[-1] = (jobs[-1][0], last)
        else:
            jobs.append((first, last))
    return jobs


def assemble(path: Path, plan: Plan, parts: list[Part], histories: int, record_all: bool) -> dict[str, Any]:
    """Turn parts into series.zarr and events.parquet; returns the blocks, faults and wars of the run.

    Events come first: they are what can still fail for want of space. Chunks of series are moved, not copied.
    """
    sources = covered(parts, histories)
    blocks = [next(b for b in part.blocks if b["first"] == first) for first, part in sorted(sources.items())]
    faults, ended = (
        sorted(row for part in parts for row in rows(part) if sources.get(row[0] // BLOCK * BLOCK) is part and row[0] < histories)
        for rows in (lambda part: part.faults, lambda part: part.ended)
    )
    _assemble_events(path, sources, histories)
    _assemble_series(path / SERIES, plan, sources, histories, record_all)
    return {"blocks": blocks, "faults": faults, "ended": ended}


def _assemble_events(path: Path, sources: dict[int, Part], histories: int) -> None:
    stops: dict[Path, int] = {}
    for first, part in sorted(sources.items()):
        stops[part.path] = min(first + BLOCK, histories)
    types = {name: _COLUMN_TYPES.get(name, "VARCHAR") for name in EVENT_COLUMNS}
    whole = [folder for folder, stop in stops.items() if stop == int(folder.name.partition("-")[2])]
    selects = [_read_csv(whole, types)] if whole else []
    cut = [folder for folder in stops if folder not in whole]
    selects += [_read_csv([folder], types) + f" WHERE history < {stops[folder]}" for folder in cut]
    unready = path / f".{EVENTS}"
    with connect(path / "parts") as database:
        database.execute(
            f"COPY (SELECT * FROM ({' UNION ALL '.join(selects)}) ORDER BY {EVENT_ORDER}) "
            f"TO {quoted(unready)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)"
        )
    unready.replace(path / EVENTS)


def _read_csv(folders: list[Path], types: dict[str, str]) -> str:
    files = ", ".join(quoted(folder / "events.csv") for folder in folders)
    return f"SELECT * FROM read_csv([{files}], header=false, auto_detect=false, delim=',', quote='\"', escape='\"', allow_quoted_nulls=false, columns={types})"


def _assemble_series(path: Path, plan: Plan, sources: dict[int, Part], histories: int, record_all: bool) -> None:
    shutil.rmtree(path, ignore_errors=True)
    series_metadata(path, plan, histories, record_all)
    for name in recorded(record_all):
        tail = ".0" * len(FIELDS[name].axes)  # the only chunk along months and what follows
        for first, part in sources.items():
            (part.path / f"{name}.{first // BLOCK}").replace(path / name / f"c.{first // BLOCK}{tail}")


def series_metadata(path: Path, plan: Plan, histories: int, record_all: bool) -> None:
    """The empty Zarr 3 group: coordinates, and arrays whose chunks are moved in afterwards."""
    import zarr
    from zarr.codecs import ZstdCodec

    group = zarr.create_group(path, zarr_format=3, attributes={"scenario": plan.name, "seed": plan.seed})
    sizes = plan.sizes | {"H": histories}
    letters = {letter for name in recorded(record_all) for letter in FIELDS[name].axes} - {"H"}
    for letter in sorted(letters):
        axis = DIMENSIONS[letter]
        names = group.create_array(axis, shape=(sizes[letter],), dtype=str, dimension_names=(axis,))
        names[:] = np.array(plan.members[letter], object)
    group.create_array("history", data=np.arange(histories), chunks=(max(histories, 1),), dimension_names=("history",))
    days = np.array([np.datetime64(f"{year}-{month:02d}-01", "D") for year, month in plan.months])
    since: dict[str, Any] = {"units": f"days since {days[0]}", "calendar": "proleptic_gregorian"}
    group.create_array("month", data=(days - days[0]).astype(int), dimension_names=("month",), attributes=since)
    for name in recorded(record_all):
        field = FIELDS[name]
        rest = tuple(sizes[letter] for letter in field.axes[1:])
        group.create_array(
            name,
            shape=(histories, len(days), *rest),
            chunks=(BLOCK, len(days), *rest),
            dtype="float32",
            compressors=ZstdCodec(level=_ZSTD_LEVEL),
            chunk_key_encoding={"name": "default", "separator": "."},  # files of one folder, not a folder for each
            fill_value=float("nan"),
            dimension_names=("history", "month", *(DIMENSIONS[letter] for letter in field.axes[1:])),
            attributes={"units": field.unit, "long_name": field.meaning},
        )
