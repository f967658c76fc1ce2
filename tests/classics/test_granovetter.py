"""Granovetter's crowds: the published results, the reference's vectors, exact chances against simulation, mutants.

Numbers: section 2.1 of the project's reference on classic models: results of granovetter1978 as quoted by a replication;
all further values follow from the definition and were computed for that reference.
"""

import itertools
from fractions import Fraction
from math import inf, nan
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutants import mutant

from thaw.classics import granovetter
from thaw.classics.granovetter import equilibrium, normal_crowd, normal_shares, outcomes, path, perceived, run
from thaw.kernels.cascade import cascade

UNIFORM = [Fraction(k + 1, 100) for k in range(100)]


def test_all_rows_agree(rows_of):
    rows = rows_of("granovetter")
    assert [row.quantity for row in rows if row.agrees is False] == []
    assert {row.status for row in rows} == {"verified", "derived"}
    assert len(rows) == 20


def test_one_changed_citizen_undoes_a_riot():
    assert run() == run(range(100)) == 100
    assert path()[:3] == [0, 1, 2]
    assert len(path()) - 1 == 100  # after exactly 100 steps
    assert run([0, 2, *range(2, 100)]) == 1
    assert path([0, 2, *range(2, 100)]) == [0, 1]


@pytest.mark.parametrize("gap", [1, 10, 50, 99])
def test_a_gap_stops_it_there(gap):
    """The one with threshold k gets k + 1: exactly k riot."""
    assert run([k + 1 if k == gap else k for k in range(100)]) == gap


def test_shares_as_floats_would_stop_the_uniform_crowd():
    """Thresholds k · 0.01 compared with r / 100 come to 35: people are counted in whole numbers instead."""
    r = 0
    while (after := sum(k * 0.01 <= r / 100 for k in range(100))) != r:
        r = after
    assert r == 35
    assert run([Fraction(k, 100) * 100 for k in range(100)]) == run(np.arange(100)) == run([float(k) for k in range(100)]) == 100


CURVE = {
    8: 0.0925, 10: 0.7696, 11: 1.7130, 12: 4.0211, 12.1: 4.5529, 12.2: 5.4792, 12.25: 100, 12.3: 100, 13: 100, 15: 100, 20: 99.9911,
    25: 99.8626, 30: 99.3394, 40: 96.2581, 50: 90.4852, 75: 74.5652, 100: 65.8574, 1000: 51.0387,
}  # fmt: skip


@pytest.mark.parametrize("sd", CURVE)
def test_the_continuous_equilibrium(sd):
    assert equilibrium(25, sd) == pytest.approx(CURVE[sd], abs=5e-5)


@given(st.floats(-50, 150), st.floats(0.5, 200), st.integers(1, 300))
def test_the_equilibrium_is_the_lowest(mean, sd, people):
    """N Φ - r is above zero everywhere before, and zero there."""
    crowd = NormalDist(mean, sd)
    end = equilibrium(mean, sd, people)
    assert people * crowd.cdf(end) == pytest.approx(end, abs=1e-7 * people)
    before = np.linspace(0, end, 400)[:-2]
    assert all(people * crowd.cdf(r) - r > -1e-9 * people for r in before)


def test_the_jump_stands_at_the_tangency():
    edge, number = granovetter.tangency()
    assert (edge, number) == pytest.approx((12.222087, 6.200325), abs=1e-6)
    assert equilibrium(25, edge - 1e-9) == pytest.approx(number, abs=2e-3)
    assert equilibrium(25, edge + 1e-9) > 99
    scaled = granovetter.tangency(50, 200)
    assert scaled == pytest.approx((2 * edge, 2 * number), rel=1e-12)


@pytest.mark.parametrize(
    ("rounding", "below", "above", "rioters"), [("up", 12.545, 12.55, 6), ("nearest", 12.215, 12.22, 6), ("down", 11.885, 11.89, 5)]
)
def test_a_normal_crowd_of_100_tips_where_its_spread_passes_a_point(rounding, below, above, rioters):
    """Thresholds at the quantiles of a normal of mean 25: a handful riot just below, all just above."""
    assert [run(normal_crowd(25, sd, rounding=rounding)) for sd in (below, above)] == [rioters, 100]


