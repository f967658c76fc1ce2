"""The `thaw` command: its groups of commands, and how it ends when something goes wrong."""

import os
import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from thaw.cli import ablate, attribution, classics, fit, record, report, run, sensitivity, show, skill
from thaw.errors import ThawError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(name="run", epilog="Example:  thaw run ussr-1945 -n 256 --prevent SUN.secret_speech --out runs/quiet")(
    run.run
)
app.command(name="ask", epilog="Example:  thaw ask ussr-1945 --cause SUN.secret_speech --effect HUN.uprising --by 1956-12")(attribution.ask)
app.command(name="claims", epilog="Example:  thaw claims stalin-essay --only C29 -n 128 --report claims.html")(attribution.claims)
app.command(name="turning-points", epilog="Example:  thaw turning-points ussr-1945 --effect HUN.uprising --by 1956-12")(attribution.turning_points)
app.command(name="skill", epilog="Example:  thaw skill ussr-1945 -n 256 --plot skill.svg")(skill.skill)
app.command(name="ablate", epilog="Example:  thaw ablate ussr-1945 -n 64 --json")(ablate.ablate)
app.command(name="sensitivity", epilog="Example:  thaw sensitivity ussr-1945 --output HUN.uprising --by 1956-12 --plot tornado.svg")(
    sensitivity.sensitivity
)
app.command(name="fit", epilog="Example:  thaw fit ussr-1945 --cut 1956 --simulations 8000")(fit.fit)
app.add_typer(show.app, name="show")
app.command(name="classics", epilog="Example:  thaw classics epstein --plot epstein.svg")(classics.classics)
app.add_typer(record.app, name="record")
app.command(name="report", epilog="Example:  thaw report runs/ussr-1945-seed0 -o report.html")(report.report)


def _version(asked: bool) -> None:
    if asked:
        from thaw import __version__

        print(f"thaw {__version__}")
        raise typer.Exit


@app.callback(epilog="Example:  thaw run ussr-1945 -n 256")
def thaw(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Simulate authoritarian regimes month by month, in thousands of histories at once, on the real record."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return how it ended: 0 done, 1 failed, 2 bad input, 130 stopped."""
    try:
        code = app(sys.argv[1:] if arguments is None else arguments, prog_name="thaw", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except TyperException as mistake:
        return _usage(mistake)
    except ThawError as mistake:
        return _failed(f"{type(mistake).__name__}: {mistake}", mistake.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return _failed("Stopped.", 130)
    except (BrokenPipeError, SystemExit) as end:  # Typer turns a broken pipe into SystemExit
        if not isinstance(end if isinstance(end, OSError) else end.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0  # the reader has seen enough: nothing to say, and nobody to say it to
    except MemoryError:
        return _failed("RunError: out of memory. Try fewer --workers, a smaller --chunk or fewer --citizens.", 1)
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        return _failed(f"RunError: {where}{problem.strerror or problem}.", 1)


def _usage(mistake: TyperException) -> int:
    """Say what is wrong with the words of a command; a group named without a command has printed its help already."""
    message = mistake.format_message().strip().replace(": Value error, ", ": ")
    context = getattr(mistake, "ctx", None)
    if message:
        print(f"{message}\nMore: {context.command_path if context else 'thaw'} --help", file=sys.stderr, flush=True)
    return mistake.exit_code


def _failed(message: str, code: int) -> int:
    print(message, file=sys.stderr, flush=True)
    return code
