"""As it stood: the record decides up to a month, histories weigh by how likely they were to do so, and then are free."""

from pathlib import Path

import numpy as np
import pytest
from small_arms import WATCH

from thaw import loop
from thaw.attribution.arms import Trunk, run_trunks
from thaw.attribution.given import FOLLOWS, as_recorded, hegemon, nearness, watched
from thaw.noise import Log, Luck, Noise
from thaw.plan import Plan
from thaw.recorded import LEAST, OVERRULED, Recorded


@pytest.fixture(scope="module")
def recorded(plan: Plan) -> Plan:
    """The small plan with two dated events and one that never came."""
    return plan.with_(record={"SUN.amnesty": ((5, 3), (14, 0)), "HUN.uprising": ((48, 3),), "SUN.thaw": ((20, 0),)})


def test_it_holds_what_the_record_has_and_nothing_from_the_month_on(recorded: Plan) -> None:
    given = as_recorded(recorded, 10)
    sun = recorded.polities.index("SUN")
    assert given.until == 10
    assert given.when["amnesty"][sun] == ((5, 3),)
    assert given.when["thaw"][sun] == ()
    assert not set(given.when) & set(FOLLOWS)
    assert all(month < 10 for places in given.when.values() for dates in places for month, _ in dates or ())


def test_histories_do_as_recorded_and_then_go_free(recorded: Plan, tmp_path: Path) -> None:
    arms = run_trunks([Trunk("G", recorded.with_(recorded=as_recorded(recorded, 12)), 35)], 64, WATCH, folder=tmp_path)
    history, time = arms["G"].onsets["SUN.amnesty"]
    early = time < 12
    assert set(np.floor(time[early]).astype(int)) == {5}
    assert len(set(history[early])) > 32
    assert len(set(np.floor(time[~early]))) > 1
    weight = arms["G"].weight
    assert weight is not None
    assert np.isfinite(weight).all()
    assert np.ptp(weight) > 0
    assert weight.max() < 0


def _noise(recorded: Recorded, month: int) -> tuple[Noise, Log]:
    step = next(step for step in loop.mechanisms() if step.name == "reform")
    log = Log()
    luck = Luck(0, np.arange(64, dtype=np.uint32), {"P": np.arange(2, dtype=np.uint32)}, recorded=recorded)
    return Noise(luck, step, month, 0, 0, {}, log), log


class TestWeights:
    """Of an event with a constant hazard: the likelihood of a Poisson process."""

    def test_of_nothing_happening_is_the_hazard(self) -> None:
        noise, log = _noise(Recorded({"amnesty": ((), None)}, 5), 2)
        fires = noise.happens("amnesty", np.full((64, 2), 0.3))
        assert not fires[:, 0].any()
        assert log.weight == pytest.approx(np.full(64, -0.3))

    def test_of_its_happening_is_the_chance(self) -> None:
        noise, log = _noise(Recorded({"amnesty": (((2, 0),), None)}, 5), 2)
        assert noise.happens("amnesty", np.full((64, 2), 0.3))[:, 0].all()
        assert log.weight == pytest.approx(np.full(64, np.log(1 - np.exp(-0.3))))

    def test_of_what_was_not_possible_is_the_least(self) -> None:
        noise, log = _noise(Recorded({"amnesty": (((2, 0),), None)}, 5), 2)
        possible = np.repeat([True, False], 32)[:, None] & np.ones(2, bool)
        fires = noise.happens("amnesty", np.full((64, 2), 0.3), requires=possible)
        assert np.array_equal(fires[:, 0], possible[:, 0])
        assert log.weight is not None
        assert log.weight[32:] == pytest.approx(np.full(32, np.log(LEAST)))

    def test_the_record_is_silent_elsewhere(self) -> None:
        noise, log = _noise(Recorded({"amnesty": (None, None)}, 5), 2)
        free, _ = _noise(Recorded({"amnesty": ((), ())}, 0), 2)
        assert np.array_equal(noise.happens("amnesty", np.full((64, 2), 0.3)), free.happens("amnesty", np.full((64, 2), 0.3)))
        assert log.weight == pytest.approx(np.zeros(64))

    def test_an_overruled_outcome_weighs_once(self) -> None:
        noise, log = _noise(Recorded({"amnesty": ((), ())}, 5), 2)
        always = np.ones((64, 2), bool)
        for _ in range(2):
            assert not noise.occurs("amnesty", always).any()
        assert log.weight == pytest.approx(np.full(64, 2 * OVERRULED))  # two places, once each


def test_another_leader_weighs_less(plan: Plan, tmp_path: Path) -> None:
    from thaw.attribution.kept import Watch

    arms = run_trunks([Trunk("F", plan, 4)], 64, Watch((), watched(plan)), folder=tmp_path)
    arm = arms["F"]
    other = {**arm.series, f"{hegemon(plan)}.leader": np.full_like(arm.series[f"{hegemon(plan)}.leader"], plan.persons.index("beria"))}
    with_other = type(arm)(arm.onsets, other, arm.ended, arm.refused, arm.weight)
    there = arm.series[f"{hegemon(plan)}.leader"][:, 3] == plan.persons.index("stalin")
    assert there.any()
    assert (nearness(plan, arm, 4) - nearness(plan, with_other, 4))[there] == pytest.approx(-OVERRULED)
