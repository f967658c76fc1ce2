"""From twin histories to numbers: how necessary, how sufficient, how much likelier, how much of it is luck.

    PN      necessity          P(no E under prevent | C and E in F)
    PN0     ... of a reroll    P(no E with luck after t_C redrawn | C and E in F)
    N0      ... of a nudge     P(no E after one unrelated quantity x (1 + 1e-6) | C and E in F)
    excess  (PN - N0) / (1 - N0)  =  1 - P(E under prevent) / P(E under nudge), both among C and E in F: a ratio of paired shares
    PS      sufficiency        P(E under force | neither C nor E in F)
    RD, PR  P(E under force) minus, or over, P(E under prevent), in the same histories, those that meet what C requires
    hastens E[min(T, D) under prevent] - E[min(T, D) in F] where C happened; other quantities: force minus prevent

A number that fewer than `LEAST` histories bear is None, and `counts` says how many there were. A ratio whose counts are both
nought is None, and 1 when the twins are one and the same run. Histories that ended (NaN) in an arm leave the pairs of that arm.
Source: pearl2009 (PN, PS), tian2000 (bounds), hannart2016 (PN and PS in the attribution of events), oberst2019 (coupled luck).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, isfinite, sqrt
from typing import Any

import numpy as np

from thaw.attribution import intervals, spread
from thaw.attribution.intervals import Interval
from thaw.attribution.weights import effective

LEAST = 30  # histories in a denominator, below which there is no number
DOMINATES = 0.8  # share of a reroll's necessity that a nudge must reach for luck to dominate ...
NEGLIGIBLE = 0.05  # ... unless the nudge hardly ever changes anything


@dataclass(frozen=True)
class Estimate:
    """A number with two 90% intervals, apart: from the number of histories, and from the drawn parameters."""

    estimate: float
    sampling: Interval
    parameter: Interval | None = None
    n: int = 0  # histories in the denominator

    @property
    def low(self) -> float:
        return self.sampling[0]

    @property
    def high(self) -> float:
        return self.sampling[1]

    def map(self, function: Callable[[float], float]) -> "Estimate":
        """The estimate of a monotone function of the number.

        >>> Estimate(0.2, (0.1, 0.4)).map(lambda x: 1 - x).sampling
        (0.6, 0.9)
        """

        def both(ends: Interval) -> Interval:
            low, high = sorted((function(ends[0]), function(ends[1])))
            return low, high

        return Estimate(function(self.estimate), both(self.sampling), both(self.parameter) if self.parameter else None, self.n)

    def plain(self) -> dict[str, Any]:
        """As JSON has it; what is unbounded is null."""

        def finite(values: Interval) -> list[float | None]:
            return [value if isfinite(value) else None for value in values]

        low, high = finite(self.sampling)
        parameter = finite(self.parameter) if self.parameter else None
        estimate = self.estimate if isfinite(self.estimate) else None
        return {"estimate": estimate, "low": low, "high": high, "sampling": [low, high], "parameter": parameter}


@dataclass(frozen=True)
class Twins:
    """The arms of one claim, history by history: all (H,), events as 0 and 1, quantities as they are, NaN where a history had ended.

    cause      bool: C had its first onset t_C in F by the deadline, and no spell of E was open then
    factual    E in (t_C, deadline] in F; without C: E by the deadline at all; NaN where E was open at t_C
    prevented, rerolled, nudged     the same window in those arms
    forced, unforced                E in (date, deadline] under force, under prevent
    meets      bool: the history met what C requires at that date; None for all
    months_factual, months_prevented   months from t_C to E, or to the deadline if that comes first
    other_coupling   cause, factual, prevented (and weights) of runs whose luck is coupled the other way: by month, or by clock where these are by month
    weights    of `given the record`; None where all weigh alike
    parameters (H, K) as drawn
    identical  the arms are one and the same run, bit for bit, and not only in their counts
    """

    cause: np.ndarray
    factual: np.ndarray
    prevented: np.ndarray
    rerolled: np.ndarray | None = None
    nudged: np.ndarray | None = None
    forced: np.ndarray | None = None
    unforced: np.ndarray | None = None
    meets: np.ndarray | None = None
    months_factual: np.ndarray | None = None
    months_prevented: np.ndarray | None = None
    other_coupling: "Twins | None" = None
    weights: np.ndarray | None = None
    parameters: np.ndarray | None = None
    names: tuple[str, ...] = ()
    identical: bool = False

    @cached_property
    def ranks(self) -> np.ndarray:
        """Parameters as ranks (H, K); none where none were given."""
        return np.empty((len(self.cause), 0)) if self.parameters is None else spread.ranks(self.parameters)

    @cached_property
    def counted(self) -> np.ndarray:
        """bool (H,): weighs at all."""
        return np.ones(len(self.cause), bool) if self.weights is None else self.weights > 0

    @property
    def eligible(self) -> np.ndarray:
        """bool (H,): meets what C requires."""
        return self.counted if self.meets is None else self.counted & self.meets


OUTCOMES = ("factual", "prevented", "rerolled", "nudged", "forced", "unforced")


def flipped(twins: Twins) -> Twins:
    """The same twins with the absence of E in the place of E: how `prevents` is scored.

    >>> flipped(Twins(np.ones(2, bool), np.array([0.0, 1.0]), np.array([1.0, np.nan]))).prevented.tolist()
    [0.0, nan]
    """
    turned = {name: 1 - arm for name in OUTCOMES if (arm := getattr(twins, name)) is not None}
    return replace(twins, **turned, other_coupling=None if twins.other_coupling is None else flipped(twins.other_coupling))


def necessity(twins: Twins, arm: str = "prevented") -> Estimate | None:
    """PN; with arm `rerolled` PN0, with `nudged` N0.

    >>> c, e = np.ones(40, bool), np.ones(40)
    >>> necessity(Twins(c, e, np.repeat([0.0, 1.0], 20))).estimate
    0.5
    """
    outcome = getattr(twins, arm)
    return None if outcome is None else _share(twins, 1 - outcome, _both(twins))


def excess_necessity(twins: Twins) -> Estimate | None:
    """How much more necessary C was than a nudge: nought if any disturbance does the same, None where the nudge always ends E."""
    if twins.nudged is None:
        return None
    left = _ratio(twins, twins.prevented, twins.nudged, _both(twins))
    return None if left is None or left.estimate == inf else left.map(lambda ratio: 1 - ratio)


def luck_dominates(pn_reroll: Estimate | None, pn_nudge: Estimate | None) -> bool:
    """Whether a nudge undoes E nearly as often as luck drawn anew, and does so in more than a twentieth of histories."""
    if pn_reroll is None or pn_nudge is None:
        return False
    return pn_nudge.estimate >= max(DOMINATES * pn_reroll.estimate, NEGLIGIBLE)


def sufficiency(twins: Twins) -> Estimate | None:
    """PS."""
    return None if twins.forced is None else _share(twins, twins.forced, _neither(twins))


def risk_difference(twins: Twins) -> Estimate | None:
    """RD, by Tango's interval."""
    if twins.forced is None or twins.unforced is None:
        return None
    table = _table(twins, twins.forced, twins.unforced, twins.eligible)
    if table.count < LEAST:
        return None
    sampling = intervals.paired_difference(table.first, table.second, table.n)
    moved = _moved(twins, (twins.forced - twins.unforced)[table.kept], table.kept)
    return Estimate((table.first - table.second) / table.n, sampling, moved, table.count)


