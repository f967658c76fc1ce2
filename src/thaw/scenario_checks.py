"""What a scenario must hold beyond its types, checked against the record and the model.

Checks work on the plain data of the file, whatever else is wrong with it, so that one report names every mistake.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from math import isfinite
from typing import Any

from thaw import invented, names, record
from thaw.axes import INSTITUTIONS, OFFICES, SINGLE_HOLDER, STRATA
from thaw.dates import months_between
from thaw.errors import ScenarioError, ThawError, did_you_mean
from thaw.mistakes import Mistake
from thaw.states import states_of
from thaw.toml_text import Location

FIRST_YEAR, LAST_YEAR = 1900, 2100
LISTS = ("full", "candidates", "cadre")


# --- single values, used as validators: they return the value or raise ValueError


def check_name(name: str) -> str:
    """A name that can also be a folder's."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
        raise ValueError(f"'{name}' is not a name: expected up to 64 of a-z, 0-9, '-' and '_', as 'ussr-1945'.")
    return name


def check_month(month: str) -> str:
    """A month as 'YYYY-MM'."""
    if not names.MONTH.fullmatch(month) or not FIRST_YEAR <= int(month[:4]) <= LAST_YEAR:
        raise ValueError(
            f"'{month}' is not a month: expected 'YYYY-MM' from {FIRST_YEAR}-01 to {LAST_YEAR}-12, as '1956-02'."
        )
    return month


def check_coding(month: str) -> str:
    """A month by which the record has coded persons."""
    known = sorted({row.by for row in record.judgements()})
    if month not in known:
        raise ValueError(f"the record has no coding of persons by '{month}'. {did_you_mean(month, known)}")
    return month


def check_person(person: str) -> str:
    """A person whom the record knows, or an unnamed one of an invented polity."""
    if person not in lives() and not invented.polity_of(person):
        raise ValueError(
            f"there is no person '{person}' in the record. {did_you_mean(person, lives())}   More: thaw record people"
        )
    return person


def check_polity(polity: str) -> str:
    """A polity that the record knows, or one of the user's own."""
    known = [row.code for row in record.polities()]
    if polity not in known and not invented.is_invented(polity):
        raise ValueError(f"there is no polity '{polity}' in the record. {did_you_mean(polity, known)} One of your own has a code like XAA.")
    return polity


def check_prior(text: str) -> str:
    """A prior law written as text."""
    from thaw.declare import parse_prior

    parse_prior(text)
    return text


def check_strata(shares: dict[str, float]) -> dict[str, float]:
    """Shares of known strata that sum to 1, or none."""
    return _shares(shares, "stratum", STRATA)


def check_service(shares: dict[str, float]) -> dict[str, float]:
    """Shares of known institutions that sum to 1, or none."""
    return _shares(shares, "institution", INSTITUTIONS)


def _shares(shares: dict[str, float], what: str, known: tuple[str, ...]) -> dict[str, float]:
    for name in shares:
        if name not in known:
            raise ValueError(f"there is no {what} '{name}'. {did_you_mean(name, known)}")
    if shares and abs(sum(shares.values()) - 1) > 1e-6:
        raise ValueError(f"the shares sum to {sum(shares.values()):g}: expected 1.")
    return shares


# --- everything that looks at more than one value


def across(data: Mapping[str, Any]) -> list[Mistake]:
    """Every mistake of a scenario that its types do not show; `data` may be wrong in any other way."""
    polities = {code: table for code, table in _table(data, "polities").items() if isinstance(table, Mapping)}
    found = [*_months(data, polities), *_roles(polities), *_members(data, polities)]
    for code, polity in polities.items():
        found += [*_court(code, polity), *_patronage(code, polity), *_society(code, polity), *_invention(code, polity)]
        found += _each(_table(polity, "initial"), ("polities", code, "initial"), check_initial)
    found += _each(_table(data, "hold"), ("hold",), check_field)
    found += _each(_table(data, "parameters"), ("parameters",), names.check_value)
    found += _each(_table(data, "priors"), ("priors",), _check_prior_of)
    return found + _events(data, polities)


