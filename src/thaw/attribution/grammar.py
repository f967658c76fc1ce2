"""How causes and effects are written, in claims files and after `thaw ask --cause` and `--effect`; one text for each kind.

    SUN.secret_speech                      an event, as in scenarios; also SUN.death:stalin, WLD.crisis:berlin, EGY.joins_nam
    SUN.death:beria@1953-03                the same, forced in that month; the record's first month where none is written
    no SUN.death:khrushchev@1953-03        its absence: a person's survival is the absence of his death
    SUN.secret_speech + SUN.thaw           a cause of several events: its onset is the first, all are forced or prevented together
    SUN.destalinization                    the same under the name of a bundle
    row:E060 + row:E071                    a cause outside the model: rows of the record that reach it as given inputs
    SUN.cult=0.9/0.1@1945-07..1953-02      a policy over a span: held at 0.9 where the cause is there, at 0.1 where it is not
    HUN.uprising | POL.uprising            an effect: any of them counts; a bundle is any of its events
    BLOC.uprising, *.joins_nam             each satellite's, everybody's; but not the polities that the cause is about
    no SUN.renewed_terror                  an effect: it does not happen
    HUN.revolt mean                        a quantity over the months up to the deadline: mean, end, max or min
    SUN.personalisation<0.45               an event: the first month in which the quantity is below (or, with >, above)
    leader:khrushchev                      an event: he leads

>>> parse_cause("SUN.destalinization").as_text()
'SUN.secret_speech + SUN.amnesty + SUN.thaw + SUN.rehabilitation + SUN.personnel_renewal'
>>> parse_effect("HUN.revolt")
Effect(events=(), quantity='HUN.revolt', measure='mean', above=None, below=None, leader='', absent=False)
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from thaw import names, record
from thaw.errors import ScenarioError, did_you_mean
from thaw.fields import FIELDS, Field
from thaw.posterior import EVENTS, NUMBERS
from thaw.scenario import Scenario
from thaw.scenario_checks import check_field, homes, lives, states

SATELLITES, EVERYBODY = "BLOC", "*"
GROUPS = (SATELLITES, EVERYBODY)
POLICY = "POLITY.quantity=DONE/PREVENTED@YYYY-MM..YYYY-MM"
MEASURES = ("mean", "end", "max", "min")
# what is no field of the state but one less the sum of some: name -> (those, what it is)
REMAINDERS = {"west_share": (("neutral_share", "east_share"), "independent states on the side of the West")}


@dataclass(frozen=True)
class Cause:
    """What a claim names as cause: events, rows of the record that the model is given, or a policy over a span; one kind at a time.

    `events` : full names, several are a bundle · `absent` : the claim is about their not happening · `date` : month in which they are forced,
    'YYYY-MM', the record's first where empty · `rows` : ids of record events · `quantity` : held from `first` to `last` at `done` where
    the cause is there and at `prevented` where it is not, in its own unit.
    """

    events: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    quantity: str = ""
    done: float | None = None
    prevented: float | None = None
    first: str = ""
    last: str = ""
    absent: bool = False
    date: str = ""

    def as_text(self) -> str:
        """The cause as it is written; reading it again gives the same.

        >>> parse_cause("no death:khrushchev @ 1953-03").as_text()
        'no SUN.death:khrushchev@1953-03'
        """
        if self.rows:
            return " + ".join(f"row:{row}" for row in self.rows)
        if self.quantity:
            return f"{self.quantity}={_number(self.done)}/{_number(self.prevented)}@{self.first}..{self.last}"
        return ("no " if self.absent else "") + " + ".join(self.events) + (f"@{self.date}" if self.date else "")


@dataclass(frozen=True)
class Effect:
    """What a claim names as effect: events of which any counts, a leader, a quantity, or the first month in which a quantity is beyond a bound.

    `measure` : of the quantity over the months after the cause up to the deadline; not used with `above` or `below` · `leader` : a person.
    """

    events: tuple[str, ...] = ()
    quantity: str = ""
    measure: str = "mean"
    above: float | None = None
    below: float | None = None
    leader: str = ""
    absent: bool = False

    @property
    def is_event(self) -> bool:
        """Whether it happens or does not; otherwise it is a number."""
        return not self.quantity or self.above is not None or self.below is not None

    @property
    def belongs_to(self) -> str:
        """What of the record it is part of: 'numbers' if a quantity, else 'events', who leads among them. No answer is fitted to its own kind."""
        return NUMBERS if self.quantity else EVENTS

    def as_text(self) -> str:
        """The effect as it is written; reading it again gives the same.

        >>> parse_effect("no SUN.personalisation > 0.450").as_text()
        'no SUN.personalisation>0.45'
        """
        head = "no " if self.absent else ""
        if self.leader:
            return f"{head}leader:{self.leader}"
        if not self.quantity:
            return head + " | ".join(self.events)
        if self.above is not None:
            return f"{head}{self.quantity}>{_number(self.above)}"
        return f"{head}{self.quantity}<{_number(self.below)}" if self.below is not None else f"{self.quantity} {self.measure}"


@dataclass(frozen=True)
class Where:
    """Whom and what a name can mean: in one scenario, or in the whole record."""

    homes: Mapping[str, str]
    polities: tuple[str, ...]
    states: Mapping[str, str]
    satellites: tuple[str, ...]


def where_of(scenario: Scenario | None = None) -> Where:
    """Names that a scenario knows; without one, names that the record knows."""
    if scenario is None:
        return _whole_record()
    data = scenario.model_dump()
    bound = tuple(code for code, polity in scenario.polities.items() if polity.role == "satellite")
    return Where(homes(data), tuple(scenario.polities), states(data), bound)


@cache
def _whole_record() -> Where:
    polities = tuple(row.code for row in record.polities() if row.kind == "state")
    return Where({row.id: row.polity for row in record.people()}, polities, {row.code: row.name for row in record.states()}, ())


def parse_cause(text: str, scenario: Scenario | None = None) -> Cause:
    """A cause from its text; a ScenarioError says what is wrong, what was expected and what is near.

    >>> parse_cause("SUN.cult=0.9/0.1@1945-07..1953-02").prevented
    0.1
    """
    return read_cause(text, where_of(scenario))


def parse_effect(text: str, scenario: Scenario | None = None) -> Effect:
    """An effect from its text; a ScenarioError says what is wrong, what was expected and what is near.

    >>> parse_effect("leader:khrushchev").is_event, parse_effect("HUN.unrest mean").is_event
    (True, False)
    """
    return read_effect(text, where_of(scenario))


def read_cause(text: str, where: Where) -> Cause:
    """`parse_cause` with the names already gathered."""
    absent, body = _absent(text)
    if "|" in body:
        raise ScenarioError(f"'{text}': several events of one cause are joined by '+'. '|' (any of them) is for effects.")
    if "=" in body:
        if absent:
            raise ScenarioError(f"'{text}': a policy has no absence. Swap its two values instead.")
        return _policy(text, body, where)
    parts = [part.strip() for part in body.split("+")]
    if any(part.startswith("row:") for part in parts):
        return _rows(text, parts, absent)
    if any(mark in body for mark in "<>"):
        raise ScenarioError(f"'{text}' is no cause: a quantity beyond a bound is an effect. As a cause hold it: {POLICY}.")
    parts[-1], date = names.split_date(parts[-1])
    if any("@" in part for part in parts):
        raise ScenarioError(f"'{text}': a month is written once, at the end: it is that of all events of the cause.")
    events = _unique(name for part in parts for name in _events(text, part, where, effect=False))
    return Cause(events, absent=absent, date=date)


def read_effect(text: str, where: Where) -> Effect:
    """`parse_effect` with the names already gathered."""
    absent, body = _absent(text)
    if "@" in body:
        raise ScenarioError(f"'{text}': an effect takes no month; it counts up to the deadline (by).")
    if "+" in body:
        raise ScenarioError(f"'{text}': events of which any counts are joined by '|'. '+' (all together) is for causes.")
    if "=" in body or body.startswith("row:"):
        raise ScenarioError(f"'{text}' is no effect: it could only be a cause. An effect is an event, a quantity or leader:PERSON.")
    if body.startswith("leader:"):
        return Effect(leader=_person(body.removeprefix("leader:").strip(), where), absent=absent)
    bound = re.fullmatch(r"(.+?)\s*([<>])\s*(\S+)", body)
    if bound:
        quantity = _quantity(bound[1].strip(), where, effect=True)
        value = _value(text, quantity, bound[3])
        return Effect(quantity=quantity, above=value if bound[2] == ">" else None, below=value if bound[2] == "<" else None, absent=absent)
    name, _, measure = body.partition(" ")
    if measure.strip() and "|" not in body:
        if measure.strip() not in MEASURES:
            raise ScenarioError(f"'{text}': '{measure.strip()}' is no measure. Expected one of {', '.join(MEASURES)}.")
        return _measured(text, name, measure.strip(), absent, where)
    if "|" not in body and _is_quantity_only(body):
        return _measured(text, body, "mean", absent, where)
    events = _unique(name for part in body.split("|") for name in _events(text, part.strip(), where, effect=True))
    return Effect(events, absent=absent)


def expand(events: Iterable[str], where: Where, about: Iterable[str] = ()) -> tuple[str, ...]:
    """Event names with each group as its members, but for the polities that the events `about` (those of a cause) belong to.

    >>> expand(("BLOC.exit", "SUN.thaw"), Where({}, ("SUN", "HUN", "POL"), {}, ("HUN", "POL")), about=("HUN.uprising",))
    ('POL.exit', 'SUN.thaw')
    """
    left_out = {name.partition(".")[0] for name in about}
    found: list[str] = []
    for name in events:
        group, _, event = name.partition(".")
        if group not in GROUPS:
            found.append(name)
            continue
        members = where.satellites if group == SATELLITES else tuple(where.states) if _axes(event) == "W" else where.polities
        found += [f"{code}.{event}" for code in members if code not in left_out]
    return _unique(found)


def _policy(text: str, body: str, where: Where) -> Cause:
    match = re.fullmatch(r"(\S+)\s*=\s*([^/@\s]+)\s*/\s*([^/@\s]+)\s*@\s*(\S+?)\s*\.\.\s*(\S+)", body)
    if not match:
        raise ScenarioError(f"'{text}' is no policy. Expected {POLICY}, as SUN.cult=0.9/0.1@1945-07..1953-02.")
    quantity = _quantity(match[1], where, effect=False)
    done, prevented = (_value(text, quantity, match[place]) for place in (2, 3))
    for month in (match[4], match[5]):
        if not names.MONTH.fullmatch(month):
            raise ScenarioError(f"'{text}': '{month}' is not a month. Expected 'YYYY-MM', as '1953-02'.")
    if match[5] < match[4]:
        raise ScenarioError(f"'{text}': the span ends in {match[5]}, before it begins in {match[4]}.")
    if done == prevented:
        raise ScenarioError(f"'{text}': with and without the cause {quantity} is {_number(done)}, so that there is no difference to ask for.")
    return Cause(quantity=quantity, done=done, prevented=prevented, first=match[4], last=match[5])


def _rows(text: str, parts: list[str], absent: bool) -> Cause:
    if not all(part.startswith("row:") for part in parts):
        raise ScenarioError(f"'{text}' mixes rows of the record with events of the model. A cause is of one kind: make two claims of it.")
    known = {row.id for row in record.events()}
    rows = _unique(part.removeprefix("row:").strip() for part in parts)
    for row in rows:
        if row not in known:
            raise ScenarioError(f"the record has no event '{row}'. {did_you_mean(row, known)}   More: thaw record events")
        if not fed_by(row):
            reach = ", ".join(name for name in sorted(known) if fed_by(name))
            raise ScenarioError(f"{row} reaches the model through no given input, so that leaving it out changes nothing. Rows that do: {reach}.")
    if absent:
        raise ScenarioError(f"'{text}': rows of the record are given; their absence is what preventing them means. Write it without 'no'.")
    return Cause(rows=rows)


@cache
def fed_by(row: str) -> tuple[str, ...]:
    """Given inputs that a row of the record's events feeds: `shock` by its size, `aided` where American aid begins with it, a Western pact, `alarm`.

    >>> fed_by("E071"), fed_by("E086"), fed_by("E033")
    (('shock', 'aided'), ('shock', 'pacts'), ())
    """
    from thaw.compile_world import ALARM, LASTING, PACTS, RELIEFS, SHOCKS

    days = {event.id: event.date for event in record.events()}
    aid = {observation.start for observation in record.series(variable="marshall_aid_received")}
    shocks = ("shock",) * (row in {*SHOCKS, *RELIEFS, *LASTING})
    return shocks + ("aided",) * (days.get(row) in aid) + ("pacts",) * (row in PACTS) + ("alarm",) * (row == ALARM)


def _events(text: str, part: str, where: Where, *, effect: bool) -> tuple[str, ...]:
    """Full names of one event, or of a bundle's."""
    group, _, event = part.partition(".")
    if group in GROUPS and event:
        return tuple(f"{group}.{name}" for name in _of_group(text, group, event))
    bare = part.partition(":")[0].rpartition(".")[2]
    known = names.known_events()
    if effect and bare in known and known[bare][1].derived:
        if group not in where.polities:
            raise ScenarioError(f"there is no polity '{group}' in this scenario. {did_you_mean(group, where.polities)}")
        return (part,)
    if not part:
        raise ScenarioError(f"'{text}' names nothing on one side of a sign. Expected an event, as SUN.secret_speech.")
    if bare in FIELDS and bare not in known:
        raise ScenarioError(f"'{part}' is a quantity, not an event. {_as_cause(effect, part)}")
    return tuple(names.event_text(name) for name in names.read_events(part, where.homes, where.polities, where.states))


