"""Patronage: who holds power (Daniels 1966 and Rigby 1990: the 'circular flow of power').

    raw power = (sum of offices x weight of their institution + clients + prestige + 0.1) · exp(fortune) · standing of the rank
    power     = raw / (sum over the court + unseen members of a reduced court)          personalisation = the leader's power
    clients  <- clients + flow · (share of appointments - clients)          at a congress the Central Committee moves at once
    loyalty   = logistic(a - b · turnover over 24 months - c · failure)

Whoever controls appointments turns seats into clients; the seats elect him. The flow goes to all who appoint, in proportion, so it
saturates instead of ratcheting to one man, and what it yields is only worth as much as the clients' loyalty.
This mechanism alone writes offices, membership and the leader: deaths, falls, renewals and installations are flags it carries out.
"""

import numpy as np

from thaw.axes import INSTITUTIONS, OFFICE_INSTITUTION, OFFICES, SINGLE_HOLDER
from thaw.court import CADRE, CANDIDATE, FREE, FULL, NOBODY, OUTSIDE, PENSIONED, is_person, of, per_court, spread, starts, strongest
from thaw.declare import event, mechanism, param
from thaw.kernels.portable import exp, log, logistic

# Weight of an office within its institution, and its share in appointments to the Central Committee (relative units, assumed
# from the accounts of Rigby 1990 and Gill 1990; `office_weight_sd` carries the doubt).
OFFICE_POWER = np.array([1.0, 1.0, 0.25, 0.5, 0.8, 0.5, 0.35, 0.3, 0.3])
APPOINTS = np.array([1.6, 0.35, 0.05, 0.25, 0.15, 0.1, 0.05, 0.05, 0.1])
RANK_STANDING = np.array([0.0, 0.1, 0.45, 1.0])  # outside, cadre, candidate, full member
SEATS = {FULL: 10, CANDIDATE: 5}  # full and candidate members of March 1953
INSTITUTION_OF = np.array([INSTITUTIONS.index(name) for name in OFFICE_INSTITUTION])
FIRST_SECRETARY, PREMIER = OFFICES.index("first_secretary"), OFFICES.index("premier")
SECRETARY, DEPUTY, REGION = OFFICES.index("secretary"), OFFICES.index("deputy"), OFFICES.index("region")
MULTIPLE = {SECRETARY: 4, DEPUTY: 5, REGION: 3}  # seats of offices that several hold

PARAMS = (
    param("flow", 0.011, unit="share/month", prior="lognormal(0.011, 0.3)", source="rigby1990",
          meaning="seats refilled a month between congresses; the turnover of 0.376 in 1952-56 is 0.0117 a month"),
    param("congress_flow", 0.2, unit="share", prior="share(0.2, 0.4)", source="record:cc_turnover", meaning="seats refilled at a congress"),
    param("clients_weight", 4.0, unit="power", prior="lognormal(4, 0.3)", source="assumed", meaning="power of holding the whole committee"),
    param("unseen", 5.0, unit="power", prior="lognormal(5, 0.3)", source="assumed", meaning="power of the members of a reduced court who are not simulated"),
    param("prestige_half_life", 48.0, unit="month", prior="lognormal(48, 0.3)", source="assumed", meaning="of standing without an office"),
    param("leader_prestige", 13.0, unit="power", prior="lognormal(13, 0.2)", source="assumed",
          meaning="standing that a full cult lends a leader"),
    param("prestige_gain", 0.02, unit="1/month", prior="lognormal(0.02, 0.4)", source="assumed", meaning="pace at which a leader earns it"),
    param("loyalty_base", 1.6, unit="logit", prior="normal(1.6, 0.4)", source="assumed", meaning="loyalty of clients left in peace"),
    param("loyalty_turnover", 2.0, unit="logit/share", prior="lognormal(2, 0.4)", source="assumed", meaning="loyalty lost to reshuffles"),
    param("loyalty_failure", 2.0, unit="logit/share", prior="lognormal(2, 0.4)", source="assumed", meaning="loyalty lost to failure"),
    param("lead", 0.15, unit="log power", prior="lognormal(0.15, 0.4)", source="assumed",
          meaning="how far a rival must surpass the incumbent before he leads"),
    param("separation", 2.0, unit="log power", prior="lognormal(2, 0.4)", source="assumed",
          meaning="how much the norm keeps the two top offices in two hands"),
    param("vacancy_half_life", 9.0, unit="month", prior="lognormal(9, 0.3)", source="assumed", meaning="until a succession has settled"),
    param("autocrat", 0.45, unit="share", prior="fixed()", source="definition", low=0.2, high=0.9, meaning="share of power above which a leader rules alone"),
    param("failure_memory", 18.0, unit="month", prior="lognormal(18, 0.3)", source="assumed", meaning="mean memory of results"),
)


