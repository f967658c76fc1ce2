"""Civil violence: the compiled run is its plain twin bit for bit, under every convention; the stream loses no word."""

import numpy as np
import pytest

from thaw.classics import epstein
from thaw.kernels import _stream, epstein_plain, noise
from thaw.kernels import epstein as kernel

SMALL = {"width": 11, "height": 9, "citizen_vision": 3, "cop_vision": 2.3, "ticks": 40, "max_jail": 6}
CASES = {
    "paper": {"ratio": "floor", "max_jail": 12},
    "paper literal": {"legitimacy": 0.5},
    "netlogo": epstein.NETLOGO,
    "netlogo still": epstein.NETLOGO | {"movement": False, "legitimacy": 0.6},
    "mesa": epstein.MESA,
    "mesa still": epstein.MESA | {"movement": False, "legitimacy": 0.5},
    "crowded": {"citizen_density": 0.85, "cop_density": 0.15, "legitimacy": 0.3, "ratio": "round"},
    "for good": {"max_jail": float("inf"), "ratio": "floor"},
    "police come and go": {"cop_density": [0.2] * 10 + [0.0] * 10 + [0.3] * 20, "legitimacy": list(np.linspace(0.9, 0.2, 40)), "view": "square"},
    "two groups": {"model": 2, "legitimacy": 0.8, "citizen_vision": 1.7, "cop_vision": 1.7, "max_age": 15},
    "two groups growing": {"model": 2, "legitimacy": 0.9, "cloning": 0.5, "max_age": 30, "cop_density": 0.02},
    "two groups, police": {"model": 2, "legitimacy": 0.4, "cop_density": 0.1, "ratio": "floor", "view": "manhattan", "cloning": 0.2},
}


def arguments(**given):
    """The kernel's arguments for a run."""
    seen = {}

    def spy(*values):
        seen["values"] = values

    true, kernel.simulate = kernel.simulate, spy
    try:
        epstein.run(**given)
    finally:
        kernel.simulate = true
    return seen["values"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_kernel_is_its_plain_twin(case, seed):
    *given, out = arguments(**SMALL | CASES[case] | {"seed": seed})
    twin = np.zeros_like(out)
    kernel.simulate(*given, out)
    epstein_plain.simulate_plain(*given, twin)
    np.testing.assert_array_equal(out, twin)
    assert out.any()


def test_the_stream_is_philox_in_order_whatever_the_buffer():
    key = noise.name_key(3, "stream")
    state, words = np.zeros(4, np.uint64), np.zeros(_stream.SIZE, np.uint32)
    state[0] = key
    plain = _stream.Stream(key)
    for step in range(700):
        _stream.ready(state, words)
        n = 1 + step % 7
        assert [int(_stream.word(state, words)) for _ in range(n)] == [plain.word() for _ in range(n)]
    _stream.ready(state, words)
    assert [_stream.below(9, state, words), _stream.unit(state, words)] == [plain.below(9), plain.unit()]
    first = noise.philox_plain((0, 0, 0, 64), key)
    again = _stream.Stream(key)
    assert [again.word() for _ in range(4)] == first
