"""How far an answer moves with the drawn parameters, apart from how few the histories are.

Each history has its own draw of every parameter, so its outcome holds both luck and parameters. What the parameters alone would give,
E[outcome | parameters], is estimated by a straight line in the prior ranks of a few of them: those with the strongest correlation, as many
as predict best in histories left out (tenfold cross-validation; fan2008 on screening by correlation). The spread of the prediction is
set to what its covariance with the outcomes left out supports, so that chance agreement inside the sample does not count.
Where nothing is predicted better than by chance the spread is nil. It is a floor: curves that rise and fall, joint effects of two
parameters and whatever the histories are too few to show are left out.
"""

import numpy as np

FOLDS = 10
SIZES = (1, 2, 3, 5, 8, 13)  # parameters in the line
CHANCE = 2.33  # standard errors of a correlation with outcomes left out: 1 in 100, because the best of several lines is taken


def ranks(parameters: np.ndarray) -> np.ndarray:
    """Each parameter's rank among the histories (H, K), centred, of variance 1; a parameter that never varies is nought throughout.

    >>> ranks(np.array([[0.1], [7.0], [0.5]]))[:, 0].round(2).tolist()
    [-1.22, 1.22, 0.0]
    """
    order = np.argsort(np.argsort(parameters, axis=0, kind="stable"), axis=0, kind="stable").astype(float)
    constant = (parameters == parameters[:1]).all(axis=0)
    centred = order - (len(parameters) - 1) / 2
    return np.where(constant, 0.0, centred / max(np.sqrt((len(parameters) ** 2 - 1) / 12), 1e-300))


def expected(outcome: np.ndarray, ranked: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """E[outcome | parameters] (H,) of each history; the mean throughout where parameters explain nothing.

    outcome (H,), ranked (H, K) from `ranks`, weights (H,) or None for equal ones.
    """
    weights = np.ones(len(outcome)) if weights is None else weights
    share = weights / weights.sum()
    n, centre = 1 / float((share**2).sum()), float(share @ outcome)
    nothing = np.full(len(outcome), centre)
    if n < 2 * FOLDS or not ranked.shape[1] or np.ptp(outcome) == 0:
        return nothing
    sizes = [size for size in SIZES if size <= ranked.shape[1]]
    left_out = np.empty((len(sizes), len(outcome)))
    fold = np.arange(len(outcome)) % FOLDS
    for k in range(FOLDS):
        rest = fold != k
        if not share[rest].any():
            return nothing
        left_out[:, ~rest] = _lines(outcome[rest], ranked[rest], share[rest], sizes, ranked[~rest])
    best = int(np.argmin(((outcome - left_out) ** 2) @ share))
    found = left_out[best] - float(share @ left_out[best])
    covariance = float(share @ ((outcome - centre) * found))
    variances = float(share @ (outcome - centre) ** 2) * float(share @ found**2)
    correlation = covariance / np.sqrt(variances) if variances > 0 else 0.0
    if correlation * np.sqrt(n) < CHANCE:
        return nothing
    line = _lines(outcome, ranked, share, [sizes[best]], ranked)[0]
    line = line - float(share @ line)
    return centre + line * np.sqrt(covariance / float(share @ line**2))


def interval(values: np.ndarray, weights: np.ndarray | None = None) -> tuple[float, float]:
    """The 5% and 95% points of expectations (H,), weighted."""
    order = np.argsort(values, kind="stable")
    weights = np.ones(len(values)) if weights is None else weights
    passed = np.cumsum(weights[order]) / weights.sum()
    low, high = (int(np.searchsorted(passed, level)) for level in (0.05, 0.95))
    last = len(values) - 1
    return float(values[order[min(low, last)]]), float(values[order[min(high, last)]])


def _lines(outcome: np.ndarray, ranked: np.ndarray, share: np.ndarray, sizes: list[int], where: np.ndarray) -> np.ndarray:
    """Predictions (sizes, places) at `where` by least squares on the ranks most correlated with the outcome."""
    share = share / share.sum()
    centre, middle = float(share @ outcome), share @ ranked
    apart, off = outcome - centre, ranked - middle
    along = (share * apart) @ off
    scale = np.sqrt(share @ off**2)
    strength = np.abs(along) / np.where(scale > 0, scale, np.inf)
    strongest = np.argsort(-strength, kind="stable")[: max(sizes)]
    columns = off[:, strongest]
    gram = (columns * share[:, None]).T @ columns + 1e-9 * np.eye(len(strongest))
    made = np.empty((len(sizes), len(where)))
    for row, size in enumerate(sizes):
        slopes = np.linalg.solve(gram[:size, :size], along[strongest[:size]])
        made[row] = centre + (where[:, strongest[:size]] - middle[strongest[:size]]) @ slopes
    return made
