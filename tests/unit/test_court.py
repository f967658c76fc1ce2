"""Courts on one flat axis: sums, look-ups and the strongest, against the plain way of saying it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from regime import COURT, H

from thaw.court import NOBODY, any_of, is_person, of, per_court, places, put, spread, starts, strongest

E, P = len(COURT), 3
LUCK = np.random.default_rng(0)


def test_a_sum_over_each_court():
    values = LUCK.random((H, E))
    wanted = np.stack([values[:, p == COURT].sum(axis=1) for p in range(P)], axis=1)
    np.testing.assert_allclose(per_court(values, COURT, P), wanted, rtol=1e-14)


def test_courts_begin_where_the_axis_says():
    np.testing.assert_array_equal(starts(COURT, P), [0, 7, 10])


def test_the_value_of_a_person_named():
    values = LUCK.random((H, E))
    person = np.array([[0, 9, NOBODY]] * H, np.int16)
    found = of(values, person, -5.0)
    np.testing.assert_array_equal(found[:, 0], values[:, 0])
    np.testing.assert_array_equal(found[:, 1], values[:, 9])
    assert (found[:, 2] == -5).all()
    assert of(values > 2, person, True).dtype == bool
    assert of(values > 2, person, True)[:, 2].all()


@given(st.lists(st.integers(-1, E - 1), min_size=P, max_size=P))
def test_marks_are_the_named_and_nobody_else(persons):
    marks = is_person(np.array([persons] * H, np.int16), E)
    assert marks.shape == (H, E)
    assert set(np.flatnonzero(marks[0])) == {person for person in persons if person >= 0}


@given(st.lists(st.floats(-5, 5), min_size=E, max_size=E), st.lists(st.booleans(), min_size=E, max_size=E))
def test_the_strongest_of_those_who_may(score, may):
    found = strongest(np.array([score]), np.array([may]))[0]
    allowed = [e for e in range(E) if may[e]]
    assert found == (max(allowed, key=lambda e: (score[e], -e)) if allowed else NOBODY)  # of equals the first


def test_places_are_those_of_nonzero():
    for chance in (0.0, 0.05, 1.0):
        mask = LUCK.random((H, E)) < chance
        for mine, numpys in zip(places(mask), np.nonzero(mask), strict=True):
            np.testing.assert_array_equal(mine, numpys)


def test_anybody_of_a_court():
    mask = LUCK.random((H, E)) < 0.1
    np.testing.assert_array_equal(any_of(mask, COURT, P), per_court(mask.astype(float), COURT, P) > 0)


def test_what_is_put_to_a_person_is_found_with_him():
    values, person = LUCK.random((H, E)), np.array([[0, 9, NOBODY]] * H, np.int16)
    before, new = values.copy(), LUCK.random((H, P))
    put(values, person, new)
    np.testing.assert_array_equal(of(values, person)[:, :2], new[:, :2])
    np.testing.assert_array_equal(np.delete(values, [0, 9], axis=1), np.delete(before, [0, 9], axis=1))


def test_what_holds_for_a_court_holds_for_each_of_it():
    values = LUCK.random((H, P))
    np.testing.assert_array_equal(spread(values, COURT), values[:, COURT])


def test_nothing_given_is_changed():
    values, person = LUCK.random((H, E)), np.full((H, P), NOBODY, np.int16)
    before = values.copy()
    of(values, person)
    is_person(person, E)
    per_court(values, COURT, P)
    np.testing.assert_array_equal(values, before)
    assert (person == NOBODY).all()
