"""Who sides with whom: the choices of the states outside the blocs and their movement; a part of `world`.

    a state each January, and in the month of its independence or of a pact: West, East or neither by a multinomial logit (McFadden 1974)
        west = w0 - w1 · distance to Washington + aid + protection if offered a pact - colony - kinship if ruled by a party of Moscow's kind + habit if West + u
        east = e0 - e1 · distance to Moscow + kinship · (½ - distance of that party's line) + habit if East + u
        neither = 0            u = tightness · (tension - ½) - outside · (share of states outside - ½)
    it goes East where luck < P(East), West where luck > 1 - P(West); luck = Φ(lean of the state, once, and mood of the year)

One number of luck on a line from East to West is enough, since a mood that makes a state leave one pole never throws it to the other:
between them lies neither. Poles and obedient satellites do not choose.

    treaties    a side is not yet a treaty: the West offers all states of a theatre a pact at once, Moscow signs with one after another,
                both the sooner the higher tension is (Walt 1987: allies balance against threats); who is bound mostly keeps his side
                (Leeds & Savun 2007); a former enemy is free to sign once it is at peace
"""

import numpy as np

from thaw.declare import hazard, param
from thaw.kernels.portable import exp, normal

NEITHER, WEST, EAST, NOT_YET = 0, 1, 2, -1

PARAMS = (
    param("west", 0.9, unit="logit", prior="normal(0.9, 0.3)", source="record:states.csv alliances 1950, 1955", meaning="pull of the West at its own door"),
    param("west_distance", 0.14, unit="logit/1000 km", prior="lognormal(0.14, 0.3)", source="record:states.csv alliances 1950, 1955",
          meaning="loss of that pull with distance to Washington"),
    param("aid", 0.7, unit="logit", prior="normal(0.7, 0.3)", source="record:marshall_aid_received", meaning="pull of aid for recovery"),
    param("colony_west", -1.2, unit="logit", prior="normal(-1.2, 0.3)", source="westad2005", meaning="what a colonial past does to the pull of the West"),
    param("colony_east", -0.4, unit="logit", prior="normal(-0.4, 0.3)", source="westad2005", meaning="what it does to the pull of the East"),
    param("east", -2.3, unit="logit", prior="normal(-2.3, 0.4)", source="record:states.csv alliances 1950, 1955", meaning="pull of the East at its own door"),
    param("east_distance", 0.1, unit="logit/1000 km", prior="lognormal(0.1, 0.4)", source="assumed", meaning="loss of that pull with distance to Moscow"),
    param("kinship", 7.0, unit="logit", prior="normal(7, 1)", source="assumed",
          meaning="twice the pull of Moscow on a party of its kind and line; what keeps such a party from the West"),
    param("habit", 2.2, unit="logit", prior="lognormal(2.2, 0.2)", source="assumed", meaning="pull of the side on which a state already stands"),
    param("protection", 1.0, unit="logit", prior="normal(1, 0.3)", source="record:states.csv alliances 1947-53", meaning="pull of a pact that the West offers"),
    param("treaty", 3.5, unit="logit", prior="lognormal(3.5, 0.2)", source="record:states.csv alliances 1945-53, one left in 250 years",
          meaning="more of that where a treaty binds it"),
    param("pact", 0.012, unit="1/month", prior="lognormal(0.012, 0.4)", source="record:states.csv alliances 1945-53, 3 in 251 months of four theatres",
          meaning="hazard of an offer in a theatre at middling tension"),
    param("signing", 0.1, unit="1/month", prior="lognormal(0.1, 0.5)", source="record:states.csv alliances 1947-53",
          meaning="hazard that Moscow binds a state that is free to sign, at middling tension"),
    param("pact_by_tension", 2.0, unit="log", prior="normal(2, 0.5)", source="walt1987", meaning="push of tension"),
    param("tightness", 2.0, unit="logit", prior="normal(2, 0.6)", source="assumed", meaning="pull of both poles under full tension"),
    param("outside", 1.0, unit="logit", prior="normal(1, 0.4)", source="assumed", meaning="encouragement by others who stay outside"),
    param("mood", 0.5, unit="1", prior="lognormal(0.5, 0.3)", source="assumed", meaning="luck of the year against the lean of a state"),
    param("founding", 0.003, unit="1/month", prior="lognormal(0.003, 0.5)", source="assumed",
          meaning="hazard that they found a movement, a fifth of all states being former colonies outside"),
    param("founding_outside", 6.0, unit="log", prior="normal(6, 1.5)", source="westad2005", meaning="push of the share of former colonies outside"),
    param("founding_loose", 1.5, unit="log", prior="normal(1.5, 0.5)", source="westad2005", meaning="push of a loose bloc: exits and the quarrel with Beijing"),
    param("joining", 0.015, unit="1/month", prior="lognormal(0.015, 0.5)", source="assumed", meaning="hazard that a state outside joins"),
    param("joining_first", 3.0, unit="log", prior="normal(3, 0.5)", source="assumed", meaning="push in the month of the founding"),
)  # fmt: skip


def offer(state, params, noise, tension):
    """Where the West has offered a pact (H, T): as given, or, where that is not said, sooner the higher tension is."""
    told, unsaid = state.pacts > 0, state.pacts < 0
    threat = (params.pact_by_tension * (tension - 0.5))[:, None]
    rate = hazard(params.pact[:, None] * unsaid, tension=threat)
    return state.offered | noise.happens("pact", rate, requires=~state.offered & (told | unsaid), also=told)


