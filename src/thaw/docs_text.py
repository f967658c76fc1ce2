"""Small things that both makers of generated documentation use: a Markdown table, words as code, a mechanism by name."""

from collections.abc import Iterable, Sequence
from typing import Any

from thaw import names
from thaw.errors import RunError, did_you_mean


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table.

    >>> print(table(("a", "b"), [(1, "x|y")]))
    | a | b |
    |---|---|
    | 1 | x\\|y |
    """
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def code(words: Iterable[str]) -> str:
    """Names as code, or a dash where there are none."""
    return ", ".join(f"`{word}`" for word in words) or "–"


def mechanism(name: str) -> Any:
    """The declared mechanism of this name."""
    known = {step.name: step for step in names.mechanisms()}
    if name not in known:
        raise RunError(f"there is no mechanism '{name}'. {did_you_mean(name, known)}")
    return known[name]
