"""Evidence for each row of the system: does it run, and does the record up to 1956 lie where the model says?

One small run as it is and one without each mechanism, by the same luck (`thaw.arms`); the same answers to anyone, in a minute, kept in
the user's cache under a hash of the whole package, so that a change of code, scenario or record computes them anew.

    runs      all its names exist; each of its quantities moves and each of its events comes; each of its mechanisms, left out,
              changes one of them, and each of them is changed by one of its mechanisms
    matches   the record up to 1956 lies within the 90% band in four fifths of its points or more; null where it has none
    predicts  null: the score of what comes after 1956 is not made here
    state     the first that holds: 'absent' (a name is not in the model yet), 'still' (it does not run), 'not comparable' (no
              point up to 1956), 'matches', 'misses'
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from thaw import names, record
from thaw.arms import WHOLE, Arm, by_year, run_arms
from thaw.docs_text import table
from thaw.fields import FIELDS
from thaw.plan import Plan
from thaw.system_rows import MEASURES, ROWS, Measure, Row

CUT = 1956
ENOUGH = 0.8
BAND = (0.05, 0.95)
HISTORIES, TWINS, CITIZENS = 128, 16, 400  # of the run as it is; of each run without a mechanism; in each society
Told = Callable[[float, int], None]


def evidence(
    workers: int | None = None, told: Told | None = None, *, histories: int = HISTORIES, twins: int = TWINS, citizens: int = CITIZENS
) -> list[dict[str, Any]]:
    """Every row with what it rests on and its state, from the cache where nothing has changed."""
    from thaw.api import RunOptions

    RunOptions(workers=workers).check()
    place = _cache(f"{histories}-{twins}-{citizens}")
    if place is not None and place.exists():
        kept: list[dict[str, Any]] = json.loads(place.read_text(encoding="utf-8"))
        return kept
    from thaw.compile import compile_plan
    from thaw.scenario import load_scenario

    plan = compile_plan(load_scenario("ussr-1945")).with_(citizens=citizens)
    fields = dict.fromkeys([name for row in ROWS for name in row.variables] + [name for measure in MEASURES.values() for name in measure.fields])
    there = {step.name for step in names.mechanisms()}
    arms = run_arms(plan, [name for name in dict.fromkeys(m for row in ROWS for m in row.mechanisms) if name in there], histories, tuple(fields),
                    workers=workers or os.cpu_count() or 1, monthly=True, twins=twins, told=told)  # fmt: skip
    found = [judge(row, plan, arms) for row in ROWS]
    if place is not None:
        place.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return found


def judge(row: Row, plan: Plan, arms: Mapping[str, Arm]) -> dict[str, Any]:
    """One row as plain data; `lacking` says why it does not run, `points` what it was compared with."""
    lacking = [f"{name} is not in the model" for name in missing(row)]
    absent = bool(lacking)
    if not absent:
        lacking = list(at_rest(row, plan, arms))
    points = [point for name in row.compared_with for point in compare(name, plan, arms[WHOLE])]
    inside = sum(point["inside"] for point in points)
    runs, matches = not lacking, inside >= ENOUGH * len(points) if points else None
    return {
        "row": row.number,
        "name": row.name,
        "mechanisms": list(row.mechanisms),
        "variables": list(row.variables),
        "events": list(row.events),
        "compared_with": list(row.compared_with),
        "runs": runs,
        "matches": matches,
        "predicts": None,
        "state": state(absent, runs, matches),
        "lacking": lacking,
        "inside": inside,
        "points": points,
    }


def state(absent: bool, runs: bool, matches: bool | None) -> str:
    """The one rule for the last column.

    >>> state(False, True, None), state(True, False, True), state(False, True, False)
    ('not comparable', 'absent', 'misses')
    """
    if absent:
        return "absent"
    if not runs:
        return "still"
    return "not comparable" if matches is None else "matches" if matches else "misses"


def missing(row: Row) -> Iterator[str]:
    """Names of a row that the model does not have, or only as given."""
    there = {step.name for step in names.mechanisms()}
    yield from (name for name in row.mechanisms if name not in there)
    yield from (name for name in row.variables if name not in FIELDS or FIELDS[name].given)
    yield from (name for name in row.events if name not in names.known_events())


def at_rest(row: Row, plan: Plan, arms: Mapping[str, Arm]) -> Iterator[str]:
    """What speaks against it that a row runs: names that do not move, mechanisms and names that leave each other alone."""
    whole = arms[WHOLE]
    for name in row.variables:
        values = whole.series[name]
        if not (np.nanmax(values, axis=1, initial=-np.inf) > np.nanmin(values, axis=1, initial=np.inf)).any():
            yield f"{name} never changes"
    yield from (f"{name} never comes" for name in row.events if not whole.counts.get(name))
    changed = {mechanism: set(changes(row, plan, whole, arms[mechanism])) for mechanism in row.mechanisms}
    yield from (f"without {mechanism} nothing of it changes" for mechanism, found in changed.items() if not found)
    untouched = set(row.variables) | set(row.events)
    yield from (f"{name} goes on without them" for name in sorted(untouched - set().union(*changed.values())))


def changes(row: Row, plan: Plan, whole: Arm, without: Arm) -> Iterator[str]:
    """The quantities and events of a row that differ between the arms, in the histories that both have."""
    twins = len(without.ended)
    for name in row.variables:
        if not np.array_equal(by_year(plan, whole.series[name][:twins]), without.series[name], equal_nan=True):
            yield name
    for name in row.events:
        mine, theirs = (_firsts(arm, name, twins) for arm in (whole, without))
        decides = without.without in {step.name for step in names.mechanisms() if any(event.name == name for event in step.events)}
        if mine != theirs or (decides and whole.counts.get(name) and not without.counts.get(name)):  # the second for what is rare
            yield name


def _firsts(arm: Arm, name: str, twins: int) -> dict[str, list[float]]:
    """First months of all events of a kind in the first histories, those that come there at all."""
    found = {full: first[:twins] for full, first in arm.firsts.items() if _kind(full) == name}
    return {full: first.tolist() for full, first in found.items() if np.isfinite(first).any()}


def compare(name: str, plan: Plan, whole: Arm) -> Iterator[dict[str, Any]]:
    """The points of the record up to 1956 under a name, each with the band of the run and whether it lies inside."""
    if name in MEASURES:
        yield from _series_points(name, MEASURES[name], plan, whole)
    elif name.partition(".")[2] or name in record.EVENTS:
        yield from _event_points(name, plan, whole)


def _event_points(name: str, plan: Plan, whole: Arm) -> Iterator[dict[str, Any]]:
    """First dates: a history in which it never comes counts as later than any."""
    acting = {code for code, hegemon, bloc in zip(plan.polities, plan.given["hegemon"], plan.given["bloc"], strict=True) if hegemon or bloc}
    known = names.known_events()
    for full, dates in sorted(plan.record.items()):
        kind, polity = _kind(full), full.partition(".")[0]
        if name not in (full, full.partition(":")[0], kind) or kind in plan.pins or kind not in known or not dates:
            continue
        if known[kind][1].axes in "PE" and known[kind][1].axes and polity not in acting:
            continue
        first = min(month for month, _ in dates)
        if first < 0 or plan.months[first][0] > CUT:
            continue
        months = whole.firsts.get(full, np.full(len(whole.ended), np.inf))
        low, high = (np.quantile(months, BAND[0], method="lower"), np.quantile(months, BAND[1], method="higher"))
        yield _point(full, _month(plan, first) or "", None, _month(plan, low), _month(plan, high), bool(low <= first <= high))


def _series_points(name: str, measure: Measure, plan: Plan, whole: Arm) -> Iterator[dict[str, Any]]:
    """Rows of a series, each against the run over the time it covers."""
    if not set(measure.fields) <= whole.series.keys():
        return
    for place, polity in enumerate(plan.polities):
        if not (plan.given["hegemon"][place] or plan.given["bloc"][place]):
            continue
        values = np.sum([whole.series[field][:, :, place] for field in measure.fields], axis=0, dtype=float)
        for row in record.series(polity, name):
            seen = seen_in(measure, plan, values, row) if row.end.year <= CUT else None
            if seen is None or np.isnan(seen).all() or (measure.above is None and np.ptp(seen[~np.isnan(seen)]) == 0):
                continue  # before the run, before the polity, or still as given
            low, high = np.nanquantile(seen, BAND)
            least = row.value if row.low is None else min(row.value, row.low)
            most = row.value if row.high is None else max(row.value, row.high)
            yield _point(f"{polity}.{name}", row.start.isoformat(), row.value, float(low), float(high), bool(low <= most and least <= high))


def seen_in(measure: Measure, plan: Plan, values: np.ndarray, row: Any) -> np.ndarray | None:
    """What each history shows for a row of the record, (H,); None where the run does not cover it."""
    number = {month: place for place, month in enumerate(plan.months)}
    begin, end = (number.get((day.year, day.month)) for day in (row.start, row.end))
    if begin is None or end is None or (measure.when == "day" and begin == 0):
        return None
    scale = measure.scale * (people_in(row.end.year) if measure.people else 1.0)
    if measure.when == "day":
        seen = values[:, begin - 1 if row.start.day == 1 else begin]
    elif measure.when == "end":
        seen = values[:, end]
    else:
        seen = values[:, begin : end + 1].sum(axis=1) if measure.when == "sum" else values[:, begin : end + 1].mean(axis=1)
    return (seen > measure.above).astype(float) if measure.above is not None else seen * scale


@cache
def people_in(year: int) -> float:
    """Soviet population in the middle of a year, thousand: between two Januaries of the record."""
    people = {row.start.year: row.value for row in record.series("SUN", "population")}
    near = [people[when] for when in (year, year + 1) if when in people]
    return sum(near) / len(near) if near else float("nan")


def _point(name: str, when: str, value: Any, low: Any, high: Any, inside: bool) -> dict[str, Any]:
    return {"name": name, "when": when, "record": value, "low": low, "high": high, "inside": inside}


def _kind(full: str) -> str:
    """The bare name of an event.

    >>> _kind("SUN.fall:beria")
    'fall'
    """
    return full.rpartition(".")[2].partition(":")[0]


def _month(plan: Plan, place: float) -> str | None:
    if not np.isfinite(place):
        return None
    year, month = plan.months[int(place)]
    return f"{year}-{month:02d}"


def _cache(what: str) -> Path | None:
    """Where the evidence for this very package is kept; None where no folder can be written."""
    import platformdirs

    here = Path(__file__).parent
    seen = hashlib.sha256()
    for path in sorted(path for kind in ("py", "csv", "toml", "json") for path in here.rglob(f"*.{kind}")):
        seen.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    folder = Path(platformdirs.user_cache_dir()) / "thaw" / "system"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "probe").touch()
    except OSError:
        return None
    return folder / f"{seen.hexdigest()[:24]}-{what}.json"


def counted(rows: Iterable[Mapping[str, Any]]) -> str:
    """All rows in a sentence."""
    told = list(rows)
    run = sum(row["runs"] for row in told)
    compared = sum(row["matches"] is not None and row["runs"] for row in told)
    return f"{run} of {len(told)} rows run; of {compared} that the record speaks of up to {CUT}, {sum(row['state'] == 'matches' for row in told)} match."


def held(row: Mapping[str, Any]) -> str:
    """How many points of the record lie inside, '' where there is none.

    >>> held({"points": [1, 2], "inside": 1})
    '1 of 2'
    """
    return f"{row['inside']} of {len(row['points'])}" if row["points"] else ""


def as_markdown(rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows as the page docs/model/system.md has them, with the points that lie outside."""
    told = list(rows)
    cells = [(row["row"], row["name"], ", ".join(row["mechanisms"]), "yes" if row["runs"] else "no", held(row) or "–", row["state"]) for row in told]
    parts = [counted(told), table(("", "named in the texts", "mechanisms", "runs", "inside", "state"), cells)]
    still = [f"- {row['row']}: {'; '.join(row['lacking'])}" for row in told if row["lacking"]]
    outside = {f"`{p['name']}` {p['when']}": p for row in told for p in row["points"] if not p["inside"]}
    missed = [f"- {name}: {_span(point)}" for name, point in sorted(outside.items())]
    parts += ["Not running, and why:\n\n" + "\n".join(still)] if still else []
    parts += ["Points of the record outside the band:\n\n" + "\n".join(missed)] if missed else []
    return "\n\n".join(parts)


def _span(point: Mapping[str, Any]) -> str:
    """A point's band in words; no date: it never comes in so many histories.

    >>> _span({"record": None, "low": "1950-01", "high": None}), _span({"record": 5.0, "low": 6.0, "high": 9.0})
    ('1950-01 to never', '5 outside 6 to 9')
    """
    if point["record"] is None:
        return f"{point['low'] or 'never'} to {point['high'] or 'never'}"
    return f"{point['record']:,.4g} outside {point['low']:,.4g} to {point['high']:,.4g}"
