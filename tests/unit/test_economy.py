"""Economy: laws of harvest, levy and hunger; output is the sum of its parts; and what the record gave before it was simulated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import H, logged, make_noise, make_params, make_state, run

from thaw import record
from thaw.compile import between, compile_plan
from thaw.mechanisms.economy import HARVEST_MONTH, economy
from thaw.scenario import load_scenario

P = 3
REST = {"output": 4.0, "potential": 5.0, "frontier": 15.0, "best": 2.5, "season": HARVEST_MONTH, "drought": -1.0, "procurement": 0.4}


def month(params=None, **changes):
    noise = make_noise(economy, weather=0.0, chance=0.0)
    after = economy(make_state(**(REST | changes)), make_params(economy, **(params or {})), noise)
    return after | {"famine": {(h, p) for event, h, p in logged(noise) if event == "famine"}}


class TestHarvest:
    def test_by_hand(self):
        """Four fifths of potential, usual procurement, no weather: 0.8; half the farms' turmoil and relief are shown below."""
        np.testing.assert_allclose(month()["harvest"], 0.8, rtol=1e-12)

    def test_only_in_july(self):
        for season in (6, 8):
            after = month(season=season, harvest=0.7, weather=1.5)
            np.testing.assert_array_equal(after["harvest"], 0.7)
            np.testing.assert_array_equal(after["weather"], 1.5)
            np.testing.assert_array_equal(after["procurement"], 0.4)

    @given(st.floats(0, 1), st.floats(0, 1))
    @settings(max_examples=30, deadline=None)
    def test_more_drought_less_grain(self, one, other):
        mild, dry = (month(drought=value) for value in sorted((one, other)))
        assert (dry["harvest"] <= mild["harvest"]).all()
        assert (dry["output"] <= mild["output"]).all()

    def test_where_nothing_is_reported_weather_is_drawn(self):
        luck = np.linspace(-2, 2, H * P).reshape(H, P)
        after = economy(make_state(**REST), make_params(economy), make_noise(economy, weather=luck, chance=0.0))
        np.testing.assert_array_equal(after["weather"], luck)

    def test_a_report_leaves_a_rest_to_luck(self):
        calm, lucky = (
            economy(make_state(**(REST | {"drought": 0.75})), make_params(economy), make_noise(economy, weather=luck, chance=0.0))["weather"]
            for luck in (0.0, 1.0)
        )
        np.testing.assert_allclose(lucky - calm, 0.5, rtol=1e-12)
        assert (calm < -2).all()

    def test_relief_raises_it_and_collectivisation_under_way_lowers_it(self):
        plain = month()["harvest"]
        assert (month(relief=0.5)["harvest"] > plain).all()
        going = month(collectivising=True, line=-1.0)
        assert (going["harvest"] < plain).all()
        assert (going["collectivised"] > 0).all()

    def test_virgin_land_gives_and_tires(self):
        before, best, late = (month(ploughed=True, steppe=months)["harvest"] for months in (0.0, 28.0, 160.0))
        assert (before < late).all()
        assert (late < best).all()
        np.testing.assert_array_equal(month(steppe=0.0)["steppe"], 0.0)


class TestFarms:
    def test_by_hand(self):
        """A hundredth a month of the private half at a line of -1."""
        after = month({"pace": 0.01}, collectivising=True, line=-1.0, collectivised=0.5)
        np.testing.assert_allclose(after["collectivised"], 0.505, rtol=1e-12)

    @pytest.mark.parametrize("change", [{"line": 0.2}, {"collectivising": False}, {"conceded": 1.0, "collectivised": 0.0}])
    def test_where_it_stops(self, change):
        state = {"collectivising": True, "line": -1.0, "collectivised": 0.3} | change
        np.testing.assert_array_equal(month(**state)["collectivised"], state["collectivised"])

    def test_young_collectives_dissolve_where_the_regime_gives_way_and_old_ones_do_not(self):
        young, old = (month(conceded=1.0, collectivised=share)["collectivised"] for share in (0.3, 1.0))
        assert (young < 0.3).all()
        np.testing.assert_array_equal(old, 1.0)


