"""`thaw fit`: parameters from the record up to a cut, and whether that may be trusted."""

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
            load_scenario(scenario), cut or CUTS, simulations=simulations, seed=seed, workers=workers, out=out, resume=resume, force=force,
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
    """Each cut beside what ships for it; None where nothing does."""
    from thaw.inference.fitting import alike
    from thaw.posterior import shipped

    found: dict[int, dict[str, Any] | None] = {}
    for cut, (posterior, *_) in made.posteriors.items():
        other = shipped(posterior.scenario, cut)
        found[cut] = alike(posterior, other) if other else None
    return found


def _print(made: "Fit", compared: dict[int, Any]) -> None:
    """One row a cut, and the parameters that data inform most."""
    rows, summary = [], made.summary
    for cut, said in summary["cuts"].items():
        strange = said["misspecification"]["p"]
        held = f"{said['coverage_50']:.0%}, {said['coverage_90']:.0%}"
        rows.append((
            cut, said["method"], f"{strange:.3f}", f"{said['ranks_p']:.2f}", held, said["recovery"], f"{said['informed']} of {summary['parameters']}",
            f"{said['inside']} of {said['numbers']}",
        ))  # fmt: skip
    head = ("cut", "method", "record inside (p)", "ranks (p)", "50%, 90% hold", "recovery (r)", "informed", "numbers in the band")
    title = f"{summary['scenario']} fitted to the record: {summary['simulations']:,} histories, {summary['directions']} directions, seed {summary['seed']}"
    print_table(head, rows, title=title, narrow=head)
    last = max(summary["cuts"])
    most = list(summary["cuts"][last]["contraction"].items())[:15]
    print_table(("parameter", "contraction"), most, title=f"Informed most by the record up to {last}", narrow=("parameter",))
    for cut, said in summary["cuts"].items():
        if said["method"] == "weighting":
            told = said["weighting"]
            print(f"{cut}: the record is outside what the model makes. Weighted histories instead, power {told['power']:.2f}, worth {told['effective']:.0f}.")
    for cut, row in compared.items():
        print(f"{cut}: " + (f"at most {row['most']:.2f} prior spreads from the shipped one ({row['parameter']})." if row else "nothing ships for it."))
