"""Society: who dares to speak, week by week (Kuran 1991, Granovetter 1978, Watts 2002; sparks: Lohmann 1994).

    a citizen of stratum s with c of 8 neighbours speaking speaks when     rank < q_s(c) = Φ((grievance_s - fear_s + visibility · c/8 - μ)/σ)
    two acts: voice, and above it (μ higher) revolt; c counts voice for voice and revolt for revolt

Ranks stand on 256 levels equally spaced in logit from 1e-5 to 1 - 1e-5: dissent was far rarer than 1/256. Keyed local sparks switch on 5 to 50
neighbours; without them q(0) near nought absorbs. The arrested and the exhausted are silent until they return; without them no revolt
ends. Each week a keyed half of the citizens looks around; once voice is visible the street settles within the week.

Rule `mean_field`: everybody sees how many of the whole society act, instead of eight neighbours (Granovetter 1978; Kuran 1989, 1991): the share acting
takes the place of c/8, so that a crowd rests where r = G(r), G being the distribution of thresholds. Ranks, sparks, arrests are the same.
"""

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from thaw.axes import ACTS, HISTORIES_PER_BLOCK, HISTORIES_PER_WORD, STRATA
from thaw.declare import event, mechanism, normal, param, uniform
from thaw.kernels import cascade, street
from thaw.kernels.noise import name_key, words
from thaw.kernels.portable import exp, log, logistic, normal_quantile

# Loadings of the strata, in the order of axes.STRATA: workers, peasants, intelligentsia, officials, minorities. Judgements.
WANT = np.array([1.0, 1.1, 0.6, 0.2, 0.9])  # how much hardship and its relief are felt
TRUTH = np.array([0.5, 0.3, 1.2, 0.3, 0.8])  # how much knowledge of the crimes weighs
NATION = np.array([0.8, 0.7, 1.0, 0.1, 0.5])  # how much foreign rule weighs
EXPOSED = np.array([0.9, 0.9, 1.1, 1.4, 1.1])  # how much they have to fear
EDUCATED = STRATA.index("intelligentsia")
FARTHEST = 11.512915464920228  # logit of 1 - 1e-5
LOUD = 0.3  # share of citizens in an act from which its crowd is seen everywhere and settles within the week (judgement; below, word spreads weekly)
EDGE = 6  # beyond 6 standard deviations all 256 levels lie on one side
STANDARD = 10_000  # citizens for whom a spark of 5 to 50 is meant; in smaller towns it is as much smaller
GRID = 256  # steps a unit of the lookup from the argument of Φ to a level
RULES = ("network", "mean_field")

