"""Asking claims of the model: all their arms in as few runs as will do, then twins, numbers and a verdict for each.

Arms that several claims share are run once. First the histories as they are, under both couplings of luck; then, for each cause, its
prevented, forced, redrawn, nudged and as-it-stood arms; last, where an effect was found, the mechanisms that carry it.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from thaw.attribution import bundle, terms
from thaw.attribution import channel as paths
from thaw.attribution.arms import Trunk, drawn_parameters, run_trunks
from thaw.attribution.claim import Claim
from thaw.attribution.given import nearness
from thaw.attribution.kept import Arm, Watch
from thaw.attribution.numbers import Twins, flipped
from thaw.attribution.terms import Bound
from thaw.attribution.weights import temper
from thaw.plan import Plan

ENOUGH = 200  # effective histories that tempering leaves, where there are so many
PATH_HISTORIES = 128
MOST_SHARED = 5  # events of a cause whose subsets are run: 32 arms
Told = Callable[[str, float, float], None]  # what is being done, how far, of how much


@dataclass(frozen=True)
class Found:
    """What the model says of one claim, before it is put into words.

    twins    in general; None where there is no channel
    given    as it stood: twins whose histories follow the record up to the cause, weighted; None where the record has no such cause
    power    to which the weights of `given` were raised
    curves   arm -> (months,) share of histories in which the effect has come by then, or the mean of the quantity
    path     shares by mechanism, in order of size; None where it was not asked for
    rules    alternative rule -> twins of forced and prevented arms under it
    shares   of a cause of several events, what each took part in; None where it was not asked for or too few histories had the effect
    """

    bound: Bound
    channel: paths.Channel
    twins: Twins | None = None
    given: Twins | None = None
    power: float = 1.0
    curves: Mapping[str, np.ndarray] = field(default_factory=dict)
    path: tuple[Mapping[str, Any], ...] | None = None
    rules: Mapping[str, Twins] = field(default_factory=dict)
    shares: bundle.Shares | None = None


def study(
    claims: Sequence[Claim], plans: Plan | Sequence[Plan], histories: int, *, workers: int | None = None, rules: Sequence[tuple[str, str]] = (),
    told: Told | None = None,
) -> list[Found]:  # fmt: skip
    """What the model says of causal claims of one scenario, in their order.

    Parameters
    ----------
    plans : the scenario's plan, with seed, citizens, rules and coupling; or one for each claim, where they differ in their parameters
    histories : of each arm
    rules : (mechanism, alternative) under which forced and prevented arms are run again
    told : hears what is being done and how far it is

    Notes
    -----
    Neither workers nor the other claims asked at the same time change an answer.
    """
    bounds = [terms.bind(claim, plan) for claim, plan in zip(claims, [plans] * len(claims) if isinstance(plans, Plan) else plans, strict=True)]
    channels = [paths.channel(bound) for bound in bounds]
    groups: dict[int, list[Bound]] = {}
    for bound, way in zip(bounds, channels, strict=True):
        if way.there:
            groups.setdefault(id(bound.plan), []).append(bound)
    if not groups:
        return [Found(bound, way) for bound, way in zip(bounds, channels, strict=True)]
    with TemporaryDirectory(prefix="thaw-arms-") as folder:
        watch = terms.watch([bound for same in groups.values() for bound in same])
        run = partial(_run_groups, histories, watch, Path(folder), workers or os.cpu_count() or 1, told)
        arms = run("histories as they are", {group: terms.first_trunks(same) for group, same in groups.items()})
        further = {group: [trunk for one in _by_cause(same) for trunk in terms.trunks(one, arms[group])] for group, same in groups.items()}
        more = [run("causes prevented and forced", further)]
        other = {g: [trunk for rule in rules for one in _by_cause(same) for trunk in terms.rule_trunks(one, rule)] for g, same in groups.items()}
        more += [run("under other rules", other)] if rules else []
    whole = {group: arms[group] | {name: arm for part in more for name, arm in part[group].items()} for group in groups}
    drawn = {group: drawn_parameters(same[0].plan, histories) for group, same in groups.items()}
    return [
        _found(bound, way, whole[id(bound.plan)], drawn[id(bound.plan)], rules) if way.there else Found(bound, way)
        for bound, way in zip(bounds, channels, strict=True)
    ]


def _run_groups(
    histories: int, watch: Watch, folder: Path, workers: int, told: Told | None, what: str, groups: Mapping[int, Sequence[Trunk]]
) -> dict[int, dict[str, Arm]]:  # fmt: skip
    """Arms of several groups in one go, by group and name; groups may name theirs alike."""
    trunks = [trunk.under(f"{place} ") for place, same in enumerate(groups.values()) for trunk in same]
    arms = _run(histories, watch, folder, workers, told, what, trunks)
    found: dict[int, dict[str, Arm]] = {group: {} for group in groups}
    for name, arm in arms.items():
        place, _, own = name.partition(" ")
        found[[*groups][int(place)]][own] = arm
    return found


def _run(histories: int, watch: Watch, folder: Path, workers: int, told: Told | None, what: str, trunks: Sequence[Trunk]) -> dict[str, Arm]:
    heard = (lambda done, total: told(what, done, total)) if told else None
    return run_trunks(trunks, histories, watch, folder=folder, workers=workers, told=heard)


def _by_cause(bounds: Sequence[Bound]) -> list[list[Bound]]:
    same: dict[str, list[Bound]] = {}
    for bound in bounds:
        same.setdefault(bound.key, []).append(bound)
    return list(same.values())


def _found(bound: Bound, way: paths.Channel, arms: Mapping[str, Arm], drawn: tuple[np.ndarray, tuple[str, ...]], rules: Sequence[tuple[str, str]]) -> Found:
    twins = replace(_twins(bound, arms), parameters=drawn[0], names=drawn[1])
    given, power = _given(bound, arms)
    under = {f"{mechanism}={rule}": _turned(bound, _forced(bound, arms, f"{mechanism}={rule} ")) for mechanism, rule in rules}
    return Found(bound, way, twins, given, power, _curves(bound, arms, None if given is None else given.weights), None, under)


def _turned(bound: Bound, twins: Twins) -> Twins:
    return flipped(twins) if bound.claim.direction == "prevents" else twins


def _twins(bound: Bound, arms: Mapping[str, Arm]) -> Twins:
    """The twins of a claim in general."""
    key, factual = bound.key, arms["F"]
    stopped, done = f"P {key}", f"D {key}"
    when, open_ = terms.onset(bound, factual)
    happened = np.isfinite(when)
    after = np.where(happened, when, -1.0)
    effect, none = partial(terms.effect, bound), np.full(factual.histories, np.nan)
    other = arms[done if bound.cause.absent and done in arms else stopped]
    forced = _forced(bound, arms, "")
    twins = Twins(
        cause=happened,
        factual=np.where(open_, np.nan, effect(factual, after)),
        prevented=effect(other, after),
        forced=forced.forced,
        unforced=forced.unforced,
        meets=forced.meets,
        identical=_identical(bound, arms),
    )
    if bound.effect.is_event:
        redrawn, nudged = (np.where(happened, effect(arms[f"{name} {key}"], after), np.nan) if f"{name} {key}" in arms else none for name in "RN")
        twins = replace(
            twins, rerolled=redrawn, nudged=nudged, other_coupling=_other_coupling(bound, arms),
            months_factual=terms.waited(bound, factual, after), months_prevented=terms.waited(bound, other, after),
        )  # fmt: skip
    return _turned(bound, twins)


def _forced(bound: Bound, arms: Mapping[str, Arm], rule: str) -> Twins:
    """Forced and prevented arms, and who met what the cause requires; all else of the twins is empty."""
    stopped, done = arms[f"{rule}P {bound.key}"], arms.get(f"{rule}D {bound.key}")
    size = stopped.histories
    none = np.full(size, np.nan)
    empty = Twins(np.zeros(size, bool), none, none)
    if done is None:
        return empty
    with_it, without_it = _pair(bound, done, stopped)
    return replace(empty, forced=with_it, unforced=without_it, meets=terms.meets(bound, done))


def _pair(bound: Bound, done: Arm, stopped: Arm) -> tuple[np.ndarray, np.ndarray]:
    """The effect (H,) with the cause and without it, counted from the same time; an absence trades them."""
    after = _since(bound, done)
    pair = terms.effect(bound, done, after), terms.effect(bound, stopped, after)
    return pair[::-1] if bound.cause.absent else pair


def _since(bound: Bound, done: Arm) -> np.ndarray:
    """From when (H,) the effect of the forced cause counts."""
    start = np.full(done.histories, float(bound.date))
    if not bound.cause.events:
        return start
    first = done.first(terms.members(bound.cause, bound.plan), bound.date - 1e-9, bound.date)
    return np.where(np.isfinite(first), first, start)


def _other_coupling(bound: Bound, arms: Mapping[str, Arm]) -> Twins:
    """Cause, factual and prevented with luck coupled the other way."""
    factual, stopped = arms["F by month"], arms[f"P by month {bound.key}"]
    when, open_ = terms.onset(bound, factual)
    after = np.where(np.isfinite(when), when, -1.0)
    return Twins(np.isfinite(when), np.where(open_, np.nan, terms.effect(bound, factual, after)), terms.effect(bound, stopped, after))


def _identical(bound: Bound, arms: Mapping[str, Arm]) -> bool:
    """Whether forced and prevented arms agree to the bit, up to the deadline, in the claim's own quantities and in every onset of its effect."""
    done, stopped = arms.get(f"D {bound.key}"), arms[f"P {bound.key}"]
    if done is None:
        return False
    last = bound.deadline + 1
    for event in bound.effects:
        a, b = ([pair for pair in zip(*arm.onsets.get(event, ((), ())), strict=True) if pair[1] < last] for arm in (done, stopped))
        if a != b:
            return False
    own = [name for name in terms.watch([bound]).quantities if name != bound.cause.quantity]
    return all(np.array_equal(done.series[name][:, :last], stopped.series[name][:, :last], equal_nan=True) for name in own)


