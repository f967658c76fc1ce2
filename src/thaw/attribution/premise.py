"""A claim against the record alone, before any simulation: does the sentence stand, did it happen, could it be?

>>> from thaw.attribution.claim import load_claims
>>> part = record_part(next(claim for claim in load_claims("stalin-essay").claims if claim.id == "C22"))
>>> part.word, part.cause_date
('impossible', '1956-10-23')
>>> print(part.sentences[-1])
Iosif Stalin died on 1953-03-05, before HUN.uprising on 1956-10-23: he cannot have been affected.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from thaw import record
from thaw.attribution.claim import Claim, Effect, Fact
from thaw.attribution.claim_checks import where_named
from thaw.attribution.dated import GIVEN, MEMORY, READ, Dated, dates_in, of_event, of_person, of_row, tenure, to_day
from thaw.attribution.grammar import Where, expand, where_of
from thaw.scenario import Scenario

DESCRIPTIVE, MISWORDED, NO_PREMISE, IMPOSSIBLE = "descriptive", "misworded", "premise not in record", "impossible"
DOUBT = 0.05  # of the larger value: rows without an interval that differ by less do not move
HAPPENS = ("brings about", "hastens")  # directions that take for granted that the effect came


@dataclass(frozen=True)
class RecordPart:
    """What the record says of a claim.

    `word`: "descriptive", "misworded", "premise not in record", "impossible", or '' where the model may be asked · `premise`: {"holds",
    "facts": [{"fact", "holds", "shown", "status", "sources"}]} · `chronology`: {"holds", "verified", "cause", "effect", "affected"},
    each of the last three a list of {"what", "date", "row", "status", "sources"} · dates in ISO form, '' where there is none ·
    `sentences`: all of it in words · `sources`: keys of the record's sources. `holds` is None where nothing can be said.
    """

    word: str
    premise: dict[str, Any]
    chronology: dict[str, Any]
    cause_date: str
    effect_date: str
    sentences: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class _Shown:
    """One looked-up fact: what was looked for, whether it is so, what shows it."""

    fact: str
    holds: bool
    shown: str
    rows: tuple[Dated, ...] = ()

    def plain(self) -> dict[str, Any]:
        return {"fact": self.fact, "holds": self.holds, "shown": self.shown, "status": _status(self.rows), "sources": list(_sources(self.rows))}


def record_part(claim: Claim, scenario: Scenario | None = None) -> RecordPart:
    """What the record says of a claim, in the scenario that it names or in another, with dates and sources; the model is not run."""
    start, where = ("", where_of()) if claim.not_modelled else _window(claim, scenario)
    causes = _causes(claim, start, where)
    effects = _effects(claim, causes, where)
    affected = _affected(claim.affected)
    facts = [_look_up(fact) for fact in claim.premise]
    if not claim.descriptive and claim.cause is not None and claim.effect is not None:
        facts += _happened(claim, causes, effects, start, where)
    later = tuple(row for row in effects if not causes or row.day > causes[0].day)
    broken, told, verified = _order(claim, causes, effects, later, affected)
    used = [*causes, *(later[:1] or effects[:1]), *affected, *(row for fact in facts for row in fact.rows)]
    return RecordPart(
        word=_word(claim, facts, broken and verified),
        premise={"holds": all(fact.holds for fact in facts) if facts else None, "facts": [fact.plain() for fact in facts]},
        chronology={
            "holds": None if not causes or not (effects or affected) else not broken,
            "verified": verified,
            "cause": [row.plain() for row in causes],
            "effect": [row.plain() for row in (later[:1] or effects[:1])],
            "affected": [row.plain() for row in affected],
        },
        cause_date=causes[0].date if causes else "",
        effect_date=(later or effects)[0].date if effects else "",
        sentences=(*_introduction(claim), *(_sentence(fact) for fact in facts), *told),
        sources=_sources(used),
    )


def _window(claim: Claim, given: Scenario | None) -> tuple[str, Where]:
    scenario, where = where_named(claim.scenario, given=given)
    return scenario.start, where


def _word(claim: Claim, facts: list[_Shown], impossible: bool) -> str:
    if claim.descriptive:
        return DESCRIPTIVE
    if claim.reading:
        return MISWORDED
    if not all(fact.holds for fact in facts):
        return NO_PREMISE
    return IMPOSSIBLE if impossible else ""


# --- dates of cause, effect and affected


def _causes(claim: Claim, start: str, where: Where) -> list[Dated]:
    """The first date of each part of the cause, in order; its row's alone where the claim names one."""
    cause = claim.cause
    if cause is None:
        return []
    if claim.cause_row:
        return [of_row(claim.cause_row)]
    if cause.rows:
        return sorted((of_row(row) for row in cause.rows), key=lambda row: row.day)
    if cause.quantity or cause.absent:
        return [Dated(cause.as_text(), to_day(cause.first or cause.date), cause.first or cause.date, "", GIVEN, ())] if cause.first or cause.date else []
    firsts = [dates_in(of_event(name), start, claim.by)[:1] for name in expand(cause.events, where)]
    return sorted((row for first in firsts for row in first), key=lambda row: row.day)