@mechanism(
    reads=(
        "alive", "fallen", "fate", "court", "available", "branch", "tie", "congress", "exists", "has_court", "fortune",
        "damage", "blame", "hegemon", "renewed", "install", "dismissed", "cult", "norm", "growth", "unrest", "devolved", "convictions", "population",
        "rank", "holds", "patron", "clients", "prestige", "power", "leader", "vacancy", "tenure", "turnover",
        "personalisation", "dead_ruler", "failure"),
    writes=(
        "rank", "holds", "patron", "clients", "loyalty", "prestige", "power", "institution", "leader", "vacancy", "tenure",
        "turnover", "personalisation", "dead_ruler", "failure",
    ),
    events=(event("succession", "P", "a new leader takes over, by election, installation or by having become the strongest", derived=True),),
    params=PARAMS,
    sources=("daniels1966", "rigby1990", "gill1990"),
)
def patronage(state, params, noise):
    """Offices, members, clients and who leads, after last month's deaths and falls.

    state   rank, patron, clients, prestige, power (H, E); holds (H, E, O); leader, ... (H, P)
    returns the same fields, and loyalty, turnover, personalisation, failure (H, P)
    """
    out = ~state.alive | state.fallen | (state.fate > FREE)
    dismissed = is_person(state.dismissed, state.rank.shape[1])
    stays = ~out & (state.rank > OUTSIDE)
    holds = state.holds & (stays & ~dismissed)[:, :, None]
    rank = state.rank * stays  # OUTSIDE is 0
    rank = rank - (dismissed & (rank == FULL))  # a dismissed leader steps down to candidate
    newcomers = ~out & (rank == OUTSIDE) & state.available
    rank = rank + newcomers  # from OUTSIDE to CADRE
    clients = inherit(state, stays)
    failure = remember_failure(state, params)

    holds, rank, patron, replaced = fill(state, params, holds, rank, out)
    clients, moved = appoint(state, params, holds, clients)
    turnover = state.turnover * (1 - 1 / 24) + np.where(state.congress | state.renewed, moved, 0) + replaced
    turnover = np.minimum(turnover, 1.0)
    loyalty = logistic(
        params.loyalty_base[:, None] - params.loyalty_turnover[:, None] * turnover - params.loyalty_failure[:, None] * failure
    )
    institution = weigh_institutions(state)
    prestige = earn_prestige(state, params)
    power = weigh(state, params, rank, holds, clients, prestige, institution)

    leader = who_leads(state, params, rank, holds, power)
    change = (leader != state.leader) & (leader >= 0) & state.exists
    noise.occurs("succession", change, actor=leader)
    ended = (leader != state.leader) & (state.leader >= 0)
    fade = exp(-log(2.0) / params.vacancy_half_life)[:, None]
    gone = (of(stays, state.leader, False) == 0) & (state.leader >= 0)
    vacancy = np.where(gone, 1.0, state.vacancy * fade)
    autocrat = ended & (state.personalisation > params.autocrat[:, None])
    dead_ruler = np.where(autocrat, state.leader, state.dead_ruler).astype(np.int16)
    return {
        "rank": rank, "holds": holds, "patron": patron, "clients": clients, "loyalty": loyalty, "prestige": prestige,
        "power": power, "institution": institution, "leader": leader, "vacancy": vacancy,
        "tenure": np.where(leader == state.leader, state.tenure + 1, 0.0), "turnover": turnover,
        "personalisation": of(power, leader), "dead_ruler": dead_ruler, "failure": failure,
    }  # fmt: skip


def inherit(state, stays):
    """Clients after losses (H, E): those of a man who has gone pass to the full members who stay, as near and as strong as they are.

    To the nearest alone they would make an autocrat's dullest favourite his heir overnight.
    """
    left = state.clients * stays
    lost = state.clients - left
    rows, men = np.nonzero(lost > 0)
    if not len(rows):
        return left
    near = (0.1 + state.tie[men] + state.tie[:, men].T) * state.power[rows]
    near = np.where(stays[rows] & (state.rank[rows] == FULL) & (state.court == state.court[men][:, None]), near, 0.0)
    total = near.sum(axis=1, keepdims=True)
    np.add.at(left, rows, lost[rows, men][:, None] * near / np.where(total > 0, total, 1.0))
    return left


def remember_failure(state, params):
    """How far results speak against the leader (H, P): stagnation and unrest, remembered; 0.5 is a zero-growth, quiet year."""
    now = np.clip(0.5 - 6.0 * state.growth + 0.5 * state.unrest, 0.0, 1.0)
    return state.failure + (now - state.failure) / params.failure_memory[:, None]


