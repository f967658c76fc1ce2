"""When an effect became likely: the curve of forks and its jumps."""

from itertools import pairwise

import numpy as np
import pytest

from thaw.attribution.claim import parse_effect
from thaw.attribution.turning import turning_points
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


def test_forks_know_what_had_happened(found) -> None:
    """Before it begins the curve is near the share of all histories; what has come stays."""
    assert abs(found.curve[0].share - found.came / found.histories) < 4 * np.sqrt(0.25 / 30)


def test_what_hardly_ever_comes_is_left_undetermined(plan: Plan) -> None:
    none = turning_points(plan, parse_effect("WLD.war"), "1953-06", 64, every=8, workers=1)
    assert none.came < 30
    assert none.curve == none.turns == ()
    assert none.json()["share"] == none.came / 64
