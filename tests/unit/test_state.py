"""The state: frozen, checked against the fields, changed only by making another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from regime import H, make_state

from thaw.errors import ShapeError
from thaw.fields import FIELDS
from thaw.state import State, out_of_bounds


def test_a_change_makes_another_that_shares_the_rest():
    state = make_state()
    new = state.with_({"fear": np.ones((H, 3))})
    assert (new.fear == 1).all()
    assert (state.fear == 0).all()
    assert all(getattr(new, name) is getattr(state, name) for name in state if name != "fear")


def test_nothing_can_be_written_into_it():
    state = make_state()
    mine = np.ones((H, 3))
    new = state.with_({"fear": mine})
    for array in (state.fear, new.fear, mine):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("fear", np.ones((H, 4)), r"field 'fear' has axes \(H, P\) = \(7, 3\), not \(7, 4\)"),
        ("fear", np.ones(3), r"field 'fear' has axes \(H, P\) = \(7, 3\), not \(3,\)"),
        ("fear", np.ones((H, 3), np.float32), "field 'fear' holds float64, not float32"),
        ("leader", np.zeros((H, 3), int), "field 'leader' holds int16, not int64"),
        ("faer", np.ones((H, 3)), r"there is no field 'faer'\. Did you mean 'fear'\?"),
    ],
)
def test_shapes_kinds_and_names_are_checked(name, values, said):
    with pytest.raises(ShapeError, match=said):
        make_state().with_({name: values})


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(AttributeError, match=r"the state has no 'leadr'\. Did you mean 'leader'\?"):
        make_state().leadr  # noqa: B018


def test_it_names_its_fields():
    assert set(make_state()) == set(FIELDS)
    assert set(State({"fear": np.zeros((2, 3))}, {"H": 2, "P": 3})) == {"fear"}


class TestBounds:
    @given(st.floats(allow_nan=True, allow_infinity=True), st.integers(0, H - 1))
    def test_a_history_outside_is_marked_and_no_other(self, value, history):
        values = np.full((H, 3), 0.5)
        values[history, 1] = value
        found = out_of_bounds("norm", values)
        if 0 <= value <= 1:
            assert found is None
        else:
            np.testing.assert_array_equal(found, np.arange(H) == history)

    def test_bounds_are_the_fields(self):
        assert out_of_bounds("line", np.full((H, 3), -1.0)) is None
        assert out_of_bounds("line", np.full((H, 3), -1.0000001)).all()
        assert out_of_bounds("fear", np.full((H, 3), 1e9)) is None
        assert out_of_bounds("fear", np.full((H, 3), -1e-9)).all()

    def test_what_is_no_real_number_has_none(self):
        assert out_of_bounds("alive", np.ones((H, 12), bool)) is None
        assert out_of_bounds("garrison", np.full(3, 7.0)) is None  # given, the same in every history
