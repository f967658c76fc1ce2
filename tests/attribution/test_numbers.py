"""Numbers: by-hand counts, laws of flipping, bounds, weights, holes."""

import doctest
from dataclasses import replace
from math import inf

import numpy as np
import pytest

from thaw.attribution import known_worlds as known
from thaw.attribution import numbers
from thaw.attribution.numbers import Estimate, Twins

YES, NO = np.ones(100, bool), np.zeros(100, bool)


def events(*runs):
    """0/1 values: pairs of (value, how often)."""
    return np.concatenate([np.full(times, float(value)) for value, times in runs])


def test_examples_in_the_docstrings():
    assert doctest.testmod(numbers).failed == 0


def test_counts_by_hand():
    twins = Twins(
        cause=np.arange(100) < 60,
        factual=events((1, 40), (0, 20), (1, 8), (0, 32)),
        prevented=events((0, 30), (1, 15), (0, 15), (1, 8), (0, 32)),
        rerolled=events((1, 20), (0, 80)), nudged=events((1, 32), (0, 68)),
        forced=events((1, 50), (0, 18), (1, 16), (0, 16)), unforced=events((1, 10), (0, 90)),
    )  # fmt: skip
    found = numbers.measure(twins)
    assert found.counts == {"histories": 100, "cause": 60, "both": 40, "neither": 32, "meets": 100}
    assert found.pn.estimate == pytest.approx(30 / 40)
    assert found.pn_reroll.estimate == pytest.approx(20 / 40)
    assert found.pn_nudge.estimate == pytest.approx(8 / 40)
    assert found.excess_pn.estimate == pytest.approx((0.75 - 0.2) / 0.8)
    assert found.ps.estimate == pytest.approx(16 / 32)
    assert found.rd.estimate == pytest.approx(0.66 - 0.10)
    assert found.pr.estimate == pytest.approx(6.6)
    assert not found.luck_dominates
    assert found.pn.n == 40
    assert found.pn.plain()["sampling"] == [found.pn.low, found.pn.high]


def test_where_luck_dominates_only_difference_and_ratio_are_left():
    twins = known.collider(0.5, 0.1, 0.3, redrawn=1.0).twins(1024, 0)
    found = numbers.measure(twins)
    assert found.luck_dominates
    assert (found.pn, found.excess_pn, found.ps, found.pn_other_coupling) == (None, None, None, None)
    assert found.rd.low > 0
    assert found.pr.low > 1


@pytest.mark.parametrize(
    ("reroll", "nudge", "dominates"),
    [(0.5, 0.4, True), (0.5, 0.39, False), (0.0, 0.0, False), (0.02, 0.03, False), (0.05, 0.05, True), (0.05, 0.045, False)],
)
def test_luck_dominates_from_four_fifths_on_unless_it_hardly_matters(reroll, nudge, dominates):
    assert numbers.luck_dominates(Estimate(reroll, (0, 1)), Estimate(nudge, (0, 1))) is dominates
    assert not numbers.luck_dominates(None, Estimate(nudge, (0, 1)))


@pytest.mark.parametrize("number", range(12))
def test_flipping_turns_everything_round(number):
    twins = known.any_world(number).twins(600, number)
    turned = numbers.flipped(twins)
    assert all(np.array_equal(getattr(numbers.flipped(turned), name), getattr(twins, name)) for name in numbers.OUTCOMES)
    rd, flipped = numbers.risk_difference(twins), numbers.risk_difference(turned)
    assert (flipped.estimate, flipped.low, flipped.high) == pytest.approx((-rd.estimate, -rd.high, -rd.low), abs=1e-9)
    assert np.array_equal(turned.other_coupling.prevented, 1 - twins.other_coupling.prevented)


