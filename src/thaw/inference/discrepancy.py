"""How far the record may lie from anything the model makes, even where its parameters are right.

No model makes a record to the figure: the output of one country is off in all years, that of one year by an accident the model lacks. Unless
that is allowed for, every such miss is explained by parameters, far outside what any history shows. So simulated numbers are moved, before
anything is learnt from them, by a normal error in common for a series and one for each number, in spreads of what the prior predicts. Its size
is the smallest of a ladder at which the record up to the *first* cut looks like a history with that error; later rows have no say in it.
Sources: kennedy2001 (model discrepancy), ward2022 (an error model for the record in neural posterior estimation).
"""

from typing import NamedTuple

import numpy as np

from thaw.inference.encode import Encoder

LADDER = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
OWN = 0.7  # error of a single number, beside that of its whole series
LEAST_P = 0.05  # below it the record is unlike any history
AMONG = 16_000  # histories that the size is chosen on
PENALTY = 0.03  # of the ridge, per history
MOST = 48  # parameters looked at, the best predicted


class Chosen(NamedTuple):
    """The size of the error, and the p-value of the record at each step of the ladder up to it."""

    size: float
    p: tuple[float, ...]


def moved(encoder: Encoder, prepared: np.ndarray, size: float, luck: np.random.Generator) -> np.ndarray:
    """Prepared summaries (n, columns) with their numbers moved by an error of that size."""
    numbers = len(encoder.numbers)
    names = [encoder.aim.numbers[place].name for place in encoder.numbers]
    series = np.unique(names, return_inverse=True)[1]
    common = luck.standard_normal((len(prepared), int(series.max(initial=-1)) + 1))[:, series]
    found = prepared.copy()
    found[:, :numbers] += size * (common + OWN * luck.standard_normal((len(prepared), numbers)))
    return found.astype(prepared.dtype)


def chosen(encoder: Encoder, prepared: np.ndarray, parameters: np.ndarray, record: np.ndarray, cut: int, *, seed: int) -> Chosen:
    """The smallest error at which the record's prepared summary (1, columns) up to a cut is like those of histories; the largest where none is enough."""
    known = slice(0, AMONG)
    p: list[float] = []
    for size in LADDER:
        inputs = encoder.inputs(moved(encoder, prepared[known], size, np.random.default_rng(seed)), cut)
        p.append(_usual(inputs, parameters[known], encoder.inputs(record, cut)))
        if p[-1] >= LEAST_P:
            break
    return Chosen(LADDER[len(p) - 1], tuple(p))


def _usual(inputs: np.ndarray, parameters: np.ndarray, own: np.ndarray) -> float:
    """p-value of what a ridge regression reads out of the record, among what it reads out of histories it has not seen: Mahalanobis distances."""
    learnt = len(inputs) * 3 // 4
    middle = inputs[:learnt].mean(axis=0)
    x, y = np.asarray(inputs - middle, float), parameters
    slopes = np.linalg.solve(x[:learnt].T @ x[:learnt] + PENALTY * learnt * np.eye(x.shape[1]), x[:learnt].T @ y[:learnt])
    read, of_record = x[learnt:] @ slopes, (own[0] - middle) @ slopes
    gained = 1 - ((y[learnt:] - read) ** 2).mean(axis=0) / y[learnt:].var(axis=0)
    best = np.argsort(-gained)[:MOST]
    inverse = np.linalg.inv(np.cov(read[:, best].T) + 1e-9 * np.eye(len(best)))
    centre = read[:, best].mean(axis=0)
    far = np.einsum("ij,jk,ik->i", read[:, best] - centre, inverse, read[:, best] - centre)
    here = (of_record[best] - centre) @ inverse @ (of_record[best] - centre)
    return float(((far >= here).sum() + 1) / (len(far) + 1))
