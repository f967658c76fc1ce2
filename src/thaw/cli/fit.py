"""`thaw fit`: parameters from the record up to a cut, and whether that may be trusted."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thaw.cli import options as opt
from thaw.cli.printing import notes, print_json, print_table, say
from thaw.errors import RunError, ScenarioError

if TYPE_CHECKING:
    from thaw.inference.fitting import Fit


def fit(
    scenario: opt.ScenarioName = "ussr-1945",
    cut: Annotated[
        list[int] | None, typer.Option("--cut", metavar="YEAR", help="Last year of the record to use; several may be given. (default: 1953 to 1956, 1960)")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="EVENT", help="Also the posterior that leaves this event out; several may be given.")
    ] = None,
    simulations: Annotated[int, typer.Option("--simulations", help="Prior histories to learn from.")] = 48_000,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder of the fit. (default: runs/fit-<scenario>)")] = None,
    seed: opt.Seed = 0,
    workers: opt.Workers = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the histories in that folder.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the fit in that folder.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Also compare with the posteriors that come with the package.")] = False,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Fit parameters to the record up to the end of each year asked for; exit 1 when the fit fails.

    Half an hour on two cores for the default size. Needs the extra 'fit'.
    """
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    from thaw.inference.fitting import CUTS
    from thaw.inference.fitting import fit as compute
    from thaw.scenario import load_scenario

    _refuse(out, resume, force)
    console = notes()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        made = compute(
            load_scenario(scenario), cut or CUTS, without=without or (), simulations=simulations, seed=seed, workers=workers, out=out, resume=resume,
            force=force,
            progress=lambda done, total, text: bar.update(task, completed=done, total=total, description=text),
        )  # fmt: skip
    compared = _compared(made) if check else {}
    if as_json:
        print_json(dict(made.summary) | ({"check": compared} if check else {}))
    else:
        _print(made, compared)
    say(f"Posteriors, numbers and drawings are in {made.folder}.", quiet)
    bad = [cut for cut, row in compared.items() if row and not row["alike"]]
    if bad:
        raise RunError(f"the posteriors of {', '.join(map(str, bad))} are not those that come with the package.")


def _refuse(out: Path | None, resume: bool, force: bool) -> None:
    """A ScenarioError for options that do not go together, or a folder that cannot be made."""
    if resume and force:
        raise ScenarioError("--force replaces a fit, --resume goes on with it: give one of them.")
    file = next((path for path in (out, *out.parents) if path.exists() and not path.is_dir()), None) if out else None
    if file:
        raise ScenarioError(f"--out {out}: {file} is a file; a fit needs a folder. Choose another --out.")


def _compared(made: "Fit") -> dict[int, dict[str, Any] | None]:
    """Each cut beside what ships for it, the blind ones included; None where nothing does."""
    from thaw.inference.fitting import alike
    from thaw.posterior import shipped, ships

    found: dict[int, dict[str, Any] | None] = {}
    for cut, several in made.posteriors.items():
        there = ships(several[0].scenario, cut)
        pairs = [(own, shipped(own.scenario, cut, own.without)) for own in several if own.without in there]
        rows = [alike(own, other) for own, other in pairs if other]
        found[cut] = min(rows, key=lambda row: (row["alike"], row["allowed"] - row["most"])) if rows else None
    return found


def _print(made: "Fit", compared: dict[int, Any]) -> None:
    """One row a posterior, and the parameters that data inform most."""
    from thaw.inference.telling import HEAD, ladder, outside, rows

    summary = made.summary
    title = f"{summary['scenario']} fitted to the record: {summary['simulations']:,} histories, {summary['directions']} directions, seed {summary['seed']}"
    print_table(HEAD, list(rows(summary)), title=title, narrow=HEAD)
    last = max(summary["cuts"])
    most = list(summary["cuts"][last]["contraction"].items())[:15]
    print_table(("parameter", "contraction"), most, title=f"Informed most by the record up to {last}", narrow=("parameter",))
    for sentence in (ladder(summary), *outside(summary)):
        print(sentence)
    for cut, row in compared.items():
        print(f"{cut}: " + (_beside(row) if row else "nothing ships for it."))


def _beside(row: Mapping[str, Any]) -> str:
    made = f" It was made from {row['simulations']}." if row["simulations"] else ""
    return f"{row['most']:.2f} prior spreads of {row['allowed']:.2f} allowed from the shipped one ({row['of']} of {row['parameter']}).{made}"
