"""Society: who dares to speak, all luck equal; the removed are silent; revolts begin and end."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import H, make_noise, make_params, make_state

from thaw.axes import STRATA
from thaw.kernels.portable import normal
from thaw.mechanisms.society import EXPOSED, NATION, TRUTH, WANT, found_town, level_of_argument, rest_of_crowd, society, stratum_bounds

CITIZENS, P = 300, 3
CALM = {"sparks": 0.0}
FREE = {"police": 0.0, "tiring": 0.0, "own_force": 0.0, "tanks": 0.0}  # nobody is taken off the street
WILLING = {"discontent": 3.0, "temper_sd": 0.0, "visibility": 3.0, "voice_at": 3.0, "revolt_at": 4.0}


def bits(plane, histories=H):
    """Packed planes (..., N, W) as truth values (..., N, H)."""
    return np.unpackbits(plane.astype("<u8").view(np.uint8), axis=-1, bitorder="little")[..., :histories].astype(bool)


def weeks(state, count, *, seed=0, **params):
    """States of some weeks in which nothing but the street moves."""
    clocks, found = {}, []
    for week in range(count):
        noise = make_noise(society, state.sizes["H"], month=week // 4, week=week % 4, clocks=clocks, seed=seed)
        state = state.with_(society(state, make_params(society, state.sizes["H"], **params), noise))
        found.append(state)
    return found


def crowd(share, act, histories=H, citizens=CITIZENS, seed=0):
    """A street in which a share of the citizens are in an act (and in those below it)."""
    luck = np.random.default_rng(seed)
    chosen = luck.random((P, citizens, 64)) < share
    chosen[..., histories:] = False
    street = np.zeros((P, 2, citizens, 64), bool)
    street[:, : act + 1] = chosen[:, None]
    return np.packbits(street, axis=-1, bitorder="little").view("<u8")


def quiet(**changes):
    """A society whose grievance has come to rest where `discontent` puts it."""
    return make_state(citizens=CITIZENS, growth=0.03, **{"grievance": 3.0} | changes)


class TestSilence:
    def test_no_grievance_no_voice(self):
        for state in weeks(quiet(grievance=-3.0), 6, discontent=-3.0, **CALM):
            assert not state.street.any()
            assert (state.voice == 0).all()
            assert not state.in_unrest.any()

    def test_even_a_crowd_goes_home(self):
        states = weeks(quiet(grievance=-6.0, street=crowd(0.5, 1)), 30, discontent=-6.0, **CALM)
        assert (states[-1].voice == 0).all()
        assert (states[-1].revolt == 0).all()

    def test_where_no_society_is_simulated_nobody_speaks(self):
        state = quiet(
            grievance=8.0,
            street=crowd(0.5, 1)[:2],
            removed=np.zeros((2, CITIZENS, 1), np.uint64),
            has_society=[True, True, False],
        )
        after = weeks(state, 2, discontent=8.0)[-1]
        assert (after.voice[:, :2] > 0).all()
        assert (after.voice[:, 2] == 0).all()

    def test_a_state_that_does_not_exist_has_an_empty_street(self):
        after = weeks(quiet(grievance=8.0, street=crowd(0.5, 1), exists=[True, False, True]), 1, discontent=8.0)[-1]
        assert not after.street[1].any()
        assert after.street[0].any()


class TestFear:
    # From an empty street and without sparks: there nobody speaks longer than she has reason to, so sweeps only add.
    @given(st.floats(0, 2), st.floats(0, 2), st.integers(0, 1000))
    @settings(max_examples=10, deadline=None)
    def test_more_fear_fewer_who_speak_all_else_and_all_luck_equal(self, one, other, seed):
        """Citizen by citizen: who speaks under more fear speaks under less."""
        bold, afraid = (
            weeks(quiet(fear=fear), 4, seed=seed, **CALM, **WILLING, **FREE) for fear in sorted((one, other))
        )
        for more, less in zip(bold, afraid, strict=True):
            assert not (less.street & ~more.street).any()
            assert (less.voice <= more.voice).all()

    @pytest.mark.parametrize(
        ("name", "quieter", "louder"),
        [
            ("occupied", 0.8, 0.0),
            ("line", -0.8, 0.8),
            ("vacancy", 0.0, 1.0),
            ("strife", 0.0, 1.0),
            ("contagion", 0.0, 1.0),
            ("fear", 1.5, 0.2),
            ("grievance", 2.5, 3.0),
        ],
    )
    def test_what_holds_back_and_what_opens(self, name, quieter, louder):
        state = {"fear": 1.0, "line": 0.0}
        low, high = (weeks(quiet(**state | {name: v}), 3, **CALM, **WILLING, **FREE)[-1] for v in (quieter, louder))
        assert not (low.street & ~high.street).any()
        assert high.voice.sum() > low.voice.sum()

    def test_moscows_quarrels_are_seen_in_the_satellites_but_not_the_other_way(self):
        calm, moscow, budapest = (
            weeks(quiet(fear=1.0, strife=strife), 2, **CALM, **WILLING, **FREE)[-1].voice
            for strife in (0, [1, 0, 0], [0, 1, 0])
        )
        assert (moscow[:, 1:] >= calm[:, 1:]).all()
        assert moscow[:, 1:].sum() > calm[:, 1:].sum()
        np.testing.assert_array_equal(budapest[:, [0, 2]], calm[:, [0, 2]])


class TestGrievance:
    def test_it_follows_its_causes_by_hand(self):
        """Hardship 0.2, knowledge 0.5, church 0.3, troops only abroad; a week of a patience of five months."""
        params = {
            "discontent": 1.0,
            "hardship": 2.0,
            "truth": 1.2,
            "foreign_rule": 1.5,
            "temper_sd": 0.0,
            "patience": 5.0,
        }
        state = quiet(grievance=0.0, hardship=0.2, knowledge=0.5, church=0.3, garrison=0.9)
        after = weeks(state, 1, **params, **CALM)[0].grievance
        dt = 7 * 12 / 365.2425
        home = 1.0 + 0.4 * WANT + 0.6 * TRUTH + 1.5 * 0.18 * NATION
        abroad = home + 1.5 * 0.54 * NATION
        np.testing.assert_allclose(after[:, 0], np.tile(home * dt / 5, (H, 1)), rtol=1e-12)
        np.testing.assert_allclose(after[:, 1], np.tile(abroad * dt / 5, (H, 1)), rtol=1e-12)

    @pytest.mark.parametrize(
        ("name", "less", "more"),
        [("relief", 1.0, 0.0), ("conceded", 1.0, 0.0), ("hardship", 0.0, 0.4), ("growth", 0.06, -0.02)],
    )
    def test_what_soothes_and_what_stirs(self, name, less, more):
        low, high = (weeks(make_state(citizens=CITIZENS, **{name: v}), 1, **CALM)[0].grievance for v in (less, more))
        assert (high > low).all()

    def test_temper_is_a_trait_of_the_society(self):
        spread = weeks(quiet(), 1, temper_sd=0.5, **CALM)[0].grievance
        again = weeks(quiet(), 2, temper_sd=0.5, **CALM)[1].grievance
        lean = np.sign(spread - weeks(quiet(), 1, temper_sd=0.0, **CALM)[0].grievance)
        assert (lean != 0).all()
        assert (np.sign(again - weeks(quiet(), 2, temper_sd=0.0, **CALM)[1].grievance) == lean).all()

    def test_officials_have_most_to_fear(self):
        assert EXPOSED.argmax() == STRATA.index("officials")
        assert all(len(weights) == len(STRATA) for weights in (WANT, TRUTH, NATION, EXPOSED))


class TestRemoved:
    def test_who_is_removed_is_silent(self):
        after = weeks(quiet(street=crowd(0.5, 1), fear=1.0), 8, **WILLING, police=0.3, tiring=0.2, sparks=3.0)
        assert all(not (state.street & state.removed[:, None]).any() for state in after)
        assert all(state.removed.any() for state in after)

    def test_with_no_police_and_no_tiredness_nobody_is(self):
        assert not weeks(quiet(street=crowd(0.5, 1)), 4, **WILLING, **FREE)[-1].removed.any()

    def test_they_return(self):
        removed = crowd(0.5, 0)[:, 0]
        after = weeks(quiet(grievance=-5.0, removed=removed), 40, discontent=-5.0, back=0.2, **CALM)
        left = [bits(state.removed).sum() for state in after]
        assert all(b <= a for a, b in pairwise(left))
        assert left[-1] < 0.01 * left[0]

    def test_tanks_take_more_off_the_street_than_police(self):
        taken = [
            bits(
                weeks(quiet(street=crowd(0.8, 0), occupied=o), 1, **CALM, police=0.05, tiring=0.05, tanks=0.5)[
                    0
                ].removed
            ).sum()
            for o in (0.0, 1.0)
        ]
        assert taken[1] > 2 * taken[0] > 0

    def test_the_share_taken_is_the_chance(self):
        """A fifth a week of those who speak, within Monte Carlo error and the grid of 1/128."""
        state = quiet(grievance=9.0, street=crowd(1.0, 0))
        after = weeks(state, 1, discontent=9.0, police=0.0, tiring=0.2, own_force=0.0, **CALM)[0]
        share = bits(after.removed).mean()
        assert abs(share - 0.2) < 4 * np.sqrt(0.16 / (P * CITIZENS * H)) + 1 / 128


class TestEvents:
    def test_unrest_and_uprising_are_told_when_they_begin_and_not_again(self):
        clocks, told = {}, []
        state = quiet(grievance=6.0, street=crowd(0.6, 1))
        for week in range(4):
            noise = make_noise(society, month=0, week=week, clocks=clocks)
            state = state.with_(society(state, make_params(society, discontent=6.0, **FREE), noise))
            told.append({row[0] for row in noise._log.rows})
        assert {"unrest", "uprising"} <= told[0]
        assert all(not names & {"unrest", "uprising"} for names in told[1:])
        assert state.in_uprising.all()

    def test_an_uprising_ends_below_a_quarter_of_where_it_began(self):
        for share, going in ((0.5, True), (0.0, False)):
            state = quiet(
                grievance=-9.0 if not going else 9.0, street=crowd(share, 1), in_uprising=True, in_unrest=True
            )
            after = weeks(state, 1, discontent=0.0, **CALM, **FREE)[0]
            assert (after.in_uprising == going).all()

    def test_voice_is_the_mean_over_strata_by_their_shares(self):
        shares = np.array([0.5, 0.2, 0.1, 0.1, 0.1])
        after = weeks(quiet(stratum_share=shares, street=crowd(0.3, 0), fear=1.0), 2, **WILLING, **CALM)[-1]
        speaking = bits(after.street[:, 0])
        np.testing.assert_allclose(after.voice, speaking.mean(axis=1).T, atol=1e-12)
        educated = slice(int(0.7 * CITIZENS), int(0.8 * CITIZENS))
        np.testing.assert_allclose(after.educated_voice, speaking[:, educated].mean(axis=1).T, atol=1e-12)

    def test_unrest_is_remembered_and_fades(self):
        state = quiet(grievance=-9.0, unrest=0.8)
        after = weeks(state, 26, discontent=-9.0, memory=6.0, **CALM)[-1]  # half a year, within a day
        np.testing.assert_allclose(after.unrest, 0.4, rtol=0.01)

    def test_sparks_light_a_street_that_would_stay_dark(self):
        dark, lit = (weeks(quiet(grievance=0.0), 4, discontent=0.0, sparks=s)[-1] for s in (0.0, 20.0))
        assert not dark.street.any() or bits(lit.street).sum() > bits(dark.street).sum()
        assert lit.street.any()


def resting(courage, visibility, share):
    """Where r <- Φ(courage + visibility · r) comes to rest from a share."""
    for _ in range(500):
        share = float(normal(np.array([courage + visibility * share]))[0])
    return share


class TestMeanField:
    """Everybody sees the whole crowd: r = G(r), Granovetter's and Kuran's resting points."""

    def settled(self, first, count, citizens=3000):
        """Share speaking after some weeks, from a crowd of a first share; courage 1.5 below the bar, a full crowd worth 3."""
        street = crowd(first, 0, citizens=citizens)
        state = make_state(citizens=citizens, growth=0.03, grievance=1.5, street=street, voice=first)
        return weeks(state, count, rule="mean_field", **CALM, **FREE, **WILLING | {"discontent": 1.5, "revolt_at": 9.0})[-1].voice

    def test_the_same_grievance_rests_low_or_high_as_the_crowd_was(self):
        low, high = self.settled(0.0, 40), self.settled(0.9, 4)
        np.testing.assert_allclose(low, resting(-1.5, 3.0, 0.0), atol=0.08)
        np.testing.assert_allclose(high, resting(-1.5, 3.0, 1.0), atol=0.08)
        assert resting(-1.5, 3.0, 0.0) < 0.2 < 0.8 < resting(-1.5, 3.0, 1.0)

    def test_who_speaks_in_a_settled_crowd_is_who_waits_for_least(self):
        """Whom one watches does not matter: in each stratum a level parts those who speak from those who do not."""
        after = weeks(quiet(grievance=1.5, street=crowd(0.5, 0), voice=0.5), 2, rule="mean_field", **CALM, **FREE, **WILLING | {"discontent": 1.5})[-1]
        noise = make_noise(society)
        bounds = stratum_bounds(tuple(after.stratum_share[0].tolist()), CITIZENS)
        level = found_town(noise.luck.seed, int(noise.luck.ids["P"][0]), 0, bounds).level
        speaking = bits(after.street[0, 0])
        assert 0.3 < speaking.mean() < 0.95
        for first, last in pairwise(bounds):
            for h in range(H):
                mine = speaking[first:last, h]
                assert level[first:last][mine].max() < level[first:last][~mine].min()

    def test_a_crowd_seen_everywhere_emboldens_everybody_on_an_empty_street(self):
        """The crowd of last week is what counts, in each act its own; on a network nobody sees it."""
        spoken = {
            rule: [
                weeks(quiet(grievance=1.0, voice=v, revolt=r), 1, rule=rule, **CALM, **FREE, **WILLING | {"discontent": 1.0})[0]
                for v, r in ((0.0, 0.0), (0.25, 0.0), (0.0, 0.25))
            ]
            for rule in society.rules
        }
        none, voices, revolts = spoken["mean_field"]
        assert (voices.voice > none.voice).all()
        np.testing.assert_array_equal(revolts.voice, none.voice)
        assert revolts.revolt.sum() > none.revolt.sum()
        for after in spoken["network"][1:]:
            np.testing.assert_array_equal(after.voice, spoken["network"][0].voice)

    def test_a_crowd_at_rest_is_that_of_plain_sweeps(self):
        """Sweep after sweep in which every free citizen compares her level with the share: the levels that speak in the end are the same."""
        luck = np.random.default_rng(3)
        bounds = stratum_bounds((0.3, 0.3, 0.2, 0.1, 0.1), CITIZENS)
        town = found_town(1, 7, 0, bounds)
        removed = np.packbits(luck.random((CITIZENS, 64)) < 0.1, axis=1, bitorder="little").view("<u8")
        gone, stratum = bits(removed, 64), np.repeat(np.arange(5), np.diff(bounds))
        loud = np.array([2, 40], np.int32)
        places, slope = luck.integers(600, 1700, (5, 2)).astype(np.int32), np.array([700.0, 300.0])
        heads = np.full((5, 2), 25, np.int32)
        found = rest_of_crowd(town, removed, places, slope, heads, loud)
        for k, history in enumerate(loud):
            share = 125 / CITIZENS
            for _ in range(64):
                cut = level_of_argument()[np.clip(places[:, k] + int(slope[k] * share), 0, 3072)]
                share = (~gone[:, history] & (town.level < cut[stratum])).sum() / CITIZENS
            np.testing.assert_array_equal(found[k], np.tile(cut[:, None], 9))

    def test_the_removed_are_silent_here_too(self):
        after = weeks(quiet(street=crowd(0.5, 1), voice=0.5, fear=1.0), 8, rule="mean_field", **WILLING, police=0.3, tiring=0.2, sparks=3.0)
        assert all(not (state.street & state.removed[:, None]).any() for state in after)
        assert all(state.removed.any() for state in after)


def test_revolts_begin_and_end(told):
    """In the run that all tests share: there are uprisings, and each is over within a year and a half."""
    going = np.array([state.in_uprising for state in told.states])  # (month, history, polity)
    assert going.any()
    longest = np.zeros(going.shape[1:], int)
    now = np.zeros(going.shape[1:], int)
    for month in going:
        now = np.where(month, now + 1, 0)
        longest = np.maximum(longest, now)
    assert (longest[longest > 0] <= 18).mean() > 0.95
    assert (going.any(axis=0) & ~going[-1]).any()
