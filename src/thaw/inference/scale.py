"""Parameters in the normal scale of their priors and back: what a standard normal draw would have given that value.

>>> float(to_normal("lognormal(60, 0.4)", np.array([60.0]))[0]), float(from_normal("uniform(0, 2)", 1.0, np.array([0.0]))[0])
(0.0, 1.0)
"""

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from thaw.declare import parse_prior

FAR = 4.5  # standard deviations: no draw lies further out


def to_normal(prior: str, values: np.ndarray) -> np.ndarray:
    """The standard normal (n,) that a parameter's values (n,) stand for under its prior."""
    law, numbers = parse_prior(prior)
    if law == "uniform":
        return _inside(ndtri((values - numbers[0]) / (numbers[1] - numbers[0])))
    if law == "halfnormal":
        return _inside(ndtri(2 * ndtr(values / numbers[0]) - 1))
    if law == "lognormal":
        return _inside(np.log(values / numbers[0]) / numbers[1])
    if law == "share":
        return _inside((logit(values) - logit(numbers[0])) / numbers[1])
    return _inside((values - numbers[0]) / numbers[1])


def from_normal(prior: str, value: float, z: np.ndarray) -> np.ndarray:
    """The values (n,) of a parameter at standard normals (n,) of its prior; `value` everywhere if it is fixed."""
    law, numbers = parse_prior(prior)
    z = _inside(z)
    if law == "fixed":
        return np.full(len(z), value)
    if law == "uniform":
        return numbers[0] + (numbers[1] - numbers[0]) * ndtr(z)
    if law == "halfnormal":
        return numbers[0] * ndtri((1 + ndtr(z)) / 2)
    if law == "lognormal":
        return numbers[0] * np.exp(numbers[1] * z)
    if law == "share":
        return expit(logit(numbers[0]) + numbers[1] * z)
    return numbers[0] + numbers[1] * z


def _inside(z: np.ndarray) -> np.ndarray:
    return np.clip(z, -FAR, FAR)


def varies(prior: str) -> bool:
    """Whether a parameter has anything to learn: it is neither fixed nor of no spread."""
    law, numbers = parse_prior(prior)
    if law == "uniform":
        return numbers[1] > numbers[0]
    return law != "fixed" and numbers[-1] > 0
