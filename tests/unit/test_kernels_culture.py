"""Culture: each kernel against its plain twin bit for bit (its distributions: tests/classics/test_axelrod.py)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thaw.kernels import culture, culture_plain
from thaw.kernels.noise import name_key, philox_plain
from thaw.kernels.portable import log

KEY = name_key(0, "culture", "test")
EVENT = 1


@pytest.mark.parametrize("neighbours", [4, 8, 12])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 4), (2, 1), (3, 2), (5, 6)])
def test_a_grid_is_bounded_and_ties_go_both_ways(width, height, neighbours):
    ground = culture.grid(width, height, neighbours)
    wanted = culture_plain.neighbours_plain(width, height, neighbours)
    for s in range(width * height):
        ties = ground.ties[ground.first[s] : ground.first[s + 1]]
        others = [int(ground.ends[t].sum()) - s for t in ties]
        assert all(s in ground.ends[t] for t in ties)
        assert sorted(others) == sorted(wanted[s])
        assert not ties.size or culture.PARTS % ties.size == 0


def test_an_inner_site_has_the_number_that_is_asked_for():
    for neighbours in (4, 8, 12):
        ground = culture.grid(5, 5, neighbours)
        assert np.diff(ground.first)[12] == neighbours
        assert np.diff(ground.first)[0] == {4: 2, 8: 3, 12: 5}[neighbours]


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 3), st.integers(1, 4), st.integers(1, 6), st.sampled_from([4, 8, 12]))
@settings(max_examples=30, deadline=None)
def test_kernels_are_their_plain_twins(run, width, height, features, traits, neighbours):
    ground = culture.grid(width, height, neighbours)
    sites = culture.begin(KEY, run, width * height, features, traits)
    np.testing.assert_array_equal(sites, culture_plain.begin_plain(KEY, run, width * height, features, traits))
    around = culture_plain.neighbours_plain(width, height, neighbours)
    assert culture.count(ground, sites) == culture_plain.count_plain(around, sites)
    wanted, *told = culture_plain.settle_plain(KEY, run, ground, sites)
    assert culture.settle(KEY, run, ground, sites) == tuple(told)
    np.testing.assert_array_equal(sites, wanted)
    assert culture.count(ground, sites) == culture_plain.count_plain(around, sites)
    for a, b in ground.ends:  # at rest
        assert (sites[a] == sites[b]).sum() in (0, features)


def test_at_rest_nothing_is_drawn_and_nothing_changes():
    ground = culture.grid(4, 4, 4)
    sites = culture.begin(KEY, 3, 16, 3, 3)
    culture.settle(KEY, 3, ground, sites)
    resting = sites.copy()
    assert culture.settle(KEY, 4, ground, sites) == (0, 0)
    np.testing.assert_array_equal(sites, resting)


def test_draws_are_philox_words_of_run_and_trial():
    """One change by hand: two sites with one common feature of two, and the four words of the first trial."""
    run = 9
    ground = culture.grid(2, 1, 4)
    sites = np.array([[5, 1], [5, 2]], np.int32)
    events, changes = culture.settle(KEY, run, ground, sites)
    w0, _, _, w3 = philox_plain((0, run, 0, EVENT), KEY)  # both directions have the most parts there are: never turned down
    taker = w0 * 2 >> 32
    wait = 1 + int(log((w3 + 0.5) / 2**32) / log(0.5))
    assert (events, changes) == (wait, 1)
    assert sites.tolist() == [[5, 2 - taker]] * 2
