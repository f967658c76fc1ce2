"""Fixtures of the tests of skill: one run from the end of 1953, small, and a made-up arm whose scores can be told by hand."""

import numpy as np
import pytest

from thaw.attribution.arms import Arm
from thaw.compile import compile_plan
from thaw.plan import Plan
from thaw.scenario import load_scenario
from thaw.skill.origins import MODEL, Origin, run_origins, watch_for

SMALL = {"histories": 64, "citizens": 120, "seed": 3, "prior": True, "workers": 1, "arms": (MODEL,)}


@pytest.fixture(scope="session")
def small_origin() -> Origin:
    """64 histories that follow the record to the end of 1953 and run on to the end of 1954."""
    return run_origins(load_scenario("ussr-1945"), (1953,), 1954, **SMALL)[MODEL][0]


@pytest.fixture(scope="session")
def known() -> Plan:
    """What was known at the end of 1953."""
    return compile_plan(load_scenario("ussr-1945"), free_after="1953-12")


@pytest.fixture
def made_up(known: Plan) -> Origin:
    """Four histories, equally likely, in which every quantity grows by a tenth of its first value a year, and nothing happens."""
    watch = watch_for(known)
    growth = 1 + np.arange(len(known.months)) / 120
    series = {name: np.tile(growth, (4, 1)).astype(np.float32) for name in watch.quantities}
    arm = Arm({}, series, np.full(4, len(known.months)), {}, None)
    return Origin(1953, known, arm, np.ones(4), 4.0, 1.0, None)
