"""Anchored forecasts, and rivals that read the past alone."""

import datetime as dt
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from thaw.skill.origins import ARMS, BARE, BARE_PRIOR, DEALS, MODEL, PERMUTED, Origin
from thaw.skill.rivals import Guess, damped_trend, outside_rate, past_rate, persistence
from thaw.skill.scores import series_rows, skill
from thaw.skill.series import COPIES, forecast, points, quantiles, rows_by_year, score, unexplained
from thaw.skill.table import DIFFERENCE, RATIO, SERIES, Series

GDP = next(series for series in SERIES if series.name == "SUN.gdp_pc")
HOSTILITY = next(series for series in SERIES if series.change == DIFFERENCE and series.polity == "SUN")


def test_at_most_fifteen_each_owned_by_who_writes_it() -> None:
    from thaw import loop

    owner = {name: step.name for step in loop.mechanisms() for name in step.writes}
    assert len(SERIES) <= 15
    assert len({series.name for series in SERIES}) == len(SERIES)
    for series in SERIES:
        assert {owner[name] for name in series.measure.fields} == {series.mechanism}, series.name


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series.name)
def test_every_series_has_rows_to_anchor_to_and_to_score(series: Series) -> None:
    years = rows_by_year(series, 1956)
    assert min(years) <= 1951
    assert {1954, 1955, 1956} <= set(years)


