"""The court as a network at three dates of one history: who holds how much power, and whose client each member is.

Places are computed here and are the same for the same run: every member has a row of his own, clients stand under their patron and
one step to the right, the strongest first. So no name can cover another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thaw import charts, charts_system
from thaw.chronicle import capital, month_words, short_name
from thaw.court import CANDIDATE, FULL
from thaw.errors import RunError
from thaw.report.figures import Figure, Table
from thaw.report.findings import judged_words
from thaw.report.html import Html, join, tag
from thaw.report.rows import Run, minus, percent, rounded

FIELDS = ("rank", "power", "patron", "stance", "leader", "tie")
AFTER = 12  # months after the first leader's end
STEP, ROW, SMALLEST, LARGEST = 26, 19, 3.0, 22.0  # px: from patron to client, between rows, radius of a circle at least and with all power
BOND = 0.3  # strength of a bond in the record from which it is drawn
WIDTH = 294


@dataclass(frozen=True)
class Member:
    """One member at one date.

    patron  place in the same list of the patron who raised him or, failing that, of the member to whom the record binds him most; -1 none
    client  whether it is the first
    """

    person: str
    name: str
    kind: str  # leader, full, candidate
    power: float
    stance: float
    patron: int
    client: bool


def typical(run: Run) -> tuple[int, float] | None:
    """The place of the history whose leaders are most often those of others, and that share; None where no history is whole."""
    codes = np.asarray(run.tape.series.leader.sel(polity=run.main).values)
    whole = np.flatnonzero(~np.isnan(codes).any(axis=1))
    if not len(whole):
        return None
    codes = codes[whole].astype(int)
    agreed = np.zeros(len(whole))
    for month in codes.T:
        agreed += np.bincount(month + 1)[month + 1]
    best = int(agreed.argmax())
    return int(whole[best]), float(agreed[best] / codes.size)


def dates(codes: Sequence[float]) -> list[int]:
    """Months to look at: the first, a year after the first leader has gone (halfway where he stays), the last."""
    leader, last = np.asarray(codes), len(codes) - 1
    ends = np.flatnonzero(leader != leader[0])
    middle = int(ends[0]) + AFTER if len(ends) and int(ends[0]) + AFTER < last else last // 2
    return sorted({0, middle, last})


def members(run: Run, place: int, state: dict[str, np.ndarray]) -> list[Member]:
    """The full and candidate members of the main court, strongest first."""
    mine = [e for e, polity in enumerate(run.tape.manifest["courts"]) if polity == run.main and state["rank"][e] >= CANDIDATE]
    mine.sort(key=lambda e: (-state["power"][e], e))
    leader = int(state["leader"][run.polities.index(run.main)])
    found = []
    for e in mine:
        person, patron = run.tape.persons[e], int(state["patron"][e])
        kind = "leader" if e == leader else "full" if state["rank"][e] == FULL else "candidate"
        above = mine.index(patron) if patron in mine else -1
        bonds = state["tie"][e, mine]
        if above < 0 and kind != "leader" and bonds.max(initial=0.0) >= BOND:
            above = int(bonds.argmax())
        name = capital(short_name(person, run.labels))
        found.append(Member(person, name, kind, float(state["power"][e]), float(state["stance"][e]), above, patron in mine))
    return found


def family(court: Sequence[Member]) -> list[tuple[int, int]]:
    """Members in the order of their rows, each with his steps from a member who has no patron in the court.

    Where patrons go round in a circle the strongest of it stands first. The leader's own come before all others.
    """
    found: list[tuple[int, int]] = []
    seen: set[int] = set()

    def under(place: int, steps: int) -> None:
        seen.add(place)
        found.append((place, steps))
        for other, member in enumerate(court):
            if member.patron == place and other not in seen:
                under(other, steps + 1)

    first = {min(_above(court, place)) for place in range(len(court))}
    for place in sorted(first, key=lambda place: (court[place].kind != "leader", place)):
        under(place, 0)
    return found


def _above(court: Sequence[Member], place: int) -> set[int]:
    """Where a member's patrons lead in the end: to one without a patron, or into a circle."""
    way = [place]
    while (place := court[place].patron) >= 0 and place not in way:
        way.append(place)
    return set(way[way.index(place) :] if place >= 0 else way[-1:])


