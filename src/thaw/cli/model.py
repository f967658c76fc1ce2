"""`thaw show graph`, `odd` and `system`: the model seen whole, from its declarations and from a small run."""

from typing import Annotated, Literal

import typer

from thaw.cli import options as opt
from thaw.cli.printing import notes, print_json, print_table, say


def graph(
    form: Annotated[Literal["svg", "dot", "json"], typer.Option("--format", help="A drawing, Graphviz, or data.")] = "svg",
    start: Annotated[str, typer.Option("--from", metavar="EVENT|MECHANISM", help="Show what this can reach, and how soon.")] = "",
) -> None:
    """Draw who writes what and who reads it; with --from, what an intervention there can change at all."""
    from thaw import diagram

    found = diagram.reach(start) if start else None
    if found and found.assumed:
        say(f"{start} was not seen to change anything in {', '.join(found.assumed)}: all that is written there is taken.")
    if form == "json":
        print_json(diagram.as_json(found))
    elif form == "dot":
        print(diagram.as_dot(found), end="")
    else:
        from thaw.diagram_svg import draw

        print(draw(found), end="")


def odd(scenario: opt.ScenarioName = "ussr-1945") -> None:
    """Describe model and scenario in the ODD protocol, as Markdown."""
    from thaw.odd import describe
    from thaw.scenario import load_scenario

    print(describe(load_scenario(scenario)), end="")


def system(
    as_json: opt.Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the table in docs/model/system.md.")] = False,
    workers: opt.Workers = None,
    quiet: opt.Quiet = False,
) -> None:
    """Show the 25 things that the texts name: where each lives, whether it runs, whether the record up to 1956 lies in its band.

    Evidence comes from a small run and one without each mechanism: a minute the first time, then from the cache.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from thaw import system as evidence

    console = notes()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("of {task.total} runs,"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True) as bar:
        task = bar.add_task("simulating", total=None)
        rows = evidence.evidence(workers, lambda done, total: bar.update(task, completed=done, total=total))
    if as_json:
        print_json(rows)
        return
    if markdown:
        print(evidence.as_markdown(rows))
        return
    told = [
        (row["row"], row["name"], ", ".join(row["mechanisms"]), _yes(row["runs"]), evidence.held(row["points"]), evidence.held(row["not_yet"]), row["state"])
        for row in rows
    ]
    print_table(("", "named in the texts", "mechanisms", "runs", "inside", "not yet", "state"), told, narrow=("", "runs", "inside", "not yet", "state"))
    for row in rows:
        if row["state"] == "still":
            say(f"{row['row']} {row['name']}: {'; '.join(row['lacking'])}", quiet)
    say(f"{evidence.counted(rows)} inside: points of the record where the run says; not yet: what had not come by 1956; each: --json", quiet)


def _yes(answer: bool | None) -> str:
    return "" if answer is None else "yes" if answer else "no"
