"""Revolutions that surprise: people hide what they want while few others show it (Kuran 1989, 1991).

Person i has a private preference x_i, from 0 (for the regime) to 1 (against it), and shows one in public. S is the percentage
that opposes in public. Opposing costs more the smaller S is; lying costs more the more one minds. So each has a

    revolutionary threshold T_i:   i opposes in public  iff  T_i <= S
    S(t + 1) = percentage of people with T_i <= S(t)       an equilibrium is an S that stays

A crowd of Granovetter's, with thresholds made of private preferences: `run` counts it with his `step`, on the general cascade.
The abstract of 1989 was read. The sequences of ten thresholds are remembered, not read: what follows from each is exact,
that they are those of the article is not checked. `thresholds_of` is one explicit form of the two costs, ours.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from thaw.classics import granovetter
from thaw.classics.checks import exactly, listed, told
from thaw.classics.rows import Row, exact, shown

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "kuran1991"
SEQUENCES: dict[str, tuple[int, ...]] = {  # thresholds of ten people in percent; ' marks the same with person 2 at 10
    "A": (0, 20, 20, 30, 40, 50, 60, 70, 80, 100),
    "A'": (0, 10, 20, 30, 40, 50, 60, 70, 80, 100),
    "B": (0, 20, 30, 30, 40, 50, 60, 70, 80, 100),
    "B'": (0, 10, 30, 30, 40, 50, 60, 70, 80, 100),
    "C": (0, 20, 20, 20, 20, 20, 20, 20, 60, 100),
    "C'": (0, 10, 20, 20, 20, 20, 20, 20, 60, 100),
    "flat": (30,) * 10,
}

Percent = int | float


def run(thresholds: Iterable[Any] = SEQUENCES["A'"], start: Any = 0) -> list[Percent]:
    """S day by day, from `start` until it stays, in percent: a whole number where it is one.

    Parameters
    ----------
    thresholds : (N,) percent, 1 to 2000 people
        T: at which public opposition each turns. 0 or less turns alone, above 100 never. Whole numbers, fractions or
        decimals, taken as written and compared exactly, whatever N is.
    start : percent
        S at first; a whole number of the N people.

    Raises
    ------
    ValueError
        A threshold or a start that is not a finite number, a start that no whole number of people is, nobody at all.

    Sources
    -------
    kuran1991 (the thresholds and their equilibrium; the default sequence from memory).

    Examples
    --------
    >>> run([0, 20, 20, 30, 40, 50, 60, 70, 80, 100])
    [0, 10]
    >>> run([0, 10, 20, 30, 40, 50, 60, 70, 80, 100])  # one of the ten minds a little more
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]
    """
    people = _in_people(thresholds)
    first = exactly("start", start) * len(people) / 100
    acting = round(first)
    if not 0 <= first <= len(people) or (first != acting and _percent(acting, len(people)) != start):  # or as printed here, rounded
        raise ValueError(f"start is {told(start)}: wanted 0 to 100 percent and a whole number of the {len(people)} people")
    return [_percent(count, len(people)) for count in granovetter.path(people, acting)]


def equilibria(thresholds: Iterable[Any]) -> list[Percent]:
    """Every S that stays, in percent.

    >>> equilibria(SEQUENCES["A"])
    [10, 90, 100]
    """
    people = _in_people(thresholds)
    return [_percent(acting, len(people)) for acting in granovetter.resting(people)]


def thresholds_of(x: Iterable[Any], c: Iterable[Any], b: Any = 1) -> list[Fraction]:
    """Revolutionary thresholds from private preferences: our own explicit form, not the article's.

    To oppose pays b · (2 · S/100 - 1) in rewards and punishments, and c_i · (2 · x_i - 1) in not having to lie. Both together
    are not below 0 from S = T_i = 50 · (1 - (c_i / b) · (2 · x_i - 1)), which is cut to 0 ... 100.

    Parameters
    ----------
    x : (N,) share
        Private preference, 0 for the regime to 1 against it.
    c : (N,) at least 0
        How much each minds lying, in the unit of b.
    b : above 0
        How much rewards and punishments weigh.

    Examples
    --------
    >>> [int(threshold) for threshold in thresholds_of([0.75, 0.75], c=[0.5, 1])]  # as discontented as each other
    [37, 25]
    """
    wants = [exactly(f"x[{i}]", value, 0, 1, what="share") for i, value in enumerate(listed("x", x, granovetter.MOST, "people"))]
    minds = [exactly(f"c[{i}]", value, 0) for i, value in enumerate(listed("c", c, granovetter.MOST, "people"))]
    weight = exactly("b", b, 0, above=True)
    if len(wants) != len(minds):
        raise ValueError(f"x has {len(wants)} people and c {len(minds)}: wanted as many")
    return [min(max(50 * (1 - mind / weight * (2 * want - 1)), Fraction(0)), Fraction(100)) for want, mind in zip(wants, minds, strict=True)]


def _in_people(thresholds: Iterable[Any]) -> list[Fraction]:
    given = [exactly(f"thresholds[{i}]", value) for i, value in enumerate(listed("thresholds", thresholds, granovetter.MOST, "people"))]
    return [percent * len(given) / 100 for percent in given]


def _percent(acting: int, people: int) -> Percent:
    share = Fraction(100 * acting, people)
    return int(share) if share.denominator == 1 else float(share)


PATHS = {  # S from 0, worked by hand for the reference
    "A": [0, 10],
    "A'": [0, 10, 20, 30, 40, 50, 60, 70, 80, 90],
    "B": [0, 10],
    "B'": [0, 10, 20],
    "C": [0, 10],
    "C'": [0, 10, 20, 80, 90],
    "flat": [0],
}
STAYS = {"A": [10, 90, 100], "A'": [90, 100], "B": [10, 20, 90, 100], "B'": [20, 90, 100], "C": [10, 90, 100], "C'": [90, 100], "flat": [0, 100]}
BASIS = "worked out by hand and by a second program from the rule; the sequence is remembered, not read"


def rows() -> list[Row]:
    """What the rule makes of each sequence; whether the article prints these sequences is shown, not compared."""
    result = [exact(f"S from 0, sequence {name}", steps, run(SEQUENCES[name]), BASIS, "derived") for name, steps in PATHS.items()]
    for name in ("A", "A'", "B", "C"):
        result.append(exact(f"all S that stay, sequence {name}", STAYS[name], equilibria(SEQUENCES[name]), BASIS, "derived"))
    means = [sum(SEQUENCES[name]) / 10 for name in ("C", "A'")]
    ends = {name: run(sequence)[-1] for name, sequence in SEQUENCES.items()}
    result += [
        exact("S in the end once person 2 has gone from 20 to 10: A, B, C", [90, 20, 90], [ends["A'"], ends["B'"], ends["C'"]], BASIS, "derived"),
        exact("mean threshold of C, which stays at 10, and of A', which goes to 90", [30, 46], means, BASIS, "derived"),
        exact("steps of A' from S = 10", 8, len(run(start=10)) - 1, BASIS, "derived"),
        exact("S in the end if all ten oppose at first: A, B, C", [100, 100, 100], [run(SEQUENCES[k], 100)[-1] for k in "ABC"], BASIS, "derived"),
    ]
    form = "an explicit form of our own, solved for T"
    found = [float(value) for value in thresholds_of([0.5, 1, 0, 0.75, 0.75], c=[3, 1, 1, 0.5, 1])]
    result.append(exact("T for (x, c/b) = (.5, 3), (1, 1), (0, 1), (.75, .5), (.75, 1)", [50, 0, 100, 37.5, 25], found, form, "reduced form"))
    for name in "ABC":
        printed = " ".join(map(str, SEQUENCES[name]))
        result.append(shown(f"sequence {name} as the article prints it", printed, None, "remembered, not read"))
    return result


def figure() -> "Figure":
    """How many would oppose at each S, for A and A': where the staircase meets the diagonal the crowd stops."""
    from thaw import charts

    lines, points = [], []
    names = {"A": "before: stops at 10", "A'": "one of ten wavers: stops at 90"}
    for name, text in names.items():
        thresholds = SEQUENCES[name]
        corners = sorted({0, *thresholds})
        heights = [10 * sum(threshold <= s for threshold in thresholds) for s in corners]
        lines += [{"x": s, "y": height, "series": text} for s, height in zip(corners, heights, strict=True)]
        end = run(thresholds)[-1]
        points.append({"x": end, "y": end, "low": end, "high": end, "series": text})
    labels = [
        {"x": 14, "y": 5, "series": names["A"], "text": names["A"]},
        {"x": 50, "y": 97, "series": names["A'"], "text": names["A'"]},
    ]
    guide = [{"x": 0, "y": 0}, {"x": 100, "y": 100}]
    title = "One person's change of mind: one in the street, or nine"
    across, up = "S, percent opposing in public", "percent with a threshold of at most S"
    chart = charts.curves(across, up, steps=True, domain=(0, 100), top=100, number=".0f", title=title)
    return chart, {"lines": lines, "labels": labels, "points": points, "guide": guide}
