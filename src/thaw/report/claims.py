"""`thaw claims --report FILE.html`: one self-contained page with one card for each claim.

A card holds the sentence, what the record says with its sources, the verdict with its row of the published table, and, where the model was
asked and could answer, curves, the size of the effect, how much was luck, what carries it and what the verdict hangs on.
"""

import os
import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from thaw.attribution.answer import Answer
from thaw.attribution.verdict import ADDED, AFTER, TABLE
from thaw.chronicle import month_words
from thaw.report import claim_parts, claim_words
from thaw.report.claim_charts import contingency as contingency
from thaw.report.claim_words import SPREADS, TEXTS, WORDS, mark
from thaw.report.figures import figure
from thaw.report.html import Html, join, table, tag
from thaw.report.page import checked, version, whole_page, write_whole

GLOSSARY = (
    ("In general", "Over all simulated histories."),
    ("As it stood", "Over histories that follow the record up to the cause, weighted by how closely; ESS is how many of equal weight they are worth."),
    ("As it is, prevented, forced", "The same histories, with the same luck: with nothing done, with the cause kept from happening, with the cause made to "
     "happen at its date. Of a policy: as it is, held at the one value, held at the other."),
    ("RD, PR", "Share of histories with the effect when the cause is forced, minus (RD, in points) or over (PR) that share when it is prevented."),
    ("PN", "Of the histories with cause and effect, the share in which preventing the cause takes the effect away."),
    ("PN0, N0", "The same share when nothing is prevented but luck is drawn anew from the cause on (PN0), or when one unrelated quantity is multiplied "
     "by 1.000001 (N0)."),
    ("Excess necessity", "(PN − N0) / (1 − N0): what is left of PN beyond what a nudge does."),
    ("PS", "Of the histories with neither, the share in which forcing the cause brings the effect."),
    ("Spreads", "A difference divided by the standard deviation of the quantity over histories. Of waiting times and quantities 0.2 spreads take the place "
     "of RD 0.05 in the table of words."),
    ("90% from histories", "The interval that comes from the number of histories."),
    ("90% from parameters", "The interval that comes from parameters that are not known and are drawn anew for each history."),
    ("Prevents", "Such a claim is scored on the absence of the effect: for it “effect” in the numbers means that the effect stays away. "
     "Curves show the effect itself."),
)  # fmt: skip


def write_claims_report(
    answers: Sequence[Answer], title: str, path: str | os.PathLike[str], *, histories: int, citizens: int | None, seed: int, command: str = "",
    static: bool = True,
) -> Path:  # fmt: skip
    """Answers as one HTML page, a card each, in their order; its path. A failure leaves nothing behind.

    Parameters
    ----------
    title : of the page
    histories, citizens, seed : with which the answers were found; `command` : the line that makes the page again
    static : without script; otherwise curves also show values under the pointer, for 1.5 MB more with 59 claims

    Raises
    ------
    ScenarioError : there is no folder for the file, or a folder bears its name
    RunError : the file could not be written

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from thaw.api import RunOptions
    >>> from thaw.attribution.answer import ask
    >>> from thaw.attribution.claim import load_claims
    >>> answers = ask(load_claims("stalin-essay").claims[:1], RunOptions(histories=64))
    >>> with TemporaryDirectory() as folder:
    ...     page = write_claims_report(answers, "One claim", f"{folder}/page.html", histories=64, citizens=200, seed=0)
    ...     "Stalin ruled by dictatorship" in page.read_text(encoding="utf-8")
    True
    """
    target = checked(Path(path))
    write_whole(target, claims_report(answers, title, histories=histories, citizens=citizens, seed=seed, command=command, static=static))
    return target


def claims_report(
    answers: Sequence[Answer], title: str, *, histories: int, citizens: int | None, seed: int, command: str = "", static: bool = True
) -> str:
    """The page as text."""
    names = _anchors(answers)
    texts = list(dict.fromkeys(answer.claim.text for answer in answers))
    draw = partial(figure, static=static)
    cards = []
    for text in texts:
        cards.append(tag("h2", _text(text)))
        cards += [_card(answer, name, draw) for answer, name in zip(answers, names, strict=True) if answer.claim.text == text]
    parts = [
        tag("h1", title),
        tag("p", _opening(answers, histories, citizens), class_="question"),
        tag("h2", "How many of each word"),
        _summary(answers, texts),
        _reading(),
        tag("h2", "Contents"),
        _contents(answers, names, texts),
        *cards,
        _again(answers, histories, citizens, seed, command),
    ]
    return whole_page(title, join(parts), static=static, style="claims.css")


