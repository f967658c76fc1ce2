"""Patronage: who holds power (Daniels 1966 and Rigby 1990: the 'circular flow of power').

    raw power = (sum of offices x weight of their institution + clients + prestige + 0.1) · exp(fortune) · standing of the rank
    power     = raw / (sum over the court + unseen members of a reduced court)          personalisation = the leader's power
    clients  <- clients + flow · (share of appointments - clients)          at a congress the Central Committee moves at once
    loyalty   = logistic(a - b · turnover over 24 months - c · failure)

Whoever controls appointments turns seats into clients; the seats elect him. The flow goes to all who appoint, in proportion, so it
saturates instead of ratcheting to one man, and what it yields is only worth as much as the clients' loyalty.
This mechanism alone writes offices, membership and the leader: deaths, falls, renewals and installations are flags it carries out.
"""

from functools import partial

import numpy as np

from thaw.axes import INSTITUTIONS, OFFICE_INSTITUTION, OFFICES, SINGLE_HOLDER
from thaw.court import CADRE, CANDIDATE, FREE, FULL, NOBODY, OUTSIDE, PENSIONED, is_person, of, per_court, places, put, spread, starts, strongest
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
    holds, held = keep_office(state.holds, stays & ~dismissed)
    rank = state.rank * stays  # OUTSIDE is 0
    rank = rank - (dismissed & (rank == FULL))  # a dismissed leader steps down to candidate
    newcomers = ~out & (rank == OUTSIDE) & state.available
    rank = rank + newcomers  # from OUTSIDE to CADRE
    clients = inherit(state, stays)
    failure = remember_failure(state, params)

    patron, replaced = fill(state, params, holds, held, rank, out)
    held = holders(holds)
    clients, moved = appoint(state, params, held, clients)
    turnover = state.turnover * (1 - 1 / 24) + np.where(state.congress | state.renewed, moved, 0) + replaced
    turnover = np.minimum(turnover, 1.0)
    loyalty = logistic(
        params.loyalty_base[:, None] - params.loyalty_turnover[:, None] * turnover - params.loyalty_failure[:, None] * failure
    )
    institution = weigh_institutions(state)
    prestige = earn_prestige(state, params)
    power = weigh(state, params, rank, held, clients, prestige, institution)

    leader = who_leads(state, params, rank, held, power)
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


def holders(holds):
    """Who holds what (H, E, O), as three lists: history, person and office of each, in that order."""
    flat, office = np.divmod(np.flatnonzero(holds), holds.shape[2])
    history, person = np.divmod(flat, holds.shape[1])
    return history, person, office


def keep_office(holds, keeps):
    """Offices (H, E, O) of those who keep theirs (H, E), and these holders."""
    history, person, office = holders(holds)
    kept = keeps[history, person]
    holds = holds.copy()
    holds[history[~kept], person[~kept], office[~kept]] = False
    return holds, (history[kept], person[kept], office[kept])


def inherit(state, stays):
    """Clients after losses (H, E): those of a man who has gone pass to the full members who stay, as near and as strong as they are.

    To the nearest alone they would make an autocrat's dullest favourite his heir overnight.
    """
    left = state.clients * stays
    lost = state.clients - left
    rows, men = places(lost > 0)
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


def appoint(state, params, held, clients):
    """Clients after this month's appointments (H, E), and the share of seats that changed hands (H, P)."""
    polities = state.leader.shape[1]
    appoints = by_office(held, APPOINTS[held[2]], clients.shape)
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
    forget = (1 - exp(-log(2.0) / params.prestige_half_life))[:, None]
    prestige = state.prestige + forget * (0.15 - state.prestige)
    told = np.flatnonzero(state.damage.any(axis=1))  # few months, few histories
    prestige[told] *= 1 - state.damage[told]
    his, target = of(state.prestige, state.leader), params.leader_prestige[:, None] * state.cult * (1 - state.norm)
    his = his + np.where(target > his, params.prestige_gain[:, None], forget) * (target - his)
    put(prestige, state.leader, his * (1 - of(state.damage, state.leader)) * (1 - state.blame[:, None] * state.hegemon))
    return prestige


