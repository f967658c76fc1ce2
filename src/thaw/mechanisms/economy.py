"""Economy: bread and steel (Solow 1956; Gerschenkron 1962; Ofer 1987 for what planning did; Ellman 2000 for 1946-47).

    d log potential = advance + catch_up · log(frontier / potential) · investment / usual - forced · prisoners per head
    d log output    = d log potential + rebuild · log(potential / output) - tribute + reforms + chance + farming · d log harvest
    output          falls by stoppage · revolt while work stops, and is back when it is taken up again
    harvest         = output / potential · exp(incentives + risk · weather) · (1 - turmoil · pace of collectivisation) + virgin land
    retained        = harvest · (1 - procurement)                        hunger: below subsistence
    hardship        = 1 - consumption · bread / best so far

Output per head follows what skill and technique would allow with whole capital (Jánossy 1971); technique comes from the countries ahead.
Weather is a keyed normal of July; where the record tells of drought or of its absence it is moved there, never set by a harvest.
"""

import numpy as np

from thaw.declare import event, mechanism, normal, param
from thaw.kernels.portable import exp, log, logistic

HARVEST_MONTH = 7

PARAMS = (
    # output
    param("advance", 0.012, unit="1/year", prior="normal(0.012, 0.005)", source="assumed", meaning="growth of technique that needs no catching up"),
    param("catch_up", 0.015, unit="1/year", prior="lognormal(0.015, 0.25)", source="gerschenkron1962", meaning="growth per log of distance from best practice"),
    param("progress", 0.02, unit="1/year", prior="normal(0.02, 0.004)", source="record:gdp_pc of the USA 1934-56", meaning="growth of best practice"),
    param("rebuild", 0.2, unit="1/year", prior="lognormal(0.2, 0.2)", source="janossy1971", meaning="return of output to potential after war"),
    param("saving", 0.26, unit="share", prior="share(0.26, 0.15)", source="ofer1987", meaning="investment of a planned economy without arms"),
    param("crowding", 0.5, unit="share", prior="share(0.5, 0.4)", source="ofer1987", meaning="of arms at the cost of investment, not of consumption"),
    param("forced", 0.3, unit="1/year", prior="lognormal(0.3, 0.4)", source="assumed", meaning="growth lost per share of people in camps"),
    param("stoppage", 0.3, unit="share", prior="share(0.3, 0.3)", source="assumed", meaning="output lost while all revolt; recovered afterwards"),
    param("tribute", 0.03, unit="1/year", prior="lognormal(0.03, 0.4)", source="assumed", meaning="reparations and unequal trade under occupation"),
    param("reform_gain", 0.012, unit="1/year", prior="normal(0.012, 0.008)", source="assumed", meaning="growth while full devolution lasts"),
    param("disorder", 0.04, unit="1/year", prior="lognormal(0.04, 0.4)", source="nove1992", meaning="growth lost while a full devolution is new"),
    param("settling", 9.0, unit="month", prior="lognormal(9, 0.3)", source="assumed", meaning="until enterprises have adjusted"),
    param("chance_sd", 0.025, unit="share/year", prior="lognormal(0.025, 0.2)", source="assumed", meaning="a year's luck of output"),
    param("memory", 18.0, unit="month", prior="fixed()", source="definition", low=1, high=240, meaning="of growth: mean age of a window of three years"),
    # arms
    param("arms", 0.05, unit="share", prior="share(0.05, 0.2)", source="assumed", meaning="share of output for arms at peace"),
    param("arms_race", 0.07, unit="share", prior="lognormal(0.07, 0.3)", source="assumed", meaning="added by full tension"),
    param("pole", 2.0, unit="1", prior="lognormal(2, 0.2)", source="record:defence_burden 1938-56", meaning="as many times in the power that leads"),
    param("arms_lag", 15.0, unit="month", prior="lognormal(15, 0.3)", source="assumed", meaning="until budgets follow"),
    # farms
    param("weather_sd", 0.15, unit="log", prior="lognormal(0.15, 0.15)", source="assumed", meaning="spread of harvests through weather"),
    param("drought", 3.8, unit="1", prior="normal(3.8, 0.5)", source="assumed", meaning="weather lost to drought in all regions that are reported on"),
    param("unreported", 0.5, unit="1", prior="lognormal(0.5, 0.2)", source="assumed", meaning="spread of weather that a report leaves open"),
    param("incentive", 0.2, unit="log", prior="lognormal(0.2, 0.4)", source="nove1992", meaning="harvest gained by full relief of the farms"),
    param("burden", 0.6, unit="log", prior="lognormal(0.6, 0.4)", source="nove1992", meaning="harvest of collectives lost to procurement above the usual"),
    param("turmoil", 0.6, unit="year", prior="lognormal(0.6, 0.4)", source="davies2004", meaning="harvest lost to collectivisation, per share a year"),
    param("virgin", 0.24, unit="share", prior="lognormal(0.24, 0.3)", source="assumed", meaning="harvest added by virgin land in its best year"),
    param("ploughing", 28.0, unit="month", prior="lognormal(28, 0.2)", source="assumed", meaning="until the steppe is under plough"),
    param("tiring", 60.0, unit="month", prior="lognormal(60, 0.4)", source="assumed", meaning="in which its yields fall"),
    param("farming", 0.1, unit="share", prior="lognormal(0.1, 0.3)", source="assumed", meaning="change of output per change of harvest"),
    param("levy", -0.45, unit="logit", prior="normal(-0.45, 0.1)", source="assumed", meaning="procurement under a neutral line"),
    param("hard_line", 0.3, unit="logit", prior="lognormal(0.3, 0.4)", source="assumed", meaning="procurement added by a Stalinist line"),
    param("decree", 0.1, unit="logit", prior="lognormal(0.1, 0.5)", source="assumed", meaning="procurement added by the decrees on property"),
    param("levy_arms", 1.0, unit="logit", prior="lognormal(1, 0.4)", source="assumed", meaning="procurement added per share of arms above a tenth"),
    param("remitted", 0.5, unit="logit", prior="lognormal(0.5, 0.4)", source="assumed", meaning="procurement taken off by full relief"),
    param("private", 0.7, unit="share", prior="share(0.7, 0.3)", source="assumed", meaning="of the levy that can be had from private farms"),
    param("pace", 0.01, unit="1/month", prior="lognormal(0.01, 0.4)", source="assumed", meaning="private farms collectivised under a hard line"),
    param("leaving", 0.15, unit="1/month", prior="lognormal(0.15, 0.4)", source="assumed", meaning="of young collectives dissolved when the regime gives way"),
    # consumption
    param("subsistence", 0.265, unit="harvest", prior="lognormal(0.265, 0.1)", source="ellman2000", meaning="retained grain below which people die"),
    param("severity", 0.005, unit="1/month", prior="lognormal(0.005, 0.4)", source="ellman2000", meaning="dead where nothing at all is left"),
    param("famine", 0.0001, unit="1/month", prior="fixed()", source="definition", low=0.000001, high=0.1, meaning="dead of hunger that are called a famine"),
    param("enough", 0.42, unit="harvest", prior="lognormal(0.42, 0.05)", source="assumed", meaning="retained grain below which bread is short"),
    param("bread", 0.5, unit="share", prior="share(0.5, 0.3)", source="assumed", meaning="weight of bread in consumption when it is short"),
    param("consoling", 0.05, unit="share", prior="share(0.05, 0.4)", source="assumed", meaning="of output moved from investment by full relief"),
    param("other_half", 0.47, unit="share", prior="share(0.47, 0.2)", source="record:gdp_pc of Germany and the USA 1950-56",
          meaning="output of a divided nation's other half, of best practice"),
    param("envy", 0.8, unit="share", prior="share(0.8, 0.3)", source="runciman1966", meaning="how much of that distance is felt as want"),
)  # fmt: skip


