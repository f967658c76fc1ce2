"""Prior histories weighted by how near they come to the record: the posterior where the model cannot make what the record shows.

A network asked about a summary unlike any it has seen may answer anything. Weights stay among histories that were simulated: a kernel
over what the network makes of their inputs, tempered until enough histories count, and draws that keep the weighted mean and spread
along the informed directions and the prior along all others.
Sources: beaumont2002 (kernel weights on summaries), west1993 (shrinkage: a kernel that keeps mean and variance).
"""

import numpy as np

from thaw.attribution.weights import WANTED, temper

SHRINK = 0.3  # width of the kernel round each draw, in spreads of the posterior


def weights(made: np.ndarray, record: np.ndarray, wanted: float = WANTED) -> tuple[np.ndarray, float, float]:
    """Weights (n,) of histories whose summaries are `made` (n, d) by nearness to the record's (d,), the power and the effective number."""
    spread = np.maximum(made.std(axis=0), 1e-9)
    far = (((made - record) / spread) ** 2).sum(axis=1)
    return temper(-0.5 * far, wanted)


def resampled(along: np.ndarray, weight: np.ndarray, draws: int, luck: np.random.Generator) -> np.ndarray:
    """Draws (draws, r) from weighted points (n, r), smoothed so that few are alike while mean and covariance stay.

    >>> found = resampled(np.array([[0.0], [2.0]]), np.array([1.0, 1.0]), 4000, np.random.default_rng(0))
    >>> bool(abs(found.mean() - 1) < 0.1), bool(abs(found.std() - 1) < 0.1)
    (True, True)
    """
    share = weight / weight.sum()
    mean = share @ along
    centred = along - mean
    covariance = (centred * share[:, None]).T @ centred
    places = np.clip(np.searchsorted(np.cumsum(share), (np.arange(draws) + luck.random()) / draws), 0, len(share) - 1)  # systematic: no luck lost
    root = np.linalg.cholesky(covariance + 1e-9 * np.eye(len(mean)))
    shrunk = mean + np.sqrt(1 - SHRINK**2) * centred[places]
    return luck.permutation(shrunk + SHRINK * luck.standard_normal((draws, len(mean))) @ root.T)
