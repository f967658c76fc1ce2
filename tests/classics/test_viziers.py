"""Viziers: the reduced form of section 5.1 of the project's reference on classic models, against search over all men and choices."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mutants import mutant

from thaw.classics import viziers
from thaw.classics.viziers import TABLE, run

games = st.fixed_dictionaries(
    {
        "prior": st.floats(0.05, 0.95),
        "q_high": st.floats(0.5, 1),
        "q_low": st.floats(0, 0.45),
        "prize": st.floats(1, 50),
        "fine": st.floats(0, 50),
        "wage": st.floats(0, 20),
    }
)


def joins(theta, good, prior, q_high, q_low, prize, fine, wage):
    """Whether he joins after this signal: payoffs added up over both kinds of plot, no formula of the paper."""
    right = {True: theta, False: 1 - theta}
    weight = {"likely": prior * right[good], "other": (1 - prior) * right[not good]}
    total = sum(weight.values())
    if total == 0:
        return False
    wins = (weight["likely"] * q_high + weight["other"] * q_low) / total
    return wins * prize - (1 - wins) * fine > wage


def test_all_rows_agree(rows_of):
    rows = rows_of("viziers")
    assert [row.quantity for row in rows if row.agrees is not True] == []
    assert {row.status for row in rows} == {"reduced form"}
    assert all(row.citation.startswith("Georgy Egorov & Konstantin Sonin (2011)") for row in rows)


@given(games)
def test_who_is_loyal_by_trying_everybody(game):
    found = run(**game)
    for theta in np.linspace(0.5, 1, 101):
        if found.competence is not None and abs(theta - found.competence) < 1e-6:
            continue  # on the edge
        if abs(found.belief - game["prior"]) < 1e-6 or abs(found.belief - 1) < 1e-6:
            continue
        loyal = found.competence is not None and theta < found.competence + 1e-12
        assert joins(theta, True, **game) is not loyal
        if loyal:
            assert not joins(theta, False, **game)


@given(games, st.floats(0.1, 20), st.floats(0, 60))
def test_whom_the_ruler_hires_by_trying_everybody(game, value, danger):
    found = run(**game)
    assume(found.competence is not None)
    change = found.switch(value)
    assume(change is None or abs(danger - change) > 1e-6 * (1 + change))
    prior, q_high, q_low = game["prior"], game["q_high"], game["q_low"]

    def worth(theta):
        if theta <= found.competence:
            return value * theta
        return value * theta - danger * (prior * theta * q_high + (1 - prior) * (1 - theta) * q_low)

    everybody = [*np.linspace(0.5, 1, 501), found.competence]
    best = max(everybody, key=worth)
    hired = found.hired(danger, value)
    assert worth(hired) == pytest.approx(worth(best), abs=1e-9)


@given(games, st.floats(0, 10))
def test_fine_and_wage_raise_and_prize_lowers_the_loyal_man(game, more):
    before = run(**game).competence or 0.0
    for name, up in (("fine", True), ("wage", True), ("prize", False)):
        if name == "fine" and game["wage"] > game["prize"]:
            continue  # then he is loyal anyhow, and a higher fine only brings (w+F)/(B+F) nearer to 1
        after = run(**(game | {name: game[name] + more})).competence or 0.0
        assert after >= before - 1e-9 if up else after <= before + 1e-9


@given(games, st.floats(0, 40), st.floats(0, 40))
def test_more_to_lose_never_hires_a_better_man(game, danger, more):
    found = run(**game)
    assume(found.competence is not None)
    assert found.hired(danger + more) <= found.hired(danger)


def test_edges():
    half = {"prior": 0.5, "q_high": 0.75, "q_low": 0.25, "prize": 10, "fine": 5}
    assert run(**half, wage=2.5) == (0.5, 0.5, 0.375)  # m* = π: who knows nothing is just not tempted
    assert run(**half, wage=2.4).competence is None
    assert run(**half, wage=6.25) == (1.0, 1.0, 0.375)
    assert run(**half, wage=6.25).switch() is None
    assert run(**half, wage=6.25).hired(1e9) == 1.0
    assert run(prize=20).switch() is None
    assert run(prize=20).hired(1e9) is None
    assert run(q_high=0.5, q_low=0.5) == (-inf, None, 0.15)
    assert run(q_high=0.4, q_low=0.4) == (inf, 1.0, 0.12)
    assert run(q_high=0, q_low=0).hired(9) == 1.0


def test_where_his_joining_changes_nothing_and_pays_just_as_much_he_stays():
    assert run(prior=0.4, q_high=0.5, q_low=0.5, prize=10, fine=5, wage=2.5) == (inf, 1.0, 0.2)  # (w + F) / (B + F) = q_H
    assert run(prior=0.4, q_high=0.5, q_low=0.5, prize=10, fine=5, wage=2.4) == (-inf, None, 0.2)


def test_at_the_loss_where_both_are_as_good_the_best_man_stays():
    tied = run(prior=0.5, q_high=0.75, q_low=0.25, prize=10, fine=5, wage=2.5)  # θ* = 1/2, risk 3/8
    assert tied.switch(0.75) == 1.0
    assert tied.hired(1.0, 0.75) == 1.0
    assert tied.hired(1.0000001, 0.75) == 0.5


@pytest.mark.parametrize(
    ("game", "text"),
    [
        ({"prior": 0}, r"prior is 0: wanted a number above 0 and below 1"),
        ({"prior": nan}, r"prior is nan: wanted a number above 0 and below 1"),
        ({"prior": "even"}, r"prior is even: wanted a number above 0 and below 1"),
        ({"q_high": 1.1}, r"q_high is 1.1: wanted a number from 0 to 1"),
        ({"q_low": -0.1}, r"q_low is -0.1: wanted a number from 0 to 0.9"),
        ({"q_low": 0.95}, r"q_low is 0.95: wanted a number from 0 to 0.9"),
        ({"q_low": None}, r"q_low is None: wanted a number from 0 to 0.9"),
        ({"prize": 0}, r"prize is 0: wanted a number above 0 and below 1e\+12"),
        ({"prize": inf}, r"prize is inf: wanted a number above 0 and below 1e\+12"),
        ({"fine": -1}, r"fine is -1: wanted a number from 0 to 1e\+12"),
        ({"wage": inf}, r"wage is inf: wanted a number from 0 to 1e\+12"),
        ({"wage": True}, r"wage is True: wanted a number from 0 to 1e\+12"),
    ],
)
def test_what_cannot_be(game, text):
    with pytest.raises(ValueError, match=text):
        run(**game)


def test_what_the_ruler_cannot_be_asked():
    with pytest.raises(ValueError, match=r"value is 0: wanted a number above 0 and below 1e\+12"):
        run().switch(0)
    with pytest.raises(ValueError, match=r"danger is nan: wanted a number from 0 to 1e\+12"):
        run().hired(nan)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("need = (wage + fine) / (prize + fine)", "need = (wage + fine) / prize"),  # no fine for a failure
        ("belief * (1 - prior) / (prior * (1 - belief)", "belief * prior / (prior * (1 - belief)"),  # the base rate forgotten
        ("return self.competence if change is None or danger > change", "return self.competence if change is None or danger < change"),
        ("Loyalty(belief, competence, prior * q_high)", "Loyalty(belief, competence, q_high)"),  # every plot a likely one
    ],
    ids=["no fine", "no base rate", "wrong way round", "always likely"],
)
def test_a_slightly_different_rule_is_noticed(old, new):
    assert any(row.agrees is False for row in mutant("thaw.classics.viziers", old, new).rows())


@pytest.mark.parametrize(("old", "new"), [("belief < prior", "belief <= prior"), ("danger > change", "danger >= change")])
def test_ties_are_noticed(old, new):
    changed = mutant("thaw.classics.viziers", old, new)
    tied = changed.run(prior=0.5, q_high=0.75, q_low=0.25, prize=10, fine=5, wage=2.5)
    assert tied.competence is None or tied.hired(1.0, 0.75) != 1.0


def test_the_figure_steps_down():
    _, data = viziers.figure()
    for fine in (3, 5, 20):
        line = [row["y"] for row in data["lines"] if row["series"] == f"F = {fine}"]
        assert sorted(set(line), reverse=True) == [1.0, run(fine=fine).competence]
        assert line == sorted(line, reverse=True)
    assert len(TABLE) == 5
