"""Who sides with whom, year by year: the shares of independent states with West, East and neither."""

from collections.abc import Callable
from typing import Any

import numpy as np

from thaw import charts, charts_system
from thaw.report.figures import Figure, Table
from thaw.report.html import Html, join, tag
from thaw.report.quantities import absent
from thaw.report.rows import Run, rounded

SIDES = ("neither", "West", "East")  # from the axis up
EDGE = 0.025  # of the height: half a line of letters
SERIES = ("neutral_share", "east_share")


def side_shares(run: Run) -> tuple[list[int], dict[str, np.ndarray]]:
    """Years, and each side's share of independent states in each history and year, (h, years); histories that broke off hold NaN."""
    neither, east = (np.asarray(run.tape.series[name].values, float) for name in SERIES)
    year = np.array([int(month[:4]) for month in run.months])
    years = sorted(set(year.tolist()))
    yearly = [np.stack([values[:, year == y].mean(axis=1) for y in years], axis=1) for values in (neither, east)]
    return years, {"neither": yearly[0], "West": 1 - yearly[0] - yearly[1], "East": yearly[1]}


def side_rows(run: Run) -> dict[str, list[dict[str, Any]]]:
    """What `charts_system.sides` draws: means over histories in the middle of each year, carried to the edges of the run."""
    years, shares = side_shares(run)
    middles = [f"{year}-07-01" for year in years]
    places = [(run.span[0], 0), *((day, at) for at, day in enumerate(middles) if run.span[0] < day < run.span[1]), (run.span[1], len(years) - 1)]
    means = {side: np.nanmean(values, axis=0) for side, values in shares.items()}
    drawn: dict[str, list[dict[str, Any]]] = {"shares": [], "names": [], "doubt": [], "note": []}
    floor = np.zeros(len(years))
    low, high = np.nanquantile(shares["neither"], [0.05, 0.95], axis=0)
    for side in SIDES:
        roof = floor + means[side]
        drawn["shares"] += [
            {"month": day, "side": side, "floor": rounded(floor[at]), "roof": rounded(roof[at]), "share": rounded(means[side][at])} for day, at in places
        ]
        best, middle = _named(means[side], low if side == SIDES[0] else None)
        place = floor[best] + middle
        if floor[best] < high[best] < roof[best]:  # the larger part of the band, above or below the dashed line
            place = (high[best] + (roof if roof[best] - high[best] > high[best] - floor[best] else floor)[best]) / 2
        if means[side][best] > 0:
            drawn["names"].append({"month": middles[best], "place": rounded(min(place, 1 - EDGE)), "side": side})
        floor = roof
    at = len(years) * 3 // 4
    drawn["note"] = [{"month": middles[at], "place": rounded(low[at] + 0.04), "label": "9 in 10 between"}]
    drawn["doubt"] = [{"month": day, "q05": rounded(low[at]), "q95": rounded(high[at])} for day, at in places]
    return drawn


def _named(mean: np.ndarray, low: np.ndarray | None) -> tuple[int, float]:
    """The year at which a side is named, well inside the chart, and how far above its floor: clear of the dashed line `low` where there is one."""
    count = len(mean)
    inner = range(count // 5, max(count * 3 // 5 if low is None else count * 4 // 5, 1))
    room = mean if low is None else np.array([low[max(at - 2, 0) : at + 3].min() for at in range(count)])
    best = max(inner, key=lambda at: (room[at], at), default=0)
    return best, float(room[best] if room[best] > 2 * EDGE else mean[best]) / 2


def alignment(run: Run, draw: Callable[[Figure], Html]) -> Html:
    """The sides of the world's states as stacked areas."""
    missing = list(absent(run, {"Sides of the world’s states": SERIES}, still=False))
    if missing:
        return join(tag("p", words, class_="note") for words in missing)
    data = side_rows(run)
    years, shares = side_shares(run)
    first, last = (np.nanmean(shares["neither"][:, at]) for at in (0, -1))
    title = f"On neither side: {first:.0%} of independent states in {years[0]}, {last:.0%} in {years[-1]}"
    says = "Each band is a side’s mean share over histories in the year. Between the dashed lines lies the share on neither side in nine of ten histories."
    sized = {"wide": {"width": 992}, "narrow": {"width": 290, "height": 260}}
    wide, narrow = (charts.spec(charts_system.sides(SIDES, span=run.span, **size), data) for size in sized.values())
    return draw(Figure("sides", title, says, wide, narrow, _table(years, shares), classes=("lone",)))


def _table(years: list[int], shares: dict[str, np.ndarray]) -> Table:
    low, high = np.nanquantile(shares["neither"], [0.05, 0.95], axis=0)
    means = [np.nanmean(shares[side], axis=0) for side in SIDES]
    rows = [(year, *(f"{mean[at]:.0%}" for mean in means), f"{low[at]:.0%} – {high[at]:.0%}") for at, year in enumerate(years)]
    return Table(("Year", *SIDES, "neither, 9 in 10 between"), rows, "Sides of independent states")
