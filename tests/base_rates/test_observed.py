"""Counts of others and what follows from them."""

import math
from itertools import pairwise

import pytest

from thaw import bibliography, record
from thaw.base_rates import observed
from thaw.base_rates.observed import CODINGS, MANNERS, TYPES, YEARS, both, exits_of, in_power, share_by, wilson, yearly
from thaw.errors import RunError

every = pytest.mark.parametrize(("kind", "coding"), [(kind, coding) for kind in TYPES for coding in CODINGS])


@pytest.mark.parametrize("table", ["exits", "tenure"])
def test_each_row_has_a_span_and_sources_that_can_be_looked_up(table):
    known = {source.key for source in record.sources()} | set(bibliography.SOURCES)
    for row in observed.rows(table):
        assert row["years"] in ("1946-2010", "1946-2008")
        assert set(row["source"].split(";")) <= known
        assert (row["type"], row["coding"]) in {(kind, coding) for kind in TYPES for coding in CODINGS}


@pytest.mark.parametrize("table", ["exits", "tenure"])
def test_the_bloc_is_a_part_of_party_regimes_and_of_no_other(table):
    for row in observed.rows(table):
        assert 0 <= int(row["of_bloc"]) <= int(row["exits"])
        assert row["type"] == "party" or int(row["of_bloc"]) == 0


@every
def test_every_manner_is_counted_and_shares_sum_to_one(kind, coding):
    assert set(exits_of(kind, coding)) == set(MANNERS)
    assert sum(share_by(kind, coding, manner).value for manner in MANNERS) == pytest.approx(1)


@every
def test_bands_of_tenure_follow_one_another(kind, coding):
    found = [row for row in observed.rows("tenure") if (row["type"], row["coding"]) == (kind, coding)]
    assert [int(row["from_year"]) for row in found] == [0, *(int(row["to_year"]) for row in found[:-1])]
    assert {int(row["to_year"]) for row in found} >= set(YEARS)


def test_the_bloc_is_taken_off():
    """Nobody of the eight states is left: 254 exits in party regimes, 45 of them there."""
    assert sum(exits_of("party", "archigos").values()) == 254 - 45
    assert exits_of("party", "svolik")["insiders"] == 68 - 14


@every
def test_fewer_are_left_with_every_year(kind, coding):
    left = [in_power(kind, coding, years) for years in YEARS]
    assert all(later.value < earlier.value for earlier, later in pairwise(left))
    assert all(0 < low < value < high < 1 for value, low, high in left)


@pytest.mark.parametrize(
    ("kind", "coding", "years", "published"),
    [("military", "archigos", 5, 0.199), ("military", "svolik", 10, 0.081), ("personal", "archigos", 10, 0.257), ("personal", "svolik", 1, 0.695)],
)
def test_the_hazard_gives_the_curve_of_the_leaders_themselves(kind, coding, years, published):
    """Kaplan-Meier estimates from the single leaders, made apart from our counts."""
    assert in_power(kind, coding, years).value == pytest.approx(published, abs=0.015)


def test_officers_go_soonest():
    for coding in CODINGS:
        assert in_power("military", coding, 5).high < in_power("party", coding, 5).low
        assert yearly("military", coding).low > yearly("party", coding).high


def test_an_interval_of_wilson():
    """Example of newcombe1998: 81 of 263, at 95% 0.2553 to 0.3662."""
    share, low, high = wilson(81, 263)
    assert (share, wilson(0, 20).low) == (81 / 263, 0)
    assert 0.2553 < low < share < high < 0.3662
    z = observed.Z90
    for end in (low, high):  # its ends are where the share is just z standard errors away
        assert abs(share - end) == pytest.approx(z * math.sqrt(end * (1 - end) / 263))


def test_two_codings_are_a_range():
    one, other = share_by("party", "archigos", "insiders"), share_by("party", "svolik", "insiders")
    found = both(one, other)
    assert (found.low, found.high) == (one.low, other.high)
    assert found.value == (one.value + other.value) / 2


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: in_power("party", "archigos", 4), "after 1, 2, 3, 5, 10, 15, 20 years, not after 4"),
        (lambda: exits_of("partei", "svolik"), "no type of regime 'partei'. Did you mean 'party'?"),
        (lambda: share_by("party", "svolic", "natural"), "no coding 'svolic'. Did you mean 'svolik'?"),
        (lambda: share_by("party", "svolik", "insider"), "no manner 'insider'. Did you mean 'insiders'?"),
    ],
)
def test_a_wrong_word_is_told(ask, told):
    with pytest.raises(RunError, match=told.replace("?", r"\?")):
        ask()
