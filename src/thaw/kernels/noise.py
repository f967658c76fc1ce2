"""Keyed noise: every random number is a pure function of what it is for.

Philox4x32-10 encrypts a counter (history, entity, time, purpose) under a 64-bit key made from the seed and the names of
mechanism and draw. There is no stream and no state: two runs that differ in one intervention share all other luck, and
neither chunks nor workers nor the order of calls can show. Source: salmon2011 (the generator and its test vectors).
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thaw.kernels._compile import compiled, inlined
from thaw.kernels.portable import log, log1, normal_quantile

_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)  # salmon2011, table 2
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)  # golden ratio and sqrt(3) - 1: the key schedule
_ONE = np.int64(0x3FF0000000000000)  # the bits of 1.0
_MANTISSA = np.int64(0x000FFFFFFFFFFFFF)
_HALF_STEP = 2.0**-53

# Last counter word: what the draw is for. Draws of different purpose never meet, even under one key.
DRAW, WORD, WIRING = np.uint64(0), np.uint64(1), np.uint64(32)


@inlined
def philox(c0, c1, c2, c3, key):
    """Four 32-bit words, as uint64: Philox4x32-10 of the counter (c0, c1, c2, c3) under a 64-bit key."""
    k0 = key & _MASK
    k1 = key >> _SHIFT
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _SHIFT) ^ c1 ^ k0
        c1 = p1 & _MASK
        c2 = (p0 >> _SHIFT) ^ c3 ^ k1
        c3 = p0 & _MASK
        k0 = (k0 + _W0) & _MASK
        k1 = (k1 + _W1) & _MASK
    return c0, c1, c2, c3


@inlined
def _unit(a, b):
    """Uniform in the open interval (0, 1) from two 32-bit words: (52 bits + 1/2) / 2^52, exactly."""
    bits = np.int64((a << np.uint64(20)) | (b >> np.uint64(12))) & _MANTISSA
    return (np.int64(bits | _ONE).view(np.float64) - 1.0) + _HALF_STEP


@compiled("u8", "u4[:]", "u4[:]", "u4[:]", "f8[:,:]!")
def _uniform(key, histories, entities, times, out):
    width = entities.size
    for h in range(histories.size):
        history = np.uint64(histories[h])
        row = out[h]
        if times.size == 1:  # one time for all
            time = np.uint64(times[0])
            for e in range(width):
                a, b, _, _ = philox(history, np.uint64(entities[e]), time, DRAW, key)
                row[e] = _unit(a, b)
        else:
            own = times[h * width : (h + 1) * width]
            for e in range(width):
                a, b, _, _ = philox(history, np.uint64(entities[e]), np.uint64(own[e]), DRAW, key)
                row[e] = _unit(a, b)


@compiled("u8", "u4[:]", "u4[:]", "u4[:]", "f8[:]!")
def _uniform_each(key, histories, entities, times, out):
    for k in range(out.size):
        a, b, _, _ = philox(np.uint64(histories[k]), np.uint64(entities[k]), np.uint64(times[k]), DRAW, key)
        out[k] = _unit(a, b)


@compiled("u8", "u4", "u4", "u8[:]!")
def _words(key, a, b, out):
    for i in range(out.size):
        low, high, _, _ = philox(np.uint64(i), np.uint64(a), np.uint64(b), WORD, key)
        out[i] = low | (high << _SHIFT)


def philox_plain(counter: Sequence[int], key: np.uint64) -> list[int]:
    """What `philox` means, in Python's whole numbers (salmon2011, section 3.3)."""
    c, k = list(counter), [int(key) % 2**32, int(key) >> 32]
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(second >> 32) ^ c[1] ^ k[0], second % 2**32, (first >> 32) ^ c[3] ^ k[1], first % 2**32]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return c


def uniform_plain(key: np.uint64, history: int, entity: int, time: int) -> float:
    """What `uniform` means, for one history, entity and time."""
    a, b, _, _ = philox_plain((history, entity, time % 2**32, 0), key)
    return ((a << 20 | b >> 12) % 2**52 + 0.5) / 2**52  # each step exact


