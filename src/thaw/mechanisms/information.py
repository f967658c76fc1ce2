"""Information: what people may know (Guriev & Treisman 2019 for the trade-off; Parta 2007 for the audience of foreign radio).

    censorship <- censorship + (logistic(c - line - easing) - censorship) / lag
    cult       <- cult + (personalisation · reach · (1 - knowledge) - cult) / lag, cut by revelation
    knowledge  <- knowledge + (1 - knowledge) · (revelation + rumour + radio + samizdat + returning prisoners) - forgetting · knowledge

A revelation in Moscow is a shock common to the bloc; how much of it arrives depends on censorship. Foreign radio and its jamming are
given by the record until the propaganda war is simulated.
"""

import numpy as np

from thaw.declare import mechanism, param
from thaw.kernels.portable import logistic

PARAMS = (
    param("strict", 1.6, unit="logit", prior="normal(1.6, 0.3)", source="assumed", meaning="censorship under a neutral line"),
    param("line", 2.0, unit="logit", prior="normal(2, 0.4)", source="assumed", meaning="censorship lifted by a reformist line"),
    param("easing", 1.2, unit="logit", prior="normal(1.2, 0.3)", source="assumed", meaning="censorship lifted by a thaw"),
    param("lag", 5.0, unit="month", prior="lognormal(5, 0.3)", source="assumed", meaning="time for editors to take courage, or lose it"),
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
    reads=("line", "easing", "personalisation", "revelation", "redress", "broadcasting", "hegemon", "bloc", "educated_voice",
           "dissidents", "censorship", "cult", "knowledge", "samizdat", "convictions", "population"),
    writes=("censorship", "cult", "knowledge", "samizdat"),
    params=PARAMS,
    sources=("guriev2019", "parta2007"),
)  # fmt: skip
def information(state, params, noise):
    """What is printed, praised, known and copied: {"censorship", "cult", "knowledge", "samizdat"}, each (H, P) shares."""
    target = logistic(params.strict[:, None] - params.line[:, None] * state.line - params.easing[:, None] * state.easing)
    censorship = state.censorship + (target - state.censorship) / params.lag[:, None]

    moscow = (state.revelation * state.hegemon).max(axis=1)[:, None]
    heard = np.where(state.bloc, np.maximum(state.revelation, params.abroad[:, None] * moscow), state.revelation)
    praised = np.minimum(params.cult_reach[:, None] * state.personalisation, 1.0) * (1 - state.knowledge)
    cult = (state.cult + (praised - state.cult) / params.cult_lag[:, None]) * (1 - 0.5 * heard)

    per_thousand = state.convictions / np.maximum(state.population, 1.0)
    learned = (
        params.spread[:, None] * heard
        + params.radio[:, None] * state.broadcasting * (0.5 + state.redress)
        + params.returning[:, None] * state.redress
        + params.hand_to_hand[:, None] * state.samizdat
        + 0.0005 * per_thousand / (per_thousand + 1.0)
    )
    knowledge = state.knowledge + (1 - state.knowledge) * np.minimum(learned, 1.0)
    knowledge = knowledge * (1 - params.forgetting[:, None] * censorship)

    grown = params.copying[:, None] * (1 - state.samizdat) * np.minimum(state.dissidents / 2 + 4 * state.educated_voice, 1.0)
    samizdat = (state.samizdat + grown) * (1 - 0.03 * censorship)
    return {"censorship": censorship, "cult": cult, "knowledge": knowledge, "samizdat": samizdat}
