"""`thaw report RUN -o FILE.html`: one self-contained page about a run.

Every chart is drawn beforehand as SVG, so the page needs neither network nor script. Without `static` it also carries
the Vega runtime, which replaces a drawing by a live one when it scrolls into view: values show under the pointer.
"""

import os
from pathlib import Path
from typing import Any

from thaw.report import sections
from thaw.report.court import network
from thaw.report.figures import Figure, figure
from thaw.report.html import Html, join
from thaw.report.memory import remembered
from thaw.report.page import checked, version, whole_page, write_whole
from thaw.report.rows import Run


def write_report(run: Any, out: str | os.PathLike[str], *, static: bool = False) -> Path:
    """The report of a run (a folder or a tape) as one HTML file; its path. A failure leaves nothing behind."""
    target = checked(Path(out))
    write_whole(target, report(_loaded(run), static=static))
    return target


def report(tape: Any, *, static: bool = False, summary: dict[str, Any] | None = None) -> str:
    """The page as text; `summary` saves the work where it is known already."""
    if summary is None:
        from thaw.summary import summarise

        summary = summarise(tape)
    run = Run(tape, summary)

    def draw(shown: Figure) -> Html:
        return figure(shown, static=static)

    title = str(tape.manifest.get("title") or tape.manifest.get("scenario") or "A run")
    parts = [
        sections.opening(run, title),
        sections.fans(run, draw),
        sections.economy(run, draw),
        sections.outside(run, draw),
        sections.societies(run, draw),
        sections.timelines(run, draw),
        sections.leadership(run, draw),
        network(run, draw),
        sections.uprisings(run, draw),
        remembered(run, draw),
        sections.counted(run),
        sections.assumptions(run),
        sections.sources(run),
        sections.reproduce(run, version()),
    ]
    return whole_page(title, join(parts), static=static)


def _loaded(run: Any) -> Any:
    if not isinstance(run, str | os.PathLike):
        return run
    from thaw.tape import Tape

    return Tape.load(Path(run))
