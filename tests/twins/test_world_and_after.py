"""Twins of what happens in the world, on the land and among dissidents: equal until the day, untouched where it is refused or never came."""

from types import SimpleNamespace

import numpy as np
import pytest
from regime import differing, history_part, run, small_scenario, window

from thaw import loop
from thaw.compile import compile_plan
from thaw.engine.chunk import run_chunk
from thaw.fields import FIELDS
from thaw.noise import Act, Log

DAY = 9  # the month of the run in which things are brought about: October 1962
EVENTS = (
    "WLD.crisis:caribbean", "WLD.crisis:berlin", "WLD.missile_deployment", "WLD.settlement", "WLD.detente", "WLD.sino_soviet_split", "WLD.nam_founded",
    "EGY.joins_nam", "SUN.famine", "SUN.virgin_lands", "SUN.enterprise_reform", "SUN.dissident_trial", "SUN.human_rights_movement",
)  # fmt: skip


@pytest.fixture(scope="module")
def sixties():
    """Moscow, Beijing and East Germany from January 1962, at first as in June 1945, for 16 months."""
    whole = compile_plan(small_scenario("SUN", "CHN", "DDR")).with_(citizens=120)
    return window(whole, (1962, 1), 16)


@pytest.fixture(scope="module")
def usual(sixties):
    log = Log()
    return SimpleNamespace(states=run(sixties, log=log), log=log)


def act(plan, text, month=-1):
    """The intervention that a name stands for."""
    head, _, about = text.partition(":")
    place, _, event = head.partition(".")
    axes = {event.name: event.axes for step in loop.mechanisms() for event in step.events}[event]
    return Act(event, plan.members[axes].index(about or place) if axes else -1, month)


def came(log, wanted):
    """First month of the event in each history in which it came."""
    found = {}
    for event, month, _, history, entity, *_ in log.rows:
        if event == wanted.event:
            for h in history[(entity == wanted.entity) | (wanted.entity < 0)]:
                found[int(h)] = min(found.get(int(h), month), month)
    return found


def same_until(states, twins, until):
    """Assert that each history is the same to the bit before its month of `until`, for ever where it has none."""
    size = states[0].sizes["H"]
    last = np.array([until.get(h, len(states)) for h in range(size)])
    for month, (one, two) in enumerate(zip(states, twins, strict=True)):
        equal = last > month
        for name in differing(one, two):
            a, b = (history_part(name, getattr(state, name), 0, size) for state in (one, two))
            if FIELDS[name].axes == "-":  # packed bits: histories come last
                a, b = a[..., equal], b[..., equal]
            else:
                a, b = a[equal], b[equal]
            assert a.tobytes() == b.tobytes(), (name, month)


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_done_is_felt_from_its_day_and_only_where_it_could_be(sixties, usual, event):
    log, wish = Log(), act(sixties, event, DAY)
    twins = run(sixties.with_(do=(wish,)), log=log)
    forced = {int(h) for row in log.rows if row[0] == wish.event and row[1] == DAY for h in row[3][row[7]]}
    refused = set(np.flatnonzero(log.refused.get(wish.event, np.zeros(64, bool))))
    assert forced | refused == set(range(64))
    assert not forced & refused
    same_until(usual.states, twins, dict.fromkeys(forced, DAY))


@pytest.mark.parametrize("event", EVENTS)
def test_prevention_is_felt_where_it_prevents(sixties, usual, event):
    log, wish = Log(), act(sixties, event)
    twins = run(sixties.with_(prevent=(wish,)), log=log)
    assert came(log, wish) == {}
    same_until(usual.states, twins, came(usual.log, wish))


def test_enough_of_them_come_and_can_be_done(sixties, usual):
    """What the two laws above rest on: most events come by themselves somewhere, and some can be brought about everywhere."""
    assert sum(bool(came(usual.log, act(sixties, event))) for event in EVENTS) >= 6


def test_who_takes_part_in_the_movement_moves_nobody_else(sixties, usual):
    twins = run(sixties.with_(prevent=(Act("joins_nam", -1),)))
    moved = {name for pair in zip(usual.states, twins, strict=True) for name in differing(*pair)}
    assert moved == {"member"}


def test_memory_is_read_by_nobody(sixties, usual):
    (memory,) = (step for step in loop.mechanisms() if step.name == "memory")
    for one, two in zip(usual.states, run(sixties.with_(without=("memory",))), strict=True):
        assert set(differing(one, two)) <= set(memory.writes)


@pytest.mark.parametrize("names", [("world", "economy"), ("dissent", "information"), ("patronage", "society"), ("terror", "reform", "bloc")], ids=" ".join)
def test_several_mechanisms_can_be_left_out(sixties, names):
    faults, part = [], sixties.with_(without=names)
    last = run(part, 0, 7, faults=faults)[-1]
    assert faults == []
    written = {name for step in loop.mechanisms() if step.name in names for name in step.writes}
    assert set(differing(last, loop.initial(part, loop.make_luck(part, 0, 7)))) & written == set()


def test_chunks_do_not_show_on_any_axis(sixties):
    """All series, those of states, theatres and cohorts too, and the events: what two chunks leave is what one leaves, to the bit."""
    short = sixties.with_(months=sixties.months[:12])
    one, two, three = (run_chunk(short, *ends, record_all=True) for ends in ((0, 70), (0, 64), (64, 70)))
    assert {"W", "T", "C"} <= {FIELDS[name].axes[1:] for name in one.series}
    assert [block["digest"] for block in one.blocks()] == [block["digest"] for part in (two, three) for block in part.blocks()]
