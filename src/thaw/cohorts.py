"""Cohorts of birth: how many of each are adult, and how far each is in its formative years, at any date from 1945 to 2023.

    alive(t)  = size in January 1959, or born since · exp(-(G(age at t) - G(age then)))         G: cumulated hazard of Gompertz
    G(age)    = exp(level + slope · (age - 60)) / slope                                         as in `mechanisms/mortality.py`

The age of a cohort is that of its middle; its members are spread evenly over ten years of birth. Arithmetic that is the same on every machine.
"""

from collections.abc import Sequence

import numpy as np

from thaw.axes import COHORTS
from thaw.kernels.portable import exp

COUNTED = 1959.0  # years: the date of the census
# Millions of people. Born before 1950: census of 15 January 1959, ages cut at whole decades of birth (five-year groups from memory; their sum is the
# published total of 208.8 million; above 70 divided by the hazard below). Born later: births in the Soviet Union by decade, rounded (from memory); the
# 1990s are the 1980s times the fall of births in Russia (14.4 of 23.0 million), since the surveys to compare with are Russia's.
SIZES = np.array([0.1, 1.8, 7.0, 12.5, 19.9, 22.5, 31.9, 38.2, 32.9, 47.0, 46.0, 45.0, 52.0, 32.6])
LEVEL, SLOPE = -3.65, 0.083  # of mortality: log hazard at 60 and its growth a year
ADULT = 18.0
FORMATIVE = (14.0, 24.0)  # years of age: adolescence and early adulthood (mannheim1952, schuman1989, krosnick1989)
SPAN = 10.0  # years of birth in one cohort


def adult_shares(year: float) -> np.ndarray:
    """Share of each cohort among the adults at a date (in years, 1953.17 for March 1953): (C,), sum 1.

    People born from 2000 on have no cohort and are left out: from 2018 on the shares are those of adults born before.

    >>> int(COHORTS[adult_shares(1959.0).argmax()]), int(COHORTS[adult_shares(2012.0).argmax()])
    (1930, 1980)
    """
    oldest = year - np.array(COHORTS, float)
    grown = np.clip((oldest - ADULT) / SPAN, 0.0, 1.0)
    middle = oldest - SPAN / 2
    counted = np.maximum(middle - (year - COUNTED), 0.0)
    left = SIZES * grown * exp(_cumulated(counted) - _cumulated(np.maximum(middle, 0.0)))
    return left / left.sum()


def formative_shares(year: float) -> np.ndarray:
    """Share of each cohort whose age lies in the formative years at a date: (C,).

    >>> formative_shares(1959.0)[[6, 7, 8]]  # born 1920-29, 1930-39, 1940-49
    array([0. , 0.5, 0.5])
    """
    oldest = year - np.array(COHORTS, float)
    youngest = oldest - SPAN
    return np.clip(np.minimum(oldest, FORMATIVE[1]) - np.maximum(youngest, FORMATIVE[0]), 0.0, SPAN) / SPAN


def by_month(months: Sequence[tuple[int, int]]) -> dict[str, np.ndarray]:
    """The calendars `cohort_share` and `formative`, each (month, C)."""
    dates = [year + (month - 0.5) / 12 for year, month in months]
    return {
        "cohort_share": np.array([adult_shares(date) for date in dates]),
        "formative": np.array([formative_shares(date) for date in dates]),
    }


def _cumulated(age: np.ndarray) -> np.ndarray:
    """Hazard of death summed up to an age, but for a constant."""
    return exp(LEVEL + SLOPE * (age - 60)) / SLOPE
