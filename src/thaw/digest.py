"""What a run is, in one number: SHA-256 over the results themselves, never over files, paths, times or workers.

A block is 64 histories (one machine word). Its hash covers each headline variable by name, as little-endian float32
with one NaN and one zero, and then its event rows in order; the digest of a run is the hash of its block hashes in
history order. So it does not depend on chunks, on who computed them or on what else was recorded, and one changed value
changes it.

>>> import numpy as np
>>> canonical(np.array([-0.0, 1.0])).tobytes().hex()
'000000000000803f'
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from thaw.axes import HISTORIES_PER_WORD as BLOCK
from thaw.fields import HEADLINES

EVENT_COLUMNS = ("history", "month", "week", "polity", "event", "actor", "rate", "forced", "because")
_EVENT_NUMBERS = {"history": "<i4", "week": "<i1", "rate": "<f8", "forced": "<u1"}
_CODE = (
    "axes.py",
    "fields.py",
    "declare.py",
    "state.py",
    "plan.py",
    "noise.py",
    "loop.py",
    "court.py",
    "engine/chunk.py",
)


def canonical(values: np.ndarray) -> np.ndarray:
    """The values as little-endian float32 with one kind of NaN and no negative zero."""
    plain = np.array(values, "<f4", order="C")
    make_canonical(plain)
    return plain


def make_canonical(values: np.ndarray) -> None:
    """Give a float array one kind of NaN and no negative zero, in place."""
    values += 0
    np.copyto(values, np.nan, where=np.isnan(values))


def block_digest(series: Mapping[str, np.ndarray], events: Mapping[str, np.ndarray]) -> str:
    """Hash of one block.

    Parameters
    ----------
    series : variable -> (h, months, ...) of the block's histories; only headline variables count
    events : column -> the block's rows, sorted by history, month, week, event, polity
    """
    seen = hashlib.sha256()
    for name in HEADLINES:
        if name in series:
            values = canonical(series[name])
            seen.update(f"{name} {values.shape}\n".encode())
            seen.update(values.data)
    seen.update(f"events {len(events['history'])}\n".encode())
    for column in EVENT_COLUMNS:
        if column in _EVENT_NUMBERS:
            numbers = np.array(events[column], _EVENT_NUMBERS[column])
            if column == "rate":
                make_canonical(numbers)
            seen.update(numbers.tobytes())
        else:
            seen.update("\x1f".join(events[column]).encode() + b"\n")
    return seen.hexdigest()


def block_digests(first: int, series: Mapping[str, np.ndarray], events: Mapping[str, np.ndarray]) -> Iterable[tuple[int, str]]:
    """(first history, hash) of each block of a chunk that starts at history `first`, a multiple of 64."""
    last = first + len(next(iter(series.values())))
    for start in range(first, last, BLOCK):
        stop = min(start + BLOCK, last)
        rows = slice(*np.searchsorted(events["history"], (start, stop)))
        part = {name: values[start - first : stop - first] for name, values in series.items() if name in HEADLINES}
        yield start, block_digest(part, {column: events[column][rows] for column in EVENT_COLUMNS})


def run_digest(blocks: Iterable[str]) -> str:
    """The digest of a run from its block hashes in history order."""
    return hashlib.sha256(b"".join(bytes.fromhex(block) for block in blocks)).hexdigest()


def plan_key(plan: Any, code: str = "") -> str:
    """Hash of all that decides the results: the plan and the code (its own hash may be given). Runs with the same key can share their parts."""
    seen = hashlib.sha256((code or code_key()).encode())
    _feed(seen, plan)
    return seen.hexdigest()


def digest_of(value: Any) -> str:
    """Hash of plain data, arrays and dataclasses, whatever their identity."""
    seen = hashlib.sha256()
    _feed(seen, value)
    return seen.hexdigest()


@cache
def code_key() -> str:
    """Hash of the sources that decide a result: loop, noise, state, kernels, mechanisms."""
    here = Path(__file__).parent
    paths = [here / name for name in (*_CODE, "engine/events.py")]
    paths += [*here.glob("kernels/*.py"), *here.glob("mechanisms/**/*.py")]
    seen = hashlib.sha256()
    for path in sorted(paths):
        seen.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()


def _feed(seen: Any, value: Any) -> None:
    """Feed dataclasses, mappings, sequences, arrays and plain scalars to a hash, whatever their identity."""
    if is_dataclass(value):
        _feed(seen, {field.name: getattr(value, field.name) for field in fields(value)})
    elif isinstance(value, Mapping):
        seen.update(f"map {len(value)}\n".encode())
        for key in sorted(value):
            _feed(seen, key)
            _feed(seen, value[key])
    elif isinstance(value, tuple | list):
        seen.update(f"list {len(value)}\n".encode())
        for part in value:
            _feed(seen, part)
    elif isinstance(value, np.ndarray):
        seen.update(f"array {value.dtype.str} {value.shape}\n".encode())
        seen.update(repr(value.tolist()).encode() if value.dtype.hasobject else value.tobytes())
    else:
        plain = value.item() if isinstance(value, np.generic) else value
        seen.update(f"{type(plain).__name__} {plain!r}\n".encode())
