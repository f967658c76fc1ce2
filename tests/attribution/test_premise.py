"""Part 1 of an answer, from the record alone: the words, the dates that carry them, and who may not carry them."""

import json
from dataclasses import replace

import pytest

from thaw import record
from thaw.attribution.claim import Claim, Fact, claims_names, load_claims, parse_cause, parse_effect
from thaw.attribution.dated import MEMORY, READ, of_event, of_person
from thaw.attribution.premise import DESCRIPTIVE, IMPOSSIBLE, MISWORDED, NO_PREMISE, record_part

BUILT_IN = {claim.id: claim for name in claims_names() for claim in load_claims(name).claims}
PARTS = {name: record_part(claim) for name, claim in BUILT_IN.items()}


def asked(cause, effect, by, direction="brings about", **more):
    return Claim("A1", "own", 0, "x", "ussr-1945", direction, parse_cause(cause), parse_effect(effect), by=by, **more)


def of_word(word):
    return sorted(name for name, part in PARTS.items() if part.word == word)


def test_two_claims_fail_on_time():
    assert of_word(IMPOSSIBLE) == ["C04", "C22"]
    for name in ("C04", "C22"):
        assert PARTS[name].chronology["verified"]
        assert "Stalin died on 1953-03-05" in PARTS[name].sentences[-1]


def test_one_is_misworded_and_says_how_it_is_read():
    assert of_word(MISWORDED) == ["C17"]
    assert "Read as: He campaigned for" in PARTS["C17"].sentences[0]


def test_premises_that_the_record_does_not_bear():
    assert {"C02", "C07", "C13", "C36"} <= set(of_word(NO_PREMISE))
    assert set(of_word(NO_PREMISE)) == {"C02", "C07", "C11", "C13", "C36"}
    for name in ("C02", "C07", "C36"):
        assert "personalism_latent" in PARTS[name].sentences[0]
        assert "Flat" in PARTS[name].sentences[0]


def test_five_are_descriptive_and_their_facts_are_so():
    assert of_word(DESCRIPTIVE) == ["C01", "C06", "C35", "C38", "C51"]
    assert all(PARTS[name].premise["holds"] for name in of_word(DESCRIPTIVE))


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_date_is_of_the_record_or_said_to_be_the_claims(name):
    part = PARTS[name]
    known = {row.date.isoformat() for row in record.events()} | {row.died.isoformat() for row in record.people() if row.died}
    for item in (*part.chronology["cause"], *part.chronology["effect"], *part.chronology["affected"]):
        assert item["date"] in known or item["status"] == "set by the claim"
    assert set(part.sources) <= {row.key for row in record.sources()}
    assert json.loads(json.dumps(part.chronology)) == part.chronology
    assert json.loads(json.dumps(part.premise)) == part.premise


def test_a_reversed_pair_is_impossible():
    assert record_part(asked("POL.uprising", "HUN.uprising", "1956-12")).word == ""
    turned = record_part(asked("HUN.uprising", "POL.uprising", "1956-12"))
    assert (turned.word, turned.cause_date, turned.effect_date) == (IMPOSSIBLE, "1956-10-23", "1956-06-28")
    assert record_part(asked("HUN.uprising", "POL.uprising", "1956-12", "makes likelier")).word == ""


def test_only_dates_that_were_read_say_impossible():
    part = record_part(asked("BGR.unrest", "SUN.personalisation mean", "1954-12", "lowers", affected="stalin"))
    assert part.word == ""
    assert not part.chronology["holds"]
    assert not part.chronology["verified"]
    assert part.sentences[-1].startswith("From memory, unverified: ")
    assert part.chronology["cause"][0]["status"] == MEMORY


def test_whoever_is_affected_must_still_be_there():
    claim = asked("SUN.secret_speech", "SUN.line mean", "1957-12", "raises")
    assert record_part(claim).word == ""
    assert record_part(replace(claim, affected="khrushchev")).word == ""
    assert record_part(replace(claim, affected="beria")).word == IMPOSSIBLE
    assert record_part(replace(claim, affected="SUN")).word == ""


def test_one_member_of_a_bundle_that_came_too_late_is_enough():
    both = asked("SUN.death:zhdanov + SUN.secret_speech", "SUN.line mean", "1957-12", "raises", affected="stalin")
    assert record_part(both).word == IMPOSSIBLE
    assert record_part(replace(both, cause=parse_cause("SUN.death:zhdanov"))).word == ""


def test_an_event_that_the_record_never_had_is_no_premise():
    claim = asked("SUN.death:stalin", "SUN.renewed_terror", "1956-12")
    assert record_part(claim).word == NO_PREMISE
    assert record_part(replace(claim, direction="hastens")).word == NO_PREMISE
    assert record_part(replace(claim, direction="prevents")).word == ""
    assert record_part(replace(claim, direction="makes likelier")).word == ""
    assert record_part(replace(claim, effect=parse_effect("no SUN.renewed_terror"))).word == ""
    assert record_part(asked("SUN.renewed_terror@1954-01", "SUN.thaw", "1956-12")).word == NO_PREMISE


