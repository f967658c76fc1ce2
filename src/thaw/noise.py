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
from thaw.kernels.noise import exponential, name_key, normal, run_clocks, uniform, uniform_each, wind_clocks
from thaw.kernels.portable import exp
from thaw.recorded import OVERRULED, Recorded, clocked, ruled

_key = lru_cache(maxsize=4096)(name_key)
ONCE = 0xFFFFFFFF  # the time coordinate of traits, which are drawn once a history
OTHER = np.uint32(1 << 31)  # set in the number of a history whose luck is drawn anew


@dataclass(frozen=True)
class Act:
    """One intervention on an event: done in a month, or prevented throughout (`once`: its first onset only); `entity` is a place on the
    event's axis or -1 for all, `arm` the arm it belongs to where several go abreast, -1 for all."""

    event: str
    entity: int
    month: int = -1
    week: int = 0
    once: bool = False
    arm: int = -1


@dataclass
class Clock:
    """State of one event's clocks, each (H, ...): hazard still to run, firings so far, firings that did not take place, whether an intervention
    has stopped one."""

    remaining: np.ndarray
    fired: np.ndarray
    prevented: np.ndarray
    stopped: np.ndarray

    def copy(self) -> "Clock":
        return Clock(self.remaining.copy(), self.fired.copy(), self.prevented.copy(), self.stopped.copy())


Pushes = tuple[tuple[str, ...], list[np.ndarray]]  # names, and one array of rows each


