"""A fit from beginning to end: prior histories, the network, its diagnostics, posteriors for every cut, files.

    pieces/*.npz               prior histories as summaries; kept, so that a fit can be resumed
    <scenario>-<cut>.parquet   the posterior of a cut; of that which claims use also those without events and without numbers
    fit.json                   what was fitted, how, and every diagnostic in numbers
    *.svg                      ranks, coverage, contraction, prediction by series
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thaw.errors import RunError, ScenarioError, did_you_mean
from thaw.inference import diagnostics, discrepancy, weighting
from thaw.inference.encode import Encoder, fitted
from thaw.inference.scale import from_normal, to_normal
from thaw.inference.simulate import Made, Told, predicted, simulate
from thaw.inference.targets import FIRST_CUT, Targets, plan_to_fit, targets, up_to
from thaw.inference.telling import named
from thaw.names import known_parameters
from thaw.posterior import CLAIMS_CUT, EVENTS, NUMBERS, UNINFORMED, Posterior, code_digest, scenario_digest, write_posteriors

if TYPE_CHECKING:
    from thaw.inference.network import Fitted
    from thaw.plan import Plan
    from thaw.scenario import Scenario

CUTS = (1953, 1954, 1955, 1956, 1960)
SIMULATIONS, LEAST = 48_000, 1000
CITIZENS = 1000
DRAWS, DRAWS_BLIND = 512, 256
COUNTED = 2000  # draws by which contraction is measured
APART = 0.08  # of the histories, kept from all learning for the diagnostics
MOST_APART = 2000
PREDICTED = 256  # histories from the posterior, for what it predicts
TRAINING = 0.15  # spreads of the prior by which another training of the network moves a mean
MOST_SEED = 2**31  # the libraries take 32 bits, and cuts are added
RESULT = "fit.json"
Case = tuple[int, str]  # a cut, and what is left out


@dataclass(frozen=True)
class Fit:
    """A finished fit: its folder, the posteriors of each cut (the first with nothing left out), and `fit.json` as data."""

    folder: Path
    posteriors: Mapping[int, tuple[Posterior, ...]]
    summary: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class _Bench:
    """What every cut of a fit is worked out with."""

    aim: Targets
    made: Made
    network: "Fitted"
    prepared: np.ndarray  # with the error that the record is allowed
    apart: slice
    seed: int
    error: "discrepancy.Chosen"
    bends: dict[Case, diagnostics.Bend] = field(default_factory=dict)

    @property
    def encoder(self) -> Encoder:
        return self.network.encoder

    def bend(self, case: Case) -> diagnostics.Bend:
        """How the flow's draws of a case are recalibrated, by the histories that told it when to stop."""
        if case not in self.bends:
            from thaw.inference.network import held_out

            place = slice(self.apart.start - held_out(self.apart.start), self.apart.start)
            self.bends[case] = diagnostics.bend(self.network, self.prepared[place], self.made.parameters[place], *case, seed=self.seed)
        return self.bends[case]


