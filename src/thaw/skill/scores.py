"""Scores put together: rows of series and of the panel, what they come to, and how sure that is.

Series: mean CRPS over origins and years; skill 1 - CRPS / CRPS of the best of the rivals, chosen after the scores and so to the model's disadvantage.
Panel: Brier and log score; skill against the base rate. Intervals are 90%: by bootstrap over series; of the panel by the standard error
of the difference in squared errors, in which the cells of one polity count as one.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from thaw.skill.origins import BARE, BARE_PRIOR, DEALS, MODEL, PERMUTED
from thaw.skill.panel import Cell, by_kind
from thaw.skill.rivals import PERSISTENCE, TREND
from thaw.skill.series import Point
from thaw.skill.table import ANY, SERIES
from thaw.trust import LEAST_EVENTS

RULES = (PERSISTENCE, TREND)
RIVALS = (*RULES, BARE, BARE_PRIOR)
RESAMPLES = 2000
BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)


def series_rows(points: Sequence[Point]) -> list[dict[str, Any]]:
    """One row a series, those where the model loses first, then the most skilful last."""
    rows = []
    for series in SERIES:
        own = [point for point in points if point.series == series.name]
        if not own:
            continue
        mean = {name: float(np.mean([point.crps[name] for point in own])) for name in own[0].crps}
        rival = min((name for name in RIVALS if name in mean), key=lambda name: mean[name])
        rule = min(RULES, key=lambda name: mean[name])
        rows.append(
            {
                "name": series.name,
                "crps": mean[MODEL],
                "best_rival": rival,
                "crps_rival": mean[rival],
                "crps_skill": skill(mean[MODEL], mean[rival]),
                "coverage90": float(np.mean([point.inside for point in own])),
                "n": len(own),
                "mechanism": series.mechanism,
                "crps_of": mean,
                "crps_skill_over_rules": skill(mean[MODEL], mean[rule]),
                "crps_skill_permuted": skill(mean[PERMUTED], mean[rival]),
            }
        )
    return sorted(rows, key=lambda row: row["crps_skill"])


def skill(own: float, rival: float) -> float:
    """1 where the forecast is perfect, 0 where it is as good as the rival, below 0 where it is worse.

    >>> skill(1.0, 2.0), skill(3.0, 2.0), skill(0.0, 0.0)
    (0.5, -0.5, 0.0)
    """
    return 1 - own / rival if rival > 0 else (0.0 if own == 0 else -1.0)


def panel_rows(arms: Mapping[str, Sequence[Cell]]) -> list[dict[str, Any]]:
    """One row a kind of event and one for all together; those where the model loses come first.

    Without court and society the better of the two sources of parameters counts; with stances permuted the mean over deals.

    arms : arm -> the same cells with that arm's probabilities
    """
    kinds = {arm: {**by_kind(cells), ANY: list(cells)} for arm, cells in arms.items()}
    rows = []
    for name, own in kinds[MODEL].items():
        if not own:
            continue
        other = {arm: skill(brier(found[name]), brier(own, base=True)) for arm, found in kinds.items()}
        row = _panel_row(name, own)
        row["brier_skill_bare"] = max(other[arm] for arm in (BARE, BARE_PRIOR) if arm in other)
        row["brier_skill_permuted"] = float(np.mean([other[deal] for deal in DEALS]))
        rows.append(row)
    return sorted(rows, key=lambda row: row["brier_skill"])


def _panel_row(name: str, own: Sequence[Cell]) -> dict[str, Any]:
    errors, rival = (np.array([(given - cell.came) ** 2 for given, cell in zip(values, own, strict=True)]) for values in _given(own))
    found = skill(brier(own), brier(own, base=True))
    doubt = sure(own) * clustered_error(own, rival - errors) / brier(own, base=True)
    return {
        "name": name,
        "n": len(own),
        "brier": brier(own),
        "brier_base_rate": brier(own, base=True),
        "brier_skill": found,
        "low": found - doubt,
        "high": found + doubt,
        "events": events_in(own),
        "brier_se": clustered_error(own, errors),
        "log_score": log_score(own),
        "log_score_base_rate": log_score(own, base=True),
        "tested": events_in(own) >= LEAST_EVENTS,
    }


def _given(cells: Sequence[Cell]) -> tuple[list[float], list[float]]:
    """Probabilities of the model and of the base rate."""
    return [cell.probability for cell in cells], [cell.base for cell in cells]


def events_in(cells: Sequence[Cell]) -> int:
    """Different events among the cells: one that several origins forecast counts once."""
    return len({(cell.kind, cell.polity, cell.year) for cell in cells if cell.came})


def brier(cells: Sequence[Cell], base: bool = False) -> float:
    """Mean squared distance of probability and outcome; of the base rate's where asked."""
    return float(np.mean([((cell.base if base else cell.probability) - cell.came) ** 2 for cell in cells]))


def log_score(cells: Sequence[Cell], base: bool = False) -> float:
    """Mean of minus the log of the probability given to what came about."""
    given = np.array([cell.base if base else cell.probability for cell in cells])
    came = np.array([cell.came for cell in cells])
    return float(-np.mean(np.log(np.where(came, given, 1 - given))))


def clustered_error(cells: Sequence[Cell], values: np.ndarray) -> float:
    """Standard error of a mean over cells of which those of one polity hang together, with the factor for few polities."""
    polities = sorted({cell.polity for cell in cells})
    whose = np.array([polities.index(cell.polity) for cell in cells])
    sums = np.bincount(whose, weights=values - values.mean())
    few = len(polities) / max(len(polities) - 1, 1)
    return float(np.sqrt(few * (sums**2).sum()) / len(values))


def sure(cells: Sequence[Cell]) -> float:
    """Standard errors either side that hold 90%: Student's t, since there are few polities."""
    from scipy.special import stdtrit

    return float(stdtrit(max(len({cell.polity for cell in cells}) - 1, 1), 0.95))


def over_series(rows: Sequence[Mapping[str, Any]], seed: int, field: str = "crps_skill") -> tuple[float, float]:
    """90% interval of the median over series by drawing series with replacement."""
    draw, values = np.random.default_rng(seed), np.array([row[field] for row in rows])
    medians = [float(np.median(values[draw.integers(len(values), size=len(values))])) for _ in range(RESAMPLES)]
    low, high = np.quantile(medians, (0.05, 0.95))
    return float(low), float(high)


def reliability(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Forecast probability and share that came about, by classes of probability."""
    rows = []
    for low, high in pairwise(BINS):
        own = [cell for cell in cells if low <= cell.probability < high or (high == 1.0 and cell.probability == 1.0)]
        if own:
            given, came = (float(np.mean([getattr(cell, name) for cell in own])) for name in ("probability", "came"))
            rows.append({"from": low, "to": high, "forecast": given, "came": came, "n": len(own)})
    return rows
