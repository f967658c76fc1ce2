"""A scenario and the record turned into arrays: all that a chunk needs, small enough to send to a worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from thaw.axes import COHORTS, INSTITUTIONS, OFFICES, STRATA, THEATRES
from thaw.noise import Act
from thaw.recorded import Recorded


@dataclass(frozen=True)
class Span:
    """A quantity kept at a value over some months; `place` on its axis after the histories, -1 for all of them; `arm` as of an `Act`."""

    field: str
    place: int
    first: int
    last: int
    value: float
    arm: int = -1


Part = str | tuple[str, ...]  # a mechanism by name, or those that turn weekly, by turns
Order = tuple[Part, ...]


@dataclass(frozen=True)
class Plan:
    """What is simulated, without a history yet. Picklable; holds names, calendars, initial values, priors and interventions."""

    name: str
    months: tuple[tuple[int, int], ...]  # (year, month)
    weeks: tuple[int, ...]  # weeks in each month
    polities: tuple[str, ...]
    persons: tuple[str, ...]
    labels: Mapping[str, str]  # names to print, by id
    given: Mapping[str, np.ndarray]  # constant fields, no H
    calendar: Mapping[str, np.ndarray]  # fields that change by the calendar: (month, ...), no H
    initial: Mapping[str, np.ndarray]  # first values of simulated fields, no H
    traits: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]  # (low, best, high) of fields drawn once a history, (E,)
    priors: Mapping[str, tuple[float, str]]  # "mechanism.param" -> (central value, prior)
    pins: Mapping[str, np.ndarray] = field(default_factory=dict)  # event -> month on its axis; -1 free; m + 1/2: not by the end of month m, then free
    record: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)  # event -> (month, week) in the record
    do: tuple[Act, ...] = ()
    prevent: tuple[Act, ...] = ()
    set_values: Mapping[str, float] = field(default_factory=dict)  # "mechanism.param" -> value in every history
    hold: Mapping[str, float] = field(default_factory=dict)  # field -> value kept throughout
    rules: Mapping[str, str] = field(default_factory=dict)  # mechanism -> alternative
    without: tuple[str, ...] = ()
    order: Order = ()  # the month in another order, by names; the usual one when empty
    citizens: int = 10_000
    by_month: bool = False
    from_prior: bool = True
    draws: Mapping[str, np.ndarray] = field(default_factory=dict)  # "mechanism.param" -> (n,) values: history h takes the (h mod n)-th of each
    fitted: Mapping[str, Any] = field(default_factory=dict)  # of such draws: cut, method, without, contraction by parameter
    seed: int = 0
    spans: tuple[Span, ...] = ()
    abreast: int = 1  # arms that go side by side, each with all histories: acts and spans say whose they are
    other_luck: np.ndarray | None = None  # (arms x histories of the run,) month after which its luck is drawn anew; past the end: never
    nudge: np.ndarray | None = None  # (arms x histories of the run,) month at whose end one quantity is changed by a millionth; -1 never
    recorded: Recorded | None = None  # events that the record decides for a while
    states: tuple[str, ...] = ()  # of the world: codes of those independent at some time within the months

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Names along each axis but the histories': what luck is keyed by and the tape labels; a cohort bears its first year."""
        return {
            "P": self.polities,
            "E": self.persons,
            "I": INSTITUTIONS,
            "O": OFFICES,
            "S": STRATA,
            "W": self.states,
            "T": THEATRES,
            "C": tuple(str(year) for year in COHORTS),
        }

    @property
    def sizes(self) -> dict[str, int]:
        """Length of each axis but the histories'."""
        return {letter: len(names) for letter, names in self.members.items()}

    def with_(self, **changes) -> "Plan":
        """The same plan with some of its parts replaced."""
        return replace(self, **changes)
