"""Information: what is known stays a share, revelation raises it, silence lowers it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import H, make_noise, make_params, make_state

from thaw.mechanisms.information import information

P = 3
DEAF = {"radio": 0.0, "returning": 0.0, "hand_to_hand": 0.0, "forgetting": 0.0}  # only revelation teaches


def month(state, **params):
    return information(state, make_params(information, **params), make_noise(information))


class TestKnowledge:
    @given(st.integers(0, 10**6))
    @settings(max_examples=30, deadline=None)
    def test_all_six_stay_shares(self, seed):
        luck = np.random.default_rng(seed)
        named = (
            "personalisation",
            "revelation",
            "redress",
            "educated_voice",
            "censorship",
            "cult",
            "knowledge",
            "samizdat",
            "jamming",
            "unrest",
            "contagion",
        )
        state = make_state(
            **{name: luck.random((H, P)) for name in named},
            line=luck.uniform(-1, 1, (H, P)),
            easing=luck.uniform(-1, 1, (H, P)),
            dissidents=50 * luck.random((H, P)),
            receivers=luck.random(P),
            effort=luck.random(),
            tension=luck.random(),
            convictions=1e6 * luck.random((H, P)),
        )
        for _ in range(3):
            state = state.with_(month(state))
        for name in information.writes:
            values = getattr(state, name)
            assert ((values >= 0) & (values <= 1)).all(), name

    def test_a_revelation_by_hand(self):
        """Half revealed, of which 0.4 spreads: 0.1 + 0.9 x 0.2 at home; abroad 0.6 of it: 0.1 + 0.9 x 0.12."""
        state = make_state(revelation=[0.5, 0, 0], knowledge=0.1)
        after = month(state, spread=0.4, abroad=0.6, **DEAF)["knowledge"]
        np.testing.assert_allclose(after, [[0.28, 0.208, 0.208]] * H, rtol=1e-12)

    def test_outside_the_bloc_nothing_of_moscows_is_heard(self):
        state = make_state(revelation=[0.5, 0, 0], knowledge=0.1, bloc=[False, True, False])
        after = month(state, **DEAF)["knowledge"]
        np.testing.assert_allclose(after[:, 2], 0.1, rtol=1e-12)
        assert (after[:, 1] > 0.1).all()

    @pytest.mark.parametrize("name", ["revelation", "redress", "samizdat", "convictions"])
    def test_what_teaches(self, name):
        low, high = (month(make_state(**{name: value}, knowledge=0.2))["knowledge"] for value in (0.0, 0.9))
        assert (high[:, 0] > low[:, 0]).all()

    def test_foreign_radio_teaches(self):
        silent, sent = (month(make_state(receivers=0.1, effort=e, knowledge=0.2))["knowledge"] for e in (0.0, 1.0))
        assert (sent > silent).all()

    def test_silence_forgets_in_proportion_to_censorship(self):
        state = make_state(knowledge=0.5, censorship=0.8, line=-1.0)
        kept = month(state, **DEAF | {"forgetting": 0.0})
        lost = month(state, **DEAF | {"forgetting": 0.05})
        np.testing.assert_allclose(lost["knowledge"], kept["knowledge"] * (1 - 0.05 * lost["censorship"]), rtol=1e-12)


class TestPress:
    def test_censorship_by_hand(self):
        """Logit 0 is a half; from 0.9 a fifth of the way a month with a lag of five."""
        after = month(make_state(censorship=0.9), strict=0.0, lag=5.0)["censorship"]
        np.testing.assert_allclose(after, 0.9 - 0.4 / 5, rtol=1e-12)

    @pytest.mark.parametrize("name", ["line", "easing"])
    def test_reform_lifts_it(self, name):
        hard, soft = (month(make_state(**{name: value}))["censorship"] for value in (-0.5, 0.5))
        assert (soft < hard).all()

    def test_samizdat_grows_with_those_who_write_and_withers_without(self):
        few, many = (month(make_state(dissidents=d, samizdat=0.3))["samizdat"] for d in (0.0, 0.5))
        assert (many > few).all()
        assert (few < 0.3).all()


WAR = {"jam": 0.0, "jam_building": 10.0, "jam_switching": 2.0, "jam_satellite": 0.5, "jam_standing": 0.0, "lag": 1e9}
CALM = {"effort": 0.5, "tension": 0.5, "censorship": 0.8, "receivers": 0.05}


class TestPropagandaWar:
    def test_by_hand(self):
        """Logit 0 is a half, of which a satellite has half; a tenth of the way a month while jammers are built."""
        after = month(make_state(**CALM), **WAR, hearers=4.0, drowned=0.8)
        np.testing.assert_allclose(after["jamming"], [[0.05, 0.025, 0.025]] * H, rtol=1e-6)
        np.testing.assert_allclose(after["broadcasting"], 0.2 * 0.5 * (1 - 0.8 * after["jamming"]), rtol=1e-12)

    def test_jammers_are_sooner_switched_off_than_built(self):
        after = month(make_state(**CALM, jamming=1.0), **WAR)["jamming"]
        np.testing.assert_allclose(after[:, 0], 0.75, rtol=1e-6)

    def test_what_stands_speaks_for_going_on(self):
        some, none = (month(make_state(**CALM, jamming=0.8), **WAR | {"jam_standing": will})["jamming"] for will in (1.5, 0.0))
        assert (some > none).all()

    def test_what_is_not_sent_is_neither_jammed_nor_heard(self):
        after = month(make_state(**CALM | {"effort": 0.0}))
        assert (after["jamming"] == 0).all()
        assert (after["broadcasting"] == 0).all()

    @pytest.mark.parametrize(("name", "more"), [("censorship", True), ("tension", True), ("unrest", True), ("line", False), ("easing", False)])
    def test_what_makes_a_regime_jam(self, name, more):
        state = CALM | {"tension": 0.3}
        low, high = (month(make_state(**state | {name: value}), **WAR)["jamming"] for value in (0.3, 0.8))
        assert ((high > low) if more else (high < low)).all()

    def test_full_effort_costs_more_to_jam_than_half(self):
        half, full = (month(make_state(**CALM | {"effort": e}), **WAR)["jamming"] for e in (0.5, 1.0))
        assert (full < half).all()

    def test_moscow_answers_a_revolt_next_door(self):
        quiet, stirred = (month(make_state(**CALM, unrest=[0, u, 0]), **WAR)["jamming"] for u in (0.0, 0.9))
        assert (stirred[:, :2] > quiet[:, :2]).all()
        np.testing.assert_array_equal(stirred[:, 2], quiet[:, 2])  # Warsaw sees it through contagion only

    def test_outside_the_bloc_nobody_jams(self):
        assert (month(make_state(**CALM, hegemon=False, bloc=False))["jamming"] == 0).all()


class TestCult:
    def test_power_feeds_it_and_knowledge_starves_it(self):
        state = {"cult": 0.3}
        plain, strong, known = (
            month(make_state(**state, personalisation=p, knowledge=k))["cult"]
            for p, k in ((0.1, 0.0), (0.5, 0.0), (0.5, 0.9))
        )
        assert (strong > plain).all()
        assert (known < strong).all()

    def test_a_full_revelation_halves_it(self):
        silent, told = (
            month(make_state(cult=0.8, revelation=r, hegemon=False, bloc=False))["cult"] for r in (0.0, 1.0)
        )
        np.testing.assert_allclose(told, silent / 2, rtol=1e-12)
