"""Sobol indices: how the variance of an outcome divides among inputs (sobol2001, saltelli2010), by SALib.

    first order  S_i = V[E(y | x_i)] / V[y]          what would go if x_i were known
    total        T_i = E[V(y | all but x_i)] / V[y]  what would stay if all but x_i were known; T_i - S_i is the part it has with others

Inputs are columns of numbers in (0, 1), each independent of the others; columns may be bound together in a group that counts as one input.
A design holds blocks of g + 2 rows: A, then A with the columns of each group from B, then B.

>>> plan = design(("x", "y"), ("x", "y"), 64, seed=1)
>>> [round(row.first, 1) for row in indices(plan, plan.units[:, :, 0])]  # the outcome is x itself
[1.0, 0.0]
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

RESAMPLES = 300
LEVEL = 0.9
NEAREST = 1e-9  # how near to 0 and 1 a number in a design may come: laws without end are cut there


@dataclass(frozen=True)
class Design:
    """Where an outcome has to be known.

    groups  names of the g inputs, in the order of the rows of a block
    units   (N, g + 2, D) numbers in (0, 1): of N blocks
    """

    groups: tuple[str, ...]
    units: np.ndarray
    problem: Mapping[str, Any]


@dataclass(frozen=True)
class Index:
    """One input: its indices, each with half the width of its 90% interval (bootstrap over blocks)."""

    name: str
    first: float
    first_error: float
    total: float
    total_error: float


def design(columns: Sequence[str], groups: Sequence[str], blocks: int, seed: int = 0) -> Design:
    """A Saltelli design on a scrambled Sobol sequence.

    Parameters
    ----------
    columns : (D,) different names
    groups : (D,) name of the group of each column; its own where it stands alone
    blocks : N, a power of two
    """
    from SALib.sample import sobol
    from SALib.util import extract_group_names

    problem = {"num_vars": len(columns), "names": list(columns), "groups": list(groups), "bounds": [[0.0, 1.0]] * len(columns)}
    rows = sobol.sample(problem, blocks, calc_second_order=False, scramble=True, seed=np.random.default_rng(seed))
    names = tuple(str(name) for name in extract_group_names(problem)[0])
    return Design(names, np.clip(rows.reshape(blocks, len(names) + 2, len(columns)), NEAREST, 1 - NEAREST), problem)


def indices(made: Design, outcome: np.ndarray, seed: int = 0) -> tuple[Index, ...]:
    """The indices of each group for an outcome (N, g + 2) of a design; none where the outcome is the same everywhere.

    Blocks in which the outcome is not known (NaN) in every row are left out.
    """
    from SALib.analyze import sobol

    known = outcome[np.isfinite(outcome).all(axis=1)]
    if len(known) < 2 or np.ptp(known[:, [0, -1]]) == 0:
        return ()
    keyed = seed + 1  # to SALib a seed of 0 is none
    found = sobol.analyze(made.problem, known.ravel(), calc_second_order=False, num_resamples=RESAMPLES, conf_level=LEVEL, seed=keyed)
    columns = (found[name].tolist() for name in ("S1", "S1_conf", "ST", "ST_conf"))
    return tuple(Index(*row) for row in zip(made.groups, *columns, strict=True))
