"""The parts of the page in order. Each takes a run and gives HTML; a part with nothing to say gives nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from thaw import charts, invented, names, record
from thaw.bibliography import citation
from thaw.chronicle import MONTHS, month_words, short_name
from thaw.report import findings, rows
from thaw.report.figures import Figure, Table
from thaw.report.html import Html, join, table, tag
from thaw.report.quantities import COURT, ECONOMY, STREET, WORLD, Quantity, absent, there
from thaw.report.rows import Happening, Run, minus
from thaw.report.world import alignment

LEADERSHIP = ("fall", "purge", "challenge", "succession", "leader_ousted", "personnel_renewal")
BLOC = ("uprising", "intervention", "concession", "regime_collapse", "exit", "leader_ousted")
SHOWN_FALLS = 10  # of the recorded falls in the main court, those of the persons who lead in most histories
SHOWN_FROM = 0.02  # share of histories from which an event that the record does not have is drawn
NO_BREAK = "\N{NO-BREAK SPACE}"
SHORT = 40  # lines of a table that stands open
Draw = Callable[[Figure], Html]


def opening(run: Run, title: str) -> Html:
    """Title, the question, and what came out in plain words."""
    points = [tag("li", tag("b", number), " ", words) for number, words in findings.findings(run)]
    faults = findings.faults_words(run)
    said = [tag("p", faults, class_="note")] if faults else []
    asked = tag("p", findings.question(run), class_="question")
    return join([tag("h1", title), asked, *said, tag("h2", "What came out"), tag("ul", *points, class_="findings")])


def fans(run: Run, draw: Draw) -> Html:
    """Power, terror and the public word, each with the record where it has numbers."""
    words = "The line is the middle history, of which the titles speak; the dark band holds half of all, the light band nine in ten. "
    words += "Black dots are the record, with a stroke where its sources differ."
    heading = tag("h2", f"{run.label(run.main)}: power, terror, the public word")
    return join([heading, tag("p", words), _grid(run, draw, COURT)])


def economy(run: Run, draw: Draw) -> Html:
    """Output and harvests."""
    return join([tag("h2", f"{run.label(run.main)}: output and harvests"), _grid(run, draw, ECONOMY)])


def outside(run: Run, draw: Draw) -> Html:
    """The two blocs, Beijing, and the states on neither side."""
    return join([tag("h2", "The world outside"), _grid(run, draw, WORLD), alignment(run, draw)])


def _grid(run: Run, draw: Draw, quantities: Sequence[Quantity]) -> Html:
    """The fans that can be drawn, and what cannot and why."""
    made = [draw(_fan(run, quantity)) for quantity in there(run, quantities)]
    missing = absent(run, {quantity.title: quantity.variables for quantity in quantities})
    return join([tag("div", *made, class_="grid") if made else Html(), *(tag("p", words, class_="note") for words in missing)])


def _fan(run: Run, quantity: Quantity) -> Figure:
    spread = rows.fan_rows(run, quantity.variables, run.main, quantity.scale)
    dots = rows.record_rows(run, quantity.record, run.main, quantity.scale) if quantity.record else []
    width = 270 if quantity.number.startswith("+") else 294  # signs take room on the axis
    chart = charts.fan(quantity.unit, width=width, number=quantity.number, span=run.span, seen=bool(dots), bottom=quantity.bottom)
    spec = charts.spec(chart, {"fan": spread, "record": dots, "marks": rows.ruler_marks(run)})
    numbers = replace(_yearly(spread, dots, quantity.number, quantity.month), caption=quantity.title)
    return Figure(f"fan-{quantity.id}", _told(quantity, spread), quantity.says if dots else quantity.says.partition(" Dots:")[0], spec, table=numbers)


def _told(quantity: Quantity, spread: rows.Rows) -> str:
    """What a fan's title says of the middle history: where it goes, or when it stands highest or lowest.

    >>> _told(ECONOMY[0], [{"month": "1946-01-01", "median": 3.0}, {"month": "1956-01-01", "median": 5.5}])
    'Output per head: 3.0\xa0in\xa01946, 5.5\xa0in\xa01956'
    """
    if not spread:
        return quantity.title
    picked = {"course": [spread[0], spread[-1]], "peak": [max(spread, key=_middle)], "low": [min(spread, key=_middle)]}[quantity.tells]
    extreme = {"course": "", "peak": "highest in", "low": "lowest in"}[quantity.tells]
    points = [(row["month"][:4], minus(row["median"], quantity.number.replace("~f", "f")) + quantity.short) for row in picked]
    if extreme:
        return f"{quantity.title}: {extreme}{NO_BREAK}{points[0][0]}, {points[0][1]}"
    return f"{quantity.title}: {', '.join(f'{value} in {year}'.replace(' ', NO_BREAK) for year, value in points)}"


def _middle(row: Mapping[str, Any]) -> float:
    return float(row["median"])


def _yearly(spread: rows.Rows, dots: rows.Rows, number: str, month: str) -> Table:
    """One month of each year, and the record's number in that year."""
    style = number.replace("~f", "f")
    seen = {row["month"][:4]: format(row["value"], style) for row in dots}
    head = (
        MONTHS[int(month) - 1],
        *(["Record"] if dots else []),
        "5% below",
        "25% below",
        "Median",
        "25% above",
        "5% above",
    )
    made = []
    for row in spread:
        year = row["month"][:4]
        if row["month"][5:7] == month:
            told = [seen.get(year, "–")] if dots else []
            made.append((year, *told, *(format(row[name], style) for name in rows.QUANTILES)))
    return Table(head, made)


