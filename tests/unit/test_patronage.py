"""Patronage: offices, clients and power obey their sums, whatever has happened; the dead hold nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import COURT, LEADERS, H, make_noise, make_params, make_state

from thaw.axes import OFFICES, SINGLE_HOLDER
from thaw.court import CANDIDATE, FULL, NOBODY, OUTSIDE, of, per_court
from thaw.mechanisms.patronage import APPOINTS, patronage

E, P = len(COURT), 3
FIRST, PREMIER = OFFICES.index("first_secretary"), OFFICES.index("premier")
REST = {"flow": 0.0, "congress_flow": 0.0}  # nobody is appointed


def month(state, **params):
    """What patronage writes in one month."""
    return patronage(state, make_params(patronage, **params), make_noise(patronage, state.sizes["H"]))


def some_court(seed):
    """Any court at all: who is dead, fallen, in office or a client comes from one seed."""
    luck = np.random.default_rng(seed)
    holds = np.zeros((H, E, len(OFFICES)), bool)
    for o, office in enumerate(OFFICES):
        for p in range(P):
            who = np.flatnonzero(p == COURT)[luck.integers(0, (p == COURT).sum(), H)]
            holds[np.arange(H), who, o] = (luck.random(H) < 0.7) & (p == 0 or office == "first_secretary")
    clients = luck.random((H, E))
    clients /= per_court(clients, COURT, P)[:, COURT]
    patron = np.where(luck.random((H, E)) < 0.4, LEADERS[COURT], NOBODY)
    rank = np.where(holds[:, :, FIRST], FULL, luck.integers(0, 4, (H, E)))  # who heads a party is a full member
    return make_state(
        alive=luck.random((H, E)) < 0.8,
        fallen=luck.random((H, E)) < 0.1,
        fate=luck.integers(0, 4, (H, E)) * (luck.random((H, E)) < 0.2),
        rank=rank,
        holds=holds,
        clients=clients,
        patron=np.where(patron == np.arange(E), NOBODY, patron),
        prestige=3 * luck.random((H, E)),
        fortune=luck.normal(0, 0.5, (H, E)),
        power=luck.random((H, E)) / 7,
        leader=np.where(luck.random((H, P)) < 0.9, LEADERS, NOBODY),
        tenure=luck.integers(0, 99, (H, P)),
        norm=luck.random((H, P)),
        damage=luck.random((H, E)) * 0.5,
        congress=bool(seed % 2),
        turnover=luck.random((H, P)),
        personalisation=luck.random((H, P)),
        cult=luck.random((H, P)),
        unrest=luck.random((H, P)),
        growth=luck.normal(0, 0.1, P),
        renewed=luck.random((H, P)) < 0.2,
        convictions=luck.random((H, P)) * 1e5,
        devolved=luck.random((H, P)),
        available=luck.random(E) < 0.9,
    )


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_a_court_holds_together(seed):
    before = some_court(seed)
    after = before.with_(month(before))
    out = ~before.alive | before.fallen | (before.fate > 0)
    assert (per_court(after.clients, COURT, P) <= 1 + 1e-9).all()
    single = [OFFICES.index(office) for office in SINGLE_HOLDER]
    holders = np.stack([per_court(after.holds[:, :, o].astype(int), COURT, P) for o in single])
    assert (holders <= 1).all()
    assert not after.holds[out].any()
    for name, nought in (("rank", OUTSIDE), ("clients", 0), ("power", 0)):
        assert (getattr(after, name)[out] == nought).all(), name
    assert (after.rank[after.holds.any(axis=2)] > OUTSIDE).all()
    led = after.leader >= 0
    assert (of(after.rank, after.leader)[led] == FULL).all()
    assert (COURT[np.maximum(after.leader, 0)] == np.arange(P))[led].all()
    np.testing.assert_array_equal(after.personalisation, of(after.power, after.leader))
    assert ((after.loyalty > 0) & (after.loyalty < 1)).all()
    np.testing.assert_allclose(after.institution.mean(axis=2), 1, rtol=1e-12)


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_power_in_a_whole_court_is_one_and_in_a_reduced_one_less(seed):
    before = some_court(seed)
    member = per_court((~(~before.alive | before.fallen | (before.fate > 0))).astype(int), COURT, P) > 0
    power = per_court(month(before)["power"], COURT, P)
    alone = per_court(month(before, unseen=0.0)["power"], COURT, P)
    able = per_court(month(before)["rank"] > OUTSIDE, COURT, P) > 0
    np.testing.assert_allclose(power[:, 0][able[:, 0]], 1, rtol=1e-12)
    assert (power[:, 1:] < 1).all()
    np.testing.assert_allclose(alone[able], 1, rtol=1e-12)
    assert (power[~member] == 0).all()


class TestOffices:
    def test_a_vacant_office_of_a_whole_court_is_filled(self):
        holds = month(make_state())["holds"]
        for office in SINGLE_HOLDER:
            o = OFFICES.index(office)
            assert (holds[:, COURT == 0, o].sum(axis=1) == 1).all(), office
        assert (holds[:, COURT > 0, FIRST].sum(axis=1) == 2).all()

    def test_the_norm_keeps_the_two_top_offices_in_two_hands(self):
        """With a large separation nobody holds both; with none the fittest does."""
        power = np.where(np.arange(E) == 3, 0.7, 0.05)
        apart = month(make_state(power=power, norm=1.0), separation=20.0)["holds"]
        both = month(make_state(power=power, norm=1.0), separation=0.0)["holds"]
        assert not (apart[:, :, FIRST] & apart[:, :, PREMIER]).any()
        assert (both[:, 3, FIRST] & both[:, 3, PREMIER]).all()

    def test_who_keeps_his_office_keeps_it(self):
        holds = np.zeros((E, len(OFFICES)), bool)
        holds[2, PREMIER] = holds[5, OFFICES.index("security")] = True
        after = month(make_state(holds=holds))["holds"]
        assert after[:, 2, PREMIER].all()
        assert after[:, 5, OFFICES.index("security")].all()

    def test_moscow_installs_and_dismisses(self):
        holds = np.zeros((E, len(OFFICES)), bool)
        holds[7, FIRST] = True
        state = make_state(
            holds=holds, rank=np.where(np.arange(E) == 9, CANDIDATE, FULL), install=[-1, 9, -1], dismissed=[-1, 7, -1]
        )
        after = state.with_(month(state))
        assert (after.leader[:, 1] == 9).all()
        assert after.holds[:, 9, FIRST].all()
        assert not after.holds[:, 7].any()
        assert (after.rank[:, 7] < FULL).all()
        assert (after.rank[:, 9] == FULL).all()


class TestClients:
    def test_they_flow_to_those_who_appoint(self):
        """clients + flow (share of appointments - clients), the share by the offices after this month's changes."""
        clients = np.linspace(0.0, 0.2, E) / 2
        state = make_state(clients=clients)
        after = month(state, flow=0.1, congress_flow=0.0)
        appoints = after["holds"] @ APPOINTS
        share = appoints / per_court(appoints, COURT, P)[:, COURT]
        np.testing.assert_allclose(after["clients"], clients + 0.1 * (share - clients), rtol=1e-12)

    def test_at_a_congress_more_seats_move(self):
        calm, congress = (
            month(make_state(clients=1 / 7, congress=met), flow=0.01, congress_flow=0.2) for met in (False, True)
        )
        moved = [np.abs(after["clients"] - 1 / 7)[:, COURT == 0] for after in (calm, congress)]
        assert (moved[1].sum(axis=1) > 5 * moved[0].sum(axis=1)).all()
        assert (congress["turnover"] > calm["turnover"]).all()

    def test_a_dead_mans_go_to_the_members_nearest_to_him_and_none_is_lost(self):
        clients = np.where(np.arange(E) == 2, 0.5, 0.05) * (COURT == 0)
        tie = np.zeros((E, E))
        tie[4, 2] = 0.9
        alive = np.arange(E) != 2
        after = month(make_state(clients=clients, tie=tie, alive=alive), **REST)["clients"]
        np.testing.assert_allclose(after[:, COURT == 0].sum(axis=1), 0.8, rtol=1e-12)
        gained = after[:, COURT == 0] - clients[COURT == 0]
        assert (np.delete(gained, [2], axis=1) > 0).all()
        assert (gained.argmax(axis=1) == 4).all()
        np.testing.assert_allclose(gained[:, 4] / gained[:, 1], 10, rtol=1e-9)  # (0.1 + 0.9) / 0.1 with equal power

    def test_loyalty_by_hand(self):
        """logistic(a - b turnover - c failure): a half where nothing weighs; less after failure."""
        even = month(make_state(), loyalty_base=0.0, loyalty_turnover=0.0, loyalty_failure=0.0)["loyalty"]
        np.testing.assert_array_equal(even, 0.5)
        failed, fine = (month(make_state(failure=f, growth=g))["loyalty"] for f, g in ((0.8, -0.05), (0.1, 0.06)))
        assert (failed < fine).all()
        restless, quiet = (month(make_state(turnover=t))["loyalty"] for t in (0.9, 0.0))
        assert (restless < quiet).all()

    @pytest.mark.parametrize("gone", [True, False])
    def test_a_new_member_is_the_leaders_man_unless_the_leader_has_gone(self, gone):
        rank = np.where(np.isin(np.arange(E), [4, 5, 6]), 1, FULL)
        after = month(make_state(rank=rank, alive=np.arange(E) != 0 if gone else True))
        raised = (after["rank"] > rank) & (COURT == 0)
        assert raised.any()
        assert (after["patron"][raised] == (NOBODY if gone else 0)).all()


