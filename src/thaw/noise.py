"""Luck, keyed by what it is for: draws, clocks and the gates that interventions work on.

A clock is an exponential draw E keyed by (seed, event, actor, k, history). An event with hazard λ fires for the k-th time when its
cumulated hazard since the last firing reaches E (the time-change theorem for point processes; as a coupling of twins: Oberst &
Sontag 2019 discuss the discrete case). A push that makes an event likelier makes the same event come earlier; it rolls no new die.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from thaw.axes import WEEKS_PER_MONTH
from thaw.declare import Event, Hazard, Mechanism, OfCourt
from thaw.kernels.noise import exponential, exponential_each, name_key, normal, uniform
from thaw.kernels.portable import exp, log

_key = lru_cache(maxsize=4096)(name_key)
ONCE = 0xFFFFFFFF  # the time coordinate of traits, which are drawn once a history
OTHER = np.uint32(1 << 31)  # set in the number of a history whose luck is drawn anew
OVERRULED = -2.3  # log weight of an outcome that the model's rules had decided otherwise: one in ten
LEAST = 1e-6  # chance given to what the model holds impossible


@dataclass(frozen=True)
class Act:
    """One intervention on an event: done in a month, or prevented throughout (`once`: its first onset only); `entity` is a place on the
    event's axis or -1 for all."""

    event: str
    entity: int
    month: int = -1
    week: int = 0
    once: bool = False


@dataclass
class Clock:
    """State of one event's clocks, each (H, ...): hazard still to run, firings so far, firings prevented so far."""

    remaining: np.ndarray
    fired: np.ndarray
    prevented: np.ndarray

    def copy(self) -> "Clock":
        return Clock(self.remaining.copy(), self.fired.copy(), self.prevented.copy())


@dataclass(frozen=True)
class Recorded:
    """What the record says of some events before a month: they are brought about when it has them, and at no other time.

    when   event -> for each place on its axis, the (month, week) in which it came, () where it did not; None where the record is silent
    until  the first month that is free again

    Each history is weighted by how likely it was to do so of itself (`Log.weight`): by the hazards of clocks, and by a fixed
    penalty for each outcome that a rule of the model decided otherwise.
    """

    when: Mapping[str, tuple[tuple[tuple[int, int], ...] | None, ...]]
    until: int

    def now(self, event: str, month: int, week: int | None) -> np.ndarray:
        """Places (axis,) where the event came in this month, or in this week of it."""
        return np.array([any(m == month and (week is None or w == week) for m, w in dates or ()) for dates in self.when[event]])

    def known(self, event: str) -> np.ndarray:
        """Places (axis,) of which the record speaks."""
        return np.array([dates is not None for dates in self.when[event]])


Pushes = tuple[tuple[str, ...], list[np.ndarray]]  # names, and one array of rows each


@dataclass
class Log:
    """Rows of what happened in a chunk, collected month by month as arrays."""

    rows: list[tuple[str, int, int, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, Pushes]] = field(default_factory=list)
    wanted: dict[tuple[str, int], np.ndarray] = field(default_factory=dict)  # (event, month) -> where an intervention wished it
    met: dict[tuple[str, int], np.ndarray] = field(default_factory=dict)  # (event, month) -> where the wish could be met
    weight: np.ndarray | None = None  # (H,) log likelihood of what the record was made to decide
    missed: dict[str, np.ndarray] = field(default_factory=dict)  # event -> where a rule has been overruled, so that it counts once

    @property
    def refused(self) -> dict[str, np.ndarray]:
        """Event -> (H,) whether a forced event was refused for want of what it requires, by every mechanism that makes it."""
        left: dict[str, np.ndarray] = {}
        for (name, month), wish in self.wanted.items():
            missed = (wish & ~self.met[name, month]).reshape(len(wish), -1).any(axis=1)
            left[name] = left.get(name, np.zeros(len(wish), bool)) | missed
        return {name: missed for name, missed in left.items() if missed.any()}


