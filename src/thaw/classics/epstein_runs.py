"""Replication of Epstein's runs: bursts counted in simulated series, beside the paper's claims and an independent program.

A burst lasts from the first tick with more than 50 active to the last before fewer than 50; its activation is the sum of
active citizens over it; a wait is the number of ticks between a burst's end and the next one's start.
"""

from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thaw.classics import epstein
from thaw.classics.rows import Row, close, exact, shown

if TYPE_CHECKING:
    from thaw.charts import Figure

MANY = 50


class Bursts(NamedTuple):
    """Of one series: first tick, ticks between an end and the next start, sum of active citizens over each."""

    starts: NDArray[np.int64]
    waits: NDArray[np.int64]
    activation: NDArray[np.int64]


def bursts(active: NDArray[Any]) -> Bursts:
    """The finished bursts of one series of active citizens.

    >>> bursts(np.array([0, 60, 50, 49, 0, 51, 3]))
    Bursts(starts=array([1, 5]), waits=array([2]), activation=array([110,  51]))
    """
    starts: list[int] = []
    ends: list[int] = []
    for t, many in enumerate(active):
        if len(starts) == len(ends):
            if many > MANY:
                starts.append(t)
        elif many < MANY:
            ends.append(t)
    done = list(zip(starts, ends, strict=False))
    waits = [later[0] - earlier[1] for earlier, later in pairwise(done)]
    sums = [int(np.sum(active[start:end])) for start, end in done]
    return Bursts(np.array([start for start, _ in done], np.int64), np.array(waits, np.int64), np.array(sums, np.int64))


def extinction(group_a: NDArray[Any], group_b: NDArray[Any]) -> NDArray[np.int64]:
    """The tick, from 1, after which a group is gone, in each run; -1 where both last."""
    gone = (group_a == 0) | (group_b == 0)
    return np.where(gone.any(axis=1), gone.argmax(axis=1) + 1, -1)


RULES = "follows from the definition"
PROGRAM = "an independent C program of the same rules, 20 runs of 3,000 ticks"
QUOTED = "quoted by a replication (SugarScape specification)"
VECTORS = ((0, 1), (1, 1), (2, 1), (1, 2), (3, 2), (4, 5), (7, 3))
CHANCES = {
    "literal": [0.0, 0.899741, 0.989948, 0.683363, 0.968254, 0.841183, 0.995330],
    "floor": [0.0, 0.899741, 0.989948, 0.0, 0.899741, 0.0, 0.989948],
    "round": [0.0, 0.899741, 0.989948, 0.0, 0.989948, 0.899741, 0.989948],
}


def rows() -> list[Row]:
    """The formula's vectors, Run 2 under two readings of C/A, loss of legitimacy and of police, and the two groups."""
    return [*_formula(), *_run2(), *_losses(), *_groups()]


def _formula() -> list[Row]:
    told = []
    police, active = np.array(VECTORS).T
    names = " ".join(f"{c}/{a}" for c, a in VECTORS)
    for ratio, expected in CHANCES.items():
        found = [float(p) for p in epstein.arrest_probability(police, active, ratio)]
        told.append(close(f"P at C/A = {names}, {ratio}", expected, found, 5e-7, f"{RULES}, to six digits", "derived"))
    setup = epstein.run(**epstein.RUNS["run2"], ticks=1)
    citizens = int(setup.active[0, 0] + setup.quiet[0, 0] + setup.jailed[0, 0])
    views = [len(epstein.offsets(v, view)) for v, view in ((1.7, "euclid"), (7, "euclid"), (7, "manhattan"), (7, "square"))]
    told.append(exact("citizens; sites in view at 1.7, and at 7 Euclidean, Manhattan, square", [1120, 8, 148, 112, 224], [citizens, *views], RULES, "derived"))
    levels, shares = (0.89, 0.82, 0.8, 0.7, 0.2), []
    for level in levels:
        alone = epstein.run(legitimacy=level, cop_density=0.0, ticks=1, runs=10, width=100, height=100, citizen_density=0.9)
        shares.append(float(alone.active.mean()) / 9000)
    expected = [1 - 0.1 / (1 - level) for level in levels]
    basis = "P = 0, so H > T/(1 - L); 90,000 citizens each: 4 s.e. of a share"
    told.append(close("share active without police at L = .89, .82, .8, .7, .2", expected, shares, 4 * 0.5 / 90_000**0.5, basis, "derived"))
    return told


def _run2() -> list[Row]:
    runs = {"floor": 12, "literal": 6}
    made = {ratio: epstein.run(**epstein.RUNS["run2"], ratio=ratio, ticks=3000, runs=n).active.values for ratio, n in runs.items()}
    found = {ratio: [bursts(series) for series in active] for ratio, active in made.items()}
    floor = found["floor"]
    waits, sums = [float(each.waits.mean()) for each in floor], [float(each.activation.mean()) for each in floor]
    spread = [float(each.activation.std()) for each in floor]
    number = float(np.mean([len(each.starts) for each in floor]))
    literal = int(sum(len(each.starts) for each in found["literal"]))
    size = f"{PROGRAM}; here 12: 4 s.e. of the difference, theirs from its range"
    printed = f"{PROGRAM}: none; here 6 such runs"
    return [
        exact("Run 2, C/A as printed: bursts of more than 50", 0, literal, printed, "derived"),
        close("Run 2, C/A rounded down: bursts in 3,000 ticks", 116, number, 8.6, size, "derived"),
        close("Run 2, rounded down: mean wait", 20.5, float(np.mean(waits)), 2.2, size, "derived"),
        close("Run 2, rounded down: mean activation of a burst", 784, float(np.mean(sums)), 135.0, size, "derived"),
        shown("punctuated equilibrium: bursts with C/A as printed", "long calm, sudden bursts", f"{literal} bursts", NOBODY, "not reproduced"),
        shown("mean wait between bursts; its s.d.", [60, 55], _two(waits, [float(each.waits.std()) for each in floor]), ROUNDED, "not reproduced"),
        shown("mean activation of a burst; its s.d.", [708, 230], _two(sums, spread), ROUNDED, "not reproduced"),
    ]


