"""Exponential, logarithm, power, logistic, normal law: the same bits on every machine.

NumPy's and the C library's versions differ in the last bit from one processor or library to the next, and one bit can
turn a history. These use only + - * / sqrt, comparisons and integer operations on the bits of a number, in a fixed
order: no libm, no fused multiply-add (a test reads the machine code). Loops hold no branch, so they vectorise.

Largest errors found against mpmath, in units in the last place (ulp, 1.1e-16 to 2.2e-16 of the value):
exp 0.9, log 0.8, logistic 2.1, normal 3.5, normal_quantile 6.2; power 1.5 for results of
ordinary size and 18 (4e-15) for results like 1e300. NaN passes through all of them.

Sources: fdlibm (Sun Microsystems 1993: `e_exp.c`, `e_log.c`, method and coefficients), dekker1971 (exact products),
wichura1988 (AS 241, the normal quantile). `normal` is a fit made for this file, see `_T22`.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thaw.kernels._compile import Kernel, compiled, inlined

_INF, _NAN = float("inf"), float("nan")
_MAGIC = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to an integer, which then stands in the low bits
_MAGIC_BITS = np.int64(0x4338000000000000)
_LOG2E = 1.44269504088896338700
_LN2_HIGH = 6.93147180369123816490e-01  # ends in 20 zero bits, so whole multiples are exact
_LN2_LOW = 1.90821492927058770002e-10

# fdlibm e_exp.c, e_log.c
_P1, _P2, _P3 = 1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05
_P4, _P5 = -1.65339022054652515390e-06, 4.13813679705723846039e-08
_L1, _L2, _L3 = 6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01
_L4, _L5 = 2.222219843214978396e-01, 1.818357216161805012e-01
_L6, _L7 = 1.531383769920937332e-01, 1.479819860511658591e-01

_TINY = 2.2250738585072014e-308  # smallest normal number
_ROOT_HALF_BITS = np.int64(0x3FE6A09E00000000)  # about sqrt(1/2): mantissas are taken from there to its double
_ONE_BITS = np.int64(0x3FF0000000000000)
_MANTISSA = np.int64(0x000FFFFFFFFFFFFF)
_TWO52_BITS = np.int64(0x4330000000000000)
_SPLIT = 134217729.0  # 2^27 + 1, dekker1971


@inlined
def exp1(x):
    """Exponential of one number: x = k ln 2 + r, a rational function of r (fdlibm), times 2^k in two steps."""
    c = 750.0 if x > 750.0 else x
    c = -750.0 if c < -750.0 else c
    t = c * _LOG2E + _MAGIC
    k = t - _MAGIC
    n = np.float64(t).view(np.int64) - _MAGIC_BITS
    high = c - k * _LN2_HIGH
    low = k * _LN2_LOW
    r = high - low
    z = r * r
    q = r - z * (_P1 + z * (_P2 + z * (_P3 + z * (_P4 + z * _P5))))
    y = 1.0 - ((low - (r * q) / (2.0 - q)) - high)
    half = n >> 1
    y = y * np.int64((half + 1023) << 52).view(np.float64)
    return y * np.int64((n - half + 1023) << 52).view(np.float64)


@inlined
def _split_binary(x):
    """(k, f) with x = 2^k (1 + f), 1 + f from sqrt(1/2) to sqrt(2), f exact. For x > 0, subnormal too."""
    small = x < _TINY
    bits = np.float64(x * 18014398509481984.0 if small else x).view(np.int64)  # 2^54
    shifted = bits + (_ONE_BITS - _ROOT_HALF_BITS)
    exponent = (shifted >> 52) & np.int64(0xFFF)
    k = np.int64(_TWO52_BITS | exponent).view(np.float64) - 4503599627371519.0  # 2^52 + 1023
    k = k - 54.0 if small else k
    f = np.int64((shifted & _MANTISSA) + _ROOT_HALF_BITS).view(np.float64) - 1.0
    return k, f


@inlined
def log1(x):
    """Natural logarithm of one number (fdlibm); -inf at 0, NaN below."""
    k, f = _split_binary(x)
    s = f / (2.0 + f)
    z = s * s
    r = z * (_L1 + z * (_L2 + z * (_L3 + z * (_L4 + z * (_L5 + z * (_L6 + z * _L7))))))
    h = 0.5 * f * f
    y = k * _LN2_HIGH - ((h - (s * (h + r) + k * _LN2_LOW)) - f)
    y = y if x < _INF else x  # inf and NaN
    y = y if x != 0.0 else -_INF
    return _NAN if x < 0.0 else y


@inlined
def _product_rest(a, b, p):
    """a * b - p, exactly, where p is a * b rounded (dekker1971)."""
    t = _SPLIT * a
    ah = t - (t - a)
    al = a - ah
    t = _SPLIT * b
    bh = t - (t - b)
    bl = b - bh
    return ((ah * bh - p) + ah * bl + al * bh) + al * bl


@inlined
def power1(x, y):
    """x to the y, x >= 0: exp(y log x) with log x carried to about 60 bits. NaN for x < 0 and for any NaN."""
    k, f = _split_binary(x)
    c = 1e25 if y > 1e25 else y  # beyond, every x but 1 gives 0 or inf
    c = -1e25 if c < -1e25 else c
    d = 2.0 + f
    rest = f - (d - 2.0)
    s = f / d
    p = s * d
    s_low = ((f - p) - _product_rest(s, d, p) - s * rest) / d
    z = s * s
    r = z * (_L1 + z * (_L2 + z * (_L3 + z * (_L4 + z * (_L5 + z * (_L6 + z * _L7))))))
    # log x = high + low: k ln 2 + 2 s, exactly, and all that is small
    a = k * _LN2_HIGH
    b = 2.0 * s
    high = a + b
    v = high - a
    low = ((a - (high - v)) + (b - v)) + (2.0 * s_low + (s * r + k * _LN2_LOW))
    v = high + low
    low = low - (v - high)
    high = v
    p = c * high
    rest = _product_rest(c, high, p) + c * low
    rest = rest if abs(p) < 750.0 else 0.0
    e = exp1(p)
    e = e + e * rest if e < _INF else e
    sign = 0.0 if c > 0.0 else (_INF if c < 0.0 else 1.0)  # 0 to the y
    e = e if x != 0.0 else sign
    sign = _INF if c > 0.0 else (0.0 if c < 0.0 else 1.0)  # inf to the y
    e = e if x != _INF else sign
    e = _NAN if x < 0.0 else e
    return e + (0.0 * c + (x - x if x < _INF else (x if x != x else 0.0)))  # NaN in x or y


@inlined
def logistic1(x):
    """1 / (1 + exp(-x)), exact in both tails."""
    e = exp1(-abs(x))
    return (e if x < 0.0 else 1.0) / (1.0 + e)


# exp(z^2/2) Phi(-z) (1 + 1.5 z) = 1/2 + (q + 1) r(q), q = (z - 4)/(z + 4), for z from 0 to 39: r interpolated at 23
# Chebyshev nodes with 60 digits (relative error of the left side 3.2e-17); highest power first.
_T22, _T21, _T20 = -7.635850793051438e-10, -3.7850687245952253e-10, 9.551767006841649e-09
_T19, _T18, _T17 = 1.2995600088492565e-08, -4.826499123022774e-08, -1.1696383737308399e-07
_T16, _T15, _T14 = 1.4663496516082294e-07, 7.232439957532608e-07, -2.2124301618362943e-07
_T13, _T12, _T11 = -4.026052916704603e-06, -7.063772387300148e-07, 2.3297482338397078e-05
_T10, _T9, _T8 = 6.261368737605864e-06, -0.00015236509859219052, 3.349726615056395e-05
_T7, _T6, _T5 = 0.0011024404949478035, -0.0018502820813275516, -0.005907066840242105
_T4, _T3, _T2 = 0.03705726080179336, -0.10078641899718924, 0.17954066874635147
_T1, _T0 = -0.22073084432934323, 0.16087448911378255
_HIGH_26 = np.int64(-134217728)  # clears the low 27 bits: what is left has an exact square


@inlined
def normal1(x):
    """Standard normal distribution function of one number; below zero to full relative accuracy."""
    z = abs(x)
    z = 39.0 if z > 39.0 else z
    top = np.int64(np.float64(z).view(np.int64) & _HIGH_26).view(np.float64)
    d = 0.5 * (z - top) * (z + top)  # below 4e-5
    e = exp1(-0.5 * top * top)
    e = e - e * (d * (1.0 - d * (0.5 - d * (1.0 / 6.0))))
    t = 2.0 * z / (z + 4.0)
    q = t - 1.0
    r = _T19 + q * (_T20 + q * (_T21 + q * _T22))
    r = _T14 + q * (_T15 + q * (_T16 + q * (_T17 + q * (_T18 + q * r))))
    r = _T9 + q * (_T10 + q * (_T11 + q * (_T12 + q * (_T13 + q * r))))
    r = _T4 + q * (_T5 + q * (_T6 + q * (_T7 + q * (_T8 + q * r))))
    r = _T0 + q * (_T1 + q * (_T2 + q * (_T3 + q * r)))
    tail = e * ((0.5 + t * r) / (1.0 + 1.5 * z))
    return 1.0 - tail if x > 0.0 else tail


@inlined
def normal_quantile1(p):
    """Standard normal quantile of one number, wichura1988 (PPND16); -inf at 0, inf at 1, NaN outside."""
    q = p - 0.5
    near = abs(q) <= 0.425
    r = 0.180625 - q * q
    top = 6.7265770927008700853e4 + r * (3.3430575583588128105e4 + r * 2.5090809287301226727e3)
    top = 4.5921953931549871457e4 + r * top
    top = 1.9715909503065514427e3 + r * (1.3731693765509461125e4 + r * top)
    top = (3.3871328727963666080e0 + r * (1.3314166789178437745e2 + r * top)) * q
    low = 3.9307895800092710610e4 + r * (2.8729085735721942674e4 + r * 5.2264952788528545610e3)
    low = 2.1213794301586595867e4 + r * low
    low = 6.8718700749205790830e2 + r * (5.3941960214247511077e3 + r * low)
    low = 1.0 + r * (4.2313330701600911252e1 + r * low)

    r = np.sqrt(-log1(1.0 - p if q > 0.0 else p))
    far = r > 5.0
    s = r - 1.6
    top1 = 2.41780725177450611770e-1 + s * (2.27238449892691845833e-2 + s * 7.74545014278341407640e-4)
    top1 = 1.27045825245236838258e0 + s * top1
    top1 = 5.76949722146069140550e0 + s * (3.64784832476320460504e0 + s * top1)
    top1 = 1.42343711074968357734e0 + s * (4.63033784615654529590e0 + s * top1)
    low1 = 1.51986665636164571966e-2 + s * (5.47593808499534494600e-4 + s * 1.05075007164441684324e-9)
    low1 = 1.48103976427480074590e-1 + s * low1
    low1 = 1.67638483018380384940e0 + s * (6.89767334985100004550e-1 + s * low1)
    low1 = 1.0 + s * (2.05319162663775882187e0 + s * low1)
    s = r - 5.0
    top2 = 1.24266094738807843860e-3 + s * (2.71155556874348757815e-5 + s * 2.01033439929228813265e-7)
    top2 = 2.65321895265761230930e-2 + s * top2
    top2 = 1.78482653991729133580e0 + s * (2.96560571828504891230e-1 + s * top2)
    top2 = 6.65790464350110377720e0 + s * (5.46378491116411436990e0 + s * top2)
    low2 = 1.84631831751005468180e-5 + s * (1.42151175831644588870e-7 + s * 2.04426310338993978564e-15)
    low2 = 7.86869131145613259100e-4 + s * low2
    low2 = 1.36929880922735805310e-1 + s * (1.48753612908506148525e-2 + s * low2)
    low2 = 1.0 + s * (5.99832206555887937690e-1 + s * low2)

    top1 = top2 if far else top1
    low1 = low2 if far else low1
    top1 = top1 if q > 0.0 else -top1
    y = (top if near else top1) / (low if near else low1)
    y = -_INF if p == 0.0 else y
    return _INF if p == 1.0 else y


@compiled("f8[:]", "f8[:]!")
def _exp(x, out):
    for i in range(x.size):
        out[i] = exp1(x[i])


@compiled("f8[:]", "f8[:]!")
def _log(x, out):
    for i in range(x.size):
        out[i] = log1(x[i])


@compiled("f8[:]", "f8[:]!")
def _logistic(x, out):
    for i in range(x.size):
        out[i] = logistic1(x[i])


@compiled("f8[:]", "f8[:]!")
def _normal(x, out):
    for i in range(x.size):
        out[i] = normal1(x[i])


@compiled("f8[:]", "f8[:]!")
def _normal_quantile(x, out):
    for i in range(x.size):
        out[i] = normal_quantile1(x[i])


@compiled("f8[:]", "f8[:]", "f8[:]!")
def _power(x, y, out):
    for i in range(x.size):
        out[i] = power1(x[i], y[i])


def _each(kernel: Kernel, x: ArrayLike) -> Any:
    values = np.asarray(x, dtype=np.float64)
    out = np.empty(values.shape)
    kernel(values.ravel(), out.reshape(-1))
    return out if out.ndim else out[()]


def exp(x: ArrayLike) -> NDArray[np.float64]:
    """Exponential of a number or an array of any shape; inf above 709.78, 0 below -745.13.

    >>> float(exp(-1.0))
    0.36787944117144233
    """
    return _each(_exp, x)


def log(x: ArrayLike) -> NDArray[np.float64]:
    """Natural logarithm of a number or an array of any shape; -inf at 0, NaN below.

    >>> float(log(10.0))
    2.302585092994046
    """
    return _each(_log, x)


def logistic(x: ArrayLike) -> NDArray[np.float64]:
    """1 / (1 + exp(-x)), the share that says yes at log-odds x; a number or an array of any shape.

    >>> float(logistic(0.0))
    0.5
    """
    return _each(_logistic, x)


def power(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """x to the power y for x >= 0, broadcast against each other.

    NaN for x < 0, and for any NaN: unlike NumPy's, NaN ** 0 stays NaN, so that a lost history is seen to be lost.

    >>> float(power(0.5, 2.0))
    0.25
    """
    left, right = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    out = np.empty(left.shape)
    _power(np.ascontiguousarray(left).reshape(-1), np.ascontiguousarray(right).reshape(-1), out.reshape(-1))
    return out if out.ndim else out[()]


def normal(x: ArrayLike) -> NDArray[np.float64]:
    """Standard normal distribution function, a number or an array of any shape; exact far into the lower tail.

    >>> float(normal(0.0))
    0.5
    >>> round(float(normal(-1.959963984540054)), 15)
    0.025
    """
    return _each(_normal, x)


def normal_quantile(p: ArrayLike) -> NDArray[np.float64]:
    """Standard normal quantile, the inverse of `normal`; -inf at 0, inf at 1, NaN outside [0, 1].

    >>> round(float(normal_quantile(0.975)), 12)
    1.95996398454
    """
    return _each(_normal_quantile, p)
