"""Scenarios that are right: what they hold, how they change, how they are written; names of events and parameters."""

import json
import pickle
import tomllib
from pathlib import Path

import pytest
from fake_model import fake_model  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st

from thaw import names, record
from thaw.axes import THEATRES
from thaw.compile import compile_plan
from thaw.errors import ParameterError, ScenarioError
from thaw.scenario import Scenario, load_scenario, read_scenario, scenario_names, scenario_schema
from thaw.scenario_checks import homes
from thaw.toml_text import lines_of, write

SMALL = """
name = "small"
title = "Two states, eight years"
start = "1950-01"
end = "1957-12"

[polities.SUN]
name = "Soviet Union"
role = "hegemon"
court = "full"
leader = "stalin"
full = ["stalin", "molotov", "beria"]
offices = { premier = "stalin", secretary = ["beria", "molotov"] }
patron = { beria = "stalin" }
strata = { workers = 0.4, peasants = 0.6 }
[polities.SUN.initial]
fear = 1.2

[polities.HUN]
name = "Hungary"
role = "satellite"
leader = "rakosi"
full = ["rakosi", "nagy"]
"""


@pytest.fixture
def small(fake_model) -> Scenario:  # noqa: F811
    return read_scenario(SMALL, "small.toml")


def test_months_run_from_start_to_end(small: Scenario) -> None:
    assert small.months[0] == (1950, 1)
    assert small.months[-1] == (1957, 12)
    assert len(small.months) == 96


def test_a_single_holder_and_a_list_are_both_lists(small: Scenario) -> None:
    assert small.polities["SUN"].offices == {"premier": ("stalin",), "secretary": ("beria", "molotov")}


def test_it_cannot_be_changed(small: Scenario) -> None:
    with pytest.raises(ValueError, match="frozen"):
        small.end = "1960-01"  # type: ignore[misc]


def test_it_can_be_sent_to_a_worker(small: Scenario) -> None:
    assert pickle.loads(pickle.dumps(small)) == small


def test_a_scenario_made_in_python_is_checked_as_a_whole(small: Scenario) -> None:
    with pytest.raises(ScenarioError, match="the scenario ends in 1949-01, before it starts"):
        Scenario.model_validate(small.model_dump() | {"end": "1949-01"})


