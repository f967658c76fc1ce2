"""A plan as it could have been made at the end of a month."""

import numpy as np
import pytest

from thaw import loop, record
from thaw.compile_known import carried_on, plan_month_by_month, plan_up_to
from thaw.errors import ScenarioError
from thaw.noise import Log, Noise
from thaw.plan import Plan
from thaw.scenario import load_scenario

PEOPLE = {row.id: row for row in record.people()}


@pytest.fixture(scope="module")
def known() -> Plan:
    return plan_up_to(load_scenario("ussr-1945"), "1953-12")


@pytest.fixture(scope="module")
def last(known: Plan) -> int:
    return known.months.index((1953, 12))


def test_up_to_the_month_the_record_stands(known: Plan, whole_plan: Plan, last: int) -> None:
    for name in ("age", "available", "exists", "forum", "congress", "drought", "shock", "pacts", "alarm", "garrison", "collectivising", "decree"):
        np.testing.assert_array_equal(known.calendar[name][: last + 1], whole_plan.calendar[name][: last + 1], err_msg=name)


def test_afterwards_nobody_has_news(known: Plan, whole_plan: Plan, last: int) -> None:
    assert (known.calendar["shock"][last + 1 :] == 0).all()
    assert (known.calendar["drought"][last + 1 :] == -1).all()
    assert (known.calendar["pacts"][last + 1 :] == -1).all()
    for name in ("independent", "aided", "alarm", "armistice"):
        assert (known.calendar[name][last + 1 :] == known.calendar[name][last]).all()
    sun = known.polities.index("SUN")
    met = {known.months[m] for m in np.flatnonzero(known.calendar["congress"][:, sun]) if m > last}
    assert met == {(year, 10) for year in range(1956, 1976, 4)}
    assert whole_plan.calendar["shock"][last + 1 :].any()


def test_states_to_come_are_not_on_the_list(known: Plan, whole_plan: Plan) -> None:
    assert "KEN" in whole_plan.states
    assert "KEN" not in known.states
    assert "IND" in known.states
    for place, code in enumerate(known.polities):
        if known.given["state_of"][place] >= 0:
            assert known.states[known.given["state_of"][place]] == code
    assert known.given["km_moscow"].shape == known.initial["alignment"].shape == (len(known.states),)


def test_the_dead_stay_dead_and_the_living_live_to_the_month(known: Plan, last: int) -> None:
    pins = known.pins["death"]
    assert pins[known.persons.index("stalin")] == known.months.index((1953, 3))
    assert pins[known.persons.index("beria")] == -1, "shot in the month: the system's own"
    assert pins[known.persons.index("nagy")] == last + 0.5, "shot in 1958: nobody knew"
    for person in ("khrushchev", "malenkov", "bierut", "vyshinsky"):
        assert PEOPLE[person].died.year > 1953
        assert pins[known.persons.index(person)] == last + 0.5


def test_a_life_runs_its_clock_from_the_month_on(known: Plan, last: int) -> None:
    """Nobody who was alive dies before the end of the month; somebody does in the ten years after, each history in its own months."""
    by_name = {step.name: step for step in loop.mechanisms()}
    found: dict[int, set[int]] = {}
    luck = loop.make_luck(known, 0, 64)
    params = loop.draw_parameters(known, by_name["mortality"], luck)
    clocks, log = {}, Log()
    state = loop.initial(known, luck)
    for month in range(last + 61):
        state = state.with_({"age": known.calendar["age"][month]})
        new = by_name["mortality"](state, params, Noise(luck, by_name["mortality"], month, 0, 0, clocks, log))
        for history, person in np.argwhere(state.alive & ~new["alive"]):
            found.setdefault(int(person), set()).add((month, int(history)))
        state = state.with_(new)
    living = np.flatnonzero(known.pins["death"] == last + 0.5)
    months = {person: {month for month, _ in found.get(int(person), ())} for person in living.tolist()}
    assert min(min(dates) for dates in months.values() if dates) > last
    assert sum(len(dates) > 2 for dates in months.values()) > 10
    assert {month for month, _ in found[known.persons.index("stalin")]} == {known.months.index((1953, 3))}
    assert 0 < np.asarray(state.alive)[:, living].mean() < 1


def test_numbers_are_carried_on_from_what_was_known(known: Plan, whole_plan: Plan, last: int) -> None:
    people = known.calendar["population"]
    np.testing.assert_allclose(np.diff(people[last:], n=2, axis=0), 0, atol=1e-6)
    assert (people[-1] > 0).all()
    at = known.months.index((1950, 7))
    np.testing.assert_array_equal(people[at, 0], whole_plan.calendar["population"][at, 0])


def test_a_line_goes_on_from_the_last_years_and_ends_at_nought() -> None:
    points = {1940.0: 0.0, 1948.0: 8.0, 1953.0: 18.0}
    np.testing.assert_allclose(carried_on([1944.0, 1953.0, 1955.0], points, 5.0), [4.0, 18.0, 22.0])
    np.testing.assert_allclose(carried_on([1955.0], points, 0.0), [18.0])
    np.testing.assert_allclose(carried_on([1960.0], {1950.0: 5.0, 1953.0: 2.0}, 5.0), [0.0])


@pytest.fixture(scope="module")
def as_known() -> Plan:
    return plan_month_by_month(load_scenario("ussr-1945"), 1950)


class TestEachMonthAsKnownAtItsEnd:
    def test_a_year_later_changes_no_month_before(self, as_known: Plan) -> None:
        """The numbers of a month are those of the plan that ends with it."""
        for month in ("1953-12", "1955-06"):
            at = as_known.months.index((int(month[:4]), int(month[5:])))
            then = plan_up_to(load_scenario("ussr-1945"), month)
            for name in ("population", "receivers", "garrison"):
                np.testing.assert_array_equal(as_known.calendar[name][at], then.calendar[name][at], err_msg=f"{name} {month}")

    def test_whoever_died_in_the_record_does_not_die_of_age_before(self, as_known: Plan) -> None:
        pins = as_known.pins["death"]
        for person in ("beria", "nagy", "khrushchev", "stalin"):
            day = PEOPLE[person].died
            assert pins[as_known.persons.index(person)] // 1 == (day.year - 1945) * 12 + day.month - 6
        assert pins[as_known.persons.index("stalin")] % 1 == 0, "of himself: in that month"
        assert pins[as_known.persons.index("beria")] % 1 == 0.5, "shot: of age, not before it"


@pytest.mark.parametrize("month", ["1944-12", "1976-01"])
def test_a_month_outside_is_refused(month: str) -> None:
    with pytest.raises(ScenarioError, match="expected a month of the scenario, 1945-06 to 1975-12"):
        plan_up_to(load_scenario("ussr-1945"), month)
