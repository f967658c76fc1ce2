"""Fixtures of the tests of skill: one run from the end of 1953, small, and a made-up arm whose scores can be told by hand."""

import numpy as np
import pytest
from corrupt import SMALL

from thaw.attribution.arms import Arm
from thaw.compile_known import plan_up_to
from thaw.plan import Plan
from thaw.scenario import load_scenario
from thaw.skill.origins import ARMS, MODEL, Origin, run_origins, watch_for


@pytest.fixture(scope="session")
def small_origin() -> Origin:
    """64 histories that follow the record to the end of 1953 and run on to the end of 1954."""
    return run_origins(load_scenario("ussr-1945"), (1953,), 1954, arms={MODEL: ARMS[MODEL]}, **SMALL)[MODEL][0]


@pytest.fixture(scope="session")
def known() -> Plan:
    """What was known at the end of 1953."""
    return plan_up_to(load_scenario("ussr-1945"), "1953-12")


@pytest.fixture
def made_up(known: Plan) -> Origin:
    """Four histories, equally likely, in which every quantity grows by a tenth of its first value a year, and nothing happens."""
    return growing(known, 1953)


@pytest.fixture
def made_up_1956() -> Origin:
    """The same at the end of 1956."""
    return growing(plan_up_to(load_scenario("ussr-1945"), "1956-12"), 1956)


def growing(plan: Plan, year: int) -> Origin:
    growth = 1 + np.arange(len(plan.months)) / 120
    series = {name: np.tile(growth, (4, 1)).astype(np.float32) for name in watch_for(plan).quantities}
    arm = Arm({}, series, np.full(4, len(plan.months)), {}, None)
    return Origin(year, plan, arm, np.ones(4), 4.0, 1.0)
