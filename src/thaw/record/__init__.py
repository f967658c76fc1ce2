"""The record: what happened, with source, doubt and licence for every row.

Ten tables as CSV files beside this module, described by `datapackage.json` (Frictionless): events, people, tenures,
relations, series, states, and what they lean on: sources, variables, polities; and two blind codings of judgements and ties.
They are read once, on first use, with the csv module alone.

>>> from thaw import record
>>> record.recorded_dates("SUN.secret_speech")
[datetime.date(1956, 2, 25)]
>>> [row.value for row in record.series("SUN", "gulag_prisoners") if row.end.year == 1953]
[2468524.0]
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from thaw.errors import RecordError, did_you_mean
from thaw.record.reading import Row, read_table
from thaw.record.vocabulary import EVENTS, EventName, parse

__all__ = [
    "EVENTS",
    "Event",
    "EventName",
    "Judgement",
    "Observation",
    "Person",
    "Polity",
    "Relation",
    "Source",
    "State",
    "Tenure",
    "Tie",
    "Variable",
    "event_names",
    "events",
    "judgements",
    "parse_event",
    "people",
    "polities",
    "read_table",
    "recorded_dates",
    "relations",
    "series",
    "sources",
    "states",
    "table",
    "tables",
    "tenures",
    "ties",
    "variables",
]

_FOLDER = Path(__file__).parent
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `event` holds the names under which the simulation knows it, none for most rows."""

    id: str
    date: dt.date
    end_date: dt.date | None
    polity: str
    kind: str
    actors: tuple[str, ...]
    summary: str
    event: tuple[str, ...]
    source: tuple[str, ...]
    status: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """A life. A day that is not known stands in the middle of the month or year that is: see the precision."""

    id: str
    name: str
    polity: str
    born: dt.date
    born_precision: str
    died: dt.date | None
    died_precision: str | None
    death_cause: str | None
    offices: str
    source: tuple[str, ...]
    status: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Tenure:
    """A spell in a body; no end means that it outlasted the record."""

    person: str
    body: str
    polity: str
    start: dt.date
    end: dt.date | None
    exit_mode: str | None
    source: tuple[str, ...]
    status: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie between two polities; aid, troops, embargo and membership run from a to b."""

    polity_a: str
    polity_b: str
    kind: str
    start: dt.date
    end: dt.date | None
    precision: str
    source: tuple[str, ...]
    status: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Observation:
    """A number and the days it stands for: a stock on one day, a flow or an average from `start` to `end`."""

    polity: str
    variable: str
    start: dt.date
    end: dt.date
    value: float
    low: float | None
    high: float | None
    source: tuple[str, ...]
    status: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """A publication or dataset, the terms it stands under, and what is taken from it."""

    key: str
    citation: str
    kind: str
    terms: str
    taken: str


@dataclass(frozen=True, slots=True)
class Variable:
    """What a series counts, in which unit, and what a date in it means."""

    name: str
    unit: str
    dating: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Polity:
    """A state, or a group of states, and the letters it goes by."""

    code: str
    name: str
    kind: str
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A state that was independent at some time from 1934 to 1991; from `lost_from` to `lost_until` it was not, in between.

    `alliance` is the pole, west or east, to which a treaty bound it in the months from `alliance_from` to `alliance_until`.
    """

    code: str
    name: str
    independent: dt.date | None
    until: dt.date | None
    lost_from: dt.date | None
    lost_until: dt.date | None
    former_ruler: str | None
    region: str
    capital_lat: float
    capital_lon: float
    km_moscow: int
    km_washington: int
    alliance: str | None
    alliance_from: str | None
    alliance_until: str | None
    source: tuple[str, ...]
    status: str
    note: str | None

    def independent_on(self, day: dt.date) -> bool:
        """Whether it is an independent state on a day."""
        began = self.independent is None or self.independent <= day
        ended = self.until is not None and self.until <= day
        lost = self.lost_from is not None and self.lost_from <= day < (self.lost_until or dt.date.max)
        return began and not ended and not lost


@dataclass(frozen=True, slots=True)
class Judgement:
    """A coder's reading of a person from acts no later than the month `by`: stance in [-1, 1], culpability in [0, 1]."""

    person: str
    quantity: str
    low: float
    best: float
    high: float
    acts: str
    source: str
    by: str
    coder: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A coder's reading of how firmly a person hung on a patron in the month `by`, 0 to 1."""

    person: str
    patron: str
    low: float
    best: float
    high: float
    basis: str
    source: str
    by: str
    coder: str


def events() -> list[Event]:
    """What happened, in order of date."""
    return sorted(_as(Event, "events"), key=lambda row: (row.date, row.id))


def people() -> list[Person]:
    """Everyone the record names, by id."""
    return _as(Person, "people")


def tenures() -> list[Tenure]:
    """Who sat where, from when to when."""
    return _as(Tenure, "tenures")


def relations() -> list[Relation]:
    """Alliances, aid, troops, rivalries and breaks between polities."""
    return _as(Relation, "relations")


def series(polity: str | None = None, variable: str | None = None) -> list[Observation]:
    """Numbers by date, of one polity or variable or both.

    >>> [row.value for row in series("SUN", "political_convictions") if row.end.year in (1951, 1952)]
    [54775.0, 28800.0]
    """
    _check(polity, _keys("polities"), "polity")
    _check(variable, _keys("variables"), "variable")
    return [
        row
        for row in _as(Observation, "series")
        if (polity is None or row.polity == polity) and (variable is None or row.variable == variable)
    ]