class TestDo:
    def test_in_a_month(self, small: Scenario) -> None:
        changed = small.do("SUN.secret_speech@1955-03")
        assert [(act.event, act.date) for act in changed.forced] == [("SUN.secret_speech", "1955-03")]
        assert small.forced == ()

    def test_without_a_month_it_comes_when_the_record_has_it(self, small: Scenario) -> None:
        assert small.do("SUN.secret_speech").forced[0].date == "1956-02"
        assert small.do("fall:beria").forced[0].event == "SUN.fall:beria"
        assert small.do("fall:beria").forced[0].date == "1953-06"

    def test_without_a_month_and_without_a_record(self, small: Scenario) -> None:
        with pytest.raises(
            ScenarioError, match=r"no date for HUN\.secret_speech .* Say when: HUN\.secret_speech@YYYY-MM"
        ):
            small.do("HUN.secret_speech")

    def test_a_bundle_is_its_parts(self, small: Scenario) -> None:
        acts = small.do("SUN.destalinization@1955-01").forced
        assert {act.event for act in acts} == {f"SUN.{part}" for part in names.BUNDLES["destalinization"]}
        assert {act.date for act in acts} == {"1955-01"}

    def test_twice_is_once(self, small: Scenario) -> None:
        assert len(small.do("SUN.thaw@1954-05").do("SUN.thaw@1954-05").forced) == 1
        assert len(small.do("SUN.thaw@1954-05").do("SUN.thaw@1955-05").forced) == 2

    def test_outside_the_scenario(self, small: Scenario) -> None:
        with pytest.raises(ScenarioError, match=r"SUN\.thaw@1960-01 is outside the scenario, 1950-01 to 1957-12"):
            small.do("SUN.thaw@1960-01")

    @pytest.mark.parametrize("text", ["SUN.thaw@", "SUN.thaw@1955", "SUN.thaw@1955-13", "SUN.thaw@1955-01@1956-01"])
    def test_not_a_month(self, small: Scenario, text: str) -> None:
        with pytest.raises(ScenarioError, match=r"is not a month\. Expected EVENT@YYYY-MM"):
            small.do(text)

    def test_an_event_of_the_world(self, small: Scenario) -> None:
        assert small.do("detente@1955-07").forced[0].event == "WLD.detente"
        assert small.do("WLD.detente@1955-07") == small.do("detente@1955-07")
        with pytest.raises(ScenarioError, match=r"is of the world: write WLD\.detente"):
            small.do("SUN.detente@1955-07")

    def test_an_event_of_a_theatre(self, small: Scenario) -> None:
        assert small.do("crisis:middle_east").forced[0].model_dump() == {"event": "WLD.crisis:middle_east", "date": "1956-10"}
        act = compile_plan(small.do("WLD.crisis:straits@1955-01")).do[0]
        assert (act.event, THEATRES[act.entity], act.month) == ("crisis", "straits", 60)

    def test_an_event_of_a_state_of_the_world(self, small: Scenario) -> None:
        """Egypt is no polity of the scenario, but a state within its years; Ghana is one from March 1957 on."""
        plan = compile_plan(small.do("EGY.joins_nam@1955-04").do("GHA.joins_nam@1957-03").prevent("IND.joins_nam").do("detente@1955-07"))
        assert [(plan.states[act.entity], act.month) for act in plan.do[:2]] == [("EGY", 63), ("GHA", 86)]
        assert plan.do[2].entity == -1
        assert [(act.event, plan.states[act.entity]) for act in plan.prevent] == [("joins_nam", "IND")]
        with pytest.raises(ScenarioError, match=r"Ghana is not independent in 1957-02, but from 1957-03-06 on\."):
            small.do("GHA.joins_nam@1957-02")
        with pytest.raises(ScenarioError, match="there is no state 'KEN' within this scenario"):
            small.prevent("KEN.joins_nam")


class TestPrevent:
    def test_everybody_who_can_be_named_is_in_the_plan(self) -> None:
        loaded = load_scenario("ussr-1945")
        assert {p for p, home in homes(loaded.model_dump()).items() if home in loaded.polities} <= set(
            compile_plan(loaded).persons
        )

    def test_somebody_too_young_to_come_to_the_court(self, small: Scenario) -> None:
        with pytest.raises(ScenarioError, match="there is no person 'semichastny'"):
            small.prevent("fall:semichastny")

    def test_one(self, small: Scenario) -> None:
        assert [act.event for act in small.prevent("HUN.uprising").prevented] == ["HUN.uprising"]

    def test_a_bundle_is_its_parts(self, small: Scenario) -> None:
        assert len(small.prevent("SUN.destalinization").prevented) == 5

    def test_it_takes_no_month(self, small: Scenario) -> None:
        with pytest.raises(ScenarioError, match=r"takes no month\. Write 'HUN\.uprising'"):
            small.prevent("HUN.uprising@1956-10")

    def test_a_bundle_in_a_file_is_its_parts(self, fake_model) -> None:  # noqa: F811
        loaded = read_scenario(
            SMALL + '[[prevented]]\nevent = "SUN.destalinization"\n[[prevented]]\nevent = "fall:nagy"\n'
        )
        assert [act.event for act in loaded.prevented][-1] == "HUN.fall:nagy"
        assert len(loaded.prevented) == 6


class TestSet:
    def test_both_ways_of_writing(self, small: Scenario) -> None:
        assert small.set("terror.inertia", 8).parameters == {"terror.inertia": 8.0}
        assert small.set("terror.inertia=8") == small.set(" terror.inertia = 8.0 ")

    def test_the_last_value_counts(self, small: Scenario) -> None:
        assert small.set("terror.inertia", 8).set("terror.inertia", 9).parameters == {"terror.inertia": 9.0}

    def test_unknown(self, small: Scenario) -> None:
        with pytest.raises(
            ParameterError, match=r"no parameter 'inertia'\. Did you mean 'terror\.inertia' \(month; prior"
        ):
            small.set("inertia", 8)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("inertia", 0.0),
            ("inertia", -1.0),
            ("reach", 1.5),
            ("noise", -0.1),
            ("drift", float("nan")),
            ("drift", float("inf")),
        ],
    )
    def test_outside_what_its_prior_could_hold(self, small: Scenario, name: str, value: float) -> None:
        with pytest.raises(ParameterError, match=r"out of bounds|finite number"):
            small.set(f"terror.{name}", value)

    @pytest.mark.parametrize("text", ["terror.inertia", "terror.inertia=", "terror.inertia=much", "="])
    def test_not_a_setting(self, small: Scenario, text: str) -> None:
        with pytest.raises(ParameterError, match=r"sets nothing\. Expected PARAMETER=NUMBER"):
            small.set(text)


