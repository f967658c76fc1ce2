"""House rules over the 25 rows of the system: each name in them is a name of the model or of the record."""

import pytest

from thaw import names, record
from thaw.fields import FIELDS
from thaw.system import missing
from thaw.system_rows import MEASURES, ROWS

each = pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))


def test_there_are_twenty_five():
    assert [row.number for row in ROWS] == list(range(1, 26))
    assert len({row.name for row in ROWS}) == 25


@each
def test_its_names_exist(row):
    assert list(missing(row)) == []


@each
def test_its_mechanisms_write_or_decide_something_of_it(row):
    for step in names.mechanisms():
        if step.name in row.mechanisms:
            assert {*step.writes, *(event.name for event in step.events)} & {*row.variables, *row.events}, step.name
    of_them = [step for step in names.mechanisms() if step.name in row.mechanisms]
    assert set(row.events) <= {event.name for step in of_them for event in step.events}


@each
def test_it_says_where_it_lives_and_what_moves(row):
    assert row.mechanisms
    assert row.variables
    for part in (row.mechanisms, row.variables, row.events, row.compared_with):
        assert len(part) == len(set(part))


@each
def test_what_it_is_compared_with_is_in_the_record(row):
    variables = {variable.name for variable in record.variables()}
    events = {*record.EVENTS, *names.known_events()}
    for name in row.compared_with:
        kind = name.rpartition(".")[2].partition(":")[0]
        assert name.rpartition(".")[2] in variables or kind in events, name


def test_every_measure_reads_a_series_of_the_record():
    variables = {variable.name for variable in record.variables()}
    used = {name for row in ROWS for name in row.compared_with}
    for name, measure in MEASURES.items():
        assert name.rpartition(".")[2] in variables
        assert name in used
        assert measure.when in ("mean", "day", "end", "sum")
        assert set(measure.fields) <= set(FIELDS), name
