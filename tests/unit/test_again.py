import re

import numpy as np
import pytest

import thaw
from thaw.again import plan_of, replay
from thaw.compile import compile_plan
from thaw.errors import RunError
from thaw.posterior import Posterior, code_digest, scenario_digest, write_posteriors
from thaw.report import court
from thaw.report.rows import Run


@pytest.fixture(scope="module")
def tape(tmp_path_factory):
    scenario = thaw.load_scenario("china-1976").prevent("CHN.leader_ousted").model_copy(update={"end": "1976-12"})
    return thaw.run(scenario, histories=66, citizens=100, seed=5, workers=1, without=("dissent",), out=tmp_path_factory.mktemp("again") / "run")


def test_a_history_comes_out_as_its_tape_has_it(tape):
    plan, last = plan_of(tape.manifest), tape.manifest["months"] - 1
    found = replay(plan, 65, (0, 20, last), ("leader", "personalisation", "tie"))
    assert sorted(found) == [0, 20, last]
    for month, state in found.items():
        assert np.array_equal(state["leader"], tape.series.leader.values[65, month])
        assert np.array_equal(state["personalisation"].astype("f4"), tape.series.personalisation.values[65, month])
    assert np.array_equal(found[0]["tie"], plan.given["tie"])


def test_the_court_drawn_is_that_of_the_history(tape):
    run = Run(tape, {})
    place, _, states = court._states(run)
    codes = tape.series.leader.sel(polity="CHN").values[place]
    for month, state in states.items():
        members = court.members(run, place, state)
        leader = next(member for member in members if member.kind == "leader")
        assert leader.person == tape.persons[int(codes[month])]
        assert leader.power == pytest.approx(float(tape.series.personalisation.sel(polity="CHN").values[place, month]), rel=1e-5)
        assert sum(member.power for member in members) <= 1 + 1e-9
        assert all(member.client or member.patron < 0 or state["tie"].max() >= court.BOND for member in members)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"made_from": None}, "does not say from which scenario"),
        ({"made_from": {"name": "x"}}, "not one that this version can read"),
        ({"made_from": thaw.load_scenario("ussr-1945").model_dump(mode="json") | {"end": "1947-12"}}, "not one that this version can read"),
        ({"key": "0" * 64}, "made by another version"),
        ({"seed": 6}, "made by another version"),
        ({"seed": 6, "fitted": {"cut": 1956, "method": "npe", "without": "events"}}, "up to 1956 without events, given as a file, or was made by another"),
    ],
)
def test_another_run_is_not_passed_off_as_this_one(tape, changed, why):
    with pytest.raises(RunError, match=why):
        plan_of(tape.manifest | changed)


def test_a_run_from_a_posterior_in_a_file_names_it(tmp_path):
    scenario = thaw.load_scenario("china-1976").model_copy(update={"end": "1973-12"})
    about = {"method": "npe", "code": code_digest(), "scenario_digest": scenario_digest(compile_plan(scenario)), "events": []}
    file = tmp_path / "own.parquet"
    write_posteriors(file, [Posterior("china-1976", 1953, "", ("terror.peak",), np.array([[0.001], [0.002]]), {"terror.peak": 0.5}, about)])
    run = {"histories": 2, "citizens": 100, "workers": 1}
    assert len(plan_of(thaw.run(scenario, **run, out=tmp_path / "prior").manifest).months) == 4
    drawn = thaw.run(scenario, **run, posterior=file, out=tmp_path / "posterior")
    with pytest.raises(RunError, match=re.escape("drew its parameters from a posterior fitted to the record up to 1953, given as a file")):
        plan_of(drawn.manifest)
