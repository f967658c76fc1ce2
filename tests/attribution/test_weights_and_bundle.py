"""Tempering keeps what it promises; Shapley shares add up, treat equals alike and give the idle nothing."""

import doctest
from itertools import combinations, permutations

import numpy as np
import pytest

from thaw.attribution import bundle, weights


def test_examples_in_the_docstrings():
    assert doctest.testmod(weights).failed == doctest.testmod(bundle).failed == 0


def test_the_largest_power_that_leaves_enough():
    logs = np.random.default_rng(0).normal(0, 4, 1000)
    found, power, n = weights.temper(logs, 200)
    assert n == pytest.approx(200)
    assert weights.effective(found) == pytest.approx(n)
    assert found.mean() == pytest.approx(1)
    steeper = np.exp((power + 0.01) * (logs - logs.max()))
    assert weights.effective(steeper) < 200
    assert np.log(found[0] / found[1]) == pytest.approx(power * (logs[0] - logs[1]))


def test_asking_for_more_tempers_more():
    logs = np.random.default_rng(1).normal(0, 4, 1000)
    powers = [weights.temper(logs, wanted)[1] for wanted in (20, 100, 400, 900)]
    assert powers == sorted(powers, reverse=True)
    assert len(set(powers)) == 4
    assert weights.temper(logs / 100, 200)[1] == 1
    assert weights.temper(logs + 5000, 200)[1] == pytest.approx(weights.temper(logs, 200)[1])


def test_what_is_ruled_out_stays_out():
    logs = np.r_[np.zeros(60), np.full(940, -np.inf)]
    found, power, n = weights.temper(logs, 200)
    assert (power, n) == (0, 60)
    assert found[60:].sum() == 0
    assert weights.temper(np.full(5, -np.inf))[2] == 0


def outcomes(rule, names, luck):
    """E under preventing each subset, by a rule on the causes left."""
    every = [frozenset(some) for size in range(len(names) + 1) for some in combinations(names, size)]
    return {gone: rule({name: name not in gone for name in names}, luck).astype(float) for gone in every}


def test_shares_of_over_determination():
    """A or B; each happened in 7 of 10, apart: by hand v(A) = P(A alone | E), the share half of v(A) + 1 - v(B)."""
    u = np.random.default_rng(2).random((4000, 2))
    a, b = u[:, 0] < 0.7, u[:, 1] < 0.4
    found = bundle.shares(outcomes(lambda left, luck: (left["a"] & a) | (left["b"] & b), "ab", u), a | b)
    e = a | b
    first, second = (a & ~b)[e].mean(), (b & ~a)[e].mean()
    assert found.causes["a"].estimate == pytest.approx((first + 1 - second) / 2)
    assert found.any_of_them.estimate == 1
    assert found.causes["a"].low < found.causes["a"].estimate < found.causes["a"].high


def test_shares_add_up_equals_are_equal_and_the_idle_have_none():
    u = np.random.default_rng(3).random((500, 4))
    made = outcomes(lambda left, luck: ((left["x"] & left["y"]) | (luck[:, 0] < 0.3)) & (left["idle"] | True), ("x", "y", "idle"), u)
    found = bundle.shares(made, np.ones(500, bool))
    assert sum(share.estimate for share in found.causes.values()) == pytest.approx(found.any_of_them.estimate)
    assert found.causes["x"].estimate == pytest.approx(found.causes["y"].estimate)
    assert found.causes["idle"].estimate == 0
    half = bundle.shares(made, np.ones(500, bool), weights=(u[:, 0] < 0.3).astype(float))
    assert half.any_of_them.estimate == 0  # only histories in which E comes anyway


def test_shares_of_three_are_the_mean_over_all_orders_of_taking_them_away():
    u = np.random.default_rng(6).random((600, 4))
    made = outcomes(lambda left, luck: ((left["a"] & left["b"]) | (left["c"] & (luck[:, 0] < 0.5)) | (luck[:, 1] < 0.2)), "abc", u)
    found = bundle.shares(made, np.ones(600, bool))
    e = made[frozenset()] == 1
    for cause in "abc":
        steps = []
        for order in permutations("abc"):
            before = frozenset(order[: order.index(cause)])
            steps.append((made[before] - made[before | {cause}])[e].mean())
        assert found.causes[cause].estimate == pytest.approx(np.mean(steps))


def test_only_histories_with_the_effect_count():
    e = np.repeat([1.0, 0.0], [40, 60])
    found = bundle.shares({frozenset(): e, frozenset("a"): np.repeat([0.0, 1.0, 0.0], [30, 10, 60])}, np.ones(100, bool))
    assert (found.any_of_them.estimate, found.any_of_them.n) == (0.75, 40)


def test_too_few_histories_share_nothing():
    e = np.ones(40)
    assert bundle.shares({frozenset(): e, frozenset("a"): 0 * e}, np.arange(40) < 29) is None
    holed = np.where(np.arange(40) < 11, np.nan, 0.0)
    assert bundle.shares({frozenset(): e, frozenset("a"): holed}, np.ones(40, bool)) is None
