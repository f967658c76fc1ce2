"""Purge and the norm against it: who is in danger, what becomes of the fallen, and how the norm grows and erodes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import COURT, H, make_noise, make_params, make_state, nothing_happens, rates

from thaw.axes import OFFICES
from thaw.court import CADRE, FREE, FULL, IMPRISONED, OUTSIDE, PENSIONED, SHOT
from thaw.mechanisms.purge import purge

E, P, SECURITY = len(COURT), 3, OFFICES.index("security")
SETTLED = {"sweep": 0.0}  # the guard does not change
AUTOCRAT = {"personalisation": 0.9, "age": 65.0, "tension": 0.5, "tenure": 240.0}


def danger(state, **params):
    return rates(purge, state, make_params(purge, **SETTLED | params), prevent=nothing_happens(purge), season=0.0)[
        "fall"
    ]


def month(state, *, do=(), prevent=(), draws=None, **params):
    noise = make_noise(purge, state.sizes["H"], do=do, prevent=prevent, **(draws or {}))
    return purge(state, make_params(purge, state.sizes["H"], **params), noise), noise


class TestDanger:
    def test_by_hand(self):
        """An autocrat of 75 with power 0.5, a member with 0.25: base x autocracy x exp(2 (1/2 - 1/4) + 0.4 x 1)."""
        power = np.where(np.arange(E) == 0, 0.5, 0.25)
        state = make_state(**AUTOCRAT | {"power": power, "age": 75.0, "personalisation": 0.5, "bloc": False})
        found = danger(state, base=0.01, rivalry=2.0, paranoia=0.4, autocracy_slope=14.0)
        np.testing.assert_allclose(found[:, 1:7], 0.01 * 0.5 * np.exp(0.9), rtol=1e-12)

    def test_nobody_is_purged_under_a_full_norm(self):
        assert (danger(make_state(norm=1.0, **AUTOCRAT)) == 0).all()

    @given(st.floats(0, 1), st.floats(0, 1))
    @settings(max_examples=20, deadline=None)
    def test_a_stronger_norm_is_less_danger(self, one, other):
        weak, strong = sorted((one, other))
        assert (danger(make_state(norm=strong, **AUTOCRAT)) <= danger(make_state(norm=weak, **AUTOCRAT))).all()

    @given(st.floats(0.01, 0.4), st.floats(0.01, 0.4))
    @settings(max_examples=20, deadline=None)
    def test_a_competent_vizier_is_in_more_danger(self, one, other):
        power = np.array([0.5, min(one, other), max(one, other), *[0.1] * 9])
        found = danger(make_state(**AUTOCRAT, power=power))
        assert (found[:, 1] <= found[:, 2]).all()

    @pytest.mark.parametrize("name", ["rank", "alive", "leader"])
    def test_those_outside_the_dead_and_the_leader_are_not_in_danger(self, name):
        state = make_state(**AUTOCRAT, rank=np.where(np.arange(E) == 3, OUTSIDE, FULL), alive=np.arange(E) != 4)
        found = danger(state)
        at = {"rank": 3, "alive": 4, "leader": 0}[name]
        assert (found[:, at] == 0).all()
        assert (found[:, [1, 2, 5, 6]] > 0).all()

    def test_cadre_are_in_less_than_members(self):
        found = danger(make_state(**AUTOCRAT, rank=np.where(np.arange(E) == 3, CADRE, FULL)))
        assert (found[:, 3] > 0).all()
        assert (found[:, 3] < found[:, 2]).all()

    def test_the_company_of_the_fallen_is_dangerous(self):
        found = danger(make_state(**AUTOCRAT, tainted=np.where(np.arange(E) == 3, 1.0, 0.0)), company=np.log(5))
        np.testing.assert_allclose(found[:, 3], 5 * found[:, 2], rtol=1e-12)

    def test_without_one_man_rule_there_is_hardly_any(self):
        alone, together = (danger(make_state(**AUTOCRAT | {"personalisation": share})) for share in (0.9, 0.15))
        assert (together[:, 1:7] < 0.05 * alone[:, 1:7]).all()

    def test_a_new_leader_changes_the_guard_but_not_his_own_men(self):
        """After six years hardly any more; and a dead ruler's own last month is no new reign."""
        patron = np.where(np.arange(E) == 1, 0, -1)
        params = make_params(purge, base=0.0, sweep=0.01)
        new, old = (
            rates(purge, make_state(patron=patron, tenure=tenure), params, prevent=["fall"])["fall"]
            for tenure in (0.0, 72.0)
        )
        assert (new[:, 1] < new[:, 2]).all()
        np.testing.assert_allclose(old[:, 2], new[:, 2] * np.exp(-3), rtol=1e-12)


