"""Polities of one's own: unnamed courts spread over ages and careers, and a plan without a row of the record."""

import numpy as np
import pytest
from regime import small_scenario

from thaw import invented, record
from thaw.axes import INSTITUTIONS
from thaw.chronicle import short_name
from thaw.compile import compile_plan
from thaw.errors import RecordError, ScenarioError
from thaw.scenario import load_scenario, read_scenario
from thaw.states import states_of

ARMY = INSTITUTIONS.index("army")


@pytest.fixture(scope="module")
def autocracy():
    return load_scenario("autocracy")


@pytest.fixture(scope="module")
def plan(autocracy):
    return compile_plan(autocracy)


def of_court(plan, code):
    return np.flatnonzero(plan.given["court"] == plan.polities.index(code))


def test_no_state_has_such_a_code():
    assert not any(invented.is_invented(code) for code in states_of([(year, 12) for year in range(1934, 1992)]))
    assert not any(invented.is_invented(code) for code in ("xaa", "XA", "XAAA", "SUN", "X1A"))


def test_first_members_are_of_age_and_the_rest_come_one_by_one():
    ages = [invented.first_age(number, 10) for number in range(1, 21)]
    assert all(invented.AGES[0] <= age <= invented.AGES[1] for age in ages[:10])
    assert max(ages[10:]) < invented.OF_AGE
    assert np.diff(ages[10:]) == pytest.approx(-invented.CAREER / 10)


def test_service_is_spread_by_its_shares():
    served = [invented.served_in(number, {"army": 0.7, "party": 0.3}) for number in range(1, 201)]
    assert set(served) == {ARMY, INSTITUTIONS.index("party")}
    assert np.mean(np.array(served) == ARMY) == pytest.approx(0.7, abs=0.02)


def test_without_shares_they_served_by_turns():
    assert {invented.served_in(number, {}) for number in range(5)} == set(range(len(INSTITUTIONS)))


def test_a_type_keeps_its_soldiers_in_all_years(plan):
    army = {code: plan.given["branch"][of_court(plan, code), ARMY] for code in plan.polities}
    young = slice(30, None)  # those who come of age within the scenario
    assert army["XMI"].mean() == pytest.approx(0.7, abs=0.05)
    assert army["XMI"][young].mean() > 0.5 > 2 * army["XPA"][young].mean()


def test_the_court_keeps_its_size_over_the_years(plan):
    """Persons between coming of age and 70, as many in the last year as in the first."""
    ages = plan.calendar["age"][:, of_court(plan, "XPA")]
    serving = ((ages >= invented.OF_AGE) & (ages < 70)).sum(axis=1)
    assert serving[0] == 30
    assert serving.min() >= 25
    assert serving.max() <= 50


def test_types_have_the_same_people(plan):
    """What differs is in the scenario: ages do not."""
    ages = [plan.calendar["age"][0, of_court(plan, code)] for code in plan.polities]
    np.testing.assert_array_equal(ages[0], ages[1])
    np.testing.assert_array_equal(ages[0], ages[2])


def test_everybody_has_the_prior_of_the_unnamed(plan):
    low, best, high = plan.traits["stance"]
    assert len({*zip(low, best, high, strict=True)}) == 1
    assert (low < best).all()
    assert (best < high).all()


def test_nothing_of_the_record_falls_on_them(plan):
    assert (plan.calendar["population"] == 10_000).all()
    assert (plan.given["state_of"] == -1).all()
    assert (plan.calendar["drought"] == -1).all()
    assert (plan.calendar["garrison"] == 0).all()
    assert not plan.calendar["collectivising"].any()
    assert not any((pins >= 0).any() for pins in plan.pins.values())
    assert not [event for event in plan.record if event[:3] in plan.polities]


def test_congresses_come_by_the_rhythm_pinned_or_not(autocracy):
    pinned = compile_plan(read_scenario(autocracy.to_toml().replace("congresses = false", "congresses = true")))
    free = compile_plan(autocracy)
    np.testing.assert_array_equal(pinned.calendar["congress"], free.calendar["congress"])
    assert free.calendar["congress"].sum(axis=0).tolist() == [7, 7, 7]


def test_a_patron_of_the_scenario_is_a_tie(plan):
    person = plan.persons.index
    assert plan.given["tie"][person("other_xpe_2"), person("other_xpe_1")] == invented.TIE
    assert plan.initial["patron"][person("other_xpe_2")] == person("other_xpe_1")
    assert plan.given["tie"][of_court(plan, "XMI")].sum() == 0


def test_the_tie_is_that_of_the_records_courts():
    courts = []
    for name in ("ussr-1945", "ussr-1934", "china-1976"):
        recorded = compile_plan(load_scenario(name))
        patron = recorded.initial["patron"]
        clients = np.flatnonzero(patron >= 0)
        courts.append(recorded.given["tie"][clients, patron[clients]].mean())
    assert min(courts) - 0.02 < invented.TIE < max(courts)


def test_it_can_stand_beside_states_of_the_record():
    both = small_scenario("SUN").model_dump()
    both["polities"]["XAA"] = {
        "name": "a party", "role": "independent", "court": "full", "population": 5000.0, "others": 6,
        "leader": "other_xaa_1", "full": ("other_xaa_1", "other_xaa_2"),
    }  # fmt: skip
    alone, beside = compile_plan(small_scenario("SUN")), compile_plan(type(small_scenario("SUN")).model_validate(both))
    sun = slice(0, len(alone.persons))
    assert beside.persons[sun] == alone.persons
    np.testing.assert_array_equal(beside.calendar["age"][:, sun], alone.calendar["age"])
    np.testing.assert_array_equal(beside.given["tie"][sun, sun], alone.given["tie"])


def test_its_events_can_be_asked_for(autocracy):
    acts = compile_plan(autocracy.do("XPA.unrest@1950-01").prevent("fall:other_xpe_3")).do
    assert [(act.event, act.entity, act.month) for act in acts] == [("unrest", 0, 48)]
    with pytest.raises(ScenarioError, match="no person 'other_xpa_99'"):
        autocracy.prevent("fall:other_xpa_99")


def test_it_goes_through_a_file(autocracy):
    assert read_scenario(autocracy.to_toml()) == autocracy


def test_types_differ_in_first_conditions_only(autocracy):
    assert autocracy.priors == {}
    assert autocracy.parameters == {}
    same = ("role", "court", "society", "population", "others", "strata", "church")
    assert len({str([getattr(polity, key) for key in same]) for polity in autocracy.polities.values()}) == 1


def test_the_record_has_no_series_of_them_and_all_of_its_own():
    assert invented.series("XPA", "population") == []
    assert invented.series("SUN", "population") == record.series("SUN", "population")
    with pytest.raises(RecordError, match="no polity 'SNU'"):
        invented.series("SNU", "population")


def test_members_are_told_apart(plan):
    assert short_name("other_xpa_3", plan.labels) == "member 3"
    assert short_name("other_sun_3", {"other_sun_3": "other 3 (Soviet Union)"}) == "an unnamed member"
