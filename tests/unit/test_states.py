"""The states of the world: who is there when, and how far from the poles."""

import datetime as dt

import numpy as np
import pytest
from regime import small_scenario

from thaw import record
from thaw.compile import compile_plan
from thaw.states import MOSCOW, WASHINGTON, allied, distance, distances, independence, states_of

YEARS = [(year, 12) for year in range(1934, 1992)]
ROWS = {row.code: row for row in record.states()}
# states.csv dates these by their independence, the dataset by a treaty, a withdrawal or a seat: more than a year's end apart
DEPARTURES = {"LBN": (1943, 1945), "KOR": (1948, 1948), "WSM": (1962, 1975), "VUT": (1980, 1980)}


def test_as_many_are_independent_as_the_record_counts():
    """At each year's end from 1934 to 1991, but for the states that the rows date earlier than the dataset."""
    counted = {row.end.year: row.value for row in record.series("WLD", "independent_states")}
    there = independence(tuple(ROWS), YEARS).sum(axis=1)
    for (year, _), number in zip(YEARS, there, strict=True):
        earlier = sum(first <= year <= last for first, last in DEPARTURES.values())
        assert number == counted[year] + earlier, year


@pytest.mark.parametrize(
    ("code", "day", "independent"),
    [
        ("GHA", "1957-03-05", False), ("GHA", "1957-03-06", True), ("SYR", "1958-01-31", True), ("SYR", "1960-01-01", False),
        ("SYR", "1961-09-29", True), ("ZAN", "1964-04-25", True), ("ZAN", "1964-04-26", False), ("USA", "1934-01-01", True),
        ("EST", "1939-12-31", True), ("EST", "1960-01-01", False), ("EST", "1991-12-31", True),
    ],
)  # fmt: skip
def test_a_state_begins_pauses_and_ends(code, day, independent):
    assert ROWS[code].independent_on(dt.date.fromisoformat(day)) == independent


def test_the_axis_holds_those_independent_at_some_time():
    during = states_of([(year, month) for year in range(1959, 1963) for month in range(1, 13)])
    assert list(during) == sorted(during)
    assert {"SYR", "NGA", "DZA", "SUN"} <= set(during)
    assert not {"KEN", "EST"} & set(during)


def test_independence_is_that_of_the_last_day_of_the_month():
    found = independence(("GHA", "SYR"), [(1957, 2), (1957, 3), (1958, 1), (1958, 2)])
    assert found.tolist() == [[False, True], [True, True], [True, True], [True, False]]


def test_alliances_bind_from_the_month_of_the_treaty():
    months = [(1949, 3), (1949, 4), (1955, 4), (1955, 5), (1962, 1)]
    assert allied(("FRA", "CUB", "IND"), months, "west").tolist() == [
        [False, True, False], [True, True, False], [True, True, False], [True, True, False], [True, False, False],
    ]  # fmt: skip
    assert allied(("DDR", "FRA"), months, "east")[:, 0].tolist() == [False, False, False, True, True]


def test_stored_distances_are_those_of_the_coordinates():
    to_moscow, to_washington = distances(tuple(ROWS))
    for k, row in enumerate(ROWS.values()):
        place = (row.capital_lat, row.capital_lon)
        assert to_moscow[k] == pytest.approx(distance(place, MOSCOW), rel=0.01, abs=1e-9), row.code
        assert to_washington[k] == pytest.approx(distance(place, WASHINGTON), rel=0.01, abs=1e-9), row.code


def test_distances_by_hand():
    """A quarter of the meridian; Moscow to Warsaw is 1,150 km, Washington to Havana 1,820."""
    assert distance((0, 0), (90, 0)) == pytest.approx(10.0075, abs=0.001)
    assert distance((10, 20), (10, 20)) == 0
    to_moscow, to_washington = distances(("POL", "CUB"))
    assert to_moscow[0] == pytest.approx(1.15, abs=0.02)
    assert to_washington[1] == pytest.approx(1.82, abs=0.03)


class TestPlan:
    def test_it_holds_the_states_of_its_months(self):
        plan = compile_plan(small_scenario("SUN", "HUN"))
        assert plan.states == states_of(plan.months)
        assert plan.sizes["W"] == len(plan.states) > 130
        assert plan.calendar["independent"].shape == (367, len(plan.states))
        assert plan.calendar["independent"].dtype == bool
        np.testing.assert_array_equal(plan.calendar["independent"], independence(plan.states, plan.months))
        assert {plan.labels[code] for code in ("EGY", "HUN", "KEN")} == {"Egypt", "Hungary", "Kenya"}

    def test_every_state_of_the_record_that_joins_is_on_the_axis(self):
        plan = compile_plan(small_scenario("SUN"))
        joined = {name.partition(".")[0] for name in plan.record if name.endswith(".joins_nam")}
        assert len(joined) == 25
        assert joined <= set(plan.states)