def drawn(court: Sequence[Member]) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """The height of the chart, and what `charts_system.court` draws."""
    places: dict[int, dict[str, Any]] = {}
    ties: list[dict[str, Any]] = []
    down, before = 6.0, 0.0
    for place, steps in family(court):
        member = court[place]
        radius = max(LARGEST * member.power**0.5, SMALLEST)
        down += max(ROW, before + radius + 4) if places else radius
        before = radius
        x = 18.0 + STEP * steps
        text = f"{member.name} {percent(member.power)}"
        patron = court[member.patron].name if member.patron >= 0 else "nobody in the court"
        places[place] = {
            "name": member.name, "x": x, "y": rounded(down), "size": rounded(3.1416 * radius**2), "label": text, "at": rounded(x + radius + 7),
            "kind": member.kind, "stance": rounded(member.stance), "power": percent(member.power), "patron": patron,
        }  # fmt: skip
        if member.patron in places and steps:
            above = places[member.patron]
            bends = ((above["x"], above["y"]), (above["x"], down), (x, down))
            kind = "client" if member.client else "bond"
            ties += [{"client": place, "kind": kind, "step": k, "x": rounded(at), "y": rounded(y)} for k, (at, y) in enumerate(bends)]
    return int(down + before + 6), {"ties": ties, "members": list(places.values())}


def clientele(court: Sequence[Member], leader: int) -> int:
    """How many are clients of the leader, or of a client of his."""
    count, front = 0, {leader}
    seen = {leader}
    while front := {place for place, member in enumerate(court) if member.client and member.patron in front and place not in seen}:
        seen |= front
        count += len(front)
    return count


def network(run: Run, draw: Callable[[Figure], Html]) -> Html:
    """Three small networks of one history, or a sentence on why there are none."""
    heading = tag("h2", "The court and its patrons")
    try:
        place, agreed, states = _states(run)
    except RunError as error:
        return join([heading, tag("p", f"Not drawn: {error}", class_="note")])
    history = int(run.tape.series.history.values[place])
    words = f"History {history}, the most typical of this run: who leads in a month of it leads then in {agreed:.0%} of histories on average. "
    words += "A circle is a full or candidate member (names in grey) of the highest body: the larger, the more power; the darker, the harder "
    words += "the line; ringed, the leader. Lines lead from a patron down to clients; dashed ones to members without a patron there whom the "
    words += f"record up to {judged_words(run)} binds to that member. Told in full by "
    command = tag("code", f"thaw show history RUN {history}")
    made = [_one(run, draw, members(run, place, state), month) for month, state in states.items()]
    return join([heading, tag("p", words, command, "."), tag("div", *made, class_="grid")])


def _states(run: Run) -> tuple[int, float, dict[int, dict[str, np.ndarray]]]:
    """The place of the typical history, how typical it is, and its state at the dates; RunError where there is none to be had."""
    from thaw.again import plan_of, replay

    if "patronage" in (run.tape.manifest.get("without") or ()):
        raise RunError("this run leaves out patronage, so nobody is anybody’s client.")
    if "leader" not in run.tape.series:
        raise RunError("this tape does not say who leads.")
    plan, found = plan_of(run.tape.manifest), typical(run)
    if found is None:
        raise RunError("no history of this run came to its end.")
    if not plan.given["has_court"][plan.polities.index(run.main)]:
        raise RunError(f"of {run.label(run.main)} this scenario simulates the leader and not the court.")
    place, agreed = found
    history, codes = int(run.tape.series.history.values[place]), run.tape.series.leader.sel(polity=run.main).values[place]
    return place, agreed, replay(plan, history, dates(codes), FIELDS)


def _tied(found: Sequence[Member], member: Member) -> str:
    """Whose client a member is, in brackets where it is a bond only."""
    if member.patron < 0:
        return "–"
    name = found[member.patron].name
    return name if member.client else f"({name})"


def _one(run: Run, draw: Callable[[Figure], Html], found: list[Member], month: int) -> Html:
    height, rows = drawn(found)
    when = month_words(run.months[month])
    leads = next((place for place, member in enumerate(found) if member.kind == "leader"), None)
    if leads is None:
        title, says = f"{when}: nobody leads", f"{len(found)} members."
    else:
        title = f"{when}: {found[leads].name} leads with {percent(found[leads].power)} of power"
        says = f"{clientele(found, leads)} of the {len(found) - 1} other members are clients of the leader, or clients of those."
    codes = np.asarray(run.tape.series.leader.sel(polity=run.main).values[:, month])
    made = [
        (member.name, member.kind, percent(member.power), _tied(found, member), minus(member.stance, "+.1f"),
         percent(float(np.mean(codes == run.tape.persons.index(member.person)))))
        for member in found
    ]  # fmt: skip
    head = ("Member", "Rank", "Power", "Patron (or bond)", "Stance", "Leads then, of all histories")
    numbers = Table(head, made, f"The court in {when}")
    spec = charts.spec(charts_system.court(width=WIDTH, height=height), rows)
    return draw(Figure(f"court-{run.months[month]}", title, says, spec, table=numbers))
