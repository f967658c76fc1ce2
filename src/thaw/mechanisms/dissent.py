"""Dissent: who becomes known for speaking, is tried for it, and at last founds a movement (Alexeyeva 1985; openings: McAdam 1982).

    dissidents <- dissidents + those who become known - those who are silenced, arrested or sentenced
    trials     <- trials · 0.5^(1/half-life) + what a new trial adds                          memory of trials: it makes protest
    hazard of dissident_trial       = base · dissidents · exp(censorship - line - mass terror)
    hazard of human_rights_movement = base · excess of dissidents over a threshold · exp(trials + foreign radio + knowledge - terror)

A trial of words is what a state holds that does not shoot for them: under mass terror people vanish without one. It cuts the stock by
those who are sentenced and feeds it by those who protest. The clock of the movement runs only while the threshold is passed, so that
it takes time as well as an occasion.
"""

import numpy as np

from thaw.declare import event, hazard, mechanism, param
from thaw.kernels.portable import exp, log

CROWD = 0.02  # share of the intelligentsia speaking from which more do not become known: a crowd has no names

PARAMS = (
    param("known", 0.004, unit="1/month", prior="lognormal(0.004, 0.4)", source="assumed", meaning="speakers of the intelligentsia who become known"),
    param("awakened", 0.02, unit="1/1000/month", prior="lognormal(0.02, 0.5)", source="assumed",
          meaning="of the intelligentsia who begin to write and sign, where all is known and nothing forbidden"),
    param("provoked", 0.02, unit="1/1000/month", prior="lognormal(0.02, 0.5)", source="alexeyeva1985",
          meaning="of the intelligentsia who protest at trials in fresh memory"),
    param("recruits", 0.5, unit="share", prior="lognormal(0.5, 0.4)", source="assumed", meaning="more who join where a movement exists"),
    param("silenced", 0.03, unit="1/month", prior="lognormal(0.03, 0.3)", source="assumed", meaning="known dissidents who fall silent under full censorship"),
    param("taken", 0.08, unit="1/month", prior="lognormal(0.08, 0.4)", source="assumed",
          meaning="known dissidents arrested without a public trial in full fear"),
    param("sentenced", 0.12, unit="share", prior="share(0.12, 0.4)", source="assumed", meaning="of known dissidents put away with each trial"),
    param("trial", 0.12, unit="1/month", prior="lognormal(0.12, 0.5)", source="assumed",
          meaning="trials where one in a thousand of the intelligentsia is known"),
    param("trial_censorship", 2.0, unit="log", prior="normal(2, 0.6)", source="assumed", meaning="push of censorship above 0.7"),
    param("trial_line", 0.7, unit="log", prior="normal(0.7, 0.3)", source="assumed", meaning="restraint by a reformist line"),
    param("trial_terror", 1.5, unit="log", prior="lognormal(1.5, 0.3)", source="assumed", meaning="fewer trials of words where police need none, in full fear"),
    param("half_life", 18.0, unit="month", prior="lognormal(18, 0.3)", source="assumed", meaning="of the memory of trials"),
    param("threshold", 0.3, unit="1/1000", prior="lognormal(0.3, 0.4)", source="assumed",
          meaning="known dissidents from which they find each other, of the intelligentsia"),
    param("founding", 0.015, unit="1/month", prior="lognormal(0.015, 0.5)", source="assumed", meaning="founding of a movement at twice the threshold or more"),
    param("founding_trials", 2.0, unit="log", prior="normal(2, 0.5)", source="alexeyeva1985", meaning="push of trials in fresh memory"),
    param("founding_radio", 1.0, unit="log", prior="normal(1, 0.4)", source="alexeyeva1985",
          meaning="push of foreign radio, which carries names and appeals back home"),
    param("founding_terror", 3.0, unit="log", prior="lognormal(3, 0.3)", source="assumed", meaning="restraint by remembered terror, in full fear"),
    param("founding_knowledge", 1.0, unit="log", prior="normal(1, 0.4)", source="assumed", meaning="push of public knowledge of the crimes"),
)  # fmt: skip


@mechanism(
    reads=("educated_voice", "knowledge", "censorship", "easing", "fear", "line", "broadcasting", "leader", "exists", "has_society",
           "dissidents", "trials", "movement"),
    writes=("dissidents", "trials", "movement"),
    events=(
        event("dissident_trial", "P", "writers or protesters are tried for words", requires="a society with known dissidents"),
        event("human_rights_movement", "P", "dissidents found a public group for human rights", once=True,
              requires="more known dissidents than a threshold"),
    ),
    params=PARAMS,
    sources=("alexeyeva1985", "mcadam1982"),
)  # fmt: skip
def dissent(state, params, noise):
    """One month of the known: {"dissidents": (H, P) per thousand of the intelligentsia, "trials": share, "movement": yes/no}.

    state   educated_voice, knowledge, censorship, easing, fear, line, broadcasting (H, P); leader, for the log
    """
    lived = state.has_society & state.exists
    terror = state.fear / (1 + state.fear)
    free = (1 - state.censorship) * (1 + np.maximum(state.easing, 0.0))
    joined = (
        params.known[:, None] * 1000 * np.minimum(state.educated_voice, CROWD) * (1 - 0.5 * state.censorship)
        + params.awakened[:, None] * state.knowledge * free
        + params.provoked[:, None] * state.trials * (1 - terror)
    ) * (1 + params.recruits[:, None] * state.movement)
    lost = np.minimum(params.silenced[:, None] * state.censorship + params.taken[:, None] * terror, 1.0)
    dissidents = np.where(lived, state.dissidents * (1 - lost) + joined, 0.0)

    tried = noise.happens(
        "dissident_trial",
        hazard(
            params.trial[:, None] * np.minimum(dissidents, 2.0),
            censorship=params.trial_censorship[:, None] * (state.censorship - 0.7),
            line=-params.trial_line[:, None] * state.line,
            terror=-params.trial_terror[:, None] * terror,
        ),
        requires=lived & (dissidents > 0),
        actor=state.leader,
    )
    dissidents = dissidents * (1 - params.sentenced[:, None] * tried)
    fade = exp(-log(2.0) / params.half_life)[:, None]
    trials = state.trials * fade
    trials = trials + (1 - trials) * 0.5 * tried

    threshold = params.threshold[:, None]
    founded = noise.happens(
        "human_rights_movement",
        hazard(
            params.founding[:, None] * np.minimum(np.maximum(dissidents / threshold - 1, 0.0), 1.0),
            trials=params.founding_trials[:, None] * trials,
            radio=params.founding_radio[:, None] * state.broadcasting,
            knowledge=params.founding_knowledge[:, None] * state.knowledge,
            terror=-params.founding_terror[:, None] * terror,
        ),
        requires=lived & (dissidents > threshold),
    )
    return {"dissidents": dissidents, "trials": trials, "movement": state.movement | founded}
