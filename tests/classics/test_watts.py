"""Watts' window: global cascades from one spark are possible on a random graph that is neither too sparse nor too dense.

Numbers: section 8.2 of the project's reference on classic models: roots and generating functions computed there, frequencies
measured by a replication (ndouglas/SugarScape, n = 10,000), on how many sparks a point was not read.
"""

from fractions import Fraction
from math import ceil, exp, factorial, inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import mutant

from thaw.classics import watts
from thaw.classics.watts import condition, giant, poisson_graph, run, vulnerable, window

EDGES = {  # φ: K*, lower z, upper z
    0.05: (20, 1.00000, 27.51861), 0.08: (12, 1.00000, 16.55243), 0.1: (10, 1.00000, 13.65931), 0.12: (8, 1.00008, 10.65744),
    0.14: (7, 1.00060, 9.09699), 0.16: (6, 1.00373, 7.47708), 0.18: (5, 1.02070, 5.76468), 0.2: (5, 1.02070, 5.76468),
    0.21: (4, 1.11414, 3.86307), 0.25: (4, 1.11414, 3.86307),
}  # fmt: skip


def test_all_rows_agree(rows_of):
    rows = rows_of("watts")
    assert [row.quantity for row in rows if row.agrees is False] == []
    assert {row.status for row in rows} == {"derived", "unverified", "not reproduced"}
    [missing] = [row for row in rows if row.status == "not reproduced"]
    assert (missing.published, missing.agrees) == (1, None)


@pytest.mark.parametrize("phi", EDGES)
def test_the_edges_of_the_window(phi):
    most, lower, upper = EDGES[phi]
    assert watts.most_neighbours(phi) == most
    assert window(phi) == pytest.approx((lower, upper), abs=5e-6)
    assert condition((lower + upper) / 2, most) > 1
    assert condition(0.9 * lower, most) < 1
    assert condition(1.1 * upper, most) < 1


def poisson(k, z):
    return exp(-z) * z**k / factorial(k)


@given(st.floats(0.01, 30), st.integers(1, 40))
def test_the_condition_is_the_sum_over_vulnerable_nodes(z, most):
    assert condition(z, most) == pytest.approx(sum(k * (k - 1) * poisson(k, z) for k in range(2, most + 1)) / z, rel=1e-9, abs=1e-15)


def test_there_is_none_above_a_quarter():
    assert watts.highest(3) == pytest.approx(((1 + 5**0.5) / 2, 0.83996), abs=5e-6)
    assert watts.highest(3)[1] == pytest.approx(max(condition(z, 3) for z in np.linspace(0.01, 10, 5000)), abs=1e-6)
    assert window(0.25) is not None
    assert [window(phi) for phi in (Fraction(25001, 100000), 0.26, 1 / 3, 0.5, 0.51, 1)] == [None] * 6
    assert vulnerable(2, 0.26) == (0, 0)


@pytest.mark.parametrize(
    ("z", "cluster", "extended"),
    [(1.5, 0.5444, 0.5489), (2, 0.7377, 0.7542), (3, 0.7896, 0.8735), (4, 0.6526, 0.8653), (5, 0.3680, 0.6953), (5.5, 0.1477, 0.3761), (5.7, 0.0385, 0.1144)],
)
def test_what_a_spark_can_move(z, cluster, extended):
    assert vulnerable(z) == pytest.approx((cluster, extended), abs=5e-5)
    u = 0.0  # the lowest fixed point by iteration, the sums written out
    for _ in range(20_000):
        u = 1 - sum(k * poisson(k, z) * (1 - u ** (k - 1)) for k in range(1, 6)) / z
    assert cluster == pytest.approx(sum(poisson(k, z) * (1 - u**k) for k in range(6)), abs=1e-4)
    assert extended == pytest.approx(1 - sum(poisson(k, z) * u**k for k in range(60)), abs=1e-4)


@pytest.mark.parametrize(("z", "share"), [(0.9, 0), (1, 0), (1.05, 0.0937), (1.5, 0.5828), (3, 0.9405), (5, 0.9930)])
def test_the_giant_component(z, share):
    assert giant(z) == pytest.approx(share, abs=5e-5)
    assert giant(z) == pytest.approx(1 - exp(-z * giant(z)), abs=1e-12)


def test_where_all_are_vulnerable_the_giant_component_is_what_can_be_set_off():
    for z in (1.2, 2, 4):
        assert vulnerable(z, Fraction(1, 60)) == pytest.approx((giant(z), giant(z)), abs=1e-9)


