import pytest
from test_charts import SPAN, texts

from thaw import charts, charts_system

SIDE_ROWS = {
    "shares": [
        {"month": day, "side": side, "floor": floor, "roof": floor + 0.5, "share": 0.5} for day in SPAN for side, floor in (("neither", 0.0), ("West", 0.5))
    ],
    "names": [{"month": "1953-01-01", "place": 0.25, "side": "neither"}],
    "doubt": [{"month": day, "q05": 0.4, "q95": 0.6} for day in SPAN],
    "note": [{"month": "1954-01-01", "place": 0.5, "label": "9 in 10"}],
}
COURT_ROWS = {
    "ties": [{"client": 1, "kind": "client", "step": k, "x": x, "y": y} for k, (x, y) in enumerate([(20, 20), (20, 50), (50, 50)])],
    "members": [
        {"name": name, "x": x, "y": y, "size": 200, "label": f"{name} 40%", "at": x + 15, "kind": kind, "stance": -0.5, "power": "40%", "patron": ""}
        for name, x, y, kind in (("Stalin", 20, 20, "leader"), ("Molotov", 50, 50, "full"), ("Beria", 20, 80, "candidate"))
    ],
}  # fmt: skip
ALL = {
    "sides": (lambda: charts_system.sides(["neither", "West"], span=SPAN), SIDE_ROWS, ("neither", "9 in 10")),
    "court": (lambda: charts_system.court(height=100), COURT_ROWS, ("Stalin 40%", "Molotov 40%", "Beria 40%")),
}


@pytest.mark.parametrize("name", ALL)
def test_charts_are_valid_labelled_directly_and_the_same_bytes_again(name):
    made, rows, words = ALL[name]
    made().to_dict()  # Altair validates against the schema of Vega-Lite
    first, second = (charts.svg(charts.spec(made(), rows)) for _ in range(2))
    assert first == second
    assert set(words) <= texts(first)
    assert "undefined" not in first
    assert "NaN" not in first
    assert " id=" not in first


def test_the_leader_alone_is_ringed():
    def circles(rows):
        return charts.drawing(charts_system.court(height=100), rows).count('stroke-width="2"')

    headless = COURT_ROWS | {"members": [row | {"kind": "full"} for row in COURT_ROWS["members"]]}
    assert circles(COURT_ROWS) - circles(headless) == 1
