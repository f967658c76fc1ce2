"""Ruling coalitions: the 48 worked examples, the paper's structural results, and brute force over random societies.

`ruling_coalitions.csv` is table 1.2 of the project's reference on classic models: computed twice, by a programme over
bit masks and by a recursion over tuples written from the axioms of acemoglu2008. Members are named by their power.
"""

import csv
from collections import Counter
from fractions import Fraction
from itertools import count
from math import comb, lcm
from pathlib import Path

import numpy as np
import pytest
from mutants import mutant

from thaw import classics
from thaw.classics import coalition
from thaw.kernels.coalition import members, ruling_coalition_many, ruling_coalitions, ruling_coalitions_plain

with Path(__file__).with_name("ruling_coalitions.csv").open() as file:
    ROWS = list(csv.DictReader(file))

HALF, SHARES = (1, 2), [(1, 2), (3, 5), (2, 3), (3, 4), (4, 5)]


def sizes(powers, share):
    return {len(members(mask)) for mask in ruling_coalitions(powers, *share)}


@pytest.mark.parametrize("row", ROWS, ids=[row["row"] for row in ROWS])
def test_worked_example(row):
    powers = [Fraction(word) for word in row["powers"].split()]
    share = Fraction(row["alpha"])
    scale = lcm(*(power.denominator for power in powers))
    whole = [int(power * scale) for power in powers]
    found = ruling_coalitions(whole, share.numerator, share.denominator)
    held, _, total = row["power"].partition(" of ")
    assert sum(powers) == Fraction(total)
    assert all(sum(powers[i] for i in members(mask)) == Fraction(held) for mask in found)
    named = Counter(tuple(sorted(powers[i] for i in members(mask))) for mask in found)
    if row["row"] == "34":  # the table shows one of them
        assert named == {(5,) * 8: 495}
        assert comb(12, 8) == 495
    else:
        wanted = [tuple(sorted(map(Fraction, group.split()))) for group in row["coalitions"].split("/")]
        assert named == Counter(wanted)
    if len(whole) <= 9:
        assert found == ruling_coalitions_plain(whole, share.numerator, share.denominator)


@pytest.mark.parametrize("row", [row for row in ROWS if row["row"] != "34"], ids=[row["row"] for row in ROWS if row["row"] != "34"])
def test_worked_example_as_a_reader_would_ask(row):
    powers = row["powers"].split()
    wanted = [tuple(sorted(map(Fraction, group.split()))) for group in row["coalitions"].split("/")]
    for alpha in (row["alpha"], Fraction(row["alpha"]), float(Fraction(row["alpha"]))):
        found = coalition.run([Fraction(power) for power in powers], alpha)
        assert Counter(tuple(sorted(Fraction(powers[i]) for i in group)) for group in found) == Counter(wanted)
    assert coalition.run([float(Fraction(power)) for power in powers], row["alpha"]) == found  # decimals, as written


def test_all_rows_agree(rows_of):
    rows = rows_of("coalition")
    assert {row.agrees for row in rows} == {True, None}
    assert all(row.citation.startswith("Daron Acemoglu") for row in rows)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("denominator * weight[y] > needed", "denominator * weight[y] >= needed"),  # a tie would win
        ("needed = numerator * weight[x]", "needed = numerator * weight[everybody]"),  # those removed would keep their weight
        ("weight[y] < weight[best]", "weight[y] > weight[best]"),  # the heaviest stable group would rule
    ],
    ids=["ties win", "relative to all", "heaviest"],
)
def test_a_slightly_different_rule_is_noticed(old, new, monkeypatch):
    altered = mutant("thaw.kernels.coalition", old, new)
    monkeypatch.setattr(coalition, "ruling_coalitions", altered.ruling_coalitions)
    wrong = [row for row in ROWS if len(row["powers"].split()) <= 7 and not _right(row)]
    assert wrong, "the examples do not notice"


def _right(row):
    powers = row["powers"].split()
    found = coalition.run(powers, row["alpha"])
    return Counter(tuple(powers[i] for i in group) for group in found) == Counter(tuple(group.split()) for group in row["coalitions"].split("/"))


def test_the_regime_decides_its_showdowns_with_this_very_function():
    import sys

    assert sys.modules["thaw.mechanisms.coalition"].ruling_coalition_many is ruling_coalition_many