class TestSampledCrowds:
    def test_a_uniform_city(self):
        """No rioter in 0.99^100 of crowds; one, because nobody has threshold 1, in 100 · 0.01 · 0.98^99 of them."""
        chances = outcomes(UNIFORM)
        assert chances[:2] == pytest.approx([0.99**100, 0.98**99], rel=1e-12)
        assert [round(chance, 4) for chance in chances[:2]] == [0.3660, 0.1353]
        simulated = granovetter.sampled_uniform(crowds=1000, seed=3)
        for end in (0, 1, 2, 100):
            assert (simulated == end).mean() == pytest.approx(chances[end], abs=4 * np.sqrt(chances[end] / 1000))

    @pytest.mark.parametrize(("sd", "share", "median"), [(10, 0.0, 0), (12, 0.15, 2), (12.2, 0.2, 3), (14, 0.61, 100), (16, 0.91, 100), (20, 1.0, 100)])
    def test_a_normal_city_has_no_jump(self, sd, share, median):
        chances = outcomes(normal_shares(25, sd))
        assert sum(chances[51:]) == pytest.approx(share, abs=4 * np.sqrt(0.25 / 4000) + 0.005)  # 4,000 crowds there
        assert granovetter.quantile(chances, 0.5) == median

    def test_a_replication_rounded_to_the_nearest_person(self):
        """Its shares of crowds, 2,000 a point (ndouglas/SugarScape), fit thresholds rounded so, and no other rounding."""
        measured = {10: 0.01, 12: 0.21, 12.2: 0.28, 14: 0.69, 16: 0.94, 20: 1.0}
        fits = {
            rounding: all(abs(sum(outcomes(normal_shares(25, sd, rounding=rounding))[51:]) - share) < 0.045 for sd, share in measured.items())
            for rounding in granovetter.ROUNDINGS
        }
        assert fits == {"up": False, "nearest": True, "down": False}

    @given(st.lists(st.integers(0, 4), min_size=4, max_size=4))
    def test_chances_count_all_crowds(self, weights):
        """Four people of a city with thresholds 0 ... 3 and never, in every combination."""
        city = [k for k, weight in enumerate(weights) for _ in range(weight)] + [9]
        shares = [Fraction(sum(t <= r for t in city), len(city)) for r in range(4)]
        ends = [run(crowd) for crowd in itertools.product(sorted(set(city)), repeat=4)]
        chance = [np.prod([city.count(t) / len(city) for t in crowd]) for crowd in itertools.product(sorted(set(city)), repeat=4)]
        wanted = [sum(p for p, end in zip(chance, ends, strict=True) if end == k) for k in range(5)]
        assert outcomes(shares) == pytest.approx(wanted, abs=1e-12)

    def test_chances_add_up(self):
        for shares in (UNIFORM, normal_shares(25, 12.2), [0.0] * 7, [1.0] * 7, [0.5]):
            chances = outcomes(shares)
            assert sum(chances) == pytest.approx(1, abs=1e-12)
            assert min(chances) >= 0
        assert outcomes([0.0] * 7)[0] == outcomes([1.0] * 7)[7] == 1

    def test_the_same_seed_the_same_crowds(self):
        first, again, other = (granovetter.sampled(25, 14, crowds=40, seed=seed) for seed in (1, 1, 2))
        assert first.tolist() == again.tolist() != other.tolist()
        assert granovetter.sampled(25, 14, crowds=10, seed=1).tolist() == first[:10].tolist()


def test_friends_count_twice():
    assert perceived(48, 100, 20, 15) == Fraction(63, 120) == Fraction(525, 1000)
    assert perceived(48, 100, 20, 15, weight=1) == Fraction(48, 100)
    people = range(100)  # as ties: a friend is listed twice, and 63 of 120 are counted by the general cascade
    friends = [*range(15), *range(48, 53)]
    seen = [*people, *friends]
    indptr = np.concatenate([np.zeros(100, int), [0, len(seen)]])
    for threshold, joins in ((63, True), (64, False)):
        start = np.arange(101) < 48
        assert cascade(indptr, seen, [1] * 100 + [threshold], start)[100] == joins


@given(st.lists(st.integers(0, 12), min_size=12, max_size=12))
def test_the_end_is_the_lowest_resting_point(thresholds):
    """Where the staircase of the thresholds first meets the diagonal."""
    lowest = next(n for n in range(13) if sum(t <= n for t in thresholds) == n)
    assert run(thresholds) == path(thresholds)[-1] == lowest


@given(st.lists(st.integers(-2, 14), min_size=12, max_size=12), st.integers(0, 12))
def test_a_day_counts_who_has_seen_enough(thresholds, before):
    assert granovetter.step(thresholds, before) == sum(t <= before for t in thresholds)


@given(st.lists(st.integers(0, 12), min_size=12, max_size=12), st.integers(0, 11))
def test_a_more_cautious_citizen_never_means_more_rioters(thresholds, who):
    cautious = [t + (k == who) for k, t in enumerate(thresholds)]
    assert run(cautious) <= run(thresholds)


@given(st.lists(st.floats(-3, 15), min_size=1, max_size=12))
def test_parts_of_a_person_wait_for_the_whole_one(thresholds):
    assert run(thresholds) == run(np.ceil(thresholds))


