"""Nothing later than the origin is read: the record after it may be anything."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest
from corrupt import SMALL, corrupted

from thaw import record
from thaw.attribution.arms import Arm
from thaw.compile_known import plan_up_to
from thaw.plan import Plan
from thaw.posterior import Posterior, code_digest
from thaw.scenario import load_scenario
from thaw.skill.origins import ARMS, DEALS, Origin, bare, bare_by_prior, followed, known_posterior, permuted, plan_of_origin, weighed
from thaw.skill.panel import base_rate, places, probability
from thaw.skill.series import forecast, rows_by_year
from thaw.skill.table import SERIES
from thaw.trust import KINDS

ORIGIN = dt.date(1953, 12, 31)


def everything(origin: Origin) -> list[np.ndarray]:
    """All that is forecast from an origin: series with their weights, probabilities, base rates."""
    found = [origin.weights]
    for series in SERIES:
        rows = rows_by_year(series, 1954)
        past = {year: row for year, row in rows.items() if year <= 1953}
        found += forecast(origin, series, past, rows[1954])
    for kind in KINDS:
        found += [np.array(base_rate(origin.plan, kind, 1953))]
        found += [np.array(probability(origin, kind, polity, 1954)) for polity in places(origin.plan, kind)]
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two plans, or what they hold, are equal to the bit."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if is_dataclass(one):
        return all(same(getattr(one, part.name), getattr(other, part.name)) for part in fields(one) if part.name != "record")
    return isinstance(one, tuple) and len(one) == len(other) and all(map(same, one, other)) if isinstance(one, tuple) else one == other


def test_another_future_changes_no_forecast_by_a_bit(small_origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the plan, of which the histories are a pure function, nor their weights, nor what is read off them."""
    before = everything(small_origin)
    monkeypatch.setattr(record, "_made", corrupted(ORIGIN))
    assert record.recorded_dates("HUN.uprising") == []
    assert {row.died for row in record.people() if row.id == "khrushchev"} == {dt.date(1954, 2, 9)}
    plan = plan_of_origin(load_scenario("ussr-1945"), 1953, citizens=SMALL["citizens"], seed=SMALL["seed"], prior=True)
    assert same(plan, small_origin.plan)
    after = everything(weighed(plan, small_origin.arm, 1953))
    assert len(before) == len(after)
    assert all(np.array_equal(one, other, equal_nan=True) for one, other in zip(before, after, strict=True))
    assert np.ptp(before[0]) > 0


def test_a_plan_that_is_free_only_later_does_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load_scenario("ussr-1945")
    before = plan_up_to(scenario, "1956-12")
    monkeypatch.setattr(record, "_made", corrupted(ORIGIN))
    assert not same(before, plan_up_to(scenario, "1956-12"))


def test_another_past_does(small_origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "_made", corrupted(dt.date(1950, 12, 31)))
    changed = everything(small_origin)
    monkeypatch.undo()
    assert not all(np.array_equal(one, other, equal_nan=True) for one, other in zip(everything(small_origin), changed, strict=True))


def test_silence_of_the_vocabulary_is_known_and_not_what_came_later() -> None:
    plan = plan_of_origin(load_scenario("ussr-1945"), 1953, citizens=120, seed=0, prior=True)
    given = followed(plan.with_(recorded=None), 1953)
    sun, hun = plan.polities.index("SUN"), plan.polities.index("HUN")
    assert given.when["dissident_trial"][sun] == ()
    assert given.when["uprising"][hun] == ()
    assert plan.months[given.until] == (1954, 1)
    assert all(month < given.until for where in given.when.values() for dates in where for month, _ in dates or ())


def posteriors(*cuts: int) -> Callable[[str, int], Posterior | None]:
    """Stands in for `shipped`: posteriors of these cuts, each with its cut for a value."""

    def shipped(name: str, cut: int) -> Posterior | None:
        return Posterior(name, cut, "", ("terror.inertia",), np.array([[float(cut)]]), {}, {"code": code_digest()}) if cut in cuts else None

    return shipped


@pytest.mark.parametrize(
    ("year", "cuts", "used"),
    [
        (1953, (1953, 1954, 1955, 1956, 1960), 1953),
        (1955, (1953, 1954, 1955, 1956, 1960), 1955),
        (1956, (1953, 1954, 1955, 1956, 1960), 1956),
        (1955, (1953, 1956, 1960), 1953),
        (1954, (1955, 1956), None),
        (1956, (), None),
    ],
)
def test_parameters_come_from_the_origins_own_posterior_and_never_from_a_later_one(
    year: int, cuts: tuple[int, ...], used: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thaw.skill.origins.shipped", posteriors(*cuts))
    found = known_posterior("ussr-1945", year)
    assert (found.cut if found else None) == used


def cut_of(plan: Plan) -> int | None:
    """Of the posterior that an origin with this plan says its parameters come from."""
    return Origin(1954, plan, Arm({}, {}, np.ones(1), {}, None), np.ones(1), 1.0, 1.0).posterior


def test_a_plan_draws_from_that_posterior_unless_the_prior_is_asked_for(known: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thaw.skill.origins.shipped", posteriors(1953, 1954, 1956))
    monkeypatch.setattr("thaw.skill.origins.plan_up_to", lambda *_, **__: known)
    monkeypatch.setattr("thaw.posterior.made_for", lambda *_: True)
    scenario = load_scenario("ussr-1945")
    plan = plan_of_origin(scenario, 1954, citizens=120, seed=0, prior=False)
    assert (cut_of(plan), plan.draws["terror.inertia"].tolist()) == (1954, [1954.0])
    without = bare(plan)
    assert (cut_of(without), without.draws, set(without.without)) == (1954, plan.draws, {"coalition", "purge", "society"})
    for plain in (plan_of_origin(scenario, 1954, citizens=120, seed=0, prior=True), bare_by_prior(plan)):
        assert (cut_of(plain), plain.draws) == (None, {})
    assert bare_by_prior(plan).without == without.without


def test_stances_are_dealt_out_within_a_court(known: Plan) -> None:
    dealt = permuted(known)
    court = known.given["court"]
    for before, after in zip(known.traits["stance"], dealt.traits["stance"], strict=True):
        assert not np.array_equal(before, after)
        for place in np.unique(court):
            assert sorted(before[court == place]) == sorted(after[court == place])
    assert dealt.traits["culpability"] is known.traits["culpability"]
    assert np.array_equal(permuted(known).traits["stance"][1], dealt.traits["stance"][1])
    assert not np.array_equal(permuted(known.with_(seed=1)).traits["stance"][1], dealt.traits["stance"][1])


def test_every_deal_is_another(known: Plan) -> None:
    dealt = [ARMS[name](known).traits["stance"][1].tolist() for name in DEALS]
    assert len({tuple(one) for one in dealt}) == len(DEALS) == 3


def test_histories_that_ended_before_the_origin_weigh_nothing(made_up: Origin) -> None:
    ended = made_up.arm.ended.copy()
    ended[0] = 50
    found = weighed(made_up.plan, replace(made_up.arm, ended=ended, weight=np.zeros(4)), 1953)
    assert found.weights[0] == 0
    assert (found.weights[1:] > 0).all()