def words_plain(key: np.uint64, count: int, a: int, b: int) -> list[int]:
    """What `words` means."""
    return [c[0] | c[1] << 32 for c in (philox_plain((i, a, b, 1), key) for i in range(count))]


def name_key(seed: int, *names: str) -> np.uint64:
    """64-bit key of a seed and names: BLAKE2b, so that renaming a draw gives it other luck and nothing else does.

    >>> hex(name_key(0, "terror", "zeal"))
    '0xda834a44eaeb499e'
    """
    text = "\0".join((str(int(seed)), *names)).encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(text, digest_size=8, person=b"thaw key").digest(), "little"))


def entity_ids(names: Sequence[str]) -> NDArray[np.uint32]:
    """Numbers (E,) of named entities: a hash of each name, so that its luck does not depend on who else is listed.

    Raises ValueError when a name comes twice or two names share a number (then one must be renamed).
    """
    owner: dict[int, str] = {}
    for name in names:
        number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4, person=b"thaw entity").digest(), "little")
        if number in owner:
            if owner[number] == name:
                raise ValueError(f"'{name}' is named twice")
            raise ValueError(f"'{name}' and '{owner[number]}' have the same number {number}: rename one of them")
        owner[number] = name
    return np.fromiter(owner, np.uint32, len(owner))


def uniform(
    key: np.uint64, histories: NDArray[np.uint32], entities: NDArray[np.uint32], time: ArrayLike
) -> NDArray[np.float64]:
    """Uniform draws (H, E) in the open interval (0, 1), 52 bits each, u and 1 - u equally likely.

    `histories` (H,) are global numbers, `entities` (E,) come from `entity_ids`; `time` is a number or (H, E), e.g. the
    how-manieth firing of a clock. (With 53 bits the largest would round to 1.)

    >>> key = name_key(0, "terror", "zeal")
    >>> everyone = entity_ids(["SUN", "HUN"])
    >>> both = uniform(key, np.arange(3, dtype=np.uint32), everyone, 7)
    >>> one = uniform(key, np.array([2], dtype=np.uint32), everyone[1:], 7)
    >>> bool(both[2, 1] == one[0, 0])  # whoever else is drawn
    True
    """
    histories = np.ascontiguousarray(histories, np.uint32)
    entities = np.ascontiguousarray(entities, np.uint32)
    out = np.empty((histories.size, entities.size))
    times = np.asarray(time)
    if times.ndim and times.shape != out.shape:
        raise ValueError(f"time has shape {times.shape}, wanted a number or {out.shape}")
    _uniform(key, histories, entities, np.ascontiguousarray(times.ravel()).astype(np.uint32), out)
    return out


def exponential(
    key: np.uint64, histories: NDArray[np.uint32], entities: NDArray[np.uint32], time: ArrayLike
) -> NDArray[np.float64]:
    """Exponential draws (H, E) of mean 1, always above 0: what a clock waits for. Arguments as for `uniform`."""
    out = log(uniform(key, histories, entities, time))
    return np.negative(out, out=out)


def uniform_each(key: np.uint64, histories: ArrayLike, entities: ArrayLike, times: ArrayLike) -> NDArray[np.float64]:
    """Uniform draws (K,) at K places (history, entity, time): the same numbers that `uniform` has there.

    >>> key, someone = name_key(0, "purge", "mercy"), entity_ids(["stalin"])
    >>> bool(uniform_each(key, [5], someone, [2])[0] == uniform(key, np.array([5], np.uint32), someone, 2)[0, 0])
    True
    """
    lists = [np.ascontiguousarray(values).astype(np.uint32) for values in (histories, entities, times)]
    out = np.empty(lists[0].size)
    _uniform_each(key, *lists, out)
    return out


def normal(
    key: np.uint64, histories: NDArray[np.uint32], entities: NDArray[np.uint32], time: ArrayLike
) -> NDArray[np.float64]:
    """Standard normal draws (H, E), by inversion: more luck is more, monotonically. Arguments as for `uniform`."""
    return normal_quantile(uniform(key, histories, entities, time))


