"""The month. A chunk is a pure function of (plan, first, last): it can run anywhere, twice, or again after a crash."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from thaw.axes import ACTS, HISTORIES_PER_WORD
from thaw.declare import Mechanism, parse_prior
from thaw.errors import RunError
from thaw.fields import FIELDS
from thaw.kernels.noise import entity_ids
from thaw.kernels.portable import exp, log, logistic
from thaw.mechanisms import ORDER
from thaw.noise import ONCE, Clock, Log, Luck, Noise, redraw
from thaw.plan import Plan
from thaw.state import State, out_of_bounds

KEYED = "PEWTC"  # axes whose members have luck of their own


@dataclass(frozen=True)
class Fault:
    """A history that left the bounds of a field: from `month` on it holds no result; `arm` where several go abreast."""

    history: int
    month: int
    mechanism: str
    field: str
    arm: int = 0


@dataclass
class Snapshot:
    """Everything needed to go on from a month: the state and the clocks."""

    month: int
    state: State
    clocks: dict[str, Clock]


def simulate(
    plan: Plan, first: int, last: int, *, start: Snapshot | None = None, frozen: Mapping[str, Any] | None = None,
    log: Log | None = None, faults: list[Fault] | None = None, keep: Callable[[Snapshot], None] | None = None,
) -> Iterator[tuple[int, State]]:
    """The months of histories `first` to `last` (exclusive), one state each.

    Parameters
    ----------
    start : Snapshot, to go on from the end of its month instead of the beginning
    frozen : mechanism -> states by month: what it writes is taken from there instead of computed, in all weeks of the month alike
    log, faults : filled with the events and with histories that left their bounds
    keep : called with a snapshot after every month

    Yields
    ------
    (month, State): arrays (H, ...), H = last - first
    """
    if first % HISTORIES_PER_WORD:
        raise RunError(f"a chunk begins at a multiple of {HISTORIES_PER_WORD} histories, not at {first}")
    log = Log() if log is None else log
    luck = make_luck(plan, first, last)
    nudged = of_chunk(plan, plan.nudge, first, last)
    params = {step.name: draw_parameters(plan, step, luck) for step in mechanisms()}
    state, clocks = (start.state, {k: c.copy() for k, c in start.clocks.items()}) if start else (initial(plan, luck), {})
    axes = {event.name: event.axes for step in mechanisms() for event in step.events}
    for month in range(start.month + 1 if start else 0, len(plan.months)):
        redraw(clocks, axes, luck, month)
        state = hold(plan, state.with_({name: values[month] for name, values in plan.calendar.items()}), month)
        for step, week in steps(plan, month):
            if step.name in plan.without:
                continue
            if frozen and step.name in frozen:
                values = {name: getattr(frozen[step.name][month], name) for name in step.writes}
            else:
                noise = Noise(luck, step, month, week, sum(plan.weeks[:month]) + week, clocks, log)
                values = step(state, params[step.name], noise)
            state = hold(plan, state.with_(keep_unfounded(state, values)), month)
        state = nudge(state, nudged, month)
        if faults is not None:
            faults.extend(check(plan, state, luck, month))
        if keep:
            keep(Snapshot(month, state, {k: c.copy() for k, c in clocks.items()}))
        yield month, state


def mechanisms() -> tuple[Mechanism, ...]:
    """The mechanisms in the order of a month, weekly ones once."""
    return tuple(step for part in ORDER for step in (part if isinstance(part, tuple) else (part,)))


def steps(plan: Plan, month: int) -> Iterator[tuple[Mechanism, int]]:
    """The steps of one month: each mechanism, and the weekly ones by turns in every week."""
    by_name = {step.name: step for step in mechanisms()} if plan.order else {}
    order = tuple(tuple(by_name[name] for name in part) if isinstance(part, tuple) else by_name[part] for part in plan.order)
    for part in order or ORDER:
        if isinstance(part, tuple):
            yield from ((step, week) for week in range(plan.weeks[month]) for step in part)
        else:
            yield part, 0


def make_luck(plan: Plan, first: int, last: int) -> Luck:
    """Seed, histories and hashed names of a chunk."""
    ids = {letter: entity_ids(plan.members[letter]) for letter in KEYED}
    numbers = np.tile(np.arange(first, last, dtype=np.uint32), plan.abreast)
    other = of_chunk(plan, plan.other_luck, first, last)
    return Luck(plan.seed, numbers, ids, plan.do, plan.prevent, plan.pins, plan.by_month, other, plan.recorded, plan.abreast)


def of_chunk(plan: Plan, values: np.ndarray | None, first: int, last: int) -> np.ndarray | None:
    """What a plan says of each history of the run, for the rows of a chunk."""
    return None if values is None else values.reshape(plan.abreast, -1)[:, first:last].ravel()


def draw_parameters(plan: Plan, step: Mechanism, luck: Luck) -> SimpleNamespace:
    """The parameters of one mechanism, each (H,), drawn from their priors by name or taken from the plan's draws; and its `rule`."""
    drawn = SimpleNamespace(rule=plan.rules.get(step.name, step.rules[0] if step.rules else ""))
    for declared in step.params:
        name = f"{step.name}.{declared.name}"
        value, prior = plan.priors.get(name, (declared.value, declared.prior))
        if name in plan.set_values:
            values = np.full(len(luck.histories), plan.set_values[name])
        elif name in plan.draws:
            values = plan.draws[name][luck.histories % len(plan.draws[name])]
        elif not plan.from_prior:
            values = np.full(len(luck.histories), value)
        else:
            normal = luck.draw("normal", luck.key("parameter", name), "", ONCE)
            values = from_prior(prior, value, normal, luck.draw("uniform", luck.key("parameter", name), "", ONCE))
        setattr(drawn, declared.name, values)
    return drawn


