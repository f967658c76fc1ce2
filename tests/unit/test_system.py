"""Evidence for a row: by hand, on made-up arms."""

from dataclasses import replace

import numpy as np
import pytest

from thaw import system
from thaw.arms import Arm
from thaw.compile import compile_plan
from thaw.scenario import load_scenario
from thaw.system_rows import Row

MONTHS = 367
ROW = Row(1, "made up", ("terror",), ("fear",), ("camp_revolt",), ("SUN.camp_revolt",))


@pytest.fixture(scope="module")
def built():
    return compile_plan(load_scenario("ussr-1945"))


def arm(without="", *, fear=None, first=95.0, histories=20, **series) -> Arm:
    """An arm in which fear rises and prisoners revolt in May 1953 everywhere, but for what is said."""
    years = 31
    times = MONTHS if not without else years
    rising = np.broadcast_to(np.arange(times, dtype=float)[None, :, None] if fear is None else fear, (histories, times, 10))
    firsts = {} if first is None else {"SUN.camp_revolt": np.broadcast_to(first, (histories,)).astype(float)}
    return Arm(without, {"fear": rising} | series, firsts, {"camp_revolt": histories} if firsts else {}, np.zeros(histories, bool))


def judged(plan, whole=None, without=None, row=ROW):
    return system.judge(row, plan, {"": whole or arm(), "terror": without or arm("terror", fear=0.0, first=None)})


def test_a_row_runs_that_moves_and_stops(built):
    told = judged(built)
    assert told["runs"] is True
    assert told["lacking"] == []
    assert told["predicts"] is None


@pytest.mark.parametrize(
    ("whole", "without", "why"),
    [
        (arm(fear=1.0), None, "fear never changes"),
        (arm(first=None), None, "camp_revolt never comes"),
        (None, arm("terror", fear=np.arange(31.0)[None, :, None]), "camp_revolt goes on without them"),
    ],
)
def test_why_it_does_not_run_is_said(built, whole, without, why):
    told = judged(built, whole, without)
    assert told["runs"] is False
    assert told["state"] == "still"
    assert why in told["lacking"]


def test_a_mechanism_that_changes_nothing_is_named(built):
    whole = arm()
    same = replace(arm("terror"), series={"fear": system.by_year(built, whole.series["fear"])})
    assert "without terror nothing of it changes" in judged(built, whole, same)["lacking"]


def test_a_name_that_is_not_in_the_model_makes_it_absent(built):
    told = judged(built, row=replace(ROW, variables=("fear", "feer"), events=("camp_revolts",)))
    assert told["state"] == "absent"
    assert told["lacking"] == ["feer is not in the model", "camp_revolts is not in the model"]


def test_what_is_given_does_not_count_as_simulated():
    assert list(system.missing(replace(ROW, variables=("population",)))) == ["population"]


@pytest.mark.parametrize(
    ("first", "inside", "high"),
    [
        (np.linspace(80, 110, 20), True, "1954-08"),
        (np.full(20, 20.0), False, "1947-02"),
        (np.where(np.arange(20) < 2, 60.0, np.inf), True, None),  # it comes in a tenth, and then earlier
        (np.full(20, np.inf), False, None),
    ],
)
def test_a_date_lies_inside_the_band_of_first_dates_never_being_latest(built, first, inside, high):
    (point,) = system.compare("SUN.camp_revolt", built, arm(first=first))
    assert point["inside"] is inside
    assert point["high"] == high
    assert point["when"] == "1953-05"


def test_what_came_after_the_cut_is_not_looked_at(built):
    assert list(system.compare("SUN.decentralisation", built, arm())) == []
    assert list(system.compare("CSK.intervention", built, arm())) == []


def test_natural_deaths_are_pinned_and_no_evidence(built):
    assert list(system.compare("death", built, arm())) == []


def test_a_series_is_read_over_the_time_that_a_row_covers(built):
    pace = np.tile(np.linspace(0.5, 1.5, 20)[:, None, None], (1, MONTHS, 10)) * 54_422.0
    points = {point["when"]: point for point in system.compare("political_convictions", built, arm(convictions=pace))}
    assert set(points) == {f"{year}-01-01" for year in range(1946, 1957)} & set(points)
    assert points["1951-01-01"]["inside"] is True
    assert points["1951-01-01"]["low"] == pytest.approx(0.55 * 54_422.0)
    assert points["1946-01-01"]["inside"] is False


def test_prisoners_on_the_first_of_january_are_those_of_december(built):
    rising = np.tile(np.arange(MONTHS, dtype=float)[None, :, None], (20, 1, 10)) + np.arange(20)[:, None, None] * 1e-6
    points = {point["when"]: point for point in system.compare("gulag_counterrevolutionaries", built, arm(political_prisoners=rising))}
    assert points["1950-01-01"]["low"] == pytest.approx(1000 * built.months.index((1949, 12)), rel=1e-6)


def test_the_state_by_one_rule():
    assert system.state(True, False, True) == "absent"
    assert system.state(False, False, True) == "still"
    assert system.state(False, True, True) == "matches"


def test_the_cache_is_kept_and_read(monkeypatch, tmp_path):
    monkeypatch.setattr(system, "_cache", lambda what: tmp_path / what)
    (tmp_path / "128-16-400").write_text('[{"row": 1}]', encoding="utf-8")
    assert system.evidence() == [{"row": 1}]


def test_the_page_tells_what_is_outside(built):
    told = judged(built, arm(first=np.full(20, 20.0)))
    page = system.as_markdown([told])
    assert "| 1 | made up | terror | yes | 0 of 1 | misses |" in page
    assert "`SUN.camp_revolt` 1953-05: 1947-02 to 1947-02" in page
    assert system.counted([told]).startswith("1 of 1 rows run; of 1 that")
