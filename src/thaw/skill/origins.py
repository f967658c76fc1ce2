"""Forecasts from an origin: histories that follow the record to the end of a year, as likely as they would of themselves, and then are free.

Their parameters come from the posterior whose cut is the origin, or from the latest before it that ships, or from the prior. What the record says of
a year after the origin is not read: neither for the plan, nor for the weights.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from thaw.attribution.arms import Arm, Trunk, Watch, run_trunks
from thaw.attribution.given import as_recorded, hegemon, nearness, watched
from thaw.attribution.weights import effective, temper
from thaw.compile_known import plan_up_to
from thaw.errors import RunError, ScenarioError
from thaw.plan import Plan
from thaw.posterior import Posterior, shipped, with_posterior
from thaw.recorded import Recorded
from thaw.skill.panel import names_of
from thaw.skill.table import SERIES

DEVELOPMENT, LAST = (1953, 1954, 1955), 1956  # origins, and the last year that they are scored on
OPEN, OPEN_LAST = (1956,), 1968
FIRST_SHIPPED = 1953  # of the posteriors that ship
ENOUGH = 200  # effective histories that tempering leaves, where there are so many
MODEL, BARE, PERMUTED = "model", "without court and society", "stances permuted"
BARE_PRIOR = f"{BARE}, by the prior"
DEALS = tuple(f"{PERMUTED} {deal}" for deal in (1, 2, 3))
NOT_BARE = ("coalition", "purge", "society")
Told = Callable[[float, int], None]
Change = Callable[[Plan], Plan]


@dataclass(frozen=True)
class Origin:
    """What the histories of one arm hold for one origin.

    plan      what was known at the end of the year `year`, and how the histories go on
    weights   (H,) mean 1; nought where a history had ended by then
    ess       effective histories
    power     to which the likelihoods were raised
    """

    year: int
    plan: Plan
    arm: Arm
    weights: np.ndarray
    ess: float
    power: float

    @property
    def posterior(self) -> int | None:
        """The cut of the posterior that parameters come from; None: the prior."""
        return self.plan.fitted.get("cut")


def until(plan: Plan, year: int) -> int:
    """The first month after a year."""
    return plan.months.index((year, 12)) + 1


def plan_of_origin(scenario, year: int, *, citizens: int, seed: int, prior: bool, rules: Mapping[str, str] | None = None) -> Plan:
    """The plan of an origin."""
    plan = plan_up_to(scenario, f"{year}-12").with_(citizens=citizens, seed=seed, rules=dict(rules or {}))
    posterior = None if prior else known_posterior(scenario.name, year)
    if posterior:
        plan = with_posterior(plan, posterior)
    return plan.with_(recorded=followed(plan, year))


def known_posterior(name: str, year: int) -> Posterior | None:
    """The posterior that ships for an origin: that of its own year, else the latest before it; None where there is none."""
    return next((found for cut in range(year, FIRST_SHIPPED - 1, -1) if (found := shipped(name, cut)) is not None), None)


def followed(plan: Plan, year: int) -> Recorded:
    """What the record has up to the end of a year, of every event that its vocabulary knows: silence means that it did not come."""
    from thaw import record

    month = until(plan, year)
    dates = {name: tuple(date for date in months if date[0] < month) for name, months in plan.record.items()}
    silent = {f"{hegemon(plan)}.{kind}": () for kind in record.EVENTS}
    return as_recorded(plan.with_(record=silent | dates), month)


def permuted(plan: Plan, deal: int = 1) -> Plan:
    """The plan with the stances of each court dealt out anew among its members; `deal`: which of several ways."""
    cards = np.random.default_rng((plan.seed, deal))
    court, order = plan.given["court"], np.arange(len(plan.persons))
    for place in np.unique(court):
        members = np.flatnonzero(court == place)
        order[members] = members[cards.permutation(len(members))]
    low, best, high = plan.traits["stance"]
    return plan.with_(traits=dict(plan.traits) | {"stance": (low[order], best[order], high[order])})


def bare(plan: Plan) -> Plan:
    """The plan without court and society."""
    return plan.with_(without=(*plan.without, *NOT_BARE))


def bare_by_prior(plan: Plan) -> Plan:
    """The same with parameters from their priors: those of the posterior were fitted with court and society."""
    return bare(plan).with_(draws={}, fitted={})


def as_it_is(plan: Plan) -> Plan:
    """The plan itself."""
    return plan


ARMS: Mapping[str, Change] = {
    MODEL: as_it_is, BARE: bare, BARE_PRIOR: bare_by_prior, **{name: partial(permuted, deal=deal) for deal, name in enumerate(DEALS, 1)},
}  # fmt: skip


def watch_for(plan: Plan) -> Watch:
    """The quantities and events that are scored, and those that histories are weighted by."""
    quantities = dict.fromkeys((*watched(plan), *(name for series in SERIES for name in series.quantities)))
    return Watch(names_of(plan), tuple(quantities))


def check_scenario(scenario) -> None:
    """A ScenarioError unless the scenario holds the years and polities that are scored."""
    wanted = {series.polity for series in SERIES} - {"WLD", "USA"}
    missing = sorted(wanted - set(scenario.polities))
    if missing or scenario.start > "1952-01" or scenario.end < f"{OPEN_LAST}-12":
        lacks = f"it has no {', '.join(missing)}" if missing else f"it runs from {scenario.start} to {scenario.end}"
        raise ScenarioError(f"{scenario.name}: {lacks}. Skill is scored on the Soviet bloc of 1953-1968: expected a scenario such as ussr-1945.")


def run_origins(
    scenario, years: Sequence[int], last: int, *, histories: int, citizens: int, seed: int, prior: bool = False, workers: int | None = None,
    arms: Mapping[str, Change] = ARMS, rules: Mapping[str, str] | None = None, told: Told | None = None,
) -> dict[str, list[Origin]]:  # fmt: skip
    """Each arm's origins, in order: histories that follow the record up to the end of each year and run on to the end of the year `last`.

    arms : name -> what it changes in the plan of an origin
    """
    plans = {year: plan_of_origin(scenario, year, citizens=citizens, seed=seed, prior=prior, rules=rules) for year in years}
    trunks, whose = [], {}
    for year, plan in plans.items():
        for arm, change in arms.items():
            own = change(plan)
            trunks.append(Trunk(f"{arm} {year}", own, until(plan, last) - 1))
            whose[f"{arm} {year}"] = own
    watch = watch_for(next(iter(plans.values())))
    with TemporaryDirectory(prefix="thaw-skill-") as folder:
        made = run_trunks(trunks, histories, watch, folder=Path(folder), workers=workers or os.cpu_count() or 1, told=told)
    return {arm: [weighed(whose[f"{arm} {year}"], made[f"{arm} {year}"], year) for year in years] for arm in arms}


def weighed(plan: Plan, arm: Arm, year: int) -> Origin:
    """An arm with the weights of its histories at the end of a year."""
    month = until(plan, year)
    likely = nearness(plan, arm, month) + (0.0 if arm.weight is None else arm.weight)
    likely = np.where((arm.ended >= month) & np.isfinite(likely), likely, -np.inf)
    weights, power, ess = temper(likely, min(ENOUGH, arm.histories / 2))
    if ess == 0:
        raise RunError(f"no history lasts to the end of {year}: nothing can be forecast from there. Try more --histories.")
    return Origin(year, plan, arm, weights, effective(weights), power)
