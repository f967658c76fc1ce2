"""A model of mechanisms that do nothing, for tests of names and scenarios that must not change with the real one."""

import pytest

from thaw import names
from thaw.declare import Mechanism, event, mechanism, param


def _mechanism(name: str, params=(), events=(), rules=()) -> Mechanism:
    def nothing(state, params, noise):
        """Nothing."""
        return {}

    nothing.__name__ = name
    return mechanism(reads=(), writes=(), params=params, events=events, rules=rules)(nothing)


_REFORMS = ("secret_speech", "amnesty", "thaw", "rehabilitation", "personnel_renewal")
MODEL = (
    _mechanism("mortality", events=(event("death", "E", "a person dies", once=True),)),
    _mechanism("purge", events=(event("fall", "E", "a person falls"),), rules=("quiet", "show_trial")),
    _mechanism(
        "terror",
        params=(
            param("inertia", 6.0, unit="month", prior="lognormal(6, 0.5)", source="assumed", meaning="of arrests"),
            param("reach", 0.4, unit="share", prior="share(0.4, 0.5)", source="assumed", meaning="of the police"),
            param("drift", 0.0, unit="1", prior="normal(0, 1)", source="assumed", meaning="either way"),
            param("noise", 0.2, unit="1", prior="halfnormal(0.2)", source="assumed", meaning="of quotas"),
        ),
    ),
    _mechanism("reform", events=tuple(event(name, "P", "a reform", once=True) for name in _REFORMS)),
    _mechanism("society", events=(event("uprising", "P", "a revolt"), event("detente", "", "the poles agree"))),
    _mechanism("world", events=(event("joins_nam", "W", "a state joins", once=True), event("crisis", "T", "a crisis"))),
)


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch) -> tuple[Mechanism, ...]:
    """Names are those of `MODEL` while a test runs."""
    monkeypatch.setattr(names, "mechanisms", lambda: MODEL)
    return MODEL
