"""Reform: what the leader decides. Each option is an event with its own hazard (Breslauer 1982; Taubman 2003; Hough & Fainsod 1979).

    hazard of option o = base_o · exp(sum over drivers of loading_{o, driver} · driver)

The table OPTIONS is the model: one row an option, with its base rate and its loadings. Drivers are at nought in a quiet year of a
moderate collective. Revelation is a weapon: it is drawn when rivals are guiltier than the leader, and it costs each in proportion.
De-Stalinization is the bundle of speech, amnesty, thaw, rehabilitation and renewal. The menu holds what did not happen too.
"""

from dataclasses import dataclass, field

import numpy as np

from thaw.court import FULL, is_person, of, per_court, spread
from thaw.declare import event, hazard, mechanism, param
from thaw.kernels.portable import exp, logistic


@dataclass(frozen=True)
class Option:
    """One thing a leader may do: base hazard per month, loadings on the drivers, effect on the public line."""

    name: str
    meaning: str
    base: float
    loadings: dict[str, float] = field(default_factory=dict)
    line: float = 0.0
    where: str = "party"  # hegemon: Moscow alone; party: any ruling party but one that has left the alliance
    once: bool = False
    requires: str = ""


# fmt: off
OPTIONS = (
    Option("amnesty", "prisoners are freed by decree", 0.006, {"vacancy": 2.2, "autocracy": -2.0, "stance": 0.8, "crowding": 1.0, "pressure": 1.0}, 0.08),
    Option("new_course", "consumer goods, lower burdens on the farms", 0.010, {"vacancy": 1.6, "autocracy": -2.0, "stance": 1.0, "grievance": 0.5, "pressure": 2.0, "unrest": 0.8}, 0.15),
    Option("rehabilitation", "cases of the terror are reviewed, victims restored", 0.045, {"vacancy": 1.0, "autocracy": -3.0, "stance": 0.8, "norm": 1.2, "rivals": 1.5, "hardliners": -0.8, "pressure": 1.0}, 0.10, requires="the autocrat has gone, or Moscow allows it"),
    Option("secret_speech", "the dead ruler's crimes are revealed to the party", 0.060, {"stance": 1.0, "norm": 1.5, "rivals": 3.0, "redress": 1.5, "hardliners": -1.5, "unrest": -1.0, "congress": 2.0}, 0.35, "hegemon", True, "the dead ruler is dead, someone else leads, a congress or plenum meets"),
    Option("second_destalinization", "the crimes are denounced in public", 0.010, {"stance": 1.0, "rivals": 2.0, "redress": 1.0, "unrest": -1.0, "congress": 2.5}, 0.25, "hegemon", True, "the secret speech has been held, a congress or plenum meets"),
    Option("thaw", "censorship is eased", 0.020, {"autocracy": -2.5, "stance": 1.0, "norm": 0.8, "line": 0.8, "unrest": -1.0, "pressure": 1.2}, 0.10),
    Option("freeze", "censorship is tightened", 0.006, {"autocracy": 0.3, "stance": -0.8, "hardliners": 1.0, "unrest": 1.5, "line": 1.0, "tension": 0.5}, -0.12),
    Option("personnel_renewal", "officials are replaced wholesale", 0.008, {"stance": 0.5, "congress": 2.5, "young": 1.0, "autocracy": -0.5}, 0.05),
    Option("decentralisation", "ministries give way to regions", 0.004, {"stance": 1.0, "stagnation": 1.0, "autocracy": -1.5, "rivals": 1.0}, 0.08, "hegemon"),
    Option("enterprise_reform", "enterprises may dispose of profit", 0.002, {"stance": 1.0, "stagnation": 2.0, "autocracy": -2.0}, 0.08),
    Option("agrarian_reform", "farm prices rise, taxes and quotas fall", 0.010, {"vacancy": 1.2, "stance": 0.8, "grievance": 0.5, "autocracy": -1.8, "pressure": 1.0}, 0.08),
    Option("virgin_lands", "the steppe is ploughed up", 0.012, {"vacancy": 1.0, "young": 1.0, "autocracy": -1.5, "stagnation": 0.5}, 0.0, "hegemon", True),
    Option("renewed_terror", "a wave of arrests is ordered", 0.0006, {"autocracy": 1.5, "norm": -3.0, "stance": -1.0, "tension": 1.0, "unrest": 1.0}, -0.35),
    Option("german_deal", "East Germany is given up for a neutral Germany", 0.003, {"vacancy": 1.5, "stance": 0.8, "tension": 0.8, "autocracy": -1.0}, 0.05, "hegemon", True, "an East Germany in the alliance, a leader in his first 30 months after an autocrat"),
)
# fmt: on
DRIVERS = {
    "vacancy": "an open succession, 0 to 1",
    "autocracy": "rule by one man, 0 to 1",
    "stance": "the leader's attitude to reform, -1 to 1",
    "norm": "the norm of collective leadership, 0 to 1",
    "rivals": "how much guiltier his rivals are than the leader, -1 to 1",
    "hardliners": "power of those against reform, 0 to 1",
    "grievance": "mean grievance of the citizens",
    "stagnation": "shortfall of growth below 5% a year, tenths",
    "unrest": "remembered unrest; for Moscow also the weight of force used in the bloc, 0 to 1",
    "tension": "hostility between the blocs less a half",
    "crowding": "prisoners per hundred of the population, less 0.7",
    "redress": "how far cases are being reviewed, 0 to 1",
    "line": "the public line, -1 to 1",
    "pressure": "Moscow's line as it reaches a satellite, -1 to 1",
    "congress": "a congress meets, 0 or 1",
    "young": "a leader in his first five years, 0 or 1",
}
SOURCE = {"rivals": "egorov2011", "vacancy": "breslauer1982", "congress": "hough1979", "pressure": "brzezinski1967"}

