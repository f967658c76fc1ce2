"""Evidence for a row: by hand, on made-up arms."""

from dataclasses import replace

import numpy as np
import pytest

from thaw import system
from thaw.compile import compile_plan
from thaw.model_arms import Arm
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


@pytest.mark.parametrize(("first", "inside"), [(np.inf, True), (150.0, True), (130.0, False), (np.where(np.arange(20) < 18, 130.0, np.inf), True)])
def test_of_what_came_after_the_cut_only_that_it_had_not_come_is_looked_at(built, first, inside):
    """December 1956 is month 138; the recorded date, May 1957, plays no part."""
    run = replace(arm(), firsts={"SUN.decentralisation": np.broadcast_to(first, (20,)).astype(float)})
    (point,) = system.compare("SUN.decentralisation", built, run)
    assert (point["kind"], point["when"], point["inside"]) == ("not yet", "1956-12", inside)


def test_a_row_that_only_holds_what_had_not_come_does_not_match(built):
    row = replace(ROW, compared_with=("SUN.decentralisation",))
    told = judged(built, row=row)
    assert (told["matches"], told["points"], told["state"]) == (None, [], "not yet")
    early = replace(arm(), firsts=arm().firsts | {"SUN.decentralisation": np.full(20, 5.0)})
    assert judged(built, early, row=row)["state"] == "misses"


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


def years_of(built, values):
    """(20, months, 10) with one value for each year, and a little spread over the histories."""
    months = np.array([values.get(year, 0.5) for year, _ in built.months])
    return np.tile(months[None, :, None], (20, 1, 10)) + np.arange(20)[:, None, None] * 1e-6


@pytest.mark.parametrize(
    ("name", "field", "moves", "inside"),
    [
        ("stalin_prize_awarded", "cult", {1952: 0.9, 1953: 0.4}, [True]),
        ("stalin_prize_awarded", "cult", {1952: 0.4, 1953: 0.9}, [False]),
        ("films_released", "censorship", {1945: 0.5, 1949: 0.7, 1951: 0.8, 1952: 0.8, 1955: 0.3}, [True, True]),  # fewer films, more censorship
        ("films_released", "censorship", {1949: 0.7, 1951: 0.6, 1952: 0.8, 1955: 0.9}, [False, False]),
    ],
)
def test_in_other_units_only_the_direction_counts_and_only_where_ranges_part(built, name, field, moves, inside):
    points = list(system.compare(name, built, arm(**{field: years_of(built, moves)})))
    assert [point["inside"] for point in points] == inside
    assert {point["kind"] for point in points} == {"direction"}


def test_half_of_the_histories_must_move_that_way(built):
    falling, rising = years_of(built, {1952: 0.9, 1953: 0.4}), years_of(built, {1952: 0.4, 1953: 0.9})
    for few in (9, 10):
        mixed = np.where(np.arange(20)[:, None, None] < few, falling, rising)
        (point,) = system.compare("stalin_prize_awarded", built, arm(cult=mixed))
        assert point["share"] == few / 20
        assert point["inside"] is (few == 10)


def test_the_record_is_brought_to_the_units_of_the_run(built):
    """Spending over its own of 1950, the mean of three years of disputes over five, shares times the number of states."""
    flat = years_of(built, {})[:, :, 0]
    spent = {point["when"][:4]: point for point in system.compare("USA.military_expenditure", built, arm(arms_west=flat + 0.5))}
    assert spent["1950"]["record"] == 1.0
    assert spent["1953"]["record"] == pytest.approx(49_621_008 / 14_559_000)
    tense = {point["when"][:4]: point for point in system.compare("dispute_hostility_with_usa", built, arm(tension=flat))}
    assert tense["1948"]["record"] == pytest.approx((3 + 0 + 4) / 3)
    assert tense["1948"]["high"] == pytest.approx(2.5, abs=1e-3)
    west = {point["when"][:4]: point for point in system.compare("states_allied_west", built, arm(allied_west=flat + 0.1))}
    states = built.calendar["independent"][built.months.index((1950, 12))].sum()
    assert west["1950"]["low"] == west["1950"]["high"] == round(0.6 * states)


def test_the_state_by_one_rule():
    assert system.state(True, False, True) == "absent"
    assert system.state(False, False, True) == "still"
    assert system.state(False, True, True) == "matches"


def test_the_cache_is_kept_and_read(monkeypatch, tmp_path):
    monkeypatch.setattr(system, "_cache", lambda what: tmp_path / what)
    (tmp_path / "512-16-400").write_text('[{"row": 1}]', encoding="utf-8")
    assert system.evidence() == [{"row": 1}]


def test_the_page_tells_what_is_outside(built):
    told = judged(built, arm(first=np.full(20, 20.0)))
    page = system.as_markdown([told])
    assert "| 1 | made up | terror | yes | 0 of 1 | – | misses |" in page
    assert "`SUN.camp_revolt` 1953-05: 1947-02 to 1947-02" in page
    assert system.counted([told]).startswith("1 of 1 rows run; of 1 that")
