"""Rulers contested and established: sections 4.1 and 4.2 of the project's reference on classic models.

The counts were read there in two summaries of svolik2009 and tabulated from the leader file of svolik2012; chain and ladder are
the reference's reduced form, worked out there twice.
"""

from fractions import Fraction
from math import exp, factorial, inf, isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import mutant

from thaw.classics import svolik
from thaw.classics.svolik import TENURE, closed, credible, hazard_between, interval, ladder, mixed, prospects, run, simulate
from thaw.kernels.noise import name_key, uniform_plain

chances = st.floats(0, 0.99)


def test_all_rows_agree(rows_of):
    rows = rows_of("svolik")
    assert [row.quantity for row in rows if row.agrees is not True] == []
    assert {row.status for row in rows} == {"verified", "derived", "reduced form"}
    assert all(row.citation.startswith("Milan W. Svolik (2009)") for row in rows)


@given(chances, chances, st.integers(1, 60))
def test_the_closed_form_is_what_the_periods_add_up_to(h, e, periods):
    for iterated, form in zip(run(h, e, periods), closed(h, e, periods), strict=True):
        assert iterated.shape == (periods + 1,)
        np.testing.assert_allclose(iterated, form, rtol=1e-9, atol=1e-12)


@given(st.floats(0.01, 0.9), st.floats(0.01, 0.9))
def test_the_hazard_of_all_falls_though_that_of_the_contested_is_constant(h, e):
    fates = run(h, e, 40)
    contested = fates.survival - fates.established
    assert (np.diff(fates.hazard) < 0).all()
    assert fates.hazard[0] == h
    np.testing.assert_allclose(fates.hazard * fates.survival, h * contested, atol=1e-12)


@pytest.mark.parametrize(("h", "e"), [(0.1, 0.1), (0.12, 0.15), (0.2, 0.05)])
def test_in_the_end_all_who_are_left_are_established(h, e):
    established, at_risk = prospects(h, e)
    fates = run(h, e, 1000)
    assert fates.established[-1] == pytest.approx(established, abs=1e-12)
    assert fates.survival[-1] == pytest.approx(established, abs=1e-12)
    assert (fates.survival - fates.established).sum() == pytest.approx(at_risk)


def test_limits():
    assert run(0.3, 0, 50).hazard == pytest.approx([0.3] * 51)  # nobody is ever safe: constant
    assert run(0.3, 1, 3).hazard.tolist() == [0.3, 0, 0, 0]  # everybody at once
    assert run(0, 0.2, 9).survival == pytest.approx(np.ones(10))
    assert prospects(0, 0) == (0, inf)
    assert prospects(0, 0.5) == (1, 2)
    everybody_falls = run(1, 0.5, 2)
    assert everybody_falls.survival.tolist() == [1, 0, 0]
    assert everybody_falls.hazard[0] == 1
    assert isnan(everybody_falls.hazard[1])
    assert isnan(closed(1, 0.5, 2).hazard[1])


