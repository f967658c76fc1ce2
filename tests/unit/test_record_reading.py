"""Reading a table: one broken file per mistake, each with the message a reader of it gets."""

import json
from pathlib import Path

import pytest

from thaw import record
from thaw.errors import RecordError

BAD = Path(__file__).parents[1] / "bad" / "record"
PACKAGE = json.loads((Path(record.__file__).parent / "datapackage.json").read_text(encoding="utf-8"))
SCHEMAS = {resource["name"]: resource["schema"] for resource in PACKAGE["resources"]}

EXPECTED = {
    "events-before-the-record": "line 2, column 'date': 1853-03-05 lies outside 1934-01-01 to",
    "events-blank-ends": "line 2, column 'polity': ' SUN' has blanks at its ends.",
    "events-empty-file": "line 1: the file is empty; expected id,date,end_date,",
    "events-end-before-start": "line 2, column 'date': 1953-03-05 lies above end_date 1953-03-01; expected",
    "events-event-without-person": "line 2, column 'event': 'SUN.fall': fall needs a person, as SUN.fall:WHOM.",
    "events-missing-column": "line 1: column 'polity' is missing; expected id,date,end_date,polity,",
    "events-misspelt-column": "line 1: there is no column 'actor' in this table. Did you mean 'actors'?",
    "events-no-source": "line 2, column 'source': empty, but every row needs one.",
    "events-not-a-day": "line 2, column 'date': '5 March 1953' is not a day, as 1953-03-05.",
    "events-not-utf8": "line 2: not UTF-8; save the file as UTF-8",
    "events-open-quote": "line 2: not readable as CSV",
    "events-repeated-id": "line 3, column 'id': E001 stands already on line 2.",
    "events-row-too-long": "line 2: expected 11 cells (id, date,",
    "events-unknown-event": "'HUN.uprisign': there is no event 'uprisign'. Did you mean 'uprising'?",
    "events-unknown-person": "there is no person 'malenkow'. Did you mean 'malenkov'?",
    "events-unknown-polity": "line 2, column 'polity': 'SNU' is not in polities.csv. Did you mean 'SUN'?",
    "events-unknown-source": "'taubmann2003' is not in sources.csv. Did you mean 'taubman2003'?",
    "events-unknown-status": "'seen' is not known here. Known: read, two_memory, uncertain.",
    "judgements_a-outside-bounds": "line 2, column 'high': 1.2 lies outside -1 to 1.",
    "people-unknown-precision": "'days' is not known here. Did you mean 'day'? Known: day, month, year.",
    "series-nan": "'nan' is not a number, as 12.5; leave the cell empty where nothing is known.",
    "series-not-a-number": "line 2, column 'value': '2 468 524' is not a number, as 12.5.",
    "series-value-above-high": "column 'value': 2468524 lies above high 2460000; expected low <= value <= high.",
    "tenures-unknown-person": "line 2, column 'person': 'khruschev' is not in people.csv. Did you mean 'khrushchev'?",
}


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    return {
        "polities": {row.code for row in record.polities()},
        "people": {row.id for row in record.people()},
        "sources": {row.key for row in record.sources()},
        "variables": {row.name for row in record.variables()},
    }


def test_each_bad_file_has_an_expectation():
    assert {path.stem for path in BAD.glob("*.csv")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_bad_file_is_explained(name, known):
    with pytest.raises(RecordError) as caught:
        record.read_table(BAD / f"{name}.csv", SCHEMAS[name.split("-")[0]], known)
    message = str(caught.value)
    assert message.startswith(f"{name}.csv: 1 mistake.\n")
    assert EXPECTED[name] in message
    assert message.endswith("More: docs/record.md")


def test_all_mistakes_of_a_file_come_in_one_report(tmp_path, known):
    path = tmp_path / "polities.csv"
    path.write_text("code,name,kind,source\nsun,Soviet Union,state,iso3166\nPOL,Poland,stat,\n", encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        record.read_table(path, SCHEMAS["polities"], known)
    message = str(caught.value)
    assert message.startswith("polities.csv: 3 mistakes.")
    assert "line 2, column 'code'" in message
    assert "line 3, column 'kind': 'stat' is not known here. Did you mean 'state'?" in message
    assert "line 3, column 'source'" in message


def test_a_file_that_is_not_there_names_the_nearest(tmp_path):
    (tmp_path / "people.csv").write_text("id\n", encoding="utf-8")
    with pytest.raises(RecordError, match=r"poeple.csv: there is no such file in .* Did you mean 'people.csv'\?"):
        record.read_table(tmp_path / "poeple.csv", SCHEMAS["people"])


def test_cells_take_the_types_of_the_schema(tmp_path):
    schema = {
        "fields": [
            {"name": "day", "type": "date"},
            {"name": "value", "type": "number"},
            {"name": "who", "type": "list", "delimiter": ";"},
            {"name": "note", "type": "string"},
        ]
    }
    path = tmp_path / "small.csv"
    path.write_text('day,value,who,note\n1956-02-25,1.5,a;b,"two\nlines"\n,,,\n', encoding="utf-8")
    first, second = record.read_table(path, schema)
    assert (str(first["day"]), first["value"], first["who"], first["note"]) == (
        "1956-02-25",
        1.5,
        ("a", "b"),
        "two\nlines",
    )
    assert second == {"day": None, "value": None, "who": (), "note": None}


def test_line_numbers_count_lines_of_the_file_not_rows(tmp_path):
    schema = {"fields": [{"name": "note", "type": "string"}, {"name": "day", "type": "date"}]}
    path = tmp_path / "small.csv"
    path.write_text('note,day\n"two\nlines",1956-02-25\nplain,soon\n', encoding="utf-8")
    with pytest.raises(RecordError, match="line 4, column 'day': 'soon'"):
        record.read_table(path, schema)