class TestHunger:
    @pytest.mark.parametrize(("name", "more"), [("line", -1.0), ("decree", 1.0), ("defence", 0.3), ("collectivised", 1.0)])
    def test_procurement_grows_with(self, name, more):
        """And with procurement hunger, all else equal."""
        params = {"subsistence": 0.8, "burden": 0.0}
        plain, hard = month(params), month(params, **{name: more})
        assert (hard["procurement"] > plain["procurement"]).all()
        assert (hard["hunger"] > plain["hunger"]).all()
        np.testing.assert_allclose(hard["harvest"], plain["harvest"], rtol=1e-12)

    def test_by_hand(self):
        """0.5 of 1940 less 60% is 0.2; subsistence 0.25: a fifth is lacking, and 0.01 of a fifth die."""
        after = month({"subsistence": 0.25, "severity": 0.01}, season=1, harvest=0.5, procurement=0.6)
        np.testing.assert_allclose(after["hunger"], 0.002, rtol=1e-9)

    @given(st.floats(0.05, 1.5), st.floats(0, 0.9))
    @settings(max_examples=50, deadline=None)
    def test_famine_only_below_subsistence(self, harvest, procurement):
        after = month({"subsistence": 0.25}, season=1, harvest=harvest, procurement=procurement)
        enough = harvest * (1 - procurement) >= 0.25
        assert (after["hunger"] == 0).all() == enough
        assert not (enough and after["famine"])

    def test_a_famine_begins_once(self):
        bad = {"season": 1, "harvest": 0.3, "procurement": 0.5}
        first = month(**bad)
        assert len(first["famine"]) == H * P
        assert month(**bad, hunger=first["hunger"])["famine"] == set()

    def test_a_famine_that_is_prevented_is_averted_month_after_month(self):
        state, params = make_state(**(REST | {"season": 1, "harvest": 0.3, "procurement": 0.5})), make_params(economy)
        for _ in range(3):
            noise = make_noise(economy, weather=0.0, chance=0.0, prevent=["famine"])
            after = economy(state, params, noise)
            assert logged(noise) == []
            assert (after["hunger"] < params.famine[:, None]).all()
            state = state.with_(after)

    def test_a_famine_that_is_forced_takes_the_grain_and_lasts_until_july(self):
        state, params = make_state(**(REST | {"season": 1, "harvest": 0.9, "procurement": 0.3})), make_params(economy)
        after = economy(state, params, make_noise(economy, weather=0.0, chance=0.0, do=[("famine", 1)]))
        later = economy(state.with_(after), params, make_noise(economy, weather=0.0, chance=0.0))
        assert (later["hunger"][:, 1] > params.famine[0]).all()
        assert (later["hunger"][:, [0, 2]] == 0).all()
        assert (after["hardship"][:, 1] > after["hardship"][:, 0]).all()
        july = economy(state.with_(later | {"season": np.array(7.0)}), params, make_noise(economy, weather=0.0, chance=0.0))
        assert (july["hunger"] == 0).all()

    def test_nobody_starves_where_there_is_no_polity(self):
        assert {p for _, p in month(season=1, harvest=0.3, procurement=0.5, exists=[True, False, True])["famine"]} == {0, 2}


