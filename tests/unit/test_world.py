"""World: arms races settle, crises end, back-downs cost, states outside choose, a split needs a quarrel."""

import numpy as np
import pytest
from regime import STATES, logged, make_noise, make_params, make_state, nothing_happens, rates

from thaw import alignment
from thaw.axes import THEATRES
from thaw.mechanisms.world import LONGEST, rate, world

H = 40
BERLIN, CARIBBEAN, STRAITS = (THEATRES.index(name) for name in ("berlin", "caribbean", "straits"))
EVEN = {"nerve_arms": 0.0, "nerve_insecurity": 0.0}
QUIET = {"accident": 0.0}
CHINA = {"china": [False, False, True]}


def month(state, *, do=(), prevent=(), params=None, seed=0, **draws):
    noise = make_noise(world, H, do=do, prevent=prevent, seed=seed, **draws)
    return world(state, make_params(world, H, **(params or {})), noise), noise


def regime(**changes):
    return make_state(histories=H, **({"january": False} | changes))


def in_berlin(**changes):
    where = np.zeros((H, len(THEATRES)), bool)
    where[:, BERLIN] = True
    return regime(in_crisis=where, standoff=where.astype(int), **changes)


class TestArms:
    def test_in_balance_nothing_moves(self):
        assert rate(1.0, 1.0, 1, 1, 2, 2, 1, 1) == (0.0, 0.0)

    def test_without_shocks_they_settle_where_fear_and_grievance_meet_fatigue(self):
        """x* = g/(a - k tension) with equal coefficients: 0.04 / (0.05 - 0.03 x 0.4)."""
        state = regime(arms_east=0.3, arms_west=4.0, tension=0.4)
        params = {"floor": 0.4, "broadcast_tension": 0.0, "accidents": 0.0, "fear": 0.03, "fatigue": 0.05, "grievance": 0.04}
        for _ in range(400):
            after, _ = month(state, prevent=nothing_happens(world), params=params)
            state = state.with_({name: after[name] for name in ("arms_east", "arms_west", "tension")})
        for arms in (state.arms_east, state.arms_west):
            np.testing.assert_allclose(arms, 0.04 / 0.038, rtol=1e-4)

    def test_fear_builds_arms(self):
        weak, strong = (month(regime(arms_west=arms))[0]["arms_east"] for arms in (0.5, 2.0))
        assert (strong > weak).all()

    def test_arms_of_a_friend_frighten_nobody(self):
        weak, strong = (month(regime(arms_west=arms, tension=0.0, effort=0.0), params={"floor": 0.0, "accidents": 0.0}, prevent=nothing_happens(world))[0]
                        ["arms_east"] for arms in (0.5, 2.0))  # fmt: skip
        np.testing.assert_array_equal(weak, strong)

    def test_once_alarmed_the_west_builds_as_many_times_more(self):
        params = {"fatigue": 0.0, "alarm": 3.0}
        calm, alarmed = (month(regime(alarm=alarm, arms_east=1.0, arms_west=1.0), params=params, **QUIET)[0] for alarm in (0.0, 1.0))
        np.testing.assert_allclose(alarmed["arms_west"] - 1, 3 * (calm["arms_west"] - 1), rtol=1e-9)
        np.testing.assert_array_equal(alarmed["arms_east"], calm["arms_east"])


class TestTension:
    def test_a_year_without_news_by_hand(self):
        """Half of what is above the floor is left after a half-life."""
        state = regime(tension=0.9)
        params = {"floor": 0.1, "half_life": 1.0, "broadcast_tension": 0.0}
        after, _ = month(state, prevent=nothing_happens(world), params=params, **QUIET)
        np.testing.assert_allclose(after["tension"], 0.1 + 0.8 / 2, rtol=1e-12)

    @pytest.mark.parametrize(("change", "more"), [({"shock": 0.2}, True), ({"shock": -0.2}, False), ({"occupied": [0, 1, 0]}, True)])
    def test_what_moves_it(self, change, more):
        plain, moved = (month(regime(**c), prevent=nothing_happens(world), **QUIET)[0]["tension"] for c in ({}, change))
        assert ((moved > plain) == more).all()

    def test_a_settlement_and_an_agreement_ease_it(self):
        plain, _ = month(in_berlin(), prevent=nothing_happens(world), **QUIET)
        settled, _ = month(in_berlin(), do=["settlement"], prevent=["back_down", "war"], **QUIET)
        calm, _ = month(regime(), prevent=nothing_happens(world), **QUIET)
        agreed, _ = month(regime(), do=["detente"], prevent=["crisis"], **QUIET)
        assert (settled["tension"] < plain["tension"]).all()
        assert (agreed["tension"] < calm["tension"]).all()

    def test_it_stays_a_share_whatever_comes(self):
        for tension, accident in ((0.0, -9.0), (1.0, 9.0)):
            after, _ = month(regime(tension=tension), params={"accidents": 0.5}, accident=accident)
            assert ((after["tension"] >= 0) & (after["tension"] <= 1)).all()


