"""Watts' window: global cascades from one seed are possible on a random graph that is neither too sparse nor too dense.

Numbers: section 8.2 of the project's reference on classic models (watts2002; formula re-derived, roots computed there).
"""

from math import exp, factorial

import numpy as np
import pytest

from thaw.kernels.cascade import cascade


def excess(z, most):
    """z · P(Poisson(z) <= most - 2): above 1 where the vulnerable nodes (at most `most` neighbours) hang together."""
    return z * exp(-z) * sum(z**j / factorial(j) for j in range(most - 1))


@pytest.mark.parametrize(
    ("most", "lower", "upper"),
    [(10, 1.00000, 13.65931), (7, 1.00060, 9.09699), (5, 1.02070, 5.76468), (4, 1.11414, 3.86307)],
)
def test_the_edges_of_the_window(most, lower, upper):
    """A node is vulnerable with at most K* = floor(1 / threshold) neighbours: 0.18 gives 5."""
    for edge in (lower, upper):
        assert excess(edge, most) == pytest.approx(1, abs=1e-4)
    assert excess((lower + upper) / 2, most) > 1
    assert excess(0.9 * lower, most) < 1
    assert excess(1.1 * upper, most) < 1


def test_there_is_none_above_a_quarter():
    assert max(excess(z, 3) for z in np.linspace(0.01, 10, 2000)) == pytest.approx(0.83996, abs=1e-4)


def poisson_graph(people, mean, seed):
    """Neighbour lists (indptr, indices) of a random graph with a Poisson number of ties each."""
    luck = np.random.default_rng(seed)
    ends = luck.integers(0, people, (int(mean * people / 2), 2))
    ends = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    both = np.concatenate([ends, ends[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    return np.searchsorted(both[:, 0], np.arange(people + 1)), both[:, 1]


def frequency(mean, threshold_tenths=18, people=3000, graphs=5, seeds=40):
    """Share of single seeds that move more than a hundredth of all, and the mean share moved then."""
    sizes = []
    for graph in range(graphs):
        indptr, indices = poisson_graph(people, mean, graph)
        degree = np.diff(indptr)
        needed = np.where(
            degree > 0, -(-degree * threshold_tenths // 100), people
        )  # whole numbers: no float is compared
        for seed in range(seeds):
            start = np.zeros(people, bool)
            start[(seed * 71) % people] = True
            sizes.append(cascade(indptr, indices, needed, start).sum() / people)
    large = np.array(sizes) > 0.01
    return large.mean(), np.mean(np.array(sizes)[large]) if large.any() else 0.0


@pytest.mark.parametrize(("mean", "wanted", "error"), [(1.5, 0.57, 0.13), (3.0, 0.88, 0.1), (5.0, 0.65, 0.14)])
def test_inside_the_window_one_seed_may_move_all(mean, wanted, error):
    """How often as in the reference's simulations, and then nearly the whole giant component: 0.94 of all at z = 3."""
    often, size = frequency(mean)
    assert often == pytest.approx(wanted, abs=error)  # 200 seeds on 5 graphs: 4 standard errors
    if mean == 3.0:
        assert size == pytest.approx(0.94, abs=0.03)


@pytest.mark.parametrize("mean", [0.5, 8.0])
def test_outside_it_none_does(mean):
    assert frequency(mean)[0] <= 0.01
