"""What a model is asked with: numbers within bounds, or a ValueError that names the argument, the bound and the value."""

import sys
from collections.abc import Collection, Iterable, Mapping, Set, Sized
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from math import inf, isfinite, prod
from numbers import Integral, Rational, Real
from typing import Any

from thaw.errors import did_you_mean

LONGEST = 100  # characters of a number given as text
FURTHEST = 330  # its power of ten, either way: that of the smallest float is -324
_BITS = 1100  # of a numerator or a denominator, as many as that takes


def whole(name: str, value: Any, least: int, most: int, ceiling: str = "") -> int:
    """`value` as a whole number from `least` to `most`; `ceiling` says what the latter is.

    >>> whole("W", 5, 1, 100)
    5
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or not least <= int(value) <= most:
        raise ValueError(f"{name} is {told(value)}: wanted a whole number from {least} to {f'{ceiling} = ' if ceiling else ''}{most}")
    return int(value)


def number(name: str, value: Any, low: float = -inf, high: float = inf, *, what: str = "number", above: bool = False, below: bool = False) -> float:
    """`value` as a finite number from `low` to `high`, `above` the one and `below` the other where they themselves are refused.

    >>> number("alpha", 1.5, 0, 1, what="share")
    Traceback (most recent call last):
    ...
    ValueError: alpha is 1.5: wanted a share from 0 to 1
    """
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not (fits and _finite(value) and low <= value <= high and not (above and value == low) and not (below and value == high)):
        raise ValueError(f"{name} is {told(value)}: wanted {_bounds(low, high, what, above, below)}")
    return float(value)


def _finite(value: Any) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # a whole number that no float holds
        return False


def exactly(
    name: str, value: Any, low: float | Fraction = -inf, high: float | Fraction = inf, *, what: str = "number", above: bool = False, below: bool = False
) -> Fraction:
    """`value` as written, within bounds as in `number`: a whole number, a fraction, a text such as "2/3" or "0.9", or a float.

    A float is taken as the simplest fraction with a denominator up to 1000 that gives it, else as its shortest decimal.

    >>> exactly("alpha", 2 / 3), exactly("alpha", 0.18), exactly("alpha", "0.0001")
    (Fraction(2, 3), Fraction(9, 50), Fraction(1, 10000))
    """
    found = _as_written(value)
    if found is None or not low <= found <= high or (above and found == low) or (below and found == high):
        raise ValueError(f"{name} is {told(value)}: wanted {_bounds(low, high, what, above, below)}")
    return found


def _as_written(value: Any) -> Fraction | None:
    """The fraction, None if it is none, not finite or too long to reckon with."""
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, Rational):
            found = Fraction(int(value.numerator), int(value.denominator))
        elif isinstance(value, Real):
            given = float(str(value))  # a short float, too, as it is printed
            if not isfinite(given):
                return None
            found = Fraction(given).limit_denominator(1000)
            if float(found) != given:
                found = Fraction(repr(given))
        elif isinstance(value, str | Decimal):
            text = str(value)
            exponent = text.lower().partition("e")[2]
            if len(text) > LONGEST or (exponent and abs(int(exponent)) > FURTHEST):
                return None
            found = Fraction(text)
        else:
            return None
    except (ValueError, ZeroDivisionError):
        return None
    short = max(found.numerator.bit_length(), found.denominator.bit_length()) <= _BITS
    return found if short and abs(found) <= sys.float_info.max else None


def listed(name: str, values: Any, most: int, what: str) -> list[Any]:
    """1 to `most` values in their order, from a list, an array or what else gives one after the other, be it without end.

    >>> listed("powers", [], 16, "contenders")
    Traceback (most recent call last):
    ...
    ValueError: powers has 0 contenders: wanted 1 to 16
    """
    if not isinstance(values, Iterable) or isinstance(values, str | bytes | Set | Mapping):
        raise ValueError(f"{name} is {told(values)}: wanted a list of 1 to {most} {what}")
    try:
        found = list(islice(values, most + 1))
    except TypeError:  # an array of no dimension
        raise ValueError(f"{name} is {told(values)}: wanted a list of 1 to {most} {what}") from None
    if not 1 <= len(found) <= most:
        count = f"{len(values)}" if isinstance(values, Sized) else f"more than {most}" if found else "0"
        raise ValueError(f"{name} has {count} {what}: wanted 1 to {most}")
    return found


def together(most: int, **counts: int) -> None:
    """Refuses counts whose product, the work they make, is above `most`.

    >>> together(100, graphs=20, sparks=10)
    Traceback (most recent call last):
    ...
    ValueError: graphs * sparks is 20 * 10 = 200: wanted at most 100
    """
    if prod(counts.values()) > most:
        raise ValueError(f"{' * '.join(counts)} is {' * '.join(map(str, counts.values()))} = {prod(counts.values())}: wanted at most {most}")


def choice(name: str, value: Any, known: Collection[str]) -> str:
    """`value` as one of the known words.

    >>> choice("view", "euclid", ("euclid", "square"))
    'euclid'
    """
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} is {told(repr(value))}: wanted one of {', '.join(known)}. {did_you_mean(str(value), known)}")
    return value


def told(value: Any) -> str:
    """A value in a message, whatever its length.

    >>> told(0.5), told(10**600)
    ('0.5', 'a number of some 601 digits')
    """
    if isinstance(value, Integral) and int(value).bit_length() > 200:
        return f"a number of some {int(int(value).bit_length() * 0.30103) + 1} digits"
    try:
        text = str(value)
    except ValueError:  # of a fraction of too many digits to print
        return "a number of very many digits"
    return text if len(text) <= 200 else f"{text[:60]}..."


def _bounds(low: float | Fraction, high: float | Fraction, what: str, above: bool, below: bool) -> str:
    least, most = (str(bound) if isinstance(bound, Fraction) else f"{bound:g}" for bound in (low, high))
    if low == -inf and high == inf:
        return f"a finite {what}"
    if high == inf:
        return f"a finite {what} {'above' if above else 'from'} {least}"
    if above:
        return f"a {what} above {least} and {'below' if below else 'at most'} {most}"
    return f"a {what} from {least} to {'below ' if below else ''}{most}"