PARAMS = (
    *(
        param(f"{o.name}_base", o.base, unit="1/month", prior=f"lognormal({o.base}, 0.5)", source="assumed", meaning=f"hazard in a quiet year: {o.meaning}")
        for o in OPTIONS
    ),
    *(
        param(f"{o.name}_{driver}", loading, unit="log", prior=f"normal({loading}, {round(0.3 * abs(loading), 3)})", source=SOURCE.get(driver, "assumed"), meaning=f"push of: {DRIVERS[driver]}")
        for o in OPTIONS
        for driver, loading in o.loadings.items()
    ),
    param("speech", 0.75, unit="share", prior="share(0.75, 0.4)", source="assumed", meaning="how much a secret speech reveals"),
    param("second", 0.5, unit="share", prior="share(0.5, 0.4)", source="assumed", meaning="how much a public denunciation adds"),
    param("cost", 0.35, unit="share", prior="share(0.35, 0.3)", source="assumed", meaning="standing lost to a full revelation by the guiltiest"),
    param("amnesty_share", 0.5, unit="share", prior="share(0.5, 0.3)", source="record:amnesty_released", meaning="ordinary prisoners freed"),
    param("memory", 30.0, unit="month", prior="lognormal(30, 0.3)", source="assumed", meaning="time in which the line returns to the leader's own"),
    param("wave", 9.0, unit="month", prior="lognormal(9, 0.3)", source="assumed", meaning="length of a renewed terror"),
)  # fmt: skip


@mechanism(
    reads=("leader", "dead_ruler", "alive", "stance", "culpability", "power", "rank", "court", "personalisation", "vacancy", "norm", "grievance",
           "stratum_share", "growth", "unrest", "occupied", "tension", "population", "ordinary_prisoners", "political_prisoners", "redress",
           "line", "pressure", "congress", "forum", "tenure", "hegemon", "bloc", "exists", "relief", "easing", "severity", "devolved",
           "exited", "divided", "ploughed"),
    writes=("line", "revelation", "damage", "amnestied", "redress", "relief", "renewed", "easing", "severity", "devolved", "ceded", "ploughed"),
    events=tuple(event(o.name, "P", o.meaning, once=o.once, requires=o.requires) for o in OPTIONS),
    params=PARAMS,
    sources=("breslauer1982", "taubman2003", "hough1979", "egorov2011"),
)  # fmt: skip
def reform(state, params, noise):
    """What each leader decides this month, and what it changes: line, redress, relief, easing ... (H, P); damage (H, E)."""
    drivers = weigh_drivers(state)
    menu = possible(state)
    decided = {}
    for option in OPTIONS:
        may = menu[option.name]
        if option.name == "second_destalinization":  # the first may have been held this very month
            may = may & (noise.fired_before("secret_speech") > 0)
        loadings = {name: getattr(params, f"{option.name}_{name}")[:, None] for name in ("base", *option.loadings)}
        rate = urge(state, loadings, drivers, option) if may.any() else np.zeros(1)
        decided[option.name] = noise.happens(option.name, rate, requires=may, actor=state.leader)
    return consequences(state, params, decided, drivers)


def urge(state, loadings, drivers, option):
    """The hazard of an option (H, P); (H, 1) of one that Moscow alone has."""
    where = slice(None) if option.where == "party" else [int(state.hegemon.argmax())]
    return hazard(loadings["base"], **{name: loadings[name] * drivers[name][:, where] for name in option.loadings})