@dataclass(frozen=True)
class Luck:
    """What all noise of a chunk shares: the seed, its histories, the names on each axis, interventions and pins."""

    seed: int
    histories: np.ndarray  # (H,) global numbers
    ids: Mapping[str, np.ndarray]  # axis letter -> hashed names
    do: tuple[Act, ...] = ()
    prevent: tuple[Act, ...] = ()
    pins: Mapping[str, np.ndarray] = field(default_factory=dict)  # event -> month on its axis, -1 free
    by_month: bool = False  # couple luck by month instead of by clock
    other_after: np.ndarray | None = None  # (H,) month after which a history has another luck
    recorded: Recorded | None = None
    traits: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)  # draws made once a history, kept

    def key(self, *names: str) -> np.uint64:
        return _key(self.seed, *names)

    def size(self, axes: str) -> tuple[int, ...]:
        return (len(self.histories), *(len(self.ids[letter]) for letter in axes))

    def entities(self, axes: str) -> np.ndarray:
        """Hashed names along the axes after the history; () for one a history."""
        return self.ids[axes] if axes else np.zeros(1, np.uint32)

    def numbers(self, month: int) -> np.ndarray:
        """Whose luck each history (H,) has in a month: its own, or that of a number no run reaches."""
        if self.other_after is None:
            return self.histories
        return np.where(month > self.other_after, self.histories | OTHER, self.histories)

    def draw(self, law: str, key: np.uint64, axes: str, time: Any, numbers: np.ndarray | None = None) -> np.ndarray:
        sampler = {"normal": normal, "uniform": uniform, "exponential": exponential}[law]
        values = sampler(key, self.histories if numbers is None else numbers, self.entities(axes), time)
        return values if axes else values[:, 0]


