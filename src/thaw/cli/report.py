"""`thaw report`: a run as one self-contained page."""

from pathlib import Path
from typing import Annotated

import typer

from thaw.cli.printing import say


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.html", help="The page to write.")],
    static: Annotated[bool, typer.Option("--static", help="Leave the script out: a third of the size, no values under the pointer.")] = False,
) -> None:
    """Write one HTML page about a run that needs no network: how far, when, who led, beside the record."""
    from thaw.report import write_report

    say(f"Written: {write_report(run, output, static=static)}")