def _effects(claim: Claim, causes: list[Dated], where: Where) -> list[Dated]:
    """Every date of the effect up to the deadline, in order, whether or not the cause was there by then."""
    effect = claim.effect
    if effect is None:
        return []
    if claim.effect_row:
        return [of_row(claim.effect_row)]
    if effect.leader:
        return [row for row in tenure(effect.leader, "effective_leader") if row.date[:7] <= claim.by]
    rows = [row for name in _effect_events(claim, effect, where) for row in dates_in(of_event(name), "", claim.by)]
    return sorted(rows, key=lambda row: row.day)


def _effect_events(claim: Claim, effect: Effect, where: Where) -> tuple[str, ...]:
    return expand(effect.events, where, claim.cause.events if claim.cause else ())


def _affected(who: str) -> list[Dated]:
    """The end of a person or a state; none where it outlasts the record."""
    if not who:
        return []
    people = of_person(who)
    if people:
        return people
    ends = [state for state in record.states() if state.code == who and state.until]
    return [Dated(f"the end of {state.name}", state.until, state.until.isoformat(), who, state.status, state.source) for state in ends if state.until]


# --- the premise


def _look_up(fact: Fact) -> _Shown:
    if fact.event:
        row = of_row(fact.event)
        return _Shown(f"{fact.event} happened", True, f"{row.what} ({row.date})", (row,))
    if fact.events:
        rows = sorted((row for name in fact.events for row in dates_in(of_event(name), fact.first, fact.last)), key=lambda row: row.day)
        every = sorted((row for name in fact.events for row in of_event(name)), key=lambda row: row.day)
        asked = f"{' or '.join(fact.events)} from {fact.first} to {fact.last}"
        if rows:
            return _Shown(asked, True, f"{rows[0].what} on {rows[0].date}" + (f", and {len(rows) - 1} more" if len(rows) > 1 else ""), tuple(rows[:1]))
        first_after = [row for row in every if row.date[:7] > fact.last]
        shown = f"none; the first is {first_after[0].what} on {first_after[0].date}" if first_after else "none at any time"
        return _Shown(asked, False, shown, tuple(first_after[:1]))
    return _moves(fact) if fact.series else _held(fact)


def _held(fact: Fact) -> _Shown:
    """Whether a person held a seat throughout; spells that touch are one."""
    rows = sorted((row for row in record.tenures() if (row.person, row.body) == (fact.person, fact.body)), key=lambda row: row.start)
    whole = [row for row in rows if row.start.isoformat()[:7] <= fact.first and (row.end is None or row.end.isoformat()[:7] >= fact.last)]
    spells = "; ".join(f"{row.start} to {row.end or 'after the record'}" for row in rows)
    used = tuple(Dated(f"{fact.person} {fact.body}", row.start, row.start.isoformat(), "", row.status, row.source) for row in whole or rows)
    return _Shown(f"{fact.person} is {fact.body} from {fact.first} to {fact.last}", bool(whole), spells, used)


def _moves(fact: Fact) -> _Shown:
    """What a series does from its first to its last row in a span: nothing, if the change lies within their doubt."""
    polity, _, variable = fact.series.partition(".")
    rows = [row for row in record.series(polity, variable) if fact.first <= row.end.isoformat()[:7] and row.start.isoformat()[:7] <= fact.last]
    rows.sort(key=lambda row: row.end)
    first, last = rows[0], rows[-1]
    found = "flat" if _within_doubt(first, last) else "rises" if last.value > first.value else "falls"
    shown = f"{found}: {_value(first)} in {first.end.year}, {_value(last)} in {last.end.year} ({len(rows)} rows)"
    used = tuple(Dated(fact.series, row.end, row.end.isoformat(), "", row.status, row.source) for row in (first, last))
    return _Shown(f"{fact.series} {_verb(fact.moves)} from {fact.first} to {fact.last}", found == fact.moves, shown, used)


def _within_doubt(a: record.Observation, b: record.Observation) -> bool:
    if a.low is not None and a.high is not None and b.low is not None and b.high is not None:
        return a.low <= b.value <= a.high and b.low <= a.value <= b.high
    return abs(b.value - a.value) <= DOUBT * max(abs(a.value), abs(b.value))


