"""Mortality: one clock a life, Gompertz by hand, and nobody immortal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import H, logged, make_noise, make_params, make_state, rates

from thaw.court import SHOT
from thaw.mechanisms.mortality import mortality

PLAIN = {"level": np.log(0.12), "slope": 0.1, "frailty_sd": 0.0}  # 0.12 a year at 60, e times that at 70


def live(ages, months=1, **options):
    """(months, H, E) who is alive, a twelfth of a year older each month."""
    clocks, state, seen = {}, make_state(age=np.asarray(ages)), []
    for month in range(months):
        noise = make_noise(mortality, month=month, clocks=clocks, **options)
        state = state.with_({"age": np.broadcast_to(np.asarray(ages, float) + month / 12, 12).copy()})
        state = state.with_(mortality(state, make_params(mortality, **PLAIN), noise))
        seen.append(state.alive)
    return np.array(seen)


def test_the_hazard_by_hand():
    found = rates(mortality, make_state(age=[60.0, 70.0, 50.0] * 4), make_params(mortality, **PLAIN))["death"]
    np.testing.assert_allclose(found[:, :3], [[0.01, 0.01 * np.e, 0.01 / np.e]] * H, rtol=1e-12)


def test_frailty_is_a_trait_of_mean_one():
    """exp(sd z - sd²/2) has mean 1: frailty spreads deaths and does not add to them at first."""
    params = make_params(mortality, 4000, **PLAIN | {"frailty_sd": 0.5})
    found = rates(mortality, make_state(4000, age=60.0), params)["death"]
    spread = np.sqrt(np.exp(0.25) - 1) / np.sqrt(found.size)
    assert abs(found.mean() / 0.01 - 1) < 4 * spread
    again = rates(mortality, make_state(4000, age=60.0), params, month=9)["death"]
    np.testing.assert_array_equal(found, again)


def test_the_dead_do_not_die_again():
    alive = np.arange(12) != 3
    noise = make_noise(mortality, do=["death"])
    after = mortality(make_state(alive=alive), make_params(mortality), noise)["alive"]
    assert not after.any()
    assert {e for _, _, e in logged(noise)} == set(range(12)) - {3}
    assert noise._log.refused["death"].all()


def test_who_was_sentenced_last_month_is_shot_and_nobody_else():
    fallen, fate = np.isin(np.arange(12), [4, 5]), np.isin(np.arange(12), [5, 6]) * SHOT
    noise = make_noise(mortality)
    after = mortality(make_state(fallen=fallen, fate=fate), make_params(mortality, level=-50.0), noise)["alive"]
    np.testing.assert_array_equal(after, (np.arange(12) != 5)[None].repeat(H, 0))
    assert sorted(logged(noise)) == [("death", h, 5) for h in range(H)]


@given(st.integers(0, 10**6), st.floats(0.5, 30))
@settings(max_examples=15, deadline=None)
def test_the_older_with_the_same_luck_dies_no_later(seed, older):
    young, old = (live(60.0 + years, 240, seed=seed) for years in (0, older))
    assert (old <= young).all()


def test_nobody_comes_back_and_nobody_is_immortal():
    """Not even those whose death is prevented: they get the rest of a life, once."""
    for options in ({}, {"prevent": ["death"]}, {"pins": {"death": np.full(12, 100)}}):
        alive = live(60.0, 12 * 70, **options)
        assert (alive[1:] <= alive[:-1]).all()
        assert alive[0].any()
        assert not alive[-1].any()


def test_a_prevented_death_is_put_off_for_him_alone():
    free, saved = live(70.0, 500), live(70.0, 500, prevent=[("death", 4)])
    others = np.arange(12) != 4
    np.testing.assert_array_equal(free[:, :, others], saved[:, :, others])
    assert (saved[:, :, 4] >= free[:, :, 4]).all()
    assert (saved[:, :, 4].sum(axis=0) > free[:, :, 4].sum(axis=0)).all()


def test_a_pinned_death_comes_in_its_month_and_prevented_by_the_clock_from_that_day():
    pins = {"death": np.where(np.arange(12) == 2, 93, -1)}
    lived = live(73.0, 600, pins=pins)[:, :, 2].sum(axis=0)
    assert (lived == 93).all()
    saved = live(73.0, 600, pins=pins, prevent=[("death", 2)])[:, :, 2].sum(axis=0)
    assert (saved > 93).all()
    assert len(set(saved)) > 3


@pytest.mark.parametrize("years", [0, 40, 90])
def test_the_hazard_is_finite_at_any_age(years):
    found = rates(mortality, make_state(age=float(years)), make_params(mortality))["death"]
    assert np.isfinite(found).all()
    assert (found > 0).all()
