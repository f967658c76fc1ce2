"""What a card of a claim shows of its numbers: curves, effect, luck, what carries the effect and what the verdict hangs on.

Nothing here is called for a claim without numbers (`claim_words.shows_numbers`). Every estimate stands with its interval.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

from thaw import charts
from thaw.attribution import intervals, numbers
from thaw.attribution.answer import Answer, Numbers
from thaw.attribution.numbers import LEAST, Estimate
from thaw.attribution.study import PATH_HISTORIES
from thaw.attribution.verdict import LEAST_ESS, SMALLEST
from thaw.chronicle import month_words
from thaw.posterior import UNINFORMED
from thaw.report import claim_charts, claim_words
from thaw.report.claim_words import Form, between, percent, plain, points, signed, spoken
from thaw.report.figures import Figure, Table
from thaw.report.html import Html, join, table, tag

Draw = Callable[[Figure], Html]
BEFORE = 24  # months of curve before the cause
GENERAL, STOOD = "In general", "As it stood"
VIEWS = {GENERAL: {"as it is": "as it is", "prevented": "prevented", "forced": "forced"},
         STOOD: {"prevented": "as it stood, prevented", "forced": "as it stood"}}  # fmt: skip
ABSENT = {"prevented": "forced", "forced": "prevented", "as it stood": "as it stood, prevented", "as it stood, prevented": "as it stood"}
EVENT_ROWS: tuple[tuple[str, str, Form], ...] = (
    ("rd", "RD, points: share with the effect, forced minus prevented", points),
    ("pr", "PR: the same, forced over prevented", plain),
    ("pn", "PN: share without the effect, cause prevented", percent),
    ("pn_other_coupling", "PN with luck coupled the other way", percent),
    ("pn_reroll", "PN0: share without the effect, luck redrawn", percent),
    ("pn_nudge", "N0: share without the effect, nudged", percent),
    ("excess_pn", "Excess necessity, (PN − N0) / (1 − N0)", percent),
    ("ps", "PS: share with the effect, cause forced", percent),
    ("hastens", "Months sooner with the cause", signed),
)


def stood(answer: Answer) -> Numbers | None:
    """The numbers as it stood; None where there are none or too few histories are worth counting."""
    given = answer.given
    return given if given is not None and given.ess >= LEAST_ESS else None


def in_spreads(answer: Answer) -> bool:
    """Whether the word hangs on a difference in spreads, and not on RD."""
    return answer.claim.direction in claim_words.SPREADS


def unit(answer: Answer) -> str:
    """The unit of a quantity that is the effect; '' of an event."""
    effect = answer.claim.effect
    return "" if effect is None or effect.is_event else claim_words.unit_words(effect.quantity)


def finding(answer: Answer) -> Html:
    """The effect in a sentence, in general and as it stood."""
    said = [f"{view}: {_size(answer, found)}" for view, found in ((GENERAL, answer.general), (STOOD, stood(answer))) if found is not None]
    return join([*(tag("p", words) for words in said), *(tag("p", words) for words in (_why_not_stood(answer),) if words)])


def _size(answer: Answer, found: Numbers) -> str:
    """One view of the effect."""
    if found.effect is None:
        return f"fewer than {LEAST} histories bear a number."
    if not in_spreads(answer):
        what = "without the effect" if answer.claim.direction == "prevents" else "with the effect"
        return f"with the cause the share of histories {what} differs by {spoken(found.effect, points, 'points')}."
    if found.raised is not None:
        own = unit(answer)
        return f"with the cause the quantity differs by {spoken(found.raised, signed, '' if own == 'share' else own)}, {_spreads(found.effect, answer)}."
    if found.hastens is not None:
        return f"with the cause the effect comes sooner by {spoken(found.hastens, signed, 'months')}, {_spreads(found.effect, answer)}."
    return f"{_spreads(found.effect, answer)}."


def _spreads(effect: Estimate, answer: Answer) -> str:
    way = ", in the direction claimed" if answer.claim.direction == "lowers" else ""
    return f"which is {spoken(effect, signed, 'spreads')}{way}"


def _why_not_stood(answer: Answer) -> str:
    """Why there is nothing as it stood; '' where there is."""
    if answer.given is None:
        return f"{STOOD}: not asked, since the record does not have the cause in the month it is asked for."
    if stood(answer) is None:
        return f"{STOOD}: undetermined. The histories that follow the record up to the cause are worth {answer.given.ess:.0f}, fewer than {LEAST_ESS:.0f}."
    return ""


# --- figures


def effect_figure(answer: Answer, name: str, draw: Draw) -> Html:
    """The effect with both intervals, in general above as it stood, beside what is too small for a word."""
    rows = [(view, found.effect) for view, found in ((GENERAL, answer.general), (STOOD, stood(answer))) if found is not None and found.effect is not None]
    if not rows:
        return Html()
    least = SMALLEST[answer.claim.direction]
    form, number, told = (signed, ".1f", "spreads") if in_spreads(answer) else (points, ".0%", "difference in the share of histories")
    says = f"Dot: estimate. Thick: 90% from histories. Thin: 90% from parameters. Shaded: ±{least:g}, too small for a word."
    return _strips(f"{name}-effect", "Size of the effect", says, rows, form, draw, unit=told, number=number, zone=least)


def luck_figure(answer: Answer, name: str, draw: Draw) -> Html:
    """In how many histories with both the effect is gone: cause prevented, luck redrawn, nudged."""
    if answer.general is None or answer.general.measures is None:
        return Html()
    kinds = (("pn", "cause prevented (PN)"), ("pn_reroll", "luck redrawn (PN0)"), ("pn_nudge", "nudged (N0)"))
    rows = [(told, value) for key, told in kinds if (value := answer.general[key]) is not None]
    if not rows:
        return Html()
    says = "Of the histories with cause and effect, the share in which the effect is gone after one change."
    return _strips(f"{name}-luck", "The effect gone, by what was changed", says, rows, percent, draw, unit="share of histories with both", number=".0%")


def _strips(
    name: str, title: str, says: str, rows: Sequence[tuple[str, Estimate]], form: Form, draw: Draw, *, unit: str, number: str, zone: float = 0.0
) -> Html:
    """Numbers on one axis, as a figure; without a zone the axis is that of shares."""
    ends = [end for _, value in rows for end in (*value.sampling, *(value.parameter or ())) if isfinite(end)]
    low, high = (min([*ends, -1.5 * zone]), max([*ends, 1.5 * zone])) if zone else (0.0, 1.0)
    room = 0.04 * (high - low)
    made = [_strip_row(place, told, value, form, (low, high)) for place, (told, value) in enumerate(rows)]
    data = {"rows": made, "zone": [{"low": -zone, "high": zone}], "zero": [{"value": 0.0}]}
    chart = claim_charts.strips(len(rows), unit, domain=(low - room, high + room), number=number, zone=bool(zone))
    return draw(Figure(name, title, says, claim_charts.spec(chart, data), level=4))


def _strip_row(place: int, name: str, value: Estimate, form: Form, domain: tuple[float, float]) -> dict[str, Any]:
    """One number with its intervals, which end where the axis ends."""
    row = {"place": place + 0.7, "name": name, "text": f"{form(value.estimate)} ({between(value.sampling, form)})", "estimate": value.estimate}
    for key, ends in (("", value.sampling), ("far_", value.parameter)):
        if ends is not None:
            row |= {f"{key}{side}": min(max(end, domain[0]), domain[1]) for side, end in zip(("low", "high"), ends, strict=True)}
    return row


def curve_figures(answer: Answer, name: str, draw: Draw) -> list[Html]:
    """The effect month by month in each arm, in general and, where enough histories count, as it stood; on one scale."""
    found = answer.found
    if found is None or not found.curves:
        return []
    swap = found.bound.cause.absent
    views = {view: {arm: curve for arm, key in arms.items() if (curve := found.curves.get(ABSENT.get(key, key) if swap else key)) is not None}
             for view, arms in VIEWS.items()}  # fmt: skip
    if stood(answer) is None:
        views.pop(STOOD)
    months = [f"{year}-{month:02d}" for year, month in found.bound.plan.months[: found.bound.deadline + 1]]
    start = max(found.bound.date - BEFORE, 0)
    shown = {view: {arm: np.asarray(curve)[start:] for arm, curve in arms.items()} for view, arms in views.items() if arms}
    values = np.concatenate([curve[np.isfinite(curve)] for arms in shown.values() for curve in arms.values()] or [np.zeros(1)])
    domain = _domain(values, event=found.bound.effect.is_event)
    return [_curves(answer, f"{name}-{view.lower().replace(' ', '-')}", view, arms, months[start:], domain, draw) for view, arms in shown.items()]


def _domain(values: np.ndarray, *, event: bool) -> tuple[float, float]:
    """Ends of the upright axis: from nought for shares of histories, else around what is shown."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if event:
        return 0.0, min(1.0, max(0.05, 1.08 * high))
    room = 0.08 * (high - low) or max(abs(high), 1.0) * 0.05
    return low - room, high + room


