"""As it stood: histories in which the record decides what it knows, up to a month, each weighted by how likely it was to do so of itself.

Clocks of events are held to the recorded months and weigh by their hazards (importance sampling of a point process); outcomes of rules
are overruled at a fixed price; at the end the leader and the last figures of recorded series weigh by a kernel. Left to themselves are
what follows from other events (succession, purge, who is ousted) and deaths, which are pinned or follow from a fall.
"""

import math

import numpy as np

from thaw import invented, names, record
from thaw.attribution.kept import Arm, full_name
from thaw.comparison import seen_in
from thaw.plan import Plan
from thaw.recorded import LEAST, OVERRULED, Recorded
from thaw.system_rows import MEASURES

FOLLOWS = ("succession", "purge", "leader_ousted", "death")
SERIES = ("political_convictions", "gulag_prisoners", "gdp_pc")
KERNEL = 0.25  # standard deviation of the log of model over record


def as_recorded(plan: Plan, until: int) -> Recorded:
    """What the record says, before month `until`, of every event it codes, in the polities on which something acts."""
    acting = [bool(hegemon or bloc) for hegemon, bloc in zip(plan.given["hegemon"], plan.given["bloc"], strict=True)]
    court = plan.given["court"]
    heard = {"P": acting, "E": [acting[int(place)] for place in court]}
    coded = {name.rpartition(".")[2].partition(":")[0] for name in plan.record}
    when = {}
    for kind, (_, event) in names.known_events().items():
        if kind not in coded or kind in FOLLOWS:
            continue
        size = len(plan.members[event.axes]) if event.axes else 1
        speaks = heard.get(event.axes, [True] * size)
        when[kind] = tuple(_dates(plan, kind, event.axes, place, until) if speaks[place] else None for place in range(size))
    return Recorded(when, until)


def _dates(plan: Plan, kind: str, axes: str, place: int, until: int) -> tuple[tuple[int, int], ...]:
    return tuple(date for date in plan.record.get(full_name(plan, kind, axes, place), ()) if date[0] < until)


def watched(plan: Plan) -> tuple[str, ...]:
    """The quantities by which `nearness` weighs."""
    main = hegemon(plan)
    return tuple(f"{main}.{name}" for name in dict.fromkeys(["leader", *(field for series in SERIES for field in MEASURES[series].fields)]))


def hegemon(plan: Plan) -> str:
    """The polity whose line the bloc follows; the first where there is none."""
    found = np.flatnonzero(plan.given["hegemon"])
    return plan.polities[int(found[0]) if len(found) else 0]


def nearness(plan: Plan, arm: Arm, until: int) -> np.ndarray:
    """Log weight (H,) of the state at the end of the month before `until`: who leads, and the last figure of each recorded series."""
    main, weight = hegemon(plan), np.zeros(arm.histories)
    year, month = plan.months[until - 1]
    led = [row.person for row in record.tenures() if row.polity == main and row.body == "effective_leader" and _serves(row, year, month)]
    if led:
        places = [plan.persons.index(person) for person in led if person in plan.persons]
        weight += np.where(np.isin(arm.series[f"{main}.leader"][:, until - 1], places), 0.0, OVERRULED)
    for name in SERIES:
        rows = [row for row in invented.series(main, name) if (row.end.year, row.end.month) <= (year, month) and row.value > 0]
        values = np.sum([arm.series[f"{main}.{field}"] for field in MEASURES[name].fields], axis=0, dtype=float)
        seen = seen_in(MEASURES[name], plan, values, rows[-1]) if rows else None
        if seen is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                far = np.log(seen / rows[-1].value) / KERNEL
            weight += np.where(np.isfinite(far), np.maximum(-0.5 * far * far, math.log(LEAST)), math.log(LEAST))
    return weight


def _serves(row: "record.Tenure", year: int, month: int) -> bool:
    began = (row.start.year, row.start.month) <= (year, month)
    return began and (row.end is None or (row.end.year, row.end.month) >= (year, month))