def _opening(answers: Sequence[Answer], histories: int, citizens: int | None) -> str:
    """What was asked, in two sentences."""
    asked = sum(answer.found is not None and answer.found.twins is not None for answer in answers)
    count = f"{len(answers)} claim{'s' if len(answers) != 1 else ''}"
    size = f"{histories:,} simulated histories of each arm" + (f", {citizens:,} citizens to a society" if citizens else "")
    asked_of = f"{asked} could then be asked of the model: {size}."
    return f"{count}, each looked up in the record. {asked_of} A verdict is a statement about this model and this record."


def _text(text: str) -> str:
    return TEXTS.get(text, text)


def _anchors(answers: Sequence[Answer]) -> list[str]:
    """A name for each card, once on the page: the claim's id where it can be one."""
    found: list[str] = []
    for answer in answers:
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", answer.claim.id) or "claim"
        if not name[0].isalpha() or name in ("main", *found):
            name = f"claim-{name}"
        found.append(name if name not in found else f"{name}-{len(found) + 1}")
    return found


# --- before the cards


def _summary(answers: Sequence[Answer], texts: Sequence[str]) -> Html:
    """How many of each word, by text; every word of the published table is there."""
    counts = Counter((answer.claim.text, answer.word.word) for answer in answers)
    also = Counter(answer.claim.text for answer in answers if answer.word.sufficient)
    whole = Counter(answer.claim.text for answer in answers)

    def row(shown: object, by_text: Sequence[int]) -> tuple[object, ...]:
        return (shown, *by_text, *([sum(by_text)] if len(texts) > 1 else []))

    rows = []
    for word in WORDS:
        rows.append(row(_marked(word), [counts[text, word] for text in texts]))
        if word == AFTER:
            rows.append(row(f"necessary or contributory, and {ADDED[0]}", [also[text] for text in texts]))
    rows.append(row("claims", [whole[text] for text in texts]))
    return table("Claims by verdict and text", ("Verdict", *map(_text, texts), *(["All"] if len(texts) > 1 else [])), rows)


def _marked(word: str, said: str = "") -> Html:
    """A word behind its sign, which screen readers leave out."""
    return join([tag("span", mark(word), aria_hidden="true", class_="mark"), f" {said or word}"])


def _reading() -> Html:
    """The published table of words and what the numbers mean, for whoever wants it."""
    rows = []
    for row in TABLE:
        rows.append((row.word, row.when))
        if row.word == AFTER:
            rows.append((ADDED[0], ADDED[1].replace("`", "")))
    words = tag("div", table("The words, read from the top: the first row that fits gives the word", ("Word", "When"), rows), class_="prose")
    listed = [part for name, told in GLOSSARY for part in (tag("dt", name), tag("dd", told))]
    return tag("details", tag("summary", "How to read a card: the words and the numbers"), words, tag("dl", *listed), class_="reading")


def _contents(answers: Sequence[Answer], names: Sequence[str], texts: Sequence[str]) -> Html:
    """A link to each card with its word."""
    parts = []
    for text in texts:
        lines = []
        for answer, name in zip(answers, names, strict=True):
            if answer.claim.text == text:
                word = tag("span", _marked(answer.word.word, str(answer.word)), class_="word")
                link = tag("a", f"{answer.claim.id}. {answer.claim.paraphrase}", href=f"#{name}")
                lines.append(tag("li", link, " ", word))
        parts += [tag("h3", _text(text)), tag("ul", *lines)]
    return tag("nav", *parts, aria_label="Claims", class_="contents")


# --- a card


def _card(answer: Answer, name: str, draw: claim_parts.Draw) -> Html:
    """One claim."""
    claim = answer.claim
    origin = f"{claim.id} · {_text(claim.text)}" + (f", sentence {claim.sentence}" if claim.sentence else "")
    parts = [
        tag("p", origin, class_="origin"),
        tag("h3", claim.paraphrase, id=f"{name}-title"),
        _verdict(answer),
        _asked(answer),
        _record(answer),
        *(_model(answer, name, draw) if claim_words.shows_numbers(answer) else []),
    ]
    return tag("article", *parts, id=name, class_="card", aria_labelledby=f"{name}-title")


