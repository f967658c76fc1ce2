"""The report as a reader meets it: from file://, with and without script, wide and narrow, by keyboard."""

import re
from collections import namedtuple

import pytest
from made_tape import made_summary, made_tape

from thaw.report import report

Seen = namedtuple("Seen", "page said asked")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder, tape = tmp_path_factory.mktemp("report"), made_tape()
    for name, static in (("static", True), ("live", False)):
        (folder / f"{name}.html").write_text(report(tape, static=static, summary=made_summary(tape)), encoding="utf-8")
    return folder


@pytest.fixture
def visit(browser, files):
    """Open a page and listen to what it says on the console and asks of the network."""
    contexts = []

    def go(name, width=1200, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page, said, asked = context.new_page(), [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((files / f"{name}.html").as_uri())
        return Seen(page, said, asked)

    yield go
    for context in contexts:
        context.close()


def scroll_through(page):
    for top in range(0, page.evaluate("document.documentElement.scrollHeight"), 700):
        page.evaluate(f"window.scrollTo(0, {top})")
        page.wait_for_timeout(30)


def test_without_script_every_chart_is_there(visit):
    seen = visit("live", java_script_enabled=False)
    shown = seen.page.locator(".chart svg")
    assert shown.count() == seen.page.locator(".chart").count() > 20
    assert seen.page.get_by_text("Stalin dies").first.is_visible()
    assert len(seen.asked) == 1


@pytest.mark.parametrize("width", [1200, 390])
def test_nothing_is_asked_of_the_network_and_nothing_goes_wrong(visit, width):
    seen = visit("live", width)
    scroll_through(seen.page)
    boxes = seen.page.locator(".chart:visible")
    seen.page.wait_for_function(f"document.querySelectorAll('[data-live]').length >= {boxes.count()}", timeout=30_000)
    assert seen.said == []
    assert [url for url in seen.asked if not url.startswith("file://")] == []


def test_charts_that_come_alive_do_not_move_the_page_and_tell_values(visit):
    seen = visit("live")
    before = seen.page.evaluate("document.documentElement.scrollHeight")
    scroll_through(seen.page)
    seen.page.wait_for_function("[...document.querySelectorAll('.chart')].filter(box => box.offsetParent).every(box => box.dataset.live)")
    assert abs(seen.page.evaluate("document.documentElement.scrollHeight") - before) <= 2
    chart = seen.page.locator("#fan-prisoners .chart")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    seen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = seen.page.locator("#vg-tooltip-element")
    tip.get_by_text("median").wait_for()
    assert "month" in tip.inner_text()


@pytest.mark.parametrize(("name", "width"), [("static", 1200), ("live", 390)])
def test_axe_finds_nothing(visit, name, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    seen = visit(name, width)
    scroll_through(seen.page)
    seen.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = axe.Axe().run(seen.page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []


@pytest.mark.parametrize("width", [390, 768, 1200])
def test_nothing_overlaps_or_sticks_out(visit, width):
    page = visit("static", width).page
    assert page.evaluate("document.documentElement.scrollWidth") == width
    out = page.evaluate(
        """() => [...document.querySelectorAll('main > *, figure, .chart svg, .findings li')]
            .filter(part => part.checkVisibility()).map(part => [part.id || part.tagName, part.getBoundingClientRect()])
            .filter(([, box]) => box.left < -1 || box.right > innerWidth + 1).map(([name]) => name)"""
    )
    assert out == []
    overlaps = page.evaluate(
        """() => {
            const boxes = [...document.querySelectorAll('figure')].map(part => [part.id, part.getBoundingClientRect()]);
            const apart = (one, two) => one.left > two.right - 1 || two.left > one.right - 1
                || one.top > two.bottom - 1 || two.top > one.bottom - 1;
            const near = ([a, one]) => boxes.filter(([b, two]) => a < b && !apart(one, two)).map(([b]) => [a, b]);
            return boxes.flatMap(near);
        }"""
    )
    assert overlaps == []


@pytest.mark.parametrize("width", [390, 1200])
def test_words_in_a_chart_stay_legible(visit, width):
    sizes = visit("static", width).page.evaluate(
        """() => [...document.querySelectorAll('.chart svg')].filter(drawing => drawing.checkVisibility())
            .map(drawing => 12 * drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width)"""
    )
    assert min(sizes) >= 11


def test_the_keyboard_reaches_the_report_and_opens_the_numbers(visit):
    page = visit("static").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    table = page.get_by_role("region", name="Table: Prisoners", exact=True)
    assert table.is_visible()
    assert table.get_by_role("rowheader", name="1953").count() == 1


def test_the_parts_have_names(visit):
    page = visit("static").page
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("heading", level=1).inner_text() == "The Soviet Union, 1945-1968"
    assert page.get_by_role("figure", name=re.compile("^Prisoners: highest")).count() == 1


def test_it_prints(visit):
    page = visit("static").page
    assert page.pdf(format="A4").startswith(b"%PDF")
