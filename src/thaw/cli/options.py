"""The options of commands that simulate, each once, so that they mean the same everywhere."""

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from thaw.errors import ScenarioError


def _option(*names: str, panel: str = "", **settings: Any) -> Any:
    return typer.Option(*names, rich_help_panel=panel or None, **settings)


_ACT, _HOW, _WHERE = "Interventions", "How it is simulated", "Where and with what"

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A built-in scenario or a TOML file.")]
Histories = Annotated[int, _option("--histories", "-n", help="Number of histories.")]
Seed = Annotated[int, _option("--seed", help="Seed of all luck.")]
Citizens = Annotated[int | None, _option("--citizens", help="Citizens of each society. (default: the scenario's)")]
EachArm = Annotated[int, _option("--histories", "-n", help="Number of histories, of each arm.")]
FewCitizens = Annotated[int, _option("--citizens", help="Citizens of each society.")]
Quiet = Annotated[bool, _option("--quiet", "-q", help="No progress, no remarks.")]
Json = Annotated[bool, _option("--json", help="As JSON.")]

Do = Annotated[
    list[str] | None,
    _option(
        "--do", metavar="EVENT[@YYYY-MM]", help="Bring an event about, in that month or the record's first.", panel=_ACT
    ),
]
Prevent = Annotated[
    list[str] | None, _option("--prevent", metavar="EVENT", help="Keep an event from happening.", panel=_ACT)
]
Set = Annotated[
    list[str] | None,
    _option("--set", metavar="PARAMETER=VALUE", help="Give a parameter one value in every history.", panel=_ACT),
]

Prior = Annotated[
    bool, _option("--prior", help="Draw each history's parameters from their priors, not from what fits the record up to 1956.", panel=_HOW)
]
Central = Annotated[bool, _option("--central", help="Take the central value of each parameter.", panel=_HOW)]
PosteriorFile = Annotated[
    Path | None, _option("--posterior", metavar="FILE", help="Draw parameters from a posterior that thaw fit has written.", panel=_HOW)
]
Rule = Annotated[
    list[str] | None, _option("--rule", metavar="NAME=CHOICE", help="Alternative rule of a mechanism.", panel=_HOW)
]
Without = Annotated[
    list[str] | None, _option("--without", metavar="MECHANISM", help="Leave a mechanism out.", panel=_HOW)
]
Coupling = Annotated[
    Literal["clock", "month"],
    _option("--coupling", help="Key the luck of events by their clocks, or by month.", panel=_HOW),
]
Free = Annotated[bool, _option("--free", help="Pin nothing to the record.", panel=_HOW)]

Record = Annotated[Literal["headline", "all"], _option("--record", help="Series that go on the tape.", panel=_WHERE)]
Out = Annotated[
    Path | None,
    _option("--out", metavar="DIR", help="Folder of the run. (default: runs/<scenario>-seed<N>)", panel=_WHERE),
]
Force = Annotated[bool, _option("--force", help="Replace the run in that folder.", panel=_WHERE)]
Resume = Annotated[bool, _option("--resume", help="Go on with the unfinished run in that folder.", panel=_WHERE)]
Workers = Annotated[int | None, _option("--workers", help="Processes. (default: one a core)", panel=_WHERE)]
Chunk = Annotated[
    int | None,
    _option("--chunk", help="Histories a worker holds at a time, a multiple of 64 (default: up to 512).", panel=_WHERE),
]
Engine = Annotated[
    Literal["local", "dask"], _option("--engine", help="Processes here, or a Dask cluster.", panel=_WHERE)
]
Scheduler = Annotated[
    str | None, _option("--scheduler", metavar="ADDRESS", help="Dask scheduler, as tcp://host:8786.", panel=_WHERE)
]


def parameters(prior: bool, central: bool, posterior: Path | None) -> dict[str, Any]:
    """What --prior, --central and --posterior say together, as options of a run.

    >>> parameters(True, False, None)
    {'parameters': 'prior', 'posterior': None}
    """
    if posterior == Path():
        raise ScenarioError("--posterior: expected a Parquet file that thaw fit has written, as runs/fit-ussr-1945/ussr-1945-1956.parquet.")
    if prior + central + (posterior is not None) > 1:
        raise ScenarioError("--prior, --central and --posterior exclude one another. Choose one.")
    return {"parameters": "prior" if prior else "central" if central else "posterior", "posterior": posterior}


def can_write(file: Path, *endings: str) -> None:
    """A ScenarioError unless a file with one of these endings can be made there."""
    if file.suffix not in endings:
        raise ScenarioError(f"{file}: expected a file that ends in {' or '.join(endings)}.")
    if not file.parent.is_dir():
        raise ScenarioError(f"{file}: there is no folder {file.parent}.")
    if file.is_dir():
        raise ScenarioError(f"{file} is a folder.")


def command_line() -> str:
    """What was typed, for pages that say how they are made again."""
    return shlex.join(["thaw", *sys.argv[1:]])


def pairs(option: str, written: list[str] | None) -> dict[str, str]:
    """NAME=CHOICE texts as a dict.

    >>> pairs("--rule", ["coalition=literal"])
    {'coalition': 'literal'}
    """
    found: dict[str, str] = {}
    for text in written or []:
        name, equals, choice = (part.strip() for part in text.partition("="))
        if not (name and equals and choice):
            raise ScenarioError(f"{option} {text}: expected NAME=CHOICE, as coalition=literal.")
        if found.setdefault(name, choice) != choice:
            raise ScenarioError(f"{option} {text}: {name} is already {found[name]}. Choose one.")
    return found
