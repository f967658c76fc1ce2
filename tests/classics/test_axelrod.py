"""Axelrod: distributions against a chain that plays every event, the paper's cells, laws, bad input, mutants."""

import functools
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from thaw.classics import axelrod
from thaw.kernels import culture
from thaw.kernels.noise import name_key

from mutants import mutant  # isort: skip

KEY = name_key(0, "axelrod", "test")


def test_rows_agree(rows_of):
    rows = rows_of("axelrod")
    assert 15 <= len(rows) <= 25
    assert [row.quantity for row in rows if row.agrees is False] == []
    assert all(row.tolerance for row in rows if row.agrees is not None)
    assert sum(row.agrees is None for row in rows) == 7  # who published or computed them does not say in how many runs


@pytest.mark.parametrize(("features", "traits", "mean", "theirs"), [(5, 5, 1.05, 300), (10, 10, 1.03, 200), (15, 5, 1.0, 100)])
def test_cells_that_the_rows_leave_out(features, traits, mean, theirs):
    left = axelrod.run(features=features, traits=traits, runs=40, seed=1).regions
    spread = max(float(left.std()), 0.2)
    assert float(left.mean()) == pytest.approx(mean, abs=4 * spread * np.sqrt(1 / theirs + 1 / 40))


CHAINS = [((0, 0), (0, 1), (2, 1)), ((0, 0), (0, 1), (2, 1), (2, 3)), ((0, 0, 0), (0, 1, 1), (1, 1, 2))]
LONG = CHAINS[1]


@functools.cache
def by_hand(start, taker=0):
    """On a line, every event played: {regions: chance} at rest and the expected number of events.

    `taker` 0: the site chosen first takes over the feature, as in the paper; 1: its neighbour does.
    """
    sites, features = len(start), len(start[0])
    moves = {}
    waiting = [start]
    while waiting:
        state = waiting.pop()
        if state in moves:
            continue
        moves[state] = Counter()
        for s in range(sites):
            around = [n for n in (s - 1, s + 1) if 0 <= n < sites]
            for n in around:
                differing = [f for f in range(features) if state[s][f] != state[n][f]]
                same = features - len(differing)
                for f in differing if same else []:
                    to, source = (s, n) if taker == 0 else (n, s)
                    new = [list(site) for site in state]
                    new[to][f] = state[source][f]
                    moves[state][tuple(map(tuple, new))] += same / (features * sites * len(around) * len(differing))
        waiting += moves[state]
    place = {state: i for i, state in enumerate(state for state in moves if moves[state])}
    away, into = np.zeros((len(place), len(place))), np.zeros((len(place), sites + 1))
    for state, i in place.items():
        for following, chance in moves[state].items():
            away[i, i] += chance
            if following in place:
                away[i, place[following]] -= chance
            else:
                into[i, 1 + sum(a != b for a, b in pairwise(following))] += chance
    ends, events = np.linalg.solve(away, into)[0], np.linalg.solve(away, np.ones(len(place)))[0]
    return {n: p for n, p in enumerate(ends) if p > 1e-12}, events


def off(kernel, start, runs, taker=0):
    """Largest distance, in standard errors, of regions and events from those of the chain."""
    ground = kernel.grid(len(start), 1, 4)
    regions, waits = [], []
    for number in range(runs):
        sites = np.array(start, np.int32)
        waits.append(kernel.settle(KEY, number, ground, sites)[0])
        regions.append(kernel.count(ground, sites)[0])
    shares, events = by_hand(start, taker)
    assert sum(shares.values()) == pytest.approx(1)
    told = [abs(np.mean(waits) - events) / np.std(waits)]
    told += [abs(regions.count(n) / runs - p) / np.sqrt(p * (1 - p)) for n, p in shares.items() if p < 1 - 1e-9]
    return max(told) * np.sqrt(runs)


@pytest.mark.parametrize("start", CHAINS)
def test_ends_and_events_are_those_of_the_chain_that_plays_every_event(start):
    assert off(culture, start, 10_000) < 4


def test_the_active_site_changes_not_its_neighbour():
    """Sites at the edge have fewer neighbours: the two rules part there."""
    assert off(culture, LONG, 10_000, taker=1) > 6


