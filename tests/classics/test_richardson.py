"""Richardson: the exact solution against mpmath and small steps, laws of outcomes, clipping, bad input, mutants."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from thaw.classics import linear, richardson
from thaw.classics.richardson import determinant, eigenvalues, equilibrium, longest_step, nations, outcome, rate, run

from mutants import mutant  # isort: skip


def test_rows_agree(rows_of):
    rows = rows_of("richardson")
    assert 6 <= len(rows) <= 25
    assert [row.quantity for row in rows if row.agrees is False] == []
    assert [row.status for row in rows if "1909" in row.quantity] == ["unverified"]


def by_mpmath(system, start, t):
    k, l, a, b, g, h = system  # noqa: E741
    with mpmath.workdps(40):
        whole = mpmath.matrix([[-a, k, g], [l, -b, h], [0, 0, 0]]) * t
        return [float(v) for v in (mpmath.expm(whole) * mpmath.matrix([*start, 1]))[:2]]


few = st.sampled_from([0.0, 0.1, 0.3, 0.5, 1.0, 2.0, 4.0])
rates = few | st.floats(1e-6, 5)
grievances = st.sampled_from([-5.0, -1.0, 0.0, 1.0, 2.0]) | st.floats(1e-6, 5) | st.floats(-5, -1e-6)
systems = st.tuples(rates, rates, rates, rates, grievances, grievances)
arms = st.sampled_from([0.0, 1.0]) | st.floats(0, 10)
starts = st.tuples(arms, arms)


@given(systems, starts, st.floats(0, 5) | st.sampled_from([1e-9, 1e-3]))
@settings(max_examples=150, deadline=None)
@example((0, 0, 0, 0, 0, 0), (1.0, 2.0), 3.0)
@example((1, 1, 1, 1, 1, -1), (1.0, 2.0), 3.0)
@example((0, 1, 1, 1, 2, 1), (1.0, 2.0), 3.0)  # equal eigenvalues, one direction
@example((0, 1, 0, 0, 2, 1), (1.0, 2.0), 3.0)  # both 0
@example((1e-9, 1e-9, 1, 1, 2, 1), (1.0, 2.0), 3.0)  # nearly equal
@example((1, 1 + 1e-12, 1, 1, 2, 1), (1.0, 2.0), 3.0)  # nearly 0
@example((1e-200, 1e-200, 1e-200, 1e-200, 1, 1), (1.0, 2.0), 3.0)
def test_the_solution_is_the_matrix_exponential(system, start, t):
    found = run(*system, start=start, times=[t])
    wanted = by_mpmath(system, start, t)
    size = max(1.0, *map(abs, start), *map(abs, wanted))
    assert [found.x.item(), found.y.item()] == pytest.approx(wanted, abs=2e-12 * size)


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
@example([0.0, 0.0, 0.0])
@example([-1.0, -0.5, 0.0])
@example([-30.0, -30.0, 1e-8])
def test_divided_differences(nodes):
    """Hermite and Genocchi: exp[z0 ... zm] is the top right corner of exp of a matrix with z on and ones above the diagonal."""
    nodes = sorted(nodes)
    with mpmath.workdps(60):
        matrix = mpmath.diag(nodes)
        for i in range(len(nodes) - 1):
            matrix[i, i + 1] = 1
        wanted = float(mpmath.expm(matrix)[0, len(nodes) - 1])
    got = linear._divided(*(np.array([z]) for z in nodes))[0]
    assert got == pytest.approx(wanted, rel=1e-13)


@given(systems, starts)
@settings(max_examples=200, deadline=None)
def test_outcomes_are_what_happens(system, start):
    d, (low, high), name, balance = determinant(*system[:4]), eigenvalues(*system[:4]), outcome(*system), equilibrium(*system)
    assert low <= high
    assert (name in ("stable", "disarmament")) == (d > 0)
    assert (balance is None) == (d == 0) == (name in ("drift", "line of equilibria"))
    if balance and abs(d) > 1e-3:
        assert rate(*balance, *system) == pytest.approx((0, 0), abs=1e-9 * (1 + max(map(abs, balance))))
    if d > 0 and high < -0.05:
        far = run(*system, start=start, times=[40 / -high])
        assert (far.x.item(), far.y.item()) == pytest.approx(balance, abs=1e-9 * (10 + max(map(abs, balance))))
    if name == "runaway" and high > 0.05:
        far = run(*system, start=start, times=[60 / high])
        assert min(far.x.item(), far.y.item()) > 0
    if d < 0 and system[4] > 0 and system[5] > 0:
        assert name == "runaway"
    if d < 0 and system[4] < 0 and system[5] < 0:
        assert name == "start decides"
        assert max(balance) > 0


def test_start_decides_and_the_line_through_the_balance_parts_the_starts():
    system = (3, 4, 2, 2, -5, -5)
    x, y = equilibrium(*system)
    low, _ = eigenvalues(*system[:4])
    tilt = (low + 2) / 3
    for dx in (-2.0, 0.0, 1.0):
        for off, sign in ((1e-6, 1), (-1e-6, -1)):
            far = run(*system, start=(x + dx, y + tilt * dx + off), times=[20])
            assert np.sign(far.x.item()) == np.sign(far.y.item()) == sign


def test_drift_and_the_line_of_balances():
    drift = run(2, 4, 4, 2, 8, 2, times=[10, 20, 30])
    assert np.diff(drift.x) == pytest.approx(np.full(2, np.diff(drift.x)[0]))
    assert drift.outcome == "drift"
    assert "balance" not in drift.attrs
    line = run(1, 1, 1, 1, 1, -1, start=(3, 2.5), times=[0, 1, 30])
    assert (line.x + line.y).values == pytest.approx(np.full(3, 5.5))
    assert (line.x - line.y).values[-1] == pytest.approx(1)
    assert outcome(0.6, 0.1, 0.2, 0.3, 0.3, -0.15) == "line of equilibria"  # 0.2 · 0.3 - 0.6 · 0.1 is 1e-17 in floats
    assert outcome(0, 0, 0, 0, 0, 0) == "line of equilibria"
    assert outcome(0, 0, 0, 0, 0, 1) == "drift"


def test_a_balance_with_one_side_below_0_is_still_one():
    assert outcome(0.1, 0.1, 1, 1, 5, -2) == "stable"
    assert equilibrium(0.1, 0.1, 1, 1, 5, -2)[1] < 0
    assert outcome(0, 0, 1, 1, 0, 0) == "disarmament"


def test_outcomes_at_the_very_borders():
    assert outcome(2, 2, 1, 1, 0, 0) == "start decides"  # without grievances (0, 0) stays where it is
    assert outcome(2, 2, 1, 1, 1e-9, 0) == "runaway"
    assert equilibrium(0, 0, 1, 1, 0, -1) == (0, -1)
    assert outcome(0, 0, 1, 1, 0, -1) == "disarmament"  # no side of the balance above 0, one at it


@pytest.mark.parametrize("ask", [equilibrium, outcome])
def test_helpers_refuse_what_run_refuses(ask):
    with pytest.raises(ValueError, match="k is -1: wanted a finite number from 0"):
        ask(-1, 1, 1, 1, 1, 1)
    with pytest.raises(ValueError, match="h is nan: wanted a finite number"):
        ask(1, 1, 1, 1, 1, math.nan)


def test_the_longest_step_is_asked_of_rates():
    with pytest.raises(ValueError, match="b is -1: wanted a finite number from 0"):
        longest_step(1, 1, 1, -1)


def stepped(system, start, end, steps=4000):
    """Clipped arms by many small steps."""
    k, l, a, b, g, h = system  # noqa: E741
    x, y = start
    step = end / steps
    for _ in range(steps):  # Heun, projected
        dx, dy = k * y - a * x + g, l * x - b * y + h
        u, v = max(x + step * dx, 0.0), max(y + step * dy, 0.0)
        x, y = max((x + u + step * (k * v - a * u + g)) / 2, 0.0), max((y + v + step * (l * u - b * v + h)) / 2, 0.0)
    return x, y


@given(systems, starts)
@settings(max_examples=60, deadline=None)
@example((1, 1, 2, 2, -1, 3), (5.0, 0.0))  # disarms, then takes up arms again
@example((4, 4, 2, 2, -2, -2), (0.9, 0.9))  # both at once
@example((2, 0, 1, 0.1, -1, 1), (0.0, 0.0))
@example((2, 0, 1, 0, 0, -1), (0.0, 1.0))
@example((1, 0, 1, 0, -1, 0), (0.0, 1.0))  # at rest on the border
def test_clipped_arms_are_those_of_small_steps(system, start):
    end = 2.0
    found = run(*system, start=start, times=np.linspace(0, end, 41), clip=True)
    assert min(found.x.min(), found.y.min()) >= 0
    wanted = stepped(system, start, end)
    assert [found.x.values[-1], found.y.values[-1]] == pytest.approx(wanted, abs=2e-3 * (1 + max(wanted)))


@given(systems, starts)
@settings(max_examples=40, deadline=None)
def test_where_nobody_reaches_0_clipping_changes_nothing(system, start):
    times = np.linspace(0, 3, 31)
    free = run(*system, start=start, times=times)
    assume(min(free.x.values[1:].min(), free.y.values[1:].min()) > 0.1)
    clipped = run(*system, start=start, times=times, clip=True)
    assert clipped.x.values == pytest.approx(free.x.values, rel=1e-9)
    assert clipped.y.values == pytest.approx(free.y.values, rel=1e-9)


def test_disarming_and_arming_again_by_hand():
    """x falls alone from 1 by -x - 1: gone at ln 2. y grows from 0 by 1 a unit of time and at 3 outweighs x's goodwill."""
    system = (1 / 3, 0, 1, 0, -1, 1)
    gone = run(1e-12, 0, 1, 0, -1, 1, start=(1, 0), times=[math.log(2) - 1e-9, math.log(2) + 1e-9], clip=True)
    assert gone.x.values[0] > 0 == gone.x.values[1]
    again = run(*system, start=(0, 0), times=[0, 2.999999, 3, 4], clip=True)
    assert again.x.values[:3].tolist() == [0, 0, 0]
    assert again.x.values[3] == pytest.approx(math.exp(-1) / 3, rel=1e-12)  # dx/dt = t/3 - x
    assert again.y.values.tolist() == pytest.approx([0, 2.999999, 3, 4])


