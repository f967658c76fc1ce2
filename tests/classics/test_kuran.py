"""Kuran's sequences, exactly: section 2.2 of the project's reference on classic models.

The sequences are remembered, not read; their dynamics follow from the rule and were worked out for that reference.
"""

from fractions import Fraction
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutants import mutant

from thaw.classics import kuran
from thaw.classics.kuran import SEQUENCES, equilibria, run, thresholds_of

PATHS = {  # S from 0 step by step, then all S that stay
    "A": ([0, 10], [10, 90, 100]),
    "A'": ([0, 10, 20, 30, 40, 50, 60, 70, 80, 90], [90, 100]),
    "B": ([0, 10], [10, 20, 90, 100]),
    "B'": ([0, 10, 20], [20, 90, 100]),
    "C": ([0, 10], [10, 90, 100]),
    "C'": ([0, 10, 20, 80, 90], [90, 100]),
    "flat": ([0], [0, 100]),
}
MEANS = {"A": 47, "A'": 46, "B": 48, "B'": 47, "C": 30, "C'": 29, "flat": 30}


def test_all_rows_agree(rows_of):
    rows = rows_of("kuran")
    assert [row.quantity for row in rows if row.agrees is False] == []
    assert {row.status for row in rows} == {"derived", "reduced form", "unverified"}
    assert all(row.agrees is None and row.reproduced is None for row in rows if row.status == "unverified")


@pytest.mark.parametrize("name", SEQUENCES)
def test_the_sequence_comes_to_rest_where_it_must(name):
    steps, stays = PATHS[name]
    assert run(SEQUENCES[name]) == steps
    assert equilibria(SEQUENCES[name]) == stays
    assert sum(SEQUENCES[name]) / 10 == MEANS[name]


def test_the_same_shock_to_twin_societies():
    """One person's threshold falls by ten: 90 in one, 20 in the other, which differs by one other threshold."""
    assert [sum(a != b for a, b in zip(SEQUENCES[x], SEQUENCES[y], strict=True)) for x, y in (("A", "A'"), ("B", "B'"), ("A'", "B'"))] == [1, 1, 1]
    ends = {name: run(SEQUENCES[name])[-1] for name in SEQUENCES}
    assert (ends["A"], ends["A'"], ends["B"], ends["B'"]) == (10, 90, 10, 20)


def test_discontent_predicts_nothing():
    """C has by far the lower mean threshold and stays at 10; A' goes to 90 in 8 further steps."""
    assert MEANS["C"] < MEANS["A'"]
    assert run(SEQUENCES["C"])[-1] < run(SEQUENCES["A'"])[-1]
    assert len(run(SEQUENCES["A'"], start=10)) - 1 == 8


@pytest.mark.parametrize("name", SEQUENCES)
def test_once_all_have_come_out_none_goes_home(name):
    """The lowest resting point holds only because few speak at first."""
    assert run(SEQUENCES[name], start=100) == [100]


def test_those_who_came_for_others_go_home_with_them():
    assert run(SEQUENCES["flat"], start=20) == [20, 0]
    assert run(SEQUENCES["A"], start=80) == [80, 90]
    assert run(SEQUENCES["B"], start=30) == [30, 40, 50, 60, 70, 80, 90]


@pytest.mark.parametrize("copies", [1, 3, 7, 100])
def test_a_society_of_any_size_has_the_same_path(copies):
    for name, (steps, stays) in PATHS.items():
        assert run(SEQUENCES[name] * copies) == steps
        if copies <= 7:
            assert equilibria(SEQUENCES[name] * copies) == stays


def test_percent_of_three_people():
    """A third is 33.3... percent: who waits for 33 has seen enough, who waits for 34 has not."""
    assert run([0, 33, 66]) == pytest.approx([0, 100 / 3, 200 / 3, 100])
    assert run([0, 34, 66]) == pytest.approx([0, 100 / 3])
    assert run([0, Fraction(100, 3), 60])[-1] == 100
    assert run([0.1, 0.1, 0.1] * 333 + [0], start=0) == [0, 0.1, 100]  # 0.1 percent of 1000, exactly


