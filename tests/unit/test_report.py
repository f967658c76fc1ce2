import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from made_tape import made_summary, made_tape

import thaw.report
from thaw.errors import RunError, ScenarioError
from thaw.report import findings, report, rows, write_report
from thaw.report.html import Html, table, tag
from thaw.report.quantities import absent
from thaw.report.rows import Run

NASTY = "</title><script>alert('x')</script> \"quoted\" & <b>bold</b>"
VOID = {"meta", "input", "br", "link"}


class Page(HTMLParser):
    """Collects what tests ask of a page, and complains of tags that do not match."""

    def __init__(self, text):
        super().__init__()
        self.open, self.headings, self.ids, self.tags, self.words = [], [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, name, attributes):
        self.tags.append((name, dict(attributes)))
        self.ids += [value for key, value in attributes if key == "id"]
        if name not in VOID:
            self.open.append(name)
        if re.fullmatch("h[1-6]", name):
            self.headings.append(int(name[1]))

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def handle_data(self, data):
        self.words.append(data)

    def all(self, name):
        return [attributes for tag_name, attributes in self.tags if tag_name == name]


@pytest.fixture(scope="module")
def tape():
    return made_tape()


@pytest.fixture(scope="module")
def page(tape):
    return report(tape, static=True, summary=made_summary(tape))


@pytest.fixture(scope="module")
def live(tape):
    return report(tape, summary=made_summary(tape))


def test_the_page_is_whole_in_itself_and_asks_for_nothing(page):
    parsed = Page(page)
    assert not [attributes for _, attributes in parsed.tags if {"src", "srcset", "data", "action"} & set(attributes)]
    assert all(attributes["href"].startswith("#") for attributes in parsed.all("a"))
    assert parsed.all("link") == []
    assert not re.search(r"url\(|@import|@font-face", page)


