"""The parts of the report on the wider system: sides of states, court, memory by cohort."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_tape import made_tape

from thaw.axes import COHORTS
from thaw.cohorts import adult_shares
from thaw.errors import RunError
from thaw.mechanisms.memory import AFTER, continue_to
from thaw.report import court, memory, world
from thaw.report.rows import Run


@pytest.fixture(scope="module")
def run():
    return Run(made_tape(histories=20), {})


def test_shares_of_states_stack_to_all_of_them_and_are_the_tapes(run):
    data = world.side_rows(run)
    by_day = {}
    for row in data["shares"]:
        by_day.setdefault(row["month"], []).append(row)
    for stacked in by_day.values():
        assert [row["side"] for row in stacked] == list(world.SIDES)
        assert stacked[0]["floor"] == 0
        assert all(low["roof"] == high["floor"] for low, high in itertools.pairwise(stacked))
        assert stacked[-1]["roof"] == pytest.approx(1, abs=1e-3)
        assert sum(row["share"] for row in stacked) == pytest.approx(1, abs=1e-3)
    year = [month[:4] == "1950" for month in run.months]
    neither = run.tape.series.neutral_share.values[:, year].mean()
    assert by_day["1950-07-01"][0]["share"] == pytest.approx(neither, rel=1e-3)


def test_the_doubt_of_those_on_neither_side_holds_their_mean_and_reaches_the_edges(run):
    data = world.side_rows(run)
    roof = {row["month"]: row["roof"] for row in data["shares"] if row["side"] == "neither"}
    assert all(row["q05"] <= roof[row["month"]] <= row["q95"] for row in data["doubt"])
    assert (min(roof), max(roof)) == run.span
    assert {row["side"] for row in data["names"]} == set(world.SIDES)


def test_a_history_that_broke_off_does_not_spoil_the_sides():
    tape = made_tape(histories=8)
    tape.series.neutral_share.loc[{"history": 3, "month": slice("1960-01", None)}] = np.nan
    shares = [row["share"] for row in world.side_rows(Run(tape, {}))["shares"]]
    assert np.isfinite(shares).all()


def test_lines_of_cohorts_are_the_medians_of_the_tape(run):
    years, opinion, _ = memory.opinions(run)
    lines = memory.cohort_lines(years, opinion)
    place = run.months.index("1950-07")
    seen = np.median(run.tape.series.opinion.values[:, place].astype(float), axis=0)
    assert {born: line[1950] for born, line in lines.items() if 1950 in line} == {
        born: pytest.approx(seen[COHORTS.index(born)], rel=1e-3) for born, line in lines.items() if 1950 in line
    }
    for born, line in lines.items():
        assert min(adult_shares(year + 0.5)[COHORTS.index(born)] for year in line) >= memory.GROWN


def test_after_the_run_opinion_follows_the_given_line_alone(run):
    years, opinion, reputation = memory.opinions(run)
    assert (years[0], years[-1]) == (1945, 2023)
    _, then, adults = continue_to(run.tape.series.opinion.values[:, -1].astype(float), 1968)
    assert np.array_equal(opinion[:, years > 1968], then)
    assert np.array_equal(reputation[:, years > 1968], adults)


@pytest.mark.parametrize(
    ("changed", "why"),
    [({"hegemon": "CHN"}, "known for the Soviet Union and Russia only"), ({"last": "1956-12"}, f"given from {AFTER[0].since} on")],
)
def test_where_the_given_line_does_not_hold_the_lines_end_with_the_run(changed, why):
    tape = made_tape(histories=3)
    tape.manifest |= changed
    tape.series = tape.series.sel(month=slice(None, changed.get("last")))
    run = Run(tape, {})
    assert why in memory.continued(run)
    assert memory.opinions(run)[0][-1] == int(run.months[-1][:4])


@given(st.lists(st.floats(-1, 1), max_size=9), st.floats(0.01, 0.3))
def test_names_keep_their_distance_their_order_and_their_middle(places, apart):
    found = memory.spread(sorted(places), apart)
    assert len(found) == len(places)
    assert all(high - low >= apart * (1 - 1e-6) - 1e-9 for low, high in itertools.pairwise(found))
    assert sum(found) == pytest.approx(sum(places), abs=1e-6)


def test_every_cohort_that_is_drawn_has_one_name(run):
    years, opinion, _ = memory.opinions(run)
    lines = memory.cohort_lines(years, opinion)
    drawn = memory.line_rows(lines, 1968, 0.05, 6.0)
    assert sorted(row["series"] for row in drawn["labels"]) == sorted({row["series"] for row in drawn["lines"]})
    assert {row["x"] for row in drawn["guide"]} == {1968.5}
    ends = sorted(row["y"] for row in drawn["labels"] if row["x"] == 2023)
    assert min(np.diff(ends)) >= 0.05 - 1e-3


def member(power, patron=-1, kind="full", client=True):
    return court.Member("someone", "Someone", kind, power, 0.0, patron, client)


@given(st.lists(st.integers(-1, 11), min_size=1, max_size=12))
def test_every_member_has_one_row_below_the_last_whatever_the_patrons(patrons):
    members = [member(1 / (place + 2), patron if patron < len(patrons) and patron != place else -1) for place, patron in enumerate(patrons)]
    members[0] = replace(members[0], kind="leader")
    order = court.family(members)
    assert sorted(place for place, _ in order) == list(range(len(members)))
    height, rows = court.drawn(members)
    tops = [(row["y"], (row["size"] / 3.1416) ** 0.5) for row in rows["members"]]
    assert all(low[0] - high[0] >= max(court.ROW, low[1] + high[1]) - 0.1 for high, low in itertools.pairwise(tops))
    assert all(row["at"] > row["x"] and 0 < row["y"] < height for row in rows["members"])
    steps = dict(order)
    assert len(rows["ties"]) == 3 * sum(steps[place] > 0 for place in steps)
    for place, above in ((place, members[place].patron) for place in steps if steps[place]):
        assert steps[place] == steps[above] + 1


def test_the_area_of_a_circle_is_power_and_bonds_are_no_clients():
    members = [member(0.4, kind="leader"), member(0.1, 0), member(0.1, 1), member(0.1, 0, client=False)]
    _, rows = court.drawn(members)
    areas = {row["label"]: row["size"] for row in rows["members"]}
    assert areas["Someone 40%"] == pytest.approx(4 * areas["Someone 10%"], rel=0.01)
    assert court.clientele(members, 0) == 2
    assert [row["kind"] for row in rows["ties"]].count("bond") == 3


def test_the_typical_history_is_led_by_whom_most_are_led():
    tape = made_tape(histories=5)
    leaders = np.full(tape.series.leader.shape, -1.0)
    leaders[:, :, 0] = np.array([1, 2, 2, 3, 2])[:, None]
    leaders[1, 10:, 0] = np.nan  # a history that broke off is no example
    tape.series["leader"] = (tape.series.leader.dims, leaders)
    place, agreed = court.typical(Run(tape, {}))
    assert place == 2
    assert agreed == pytest.approx(2 / 4)


def test_dates_are_the_first_month_a_year_after_the_first_leader_and_the_last():
    assert court.dates([0] * 93 + [1] * 100) == [0, 105, 192]
    assert court.dates([0] * 60) == [0, 29, 59]
    assert court.dates([0] * 55 + [1] * 5) == [0, 29, 59]
    assert court.dates([4]) == [0]


def test_a_run_that_cannot_be_simulated_again_says_why(run):
    with pytest.raises(RunError, match="does not say from which scenario"):
        court._states(run)
