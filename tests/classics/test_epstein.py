"""Epstein's civil violence: the replication, the formula's vectors, laws of the rules, conventions, bad input, mutants."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import mutant

from thaw.classics import epstein
from thaw.classics.epstein_runs import bursts, extinction
from thaw.kernels import epstein as kernel
from thaw.kernels import epstein_grid as grid
from thaw.kernels import epstein_plain

VECTORS = [  # C, A, P literal, with C/A rounded down, to the nearest (half to even)
    (0, 1, 0, 0, 0),
    (1, 1, 0.899741, 0.899741, 0.899741),
    (2, 1, 0.989948, 0.989948, 0.989948),
    (1, 2, 0.683363, 0, 0),
    (3, 2, 0.968254, 0.899741, 0.989948),
    (4, 5, 0.841183, 0, 0.899741),
    (7, 3, 0.995330, 0.989948, 0.989948),
]
SMALL = {"width": 9, "height": 9, "citizen_vision": 2, "cop_vision": 2, "max_jail": 5, "legitimacy": 0.6}


@pytest.mark.parametrize("row", range(22))
def test_the_replication_agrees(rows_of, row):
    rows = rows_of("epstein")
    assert len(rows) == 22
    assert rows[row].agrees in (True, None), rows[row]
    assert len(rows[row].quantity) <= 80


@pytest.mark.parametrize(("cops", "actives", "literal", "floor", "nearest"), VECTORS)
def test_arrest_probability_by_hand(cops, actives, literal, floor, nearest):
    found = [float(epstein.arrest_probability(cops, actives, ratio)) for ratio in ("literal", "floor", "round")]
    assert found == pytest.approx([literal, floor, nearest], abs=5e-7)


def test_the_kernel_estimates_as_the_formula_does():
    table = np.zeros((49, 161))
    for ratio, place in epstein.RATIOS.items():
        kernel._risks(place, 2.3, table)
        cops, actives = np.mgrid[:49, 1:161]
        np.testing.assert_array_equal(table[:, 1:], epstein.arrest_probability(cops, actives, ratio))


@given(st.integers(0, 60), st.integers(1, 200), st.sampled_from(sorted(epstein.RATIOS)))
def test_more_police_frighten_and_more_company_calms(cops, actives, ratio):
    p, more, company = (float(epstein.arrest_probability(c, a, ratio)) for c, a in ((cops, actives), (cops + 1, actives), (cops, actives + 1)))
    assert 0 <= company <= p <= more <= 1


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from(epstein.CONVENTIONS),
    st.sampled_from(sorted(epstein.RATIOS)),
    st.floats(0, 1),
    st.floats(0, 0.3),
    st.booleans(),
)
def test_nobody_is_lost(seed, convention, ratio, legitimacy, cop_density, movement):
    given = SMALL | {"legitimacy": legitimacy, "cop_density": cop_density, "movement": movement}
    made = epstein.run(**given, convention=convention, ratio=ratio, ticks=20, seed=seed)
    alive = made.active + made.quiet + made.jailed
    assert int(alive.min()) == int(alive.max())
    if convention != "mesa":
        assert int(alive.max()) == round(0.7 * 81)
    if legitimacy >= 0.9:
        assert not made.active.any()
    if cop_density == 0:
        assert not made.jailed.any()


def test_without_police_those_above_the_line_are_active_at_once():
    made = epstein.run(cop_density=0.0, ticks=30)
    assert int(made.active.min()) == int(made.active.max())  # H is for life
    assert 0.37 < float(made.active[0, 0]) / 1120 < 0.52


def test_a_run_depends_on_its_own_number_only():
    three, five = (epstein.run(**epstein.RUNS["run2"], ratio="floor", ticks=60, runs=n, seed=7) for n in (3, 5))
    assert five.isel(run=slice(3)).equals(three)
    assert not np.array_equal(five.active[0], five.active[1])
    np.testing.assert_array_equal(epstein.run(**epstein.RUNS["run2"], ratio="floor", ticks=20, seed=7).active[0], five.active[0, :20])


def test_the_same_seed_gives_these_numbers_on_every_machine():
    made = epstein.run(**epstein.RUNS["run2"] | {"ratio": "floor"}, ticks=60, seed=3)
    again = epstein.run(**epstein.RUNS["run8"], ticks=40, seed=3)
    assert [int(made[name][0, -1]) for name in ("active", "quiet", "jailed")] == PINNED_2
    assert [int(again[name][0, -1]) for name in ("active", "quiet", "jailed", "killed", "group_a", "group_b")] == PINNED_8


PINNED_2 = [10, 955, 155]
PINNED_8 = [176, 539, 141, 11, 168, 688]


def test_life_terms_never_end_and_police_can_leave_and_come():
    made = epstein.run(**epstein.RUNS["run5"] | {"cop_density": [0.074] * 20 + [0.0] * 20 + [0.074] * 20, "ticks": 60}, ratio="floor")
    jailed = made.jailed.values[0]
    assert (np.diff(jailed) >= 0).all()
    assert jailed[19] == jailed[39]
    assert made.active.values[0, 25] > 200  # police gone
    assert made.active.values[0, 59] < made.active.values[0, 39]


@pytest.mark.parametrize("view", ["manhattan", "square"])
def test_other_views_of_run_2(view):
    made = epstein.run(**epstein.RUNS["run2"] | {"view": view}, ratio="floor", ticks=3000, runs=4)
    number = np.mean([len(bursts(series).starts) for series in made.active.values])
    expected, spread = {"manhattan": (140, 11.3), "square": (21, 3.5)}[view]  # an independent program's 20 runs, s.d. from the range
    assert abs(number - expected) < 4 * spread * (1 / 20 + 1 / 4) ** 0.5


def test_more_police_put_extinction_off():
    times = {}
    for density in (0.0, 0.02, 0.06):
        made = epstein.run(**epstein.RUNS["run7"] | {"cop_density": density}, ticks=400, runs=12)
        found = extinction(made.group_a.values, made.group_b.values)
        times[density] = np.where(found < 0, 400, found).mean()
    assert times[0.0] < times[0.06]


def test_each_convention_is_another_model():
    made = [epstein.run(**convention, ticks=40, seed=2).active.values.tolist() for convention in (epstein.MESA, epstein.NETLOGO, epstein.RUNS["run2"])]
    assert made[0] != made[1] != made[2] != made[0]


def test_bursts_are_counted_from_above_50_to_below_50():
    found = bursts(np.array([50, 51, 50, 49, 70, 10, 20, 90]))
    assert [each.tolist() for each in found] == [[1, 4], [1], [101, 70]]  # the last is not finished
    assert extinction(np.array([[3, 0], [1, 1]]), np.array([[2, 2], [2, 1]])).tolist() == [2, -1]


BAD = [
    ({"width": 2}, "width is 2: wanted a whole number from 3"),
    ({"height": 4.0}, "height is 4.0: wanted a whole number from 3"),
    ({"width": 300, "height": 300}, "width × height is 90000: wanted at most 65536 sites"),
    ({"width": 14}, "citizen_vision is 7: wanted less than half of 14, so that no site is seen twice"),
    ({"cop_vision": 20}, "cop_vision is 20: wanted less than half of 40"),
    ({"citizen_vision": 0.5}, "citizen_vision is 0.5: wanted a finite number from 1"),
    ({"cop_vision": -1}, "cop_vision is -1: wanted a finite number from 1"),
    ({"citizen_density": 0.97}, r"citizen_density \+ cop_density is 1.01: wanted at most 1"),
    ({"citizen_density": -0.1}, "citizen_density is -0.1: wanted a share from 0 to 1"),
    ({"citizen_density": float("nan")}, "citizen_density is nan: wanted a share from 0 to 1"),
    ({"cop_density": 1.5}, "cop_density is 1.5: wanted a share from 0 to 1"),
    ({"cop_density": [0.1, 0.2]}, r"cop_density is of shape \(2,\): wanted a number or one for each of the 5 ticks"),
    ({"cop_density": [0.1] * 5, "convention": "mesa"}, "cop_density is a sequence: wanted a number under the mesa convention"),
    ({"legitimacy": [0.5, 0.5, float("nan"), 0.5, 0.5]}, r"legitimacy\[2\] is nan: wanted a share from 0 to 1"),
    ({"legitimacy": []}, r"legitimacy is of shape \(0,\)"),
    ({"legitimacy": "high"}, "legitimacy is high: wanted a share from 0 to 1"),
    ({"max_jail": 0}, "max_jail is 0: wanted a whole number from 1, or inf"),
    ({"max_jail": 2.5}, "max_jail is 2.5: wanted a whole number from 1, or inf"),
    ({"max_jail": float("nan")}, "max_jail is nan: wanted a whole number from 1, or inf"),
    ({"k": 0}, "k is 0: wanted a finite number above 0"),
    ({"k": float("inf")}, "k is inf: wanted a finite number above 0"),
    ({"threshold": float("nan")}, "threshold is nan: wanted a finite number"),
    ({"movement": 1}, "movement is 1: wanted True or False"),
    ({"cloning": 2}, "cloning is 2: wanted a share from 0 to 1"),
    ({"max_age": 0}, "max_age is 0: wanted a whole number from 1"),
    ({"ratio": "flor"}, "ratio is 'flor': wanted one of literal, floor, round. Did you mean 'floor'?"),
    ({"view": "euclidean"}, "view is 'euclidean': wanted one of euclid, manhattan, square. Did you mean 'euclid'?"),
    ({"convention": "netlog"}, "convention is 'netlog': wanted one of paper, netlogo, mesa. Did you mean 'netlogo'?"),
    ({"model": 3}, "model is 3: wanted a whole number from 1 to 2"),
    ({"model": np.array([1, 2])}, r"model is \[1 2\]: wanted a whole number from 1 to 2"),
    ({"ratio": []}, r"ratio is \[\]: wanted one of literal, floor, round"),
    ({"view": np.array(["euclid", "square"])}, "view is .*: wanted one of euclid, manhattan, square"),
    ({"width": 256, "height": 256, "citizen_vision": 127, "view": "square"}, "citizen_vision is 127: wanted at most 32767 sites in view, not 65024"),
    ({"runs": 10**6, "ticks": 11}, r"runs \* ticks is 1000000 \* 11 = 11000000: wanted at most 10000000"),
    (
        {"model": 2, "width": 256, "height": 256, "max_jail": float("inf"), "max_age": 10**6, "ticks": 10**6},
        r"width × height × \(1 \+ cop_density × \(1 \+ the least of max_jail, max_age and ticks\)\) is 2621\d*: wanted at most 10000000 in model 2",
    ),
    ({"model": 2, "convention": "mesa"}, "convention is 'mesa': wanted 'paper' for model 2, which neither NetLogo nor Mesa has"),
    ({"ticks": 0}, "ticks is 0: wanted a whole number from 1"),
    ({"runs": 0}, "runs is 0: wanted a whole number from 1"),
    ({"seed": -1}, "seed is -1: wanted a whole number from 0"),
    ({"seed": True}, "seed is True: wanted a whole number from 0"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_bad_input_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        epstein.run(**{"ticks": 5} | change)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 0), "actives is 0: wanted whole numbers from 1: a citizen counts himself"),
        ((-1, 1), "cops is -1: wanted whole numbers from 0"),
        ((1.5, 1), "cops is 1.5: wanted whole numbers from 0"),
        ((1, 1, "round down"), "ratio is 'round down': wanted one of"),
        ((1, 1, "floor", float("nan")), "k is nan: wanted a finite number above 0"),
        ((1, 1, []), r"ratio is \[\]: wanted one of literal, floor, round"),
    ],
)
def test_bad_arrest_probability(arguments, message):
    with pytest.raises(ValueError, match=message):
        epstein.arrest_probability(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((7, "euclidean"), "view is 'euclidean': wanted one of euclid, manhattan, square. Did you mean 'euclid'?"),
        ((7, ["euclid"]), r"view is \['euclid'\]: wanted one of"),
        ((1e6, "euclid"), "vision is 1000000.0: wanted a number from 1 to below 128"),
        ((float("nan"), "square"), "vision is nan: wanted a number from 1 to below 128"),
    ],
)
def test_bad_views(arguments, message):
    with pytest.raises(ValueError, match=message):
        epstein.offsets(*arguments)


def test_numpy_numbers_give_the_same_town_as_plain_ones():
    asked = {"model": 2, "width": 40, "height": 40, "max_age": 100, "max_jail": 15, "ticks": 20, "runs": 2, "seed": 5}
    odd = {name: np.uint8(value) for name, value in asked.items()}
    shares = {"legitimacy": 0.5, "citizen_density": 0.5, "citizen_vision": 2.0, "cop_vision": 2.0, "threshold": 0.0}
    plain = epstein.run(**asked, **shares, movement=True)
    assert plain.identical(epstein.run(**odd, **{name: np.float32(value) for name, value in shares.items()}, movement=np.True_))


def test_a_view_full_of_police_is_counted_right():
    """Of 32,760 sites in view all but a few hold police: P is 1 to eight digits, as with the eight around."""
    full = {
        "width": 256,
        "height": 256,
        "citizen_density": 0.005,
        "cop_density": 0.995,
        "view": "square",
        "cop_vision": 1,
        "movement": False,
        "legitimacy": 0.2,
    }
    wide, narrow = (epstein.run(**full, citizen_vision=vision, ticks=2) for vision in (90, 1))
    assert wide.equals(narrow)
    assert 0 < int(wide.jailed[0, -1]) < int(wide.quiet[0, -1])


def rule_of(town, **given):
    """What a run of these rules gives, by the plain twin or a mutant of it."""
    twin = lambda *arguments: town.simulate_plain(*arguments)  # noqa: E731
    with mock.patch.object(kernel, "simulate", twin):
        return epstein.run(**SMALL | given, ticks=25, seed=1)


MUTANTS = {
    "not counting himself": ("active = 1 + sum(b != a for b", "active = 0 + sum(b != a for b", {"legitimacy": 0.3}),
    "net risk left out": ("rebels = grievance - net_risk > self.threshold", "rebels = grievance > self.threshold", {}),
    "C/A rounded down": ("k.LITERAL: police / active,", "k.LITERAL: police // active,", {"cop_density": 0.1}),
    "the jailed stay": ("if self.rule[k.JAIL] == k.LEAVES:\n            self.lift(a)", "if False:\n            self.lift(a)", {"cop_density": 0.1}),
    "arrests of the first": ("suspects[self.draw.below(len(suspects))]", "suspects[0 * self.draw.below(len(suspects))]", {"cop_density": 0.1}),
    "killing one's own": ("self.group[b] != self.group[a]]", "self.group[b] == self.group[a]]", {"model": 2}),
    "children of the other group": ("self.born(to, self.group[a],", "self.born(to, 1 - self.group[a],", {"model": 2, "cloning": 0.3}),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_changed_rule_is_noticed(name):
    old, new, given = MUTANTS[name]
    changed = mutant("thaw.kernels.epstein_plain", old, new)
    true = rule_of(epstein_plain, **given)
    assert true.equals(epstein.run(**SMALL | given, ticks=25, seed=1))
    try:
        found = rule_of(changed, **given)
    except ZeroDivisionError:
        assert name == "not counting himself"  # alone, he divides by nobody
    else:
        assert not true.equals(found)


def estimate(twin, police, active):
    """P of one of so many active citizens who all see each other and the police, C/A as it is."""
    rule = np.zeros(grid.RULES, np.int64)
    rule[[grid.WIDTH, grid.HEIGHT, grid.SLOTS, grid.MODEL, grid.CITIZENS]] = 5, 5, 25, 1, active
    view = epstein.offsets(2, "square")
    town = twin.Town(np.uint64(1), rule, (2.3, 0.1), view, view, view, police)
    town.state = dict.fromkeys(town.state, grid.ACTIVE)
    return town.chance(0)


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector[1] > 1])
def test_the_vectors_notice_who_does_not_count_himself(vector):
    police, active, chance, _, _ = vector
    old, new, _ = MUTANTS["not counting himself"]
    assert estimate(epstein_plain, police, active) == pytest.approx(chance, abs=5e-7)
    assert estimate(mutant("thaw.kernels.epstein_plain", old, new), police, active) > chance + 1e-3


def test_weak_inequality_is_noticed():
    weak = mutant("thaw.kernels.epstein_plain", "net_risk > self.threshold", "net_risk >= self.threshold")
    assert not rule_of(epstein_plain, legitimacy=1.0, threshold=0.0).active.any()  # G = 0 is not above T = 0
    assert rule_of(weak, legitimacy=1.0, threshold=0.0, cop_density=0.0).active.all()


def test_a_changed_reading_is_noticed_by_the_rows():
    """C/A rounded down under the name of the printed formula: vectors and Run 2 no longer agree."""
    changed = mutant("thaw.classics.epstein", '"literal": share,', '"literal": np.floor(share),')
    assert float(changed.arrest_probability(1, 2)) == 0.0
    swapped = mutant("thaw.classics.epstein", '"literal": grid.LITERAL', '"literal": grid.FLOOR')
    assert int(swapped.run(ticks=200).active.max()) > 50 > int(epstein.run(ticks=200).active.max())