def appoint(state, params, holds, clients):
    """Clients after this month's appointments (H, E), and the share of seats that changed hands (H, P)."""
    polities = state.leader.shape[1]
    appoints = by_office(holds, np.broadcast_to(APPOINTS, state.leader.shape + APPOINTS.shape), state.court)
    total = spread(per_court(appoints, state.court, polities), state.court)
    share = appoints / np.maximum(total, 1e-9)
    pace = params.flow[:, None] + (state.congress | state.renewed) * params.congress_flow[:, None]
    held = spread(pace, state.court) * (total > 0)
    moved = clients + held * (share - clients)
    changed = per_court(np.abs(moved - clients), state.court, polities) / 2
    return np.minimum(moved, 1.0), np.minimum(changed + pace * 0.5, 1.0)


def weigh_institutions(state):
    """Weights of party, government, security, army, regions (H, P, I), mean 1: security lives by terror, ministries by centralism."""
    per_thousand = state.convictions / np.maximum(state.population, 1.0)
    security = 0.6 + 1.2 * per_thousand / (per_thousand + 0.3)
    government = 1.1 - 0.5 * state.devolved
    regions = 0.8 + 0.7 * state.devolved
    party = np.ones_like(security) * 1.1
    army = np.ones_like(security) * 0.8
    weights = np.stack([party, government, security, army, regions], axis=2)
    return weights / weights.mean(axis=2, keepdims=True)


def earn_prestige(state, params):
    """Standing (H, E): a leader earns it with his cult, all others lose it slowly; revelations cost it, and backing down abroad."""
    leads = is_person(state.leader, state.rank.shape[1])
    target = np.where(leads, spread(params.leader_prestige[:, None] * state.cult * (1 - state.norm), state.court), 0.15)
    forget = (1 - exp(-log(2.0) / params.prestige_half_life))[:, None]
    pace = np.where(leads & (target > state.prestige), params.prestige_gain[:, None], forget)
    humbled = leads & state.hegemon[state.court]
    return (state.prestige + pace * (target - state.prestige)) * (1 - state.damage) * (1 - state.blame[:, None] * humbled)


def weigh(state, params, rank, holds, clients, prestige, institution):
    """Shares of power (H, E) within each court."""
    polities = state.leader.shape[1]
    weights = institution[:, :, INSTITUTION_OF] * OFFICE_POWER
    offices = by_office(holds, weights, state.court)
    raw = (offices + params.clients_weight[:, None] * clients + prestige + 0.1) * exp(state.fortune) * RANK_STANDING[rank]
    unseen = params.unseen[:, None] * ~state.has_court
    return raw / spread(np.maximum(per_court(raw, state.court, polities) + unseen, 1e-9), state.court)


def by_office(holds, weights, court):
    """Sum over the offices each person holds (H, E) of their weight in his polity (H, P, O)."""
    total = np.zeros(holds.shape[:2])
    for office in range(len(OFFICES)):
        total += holds[:, :, office] * spread(weights[:, :, office], court)
    return total


def fill(state, params, holds, rank, out):
    """Fill vacant offices and seats: by standing, service in the institution, and closeness to the leader.

    Returns holds (H, E, O), rank (H, E), patron (H, E) and the share of the leadership replaced (H, P).
    """
    polities = state.leader.shape[1]
    people = rank.shape[1]
    first = starts(state.court, polities)
    last = np.append(first[1:], people)
    holds, rank = holds.copy(), rank.copy()
    patron = np.where(of(out, state.patron, False) | (state.patron < 0), NOBODY, state.patron).astype(np.int16)
    replaced = np.zeros(state.leader.shape)
    score = log(state.power + 0.005) + state.fortune
    called = np.where(of(~state.alive | (state.fate > PENSIONED), state.install, True), NOBODY, state.install)  # who can still be put in
    headless = ~np.logical_or.reduceat(holds[:, :, FIRST_SECRETARY], first, axis=1) | (state.install >= 0)
    for p in np.flatnonzero(state.exists & (headless.any(axis=0) | state.has_court)):
        court = slice(first[p], last[p])
        boss = np.where(of(out, state.leader[:, p : p + 1], True)[:, 0], NOBODY, state.leader[:, p])
        close = 0.25 * np.where(boss[:, None] >= 0, state.tie[court][:, np.maximum(boss, 0)].T, 0.0)
        near = score[:, court] + close
        install = called[:, p]
        posts = [FIRST_SECRETARY, PREMIER] + [OFFICES.index(o) for o in SINGLE_HOLDER[2:]] if state.has_court[p] else [FIRST_SECRETARY]
        for office in posts:
            rows = np.flatnonzero(~holds[:, court, office].any(axis=1) | ((install >= 0) & (office == FIRST_SECRETARY)))
            if not len(rows):
                continue
            serves = 1.2 * state.branch[court, INSTITUTION_OF[office]]
            fit = near[rows] + serves + 0.5 * (rank[rows, court] - CADRE)
            wanted = rank[rows, court] == FULL if office in (FIRST_SECRETARY, PREMIER) else rank[rows, court] >= CADRE
            wanted = np.where(wanted.any(axis=1, keepdims=True), wanted, rank[rows, court] >= CADRE)
            if office == FIRST_SECRETARY:  # who has just been dismissed does not come back the same month
                wanted = wanted & (np.arange(court.start, court.stop) != state.dismissed[rows, p, None])
            if office in (FIRST_SECRETARY, PREMIER):
                other = holds[rows, court, PREMIER if office == FIRST_SECRETARY else FIRST_SECRETARY]
                keep_apart = params.separation[rows, None] * (0.5 + state.norm[rows, p, None])
                fit = fit - keep_apart * other
                fit = fit + 0.6 * holds[rows, court, SECRETARY] * (office == FIRST_SECRETARY)
            else:
                fit = fit - 1.5 * holds[rows, court].any(axis=2)
                wanted = wanted & (np.arange(court.start, court.stop) != boss[rows, None])
            chosen = strongest(fit, wanted)
            if office == FIRST_SECRETARY:
                chosen = np.where(install[rows] >= 0, install[rows] - first[p], chosen)
            ok = chosen >= 0
            rows, chosen = rows[ok], chosen[ok]
            if office == FIRST_SECRETARY:
                holds[rows, court, office] = False
                rank[rows, first[p] + chosen] = FULL
            holds[rows, first[p] + chosen, office] = True
        if state.has_court[p]:
            for office, seats in MULTIPLE.items():
                _promote(holds, rank, state, near, court, office, seats)
            replaced[:, p] = _seat_members(rank, patron, state, near, court, p, boss)
    return holds, rank, patron, replaced


