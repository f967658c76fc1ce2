"""Answers for every verdict word, made from invented twins: nothing is simulated, the record part is real."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from thaw.attribution.answer import Answer, _answer
from thaw.attribution.channel import Channel
from thaw.attribution.claim import Claim, load_claims
from thaw.attribution.numbers import Twins, flipped
from thaw.attribution.premise import record_part
from thaw.attribution.study import Found
from thaw.attribution.terms import Bound

START = 1945 * 12 + 5
PLAN = SimpleNamespace(
    months=tuple(((START + k) // 12, (START + k) % 12 + 1) for k in range(283)), fitted={}, draws={}, from_prior=True, by_month=False, without=(),
    labels={"SUN": "Soviet Union", "HUN": "Hungary"},
)  # fmt: skip
MADE = {
    "C01": "descriptive", "C17": "misworded", "C02": "premise not in record", "C22": "impossible", "C33": "not modelled",
    "C20": "no channel in the model", "C44": "undetermined", "C21": "necessary", "C50": "contributory", "C49": "hindering", "C28": "no effect found",
}  # fmt: skip


def claim(name: str) -> Claim:
    """A built-in claim."""
    return next(one for text in ("stalin-essay", "destalinization") for one in load_claims(text).claims if one.id == name)


def bound(asked: Claim) -> Bound:
    """Bound to a plan that has months and names only; the cause in the third year before the deadline."""
    deadline = (int(asked.by[:4]) * 12 + int(asked.by[5:7]) - 1) - START
    return Bound(asked, asked.cause, asked.effect, PLAN, max(deadline - 40, 0), True, deadline, asked.effect.events)


def events(share: float, other: float, size: int = 256, seed: int = 1, drift: float = 0.05) -> Twins:
    """Twins of an event that comes in `share` of histories with the cause and in `other` without; a nudge changes `drift` of them."""
    luck = np.random.default_rng(seed).random((4, size))
    with_it, without_it = (luck[0] < share).astype(float), (luck[0] < other).astype(float)
    nudged = np.where(luck[1] < drift, 1 - with_it, with_it)
    months = np.where(with_it == 1, 10.0, 40.0), np.where(without_it == 1, 25.0, 40.0)
    cause = luck[3] < 0.8
    factual = np.where(cause, with_it, without_it)
    return Twins(
        cause, factual, without_it, (luck[2] < share).astype(float), nudged, with_it, without_it, np.ones(size, bool), *months,
        other_coupling=Twins(cause, factual, without_it), parameters=np.column_stack([luck[0], luck[1]]), names=("terror.pace", "purge.<reach>"),
    )  # fmt: skip


def quantities(gain: float, size: int = 256) -> Twins:
    """Twins of a quantity that the cause raises by `gain`."""
    values = np.random.default_rng(2).normal(0.5, 0.1, (2, size))
    return Twins(np.ones(size, bool), values[0], values[0] - gain, forced=values[0] + 0.02 * values[1], unforced=values[0] - gain,
                 parameters=values.T, names=("a.b", "c.d"))  # fmt: skip


def found(asked: Claim, twins: Twins, *, ess: float = 120.0, path: bool = True) -> Found:
    """What a study would have found; the first `ess` histories weigh as it stood."""
    here = bound(asked)
    if asked.direction == "prevents":
        twins = flipped(twins)
    weights = np.where(np.arange(len(twins.cause)) < ess, 1.0, 0.0)
    ramp = np.clip((np.arange(here.deadline + 1) - here.date) / 40, 0, 1)
    names = ("as it is", "prevented", "forced", "as it stood", "as it stood, prevented")
    curves = {name: ramp * height for name, height in zip(names, (0.4, 0.1, 0.6, 0.62, 0.58), strict=True)}
    carried = (
        {"mechanism": "society", "frozen": 0.7, "frozen_interval": [0.5, 0.9], "alone": None, "alone_interval": None},
        {"mechanism": "reform", "frozen": 0.2, "frozen_interval": None, "alone": -0.1, "alone_interval": [-0.3, 0.1]},
    )
    rules = {"coalition=<plain>": replace(twins, parameters=None)}
    return Found(here, Channel(True, ("society",), ""), twins, replace(twins, weights=weights), 0.31, curves, carried if path else None, rules if path else {})


def answer(name: str, twins: Twins | None = None, **how: object) -> Answer:
    """The answer to a built-in claim, from invented twins or, without any, from the record alone."""
    asked = claim(name)
    return _answer(asked, record_part(asked), found(asked, twins, **how) if twins else None, 0)


def all_words() -> list[Answer]:
    """One answer for each word of the published table, in the order of `MADE`."""
    asked = claim("C20")
    gap = Found(bound(asked), Channel(False, (), "society, which decides SUN.scrutiny, reads nothing that the cause can change (unrest)"))
    made = {"C20": _answer(asked, record_part(asked), gap, 0)}
    twins = {"C44": events(0.5, 0.5, seed=4), "C21": events(0.9, 0.02), "C50": events(0.5, 0.3, drift=0.6), "C49": events(0.2, 0.6), "C28": events(0.4, 0.4)}
    twins["C44"] = replace(twins["C44"], unforced=1 - twins["C44"].unforced)
    return [made.get(name) or answer(name, twins.get(name)) for name in MADE]
