"""What an outcome hangs on: PAWN over all parameters, Sobol indices of the strongest, and what each does at its ends (`thaw sensitivity`).

First the histories as drawn: PAWN (pianosi2018; `attribution.fragility`) ranks all parameters without another run. Then a Saltelli
design over groups of inputs (`thaw.sobol`): each of the strongest parameters, all other parameters together, and luck. Luck is an input like
any other: rows A of a block and those that exchange parameters share one luck, history by history; row B and the row that
exchanges luck have another. So chance takes its share of the variance and adds no noise to the total index of a parameter.
Last, twins with one parameter held at its 5% and its 95% point, all else as drawn.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from thaw import loop, names
from thaw.attribution import intervals, terms
from thaw.attribution.arms import Arm, Trunk, Watch, drawn_parameters, run_trunks
from thaw.attribution.fragility import pawn
from thaw.attribution.grammar import MEASURES, REMAINDERS, Effect, can_be_asked, parse_effect
from thaw.attribution.terms import Bound
from thaw.errors import RunError, ScenarioError, did_you_mean
from thaw.fields import FIELDS
from thaw.kernels.noise import name_key
from thaw.kernels.portable import normal_quantile
from thaw.plan import Plan
from thaw.posterior import drawn_from
from thaw.scenario import Scenario
from thaw.sobol import Design, Index, design, indices

HISTORIES, BLOCKS, TOP = 1024, 256, 8
TWINS = 128  # histories with a parameter at its ends
ENDS = (0.05, 0.95)
LEAST = 64  # histories and blocks below which an index is mostly chance
OTHERS, LUCK = "other parameters", "luck"
Told = Callable[[str, float, float], None]  # what is run, months done, months in all


@dataclass(frozen=True)
class Ends:
    """The mean of an outcome with one parameter at its 5% point and at its 95% point, and their difference with its 90% interval (twins)."""

    parameter: str
    values: tuple[float, float]
    means: tuple[float, float]
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Outcome:
    """What one output hangs on.

    varies         whether the histories as drawn differ in it; where they do not, nothing below is asked, and the threshold is 0
    mean, spread   over the histories as drawn: mean, and the 5% and 95% points
    pawn           parameter -> index, of those looked at more closely; `threshold`: what chance reaches; `above`: how many of all pass it
    sobol          parameters, the others together, luck; empty where it was not asked for, or every row gave the same
    blocks         of the Sobol design, and those left out because a history ended before the deadline
    ends, drawn    twins with a parameter at its ends, and the mean of those histories as drawn
    """

    output: str
    varies: bool
    mean: float
    spread: tuple[float, float]
    known: int
    pawn: Mapping[str, float]
    threshold: float
    above: int
    sobol: tuple[Index, ...]
    blocks: tuple[int, int]
    ends: tuple[Ends, ...]
    drawn: float


@dataclass(frozen=True)
class Sensitivity:
    """The answer of `thaw sensitivity`: one `Outcome` an output."""

    scenario: str
    by: str
    drawn_from: str
    histories: int
    citizens: int
    seed: int
    parameters: int
    outcomes: tuple[Outcome, ...]

    def json(self) -> dict[str, Any]:
        """As plain data."""
        plain = vars(self) | {"outcomes": [vars(one) | {"pawn": dict(one.pawn)} for one in self.outcomes]}
        for one in plain["outcomes"]:
            one["sobol"] = [vars(index) for index in one["sobol"]]
            one["ends"] = [vars(ends) for ends in one["ends"]]
        return plain


def read_output(text: str, scenario: Scenario) -> Effect:
    """An output from its text: an event counts if it comes by the deadline, a quantity is read at it unless a measure is written.

    The grammar is that of effects (`thaw.attribution.grammar`); a ScenarioError says what is wrong and what is near.
    """
    known = {*names.known_events(), *names.BUNDLES, *REMAINDERS, *(name for name, field in FIELDS.items() if can_be_asked(field, effect=True))}
    bare = re.split(r"[\s<>:]", text.removeprefix("no ").strip())[0].rpartition(".")[2]
    if bare and bare not in known | {"leader"} and not re.search(r"[|+@=]", text):
        raise ScenarioError(f"--output {text}: there is no event or quantity '{bare}'. {did_you_mean(bare, known)}   More: thaw show events")
    try:
        found = parse_effect(text, scenario)
    except ScenarioError as mistake:
        raise ScenarioError(f"--output {text}: {mistake}") from None
    measured = text.split()[-1] in MEASURES
    return found if found.is_event or measured else Effect(quantity=found.quantity, measure="end")


def deadline(text: str, scenario: Scenario) -> str:
    """The month 'YYYY-MM' up to which outputs count; the scenario's end where none is written."""
    if text and (not names.MONTH.fullmatch(text) or not scenario.start <= text <= scenario.end):
        raise ScenarioError(f"--by {text}: expected a month from {scenario.start} to {scenario.end}.")
    return text or scenario.end