class TestOutput:
    @given(st.integers(0, 10**6))
    @settings(max_examples=30, deadline=None)
    def test_growth_is_the_sum_of_its_parts(self, seed):
        from importlib import import_module

        module = import_module("thaw.mechanisms.economy")
        luck = np.random.default_rng(seed)
        state = make_state(**(
            REST | {
                "output": luck.uniform(0.5, 9, (H, P)), "potential": luck.uniform(0.5, 9, (H, P)), "harvest": luck.uniform(0.3, 1.5, (H, P)),
                "tension": luck.random(), "occupied": luck.random((H, P)), "devolved": luck.random((H, P)), "adapted": luck.random((H, P)),
                "ordinary_prisoners": 2000 * luck.random((H, P)), "relief": luck.random((H, P)),
            }
        ))  # fmt: skip
        params = make_params(economy)
        chance = luck.normal(size=(H, P))
        after = economy(state, params, make_noise(economy, weather=0.0, chance=chance))
        _, investment = module.spend(state, params)
        parts = module.parts_of_potential(state, params, investment) | module.parts_of_growth(state, params, after["harvest"], chance)
        assert len(parts) == 9
        np.testing.assert_allclose(12 * np.log(after["output"] / state.output), sum(parts.values()), rtol=1e-9, atol=1e-12)

    def test_the_poor_catch_up_with_diminishing_returns(self):
        """Without camps, arms and luck, each at its potential: the nearer best practice, the slower."""
        paces = [np.log(month(output=level, potential=level, season=1)["output"] / level).mean() * 12 for level in (2.0, 5.0, 12.0)]
        assert paces[0] > paces[1] > paces[2] > 0

    def test_destroyed_capital_is_rebuilt(self):
        whole, ruined = (np.log(month(output=level, season=1)["output"] / level) for level in (5.0, 3.0))
        assert (ruined > whole).all()

    @pytest.mark.parametrize("change", [{"ordinary_prisoners": 2500.0}, {"occupied": 0.8}, {"devolved": 0.5}, {"revolt": 0.5}, {"defence": 0.4}])
    def test_what_costs_output(self, change):
        assert (month(season=1, **change)["output"] < month(season=1)["output"])[:, 0].all()

    def test_a_reform_disturbs_first_and_gains_later(self):
        none, fresh, settled = (month(season=1, devolved=d, adapted=a)["output"] for d, a in ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)))
        assert (fresh < none).all()
        assert (settled > none).all()

    def test_a_reform_that_is_switched_off_changes_nothing(self):
        off = {"reform_gain": 0.0, "disorder": 0.0}
        plain, devolved = month(off), month(off, devolved=0.7, adapted=0.2)
        for name in plain.keys() - {"adapted", "famine"}:
            np.testing.assert_array_equal(plain[name], devolved[name])

    def test_after_a_strike_work_is_taken_up_again(self):
        still = {"rebuild": 0.0, "advance": 0.0, "catch_up": 0.0, "tribute": 0.0}
        struck = month(still, season=1, revolt=0.6)
        back = month(still, season=1, output=struck["output"], idle=struck["idle"])
        assert (struck["output"] < 4.0).all()
        np.testing.assert_allclose(back["output"], 4.0, rtol=1e-9)


class TestWant:
    def test_what_is_consumed_is_what_is_left(self):
        """The best follows a rise within a year, and never falls."""
        low, high = month(best=1.0, season=1), month(best=99.0, season=1)
        assert (low["hardship"] == 0).all()
        assert (low["best"] > 1).all()
        np.testing.assert_array_equal(high["best"], 99.0)
        assert (high["hardship"] > 0.9).all()

    def test_hunger_is_want(self):
        fed, short = (month(season=1, harvest=h) for h in (1.0, 0.4))
        assert (short["hardship"] > fed["hardship"]).all()

    def test_half_a_nation_looks_at_the_other_half(self):
        state = {"best": 0.1, "season": 1, "divided": [False, True, False]}
        after = month({"other_half": 0.5, "envy": 0.8}, **state)
        wanted = 0.8 * (1 - after["output"][:, 1] / 7.5)
        np.testing.assert_allclose(after["hardship"][:, 1], wanted, rtol=1e-9)
        assert (after["hardship"][:, [0, 2]] == 0).all()

    def test_arms_are_taken_from_both(self):
        peace, race = (month(season=1, tension=t, defence=d) for t, d in ((0.0, 0.1), (1.0, 0.3)))
        assert (race["defence"] > peace["defence"]).all()
        assert (race["output"] < peace["output"]).all()
        assert (race["hardship"] >= peace["hardship"]).all()


CUT = 1956
PROXY = {"DDR": "CSK"}  # no series of output per head for East Germany


def levels(code, variable="gdp_pc"):
    polity = PROXY.get(code, code) if variable == "gdp_pc" else code
    return {row.end.year: row.value for row in record.series(polity, variable) if row.end.year <= CUT}


def recorded_hardship(code, year):
    """What was given before: last year's output below the best peacetime year, or last year's flight from East Germany."""
    points = levels(code)
    level = {y: between(y, points) for y in range(1937, CUT + 1)}
    best = max(level[y] for y in range(1937, year) if y <= 1938 or y >= 1950)
    fled = levels(code, "emigration_to_west").get(year - 1, 0.0) if code == "DDR" else 0.0
    dry = sum(
        next((row.value for row in record.series(code, region) if row.end.year == y), 0.0)
        for region in ("drought_ukraine", "drought_volga_urals", "drought_virgin_lands")
        for y in (year - 1, year - 2)
    )
    return max(1 - level[year - 1] / best, 0.35 * min(fled / 250_000, 1.0), min(0.15 * dry, 0.45))


