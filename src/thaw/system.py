"""Evidence for each row of the system: does it run, and does the record up to 1956 lie where the model says?

One small run as it is and one without each mechanism, by the same luck (`thaw.model_arms`); the same answers to anyone, in a minute, kept in
the user's cache under a hash of the whole package, so that a change of code, scenario or record computes them anew.

    runs      all its names exist; each of its quantities moves and each of its events comes; each of its mechanisms, left out,
              changes one of them, and each of them is changed by one of its mechanisms
    matches   the record up to 1956 lies inside in four fifths of the points or more (`thaw.comparison`); null where it has none
    predicts  null: the score of what comes after 1956 is not made here
    state     the first that holds: 'absent' (a name is not in the model yet), 'still' (it does not run), 'not comparable' (no
              point up to 1956), 'not yet' (no point but that recorded events of later years have not come by 1956, which they
              have not in the run either), 'matches', 'misses'

That something has not come is weak evidence: it is counted apart and makes no row match.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from thaw import names
from thaw.comparison import CUT, bare, compare, in_words
from thaw.docs_text import table
from thaw.fields import FIELDS
from thaw.model_arms import WHOLE, Arm, by_year, run_arms
from thaw.plan import Plan
from thaw.system_rows import MEASURES, ROWS, Row

ENOUGH = 0.8
HISTORIES, TWINS, CITIZENS = 512, 16, 400  # of the run as it is; of each run without a mechanism; in each society
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
    measured = dict.fromkeys(name for measure in MEASURES.values() for name in measure.fields)
    fields = dict.fromkeys([name for row in ROWS for name in row.variables]) | measured
    there = {step.name for step in names.mechanisms()}
    arms = run_arms(plan, [name for name in dict.fromkeys(m for row in ROWS for m in row.mechanisms) if name in there], histories, tuple(fields),
                    workers=workers or os.cpu_count() or 1, monthly=measured, twins=twins, told=told)  # fmt: skip
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
    found = [point for name in row.compared_with for point in compare(name, plan, arms[WHOLE])]
    points = [point for point in found if point["kind"] != "not yet"]
    not_yet = [point for point in found if point["kind"] == "not yet"]
    runs, matches = not lacking, enough(points)
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
        "state": state(absent, runs, matches, enough(not_yet)),
        "lacking": lacking,
        "inside": sum(point["inside"] for point in points),
        "points": points,
        "not_yet": not_yet,
    }


def enough(points: Sequence[Mapping[str, Any]]) -> bool | None:
    """Whether four fifths of the points lie inside; None where there is none.

    >>> enough([{"inside": True}] * 4 + [{"inside": False}]), enough([])
    (True, None)
    """
    return sum(point["inside"] for point in points) >= ENOUGH * len(points) if points else None


def state(absent: bool, runs: bool, matches: bool | None, not_yet: bool | None = None) -> str:
    """The one rule for the last column.

    >>> state(False, True, None), state(False, True, None, True), state(False, True, None, False), state(True, False, True)
    ('not comparable', 'not yet', 'misses', 'absent')
    """
    if absent:
        return "absent"
    if not runs:
        return "still"
    if matches is None and not_yet is not None:
        return "not yet" if not_yet else "misses"
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
        mine = whole.series[name][:twins]
        mine = by_year(plan, mine) if mine.shape[1] == len(plan.months) else mine
        if not np.array_equal(mine, without.series[name], equal_nan=True):
            yield name
    for name in row.events:
        first, theirs = (_firsts(arm, name, twins) for arm in (whole, without))
        decides = without.without in {step.name for step in names.mechanisms() if any(event.name == name for event in step.events)}
        if first != theirs or (decides and whole.counts.get(name) and not without.counts.get(name)):  # the second for what is rare
            yield name


def _firsts(arm: Arm, name: str, twins: int) -> dict[str, list[float]]:
    """First months of all events of a kind in the first histories, those that come there at all."""
    found = {full: first[:twins] for full, first in arm.firsts.items() if bare(full) == name}
    return {full: first.tolist() for full, first in found.items() if np.isfinite(first).any()}


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
    rows = list(rows)
    run = sum(row["runs"] for row in rows)
    compared = sum(row["matches"] is not None and row["runs"] for row in rows)
    matching = sum(row["state"] == "matches" for row in rows)
    return f"{run} of {len(rows)} rows run; of {compared} that the record speaks of up to {CUT}, {matching} match."


def held(points: Sequence[Mapping[str, Any]]) -> str:
    """How many points lie inside, '' where there is none.

    >>> held([{"inside": True}, {"inside": False}])
    '1 of 2'
    """
    return f"{sum(point['inside'] for point in points)} of {len(points)}" if points else ""


def as_markdown(rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows as the page docs/model/system.md has them, with the points that lie outside."""
    rows = list(rows)
    cells = [
        (row["row"], row["name"], ", ".join(row["mechanisms"]), "yes" if row["runs"] else "no", held(row["points"]) or "–",
         held(row["not_yet"]) or "–", row["state"])
        for row in rows
    ]  # fmt: skip
    parts = [counted(rows), table(("", "named in the texts", "mechanisms", "runs", "inside", "not yet", "state"), cells)]
    still = [f"- {row['row']}: {'; '.join(row['lacking'])}" for row in rows if row["lacking"]]
    outside = {f"`{p['name']}` {p['when']}": p for row in rows for p in (*row["points"], *row["not_yet"]) if not p["inside"]}
    missed = [f"- {name}: {in_words(point)}" for name, point in sorted(outside.items())]
    parts += ["Not running, and why:\n\n" + "\n".join(still)] if still else []
    parts += ["Points of the record outside:\n\n" + "\n".join(missed)] if missed else []
    return "\n\n".join(parts)
