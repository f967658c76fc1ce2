"""Who leads is alive and free, in every court and month."""

import numpy as np
from regime import run

from thaw.court import FREE, of


def test_a_leader_is_alive_and_free_or_there_is_none(plan, told):
    """At the end of each month; who falls in it, or is dismissed, loses the lead with the next."""
    for before, state in zip(told.states, told.states[1:], strict=False):
        led = state.leader >= 0
        settled = led & (state.leader == before.leader) & ~of(state.fallen, state.leader, False)
        assert of(state.alive, state.leader, True)[led].all()
        assert (of(state.fate, state.leader, FREE)[settled] == FREE).all()


def test_who_is_installed_stays_a_while(plan):
    """Men in disgrace who are called back keep the post next month, unless they fall or die: they are rehabilitated with the call."""
    states = run(plan, 0, 64)
    called = kept = 0
    for state, after, later in zip(states, states[1:], states[2:], strict=False):
        named = (state.install >= 0) & (after.leader == state.install)
        fell = of(after.fallen, after.leader, False) | (after.dismissed == after.leader)
        called += int((named & ~fell).sum())
        kept += int((named & ~fell & (later.leader == after.leader)).sum())
    assert called > 0
    assert kept / called > 0.9, np.round(kept / called, 2)
