"""What models are asked with: what is taken, as what, and what is refused without hanging."""

from decimal import Decimal
from fractions import Fraction
from itertools import count
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thaw.classics.checks import choice, exactly, listed, number, together, whole


@given(st.fractions(-1000, 1000, max_denominator=1000))
def test_a_float_is_the_simple_fraction_that_gives_it(value):
    assert exactly("x", float(value)) == exactly("x", value) == exactly("x", str(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_float_is_taken_and_gives_itself(value):
    assert float(exactly("x", value)) == value


def test_numbers_are_taken_as_written():
    assert exactly("x", 0.1234567) == exactly("x", Decimal("0.1234567")) == Fraction(1234567, 10**7)
    assert exactly("x", np.float32(0.18)) == exactly("x", np.float64(0.18)) == Fraction(18, 100)
    assert exactly("x", np.int32(7)) == 7
    assert exactly("x", "1e300") == 10**300


@pytest.mark.parametrize(
    "value",
    ["1e99999999", "1e-99999999", "1e9_999_999", Decimal("1e99999999"), "9" * 600, 10**600, Fraction(1, 10**600), Fraction(10**5000, 7), 10**400, "1e309",
     nan, inf, True, np.True_, None, "ten", "1/0", [1], np.array([1, 2]), 1j, Decimal("nan"), ""],
    ids=lambda value: str(value)[:12] if isinstance(value, str) else type(value).__name__,
)  # fmt: skip
def test_what_is_no_number_or_would_never_end_is_refused_briefly(value):
    with pytest.raises(ValueError, match=r"^x is .*: wanted a share above 0 and at most 1/2$") as refused:
        exactly("x", value, 0, Fraction(1, 2), what="share", above=True)
    assert len(str(refused.value)) < 300


def test_a_list_is_a_list():
    assert listed("x", (i for i in range(3)), 3, "people") == listed("x", np.arange(3), 3, "people") == [0, 1, 2]
    for value in (3, None, "012", b"01", {1, 2}, {1: 2}, np.array(3)):
        with pytest.raises(ValueError, match=r"x is .*: wanted a list of 1 to 3 people"):
            listed("x", value, 3, "people")
    with pytest.raises(ValueError, match="x has more than 3 people: wanted 1 to 3"):
        listed("x", count(), 3, "people")
    with pytest.raises(ValueError, match="x has 0 people: wanted 1 to 3"):
        listed("x", iter([]), 3, "people")


@pytest.mark.parametrize("value", [["up"], {}, np.array(["up", "down"]), None, 3, "upp"])
def test_a_word_of_any_kind_may_be_wrong(value):
    with pytest.raises(ValueError, match=r"how is .*: wanted one of up, down"):
        choice("how", value, {"up": 1, "down": 2})


def test_large_numbers_are_not_printed():
    for ask in (lambda: whole("n", 10**5000, 0, 9), lambda: number("n", 10**5000), lambda: number("n", Fraction(10**5000, 3))):
        with pytest.raises(ValueError, match=r"n is a number of .* digits: wanted"):
            ask()


def test_work_is_bounded_as_a_whole():
    together(20, a=4, b=5)
    with pytest.raises(ValueError, match=r"a \* b is 3 \* 7 = 21: wanted at most 20"):
        together(20, a=3, b=7)