def homes(data: Mapping[str, Any]) -> dict[str, str]:
    """The polity of everyone who can come to a court: where the scenario lists him, else where the record puts him."""
    start, end = _month(data.get("start")) or f"{FIRST_YEAR}", _month(data.get("end")) or f"{LAST_YEAR}"
    judged = {row.person for row in record.judgements(by=_month(data.get("judged")) or "1953-03")}
    found = {
        person: life.polity
        for person, life in lives().items()
        if person in judged
        and life.born.year + invented.OF_AGE <= int(end[:4])
        and (life.died is None or life.died.year >= int(start[:4]))
    }
    for code, polity in _table(data, "polities").items():
        if isinstance(polity, Mapping):
            unnamed = invented.unnamed(code, _others(polity)) if invented.is_invented(code) else []
            found |= dict.fromkeys((*unnamed, *(person for _, person in _listed(polity))), code)
    return found


def states(data: Mapping[str, Any]) -> dict[str, str]:
    """Code -> name of every state of the world that is independent at some time within the scenario; all where its months are wrong."""
    start, end = _month(data.get("start")), _month(data.get("end"))
    known = {row.code: row.name for row in record.states()}
    return {code: known[code] for code in _states_between(start, end)} if "" < start <= end else known


@cache
def _states_between(start: str, end: str) -> tuple[str, ...]:
    return states_of(months_between(start, end))


@cache
def lives() -> dict[str, record.Person]:
    """Everybody the record knows, by id."""
    return {person.id: person for person in record.people()}


def check_initial(name: str, value: Any) -> None:
    """A first value of a simulated quantity of a polity."""
    from thaw.fields import FIELDS

    possible = {
        known for known, field in FIELDS.items() if field.axes == "HP" and not field.given and _is_quantity(field)
    }
    if name not in possible:
        raise ScenarioError(f"there is no first value '{name}' of a polity. {did_you_mean(name, possible)}")
    check_field(name, value)


def check_field(name: str, value: Any) -> None:
    """A value that a quantity of the state can have."""
    from thaw.fields import FIELDS

    possible = {known for known, field in FIELDS.items() if _is_quantity(field)}
    if name not in possible:
        raise ScenarioError(f"there is no quantity '{name}' that could have a value. {did_you_mean(name, possible)}")
    field = FIELDS[name]
    if not isinstance(value, int | float) or not isfinite(value):
        raise ScenarioError(f"{name} is a finite number ({field.unit}; {field.meaning}), not {value!r}.")
    if not field.low <= value <= field.high:
        raise ScenarioError(
            f"{name} = {value:g} is out of bounds: expected {_range(field.low, field.high)} "
            f"({field.unit}; {field.meaning})."
        )


def _months(data: Mapping[str, Any], polities: Mapping[str, Any]) -> Iterator[Mistake]:
    start, end = _month(data.get("start")), _month(data.get("end"))
    if not (start and end):
        return
    if end < start:
        yield Mistake(("end",), f"the scenario ends in {end}, before it starts in {start}.")
        return
    for code, polity in polities.items():
        begins = _month(polity.get("starts"))
        if begins and not start <= begins <= end:
            yield Mistake(("polities", code, "starts"), f"{begins} is outside the scenario, {start} to {end}.")
    for place, forced in enumerate(_tables(data, "forced")):
        month = _month(forced.get("date"))
        event = str(forced.get("event", ""))
        first = _month(_table(polities, event.partition(".")[0]).get("starts")) or start
        if month and not start <= month <= end:
            yield Mistake(("forced", place, "date"), f"{month} is outside the scenario, {start} to {end}.")
        elif month and month < first:
            yield Mistake(("forced", place, "date"), f"{month} is before the polity's first month, {first}.")
        elif month and (told := _before_independence(event, month)):
            yield Mistake(("forced", place, "date"), told)