def unit_of(output: str) -> str:
    """What the numbers of an output count."""
    name = output.split()[0].rpartition(".")[2]
    if name in FIELDS and output.split()[-1] in MEASURES:
        return FIELDS[name].unit
    return "share of independent states" if name in REMAINDERS else "share of histories"


def sensitivity(
    plan: Plan, outputs: Sequence[Effect], by: str, histories: int = HISTORIES, *, top: int = TOP, blocks: int = BLOCKS,
    workers: int | None = None, told: Told | None = None,
) -> Sensitivity:  # fmt: skip
    """What the outputs hang on.

    Parameters
    ----------
    plan : whose parameters are drawn from priors, or from `plan.draws`
    by : deadline, 'YYYY-MM'
    top : how many parameters Sobol indices and twins look at: those of the highest PAWN index over the threshold of any output
    blocks : of the Sobol design, a power of two, each of top + 4 histories; 0 for none
    told : hears what is run, months simulated, and in all
    """
    bounds = [terms.alone(plan, output, by) for output in outputs]
    values, varied = drawn_parameters(plan, histories)
    if not varied:
        raise RunError("every parameter has one value, so that nothing can be sensitive to them: draw them from priors or from a posterior.")
    with TemporaryDirectory(prefix="thaw-sensitivity-") as folder:
        run = partial(_run, bounds, folder=Path(folder), workers=workers or os.cpu_count() or 1, told=told)
        factual = run("histories as drawn", {"F": plan}, histories)["F"]
        outcomes = [_known(bound, factual) for bound in bounds]
        varying = [place for place, outcome in enumerate(outcomes) if np.ptp(outcome[np.isfinite(outcome)]) > 0]
        if not varying:
            raise RunError(_same(bounds, outcomes))
        seen = {place: _pawn(outcomes[place], values, plan.seed) for place in varying}
        strength = np.max([index / threshold for index, threshold in seen.values()], axis=0)
        chosen = [varied[k] for k in np.argsort(-strength, kind="stable")[:top]]
        made, rows = _design(plan, varied, chosen, blocks) if blocks else (None, {})
        arms = run("Sobol design", rows, blocks) if made else {}
        held = _held(plan, dict(zip(varied, values.T, strict=True)), chosen)
        twins = run("ends of parameters", {name: own for name, (own, _) in held.items()}, min(TWINS, histories))
    found = []
    for place, (bound, outcome) in enumerate(zip(bounds, outcomes, strict=True)):
        known = outcome[np.isfinite(outcome)]
        about = bound.effect.as_text(), place in seen, _mean(outcome)
        if place not in seen:
            found.append(Outcome(*about, (about[2], about[2]), len(known), {}, 0.0, 0, (), (blocks, 0), (), about[2]))
            continue
        index, threshold = seen[place]
        table = np.stack([terms.effect(bound, arms[name], -1.0) for name in rows], axis=1) if made else np.empty((0, 0))
        left_out = int((~np.isfinite(table)).any(axis=1).sum()) if made else 0
        low, high = np.quantile(known, ENDS).tolist()
        found.append(
            Outcome(
                *about, (low, high), len(known), {name: float(index[varied.index(name)]) for name in chosen}, threshold,
                int((index > threshold).sum()), indices(made, table, plan.seed) if made else (), (blocks, left_out),
                tuple(ends for name in chosen if (ends := _ends(bound, twins, name, held))), _mean(outcome[:TWINS]),
            )
        )  # fmt: skip
    return Sensitivity(plan.name, by, drawn_from(plan), histories, plan.citizens, plan.seed, len(varied), tuple(found))


def _mean(outcome: np.ndarray) -> float:
    """The mean of an outcome over the histories in which it is known; at least one must be."""
    return float(outcome[np.isfinite(outcome)].mean())


