"""Memory: the reputation of the dead ruler, carried by cohorts (Mannheim 1952; Schuman & Scott 1989; Krosnick & Alwin 1989).

    official  <- official + (cult while he rules, afterwards kept - line - redress; - official) / lag, cut by revelation
    met        = official · (1 - knowledge) - knowledge - family terror                          what a time teaches of him
    opinion_c <- opinion_c + (met - opinion_c) · (formative_c / young + (1 - formative_c) / old), cut by revelation;
                 the grown drift towards met + nostalgia · hardship once he is gone, met - nostalgia · hardship while he rules
    reputation = sum of cohort_share_c · opinion_c

Who was 14 to 24 takes on what the time teaches within years, the others within decades. After the simulated months the official line is
given and equal in every history (AFTER), so that nothing but what cohorts remember carries a difference that far: `continue_to`.
"""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from thaw.axes import COHORTS
from thaw.cohorts import adult_shares, formative_shares
from thaw.declare import mechanism, param
from thaw.kernels.portable import exp

PARAMS = (
    param("kept", 0.3, unit="1", prior="normal(0.3, 0.15)", source="assumed", meaning="what schools say of a ruler who has gone, under a neutral line"),
    param("line", 0.7, unit="1", prior="lognormal(0.7, 0.25)", source="assumed", meaning="taken off by a reformist line, added by a Stalinist one"),
    param("owned", 0.5, unit="1", prior="lognormal(0.5, 0.3)", source="assumed", meaning="taken off where cases of the terror are reviewed in full"),
    param("lag", 18.0, unit="month", prior="lognormal(18, 0.3)", source="assumed", meaning="time for textbooks and teachers to follow"),
    param("told", 0.5, unit="share", prior="share(0.5, 0.4)", source="assumed", meaning="of official praise that a full revelation strikes out at once"),
    param("condemned", 1.0, unit="1", prior="fixed()", source="definition", low=0, high=2, meaning="opinion of him where all is known and nothing else: -1"),
    param("family", 0.25, unit="1", prior="lognormal(0.25, 0.4)", source="assumed", meaning="what families tell of the terror, in full fear"),
    param("young", 36.0, unit="month", prior="lognormal(36, 0.3)", source="krosnick1989", meaning="time in which the young take on what their time teaches"),
    param("old", 360.0, unit="month", prior="lognormal(360, 0.3)", source="krosnick1989", meaning="the same for those beyond their formative years"),
    param("nostalgia", 0.8, unit="1", prior="lognormal(0.8, 0.4)", source="assumed",
          meaning="esteem that hardship gives a ruler who has gone, and takes from one who rules"),
    param("shaken", 0.2, unit="share", prior="share(0.2, 0.4)", source="schuman1989",
          meaning="of esteem that a full revelation takes from every cohort at once"),
)  # fmt: skip

# Opinion of a cohort in June 1945, from -1 to 1: judgements. Formed before the revolution; in civil war and NEP; under the cult; in the war.
FIRST = tuple(0.1 if born < 1900 else 0.3 if born < 1910 else 0.5 if born < 1920 else 0.7 if born < 1932 else 0.0 for born in COHORTS)


@dataclass(frozen=True)
class Period:
    """What is taught and known of the ruler in all histories alike, from a year on."""

    since: int
    official: float
    knowledge: float
    hardship: float
    what: str


# Judgements, made from general histories and not from surveys of opinion; the page says what they rest on.
AFTER = (
    Period(1964, 0.1, 0.3, 0.0, "neither attacked nor praised; the war leader comes back, the crimes are not named"),
    Period(1987, -0.8, 0.8, 0.1, "glasnost: press, films and a commission tell of the crimes"),
    Period(1992, -0.4, 0.7, 0.4, "archives are open, the state says little; output falls by two fifths"),
    Period(2000, 0.0, 0.5, 0.1, "textbooks weigh builder against butcher; the victory is the centre"),
    Period(2012, 0.2, 0.4, 0.05, "the victory covers the rest; monuments return, Memorial is closed"),
)


