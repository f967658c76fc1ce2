"""What hangs on the order of the month: which mechanisms may swap, and what moves, by the same luck, when others do.

Two neighbours may swap if neither writes what the other reads or writes and they share no event: then nothing changes, to the bit.
Any other swap makes somebody see a quantity a month sooner or later; what that moves is measured in twins.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from thaw import loop
from thaw.ablate import SURE, Quantity, difference, quantities, series_fields
from thaw.declare import Mechanism
from thaw.model_arms import WHOLE, Arm, run_arm
from thaw.plan import Order, Part, Plan

HISTORIES, CITIZENS, SHUFFLES, SEED = 256, 1000, 8, 1


@dataclass(frozen=True)
class Move:
    """A headline number that another order moves: its value in the usual order and in the other, 95% of the difference over twins."""

    quantity: str
    usual: float
    other: float
    low: float
    high: float


def usual() -> Order:
    """The order of the month, by names."""
    return tuple(tuple(step.name for step in part) if isinstance(part, tuple) else part.name for part in loop.ORDER)


def between(one: Part, other: Part) -> set[str]:
    """What stands between two parts of a month that would swap: quantities that one writes and the other reads or writes, events of both.

    >>> between("information", "economy"), sorted(between("coalition", "purge"))
    (set(), ['outvoted'])
    """
    known = {step.name: step for step in loop.mechanisms()}
    return {thing for a in _names(one) for b in _names(other) for thing in _shared(known[a], known[b])}


def _shared(a: Mechanism, b: Mechanism) -> set[str]:
    written = set(a.writes) & {*b.reads, *b.writes} | set(b.writes) & {*a.reads, *a.writes}
    return written | {event.name for event in a.events} & {event.name for event in b.events}


def _names(part: Part) -> tuple[str, ...]:
    return (part,) if isinstance(part, str) else part


def free_shuffle(luck: np.random.Generator, swaps: int = 200) -> Order:
    """An order reached by swaps of neighbours between whom nothing stands: it gives the same histories as the usual one."""
    order = list(usual())
    for place in luck.integers(0, len(order) - 1, swaps):
        if not between(order[place], order[place + 1]):
            order[place], order[place + 1] = order[place + 1], order[place]
    return tuple(order)


def full_shuffle(luck: np.random.Generator) -> Order:
    """Any order; the mechanisms that turn weekly stay together, in any order of their own."""
    parts = [part if isinstance(part, str) else tuple(part[place] for place in luck.permutation(len(part))) for part in usual()]
    return tuple(parts[place] for place in luck.permutation(len(parts)))


def swaps() -> dict[str, tuple[Order, set[str]]]:
    """Every order in which two neighbours have swapped, and what stands between them; named 'reform before terror'."""
    found: dict[str, tuple[Order, set[str]]] = {}
    order = usual()
    for place, (one, other) in enumerate(pairwise(order)):
        found[f"{_told(other)} before {_told(one)}"] = ((*order[:place], other, one, *order[place + 2 :]), between(one, other))
    for place, part in enumerate(order):
        for first, second in pairwise(part) if isinstance(part, tuple) else ():
            turned = tuple({first: second, second: first}.get(name, name) for name in part)
            found[f"{second} before {first}, week by week"] = ((*order[:place], turned, *order[place + 1 :]), between(first, second))
    return found


def moves(whole: Sequence[Quantity], other: Sequence[Quantity]) -> list[Move]:
    """The numbers that move by more than the sampling error: the mean difference of twins is beyond 1.96 of its own standard errors and
    beyond 1.96 standard errors of the number in the usual order."""
    found = []
    for one, two in zip(whole, other, strict=True):
        told = difference(one, two)
        if told and told["clear"] and abs(told["difference"]) > SURE * error_of(one):
            found.append(Move(one.name, told["whole"], told["without"], told["low"], told["high"]))
    return found


def error_of(one: Quantity) -> float:
    """Standard error of a number over its histories; nought for fewer than two."""
    known = one.values[~np.isnan(one.values)]
    return float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else 0.0


def shuffle(plan: Plan, histories: int, orders: Iterable[Order], *, workers: int | None = None) -> tuple[list[list[Move]], int]:
    """What each order moves in the same histories, and how many numbers were looked at.

    Examples
    --------
    >>> from thaw.compile import compile_plan
    >>> from thaw.scenario import load_scenario
    >>> plan = compile_plan(load_scenario("ussr-1945").model_copy(update={"end": "1950-02", "citizens": 100}))
    >>> shuffle(plan, 2, [free_shuffle(np.random.default_rng(0))], workers=1)[0]
    [[]]
    """
    from thaw import kernels
    from thaw.engine.local import run_local

    if not kernels.is_compiled():
        kernels.compile_all()
    plans = [plan, *(plan.with_(order=order) for order in orders)]
    jobs = [(place, place + 1) for place in range(len(plans))]
    arms = {first: arm for (first, _), arm in run_local(jobs, partial(_work, plans, histories), workers=workers or os.cpu_count() or 1)}
    whole = quantities(plan, arms[0])
    return [moves(whole, quantities(plan, arms[place])) for place in range(1, len(plans))], len(whole)


def _work(plans: list[Plan], histories: int, first: int, _: int, report: Callable[[float], None]) -> Arm:
    """The arm of one order; a job of the pool."""
    return run_arm(plans[first], WHOLE, histories, series_fields(), monthly=(), report=report)


def as_markdown(histories: int = HISTORIES, citizens: int = CITIZENS) -> str:
    """The block of docs/model/order.md: neighbours that may swap, and what moves in other orders of the built-in scenario."""
    from thaw.compile import compile_plan
    from thaw.docs_text import code, table
    from thaw.scenario import load_scenario

    plan = compile_plan(load_scenario("ussr-1945")).with_(citizens=citizens)
    luck = np.random.default_rng(SEED)
    single, whole = swaps(), [full_shuffle(luck) for _ in range(SHUFFLES)]
    apart = {name: swap for name, swap in single.items() if swap[1]}
    found, looked = shuffle(plan, histories, [*(order for order, _ in apart.values()), *whole])
    free = [name.replace(" before ", " and ") for name, (_, things) in single.items() if not things]
    rows = [(name, code(sorted(things)), _moved(moved)) for (name, (_, things)), moved in zip(apart.items(), found, strict=False)]
    rows += [(", ".join(map(_told, order)), "", _moved(moved)) for order, moved in zip(whole, found[len(apart) :], strict=True)]
    count = sum(map(len, found))
    return "\n".join([
        f"Neighbours that may swap and change nothing: {'; '.join(free) or 'none'}.",
        "",
        f"{histories} histories, {citizens:,} citizens, seed {plan.seed}: {looked} numbers in each of {len(found)} other orders; "
        f"{count} of these {looked * len(found):,} move by more than the sampling error.",
        "",
        table(("order", "stands between the two", "moves: usual → other (95% of the difference)"), rows),
    ])  # fmt: skip


def _told(part: Part) -> str:
    return " and ".join(_names(part))


def _moved(found: Sequence[Move]) -> str:
    return "; ".join(f"{move.quantity}: {move.usual:.3g} → {move.other:.3g} ({move.low:+.2g} to {move.high:+.2g})" for move in found) or "nothing"
