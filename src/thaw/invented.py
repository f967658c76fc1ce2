"""Polities that the record does not know: a regime of a type, its court unnamed and drawn from priors.

Their codes begin with X, which ISO 3166 leaves to its users, so that none is ever that of a state; their persons are numbered,
`other_xpa_1` of XPA. Ages and careers are spread evenly (golden section) rather than drawn, since an age is the same in every history;
stance and culpability are drawn anew in each, as of every unnamed person.

>>> is_invented("XPA"), is_invented("SUN"), polity_of("other_xpa_12"), polity_of("stalin")
(True, False, 'XPA', '')
"""

import re
from collections.abc import Mapping

from thaw import record
from thaw.axes import INSTITUTIONS

OF_AGE = 38  # years: nobody younger sat in the Central Committee of 1952 (record: people, tenures)
AGES = (40, 60)  # years: of unnamed persons at the start
CAREER = 22  # years from coming of age to the oldest at the start: a court of n gains n in so many, and keeps its size as people die at about 70
TIE = 0.6  # of a client to the patron that a scenario gives him: mean of the coded ties to patrons in the record's three whole courts, 0.59 to 0.63
_CODE, _PERSON = re.compile(r"X[A-Z]{2}"), re.compile(r"other_(x[a-z]{2})_([1-9][0-9]*)")


def is_invented(code: str) -> bool:
    """Whether a code stands for a polity of the user's own."""
    return _CODE.fullmatch(code) is not None


def polity_of(person: str) -> str:
    """The invented polity to whose court an unnamed person belongs, '' for anybody else."""
    found = _PERSON.fullmatch(person)
    return found[1].upper() if found else ""


def series(polity: str, variable: str) -> list[record.Observation]:
    """Rows of the record's series of a polity, none of one that it does not know.

    >>> series("XPA", "population"), len(series("SUN", "population")) > 0
    ([], True)
    """
    return [] if is_invented(polity) else record.series(polity, variable)


def number_of(person: str) -> int:
    """The number of an unnamed person: `other_xpa_12` is the twelfth."""
    return int(person.rsplit("_", 1)[1])


def unnamed(code: str, persons: int) -> list[str]:
    """The first so many unnamed persons of a polity.

    >>> unnamed("XPA", 2)
    ['other_xpa_1', 'other_xpa_2']
    """
    return [f"other_{code.lower()}_{k + 1}" for k in range(persons)]


def coming(others: int, years: int) -> int:
    """How many come of age within so many years, for a court that begins with `others`.

    >>> coming(22, 30)
    30
    """
    return years * others // CAREER


def first_age(number: int, others: int) -> float:
    """Age in years at the start of the person of a number: the first `others` spread over AGES, the rest not yet of age.

    >>> round(first_age(1, 22), 1), first_age(23, 22), first_age(24, 22)
    (52.4, 37.0, 36.0)
    """
    youngest, oldest = AGES
    if number <= others:
        return youngest + (oldest - youngest) * (number * 0.618034 % 1)
    return OF_AGE - (number - others) * CAREER / others


def served_in(number: int, service: Mapping[str, float]) -> int:
    """Place of the institution in which the person of a number had served: spread by the shares of `service`, else by turns.

    >>> [served_in(number, {"army": 0.7, "party": 0.3}) for number in (1, 2, 3, 4)]
    [3, 3, 0, 3]
    """
    if not service:
        return number % len(INSTITUTIONS)
    place, below = number * 0.414214 % 1, 0.0
    for institution in INSTITUTIONS:
        below += service.get(institution, 0.0)
        if place < below:
            return INSTITUTIONS.index(institution)
    return max(INSTITUTIONS.index(institution) for institution in service)
