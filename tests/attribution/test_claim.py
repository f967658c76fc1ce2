"""Claims and their grammar: what is read is what was written, and every mistake is told with its place."""

import datetime as dt
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thaw import record
from thaw.attribution.answer import attribute
from thaw.attribution.claim import (
    DIRECTIONS,
    Cause,
    Effect,
    claims_names,
    claims_schema,
    load_claims,
    parse_cause,
    parse_effect,
    read_claims,
    single_claim,
)  # fmt: skip
from thaw.attribution.grammar import GROUPS, MEASURES, REMAINDERS, can_be_asked, expand, fed_by, where_of
from thaw.attribution.premise import record_part
from thaw.errors import ScenarioError
from thaw.fields import FIELDS
from thaw.names import BUNDLES
from thaw.scenario import load_scenario

HEAD = 'name = "mine"\ntitle = "t"\nscenario = "ussr-1945"\n\n[[claims]]\n'
GOOD = {
    "id": '"A1"',
    "paraphrase": '"x"',
    "cause": '"SUN.secret_speech"',
    "effect": '"HUN.uprising"',
    "direction": '"brings about"',
    "by": '"1956-12"',
}


def written(**changes):
    """A claims file of one claim with some keys changed, each on a line of its own from line 6; None leaves a key out."""
    return HEAD + "\n".join(f"{key} = {value}" for key, value in (GOOD | changes).items() if value is not None) + "\n"


def told(text):
    with pytest.raises(ScenarioError) as mistake:
        read_claims(text, "mine.toml")
    assert mistake.value.exit_code == 2
    return str(mistake.value)


