"""What lies between summaries and draws: scales, inputs under masks, directions, weights, and whether ranks would show a mistake."""

import numpy as np
import pytest

from thaw.declare import parse_prior
from thaw.inference.diagnostics import Bend, bend_of, covered, rank_p, recovery, together
from thaw.inference.directions import informed
from thaw.inference.encode import Encoder, masked
from thaw.inference.network import completed
from thaw.inference.scale import from_normal, to_normal
from thaw.inference.targets import month_in, targets
from thaw.inference.weighting import resampled, weights
from thaw.loop import from_prior

PRIORS = ("normal(1, 2)", "lognormal(60, 0.4)", "halfnormal(0.2)", "uniform(-1, 3)", "share(0.3, 0.5)")


@pytest.mark.parametrize("prior", PRIORS)
class TestScale:
    def test_there_and_back(self, prior):
        z = np.linspace(-3, 3, 13)
        np.testing.assert_allclose(to_normal(prior, from_normal(prior, 0.0, z)), z, atol=1e-6)

    def test_draws_of_the_loop_are_standard_normal(self, prior):
        luck = np.random.default_rng(0)
        z = to_normal(prior, from_prior(prior, parse_prior(prior)[1][0], luck.standard_normal(20_000), luck.random(20_000)))
        assert abs(z.mean()) < 0.03
        assert abs(z.std() - 1) < 0.03


@pytest.fixture
def encoder(whole_plan):
    aim = targets(whole_plan, 1955)
    return Encoder(aim, np.tile(np.linspace(-1, 1, 512), (len(aim.numbers), 1)), np.arange(len(aim.numbers)), np.arange(len(aim.events)), ((8, 3), (9, 3)))


class TestInputs:
    def some(self, encoder, n=6):
        luck = np.random.default_rng(1)
        aim = encoder.aim
        months = np.where(luck.random((n, len(aim.events))) < 0.5, luck.integers(0, aim.last, (n, len(aim.events))), np.inf)
        return np.concatenate([luck.uniform(-1, 1, (n, len(aim.numbers))), months, np.full((n, len(aim.years)), 3.0)], axis=1)

    def test_nothing_after_the_cut_shows(self, encoder):
        rows = self.some(encoder)
        other, aim, end = rows.copy(), encoder.aim, month_in(encoder.aim.plan, 1952)
        first = len(aim.numbers)
        later = [place for place, number in enumerate(aim.numbers) if number.year > 1952]
        other[:, later] += 0.3
        events = other[:, first : first + len(aim.events)]
        events[events > end] = np.inf
        other[:, -2:] = 5.0
        np.testing.assert_array_equal(*(encoder.inputs(encoder.prepared(each), 1952) for each in (rows, other)))
        assert not np.array_equal(*(encoder.inputs(encoder.prepared(each), 1955) for each in (rows, other)))

    def test_an_event_left_out_does_not_show(self, encoder):
        rows = self.some(encoder)
        other, place = rows.copy(), len(encoder.aim.numbers) + encoder.aim.events.index("SUN.thaw")
        other[:, place] = np.where(np.isfinite(other[:, place]), np.inf, 20.0)
        seen = encoder.without("SUN.thaw", len(rows))
        np.testing.assert_array_equal(*(encoder.inputs(encoder.prepared(each), 1955, seen) for each in (rows, other)))
        assert not np.array_equal(*(encoder.inputs(encoder.prepared(each), 1955) for each in (rows, other)))

    @pytest.mark.parametrize(("hidden", "numbers", "others"), [("events", True, False), ("numbers", False, True)])
    def test_what_is_hidden_does_not_show(self, encoder, hidden, numbers, others):
        """Without events neither they nor who led show, only numbers; without numbers only these do."""
        rows = self.some(encoder)
        first = len(encoder.aim.numbers)
        counted, happened = rows.copy(), rows.copy()
        counted[:, :first] = -rows[:, :first]
        happened[:, first:-2] = np.where(np.isfinite(rows[:, first:-2]), np.inf, 20.0)
        led = rows.copy()
        led[:, -3:] = 5.0
        seen = encoder.view(encoder.prepared(rows), 1955, hidden)
        assert (not np.array_equal(seen, encoder.view(encoder.prepared(counted), 1955, hidden))) == numbers
        for other in (happened, led):
            assert (not np.array_equal(seen, encoder.view(encoder.prepared(other), 1955, hidden))) == others
        assert not np.array_equal(seen, encoder.view(encoder.prepared(rows), 1955))

    def test_masks_are_of_all_kinds(self, encoder):
        cuts, seen = masked(encoder, 4000, np.random.default_rng(0))
        events = len(encoder.events)
        left = (~seen[:, :events]).sum(axis=1)
        assert set(cuts) == {1950, 1951, 1952, 1953, 1954, 1955}
        assert (left == 1).mean() == pytest.approx(0.3, abs=0.04)
        assert ((left > 1) & (left < events)).mean() == pytest.approx(0.15, abs=0.04)
        blind = (seen == encoder.without("events")).all(axis=1), (seen == encoder.without("numbers")).all(axis=1)
        assert [share.mean() for share in blind] == pytest.approx([0.15, 0.15], abs=0.03)
        assert seen.all(axis=1).mean() == pytest.approx(0.25, abs=0.04)


