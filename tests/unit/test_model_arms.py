"""Arms: the run as it is and without a mechanism are twins, in this process or in others."""

import numpy as np
import pytest

from thaw import model_arms
from thaw.errors import RunError

FIELDS = ("fear", "line", "alive", "tension", "nothing")


@pytest.fixture(scope="module")
def short(plan):
    return plan.with_(months=plan.months[:6], calendar={name: values[:6] for name, values in plan.calendar.items()}, weeks=plan.weeks[:6])


@pytest.fixture(scope="module")
def told(short):
    return model_arms.run_arms(short, ["terror"], 8, FIELDS, workers=1, monthly=FIELDS, twins=4)


def test_only_what_is_simulated_is_kept(told):
    assert {"fear", "line", "alive"} <= set(told[model_arms.WHOLE].series)
    assert "nothing" not in told[model_arms.WHOLE].series


def test_the_whole_arm_is_by_month_the_other_by_year(told, short):
    assert told[""].series["fear"].shape[:2] == (8, 6)
    assert told["terror"].series["fear"].shape[:2] == (4, 2)
    assert model_arms.by_year(short, told[""].series["fear"]).shape[:2] == (8, 2)
    assert model_arms.years(short).tolist() == [1952, 1953]


def test_without_its_mechanism_a_field_stands_still(told):
    fear = told["terror"].series["fear"][..., 0]
    assert np.allclose(fear, fear[:, :1])
    assert np.ptp(told[""].series["fear"][0, :, 0]) > 0


def test_first_months_and_counts_are_of_the_same_events(told):
    whole = told[""]
    assert sum(whole.counts.values()) >= sum(np.isfinite(first).sum() for first in whole.firsts.values()) > 0
    assert {name.partition(".")[2].partition(":")[0] for name in whole.firsts} == set(whole.counts)
    assert all(((first >= 0) & (first < 6) | np.isinf(first)).all() for first in whole.firsts.values())
    assert not whole.ended.any()


def test_processes_do_not_show(told, short):
    again = model_arms.run_arms(short, ["terror"], 8, FIELDS, workers=2, monthly=FIELDS, twins=4)
    for name, arm in told.items():
        assert arm.counts == again[name].counts
        for field, values in arm.series.items():
            assert np.array_equal(values, again[name].series[field], equal_nan=True)


def test_it_is_said_without_what_the_model_cannot_run(short, monkeypatch):
    monkeypatch.setattr(model_arms, "run_arm", lambda *_, **__: 1 / 0)
    with pytest.raises(RunError, match="cannot run without terror: ZeroDivisionError"):
        model_arms._work(short, ("", "terror"), (8, 8), (), (), 1, 2, lambda _: None)
