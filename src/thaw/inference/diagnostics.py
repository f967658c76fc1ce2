"""Whether a fit may be trusted: calibration, coverage, contraction, prediction, and whether the record is inside what the model can make.

Sources: talts2018 (simulation-based calibration), rodrigues2018 (recalibration by where known parameters fall), neyman1937 (smooth densities of
levels),
schmitt2024 (misspecification seen in the network's own summaries).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from thaw.inference.encode import Encoder
from thaw.inference.network import Fitted, completed
from thaw.inference.targets import Targets

DRAWS = 99  # a rank is then one of a hundred
BINS = 10
SMOOTH, GRID, LEAST_DENSITY = 4, 1001, 0.05  # polynomials in a density of levels; points on which it is added up
FLOOR = 0.01  # p-value of all parameters together below which ranks are not uniform
INSIDE = 0.05  # p-value below which the record is outside what the model makes
COMPONENTS = 20  # principal components of the inputs
NEIGHBOURS = 5


@dataclass(frozen=True)
class Bend:
    """How draws along each direction are moved within their own range so that known parameters fall evenly among them.

    moments  (r, SMOOTH) of the levels at which known parameters fell: means of the Legendre polynomials that are orthonormal on 0 to 1, all nought
             where they fell evenly; they give the density of levels, 1 + sum of moment times polynomial
    """

    moments: np.ndarray

    def quantiles(self, levels: np.ndarray) -> np.ndarray:
        """The levels (r, n) below which shares `levels` (n,) of the known parameters fell."""
        grid = np.linspace(0, 1, GRID)
        density = np.maximum(1 + self.moments @ _legendre(grid), LEAST_DENSITY)
        below = np.cumsum(np.pad((density[:, 1:] + density[:, :-1]) / 2, ((0, 0), (1, 0))), axis=1)
        return np.stack([np.interp(levels, row / row[-1], grid) for row in below])

    def __call__(self, along: np.ndarray) -> np.ndarray:
        """Draws (..., draws, r) moved: the one at level q of a direction takes the place of that at level `quantiles(q)`."""
        draws = along.shape[-2]
        order = along.argsort(axis=-2)
        ordered = np.take_along_axis(along, order, axis=-2)
        moved = np.empty_like(ordered)
        for place, wanted in enumerate(self.quantiles((np.arange(draws) + 0.5) / draws)):
            at = np.clip(wanted * draws - 0.5, 0, draws - 1)
            low = np.floor(at).astype(int)
            high = np.minimum(low + 1, draws - 1)
            moved[..., place] = ordered[..., low, place] * (1 - at + low) + ordered[..., high, place] * (at - low)
        found = np.empty_like(along)
        np.put_along_axis(found, order, moved, axis=-2)
        return found


def _legendre(levels: np.ndarray) -> np.ndarray:
    """Legendre polynomials of degree 1 to SMOOTH, orthonormal on 0 to 1, at levels (...): (SMOOTH, ...)."""
    return np.stack([np.sqrt(2 * k + 1) * np.polynomial.legendre.Legendre.basis(k)(2 * levels - 1) for k in range(1, SMOOTH + 1)])


def bend(fitted: Fitted, prepared: np.ndarray, parameters: np.ndarray, cut: int, hidden: str = "", *, seed: int) -> Bend:
    """What known parameters (n, K) that the flow has not learnt from say of its draws at a cut, with what is hidden."""
    along = fitted.along(fitted.encoder.view(prepared, cut, hidden), 2 * DRAWS + 1, seed)
    return bend_of(((along < (parameters @ fitted.directions)[:, None]).sum(axis=1) + 0.5) / (2 * DRAWS + 2))


def bend_of(levels: np.ndarray) -> Bend:
    """The bend of draws among which known parameters fell at these levels (n, r)."""
    return Bend(_legendre(levels).mean(axis=1).T)


def ranks(
    fitted: Fitted, bent: Bend, prepared: np.ndarray, parameters: np.ndarray, cut: int, hidden: str = "", *, seed: int
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Synthetic records: ranks (n, K), 0 to DRAWS, of their known parameters (n, K) among draws given their summaries up to a cut; and the draws' means."""
    along = bent(fitted.along(fitted.encoder.view(prepared, cut, hidden), 4 * DRAWS, seed))[:, ::4]
    luck = np.random.default_rng([seed, cut, *hidden.encode()])
    found, means = np.empty(parameters.shape, int), np.empty(parameters.shape)
    for place, (draws, own) in enumerate(zip(along, parameters, strict=True)):
        found[place] = (completed(fitted.directions, draws, luck) < own).sum(axis=0)
        means[place] = fitted.directions @ draws.mean(axis=0)
    return found, means