class TestCrises:
    def test_no_missiles_no_crisis_in_the_caribbean(self):
        found = rates(world, regime(), make_params(world, H))["crisis"]
        assert (found[:, CARIBBEAN] == 0).all()
        assert (found[:, BERLIN] > 0).all()
        _, noise = month(regime(), do=[("crisis", CARIBBEAN)], prevent=["missile_deployment"])
        assert not [row for row in logged(noise) if row[0] == "crisis" and row[2] == CARIBBEAN]
        assert (rates(world, regime(missiles=True, caribbean=True, alignment=2), make_params(world, H))["crisis"][:, CARIBBEAN] > 0).all()

    def test_no_china_no_crisis_in_the_straits(self):
        none, there = (rates(world, regime(**c), make_params(world, H))["crisis"][:, STRAITS] for c in ({}, CHINA))
        assert (none == 0).all()
        assert (there > 0).all()

    @pytest.mark.parametrize(("low", "high"), [({"tension": 0.1}, {"tension": 0.9}), ({"vacancy": 0.0}, {"vacancy": 1.0}), ({}, {"arms_west": 2.0})])
    def test_what_makes_them_likelier(self, low, high):
        less, more = (rates(world, regime(**c), make_params(world, H))["crisis"][:, BERLIN] for c in (low, high))
        assert (more > less).all()

    def test_missiles_need_an_ally_there(self):
        here = [name == "EGY" for name in STATES]
        west, east = (regime(caribbean=here, alignment=[side, 2, 0, 2, 2, 1, 0]) for side in (1, 2))
        assert (rates(world, west, make_params(world, H))["missile_deployment"] == 0).all()
        assert (rates(world, east, make_params(world, H))["missile_deployment"] > 0).all()


class TestLadder:
    def test_the_weaker_nerve_backs_down_and_the_leader_of_the_east_pays(self):
        weak, noise = month(in_berlin(), params=EVEN, nerve_east=-2.0, nerve_west=1.0)
        assert [row[0] for row in logged(noise)].count("back_down") == H
        assert (weak["blame"] > 0).all()
        assert not weak["in_crisis"][:, BERLIN].any()
        strong, noise = month(in_berlin(), params=EVEN, nerve_east=1.0, nerve_west=-2.0)
        assert [row[0] for row in logged(noise)].count("back_down") == H
        assert (strong["blame"] == 0).all()

    def test_two_middling_nerves_settle(self):
        after, noise = month(in_berlin(), params=EVEN | {"middling": 0.8}, nerve_east=0.0, nerve_west=0.0)
        assert [row[0] for row in logged(noise)].count("settlement") == H
        assert (after["goodwill"] == 1).all()

    def test_two_iron_nerves_fight(self):
        after, noise = month(in_berlin(), params=EVEN, nerve_east=3.0, nerve_west=3.0)
        assert [row[0] for row in logged(noise)].count("war") == H
        assert after["at_war"].all()
        assert not after["in_crisis"][:, BERLIN].any()

    def test_nothing_lasts_longer_than_it_may(self):
        state = in_berlin()
        tense = {"nerve_east": 1.2, "nerve_west": 1.2}  # neither middling nor apart nor iron
        for _ in range(LONGEST - 1):
            after, _ = month(state, params=EVEN, prevent=["crisis"], **tense)
            state = state.with_(after)
            assert state.in_crisis[:, BERLIN].all()
        after, _ = month(state, params=EVEN, prevent=["crisis"], **tense)
        assert not after["in_crisis"].any()

    def test_without_a_crisis_nothing_of_it_can_be_forced(self):
        _, noise = month(regime(), do=["war", "back_down", "settlement"], prevent=["crisis", "detente"])
        assert {row[0] for row in logged(noise)} <= {"nam_founded", "joins_nam", "missile_deployment", "eastern_treaty"}

    def test_fewer_than_one_crisis_in_a_hundred_is_a_war(self):
        luck = np.random.default_rng(1).standard_normal((2, 200_000))
        stakes = 0.3 + 0.3  # the dearest theatre, and an insecure leader
        assert LONGEST * (np.minimum(luck[0] + stakes, luck[1] + 0.3) > 2.5).mean() < 0.01