def fit(
    scenario: "Scenario", cuts: Sequence[int] = CUTS, *, without: Sequence[str] = (), simulations: int = SIMULATIONS, seed: int = 0, workers: int | None = None,
    out: str | Path | None = None, resume: bool = False, force: bool = False, progress: Told | None = None,
) -> Fit:  # fmt: skip
    """Posteriors of a scenario's parameters given the record up to the end of each year in `cuts`.

    Prior histories are simulated once, to the last cut, and a network learns from them what parameters go with what summaries; the record's
    own summary up to a cut then gives the posterior of that cut. Rows of the record after the last cut are not read.

    Parameters
    ----------
    without : events, by name, that are left out one at a time, in posteriors of their own beside those of the cut that claims use
    simulations : prior histories, of 1,000 citizens each
    out : folder of the fit; runs/fit-<scenario> when left out
    resume : go on with the histories that the folder holds; `force` replaces what it holds
    progress : told (done, in all, what)

    Returns
    -------
    Fit

    Errors
    ------
    ScenarioError for a cut outside the record or too few simulations; RunError if the folder holds another fit, and if the fit fails: its
    loss is no number, or its ranks are not uniform. The diagnostics of a failed fit are written all the same.
    """
    from thaw.engine import processes

    plan = plan_to_fit(scenario).with_(citizens=CITIZENS, seed=seed)
    chosen = check(plan, cuts, simulations)
    folder = Path(out) if out is not None else Path("runs") / f"fit-{scenario.name}"
    if (folder / "pieces.json").exists() and not (resume or force):
        raise RunError(f"{folder} holds a fit already. Go on with it by --resume, or replace it by --force.")
    many = processes(simulations, workers=workers, chunk=None)
    aim = targets(plan, chosen[-1])
    strange = next((event for event in without if event not in aim.events), None)
    if strange is not None:
        raise ScenarioError(f"--without {strange}: no event that is fitted to. {did_you_mean(strange, aim.events)}")
    made = simulate(aim, simulations, folder, workers=many, force=force, told=progress)
    bench = _learn(aim, made, chosen[0], seed, progress)
    found = {case: _case(bench, *case, progress) for case in cases(chosen, without)}
    rows = {cut: _predicted(bench, cut, found[cut, ""]["drawn"], many, progress) for cut in chosen}
    summary = _summary(bench, found, rows)
    posteriors = {cut: tuple(_posterior(bench, case, told, summary) for case, told in found.items() if case[0] == cut) for cut in chosen}
    _write(folder, plan.name, posteriors, summary, rows)
    if summary["failed"]:
        raise RunError(f"the fit failed: {summary['failed']} Diagnostics are in {folder}.")
    return Fit(folder, posteriors, summary)


def check(plan: "Plan", cuts: Sequence[int], simulations: int) -> list[int]:
    """The cuts in order, once each; a ScenarioError says what cannot be fitted."""
    from thaw import invented, record

    strange = [code for code in plan.polities if invented.is_invented(code)]
    if strange:
        raise ScenarioError(f"{plan.name}: the record knows nothing of {', '.join(strange)}, to which it could be fitted. Expected one such as ussr-1945.")
    first = max(FIRST_CUT, plan.months[0][0] + 1)
    last = min(max(row.date for row in record.events()).year, plan.months[-1][0] - (plan.months[-1][1] < 12))
    if isinstance(simulations, bool) or not isinstance(simulations, int) or simulations < LEAST:
        raise ScenarioError(f"--simulations {simulations}: too few to learn from. Expected a whole number of at least {LEAST:,}.")
    if not 0 <= plan.seed < MOST_SEED:
        raise ScenarioError(f"--seed {plan.seed}: expected a whole number from 0 to {MOST_SEED - 1:,}.")
    if not cuts:
        raise ScenarioError("--cut: no year is given. Expected at least one, as --cut 1956.")
    for cut in cuts:
        if isinstance(cut, bool) or not isinstance(cut, int) or not first <= cut <= last:
            raise ScenarioError(f"--cut {cut}: outside the record of {plan.name}. Expected a year from {first} to {last}.")
    return sorted(set(cuts))


def _learn(aim: Targets, made: Made, cut: int, seed: int, told: Told | None) -> _Bench:
    """The encoder, the error of the record (by the first cut), the directions and the flow; the last histories are kept from all of them."""
    from thaw.inference.directions import informed
    from thaw.inference.network import train

    n = len(made.summaries)
    apart = slice(n - min(int(n * APART), MOST_APART), n)
    known = slice(0, apart.start)
    encoder = fitted(aim, made.summaries[known])
    prepared = encoder.prepared(made.summaries)
    error = discrepancy.chosen(encoder, prepared[known], made.parameters[known], _record(aim, encoder, cut), cut, seed=seed)
    exact, prepared = prepared, discrepancy.moved(encoder, prepared, error.size, np.random.default_rng([seed, 11]))
    directions = informed(encoder.inputs(prepared[known], aim.cut), made.parameters[known], seed=seed)
    network = train(encoder, prepared[known], made.parameters[known] @ directions, directions, seed=seed, told=told, exact=exact[known], error=error.size)
    return _Bench(aim, made, network, prepared, apart, seed, error)


