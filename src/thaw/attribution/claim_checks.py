"""What a claim must hold beyond its types, checked against its scenario, the model and the record.

Checks work on the plain data of the file, whatever else is wrong with it, so that one report names every mistake.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from thaw import names, record
from thaw.attribution.grammar import GROUPS, Cause, Effect, Where, expand, read_cause, read_effect, where_of
from thaw.errors import ThawError, did_you_mean
from thaw.mistakes import Mistake
from thaw.scenario import Scenario, load_scenario, scenario_names
from thaw.scenario_checks import lives
from thaw.toml_text import Location

OF_EVENTS = ("brings about", "prevents", "hastens", "makes likelier")
OF_NUMBERS = ("raises", "lowers")
Kind = TypeVar("Kind")
KINDS = ("event", "events", "series", "person")


def across(data: Mapping[str, Any], folder: Path | None = None, given: Scenario | None = None) -> list[Mistake]:
    """Every mistake of a claims file that its types do not show; `data` may be wrong in any other way. `given` is asked instead of what names mean."""
    claims = data.get("claims")
    rows = [(place, row) for place, row in enumerate(claims) if isinstance(row, Mapping)] if isinstance(claims, list | tuple) else []
    found = [*_scenario(("scenario",), data.get("scenario"), folder, given), *_duplicates(rows)]
    if isinstance(claims, list | tuple) and not claims:
        found.append(Mistake(("claims",), "there is no claim. Expected [[claims]] at least once."))
    for place, row in rows:
        found += [Mistake(("claims", place, *mistake.place), mistake.text) for mistake in _claim(row, _text(data, "scenario"), folder, given)]
    return found


def scenario_beside(name: str, folder: Path | None) -> str:
    """What to load for a scenario's name: the name of a built-in one, or the path of `name.toml` in the folder if that is there."""
    beside = None if folder is None or name in scenario_names() else Path(folder) / f"{name}.toml"
    return str(beside) if beside is not None and beside.is_file() else name


def where_named(name: str, folder: Path | None = None, given: Scenario | None = None) -> tuple[Scenario, Where]:
    """A scenario by name, built in or in a file `name.toml` in the folder, or the one given, and what names mean in it."""
    if given is not None:
        return given, where_of(given)
    path = scenario_beside(name, folder)
    return _where_at(path, Path(path).stat().st_mtime_ns if Path(path).is_file() else 0)


@cache
def _where_at(path: str, changed: int) -> tuple[Scenario, Where]:
    """Read once; a file again when it has `changed`."""
    scenario = load_scenario(path)
    return scenario, where_of(scenario)


def first_recorded(cause: Cause, where: Where, start: str = "0000-01", end: str = "9999-12") -> str:
    """Month in which the record first has a cause of events or rows within some months, '' where it never has."""
    if cause.rows:
        found = [row.date.isoformat()[:7] for row in record.events() if row.id in cause.rows]
    else:
        found = [day.isoformat()[:7] for name in expand(cause.events, where) for day in dates_of(name)]
    return min((month for month in found if start <= month <= end), default="")


def dates_of(name: str) -> list[Any]:
    """Days on which the record has an event; none where it does not know the name."""
    try:
        return record.recorded_dates(name)
    except ThawError:
        return []


def _scenario(place: Location, name: Any, folder: Path | None, given: Scenario | None) -> Iterator[Mistake]:
    if isinstance(name, str) and name:
        try:
            where_named(name, folder, given)
        except ThawError as mistake:
            yield Mistake(place, str(mistake).split("\n")[0])


def _duplicates(rows: list[tuple[int, Mapping[str, Any]]]) -> Iterator[Mistake]:
    seen: dict[Any, int] = {}
    for place, row in rows:
        name = row.get("id")
        if isinstance(name, str):
            if name in seen:
                yield Mistake(("claims", place, "id"), f"the id '{name}' is given twice: claim {seen[name] + 1} has it too. Give each its own.")
            seen.setdefault(name, place)


