"""A small run, to the bit: renewed only by `pytest --bless`, with the reason in the commit; equal on every machine.

64 histories of the built-in scenario with 200 citizens a society, June 1945 to June 1953. The summary is there to be
read in a diff: it says what moved when the digest did.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from thaw.compile import compile_plan
from thaw.digest import run_digest
from thaw.engine.chunk import ChunkResult, run_chunk
from thaw.fields import FIELDS, HEADLINES
from thaw.plan import Plan
from thaw.scenario import load_scenario

FILE = Path(__file__).with_name("ussr-1945.json")
HERE = Path(__file__).parent


def small_plan() -> Plan:
    plan = compile_plan(load_scenario("ussr-1945")).with_(citizens=200)
    end = plan.months.index((1953, 7))
    return plan.with_(months=plan.months[:end], weeks=plan.weeks[:end])


def small_run() -> ChunkResult:
    return run_chunk(small_plan(), 0, 64)


def digest(result: ChunkResult) -> str:
    return run_digest([block["digest"] for block in result.blocks()])


def members(plan, name: str) -> tuple[str, ...]:
    """Names along the axis of a headline after the history; one without a name where there is none."""
    return plan.members[FIELDS[name].axes[1]] if len(FIELDS[name].axes) > 1 else ("",)


def summary(result: ChunkResult) -> dict:
    """Means of the headlines in the last month by polity or cohort, and how often each event came, in how many histories."""
    plan, events = small_plan(), result.events
    last = {name: result.series[name][:, -1].astype(float).mean(axis=0) for name in HEADLINES if name != "leader"}
    names = [f"{polity}.{event}" for polity, event in zip(events["polity"], events["event"], strict=True)]
    histories = {name: set() for name in names}
    for name, history in zip(names, events["history"].tolist(), strict=True):
        histories[name].add(history)
    leaders = Counter(plan.persons[int(e)] for e in result.series["leader"][:, -1, 0])
    return {
        "leaders": dict(leaders.most_common()),
        "last_month": {
            name: ", ".join(f"{member} {value:.5g}".strip() for member, value in zip(members(plan, name), np.atleast_1d(values), strict=True))
            for name, values in last.items()
        },
        "events": {
            name: f"{count} times in {len(histories[name])} histories" for name, count in sorted(Counter(names).items())
        },
    }


@pytest.fixture(scope="module")
def result() -> ChunkResult:
    return small_run()


@pytest.fixture(scope="module")
def golden(request: pytest.FixtureRequest, result: ChunkResult) -> dict:
    if request.config.getoption("--bless"):
        found = {"digest": digest(result)} | summary(result)
        FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return json.loads(FILE.read_text(encoding="utf-8"))


def test_the_small_run_is_what_it_was(result, golden) -> None:
    """If this fails and should: `pytest tests/golden --bless`, then read the diff and say why in the commit."""
    found = summary(result)
    for part in ("events", "last_month", "leaders"):
        moved = [name for name in {**golden[part], **found[part]} if golden[part].get(name) != found[part].get(name)]
        assert not moved, f"{part}: {len(moved)} moved, among them {sorted(moved)[:5]}"
    assert digest(result) == golden["digest"]


def test_it_left_no_bounds(result) -> None:
    assert result.faults == ()
    assert all(np.isfinite(values[:, -1]).all() for values in result.series.values())


def wider_simd() -> list[str]:
    """What NumPy would choose on this machine beyond its baseline."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]


def digest_elsewhere(**environment: str) -> tuple[str, list[str]]:
    """Digest of the same run in a process of its own, and what NumPy had there beyond its baseline."""
    code = "from test_golden import *; print(digest(small_run()), *wider_simd())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=HERE,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    first, *features = done.stdout.split()
    return first, features


def test_it_is_the_same_without_numpys_wider_simd(result) -> None:
    features = wider_simd()
    if not features:
        pytest.skip("NumPy has nothing wider than its baseline on this machine")
    found, left = digest_elsewhere(NPY_DISABLE_CPU_FEATURES=" ".join(features))
    assert left == []
    assert found == digest(result)


def test_it_is_the_same_on_a_plain_processor(result) -> None:
    """Numba compiles for the plainest processor of this family: narrower vectors, no fused multiply-add."""
    assert digest_elsewhere(NUMBA_CPU_NAME="generic")[0] == digest(result)