class TestAnchor:
    def test_of_a_ratio_the_last_value_grows_as_the_history_does(self, made_up: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("thaw.skill.series.unexplained", lambda *_: 0.0)
        rows = rows_by_year(GDP, 1956)
        known = {year: row for year, row in rows.items() if year <= 1953}
        values, weights = forecast(made_up, GDP, known, rows[1955])
        middle = [1 + (month + 5.5) / 120 for month in (made_up.plan.months.index((year, 1)) for year in (1955, 1953))]
        assert values == pytest.approx(np.full(4 * len(COPIES), known[1953].value * middle[0] / middle[1]), rel=1e-6)
        assert weights == pytest.approx(np.ones(4 * len(COPIES)))

    def test_of_a_difference_it_rises_by_as_much(self, made_up: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("thaw.skill.series.unexplained", lambda *_: 0.0)
        rows = rows_by_year(HOSTILITY, 1956)
        known = {year: row for year, row in rows.items() if year <= 1953}
        values, _ = forecast(made_up, HOSTILITY, known, rows[1956])
        assert values == pytest.approx(known[1953].value + 5.0 * 36 / 120, rel=1e-4)

    def test_the_value_to_be_foretold_is_not_read(self, made_up: Origin) -> None:
        rows = rows_by_year(GDP, 1956)
        known = {year: row for year, row in rows.items() if year <= 1953}
        one, other = (forecast(made_up, GDP, known, replace(rows[1955], value=value))[0] for value in (1.0, 9e9))
        assert np.array_equal(one, other)

    def test_histories_that_weigh_nothing_say_nothing(self, made_up: Origin) -> None:
        made_up.arm.series["SUN.output"][0] *= np.linspace(1, 9, made_up.arm.series["SUN.output"].shape[1])
        rows = rows_by_year(GDP, 1954)
        known = {year: row for year, row in rows.items() if year <= 1953}
        values, _ = forecast(replace(made_up, weights=np.array([0.0, 1.0, 1.0, 2.0])), GDP, known, rows[1954])
        assert len(values) == 3 * len(COPIES)

    def test_what_histories_leave_unexplained_is_what_is_over_their_own_spread(self, made_up: Origin) -> None:
        rows = rows_by_year(GDP, 1953)
        flat = {year: np.zeros(4) for year in rows if year >= 1948}
        logs = {year: np.log(row.value) for year, row in rows.items()}
        errors = [(logs[year + 1] - logs[year]) ** 2 for year in range(1948, 1953)]
        assert unexplained(made_up, GDP, rows, flat, 1) == pytest.approx(np.sqrt(np.median(errors) / 0.4549))
        assert unexplained(made_up, GDP, rows, flat, 3) == pytest.approx(np.sqrt(3) * unexplained(made_up, GDP, rows, flat, 1))
        wide = {year: np.array([-9.0, 9.0, -9.0, 9.0]) * (-1) ** year for year in flat}
        assert unexplained(made_up, GDP, rows, wide, 1) == 0.0
        narrow = {year: np.array([-1.0, 1.0, -1.0, 1.0]) * 0.001 * (-1) ** year for year in flat}
        assert unexplained(made_up, GDP, rows, narrow, 1) ** 2 == pytest.approx(np.median(errors) / 0.4549 - 0.002**2)

    def test_of_normal_changes_it_is_their_spread_and_one_accident_does_not_move_it(self, made_up: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("thaw.skill.series.RECENT", 4001)
        steps = 0.3 * np.random.default_rng(1).normal(size=4000)
        rows = {1945 + k: replace(rows_by_year(HOSTILITY, 1953)[1953], value=value) for k, value in enumerate(np.cumsum(steps))}
        flat = {year: np.zeros(4) for year in rows}
        calm = unexplained(made_up, HOSTILITY, rows, flat, 1)
        assert calm == pytest.approx(0.3, rel=0.05)
        torn = {year: replace(row, value=row.value + 1000 * (year > 2000)) for year, row in rows.items()}
        assert unexplained(made_up, HOSTILITY, torn, flat, 1) == pytest.approx(calm, rel=0.01)

    def test_years_long_past_do_not_count(self, made_up: Origin) -> None:
        rows = rows_by_year(GDP, 1953)
        flat = {year: np.zeros(4) for year in rows}
        assert min(flat) < 1948
        assert unexplained(made_up, GDP, rows, flat, 1) == unexplained(made_up, GDP, rows, {year: flat[year] for year in flat if year >= 1948}, 1)
        assert unexplained(made_up, GDP, rows, {1953: flat[1953]}, 1) == 0.0


class TestRivals:
    PAST: ClassVar = {year: float(year - 1940) for year in range(1945, 1954)}

    def test_persistence_stays_and_is_as_wrong_as_it_was(self) -> None:
        assert persistence(self.PAST, 1954) == Guess(13.0, 1.0)
        assert persistence(self.PAST, 1956) == Guess(13.0, 3.0)

    def test_a_trend_goes_on_and_is_damped(self) -> None:
        guesses = [damped_trend(self.PAST, year).centre for year in (1954, 1955, 1956)]
        steps = np.diff([13.0, *guesses])
        assert (steps > 0.5).all()
        assert (np.diff(steps) < 0).all()

    def test_neither_changes_with_the_year_after_the_last_point(self) -> None:
        assert damped_trend(self.PAST, 1955).spread >= 0
        assert persistence({1950: 2.0}, 1951).spread > 0

    def test_years_without_a_point_are_passed_over(self) -> None:
        gap = {year: value for year, value in self.PAST.items() if year != 1950}
        assert damped_trend(gap, 1954).centre == pytest.approx(damped_trend(self.PAST, 1954).centre, abs=1.0)

    def test_rates(self) -> None:
        assert past_rate(3, 99) == pytest.approx(0.035)
        rate = outside_rate("leader change")
        assert rate is not None
        assert 0.08 < rate < 0.12
        assert outside_rate("amnesty") is None


class TestScores:
    def test_crps_is_the_squared_distance_of_distributions(self) -> None:
        draw = np.random.default_rng(0)
        values, weights, observed = draw.normal(size=50), draw.uniform(size=50), 0.4
        grid = np.linspace(-6, 6, 200_001)
        order = np.argsort(values)
        below = np.concatenate([[0.0], np.cumsum(weights[order]) / weights.sum()])[np.searchsorted(values[order], grid, side="right")]
        wanted = ((below - (grid >= observed)) ** 2).sum() * (grid[1] - grid[0])
        assert score(values, weights, observed) == pytest.approx(wanted, abs=2e-3)
        assert score(values, np.ones(50), observed) == pytest.approx(score(values, None, observed))

    def test_quantiles_follow_the_weights(self) -> None:
        values = np.arange(10.0)
        assert quantiles(values, np.ones(10), (0.05, 0.5, 0.95)) == [0.0, 4.0, 9.0]
        assert quantiles(values, np.eye(10)[7], (0.05, 0.95)) == [7.0, 7.0]

    def test_skill(self) -> None:
        assert skill(0.5, 1.0) == 0.5
        assert skill(2.0, 1.0) == -1.0

    def test_rows_name_the_best_rival_and_losses_come_first(self, made_up: Origin) -> None:
        rows = series_rows(points({arm: [made_up] for arm in ARMS}, 1954))
        assert [row["crps_skill"] for row in rows] == sorted(row["crps_skill"] for row in rows)
        for row in rows:
            assert row["best_rival"] in row["crps_of"]
            assert row["crps_rival"] == min(row["crps_of"][name] for name in ("persistence", "damped trend", BARE, BARE_PRIOR))
            assert row["crps_skill"] <= 0.0, "a copy of the model is among its rivals"
            assert {"name", "crps", "best_rival", "crps_rival", "crps_skill", "coverage90"} <= set(row)
            assert row["n"] == 1

    def test_without_court_and_society_the_better_parameters_count_and_of_deals_the_mean(self, made_up: Origin) -> None:
        still = replace(made_up, arm=replace(made_up.arm, series={name: np.ones_like(values) for name, values in made_up.arm.series.items()}))
        arms = {arm: [still if arm in (BARE_PRIOR, DEALS[0]) else made_up] for arm in ARMS}
        for point in points(arms, 1954):
            crps = point.crps
            assert crps[PERMUTED] == pytest.approx((crps[BARE_PRIOR] + 2 * crps[MODEL]) / 3)
            assert not set(DEALS) & set(crps)
        better = {row["name"]: row["best_rival"] for row in series_rows(points(arms, 1954)) if row["crps_of"][BARE_PRIOR] < row["crps"]}
        assert BARE_PRIOR in better.values()
        assert BARE not in better.values()

    def test_a_day_on_which_a_stock_was_counted_is_read_the_evening_before(self, made_up: Origin) -> None:
        from thaw.skill.series import simulated

        prisoners = SERIES[0]
        row = rows_by_year(prisoners, 1954)[1954]
        assert row.start == dt.date(1954, 1, 1)
        seen = simulated(made_up, prisoners, row)
        december = 1 + made_up.plan.months.index((1953, 12)) / 120
        assert seen == pytest.approx(np.full(4, np.log(2 * 1000 * december)), rel=1e-5)
        assert prisoners.change == RATIO