PARAMS = (
    param("discontent", 1.0, unit="1", prior="normal(1.0, 0.15)", source="assumed", meaning="grievance of a quiet, poor year under dictatorship"),
    param("hardship", 2.2, unit="1", prior="lognormal(2.2, 0.25)", source="assumed", meaning="grievance from output below its best"),
    param("stagnation", 6.0, unit="1/share", prior="lognormal(6, 0.3)", source="assumed", meaning="grievance from growth below 3% a year"),
    param("truth", 1.2, unit="1", prior="lognormal(1.2, 0.3)", source="kuran1991", meaning="grievance from full knowledge of the crimes"),
    param("foreign_rule", 1.4, unit="1", prior="lognormal(1.4, 0.25)", source="assumed", meaning="grievance from foreign troops and a nation's memory"),
    param("relief", 0.9, unit="1", prior="lognormal(0.9, 0.3)", source="assumed", meaning="grievance taken off by a full New Course"),
    param("concession", 1.4, unit="1", prior="lognormal(1.4, 0.3)", source="assumed", meaning="grievance taken off when the regime gives way"),
    param("temper_sd", 0.25, unit="1", prior="lognormal(0.25, 0.3)", source="assumed", meaning="spread between polities that nothing else explains"),
    param("patience", 5.0, unit="month", prior="lognormal(5, 0.3)", source="assumed", meaning="time for grievance to follow its causes"),
    param("fear", 0.75, unit="1", prior="lognormal(0.75, 0.2)", source="kuran1991", meaning="weight of remembered terror"),
    param("line", 0.5, unit="share", prior="share(0.5, 0.4)", source="assumed", meaning="fear taken off by a fully reformist line"),
    param("force", 2.0, unit="1", prior="lognormal(2, 0.25)", source="assumed", meaning="fear of tanks that have come"),
    param("opening", 1.0, unit="1", prior="lognormal(1, 0.3)", source="mcadam1982", meaning="courage from a quarrel or a vacancy above"),
    param("neighbours_revolt", 0.45, unit="1", prior="lognormal(0.45, 0.3)", source="kramer1998", meaning="courage from revolt next door"),
    param("visibility", 3.4, unit="1", prior="lognormal(3.4, 0.1)", source="kuran1991", meaning="courage from eight speaking neighbours"),
    param("voice_at", 3.0, unit="1", prior="normal(3.0, 0.1)", source="assumed", meaning="what holds a citizen back from speaking"),
    param("revolt_at", 3.6, unit="1", prior="normal(3.6, 0.12)", source="assumed", meaning="what holds a citizen back from revolt"),
    param("crowd", 1.0, unit="1", prior="lognormal(1, 0.3)", source="kuran1991", meaning="courage to revolt from a crowd of a quarter of the town"),
    param("spread", 1.0, unit="1", prior="fixed()", source="definition", low=0.1, high=10, meaning="spread of courage between citizens"),
    param("sparks", 0.25, unit="1/month", prior="lognormal(0.25, 0.4)", source="lohmann1994", meaning="price rises, funerals, readings: a month and society"),
    param("police", 0.06, unit="share/week", prior="share(0.06, 0.3)", source="assumed", meaning="speakers arrested a week where fear is full"),
    param("tiring", 0.05, unit="share/week", prior="share(0.05, 0.3)", source="assumed", meaning="speakers who tire a week"),
    param("own_force", 0.16, unit="share/week", prior="share(0.16, 0.3)", source="assumed", meaning="taken off the street a week by a state in revolt"),
    param("tanks", 0.4, unit="share/week", prior="share(0.4, 0.3)", source="assumed", meaning="taken off the street a week by an intervening army"),
    param("back", 0.05, unit="share/week", prior="share(0.05, 0.3)", source="assumed", meaning="of the arrested and tired who return a week"),
    param("visible", 0.01, unit="share", prior="fixed()", source="definition", low=0.0001, high=1, meaning="voice above which unrest is counted"),
    param("rising", 0.04, unit="share", prior="fixed()", source="definition", low=0.0001, high=1, meaning="revolt that counts as a rising; a quarter ends it"),
    param("memory", 6.0, unit="month", prior="lognormal(6, 0.2)", source="assumed", meaning="half-life of remembered unrest"),
)  # fmt: skip


@mechanism(
    reads=("street", "removed", "grievance", "voice", "revolt", "unrest", "in_uprising", "in_unrest", "exists",
           "has_society", "stratum_share", "hardship", "growth", "knowledge", "garrison", "church", "relief", "conceded", "fear", "line",
           "occupied", "strife", "vacancy", "hegemon", "bloc", "contagion", "collapsed"),
    writes=("street", "removed", "grievance", "voice", "revolt", "educated_voice", "unrest", "in_uprising", "in_unrest"),
    draws={"temper": normal("P", once=True), "spark": uniform("P"), "place": uniform("P"), "size": uniform("P")},
    events=(
        event("unrest", "P", "strikes, protest or riot that can be seen"),
        event("uprising", "P", "a revolt that challenges the state"),
    ),
    rules=RULES,
    params=PARAMS,
    sources=("kuran1989", "kuran1991", "granovetter1978", "watts2002", "lohmann1994", "mcadam1982"),
    weekly=True,
)  # fmt: skip
def society(state, params, noise):
    """One week on the street: who speaks, who revolts, who is taken away.

    state   street (society, act, N, W), removed (society, N, W) bits; grievance (H, P, S); fear, line, occupied ... (H, P)
    noise   temper (H, P) once; spark, place, size (H, P): local occasions
    """
    dt = noise.dt
    held = np.ascontiguousarray(state.grievance.transpose(2, 0, 1))
    grievance = held + (wanted_grievance(state, params, noise) - held) * dt / params.patience[:, None]
    courage = grievance - holding_back(state, params)  # (S, H, P)
    sparks = (noise.spark < 1 - exp(-params.sparks[:, None] * dt)) & state.has_society & state.exists
    arrest = arrests(state, params)
    planes, removed, (voice, revolt), educated = sweep_all(state, params, noise, courage, sparks, arrest)
    lived = state.has_society & state.exists
    seen = (voice > params.visible[:, None]) | (state.in_unrest & (voice > params.visible[:, None] / 2))
    rising = (revolt > params.rising[:, None]) | (state.in_uprising & (revolt > params.rising[:, None] / 4))
    began = noise.occurs("unrest", seen & ~state.in_unrest & lived, because={"voice": 50 * voice})
    rose = noise.occurs("uprising", rising & ~state.in_uprising & lived, because={"revolt": 20 * revolt})
    fade = exp(-log(2.0) * dt / params.memory)[:, None]
    return {
        "street": planes, "removed": removed, "grievance": np.ascontiguousarray(grievance.transpose(1, 2, 0)), "voice": voice, "revolt": revolt,
        "educated_voice": educated,
        "unrest": np.maximum(state.unrest * fade, np.minimum(8 * voice + 4 * revolt, 1.0)),
        "in_unrest": (state.in_unrest & seen) | began, "in_uprising": (state.in_uprising & rising) | rose,
    }  # fmt: skip