@mechanism(
    reads=("season", "drought", "collectivising", "exists", "hegemon", "divided", "population", "decree", "tension", "line", "relief", "devolved",
           "ploughed", "conceded", "occupied", "voice", "revolt", "political_prisoners", "ordinary_prisoners", "weather", "harvest",
           "procurement", "collectivised", "steppe", "output", "potential", "frontier", "adapted", "growth", "best", "defence", "hunger",
           "idle"),
    writes=("weather", "harvest", "procurement", "collectivised", "steppe", "output", "potential", "frontier", "adapted", "growth",
            "hardship", "best", "defence", "hunger", "idle"),
    draws={"weather": normal("P"), "chance": normal("P")},
    events=(event("famine", "P", "hunger kills by the hundred thousand"),),
    params=PARAMS,
    sources=("solow1956", "gerschenkron1962", "janossy1971", "ofer1987", "allen2003", "nove1992", "davies2004", "ellman2000", "runciman1966"),
)  # fmt: skip
def economy(state, params, noise):
    """One month of work, and in July a harvest: output, harvest, procurement, consumption and want, all (H, P); frontier (H,).

    state   season, drought, collectivising, decree (P,); line, relief, devolved ... (H, P)
    noise   weather (H, P) standard normal, looked at in July; chance (H, P) standard normal
    """
    defence, investment = spend(state, params)
    collectivised, going = collectivise(state, params)
    steppe = np.where(state.ploughed, state.steppe + 1.0, state.steppe)
    weather, harvest, procurement = state.weather, state.harvest, state.procurement
    if state.season == HARVEST_MONTH:
        weather = weather_of(state, params, noise)
        procurement = levy(state, params, collectivised)
        harvest = reap(state, params, weather, procurement, going, steppe)
    deeper = parts_of_potential(state, params, investment)
    parts = parts_of_growth(state, params, harvest, noise.chance)
    risen = sum(deeper.values())
    growth = risen + sum(parts.values())  # shares a year
    idle = params.stoppage[:, None] * np.minimum(np.maximum(state.revolt, 0.3 * state.voice), 1.0)
    output = state.output * exp(growth / 12) * (1 - idle) / (1 - state.idle)
    hunger, procurement = starve(state, params, noise, harvest, procurement)
    consumption = output * (1 - defence - investment) * bread(params, harvest * (1 - procurement))
    best = state.best + np.maximum(consumption - state.best, 0.0) / 12
    return {
        "weather": weather, "harvest": harvest, "procurement": procurement, "collectivised": collectivised, "steppe": steppe,
        "output": output, "potential": state.potential * exp(risen / 12), "frontier": state.frontier * exp(params.progress / 12),
        "adapted": state.adapted + (state.devolved - state.adapted) / np.maximum(params.settling, 1.0)[:, None],
        "growth": state.growth + (growth - state.growth) / params.memory[:, None],
        "hardship": want(state, params, consumption, best, output), "best": best, "defence": defence, "hunger": hunger,
        "idle": idle,
    }  # fmt: skip