def test_thresholds_beyond_the_crowd_never_act():
    assert run([-5, 0, 10**30, 1e300]) == 2
    assert path([30] * 10, start=10) == [10, 0]  # those who came for others go home


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: run([]), "thresholds has 0 people: wanted 1 to 2000"),
        (lambda: run(range(2001)), "thresholds has 2001 people: wanted 1 to 2000"),
        (lambda: run([0, nan]), r"thresholds\[1\] is nan: wanted a finite number of people"),
        (lambda: run([inf]), r"thresholds\[0\] is inf"),
        (lambda: run(["1"]), r"thresholds\[0\] is 1"),
        (lambda: run([10**400]), r"thresholds\[0\] is a number of some 401 digits: wanted a finite number of people"),
        (lambda: run(itertools.count()), "thresholds has more than 2000 people: wanted 1 to 2000"),
        (lambda: run(5), "thresholds is 5: wanted a list of 1 to 2000 people"),
        (lambda: run(None), "thresholds is None: wanted a list"),
        (lambda: run("012"), "thresholds is 012: wanted a list"),
        (lambda: run({0: 1}), r"thresholds is \{0: 1\}: wanted a list"),
        (lambda: run(np.array(3)), "thresholds is 3: wanted a list"),
        (lambda: granovetter.step([0, 1], 3), "before is 3: wanted a whole number from 0 to 2"),
        (lambda: granovetter.step([nan], 0), r"thresholds\[0\] is nan"),
        (lambda: granovetter.quantile([], 0.5), "chances has 0 entries"),
        (lambda: granovetter.quantile([1.0], 2), "share is 2: wanted a share from 0 to 1"),
        (lambda: run([True]), r"thresholds\[0\] is True"),
        (lambda: path(start=101), "start is 101: wanted a whole number from 0 to 100"),
        (lambda: path(start=0.5), r"start is 0\.5"),
        (lambda: equilibrium(25, 0), "sd is 0: wanted a finite number above 0"),
        (lambda: equilibrium(nan, 1), "mean is nan: wanted a finite number"),
        (lambda: equilibrium(25, 1, 0), "people is 0: wanted a whole number from 1"),
        (lambda: granovetter.tangency(50), "mean is 50: wanted less than half of 100 people"),
        (lambda: granovetter.tangency(-1), "mean is -1: wanted a finite number above 0"),
        (lambda: normal_crowd(25, 10, rounding="off"), "rounding is 'off': wanted one of up, nearest, down"),
        (lambda: normal_shares(25, -1), "sd is -1"),
        (lambda: outcomes([]), "shares has 0 entries: wanted 1 to 200"),
        (lambda: outcomes([0.2, 0.1]), r"shares\[1\] is 0\.1: shares must rise, and shares\[0\] is 0\.2"),
        (lambda: outcomes([0.2, nan]), r"shares\[1\] is nan: wanted a share from 0 to 1"),
        (lambda: outcomes([0.2, 1.1]), r"shares\[1\] is 1\.1: wanted a share from 0 to 1"),
        (lambda: outcomes(0.5), r"shares is 0\.5: wanted a list of 1 to 200 entries"),
        (lambda: normal_crowd(25, 10, rounding=["up"]), "rounding is .*: wanted one of up, nearest, down"),
        (lambda: granovetter.sampled(25, 12, people=2000, crowds=5001), r"people \* crowds is 2000 \* 5001 = 10002000: wanted at most 10000000"),
        (lambda: granovetter.sampled_uniform(11, 10**6), r"people \* crowds is"),
        (lambda: granovetter.sampled(25, 12, crowds=0), "crowds is 0"),
        (lambda: granovetter.sampled_uniform(seed=-1), "seed is -1"),
        (lambda: perceived(48, 100, 20, 21), "rioting_friends is 21: wanted a whole number from 0 to 20"),
        (lambda: perceived(101, 100, 20, 15), "rioters is 101"),
        (lambda: perceived(48, 100, 20, 15, weight=0), "weight is 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max(ceil(value), 0)", "max(ceil(value), 0) + 1"),  # more than θ must act: <= becomes <
        ("if excess(lowest) <= 0:", "if excess(lowest) <= -9:"),  # the highest equilibrium, not the lowest
        ('"nearest": (np.rint,', '"nearest": (np.ceil,'),
        ("(f[k] - f[j]) ** (k - j) for", "f[k] ** (k - j) for"),
        ("Fraction(acting + extra * close_by, total + extra * known)", "Fraction(acting + extra * close_by, total)"),
        ("np.floor(people * ", "np.ceil(people * "),
    ],
)
def test_a_changed_rule_is_noticed(old, new):
    rows = mutant("thaw.classics.granovetter", old, new).rows()
    assert not all(row.agrees for row in rows)
