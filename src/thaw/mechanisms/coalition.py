"""Coalition: who wins a showdown (Acemoglu, Egorov & Sonin 2008, 2009; Svolik 2009; Daniels 1966 for the appeal).

    B      = the leader's loyal share: his own power and that of the clients who stand by him
    hazard = h0 · 4 B (1 - B) · exp(vacancy + failure + insecurity)          rare when he holds all or nothing
    fortune <- fortune · half^(1/18 months) + shock                          luck that goes with the person, not with the meeting

Full members gather in factions behind their patrons; a client with an office of his own leads his own faction unless he is loyal. The
ultimate ruling coalition among the factions is computed exactly. The strongest outsider falls; others only if the rule still excludes them
in the next round. A leader who loses in the Presidium may appeal to the Central Committee, where clients times loyalty decide.
Other rules behind the same interface: `literal` (all whom the rule excludes fall, every member his own faction), `contest` (two camps,
chances as their power), `selectorate` (the leader survives while he holds the loyalty of a winning coalition of committee seats).
"""

import numpy as np

from thaw.axes import OFFICES
from thaw.court import FULL, is_person, of, per_court, spread, starts
from thaw.declare import event, hazard, mechanism, normal, param, uniform
from thaw.kernels.coalition import ruling_coalition_many
from thaw.kernels.portable import exp, log

SECURITY = OFFICES.index("security")
MOST_FACTIONS = 8  # weaker ones do not count; the rule's cost grows threefold with each
ROUNDS = 3
LEADER_OUSTED = event("leader_ousted", "P", "the leader is removed by his own court or by Moscow")
RULES = ("factions", "literal", "contest", "selectorate")

PARAMS = (
    param("base", 0.012, unit="1/month", prior="lognormal(0.012, 0.5)", source="base_rates:insider removal 0.009-0.040 a year",
          meaning="hazard of a showdown when the leader holds half the power, all else at rest"),
    param("vacancy", 1.6, unit="log", prior="normal(1.6, 0.5)", source="svolik2009", meaning="push of an open succession"),
    param("failure", 1.5, unit="log/share", prior="normal(1.5, 0.5)", source="svolik2009", meaning="push of poor results"),
    param("insecurity", 2.0, unit="log/share", prior="normal(2, 0.6)", source="assumed", meaning="push of an armed rival: the police chief's share"),
    param("fortune_sd", 0.28, unit="log power", prior="lognormal(0.28, 0.3)", source="assumed", meaning="spread of luck between persons"),
    param("fortune_half_life", 18.0, unit="month", prior="lognormal(18, 0.3)", source="design", meaning="how long such luck lasts"),
    param("own_faction", 0.06, unit="share", prior="share(0.06, 0.3)", source="assumed", meaning="power that lets a client head a faction"),
    param("supermajority", 0.5, unit="share", prior="fixed()", source="acemoglu2008", low=0.5, high=0.99, meaning="share that wins a showdown, strictly more"),
    param("appeal", 0.5, unit="share", prior="share(0.5, 0.3)", source="assumed", meaning="loyal committee share that overturns the Presidium"),
    param("strife_half_life", 12.0, unit="month", prior="lognormal(12, 0.3)", source="assumed", meaning="memory of a showdown"),
)  # fmt: skip


