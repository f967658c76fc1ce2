"""The reduced form of Lohmann's Mondays: Bayes' rule, the exact chain behind it, and the turnouts on record.

Numbers: section 8.1 of the project's reference on classic models (turnouts as read there, 1.5^10); the rest from the chain.
"""

from fractions import Fraction
from math import comb, inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import mutant

from thaw.classics import lohmann
from thaw.classics.lohmann import odds_after, run

Q, EVEN, PEOPLE = 0.6, 10, 1000


def test_all_rows_agree(rows_of):
    rows = rows_of("lohmann")
    assert [row.quantity for row in rows if row.agrees is False] == []
    assert {row.status for row in rows} == {"derived", "reduced form", "unverified"}
    assert all(row.agrees is None and row.reproduced is None for row in rows if row.status == "unverified")


def test_growth_of_recorded_turnout():
    assert [round(factor, 1) for factor in lohmann.growth()] == [6.0, 3.3, 3.5, 1.7, 2.5]
    assert all(low <= figure <= high for _, _, low, high, figure, _ in lohmann.TURNOUT)


def test_ten_net_signs():
    assert odds_after(1, 0.6, 10, 0) == pytest.approx(57.665039, abs=5e-7)
    assert odds_after(1, 0.6, 14, 4) == odds_after(1, 0.6, 10, 0) == pytest.approx(1.5**10, rel=1e-13)
    assert odds_after(0.5, 0.75, 1, 3) == pytest.approx(0.5 / 9)


@given(st.fractions(Fraction(1, 99), 99, max_denominator=99), st.integers(51, 99), st.integers(0, 30), st.integers(0, 30))
def test_odds_are_bayes_rule_sign_by_sign(odds, percent, bad, good):
    q, belief = Fraction(percent, 100), odds / (1 + odds)
    for sign in [q] * bad + [1 - q] * good:
        belief = belief * sign / (belief * sign + (1 - belief) * (1 - sign))
    assert odds_after(float(odds), percent / 100, bad, good) == pytest.approx(float(belief / (1 - belief)), rel=1e-9)


def turning(chance, days, stop):
    """Chance of each D after each day, exactly, by its first definition: n // (1 + d)² signs a day. D from -1040."""
    floor = EVEN - PEOPLE - 40
    chances = np.zeros(2 * PEOPLE + 81)
    chances[-floor] = 1
    steps = {}
    for net in range(floor, floor + chances.size):
        signs = PEOPLE // (1 + abs(EVEN - net)) ** 2
        if signs and not (stop and net >= EVEN):
            bad = np.arange(signs + 1)
            choose = np.array([float(comb(signs, int(k)) * 3**int(k) * 2 ** int(signs - k) / 5**signs) for k in bad])
            steps[net] = signs, net + 2 * bad - signs - floor, choose if chance == Q else choose[::-1]
    found = [chances]
    for _ in range(days):
        after = np.where(np.isin(np.arange(chances.size) + floor, list(steps)), 0, chances)
        for net, (_, places, share) in steps.items():
            if chances[net - floor]:
                fits = (places >= 0) & (places < chances.size)
                np.add.at(after, places[fits], chances[net - floor] * share[fits])
        found.append(chances := after)
    return np.arange(chances.size) + floor, found


class TestTheChain:
    @pytest.mark.parametrize(("regime", "wanted"), [(True, 0.994844), (False, 0.005353)])
    def test_how_often_the_public_comes_to_even_odds(self, regime, wanted):
        net, days = turning(Q if regime else 1 - Q, 42, stop=True)
        reached = days[-1][net >= EVEN].sum()
        assert reached == pytest.approx(wanted, abs=1e-6)
        assert regime or reached <= 1.5**-EVEN  # no more than the prior odds: Ville's inequality
        assert run(bad=regime, runs=300, seed=1).found_out == pytest.approx(wanted, abs=4 * np.sqrt(0.0054 / 300))

    def test_belief_is_a_martingale(self):
        prior = 1 / (1 + 1.5**EVEN)
        belief = 0.0
        for chance, weight in ((Q, prior), (1 - Q, 1 - prior)):
            net, days = turning(chance, 10, stop=False)
            belief += weight * (days[-1] / (1 + 1.5 ** (EVEN - net.astype(float)))).sum()
        assert belief == pytest.approx(prior, rel=1e-9)

    def test_the_numbers_of_the_rows(self):
        net, days = turning(Q, 11, stop=False)
        willing = PEOPLE // (1 + np.abs(EVEN - net)) ** 2
        assert [Q * (day * willing).sum() for day in days[:3]] == pytest.approx([4.8, 9.3837, 53.5138], abs=1e-4)
        crowded = {m: sum(comb(m, k) * 3**k * 2 ** (m - k) for k in range(50, m + 1)) / 5**m for m in set(willing.tolist())}
        tail = np.array([crowded[m] for m in willing.tolist()])
        for monday in (1, 3, 6, 11):
            assert (days[monday - 1] * tail).sum() == pytest.approx(lohmann.CROWDED[monday], abs=1e-6)


