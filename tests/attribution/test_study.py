"""Claims asked of the model: the same answer alone and in company, and sound at the edges."""

import numpy as np
import pytest
from small_arms import claim

from thaw.attribution import numbers
from thaw.attribution.study import study, with_path, with_shares
from thaw.plan import Plan

CLAIMS = [
    claim("SUN.thaw@1953-06", "SUN.amnesty", by="1954-12"),
    claim("SUN.thaw@1953-06", "SUN.amnesty", by="1954-12", direction="prevents"),
    claim("SUN.thaw@1953-06", "SUN.voice mean", by="1954-06", direction="raises"),
    claim("WLD.reputation=0.9/-0.9@1953-01..1954-12", "HUN.uprising"),
    claim("no SUN.death:stalin@1953-03", "SUN.amnesty", by="1954-12"),
]


@pytest.fixture(scope="module")
def found(plan: Plan):
    return study(CLAIMS, plan, 64, workers=1)


def test_alone_and_in_company(plan: Plan, found) -> None:
    (alone,) = study(CLAIMS[:1], plan, 64, workers=1)
    for name in ("cause", "factual", "prevented", "forced", "unforced", "rerolled", "nudged"):
        assert np.array_equal(getattr(alone.twins, name), getattr(found[0].twins, name), equal_nan=True), name


def test_prevents_is_scored_on_the_absence(found) -> None:
    brings, prevents = (numbers.risk_difference(one.twins) for one in found[:2])
    assert brings is not None
    assert prevents is not None
    assert prevents.estimate == pytest.approx(-brings.estimate)
    assert (prevents.low, prevents.high) == pytest.approx((-brings.high, -brings.low))


def test_no_channel_is_not_run(found) -> None:
    assert not found[3].channel.there
    assert found[3].twins is None


def test_luck_is_redrawn_and_nudged_only_where_the_cause_came(found) -> None:
    twins = found[0].twins
    assert np.isnan(twins.rerolled[~twins.cause]).all()
    assert np.isnan(twins.nudged[~twins.cause]).all()
    assert np.array_equal(twins.forced.shape, (64,))


def test_an_absence_trades_its_arms(plan: Plan, found) -> None:
    (death,) = study([claim("SUN.death:stalin@1953-03", "SUN.amnesty", by="1954-12")], plan, 64, workers=1)
    survival = found[4]
    assert np.array_equal(death.twins.forced, survival.twins.unforced, equal_nan=True)
    assert np.array_equal(death.twins.unforced, survival.twins.forced, equal_nan=True)


def test_curves_begin_alike_and_end_at_the_shares(found) -> None:
    one = found[0]
    at = one.bound.date
    assert one.curves["forced"][: at].tolist() == one.curves["prevented"][: at].tolist()
    assert (np.diff(one.curves["as it is"]) >= 0).all()


def test_paths_in_two_processes_are_those_of_one(found) -> None:
    one = with_path(found[2], 64, workers=1)
    assert one.path
    assert {row["mechanism"] for row in one.path} == set(found[2].channel.between)


def test_shares_of_a_bundle_add_up_to_any_of_them(plan: Plan) -> None:
    (one,) = study([claim("SUN.thaw + SUN.rehabilitation@1953-06", "SUN.censorship<0.8", by="1956-12")], plan, 128, workers=1)
    found = with_shares(one, 128, workers=1).shares
    assert found is not None
    assert set(found.causes) == {"SUN.thaw", "SUN.rehabilitation"}
    assert all(share.estimate > 0.1 for share in found.causes.values())
    assert sum(share.estimate for share in found.causes.values()) == pytest.approx(found.any_of_them.estimate)
    assert with_shares(study([CLAIMS[2]], plan, 64, workers=1)[0], 64, workers=1).shares is None  # one event has nothing to share
