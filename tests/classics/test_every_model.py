"""What holds for every published model: its interface, its page, its figure, and that no compared row disagrees."""

import inspect
from pathlib import Path
from xml.etree import ElementTree

import pytest

from thaw import bibliography, classics, docs
from thaw.classics.rows import COMPARED

PAGES = Path(__file__).resolve().parents[2] / "docs" / "classics"


@pytest.mark.parametrize("name", classics.MODELS)
def test_it_has_what_a_reader_expects(name):
    module = classics.model(name)
    assert module.SOURCE in bibliography.SOURCES
    assert callable(module.run)
    told = inspect.getdoc(module.run)
    assert all(f"{head}\n---" in told for head in ("Parameters", "Raises", "Sources", "Examples"))


@pytest.mark.parametrize("name", classics.MODELS)
def test_no_compared_row_disagrees(name, rows_of):
    rows = rows_of(name)
    assert [row.quantity for row in rows if row.agrees is False] == []
    for row in rows:
        assert (row.agrees is None) == (row.status not in COMPARED)
        assert (row.published is None) or (row.derived is None)
        assert row.basis
        assert len(row.quantity) <= 120
    assert len({(row.quantity, row.basis) for row in rows}) == len(rows)
    assert any(row.agrees for row in rows)


@pytest.mark.parametrize("name", classics.MODELS)
def test_its_page_shows_these_very_rows(name, rows_of):
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert docs.replicated(rows_of(name)) in page, "bring it up to date: python -m thaw.docs --classics"
    assert f"({name}.svg)" in page


@pytest.mark.parametrize("name", classics.MODELS)
def test_its_figure_is_drawn_and_labelled(name):
    chart, rows = classics.model(name).figure()
    assert set(rows) == {"lines", "labels", "points", "guide"}
    assert rows["labels"]
    drawn = ElementTree.parse(PAGES / f"{name}.svg")
    words = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {label["text"] for label in rows["labels"]} <= words
    assert chart.to_dict()["title"] in words


def test_pages_and_models_are_the_same():
    assert {path.stem for path in PAGES.glob("*.md")} == {"index", *classics.MODELS}
    assert {path.stem for path in PAGES.glob("*.svg")} == set(classics.MODELS)
