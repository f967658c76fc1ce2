"""Tape -> the numbers of `thaw run`: which events come about, when, who leads, how many prisoners; and their tables.

Works slab by slab on the files: memory does not grow with the run. Shares are over all histories, dates over those in
which the event happened, and the first time counts.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from thaw.axes import THEATRES
from thaw.names import WORLD
from thaw.tape import Tape, connect

if TYPE_CHECKING:
    from rich.table import Table

NEAR_MONTHS = 24
AUTOCRAT = 0.45  # who holds more of the power than this rules alone: docs/model
_RARE_PERSON = 0.02  # events of persons below this share are left out unless the record has them
MEMORY_YEARS = (1989, 2001, 2012, 2019, 2023)
_LEADER_YEARS = (1954, 1958, 1965)
_SLAB = 2048
_QUANTILES = {"q05": 0.05, "median": 0.5, "q95": 0.95}


def summarise(tape: Tape) -> dict[str, Any]:
    """The numbers of a run as plain data: the JSON of `thaw run`.

    Beyond the fields that `architecture.md` fixes: `parameters` and `fitted` (where they come from), `near` in each event (record date -> share of
    histories with the event within 24 months of it), `prisoners` (thousand persons on 1 January) and `convictions` (persons in the year)
    against the record, `collective` (after the first leader's end), `memory` (the great ruler's reputation in later years, -1 to 1),
    `faults`, `ended` (histories cut short by a war between the poles) and `refused`.
    """
    told = tape.manifest
    sweeps = told["histories"] * told["weeks"] * told["societies"] * told["citizens"]
    return {
        "scenario": told["scenario"],
        "title": told["title"],
        "seed": told["seed"],
        "histories": told["histories"],
        "months": told["months"],
        "weeks": told["weeks"],
        "societies": told["societies"],
        "citizens": told["citizens"],
        "parameters": told.get("parameters", "prior"),
        "fitted": told.get("fitted", {}),
        "citizen_sweeps": sweeps,
        "seconds": told["seconds"],
        "peak_rss_mb": told["peak_rss_mb"],
        "workers": told["workers"],
        "digest": told["digest"],
        "out": str(tape.path),
        "events": events(tape),
        "leaders": leaders(tape),
        "labels": {person: told["labels"][person] for person in tape.persons if person in told["labels"]},
        "collective": collective(tape),
        "prisoners": prisoners(tape),
        "convictions": convictions(tape),
        "memory": memory(tape),
        "faults": told["faults_said"],
        "ended": len(told["ended"]),
        "refused": told["refused"],
    }


def events(tape: Tape) -> dict[str, dict[str, Any]]:
    """Each event that is not pinned: share, first date (median, 90% range), record, share near each recorded date."""
    start, histories = _ordinal(tape.manifest["first_month"]), tape.manifest["histories"]
    pinned = set(tape.manifest["pinned"])
    recorded = {name: sorted({month + start for month, _ in dates}) for name, dates in tape.manifest["record"].items() if dates and _simulated(tape, name)}
    wanted = [(name, month) for name, months in recorded.items() for month in months]
    with tape.reading("events.parquet"), connect() as database:
        firsts, near = _first_dates(database, tape), _near(database, wanted)
    found = {}
    for name in sorted({*firsts, *recorded}):
        count, dates = firsts.get(name, (0, [None] * 3))
        rare = ":" in name and count < _RARE_PERSON * histories and name not in recorded
        if name in pinned or rare:
            continue
        q05, median, q95 = map(_text, dates)
        found[name] = {
            "share": count / histories,
            "median": median,
            "q05": q05,
            "q95": q95,
            "record": _text(min(recorded.get(name, []), default=None)),
            "near": {_text(month): near.get((name, month), 0) / histories for month in recorded.get(name, [])},
        }
    return found


def _first_dates(database: Any, tape: Tape) -> dict[str, tuple[int, list[int | None]]]:
    """Event -> in how many histories it happened, and the 5, 50 and 95% points of its first months."""
    database.execute(
        "CREATE TEMP TABLE happened AS SELECT DISTINCT "
        "CASE polity WHEN '' THEN event ELSE polity || '.' || event END AS name, history, "
        f"left(month, 4)::INTEGER * 12 + right(month, 2)::INTEGER - 1 AS month FROM {tape.events_sql}"
    )
    rows = database.execute(
        "SELECT name, count(*), quantile_disc(month, [0.05, 0.5, 0.95]) FROM "
        "(SELECT name, history, min(month) AS month FROM happened GROUP BY ALL) GROUP BY name"
    ).fetchall()
    return {name: (count, dates) for name, count, dates in rows}


def _near(database: Any, wanted: list[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """(event, recorded month) -> in how many histories the event happened within 24 months of it."""
    if not wanted:
        return {}
    names, months = (list(column) for column in zip(*wanted, strict=True))
    rows = database.execute(
        "SELECT name, date, count(DISTINCT history) FROM happened "
        "JOIN (SELECT unnest(?::VARCHAR[]) AS name, unnest(?::INTEGER[]) AS date) USING (name) "
        "WHERE abs(month - date) <= ? GROUP BY ALL",
        [names, months, NEAR_MONTHS],
    ).fetchall()
    return {(name, date): count for name, date, count in rows}


def _simulated(tape: Tape, name: str) -> bool:
    """Whether an event of the record is one that the mechanisms of this run could bring about."""
    polity, dot, rest = name.rpartition(".")
    event, _, about = rest.partition(":")
    told = tape.manifest
    axes = told["axes"].get(event, "P")
    places = {"W": told.get("states", ()), "T": (WORLD,), "": (WORLD,)}.get(axes, told["polities"])
    known = THEATRES if axes == "T" else told["persons"]
    return event in told["simulated"] and (not dot or polity in places) and (not about or about in known)


def leaders(tape: Tape) -> dict[str, dict[str, float]]:
    """Year -> person -> share of histories in which he leads on 31 December; '' where nobody does."""
    months = _months_of(tape, 12)
    names = [*tape.persons, ""]
    counts = {year: np.zeros(len(names)) for year in months}
    for (codes,) in _slabs(tape, ("leader",), list(months.values())):
        places = np.where(codes >= 0, codes, len(names) - 1).astype(int)  # nobody, and NaN, stand last
        for column, year in enumerate(months):
            counts[year] += np.bincount(places[:, column], minlength=len(names))
    return {year: _shares(names, counted, tape.manifest["histories"]) for year, counted in counts.items()}


def collective(tape: Tape) -> dict[str, float | None]:
    """Months after the first leader's end -> share of histories in which no one holds above 45% of power."""
    shared, seen = {12: 0, 24: 0}, {12: 0, 24: 0}
    for codes, power in _slabs(tape, ("leader", "personalisation"), None):
        ended = codes != codes[:, :1]
        end = np.where(ended.any(axis=1), ended.argmax(axis=1), codes.shape[1])
        for after in shared:
            rows = np.flatnonzero(end + after < codes.shape[1])
            then = power[rows, end[rows] + after]
            known = ~np.isnan(then)
            seen[after] += int(known.sum())
            shared[after] += int((then[known] <= AUTOCRAT).sum())
    return {str(after): shared[after] / seen[after] if seen[after] else None for after in shared}