def _verdict(answer: Answer) -> Html:
    """The word and its row of the table as the reason, or in plain words why there are no numbers."""
    word = answer.word.word
    shown = tag("p", tag("strong", _marked(word, str(answer.word))), class_="verdict")
    if word in claim_words.UNASKED:
        own = f" {_ended(answer.reason)}" if word in ("not modelled", "no channel in the model") and answer.reason else ""
        return join([shown, tag("p", claim_words.UNASKED[word] + own)])
    reason = "none of the rows before it fits" if answer.word.reason == "otherwise" else answer.word.reason
    added = f" {ADDED[0].capitalize()}: {ADDED[1].replace('`', '')}." if answer.word.sufficient else ""
    scale = " Here the difference is in spreads, and 0.2 takes the place of RD 0.05." if answer.claim.direction in SPREADS else ""
    if answer.claim.direction == "prevents":
        scale = " The claim is scored on the absence of the effect: in the numbers “effect” means that it stays away."
    few = " There are no numbers to show." if answer.general is None else ""
    return join([shown, tag("p", f"Row of the table: {reason}.{added}{scale}{few}")])


def _ended(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _asked(answer: Answer) -> Html:
    """The claim as it was made precise: cause, direction, effect, deadline."""
    claim, labels = answer.claim, claim_words.labels_of(answer)
    lines: list[tuple[str, object]] = []
    if claim.cause is not None:
        lines.append(("Cause", join([f"{claim_words.cause_words(claim, labels)} ", tag("code", claim.cause.as_text())])))
    if claim.direction and claim.effect is not None:
        lines.append(("Is said to", {"brings about": "bring about", "makes likelier": "make likelier"}.get(claim.direction, claim.direction.rstrip("s"))))
    if claim.effect is not None:
        lines.append(("Effect", join([f"{claim_words.effect_words(claim, labels)} ", tag("code", claim.effect.as_text())])))
    if claim.by:
        lines.append(("By", month_words(claim.by)))
    if claim.affected:
        lines.append(("Affected", labels.get(claim.affected, claim.affected)))
    if claim.note:
        lines.append(("Note", claim.note))
    return tag("dl", *(part for name, said in lines for part in (tag("dt", name), tag("dd", said)))) if lines else Html()


def _record(answer: Answer) -> Html:
    """Dates and facts of the record, with their sources."""
    found = answer.record
    lines = [tag("li", sentence) for sentence in found.sentences]
    told = tag("ul", *lines, class_="facts") if lines else tag("p", "The record has no date of cause or effect.")
    listed = claim_words.citations(found.sources)
    cited = tag("ul", *(tag("li", source) for source in listed))
    sources = tag("details", tag("summary", f"Sources: {len(listed)}"), cited) if listed else Html()
    return join([tag("h4", "The record"), told, sources])


def _model(answer: Answer, name: str, draw: claim_parts.Draw) -> list[Html]:
    """What the model says: effect, curves, numbers, luck, path, fragility, trust."""
    still = partial(figure, static=True)  # their numbers are printed in them
    sizes = join([claim_parts.effect_figure(answer, name, still), claim_parts.luck_figure(answer, name, still)])
    figures = [*claim_parts.curve_figures(answer, name, draw), *([tag("div", sizes, class_="stack")] if sizes else [])]
    return [
        tag("h4", "The model"),
        claim_parts.finding(answer),
        tag("div", *figures, class_="grid panels") if figures else Html(),
        claim_parts.numbers_table(answer, name),
        tag("h4", "How much was luck"),
        tag("p", claim_parts.luck_words(answer)),
        claim_parts.carries(answer, name),
        claim_parts.hangs(answer, name),
        tag("h4", "Trust"),
        tag("p", claim_words.trust(answer)),
    ]


def _again(answers: Sequence[Answer], histories: int, citizens: int | None, seed: int, command: str) -> Html:
    """What the answers were found with."""
    scenarios = ", ".join(dict.fromkeys(answer.claim.scenario for answer in answers))
    facts = {
        "Scenario": scenarios or "–",
        "Histories of each arm": f"{histories:,}",
        "Citizens of each society": f"{citizens:,}" if citizens else "as in the scenario",
        "Seed": seed,
        "Made with": f"thaw {version()}",
    }
    if command:
        facts["Command"] = command
    words = "With the same version, claims, command and seed every number on this page comes out the same, bit for bit."
    listed = [part for name, value in facts.items() for part in (tag("dt", name), tag("dd", value))]
    return join([tag("h2", "How to make this again"), tag("p", words), tag("dl", *listed)])
