"""Events that the record decides for a while, and what that weighs: histories that follow the record, as likely as they would of themselves.

A clock with hazard λ that is held to the recorded months has the likelihood of a point process: exp(-∫λ) where nothing came, and
1 - exp(-λ dt) in a step in which it did. An outcome of a rule that is overruled weighs one in ten, once for each event and place.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from thaw.kernels.portable import exp, log

OVERRULED = -2.3  # log weight of an outcome that the model's rules had decided otherwise: one in ten
LEAST = 1e-6  # chance given to what the model holds impossible
IMPOSSIBLE = math.log(LEAST)


@dataclass(frozen=True)
class Recorded:
    """What the record says of some events before a month: they are brought about when it has them, and at no other time.

    when   event -> for each place on its axis, the (month, week) in which it came, () where it did not; None where the record is silent
    until  the first month that is free again
    """

    when: Mapping[str, tuple[tuple[tuple[int, int], ...] | None, ...]]
    until: int

    @cached_property
    def known(self) -> Mapping[str, np.ndarray]:
        """Event -> places (axis,) of which the record speaks."""
        return {event: np.array([dates is not None for dates in places]) for event, places in self.when.items()}

    @cached_property
    def _steps(self) -> Mapping[tuple[str, int, int | None], np.ndarray]:
        found: dict[tuple[str, int, int | None], np.ndarray] = {}
        for event, places in self.when.items():
            for place, dates in enumerate(places):
                for month, week in dates or ():
                    for step in (week, None):  # of a mechanism that turns weekly, and of one that turns monthly
                        found.setdefault((event, month, step), np.zeros(len(places), bool))[place] = True
        return found

    def decides(self, event: str, month: int) -> bool:
        """Whether it has a say in an event in this month."""
        return month < self.until and event in self.when

    def now(self, event: str, month: int, week: int | None) -> np.ndarray:
        """Places (axis,) where the event came in this month, or in this week of it."""
        return self._steps.get((event, month, week), np.zeros(len(self.when[event]), bool))


def clocked(now: np.ndarray, known: np.ndarray, possible: np.ndarray, hazard: np.ndarray, ruled: np.ndarray) -> np.ndarray:
    """Log weights of a step in which the record decides the events of clocks; all (H, ...), `hazard` over the step and nil where it is not possible.

    `ruled`: another rule of the model wants the event now.
    """
    if not now.any():
        return -hazard * known
    came = np.where(ruled & possible, 0.0, np.where(possible, log(np.maximum(1 - exp(-hazard), LEAST)), IMPOSSIBLE))
    return np.where(now, came, -hazard * known)


def ruled(now: np.ndarray, wanted: np.ndarray, possible: np.ndarray) -> np.ndarray:
    """Log weights of a step in which the record decides what a rule `wanted` or did not."""
    return np.where(now & ~wanted, np.where(possible, OVERRULED, IMPOSSIBLE), 0.0)
