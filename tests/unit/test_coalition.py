"""Showdowns: how often, among whom, who falls; four rules behind one interface, the beaten leader's appeal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import COURT, H, logged, make_noise, make_params, make_state, rates

from thaw.axes import OFFICES
from thaw.court import CADRE, FULL, NOBODY
from thaw.mechanisms.coalition import RULE, RULES, coalition

E, SECURITY = len(COURT), OFFICES.index("security")
MOSCOW = COURT == 0
each_rule = pytest.mark.parametrize("rule", RULES)
LOST = {"appeal": 1e9}  # an appeal that nobody wins


def contenders(*powers, **changes):
    """Moscow with these full members, everyone his own man, powers as shares of their sum; the first leads."""
    power = np.zeros(E)
    power[: len(powers)] = np.array(powers) / sum(powers)
    rank = np.where((np.arange(E) < len(powers)) | ~MOSCOW, FULL, CADRE)
    return make_state(power=power, rank=rank, **changes)


def showdown(state, rule="factions", *, draws=None, prevent=(), **params):
    """Who is outvoted in Moscow when a showdown comes now, (H, members), and the noise."""
    noise = make_noise(coalition, state.sizes["H"], do=[("challenge", 0)], prevent=prevent, **(draws or {}))
    values = coalition(state, make_params(coalition, state.sizes["H"], rule=rule, **params), noise)
    return values["outvoted"], noise


class TestHazard:
    def test_by_hand(self):
        """B = 0.5, no vacancy, failure at its neutral 0.3, no police chief: the base rate. B = 0.2: 0.64 of it."""
        calm = {"failure": 0.3, "vacancy": 0.0}
        for share, wanted in ((0.5, 0.02), (0.2, 0.0128)):
            state = contenders(share, 1 - share, **calm)
            found = rates(coalition, state, make_params(coalition, base=0.02))["challenge"]
            np.testing.assert_allclose(found[:, 0], wanted, rtol=1e-12)
            assert (found[:, 1:] == 0).all()  # reduced courts have no showdowns

    @given(st.floats(0, 1), st.floats(0, 1))
    @settings(max_examples=25, deadline=None)
    def test_it_is_rare_when_he_holds_all_or_nothing(self, share, other):
        near, far = sorted((share, other), key=lambda b: abs(b - 0.5))
        one, two = (
            rates(coalition, contenders(max(b, 1e-6), max(1 - b, 1e-6)), make_params(coalition))["challenge"][0, 0]
            for b in (near, far)
        )
        assert one >= two * (1 - 1e-9)

    @pytest.mark.parametrize(("name", "more"), [("vacancy", 1.0), ("failure", 0.9)])
    def test_pushes(self, name, more):
        low, high = (
            rates(coalition, contenders(3, 4, **{name: value}), make_params(coalition))["challenge"][:, 0]
            for value in (0.2, more)
        )
        assert (high > low).all()

    def test_an_armed_rival_makes_it_likelier_and_an_armed_leader_does_not(self):
        found = []
        for chief in (None, 0, 1):
            holds = np.zeros((E, len(OFFICES)), bool)
            if chief is not None:
                holds[chief, SECURITY] = True
            found.append(rates(coalition, contenders(3, 4, holds=holds), make_params(coalition))["challenge"][0, 0])
        assert found[0] == found[1] < found[2]

    def test_loyal_men_count_for_the_leader(self):
        """Two members with a tenth each; one is the leader's man and as loyal as clients are."""
        patron = np.where(np.arange(E) == 1, 0, NOBODY)
        state = contenders(1, 4, 5, patron=patron, loyalty=0.5, failure=0.3)
        share = 0.1 + 0.4 * 0.5
        found = rates(coalition, state, make_params(coalition, base=0.01))["challenge"][:, 0]
        np.testing.assert_allclose(found, 0.01 * 4 * share * (1 - share), rtol=1e-12)

    def test_without_a_leader_there_is_nobody_to_challenge(self):
        _, noise = showdown(contenders(3, 4, 5, leader=-1))
        assert logged(noise) == []
        assert noise._log.refused["challenge"].all()