# --- one mistake each: what is changed, the key that is named, words that must be there
BAD = {
    "unknown key": ({"effct": '"x"'}, "effct", ["there is no key 'effct'", "'effect'"]),
    "wrong type": ({"by": "1956"}, "by", ["expected text in quotes"]),
    "negative sentence": ({"sentence": "-1"}, "sentence", ["at least 0"]),
    "unknown text": ({"text": '"essay"'}, "text", ["'stalin-essay', 'destalinization' or 'own'"]),
    "bad id": ({"id": '"a b"'}, "id", ["'a b' is no id"]),
    "empty paraphrase": ({"paraphrase": '""'}, "paraphrase", ["nothing is written"]),
    "no month": ({"by": '"1956-13"'}, "by", ["'1956-13' is not a month"]),
    "unknown direction": ({"direction": '"causes"'}, "direction", ["'brings about'", "'causes'"]),
    "no direction": ({"direction": None}, "direction", ["what does the cause do", "makes likelier"]),
    "event that is raised": ({"direction": '"raises"'}, "direction", ["an event, which nothing raises", "hastens"]),
    "number that is brought about": ({"effect": '"HUN.revolt max"'}, "direction", ["a quantity, which nothing brings about", "lowers"]),
    "no deadline": ({"by": None}, "by", ["no deadline", "1956-12"]),
    "unknown event": ({"cause": '"SUN.secret_speach"'}, "cause", ["no event 'secret_speach'", "'secret_speech'"]),
    "unknown polity": ({"effect": '"HUM.uprising"'}, "effect", ["no polity 'HUM'", "'HUN'"]),
    "unknown person": ({"cause": '"SUN.death:stallin"'}, "cause", ["no person 'stallin'", "'stalin'"]),
    "person of another scenario": ({"cause": '"SUN.death:kirov"'}, "cause", ["no person 'kirov'"]),
    "unknown leader": ({"effect": '"leader:krushchev"'}, "effect", ["no person 'krushchev'", "'khrushchev'"]),
    "unknown state": ({"effect": '"EGX.joins_nam"'}, "effect", ["no state 'EGX'", "'EGY'"]),
    "unknown theatre": ({"effect": '"WLD.crisis:berln"'}, "effect", ["'berlin'"]),
    "unknown quantity": ({"effect": '"HUN.revlt mean"', "direction": '"raises"'}, "effect", ["no quantity 'revlt'", "'revolt'"]),
    "unknown measure": ({"effect": '"HUN.revolt median"', "direction": '"raises"'}, "effect", ["'median' is no measure", "mean, end, max, min"]),
    "quantity of the world": ({"effect": '"SUN.tension mean"', "direction": '"raises"'}, "effect", ["write WLD.tension"]),
    "quantity without a polity": ({"effect": '"revolt mean"', "direction": '"raises"'}, "effect", ["needs a polity, as SUN.revolt"]),
    "given input as effect": ({"effect": '"WLD.shock mean"', "direction": '"raises"'}, "effect", ["no quantity 'shock' to ask for"]),
    "quantity as an event": ({"effect": '"HUN.revolt | HUN.uprising"'}, "effect", ["'HUN.revolt' is a quantity, not an event"]),
    "bound out of bounds": ({"effect": '"SUN.personalisation<1.5"'}, "effect", ["1.5 is out of bounds", "0 to 1"]),
    "bound that is no number": ({"effect": '"SUN.personalisation<half"'}, "effect", ["'half' is not a number", "leader's share of power"]),
    "policy out of bounds": ({"cause": '"SUN.cult=1.2/0.1@1946-01..1953-01"'}, "cause", ["cult = 1.2 is out of bounds"]),
    "policy without difference": ({"cause": '"SUN.cult=0.1/0.1@1946-01..1953-01"'}, "cause", ["no difference to ask for"]),
    "span reversed": ({"cause": '"SUN.cult=0.9/0.1@1953-01..1946-01"'}, "cause", ["ends in 1946-01, before it begins in 1953-01"]),
    "span beyond the horizon": ({"cause": '"SUN.cult=0.9/0.1@1946-01..1999-01"'}, "cause", ["1999-01 is outside the scenario ussr-1945"]),
    "policy without a span": ({"cause": '"SUN.cult=0.9/0.1"'}, "cause", ["is no policy", "SUN.cult=0.9/0.1@1945-07..1953-02"]),
    "absent policy": ({"cause": '"no SUN.cult=0.9/0.1@1946-01..1953-01"'}, "cause", ["Swap its two values"]),
    "both kinds": ({"cause": '"row:E060 + SUN.amnesty"'}, "cause", ["mixes rows of the record with events of the model"]),
    "unknown row": ({"cause": '"row:E9999"'}, "cause", ["no event 'E9999'"]),
    "row that feeds nothing": ({"cause": '"row:E033"'}, "cause", ["through no given input", "E060"]),
    "bound as cause": ({"cause": '"SUN.cult<0.5"'}, "cause", ["an effect. As a cause hold it"]),
    "any of several causes": ({"cause": '"SUN.thaw | SUN.amnesty"'}, "cause", ["joined by '+'"]),
    "all of several effects": ({"effect": '"SUN.thaw + SUN.amnesty"'}, "effect", ["joined by '|'"]),
    "dated effect": ({"effect": '"HUN.uprising@1956-10"'}, "effect", ["an effect takes no month"]),
    "derived cause": ({"cause": '"SUN.purge"'}, "cause", ["only sums up other events"]),
    "group of the wrong kind": ({"effect": '"BLOC.nam_founded"'}, "effect", ["not something of a polity", "WLD.nam_founded"]),
    "two months in a bundle": ({"cause": '"SUN.thaw@1953-12 + SUN.amnesty"'}, "cause", ["a month is written once, at the end"]),
    "empty part": ({"cause": '"SUN.thaw + "'}, "cause", ["names nothing on one side"]),
    "cause after the deadline": ({"by": '"1956-01"'}, "by", ["1956-02 (record), after the deadline 1956-01"]),
    "forced after the deadline": ({"cause": '"SUN.thaw@1957-01"'}, "by", ["1957-01, after the deadline 1956-12"]),
    "cause before the scenario": ({"cause": '"SUN.thaw@1944-01"'}, "cause", ["1944-01 is outside the scenario"]),
    "cause without a date": ({"cause": '"SUN.renewed_terror"'}, "cause", ["no date for SUN.renewed_terror", "SUN.renewed_terror@YYYY-MM"]),
    "deadline beyond the horizon": ({"by": '"1999-01"'}, "by", ["1999-01 is outside the scenario"]),
    "effect before its polity": (
        {"cause": '"SUN.thaw@1946-01"', "effect": '"DDR.uprising"', "by": '"1948-01"'}, "by", ["DDR begins in 1949-10, after the deadline"],
    ),
    "cause is effect": ({"effect": '"SUN.secret_speech"'}, "effect", ["cause and effect at once"]),
    "cause is one of the effects": ({"effect": '"SUN.destalinization"'}, "effect", ["SUN.secret_speech is cause and effect at once"]),
    "unknown affected": ({"affected": '"stallin"'}, "affected", ["no person or polity 'stallin'", "'stalin'"]),
    "unknown row of the cause": ({"cause_row": '"E9999"'}, "cause_row", ["no event 'E9999'"]),
    "direction without effect": ({"effect": None, "by": None}, "direction", ["no effect", "descriptive"]),
    "reading of no cause": (
        {"cause": None, "effect": None, "direction": None, "by": None, "reading": '"x"'}, "reading", ["give it a cause and an effect"],
    ),
    "unknown scenario": ({"scenario": '"ussr-1944"'}, "scenario", ["no built-in scenario 'ussr-1944'", "'ussr-1945'"]),
    "fact of two kinds": ({"premise": '[{ event = "E173", events = "SUN.thaw" }]'}, "premise[0]", ["event and events are given"]),
    "fact of no kind": ({"premise": '[{ first = "1946-01" }]'}, "premise[0]", ["nothing to look up"]),
    "fact with an unknown key": ({"premise": '[{ evnt = "E173" }]'}, "premise[0].evnt", ["no key 'evnt'", "'event'"]),
    "fact about no row": ({"premise": '[{ event = "E9999" }]'}, "premise[0].event", ["no event 'E9999'"]),
    "fact without a span": ({"premise": '[{ events = "SUN.thaw", first = "1946-01" }]'}, "premise[0]", ["needs 'last'"]),
    "fact with a span reversed": (
        {"premise": '[{ events = "SUN.thaw", first = "1953-01", last = "1946-01" }]'}, "premise[0].last", ["before it begins"],
    ),
    "series of no variable": (
        {"premise": '[{ series = "SUN.gdp_cp", moves = "rises", first = "1946-01", last = "1952-12" }]'}, "premise[0].series", ["'gdp_pc'"],
    ),
    "series without rows": (
        {"premise": '[{ series = "SUN.gdp_pc", moves = "rises", first = "1941-01", last = "1944-12" }]'}, "premise[0].series", ["has 0 rows"],
    ),
    "series that hops": (
        {"premise": '[{ series = "SUN.gdp_pc", moves = "hops", first = "1946-01", last = "1952-12" }]'}, "premise[0].moves", ["'falls'"],
    ),
    "seat nobody held": (
        {"premise": '[{ person = "kirov", body = "premier", first = "1930-01", last = "1931-01" }]'}, "premise[0].body", ["no premier held by kirov"],
    ),
    "premise about a group": (
        {"premise": '[{ events = "BLOC.uprising", first = "1946-01", last = "1952-12" }]'}, "premise[0].events", ["one by one"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "key", "words"), BAD.values(), ids=BAD)
def test_each_mistake_is_told_once_with_file_line_and_key(changes, key, words):
    message = told(written(**changes))
    assert "\n" not in message, "one mistake, one line"
    place = re.match(r"mine\.toml, line (\d+), claims\[0\](?:\.(\S+))?: ", message)
    assert place, message
    assert (place[2] or "") == key
    lines = {name: 6 + place for place, name in enumerate(GOOD | changes)}
    if all(value is not None for value in changes.values()):
        assert int(place[1]) == (lines[key.partition("[")[0].partition(".")[0]] if key else 5)
    for word in words:
        assert word in message


def test_the_claim_that_all_others_are_made_from_is_right():
    assert read_claims(written()).claims[0].cause == Cause(("SUN.secret_speech",))


def test_the_same_id_twice_and_all_mistakes_at_once():
    second = "[[claims]]\n" + "\n".join(f"{key} = {value}" for key, value in (GOOD | {"by": '"1999-01"'}).items())
    message = told(written(cause='"SUN.thw"') + second)
    assert "3 mistakes" in message
    for words in ("'thw'", "the id 'A1' is given twice", "1999-01 is outside"):
        assert words in message


NO_CLAIMS = {
    "": "'name' is missing",
    'name = "a"\nclaims = 3': "expected a list",
    "a = ": "not valid TOML",
    HEAD.replace("[[claims]]", "claims = []"): "there is no claim",
}


@pytest.mark.parametrize(("text", "words"), NO_CLAIMS.items())
def test_files_that_hold_no_claims(text, words):
    assert words in told(text)


def test_unknown_files(tmp_path: Path):
    with pytest.raises(ScenarioError, match="Did you mean 'stalin-essay'"):
        load_claims("stalin-esay")
    with pytest.raises(ScenarioError, match=r"there is no file .*Built-in claims files: destalinization, stalin-essay"):
        load_claims(tmp_path / "no.toml")


def test_a_scenario_may_lie_beside_the_claims(tmp_path: Path):
    (tmp_path / "short.toml").write_text(load_scenario("ussr-1945").to_toml().replace('end = "1975-12"', 'end = "1956-12"').replace('"ussr-1945"', '"short"'))
    mine = tmp_path / "mine.toml"
    mine.write_text(written(scenario='"short"'))
    assert load_scenario(load_claims(mine).claims[0].scenario).name == "short"
    mine.write_text(written(scenario='"short"', by='"1957-01"'))
    with pytest.raises(ScenarioError, match="outside the scenario short"):
        load_claims(mine)


# --- the grammar

EVENTS = ["SUN.secret_speech", "SUN.death:stalin", "SUN.thaw", "HUN.uprising", "WLD.detente", "WLD.crisis:berlin", "EGY.joins_nam", "BLOC.uprising", "*.exit"]
months = st.dates(min_value=dt.date(1945, 6, 1), max_value=dt.date(1968, 12, 1)).map(lambda day: day.isoformat()[:7])
some = st.lists(st.sampled_from(EVENTS), min_size=1, max_size=4, unique=True).map(tuple)
shares = st.floats(0, 1)
of_events = st.builds(Cause, events=some, absent=st.booleans(), date=st.one_of(st.just(""), months))
of_rows = st.lists(st.sampled_from(["E060", "E071", "E086", "E100"]), min_size=1, unique=True).map(lambda rows: Cause(rows=tuple(rows)))
policies = st.builds(
    lambda name, values, span: Cause(quantity=name, done=values[0], prevented=values[1], first=min(span), last=max(span)),
    st.sampled_from(["SUN.cult", "WLD.tension", "HUN.fear", "WLD.shock"]),
    st.tuples(shares, shares).filter(lambda values: values[0] != values[1]),
    st.tuples(months, months),
)
names_of_numbers = st.sampled_from(["SUN.personalisation", "HUN.revolt", "WLD.neutral_share", "BLOC.voice", "SUN.unrest", "WLD.west_share"])
bounds = st.builds(
    lambda name, value, up, no: Effect(quantity=name, above=value if up else None, below=None if up else value, absent=no),
    names_of_numbers, shares, st.booleans(), st.booleans(),
)  # fmt: skip
effects = st.one_of(
    st.builds(Effect, events=some, absent=st.booleans()),
    st.builds(Effect, quantity=names_of_numbers, measure=st.sampled_from(MEASURES)),
    bounds,
    st.builds(Effect, leader=st.sampled_from(["khrushchev", "molotov", "nagy"]), absent=st.booleans()),
)


@given(st.one_of(of_events, of_rows, policies))
@settings(max_examples=60, deadline=None)
def test_a_cause_written_and_read_again_is_the_same(cause):
    assert parse_cause(cause.as_text()) == cause


@given(effects)
@settings(max_examples=60, deadline=None)
def test_an_effect_written_and_read_again_is_the_same(effect):
    assert parse_effect(effect.as_text()) == effect


def test_blanks_do_not_matter_and_short_names_become_full():
    assert parse_cause("  SUN.thaw+death:stalin @ 1953-03 ") == Cause(("SUN.thaw", "SUN.death:stalin"), date="1953-03")
    assert parse_effect("detente") == Effect(("WLD.detente",))
    assert parse_effect("leader: nagy") == Effect(leader="nagy")
    assert parse_effect("tension") == Effect(quantity="WLD.tension")


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_is_all_its_events_as_a_cause_and_any_as_an_effect(bundle):
    parts = tuple(f"SUN.{part}" for part in BUNDLES[bundle])
    assert parse_cause(f"SUN.{bundle}").events == parse_effect(f"SUN.{bundle}").events == parts


def test_a_name_that_is_event_and_quantity_is_the_event_until_it_is_measured():
    assert parse_effect("HUN.unrest").events == ("HUN.unrest",)
    assert parse_effect("HUN.unrest max").quantity == parse_effect("HUN.unrest>0.5").quantity == "HUN.unrest"


def test_a_derived_event_can_follow_but_not_be_done():
    assert parse_effect("SUN.purge").events == ("SUN.purge",)
    with pytest.raises(ScenarioError, match="sums up"):
        parse_cause("SUN.purge")


def test_groups_stand_for_their_members_but_for_those_the_cause_is_about():
    where = where_of(load_scenario("ussr-1945"))
    every, others = expand(("BLOC.uprising",), where), expand(("BLOC.uprising",), where, about=("HUN.uprising", "SUN.thaw"))
    assert set(every) - set(others) == {"HUN.uprising"}
    assert {name.partition(".")[0] for name in every} == set(where.satellites)
    assert set(expand(("*.joins_nam",), where)) == {f"{code}.joins_nam" for code in where.states}
    assert "SUN.thaw" in expand(("*.thaw",), where)


def test_rows_that_can_be_causes_are_those_the_model_is_given():
    from thaw.compile_world import LASTING, RELIEFS, SHOCKS

    fed = {row.id: fed_by(row.id) for row in record.events()}
    assert {row for row, inputs in fed.items() if "shock" in inputs} == {*SHOCKS, *RELIEFS, *LASTING}
    assert [row for row, inputs in fed.items() if "aided" in inputs] == ["E071"]


def test_nothing_given_can_be_an_effect():
    assert not [name for name, field in FIELDS.items() if field.given and can_be_asked(field, effect=True)]


def test_what_is_left_over_is_made_of_shares_of_one_whole():
    for parts, _ in REMAINDERS.values():
        assert {FIELDS[part].unit for part in parts} == {"share"}
        assert {FIELDS[part].axes for part in parts} == {"H"}


# --- the built-in files


@pytest.fixture(scope="module")
def built_in():
    return [claim for name in claims_names() for claim in load_claims(name).claims]


def test_every_claim_of_the_two_texts_is_there_once(built_in):
    assert sorted(claim.id for claim in built_in) == [f"C{number:02d}" for number in range(1, 60)]
    assert {claim.text for claim in built_in} == {"stalin-essay", "destalinization"}
    assert all(claim.sentence >= 1 for claim in built_in)


def test_few_are_not_modelled_and_each_says_why(built_in):
    left = [claim for claim in built_in if claim.not_modelled]
    assert len(left) <= 5
    assert all(len(claim.not_modelled.split()) > 8 for claim in left)


def test_five_name_no_cause_or_effect(built_in):
    assert [claim.id for claim in sorted(built_in, key=lambda claim: claim.id) if claim.descriptive] == ["C01", "C06", "C35", "C38", "C51"]


def test_what_is_asked_can_be_written_out_again(built_in):
    for claim in built_in:
        if claim.cause and claim.effect and not claim.not_modelled:
            scenario = load_scenario(claim.scenario)
            assert parse_cause(claim.cause.as_text(), scenario) == claim.cause
            assert parse_effect(claim.effect.as_text(), scenario) == claim.effect
            assert claim.by <= scenario.end
            assert claim.direction in DIRECTIONS


def test_the_schema_knows_the_keys_of_the_built_in_files():
    schema = claims_schema()
    keys = set(schema["$defs"]["_Claim"]["properties"])
    for name in claims_names():
        text = (Path(__file__).parents[2] / "src/thaw/claims" / f"{name}.toml").read_text(encoding="utf-8")
        assert set(re.findall(r"^(\w+) = ", text.partition("[[claims]]")[2], re.MULTILINE)) <= keys
    assert schema["$defs"]["_Claim"]["additionalProperties"] is False
    assert not set(GROUPS) & keys


def test_the_file_that_the_page_explains_is_right():
    page = (Path(__file__).parents[2] / "docs/claims.md").read_text(encoding="utf-8")
    whole, shaken, premise = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    claim = read_claims(whole + premise, "mine.toml").claims[0]
    assert (claim.id, len(claim.premise)) == ("speech", 4)
    assert [record_part(one).word for one in read_claims(whole + shaken, "mine.toml").claims] == ["", "impossible"]
    for cell in re.findall(r"^\| `([^`]+)`", page.partition("## Causes")[2].partition("<!-- generated")[0], re.MULTILINE):
        parse_cause(cell)
    for cell in re.findall(r"^\| `([^`]+)`", page.partition("## Effects")[2].partition("<!-- generated")[0], re.MULTILINE):
        parse_effect(cell.replace("\\|", "|"))


def test_a_scenario_file_that_changes_is_read_again(tmp_path: Path):
    path, text = tmp_path / "short.toml", load_scenario("ussr-1945").to_toml()
    (tmp_path / "mine.toml").write_text(written(scenario='"short"'))
    for end, fine in (("1956-12", True), ("1956-11", False)):
        path.write_text(text.replace('end = "1975-12"', f'end = "{end}"').replace('"ussr-1945"', '"short"'))
        os.utime(path, (0, int(end[-2:])))
        if fine:
            load_claims(tmp_path / "mine.toml")
        else:
            with pytest.raises(ScenarioError, match="1956-12 is outside"):
                load_claims(tmp_path / "mine.toml")


def test_a_scenario_of_ones_own_need_not_be_a_file() -> None:
    """One made in Python is asked itself, whatever its name, and also where a built-in one bears that name."""
    whole = load_scenario("ussr-1945")
    for name in ("mine", "ussr-1945"):
        short = whole.model_copy(update={"name": name, "end": "1956-12"})
        assert attribute(short, "HUN.uprising", "SUN.secret_speech").word.word == "impossible"
        assert single_claim(short, "SUN.secret_speech", "HUN.uprising").by == "1956-12"
        with pytest.raises(ScenarioError, match=f"1957-01 is outside the scenario {name}, 1945-06 to 1956-12"):
            attribute(short, "SUN.secret_speech", "HUN.uprising", by="1957-01")
    with pytest.raises(ScenarioError, match="mine"):
        attribute("mine", "SUN.secret_speech", "HUN.uprising")
