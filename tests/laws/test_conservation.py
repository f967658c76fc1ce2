"""The laws of `tests/conservation.py` see what they are about: each notices a mechanism that loses or invents something."""

from dataclasses import replace
from types import SimpleNamespace

import conservation
import numpy as np
import pytest
from regime import make_noise, make_params, make_state

from thaw import loop
from thaw.declare import Mechanism

STEPS = {step.name: step for step in loop.mechanisms()}
RICH = {
    "political_prisoners": 400.0, "ordinary_prisoners": 900.0, "convictions": 90_000.0, "redress": 0.4, "amnestied": 0.3, "decree": 1.0, "suspects": 0.5,
    "clients": [0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.6, 0.2, 0.2, 0.5, 0.5], "cohort_share": 1 / 14, "opinion": np.linspace(-0.5, 0.5, 14),
}  # fmt: skip


def more(name, change):
    """What a mechanism wrote with one quantity changed."""
    return lambda values: values | {name: change(np.array(values[name]))}


def put(index, value):
    def changed(values):
        values[index] = value
        return values

    return changed


BROKEN = {
    "a man rises from the dead": ("mortality", more("alive", lambda alive: np.ones_like(alive))),
    "prisoners vanish": ("terror", more("political_prisoners", lambda stock: stock * 0.999)),
    "prisoners from nowhere": ("terror", more("ordinary_prisoners", lambda stock: stock + 30)),
    "nobody is let out": ("terror", more("ordinary_prisoners", lambda stock: stock / 0.7)),
    "two premiers": ("patronage", more("holds", put(np.s_[:, :2, 1], True))),
    "an office held from outside": ("patronage", more("rank", put(np.s_[:, 0], 0))),
    "too many members": ("patronage", more("rank", put(np.s_[:, :7], 2))),
    "a seat that is nobody's": ("patronage", more("clients", lambda clients: clients * 0.99)),
    "power from nowhere": ("patronage", more("power", lambda power: power * 1.01)),
    "who is arrested speaks": ("society", more("removed", lambda removed: ~removed)),
    "more voices than heads": ("society", more("voice", lambda voice: voice + 0.2)),
    "a state on no side": ("world", more("alignment", put(np.s_[:, 2], -1))),
    "a share that is not counted": ("world", more("neutral_share", lambda share: share + 0.01)),
    "a treaty without a side": ("world", more("bound", lambda bound: ~bound)),
    "an ally that is not counted": ("world", more("allied_east", lambda share: share + 0.01)),
    "an opinion that nobody holds": ("memory", more("reputation", lambda shown: shown + 1)),
}


def step_of(name, change):
    """The mechanism under its law, with `change` made to what it writes."""
    state = make_state(**RICH | ({"alive": False} if name == "mortality" else {}))
    true = STEPS[name]

    def changed(step, state, params, noise):
        return change(Mechanism.__call__.__wrapped__(step, state, params, noise))

    step = SimpleNamespace(function=true.function)
    call = conservation.guarded(lambda _, *rest: changed(true, *rest))
    return call(step, state, make_params(true), make_noise(true))


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_mechanism_is_seen(what):
    name, change = BROKEN[what]
    step_of(name, dict)  # the true one keeps the law
    with pytest.raises(AssertionError):
        step_of(name, change)


def test_every_law_has_a_mutant_and_belongs_to_the_month():
    lawful = {name for name, step in STEPS.items() if step.function in conservation.LAWS}
    assert lawful == {name for name, _ in BROKEN.values()}
    assert len(lawful) == len(conservation.LAWS)


def test_the_guard_stands_before_every_mechanism():
    """In a run or alone; not before one that a test has put in its place."""
    terror = STEPS["terror"]
    assert hasattr(Mechanism.__call__, "__wrapped__")
    other = replace(terror, function=lambda state, params, noise: {"fear": state.fear})
    assert set(other(make_state(), make_params(terror), None)) == {"fear"}
