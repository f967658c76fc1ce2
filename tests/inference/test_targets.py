"""What a fit is held to: from the record up to the cut, and from no later row."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from corrupt import corrupted, ended

from thaw import record
from thaw.attribution.arms import Trunk, run_trunk
from thaw.errors import RecordError
from thaw.fields import FIELDS
from thaw.inference.simulate import piece, summarised
from thaw.inference.targets import first_month, leader_in, month_in, plan_to_fit, targets, up_to
from thaw.scenario import load_scenario

CUT = 1953


def plan_now():
    return plan_to_fit(load_scenario("ussr-1945")).with_(citizens=64)


class TestNothingAfterTheCutIsReachable:
    @pytest.mark.parametrize("cut", [1950, CUT])
    def test_targets_record_and_histories_stay_the_same(self, cut, monkeypatch):
        """Values, dates, names, causes of death and states after the cut may be anything: what is fitted, to what and with which inputs stays."""
        before = targets(plan_now(), cut)
        own, made = before.observed(), piece(before, 0, 64)
        monkeypatch.setattr(record, "_made", corrupted(dt.date(cut, 12, 31)))
        after = targets(plan_now(), cut)
        assert after.events == before.events
        assert [(n.name, n.row.start, n.row.value) for n in after.numbers] == [(n.name, n.row.start, n.row.value) for n in before.numbers]
        np.testing.assert_array_equal(after.observed(), own)
        np.testing.assert_array_equal(piece(after, 0, 64), made)

    @pytest.mark.parametrize("other", [corrupted, ended])
    @pytest.mark.parametrize("cut", [1950, CUT, 1956])
    def test_no_calendar_holds_what_came_after(self, cut, other, monkeypatch):
        """Month by month up to the cut, whether later rows are changed or gone; of states only those that are there are looked at."""
        before = plan_now()
        last = month_in(before, cut)
        monkeypatch.setattr(record, "_made", other(dt.date(cut, 12, 31)))
        after = plan_now()
        kept = [code in after.states for code in before.states]
        for name, values in before.calendar.items():
            own, new = values[: last + 1], after.calendar[name][: last + 1]
            if FIELDS[name].axes.lstrip("H") == "W":
                own = own[:, kept]
            np.testing.assert_array_equal(own, new, err_msg=name)
        for name, months in before.pins.items():
            early = [np.where(pins <= last, pins, np.inf) for pins in (months, after.pins[name])]
            np.testing.assert_array_equal(*early)

    def test_the_corruption_would_be_seen(self, monkeypatch):
        before = targets(plan_now(), 1956)
        own, made = before.observed(), piece(before, 0, 64)
        monkeypatch.setattr(record, "_made", corrupted(dt.date(CUT, 12, 31)))
        after = targets(plan_now(), 1956)
        assert not np.array_equal(own, after.observed(), equal_nan=True)
        assert not np.array_equal(made, piece(after, 0, 64), equal_nan=True)

    def test_an_earlier_cut_is_what_would_have_been_chosen_then(self, whole_plan):
        np.testing.assert_array_equal(up_to(targets(whole_plan, 1956), CUT).observed(), targets(whole_plan, CUT).observed())


class TestWhatThereIs:
    def test_an_event_that_has_not_come_is_not_yet(self, whole_plan):
        assert first_month(whole_plan, "SUN.secret_speech", 1955) is None
        assert whole_plan.months[first_month(whole_plan, "SUN.secret_speech", 1956)] == (1956, 2)
        assert "SUN.secret_speech" in targets(whole_plan, CUT).events

    def test_events_do_not_follow_from_what_happened(self, whole_plan):
        """Whatever the cut, and also what the record never saw."""
        assert targets(whole_plan, CUT).events == targets(whole_plan, 1960).events
        assert {"SUN.uprising", "ROU.exit", "SUN.fall:mikoyan"} <= set(targets(whole_plan, CUT).events)

    def test_leaders_are_those_of_the_record(self, whole_plan):
        assert whole_plan.persons[int(leader_in(whole_plan, 1952))] == "stalin"
        assert whole_plan.persons[int(leader_in(whole_plan, 1960))] == "khrushchev"

    def test_numbers_are_known_by_the_cut(self, whole_plan):
        found = targets(whole_plan, CUT)
        assert {"SUN.gulag_prisoners", "SUN.gdp_pc", "USA.military_expenditure"} <= {n.name for n in found.numbers}
        assert all(n.row.end <= dt.date(CUT, 12, 31) for n in found.numbers)

    def test_what_the_record_doubts_is_no_target(self, whole_plan):
        years = [number.year for number in targets(whole_plan, 1956).numbers if number.name == "ROU.gdp_pc"]
        assert years == [1946, 1947, *range(1950, 1957)]

    def test_no_number_is_an_error_of_the_record(self, whole_plan, monkeypatch):
        rows = [replace(row, value=float("nan")) if row.variable == "gdp_pc" and row.end.year == 1950 else row for row in record.series()]
        monkeypatch.setattr(record, "series", lambda polity=None, variable=None: [
            row for row in rows if polity in (None, row.polity) and variable in (None, row.variable)])
        with pytest.raises(RecordError, match=r"gdp_pc, 1950-01-01 to 1950-12-31: nan is not a number"):
            targets(whole_plan, CUT)


def test_a_summary_is_read_off_a_run(whole_plan, tmp_path):
    """Numbers by their own dates and units, first months of events, leaders in December."""
    aim = targets(whole_plan, 1949)
    arm = run_trunk(Trunk("F", whole_plan, aim.last), 0, 64, aim.watch(), tmp_path)["F"]
    found = summarised(aim, arm)
    place = next(k for k, n in enumerate(aim.numbers) if n.name == "SUN.gdp_pc" and n.year == 1948)
    first = month_in(whole_plan, 1947) + 1
    np.testing.assert_allclose(found[:, place], 1000 * arm.series["SUN.output"][:, first : first + 12].mean(axis=1, dtype=float), rtol=1e-5)
    event = aim.events.index("SUN.freeze")
    np.testing.assert_array_equal(found[:, len(aim.numbers) + event], np.floor(arm.first(["SUN.freeze"], until=aim.last)))
    np.testing.assert_array_equal(found[:, -1], arm.series["SUN.leader"][:, aim.last])