def _as_cause(effect: bool, part: str) -> str:
    return f"Ask for it alone, as '{part} mean'." if effect else f"As a cause hold it: {part}{POLICY.removeprefix('POLITY.quantity')}."


def _of_group(text: str, group: str, event: str) -> tuple[str, ...]:
    known = names.known_events()
    if event in names.BUNDLES:
        return names.BUNDLES[event]
    if event not in known:
        raise ScenarioError(f"there is no event '{event}'. {did_you_mean(event, [*known, *names.BUNDLES])}   More: thaw show events")
    allowed = ("P",) if group == SATELLITES else ("P", "W")
    if known[event][1].axes not in allowed:
        form = names.form(event, known[event][1].axes)
        raise ScenarioError(f"'{text}': {event} is not something of a polity, so '{group}.' cannot stand before it. Write {form}.")
    return (event,)


def _measured(text: str, name: str, measure: str, absent: bool, where: Where) -> Effect:
    if absent:
        raise ScenarioError(f"'{text}': a quantity has no absence. Give it a bound, as {name}<0.5, or turn the direction of the claim.")
    return Effect(quantity=_quantity(name, where, effect=True), measure=measure)


def _is_quantity_only(text: str) -> bool:
    bare = text.rpartition(".")[2]
    return (bare in FIELDS or bare in REMAINDERS) and bare not in names.known_events()


