"""Memory: who was young when; official history, knowledge and hardship; and that only cohorts carry a difference on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import H, make_noise, make_params, make_state

from thaw.axes import COHORTS
from thaw.cohorts import adult_shares, formative_shares
from thaw.mechanisms.memory import AFTER, FIRST, continue_to, memory

C, P = len(COHORTS), 3
IN_1960 = {"cohort_share": adult_shares(1960.0), "formative": formative_shares(1960.0)}
GONE, RULES = {"dead_ruler": [3, -1, -1]}, {"dead_ruler": -1}


def month(state, **params):
    return memory(state, make_params(memory, **params), make_noise(memory))


def years(state, months, **params):
    for _ in range(months):
        state = state.with_(month(state, **params))
    return state


class TestOfficial:
    def test_while_he_rules_it_follows_the_cult(self):
        state = make_state(**IN_1960, **RULES, cult=[0.8, 0, 0], official=0.2)
        np.testing.assert_allclose(month(state, lag=10.0)["official"], 0.26, rtol=1e-12)

    @pytest.mark.parametrize("name", ["line", "redress"])
    def test_afterwards_reform_takes_it_down(self, name):
        mild, harsh = (month(make_state(**IN_1960, **GONE, **{name: value}))["official"] for value in (0.0, 0.8))
        assert (harsh < mild).all()

    def test_a_revelation_by_hand(self):
        """Half of a half: from 0.6 a quarter of the way to -1."""
        state = make_state(**IN_1960, **GONE, revelation=[0.5, 0, 0], official=0.6)
        np.testing.assert_allclose(month(state, lag=1e9, told=0.5)["official"], 0.6 - 0.25 * 1.6, rtol=1e-6)

    def test_satellites_do_not_count(self):
        plain, other = (month(make_state(**IN_1960, **GONE, line=[0.1, x, x], knowledge=[0.1, 0, x])) for x in (-0.9, 0.9))
        for name in memory.writes:
            np.testing.assert_array_equal(plain[name], other[name])


class TestOpinion:
    @given(st.integers(0, 10**6))
    @settings(max_examples=20, deadline=None)
    def test_bounds(self, seed):
        luck = np.random.default_rng(seed)
        named = ("cult", "redress", "revelation", "knowledge")
        state = make_state(
            **IN_1960, dead_ruler=luck.integers(-1, 5, (H, P)), fear=3 * luck.random((H, P)), hardship=luck.random((H, P)),
            line=luck.uniform(-1, 1, (H, P)), official=luck.uniform(-1, 1, H), opinion=luck.uniform(-1, 1, (H, C)),
            **{name: luck.random((H, P)) for name in named},
        )  # fmt: skip
        state = years(state, 24)
        for name in memory.writes:
            assert (np.abs(getattr(state, name)) <= 1).all(), name

    def test_the_young_turn_and_the_old_stay(self):
        """Born 1940-49 and wholly 14 to 24 in 1964: after three years two thirds of the way, their grandparents a tenth."""
        calendar = {"cohort_share": adult_shares(1964.0), "formative": formative_shares(1964.0)}
        state = make_state(**calendar, **GONE, official=0.9, opinion=-0.5)
        after = years(state, 36, young=36.0, old=360.0, kept=0.9)
        moved = (after.opinion - -0.5) / 1.4
        np.testing.assert_allclose(moved[:, COHORTS.index(1940)], 1 - np.exp(-1), rtol=1e-6)
        np.testing.assert_allclose(moved[:, COHORTS.index(1890)], 1 - np.exp(-0.1), rtol=1e-6)

    def test_children_have_no_opinion_and_no_weight(self):
        after = years(make_state(**IN_1960, **GONE, official=-1.0), 12)
        young = np.array(COHORTS) >= 1950
        assert (after.opinion[:, young] == 0).all()

    @pytest.mark.parametrize(("name", "value"), [("knowledge", 0.9), ("fear", 3.0), ("revelation", 0.8)])
    def test_what_speaks_against_him(self, name, value):
        plain, told = (month(make_state(**IN_1960, **GONE, official=0.5, **{name: [v, 0, 0]}))["reputation"] for v in (0.0, value))
        assert (told < plain).all()

    def test_hardship_turns_round_when_he_has_gone(self):
        for ruler, better in ((GONE, True), (RULES, False)):
            easy, hard = (month(make_state(**IN_1960, **ruler, hardship=h, cult=0.5))["reputation"] for h in (0.0, 0.4))
            assert ((hard > easy) if better else (hard < easy)).all()

    def test_reputation_is_the_mean_of_adults(self):
        luck = np.random.default_rng(1)
        after = month(make_state(**IN_1960, opinion=luck.uniform(-1, 1, (H, C))))
        np.testing.assert_allclose(after["reputation"], (after["opinion"] * IN_1960["cohort_share"]).sum(axis=1), rtol=1e-12)


class TestAfterwards:
    def test_equal_memories_stay_equal_and_others_draw_near(self):
        start = np.stack([np.array(FIRST), np.array(FIRST), -np.array(FIRST)])
        when, opinion, reputation = continue_to(start, 1968)
        assert (when[0], when[-1], len(when)) == (1969, 2023, 55)
        np.testing.assert_array_equal(reputation[0], reputation[1])
        gap = np.abs(opinion[0] - opinion[2])
        assert (np.diff(gap, axis=0) <= 1e-12).all()

    def test_who_is_formed_later_is_the_same_everywhere(self):
        start = np.zeros((2, C))
        start[0, : COHORTS.index(1960)] = 0.9
        _, opinion, _ = continue_to(start, 1968)
        np.testing.assert_array_equal(opinion[0, :, COHORTS.index(1960) :], opinion[1, :, COHORTS.index(1960) :])

    def test_years_join_on(self):
        """To 1990 and on from there is the same as at one go."""
        start = np.tile(np.array(FIRST), (2, 1))
        _, opinion, whole = continue_to(start, 1968)
        _, _, rest = continue_to(opinion[:, 1990 - 1969], 1990)
        np.testing.assert_array_equal(whole[:, 1991 - 1969 :], rest)

    def test_a_kinder_official_line_makes_a_better_name(self):
        kinder = tuple(type(p)(p.since, 0.9, 0.0, 0.0, "praise") for p in AFTER)
        start = np.tile(np.array(FIRST), (2, 1))
        assert (continue_to(start, 1968, official=kinder)[2] > continue_to(start, 1968)[2]).all()

    def test_nothing_is_left_to_say_after_the_end(self):
        assert continue_to(np.zeros((2, C)), 2023)[2].shape == (2, 0)
