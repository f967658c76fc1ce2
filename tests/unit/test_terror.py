"""Terror: two stocks that keep their books, a fear that fades, a norm that restrains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import H, make_noise, make_params, make_state, rates

from thaw.mechanisms.terror import terror

QUIET = {"peak": 0.0, "ordinary_inflow": 0.0}  # nobody is arrested


def month(state, **params):
    return terror(state, make_params(terror, **params), make_noise(terror, quota=0.0, prevent=["camp_revolt"]))


class TestBooks:
    def test_politicals_by_hand(self):
        """1,200 convicted a year, 0.9 arrive: (100 + 0.09) less a tenth released, less 0.2 x 0.5 amnestied."""
        state = make_state(political_prisoners=100.0, convictions=1200.0, amnestied=0.5)
        after = month(
            state, peak=0.0, inertia=1e12, to_camp=0.9, political_term=10.0, review=0.0, amnesty_politicals=0.2
        )
        np.testing.assert_allclose(after["political_prisoners"], 100.09 * 0.9 * 0.9, rtol=1e-9)

    def test_ordinary_by_hand(self):
        """0.5 a thousand a month of 200 million and no restraint: 100 thousand come in; a twentieth leaves."""
        state = make_state(ordinary_prisoners=1000.0, population=200_000.0, personalisation=99.0)
        after = month(state, ordinary_inflow=0.5, ordinary_term=20.0)
        np.testing.assert_allclose(after["ordinary_prisoners"], 1100 * 0.95, rtol=1e-9)

    def test_the_decree_adds_its_share(self):
        plain, decreed = (
            month(make_state(decree=d), ordinary_inflow=0.3, decree=0.6)["ordinary_prisoners"] for d in (0.0, 1.0)
        )
        np.testing.assert_allclose(decreed, 1.6 * plain, rtol=1e-12)

    def test_an_amnesty_frees_ordinary_prisoners_and_few_politicals(self):
        state = make_state(ordinary_prisoners=1000.0, political_prisoners=500.0)
        before, after = (
            month(state.with_({"amnestied": np.full((H, 3), a)}), **QUIET, amnesty_politicals=0.1) for a in (0.0, 0.6)
        )
        np.testing.assert_allclose(after["ordinary_prisoners"], 0.4 * before["ordinary_prisoners"], rtol=1e-12)
        np.testing.assert_allclose(after["political_prisoners"], 0.94 * before["political_prisoners"], rtol=1e-12)

    def test_review_frees_politicals_only(self):
        state = make_state(ordinary_prisoners=1000.0, political_prisoners=500.0)
        plain, reviewed = (month(state.with_({"redress": np.full((H, 3), r)}), **QUIET) for r in (0.0, 1.0))
        assert (reviewed["political_prisoners"] < plain["political_prisoners"]).all()
        np.testing.assert_array_equal(reviewed["ordinary_prisoners"], plain["ordinary_prisoners"])

    def test_with_nobody_arrested_the_camps_empty(self):
        state = make_state(ordinary_prisoners=1000.0, political_prisoners=500.0)
        for _ in range(12 * 60):
            state = state.with_(month(state, **QUIET))
        assert (state.political_prisoners < 1).all()
        assert (state.ordinary_prisoners < 1).all()

    @given(st.integers(0, 10**6))
    @settings(max_examples=25, deadline=None)
    def test_no_stock_is_ever_negative(self, seed):
        luck = np.random.default_rng(seed)
        named = ("personalisation", "norm", "severity", "redress", "amnestied", "unrest", "vacancy")
        state = make_state(**{name: luck.random((H, 3)) for name in named}, convictions=1e5 * luck.random((H, 3)))
        for _ in range(5):
            state = state.with_(terror(state, make_params(terror), make_noise(terror, seed=seed)))
        for name in terror.writes:
            assert (getattr(state, name) >= 0).all(), name


class TestFear:
    def test_it_halves_in_its_half_life_without_arrests(self):
        state = make_state(fear=2.0)
        for _ in range(36):
            state = state.with_(month(state, **QUIET, half_life=36.0))
        np.testing.assert_allclose(state.fear, 1.0, rtol=1e-12)

    def test_it_grows_by_the_bite_of_convictions(self):
        """2 in a thousand a year for a month: bite x 2 / 12."""
        state = make_state(convictions=2 * np.array([200_000.0, 10_000.0, 25_000.0]))
        after = month(state, peak=0.0, inertia=1e12, bite=0.6, half_life=1e12)
        np.testing.assert_allclose(after["fear"], 0.1, rtol=1e-6)

    def test_ordinary_prisoners_frighten_nobody(self):
        few, many = (month(make_state(decree=d, ordinary_prisoners=o))["fear"] for d, o in ((0.0, 0.0), (1.0, 3000.0)))
        np.testing.assert_array_equal(few, many)


class TestRestraint:
    @given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
    @settings(max_examples=25, deadline=None)
    def test_more_norm_fewer_convictions_all_else_and_all_luck_equal(self, one, other, personalisation):
        weak, strong = (
            month(make_state(norm=norm, personalisation=personalisation, suspects=1.0)) for norm in sorted((one, other))
        )
        for name in ("convictions", "ordinary_prisoners", "fear"):
            assert (strong[name] <= weak[name]).all(), name
        assert (strong["suspects"] >= weak["suspects"]).all()  # whom they spare remains

    def test_and_a_strong_norm_is_felt(self):
        """Power under a full norm is as good as no power."""
        weak, strong, none = (
            month(make_state(norm=norm, personalisation=p, suspects=1.0))["convictions"]
            for norm, p in ((0.0, 0.7), (1.0, 0.7), (0.0, 0.0))
        )
        assert (strong < 0.5 * weak).all()
        np.testing.assert_array_equal(strong, none)

    @pytest.mark.parametrize("name", ["personalisation", "severity", "unrest", "tension"])
    def test_what_drives_it(self, name):
        low, high = (month(make_state(**{name: value}, suspects=1.0))["convictions"] for value in (0.2, 0.8))
        assert (high > low).all()

    def test_it_takes_its_time(self):
        """A quarter of the way a month with an inertia of four."""
        state = make_state(personalisation=0.6, suspects=1.0, convictions=0.0)
        at_once, slow = (month(state, inertia=inertia)["convictions"] for inertia in (1.0, 4.0))
        np.testing.assert_allclose(slow, at_once / 4, rtol=1e-12)

    def test_suspects_are_used_up(self):
        state = make_state(personalisation=0.9, suspects=1.0)
        left = []
        for _ in range(60):
            state = state.with_(month(state, depletion=30.0))
            left.append(state.suspects[0, 0])
        assert (np.diff(left) < 0).all()
        assert left[-1] < 0.5


class TestCamps:
    def test_no_prisoners_no_revolt_and_only_in_moscows_camps(self):
        empty, full = (
            rates(terror, make_state(political_prisoners=n), make_params(terror))["camp_revolt"] for n in (0.0, 450.0)
        )
        assert (full[:, 0] > 50 * empty[:, 0]).all()
        assert (full[:, 1:] == 0).all()

    def test_hope_and_a_weakened_police(self):
        calm, hope = (
            rates(terror, make_state(political_prisoners=300.0, vacancy=v), make_params(terror))["camp_revolt"][:, 0]
            for v in (0, 1)
        )
        strong, weak = (
            rates(terror, make_state(political_prisoners=300.0, personalisation=p), make_params(terror))["camp_revolt"][
                :, 0
            ]
            for p in (0.9, 0.1)
        )
        assert (hope > calm).all()
        assert (weak > strong).all()

    def test_a_revolt_changes_no_number(self):
        state = make_state(political_prisoners=300.0)
        calm, revolt = (
            terror(state, make_params(terror), make_noise(terror, do=do, prevent=["camp_revolt"]))
            for do in ([], ["camp_revolt"])
        )
        assert all((calm[name] == revolt[name]).all() for name in terror.writes)


def test_a_polity_without_people_has_no_terror():
    after = month(make_state(exists=[True, False, True], suspects=1.0, personalisation=0.9))
    assert (after["convictions"][:, 1] == 0).all()
    assert all(np.isfinite(after[name]).all() for name in terror.writes)