def _quantity(text: str, where: Where, *, effect: bool) -> str:
    """A quantity of a polity, of a group or of the world under its full name."""
    polity, _, name = text.rpartition(".")
    possible = {known for known, field in FIELDS.items() if can_be_asked(field, effect=effect)} | (set(REMAINDERS) if effect else set())
    if name not in possible:
        what = "to ask for" if effect else "that can be held"
        raise ScenarioError(f"there is no quantity '{name}' {what}. {did_you_mean(name, possible)}   More: thaw show mechanisms")
    if name in REMAINDERS or "P" not in FIELDS[name].axes:
        if polity not in ("", names.WORLD):
            raise ScenarioError(f"'{text}' is of the world: write {names.WORLD}.{name}.")
        return f"{names.WORLD}.{name}"
    if polity == SATELLITES and effect:
        return text
    if polity not in where.polities:
        told = f"'{text}' needs a polity, as SUN.{name}." if not polity else f"there is no polity '{polity}' in this scenario."
        raise ScenarioError(f"{told} {did_you_mean(polity, where.polities)}")
    return text


def can_be_asked(field: Field, *, effect: bool) -> bool:
    """Whether a quantity can be held as a cause, or read off as an effect: one number for a polity or the world, which histories
    share only if it is given, and then it is no effect."""
    return field.dtype in ("float64", "bool") and field.axes in (("HP", "H") if effect else ("HP", "H", "P", ""))


