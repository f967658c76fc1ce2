"""World: the Cold War between the poles, and those outside it (Richardson 1960; Gaddis 1997; Lüthi 2008; Westad 2005).

    arms      dx/dt = k · tension · y - a x + g,  dy/dt = alarm · (k · tension · x + g) - a y        Richardson's equations; a threat is arms times
                                                                                                intent, here tension (Singer 1958)
    tension  <- floor + (tension - floor) · ½^(1/half-life) + (1 - tension) · rises - tension · falls
    crisis    one clock a theatre: hazard by tension, unequal arms, an insecure leader, luck of the theatre
    ladder    each month two nerves = luck + stakes + arms + insecurity: both above the brink war, far apart the weaker backs down,
              both middling or after three months settlement
    quarrel  <- quarrel + (1 - quarrel) · (revelations + line apart + rivalry for the lead + easing with the West + aid) - mending
    alignment, movement: `thaw.alignment`

What third parties and the West did on a dated day (Marshall Plan, NATO, the war in Korea) is pinned as `shock`; crises, agreements and
the quarrel with Beijing are decided here.
"""

import numpy as np

from thaw import alignment
from thaw.axes import THEATRES
from thaw.classics.linear import rate
from thaw.court import of
from thaw.declare import event, hazard, mechanism, normal, param
from thaw.kernels.portable import exp, log, logistic

CARIBBEAN, STRAITS = THEATRES.index("caribbean"), THEATRES.index("straits")
STAKES_EAST = np.array([0.3, -0.6, -0.3, -0.4])  # by theatre, in standard deviations of nerve: judgements
STAKES_WEST = np.array([0.3, 0.6, 0.0, 0.1])
LONGEST = 3  # months: what has not been decided by then is settled