def test_a_static_page_has_no_script_and_forbids_any(page):
    parsed = Page(page)
    assert parsed.all("script") == []
    policy = next(meta["content"] for meta in parsed.all("meta") if "http-equiv" in meta)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_a_live_page_allows_its_own_script_only_and_holds_the_rows_of_every_chart(live):
    parsed = Page(live)
    assert "script-src 'sha256-" in live
    kinds = [attributes["type"] for attributes in parsed.all("script")]
    assert kinds.count("module") == 1
    charts = [attributes["data-chart"] for attributes in parsed.all("div") if "data-chart" in attributes]
    specs = dict(re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', live, re.S))
    assert sorted(specs) == sorted(charts)
    assert all("layer" in json.loads(text) for text in specs.values())


def test_headings_descend_one_by_one_and_ids_are_unique(page):
    parsed = Page(page)
    assert parsed.headings.count(1) == 1
    assert parsed.headings[0] == 1
    assert all(after - before <= 1 for before, after in zip(parsed.headings, parsed.headings[1:], strict=False))
    assert len(parsed.ids) == len(set(parsed.ids))


def test_every_figure_has_a_name_words_and_numbers(page):
    figures = re.findall(r"<figure.*?</figure>", page, re.S)
    assert len(figures) > 20
    ids = Page(page).ids
    for figure in figures:
        assert re.search(r'aria-labelledby="([^"]+)"', figure).group(1) in ids
        assert "<figcaption>" in figure
        assert 'aria-hidden="true"' in figure
        assert "<svg" in figure
    assert sum("<table>" in figure for figure in figures) >= len(figures) - 3  # timelines share one table below them


def test_sections_stand_in_their_order(page):
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    assert [heading.split(":")[0] for heading in headings] == [
        "What came out", "Soviet Union", "Soviet Union", "The world outside", "Voice and revolt", "When events happen, and how often",
        "Who led when", "The court and its patrons", "Uprisings by country", "What is remembered of the ruler",
        "Prisoners and convictions against the record", "Assumptions, and what the model cannot know", "What it rests on", "How to make this again",
    ]  # fmt: skip


def test_what_a_user_writes_stays_text():
    tape = made_tape(histories=4, title=NASTY)
    tape.series = tape.series.drop_vars(["voice", "revolt"])
    tape.manifest["labels"]["HUN"] = NASTY
    tape.manifest["labels"]["malenkov"] = NASTY
    tape.manifest["set"] = {"terror.pace": NASTY}
    page = report(tape, summary=made_summary(tape))
    parsed = Page(page)
    assert len(parsed.all("title")) == 1
    assert parsed.all("b") == [{} for _ in findings.findings(Run(tape, made_summary(tape)))]
    assert {attributes["type"] for attributes in parsed.all("script")} == {"module", "application/json"}
    assert f"{NASTY} · thaw" in parsed.words


def test_what_changed_is_told_in_the_question_and_the_command():
    tape = made_tape(histories=4)
    tape.manifest |= {"do": ["SUN.amnesty@1953-05"], "prevent": ["SUN.secret_speech"], "set": {"terror.pace": 0.2}}
    tape.manifest |= {"refused": {"SUN.amnesty": 2}, "faults_said": "1 history left its bounds: terror.fear"}
    run = Run(tape, made_summary(tape))
    words = "brought about: Amnesty in May 1953; prevented: Secret speech; set: terror.pace = 0.2."
    assert findings.question(run).endswith(words)
    command = "thaw run ussr-1945 -n 4 --seed 7 --citizens 10000 --do SUN.amnesty@1953-05 --prevent SUN.secret_speech"
    assert findings.command(run) == f"{command} --set terror.pace=0.2"
    faults = "1 history left its bounds: terror.fear. Amnesty could not be brought about in 2 histories: what it requires"
    assert findings.faults_words(run) == f"{faults} did not hold."


def test_findings_are_computed_and_say_so_in_words(tape):
    found = findings.findings(Run(tape, made_summary(tape)))
    assert found[0][0] == "71%"
    assert "collective leadership" in found[0][1]
    assert (
        "15 of 15",
        "counts of prisoners on 1 January lie within the range that holds nine in ten histories (1946–1960).",
    ) in found


def test_fans_are_quantiles_and_leave_out_months_before_a_polity_exists(tape):
    run = Run(tape, {})
    spread = rows.fan_rows(run, ("political_prisoners", "ordinary_prisoners"), "SUN")
    total = (tape.series.political_prisoners + tape.series.ordinary_prisoners).sel(polity="SUN").values
    assert spread[10]["median"] == pytest.approx(np.median(total[:, 10]), rel=1e-3)
    assert spread[10]["q05"] == pytest.approx(np.quantile(total[:, 10].astype(float), 0.05), rel=1e-3)
    assert len(spread) == 283
    assert rows.fan_rows(run, ("fear",), "DDR")[0]["month"] == "1949-10-01"


def test_a_history_that_broke_off_does_not_spoil_the_fan():
    tape = made_tape(histories=10)
    whole = rows.fan_rows(Run(tape, {}), ("fear",), "SUN")
    tape.series.fear.loc[{"history": 3, "month": slice("1960-01", None)}] = np.nan
    holed = rows.fan_rows(Run(tape, {}), ("fear",), "SUN")
    assert holed[:100] == whole[:100]
    assert all(row["q05"] <= row["median"] <= row["q95"] for row in holed)


def test_the_record_stands_at_its_days_in_the_unit_of_the_chart(tape):
    dots = {row["month"]: row for row in rows.record_rows(Run(tape, {}), "gulag_prisoners", "SUN")}
    assert dots["1953-01-01"]["value"] == pytest.approx(2468.524)
    assert min(dots) >= "1945-06-01"


def test_the_record_is_in_the_unit_of_what_it_measures(tape):
    run = Run(tape, {})
    output = {row["month"]: row["value"] for row in rows.record_rows(run, "gdp_pc", "SUN")}
    assert output["1950-07-02"] == pytest.approx(4.529)
    harvest = {row["month"]: row["value"] for row in rows.record_rows(run, "grain_harvest", "SUN")}
    assert harvest["1946-12-31"] == pytest.approx(39.6 / (95.6 / 194_077 * rows.people_in(1946)), rel=1e-3)
    assert rows.record_rows(run, "grain_harvest", "CHN") == []  # its heads are Soviet


@pytest.mark.parametrize("series", ["tension", "output", "jamming", "harvest"])
def test_a_band_contains_its_median_and_is_that_of_the_tape(tape, series):
    run = Run(tape, {})
    found = tape.series[series]
    values = (found.sel(polity="SUN") if "polity" in found.dims else found).values
    for place, row in enumerate(rows.fan_rows(run, (series,), "SUN")):
        assert row["q05"] <= row["q25"] <= row["median"] <= row["q75"] <= row["q95"]
        assert row["median"] == pytest.approx(np.median(values[:, place]), rel=1e-3)


def test_titles_say_where_the_middle_history_goes_or_when_it_is_highest(page, tape):
    peak = np.median(tape.series.tension.values, axis=0)
    assert f"Tension: highest in\N{NO-BREAK SPACE}{1945 + (5 + int(peak.argmax())) // 12}, {peak.max():.1f}" in page
    last = np.median(tape.series.output.sel(polity="SUN").values[:, -1])
    assert f"{last:.1f}\N{NO-BREAK SPACE}in\N{NO-BREAK SPACE}1968" in page


def test_what_a_run_leaves_out_is_said_and_not_drawn():
    tape = made_tape(histories=4)
    tape.series = tape.series.drop_vars(["voice", "revolt"])
    tape.series["quarrel"] = tape.series.quarrel * 0
    tape.manifest["without"] = ["economy", "world", "memory", "patronage"]
    page = report(tape, static=True, summary=made_summary(tape))
    assert "Not drawn, as this run leaves out economy: Output per head, Harvest." in page
    assert "Not drawn, as this run leaves out memory: Opinion by cohort, Reputation among adults." in page
    assert "Not drawn, as this run leaves out world: Sides of the world’s states." in page
    assert "this run leaves out patronage, so nobody is anybody’s client." in page
    assert not {"fan-output", "sides", "cohorts"} & set(Page(page).ids)


def test_a_quantity_that_stands_still_is_said_to(tape):
    still = made_tape(histories=3)
    still.series["quarrel"] = still.series.quarrel * 0
    wanted = {"Quarrel": ("quarrel",), "Arms": ("arms_east",), "Tension": ("tension",)}
    headline = "Not drawn, as this tape keeps the headline series only (thaw run --record all keeps all): Arms."
    assert list(absent(Run(still, {}), wanted)) == ["Not drawn, as it stands still in this run: Quarrel.", headline]


def test_one_history_makes_a_page():
    tape = made_tape(histories=1)
    tape.series = tape.series.drop_vars(["voice", "revolt"])
    assert {"sides", "cohorts", "reputation", "fan-tension"} <= set(Page(report(tape, static=True, summary=made_summary(tape))).ids)


def test_what_was_adjusted_follows_from_the_scenario():
    tape = made_tape(histories=2)
    assert findings.adjusted_words(Run(tape, {})).endswith("1945 to the end of 1956. All that comes later is prediction.")
    assert findings.judged_words(Run(tape, {})) == "the month that the scenario names"
    tape.manifest |= {"made_from": {"judged": "1973-08"}, "hegemon": "CHN"}
    assert findings.judged_words(Run(tape, {})) == "August 1973"
    assert findings.adjusted_words(Run(tape, {})).endswith("nothing in it was adjusted to what came after August 1973.")


def test_shares_of_leaders_add_up_to_all_histories(tape):
    names, drawn = rows.leader_rows(Run(tape, {}))
    total = {}
    for row in drawn["shares"]:
        total[row["month"]] = total.get(row["month"], 0) + row["share"]
    assert all(share == pytest.approx(1, abs=1e-3) for share in total.values())
    assert names[-1] == "others"
    assert [spell["name"] for spell in drawn["reign"]] == ["Stalin", "Malenkov", "Khrushchev", "Brezhnev"]


def test_an_event_counts_once_a_history_and_half_year(tape):
    run = Run(tape, made_summary(tape))
    shown = [row for row in rows.happenings(run) if row.name == "SUN.amnesty"]
    drawn = rows.ridge_rows(run, shown)
    assert max(row["height"] for row in drawn["ridge"]) == 1
    assert drawn["record"] == [{"event": "Amnesty", "place": 0, "month": "1953-03-01"}]
    assert drawn["marks"] == [{"month": "1953-03-01", "label": "Stalin dies"}]


def test_an_uprising_that_ends_within_its_month_is_drawn_too():
    tape = made_tape(histories=10)
    tape.series["in_uprising"] = tape.series.in_uprising * 0
    risen = tape.events[(tape.events.polity == "DDR") & (tape.events.event == "uprising")].history.nunique()
    _, drawn = rows.uprising_rows(Run(tape, {}))
    assert {row["polity"]: row["ever"] for row in drawn["polities"]}["East Germany"] == pytest.approx(risen / 10)


def test_deaths_and_unrecorded_falls_have_no_line_of_their_own(tape):
    told = {"share": 0.4, "median": None, "q05": None, "q95": None, "record": None, "near": {}}
    events = {
        "SUN.fall:molotov": told,
        "SUN.death:beria": told | {"near": {"1953-12": 0.0}},
        "SUN.renewed_terror": told,
    }
    assert [row.name for row in rows.happenings(Run(tape, {"events": events}))] == ["SUN.renewed_terror"]


def test_a_run_without_events_leaders_or_uprisings_still_makes_a_page():
    tape = made_tape(histories=3)
    tape.events = tape.events.iloc[:0]
    tape.series = tape.series.drop_vars(["leader", "in_uprising", "voice", "revolt", "dissidents"])
    page = report(tape, static=True, summary={})
    assert "Who led when" not in page
    assert "<h1>" in page


def test_markup_is_escaped_unless_it_is_markup():
    assert tag("p", "a<b", Html("<br>"), title='"x"') == '<p title="&quot;x&quot;">a&lt;b<br></p>'
    assert "<td>&lt;i&gt;</td>" in table("caption", ("a", "b"), [("1", "<i>")])


@pytest.fixture
def summarised(monkeypatch):
    monkeypatch.setattr("thaw.summary.summarise", made_summary)


@pytest.mark.usefixtures("summarised")
def test_the_file_is_written_whole_and_alone(tmp_path):
    tape = made_tape(histories=3)
    tape.series = tape.series.drop_vars(["voice", "revolt"])
    out = tmp_path / "report.html"
    assert write_report(tape, out, static=True) == out
    assert out.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    first = out.read_bytes()
    write_report(tape, str(out), static=True)
    assert out.read_bytes() == first


def test_a_place_that_cannot_be_written_is_said_before_any_work(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ScenarioError, match="is a folder: name a file"):
        write_report(None, tmp_path)
    with pytest.raises(ScenarioError, match=r"the folder .*/missing does not exist"):
        write_report(None, tmp_path / "missing" / "report.html")
    with pytest.raises(ScenarioError, match=r"the folder .*/file is a file"):
        write_report(None, tmp_path / "file" / "report.html")


def test_a_disk_that_fills_up_leaves_the_old_page_and_nothing_half_written(tmp_path):
    """In a process of its own: the limit on the size of files cannot be raised again."""
    out = tmp_path / "report.html"
    out.write_text("the old page")
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from thaw.report.page import write_whole; from thaw.errors import RunError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n    write_whole(Path(sys.argv[1]), 'x' * 5000)\nexcept RunError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(out)], capture_output=True, text=True, check=True)
    assert "the report could not be written: File too large" in done.stdout
    assert out.read_text() == "the old page"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_missing_run_is_said_plainly(tmp_path):
    with pytest.raises((ScenarioError, RunError), match="no-such-run"):
        write_report(tmp_path / "no-such-run", tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def test_page_parts_are_in_the_package():
    here = Path(thaw.report.__file__).parent
    assert all((here / name).exists() for name in ("page.html", "style.css", "claims.css", "live.js"))
    assert shutil.which("node") is None or subprocess.run(["node", "--check", here / "live.js"], check=False).returncode == 0