def from_prior(prior: str, value: float, normal: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Values of a parameter from keyed luck; see `Param` for the laws.

    >>> from_prior("lognormal(60, 0.4)", 60.0, np.zeros(2), np.array([0.5, 0.5]))
    array([60., 60.])
    """
    law, numbers = parse_prior(prior)
    if law == "fixed":
        return np.full(len(normal), value)
    if law == "uniform":
        return numbers[0] + (numbers[1] - numbers[0]) * uniform
    if law == "halfnormal":
        return np.abs(numbers[0] * normal)
    if law == "lognormal":
        return numbers[0] * exp(numbers[1] * normal)
    if law == "share":
        return logistic(log(numbers[0] / (1 - numbers[0])) + numbers[1] * normal)
    return numbers[0] + numbers[1] * normal


def initial(plan: Plan, luck: Luck) -> State:
    """The state before the first month: the scenario's values in every history, traits drawn once."""
    sizes = plan.sizes | {"H": len(luck.histories)}
    arrays: dict[str, np.ndarray] = dict(plan.given) | {name: values[0] for name, values in plan.calendar.items()}
    for name, field in FIELDS.items():
        if name in arrays or field.axes == "-":
            continue
        shape = tuple(sizes[letter] for letter in field.axes)
        first = plan.initial.get(name, np.asarray(field.initial))
        arrays[name] = np.broadcast_to(first.astype(field.dtype), shape).copy()
    for name, (low, best, high) in plan.traits.items():
        arrays[name] = draw_trait(luck.draw("uniform", luck.key("trait", name), "E", ONCE), low, best, high)
    words = plan.abreast * -(-sizes["H"] // (plan.abreast * HISTORIES_PER_WORD))
    societies = int(np.count_nonzero(arrays["has_society"]))
    arrays["street"] = np.zeros((societies, len(ACTS), plan.citizens, words), np.uint64)
    arrays["removed"] = np.zeros((societies, plan.citizens, words), np.uint64)
    return State(arrays, sizes)


def draw_trait(luck: np.ndarray, low: np.ndarray, best: np.ndarray, high: np.ndarray) -> np.ndarray:
    """A judgement of a history: a triangular draw (H, E) between the coders' lowest and highest reading, likeliest at the best.

    >>> draw_trait(np.array([[0.5]]), np.array([-1.0]), np.array([0.0]), np.array([1.0]))
    array([[0.]])
    """
    width = np.maximum(high - low, 1e-12)
    turn = (best - low) / width
    rising = low + np.sqrt(luck * width * (best - low))
    falling = high - np.sqrt((1 - luck) * width * (high - best))
    return np.where(luck < turn, rising, falling)


def keep_unfounded(state: State, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What a mechanism wrote, but for polities that do not exist and states that are not independent: these keep the values they have."""
    for axes, there in (("HP", state.exists), ("HW", state.independent)):
        if not there.all():
            values = values | {
                name: np.where(there.reshape((1, -1) + (1,) * (new.ndim - 2)), new, getattr(state, name))
                for name, new in values.items()
                if FIELDS[name].axes.startswith(axes)
            }
    return values


def hold(plan: Plan, state: State, month: int) -> State:
    """The state with the quantities kept that the plan holds, throughout or in this month."""
    kept = {name: np.full_like(getattr(state, name), value) for name, value in plan.hold.items()}
    for span in plan.spans:
        if span.first <= month <= span.last:
            values = kept.get(span.field, getattr(state, span.field)).copy()
            size = len(values) // plan.abreast
            rows = slice(None) if span.arm < 0 else slice(span.arm * size, (span.arm + 1) * size)
            values[(rows, span.place) if span.place >= 0 else rows] = span.value
            kept[span.field] = values
    return state.with_(kept) if kept else state


def nudge(state: State, when: np.ndarray | None, month: int) -> State:
    """The state with the hegemon's output raised by a millionth in histories whose month (H,) this is."""
    if when is None or not (now := when == month).any():
        return state
    return state.with_({"output": state.output * (1 + 1e-6 * (now[:, None] & state.hegemon))})


def check(plan: Plan, state: State, luck: Luck, month: int) -> list[Fault]:
    """Histories in which a mechanism left NaN or a value outside the bounds of its field by the end of the month."""
    found, size = [], len(luck.histories) // luck.abreast
    for step in mechanisms():
        for name in step.writes:
            bad = out_of_bounds(name, getattr(state, name))
            if bad is not None:
                found += [Fault(int(luck.histories[row]), month, step.name, name, int(row) // size) for row in np.flatnonzero(bad)]
    return found