def risk_ratio(twins: Twins) -> Estimate | None:
    """PR, by the score interval of paired shares; infinite where E never comes under prevent."""
    if twins.forced is None or twins.unforced is None:
        return None
    return _ratio(twins, twins.forced, twins.unforced, twins.eligible)


@dataclass(frozen=True)
class Bounds:
    """What PN must lie between, however luck is coupled (tian2000); each bound with its interval."""

    lower: Estimate
    upper: Estimate


def bounds(twins: Twins) -> Bounds | None:
    """Tian-Pearl bounds: from how often E follows C in F and how often without C, not from which histories those are.

    Where C does not happen, nothing is prevented, so P(E under prevent) - P(E without C) is P(E under prevent and C): both bounds
    are ratios of shares among the histories with C.

    >>> c = np.ones(100, bool)
    >>> f, p = np.repeat([1.0, 0.0], [40, 60]), np.repeat([0.0, 1.0], [90, 10])
    >>> found = bounds(Twins(c, f, p))
    >>> found.lower.estimate, found.upper.estimate, necessity(Twins(c, f, p)).estimate
    (0.75, 1.0, 1.0)
    """
    kept, n = twins.cause & twins.counted, int(_both(twins).sum())
    low, high = _ratio(twins, twins.prevented, twins.factual, kept), _ratio(twins, 1 - twins.prevented, twins.factual, kept)
    if low is None or high is None or n < LEAST:
        return None
    return Bounds(replace(low.map(lambda ratio: max(0.0, 1 - ratio)), n=n), replace(high.map(lambda ratio: min(1.0, ratio)), n=n))