def test_a_ladder_of_one_rung_is_the_chain():
    for one, other in zip(ladder([0.3], attempt=0.5, climb=0.2, periods=25), run(0.15, 0.2, 25), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_ladder_in_exact_fractions():
    success, attempt, climb = [Fraction(3, 5), Fraction(2, 5), Fraction(1, 5)], Fraction(1, 4), Fraction(3, 10)
    shares = {0: Fraction(1), 1: Fraction(0), 2: Fraction(0), 3: Fraction(0)}
    told = ladder()
    for t in range(31):
        alive = sum(shares.values())
        falls = {n: shares[n] * attempt * success[n] for n in range(3)}
        assert told.survival[t] == pytest.approx(float(alive), abs=1e-14)
        assert told.established[t] == pytest.approx(float(shares[3]), abs=1e-14)
        assert told.hazard[t] == pytest.approx(float(sum(falls.values()) / alive), abs=1e-14)
        stay = {n: shares[n] - falls.get(n, 0) for n in range(4)}
        shares = {n: stay[n] * (1 - climb if n < 3 else 1) + (stay[n - 1] * climb if n else 0) for n in range(4)}


@pytest.mark.parametrize(
    ("b", "rho", "s_c", "pays"),
    [(0.5, 0.6, 1, True), (0.5, 0.5, 1, False), (0.9, 0.1, 1, False), (0.9, 0.11, 1, True), (0.5, 0.6, 0.8, False), (1, 0.01, 1, True), (1, 0, 1, False),
     (2 / 3, 1 / 3, 1, False)],
)  # fmt: skip
def test_when_a_coup_pays(b, rho, s_c, pays):
    assert credible(b, rho, s_c) is pays


def test_the_tabulated_file():
    assert sum(coups for _, _, coups, _ in TENURE) == 202
    assert [low for low, *_ in TENURE[1:]] == [high for _, high, *_ in TENURE[:-1]]
    assert hazard_between(0, 1) / hazard_between(10) == pytest.approx((68 / 589) / (34 / 1895))
    (lowest, _), (_, highest) = interval(68), interval(34)
    assert (lowest / 589) / (highest / 1895) > 3  # the factor of three is not luck of the counts


@pytest.mark.parametrize("events", [6, 12, 23, 68])
def test_the_interval_leaves_five_percent_at_either_end(events):
    low, high = interval(events)
    at_most = lambda n, mean: sum(exp(-mean) * mean**i / factorial(i) for i in range(n + 1))  # noqa: E731
    assert 1 - at_most(events - 1, low) == pytest.approx(0.05, abs=1e-3)
    assert at_most(events, high) == pytest.approx(0.05, abs=1e-3)


def test_simulated_rulers_are_those_of_the_plain_generator():
    hazards, climb, key = (0.3, 0.05), 0.2, name_key(7, "svolik", "fate")
    removed, office = [0] * 8, [0] * 8
    for ruler in range(200):
        contested = True
        for t in range(8):
            office[t] += 1
            if contested and uniform_plain(key, ruler, 0, t) < hazards[ruler % 2]:
                removed[t] += 1
                break
            contested = contested and uniform_plain(key, ruler, 1, t) >= climb
    assert simulate(hazards, climb, rulers=200, periods=8, seed=7) == (removed, office)


def test_rulers_of_one_kind_show_no_falling_hazard():
    removed, office = simulate([0.1], rulers=40_000, periods=12)
    assert max(abs(gone / there - 0.1) / sqrt(0.09 / there) for gone, there in zip(removed, office, strict=True)) < 4
    assert np.isnan(mixed([1.0], 3)).tolist() == [False, True, True]
    assert mixed([0.1], 12) == pytest.approx([0.1] * 12)


def test_selection_alone_makes_the_hazard_fall():
    told = mixed((0.2, 0.02), 21)
    byhand = [(0.2 * 0.8**t + 0.02 * 0.98**t) / (0.8**t + 0.98**t) for t in range(21)]
    assert told == pytest.approx(byhand)
    assert (np.diff(told) < 0).all()
    assert told[-1] > 0.02


@settings(max_examples=20)
@given(st.lists(st.floats(0.01, 0.9), min_size=2, max_size=5))
def test_a_mixed_population_never_gets_more_dangerous(hazards):
    assert (np.diff(mixed(hazards, 15)) <= 1e-12).all()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: run(h=-0.1), r"h is -0.1: wanted a share from 0 to 1"),
        (lambda: run(h=nan), r"h is nan: wanted a share from 0 to 1"),
        (lambda: run(h="often"), r"h is often: wanted a share from 0 to 1"),
        (lambda: run(h=True), r"h is True: wanted a share from 0 to 1"),
        (lambda: run(e=1.5), r"e is 1.5: wanted a share from 0 to 1"),
        (lambda: run(e=None), r"e is None: wanted a share from 0 to 1"),
        (lambda: run(e=inf), r"e is inf: wanted a share from 0 to 1"),
        (lambda: run(periods=0), r"periods is 0: wanted a whole number from 1 to 100000"),
        (lambda: run(periods=2.5), r"periods is 2.5: wanted a whole number from 1 to 100000"),
        (lambda: run(periods=10**9), r"periods is 1000000000: wanted a whole number from 1 to 100000"),
        (lambda: closed(2, 0, 1), r"h is 2: wanted a share from 0 to 1"),
        (lambda: prospects(0, -1), r"e is -1: wanted a share from 0 to 1"),
        (lambda: ladder([]), r"success has 0 entries: wanted 1 to 100000"),
        (lambda: ladder([0.5, 2]), r"success\[1\] is 2: wanted a share from 0 to 1"),
        (lambda: ladder(attempt=-1), r"attempt is -1: wanted a share from 0 to 1"),
        (lambda: ladder(climb=nan), r"climb is nan: wanted a share from 0 to 1"),
        (lambda: credible(1.2, 0.5), r"b is 1.2: wanted a share from 0 to 1"),
        (lambda: credible(0.5, 0.5, nan), r"s_c is nan: wanted a share from 0 to 1"),
        (lambda: simulate([]), r"hazards has 0 entries: wanted 1 to 100000"),
        (lambda: simulate([0.1], rulers=0), r"rulers is 0: wanted a whole number from 1 to 10000000"),
        (lambda: simulate([0.1], rulers=10**6, periods=21), r"rulers \* periods is 1000000 \* 21 = 21000000: wanted at most 20000000"),
        (lambda: simulate([0.1], seed=-1), "seed is -1"),
        (lambda: mixed([0.1] * 1000, 10**5), r"hazards \* periods is 1000 \* 100000 = 100000000: wanted at most 20000000"),
        (lambda: ladder([0.1] * 1000, periods=10**5), r"rungs \* periods is"),
        (lambda: mixed(0.1, 3), r"hazards is 0\.1: wanted a list of 1 to 100000 entries"),
        (lambda: interval(0), "events is 0: wanted a whole number from 1 to"),
        (lambda: hazard_between(50), "start is 50: wanted one of 0, 1, 2, 3, 5, 7, 10, 15, 20"),
        (lambda: hazard_between(0, 4), "end is 4: wanted one of 1, 2, 3, 5, 7, 10, 15, 20"),
        (lambda: hazard_between(5, 5), "end is 5: wanted one of 7, 10, 15, 20"),
        (lambda: hazard_between(20, 20), "end is 20: wanted None: the last band is open"),
        (lambda: mixed([], 3), r"hazards has 0 entries: wanted 1 to 100000"),
        (lambda: mixed([1.1], 3), r"hazards\[0\] is 1.1: wanted a share from 0 to 1"),
    ],
)
def test_what_cannot_be(call, text):
    with pytest.raises(ValueError, match=text):
        call()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("up = left * climb", "up = contested * climb"),  # those who fall would climb too
        ("falls = present & contested & (luck", "falls = present & (luck"),  # the established would not be safe
        ("chance * stake > 1 - power", "chance * stake >= 1 - power"),  # a tie would pay
        ("fates.hazard[t] = (contested * hazards).sum() / alive", "fates.hazard[t] = (contested * hazards).sum()"),  # of all who ever ruled
        ("luck[:, 0] < hazard", "luck[:, 0] < hazard.mean()"),  # all rulers alike
    ],
    ids=["fall and climb", "never safe", "ties pay", "of all", "all alike"],
)
def test_a_slightly_different_rule_is_noticed(old, new):
    assert any(row.agrees is False for row in mutant("thaw.classics.svolik", old, new).rows())


def test_the_figure_shows_the_record_and_the_chain():
    _, data = svolik.figure()
    assert len(data["points"]) == len(TENURE)
    assert all(point["low"] < point["y"] < point["high"] for point in data["points"])
