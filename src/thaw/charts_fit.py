"""Charts of a fit: ranks, coverage, contraction, and what the posterior predicts of each series. They follow the rules of `thaw.charts`.

>>> contraction().to_dict()["layer"][0]["data"]["name"]
'contraction'
"""

import altair as alt

from thaw.charts import BAND_90, FACTUAL, RECORD, SMALL, haloed, layered

PRIOR, POSTERIOR = "#AEB6C0", "#0072B2"


def ranks(*, width: int = 460, height: int = 200) -> alt.LayerChart:
    """How often ranks of histories' own parameters fall in each tenth, of all parameters together; the line is what a sound fit gives.

    Data
    ----
    ranks : tenth (1 to 10), share
    even : share (one row: a tenth)
    """
    x = alt.X("tenth:O", axis=alt.Axis(title="tenth of the draws below the true value", labelAngle=0))
    y = alt.Y("share:Q", axis=alt.Axis(format="%", title="share of histories", titleX=0, titleY=-8, titleBaseline="bottom"))
    bars = alt.Chart(alt.NamedData("ranks")).mark_bar(color=PRIOR).encode(x=x, y=y, tooltip=["tenth:O", alt.Tooltip("share:Q", format=".1%")])
    even = alt.Chart(alt.NamedData("even")).mark_rule(color=FACTUAL, strokeDash=[4, 3]).encode(y="share:Q")
    return layered([bars, even], width, height, "")


def coverage(*, width: int = 460, height: int = 200) -> alt.LayerChart:
    """How many histories have their own parameter inside the interval that should hold a given share of them.

    Data
    ----
    coverage : asked, held, low, high (over parameters: mean and nine in ten)
    right : asked, held (the diagonal)
    """
    x = alt.X("asked:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", title="share that the interval should hold"))
    y = alt.Y("held:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", title="share that it holds", titleX=0, titleY=-8, titleBaseline="bottom"))
    held = alt.Chart(alt.NamedData("coverage"))
    band = held.mark_area(color=POSTERIOR, opacity=BAND_90).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    line = held.mark_line(color=POSTERIOR, strokeWidth=2).encode(x=x, y=y)
    right = alt.Chart(alt.NamedData("right")).mark_line(color=FACTUAL, strokeWidth=1, strokeDash=[4, 3]).encode(x=x, y="held:Q")
    return layered([band, line, right], width, height, "")


def contraction(*, width: int = 460, rows: int = 30) -> alt.LayerChart:
    """The parameters that the record informs most: how much of the prior's variance is gone.

    Data
    ----
    contraction : name, value
    least : value (one row: below it a parameter is hardly informed)
    """
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", title="part of the prior's variance that is gone"))
    y = alt.Y("name:N", sort="-x", axis=alt.Axis(title=None, labelLimit=220))
    bars = alt.Chart(alt.NamedData("contraction")).mark_bar(color=POSTERIOR).encode(x=x, y=y, tooltip=["name:N", alt.Tooltip("value:Q", format=".0%")])
    least = alt.Chart(alt.NamedData("least")).mark_rule(color=FACTUAL, strokeDash=[4, 3]).encode(x="value:Q")
    return layered([bars, least], width, 18 * rows, "")


def predicted(unit: str, *, width: int = 460, height: int = 170) -> alt.LayerChart:
    """What the posterior makes of one series, nine in ten and median, over the prior's band in grey; the record as dots.

    Data
    ----
    bands : year, low, median, high, prior_low, prior_high, record
    words : year, place, label (which band is which)
    """
    bands = alt.Chart(alt.NamedData("bands"))
    x = alt.X("year:Q", axis=alt.Axis(format="d", title=None, tickMinStep=1))
    y = alt.Y("prior_low:Q", axis=alt.Axis(title=unit, titleX=0, titleY=-8, titleBaseline="bottom", format="~s"))
    prior = bands.mark_area(color=PRIOR, opacity=0.35).encode(x=x, y=y, y2="prior_high:Q")
    band = bands.mark_area(color=POSTERIOR, opacity=0.3).encode(x=x, y="low:Q", y2="high:Q")
    line = bands.mark_line(color=POSTERIOR, strokeWidth=2).encode(x=x, y="median:Q")
    told = [alt.Tooltip("year:Q", format="d"), *(alt.Tooltip(f"{name}:Q", format=",.4~g") for name in ("record", "low", "high"))]
    dots = bands.mark_point(color=RECORD, filled=True, size=36, opacity=1).encode(x=x, y="record:Q", tooltip=told)
    words = alt.Chart(alt.NamedData("words")).encode(x="year:Q", y="place:Q", text="label:N")
    return layered([prior, band, line, dots, *haloed(words, SMALL)], width, height, "")