def weigh_drivers(state):
    """The drivers of DRIVERS, each (H, P)."""
    polities = state.leader.shape[1]
    lead = is_person(state.leader, state.rank.shape[1])
    others = state.power * ((state.rank == FULL) & ~lead)
    weight = np.maximum(per_court(others, state.court, polities), 1e-9)
    guilt = per_court(others * state.culpability, state.court, polities) / weight
    hard = per_court(others * np.maximum(-state.stance, 0.0), state.court, polities) / weight
    upheaval = np.where(state.hegemon, np.maximum(state.unrest, np.where(state.bloc, state.occupied, 0).max(axis=1)[:, None]), state.unrest)
    prisoners = state.ordinary_prisoners + state.political_prisoners
    shape = state.leader.shape
    return {
        "vacancy": state.vacancy,
        "autocracy": logistic(20.0 * (state.personalisation - 0.45)),
        "stance": of(state.stance, state.leader),
        "norm": state.norm,
        "rivals": guilt - of(state.culpability, state.leader),
        "hardliners": hard,
        "grievance": (state.grievance * state.stratum_share).sum(axis=2),
        "stagnation": np.broadcast_to(10 * np.maximum(0.05 - state.growth, -0.1), shape),
        "unrest": upheaval,
        "tension": np.broadcast_to(state.tension[:, None] - 0.5, shape),
        "crowding": 100 * prisoners / np.maximum(state.population, 1.0) - 0.7,
        "redress": state.redress,
        "line": state.line,
        "pressure": np.where(state.bloc, state.pressure, 0.0),
        "congress": np.broadcast_to(state.congress.astype(float), shape),
        "young": (state.tenure < 60).astype(float),
    }


def possible(state):
    """Where each option is on the menu at all, but for what this month decides: {option: (H, P)}."""
    there = {"hegemon": state.exists & state.hegemon, "party": state.exists & ~(state.bloc & state.exited)}
    menu = {option.name: there[option.where] & (state.leader >= 0) for option in OPTIONS}
    after = (state.dead_ruler >= 0) & (state.dead_ruler != state.leader)
    menu["secret_speech"] &= after & ~of(state.alive, state.dead_ruler, True) & state.forum
    menu["second_destalinization"] &= state.forum
    menu["rehabilitation"] &= after | (state.bloc & (state.pressure > 0))
    half = (state.divided & state.exists & ~state.exited).any(axis=1)[:, None]
    menu["german_deal"] &= after & (state.tenure < 30) & half
    return menu


def consequences(state, params, decided, drivers):
    """What the decisions change: the fields that reform writes."""
    lead = is_person(state.leader, state.rank.shape[1])
    revelation = params.speech[:, None] * decided["secret_speech"]
    revelation = np.maximum(revelation, params.second[:, None] * decided["second_destalinization"])
    damage = np.zeros(lead.shape)
    told = np.flatnonzero(revelation.any(axis=1))  # few months, few histories
    damage[told] = spread((params.cost[:, None] * revelation)[told], state.court) * state.culpability[told] * ~lead[told]
    own = 0.35 * drivers["stance"] - 0.75 * drivers["autocracy"]
    anchor = np.where(state.bloc, 0.4 * own + 0.6 * state.pressure, own)
    line = state.line + (np.clip(anchor, -1, 1) - state.line) / params.memory[:, None]
    for option in OPTIONS:
        step = option.line * decided[option.name]
        line = line + (1 - line if option.line > 0 else 1 + line) * step
    redress = state.redress * (1 - 1 / 60)
    redress = redress + (1 - redress) * np.maximum(0.3 * decided["rehabilitation"], 0.6 * revelation)
    relief = state.relief * (1 - 1 / 48)
    for name, step in (("new_course", 0.4), ("agrarian_reform", 0.2), ("virgin_lands", 0.1), ("enterprise_reform", 0.1)):
        relief = relief + (1 - relief) * step * decided[name]
    easing = state.easing * (1 - 1 / 36)
    easing = easing + 0.35 * (1 - easing) * decided["thaw"] - 0.35 * (1 + easing) * decided["freeze"]
    severity = np.maximum(state.severity * exp(-1 / params.wave)[:, None], decided["renewed_terror"] * 1.0)
    devolved = state.devolved * (1 - 1 / 120)
    devolved = devolved + (1 - devolved) * (0.5 * decided["decentralisation"] + 0.2 * decided["enterprise_reform"])
    return {
        "line": line, "revelation": revelation, "damage": damage,
        "amnestied": params.amnesty_share[:, None] * decided["amnesty"],
        "redress": redress, "relief": relief, "renewed": decided["personnel_renewal"], "easing": easing,
        "severity": severity, "devolved": devolved, "ceded": decided["german_deal"],
        "ploughed": state.ploughed | decided["virgin_lands"],
    }  # fmt: skip