def by_stratum(loadings):
    """Loadings (S,) before the axes (H, P): strata come first while we calculate, because NumPy is slow along a last axis of five."""
    return loadings[:, None, None]


def wanted_grievance(state, params, noise):
    """Grievance (S, H, P) that present causes would bring in the end."""
    want = params.hardship[:, None] * state.hardship + params.stagnation[:, None] * np.maximum(0.03 - state.growth, -0.05)
    want = want - params.relief[:, None] * state.relief
    nation = params.foreign_rule[:, None] * (0.6 * state.garrison * state.bloc + 0.6 * state.church)
    common = params.discontent[:, None] + params.temper_sd[:, None] * noise.temper - params.concession[:, None] * state.conceded
    truth = params.truth[:, None] * state.knowledge
    return common + by_stratum(WANT) * want + by_stratum(TRUTH) * truth + by_stratum(NATION) * nation


def holding_back(state, params):
    """Fear less opportunity (S, H, P): remembered terror, a line that eases it, tanks, quarrels above, revolt next door."""
    above = np.maximum(np.maximum(state.strife, state.vacancy), (np.maximum(state.strife, state.vacancy) * state.hegemon).max(axis=1)[:, None])
    remembered = params.fear[:, None] * state.fear * (1 - params.line[:, None] * (1 + state.line) / 2)
    tanks = params.force[:, None] * state.occupied
    open_ = params.opening[:, None] * above * 0.5 + params.neighbours_revolt[:, None] * state.contagion
    return by_stratum(EXPOSED) * remembered + (tanks - open_)


def arrests(state, params):
    """Chance (H, P) that a speaker is off the street by next week: police, tiredness, the state's own force, tanks."""
    police = params.police[:, None] * state.fear / (1 + state.fear) + params.tiring[:, None]
    own = params.own_force[:, None] * state.in_uprising * ~state.collapsed * (1 - state.conceded)
    return np.minimum(police + own + params.tanks[:, None] * state.occupied, 0.95)


def sweep_all(state, params, noise, courage, sparks, arrest):
    """Move every street by a week: street, removed, shares (act, H, P) speaking and revolting, and of the intelligentsia speaking (H, P)."""
    planes, removed = street.room(*state.street.shape), street.room(*state.removed.shape)
    here = np.flatnonzero(state.has_society)
    histories = noise.luck.histories
    places, steps = thresholds(state, params, courage, here)
    crowds = seen_crowds(state, params, here) if params.rule == "mean_field" else None
    taken = in_digits(np.minimum(arrest.T[here], 1 - 1 / street.GRID))  # (society, H)
    back = in_digits(params.back)
    fires = place_sparks(state, noise, sparks, here)
    heads = np.zeros((*places.shape[:3], len(histories)), np.int32)
    people = np.ones((len(here), 1, places.shape[2], 1))
    for k, p in enumerate(here):
        if not state.exists[p]:
            planes[k], removed[k] = 0, 0
            continue
        bounds = stratum_bounds(tuple(state.stratum_share[p].tolist()), state.street.shape[2])
        for rows, columns, block in blocks(int(histories[0]), int(histories[-1]) + 1, len(histories)):
            town = found_town(noise.luck.seed, int(noise.luck.ids["P"][p]), block, bounds)
            now = state.street[k, :, :, columns], state.removed[k, :, columns]
            out = planes[k, :, :, columns], removed[k, :, columns]
            grid = np.ascontiguousarray(places[k, :, :, rows]), steps[rows]
            seen = Crowd(crowds.share[k, :, rows], crowds.slope[rows]) if crowds else None
            when = noise.week_of_run, block, int(histories[rows.start]) // HISTORIES_PER_WORD
            fire = tuple(values[k, rows] for values in fires)
            counts = week(town, now, grid, (taken[k, rows], back[rows]), fire, when, out, seen)
            heads[k, :, :, rows] = counts[:, :, : rows.stop - rows.start]
        people[k, 0, :, 0] = town.people
    return planes, removed, *shares(state, here, heads / people)


