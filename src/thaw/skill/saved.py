"""Scores of the development origins as they ship, so that a verdict can say how far the model is to be trusted without computing them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from thaw.skill.table import KIND_OF

FILE = Path(__file__).with_name("development.json")
UNTESTED = "untested"
LEAST_EVENTS = 5


@dataclass(frozen=True)
class Trust:
    """How well a kind of event was foretold out of sample.

    score  Brier skill against the base rate on the development origins: 1 perfect, 0 no better than the rate; None: untested
    low, high  its 90% interval; None where untested
    n      different events of the kind in the years scored; below five there is no score; None: not a kind that is scored
    stale  the scores were made with other code, so that there is none of this one
    """

    score: float | None
    low: float | None
    high: float | None
    n: int | None
    stale: bool = False

    def json(self) -> dict[str, Any]:
        """As plain data."""
        return {"words": str(self), "score": self.score, "low": self.low, "high": self.high, "n": self.n}

    def __str__(self) -> str:
        """In words.

        >>> str(Trust(None, None, None, 3)), str(Trust(0.21, 0.05, 0.3, 7))
        ('untested (3 such events)', '0.21 (0.05 to 0.30), 7 events')
        """
        if self.n is None:
            return f"{UNTESTED} (not among the kinds of events that are scored)"
        if self.stale:
            return f"{UNTESTED} (scores were made with other code: run thaw skill --save)"
        if self.score is None or self.low is None or self.high is None:
            return f"{UNTESTED} ({self.n} such event{'s' if self.n != 1 else ''})"
        return f"{self.score:.2f} ({self.low:.2f} to {self.high:.2f}), {self.n} events"


def trust(kind: str) -> Trust:
    """Trust in what the model says of a kind of event, by the name of the kind or of an event: `mass unrest`, `uprising`, `HUN.uprising`.

    >>> from thaw import skill
    >>> skill.trust("HUN.uprising").score is None  # three such events from 1954 to 1956
    True
    >>> skill.trust("secret_speech")  # not in the panel
    Trust(score=None, low=None, high=None, n=None, stale=False)
    """
    return trust_in(stored(), kind_of(kind))


def kind_of(event: str) -> str:
    """The kind of the panel that an event belongs to; what is none is its own."""
    return KIND_OF.get(event.rpartition(".")[2].partition(":")[0], event)


def trust_in(scores: Mapping[str, Any], kind: str) -> Trust:
    """Trust in a kind of the panel by a table of scores; none in scores that other code has made."""
    row = next((row for row in scores["panel"] if row["name"] == kind), None)
    if row is None:
        return Trust(None, None, None, None)
    if not made_here(scores):
        return Trust(None, None, None, row["events"], stale=True)
    if row["events"] < LEAST_EVENTS:
        return Trust(None, None, None, row["events"])
    return Trust(row["brier_skill"], row["low"], row["high"], row["events"])


def made_here(scores: Mapping[str, Any]) -> bool:
    """Whether scores that were saved come from the model as it is."""
    from thaw.posterior import code_digest

    return scores.get("code") == code_digest()


@cache
def stored() -> dict[str, Any]:
    """The scores that ship; without any row where the file is not there."""
    if not FILE.exists():
        return {"panel": [], "series": []}
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def parameters_from(scores: Mapping[str, Any]) -> str:
    """Where the parameters of the model came from that was scored, in words.

    >>> parameters_from({"origins": [{"arm": "model", "posterior": 1953}, {"arm": "model", "posterior": 1954}]})
    'the posterior of 1953, 1954'
    """
    cuts = {row["posterior"] for row in scores["origins"] if row["arm"] == "model"}
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
