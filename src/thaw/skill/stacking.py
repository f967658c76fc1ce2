"""Which alternative rule foretells best: each stands in for its mechanism's own, and all forecast what the default forecasts.

Weights come from stacking (`thaw.stacking`): of the series by CRPS, in units of how much such a series had changed over as many years until
then (the spread of the rule of persistence); of the panel by the log score. Series, and polities of the panel, are resampled as wholes for
the intervals. Every rule is asked with the same luck and the same parameters, which were fitted under the default: to its advantage.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from thaw import loop
from thaw.plan import Plan
from thaw.skill import origins as o
from thaw.skill.panel import Cell, cells
from thaw.skill.rivals import persistence
from thaw.skill.series import forecast, off_scale, past_of, targets
from thaw.skill.table import RATIO, Series
from thaw.skill.whole import case_for, rounded
from thaw.stacking import REPLICATES, Stacked, crps_products, stack, stack_crps

if TYPE_CHECKING:
    from thaw.scenario import Scenario

SERIES, PANEL = "series", "panel"


def compare_rules(
    scenario: "Scenario | str" = "ussr-1945", histories: int = 512, seed: int = 0, *, citizens: int = 1000, workers: int | None = None, prior: bool = False,
    rules: Mapping[str, str] | None = None, told: o.Told | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Stacking weights of every rule of every mechanism that has some, on the development origins: the JSON of `thaw skill --rules`.

    Parameters
    ----------
    rules : mechanism -> rule that stays while those of another mechanism take turns

    Returns
    -------
    dict with `rules`, a row for each kind of score, mechanism and rule: weight, low, high (its 90% interval), score (mean of the rule alone, higher is
    better); `mixtures`, the score of each best mixture, how many targets and in how many groups; `origins`
    """
    case = case_for(scenario, histories, seed, citizens=citizens, workers=workers, rules=rules)
    choices = in_turn(rules or {})
    ways = {name: partial(under, rule=rule) for choice in choices.values() for name, rule in choice.items()} | {o.MODEL: o.as_it_is}
    arms = o.run_origins(
        case, o.DEVELOPMENT, o.LAST, histories=histories, citizens=citizens, seed=seed, prior=prior, workers=workers, arms=ways, rules=rules, told=told
    )
    found = stacked(arms, choices, o.LAST, seed)
    weighed = [{"year": one.year, "arm": arm, "ess": one.ess, "tempering": one.power, "posterior": one.posterior} for arm in arms for one in arms[arm]]
    about = {"scenario": case.name, "histories": histories, "citizens": citizens, "seed": seed, "rule": dict(rules or {}), "cut": o.LAST}
    return rounded({**table(found), "origins": weighed, **about})


def in_turn(kept: Mapping[str, str]) -> dict[str, dict[str, tuple[str, str]]]:
    """Mechanism -> arm -> (mechanism, rule), for every mechanism that has rules; the rule in use comes first and is the model's own arm.

    >>> in_turn({})["society"]
    {'model': ('society', 'network'), 'society=mean_field': ('society', 'mean_field')}
    """
    found = {}
    for step in loop.mechanisms():
        if step.rules:
            used = kept.get(step.name, step.rules[0])
            others = {f"{step.name}={rule}": (step.name, rule) for rule in step.rules if rule != used}
            found[step.name] = {o.MODEL: (step.name, used), **others}
    return found


def under(plan: Plan, rule: tuple[str, str]) -> Plan:
    """The plan under a rule of a mechanism."""
    return plan.with_(rules=dict(plan.rules) | dict([rule]))


def stacked(
    arms: Mapping[str, Sequence[o.Origin]], choices: Mapping[str, Mapping[str, tuple[str, str]]], last: int, seed: int, replicates: int = REPLICATES
) -> dict[tuple[str, str], Stacked]:
    """(kind of score, mechanism) -> weights of its rules on the years up to `last`."""
    names = list(arms)
    products, scales, series = of_series(list(arms.values()), last)
    given, polities = of_panel([list(cells(own, last)) for own in arms.values()])
    found = {}
    for mechanism, choice in choices.items():
        which, said = [names.index(name) for name in choice], [rule for _, rule in choice.values()]
        own = products[:, which][:, :, which]
        found[SERIES, mechanism] = stack_crps(own, said, scales=scales, groups=series, replicates=replicates, seed=seed)
        found[PANEL, mechanism] = stack(given[:, which], said, groups=polities, replicates=replicates, seed=seed)
    return found


def of_series(arms: Sequence[Sequence[o.Origin]], last: int) -> tuple[np.ndarray, list[float], list[str]]:
    """Products (T, R, R) of the arms' forecasts, the unit of each target and the series it belongs to."""
    products, scales, groups = [], [], []
    for same in zip(*arms, strict=True):
        for series, known, row in targets(same[0].year, last):
            values, weights = zip(*(forecast(origin, series, known, row) for origin in same), strict=True)
            products.append(crps_products(values, float(row.value), weights))
            scales.append(unit(series, known, row.end.year))
            groups.append(series.name)
    return np.array(products), scales, groups


def unit(series: Series, known: Mapping[int, Any], year: int) -> float:
    """How far off persistence had been over as many years, up to the last known row, in the unit of the series."""
    guess = persistence(past_of(series, known), year)
    return guess.spread * (float(off_scale(series, guess.centre)) if series.change == RATIO else 1.0)


def of_panel(arms: Sequence[Sequence[Cell]]) -> tuple[np.ndarray, list[str]]:
    """Log of the probability that each arm gave to what came about (T, R), and the polity of each cell."""
    given = np.array([[cell.probability if cell.came else 1 - cell.probability for cell in own] for own in arms])
    return np.log(given).T, [cell.polity for cell in arms[0]]


def table(found: Mapping[tuple[str, str], Stacked]) -> dict[str, list[dict[str, Any]]]:
    """The weights as plain data, series before panel, and of each mechanism the heaviest rule first."""
    order = sorted(found, key=lambda key: key[0] != SERIES)
    rows = [{"kind": kind, "mechanism": mechanism, **row} for kind, mechanism in order for row in found[kind, mechanism].rows()]
    mixtures = [
        {"kind": kind, "mechanism": mechanism, "score": one.mixture, "targets": one.targets, "groups": one.groups}
        for kind, mechanism in order
        for one in [found[kind, mechanism]]
    ]
    return {"rules": rows, "mixtures": mixtures}
