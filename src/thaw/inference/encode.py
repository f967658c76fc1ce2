"""Summaries as inputs of a network: on a normal scale, seen up to a cut, with anything of them left out.

Numbers become normal scores among the simulated histories, so that no unit and no tail rules; an event is whether it has come by the
cut, when, and whether it may be seen at all; leaders by year are one of those who lead in at least a fiftieth of the histories. What lies
after the cut is nought, and so are all numbers and who led where they are hidden. So one network learns every cut and whatever is left out.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from thaw.inference.simulate import leading
from thaw.inference.targets import FIRST_CUT, Targets, month_in
from thaw.posterior import EVENTS, NUMBERS

KNOTS = 512  # simulated values that normal scores are read from
LEAST_SPREAD = 1e-6  # a number that all histories share says nothing
LEADERS = "leaders"
LEAST_SHARE = 0.002  # an event rarer than this is no input: there are too few histories to learn it from
ONE, SEVERAL, NO_EVENTS, NO_NUMBERS = 0.3, 0.15, 0.15, 0.15  # shares of the histories from which so much is hidden in training; from the rest nothing


@dataclass(frozen=True)
class Encoder:
    """How summaries (n, width) become inputs.

    knots    (numbers kept, KNOTS) sorted simulated values
    numbers  places of the numbers kept
    events   places of the events kept, among all events
    leaders  (column of the year, person) pairs kept
    """

    aim: Targets
    knots: np.ndarray
    numbers: np.ndarray
    events: np.ndarray
    leaders: tuple[tuple[int, int], ...]

    @property
    def size(self) -> int:
        """Length of an input."""
        return len(self.numbers) + 3 * len(self.events) + len(self.leaders) + 2 + len(self.cuts)

    @cached_property
    def cuts(self) -> np.ndarray:
        """The cuts that inputs may be made for."""
        return np.arange(min(FIRST_CUT, self.aim.cut), self.aim.cut + 1)

    @cached_property
    def _years(self) -> tuple[np.ndarray, np.ndarray]:
        numbers = np.array([self.aim.numbers[place].year for place in self.numbers], int)
        return numbers, np.array([self.aim.years[place] for place, _ in self.leaders], int)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The events kept, by name."""
        return tuple(self.aim.events[place] for place in self.events)

    @property
    def parts(self) -> tuple[str, ...]:
        """What can be left out: each event kept, who led, all numbers."""
        return (*self.names, LEADERS, NUMBERS)

    def prepared(self, summaries: np.ndarray) -> np.ndarray:
        """Summaries with numbers as normal scores, events as months and leaders as 0 or 1: (n, numbers + events + leaders) float32."""
        first, then = len(self.aim.numbers), len(self.aim.numbers) + len(self.aim.events)
        scores = [_score(knots, summaries[:, place]) for knots, place in zip(self.knots, self.numbers, strict=True)]
        led = [(summaries[:, then + year] == person) - 0.1 * np.isfinite(summaries[:, then + year]) for year, person in self.leaders]
        months = list(summaries[:, first:then].T[self.events])
        return np.stack([*scores, *months, *led], axis=1).astype(np.float32)

    def inputs(self, prepared: np.ndarray, cut: np.ndarray | int, seen: np.ndarray | None = None) -> np.ndarray:
        """Inputs (n, size) float32 of prepared summaries, each seen up to a cut (n,), with the parts that are seen (n, parts) or all of them."""
        n = len(prepared)
        cut = np.broadcast_to(np.asarray(cut), n)
        seen, led, counted = np.split(self.without("", n) if seen is None else seen, [len(self.events), len(self.events) + 1], axis=1)
        a, b = len(self.numbers), len(self.numbers) + len(self.events)
        numbers, leaders = ((years[None, :] <= cut[:, None]) for years in self._years)
        month = prepared[:, a:b]
        came = month <= month_in(self.aim.plan, 0) + 12 * cut[:, None]
        date = np.where(came, month, 0.0) / self.aim.last - 0.5
        parts = (
            prepared[:, :a] * (numbers & counted), (came - 0.5) * seen, np.where(came & seen, date, 0.0), seen - 0.5, prepared[:, b:] * (leaders & led),
            led - 0.5, counted - 0.5, self.cuts[None, :] <= cut[:, None],
        )  # fmt: skip
        return np.concatenate([np.asarray(part, np.float32) for part in parts], axis=1)

    def view(self, prepared: np.ndarray, cut: int, hidden: str = "") -> np.ndarray:
        """Inputs (n, size) of prepared summaries seen up to a cut, all with the same hidden (see `without`)."""
        return self.inputs(prepared, cut, self.without(hidden, len(prepared)))

    def without(self, hidden: str, n: int = 1) -> np.ndarray:
        """Which parts (n, parts) are seen without what is hidden: nothing (''), 'events' and who led, 'numbers', or one event by its name."""
        left = {*self.names, LEADERS} if hidden == EVENTS else {hidden}
        return np.tile([part not in left for part in self.parts], (n, 1))


def fitted(aim: Targets, summaries: np.ndarray) -> Encoder:
    """The encoder of a set of targets, from simulated summaries (n, width)."""
    first, then = len(aim.numbers), len(aim.numbers) + len(aim.events)
    numbers = [place for place in range(first) if np.nanstd(summaries[:, place]) > LEAST_SPREAD]
    knots = np.stack([np.nanquantile(summaries[:, place], np.linspace(0, 1, KNOTS)) for place in numbers])
    shares = np.isfinite(summaries[:, first:then]).mean(axis=0)
    months = np.where(np.isfinite(summaries[:, first:then]), summaries[:, first:then], -1.0)
    events = np.flatnonzero((shares >= LEAST_SHARE) & (np.ptp(months, axis=0) > 0))
    leaders = []
    for person in leading(summaries, aim):
        for year in range(len(aim.years)):
            share = (summaries[:, then + year] == person).mean()
            if 0.02 <= share <= 0.98:
                leaders.append((year, person))
    return Encoder(aim, knots, np.array(numbers), events, tuple(leaders))


def _score(knots: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Normal scores of values among sorted knots, in the middle of ties; 0 where there is no value."""
    places = (np.searchsorted(knots, values, "left") + np.searchsorted(knots, values, "right")) / 2
    score = ndtri((places + 0.5) / (len(knots) + 1))
    return np.where(np.isnan(values), 0.0, score)


def masked(encoder: Encoder, n: int, luck: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Random cuts (n,) and parts seen (n, parts) to train under: all of them, all but one event, many events out, no event at all, no number."""
    cuts, seen, events = luck.choice(encoder.cuts, n), encoder.without("", n), len(encoder.events)
    how = np.searchsorted(np.cumsum([ONE, SEVERAL, NO_EVENTS, NO_NUMBERS]), luck.random(n), "right")
    one, several = np.flatnonzero(how == 0), np.flatnonzero(how == 1)
    seen[one, luck.integers(events, size=len(one))] = False
    seen[several, :events] = luck.random((len(several), events)) >= luck.uniform(0, 0.3, (len(several), 1))
    seen[how == 2] = encoder.without(EVENTS)
    seen[how == 3] = encoder.without(NUMBERS)
    return cuts, seen
