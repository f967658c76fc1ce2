"""Who sides with whom: the choices of the states outside the blocs and their movement; a part of `world`.

    a state each January, and in the month of its independence: West, East or neither by a multinomial logit (McFadden 1974)
        west = w0 - w1 · distance to Washington + aid - colony + habit if West + tightness - outside
        east = e0 - e1 · distance to Moscow + kinship · (½ - distance of its party's line) + habit if East + tightness - outside
        neither = 0            tightness = t · (tension - ½)            outside = n · (share of states outside - ½)
    it goes East where luck < P(East), West where luck > 1 - P(West); luck = Φ(lean of the state, once, and mood of the year)

One number of luck on a line from East to West is enough, since a mood that makes a state leave one pole never throws it to the other:
between them lies neither. Poles and obedient satellites do not choose.
"""

import numpy as np

from thaw.declare import hazard, param
from thaw.kernels.portable import exp, normal

NEITHER, WEST, EAST, NOT_YET = 0, 1, 2, -1

PARAMS = (
    param("west", 1.5, unit="logit", prior="normal(1.5, 0.3)", source="record:states.csv alliances 1950, 1955", meaning="pull of the West at its own door"),
    param("west_distance", 0.14, unit="logit/1000 km", prior="lognormal(0.14, 0.3)", source="record:states.csv alliances 1950, 1955",
          meaning="loss of that pull with distance to Washington"),
    param("aid", 0.7, unit="logit", prior="normal(0.7, 0.3)", source="record:marshall_aid_received", meaning="pull of aid for recovery"),
    param("colony_west", -1.2, unit="logit", prior="normal(-1.2, 0.3)", source="westad2005", meaning="what a colonial past does to the pull of the West"),
    param("colony_east", -0.4, unit="logit", prior="normal(-0.4, 0.3)", source="westad2005", meaning="what it does to the pull of the East"),
    param("east", -1.9, unit="logit", prior="normal(-1.9, 0.4)", source="record:states.csv alliances 1950, 1955", meaning="pull of the East at its own door"),
    param("east_distance", 0.1, unit="logit/1000 km", prior="lognormal(0.1, 0.4)", source="assumed", meaning="loss of that pull with distance to Moscow"),
    param("kinship", 5.0, unit="logit", prior="normal(5, 1)", source="assumed", meaning="pull of Moscow on a ruling party of its own kind and line"),
    param("habit", 1.5, unit="logit", prior="lognormal(1.5, 0.25)", source="assumed", meaning="pull of the side on which a state already stands"),
    param("tightness", 2.0, unit="logit", prior="normal(2, 0.6)", source="assumed", meaning="pull of both poles under full tension"),
    param("outside", 1.0, unit="logit", prior="normal(1, 0.4)", source="assumed", meaning="encouragement by others who stay outside"),
    param("mood", 0.5, unit="1", prior="lognormal(0.5, 0.3)", source="assumed", meaning="luck of the year against the lean of a state"),
    param("founding", 0.003, unit="1/month", prior="lognormal(0.003, 0.5)", source="assumed", meaning="hazard that those outside found a movement"),
    param("founding_outside", 4.0, unit="log", prior="normal(4, 1)", source="westad2005", meaning="push of their share among all states"),
    param("founding_loose", 1.5, unit="log", prior="normal(1.5, 0.5)", source="westad2005", meaning="push of a loose bloc: exits and the quarrel with Beijing"),
    param("joining", 0.015, unit="1/month", prior="lognormal(0.015, 0.5)", source="assumed", meaning="hazard that a state outside joins"),
    param("joining_first", 3.0, unit="log", prior="normal(3, 0.5)", source="assumed", meaning="push in the month of the founding"),
    param("joining_colony", 0.7, unit="log", prior="normal(0.7, 0.3)", source="westad2005", meaning="push of a colonial past"),
)  # fmt: skip


def align(state, params, noise, tension):
    """The side of every state (H, W) after this month: poles, obedient satellites, and those who choose now."""
    chosen = np.where((state.alignment == NOT_YET) & state.independent, NOT_YET, state.alignment)
    now = (chosen == NOT_YET) & state.independent if not state.january else np.broadcast_to(state.independent, chosen.shape)
    if now.any():
        chosen = np.where(now, choose(state, params, noise, tension), chosen)
    chosen = np.where(state.pole > 0, state.pole, chosen)
    for p in np.flatnonzero(state.bloc & state.exists & (state.state_of >= 0)):
        w = state.state_of[p]
        if state.independent[w]:
            left = state.exited[:, p] & (chosen[:, w] == EAST) & (state.alignment[:, w] == EAST) & ~now[:, w]
            chosen[:, w] = np.where(state.exited[:, p], np.where(left, NEITHER, chosen[:, w]), EAST)
    return chosen.astype(np.int8)


def choose(state, params, noise, tension):
    """What each state would choose now, (H, W) of NEITHER, WEST, EAST."""
    past = state.alignment
    common = (params.tightness * (tension - 0.5) - params.outside * (state.neutral_share - 0.5))[:, None]
    habit = params.habit[:, None]
    west = (
        params.west[:, None] - params.west_distance[:, None] * state.km_washington + params.aid[:, None] * state.aided
        + params.colony_west[:, None] * state.colony + habit * (past == WEST) + common
    )  # fmt: skip
    east = (
        params.east[:, None] - params.east_distance[:, None] * state.km_moscow + params.colony_east[:, None] * state.colony
        + habit * (past == EAST) + common + params.kinship[:, None] * kin(state)
    )  # fmt: skip
    to_west, to_east = exp(np.minimum(west, 20.0)), exp(np.minimum(east, 20.0))
    total = 1 + to_west + to_east
    weight = params.mood[:, None]
    luck = normal((noise.lean + weight * noise.mood) / np.sqrt(1 + weight * weight))
    return np.where(luck * total < to_east, EAST, np.where((1 - luck) * total < to_west, WEST, NEITHER))


def kin(state):
    """Pull of Moscow on the states ruled by parties of its own kind, (H, W): ½ where they share its line, less where the lines differ."""
    moscow = (state.line * state.hegemon).sum(axis=1)[:, None]
    near = 0.5 - np.abs(state.line - moscow)
    found = np.zeros(state.alignment.shape)
    for p in np.flatnonzero(state.exists & (state.state_of >= 0)):
        found[:, state.state_of[p]] = near[:, p] - state.split * state.china[p]
    return found


def gather(state, params, noise, alignment, quarrel):
    """The movement of those outside: whether it exists (H,), who takes part (H, W), and the shares of states outside and East (H,)."""
    states = max(int(state.independent.sum()), 1)
    neutral = ((alignment == NEITHER) & state.independent).sum(axis=1) / states
    east = ((alignment == EAST) & state.independent).sum(axis=1) / states
    bloc = state.bloc & state.exists
    loose = np.maximum((state.exited & bloc).sum(axis=1) / max(int(bloc.sum()), 1), quarrel)
    founded = noise.happens(
        "nam_founded",
        hazard(params.founding, outside=params.founding_outside * (neutral - 0.5), loose=params.founding_loose * (loose - 0.2)),
        requires=~state.nam & (neutral > 0.2),
    )
    nam = state.nam | founded
    outside = (alignment == NEITHER) & nam[:, None] & ~state.member & state.independent
    first = params.joining * exp(params.joining_first * founded)
    more = exp(params.joining_colony)[:, None]
    joins = noise.happens("joins_nam", first[:, None] * np.where(state.colony, more, 1.0), requires=outside)
    return nam, state.member | joins, neutral, east
