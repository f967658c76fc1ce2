"""The error that the record is allowed: who has a say in its size, and what it does to numbers alone."""

from types import SimpleNamespace

import numpy as np
import pytest

from thaw.inference import discrepancy
from thaw.inference.discrepancy import LADDER, OWN, chosen, moved

SERIES, YEARS, HISTORIES = 5, 6, 4000


@pytest.fixture(scope="module")
def world():
    """Thirty numbers of five series, each series a mixture of parameters and a little luck; two columns are events."""
    luck = np.random.default_rng(3)
    parameters = luck.standard_normal((HISTORIES, 60))
    numbers = np.repeat(parameters[:, :SERIES], YEARS, axis=1) + 0.1 * luck.standard_normal((HISTORIES, SERIES * YEARS))
    aim = SimpleNamespace(numbers=[SimpleNamespace(name=f"S{place // YEARS}") for place in range(SERIES * YEARS)])
    encoder = SimpleNamespace(aim=aim, numbers=np.arange(SERIES * YEARS), inputs=lambda prepared, cut: prepared)
    return encoder, np.hstack([numbers, luck.random((HISTORIES, 2))]), parameters


def test_numbers_of_a_series_move_together_and_each_a_little_on_its_own(world):
    encoder, prepared, _ = world
    by = (moved(encoder, prepared, 2.0, np.random.default_rng(1)) - prepared) / 2.0
    assert (by[:, -2:] == 0).all()  # events stay
    between = np.corrcoef(by[:, 0], by[:, 1])[0, 1], np.corrcoef(by[:, 0], by[:, YEARS])[0, 1]
    assert between[0] == pytest.approx(1 / (1 + OWN**2), abs=0.05)
    assert between[1] == pytest.approx(0, abs=0.06)
    assert by[:, 0].std() == pytest.approx(np.sqrt(1 + OWN**2), rel=0.05)
    np.testing.assert_array_equal(moved(encoder, prepared, 0.0, np.random.default_rng(1)), prepared)


def test_a_record_like_any_history_needs_no_error(world):
    encoder, prepared, parameters = world
    assert chosen(encoder, prepared[1:], parameters[1:], prepared[:1], 1953, seed=0).size == 0.0


def test_the_further_off_the_record_the_larger_the_error(world):
    encoder, prepared, parameters = world
    sizes = []
    for off in (4.0, 8.0):
        record = prepared[:1].copy()
        record[0, :YEARS] += off
        found = chosen(encoder, prepared[1:], parameters[1:], record, 1953, seed=0)
        assert all(p < discrepancy.LEAST_P for p in found.p[:-1])
        sizes.append(found.size)
    assert 0.0 < sizes[0] <= sizes[1] <= LADDER[-1]


def test_the_size_is_chosen_on_what_is_known_at_the_first_cut(world):
    """The record is looked at through `inputs` up to that cut alone."""
    encoder, prepared, parameters = world
    asked = []
    spied = SimpleNamespace(**vars(encoder) | {"inputs": lambda prepared, cut: asked.append(cut) or prepared})
    chosen(spied, prepared[1:], parameters[1:], prepared[:1], 1953, seed=0)
    assert set(asked) == {1953}
