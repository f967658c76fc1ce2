"""What birth cohorts think of the ruler: simulated to the run's end, then carried on under one given official line."""

from collections.abc import Callable
from typing import Any

import numpy as np

from thaw import charts
from thaw.axes import COHORTS
from thaw.bibliography import citation
from thaw.chronicle import month_words, short_name
from thaw.cohorts import adult_shares
from thaw.report.figures import Figure, Table
from thaw.report.html import Html, join, table, tag
from thaw.report.quantities import absent
from thaw.report.rows import QUANTILES, Run, minus, rounded

OLDEST, YOUNGEST = "#8A4B00", "#0072B2"  # colours of the first and last cohort
GROWN = 0.01  # share of the adults from which a cohort's line is drawn
LARGE = 0.125  # share that it must reach at some time
TOLD_YEARS = (1953, 1956, 1964, 1968, 1989, 2001, 2012, 2019, 2023)
NEAR = 10  # years before the last one in which a line may end to be named at the right
LABEL = 0.05  # of the height of the chart: how far apart two names must stand


def continued(run: Run) -> str:
    """Why opinion is not carried on after the run; empty where it is: the given line is that of Russia after Khrushchev."""
    from thaw.mechanisms.memory import AFTER

    if run.main != "SUN":
        return "What was taught later is known for the Soviet Union and Russia only, so the lines end with the run."
    if int(run.months[-1][:4]) + 1 < AFTER[0].since:
        return f"What was taught later is given from {AFTER[0].since} on, so the lines end with the run."
    return ""