def _promote(holds, rank, state, near, court, office, seats):
    """Give one vacant seat of an office that several hold, a month, to the fittest who holds none; in place."""
    held = holds[:, court, office].sum(axis=1)
    rows = np.flatnonzero(held < seats)
    if not len(rows):
        return
    fit = near[rows] + 1.2 * state.branch[court, INSTITUTION_OF[office]]
    busy = holds[rows, court].copy()
    if office == SECRETARY:  # the road to the Secretariat leads through the regions: who governs one may leave it for Moscow
        busy[:, :, REGION] = False
    free = (rank[rows, court] >= CADRE) & ~busy.any(axis=2)
    chosen = strongest(fit, free)
    rows, chosen = rows[chosen >= 0], chosen[chosen >= 0]
    if office == SECRETARY:
        holds[rows, court.start + chosen, REGION] = False
    holds[rows, court.start + chosen, office] = True


def _seat_members(rank, patron, state, near, court, p, boss):
    """Fill one seat a month among full and candidate members, five at a congress; in place. Returns the share replaced (H,)."""
    replaced = np.zeros(len(rank))
    for level, seats in SEATS.items():
        for _ in range(5 if state.congress[p] else 1):
            rows = np.flatnonzero((rank[:, court] == level).sum(axis=1) < seats)
            if not len(rows):
                break
            below = (rank[rows, court] < level) & (rank[rows, court] >= CADRE)
            chosen = strongest(near[rows] + 0.7 * (rank[rows, court] - CADRE), below)
            rows, chosen = rows[chosen >= 0], chosen[chosen >= 0] + court.start
            rank[rows, chosen] = level
            sponsor = np.where(boss[rows] == chosen, NOBODY, boss[rows])
            nobody = patron[rows, chosen] == NOBODY
            patron[rows[nobody], chosen[nobody]] = sponsor[nobody]
            replaced[rows] += 0.5 / sum(SEATS.values())
    return replaced


def who_leads(state, params, rank, holds, power):
    """The leader (H, P): in a whole court the strongest full member, the incumbent until clearly surpassed; else the party's head."""
    polities = state.leader.shape[1]
    people = rank.shape[1]
    first = starts(state.court, polities)
    last = np.append(first[1:], people)
    leader = state.leader.copy()
    for p in range(polities):
        court = slice(first[p], last[p])
        if not state.exists[p]:
            continue
        if not state.has_court[p]:
            heads = holds[:, court, FIRST_SECRETARY]
            leader[:, p] = np.where(heads.any(axis=1), first[p] + heads.argmax(axis=1), NOBODY)
            continue
        members = rank[:, court] == FULL
        ahead = power[:, court] * np.where(is_person(state.leader[:, p : p + 1], people)[:, court], exp(params.lead)[:, None], 1.0)
        best = strongest(ahead, members)
        leader[:, p] = np.where(best >= 0, first[p] + best, NOBODY)
    return leader.astype(np.int16)
