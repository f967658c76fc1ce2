"""The panel: whether each kind of event came in each ruling party's country in each year, non-events included."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thaw.plan import Plan
from thaw.skill.rivals import outside_rate, past_rate
from thaw.trust import KINDS, Kind

if TYPE_CHECKING:
    from thaw.skill.origins import Origin

FIRST = 1946  # the first year of the past that base rates count


@dataclass(frozen=True)
class Cell:
    """One polity and year as seen from one origin: whether it came, the model's probability and the base rate's."""

    kind: str
    polity: str
    year: int
    origin: int
    came: bool
    probability: float
    base: float


def places(plan: Plan, kind: Kind) -> tuple[str, ...]:
    """The polities of a kind's rows."""
    roles = zip(plan.polities, plan.given["hegemon"], plan.given["bloc"], plan.given["china"], strict=True)
    wanted = {"all": lambda main, bloc, _: main or bloc, "satellites": lambda _, bloc, __: bloc, "satellites and China": lambda _, bloc, china: bloc or china}
    return tuple(code for code, *role in roles if wanted[kind.among](*role))


def names_in(kind: Kind, polity: str) -> tuple[str, ...]:
    """The full names of a kind's events in a polity; a break between Moscow and Beijing is the world's and counts for China.

    >>> from thaw.trust import KINDS
    >>> names_in(KINDS[-1], "CHN"), names_in(KINDS[-1], "HUN")
    (('WLD.sino_soviet_split',), ('HUN.exit',))
    """
    if polity == "CHN" and "sino_soviet_split" in kind.events:
        return ("WLD.sino_soviet_split",)
    return tuple(f"{polity}.{event}" for event in kind.events if event != "sino_soviet_split")


def names_of(plan: Plan) -> tuple[str, ...]:
    """All events of the panel in a plan."""
    return tuple(dict.fromkeys(name for kind in KINDS for polity in places(plan, kind) for name in names_in(kind, polity)))


def recorded_years(kind: Kind, polity: str, last: int) -> set[int]:
    """Years up to `last` in which the record has an event of a kind in a polity."""
    from thaw import record

    return {day.year for name in names_in(kind, polity) for day in record.recorded_dates(name, until=dt.date(last, 12, 31))}


def probability(origin: "Origin", kind: Kind, polity: str, year: int) -> float:
    """Weighted share of the histories still going on that have the event in a year; half an effective history off 0 and 1."""
    plan, arm = origin.plan, origin.arm
    start = plan.months.index((year, 1))
    came = np.isfinite(arm.first(names_in(kind, polity), after=start - 1e-9, until=start + 11))
    weights = np.where((arm.ended > start + 11) | came, origin.weights, 0.0)
    share = float((weights * came).sum() / weights.sum()) if weights.any() else 0.0
    return (share * origin.ess + 0.5) / (origin.ess + 1)


def base_rate(plan: Plan, kind: Kind, year: int) -> float:
    """Chance of an event in a year, as known at the end of the year `year`: from outside the bloc where there is such a table, else from its past."""
    outside = outside_rate(kind.name)
    if outside is not None:
        return outside
    codes = places(plan, kind)
    came = sum(len({when for when in recorded_years(kind, code, year) if when >= FIRST}) for code in codes)
    return past_rate(came, len(codes) * (year - FIRST + 1))


def cells(origins: Sequence["Origin"], last: int) -> Iterator[Cell]:
    """Every polity, year and kind after each origin up to the year `last`."""
    for origin in origins:
        for kind in KINDS:
            base = base_rate(origin.plan, kind, origin.year)
            for polity in places(origin.plan, kind):
                came = recorded_years(kind, polity, last)
                for year in range(origin.year + 1, last + 1):
                    yield Cell(kind.name, polity, year, origin.year, year in came, probability(origin, kind, polity, year), base)


def by_kind(found: Sequence[Cell]) -> Mapping[str, list[Cell]]:
    """The cells of each kind, in the order of the table."""
    return {kind.name: [cell for cell in found if cell.kind == kind.name] for kind in KINDS}
