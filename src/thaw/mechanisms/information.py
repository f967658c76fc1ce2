"""Information: what people may know (Guriev & Treisman 2019 for the trade-off; Parta 2007 for the audience of foreign radio).

    censorship   <- censorship + (logistic(c - line - easing) - censorship) / lag
    jamming      <- jamming + (what is sent · logistic(will + censorship + tension + revolt + what stands - line - cost of effort) - jamming) / lag
    broadcasting  = receivers per head · Western effort · (1 - what jamming drowns)
    cult         <- cult + (personalisation · reach · (1 - knowledge) - cult) / lag, cut by revelation
    knowledge    <- knowledge + (1 - knowledge) · (revelation + rumour + radio + samizdat + returning prisoners) - forgetting · knowledge

A revelation in Moscow is a shock common to the bloc; how much of it arrives depends on censorship. Jammers take long to build and are
switched off at once, so that the lag is longer upwards.
"""

import numpy as np

from thaw.declare import mechanism, param
from thaw.kernels.portable import logistic

PARAMS = (
    param("strict", 1.6, unit="logit", prior="normal(1.6, 0.3)", source="assumed", meaning="censorship under a neutral line"),
    param("line", 2.0, unit="logit", prior="normal(2, 0.4)", source="assumed", meaning="censorship lifted by a reformist line"),
    param("easing", 1.2, unit="logit", prior="normal(1.2, 0.3)", source="assumed", meaning="censorship lifted by a thaw"),
    param("lag", 5.0, unit="month", prior="lognormal(5, 0.3)", source="assumed", meaning="time for editors to take courage, or lose it"),
    param("hearers", 4.0, unit="person/set", prior="lognormal(4, 0.2)", source="assumed", meaning="people within hearing of one receiver"),
    param("drowned", 0.7, unit="share", prior="share(0.7, 0.4)", source="parta2007",
          meaning="of foreign radio lost to full jamming: in town most, in the country less"),
    param("jam", 1.0, unit="logit", prior="normal(1, 0.5)", source="assumed", meaning="will to jam under a neutral line, half the tension and full effort"),
    param("jam_censorship", 3.0, unit="logit", prior="normal(3, 0.8)", source="guriev2019", meaning="more jamming where more may not be printed, from 0.8 on"),
    param("jam_tension", 2.0, unit="logit", prior="normal(2, 0.6)", source="assumed", meaning="push of tension between the blocs; a détente lowers it"),
    param("jam_revolt", 1.0, unit="logit", prior="lognormal(1, 0.4)", source="assumed", meaning="push of revolt at home or next door"),
    param("jam_line", 1.5, unit="logit", prior="lognormal(1.5, 0.3)", source="assumed", meaning="jamming given up by a reformist line or a thaw"),
    param("jam_cost", 0.8, unit="logit", prior="lognormal(0.8, 0.4)", source="assumed",
          meaning="what the cost of jamming full effort takes off the will, beyond half of it"),
    param("jam_standing", 1.5, unit="logit", prior="lognormal(1.5, 0.3)", source="assumed", meaning="will to go on with jammers that stand: they are paid for"),
    param("jam_building", 24.0, unit="month", prior="lognormal(24, 0.3)", source="assumed", meaning="time to build jammers"),
    param("jam_switching", 4.0, unit="month", prior="lognormal(4, 0.3)", source="assumed", meaning="time to switch them off"),
    param("jam_satellite", 0.5, unit="share", prior="share(0.5, 0.4)", source="assumed", meaning="jammers of a satellite against Moscow's"),
    param("cult_reach", 2.0, unit="1", prior="lognormal(2, 0.2)", source="assumed", meaning="cult per share of power"),
    param("cult_lag", 10.0, unit="month", prior="lognormal(10, 0.3)", source="assumed", meaning="pace of the cult"),
    param("spread", 0.45, unit="share", prior="share(0.45, 0.4)", source="assumed", meaning="public that learns of a full revelation at home"),
    param("abroad", 0.55, unit="share", prior="share(0.55, 0.4)", source="assumed", meaning="share of Moscow's revelation that reaches a satellite"),
    param("radio", 0.004, unit="1/month", prior="lognormal(0.004, 0.5)", source="parta2007", meaning="learning from foreign radio in full reach"),
    param("returning", 0.006, unit="1/month", prior="lognormal(0.006, 0.5)", source="assumed", meaning="learning from prisoners who come home"),
    param("hand_to_hand", 0.004, unit="1/month", prior="lognormal(0.004, 0.5)", source="assumed", meaning="learning from uncensored writing"),
    param("forgetting", 0.004, unit="1/month", prior="lognormal(0.004, 0.5)", source="assumed", meaning="loss where the crimes may not be named"),
    param("copying", 0.02, unit="1/month", prior="lognormal(0.02, 0.4)", source="assumed", meaning="growth of samizdat with a speaking intelligentsia"),
)  # fmt: skip


