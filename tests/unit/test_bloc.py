"""Bloc: Moscow's line arrives late, concessions need an alternative, force needs a cause."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import COURT, LEADERS, H, logged, make_noise, make_params, make_state, rates

from thaw.court import FREE, IMPRISONED, NOBODY, PENSIONED, SHOT
from thaw.mechanisms.bloc import bloc
from thaw.state import out_of_bounds

E, P = len(COURT), 3
DT = 7 * 12 / 365.2425
STILL = {"dismissal": 0.0, "concession": 0.0, "exit": 0.0, "intervention": 0.0, "drift": 0.0, "capacity": 99.0}
RIVAL = {"stance": np.where(np.arange(E) == 9, 0.8, 0.0)}  # a softer man in Budapest
REVOLT = {"in_uprising": [False, True, False], "revolt": [0.0, 0.3, 0.0], "unrest": [0.0, 1.0, 0.0]}


def week(state, *, do=(), prevent=(), draws=None, **params):
    noise = make_noise(bloc, state.sizes["H"], do=do, prevent=prevent, **(draws or {}))
    return bloc(state, make_params(bloc, state.sizes["H"], **STILL | params), noise), noise


class TestLine:
    def test_pressure_by_hand(self):
        """A week of a lag of five months towards Moscow's 0.6; Moscow itself feels none."""
        after, _ = week(make_state(line=[0.6, -0.3, 0.0], pressure=0.1), lag=5.0)
        np.testing.assert_allclose(after["pressure"][:, 1:], 0.1 + 0.5 * DT / 5, rtol=1e-12)
        assert (after["pressure"][:, 0] == 0).all()

    def test_a_leader_who_fits_and_keeps_quiet_is_in_favour(self):
        fits, clashes, unquiet = (
            week(make_state(pressure=0.5, stance=s, unrest=u))[0]["favour"][:, 1]
            for s, u in ((0.5, 0.0), (-0.9, 0.0), (0.5, 0.9))
        )
        assert (fits > clashes).all()
        assert (fits > unquiet).all()

    @pytest.mark.parametrize("changes", [{"stance": -0.9, "pressure": 0.8}, {"unrest": 0.9}, {"favour": -0.9}])
    def test_what_costs_a_leader_his_place(self, changes):
        plain = rates(bloc, make_state(), make_params(bloc))["leader_ousted"]
        pushed = rates(bloc, make_state(**changes), make_params(bloc))["leader_ousted"]
        assert (pushed[:, 1:] > plain[:, 1:]).all()
        assert (pushed[:, 0] == 0).all()  # Moscow's leader is not for the bloc to dismiss


class TestAlternative:
    def test_the_softest_man_alive_and_at_large(self):
        stance = np.where(np.arange(E) == 9, 0.8, np.where(np.arange(E) == 8, 0.6, 0.0))
        cases = [
            ({}, 9),
            ({"alive": np.arange(E) != 9}, 8),
            ({"fate": np.where(np.arange(E) == 9, PENSIONED, FREE)}, 9),
        ]
        cases += [({"fate": np.where(np.arange(E) == 9, fate, FREE)}, 8) for fate in (IMPRISONED, SHOT)]
        for changes, wanted in cases:
            after, _ = week(make_state(stance=stance, **changes))
            assert (after["alternative"][:, 1] == wanted).all(), changes

    def test_nobody_softer_than_the_leader_nobody(self):
        after, _ = week(make_state(stance=np.where(np.arange(E) == 7, 0.7, 0.8)))
        assert (after["alternative"][:, 1] == NOBODY).all()
        assert (after["alternative"][:, 0] == NOBODY).all()  # nor in Moscow


