"""`thaw report`: a run as one self-contained page."""

from pathlib import Path
from typing import Annotated

import typer

from thaw.cli.printing import say


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.html", help="The page to write.")],
) -> None:
    """Write one HTML page about a run that needs no network: how far, when, who led, beside the record."""
    from thaw.errors import ScenarioError
    from thaw.report import write_report
    from thaw.tape import Tape

    if output.is_dir():
        raise ScenarioError(f"{output} is a folder. Expected a file, as {output / 'report.html'}.")
    if not output.parent.is_dir():
        raise ScenarioError(f"there is no folder {output.parent} to write {output.name} into.")
    write_report(Tape.load(run), output)
    say(f"Written: {output}")