class TestFactions:
    def test_the_strongest_outsider_falls(self):
        """Powers 3, 4, 5, 10: the first three rule and throw the strongest out (acemoglu2008)."""
        lost, _ = showdown(contenders(3, 4, 5, 10))
        assert (lost == (np.arange(E) == 3)).all()

    def test_a_leader_outside_is_ousted_and_it_is_told(self):
        lost, noise = showdown(contenders(10, 4, 5, 3), **LOST)
        assert (lost == (np.arange(E) == 0)).all()
        assert sorted(logged(noise)) == sorted(
            [*[("challenge", h, 0) for h in range(H)], *[("leader_ousted", h, 0) for h in range(H)]]
        )

    def test_a_leader_outside_falls_first_and_the_next_round_judges_the_others(self):
        """1, 2, 3, 5, 8: two, three and five rule. The weak leader goes first; eight is still outside without him."""
        lost, _ = showdown(contenders(1, 2, 3, 5, 8), **LOST)
        assert (lost == np.isin(np.arange(E), [0, 4])).all()

    def test_ousting_prevented_he_stays(self):
        lost, noise = showdown(contenders(10, 4, 5, 3), prevent=["leader_ousted"], **LOST)
        assert not lost[:, 0].any()
        assert {name for name, _, _ in logged(noise)} == {"challenge"}

    def test_where_all_rule_together_nobody_falls(self):
        """3, 4, 5: no two could hold together, so all three stay."""
        lost, _ = showdown(contenders(3, 4, 5))
        assert not lost.any()

    @given(st.lists(st.floats(0.01, 1), min_size=6, max_size=6), st.floats(1.05, 4))
    @settings(max_examples=40, deadline=None)
    def test_a_leader_above_half_never_loses(self, rest, more):
        lost, _ = showdown(contenders(sum(rest) * more, *rest), **LOST)
        assert not lost[:, 0].any()
        assert lost[:, MOSCOW].any()

    def test_loyal_clients_stand_with_their_patron(self):
        """Leader 4, his man 3, rivals 5 and 2: together they hold a half and win; alone the leader is one of four."""
        patron = np.where(np.arange(E) == 1, 0, NOBODY)
        state = contenders(4, 3.5, 5, 2, patron=patron)
        loyal, _ = showdown(state, draws={"resolve": 0.0}, **LOST)
        assert not loyal[:, :2].any()
        assert loyal[:, 2].all()  # the strongest outsider
        split, _ = showdown(state, draws={"resolve": 1.0}, own_faction=0.05, **LOST)
        assert (split != loyal).any()

    def test_a_client_too_weak_to_head_a_faction_follows_whatever_he_resolves(self):
        patron = np.where(np.arange(E) == 1, 0, NOBODY)
        state = contenders(5.5, 0.5, 3, 2.5, patron=patron)
        for resolve in (0.0, 1.0):
            lost, _ = showdown(state, draws={"resolve": resolve}, own_faction=0.2)
            assert not lost[:, 0].any()

    def test_an_appeal_to_the_committee_turns_the_tables(self):
        """Beaten in the Presidium, he wins where loyal clients exceed the bar; then his strongest rival falls."""
        clients = np.where(np.arange(E) == 0, 0.8, 0.2 / 6) * MOSCOW
        state = contenders(10, 4, 5, 3, clients=clients, loyalty=0.9)
        won, noise = showdown(state, appeal=0.7, draws={"floor": 0.0})
        assert (won == (np.arange(E) == 2)).all()
        assert "leader_ousted" not in {name for name, _, _ in logged(noise)}
        lost, _ = showdown(state, appeal=0.75, draws={"floor": 0.0})  # 0.8 x 0.9 = 0.72
        assert (lost == (np.arange(E) == 0)).all()


class TestOtherRules:
    def test_literal_all_who_are_excluded_fall(self):
        """10, 11, 12, 13: three rule, one goes. 101 ... 104 with a giant: all but he go."""
        lost, _ = showdown(contenders(10, 11, 12, 13), "literal")
        assert (lost == (np.arange(E) == 3)).all()
        giant, _ = showdown(contenders(9, 1, 1.5, 2), "literal")
        assert (giant == np.isin(np.arange(E), [1, 2, 3])).all()

    def test_contest_by_the_square_of_power(self):
        """Leader 4 against 3: he wins with 16/25."""
        for luck, loser in ((0.639, 1), (0.641, 0)):
            lost, _ = showdown(contenders(4, 3), "contest", draws={"contest": luck})
            assert (lost == (np.arange(E) == loser)).all()

    def test_selectorate_by_loyal_seats(self):
        for seats, loser in ((0.9, 1), (0.3, 0)):
            clients = np.where(np.arange(E) == 0, seats, np.where(np.arange(E) == 1, 1 - seats, 0))
            state = contenders(4, 3, clients=clients, loyalty=1.0)
            lost, _ = showdown(state, "selectorate", appeal=0.5, draws={"floor": 0.0})
            assert (lost == (np.arange(E) == loser)).all()


