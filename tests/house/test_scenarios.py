"""House rules over the scenarios that ship: each loads, runs a year, and nothing leaves its bounds."""

import numpy as np
import pytest
from regime import differing, run

from thaw import loop
from thaw.compile import compile_plan
from thaw.fields import FIELDS
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
