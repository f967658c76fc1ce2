"""The page of claims as a reader meets it: from file://, wide and narrow, every part open."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))  # the answers made by hand
from made_answers import all_words, answer, quantities

from thaw.report.claims import claims_report


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("claims") / "claims.html"
    made = [*all_words(), answer("C18", quantities(0.04))]
    path.write_text(claims_report(made, "Claims", histories=256, citizens=200, seed=0, static=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1200, 390])
def test_it_asks_for_nothing_fits_and_axe_finds_nothing(browser, file, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page, said, asked = browser.new_page(viewport={"width": width, "height": 900}), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.locator("#C21 .chart").first.scroll_into_view_if_needed()
    page.locator("#C21-in-general .chart[data-live]").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert min(page.evaluate("[...document.querySelectorAll('.chart svg')].map(one => one.getBoundingClientRect().width / one.viewBox.baseVal.width)")) > 0.91
    found = axe.Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []
    assert page.get_by_role("article", name="Quarrels over de-Stalinization").count() == 1
    assert said == []
    assert [url for url in asked if not url.startswith("file://")] == []
    page.close()
