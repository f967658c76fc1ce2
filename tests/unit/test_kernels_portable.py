"""Portable functions: accurate against mpmath, the interpreter's bits, IEEE edges, no fused multiply-add."""

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thaw.kernels import portable

RNG = np.random.default_rng(1953)
EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, math.inf, -math.inf, math.nan, 5e-324, 1.7e308, -1.7e308, 2.3e-308, 745.1, -745.1]
SCALAR = {
    "exp": portable.exp1,
    "log": portable.log1,
    "logistic": portable.logistic1,
    "normal": portable.normal1,
    "normal_quantile": portable.normal_quantile1,
}


def _quantile(p):
    x = mp.mpf(float(portable.normal_quantile(float(p))))
    for _ in range(3):  # Newton from the double found: doubles the digits each time
        x -= (mp.erfc(-x / mp.sqrt(2)) / 2 - p) / (mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi))
    return x


def _worst(found, exact, *inputs):
    """Largest error in ulp of the true value; where that is subnormal, in ulp of the smallest normal."""
    worst = 0.0
    with mp.workprec(120):
        for value, *at in zip(found.tolist(), *(x.tolist() for x in inputs), strict=True):
            true = exact(*map(mp.mpf, at))
            ulp = mp.mpf(2) ** (max(mp.frexp(true)[1], -1021) - 53)
            worst = max(worst, float(abs(mp.mpf(value) - true) / ulp))
    return worst


SMALL, LARGE = RNG.normal(size=1000), RNG.uniform(-1, 1, 2000)
CASES = {
    "exp": (mp.exp, [SMALL, 727 * LARGE - 17.5], 1.0),
    "log": (mp.log, [1 + 1e-3 * SMALL, np.exp(724 * LARGE - 16)], 1.0),
    "logistic": (lambda x: 1 / (1 + mp.exp(-x)), [SMALL, 390 * LARGE - 350], 2.5),
    "normal": (lambda x: mp.erfc(-x / mp.sqrt(2)) / 2, [SMALL, 23.5 * LARGE - 14.5], 4.5),
    "normal_quantile": (
        _quantile,
        [RNG.random(500), np.exp(370 * LARGE - 370)[::4], -np.expm1(18 * LARGE - 19)[::8]],
        8.0,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_accuracy(name):
    exact, inputs, limit = CASES[name]
    inputs = np.concatenate(inputs)
    assert _worst(getattr(portable, name)(inputs), exact, inputs) <= limit


def test_accuracy_of_power():
    x = np.concatenate(
        [np.exp(3 * RNG.normal(size=500)), np.exp(RNG.uniform(-20, 20, 1000)), 1 + 1e-6 * RNG.normal(size=300)]
    )
    y = RNG.uniform(-1, 1, x.size) * 700 / np.abs(np.log(x))
    assert _worst(portable.power(x, y), lambda a, b: a**b, x, y) <= 24.0  # 5e-15
    y = y / 700  # results from 1/e to e, the ordinary case
    assert _worst(portable.power(x, y), lambda a, b: a**b, x, y) <= 1.6


@pytest.mark.parametrize("name", SCALAR)
def test_compiled_has_the_interpreters_bits(name):
    """Interpreted Python rounds each operation by itself: equality shows that nothing was fused or reordered."""
    x = RNG.random(4001) if name == "normal_quantile" else 10 * RNG.normal(size=4001)
    x = np.concatenate([np.abs(x) if name == "log" else x, EDGES])
    plain = SCALAR[name].py_func
    with np.errstate(all="ignore"):
        wanted = np.array([plain(np.float64(value)) for value in x])
    np.testing.assert_array_equal(getattr(portable, name)(x), wanted)


def test_compiled_power_has_the_interpreters_bits():
    x = np.concatenate([np.exp(5 * RNG.normal(size=2001)), np.repeat(EDGES, len(EDGES))])
    y = np.concatenate([10 * RNG.normal(size=2001), np.tile(EDGES, len(EDGES))])
    with np.errstate(all="ignore"):
        wanted = np.array([portable.power1.py_func(np.float64(a), np.float64(b)) for a, b in zip(x, y, strict=True)])
    np.testing.assert_array_equal(portable.power(x, y), wanted)


def test_edges_of_functions_of_one():
    inf, nan = math.inf, math.nan
    np.testing.assert_array_equal(portable.exp([inf, -inf, nan, 0.0, 709.8, -745.2]), [inf, 0, nan, 1, inf, 0])
    assert 0 < portable.exp(-745.13) < 1e-323
    np.testing.assert_array_equal(
        portable.log([0.0, -0.0, -1.0, -inf, inf, nan, 1.0]), [-inf, -inf, nan, nan, inf, nan, 0]
    )
    np.testing.assert_array_equal(portable.logistic([inf, -inf, nan, 0.0]), [1, 0, nan, 0.5])
    np.testing.assert_array_equal(portable.normal([inf, -inf, nan, 0.0, -0.0, -40.0]), [1, 0, nan, 0.5, 0.5, 0])
    np.testing.assert_array_equal(
        portable.normal_quantile([0.0, 1.0, 0.5, -0.1, 1.1, nan, inf, -inf]), [-inf, inf, 0, nan, nan, nan, nan, nan]
    )


def test_edges_of_power_are_those_of_numpy_but_for_nan():
    good = [v for v in EDGES if not math.isnan(v)]
    x, y = np.meshgrid([abs(v) for v in good], good)
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(portable.power(x, y), np.power(x, y), rtol=1e-14)
    assert np.isnan(portable.power([math.nan, 1.0, -2.0], [0.0, math.nan, 2.0])).all()


@given(st.floats(-30, 8), st.floats(-30, 8))
@settings(max_examples=200, deadline=None)
def test_order_is_kept_up_to_rounding(a, b):
    a, b = sorted((a, b))
    for name in ("exp", "logistic", "normal"):
        low, high = (float(getattr(portable, name)(v)) for v in (a, b))
        assert low <= high * (1 + 1e-15)


@given(st.floats(1e-300, 1 - 1e-10))
@settings(max_examples=200, deadline=None)
def test_quantile_undoes_normal(p):
    x = portable.normal_quantile(p)
    slack = 4e-15 * max(1.0, float(x) ** 2)  # Phi multiplies a relative error of x by about x^2
    assert abs(float(portable.normal(x)) / p - 1) < slack


def test_shapes_scalars_and_read_only_input():
    x = RNG.random((7, 3, 5))
    x.flags.writeable = False
    assert portable.exp(x).shape == x.shape
    np.testing.assert_array_equal(portable.exp(x[:, ::2, 1]), portable.exp(x)[:, ::2, 1])
    assert isinstance(portable.exp(1), np.float64)
    assert portable.power(x[:, :1], x[0]).shape == x.shape
    assert portable.power(0.5, x).shape == x.shape
    assert portable.log(np.empty(0)).shape == (0,)


def test_no_fused_multiply_add_in_the_machine_code():
    for kernel in (portable._exp, portable._normal, portable._power):  # together they hold every scalar but two
        code = kernel.assembly()
        assert "mul" in code
        assert not any(word in code for word in ("vfmadd", "vfmsub", "vfnmadd", "fmla", "fmadd"))