def sources() -> list[Source]:
    """Every source once."""
    return _as(Source, "sources")


def variables() -> list[Variable]:
    """The variables of `series`."""
    return _as(Variable, "variables")


def polities() -> list[Polity]:
    """The polities and groups that rows may name."""
    return _as(Polity, "polities")


def states() -> list[State]:
    """Every state that was independent at some time from 1934 to 1991, by code."""
    return _as(State, "states")


def judgements(coder: str | None = None, by: str | None = None) -> list[Judgement]:
    """Stance and culpability as each coder ('a', 'b') read them in each month, or in the month `by`."""
    return [row for row in _coded(Judgement, "judgements", coder) if by in (None, row.by)]


def ties(coder: str | None = None, by: str | None = None) -> list[Tie]:
    """Ties to patrons as each coder ('a', 'b') read them in each month, or in the month `by`."""
    return [row for row in _coded(Tie, "ties", coder) if by in (None, row.by)]


def recorded_dates(event_name: str, until: dt.date | None = None) -> list[dt.date]:
    """Days on which the record has this event, in order; deaths are read from `people`.

    A row that spans days counts at its first. A name that the vocabulary knows but the record never saw has none.
    `until` leaves out what came after that day: what may be looked at before the cut.

    >>> recorded_dates("HUN.intervention")
    [datetime.date(1956, 10, 24), datetime.date(1956, 11, 4)]
    >>> recorded_dates("SUN.death:stalin", until=dt.date(1953, 1, 1))
    []
    """
    name = parse_event(event_name)
    if name.name == "death":
        found = [row.died for row in people() if row.id == name.about and row.died]
    else:
        found = sorted({row.date for row in events() if event_name in row.event})
    return [day for day in found if until is None or day <= until]


def event_names() -> list[str]:
    """Names of all events that the record has a date for."""
    coded = {name for row in events() for name in row.event}
    return sorted(coded | {f"{row.polity}.death:{row.id}" for row in people() if row.died})


def parse_event(name: str) -> EventName:
    """The parts of an event name whose polity or state and person the record knows; RecordError with the nearest otherwise."""
    states = _keys("states") & {name.partition(".")[0]}  # only if it is one: a slip of the pen is nearer to a polity
    parts = parse(name, _keys("polities") | states, _keys("people"))
    home = {row.id: row.polity for row in people()}.get(parts.about, parts.polity)
    if home != parts.polity:
        meant = f"{home}.{parts.name}:{parts.about}"
        raise RecordError(f"'{name}': {parts.about} belongs to {home}. Did you mean '{meant}'?")
    return parts


def tables() -> list[str]:
    """Names of the tables that are there."""
    return [name for name in _package() if (_FOLDER / _package()[name]["path"]).exists()]


def table(name: str) -> tuple[list[str], list[list[str | float | None]]]:
    """Columns and rows of one table in plain values, for printing, CSV or JSON: days in ISO form, lists with ';'."""
    _check(name, tables(), "table")
    columns = [field["name"] for field in _package()[name]["schema"]["fields"]]
    return columns, [[_plain(row[column]) for column in columns] for row in _rows(name)]


def _plain(value: Any) -> str | float | None:
    if isinstance(value, dt.date):
        return value.isoformat()
    return ";".join(value) if isinstance(value, tuple) else value


def _check(word: str | None, known: Iterable[str], what: str) -> None:
    if word is not None and word not in set(known):
        raise RecordError(f"the record has no {what} '{word}'. {did_you_mean(word, known)}   More: thaw record --help")


@cache
def _package() -> dict[str, Any]:
    """The described tables by name."""
    package = json.loads((_FOLDER / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


@cache
def _rows(name: str) -> tuple[Row, ...]:
    resource = _package()[name]
    schema = resource["schema"]
    asked = {foreign["reference"]["resource"] for foreign in schema.get("foreignKeys", [])}
    asked |= {field["thaw:refers"] for field in schema["fields"] if "thaw:refers" in field}
    if "events" in asked:  # event names are made of polities and people
        asked = asked - {"events"} | {"polities", "people"}
    return tuple(read_table(_FOLDER / resource["path"], schema, {other: _keys(other) for other in sorted(asked)}))


@cache
def _keys(name: str) -> frozenset[str]:
    key = _package()[name]["schema"]["primaryKey"][0]
    return frozenset(row[key] for row in _rows(name))


@cache
def _made(kind: Callable[..., Any], name: str) -> tuple[Any, ...]:
    return tuple(kind(**row) for row in _rows(name))


def _as(kind: Callable[..., _Kind], name: str) -> list[_Kind]:
    return list(_made(kind, name))


def _coded(kind: Callable[..., _Kind], name: str, coder: str | None) -> list[_Kind]:
    """Rows of the codings `name_a`, `name_b` that exist, each with its coder's letter."""
    coders = {other.rsplit("_", 1)[1]: other for other in _package() if other.startswith(f"{name}_")}
    _check(coder, coders, "coder")
    there = tables()
    asked = [letter for letter in coders if coder in (None, letter) and coders[letter] in there]
    return [kind(**row, coder=letter) for letter in asked for row in _rows(coders[letter])]
