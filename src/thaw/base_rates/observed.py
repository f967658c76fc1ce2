"""What is known of leaders of autocracies, by type of regime: counts of others as we use them, and the intervals that follow.

`exits.csv`: leaders of each type who left office, by manner. `tenure.csv`: exits and leader-years by year of tenure. Both come in two
codings of the same leaders, of Archigos (goemans2009) and of svolik2012, each with the types of geddes2014. `of_bloc` and `bloc_years`
hold what the eight states of the Soviet bloc contribute, all of them party regimes: it is taken off.

Spans run to 2008 or 2010, far beyond the cut of 1956: nothing in the model or in a scenario may be moved towards these figures.
"""

import csv
from functools import cache
from importlib.resources import files
from math import exp, sqrt
from typing import NamedTuple

from thaw.errors import RunError, did_you_mean

TYPES = ("party", "personal", "military")
CODINGS = ("archigos", "svolik")
MANNERS = {
    "natural": "natural death or illness",
    "insiders": "removal by insiders",
    "regular": "regular, within the regime",
    "unrest": "popular uprising",
    "democracy": "transition to democracy",
    "foreign": "foreign intervention",
    "other": "rebels, assassination, other",
}
YEARS = (1, 2, 3, 5, 10, 15, 20)
Z90 = 1.6448536269514722  # normal quantile of 0.95: intervals are of 90%


class Estimate(NamedTuple):
    """A number and the ends of its 90% interval."""

    value: float
    low: float
    high: float


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """Rows of `exits` or `tenure`, as text."""
    text = (files("thaw") / "base_rates" / f"{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def exits_of(kind: str, coding: str) -> dict[str, int]:
    """Exits of leaders of a type of regime by manner, the Soviet bloc left out.

    >>> exits_of("party", "archigos")["insiders"]
    47
    """
    _known(kind, TYPES, "type of regime"), _known(coding, CODINGS, "coding")
    found = (row for row in rows("exits") if (row["type"], row["coding"]) == (kind, coding))
    return {row["manner"]: int(row["exits"]) - int(row["of_bloc"]) for row in found}


def share_by(kind: str, coding: str, manner: str) -> Estimate:
    """Share of the exits that came about in a manner; interval of wilson1927."""
    exits = exits_of(kind, coding)
    return wilson(exits[_known(manner, tuple(MANNERS), "manner")], sum(exits.values()))


def in_power(kind: str, coding: str, years: int) -> Estimate:
    """Share of leaders still in power after so many years: exp of minus the cumulated hazard, a constant within each band of tenure.

    The interval takes exits for independent (log of the cumulated hazard, delta method); those of one country are not, so it is a little narrow.
    """
    if years not in YEARS:
        raise RunError(f"the share in power is known after {', '.join(map(str, YEARS))} years, not after {years}.")
    total = variance = 0.0
    for width, exits, exposure in _bands(kind, coding, years):
        total += width * exits / exposure
        variance += (width / exposure) ** 2 * exits
    apart = exp(Z90 * sqrt(variance) / total)
    return Estimate(exp(-total), exp(-total * apart), exp(-total / apart))


def yearly(kind: str, coding: str) -> Estimate:
    """Exits per leader-year in the first twenty years of tenure; interval of the log rate."""
    bands = _bands(kind, coding, 20)
    exits, exposure = sum(band[1] for band in bands), sum(band[2] for band in bands)
    apart = exp(Z90 / sqrt(exits))
    return Estimate(exits / exposure, exits / exposure / apart, exits / exposure * apart)


def wilson(events: int, number: int) -> Estimate:
    """A share and its 90% interval (wilson1927).

    >>> [round(end, 3) for end in wilson(0, 10)]
    [0.0, 0.0, 0.213]
    """
    share, spread = events / number, Z90**2 / number
    middle = (share + spread / 2) / (1 + spread)
    half = sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    return Estimate(share, max(middle - half, 0.0) if events else 0.0, min(middle + half, 1.0))


def both(one: Estimate, other: Estimate) -> Estimate:
    """Two codings of the same thing: their mean, and all that either holds possible."""
    return Estimate((one.value + other.value) / 2, min(one.low, other.low), max(one.high, other.high))


def _bands(kind: str, coding: str, years: int) -> list[tuple[int, int, float]]:
    """Width in years, exits and leader-years of each band of tenure up to so many years, the Soviet bloc left out."""
    _known(kind, TYPES, "type of regime"), _known(coding, CODINGS, "coding")
    found = [row for row in rows("tenure") if (row["type"], row["coding"]) == (kind, coding) and int(row["to_year"]) <= years]
    return [
        (int(row["to_year"]) - int(row["from_year"]), int(row["exits"]) - int(row["of_bloc"]), float(row["leader_years"]) - float(row["bloc_years"]))
        for row in found
    ]


def _known(word: str, known: tuple[str, ...], what: str) -> str:
    if word not in known:
        raise RunError(f"there is no {what} '{word}'. {did_you_mean(word, known)}")
    return word
