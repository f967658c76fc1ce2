"""Global cascades: when one spark can move a whole network (Watts 2002).

n nodes on a random graph, each pair tied with the same chance, z ties a node on average, so that the number of ties k is
Poisson: p_k = e^-z z^k / k!. One random node is switched on. A node turns on, for good, once at least a share φ of its
neighbours is on; a node without neighbours never does. The order of turning changes nothing.

    vulnerable: moved by a single neighbour        k <= K* = floor(1 / φ)
    cascades of any size are possible iff          Σ_(k <= K*) k (k - 1) p_k > z,    that is z · P(k <= K* - 2) > 1
    u  a tie's other end leads to no giant cluster of vulnerable nodes:
                                                   u = 1 - G1(1) + G1(u),   G1(x) = e^(z (x - 1)) P(Poisson(z x) <= K* - 1)
    S_v  share of nodes in that cluster            G0(1) - G0(u),           G0(x) = e^(z (x - 1)) P(Poisson(z x) <= K*)
    S_e  in it or next to it: what can set it off  1 - e^(-z (1 - u))
    S    giant component: what a cascade can reach S = 1 - e^(-z S)

`run` switches on single nodes of drawn graphs and asks the general cascade (`thaw.kernels.cascade`). From the paper, as a
replication's specification summarises it (ndouglas/SugarScape): the model, the condition, the defaults φ = 0.18, n = 10,000.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thaw.classics.checks import exactly, number, together, told, whole
from thaw.classics.granovetter import root
from thaw.classics.rows import Row, close, exact, shown
from thaw.kernels.cascade import cascade
from thaw.kernels.noise import exponential, name_key, words
from thaw.kernels.portable import exp, log

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "watts2002"
PHI = Fraction(18, 100)
LOG_200 = float(log(1e200))
MOST, MOST_TIES = 10**6, 2 * 10**7  # nodes; neighbours of all
MOST_SPARKS, MOST_WORK = 10**6, 10**9  # in all; nodes looked at, once a spark
MOST_K = 10**4  # K* in the generating functions


@dataclass(frozen=True)
class Cascades:
    """What single sparks did."""

    sizes: NDArray[np.float64]  # (graphs, sparks) share of nodes on in the end
    large: float  # a cascade above this share is global

    @property
    def frequency(self) -> float:
        """Share of sparks that set off a global cascade."""
        return float((self.sizes > self.large).mean())

    @property
    def mean_size(self) -> float:
        """Mean share of nodes that a global cascade moves; 0 where there is none."""
        return float(self.sizes[self.sizes > self.large].mean()) if self.frequency else 0.0


def run(z: float, phi: Any = PHI, n: int = 10_000, graphs: int = 10, sparks: int = 50, seed: int = 0, large: float = 0.01) -> Cascades:
    """Switch on one random node of a random graph, `sparks` times on each of `graphs` graphs, and see how far it goes.

    Parameters
    ----------
    z : ties a node, 0 or more, below n
        Mean number; n · z at most 20,000,000.
    phi : share, above 0 to 1
        Threshold φ of all nodes, as written: 0.18 is 18/100. At least φ · k of k neighbours, compared in whole numbers.
    n : nodes, 2 to 1,000,000
    graphs, sparks : at least 1
        Sparks in all at most 1,000,000, times n at most 1,000,000,000.
    seed : whole number, 0 or more
    large : share
        Above it a cascade counts as global. The paper gives none; the replication compared with takes 1%.

    Raises
    ------
    ValueError
        An argument of another kind or outside these bounds.

    Sources
    -------
    watts2002 (rule and defaults).

    Examples
    --------
    >>> found = run(z=3, n=2000, graphs=2)
    >>> found.sizes.shape, found.frequency > 0.5
    ((2, 50), True)
    >>> run(z=12, n=2000, graphs=2).frequency  # too well connected: nobody is moved by one neighbour
    0.0
    """
    share = _share(phi)
    nodes = whole("n", n, 2, MOST)
    ties = _ties(nodes, z)
    counts = whole("graphs", graphs, 1, 10**6), whole("sparks", sparks, 1, 10**6)
    together(MOST_SPARKS, graphs=counts[0], sparks=counts[1])
    together(MOST_WORK, n=nodes, graphs=counts[0], sparks=counts[1])
    least = number("large", large, 0, 1)
    luck = whole("seed", seed, 0, 2**63)
    sizes = np.empty(counts)
    for graph in range(counts[0]):
        indptr, indices = poisson_graph(nodes, ties, luck, graph)
        needed = _needs(np.diff(indptr), share)
        for k, spark in enumerate(_below(nodes, name_key(luck, "watts", "spark"), counts[1], graph)):
            sizes[graph, k] = cascade(indptr, indices, needed, np.arange(nodes) == spark).sum() / nodes
    return Cascades(sizes, least)


def _ties(n: int, z: float) -> float:
    return number("z", z, 0, min(n - 1, MOST_TIES / n))


def _needs(degree: NDArray[np.int64], phi: Fraction) -> NDArray[np.int64]:
    """How many neighbours move each node: φ · k rounded up, exactly; more than there are where there are none."""
    needed = [1] + [-(-k * phi.numerator // phi.denominator) for k in range(1, int(degree.max()) + 1)]
    return np.array(needed)[degree]


def poisson_graph(n: int, z: float, seed: int = 0, graph: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Neighbour lists (indptr, indices) of a random graph: each of the n (n - 1) / 2 pairs is tied with chance z / (n - 1).

    The pairs between two ties are geometric in number, so only the ties are drawn.
    """
    n = whole("n", n, 2, MOST)
    pairs, chance = n * (n - 1) // 2, _ties(n, z) / (n - 1)
    graph = whole("graph", graph, 0, 2**32 - 1)
    if chance >= 1:
        ties = np.arange(pairs)
    elif chance > 0:
        expected = pairs * chance
        draws = np.arange(int(expected + 8 * sqrt(expected) + 30), dtype=np.uint32)
        gaps = exponential(name_key(whole("seed", seed, 0, 2**63), "watts", "ties"), np.array([graph], np.uint32), draws, 0)[0] / -float(log(1 - chance))
        ties = (np.cumsum(np.minimum(np.floor(gaps), float(pairs)) + 1) - 1).astype(np.int64)
        ties = ties[ties < pairs]
    else:
        ties = np.empty(0, np.int64)
    above = ((1 + np.sqrt(8.0 * ties + 1)) / 2).astype(np.int64)  # pair t joins a and b < a, t = a (a - 1) / 2 + b
    above -= above * (above - 1) // 2 > ties
    above += above * (above + 1) // 2 <= ties
    below = ties - above * (above - 1) // 2
    here, there = np.concatenate([above, below]), np.concatenate([below, above])
    order = np.argsort(here, kind="stable")
    return np.searchsorted(here[order], np.arange(n + 1)), there[order].astype(np.int32)


