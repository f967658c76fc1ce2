"""`thaw ablate`: each mechanism switched off in turn, and what that changes."""

from thaw.cli import options as opt
from thaw.cli.printing import notes, print_json, print_table, say


def ablate(
    scenario: opt.ScenarioName = "ussr-1945",
    histories: opt.EachArm = 128,
    citizens: opt.FewCitizens = 1000,
    seed: opt.Seed = 0,
    workers: opt.Workers = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Run without each mechanism in turn, by the same luck, and say what changes and how surely.

    Some minutes for the default size. Differences are means over twins; the range is 95% of their sampling error.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from thaw.ablate import ablate as compute
    from thaw.ablate import shown
    from thaw.scenario import load_scenario

    console = notes()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("of {task.total} arms,"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True) as bar:
        task = bar.add_task("simulating", total=None)
        found = compute(
            load_scenario(scenario), histories, seed, citizens=citizens, workers=workers,
            told=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    if as_json:
        print_json(found)
        return
    rows = []
    for row in found["mechanisms"]:
        changes = shown(row)
        if not changes:
            rows.append((row["mechanism"], "changes nothing" if row["changes_nothing"] else "no clear change", "", "", ""))
        for place, change in enumerate(changes):
            told = f"{change['difference']:+.3g}  ({change['low']:+.3g} to {change['high']:+.3g})"
            rows.append((row["mechanism"] if place == 0 else "", change["quantity"], f"{change['whole']:.3g}", f"{change['without']:.3g}", told))
    title = f"{found['scenario']} without each mechanism: {found['histories']} histories, {found['citizens']:,} citizens, seed {found['seed']}"
    print_table(("without", "quantity", "as it is", "without it", "difference (95%)"), rows, title=title, narrow=("without", "difference (95%)"))
    idle = [row["mechanism"] for row in found["mechanisms"] if row["changes_nothing"]]
    say(f"Changes nothing: {', '.join(idle) or 'none'}. Shown: the five clearest changes each makes elsewhere. All of them: --json", quiet)
