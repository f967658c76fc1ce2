"""The tornado: names and ends in words, the longest bar first, the same bytes again."""

from dataclasses import replace

import pytest
from test_charts import texts

from thaw import charts
from thaw.charts_sensitivity import figure, tornado
from thaw.sensitivity import Ends, Outcome

SHORT, LONG = Ends("terror.inertia", (3.0, 9.0), (0.3, 0.35), 0.05, 0.01, 0.09), Ends("society.fear", (0.5, 1.25), (0.6, 0.2), -0.4, -0.5, -0.3)
OUTCOME = Outcome("HUN.uprising", True, 0.31, (0.0, 1.0), 512, {"terror.inertia": 0.1, "society.fear": 0.3}, 0.12, 1, (), (0, 0), (SHORT, LONG), 0.31)


def test_it_is_valid_labelled_directly_and_the_same_bytes_again():
    tornado(2, "share", domain=(0.0, 1.0)).to_dict()  # Altair validates against the schema of Vega-Lite
    first, second = (charts.drawing(*figure(OUTCOME, "share of histories", "1956-12")) for _ in range(2))
    assert first == second
    axis = "share of histories, a parameter at its 5% point (blue) and at its 95% point (brown)"
    assert {"terror.inertia", "society.fear", "3", "9", "0.5", "1.25", "as drawn: 0.31", axis} <= texts(first)
    assert "undefined" not in first
    assert "NaN" not in first


def test_the_longest_bar_comes_first():
    rows = figure(OUTCOME, "", "1956-12")[1]
    assert [row["parameter"] for row in rows["bars"]] == ["society.fear", "terror.inertia"]
    assert [row["place"] for row in rows["bars"]] == [0, 1]


@pytest.mark.parametrize(("means", "outside"), [((0.2, 0.6), ("left", "right")), ((0.6, 0.2), ("right", "left"))])
def test_words_stand_outside_the_bar(means, outside):
    rows = figure(replace(OUTCOME, ends=(replace(LONG, means=means),)), "", "1956-12")[1]["ends"]
    assert tuple(row["where"] for row in rows) == outside
    assert [row["side"] for row in rows] == ["low", "high"]
