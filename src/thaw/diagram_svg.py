"""The causal diagram drawn: mechanisms in the order of a month, arcs at the right within the month, at the left into the next.

Plain SVG, no library: it opens in any browser, where a pointer on an arc tells its fields and one on a box shows its arcs.
"""

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import shorten, wrap

from thaw import names
from thaw.declare import Mechanism
from thaw.diagram import Link, Reach, given_to, links, subject

WIDTH, BOX, SIDE, TOP, GAP = 1180, 620, 280, 92, 26
LINE, CHARACTERS = 17, 78
INK, QUIET, PALE, PAPER = "#1B1F24", "#4D5662", "#C3C9D0", "#F6F7F9"
FONT = "'Source Sans 3','Noto Sans','DejaVu Sans','Segoe UI',Helvetica,Arial,sans-serif"
MONTHS = ("#B2182B", "#E08214", "#8A6D3B")  # reached in the same month, the next, later
Row = tuple[str, tuple[str, ...]]  # what is listed, and the names


def draw(found: Reach | None = None) -> str:
    """The whole diagram as SVG text; with a reach, what it leaves out is pale."""
    steps = names.mechanisms()
    heights = [_height(step) for step in steps]
    tops = [TOP + sum(heights[:place]) + GAP * place for place in range(len(steps))]
    height = tops[-1] + heights[-1] + 40
    boxes = {step.name: (top, tall) for step, top, tall in zip(steps, tops, heights, strict=True)}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'font-family="{FONT}" font-size="13" fill="{INK}">',
        f"<title>{escape(_title(found))}</title>",
        _style(steps),
        f'<rect width="{WIDTH}" height="{height}" fill="#FFFFFF"/>',
        *_head(found),
        *_arcs(boxes, found),
    ]
    for step in steps:
        parts += _box(step, *boxes[step.name], found)
    return "\n".join([*parts, "</svg>", ""])


def _title(found: Reach | None) -> str:
    return f"What {found.event or found.start[0]} can reach" if found else "What writes what, and who reads it"


def _head(found: Reach | None) -> Iterator[str]:
    """Title, and what the sides and colours mean."""
    yield f'<text x="{SIDE}" y="34" font-size="21" font-weight="600">{escape(_title(found))}</text>'
    if found is None:
        words = "Mechanisms in the order of a month. A thicker arc carries more quantities; point at an arc or a box for names."
        yield f'<text x="{SIDE}" y="56" fill="{QUIET}">{words}</text>'
    else:
        x = SIDE
        for colour, words in zip(MONTHS, ("in the same month", "a month later", "two months later or more"), strict=True):
            yield f'<rect x="{x}" y="46" width="12" height="12" fill="{colour}"/><text x="{x + 18}" y="57" fill="{QUIET}">{words}</text>'
            x += 30 + 7 * len(words)
        yield f'<text x="{x}" y="57" fill="{QUIET}">grey: never</text>'
    yield f'<text x="{SIDE - 14}" y="80" fill="{QUIET}" text-anchor="end" font-size="12">read in the next month</text>'
    yield f'<text x="{SIDE + BOX + 14}" y="80" fill="{QUIET}" font-size="12">read in the same month</text>'


def _rows(step: Mechanism) -> list[Row]:
    """What stands in a box below its name."""
    rows = [("writes", step.writes), ("decides", tuple(event.name for event in step.events)), ("given", given_to(step))]
    return [row for row in rows if row[1]]


def _lines(row: Row) -> list[list[str]]:
    """The names of a row, broken to the width of a box."""
    told = wrap(", ".join(row[1]), CHARACTERS, break_on_hyphens=False)
    return [[word for word in line.strip(", ").split(", ") if word] for line in told]


def _height(step: Mechanism) -> int:
    return 34 + LINE * sum(len(_lines(row)) for row in _rows(step)) + 8


def _box(step: Mechanism, top: int, height: int, found: Reach | None) -> Iterator[str]:
    """One mechanism: name, question, what it writes, decides and is given."""
    reached = found is None or step.name in found.mechanisms
    started = found is not None and step.name in found.start
    edge = MONTHS[0] if started else "#8A94A0" if reached else PALE
    yield f'<g id="m-{step.name}" class="box"><rect x="{SIDE}" y="{top}" width="{BOX}" height="{height}" rx="5" fill="{PAPER}" stroke="{edge}"'
    yield f' stroke-width="{2.5 if started else 1}"/>'
    ink = INK if reached else "#8A94A0"
    short = shorten(subject(step), 76, placeholder=" …")
    yield f'<text x="{SIDE + 12}" y="{top + 22}" font-size="15" font-weight="600" fill="{ink}">{step.name}'
    yield f'<tspan font-size="12" font-weight="400" fill="{QUIET if reached else PALE}" dx="10">{escape(short)}</tspan></text>'
    y = top + 42
    for row in _rows(step):
        for place, line in enumerate(_lines(row)):
            label = f'<tspan fill="{QUIET if reached else PALE}" font-style="italic">{row[0]}</tspan>' if place == 0 else ""
            yield f'<text x="{SIDE + 12}" y="{y}" font-size="12.5">{label}</text>'
            yield f'<text x="{SIDE + 66}" y="{y}" font-size="12.5">{_words(row[0], line, found)}</text>'
            y += LINE
    yield "</g>"