def _claim(row: Mapping[str, Any], default: str, folder: Path | None, given: Scenario | None) -> Iterator[Mistake]:
    """Mistakes of one claim, with places inside it."""
    own = _text(row, "scenario")
    if own:
        yield from _scenario(("scenario",), own, folder, given)
    yield from _rows_and_names(row)
    premise = row.get("premise")
    for place, fact in enumerate(premise if isinstance(premise, list | tuple) else ()):
        if isinstance(fact, Mapping):
            yield from (Mistake(("premise", place, *mistake.place), mistake.text) for mistake in _fact(fact))
    scenario: Scenario | None = None
    where = where_of()  # what is never asked of the model need only be of the record
    if not _text(row, "not_modelled"):
        try:
            scenario, where = where_named(own or default, folder, given)
        except ThawError:
            return  # told above, or the key is missing
    found: list[Mistake] = []
    cause = _read(row, "cause", read_cause, where, found)
    effect = _read(row, "effect", read_effect, where, found)
    yield from found
    if not found:
        yield from _together(row, cause, effect)
        if scenario is not None:
            yield from _in_time(row, cause, effect, scenario, where)


def _read(row: Mapping[str, Any], key: str, reader: Callable[[str, Where], Kind], where: Where, found: list[Mistake]) -> Kind | None:
    if _text(row, key):
        try:
            return reader(row[key], where)
        except ThawError as mistake:
            found.append(Mistake((key,), str(mistake)))
    return None


def _rows_and_names(row: Mapping[str, Any]) -> Iterator[Mistake]:
    """Ids of the record's events, and who is affected."""
    known = {event.id for event in record.events()}
    for key in ("cause_row", "effect_row"):
        if _text(row, key) and row[key] not in known:
            yield Mistake((key,), f"the record has no event '{row[key]}'. {did_you_mean(row[key], known)}   More: thaw record events")
    who = _text(row, "affected")
    if who and who not in lives() and who not in {polity.code for polity in record.polities()}:
        near = did_you_mean(who, [*lives(), *(polity.code for polity in record.polities())])
        yield Mistake(("affected",), f"the record has no person or polity '{who}'. {near}   More: thaw record people")


def _together(row: Mapping[str, Any], cause: Cause | None, effect: Effect | None) -> Iterator[Mistake]:
    """Cause, effect, direction and deadline against each other."""
    direction, asked = _text(row, "direction"), cause is not None and effect is not None
    if _text(row, "reading") and not asked:
        yield Mistake(("reading",), "a reading stands for a causal sentence: give it a cause and an effect too.")
    if not asked:
        for key in ("direction", "by"):
            if _text(row, key):
                yield Mistake((key,), f"there is a {key} but no {'effect' if cause else 'cause'}. A sentence that names none is descriptive and takes none.")
        return
    assert cause is not None
    assert effect is not None
    if not direction:
        yield Mistake(("direction",), f"what does the cause do to the effect? Expected one of {', '.join((*OF_EVENTS, *OF_NUMBERS))}.")
    elif effect.is_event != (direction in OF_EVENTS) and direction in (*OF_EVENTS, *OF_NUMBERS):
        kind, fitting = ("an event", OF_EVENTS) if effect.is_event else ("a quantity", OF_NUMBERS)
        yield Mistake(("direction",), f"'{effect.as_text()}' is {kind}, which nothing {direction}. Expected one of {', '.join(fitting)}.")
    if not _text(row, "by"):
        yield Mistake(("by",), "there is no deadline. Expected a month, 'YYYY-MM', as '1956-12'.")
    same = set(cause.events) & set(effect.events) if not cause.quantity else {cause.quantity} & {effect.quantity}
    for name in sorted(same - {""}):
        yield Mistake(("effect",), f"{name} is cause and effect at once. Nothing is asked of what brings about itself.")


