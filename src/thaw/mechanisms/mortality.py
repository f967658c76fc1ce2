"""Mortality: who dies of age.

    hazard = exp(level + slope · (age - 60) + sd · frailty - sd²/2) / 12        per month (Gompertz 1825; frailty: Vaupel et al. 1979)

One clock a life: the hazard runs a person's own exponential, so a life that is saved once runs on and ends when its own luck says.
Natural deaths of the record are pinned to their month unless the scenario frees them.
"""

from thaw.court import SHOT
from thaw.declare import event, mechanism, normal, param
from thaw.kernels.portable import exp

PARAMS = (
    param("level", -3.65, unit="log(1/year)", prior="normal(-3.65, 0.1)", source="ussr_life_table_1959",
          meaning="log hazard of death at 60: 26 in 1,000 a year"),
    param("slope", 0.083, unit="1/year", prior="normal(0.083, 0.004)", source="ussr_life_table_1959",
          meaning="growth of the hazard with age: it doubles in 8.4 years"),
    param("frailty_sd", 0.4, unit="1", prior="lognormal(0.4, 0.2)", source="vaupel1979", meaning="spread of log frailty between persons"),
)


@mechanism(
    reads=("age", "alive", "fate", "fallen"),
    writes=("alive",),
    draws={"frailty": normal("E", once=True)},
    events=(event("death", "E", "a person dies: of age, or shot after a fall", once=True, put_off=True, requires="alive"),),
    params=PARAMS,
    sources=("gompertz1825", "vaupel1979", "ussr_life_table_1959"),
)
def mortality(state, params, noise):
    """Who is still alive: {"alive": (H, E) yes/no}; whoever was shot last month is not.

    state   age (E,) years; alive, fate (H, E)
    noise   frailty (H, E) standard normal, one draw a life
    """
    spread = params.frailty_sd[:, None]
    log_hazard = params.level[:, None] + params.slope[:, None] * (state.age - 60) + spread * noise.frailty - spread**2 / 2
    executed = state.fallen & (state.fate == SHOT)
    died = noise.happens("death", exp(log_hazard) / 12, requires=state.alive, also=executed)
    return {"alive": state.alive & ~died}