class TestLeader:
    def test_an_incumbent_stays_until_clearly_surpassed(self):
        """Whoever is ahead by less than `lead`, in logs of power, waits."""
        led = []
        for prestige in np.linspace(5, 15, 21):
            holds = np.zeros((E, len(OFFICES)), bool)
            holds[np.arange(2, 7), [OFFICES.index(o) for o in SINGLE_HOLDER[:5]]] = True  # the posts are with others
            state = make_state(prestige=np.array([5.0, prestige] + [0.0] * 10), holds=holds)
            after = month(state, lead=0.15, **REST)
            ahead = np.log(after["power"][:, 1] / after["power"][:, 0])
            np.testing.assert_array_equal(after["leader"][:, 0], np.where(ahead > 0.15, 1, 0))
            led.append(after["leader"][0, 0])
        assert {0, 1} <= set(led)

    def test_a_leader_gone_leaves_a_vacancy_that_fades(self):
        alive = np.arange(E) != 0
        gone = month(make_state(alive=alive, vacancy=0.2))
        assert (gone["vacancy"][:, 0] == 1).all()
        assert (gone["leader"][:, 0] > 0).all()
        assert (gone["tenure"][:, 0] == 0).all()
        state = make_state(vacancy=0.8)
        for _ in range(6):
            state = state.with_({"vacancy": month(state, vacancy_half_life=6.0)["vacancy"]})
        np.testing.assert_allclose(state.vacancy, 0.4, rtol=1e-12)

    def test_a_succession_is_told(self):
        noise = make_noise(patronage)
        patronage(make_state(alive=np.arange(E) != 0), make_params(patronage), noise)
        assert [(row[0], set(row[4])) for row in noise._log.rows] == [("succession", {0})]

    def test_tenure_counts_the_months(self):
        after = month(make_state(tenure=41))
        stayed = after["leader"] == LEADERS
        assert stayed.any()
        np.testing.assert_array_equal(after["tenure"], np.where(stayed, 42, 0))

    def test_only_an_autocrat_becomes_the_dead_ruler(self):
        for share, ruler in ((0.8, 0), (0.2, -1)):
            after = month(make_state(alive=np.arange(E) != 0, personalisation=share), autocrat=0.45)
            assert (after["dead_ruler"][:, 0] == ruler).all()

    def test_nobody_left_nobody_leads(self):
        after = month(make_state(alive=np.arange(E) > 6))
        assert (after["leader"][:, 0] == NOBODY).all()
        assert (after["personalisation"][:, 0] == 0).all()


