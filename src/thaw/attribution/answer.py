"""The answer to a claim: what the record says, what the model says, its reason, and one word by the published table."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thaw.attribution import numbers, study, terms
from thaw.attribution.claim import Claim
from thaw.attribution.claim_checks import scenario_beside
from thaw.attribution.fragility import Hinge, hinges
from thaw.attribution.numbers import Estimate, Measures, Twins
from thaw.attribution.premise import RecordPart, record_part
from thaw.attribution.study import Found, Told
from thaw.attribution.verdict import LEAST_ESS, Evidence, Verdict, of_difference, of_event, verdict
from thaw.posterior import drawn_from
from thaw.trust import Trust, kind_of, trust

if TYPE_CHECKING:
    import pandas

    from thaw.api import RunOptions
    from thaw.plan import Plan
    from thaw.scenario import Scenario

HISTORIES, CITIZENS = 256, 1000
EFFECTS = ("necessary", "contributory", "hindering")  # words that say there is one
COUNTED = {"cause": "have the cause", "both": "cause and effect", "meets": "meet what the cause requires"}
NAMES = ("pn", "pn_other_coupling", "pn_reroll", "pn_nudge", "excess_pn", "ps", "pr", "rd")


@dataclass(frozen=True)
class Numbers:
    """The numbers of a claim under one view: in general, or as it stood.

    measures  of an effect that is an event; None of a quantity
    hastens   months by which it came sooner; of events only
    effect    what the word hangs on, in the direction claimed: RD, or a paired difference in spreads
    raised    paired difference of a quantity in its own unit, forced minus prevented
    """

    measures: Measures | None
    hastens: Estimate | None
    effect: Estimate | None
    raised: Estimate | None
    ess: float
    counts: Mapping[str, int]

    def __getitem__(self, name: str) -> Estimate | None:
        """A number by its name in the JSON; of a quantity `rd` is the difference in its own unit."""
        if name in ("hastens", "effect"):
            found: Estimate | None = getattr(self, name)
            return found
        return getattr(self.measures, name) if self.measures else self.raised if name == "rd" else None


@dataclass(frozen=True)
class Answer:
    """Everything that is known of one claim.

    record     what the record alone says
    found      what the model was asked and did; None where it was not asked
    general, given   numbers in general and as it stood
    hinges     the parameters that the answer hangs on
    word       the verdict
    """

    claim: Claim
    record: RecordPart
    found: Found | None
    general: Numbers | None
    given: Numbers | None
    hinges: tuple[Hinge, ...]
    word: Verdict

    @property
    def table(self) -> "pandas.DataFrame":
        """One row a number: what, estimate, its 90% interval from sampling and from parameters, in general and as it stood."""
        import pandas

        rows = []
        for view, found in (("in general", self.general), ("as it stood", self.given)):
            for name in (*NAMES, "hastens", "effect"):
                if found is not None and (value := found[name]) is not None:
                    spread = value.parameter or (None, None)
                    rows.append((view, name, value.estimate, value.low, value.high, *spread, value.n))
        return pandas.DataFrame(rows, columns=["view", "number", "estimate", "low", "high", "parameter_low", "parameter_high", "histories"])

    @property
    def paths(self) -> "pandas.DataFrame":
        """One row a mechanism: the share of the effect that is gone when it is frozen, and that it brings alone, each with its 90% interval."""
        import pandas

        columns = ["mechanism", "frozen", "frozen_interval", "alone", "alone_interval"]
        return pandas.DataFrame(list((self.found.path if self.found else None) or ()), columns=columns)

    @property
    def twins(self) -> "pandas.DataFrame":
        """One row a history: whether the cause came, and the effect in each arm."""
        import pandas

        if self.found is None or self.found.twins is None:
            return pandas.DataFrame()
        twins = self.found.twins
        columns = ("cause", "factual", "prevented", "rerolled", "nudged", "forced", "unforced", "meets")
        return pandas.DataFrame({name: getattr(twins, name) for name in columns}).rename_axis("history")

    def json(self) -> dict[str, Any]:
        """The answer as plain data; docs/claims.md lists the fields."""
        claim, general, given = self.claim, self.general, self.given
        told = {name: _plain(general[name] if general else None) for name in NAMES if name != "pn_other_coupling"}
        return {
            "id": claim.id,
            "text": claim.text,
            "sentence": claim.sentence,
            "paraphrase": claim.paraphrase,
            "scenario": claim.scenario,
            "direction": claim.direction,
            "cause": claim.cause.as_text() if claim.cause else None,
            "effect": claim.effect.as_text() if claim.effect else None,
            "affected": claim.affected or None,
            "by": claim.by or None,
            "premise": self.record.premise,
            "chronology": self.record.chronology,
            "cause_date": self.record.cause_date or None,
            "effect_date": self.record.effect_date or None,
            **told,
            "pn_other_coupling": _plain(general["pn_other_coupling"] if general else None),
            "coupling": None if self.found is None else "month" if self.found.bound.plan.by_month else "clock",
            "pn_bounds": _bounds(general),
            "hastens": _plain(general.hastens if general else None),
            "effect_size": _plain(general.effect if general else None),
            "given_record": _view(given, self.found.power if self.found else 1.0),
            "counts": dict(general.counts) if general else None,
            "ess": general.ess if general else None,
            "luck_dominates": bool(general and general.measures and general.measures.luck_dominates),
            "verdict": str(self.word),
            "reason": self.reason,
            "trust": self.trust.json(),
            "parameters": self.parameters,
            "posterior": self.posterior,
            "path": None if self.found is None or self.found.path is None else [dict(row) for row in self.found.path],
            "fragile_to": self.fragile_to(),
            "shares": self.shares(),
            "sentences": list(self.record.sentences),
            "sources": list(self.record.sources),
        }

    @property
    def trust(self) -> Trust:
        """How well events of this kind were foretold out of sample; of quantities, of several kinds and of kinds with few events, it is untested."""
        kinds = {kind_of(event) for event in (self.claim.effect.events if self.claim.effect else ())}
        return trust(kinds.pop() if len(kinds) == 1 else "")

    @property
    def parameters(self) -> str | None:
        """Where parameters came from: posterior, prior or central; None where the model was not asked."""
        return drawn_from(self.found.bound.plan) if self.found else None

    @property
    def posterior(self) -> dict[str, Any] | None:
        """What the parameters were fitted to, and what was left out of it; null where they come from priors."""
        fitted = self.found.bound.plan.fitted if self.found else {}
        return {name: fitted[name] for name in ("cut", "method", "without")} if fitted else None

    @property
    def reason(self) -> str:
        """Why this word, in a sentence."""
        if self.word.word == "not modelled":
            return self.claim.not_modelled
        if self.found is not None and not self.found.channel.there and self.word.word == "no channel in the model":
            return self.found.channel.missing
        why = self.word.reason
        if self.general is not None and not (self.claim.effect and self.claim.effect.is_event and self.claim.direction != "hastens"):
            why = why.replace("RD", "difference in spreads").replace("0.05", "0.2")
        if self.general is None or self.word.word != "undetermined":
            return why
        seen = self.general.counts
        counted = ", ".join(f"{seen[name]} {said}" for name, said in COUNTED.items() if name in seen)
        return f"{why} (of {seen.get('histories', 0)} histories {counted}; effective {self.general.ess:.0f})"

    def shares(self) -> dict[str, Any] | None:
        """What each event of the cause took part in (Shapley), and `any of them`; null where it was not asked for."""
        found = self.found.shares if self.found else None
        return {**{name: _plain(value) for name, value in found.causes.items()}, "any of them": _plain(found.any_of_them)} if found else None

    def fragile_to(self) -> list[dict[str, Any]]:
        """The parameters the answer hangs on, with PR and RD at their ends, and RD under each other rule that was tried."""
        found: list[dict[str, Any]] = []
        for one in self.hinges:
            ends = {name: _plain(getattr(one, name)) for name in ("pr_low", "pr_high", "rd_low", "rd_high")}
            found.append({"parameter": one.name, "index": one.index, "threshold": one.threshold, "low": one.low, "high": one.high, **ends,
                          "contraction": one.contraction, "prior_driven": one.prior_driven})  # fmt: skip
        for rule, twins in (self.found.rules if self.found else {}).items():
            event = self.claim.effect is not None and self.claim.effect.is_event
            found.append({"rule": rule, "rd": _plain(numbers.risk_difference(twins) if event else numbers.raises(twins))})
        return found


def _plain(value: Estimate | None) -> dict[str, Any] | None:
    return value.plain() if value else None


def _bounds(found: Numbers | None) -> list[dict[str, Any] | None] | None:
    bounds = found.measures.pn_bounds if found and found.measures else None
    return [_plain(bounds.lower), _plain(bounds.upper)] if bounds else None


def _view(given: Numbers | None, power: float) -> dict[str, Any] | None:
    """As it stood: null where the record has no such cause; numbers null below an effective number of 50."""
    if given is None:
        return None
    enough = given.ess >= LEAST_ESS
    told = {name: _plain(given[name]) if enough else None for name in ("pn", "pr", "rd")}
    return {**told, "effect_size": _plain(given.effect) if enough else None, "ess": given.ess, "tempering": power, "undetermined": not enough}


def ask(
    claims: Iterable[Claim], options: "RunOptions", *, scenario: "Scenario | None" = None, folder: Path | None = None, path: bool = False,
    rules: bool = False, shares: bool = False, told: Told | None = None,
) -> list[Answer]:  # fmt: skip
    """Answers to claims, in their order; those of one scenario and posterior share their runs.

    No marking one's own homework: a claim whose effect is an event or a leader is asked under the posterior of the record's numbers alone, one
    whose effect is a quantity under that of its events and leaders alone.

    Parameters
    ----------
    options : histories, citizens, seed, workers and how it is simulated
    scenario : in which all of them are asked, instead of the one each names
    folder : where scenarios that are files lie
    path : look for the mechanisms that carry each effect found
    rules : run forced and prevented arms under every alternative rule too
    shares : of causes of two to five events, prevent every subset and share the effect among them
    """
    from thaw.scenario import load_scenario

    options.check()
    wanted = list(claims)
    records = {id(claim): record_part(claim, scenario) for claim in wanted}
    asked = [claim for claim in wanted if not records[id(claim)].word and not claim.not_modelled]
    workers = options.workers or os.cpu_count() or 1
    cases = {name: scenario or load_scenario(scenario_beside(name, folder)) for name in dict.fromkeys(claim.scenario for claim in asked)}
    plans = {id(claim): plan for name, case in cases.items() for claim, plan in _plans([one for one in asked if one.scenario == name], case, options)}
    answers: dict[int, Answer] = {}
    for name in cases:
        same = [claim for claim in asked if claim.scenario == name]
        own = [plans[id(claim)] for claim in same]
        others = _other_rules(own[0]) if rules else ()
        for found in study.study(same, own, options.histories, workers=workers, rules=others, told=told):
            claim = found.bound.claim
            answer = _answer(claim, records[id(claim)], found, options.seed)
            if path and answer.general is not None and answer.word.word in EFFECTS:
                found = study.with_path(found, options.histories, workers=workers, told=told)
                answer = _answer(claim, records[id(claim)], found, options.seed)
            if shares and answer.found is not None:
                answer = replace(answer, found=study.with_shares(answer.found, options.histories, workers=workers, told=told))
            answers[id(claim)] = answer
    return [answers.get(id(claim)) or _answer(claim, records[id(claim)], None, options.seed) for claim in wanted]


def _plans(claims: Sequence[Claim], scenario: "Scenario", options: "RunOptions") -> "list[tuple[Claim, Plan]]":
    """Each claim with its plan, whose parameters were not fitted to what its effect belongs to.

    Those of a posterior that the user names and that ends before the cause have seen no effect of it, and are taken whole.
    """
    from thaw.api import make_plan

    whole = make_plan(scenario, options) if options.posterior is not None else None
    plans: dict[str, Plan] = {}
    found = []
    for claim in claims:
        assert claim.effect is not None, "a claim that is asked has an effect"
        unseen = whole is not None and whole.months[max(terms.bind(claim, whole).date, 0)] > (whole.fitted["cut"], 12)
        blind_to = "" if unseen else claim.effect.belongs_to
        if blind_to not in plans:
            plans[blind_to] = whole if unseen and whole else make_plan(scenario, options, blind_to=blind_to)
        found.append((claim, plans[blind_to]))
    return found


def _other_rules(plan: "Plan") -> Sequence[tuple[str, str]]:
    """Every alternative rule that the plan does not use."""
    from thaw import loop

    return [
        (step.name, rule) for step in loop.mechanisms() for rule in step.rules if rule != plan.rules.get(step.name, step.rules[0])
    ]  # fmt: skip


def _answer(claim: Claim, record: RecordPart, found: Found | None, seed: int) -> Answer:
    general = _numbers(claim, found.twins) if found and found.twins else None
    given = _numbers(claim, found.given) if found and found.given else None
    evidence = replace(
        _evidence(claim, general), descriptive=record.word == "descriptive", record=record.word, modelled=not claim.not_modelled,
        channel=found is None or found.channel.there,
    )  # fmt: skip
    word = verdict(evidence)
    hanging = hinges(found.twins, seed, found.bound.plan.fitted.get("contraction")) if found and found.twins and word.word in EFFECTS else ()
    return Answer(claim, record, found, general, given, hanging, word)


def _evidence(claim: Claim, found: Numbers | None) -> Evidence:
    """What the word hangs on."""
    if found is None:
        return Evidence()
    if found.measures is not None and claim.direction != "hastens":
        return of_event(found.measures)
    return of_difference(found.effect, "raises", found.ess)  # the effect has the claim's direction already


def _numbers(claim: Claim, twins: Twins) -> Numbers:
    """All numbers of a claim's twins."""
    effect, counts = claim.effect, numbers.counts(twins)
    assert effect is not None
    weigh = float(len(twins.cause)) if twins.weights is None else numbers.effective(twins.weights)
    if not effect.is_event:
        size = of_difference(numbers.raises(twins, in_spreads=True), claim.direction, weigh).effect
        return Numbers(None, None, size, numbers.raises(twins), weigh, counts)
    measures = numbers.measure(twins)
    if claim.direction == "hastens":
        return Numbers(measures, numbers.hastens(twins), numbers.hastens(twins, in_spreads=True), None, weigh, counts)
    return Numbers(measures, None, measures.rd, None, weigh, counts)