@dataclass
class Log:
    """Rows of what happened in a chunk, collected month by month as arrays."""

    rows: list[tuple[str, int, int, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, Pushes]] = field(default_factory=list)
    wanted: dict[tuple[str, int], np.ndarray] = field(default_factory=dict)  # (event, month) -> where an intervention wished it
    met: dict[tuple[str, int], np.ndarray] = field(default_factory=dict)  # (event, month) -> where the wish could be met
    weight: np.ndarray | None = None  # (H,) log likelihood of what the record was made to decide
    missed: dict[str, np.ndarray] = field(default_factory=dict)  # event -> where a rule has been overruled, so that it counts once

    def weigh(self, parts: np.ndarray) -> None:
        """Add log weights (H, ...)."""
        whole = parts.reshape(len(parts), -1).sum(axis=1)
        self.weight = whole if self.weight is None else self.weight + whole

    def overrule(self, event: str, where: np.ndarray) -> None:
        """Weigh down, once for each event and place, the histories in which a rule wanted what the record does not have."""
        if where.any():
            before = self.missed.get(event, np.zeros(where.shape, bool))
            self.weigh(OVERRULED * (where & ~before))
            self.missed[event] = before | where

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
    histories: np.ndarray  # (H,) global numbers; of arms that go abreast each brings all of them again
    ids: Mapping[str, np.ndarray]  # axis letter -> hashed names
    do: tuple[Act, ...] = ()
    prevent: tuple[Act, ...] = ()
    pins: Mapping[str, np.ndarray] = field(default_factory=dict)  # event -> month on its axis, -1 free
    by_month: bool = False  # couple luck by month instead of by clock
    other_after: np.ndarray | None = None  # (H,) month after which a history has another luck
    recorded: Recorded | None = None
    abreast: int = 1  # arms side by side
    traits: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)  # draws made once a history, kept

    def key(self, *names: str) -> np.uint64:
        return _key(self.seed, *names)

    def size(self, axes: str) -> tuple[int, ...]:
        return (len(self.histories), *(len(self.ids[letter]) for letter in axes))

    def rows(self, arm: int) -> slice:
        """The rows of one arm; of all where it is -1."""
        size = len(self.histories) // self.abreast
        return slice(None) if arm < 0 else slice(arm * size, (arm + 1) * size)

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

    def only(self, name: str, where: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """A uniform draw of the month for a few: the numbers that the whole draw has at these rows and columns."""
        declared, luck = self._mechanism.draws[name], self._luck
        if declared.law != "uniform" or declared.once:
            raise AttributeError(f"{self._mechanism.name}.{name} is not a uniform draw of each month")
        rows, columns = where
        times = np.full(len(rows), self._time, np.uint32)
        return uniform_each(luck.key(self._mechanism.name, name), self._numbers[rows], luck.entities(declared.axes)[columns], times)

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
        possible = np.asarray(requires & (clock.fired == 0) if event.once else requires)
        decided = self._luck.recorded is not None and self._luck.recorded.decides(name, self._month)
        if not possible.any() and self.forced(event, shape) is None and not decided:
            return np.zeros(shape, bool)
        running = possible if pin is None else possible & (self._month > pin)
        if self._luck.by_month:
            key = self._luck.key(event.name, "by month")
            fires = self._luck.draw("uniform", key, event.axes, self._time, self._numbers) < 1 - exp(-(value * self._dt * running))
        else:
            fires = run_clocks(value, self._dt, running, clock.remaining)
        if pin is not None:
            fires |= possible & (pin == self._month)
        if also is not False:
            fires |= possible & also
        if decided:
            hazard = np.broadcast_to(value * self._dt * running, shape)
            fires = self._as_recorded(event, clock, fires, np.broadcast_to(possible, shape), hazard, np.broadcast_to(also, shape))
        fires = self._intervene(event, clock, fires, possible)
        places = np.flatnonzero(fires)
        if len(places):
            clock.fired.reshape(-1)[places] += 1
            self._wait(event, clock, places)
            self._record(event, fires, places, value, pushes, actor)
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
        if self._luck.recorded and self._luck.recorded.decides(name, self._month):
            fires = self._as_recorded(event, clock, fires, np.broadcast_to(possible, shape), None, fires)
        fires = self._intervene(event, clock, fires, possible)
        places = np.flatnonzero(fires)
        if len(places):
            clock.fired.reshape(-1)[places] += 1
            self._record(event, fires, places, np.float64(np.nan), because or {}, actor)
        return fires

    def fired_before(self, name: str) -> np.ndarray:
        """How often each event has fired so far, (H, ...)."""
        event, shape = self._declared(name)
        return self._clock(event, shape).fired.copy()

    def _declared(self, name: str) -> tuple[Event, tuple[int, ...]]:
        event = self._mechanism.event(name)
        return event, self._luck.size(event.axes)

    def _clock(self, event: Event, shape: tuple[int, ...]) -> Clock:
        clock = self._clocks.get(event.name)
        if clock is None:
            first = self._luck.draw("exponential", self._luck.key(event.name, "clock"), event.axes, 0, self._numbers)
            clock = self._clocks[event.name] = Clock(first, np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, bool))
        return clock

    def _wait(self, event: Event, clock: Clock, places: np.ndarray) -> None:
        """Draw anew the waits at some flat places: the k-th wait is keyed by k; those that follow a prevented firing have keys of their own."""
        key, entities = self._luck.key(event.name, "clock"), self._luck.entities(event.axes)
        wind_clocks(key, self._numbers, entities, places, clock.fired, clock.prevented, clock.remaining)

    def _as_recorded(
        self, event: Event, clock: Clock, fires: np.ndarray, possible: np.ndarray, hazard: np.ndarray | None, wanted: np.ndarray
    ) -> np.ndarray:  # fmt: skip
        """What fires where the record decides, and the weight of that; `wanted` by a rule, `hazard` of a clock, None where there is none."""
        given, shape = self._luck.recorded, fires.shape
        assert given is not None
        now, known = given.now(event.name, self._month, self._week if self._mechanism.weekly else None), given.known[event.name]
        now, known = (np.broadcast_to(places if event.axes else places[0], shape) for places in (now, known))
        self._log.weigh(ruled(now, wanted, possible) if hazard is None else clocked(now, known, possible, hazard, wanted))
        self._log.overrule(event.name, wanted & possible & known & ~now)
        stopped = np.flatnonzero(fires & known & ~now)
        if len(stopped) and hazard is not None:
            clock.prevented.reshape(-1)[stopped] += 1
            self._wait(event, clock, stopped)
        return np.where(known, now & possible, fires)

    def _intervene(self, event: Event, clock: Clock, fires: np.ndarray, possible: np.ndarray | bool) -> np.ndarray:
        """What fires once forced occurrences are added and prevented ones taken away; who refuses is noted in the log."""
        stops = [act for act in self._luck.prevent if act.event == event.name]
        forced = self.forced(event, fires.shape)
        if stops:
            prevented = np.zeros(fires.shape, bool)
            for act in stops:  # a first onset alone may be prevented; a life that is saved runs on, it does not last for ever
                chosen = fires & self._chosen(act, fires.shape)
                prevented |= chosen & ~clock.stopped if act.once or event.put_off else chosen
            if prevented.any():
                clock.prevented = clock.prevented + prevented
                clock.stopped = clock.stopped | prevented
                self._wait(event, clock, np.flatnonzero(prevented))
            fires = fires & ~prevented
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
        rows = self._luck.rows(act.arm)
        if act.entity < 0 or len(shape) == 1:
            chosen[rows] = True
        else:
            chosen[rows, act.entity] = True
        return chosen

    def _record(
        self, event: Event, fires: np.ndarray, places: np.ndarray, rate: Any, pushes: Mapping[str, np.ndarray], actor: np.ndarray | None
    ) -> None:
        where = (places,) if fires.ndim == 1 else np.divmod(places, fires.shape[1])
        entity = where[1] if len(where) > 1 else np.full(len(places), -1)
        who = at(actor, where) if actor is not None else np.full(len(places), -1)
        forced = self.forced(event, fires.shape)
        marks = forced[where] if forced is not None else np.zeros(len(places), bool)
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
    if values.ndim == len(where) and 1 not in values.shape:
        return values[where]
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