def opinions(run: Run) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Opinion in the middle of each year: years (Y,), opinion (h, Y, C), reputation among adults (h, Y); histories that end whole."""
    from thaw.summary import remembered as later

    when = np.array([month[:4] for month in run.months])
    years = np.array(sorted(set(when)))
    middle = [int(np.flatnonzero(when == year)[(when == year).sum() // 2]) for year in years]
    opinion, reputation = (np.asarray(run.tape.series[name].values, float) for name in ("opinion", "reputation"))
    whole = ~np.isnan(reputation[:, -1])
    found = years.astype(int), opinion[whole][:, middle], reputation[whole][:, middle]
    if continued(run) or not whole.any():
        return found
    return tuple(np.concatenate([now, then], axis=min(1, now.ndim - 1)) for now, then in zip(found, later(run.tape), strict=True))  # type: ignore[return-value]


def cohort_lines(years: np.ndarray, opinion: np.ndarray) -> dict[int, dict[int, float]]:
    """Cohort -> year -> median opinion over histories, of cohorts that matter and in the years in which they are grown."""
    shares = np.array([adult_shares(year + 0.5) for year in years])
    median = np.median(opinion, axis=0)
    return {
        born: {int(year): rounded(median[at, c]) for at, year in enumerate(years) if shares[at, c] >= GROWN}
        for c, born in enumerate(COHORTS)
        if shares[:, c].max() >= LARGE
    }


def line_rows(lines: dict[int, dict[int, float]], end: int, apart: float, wide: float) -> dict[str, list[dict[str, Any]]]:
    """What `charts.curves` draws: a line a cohort, a rule where the given line begins, and names with values.

    Who is grown to the last years is named at the right, others above the beginning of their line; a name is so many years `wide`
    and stands `apart` from the next.
    """
    drawn: list[dict[str, Any]] = [{"x": year, "y": value, "series": _name(born)} for born, line in lines.items() for year, value in line.items()]
    last = max(max(line) for line in lines.values())
    labels: list[dict[str, Any]] = []
    first = min(min(line) for line in lines.values())
    ends = {born: line[max(line)] for born, line in lines.items() if max(line) > last - NEAR}
    begins = {
        born: max(value for year, value in line.items() if year <= min(line) + wide) + 0.6 * apart for born, line in lines.items() if born not in ends
    }
    for year, named in ((last, ends), (first, begins)):
        order = sorted(named, key=lambda born: named[born])
        for born, place in zip(order, spread([named[born] for born in order], apart), strict=True):
            text = f"{born}s {minus(named[born], '+.2f')}" if named is ends else f"{born}s"
            labels.append({"x": year, "y": rounded(place), "series": _name(born), "text": text})
    values = [value for line in lines.values() for value in line.values()]
    guide = [{"x": end + 0.5, "y": rounded(edge)} for edge in (min(values), max(values))] if last > end else []
    return {"lines": drawn, "labels": labels, "points": [], "guide": guide}


def spread(places: list[float], apart: float) -> list[float]:
    """Rising places moved as little as need be to stand `apart`, about the same middle.

    >>> spread([0.0, 0.0, 1.0], 0.2)
    [-0.1, 0.1, 1.0]
    """
    groups = [[place, 1] for place in places]  # middle, names in it
    at = 0
    while at + 1 < len(groups):
        (low, below), (high, above) = groups[at], groups[at + 1]
        if high - low < apart * (below + above) / 2 - 1e-12:
            groups[at : at + 2] = [[(low * below + high * above) / (below + above), below + above]]
            at = max(at - 1, 0)
        else:
            at += 1
    return [middle + apart * (k - (count - 1) / 2) for middle, count in groups for k in range(int(count))]


def remembered(run: Run, draw: Callable[[Figure], Html]) -> Html:
    """Memory by cohort, and the reputation among adults that it adds up to."""
    heading = tag("h2", "What is remembered of the ruler")
    missing = list(absent(run, {"Opinion by cohort": ("opinion",), "Reputation among adults": ("reputation",)}))
    years, opinion, reputation = opinions(run) if not missing else (np.arange(0), np.empty((0, 0, 0)), np.empty((0, 0)))
    if not len(opinion):
        return join([heading, *(tag("p", words, class_="note") for words in missing or ["No history of this run came to its end."])])
    end = int(run.months[-1][:4])
    words = f"The ruler is the one with whom the run begins{_ruler(run)}. "
    words += "Opinion runs from −1, condemned, to 1, revered. People take on what their time teaches from 14 to 24, and drift for the rest of their lives."
    return join([heading, tag("p", words), _given(run, end), _cohorts(years, opinion, end, draw), _adults(run, years, reputation, end, draw)])


def _ruler(run: Run) -> str:
    """His name, where the tape knows it."""
    codes = np.asarray(run.tape.series.leader.sel(polity=run.main).values[:, 0]) if "leader" in run.tape.series else np.full(1, np.nan)
    known = codes[codes >= 0].astype(int)
    return f", {short_name(run.tape.persons[np.bincount(known).argmax()], run.labels)}" if len(known) else ""


def _given(run: Run, end: int) -> Html:
    """The plain statement on what is simulated and what is given."""
    from thaw.mechanisms.memory import AFTER

    if why := continued(run):
        return tag("p", why, class_="note")
    said = f"Simulated up to {month_words(run.months[-1])}. After it the official line is given, and equal in all histories and twins: "
    said += "what differs there is only what cohorts still remember."
    rows = [(period.since, minus(period.official, "+.1f"), f"{period.knowledge:.0%}", period.what) for period in AFTER if period.since]
    numbers = table("The official line that is given, a judgement", ("From", "Official line", "Crimes known", "What"), rows)
    return join([tag("p", said, class_="note"), tag("details", tag("summary", "Numbers: the official line that is given"), numbers)])


def _cohorts(years: np.ndarray, opinion: np.ndarray, end: int, draw: Callable[[Figure], Html]) -> Html:
    lines = cohort_lines(years, opinion)
    at = int(years[-1])
    alive = {born: line[at] for born, line in lines.items() if at in line}
    most, least = max(alive, key=lambda born: alive[born]), min(alive, key=lambda born: alive[born])
    title = f"In {at} those {_name(most)} think best of the ruler ({minus(alive[most], '+.2f')}), those {_name(least)} worst ({minus(alive[least], '+.2f')})"
    works = "; ".join(citation(key).partition("),")[0] + ")" for key in ("mannheim1952", "schuman1989", "krosnick1989"))
    says = f"Median opinion of each birth cohort over histories, while it is at least {GROWN:.0%} of the adults, named by its decade. After {works}."
    if at > end:
        says += f" The dashed rule is the end of {end}: to its right the official line is given."
    values = [value for line in lines.values() for value in line.values()]
    colours = [_between(OLDEST, YOUNGEST, k / max(len(lines) - 1, 1)) for k in range(len(lines))]
    forms = []
    for width, height in ((880, 380), (216, 400)):
        rows = line_rows(lines, end, LABEL * (max(*values, 0) - min(*values, 0) or 1), 45 * (at - int(years[0])) / width)
        chart = charts.curves("year", "opinion of the ruler", width=width, height=height, domain=(int(years[0]), at), number="~g", colours=colours, years=True)
        spec = charts.spec(chart, rows)
        forms.append(spec | {"layer": [layer for layer in spec["layer"] if rows[layer["data"]["name"]]]})  # a live chart complains of no rows
    told = sorted({int(years[0]), end, at} | {year for year in TOLD_YEARS if years[0] <= year <= at})
    made = [(f"{born}–{born + 9}", *(minus(line[year], "+.2f") if year in line else "–" for year in told)) for born, line in lines.items()]
    numbers = Table(("Born", *map(str, told)), made, "Median opinion by cohort")
    return draw(Figure("cohorts", title, says, forms[0], forms[1], numbers, classes=("lone",)))


def _adults(run: Run, years: np.ndarray, reputation: np.ndarray, end: int, draw: Callable[[Figure], Html]) -> Html:
    found = np.quantile(reputation, list(QUANTILES.values()), axis=0)
    spread_rows: list[dict[str, Any]] = []
    for year, column in zip(years, found.T, strict=True):
        day = max(f"{year}-07-01", run.span[0])
        spread_rows.append({"month": day} | {name: rounded(value) for name, value in zip(QUANTILES, column, strict=True)})
    named = sorted({int(years[0]), end, int(years[-1])})
    middle = {int(year): row["median"] for year, row in zip(years, spread_rows, strict=True)}
    title = "Among adults: " + ", ".join(f"{minus(middle[year], '+.2f')} in {year}" for year in named)
    says = "Cohorts weighed by their share of the adults (Soviet census of 1959, with deaths and births since)."
    marks = [{"month": f"{end + 1}-01-01", "label": "given from here"}] if years[-1] > end else []
    span = (run.span[0], f"{int(years[-1]) + 1}-01-01") if years[-1] > end else run.span
    forms = [
        charts.spec(charts.fan("reputation, −1 to 1", width=width, height=200, number="+.1f", span=span, seen=False, bottom=None),
                    {"fan": spread_rows, "marks": marks})
        for width in (880, 262)
    ]  # fmt: skip
    rows = [(row["month"][:4], *(minus(row[name], "+.2f") for name in QUANTILES)) for row in spread_rows]
    numbers = Table(("July", "5% below", "25% below", "Median", "25% above", "5% above"), rows, "Reputation among adults")
    return draw(Figure("reputation", title, says, forms[0], forms[1], numbers, classes=("lone",)))


def _name(born: int) -> str:
    return f"born in the {born}s"


def _between(first: str, last: str, share: float) -> str:
    """A colour on the straight line between two.

    >>> _between("#000000", "#FF8000", 0.5)
    '#804000'
    """
    parts = [(int(first[k : k + 2], 16), int(last[k : k + 2], 16)) for k in (1, 3, 5)]
    return "#" + "".join(f"{round(one + (other - one) * share):02X}" for one, other in parts)