def test_juntas_would_decay_if_nobody_looked_ahead():
    """Nobody who looks ahead lets 3 4 5 fall to one man; who does not, does."""
    assert coalition.myopic([3, 4, 5]) == [(0, 1, 2), (0, 1), (1,)]
    assert coalition.myopic([2, 3, 4, 5, 6])[-1] == (4,)
    assert coalition.myopic(range(20, 27)) == [tuple(range(7)), (0, 1, 2, 3), (1, 3), (3,)]


@pytest.mark.parametrize(
    ("powers", "alpha", "text"),
    [
        ([], "1/2", r"powers has 0 contenders: wanted 1 to 16"),
        ([1] * 17, "1/2", r"powers has 17 contenders: wanted 1 to 16"),
        ([1, 0], "1/2", r"powers\[1\] is 0: wanted a finite number above 0"),
        ([1, -2.5], "1/2", r"powers\[1\] is -2.5: wanted a finite number above 0"),
        ([float("nan"), 1], "1/2", r"powers\[0\] is nan: wanted a finite number above 0"),
        ([1, float("inf")], "1/2", r"powers\[1\] is inf: wanted a finite number above 0"),
        ("345", "1/2", r"powers is 345: wanted a list of 1 to 16 contenders"),
        (5, "1/2", r"powers is 5: wanted a list"),
        ({3, 4}, "1/2", r"powers is \{3, 4\}: wanted a list"),
        (count(1), "1/2", r"powers has more than 16 contenders"),
        ([1, "1e99999999"], "1/2", r"powers\[1\] is 1e99999999: wanted a finite number above 0"),
        ([1, 10**600], "1/2", r"powers\[1\] is a number of some 601 digits: wanted"),
        ([1e300, 1], "1/2", r"powers add up to a number of some 301 digits units of 1/1: wanted less than"),
        (["strong", 1], "1/2", r"powers\[0\] is strong: wanted a finite number above 0"),
        ([1, None], "1/2", r"powers\[1\] is None: wanted a finite number above 0"),
        ([2, 3], 0.49, r"alpha is 0.49: wanted a share from 1/2 to below 1"),
        ([2, 3], 1, r"alpha is 1: wanted a share from 1/2 to below 1"),
        ([2, 3], float("nan"), r"alpha is nan: wanted a share from 1/2 to below 1"),
        ([2, 3], "1/0", r"alpha is 1/0: wanted a share from 1/2 to below 1"),
        ([10**18 + 1, 10**18 + 2, 9], "2/3", None),
        ([10**19, 1], "1/2", r"powers add up to 10000000000000000001 units of 1/1: wanted less than 2\^63 / 2; round them"),
    ],
)
def test_bad_input_is_named(powers, alpha, text):
    if text is None:
        assert coalition.run(powers, alpha)  # large is not bad
        return
    for ask in (coalition.run, coalition.myopic):
        with pytest.raises(ValueError, match=text):
            ask(powers, alpha)


def test_an_unknown_model_gets_the_nearest_name():
    with pytest.raises(classics.ParameterError, match="Did you mean 'coalition'"):
        classics.model("coalitoin")


def test_all_examples_are_here():
    assert [int(row["row"]) for row in ROWS] == list(range(1, 49))


def brute_force(powers, numerator, denominator):
    """(stable (2^n, H), answers (2^n, H)) of many societies (H, n) at once: every pair of a group and a part of it."""
    n = powers.shape[1]
    weight = np.array([powers[:, members(group)].sum(axis=1) for group in range(1 << n)])
    stable = np.ones(weight.shape, bool)
    for group in range(1, 1 << n):
        for part in range(1, group):
            if part & group == part:
                stable[group] &= ~(stable[part] & (denominator * weight[part] > numerator * weight[group]))
    wins = stable & (denominator * weight > numerator * weight[-1])
    wins[0] = False
    lightest = np.where(wins, weight, weight[-1] + 1).min(axis=0)
    return stable, wins & (weight == lightest)