@each_rule
class TestInterface:
    def test_it_is_there(self, rule):
        assert set(RULE) == set(RULES)
        assert rule in coalition.rules

    def test_without_a_showdown_nobody_loses(self, rule):
        noise = make_noise(coalition, prevent=["challenge"])
        values = coalition(contenders(3, 4, 5, 10), make_params(coalition, rule=rule), noise)
        assert not values["outvoted"].any()

    def test_one_historys_powers_do_not_touch_anothers(self, rule):
        luck = np.random.default_rng(5)
        power = luck.random((H, E)) / 7
        draws = {"resolve": luck.random((H, E)), "contest": luck.random((H, 3)), "floor": luck.normal(size=(H, 3))}
        whole, _ = showdown(make_state(power=power, clients=power), rule, draws=draws)
        for h in range(H):
            alone, _ = showdown(
                make_state(1, power=power[h], clients=power[h]),
                rule,
                draws={name: values[h] for name, values in draws.items()},
            )
            np.testing.assert_array_equal(alone[0], whole[h])


@each_rule
class TestLosers:
    @given(seed=st.integers(0, 10**6))
    @settings(max_examples=15, deadline=None)
    def test_losers_are_full_members_of_that_court(self, rule, seed):
        luck = np.random.default_rng(seed)
        rank = np.where(np.arange(E) == 0, FULL, luck.integers(0, 4, (H, E)))
        patron = np.where(luck.random((H, E)) < 0.5, 0, NOBODY)
        patron[:, 0] = NOBODY
        state = make_state(
            rank=rank,
            patron=np.where(MOSCOW, patron, NOBODY),
            loyalty=luck.random((H, 3)),
            power=luck.random((H, E)) / 7 * (rank > 0),
            clients=luck.random((H, E)) / 7,
            tie=luck.random((E, E)),
        )
        alone = ((rank == FULL) & MOSCOW).sum(axis=1) == 1
        lost, _ = showdown(state, rule, draws={"resolve": luck.random((H, E)), "contest": luck.random((H, 3))})
        assert not (lost & ~((rank == FULL) & MOSCOW))[~alone].any()
        assert (lost.sum(axis=1) < ((rank == FULL) & MOSCOW).sum(axis=1))[~alone].all(), "somebody is left to rule"

    def test_a_leader_alone_has_nobody_to_lose_to(self, rule):
        """Nobody outside the Presidium is thrown out of it."""
        lost, _ = showdown(contenders(1.0, clients=0.1, loyalty=1.0), rule, appeal=0.01)
        assert not lost[:, 1:].any()


class TestMemory:
    def test_fortune_halves_and_is_stirred(self):
        state = make_state(fortune=0.8)
        for _ in range(6):
            values = coalition(
                state, make_params(coalition, fortune_half_life=6.0, base=0.0), make_noise(coalition, shock=0.0)
            )
            state = state.with_({"fortune": values["fortune"]})
        np.testing.assert_allclose(state.fortune, 0.4, rtol=1e-12)

    def test_its_spread_stays_what_it_is(self):
        """An AR(1) in balance: variance sd² before and after."""
        luck = np.random.default_rng(0)
        histories = 3000
        state = make_state(histories, fortune=0.3 * luck.normal(size=(histories, E)))
        params = make_params(coalition, histories, fortune_sd=0.3, base=0.0)
        after = coalition(state, params, make_noise(coalition, histories))["fortune"]
        assert after.std() == pytest.approx(0.3, rel=4 / np.sqrt(2 * after.size))

    def test_strife_is_one_at_a_showdown_and_halves(self):
        noise = make_noise(coalition, do=[("challenge", 0)])
        values = coalition(
            contenders(3, 4, 5, strife=0.6), make_params(coalition, strife_half_life=1.0, base=0.0), noise
        )
        np.testing.assert_allclose(values["strife"], [[1.0, 0.3, 0.3]] * H, rtol=1e-12)
