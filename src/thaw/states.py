"""The states of the world as arrays: which there are in the months of a scenario, when each is independent, how far it is from the poles.

For `compile.py`; a mechanism sees only what stands in the plan.
"""

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

import numpy as np

from thaw import record
from thaw.dates import last_day

EARTH = 6.3710088  # thousand km, mean radius
MOSCOW, WASHINGTON = (55.8, 37.6), (38.9, -77.0)

Months = Sequence[tuple[int, int]]


def states_of(months: Months) -> tuple[str, ...]:
    """Codes of the states that are independent in at least one of the months (year, month), in alphabetical order: the axis W.

    >>> "KEN" in states_of([(1963, 11)]), "KEN" in states_of([(1963, 12)])
    (False, True)
    """
    days = [last_day(*month) for month in months]
    return tuple(sorted(row.code for row in record.states() if any(row.independent_on(day) for day in days)))


def independence(states: Sequence[str], months: Months) -> np.ndarray:
    """Whether each state is independent on the last day of each month: bool (month, W)."""
    rows = _rows(states)
    return np.array([[row.independent_on(last_day(*month)) for row in rows] for month in months], bool).reshape(len(months), len(rows))


def allied(states: Sequence[str], months: Months, pole: str) -> np.ndarray:
    """Whether a treaty binds each state to a pole, "west" or "east", in each month: bool (month, W).

    The month in which it was signed counts, the month in which it ended does not.
    """
    texts = [f"{year}-{month:02d}" for year, month in months]
    rows = _rows(states)
    bound = [[row.alliance == pole and (row.alliance_from or "") <= text < (row.alliance_until or "9") for row in rows] for text in texts]
    return np.array(bound, bool).reshape(len(texts), len(rows))


def distances(states: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Thousand km from each state's capital to Moscow and to Washington, each (W,), as stored in the record."""
    rows = _rows(states)
    return np.array([row.km_moscow for row in rows]) / 1000, np.array([row.km_washington for row in rows]) / 1000


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in thousand km between two places (degrees north, degrees east), by the haversine formula.

    It made the columns of `states.csv` and checks them. A run reads the columns: sines differ by a bit between machines.

    >>> round(distance(MOSCOW, WASHINGTON), 1)
    7.8
    """
    (south, west), (north, east) = ((radians(degree) for degree in place) for place in (a, b))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def _rows(states: Sequence[str]) -> list[record.State]:
    known = {row.code: row for row in record.states()}
    return [known[code] for code in states]
