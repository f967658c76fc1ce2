"""Ultimate ruling coalitions: which group rules when nobody can commit (Acemoglu, Egorov & Sonin 2008).

Individuals i of N have powers γ_i > 0; γ_X is the sum over a group X; α is the supermajority, from 1/2 to below 1.

    Y ⊆ X wins in X       iff γ_Y > α · γ_X, strictly, and relative to X: those removed have no weight
    X is self-enforcing   iff no self-enforcing proper part of it wins in it
    φ(X)                  the lightest self-enforcing Y that win in X: several where powers tie, one otherwise

φ is what the bargaining game leads to when members only want to be in as small a ruling group as will last. The regime
model decides its showdowns with the same function (`thaw.kernels.coalition`).
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from thaw.classics.checks import exactly, listed, told
from thaw.classics.rows import Row, close, exact, shown
from thaw.kernels.coalition import MOST, members, ruling_coalition_many, ruling_coalitions

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "acemoglu2008"
HALF = Fraction(1, 2)

Number = int | float | str | Fraction


def run(powers: Iterable[Number], alpha: Number = HALF) -> list[tuple[int, ...]]:
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
    weights, share = _society(powers, alpha)
    return [tuple(members(mask)) for mask in ruling_coalitions(weights, share.numerator, share.denominator)]


def _society(powers: Iterable[Number], alpha: Number) -> tuple[list[int], Fraction]:
    """Powers in whole units and the majority, checked."""
    share = exactly("alpha", alpha, HALF, 1, what="share", below=True)
    given = listed("powers", powers, MOST, "contenders")
    if not all(type(power) is int and 0 < power < 2**63 for power in given):  # whole powers are their own units: most are
        given = [exactly(f"powers[{i}]", power, 0, above=True) for i, power in enumerate(given)]
    unit = lcm(*(power.denominator for power in given))
    weights = [int(power * unit) for power in given]
    if sum(weights) * share.denominator >= 2**63:
        raise ValueError(f"powers add up to {told(sum(weights))} units of 1/{told(unit)}: wanted less than 2^63 / {share.denominator}; round them")
    return weights, share


def myopic(powers: Iterable[Number], alpha: Number = HALF) -> list[tuple[int, ...]]:
    """Who rules, step by step, if in each the lightest winning proper part takes over and nobody looks ahead.

    The foil of acemoglu2009: juntas would decay to one man. Ties go to the part whose members come first.
    Arguments are those of `run`.

    >>> myopic([3, 4, 5])
    [(0, 1, 2), (0, 1), (1,)]
    """
    weights, share = _society(powers, alpha)
    path = [tuple(range(len(weights)))]
    while True:
        group = path[-1]
        total = sum(weights[i] for i in group)
        parts = [part for size in range(1, len(group)) for part in combinations(group, size)]
        winning = [part for part in parts if sum(weights[i] for i in part) > share * total]
        if not winning:
            return path
        path.append(min(winning, key=lambda part: (sum(weights[i] for i in part), part)))


def _powers(answers: list[tuple[int, ...]], powers: Sequence[Number]) -> str:
    return " / ".join(" ".join(str(powers[i]) for i in group) for group in answers)


def _sizes(powers: Sequence[int], alpha: str) -> int:
    [size] = {len(group) for group in run(powers, alpha)}
    return size


DEFINITION = "computed from the definition by two independent programs"
VECTORS: tuple[tuple[str, str, str], ...] = (  # powers, α, rulers
    ("3 4 5", "1/2", "3 4 5"),
    ("3 4 5 10", "1/2", "3 4 5"),
    ("3 4 5 12", "1/2", "3 4 5 12"),
    ("3 4 5 13", "1/2", "13"),
    ("1 1 1", "1/2", "1 1 / 1 1 / 1 1"),
    ("2 3 5 7 11 13 17 19 23", "1/2", "11 17 23"),
    ("101 103 107 109 113 127 131 137 139 149", "1/2", "101 103 107 109 113 127 131"),
    ("3 4 5", "3/5", "4 5"),
    ("1 4 9 16 25 36 49 64 81 100", "3/5", "9 16 25 36 49 64 81"),
    ("2 3 5 7 11 13 17", "2/3", "2 3 5 7 11 17 / 3 5 7 13 17"),
)
SEARCHED = ("3 4 5 10 20", "1/2", "3 4 5 10 20")  # not among the reference's examples
SEARCH = "computed by the plain twin of the kernel and by a search through all pairs of groups, in the tests"


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
    result = [
        exact("two people of different power who rule together, α = 1/2 (of 5,000 pairs)", 0, together, abstract),
        exact("triples where three rule unless one outweighs two: exceptions (of 20,000)", 0, int((found != alone).sum()), abstract),
        exact("sizes that can rule when powers are nearly equal, α = 1/2, up to 12 people", [1, 3, 7], sorted(set(near)), abstract),
    ]
    for text, alpha, rulers in (*VECTORS[:4], SEARCHED, *VECTORS[4:]):
        powers = [int(word) for word in text.split()]
        basis = SEARCH if text == SEARCHED[0] else DEFINITION
        found_rulers = _powers(run(powers, alpha), powers)
        result.append(exact(f"rulers of {text} at α = {alpha}", rulers, found_rulers, basis, "derived"))
    equal = [_sizes([5] * n, "1/2") for n in range(1, 13)]
    result.append(exact("size, n = 1 ... 12 exactly equal powers, α = 1/2", [1, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8], equal, DEFINITION, "derived"))
    shares = [_sizes([3, 4, 5], alpha) for alpha in ("1/2", "4/7", "3/5", "2/3", "3/4")]
    result.append(exact("size for 3 4 5 at α = 1/2, 4/7, 3/5, 2/3, 3/4: not monotone", [3, 2, 2, 2, 3], shares, DEFINITION, "derived"))
    four = rng.integers(1, 10**9, (4_000, 4))
    sizes = np.bitwise_count(ruling_coalition_many(four, np.ones(four.shape, bool)))
    often = [float((sizes == size).mean()) for size in (1, 3, 4)]
    draws = "4,000 draws here and there: ±0.03"
    result.append(close("shares of sizes 1, 3, 4 among 4 people of uniform power", [0.18, 0.78, 0.04], often, 0.03, draws, "derived"))
    path = " → ".join(_powers([group], [20, 21, 22, 23, 24, 25, 26]) for group in myopic(range(20, 27)))
    result.append(exact("20 ... 26 if nobody looks ahead", "20 21 22 23 24 25 26 → 20 21 22 23 → 21 23 → 23", path, DEFINITION, "derived"))
    result.append(shown("k_m = floor(k_(m-1)/α) + 1 at α = 3/5, up to 12", "1 2 4 7 12", " ".join(map(str, _ladder("3/5"))), "formula remembered, not read"))
    return result


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