def _roles(polities: Mapping[str, Any]) -> Iterator[Mistake]:
    hegemons = [code for code, polity in polities.items() if polity.get("role") == "hegemon"]
    for code in hegemons[1:]:
        yield Mistake(("polities", code, "role"), f"there can be one hegemon, and {hegemons[0]} is it.")
    for code, polity in polities.items():
        if polity.get("role") == "satellite" and not hegemons:
            yield Mistake(("polities", code, "role"), "a satellite needs a hegemon, and no polity has that role.")


def _members(data: Mapping[str, Any], polities: Mapping[str, Any]) -> Iterator[Mistake]:
    """Nobody is listed twice, and nobody is listed who was dead by then."""
    seats: dict[str, str] = {}
    for code, polity in polities.items():
        begins = _month(polity.get("starts")) or _month(data.get("start")) or ""
        for place, person in _listed(polity):
            here = f"{code}.{place[0]}"
            if person in seats:
                yield Mistake(
                    ("polities", code, *place), f"{person} is listed twice: in {seats[person]} and here. Keep one."
                )
            seats.setdefault(person, here)
            died = lives()[person].died if person in lives() else None
            if died and died.isoformat()[:7] < begins:
                yield Mistake(("polities", code, *place), f"{person} died on {died}, before {code} begins in {begins}.")


def _court(code: str, polity: Mapping[str, Any]) -> Iterator[Mistake]:
    """Leader, office holders, patrons and clients are of the court; offices and institutions are known."""
    court = {person for _, person in _listed(polity)}
    here: Location = ("polities", code)
    patrons = _table(polity, "patron")
    named: list[tuple[Location, Any, str]] = [((*here, "leader"), polity.get("leader"), "leads")]
    named += [((*here, "prestige", person), person, "has prestige") for person in _table(polity, "prestige")]
    named += [((*here, "patron", person), person, "has a patron") for person in patrons]
    named += [((*here, "patron", person), patron, f"is the patron of {person}") for person, patron in patrons.items()]
    for office, holders in _table(polity, "offices").items():
        place = (*here, "offices", office)
        several = holders if isinstance(holders, list | tuple) else [holders]
        named += [(place, person, f"holds {office}") for person in several]
        yield from (Mistake(place, told) for told in _office(office, [str(holder) for holder in several]))
    for institution in _table(polity, "branch"):
        if institution not in INSTITUTIONS:
            told = f"there is no institution '{institution}'. {did_you_mean(institution, INSTITUTIONS)}"
            yield Mistake((*here, "branch", institution), told)
    if not all(isinstance(polity.get(key, ()), list | tuple) for key in LISTS):
        return  # who is in the court cannot be told
    for place, person, why in named:
        if isinstance(person, str) and (person in lives() or invented.polity_of(person)) and person not in court:
            told = f"{person} {why} but is not in the court: list him in full, candidates or cadre."
            yield Mistake(place, told)


def _office(office: str, holders: list[str]) -> Iterator[str]:
    """What is wrong with an office and the number of its holders."""
    if office not in OFFICES:
        yield f"there is no office '{office}'. {did_you_mean(office, OFFICES)}"
    elif office in SINGLE_HOLDER and len(holders) > 1:
        yield f"{office} has one holder, not {len(holders)}."
    elif len(set(holders)) < len(holders):
        yield f"a person is named twice for {office}."


def _patronage(code: str, polity: Mapping[str, Any]) -> Iterator[Mistake]:
    """Following patrons from anybody never leads back to him; each cycle is told once."""
    patrons = {person: patron for person, patron in _table(polity, "patron").items() if isinstance(patron, str)}
    done: set[str] = set()
    for first in patrons:
        path: list[str] = []
        person = first
        while person in patrons and person not in done and person not in path:
            path.append(person)
            person = patrons[person]
        if person in path:
            cycle = path[path.index(person) :]
            shown = " → ".join([*cycle, cycle[0]])
            yield Mistake(
                ("polities", code, "patron", cycle[0]), f"a cycle in patronage: {shown}. Somebody must be nobody's man."
            )
        done.update(path)


def _society(code: str, polity: Mapping[str, Any]) -> Iterator[Mistake]:
    if polity.get("society") is True and not polity.get("strata"):
        yield Mistake(
            ("polities", code, "society"),
            "a society needs its strata: shares of " + ", ".join(STRATA) + " that sum to 1.",
        )