PARAMS = (
    param("fear", 0.035, unit="1/month", prior="lognormal(0.035, 0.3)", source="richardson1960",
          meaning="arms built against those of the other side under full tension; he found 0.025, the record of 1946-53 says 0.05"),
    param("fatigue", 0.07, unit="1/month", prior="lognormal(0.07, 0.2)", source="record:military_expenditure 1946-53",
          meaning="cost and decay of one's own arms"),
    param("grievance", 0.045, unit="1/month", prior="lognormal(0.045, 0.2)", source="record:military_expenditure 1946-53",
          meaning="arms built whatever the other side does"),
    param("alarm", 3.0, unit="1", prior="lognormal(3, 0.2)", source="jervis1980", meaning="times as many that the West builds once a war has alarmed it"),
    param("floor", 0.15, unit="share", prior="share(0.15, 0.3)", source="assumed", meaning="tension between two camps that leave each other alone"),
    param("half_life", 42.0, unit="month", prior="lognormal(42, 0.25)", source="record:dispute_hostility_with_usa 1945-56",
          meaning="of tension above the floor"),
    param("shock", 1.0, unit="1", prior="lognormal(1, 0.3)", source="assumed", meaning="weight of what third parties do"),
    param("accidents", 0.022, unit="share", prior="lognormal(0.022, 0.3)", source="assumed", meaning="size of the accidents of a month"),
    param("crisis_tension", 0.07, unit="share/month", prior="lognormal(0.07, 0.3)", source="assumed", meaning="tension added by a crisis"),
    param("outrage", 0.02, unit="share/month", prior="lognormal(0.02, 0.4)", source="assumed", meaning="tension added by fresh force against a satellite"),
    param("broadcast_tension", 0.002, unit="share/month", prior="lognormal(0.002, 0.5)", source="assumed", meaning="tension added by the war of words"),
    param("crisis", 0.0045, unit="1/month", prior="lognormal(0.0045, 0.35)", source="record:crisis 1945-56, 2 in 11.6 years",
          meaning="hazard in a theatre at middling tension"),
    param("crisis_by_tension", 1.5, unit="log", prior="normal(1.5, 0.5)", source="assumed", meaning="push of tension"),
    param("crisis_by_arms", 0.3, unit="log", prior="normal(0.3, 0.2)", source="assumed", meaning="push of unequal arms"),
    param("crisis_by_insecurity", 0.5, unit="log", prior="normal(0.5, 0.3)", source="assumed", meaning="push of a leader who is new or contested"),
    param("crisis_by_missiles", 2.5, unit="log", prior="normal(2.5, 0.5)", source="fursenko2006", meaning="push of missiles found in the Caribbean"),
    param("theatre_sd", 0.4, unit="log", prior="lognormal(0.4, 0.3)", source="assumed", meaning="luck of a theatre"),
    param("nerve_arms", 0.4, unit="1", prior="normal(0.4, 0.2)", source="assumed", meaning="nerve from stronger arms"),
    param("nerve_insecurity", 0.3, unit="1", prior="normal(0.3, 0.3)", source="assumed", meaning="nerve of a leader who cannot afford to lose"),
    param("brink", 2.5, unit="1", prior="normal(2.5, 0.15)", source="assumed", meaning="nerve of both above which they fight: fewer than one crisis in 200"),
    param("yielding", 1.5, unit="1", prior="lognormal(1.5, 0.15)", source="assumed", meaning="lead in nerve before which the other side backs down"),
    param("middling", 0.8, unit="1", prior="lognormal(0.8, 0.2)", source="assumed", meaning="nerve of both below which they settle"),
    param("humiliation", 0.25, unit="share", prior="share(0.25, 0.4)", source="fursenko2006", meaning="standing that backing down costs the leader"),
    param("settling", 0.12, unit="share", prior="share(0.12, 0.4)", source="assumed", meaning="tension taken off by a settlement"),
    param("goodwill_half_life", 12.0, unit="month", prior="lognormal(12, 0.3)", source="assumed", meaning="of the memory of a settlement"),
    param("detente", 0.003, unit="1/month", prior="lognormal(0.003, 0.5)", source="assumed", meaning="hazard of a lasting agreement"),
    param("detente_goodwill", 1.8, unit="log", prior="normal(1.8, 0.5)", source="fursenko2006", meaning="push of a crisis that was settled"),
    param("detente_stance", 1.2, unit="log", prior="normal(1.2, 0.4)", source="assumed", meaning="push of a leader of the East who is for reform"),
    param("detente_relief", 0.2, unit="share", prior="share(0.2, 0.4)", source="assumed", meaning="tension taken off by it"),
    param("deployment", 0.01, unit="1/month", prior="lognormal(0.01, 0.5)", source="assumed", meaning="hazard with an ally in the Caribbean and equal arms"),
    param("deployment_inferiority", 1.0, unit="log", prior="normal(1, 0.4)", source="fursenko2006", meaning="push of arms behind those of the West"),
    param("revision", 0.12, unit="share", prior="lognormal(0.12, 0.4)", source="luthi2008", meaning="quarrel from a full revelation, untold to Beijing"),
    param("line_apart", 0.012, unit="share/month", prior="lognormal(0.012, 0.4)", source="luthi2008", meaning="quarrel from lines one unit apart"),
    param("rivalry", 0.003, unit="share/month", prior="lognormal(0.003, 0.4)", source="luthi2008", meaning="quarrel over the lead once the old ruler has gone"),
    param("abandonment", 0.01, unit="share/month", prior="lognormal(0.01, 0.5)", source="luthi2008", meaning="quarrel from easing with the West"),
    param("aid_quarrel", 0.02, unit="share/month", prior="lognormal(0.02, 0.4)", source="luthi2008", meaning="size of quarrels over aid and arms"),
    param("mending", 0.006, unit="1/month", prior="lognormal(0.006, 0.4)", source="assumed", meaning="pace at which quarrels are forgotten"),
    param("threshold", 0.5, unit="share", prior="share(0.5, 0.3)", source="assumed", meaning="quarrel that an alliance bears"),
    param("break_hazard", 0.03, unit="1/month", prior="lognormal(0.03, 0.5)", source="assumed", meaning="hazard of a break beyond that"),
    param("lean_line", 2.0, unit="logit", prior="normal(2, 0.5)", source="luthi2008", meaning="lean to Beijing of a leader harder than Moscow's line"),
    param("lean_disfavour", 1.0, unit="logit", prior="normal(1, 0.4)", source="assumed", meaning="lean of a leader whom Moscow dislikes"),
    param("lean_garrison", 1.5, unit="logit", prior="normal(1.5, 0.5)", source="assumed", meaning="hold of Soviet troops"),
    param("watch_lag", 6.0, unit="month", prior="lognormal(6, 0.3)", source="assumed", meaning="time until the world takes notice, or forgets"),
    param("effort_lag", 30.0, unit="month", prior="lognormal(30, 0.3)", source="parta2007", meaning="time to build transmitters and services"),
    *alignment.PARAMS,
)  # fmt: skip


