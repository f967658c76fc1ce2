"""One chart as a figure: heading, what it shows in words, drawing, numbers behind it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from thaw import charts
from thaw.report.html import Html, join, table, tag


@dataclass(frozen=True)
class Table:
    """The numbers of a figure as its reader may want them."""

    head: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    caption: str = ""  # where the figure's title alone would not tell it from others


@dataclass(frozen=True)
class Figure:
    """A drawing, perhaps with a narrow form for small screens; `shows` says in words what it says in lines."""

    id: str
    title: str
    shows: str
    wide: dict[str, Any]
    narrow: dict[str, Any] | None = None
    table: Table | None = None
    level: int = 3
    classes: tuple[str, ...] = field(default=())


def figure(shown: Figure, *, static: bool) -> Html:
    """The figure as HTML; the drawing is hidden from screen readers because words and table say the same."""
    forms = [("wide", shown.wide), ("narrow", shown.narrow)] if shown.narrow else [("", shown.wide)]
    drawings = [_drawing(f"{shown.id}-{form or 'one'}", form, spec, static=static) for form, spec in forms if spec]
    heading = tag(f"h{shown.level}", shown.title, id=f"{shown.id}-title")
    words = tag("figcaption", heading, tag("p", shown.shows))
    numbers = []
    if shown.table:
        name = shown.table.caption or shown.title
        made = table(name, shown.table.head, shown.table.rows)
        numbers = [tag("details", tag("summary", f"Numbers: {name}"), made)]
    return tag(
        "figure",
        words,
        *drawings,
        *numbers,
        aria_labelledby=f"{shown.id}-title",
        class_=" ".join(shown.classes),
        id=shown.id,
    )


def _drawing(name: str, form: str, spec: dict[str, Any], *, static: bool) -> Html:
    made = [Html(charts.svg(spec))]
    box = tag("div", *made, class_=f"chart {form}".strip(), aria_hidden="true", data_chart=False if static else name)
    if static:
        return box
    return join([box, tag("script", script_safe(json.dumps(spec, separators=(",", ":"))), type="application/json", id=name)])


def script_safe(text: str) -> Html:
    """Text that cannot end the script element it stands in, nor open a comment there, and still reads the same.

    >>> script_safe('"</script><!--"')
    '"\\\\u003c/script>\\\\u003c!--"'
    """
    return Html(text.replace("</", "\\u003c/").replace("<!--", "\\u003c!--"))
