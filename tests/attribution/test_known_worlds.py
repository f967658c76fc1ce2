"""The worlds: exact answers by adding up every cell of luck, and the estimators on their histories."""

from dataclasses import replace

import numpy as np
import pytest

from thaw.attribution import known_worlds as known
from thaw.attribution import numbers
from thaw.attribution.verdict import of_event, verdict

SIX = [
    known.chain(0.4, (0.2, 0.8), (0.1, 0.7)),
    known.fork(0.4, (0.2, 0.7), (0.1, 0.4), 0.3),
    known.collider(0.5, 0.2, 0.3),
    known.overdetermination(0.5, 0.3),
    known.preemption(0.5, 0.8, 0.4),
    known.noisy_or(0.5, 0.7, 0.2),
]
OF = {
    "pn": numbers.necessity,
    "ps": numbers.sufficiency,
    "rd": numbers.risk_difference,
    "pr": numbers.risk_ratio,
    "excess_pn": numbers.excess_necessity,
    "pn_reroll": lambda twins: numbers.necessity(twins, "rerolled"),
    "pn_nudge": lambda twins: numbers.necessity(twins, "nudged"),
}


@pytest.mark.parametrize("world", SIX, ids=lambda world: world.name)
def test_the_stated_probabilities_are_those_of_the_rule(world):
    """A grid of luck in place of draws: the shares are exact but for the grid's step."""
    step = (np.arange(200) + 0.5) / 200
    luck = np.array([(a, b, 0.5) for a in step for b in step])
    for z in range(len(world.background)):
        where = np.full(len(luck), z)
        yes, no = (world.rule(np.full(len(luck), c), where, luck) for c in (True, False))
        assert yes.mean() == pytest.approx(world.with_cause[z], abs=6e-3)
        assert no.mean() == pytest.approx(world.without[z], abs=6e-3)
        assert (yes & ~no).mean() == pytest.approx(world.joint[z], abs=6e-3)


def test_closed_forms_of_the_textbook():
    over, early, noisy, chain = (world.truth() for world in (SIX[3], SIX[4], SIX[5], SIX[0]))
    assert (over["pn"], over["ps"], over["rd"]) == pytest.approx((0.7, 1.0, 0.7))
    assert (early["pn"], early["ps"], early["rd"]) == pytest.approx((0.6, 0.8, 0.4))
    assert (noisy["pn"], noisy["ps"], noisy["rd"]) == pytest.approx((0.7 * 0.8 / (1 - 0.3 * 0.8), 0.7, 0.56))
    assert chain["rd"] == pytest.approx(0.6 * 0.6)
    assert known.sham(0).truth()["pn"] == pytest.approx(1 - known.sham(0).without[0])  # all luck redrawn: an idle cause looks necessary


@pytest.mark.parametrize("redrawn", [0.0, 0.5])
@pytest.mark.parametrize("world", SIX, ids=lambda world: world.name)
def test_estimates_agree_with_the_exact_answers(world, redrawn):
    """Twenty thousand histories: within twice the half-width of the 90% interval, 1 in 1,000 by chance."""
    world = replace(world, redrawn=redrawn)
    truth, twins = world.truth(), world.twins(20_000, 3)
    for name, of in OF.items():
        found = of(twins)
        assert abs(found.estimate - truth[name]) <= found.high - found.low, name


def test_intervals_hold_the_truth():
    """60 worlds of 256 histories: 85% to 95%, give or take two standard errors. `make coverage` does it at length."""
    held = {name: [] for name in OF}
    for k in range(60):
        world = known.any_world(k)
        truth, twins = world.truth(), world.twins(256, k)
        for name, of in OF.items():
            if (found := of(twins)) is not None:
                held[name].append(found.low - 1e-9 <= truth[name] <= found.high + 1e-9)
    assert 0.87 < np.mean([one for trials in held.values() for one in trials]) < 0.96
    assert all(np.mean(trials) > 0.77 for trials in held.values())


def test_selection_on_a_collider_is_followed_by_weights():
    world, by = known.collider(0.5, 0.3, 0.3), (1.0, 0.2, 0.1, 0.9)
    twins = world.twins(20_000, 1)
    weighed = replace(twins, weights=np.array(by)[(2 * twins.cause + twins.factual).astype(int)])
    found, plain = numbers.risk_difference(weighed), numbers.risk_difference(twins)
    truth = known.selected(world, by)
    assert abs(found.estimate - truth) <= found.high - found.low
    assert abs(truth - 0.3) > 3 * (found.high - found.low)  # and it is another number than without weights
    assert plain.high - plain.low < found.high - found.low


def test_sham_causes_and_reversed_pairs_are_seen_through():
    claims = [known.sham(k) for k in range(20)] + [known.reversed_pair(k) for k in range(10)]
    words = [verdict(of_event(numbers.measure(world.twins(1024, 7 + k)))).word for k, world in enumerate(claims)]
    assert sum(word in ("necessary", "contributory", "hindering") for word in words) <= 1
    reversed_twins = known.reversed_pair(3).twins(1024, 0)
    c, e = reversed_twins.cause, reversed_twins.factual
    assert e[c].mean() > e[~c].mean() + 0.1  # though they look related


def test_real_causes_get_their_words():
    def word(world):
        return str(verdict(of_event(numbers.measure(world.twins(1024, 5)))))

    assert word(known.noisy_or(0.5, 0.9, 0.02)) == "necessary, sufficient"
    assert word(known.overdetermination(0.5, 0.6)) == "contributory, sufficient"
    assert word(known.noisy_or(0.5, 0.3, 0.3)) == "contributory"
    assert word(known.preemption(0.5, 0.2, 0.6)) == "hindering"
    assert word(known.noisy_or(0.5, 0.3, 0.1, redrawn=1.0)) == "contributory"  # luck dominates


def test_the_same_seed_gives_the_same_histories_whatever_their_number():
    world = known.any_world(4)
    few, many = world.twins(50, 9), world.twins(80, 9)
    assert np.array_equal(few.prevented, many.prevented[:50])
    assert not np.array_equal(few.factual, world.twins(50, 10).factual)