def _run(
    bounds: Sequence[Bound], what: str, plans: Mapping[str, Plan], histories: int, *, folder: Path, workers: int, told: Told | None
) -> dict[str, Arm]:  # fmt: skip
    """The same histories under each plan, up to the deadline; what the outputs are read from is kept."""
    events = dict.fromkeys(name for bound in bounds for name in bound.effects)
    watch = Watch(tuple(events), tuple(dict.fromkeys(name for bound in bounds if (name := terms.quantity(bound)))))
    heard = (lambda done, total: told(what, done, total)) if told else None
    trunks = [Trunk(name, plan, bounds[0].deadline) for name, plan in plans.items()]
    return run_trunks(trunks, histories, watch, folder=folder, workers=workers, told=heard)


def _known(bound: Bound, arm: Arm) -> np.ndarray:
    """An outcome in every history (H,), NaN where one ended before the deadline; a RunError where too few last."""
    outcome = terms.effect(bound, arm, -1.0)
    known = int(np.isfinite(outcome).sum())
    if known < LEAST:
        raise RunError(f"{bound.effect.as_text()} is known in {known} histories, since the others ended before the deadline: {LEAST} are needed.")
    return outcome


def _same(bounds: Sequence[Bound], outcomes: Sequence[np.ndarray]) -> str:
    """What to say where no outcome differs between histories."""
    told = "; ".join(
        f"{bound.effect.as_text()} is {_mean(outcome):g} in all {int(np.isfinite(outcome).sum())} histories"
        for bound, outcome in zip(bounds, outcomes, strict=True)
    )
    return f"{told}, so that it hangs on nothing. Try another output, another --by, or more --histories."


def _pawn(outcome: np.ndarray, values: np.ndarray, seed: int) -> tuple[np.ndarray, float]:
    """PAWN index (K,) of an outcome that varies, and its threshold."""
    kept = np.isfinite(outcome)
    return pawn(values[kept], outcome[kept], seed)


def _design(plan: Plan, varied: Sequence[str], chosen: Sequence[str], blocks: int) -> tuple[Design, dict[str, Plan]]:
    """The Sobol design over parameters and luck, and a plan for each row of its blocks: history h is block h."""
    others = [name for name in varied if name not in chosen]
    columns = (*chosen, *others, LUCK)
    made = design(columns, (*chosen, *(OTHERS for _ in others), LUCK), blocks, plan.seed)
    other_seed = int(name_key(plan.seed, "sensitivity", "luck") >> np.uint64(1))
    plans = {}
    for row in range(made.units.shape[1]):
        units = made.units[:, row]
        draws = {name: quantiles(plan, name, units[:, k]) for k, name in enumerate(columns[:-1])}
        other = bool((units[:, -1] != made.units[:, 0, -1]).all())
        plans[f"row {row}"] = plan.with_(draws=dict(plan.draws) | draws, seed=other_seed if other else plan.seed)
    return made, plans


def quantiles(plan: Plan, name: str, units: np.ndarray) -> np.ndarray:
    """Values of a parameter from numbers in (0, 1): of the plan's draws of it, or by its prior, each parameter on its own."""
    if name in plan.draws:
        return np.asarray(np.quantile(plan.draws[name], units))
    value, prior = plan.priors[name]
    return loop.from_prior(prior, value, normal_quantile(units), units)


def _held(plan: Plan, values: Mapping[str, np.ndarray], chosen: Sequence[str]) -> dict[str, tuple[Plan, float]]:
    """A plan with each parameter at each end of what was drawn, and the value there; the others as drawn."""
    found = {}
    for name in chosen:
        for end, value in zip(ENDS, np.quantile(values[name], ENDS).tolist(), strict=True):
            found[_label(name, end)] = plan.with_(draws=dict(plan.draws) | {name: np.array([value])}), value
    return found


def _label(name: str, end: float) -> str:
    return f"{name} at {end:g}"


def _ends(bound: Bound, twins: Mapping[str, Arm], name: str, held: Mapping[str, tuple[Plan, float]]) -> Ends | None:
    """The outcome at both ends of a parameter; None where fewer than two twins lasted to the deadline."""
    low, high = (terms.effect(bound, twins[_label(name, end)], -1.0) for end in ENDS)
    both = np.isfinite(low) & np.isfinite(high)
    if both.sum() < 2:
        return None
    apart = (high - low)[both]
    interval = intervals.mean(apart, span=1.0 if bound.effect.is_event else 0.0)
    at = tuple(held[_label(name, end)][1] for end in ENDS)
    return Ends(name, (at[0], at[1]), (float(low[both].mean()), float(high[both].mean())), float(apart.mean()), *interval)