def weigh(state, params, rank, held, clients, prestige, institution):
    """Shares of power (H, E) within each court."""
    polities = state.leader.shape[1]
    history, person, office = held
    offices = by_office(held, institution[history, state.court[person], INSTITUTION_OF[office]] * OFFICE_POWER[office], rank.shape)
    raw = (offices + params.clients_weight[:, None] * clients + prestige + 0.1) * exp(state.fortune) * RANK_STANDING.take(rank)
    unseen = params.unseen[:, None] * ~state.has_court
    return raw / spread(np.maximum(per_court(raw, state.court, polities) + unseen, 1e-9), state.court)


def by_office(held, weights, shape):
    """Sum over the offices each person holds (H, E) of their weights, one for each holder."""
    history, person, _ = held
    return np.bincount(history * shape[1] + person, weights, shape[0] * shape[1]).reshape(shape)


def fill(state, params, holds, held, rank, out):
    """Fill vacant offices and seats, in place: by standing, service in the institution, and closeness to the leader.

    Returns patron (H, E) and the share of the leadership replaced (H, P).
    """
    polities, offices = state.leader.shape[1], holds.shape[2]
    first = starts(state.court, polities)
    last = np.append(first[1:], rank.shape[1])
    patron = _keep_patron(state.patron, out)
    replaced = np.zeros(state.leader.shape)
    score = log(state.power + 0.005) + state.fortune
    boss = np.where(of(out, state.leader, True), NOBODY, state.leader)
    called = np.where(of(~state.alive | (state.fate > PENSIONED), state.install, True), NOBODY, state.install)  # who can still be put in
    history, person, office = held
    number = np.bincount((history * polities + state.court[person]) * offices + office, minlength=len(rank) * polities * offices)
    number = number.reshape(-1, polities, offices)
    headless = (number[:, :, FIRST_SECRETARY] == 0) | (state.install >= 0)
    for p in np.flatnonzero(state.exists & (headless.any(axis=0) | state.has_court)):
        court = slice(first[p], last[p])
        near = partial(_nearness, state, score, boss[:, p], court)
        for post in SINGLE_HOLDER if state.has_court[p] else SINGLE_HOLDER[:1]:
            _fill_post(holds, rank, state, params, near, court, p, OFFICES.index(post), number, boss[:, p], called[:, p])
        if state.has_court[p]:
            for several, seats in MULTIPLE.items():
                _promote(holds, rank, state, near, court, several, seats, number[:, p])
            replaced[:, p] = _seat_members(rank, patron, state, near, court, p, boss[:, p])
    return patron, replaced


def _keep_patron(patron, out):
    """Patrons (H, E) without those who are out."""
    rows, people = places(patron >= 0)
    lost = out[rows, patron[rows, people]]
    patron = patron.copy()
    patron[rows[lost], people[lost]] = NOBODY
    return patron


def _nearness(state, score, boss, court, rows):
    """Standing of the members of a court, and how close they are to the leader: (rows, members)."""
    chief = boss[rows]
    return score[rows, court] + 0.25 * np.where(chief[:, None] >= 0, state.tie[court].T[np.maximum(chief, 0)], 0.0)