class TestText:
    def test_written_and_read_again_it_is_the_same(self, small: Scenario) -> None:
        changed = small.do("SUN.thaw@1954-05").prevent("fall:beria").set("terror.inertia", 1e-5)
        changed = Scenario.model_validate(
            changed.model_dump() | {"hold": {"fear": 0.5, "in_unrest": True}, "why": 'a "b"\n\x7f→'}
        )
        assert read_scenario(changed.to_toml()) == changed

    @pytest.mark.parametrize("name", scenario_names())
    def test_built_in_scenarios_load_and_survive_it(self, name: str) -> None:
        loaded = load_scenario(name)
        assert loaded.name == name
        assert read_scenario(loaded.to_toml()) == loaded

    @given(
        st.recursive(
            st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(), st.lists
        )
    )
    def test_any_value_is_written_as_it_is_read(self, value) -> None:
        assert tomllib.loads(write({"key": value})) == {"key": value}

    @given(st.text(min_size=1), st.text(min_size=1))
    def test_any_key_has_its_line(self, table: str, key: str) -> None:
        text = "# first\n" + write({table: {key: 1}})
        assert lines_of(text)[table, key] == 3

    def test_lines_are_found_in_every_form_of_toml(self) -> None:
        text = '''a = """
x = 1 # not a key
""" # z
b."c d" = [ [1, 2], # ]
  { e = "}", 'f' = 3 } ]
[[g]]
h = 1979-05-27T07:32:00Z
[[g]]
[g.i]
j = -1.5e3
k = \'\'\'it's\'\'\'
l = ["""a""", "b\\"" ]
'''
        data, lines = tomllib.loads(text), lines_of(text)
        assert data["g"][1]["i"]["j"] == -1500
        expected = {("a",): 1, ("b", "c d"): 4, ("b", "c d", 1): 5, ("b", "c d", 1, "f"): 5, ("g", 0, "h"): 7}
        expected |= {("g", 1): 8, ("g", 1, "i"): 9, ("g", 1, "i", "j"): 10, ("g", 1, "i", "l", 1): 12}
        assert {place: lines[place] for place in expected} == expected


class TestSchema:
    def test_it_is_one_and_the_built_in_scenarios_keep_it(self) -> None:
        jsonschema = pytest.importorskip("jsonschema")
        schema = scenario_schema()
        jsonschema.Draft202012Validator.check_schema(schema)
        for name in scenario_names():
            jsonschema.validate(tomllib.loads(load_scenario(name).to_toml()), schema)

    def test_it_knows_parameters_quantities_and_offices(self, fake_model) -> None:  # noqa: F811
        schema = scenario_schema()
        assert "of arrests (month" in schema["properties"]["priors"]["properties"]["terror.inertia"]["description"]
        assert "fear" in schema["$defs"]["Polity"]["properties"]["initial"]["properties"]
        assert "premier" in schema["$defs"]["Polity"]["properties"]["offices"]["properties"]
        assert schema["properties"]["hold"]["additionalProperties"] is False

    def test_every_key_says_what_it_is(self) -> None:
        schema = scenario_schema()
        tables = [schema, *(schema["$defs"].values())]
        unexplained = [
            key for table in tables for key, value in table["properties"].items() if not value.get("description")
        ]
        assert unexplained == []
        json.dumps(schema, allow_nan=False)


POLITIES = ("SUN", "HUN")
STATES = {"EGY": "Egypt", "IND": "India", "MMR": "Burma (Myanmar)", "KEN": "Kenya"}
HOMES = {"stalin": "SUN", "nagy": "HUN", "tito": "YUG"}


