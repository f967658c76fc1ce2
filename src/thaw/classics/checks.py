"""What a model is asked with: numbers within bounds, or a ValueError that names the argument, the bound and the value."""

import sys
from collections.abc import Collection
from math import inf
from numbers import Integral, Real
from typing import Any

from thaw.errors import did_you_mean


def whole(name: str, value: Any, least: int, most: int, ceiling: str = "") -> int:
    """`value` as a whole number from `least` to `most`; `ceiling` says what the latter is.

    >>> whole("W", 5, 1, 100)
    5
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or not least <= int(value) <= most:
        raise ValueError(f"{name} is {value}: wanted a whole number from {least} to {f'{ceiling} = ' if ceiling else ''}{most}")
    return int(value)


def number(name: str, value: Any, low: float = -inf, high: float = inf, *, what: str = "number", above: bool = False, below: bool = False) -> float:
    """`value` as a finite number from `low` to `high`, `above` the one and `below` the other where they themselves are refused.

    >>> number("alpha", 1.5, 0, 1, what="share")
    Traceback (most recent call last):
    ...
    ValueError: alpha is 1.5: wanted a share from 0 to 1
    """
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not (fits and abs(value) <= sys.float_info.max and low <= value <= high and not (above and value == low) and not (below and value == high)):
        raise ValueError(f"{name} is {value}: wanted {_bounds(low, high, what, above, below)}")
    return float(value)


def choice(name: str, value: Any, known: Collection[str]) -> str:
    """`value` as one of the known words.

    >>> choice("view", "euclid", ("euclid", "square"))
    'euclid'
    """
    if value not in known:
        raise ValueError(f"{name} is {value!r}: wanted one of {', '.join(known)}. {did_you_mean(str(value), known)}")
    return str(value)


def _bounds(low: float, high: float, what: str, above: bool, below: bool) -> str:
    if low == -inf and high == inf:
        return f"a finite {what}"
    if high == inf:
        return f"a finite {what} {'above' if above else 'from'} {low:g}"
    if above:
        return f"a {what} above {low:g} and {'below' if below else 'at most'} {high:g}"
    return f"a {what} from {low:g} to {'below ' if below else ''}{high:g}"