def _below(n: int, key: np.uint64, count: int, graph: int) -> NDArray[np.int64]:
    """Whole numbers (count,) from 0 to n - 1, equally likely but for 1 part in 4,000."""
    return ((words(key, count, graph, 0) >> np.uint64(32)) * np.uint64(n) >> np.uint64(32)).astype(np.int64)


def _share(phi: Any) -> Fraction:
    return exactly("phi", phi, 0, 1, what="share", above=True)


def most_neighbours(phi: Any) -> int:
    """K*: a node with more neighbours is not moved by a single one of them.

    >>> most_neighbours(0.18), most_neighbours(0.25), most_neighbours(0.26)
    (5, 4, 3)
    """
    share = _share(phi)
    return share.denominator // share.numerator


def _most(phi: Any) -> int:
    """K*, if the sums over it are short enough."""
    most = most_neighbours(phi)
    if most > MOST_K:
        raise ValueError(f"phi is {told(phi)}: wanted a share above 1/{MOST_K + 1}, so that K* is at most {MOST_K}")
    return most


def _part(z: float, x: float, most: int) -> float:
    """e^-z Σ_(j <= most) (z x)^j / j!, which all the generating functions are made of."""
    total, term, scale = 0.0, 1.0, -z
    for j in range(1, most + 2):
        total += term
        term *= z * x / j
        if term > 1e200:  # before they are more than a number can hold
            total, term, scale = total / 1e200, term / 1e200, scale + LOG_200
    return total * float(exp(scale))


def condition(z: float, most: int) -> float:
    """Σ_(k <= most) k (k - 1) p_k / z: how many further vulnerable nodes each brings in reach. Above 1 they hang together."""
    return _condition(number("z", z, 0, MOST), whole("most", most, 0, MOST_K))


def _condition(z: float, most: int) -> float:
    return z * _part(z, 1.0, most - 2)


