"""Scores of the development origins, saved so that they ship with the package. `thaw.trust` reads them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thaw.trust import FILE, stored


def parameters_from(scores: Mapping[str, Any]) -> str:
    """Where the parameters of scores came from, in words.

    >>> parameters_from({"origins": [{"posterior": 1953}, {"posterior": 1954}]})
    'the posterior of 1953, 1954'
    """
    cuts = {row["posterior"] for row in scores["origins"]}
    years = ", ".join(map(str, sorted(cuts - {None})))
    return " and ".join(["the prior"] * (None in cuts) + [f"the posterior of {years}"] * bool(years))


def save(scores: Mapping[str, Any], file: Path = FILE) -> None:
    """Write scores of the development origins, with the digest of the code that made them."""
    if scores["opened"]:
        raise ValueError("scores of years that were opened are logged, not saved")
    from thaw.posterior import code_digest

    text = json.dumps({**scores, "code": code_digest()}, ensure_ascii=False, indent=1, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")
    stored.cache_clear()