MUTANTS = {
    "the neighbour changes": (">= same[t] * parts[s]:", ">= same[t] * parts[n]:"),
    "no weight of similarity": (">= same[t] * parts[s]:", ">= features * parts[s]:"),
    "idle events not counted": ("events += 1 + np.int64(quiet)", "events += 1"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_changed_rule_is_noticed(name):
    """What the compiled kernel gets right, the changed one gets wrong by more than chance would."""
    changed = mutant("thaw.kernels.culture", *MUTANTS[name])
    assert off(changed, LONG, 3000) > 5


def test_distinct_cultures_counted_as_regions_are_noticed():
    """The pitfall shows where one culture holds two separate places: rarely at q = 15, always at q = 2 and F = 1."""
    left = axelrod.run(features=1, traits=2, runs=5)
    assert (left.regions > left.cultures).all()
    changed = mutant("thaw.kernels.culture", "counts[0] = regions", "counts[0] = cultures")
    ground = culture.grid(3, 1, 4)
    apart = np.array([[0], [1], [0]], np.int32)
    assert culture.count(ground, apart) == (3, 2)
    assert changed.count(ground, apart) == (2, 2)


def test_stopping_early_is_noticed():
    left = axelrod.run(runs=20)
    assert (left.events >= left.changes).all()
    stopped = mutant("thaw.kernels.culture", "while alive > 0:", "while alive > 9:")
    ground = culture.grid(4, 4, 4)
    sites = culture.begin(KEY, 0, 16, 3, 3)
    stopped.settle(KEY, 0, ground, sites)
    assert culture.settle(KEY, 0, ground, sites)[1] > 0


def test_each_run_is_its_own_however_many_are_asked_for():
    few, many = axelrod.run(5, 6, traits=15, runs=3, seed=7), axelrod.run(5, 6, traits=15, runs=8, seed=7)
    assert few.equals(many.isel(run=slice(3)))
    assert not few.equals(axelrod.run(5, 6, traits=15, runs=3, seed=8))


def test_numpy_numbers_give_the_same_as_plain_ones():
    asked = {"width": 12, "height": 12, "features": 5, "traits": 20, "neighbours": 8, "runs": 2, "seed": 3}
    assert axelrod.run(**asked).identical(axelrod.run(**{name: np.int8(value) for name, value in asked.items()}))


def test_the_same_bytes_everywhere():
    left = axelrod.run(6, 5, features=4, traits=9, neighbours=8, runs=4, seed=3)
    assert {name: left[name].values.tolist() for name in left} == PINNED


PINNED = {
    "regions": [5, 3, 3, 5],
    "cultures": [5, 3, 3, 5],
    "events": [4894, 7504, 5163, 3640],
    "changes": [605, 1228, 739, 330],
}


def test_limits():
    one = axelrod.run(traits=1, runs=3)
    assert (one.regions == 1).all()
    assert (one.events == 0).all()
    assert (axelrod.run(1, 1, runs=3).regions == 1).all()
    strangers = axelrod.run(4, 4, features=2, traits=10**6)  # nobody shares anything
    assert strangers.regions.item() == strangers.cultures.item() == 16
    assert strangers.events.item() == 0


def test_more_features_and_larger_neighbourhoods_unite_more_traits_divide():
    def mean(**asked):
        return float(axelrod.run(8, 8, runs=60, **asked).regions.mean())

    assert mean(features=5, traits=5) < mean(features=5, traits=10) < mean(features=5, traits=15)
    assert mean(features=10, traits=15) < mean(features=5, traits=15)
    assert mean(traits=15, neighbours=12) < mean(traits=15, neighbours=8) < mean(traits=15, neighbours=4)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"width": 0}, "width is 0: wanted a whole number from 1 to 1000"),
        ({"height": 1001}, "height is 1001: wanted a whole number from 1 to 1000"),
        ({"features": 2.5}, "features is 2.5: wanted a whole number from 1 to 1000"),
        ({"features": float("nan")}, "features is nan: wanted"),
        ({"traits": -3}, "traits is -3: wanted a whole number from 1 to 1000000"),
        ({"traits": 10**30}, "traits is 1000000000000000000000000000000: wanted"),
        ({"traits": "ten"}, "traits is ten: wanted a whole number"),
        ({"neighbours": 6}, "neighbours is 6: wanted 4, 8 or 12"),
        ({"neighbours": [4]}, r"neighbours is \[4\]: wanted"),
        ({"neighbours": np.array([4, 8])}, r"neighbours is \[4 8\]: wanted"),
        ({"runs": 0}, "runs is 0: wanted a whole number from 1 to 10000000"),
        ({"width": 1000, "height": 1000, "features": 11}, r"width \* height \* features is 1000 \* 1000 \* 11 = 11000000: wanted at most 10000000"),
        ({"runs": True}, "runs is True: wanted"),
        ({"seed": None}, "seed is None: wanted a whole number"),
        ({"width": np.array([3, 4])}, r"width is \[3 4\]: wanted"),
    ],
)
def test_bad_input(asked, message):
    with pytest.raises(ValueError, match=message):
        axelrod.run(**asked)


def test_the_figure_shows_each_side_once_with_its_interval():
    _, data = axelrod.figure()
    ours = [point for point in data["points"] if point["series"] == "ours"]
    assert [point["x"] for point in ours] == sorted({point["x"] for point in ours})
    assert all(point["low"] < point["y"] < point["high"] for point in ours)
    most = max(ours, key=lambda point: point["y"])
    assert most["x"] in (10, 12, 15)