def recovery(means: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Correlation (K,) over synthetic records of what the fit expects of each parameter with what it was."""
    a, b = means - means.mean(axis=0), parameters - parameters.mean(axis=0)
    return (a * b).sum(axis=0) / np.maximum(np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0)), 1e-12)


def rank_p(found: np.ndarray) -> np.ndarray:
    """p-value (K,) that the ranks of each parameter are uniform: chi-square over ten bins."""
    n = len(found)
    counts = np.stack([np.bincount(column * BINS // (DRAWS + 1), minlength=BINS) for column in found.T])
    return stats.chi2.sf(((counts - n / BINS) ** 2 / (n / BINS)).sum(axis=1), BINS - 1)


def together(p: np.ndarray) -> float:
    """The smallest of several p-values, corrected for their number (Holm's first step)."""
    return float(min(1.0, p.min() * len(p)))


def covered(found: np.ndarray, share: float) -> np.ndarray:
    """Share (K,) of histories whose own parameter lies in the central `share` of its draws."""
    tail = (1 - share) / 2 * (DRAWS + 1)
    return ((found >= tail) & (found < DRAWS + 1 - tail)).mean(axis=0)


def contraction(directions: np.ndarray, along: np.ndarray) -> np.ndarray:
    """1 less the variance (K,) of parameters in the normal scale, where the prior's is 1, from draws (n, r) along the directions (K, r).

    Along all others the posterior is the prior, exactly, and its luck must not count.

    >>> contraction(np.array([[1.0], [0.0]]), np.array([[-0.5], [0.5]]))
    array([0.75, 0.  ])
    """
    return np.einsum("kr,rs,ks->k", directions, np.eye(along.shape[1]) - np.atleast_2d(np.cov(along.T, bias=True)), directions)


def misspecification(fitted: Fitted, prepared: np.ndarray, record: np.ndarray, cut: int, hidden: str = "") -> dict[str, float]:
    """How usual the record is among histories (n, columns) that the network has not seen; both as prepared summaries.

    network    p-value of its distance from their middle in what the network makes of them
    neighbours p-value of its distance to its nearest histories, in principal components of the inputs
    p          of both together (Bonferroni)
    """
    inputs, own = fitted.encoder.view(prepared, cut, hidden), fitted.encoder.view(record, cut, hidden)
    p = {
        "network": _share_as_far(*_mahalanobis(fitted.summary(inputs), fitted.summary(own))),
        "neighbours": _share_as_far(*_neighbours(inputs, own)),
    }
    return p | {"p": min(1.0, 2 * min(p.values()))}


def _share_as_far(all_: np.ndarray, own: float) -> float:
    return float((1 + (all_ >= own).sum()) / (1 + len(all_)))


def _mahalanobis(made: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, float]:
    middle = made.mean(axis=0)
    scale = np.linalg.inv(np.cov(made.T) + 1e-6 * np.eye(made.shape[1]) * made.var())

    def far(points: np.ndarray) -> np.ndarray:
        return np.einsum("ij,jk,ik->i", points - middle, scale, points - middle)

    return far(made), float(far(own)[0])


def _neighbours(made: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, float]:
    """Mean distance to the nearest, each history among the others, the record among all."""
    middle, spread = made.mean(axis=0), np.maximum(made.std(axis=0), 0.05)
    scaled = (made - middle) / spread
    _, sizes, axes = np.linalg.svd(scaled, full_matrices=False)
    kept = axes[:COMPONENTS].T / (sizes[:COMPONENTS] / np.sqrt(len(made)))
    points, point = scaled @ kept, ((own - middle) / spread) @ kept
    squares = (points**2).sum(axis=1)
    distance = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * points @ points.T, 0))
    np.fill_diagonal(distance, np.inf)
    nearest = np.sort(distance, axis=1)[:, :NEIGHBOURS].mean(axis=1)
    to_record = np.sort(np.sqrt(((points - point) ** 2).sum(axis=1)))[:NEIGHBOURS].mean()
    return nearest, float(to_record)


def predictive(aim: Targets, cut: int, predicted: np.ndarray, prior: np.ndarray) -> list[dict[str, Any]]:
    """Each number up to a cut beside what the posterior and the prior make of it: medians and nine in ten, and whether the record is inside."""
    found = []
    for place, number in enumerate(aim.numbers):
        if number.year > cut:
            continue
        row: dict[str, Any] = {"series": number.name, "when": number.row.end.isoformat(), "record": float(number.row.value)}
        for name, values in (("", predicted[:, place]), ("prior_", prior[:, place])):
            low, middle, high = (float(value) for value in np.nanquantile(values.astype(float), (0.05, 0.5, 0.95)))
            row |= {f"{name}low": low, f"{name}median": middle, f"{name}high": high}
        least, most = (row["record"] if doubt is None else float(doubt) for doubt in (number.row.low, number.row.high))
        found.append(row | {"inside": row["low"] <= max(most, row["record"]) and min(least, row["record"]) <= row["high"]})
    return found


def never_made(encoder: Encoder, summaries: np.ndarray, record: np.ndarray, cut: int) -> list[str]:
    """What the record has and no simulated history: numbers outside all of theirs, events up to the cut that none of them has."""
    aim, found = encoder.aim, []
    for place, number in enumerate(aim.numbers):
        if number.year <= cut and not np.nanmin(summaries[:, place]) <= record[place] <= np.nanmax(summaries[:, place]):
            found.append(f"{number.name} {number.row.end.year}")
    for place, event in enumerate(aim.events, len(aim.numbers)):
        if np.isfinite(record[place]) and not np.isfinite(summaries[:, place]).any():
            found.append(event)
    return found