@pytest.mark.parametrize("number", range(20))
def test_bounds_hold_necessity_under_both_couplings(number):
    """Fréchet: in the very sample, not only on average."""
    twins = known.any_world(number).twins(2000, number)
    found = numbers.bounds(twins)
    assert found.lower.estimate - 1e-9 <= numbers.necessity(twins).estimate <= found.upper.estimate + 1e-9
    shuffled = replace(twins, prevented=np.where(twins.cause, 0, twins.prevented))  # any other pairing with the same shares
    where = np.flatnonzero(twins.cause)
    shuffled.prevented[np.random.default_rng(number).permutation(where)] = twins.prevented[where]
    assert numbers.bounds(shuffled).lower.estimate == pytest.approx(found.lower.estimate)
    assert found.lower.estimate - 1e-9 <= numbers.necessity(shuffled).estimate <= found.upper.estimate + 1e-9


def test_bounds_are_probabilities():
    twins = known.preemption(0.5, 0.2, 0.7).twins(1000, 0)  # prevention makes E likelier
    found = numbers.bounds(twins)
    assert (found.lower.estimate, found.lower.low) == (0, 0)
    assert found.upper.high <= 1


def test_a_monotone_cause_is_as_necessary_as_the_lower_bound():
    twins = known.noisy_or(0.5, 0.6, 0.2).twins(2000, 0)
    assert numbers.bounds(twins).lower.estimate == pytest.approx(numbers.necessity(twins).estimate)


def test_without_harm_from_luck_excess_is_necessity():
    twins = known.preemption(0.5, 0.8, 0.3).twins(800, 0)
    assert numbers.excess_necessity(twins).estimate == pytest.approx(numbers.necessity(twins).estimate)
    assert numbers.excess_necessity(twins).sampling == pytest.approx(numbers.necessity(twins).sampling, abs=1e-6)


def test_excess_falls_as_the_nudge_does_more_and_is_nought_when_it_does_the_same():
    twins = known.noisy_or(0.5, 0.8, 0.1).twins(400, 0)
    gone = np.where(twins.cause & (np.arange(400) % 4 == 0), 0.0, twins.factual)
    some = numbers.excess_necessity(replace(twins, nudged=gone))
    assert some.estimate < numbers.excess_necessity(twins).estimate
    assert numbers.excess_necessity(replace(twins, nudged=twins.prevented)).estimate == 0
    assert numbers.excess_necessity(replace(twins, nudged=0 * twins.factual)) is None


@pytest.mark.parametrize(("n", "given"), [(29, False), (30, True)])
def test_thirty_histories_make_a_number(n, given):
    cause = np.arange(100) < n
    twins = Twins(cause, YES.astype(float), NO.astype(float), forced=YES.astype(float), unforced=NO.astype(float), meets=cause)
    assert (numbers.necessity(twins) is not None) is given
    assert (numbers.risk_difference(twins) is not None) is given
    assert (numbers.risk_ratio(twins) is not None) is given
    assert (numbers.raises(twins) is not None) is given
    assert numbers.counts(twins)["both"] == n


def test_ratio_of_nothing_to_nothing():
    zero = NO.astype(float)
    twins = Twins(YES, zero, zero, forced=zero, unforced=zero)
    assert numbers.risk_ratio(twins) is None
    assert numbers.risk_ratio(replace(twins, identical=True)).estimate == 1
    assert numbers.risk_difference(twins).estimate == 0
    unbounded = numbers.risk_ratio(replace(twins, forced=events((1, 9), (0, 91))))
    assert unbounded.estimate == unbounded.high == inf
    assert unbounded.plain()["estimate"] is None
    assert unbounded.plain()["low"] > 1


def test_histories_that_ended_leave_their_pair_only():
    twins = known.noisy_or(0.5, 0.6, 0.2).twins(300, 0)
    forced = twins.forced.copy()
    forced[:40] = np.nan
    holed = replace(twins, forced=forced)
    assert numbers.risk_difference(holed).n == numbers.counts(holed)["meets"] == 260
    assert numbers.risk_difference(holed).estimate == pytest.approx((forced[40:] - twins.unforced[40:]).mean())
    assert numbers.necessity(holed).estimate == numbers.necessity(twins).estimate


