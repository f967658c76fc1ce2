"""How a mechanism says what it is: parameters, draws, events, reads and writes.

The declarations change nothing about the function; the loop, the tests, the documentation and the causal diagram read them.

>>> half_life = param("half_life", 60.0, unit="month", prior="lognormal(60, 0.4)", source="assumed", meaning="of fear")
>>> half_life.law, half_life.numbers
('lognormal', (60.0, 0.4))
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from thaw.kernels.portable import exp

_PRIOR = re.compile(r"^(normal|lognormal|halfnormal|uniform|share|fixed)\(([^)]*)\)$")
_NUMBERS = {"normal": 2, "lognormal": 2, "halfnormal": 1, "uniform": 2, "share": 2, "fixed": 0}


@dataclass(frozen=True)
class Param:
    """One number of a mechanism: central value, unit, prior, source and meaning.

    Priors: `normal(mean, sd)`, `lognormal(median, sd of the log)`, `halfnormal(sd)`, `uniform(low, high)`,
    `share(median, sd of the logit)` for numbers between 0 and 1, `fixed()` for definitions.
    """

    name: str
    value: float
    unit: str
    prior: str
    source: str
    meaning: str
    low: float = -np.inf
    high: float = np.inf

    @property
    def law(self) -> str:
        return parse_prior(self.prior)[0]

    @property
    def numbers(self) -> tuple[float, ...]:
        return parse_prior(self.prior)[1]


@dataclass(frozen=True)
class Draw:
    """Keyed luck of a mechanism: its law and the axes after the history; `once` is a trait, not a monthly accident."""

    law: str
    axes: str
    once: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happens in a month: its axes after the history, whether it can come again, what it requires."""

    name: str
    axes: str
    meaning: str
    once: bool = False
    requires: str = ""
    put_off: bool = False
    derived: bool = False


@dataclass(frozen=True)
class Mechanism:
    """A function of (state, params, noise) with everything it declares; of its alternative `rules` the first is the default."""

    name: str
    function: Callable[..., dict[str, Any]]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    params: tuple[Param, ...]
    draws: Mapping[str, Draw]
    events: tuple[Event, ...]
    sources: tuple[str, ...]
    weekly: bool = False
    rules: tuple[str, ...] = ()
    doc: str = field(default="", repr=False)

    def event(self, name: str) -> Event:
        """The declared event of this name."""
        if name not in self._by_name:
            raise KeyError(f"{self.name} declares no event '{name}'")
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Event]:
        return {event.name: event for event in self.events}

    def __call__(self, state: Any, params: Any, noise: Any) -> dict[str, Any]:
        return self.function(state, params, noise)


def parse_prior(text: str) -> tuple[str, tuple[float, ...]]:
    """Law and numbers of a prior written as text, or a ValueError that says what was expected."""
    match = _PRIOR.match(text.strip())
    if not match:
        raise ValueError(f"'{text}' is not a prior: expected one of {', '.join(_NUMBERS)} with numbers, as 'normal(0, 1)'")
    law, inside = match.group(1), match.group(2).strip()
    try:
        numbers = tuple(float(number) for number in inside.split(",")) if inside else ()
    except ValueError:
        raise ValueError(f"'{text}' is not a prior: {inside!r} are not numbers") from None
    if len(numbers) != _NUMBERS[law]:
        raise ValueError(f"'{text}' is not a prior: {law} takes {_NUMBERS[law]} numbers, not {len(numbers)}")
    if not all(np.isfinite(numbers)):
        raise ValueError(f"'{text}' is not a prior: its numbers must be finite")
    if law in ("normal", "lognormal", "share") and numbers[1] < 0:
        raise ValueError(f"'{text}' is not a prior: the spread {numbers[1]} is negative")
    if law == "lognormal" and numbers[0] <= 0:
        raise ValueError(f"'{text}' is not a prior: the median {numbers[0]} must be positive")
    if law == "share" and not 0 < numbers[0] < 1:
        raise ValueError(f"'{text}' is not a prior: the median {numbers[0]} must lie inside (0, 1)")
    if law == "uniform" and numbers[0] > numbers[1]:
        raise ValueError(f"'{text}' is not a prior: low {numbers[0]} is above high {numbers[1]}")
    return law, numbers


