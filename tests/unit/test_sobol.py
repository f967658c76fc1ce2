"""Sobol indices against functions whose indices are known."""

import numpy as np
import pytest

from thaw.attribution.fragility import pawn
from thaw.kernels.portable import normal_quantile
from thaw.sobol import design, indices


def ishigami(units, a=7.0, b=0.1):
    """Ishigami & Homma (1990) of numbers in (0, 1), each spread over -π to π."""
    x = np.pi * (2 * units - 1)
    return np.sin(x[..., 0]) + a * np.sin(x[..., 1]) ** 2 + b * x[..., 2] ** 4 * np.sin(x[..., 0])


# of the variance a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2: what is of the first, of the second, of first and third together
PARTS = {"first": 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, "second": 49 / 8, "both": 0.01 * np.pi**8 * (1 / 18 - 1 / 50)}
WHOLE = sum(PARTS.values())


def test_ishigami():
    made = design(("x1", "x2", "x3"), ("x1", "x2", "x3"), 1024, seed=3)
    found = indices(made, ishigami(made.units), seed=3)
    assert [row.name for row in found] == ["x1", "x2", "x3"]
    np.testing.assert_allclose([row.first for row in found], [PARTS["first"] / WHOLE, PARTS["second"] / WHOLE, 0.0], atol=0.05)
    wanted = [1 - PARTS["second"] / WHOLE, PARTS["second"] / WHOLE, PARTS["both"] / WHOLE]
    np.testing.assert_allclose([row.total for row in found], wanted, atol=0.05)
    assert all(0 < row.total_error < 0.1 for row in found)


def test_a_group_counts_as_one_input():
    """First and third of Ishigami's together: all that the second has not, alone and in total."""
    made = design(("x1", "x2", "x3"), ("pair", "x2", "pair"), 1024, seed=3)
    found = {row.name: row for row in indices(made, ishigami(made.units), seed=3)}
    assert set(found) == {"pair", "x2"}
    for value in (found["pair"].first, found["pair"].total):
        assert value == pytest.approx(1 - PARTS["second"] / WHOLE, abs=0.05)


def test_pawn_ranks_ishigamis_inputs_above_chance():
    """Pianosi & Wagener (2018): the second moves the distribution most, then the first."""
    units = np.random.default_rng(0).random((2000, 3))
    index, threshold = pawn(units, ishigami(units))
    assert index[1] > index[0] > threshold
    assert index[2] < index[0]


def test_luck_as_an_input_takes_its_share_and_leaves_totals_clean():
    """y = 2x + luck: four fifths and one fifth. Rows that exchange x share the luck, so that no luck is in the total of x."""
    made = design(("x", "idle", "luck"), ("x", "idle", "luck"), 1024, seed=5)
    z = normal_quantile(made.units)
    found = {row.name: row for row in indices(made, 2 * z[..., 0] + z[..., 2], seed=5)}
    for name, share in (("x", 0.8), ("idle", 0.0), ("luck", 0.2)):
        assert found[name].first == pytest.approx(share, abs=0.05)
        assert found[name].total == pytest.approx(share, abs=0.05)
    assert found["idle"].total == 0.0


def test_rows_of_a_block_exchange_one_group_and_nothing_else():
    made = design(("a", "b", "c"), ("one", "two", "one"), 64, seed=1)
    first, last = made.units[:, 0], made.units[:, -1]
    assert made.groups == ("one", "two")
    assert (first != last).all()
    np.testing.assert_array_equal(made.units[:, 1], np.stack([last[:, 0], first[:, 1], last[:, 2]], axis=1))
    np.testing.assert_array_equal(made.units[:, 2], np.stack([first[:, 0], last[:, 1], first[:, 2]], axis=1))
    assert (made.units > 0).all()
    assert (made.units < 1).all()


def test_the_same_seed_gives_the_same_and_another_another():
    def answer(seed):
        made = design(("x", "y"), ("x", "y"), 64, seed)
        return indices(made, made.units.sum(axis=2), seed)

    assert answer(0) == answer(0)
    assert answer(0) != answer(1)


def test_blocks_with_an_unknown_outcome_are_left_out():
    made = design(("x", "y"), ("x", "y"), 128, seed=2)
    outcome = made.units[:, :, 0].copy()
    outcome[::2, 1] = np.nan
    short = indices(made, outcome)
    assert short == indices(made, made.units[1::2, :, 0])
    assert short[0].first == pytest.approx(1.0, abs=0.2)


def test_what_is_the_same_everywhere_has_no_indices():
    made = design(("x",), ("x",), 32)
    assert indices(made, np.ones((32, 3))) == ()
    assert indices(made, np.full((32, 3), np.nan)) == ()
