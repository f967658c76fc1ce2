"""What a card says in words: verdicts and marks, causes and effects by name, numbers with their intervals. No side is taken.

>>> quantity_words("SUN.personalisation", {"SUN": "Soviet Union"})
"Soviet Union: the leader's share of power"
"""

from collections.abc import Callable, Mapping
from functools import cache
from math import isfinite

from thaw import record
from thaw.attribution.answer import Answer
from thaw.attribution.claim import Claim
from thaw.attribution.grammar import REMAINDERS, SATELLITES
from thaw.attribution.numbers import Estimate
from thaw.attribution.verdict import TABLE
from thaw.bibliography import SOURCES
from thaw.chronicle import capital, event_title, month_words
from thaw.fields import FIELDS
from thaw.names import WORLD
from thaw.posterior import EVENTS, NUMBERS

TEXTS = {"stalin-essay": "An essay on the fall of Stalin", "destalinization": "An article on de-Stalinization", "own": "Claims of one’s own"}
WORDS = tuple(dict.fromkeys(row.word for row in TABLE))  # in the order of the published table
MARKS = {"necessary": "▲", "contributory": "▲", "hindering": "▼", "no effect found": "=", "undetermined": "◇"}
RECORD_MARK = "○"  # the model was not asked, or could not be
Form = Callable[[float], str]  # how a kind of number is written
SPREADS = ("hastens", "raises", "lowers")  # directions whose word hangs on a difference in spreads
MEASURED = {"mean": "mean after the cause", "end": "at the end", "max": "highest value after the cause", "min": "lowest value after the cause"}
LEFT_OUT = {  # of the record, when parameters are fitted for a claim: what its effect belongs to
    "": "",
    EVENTS: ", its events and who led left out, since the effect is one of them",
    NUMBERS: ", its numbers left out, since the effect is one of them",
}

UNASKED = {
    "descriptive": "The sentence names no cause or no effect, so there is nothing to take away. Its facts were looked up; the model was not asked.",
    "misworded": "The record has what is meant but not what is said. The reading taken stands below; the model was not asked.",
    "premise not in record": "The record does not have what the sentence takes for granted. What was looked up stands below; the model was not asked.",
    "impossible": "By the dates of the record the cause came too late. The dates stand below; the model was not asked.",
    "not modelled": "The model has no quantity or event for what the sentence speaks of:",
    "no channel in the model": "In the model nothing leads from the cause to the effect. This does not say that there is no effect. The missing link:",
}


def trust(answer: Answer) -> str:
    """How far a verdict of this kind may be trusted, and what its parameters were fitted to."""
    found, fitted = answer.trust, answer.posterior
    kind = "How well the model foretold events of this kind out of sample (Brier skill against the base rate, 1954–56)"
    said = f"{kind}: {found}." if found.score is not None else f"{capital(str(found))}."
    if fitted is None:
        return f"{said} Parameters {'stand at their central values' if answer.parameters == 'central' else 'come from their priors'}."
    return f"{said} Parameters fit the record up to {fitted['cut']}{LEFT_OUT[fitted['without']]}."


def shows_numbers(answer: Answer) -> bool:
    """Whether a card has numbers: the model was asked, and could say something."""
    return answer.word.word not in UNASKED and answer.general is not None


def mark(word: str) -> str:
    """A sign for a word, so that no colour is needed."""
    return MARKS.get(word, RECORD_MARK)


@cache
def _names() -> dict[str, str]:
    """What the record calls states, polities and persons."""
    found = {row.code: row.name for row in record.states()} | {row.id: row.name for row in record.people()}
    return found | {row.code: row.name for row in record.polities()} | {SATELLITES: "Any satellite", "*": "Any state"}


def labels_of(answer: Answer) -> Mapping[str, str]:
    """Names to print: those of the plan that was run, or the record's."""
    return _names() | (dict(answer.found.bound.plan.labels) if answer.found else {})


def cause_words(claim: Claim, labels: Mapping[str, str]) -> str:
    """The cause in words; '' where the claim has none."""
    cause = claim.cause
    if cause is None:
        return ""
    if cause.rows:
        summaries = {row.id: row.summary for row in record.events()}
        return "; ".join(summaries.get(row, row) for row in cause.rows)
    if cause.quantity:
        held = f"held at {cause.done:g} instead of {cause.prevented:g}, {month_words(cause.first)} to {month_words(cause.last)}"
        return f"{quantity_words(cause.quantity, labels)}, {held}"
    named = " and ".join(event_title(name, labels) for name in cause.events)
    return f"Not: {named}" if cause.absent else named


