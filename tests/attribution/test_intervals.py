"""Intervals: published examples, laws they must obey, and exact coverage by adding up the binomial."""

import doctest
from math import comb, inf, sqrt

import numpy as np
import pytest

from thaw.attribution import intervals
from thaw.attribution.intervals import mean, paired_difference, paired_ratio, proportion, ratio, ratio_of_means


def test_examples_in_the_docstrings():
    assert doctest.testmod(intervals).failed == 0


@pytest.mark.parametrize(
    ("count", "n", "limits"), [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718))]
)
def test_wilson_as_newcombe_printed_it(count, n, limits):
    assert proportion(count, n, 0.95) == pytest.approx(limits, abs=5e-5)


def test_paired_limits_of_a_small_table():
    """Airway hyper-responsiveness before and after transplantation (Bentur et al. 2009), pairs 1, 1, 7, 12."""
    assert paired_difference(1, 7, 21, 0.95) == pytest.approx((-0.517, -0.026), abs=5e-4)
    assert paired_ratio(1, 1, 7, 21, 0.95) == pytest.approx((0.065, 0.907), abs=5e-4)


@pytest.mark.parametrize("n", [30, 256])
@pytest.mark.parametrize("chance", [0.003, 0.02, 0.1, 0.5, 0.9])
def test_a_share_is_covered(n, chance):
    held = sum(
        comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(n + 1) if proportion(k, n)[0] <= chance <= proportion(k, n)[1]
    )
    assert 0.83 < held <= 1


def test_score_tests_at_the_limits():
    """A limit is where the test with the variance under that value just rejects: without ties to a formula for the limit."""
    first, second, n = 30, 12, 200
    for limit, sign in zip(paired_difference(first, second, n), (1, -1), strict=True):
        likelihood = [(q, _log(first, q + limit) + _log(second, q) + _log(n - first - second, 1 - 2 * q - limit)) for q in np.linspace(1e-4, 0.4, 40_001)]
        q = max(likelihood, key=lambda pair: pair[1])[0]
        variance = (2 * q + limit - limit**2) / n
        assert ((first - second) / n - limit) / sqrt(variance) == pytest.approx(sign * intervals.quantile(), abs=2e-3)


def _log(count, chance):
    return count * np.log(chance) if chance > 0 else -inf


@pytest.mark.parametrize(("both", "first", "second"), [(0, 0, 0), (5, 0, 0), (0, 7, 0), (3, 9, 2), (0, 4, 4), (256, 0, 0), (40, 200, 16)])
def test_changing_sides_turns_the_interval_round(both, first, second):
    low, high = paired_difference(first, second, 256)
    assert paired_difference(second, first, 256) == pytest.approx((-high, -low), abs=1e-9)
    under, over = paired_ratio(both, first, second, 256)
    assert paired_ratio(both, second, first, 256) == pytest.approx((1 / over if over else inf, 1 / under if under else inf), rel=1e-6)
    down, up = ratio(both + first, 256, both + second, 256)
    assert ratio(both + second, 256, both + first, 256) == pytest.approx((1 / up if up else inf, 1 / down if down else inf), rel=1e-6)
    assert low - 1e-9 <= (first - second) / 256 <= high + 1e-9


def test_nothing_counted_still_has_a_width_that_shrinks():
    widths = [np.subtract(*reversed(paired_difference(0, 0, n))) for n in (30, 256, 1024)]
    assert widths[0] > widths[1] > widths[2] > 0
    assert paired_ratio(0, 0, 0, 256) == ratio(0, 256, 0, 256) == (0, inf)
    assert paired_ratio(0, 5, 0, 256)[1] == ratio(5, 256, 0, 256)[1] == inf
    assert paired_ratio(0, 5, 0, 256)[0] > 1
    assert proportion(0, 0) == (0, 1)


def test_a_ratio_to_what_always_happens_is_the_share():
    assert paired_ratio(200, 0, 56, 256) == pytest.approx(proportion(200, 256), rel=1e-6)


def test_twins_that_move_together_are_told_apart_sooner_than_strangers():
    assert paired_ratio(60, 20, 0, 256)[0] > ratio(80, 256, 60, 256)[0]


def test_more_confidence_is_wider():
    for interval in (lambda level: proportion(3, 50, level), lambda level: paired_difference(9, 2, 50, level), lambda level: paired_ratio(5, 9, 2, 50, level)):
        (low, high), (lower, higher) = interval(0.8), interval(0.95)
        assert lower < low < high < higher


def test_a_mean_without_skewness_has_students_interval():
    values = np.array([-3.0, -1.0, 0.0, 1.0, 3.0])
    assert mean(values)[1] == pytest.approx(2.13185 * values.std(ddof=1) / sqrt(5), rel=1e-5)  # t table, 4 degrees of freedom, 95%


def test_a_mean_of_skewed_values_reaches_further_to_their_tail():
    values = np.r_[np.zeros(250), 10.0, 20.0, 5.0, 30.0]
    low, high = mean(values)
    assert high - values.mean() > 1.5 * (values.mean() - low)
    assert mean(-values) == pytest.approx((-high, -low))
    assert mean(3 * values + 7) == pytest.approx((3 * low + 7, 3 * high + 7))


def test_weights_of_a_mean_are_copies():
    values = np.array([1.0, 4.0, 2.0, 9.0, 3.0])
    assert mean(values, np.full(5, 0.3)) == pytest.approx(mean(values))
    assert mean(np.r_[values, 100.0], np.r_[np.ones(5), 0.0]) == pytest.approx(mean(values))


def test_pairs_that_are_all_alike_leave_room_for_the_unseen():
    low, high = mean(np.zeros(256), span=2.0)
    assert high == -low == pytest.approx(2 * proportion(0, 256)[1])
    assert mean(np.ones(1)) == (-inf, inf)


class TestRatioOfMeans:
    @pytest.mark.parametrize("share", [0.0, 0.4])
    def test_it_is_covered(self, share):
        """Paths of twins: in a third of 128 histories the effect comes of the cause, and a share of those is gone when a mechanism is frozen."""
        drawn, held = np.random.default_rng(3).random((200, 3, 128)), 0
        for effect, gone, back in drawn:
            whole = (effect < 0.35).astype(float) - (effect > 0.95)
            part = np.where(gone < share, whole, 0.0) + np.where(back < 0.06, 1.0, 0.0) - np.where(back > 0.94, 1.0, 0.0)
            low, high = ratio_of_means(part, whole)
            held += low <= share <= high
        assert 0.83 <= held / 200 <= 0.97

    def test_units_and_signs(self):
        first, second = np.random.default_rng(4).normal((0.3, 1.0), 1.0, (60, 2)).T
        low, high = ratio_of_means(first, second)
        assert low < first.mean() / second.mean() < high
        assert ratio_of_means(5 * first, -second) == pytest.approx((-5 * high, -5 * low), rel=1e-6)

    def test_a_whole_that_may_be_nought_and_one_that_never_differs(self):
        assert ratio_of_means(np.ones(30), np.repeat([1.0, 0.0], [1, 29])) == (-inf, inf)
        low, high = ratio_of_means(np.zeros(100), np.repeat([1.0, 0.0], 50))
        assert -low == high == pytest.approx(proportion(0, 100)[1] / 0.5)
        assert ratio_of_means(np.zeros(0), np.zeros(0)) == (-inf, inf)
