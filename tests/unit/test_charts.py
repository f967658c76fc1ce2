import json
import xml.etree.ElementTree as ElementTree

import pytest

from thaw import charts

SPAN = ("1952-01-01", "1955-01-01")
FAN = [{"month": f"1953-{month:02d}-01", "q05": 1.0, "q25": 2.0, "median": 3.0, "q75": 4.0, "q95": 5.0 + month / 7} for month in range(1, 13)]
RECORD = [{"month": "1953-07-01", "value": 3.5, "low": 3.0, "high": 4.0}]
MARKS = [{"month": "1953-03-01", "label": "Stalin dies"}]
FAN_ROWS = {"fan": FAN, "record": RECORD, "marks": MARKS}
TIMELINE_ROWS = {
    "ridge": [{"event": "Amnesty", "place": 0, "month": f"1953-0{month}-01", "height": month / 9} for month in range(1, 10)],
    "events": [
        {
            "event": "Amnesty",
            "place": 0,
            "share": "41%",
            "median": "1953-05-01",
            "q05": "1953-02-01",
            "q95": "1954-01-01",
        }
    ],
    "record": [{"event": "Amnesty", "place": 0, "month": "1953-03-01"}],
    "marks": MARKS,
}
LEADER_ROWS = {
    "shares": [
        {"month": f"195{year}-01-01", "person": person, "floor": floor, "roof": floor + 0.5, "share": 0.5}
        for year in (2, 3, 4)
        for person, floor in (("Malenkov", 0.0), ("others", 0.5))
    ],
    "names": [{"month": "1953-01-01", "place": 0.25, "person": "Malenkov"}],
    "reign": [{"start": SPAN[0], "end": SPAN[1], "middle": "1953-06-01", "person": "Malenkov", "note": "Malenkov rules"}],
}
STRIP_ROWS = {
    "cells": [
        {"polity": "Hungary", "place": 0, "low": -0.4, "high": 0.4, "month": "1953-01-01", "start": "1953-01-01",
         "end": "1953-04-01", "share": 0.1}
    ],
    "polities": [{"polity": "Hungary", "place": 0, "peak": "27%"}],
    "record": [{"polity": "Hungary", "place": 0, "month": "1953-02-01"}],
}  # fmt: skip
ALL = {
    "fan": (lambda: charts.fan("persons", span=SPAN), FAN_ROWS, ("persons", "Stalin dies")),
    "timeline": (lambda: charts.timeline(1, span=SPAN), TIMELINE_ROWS, ("Amnesty", "41%", "Stalin dies")),
    "leaders": (lambda: charts.leaders(["Malenkov", "others"], span=SPAN), LEADER_ROWS, ("Malenkov", "Malenkov rules")),
    "strip": (lambda: charts.strip(1, span=SPAN, top=0.1), STRIP_ROWS, ("Hungary", "27%")),
}


def texts(drawing: str) -> set[str]:
    return {element.text or "" for element in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")}


@pytest.mark.parametrize("name", ALL)
def test_charts_are_valid_hold_no_rows_and_are_labelled_directly(name):
    made, rows, words = ALL[name]
    chart = made()
    chart.to_dict()  # Altair validates against the schema of Vega-Lite
    whole = charts.spec(chart, rows)
    assert whole["datasets"] == {key: list(value) for key, value in rows.items()}
    assert "values" not in json.dumps({key: value for key, value in whole.items() if key not in ("datasets", "layer")})
    drawing = charts.svg(whole)
    assert set(words) <= texts(drawing)
    assert "undefined" not in drawing
    assert "NaN" not in drawing


@pytest.mark.parametrize("name", ALL)
def test_drawings_are_the_same_bytes_again_and_carry_no_ids(name):
    made, rows, _ = ALL[name]
    first, second = (charts.svg(charts.spec(made(), rows)) for _ in range(2))
    assert first == second
    assert " id=" not in first  # many drawings share one page


def test_the_months_do_not_move_with_the_time_zone(monkeypatch):
    drawn = [charts.svg(charts.spec(charts.fan("persons", span=SPAN), FAN_ROWS))]
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    drawn.append(charts.svg(charts.spec(charts.fan("persons", span=SPAN), FAN_ROWS)))
    assert drawn[0] == drawn[1]
    assert {"1953", "1954"} <= texts(drawn[0])


def test_what_only_a_pointer_finds_is_in_the_specification_but_not_in_the_drawing():
    whole = charts.spec(charts.fan("persons", span=SPAN), FAN_ROWS)
    assert [layer.get("name") for layer in whole["layer"]].count(charts.HOVER) == 1
    still = whole | {"layer": [layer for layer in whole["layer"] if layer.get("name") != charts.HOVER]}
    assert charts.svg(whole) == charts.svg(still)


def test_a_fan_without_a_series_in_the_record_draws_no_dots():
    layers = charts.spec(charts.fan("share", seen=False), {"fan": FAN, "marks": []})["layer"]
    assert {layer["data"]["name"] for layer in layers} == {"fan", "marks"}


def test_text_from_outside_stays_text():
    rows = FAN_ROWS | {"marks": [{"month": "1953-03-01", "label": "<script>alert('x')</script>"}]}
    drawing = charts.svg(charts.spec(charts.fan("persons", span=SPAN), rows))
    assert "<script" not in drawing
    assert "<script>alert('x')</script>" in texts(drawing)


def test_a_title_is_drawn_where_a_figure_stands_alone():
    assert "Prisoners" in texts(charts.svg(charts.spec(charts.fan("persons", title="Prisoners"), FAN_ROWS)))