def prisoners(tape: Tape) -> dict[str, dict[str, float | None]]:
    """Year -> prisoners on 1 January in thousands: record, median and 90% range (simulated: end of December before)."""
    observed = _observed(tape, "gulag_prisoners")
    record = {row.start.year: row.value / 1000 for row in observed if (row.start.month, row.start.day) == (1, 1)}
    months = {str(int(year) + 1): place for year, place in _months_of(tape, 12).items()}
    streams = ("political_prisoners", "ordinary_prisoners")
    both = [political + ordinary for political, ordinary in _slabs(tape, streams, list(months.values()))]
    return _against(record, months, np.concatenate(both))


def convictions(tape: Tape) -> dict[str, dict[str, float | None]]:
    """Year -> political convictions in that year: the record, median and 90% range; full years only."""
    record = {
        row.start.year: row.value
        for row in _observed(tape, "political_convictions")
        if (row.start.month, row.end.month) == (1, 12) and row.start.year == row.end.year
    }
    first = _months_of(tape, 1)
    years = {year: place for year, place in first.items() if place + 11 < tape.manifest["months"]}
    columns = [place + month for place in years.values() for month in range(12)]
    slabs = _slabs(tape, ("convictions",), columns)
    paces = [pace.reshape(len(pace), len(years), 12).mean(axis=2) for (pace,) in slabs]
    return _against(record, years, np.concatenate(paces))