@mechanism(
    reads=("court", "rank", "power", "patron", "clients", "loyalty", "leader", "vacancy", "failure", "holds", "has_court", "exists",
           "tie", "fortune", "strife"),
    writes=("fortune", "outvoted", "strife"),
    draws={"shock": normal("E"), "resolve": uniform("E", once=True), "contest": uniform("P"), "floor": normal("P")},
    events=(event("challenge", "P", "a showdown in the leadership"), LEADER_OUSTED),
    rules=RULES,
    params=PARAMS,
    sources=("acemoglu2008", "acemoglu2009", "svolik2009", "daniels1966", "tullock1980", "buenodemesquita2003"),
)  # fmt: skip
def coalition(state, params, noise):
    """Showdowns and their losers: {"fortune", "outvoted": (H, E), "strife": (H, P)}.

    state   power, clients (H, E) shares; patron (H, E); leader, vacancy, failure, loyalty (H, P)
    noise   shock (H, E); resolve (H, E) one draw a life: who stands by a patron; contest, floor (H, P)
    """
    polities = state.leader.shape[1]
    keep = exp(-log(2.0) / params.fortune_half_life)[:, None]
    fortune = state.fortune * keep + params.fortune_sd[:, None] * np.sqrt(1 - keep**2) * noise.shock

    loyal = loyal_share(state)
    chief = state.holds[:, :, SECURITY] & ~is_person(state.leader, state.rank.shape[1])
    armed = per_court(state.power * chief, state.court, polities)
    challenged = noise.happens(
        "challenge",
        hazard(
            params.base[:, None] * 4 * loyal * (1 - loyal),
            vacancy=params.vacancy[:, None] * state.vacancy,
            failure=params.failure[:, None] * (state.failure - 0.3),
            insecurity=params.insecurity[:, None] * armed,
        ),
        requires=state.has_court & state.exists & (state.leader >= 0),
    )
    losers = np.zeros(state.rank.shape, bool)
    for p in np.flatnonzero(state.has_court):
        rows = np.flatnonzero(challenged[:, p])
        if len(rows):
            losers[rows] |= settle(state, params, noise, p, rows)
    leads = is_person(state.leader, state.rank.shape[1])
    lost = per_court((losers & leads).astype(float), state.court, polities) > 0
    ousted = noise.occurs("leader_ousted", lost, requires=state.has_court & (state.leader >= 0), actor=state.leader)
    outvoted = (losers & ~leads) | (leads & spread(ousted, state.court))
    fade = exp(-log(2.0) / params.strife_half_life)[:, None]
    return {"fortune": fortune, "outvoted": outvoted, "strife": np.where(challenged, 1.0, state.strife * fade)}


def loyal_share(state):
    """The leader's own power and that of the members who are his men, as far as clients are loyal: (H, P), kept within 0.02 to 0.98.

    Nobody is ever quite alone or quite safe: at the ends the hazard of a showdown is a twelfth of its highest, not nil.
    """
    polities = state.leader.shape[1]
    his = state.patron == spread(state.leader, state.court)
    followers = per_court(state.power * (his & (state.rank == FULL)), state.court, polities)
    return np.clip(of(state.power, state.leader) + followers * state.loyalty, 0.02, 0.98)


def settle(state, params, noise, p, rows):
    """Who loses the showdown in polity p, in the histories `rows`: (rows, E) yes/no."""
    people = state.rank.shape[1]
    first = starts(state.court, state.leader.shape[1])
    court = slice(first[p], np.append(first[1:], people)[p])
    strength = state.power[rows, court] * (state.rank[rows, court] == FULL)
    leader = state.leader[rows, p] - court.start
    head = np.arange(strength.shape[1])[None, :].repeat(len(rows), 0)
    if params.rule != "literal":
        head = factions(state, params, noise, p, rows, court, strength)
    losers = RULE[params.rule](state, params, noise, p, rows, court, strength, head, leader)
    whole = np.zeros((len(rows), people), bool)
    whole[:, court] = losers
    return whole


def factions(state, params, noise, p, rows, court, strength):
    """Head of the faction each member joins, (rows, members of the court): himself, or his patron, or his patron's patron."""
    size = strength.shape[1]
    me = np.arange(size)[None, :]
    patron = state.patron[rows, court].astype(int) - court.start
    present = (patron >= 0) & (patron < size)
    patron = np.where(present, patron, 0)
    present &= np.take_along_axis(strength, patron, 1) > 0
    bond = np.where(present, state.tie[court, court][me, patron] if size else 0.0, 0.0)
    loyal = 0.5 * state.loyalty[rows, p][:, None] + 0.5 * bond
    own = (strength > params.own_faction[rows, None]) & (noise.resolve[rows, court] > loyal)
    leads = me == (state.leader[rows, p] - court.start)[:, None]
    head = np.where(leads | own | ~present, me, patron)
    for _ in range(3):  # a patron who follows another takes his men along
        head = np.take_along_axis(head, head, 1)
    return head


def camps(strength, head):
    """Power of each faction (rows, members): at its head's place, nil elsewhere; only the strongest eight stand."""
    total = np.zeros_like(strength)
    np.add.at(total, (np.arange(len(head))[:, None], head), strength)
    standing = np.argsort(np.argsort(-total, axis=1, kind="stable"), axis=1) < MOST_FACTIONS
    return total * standing