def _words(kind: str, words: Sequence[str], found: Reach | None) -> str:
    """Names in a line, each in the colour of its reach."""
    told = []
    for word in words:
        colour, weight = INK, "400"
        if found is not None:
            asked = found.event.partition("@")[0].rpartition(".")[2].partition(":")[0]
            colour = "#8A94A0"
            if kind == "writes" and word in found.fields:
                colour = MONTHS[min(found.fields[word], 2)]
                weight = "700" if word in found.fed else "400"
            elif kind == "decides" and word == asked:
                colour, weight = MONTHS[0], "700"
        told.append(f'<tspan fill="{colour}" font-weight="{weight}">{escape(word)}</tspan>')
    return f'<tspan fill="{PALE}">, </tspan>'.join(told)


def _arcs(boxes: dict[str, tuple[int, int]], found: Reach | None) -> Iterator[str]:
    """All links, those within the reach on top; ends are spread over a box so that longer arcs go round shorter ones."""
    drawn = []
    for later in (False, True):
        side = [link for link in links() if link.later == later]
        for link in side:
            drawn.append((_rank(link, found), _arc(link, _port(link, link.source, side, boxes), _port(link, link.target, side, boxes), found)))
    yield from (text for _, text in sorted(drawn, key=lambda item: item[0]))


def _rank(link: Link, found: Reach | None) -> int:
    """0 outside the reach, 1 within it, 2 directly fed."""
    if found is None:
        return 1
    if link.source in found.start and set(link.fields) & set(found.fed):
        return 2
    return int(bool(set(link.fields) & found.fields.keys()))


def _port(link: Link, end: str, side: Sequence[Link], boxes: dict[str, tuple[int, int]]) -> float:
    """Height of one end of an arc on its box."""
    place = {name: number for number, name in enumerate(boxes)}

    def other(one: Link) -> int:
        return place[one.target if one.source == end else one.source] - place[end]

    here = sorted((one for one in side if end in (one.source, one.target)), key=lambda one: (other(one) > 0, -other(one), one.source == end))
    top, height = boxes[end]
    return top + height * (here.index(link) + 1) / (len(here) + 1)


def _arc(link: Link, begin: float, end: float, found: Reach | None) -> str:
    rank = _rank(link, found)
    x, way = (SIDE, -1) if link.later else (SIDE + BOX, 1)
    bulge = x + way * min(24 + 0.34 * abs(end - begin), SIDE * 1.28)
    stroke, width, opacity = "#6B7785", 0.8 + 0.5 * min(len(link.fields), 6), 0.55
    if found is not None:
        months = min((found.fields[name] for name in link.fields if name in found.fields), default=0)
        stroke = PALE if rank == 0 else MONTHS[min(months, 2)]
        opacity = (0.35, 0.28, 0.95)[rank]
    told = f"{link.source} → {link.target}: {', '.join(link.fields)}{' (next month)' if link.later else ''}"
    path = f"M{x} {begin:.1f}C{bulge:.1f} {begin:.1f} {bulge:.1f} {end:.1f} {x + way * 7} {end:.1f}"
    tip = f"M{x + way * 9} {end - 4:.1f}L{x} {end:.1f}L{x + way * 9} {end + 4:.1f}Z"
    return (
        f'<g class="link from-{link.source} to-{link.target}" opacity="{opacity}"><title>{escape(told)}</title>'
        f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{width:.1f}"/><path d="{tip}" fill="{stroke}"/></g>'
    )


def _style(steps: Sequence[Mechanism]) -> str:
    """What a pointer does: an arc stands out; on a box its arcs do."""
    boxes = "".join(
        f"svg:has(#m-{step.name}:hover) .link:not(.from-{step.name},.to-{step.name}){{opacity:.06}}"
        f"svg:has(#m-{step.name}:hover) .from-{step.name},svg:has(#m-{step.name}:hover) .to-{step.name}{{opacity:1}}"
        for step in steps
    )
    return f"<style>.link:hover{{opacity:1}}.link:hover path{{stroke-width:4}}.link:hover path+path{{stroke-width:0}}{boxes}</style>"