def test_what_came_only_after_the_deadline_did_not_come():
    part = record_part(asked("SUN.death:stalin", "SUN.secret_speech", "1955-12"))
    assert part.word == NO_PREMISE
    assert "1956-02-25" in part.premise["facts"][0]["shown"]


def test_the_absence_of_an_event_that_came_is_no_premise():
    claim = asked("no SUN.death:beria@1953-03", "SUN.thaw", "1953-12")
    assert record_part(claim).word == NO_PREMISE
    assert record_part(replace(claim, cause=parse_cause("no SUN.death:khrushchev@1953-03"))).word == ""


def test_an_effect_counts_after_the_cause_and_earlier_ones_are_told():
    part = PARTS["C49"]
    assert (part.cause_date, part.effect_date) == ("1956-02-25", "1957-06-18")
    assert "before the cause too: SUN.challenge on 1953-06-26" in part.sentences[-1]


def test_of_what_is_prevented_the_record_is_told_without_a_word():
    part = record_part(asked("HUN.intervention", "CSK.concession", "1968-12", "prevents"))
    assert part.word == ""
    assert "Yet the record has what is said to be prevented" in part.sentences[-1]


def test_same_day_decides_nothing():
    part = record_part(asked("SUN.secret_speech", "SUN.challenge", "1956-12", cause_row="E131", effect_row="E131"))
    assert part.word == ""
    assert "does not tell which came first" in part.sentences[-1]


def test_a_leader_is_dated_by_his_tenure():
    part = record_part(asked("SUN.death:stalin", "leader:khrushchev", "1956-12"))
    assert (part.word, part.effect_date) == ("", "1953-03-20")
    assert record_part(asked("SUN.death:stalin", "leader:molotov", "1956-12")).word == NO_PREMISE


@pytest.mark.parametrize(
    ("series", "first", "last", "moves"),
    [
        ("SUN.gdp_pc", "1946-01", "1952-12", "rises"),
        ("SUN.political_convictions", "1946-01", "1952-12", "falls"),
        ("SUN.personalism_latent", "1945-01", "1952-12", "flat"),
        ("USA.nuclear_warheads", "1950-01", "1960-12", "rises"),
    ],
)
def test_a_series_moves_one_way_only(series, first, last, moves):
    claim = asked("SUN.death:stalin", "SUN.thaw", "1956-12")
    for said in ("rises", "falls", "flat"):
        part = record_part(replace(claim, premise=(Fact(series=series, moves=said, first=first, last=last),)))
        assert part.premise["facts"][0]["holds"] == (said == moves)
        assert (part.word == NO_PREMISE) == (said != moves)


def test_a_seat_is_held_throughout_or_not_at_all():
    held = Fact(person="kirov", body="politburo_full", first="1931-01", last="1934-11")
    claim = Claim("A1", "own", 0, "x", "ussr-1945", premise=(held,))
    assert record_part(claim).premise["holds"]
    assert not record_part(replace(claim, premise=(replace(held, last="1935-02"),))).premise["holds"]
    assert not record_part(replace(claim, premise=(replace(held, first="1930-01"),))).premise["holds"]
    assert record_part(replace(claim, premise=(replace(held, last="1935-02"),))).word == DESCRIPTIVE


def test_wording_is_told_before_premise_and_premise_before_time():
    late = asked("SUN.secret_speech", "SUN.line mean", "1957-12", "raises", affected="beria")
    without = replace(late, premise=(Fact(series="SUN.gdp_pc", moves="falls", first="1946-01", last="1952-12"),))
    assert [record_part(claim).word for claim in (late, without, replace(without, reading="y"))] == [IMPOSSIBLE, NO_PREMISE, MISWORDED]
    assert record_part(replace(without, cause=None)).word == DESCRIPTIVE


def test_deaths_are_dated_by_the_person_not_by_the_trial():
    for person in record.people():
        if person.died:
            assert [row.day for row in of_event(f"{person.polity}.death:{person.id}")] == [person.died]
    assert of_person("beria")[0].status == READ


def test_no_event_has_two_rows_on_one_day_so_that_its_status_is_plain():
    days = [(name, event.date) for event in record.events() for name in event.event if ".death:" not in name]
    assert len(set(days)) == len(days)


def test_one_fact_that_fails_is_enough():
    facts = [Fact(series="SUN.gdp_pc", moves=moves, first="1946-01", last="1952-12") for moves in ("rises", "falls")]
    claim = asked("SUN.death:stalin", "SUN.thaw", "1956-12")
    assert [record_part(replace(claim, premise=premise)).word for premise in ((facts[0],), tuple(facts), (facts[1],))] == ["", NO_PREMISE, NO_PREMISE]


def test_what_came_before_the_scenario_is_not_its_cause():
    assert record_part(asked("SUN.freeze", "SUN.thaw", "1956-12")).cause_date == "1946-08-14"