def shares(state, here, parts):
    """Shares (act, H, P) in each act, from those of the strata (society, act, S, H), and that of the intelligentsia that speaks (H, P)."""
    weighted = parts * state.stratum_share[here][:, None, :, None]
    acting, educated = np.zeros((len(ACTS), *state.voice.shape)), np.zeros(state.voice.shape)
    acting[:, :, here] = sum(np.moveaxis(weighted, 2, 0)).transpose(1, 2, 0)
    educated[:, here] = parts[:, 0, EDUCATED].T
    return acting, educated


def thresholds(state, params, courage, here):
    """Places (society, act, S, H) and steps (H, 9) on the grid of `level_of_argument`: together they say which levels speak."""
    scale = GRID / params.spread
    steps = on_grid((params.visibility * scale)[:, None] * np.arange(9) / 8)
    local = np.ascontiguousarray(courage.transpose(2, 0, 1)[here])  # (society, S, H)
    crowd = params.crowd[:, None] * np.minimum(4 * state.voice, 1.0)
    revolt_at = (params.revolt_at[:, None] - crowd).T[here, None, :]
    bars = (params.voice_at, revolt_at)
    places = np.empty((len(here), len(ACTS), *local.shape[1:]), np.int32)
    for act, bar in enumerate(bars):
        places[:, act] = on_grid((local - bar) * scale + EDGE * GRID)
    return places, steps


def place_sparks(state, noise, sparks, here):
    """Of each society's sparks (society, H): whether there is one, its first citizen, how many, and whether people there speak already."""
    people = state.street.shape[2]
    starts = np.ascontiguousarray((noise.place * people).T[here], np.int32)
    sizes = np.ascontiguousarray(np.ceil((5 + 45 * noise.size) * people / STANDARD).T[here], np.int32)
    return sparks.T[here].view(np.uint8), starts, sizes, state.in_unrest.T[here].view(np.uint8)


def in_digits(chance):
    """A chance in whole numbers of 1/128, as `street.step` wants it."""
    return np.ascontiguousarray(np.round(chance * street.GRID), np.int32)


def on_grid(values):
    """Whole places on the lookup's grid; far beyond its ends all places are the same, and C leaves casts of huge numbers open."""
    return np.floor(np.minimum(np.maximum(values, -8.0 * EDGE * GRID), 8.0 * EDGE * GRID)).astype(np.int32)


class Crowd(NamedTuple):
    """What everybody sees under the rule `mean_field`: the share of the society in each act (..., act, H), and its weight in places of the grid (H,)."""

    share: np.ndarray
    slope: np.ndarray


def seen_crowds(state, params, here):
    """The crowds of last week, shares (society, act, H)."""
    acting = np.stack([state.voice, state.revolt])[:, :, here]
    return Crowd(acting.transpose(2, 0, 1), params.visibility * (GRID / params.spread))


class Town(NamedTuple):
    """What does not change in one society for one block of histories: ties, who watches whom, levels, strata, their people and the key of luck."""

    neighbours: np.ndarray
    watchers: tuple[np.ndarray, np.ndarray]
    level: np.ndarray
    bounds: np.ndarray
    people: np.ndarray
    key: np.uint64


def week(town, now, grid, chances, fire, when, out, seen=None):
    """One week of one society: a look around, arrests and returns, sparks for next week, settling where the crowd can be seen.

    Writes the planes of both acts and of the removed to `out`; returns heads (act, S, 64 W) by stratum. With a `seen` crowd neighbours do not count.
    """
    people, width = now[1].shape
    whole = width == street.WIDTH and out[1].flags.c_contiguous  # a chunk of one block writes where the result belongs
    new = out if whole else tuple(street.room(*plane.shape[:-1], street.WIDTH) for plane in out)
    acts, removed = (widened(plane) for plane in now)
    places, steps = grid
    if seen is not None:
        places, steps = places + on_grid(seen.slope * seen.share)[:, None, :], np.zeros_like(steps)
    number, block, first_word = when
    heads = street.step(
        acts, removed, town.neighbours, town.level, town.bounds, places, steps, level_of_argument(), chances,
        town.key, number, block, first_word, fire, (new[0], new[1]),
    )  # fmt: skip
    crowds = np.add.reduce(heads[:, :, : len(steps)], axis=1, dtype=np.int32)
    for act in range(len(ACTS)):
        loud = np.flatnonzero(crowds[act] > LOUD * people).astype(np.int32)
        if len(loud):
            if seen is None:
                ladder = cutoffs(places[act][:, loud].T, steps[loud])
            else:
                ladder = rest_of_crowd(town, new[1], grid[0][act][:, loud], seen.slope[loud], heads[act][:, loud], loud)
            street.settle(new[0][act], new[1], town.neighbours, town.watchers, town.level, town.bounds, ladder, loud, heads[act])
    if not whole:
        for target, plane in zip(out, new, strict=True):
            target[...] = plane[..., :width]
    return heads