class TestGraph:
    def test_ties_are_those_of_a_poisson_graph(self):
        n, z = 20_000, 4.0
        indptr, indices = poisson_graph(n, z, seed=5)
        degree = np.diff(indptr)
        assert degree.mean() == pytest.approx(z, abs=4 * np.sqrt(2 * z / n))
        for k in range(10):
            share = poisson(k, z)
            assert (degree == k).mean() == pytest.approx(share, abs=4 * np.sqrt(share / n) + 2e-4)
        assert abs(indices.mean() / n - 0.5) < 4 / np.sqrt(12 * indices.size)

    @pytest.mark.parametrize(("n", "z"), [(2, 0.7), (50, 6.0), (300, 40.0), (5000, 2.0)])
    def test_ties_are_mutual_and_single(self, n, z):
        indptr, indices = poisson_graph(n, z, seed=1, graph=3)
        here = np.repeat(np.arange(n), np.diff(indptr))
        ties = set(zip(here.tolist(), indices.tolist(), strict=True))
        assert len(ties) == indices.size
        assert all(a != b and (b, a) in ties for a, b in ties)

    def test_each_pair_is_as_likely_as_another(self):
        count = np.zeros((6, 6))
        for graph in range(2000):
            indptr, indices = poisson_graph(6, 2.0, graph=graph)
            count[np.repeat(np.arange(6), np.diff(indptr)), indices] += 1
        pairs = count[np.triu_indices(6, 1)] / 2000
        assert np.abs(pairs - 0.4).max() < 4.5 * np.sqrt(0.24 / 2000)

    def test_no_ties_and_all_of_them(self):
        assert poisson_graph(7, 0)[1].size == 0
        indptr, indices = poisson_graph(7, 6)
        assert np.diff(indptr).tolist() == [6] * 7
        assert indices.size == 42

    def test_the_same_seed_the_same_graph(self):
        first, again, other, next_one = (poisson_graph(100, 3, seed, graph)[1].tolist() for seed, graph in ((1, 0), (1, 0), (2, 0), (1, 1)))
        assert first == again
        assert other != first != next_one


@given(st.integers(1, 60), st.fractions(Fraction(1, 100), 1, max_denominator=100))
def test_needed_neighbours_are_exact(degree, phi):
    """0.18 of 50 is 9, not 9.000000000000002."""
    assert watts._needs(np.array([degree]), phi)[0] == ceil(phi * degree)
    assert watts._share(float(phi)) == phi


def test_shares_are_taken_as_written():
    assert watts._share(0.18) == watts._share("0.18") == Fraction(18, 100)
    assert watts._needs(np.array([0, 1, 5, 6, 50, 51]), Fraction(18, 100)).tolist() == [1, 1, 1, 2, 9, 10]


@pytest.mark.parametrize("most", [3, 7, 11, 13, 15, 22, 26, 97])
def test_one_of_so_many_neighbours_is_a_share_of_one_by_so_many(most):
    assert watts.most_neighbours(1 / most) == most
    assert run(3, phi=1 / most, n=100, graphs=1, sparks=2).sizes.tolist() == run(3, phi=Fraction(1, most), n=100, graphs=1, sparks=2).sizes.tolist()


@pytest.mark.parametrize("phi", [1e-30, Fraction(10**20, 10**21 + 1)])
def test_shares_of_many_digits_are_as_exact(phi):
    assert run(4, phi=phi, n=200, graphs=1, sparks=3).sizes.max() <= 1
    assert watts._needs(np.array([0, 1, 10, 11]), Fraction(10**20, 10**21 + 1)).tolist() == [1, 1, 1, 2]


def test_sums_of_many_terms_stay_within_numbers():
    assert condition(1000, 10_000) == pytest.approx(1000)  # all are vulnerable
    assert condition(5000, 1000) == 0
    lower, upper = window(Fraction(1, 2000))
    assert lower == pytest.approx(1, abs=1e-9)
    assert 2100 < upper < 2200  # 2000 is 3.3 standard deviations below
    assert condition(upper - 1, 2000) > 1 > condition(upper + 1, 2000)


def test_a_node_without_neighbours_stays_off():
    assert run(0, n=50, graphs=2, sparks=5).sizes.tolist() == [[0.02] * 5] * 2


