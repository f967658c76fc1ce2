"""House rules over every row of the record: sourced, dated, inside a life, and consistent with its neighbours."""

import dataclasses
import datetime as dt
import json
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import frictionless
import pytest

from thaw import record
from thaw.states import allied, independence

FOLDER = Path(record.__file__).parent
PACKAGE = json.loads((FOLDER / "datapackage.json").read_text(encoding="utf-8"))
CODED = {"judgements_a": record.Judgement, "judgements_b": record.Judgement, "ties_a": record.Tie, "ties_b": record.Tie}
ROWS = {
    "events": record.Event,
    "people": record.Person,
    "tenures": record.Tenure,
    "relations": record.Relation,
    "series": record.Observation,
    "variables": record.Variable,
    "polities": record.Polity,
    "states": record.State,
    "sources": record.Source,
} | CODED
SINGLE = ("first_secretary", "premier", "head_of_state", "defence_minister", "foreign_minister", "effective_leader")
COURTS = {"SUN", "POL", "DDR", "HUN", "CSK", "ROU", "BGR", "ALB", "CHN", "YUG"}


def test_package_is_valid_for_a_strangers_tool():
    """Codings that are not written yet are left out; they are described all the same."""
    package = dict(PACKAGE, resources=[r for r in PACKAGE["resources"] if (FOLDER / r["path"]).exists()])
    report = frictionless.Package.from_descriptor(package, basepath=str(FOLDER)).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])[:5]


def test_tables_are_the_described_ones():
    assert [resource["name"] for resource in PACKAGE["resources"]] == list(ROWS)
    assert {path.stem for path in FOLDER.glob("*.csv")} <= set(ROWS)


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda resource: resource["name"])
def test_columns_and_fields_agree(resource):
    columns = [field["name"] for field in resource["schema"]["fields"]]
    fields = [field.name for field in dataclasses.fields(ROWS[resource["name"]])]
    assert fields == columns + ["coder"] * (resource["name"] in CODED)


def test_nothing_reads_from_outside():
    for path in [*FOLDER.glob("*.py"), *FOLDER.glob("*.json"), *FOLDER.glob("*.csv")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w./])/(?:home|Users|root|var|opt|mnt|usr)/", text), path.name


# sources


def test_every_source_is_used_and_states_its_terms():
    used = {
        key
        for rows in (
            record.events(),
            record.people(),
            record.tenures(),
            record.relations(),
            record.series(),
            record.polities(),
            record.states(),
        )
        for row in rows
        for key in row.source
    }
    assert used == {row.key for row in record.sources()}
    for source in record.sources():
        assert source.terms, source.key
        assert source.taken, source.key
        if source.kind == "dataset":
            assert not source.terms.startswith("Single facts"), source.key


def test_no_row_names_a_source_twice():
    for rows in (record.events(), record.people(), record.tenures(), record.relations(), record.series(), record.states()):
        for row in rows:
            assert len(set(row.source)) == len(row.source), row


def test_only_these_numbers_are_our_own_counts():
    derived = {row.variable for row in record.series() if row.source == ("derived",)}
    assert derived <= {
        "presidium_size",
        "presidium_candidates",
        "presidium_turnover",
        "soviet_troops_present",
        "share_workers",
        "states_allied_east",
        "states_allied_west",
    }


@pytest.mark.parametrize("pole", ["east", "west"])
def test_states_allied_are_counted_from_the_treaties_of_the_states(pole):
    states = [state.code for state in record.states()]
    for row in record.series("WLD", f"states_allied_{pole}"):
        december = [(row.end.year, 12)]
        assert row.value == (allied(states, december, pole) & independence(states, december)).sum()


# names


def test_event_names_are_known_and_rows_belong_to_their_polity():
    for row in record.events():
        assert len(set(row.event)) == len(row.event), row.id
        for name in row.event:
            parts = record.parse_event(name)
            assert parts.polity in (row.polity, "WLD") or parts.name in ("joins_nam", "death"), (row.id, name)


def test_death_rows_enclose_the_death():
    died = {row.id: row.died for row in record.people()}
    for row in record.events():
        for name in row.event:
            parts = record.parse_event(name)
            if parts.name == "death":
                day = died[parts.about]
                assert day is not None
                assert row.date <= day <= (row.end_date or row.date), (row.id, name, day)


def test_no_event_name_falls_twice_on_one_day():
    seen = defaultdict(list)
    for row in record.events():
        for name in row.event:
            seen[name, row.date].append(row.id)
    assert {key: ids for key, ids in seen.items() if len(ids) > 1} == {}


def test_falls_and_successions_stand_in_the_courts():
    for row in record.events():
        for name in row.event:
            parts = record.parse_event(name)
            if parts.name in ("fall", "succession", "leader_ousted", "challenge", "uprising", "intervention"):
                assert parts.polity in COURTS, (row.id, name)


@pytest.mark.parametrize("name", ["SUN.leader_ousted", "POL.leader_ousted", "HUN.leader_ousted", "CSK.leader_ousted"])
def test_an_ousted_leader_leaves_the_party_post_that_day(name):
    polity = name.split(".")[0]
    ends = {row.end for row in record.tenures() if row.polity == polity and row.body == "first_secretary"}
    assert set(record.recorded_dates(name)) <= ends


def test_every_name_of_the_vocabulary_says_what_counts():
    assert all(len(text) > 10 for text in record.EVENTS.values())
    assert {record.parse_event(name).name for name in record.event_names()} <= set(record.EVENTS)


# lives and tenures