def _given(bound: Bound, arms: Mapping[str, Arm]) -> tuple[Twins | None, float]:
    """The twins as it stood, with tempered weights, and the power of the tempering."""
    done, stopped = (arms.get(f"{name} {bound.key}") for name in ("GD", "GP"))
    if done is None or stopped is None:
        return None, 1.0
    log_weight = nearness(bound.plan, done, bound.date) + (0.0 if done.weight is None else done.weight)
    accepted = terms.meets(bound, done)
    weights, power, _ = temper(np.where(accepted & np.isfinite(log_weight), log_weight, -np.inf), min(ENOUGH, done.histories / 2))
    with_it, without_it = _pair(bound, done, stopped)
    twins = Twins(accepted, with_it, without_it, forced=with_it, unforced=without_it, meets=accepted, weights=weights)
    return _turned(bound, twins), power


def _curves(bound: Bound, arms: Mapping[str, Arm], given: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """How the effect comes month by month in each arm: share of histories that have had it since the cause's date, or the mean quantity.

    Histories as it stood weigh by `given` (H,), as they do in its numbers; where none weighs anything there are no such curves.
    """
    names = {"as it is": "F", "prevented": f"P {bound.key}", "forced": f"D {bound.key}"}
    names |= {"as it stood": f"GD {bound.key}", "as it stood, prevented": f"GP {bound.key}"}
    months = np.arange(bound.deadline + 1)
    found = {}
    for title, name in names.items():
        weights = given if title.startswith("as it stood") else None
        if name not in arms or (weights is not None and not weights.any()):
            continue
        arm = arms[name]
        if bound.effect.is_event:
            first = terms.time_of(bound, arm, float(max(bound.date, 0)) - 1)
            came = np.average(np.floor(first)[:, None] <= months, axis=0, weights=weights)
            found[title] = 1 - came if bound.effect.absent else came
        else:
            values = arm.series[bound.effect.quantity][:, : len(months)].astype(float)
            heavy = np.where(np.isfinite(values), 1.0 if weights is None else weights[:, None], 0.0)
            with np.errstate(invalid="ignore"):
                found[title] = np.where(heavy > 0, values * heavy, 0.0).sum(axis=0) / heavy.sum(axis=0)
    return found


def with_path(found: Found, histories: int, *, workers: int | None = None, told: Told | None = None) -> Found:
    """The same with the mechanisms that carry the effect, from the first histories (at most 128)."""
    from thaw.engine.local import run_local

    size = min(histories, PATH_HISTORIES)
    between = found.channel.between
    if not between:
        return replace(found, path=())
    watch = terms.watch([found.bound])
    groups = [between[place :: workers or 1] for place in range(min(workers or 1, len(between)))]
    jobs = [(place, place + 1) for place in range(len(groups))]
    heard = (lambda done: told("what carries it", done, len(groups))) if told else None
    arms: dict[str, Arm] = {}
    for _, made in run_local(jobs, partial(_path_work, found.bound, groups, size, watch), workers=workers or 1, progress=heard):
        arms |= made
    return replace(found, path=tuple(paths.shares(found.bound, arms, between)))


def with_shares(found: Found, histories: int, *, workers: int | None = None, told: Told | None = None) -> Found:
    """The same with the share of each event of the cause: every subset of them is prevented (at most five events)."""
    bound = found.bound
    events = terms.members(bound.cause, bound.plan)
    if found.twins is None or bound.cause.absent or not 2 <= len(events) <= MOST_SHARED or not bound.effect.is_event:
        return found
    names = {subset: "F" if not subset else f"without {' '.join(sorted(subset))}" for subset in bundle.subsets(events)}
    trunks = [Trunk(name, terms.without(bound, bound.plan, sorted(subset)), bound.deadline) for subset, name in names.items()]
    with TemporaryDirectory(prefix="thaw-arms-") as folder:
        arms = _run(histories, terms.watch([bound]), Path(folder), workers or os.cpu_count() or 1, told, "events of the cause apart", trunks)
    when, _ = terms.onset(bound, arms["F"])
    happened = np.isfinite(when)
    after = np.where(happened, when, -1.0)
    came = {subset: terms.effect(bound, arms[name], after) for subset, name in names.items()}
    if bound.claim.direction == "prevents":
        came = {subset: 1 - effect for subset, effect in came.items()}
    return replace(found, shares=bundle.shares(came, happened))


def _path_work(bound: Bound, groups: Sequence[Sequence[str]], size: int, watch: Watch, first: int, _: int, report: Callable[[float], None]) -> dict[str, Arm]:
    return paths.run_paths(bound, groups[first], 0, size, watch)


def months(found: Found) -> list[str]:
    """The months that curves run over, 'YYYY-MM'."""
    return [f"{year}-{month:02d}" for year, month in found.bound.plan.months[: found.bound.deadline + 1]]
