"""What it costs to find the ultimate ruling coalition of ten contenders, one call at a time."""

import time
from typing import Any

import numpy as np

from thaw.classics import coalition
from thaw.kernels.coalition import ruling_coalitions

CONTENDERS, EACH, CALLS = 10, 60, 5


def powers() -> dict[str, list[list[int]]]:
    """Whole-number powers by kind: drawn at will, almost equal, with ties."""
    rng = np.random.default_rng(10)
    return {
        "random": rng.integers(1, 1_000_000, (EACH, CONTENDERS)).tolist(),
        "nearly equal": (1_000_000 + rng.integers(0, 1_000, (EACH, CONTENDERS))).tolist(),
        "tied": rng.integers(1, 4, (EACH, CONTENDERS)).tolist(),
    }


def measure() -> dict[str, dict[str, dict[str, float]]]:
    """Microseconds: {"kernel" or "classics.coalition.run": {kind: {"median", "worst"}}}; of each case the median of calls."""
    calls: dict[str, Any] = {"kernel": ruling_coalitions, "classics.coalition.run": coalition.run}
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, call in calls.items():
        call([3, 4, 5])
        found[name] = {}
        for kind, cases in powers().items():
            times = [np.median([_microseconds(call, case) for _ in range(CALLS)]) for case in cases]
            found[name][kind] = {"median": float(np.median(times)), "worst": float(np.max(times))}
    return found


def _microseconds(call: Any, case: list[int]) -> float:
    begun = time.perf_counter()
    call(case)
    return (time.perf_counter() - begun) * 1e6
