"""Charts of skill: how much better than its best rival each series is foretold, and whether events come as often as was said. Rules: `thaw.charts`.

>>> bars(3).to_dict()["height"]
81
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from thaw.charts import BAND_90, FACTUAL, GRID, INK, QUIET, RECORD, Figure, layered

ROW = 27  # px
SIDE = 250  # px for names at the left
LEAST = -1.0  # skill at the left edge; what is lower is drawn there and told in figures


def bars(names: int, *, width: int = 380, title: str = "") -> alt.LayerChart:
    """Skill of each series as a dot on a line from nought, the target as a dashed rule, the median with its interval as a band.

    Data
    ----
    skill : name, place (rows from the bottom), skill, shown (not below -1), permuted (the same with stances permuted), told
    middle : low, high, median, target
    """
    height = names * ROW
    across = alt.Axis(title="CRPS skill over the best rival: 1 perfect, 0 no better", tickCount=5)
    x = alt.X("shown:Q", scale=alt.Scale(domain=[LEAST, 1], nice=False), axis=across)
    y = alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[-0.6, names - 0.4], nice=False))
    rows = alt.Chart(alt.NamedData("skill")).encode(y=y)
    middle = alt.Chart(alt.NamedData("middle"))
    band = middle.mark_rect(color=FACTUAL, opacity=BAND_90).encode(x=alt.X("low:Q"), x2="high:Q", y=alt.value(0), y2=alt.value(height))
    median = middle.mark_rule(color=FACTUAL, strokeWidth=1.8).encode(x=alt.X("median:Q"), y=alt.value(0), y2=alt.value(height))
    target = middle.mark_rule(color=QUIET, strokeDash=[4, 3]).encode(x=alt.X("target:Q"), y=alt.value(0), y2=alt.value(height))
    ground = rows.mark_rule(color=GRID).encode(x=alt.value(0), x2=alt.value(width))
    line = rows.mark_rule(color=FACTUAL, strokeWidth=1.5).encode(x=x, x2=alt.datum(0))
    told = [alt.Tooltip("name:N"), alt.Tooltip("told:N", title="skill")]
    dots = rows.mark_point(filled=True, color=RECORD, stroke="white", strokeWidth=1, size=60, opacity=1).encode(x=x, tooltip=told)
    other = rows.mark_point(filled=False, color=QUIET, strokeWidth=1.4, size=46, opacity=1).encode(x=alt.X("permuted:Q"))
    named = rows.mark_text(align="left", baseline="middle", fontSize=13, color=INK).encode(x=alt.value(-SIDE), text="name:N")
    values = rows.mark_text(align="right", baseline="middle", dx=52, fontSize=13, color=QUIET).encode(x=alt.value(width), text="told:N")
    return layered([ground, band, median, target, line, other, dots, named, values], width, height, title)


def diagram(*, width: int = 300, height: int = 300, title: str = "") -> alt.LayerChart:
    """Reliability: the share that came about against the probability given, on square-root scales; a circle is as large as its class.

    Data
    ----
    classes : forecast, came, n
    even : forecast, came: the line on which both are equal
    """
    ticks = [0, 0.02, 0.1, 0.25, 0.5, 0.75, 1]
    scale = alt.Scale(domain=[0, 1], type="sqrt", nice=False)
    x = alt.X("forecast:Q", scale=scale, axis=alt.Axis(format="%", values=ticks, title="probability given"))
    up = alt.Axis(format="%", values=ticks, title="share that came about", titleX=0, titleY=-8, titleBaseline="bottom")
    y = alt.Y("came:Q", scale=scale, axis=up)
    even = alt.Chart(alt.NamedData("even")).mark_line(color=QUIET, strokeDash=[4, 3]).encode(x=x, y=y)
    classes = alt.Chart(alt.NamedData("classes")).encode(x=x, y=y)
    told = [alt.Tooltip("forecast:Q", format=".1%"), alt.Tooltip("came:Q", format=".1%"), alt.Tooltip("n:Q", title="polity-years")]
    size = alt.Size("n:Q", scale=alt.Scale(range=[40, 500]), legend=None)
    dots = classes.mark_point(filled=True, color=FACTUAL, opacity=0.75).encode(size=size, tooltip=told)
    words = classes.mark_text(dy=-16, fontSize=12, color=QUIET).encode(text="n:Q")
    return layered([even, dots, words], width, height, title)


def skill_figure(scores: Mapping[str, Any]) -> Figure:
    """The chart of skill with its rows, from the JSON of `thaw skill`."""
    rows: Sequence[Mapping[str, Any]] = sorted(scores["series"], key=lambda row: row["crps_skill"])
    drawn = [
        {
            "name": row["name"],
            "place": place,
            "skill": row["crps_skill"],
            "shown": max(row["crps_skill"], LEAST),
            "permuted": max(row["crps_skill_permuted"], LEAST) if row.get("crps_skill_permuted") is not None else None,
            "told": f"{row['crps_skill']:+.2f}",
        }
        for place, row in enumerate(rows[::-1])
    ]
    whole = scores["summary"]
    middle = [{"low": max(whole["low"], LEAST), "high": whole["high"], "median": max(whole["median_crps_skill"], LEAST), "target": 0.15}]
    return bars(len(drawn), title="Skill over the best rival; hollow: stances permuted"), {"skill": drawn, "middle": middle}


def reliability_figure(scores: Mapping[str, Any]) -> Figure:
    """The reliability diagram with its rows, from the JSON of `thaw skill`."""
    even = [{"forecast": k / 50, "came": k / 50} for k in range(51)]
    return diagram(title="Do events come as often as said? (polity-years)"), {"classes": scores["reliability"], "even": even}


def page(scores: Mapping[str, Any], kind: str) -> str:
    """Both charts as one drawing: 'svg', or 'html' for a page that needs no network."""
    from thaw.charts import drawing

    both = [drawing(*figure(scores)) for figure in (skill_figure, reliability_figure)]
    if kind == "html":
        title = f"Skill of {scores['scenario']}, {'1957-1968' if scores['opened'] else '1954-1956'}"
        head = f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>\n<body><h1>{title}</h1>\n'
        return head + "\n".join(both) + "\n</body></html>\n"
    return stacked(both)


def stacked(drawings: Sequence[str]) -> str:
    """SVG drawings one below the other, as one."""
    import re

    sizes = [tuple(float(re.search(rf'\b{side}="([\d.]+)"', one).group(1)) for side in ("width", "height")) for one in drawings]  # type: ignore[union-attr]
    parts, down = [], 0.0
    for one, (_, height) in zip(drawings, sizes, strict=True):
        parts.append(one[one.index("<svg") :].replace("<svg", f'<svg y="{down:g}"', 1))
        down += height + 16
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{max(width for width, _ in sizes):g}" height="{down:g}">\n' + "\n".join(parts) + "\n</svg>\n"
