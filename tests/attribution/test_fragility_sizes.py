import numpy as np
import pytest

from thaw.attribution.fragility import pawn


@pytest.mark.parametrize("histories", [64, 240, 256, 279, 360, 1024])
def test_any_number_of_histories_can_be_looked_through(histories):
    """What moves the outcome stands out; 256 histories would make six slices, which SALib cannot cut."""
    values = np.random.default_rng(0).random((histories, 3))
    index, threshold = pawn(values, (values[:, 1] > 0.5).astype(float))
    assert index.argmax() == 1
    assert index[1] > threshold