def test_clipping_changes_the_saddle():
    """Unclipped, the disarmed go on below 0 for ever: clip where that means nothing."""
    free, clipped = (run(4, 4, 2, 2, -2, -2, start=(0.9, 0.9), times=[1.151, 1.152, 100], clip=clip) for clip in (False, True))
    assert free.x.values[0] == pytest.approx(clipped.x.values[0], rel=1e-9)
    assert free.x.values[2] < -1e80
    assert clipped.x.values[1:].tolist() == [0, 0]


def test_an_arms_race_is_more_armed_the_more_it_fears():
    """The system is cooperative: more fear, more grievance or more arms at the start never means fewer arms."""
    times = np.linspace(0, 5, 26)
    base = {"k": 1, "l": 2, "a": 3, "b": 4, "g": 10, "h": 5, "start": (1, 2)}
    least = run(**base, times=times)
    for change in ({"k": 1.1}, {"l": 2.1}, {"g": 10.5}, {"h": 5.5}, {"a": 2.9}, {"b": 3.9}, {"start": (1, 2.2)}):
        more = run(**base | change, times=times)
        assert (more.x - least.x).min() >= -1e-14
        assert (more.y - least.y).min() >= -1e-14


def test_total_of_equals_grows_by_fear_less_fatigue():
    found = run(0.9, 0.9, 0.2, 0.2, 1.9, -0.7, start=(1, 3), times=[0, 2])
    total = (found.x + found.y).values
    still = -(1.9 - 0.7) / 0.7
    assert total[1] - still == pytest.approx((total[0] - still) * math.exp(1.4), rel=1e-13)