def cases(cuts: Sequence[int], without: Sequence[str] = ()) -> list[Case]:
    """What posteriors are made for: every cut, and of the one that claims use (the last, if that of the package is not asked for) two blind ones and
    those without single events.

    >>> cases([1953, 1956], ["SUN.thaw"])
    [(1953, ''), (1956, ''), (1956, 'events'), (1956, 'numbers'), (1956, 'SUN.thaw')]
    """
    asked = CLAIMS_CUT if CLAIMS_CUT in cuts else cuts[-1]
    return [(cut, hidden) for cut in cuts for hidden in ("", *((EVENTS, NUMBERS, *without) if cut == asked else ()))]


def _case(bench: _Bench, cut: int, hidden: str, told: Told | None) -> dict[str, Any]:
    """Draws of a case, and how far they may be trusted."""
    if told:
        told(0, 1, f"checking {named(cut, hidden)}")
    own = _record(bench.aim, bench.encoder, cut)
    apart, known = bench.prepared[bench.apart], bench.made.parameters[bench.apart]
    strange = diagnostics.misspecification(bench.network, apart, own, cut, hidden)
    ranks, means = diagnostics.ranks(bench.network, bench.bend((cut, hidden)), apart, known, cut, hidden, seed=bench.seed)
    method = "npe" if strange["p"] >= diagnostics.INSIDE else "weighting"
    drawn, gone, weight = _drawn(bench, cut, hidden, method)
    record = up_to(bench.aim, cut)
    return {
        "method": method, "misspecification": strange, "weighting": weight, "ranks": ranks, "recovery": diagnostics.recovery(means, known),
        "contraction": gone, "drawn": drawn,
        "data": hashlib.sha256(repr((hidden, record.observed().tolist(), record.events)).encode()).hexdigest(),
    }  # fmt: skip


def _predicted(bench: _Bench, cut: int, drawn: np.ndarray, workers: int, told: Told | None) -> list[dict[str, Any]]:
    """Each number up to a cut beside what its posterior predicts."""
    values = _own_units(bench, drawn)
    made = predicted(bench.aim, dict(zip(bench.made.names, values.T, strict=True)), PREDICTED, workers=workers, told=told)
    return diagnostics.predictive(bench.aim, cut, made, bench.made.summaries[bench.apart])


def _whole(every: Targets, cut: int) -> np.ndarray:
    """The record's summary up to a cut, in the places of the whole: NaN and inf where it is not known then."""
    aim = up_to(every, cut)
    own, events = aim.observed(), len(aim.events)
    whole = np.full(every.width, np.nan)
    places = [place for place, number in enumerate(every.numbers) if number.year <= cut]
    whole[places] = own[: len(places)]
    first = len(every.numbers)
    whole[first : first + events] = own[len(places) : len(places) + events]
    whole[first + events : first + events + len(aim.years)] = own[len(places) + events :]
    return whole


def _record(aim: Targets, encoder: Encoder, cut: int) -> np.ndarray:
    """The record's prepared summary (1, columns) up to a cut."""
    return encoder.prepared(_whole(aim, cut)[None].astype(np.float32))


def _drawn(bench: _Bench, cut: int, hidden: str, method: str) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    """Draws (draws, K) in the normal scale, contraction (K,); the power and effective number of weights where they were weighted."""
    from thaw.inference.network import completed

    encoder, network = bench.encoder, bench.network
    luck = np.random.default_rng([bench.seed, cut, *hidden.encode()])
    own = encoder.view(_record(bench.aim, encoder, cut), cut, hidden)
    weighed = {}
    if method == "npe":
        along = bench.bend((cut, hidden))(network.along(own, COUNTED, bench.seed + cut))[0]
    else:
        made = network.summary(encoder.view(bench.prepared, cut, hidden))
        weight, weighed["power"], weighed["effective"] = weighting.weights(made, network.summary(own)[0])
        along = weighting.resampled(bench.made.parameters @ network.directions, weight, COUNTED, luck)
    kept = DRAWS_BLIND if hidden else DRAWS
    return completed(network.directions, along[:kept], luck), diagnostics.contraction(network.directions, along), weighed