def _curves(
    answer: Answer, name: str, view: str, arms: Mapping[str, np.ndarray], months: Sequence[str], domain: tuple[float, float], draw: Draw
) -> Html:
    """One panel of curves."""
    event = is_event(answer)
    number = ".0%" if event else ".2~g"
    data: dict[str, charts.Rows] = {"lines": _lines(arms, months), "labels": _labels(arms, months[-1], domain), "marks": _dates(answer, months)}
    own = "share of histories" if event else unit(answer) or "value"
    chart = claim_charts.arms(own, span=(f"{months[0]}-01", f"{months[-1]}-01"), domain=domain, number=number, names=list(arms), steps=event)
    says = "Share of histories in which the effect has come since the date of the cause." if event else "Mean of the quantity over histories."
    if view == STOOD:
        says = "The same over histories that follow the record up to the cause, weighted by how closely."
    return draw(Figure(name, view, says, claim_charts.spec(chart, data), table=_curve_table(answer, name, view, arms, months), level=4))


def is_event(answer: Answer) -> bool:
    """Whether the effect is an event, so that curves are shares of histories."""
    return answer.claim.effect is not None and answer.claim.effect.is_event


def _lines(arms: Mapping[str, np.ndarray], months: Sequence[str]) -> list[dict[str, Any]]:
    """The arms by month, as often as can be seen, without months in which none leaves or reaches a level."""
    step = -(-len(months) // claim_charts.POINTS)
    places = sorted({*range(0, len(months), step), len(months) - 1})
    rows = [{arm: float(f"{curve[place]:.4g}") for arm, curve in arms.items() if isfinite(curve[place])} for place in places]
    flat = [0 < k < len(rows) - 1 and rows[k - 1] == row == rows[k + 1] for k, row in enumerate(rows)]
    return [{"month": f"{months[place]}-01"} | row for place, row, dull in zip(places, rows, flat, strict=True) if not dull]


def _labels(arms: Mapping[str, np.ndarray], month: str, domain: tuple[float, float]) -> list[dict[str, Any]]:
    """Names at the ends of the lines, pushed apart where they would cover each other and kept below the top of the panel."""
    apart = claim_charts.ROOM / claim_charts.HEIGHT * (domain[1] - domain[0])
    ends = sorted((float(curve[-1]) if isfinite(curve[-1]) else domain[0], arm) for arm, curve in arms.items())
    places: list[float] = []
    for value, _ in ends:
        places.append(max(value, places[-1] + apart) if places else max(value, domain[0]))
    roof = domain[1] - apart / 2  # dates stand above the panel
    for k in range(len(places) - 1, -1, -1):
        places[k] = min(places[k], roof)
        roof = places[k] - apart
    return [{"month": f"{month}-01", "value": place, "arm": arm} for place, (_, arm) in zip(places, ends, strict=True)]


def _dates(answer: Answer, months: Sequence[str]) -> list[dict[str, Any]]:
    """Days of the record within the panel: cause and effect, one line if they are near."""
    asked = answer.found.bound if answer.found else None
    cause = answer.record.cause_date
    if asked is not None and not asked.recorded and asked.date >= 0:
        cause = "{}-{:02d}".format(*asked.plan.months[asked.date])
    days = [(label, date[:7]) for label, date in (("cause", cause), ("effect", answer.record.effect_date)) if months[0] <= date[:7] <= months[-1]]
    found: list[dict[str, Any]] = []
    for label, date in days:
        near = len(found) > 0 and _gap(found[0]["month"], date) < 0.36 * len(months)
        found.append({"month": f"{date}-01", "label": f"{label}, {month_words(date, short=True)}", "lift": -15 if near else -2})
    return found


def _gap(one: str, other: str) -> int:
    return abs((int(one[:4]) - int(other[:4])) * 12 + int(one[5:7]) - int(other[5:7]))


def _curve_table(answer: Answer, name: str, view: str, arms: Mapping[str, np.ndarray], months: Sequence[str]) -> Table:
    """The curves at the ends of years; shares of histories with their interval."""
    given = stood(answer) if view == STOOD else answer.general
    n = given.ess if given else 0.0
    places = [place for place, month in enumerate(months) if month.endswith("-12") or place == len(months) - 1]
    rows = [(month_words(months[place]), *(_curve_cell(answer, float(curve[place]), n) for curve in arms.values())) for place in places]
    what = f"share of histories, 90% from {n:.0f} histories" if is_event(answer) else "mean over histories"
    return Table(("End of", *arms), rows, caption=f"{name.replace('-', ' ')}: {what}")


def _curve_cell(answer: Answer, value: float, n: float) -> str:
    if not isfinite(value):
        return "–"
    if not is_event(answer):
        return plain(value, 3)
    return f"{percent(value)} ({between(intervals.proportion(value * n, n), percent)})"


# --- tables


def numbers_table(answer: Answer, name: str) -> Html:
    """Every number, in general beside as it stood, with both intervals; then how many histories they rest on."""
    views = [(view, found) for view, found in ((GENERAL, answer.general), (STOOD, stood(answer))) if found is not None]
    rows = [(told, *(cell for _, found in views for cell in _cells(pick(found), form))) for told, pick, form in _number_rows(answer)
            if any(pick(found) is not None for _, found in views)]  # fmt: skip
    weight = [("Histories, effective", *(cell for _, found in views for cell in (f"{found.ess:.0f}", "", "")))]
    head = ("Number", *(f"{view}{part}" for view, _ in views for part in ("", ", 90% from histories", ", 90% from parameters")))
    made = table(f"{name}: numbers", head, [*rows, *weight])
    return tag("details", tag("summary", "Numbers: all with their intervals"), made, _counts(answer), class_="numbers")


def _number_rows(answer: Answer) -> Iterator[tuple[str, Callable[[Numbers], Estimate | None], Form]]:
    """Each number's name, where it stands and how it is written, in the order of the table."""
    if is_event(answer):
        for key, told, form in EVENT_ROWS:
            yield told, (lambda found, key=key: found[key]), form  # type: ignore[misc]
        for end in ("lower", "upper"):
            yield f"{end.capitalize()} bound on PN, however luck is coupled", (lambda found, end=end: _bound(found, end)), percent  # type: ignore[misc]
    else:
        own = unit(answer)
        yield f"Difference, forced minus prevented{f', {own}' if own else ''}", (lambda found: found.raised), signed
    if in_spreads(answer):
        yield "Difference in spreads, in the direction claimed", (lambda found: found.effect), signed


def _bound(found: Numbers, end: str) -> Estimate | None:
    bounds = found.measures.pn_bounds if found.measures else None
    return getattr(bounds, end) if bounds else None


def _cells(value: Estimate | None, form: Form) -> tuple[str, str, str]:
    if value is None:
        return "–", "", ""
    return form(value.estimate), between(value.sampling, form), between(value.parameter, form)


def _counts(answer: Answer) -> Html:
    """How many histories there were of each kind."""
    told = answer.general.counts if answer.general else {}
    parts = [f"{told[key]} {words}" for key, words in
             (("histories", "histories"), ("cause", "with the cause"), ("both", "with cause and effect"), ("neither", "with neither"))
             if key in told and (is_event(answer) or key in ("histories", "cause"))]  # fmt: skip
    left = told.get("histories", 0) - told.get("meets", 0)
    out = f" {left} did not meet what the cause requires and are left out of what compares forced with prevented." if left else ""
    few = f" A number that fewer than {LEAST} histories bear is not given." if min(told.values(), default=LEAST) < LEAST else ""
    power = answer.found.power if answer.found and stood(answer) is not None else None
    tempered = f" {STOOD}, weights of histories were raised to the power {power:.2g} (tempering)." if power is not None else ""
    return tag("p", f"{', '.join(parts)}.{out}{few}{tempered}")


def luck_words(answer: Answer) -> str:
    """What the numbers of luck say, in a sentence."""
    measures = answer.general.measures if answer.general else None
    if measures is None:
        return "How much was luck is counted for effects that happen or do not; for a quantity there are no such shares."
    if measures.luck_dominates:
        return (
            "Luck dominates: one unrelated quantity multiplied by 1.000001 undoes the effect nearly as often as luck redrawn from the cause on. "
            "So PN, PS and excess necessity are not given; RD and PR are."
        )
    if measures.excess_pn is None:
        return f"Excess necessity is not given: fewer than {LEAST} histories have cause and effect, or a nudge undoes the effect in all of them."
    return f"Beyond what a nudge does, the cause was needed in this share: {spoken(measures.excess_pn, percent)} (excess necessity)."


def carries(answer: Answer, name: str) -> Html:
    """Which mechanisms carry the effect; nothing where it was not asked."""
    path = answer.found.path if answer.found else None
    if path is None:
        return Html()
    heading = tag("h4", "What carries the effect")
    if not path:
        return join([heading, tag("p", "No mechanism lies between the one that decides the cause and the one that decides the effect.")])
    rows = [(row["mechanism"], *(_carried(row, key) for key in ("frozen", "alone"))) for row in path]
    words = (
        "Frozen: the share of the effect that is gone when the mechanism stays as it is without the cause. Alone: the share that it brings when "
        "nothing else hears of the cause. The shares need not add up. They are read off the first "
        f"{_path_size(answer)} histories; 90% intervals."
    )
    made = table(f"{name}: what carries the effect", ("Mechanism", "Gone when frozen", "Brought alone"), rows)
    return join([heading, tag("p", words), tag("details", tag("summary", f"Mechanisms: {len(rows)}"), made)])


def _carried(row: Mapping[str, Any], key: str) -> str:
    """A mechanism's share with its interval; a share of what may be nought has no bounds."""
    ends = row[f"{key}_interval"]
    told = f"{percent(ends[0])} to {percent(ends[1])}" if ends else "unbounded"
    return "–" if row[key] is None else f"{percent(row[key])} ({told})"


def _path_size(answer: Answer) -> int:
    size = answer.general.counts["histories"] if answer.general else PATH_HISTORIES
    return min(size, PATH_HISTORIES)


def hangs(answer: Answer, name: str) -> Html:
    """The parameters and rules that the verdict hangs on."""
    parts = [tag("h4", "What the verdict hangs on")]
    if not answer.hinges:
        parts.append(tag("p", "No drawn parameter shifts the answer by more than chance would."))
    else:
        head, rows = _hinge_rows(answer)
        words = "Parameters whose draws shift the answer by more than chance would (PAWN index above that of parameters no equation reads): "
        parts.append(tag("p", words + ", ".join(hinge.name for hinge in answer.hinges) + "."))
        if guessed := [hinge.name for hinge in answer.hinges if hinge.prior_driven]:
            parts.append(tag("p", f"Prior-driven: the record has hardly spoken to {', '.join(guessed)} (contraction below {UNINFORMED})."))
        parts.append(tag("details", tag("summary", "Numbers: parameters"), table(f"{name}: parameters that the verdict hangs on", head, rows)))
    rules = answer.found.rules if answer.found else {}
    if rules:
        made = [(rule, *_rule_cells(answer, twins)) for rule, twins in rules.items()]
        said = ("Rule", "RD, points" if is_event(answer) else "Difference", "90% from histories")
        parts.append(tag("details", tag("summary", f"Under other rules: {len(made)}"), table(f"{name}: under other rules", said, made)))
    return join(parts)


def _hinge_rows(answer: Answer) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows; RD and PR at the ends of events only, since they are shares."""
    head: tuple[str, ...] = ("Parameter", "Index (chance)", "Contraction", "5% point", "95% point")
    rows = []
    for hinge in answer.hinges:
        known = "–" if hinge.contraction is None else f"{hinge.contraction:.2f}"
        row = [hinge.name, f"{hinge.index:.2f} ({hinge.threshold:.2f})", known, plain(hinge.low), plain(hinge.high)]
        if is_event(answer):
            row += [_told(hinge.rd_low, points), _told(hinge.rd_high, points), _told(hinge.pr_low, plain), _told(hinge.pr_high, plain)]
        rows.append(tuple(row))
    ends = ("RD at the 5% point, points", "RD at the 95% point, points", "PR at the 5% point", "PR at the 95% point")
    return (*head, *(ends if is_event(answer) else ())), rows


def _told(value: Estimate | None, form: Form) -> str:
    return "–" if value is None else f"{form(value.estimate)} ({between(value.sampling, form)})"


def _rule_cells(answer: Answer, twins: numbers.Twins) -> tuple[str, str]:
    form: Form = points if is_event(answer) else signed
    return _cells(numbers.risk_difference(twins) if is_event(answer) else numbers.raises(twins), form)[:2]