def attribute(
    scenario: "Scenario | str", cause: str, effect: str, by: str = "", *, direction: str = "", histories: int = HISTORIES, seed: int = 0,
    citizens: int | None = CITIZENS, workers: int | None = None, parameters: str = "posterior", posterior: str | Path | None = None,
    path: bool = False, rules: bool = False, shares: bool = False, progress: Callable[[str, float, float], None] | None = None,
) -> Answer:  # fmt: skip
    """Did X bring about Y? One question, asked of the record and of twin histories.

    Parameters
    ----------
    scenario : a scenario or its name
    cause, effect : as `thaw ask` takes them, `SUN.secret_speech`, `HUN.uprising`; grammar: docs/claims.md
    by : deadline 'YYYY-MM'; the end of the scenario when left out
    direction : brings about (when left out), prevents, hastens, makes likelier; of a quantity raises (when left out), lowers
    parameters, posterior : where parameters come from, as `thaw.run` takes them
    path : look for the mechanisms that carry the effect
    rules : answer under every alternative rule too
    shares : share the effect among the events of a cause of several

    Returns
    -------
    Answer : with `.word`, `.table`, `.paths`, `.twins` and `.json()`

    Raises
    ------
    ScenarioError : what is wrong with cause, effect or deadline, and the nearest name

    Examples
    --------
    >>> found = attribute("ussr-1945", "SUN.death:stalin", "SUN.fall:beria", by="1954-12", histories=64, citizens=200)
    >>> found.word.word in ("necessary", "contributory", "undetermined", "no effect found")
    True
    """
    from thaw.api import RunOptions
    from thaw.attribution.claim import single_claim

    claim = single_claim(scenario, cause, effect, by, direction)
    options = RunOptions(
        histories=histories, seed=seed, citizens=citizens, workers=workers, parameters=parameters, posterior=Path(posterior) if posterior is not None else None
    )  # fmt: skip
    return ask([claim], options, scenario=None if isinstance(scenario, str) else scenario, path=path, rules=rules, shares=shares, told=progress)[0]
