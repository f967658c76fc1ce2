"""Arithmetic of courts: persons of all courts lie on one flat axis, contiguous by polity."""

import numpy as np

NOBODY = -1
OUTSIDE, CADRE, CANDIDATE, FULL = 0, 1, 2, 3
FREE, PENSIONED, IMPRISONED, SHOT = 0, 1, 2, 3


def starts(court: np.ndarray, polities: int) -> np.ndarray:
    """First place of each polity's court on the person axis.

    >>> starts(np.array([0, 0, 1, 2, 2]), 3)
    array([0, 2, 3])
    """
    return np.searchsorted(court, np.arange(polities))


def per_court(values: np.ndarray, court: np.ndarray, polities: int) -> np.ndarray:
    """Sum over each court: (H, E) -> (H, P)."""
    return np.add.reduceat(values, starts(court, polities), axis=1)


def spread(values: np.ndarray, court: np.ndarray) -> np.ndarray:
    """Give each person what holds for his court: (H, P) -> (H, E).

    >>> spread(np.array([[0.1, 0.2]]), np.array([0, 0, 1]))
    array([[0.1, 0.1, 0.2]])
    """
    return np.repeat(values, np.bincount(court, minlength=values.shape[1]), axis=1)


def of(values: np.ndarray, person: np.ndarray, otherwise: float = 0.0) -> np.ndarray:
    """The value of the person named at each place: (H, E) at (H, P) -> (H, P); `otherwise` where nobody is named.

    >>> of(np.array([[0.1, 0.2]]), np.array([[1, -1]]))
    array([[0.2, 0. ]])
    """
    places = np.arange(len(person))[:, None] * values.shape[1] + person
    found = values.ravel().take(places, mode="clip")  # -1 reads some other person and is put right below
    np.putmask(found, person < 0, otherwise)
    return found


def put(values: np.ndarray, person: np.ndarray, new: np.ndarray) -> None:
    """Give the persons named (H, P) new values (H, P), in place among (H, E).

    >>> values = np.zeros((1, 3))
    >>> put(values, np.array([[2, -1]]), np.array([[5.0, 7.0]])), values
    (None, array([[0., 0., 5.]]))
    """
    rows, courts = places(person >= 0)
    values[rows, person[rows, courts]] = new[rows, courts]


def places(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of what is marked, (H, n) yes/no: as `np.nonzero`, several times faster where little is.

    >>> places(np.array([[False, True], [True, False]]))
    (array([0, 1]), array([1, 0]))
    """
    return np.divmod(np.flatnonzero(mask), mask.shape[1])


def is_person(person: np.ndarray, people: int) -> np.ndarray:
    """Mark the named persons: (H, P) of places on the person axis -> (H, E) yes/no."""
    marks = np.zeros((len(person), people + 1), bool)
    marks[np.arange(len(person))[:, None], person] = True  # -1 marks the spare last column
    return marks[:, :people]


def any_of(mask: np.ndarray, court: np.ndarray, polities: int) -> np.ndarray:
    """Whether anybody of a court is marked: (H, E) -> (H, P) yes/no.

    >>> any_of(np.array([[False, True, False]]), np.array([0, 0, 1]), 2)
    array([[ True, False]])
    """
    found = np.zeros((len(mask), polities), bool)
    rows, people = places(mask)
    found[rows, court[people]] = True
    return found


def strongest(score: np.ndarray, eligible: np.ndarray) -> np.ndarray:
    """The eligible person of highest score in each history, (H, E) -> (H,); -1 where nobody is eligible.

    >>> strongest(np.array([[1.0, 3.0, 2.0]]), np.array([[True, False, True]]))
    array([2])
    """
    best = np.where(eligible, score, -np.inf).argmax(axis=1)
    return np.where(eligible[np.arange(len(best)), best], best, NOBODY)