def _fill_post(holds, rank, state, params, near, court, p, office, number, boss, install):
    """Give an office that one man holds to the fittest where it is vacant, or to him who is put in; in place."""
    heads = office == FIRST_SECRETARY
    rows = np.flatnonzero((number[:, p, office] == 0) | ((install >= 0) & heads))
    if not len(rows):
        return
    serves = 1.2 * state.branch[court, INSTITUTION_OF[office]]
    fit = near(rows) + serves + 0.5 * (rank[rows, court] - CADRE)
    cadre = rank[rows, court] >= CADRE
    if office in (FIRST_SECRETARY, PREMIER):
        other = holds[rows, court, PREMIER if heads else FIRST_SECRETARY]
        fit = fit - params.separation[rows, None] * (0.5 + state.norm[rows, p, None]) * other
        full = rank[rows, court] == FULL
        wanted = np.where(full.any(axis=1, keepdims=True), full, cadre)
    else:
        fit = fit - 1.5 * holds[rows, court].any(axis=2)
        wanted = cadre & (np.arange(court.start, court.stop) != boss[rows, None])
    if heads:  # who has just been dismissed does not come back the same month
        fit = fit + 0.6 * holds[rows, court, SECRETARY]
        wanted = wanted & (np.arange(court.start, court.stop) != state.dismissed[rows, p, None])
    chosen = strongest(fit, wanted)
    if heads:
        chosen = np.where(install[rows] >= 0, install[rows] - court.start, chosen)
    rows, chosen = rows[chosen >= 0], chosen[chosen >= 0] + court.start
    if heads:
        holds[rows, court, office] = False
        rank[rows, chosen] = FULL
    holds[rows, chosen, office] = True


def _promote(holds, rank, state, near, court, office, seats, number):
    """Give one vacant seat of an office that several hold, a month, to the fittest who holds none; in place."""
    rows = np.flatnonzero(number[:, office] < seats)
    if not len(rows):
        return
    busy = holds[rows, court].copy()
    if office == SECRETARY:  # the road to the Secretariat leads through the regions: who governs one may leave it for Moscow
        busy[:, :, REGION] = False
    free = (rank[rows, court] >= CADRE) & ~busy.any(axis=2)
    chosen = strongest(near(rows) + 1.2 * state.branch[court, INSTITUTION_OF[office]], free)
    rows, chosen = rows[chosen >= 0], chosen[chosen >= 0] + court.start
    if office == SECRETARY:
        number[rows, REGION] -= holds[rows, chosen, REGION]
        holds[rows, chosen, REGION] = False
    holds[rows, chosen, office] = True


def _seat_members(rank, patron, state, near, court, p, boss):
    """Fill one seat a month among full and candidate members, five at a congress; in place. Returns the share replaced (H,)."""
    replaced = np.zeros(len(rank))
    for level, seats in SEATS.items():
        for _ in range(5 if state.congress[p] else 1):
            rows = np.flatnonzero((rank[:, court] == level).sum(axis=1) < seats)
            if not len(rows):
                break
            below = (rank[rows, court] < level) & (rank[rows, court] >= CADRE)
            chosen = strongest(near(rows) + 0.7 * (rank[rows, court] - CADRE), below)
            rows, chosen = rows[chosen >= 0], chosen[chosen >= 0] + court.start
            rank[rows, chosen] = level
            sponsor = np.where(boss[rows] == chosen, NOBODY, boss[rows])
            nobody = patron[rows, chosen] == NOBODY
            patron[rows[nobody], chosen[nobody]] = sponsor[nobody]
            replaced[rows] += 0.5 / sum(SEATS.values())
    return replaced


def who_leads(state, params, rank, held, power):
    """The leader (H, P): in a whole court the strongest full member, the incumbent until clearly surpassed; else the party's head."""
    polities, people = state.leader.shape[1], rank.shape[1]
    first = starts(state.court, polities)
    last = np.append(first[1:], people)
    history, person, office = held
    heads = office == FIRST_SECRETARY
    leader = np.full(state.leader.shape, NOBODY, np.int16)
    leader[history[heads], state.court[person[heads]]] = person[heads]
    leader[:, ~state.exists] = state.leader[:, ~state.exists]
    for p in np.flatnonzero(state.exists & state.has_court):
        court = slice(first[p], last[p])
        ahead = power[:, court].copy()
        rows = np.flatnonzero(state.leader[:, p] >= 0)
        ahead[rows, state.leader[rows, p] - court.start] *= exp(params.lead)[rows]
        best = strongest(ahead, rank[:, court] == FULL)
        leader[:, p] = np.where(best >= 0, first[p] + best, NOBODY)
    return leader
