"""The drawings of a fit, from the numbers in `fit.json`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thaw import charts, charts_fit
from thaw.posterior import CLAIMS_CUT

MOST = 30  # parameters in the chart of contraction


def drawings(summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """File name and SVG of each drawing, of the cut of 1956 or the nearest to it."""
    cuts = {int(cut): said for cut, said in summary["cuts"].items()}
    cut = min(cuts, key=lambda year: abs(year - CLAIMS_CUT))
    said = cuts[cut]
    shares = [{"tenth": tenth, "share": share} for tenth, share in enumerate(said["tenths"], 1)]
    yield "ranks.svg", charts.drawing(charts_fit.ranks(), {"ranks": shares, "even": [{"share": 0.1}]})
    held = [{"asked": asked, "held": mean, "low": low, "high": high} for asked, mean, low, high in said["coverage"]]
    diagonal = [{"asked": end, "held": end} for end in (0, 1)]
    yield "coverage.svg", charts.drawing(charts_fit.coverage(), {"coverage": held, "right": diagonal})
    gone = [{"name": name, "value": value} for name, value in list(said["contraction"].items())[:MOST]]
    if gone:
        yield "contraction.svg", charts.drawing(charts_fit.contraction(rows=len(gone)), {"contraction": gone, "least": [{"value": 0.2}]})
    for name, rows in _by_series({int(year): found for year, found in summary["predictive"].items()}[cut]).items():
        if len(rows) > 2:
            yield f"series-{name}.svg", charts.drawing(charts_fit.predicted(name), {"bands": rows, "words": _words(rows)})


def _by_series(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["series"], []).append(dict(row) | {"year": int(row["when"][:4]) + (int(row["when"][5:7]) - 1) / 12})
    return found


def _words(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each band named at its last point."""
    last = rows[-1]
    return [{"year": last["year"], "place": last["prior_high"], "label": "prior"}, {"year": last["year"], "place": last["median"], "label": "posterior"}]