class TestConcession:
    def test_none_without_an_alternative(self):
        after, noise = week(make_state(stance=0.0, **REVOLT), do=[("concession", 1)])
        assert logged(noise) == []
        assert noise._log.refused["concession"].all()
        assert (after["conceded"] == 0).all()

    def test_the_alternative_comes_in_and_the_leader_goes(self):
        after, noise = week(make_state(**RIVAL, **REVOLT), do=[("concession", 1)])
        assert {(name, p) for name, _, p in logged(noise)} == {("concession", 1), ("leader_ousted", 1)}
        assert (after["install"] == [NOBODY, 9, NOBODY]).all()
        assert (after["dismissed"] == [NOBODY, 7, NOBODY]).all()
        assert (after["conceded"][:, 1] == 1).all()

    @pytest.mark.parametrize("changes", [{"occupied": 0.9}, {"conceded": 0.9}, {"exited": True}])
    def test_not_under_tanks_nor_twice_nor_outside(self, changes):
        found = rates(bloc, make_state(**RIVAL, **REVOLT, **changes), make_params(bloc))["concession"]
        assert (found == 0).all()

    @pytest.mark.parametrize("changes", [{"unrest": 0.8}, {"church": 0.9}, {"pressure": 0.7, "line": 0.7}])
    def test_what_brings_it(self, changes):
        plain, pushed = (
            rates(bloc, make_state(**RIVAL, **extra), make_params(bloc))["concession"][:, 1] for extra in ({}, changes)
        )
        assert (pushed > plain).all()
        assert (plain > 0).all()

    def test_its_credit_fades(self):
        after, _ = week(make_state(conceded=0.8), concession_half_life=DT)
        np.testing.assert_allclose(after["conceded"], 0.4, rtol=1e-12)


class TestIntervention:
    def test_none_without_revolt_collapse_exit_or_drift(self):
        after, noise = week(make_state(), do=["intervention"])
        assert logged(noise) == []
        assert noise._log.refused["intervention"].all()
        assert (after["occupied"] == 0).all()

    def test_never_in_moscow_nor_outside_the_bloc_nor_where_tanks_stand_already(self):
        uprising = {"in_uprising": True, "revolt": 0.3}
        for changes, wanted in (({}, {1, 2}), ({"bloc": [False, True, False]}, {1}), ({"occupied": [0, 1.0, 0]}, {2})):
            _, noise = week(make_state(**uprising, **changes), do=["intervention"])
            assert {p for name, _, p in logged(noise) if name == "intervention"} == wanted

    def test_a_reform_that_outruns_moscow_is_enough(self):
        drifted, tolerated = (
            rates(bloc, make_state(line=[0.0, line, 0.0]), make_params(bloc, tolerance=0.4))["intervention"]
            for line in (0.9, 0.3)
        )
        assert (drifted[:, 1] > 0).all()
        assert (tolerated == 0).all()

    @pytest.mark.parametrize(
        ("less", "more"),
        [
            ({"garrison": 0.0}, {"garrison": 1.0}),
            ({"revolt": 0.05}, {"revolt": 0.25}),
            ({"contagion": 0.0}, {"contagion": 1.0}),
            ({"tension": 0.9}, {"tension": 0.1}),
            ({"strife": [1.0, 0, 0]}, {"strife": 0.0}),
            ({"conceded": 0.9}, {"conceded": 0.0}),
            ({"collapsed": False}, {"collapsed": True}),
        ],
    )
    def test_what_brings_the_tanks_and_what_holds_them_back(self, less, more):
        low, high = (
            rates(bloc, make_state(**REVOLT | extra), make_params(bloc, **STILL | {"intervention": 0.5}))[
                "intervention"
            ][:, 1]
            for extra in (less, more)
        )
        assert (high > low).all()

    def test_it_undoes_collapse_and_exit_and_its_weight_fades(self):
        after, _ = week(make_state(**REVOLT, collapsed=[False, True, False]), do=[("intervention", 1), ("exit", 1)])
        assert not after["exited"].any()
        assert not after["collapsed"].any()
        assert (after["occupied"][:, 1] == 1).all()
        assert (after["dismissed"][:, 1] == LEADERS[1]).all()  # the government that lost the capital goes too
        later, _ = week(make_state(occupied=0.6), force_half_life=DT)
        np.testing.assert_allclose(later["occupied"], 0.3, rtol=1e-12)


