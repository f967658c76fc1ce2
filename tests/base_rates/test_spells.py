"""Who led how long and how it ended, from made-up months in which the answer is known."""

import numpy as np
import pytest

from thaw.base_rates.spells import MANNERS, SINCE, Spells, join, read_spells, share_in_power
from thaw.compile import compile_plan
from thaw.scenario import load_scenario

A, B, C = 0, 1, 2  # the first three persons of the first polity


@pytest.fixture(scope="module")
def plan():
    whole = compile_plan(load_scenario("autocracy"))
    return whole.with_(months=whole.months[:24], weeks=whole.weeks[:24])


def read(plan, led, events=(), uprising=()):
    """Spells of the first polity in one history: `led` (months,), `events` (month, name)."""
    leader = np.full((1, len(led), 3), np.nan)
    leader[0, :, 0] = led
    rising = np.zeros(leader.shape)
    rising[0, list(uprising), 0] = 1
    columns = {
        "history": np.array([64] * len(events)),
        "month": [f"{plan.months[month][0]}-{plan.months[month][1]:02d}" for month, _ in events],
        "polity": [plan.polities[0]] * len(events),
        "event": [name for _, name in events],
    }
    return read_spells(plan, 64, leader, rising, columns)


def manners(spells):
    return ["-" if how < 0 else MANNERS[how] for how in spells.manner]


def test_spells_follow_one_another_and_the_last_is_censored(plan):
    spells = read(plan, [A] * 5 + [B] * 12 + [C] * 7)
    assert spells.began.tolist() == [0, 5, 17]
    assert spells.lasted.tolist() == [5, 12, 7]
    assert manners(spells) == ["regular", "regular", "-"]
    assert set(spells.history) == {64}


def test_months_without_a_leader_are_nobodys(plan):
    spells = read(plan, [A] * 5 + [-1] * 3 + [A] * 16, [(5, "death:other_xpa_2")])
    assert spells.began.tolist() == [0, 8]
    assert spells.lasted.tolist() == [5, 16]
    assert manners(spells) == ["regular", "-"]


@pytest.mark.parametrize(
    ("events", "uprising", "how"),
    [
        ([(5, "death:other_xpa_1")], (), "natural"),
        ([(3, "death:other_xpa_1")], (), "regular"),
        ([(5, "death:other_xpa_2")], (), "regular"),
        ([(4, "leader_ousted")], (), "insiders"),
        ([(4, "leader_ousted"), (5, "death:other_xpa_1")], (), "insiders"),
        ([(3, "leader_ousted")], (), "regular"),
        ([(4, "leader_ousted")], (4,), "unrest"),
        ([(4, "leader_ousted"), (5 - SINCE, "uprising")], (), "unrest"),
        ([(4, "leader_ousted"), (4 - SINCE, "uprising")], (), "insiders"),
        ([(4, "leader_ousted")], (5,), "insiders"),
        ([(5, "uprising")], (3, 4), "regular"),
    ],
)
def test_how_a_spell_ends(plan, events, uprising, how):
    """A leads five months. What the court decides in a month it carries out in the next; shot after his fall, he was ousted."""
    assert manners(read(plan, [A] * 5 + [B] * 19, events, uprising))[0] == how


def test_a_history_that_ends_early_censors(plan):
    spells = read(plan, [A] * 5 + [B] * 6 + [np.nan] * 13)
    assert spells.lasted.tolist() == [5, 6]
    assert manners(spells) == ["regular", "-"]


def test_no_spell_where_there_is_no_polity(plan):
    assert len(read(plan, [np.nan] * 24).lasted) == 0


def spells_of(lasted, manner):
    zeros = np.zeros(len(lasted), int)
    return Spells(zeros, zeros, zeros, np.array(lasted), np.array(manner))


def test_without_censoring_it_is_the_share_that_lasts_longer():
    lasted = np.arange(1, 101)
    spells = spells_of(lasted, np.zeros(100, int))
    for years in (1, 2, 5):
        assert share_in_power(spells, years) == pytest.approx((lasted > 12 * years).mean())


def test_the_censored_are_at_risk_as_long_as_they_are_seen():
    """Kaplan & Meier: of four, one goes at 6 months, one is last seen at 12, one goes at 18: 3/4 then 1/2 of that."""
    spells = spells_of([6, 12, 18, 40], [0, -1, 1, -1])
    assert share_in_power(spells, 1) == 0.75
    assert share_in_power(spells, 2) == 0.75 * 0.5
    assert share_in_power(spells, 20) == 0.75 * 0.5


def test_censored_in_the_month_of_an_exit_still_counts():
    assert share_in_power(spells_of([12, 12], [0, -1]), 1) == 0.5


def test_chunks_join_by_history():
    parts = [Spells(*np.full((5, 2), number)) for number in (64, 0)]
    assert join(parts).history.tolist() == [0, 0, 64, 64]