def _in_time(row: Mapping[str, Any], cause: Cause | None, effect: Effect | None, scenario: Scenario, where: Where) -> Iterator[Mistake]:
    """Cause before the deadline, both within the scenario, the polity of the effect founded by then."""
    by = _text(row, "by") if names.MONTH.fullmatch(_text(row, "by")) else ""
    if by and not scenario.start <= by <= scenario.end:
        yield Mistake(("by",), f"{by} is outside the scenario {scenario.name}, {scenario.start} to {scenario.end}.")
        return
    polity = (effect.quantity or (effect.events or ("",))[0]).partition(".")[0] if effect else ""
    starts = scenario.polities[polity].starts if polity in scenario.polities else None
    if by and starts and by < starts:
        yield Mistake(("by",), f"{polity} begins in {starts}, after the deadline {by}.")
    if cause is None:
        return
    given = [month for month in (cause.date, cause.first, cause.last) if month]
    for month in given:
        if not scenario.start <= month <= scenario.end:
            yield Mistake(("cause",), f"{month} is outside the scenario {scenario.name}, {scenario.start} to {scenario.end}.")
            return
    when = cause.first or cause.date or first_recorded(cause, where, scenario.start, scenario.end)
    if not when:
        yield Mistake(("cause",), f"the record has no date for {cause.as_text()} from {scenario.start} to {scenario.end}. Say when: {_dated(cause)}.")
    elif by and when > by:
        told = "" if given else " (record)"
        yield Mistake(("by",), f"the cause comes in {when}{told}, after the deadline {by}. An effect is counted from the cause to the deadline.")


def _dated(cause: Cause) -> str:
    return f"{cause.as_text()}@YYYY-MM"


def _fact(fact: Mapping[str, Any]) -> Iterator[Mistake]:
    """One fact of a premise: one kind, with what that kind needs, known to the record."""
    kinds = [kind for kind in KINDS if _text(fact, kind)]
    if not kinds and set(fact) - {*KINDS, "moves", "body", "first", "last"}:
        return  # a slip in the key itself, told as such
    if len(kinds) != 1:
        told = f"{' and '.join(kinds)} are given: a fact is of one kind" if kinds else "nothing to look up is given"
        yield Mistake((), f"{told}. Expected one of {', '.join(KINDS)}.")
        return
    kind = kinds[0]
    needs = {"event": (), "events": ("first", "last"), "series": ("moves", "first", "last"), "person": ("body", "first", "last")}[kind]
    for key in ("moves", "body", "first", "last"):
        if key in needs and not _text(fact, key):
            yield Mistake((key,) if key in fact else (), f"a fact about {kind} needs '{key}'.")
        if key not in needs and _text(fact, key):
            yield Mistake((key,), f"a fact about {kind} takes no '{key}'.")
    if "first" in needs and _text(fact, "last") and _text(fact, "last") < _text(fact, "first"):
        yield Mistake(("last",), f"the span ends in {fact['last']}, before it begins in {fact['first']}.")
    elif told := _unknown(kind, fact):
        yield Mistake((kind if kind != "person" or fact["person"] not in lives() else "body",), told)


def _unknown(kind: str, fact: Mapping[str, Any]) -> str:
    """What the record does not know of a fact, '' where it knows all."""
    word = fact[kind]
    if kind == "event":
        known = {row.id for row in record.events()}
        return "" if word in known else f"the record has no event '{word}'. {did_you_mean(word, known)}   More: thaw record events"
    if kind == "events":
        return _unknown_events(word)
    if kind == "person":
        if word not in lives():
            return f"there is no person '{word}' in the record. {did_you_mean(word, lives())}   More: thaw record people"
        bodies = {row.body for row in record.tenures() if row.person == word}
        body = _text(fact, "body")
        return "" if not body or body in bodies else f"the record has no {body} held by {word}. {did_you_mean(body, bodies)}"
    polity, _, variable = word.partition(".")
    try:
        rows = record.series(polity, variable)
    except ThawError as mistake:
        return f"'{word}': {mistake}"
    first, last = _text(fact, "first"), _text(fact, "last")
    held = [row for row in rows if first <= row.end.isoformat()[:7] and row.start.isoformat()[:7] <= last]
    if first and last and len(held) < 2:
        span = f"{rows[0].start.year} to {rows[-1].end.year}" if rows else "none"
        return f"{word} has {len(held)} rows from {first} to {last}: two are needed to tell how it moves. The record has: {span}."
    return ""


def _unknown_events(text: str) -> str:
    try:
        effect = read_effect(text, where_of())
    except ThawError as mistake:
        return str(mistake)
    if not effect.events or effect.absent:
        return f"'{text}' is not a list of events. Expected names joined by '|', as SUN.unrest | SUN.camp_revolt."
    grouped = [name for name in effect.events if name.partition(".")[0] in GROUPS]
    return f"'{grouped[0]}': a premise names its polities one by one." if grouped else ""


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""
