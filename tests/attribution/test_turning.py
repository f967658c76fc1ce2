"""When an effect became likely: the curve of forks and its jumps."""

from itertools import pairwise

import numpy as np
import pytest

from thaw.attribution.claim import parse_effect
from thaw.attribution.turning import _largest, turning_points
from thaw.plan import Plan


@pytest.fixture(scope="module")
def found(plan: Plan):
    return turning_points(plan, parse_effect("SUN.amnesty | SUN.thaw | SUN.rehabilitation"), "1954-12", 64, every=8, workers=1)


def test_the_curve_ends_in_certainty(found) -> None:
    assert found.curve[-1].share == 1
    assert found.curve[-1].month == "1954-12"
    assert all(0 <= point.low <= point.share <= point.high <= 1 for point in found.curve)
    assert [point.month for point in found.curve] == sorted(point.month for point in found.curve)


def test_the_largest_jumps_come_first_and_are_those_of_the_curve(found) -> None:
    jumps = [turn.jump for turn in found.turns]
    assert jumps == sorted(jumps, reverse=True)
    by_month = {b.month: b.share - a.share for a, b in pairwise(found.curve)}
    for turn in found.turns:
        assert turn.low <= turn.jump <= turn.high
        assert turn.jump == pytest.approx(by_month[turn.month], abs=0.02)  # the same histories but those that ended early


def test_the_first_fork_shares_no_month(plan: Plan, found) -> None:
    """It leaves before the first month, so that a jump in any month can be seen, however seldom forks are made."""
    assert plan.months[0] == (1952, 10)
    assert found.curve[0].month == "1952-09"
    early = turning_points(plan, parse_effect("SUN.voice>0"), "1952-11", 64, every=120, workers=1)
    assert [point.month for point in early.curve] == ["1952-09", "1952-10", "1952-11"]


def test_the_largest_jumps_come_first() -> None:
    has = {0: np.array([0.0, 0.0, 0.0, 0.0]), 1: np.array([1.0, 0.0, 0.0, 0.0]), 2: np.array([0.0, 1.0, 1.0, 1.0]), 9: np.ones(4)}
    assert _largest(has, 3) == [(1, 2), (0, 1), (2, 9)]
    assert _largest(has, 3, months=1) == [(1, 2), (0, 1)]


def test_forks_know_what_had_happened(found) -> None:
    """Before it begins the curve is near the share of all histories; what has come stays."""
    assert abs(found.curve[0].share - found.came / found.histories) < 4 * np.sqrt(0.25 / 30)


def test_what_hardly_ever_comes_is_left_undetermined(plan: Plan) -> None:
    none = turning_points(plan, parse_effect("WLD.war"), "1953-06", 64, every=8, workers=1)
    assert none.came < 30
    assert none.curve == none.turns == ()
    assert none.json()["share"] == none.came / 64
