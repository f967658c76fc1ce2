"""Bloc: Moscow and its satellites, week by week (Brzezinski 1967; Kramer 1998 for 1956; Granville 2004).

    pressure  <- pressure + (Moscow's line - pressure) / lag              the line arrives late
    favour    <- favour + (fit - unrest - favour) / memory                fit: how near the leader's stance is to that line
    dismissal, concession, exit, intervention: hazards                    collapse: revolt above what the state can bear

Moscow's revelations shake all at once; what follows is local: an alternative alive and at large, strain, church, garrison. A neighbour's
revolt is seen a week later. Moscow intervenes for the stakes, the contagion and a threatened exit; tension and its own quarrels hold it back.
"""

import numpy as np

from thaw.court import NOBODY, PENSIONED, of, starts, strongest
from thaw.declare import event, hazard, mechanism, normal, param
from thaw.kernels.portable import exp, log
from thaw.mechanisms.coalition import LEADER_OUSTED

PARAMS = (
    param("lag", 5.0, unit="month", prior="lognormal(5, 0.3)", source="brzezinski1967", meaning="until Moscow's line is felt in a satellite"),
    param("favour_memory", 12.0, unit="month", prior="lognormal(12, 0.3)", source="assumed", meaning="of Moscow's opinion of a leader"),
    param("dismissal", 0.0015, unit="1/month", prior="lognormal(0.0015, 0.5)", source="record:leader_ousted in the bloc, 3 in 80 leader-years",
          meaning="hazard of a satellite's leader in good standing"),
    param("dismissal_misfit", 1.2, unit="log", prior="normal(1.2, 0.4)", source="assumed", meaning="push of a line the leader does not fit"),
    param("dismissal_unrest", 1.5, unit="log", prior="normal(1.5, 0.4)", source="assumed", meaning="push of unrest"),
    param("concession", 0.02, unit="1/month", prior="lognormal(0.02, 0.5)", source="assumed", meaning="hazard where there is an alternative and unrest"),
    param("concession_unrest", 1.8, unit="log", prior="normal(1.8, 0.5)", source="assumed", meaning="push of unrest"),
    param("concession_church", 1.2, unit="log", prior="normal(1.2, 0.4)", source="kramer1998", meaning="push of a church or nation outside the party"),
    param("concession_line", 1.5, unit="log", prior="normal(1.5, 0.5)", source="kramer1998", meaning="push of Moscow's own reform"),
    param("capacity", 0.19, unit="share", prior="lognormal(0.19, 0.4)", source="assumed", meaning="revolt that a satellite's state can bear"),
    param("exit", 0.0006, unit="1/month", prior="lognormal(0.0006, 0.5)", source="assumed", meaning="hazard of leaving where nothing pulls away"),
    param("exit_collapse", 7.0, unit="log", prior="normal(7, 0.8)", source="granville2004", meaning="push of a collapsed party"),
    param("exit_quarrel", 2.0, unit="log", prior="normal(2, 0.5)", source="assumed", meaning="push of a line that the leader cannot share"),
    param("exit_garrison", 1.2, unit="log", prior="normal(1.2, 0.4)", source="assumed", meaning="hold of Soviet troops in the country"),
    param("exit_beijing", 2.0, unit="log", prior="normal(2, 0.5)", source="luthi2008", meaning="push of a party that leans to Beijing"),
    param("intervention", 0.9, unit="1/month", prior="lognormal(0.9, 0.5)", source="kramer1998", meaning="hazard once an uprising is on"),
    param("intervention_stakes", 1.0, unit="log", prior="normal(1, 0.4)", source="kramer1998", meaning="push of a garrison in place"),
    param("intervention_revolt", 2.0, unit="log", prior="normal(2, 0.5)", source="kramer1998", meaning="push of its size"),
    param("intervention_contagion", 0.6, unit="log", prior="normal(0.6, 0.3)", source="kramer1998", meaning="push of revolt next door"),
    param("intervention_exit", 1.2, unit="log", prior="normal(1.2, 0.4)", source="granville2004", meaning="push of a threatened exit or a fallen party"),
    param("intervention_tension", 0.8, unit="log", prior="normal(0.8, 0.4)", source="assumed", meaning="restraint by tension with the West"),
    param("intervention_quarrels", 1.0, unit="log", prior="normal(1, 0.4)", source="kramer1998", meaning="restraint by quarrels in Moscow"),
    param("intervention_conceded", 1.5, unit="log", prior="normal(1.5, 0.5)", source="kramer1998", meaning="restraint where a trusted party gave way in time"),
    param("drift", 0.01, unit="1/month", prior="lognormal(0.01, 0.5)", source="assumed", meaning="hazard of force against a reform that outruns Moscow"),
    param("force_half_life", 24.0, unit="month", prior="lognormal(24, 0.3)", source="assumed", meaning="of the weight of force used"),
    param("concession_half_life", 14.0, unit="month", prior="lognormal(14, 0.3)", source="assumed", meaning="of the credit of a concession"),
    param("tolerance", 0.45, unit="1", prior="lognormal(0.45, 0.2)", source="assumed", meaning="how far a satellite may outrun Moscow's line"),
)  # fmt: skip


