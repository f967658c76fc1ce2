"""The whole of `thaw skill`: origins are run, series and panel scored, and all of it put into one table of plain data."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from thaw.base_rates import compare
from thaw.errors import ScenarioError
from thaw.skill import origins as o
from thaw.skill.panel import Cell, cells
from thaw.skill.scores import over_series, panel_rows, reliability, series_rows
from thaw.skill.series import points
from thaw.skill.table import ANY

if TYPE_CHECKING:
    from thaw.scenario import Scenario

LEAST_HISTORIES = 64
COVERED, WANTED_SKILL = (0.80, 0.97), 0.15  # targets of issue 6, on development origins
DIGITS = 6


def development(
    scenario: "Scenario | str" = "ussr-1945", histories: int = 512, seed: int = 0, *, citizens: int = 1000, workers: int | None = None, prior: bool = False,
    rules: Mapping[str, str] | None = None, told: o.Told | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Scores from the origins 1953 to 1955 on the years up to 1956."""
    return _scored(scenario, o.DEVELOPMENT, o.LAST, histories, seed, citizens, workers, prior, rules, told)


def opened(
    scenario: "Scenario | str" = "ussr-1945", histories: int = 512, seed: int = 0, *, citizens: int = 1000, workers: int | None = None, prior: bool = False,
    rules: Mapping[str, str] | None = None, told: o.Told | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Scores from the origin 1956 on 1957-1968. Looks at what may be looked at once a release: only to be called by what logs it."""
    return _scored(scenario, o.OPEN, o.OPEN_LAST, histories, seed, citizens, workers, prior, rules, told)


def _scored(
    scenario: Any, years: Sequence[int], last: int, histories: int, seed: int, citizens: int, workers: int | None, prior: bool,
    rules: Mapping[str, str] | None, told: o.Told | None,
) -> dict[str, Any]:  # fmt: skip
    case = case_for(scenario, histories, seed, citizens=citizens, workers=workers, rules=rules)
    ways = {name: change for name, change in o.ARMS.items() if name != o.BARE_PRIOR or not prior}  # by the prior they are one
    arms = o.run_origins(case, years, last, histories=histories, citizens=citizens, seed=seed, prior=prior, workers=workers, arms=ways, rules=rules, told=told)
    told_of = {"scenario": case.name, "histories": histories, "citizens": citizens, "seed": seed, "rule": dict(rules or {})}
    return rounded({**table(arms, last, seed, open_=last > o.LAST), "base_rates": compare(seed=seed, workers=workers), **told_of})


def case_for(
    scenario: "Scenario | str", histories: int, seed: int, *, citizens: int, workers: int | None = None, rules: Mapping[str, str] | None = None
) -> "Scenario":
    """The scenario, if it and the options can be scored; a ScenarioError otherwise."""
    from thaw.api import RunOptions
    from thaw.scenario import load_scenario

    RunOptions(histories=histories, seed=seed, citizens=citizens, workers=workers, rules=rules or {}).check()
    if isinstance(histories, bool) or not isinstance(histories, int) or histories < LEAST_HISTORIES:
        raise ScenarioError(f"--histories {histories}: expected {LEAST_HISTORIES} or more, since a forecast is a distribution over histories.")
    case = load_scenario(scenario) if isinstance(scenario, str) else scenario
    o.check_scenario(case)
    return case


def table(arms: Mapping[str, Sequence[o.Origin]], last: int, seed: int, *, open_: bool) -> dict[str, Any]:
    """What the arms of some origins come to on the years up to `last`."""
    scored = points(arms, last)
    rows = series_rows(scored)
    found: dict[str, list[Cell]] = {arm: list(cells(origins, last)) for arm, origins in arms.items()}
    panel = panel_rows(found)
    return {
        "cut": o.LAST,
        "opened": open_,
        "series": rows,
        "panel": panel,
        "summary": _summary(rows, panel, float(np.mean([point.inside for point in scored])), seed),
        "reliability": reliability(found[o.MODEL]),
        "origins": [
            {"year": one.year, "arm": arm, "ess": one.ess, "tempering": one.power, "posterior": one.posterior} for arm, own in arms.items() for one in own
        ],
    }


def _summary(rows: Sequence[Mapping[str, Any]], panel: Sequence[Mapping[str, Any]], covered: float, seed: int) -> dict[str, Any]:
    median = float(np.median([row["crps_skill"] for row in rows]))
    low, high = over_series(rows, seed)
    whole = next(row for row in panel if row["name"] == ANY)
    return {
        "median_crps_skill": median,
        "low": low,
        "high": high,
        "median_crps_skill_over_rules": float(np.median([row["crps_skill_over_rules"] for row in rows])),
        "median_crps_skill_permuted": float(np.median([row["crps_skill_permuted"] for row in rows])),
        "coverage90": covered,
        "panel_brier_skill": whole["brier_skill"],
        "meets": {
            "coverage": COVERED[0] <= covered <= COVERED[1],
            "series": median >= WANTED_SKILL,
            "panel": whole["brier_skill"] > 0,
        },
    }


def rounded(data: Any) -> Any:
    """Plain data with numbers cut to six significant digits; what is not finite is None.

    >>> rounded({"a": [1 / 3, float("nan"), 12]})
    {'a': [0.333333, None, 12]}
    """
    if isinstance(data, Mapping):
        return {name: rounded(value) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [rounded(value) for value in data]
    if isinstance(data, float):
        return float(f"{data:.{DIGITS}g}") if np.isfinite(data) else None
    return bool(data) if isinstance(data, np.bool_) else data
