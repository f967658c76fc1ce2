"""The record with everything after a day changed: a forecast from before that day must not notice."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from thaw import record

SMALL = {"histories": 64, "citizens": 120, "seed": 3, "prior": True, "workers": 1}
LATER = dt.timedelta(days=500)


def corrupted(after: dt.date) -> Callable[..., tuple[Any, ...]]:
    """What stands in for `thaw.record._made`: rows as they are up to a day, and other values, dates, names and causes after it."""
    month = f"{after:%Y-%m}"

    def later(day: dt.date | None) -> dt.date | None:
        return day + LATER if day and day > after else day

    def changed(row: Any) -> Any:
        if isinstance(row, record.Observation) and row.end > after:
            return replace(row, value=3 * row.value + 1, low=None, high=None)
        if isinstance(row, record.Event):
            named = ("SUN.amnesty",) if row.event and row.date > after else row.event
            return replace(row, date=later(row.date), end_date=later(row.end_date), event=named)
        if isinstance(row, record.Person) and row.died and row.died > after:
            return replace(row, died=after + dt.timedelta(days=40), death_cause="executed" if row.death_cause == "natural" else "natural")
        if isinstance(row, record.Tenure):
            return replace(row, person="beria" if row.start > after else row.person, start=later(row.start), end=later(row.end))
        if isinstance(row, record.State):
            days = {name: later(getattr(row, name)) for name in ("independent", "until", "lost_from", "lost_until")}
            until = None if (row.alliance_until or "") > month else row.alliance_until
            return replace(row, **days, alliance_from="1973-01" if (row.alliance_from or "") > month else row.alliance_from, alliance_until=until)
        return row

    return _standing_in(changed)


def invented(after: dt.date) -> Callable[..., tuple[Any, ...]]:
    """The same with a future that nobody recorded: every later value is the number of its year, and of events there is one amnesty a year in Moscow."""

    def changed(row: Any) -> Any:
        if isinstance(row, record.Observation) and row.end > after:
            return replace(row, value=float(row.end.year), low=None, high=None)
        if isinstance(row, record.Event) and row.date > after:
            return replace(row, event=("SUN.amnesty",) if row.event else ())
        return row

    return _standing_in(changed)


def ended(after: dt.date) -> Callable[..., tuple[Any, ...]]:
    """The same with no number that begins after a day, and nobody dead who lived then."""

    def changed(row: Any) -> Any:
        if isinstance(row, record.Observation) and row.start > after:
            return None
        return replace(row, died=None) if isinstance(row, record.Person) and row.died and row.died > after else row

    return _standing_in(changed)


def _standing_in(changed: Callable[[Any], Any]) -> Callable[..., tuple[Any, ...]]:
    """What stands in for `thaw.record._made`: every row as it is changed, without those that become None."""
    true = record._made

    @cache
    def made(kind: Callable[..., Any], name: str) -> tuple[Any, ...]:
        return tuple(row for row in map(changed, true(kind, name)) if row is not None)

    return made
