"""What is given of the world: pacts, the alarm of the West, armistices, arms on the day of the start."""

import numpy as np
import pytest

from thaw import record
from thaw.axes import THEATRES
from thaw.compile_world import PACTS, REGIONS, alarm, first_world, given_world, pacts, world_calendar

MONTHS = [(year, month) for year in range(1945, 1958) for month in range(1, 13)]
STATES = ("BGR", "BRA", "CSK", "FRA", "IRQ", "ITA", "JPN", "KEN", "MNG", "POL", "SUN", "USA", "YUG")


def first(flags) -> tuple[int, int] | None:
    return MONTHS[int(np.argmax(flags))] if flags.any() else None


def test_a_pact_is_there_from_the_month_of_its_treaty():
    known = pacts(MONTHS, free=False)
    begun = {theatre: first(known[:, place] > 0) for place, theatre in enumerate(THEATRES)}
    assert begun == {"berlin": (1949, 4), "caribbean": (1947, 9), "straits": (1951, 9), "middle_east": (1955, 2)}
    assert (known[:144] >= 0).all()
    assert (known[144:] == -1).all()  # the record is not asked about 1957
    assert (pacts(MONTHS, free=True) == -1).all()


def test_those_who_signed_then_are_in_the_record():
    """Each theatre has states that are bound from that month on."""
    for theatre, (signed, _) in PACTS.items():
        month = f"{signed // 12}-{signed % 12 + 1:02d}"
        signers = [row for row in record.states() if row.alliance == "west" and REGIONS.get(row.region) == theatre and row.alliance_from == month]
        assert signers, theatre


def test_what_comes_of_nato_thought_away_the_model_decides_and_the_others_stay():
    whole, less = pacts(MONTHS, free=False), pacts(MONTHS, free=False, leave_out={"E086"})
    europe = THEATRES.index("berlin")
    assert (less[: MONTHS.index((1949, 4)), europe] == 0).all()
    assert (less[MONTHS.index((1949, 4)) :, europe] == -1).all()
    np.testing.assert_array_equal(np.delete(whole, europe, axis=1), np.delete(less, europe, axis=1))


def test_the_war_in_korea_alarms_the_west_for_good_and_on_average_when_free():
    known = alarm(MONTHS, free=False)
    assert first(known > 0) == (1950, 6)
    assert known[-1] == 1
    assert alarm(MONTHS, free=True)[0] == pytest.approx(known[:144].mean())
    assert not alarm(MONTHS, free=False, leave_out={"E100"}).any()


def test_former_enemies_are_under_armistice_until_the_peace_of_1947():
    under = world_calendar(STATES, MONTHS, free=False)["armistice"]
    assert {STATES[w] for w in np.flatnonzero(under.any(axis=0))} == {"BGR", "ITA"}
    assert [MONTHS[m] for m in np.flatnonzero(under[:, STATES.index("ITA")])][-1] == (1947, 8)


def test_bound_at_the_start_is_who_the_record_has_bound_then_but_no_pole():
    start = first_world(STATES, [(1945, 6)], 0.1)
    assert {STATES[w] for w in np.flatnonzero(start["bound"])} == {"CSK", "MNG", "POL", "YUG"}
    assert not start["offered"].any()
    assert first_world(STATES, [(1950, 1)], 0.1)["offered"].tolist() == [theatre in ("berlin", "caribbean") for theatre in THEATRES]


def test_arms_at_the_start_lie_between_the_rows_of_two_years():
    """Spending over that of 1950: 6.18 in the row of 1945, 3.1 in that of 1946; in January the year's own."""
    spent = [float(first_world(STATES, [(1945, month)], 0.1)["arms_west"]) for month in (1, 6)]
    assert spent[0] == pytest.approx(90_000_000 / 14_559_000)
    assert 45_133_984 / 14_559_000 < spent[1] < spent[0]


def test_a_state_lies_in_the_theatre_of_its_region_and_africa_in_none():
    place = dict(zip(STATES, given_world(STATES, ())["lies_in"], strict=True))
    assert place["KEN"] == -1
    assert [THEATRES[place[code]] for code in ("FRA", "BRA", "JPN", "IRQ")] == ["berlin", "caribbean", "straits", "middle_east"]
