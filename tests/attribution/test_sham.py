"""The negative controls that `make sham` asks of the model: well made, and counted rightly."""

import pytest

from bench.sham import chosen, page, summary
from thaw.api import RunOptions, make_plan
from thaw.attribution import terms
from thaw.attribution.channel import channel
from thaw.attribution.premise import dates_in, of_event, record_part
from thaw.scenario import load_scenario

CLAIMS = chosen()


def test_twenty_shams_and_ten_reversed_pairs_each_with_its_reason() -> None:
    assert [claim.id for claim in CLAIMS] == [f"S{k:02d}" for k in range(1, 21)] + [f"R{k:02d}" for k in range(1, 11)]
    assert all(claim.note for claim in CLAIMS)
    assert len({(claim.cause, claim.effect) for claim in CLAIMS}) == 30


def test_each_can_be_asked_of_the_model() -> None:
    """The record stops none, a declared path leads to the effect, and the cause has a date."""
    plan = make_plan(load_scenario("ussr-1945"), RunOptions(histories=64, citizens=200))
    for claim in CLAIMS:
        bound = terms.bind(claim, plan)
        assert record_part(claim).word == "", claim.id
        assert channel(bound).there, claim.id
        assert 0 <= bound.date < bound.deadline, claim.id


@pytest.mark.parametrize("claim", [claim for claim in CLAIMS if claim.id.startswith("R")], ids=lambda claim: claim.id)
def test_a_reversed_pair_has_its_cause_after_the_effect(claim) -> None:
    cause, effect = (min(row.day for name in side.events for row in dates_in(of_event(name), "1945-06", claim.by)) for side in (claim.cause, claim.effect))
    assert effect < cause


def test_false_verdicts_are_counted_among_all_and_among_the_decided() -> None:
    rows = [{"false": word == "necessary", "word": word} for word in ["necessary"] + ["no effect found"] * 3 + ["undetermined"] * 4]
    found = summary(rows)
    assert (found["all"]["share"], found["decided"]["share"]) == (1 / 8, 1 / 4)
    assert found["all"]["low"] < 1 / 8 < found["all"]["high"]


def test_the_page_names_what_carries_a_false_verdict() -> None:
    number = {"estimate": 0.2, "low": 0.1, "high": 0.3, "n": 64}
    row = {"id": "S01", "cause": "A.b", "effect": "C.d", "by": "1956-12", "record": "", "word": "contributory", "false": True, "pn": number, "n0": None,
           "effect_size": number, "counts": {"both": 40, "meets": 64}, "path": [{"mechanism": "bloc", "frozen": 0.7, "alone": None}]}  # fmt: skip
    told = page([row])
    assert "| S01 | `A.b` → `C.d` by 1956-12 | – | contributory | 0.20 | – | 0.20 (0.10 to 0.30) | 40, 64 |" in told
    assert "S01: carried by bloc 0.70 frozen, – alone." in told