def _own_units(bench: _Bench, normal: np.ndarray) -> np.ndarray:
    priors = bench.aim.plan.priors
    return np.stack([from_normal(priors[name][1], priors[name][0], column) for name, column in zip(bench.made.names, normal.T, strict=True)], axis=1)


def _posterior(bench: _Bench, case: Case, said: Mapping[str, Any], summary: Mapping[str, Any]) -> Posterior:
    """The posterior of a case, with what it was made from and its diagnostics in short."""
    cut, hidden = case
    told = diagnostics_of(summary, case)
    short = {name: told[name] for name in ("ranks_p", "coverage_50", "coverage_90", "informed", "misspecification")}
    gone = dict(zip(bench.made.names, said["contraction"].tolist(), strict=True))
    about = {
        "method": said["method"], "data": said["data"], "code": summary["code"], "scenario_digest": summary["scenario_digest"],
        "simulations": summary["simulations"], "seed": bench.seed, "citizens": CITIZENS, "diagnostics": short,
    }  # fmt: skip
    return Posterior(bench.aim.plan.name, cut, hidden, bench.made.names, _own_units(bench, said["drawn"]), gone, about)


def diagnostics_of(summary: Mapping[str, Any], case: Case) -> Mapping[str, Any]:
    """The diagnostics of a case in `fit.json`."""
    cut, hidden = case
    return summary["cuts"][cut]["without"][hidden] if hidden else summary["cuts"][cut]


def _summary(bench: _Bench, found: Mapping[Case, Mapping[str, Any]], rows: Mapping[int, list[dict[str, Any]]]) -> dict[str, Any]:
    """Everything that `fit.json` holds; `failed` says in words why the fit cannot be used, '' where it can."""
    network, names = bench.network, bench.made.names
    told = {case: _in_numbers(said, names) for case, said in found.items()}
    cuts = {
        cut: {
            **told[cut, ""], "inside": sum(row["inside"] for row in rows[cut]), "numbers": len(rows[cut]),
            "never_made": diagnostics.never_made(bench.encoder, bench.made.summaries, _whole(bench.aim, cut), cut),
            "without": {hidden: said for (year, hidden), said in told.items() if year == cut and hidden},
        }
        for cut in rows
    }  # fmt: skip
    return {
        "scenario": bench.aim.plan.name, "simulations": len(bench.made.summaries), "seed": bench.seed, "citizens": CITIZENS, "code": code_digest(),
        "scenario_digest": scenario_digest(bench.aim.plan),
        "parameters": len(names), "numbers": len(bench.encoder.numbers), "events": list(bench.encoder.names),
        "leaders": len(bench.encoder.leaders), "directions": bench.network.directions.shape[1], "losses": [list(pair) for pair in network.losses],
        "prior_loss": network.prior_loss, "apart": bench.apart.stop - bench.apart.start,
        "error": bench.error.size, "error_p": [round(p, 5) for p in bench.error.p], "cuts": cuts, "failed": failing(told),
    }  # fmt: skip


def failing(told: Mapping[Case, Mapping[str, Any]]) -> str:
    """Why the fit cannot be used: the cases, each judged on its own, in which simulated histories' ranks are not uniform; '' where there is none."""
    bad = [
        f"{named(*case)} (p = {said['ranks_p']:.2g}, worst {said['least_uniform']})" for case, said in told.items() if said["ranks_p"] < diagnostics.FLOOR
    ]  # fmt: skip
    return f"ranks of simulated histories are not uniform at the cut {', '.join(bad)}." if bad else ""