class Noise:
    """The luck of one mechanism in one month (or week): its draws as attributes, and the clocks of its events.

    Everything that fires is appended to `log`; clocks advance in `clocks`, which the loop owns and hands on.
    """

    def __init__(
        self, luck: Luck, mechanism: Mechanism, month: int, week: int, weeks: int, clocks: dict[str, Clock], log: Log
    ) -> None:
        self._luck, self._mechanism, self._clocks, self._log = luck, mechanism, clocks, log
        self._month, self._week = month, week
        self._dt = 1 / WEEKS_PER_MONTH if mechanism.weekly else 1.0
        self._time = month * 8 + week if mechanism.weekly else month
        self._numbers = luck.numbers(month)
        self.week_of_run = weeks

    @property
    def dt(self) -> float:
        """Length of this step in months."""
        return self._dt

    @property
    def luck(self) -> Luck:
        """Seed and histories, for kernels that draw their own words."""
        return self._luck

    def __getattr__(self, name: str) -> np.ndarray:
        if name.startswith("_") or name not in self._mechanism.draws:
            raise AttributeError(f"{self._mechanism.name} declares no draw '{name}'")
        draw = self._mechanism.draws[name]
        place = (self._mechanism.name, name)
        if not draw.once:
            return self._luck.draw(draw.law, self._luck.key(*place), draw.axes, self._time, self._numbers)
        if place not in self._luck.traits:
            self._luck.traits[place] = self._luck.draw(draw.law, self._luck.key(*place), draw.axes, ONCE)
            self._luck.traits[place].flags.writeable = False
        return self._luck.traits[place]

    def happens(
        self, name: str, rate: Hazard | np.ndarray, *, requires: np.ndarray | bool = True,
        also: np.ndarray | bool = False, actor: np.ndarray | None = None,
    ) -> np.ndarray:  # fmt: skip
        """Whether each event fires now: hazard `rate` per month runs its clock where it is possible at all.

        Parameters
        ----------
        rate : Hazard or array, broadcastable to the event's axes, per month
        requires : bool array; elsewhere the hazard is nil and a forced event is refused
        also : bool array; there it happens now whatever the clock says, if possible: another rule has decided it
        actor : (H, ...) person behind it, for the log

        Returns
        -------
        bool (H, ...): fires, after prevention, pins and forced occurrences
        """
        event, shape = self._declared(name)
        pushes: Mapping[str, Any] = rate.pushes if isinstance(rate, Hazard) else {}
        value = rate.rate if isinstance(rate, Hazard) else rate
        clock = self._clock(event, shape)
        pin = self._luck.pins.get(name)
        possible = requires & (clock.fired == 0) if event.once else requires
        if not np.any(possible) and self.forced(event, shape) is None:
            return np.zeros(shape, bool)
        running = possible if pin is None else possible & (self._month > pin)
        hazard = value * self._dt * running  # nil where it is not possible; rates are finite
        if self._luck.by_month:
            key = self._luck.key(event.name, "by month")
            fires = self._luck.draw("uniform", key, event.axes, self._time, self._numbers) < 1 - exp(-hazard)
        else:
            clock.remaining -= hazard
            fires = (clock.remaining <= 0) & running
        if pin is not None:
            fires |= possible & (pin == self._month)
        if also is not False:
            fires |= possible & also
        if self._is_recorded(event):
            fires = self._as_clocked(event, clock, fires, np.broadcast_to(possible, shape), hazard, np.broadcast_to(also, shape))
        fires = self._intervene(event, clock, fires, possible)
        if fires.any():
            self._rewind(event, clock, fires)
            self._record(event, fires, value, pushes, actor)
        return fires

    def occurs(
        self, name: str, condition: np.ndarray, *, requires: np.ndarray | bool = True, actor: np.ndarray | None = None,
        because: Mapping[str, np.ndarray] | None = None,
    ) -> np.ndarray:  # fmt: skip
        """Whether an event that a threshold or an outcome decides takes place, after prevention and forced occurrences."""
        event, shape = self._declared(name)
        clock = self._clock(event, shape)
        possible = requires & (clock.fired == 0) if event.once else requires
        fires = np.zeros(shape, bool) | (condition & possible)
        if self._is_recorded(event):
            fires = self._as_ruled(event, fires, np.broadcast_to(possible, shape))
        fires = self._intervene(event, clock, fires, possible)
        if fires.any():
            clock.fired = clock.fired + fires
            self._record(event, fires, np.float64(np.nan), because or {}, actor)
        return fires

    def fired_before(self, name: str) -> np.ndarray:
        """How often each event has fired so far, (H, ...)."""
        event, shape = self._declared(name)
        return self._clock(event, shape).fired

    def _declared(self, name: str) -> tuple[Event, tuple[int, ...]]:
        event = self._mechanism.event(name)
        return event, self._luck.size(event.axes)

    def _clock(self, event: Event, shape: tuple[int, ...]) -> Clock:
        clock = self._clocks.get(event.name)
        if clock is None:
            first = self._luck.draw("exponential", self._luck.key(event.name, "clock"), event.axes, 0, self._numbers)
            clock = self._clocks[event.name] = Clock(first, np.zeros(shape, np.int32), np.zeros(shape, np.int32))
        return clock

    def _rewind(self, event: Event, clock: Clock, fires: np.ndarray) -> None:
        """Count the firings and draw the next wait of those clocks; the k-th wait is keyed by k."""
        clock.fired = clock.fired + fires
        self._wait(event, clock, np.nonzero(fires))

    def _wait(self, event: Event, clock: Clock, where: tuple[np.ndarray, ...]) -> None:
        """Draw anew the waits at some places; those that follow a prevented firing have keys of their own."""
        entities = self._luck.entities(event.axes)
        entity = entities[where[1]] if len(where) > 1 else np.broadcast_to(entities, where[0].shape)
        times = clock.fired[where] + clock.prevented[where] * 4096
        key = self._luck.key(event.name, "clock")
        clock.remaining[where] = exponential_each(key, self._numbers[where[0]], entity, times)

    def _is_recorded(self, event: Event) -> bool:
        given = self._luck.recorded
        return given is not None and self._month < given.until and event.name in given.when

    def _record_of(self, event: Event, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Where the record has the event in this step, and where it speaks of it at all, broadcast over histories."""
        given = self._luck.recorded
        assert given is not None
        now, known = given.now(event.name, self._month, self._week if self._mechanism.weekly else None), given.known(event.name)
        return np.broadcast_to(now if event.axes else now[0], shape), np.broadcast_to(known if event.axes else known[0], shape)

    def _as_clocked(
        self, event: Event, clock: Clock, fires: np.ndarray, possible: np.ndarray, hazard: np.ndarray, ruled: np.ndarray
    ) -> np.ndarray:  # fmt: skip
        """What fires if the record decides; weighted by the chance that the clock, or another rule, would have had it so."""
        now, known = self._record_of(event, fires.shape)
        hazard = np.broadcast_to(hazard, fires.shape)
        chance = log(np.maximum(1 - exp(-hazard), LEAST)) if now.any() else hazard
        self._weigh(np.where(now, np.where(ruled & possible, 0.0, np.where(possible, chance, log(np.float64(LEAST)))), -hazard * known))
        self._overrule(event, ruled & possible & known & ~now)
        stopped = fires & known & ~now
        if stopped.any():
            clock.prevented = clock.prevented + stopped
            self._wait(event, clock, np.nonzero(stopped))
        return np.where(known, now & possible, fires)

    def _as_ruled(self, event: Event, fires: np.ndarray, possible: np.ndarray) -> np.ndarray:
        """What takes place if the record decides an outcome of the model's rules."""
        now, known = self._record_of(event, fires.shape)
        self._weigh(np.where(now & ~fires, np.where(possible, OVERRULED, log(np.float64(LEAST))), 0.0))
        self._overrule(event, fires & known & ~now)
        return np.where(known, now & possible, fires)

    def _overrule(self, event: Event, where: np.ndarray) -> None:
        """Weigh down, once for each event and place, the histories in which a rule wanted what the record does not have."""
        before = self._log.missed.get(event.name, np.zeros(where.shape, bool))
        self._weigh(OVERRULED * (where & ~before))
        self._log.missed[event.name] = before | where

    def _weigh(self, parts: np.ndarray) -> None:
        whole = parts.reshape(len(parts), -1).sum(axis=1)
        self._log.weight = whole if self._log.weight is None else self._log.weight + whole

    def _intervene(self, event: Event, clock: Clock, fires: np.ndarray, possible: np.ndarray | bool) -> np.ndarray:
        """What fires once forced occurrences are added and prevented ones taken away; who refuses is noted in the log."""
        stops = [act for act in self._luck.prevent if act.event == event.name]
        forced = self.forced(event, fires.shape)
        if stops:
            stopped = np.logical_or.reduce([self._chosen(act, fires.shape) for act in stops])
            if event.put_off or any(act.once for act in stops):  # only the first onset is prevented: a life that is saved runs on, it does not last for ever
                stopped = stopped & (clock.prevented == 0)
            prevented = fires & stopped
            if prevented.any():
                clock.prevented = clock.prevented + prevented
                self._wait(event, clock, np.nonzero(prevented))
            fires = fires & ~stopped
        if forced is not None:
            nowhere = np.zeros(fires.shape, bool)
            key = (event.name, self._month)
            self._log.wanted[key] = self._log.wanted.get(key, nowhere) | forced
            self._log.met[key] = self._log.met.get(key, nowhere) | (forced & possible)
            fires = fires | (forced & possible)
        return fires

    def forced(self, event: Event, shape: tuple[int, ...]) -> np.ndarray | None:
        """Where an intervention brings the event about in this step, None where there is none."""
        now = [
            act
            for act in self._luck.do
            if act.event == event.name and act.month == self._month and act.week == (self._week if self._mechanism.weekly else act.week)
        ]
        return np.logical_or.reduce([self._chosen(act, shape) for act in now]) if now else None

    def _chosen(self, act: Act, shape: tuple[int, ...]) -> np.ndarray:
        chosen = np.zeros(shape, bool)
        if act.entity < 0 or len(shape) == 1:
            chosen[...] = True
        else:
            chosen[:, act.entity] = True
        return chosen

    def _record(
        self, event: Event, fires: np.ndarray, rate: Any, pushes: Mapping[str, np.ndarray], actor: np.ndarray | None
    ) -> None:
        where = np.nonzero(fires)
        entity = where[1] if len(where) > 1 else np.full(len(where[0]), -1)
        who = at(actor, where) if actor is not None else np.full(len(where[0]), -1)
        forced = self.forced(event, fires.shape)
        marks = forced[where] if forced is not None else np.zeros(len(where[0]), bool)
        because = (tuple(pushes), [at(push, where) for push in pushes.values()])
        week = self._week if self._mechanism.weekly else -1
        self._log.rows.append((event.name, self._month, week, where[0], entity, who, at(rate, where), marks, because))


def redraw(clocks: Mapping[str, Clock], axes: Mapping[str, str], luck: Luck, month: int) -> None:
    """Draw anew the waits of histories whose luck changes with this month: what is left of an exponential wait is one."""
    if luck.other_after is None or not (now := luck.other_after == month - 1).any():
        return
    for event, clock in clocks.items():
        waits = luck.draw("exponential", luck.key(event, "clock", "redrawn"), axes[event], month, luck.numbers(month))
        clock.remaining[now] = waits[now]


def at(values: Any, where: tuple[np.ndarray, ...]) -> np.ndarray:
    """The values at some places of an array that may still have to be broadcast.

    >>> at(np.array([[5.0], [7.0]]), (np.array([0, 1]), np.array([3, 2])))
    array([5., 7.])
    """
    if isinstance(values, OfCourt):
        return values.values[where[0], values.court[where[1]]]
    values = np.asarray(values)
    lacking = len(where) - values.ndim
    index = tuple(where[lacking + axis] if size > 1 else 0 for axis, size in enumerate(values.shape))
    found = values[index]
    return found if np.ndim(found) else np.full(len(where[0]), found)


def strongest_pushes(names: Sequence[str], pushes: np.ndarray) -> list[str]:
    """The two strongest positive pushes (names, rows) of each row in words.

    >>> strongest_pushes(["grievance", "norm", "stance"], np.array([[1.25], [-2.0], [0.5]]))
    ['grievance +1.2; stance +0.5']
    """
    if not len(names):
        return [""] * pushes.shape[1]
    order = np.argsort(-pushes, axis=0, kind="stable")[:2]
    tenths = np.rint(np.take_along_axis(pushes, order, axis=0) * 10).astype(int)
    said: dict[tuple[int, ...], str] = {}
    found = []
    for key in zip(*order.tolist(), *tenths.tolist(), strict=True):
        if key not in said:
            places, sizes = key[: len(order)], key[len(order) :]
            felt = [f"{names[k].replace('_', ' ')} {size / 10:+.1f}" for k, size in zip(places, sizes, strict=True) if size > 0]
            said[key] = "; ".join(felt)
        found.append(said[key])
    return found
