"""The word for an answer: one table, read from the top; the first row that fits gives the word.

The table below is what decides and what the documentation prints (`as_markdown`). `prevents` is scored on the absence of E
(`numbers.flipped`); `hastens`, `raises` and `lowers` on the paired difference in units of its spread, where 0.2 takes the place of 0.05.
"""

from collections.abc import Callable
from dataclasses import dataclass

from thaw.attribution.numbers import LEAST, Estimate, Measures

LEAST_ESS = 50.0  # effective histories below which there is no word
STRONG = 0.66  # excess necessity of a necessary cause, sufficiency of a sufficient one
# effects worth a word: RD of events, spreads of quantities and waits
SMALLEST = {"brings about": 0.05, "prevents": 0.05, "makes likelier": 0.05, "hastens": 0.2, "raises": 0.2, "lowers": 0.2}


@dataclass(frozen=True)
class Evidence:
    """What is known of a claim when its word is sought.

    descriptive       the sentence names no cause or no effect
    record            `misworded`, `premise not in record` or `impossible`, as the record alone has it; empty if nothing is wrong
    modelled, channel whether the model has both quantities, and a path from one to the other
    effect            RD of an event, paired difference in spreads of a quantity, in the direction claimed; None if too few histories
    smallest          the effect worth a word, from `SMALLEST`
    excess, sufficiency   None where luck dominates or, of quantities, where there is no such thing
    denominators      histories under each number that the word hangs on: those of RD and PN, or of the paired difference
    ess               effective number of histories
    """

    effect: Estimate | None = None
    smallest: float = 0.05
    excess: Estimate | None = None
    sufficiency: Estimate | None = None
    luck_dominates: bool = False
    denominators: tuple[int, ...] = ()
    ess: float = 0.0
    descriptive: bool = False
    record: str = ""
    modelled: bool = True
    channel: bool = True


def of_event(found: Measures) -> Evidence:
    """The evidence of a claim that an event, or its absence, was brought about; what the record and the model say must be added."""
    denominators = (found.counts["meets"], found.counts["both"])
    return Evidence(found.rd, SMALLEST["brings about"], found.excess_pn, found.ps, found.luck_dominates, denominators, found.ess)


def of_difference(difference: Estimate | None, direction: str, ess: float) -> Evidence:
    """The evidence of a claim that something is hastened, raised or lowered, from `hastens` or `raises` in spreads."""
    claimed = difference.map(lambda value: -value) if difference is not None and direction == "lowers" else difference
    return Evidence(claimed, SMALLEST[direction], denominators=() if claimed is None else (claimed.n,), ess=ess)


def _up(evidence: Evidence) -> bool:
    effect = evidence.effect
    return effect is not None and effect.low > 0 and effect.estimate >= evidence.smallest


def _down(evidence: Evidence) -> bool:
    effect = evidence.effect
    return effect is not None and effect.high < 0 and effect.estimate <= -evidence.smallest


def _necessary(evidence: Evidence) -> bool:
    excess = evidence.excess
    return _up(evidence) and not evidence.luck_dominates and excess is not None and excess.estimate >= STRONG


def _too_few(evidence: Evidence) -> bool:
    return evidence.effect is None or any(n < LEAST for n in evidence.denominators) or evidence.ess < LEAST_ESS


def _within(evidence: Evidence) -> bool:
    effect = evidence.effect
    return effect is not None and effect.low >= -evidence.smallest and effect.high <= evidence.smallest


@dataclass(frozen=True)
class Row:
    """A word, when it holds in words, and the test of that."""

    word: str
    when: str
    holds: Callable[[Evidence], bool]


TABLE = (
    Row("descriptive", "the sentence names no cause or no effect; its facts are checked against the record", lambda e: e.descriptive),
    Row("misworded", "the record has what is meant but not what is said; the reading taken is printed", lambda e: e.record == "misworded"),
    Row("premise not in record", "cause or effect did not happen, by the record", lambda e: e.record == "premise not in record"),
    Row("impossible", "the cause came after the effect, or after whoever it affected was gone", lambda e: e.record == "impossible"),
    Row("not modelled", "the model has no such quantity; the missing link is named", lambda e: not e.modelled),
    Row("no channel in the model", "the model has no path between the two; the missing link is named", lambda e: not e.channel),
    Row("undetermined", f"fewer than {LEAST} histories in a denominator, or ESS below {LEAST_ESS:.0f}", _too_few),
    Row("necessary", f"excess necessity ≥ {STRONG}, RD interval above 0 and RD ≥ 0.05", _necessary),
    Row("contributory", f"RD interval above 0 and RD ≥ 0.05, excess necessity below {STRONG} or luck dominates", _up),
    Row("hindering", "RD interval below 0 and RD ≤ -0.05", _down),
    Row("no effect found", "RD interval within ±0.05", _within),
    Row("undetermined", "otherwise", lambda e: True),
)
ADDED = ("sufficient", f"added to `necessary` or `contributory` where PS ≥ {STRONG}")
AFTER = "contributory"  # the row after which the documentation prints what may be added


@dataclass(frozen=True)
class Verdict:
    """A word of the table, whether `sufficient` is added, and the row's condition as the reason."""

    word: str
    sufficient: bool
    reason: str

    def __str__(self) -> str:
        return f"{self.word}, sufficient" if self.sufficient else self.word


def verdict(evidence: Evidence) -> Verdict:
    """The first row of the table that holds.

    >>> str(verdict(Evidence(Estimate(0.3, (0.2, 0.4)), excess=Estimate(0.9, (0.8, 1.0)), denominators=(256, 80), ess=256.0)))
    'necessary'
    >>> str(verdict(Evidence(record="impossible", modelled=False)))
    'impossible'
    """
    row = next(row for row in TABLE if row.holds(evidence))
    enough = evidence.sufficiency is not None and evidence.sufficiency.estimate >= STRONG
    return Verdict(row.word, row.word in ("necessary", "contributory") and enough, row.when)


def as_markdown() -> str:
    """The table as the documentation prints it."""
    from thaw.docs_text import table

    rows = []
    for row in TABLE:
        rows.append((f"`{row.word}`", row.when))
        if row.word == AFTER:
            rows.append((f"`{ADDED[0]}`", ADDED[1]))
    return table(("word", "when"), rows)
