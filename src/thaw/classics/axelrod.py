"""Dissemination of culture: why cultures stay apart although neighbours grow alike (Axelrod 1997).

On a bounded grid every site has F features, each one of q traits, drawn at random. An event: a random site s, a random
neighbour n of it, a random feature f. If s and n share f and differ anywhere, s takes over one of n's differing features.

    chance that s and n interact = share of features they have in common        the like grow more alike
    stable                       = every two neighbours equal or strangers      strangers never meet

A region is a connected set of equal sites. More traits leave more regions, more features fewer: with more to talk about
there is more in common. How it is computed, idle events being counted but not played: `thaw.kernels.culture`.

The rules and the published counts are those quoted by a public specification of replications (axelrod1997, axtell1996).
"""

from functools import cache
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from thaw.classics.checks import together, whole
from thaw.classics.rows import Row, close, shown
from thaw.kernels.culture import STEPS, begin, count, grid, settle
from thaw.kernels.noise import name_key

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "axelrod1997"
COLUMNS = ("regions", "cultures", "events", "changes")
MOST = 10**7  # runs; numbers in a territory


def run(width: int = 10, height: int = 10, features: int = 5, traits: int = 10, neighbours: int = 4, runs: int = 1, seed: int = 0) -> xr.Dataset:
    """Cultures spread until nothing can change any more: what is left, for each of several runs.

    Parameters
    ----------
    width, height : sites, 1 to 1000
        The grid is bounded: sites at the edge have fewer neighbours.
    features, traits : 1 to 1000; 1 to 1,000,000
        F and q: how many features a culture has, and how many traits each can take; width × height × features at most 10^7.
    neighbours : 4, 8 or 12
        Of an inner site: next to it; the diagonals too; also two steps away straight on.
    runs : 1 to 10,000,000
        Run r is the same however many are asked for.
    seed : whole number

    Returns
    -------
    regions, cultures, events, changes : (run,) counts
        Connected sets of equal sites; different cultures among them; events up to rest, and those that changed a site.

    Raises
    ------
    ValueError
        A number that is not whole or outside its bounds.

    Sources
    -------
    axelrod1997 (rules and defaults, as quoted by a specification of a replication), axtell1996 (the same, docked).

    Examples
    --------
    >>> left = run(traits=15, runs=20)
    >>> bool(4 < left.regions.mean() < 40)
    True
    >>> run(features=15, traits=5).regions.item()  # much to talk about: one culture
    1
    """
    width, height = whole("width", width, 1, 1000), whole("height", height, 1, 1000)
    features, traits = whole("features", features, 1, 1000), whole("traits", traits, 1, 10**6)
    runs, seed = whole("runs", runs, 1, MOST), whole("seed", seed, 0, 2**63)
    neighbours = whole("neighbours", neighbours, min(STEPS), max(STEPS))
    if neighbours not in STEPS:
        raise ValueError(f"neighbours is {neighbours}: wanted 4, 8 or 12")
    together(MOST, width=width, height=height, features=features)
    key = name_key(seed, "axelrod", f"{width} x {height}, F {features}, q {traits}, {neighbours} neighbours")
    ground = grid(width, height, neighbours)
    told = np.empty((runs, len(COLUMNS)), np.int64)
    for number in range(runs):
        culture = begin(key, number, width * height, features, traits)
        passed = settle(key, number, ground, culture)
        told[number] = *count(ground, culture), *passed
    asked = {"width": width, "height": height, "features": features, "traits": traits, "neighbours": neighbours, "seed": seed}
    return xr.Dataset({name: ("run", told[:, i]) for i, name in enumerate(COLUMNS)}, {"run": np.arange(runs)}, asked)


# F, q: published mean of 10 runs; mean of another program, and its runs; our runs
CELLS: tuple[tuple[int, int, float, float, int, int], ...] = (
    (5, 5, 1.0, 1.05, 300, 200),
    (5, 10, 3.2, 4.25, 1000, 400),
    (5, 15, 20.0, 20.1, 300, 600),
    (10, 5, 1.0, 1.00, 200, 50),
    (10, 10, 1.0, 1.03, 200, 60),
    (10, 15, 1.4, 1.60, 200, 80),
    (15, 5, 1.0, 1.00, 100, 30),
    (15, 10, 1.0, 1.00, 100, 30),
    (15, 15, 1.2, 1.00, 100, 60),
)
SIDES = ((5, 9.8, 600), (12, 21.2, 300), (15, 21.4, 60), (20, 14.2, 30))  # side, mean of another program, our runs
PUBLISHED_SIDES = ((12, 23), (50, 6), (100, 2))  # side, regions
PRINTED = 10  # runs behind a published mean
READ = "quoted by a specification of replications of the paper"
ANOTHER = "computed by another program from the same rules"


@cache
def _regions(features: int, traits: int, runs: int, side: int, neighbours: int) -> np.ndarray:
    """Regions left in each run: rows and figure ask for the same ones."""
    left: np.ndarray = run(side, side, features, traits, neighbours, runs).regions.values
    return left