@pytest.mark.parametrize("n", range(1, 9))
def test_ten_thousand_societies_against_brute_force(n):
    """1,250 societies of each size; small powers tie often, so the rule for ties is tried too."""
    rng = np.random.default_rng(n)
    several = 0
    for share in SHARES:
        powers = np.concatenate([rng.integers(1, 6, (150, n)), rng.integers(1, 40, (100, n))])
        _, answers = brute_force(powers, *share)
        got = ruling_coalition_many(powers, np.ones(powers.shape, bool), *share)
        # first by member list: of groups none of which contains another, the largest number read backwards
        backwards = np.array([int(f"{group:0{n}b}"[::-1], 2) for group in range(1 << n)])
        first = np.where(answers, backwards[:, None], -1).argmax(axis=0)
        np.testing.assert_array_equal(got, first)
        several += (answers.sum(axis=0) > 1).sum()
        for h in range(0, 250, 10):
            assert ruling_coalitions(powers[h], *share) == sorted(np.flatnonzero(answers[:, h]).tolist(), key=members)
    assert several > 50 or n <= 2


def test_the_examples_of_the_rows_are_in_the_table_or_searched_here():
    table = {(row["powers"], row["alpha"]) for row in ROWS}
    assert all((powers, alpha) in table for powers, alpha, _ in coalition.VECTORS)
    powers, alpha, rulers = coalition.SEARCHED
    assert (powers, alpha) not in table
    given, share = [int(word) for word in powers.split()], Fraction(alpha)
    wanted = [tuple(given.index(int(word)) for word in rulers.split())]
    _, answers = brute_force(np.array([given]), share.numerator, share.denominator)
    assert [tuple(members(mask)) for mask in np.flatnonzero(answers[:, 0])] == wanted
    assert [tuple(members(mask)) for mask in ruling_coalitions_plain(given, share.numerator, share.denominator)] == wanted


def test_plain_twin_on_random_societies():
    rng = np.random.default_rng(53)
    for _ in range(150):
        powers = rng.integers(1, 9, rng.integers(1, 7)).tolist()
        share = SHARES[rng.integers(5)]
        assert ruling_coalitions(powers, *share) == ruling_coalitions_plain(powers, *share)


def test_who_is_absent_has_no_weight():
    rng = np.random.default_rng(11)
    powers = rng.integers(1, 30, (300, 7))
    present = rng.random((300, 7)) < 0.6
    present[0] = False
    got = ruling_coalition_many(powers, present)
    assert got[0] == 0
    for h in range(1, 300):
        here = np.flatnonzero(present[h])
        if here.size:
            alone = ruling_coalitions(powers[h, here])[0]
            assert members(got[h]) == here[members(alone)].tolist()
    powerless = np.where(present, powers, 0)
    np.testing.assert_array_equal(got, ruling_coalition_many(powerless, np.ones_like(present)))


def test_three_people_rule_together_unless_one_outweighs_the_others():
    """acemoglu2008: two-person coalitions are unstable at one half, so three are stable unless one dominates."""
    powers = np.random.default_rng(3).integers(1, 200, (20_000, 3))
    got = ruling_coalition_many(powers, np.ones(powers.shape, bool))
    strongest = 1 << powers.argmax(axis=1)
    together = powers.max(axis=1) * 2 < powers.sum(axis=1)
    ties = (powers.max(axis=1) * 2 == powers.sum(axis=1)) | np.array([len(set(row)) < 3 for row in powers.tolist()])
    np.testing.assert_array_equal(got[~ties], np.where(together, 7, strongest)[~ties])
    assert 0.4 < together[~ties].mean() < 0.6


NEAR = {
    (1, 2): "1 1 3 3 3 3 7 7 7 7 7 7",
    (3, 5): "1 2 2 4 4 4 7 7 7 7 7 12",
    (2, 3): "1 2 2 4 4 4 7 7 7 7 11 11",
    (3, 4): "1 2 3 3 5 5 7 7 7 10 10 10",
    (4, 5): "1 2 3 4 4 6 6 8 8 8 11 11",
}
EQUAL = {
    (1, 2): "1 2 2 4 4 4 4 8 8 8 8 8",
    (3, 5): "1 2 2 4 4 4 7 7 7 7 7 12",
    (2, 3): "1 2 3 3 5 5 5 8 8 8 8 12",
    (3, 4): "1 2 3 4 4 6 6 8 8 8 11 11",
    (4, 5): "1 2 3 4 5 5 7 7 9 9 9 12",
}