def _value(text: str, quantity: str, written: str) -> float:
    name = quantity.rpartition(".")[2]
    try:
        value = float(written)
    except ValueError:
        raise ScenarioError(f"'{text}': '{written}' is not a number. {_meaning(name)}") from None
    if name in REMAINDERS:
        if not 0 <= value <= 1:
            raise ScenarioError(f"{name} = {value:g} is out of bounds: expected 0 to 1 ({_meaning(name)})")
    else:
        check_field(name, value)
    return value


def _meaning(name: str) -> str:
    return f"{name}: {REMAINDERS[name][1]} (share)." if name in REMAINDERS else f"{name}: {FIELDS[name].meaning} ({FIELDS[name].unit})."


def _person(person: str, where: Where) -> str:
    if person not in lives():
        raise ScenarioError(f"there is no person '{person}' in the record. {did_you_mean(person, where.homes)}   More: thaw record people")
    if where.homes.get(person) not in where.polities:
        raise ScenarioError(f"{person} is of no court of this scenario. {did_you_mean(person, where.homes)}")
    return person


def _absent(text: str) -> tuple[bool, str]:
    body = text.strip()
    if not body:
        raise ScenarioError("nothing is written. Expected an event or a quantity, as SUN.secret_speech or 'HUN.revolt mean'.")
    return (True, body[3:].strip()) if body.startswith("no ") else (False, body)


def _axes(event: str) -> str:
    return names.known_events()[event.partition(":")[0]][1].axes


def _number(value: float | None) -> str:
    return repr(value).removesuffix(".0")


def _unique(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
