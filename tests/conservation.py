"""What no month may break, whatever happens in it: laws of conservation, each about what one mechanism was given and what it wrote.

`conftest.py` puts `guarded` before every mechanism that any test in this process calls, alone or in a run, so that each of these laws is
tried in every month of every run of the tests. A law may use nothing of the mechanism but its parameters and results.
"""

from collections.abc import Callable
from functools import wraps

import numpy as np
from numpy.testing import assert_allclose

from thaw.alignment import EAST, NEITHER, WEST
from thaw.axes import ACTS, OFFICES, SINGLE_HOLDER
from thaw.court import CADRE, FREE, FULL, OUTSIDE, is_person, per_court, spread
from thaw.mechanisms import memory as of_memory
from thaw.mechanisms import mortality, patronage, society, terror, world
from thaw.mechanisms.patronage import MULTIPLE, SEATS

CLOSE = 1e-9
LAWS: dict[Callable, Callable] = {}


def law(step):
    """Register a law of a mechanism; one that a test has put in its place under the same name is not bound by it."""

    def attach(check):
        LAWS[step.function] = check
        return check

    return attach


def guarded(call):
    """A mechanism's call that asserts the laws of what it returns."""

    @wraps(call)
    def checked(step, state, params, noise):
        values = call(step, state, params, noise)
        if step.function in LAWS:
            LAWS[step.function](state, params, values)
        return values

    return checked


@law(mortality)
def the_dead_stay_dead(state, params, values):
    assert not (values["alive"] & ~state.alive).any()


@law(terror)
def prisoners_in_are_out_and_stock(state, params, values):
    """Stock before + sent - left = stock after, in both streams.

    Politicals are sent from the convictions of the month; they leave when their term ends, on review and by amnesty. The ordinary are sent
    by the courts, at most as the decrees have it and by `leniency` fewer, and leave when their term ends and by amnesty.
    """
    sent = params.to_camp[:, None] * values["convictions"] / 12 / 1000
    ends = np.minimum(1 / params.political_term[:, None] + params.review[:, None] * state.redress, 1.0)
    freed = params.amnesty_politicals[:, None] * state.amnestied
    held = state.political_prisoners + sent
    left = held * (ends + freed - ends * freed)
    assert_allclose(values["political_prisoners"], held - left, rtol=CLOSE, atol=CLOSE)

    people = np.where(state.exists, state.population, 0.0) / 1000
    most = params.ordinary_inflow[:, None] * (1 + params.decree[:, None] * state.decree) * people
    least = (1 - params.leniency[:, None]) * most
    stays = (1 - np.minimum(1 / params.ordinary_term[:, None], 1.0)) * (1 - state.amnestied)
    after, before = values["ordinary_prisoners"], state.ordinary_prisoners
    assert (after <= (before + most) * stays * (1 + CLOSE) + CLOSE).all()
    assert (after >= (before + least) * stays * (1 - CLOSE) - CLOSE).all()


@law(patronage)
def seats_are_members(state, params, values):
    """One man an office and no more members than seats; nobody outside, dead or locked up holds either; every committee seat is somebody's."""
    out = ~state.alive | state.fallen | (state.fate > FREE)
    rank, holds, court = values["rank"], values["holds"], state.court
    polities = state.leader.shape[1]
    there = state.exists
    called = is_person(np.where(state.install >= 0, state.install, values["leader"]), rank.shape[1])  # Moscow may put in a pensioner
    assert not (out & (rank > OUTSIDE) & ~called & spread(there[None], court)).any()
    assert not (holds.any(axis=2) & (rank < CADRE)).any()

    held = np.stack([per_court(holds[:, :, office].astype(int), court, polities) for office in range(len(OFFICES))], axis=2)
    before = np.stack([per_court(state.holds[:, :, office].astype(int), court, polities) for office in range(len(OFFICES))], axis=2)
    seats = np.array([1 if office in SINGLE_HOLDER else MULTIPLE[OFFICES.index(office)] for office in OFFICES])
    assert (held <= np.maximum(before, seats)).all()
    for level, most in SEATS.items():
        members, were = (per_court((ranks == level).astype(int), court, polities) for ranks in (rank, state.rank))
        assert (members <= np.maximum(most, were + 1))[:, state.has_court].all()  # one put at the head, or sent down from it, is beyond the number

    clients, power = per_court(values["clients"], court, polities), per_court(values["power"], court, polities)
    assert (clients <= np.maximum(per_court(state.clients, court, polities), 1) + CLOSE).all()
    heirs = per_court(np.where(~out & (state.rank == FULL), state.power, 0.0), court, polities) > 0
    full = np.isclose(per_court(state.clients, court, polities), 1.0, rtol=0, atol=CLOSE)
    assert_allclose(clients[full & heirs], 1.0, rtol=0, atol=10 * CLOSE)
    manned = per_court((rank > OUTSIDE).astype(int), court, polities) > 0
    assert_allclose(power[manned & state.has_court], 1.0, rtol=0, atol=CLOSE)
    assert (power <= 1 + CLOSE).all()


@law(society)
def heads_are_citizens(state, params, values):
    """Nobody speaks who is off the street, and the share that speaks or revolts is that of the citizens who do, up to rounding of strata."""
    street, removed = values["street"], values["removed"]
    assert not (street & removed[:, None]).any()
    people = street.shape[2]
    smallest = [np.diff(np.round(np.cumsum((0.0, *shares)) * people)) for shares in state.stratum_share[state.has_society]]
    for act, name in enumerate(ACTS):
        told = values[name][:, state.has_society].sum(axis=0) * people
        heads = np.bitwise_count(street[:, act]).sum(axis=(1, 2))
        for k, strata in enumerate(smallest):
            assert abs(told[k] - heads[k]) <= CLOSE + heads[k] / max(strata[strata > 0].min(initial=np.inf), 1.0), name


@law(world)
def every_independent_state_is_on_one_side(state, params, values):
    """Neither + West + East = all independent states, and whoever is not independent yet is on none.

    A treaty binds only independent states with a side, no pole and no enemy under armistice; shares count them and their pole.
    """
    sides, there = values["alignment"], state.independent
    counts = {side: ((sides == side) & there).sum(axis=1) for side in (NEITHER, WEST, EAST)}
    whole = int(there.sum())
    assert (sum(counts.values()) == whole).all()
    assert (sides[:, ~there] == state.alignment[:, ~there]).all()
    assert_allclose(values["neutral_share"] * max(whole, 1), counts[NEITHER], atol=CLOSE)
    assert_allclose(values["east_share"] * max(whole, 1), counts[EAST], atol=CLOSE)
    bound = values["bound"]
    assert (~bound | ((sides > NEITHER) & state.independent & (state.pole == 0) & ~state.armistice)).all()
    for side, name in ((WEST, "allied_west"), (EAST, "allied_east")):
        allies = (bound & (sides == side)).sum(axis=1)
        assert_allclose(values[name] * max(whole, 1), allies + (allies > 0), atol=CLOSE)


@law(of_memory)
def reputation_is_a_mean_of_cohorts(state, params, values):
    """Weights of cohorts sum to 1 (to nought in a made-up state without people), so that a reputation lies among the opinions it sums up."""
    share, opinion = state.cohort_share, values["opinion"]
    assert (share >= 0).all()
    assert np.isclose(share.sum(), 1.0, rtol=0, atol=CLOSE) or not share.any()
    if share.any():
        among = opinion[:, share > 0]
        assert (values["reputation"] >= among.min(axis=1) - CLOSE).all()
        assert (values["reputation"] <= among.max(axis=1) + CLOSE).all()