class TestStanding:
    def test_failure_by_hand(self):
        """Now 0.5 - 6 x 0.05 = 0.2; remembered 0.1 and a memory of 10 months: 0.1 + 0.1 / 10."""
        after = month(make_state(failure=0.1, growth=0.05), failure_memory=10.0)["failure"]
        np.testing.assert_allclose(after, 0.11, rtol=1e-12)

    def test_a_revelation_costs_standing_in_proportion(self):
        told, silent = (month(make_state(prestige=4.0, damage=damage))["prestige"] for damage in (0.25, 0.0))
        np.testing.assert_allclose(told, 0.75 * silent, rtol=1e-12)

    def test_a_cult_lends_it_and_the_norm_takes_it_away(self):
        cult, plain, norm = (
            month(make_state(cult=c, norm=n))["prestige"][:, 0] for c, n in ((1.0, 0.0), (0.0, 0.0), (1.0, 1.0))
        )
        assert (cult > plain).all()
        np.testing.assert_array_equal(norm, plain)

    def test_security_lives_by_terror_and_regions_by_what_is_devolved(self):
        calm, terror = (month(make_state(convictions=c))["institution"] for c in (0.0, 1e6))
        assert (terror[:, :, 2] > calm[:, :, 2]).all()
        central, devolved = (month(make_state(devolved=d))["institution"] for d in (0.0, 1.0))
        assert (devolved[:, :, 4] > central[:, :, 4]).all()
        assert (devolved[:, :, 1] < central[:, :, 1]).all()

    @pytest.mark.parametrize("name", ["prestige", "clients", "fortune"])
    def test_more_of_it_is_more_power(self, name):
        more = np.zeros((H, E))
        more[:, 3] = 0.5
        with_, without = (month(make_state(**{name: value}), **REST)["power"][:, 3] for value in (more, 0 * more))
        assert (with_ > without).all()

    def test_outsiders_have_no_power_and_candidates_less_than_members(self):
        rank = np.array([3, 3, 3, 2, 1, 0, 3, 3, 3, 3, 3, 3])
        power = month(make_state(rank=rank, available=False), **REST)["power"][0]
        assert power[5] == 0
        assert 0 < power[4] < power[3]
