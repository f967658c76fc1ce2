"""Scenario and record into arrays: the only place where facts become numbers on axes.

What no mechanism decides is given to every history alike: ages, calendars, populations, droughts as reported, what third parties did to
the hostility between the blocs. Droughts are accounts of weather and not of harvests.
"""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

import numpy as np

from thaw import cohorts, invented, record
from thaw.axes import INSTITUTIONS, OFFICES, STRATA
from thaw.compile_events import acts, deaths, recorded
from thaw.compile_world import first_world, given_world, world_calendar
from thaw.court import CADRE, CANDIDATE, FULL, NOBODY
from thaw.dates import mondays, month_number, months_between
from thaw.fields import FIELDS
from thaw.invented import OF_AGE
from thaw.plan import Plan
from thaw.states import independence, states_of

COMING, EVERY = 12, 7  # years: a small court gains an unnamed member who comes of age in its 12th year, then every 7, or it would die out
UNKNOWN_STANCE, UNKNOWN_GUILT = (-0.8, -0.1, 0.7), (0.05, 0.4, 0.85)


def compile_plan(scenario, *, free: bool = False) -> Plan:
    """The plan of a scenario; `free` frees what is pinned to the record (deaths, congresses, weather). Plans without hindsight: `compile_known`."""
    months = months_between(scenario.start, scenario.end)
    weeks = tuple(len(mondays(year, month)) for year, month in months)
    polities = tuple(scenario.polities)
    states = states_of(months)
    persons, court = _people(scenario)
    place = {person: i for i, person in enumerate(persons)}
    pinned_deaths = scenario.pinned.natural_deaths and not free
    plan = Plan(
        name=scenario.name,
        months=months,
        weeks=weeks,
        polities=polities,
        persons=persons,
        labels=_labels(scenario, persons, states),
        given=_given(scenario, persons, court) | given_world(states, polities),
        calendar=_calendar(scenario, months, persons, free=free)
        | {"independent": independence(states, months)}
        | world_calendar(states, months, free=free),
        initial=_initial(scenario, persons, court, place) | first_world(states, months, tension_index(months)[0]),
        traits=_traits(persons, scenario.judged),
        priors=_priors(scenario),
        set_values=dict(scenario.parameters),
        hold={name: float(value) for name, value in scenario.hold.items()},
        pins={"death": deaths(months, persons)} if pinned_deaths else {},
        record=recorded(scenario, months),
        citizens=scenario.citizens,
        states=states,
    )
    return with_acts(plan, scenario)


def with_acts(plan: Plan, scenario) -> Plan:
    """The plan with what its scenario forces and prevents."""
    return plan.with_(
        do=acts(plan, ((act.event, act.date) for act in scenario.forced)),
        prevent=acts(plan, ((act.event, None) for act in scenario.prevented)),
    )


def _people(scenario) -> tuple[tuple[str, ...], np.ndarray]:
    """Persons of all courts, contiguous by polity, and the polity of each: those named, the record's others, and unnamed ones."""
    named = {code: _members(polity) for code, polity in scenario.polities.items()}
    home = {person: code for code, members in named.items() for person in members}
    others = {row.person for row in record.judgements(by=scenario.judged)} - home.keys()
    for person in record.people():
        if person.polity in scenario.polities and person.id in others and _could_serve(person, scenario):
            named[person.polity].append(person.id)
    persons, court = [], []
    for p, (code, polity) in enumerate(scenario.polities.items()):
        unnamed = max(polity.others, 1) + _coming(scenario, code)
        members = list(dict.fromkeys(named[code] + invented.unnamed(code, unnamed)))
        persons += members
        court += [p] * len(members)
    return tuple(persons), np.array(court)


