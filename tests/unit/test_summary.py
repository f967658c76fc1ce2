"""The numbers of a run against counting by hand in pandas."""

import json

import numpy as np
import pandas as pd
import pytest
import toy_run
from rich.console import Console

from thaw import engine, loop, summary

HISTORIES = 200


@pytest.fixture(scope="module")
def tape(tmp_path_factory):
    folder = tmp_path_factory.mktemp("summary") / "run"
    record = {"SUN.fall:beria": ((7, 3),), "SUN.amnesty": ((4, 3), (9, 0)), "SUN.fall:stalin": ((4, 0),)}
    record |= {"SUN.camp_revolt": ((8, 0),), "FRA.amnesty": ((8, 0),)}  # neither can be simulated here
    plan = toy_run.make_plan(record=record, pins={"fall": np.array([4, -1, -1, -1, -1])})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "ORDER", toy_run.ORDER)
        patch.setattr(engine, "_compile", lambda say: None)
        return engine.run_to_tape(plan, HISTORIES, out=folder, workers=1)


@pytest.fixture(scope="module")
def numbers(tape):
    return summary.summarise(tape)


def test_the_json_has_the_fields_promised(numbers, tape):
    promised = "scenario histories months weeks societies citizens citizen_sweeps seconds peak_rss_mb digest out"
    assert {*promised.split(), "events", "leaders"} <= set(numbers)
    assert numbers["citizen_sweeps"] == HISTORIES * 52 * 2 * 5
    assert numbers["out"] == str(tape.path)
    assert json.loads(json.dumps(numbers, allow_nan=False)) == numbers


def test_events_are_counted_once_a_history(numbers, tape):
    rows = tape.events[(tape.events.event == "amnesty") & (tape.events.polity == "SUN")]
    first = rows.groupby("history").month.min()
    told = numbers["events"]["SUN.amnesty"]
    assert told["share"] == len(first) / HISTORIES
    ordered = sorted(first)
    assert told["median"] in (ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2])
    assert told["q05"] <= told["median"] <= told["q95"]
    assert told["record"] == "1953-03"
    assert list(told["near"]) == ["1953-03", "1953-08"]
    assert told["near"]["1953-03"] == told["share"]  # the run is shorter than 24 months


def test_near_counts_months_on_both_sides(tape, monkeypatch):
    monkeypatch.setattr(summary, "NEAR_MONTHS", 1)
    rows = tape.events[(tape.events.event == "amnesty") & (tape.events.polity == "SUN")]
    near = rows[rows.month.isin(["1953-02", "1953-03", "1953-04"])].history.nunique()
    assert summary.events(tape)["SUN.amnesty"]["near"]["1953-03"] == near / HISTORIES


def test_only_what_the_system_decides_is_listed(numbers):
    assert "SUN.fall:stalin" not in numbers["events"]  # pinned
    assert not {"SUN.camp_revolt", "FRA.amnesty"} & set(numbers["events"])
    assert {"SUN.fall:beria", "POL.fall:bierut", "WLD.detente", "DDR.amnesty"} <= set(numbers["events"])
    assert numbers["events"]["WLD.detente"]["record"] is None


def test_what_did_not_happen_has_no_date(tape, monkeypatch):
    """Nothing of the toy regime never happens, so one of its events is taken for one of polities."""
    monkeypatch.setitem(tape.manifest, "record", tape.manifest["record"] | {"POL.detente": [[3, 0]]})
    monkeypatch.setitem(tape.manifest, "axes", tape.manifest["axes"] | {"detente": "P"})
    told = summary.events(tape)["POL.detente"]
    assert told == {
        "share": 0.0,
        "median": None,
        "q05": None,
        "q95": None,
        "record": "1953-02",
        "near": {"1953-02": 0.0},
    }


def test_leaders_on_the_last_day_of_the_year(numbers, tape):
    then = pd.Series(tape.leader_names().sel(polity="SUN", month="1952-12").values.ravel())
    assert numbers["leaders"] == {"1952": pytest.approx((then.value_counts() / HISTORIES).to_dict())}
    assert sum(numbers["leaders"]["1952"].values()) == pytest.approx(1)


def test_prisoners_stand_against_the_record(numbers, tape):
    simulated = tape.series.political_prisoners.sel(polity="SUN", month="1952-12")
    row = numbers["prisoners"]["1953"]
    assert row["record"] == pytest.approx(2468.524)
    assert row["median"] == pytest.approx(float(simulated.median()))
    assert numbers["convictions"] == {}  # no whole year in the run


def test_collective_leadership_after_the_first_leader(tape):
    leader = tape.series.leader.sel(polity="SUN").values
    power = tape.series.personalisation.sel(polity="SUN").values
    found = []
    for codes, share in zip(leader, power, strict=True):
        end = next((month for month in range(13) if codes[month] != codes[0]), 99)
        if end + 12 < 13:
            found.append(share[end + 12] <= 0.45)
    assert summary.collective(tape) == {"12": np.mean(found) if found else None, "24": None}


def test_slabs_do_not_show(tape, numbers, monkeypatch):
    monkeypatch.setattr(summary, "_SLAB", 64)
    again = summary.summarise(tape)
    assert again == numbers


def test_tables_fit_in_a_hundred_columns(numbers):
    console = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    for table in summary.tables(numbers):
        console.print(table)
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 100
    rows = [line.split() for line in text.splitlines() if line.strip().startswith("SUN.")]
    assert [row[:3] for row in rows[:1]] == [["SUN.amnesty", "1953-03", "+1"]]
    assert [row[:2] for row in rows[1:]] == [["SUN.fall:beria", "1953-06"]]
    assert "1952" in text
    assert "2,469" in text


class TestMemory:
    def test_the_years_told(self, numbers):
        assert list(numbers["memory"]) == ["1989", "2001", "2012", "2019", "2023"]
        for row in numbers["memory"].values():
            assert -1 <= row["q05"] <= row["median"] <= row["q95"] <= 1

    def test_every_year_from_the_last_on(self, tape):
        years, opinion, reputation = summary.remembered(tape)
        last = int(str(tape.series.month.values[-1])[:4])
        assert (years[0], years[-1]) == (last + 1, 2023)
        assert opinion.shape[:2] == reputation.shape

    def test_runs_that_hold_none_tell_none(self, tape, monkeypatch):
        monkeypatch.setitem(tape.manifest, "without", ["memory"])
        assert summary.memory(tape) == {}
