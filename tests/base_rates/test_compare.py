"""The comparison whole: rows of one shape, the same at any number of workers, refusals."""

import math

import numpy as np
import pytest

from thaw import base_rates
from thaw.base_rates import spells as spells_module
from thaw.base_rates.observed import MANNERS, TYPES, YEARS
from thaw.compile import compile_plan
from thaw.errors import RunError
from thaw.scenario import load_scenario

KEYS = {"quantity", "observed", "low", "high", "model", "inside"}


HISTORIES, MONTHS = 64, 72


@pytest.fixture(scope="module", autouse=True)
def six_years():
    """The scenario cut to its first six years: what is compared is not at issue here."""
    whole = compile_plan(load_scenario("autocracy"))
    short = whole.with_(months=whole.months[:MONTHS], weeks=whole.weeks[:MONTHS])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("thaw.compile.compile_plan", lambda scenario: short)
        yield


@pytest.fixture(scope="module")
def compared():
    """The rows of a comparison, and the spells and places that they were read off."""
    kept = []
    simulate = base_rates.simulate
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base_rates, "simulate", lambda *asked: kept.append(simulate(*asked)) or kept[-1])
        return base_rates.compare(HISTORIES, citizens=100, workers=1), *kept[0]


@pytest.fixture
def rows(compared):
    return compared[0]


def test_rows_have_one_shape(rows):
    assert all(set(row) == KEYS for row in rows)
    assert len({row["quantity"] for row in rows}) == len(rows) == len(TYPES) * (len(MANNERS) + 1 + len(YEARS))
    for row in rows:
        assert 0 <= row["low"] <= row["observed"] <= row["high"] <= 1
        assert row["inside"] == (row["low"] <= row["model"] <= row["high"])


def test_shares_of_each_type_sum_to_one(rows):
    for kind in TYPES:
        shares = [row["model"] for row in rows if row["quantity"].startswith(f"{kind}: share of exits")]
        assert sum(shares) == pytest.approx(1)


def test_the_rows_say_what_the_spells_say(compared):
    rows, spells, places = compared
    found = {row["quantity"]: row["model"] for row in rows}
    for kind in TYPES:
        own = spells.of(places[kind])
        natural = spells_module.MANNERS.index("natural")
        assert found[f"{kind}: share of exits: natural death or illness"] == (own.manner == natural).sum() / (own.manner >= 0).sum()
        assert found[f"{kind}: still in power after 3 years"] == spells_module.share_in_power(own, 3)
        # every month of every history has a leader of each type, or nobody for a while
        assert 0.95 * HISTORIES * MONTHS <= own.lasted.sum() <= HISTORIES * MONTHS


def test_another_seed_is_another_world(compared):
    other, _ = base_rates.simulate(2, 1, 100, 1)
    first = compared[1].history < 2
    assert (other.lasted.tolist(), other.manner.tolist()) != (compared[1].lasted[first].tolist(), compared[1].manner[first].tolist())


def test_a_type_that_nobody_left_has_no_shares():
    still = spells_module.Spells(*np.zeros((3, 1), int), lasted=np.array([360]), manner=np.array([-1]))
    rows = base_rates._rows("party", still)
    assert all(math.isnan(row["model"]) and not row["inside"] for row in rows if "share of exits" in row["quantity"])
    assert next(row["model"] for row in rows if "20 years" in row["quantity"] and "still" in row["quantity"]) == 1


def test_the_table_counts_what_is_inside(rows):
    text = base_rates.as_table(rows)
    assert text.count("| yes |") == sum(row["inside"] for row in rows)
    assert f"{sum(row['inside'] for row in rows)} of {len(rows)} inside." in text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"histories": 0}, "histories = 0: expected 1 to"),
        ({"seed": -1}, "seed = -1: expected 0 to"),
        ({"citizens": 5}, "citizens = 5: expected 100 to 200,000"),
    ],
)
def test_what_cannot_be_run_is_refused(asked, told):
    with pytest.raises(RunError, match=told):
        base_rates.compare(**{"histories": 1, "citizens": 100, "workers": 1} | asked)