def test_informed_parameters_are_found_and_no_others():
    luck = np.random.default_rng(0)
    z = luck.standard_normal((4000, 30))
    x = np.stack([z[:, 4] + 0.3 * luck.standard_normal(4000), z[:, 7] + luck.standard_normal(4000), luck.standard_normal(4000)], axis=1)
    found = informed(x, z, seed=0)
    np.testing.assert_allclose(found.T @ found, np.eye(found.shape[1]), atol=1e-9)
    assert found[:, 0].argmax() == 4
    assert found[:, 1].argmax() == 7
    assert (found[[4, 7]] ** 2).sum() == pytest.approx(2)
    assert found.shape[1] <= 4


def test_along_other_directions_the_prior_stays():
    axes = np.linalg.qr(np.random.default_rng(0).standard_normal((6, 2)))[0]
    along = np.full((20_000, 2), 1.5)
    found = completed(axes, along, np.random.default_rng(1))
    np.testing.assert_allclose(found @ axes, along)
    np.testing.assert_allclose(np.cov(found.T), np.eye(6) - axes @ axes.T, atol=0.04)


class TestRanks:
    def even(self, n=2000):
        return np.random.default_rng(0).integers(0, 100, (n, 20))

    def test_even_ranks_pass_and_narrow_draws_do_not(self):
        ranks = self.even()
        assert together(rank_p(ranks)) > 0.01
        ranks[:, 3] = np.where(np.random.default_rng(1).random(2000) < 0.25, 0, ranks[:, 3])
        assert rank_p(ranks).argmin() == 3
        assert together(rank_p(ranks)) < 1e-6

    def test_intervals_hold_their_share(self):
        np.testing.assert_allclose(covered(self.even(), 0.9), 0.9, atol=0.03)
        np.testing.assert_allclose(covered(self.even(), 0.5), 0.5, atol=0.05)

    @pytest.mark.parametrize(("centre", "spread"), [(0.0, 2.0), (0.0, 0.7), (0.5, 1.0)])
    def test_bending_undoes_draws_that_are_too_wide_too_narrow_or_off(self, centre, spread):
        """Truths are standard normal and draws are not; among moved draws truths fall evenly."""
        luck = np.random.default_rng(2)
        truth, draws = luck.standard_normal(6000), centre + spread * luck.standard_normal((6000, 199, 1))

        def levels(draws, truth):
            return ((draws[:, :, 0] < truth[:, None]).sum(axis=1) + 0.5) / 200

        bent = bend_of(levels(draws[:3000], truth[:3000])[:, None])(draws[3000:])
        before, after = (np.bincount((levels(each, truth[3000:]) * 10).astype(int), minlength=10) / 3000 for each in (draws[3000:], bent))
        assert abs(before - 0.1).max() > 0.05
        assert abs(after - 0.1).max() < 0.03

    def test_even_levels_bend_nothing(self):
        draws = np.random.default_rng(3).standard_normal((4, 99, 2))
        np.testing.assert_allclose(Bend(np.zeros((2, 4)))(draws), draws)
        np.testing.assert_allclose(bend_of(np.linspace(0, 1, 20_001)[:, None]).moments, 0, atol=1e-3)

    def test_recovery_is_a_correlation(self):
        known = np.random.default_rng(0).standard_normal((500, 2))
        np.testing.assert_allclose(recovery(np.stack([2 * known[:, 0], -known[:, 1]], axis=1), known), [1, -1])


class TestWeighting:
    def test_near_histories_weigh_more_and_enough_count(self):
        made = np.random.default_rng(0).standard_normal((5000, 8))
        weight, power, number = weights(made, np.full(8, 3.0))
        assert number == pytest.approx(200, rel=0.05)
        assert power < 1
        assert np.corrcoef(weight, made.sum(axis=1))[0, 1] > 0.2

    def test_draws_keep_mean_and_covariance_and_are_not_alike(self):
        luck = np.random.default_rng(0)
        points, weight = luck.standard_normal((3000, 2)), np.ones(3000)
        weight[points[:, 0] < 0] = 0
        found = resampled(points, weight, 4000, luck)
        kept = points[points[:, 0] >= 0]
        np.testing.assert_allclose(found.mean(axis=0), kept.mean(axis=0), atol=0.05)
        np.testing.assert_allclose(np.cov(found.T), np.cov(kept.T), atol=0.06)
        assert len(np.unique(found[:, 0])) == 4000
