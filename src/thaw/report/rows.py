"""The numbers behind every chart and table of the report: tape and record in, rows out. Months are ISO days."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from thaw import invented, record
from thaw.chronicle import event_title, is_unnamed, short_name
from thaw.system_rows import MEASURES

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
HALF_YEAR = 6  # months
SHOWN_LEADERS = 7  # as many as there are colours; all others are one area

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Happening:
    """What a run says of one event of the record or the menu; dates `YYYY-MM` or None."""

    name: str
    title: str
    near: dict[str, float]  # date in the record -> share of histories with the event within two years of it
    share: float
    median: str | None
    q05: str | None
    q95: str | None

    @property
    def record(self) -> tuple[str, ...]:
        """Its dates in the record."""
        return tuple(self.near)


@dataclass(frozen=True)
class Run:
    """A tape with its summary and what is asked of both again and again."""

    tape: Any
    summary: dict[str, Any]

    @property
    def months(self) -> list[str]:
        return [str(month)[:7] for month in self.tape.series.month.values.astype("datetime64[M]")]

    @property
    def span(self) -> tuple[str, str]:
        """First day of the first month and of the month after the last."""
        return day(self.months[0]), day(str(np.datetime64(self.months[-1], "M") + 1))

    @property
    def polities(self) -> list[str]:
        return [str(polity) for polity in self.tape.series.polity.values]

    @property
    def main(self) -> str:
        """The polity whose court and leaders the page is about."""
        return str(self.tape.manifest.get("hegemon", self.polities[0]))

    @property
    def labels(self) -> dict[str, str]:
        return dict(self.tape.manifest.get("labels", {}))

    @property
    def histories(self) -> int:
        return int(self.tape.series.sizes["history"])

    def label(self, name: str) -> str:
        return self.labels.get(name, name)


def day(month: str) -> str:
    """The first day of a month, as charts take it."""
    return f"{month}-01"


def fan_rows(run: Run, variables: Sequence[str], polity: str, scale: float = 1.0) -> Rows:
    """Quantiles over histories of the sum of `variables`, by month; those before the polity exists are left out."""
    total = np.asarray(sum(_values(run, name, polity) for name in variables))
    there, total = ~np.isnan(total), total * scale
    months = np.flatnonzero(there.any(axis=0))
    levels = list(QUANTILES.values())
    if there[:, months].all():
        found = np.quantile(total[:, months], levels, axis=0)
    else:  # some histories broke off
        found = np.stack([np.quantile(total[there[:, month], month], levels) for month in months], axis=1)
    return [
        {"month": day(run.months[month])} | {name: rounded(n) for name, n in zip(QUANTILES, numbers, strict=True)}
        for month, numbers in zip(months, found.T, strict=True)
    ]


def _values(run: Run, name: str, polity: str) -> np.ndarray:
    """A series of one polity, or one that the world has in common: (history, month)."""
    found = run.tape.series[name]
    return np.asarray((found.sel(polity=polity) if "polity" in found.dims else found).values, float)


def record_rows(run: Run, variable: str, polity: str, scale: float = 1.0) -> Rows:
    """The record's numbers inside the run's months in the unit of the quantities they measure (MEASURES), times `scale`.

    A period stands in its middle, or at its end where its last day is what is compared; with doubt where the record states it.
    """
    measure, (first, last) = MEASURES[variable], run.span
    if measure.people and polity != "SUN":  # a head of population stands for Soviet people
        return []
    rows = []
    for seen in invented.series(polity, variable):
        when = (seen.end if measure.when == "end" else seen.start + (seen.end - seen.start) / 2).isoformat()
        unit = scale / (measure.scale * (people_in(seen.end.year) if measure.people else 1.0))
        if first <= when < last and unit == unit:
            low, high = (seen.value if bound is None else bound for bound in (seen.low, seen.high))
            rows.append({"month": when, "value": seen.value * unit, "low": low * unit, "high": high * unit})
    return rows


@cache
def people_in(year: int) -> float:
    """Soviet population in the middle of a year, thousand: between two Januaries of the record."""
    people = {row.start.year: row.value for row in record.series("SUN", "population")}
    near = [people[when] for when in (year, year + 1) if when in people]
    return sum(near) / len(near) if near else float("nan")


def ruler_marks(run: Run) -> Rows:
    """The recorded deaths of those who ruled the first polity, as days to recognise."""
    main, series = run.main, run.tape.series
    if "leader" not in series:
        return []
    rows = []
    for name, dates in run.tape.manifest.get("record", {}).items():
        if not name.startswith(f"{main}.death:") or not dates:
            continue
        person, month = name.partition(":")[2], int(dates[0][0])
        before = series.leader.sel(polity=main).values[:, max(month - 1, 0)]
        if person in run.tape.persons and np.mean(before == run.tape.persons.index(person)) >= 0.5:
            rows.append({"month": day(run.months[month]), "label": f"{short_name(person, run.labels)} dies"})
    return rows


def happenings(run: Run) -> list[Happening]:
    """Every event worth a line: those of the record by date, then what the record does not have, likeliest first.

    Left out are deaths unless the run draws them, and what befalls persons at no date of the record: hundreds of lines.
    """
    rows = []
    for name, told in run.summary.get("events", {}).items():
        near, (kind, _, whom) = told.get("near") or {}, name.rpartition(".")[2].partition(":")
        if (kind == "death" and not run.tape.manifest.get("free")) or (whom and not near):
            continue
        title = event_title(name, run.labels, main=run.main)
        rows.append(Happening(name, title, near, told["share"], told["median"], told["q05"], told["q95"]))
    return sorted(rows, key=lambda row: (not row.near, row.record[:1], -row.share, row.name))


def prominence(run: Run) -> dict[str, float]:
    """Person -> share of histories in which he leads the main polity at some time after the first leader."""
    codes = run.tape.series.leader.sel(polity=run.main).values
    return {person: float((codes == code).any(axis=1).mean()) for code, person in enumerate(run.tape.persons)}


def ridge_rows(run: Run, shown: Sequence[Happening]) -> dict[str, Rows]:
    """What `charts.timeline` draws: the share of histories that see each event in each half-year.

    Heights follow the square root of the share, on one scale for all rows, so that rare events can be seen.
    """
    counted = {row.name: _by_half_year(run, row.name) for row in shown}
    top = max((max(shares) for shares in counted.values()), default=0.0) or 1.0
    middles = [day(month) for month in run.months[HALF_YEAR // 2 :: HALF_YEAR]] or [run.span[0]]
    ridge: Rows = []
    events: Rows = []
    seen: Rows = []
    for place, row in zip(range(len(shown) - 1, -1, -1), shown, strict=True):
        shares = counted[row.name]
        for at, month in enumerate(middles[: len(shares)]):
            if any(shares[max(at - 1, 0) : at + 2]):  # nothing to draw far from any occurrence
                height = rounded((shares[at] / top) ** 0.5)
                ridge.append({"event": row.title, "month": month, "place": place, "height": height})
        dates = {"median": row.median, "q05": row.q05, "q95": row.q95}
        events.append({"event": row.title, "place": place, "share": percent(row.share)} | {name: day(date) if date else None for name, date in dates.items()})
        seen += [{"event": row.title, "place": place, "month": day(date[:7])} for date in row.record]
    return {"ridge": ridge, "events": events, "record": seen, "marks": ruler_marks(run)}


def leader_rows(run: Run) -> tuple[list[str], dict[str, Rows]]:
    """Names from the bottom up, and what `charts.leaders` draws: the share of histories that each person leads."""
    main = run.main
    codes = run.tape.series.leader.sel(polity=main).values[:, ::3]
    months = [day(month) for month in run.months[::3]]
    if months[-1] != run.span[1]:  # carry the last quarter to the edge
        codes, months = np.concatenate([codes, codes[:, -1:]], axis=1), [*months, run.span[1]]
    ids = run.tape.persons
    share = {code: np.mean(codes == code, axis=0) for code in np.unique(codes[codes >= 0]).astype(int)}
    reigns = _reigns(run)
    named = [code for code in share if not is_unnamed(ids[code])]
    ruled = [code for code in named if ids[code] in {row["id"] for row in reigns if row["note"]}]
    others = sorted((code for code in named if code not in ruled), key=lambda code: -share[code].sum())
    most = [*ruled, *others][:SHOWN_LEADERS]
    most.sort(key=lambda code: int(np.argmax(share[code] > 0.02)))
    names = [short_name(ids[code], run.labels) for code in most]
    heights = [share[code] for code in most]
    rest = np.clip(1 - sum(heights, np.zeros(len(months))), 0, 1)
    shares: Rows = []
    tags: Rows = []
    floor = np.zeros(len(months))
    for name, height in zip([*names, "others"], [*heights, rest], strict=True):
        for month, low, size in zip(months, floor, height, strict=True):
            shares.append(
                {
                    "month": month,
                    "person": name,
                    "floor": rounded(low),
                    "roof": rounded(low + size),
                    "share": rounded(size),
                }
            )
        at = _thickest(height)
        if height[at] > 0.07:
            tags.append({"month": months[at], "place": rounded(floor[at] + height[at] / 2), "person": name})
        floor = floor + height
    return [*names, "others"], {
        "shares": shares,
        "names": tags,
        "reign": [row | {"person": row["name"] if row["name"] in names else "others"} for row in reigns],
    }


def _thickest(height: np.ndarray) -> int:
    """Where a name fits best into a band: the middle of its thickest stretch, not at the very edge."""
    smooth = np.convolve(height, np.ones(9) / 9, "same")
    best = int(np.argmax(smooth))
    end = best
    while end + 1 < len(smooth) and smooth[end + 1] >= 0.97 * smooth[best]:
        end += 1
    return min(max((best + end) // 2, 4), max(len(height) - 5, 0))


def _reigns(run: Run) -> Rows:
    """Who led by the record, in spells; those that are long enough for it carry their name as `note`."""
    first, last = run.span
    length = np.datetime64(last) - np.datetime64(first)
    rows = []
    for spell in record.tenures():
        start, end = spell.start.isoformat(), spell.end.isoformat() if spell.end else last
        if spell.polity != run.main or spell.body != "effective_leader" or end <= first or start >= last:
            continue
        start, end = max(start, first), min(end, last)
        name = short_name(spell.person, run.labels)
        lasted = np.datetime64(end) - np.datetime64(start)
        note = name if lasted / length > 0.011 * len(name) else ""
        middle = str(np.datetime64(start) + lasted // 2)
        rows.append({"id": spell.person, "start": start, "end": end, "middle": middle, "name": name, "note": note})
    return rows


def uprising_rows(run: Run) -> tuple[float, dict[str, Rows]]:
    """The highest share, and what `charts.strip` draws: histories with an uprising going on, by quarter."""
    going = {polity: _rising(run, polity) for polity in run.polities}
    places = [polity for polity in run.polities if going[polity].any()]
    cells: Rows = []
    named: Rows = []
    seen: Rows = []
    ends = [*(day(month) for month in run.months[3::3]), run.span[1]]
    top = 0.0
    for place, polity in zip(range(len(places) - 1, -1, -1), places, strict=True):
        on = going[polity]
        shares = [float(on[:, at : at + 3].any(axis=1).mean()) for at in range(0, on.shape[1], 3)]
        top = max(top, *shares)
        peak = max(range(len(shares)), key=shares.__getitem__)
        ever = float(on.any(axis=1).mean())
        named.append(
            {
                "polity": run.label(polity),
                "place": place,
                "peak": percent(ever),
                "when": run.months[peak * 3],
                "ever": ever,
            }
        )
        for month, end, value in zip(run.months[::3], ends, shares, strict=True):
            if value > 0:
                box = {"low": place - 0.42, "high": place + 0.42}
                cells.append(
                    {
                        "polity": run.label(polity),
                        "month": day(month),
                        "start": day(month),
                        "end": end,
                        "share": rounded(value),
                    }
                    | box
                )
        dates = run.tape.manifest.get("record", {}).get(f"{polity}.uprising", ())
        seen += [{"polity": run.label(polity), "place": place, "month": day(run.months[int(date[0])])} for date in dates]
    return top, {"cells": cells, "polities": named, "record": seen}


def _rising(run: Run, polity: str) -> np.ndarray:
    """Histories by months in which an uprising begins or goes on: the series knows the end of a month only."""
    going = np.nan_to_num(run.tape.series.in_uprising.sel(polity=polity).values) > 0.5
    begun = run.tape.events[(run.tape.events.polity == polity) & (run.tape.events.event == "uprising")]
    month = begun.month.to_numpy().astype("datetime64[M]") - np.datetime64(run.months[0], "M")
    going[np.searchsorted(run.tape.series.history.values, begun.history.to_numpy()), month.astype(int)] = True
    return going


def percent(share: float) -> str:
    """
    >>> percent(0.413), percent(0.004), percent(0.0), percent(0.9996)
    ('41%', '<1%', '0%', '>99%')
    """
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def minus(value: float, style: str) -> str:
    """A number with a true minus sign, as the charts have it.

    >>> minus(-0.28, "+.1f"), minus(0.28, "+.1f")
    ('−0.3', '+0.3')
    """
    return format(value, style).replace("-", "−")


def _by_half_year(run: Run, name: str) -> list[float]:
    """The share of histories with the event in each half-year of the run; the last one takes what months are left."""
    polity, _, event = name.rpartition(".")
    events = run.tape.events
    found = events[(events.polity == polity) & (events.event == event)]
    counts = np.zeros(max(len(run.months) // HALF_YEAR, 1))
    month = found.month.to_numpy().astype("datetime64[M]") - np.datetime64(run.months[0], "M")
    places = np.minimum(month.astype(int) // HALF_YEAR, len(counts) - 1)
    for _, place in {(int(history), int(place)) for history, place in zip(found.history, places, strict=True)}:
        counts[place] += 1
    return [float(count) / run.histories for count in counts]


def rounded(value: float) -> float:
    """Four significant digits: what an eye or a table can use."""
    return float(f"{value:.4g}")
