"""Rivals of the model, chosen before any score was seen. None reads a row later than the origin.

persistence    the last recorded value; as uncertain as such guesses have been so far, over as many years
damped trend   Holt's linear trend, damped (gardner1985), its three constants fitted to the rows up to the origin
base rates     the yearly rate at which leaders of party regimes outside the bloc left office; of what has no such table, the bloc's own past
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from statistics import NormalDist

import numpy as np

FILE = Path(__file__).with_name("rates.csv")
PERSISTENCE, TREND = "persistence", "damped trend"
LEVELS, SLOPES, DAMPING = (0.2, 0.4, 0.6, 0.8, 1.0), (0.1, 0.3, 0.5, 0.7), (0.8, 0.9, 0.98)
POINTS = 200  # of a normal distribution, at the middles of equal shares
RECENT = 5  # years up to the last known one whose errors count, of rivals by their root mean square, of the model by their median
LEAST = 1e-3  # spread of a rule that has never been wrong
NORMAL = np.array([NormalDist().inv_cdf((k + 0.5) / POINTS) for k in range(POINTS)])


@dataclass(frozen=True)
class Guess:
    """A rule's forecast on the scale on which it is made: normal with this centre and spread."""

    centre: float
    spread: float

    def values(self) -> np.ndarray:
        """Equally likely values (200,)."""
        return self.centre + self.spread * NORMAL


def persistence(points: Mapping[int, float], target: int) -> Guess:
    """The last value of yearly points (year -> value), for the year `target`.

    >>> persistence({1950: 1.0, 1951: 2.0, 1952: 1.0}, 1953)
    Guess(centre=1.0, spread=1.0)
    """
    last = max(points)
    return Guess(points[last], spread({year: points[year] for year in points if year >= last - RECENT}, points, target - last))


def damped_trend(points: Mapping[int, float], target: int) -> Guess:
    """Holt's damped linear trend through yearly points, for the year `target`; years without a point are passed over."""
    best = min(product(LEVELS, SLOPES, DAMPING), key=lambda constants: _one_step(points, constants))
    levels, slopes = _filtered(points, best)
    last, damping = max(points), best[2]

    def ahead(year: int, steps: int) -> float:
        return levels[year] + slopes[year] * sum(damping**k for k in range(1, steps + 1))

    steps = target - last
    known = [year for year in (sorted(points)[2:] or sorted(points)) if year >= last - RECENT]
    return Guess(ahead(last, steps), _root([points[year + steps] - ahead(year, steps) for year in known if year + steps in points])
                 or _root([points[year + 1] - ahead(year, 1) for year in known if year + 1 in points]) * steps**0.5 or LEAST)  # fmt: skip


def _filtered(points: Mapping[int, float], constants: tuple[float, float, float]) -> tuple[dict[int, float], dict[int, float]]:
    """Level and slope after each year from the first point to the last."""
    keep, turn, damping = constants
    first, last = min(points), max(points)
    level, slope = points[first], 0.0
    levels, slopes = {first: level}, {first: slope}
    for year in range(first + 1, last + 1):
        expected = level + damping * slope
        new = expected + keep * (points[year] - expected) if year in points else expected
        slope = turn * (new - level) + (1 - turn) * damping * slope if year in points else damping * slope
        level = new
        levels[year], slopes[year] = level, slope
    return levels, slopes


def _one_step(points: Mapping[int, float], constants: tuple[float, float, float]) -> float:
    levels, slopes = _filtered(points, constants)
    return sum((points[year] - levels[year - 1] - constants[2] * slopes[year - 1]) ** 2 for year in points if year - 1 in levels)


def spread(guessed: Mapping[int, float], points: Mapping[int, float], steps: int) -> float:
    """Root mean square of past errors of guesses made `steps` years before; of one year, times the root of the steps, where there are fewer than two."""
    errors = [points[year + steps] - guess for year, guess in guessed.items() if year + steps in points]
    if len(errors) >= 2:
        return _root(errors) or LEAST
    return _root([points[year + 1] - guess for year, guess in guessed.items() if year + 1 in points]) * steps**0.5 or LEAST


def _root(errors: list[float]) -> float:
    return float(np.sqrt(np.mean(np.square(errors)))) if errors else 0.0


def past_rate(came: int, chances: int) -> float:
    """A rate from `came` in so many chances, by Jeffreys' prior: never 0 or 1.

    >>> past_rate(0, 9)
    0.05
    """
    return (came + 0.5) / (chances + 1)


@cache
def outside_rate(kind: str) -> float | None:
    """Chance in a year of a kind of event outside the bloc; None where there is no such table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == kind:
                return float(1 - np.exp(-float(row["events"]) / float(row["leader_years"])))
    return None
