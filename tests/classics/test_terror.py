"""Eliminations: the reduced form of section 5.2 of the project's reference on classic models, against people counted one by one."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutants import mutant

from thaw.classics import terror
from thaw.classics.terror import CONDEMNED, QUOTAS, TABLE, lowest, run

enemies, accuracies = st.floats(0.01, 0.99), st.floats(0.51, 1)


def test_all_rows_agree(rows_of):
    rows = rows_of("terror")
    assert [row.quantity for row in rows if row.agrees is not True] == []
    assert {row.status for row in rows} == {"derived", "reduced form"}
    assert all(row.citation.startswith("Paul R. Gregory") for row in rows)


@pytest.mark.parametrize(("e", "a", "k"), [(20, 90, 50), (20, 60, 100), (35, 75, 40), (50, 50, 10), (1, 100, 100)])
def test_people_counted_one_by_one(e, a, k):
    """A million people in percent, so that every group is whole."""
    bad, good = 10_000 * e, 10_000 * (100 - e)
    flagged_bad, flagged_good = bad * a // 100, good * (100 - a) // 100
    dead_bad, dead_good = flagged_bad * k // 100, flagged_good * k // 100
    found = run(e / 100, a / 100, removed=k / 100)
    assert found.removed == k / 100
    assert found.killed == pytest.approx((dead_bad + dead_good) / 10**6, abs=1e-12)
    assert found.innocent == pytest.approx(dead_good / (dead_bad + dead_good), abs=1e-12)
    assert found.left == pytest.approx((bad - dead_bad) / (10**6 - dead_bad - dead_good), abs=1e-12)


@pytest.mark.parametrize("row", TABLE)
def test_a_campaign_that_is_needed_leaves_what_was_wanted(row):
    e, a, target, *_ = row
    assert run(e, a, target).left == pytest.approx(target, abs=1e-12)
    assert run(e, a, removed=run(e, a, target).removed) == run(e, a, target)


@given(enemies, accuracies, st.floats(0, 1))
def test_every_target_between_the_lowest_and_now_is_met(e, a, where):
    target = min(max(e - where * (e - lowest(e, a)), lowest(e, a)), e)
    found = run(e, a, target)
    assert 0 <= found.removed <= 1
    assert found.left == pytest.approx(target, abs=1e-9)


@given(enemies, accuracies, accuracies)
def test_worse_police_kill_more_and_more_innocent(e, a, b):
    worse, better = sorted((a, b))
    target = lowest(e, worse)
    bad, good = run(e, worse, target), run(e, better, target)
    assert bad.killed >= good.killed - 1e-9
    assert bad.innocent >= good.innocent


@given(enemies, accuracies, st.floats(0, 1), st.floats(0, 1))
def test_fewer_enemies_cost_more_lives_and_the_innocent_share_stays(e, a, k, other):
    few, many = (run(e, a, removed=share) for share in sorted((k, other)))
    assert few.left >= many.left - 1e-12
    assert few.killed <= many.killed
    assert few.innocent == many.innocent == pytest.approx((1 - e) * (1 - a) / (e * a + (1 - e) * (1 - a)))


@given(enemies, st.floats(0, 1))
def test_police_who_guess_change_nothing(e, k):
    assert run(e, 0.5, removed=k).left == pytest.approx(e, abs=1e-12)
    assert run(e, 0.5, removed=k).innocent == pytest.approx(1 - e)


def test_limits():
    assert run(0.2, 1, 0.0) == (1.0, 0.2, 0.0, 0.0)  # police who never err kill nobody else
    assert run(0.2, 0.5, 0.2) == (0.0, 0.0, 0.8, 0.2)
    assert run(0.2, 0.9, removed=0).killed == 0
    assert lowest(0.2, 0.5) == 0.2
    assert run(0.2, 0.6, lowest(0.2, 0.6)).removed == 1.0
    assert run(0.2, 0.17 / 0.29 + 1e-9, 0.15).removed == pytest.approx(1, abs=1e-6)  # left edge of the figure


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"accuracy": 0.6, "target": 0.1}, r"target is 0.1: wanted 0.142857 or more, the least that accuracy 0.6 leaves of 0.2"),
        ({"accuracy": 0.5, "target": 0.19}, r"target is 0.19: wanted 0.2 or more, the least that accuracy 0.5 leaves of 0.2"),
        ({"accuracy": 0.99, "target": 0}, r"target is 0.0: wanted 0.00251889 or more"),
        ({"target": 0.3}, r"target is 0.3: wanted a share from 0 to 0.2"),
        ({"target": nan}, r"target is nan: wanted a share from 0 to 0.2"),
        ({"target": "few"}, r"target is few: wanted a share from 0 to 0.2"),
        ({"enemies": 0, "target": 0}, r"enemies is 0: wanted a share above 0 and below 1"),
        ({"enemies": 1, "target": 0}, r"enemies is 1: wanted a share above 0 and below 1"),
        ({"enemies": nan, "target": 0}, r"enemies is nan: wanted a share above 0 and below 1"),
        ({"enemies": None, "target": 0}, r"enemies is None: wanted a share above 0 and below 1"),
        ({"accuracy": 0.4, "target": 0.1}, r"accuracy is 0.4: wanted a share from 0.5 to 1"),
        ({"accuracy": inf, "target": 0.1}, r"accuracy is inf: wanted a share from 0.5 to 1"),
        ({"accuracy": True, "target": 0.1}, r"accuracy is True: wanted a share from 0.5 to 1"),
        ({"removed": 1.2}, r"removed is 1.2: wanted a share from 0 to 1"),
        ({"removed": -0.2}, r"removed is -0.2: wanted a share from 0 to 1"),
        ({}, r"target is None and removed is None: wanted one of them"),
        ({"target": 0.1, "removed": 0.5}, r"target is 0.1 and removed is 0.5: wanted one of them"),
    ],
)
def test_what_cannot_be(arguments, text):
    with pytest.raises(ValueError, match=text):
        run(**arguments)


def test_the_quotas_grew_from_below():
    first = sum(shoot for shoot, _ in QUOTAS.values())
    shot = [dead for _, dead in CONDEMNED.values()]
    assert len(QUOTAS) == 12
    assert first < shot[0] < shot[1] < shot[2]
    assert all(dead < sentenced for sentenced, dead in CONDEMNED.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("others = e * a, (1 - e) * (1 - a)", "others = e * a, (1 - e) * a"),  # the innocent flagged as surely as enemies
        ("rest = e * (1 - k * a), (1 - e) * (1 - k * (1 - a))", "rest = e * (1 - k * a), (1 - e)"),  # no innocent dies
        ("- target * (1 - e) * (1 - a))", "- target * (1 - e))"),
        ("return e * (1 - a) / (e * (1 - a)", "return e * (1 - a) / (e * a"),
    ],
    ids=["flags", "who is left", "needed", "lowest"],
)
def test_a_slightly_different_rule_is_noticed(old, new):
    changed = mutant("thaw.classics.terror", old, new)
    try:
        told = changed.rows()
    except ValueError:
        return  # the table's own campaigns would be impossible
    assert any(row.agrees is False for row in told)


def test_the_lowest_share_itself_is_in_reach():
    changed = mutant("thaw.classics.terror", "target < reach", "target <= reach")
    with pytest.raises(ValueError, match="target is"):
        changed.run(0.2, 0.6, lowest(0.2, 0.6))


def test_the_figure_goes_as_far_as_terror_can():
    _, data = terror.figure()
    first = data["lines"][0]["x"]
    assert run(0.2, first, 0.15).removed <= 1
    with pytest.raises(ValueError, match="target is"):
        run(0.2, first - 0.001, 0.15)