def memory(tape: Tape) -> dict[str, dict[str, float]]:
    """Year -> reputation of the great ruler among adults, median and 90% range of histories; see `remembered`."""
    years, _, reputation = remembered(tape)
    found = {}
    for column, year in enumerate(years.tolist()):
        if year in MEMORY_YEARS:
            found[str(year)] = {label: float(np.quantile(reputation[:, column], share)) for label, share in _QUANTILES.items()}
    return found


def remembered(tape: Tape) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What cohorts think of the great ruler in June of each year from the run's last to 2023: years (Y,), opinion (h, Y, C), reputation (h, Y).

    One official line for all histories and central parameters: only the cohorts' opinion at the end of the run differs. Histories
    without a result are left out; nothing at all where the run does not simulate memory.
    """
    from thaw.mechanisms.memory import continue_to

    told = tape.manifest
    nothing = np.arange(0), np.empty((0, 0, 0)), np.empty((0, 0))
    with tape.reading("series.zarr"):
        if "memory" in told.get("without", ()) or "opinion" not in tape.arrays:
            return nothing
        last = np.asarray(tape.arrays["opinion"][:, told["months"] - 1])
    last = last[~np.isnan(last).any(axis=1)].astype(float)
    if not len(last):
        return nothing
    end = (_ordinal(told["first_month"]) + told["months"] - 1) // 12
    years, opinion, reputation = continue_to(last, end)
    return years, opinion, reputation


def tables(summary: Mapping[str, Any]) -> "list[Table]":
    """The end of `thaw run`, for 100 columns: events of the record that the system decides, who leads, prisoners."""
    return [_events_table(summary), _leaders_table(summary), _prisoners_table(summary)]


def _events_table(summary: Mapping[str, Any]) -> "Table":
    caption = f"share of histories in which it happened; ±{NEAR_MONTHS} months: within that of the (first) recorded date; +2: two more are recorded"
    table = _table("Events of the record that the system decides itself", caption)
    for heading in ("event", "record"):
        table.add_column(heading, no_wrap=True)
    for heading in ("share", f"±{NEAR_MONTHS} months", "median", "90% of first dates"):
        table.add_column(heading, justify="right", no_wrap=True)
    recorded = [(event["record"], name, event) for name, event in summary["events"].items() if event["record"]]
    for date, name, event in sorted(recorded, key=lambda row: row[:2]):
        again = f" +{len(event['near']) - 1}" if len(event["near"]) > 1 else ""
        span = f"{event['q05']} to {event['q95']}" if event["median"] else "–"
        near = _percent(event["near"][date])
        table.add_row(name, date + again, _percent(event["share"]), near, event["median"] or "–", span)
    return table


def _leaders_table(summary: Mapping[str, Any]) -> "Table":
    from thaw.chronicle import short_name

    years = [str(year) for year in _LEADER_YEARS if str(year) in summary["leaders"]] or list(summary["leaders"])[-1:]
    table = _table("Who leads on 31 December, share of histories")
    for year in years:
        table.add_column(f"      {year}", no_wrap=True, min_width=22)
    labels = summary.get("labels", {}) | {"": "nobody", "others": "others"}
    tops = [_top(summary["leaders"][year], 9) for year in years]
    columns = [[f"{_percent(share):>5} {short_name(who, labels)}" for who, share in top] for top in tops]
    for place in range(max(map(len, columns), default=0)):
        table.add_row(*(column[place] if place < len(column) else "" for column in columns))
    return table


def _prisoners_table(summary: Mapping[str, Any]) -> "Table":
    table = _table("Prisoners on 1 January, thousands")
    for heading in ("year", "record", "median", "90% of histories"):
        table.add_column(heading, justify="right", no_wrap=True)
    recorded = [year for year, row in summary["prisoners"].items() if row["record"] is not None]
    for year in recorded:
        row = summary["prisoners"][year]
        table.add_row(year, f"{row['record']:,.0f}", f"{row['median']:,.0f}", f"{row['q05']:,.0f} to {row['q95']:,.0f}")
    return table


def _table(title: str, caption: str | None = None) -> "Table":
    from rich import box
    from rich.table import Table

    width = max(len(title), len(caption or ""))  # else they are broken to the width of the columns
    table = Table(title=title, caption=caption, box=box.SIMPLE_HEAD, pad_edge=False, min_width=width)
    table.title_justify = table.caption_justify = "left"
    return table


def _percent(share: float) -> str:
    """A share for people; what is rare but real is not rounded to nothing.

    >>> _percent(0.253), _percent(0.004), _percent(0.0), _percent(0.999)
    ('25%', '<1%', '0%', '>99%')
    """
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 < share < 1:
        return ">99%"
    return f"{100 * share:.0f}%"


def _top(shares: Mapping[str, float], most: int) -> list[tuple[str, float]]:
    """The largest shares; what is left over as 'others'."""
    ordered = list(shares.items())
    if len(ordered) <= most:
        return ordered
    return [*ordered[: most - 1], ("others", sum(share for _, share in ordered[most - 1 :]))]


def _shares(names: list[str], counts: np.ndarray, histories: int) -> dict[str, float]:
    order = sorted(np.flatnonzero(counts), key=lambda place: (-counts[place], names[place]))
    return {names[place]: float(counts[place] / histories) for place in order}


def _slabs(tape: Tape, names: tuple[str, ...], months: list[int] | None) -> Iterator[tuple[np.ndarray, ...]]:
    """The named series of the hegemon, (h, months), some thousand histories at a time."""
    polity = tape.manifest["polities"].index(tape.manifest["hegemon"])
    histories = tape.manifest["histories"]
    for first in range(0, histories, _SLAB):
        with tape.reading("series.zarr"):
            slab = tuple(tape.arrays[name][first : min(first + _SLAB, histories)][:, :, polity] for name in names)
        yield tuple(values if months is None else values[:, months] for values in slab)


def _months_of(tape: Tape, month: int) -> dict[str, int]:
    """Year -> place of that calendar month in the run."""
    start = _ordinal(tape.manifest["first_month"])
    places = [place for place in range(tape.manifest["months"]) if (start + place) % 12 == month - 1]
    return {str((start + place) // 12): place for place in places}


def _against(record: Mapping[int, float], years: Mapping[str, int], values: np.ndarray) -> dict[str, dict[str, float | None]]:
    """Record and quantiles by year; values (histories, years)."""
    found = {}
    for column, year in enumerate(years):
        known = values[:, column][~np.isnan(values[:, column])]
        row: dict[str, float | None] = {"record": record.get(int(year))}
        for label in ("median", "q05", "q95"):
            row[label] = float(np.quantile(known, _QUANTILES[label])) if len(known) else None
        found[year] = row
    return found


def _observed(tape: Tape, variable: str) -> list[Any]:
    from thaw import record

    if tape.manifest["hegemon"] != "SUN":
        return []
    return record.series(polity="SUN", variable=variable)


def _ordinal(month: str) -> int:
    """Months since year 0 of 'YYYY-MM'.

    >>> _text(_ordinal("1956-02"))
    '1956-02'
    """
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def _text(ordinal: int | None) -> str | None:
    return None if ordinal is None else f"{ordinal // 12}-{ordinal % 12 + 1:02d}"
