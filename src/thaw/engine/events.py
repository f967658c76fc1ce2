"""Event rows of a chunk: from the log of the loop, month by month, to sorted columns.

Collected as numbers, some 60 bytes a row: a chunk of the main job holds some 200,000, and as Python strings they would
take as much memory as all series together. What drove each event is put into words at the end, alike rows together.
"""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

import numpy as np

from thaw import loop
from thaw.declare import Event
from thaw.digest import EVENT_COLUMNS
from thaw.names import WORLD
from thaw.noise import strongest_pushes
from thaw.plan import Plan

_KINDS = {"history": np.int32, "week": np.int8, "rate": np.float64, "forced": np.bool_}


class EventRows:
    """Rows of one chunk; `add` what the log holds so far, then ask for the `columns`."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._court = np.asarray(plan.given["court"])
        self._places = tuple(dict.fromkeys((*plan.polities, *plan.states, WORLD)))  # a state that is a polity stands once
        self._events: list[str] = []
        self._codes = {event.name: self._named(event) for step in loop.mechanisms() for event in step.events}
        self._pushes: dict[tuple[str, ...], list[np.ndarray]] = {}
        self._names_of: list[tuple[str, ...]] = []
        self._times: list[tuple[int, int, int]] = []
        self._parts: list[tuple[np.ndarray, ...]] = []

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Rows as `noise.Log` keeps them: arrays by event, month and week."""
        for event, month, week, history, entity, actor, rate, forced, because in rows:
            size, (names, pushes) = len(history), because
            places, codes = self._codes[event]
            self._pushes.setdefault(names, []).append(np.array(pushes, float).reshape(len(names), size))
            self._names_of.append(names)
            self._times.append((size, month, week))
            self._parts.append(
                (
                    history.astype(np.int32),
                    places[entity],
                    codes[entity],
                    actor.astype(np.int32),
                    np.asarray(rate, float),
                    np.asarray(forced, bool),
                )
            )

    def columns(self, first: int, ends: np.ndarray) -> dict[str, np.ndarray]:
        """The rows sorted by history, month, week, event and polity.

        Parameters
        ----------
        first : number of the chunk's first history; `history` counts from the start of the run
        ends : (H,) month from which on a history holds nothing, because it left its bounds
        """
        if not self._parts:
            return {name: np.empty(0, _KINDS.get(name, object)) for name in EVENT_COLUMNS}
        history, polity, event, actor, rate, forced = map(np.concatenate, zip(*self._parts, strict=True))
        sizes, *times = np.array(self._times).T
        month, week = (np.repeat(time, sizes) for time in times)
        polities = _words(self._places)
        persons = _words((*self._plan.persons, ""))
        events = _words(self._events)
        months = _words(f"{year}-{number:02d}" for year, number in self._plan.months)
        order = np.lexsort((_ranks(polities)[polity], _ranks(events)[event], week, month, history))  # last key first
        order = order[month[order] < ends[history[order]]]
        return {
            "history": history[order] + np.int32(first),
            "month": months[month[order]],
            "week": week[order].astype(np.int8),
            "polity": polities[polity[order]],
            "event": events[event[order]],
            "actor": persons[actor[order]],
            "rate": rate[order],
            "forced": forced[order],
            "because": self._reasons()[order],
        }

    def _reasons(self) -> np.ndarray:
        """What drove each event in words, in the order in which the rows came."""
        said = {names: iter(strongest_pushes(names, np.concatenate(parts, 1))) for names, parts in self._pushes.items()}
        sized = zip(self._names_of, (len(part[0]) for part in self._parts), strict=True)
        return _words(chain.from_iterable(islice(said[names], size) for names, size in sized))

    def _named(self, event: Event) -> tuple[np.ndarray, np.ndarray]:
        """Polity and name of an event for each member of its axis, as codes; one of each where it has no axis.

        What happens to a person bears his name and belongs to his court; what happens in a theatre bears the theatre's
        and belongs to the world, as do events that come once a history; a state's code stands where a polity's would.
        """
        members = self._plan.members[event.axes] if event.axes else (WORLD,)
        first = len(self._events)
        if event.axes in ("E", "T"):
            self._events += [f"{event.name}:{member}" for member in members]
            codes = np.arange(first, len(self._events))
        else:
            self._events.append(event.name)
            codes = np.full(len(members), first)
        if event.axes == "E":
            places = self._court
        elif event.axes in ("P", "W"):
            places = np.array([self._places.index(code) for code in members], int)
        else:
            places = np.full(len(members), self._places.index(WORLD))
        return places.astype(np.int16), codes.astype(np.int32)


def _words(words: Iterable[str]) -> np.ndarray:
    return np.array(list(words), object)


def _ranks(words: np.ndarray) -> np.ndarray:
    """The alphabetical rank of each word.

    >>> _ranks(_words(["b", "c", "a"]))
    array([1, 2, 0])
    """
    ranks = np.empty(len(words), int)
    ranks[np.argsort(words, kind="stable")] = np.arange(len(words))
    return ranks