@mechanism(
    reads=("shock", "january", "alarm", "china", "state_of", "pole", "km_moscow", "km_washington", "colony", "caribbean", "lies_in", "armistice",
           "aided", "pacts", "independent", "hegemon", "bloc", "exists", "leader", "stance", "dead_ruler", "vacancy", "strife", "line", "pressure",
           "favour", "revelation", "ceded", "garrison", "occupied", "exited", "tension", "arms_east", "arms_west", "in_crisis", "standoff", "missiles",
           "at_war", "goodwill", "alignment", "neutral_share", "offered", "bound", "nam", "member", "quarrel", "split", "beijing", "scrutiny", "effort"),
    writes=("tension", "arms_east", "arms_west", "in_crisis", "standoff", "missiles", "at_war", "goodwill", "alignment", "neutral_share",
            "east_share", "offered", "bound", "allied_west", "allied_east", "nam", "member", "quarrel", "split", "beijing", "scrutiny", "effort", "blame"),
    draws={"accident": normal(""), "theatre": normal("T", once=True), "nerve_east": normal("T"), "nerve_west": normal("T"),
           "aid_luck": normal(""), "lean": normal("W", once=True), "mood": normal("W")},
    events=(
        event("crisis", "T", "the two camps threaten each other with force", requires="none there yet; Caribbean: missiles; straits: a China under the party"),
        event("back_down", "", "one side of a crisis gives way", requires="a crisis"),
        event("settlement", "", "a crisis ends by agreement", requires="a crisis"),
        event("war", "", "the two poles fight each other: the history ends", once=True, requires="a crisis"),
        event("detente", "", "the two poles agree on a lasting measure that lowers tension", requires="no crisis"),
        event("missile_deployment", "", "missiles are sent to an ally in the Caribbean", requires="an ally there"),
        event("sino_soviet_split", "", "Moscow and Beijing break off working relations", once=True, requires="a quarrel beyond what the alliance bears"),
        event("pact", "T", "the West offers the states of a theatre a pact", requires="none offered there yet; up to 1956 in the month that is given"),
        event("eastern_treaty", "W", "Moscow binds a state by treaty", requires="a state on its side and at peace, ruled by a party of its kind"),
        event("nam_founded", "", "the Non-Aligned Movement is founded", once=True, requires="a tenth of the states: former colonies outside"),
        event("joins_nam", "W", "a state takes part in the Non-Aligned Movement from now on", once=True, requires="the movement, and a state outside"),
    ),
    params=PARAMS,
    sources=("richardson1960", "singer1958", "jervis1980", "walt1987", "leeds2007", "gaddis1997", "fursenko2006", "luthi2008", "westad2005", "mcfadden1974"),
)  # fmt: skip
def world(state, params, noise):
    """One month between the poles and outside them: tension, arms, quarrel ... (H,); crises (H, T); alignment (H, W); beijing (H, P).

    noise   accident, aid_luck (H,), nerve_east, nerve_west, theatre (H, T), lean, mood (H, W): standard normal
    """
    insecure = (np.maximum(state.vacancy, state.strife) * state.hegemon).max(axis=1)
    ended = ladder(state, params, noise, insecure)
    missiles, deployed = deploy(state, params, noise, ended["removed"])
    opened = open_crises(state, params, noise, insecure, missiles)
    in_crisis = (state.in_crisis & ~ended["over"]) | opened
    stance = of(state.stance, state.leader)
    agreed = negotiate(state, params, noise, in_crisis, stance) | state.ceded.any(axis=1)  # Germany's neutrality is such a measure too
    fresh = fresh_force(state)
    tension = feel(state, params, noise, in_crisis, ended["settled"], agreed, deployed, fresh.max(axis=1))
    east, west = arm(state, params, tension)
    quarrel, split, beijing = fall_out(state, params, noise, tension, stance)
    offered = alignment.offer(state, params, noise, tension)
    sides = alignment.align(state, params, noise, tension, offered)
    bound, with_west, with_east = alignment.bind(state, params, noise, tension, sides, offered)
    nam, member, neutral, on_east = alignment.gather(state, params, noise, sides, quarrel)
    goodwill = state.goodwill * exp(-log(2.0) / params.goodwill_half_life)
    watched = tension[:, None] * logistic(2.0 * fresh + 2.0 * (state.effort[:, None] - 0.5))
    return {
        "tension": tension, "arms_east": east, "arms_west": west, "in_crisis": in_crisis,
        "standoff": np.where(in_crisis, state.standoff + 1, 0).astype(np.int8),
        "missiles": missiles, "at_war": state.at_war | ended["war"], "goodwill": np.where(ended["settled"], 1.0, goodwill),
        "alignment": sides, "neutral_share": neutral, "east_share": on_east, "offered": offered, "bound": bound,
        "allied_west": with_west, "allied_east": with_east, "nam": nam, "member": member,
        "quarrel": quarrel, "split": split, "beijing": beijing,
        "scrutiny": state.scrutiny + (watched - state.scrutiny) / params.watch_lag[:, None],
        "effort": state.effort + (np.minimum(1.5 * tension, 1.0) - state.effort) / params.effort_lag,
        "blame": np.where(ended["east_backs"], params.humiliation, 0.0),
    }  # fmt: skip


