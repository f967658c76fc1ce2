"""Cohorts: shares of adults are those of a census, formative years pass from one cohort to the next."""

import numpy as np
import pytest

from thaw.axes import COHORTS
from thaw.cohorts import LEVEL, SLOPE, adult_shares, by_month, formative_shares
from thaw.mechanisms.mortality import PARAMS


@pytest.mark.parametrize("year", [1945.5, 1953.2, 1968.9, 1989.0, 2023.5])
def test_shares_are_shares(year):
    share, formative = adult_shares(year), formative_shares(year)
    assert share.shape == formative.shape == (len(COHORTS),)
    assert share.sum() == pytest.approx(1, abs=1e-12)
    assert (share >= 0).all()
    assert ((formative >= 0) & (formative <= 1)).all()
    assert formative.sum() == pytest.approx(1, abs=1e-12) or year > 2013  # ten years of age, ten of birth


def test_children_do_not_count():
    born = np.array(COHORTS)
    assert (adult_shares(1953.0)[born > 1935] == 0).all()
    assert (formative_shares(1953.0)[born > 1939] == 0).all()


def test_cohorts_die_out_in_order():
    early, late = adult_shares(1950.0), adult_shares(1980.0)
    ratio = late[:8] / early[:8]
    grown = early[:8] > 0
    assert (np.diff(ratio[grown]) > 0).all()


def test_the_law_of_death_is_mortalitys():
    values = {param.name: param.value for param in PARAMS}
    assert (values["level"], values["slope"]) == (LEVEL, SLOPE)


def test_the_census_of_1970():
    """At 15 January 1970 60-year-olds and older were 11.8 of the 69.1% above 15 (ages quoted in a secondary text)."""
    old = adult_shares(1970.04)[np.array(COHORTS) < 1910].sum()
    assert old == pytest.approx(11.8 / 69.1, abs=0.04)


def test_by_month():
    found = by_month([(1959, 1), (1959, 2)])
    assert {name: values.shape for name, values in found.items()} == {"cohort_share": (2, 14), "formative": (2, 14)}
    np.testing.assert_array_equal(found["cohort_share"][0], adult_shares(1959 + 0.5 / 12))
