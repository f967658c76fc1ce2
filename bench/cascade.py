"""What one citizen costs in one history in one sweep, head count included: four ways, same rule, same answer.

    python -m bench.cascade [--json] [--seconds 0.5]

All four run on the same society in turn within one run, so that a busy machine slows them together. The C version is
`cascade.c`, compiled here with `cc -O3 -march=native`; without a compiler it is left out, and that is said.
"""

import argparse
import ctypes
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

from thaw.kernels import cascade, noise

CITIZENS, HISTORIES, STRATA = 10_000, 512, 5
NARROW = 64  # histories for the plain ways: they cost the same each, and a hundred times more


@numba.njit(error_model="numpy")
def _scalar(now, neighbours, level, bounds, cutoff, looks, out, count):
    """One byte a citizen and history, a loop as anybody would write it; histories side by side in memory."""
    count[:] = 0
    for s in range(bounds.size - 1):
        for i in range(bounds[s], bounds[s + 1]):
            for h in range(now.shape[1]):
                speaking = 0
                for k in range(8):
                    speaking += now[neighbours[i, k], h]
                out[i, h] = level[i] < cutoff[s, speaking, h] if looks[i, h] else now[i, h]
                count[s, h] += out[i, h]


def _numpy(now, neighbours, level, bounds, cutoff, looks, out, count):
    """The same in NumPy: arrays over citizens and histories, stratum by stratum."""
    speaking = now[neighbours[:, 0]].astype(np.int8)
    for k in range(1, 8):
        speaking += now[neighbours[:, k]]
    for s in range(bounds.size - 1):
        part = slice(bounds[s], bounds[s + 1])
        limit = np.take_along_axis(cutoff[s], speaking[part], axis=0)
        out[part] = np.where(looks[part], level[part, None] < limit, now[part])
        count[s] = out[part].sum(axis=0)


def _compile_c(folder: Path) -> ctypes.CDLL | None:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    library = folder / "cascade.so"
    source = Path(__file__).with_name("cascade.c")
    command = [compiler, "-O3", "-march=native", "-shared", "-fPIC", "-Wno-psabi", str(source), "-o", str(library)]
    if subprocess.run(command, check=False).returncode:
        return None
    return ctypes.CDLL(str(library))


def _unpacked(plane: Any) -> Any:
    return np.unpackbits(plane.astype("<u8").view(np.uint8), axis=1, bitorder="little")


class _Society:
    """One society, drawn from a seed, as words and as bytes."""

    def __init__(self) -> None:
        rng = np.random.default_rng(1945)
        key = noise.name_key(0, "bench")
        width = HISTORIES // 64
        self.bounds = np.linspace(0, CITIZENS, STRATA + 1).astype(np.int64)
        self.neighbours, self.level = cascade.network(key, 0, self.bounds), cascade.levels(key, 0, CITIZENS)
        cutoff = np.sort(rng.integers(0, 257, (HISTORIES, STRATA, 9)), axis=-1).astype(np.int16)
        self.table = cascade.tables(cutoff)
        self.now = rng.integers(0, 2**64, (CITIZENS, width), np.uint64)
        self.removed, self.out, self.out_c, looks = (np.zeros_like(self.now) for _ in range(4))
        self.look, self.active = noise.words(key, CITIZENS, 1, 0), np.full(width, 2**64 - 1, np.uint64)
        self.heads, self.heads_c = (np.zeros((STRATA, HISTORIES), np.int32) for _ in range(2))
        self.heads_scalar, self.heads_numpy = (np.zeros((STRATA, NARROW), np.int32) for _ in range(2))
        # who looks, as seen by the sweep itself: those who speak where everybody who looks does
        always = cascade.tables(np.full(cutoff.shape, 256))
        rest = (self.neighbours, self.level, self.bounds, always, self.look, 0, self.active)
        cascade.sweep(self.removed, self.removed.copy(), *rest, looks)
        now_bytes, looks_bytes = (np.ascontiguousarray(_unpacked(plane)[:, :NARROW]) for plane in (self.now, looks))
        limits = np.ascontiguousarray(cutoff[:NARROW].transpose(1, 2, 0))
        self.plain = (now_bytes, self.neighbours, self.level, self.bounds, limits, looks_bytes != 0)
        self.plain_out = np.empty_like(now_bytes)

    def bits(self) -> None:
        fixed = (self.removed, self.neighbours, self.level, self.bounds, self.table, self.look, 0, self.active)
        cascade.sweep(self.now, *fixed, self.out)
        cascade.heads(self.out, self.bounds, self.heads)

    def in_c(self, library: Any) -> Callable[[], None]:
        def address(array: Any) -> ctypes.c_void_p:
            return ctypes.c_void_p(array.ctypes.data)

        inputs = (self.bounds, self.now, self.removed, self.neighbours, self.level, self.table, self.look)
        sweep = (
            ctypes.c_int64(STRATA),
            *map(address, inputs),
            ctypes.c_int64(0),
            *map(address, (self.active, self.out_c)),
        )
        heads = (ctypes.c_int64(STRATA), *map(address, (self.bounds, self.out_c, self.heads_c)))

        def run() -> None:
            library.sweep(*sweep)
            library.heads(*heads)

        return run

    def scalar(self) -> None:
        _scalar(*self.plain, self.plain_out, self.heads_scalar)

    def in_numpy(self) -> None:
        _numpy(*self.plain, self.plain_out, self.heads_numpy)

    def agree(self, with_c: bool) -> bool:
        plain = (self.heads_scalar, self.heads_numpy)
        same = all(np.array_equal(heads, self.heads[:, :NARROW]) for heads in plain)
        return same and (
            not with_c or (np.array_equal(self.out, self.out_c) and np.array_equal(self.heads, self.heads_c))
        )


