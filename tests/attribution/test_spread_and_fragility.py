"""What parameters do to an answer: nothing seen where there is nothing, the right amount and the right names where there is something."""

import doctest
from dataclasses import replace

import numpy as np
import pytest

from thaw.attribution import fragility, spread
from thaw.attribution.numbers import Twins


def test_examples_in_the_docstrings():
    assert doctest.testmod(spread).failed == 0


def world(seed, histories=1000, parameters=40, strength=0.5):
    """Twins whose force works more often the larger the third parameter is."""
    rng = np.random.default_rng(seed)
    drawn = rng.lognormal(size=(histories, parameters))
    rank = np.argsort(np.argsort(drawn[:, 2])) / histories
    force, prevent = (rng.random((2, histories)) < np.array([0.1 + strength * rank, np.full(histories, 0.1)])).astype(float)
    yes = np.ones(histories, bool)
    return Twins(yes, force, prevent, forced=force, unforced=prevent, parameters=drawn, names=tuple(f"p{k}" for k in range(parameters)))


def test_no_width_without_an_effect_of_parameters():
    rng = np.random.default_rng(0)
    seen = 0
    for _ in range(100):
        values = spread.expected((rng.random(256) < 0.2).astype(float), spread.ranks(rng.random((256, 60))))
        seen += np.ptp(values) > 0
    assert seen <= 12  # 5 expected


def test_the_width_is_that_of_the_truth_however_many_idle_parameters_there_are():
    for parameters in (3, 40, 300):
        twins = world(1, 2000, parameters, 0.6)
        low, high = spread.interval(spread.expected(twins.forced, twins.ranks))
        assert (low, high) == pytest.approx((0.13, 0.67), abs=0.08)


def test_many_weak_parameters_are_seen_together():
    rng, widths = np.random.default_rng(5), []
    for _ in range(20):
        drawn = rng.random((1000, 50))
        outcome = (drawn - 0.5).sum(axis=1) * np.sqrt(12 / 50) * 0.7 + rng.normal(size=1000)
        widths.append(np.ptp(spread.interval(spread.expected(outcome, spread.ranks(drawn)))))
    assert np.mean(widths) == pytest.approx(2 * 1.645 * 0.7, rel=0.1)


@pytest.mark.parametrize(("times", "seen"), [(0.99, False), (1.01, True)])
def test_together_they_must_pass_what_chance_adds_up_to(times, seen):
    """The sum of 200 chi-squares of one degree has standard deviation √400: 1.96 of those, once in forty."""
    n, parameters = 1000, 200
    each = np.sqrt(1 / n + times * 1.95996 * np.sqrt(2 * parameters) / n / parameters)
    explained, counted = spread._explained(np.full(parameters, each), n)
    assert counted.all() == seen == (explained > 0)


def test_the_mean_stays_and_the_order_of_histories_does_not_matter():
    twins = world(2)
    values = spread.expected(twins.forced, twins.ranks)
    assert values.mean() == pytest.approx(twins.forced.mean())
    turn = np.random.default_rng(0).permutation(1000)
    assert spread.expected(twins.forced[turn], twins.ranks[turn]) == pytest.approx(values[turn])


def test_only_ranks_count():
    twins = world(3)
    assert np.array_equal(replace(twins, parameters=twins.parameters**3).ranks, twins.ranks)
    assert not spread.ranks(np.ones((5, 1))).any()


def test_weights_choose_the_histories_whose_spread_it_is():
    twins = world(4, 3000)
    upper = (twins.ranks[:, 2] > 0).astype(float)
    low, high = spread.interval(spread.expected(twins.forced, twins.ranks, upper), upper)
    assert low > 0.3
    assert high - low < 0.35


def test_the_fragile_parameter_is_named_with_the_answer_at_its_ends():
    (hinge,) = fragility.hinges(world(0))
    assert hinge.name == "p2"
    assert hinge.index > hinge.threshold
    assert hinge.low < hinge.high
    assert hinge.rd_low.estimate < 0.2 < hinge.rd_high.estimate
    assert hinge.pr_low.estimate < hinge.pr_high.estimate
    assert hinge.rd_high.n == 100
    assert hinge.contraction is None
    assert not hinge.prior_driven
    assert replace(hinge, contraction=0.19).prior_driven
    assert not replace(hinge, contraction=0.2).prior_driven


def test_noise_is_not_named():
    assert sum(bool(fragility.hinges(world(seed, 256, 30, strength=0.0))) for seed in range(12)) <= 3  # 0.6 expected


def test_nothing_hangs_on_parameters_where_nothing_moves():
    twins = world(0)
    assert fragility.hinges(replace(twins, forced=twins.unforced)) == ()
    assert fragility.hinges(replace(twins, parameters=None)) == ()
    constant = np.hstack([twins.parameters[:, :1], np.ones((1000, 1))])
    index, _ = fragility.pawn(constant, twins.forced)
    assert index[1] == 0 < index[0]


def test_ends_of_small_samples_hold_thirty():
    twins = world(0, 120, strength=0.9)
    low = fragility._at_end(twins, twins.parameters[:, 2], np.ones(120, bool), 1)
    assert low.meets.sum() == 30
    assert twins.parameters[low.meets, 2].max() < np.median(twins.parameters[:, 2])


@pytest.mark.parametrize("histories", [30, 100, 256, 1024])
def test_any_number_of_histories_can_be_sliced(histories):
    index, threshold = fragility.pawn(np.random.default_rng(0).random((histories, 2)), np.arange(histories) % 3.0)
    assert np.isfinite(index).all()
    assert 0 < threshold < 1.5
