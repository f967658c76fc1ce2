"""Ultimate ruling coalitions: which group rules when nobody can commit (Acemoglu, Egorov & Sonin 2008).

Individuals i of N have powers γ_i > 0; γ_X is the sum over a group X; α is the supermajority, from 1/2 to below 1.

    Y ⊆ X wins in X       iff γ_Y > α · γ_X, strictly, and relative to X: those removed have no weight
    X is self-enforcing   iff no self-enforcing proper part of it wins in it
    φ(X)                  the lightest self-enforcing Y that win in X: several where powers tie, one otherwise

φ is what the bargaining game leads to when members only want to be in as small a ruling group as will last. The regime
model decides its showdowns with the same function (`thaw.kernels.coalition`).
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import isfinite, lcm
from typing import TYPE_CHECKING

import numpy as np

from thaw.classics.rows import Row, close, exact, shown
from thaw.kernels.coalition import MOST, members, ruling_coalition_many, ruling_coalitions

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "acemoglu2008"
HALF = Fraction(1, 2)

Number = int | float | str | Fraction


def run(powers: Sequence[Number], alpha: Number = HALF) -> list[tuple[int, ...]]:
    """The ultimate ruling coalitions φ(N), each as the places of its members in `powers`; several only where powers tie.

    Parameters
    ----------
    powers : (n,) above 0, at most 16
        γ, in any unit. Whole numbers, fractions or decimals: all are taken as written, 0.9 as 9/10, and compared exactly.
    alpha : share, from 1/2 to below 1
        Supermajority α. Write "2/3" or Fraction(2, 3): the float 2/3 is taken as the simplest fraction nearest to it.

    Raises
    ------
    ValueError
        A power that is not a finite number above 0, an α outside [1/2, 1), no contender or more than 16.

    Sources
    -------
    acemoglu2008 (axioms and their equivalence with the game's outcome; see docs/classics/coalition.md on how they were read).

    Examples
    --------
    >>> run([3, 4, 5])  # no two can rule: one of them would be stronger than the other
    [(0, 1, 2)]
    >>> run([3, 4, 5, 10])  # the strongest is thrown out
    [(0, 1, 2)]
    >>> run([3, 4, 5], "4/7")  # a larger majority lets two rule
    [(0, 1)]
    """
    share = _number("alpha", alpha)
    if not HALF <= share < 1:
        raise ValueError(f"alpha is {alpha}: wanted a share from 1/2 to below 1")
    if not 1 <= len(powers) <= MOST:
        raise ValueError(f"powers has {len(powers)} contenders: wanted 1 to {MOST}")
    weights = [_number(f"powers[{i}]", power, above=0) for i, power in enumerate(powers)]
    unit = lcm(*(weight.denominator for weight in weights))
    whole = [int(weight * unit) for weight in weights]
    if sum(whole) * share.denominator >= 2**63:
        raise ValueError(f"powers add up to {sum(whole)} units of 1/{unit}: wanted less than 2^63 / {share.denominator}; round them")
    return [tuple(members(mask)) for mask in ruling_coalitions(whole, share.numerator, share.denominator)]


def _number(name: str, value: Number, above: int | None = None) -> Fraction:
    """A number exactly as written; floats as the shortest decimal that gives them, or a third as a third."""
    wanted = "a number" if above is None else f"a finite number above {above}"
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            number = Fraction(value)
        elif isinstance(value, float | np.floating):
            if not isfinite(value):
                raise ValueError
            simple = Fraction(float(value)).limit_denominator(1000)
            number = simple if float(simple) == float(value) else Fraction(repr(float(value)))
        else:
            number = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{name} is {value}: wanted {wanted}") from None
    if above is not None and number <= above:
        raise ValueError(f"{name} is {value}: wanted {wanted}")
    return number


def myopic(powers: Sequence[int], alpha: Number = HALF) -> list[tuple[int, ...]]:
    """Who rules, step by step, if in each the lightest winning proper part takes over and nobody looks ahead.

    The foil of acemoglu2009: juntas would decay to one man. Ties go to the part whose members come first.

    >>> myopic([3, 4, 5])
    [(0, 1, 2), (0, 1), (1,)]
    """
    share = _number("alpha", alpha)
    path = [tuple(range(len(powers)))]
    while True:
        group = path[-1]
        total = sum(powers[i] for i in group)
        parts = [part for size in range(1, len(group)) for part in combinations(group, size)]
        winning = [part for part in parts if sum(powers[i] for i in part) > share * total]
        if not winning:
            return path
        path.append(min(winning, key=lambda part: (sum(powers[i] for i in part), part)))


def _powers(answers: list[tuple[int, ...]], powers: Sequence[Number]) -> str:
    return " / ".join(" ".join(str(powers[i]) for i in group) for group in answers)


def _sizes(powers: Sequence[int], alpha: str) -> int:
    [size] = {len(group) for group in run(powers, alpha)}
    return size


DEFINITION = "computed from the definition by two independent programs"
VECTORS: tuple[tuple[str, str, str, str], ...] = (  # powers, α, rulers, status
    ("3 4 5", "1/2", "3 4 5", "derived"),
    ("3 4 5 10", "1/2", "3 4 5", "derived"),
    ("3 4 5 12", "1/2", "3 4 5 12", "derived"),
    ("3 4 5 13", "1/2", "13", "derived"),
    ("3 4 5 10 20", "1/2", "3 4 5 10 20", "derived"),
    ("1 1 1", "1/2", "1 1 / 1 1 / 1 1", "derived"),
    ("2 3 5 7 11 13 17 19 23", "1/2", "11 17 23", "derived"),
    ("101 103 107 109 113 127 131 137 139 149", "1/2", "101 103 107 109 113 127 131", "derived"),
    ("3 4 5", "3/5", "4 5", "derived"),
    ("1 4 9 16 25 36 49 64 81 100", "3/5", "9 16 25 36 49 64 81", "derived"),
    ("2 3 5 7 11 13 17", "2/3", "2 3 5 7 11 17 / 3 5 7 13 17", "derived"),
)


def rows() -> list[Row]:
    """The abstract's claims, and the answers that follow from the definition."""
    rng = np.random.default_rng(3)
    triples = rng.integers(1, 200, (20_000, 3))
    generic = (np.diff(np.sort(triples), axis=1) > 0).all(axis=1) & (triples.max(axis=1) * 2 != triples.sum(axis=1))
    triples = triples[generic]
    found = ruling_coalition_many(triples, np.ones(triples.shape, bool))
    alone = np.where(triples.max(axis=1) * 2 < triples.sum(axis=1), 7, 1 << triples.argmax(axis=1))
    pairs = rng.integers(1, 10**6, (5_000, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    together = int((ruling_coalition_many(pairs, np.ones(pairs.shape, bool)) == 3).sum())
    near = [_sizes([10**6 + 37 * i + i * i for i in range(n)], "1/2") for n in range(1, 13)]
    abstract = "stated in the abstract; checked on random societies without ties"
    told = [
        exact("two people of different power who rule together, α = 1/2 (of 5,000 pairs)", 0, together, abstract),
        exact("triples where three rule unless one outweighs two: exceptions (of 20,000)", 0, int((found != alone).sum()), abstract),
        exact("sizes that can rule when powers are nearly equal, α = 1/2, up to 12 people", [1, 3, 7], sorted(set(near)), abstract),
    ]
    for text, alpha, rulers, status in VECTORS:
        powers = [int(word) for word in text.split()]
        told.append(exact(f"rulers of {text} at α = {alpha}", rulers, _powers(run(powers, alpha), powers), DEFINITION, status))
    equal = [_sizes([5] * n, "1/2") for n in range(1, 13)]
    told.append(exact("size, n = 1 ... 12 exactly equal powers, α = 1/2", [1, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8], equal, DEFINITION, "derived"))
    shares = [_sizes([3, 4, 5], alpha) for alpha in ("1/2", "4/7", "3/5", "2/3", "3/4")]
    told.append(exact("size for 3 4 5 at α = 1/2, 4/7, 3/5, 2/3, 3/4: not monotone", [3, 2, 2, 2, 3], shares, DEFINITION, "derived"))
    four = rng.integers(1, 10**9, (4_000, 4))
    sizes = np.bitwise_count(ruling_coalition_many(four, np.ones(four.shape, bool)))
    often = [float((sizes == size).mean()) for size in (1, 3, 4)]
    draws = "4,000 draws here and there: ±0.03"
    told.append(close("shares of sizes 1, 3, 4 among 4 people of uniform power", [0.18, 0.78, 0.04], often, 0.03, draws, "derived"))
    path = " → ".join(_powers([group], [20, 21, 22, 23, 24, 25, 26]) for group in myopic(range(20, 27)))
    told.append(exact("20 ... 26 if nobody looks ahead", "20 21 22 23 24 25 26 → 20 21 22 23 → 21 23 → 23", path, DEFINITION, "derived"))
    told.append(shown("k_m = floor(k_(m-1)/α) + 1 at α = 3/5, up to 12", "1 2 4 7 12", " ".join(map(str, _ladder("3/5"))), "formula remembered, not read"))
    return told


def _ladder(alpha: str) -> list[int]:
    """Sizes that rule among up to 12 people of nearly equal power."""
    return sorted({_sizes([10**6 + 37 * i + i * i for i in range(n)], alpha) for n in range(1, 13)})


def figure() -> "Figure":
    """A fourth man joins 3, 4 and 5: what share of all power the rulers hold, by how strong he is."""
    from thaw import charts

    lines, names = [], []
    for tenths in range(1, 161):
        powers = [30, 40, 50, tenths]
        [rulers] = run(powers)[:1]
        lines.append({"x": tenths / 10, "y": sum(powers[i] for i in rulers) / sum(powers), "series": "he is in" if 3 in rulers else "he is out"})
    for x, y, text in ((0.2, 0.9, "3 4 5"), (2.0, 0.5, "he and two"), (7.0, 0.72, "3 4 5 again"), (12.2, 0.95, "all four at 12"), (13.2, 0.6, "he alone")):
        names.append({"x": x, "y": y, "series": "he is in" if "he" in text or "four" in text else "he is out", "text": text})
    dots = [line | {"low": line["y"], "high": line["y"]} for line in lines]
    chart = charts.curves("power of the fourth man", "share of all power held by those who rule", top=1.0, title="A stronger man is not a safer man")
    return chart, {"lines": [], "labels": names, "points": dots, "guide": []}
