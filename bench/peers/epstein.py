"""Epstein's civil violence: one set of rules, that of Mesa's shipped example, and what is compared of a run.

A tick: everybody once, in random order. A citizen looks around (von Neumann radius, torus), decides (active if
H (1 - L) - R P > T, P = 1 - exp(-k round(police / actives))), then moves to an empty cell that was in view. An officer
arrests a random active citizen in view, then moves likewise. The jailed keep their cell and their turn counts a day
down; at the first turn with none left they decide again. Cells are filled at random, so that numbers vary.

Parameters are those of the interface of Mesa's example (run 2 of the paper), at which bursts happen.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZE, VISION = 40, 7
CITIZENS, POLICE = 0.7, 0.04  # shares of cells
LEGITIMACY, THRESHOLD, CERTAINTY, TERM = 0.82, 0.1, 2.3, 30  # L, T, k, J
AGENTS = round(SIZE * SIZE * (CITIZENS + POLICE))  # expected: the numbers are drawn
BURST = 50  # a burst: more active than this, until no longer
OUTPUTS = ("mean active", "peak active", "mean jailed", "bursts")
WAYS = ("mesa", "agentpy", "numpy")


def offsets(vision: int = VISION) -> list[tuple[int, int]]:
    """Steps to each place in view, the own not among them."""
    span = range(-vision, vision + 1)
    return [(x, y) for x in span for y in span if 0 < abs(x) + abs(y) <= vision]


def outputs(active: Sequence[int] | NDArray[Any], jailed: Sequence[int] | NDArray[Any]) -> tuple[float, ...]:
    """What is compared of one run: `OUTPUTS`, in this order, from one count a tick.

    >>> outputs([0, 51, 60, 50, 51], [0, 0, 5, 5, 5])
    (42.4, 60.0, 3.0, 2.0)
    """
    number = np.asarray(active)
    above = np.concatenate([[False], number > BURST])
    bursts = np.count_nonzero(above[1:] & ~above[:-1])
    return float(number.mean()), float(number.max()), float(np.mean(jailed)), float(bursts)


def town(way: str, seed: int) -> Any:
    """A town in one of `WAYS`: `agents`, their number, and `tick()`, which returns how many are active and jailed."""
    return import_module(f"bench.peers.epstein_{way}").Town(seed)


def one_run(way: str, seed: int, ticks: int) -> tuple[float, ...]:
    """`outputs` of one run."""
    place = town(way, seed)
    active, jailed = zip(*(place.tick() for _ in range(ticks)), strict=True)
    return outputs(active, jailed)


def ours(seed: int, ticks: int, runs: int, **other: Any) -> list[tuple[float, ...]]:
    """`outputs` of runs of thaw; `other` changes a rule."""
    from thaw.classics import epstein

    found = epstein.run(**(settings(epstein) | other), ticks=ticks, runs=runs, seed=seed)
    pairs = zip(found["active"].values, found["jailed"].values, strict=True)
    return [outputs(active, jailed) for active, jailed in pairs]


def settings(epstein: Any) -> dict[str, Any]:
    """Arguments that make thaw's model the one of this file."""
    mine = {"width": SIZE, "height": SIZE, "citizen_density": CITIZENS, "cop_density": POLICE, "threshold": THRESHOLD}
    mine |= {"citizen_vision": VISION, "cop_vision": VISION, "legitimacy": LEGITIMACY, "max_jail": TERM, "k": CERTAINTY}
    return dict(epstein.MESA) | mine


def whole(ticks: int) -> Callable[[], float]:
    """A call that makes one run of thaw, on one core like the others, each time with another seed."""
    from thaw.classics import epstein

    seeds, told = count(1), settings(epstein)

    def run() -> float:
        epstein.run(**told, ticks=ticks, runs=1, seed=next(seeds))
        return float(ticks * AGENTS)

    return run


def continued(way: str, seed: int, ticks: int, warm: int = 30) -> Callable[[], float]:
    """A call that goes on for `ticks` more, and returns the agent-steps it made; `warm` ticks are already past."""
    place = town(way, seed)
    for _ in range(warm):
        place.tick()

    def run() -> float:
        for _ in range(ticks):
            place.tick()
        return float(ticks * place.agents)

    return run