def effect_words(claim: Claim, labels: Mapping[str, str]) -> str:
    """The effect in words; '' where the claim has none."""
    effect = claim.effect
    if effect is None:
        return ""
    if effect.leader:
        said = f"{labels.get(effect.leader, effect.leader)} leads"
    elif not effect.quantity:
        said = " or ".join(event_title(name, labels) for name in effect.events)
    else:
        said = quantity_words(effect.quantity, labels)
        if not effect.is_event:
            return f"{said} ({MEASURED[effect.measure]})"
        said += f", above {effect.above:g}" if effect.above is not None else f", below {effect.below:g}"
    return f"Not: {said}" if effect.absent else said


def quantity_words(name: str, labels: Mapping[str, str]) -> str:
    """A quantity by its meaning, with the polity whose it is."""
    polity, _, field = name.rpartition(".")
    said = REMAINDERS[field][1] if field in REMAINDERS else FIELDS[field].meaning if field in FIELDS else field.replace("_", " ")
    return capital(said) if polity in ("", WORLD) else f"{capital(labels.get(polity, polity))}: {said}"


def unit_words(name: str) -> str:
    """The unit of a quantity; '' where it is a pure number."""
    field = name.rpartition(".")[2]
    unit = "share" if field in REMAINDERS else FIELDS[field].unit if field in FIELDS else ""
    return "" if unit == "1" else unit


def citations(keys: tuple[str, ...]) -> list[str]:
    """Full citations of the record's source keys, in their order; a key that has none stands for itself."""
    known = _citations()
    return [known.get(key, key) for key in keys]


@cache
def _citations() -> Mapping[str, str]:
    return SOURCES | {row.key: row.citation for row in record.sources()}


# numbers in text: how each kind is written


def percent(value: float) -> str:
    """A share; what is rare keeps a decimal.

    >>> percent(0.413), percent(0.0042), percent(-0.031), percent(-0.0001)
    ('41%', '0.4%', '−3%', '0%')
    """
    return f"{_hundredths(value)}%"


def points(value: float) -> str:
    """A difference of shares, in points.

    >>> points(0.151), points(-0.004), points(0.0)
    ('+15', '−0.4', '0')
    """
    told = _hundredths(value)
    return f"+{told}" if value > 0 and told != "0" else told


def _hundredths(value: float) -> str:
    told = f"{100 * value:.1f}" if abs(value) < 0.0095 else f"{100 * value:.0f}"
    return _minus(told) if float(told) else "0"


def plain(value: float, digits: int = 2) -> str:
    """A number with so many significant digits where it is small; what is unbounded in words.

    >>> plain(1.234), plain(0.000123), plain(-12345.6), plain(float("inf"))
    ('1.2', '0.00012', '−12,346', 'unbounded')
    """
    if not isfinite(value):
        return "unbounded"
    return _minus(f"{value:,.0f}" if abs(value) >= 100 else f"{value:.{digits}g}" if abs(value) < 10 else f"{value:.1f}")


def signed(value: float) -> str:
    """A difference in a unit of its own.

    >>> signed(0.31), signed(-2.0), signed(0.0)
    ('+0.31', '−2', '0')
    """
    return f"+{plain(value)}" if value > 0 else plain(value)


def _minus(text: str) -> str:
    return text.replace("-", "−")


def spoken(value: Estimate, form: Form, unit: str = "") -> str:
    """A number in a sentence, never without its interval, and with that from parameters where there is one.

    >>> spoken(Estimate(0.15, (0.1, 0.2), (0.05, 0.25)), points, "points")
    '+15 points (90% from histories: +10 to +20; from parameters: +5 to +25)'
    """
    told = f"{form(value.estimate)}{f' {unit}' if unit else ''} (90% from histories: {between(value.sampling, form)}"
    return told + (f"; from parameters: {between(value.parameter, form)})" if value.parameter else ")")


def between(ends: tuple[float, float] | None, form: Form) -> str:
    """An interval in words; '–' where there is none."""
    return "–" if ends is None else f"{form(ends[0])} to {form(ends[1])}"
