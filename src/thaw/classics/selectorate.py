"""The selectorate: what a leader must spend to keep his backers, and on what (Bueno de Mesquita and others 2003).

A leader with revenue R needs W backers out of a selectorate of S. He buys them with a public good x, price p a unit, which
everybody enjoys, and a private good g for each of the W. The book could not be read here: the structure is remembered, and
the backers' taste V = √x + √g is ours.

    any budget m     best split x = m W / (p (p + W)), g = m p / (W (p + W)); share spent on x: W / (p + W)
                     which gives V = √(m (1/p + 1/W))
    challenger       offers his best package from all of R, but whoever changes sides is among his later W only with
                     chance W/S (the loyalty norm), and otherwise has the public good alone
    leader           matches that:  m*/R = [1 + δ/(1-δ) · (1 - W/S) · p/(p + W)]^-2,  and keeps R - m*

The later packages in this comparison are the leader's own of each period, not the challenger's first offer.
"""

from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from thaw.classics.checks import number, whole
from thaw.classics.rows import Row, close, exact, shown

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "buenodemesquita2003"
LARGEST = 10**12


class Package(NamedTuple):
    """What a leader spends and keeps."""

    cost: float  # m*
    public: float  # x, units of the public good
    private: float  # g, for each backer
    kept: float  # R - m*
    public_share: float  # of m*, spent on the public good
    loyalty: float  # W/S
    welfare: float  # V of a backer


def run(W: int = 10, S: int = 100, delta: float = 0.9, price: float = 10, revenue: float = 1000) -> Package:
    """The cheapest package that keeps a leader in office.

    Parameters
    ----------
    W : whole number, 1 to S
        Backers a leader needs, the winning coalition.
    S : whole number, 1 to 10^12
        Those who have a say in who leads, the selectorate.
    delta : 0 to below 1
        Weight δ of the next period against this one.
    price : above 0, 1e-12 to 1e12
        p, of a unit of the public good.
    revenue : above 0, 1e-12 to 1e12
        R, in the same money.

    Raises
    ------
    ValueError
        A number outside these bounds, or one of another kind.

    Sources
    -------
    buenodemesquita2003 (coalition, selectorate, loyalty norm; remembered and read in an encyclopaedia; tastes are ours).

    Examples
    --------
    >>> few, many = run(W=2), run(W=50)
    >>> round(few.kept), round(many.kept)
    (986, 673)
    >>> round(few.public_share, 2), round(many.public_share, 2)
    (0.17, 0.83)
    """
    S = whole("S", S, 1, LARGEST)
    W = whole("W", W, 1, S, "S")
    delta = number("delta", delta, 0, 1, below=True)
    price, revenue = number("price", price, 1e-12, 1e12), number("revenue", revenue, 1e-12, 1e12)
    loss = 1 + delta / (1 - delta) * (1 - W / S) * price / (price + W)
    cost = revenue / (loss * loss)
    public = cost / (price + W) * W / price
    private = cost / (price + W) * price / W
    return Package(cost, public, private, revenue - cost, W / (price + W), W / S, sqrt(public) + sqrt(private))


TABLE: tuple[tuple[tuple[int, int, float, float, float], tuple[float, float, float, float, float]], ...] = (
    # W, S, δ, p, R; m*/R, x, g, share kept of R, share of m* that goes into the public good
    ((10, 100, 0.9, 10, 1000), (0.039212, 1.960592, 1.960592, 0.9607882, 0.5)),
    ((2, 100, 0.9, 10, 1000), (0.014343, 0.239043, 5.976072, 0.9856574, 0.166667)),
    ((50, 100, 0.9, 10, 1000), (0.326531, 27.210884, 1.088435, 0.6734694, 0.833333)),
    ((100, 100, 0.9, 10, 1000), (1, 90.909091, 0.909091, 0, 0.909091)),
    ((10, 1000, 0.9, 10, 1000), (0.033606, 1.680275, 1.680275, 0.9663945, 0.5)),
    ((10, 100, 0.5, 10, 1000), (0.475624, 23.781213, 23.781213, 0.5243757, 0.5)),
    ((10, 100, 0, 10, 1000), (1, 50, 50, 0, 0.5)),
    ((500, 1000, 0.9, 10, 1000), (0.844412, 82.785488, 0.033114, 0.1555880, 0.980392)),
    ((5, 10**6, 0.95, 100, 10**6), (0.002743, 1.305974, 522.389761, 0.99725745, 0.047619)),
    ((250_000, 500_000, 0.95, 100, 10**6), (0.992446, 9920.492862, 0.001587, 0.00755389, 0.9996)),
)
OURS = "closed form of ours, held against a numerical optimiser; six decimals"
CLAIM = "stated in an encyclopaedia's article on the book; shown for our tastes V"