def ruling(total, share):
    """The ultimate ruling coalition among factions, `share` (rows,) winning: (rows, members) of heads inside it."""
    rows, size = total.shape
    order = np.argsort(-total, axis=1, kind="stable")[:, :MOST_FACTIONS]
    weights = np.rint(np.take_along_axis(total, order, 1) * 1_000_000).astype(np.int64)
    masks = np.zeros(rows, np.uint32)
    thousandths = np.rint(share * 1000).astype(int)
    for part in np.unique(thousandths):  # a definition in most scenarios: one value
        same = thousandths == part
        masks[same] = ruling_coalition_many(weights[same], weights[same] > 0, int(part), 1000)
    inside = (masks[:, None] >> np.arange(order.shape[1], dtype=np.uint32)) & 1 == 1
    marks = np.zeros((rows, size), bool)
    np.put_along_axis(marks, order, inside, axis=1)
    return marks


def by_factions(state, params, noise, p, rows, court, strength, head, leader):
    """The strongest outsider falls, others only if still excluded in the next round; a beaten leader may appeal."""
    total = camps(strength, head)
    everyone = total.copy()
    losers = np.zeros(strength.shape, bool)
    suspects = total > 0
    for _ in range(ROUNDS):
        inside = ruling(total, params.supermajority[rows])
        outside = suspects & (total > 0) & ~inside
        worst = np.where(outside, total, -1.0).argmax(axis=1)
        falls = outside.any(axis=1)
        leader_out = outside[np.arange(len(rows)), leader]
        worst = np.where(leader_out, leader, worst)
        losers[np.flatnonzero(falls), worst[falls]] = True
        total = np.where(losers, 0.0, total)
        suspects = outside & ~losers
        if not suspects.any():
            break
    return appeal(state, params, noise, p, rows, court, losers, leader, everyone, head)


def appeal(state, params, noise, p, rows, court, losers, leader, total, head):
    """A leader beaten in the Presidium wins in the Central Committee when his loyal clients there outweigh it; his rival falls instead."""
    beaten = losers[np.arange(len(rows)), leader]
    seats = state.clients[rows, court]
    mine = np.where(head == leader[:, None], seats, 0.0).sum(axis=1) * state.loyalty[rows, p]
    whole = seats.sum(axis=1)
    won = beaten & (mine * exp(0.3 * noise.floor[rows, p]) > params.appeal[rows] * np.maximum(whole, 1e-9))
    rival = np.where(np.arange(total.shape[1])[None, :] == leader[:, None], -1.0, total).argmax(axis=1)
    winners = np.flatnonzero(won)
    losers[winners] = False
    losers[winners, rival[winners]] = True
    return losers


def by_literal_rule(state, params, noise, p, rows, court, strength, head, leader):
    """Every member his own faction; whoever the rule excludes falls at once (the strongest eight; others follow nobody)."""
    total = camps(strength, head)
    return (total > 0) & ~ruling(total, params.supermajority[rows])


def by_contest(state, params, noise, p, rows, court, strength, head, leader):
    """The leader's faction against the strongest rival; chances go as power squared (Tullock 1980)."""
    total = camps(strength, head)
    mine = total[np.arange(len(rows)), leader]
    rival = np.where(np.arange(total.shape[1])[None, :] == leader[:, None], -1.0, total).argmax(axis=1)
    his = np.maximum(total[np.arange(len(rows)), rival], 0.0)
    leader_wins = noise.contest[rows, p] * (mine**2 + his**2) < mine**2
    losers = np.zeros(strength.shape, bool)
    losers[np.arange(len(rows)), np.where(leader_wins, rival, leader)] = his > 0
    return losers


def by_selectorate(state, params, noise, p, rows, court, strength, head, leader):
    """The leader survives while loyal committee seats make a winning coalition (Bueno de Mesquita et al. 2003), else he falls."""
    seats = state.clients[rows, court]
    mine = np.where(head == leader[:, None], seats, 0.0).sum(axis=1) * state.loyalty[rows, p]
    holds_on = mine * exp(0.3 * noise.floor[rows, p]) > params.appeal[rows] * np.maximum(seats.sum(axis=1), 1e-9)
    total = camps(strength, head)
    rival = np.where(np.arange(total.shape[1])[None, :] == leader[:, None], -1.0, total).argmax(axis=1)
    losers = np.zeros(strength.shape, bool)
    alone = total[np.arange(len(rows)), rival] <= 0
    losers[np.arange(len(rows)), np.where(holds_on, rival, leader)] = ~(holds_on & alone)
    return losers


RULE = {"factions": by_factions, "literal": by_literal_rule, "contest": by_contest, "selectorate": by_selectorate}