def test_weights_of_nought_and_equal_weights():
    twins = known.any_world(3).twins(400, 1)
    kept = np.arange(400) < 300
    cut = known.any_world(3).twins(300, 1)
    for of in (numbers.necessity, numbers.sufficiency, numbers.risk_difference, numbers.risk_ratio, numbers.excess_necessity):
        assert of(replace(twins, weights=kept * 2.5)).sampling == pytest.approx(of(cut).sampling)
    assert numbers.measure(replace(twins, weights=kept * 2.5)).ess == pytest.approx(300)


def test_uneven_weights_widen():
    twins = known.any_world(3).twins(400, 1)
    even, uneven = numbers.risk_difference(twins), numbers.risk_difference(replace(twins, weights=1.0 + 9 * (np.arange(400) % 7 == 0)))
    assert uneven.high - uneven.low > 1.2 * (even.high - even.low)
    share, heavy = numbers.necessity(twins), numbers.necessity(replace(twins, weights=1.0 + 9 * (np.arange(400) % 7 == 0)))
    assert heavy.high - heavy.low > 1.2 * (share.high - share.low)


def test_months_by_hand_and_in_spreads():
    factual = np.tile([6.0, 12.0, 18.0, 24.0], 25)
    twins = Twins(YES, YES.astype(float), NO.astype(float), months_factual=factual, months_prevented=factual + 6)
    assert numbers.hastens(twins).estimate == 6
    spreads = numbers.hastens(twins, in_spreads=True)
    assert spreads.estimate == pytest.approx(6 / factual.std())
    assert spreads.low < spreads.estimate < spreads.high  # the spread itself is uncertain, though every pair differs alike
    assert numbers.hastens(Twins(YES, factual, factual)) is None


def test_quantities_keep_their_sign_and_scale():
    rng = np.random.default_rng(0)
    level = rng.normal(10, 2, 200)
    twins = Twins(np.ones(200, bool), level + 1, level, forced=level + 1 + rng.normal(0, 0.1, 200), unforced=level)
    larger = replace(twins, factual=5 * twins.factual, forced=5 * twins.forced, unforced=5 * level)
    up, scaled = numbers.raises(twins, in_spreads=True), numbers.raises(larger, in_spreads=True)
    assert up.estimate == pytest.approx(scaled.estimate)
    assert up.estimate == pytest.approx(1 / level.std(), rel=0.03)
    down = numbers.raises(replace(twins, forced=twins.unforced, unforced=twins.forced), in_spreads=True)
    assert (down.low, down.high) == pytest.approx((-up.high, -up.low))
    assert numbers.raised(twins).estimate == pytest.approx(1)
    still = numbers.raises(replace(twins, factual=np.ones(200)), in_spreads=True)
    assert still.low == inf  # moved by force where it never moves of itself


def test_standard_deviations_are_covered():
    """A shift by half a spread: 90% of intervals hold it, which needs the doubt about the spread as well."""
    rng, held = np.random.default_rng(4), []
    for _ in range(400):
        level = rng.normal(0, 1, 100)
        found = numbers.raises(Twins(YES, level, level, forced=level + 1.5, unforced=level), in_spreads=True)
        held.append(found.low <= 1.5 <= found.high)
    assert 0.85 < np.mean(held) < 0.95


def test_parameters_move_answers_apart_from_sampling():
    rng = np.random.default_rng(1)
    drawn = rng.random((2000, 3))
    force, prevent = (rng.random((2, 2000)) < np.array([0.2 + 0.6 * drawn[:, 0], np.full(2000, 0.2)])).astype(float)
    twins = Twins(np.ones(2000, bool), force, prevent, forced=force, unforced=prevent, parameters=drawn)
    rd, pr = numbers.risk_difference(twins), numbers.risk_ratio(twins)
    assert rd.parameter == pytest.approx((0.03, 0.57), abs=0.06)
    assert pr.parameter == pytest.approx((0.23 / 0.2, 0.77 / 0.2), rel=0.2)
    assert rd.high - rd.low < 0.06 < rd.parameter[1] - rd.parameter[0]
    still = numbers.risk_difference(replace(twins, parameters=rng.random((2000, 3))))
    assert still.parameter == pytest.approx((rd.estimate, rd.estimate))
    assert numbers.risk_difference(replace(twins, parameters=None)).parameter is None
