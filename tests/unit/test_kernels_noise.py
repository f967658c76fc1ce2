"""Keyed noise: the published Philox vectors, purity, plain twins, and the laws drawn from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thaw.kernels import noise, portable

U32 = st.integers(0, 2**32 - 1)
H, E, N = 7, 5, 11
HISTORIES = np.array([0, 1, 63, 64, 511, 512, 2**32 - 1], np.uint32)
PEOPLE = noise.entity_ids(["Stalin", "Beria", "Malenkov", "Khrushchev", "Molotov"])
KEY = noise.name_key(0, "terror", "zeal")


def plain(times, entities=PEOPLE):
    return np.array(
        [
            [noise.uniform_plain(KEY, int(h), int(e), t) for e, t in zip(entities, row, strict=True)]
            for h, row in zip(HISTORIES, times.tolist(), strict=True)
        ]
    )


def compiled_philox(counter, key):
    return [int(word) for word in noise.philox(*map(np.uint64, counter), key)]


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_published_vectors(counter, key, answer):
    """Random123 1.14, kat_vectors, philox4x32 10."""
    counter, key, answer = ([int(word, 16) for word in text.split()] for text in (counter, key, answer))
    key = np.uint64(key[0] | key[1] << 32)
    assert compiled_philox(counter, key) == answer
    assert noise.philox_plain(counter, key) == answer


@given(st.tuples(U32, U32, U32, U32), st.integers(0, 2**64 - 1))
@settings(max_examples=200, deadline=None)
def test_compiled_philox_is_the_plain_one(counter, key):
    assert compiled_philox(counter, np.uint64(key)) == noise.philox_plain(counter, np.uint64(key))


def test_uniform_is_its_plain_twin_bit_for_bit():
    times = np.arange(H * E).reshape(H, E) - 3
    np.testing.assert_array_equal(noise.uniform(KEY, HISTORIES, PEOPLE, times), plain(times))
    np.testing.assert_array_equal(noise.uniform(KEY, HISTORIES, PEOPLE, 9), plain(np.full((H, E), 9)))
    one = noise.uniform(KEY, HISTORIES, PEOPLE[:1], times[:, :1])
    np.testing.assert_array_equal(one, plain(times[:, :1], PEOPLE[:1]))


def test_words_are_their_plain_twin():
    assert noise.words(KEY, N, 3, 2**31).tolist() == noise.words_plain(KEY, N, 3, 2**31)


def test_a_draw_depends_on_nothing_but_its_own_address():
    whole = noise.uniform(KEY, HISTORIES, PEOPLE, 4)
    np.testing.assert_array_equal(whole[2:5, [3, 0]], noise.uniform(KEY, HISTORIES[2:5], PEOPLE[[3, 0]], 4))
    np.testing.assert_array_equal(noise.words(KEY, 100, 1, 2)[:N], noise.words(KEY, N, 1, 2))
    assert len(np.unique(np.concatenate([whole, noise.uniform(KEY, HISTORIES, PEOPLE, 5)]))) == 2 * H * E
    other = noise.uniform(noise.name_key(0, "terror", "quota"), HISTORIES, PEOPLE, 4)
    assert not np.intersect1d(whole, other).size


def test_range_is_open_and_symmetric():
    high = noise._unit(np.uint64(2**32 - 1), np.uint64(2**32 - 1))
    low = noise._unit(np.uint64(0), np.uint64(0))
    assert 0.0 < low == 2.0**-53
    assert high == 1.0 - low < 1.0
    assert noise._unit(np.uint64(2**31), np.uint64(0)) != noise._unit(np.uint64(0), np.uint64(0))


def test_laws():
    """Kolmogorov-Smirnov distance of 200 x 500 draws below 1.95/sqrt(n): one false alarm in 1,000, and seeded."""
    histories, entities = np.arange(200, dtype=np.uint32), np.arange(500, dtype=np.uint32)
    n = histories.size * entities.size
    for draw, law in (
        (noise.uniform, lambda x: x),
        (noise.exponential, lambda x: 1 - portable.exp(-x)),
        (noise.normal, portable.normal),
    ):
        x = np.sort(law(draw(KEY, histories, entities, 12)).ravel())
        assert np.abs(x - (np.arange(n) + 0.5) / n).max() < 1.95 / np.sqrt(n)
    assert noise.exponential(KEY, histories, entities, 12).min() > 0
    u, z = noise.uniform(KEY, histories, entities, 1), noise.normal(KEY, histories, entities, 1)
    np.testing.assert_array_equal(np.argsort(u, axis=None), np.argsort(z, axis=None))  # more luck is more
    across = np.corrcoef(noise.normal(KEY, histories, entities[:20], 2), rowvar=False) - np.eye(20)
    assert np.abs(across).max() < 4.5 / np.sqrt(histories.size)


def test_keys_and_entity_numbers():
    assert isinstance(KEY, np.uint64)
    assert noise.name_key(0, "a", "bc") != noise.name_key(0, "ab", "c")
    assert noise.name_key(1, "a") != noise.name_key(0, "a")
    np.testing.assert_array_equal(noise.entity_ids(["HUN", "SUN"]), noise.entity_ids(["SUN", "HUN"])[::-1])
    with pytest.raises(ValueError, match="'SUN' is named twice"):
        noise.entity_ids(["SUN", "HUN", "SUN"])


def test_entity_numbers_that_collide_are_refused(monkeypatch):
    class Short:
        def __init__(self, *_, **__):
            pass

        def digest(self):
            return b"\1\0\0\0"

    monkeypatch.setattr(noise.hashlib, "blake2b", Short)
    with pytest.raises(ValueError, match="'HUN' and 'SUN' have the same number 1: rename one"):
        noise.entity_ids(["SUN", "HUN"])


def test_time_of_a_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"time has shape \(5, 7\), wanted a number or \(7, 5\)"):
        noise.uniform(KEY, HISTORIES, PEOPLE, np.zeros((E, H)))


def test_clocks_run_down_only_where_they_run():
    left, rate = np.array([[1.0, 0.5, 0.2], [3.0, 0.1, 0.1]]), np.array([[0.4], [0.1]])
    running = np.array([[True, True, False], [True, True, False]])
    before = left.copy()
    fires = noise.run_clocks(rate, 1.5, running, left)
    np.testing.assert_array_equal(left, np.where(running, before - rate * 1.5, before))
    np.testing.assert_array_equal(fires, running & (left <= 0))
    one = np.array([0.3, 0.2])  # one clock a history, one rate for all
    assert noise.run_clocks(0.25, 1.0, True, one).tolist() == [False, True]


def test_a_clock_is_wound_by_the_exponential_of_its_how_manieth_firing():
    fired = np.arange(H * E, dtype=np.int32).reshape(H, E) % 3
    prevented = (fired == 1).astype(np.int32)
    left = np.full((H, E), 9.0)
    noise.wind_clocks(KEY, HISTORIES, PEOPLE, np.arange(H * E)[::2], fired, prevented, left)
    wanted = noise.exponential(KEY, HISTORIES, PEOPLE, fired + prevented * 4096)
    chosen = np.arange(H * E).reshape(H, E) % 2 == 0
    np.testing.assert_array_equal(left, np.where(chosen, wanted, 9.0))


def test_draws_for_a_few_are_those_of_all():
    rows, columns = np.array([0, 3, 6, 6]), np.array([4, 0, 1, 2])
    whole = noise.uniform(KEY, HISTORIES, PEOPLE, 8)
    np.testing.assert_array_equal(noise.uniform_each(KEY, HISTORIES[rows], PEOPLE[columns], np.full(4, 8)), whole[rows, columns])
