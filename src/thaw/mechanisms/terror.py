"""Terror: arrests and prisoners in two streams; fear is the memory of the political one (Gregory, Schröder & Sonin 2011).

    wanted      = peak · suspects · logistic(slope · (autocracy - middle) + tension - scrutiny + severity + unrest) · (1 + mass · severity) · exp(quota noise)
    convictions <- convictions + (wanted - convictions) / inertia                     suspects deplete as they are used up
    prisoners   <- (prisoners + convicted) · (1 - released) · (1 - amnestied)          political, and ordinary: property decrees
    fear        <- fear · 0.5^(1/half-life) + convictions per thousand · bite

One stream cannot fit the record: prisoners rose from 1.70 to 2.56 million in 1946-50 on the theft decrees of 1947 while political
convictions fell from 123,000 to 29,000 in 1946-52, and the amnesty of 1953 freed mostly non-politicals.
"""

import numpy as np

from thaw.declare import event, hazard, mechanism, normal, param
from thaw.kernels.portable import exp, log, logistic

PARAMS = (
    param("peak", 0.85, unit="1/1000/year", prior="lognormal(0.85, 0.15)", source="record:political_convictions 1946",
          meaning="political convictions with all suspects at hand and no restraint"),
    param("slope", 11.0, unit="logit/share", prior="lognormal(11, 0.2)", source="assumed", meaning="how sharply terror follows unrestrained rule"),
    param("middle", 0.35, unit="share", prior="normal(0.35, 0.04)", source="assumed", meaning="unrestrained power at which half is used"),
    param("threat", 0.8, unit="logit", prior="normal(0.8, 0.4)", source="assumed", meaning="push of tension between the blocs"),
    param("restraint", 0.3, unit="logit", prior="normal(0.3, 0.2)", source="assumed", meaning="hold of the world's eyes on arrests"),
    param("mass", 0.0, unit="1", prior="fixed()", source="record:events E015", low=0, high=100,
          meaning="times the peak that a wave ordered from above adds at its height, by quotas over whole categories; forbidden in November 1938"),
    param("inertia", 4.0, unit="month", prior="lognormal(4, 0.3)", source="assumed", meaning="time for quotas to reach the provinces"),
    param("depletion", 36.0, unit="month", prior="lognormal(36, 0.2)", source="record:political_convictions 1946-52",
          meaning="mean time in which the stock of suspects of the war is used up"),
    param("quota_sd", 0.15, unit="log", prior="lognormal(0.15, 0.3)", source="gregory2011", meaning="over- and under-fulfilment of a month's plan"),
    param("to_camp", 0.9, unit="share", prior="share(0.9, 0.3)", source="assumed", meaning="political convicts who reach camp or colony"),
    param("political_term", 96.0, unit="month", prior="lognormal(96, 0.2)", source="record:gulag_counterrevolutionaries", meaning="mean stay"),
    param("ordinary_term", 24.0, unit="month", prior="lognormal(24, 0.15)", source="record:gulag_prisoners", meaning="mean stay"),
    param("ordinary_inflow", 0.34, unit="1/1000/month", prior="lognormal(0.34, 0.1)", source="record:gulag_prisoners 1946",
          meaning="ordinary convicts sent to camps before the decrees of 1947"),
    param("decree", 0.62, unit="share", prior="lognormal(0.62, 0.15)", source="record:gulag_prisoners 1947-50", meaning="added by the property decrees"),
    param("leniency", 0.75, unit="share", prior="share(0.75, 0.3)", source="assumed", meaning="fall of ordinary convictions under restraint"),
    param("review", 0.1, unit="1/month", prior="lognormal(0.1, 0.3)", source="assumed", meaning="releases of politicals under full redress"),
    param("amnesty_politicals", 0.12, unit="share", prior="share(0.12, 0.4)", source="assumed", meaning="share of an amnesty that reaches politicals"),
    param("half_life", 48.0, unit="month", prior="lognormal(48, 0.25)", source="assumed", meaning="of fear"),
    param("camp_revolt", 0.006, unit="1/month", prior="lognormal(0.006, 0.5)", source="assumed", meaning="strikes of prisoners with a common past"),
    param("camp_hope", 1.8, unit="log", prior="normal(1.8, 0.5)", source="barnes2011", meaning="push of a succession that frees others first"),
    param("camp_rules", 2.0, unit="log", prior="normal(2, 0.5)", source="barnes2011", meaning="push of a weakened police"),
    param("bite", 1.1, unit="1000·month", prior="lognormal(1.1, 0.2)", source="assumed", meaning="fear from one conviction per thousand a year"),
)  # fmt: skip


