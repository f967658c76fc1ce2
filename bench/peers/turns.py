"""Costs of several ways, taken in turn within one run, so that a busy machine slows them together."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

LEAST, MOST = 5, 200  # rounds
Way = Callable[[], float]  # does some work and returns how many units of it


def in_turn(ways: Mapping[str, Way], seconds: float) -> dict[str, list[float]]:
    """Nanoseconds per unit of each way, one value a round; rounds go on until `seconds` a way are spent, five at least.

    A way is called as often within its turn as fills its share of a round, at least once.
    """
    calls = {}
    for name, run in ways.items():
        run()  # compile, warm up
        begun = time.perf_counter()
        run()
        calls[name] = max(1, int(seconds / 25 / max(time.perf_counter() - begun, 1e-7)))
    costs: dict[str, list[float]] = {name: [] for name in ways}
    begun = time.perf_counter()
    while len(rounds := next(iter(costs.values()))) < LEAST or (
        time.perf_counter() - begun < seconds * len(ways) and len(rounds) < MOST
    ):
        for name, run in ways.items():
            started = time.perf_counter()
            units = sum(run() for _ in range(calls[name]))
            costs[name].append((time.perf_counter() - started) / units * 1e9)
    return costs


def summary(costs: Mapping[str, list[float]], ours: str) -> dict[str, dict[str, Any]]:
    """Of each way: median cost, and the median and range over rounds of its cost against that of `ours` in the same round.

    >>> summary({"a": [1.0, 2.0, 2.0], "b": [10.0, 10.0, 30.0]}, "a")["b"]
    {'ns': 10.0, 'ratio': 10.0, 'low': 5.0, 'high': 15.0, 'rounds': 3}
    """
    found = {}
    for name, values in costs.items():
        ratios = np.array(values) / np.array(costs[ours])
        found[name] = {
            "ns": float(np.median(values)),
            "ratio": float(np.median(ratios)),
            "low": float(ratios.min()),
            "high": float(ratios.max()),
            "rounds": len(values),
        }
    return found
