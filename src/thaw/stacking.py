"""Which rule predicts best, and in which mixture: stacking of predictive distributions (yao2018).

    w* = argmax over the simplex of  mean over targets t of  log Σ_r w_r p_r(y_t)                     (log score)
    w* = argmin over the simplex of  mean over targets t of  CRPS(Σ_r w_r F_r, y_t) / scale_t         (CRPS)

Both are concave (convex) in the weights. A mixture's CRPS is ∫ (Σ_r w_r F_r(x) - [x >= y])² dx (gneiting2007), hence w'M w with
M_rs = ∫ (F_r - [x >= y])(F_s - [x >= y]) dx: `crps_products`. Intervals are 90% from a bootstrap over groups of targets (all of one
series, say), which belong together. Weights say how rules share in the best prediction, not how probable each is: of two rules
that predict alike either may have the weight of both.

>>> stack(np.log([[0.9, 0.1], [0.8, 0.2], [0.9, 0.3]]), ("factions", "contest"), replicates=20).weights.tolist()
[1.0, 0.0]
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thaw.errors import RunError

REPLICATES = 500
LEVEL = 0.9
FARTHEST = 50.0  # log units below the best rule of a target that still count: no finite sample of histories says less
CLOSE = 1e-5  # how far the mean score may be from the best one; the gap is known, see `_best`
Score = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]  # weights (R,), weights of targets (T,) -> score to maximise, slope (R,)


@dataclass(frozen=True)
class Stacked:
    """Weights of the rules.

    weights    (R,), sum 1; low, high (R,) their 90% intervals over groups of targets
    alone      (R,) mean score of each rule alone; `mixture` that of the mixture, higher is better (a CRPS counts negative)
    targets    how many there were, in how many `groups`
    """

    rules: tuple[str, ...]
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray
    alone: np.ndarray
    mixture: float
    targets: int
    groups: int

    def rows(self) -> list[dict[str, Any]]:
        """A row for each rule, the heaviest first: what a table prints."""
        order = sorted(range(len(self.rules)), key=lambda r: (-self.weights[r], -self.alone[r]))
        names = ("weight", "low", "high", "score")
        return [{"rule": self.rules[r]} | {name: float(values[r]) for name, values in zip(names, self._columns(), strict=True)} for r in order]

    def _columns(self) -> tuple[np.ndarray, ...]:
        return self.weights, self.low, self.high, self.alone


def stack(
    log_scores: np.ndarray, rules: Sequence[str], *, groups: Sequence[str] | None = None, replicates: int = REPLICATES, seed: int = 0
) -> Stacked:
    """Weights that maximise the mean log score of the mixture.

    Parameters
    ----------
    log_scores : (T, R) log density (or log probability) that rule r gave to what was observed at target t; -inf counts as 50 log units below
        the best rule of that target
    groups : (T,) what each target belongs to, resampled together; each alone when left out

    Raises
    ------
    RunError
        Shapes that do not fit, a NaN or +inf, a target that no rule thought possible.

    Sources
    -------
    yao2018 (stacking of predictive distributions).

    Examples
    --------
    >>> stack(np.log([[0.6, 0.1], [0.1, 0.6]]), ("network", "mean_field"), replicates=0).weights.round(3).tolist()
    [0.5, 0.5]
    """
    scores = np.asarray(log_scores, float)
    _check(scores, rules, groups, 2)
    if np.isnan(scores).any() or np.isposinf(scores).any():
        raise RunError("log scores to stack hold NaN or +inf: expected finite numbers, or -inf for what a rule held impossible.")
    best = scores.max(axis=1)
    if np.isneginf(best).any():
        raise RunError(f"no rule held target {int(np.flatnonzero(np.isneginf(best))[0])} possible: every log score is -inf, so that no mixture can be scored.")
    lifted = np.maximum(scores - best[:, None], -FARTHEST)
    density = np.exp(lifted)

    def score(weights: np.ndarray, share: np.ndarray) -> tuple[float, np.ndarray]:
        mixed = density @ weights
        return float(share @ (np.log(mixed) + best)), (share / mixed) @ density

    return _stacked(score, tuple(rules), (lifted + best[:, None]).mean(axis=0), len(scores), groups, replicates, seed)


def stack_crps(
    products: np.ndarray, rules: Sequence[str], *, scales: Sequence[float] | None = None, groups: Sequence[str] | None = None,
    replicates: int = REPLICATES, seed: int = 0,
) -> Stacked:  # fmt: skip
    """Weights that minimise the mean CRPS of the mixture.

    Parameters
    ----------
    products : (T, R, R) of `crps_products`, one for each target
    scales : (T,) the unit of each target's CRPS, above 0, as the spread of its series; 1 when left out
    groups : as in `stack`

    Examples
    --------
    >>> near, far = np.array([0.9, 1.0, 1.1]), np.array([4.0, 5.0, 6.0])
    >>> stack_crps(np.array([crps_products([near, far], 1.0)]), ("near", "far"), replicates=0).weights.round(3).tolist()
    [1.0, 0.0]
    """
    whole = np.asarray(products, float)
    _check(whole, rules, groups, 3)
    unit = np.ones(len(whole)) if scales is None else np.asarray(scales, float)
    if not np.isfinite(whole).all() or unit.shape != (len(whole),) or not (np.isfinite(unit) & (unit > 0)).all():
        raise RunError("CRPS to stack hold NaN or infinity, or a scale is not above 0: expected finite numbers and a positive scale a target.")
    scaled = whole / unit[:, None, None]

    def score(weights: np.ndarray, share: np.ndarray) -> tuple[float, np.ndarray]:
        pulled = np.tensordot(share, scaled, 1) @ weights
        return -float(weights @ pulled), -2 * pulled

    return _stacked(score, tuple(rules), -np.einsum("trr->r", scaled) / len(scaled), len(scaled), groups, replicates, seed)


def crps_products(draws: Sequence[np.ndarray], observed: float, weights: Sequence[np.ndarray] | None = None) -> np.ndarray:
    """∫ (F_r - [x >= y])(F_s - [x >= y]) dx (R, R) of the rules' draws (n_r,) for one target; the diagonal is the CRPS of each rule.

    Parameters
    ----------
    weights : (n_r,) of the draws of each rule, as of histories that follow the record; equal when left out

    >>> crps_products([np.array([0.0, 2.0])], 1.0)
    array([[0.5]])
    """
    samples = [np.asarray(values, float) for values in draws]
    loads = [np.ones(len(values)) for values in samples] if weights is None else [np.asarray(values, float) for values in weights]
    edges = np.unique(np.concatenate([*samples, [observed]]))
    if not np.isfinite(edges).all() or any(not len(values) for values in samples):
        raise RunError("draws to stack hold NaN or infinity, or there is none: expected finite numbers.")
    apart = np.empty((len(samples), len(edges) - 1))
    for r, (values, load) in enumerate(zip(samples, loads, strict=True)):
        order = np.argsort(values, kind="stable")
        heaped = np.concatenate([[0.0], np.cumsum(load[order]) / load.sum()])
        apart[r] = heaped[np.searchsorted(values[order], edges[:-1], side="right")] - (edges[:-1] >= observed)
    return (apart * np.diff(edges)) @ apart.T


def _check(values: np.ndarray, rules: Sequence[str], groups: Sequence[str] | None, axes: int) -> None:
    wanted = "(targets, rules" + (", rules)" if axes == 3 else ")")
    if values.ndim != axes or values.shape[1:] != (len(rules),) * (axes - 1) or not values.size:
        raise RunError(f"scores to stack have shape {values.shape}: expected {wanted} with {len(rules)} rules and at least one target.")
    if groups is not None and len(groups) != len(values):
        raise RunError(f"{len(groups)} groups were given for {len(values)} targets: expected one a target.")


def _stacked(
    score: Score, rules: tuple[str, ...], alone: np.ndarray, targets: int, groups: Sequence[str] | None, replicates: int, seed: int
) -> Stacked:  # fmt: skip
    """The best weights, and again for every resampling of the groups."""
    member = np.unique(np.asarray(range(targets) if groups is None else groups), return_inverse=True)[1]
    count = int(member.max()) + 1
    weights = _best(score, np.full(targets, 1 / targets), len(rules))
    luck = np.random.default_rng(seed)
    found = [weights]
    for _ in range(replicates):
        share = np.bincount(luck.integers(count, size=count), minlength=count)[member].astype(float)
        found.append(_best(score, share / share.sum(), len(rules)))
    low, high = np.quantile(np.array(found[1:] or found), ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
    return Stacked(rules, weights, low, high, alone, score(weights, np.full(targets, 1 / targets))[0], targets, count)


def _best(score: Score, share: np.ndarray, rules: int) -> np.ndarray:
    """Weights (R,) of the highest score; a RunError where it was not found.

    The score is concave: the best is at most max slope - w·slope above that of w, which is how we know.
    """
    from scipy.optimize import minimize

    def less(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = score(np.maximum(weights, 0) + 1e-15, share)
        return -value, -slope

    gap = np.inf
    for start in (np.full(rules, 1 / rules), *np.eye(rules)):
        sum_to_one = {"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like}
        inside, fine = [(0, 1)] * rules, {"ftol": 1e-12, "maxiter": 500}
        found = minimize(less, 0.98 * start + 0.02 / rules, jac=True, method="SLSQP", bounds=inside, constraints=sum_to_one, options=fine)
        weights = np.where(found.x < 1e-9, 0.0, found.x)
        weights /= weights.sum()
        slope = score(weights, share)[1]
        gap = float(slope.max() - weights @ slope)
        if gap < CLOSE:
            return weights
    raise RunError(f"the weights of {rules} rules were not found: the best known score may lie {gap:.2g} below the highest.")
