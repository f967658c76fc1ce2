"""Ablation: differences over twins, what is clear, and what changes nothing."""

import numpy as np
import pytest

from thaw import ablate
from thaw.ablate import Quantity, difference, effect, shown
from thaw.errors import ScenarioError
from thaw.model_arms import WHOLE, Arm
from thaw.scenario import load_scenario


def quantity(*values, name="fear 1950"):
    return Quantity(name, "1", np.array(values, float))


def test_the_interval_is_of_paired_differences():
    told = difference(quantity(0, 10, 20, 30), quantity(1, 12, 21, 32))
    assert told["difference"] == 1.5
    assert told["high"] - told["low"] == pytest.approx(2 * 1.96 * np.std([1, 2, 1, 2], ddof=1) / 2)
    assert told["clear"] is True


def test_histories_that_ended_in_either_arm_are_left_out():
    told = difference(quantity(0, np.nan, 2, 4), quantity(1, 5, np.nan, 5))
    assert (told["whole"], told["without"], told["difference"]) == (2, 3, 1)


def test_what_changes_nothing_is_named_and_the_clearest_stands_first():
    whole = [quantity(0, 0, 0, 0, name="a 1950"), quantity(0, 0, 0, 0, name="b 1950"), quantity(0, 0, 0, 0, name="b 1956")]
    assert effect("terror", whole, whole)["changes_nothing"] is True
    apart = [quantity(1, -1, 1, 0, name="a 1950"), quantity(1, 2, 1, 2, name="b 1950"), quantity(5, 5.1, 5, 5.1, name="b 1956")]
    told = effect("terror", whole, apart)
    assert told["clear"] == 2
    assert [change["quantity"] for change in told["changes"]] == ["b 1956", "b 1950", "a 1950"]
    assert [change["quantity"] for change in shown(told)] == ["b 1956"]


def test_what_a_mechanism_writes_itself_is_shown_only_where_nothing_else_changes():
    whole = [quantity(0, 0, name="fear 1950"), quantity(0, 0, name="line 1950"), quantity(0, 0, name="SUN.camp_revolt within")]
    apart = [quantity(5, 5.1, name="fear 1950"), quantity(1, 1.5, name="line 1950"), quantity(1, 1.1, name="SUN.camp_revolt within")]
    told = effect("terror", whole, apart)
    assert {change["quantity"]: change["own"] for change in told["changes"]} == {
        "fear 1950": True, "line 1950": False, "SUN.camp_revolt within": True,
    }  # fmt: skip
    assert [change["quantity"] for change in shown(told)] == ["line 1950"]
    assert len(shown(effect("terror", whole[:1], apart[:1]))) == 1


def test_a_whole_ablation_of_a_short_scenario(monkeypatch):
    short = load_scenario("ussr-1945").model_copy(update={"end": "1945-12"})
    monkeypatch.setattr(ablate, "YEARS", (1945,))
    made = []

    def fake(plan, without, histories, fields, **_):
        """Arms that differ by their place, but for the last, which is as the whole."""
        made.extend(without)
        found = {}
        for place, name in enumerate(("", *without)):
            level = 0.0 if place == len(made) else float(place)
            found[name] = Arm(name, {field: np.full((histories, 1, 10), level) for field in ("fear", "line")}, {}, {}, np.zeros(histories, bool))
        return found

    monkeypatch.setattr(ablate, "run_arms", fake)
    told = ablate.ablate(short, 4)
    assert [row["mechanism"] for row in told["mechanisms"]] == made
    assert [row["changes_nothing"] for row in told["mechanisms"]] == [False] * (len(made) - 1) + [True]
    assert {row["name"] for row in told["quantities"]} >= {"fear 1945", "line 1945"}
    assert told["mechanisms"][0]["changes"][0]["errors"] is None


def test_too_few_histories_are_refused():
    with pytest.raises(ScenarioError, match="expected 2 or more"):
        ablate.ablate(load_scenario("ussr-1945"), 1)


def test_a_share_counts_what_comes_near_the_record(whole_plan):
    date = whole_plan.record["SUN.amnesty"][0][0]
    arm = Arm("", {}, {"SUN.amnesty": np.array([date + 24.0, date + 25.0, np.inf, date - 24.0])}, {}, np.zeros(4, bool))
    found = {one.name: one.values.mean() for one in ablate.quantities(whole_plan, arm)}
    assert found["SUN.amnesty within 24 months of the record"] == 0.5
    assert found["CSK.intervention within 24 months of the record"] == 0


def test_only_numbers_are_averaged():
    assert "leader" not in ablate.series_fields()
    assert WHOLE == ""
