"""Dates of the record with how sure they are: what a claim's chronology is told by.

>>> [row.as_text() for row in of_event("SUN.secret_speech")]
['SUN.secret_speech on 1956-02-25 (E173)']
>>> of_row("E065").status
'from memory, unverified'
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from thaw import record
from thaw.dates import last_day

READ, MEMORY, GIVEN = "read", "from memory, unverified", "set by the claim"


@dataclass(frozen=True)
class Dated:
    """Something on a day. `date` is what is printed: a day, or a month where only that is known; `cannot` ends "... have been affected"."""

    what: str
    day: dt.date
    date: str
    row: str
    status: str
    sources: tuple[str, ...]
    cannot: str = "it cannot"

    def as_text(self) -> str:
        """What, when, which row, and whether nobody has read it in a source."""
        notes = [note for note in (self.row, self.status if self.status != READ else "") if note]
        return f"{self.what} {'on' if len(self.date) == 10 else 'in'} {self.date}" + (f" ({', '.join(notes)})" if notes else "")

    def plain(self) -> dict[str, Any]:
        """The same in plain values."""
        return {"what": self.what, "date": self.date, "row": self.row, "status": self.status, "sources": list(self.sources)}


def of_row(row_id: str) -> Dated:
    """A row of the record's events."""
    row = next(row for row in record.events() if row.id == row_id)
    return Dated(row.summary, row.date, row.date.isoformat(), row.id, status_of(row.status), row.source)


def of_event(name: str) -> tuple[Dated, ...]:
    """Every day on which the record has an event, in order; of two rows of one day the first."""
    return _by_event().get(name, ())


def of_person(person: str) -> list[Dated]:
    """A person's death, none where he outlives the record or is not of it."""
    row = next((row for row in record.people() if row.id == person), None)
    if row is None or row.died is None:
        return []
    known = of_event(f"{row.polity}.death:{person}")[0]
    return [Dated(f"{row.name} died", row.died, known.date, known.row, known.status, known.sources, "he cannot")]


def tenure(person: str, body: str) -> list[Dated]:
    """The days on which a person began to hold a seat."""
    rows = sorted((row for row in record.tenures() if (row.person, row.body) == (person, body)), key=lambda row: row.start)
    return [Dated(f"{person} {body}", row.start, row.start.isoformat(), "", status_of(row.status), row.source) for row in rows]


def dates_in(rows: Iterable[Dated], first: str, last: str) -> list[Dated]:
    """Those within months 'YYYY-MM'; an empty bound is none."""
    return [row for row in rows if row.date[:7] >= first and (not last or row.date[:7] <= last)]


def status_of(status: str) -> str:
    """A row's status as a claim prints it: only what was read in a source is sure."""
    return READ if status == READ else MEMORY


def to_day(month: str) -> dt.date:
    """The last day of a month 'YYYY-MM': what is dated by month alone has begun by then."""
    return last_day(int(month[:4]), int(month[5:7]))


@cache
def _by_event() -> dict[str, tuple[Dated, ...]]:
    found: dict[str, dict[dt.date, Dated]] = {}
    for event in record.events():
        for name in event.event:
            row = Dated(name, event.date, event.date.isoformat(), event.id, status_of(event.status), event.source)
            found.setdefault(name, {}).setdefault(event.date, row)
    for person in record.people():
        if person.died:
            death = _death(person, found.get(f"{person.polity}.death:{person.id}", {}))
            found[death.what] = {death.day: death}
    return {name: tuple(days[day] for day in sorted(days)) for name, days in found.items()}


def _death(person: record.Person, told: dict[dt.date, Dated]) -> Dated:
    """A death on the day of the person's own row; the row of events that tells of it may begin days before, as a trial does."""
    assert person.died is not None
    rows = [row for row in told.values() if row.status == READ] or list(told.values())
    by_day = person.died_precision in (None, "day")
    sure = by_day and (person.status == READ or any(row.status == READ and row.day == person.died for row in rows))
    return Dated(
        f"{person.polity}.death:{person.id}",
        person.died,
        person.died.isoformat() if by_day else person.died.isoformat()[:7],
        rows[0].row if rows else "",
        READ if sure else MEMORY,
        tuple(dict.fromkeys((*person.source, *(source for row in rows for source in row.sources)))),
    )
