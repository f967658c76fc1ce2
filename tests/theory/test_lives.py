"""Lives: with one hazard for all, survival is Gompertz's closed form; with the declared numbers it is plausible."""

import numpy as np
import pytest
from regime import make_noise, make_params, make_state

from thaw.mechanisms.mortality import PARAMS, mortality

CENTRAL = {param.name: param.value for param in PARAMS}
HISTORIES, PERSONS = 400, 12


def survivors(age, years, **params):
    """Share alive after each year of those alive at `age`, and how many lives that is counted on."""
    clocks = {}
    state = make_state(HISTORIES, 8, age=float(age))
    found = []
    for month in range(12 * years):
        noise = make_noise(mortality, HISTORIES, month=month, clocks=clocks)
        state = state.with_({"age": np.full(PERSONS, age + (month + 0.5) / 12)})  # the middle of the month
        state = state.with_(mortality(state, make_params(mortality, HISTORIES, **params), noise))
        if month % 12 == 11:
            found.append(state.alive.mean())
    return np.array(found)


def gompertz(age, years, level, slope):
    """exp(-(h / slope)(exp(slope t) - 1)) for a hazard h = exp(level + slope (age - 60)) a year at the start."""
    hazard = np.exp(level + slope * (age - 60))
    return np.exp(-hazard / slope * (np.exp(slope * np.arange(1, years + 1)) - 1))


@pytest.mark.parametrize(("level", "slope"), [(-3.5, 0.09), (-3.0, 0.05)])
def test_survival_is_gompertz(level, slope):
    found = survivors(60, 25, level=level, slope=slope, frailty_sd=0.0)
    wanted = gompertz(60, 25, level, slope)
    error = np.sqrt(wanted * (1 - wanted) / (HISTORIES * PERSONS))
    assert (np.abs(found - wanted) < 4 * error + 1e-3).all()


def test_frailty_leaves_the_hardy():
    """The mean hazard of survivors grows more slowly: more live to be very old than without (vaupel1979)."""
    alike = survivors(60, 35, frailty_sd=0.0)
    unlike = survivors(60, 35, frailty_sd=1.0)
    assert unlike[-1] > alike[-1]
    assert abs(unlike[0] - alike[0]) < 0.02


def test_life_table_from_50_to_80():
    """A band wide enough for any industrial country of the 1950s: no table is quoted here, so no digit is checked."""
    found = survivors(50, 50, **CENTRAL)
    expected = 0.5 + found.sum()
    assert 20 < expected < 28
    assert 0.75 < found[9] < 0.95  # at 60
    assert 0.2 < found[29] < 0.55  # at 80
    assert (np.diff(found) <= 0).all()


def test_stalins_years_when_freed():
    """A man of 66 in June 1945: the median death lies between 1951 and 1963, and March 1953 is no outlier."""
    found = survivors(66.5, 24, **CENTRAL)
    median = 1945.5 + 1 + np.searchsorted(-found, -0.5)
    assert 1951 <= median <= 1963
    assert 0.1 < 1 - found[7] < 0.6
