"""Stacking: weights of rules by how well their mixture predicts, against mixtures whose weights are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thaw.errors import RunError
from thaw.stacking import crps_products, stack, stack_crps

RULES = ("one", "two", "three")
MEANS = np.array([-2.0, 0.0, 2.5])


def log_normal(y, mean, sd=1.0):
    return -0.5 * ((y - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)


def mixture(weights, targets, seed=0):
    """Targets drawn from a mixture of three normals."""
    luck = np.random.default_rng(seed)
    return MEANS[luck.choice(3, targets, p=weights)] + luck.normal(size=targets)


@pytest.mark.parametrize("weights", [(0.2, 0.3, 0.5), (0.6, 0.0, 0.4), (1.0, 0.0, 0.0)])
def test_the_weights_of_a_known_mixture_are_found(weights):
    y = mixture(weights, 4000)
    found = stack(log_normal(y[:, None], MEANS), RULES, replicates=20)
    np.testing.assert_allclose(found.weights, weights, atol=0.04)
    assert found.mixture >= found.alone.max() - 1e-9


def test_the_interval_holds_the_truth_and_narrows_with_targets():
    truth = np.array([0.2, 0.3, 0.5])
    many, few = (stack(log_normal(mixture(truth, n, seed=2)[:, None], MEANS), RULES, replicates=60) for n in (1200, 75))
    assert ((many.low <= truth) & (truth <= many.high)).all()
    assert ((many.high - many.low) < 0.6 * (few.high - few.low)).all()


@given(st.integers(2, 5), st.integers(1, 12), st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_no_other_weights_score_higher(rules, targets, seed):
    luck = np.random.default_rng(seed)
    scores = luck.normal(scale=3.0, size=(targets, rules))
    found = stack(scores, [str(r) for r in range(rules)], replicates=0)
    assert abs(found.weights.sum() - 1) < 1e-12
    assert (found.weights >= 0).all()
    others = luck.dirichlet(np.ones(rules), 200)
    assert (np.log(np.exp(scores) @ others.T).mean(axis=0) <= found.mixture + 1e-5).all()


def test_a_rule_that_held_the_observed_impossible_can_still_share():
    found = stack(np.array([[0.0, -np.inf], [-np.inf, 0.0], [0.0, -np.inf]]), ("a", "b"), replicates=0)
    np.testing.assert_allclose(found.weights, [2 / 3, 1 / 3], atol=1e-3)


def test_targets_of_a_group_are_drawn_together():
    """Ten copies of each target in groups bear no more than the targets alone."""
    scores = log_normal(mixture((0.3, 0.3, 0.4), 30)[:, None], MEANS)
    once = stack(scores, RULES, replicates=80)
    grouped = stack(np.repeat(scores, 10, axis=0), RULES, groups=[str(t) for t in range(30) for _ in range(10)], replicates=80)
    spread = stack(np.repeat(scores, 10, axis=0), RULES, replicates=80)
    assert (grouped.targets, grouped.groups) == (300, 30)
    np.testing.assert_allclose(grouped.weights, once.weights, atol=1e-3)
    assert (grouped.high - grouped.low).sum() > 2 * (spread.high - spread.low).sum()


def test_the_heaviest_comes_first_in_the_table():
    rows = stack(log_normal(mixture((0.1, 0.2, 0.7), 300)[:, None], MEANS), RULES, replicates=5).rows()
    assert rows[0]["rule"] == "three"
    assert [row["weight"] for row in rows] == sorted((row["weight"] for row in rows), reverse=True)
    assert rows[0].keys() == {"rule", "weight", "low", "high", "score"}


def test_crps_of_one_rule_is_the_published_formula():
    """E|X - y| - ½ E|X - X'| over the draws (Gneiting & Raftery 2007), weighted and not."""
    luck = np.random.default_rng(1)
    draws, weights = luck.normal(size=40), luck.random(40)
    for load in (np.ones(40), weights):
        share = load / load.sum()
        wanted = share @ abs(draws - 0.3) - 0.5 * share @ abs(draws[:, None] - draws) @ share
        assert crps_products([draws], 0.3, [load])[0, 0] == pytest.approx(wanted)
    assert crps_products([draws], 0.3)[0, 0] == pytest.approx(crps_products([draws], 0.3, [np.full(40, 7.0)])[0, 0])


def test_crps_of_a_mixture_is_that_of_the_pooled_draws():
    luck = np.random.default_rng(2)
    draws = [luck.normal(size=30), luck.normal(1.0, 2.0, size=30)]
    weights = np.array([0.25, 0.75])
    pooled = crps_products([np.concatenate(draws)], 0.7, [np.repeat(weights, 30)])[0, 0]
    assert weights @ crps_products(draws, 0.7) @ weights == pytest.approx(pooled)


def test_by_crps_too_a_known_mixture_is_found():
    luck = np.random.default_rng(4)
    draws = [mean + luck.normal(size=400) for mean in MEANS]
    products = np.array([crps_products(draws, y) for y in mixture((0.2, 0.3, 0.5), 1500)])
    found = stack_crps(products, RULES, replicates=5)
    np.testing.assert_allclose(found.weights, (0.2, 0.3, 0.5), atol=0.08)
    assert found.mixture >= found.alone.max() - 1e-9


def test_a_scale_is_a_unit():
    """Targets counted in thousandths weigh as they would in units, once each has its scale."""
    luck = np.random.default_rng(5)
    draws = [mean + luck.normal(size=50) for mean in MEANS]
    y = mixture((0.2, 0.3, 0.5), 40)
    plain = stack_crps(np.array([crps_products(draws, one) for one in y]), RULES, replicates=0)
    small = np.where(np.arange(40) % 2, 1.0, 0.001)
    mixed = np.array([crps_products([d * unit for d in draws], one * unit) for one, unit in zip(y, small, strict=True)])
    np.testing.assert_allclose(stack_crps(mixed, RULES, scales=small, replicates=0).weights, plain.weights, atol=1e-3)


@pytest.mark.parametrize(
    ("scores", "groups", "said"),
    [
        ([[0.0, np.nan]], None, "NaN"),
        ([[-np.inf, -np.inf]], None, "no rule held target 0 possible"),
        ([[0.0, 0.0, 0.0]], None, "expected \\(targets, rules\\) with 2 rules"),
        (np.empty((0, 2)), None, "at least one target"),
        ([[0.0, 0.0]], ["a", "b"], "2 groups were given for 1 targets"),
    ],
)
def test_what_cannot_be_stacked_is_refused(scores, groups, said):
    with pytest.raises(RunError, match=said):
        stack(np.array(scores), ("a", "b"), groups=groups)


def test_scales_and_draws_that_are_no_numbers_are_refused():
    with pytest.raises(RunError, match="positive scale"):
        stack_crps(np.ones((1, 1, 1)), ("a",), scales=[0.0])
    with pytest.raises(RunError, match="draws to stack"):
        crps_products([np.array([np.nan])], 0.0)
