"""Purge: who is removed, and the norm against it (Egorov & Sonin 2011; Gregory, Schröder & Sonin 2011).

    hazard of e = (base · autocracy · (1 - norm) + sweep · new leader) · exp(rivalry · (power_e / power_l - 1/4) + paranoia · (age_l - 65)/10
                  + company of the fallen + Moscow's terror + disfavour + tension + season)
    norm <- norm + pace · (wish · (1 - norm) - (1 - wish) · autocracy · norm) + jump when the security chief falls + jump at a revelation

A satellite's norm follows Moscow's line. An established autocrat removes those who come near him; a competent vizier is a danger. After
his end the survivors share an interest: nobody shall do so again. Losers of a showdown and dismissed leaders fall here too; what becomes of
a fallen man depends on the norm, and those who stood close to him are in danger for a year.
"""

from dataclasses import replace

import numpy as np

from thaw.axes import OFFICES
from thaw.court import CADRE, CANDIDATE, FREE, IMPRISONED, PENSIONED, SHOT, any_of, is_person, of, places, spread
from thaw.declare import OfCourt, event, hazard, mechanism, normal, param, uniform
from thaw.kernels.portable import exp, log, logistic

SECURITY = OFFICES.index("security")

PARAMS = (
    param("base", 0.004, unit="1/month", prior="lognormal(0.004, 0.5)", source="record:fall events 1946-51, 8 of 25 men in 7 years",
          meaning="hazard of a member under an established autocrat"),
    param("rivalry", 2.0, unit="log/ratio", prior="normal(2, 0.6)", source="egorov2011", meaning="danger of being strong"),
    param("paranoia", 0.4, unit="log/decade", prior="normal(0.4, 0.2)", source="assumed", meaning="growth with the autocrat's age above 65"),
    param("season_sd", 0.5, unit="log", prior="lognormal(0.5, 0.3)", source="assumed", meaning="spread of campaigns from month to month"),
    param("disfavour", 2.0, unit="log", prior="normal(2, 0.6)", source="brzezinski1967",
          meaning="push against nationally minded men in a satellite's court"),
    param("sweep", 0.004, unit="1/month", prior="lognormal(0.004, 0.4)", source="record:falls of secretaries and ministers 1953-56",
          meaning="hazard of men who are not a new leader's own"),
    param("company", 2.5, unit="log", prior="normal(2.5, 0.6)", source="record:fates of Zhdanov's and Beria's men", meaning="push of closeness to the fallen"),
    param("moscow", 1.0, unit="log", prior="normal(1, 0.4)", source="brzezinski1967", meaning="push of an autocrat in Moscow on his satellites' courts"),
    param("autocracy_slope", 14.0, unit="logit/share", prior="lognormal(14, 0.2)", source="assumed", meaning="how sharp rule by one begins"),
    param("lethality", 0.45, unit="share", prior="share(0.45, 0.4)", source="record:fates of the fallen 1946-52",
          meaning="share of the fallen who are shot when there is no norm"),
    param("prison", 0.5, unit="share", prior="share(0.5, 0.4)", source="record:fates of the fallen 1946-52",
          meaning="share of the other fallen who are imprisoned when there is no norm"),
    param("norm_pace", 0.03, unit="1/month", prior="lognormal(0.03, 0.4)", source="assumed", meaning="pace at which a norm grows or erodes"),
    param("norm_chief", 0.35, unit="share", prior="share(0.35, 0.3)", source="gregory2011", meaning="jump when the security chief falls"),
    param("norm_truth", 0.3, unit="share", prior="share(0.3, 0.3)", source="assumed", meaning="jump when crimes are revealed"),
    param("review", 0.05, unit="1/month", prior="lognormal(0.05, 0.4)", source="assumed", meaning="releases a month of the imprisoned under full redress"),
    param("recall", 0.04, unit="1/month", prior="lognormal(0.04, 0.4)", source="assumed", meaning="pensioned men who come back, per month"),
)  # fmt: skip