def spend(state, params):
    """Shares of output (H, P) for arms and for investment; what is left is consumed."""
    tension = state.tension[:, None]
    times = np.where(state.hegemon, params.pole[:, None], 1.0)
    wanted = times * (params.arms[:, None] + params.arms_race[:, None] * tension)
    defence = state.defence + (wanted - state.defence) / params.arms_lag[:, None]
    investment = params.saving[:, None] - params.crowding[:, None] * (defence - times * params.arms[:, None])
    return defence, np.maximum(investment - params.consoling[:, None] * state.relief, 0.0)


def parts_of_potential(state, params, investment):
    """Growth of potential output per head, a year (H, P): technique of one's own, technique from abroad as far as one invests, camps."""
    distance = log(state.frontier[:, None] / state.potential)
    interned = (state.political_prisoners + state.ordinary_prisoners) / np.maximum(state.population, 1.0)
    return {
        "advance": np.broadcast_to(params.advance[:, None], distance.shape),
        "catching_up": params.catch_up[:, None] * distance * investment / np.maximum(params.saving, 1e-9)[:, None],
        "forced": -params.forced[:, None] * np.minimum(interned, 1.0),
    }


def parts_of_growth(state, params, harvest, chance):
    """Growth of output per head beside that of its potential, a year (H, P); a month's luck is as wide as a twelfth of a year's variance."""
    reaped = log(harvest / state.harvest) if state.season == HARVEST_MONTH else np.zeros(harvest.shape)
    return {
        "rebuilding": params.rebuild[:, None] * log(state.potential * (1 - state.idle) / state.output),
        "tribute": -params.tribute[:, None] * state.occupied,
        "reform": params.reform_gain[:, None] * state.adapted,
        "disorder": -params.disorder[:, None] * np.maximum(state.devolved - state.adapted, 0.0),
        "chance": params.chance_sd[:, None] * np.sqrt(12.0) * chance,
        "harvest": 12 * params.farming[:, None] * reaped,
    }


