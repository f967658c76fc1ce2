"""All figures of `python -m bench.peers` as plain data."""

import multiprocessing
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from bench import cascade as plain
from bench.peers import cascade, coalition, epstein
from bench.peers.samples import Comparison, compare, verdicts
from bench.peers.turns import Way, in_turn, summary

TICKS = 40  # many short runs tell rules apart better than few long ones: the first burst is among them
OF_NUMPY, OF_THAW = 4, 40  # runs for each run of the slow ways
HISTORIES, OF_AGENTS = 512, 300  # of the small society, each way; of the ways with agents
CONTROLS = {"ratio floored": {"ratio": "floor"}, "ratio as printed": {"ratio": "literal"}, "view euclidean": {"view": "euclid"}}
GOALS: tuple[tuple[str, str, float, tuple[str, ...]], ...] = (  # what, at least or at most, wanted, where it stands
    ("Epstein: Mesa's cost, times ours", ">=", 200, ("epstein", "Mesa", "ratio")),
    ("cascade: Mesa's cost, times ours", ">=", 5_000, ("cascade", "Mesa", "ratio")),
    ("cascade: NumPy's cost, times ours", ">=", 200, ("cascade", "NumPy", "ratio")),
    ("cascade: scalar Numba's cost, times ours", ">=", 50, ("cascade", "scalar Numba", "ratio")),
    ("cascade: our cost, times C's", "<=", 4, ("cascade", "C, bit-sliced", "inverse")),
    ("ruling coalition of ten, median of random powers, µs", "<=", 100, ("coalition", "kernel", "random", "median")),
    ("ruling coalition of ten, worst of all powers, µs", "<=", 100, ("coalition", "kernel", "worst")),
)


def _say(text: str) -> None:
    print(f"{time.process_time():4.0f} s of processor time: {text}", file=sys.stderr, flush=True)


def measure(seconds: float, runs: int) -> dict[str, Any]:
    """Costs first, one process and each way in turn; then samples, on all cores; then what was wanted and what is so."""
    _say("costs of Epstein's model")
    found: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {name: version(name) for name in ("mesa", "agentpy", "numpy", "numba")},
        "epstein": epstein_costs(seconds),
    }
    _say("costs of the cascade and of coalitions")
    found["cascade"], same_sweep = cascade_costs(seconds)
    found["coalition"] = coalition.measure()
    kernel: Any = found["coalition"]["kernel"]
    kernel["worst"] = max(one["worst"] for one in list(kernel.values()))
    found["unequal"] = sorted({*cascade.unequal(), *([] if same_sweep else ["one of the ways, in the sweep that was timed"])})
    _say(f"samples, on {os.cpu_count()} cores")
    comparisons, found["controls"] = samples(runs)
    found["agreement"] = verdicts(comparisons)
    found["goals"] = goals(found)
    found["agree"] = not found["unequal"] and all(one["agrees"] for one in found["agreement"])
    return found


def epstein_costs(seconds: float) -> dict[str, dict[str, Any]]:
    ways: dict[str, Way] = {
        "thaw": epstein.whole(300),
        "NumPy": epstein.continued("numpy", 1, 10),
        "Mesa": epstein.continued("mesa", 1, 3),
        "agentpy": epstein.continued("agentpy", 1, 1),
    }
    return summary(in_turn(ways, seconds), "thaw")


def cascade_costs(seconds: float) -> tuple[dict[str, dict[str, Any]], bool]:
    """Costs of one sweep of the society of `bench.cascade`, and whether all ways counted the same heads in it."""
    society = plain._Society()
    now, neighbours, level, bounds, limits, looks = society.plain
    one = SimpleNamespace(neighbours=neighbours, level=level, cutoff=limits[:, :, 0], start=now[:, 0])
    one.stratum = np.repeat(np.arange(plain.STRATA), np.diff(bounds))
    crowds = {"Mesa": cascade.crowd("mesa", one, 1), "agentpy": cascade.crowd("agentpy", one, 1)}
    who = looks[:, 0].tolist()
    heads = {name: crowd.sweep(who) for name, crowd in crowds.items()}
    with tempfile.TemporaryDirectory() as folder:
        library = plain._compile_c(Path(folder))
        wide, narrow = plain.CITIZENS * plain.HISTORIES, plain.CITIZENS * plain.NARROW
        ways: dict[str, Way] = {"thaw": _units(society.bits, wide)}
        if library is not None:
            ways["C, bit-sliced"] = _units(society.in_c(library), wide)
        ways |= {"scalar Numba": _units(society.scalar, narrow), "NumPy": _units(society.in_numpy, narrow)}
        for name, crowd in crowds.items():
            ways[name] = _units(lambda crowd=crowd: crowd.sweep(who), plain.CITIZENS)
        found = summary(in_turn(ways, seconds), "thaw")
    same = society.agree(library is not None)
    return found, same and all(list(count) == society.heads[:, 0].tolist() for count in heads.values())


def _units(call: Any, units: int) -> Way:
    def run() -> float:
        call()
        return float(units)

    return run


def samples(runs: int) -> tuple[list[Comparison], list[dict[str, Any]]]:
    """Comparisons of all ways with thaw, and controls: thaw with one rule changed, where the tests must see it."""
    tasks = [(way, seed) for way, times in (("agentpy", 1), ("mesa", 1), ("numpy", OF_NUMPY)) for seed in range(runs * times)]
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        waiting = [(way, pool.submit(epstein.one_run, way, 1_000 + seed, TICKS)) for way, seed in tasks]
        outputs = [(way, future.result()) for way, future in waiting]
    _say("tests")
    ours = epstein.ours(1, TICKS, OF_THAW * runs)
    by_way = {way: [found for name, found in outputs if name == way] for way in epstein.WAYS}
    found = [one for way in epstein.WAYS for one in compare("Epstein", way, epstein.OUTPUTS, by_way[way], ours)]
    crowds = cascade.ours(HISTORIES)
    for way, histories in (("mesa", OF_AGENTS), ("agentpy", OF_AGENTS), ("numpy", HISTORIES), ("scalar Numba", HISTORIES)):
        found += compare("cascade", way, cascade.OUTPUTS, cascade.theirs(way, histories), crowds)
    controls = []
    for name, rule in CONTROLS.items():
        seen = verdicts(compare("Epstein", "mesa", epstein.OUTPUTS, by_way["mesa"], epstein.ours(1, TICKS, OF_THAW * runs, **rule)))
        controls.append({"rule": name, "p": min(one["p"] for one in seen), "seen": not all(one["agrees"] for one in seen)})
    return found, controls


def goals(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Each goal with what was measured (None where nothing could be) and whether it is met."""
    told = []
    for what, sense, wanted, (*path, last) in GOALS:
        place: Any = found
        for step in path:
            place = place.get(step, {})
        measured = 1 / place["ratio"] if last == "inverse" and place else place.get(last)
        met = None if measured is None else bool(measured >= wanted if sense == ">=" else measured <= wanted)
        told.append({"goal": what, "wanted": f"{sense} {wanted:,}", "measured": measured, "met": met})
    return told
