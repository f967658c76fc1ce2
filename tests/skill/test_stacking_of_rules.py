"""Rules compared by their forecasts: who takes turns, what each score is, and that the better forecast gets the weight."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from corrupt import corrupted

from thaw import loop, record
from thaw.plan import Plan
from thaw.skill import stacking
from thaw.skill.origins import DEVELOPMENT, LAST, MODEL, Origin
from thaw.skill.panel import Cell, cells
from thaw.skill.rivals import persistence
from thaw.skill.series import forecast, past_of, score, targets
from thaw.skill.stacking import compare_rules, in_turn, of_panel, of_series, stacked, table, under, unit
from thaw.skill.table import DIFFERENCE, RATIO

CHOICES = {"society": {MODEL: ("society", "network"), "society=mean_field": ("society", "mean_field")}}


@pytest.fixture
def flat(made_up: Origin) -> Origin:
    """Histories in which nothing changes."""
    return replace(made_up, arm=replace(made_up.arm, series={name: np.ones_like(values) for name, values in made_up.arm.series.items()}))


@pytest.fixture
def restless(made_up: Origin) -> Origin:
    """Histories with a rising in Hungary in October 1954 and in all years after."""
    months = np.concatenate([[made_up.plan.months.index((year, 10))] * 4 for year in (1954, 1955, 1956)]).astype(float)
    return replace(made_up, arm=replace(made_up.arm, onsets={"HUN.uprising": (np.tile(np.arange(4), 3), months)}))


class TestTurns:
    def test_every_rule_of_every_mechanism_once_and_one_at_a_time(self) -> None:
        found = in_turn({})
        assert {step.name: step.rules for step in loop.mechanisms() if step.rules} == {
            name: tuple(rule for _, rule in choice.values()) for name, choice in found.items()
        }
        arms = [arm for choice in found.values() for arm in choice if arm != MODEL]
        assert len(arms) == len(set(arms)) == sum(len(choice) - 1 for choice in found.values())

    def test_the_rule_in_use_is_the_models_own_arm_and_stays_while_others_turn(self, known: Plan) -> None:
        found = in_turn({"coalition": "contest"})
        assert found["coalition"][MODEL] == ("coalition", "contest")
        assert "coalition=factions" in found["coalition"]
        assert "coalition=contest" not in found["coalition"]
        plan = known.with_(rules={"coalition": "contest"})
        assert dict(under(plan, found["society"]["society=mean_field"]).rules) == {"coalition": "contest", "society": "mean_field"}
        assert dict(plan.rules) == {"coalition": "contest"}


class TestSeries:
    def test_the_diagonal_is_the_crps_of_each_arm(self, made_up: Origin, flat: Origin) -> None:
        products, _, groups = of_series([[made_up], [flat]], 1955)
        every = list(targets(1953, 1955))
        assert [series.name for series, _, _ in every] == groups
        for product, (series, known, row) in zip(products, every, strict=True):
            for place, origin in enumerate((made_up, flat)):
                assert product[place, place] == pytest.approx(score(*forecast(origin, series, known, row), row.value), rel=1e-9)

    def test_its_unit_is_what_persistence_had_been_off_by(self) -> None:
        for series, known, row in targets(1953, 1955):
            guess = persistence(past_of(series, known), row.end.year)
            last = known[max(known)].value if series.change == RATIO else 1.0
            assert unit(series, known, row.end.year) == pytest.approx(guess.spread * last)
            assert unit(series, known, row.end.year) > 0
        assert {series.change for series, _, _ in targets(1953, 1955)} == {RATIO, DIFFERENCE}

    def test_units_are_known_at_the_origin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = [unit(series, known, row.end.year) for series, known, row in targets(1953, 1953 + 1)]
        monkeypatch.setattr(record, "_made", corrupted(dt.date(1953, 12, 31)))
        assert [unit(series, known, row.end.year) for series, known, row in targets(1953, 1953 + 1)] == before

    def test_scores_alone_are_means_in_that_unit_and_no_mixture_is_worse(self, made_up: Origin, flat: Origin) -> None:
        found = stacked({MODEL: [made_up], "society=mean_field": [flat]}, CHOICES, 1955, 0, replicates=10)["series", "society"]
        wanted = [
            -np.mean([score(*forecast(origin, *aim), aim[2].value) / unit(*aim[:2], aim[2].end.year) for aim in targets(1953, 1955)])
            for origin in (made_up, flat)
        ]
        assert found.alone == pytest.approx(wanted, rel=1e-9)
        assert found.mixture >= max(wanted) - 1e-9
        assert (found.groups, found.targets) == (15, 30)


class TestPanel:
    def test_each_cell_scores_the_log_of_what_was_given_to_what_came(self) -> None:
        came, not_ = Cell("split", "HUN", 1956, 1955, True, 0.2, 0.1), Cell("split", "POL", 1956, 1955, False, 0.2, 0.1)
        given, polities = of_panel([[came, not_], [replace(came, probability=0.7), not_]])
        assert np.exp(given) == pytest.approx(np.array([[0.2, 0.7], [0.8, 0.8]]))
        assert polities == ["HUN", "POL"]

    def test_a_rule_that_foresaw_nothing_wrongly_takes_the_weight(self, made_up: Origin, restless: Origin) -> None:
        """Unrest came in Hungary in 1956 alone: to see it every year is right once in three."""
        found = stacked({MODEL: [restless], "society=mean_field": [made_up]}, CHOICES, 1955, 0, replicates=10)["panel", "society"]
        assert found.groups == len({cell.polity for cell in cells([made_up], 1955)})
        assert found.weights.tolist() == [0.0, 1.0]
        assert found.targets == len(list(cells([made_up], 1955)))
        late = stacked({MODEL: [replace(restless, year=1955)], "society=mean_field": [replace(made_up, year=1955)]}, CHOICES, 1956, 0, replicates=0)
        assert late["panel", "society"].weights[0] > 0.5


def test_rows_name_mechanism_and_rule_and_put_the_heaviest_first(made_up: Origin, flat: Origin) -> None:
    data = table(stacked({MODEL: [made_up], "society=mean_field": [flat]}, CHOICES, 1955, 0, replicates=10))
    assert [row["kind"] for row in data["rules"]] == ["series", "series", "panel", "panel"]
    for kind in ("series", "panel"):
        own = [row for row in data["rules"] if row["kind"] == kind]
        assert {row["rule"] for row in own} == {"network", "mean_field"}
        assert own[0]["weight"] >= own[1]["weight"]
        assert sum(row["weight"] for row in own) == pytest.approx(1)
        assert all(0 <= row["low"] <= row["high"] <= 1 for row in own)


def test_the_whole_asks_development_origins_of_the_model_alone(made_up: Origin, known: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def run_origins(_: Any, years: Any, last: int, *, arms: Any, **options: Any) -> dict[str, list[Origin]]:
        asked.update(options, years=years, last=last, under={name: dict(way(known).rules) for name, way in arms.items()})
        return {name: [made_up] for name in arms}

    monkeypatch.setattr(stacking.o, "run_origins", run_origins)
    monkeypatch.setattr(stacking, "stacked", lambda arms, choices, last, seed: stacked(arms, choices, last, seed, replicates=5))
    found = compare_rules("ussr-1945", 64, 7, citizens=120)
    assert (asked["years"], asked["last"], asked["seed"]) == (DEVELOPMENT, LAST, 7)
    assert asked["under"] == {
        MODEL: {}, "coalition=literal": {"coalition": "literal"}, "coalition=contest": {"coalition": "contest"},
        "coalition=selectorate": {"coalition": "selectorate"}, "society=mean_field": {"society": "mean_field"},
    }  # fmt: skip
    assert {(row["mechanism"], row["rule"]) for row in found["rules"]} == {(step.name, rule) for step in loop.mechanisms() for rule in step.rules}
    json.dumps(found, allow_nan=False)