def highest(most: int) -> tuple[float, float]:
    """The z at which `condition` is highest, and how high.

    >>> round(highest(3)[1], 5)  # a threshold above 1/4: never
    0.83996
    """
    if whole("most", most, 0, MOST_K) < 2:
        return 0.0, 0.0

    def slope(z: float) -> float:  # of the logarithm: 1 / z - p_(most - 2) / P(k <= most - 2), times what is above 0
        last = _part(z, 1.0, most - 2) - (_part(z, 1.0, most - 3) if most > 2 else 0.0)
        return _part(z, 1.0, most - 2) - z * last

    z = root(slope, 0.0, 4.0 * most)
    return z, _condition(z, most)


def window(phi: Any) -> tuple[float, float] | None:
    """The lowest and the highest z between which global cascades are possible; None where there is no such z.

    >>> lower, upper = window(0.18)
    >>> round(lower, 5), round(upper, 5)
    (1.0207, 5.76468)
    """
    most = _most(phi)
    peak, height = highest(most)
    if height <= 1:
        return None
    return root(lambda z: 1 - _condition(z, most), 0.0, peak), root(lambda z: _condition(z, most) - 1, peak, 8.0 * most)


def vulnerable(z: float, phi: Any = PHI) -> tuple[float, float]:
    """S_v and S_e: shares of nodes in the giant vulnerable cluster, and in it or next to it, on an endless random graph.

    >>> [round(share, 4) for share in vulnerable(3)]
    [0.7896, 0.8735]
    """
    z, most = number("z", z, 0, MOST), _most(phi)
    if _condition(z, most) <= 1:
        return 0.0, 0.0
    whole_g1 = _part(z, 1.0, most - 1)
    lowest = root(lambda u: 1 - z * _part(z, u, most - 2), 0.0, 1.0)  # 1 - G1(1) + G1(u) - u is convex, 0 at 1, lowest here
    u = root(lambda u: 1 - whole_g1 + _part(z, u, most - 1) - u, 0.0, lowest)
    return _part(z, 1.0, most) - _part(z, u, most), 1 - float(exp(-z * (1 - u)))


def giant(z: float) -> float:
    """S: share of nodes in the giant component of an endless random graph.

    >>> round(giant(3), 4)
    0.9405
    """
    z = number("z", z, 0, MOST)
    return root(lambda s: 1 - float(exp(-z * s)) - s, 0.0, 1.0) if z > 1 else 0.0


ROOTS = "roots found by a second program to 1e-12"
GENERATING = "generating functions, by a second program"
OTHERS = "measured by a replication (ndouglas/SugarScape), on how many sparks we did not read: not compared; 200 or 400 here"
EDGES = {0.05: (1.0, 27.51861), 0.1: (1.0, 13.65931), 0.14: (1.0006, 9.09699), 0.18: (1.0207, 5.76468), 0.25: (1.11414, 3.86307)}
CLUSTERS = {  # z: S_v, S_e
    1.5: (0.5444, 0.5489), 2: (0.7377, 0.7542), 3: (0.7896, 0.8735), 4: (0.6526, 0.8653), 5: (0.3680, 0.6953),
    5.5: (0.1477, 0.3761), 5.7: (0.0385, 0.1144),
}  # fmt: skip
GIANT = {1.05: 0.0937, 1.5: 0.5828, 3: 0.9405, 5: 0.9930}
SIMULATED = {0.9: 0.02, 1.05: 0.14, 1.5: 0.57, 3: 0.88, 5: 0.65, 6: 0.09, 6.3: 0.02, 6.6: 0.0}


def rows() -> list[Row]:
    """The window, what can be set off and how far it goes, and single sparks on drawn graphs beside them."""
    windows = [window(phi) or (0.0, 0.0) for phi in EDGES]
    lows, highs = [[edges[k] for edges in EDGES.values()] for k in (0, 1)]
    closes = " ".join("yes" if window(phi) else "no" for phi in (0.25, 0.2501))
    result = [
        close(f"lowest z of the window at φ = {_list(EDGES)}", lows, [low for low, _ in windows], 5e-6, ROOTS, "derived"),
        close("highest z of the window there", highs, [high for _, high in windows], 5e-6, ROOTS, "derived"),
        exact("is there a window at φ = 1/4, and just above?", "yes no", closes, ROOTS, "derived"),
        close("highest Σ k (k - 1) p_k / z above φ = 1/4", 0.83996, highest(3)[1], 5e-6, ROOTS, "derived"),
    ]
    for k, name in enumerate(("S_v, in the vulnerable cluster", "S_e, in it or next to it")):
        shares = [vulnerable(z)[k] for z in CLUSTERS]
        result.append(close(f"{name}, at z = {_list(CLUSTERS)}", [pair[k] for pair in CLUSTERS.values()], shares, 5e-5, GENERATING, "derived"))
    result.append(close(f"S, giant component, at z = {_list(GIANT)}", [*GIANT.values()], [giant(z) for z in GIANT], 5e-5, GENERATING, "derived"))
    return result + _simulated()