@mechanism(
    reads=("line", "easing", "personalisation", "revelation", "redress", "hegemon", "bloc", "educated_voice",
           "dissidents", "censorship", "cult", "knowledge", "samizdat", "convictions", "population", "jamming", "receivers", "effort",
           "tension", "unrest", "contagion"),
    writes=("censorship", "jamming", "broadcasting", "cult", "knowledge", "samizdat"),
    params=PARAMS,
    sources=("guriev2019", "parta2007"),
)  # fmt: skip
def information(state, params, noise):
    """What is printed, drowned out, heard, praised, known and copied: {"censorship", "jamming", ..., "samizdat"}, each (H, P) shares."""
    target = logistic(params.strict[:, None] - params.line[:, None] * state.line - params.easing[:, None] * state.easing)
    censorship = state.censorship + (target - state.censorship) / params.lag[:, None]
    jamming, broadcasting = propaganda_war(state, params, censorship)

    moscow = (state.revelation * state.hegemon).max(axis=1)[:, None]
    heard = np.where(state.bloc, np.maximum(state.revelation, params.abroad[:, None] * moscow), state.revelation)
    praised = np.minimum(params.cult_reach[:, None] * state.personalisation, 1.0) * (1 - state.knowledge)
    cult = (state.cult + (praised - state.cult) / params.cult_lag[:, None]) * (1 - 0.5 * heard)

    per_thousand = state.convictions / np.maximum(state.population, 1.0)
    learned = (
        params.spread[:, None] * heard
        + params.radio[:, None] * broadcasting * (0.5 + state.redress)
        + params.returning[:, None] * state.redress
        + params.hand_to_hand[:, None] * state.samizdat
        + 0.0005 * per_thousand / (per_thousand + 1.0)
    )
    knowledge = state.knowledge + (1 - state.knowledge) * np.minimum(learned, 1.0)
    knowledge = knowledge * (1 - params.forgetting[:, None] * censorship)

    grown = params.copying[:, None] * (1 - state.samizdat) * np.minimum(2 * state.dissidents + 4 * state.educated_voice, 1.0)
    samizdat = (state.samizdat + grown) * (1 - 0.03 * censorship)
    return {
        "censorship": censorship, "jamming": jamming, "broadcasting": broadcasting, "cult": cult, "knowledge": knowledge, "samizdat": samizdat,
    }  # fmt: skip


def propaganda_war(state, params, censorship):
    """Jamming, the regime's answer, and what of foreign radio still gets through: (H, P) shares.

    Nothing is jammed where nothing is sent. Moscow answers revolt anywhere in its bloc, a satellite its own and that of its neighbours.
    """
    effort, tension = state.effort[:, None], state.tension[:, None]
    stirred = np.maximum(state.unrest, state.contagion)
    stirred = np.where(state.hegemon, np.maximum(stirred, (stirred * state.bloc).max(axis=1)[:, None]), stirred)
    will = (
        params.jam[:, None]
        + params.jam_censorship[:, None] * (censorship - 0.8)
        + params.jam_tension[:, None] * (tension - 0.5)
        + params.jam_revolt[:, None] * stirred
        + params.jam_standing[:, None] * state.jamming
        - params.jam_line[:, None] * (state.line + state.easing) / 2
        - params.jam_cost[:, None] * np.maximum(effort - 0.5, 0.0) * 2
    )
    strength = np.where(state.hegemon, 1.0, params.jam_satellite[:, None]) * (state.hegemon | state.bloc)
    wanted = strength * np.minimum(2 * effort, 1.0) * logistic(will)
    lag = np.where(wanted > state.jamming, params.jam_building[:, None], params.jam_switching[:, None])
    jamming = state.jamming + (wanted - state.jamming) / np.maximum(lag, 1.0)
    reach = np.minimum(params.hearers[:, None] * state.receivers, 1.0) * effort
    return jamming, reach * (1 - params.drowned[:, None] * jamming)
