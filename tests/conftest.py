"""Fixtures of the tests of the model; what builds states, parameters and luck for one mechanism is in `regime.py`."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from conservation import guarded
from regime import run, small_scenario, window

from thaw import loop
from thaw.compile import compile_plan
from thaw.declare import Mechanism
from thaw.noise import Log
from thaw.plan import Plan
from thaw.scenario import load_scenario


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="renew the golden summaries; say why in the commit")


@pytest.fixture(scope="session", autouse=True)
def conservation() -> Iterator[None]:
    """Every mechanism that a test calls, alone or in a run, keeps the laws of `conservation.py`; processes of their own are not watched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Mechanism, "__call__", guarded(Mechanism.__call__))
        yield


@pytest.fixture(scope="session")
def whole_plan() -> Plan:
    """The built-in scenario, all polities, 120 citizens each."""
    return compile_plan(load_scenario("ussr-1945")).with_(citizens=120)


@pytest.fixture(scope="session")
def plan() -> Plan:
    """Moscow and three satellites from October 1952, at first as in June 1945, for 53 months: to February 1957."""
    small = compile_plan(small_scenario("SUN", "POL", "DDR", "HUN")).with_(citizens=200)
    return window(small, (1952, 10), 53)


@pytest.fixture(scope="session")
def told(plan: Plan) -> SimpleNamespace:
    """One run of `plan` by 64 histories: its states, its log and a snapshot after each month. Never changed."""
    log, kept, faults = Log(), [], []
    states = run(plan, log=log, keep=kept.append, faults=faults)
    assert not faults
    return SimpleNamespace(states=states, log=log, snapshots=kept)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable:
    """only(mechanism, ...): the month consists of these while a test runs."""

    def replace(*steps: Mechanism) -> None:
        monkeypatch.setattr(loop, "ORDER", steps)

    return replace
