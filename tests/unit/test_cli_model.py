"""`thaw show graph`, `odd`, `system` and `thaw ablate` from the command line; what they compute is tested elsewhere."""

import json

import pytest

from thaw import ablate, system
from thaw.cli import main

ROW = {
    "row": 1, "name": "made up", "mechanisms": ["terror"], "variables": ["fear"], "events": [], "compared_with": ["SUN.amnesty"], "runs": True,
    "matches": True, "predicts": None, "state": "matches", "lacking": [], "inside": 1, "not_yet": [],
    "points": [{"name": "SUN.amnesty", "when": "1953-03", "record": None, "low": "1950-01", "high": None, "inside": True}],
}  # fmt: skip
STILL = ROW | {"row": 2, "runs": False, "state": "still", "lacking": ["fear never changes"], "points": [], "inside": 0, "matches": None}


def ends(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_graph_in_each_form(capsys):
    assert ends(capsys, "show", "graph")[1].startswith("<svg")
    assert ends(capsys, "show", "graph", "--format", "dot", "--from", "terror")[1].startswith("digraph thaw {")
    code, out, _ = ends(capsys, "show", "graph", "--format", "json", "--from", "terror")
    assert code == 0
    assert json.loads(out)["reach"]["mechanisms"]["terror"] == 0


def test_a_graph_from_nowhere_ends_with_2(capsys):
    code, out, err = ends(capsys, "show", "graph", "--from", "SUN.amnetsy")
    assert (code, out) == (2, "")
    assert "Did you mean 'amnesty'?" in err


def test_odd_is_markdown(capsys):
    code, out, _ = ends(capsys, "show", "odd")
    assert code == 0
    assert out.startswith("# The Soviet Union and its bloc")


def test_system_as_json_has_the_fields_that_are_fixed(capsys, monkeypatch):
    monkeypatch.setattr(system, "evidence", lambda *_: [ROW])
    code, out, _ = ends(capsys, "show", "system", "--json")
    fixed = ["row", "name", "mechanisms", "variables", "events", "compared_with", "runs", "matches", "predicts", "state"]
    assert code == 0
    assert list(json.loads(out)[0])[: len(fixed)] == fixed


def test_system_says_why_a_row_is_still(capsys, monkeypatch):
    monkeypatch.setattr(system, "evidence", lambda *_: [ROW, STILL])
    code, out, err = ends(capsys, "show", "system")
    assert code == 0
    assert "1 of 1" in out
    assert "2 made up: fear never changes" in err
    assert "1 of 2 rows run" in err
    assert ends(capsys, "show", "system", "--markdown")[1].startswith("1 of 2 rows run")


def test_ablate_names_what_changes_nothing(capsys, monkeypatch):
    change = {
        "quantity": "fear 1950", "unit": "1", "whole": 1.0, "without": 2.0, "difference": 1.0, "low": 0.5, "high": 1.5, "errors": 4.0, "clear": True,
        "own": False,
    }  # fmt: skip
    found = {
        "scenario": "ussr-1945", "histories": 2, "citizens": 100, "seed": 0, "quantities": [],
        "mechanisms": [
            {"mechanism": "terror", "changes_nothing": False, "clear": 1, "changes": [change]},
            {"mechanism": "purge", "changes_nothing": True, "clear": 0, "changes": []},
        ],
    }  # fmt: skip
    monkeypatch.setattr(ablate, "ablate", lambda *_, **__: found)
    code, out, err = ends(capsys, "ablate", "-n", "2")
    assert code == 0
    assert "+1  (+0.5 to +1.5)" in out
    assert "changes nothing" in out
    assert "Changes nothing: purge." in err
    assert json.loads(ends(capsys, "ablate", "--json")[1]) == found
