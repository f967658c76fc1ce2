"""The page of turning points: what it says of what was found, and of an effect that hardly ever comes."""

import re

import pytest

from thaw.attribution.turning import Point, Turn, Turning
from thaw.errors import ScenarioError
from thaw.report.turning import write_turning_report

CURVE = tuple(Point(f"19{50 + k}-03", k / 4, max(k / 4 - 0.1, 0), min(k / 4 + 0.1, 1)) for k in range(5))
EVENT = {"event": "SUN.thaw", "share": 0.4, "jump": 0.31, "elsewhere": 0.12}
FOUND = Turning("ussr-1945", "HUN.uprising", "1954-03", 256, 71, CURVE, (Turn("1953-03", 0.25, 0.2, 0.3, (EVENT,)), Turn("1951-03", 0.25, 0.2, 0.3, ())))


def text_of(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page)


def test_it_says_curve_turns_and_events(tmp_path):
    path = write_turning_report(FOUND, tmp_path / "page.html", citizens=1000, seed=3)
    page = path.read_text(encoding="utf-8")
    said = " ".join(text_of(page).split())
    assert page.count("<figure") == 1
    assert "<script" not in page
    assert "71 of 256 simulated histories of ussr-1945" in said
    assert "March 1953 +25 +20 to +30" in said
    assert "March 1953 SUN.thaw 40% +31 +12" in said
    assert "March 1952 50% 40% to 60%" in said  # the numbers of the curve
    assert "1,000 citizens to a society, seed 3" in said
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_what_hardly_ever_comes_and_places_that_are_not_there(tmp_path):
    none = Turning("ussr-1945", "WLD.war", "1954-03", 256, 2, (), ())
    page = write_turning_report(none, tmp_path / "page.html", citizens=None, seed=0).read_text(encoding="utf-8")
    assert "Undetermined: fewer than 30 histories have it." in page
    assert "<figure" not in page
    with pytest.raises(ScenarioError, match="does not exist"):
        write_turning_report(none, tmp_path / "nowhere" / "page.html", citizens=None, seed=0)
