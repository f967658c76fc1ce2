"""House rules over the scenarios that ship: each loads, runs a year, and nothing leaves its bounds."""

import numpy as np
import pytest
from regime import differing, run

from thaw import loop, record
from thaw.compile import compile_plan
from thaw.fields import FIELDS
from thaw.invented import is_invented
from thaw.noise import Log
from thaw.scenario import load_scenario, scenario_names

each = pytest.mark.parametrize("name", scenario_names())


@each
def test_it_runs_a_year_within_bounds(name):
    plan = compile_plan(load_scenario(name)).with_(citizens=100)
    plan = plan.with_(months=plan.months[:12], weeks=plan.weeks[:12])
    faults, log = [], Log()
    states = run(plan, 0, 7, faults=faults, log=log)
    assert len(states) == 12
    assert faults == []
    for field in FIELDS.values():
        values = getattr(states[-1], field.name)
        if field.dtype == "float64":
            assert np.isfinite(values).all(), field.name


@each
def test_one_history_is_enough(name):
    plan = compile_plan(load_scenario(name)).with_(citizens=100)
    plan = plan.with_(months=plan.months[:3], weeks=plan.weeks[:3])
    alone, among = run(plan, 0, 1)[-1], run(plan, 0, 7)[-1]
    assert differing(alone, among, slice(0, 1)) == []


@each
def test_nothing_the_system_decides_is_pinned(name):
    """Pinned are deaths by nature and the calendar of congresses, never an event of court, street or bloc."""
    assert set(compile_plan(load_scenario(name)).pins) <= {"death"}
    assert load_scenario(name).forced == ()
    assert load_scenario(name).prevented == ()
    assert load_scenario(name).hold == {}


@each
def test_first_values_are_of_the_mechanisms_fields(name):
    plan = compile_plan(load_scenario(name))
    assert {n for n in plan.initial if FIELDS[n].given} == set()
    assert {n for n in {*plan.given, *plan.calendar} if not FIELDS[n].given} == set()


@each
def test_every_given_field_is_given(name):
    plan = compile_plan(load_scenario(name))
    given = {n for n, field in FIELDS.items() if field.given}
    assert given == {*plan.given, *plan.calendar, *plan.traits}
    assert loop.initial(plan.with_(citizens=100), loop.make_luck(plan, 0, 1)).sizes["H"] == 1


@each
def test_whole_courts_are_judged_by_both_coders_in_the_month_the_scenario_names(name):
    scenario = load_scenario(name)
    named = {
        person
        for code, polity in scenario.polities.items()
        if polity.court == "full" and not is_invented(code)
        for person in (*polity.full, *polity.candidates, *polity.cadre)
    }
    for coder in "ab":
        assert named <= {row.person for row in record.judgements(coder, by=scenario.judged)}


@each
def test_whole_courts_meet_when_they_met(name):
    scenario = load_scenario(name)
    plan = compile_plan(scenario)
    for p, (code, polity) in enumerate(scenario.polities.items()):
        if polity.court == "full" and not is_invented(code):
            met = {(row.end.year, row.end.month) for row in record.series(code, "party_congress")} & set(plan.months)
            assert {plan.months[m] for m in np.flatnonzero(plan.calendar["congress"][:, p])} == met


def test_a_coding_of_other_months_brings_nobody_to_a_court():
    """Petrovsky and Deng are judged for other scenarios; that must not make them politicians of this one."""
    persons = compile_plan(load_scenario("ussr-1945")).persons
    assert not {"petrovsky", "litvinov", "budyonny", "deng_xiaoping"} & set(persons)


@pytest.mark.parametrize("name", ["ussr-1934", "china-1976"])
def test_nobody_is_judged_by_what_he_did_later(name):
    scenario = load_scenario(name)
    assert scenario.judged <= scenario.start


def test_guilt_of_1937_is_not_read_back_into_1934():
    guilt = {}
    for by in ("1934-02", "1953-03"):
        rows = [row.best for row in record.judgements(by=by) if (row.person, row.quantity) == ("khrushchev", "culpability")]
        guilt[by] = sum(rows) / len(rows)
    assert guilt["1934-02"] < guilt["1953-03"]


def test_mao_dies_on_his_day_and_somebody_follows():
    plan = compile_plan(load_scenario("china-1976")).with_(citizens=100)
    plan = plan.with_(months=plan.months[:40], weeks=plan.weeks[:40])
    states = run(plan, 0, 8)
    mao, month = plan.persons.index("mao"), plan.months.index((1976, 9))
    assert not states[month].alive[:, mao].any()
    assert ((states[-1].leader[:, 0] >= 0) & (states[-1].leader[:, 0] != mao)).all()
