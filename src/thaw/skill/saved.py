"""Scores of the development origins, saved so that they ship with the package. `thaw.trust` reads them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thaw.posterior import model_digest
from thaw.trust import FILE, stored


def parameters_from(scores: Mapping[str, Any]) -> str:
    """Where the parameters of the model came from that was scored, in words.

    >>> parameters_from({"origins": [{"arm": "model", "posterior": 1953}, {"arm": "model", "posterior": 1954}]})
    'the posterior of 1953, 1954'
    """
    cuts = {row["posterior"] for row in scores["origins"] if row["arm"] == "model"}
    years = ", ".join(map(str, sorted(cuts - {None})))
    return " and ".join(["the prior"] * (None in cuts) + [f"the posterior of {years}"] * bool(years))


def save(scores: Mapping[str, Any], file: Path = FILE) -> None:
    """Write scores of the development origins, with the digest of the model that made them."""
    if scores["opened"]:
        raise ValueError("scores of years that were opened are logged, not saved")
    text = json.dumps({**scores, "model": model_digest()}, ensure_ascii=False, indent=1, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")
    stored.cache_clear()
