"""The page of claims, from answers made by hand: every word of the table, with and without what may be lacking."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest
from made_answers import MADE, all_words, answer, events, quantities

from thaw import charts
from thaw.attribution.answer import ask
from thaw.attribution.claim import load_claims
from thaw.attribution.verdict import TABLE
from thaw.errors import ScenarioError
from thaw.report import claim_parts, claim_words
from thaw.report.claims import claims_report, contingency, write_claims_report

NASTY = "</title><script>alert('x')</script> \"quoted\" & <b>bold</b>"
SIZE = {"histories": 256, "citizens": 200, "seed": 7}
VOID = {"meta", "br"}
INTERVAL = re.compile(r" to ")


class Page(HTMLParser):
    """The tags of a page, headings, ids and words; complains of tags that do not match."""

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


@pytest.fixture(scope="module")
def answers():
    made = {"C18": quantities(0.04), "C42": quantities(0.04), "C24": events(0.3, 0.6), "C16": events(0.3, 0.1)}
    return [*all_words(), *(answer(name, twins, ess=20.0 if name == "C16" else 120.0) for name, twins in made.items())]


@pytest.fixture(scope="module")
def page(answers):
    return claims_report(answers, "Claims of two texts", **SIZE)


def card(page, name):
    return re.search(rf'<article id="{name}".*?</article>', page, re.S).group()


def text_of(markup):
    return " ".join("".join(Page(f"<div>{markup}</div>").words).split())


def test_the_made_answers_cover_the_table(answers):
    assert {answer.claim.id: answer.word.word for answer in answers if answer.claim.id in MADE} == MADE | {"C44": "hindering"}
    assert {row.word for row in TABLE} - {"undetermined"} <= {answer.word.word for answer in answers}


@pytest.mark.parametrize(
    ("without", "ending"),
    [
        ("", "up to 1956."),
        ("events", "up to 1956, its events and who led left out, since the effect is one of them."),
        ("numbers", "up to 1956, its numbers left out, since the effect is one of them."),
    ],
)
def test_a_card_says_what_of_the_record_its_parameters_were_fitted_to(without, ending):
    one = answer("C21", events(0.6, 0.1))
    plan = SimpleNamespace(**vars(one.found.bound.plan) | {"fitted": {"cut": 1956, "method": "npe", "without": without}})
    fitted = replace(one, found=replace(one.found, bound=replace(one.found.bound, plan=plan)))
    assert claim_words.trust(fitted).endswith(f" Parameters fit the record {ending}")
    assert claim_words.trust(one).endswith(" Parameters come from their priors.")


def test_every_claim_has_one_card_and_one_link_to_it(answers, page):
    parsed = Page(page)
    cards = [attributes["id"] for name, attributes in parsed.tags if name == "article"]
    links = [attributes["href"] for name, attributes in parsed.tags if name == "a" and attributes["href"] != "#main"]
    assert sorted(cards) == sorted(answer.claim.id for answer in answers)
    assert sorted(links) == sorted(f"#{name}" for name in cards)
    for one in answers:
        shown = text_of(card(page, one.claim.id))
        assert one.claim.paraphrase in shown
        assert str(one.word) in shown
        assert all(" ".join(sentence.split()) in shown for sentence in one.record.sentences)


def test_claims_that_share_an_id_keep_their_own_cards(answers):
    odd = replace(answers[0], claim=replace(answers[0].claim, id="1 <a>"))
    ids = Page(claims_report([answers[0], odd, answers[0], odd], "Twice", **SIZE)).ids
    assert len(ids) == len(set(ids))


def test_the_summary_counts_every_word_by_text(answers, page):
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>((?:<td>.*?</td>)+)</tr>', page.partition("</table>")[0])
    told = {text_of(name).lstrip("○▲▼=◇ "): [int(cell) for cell in re.findall(r"<td>(.*?)</td>", cells)] for name, cells in rows}
    for word in claim_words.WORDS:
        essay, article = (sum(one.word.word == word and one.claim.text == text for one in answers) for text in ("stalin-essay", "destalinization"))
        assert told[word] == [essay, article, essay + article]
    assert told["claims"][-1] == len(answers)
    assert told["necessary or contributory, and sufficient"][-1] == sum(one.word.sufficient for one in answers) > 0


@pytest.mark.parametrize("name", [name for name, word in MADE.items() if word in claim_words.UNASKED])
def test_what_the_model_was_not_asked_says_why_and_has_no_numbers(answers, page, name):
    one = next(one for one in answers if one.claim.id == name)
    shown = card(page, name)
    assert claim_words.UNASKED[one.word.word].split(".")[0] in text_of(shown)
    assert "<svg" not in shown
    assert "<figure" not in shown
    assert "90%" not in shown
    if one.word.word == "not modelled":
        assert one.claim.not_modelled in text_of(shown)
    if one.word.word == "no channel in the model":
        assert one.found.channel.missing[1:] in text_of(shown)


def test_a_word_that_forbids_numbers_hides_those_that_were_found(answers):
    asked = next(one for one in answers if one.word.word == "necessary")
    told = claims_report([replace(asked, word=replace(asked.word, word="impossible"))], "One", **SIZE)
    assert "<svg" not in told
    assert "90% from" not in card(told, asked.claim.id)


def test_a_verdict_stands_with_its_row_of_the_table(answers, page):
    for one in answers:
        if claim_words.shows_numbers(one):
            assert f"Row of the table: {one.word.reason}" in text_of(card(page, one.claim.id))


def test_no_estimate_stands_without_its_interval(answers, page):
    for one in answers:
        if not claim_words.shows_numbers(one):
            continue
        shown = card(page, one.claim.id)
        for table in re.findall(r'<details class="numbers">.*?<table>(.*?)</table>', shown, re.S):
            for row in re.findall(r"<tbody>(.*)</tbody>", table, re.S)[0].split("</tr>")[:-1]:
                name, cells = text_of(row.partition("</th>")[0] + "</th></tr>"), re.findall(r"<td>(.*?)</td>", row)
                pairs = zip(cells[::3], cells[1::3], strict=True)
                assert name.startswith("Histories") or all(value == "–" or INTERVAL.search(interval) for value, interval in pairs), name
        effect = one.general.effect
        said = text_of(shown.partition("In general: ")[2].partition("</p>")[0].join(("<p>", "</p>")))
        assert "90% from histories: " in said
        form = claim_words.signed if claim_parts.in_spreads(one) else claim_words.points
        assert f"{form(effect.estimate)} " in said


def test_numbers_as_it_stood_need_enough_histories(answers, page):
    few = next(one for one in answers if one.claim.id == "C16")
    assert few.given.ess < 50
    shown = text_of(card(page, "C16"))
    assert "As it stood: undetermined. The histories that follow the record up to the cause are worth 20, fewer than 50." in shown
    assert "As it stood, 90%" not in shown
    assert 'id="C16-as-it-stood"' not in page
    assert 'id="C21-as-it-stood"' in page


def test_the_curves_of_an_absence_trade_places(page, answers):
    def heights(name):
        one = next(one for one in answers if one.claim.id == name)
        found = []
        claim_parts.curve_figures(one, name, lambda shown: found.append(shown) or claim_parts.Html())
        return found[0].wide["datasets"]["lines"][-1]

    assert (heights("C21")["prevented"], heights("C21")["forced"]) == (0.1, 0.6)
    assert (heights("C16")["prevented"], heights("C16")["forced"]) == (0.6, 0.1)  # no death of his: without the cause he dies


def test_names_at_the_ends_of_lines_never_cover_each_other_nor_leave_the_panel():
    domain, apart = (0.0, 1.0), claim_parts.claim_charts.ROOM / claim_parts.claim_charts.HEIGHT
    for ends in ((0.5, 0.5, 0.5), (0.0, 0.0, 0.01), (1.0, 1.0, 1.0), (0.97, 0.2, 1.0), (np.nan, 0.0, 0.5)):
        arms = {name: np.array([end]) for name, end in zip("abc", ends, strict=True)}
        places = sorted(row["value"] for row in claim_parts._labels(arms, "1956-12", domain))
        assert min(np.diff(places)) >= apart - 1e-9
        assert places[0] >= -1e-9
        assert places[-1] <= 1 - apart / 2 + 1e-9


def test_luck_is_told_beside_the_cause(answers, page):
    assert next(one for one in answers if one.claim.id == "C50").general.measures.luck_dominates
    assert "Luck dominates" in card(page, "C50")
    assert "cause prevented (PN)" not in card(page, "C50")
    assert "cause prevented (PN)" in card(page, "C21")
    assert "nudged (N0)" in card(page, "C21")
    assert "there are no such shares" in card(page, "C18")


def test_a_card_does_without_path_given_hinges_rules_or_curves(answers):
    whole = next(one for one in answers if one.word.word == "necessary")
    bare = replace(whole, given=None, hinges=(), found=replace(whole.found, path=None, rules={}, curves={}, given=None))
    shown = card(claims_report([bare], "Bare", **SIZE), whole.claim.id)
    assert "What carries the effect" not in shown
    assert "As it stood: not asked" in shown
    assert "No drawn parameter shifts the answer" in shown
    assert "Under other rules" not in shown
    assert "No mechanism lies between" in claim_parts.carries(replace(bare, found=replace(bare.found, path=())), "x")


def test_numbers_that_are_lacking_leave_no_gap():
    few = answer("C21", events(0.5, 0.4, size=20), ess=5.0)
    assert few.word.word == "undetermined"
    shown = text_of(card(claims_report([few], "Few", **SIZE), "C21"))
    assert "fewer than 30 histories" in shown
    assert "None" not in shown


def test_what_others_wrote_stays_text(answers):
    one = next(one for one in answers if one.word.word == "necessary")
    claim = replace(one.claim, id="x<y", paraphrase=NASTY, note=NASTY, text=NASTY)
    odd = replace(one, claim=claim, record=replace(one.record, sentences=(NASTY,), sources=(NASTY,)))
    told = claims_report([odd], NASTY, static=False, **SIZE)
    parsed = Page(told)
    assert "alert" not in "".join(re.findall(r"<script.*?</script>", told, re.S)[:-1])
    assert [name for name, _ in parsed.tags].count("title") == 1
    assert [name for name, _ in parsed.tags].count("b") == 0
    assert f"{NASTY} · thaw" in parsed.words
    assert "purge.<reach>" not in told
    assert "coalition=&lt;plain&gt;" in told


def test_the_page_asks_for_nothing_and_is_in_order(page):
    parsed = Page(page)
    assert not [attributes for _, attributes in parsed.tags if {"src", "srcset", "data", "action"} & set(attributes)]
    assert all(attributes["href"].startswith("#") for name, attributes in parsed.tags if name == "a")
    assert not re.search(r"url\(|@import|@font-face", page)
    assert not [name for name, _ in parsed.tags if name in ("script", "link")]
    assert parsed.headings[0] == 1
    assert parsed.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(parsed.headings, parsed.headings[1:], strict=False))
    assert len(parsed.ids) == len(set(parsed.ids))
    named = [attributes["aria-label"] for _, attributes in parsed.tags if attributes.get("role") == "region"]
    assert len(named) == len(set(named))
    assert all(attributes["aria-labelledby"] in parsed.ids for _, attributes in parsed.tags if "aria-labelledby" in attributes)


def test_a_live_page_holds_the_rows_of_every_curve(answers):
    live = claims_report(answers[-2:], "Live", static=False, **SIZE)
    drawn = [attributes["data-chart"] for _, attributes in Page(live).tags if "data-chart" in attributes]
    specs = dict(re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', live, re.S))
    assert sorted(specs) == sorted(drawn)
    assert [name.rpartition("-")[0] for name in drawn] == ["C24-in-general", "C24-as-it-stood", "C16-in-general"]
    assert all("layer" in json.loads(text) for text in specs.values())


def test_same_answers_same_cards_and_59_of_them_stay_small(answers, page):
    asked = next(one for one in answers if one.claim.id == "C21")
    assert card(claims_report([answers[0], asked], "Again", **SIZE), "C21") == card(page, "C21")
    largest = max(len(card(page, one.claim.id).encode()) for one in answers)
    assert 59 * largest < 2_500_000


def test_the_built_in_claims_that_need_no_model_can_be_told(tmp_path):
    from thaw.api import RunOptions

    chosen = [one for one in load_claims("stalin-essay").claims if one.id in ("C01", "C02", "C17", "C22", "C33")]
    path = write_claims_report(ask(chosen, RunOptions(histories=64)), "Five", tmp_path / "page.html", **SIZE)
    text = path.read_text(encoding="utf-8")
    assert text.count("<article") == 5
    assert "Archigos" in text  # a source by its citation, not by its key
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_a_place_that_cannot_be_written_is_said(answers, tmp_path):
    with pytest.raises(ScenarioError, match="does not exist"):
        write_claims_report(answers[:1], "One", tmp_path / "nowhere" / "page.html", **SIZE)


def test_the_page_takes_no_side(page):
    said = text_of(re.sub(r"<style.*?</style>", "", page, flags=re.S).partition("<main")[2].partition(">")[2].partition("</main>")[0]).lower()
    for word in ("clearly", "obviously", "merely", "crucial", "tragic", "brutal", "sadly", "wrongly", "convincing", "strong evidence"):
        assert f" {word}" not in said


def test_turning_points_are_drawn_with_their_months():
    curve = [SimpleNamespace(month=f"19{year}-03", share=k / 4, low=max(k / 4 - 0.1, 0), high=min(k / 4 + 0.1, 1)) for k, year in enumerate(range(50, 55))]
    turns = [SimpleNamespace(month="1953-03", jump=0.25, low=0.2, high=0.3)]
    drawn = charts.drawing(*contingency(SimpleNamespace(effect="HUN.uprising", by="1956-12", curve=curve, turns=turns)))
    assert "Mar 1953: +25 (+20 to +30)" in drawn
    assert "HUN.uprising by December 1956" in drawn