def societies(run: Run, draw: Draw) -> Html:
    """Voice and revolt in every society, small and on one scale each."""
    made = [_society(run, draw, *street) for street in STREET if street[0] in run.tape.series]
    return join([tag("h2", "Voice and revolt"), *made]) if made else Html()


def _society(run: Run, draw: Draw, variable: str, title: str, words: str) -> Html:
    lively = [polity for polity in run.polities if (run.tape.series[variable].sel(polity=polity) > 0).any()]
    spreads = {polity: rows.fan_rows(run, (variable,), polity) for polity in lively}
    top = max((row["q95"] for spread in spreads.values() for row in spread), default=0) or 0.01
    ticks = [share for share in (0, 0.01, 0.1, 0.5) if share <= top] if top >= 0.01 else [0, top]
    chart = charts.fan("", width=196, height=92, number="~%", top=top, root=ticks, span=run.span, seen=False)
    panels = []
    for polity, spread in spreads.items():
        middle, peak = (max((row[name] for row in spread), default=0) for name in ("median", "q95"))
        says = f"Median at most {_rate(middle)}; one history in twenty above {_rate(peak)} at the height."
        spec = charts.spec(chart, {"fan": spread, "marks": []})
        numbers = replace(_yearly(spread, [], ".3%", "12"), caption=f"{title}, {run.label(polity)}")
        panels.append(draw(Figure(f"{variable}-{polity}", run.label(polity), says, spec, table=numbers, level=4)))
    return join([tag("h3", title), tag("p", words), tag("div", *panels, class_="grid small")])


def _rate(share: float) -> str:
    """A share of citizens; a rare one keeps more digits.

    >>> _rate(0.0312), _rate(0.00093), _rate(0)
    ('3.1%', '0.093%', '0.0%')
    """
    return f"{share:.3%}" if 0 < share < 0.001 else f"{share:.1%}"


def timelines(run: Run, draw: Draw) -> Html:
    """When events come, group by group, and how often; the table has those that no chart shows too."""
    shown = [row for row in rows.happenings(run) if row.record or row.share >= SHOWN_FROM]
    if not shown:
        return Html()
    known = rows.prominence(run)
    groups: dict[str, list[Happening]] = {"Leaders and rivals": [], "Reform and reaction": [], "The bloc": []}
    for row in shown:
        polity, _, event = row.name.rpartition(".")
        kind = event.partition(":")[0]
        if polity == run.main:
            groups["Leaders and rivals" if kind in LEADERSHIP else "Reform and reaction"].append(row)
        elif row.record and (kind in BLOC or polity == ""):
            groups["The bloc"].append(row)
    falls = [row for row in groups["Leaders and rivals"] if ":" in row.name]
    falls.sort(key=lambda row: -known.get(row.name.partition(":")[2], 0))
    groups["Leaders and rivals"] = [row for row in groups["Leaders and rivals"] if row not in falls[SHOWN_FALLS:]]
    made = [_timeline(run, draw, title, group) for title, group in groups.items() if group]
    words = "The higher a hill, the more histories see the event in that half-year; heights follow the square root of "
    words += "the share, so that rare events can be seen, on one scale in each chart. Under it: a line that spans nine in "
    words += "ten of the first times, a bar at their median, and dots for the record. The number is the share of histories "
    words += "in which the event happens at all."
    return join([tag("h2", "When events happen, and how often"), tag("p", words), *made, events_table(run)])