class TestSparks:
    @pytest.mark.parametrize(("z", "theirs"), [(1.5, 0.57), (3, 0.88), (5, 0.65)])
    def test_inside_the_window_one_spark_may_move_all(self, z, theirs):
        found = run(z, n=3000, graphs=10, sparks=20, seed=2)
        assert found.frequency == pytest.approx(vulnerable(z)[1], abs=0.14)  # 200 sparks: 4 standard errors
        assert found.frequency == pytest.approx(theirs, abs=4 * np.sqrt(0.25 * (1 / 100 + 1 / 200)))
        assert found.mean_size == pytest.approx(giant(z), abs=0.04)  # n = 3000, 10 graphs

    @pytest.mark.parametrize("z", [0.5, 8.0])
    def test_outside_it_none_does(self, z):
        assert run(z, n=3000, graphs=5, sparks=40).frequency <= 0.01

    def test_above_a_quarter_none_does(self):
        assert run(2, phi=0.26, n=3000, graphs=5, sparks=20, large=0.1).frequency == 0
        assert run(2, phi=0.25, n=3000, graphs=5, sparks=20, large=0.1).frequency > 0.2

    def test_the_upper_edge_depends_on_the_size(self):
        """z = 6.14: half of 1,000 is moved by 20 to 23 of 100 sparks, half of 10,000 by 3 to 5; none on an endless graph."""
        small = run(6.14, n=1000, graphs=400, sparks=1, large=0.5, seed=4).frequency
        large = run(6.14, graphs=200, sparks=1, large=0.5, seed=4).frequency
        assert small == pytest.approx(0.215, abs=4 * np.sqrt(0.17 / 400) + 0.015)
        assert large == pytest.approx(0.04, abs=4 * np.sqrt(0.04 / 200) + 0.01)
        assert vulnerable(6.14) == (0, 0)

    @settings(max_examples=20, deadline=None)
    @given(st.floats(0.5, 8), st.integers(0, 10**6), st.fractions(Fraction(1, 20), 1, max_denominator=40), st.fractions(0, 1, max_denominator=40))
    def test_more_stubborn_nodes_are_never_moved_further(self, z, seed, phi, more):
        easy = run(z, phi, n=200, graphs=2, sparks=5, seed=seed).sizes
        hard = run(z, min(phi + more, Fraction(1)), n=200, graphs=2, sparks=5, seed=seed).sizes
        assert (hard <= easy).all()
        assert (hard >= 1 / 200).all()

    def test_the_same_seed_the_same_cascades(self):
        first, again, other = (run(3, n=500, graphs=2, sparks=4, seed=seed).sizes.tolist() for seed in (1, 1, 2))
        assert first == again != other
        assert run(3, n=500, graphs=1, sparks=3, seed=1).sizes.tolist() == [first[0][:3]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: run(nan), r"z is nan: wanted a number from 0 to"),
        (lambda: run(-1), "z is -1: wanted a number from 0 to 2000"),
        (lambda: run(10, n=10), "z is 10: wanted a number from 0 to 9"),
        (lambda: run(3, phi=0), "phi is 0: wanted a share above 0 and at most 1"),
        (lambda: run(3, phi=1.01), r"phi is 1\.01"),
        (lambda: run(3, phi=nan), "phi is nan"),
        (lambda: run(3, phi="much"), "phi is much: wanted a share"),
        (lambda: run(3, n=1000, graphs=10**6, sparks=10), r"graphs \* sparks is 1000000 \* 10 = 10000000: wanted at most 1000000"),
        (lambda: run(3, n=10**6, graphs=10**6, sparks=1), r"n \* graphs \* sparks is .*: wanted at most 1000000000"),
        (lambda: window(1e-5), "phi is 1e-05: wanted a share above 1/10001, so that K. is at most 10000"),
        (lambda: vulnerable(3, 1e-5), "phi is 1e-05: wanted a share above 1/10001"),
        (lambda: vulnerable(-1), "z is -1: wanted a number from 0 to"),
        (lambda: giant(-1), "z is -1: wanted a number from 0 to"),
        (lambda: condition(-1, 5), "z is -1"),
        (lambda: condition(1, 0.5), r"most is 0\.5: wanted a whole number from 0 to 10000"),
        (lambda: watts.highest(-1), "most is -1"),
        (lambda: poisson_graph(1, 0), "n is 1"),
        (lambda: poisson_graph(10, -1), "z is -1"),
        (lambda: run(3, n=1), "n is 1: wanted a whole number from 2 to 1000000"),
        (lambda: run(3, n=10.5), r"n is 10\.5"),
        (lambda: run(3, graphs=0), "graphs is 0"),
        (lambda: run(3, sparks=0), "sparks is 0"),
        (lambda: run(3, seed=-1), "seed is -1"),
        (lambda: run(3, large=inf), "large is inf: wanted a number from 0 to 1"),
        (lambda: window(-0.1), r"phi is -0\.1"),
        (lambda: vulnerable(3, True), "phi is True"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("old", "new", "agrees"),
    [
        ("What single sparks did.", "What sparks did.", True),
        ("[-(-k * phi.numerator // phi.denominator) for", "[k * phi.numerator // phi.denominator + 1 for", False),  # more than φ
        ("_part(z, 1.0, most - 2)\n\n\ndef highest", "_part(z, 1.0, most - 1)\n\n\ndef highest", False),
        ("return share.denominator // share.numerator", "return (share.denominator - 1) // share.numerator", False),  # φ < 1/k
        ("- _part(z, u, most), 1 - ", "- _part(z, u, most - 1), 1 - ", False),
        ("_ties(n, z) / (n - 1)", "_ties(n, z) / (2 * n)", False),
    ],
)
def test_a_changed_rule_is_noticed(old, new, agrees, monkeypatch):
    changed = mutant("thaw.classics.watts", old, new)
    if "_part(" in old or "share." in old:
        monkeypatch.setattr(changed, "_simulated", list)  # the closed forms tell
    whole_run = changed.run
    monkeypatch.setattr(changed, "run", lambda z, phi=watts.PHI, **more: whole_run(z, phi, **(more | {"sparks": min(more["sparks"], 4)})))  # enough to tell
    with np.errstate(divide="ignore"):
        assert all(row.agrees is not False for row in changed.rows()) == agrees
