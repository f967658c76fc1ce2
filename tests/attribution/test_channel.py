"""Whether a path leads from cause to effect, and which mechanism carries it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_arms import claim

from thaw.attribution import terms
from thaw.attribution.arms import Trunk, run_trunks
from thaw.attribution.channel import channel, deciding, run_paths, shares, starts
from thaw.plan import Plan


def test_a_declared_path_names_what_lies_between(plan: Plan) -> None:
    way = channel(terms.bind(claim("SUN.secret_speech", "HUN.uprising"), plan))
    assert way.there
    assert "information" in way.between
    assert not {"reform", "society"} & set(way.between)  # they decide cause and effect


def test_no_path_names_the_missing_link_and_twins_are_identical(plan: Plan, tmp_path: Path) -> None:
    bound = terms.bind(claim("WLD.reputation=0.9/-0.9@1953-01..1955-12", "HUN.uprising"), plan)
    way = channel(bound)
    assert not way.there
    assert way.missing.startswith("society, which decides HUN.uprising, reads nothing that the cause can change")
    arms = run_trunks(
        [Trunk(name, made(bound, plan), 30) for name, made in (("P", terms.prevented), ("D", terms.forced))], 64,
        terms.watch([terms.bind(claim("SUN.thaw", "HUN.uprising | POL.uprising"), plan)]), folder=tmp_path,
    )  # fmt: skip
    for name, values in arms["P"].series.items():
        assert np.array_equal(values, arms["D"].series[name], equal_nan=True)
    assert arms["P"].onsets.keys() == arms["D"].onsets.keys()
    assert all(np.array_equal(a, b) for name in arms["P"].onsets for a, b in zip(arms["P"].onsets[name], arms["D"].onsets[name], strict=True))


@pytest.mark.parametrize(
    ("cause", "effect", "first", "last"),
    [
        ("SUN.thaw + SUN.fall:beria", "SUN.voice mean", ("reform", "purge"), ("society",)),
        ("row:E071", "WLD.west_share mean", (), ("world",)),
        ("WLD.tension=0.8/0.2@1953-01..1953-06", "leader:khrushchev", ("world",), ("patronage",)),
    ],
)
def test_who_decides_cause_and_effect(whole_plan: Plan, cause: str, effect: str, first: tuple[str, ...], last: tuple[str, ...]) -> None:
    bound = terms.bind(claim(cause, effect, direction="raises"), whole_plan)
    assert starts(bound) == first
    assert deciding(bound) == last


class TestPaths:
    """Freezing by hand: what a mechanism writes in one arm is taken from the other."""

    @pytest.fixture(scope="class")
    @staticmethod
    def found(plan: Plan):
        bound = terms.bind(claim("SUN.rehabilitation@1953-06", "SUN.voice mean", by="1955-06", direction="raises"), plan)
        mechanisms = ("information", "memory")
        return bound, run_paths(bound, mechanisms, 0, 64, terms.watch([bound])), mechanisms

    def test_arms_part_at_the_date(self, found) -> None:
        bound, arms, _ = found
        before = [arm.series["SUN.voice"][:, : bound.date] for arm in arms.values()]
        assert all(np.array_equal(before[0], other) for other in before[1:])
        assert not np.array_equal(arms["forced"].series["SUN.voice"], arms["prevented"].series["SUN.voice"], equal_nan=True)

    def test_what_nobody_reads_carries_nothing(self, found) -> None:
        bound, arms, mechanisms = found
        told = {row["mechanism"]: row for row in shares(bound, arms, mechanisms)}
        assert told["memory"]["frozen"] == told["memory"]["alone"] == 0
        assert told["information"]["frozen"] != 0

    def test_each_share_has_an_interval(self, found) -> None:
        """Also where no history changed, since not all of them were seen; without one where the effect of so few may be nought."""
        bound, arms, mechanisms = found
        raised = replace(arms["forced"], series={name: values + 1 for name, values in arms["forced"].series.items()})
        clear = arms | {"forced": raised, "frozen memory": raised, "alone memory": arms["prevented"]}
        told = {row["mechanism"]: row for row in shares(bound, clear, mechanisms)}
        assert told["memory"]["frozen"] == told["memory"]["alone"] == 0
        for row in told.values():
            for key in ("frozen", "alone"):
                low, high = row[f"{key}_interval"]
                assert low < row[key] < high

    def test_a_share_of_what_may_be_nought_has_no_bounds(self, found) -> None:
        """The same arm against itself: no effect, so that no share of it is told."""
        bound, arms, mechanisms = found
        same = arms | {"forced": arms["prevented"]}
        assert all((row["frozen"], row["frozen_interval"]) == (None, None) for row in shares(bound, same, mechanisms))

    def test_the_forced_arm_is_that_of_the_trunk(self, plan: Plan, found, tmp_path: Path) -> None:
        bound, arms, _ = found
        whole = run_trunks([Trunk("D", terms.forced(bound, plan), bound.deadline)], 64, terms.watch([bound]), folder=tmp_path)["D"]
        assert np.array_equal(whole.series["SUN.voice"], arms["forced"].series["SUN.voice"], equal_nan=True)