def arm(state, params, tension):
    """Arms of East and West (H,) a month later; both build against his arms as far as they feel threatened, and some in any case."""
    times = 1 + (params.alarm - 1) * state.alarm
    fear, grievance = params.fear * tension, params.grievance
    more = rate(state.arms_east, state.arms_west, fear, times * fear, params.fatigue, params.fatigue, grievance, times * grievance)
    return np.maximum(state.arms_east + more[0], 0.0), np.maximum(state.arms_west + more[1], 0.0)


def superiority(state):
    """How far the West leads in arms (H,), in logs and at most threefold."""
    return np.clip(log((state.arms_west + 0.1) / (state.arms_east + 0.1)), -1.1, 1.1)


def fresh_force(state):
    """Force used against each satellite within the last months (H, P), 1 at once, 0 after about eight months."""
    return np.where(state.bloc & state.exists, np.clip(5 * state.occupied - 4, 0.0, 1.0), 0.0)


def open_crises(state, params, noise, insecure, missiles):
    """Where a crisis breaks out this month (H, T)."""
    chinese = (state.china & state.exists).any()
    possible = ~state.in_crisis & ~state.at_war[:, None]
    possible[:, STRAITS] &= chinese
    possible[:, CARIBBEAN] &= missiles
    found = np.zeros(possible.shape)
    found[:, CARIBBEAN] = params.crisis_by_missiles * missiles
    pushes = hazard(
        params.crisis[:, None],
        tension=(params.crisis_by_tension * (state.tension - 0.5))[:, None],
        arms=(params.crisis_by_arms * np.abs(superiority(state)))[:, None],
        insecurity=(params.crisis_by_insecurity * insecure)[:, None],
        missiles=found,
        theatre=params.theatre_sd[:, None] * noise.theatre,
    )
    return noise.happens("crisis", pushes, requires=possible)


def ladder(state, params, noise, insecure):
    """How crises under way end this month: war, one side backing down, settlement; else they go on.

    Returns over (H, T); war, settled, east_backs, removed (H,)
    """
    on = state.in_crisis & ~state.at_war[:, None]
    lead = (params.nerve_arms * superiority(state))[:, None]
    east = noise.nerve_east + STAKES_EAST - lead / 2 + (params.nerve_insecurity * insecure)[:, None]
    west = noise.nerve_west + STAKES_WEST + lead / 2
    fight = on & (np.minimum(east, west) > params.brink[:, None])
    war = noise.occurs("war", fight.any(axis=1), requires=on.any(axis=1))
    on = on & ~war[:, None]
    apart = on & (np.abs(east - west) > params.yielding[:, None])
    backed = noise.occurs("back_down", apart.any(axis=1), requires=on.any(axis=1))
    gives = backed[:, None] & np.where(apart.any(axis=1)[:, None], apart, on)
    calm = np.maximum(np.abs(east), np.abs(west)) < params.middling[:, None]
    near = on & ~gives & (calm | (state.standoff >= LONGEST))
    settled = noise.occurs("settlement", near.any(axis=1), requires=(on & ~gives).any(axis=1))
    agrees = settled[:, None] & np.where(near.any(axis=1)[:, None], near, on & ~gives)
    east_gives = gives & (east < west)
    return {
        "over": gives | agrees | (state.in_crisis & (state.at_war | war)[:, None]),
        "war": war,
        "settled": settled,
        "east_backs": east_gives.any(axis=1),
        "removed": east_gives[:, CARIBBEAN] | agrees[:, CARIBBEAN],
    }


