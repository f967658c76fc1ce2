"""The state of a chunk of histories: frozen arrays, made from `fields.py`, changed only by making a new state."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from thaw.errors import ShapeError, did_you_mean
from thaw.fields import FIELDS


class State:
    """A frozen set of arrays by name.

    `state.fear` is an array (H, P); `state.with_({"fear": new})` is a new state that shares all other arrays. Shapes and kinds are
    checked against `fields.py`; every array is read-only, so no mechanism can change what it was given.

    Examples
    --------
    >>> state = State({"fear": np.zeros((7, 3))}, {"H": 7, "P": 3})
    >>> state.with_({"fear": np.ones((7, 3))}).fear.sum(), state.fear.sum()
    (np.float64(21.0), np.float64(0.0))
    """

    def __init__(self, arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> None:
        self.sizes = dict(sizes)
        self.__dict__.update({name: self._checked(name, values) for name, values in arrays.items()})

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the state has no '{name}'. {did_you_mean(name, self.__dict__)}")

    def __iter__(self):
        return (name for name in self.__dict__ if name != "sizes")

    def with_(self, values: Mapping[str, np.ndarray]) -> "State":
        """A new state with these arrays in place of the old ones."""
        new = object.__new__(State)
        new.__dict__.update(self.__dict__)
        new.__dict__.update({name: self._checked(name, array) for name, array in values.items()})
        return new

    def _checked(self, name: str, values: np.ndarray) -> np.ndarray:
        field = FIELDS.get(name)
        if field is None:
            raise ShapeError(f"there is no field '{name}'. {did_you_mean(name, FIELDS)}")
        array = np.asarray(values)
        if field.axes != "-":
            wanted = tuple([self.sizes[letter] for letter in field.axes])
            if array.shape != wanted:
                raise ShapeError(f"field '{name}' has axes ({', '.join(field.axes)}) = {wanted}, not {array.shape}")
        if array.dtype != field.dtype:
            raise ShapeError(f"field '{name}' holds {field.dtype}, not {array.dtype}")
        array.flags.writeable = False
        return array


def out_of_bounds(name: str, array: np.ndarray) -> np.ndarray | None:
    """Which histories hold NaN or leave the bounds of the field, as a mask (H,), or None when none does."""
    field = FIELDS[name]
    if field.dtype != "float64" or not field.axes.startswith("H") or array.size == 0:
        return None
    lowest, highest = array.min(), array.max()  # NaN spreads through both
    if lowest >= field.low and highest <= field.high:
        return None
    outside = ~((array >= field.low) & (array <= field.high))
    return np.asarray(outside.reshape(len(array), -1).any(axis=1))
