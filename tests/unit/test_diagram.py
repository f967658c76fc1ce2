"""The causal diagram: links as declared, reach as the least months, and drawings that hold every mechanism."""

import xml.etree.ElementTree as tree

import pytest

from thaw import diagram, names
from thaw.diagram_svg import draw
from thaw.errors import ScenarioError

STEPS = names.mechanisms()
EVENTS = [(step, event) for step in STEPS for event in step.events]


def test_links_are_what_one_writes_and_another_reads():
    found = {(link.source, link.target): link for link in diagram.links()}
    for source in STEPS:
        for target in STEPS:
            shared = set(source.writes) & set(target.reads)
            assert ((source.name, target.name) in found) == bool(shared and source is not target)
            if shared and source is not target:
                assert set(found[source.name, target.name].fields) == shared


def test_what_stands_later_in_the_month_is_read_in_the_next_but_within_the_weeks():
    found = {(link.source, link.target): link.later for link in diagram.links()}
    assert found["reform", "information"] is False
    assert found["reform", "patronage"] is True
    assert found["bloc", "society"] is False


def test_a_speech_feeds_the_line_and_what_it_reveals_but_frees_no_ordinary_prisoner():
    told = diagram.reach("SUN.secret_speech")
    assert told.start == ("reform",)
    assert {"line", "revelation", "damage", "redress"} <= set(told.fed)
    assert not {"amnestied", "ploughed", "ceded"} & set(told.fed)
    assert told.fields["revelation"] == told.fields["knowledge"] == told.fields["voice"] == 0
    assert told.fields["power"] == 1
    assert told.mechanisms["mortality"] > 1


@pytest.mark.parametrize(("step", "event"), EVENTS, ids=lambda part: part.name)
def test_every_event_feeds_only_what_its_mechanism_writes(step, event):
    assert set(diagram.feeds(step, event)) <= set(step.writes)


def test_where_nothing_is_fed_all_is_taken_and_that_is_said():
    """Strikes in the camps are told and change nothing; the fall of a man does."""
    told = diagram.reach("SUN.camp_revolt")
    assert told.assumed == ("terror",)
    assert "fear" in told.fed
    assert diagram.reach("SUN.fall:beria").assumed == ()
    assert "fallen" in diagram.reach("SUN.fall:beria").fed


def test_from_a_mechanism_all_that_it_writes_is_reached_at_once():
    told = diagram.reach("terror")
    assert all(told.fields[name] == 0 for name in diagram.names.mechanisms()[4].writes)
    assert told.event == ""


def test_what_cannot_be_reached_is_left_out(only):
    """A month of two mechanisms of which the second reads nothing of the first."""
    by_name = {step.name: step for step in STEPS}
    only(by_name["reform"], by_name["mortality"])
    assert diagram.reach("SUN.amnesty").mechanisms == {"reform": 0}


def test_a_wrong_name_is_explained():
    with pytest.raises(ScenarioError, match="Did you mean 'secret_speech'"):
        diagram.reach("SUN.secret_spech")


@pytest.mark.parametrize("start", ["", "terror"])
def test_the_drawing_is_svg_with_every_mechanism_field_and_link(start):
    found = diagram.reach(start) if start else None
    drawn = draw(found)
    root = tree.fromstring(drawn)
    assert root.tag.endswith("svg")
    words = {"".join(node.itertext()) for node in root.iter() if node.tag.endswith("tspan")}
    assert {name for step in STEPS for name in step.writes} <= words
    assert drawn.count('class="link') == len(diagram.links())
    assert all(f'id="m-{step.name}"' in drawn for step in STEPS)
    assert draw(found) == drawn


def test_dot_has_a_cluster_a_mechanism_and_balanced_braces():
    told = diagram.as_dot(diagram.reach("terror"))
    assert told.count("subgraph") == len(STEPS)
    assert told.count("{") == told.count("}")


def test_json_says_what_is_given_and_reached():
    told = diagram.as_json(diagram.reach("SUN.amnesty"))
    assert [part["name"] for part in told["mechanisms"]] == [step.name for step in STEPS]
    assert told["reach"]["from"] == "SUN.amnesty"
    assert "amnestied" in told["reach"]["feeds"]
    assert diagram.as_json()["reach"] is None