@compiled("f8[:]", "f8", "u1[:]", "f8[:]!", "u1[:]!")
def _run_clocks(rate, dt, running, remaining, fires):
    for k in range(remaining.size):
        on = running[k] != 0
        left = remaining[k] - rate[k] * dt
        remaining[k] = left if on else remaining[k]
        fires[k] = on & (left <= 0.0)


def run_clocks(rate: ArrayLike, dt: float, running: ArrayLike, remaining: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which clocks (H, ...) have run down after a step of `dt` at `rate`; `remaining` is changed in place where a clock is `running`.

    `rate` (H, ...) is broadcast; it counts only where a clock runs.

    >>> left = np.array([[1.0, 2.0, 0.1]])
    >>> run_clocks(np.array([[0.5]]), 2.0, np.array([[True, True, False]]), left), left
    (array([[ True, False, False]]), array([[0. , 1. , 0.1]]))
    """
    pace, mask = np.asarray(rate, np.float64), np.asarray(running)
    if pace.shape != remaining.shape:
        pace = np.broadcast_to(pace, remaining.shape)
    if mask.shape != remaining.shape:
        mask = np.broadcast_to(mask, remaining.shape)
    fires = np.empty(remaining.shape, bool)
    _run_clocks(pace.ravel(), dt, mask.ravel().view(np.uint8), remaining.reshape(-1), fires.view(np.uint8).reshape(-1))
    return fires


@compiled("u8", "u4[:]", "u4[:]", "i8[:]", "i4[:,:]", "i4[:,:]", "f8[:,:]!")
def _wind_clocks(key, histories, entities, places, fired, prevented, remaining):
    width = entities.size
    for k in range(places.size):
        h, e = places[k] // width, places[k] % width
        time = np.uint64(np.uint32(fired[h, e] + prevented[h, e] * 4096))
        a, b, _, _ = philox(np.uint64(histories[h]), np.uint64(entities[e]), time, DRAW, key)
        remaining[h, e] = -log1(_unit(a, b))


def wind_clocks(
    key: np.uint64, histories: NDArray[np.uint32], entities: NDArray[np.uint32], places: NDArray[np.int64],
    fired: NDArray[np.int32], prevented: NDArray[np.int32], remaining: NDArray[np.float64],
) -> None:  # fmt: skip
    """Draw anew the waits of clocks (H, ...) at some flat places, in place: the exponentials keyed by how often each has fired.

    A firing that was prevented counts 4,096, so that what follows it has a key of its own.
    """
    rows = len(histories)
    counts = fired.reshape(rows, -1), prevented.reshape(rows, -1)
    _wind_clocks(key, histories, entities, np.ascontiguousarray(places), *counts, remaining.reshape(rows, -1))


@compiled("u8", "u4", "u4", "u8[:]!", "u8[:]!")
def _word_pairs(key, a, b, first, second):
    for i in range(first.size):
        w0, w1, w2, w3 = philox(np.uint64(i), np.uint64(a), np.uint64(b), WORD, key)
        first[i] = w0 | (w1 << _SHIFT)
        second[i] = w2 | (w3 << _SHIFT)


def word_pairs(key: np.uint64, count: int, a: int, b: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Two 64-bit words (N,) for each of `count` citizens, of one Philox call: the first are those of `words`."""
    first, second = np.empty(count, np.uint64), np.empty(count, np.uint64)
    _word_pairs(key, np.uint32(a & 0xFFFFFFFF), np.uint32(b & 0xFFFFFFFF), first, second)
    return first, second


def words(key: np.uint64, count: int, a: int, b: int) -> NDArray[np.uint64]:
    """One 64-bit word (N,) for each of `count` citizens, at the two numbers `a` and `b` (week and block, say)."""
    out = np.empty(count, np.uint64)
    _words(key, np.uint32(a & 0xFFFFFFFF), np.uint32(b & 0xFFFFFFFF), out)
    return out