@pytest.mark.parametrize("share", SHARES)
def test_sizes_of_near_equal_and_equal_societies(share):
    """Near-equal: k_m = floor(k_(m-1)/alpha) + 1, so 1, 3, 7 at one half. Equal: a tie never wins, so 1, 2, 4, 8."""
    numerator, denominator = share
    strong, tied = [1], [1]
    while strong[-1] < 12 or tied[-1] < 12:
        strong.append(strong[-1] * denominator // numerator + 1)
        tied.append(max(-(-tied[-1] * denominator // numerator), tied[-1] + 1))
    for n in range(1, 13):
        near = 10_000_000 + np.unique(np.random.default_rng(n).integers(-1000, 1000, 40))[:n]
        assert sizes(np.random.default_rng(n).permutation(near), share) == {int(NEAR[share].split()[n - 1])}
        assert sizes([5] * n, share) == {int(EQUAL[share].split()[n - 1])}
        assert max(k for k in strong if k <= n) == int(NEAR[share].split()[n - 1])
        assert max(k for k in tied if k <= n) == int(EQUAL[share].split()[n - 1])


def test_a_higher_majority_may_shrink_and_then_enlarge_the_rulers():
    found = [sizes([3, 4, 5], share) for share in ((1, 2), (4, 7), (3, 5), (2, 3), (3, 4))]
    assert found == [{3}, {2}, {2}, {2}, {3}]


def test_a_weak_newcomer_changes_nothing_until_he_does():
    for tenths in range(1, 10):
        assert ruling_coalitions([30, 40, 50, tenths]) == [0b0111]
    assert ruling_coalitions([30, 40, 50, 10]) == [0b1011]


def test_the_strong_man():
    """Above 12 he rules alone, at 12 all four rule, between 5 and 12 he is thrown out."""
    for power in range(6, 20):
        wanted = 0b1000 if power > 12 else 0b1111 if power == 12 else 0b0111
        assert ruling_coalitions([3, 4, 5, power]) == [wanted]


def test_two_stable_groups_make_no_stable_one():
    assert ruling_coalitions([3, 4, 5]) == ruling_coalitions([20, 21, 22]) == [0b111]
    assert ruling_coalitions([3, 4, 5, 20, 21, 22]) == [0b011001]


def test_size_two_never_rules_without_ties_and_sizes_have_their_frequencies():
    """Powers i.i.d. uniform, one half: shares of sizes from the reference, 4,000 draws there, so within 0.03."""
    rng = np.random.default_rng(8)
    wanted = {3: {1: 0.50, 3: 0.50}, 4: {1: 0.18, 3: 0.78, 4: 0.04}, 6: {1: 0.01, 3: 0.83, 4: 0.11, 5: 0.05, 6: 0}}
    for n, shares in wanted.items():
        powers = rng.integers(1, 10**9, (4000, n))
        got = ruling_coalition_many(powers, np.ones(powers.shape, bool))
        count = Counter(int(mask).bit_count() for mask in got)
        assert count[2] == 0
        for size, share in shares.items():
            assert abs(count[size] / 4000 - share) < 0.03


def test_the_order_of_contenders_decides_only_ties():
    rng = np.random.default_rng(4)
    powers = rng.choice(10_000, 9, replace=False) + 1
    order = rng.permutation(9)
    [mask] = ruling_coalitions(powers)
    [other] = ruling_coalitions(powers[order])
    assert {powers[i] for i in members(mask)} == {powers[order][i] for i in members(other)}


@pytest.mark.parametrize(
    ("powers", "share", "text"),
    [
        ([1] * 17, HALF, "17 contenders are too many, at most 16"),
        ([1, 2], (1, 3), "the majority 1/3 is not from 1/2 to below 1"),
        ([1, 2], (2, 2), "the majority 2/2 is not from 1/2 to below 1"),
        ([1, 0], HALF, "every contender needs a power above 0"),
        ([2**62, 1], HALF, "too large for the majority 1/2: scale"),
    ],
)
def test_what_is_refused(powers, share, text):
    with pytest.raises(ValueError, match=text):
        ruling_coalitions(powers, *share)
