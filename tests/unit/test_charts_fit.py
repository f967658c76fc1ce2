"""Drawings of a fit and the generated part of its page, from numbers as `fit.json` holds them."""

import json

import pytest

from thaw.docs_fit import fit_of
from thaw.errors import RunError
from thaw.inference.drawings import drawings

CUT = {
    "method": "npe", "misspecification": {"p": 0.4}, "weighting": {}, "never_made": ["ROU.gdp_pc 1946"], "inside": 2, "numbers": 3, "ranks_p": 0.3,
    "least_uniform": "terror.peak", "tenths": [0.1] * 10, "coverage": [[0.5, 0.5, 0.45, 0.55], [0.9, 0.9, 0.85, 0.95]], "coverage_50": 0.5,
    "coverage_90": 0.9, "recovery": 0.7, "informed": 1, "contraction": {"terror.peak": 0.4}, "uninformed": ["terror.middle"],
}  # fmt: skip
BLIND = CUT | {"method": "weighting", "weighting": {"power": 0.25, "effective": 200.0}}
CUT |= {"without": {"events": BLIND}}
ROWS = [
    {"series": "SUN.gdp_pc", "when": f"{year}-12-31", "record": 3.0, "low": 2.0, "median": 3.1, "high": 4.0, "prior_low": 1.0, "prior_median": 3.0,
     "prior_high": 6.0, "inside": True} for year in (1950, 1951, 1952)
]  # fmt: skip
FIT = {
    "scenario": "ussr-1945", "simulations": 8000, "seed": 0, "citizens": 1000, "numbers": 3, "events": ["SUN.thaw"], "parameters": 2, "directions": 1,
    "losses": [[2.0, 1.5]], "error": 0.5, "error_p": [0.001, 0.2], "prior_loss": 2.9, "failed": "", "cuts": {"1956": CUT}, "predictive": {"1956": ROWS},
}  # fmt: skip


def test_every_diagnostic_is_drawn():
    drawn = dict(drawings(FIT))
    assert set(drawn) == {"ranks.svg", "coverage.svg", "contraction.svg", "series-SUN.gdp_pc.svg"}
    assert all(text.startswith("<svg") for text in drawn.values())
    assert "terror.peak" in drawn["contraction.svg"]
    assert "posterior" in drawn["series-SUN.gdp_pc.svg"]


def test_the_page_says_what_was_found(tmp_path):
    (tmp_path / "fit.json").write_text(json.dumps(FIT))
    (tmp_path / "ranks.svg").write_text("<svg/>")
    text = fit_of(tmp_path, tmp_path / "pictures", write=True)["fit"]()
    for said in ("8,000 prior histories", "| 1956 | nothing | npe | 0.400 | 0.300 | 50%, 90% | 0.7 | 1 of 2 | 2 of 3 |",
                 "| 1956 | events | weighting | 0.400 |", "1956 without events: the record is outside", "with one of 0.5 prior spreads", "ROU.gdp_pc 1946",
                 "`terror.peak` (political_convictions 1946)", "(fit/ranks.svg)"):  # fmt: skip
        assert said in text
    assert (tmp_path / "pictures" / "ranks.svg").is_file()


def test_a_folder_without_a_fit_says_so(tmp_path):
    with pytest.raises(RunError, match=r"there is no fit\.json"):
        fit_of(tmp_path, tmp_path, write=False)