def test_the_page_explains_every_key() -> None:
    page = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    schema = scenario_schema()
    keys = {key for table in (schema, *schema["$defs"].values()) for key in table["properties"]}
    assert sorted(key for key in keys if key not in page) == []


def test_the_example_of_the_page_loads(fake_model) -> None:  # noqa: F811
    page = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    text = page.partition("```toml\n")[2].partition("```")[0]
    assert read_scenario(text).name == "small"


class TestNames:
    @pytest.mark.parametrize(
        ("text", "full"),
        [
            ("SUN.thaw", "SUN.thaw"),
            ("fall:nagy", "HUN.fall:nagy"),
            ("SUN.death:stalin", "SUN.death:stalin"),
            ("detente", "WLD.detente"),
            ("crisis:berlin", "WLD.crisis:berlin"),
            ("EGY.joins_nam", "EGY.joins_nam"),
        ],
    )
    def test_each_form_has_one_full_name_that_reads_as_itself(self, fake_model, text: str, full: str) -> None:  # noqa: F811
        (event,) = names.read_events(text, HOMES, POLITIES, STATES)
        assert names.event_text(event) == full
        assert names.read_events(full, HOMES, POLITIES, STATES) == (event,)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("EGX.joins_nam", "there is no state 'EGX' within this scenario. Did you mean 'EGY'?"),
            ("Egypt.joins_nam", "there is no state 'Egypt' within this scenario. Did you mean 'EGY'?"),
            ("Burma.joins_nam", "Did you mean 'MMR'?"),
            ("myanmar.joins_nam", "Did you mean 'MMR'?"),
            ("joins_nam", "'joins_nam' needs a state, as EGY.joins_nam."),
            ("WLD.joins_nam", "'WLD.joins_nam' needs a state, as EGY.joins_nam."),
            ("EGY.joins_nam:nasser", "'EGY.joins_nam:nasser' takes no person."),
            ("WLD.crisis:berlyn", "there is no theatre 'berlyn'. Did you mean 'berlin'?"),
            ("crisis:cuba", "there is no theatre 'cuba'. Known: berlin, caribbean, middle_east, straits."),
            ("WLD.crisis", "'WLD.crisis' needs a theatre, as WLD.crisis:berlin."),
            ("SUN.crisis:berlin", "is of the world: write WLD.crisis:berlin."),
            ("XXX.crisis:berlin", "there is no polity 'XXX' in this scenario."),
            ("EGY.uprising", "there is no polity 'EGY' in this scenario."),
        ],
    )
    def test_wrong_states_and_theatres_are_explained(self, fake_model, text: str, message: str) -> None:  # noqa: F811
        with pytest.raises(ScenarioError) as told:
            names.read_events(text, HOMES, POLITIES, STATES)
        assert message in str(told.value)

    @pytest.mark.parametrize("text", ["", ".", "SUN.", ".thaw", "fall:", ":", "SUN.thaw@1954-05", "a.b.c", "thaw.SUN:"])
    def test_what_is_no_event(self, fake_model, text: str) -> None:  # noqa: F811
        with pytest.raises(ScenarioError):
            names.read_events(text, HOMES, POLITIES)

    @given(st.text())
    def test_any_text_is_an_event_or_a_scenario_error(self, text: str) -> None:
        with pytest.MonkeyPatch.context() as patch:
            from fake_model import MODEL

            patch.setattr(names, "mechanisms", lambda: MODEL)
            try:
                found = names.read_events(text, HOMES, POLITIES)
            except ScenarioError:
                return
        assert found

    def test_a_person_of_a_polity_that_is_not_there(self, fake_model) -> None:  # noqa: F811
        with pytest.raises(ScenarioError, match="tito belongs to YUG, which is not in this scenario"):
            names.read_events("fall:tito", HOMES, POLITIES)

    def test_full_names_are_those_of_the_record(self) -> None:
        for text in ("SUN.secret_speech", "SUN.fall:beria", "WLD.detente", "WLD.crisis:berlin", "EGY.joins_nam", "KEN.joins_nam"):
            assert names.event_text(record.parse_event(text)) == text
