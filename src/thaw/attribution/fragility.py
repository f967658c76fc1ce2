"""What an answer hangs on: the parameters whose draws shift it, found in the histories already run.

PAWN (pianosi2018) compares the distribution of an outcome among histories in which a parameter lies in one slice of its prior with the
distribution among all, by the Kolmogorov-Smirnov distance, averaged over slices. No new histories are needed. With hundreds of parameters
and few histories the largest index is mostly noise, so dummies, which no equation reads, are put through the same: only what exceeds
the level that the largest of as many dummies would pass once in twenty is reported, and that may be nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from thaw.attribution.numbers import LEAST, Estimate, Twins, raises, risk_difference, risk_ratio
from thaw.kernels.noise import entity_ids, name_key, uniform
from thaw.posterior import UNINFORMED

MOST = 3  # parameters reported
DUMMIES = 100
SLICES = (8, 4, 2)  # powers of two: SALib 1.6 adds up the edges of slices, and those of 6 pass 1 by a rounding error
PER_SLICE = 40  # histories that a slice should hold
CHANCE = 0.05  # of any dummy being reported at all
TAIL = 0.1  # share of histories whose middle is the prior's 5% or 95% point


@dataclass(frozen=True)
class Hinge:
    """A parameter that the answer hangs on.

    index          PAWN, above `threshold`, what dummies reach by chance
    low, high      its 5% and 95% points among the draws
    pr_low, pr_high, rd_low, rd_high   PR and RD (of a quantity the paired difference, and no PR) among the tenth of histories (or thirty)
                   nearest those ends; None if there is none
    contraction    1 - posterior / prior variance; None while there is no posterior
    """

    name: str
    index: float
    threshold: float
    low: float
    high: float
    pr_low: Estimate | None
    pr_high: Estimate | None
    rd_low: Estimate | None
    rd_high: Estimate | None
    contraction: float | None = None

    @property
    def prior_driven(self) -> bool:
        """Whether the answer hangs on a guess that data hardly touched; unknown, hence no, without a posterior."""
        return self.contraction is not None and self.contraction < UNINFORMED


def hinges(twins: Twins, seed: int = 0, contraction: Mapping[str, float] | None = None) -> tuple[Hinge, ...]:
    """The three parameters at most that force minus prevent hangs on, the strongest first; none where none stands out.

    Histories weigh alike here: parameters are drawn from what the plan draws from. `contraction` says how far data informed each.
    """
    if twins.parameters is None or twins.forced is None or twins.unforced is None:
        return ()
    outcome = twins.forced - twins.unforced
    event = bool(np.isin(twins.forced[np.isfinite(twins.forced)], (0, 1)).all())
    kept = twins.eligible & np.isfinite(outcome)
    if kept.sum() < LEAST or np.ptp(outcome[kept]) == 0:
        return ()
    index, threshold = pawn(twins.parameters[kept], outcome[kept], seed)
    found = []
    for k in np.argsort(-index, kind="stable")[:MOST]:
        if not index[k] > threshold:
            break
        values = twins.parameters[:, k]
        low, high = (float(np.quantile(values[kept], level)) for level in (0.05, 0.95))
        ends = [_at_end(twins, values, kept, sign) for sign in (1, -1)]
        (pr_low, pr_high), (rd_low, rd_high) = map(risk_ratio if event else _nothing, ends), map(risk_difference if event else raises, ends)
        found.append(Hinge(twins.names[k], float(index[k]), threshold, low, high, pr_low, pr_high, rd_low, rd_high, (contraction or {}).get(twins.names[k])))
    return tuple(found)


def _nothing(twins: Twins) -> None:
    """A quantity has no ratio of risks."""


def pawn(parameters: np.ndarray, outcome: np.ndarray, seed: int = 0) -> tuple[np.ndarray, float]:
    """PAWN index (K,) of each parameter (H, K) for an outcome (H,), and the level that the dummies set; constants have 0."""
    from SALib.analyze import pawn as salib

    histories, some = len(outcome), np.flatnonzero(np.ptp(parameters, axis=0) > 0)
    key = name_key(seed, "fragility", "dummies")
    dummies = uniform(key, np.arange(histories, dtype=np.uint32), entity_ids([str(k) for k in range(DUMMIES)]), 0)
    columns = np.hstack([parameters[:, some], dummies])
    names = [str(k) for k in range(columns.shape[1])]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    slices = next((some for some in SLICES if histories >= PER_SLICE * some), SLICES[-1])
    found = np.asarray(salib.analyze(problem, columns, outcome, S=slices)["mean"])
    index = np.zeros(parameters.shape[1])
    index[some] = found[: len(some)]
    return index, _reached(found[len(some) :], len(some))


def _reached(dummies: np.ndarray, parameters: int) -> float:
    """What the largest of so many indices of dummies exceeds once in twenty, from those seen (D,).

    Their power 2/3 is nearly normal (wilson1931: an index is a mean of distances, and its square much like a sum of squares); t for
    a new one, because mean and spread are known from D dummies only.
    """
    from scipy.special import stdtrit

    level = (1 - CHANCE) ** (1 / max(parameters, 1))
    flat = dummies ** (2 / 3)
    new = float(flat.std(ddof=1)) * sqrt(1 + 1 / len(flat))
    return float(flat.mean() + stdtrit(len(flat) - 1, level) * new) ** 1.5


def _at_end(twins: Twins, values: np.ndarray, kept: np.ndarray, sign: int) -> Twins:
    """The twins of the histories nearest one end of a parameter: a tenth, so that their middle is the 5% or 95% point, or `LEAST`."""
    count = max(LEAST, round(TAIL * int(kept.sum())))
    order = np.argsort(sign * np.where(kept, values, sign * np.inf), kind="stable")
    chosen = np.zeros(len(values), bool)
    chosen[order[:count]] = True
    return replace(twins, meets=chosen & kept, parameters=None)
