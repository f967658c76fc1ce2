"""Charts of claims: how the effect comes in each arm month by month, numbers on one axis with both intervals, when an effect became likely.

As in `thaw.charts` a chart holds marks over named data and no rows.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import altair as alt

from thaw import charts
from thaw.charts import BAND_90, FACTUAL, FONT, GRID, HOVER, INK, QUIET, SMALL, Rows
from thaw.chronicle import month_words

# arm: colour, dash, colour of its name (dark enough to be read on white)
ARMS: dict[str, tuple[str, tuple[int, int], str]] = {
    "as it is": (FACTUAL, (1, 0), FACTUAL),
    "prevented": ("#0072B2", (6, 3), "#0072B2"),
    "forced": ("#D55E00", (2, 2), "#A34700"),
}
WIDTH, HEIGHT, ROOM = 226, 140, 14  # px: plot, and between two names at the end of lines
POINTS = 75  # of a line, at most


def spec(chart: alt.LayerChart, rows: Mapping[str, Rows]) -> dict[str, Any]:
    """A small specification, for a page of hundreds: no label for each mark, since words and tables say the same, and the font by the style sheet."""
    theme = json.loads(json.dumps(charts.theme()).replace(FONT, "sans-serif"))
    return charts.spec(chart, rows) | {"config": theme | {"aria": False}}


def arms(unit: str, *, span: tuple[str, str], domain: tuple[float, float], number: str, names: Sequence[str], steps: bool) -> alt.LayerChart:
    """Lines of the arms over months, each named at its end.

    `domain` are the ends of the upright axis, `number` its format, `names` the arms; `steps` draws staircases.

    Data
    ----
    lines : month, and the value of each arm under its name
    labels : month, value (where the name stands), arm
    marks : month, label, lift (px above the plot)
    """
    shade, dash, dark = (alt.Scale(domain=list(names), range=[ARMS[name][k] for name in names]) for k in range(3))
    x = alt.X(
        "month:T",
        scale=alt.Scale(type="utc", nice=False, domain=list(span)),
        axis=alt.Axis(title=None, format="%Y", tickCount=alt.TimeIntervalStep(interval="year", step=_years_apart(span))),
    )
    axis = alt.Axis(title=unit or None, format=number, titleX=0, titleY=-26, titleBaseline="bottom", minExtent=38)
    y = alt.Y("value:Q", scale=alt.Scale(domain=list(domain), nice=False), axis=axis)
    lines = alt.Chart(alt.NamedData("lines")).transform_fold(list(names), as_=["arm", "value"]).encode(x=x, y=y, detail="arm:N")
    drawn = lines.mark_line(strokeWidth=1.8, interpolate="step-after" if steps else "linear").encode(
        color=alt.Color("arm:N", scale=shade, legend=None), strokeDash=alt.StrokeDash("arm:N", scale=dash, legend=None)
    )
    told = [
        alt.Tooltip("arm:N"),
        alt.Tooltip("utcyearmonth(month):T", title="month", format="%B %Y"),
        alt.Tooltip("value:Q", format=number),
    ]
    touch = lines.mark_point(opacity=0, size=50).encode(tooltip=told)
    names_ = alt.Chart(alt.NamedData("labels")).encode(x=x, y=y, text="arm:N", color=alt.Color("arm:N", scale=dark, legend=None))
    words = names_.mark_text(align="left", baseline="middle", dx=5, fontWeight=600, fontSize=SMALL)
    layers = [*_marks(HEIGHT), drawn, touch.properties(name=HOVER), words]
    return cast(alt.LayerChart, alt.layer(*layers).resolve_scale(color="independent").properties(width=WIDTH, height=HEIGHT))


def _years_apart(span: tuple[str, str]) -> int:
    """Years between ticks, so that four or five fit."""
    years = int(span[1][:4]) - int(span[0][:4])
    return next(step for step in (1, 2, 5, 10, 20, 50, 100) if years <= 5 * step)


def _marks(height: int) -> list[alt.Chart]:
    """Thin rules at the days of the record, each named above the plot."""
    marks = alt.Chart(alt.NamedData("marks")).encode(x="month:T")
    rule = marks.mark_rule(color="#8A94A0", strokeDash=[2, 3])
    names = marks.mark_text(align="left", baseline="bottom", dx=2, color=QUIET, fontSize=SMALL).encode(y=alt.Y("lift:Q", scale=None), text="label:N")
    return [rule.encode(y=alt.value(0), y2=alt.value(height)), names]


def strips(rows: int, unit: str, *, domain: tuple[float, float], number: str, zone: bool) -> alt.LayerChart:
    """Numbers one below the other on one axis: a dot, the interval from histories as a thick line, that from parameters as a thin one.

    `zone` shades what is too small for a word.

    Data
    ----
    rows : place (from the top), name, text, estimate, low, high, and far_low, far_high where parameters give them
    zone : low, high
    zero : value
    """
    row = 40
    height = rows * row
    x = alt.X("estimate:Q", scale=alt.Scale(domain=list(domain), nice=False), axis=alt.Axis(title=unit, format=number, tickCount=5))
    y = alt.Y("place:Q", scale=alt.Scale(domain=[rows, 0], nice=False), axis=None)
    told = alt.Chart(alt.NamedData("rows")).encode(y=y)
    far = told.mark_rule(color=FACTUAL, strokeWidth=1.2).encode(x=alt.X("far_low:Q"), x2="far_high:Q")
    near = told.mark_rule(color=FACTUAL, strokeWidth=4.5, opacity=0.55).encode(x=alt.X("low:Q"), x2="high:Q")
    dots = told.mark_point(filled=True, color=FACTUAL, stroke="white", strokeWidth=1, size=60, opacity=1).encode(x=x)
    style: dict[str, Any] = {"baseline": "bottom", "dy": -9, "fontSize": SMALL}
    left, right = (told.encode(x=alt.value(at), text=text) for at, text in ((0, "name:N"), (WIDTH + 60, "text:N")))
    rim: dict[str, Any] = style | {"stroke": "white", "strokeWidth": 3, "strokeOpacity": 0.85}
    words = [left.mark_text(align="left", **rim), left.mark_text(align="left", color=INK, **style)]
    words += [right.mark_text(align="right", **rim), right.mark_text(align="right", color=QUIET, **style)]
    zero = alt.Chart(alt.NamedData("zero")).mark_rule(color="#8A94A0").encode(x=alt.X("value:Q"))
    shaded = alt.Chart(alt.NamedData("zone")).mark_rect(color=GRID, opacity=0.8)
    shaded = shaded.encode(x=alt.X("low:Q"), x2="high:Q", y=alt.value(0), y2=alt.value(height))
    layers = [*([shaded] if zone else []), zero, far, near, dots, *words]
    return cast(alt.LayerChart, alt.layer(*layers).properties(width=WIDTH + 60, height=height))


def contingency(found: Any, *, width: int = 560, height: int = 240) -> tuple[alt.LayerChart, Mapping[str, Rows]]:
    """How likely an effect had become by each month, with its 90% band and its turning points; chart and rows for `thaw.charts.drawing`.

    Parameters
    ----------
    found : has `effect`, `by`, `curve` (points with month 'YYYY-MM', share, low, high) and `turns` (with month, jump, low, high)
    """
    curve = [{"month": f"{point.month}-01", "share": point.share, "low": point.low, "high": point.high} for point in found.curve]
    turns = sorted(found.turns, key=lambda turn: turn.month)
    told = [f"{month_words(turn.month, short=True)}: {100 * turn.jump:+.0f} ({100 * turn.low:+.0f} to {100 * turn.high:+.0f})" for turn in turns]
    marks = [{"month": f"{turn.month}-01", "label": label, "lift": -2 - 14 * place} for place, (turn, label) in enumerate(zip(turns, told, strict=True))]
    x = alt.X("month:T", scale=alt.Scale(type="utc", nice=False), axis=alt.Axis(title=None, format="%Y", tickCount=max(3, width // 70)))
    axis = alt.Axis(title="share of forks with the effect, among histories with it", format=".0%", titleX=0, titleY=-56, minExtent=38)
    y = alt.Y("share:Q", scale=alt.Scale(domain=[0, 1]), axis=axis)
    drawn = alt.Chart(alt.NamedData("curve")).encode(x=x)
    band = drawn.mark_area(color=FACTUAL, opacity=BAND_90).encode(y=alt.Y("low:Q", axis=axis), y2="high:Q")
    line = drawn.mark_line(color=FACTUAL, strokeWidth=1.8).encode(y=y)
    layers = [*_marks(height), band, line]
    title = f"{found.effect} by {month_words(found.by)}: when it became likely, and jumps in points"
    chart = alt.layer(*layers).properties(width=width, height=height, title=title)
    return cast(alt.LayerChart, chart), {"curve": curve, "marks": marks}