def _spread(left: np.ndarray) -> float:
    """Standard deviation between runs; where all came out alike, as if one in as many had been off by one."""
    return max(float(left.std()), sqrt(1 / left.size))


def _tolerance(left: np.ndarray, theirs: int, decimals: int) -> float:
    """Four standard errors of the difference between our mean and one of their runs, and the rounding in print."""
    return round(4 * _spread(left) * sqrt(1 / theirs + 1 / left.size) + 0.5 * 10**-decimals, 4)


def _mean(left: np.ndarray) -> float:
    return round(float(left.mean()), 4)


def rows() -> list[Row]:
    """The nine cells of the paper, its median and shares, larger neighbourhoods, larger territories."""
    told = []
    for features, traits, printed, other, theirs, runs in CELLS:
        left = _regions(features, traits, runs, 10, 4)
        name = f"mean stable regions, 10 x 10, F = {features}, q = {traits}"
        basis = f"{READ}, mean of {PRINTED} runs, which decide little; ours of {runs}; 4 s.e. of the difference, spread from ours"
        told.append(close(name, printed, _mean(left), _tolerance(left, PRINTED, 1), basis))
        if other > 1.05:  # elsewhere nearly every run ends with one region: left to the tests
            basis = f"{ANOTHER}, {theirs} runs; ours {runs}; 4 s.e. of the difference"
            told.append(close(name, other, _mean(left), _tolerance(left, theirs, 2), basis, "derived"))
    return told + _shares() + _neighbourhoods() + _territories()


def _shares() -> list[Row]:
    left = _regions(5, 10, 400, 10, 4)
    basis = f"{READ}, 100 runs; ours {left.size}; 4 s.e. of the difference"
    both = 1 / 100 + 1 / left.size
    doubt = round(4 * 1.2533 * _spread(left) * sqrt(both), 4)  # a median's standard error is about sqrt(pi / 2) of the mean's
    told = [close("median of stable regions, F = 5, q = 10", 3, float(np.median(left)), doubt, basis)]
    for what, which, printed in (("one region", left == 1, 0.14), ("more than six regions", left > 6, 0.10)):
        share = float(which.mean())
        doubt = round(4 * sqrt(share * (1 - share) * both), 4)
        told.append(close(f"share of runs with {what}, F = 5, q = 10", printed, round(share, 4), doubt, basis))
    return told


def _neighbourhoods() -> list[Row]:
    told = []
    for neighbours, printed in ((4, 3.4), (8, 2.5), (12, 1.5)):
        cells = [_regions(f, q, runs if neighbours == 4 else PRINTED, 10, neighbours) for f, q, _, _, _, runs in CELLS]
        mean = float(np.mean([left.mean() for left in cells]))
        basis = f"{READ}, runs not stated; ours {'30 to 600' if neighbours == 4 else PRINTED} a cell"
        told.append(shown(f"mean regions over the nine F, q with {neighbours} neighbours", printed, round(mean, 4), basis))
    return told


def _territories() -> list[Row]:
    told = []
    for side, other, runs in SIDES:
        left = _regions(5, 15, runs, side, 4)
        name = f"mean stable regions, {side} x {side}, F = 5, q = 15"
        basis = f"{ANOTHER}: {other}, its runs not kept; ours {runs}"
        if side == 12:
            basis = f"{READ}: about 23, the most of any side, runs not stated; {basis}"
        told.append(shown(name, 23 if side == 12 else None, _mean(left), basis))
    return told


def figure() -> "Figure":
    """Stable regions by the side of the territory, F = 5, q = 15: means with two standard errors, and what was published."""
    from thaw import charts

    points: list[dict[str, object]] = []
    for side, runs in sorted([(3, 600), (8, 600), (10, 600), (25, 12), *((side, runs) for side, _, runs in SIDES)]):
        left = _regions(5, 15, runs, side, 4)
        mean, doubt = float(left.mean()), 2 * float(left.std(ddof=1)) / sqrt(runs)
        points.append({"x": side, "y": mean, "low": mean - doubt, "high": mean + doubt, "series": "ours"})
    lines = [{"x": point["x"], "y": point["y"], "series": "ours"} for point in points]
    points += [{"x": side, "y": regions, "low": regions, "high": regions, "series": "published"} for side, regions in PUBLISHED_SIDES]
    labels: list[dict[str, object]] = [{"x": 3, "y": 4.2, "series": "ours", "text": "ours, with two standard errors"}]
    for (side, regions), text in zip(PUBLISHED_SIDES, ("23", "6, published", "2"), strict=True):
        labels.append({"x": side, "y": regions, "series": "published", "text": text})
    chart = charts.curves(
        *("side of the territory (sites, logarithmic)", "stable regions"),
        log="x",
        domain=(2.5, 125),
        title="Beyond a dozen sites a side, fewer cultures last",
    )
    return chart, {"lines": lines, "labels": labels, "points": points, "guide": []}
