"""The digest: what it covers, what it does not depend on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_run import make_plan

from thaw.digest import EVENT_COLUMNS, block_digest, block_digests, canonical, plan_key, run_digest

H, P, MONTHS = 130, 3, 13


def made_series() -> dict[str, np.ndarray]:
    luck = np.random.default_rng(5)
    return {name: luck.normal(size=(H, MONTHS, P)).astype("<f4") for name in ("fear", "leader")}


def made_events() -> dict[str, np.ndarray]:
    history = np.repeat(np.arange(H, dtype=np.int32), 2)
    words = {"month": ["1953-03", "1953-06"], "event": ["amnesty", "fall:beria"], "polity": ["SUN", "SUN"]}
    columns = {name: np.array(values * H, object) for name, values in words.items()}
    columns |= {"actor": np.array([""] * 2 * H, object), "because": np.array(["norm +1.0"] * 2 * H, object)}
    columns |= {"history": history, "week": np.full(2 * H, -1, np.int8), "forced": np.zeros(2 * H, bool)}
    columns["rate"] = np.where(history % 2, 0.25, np.nan)
    return columns


def of_run(series, events) -> str:
    return run_digest(digest for _, digest in block_digests(0, series, events))


def test_canonical_has_one_nan_and_one_zero():
    other_nan = np.frombuffer(np.uint32([0xFFC12345]).tobytes(), "<f4")[0]
    assert canonical(np.array([-0.0, other_nan])).tobytes() == canonical(np.array([0.0, np.nan])).tobytes()
    assert canonical(np.arange(6.0).reshape(2, 3).T).flags.c_contiguous


@given(st.sampled_from(["fear", "leader"]), st.integers(0, H - 1), st.integers(0, MONTHS - 1), st.integers(0, P - 1))
def test_one_changed_value_is_noticed(name, history, month, polity):
    series, events = made_series(), made_events()
    before = of_run(series, events)
    series[name][history, month, polity] = np.nextafter(series[name][history, month, polity], np.float32(9))
    assert of_run(series, events) != before


@pytest.mark.parametrize("column", EVENT_COLUMNS)
def test_one_changed_event_is_noticed(column):
    series, events = made_series(), made_events()
    before = of_run(series, events)
    changed = {"history": 0, "week": 3, "rate": 0.125, "forced": True}.get(column, "another")
    events[column][3] = changed  # history 1
    assert of_run(series, events) != before


def test_chunks_and_further_fields_do_not_show():
    series, events = made_series(), made_events()
    whole = list(block_digests(0, series, events))
    later = {name: values[64:] for name, values in series.items()}
    rows = events["history"] >= 64
    assert whole[1:] == list(block_digests(64, later, {name: values[rows] for name, values in events.items()}))
    assert whole == list(block_digests(0, series | {"alive": np.ones((H, MONTHS, 5), "<f4")}, events))
    assert [first for first, _ in whole] == [0, 64, 128]


def test_order_of_variables_and_zero_sign_do_not_show():
    series, events = made_series(), made_events()
    series["fear"][3, 2, 1] = 0.0
    turned = {name: series[name].copy() for name in ("leader", "fear")}
    turned["fear"][3, 2, 1] = -0.0
    assert block_digest(series, events) == block_digest(turned, events)


def test_plan_key_sees_content_not_identity():
    key = plan_key(make_plan())
    assert key == plan_key(make_plan())
    assert key != plan_key(make_plan(seed=4))
    assert key != plan_key(make_plan(set_values={"toy.pace": 0.2}))
    plan = make_plan()
    assert key != plan_key(plan.with_(given=dict(plan.given) | {"court": plan.given["court"][::-1].copy()}))