class TestSides:
    def test_shares_sum_to_the_independent_states(self):
        luck = np.random.default_rng(2)
        state = regime(january=True, alignment=luck.integers(0, 3, (H, len(STATES))))
        after, _ = month(state)
        west = (after["alignment"] == alignment.WEST).mean(axis=1)
        np.testing.assert_allclose(after["neutral_share"] + after["east_share"] + west, 1, rtol=1e-12)

    def test_poles_and_satellites_do_not_choose(self):
        after, _ = month(regime(january=True))
        side = dict(zip(STATES, after["alignment"].T, strict=True))
        assert (side["USA"] == alignment.WEST).all()
        for code in ("SUN", "HUN", "POL"):
            assert (side[code] == alignment.EAST).all()

    def test_a_satellite_that_left_is_not_of_the_east(self):
        after, _ = month(regime(exited=[False, True, False]))
        assert (after["alignment"][:, STATES.index("HUN")] != alignment.EAST).all()
        assert (after["alignment"][:, STATES.index("POL")] == alignment.EAST).all()

    def test_others_choose_in_january_or_when_they_become_independent(self):
        india = STATES.index("IND")
        calm, _ = month(regime(alignment=0))
        assert (calm["alignment"][:, india] == 0).all()
        born, _ = month(regime(alignment=-1))
        assert (born["alignment"][:, india] >= 0).all()

    @pytest.mark.parametrize(
        ("name", "low", "high", "side", "sign"),
        [
            ("km_moscow", 1.0, 15.0, alignment.EAST, -1),
            ("km_washington", 1.0, 15.0, alignment.WEST, -1),
            ("aided", False, True, alignment.WEST, 1),
            ("colony", False, True, alignment.WEST, -1),
            ("tension", 0.0, 1.0, alignment.NEITHER, -1),
            ("neutral_share", 0.0, 1.0, alignment.NEITHER, 1),
        ],
    )
    def test_what_draws_them(self, name, low, high, side, sign):
        """With all luck equal, over states of every lean."""
        lean = np.random.default_rng(3).standard_normal((H, len(STATES)))
        shares = []
        for value in (low, high):
            state = regime(january=True, pole=0, bloc=False, state_of=-1, alignment=0, **{name: value})
            after, _ = month(state, lean=lean, mood=0.0, prevent=nothing_happens(world), **QUIET)
            shares.append((after["alignment"] == side).mean())
        assert sign * (shares[1] - shares[0]) > 0

    def test_a_pact_is_asked_about_in_the_month_of_its_offer(self):
        lean = np.random.default_rng(3).standard_normal((H, len(STATES)))
        before, offered = (month(regime(alignment=0, lies_in=1, pacts=pacts), lean=lean)[0]["alignment"] for pacts in (0, 1))
        assert (before[:, STATES.index("IND")] == alignment.NEITHER).all()
        assert (offered[:, STATES.index("IND")] == alignment.WEST).any()

    def test_who_is_bound_keeps_its_side(self):
        lean = np.random.default_rng(3).standard_normal((H, len(STATES)))
        sides = [(month(regime(january=True, alignment=1, bound=b, pole=0), lean=lean)[0]["alignment"][:, STATES.index("IND")] == alignment.WEST).mean()
                 for b in (False, True)]  # fmt: skip
        assert sides[1] > sides[0]

    def test_the_movement_needs_former_colonies_outside(self):
        none = rates(world, regime(alignment=0), make_params(world, H))["nam_founded"]
        some = rates(world, regime(alignment=0, colony=True, bloc=False, pole=0), make_params(world, H))["nam_founded"]
        assert (none == 0).all()
        assert (some > 0).all()

    def test_only_those_outside_join_and_only_what_exists(self):
        outside = regime(alignment=[0, 2, 0, 2, 2, 1, 1])
        assert (rates(world, outside, make_params(world, H))["joins_nam"] == 0).all()
        found = rates(world, outside.with_({"nam": np.ones(H, bool)}), make_params(world, H))["joins_nam"]
        assert ((found > 0) == (np.array(STATES)[None] == "EGY") | (np.array(STATES)[None] == "IND")).all()


SIGNING_NOTHING = {"prevent": ["pact", "eastern_treaty"]}