def align(state, params, noise, tension, offered):
    """The side of every state (H, W) after this month: poles, obedient satellites, and those who choose now."""
    sides = state.alignment.copy()
    called = (state.lies_in >= 0) & (offered & ~state.offered)[:, state.lies_in]
    now = (state.january | called | (sides == NOT_YET)) & state.independent & (state.pole == 0)
    w = np.flatnonzero(now.any(axis=0))
    if len(w):
        sides[:, w] = np.where(now[:, w], choose(state, params, noise, tension, offered, w), sides[:, w])
    sides[:, state.pole > 0] = state.pole[state.pole > 0]
    for p in np.flatnonzero(state.bloc & state.exists & (state.state_of >= 0)):
        w, left = state.state_of[p], state.exited[:, p]
        if state.independent[w]:
            stands = np.where(sides[:, w] == EAST, NEITHER, sides[:, w])  # who has left chooses, but never Moscow
            sides[:, w] = np.where(left, stands, EAST)
    return sides


def choose(state, params, noise, tension, offered, w):
    """What the states at places `w` would choose now, (H, w) of NEITHER, WEST, EAST."""
    past, colony = state.alignment[:, w], state.colony[w]
    habit = params.habit[:, None] + params.treaty[:, None] * state.bound[:, w]
    common = (params.tightness * (tension - 0.5) - params.outside * (state.neutral_share - 0.5))[:, None]
    ruled, near = kin(state, w)
    protected = (state.lies_in[w] >= 0) & offered[:, state.lies_in[w]]
    west = (
        params.west[:, None] - params.west_distance[:, None] * state.km_washington[w]
        + params.aid[:, None] * state.aided[w] + params.protection[:, None] * protected
        + params.colony_west[:, None] * colony + habit * (past == WEST) + common - params.kinship[:, None] * ruled
    )  # fmt: skip
    east = (
        params.east[:, None] - params.east_distance[:, None] * state.km_moscow[w] + params.colony_east[:, None] * colony
        + habit * (past == EAST) + common + params.kinship[:, None] * near
    )  # fmt: skip
    to_west, to_east = exp(np.minimum(west, 20.0)), exp(np.minimum(east, 20.0))
    total = 1 + to_west + to_east
    weight = params.mood[:, None]
    luck = normal((noise.lean[:, w] + weight * noise.mood[:, w]) / np.sqrt(1 + weight * weight))
    return np.where(luck * total < to_east, EAST, np.where((1 - luck) * total < to_west, WEST, NEITHER))


def bind(state, params, noise, tension, sides, offered):
    """Treaties: which states are bound (H, W), and the shares bound to West and East, poles included (H,)."""
    threat = (params.pact_by_tension * (tension - 0.5))[:, None]
    ruled, _ = kin(state, np.arange(sides.shape[1]))
    free = state.independent & (state.pole == 0) & ~state.armistice
    with_east = (sides == EAST) & free
    signs = noise.happens("eastern_treaty", hazard(params.signing[:, None], tension=threat), requires=with_east & ruled & ~state.bound)
    joins = (sides == WEST) & free & (state.lies_in >= 0) & offered[:, state.lies_in]
    bound = joins | with_east & (signs | (state.bound & (state.alignment == EAST)))
    states = max(int(state.independent.sum()), 1)
    west, east = (bound & (sides == WEST)).sum(axis=1), (bound & (sides == EAST)).sum(axis=1)
    return bound, (west + (west > 0)) / states, (east + (east > 0)) / states


def kin(state, w):
    """Which states at places `w` are ruled by a party of Moscow's kind (w,), and its pull on them (H, w): ½ at the same line, less apart."""
    moscow = (state.line * state.hegemon).sum(axis=1)
    ruled, near = np.zeros(len(w), bool), np.zeros((len(moscow), len(w)))
    for p in np.flatnonzero(state.exists & (state.state_of >= 0)):
        here = w == state.state_of[p]
        ruled |= here
        near[:, here] = (0.5 - np.abs(state.line[:, p] - moscow) - state.split * state.china[p])[:, None]
    return ruled, near


def gather(state, params, noise, alignment, quarrel):
    """The movement of those outside: whether it exists (H,), who takes part (H, W), and the shares of states outside and East (H,)."""
    states = max(int(state.independent.sum()), 1)
    free = (alignment == NEITHER) & state.independent
    neutral, young = free.sum(axis=1) / states, free[:, state.colony].sum(axis=1) / states
    east = ((alignment == EAST) & state.independent).sum(axis=1) / states
    bloc = state.bloc & state.exists
    loose = np.maximum((state.exited & bloc).sum(axis=1) / max(int(bloc.sum()), 1), quarrel)
    founded = noise.happens(
        "nam_founded",
        hazard(params.founding, outside=params.founding_outside * (young - 0.2), loose=params.founding_loose * (loose - 0.2)),
        requires=~state.nam & (young > 0.1),
    )
    nam = state.nam | founded
    outside = free & nam[:, None] & ~state.member
    joins = noise.happens("joins_nam", hazard(params.joining, founding=params.joining_first * founded).rate[:, None], requires=outside)
    return nam, state.member | joins, neutral, east