@pytest.mark.parametrize("people", [3, 7, 30, 1999])
def test_what_is_printed_is_taken_back(people):
    for acting in range(1, people, max(1, people // 20)):
        printed = kuran._percent(acting, people)
        assert run([0] * acting + [200] * (people - acting), start=printed) == [printed]
    assert run([100] * 3, start=33.333333333333336) == [33.333333333333336, 0]


@given(st.lists(st.integers(0, 110), min_size=1, max_size=15))
def test_the_end_is_the_lowest_equilibrium(thresholds):
    people = len(thresholds)
    assert run(thresholds)[-1] == min(equilibria(thresholds))
    assert all(sum(t * people <= s * people + 1e-9 for t in thresholds) * 100 == pytest.approx(s * people) for s in equilibria(thresholds))


shares = st.fractions(0, 1, max_denominator=20)


@given(shares, st.fractions(0, 5, max_denominator=20), st.fractions(Fraction(1, 10), 5, max_denominator=20), st.integers(0, 100))
def test_thresholds_are_where_opposing_begins_to_pay(x, c, b, s):
    [threshold] = thresholds_of([x], [c], b)
    pays = b * (Fraction(2 * s, 100) - 1) + c * (2 * x - 1)
    if 0 < s < 100:  # cut to 0 ... 100 at the ends
        assert (threshold <= s) == (pays >= 0)
    assert 0 <= threshold <= 100


def test_thresholds_are_not_attitudes():
    """The same discontent and another dislike of lying; the same end as a sequence made by hand."""
    assert thresholds_of([0.75, 0.75], [0.5, 1]) == [Fraction(75, 2), 25]
    assert thresholds_of([0.5, 1, 0, 1], [3, 1, 1, 9]) == [50, 0, 100, 0]
    assert thresholds_of([0.9], [1], 2) == [30]
    made = thresholds_of([1 - Fraction(t, 100) for t in SEQUENCES["A'"]], [1] * 10)
    assert made == list(SEQUENCES["A'"])
    assert run(made) == PATHS["A'"][0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: run([]), "thresholds has 0 people"),
        (lambda: run([0, nan]), r"thresholds\[1\] is nan: wanted a finite number"),
        (lambda: run([inf]), r"thresholds\[0\] is inf"),
        (lambda: run(["ten"]), r"thresholds\[0\] is ten"),
        (lambda: run([10**400]), r"thresholds\[0\] is a number of some 401 digits: wanted a finite number"),
        (lambda: run(5), "thresholds is 5: wanted a list of 1 to 2000 people"),
        (lambda: thresholds_of("5", [1]), "x is 5: wanted a list"),
        (lambda: run(start=5), "start is 5: wanted 0 to 100 percent and a whole number of the 10 people"),
        (lambda: run(start=110), "start is 110"),
        (lambda: run(start=-10), "start is -10"),
        (lambda: run(start=nan), "start is nan"),
        (lambda: equilibria([nan]), r"thresholds\[0\] is nan"),
        (lambda: thresholds_of([0.5], [1], 0), "b is 0: wanted a finite number above 0"),
        (lambda: thresholds_of([0.5], [1, 2]), "x has 1 people and c 2: wanted as many"),
        (lambda: thresholds_of([1.5], [1]), r"x\[0\] is 1\.5: wanted a share from 0 to 1"),
        (lambda: thresholds_of([0.5], [-1]), r"c\[0\] is -1: wanted a finite number from 0"),
        (lambda: thresholds_of([nan], [1]), r"x\[0\] is nan"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return [percent * len(given) / 100 for percent in given]", "return [percent * len(given) / 100 + 1 for percent in given]"),  # < for <=
        ("50 * (1 - mind / weight * (2 * want - 1))", "50 * (1 - mind / weight * want)"),
        ("in granovetter.resting(people)]", "in granovetter.resting(people)[:1]]"),
    ],
)
def test_a_changed_rule_is_noticed(old, new):
    rows = mutant("thaw.classics.kuran", old, new).rows()
    assert any(row.agrees is False for row in rows)


def test_strict_thresholds_freeze_everybody():
    strict = mutant("thaw.classics.kuran", "return [percent * len(given) / 100 for", "return [percent * len(given) / 100 + 1 for")
    assert strict.run(start=10) == [10]
    assert kuran.run(start=10)[-1] == 90
