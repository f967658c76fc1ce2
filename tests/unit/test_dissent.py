"""Dissent: who is known for speaking; what feeds and cuts the stock, what brings a trial, when a movement can be founded."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import H, logged, make_noise, make_params, make_state, nothing_happens, rates

from thaw.mechanisms.dissent import CROWD, dissent

P = 3
QUIET = nothing_happens(dissent)


def month(state, prevent=QUIET, do=(), **params):
    return dissent(state, make_params(dissent, **params), make_noise(dissent, prevent=prevent, do=do))


class TestTheKnown:
    @given(st.integers(0, 10**6))
    @settings(max_examples=30, deadline=None)
    def test_bounds(self, seed):
        luck = np.random.default_rng(seed)
        named = ("educated_voice", "knowledge", "censorship", "broadcasting", "trials")
        state = make_state(
            **{name: luck.random((H, P)) for name in named},
            fear=3 * luck.random((H, P)),
            line=luck.uniform(-1, 1, (H, P)),
            easing=luck.uniform(-1, 1, (H, P)),
            dissidents=5 * luck.random((H, P)),
        )
        for turn in range(3):
            noise = make_noise(dissent, month=turn)
            state = state.with_(dissent(state, make_params(dissent), noise))
        assert (state.dissidents >= 0).all()
        assert ((state.trials >= 0) & (state.trials <= 1)).all()

    def test_by_hand(self):
        """A hundredth speaks: 1000 x 0.01 x 0.01 x 0.75 joins; of 2 per thousand a tenth of a half falls silent."""
        state = make_state(educated_voice=0.01, censorship=0.5, dissidents=2.0)
        after = month(state, known=0.01, silenced=0.1)["dissidents"]
        np.testing.assert_allclose(after, 2 * 0.95 + 0.075, rtol=1e-12)

    @pytest.mark.parametrize("name", ["educated_voice", "knowledge", "trials", "movement"])
    def test_what_feeds_it(self, name):
        rest = {"educated_voice": 0.001, "knowledge": 0.1, "censorship": 0.5}
        few, many = (month(make_state(**rest | {name: value}))["dissidents"] for value in (0.0, 1.0))
        assert (many > few).all()

    @pytest.mark.parametrize("name", ["censorship", "fear"])
    def test_what_cuts_it(self, name):
        mild, harsh = (month(make_state(dissidents=1.0, knowledge=0.5, **{name: value}))["dissidents"] for value in (0.1, 0.9))
        assert (harsh < mild).all()

    def test_a_thaw_wakes_more(self):
        plain, thawed = (month(make_state(knowledge=0.5, censorship=0.5, easing=e))["dissidents"] for e in (0.0, 0.6))
        assert (thawed > plain).all()

    def test_a_crowd_has_no_names(self):
        some, crowd = (month(make_state(educated_voice=voice))["dissidents"] for voice in (CROWD, 0.5))
        np.testing.assert_array_equal(some, crowd)

    def test_without_a_society_there_is_none(self):
        state = make_state(educated_voice=0.01, has_society=[True, False, True])
        assert (month(state)["dissidents"][:, 1] == 0).all()


class TestTrials:
    @pytest.mark.parametrize(("name", "more"), [("censorship", True), ("dissidents", True), ("line", False), ("fear", False)])
    def test_what_brings_one(self, name, more):
        base = {"dissidents": 0.5, "censorship": 0.7}
        low, high = (rates(dissent, make_state(**base | {name: value}), make_params(dissent))["dissident_trial"] for value in (0.1, 0.9))
        assert ((high > low) if more else (high < low)).all()

    def test_a_trial_takes_its_share_and_is_remembered_by_half(self):
        state = make_state(dissidents=2.0)
        kept = month(state)
        after = month(state, prevent=(), do=[("dissident_trial", 0)], sentenced=0.25, trial=0.0)
        np.testing.assert_allclose(after["dissidents"][:, 0], 0.75 * kept["dissidents"][:, 0], rtol=1e-12)
        np.testing.assert_allclose(after["trials"], [[0.5, 0, 0]] * H, rtol=1e-12)

    def test_the_memory_has_a_half_life(self):
        after = month(make_state(trials=0.8), half_life=1.0)["trials"]
        np.testing.assert_allclose(after, 0.4, rtol=1e-9)

    def test_nobody_is_tried_where_nobody_is_known(self):
        noise = make_noise(dissent, do=["dissident_trial"])
        dissent(make_state(dissidents=[1.0, 0, 0]), make_params(dissent), noise)
        assert {(event, place) for event, _, place in logged(noise)} == {("dissident_trial", 0)}


class TestTheMovement:
    def test_it_needs_the_threshold(self):
        state = make_state(dissidents=[0.29, 0.31, 0.6])
        still = {"silenced": 0.0, "threshold": 0.3, "trial": 0.0}
        noise = make_noise(dissent, do=["human_rights_movement"], prevent=["dissident_trial"])
        after = dissent(state, make_params(dissent, **still), noise)
        np.testing.assert_array_equal(after["movement"], [[False, True, True]] * H)

    @pytest.mark.parametrize("name", ["dissidents", "trials", "broadcasting", "knowledge"])
    def test_what_founds_it(self, name):
        base = {"dissidents": 0.4, "censorship": 1.0}
        few, many = (
            rates(dissent, make_state(**base | {name: value}), make_params(dissent, threshold=0.3), prevent=["dissident_trial"])
            for value in ((0.4, 0.6) if name == "dissidents" else (0.0, 0.9))
        )
        assert (many["human_rights_movement"] > few["human_rights_movement"]).all()

    def test_it_takes_time_above_the_threshold(self):
        """The clock runs only while the threshold is passed: years below it count for nothing."""
        clocks, params = {}, make_params(dissent, founding=0.02)
        for turn in range(600):
            below = make_state(dissidents=0.1)
            noise = make_noise(dissent, month=turn, clocks=clocks, prevent=["dissident_trial"])
            assert not dissent(below, params, noise)["movement"].any()
        founded = np.zeros((H, P), bool)
        for turn in range(600, 1600):
            above = make_state(dissidents=2.0)
            noise = make_noise(dissent, month=turn, clocks=clocks, prevent=["dissident_trial"])
            founded |= dissent(above, params, noise)["movement"]
        assert founded.all()

    def test_it_is_founded_once_and_stays(self):
        after = month(make_state(movement=True, dissidents=0.0))
        assert after["movement"].all()
