"""Do two samples come from one distribution? Permutation tests, exact also where values tie, corrected together by Holm.

Each output is compared twice: by the largest distance of the two distribution functions (Kolmogorov-Smirnov) and by the
difference of means. A statistic is compared with its values after relabelling the pooled sample at random, so neither
needs a table, and the p-value is (1 + relabellings at least as extreme) / (1 + relabellings).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.01  # of all comparisons of a run together: how often ways that agree would be said not to
RELABELLINGS = 19_999
_BLOCK = 1_000


@dataclass(frozen=True)
class Comparison:
    """One output of one way beside thaw's."""

    model: str
    way: str
    output: str
    runs: int
    runs_of_thaw: int
    mean: float
    mean_of_thaw: float
    p_distance: float
    p_mean: float


def p_values(one: ArrayLike, two: ArrayLike, seed: int = 0, relabellings: int = RELABELLINGS) -> NDArray[np.float64]:
    """p (K, 2) of each of K outputs: of the largest distance of the distribution functions, of the difference of means.

    `one` (runs, K) and `two` (runs, K) are independent samples; all outputs are relabelled together.

    >>> p_values(np.arange(6)[:, None], np.arange(6)[:, None] + 10).round(3)  # 2 of 924 relabellings are as extreme
    array([[0.002, 0.002]])
    """
    first, second = np.asarray(one, float), np.asarray(two, float)
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1] or not first.size or not second.size:
        raise ValueError(f"samples have shapes {first.shape} and {second.shape}: wanted (runs, outputs), outputs the same")
    pooled = np.concatenate([first, second])
    people, count = len(pooled), len(first)
    orders = [np.argsort(column, kind="stable") for column in pooled.T]
    sorted_ = [column[order] for column, order in zip(pooled.T, orders, strict=True)]
    labels = (np.arange(people) < count)[None]
    seen = [_statistics(labels[:, order], values) for order, values in zip(orders, sorted_, strict=True)]
    rng = np.random.default_rng(seed)
    extreme = np.zeros((len(orders), 2), np.int64)
    for begun in range(0, relabellings, _BLOCK):
        draws = rng.random((min(_BLOCK, relabellings - begun), people))
        labels = draws <= np.partition(draws, count - 1, axis=1)[:, [count - 1]]
        for k, (order, values) in enumerate(zip(orders, sorted_, strict=True)):
            found = _statistics(labels[:, order], values)
            extreme[k] += (found >= seen[k] * (1 - 1e-9)).sum(axis=1)
    return (1 + extreme) / (1 + relabellings)


def _statistics(first: NDArray[np.bool_], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, rows): both statistics where `first` (rows, runs) marks which of the sorted values are the first sample's."""
    last = np.append(np.diff(values) > 0, True)  # distances count at the last of equal values only
    count = int(first[0].sum())
    rest = values.size - count
    below = np.cumsum(first, axis=1, dtype=np.int32)[:, last]
    distance = np.abs(below / count - (np.arange(1, values.size + 1)[last] - below) / rest).max(axis=1)
    total = first @ values
    return np.stack([distance, np.abs(total / count - (values.sum() - total) / rest)])


def compare(model: str, way: str, outputs: Iterable[str], theirs: ArrayLike, ours: ArrayLike) -> list[Comparison]:
    """A `Comparison` of each output; `theirs` (runs, outputs) and `ours` (runs, outputs) in the same order of outputs."""
    one, two = np.asarray(theirs, float), np.asarray(ours, float)
    each = zip(outputs, one.mean(axis=0), two.mean(axis=0), p_values(one, two), strict=True)
    return [
        Comparison(model, way, name, len(one), len(two), float(mean), float(our_mean), float(distance), float(p_mean))
        for name, mean, our_mean, (distance, p_mean) in each
    ]


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """p-values corrected for being many (Holm): how small the level could be with this one still rejected.

    >>> holm([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    values = np.asarray(p, float)
    order = np.argsort(values, kind="stable")
    corrected = np.maximum.accumulate(values[order] * np.arange(values.size, 0, -1))
    out = np.empty_like(values)
    out[order] = np.minimum(corrected, 1.0)
    return out


def verdicts(tests: list[Comparison], level: float = LEVEL) -> list[dict[str, Any]]:
    """The tests as plain data, with "p", the smaller of the two corrected together with all others, and "agrees"."""
    both = holm([p for test in tests for p in (test.p_distance, test.p_mean)]).reshape(-1, 2)
    smaller = both.min(axis=1) if tests else both
    return [asdict(test) | {"p": float(p), "agrees": bool(p > level)} for test, p in zip(tests, smaller, strict=True)]