def _best(ways: dict[str, tuple[Callable[[], None], int]], seconds: float) -> dict[str, float]:
    """Least ns of each way, taken in turns until `seconds` are spent on each."""
    best, spent = dict.fromkeys(ways, np.inf), dict.fromkeys(ways, 0.0)
    for run, _ in ways.values():
        run()  # compile, warm up
    while min(spent.values()) < seconds:
        for way, (run, histories) in ways.items():
            if spent[way] < seconds:
                repeats = 20 if histories == HISTORIES else 1
                start = time.perf_counter()
                for _ in range(repeats):
                    run()
                took = time.perf_counter() - start
                spent[way] += took
                best[way] = min(best[way], took / repeats / CITIZENS / histories * 1e9)
    return best


def measure(seconds: float = 0.5) -> dict[str, Any]:
    """Nanoseconds per citizen, history and sweep of each way; `seconds` is spent on each, the best of many counts.

    Returns {"citizens", "histories", "strata", "ns": {way: ns or None}, "ratio": {way: to C, or to Numba without C},
    "agree": whether all ways counted the same heads, "note": what was left out and why, or None}.
    """
    society = _Society()
    ways: dict[str, tuple[Callable[[], None], int]] = {"bit-sliced Numba": (society.bits, HISTORIES)}
    with tempfile.TemporaryDirectory() as folder:
        library = _compile_c(Path(folder))
        if library is not None:
            ways["bit-sliced C"] = (society.in_c(library), HISTORIES)
        ways["scalar Numba"] = (society.scalar, NARROW)
        ways["NumPy"] = (society.in_numpy, NARROW)
        best = _best(ways, seconds)
    unit = best.get("bit-sliced C", best["bit-sliced Numba"])
    return {
        "citizens": CITIZENS,
        "histories": HISTORIES,
        "strata": STRATA,
        "ns": {way: best.get(way) for way in ("bit-sliced C", "bit-sliced Numba", "scalar Numba", "NumPy")},
        "ratio": {way: value / unit for way, value in best.items()},
        "agree": society.agree(library is not None),
        "note": None if library is not None else "C left out: no compiler (cc, gcc, clang) that makes it",
    }


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--seconds", type=float, default=0.5, help="time spent on each way")
    arguments = parser.parse_args()
    result = measure(arguments.seconds)
    if result["note"]:
        print(result["note"], file=sys.stderr)
    if arguments.json:
        print(json.dumps(result))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"A sweep with head count: {CITIZENS:,} citizens, {HISTORIES} histories, {STRATA} strata")
    table.add_column("implementation")
    table.add_column("ns per citizen and sweep", justify="right")
    table.add_column("times the first", justify="right")
    for way, value in result["ns"].items():
        shown = ("left out", "") if value is None else (f"{value:.4f}", f"{result['ratio'][way]:,.1f}")
        table.add_row(way, *shown)
    Console().print(table)
    print("All ways count the same heads." if result["agree"] else "THE WAYS DISAGREE.")


if __name__ == "__main__":
    main()
