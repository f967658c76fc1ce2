"""Granovetter's crowds and Kuran's sequences through the general cascade, exactly.

Numbers: sections 2.1 and 2.2 of the project's reference on classic models. Published results are those of
granovetter1978 as quoted by a replication (two crowds, sampled crowds); the sequences in the manner of kuran1991 and
all further values follow from the definition printed there and were computed for that reference.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thaw.kernels.cascade import cascade
from thaw.kernels.noise import name_key, uniform
from thaw.kernels.portable import normal_quantile


def rest(thresholds, seeds=()):
    """How many act in the end where everybody watches everybody."""
    people = len(thresholds)
    start = np.zeros(people, bool)
    start[list(seeds)] = True
    indptr, everybody = np.arange(people + 1) * people, np.tile(np.arange(people), people)
    return int(cascade(indptr, everybody, thresholds, start).sum())


def path(thresholds, start=0):
    """The number acting step by step, by the definition: everybody whose threshold is at most the number before."""
    steps = [start]
    while True:
        after = int((np.asarray(thresholds) <= steps[-1]).sum())
        if after == steps[-1]:
            return steps
        steps.append(after)


class TestGranovetter:
    def test_thresholds_from_0_to_99_all_riot(self):
        assert rest(range(100)) == 100
        assert len(path(range(100))) - 1 == 100  # after exactly 100 steps

    def test_one_changed_citizen_undoes_it(self):
        """The one with threshold 1 gets 2: one broken window."""
        assert rest([0, 2, *range(2, 100)]) == 1

    @pytest.mark.parametrize("gap", [1, 10, 50, 99])
    def test_a_gap_stops_it_there(self, gap):
        """The one with threshold k gets k + 1: exactly k riot."""
        assert rest([k + 1 if k == gap else k for k in range(100)]) == gap

    @pytest.mark.parametrize(
        ("round_", "below", "above", "rioters"),
        [(np.ceil, 12.545, 12.55, 6), (np.rint, 12.215, 12.22, 6), (np.floor, 11.885, 11.89, 5)],
        ids=["up", "to nearest", "down"],
    )
    def test_a_normal_crowd_of_100_tips_where_its_spread_passes_a_point(self, round_, below, above, rioters):
        """Thresholds at the quantiles of a normal of mean 25: a handful riot just below, all just above."""
        quantiles = normal_quantile((np.arange(100) + 0.5) / 100)
        calm, riot = (rest(round_(25 + sd * quantiles).astype(int)) for sd in (below, above))
        assert (calm, riot) == (rioters, 100)

    def test_crowds_sampled_from_a_uniform_city(self):
        """No rioter in 0.99^100 of crowds; one, because nobody has threshold 1, in 100 · 0.01 · 0.98^99 of them."""
        crowds = 2000
        luck = uniform(name_key(0, "crowds"), np.arange(crowds, dtype=np.uint32), np.arange(100, dtype=np.uint32), 0)
        outcomes = [rest(crowd) for crowd in np.floor(100 * luck).astype(int)]
        none = 0.99**100
        one = 100 * 0.01 * 0.98**99
        assert (round(none, 4), round(one, 4)) == (0.3660, 0.1353)
        for outcome, wanted in ((0, none), (1, one)):
            share = np.mean([found == outcome for found in outcomes])
            assert abs(share - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / crowds)

    @given(st.lists(st.integers(0, 12), min_size=12, max_size=12))
    def test_the_end_is_the_lowest_resting_point(self, thresholds):
        """Where the staircase of the thresholds first meets the diagonal."""
        lowest = next(n for n in range(13) if sum(t <= n for t in thresholds) == n)
        assert rest(thresholds) == path(thresholds)[-1] == lowest

    @given(st.lists(st.integers(0, 12), min_size=12, max_size=12), st.integers(0, 11))
    def test_a_more_cautious_citizen_never_means_more_rioters(self, thresholds, who):
        cautious = [t + (k == who) for k, t in enumerate(thresholds)]
        assert rest(cautious) <= rest(thresholds)


SEQUENCES = {  # thresholds of ten in percent, then S from 0 step by step
    "A": ([0, 20, 20, 30, 40, 50, 60, 70, 80, 100], [0, 10]),
    "A'": ([0, 10, 20, 30, 40, 50, 60, 70, 80, 100], [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]),
    "B": ([0, 20, 30, 30, 40, 50, 60, 70, 80, 100], [0, 10]),
    "B'": ([0, 10, 30, 30, 40, 50, 60, 70, 80, 100], [0, 10, 20]),
    "C": ([0, 20, 20, 20, 20, 20, 20, 20, 60, 100], [0, 10]),
    "C'": ([0, 10, 20, 20, 20, 20, 20, 20, 60, 100], [0, 10, 20, 80, 90]),
    "flat": ([30] * 10, [0]),
}


class TestKuran:
    @pytest.mark.parametrize("name", SEQUENCES)
    def test_the_sequence_comes_to_rest_where_it_must(self, name):
        percent, steps = SEQUENCES[name]
        tens = [threshold // 10 for threshold in percent]
        assert [10 * count for count in path(tens)] == steps
        assert 10 * rest(tens) == steps[-1]

    def test_the_same_shock_to_twin_societies(self):
        """One person's threshold falls by ten: 90 in one, 20 in the other, which differs by one other threshold."""
        ends = {name: 10 * rest([t // 10 for t in SEQUENCES[name][0]]) for name in SEQUENCES}
        assert (ends["A"], ends["A'"], ends["B"], ends["B'"]) == (10, 90, 10, 20)

    def test_discontent_predicts_nothing(self):
        """C has by far the lower mean threshold and stays at 10; A' goes to 90."""
        mean = {name: np.mean(thresholds) for name, (thresholds, _) in SEQUENCES.items()}
        assert mean["C"] == 30
        assert mean["A'"] == 46
        assert rest([t // 10 for t in SEQUENCES["C"][0]]) < rest([t // 10 for t in SEQUENCES["A'"][0]])

    @pytest.mark.parametrize("name", SEQUENCES)
    def test_once_all_have_come_out_none_goes_home(self, name):
        """Started at 100 every sequence stays there: the lowest resting point holds only because few speak at first."""
        tens = [threshold // 10 for threshold in SEQUENCES[name][0]]
        assert rest(tens, seeds=range(10)) == 10