class TestTreaties:
    WITH_WEST = regime(alignment=[1, 2, 0, 2, 2, 1, 0], lies_in=1)

    def bound(self, after, code):
        return after["bound"][:, STATES.index(code)]

    def test_a_side_is_no_treaty_until_a_pact_is_offered(self):
        """And a pole counts once it has an ally."""
        before, _ = month(self.WITH_WEST, **SIGNING_NOTHING)
        assert not self.bound(before, "EGY").any()
        assert (before["allied_west"] == 0).all()
        after, _ = month(self.WITH_WEST.with_({"offered": np.ones((H, len(THEATRES)), bool)}), **SIGNING_NOTHING)
        assert self.bound(after, "EGY").all()
        assert not self.bound(after, "IND").any()
        np.testing.assert_allclose(after["allied_west"], 2 / len(STATES))

    def test_a_pact_binds_the_states_of_its_own_theatre(self):
        here = regime(alignment=[1, 2, 1, 2, 2, 1, 0], lies_in=[0, 0, 1, 0, 0, 0, -1])
        free, _ = month(here.with_({"pacts": np.full(len(THEATRES), -1.0)}), do=[("pact", 1)], prevent=["eastern_treaty"],
                        params={"pact": 0.0, "habit": 20.0})  # fmt: skip
        assert self.bound(free, "IND").all()
        assert not self.bound(free, "EGY").any()

    def test_a_pact_that_is_given_is_an_event_of_its_month_and_can_be_prevented(self):
        """Then nobody is bound by it; those of its theatre choose in that month, and protection draws them West."""
        given = regime(alignment=[1, 2, 1, 2, 2, 1, 0], lies_in=1, pacts=1)
        there, noise = month(given, prevent=["eastern_treaty"], params={"habit": 20.0})
        assert there["offered"].all()
        assert {name for name, _, _ in logged(noise)} >= {"pact"}
        again, noise = month(given.with_({"offered": np.ones((H, len(THEATRES)), bool)}), prevent=["eastern_treaty"])
        assert again["offered"].all()
        assert "pact" not in {name for name, _, _ in logged(noise)}
        less, _ = month(given, **SIGNING_NOTHING)
        assert not less["offered"].any()
        assert not self.bound(less, "EGY").any()
        sides = [month(given, prevent=["eastern_treaty"], params={"habit": 0.0, "protection": pull})[0]["alignment"]
                 for pull in (0.0, 9.0)]  # fmt: skip
        assert (sides[1] == 1).sum() > (sides[0] == 1).sum()

    def test_where_the_record_speaks_no_other_pact_is_offered(self):
        said, unsaid = (rates(world, regime(pacts=pacts), make_params(world, H))["pact"] for pacts in (0, -1))
        assert (said == 0).all()
        assert (unsaid > 0).all()

    @pytest.mark.parametrize("name", ["pact", "eastern_treaty"])
    def test_the_higher_the_tension_the_sooner(self, name):
        low, high = (rates(world, regime(pacts=-1, tension=tension), make_params(world, H))[name].max(axis=1) for tension in (0.1, 0.9))
        assert (high > low).all()

    def test_moscow_binds_parties_of_its_kind_that_are_at_peace(self):
        signs = rates(world, regime(), make_params(world, H))["eastern_treaty"][0] > 0
        assert dict(zip(STATES, signs, strict=True)) == {code: code in ("HUN", "POL") for code in STATES}
        assert not (rates(world, regime(armistice=True), make_params(world, H))["eastern_treaty"] > 0).any()

    def test_who_leaves_its_side_leaves_its_treaty(self):
        kept, left = (month(regime(bound=[0, 1, 0, 1, 0, 0, 0], exited=[False, exited, False]), **SIGNING_NOTHING)[0] for exited in (False, True))
        assert self.bound(kept, "HUN").all()
        assert not self.bound(left, "HUN").any()


class TestBeijing:
    def test_without_china_there_is_no_quarrel(self):
        after, _ = month(regime(quarrel=0.4, revelation=[0.7, 0, 0]))
        assert (after["quarrel"] == 0).all()
        assert (after["beijing"] == 0).all()

    @pytest.mark.parametrize("change", [{"revelation": [0.7, 0, 0]}, {"dead_ruler": 3}, {"line": [0.8, 0, -0.8]}, {"tension": 0.1}])
    def test_what_makes_it_grow(self, change):
        plain, more = (month(regime(**CHINA, **({"tension": 0.6} | c)), **QUIET, aid_luck=0.0)[0]["quarrel"] for c in ({}, change))
        assert (more > plain).all()

    def test_a_split_needs_a_quarrel(self):
        friends, _ = month(regime(**CHINA, quarrel=0.1), do=["sino_soviet_split"])
        apart, _ = month(regime(**CHINA, quarrel=0.7), do=["sino_soviet_split"])
        assert not friends["split"].any()
        assert apart["split"].all()

    def test_parties_lean_there_who_are_harder_than_moscow_or_out_of_its_favour(self):
        plain, hard, scolded = (
            month(regime(**CHINA, quarrel=0.6, **c))[0]["beijing"][:, 1] for c in ({}, {"pressure": 0.6}, {"favour": -0.8})
        )
        assert (hard > plain).all()
        assert (scolded > plain).all()