def _steps(values: list[float], up: bool) -> str:
    return "yes" if all((after > before) == up and after != before for before, after in pairwise(values)) else "no"


def rows() -> list[Row]:
    """What ten leaders spend, the book's claims on small coalitions, and how a backer fares as they grow."""
    told = []
    for case, wanted in TABLE:
        found = run(*case)
        name = "W, S, δ, p, R = " + " ".join(f"{number:g}" for number in case)
        reached = [found.cost / case[4], found.public, found.private, found.kept / case[4], found.public_share]
        told.append(close(f"m*/R, x, g, kept/R, public share at {name}", list(wanted), reached, 5e-7, OURS, "reduced form"))
    growing = [run(W=size) for size in range(1, 101)]
    wider = [run(S=size) for size in range(10, 1000, 10)]
    welfare = [run(W=size, S=1000, price=50, revenue=1e4).welfare for size in range(1, 1001)]
    least = min(range(1000), key=welfare.__getitem__)
    down_up = _steps(welfare[: least + 1], False) == _steps(welfare[least:], True) == "yes"
    told += [
        exact("cost rises with W = 1 ... 100", "yes", _steps([package.cost for package in growing], True), CLAIM, "reduced form"),
        exact("cost falls with S = 10 ... 990", "yes", _steps([package.cost for package in wider], False), CLAIM, "reduced form"),
        exact("public share rises with W = 1 ... 100", "yes", _steps([package.public_share for package in growing], True), CLAIM, "reduced form"),
        exact("leader keeps less as W grows", "yes", _steps([package.kept for package in growing], False), CLAIM, "reduced form"),
        exact("leader keeps more as S grows", "yes", _steps([package.kept for package in wider], True), CLAIM, "reduced form"),
        exact("δ = 0, or W = S: he keeps", [0.0, 0.0], [run(delta=0).kept, run(W=100).kept], "by hand: nothing to lose by changing sides", "reduced form"),
        close("backer's V at W = 1, 27, 1000: S = 1000, p = 50, δ = .9, R = 10^4", [10.2902, 3.5718, 14.4914],
              [welfare[0], welfare[26], welfare[999]], 5e-5, "closed form of ours, four decimals", "reduced form"),
        exact("W at which it is lowest", 27, least + 1, "closed form of ours", "reduced form"),
        shown("a backer's welfare first falls, then rises with W", "yes", "yes" if down_up else "no", "claim of the book as remembered, not read"),
    ]  # fmt: skip
    return told


def figure() -> "Figure":
    """What the leader keeps, and what of his spending is for all, by how many backers he needs."""
    from thaw import charts

    sizes = sorted({round(1000 ** (step / 150)) for step in range(151)})
    lines: list[dict[str, object]] = []
    for size in sizes:
        package = run(W=size, S=1000, price=50, revenue=1e4)
        lines.append({"x": size, "y": package.kept / 1e4, "series": "kept"})
        lines.append({"x": size, "y": package.public_share, "series": "public"})
    labels: list[dict[str, object]] = [
        {"x": 1.2, "y": 0.93, "series": "kept", "text": "revenue the leader keeps"},
        {"x": 1.15, "y": 0.3, "series": "public", "text": "public goods, of what he spends"},
    ]
    axis = "backers a leader needs, W of S = 1000"
    chart = charts.curves(axis, "share", log="x", domain=(1, 1000), top=1.0, title="Few backers: the leader keeps the revenue and pays in private goods")
    return chart, {"lines": lines, "labels": labels, "points": [], "guide": []}
