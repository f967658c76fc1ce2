"""The same luck whatever is computed beside it: repeated runs, chunks, blocks, longer runs, snapshots."""

import numpy as np
import pytest
from regime import differing, run

from thaw import loop
from thaw.errors import RunError
from thaw.noise import Act, Log


def same(states, others, part=None, other_part=None, but=()):
    """Assert that two runs agree month by month, to the bit."""
    assert len(states) == len(others)
    for month, (one, other) in enumerate(zip(states, others, strict=True)):
        assert differing(one, other, part, other_part, but) == [], f"month {month}"


def rows(log, first, last, offset=0):
    """What happened in histories `first` to `last` of a chunk, as sortable rows; `offset` is added to the history."""
    found = []
    for event, month, week, history, entity, actor, rate, forced, (names, pushes) in log.rows:
        for k in np.flatnonzero((history >= first) & (history < last)):
            why = tuple((name, float(push[k])) for name, push in zip(names, pushes, strict=True))
            who = int(history[k]) + offset
            found.append(
                (month, week, who, event, int(entity[k]), int(actor[k]), repr(float(rate[k])), bool(forced[k]), why)
            )
    return sorted(found)


@pytest.fixture(scope="module")
def short(plan):
    """Long enough for Stalin's death and the first revolts."""
    return plan.with_(months=plan.months[:16], weeks=plan.weeks[:16])


@pytest.fixture(scope="module")
def wide(short):
    log = Log()
    return run(short, 0, 128, log=log), log


def test_two_runs_are_equal(plan, told):
    log = Log()
    same(run(plan, log=log), told.states)
    assert rows(log, 0, 64) == rows(told.log, 0, 64)


def test_chunks_do_not_show(short, wide):
    states, log = wide
    for first in (0, 64):
        part_log = Log()
        same(run(short, first, first + 64, log=part_log), states, slice(0, 64), slice(first, first + 64))
        assert rows(part_log, 0, 64, first) == rows(log, first, first + 64)


def test_blocks_of_512_do_not_show(short):
    """Networks and levels change at history 512; a chunk across that line is its two halves."""
    across = run(short, 448, 576)
    same(run(short, 448, 512), across, slice(0, 64))
    same(run(short, 512, 576), across, slice(0, 64), slice(64, 128))


@pytest.mark.parametrize("count", [1, 37, 65])
def test_a_longer_run_begins_with_the_shorter(short, wide, count):
    log = Log()
    same(run(short, 0, count, log=log), wide[0], slice(0, count))
    assert rows(log, 0, count) == rows(wide[1], 0, count)


def test_a_chunk_begins_at_a_word_or_is_refused(short, wide):
    """Histories 13 to 20 alone are those of a longer run, or an error says that a chunk begins at a multiple of 64."""
    try:
        odd = run(short, 13, 20)
    except (RunError, ValueError):
        return
    same(odd, wide[0], slice(0, 7), slice(13, 20))


def test_histories_beyond_the_last_are_empty_bits(short):
    state = run(short, 0, 37)[-1]
    assert not (state.street >> np.uint64(37)).any()
    assert not (state.removed >> np.uint64(37)).any()


def test_another_seed_is_other_luck(short, wide):
    other = run(short.with_(seed=1), 0, 128)
    assert {"fortune", "stance", "street", "fear"} <= set(differing(wide[0][-1], other[-1]))


def test_histories_differ(told):
    last = told.states[-1]
    assert len(np.unique(last.leader[:, 0])) > 2
    assert len(np.unique(last.fear[:, 0])) == 64


@pytest.mark.parametrize("month", [0, 5, 40])
def test_going_on_from_a_snapshot_changes_nothing(plan, told, month):
    kept = told.snapshots[month]
    assert kept.month == month
    before = {name: clock.remaining.copy() for name, clock in kept.clocks.items()}
    log = Log()
    same(run(plan, start=kept, log=log), told.states[month + 1 :])
    assert rows(log, 0, 64) == [row for row in rows(told.log, 0, 64) if row[0] > month]
    assert all(np.array_equal(kept.clocks[name].remaining, old) for name, old in before.items())


def test_a_chunk_is_lazy_and_can_be_left(plan):
    months = loop.simulate(plan, 0, 3)
    assert [next(months)[0] for _ in range(2)] == [0, 1]
    months.close()


def test_parameters_and_traits_do_not_depend_on_the_chunk(plan):
    all_, some = loop.make_luck(plan, 0, 20), loop.make_luck(plan, 13, 20)
    for step in loop.mechanisms():
        whole, part = (vars(loop.draw_parameters(plan, step, luck)) for luck in (all_, some))
        for declared in step.params:
            np.testing.assert_array_equal(whole[declared.name][13:], part[declared.name])
    assert differing(loop.initial(plan, some), loop.initial(plan, all_), slice(0, 7), slice(13, 20)) == []


def test_coupling_by_month_has_twins_too(short):
    monthly = short.with_(by_month=True)
    states = run(monthly, 0, 70)
    same(run(monthly, 64, 70), states, slice(0, 6), slice(64, 70))
    assert differing(states[-1], run(short, 0, 70)[-1]) != []


def test_central_values_can_be_run(short):
    """Without priors all histories share their parameters, and still differ by luck."""
    states = run(short.with_(from_prior=False), 0, 9)
    assert len(np.unique(states[-1].fear[:, 0])) == 9


def test_order_of_polities_and_persons_gives_no_luck(short):
    """Luck is keyed by names: the same polity and person draw the same wherever they stand on their axis."""
    turned = short.with_(polities=short.polities[::-1], persons=short.persons[::-1])
    a, b = loop.make_luck(short, 0, 5), loop.make_luck(turned, 0, 5)
    for axes in ("P", "E"):
        key = a.key("some mechanism", "some draw")
        np.testing.assert_array_equal(a.draw("normal", key, axes, 3), b.draw("normal", key, axes, 3)[:, ::-1])


def test_a_definition_that_is_drawn_all_the_same_belongs_to_its_history(short):
    """A scenario may give any parameter a prior, fixed ones too; then each history has its own, whatever the chunk."""
    fixed = {f"{step.name}.{p.name}": p for step in loop.mechanisms() for p in step.params if p.law == "fixed"}
    wide = {name: (p.value, f"uniform({max(p.value, 1e-3)}, {1.6 * max(p.value, 1e-3)})") for name, p in fixed.items()}
    drawn = short.with_(priors=dict(short.priors) | wide, do=(Act("challenge", 0, 7), Act("challenge", 0, 9)))
    states = run(drawn, 0, 128)
    same(run(drawn, 64, 128), states, slice(0, 64), slice(64, 128))
