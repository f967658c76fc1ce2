"""`thaw run`: histories of a scenario into a folder, and what they say as a table or JSON."""

from pathlib import Path
from typing import TYPE_CHECKING

from thaw.cli import options as opt
from thaw.cli.printing import notes, print_json, results, say
from thaw.errors import ThawError

if TYPE_CHECKING:
    from thaw.api import RunOptions
    from thaw.scenario import Scenario
    from thaw.tape import Tape


def run(
    scenario: opt.ScenarioName = "ussr-1945",
    histories: opt.Histories = 1024,
    seed: opt.Seed = 0,
    citizens: opt.Citizens = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
    do: opt.Do = None,
    prevent: opt.Prevent = None,
    set_: opt.Set = None,
    prior: opt.Prior = False,
    central: opt.Central = False,
    posterior: opt.PosteriorFile = None,
    rule: opt.Rule = None,
    without: opt.Without = None,
    coupling: opt.Coupling = "clock",
    free: opt.Free = False,
    record: opt.Record = "headline",
    out: opt.Out = None,
    force: opt.Force = False,
    resume: opt.Resume = False,
    workers: opt.Workers = None,
    chunk: opt.Chunk = None,
    engine: opt.Engine = "local",
    scheduler: opt.Scheduler = None,
) -> None:
    """Simulate histories of a scenario; say which events of the record they bring about, how often and when.

    Neither workers, chunk nor engine change a result. Runs of one seed are twins: only interventions tell them apart.
    """
    from thaw.api import RunOptions
    from thaw.scenario import load_scenario

    base = load_scenario(scenario)
    changed = intervene(base, do or [], prevent or [], set_ or [])
    options = RunOptions(
        histories=histories,
        seed=seed,
        citizens=citizens,
        workers=workers,
        chunk=chunk,
        engine=engine,
        scheduler=scheduler,
        out=out or Path("runs") / f"{base.name}-seed{seed}",
        force=force,
        resume=resume,
        **opt.parameters(prior, central, posterior),
        rules=opt.pairs("--rule", rule),
        without=tuple(without or ()),
        coupling=coupling,
        free=free,
        record=record,
    )
    options.check()
    for act in changed.forced[len(base.forced) :]:
        say(f"{act.event} is brought about in {act.date}.", quiet)
    report(simulate(changed, options, quiet), quiet, as_json)


def intervene(scenario: "Scenario", do: list[str], prevent: list[str], settings: list[str]) -> "Scenario":
    """The scenario with what the options --do, --prevent and --set say."""
    for option, texts in (("do", do), ("prevent", prevent), ("set", settings)):
        for text in texts:
            try:
                scenario = getattr(scenario, option)(text)
            except ThawError as mistake:
                raise type(mistake)(f"--{option} {text}: {mistake}") from None
    return scenario


def simulate(scenario: "Scenario", options: "RunOptions", quiet: bool) -> "Tape":
    """Run the histories with a progress bar on stderr; the first run on a machine says that it compiles."""
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from thaw import kernels
    from thaw.api import run_options

    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("of {task.total} histories,"),
        TimeElapsedColumn(), TextColumn("gone,"), TimeRemainingColumn(), TextColumn("to go"),
    )  # fmt: skip
    console = notes()
    bar = Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True)
    task = bar.add_task("starting", total=options.histories)
    heard: set[str] = set()

    def progress(done: float, total: int, text: str) -> None:
        if text not in heard and text.startswith("compiling"):
            say("Compiling once on this machine, which takes up to half a minute ...", quiet)
        heard.add(text)
        bar.update(task, completed=done, total=total, description=text)

    try:
        with bar:
            tape = run_options(scenario, options, progress)
    except KeyboardInterrupt:
        say(f"What is finished is kept in {options.out}: go on with --resume.")
        raise
    note = kernels.cache_note()
    if note:
        say(note, quiet)
    return tape


def report(tape: "Tape", quiet: bool, as_json: bool) -> None:
    """The summary of a run on stdout."""
    from thaw.summary import summarise, tables

    summary = summarise(tape)
    if summary["faults"]:
        say(f"{summary['faults']}. From that month on they hold no result.", quiet)
    if summary["ended"]:
        say(f"{summary['ended']:,} of {summary['histories']:,} histories ended in a war between the poles. After that month they hold no result.", quiet)
    for event, count in summary["refused"].items():
        say(
            f"{event} was refused in {count:,} of {summary['histories']:,} histories: what it requires did not hold.",
            quiet,
        )
    if as_json:
        print_json(summary)
        return
    console = results()
    for table in tables(summary):
        console.print(table)
    drawn = f"what fits the record up to {summary['fitted']['cut']}" if summary["fitted"] else "their priors"
    say("Parameters stand at their central values." if summary["parameters"] == "central" else f"Parameters are drawn from {drawn}.", quiet)
    say(f"Results are in {tape.path}.  Next: thaw report {tape.path} -o report.html", quiet)
