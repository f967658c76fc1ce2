"""A stream of Philox words for models whose number of draws is not known beforehand: one key, used from its beginning.

The state is an array (key, next block, place of the next word, end of the buffer) beside a buffer of words. `refill`
moves what is left to the front, so no word is lost and the size of the buffer never shows. Before drawing, a loop calls
`ready`, which leaves at least `MOST` words; between two calls at most so many may be drawn.

`Stream` is the plain twin: the same words, one after the other.
"""

from typing import Any

import numba
import numpy as np

from thaw.kernels.noise import _unit, philox, philox_plain

_STREAM = np.uint64(64)  # last counter word: no other draw has it
_MASK, _SHIFT, _ZERO = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(0)
SIZE, MOST = 1024, 64

# Functions that are handed arrays and make none need no count of references (`_nrt`), which took half of the time.
_njit: Any = numba.njit  # its type knows nothing of `_nrt`
called = _njit(error_model="numpy", nogil=True, _nrt=False)
inlined = _njit(error_model="numpy", nogil=True, _nrt=False, forceinline=True)


@called  # not inlined: it stands in many loops and runs seldom
def refill(stream, words):
    """Move the words left to the front and draw new ones behind them."""
    left = np.int64(stream[3] - stream[2])
    start = np.int64(stream[2])
    for i in range(left):
        words[i] = words[start + i]
    blocks = (SIZE - left) // 4
    first = stream[1]
    for i in range(blocks):
        n = first + np.uint64(i)
        a, b, c, d = philox(n & _MASK, n >> _SHIFT, _ZERO, _STREAM, stream[0])
        at = left + 4 * i
        words[at], words[at + 1], words[at + 2], words[at + 3] = a, b, c, d
    stream[1] = first + np.uint64(blocks)
    stream[2] = _ZERO
    stream[3] = np.uint64(left + 4 * blocks)


@inlined
def ready(stream, words):
    """See to it that `MOST` words can be drawn."""
    if stream[2] + np.uint64(MOST) > stream[3]:
        refill(stream, words)


@inlined
def word(stream, words):
    """The next word, 32 bits."""
    at = stream[2]
    stream[2] = at + np.uint64(1)
    return np.uint64(words[at])


@inlined
def pick(n, drawn):
    """A whole number from 0 to n - 1 from a word, uniform to within n / 2^32."""
    return np.int64((np.uint64(drawn) * np.uint64(n)) >> _SHIFT)


@inlined
def below(n, stream, words):
    """A whole number from 0 to n - 1, of the next word."""
    return pick(n, word(stream, words))


@inlined
def unit(stream, words):
    """Uniform in the open interval (0, 1), 52 bits."""
    a = word(stream, words)
    return _unit(a, word(stream, words))


class Stream:
    """What the functions above mean: the words under `key`, in order."""

    def __init__(self, key):
        self._key, self._block, self._words = key, 0, []

    def word(self):
        """As `word`."""
        if not self._words:
            self._words = philox_plain((self._block % 2**32, self._block >> 32, 0, 64), self._key)
            self._block += 1
        return self._words.pop(0)

    def below(self, n):
        """As `below`."""
        return self.word() * n >> 32

    def unit(self):
        """As `unit`."""
        a, b = self.word(), self.word()
        return ((a << 20 | b >> 12) % 2**52 + 0.5) / 2**52
