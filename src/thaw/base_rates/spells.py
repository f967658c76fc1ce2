"""Who led how long, and how it ended: read off the histories of a plan, in memory.

A spell begins in the first month of a scenario or with a new leader and ends in the month in which somebody else leads, or nobody. Spells
that last to the end of a history are censored.

    natural    he dies in the month, or in the month before, and had not been ousted
    insiders   he is ousted in the month before: a court carries out in a month what it decided in the last
    unrest     the same while an uprising is on, or within three months of the start of one
    regular    any other end: somebody has come to hold more power, and he gives way without a showdown

Nothing in the model ends a leader of an independent polity by rebels, foreign arms, assassination or an election.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from thaw.plan import Plan

STILL, MANNERS = "still in power", ("natural", "insiders", "unrest", "regular")
SINCE = 3  # months after the start of an uprising in which an ouster is put down to it


@dataclass(frozen=True)
class Spells:
    """Spells of leaders, all arrays (n,).

    history   number of the history
    polity    place of the polity in the plan
    began     month in which the leader began to lead
    lasted    months he led, or was seen to lead
    manner    place in MANNERS; -1 of those still in power at the end
    """

    history: np.ndarray
    polity: np.ndarray
    began: np.ndarray
    lasted: np.ndarray
    manner: np.ndarray

    def of(self, polity: int) -> "Spells":
        """Those of one polity."""
        here = self.polity == polity
        return Spells(*(values[here] for values in (self.history, self.polity, self.began, self.lasted, self.manner)))


def simulate_spells(plan: Plan, first: int, last: int, report: Callable[[float], None] | None = None) -> Spells:
    """Spells in histories `first` to `last` (exclusive); a job of the pool."""
    from thaw.engine.chunk import run_chunk

    made = run_chunk(plan, first, last, progress=report, names=("leader", "in_uprising"))
    return read_spells(plan, first, made.series["leader"], made.series["in_uprising"], made.events)


def read_spells(plan: Plan, first: int, leader: np.ndarray, in_uprising: np.ndarray, events: dict[str, np.ndarray]) -> Spells:
    """Spells from who leads and whether an uprising is on, both (H, months, P), and the rows of events.

    `leader` is a place among the plan's persons, -1 nobody, NaN after the end of a history.
    """
    died, ousted, risen = _happened(plan, first, leader.shape, events)
    risen |= np.nan_to_num(in_uprising) > 0
    rows = []
    for history, polity in np.ndindex(leader.shape[0], leader.shape[2]):
        led = leader[history, :, polity]
        led = led[: int((~np.isnan(led)).sum())]
        turns = [0, *(1 + np.flatnonzero(led[1:] != led[:-1])), len(led)]
        for began, end in pairwise(turns):
            if len(led) and led[began] >= 0:
                how = -1 if end == len(led) else _manner(int(led[began]), end, died[history], ousted[history, :, polity], risen[history, :, polity])
                rows.append((first + history, polity, began, end - began, how))
    return Spells(*np.array(rows, int).reshape(-1, 5).T)


def join(parts: list[Spells]) -> Spells:
    """Spells of several chunks as one, by history."""
    columns = np.concatenate([np.stack((part.history, part.polity, part.began, part.lasted, part.manner)) for part in parts], axis=1)
    return Spells(*columns[:, np.argsort(columns[0], kind="stable")])


def _manner(person: int, end: int, died: dict[int, int], ousted: np.ndarray, risen: np.ndarray) -> int:
    """How the spell of a person ended who no longer leads in month `end`."""
    if ousted[end - 1]:
        return MANNERS.index("unrest" if risen[max(end - SINCE, 0) : end].any() else "insiders")
    return MANNERS.index("natural" if died.get(person, -2) in (end - 1, end) else "regular")


def _happened(plan: Plan, first: int, shape: tuple[int, ...], events: dict[str, np.ndarray]) -> tuple[list[dict[int, int]], np.ndarray, np.ndarray]:
    """Month of death by person of each history; where leaders are ousted and where an uprising begins, (H, months, P)."""
    month_of = {f"{year}-{month:02d}": place for place, (year, month) in enumerate(plan.months)}
    person_of = {f"death:{person}": place for place, person in enumerate(plan.persons)}
    polity_of = {code: place for place, code in enumerate(plan.polities)}
    died: list[dict[int, int]] = [{} for _ in range(shape[0])]
    ousted, risen = np.zeros(shape, bool), np.zeros(shape, bool)
    for history, month, polity, event in zip(events["history"], events["month"], events["polity"], events["event"], strict=True):
        if event in person_of:
            died[history - first][person_of[event]] = month_of[month]
        elif event in ("leader_ousted", "uprising"):
            (ousted if event == "leader_ousted" else risen)[history - first, month_of[month], polity_of[polity]] = True
    return died, ousted, risen


def share_in_power(spells: Spells, years: float) -> float:
    """Share of leaders still in power after so many years (kaplan1958): those who are still there at the end count as long as they are seen.

    >>> led = Spells(*np.zeros((3, 4), int), lasted=np.array([6, 24, 24, 60]), manner=np.array([1, -1, 0, -1]))
    >>> share_in_power(led, 1), share_in_power(led, 2)
    (0.75, 0.5)
    """
    left = 1.0
    gone = spells.manner >= 0
    for month in np.unique(spells.lasted[gone & (spells.lasted <= 12 * years)]):
        left *= 1 - float((gone & (spells.lasted == month)).sum() / (spells.lasted >= month).sum())
    return left