@pytest.fixture(scope="module")
def told():
    """Output, growth, hardship and harvest of 64 histories, each month to December 1956; the street is left out, for speed."""
    plan = compile_plan(load_scenario("ussr-1945")).with_(citizens=100, without=("society",))
    last = plan.months.index((CUT, 12)) + 1
    plan = plan.with_(months=plan.months[:last], weeks=plan.weeks[:last])
    states = run(plan, 0, 64)
    years = np.array([year for year, _ in plan.months])
    names = ("output", "growth", "hardship", "harvest")
    series = {name: np.stack([getattr(state, name) for state in states]) for name in names}
    return plan, {name: {year: values[years == year] for year in set(years)} for name, values in series.items()}


class TestAgainstTheRecord:
    @pytest.mark.parametrize("code", ["SUN", "HUN", "POL", "CSK", "ROU", "BGR"])
    def test_most_years_of_output_lie_within_the_range(self, told, code):
        """Romania's record jumps from 0.9 to 3.0 and back to 1.9 in 1946-50; its README calls that weak."""
        plan, series = told
        p = plan.polities.index(code)
        first = max(1946, int((load_scenario("ussr-1945").polities[code].starts or "1945").split("-")[0]) + 1)
        years = [year for year in levels(code) if first <= year <= CUT and not (code == "ROU" and year < 1950)]
        output = {year: series["output"][year][:, :, p].mean(axis=0) for year in years}
        inside = [np.quantile(output[y], 0.05) <= levels(code)[y] / 1000 <= np.quantile(output[y], 0.95) for y in years]
        assert np.mean(inside) > 0.6, dict(zip(years, inside, strict=True))

    def test_soviet_harvests_lie_within_the_range(self, told):
        plan, series = told
        people = {year: plan.calendar["population"][plan.months.index((year, 7)), 0] for year in range(1946, CUT + 1)}
        grain = {y: series["harvest"][y][-1, :, 0] * people[y] * 95.6 / 194_077 for y in people}
        known = levels("SUN", "grain_harvest")
        inside = [np.quantile(grain[y], 0.05) <= known[y] <= np.quantile(grain[y], 0.95) for y in people]
        assert sum(inside) >= len(people) - 2

    @pytest.mark.parametrize("code", ["POL", "DDR", "HUN", "CSK", "ROU", "BGR"])
    def test_hardship_of_the_fifties_is_near_what_the_record_gave(self, told, code):
        """Mean of 1950-56 within 0.05: what the street of 1953 and 1956 was calibrated with."""
        plan, series = told
        p = plan.polities.index(code)
        years = range(1950, CUT + 1)
        now = np.mean([series["hardship"][year][:, :, p].mean() for year in years])
        then = np.mean([recorded_hardship(code, year) for year in years])
        assert abs(now - then) < 0.05

    def test_the_soviet_famine_years_are_hard_and_the_fifties_are_not(self, told):
        """Before, a dry year was hardship for two years whatever was reaped; now 1954 and 1955 are what their harvests were."""
        _, series = told
        hard = {year: series["hardship"][year][:, :, 0].mean() for year in range(1946, CUT + 1)}
        assert 0.15 < hard[1946] < 0.4
        assert hard[1950] < 0.06
        assert hard[1946] > hard[1948] > hard[1952]

    @pytest.mark.parametrize("code", ["SUN", "POL", "HUN", "CSK", "BGR"])
    def test_growth_is_near_that_of_the_record(self, told, code):
        """Mean over 1951-56 of a three-year mean, within 2.5 points."""
        plan, series = told
        known = levels(code)
        level = {year: between(year, known) for year in range(1946, CUT + 1)}
        then = np.mean([(level[y] / level[max(y - 3, 1946)]) ** (1 / 3) - 1 for y in range(1951, CUT + 1)])
        now = np.mean([series["growth"][y][:, :, plan.polities.index(code)].mean() for y in range(1951, CUT + 1)])
        assert abs(now - then) < 0.025
