"""What an arm keeps of its months: the onsets of the events asked for and the quantities asked for, by month."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thaw import loop
from thaw.attribution.abreast import View
from thaw.attribution.grammar import REMAINDERS, SATELLITES
from thaw.fields import FIELDS
from thaw.names import WORLD
from thaw.noise import Log
from thaw.plan import Plan


@dataclass(frozen=True)
class Watch:
    """What arms keep: names of events (`SUN.fall:beria`) and quantities (`HUN.revolt`, `WLD.tension`)."""

    events: tuple[str, ...]
    quantities: tuple[str, ...]


@dataclass(frozen=True)
class Arm:
    """What one arm leaves behind.

    onsets   event -> (history, time), sorted: a time is a month and, after the point, the place in its order (see `Clockwork`)
    series   quantity -> (H, months) float32; NaN from the end of a history on
    ended    (H,) month in which a history ended before its time (war, or out of bounds); past the last month where it did not
    refused  forced event -> (H,) whether it was refused for want of what it requires
    weight   (H,) log likelihood of what the record was made to decide; None where it decided nothing
    """

    onsets: Mapping[str, tuple[np.ndarray, np.ndarray]]
    series: Mapping[str, np.ndarray]
    ended: np.ndarray
    refused: Mapping[str, np.ndarray]
    weight: np.ndarray | None

    @property
    def histories(self) -> int:
        """How many histories it has."""
        return len(self.ended)

    def first(self, events: Iterable[str], after: np.ndarray | float = -1.0, until: float = np.inf) -> np.ndarray:
        """First onset (H,) of any of these events later than `after` (H,) and no later than the end of month `until`; inf where none.

        >>> arm = Arm({"SUN.thaw": (np.array([0, 0, 1]), np.array([3.0, 9.0, 20.0]))}, {}, np.array([99, 99]), {}, None)
        >>> arm.first(["SUN.thaw"], after=np.array([3.0, 0.0]), until=15)
        array([ 9., inf])
        """
        found = np.full(self.histories, np.inf)
        later = np.broadcast_to(after, found.shape)
        for event in events:
            history, time = self.onsets.get(event, (np.empty(0, int), np.empty(0)))
            right = (time > later[history]) & (time < until + 1)
            np.minimum.at(found, history[right], time[right])
        return found


class Clockwork:
    """Where each mechanism stands in a month, as a fraction of it: events of one month have an order, that of the month.

    >>> place = Clockwork()
    >>> place("purge", -1) < place("society", 0) < place("bloc", 0) < place("society", 1) < place("world", -1) < 1
    True
    """

    def __init__(self) -> None:
        self._slots: dict[str, tuple[float, float]] = {}
        size = len(loop.mechanisms()) + 6 * sum(len(part) for part in loop.ORDER if isinstance(part, tuple)) + 1
        slot = 0
        for part in loop.ORDER:
            if isinstance(part, tuple):
                for place, step in enumerate(part):
                    self._slots[step.name] = ((slot + place) / size, len(part) / size)
                slot += 6 * len(part)
            else:
                self._slots[part.name] = (slot / size, 0.0)
                slot += 1

    def __call__(self, mechanism: str, week: int) -> float:
        start, a_week = self._slots[mechanism]
        return start + a_week * max(week, 0)


class Kept:
    """What an arm has left behind so far."""

    def __init__(self, plan: Plan, first: int, last: int, watch: Watch) -> None:
        self.plan, self.first, self.last, self.watch = plan, first, last, watch
        size, months = last - first, len(plan.months)
        self.series = {name: np.full((size, months), np.nan, np.float32) for name in watch.quantities}
        self.ended = np.full(size, months)
        self.log = Log()
        self.rows: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
        self._wanted = set(watch.events)
        self._place = Clockwork()
        self._deciding = {event.name: step for step in loop.mechanisms() for event in step.events}

    def copy(self, plan: Plan | None = None) -> "Kept":
        """The same so far, to go on by another plan."""
        new = Kept(plan or self.plan, self.first, self.last, self.watch)
        new.series = {name: values.copy() for name, values in self.series.items()}
        new.ended = self.ended.copy()
        new.rows = {name: list(parts) for name, parts in self.rows.items()}
        new.log = replace(Log(), weight=self.log.weight, missed=dict(self.log.missed))
        return new

    def content(self, month: int) -> tuple[Any, ...]:
        """What has been kept up to the end of a month, to be stored."""
        series = {name: values[:, : month + 1] for name, values in self.series.items()}
        return series, self.ended, self.rows, self.log.weight, self.log.missed

    def filled(self, content: tuple[Any, ...]) -> "Kept":
        """The same with what another run had kept."""
        new = self.copy()
        series, new.ended, new.rows, new.log.weight, new.log.missed = content
        new.rows = {name: parts for name, parts in new.rows.items() if name in self._wanted}
        for name, values in new.series.items():
            values[:, : series[name].shape[1]] = series[name]
        return new

    def take(self, month: int, state: "loop.State | View", faults: Sequence[loop.Fault]) -> None:
        """Keep what is asked for of the state at the end of a month."""
        for fault in faults:
            place = fault.history - self.first
            self.ended[place] = min(self.ended[place], month)
        self.ended[np.asarray(state.at_war)] = np.minimum(self.ended[np.asarray(state.at_war)], month + 1)
        for name, values in self.series.items():
            values[:, month] = read(self.plan, state, name)

    def onset(self, event: str, month: int, week: int, history: np.ndarray, entity: np.ndarray) -> None:
        """Keep an event of histories (rows) at places on its axis."""
        mechanism = self._deciding[event]
        axes = mechanism.event(event).axes
        time = month + self._place(mechanism.name, week)
        for place in np.unique(entity):
            name = full_name(self.plan, event, axes, int(place))
            if name in self._wanted:
                here = history[entity == place]
                self.rows.setdefault(name, []).append((here, np.full(len(here), time)))

    def arm(self) -> Arm:
        """What is left when the run has ended; nothing counts from the end of a history on."""
        onsets: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for name, parts in self.rows.items():
            history, time = (np.concatenate(values) for values in zip(*parts, strict=True))
            right = time < self.ended[history]
            order = np.lexsort((time[right], history[right]))
            onsets[name] = history[right][order], time[right][order]
        over = np.arange(len(self.plan.months)) >= self.ended[:, None]
        series = {name: np.where(over, np.float32(np.nan), values) for name, values in self.series.items()}
        return Arm(onsets, series, self.ended, dict(self._refused()), self.log.weight)

    def _refused(self) -> Iterator[tuple[str, np.ndarray]]:
        """Each forced event with the histories that refused it."""
        for (event, month), wish in self.log.wanted.items():
            missed = (wish & ~self.log.met[event, month]).reshape(len(wish), -1)
            for place in np.flatnonzero(wish.reshape(len(wish), -1).any(axis=0)):
                yield full_name(self.plan, event, self._deciding[event].event(event).axes, int(place)), missed[:, place]


def full_name(plan: Plan, event: str, axes: str, place: int) -> str:
    """The name of an event at a place on its axis, as a person writes it."""
    if axes == "E":
        return f"{plan.polities[int(plan.given['court'][place])]}.{event}:{plan.persons[place]}"
    if axes == "T":
        return f"{WORLD}.{event}:{plan.members['T'][place]}"
    return f"{plan.members[axes][place] if axes else WORLD}.{event}"


def read(plan: Plan, state: "loop.State | View", quantity: str) -> np.ndarray:
    """A quantity (H,) of the state: `HUN.revolt`, `WLD.tension`, `BLOC.voice` (the mean of the satellites), `WLD.west_share` (what others leave)."""
    place, _, name = quantity.partition(".")
    if name in REMAINDERS:
        return np.asarray(1 - sum(getattr(state, part) for part in REMAINDERS[name][0]), np.float32)
    values, axes = np.asarray(getattr(state, name)), FIELDS[name].axes
    if place == SATELLITES:
        return values[:, state.bloc].mean(axis=1).astype(np.float32)
    if axes.endswith(("P", "W", "T")):
        values = values[..., plan.members[axes[-1]].index(place)]
    return np.broadcast_to(values, state.tension.shape).astype(np.float32)


def joined(arms: Sequence[Arm]) -> Arm:
    """Chunks of one arm, one after the other."""
    if len(arms) == 1:
        return arms[0]
    starts = np.cumsum([0, *(arm.histories for arm in arms)])
    names = dict.fromkeys(name for arm in arms for name in arm.onsets)
    onsets = {}
    for name in names:
        parts = [(arm.onsets[name][0] + start, arm.onsets[name][1]) for arm, start in zip(arms, starts, strict=False) if name in arm.onsets]
        history, time = (np.concatenate(values) for values in zip(*parts, strict=True))
        onsets[name] = history, time
    series = {name: np.concatenate([arm.series[name] for arm in arms]) for name in arms[0].series}
    weights = [arm.weight for arm in arms if arm.weight is not None]
    none = [np.zeros(arm.histories, bool) for arm in arms]
    asked = dict.fromkeys(event for arm in arms for event in arm.refused)
    refused = {event: np.concatenate([arm.refused.get(event, empty) for arm, empty in zip(arms, none, strict=True)]) for event in asked}
    return Arm(onsets, series, np.concatenate([arm.ended for arm in arms]), refused, np.concatenate(weights) if weights else None)