def _value(row: record.Observation) -> str:
    return f"{row.value:g}" + (f" ({row.low:g} to {row.high:g})" if row.low is not None and row.high is not None and row.low < row.high else "")


def _happened(claim: Claim, causes: list[Dated], effects: list[Dated], start: str, where: Where) -> list[_Shown]:
    """What the sentence takes for granted of its own cause and effect: that they came, or that they did not."""
    cause, effect = claim.cause, claim.effect
    assert cause is not None
    assert effect is not None
    found = []
    if cause.absent:
        found.append(_stayed_away(cause.events, cause.date or start, claim.by, where))
    elif not cause.quantity and not causes:
        found.append(_never(cause.as_text(), expand(cause.events, where), claim.by))
    if not effect.is_event or effect.quantity or claim.direction not in HAPPENS:
        return found
    if effect.absent:
        found.append(_stayed_away(effect.events, causes[0].date[:7] if causes else start, claim.by, where))
    elif not effects:
        found.append(_never(effect.as_text(), _effect_events(claim, effect, where), claim.by))
    return found


def _never(asked: str, events: Iterable[str], by: str) -> _Shown:
    """What the record does not have by a deadline, with the first time that it came after all."""
    after = sorted((row for name in events for row in of_event(name) if row.date[:7] > by), key=lambda row: row.day)
    shown = f"no row of it by then; the first is {after[0].what} on {after[0].date}" if after else "no row of it at any time"
    return _Shown(f"{asked} by {by}", False, shown, tuple(after[:1]))


def _stayed_away(events: Iterable[str], first: str, last: str, where: Where) -> _Shown:
    rows = sorted((row for name in expand(events, where) for row in dates_in(of_event(name), first, last)), key=lambda row: row.day)
    shown = f"{rows[0].what} on {rows[0].date}" if rows else "the record has no row of it in these months"
    return _Shown(f"no {' or '.join(events)} from {first} to {last}", not rows, shown, tuple(rows[:1]))


# --- the order in time


def _order(claim: Claim, causes: list[Dated], effects: list[Dated], later: tuple[Dated, ...], affected: list[Dated]) -> tuple[bool, list[str], bool]:
    """Whether the order in time forbids the claim, in words, and whether all dates that say so were read in a source."""
    told, against = _dates_told(claim, causes, effects, later), []
    if claim.descriptive or not causes:
        return False, told, True
    if effects and not later and claim.direction in HAPPENS and not (claim.effect and claim.effect.absent):
        last = effects[-1]
        if last.day == causes[0].day:
            told.append(f"{causes[0].what} and {last.what} are of one day: the record does not tell which came first.")
        else:
            text = f"{last.what} came on {last.date}, before {causes[0].what} on {causes[0].date}: it cannot have followed from it."
            against.append((text, (causes[0], last)))
    for end in affected:
        against += [
            (f"{end.what} on {end.date}, before {row.what} on {row.date}: {end.cannot} have been affected.", (end, row)) for row in causes if row.day > end.day
        ]
    told += [text if _known(rows) else f"From memory, unverified: {text}" for text, rows in against]
    verified = any(_known(rows) for _, rows in against) if against else _known((*causes, *later[:1], *affected))
    return bool(against), told, verified


def _dates_told(claim: Claim, causes: list[Dated], effects: list[Dated], later: tuple[Dated, ...]) -> list[str]:
    told = []
    if causes:
        told.append("Cause: " + "; ".join(row.as_text() for row in causes) + ".")
    if later:
        before = [row for row in effects if row not in later]
        text = "Effect: " if claim.direction != "prevents" else "Yet the record has what is said to be prevented: "
        told.append(f"{text}{later[0].as_text()}" + (f"; before the cause too: {before[0].as_text()}" if before else "") + ".")
    return told


def _known(rows: Iterable[Dated]) -> bool:
    return all(row.status in (READ, GIVEN) for row in rows)


# --- words


def _introduction(claim: Claim) -> list[str]:
    if claim.descriptive:
        return ["The sentence names no cause or no effect: its facts are looked up, the model is not asked."]
    return [f"A slip of wording. Read as: {claim.reading}"] if claim.reading else []


def _sentence(fact: _Shown) -> str:
    doubt = "" if _status(fact.rows) != MEMORY else " (from memory, unverified)"
    return f"{fact.fact}: {'yes' if fact.holds else 'not in the record'}. {fact.shown[:1].upper()}{fact.shown[1:]}{doubt}."


def _verb(moves: str) -> str:
    return "is flat" if moves == "flat" else moves


def _status(rows: Iterable[Dated]) -> str:
    return MEMORY if not _known(rows) else READ


def _sources(rows: Iterable[Dated]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for row in rows for source in row.sources))