@mechanism(
    reads=("personalisation", "norm", "tension", "scrutiny", "severity", "population", "exists", "decree", "redress", "amnestied", "suspects",
           "convictions", "political_prisoners", "ordinary_prisoners", "fear", "unrest", "vacancy", "hegemon"),
    writes=("convictions", "suspects", "political_prisoners", "ordinary_prisoners", "fear"),
    draws={"quota": normal("P")},
    events=(event("camp_revolt", "P", "prisoners of a camp strike or rise together"),),
    params=PARAMS,
    sources=("gregory2011", "gulag_statistics", "barnes2011"),
)  # fmt: skip
def terror(state, params, noise):
    """One month of arrests: convictions (H, P) persons a year, prisoners (H, P) thousands, suspects, fear (H, P).

    state   personalisation, norm, severity, redress, amnestied (H, P); population (P,) thousands
    noise   quota (H, P) standard normal
    """
    unrestrained = state.personalisation * (1 - state.norm)
    push = params.slope[:, None] * (unrestrained - params.middle[:, None]) + params.threat[:, None] * (state.tension[:, None] - 0.5)
    push = push - params.restraint[:, None] * (state.scrutiny - 0.25)
    need = logistic(push + 1.5 * state.severity + 0.5 * state.unrest) * exp(params.quota_sd[:, None] * noise.quota)
    thousands = np.where(state.exists, state.population, 0.0)
    wanted = params.peak[:, None] * need * (1 + params.mass[:, None] * state.severity) * state.suspects * thousands
    convictions = state.convictions + (wanted - state.convictions) / params.inertia[:, None]
    per_thousand = convictions / np.maximum(thousands, 1.0)
    used = need / params.depletion[:, None]
    suspects = state.suspects * (1 - used) + 0.003 * (1 + 2 * state.unrest + 4 * state.severity)

    convicted = params.to_camp[:, None] * convictions / 12 / 1000
    released = 1 / params.political_term[:, None] + params.review[:, None] * state.redress
    freed = params.amnesty_politicals[:, None] * state.amnestied
    political = (state.political_prisoners + convicted) * (1 - np.minimum(released, 1.0)) * (1 - freed)

    harsh = 1 - params.leniency[:, None] * (1 - logistic(push + 1.5 * state.severity))
    inflow = params.ordinary_inflow[:, None] * harsh * (1 + params.decree[:, None] * state.decree) * thousands / 1000
    ordinary = (state.ordinary_prisoners + inflow) * (1 - 1 / params.ordinary_term[:, None]) * (1 - state.amnestied)

    camps = hazard(
        params.camp_revolt[:, None] * np.where(thousands > 0, political / 450.0, 0.0),
        hope=params.camp_hope[:, None] * state.vacancy,
        weakened_police=params.camp_rules[:, None] * (0.5 - logistic(push)),
    )
    noise.happens("camp_revolt", camps, requires=state.exists & state.hegemon)

    fade = exp(-log(2.0) / params.half_life)[:, None]
    return {
        "convictions": convictions,
        "suspects": suspects,
        "political_prisoners": political,
        "ordinary_prisoners": ordinary,
        "fear": state.fear * fade + params.bite[:, None] * per_thousand / 12,
    }
