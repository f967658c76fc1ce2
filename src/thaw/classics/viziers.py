"""Dictators and viziers: why weak rulers hire mediocre men (Egorov & Sonin 2011).

A competent vizier judges better which plots will work, which makes him more dangerous. The game itself could not be read
here; this is a reduced form of ours that holds the abstract's argument.

    plot likely to work    with chance π; then the vizier's joining wins with q_H, otherwise with q_L <= q_H
    vizier of θ in [½, 1]  his private signal is right with chance θ
    loyal: wage w; joins:  prize B where the plot wins, -F where it fails
    he joins after a good signal  iff m > m*,  m = πθ / (πθ + (1-π)(1-θ)),  m* = [(w+F)/(B+F) - q_L] / (q_H - q_L)
    most competent loyal man      θ* = m*(1-π) / (π(1-m*) + m*(1-π))   for π <= m* < 1; none below, everybody above
    the ruler earns cθ, loses Z if overthrown: θ* instead of θ = 1   iff Z π q_H > c (1 - θ*)

F is paid only if the plot fails: where q_H = 1, no punishment makes the most competent loyal.
"""

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from thaw.classics.checks import number
from thaw.classics.rows import Row, close, exact

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "egorov2011"
MOST = 1e12  # of any payoff


class Loyalty(NamedTuple):
    """From what belief on a vizier joins, how competent he may be and still never do so, and whom a ruler hires."""

    belief: float  # m*; may lie outside 0 to 1, infinite where his joining changes nothing
    competence: float | None  # θ*, 1 where everybody is loyal, None where nobody is
    risk: float  # π q_H, that the most competent man overthrows his ruler

    def switch(self, value: float = 5) -> float | None:
        """Loss Z above which the ruler takes the man of θ* and not the best; None where he has no such choice.

        `value` is c, what competence is worth to him.

        >>> round(run().switch(), 6)
        6.226054
        """
        value = number("value", value, 0, MOST, above=True, below=True)
        return None if self.competence in (None, 1.0) else value * (1 - (self.competence or 0.0)) / self.risk

    def hired(self, danger: float, value: float = 5) -> float | None:
        """Competence of the man hired by a ruler who would lose `danger`, Z, with his throne; None where nobody is loyal.

        >>> run().hired(danger=2), round(run().hired(danger=20), 3)
        (1.0, 0.664)
        """
        danger, change = number("danger", danger, 0, MOST), self.switch(value)
        return self.competence if change is None or danger > change else 1.0


def run(prior: float = 0.3, q_high: float = 0.9, q_low: float = 0.1, prize: float = 10, fine: float = 5, wage: float = 2) -> Loyalty:
    """The belief m* above which a vizier joins a plot, and the competence θ* up to which he stays loyal.

    Parameters
    ----------
    prior : chance, above 0 and below 1
        π, that a plot is of the kind likely to work.
    q_high, q_low : chances, 0 to 1, q_low at most q_high
        That a plot of the likely and of the other kind wins, if the vizier joins.
    prize, fine, wage : in one unit; prize above 0, the others at least 0
        B, F and w: to a winner, from a loser, to one who stays loyal.

    Raises
    ------
    ValueError
        A number outside these bounds, or not a finite number.

    Sources
    -------
    egorov2011 (the trade-off, the vizier's better judgement, punishment only by a ruler who survives; the form is ours).

    Examples
    --------
    >>> found = run()
    >>> round(found.belief, 6), round(found.competence, 6)
    (0.458333, 0.663793)
    >>> run(prize=20).competence is None  # for so much anybody would try
    True
    """
    prior = number("prior", prior, 0, 1, above=True, below=True)
    q_high = number("q_high", q_high, 0, 1)
    q_low = number("q_low", q_low, 0, q_high)
    prize = number("prize", prize, 0, MOST, above=True, below=True)
    fine, wage = number("fine", fine, 0, MOST), number("wage", wage, 0, MOST)
    need = (wage + fine) / (prize + fine)  # chance of winning that makes up for the wage
    sure = inf if need >= q_high else -inf  # he does not care which kind of plot it is
    belief = sure if q_high == q_low else (need - q_low) / (q_high - q_low)
    if belief < prior:
        return Loyalty(belief, None, prior * q_high)
    if belief >= 1:
        return Loyalty(belief, 1.0, prior * q_high)
    competence = belief * (1 - prior) / (prior * (1 - belief) + belief * (1 - prior))
    return Loyalty(belief, competence, prior * q_high)


