"""Every chart once, in Vega-Lite: report, paper figures and explorer all draw with these functions.

A chart holds marks over *named* data and no rows; `spec` attaches rows and theme, `svg` draws without a browser. Months
are ISO days read as UTC, so that no reader's time zone moves them.

>>> spec(fan("share"), {"fan": [], "record": [], "marks": []})["datasets"]["fan"]
[]
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import altair as alt

Rows = Sequence[Mapping[str, Any]]
Figure = tuple[alt.LayerChart, Mapping[str, Rows]]

INK, QUIET, FACTUAL, RECORD, GRID = "#1B1F24", "#4D5662", "#3A3F46", "#111111", "#E1E5EA"
PERSON_COLOURS = (
    "#0072B2",
    "#E69F00",
    "#CC79A7",
    "#009E73",
    "#5B6470",
    "#56B4E9",
    "#F0E442",
    "#D9DDE2",
)  # last: others
BAND_90, BAND_50 = 0.16, 0.28
FONT = "'Source Sans 3', 'Noto Sans', 'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif"
HOVER = "hover"  # the name of a layer that only answers to a pointer
SMALL = 12  # px, the smallest text in any chart

_LONG_NUMBER = re.compile(r"(\d+\.\d)\d+")
_DRAWN = re.compile(r'(?<= d=")[^"]*|(?<=transform=")[^"]*')


def theme() -> dict[str, Any]:
    """The Vega-Lite config that all charts share: quiet axes, no frame, no colour that judges."""
    text = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": SMALL, "titleFontSize": SMALL}
    axis = {
        "labelColor": QUIET, "titleColor": QUIET, "titleFontWeight": "normal", "domainColor": "#AEB6C0",
        "tickColor": "#AEB6C0", "gridColor": GRID, "tickSize": 4, "labelPadding": 4,
    }  # fmt: skip
    return {
        "background": None,
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": text | axis,
        "axisX": {"grid": False, "titlePadding": 6, "labelFlush": False},
        "axisY": {
            "domain": False,
            "ticks": False,
            "tickCount": 4,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "start",
        },
        "text": {"font": FONT, "fontSize": SMALL, "color": INK},
        "title": {"font": FONT, "fontSize": 14, "fontWeight": 600, "color": INK, "anchor": "start"},
    }


def fan(
    unit: str,
    *,
    width: int = 294,
    height: int = 150,
    number: str = ",.2~f",
    title: str = "",
    top: float | None = None,
    span: tuple[str, str] | None = None,
    seen: bool = True,
    root: Sequence[float] = (),
    bottom: float | None = 0,
) -> alt.LayerChart:
    """How one quantity spreads over histories: median, half of them, nine in ten; the record as dots with their doubt.

    `top` fixes the highest value, `bottom` the lowest (None: as the rows have it) and `span` the first and last day, so that
    panels compare; without `seen` there is no series of the record to draw; `root` names the ticks of a square-root scale, for
    shares small but in bursts.

    Data
    ----
    fan : month, q05, q25, median, q75, q95
    record : month, value, and low, high where the record gives them
    marks : month, label: days to recognise, drawn as thin rules
    """
    months = alt.X("month:T", scale=time_scale(span), axis=year_axis(width))
    low, high = (alt.Undefined if end is None else end for end in (bottom, top))
    value = alt.Scale(domainMin=low, domainMax=high, type="sqrt" if root else "linear", nice=not root)
    axis = alt.Axis(
        title=unit or None,
        format=number,
        values=list(root) or alt.Undefined,
        titleX=0,
        titleY=-18,
        titleBaseline="bottom",
        minExtent=38,
    )
    spread = alt.Chart(alt.NamedData("fan")).encode(x=months)
    wide = spread.mark_area(color=FACTUAL, opacity=BAND_90).encode(y=alt.Y("q05:Q", axis=axis, scale=value), y2="q95:Q")
    narrow = spread.mark_area(color=FACTUAL, opacity=BAND_50).encode(y=alt.Y("q25:Q"), y2="q75:Q")
    middle = spread.mark_line(color=FACTUAL, strokeWidth=1.8).encode(y=alt.Y("median:Q"))
    record = alt.Chart(alt.NamedData("record")).encode(x="month:T")
    doubt = record.mark_rule(color=RECORD, strokeWidth=1.2).encode(y="low:Q", y2="high:Q")
    dots = record.mark_point(filled=True, color=RECORD, stroke="white", strokeWidth=1, size=34, opacity=1).encode(
        y="value:Q", tooltip=[when(), told_as("value", "record", number)]
    )
    told = [("median", "median"), ("q05", "5% below"), ("q95", "5% above")]
    touch = spread.mark_rule(opacity=0, strokeWidth=3).encode(
        y=alt.value(0), y2=alt.value(height), tooltip=[when(), *(told_as(field, name, number) for field, name in told)]
    )
    layers = [wide, narrow, *_marks(height), middle, touch.properties(name=HOVER), *([doubt, dots] if seen else [])]
    return layered(layers, width, height, title)


def timeline(names: int, *, width: int = 640, row: int = 27, side: int = 232, title: str = "", span: tuple[str, str]) -> alt.LayerChart:
    """When each event comes, and in how many histories: a ridge a row, the record as a dot, the share at the right.

    Names stand in `side` pixels at the left; with 0, above their ridges, for narrow screens.

    Data
    ----
    ridge : event, place, month, height (share of histories in each quarter, 1 the highest of all rows)
    events : event, place, median, q05, q95, share (text); place counts rows from the bottom
    record : event, place, month
    marks : month, label
    """
    height = names * row
    x = alt.X("month:T", scale=time_scale(span), axis=year_axis(width))
    y = alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[-0.25, names - 0.05], nice=False))
    ridge = (
        alt.Chart(alt.NamedData("ridge"))
        .transform_calculate(roof=f"datum.place + {0.88 if side else 0.5} * datum.height")
        .mark_area(color=FACTUAL, opacity=0.45, interpolate="monotone")
        .encode(x=x, y=y, y2="roof:Q", detail="event:N")
    )
    events = alt.Chart(alt.NamedData("events")).encode(y=y)
    ground = events.mark_rule(color=GRID).encode(x=alt.value(-side), x2=alt.value(width))
    spread = events.mark_rule(color=FACTUAL, strokeWidth=1.5, opacity=0.7).encode(x="q05:T", x2="q95:T")
    middle = events.mark_tick(color=FACTUAL, thickness=2.4, height=11, orient="vertical").encode(x="median:T")
    lift = -7 if side else 12 - row
    named = events.mark_text(align="left", baseline="middle", dy=lift, fontSize=13).encode(x=alt.value(-side), text="event:N")
    shares = events.mark_text(align="right", baseline="middle", dy=lift, dx=44 if side else 0, color=QUIET, fontSize=13).encode(
        x=alt.value(width), text="share:N"
    )
    dots = (
        alt.Chart(alt.NamedData("record"))
        .mark_point(filled=True, color=RECORD, stroke="white", strokeWidth=1.2, size=52, opacity=1)
        .encode(x="month:T", y=y, tooltip=[alt.Tooltip("event:N"), when()])
    )
    return layered([ground, *_marks(height), ridge, spread, middle, dots, named, shares], width, height, title)


def leaders(people: Sequence[str], *, width: int = 640, height: int = 240, title: str = "", span: tuple[str, str]) -> alt.LayerChart:
    """Who led when: the share of histories that each person leads, stacked, named inside; the record as a strip above.

    Data
    ----
    shares : month, person, floor, roof, share
    names : month, place, person
    reign : start, end, middle, person, note (the record; note is the printed name where it fits)
    """
    colours = alt.Scale(domain=list(people), range=[*PERSON_COLOURS[: len(people) - 1], PERSON_COLOURS[-1]])
    x = alt.X("month:T", scale=time_scale(span), axis=year_axis(width))
    y = alt.Y(
        "floor:Q",
        scale=alt.Scale(domain=[0, 1.17], nice=False),
        axis=alt.Axis(
            format="%",
            values=[0, 0.25, 0.5, 0.75, 1],
            title="share of histories",
            titleX=0,
            titleY=-8,
            titleBaseline="bottom",
        ),
    )
    area = (
        alt.Chart(alt.NamedData("shares"))
        .mark_area(stroke="white", strokeWidth=0.8, opacity=0.85)
        .encode(
            x=x,
            y=y,
            y2="roof:Q",
            color=alt.Color("person:N", scale=colours, legend=None),
            detail="person:N",
            tooltip=[when(), alt.Tooltip("person:N"), alt.Tooltip("share:Q", format=".0%")],
        )
    )
    named = alt.Chart(alt.NamedData("names")).encode(x="month:T", y="place:Q", text="person:N")
    reign = alt.Chart(alt.NamedData("reign"))
    strip = reign.mark_rect(stroke="white", strokeWidth=1.5, opacity=0.95).encode(
        x="start:T",
        x2="end:T",
        y=alt.datum(1.045),
        y2=alt.datum(1.15),
        color=alt.Color("person:N", scale=colours, legend=None),
    )
    above = reign.encode(x="middle:T", y=alt.datum(1.0975), text="note:N")
    return layered([area, strip, *haloed(named, 13), *haloed(above, SMALL)], width, height, title)


def strip(
    polities: int,
    *,
    width: int = 640,
    row: int = 26,
    side: int = 232,
    title: str = "",
    span: tuple[str, str],
    top: float,
) -> alt.LayerChart:
    """Where and when: the share of histories with an uprising going on, darker for more, the record as dots.

    Data
    ----
    cells : polity, place, low, high, month, start, end, share (only where above nil)
    polities : polity, place, peak (text)
    record : polity, place, month
    """
    places = alt.Scale(domain=[-0.5, polities - 0.5], nice=False)
    x = alt.X("month:T", scale=time_scale(span), axis=year_axis(width))  # not on `cells`: a second end muddles the domain
    shade = alt.Scale(domain=[0, top], range=["#E9EDF1", "#2F4B66"])
    cells = (
        alt.Chart(alt.NamedData("cells"))
        .mark_rect()
        .encode(
            x="start:T",
            x2="end:T",
            y=alt.Y("low:Q", scale=places, axis=None),
            y2="high:Q",
            color=alt.Color("share:Q", scale=shade, legend=None),
            tooltip=[alt.Tooltip("polity:N"), when(), alt.Tooltip("share:Q", format=".1%")],
        )
    )
    rows = alt.Chart(alt.NamedData("polities")).encode(y=alt.Y("place:Q", scale=places, axis=None))
    ground = rows.mark_rule(color="#F2F4F6", strokeWidth=row * 0.84).encode(x=alt.value(0), x2=alt.value(width))
    named = rows.mark_text(align="left", baseline="middle", fontSize=13).encode(x=alt.value(-side), text="polity:N")
    peaks = rows.mark_text(align="right", baseline="middle", dx=44, color=QUIET, fontSize=13).encode(x=alt.value(width), text="peak:N")
    dots = (
        alt.Chart(alt.NamedData("record"))
        .mark_point(filled=True, color=RECORD, stroke="white", strokeWidth=1.2, size=52, opacity=1)
        .encode(x=x, y=alt.Y("place:Q", scale=places, axis=None), tooltip=[alt.Tooltip("polity:N"), when()])
    )
    return layered([ground, cells, dots, named, peaks], width, polities * row, title)


def curves(
    x: str,
    y: str,
    *,
    width: int = 560,
    height: int = 300,
    title: str = "",
    log: str = "",
    steps: bool = False,
    domain: tuple[float, float] | None = None,
    top: float | None = None,
    number: str = "~g",
    colours: Sequence[str] = PERSON_COLOURS,
    years: bool = False,
) -> alt.LayerChart:
    """Curves of a model, each named where `labels` says; simulated or observed points with their intervals; a guide line.

    `log` holds "x", "y" or both; `steps` draws staircases; `domain` are the ends of x, `top` the highest y; with `years` x counts
    years, and nothing is cut at the ends. Colours go to the series in the order of their first row.

    Data
    ----
    lines : x, y, series
    labels : x, y, series, text
    points : x, y, low, high, series
    guide : x, y (grey and dashed: a diagonal, a threshold)
    """
    across = alt.Scale(type="log" if "x" in log else "linear", nice=False, domain=list(domain) if domain else alt.Undefined)
    up = alt.Scale(type="log" if "y" in log else "linear", zero="y" not in log, domainMax=alt.Undefined if top is None else top)
    ticks = alt.Axis(title=y, titleX=0, titleY=-14, titleBaseline="bottom", minExtent=38, format=number)
    shade = alt.Color("series:N", sort=None, legend=None, scale=alt.Scale(range=list(colours)))
    bottom = alt.Axis(title=None, format="d", tickCount=max(3, width // 70)) if years else alt.Axis(title=x, format=number)
    ends: dict[str, Any] = {"x": alt.X("x:Q", scale=across, axis=bottom), "y": alt.Y("y:Q", scale=up, axis=ticks)}
    guide = alt.Chart(alt.NamedData("guide")).mark_line(color="#8A94A0", strokeDash=[3, 3]).encode(**ends)
    drawn = alt.Chart(alt.NamedData("lines")).mark_line(strokeWidth=2, interpolate="step-after" if steps else "linear", clip=not years)
    points = alt.Chart(alt.NamedData("points")).encode(x=ends["x"], color=shade)
    doubt = points.mark_rule(strokeWidth=1.2).encode(y=alt.Y("low:Q"), y2="high:Q")
    dots = points.mark_point(filled=True, stroke="white", strokeWidth=1, size=44, opacity=1).encode(y=ends["y"])
    named = alt.Chart(alt.NamedData("labels")).encode(**ends, color=shade, text="text:N")
    style: dict[str, Any] = {"align": "left", "baseline": "middle", "dx": 5, "fontWeight": 600}
    rim = named.encode(color=alt.value("white")).mark_text(**style, stroke="white", strokeWidth=3.5, strokeOpacity=0.85)
    words = named.mark_text(**style)
    return layered([guide, drawn.encode(**ends, color=shade), doubt, dots, *([rim] if years else []), words], width, height, title)


def spec(chart: alt.LayerChart, rows: Mapping[str, Rows]) -> dict[str, Any]:
    """The whole Vega-Lite specification: marks, rows by name, theme. Rows go in unchecked, which makes it fast."""
    with alt.utils.schemapi.debug_mode(False):  # charts are valid by test; checking each again would double the time
        made: dict[str, Any] = chart.to_dict()
    return made | {"config": theme(), "datasets": {name: list(lines) for name, lines in rows.items()}}


def svg(chart_spec: Mapping[str, Any]) -> str:
    """The drawing as SVG text, the same bytes every time, without what only a pointer finds.

    Coordinates keep one decimal, which is finer than a screen and takes a third off the size.
    """
    import vl_convert

    still = dict(chart_spec) | {"layer": [layer for layer in chart_spec["layer"] if layer.get("name") != HOVER]}
    drawn = vl_convert.vegalite_to_svg(json.dumps(still, sort_keys=True))
    return _DRAWN.sub(lambda found: _LONG_NUMBER.sub(r"\1", found.group()), drawn)


def drawing(chart: alt.LayerChart, rows: Mapping[str, Rows]) -> str:
    """A chart with its rows as SVG text."""
    return svg(spec(chart, rows))


def time_scale(span: tuple[str, str] | None) -> alt.Scale:
    return alt.Scale(type="utc", nice=False, domain=list(span) if span else alt.Undefined)


def year_axis(width: int) -> alt.Axis:
    return alt.Axis(title=None, format="%Y", tickCount=max(3, width // 70))


def when() -> alt.Tooltip:
    return alt.Tooltip("utcyearmonth(month):T", title="month", format="%B %Y")


def told_as(field: str, title: str, number: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:Q", title=title, format=number)


def layered(layers: Sequence[alt.Chart], width: int, height: int, title: str) -> alt.LayerChart:
    size = {"width": width, "height": height} | ({"title": title} if title else {})
    return cast(alt.LayerChart, alt.layer(*layers).properties(**size))


def _marks(height: int) -> list[alt.Chart]:
    """Thin rules at days to recognise, each named at its top."""
    marks = alt.Chart(alt.NamedData("marks")).encode(x="month:T")
    rule = marks.mark_rule(color="#8A94A0", strokeDash=[2, 3])
    name = marks.mark_text(align="left", baseline="bottom", dx=3, color=QUIET, fontSize=SMALL).encode(y=alt.value(-2), text="label:N")
    return [rule.encode(y=alt.value(0), y2=alt.value(height)), name]


def haloed(words: alt.Chart, size: int) -> list[alt.Chart]:
    """Text legible on any colour: a white rim under dark letters."""
    rim = words.mark_text(stroke="white", strokeWidth=3.5, strokeOpacity=0.85, fontSize=size, fontWeight=600)
    return [rim, words.mark_text(fontSize=size, fontWeight=600, color=INK)]
