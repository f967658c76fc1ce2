"""Negative controls in the model itself: `python -m bench.sham` (`make sham`) asks 20 sham causes and 10 reversed pairs; exit 1 if over 5% get a false verdict.

The claims, with the reason why each is a sham, are in `bench/sham.toml`. They go the way of every claim (`ask`). A false verdict is a word that says that
there is an effect: `necessary`, `contributory` (either may add `sufficient`) or `hindering`. For these the mechanisms that carry
the effect are looked for, which tells a badly chosen sham (a real path) from a fault of the method. `record`: what the record alone says of "brings about".
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from thaw.api import RunOptions
from thaw.attribution import intervals
from thaw.attribution.answer import CITIZENS, EFFECTS, HISTORIES, Answer, ask
from thaw.attribution.claim import Claim, load_claims
from thaw.attribution.numbers import Estimate
from thaw.attribution.premise import record_part
from thaw.docs_text import table

CLAIMS = Path(__file__).with_name("sham.toml")
FALSE = 0.05  # of verdicts, at most
UNDECIDED = "undetermined"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--histories", type=int, default=HISTORIES, help=f"of each arm (default: {HISTORIES})")
    parser.add_argument("--citizens", type=int, default=CITIZENS, help=f"of each society (default: {CITIZENS})")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, help="processes (default: one a core)")
    parser.add_argument("--only", default="", help="ids of claims, with commas: S01,R03")
    parser.add_argument("--json", action="store_true", help="JSON only")
    asked = parser.parse_args()
    claims = chosen(asked.only)
    options = RunOptions(histories=asked.histories, citizens=asked.citizens, seed=asked.seed, workers=asked.workers)
    rows = [row_of(answer) for answer in ask(claims, options, path=True, told=tell)]
    print(json.dumps({"rows": rows, "summary": summary(rows)}, indent=1) if asked.json else page(rows))
    sys.exit(any(part["share"] > FALSE for part in summary(rows).values()))


def tell(what: str, done: float, total: float) -> None:
    """How far it is, on the line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r{what}: {done / max(total, 1):.0%}    ", end="", file=sys.stderr, flush=True)


def chosen(only: str = "") -> list[Claim]:
    """The claims of these ids, all where none is given.

    >>> [claim.id for claim in chosen("S02,R01")]
    ['S02', 'R01']
    """
    claims = load_claims(CLAIMS).claims
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in {claim.id for claim in claims}]
    if unknown:
        raise SystemExit(f"--only {only}: there is no '{unknown[0]}'. Expected ids from {claims[0].id} to {claims[-1].id}.")
    return [claim for claim in claims if not wanted or claim.id in wanted]


def row_of(answer: Answer) -> dict[str, Any]:
    """One claim: word, numbers with their 90% intervals, histories behind them, and what carries an effect that was found."""
    claim, found = answer.claim, answer.general
    assert claim.cause is not None
    assert claim.effect is not None
    seldom = found is None or answer.word.word == UNDECIDED
    return {
        "id": claim.id,
        "cause": claim.cause.as_text(),
        "effect": claim.effect.as_text(),
        "by": claim.by,
        "record": record_part(replace(claim, direction="brings about")).word if claim.effect.is_event else "",
        "word": str(answer.word),
        "false": answer.word.word in EFFECTS,
        "pn": _plain(found["pn"] if found else None),
        "n0": _plain(found["pn_nudge"] if found else None),
        "effect_size": _plain(found.effect if found else None),
        "counts": dict(found.counts) if found else {},
        "reason": answer.reason if seldom else "",
        "path": [dict(row) for row in (answer.found.path or ())] if answer.found else [],
    }


def _plain(estimate: Estimate | None) -> dict[str, Any] | None:
    return None if estimate is None else estimate.plain() | {"n": estimate.n}


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """False verdicts among all rows, and among those that were decided, with Wilson's 90% interval.

    >>> summary([{"false": False, "word": "no effect found"}] * 20)["all"]["share"]
    0.0
    """
    decided = [row for row in rows if row["word"] != UNDECIDED]
    found = {}
    for name, some in (("all", rows), ("decided", decided)):
        wrong = sum(row["false"] for row in some)
        low, high = intervals.proportion(wrong, len(some))
        found[name] = {"false": wrong, "of": len(some), "share": wrong / len(some) if some else 0.0, "low": low, "high": high}
    return found


def page(rows: Sequence[dict[str, Any]]) -> str:
    """The rows and their summary as Markdown, as docs/attribution.md has them."""
    body = [
        (
            row["id"], f"`{row['cause']}` → `{row['effect']}` by {row['by']}", row["record"] or "–", row["word"], _cell(row["pn"], wide=False),
            _cell(row["n0"], wide=False), _cell(row["effect_size"]), f"{row['counts'].get('both', 0)}, {row['counts'].get('meets', 0)}",
        )
        for row in rows
    ]  # fmt: skip
    told = [table(("", "asked", "record", "word", "PN", "N0", "RD, or difference", "histories of PN, RD"), body), ""]
    for name, part in summary(rows).items():
        told.append(f"False verdicts, {name}: {part['false']} of {part['of']}, {part['share']:.1%} (90%: {part['low']:.1%} to {part['high']:.1%}).")
    for row in rows:
        if row["false"]:
            ways = ", ".join(f"{way['mechanism']} {_share(way['frozen'])} frozen, {_share(way['alone'])} alone" for way in row["path"][:3])
            told.append(f"{row['id']}: carried by {ways or 'nothing that could be frozen'}.")
    return "\n".join(told)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _cell(value: dict[str, Any] | None, *, wide: bool = True) -> str:
    """A number, with its interval where `wide`.

    >>> _cell({"estimate": 0.012, "low": -0.01, "high": 0.03})
    '0.01 (-0.01 to 0.03)'
    """
    if value is None:
        return "–"
    return f"{value['estimate']:.2f}" + (f" ({value['low']:.2f} to {value['high']:.2f})" if wide else "")


if __name__ == "__main__":
    main()