def _coming(scenario, code: str) -> int:
    """How many unnamed persons come of age within the scenario, in a reduced court or one that the record does not know."""
    years = (month_number(scenario.end) - month_number(scenario.start)) // 12
    if invented.is_invented(code):
        return invented.coming(scenario.polities[code].others, years)
    return 0 if scenario.polities[code].court == "full" else max((years - COMING) // EVERY + 1, 0)


def _members(polity) -> list[str]:
    office_holders = [person for holders in polity.offices.values() for person in holders]
    everyone = [polity.leader, *polity.full, *polity.candidates, *polity.cadre, *office_holders]
    return list(dict.fromkeys(everyone))


def _could_serve(person, scenario) -> bool:
    """Somebody of the record who was alive and of age within the scenario."""
    start, end = int(scenario.start[:4]), int(scenario.end[:4])
    return person.born.year + OF_AGE <= end and (person.died is None or person.died.year >= start)


def _labels(scenario, persons: Iterable[str], states: tuple[str, ...]) -> dict[str, str]:
    names = {person.id: person.name for person in record.people()}
    labels = {row.code: row.name for row in record.states() if row.code in states}
    labels |= {code: polity.name for code, polity in scenario.polities.items()} | {scenario.name: scenario.title}
    for person in persons:
        if person in names:
            labels[person] = names[person]
        else:
            _, code, number = person.split("_")
            labels[person] = f"other {number} ({scenario.polities[code.upper()].name})"
    return labels


def _given(scenario, persons, court) -> dict[str, np.ndarray]:
    polities = scenario.polities.values()
    branch = np.zeros((len(persons), len(INSTITUTIONS)), bool)
    for e, person in enumerate(persons):
        polity = scenario.polities[tuple(scenario.polities)[court[e]]]
        branch[e] = [person in polity.branch.get(institution, ()) for institution in INSTITUTIONS]
        if person.startswith("other_"):
            branch[e, invented.served_in(invented.number_of(person), polity.service)] = True
    strata = np.array([[polity.strata.get(stratum, 0.0) for stratum in STRATA] for polity in polities])
    return {
        "court": court.astype(np.int64),
        "branch": branch,
        "tie": _ties(scenario, persons),
        "hegemon": np.array([polity.role == "hegemon" for polity in polities]),
        "bloc": np.array([polity.role == "satellite" for polity in polities]),
        "has_society": np.array([polity.society for polity in polities]),
        "has_court": np.array([polity.court == "full" for polity in polities]),
        "divided": np.array([polity.divided for polity in polities]),
        "church": np.array([polity.church for polity in polities]),
        "stratum_share": strata,
    }


def _ties(scenario, persons) -> np.ndarray:
    """Mean of the two codings of each tie; a tie that one coder did not see counts nought for him. Unnamed clients have one of middling strength."""
    place = {person: e for e, person in enumerate(persons)}
    ties = np.zeros((len(persons), len(persons)))
    for row in record.ties(by=scenario.judged):
        if row.person in place and row.patron in place:
            ties[place[row.person], place[row.patron]] += row.best / 2
    for polity in scenario.polities.values():
        for client, patron in polity.patron.items():
            if invented.polity_of(client):
                ties[place[client], place[patron]] = invented.TIE
    return np.minimum(ties, 1.0)


def _traits(persons, judged: str) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Stance and culpability: from the lower of the lows to the higher of the highs, likeliest at the mean of the two codings."""
    traits = {}
    for quantity, unknown in (("stance", UNKNOWN_STANCE), ("culpability", UNKNOWN_GUILT)):
        rows: dict[str, list] = {}
        for row in record.judgements(by=judged):
            if row.quantity == quantity:
                rows.setdefault(row.person, []).append(row)
        low, best, high = (np.array([unknown[k]] * len(persons), float) for k in range(3))
        for e, person in enumerate(persons):
            if found := rows.get(person):
                low[e] = min(row.low for row in found)
                best[e] = sum(row.best for row in found) / len(found)
                high[e] = max(row.high for row in found)
        traits[quantity] = (low, best, high)
    return traits


def _calendar(scenario, months, persons, *, free: bool) -> dict[str, np.ndarray]:
    polities = tuple(scenario.polities)
    born = {person.id: person.born for person in record.people()}
    first = [month_number(polity.starts or scenario.start) for polity in scenario.polities.values()]
    numbers = np.array([year * 12 + month - 1 for year, month in months])
    ages = np.empty((len(months), len(persons)))
    youngest, oldest = invented.AGES
    others = (youngest + (oldest - youngest) * (k * 0.618034 % 1) for k in count(1))  # golden section: spread evenly, whoever is first
    for e, person in enumerate(persons):
        if person in born:
            birthday = born[person].year * 12 + born[person].month - 1
        elif home := invented.polity_of(person):
            birthday = numbers[0] - round(12 * invented.first_age(invented.number_of(person), scenario.polities[home].others))
        else:
            _, code, number = person.split("_")
            later = int(number) - 1 - max(scenario.polities[code.upper()].others, 1)
            age = OF_AGE - COMING - EVERY * later if later >= 0 else int(next(others))
            birthday = numbers[0] - 12 * age
        ages[:, e] = (numbers - birthday) / 12
    listed = {person for polity in scenario.polities.values() for person in _members(polity)}
    available = (ages >= OF_AGE) | np.array([person in listed for person in persons])
    forum, congress = forums(scenario, months, polities, free=free)
    return {
        "age": ages,
        "available": available,
        "exists": numbers[:, None] >= np.array(first),
        "forum": forum,
        "congress": congress,
        "population": _by_polity(polities, months, lambda code: _population(scenario.polities[code], code, months)),
        "season": np.array([float(month) for _, month in months]),
        "drought": _by_polity(polities, months, lambda code: _drought(code, months, pinned=scenario.pinned.weather and not free)),
        "collectivising": np.array(
            [[scenario.polities[code].role != "independent" and (code == "SUN" or number >= COMINFORM) for code in polities] for number in numbers]
        ),
        "decree": np.array([[float(code == "SUN" and number >= 1947 * 12 + 5) for code in polities] for number in numbers]),
        "receivers": np.repeat(_receivers(months)[:, None], len(polities), axis=1),
        **cohorts.by_month(months),
        "garrison": _by_polity(polities, months, lambda code: _yearly(code, "soviet_troops_present", months, lag=0, missing=0.0, last=1956)),
    }


def between(when: float, points: Mapping[Any, Any]) -> float:
    """A value between two dated ones, on the straight line; the first and last are kept beyond the ends.

    Written out, since a compiler may fuse a multiplication and an addition in NumPy's own.

    >>> between(1951.0, {1950: 10.0, 1954: 30.0}), between(1960, {1950: 10.0, 1954: 30.0})
    (15.0, 30.0)
    """
    dates = sorted(points)
    later = next((date for date in dates if date >= when), dates[-1])
    earlier = max((date for date in dates if date <= when), default=dates[0])
    if later <= earlier:
        return float(points[later])
    rise = (points[later] - points[earlier]) * (when - earlier)
    return float(points[earlier] + rise / (later - earlier))


def _by_polity(polities, months, column) -> np.ndarray:
    return np.stack([column(code) for code in polities], axis=1)


def by_year(code: str, variable: str) -> dict[int, float]:
    return {row.end.year: row.value for row in invented.series(code, variable)} if variable in _variables() else {}


def _variables() -> set[str]:
    return {variable.name for variable in record.variables()}


def _yearly(code, variable, months, *, lag: int, missing: float | None = None, last: int = 9999) -> np.ndarray:
    """A yearly series month by month up to the year `last`, `lag` years late, straight between mid-years; the ends are kept."""
    points = {year: value for year, value in by_year(code, variable).items() if year <= last}
    if not points:
        return np.full(len(months), 5000.0 if missing is None else missing)
    years = sorted(points)
    at = [year + month / 12 - lag for year, month in months]
    return np.array([between(when, {year + 0.5: points[year] for year in years}) for when in at])


def _population(polity, code, months) -> np.ndarray:
    """Thousand persons month by month: the record's, or of a polity that it does not know the scenario's throughout."""
    return _yearly(code, "population", months, lag=0) if polity.population is None else np.full(len(months), polity.population)


COMINFORM = 1948 * 12 + 5  # its resolution of 28 June 1948 on Yugoslavia bound the satellites to collective farms (record: events)
REGIONS = {"drought_ukraine": 0.4, "drought_volga_urals": 0.35, "drought_virgin_lands": 0.25}  # share of grain land, judgements


def _drought(code, months, *, pinned: bool) -> np.ndarray:
    """Share of the Soviet grain land that accounts of the year's weather call dry; 0 where they praise it, -1 where there is none."""
    dry: dict[int, float] = {}
    if code == "SUN" and pinned:
        for region, share in REGIONS.items():
            for year, value in by_year(code, region).items():
                dry[year] = dry.get(year, 0.0) + share * value
    return np.array([dry.get(year, -1.0) for year, _ in months])


def tension_index(months) -> np.ndarray:
    """Hostility between the blocs as recorded, 0 to 1, in each month: the dispute level with the USA (0 to 5), mean of the year and the two before.

    Simulated tension starts from its first value and is compared with the rest.
    """
    points = by_year("SUN", "dispute_hostility_with_usa")
    if not points:
        return np.full(len(months), 0.5)
    mean = {year: np.mean([points.get(y, 0.0) for y in (year - 2, year - 1, year)]) / 5 for year in range(1934, 1992)}
    middle = {year + 0.5: value for year, value in mean.items()}
    return np.array([between(year + month / 12, middle) for year, month in months])


def _receivers(months) -> np.ndarray:
    """Radio sets a head in the Soviet Union, month by month; the record has no other country's, so that they stand for the bloc."""
    return _yearly("SUN", "radio_receivers", months, lag=0, missing=3000.0) / _yearly("SUN", "population", months, lag=0)


def forums(scenario, months, polities, *, free: bool) -> tuple[np.ndarray, np.ndarray]:
    """Months with a congress or plenum: as recorded for Moscow and for whole courts, or every sixth month and fourth year when freed or invented."""
    forum = np.ones((len(months), len(polities)), bool)
    congress = np.zeros((len(months), len(polities)), bool)
    for p, code in enumerate(polities):
        if code != "SUN" and scenario.polities[code].court != "full":
            continue
        if scenario.pinned.congresses and not free and not invented.is_invented(code):
            met = {(row.end.year, row.end.month) for row in record.series(code, "party_congress")}
            plenum = {(row.end.year, row.end.month) for row in record.series(code, "cc_plenum")}
        else:
            met = {(year, month) for year, month in months if month == 10 and year % 4 == 0}
            plenum = {(year, month) for year, month in months if month in (6, 12)}
        congress[:, p] = [month in met for month in months]
        forum[:, p] = [month in met | plenum for month in months]
    return forum, congress


def _initial(scenario, persons, court, place) -> dict[str, np.ndarray]:
    from thaw.mechanisms.memory import FIRST

    polities = tuple(scenario.polities)
    rank = np.zeros(len(persons))
    holds = np.zeros((len(persons), len(OFFICES)), bool)
    prestige = np.full(len(persons), 0.15)
    for polity in scenario.polities.values():
        for level, members in ((CADRE, polity.cadre), (CANDIDATE, polity.candidates), (FULL, (*polity.full, polity.leader))):
            rank[[place[person] for person in members]] = level
        for office, holders in polity.offices.items():
            for person in holders:
                holds[place[person], OFFICES.index(office)] = True
                rank[place[person]] = max(rank[place[person]], CADRE)
        for person, value in polity.prestige.items():
            prestige[place[person]] = value
    initial = {
        "rank": rank,
        "holds": holds,
        "prestige": prestige,
        "patron": _patrons(scenario, persons, court, rank, place),
        "leader": np.array([place[polity.leader] for polity in scenario.polities.values()]),
        "institution": np.ones(len(INSTITUTIONS)),
        "clients": _first_clients(holds, court),
        "alive": np.ones(len(persons), bool),
    }
    for name in {name for polity in scenario.polities.values() for name in polity.initial}:
        default = FIELDS[name].initial
        initial[name] = np.array([float(scenario.polities[code].initial.get(name, default)) for code in polities])
    initial["opinion"] = np.array(FIRST)
    initial["power"] = np.where(rank == FULL, 1.0, 0.1) / len(persons)
    return {name: values for name, values in initial.items() if FIELDS[name].axes.startswith("H")}


def _first_clients(holds, court) -> np.ndarray:
    """Clients at the start: in proportion to what each office appoints (see patronage.APPOINTS)."""
    from thaw.mechanisms.patronage import APPOINTS

    share = (holds * APPOINTS).sum(axis=1)
    total = np.bincount(court, weights=share)[court]
    return share / np.maximum(total, 1e-9)


def _patrons(scenario, persons, court, rank, place) -> np.ndarray:
    """Each person's patron: as the scenario says, else the strongest tie of at least 0.3 to a higher man of his court."""
    ties = _ties(scenario, persons)
    patron = np.full(len(persons), NOBODY)
    standing = rank + 2 * np.isin(np.arange(len(persons)), [place[polity.leader] for polity in scenario.polities.values()])
    for e in range(len(persons)):
        above = (court == court[e]) & (standing > standing[e]) & (ties[e] >= 0.3)
        if above.any():
            patron[e] = np.where(above, ties[e], -1).argmax()
    for polity in scenario.polities.values():
        for client, of_whom in polity.patron.items():
            patron[place[client]] = place[of_whom]
    return patron


def _priors(scenario) -> dict[str, tuple[float, str]]:
    from thaw.loop import mechanisms

    declared = {f"{step.name}.{p.name}": (p.value, p.prior) for step in mechanisms() for p in step.params}
    return declared | {name: (declared[name][0], prior) for name, prior in scenario.priors.items()}