def _invention(code: str, polity: Mapping[str, Any]) -> Iterator[Mistake]:
    """A polity that the record does not know brings its population and has unnamed persons of its own; no other does."""
    own, others = invented.is_invented(code), _others(polity)
    for key in ("population", "service"):
        if not own and polity.get(key):
            yield Mistake(("polities", code, key), f"{key} of {code} is the record's: only a polity whose code begins with X has its own.")
    if own and polity.get("population") is None:
        yield Mistake(("polities", code, "population"), f"the key 'population' is missing: the record has none of {code} (thousand persons).")
    if own and not others:
        yield Mistake(("polities", code, "others"), f"a court of unnamed persons needs some: others = 1 to 60, persons other_{code.lower()}_1 and on.")
    for place, named in (*_listed(polity), (("leader",), polity.get("leader"))):
        person = named if isinstance(named, str) else ""
        home = invented.polity_of(person)
        here: Location = ("polities", code, *place)
        if own and person in lives():
            yield Mistake(here, f"{person} is of the record, and {code} is not: its persons are other_{code.lower()}_1 to other_{code.lower()}_{others}.")
        elif home and home != code:
            yield Mistake(here, f"{person} belongs to {home}, not to {code}.")
        elif home and invented.number_of(person) > others > 0:
            yield Mistake(here, f"there is no {person}: {code} has others = {others}.")


def _others(polity: Mapping[str, Any]) -> int:
    others = polity.get("others", 0)
    return others if isinstance(others, int) and 0 <= others <= 60 else 0


def _events(data: Mapping[str, Any], polities: Mapping[str, Any]) -> list[Mistake]:
    found = []
    for key in ("forced", "prevented"):
        for place, table in enumerate(_tables(data, key)):
            if isinstance(table.get("event"), str):
                try:
                    names.read_events(table["event"], homes(data), tuple(polities), states(data))
                except ThawError as mistake:
                    found.append(Mistake((key, place, "event"), str(mistake)))
    return found


def _before_independence(event: str, month: str) -> str:
    """What is wrong with forcing an event of a state of the world in a month, '' where nothing is."""
    code, _, name = event.partition(".")
    known = names.known_events().get(name)
    row = next((row for row in record.states() if row.code == code), None)
    if known is None or known[1].axes != "W" or row is None or code in states_of(months_between(month, month)):
        return ""
    return f"{row.name} is not independent in {month}" + (f", but from {row.independent} on." if row.independent else ".")


def _each(table: Mapping[str, Any], place: Location, check: Callable[[str, Any], Any]) -> list[Mistake]:
    found = []
    for name, value in table.items():
        try:
            if isinstance(value, Mapping):
                inner = next(iter(value), "...")
                raise ScenarioError(f'a dotted name is written in quotes: "{name}.{inner}" = ...')
            check(name, value)
        except (ThawError, ValueError) as mistake:
            found.append(Mistake((*place, name), str(mistake)))
    return found


def _check_prior_of(name: str, prior: Any) -> None:
    names.parameter(name)
    if isinstance(prior, str):
        check_prior(prior)


def _is_quantity(field: Any) -> bool:
    return field.dtype in ("float64", "bool") and field.axes != "-"


def _range(low: float, high: float) -> str:
    if isfinite(low) and isfinite(high):
        return f"{low:g} to {high:g}"
    return f"{low:g} or more" if isfinite(low) else f"{high:g} or less"


def _listed(polity: Mapping[str, Any]) -> Iterator[tuple[Location, str]]:
    """Persons of a polity's lists with their place in it."""
    for key in LISTS:
        persons = polity.get(key)
        for place, person in enumerate(persons if isinstance(persons, list | tuple) else ()):
            if isinstance(person, str):
                yield (key, place), person


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _tables(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = data.get(key)
    return [table if isinstance(table, Mapping) else {} for table in value] if isinstance(value, list | tuple) else []


def _month(value: Any) -> str:
    return value if isinstance(value, str) and names.MONTH.fullmatch(value) else ""
