"""What a replication says of itself: one row a quantity, beside the number it must come to.

A row's status says what that number is worth:

    verified        the publication or a text quoting it prints it, and we read it there
    derived         no publication prints it: it follows from the published definition and was computed by other means
    reduced form    as derived, but from a reduced form of ours: the published model could not be read
    unverified      remembered, or read nowhere that could be checked: shown, never compared
    not reproduced  published, and neither we nor others we know of get it: shown with what comes out instead

`agrees` is true or false for the first three, None for the last two.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import Any

COMPARED = ("verified", "derived", "reduced form")
STATUSES = (*COMPARED, "unverified", "not reproduced")

Value = float | int | str | Sequence[float | int] | None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One quantity of one model; `published` is None unless the paper (or a text quoting it) gives it, else `derived` is."""

    model: str = ""
    citation: str = ""
    quantity: str
    published: Value
    derived: Value
    reproduced: Value
    tolerance: float | None
    agrees: bool | None
    status: str
    basis: str  # where the expected number was read, or how it was computed; how many runs stand behind the tolerance

    def of(self, model: str, citation: str) -> "Row":
        """The same row, saying whose it is."""
        return replace(self, model=model, citation=citation)


def _row(quantity: str, expected: Value, reproduced: Value, tolerance: float | None, status: str, basis: str) -> Row:
    if status not in STATUSES:
        raise ValueError(f"status is '{status}': wanted one of {', '.join(STATUSES)}")
    agrees = _agree(expected, reproduced, tolerance or 0.0) if status in COMPARED else None
    printed = status not in ("derived", "reduced form")
    return Row(
        quantity=quantity,
        published=expected if printed else None,
        derived=None if printed else expected,
        reproduced=reproduced,
        tolerance=tolerance,
        agrees=agrees,
        status=status,
        basis=basis,
    )


def _agree(expected: Any, reproduced: Any, tolerance: float) -> bool:
    if isinstance(expected, str) or expected is None or reproduced is None:
        return bool(expected == reproduced)
    if isinstance(expected, Sequence):
        same = isinstance(reproduced, Sequence) and len(expected) == len(reproduced)
        return same and all(_agree(wanted, got, tolerance) for wanted, got in zip(expected, reproduced, strict=True))
    return isclose(expected, reproduced, rel_tol=1e-12, abs_tol=tolerance)


def exact(quantity: str, expected: Value, reproduced: Value, basis: str, status: str = "verified") -> Row:
    """A number, a text or a list that must come out as it is.

    >>> exact("rioters", 100, 100, "quoted by a replication").agrees
    True
    """
    return _row(quantity, expected, reproduced, 0.0, status, basis)


def close(quantity: str, expected: Value, reproduced: Value, tolerance: float, basis: str, status: str = "verified") -> Row:
    """A number, or a list of them, that may differ by `tolerance`: rounding in print, or stated sampling error.

    >>> close("tangency", 12.2, 12.222, 0.05, "printed to one decimal").agrees
    True
    """
    return _row(quantity, expected, reproduced, tolerance, status, basis)


def shown(quantity: str, published: Value, reproduced: Value, basis: str, status: str = "unverified") -> Row:
    """A number that is not compared: unverified, or not reproduced by anybody we know of.

    >>> shown("mean wait", 60, 20.5, "no variant comes to 60", "not reproduced").agrees is None
    True
    """
    return _row(quantity, published, reproduced, None, status, basis)


COLUMNS = ("quantity", "published", "reproduced", "tolerance", "agrees", "status")


def cells(row: Row) -> tuple[str, ...]:
    """A row as words, in the order of `COLUMNS`; what no publication prints stands in brackets.

    >>> cells(close("share", 0.366, 0.3660323, 5e-5, "the definition", "derived"))
    ('share', '(0.366)', '0.3660323', '±5e-05', 'yes', 'derived')
    """
    expected = written(row.published) if row.derived is None else f"({written(row.derived)})"
    tolerance = "" if row.tolerance is None else "exact" if row.tolerance == 0 else f"±{row.tolerance:g}"
    return row.quantity, expected, written(row.reproduced), tolerance, {True: "yes", False: "NO", None: "–"}[row.agrees], row.status


def written(value: Value) -> str:
    """A number, text or list as a person writes it.

    >>> written([0.18, 3.0]), written(12.2220871)
    ('0.18 3', '12.22209')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return " ".join(written(one) for one in value)
    return f"{value:.7g}"