class TestFalls:
    def test_the_outvoted_and_the_dismissed_fall_whatever_the_clock(self):
        state = make_state(outvoted=np.arange(E) == 3, dismissed=[-1, 7, -1], norm=1.0)
        after, noise = month(state, **SETTLED, base=0.0)
        assert (after["fallen"] == np.isin(np.arange(E), [3, 7])).all()
        assert "purge" not in {row[0] for row in noise._log.rows}  # a showdown is no purge

    def test_prevented_he_does_not_fall_even_when_outvoted(self):
        after, _ = month(make_state(outvoted=np.arange(E) == 3), prevent=[("fall", 3)], base=0.0, **SETTLED)
        assert not after["fallen"].any()
        assert (after["fate"] == FREE).all()

    def test_a_purge_is_an_autocrats_strike_at_a_member_or_two_cadres(self):
        for share, told in ((0.9, True), (0.1, False)):
            _, noise = month(make_state(**AUTOCRAT | {"personalisation": share}), do=[("fall", 3)], base=0.0, **SETTLED)
            assert ("purge" in {row[0] for row in noise._log.rows}) == told
        cadre = make_state(**AUTOCRAT, rank=np.where(np.isin(np.arange(E), [3, 4]), CADRE, FULL))
        for struck, told in (([("fall", 3)], False), ([("fall", 3), ("fall", 4)], True)):
            _, noise = month(cadre, do=struck, base=0.0, **SETTLED)
            assert ("purge" in {row[0] for row in noise._log.rows}) == told

    def test_the_fallen_taint_their_company_for_a_year(self):
        tie = np.zeros((E, E))
        tie[4, 3], tie[3, 5] = 0.7, 0.4
        after, _ = month(make_state(tie=tie, tainted=0.2), do=[("fall", 3)], base=0.0, **SETTLED)
        fade = 0.2 * 0.5 ** (1 / 12)
        wanted = np.where(np.arange(E) == 4, 0.7, np.where(np.arange(E) == 5, 0.4, fade))
        np.testing.assert_allclose(after["tainted"], np.tile(wanted, (H, 1)), rtol=1e-12)