def _timeline(run: Run, draw: Draw, title: str, group: list[Happening]) -> Html:
    group.sort(key=lambda row: row.record[0] if row.record else row.median or "9")
    data = rows.ridge_rows(run, group)
    wide = charts.spec(charts.timeline(len(group), width=760, span=run.span), data)
    narrow = charts.spec(charts.timeline(len(group), width=320, row=44, side=0, span=run.span), data)
    likely = max(group, key=lambda row: row.share)
    says = f"{len(group)} events; the one in most histories is “{likely.title}” ({rows.percent(likely.share)})."
    name = f"timeline-{title.split()[0].lower()}"
    return draw(Figure(name, title, says, wide, narrow, classes=("lone",)))


def events_table(run: Run) -> Html:
    """Every event with its dates; a second date in the record has a row of its own."""
    head = ("Event", "In the record", "Within 2 years of it", "Share of histories", "Median", "9 in 10 between")
    made: list[tuple[str, ...]] = []
    for row in rows.happenings(run):
        spread = f"{_short(row.q05)} – {_short(row.q95)}" if row.q05 and row.q95 else "–"
        told = (rows.percent(row.share), _short(row.median), spread)
        dates = [(_short(date), rows.percent(share)) for date, share in row.near.items()] or [("–", "–")]
        made.append((row.title, *dates[0], *told))
        made += [(row.title, *more, "", "", "") for more in dates[1:]]
    counted = tag("summary", f"Numbers: {len(rows.happenings(run))} events")
    numbers = table("Events: those of the record by date, then the others", head, made)
    return tag("details", counted, numbers, open=len(made) <= SHORT)


def _short(month: str | None) -> str:
    return month_words(month, short=True) if month else "–"


def leadership(run: Run, draw: Draw) -> Html:
    """Who led when, and at the ends of the years."""
    if "leader" not in run.tape.series:
        return Html()
    names, data = rows.leader_rows(run)
    small = data | {"reign": _unnamed(data["reign"], 300)}
    wide = charts.spec(charts.leaders(names, width=992, height=300, span=run.span), data)
    narrow = charts.spec(charts.leaders(names, width=300, height=260, span=run.span), small)
    spells = ", ".join(f"{row['name']} until {month_words(row['end'][:7])}" for row in data["reign"][:-1])
    says = "Each band is the share of histories that a person leads. The strip above is the record"
    says += f": {spells}." if spells else "."
    title, numbers = "Share of histories led by each person", leaders_table(run)
    drawn = draw(Figure("leaders", title, says, wide, narrow, numbers, classes=("lone",)))
    return join([tag("h2", "Who led when"), drawn])


def _unnamed(reign: rows.Rows, width: int) -> rows.Rows:
    """Spells that keep their name on a narrow strip: those with room for it, at 7 px a letter."""
    whole = sum(_years(row) for row in reign)
    return [row | {"note": row["note"] if len(row["note"]) * 7 < _years(row) / whole * width else ""} for row in reign]


def _years(row: Mapping[str, Any]) -> float:
    return int(row["end"][:4]) - int(row["start"][:4]) + (int(row["end"][5:7]) - int(row["start"][5:7])) / 12


def leaders_table(run: Run) -> Table:
    """Shares on 31 December, year by year, of those who lead most."""
    years = run.summary.get("leaders", {})
    total: dict[str, float] = {}
    for shares in years.values():
        for person, share in shares.items():
            total[person] = total.get(person, 0) + share
    people = sorted((person for person in total if person), key=lambda person: -total[person])[:7]
    made = []
    for year, shares in years.items():
        led = [shares.get(person, 0) for person in people]
        others = max(0.0, sum(shares.values()) - sum(led))
        made.append((year, *map(rows.percent, led), rows.percent(round(others, 9))))
    return Table(("31 December", *(short_name(person, run.labels) for person in people), "others or nobody"), made)