def hastens(twins: Twins, *, in_spreads: bool = False) -> Estimate | None:
    """Months by which E came sooner because of C, where C happened; `in_spreads` in standard deviations of those months in F."""
    if twins.months_factual is None or twins.months_prevented is None:
        return None
    return _difference(twins, twins.months_prevented, twins.months_factual, twins.months_factual, twins.cause & twins.counted, in_spreads)


def raises(twins: Twins, *, in_spreads: bool = False) -> Estimate | None:
    """A quantity under force minus under prevent; `in_spreads` in standard deviations among the histories of F."""
    if twins.forced is None or twins.unforced is None:
        return None
    return _difference(twins, twins.forced, twins.unforced, twins.factual, twins.eligible, in_spreads)


def raised(twins: Twins, *, in_spreads: bool = False) -> Estimate | None:
    """A quantity in F minus under prevent where C happened: the counterpart of PN for quantities."""
    return _difference(twins, twins.factual, twins.prevented, twins.factual, twins.cause & twins.counted, in_spreads)


def counts(twins: Twins) -> dict[str, int]:
    """Histories in each denominator: of PN (`both`), PS (`neither`), RD and PR (`meets`); and with C, and altogether."""
    both, neither, meets = _both(twins) & np.isfinite(twins.prevented), _neither(twins), twins.eligible
    if twins.forced is not None:
        neither, meets = neither & np.isfinite(twins.forced), meets & np.isfinite(twins.forced)
    if twins.unforced is not None:
        meets = meets & np.isfinite(twins.unforced)
    sets = {"histories": twins.counted, "cause": twins.cause & twins.counted, "both": both, "neither": neither, "meets": meets}
    return {name: int(some.sum()) for name, some in sets.items()}


@dataclass(frozen=True)
class Measures:
    """All numbers of a claim about an event. Where luck dominates, those that hang on single histories are None."""

    pn: Estimate | None
    pn_other_coupling: Estimate | None
    pn_bounds: Bounds | None
    pn_reroll: Estimate | None
    pn_nudge: Estimate | None
    excess_pn: Estimate | None
    ps: Estimate | None
    pr: Estimate | None
    rd: Estimate | None
    luck_dominates: bool
    counts: dict[str, int]
    ess: float


def measure(twins: Twins) -> Measures:
    """Every number of a claim that C brings about E; for `prevents` give it the flipped twins."""
    pn, reroll, nudge = necessity(twins), necessity(twins, "rerolled"), necessity(twins, "nudged")
    luck = luck_dominates(reroll, nudge)
    ess = float(len(twins.cause)) if twins.weights is None else effective(twins.weights)
    return Measures(
        pn=None if luck else pn,
        pn_other_coupling=None if luck or twins.other_coupling is None else necessity(twins.other_coupling),
        pn_bounds=bounds(twins),
        pn_reroll=reroll,
        pn_nudge=nudge,
        excess_pn=None if luck else excess_necessity(twins),
        ps=None if luck else sufficiency(twins),
        pr=risk_ratio(twins),
        rd=risk_difference(twins),
        luck_dominates=luck,
        counts=counts(twins),
        ess=ess,
    )


def share_of(outcome: np.ndarray, weights: np.ndarray | None, parameter: Interval | None = None) -> Estimate:
    """The share of outcomes (K,) that are 1, by Wilson's interval at the effective number."""
    n = float(len(outcome)) if weights is None else effective(weights)
    share = float(np.average(outcome, weights=weights))
    return Estimate(share, intervals.proportion(share * n, n), parameter, len(outcome))


