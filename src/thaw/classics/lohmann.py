"""What a turnout tells those who stayed at home: the Monday demonstrations in Leipzig (after Lohmann 1994).

The abstract was read, the article not. Its claim is that people learn from turnout what they could not tell each other, over
42 Mondays between 1989 and 1991 that rose and fell five times, and stay at home when marching has nothing left to tell. What
follows is a reduced form of our own that does this and no more.

    Each Monday each of n citizens sees a sign of what the regime is, right with chance q. If it looks bad, and if it is worth
    her while, she marches. So s who march and f who might have and did not are s bad signs and f good ones, and the odds that
    the regime is bad, known to all, become     odds · (q / (1 - q))^(s - f)
    D       all such signs so far, bad less good; the public is at even odds at D = even
    d       |even - D|, how sure the public is: to march is worth while to n // (1 + d)² citizens, to all where it is in doubt
    company with it, θ = n (d - w) / company others who march make up for what she lacks (w: the d she marches at alone)

Who marches is one general cascade (`thaw.kernels.cascade`). Without company nobody watches anybody: people learn from last
Monday's turnout, not from the crowd beside them. With company it is Granovetter's crowd; s and f stay exactly what Bayes'
rule asks for, because who needs more company than came is silent whatever her sign.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thaw.classics.checks import number, together, whole
from thaw.classics.rows import Row, close, shown
from thaw.kernels.cascade import cascade
from thaw.kernels.noise import name_key, uniform
from thaw.kernels.portable import power

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "lohmann1994"
MONDAYS = 42  # the article's abstract
MOST = 5 * 10**6  # citizens in all histories; with company, ties
MOST_WORK = 10**8  # the same over all weeks
TURNOUT = (  # Monday of 1989, weeks after 4 September, lowest and highest figure found, the one growth is taken from, read or remembered
    ("4 September", 0, 1_000, 1_000, 1_000, "read"),
    ("25 September", 3, 1_000, 8_000, 6_000, "read"),
    ("2 October", 4, 8_000, 20_000, 20_000, "read"),
    ("9 October", 5, 50_000, 70_000, 70_000, "read"),
    ("16 October", 6, 120_000, 150_000, 120_000, "read"),
    ("23 October", 7, 300_000, 300_000, 300_000, "read"),
    ("30 October", 8, 300_000, 300_000, 300_000, "remembered"),
    ("6 November", 9, 400_000, 500_000, 450_000, "remembered"),
)


@dataclass(frozen=True)
class Mondays:
    """What came of it."""

    turnout: NDArray[np.int64]  # (runs, weeks) people
    signs: NDArray[np.int64]  # (runs, weeks + 1) D before the first Monday and after each
    even: int
    q: float

    @property
    def odds(self) -> NDArray[np.float64]:
        """Public odds that the regime is bad (runs, weeks + 1)."""
        return power(self.q / (1 - self.q), (self.signs - self.even).astype(float))

    @property
    def found_out(self) -> float:
        """Share of runs in which the public came to even odds or above."""
        return float((self.signs >= self.even).any(axis=1).mean())


def odds_after(odds: float, q: float, bad: int, good: int) -> float:
    """Odds that the regime is bad after so many bad and good signs, each right with chance q.

    >>> round(odds_after(1, 0.6, bad=14, good=4), 6)
    57.665039
    """
    right = number("q", q, 0.5, 1, what="chance", above=True, below=True)
    net = whole("bad", bad, 0, 10**6) - whole("good", good, 0, 10**6)
    return number("odds", odds, 0, above=True) * float(power(right / (1 - right), net))


def run(
    bad: bool = True, q: float = 0.6, even: int = 10, n: int = 1000, company: int = 0, weeks: int = MONDAYS, runs: int = 100, seed: int = 0
) -> Mondays:
    """Mondays of a city that does not know what its regime is. All defaults but `weeks` are ours.

    Parameters
    ----------
    bad : what the regime is
    q : chance, above 0.5 and below 1
        That a citizen's sign is right.
    even : signs, 1 to 1000
        By how many bad signs the public is short of even odds at first: prior odds are ((1 - q) / q)^even.
    n : citizens, 1 to 2000
    company : signs, 0 or more
        What the company of all others makes up for; 0: nothing.
    weeks, runs : at least 1
    seed : whole number, 0 or more

    Raises
    ------
    ValueError
        An argument of another kind or outside these bounds, more citizens (or ties) in all runs than 5 million, or
        than 100 million over all weeks.

    Sources
    -------
    lohmann1994 (abstract: turnout reveals what people know; protests fade once it is out).

    Examples
    --------
    >>> run(runs=3).turnout[2, :8].tolist()  # a few, more, many; then everybody knows
    [6, 12, 73, 0, 0, 0, 0, 0]
    """
    if not isinstance(bad, bool | np.bool_):
        raise ValueError(f"bad is {bad}: wanted True or False")
    right = number("q", q, 0.5, 1, what="chance", above=True, below=True)
    people, days, histories = whole("n", n, 1, 2000), whole("weeks", weeks, 1, 10_000), whole("runs", runs, 1, 10**6)
    short, comfort = whole("even", even, 1, 1000), whole("company", company, 0, 10**6)
    size = people * histories * (people if comfort else 1)
    if size > MOST:
        raise ValueError(f"runs is {runs}: wanted at most {MOST // (size // histories)} runs of {people} citizens")
    together(MOST_WORK, runs=histories, weeks=days, n=people)
    key = name_key(whole("seed", seed, 0, 2**63), "lohmann", "sign")
    everybody = np.arange(people)
    alone = (people // np.arange(2, people + 1)[:, None] ** 2 > everybody).sum(axis=0)  # w: the highest d each marches at
    watch = np.arange(histories * people + 1) * (people if comfort else 0)
    watched = (np.arange(histories).repeat(people)[:, None] * people + everybody).ravel() if comfort else np.empty(0, np.int32)
    turnout, signs = np.zeros((histories, days), np.int64), np.zeros((histories, days + 1), np.int64)
    for week in range(days):
        lacking = np.abs(short - signs[:, week])[:, None] - alone
        others = -(-people * lacking // comfort) if comfort else np.where(lacking > 0, people + 1, 0)
        sees_bad = uniform(key, np.arange(histories, dtype=np.uint32), everybody.astype(np.uint32), week) < (right if bad else 1 - right)
        needed = np.where(sees_bad, others, people + 1)
        marching = cascade(watch, watched, needed.ravel(), np.zeros(needed.size)).reshape(needed.shape)
        turnout[:, week] = marching.sum(axis=1)
        might = (others <= turnout[:, week, None]).sum(axis=1)
        signs[:, week + 1] = signs[:, week] + turnout[:, week] - (might - turnout[:, week])
    return Mondays(turnout, signs, short, right)


CHAIN = "the exact chain of D, by a second program"
READ = "middle figures of several histories and reference works, which differ: see the range in the figure"
CROWDED = {1: 0.0, 3: 0.191719, 6: 0.057892, 11: 0.012027, 21: 0.001985, 42: 0.000228}  # Monday: chance that 50 or more march


def growth() -> list[float]:
    """By how much turnout grew from each Monday to the next, as far as figures were read."""
    figures = [figure for *_, figure, mark in TURNOUT if mark == "read"]
    return [after / before for before, after in pairwise(figures)]


def rows() -> list[Row]:
    """What turnouts are on record, and what the reduced form does; the article's own model is not among it."""
    told = [
        close("record: growth of turnout, 4 September to 23 October 1989", [6.0, 3.3, 3.5, 1.7, 2.5], growth(), 0.05, READ, "derived"),
        close("odds after 14 bad signs and 4 good ones, q = 0.6, from even odds", 57.665039, odds_after(1, 0.6, 14, 4), 5e-7, "1.5^10", "reduced form"),
    ]
    bad, good = run(runs=1000), run(bad=False, runs=500)
    days = [monday - 1 for monday in CROWDED]
    crowded = [float(share) for share in (bad.turnout[:, days] >= 50).mean(axis=0)]
    prior = 1 / (1 + 1.5**10)
    beliefs = [float((runs.odds[:, -1] / (1 + runs.odds[:, -1])).mean()) for runs in (bad, good)]
    belief = prior * beliefs[0] + (1 - prior) * beliefs[1]
    thousand, some, form = f"{CHAIN}; 1,000 runs, 4 s.e.", f"{CHAIN}; 500 runs, 4 s.e.", "reduced form"
    text = f"bad regime: chance of 50 of 1,000 in the street on Mondays {' '.join(map(str, CROWDED))}"
    told += [
        close("bad regime: mean turnout of 1,000 on the first Monday", 4.8, float(bad.turnout[:, 0].mean()), 0.18, thousand, form),
        close("bad regime: mean turnout on the second", 9.3837, float(bad.turnout[:, 1].mean()), 1.23, thousand, form),
        close(text, [*CROWDED.values()], crowded, 0.05, thousand, form),
        close("bad regimes found out in 42 Mondays", 0.994844, bad.found_out, 0.01, thousand, form),
        close("good regimes taken for bad at some time", 0.005353, good.found_out, 0.013, some, form),
        close("mean belief that the regime is bad, in the end: as at first", prior, belief, 0.0004, "Bayes' rule: a martingale; 4 s.e.", form),
    ]
    for day, _, low, high, _, mark in TURNOUT:
        if mark == "remembered":
            figure = f"{low:,}" if low == high else f"{low:,} to {high:,}"
            told.append(shown(f"people in the street in Leipzig, {day} 1989", figure, None, "remembered, not read"))
    return told


def figure() -> "Figure":
    """Turnout by Monday, as found, with the range of what sources say."""
    from thaw import charts

    points = [{"x": week, "y": figure, "low": low, "high": high, "series": mark} for _, week, low, high, figure, mark in TURNOUT]
    lines = [point for point in points if point["series"] == "read"]
    labels = [
        {"x": 0.1, "y": 750, "series": "read", "text": "4 September: 1,000"},
        {"x": 5.1, "y": 52_000, "series": "read", "text": "9 October: nobody shoots"},
        {"x": 5.1, "y": 9_000, "series": "read", "text": "bars: what sources say"},
        {"x": 5.1, "y": 6_000, "series": "remembered", "text": "remembered, not checked"},
    ]
    title = "Each Monday told those at home how many they were"
    chart = charts.curves("weeks after 4 September 1989", "people in the street on Monday", log="y", number="~s", domain=(0, 10), title=title)
    return chart, {"lines": lines, "labels": labels, "points": points, "guide": []}
