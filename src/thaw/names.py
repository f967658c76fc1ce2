"""Names that people write: events, parameters and mechanisms; how they are read, and the nearest one to a wrong one.

    POLITY.event            SUN.secret_speech         something of a polity
    POLITY.event:PERSON     SUN.fall:beria            something that happens to a person; also fall:beria
    WLD.event               WLD.detente               something of the world; also detente
    WLD.event:THEATRE       WLD.crisis:berlin         something in one theatre of crisis; also crisis:berlin
    STATE.event             EGY.joins_nam             something of a state of the world, whether or not it is a polity here
    ... @YYYY-MM            SUN.amnesty@1953-03       in that month

A bundle stands for several events: `SUN.destalinization`. What can be named is what the mechanisms declare.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from thaw.axes import THEATRES
from thaw.errors import ParameterError, ScenarioError, did_you_mean
from thaw.record.vocabulary import EventName

if TYPE_CHECKING:
    from thaw.declare import Event, Mechanism, Param

BUNDLES = {"destalinization": ("secret_speech", "amnesty", "thaw", "rehabilitation", "personnel_renewal")}
WORLD = "WLD"  # the polity of events that belong to no single one, as in the record
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def event_text(event: EventName) -> str:
    """The name of an event as text, the one used on tape, in tables and in the record.

    >>> event_text(EventName("SUN", "fall", "beria"))
    'SUN.fall:beria'
    """
    return (f"{event.polity}." if event.polity else "") + event.name + (f":{event.about}" if event.about else "")


def form(name: str, axes: str) -> str:
    """How an event on these axes is written, with what has to be put in as capitals.

    >>> form("joins_nam", "W"), form("crisis", "T")
    ('STATE.joins_nam', 'WLD.crisis:THEATRE')
    """
    forms = {"P": f"POLITY.{name}", "E": f"{name}:PERSON", "W": f"STATE.{name}", "T": f"{WORLD}.{name}:THEATRE", "": f"{WORLD}.{name}"}
    return forms[axes]


def mechanisms() -> "tuple[Mechanism, ...]":
    """The mechanisms of a month; one door, so that a test can put others behind it."""
    from thaw.loop import mechanisms as of_the_month

    return of_the_month()


def known_events() -> "dict[str, tuple[Mechanism, Event]]":
    """Every declared event with its mechanism, by bare name."""
    return {event.name: (step, event) for step in mechanisms() for event in step.events}


def known_parameters() -> "dict[str, tuple[Mechanism, Param]]":
    """Every declared parameter with its mechanism, by `mechanism.parameter`."""
    return {f"{step.name}.{param.name}": (step, param) for step in mechanisms() for param in step.params}


def parameter(name: str) -> "Param":
    """The declaration of a parameter, or a ParameterError with the nearest name."""
    known = known_parameters()
    if name not in known:
        words = _near_parameter(name, known)
        raise ParameterError(f"there is no parameter '{name}'. {words}   More: thaw show parameters")
    return known[name][1]


def check_value(name: str, value: Any) -> float:
    """The value as a number that the parameter's prior could hold, or a ParameterError."""
    declared = parameter(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < float("inf"):
        raise ParameterError(f"{name} is a finite number ({declared.unit}), not {value!r}.")
    bounds = {
        "lognormal": (value > 0, "above 0"),
        "halfnormal": (value >= 0, "0 or more"),
        "share": (0 <= value <= 1, "from 0 to 1"),
    }
    fits, wanted = bounds.get(declared.law, (True, ""))
    far = 1000 * max(abs(declared.value), 1.0)  # beyond a thousand times its size a parameter is a slip of the pen
    low, high = max(declared.low, -far), min(declared.high, far)
    if fits and not low <= value <= high:
        fits, wanted = False, f"from {low:g} to {high:g}"
    if not fits:
        told = f"{declared.unit}; prior {declared.prior}"
        raise ParameterError(f"{name} = {value:g} is out of bounds: expected a number {wanted} ({told}).")
    return float(value)


def split_date(text: str) -> tuple[str, str]:
    """An event name and its month, '' where none is given: 'SUN.amnesty@1953-03' -> ('SUN.amnesty', '1953-03')."""
    name, at, month = text.strip().partition("@")
    if at and not MONTH.fullmatch(month.strip()):
        raise ScenarioError(f"'{text}': '{month}' is not a month. Expected EVENT@YYYY-MM, as {name}@1956-02.")
    return name.strip(), month.strip()


def read_events(
    text: str, homes: Mapping[str, str], polities: tuple[str, ...], states: Mapping[str, str] | None = None
) -> tuple[EventName, ...]:
    """The event that a name stands for, several for a bundle; a ScenarioError says what is wrong and what is nearest.

    Parameters
    ----------
    homes : person -> the polity whose court the person belongs to
    polities : of the scenario
    states : of the world, code -> name
    """
    head, colon, whom = text.partition(":")
    polity, dot, event = head.rpartition(".")
    if not event or (dot and not polity) or (colon and not whom) or "." in polity or "@" in text:
        raise ScenarioError(
            f"'{text}' is not an event. Expected POLITY.event or event:PERSON, as SUN.secret_speech or fall:beria."
        )
    known = known_events()
    if event not in BUNDLES and event not in known:
        raise ScenarioError(
            f"there is no event '{event}'. {did_you_mean(event, [*known, *BUNDLES])}   More: thaw show events"
        )
    axes = "P" if event in BUNDLES else known[event][1].axes
    if axes == "W":
        return (_of_state(text, EventName(polity, event, whom), states or {}),)
    if polity not in ("", WORLD, *polities):
        raise ScenarioError(f"there is no polity '{polity}' in this scenario. {did_you_mean(polity, polities)}")
    if event in BUNDLES:
        _refuse(text, whom, "takes no person")
        _demand(text, polity.removeprefix(WORLD), f"needs a polity, as {_example(polities)}.{event}")
        return tuple(EventName(polity, part) for part in BUNDLES[event])
    if known[event][1].derived:
        raise ScenarioError(f"{text}: a {event} only sums up other events, so it can be neither done nor prevented. Take those: fall:PERSON, leader_ousted.")
    if axes == "E":
        return (_of_person(text, EventName(polity, event, whom), homes, polities),)
    if axes == "T":
        return (_of_theatre(text, EventName(polity, event, whom)),)
    _refuse(text, whom, "takes no person")
    if axes == "":
        _refuse(text, polity.removeprefix(WORLD), f"is of the world: write {WORLD}.{event}")
        return (EventName(WORLD, event),)
    _demand(text, polity.removeprefix(WORLD), f"needs a polity, as {_example(polities)}.{event}")
    return (EventName(polity, event),)


def _of_person(text: str, event: EventName, homes: Mapping[str, str], polities: tuple[str, ...]) -> EventName:
    _demand(text, event.about, f"needs a person, as {event.name}:stalin")
    if event.about not in homes:
        raise ScenarioError(
            f"there is no person '{event.about}'. {did_you_mean(event.about, homes)}   More: thaw record people"
        )
    home = homes[event.about]
    at_home = event._replace(polity=home)
    if home not in polities:
        raise ScenarioError(f"{event.about} belongs to {home}, which is not in this scenario.")
    if event.polity not in ("", home):
        raise ScenarioError(f"{event.about} is not of {event.polity}. Did you mean '{event_text(at_home)}'?")
    return at_home


def _of_state(text: str, event: EventName, states: Mapping[str, str]) -> EventName:
    """An event of a state of the world; a state that is called by its name is told its code."""
    _refuse(text, event.about, "takes no person")
    _demand(text, event.polity.removeprefix(WORLD), f"needs a state, as EGY.{event.name}")
    if event.polity not in states:
        word = event.polity.lower()
        called = [code for code, name in states.items() if word in (name.lower(), *name.lower().strip(")").split(" ("))]
        alike = called or [code for code in states if code[:2].lower() == word[:2]]  # a slip in the last letter
        near = did_you_mean(word.upper(), states) if len(alike) != 1 else f"Did you mean '{alike[0]}'?"
        raise ScenarioError(f"there is no state '{event.polity}' within this scenario. {near}   More: thaw record states")
    return event


def _of_theatre(text: str, event: EventName) -> EventName:
    here = EventName(WORLD, event.name, event.about)
    _demand(text, event.about, f"needs a theatre, as {event_text(here._replace(about=THEATRES[0]))}")
    if event.about not in THEATRES:
        raise ScenarioError(f"there is no theatre '{event.about}'. {did_you_mean(event.about, THEATRES)}")
    _refuse(text, event.polity.removeprefix(WORLD), f"is of the world: write {event_text(here)}")
    return here


def _demand(text: str, part: str, problem: str) -> None:
    if not part:
        raise ScenarioError(f"'{text}' {problem}.")


def _refuse(text: str, part: str, problem: str) -> None:
    if part:
        raise ScenarioError(f"'{text}' {problem}.")


def _example(polities: tuple[str, ...]) -> str:
    return "SUN" if "SUN" in polities or not polities else polities[0]


def _near_parameter(name: str, known: "Mapping[str, tuple[Mechanism, Param]]") -> str:
    """The nearest parameter with what it is; for a bare name also one of the same name in some mechanism."""
    bare = [full for full in known if full.partition(".")[2] == name]
    words = f"Did you mean '{bare[0]}'?" if bare else did_you_mean(name, known)
    for full, (_, declared) in known.items():
        if words == f"Did you mean '{full}'?":
            return f"Did you mean '{full}' ({declared.unit}; prior {declared.prior}; {declared.source})?"
    return words