def _in_numbers(said: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The diagnostics of one cut as plain numbers."""
    ranks, gone = said["ranks"], said["contraction"]
    p = diagnostics.rank_p(ranks)
    half, most = (diagnostics.covered(ranks, share) for share in (0.5, 0.9))
    informed = {name: round(float(value), 3) for name, value in zip(names, gone, strict=True) if value >= UNINFORMED}
    kept = [place for place, name in enumerate(names) if name in informed]
    tenths = np.bincount((ranks[:, kept or slice(None)] * 10 // (diagnostics.DRAWS + 1)).ravel(), minlength=10)
    wide = [diagnostics.covered(ranks, share / 20) for share in range(1, 20)]
    return {
        "method": said["method"], "data": said["data"], "misspecification": said["misspecification"], "weighting": said["weighting"],
        "ranks_p": diagnostics.together(p),
        "least_uniform": names[int(np.argmin(p))], "tenths": (tenths / tenths.sum()).round(4).tolist(),
        "coverage": [[share / 20, *(round(float(value), 4) for value in _spread(held[kept] if kept else held))] for share, held in enumerate(wide, 1)],
        "coverage_50": round(float(half.mean()), 4), "coverage_90": round(float(most.mean()), 4),
        "coverage_90_informed": round(float(most[kept].mean()), 4) if kept else None,
        "recovery": round(float(said["recovery"][kept].mean()), 3) if kept else None, "informed": len(informed),
        "contraction": dict(sorted(informed.items(), key=lambda pair: -pair[1])),
        "uninformed": [name for name in names if name not in informed],
    }  # fmt: skip


def _spread(values: np.ndarray) -> tuple[float, float, float]:
    """Mean and the middle nine tenths."""
    low, high = np.quantile(values, (0.05, 0.95))
    return float(values.mean()), float(low), float(high)


def _write(folder: Path, name: str, posteriors: Mapping[int, tuple[Posterior, ...]], summary: Mapping[str, Any], rows: Mapping[int, list]) -> None:
    """Posteriors (unless the fit failed), numbers and drawings."""
    from thaw.inference.drawings import drawings

    if not summary["failed"]:
        for cut, several in posteriors.items():
            write_posteriors(folder / f"{name}-{cut}.parquet", list(several))
    whole = dict(summary) | {"predictive": rows}
    (folder / RESULT).write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for file, text in drawings(whole):
        (folder / file).write_text(text, encoding="utf-8")


def alike(one: Posterior, other: Posterior) -> dict[str, Any]:
    """How far two posteriors of the same parameters lie apart in means and spreads, in spreads of the prior, and whether it is chance.

    Allowed are four standard errors of both and what another training of the network changes. `of` and `parameter`: where they are furthest
    apart, by that measure; `simulations`: from how many the other was made, where that differs.
    """
    if one.names != other.names:
        raise RunError("the shipped posterior has other parameters: it was made with other code.")
    declared = known_parameters()
    normal = [
        np.stack([to_normal(declared[name][1].prior, each.values[:, place]) for place, name in enumerate(each.names)], axis=1) for each in (one, other)
    ]  # fmt: skip
    spreads = [each.std(axis=0) for each in normal]
    error = sum(spread**2 / len(each) for spread, each in zip(spreads, normal, strict=True))
    found: list[dict[str, Any]] = []
    for of, apart, variance in (
        ("mean", abs(normal[0].mean(axis=0) - normal[1].mean(axis=0)), error), ("spread", abs(spreads[0] - spreads[1]), error / 2),
    ):  # fmt: skip
        allowed = TRAINING + 4 * np.sqrt(variance)
        most = int(np.argmax(apart - allowed))
        found.append({"of": of, "parameter": one.names[most], "most": float(apart[most]), "allowed": float(allowed[most]),
                      "alike": bool(apart[most] <= allowed[most])})  # fmt: skip
    made = {each.about.get("simulations") for each in (one, other)}
    return min(found, key=lambda row: row["allowed"] - row["most"]) | {"simulations": other.about.get("simulations") if len(made) > 1 else None}