@mechanism(
    reads=("court", "age", "alive", "rank", "power", "leader", "personalisation", "holds", "outvoted", "tension", "revelation", "hegemon",
           "bloc", "stance", "redress", "fate", "dismissed", "install",
           "tainted", "tie", "tenure", "patron", "norm", "exists",            "dead_ruler", "pressure"),
    writes=("fallen", "fate", "norm", "tainted"),
    draws={"season": normal("P"), "mercy": uniform("E"), "cell": uniform("E"), "reprieve": uniform("E")},
    events=(
        event("purge", "P", "the autocrat strikes at a member of his court, or at two cadres, in one month", derived=True),
        event("fall", "E", "a person loses power: outvoted, purged or dropped", requires="a member or cadre of a court"),
    ),
    params=PARAMS,
    sources=("egorov2011", "gregory2011", "brzezinski1967"),
)  # fmt: skip
def purge(state, params, noise):
    """Falls, fates and the norm: {"fallen", "fate", "tainted": (H, E), "norm": (H, P)}.

    state   power, stance, age (H, E); personalisation, norm (H, P)
    noise   season (H, P) standard normal; mercy, cell, reprieve (H, E) uniform
    """
    polities = state.leader.shape[1]
    court, people = state.court, state.rank.shape[1]
    leads = is_person(state.leader, people)
    autocracy = logistic(params.autocracy_slope[:, None] * (state.personalisation - 0.5))
    leader_power = spread(np.maximum(of(state.power, state.leader), 0.02), court)
    leader_age = of(np.broadcast_to(state.age, state.power.shape), state.leader, 60.0)
    campaign = np.where(state.exists, (1 - state.norm) * autocracy, 0.0)
    moscow = (autocracy * (1 - state.norm) * state.hegemon).max(axis=1)[:, None]
    strikes = hazard(
        spread(params.base[:, None] * campaign, court) + params.sweep[:, None] * newcomers(state, params),
        company=params.company[:, None] * state.tainted,
        moscow=OfCourt(params.moscow[:, None] * moscow * state.bloc, court),
        rivalry=params.rivalry[:, None] * (np.minimum(state.power / leader_power, 1.0) - 0.25),
        paranoia=OfCourt(params.paranoia[:, None] * (leader_age - 65) / 10, court),
        season=OfCourt(params.season_sd[:, None] * noise.season, court),
        disfavour=params.disfavour[:, None] * state.bloc[court] * np.maximum(state.stance, 0.0),
        tension=OfCourt(np.broadcast_to(state.tension[:, None] - 0.5, state.leader.shape), court),
    )
    exposed = state.alive & ~leads & (state.rank >= CADRE) & state.exists[court]
    standing = 0.45 + 0.55 * (state.rank > CADRE)  # cadre are less in the way, but a purge reaches them too
    strikes = replace(strikes, rate=strikes.rate * standing)
    decided = state.outvoted | is_person(state.dismissed, people)
    fallen = noise.happens("fall", strikes, requires=exposed | decided, also=decided, actor=spread(state.leader, court))
    struck = places(fallen & ~decided & spread(campaign > 0.2, court))
    weights = np.where(state.rank[struck] >= CANDIDATE, 1.0, 0.5)
    purged = np.bincount(struck[0] * polities + court[struck[1]], weights, state.norm.size).reshape(state.norm.shape) >= 1  # a member, or two cadres
    noise.occurs("purge", purged, actor=state.leader)
    fate = fates(state, params, noise, fallen)

    chief_fell = any_of(fallen & state.holds[:, :, SECURITY], court, polities)
    after = state.dead_ruler >= 0
    wish = np.where(after, 1 - autocracy, np.where(state.bloc, np.maximum(state.pressure, 0.0), 0.0))
    pull = params.norm_pace[:, None] * (wish * (1 - state.norm) - state.norm * autocracy * (1 - wish))
    norm = state.norm + pull
    norm = norm + (1 - norm) * (chief_fell & after) * params.norm_chief[:, None]
    norm = norm + (1 - norm) * state.revelation * params.norm_truth[:, None]
    fade = exp(-log(2.0) / np.full((1, 1), 12.0))
    tainted = np.maximum(state.tainted * fade, close_to(state.tie, fallen))
    return {"fallen": fallen, "fate": fate, "norm": norm, "tainted": tainted}


def fates(state, params, noise, fallen):
    """What becomes of everybody (H, E): sentences of those who fall, by the norm; reviews, and calls back to power, of those who fell before."""
    fate = state.fate.copy()
    rows, people = before = places(fate > FREE)
    court, was, luck = state.court[people], fate[before], noise.only("reprieve", before)
    freed = (was == IMPRISONED) & (luck < params.review[rows] * state.redress[rows, court])
    called = is_person(state.install, fate.shape[1])[before]  # whom Moscow or the street puts in is rehabilitated
    recalled = (was == PENSIONED) & ((luck < params.recall[rows]) | called)
    fate[before] = np.where(freed, PENSIONED, np.where(recalled, FREE, was))

    rows, people = now = places(fallen)
    free = 1 - state.norm[rows, state.court[people]]
    shot = noise.only("mercy", now) < params.lethality[rows] * free**2
    jailed = noise.only("cell", now) < params.prison[rows] * free
    fate[now] = np.where(shot, SHOT, np.where(jailed, IMPRISONED, PENSIONED))
    return fate


def newcomers(state, params):
    """How far a leader in his first years replaces men who are not his, (H, E) in [0, 1]: the guard changes with him."""
    young = exp(-state.tenure / 24.0) * (state.leader >= 0) * (state.dead_ruler != state.leader)
    his = state.patron == spread(state.leader, state.court)
    return (1 - 0.8 * his) * spread(young, state.court)


def close_to(tie, fallen):
    """How close each person stood to those who fell this month, (H, E): the strongest tie either way."""
    close = np.zeros(fallen.shape)
    rows, people = places(fallen)
    if len(rows):
        first = np.flatnonzero(np.diff(rows, prepend=-1))  # of each history
        close[rows[first]] = np.maximum.reduceat(np.maximum(tie[people], tie.T[people]), first, axis=0)
    return close
