"""The panel of polities and years, trust by kind, and the log of openings, on made-up outcomes."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from corrupt import invented

from thaw import record
from thaw.errors import ScenarioError
from thaw.skill import log, saved, whole
from thaw.skill.origins import ARMS, BARE, BARE_PRIOR, DEALS, MODEL, Origin, check_scenario
from thaw.skill.panel import Cell, base_rate, cells, names_in, places, probability, recorded_years
from thaw.skill.scores import brier, clustered_error, events_in, log_score, panel_rows, reliability
from thaw.skill.table import ANY
from thaw.trust import KINDS, made_here

UNREST = next(kind for kind in KINDS if kind.name == "mass unrest")
SPLIT = next(kind for kind in KINDS if kind.name == "split")


def cell(came: bool, probability: float, polity: str = "HUN", year: int = 1956, origin: int = 1955, base: float = 0.1) -> Cell:
    return Cell("mass unrest", polity, year, origin, came, probability, base)


class TestCells:
    def test_who_is_in_it(self, made_up: Origin) -> None:
        plan = made_up.plan
        assert set(places(plan, UNREST)) == {"SUN", "POL", "DDR", "HUN", "CSK", "ROU", "BGR", "ALB"}
        assert set(places(plan, SPLIT)) == {"POL", "DDR", "HUN", "CSK", "ROU", "BGR", "ALB", "CHN"}

    def test_the_record_of_a_year(self) -> None:
        assert recorded_years(UNREST, "HUN", 1956) == {1956}
        assert recorded_years(UNREST, "HUN", 1955) == set()
        assert recorded_years(UNREST, "SUN", 1953) == set()

    def test_a_probability_is_a_weighted_share_of_those_still_going(self, made_up: Origin) -> None:
        january = made_up.plan.months.index((1955, 1))
        onsets = {"HUN.uprising": (np.array([0, 1]), np.array([january + 3.5, january + 12.0])), "HUN.unrest": (np.array([0]), np.array([january + 0.0]))}
        arm = replace(made_up.arm, onsets=onsets)
        own = replace(made_up, arm=arm, weights=np.array([2.0, 1.0, 1.0, 0.0]), ess=9.0)
        assert probability(own, UNREST, "HUN", 1955) == pytest.approx((0.5 * 9 + 0.5) / 10)
        assert probability(own, UNREST, "HUN", 1956) == pytest.approx((0.25 * 9 + 0.5) / 10)
        assert probability(own, UNREST, "POL", 1955) == pytest.approx(0.05)
        ended = replace(own, arm=replace(arm, ended=np.array([999, 999, january + 2, 999])))
        assert probability(ended, UNREST, "HUN", 1955) == pytest.approx((2 / 3 * 9 + 0.5) / 10)

    def test_every_polity_and_year_counts_events_or_not(self, made_up: Origin) -> None:
        found = list(cells([made_up], 1956))
        assert len(found) == 3 * sum(len(places(made_up.plan, kind)) for kind in KINDS)
        came = {(one.kind, one.polity, one.year) for one in found if one.came}
        assert ("mass unrest", "HUN", 1956) in came
        assert ("mass unrest", "HUN", 1955) not in came
        assert ("amnesty", "SUN", 1955) in came

    def test_base_rates_are_of_the_past_alone(self, made_up: Origin) -> None:
        early, late = (base_rate(made_up.plan, UNREST, year) for year in (1952, 1953))
        assert early == pytest.approx(0.5 / (8 * 7 + 1))
        assert late > early
        assert base_rate(made_up.plan, KINDS[0], 1953) == base_rate(made_up.plan, KINDS[0], 1956), "from outside the bloc"

    def test_a_break_with_moscow_is_chinas(self) -> None:
        assert names_in(SPLIT, "CHN") == ("WLD.sino_soviet_split",)


class TestScores:
    def test_by_hand(self) -> None:
        two = [cell(True, 0.8), cell(False, 0.4, polity="POL")]
        assert brier(two) == pytest.approx((0.04 + 0.16) / 2)
        assert brier(two, base=True) == pytest.approx((0.81 + 0.01) / 2)
        assert log_score(two) == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)

    def test_an_event_that_two_origins_forecast_is_one(self) -> None:
        assert events_in([cell(True, 0.2, origin=1954), cell(True, 0.3, origin=1955), cell(True, 0.1, polity="POL"), cell(False, 0.1)]) == 2

    def test_cells_of_one_polity_are_one_piece_of_evidence(self) -> None:
        apart = [cell(False, 0.1, polity=code) for code in ("HUN", "POL", "SUN", "CSK")]
        together = [cell(False, 0.1) for _ in range(2)] + [cell(False, 0.1, polity="POL") for _ in range(2)]
        values = np.array([1.0, 1.0, 0.0, 0.0])
        assert clustered_error(together, values) > clustered_error(apart, values) > 0

    def test_rows_put_losses_first_and_mark_what_is_untested(self) -> None:
        given = {1955: 0.01, 1956: 0.9}
        good = [cell(year == 1956, given[year], polity=code, year=year) for code in ("HUN", "POL", "CSK", "DDR", "BGR") for year in given]
        bad = [Cell("amnesty", "SUN", 1955, 1954, True, 0.01, 0.3), Cell("amnesty", "POL", 1955, 1954, False, 0.5, 0.3)]
        rows = panel_rows({arm: [*good, *bad] for arm in ARMS})
        assert [row["name"] for row in rows] == ["amnesty", ANY, "mass unrest"]
        assert [row["tested"] for row in rows] == [False, True, True]
        assert rows[-1]["low"] <= rows[-1]["brier_skill"] <= rows[-1]["high"]
        assert {"name", "n", "brier", "brier_base_rate", "brier_skill", "low", "high"} <= set(rows[0])

    def test_without_court_and_society_the_better_parameters_count_and_of_deals_the_mean(self) -> None:
        given = {MODEL: 0.5, BARE: 0.2, BARE_PRIOR: 0.6, DEALS[0]: 0.9, DEALS[1]: 0.5, DEALS[2]: 0.1}
        (row, whole) = panel_rows({arm: [cell(True, probability, base=0.5)] for arm, probability in given.items()})
        assert (row["brier_skill"], row["brier_skill_bare"]) == pytest.approx((0.0, 1 - 0.16 / 0.25))
        assert row["brier_skill_permuted"] == pytest.approx(1 - (0.01 + 0.25 + 0.81) / 3 / 0.25)
        assert whole["brier_skill_permuted"] == row["brier_skill_permuted"]

    def test_reliability_counts_every_cell_once(self) -> None:
        every = [cell(False, p) for p in np.linspace(0, 1, 41)]
        assert sum(row["n"] for row in reliability(every)) == 41


class TestSaved:
    def test_scores_are_read_again_with_the_code(self, tmp_path: Path) -> None:
        saved.save({"opened": False, "panel": [], "model": "of another time"}, tmp_path / "s.json")
        found = json.loads((tmp_path / "s.json").read_text())
        assert set(found) == {"opened", "panel", "model"}
        assert made_here(found)

    def test_of_years_that_were_opened_none_are_kept(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="logged, not saved"):
            saved.save({"opened": True}, tmp_path / "t.json")


class TestLog:
    SCORES: ClassVar = {
        "origins": [{"arm": "model", "posterior": 1956}, {"arm": "without court and society, by the prior", "posterior": None}], "seed": 7, "histories": 64,
        "summary": {"median_crps_skill": 0.1, "low": -0.1, "high": 0.2, "coverage90": 0.9, "panel_brier_skill": 0.05},
        "panel": [{"name": "split", "brier_skill": 0.1, "events": 2}, {"name": ANY, "brier_skill": 0.05, "events": 2}],
    }  # fmt: skip

    def test_one_look_a_release(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "log.md"
        monkeypatch.setattr(log, "release", lambda: "1.2")
        log.check(file, again=False)
        row = log.append(file, self.SCORES, again=False, now=dt.datetime(2030, 1, 2, 3, 4, tzinfo=dt.UTC))
        assert row.startswith("| 1.2 | 2030-01-02 03:04 |  |")
        assert "| the posterior of 1956 |" in row
        assert log.openings(file) == ["1.2"]
        with pytest.raises(ScenarioError, match=r"release 1\.2 was opened already"):
            log.check(file, again=False)
        log.check(file, again=True)
        assert "| again |" in log.append(file, self.SCORES, again=True)
        monkeypatch.setattr(log, "release", lambda: "1.3")
        log.check(file, again=False)
        table = [line for line in file.read_text().splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in table}) == 1

    def test_a_place_that_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match="there is no folder"):
            log.check(tmp_path / "nowhere" / "log.md", again=False)


class TestWhole:
    def test_all_of_it_in_the_fields_that_are_promised(self, made_up: Origin) -> None:
        found = whole.rounded(whole.table({name: [made_up] for name in ARMS}, 1955, 0, open_=False))
        assert {"cut", "opened", "series", "panel"} <= set(found)
        assert (found["cut"], found["opened"]) == (1956, False)
        json.dumps(found, allow_nan=False)
        assert len(found["series"]) == 15
        assert found["summary"]["meets"].keys() == {"coverage", "series", "panel"}

    def test_opened_years_on_a_future_that_nobody_recorded(self, made_up_1956: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(record, "_made", invented(dt.date(1956, 12, 31)))
        arms = {name: [made_up_1956] for name in ARMS}
        found = whole.rounded(whole.table(arms, 1968, 0, open_=True))
        assert found["opened"] is True
        rows = {row["name"]: row for row in found["series"]}
        assert rows["SUN.gdp_pc"]["n"] == 12
        assert "WLD.states_allied_east" not in rows, "the record ends in 1956"
        amnesty = next(row for row in found["panel"] if row["name"] == "amnesty")
        assert (amnesty["n"], amnesty["tested"]) == (8 * 12, True)
        assert amnesty["events"] == len({row.date.year for row in record.events() if "SUN.amnesty" in row.event and 1957 <= row.date.year <= 1968})

    def test_another_case_is_refused(self) -> None:
        from thaw.scenario import load_scenario

        with pytest.raises(ScenarioError, match="scored on the Soviet bloc"):
            check_scenario(load_scenario("china-1976"))

    def test_too_few_histories(self) -> None:
        with pytest.raises(ScenarioError, match="expected 64 or more"):
            whole.development("ussr-1945", 10)
