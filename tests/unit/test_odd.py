"""The ODD description: all its sections, made of what is declared."""

import re

import pytest

from thaw import names
from thaw.fields import FIELDS
from thaw.odd import describe
from thaw.odd_text import BY_HAND, ENTITIES
from thaw.scenario import load_scenario


@pytest.fixture(scope="module")
def told() -> str:
    return describe(load_scenario("ussr-1945"))


def test_it_has_the_seven_parts_and_eleven_concepts(told):
    assert re.findall(r"^## (\d)\. ", told, re.MULTILINE) == list("1234567")
    concepts = re.findall(r"^\*\*(\w[\w ]+)\.\*\*", told.partition("## 4.")[2].partition("## 5.")[0], re.MULTILINE)
    assert [word.lower() for word in concepts] == [
        *("basic principles", "emergence", "adaptation", "objectives", "learning", "prediction"),
        *("sensing", "interaction", "stochasticity", "collectives", "observation"),
    ]


def test_every_field_parameter_event_and_mechanism_is_in_it(told):
    for name in FIELDS:
        assert f"`{name}`" in told, name
    for step in names.mechanisms():
        assert f"### {step.name}" in told
        assert all(f"| `{param.name}` |" in told for param in step.params)
        assert all(f"`{event.name}`" in told for event in step.events)


def test_every_text_by_hand_is_used_and_every_axis_named(told):
    assert all(text in told for text in BY_HAND.values())
    assert {field.axes.lstrip("H")[:1] for field in FIELDS.values() if field.axes != "-"} <= set(ENTITIES)


def test_another_scenario_is_told_of_itself():
    other = load_scenario("ussr-1945").model_copy(update={"title": "Another case", "end": "1950-12"})
    told = describe(other)
    assert told.startswith("# Another case")
    assert "1945-06 to 1950-12: 67 months" in told


def test_without_submodels_they_are_links(told):
    short = describe(load_scenario("ussr-1945"), submodels=False)
    assert "(terror.md)" in short
    assert "### terror" not in short
    assert len(short) < len(told)