TABLE: tuple[tuple[tuple[float, ...], float, float | None], ...] = (  # π, q_H, q_L, B, F, w; m*; θ*
    ((0.3, 0.9, 0.1, 10, 5, 2), 0.458333, 0.663793),
    ((0.3, 0.9, 0.1, 10, 10, 2), 0.625, 0.795455),
    ((0.5, 0.8, 0.2, 10, 5, 3), 0.555556, 0.555556),
    ((0.3, 0.9, 0.1, 10, 5, 8.2), 0.975, 0.989130),
    ((0.3, 0.9, 0.1, 20, 5, 2), 0.225, None),
)
OURS, CLAIM, SIX = "our reduced form, computed twice", "stated in the abstract of egorov2011; shown in our reduced form", 5e-7


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def rows() -> list[Row]:
    """Thresholds and choices of the reduced form, and the abstract's claims in it."""
    told = []
    for game, belief, competence in TABLE:
        found = run(*game)
        name = " ".join(f"{number:g}" for number in game)
        told.append(close(f"m* at π, q_H, q_L, B, F, w = {name}", belief, found.belief, SIX, OURS, "reduced form"))
        told.append(close(f"θ* at {name}", competence or "none is loyal", found.competence or "none is loyal", SIX, OURS, "reduced form"))
    fines = [run(fine=fine).competence or 0.0 for fine in range(2, 70)]
    wages = [run(wage=wage / 10).competence or 0.0 for wage in range(10, 90)]
    prizes = [run(prize=prize / 10).competence or 0.0 for prize in range(30, 130)]
    chances = [run(q_high=percent / 100).competence or 0.0 for percent in range(70, 101)]
    usual = run()
    dangers = [usual.hired(danger=danger / 2) or 0.0 for danger in range(41)]
    hires = [usual.hired(danger=danger) or 0.0 for danger in (5, 6, 6.5, 10)]
    certain = [run(q_high=1, fine=fine).competence != 1.0 for fine in (10, 1e3, 1e6)]
    edge = ["1" if run(fine=fine).competence == 1 else "below 1" for fine in (70, 69)]
    told += [
        close("c = 5: overthrow costs Z from which the mediocre man is hired", 6.226054, usual.switch(5), SIX, OURS, "reduced form"),
        close("competence hired at Z = 5, 6, 6.5, 10", [1, 1, 0.663793, 0.663793], hires, SIX, OURS, "reduced form"),
        exact("a ruler with more to lose hires a lesser man, Z = 0 ... 20", "yes", _yes(_falls(dangers)), CLAIM, "reduced form"),
        exact("the easier a plot, the lesser the loyal man, q_H = .7 ... 1", "yes", _yes(_falls(chances)), CLAIM, "reduced form"),
        exact("θ* rises with the fine", "yes", _yes(_falls(fines[::-1])), OURS, "reduced form"),
        exact("θ* rises with the wage", "yes", _yes(_falls(wages[::-1])), OURS, "reduced form"),
        exact("θ* falls with the prize", "yes", _yes(_falls(prizes)), OURS, "reduced form"),
        exact("θ* at F = 70 and 69, where q_H = .9", "1 and below 1", " and ".join(edge), "by hand: 1 from F = (q_H B - w) / (1 - q_H)", "reduced form"),
        exact("no fine makes the best man loyal where plots cannot fail, q_H = 1", "yes", _yes(all(certain)), CLAIM, "reduced form"),
        exact("θ* where his joining changes nothing, q_L = q_H", 1.0, run(q_high=0.4, q_low=0.4).competence, OURS, "reduced form"),
    ]
    return told


def _falls(values: list[float]) -> bool:
    """Never up, and down in all."""
    return values[-1] < values[0] and all(after <= before for before, after in pairwise(values))


def figure() -> "Figure":
    """Competence hired, by what the ruler would lose with his throne, for three fines."""
    from thaw import charts

    lines: list[dict[str, object]] = []
    labels: list[dict[str, object]] = []
    for fine in (3, 5, 20):
        name = f"F = {fine}"
        for tenths in range(121):
            lines.append({"x": tenths / 10, "y": run(fine=fine).hired(tenths / 10), "series": name})
        labels.append({"x": 8.4, "y": (run(fine=fine).competence or 0.0) + 0.037, "series": name, "text": f"fine for a failed plot {fine}"})
    labels.append({"x": 2.0, "y": 1.04, "series": "F = 3", "text": "little to lose: the best"})
    axis = "what the ruler would lose with his throne, Z"
    chart = charts.curves(axis, "competence of the vizier hired, θ", domain=(0, 12), steps=True, top=1.1, title="Rulers with more to lose hire lesser men")
    return chart, {"lines": lines, "labels": labels, "points": [], "guide": []}
