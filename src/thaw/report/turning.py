"""`thaw turning-points --report FILE.html`: one page with the contingency curve, its turning points and the events in them."""

import os
from pathlib import Path
from typing import Any

from thaw.attribution.turning import Turning
from thaw.chronicle import month_words
from thaw.report import claim_charts
from thaw.report.figures import Figure, Table, figure
from thaw.report.html import Html, join, table, tag
from thaw.report.page import checked, version, whole_page, write_whole


def write_turning_report(found: Turning, path: str | os.PathLike[str], *, citizens: int | None, seed: int, command: str = "") -> Path:
    """The page of an effect's turning points; its path. A failure leaves nothing behind.

    Parameters
    ----------
    found : what `turning_points` found
    citizens, seed : with which it was found

    Raises
    ------
    ScenarioError : there is no folder for the file, or a folder bears its name
    RunError : the file could not be written

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     page = write_turning_report(Turning("x", "WLD.war", "1956-12", 64, 0, (), ()), f"{folder}/page.html", citizens=200, seed=0)
    ...     "Undetermined" in page.read_text(encoding="utf-8")
    True
    """
    target = checked(Path(path))
    title = f"When did {found.effect} become likely?"
    came = f"It came by {month_words(found.by)} in {found.came} of {found.histories:,} simulated histories of {found.scenario}."
    parts = [tag("h1", title), tag("p", came, class_="question")]
    parts += [_curve(found), *_turns(found)] if found.curve else [tag("p", "Undetermined: fewer than 30 histories have it.")]
    size = f"{citizens:,} citizens to a society, " if citizens else ""
    again = f"Scenario {found.scenario}, {found.histories:,} histories, {size}seed {seed}, thaw {version()}"
    again += f", {command}: with the same, every number comes out the same." if command else "."
    write_whole(target, whole_page(title, join([*parts, tag("h2", "How to make this again"), tag("p", again)]), static=True, style="claims.css"))
    return target


def _curve(found: Turning) -> Html:
    """The contingency curve as a figure."""
    says = (
        "At the end of each month all histories are given another luck and run on. Line: among those in which the effect came, the share of forks that "
        "have it too. Band: 90%. The last point is certain by definition. Marked: the largest jumps, in points."
    )
    rows = [(month_words(point.month), f"{point.share:.0%}", f"{point.low:.0%} to {point.high:.0%}") for point in found.curve]
    spec = claim_charts.spec(*claim_charts.contingency(found))
    return figure(Figure("curve", "How likely it had become", says, spec, table=Table(("Month's end", "Share of forks", "90%"), rows), level=2), static=True)


def _turns(found: Turning) -> list[Html]:
    """The turning points and the events in them, as tables."""
    head = ("Month", "Jump, points", "90%")
    rows = [(month_words(turn.month), f"{100 * turn.jump:+.0f}", f"{100 * turn.low:+.0f} to {100 * turn.high:+.0f}") for turn in found.turns]
    events = [(month_words(turn.month), *_event(event)) for turn in found.turns for event in turn.events]
    words = "An event counts towards a month by how much more the share jumped in the histories in which it fell there. It need not be a cause."
    made = [tag("h2", "Turning points"), table("Turning points", head, rows)]
    if events:
        made += [tag("p", words), table("Events in them", ("Month", "Event", "Share of histories", "Jump with it", "Without"), events)]
    return made


def _event(event: Any) -> tuple[str, ...]:
    return event["event"], f"{event['share']:.0%}", f"{100 * event['jump']:+.0f}", f"{100 * event['elsewhere']:+.0f}"