@dataclass(frozen=True)
class _Table:
    """Pairs of two arms: A and B, A alone, B alone, of `n` effective ones; `kept` (H,) of `count` histories."""

    both: float
    first: float
    second: float
    n: float
    kept: np.ndarray
    count: int


def _both(twins: Twins) -> np.ndarray:
    return twins.cause & twins.counted & (twins.factual == 1)


def _neither(twins: Twins) -> np.ndarray:
    return ~twins.cause & (twins.factual == 0) & twins.eligible


def _weights(twins: Twins, kept: np.ndarray) -> np.ndarray | None:
    return None if twins.weights is None else twins.weights[kept]


def _table(twins: Twins, first: np.ndarray, second: np.ndarray, kept: np.ndarray) -> _Table:
    kept = kept & np.isfinite(first) & np.isfinite(second)
    a, b, count = first[kept], second[kept], int(kept.sum())
    weights = np.ones(count) if twins.weights is None else twins.weights[kept]
    n = effective(weights)
    worth = n / float(weights.sum()) if count else 0.0
    both, alone, other = (float((cell * weights).sum()) * worth for cell in (a * b, a * (1 - b), (1 - a) * b))
    return _Table(both, alone, other, n, kept, count)


def _share(twins: Twins, outcome: np.ndarray, kept: np.ndarray) -> Estimate | None:
    kept = kept & np.isfinite(outcome)
    if kept.sum() < LEAST:
        return None
    return share_of(outcome[kept], _weights(twins, kept), _moved(twins, outcome[kept], kept))


def _ratio(twins: Twins, first: np.ndarray, second: np.ndarray, kept: np.ndarray) -> Estimate | None:
    table = _table(twins, first, second, kept)
    if table.count < LEAST:
        return None
    over, under = table.both + table.first, table.both + table.second
    if over == 0 and under == 0:
        return Estimate(1.0, (1.0, 1.0), None, table.count) if twins.identical else None
    sampling = intervals.paired_ratio(table.both, table.first, table.second, table.n)
    moved = None
    if twins.parameters is not None and under > 0:
        weights, ranked, least = _weights(twins, table.kept), twins.ranks[table.kept], 0.5 / table.n
        above, below = (spread.expected(arm[table.kept], ranked, weights) for arm in (first, second))
        moved = spread.interval(np.maximum(above, 0.0) / np.maximum(below, least), weights)
    return Estimate(over / under if under > 0 else inf, sampling, moved, table.count)


def _difference(
    twins: Twins, first: np.ndarray, second: np.ndarray, factual: np.ndarray, kept: np.ndarray, in_spreads: bool
) -> Estimate | None:
    """Mean of first - second, by `intervals.mean`; in standard deviations of `factual` with the doubt about those (delta method)."""
    kept = kept & np.isfinite(first) & np.isfinite(second) & np.isfinite(factual)
    if (count := int(kept.sum())) < LEAST:
        return None
    weights, apart, level = _weights(twins, kept), (first - second)[kept], factual[kept]
    centre = float(np.average(apart, weights=weights))
    off = level - np.average(level, weights=weights)
    deviation = sqrt(float(np.average(off**2, weights=weights)))
    span = deviation
    if in_spreads:
        if deviation == 0:
            certain = 0.0 if centre == 0 else centre * inf
            return Estimate(certain, (certain, certain), None, count)
        apart = apart / deviation - centre / deviation * (off**2 / deviation**2 - 1) / 2  # each pair's pull on centre / deviation
        centre, span = centre / deviation, 1.0
    return Estimate(centre, intervals.mean(apart, weights, span=span), _moved(twins, apart, kept), count)


def _moved(twins: Twins, outcome: np.ndarray, kept: np.ndarray) -> Interval | None:
    """The 5% and 95% points of E[outcome | parameters]; None without parameters."""
    if twins.parameters is None:
        return None
    weights = _weights(twins, kept)
    values = spread.expected(outcome, twins.ranks[kept], weights)
    return spread.interval(np.clip(values, outcome.min(), outcome.max()), weights)
