"""The tornado: an outcome at both ends of each parameter. It follows the rules of `thaw.charts`.

>>> tornado(3, "share of histories", domain=(0.0, 1.0)).to_dict()["height"]
90
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from thaw.charts import FACTUAL, INK, QUIET, SMALL, Rows, layered

if TYPE_CHECKING:
    from thaw.sensitivity import Ends, Outcome

LOW, HIGH = "#0072B2", "#A34700"  # the end of a parameter, not whether it is good
ROW = 30  # px
SIDE, WIDTH = 250, 380  # px: names at the left, and the plot


def tornado(names: int, unit: str, *, domain: tuple[float, float], width: int = WIDTH, title: str = "", number: str = "~g") -> alt.LayerChart:
    """A bar a parameter, from the mean outcome at its 5% point to that at its 95% point; its name at the left, its values at the ends.

    Data
    ----
    bars : place (row from the top), low, high (mean outcome at the ends), parameter
    ends : place, mean, value (text: of the parameter), side ('low' or 'high'), where ('left' or 'right' of its dot)
    base : mean, label: the outcome as drawn
    """
    x = alt.Scale(domain=list(domain), nice=False, zero=False)
    y = alt.Y("place:Q", scale=alt.Scale(domain=[-0.5, names - 0.5], reverse=True, nice=False), axis=None)
    axis = alt.Axis(title=unit, format=number, tickCount=5)
    bars = alt.Chart(alt.NamedData("bars")).encode(y=y)
    drawn = bars.mark_rule(color="#AEB6C0", strokeWidth=9).encode(x=alt.X("low:Q", scale=x, axis=axis), x2="high:Q")
    named = bars.mark_text(align="left", baseline="middle", fontSize=SMALL, color=INK).encode(x=alt.value(-SIDE), text="parameter:N")
    base = alt.Chart(alt.NamedData("base")).encode(x=alt.X("mean:Q", scale=x))
    rule = base.mark_rule(color=FACTUAL, strokeDash=[3, 3]).encode(y=alt.value(0), y2=alt.value(names * ROW))
    told = base.mark_text(align="center", baseline="bottom", dy=-3, fontSize=SMALL, color=QUIET).encode(y=alt.value(0), text="label:N")
    ends = alt.Chart(alt.NamedData("ends")).encode(x=alt.X("mean:Q", scale=x), y=y)
    shade = alt.Color("side:N", scale=alt.Scale(domain=["low", "high"], range=[LOW, HIGH]), legend=None)
    dots = ends.mark_point(filled=True, size=60, opacity=1, stroke="white", strokeWidth=1).encode(color=shade)
    written = [ends.transform_filter(f"datum.where == '{side}'").encode(text="value:N", color=shade) for side in ("left", "right")]
    left = written[0].mark_text(align="right", baseline="middle", dx=-8, fontSize=SMALL)
    right = written[1].mark_text(align="left", baseline="middle", dx=8, fontSize=SMALL)
    return layered([drawn, rule, dots, left, right, named, told], width, names * ROW, title)


def figure(outcome: "Outcome", unit: str, by: str) -> tuple[alt.LayerChart, Mapping[str, Rows]]:
    """The tornado of one outcome of `thaw sensitivity` with its rows, the longest bar first."""
    shown = sorted(outcome.ends, key=lambda ends: -abs(ends.difference))
    values = [outcome.drawn, *(mean for ends in shown for mean in ends.means)]
    reach = max(max(values) - min(values), 1e-9)
    domain = (min(values) - 0.22 * reach, max(values) + 0.22 * reach)  # room for the words at the ends
    rows: dict[str, list[dict[str, Any]]] = {
        "bars": [{"place": k, "low": ends.means[0], "high": ends.means[1], "parameter": ends.parameter} for k, ends in enumerate(shown)],
        "ends": [row for k, ends in enumerate(shown) for row in _ends(k, ends)],
        "base": [{"mean": outcome.drawn, "label": f"as drawn: {outcome.drawn:.3g}"}],
    }
    told = f"{unit}, a parameter at its 5% point (blue) and at its 95% point (brown)"
    return tornado(len(shown), told, domain=domain, title=f"{outcome.output} by {by}"), rows


def _ends(place: int, ends: "Ends") -> Sequence[dict[str, Any]]:
    """Both ends of a bar; the words stand outside it."""
    rising = ends.means[1] >= ends.means[0]
    return [
        {"place": place, "mean": mean, "value": f"{value:.3g}", "side": side, "where": "left" if (side == "low") == rising else "right"}
        for side, value, mean in zip(("low", "high"), ends.values, ends.means, strict=True)
    ]