@mechanism(
    reads=("hegemon", "dead_ruler", "cult", "line", "redress", "revelation", "knowledge", "fear", "hardship", "cohort_share", "formative",
           "official", "opinion"),
    writes=("official", "opinion", "reputation"),
    params=PARAMS,
    sources=("mannheim1952", "schuman1989", "krosnick1989"),
)  # fmt: skip
def memory(state, params, noise):
    """What is said and thought of the hegemon's great ruler: {"official": (H,), "opinion": (H, C), "reputation": (H,)}, -1 to 1.

    state   dead_ruler, cult, line, redress, revelation, knowledge, fear (H, P), of which the hegemon's count; cohort_share, formative (C,)
    """
    gone = (state.hegemon & (state.dead_ruler >= 0)).any(axis=1)
    cult, line, redress, revelation, knowledge, fear, hardship = (
        np.where(state.hegemon, values, 0.0).sum(axis=1)
        for values in (state.cult, state.line, state.redress, state.revelation, state.knowledge, state.fear, state.hardship)
    )
    after = np.clip(params.kept - params.line * line - params.owned * redress, -1.0, 1.0)
    official = state.official + (np.where(gone, after, cult) - state.official) / np.maximum(params.lag, 1.0)
    official = official - params.told * revelation * (1 + official)

    met = taught(official, knowledge, params) - params.family * fear / (1 + fear)
    want = params.nostalgia * np.where(gone, hardship, -hardship)
    opinion = remembered(state.opinion, met, want, state.cohort_share, state.formative, params, 1.0)
    opinion = opinion - (params.shaken * revelation)[:, None] * (1 + opinion) * (state.cohort_share > 0)
    return {"official": official, "opinion": opinion, "reputation": (opinion * state.cohort_share).sum(axis=1)}


def taught(official, knowledge, params):
    """What a time teaches of the ruler: praise where the crimes are not known, the crimes where they are."""
    return official * (1 - knowledge) - params.condemned * knowledge


def remembered(opinion, met, want, share, formative, params, months):
    """Opinion (H, C) some months on: the young turn to what is met, the grown drift to it and to what hardship makes them want."""
    forming = formative[None] / np.maximum(params.young, 1.0)[:, None]
    grown = (share > 0) * (1 - formative)
    drifting = grown[None] / np.maximum(params.old, 1.0)[:, None]
    young = np.clip(met, -1.0, 1.0)[:, None]
    old = np.clip(met + want, -1.0, 1.0)[:, None]
    rate = forming + drifting
    target = (forming * young + drifting * old) / np.maximum(rate, 1e-12)
    return opinion + (target - opinion) * (1 - exp(-months * rate))


def continue_to(opinion_at_end, end, until=2023, *, official=AFTER, params=None):
    """The reputation of the dead ruler from the year after `end` to `until`, year by year, under one given official line.

    Parameters
    ----------
    opinion_at_end : (H, C) opinion of each cohort when the simulation ends
    end : last simulated year
    official : periods, each from its year on; before the first its first holds
    params : as for the mechanism, each (H,); central values when left out

    Returns
    -------
    years (Y,), opinion (H, Y, C), reputation (H, Y)

    Two histories differ in a later year only by what their cohorts remembered at the end:

    >>> years, _, far = continue_to(np.array([[0.5] * 14, [-0.5] * 14]), 1968)
    >>> gap = (far[0] - far[1])[[0, 20, 54]]  # 1969, 1989, 2023
    >>> bool(gap[0] > 2 * gap[1] > 4 * gap[2] > 0)
    True
    """
    opinion = np.asarray(opinion_at_end, float)
    params = params or SimpleNamespace(**{p.name: np.full(len(opinion), p.value) for p in PARAMS})
    years = np.arange(end + 1, until + 1)
    found = np.empty((len(opinion), len(years), opinion.shape[1]))
    reputation = np.empty((len(opinion), len(years)))
    for y, year in enumerate(years):
        now = max((period for period in official if period.since <= year), key=lambda period: period.since, default=official[0])
        share, formative = adult_shares(year + 0.5), formative_shares(year + 0.5)
        met = taught(np.full(len(opinion), now.official), now.knowledge, params)
        opinion = remembered(opinion, met, params.nostalgia * now.hardship, share, formative, params, 12.0)
        found[:, y], reputation[:, y] = opinion, (opinion * share).sum(axis=1)
    return years, found, reputation
