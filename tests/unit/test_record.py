"""The record's small interface: dates, series, tables, and what it says to a wrong name."""

import csv
import datetime as dt
import doctest
import json
import subprocess
import sys
from pathlib import Path

import pytest

from thaw import record
from thaw.errors import RecordError
from thaw.record import reading, vocabulary


@pytest.mark.parametrize("module", [record, reading, vocabulary], ids=lambda module: module.__name__)
def test_examples_run(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("SUN.secret_speech", ["1956-02-25"]),
        ("SUN.fall:beria", ["1953-06-26"]),
        ("SUN.death:beria", ["1953-12-23"]),
        ("SUN.challenge", ["1953-06-26", "1955-02-08", "1957-06-18", "1964-10-14"]),
        ("SUN.leader_ousted", ["1964-10-14"]),
        ("HUN.leader_ousted", ["1956-07-18", "1956-10-25"]),
        ("HUN.intervention", ["1956-10-24", "1956-11-04"]),
        ("POL.uprising", ["1956-06-28", "1970-12-14"]),
        ("ALB.exit", ["1961-12-03", "1968-09-13"]),
        ("WLD.crisis:caribbean", ["1962-10-16"]),
        ("IND.joins_nam", ["1961-09-01"]),
        ("SUN.renewed_terror", []),
    ],
)
def test_recorded_dates(name, days):
    assert [day.isoformat() for day in record.recorded_dates(name)] == days


def test_recorded_dates_stop_at_the_cut():
    cut = dt.date(1956, 12, 31)
    assert record.recorded_dates("POL.uprising", until=cut) == [dt.date(1956, 6, 28)]
    assert record.recorded_dates("SUN.leader_ousted", until=cut) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SUN.secret_speach", "there is no event 'secret_speach'. Did you mean 'secret_speech'?"),
        ("SNU.secret_speech", "there is no polity 'SNU'. Did you mean 'SUN'?"),
        ("SUN.fall:berija", "there is no person 'berija'. Did you mean 'beria'?"),
        ("POL.fall:beria", "beria belongs to SUN. Did you mean 'SUN.fall:beria'?"),
        ("WLD.crisis:cuba", "there is no theatre 'cuba'."),
        ("SUN.secret_speech:beria", "takes no person or theatre"),
        ("secret_speech", "is no event name: expected POLITY.name"),
        ("SUN.fall:", "is no event name"),
    ],
)
def test_wrong_event_names_are_explained(name, message):
    with pytest.raises(RecordError) as caught:
        record.recorded_dates(name)
    assert message in str(caught.value)


def test_every_event_name_has_a_date():
    names = record.event_names()
    assert len(names) == len(set(names))
    assert all(record.recorded_dates(name) for name in names)


def test_events_come_in_order():
    days = [row.date for row in record.events()]
    assert days == sorted(days)


def test_series_select_by_polity_and_variable():
    rows = record.series("SUN", "gulag_prisoners")
    assert {(row.polity, row.variable) for row in rows} == {("SUN", "gulag_prisoners")}
    assert {row.polity for row in record.series(variable="urban_share")} > {"SUN", "POL"}
    assert len(record.series()) > len(record.series("SUN")) > len(rows)
    year = next(row for row in record.series("SUN", "political_convictions") if row.end.year == 1937)
    assert (year.start, year.end, year.value) == (dt.date(1937, 1, 1), dt.date(1937, 12, 31), 790665.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: record.series("SUN", "gulag_prisonners"),
            "no variable 'gulag_prisonners'. Did you mean 'gulag_prisoners'?",
        ),
        (lambda: record.series("USSR"), "the record has no polity 'USSR'."),
        (lambda: record.table("event"), "no table 'event'. Did you mean 'events'?"),
        (lambda: record.judgements("c"), "the record has no coder 'c'."),
    ],
)
def test_wrong_words_are_explained(call, message):
    with pytest.raises(RecordError) as caught:
        call()
    assert message in str(caught.value)


@pytest.mark.parametrize("name", record.tables())
def test_table_is_plain_and_loses_nothing(name):
    columns, rows = record.table(name)
    json.dumps(rows)
    with open(Path(record.__file__).parent / f"{name}.csv", encoding="utf-8", newline="") as file:
        there = list(csv.reader(file))
    assert there[0] == columns
    assert len(there) == len(rows) + 1
    for had, made in zip(there[1:], rows, strict=True):
        for cell, value in zip(had, made, strict=True):
            assert (float(cell) if isinstance(value, int | float) else cell) == ("" if value is None else value)


def test_coders_are_kept_apart():
    both, first, second = record.judgements(), record.judgements("a"), record.judgements("b")
    assert len(both) == len(first) + len(second)
    assert {row.coder for row in first} <= {"a"}
    assert {row.coder for row in record.ties("b")} <= {"b"}


def test_import_is_light():
    code = "import sys, thaw.record; print([m for m in ('pandas', 'numpy', 'frictionless') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