def collectivise(state, params):
    """Share of farms in collectives (H, P) and the pace of it, a year; where a regime gives way, young collectives dissolve."""
    hard = np.maximum(-state.line, 0.0) * (1 - state.conceded) * state.collectivising
    joined = params.pace[:, None] * hard * (1 - state.collectivised)
    left = params.leaving[:, None] * state.conceded * state.collectivised * (1 - state.collectivised)
    return np.maximum(state.collectivised + joined - np.minimum(left, state.collectivised), 0.0), 12 * joined


def weather_of(state, params, noise):
    """This year's weather (H, P): as drawn, or about what the record reports with the drawn luck for the rest."""
    told = 0.5 - params.drought[:, None] * state.drought + params.unreported[:, None] * noise.weather
    return np.where(state.drought < 0, noise.weather, told)


def levy(state, params, collectivised):
    """Share of the harvest that the state takes (H, P): more under a hard line and for arms, less after relief and from private farms."""
    push = params.levy[:, None] - params.hard_line[:, None] * state.line + params.decree[:, None] * state.decree
    push = push + params.levy_arms[:, None] * (state.defence - 0.1) - params.remitted[:, None] * state.relief
    return logistic(push) * (params.private[:, None] + (1 - params.private[:, None]) * collectivised)


def reap(state, params, weather, procurement, going, steppe):
    """Grain per head (H, P), 1 = normal of 1940: old land by capital, incentives and weather; virgin land twice as much at its mercy."""
    usual = logistic(params.levy)[:, None]
    incentive = params.incentive[:, None] * state.relief - params.burden[:, None] * state.collectivised * (procurement - usual)
    old = state.output / state.potential * exp(incentive + params.weather_sd[:, None] * weather)
    old = old * np.maximum(1 - params.turmoil[:, None] * going, 0.2)
    sown = np.minimum(steppe / params.ploughing[:, None], 1.0)
    tired = np.maximum(steppe - params.ploughing[:, None], 0.0) / params.tiring[:, None]
    fresh = 0.4 + 0.6 * exp(-tired)
    return old + params.virgin[:, None] * sown * fresh * exp(2 * params.weather_sd[:, None] * weather)


def starve(state, params, noise, harvest, procurement):
    """Dead of hunger this month, and what the state takes, both (H, P).

    A famine that is forced where there is bread is one of procurement, as a state can make it; one that is prevented is averted from stocks.
    """
    line, definition = params.subsistence[:, None], params.famine[:, None]
    lacking = np.maximum(1 - harvest * (1 - procurement) / line, 0.0)
    hunger = params.severity[:, None] * lacking
    begins = (hunger >= definition) & (state.hunger < definition)
    began = noise.occurs("famine", begins, requires=state.exists, because={"hunger": lacking})
    forced = began & (hunger < definition)
    taken = np.maximum(procurement, 1 - 0.8 * line / np.maximum(harvest, line))
    hunger = np.where(forced, np.maximum(0.2 * params.severity[:, None], definition), hunger)
    return np.where(begins & ~began, 0.9 * definition, hunger), np.where(forced, taken, procurement)


def bread(params, retained):
    """What short bread leaves of consumption (H, P), 1 where there is enough."""
    short = np.minimum(retained / params.enough[:, None], 1.0)
    return exp(params.bread[:, None] * log(np.maximum(short, 0.01)))


def want(state, params, consumption, best, output):
    """Hardship (H, P): shortfall below the best so far; in half a nation also below the other half."""
    short = 1 - consumption / np.maximum(best, 1e-9)
    beyond = 1 - output / np.maximum(params.other_half * state.frontier, 1e-9)[:, None]
    return np.minimum(np.maximum(np.maximum(short, params.envy[:, None] * beyond * state.divided), 0.0), 1.0)
