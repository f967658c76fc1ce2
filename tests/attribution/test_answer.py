"""Which parameters a claim is asked under."""

from types import SimpleNamespace

import pytest

from thaw.api import RunOptions
from thaw.attribution import answer
from thaw.attribution.claim import single_claim
from thaw.scenario import load_scenario


@pytest.mark.parametrize(
    ("effect", "blind_to"),
    [
        ("HUN.uprising", "events"), ("BLOC.uprising | SUN.thaw", "events"), ("leader:khrushchev", "events"), ("SUN.convictions mean", "numbers"),
        ("SUN.personalisation<0.4", "numbers"),
    ],
)  # fmt: skip
def test_an_effect_is_asked_under_what_has_not_seen_its_kind(effect, blind_to, monkeypatch):
    claim = single_claim("ussr-1945", "SUN.death:stalin@1953-03", effect, "1956-12", "")
    monkeypatch.setattr("thaw.api.make_plan", lambda scenario, options, *, blind_to="": SimpleNamespace(blind_to=blind_to))
    [(asked, plan)] = answer._plans([claim], load_scenario("ussr-1945"), RunOptions())
    assert (asked, plan.blind_to) == (claim, blind_to)


def test_claims_of_a_kind_share_a_plan(monkeypatch):
    """Two posteriors, and so two sets of arms, serve all claims."""
    effects = ("HUN.uprising", "POL.uprising", "SUN.convictions mean")
    claims = [single_claim("ussr-1945", "SUN.death:stalin@1953-03", effect, "1956-12", "") for effect in effects]
    monkeypatch.setattr("thaw.api.make_plan", lambda scenario, options, *, blind_to="": SimpleNamespace(blind_to=blind_to))
    first, second, third = (plan for _, plan in answer._plans(claims, load_scenario("ussr-1945"), RunOptions()))
    assert first is second
    assert first is not third


@pytest.mark.parametrize(("cut", "blind_to"), [(1953, "events"), (1952, "")])
def test_a_posterior_that_ends_before_the_cause_is_taken_whole(cut, blind_to, whole_plan, monkeypatch):
    claim = single_claim("ussr-1945", "SUN.death:stalin@1953-03", "HUN.uprising", "1956-12", "")
    monkeypatch.setattr("thaw.api.make_plan", lambda scenario, options, *, blind_to="": whole_plan.with_(fitted={"cut": cut, "without": blind_to}))
    [(_, plan)] = answer._plans([claim], load_scenario("ussr-1945"), RunOptions(posterior="own.parquet"))
    assert plan.fitted["without"] == blind_to