def rest_of_crowd(town, removed, places, slope, heads, loud):
    """How many levels speak, (K, S, 9), once crowds that everybody sees have come to rest: r <- G(r) for `street.MOST_SWEEPS` steps at most.

    G(r) is the share of citizens not removed whose threshold the share r passes; it rises with r, so that a crowd never swings.

    removed  (N, W) plane; places (S, K) of the thresholds on the grid; slope (K,); heads (S, K) acting at first; loud (K,) histories of the chunk
    """
    strata, people = len(town.bounds) - 1, len(town.level)
    kind = np.repeat(np.arange(strata), np.diff(town.bounds)) * cascade.LEVELS + town.level
    ladders = np.empty((len(loud), strata), np.int32)
    for k, history in enumerate(loud):
        free = removed[:, history // HISTORIES_PER_WORD] >> np.uint64(history % HISTORIES_PER_WORD) & np.uint64(1) == 0
        below = np.zeros((strata, cascade.LEVELS + 1), np.int64)
        below[:, 1:] = np.bincount(kind[free], minlength=strata * cascade.LEVELS).reshape(strata, -1).cumsum(axis=1)
        acting = heads[:, k].sum()
        for _ in range(street.MOST_SWEEPS):
            step = on_grid(slope[k] * acting / people)
            ladders[k] = level_of_argument()[np.clip(places[:, k] + step, 0, 2 * EDGE * GRID)]
            before, acting = acting, below[np.arange(strata), ladders[k]].sum()
            if acting == before:
                break
    return np.repeat(ladders[:, :, None], 9, axis=2)


def widened(plane):
    """The plane (..., N, W) with empty words up to those of a block: the machine takes eight words as fast as one."""
    width = plane.shape[-1]
    if width == street.WIDTH and plane.flags.c_contiguous:
        return plane
    wide = street.room(*plane.shape[:-1], street.WIDTH)
    wide[..., :width], wide[..., width:] = plane, 0
    return wide


@lru_cache(maxsize=8)
def blocks(first, last, total):
    """The parts of `total` rows, histories `first` to `last` again and again, that lie in one block of 512: rows, columns of words, number."""
    edges = [first, *range((first // HISTORIES_PER_BLOCK + 1) * HISTORIES_PER_BLOCK, last, HISTORIES_PER_BLOCK), last]
    parts = []
    for start in range(0, total, last - first):
        for a, b in pairwise(edges):
            rows = slice(start + a - first, start + b - first)
            columns = slice(rows.start // HISTORIES_PER_WORD, -(-rows.stop // HISTORIES_PER_WORD))
            parts.append((rows, columns, a // HISTORIES_PER_BLOCK))
    return parts


@lru_cache(maxsize=64)
def found_town(seed, name, block, bounds):
    """The town of one society for one block: a pure function of its arguments, so it can be kept."""
    key, luck = name_key(seed, "network", str(name)), name_key(seed, "society", str(name))
    rank = ((words(key, bounds[-1], block, 0) >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53
    level = np.floor((log(rank / (1 - rank)) + FARTHEST) / (2 * FARTHEST) * cascade.LEVELS)
    level = np.clip(level, 0, cascade.LEVELS - 1).astype(np.uint8)
    neighbours = cascade.network(key, block, np.array(bounds))
    return Town(neighbours, street.watchers(neighbours), level, np.array(bounds), np.maximum(np.diff(bounds), 1), luck)


@lru_cache(maxsize=64)
def stratum_bounds(shares, people):
    """Where each stratum begins among the citizens, as a tuple of S + 1 places."""
    edges = np.round(np.cumsum((0.0, *shares)) * people).astype(int)
    edges[-1] = people
    return tuple(int(edge) for edge in edges)


@lru_cache(maxsize=1)
def level_of_argument():
    """How many of the 256 levels lie below Φ(z), for z from -EDGE to EDGE in steps of 1/GRID."""
    ranks = logistic(((np.arange(cascade.LEVELS) + 0.5) / cascade.LEVELS * 2 - 1) * FARTHEST)
    z = np.arange(2 * EDGE * GRID + 1) / GRID - EDGE
    return np.searchsorted(normal_quantile(ranks), z, side="left").astype(np.int32)


def cutoffs(places, steps):
    """How many levels speak, (H, S, 9), for each number of speaking neighbours; see `level_of_argument`."""
    return level_of_argument()[np.clip(places[:, :, None] + steps[:, None, :], 0, 2 * EDGE * GRID)]