def test_rate_is_elementwise_plain_arithmetic():
    x = np.arange(6.0).reshape(2, 3)
    dx, dy = rate(x, 1.0, 0.5, np.array([[1.0], [2.0]]), 2.0, 3.0, 1.0, -1.0)
    np.testing.assert_array_equal(dx, 0.5 - 2 * x + 1)
    np.testing.assert_array_equal(dy, [[1], [2]] * x - 4)


@pytest.mark.parametrize("system", [(1, 1, 2, 2), (2, 2, 5, 3), (0.5, 0.4, 0.7, 0.6)])
def test_euler_settles_with_steps_below_the_longest(system):
    def gap(step):
        x, y = 0.0, 1.0
        for _ in range(3000):
            dx, dy = rate(x, y, *system, 0, 0)
            x, y = x + step * dx, y + step * dy
        return abs(x) + abs(y)

    assert gap(0.99 * longest_step(*system)) < 1e-6
    assert gap(1.01 * longest_step(*system)) > 1e6
    assert longest_step(0, 0, 0, 0) == math.inf


def test_two_nations_are_the_pair_and_many_are_no_more_than_linear_algebra():
    balance, growth = nations([[-5, 2], [2, -3]], [5, 5])
    assert balance == pytest.approx(equilibrium(2, 2, 5, 3, 5, 5))
    assert growth.real == pytest.approx(eigenvalues(2, 2, 5, 3))
    balance, growth = nations([[-1, 1], [1, -1]], [1, 1])
    assert balance is None
    assert growth.real == pytest.approx([-2, 0], abs=1e-12)
    assert nations([[-2.0]], [3])[0] == pytest.approx([1.5])
    circle = nations([[-1, 1, 0], [0, -1, 1], [1, 0, -1]], [0, 0, 0])[1]  # three may swing, two may not
    assert abs(circle.imag).max() > 0.8