@mechanism(
    reads=("court", "alive", "fate", "stance", "leader", "line", "hegemon", "bloc", "exists", "garrison", "tension", "church", "unrest", "revolt",
           "in_uprising", "strife", "vacancy", "pressure", "favour", "occupied", "conceded", "contagion", "exited", "beijing",
           "collapsed", "ceded", "divided", "install", "dismissed"),
    writes=("pressure", "favour", "alternative", "install", "dismissed", "occupied", "conceded", "contagion", "exited", "collapsed"),
    draws={"strength": normal("P", once=True)},
    events=(
        LEADER_OUSTED,
        event("concession", "P", "the regime gives way: the alternative comes in", requires="an alternative alive and at large"),
        event("regime_collapse", "P", "the ruling party loses the capital", requires="an uprising is on"),
        event("intervention", "P", "Moscow uses force in a satellite", requires="a satellite in revolt, collapse or drift"),
        event("exit", "P", "a satellite leaves the alliance"),
    ),
    params=PARAMS,
    sources=("brzezinski1967", "kramer1998", "granville2004"),
    weekly=True,
)  # fmt: skip
def bloc(state, params, noise):
    """One week between Moscow and the satellites; all fields (H, P).

    state   line, unrest, revolt, in_uprising, occupied, conceded ... (H, P); garrison, church (P,)
    noise   strength (H, P) standard normal, one draw a history: what a state can bear
    """
    dt = noise.dt
    member = state.bloc & state.exists & ~state.exited
    moscow = (state.line * state.hegemon).sum(axis=1)[:, None]
    pressure = np.where(member, state.pressure + (moscow - state.pressure) * dt / params.lag[:, None], 0.0)
    stance = of(state.stance, state.leader)
    misfit = np.maximum(np.abs(pressure - stance) - 0.3, 0.0)
    good = np.clip(0.6 - misfit - state.unrest, -1, 1)
    favour = np.where(member, state.favour + (good - state.favour) * dt / params.favour_memory[:, None], 0.0)
    others = (state.in_uprising & member).sum(axis=1)[:, None] - (state.in_uprising & member) > 0
    contagion = np.where(member, np.maximum(state.contagion * exp(np.full((1, 1), -dt)), others), 0.0)
    alternative = find_alternative(state, member)

    collapsed = collapses(state, params, noise, member)
    conceded = noise.happens(
        "concession",
        hazard(
            params.concession[:, None],
            unrest=params.concession_unrest[:, None] * (state.unrest + state.in_uprising - 0.7),
            church=params.concession_church[:, None] * state.church,
            line=params.concession_line[:, None] * pressure,
        ),
        requires=member & (alternative >= 0) & (state.occupied < 0.5) & (state.conceded < 0.5),
        actor=alternative,
    )
    left = noise.happens(
        "exit",
        hazard(
            params.exit[:, None],
            collapse=params.exit_collapse[:, None] * collapsed,
            quarrel=params.exit_quarrel[:, None] * misfit,
            garrison=-params.exit_garrison[:, None] * state.garrison,
            beijing=params.exit_beijing[:, None] * state.beijing,
        ),
        requires=member & (state.occupied < 0.9),
        also=state.ceded.any(axis=1)[:, None] & state.divided & member,
        actor=state.leader,
    )
    deviance = np.maximum(state.line - moscow - params.tolerance[:, None], 0.0)
    alarm = state.in_uprising | collapsed | left
    marched = noise.happens(
        "intervention",
        hazard(
            np.where(alarm, params.intervention[:, None], params.drift[:, None] * deviance * 4),
            stakes=params.intervention_stakes[:, None] * (state.garrison - 0.5),
            revolt=params.intervention_revolt[:, None] * np.minimum(4 * state.revolt, 1.0),
            contagion=params.intervention_contagion[:, None] * contagion,
            exit=params.intervention_exit[:, None] * (left | collapsed),
            tension=-params.intervention_tension[:, None] * (state.tension[:, None] - 0.5),
            quarrels=-params.intervention_quarrels[:, None] * np.maximum(state.strife, state.vacancy).max(axis=1, keepdims=True),
            conceded=-params.intervention_conceded[:, None] * (conceded | (state.conceded > 0.5)),
        ),
        requires=(member | left) & (alarm | (deviance > 0)) & (state.occupied < 0.9),
        actor=(np.where(state.hegemon, state.leader, -1).max(axis=1)[:, None]),
    )
    ousted = noise.happens(
        "leader_ousted",
        hazard(
            params.dismissal[:, None],
            misfit=params.dismissal_misfit[:, None] * misfit,
            unrest=params.dismissal_unrest[:, None] * 2 * state.unrest,
            disfavour=-np.minimum(favour, 0.0),
        ),
        requires=member & (state.leader >= 0) & (state.dismissed != state.leader),
        also=conceded | (collapsed & (marched | ~state.collapsed)),
        actor=state.leader,
    )
    return settle(state, params, dt, {
        "pressure": pressure, "favour": favour, "contagion": contagion, "alternative": alternative,
    }, conceded=conceded, ousted=ousted, left=left, marched=marched, collapsed=collapsed)  # fmt: skip