def uprisings(run: Run, draw: Draw) -> Html:
    """Where uprisings go on, and when."""
    if "in_uprising" not in run.tape.series:
        return Html()
    heading = tag("h2", "Uprisings by country")
    top, data = rows.uprising_rows(run)
    count = len(data["polities"])
    if not count:
        return join([heading, tag("p", "No history of this run sees an uprising.")])
    wide = charts.spec(charts.strip(count, width=760, span=run.span, top=top), data)
    narrow = charts.spec(charts.strip(count, width=176, row=30, side=112, span=run.span, top=top), data)
    says = f"Share of histories with an uprising going on in each quarter; the darkest cell is {rows.percent(top)}. "
    says += "Dots: the record. At the right: share of histories with an uprising at any time."
    made = [(row["polity"], rows.percent(row["ever"]), month_words(row["when"])) for row in data["polities"]]
    numbers = Table(("Country", "Share of histories", "Most in the quarter from"), made)
    drawn = draw(Figure("uprisings", "Uprisings going on", says, wide, narrow, numbers, classes=("lone",)))
    return join([heading, drawn])


def counted(run: Run) -> Html:
    """Prisoners and convictions, run and record, where the record has a number."""
    captions = {
        "prisoners": "Prisoners on 1 January, thousand persons",
        "convictions": "Political convictions in the year, persons",
    }
    head = ("Year", "Record", "5% below", "Median", "5% above")
    made = []
    for key, caption in captions.items():
        told = {year: row for year, row in (run.summary.get(key) or {}).items() if row.get("record") is not None}
        if told:
            lines = [(year, *(_count(row[name]) for name in ("record", "q05", "median", "q95"))) for year, row in told.items()]
            made.append(table(caption, head, lines))
    if not made:
        return Html()
    return join([tag("h2", "Prisoners and convictions against the record"), tag("div", *made, class_="grid")])


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def assumptions(run: Run) -> Html:
    """What was taken as given, and what no run can tell."""
    given = (
        findings.pinned_words(run),
        "Persons’ attitude to reform and their part in the terror are judgements, coded twice from acts up to "
        f"{findings.judged_words(run)}; where the codings differ, each history draws its own value.",
        findings.parameter_words(run),
        findings.trust_words(run),
        findings.adjusted_words(run),
    )
    beyond = (
        "A share of histories is a statement about this model, not a frequency in the world, which had one history.",
        "A dot inside a band shows that the model allows what happened, not that it explains it.",
        "Motives, words and private dealings are not simulated; whom the record does not name is an unnamed stand-in.",
        "What is not on this page was not simulated, and is not denied.",
    )
    lists = [tag("ul", *(tag("li", point) for point in part)) for part in (given, beyond)]
    parts = [tag("h3", "Taken as given"), lists[0], tag("h3", "Out of reach"), lists[1]]
    return join([tag("h2", "Assumptions, and what the model cannot know"), *parts])


def reproduce(run: Run, version: str) -> Html:
    """The command that makes the same run, and what to compare."""
    told = run.tape.manifest
    facts = {
        "Scenario": told.get("scenario", "–"),
        "Histories": f"{run.histories:,}",
        "Seed": told.get("seed", "–"),
        "Made with": f"thaw {told.get('version', version)}",
        "Digest of the results": told.get("digest", "–"),
    }
    listed = [part for name, value in facts.items() for part in (tag("dt", name), tag("dd", value))]
    words = "With the same version this command gives the same results, bit for bit; the digest covers the results."
    code = tag("pre", tag("code", findings.command(run)), tabindex="0", role="region", aria_label="Command")
    return join([tag("h2", "How to make this again"), tag("p", words), code, tag("dl", *listed)])


def sources(run: Run) -> Html:
    """Works that the page's numbers rest on: those of the record's dots, then those of the mechanisms that ran."""
    told = {}
    works = {source.key: source.citation for source in record.sources()}
    for quantity in (*COURT, *ECONOMY, *WORLD):
        if quantity.record and rows.record_rows(run, quantity.record, run.main):
            keys = {key: None for seen in invented.series(run.main, quantity.record) for key in seen.source}
            told[f"Record, {quantity.title[0].lower()}{quantity.title[1:]}"] = [works[key] for key in keys]
    left_out = run.tape.manifest.get("without") or ()
    told |= {f"Mechanism {step.name}": [citation(key) for key in step.sources] for step in names.mechanisms() if step.sources and step.name not in left_out}
    listed = [part for name, cited in told.items() for part in (tag("dt", name), tag("dd", "; ".join(cited)))]
    made = tag("details", tag("summary", f"Sources: {len(told)} entries"), tag("dl", *listed))
    return join([tag("h2", "What it rests on"), tag("p", "Where the record’s dots come from, and the works whose reasoning the mechanisms follow."), made])