class TestFates:
    def test_by_hand(self):
        """Lethality 0.6 at norm 0: luck below it is shot; of the others half imprisoned; the rest pensioned."""
        mercy, cell = np.full(E, 0.7), np.full(E, 0.6)
        mercy[1], cell[2] = 0.59, 0.49
        state = make_state(outvoted=np.isin(np.arange(E), [1, 2, 3]))
        after, _ = month(state, draws={"mercy": mercy, "cell": cell}, lethality=0.6, prison=0.5, base=0.0, **SETTLED)
        assert (after["fate"][:, [1, 2, 3, 4]] == [SHOT, IMPRISONED, PENSIONED, FREE]).all()

    def test_by_hand_under_half_a_norm(self):
        """Lethality goes by the square, 0.6 x 1/4 = 0.15; prison in proportion, 0.5 x 1/2 = 0.25 of the others."""
        mercy, cell = np.full(E, 0.16), np.full(E, 0.26)
        mercy[1], cell[2] = 0.14, 0.24
        state = make_state(outvoted=np.isin(np.arange(E), [1, 2, 3]), norm=0.5)
        draws = {"mercy": mercy, "cell": cell}
        after, _ = month(state, draws=draws, lethality=0.6, prison=0.5, base=0.0, **SETTLED)
        assert (after["fate"][:, [1, 2, 3]] == [SHOT, IMPRISONED, PENSIONED]).all()

    @given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 10**6))
    @settings(max_examples=25, deadline=None)
    def test_a_stronger_norm_never_worsens_a_fate(self, one, other, seed):
        luck = np.random.default_rng(seed)
        draws = {name: luck.random((H, E)) for name in ("mercy", "cell", "reprieve")}
        weak, strong = (
            month(make_state(outvoted=True, norm=norm), draws=draws, base=0.0, **SETTLED)[0]["fate"]
            for norm in sorted((one, other))
        )
        assert (strong <= weak).all()
        assert (strong >= PENSIONED).all()

    def test_under_a_full_norm_men_are_pensioned(self):
        after, _ = month(make_state(outvoted=True, norm=1.0), base=0.0, **SETTLED)
        assert (after["fate"][after["fallen"]] == PENSIONED).all()

    def test_review_opens_the_camps_and_pensioners_are_recalled(self):
        fate = np.array([FREE, IMPRISONED, PENSIONED, SHOT] * 3)
        state = make_state(fate=fate, redress=1.0)
        after, _ = month(state, draws={"reprieve": 0.05}, review=0.1, recall=0.1, prevent=["fall"])
        np.testing.assert_array_equal(after["fate"], np.tile([FREE, PENSIONED, FREE, SHOT] * 3, (H, 1)))
        closed, _ = month(make_state(fate=fate), draws={"reprieve": 0.05}, review=0.1, recall=0.0, prevent=["fall"])
        np.testing.assert_array_equal(closed["fate"], np.tile(fate, (H, 1)))


class TestNorm:
    def test_it_grows_among_equals_after_the_autocrat_and_erodes_under_another(self):
        """0.4 + 0.1 x 0.6 with collective rule; 0.4 - 0.1 x 0.4 under full autocracy; unmoved while the first lives."""
        for personalisation, ruler, wanted in ((-99.0, 5, 0.46), (99.0, 5, 0.36), (-99.0, -1, 0.4)):
            state = make_state(personalisation=personalisation, dead_ruler=ruler, norm=0.4, bloc=False)
            after, _ = month(state, norm_pace=0.1, prevent=["fall"])
            np.testing.assert_allclose(after["norm"], wanted, rtol=1e-9)

    def test_it_jumps_when_the_security_chief_falls_after_the_autocrat(self):
        holds = np.zeros((E, len(OFFICES)), bool)
        holds[2, SECURITY] = True
        for ruler, wanted in ((5, 0.2 + 0.8 * 0.5), (-1, 0.2)):
            state = make_state(
                holds=holds, outvoted=np.arange(E) == 2, dead_ruler=ruler, norm=0.2, bloc=False, personalisation=0.1
            )
            after, _ = month(state, norm_pace=0.0, norm_chief=0.5, **SETTLED, base=0.0)
            np.testing.assert_allclose(after["norm"][:, 0], wanted, rtol=1e-12)

    def test_it_jumps_when_crimes_are_revealed(self):
        after, _ = month(
            make_state(revelation=0.5, norm=0.2, bloc=False), norm_pace=0.0, norm_truth=0.5, prevent=["fall"]
        )
        np.testing.assert_allclose(after["norm"], 0.2 + 0.8 * 0.5 * 0.5, rtol=1e-12)

    @given(st.integers(0, 10**6))
    @settings(max_examples=20, deadline=None)
    def test_it_and_the_memories_stay_shares(self, seed):
        luck = np.random.default_rng(seed)
        named = ("norm", "revelation", "personalisation", "redress")
        state = make_state(
            **{name: luck.random((H, P)) for name in named},
            pressure=luck.uniform(-1, 1, (H, P)),
            tainted=luck.random((H, E)),
            outvoted=luck.random((H, E)) < 0.3,
            dead_ruler=luck.integers(-1, 2, (H, P)),
            tie=luck.random((E, E)),
        )
        after, _ = month(state, norm_pace=1.0)
        for name in ("norm", "tainted"):
            assert ((after[name] >= 0) & (after[name] <= 1)).all(), name
