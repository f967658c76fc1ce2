"""How far the model is to be trusted with a kind of event, from the scores of the development origins as they ship: nothing is computed.

The kinds were named before any score was seen. `thaw.skill` makes the scores.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from thaw.posterior import model_digest

FILE = Path(__file__).parent / "skill" / "development.json"
UNTESTED = "untested"
LEAST_EVENTS = 5


@dataclass(frozen=True)
class Kind:
    """A kind of event of the panel.

    events  any of these in a year counts once, as `succession` in a polity
    among   "all" ruling parties of the bloc, Moscow's included; "satellites" alone; or "satellites and China"
    also    events that claims ask about and that count as this kind
    """

    name: str
    events: tuple[str, ...]
    among: str
    also: tuple[str, ...] = ()


KINDS = (
    Kind("leader change", ("succession",), "all", ("leader_ousted",)),
    Kind("mass unrest", ("unrest", "uprising"), "all"),
    Kind("intervention", ("intervention",), "satellites"),
    Kind("amnesty", ("amnesty",), "all"),
    Kind("split", ("exit", "sino_soviet_split"), "satellites and China"),
)

KIND_OF: Mapping[str, str] = {event: kind.name for kind in KINDS for event in (*kind.events, *kind.also)}


@dataclass(frozen=True)
class Trust:
    """How well a kind of event was foretold out of sample.

    score  Brier skill against the base rate on the development origins: 1 perfect, 0 no better than the rate; None: untested
    low, high  its 90% interval; None where untested
    n      different events of the kind in the years scored; below five there is no score; None: not a kind that is scored
    stale  the scores were made with other code or posteriors, so that there is none of the model as it is
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
            return f"{UNTESTED} (scores were made with other code or posteriors: run thaw skill --save)"
        if self.score is None or self.low is None or self.high is None:
            return f"{UNTESTED} ({self.n} such event{'s' if self.n != 1 else ''})"
        return f"{self.score:.2f} ({self.low:.2f} to {self.high:.2f}), {self.n} events"


def trust(kind: str) -> Trust:
    """Trust in what the model says of a kind of event, by the name of the kind or of an event: `mass unrest`, `uprising`, `HUN.uprising`.

    >>> trust("HUN.uprising").score is None  # three such events from 1954 to 1956
    True
    >>> trust("secret_speech")  # not in the panel
    Trust(score=None, low=None, high=None, n=None, stale=False)
    """
    return trust_in(stored(), kind_of(kind))


def kind_of(event: str) -> str:
    """The kind of the panel that an event belongs to; what is none is its own."""
    return KIND_OF.get(event.rpartition(".")[2].partition(":")[0], event)


def trust_in(scores: Mapping[str, Any], kind: str) -> Trust:
    """Trust in a kind of the panel by a table of scores; none in scores that another model has made."""
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
    return scores.get("model") == model_digest()


@cache
def stored() -> dict[str, Any]:
    """The scores that ship; without any row where the file is not there."""
    if not FILE.exists():
        return {"panel": [], "series": []}
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found