def _simulated() -> list[Row]:
    inside = (1.5, 3, 5)
    found = {z: run(z, graphs=20, sparks=20 if z in inside else 10) for z in SIMULATED}
    often, sizes = [found[z].frequency for z in inside], [found[z].mean_size for z in inside]
    triggers, reach = [vulnerable(z)[1] for z in inside], [giant(z) for z in inside]
    closing = run(2, 0.25, graphs=20, sparks=20).frequency
    where = "single sparks on 20 graphs of 10,000"
    result = [
        close("sparks with a global cascade, z = 1.5 3 5: S_e", triggers, often, 0.1, f"generating functions; 400 {where}, 4 s.e.", "derived"),
        close("the same at φ = 1/4, z = 2: one of four neighbours moves a node", vulnerable(2, 0.25)[1], closing, 0.1, f"as before; 400 {where}", "derived"),
        close("how far it then goes, z = 1.5 3 5: S", reach, sizes, 0.012, f"generating functions; {where}, 4 s.e. of S at z = 1.5", "derived"),
        shown(f"sparks with a global cascade, z = {_list(SIMULATED)}", [*SIMULATED.values()], [f.frequency for f in found.values()], OTHERS),
    ]
    small = np.rint(1000 * run(1.05, n=1000, graphs=3000, sparks=1).sizes)
    fall = float(log((small >= 5).mean() / (small >= 50).mean())) / float(log(10.0))
    basis = "quoted by a replication; not compared, since the range of sizes (5 to 50 nodes) is our choice and moves it; 3,000 sparks"
    result.append(shown("-slope of the share of cascades above a size, z = 1.05", 0.5, fall, basis))
    edge = run(6.14, n=1000, graphs=1000, sparks=1, large=0.5).frequency
    basis = "quoted by a replication, which gets 230 itself"
    result.append(shown("sparks of 1,000 that move half of n = 1,000 at z = 6.14", 1, round(1000 * edge), basis, "not reproduced"))
    return result


def _list(values: Any) -> str:
    return " ".join(f"{value:g}" for value in values)


def figure() -> "Figure":
    """The paper's first figure: the window in φ and z, and where single sparks did set off global cascades."""
    from thaw import charts

    upper, lower, yes, no = "upper", "lower", "moved", "not moved"
    lines = [{"x": max(0.08, 1 / (k + 1)), "y": edge, "series": name} for k in range(12, 3, -1) for name, edge in zip((lower, upper), _edges(k), strict=True)]
    lines += [{"x": 0.25, "y": _edges(4)[0], "series": name} for name in (lower, upper)]
    points = []
    for phi in (0.09, 0.11, 0.13, 0.15, 0.17, 0.19, 0.21, 0.23, 0.245, 0.26, 0.27):
        for z in (0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 12, 13.5, 15):
            if phi > 0.14 and z > 10:
                continue  # room for the words
            moved = run(z, phi, n=2000, graphs=4, sparks=10, large=0.1).frequency >= 0.05
            points.append({"x": phi, "y": z, "low": z, "high": z, "series": yes if moved else no})
    labels = [
        {"x": 0.151, "y": 13, "series": yes, "text": "1 spark in 20 or more moved a tenth of all"},
        {"x": 0.151, "y": 12.2, "series": no, "text": "grey: fewer did"},
        {"x": 0.151, "y": 11.4, "series": upper, "text": "edge of the window on an endless graph"},
    ]
    axes = "φ, share of neighbours that moves a node", "z, ties a node"
    colours = (charts.PERSON_COLOURS[0], charts.PERSON_COLOURS[0], "#AEB6C0", charts.PERSON_COLOURS[1])
    chart = charts.curves(*axes, domain=(0.08, 0.28), top=16, title="A spark moves all where ties are neither few nor many", colours=colours, steps=True)
    return chart, {"lines": lines, "labels": labels, "points": points, "guide": []}


def _edges(most: int) -> tuple[float, float]:
    edges = window(Fraction(1, most))
    assert edges is not None
    return edges