class TestMondays:
    def test_turnout_grows_and_once_all_is_known_it_fades(self):
        """Aligned on the Monday after which the public is past even odds by more than thirty signs."""
        found = run(runs=200, seed=3)
        ends = [(h, days[0]) for h, days in ((h, np.flatnonzero(found.signs[h] > EVEN + 30)) for h in range(200)) if days.size and 2 < days[0] < 42]
        assert len(ends) > 20
        before, peak, after = (np.mean([found.turnout[h, day + shift] for h, day in ends]) for shift in (-3, -1, 0))
        assert peak > 10 * before
        assert after == 0

    def test_a_good_regime_sees_a_few_and_then_nobody(self):
        turnout = run(bad=False, runs=200).turnout.mean(axis=0)
        assert turnout[0] == pytest.approx(3.2, abs=4 * np.sqrt(8 * 0.24 / 200))
        assert turnout[-1] < 0.5
        assert turnout.max() < 10

    def test_without_company_all_who_find_it_worth_while_and_see_a_bad_sign_march(self):
        found = run(runs=50, n=300)
        net, turnout = found.signs[:, :-1], found.turnout
        willing = 300 // (1 + np.abs(EVEN - net)) ** 2
        assert (turnout <= willing).all()
        np.testing.assert_array_equal(found.signs[:, 1:], net + 2 * turnout - willing)
        np.testing.assert_allclose(found.odds, 1.5 ** (found.signs - EVEN), rtol=1e-12)

    def test_company_brings_more_people_out(self):
        alone, together = (run(runs=40, n=300, company=company, weeks=1, even=3) for company in (0, 30))
        assert (together.turnout >= alone.turnout).all()
        assert together.turnout.sum() > alone.turnout.sum()
        hardly = run(runs=40, n=300, company=1, weeks=20)
        np.testing.assert_array_equal(hardly.turnout, run(runs=40, n=300, weeks=20).turnout)

    def test_belief_stays_a_martingale_in_company(self):
        """So s and f are what Bayes' rule asks for although whoever lacks company is silent."""
        prior = 1 / (1 + 1.5**3)
        belief, variance = 0.0, 0.0
        for regime, weight in ((True, prior), (False, 1 - prior)):
            odds = run(bad=regime, even=3, n=60, company=12, runs=1200, weeks=4).odds[:, -1]
            shares = odds / (1 + odds)
            belief, variance = belief + weight * shares.mean(), variance + weight**2 * shares.var() / 1200
        assert belief == pytest.approx(prior, abs=4 * np.sqrt(variance))

    @settings(max_examples=15, deadline=None)
    @given(st.integers(1, 60), st.integers(1, 12), st.integers(0, 20), st.booleans(), st.integers(0, 1000))
    def test_the_crowd_is_the_lowest_that_holds_together(self, n, even, company, regime, seed):
        found = run(bad=regime, even=even, n=n, company=company, weeks=3, runs=2, seed=seed)
        assert (found.turnout >= 0).all()
        assert (found.turnout <= n).all()
        assert (np.abs(np.diff(found.signs)) <= n).all()
        again = run(bad=regime, even=even, n=n, company=company, weeks=2, runs=1, seed=seed)
        np.testing.assert_array_equal(again.turnout, found.turnout[:1, :2])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: run(bad=1), "bad is 1: wanted True or False"),
        (lambda: run(q=0.5), r"q is 0\.5: wanted a chance above 0\.5 and below 1"),
        (lambda: run(q=1), "q is 1"),
        (lambda: run(q=nan), "q is nan"),
        (lambda: run(even=0), "even is 0: wanted a whole number from 1"),
        (lambda: run(n=0), "n is 0: wanted a whole number from 1 to 2000"),
        (lambda: run(company=-1), "company is -1"),
        (lambda: run(weeks=0), "weeks is 0"),
        (lambda: run(runs=0), "runs is 0"),
        (lambda: run(runs=5001), "runs is 5001: wanted at most 5000 runs of 1000 citizens"),
        (lambda: run(runs=6, company=1), "runs is 6: wanted at most 5 runs of 1000 citizens"),
        (lambda: run(runs=2000, weeks=60), r"runs \* weeks \* n is 2000 \* 60 \* 1000 = 120000000: wanted at most 100000000"),
        (lambda: run(seed=1.5), r"seed is 1\.5"),
        (lambda: odds_after(0, 0.6, 1, 1), "odds is 0: wanted a finite number above 0"),
        (lambda: odds_after(inf, 0.6, 1, 1), "odds is inf"),
        (lambda: odds_after(1, 0.6, -1, 1), "bad is -1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("old", "new", "agrees"),
    [
        ("What came of it.", "What came.", True),
        ("turnout[:, week] - (might - turnout[:, week])", "turnout[:, week]", False),  # those who stay at home say nothing
        ("(right if bad else 1 - right)", "right", False),
        ("power(right / (1 - right), net)", "power(right, net)", False),
        ("[:, None] ** 2 > everybody", "[:, None] > everybody", False),
        ("for before, after in", "for after, before in", False),
    ],
)
def test_a_changed_rule_is_noticed(old, new, agrees, monkeypatch):
    changed = mutant("thaw.classics.lohmann", old, new)
    whole_run = changed.run
    monkeypatch.setattr(changed, "run", lambda runs, **more: whole_run(runs=runs // 4, **more))  # enough to tell
    assert all(row.agrees is not False for row in changed.rows()) == agrees
