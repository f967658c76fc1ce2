"""HTML from plain values: whatever is not `Html` already is escaped, so no title or name can become markup.

>>> tag("p", "a < b", class_="note")
'<p class="note">a &lt; b</p>'
"""

from collections.abc import Iterable, Sequence
from html import escape


class Html(str):
    """Text that is markup already."""


def tag(name: str, *inside: object, **attributes: str | bool) -> Html:
    """An element; in attribute names a last underscore goes and others turn to hyphens; True is a bare attribute."""
    said = ""
    for key, value in attributes.items():
        word = key.rstrip("_").replace("_", "-")
        if value is True:
            said += f" {word}"
        elif value is not False:
            said += f' {word}="{escape(str(value))}"'
    return Html(f"<{name}{said}>{join(inside)}</{name}>")


def join(parts: Iterable[object]) -> Html:
    """The parts one after the other, escaped where they are not markup."""
    return Html("".join(part if isinstance(part, Html) else escape(str(part)) for part in parts))


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Html:
    """A table whose first column names its rows, in a box that scrolls sideways and can be reached by keyboard."""
    top = tag("tr", *(tag("th", word, scope="col") for word in head))
    body = [tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in rows]
    made = tag("table", tag("caption", caption), tag("thead", top), tag("tbody", *body))
    return tag("div", made, class_="scroll", role="region", tabindex="0", aria_label=f"Table: {caption}")
