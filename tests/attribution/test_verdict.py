"""Words: each row alone, the order of rows, the edges of every threshold."""

import doctest
from dataclasses import replace

import pytest

from thaw.attribution import verdict as words
from thaw.attribution.numbers import Estimate
from thaw.attribution.verdict import Evidence, as_markdown, of_difference, verdict

CLEAR = Evidence(Estimate(0.3, (0.2, 0.4)), excess=Estimate(0.9, (0.8, 1.0)), sufficiency=Estimate(0.5, (0.4, 0.6)), denominators=(256, 80), ess=256.0)


def word(**changes):
    return str(verdict(replace(CLEAR, **changes)))


def test_examples_in_the_docstrings():
    assert doctest.testmod(words).failed == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "necessary"),
        ({"sufficiency": Estimate(0.66, (0.5, 0.8))}, "necessary, sufficient"),
        ({"sufficiency": Estimate(0.659, (0.5, 0.8))}, "necessary"),
        ({"excess": Estimate(0.66, (0.1, 0.9))}, "necessary"),
        ({"excess": Estimate(0.659, (0.1, 0.9))}, "contributory"),
        ({"excess": None}, "contributory"),
        ({"luck_dominates": True}, "contributory"),
        ({"luck_dominates": True, "sufficiency": Estimate(0.9, (0.8, 1.0))}, "contributory, sufficient"),
        ({"effect": Estimate(0.05, (0.001, 0.1))}, "necessary"),
        ({"effect": Estimate(0.049, (0.001, 0.1))}, "undetermined"),
        ({"effect": Estimate(0.1, (0.0, 0.2))}, "undetermined"),
        ({"effect": Estimate(-0.05, (-0.1, -0.001))}, "hindering"),
        ({"effect": Estimate(-0.1, (-0.2, 0.0))}, "undetermined"),
        ({"effect": Estimate(-0.049, (-0.1, -0.001))}, "undetermined"),
        ({"effect": Estimate(-0.3, (-0.4, -0.2)), "sufficiency": Estimate(0.9, (0.8, 1.0))}, "hindering"),
        ({"effect": Estimate(0.0, (-0.05, 0.05))}, "no effect found"),
        ({"effect": Estimate(0.02, (0.01, 0.051))}, "undetermined"),
        ({"effect": Estimate(0.02, (0.01, 0.04))}, "no effect found"),
        ({"effect": None}, "undetermined"),
        ({"denominators": (256, 29)}, "undetermined"),
        ({"denominators": (30, 30)}, "necessary"),
        ({"ess": 49.9}, "undetermined"),
        ({"ess": 50.0}, "necessary"),
    ],
)
def test_every_threshold(changes, expected):
    assert word(**changes) == expected


def test_earlier_rows_win():
    everything = {"descriptive": True, "record": "misworded", "modelled": False, "channel": False, "ess": 0.0}
    expected = ["descriptive", "misworded", "not modelled", "no channel in the model", "undetermined", "necessary"]
    mended = {"descriptive": False, "record": "", "modelled": True, "channel": True, "ess": 256.0}
    for k, name in enumerate(expected):
        assert word(**everything | dict(list(mended.items())[:k])) == name
    for record in ("misworded", "premise not in record", "impossible"):
        assert word(record=record, modelled=False) == record


def test_quantities_need_a_fifth_of_a_spread_in_the_direction_claimed():
    up = Estimate(0.25, (0.1, 0.4), None, 200)
    assert str(verdict(of_difference(up, "raises", 200))) == str(verdict(of_difference(up, "hastens", 200))) == "contributory"
    assert str(verdict(of_difference(up, "lowers", 200))) == "hindering"
    assert str(verdict(of_difference(Estimate(0.2, (0.1, 0.4), None, 200), "raises", 200))) == "contributory"
    assert str(verdict(of_difference(Estimate(0.19, (0.1, 0.4), None, 200), "raises", 200))) == "undetermined"
    assert str(verdict(of_difference(Estimate(0.1, (0.0, 0.2), None, 200), "raises", 200))) == "no effect found"
    assert str(verdict(of_difference(up, "raises", 49))) == "undetermined"
    assert str(verdict(of_difference(None, "lowers", 200))) == "undetermined"


def test_the_table_printed_is_the_table_used():
    page = as_markdown().splitlines()
    printed = [line.split("`")[1] for line in page[2:]]
    assert [name for name in printed if name != "sufficient"] == [row.word for row in words.TABLE]
    assert printed[printed.index("sufficient") - 1] == "contributory"
    assert all(row.when in as_markdown() for row in words.TABLE)
    assert verdict(CLEAR).reason == words.TABLE[7].when