class TestCollapseAndExit:
    def test_collapse_needs_an_uprising_above_what_the_state_bears(self):
        for revolt, rising, falls in ((0.3, True, True), (0.1, True, False), (0.3, False, False)):
            state = make_state(revolt=[0, revolt, 0], in_uprising=[False, rising, False])
            after, noise = week(state, capacity=0.2, draws={"strength": 0.0})
            assert (after["collapsed"][:, 1] == falls).all()
            assert ("regime_collapse" in {name for name, _, _ in logged(noise)}) == falls

    def test_it_lasts_as_long_as_the_uprising(self):
        for rising in (True, False):
            after, _ = week(
                make_state(collapsed=[False, True, False], in_uprising=[False, rising, False]), capacity=99.0
            )
            assert (after["collapsed"][:, 1] == rising).all()

    def test_the_fall_of_the_party_ousts_its_leader_once(self):
        state = make_state(**REVOLT)
        after, noise = week(state, capacity=0.01, draws={"strength": 0.0})
        assert ("leader_ousted", 0, 1) in logged(noise)
        again, noise = week(state.with_(after), capacity=0.01, draws={"strength": 0.0})
        assert "leader_ousted" not in {name for name, _, _ in logged(noise)}
        assert (again["dismissed"][:, 1] == LEADERS[1]).all()  # until patronage has acted

    def test_an_exit_is_for_good_and_ends_membership(self):
        after, _ = week(make_state(), do=[("exit", 1)])
        assert (after["exited"] == [False, True, False]).all()
        later, noise = week(make_state().with_({"exited": after["exited"]}), do=["exit", "concession", "leader_ousted"])
        assert (later["exited"] == [False, True, True]).all()
        assert {p for _, _, p in logged(noise)} == {2}

    def test_moscow_may_give_a_half_nation_away(self):
        after, _ = week(make_state(ceded=[True, False, False], divided=[False, True, False]))
        assert (after["exited"] == [False, True, False]).all()

    def test_a_garrison_holds_and_a_collapse_frees(self):
        plain, garrison, collapsed = (
            rates(bloc, make_state(**REVOLT, **extra), make_params(bloc, capacity=99.0))["exit"][:, 1]
            for extra in ({}, {"garrison": 1.0}, {"collapsed": [False, True, False]})
        )
        assert (garrison < plain).all()
        assert (collapsed > plain).all()


class TestContagion:
    def test_it_is_seen_next_door_and_not_at_home_and_fades(self):
        after, _ = week(make_state(in_uprising=[False, True, False]))
        assert (after["contagion"] == [0, 0, 1]).all()
        later, _ = week(make_state().with_({"contagion": after["contagion"]}))
        np.testing.assert_allclose(later["contagion"][:, 2], np.exp(-DT), rtol=1e-12)

    def test_two_see_each_other(self):
        after, _ = week(make_state(in_uprising=[False, True, True]))
        assert (after["contagion"] == [0, 1, 1]).all()


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_whatever_happens_all_stays_in_its_bounds(seed):
    luck = np.random.default_rng(seed)
    shares = ("unrest", "revolt", "voice", "occupied", "conceded", "contagion", "strife", "vacancy")
    signed = ("line", "pressure", "favour")
    flags = ("in_uprising", "in_unrest", "exited", "collapsed", "ceded")
    state = make_state(
        **{name: luck.random((H, P)) for name in shares},
        **{name: luck.uniform(-1, 1, (H, P)) for name in signed},
        **{name: luck.random((H, P)) < 0.5 for name in flags},
        stance=luck.uniform(-1, 1, (H, E)),
        church=luck.random(P),
        garrison=luck.random(P),
        fate=luck.integers(0, 4, (H, E)),
        alive=luck.random((H, E)) < 0.8,
        divided=True,
    )
    chosen = [(name, p) for name in (event.name for event in bloc.events) for p in range(P) if luck.random() < 0.4]
    after, noise = week(state, do=chosen)
    for name, values in after.items():
        assert out_of_bounds(name, values) is None, name
    out = after["install"]
    assert (COURT[np.maximum(out, 0)] == np.arange(P))[out >= 0].all()
    assert not {p for _, _, p in logged(noise)} & {0}  # nothing of the bloc happens to Moscow