def test_tenures_lie_inside_a_life():
    people = {row.id: row for row in record.people()}
    for row in record.tenures():
        person = people[row.person]
        assert person.born < row.start, row
        if person.died is not None:
            assert row.start <= person.died, row
            if row.end is not None and person.died_precision == "day":
                assert row.end <= person.died, row


def test_a_tenure_ended_by_death_ends_on_the_day():
    died = {row.id: row.died for row in record.people() if row.died_precision == "day"}
    for row in record.tenures():
        if row.exit_mode in ("natural_death", "suicide", "assassinated", "accidental_death", "executed"):
            assert row.end == died[row.person], row


@pytest.mark.parametrize("keys", [("person", "body"), ("body", "polity")])
def test_spells_do_not_overlap(keys):
    """Nobody holds one body twice at once, and a post for one is not held by two."""
    spells = defaultdict(list)
    for row in record.tenures():
        if keys == ("person", "body") or row.body in SINGLE:
            spells[tuple(getattr(row, key) for key in keys)].append((row.start, row.end or dt.date.max))
    for key, found in spells.items():
        for (_, end), (start, _) in pairwise(sorted(found)):
            assert end <= start, key


def test_people_are_old_enough_and_not_too_old():
    for row in record.people():
        if row.died is not None:
            assert 20 <= (row.died - row.born).days / 365.25 <= 105, row.id
            assert row.death_cause is not None, row.id
        assert (row.died is None) == (row.died_precision is None), row.id


# numbers


def test_presidium_sizes_are_those_of_the_tenures():
    for variable, body in (("presidium_size", "politburo_full"), ("presidium_candidates", "politburo_candidate")):
        seats = [row for row in record.tenures() if row.polity == "SUN" and row.body == body]
        for row in record.series("SUN", variable):
            there = [seat for seat in seats if seat.start <= row.end and (seat.end is None or seat.end > row.end)]
            assert len(there) == row.value, (variable, row.end)


def test_troops_present_are_those_of_the_relations():
    stays = [row for row in record.relations() if row.kind == "troops_stationed" and row.polity_a == "SUN"]
    for row in record.series(variable="soviet_troops_present"):
        there = any(
            stay.polity_b == row.polity and stay.start <= row.end and (stay.end is None or stay.end >= row.start)
            for stay in stays
        )
        assert there == bool(row.value), row


def test_camps_and_colonies_add_up():
    camps, colonies, total = (
        {row.end: row.value for row in record.series("SUN", name)}
        for name in ("gulag_camps", "gulag_colonies", "gulag_prisoners")
    )
    days = [day for day in total if day >= dt.date(1939, 1, 1)]
    assert len(days) > 20
    for day in days:
        assert camps[day] + colonies[day] == total[day], day


def test_shares_are_shares():
    units = {row.name: row.unit for row in record.variables()}
    for row in record.series():
        if units[row.variable] == "share":
            assert 0 <= row.value <= 1, row
        if units[row.variable].startswith("percent of adults"):
            assert 0 <= row.value <= 100, row


def test_dates_mean_what_the_dictionary_says():
    dating = {row.name: row.dating for row in record.variables()}
    for row in record.series():
        match dating[row.variable]:
            case "day" | "from":
                assert row.start == row.end, row
            case "year_end":
                assert row.start == row.end == dt.date(row.end.year, 12, 31), row
            case "year":
                whole = (dt.date(row.end.year, 1, 1), dt.date(row.end.year, 12, 31))
                assert (row.start, row.end) == whole, row


def test_every_variable_has_rows():
    assert {row.name for row in record.variables()} == {row.variable for row in record.series()}


# judgements


@pytest.mark.parametrize("table", [record.judgements, record.ties], ids=["judgements", "ties"])
def test_coders_say_why(table):
    for row in table():
        assert row.source, row
        assert len(getattr(row, "acts", None) or row.basis) > 10, row


def test_culpability_is_a_share():
    for row in record.judgements():
        if row.quantity == "culpability":
            assert row.low >= 0, row


def test_both_coders_judged_the_same_people():
    first, second = ({(row.person, row.quantity, row.by) for row in record.judgements(coder)} for coder in "ab")
    assert not first or not second or first == second


def test_nobody_is_his_own_patron():
    assert all(row.person != row.patron for row in record.ties())


# states


def test_every_polity_that_is_a_state_stands_among_the_states():
    """But for Russia, which is no state beside the Soviet Union within these years."""
    assert {row.code for row in record.polities() if row.kind == "state"} - {row.code for row in record.states()} == {"RUS"}
    assert not {row.code for row in record.polities() if row.kind == "group"} & {row.code for row in record.states()}


def test_states_have_whole_spells_and_rulers_of_the_record():
    codes = {row.code for row in record.states()}
    assert len({row.name for row in record.states()}) == len(codes)
    for row in record.states():
        assert (row.lost_from is None) == (row.lost_until is None), row.code
        assert (row.alliance is None) == (row.alliance_from is None), row.code
        assert row.alliance is not None or row.alliance_until is None, row.code
        assert row.former_ruler is None or row.former_ruler in codes - {row.code}, row.code
        assert row.alliance is None or "treaties" in row.source, row.code


def test_states_of_the_pacts_are_allied():
    """Whoever the relations call a member of NATO or the Warsaw Treaty is bound to its pole."""
    allied = {row.code: row.alliance for row in record.states()}
    for row in record.relations():
        if row.kind == "membership" and row.polity_b in ("NATO", "WTO"):
            assert allied[row.polity_a] == {"NATO": "west", "WTO": "east"}[row.polity_b], row
