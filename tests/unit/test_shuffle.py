"""The order of the month: free swaps change nothing to the bit, others do; what counts as a move."""

import numpy as np
import pytest
from regime import differing, run

from thaw import loop, shuffle
from thaw.ablate import Quantity
from thaw.shuffle import between, error_of, free_shuffle, full_shuffle, moves, swaps, usual

NAMES = {step.name for step in loop.mechanisms()}


def quantity(*values, name="fear 1950"):
    return Quantity(name, "1", np.array(values, float))


def flat(order):
    return [name for part in order for name in ((part,) if isinstance(part, str) else part)]


@pytest.mark.parametrize("seed", [0, 1])
def test_free_swaps_change_nothing(plan, told, seed):
    """What the declarations allow is allowed: every field of every month is the same to the bit."""
    order = free_shuffle(np.random.default_rng(seed))
    assert order != usual()
    twins = run(plan.with_(order=order, months=plan.months[:14]))
    for state, twin in zip(told.states, twins, strict=False):
        assert differing(state, twin) == []


def test_other_swaps_change_something(plan, told):
    """What the declarations forbid is forbidden for a reason; two of them, one within the week."""
    for name in ("purge before coalition", "bloc before society, week by week"):
        twins = run(plan.with_(order=swaps()[name][0], months=plan.months[:20]))
        assert differing(told.states[19], twins[19]) != [], name


def test_the_usual_order_is_the_default(plan, told):
    assert list(loop.steps(plan, 3)) == list(loop.steps(plan.with_(order=usual()), 3))
    assert differing(run(plan.with_(order=usual(), months=plan.months[:2]))[-1], told.states[1]) == []


def test_what_stands_between():
    assert between("coalition", "purge") == {"outvoted"}
    assert "leader_ousted" in between("coalition", ("society", "bloc"))
    for one in NAMES:
        assert between(one, one)
        for other in NAMES:
            assert between(one, other) == between(other, one)


def test_every_pair_of_neighbours_is_swapped_once():
    found = swaps()
    pairs = len(usual()) - 1 + sum(len(part) - 1 for part in usual() if isinstance(part, tuple))
    assert len(found) == pairs
    for order, _ in found.values():
        assert order != usual()
        assert sorted(flat(order)) == sorted(NAMES)
    places = sum(a != b for a, b in zip(flat(found["reform before terror"][0]), flat(usual()), strict=True))
    assert places == 2


def test_a_full_shuffle_keeps_every_mechanism_and_the_week_together():
    for seed in range(5):
        order = full_shuffle(np.random.default_rng(seed))
        assert sorted(flat(order)) == sorted(NAMES)
        assert {frozenset(part) for part in order if isinstance(part, tuple)} == {frozenset(part) for part in usual() if isinstance(part, tuple)}


def test_a_move_is_clear_and_larger_than_the_error_of_the_number():
    wide, narrow = quantity(0, 10, 20, 30), quantity(0, 0.1, 0.2, 0.3)
    nudge = np.array([1.0, 1.1, 1.0, 1.1])
    assert moves([wide], [Quantity(wide.name, "1", wide.values + nudge)]) == []  # clear, but within the error of the number
    (found,) = moves([narrow], [Quantity(narrow.name, "1", narrow.values + nudge)])
    assert (found.quantity, found.usual) == ("fear 1950", pytest.approx(0.15))
    assert found.low < found.other - found.usual < found.high
    assert moves([narrow], [Quantity(narrow.name, "1", narrow.values[[1, 0, 3, 2]])]) == []  # differs, but not clearly
    assert moves([narrow], [narrow]) == []
    assert error_of(wide) == pytest.approx(np.std([0, 10, 20, 30], ddof=1) / 2)
    assert error_of(quantity(1, np.nan)) == 0


def test_the_page_says_what_moves(monkeypatch):
    """A row for every swap that is not free and every shuffle; what moves stands in its row."""
    asked = []

    def fake(plan, histories, orders, **_):
        asked.extend(orders)
        return [[shuffle.Move("fear 1950", 1.0, 2.0, 0.5, 1.5)] if k == 0 else [] for k in range(len(asked))], 80

    monkeypatch.setattr(shuffle, "shuffle", fake)
    page = shuffle.as_markdown(64, 100)
    apart = [name for name, (_, things) in swaps().items() if things]
    assert len(asked) == len(apart) + shuffle.SHUFFLES
    assert all(f"| {name} |" in page for name in apart)
    assert "information" in page.splitlines()[0]
    assert f"1 of these {80 * len(asked):,} move" in page
    assert page.count("nothing |") == len(asked) - 1
    assert "fear 1950: 1 → 2 (+0.5 to +1.5)" in page
