"""Summaries as inputs of a network: on a normal scale, seen up to a cut, with any events left out.

Numbers become normal scores among the simulated histories, so that no unit and no tail rules; an event is whether it has come by the
cut, when, and whether it may be seen at all; leaders by year are one of those who lead in at least a fiftieth of the histories. What lies
after the cut is nought. So one network learns every cut and every set of events left out.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from thaw.inference.simulate import leading
from thaw.inference.targets import FIRST_CUT, Targets, month_in

KNOTS = 512  # simulated values that normal scores are read from
LEAST_SPREAD = 1e-6  # a number that all histories share says nothing
LEAST_SHARE = 0.002  # an event rarer than this is no input: there are too few histories to learn it from


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
        return len(self.numbers) + 3 * len(self.events) + len(self.leaders) + len(self.cuts)

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

    def prepared(self, summaries: np.ndarray) -> np.ndarray:
        """Summaries with numbers as normal scores, events as months and leaders as 0 or 1: (n, numbers + events + leaders) float32."""
        first, then = len(self.aim.numbers), len(self.aim.numbers) + len(self.aim.events)
        scores = [_score(knots, summaries[:, place]) for knots, place in zip(self.knots, self.numbers, strict=True)]
        led = [(summaries[:, then + year] == person) - 0.1 * np.isfinite(summaries[:, then + year]) for year, person in self.leaders]
        months = list(summaries[:, first:then].T[self.events])
        return np.stack([*scores, *months, *led], axis=1).astype(np.float32)

    def inputs(self, prepared: np.ndarray, cut: np.ndarray | int, seen: np.ndarray | None = None) -> np.ndarray:
        """Inputs (n, size) float32 of prepared summaries, each seen up to a cut (n,), with events seen (n, events) or all of them."""
        n = len(prepared)
        cut = np.broadcast_to(np.asarray(cut), n)
        seen = np.ones((n, len(self.events)), bool) if seen is None else seen
        a, b = len(self.numbers), len(self.numbers) + len(self.events)
        numbers, leaders = ((years[None, :] <= cut[:, None]) for years in self._years)
        month = prepared[:, a:b]
        came = month <= month_in(self.aim.plan, 0) + 12 * cut[:, None]
        date = np.where(came, month, 0.0) / self.aim.last - 0.5
        parts = (
            prepared[:, :a] * numbers, (came - 0.5) * seen, np.where(came & seen, date, 0.0), seen - 0.5, prepared[:, b:] * leaders,
            self.cuts[None, :] <= cut[:, None],
        )  # fmt: skip
        return np.concatenate([np.asarray(part, np.float32) for part in parts], axis=1)

    def without(self, events: str, n: int = 1) -> np.ndarray:
        """Which events (n, events) are seen when some, joined by '|', are left out."""
        left = {event.strip() for event in events.split("|")}
        return np.tile([name not in left for name in self.names], (n, 1))


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
    """Random cuts (n,) and events seen (n, events) to train under: often all events, often all but one, at times many left out."""
    cuts = luck.choice(encoder.cuts, n)
    size = len(encoder.events)
    seen = np.ones((n, size), bool)
    how = luck.random(n)
    one = how < 0.4
    seen[np.flatnonzero(one), luck.integers(size, size=int(one.sum()))] = False
    several = how >= 0.7
    seen[several] = luck.random((int(several.sum()), size)) >= luck.uniform(0, 0.3, (int(several.sum()), 1))
    return cuts, seen
