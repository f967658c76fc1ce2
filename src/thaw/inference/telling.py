"""A fit in words and rows, for the terminal and for the page: from `fit.json`, whose keys are text there and numbers before."""

from collections.abc import Iterator, Mapping
from typing import Any

from thaw.inference.discrepancy import LEAST_P

HEAD = ("cut", "without", "method", "record usual, p", "ranks, p", "50%, 90% hold", "recovery, r", "informed", "numbers in the band")


def named(cut: int | str, hidden: str) -> str:
    """A posterior in words.

    >>> named(1956, "events"), named(1953, "")
    ('1956 without events', '1953')
    """
    return f"{cut} without {hidden}" if hidden else str(cut)


def rows(summary: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """One row for each posterior, under HEAD: `record usual` and the band are judged given the error allowed to the model."""
    for cut, said in summary["cuts"].items():
        for hidden, told in {"": said, **said["without"]}.items():
            yield (
                cut, hidden or "nothing", told["method"], f"{told['misspecification']['p']:.3f}", f"{told['ranks_p']:.3f}",
                f"{told['coverage_50']:.0%}, {told['coverage_90']:.0%}", told["recovery"], f"{told['informed']} of {summary['parameters']}",
                "" if hidden else f"{said['inside']} of {said['numbers']}",
            )  # fmt: skip


def ladder(summary: Mapping[str, Any]) -> str:
    """What the record up to the first cut says of the model without an error, and with the one that was chosen.

    >>> ladder({"cuts": {1953: {}}, "error": 0.25, "error_p": [0.001, 0.2]})
    'Without an error the record up to 1953 is unlike any history (p = 0.0010); with one of 0.25 prior spreads in every number p = 0.20. All else is given it.'
    """
    first, p, size = min(map(int, summary["cuts"])), summary["error_p"], summary["error"]
    if len(p) == 1:
        return f"Without any error the record up to {first} is like the model's histories (p = {p[0]:.2f})."
    enough = f"with one of {size:g} prior spreads in every number p = {p[-1]:.2f}."
    tried = " Even the largest error tried is too small." if p[-1] < LEAST_P else ""
    return f"Without an error the record up to {first} is unlike any history (p = {p[0]:.4f}); {enough}{tried} All else is given it."


def outside(summary: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each posterior that had to be made of weighted histories."""
    for cut, said in summary["cuts"].items():
        for hidden, told in {"": said, **said["without"]}.items():
            if told["method"] == "weighting":
                weighed = told["weighting"]
                yield (
                    f"{named(cut, hidden)}: the record is outside what the model makes. Weighted histories instead, "
                    f"power {weighed['power']:.2f}, worth {weighed['effective']:.0f}."
                )
