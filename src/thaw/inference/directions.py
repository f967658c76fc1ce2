"""The few directions among the parameters that the summaries tell anything of.

Parameters in their priors' normal scale are independent standard normals, whatever the axes. A ridge regression on some of the histories
predicts the others; where prediction and parameter vary together, data inform. Kept are the parameters of which that holds more than of
any in shuffled histories, each as a direction of its own, so that none is half in and half out; and of all other parameters the joint
directions for which it holds. Along what is left the posterior is the prior, exactly.
Sources: cui2014 (likelihood-informed subspaces), fearnhead2012 (posterior means as summaries).
"""

import numpy as np

from thaw.errors import RunError

FOLDS = 4
PENALTIES = (0.03, 0.1, 0.3, 1.0)  # of the ridge, per history
MOST, MOST_JOINT = 40, 8  # parameters on their own, joint directions of the others


def informed(inputs: np.ndarray, parameters: np.ndarray, *, seed: int) -> np.ndarray:
    """Directions (K, r), orthonormal: single parameters, the best informed first, then joint ones.

    Parameters
    ----------
    inputs : (n, size) of a network
    parameters : (n, K) standard normals of the priors
    """
    shared = shared_variance(inputs, parameters)
    chance = shared_variance(inputs, parameters[np.random.default_rng(seed).permutation(len(parameters))])
    single = np.argsort(-np.diag(shared))
    single = single[np.diag(shared)[single] > np.diag(chance).max()][:MOST]
    rest = np.setdiff1d(np.arange(len(shared)), single)
    floor = np.linalg.eigvalsh(chance[np.ix_(rest, rest)])[-1]
    values, vectors = np.linalg.eigh(shared[np.ix_(rest, rest)])
    joint = [place for place in np.argsort(-values)[:MOST_JOINT] if values[place] > floor]
    found = np.zeros((len(shared), len(single) + len(joint)))
    found[single, np.arange(len(single))] = 1.0
    found[rest, len(single) :] = vectors[:, joint]
    if not found.shape[1]:
        raise RunError("the fit failed: the summaries tell nothing of any parameter. Try more --simulations.")
    return found


def shared_variance(inputs: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Covariance (K, K) of what a ridge regression predicts of histories it has not seen with what they are; the best of some penalties."""
    x = np.asarray(inputs - inputs.mean(axis=0), float)
    y = np.asarray(parameters - parameters.mean(axis=0), float)
    best, trace = np.zeros((y.shape[1],) * 2), -np.inf
    fold = np.arange(len(x)) % FOLDS
    grams = [(x[fold == k].T @ x[fold == k], x[fold == k].T @ y[fold == k]) for k in range(FOLDS)]
    whole, cross = sum(gram for gram, _ in grams), sum(product for _, product in grams)
    for penalty in PENALTIES:
        weight = penalty * len(x) * np.eye(x.shape[1])
        found = np.zeros_like(best)
        explained = 0.0
        for gram, product in grams:
            slopes = np.linalg.solve(whole - gram + weight, cross - product)
            found += slopes.T @ product
            explained += 2 * float(np.sum(slopes * product)) - float(np.sum(slopes * (gram @ slopes)))
        if explained > trace:
            trace, best = explained, (found + found.T) / (2 * len(x))
    return best
