"""Charts of the wider system: the sides of the world's states, the court as a network. They follow the rules of `thaw.charts`.

>>> sides(["neither", "West"], span=("1945-01-01", "1947-01-01")).to_dict()["height"]
300
"""

from collections.abc import Sequence
from typing import Any

import altair as alt

from thaw.charts import FACTUAL, INK, QUIET, SMALL, haloed, layered, time_scale, when, year_axis

SIDE_COLOURS = {"neither": "#E4E7EB", "West": "#F0B26B", "East": "#A99BCB"}  # purple and orange: neither flags nor good and bad
HARD, SOFT = "#1D3A57", "#FFFFFF"


def sides(names: Sequence[str], *, width: int = 640, height: int = 300, span: tuple[str, str]) -> alt.LayerChart:
    """Shares of the world's states by side, stacked from the axis up and named inside; the doubt of the lowest between dashed lines.

    Data
    ----
    shares : month, side, floor, roof, share (means over histories)
    names : month, place, side
    doubt : month, q05, q95 (of the lowest share)
    note : month, place, label: what the dashed lines are
    """
    colours = alt.Scale(domain=list(names), range=[SIDE_COLOURS[name] for name in names])
    x = alt.X("month:T", scale=time_scale(span), axis=year_axis(width))
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], title="share of independent states", titleX=0, titleY=-8, titleBaseline="bottom")
    y = alt.Y("floor:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)
    told = [when(), alt.Tooltip("side:N"), alt.Tooltip("share:Q", format=".0%")]
    shares = alt.Chart(alt.NamedData("shares"))
    area = shares.mark_area(stroke="white", strokeWidth=0.8).encode(
        x=x, y=y, y2="roof:Q", color=alt.Color("side:N", scale=colours, legend=None), detail="side:N", tooltip=told
    )
    doubt = alt.Chart(alt.NamedData("doubt")).mark_line(color=FACTUAL, strokeWidth=1.2, strokeDash=[4, 3])
    ends = [doubt.encode(x="month:T", y=alt.Y(f"{name}:Q")) for name in ("q05", "q95")]
    named = alt.Chart(alt.NamedData("names")).encode(x="month:T", y="place:Q", text="side:N")
    note = alt.Chart(alt.NamedData("note")).encode(x="month:T", y="place:Q", text="label:N")
    return layered([area, *ends, *haloed(named, 14), *haloed(note, SMALL)], width, height, "")


def court(*, width: int = 294, height: int) -> alt.LayerChart:
    """A court as a network: a circle a member, as large as his power, a ring round who leads; lines from patron to client, dashed for a bond.

    Places are in pixels from the upper left and come with the rows; circles are darker the harder the line of the member.

    Data
    ----
    ties : client, kind ('client' or 'bond'), step (0 to 2), x, y: from the patron down and across to the client
    members : name, x, y, size (square px), label, at (x of the label), kind ('leader', 'full', 'candidate'), stance, and power and
        patron as text
    """
    across = alt.Scale(domain=[0, width], nice=False, zero=False)
    down = alt.Scale(domain=[height, 0], nice=False, zero=False)
    x, y = alt.X("x:Q", scale=across, axis=None), alt.Y("y:Q", scale=down, axis=None)
    ties = [
        alt.Chart(alt.NamedData("ties"))
        .transform_filter(f"datum.kind == '{kind}'")
        .mark_line(color="#808A96", strokeWidth=1.3, strokeDash=dashes)
        .encode(x=x, y=y, detail="client:N", order="step:Q")
        for kind, dashes in (("client", [1, 0]), ("bond", [3, 3]))
    ]
    members = alt.Chart(alt.NamedData("members")).encode(x=x, y=y)
    shade = alt.Color("stance:Q", scale=alt.Scale(domain=[-1, 1], range=[HARD, SOFT]), legend=None)
    told = [alt.Tooltip("name:N"), alt.Tooltip("power:N"), alt.Tooltip("patron:N"), alt.Tooltip("stance:Q", format="+.1f")]
    size = alt.Size("size:Q", scale=None, legend=None)
    circles = members.mark_point(filled=True, opacity=1, stroke=FACTUAL, strokeWidth=1).encode(size=size, color=shade, tooltip=told)
    ring = members.transform_filter("datum.kind == 'leader'").transform_calculate(wide="pow(sqrt(datum.size) + 6, 2)")
    rings = ring.mark_point(color=INK, strokeWidth=2, opacity=1).encode(size=alt.Size("wide:Q", scale=None, legend=None))
    kinds: tuple[tuple[str, Any, str], ...] = (("leader", "bold", INK), ("full", "normal", INK), ("candidate", "normal", QUIET))
    words = [  # one layer a rank: neither weight nor dimness of letters follows a row
        members.transform_filter(f"datum.kind == '{kind}'")
        .mark_text(align="left", baseline="middle", fontSize=13, fontWeight=weight, color=colour)
        .encode(x=alt.X("at:Q", scale=across, axis=None), text="label:N")
        for kind, weight, colour in kinds
    ]
    return layered([*ties, circles, rings, *words], width, height, "")
