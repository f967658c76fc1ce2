"""The selectorate: section 7.1 of the project's reference on classic models, against an optimiser that knows no formula."""

from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import mutant

from thaw.classics import selectorate
from thaw.classics.selectorate import TABLE, run

GOLDEN = (sqrt(5) - 1) / 2


def best_split(budget, W, price):
    """The x and g that W backers like best, by golden section on the share spent on the public good."""

    def liked(share):
        return sqrt(share * budget / price) + sqrt((1 - share) * budget / W)

    low, high = 0.0, 1.0
    for _ in range(80):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (left, high) if liked(left) < liked(right) else (low, right)
    share = (low + high) / 2
    return share * budget / price, (1 - share) * budget / W


def cheapest(W, S, delta, price, revenue):
    """Least budget whose backers would rather stay, by bisection on what they get for ever."""
    offered = sum(map(sqrt, best_split(revenue, W, price)))
    low, high = 0.0, 1.0
    for _ in range(60):
        part = (low + high) / 2
        public, private = best_split(part * revenue, W, price)
        inside, outside = sqrt(public) + sqrt(private), sqrt(public)
        stay = inside / (1 - delta)
        leave = offered + delta / (1 - delta) * (W / S * inside + (1 - W / S) * outside)
        low, high = (low, part) if stay >= leave else (part, high)
    return high * revenue


def test_all_rows_agree(rows_of):
    rows = rows_of("selectorate")
    assert [row.quantity for row in rows if row.agrees is False] == []
    assert [row.status for row in rows if row.agrees is None] == ["unverified"]
    assert {row.status for row in rows} == {"reduced form", "unverified"}
    assert all(row.citation.startswith("Bruce Bueno de Mesquita") for row in rows)


@pytest.mark.parametrize(("case", "_wanted"), TABLE)
def test_the_table_by_an_optimiser(case, _wanted):
    found, cost = run(*case), cheapest(*case)
    public, private = best_split(cost, case[0], case[3])
    assert found.cost == pytest.approx(cost, rel=1e-6)
    assert (found.public, found.private) == pytest.approx((public, private), rel=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 10_000), st.integers(0, 10_000), st.floats(0, 0.98), st.floats(0.1, 1000), st.floats(1, 1e6))
def test_the_closed_form_by_an_optimiser(W, others, delta, price, revenue):
    S = W + others
    assert run(W, S, delta, price, revenue).cost == pytest.approx(cheapest(W, S, delta, price, revenue), rel=1e-5)


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.floats(0, 0.99), st.floats(0.1, 1000), st.floats(1, 1e6))
def test_what_is_spent_adds_up(W, others, delta, price, revenue):
    found = run(W, W + others, delta, price, revenue)
    assert price * found.public + W * found.private == pytest.approx(found.cost)
    assert found.cost + found.kept == pytest.approx(revenue)
    assert price * found.public == pytest.approx(found.public_share * found.cost)
    assert found.welfare == pytest.approx(sqrt(found.cost * (1 / price + 1 / W)))
    assert run(W, W + others, delta, price, revenue * 4).cost == pytest.approx(found.cost * 4)
    assert 0 <= found.kept < revenue


@given(st.integers(1, 999), st.integers(1, 1000), st.floats(0.01, 0.98))
def test_who_keeps_more(W, more, delta):
    found = run(W, 1000, delta)
    assert run(W + 1, 1000, delta).kept < found.kept
    assert run(W, 1000 + more, delta).kept > found.kept
    assert run(W, 1000, delta + 0.01).kept > found.kept
    assert run(W + 1, 1000, delta).public_share > found.public_share


@pytest.mark.parametrize("arguments", [{"delta": 0}, {"W": 100}, {"W": 1, "S": 1}])
def test_without_loyalty_he_spends_all(arguments):
    assert run(**arguments).kept == 0


def test_backers_fare_worst_in_between():
    welfare = np.array([run(W, 1000, 0.9, 50, 1e4).welfare for W in range(1, 1001)])
    assert int(welfare.argmin()) + 1 == 27
    assert (np.diff(welfare[:27]) < 0).all()
    assert (np.diff(welfare[26:]) > 0).all()
    assert welfare[[0, 26, 999]] == pytest.approx([10.2902, 3.5718, 14.4914], abs=5e-5)


@given(st.integers(1, 1000), st.integers(0, 1000), st.floats(0, 0.9))
def test_who_changes_sides_is_taken_on_with_the_chance_of_anybody(W, others, delta):
    found = run(W, W + others, delta)
    assert found.loyalty == W / (W + others)
    stay = found.welfare / (1 - delta)
    leave = sum(map(sqrt, best_split(1000, W, 10))) + delta / (1 - delta) * (sqrt(found.public) + found.loyalty * sqrt(found.private))
    assert stay == pytest.approx(leave, rel=1e-9)


def test_numbers_of_numpy_are_taken():
    assert run(np.int64(10), np.int32(100), np.float64(0.9)) == run(10, 100, 0.9)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"W": 0}, r"W is 0: wanted a whole number from 1 to S = 100"),
        ({"W": 101}, r"W is 101: wanted a whole number from 1 to S = 100"),
        ({"W": 2.5}, r"W is 2.5: wanted a whole number from 1 to S = 100"),
        ({"W": nan}, r"W is nan: wanted a whole number from 1 to S = 100"),
        ({"W": True}, r"W is True: wanted a whole number from 1 to S = 100"),
        ({"S": 0}, r"S is 0: wanted a whole number from 1 to 1000000000000"),
        ({"S": "all"}, r"S is all: wanted a whole number from 1 to 1000000000000"),
        ({"S": 10**13}, r"S is 10000000000000: wanted a whole number from 1 to 1000000000000"),
        ({"delta": 1}, r"delta is 1: wanted a number from 0 to below 1"),
        ({"delta": -0.1}, r"delta is -0.1: wanted a number from 0 to below 1"),
        ({"delta": nan}, r"delta is nan: wanted a number from 0 to below 1"),
        ({"delta": None}, r"delta is None: wanted a number from 0 to below 1"),
        ({"price": 0}, r"price is 0: wanted a number from 1e-12 to 1e\+12"),
        ({"price": inf}, r"price is inf: wanted a number from 1e-12 to 1e\+12"),
        ({"revenue": -5}, r"revenue is -5: wanted a number from 1e-12 to 1e\+12"),
        ({"revenue": "much"}, r"revenue is much: wanted a number from 1e-12 to 1e\+12"),
    ],
)
def test_what_cannot_be(arguments, text):
    with pytest.raises(ValueError, match=text):
        run(**arguments)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(1 - W / S) * price", "(1 - (W - 1) / S) * price"),  # he would be sure of one place less
        ("revenue / (loss * loss)", "revenue / loss"),  # tastes not square roots
        ("* price / (price + W)\n    cost", "\n    cost"),  # outsiders would not have the public good either
    ],
    ids=["norm", "square", "outsiders"],
)
def test_a_slightly_different_rule_is_noticed(old, new):
    assert any(row.agrees is False for row in mutant("thaw.classics.selectorate", old, new).rows())


def test_the_figure_has_each_size_once():
    _, data = selectorate.figure()
    sizes = [row["x"] for row in data["lines"] if row["series"] == "kept"]
    assert sizes == sorted(set(sizes))
    assert (sizes[0], sizes[-1]) == (1, 1000)