GOOD = {"k": 1, "l": 1, "a": 2, "b": 2, "g": 1, "h": 1}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"k": -1}, "k is -1: wanted a finite number from 0"),
        ({"l": float("nan")}, "l is nan: wanted a finite number from 0"),
        ({"a": "two"}, "a is two: wanted a finite number"),
        ({"b": [1, 2]}, r"b is \[1, 2\]: wanted a finite number"),
        ({"g": float("inf")}, "g is inf: wanted a finite number"),
        ({"h": None}, "h is None: wanted a finite number"),
        ({"h": 10**400}, "wanted a finite number"),
        ({"start": 3}, "start is 3: wanted two numbers, x and y"),
        ({"start": (1, float("nan"))}, r"start\[1\] is nan: wanted a finite number"),
        ({"start": (-1, 0), "clip": True}, r"start\[0\] is -1: wanted a finite number from 0"),
        ({"clip": 2}, "clip is 2: wanted True or False"),
        ({"clip": np.array([True, False])}, r"clip is \[ True False\]: wanted True or False"),
        ({"start": [[1], [2, 3]]}, r"start is \[\[1\], \[2, 3\]\]: wanted two numbers"),
        ({"times": [0, 10**400]}, "times is .*: wanted numbers from 0 upwards"),
        ({"times": []}, r"times has shape \(0,\): wanted a list of at least one time"),
        ({"times": 3.0}, r"times has shape \(\): wanted a list"),
        ({"times": ["now"]}, r"times is \['now'\]: wanted numbers from 0 upwards"),
        ({"times": [-1, 0]}, "times run from -1 to 0: wanted finite ones from 0 upwards"),
        ({"times": [1, 0]}, "times run from 1 to 0: wanted finite ones"),
        ({"times": [0, float("inf")]}, "times run from 0 to inf: wanted finite ones"),
        ({"k": 9, "times": [0, 1000]}, "times go to 1000: by then arms are more than a number can hold"),
        ({"k": 9, "times": [0, 1000], "clip": True}, "times go to 1000: by then arms are more than a number can hold"),
    ],
)
def test_bad_input(asked, message):
    with pytest.raises(ValueError, match=message):
        run(**GOOD | asked)


@pytest.mark.parametrize(
    ("K", "g", "message"),
    [
        ([[1, 2]], [1], r"K has shape \(1, 2\): wanted \(n, n\), n above 0"),
        ([], [], r"K has shape \(0,\): wanted"),
        ([[1.0]], [1, 2], r"g has shape \(2,\): wanted \(1,\), as K"),
        ([[float("nan")]], [1], "K or g holds a number that is not finite"),
        ([["a"]], [1], "wanted finite numbers"),
        ([[10**400]], [1], "wanted finite numbers"),
        ([[1.0]], [10**400], "wanted finite numbers"),
    ],
)
def test_bad_nations(K, g, message):
    with pytest.raises(ValueError, match=message):
        nations(K, g)


def disagree(module):
    return sum(row.agrees is False for row in module.rows())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(k * h + b * g) / d", "(k * h + a * g) / d"),
        ('return "runaway" if push > 0', 'return "runaway" if push >= -99'),
        ("max(balance) <= 0", "max(balance) < -1"),
    ],
)
def test_a_changed_rule_is_noticed(old, new):
    assert disagree(mutant("thaw.classics.richardson", old, new)) > 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sqrt((a - b) * (a - b) + 4 * k * l)", "sqrt((a + b) * (a + b) + 4 * k * l)"),
        ("(-a - low) * r[0] + k * r[1]", "(-b - low) * r[0] + k * r[1]"),
        ("two = at * at *", "two = at *"),
        ("l * x - b * y + h", "l * x - a * y + h"),
    ],
)
def test_a_changed_solution_is_noticed(old, new):
    changed = mutant("thaw.classics.linear", old, new)
    system, start, t = (2, 2, 5, 3, 5, 5), (1.0, 0.5), 2.0
    far = changed.free(start, changed.rate(*start, *system), system[:4], np.array([t]))[:, 0]
    assert np.abs(far - by_mpmath(system, start, t)).max() > 1e-3


def test_the_figure_parts_the_starts():
    _, data = richardson.figure()
    ends = {}
    for line in data["lines"]:
        ends[line["series"].split()[0]] = line["x"] + line["y"]
    assert sum(end == 0 for end in ends.values()) == sum(end > 9 for end in ends.values()) == 3
