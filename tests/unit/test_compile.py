"""Scenario and record into arrays: what the record says, on the right place of the right axis."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from regime import small_scenario

from thaw import record
from thaw.axes import OFFICES, STRATA
from thaw.compile import compile_plan
from thaw.court import FULL
from thaw.errors import ScenarioError
from thaw.scenario import load_scenario

PEOPLE = {person.id: person for person in record.people()}


def month_of(plan, day):
    return (day.year - plan.months[0][0]) * 12 + day.month - plan.months[0][1]


class TestCalendar:
    def test_months_follow_one_another(self, whole_plan):
        assert whole_plan.months[0] == (1945, 6)
        assert whole_plan.months[-1] == (1975, 12)
        numbers = [year * 12 + month for year, month in whole_plan.months]
        assert np.diff(numbers).tolist() == [1] * 366

    def test_every_monday_is_a_week_of_one_month(self, whole_plan):
        """367 months from June 1945 to December 1975 hold as many weeks as there are Mondays in them."""
        first, last = dt.date(1945, 6, 1), dt.date(1975, 12, 31)
        mondays = sum((first + dt.timedelta(days=k)).weekday() == 0 for k in range((last - first).days + 1))
        assert sum(whole_plan.weeks) == mondays
        assert set(whole_plan.weeks) == {4, 5}

    def test_ages_grow_a_twelfth_a_month(self, whole_plan):
        np.testing.assert_allclose(np.diff(whole_plan.calendar["age"], axis=0), 1 / 12, atol=1e-9)
        stalin = whole_plan.persons.index("stalin")
        born = PEOPLE["stalin"].born
        wanted = 1953 - born.year + (3 - born.month) / 12
        assert whole_plan.calendar["age"][whole_plan.months.index((1953, 3)), stalin] == pytest.approx(wanted)

    def test_a_polity_exists_from_its_first_month(self, whole_plan):
        exists = whole_plan.calendar["exists"]
        for code, polity in load_scenario("ussr-1945").polities.items():
            year, month = map(int, (polity.starts or "1945-06").split("-"))
            wanted = np.arange(367) >= whole_plan.months.index((year, month))
            np.testing.assert_array_equal(exists[:, whole_plan.polities.index(code)], wanted)

    def test_congresses_are_those_of_the_record(self, whole_plan):
        sun = whole_plan.polities.index("SUN")
        met = {whole_plan.months[m] for m in np.flatnonzero(whole_plan.calendar["congress"][:, sun])}
        assert met >= {(1952, 10), (1956, 2), (1961, 10)}
        assert all(year in (1952, 1956, 1959, 1961, 1966, 1971) for year, _ in met)
        assert (whole_plan.calendar["congress"] <= whole_plan.calendar["forum"]).all()

    def test_freed_they_are_a_rhythm_and_deaths_run_their_clocks(self):
        free = compile_plan(small_scenario("SUN", "HUN"), free=True)
        met = [free.months[m] for m in np.flatnonzero(free.calendar["congress"][:, 0])]
        assert len({year % 4 for year, _ in met}) == 1
        assert {b[0] - a[0] for a, b in pairwise(met)} == {4}
        assert free.pins == {}


class TestPersons:
    def test_courts_are_contiguous_and_hold_their_members(self, whole_plan):
        court = whole_plan.given["court"]
        assert (np.diff(court) >= 0).all()
        assert set(court) == set(range(len(whole_plan.polities)))
        for code, polity in load_scenario("ussr-1945").polities.items():
            for person in (polity.leader, *polity.full, *polity.candidates, *polity.cadre):
                assert court[whole_plan.persons.index(person)] == whole_plan.polities.index(code)

    def test_natural_deaths_are_pinned_to_their_month(self, whole_plan):
        pins = whole_plan.pins["death"]
        assert pins[whole_plan.persons.index("stalin")] == whole_plan.months.index((1953, 3))
        for e, person in enumerate(whole_plan.persons):
            row = PEOPLE.get(person)
            if row is None:
                assert pins[e] == -1, "unnamed persons have clocks of their own"
            elif row.died and row.death_cause == "natural":
                assert pins[e] == max(month_of(whole_plan, row.died), 0)

    @pytest.mark.parametrize("person", ["beria", "kuznetsov_a", "rajk", "slansky"])
    def test_those_whom_the_system_killed_are_not(self, whole_plan, person):
        assert whole_plan.pins["death"][whole_plan.persons.index(person)] == -1

    def test_those_who_outlived_the_scenario_cannot_die_in_it(self, whole_plan):
        assert whole_plan.pins["death"][whole_plan.persons.index("molotov")] >= len(whole_plan.months)

    def test_judgements_span_both_codings(self, whole_plan):
        rows = [row for row in record.judgements(by="1953-03") if (row.person, row.quantity) == ("beria", "culpability")]
        low, best, high = (values[whole_plan.persons.index("beria")] for values in whole_plan.traits["culpability"])
        assert len(rows) == 2
        assert (low, high) == (min(row.low for row in rows), max(row.high for row in rows))
        assert best == pytest.approx(sum(row.best for row in rows) / 2)

    def test_judgements_are_in_order_and_in_bounds(self, whole_plan):
        for name, bound in (("stance", -1), ("culpability", 0)):
            low, best, high = whole_plan.traits[name]
            assert ((bound <= low) & (low <= best) & (best <= high) & (high <= 1)).all()

    def test_ties_are_shares_and_nobody_is_tied_to_himself(self, whole_plan):
        tie = whole_plan.given["tie"]
        assert ((tie >= 0) & (tie <= 1)).all()
        assert (np.diag(tie) == 0).all()

    def test_a_patron_stands_higher_in_the_same_court_and_there_is_no_cycle(self, whole_plan):
        patron, court = whole_plan.initial["patron"], whole_plan.given["court"]
        for e in range(len(patron)):
            seen, at = set(), e
            while patron[at] >= 0:
                assert court[patron[at]] == court[at]
                assert at not in seen
                seen.add(at)
                at = patron[at]

    def test_unnamed_persons_are_old_enough_and_nobodys(self, whole_plan):
        others = [e for e, person in enumerate(whole_plan.persons) if person.startswith("other_")]
        born = whole_plan.calendar["age"][0, others]
        of_age = np.array([(whole_plan.calendar["age"][:, e] >= 38).argmax() for e in others])
        assert (born >= 38).sum() == sum(max(polity.others, 1) for polity in load_scenario("ussr-1945").polities.values())
        assert sorted(set(of_age)) == [0, 144, 228, 312]  # in the 12th year, and every 7
        np.testing.assert_array_equal(whole_plan.calendar["available"][:, others], np.arange(367)[:, None] >= of_age)
        assert (whole_plan.initial["patron"][others] == -1).all()
        assert all(whole_plan.labels[whole_plan.persons[e]].startswith("other ") for e in others)

    def test_everybody_has_a_name_to_print(self, whole_plan):
        assert {*whole_plan.persons, *whole_plan.polities} <= whole_plan.labels.keys()


class TestFirstValues:
    def test_offices_and_seats_are_the_scenarios(self, whole_plan):
        holds, rank = whole_plan.initial["holds"], whole_plan.initial["rank"]
        for polity in load_scenario("ussr-1945").polities.values():
            for office, holders in polity.offices.items():
                for person in holders:
                    assert holds[whole_plan.persons.index(person), OFFICES.index(office)]
            for person in (polity.leader, *polity.full):
                assert rank[whole_plan.persons.index(person)] == FULL

    def test_clients_of_a_court_are_one_committee(self, whole_plan):
        clients = np.bincount(whole_plan.given["court"], whole_plan.initial["clients"])
        np.testing.assert_allclose(clients, 1, rtol=1e-12)

    def test_strata_are_shares_of_each_society(self, whole_plan):
        shares = whole_plan.given["stratum_share"]
        assert shares.shape == (len(whole_plan.polities), len(STRATA))
        np.testing.assert_allclose(shares[whole_plan.given["has_society"]].sum(axis=1), 1, rtol=1e-9)

    def test_one_hegemon_and_its_satellites(self, whole_plan):
        assert [whole_plan.polities[p] for p in np.flatnonzero(whole_plan.given["hegemon"])] == ["SUN"]
        assert not (whole_plan.given["hegemon"] & whole_plan.given["bloc"]).any()

    def test_values_of_a_polity_land_on_its_place(self, whole_plan):
        scenario = load_scenario("ussr-1945")
        for code, polity in scenario.polities.items():
            for name, value in polity.initial.items():
                assert whole_plan.initial[name][whole_plan.polities.index(code)] == value


class TestSeries:
    def test_the_decrees_of_june_1947_bind_moscow_from_then_on(self, whole_plan):
        decree = whole_plan.calendar["decree"]
        sun = whole_plan.polities.index("SUN")
        np.testing.assert_array_equal(decree[:, sun], np.arange(367) >= whole_plan.months.index((1947, 6)))
        assert decree.sum() == decree[:, sun].sum()

    def test_shares_are_shares(self, whole_plan):
        for name in ("garrison", "decree"):
            values = whole_plan.calendar[name]
            assert ((values >= 0) & (values <= 1)).all(), name

    def test_weather_is_what_was_reported_and_only_there(self, whole_plan):
        """1946: both regions dry; 1954: the Ukraine dry, the steppe fine; 1947: nothing reported. Nobody reports on Hungary."""
        drought = whole_plan.calendar["drought"]
        year = {y: drought[[place for place, (at, _) in enumerate(whole_plan.months) if at == y]] for y in (1946, 1947, 1954)}
        sun = whole_plan.polities.index("SUN")
        assert set(year[1946][:, sun]) == {0.75}
        assert set(year[1954][:, sun]) == {0.4}
        assert set(year[1947][:, sun]) == {-1.0}
        assert (np.delete(drought, sun, axis=1) == -1).all()

    def test_weather_can_be_freed(self):
        scenario = small_scenario("SUN", "HUN")
        mild = scenario._with(pinned=scenario.pinned.model_dump() | {"weather": False})
        for plan in (compile_plan(scenario, free=True), compile_plan(mild)):
            assert (plan.calendar["drought"] == -1).all()

    def test_no_output_leaks_in(self, monkeypatch):
        """What the record says of output and harvests is compared with, never put in."""
        from thaw import compile as compiler

        before = compile_plan(small_scenario("SUN", "HUN"))
        true = compiler.by_year

        def changed(code, variable):
            return {year: 0.5 * value for year, value in true(code, variable).items()} if variable in ("gdp_pc", "grain_harvest") else true(code, variable)

        monkeypatch.setattr(compiler, "by_year", changed)
        after = compile_plan(small_scenario("SUN", "HUN"))
        for name in before.calendar:
            np.testing.assert_array_equal(before.calendar[name], after.calendar[name])

    def test_the_satellites_collectivise_from_the_break_with_belgrade(self, whole_plan):
        bound = whole_plan.calendar["collectivising"]
        june = whole_plan.months.index((1948, 6))
        assert bound[:, whole_plan.polities.index("SUN")].all()
        np.testing.assert_array_equal(bound[:, whole_plan.polities.index("POL")], np.arange(367) >= june)
        assert not bound[:, [whole_plan.polities.index(code) for code in ("CHN", "YUG")]].any()


class TestInterventions:
    def test_places_and_months(self):
        scenario = small_scenario("SUN", "HUN")
        plan = compile_plan(scenario.do("SUN.fall:beria@1953-06").do("HUN.uprising").prevent("HUN.concession"))
        fall, rising = plan.do
        assert (fall.event, plan.persons[fall.entity], plan.months[fall.month]) == ("fall", "beria", (1953, 6))
        assert (rising.event, plan.polities[rising.entity], plan.months[rising.month]) == (
            "uprising",
            "HUN",
            (1956, 10),
        )
        assert [(act.event, plan.polities[act.entity], act.month) for act in plan.prevent] == [
            ("concession", "HUN", -1)
        ]

    def test_the_week_is_the_records(self):
        """23 October 1956 lies in the week of Monday 22, the fourth of the month."""
        plan = compile_plan(small_scenario("SUN", "HUN").do("HUN.uprising"))
        assert plan.do[0].week == 3

    @pytest.mark.parametrize("event", ["SUN.purge", "SUN.succession"])
    def test_what_only_sums_up_cannot_be_done_or_prevented(self, event):
        scenario = small_scenario("SUN", "HUN")
        for wish in (lambda: scenario.do(f"{event}@1950-01"), lambda: scenario.prevent(event)):
            with pytest.raises(ScenarioError, match=event.partition(".")[2]):
                wish()

    def test_what_is_set_and_held(self):
        scenario = small_scenario("SUN", "HUN").set("terror.inertia", 9)._with(hold={"norm": 0.2})
        plan = compile_plan(scenario)
        assert plan.set_values == {"terror.inertia": 9.0}
        assert plan.hold == {"norm": 0.2}

    def test_recorded_dates_lie_in_the_scenario(self, whole_plan):
        assert ((1956, 2)) in {whole_plan.months[month] for month, _ in whole_plan.record["SUN.secret_speech"]}
        for dates in whole_plan.record.values():
            assert all(0 <= month < 367 and 0 <= week < whole_plan.weeks[month] for month, week in dates)


def test_the_same_scenario_gives_the_same_plan():
    from thaw.digest import plan_key

    one, other = (compile_plan(small_scenario("SUN", "HUN")) for _ in range(2))
    assert plan_key(one) == plan_key(other)
    assert plan_key(one) != plan_key(one.with_(seed=1))


def test_a_plan_can_be_sent_to_a_worker(whole_plan):
    import pickle

    sent = pickle.dumps(whole_plan)
    assert len(sent) < 3_000_000
    assert pickle.loads(sent).persons == whole_plan.persons