def deploy(state, params, noise, removed):
    """Whether missiles stand in the Caribbean, and whether they were sent this month; (H,) each."""
    ally = ((state.alignment == alignment.EAST) & state.caribbean & state.independent).any(axis=1)
    push = hazard(params.deployment, inferiority=params.deployment_inferiority * superiority(state))
    sent = noise.happens("missile_deployment", push, requires=ally & ~state.missiles & ~state.at_war)
    return ((state.missiles & ~removed) | sent) & ally, sent


def negotiate(state, params, noise, in_crisis, stance):
    """Whether the poles agree on a lasting measure this month (H,)."""
    soft = (stance * state.hegemon).sum(axis=1)
    push = hazard(params.detente, goodwill=params.detente_goodwill * state.goodwill, stance=params.detente_stance * soft)
    return noise.happens("detente", push, requires=~in_crisis.any(axis=1) & ~state.at_war)


def feel(state, params, noise, in_crisis, settled, agreed, deployed, fresh):
    """Tension (H,) a month later: pushed by shocks, crises, force and words, eased by agreements, forgotten towards its floor."""
    rises = (
        params.shock * max(float(state.shock), 0.0)
        + params.crisis_tension * (in_crisis.sum(axis=1) + deployed)
        + params.outrage * fresh
        + params.broadcast_tension * state.effort
    )
    falls = params.shock * max(-float(state.shock), 0.0) + params.settling * settled + params.detente_relief * agreed
    kept = params.floor + (state.tension - params.floor) * exp(-log(2.0) / params.half_life)
    moved = kept + (1 - kept) * np.minimum(rises, 1.0) - kept * np.minimum(falls, 1.0) + params.accidents * noise.accident
    return np.clip(moved, 0.0, 1.0)  # accidents cannot make it less than none or more than full


def fall_out(state, params, noise, tension, stance):
    """Quarrel with Beijing (H,), whether the two have broken (H,), and how far each ruling party of the bloc leans there (H, P)."""
    beijing = state.china & state.exists
    moscow = (state.line * state.hegemon).sum(axis=1)
    apart = np.maximum(np.abs((state.line * beijing).sum(axis=1) - moscow) - 0.3, 0.0)
    gone = (state.hegemon & (state.dead_ruler >= 0)).any(axis=1)
    adds = (
        params.revision * (state.revelation * state.hegemon).max(axis=1)
        + params.line_apart * apart
        + params.rivalry * gone
        + params.abandonment * np.maximum(0.5 - tension, 0.0)
        + params.aid_quarrel * np.maximum(noise.aid_luck - 1.5, 0.0)
    )
    there = beijing.any()
    quarrel = np.where(there, state.quarrel + (1 - state.quarrel) * np.minimum(adds, 1.0) - params.mending * state.quarrel, 0.0)
    beyond = quarrel - params.threshold
    broke = noise.happens("sino_soviet_split", hazard(params.break_hazard, quarrel=8 * beyond), requires=(beyond > 0) & there & ~state.split)
    quarrel = np.where(broke, np.maximum(quarrel, 0.8), quarrel)

    harder = state.pressure - stance
    lean = logistic(
        params.lean_line[:, None] * harder
        - params.lean_disfavour[:, None] * state.favour
        - params.lean_garrison[:, None] * (state.garrison - 0.5)
        - 1.0
    )
    wanted = np.where(state.bloc, quarrel[:, None] * lean, 0.0)
    return quarrel, state.split | broke, state.beijing + (wanted - state.beijing) / 12