NOBODY = f"title of the figures; with the formula as printed nobody gets bursts ({QUOTED}; NetLogo's page says the same)"
ROUNDED = f"{QUOTED}; the printed formula gives no bursts, so the value shown is of C/A rounded down, which the paper does not state"


def _two(means: list[float], spreads: list[float]) -> list[float]:
    return [round(float(np.mean(means)), 1), round(float(np.mean(spreads)), 1)]


def _losses() -> list[Row]:
    salami, jump = (epstein.run(**epstein.RUNS[name], ratio="floor", runs=100).active.values for name in ("run3", "run4"))
    higher = float((jump.max(axis=1) > salami.max(axis=1)).mean())
    both = (higher + 0.81) / 2
    doubt = round(4 * sqrt(both * (1 - both) * 2 / 100), 3)
    quiet = int(salami[:, : epstein.FALL].max() + jump[:, : epstein.FALL].max())
    thin = {ratio: epstein.run(**epstein.RUNS["run5"], ratio=ratio, runs=n) for ratio, n in (("literal", 5), ("floor", 20))}
    tipped = [int((thin[ratio].active.max("tick") > MANY).sum()) for ratio in ("floor", "literal")]
    left = float(thin["floor"].jailed[:, -1].mean())
    pairs = "100 pairs here and in an independent program: 4 s.e. of the difference"
    return [
        exact("Runs 3 and 4 before legitimacy falls (L = .9): ever active", 0, quiet, "G ≤ .1 = T, and rule A is strict; 200 runs", "derived"),
        close("Runs 3 and 4: share of pairs in which the jump peaks above the slow loss", 0.81, higher, doubt, pairs, "derived"),
        shown(
            "a slow loss of legitimacy gives no burst, a jump does: share of runs with one",
            "no; yes",
            f"{float((salami.max(axis=1) > MANY).mean()):.2f}; {float((jump.max(axis=1) > MANY).mean()):.2f}",
            "titles of figures 9 and 10; rounded down, 100 runs each; none of either with C/A as printed",
            "not reproduced",
        ),
        exact("Run 5, police thinned to 0: runs with bursts, of 20 rounded down and 5 printed", [20, 0], tipped, PROGRAM_20, "derived"),
        close("Run 5, in jail for good at the end, mean", 560, left, 15.0, "all with H > .5: 4 s.e. of 20 binomial draws", "derived"),
    ]


PROGRAM_20 = "an independent C program of the same rules: all of its 20 rounded down, none as printed"


def _groups() -> list[Row]:
    calm = epstein.run(**epstein.RUNS["run6"], ticks=200, runs=20)
    times = {}
    for density, runs, ticks in ((0.0, 40, 300), (0.04, 20, 500), (0.1, 40, 400)):
        made = epstein.run(**epstein.RUNS["run7"] | {"cop_density": density}, ticks=ticks, runs=runs)
        times[density] = extinction(made.group_a.values, made.group_b.values)
    lasted = {density: np.where(found < 0, 400, found) for density, found in times.items()}
    ended = int((times[0.0] > 0).sum())
    times_longer = float(lasted[0.1].mean() / lasted[0.0].mean())
    nasty = int((times[0.04] > 0).sum())
    both = "40 runs here and in an independent program: 4 s.e. of the difference"
    later = "40 runs each, those at .10 cut at 400 ticks, though a few last for thousands; an independent program has 3.3, its cut not known"
    return [
        exact("Run 6 (L = .9, no police): killed", 0, int(calm.killed.sum()), "G ≤ T, so nobody is active; 20 runs of 200 ticks", "derived"),
        exact("Run 7 (L = .8, no police): runs in which one group dies out, of 40", 40, ended, f"always, n = 30: {QUOTED}"),
        close("Run 7: mean time to extinction", 96, float(times[0.0].mean()), 26.0, both, "derived"),
        shown("mean time to extinction at police density .10, as a multiple of that at 0", None, round(times_longer, 2), later),
        shown("Run 8 (police .04): stable; runs that end in extinction, of 20", "stable, but nasty", nasty, STABLE, "not reproduced"),
    ]


STABLE = f"{QUOTED}; extinction within 500 ticks here, in all 20 runs of that replication and of an independent program"


def figure() -> "Figure":
    """Run 2: active citizens over time, C/A as printed and rounded down."""
    from thaw import charts

    lines: list[dict[str, Any]] = []
    for ratio, name in (("floor", "C/A rounded down"), ("literal", "C/A as printed")):
        made = epstein.run(**epstein.RUNS["run2"], ratio=ratio, ticks=400)
        lines += [{"x": t + 1, "y": int(many), "series": name} for t, many in enumerate(made.active.values[0])]
    top = max(lines, key=lambda line: line["y"])
    labels: list[dict[str, object]] = [
        {"x": top["x"], "y": top["y"], "series": "C/A rounded down", "text": "C/A rounded down"},
        {"x": 402, "y": 8, "series": "C/A as printed", "text": "C/A as printed"},
    ]
    title = "Long calm and sudden bursts come from rounding, not from the printed formula"
    chart = charts.curves("tick", "active citizens, of 1,120", title=title, domain=(0, 400), number=",d")
    return chart, {"lines": lines, "labels": labels, "points": [], "guide": []}