def param(
    name: str, value: float, *, unit: str, prior: str, source: str, meaning: str, low: float = -np.inf, high: float = np.inf
) -> Param:
    """Declare a parameter; unit, prior, source and meaning are never optional ('assumed' is an honest source).

    `low` and `high` bound what a user may set; a definition (`fixed()`) needs them.
    """
    if parse_prior(prior)[0] == "fixed" and not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"parameter '{name}' is fixed by definition: say between which bounds it may be set")
    return Param(name, float(value), unit, prior, source, meaning, low, high)


def event(
    name: str, axes: str, meaning: str, *, once: bool = False, requires: str = "", put_off: bool = False, derived: bool = False
) -> Event:
    """Declare an event on axes 'P' (polities), 'E' (persons), 'W' (states of the world), 'T' (theatres of crisis) or '' (one a history).

    `once`: it cannot come again. `put_off`: to prevent it is to prevent its first onset only, as with a death. `derived`: it only sums up
    what other events have done, so that it can be neither done nor prevented.
    """
    return Event(name, axes, meaning, once, requires, put_off, derived)


def normal(axes: str, *, once: bool = False) -> Draw:
    """A standard normal for each entity of `axes`: each month anew, or `once` for a trait."""
    return Draw("normal", axes, once)


def uniform(axes: str, *, once: bool = False) -> Draw:
    """A uniform in (0, 1) for each entity of `axes`: each month anew, or `once` for a trait."""
    return Draw("uniform", axes, once)


def mechanism(
    *,
    reads: tuple[str, ...],
    writes: tuple[str, ...],
    params: tuple[Param, ...] = (),
    draws: Mapping[str, Draw] | None = None,
    events: tuple[Event, ...] = (),
    sources: tuple[str, ...] = (),
    weekly: bool = False,
    rules: tuple[str, ...] = (),
) -> Callable[[Callable[..., dict[str, Any]]], Mechanism]:
    """Attach the declaration to a function; the result is called like the function."""

    def attach(function: Callable[..., dict[str, Any]]) -> Mechanism:
        return Mechanism(
            name=function.__name__,
            function=function,
            reads=reads,
            writes=writes,
            params=params,
            draws=dict(draws or {}),
            events=events,
            sources=sources,
            weekly=weekly,
            rules=rules,
            doc=function.__doc__ or "",
        )

    return attach


@dataclass(frozen=True)
class Hazard:
    """A rate per month and the named pushes behind it, in log units, so that an event can say what drove it."""

    rate: np.ndarray
    pushes: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class OfCourt:
    """A push that is the same for every person of a court: (H, P) values and each person's court (E,)."""

    values: np.ndarray
    court: np.ndarray

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.repeat(self.values, np.bincount(self.court, minlength=self.values.shape[1]), axis=1)


def hazard(base: np.ndarray, **pushes: Any) -> Hazard:
    """Proportional hazard `base · exp(sum of pushes)` per month (Cox 1972); the sum counts from -20 to 6, so that no rate overflows.

    Parameters
    ----------
    base : (H,) or (H, 1) per month
    pushes : broadcastable to the event's axes, or `OfCourt`; log units; what is near zero says nothing

    Examples
    --------
    >>> hazard(np.array([0.1]), grievance=np.array([0.0])).rate
    array([0.1])
    """
    whole = [push for push in pushes.values() if not isinstance(push, OfCourt)]
    shared = [push for push in pushes.values() if isinstance(push, OfCourt)]
    shape = np.broadcast_shapes((1,), *(np.shape(push) for push in whole))
    total = np.zeros(shape)
    for push in whole:
        total += push
    if shared:
        common: np.ndarray = sum((push.values for push in shared), np.zeros(1))
        total = total + np.asarray(OfCourt(common, shared[0].court))
    rate = exp(np.minimum(np.maximum(total, -20.0, out=total), 6.0, out=total))
    return Hazard(base * rate, pushes)