def find_alternative(state, member):
    """The most reform-minded man of the court who is alive, at large and not the leader, if he is softer than the leader: (H, P)."""
    given = (state.court, state.stance, state.leader, state.alive, state.fate, state.bloc, state.exists)
    last = _last.get("softest")
    if last is None or any(old is not new for old, new in zip(last[0], given, strict=True)):  # arrays of a state never change
        last = _last["softest"] = given, softest(*given)
    return np.where(member, last[1], NOBODY).astype(np.int16)


_last: dict[str, tuple] = {}  # courts move by months: what the weeks of a month would ask of them again


def softest(court_of, stance, leader, alive, fate, bloc, exists):
    """As `find_alternative`, of every polity of the bloc, members or not."""
    first = starts(court_of, leader.shape[1])
    last = np.append(first[1:], len(court_of))
    found = np.full(leader.shape, NOBODY, np.int16)
    softer_than = np.maximum(of(stance, leader) + 0.25, 0.05)  # so never the leader himself
    for p in np.flatnonzero(bloc & exists):
        court = slice(first[p], last[p])
        at_large = alive[:, court] & (fate[:, court] <= PENSIONED)  # free or pensioned
        best = strongest(stance[:, court], at_large & (stance[:, court] > softer_than[:, p, None]))
        found[:, p] = np.where(best >= 0, best + first[p], NOBODY)
    return found


def collapses(state, params, noise, member):
    """Whether the party has lost the capital: revolt above what the state can bear, until force or exhaustion ends it; (H, P)."""
    bears = params.capacity[:, None] * exp(0.4 * noise.strength)
    now = noise.occurs("regime_collapse", member & (state.revolt > bears), requires=member & state.in_uprising & ~state.collapsed)
    return (state.collapsed & state.in_uprising) | now


def settle(state, params, dt, values, *, conceded, ousted, left, marched, collapsed):
    """What the week leaves: force and concessions fade, men are put in or out, a crushed exit is undone."""
    months = log(2.0) * dt
    occupied = np.where(marched, 1.0, state.occupied * exp(-months / params.force_half_life)[:, None])
    credit = np.where(conceded, 1.0, state.conceded * exp(-months / params.concession_half_life)[:, None])
    install = np.where(conceded & ousted, values["alternative"], NOBODY)
    waiting = (state.install >= 0) & (state.install != state.leader) & ~marched  # patronage has not yet acted on it
    return values | {
        "occupied": occupied,
        "conceded": np.where(marched, 0.3 * credit, credit),
        "install": np.where(install >= 0, install, np.where(waiting, state.install, NOBODY)).astype(np.int16),
        "dismissed": np.where(ousted | (state.dismissed == state.leader), state.leader, NOBODY).astype(np.int16),
        "exited": (state.exited | left) & ~marched,
        "collapsed": collapsed & ~marched,
    }
