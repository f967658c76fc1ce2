"""Posteriors on disk: read back as written, refused for another scenario or other code, and those that leave something out."""

import ast

import numpy as np
import pytest

from thaw import posterior
from thaw.compile import compile_plan
from thaw.compile_known import plan_up_to
from thaw.errors import ScenarioError
from thaw.loop import draw_parameters, make_luck, mechanisms
from thaw.posterior import Posterior, code_digest, parts_of, read_posterior, scenario_digest, shipped, ships, with_posterior, write_posteriors
from thaw.scenario import load_scenario

NAMES = ("terror.peak", "terror.middle")
EVENTS = ["HUN.uprising", "POL.uprising", "SUN.thaw"]


@pytest.fixture(scope="module")
def whole_plan():
    return compile_plan(load_scenario("ussr-1945"))


def made(without="", scenario="ussr-1945", size=5, plan=None, **about):
    values = np.arange(2.0 * size).reshape(size, 2) / 7 + len(without)
    said = {"method": "npe", "code": code_digest(), "scenario_digest": scenario_digest(plan) if plan else "", "events": EVENTS} | about
    return Posterior(scenario, 1956, without, NAMES, values, dict.fromkeys(NAMES, 0.25), said)


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "ussr-1945-1956.parquet"
    write_posteriors(path, [made(), made("events", size=3)])
    monkeypatch.setattr(posterior, "SHIPPED", tmp_path)
    return path


def test_it_is_read_back_as_written(file):
    found = read_posterior(file)
    assert (found.scenario, found.cut, found.without, found.names) == ("ussr-1945", 1956, "", NAMES)
    np.testing.assert_allclose(found.values, made().values, rtol=1.3e-4)
    assert found.contraction == dict.fromkeys(NAMES, 0.25)
    assert found.about["method"] == "npe"


def test_a_blind_one_is_found_where_there_is_one(file):
    assert (len(shipped("ussr-1945", 1956, "events").values), shipped("ussr-1945", 1956, "events").without) == (3, "events")
    assert ships("ussr-1945", 1956) == ("", "events")
    assert ships("ussr-1945", 1955) == ()
    with pytest.raises(ScenarioError, match="holds no posterior without numbers, only the whole one, without events"):
        read_posterior(file, "numbers")


def test_nothing_ships_for_another_cut_or_scenario(file):
    assert shipped("ussr-1945", 1950) is None
    assert shipped("china-1976") is None


def test_histories_take_its_draws_in_turn(whole_plan):
    plan = with_posterior(whole_plan, made(plan=whole_plan))
    step = next(step for step in mechanisms() if step.name == "terror")
    drawn = draw_parameters(plan, step, make_luck(plan, 0, 64))
    np.testing.assert_array_equal(drawn.peak, made().values[np.arange(64) % 5, 0])


def test_other_scenario_code_or_parameters_are_refused(whole_plan):
    with pytest.raises(ScenarioError, match="made for the scenario 'china-1976', not for 'ussr-1945'"):
        with_posterior(whole_plan, made(scenario="china-1976"))
    with pytest.raises(ScenarioError, match="made with other code or other priors"):
        with_posterior(whole_plan, made(code="0" * 64))
    priors = dict(whole_plan.priors) | {"terror.peak": (0.1, "uniform(0, 1)")}
    initial = dict(whole_plan.initial) | {"output": 2 * whole_plan.initial["output"]}
    for other in (whole_plan.with_(priors=priors), whole_plan.with_(initial=initial)):
        with pytest.raises(ScenarioError, match="another 'ussr-1945': people, judgements, first values, priors"):
            with_posterior(other, made(plan=whole_plan))


@pytest.mark.parametrize("cut", [1953, 1954, 1955, 1956, 1960])
def test_what_ships_fits_the_scenario_as_it_is_and_as_it_was_known_then(whole_plan, cut):
    """Otherwise: make fit."""
    found = shipped("ussr-1945", cut)
    assert found.about["code"] == code_digest()
    assert posterior.made_for(whole_plan, found)
    assert posterior.made_for(plan_up_to(load_scenario("ussr-1945"), f"{cut}-12"), found)
    assert ships("ussr-1945", cut) == (("", "events", "numbers") if cut == 1956 else ("",))


def test_what_changes_no_prior_leaves_it_fitting(whole_plan):
    fitted = made(plan=whole_plan)
    changed = whole_plan.with_(seed=5, citizens=10, rules={"coalition": "contest"}, do=whole_plan.do)
    assert posterior.made_for(changed, fitted)


def test_what_is_no_posterior_says_so(tmp_path):
    other = tmp_path / "text.parquet"
    other.write_text("no")
    with pytest.raises(ScenarioError, match=r"text\.parquet is no posterior"):
        read_posterior(other)
    with pytest.raises(ScenarioError, match="there is no such file"):
        read_posterior(tmp_path / "none.parquet")


def test_in_arviz_every_draw_is_there(file):
    """As docs/fit.md says."""
    import arviz

    posterior = read_posterior(file)
    found = arviz.from_dict({name: draws[None] for name, draws in posterior.draws.items()})
    assert set(found.posterior.data_vars) == set(NAMES)
    for name in NAMES:
        assert found.posterior[name].dims == ("chain", "draw")
        np.testing.assert_array_equal(found.posterior[name].values, posterior.draws[name][None])
    assert arviz.summary(found, kind="stats").loc["terror.peak", "mean"] == pytest.approx(posterior.draws["terror.peak"].mean(), abs=0.01)


class TestTheDigestOfTheCode:
    def parts(self, code):
        return list(parts_of(ast.parse(code)))

    @pytest.mark.parametrize("other", ["def f(x):\n    '''Why.'''\n    return x + 1  # so", 'def f(x):\n    return (x +\n 1)'])
    def test_words_do_not_count(self, other):
        assert self.parts("def f(x):\n    return x + 1") == self.parts(other)

    @pytest.mark.parametrize("other", ["def f(x):\n    return x + 2", "def f(x):\n    return x - 1", "def f(y):\n    return y + 1"])
    def test_what_is_computed_does(self, other):
        assert self.parts("def f(x):\n    return x + 1") != self.parts(other)

    def test_a_prior_counts_its_meaning_does_not(self):
        one = 'param("a", 1.0, prior="normal(1, 2)", meaning="one")'
        assert self.parts(one) == self.parts(one.replace('"one"', '"two"'))
        assert self.parts(one) != self.parts(one.replace("2)", "3)"))
