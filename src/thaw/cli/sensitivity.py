"""`thaw sensitivity`: which parameters an outcome hangs on, and how much of it is luck."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thaw.cli import options as opt
from thaw.cli.printing import print_json, print_table, results, say, telling
from thaw.errors import ScenarioError

if TYPE_CHECKING:
    from thaw.sensitivity import Outcome, Sensitivity

EXAMPLE = "Example: thaw sensitivity ussr-1945 --output HUN.uprising --by 1956-12"
MOST_BLOCKS, LEAST_BLOCKS, MOST_TOP = 4096, 32, 40
Outputs = Annotated[
    list[str] | None, typer.Option("--output", metavar="NAME", help="An event, as HUN.uprising, or a quantity, as SUN.political_prisoners; may be repeated.")
]


def sensitivity(
    scenario: opt.ScenarioName = "ussr-1945",
    output: Outputs = None,
    by: Annotated[
        str, typer.Option("--by", metavar="YYYY-MM", help="Events count up to it, quantities are read at it. (default: the scenario's end)")
    ] = "",
    top: Annotated[int, typer.Option("--top", help="Parameters looked at closely: by Sobol indices, and at both ends.")] = 8,
    sobol: Annotated[int, typer.Option("--sobol", metavar="N", help="Blocks of the Sobol design, a power of two; each is top + 4 histories. 0: none.")] = 256,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE.svg|html", help="Draw the outcome at both ends of each parameter.")] = None,
    histories: opt.Histories = 1024,
    citizens: opt.FewCitizens = 1000,
    seed: opt.Seed = 0,
    prior: opt.Prior = False,
    posterior: opt.PosteriorFile = None,
    rule: opt.Rule = None,
    without: opt.Without = None,
    workers: opt.Workers = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Say which parameters an outcome hangs on: PAWN over all, Sobol indices of the strongest and of luck, a tornado.

    Two minutes for the default size. Of events the outcome is their share of histories.
    """
    from thaw.api import RunOptions, make_plan
    from thaw.scenario import load_scenario
    from thaw.sensitivity import LEAST, deadline, read_output
    from thaw.sensitivity import sensitivity as compute

    if not output:
        raise ScenarioError(f"--output is missing. {EXAMPLE}")
    if not LEAST <= histories <= 65536:
        raise ScenarioError(f"--histories {histories}: expected {LEAST} to 65,536; fewer bear no index.")
    if sobol and not (LEAST_BLOCKS <= sobol <= MOST_BLOCKS and sobol & (sobol - 1) == 0):
        raise ScenarioError(f"--sobol {sobol}: expected a power of two from {LEAST_BLOCKS} to {MOST_BLOCKS:,}, as 256, or 0 for none.")
    if not 1 <= top <= MOST_TOP:
        raise ScenarioError(f"--top {top}: expected 1 to {MOST_TOP} parameters.")
    loaded = load_scenario(scenario)
    asked = [read_output(text, loaded) for text in dict.fromkeys(output)]
    month = deadline(by, loaded)
    if plot is not None:
        _can_plot(plot, len(asked))
    options = RunOptions(
        histories=histories, citizens=citizens, seed=seed, **opt.parameters(prior, False, posterior), rules=opt.pairs("--rule", rule),
        without=tuple(without or ()), workers=workers,
    )  # fmt: skip
    options.check()
    plan = make_plan(loaded, options)
    with telling(quiet) as told:
        found = compute(plan, asked, month, histories, top=top, blocks=sobol, workers=workers, told=told)
    if plot is not None:
        _draw(found, plot)
        say(f"Written: {plot}", quiet)
    if as_json:
        print_json(found.json())
        return
    results().print(f"{found.scenario} to {found.by}: {found.histories:,} histories of {found.citizens:,} citizens, seed {found.seed}; "
                    f"{found.parameters} parameters drawn from the {found.drawn_from}.", markup=False)  # fmt: skip
    for outcome in found.outcomes:
        _tell(outcome)
    say("S: share of the variance that goes if this is known; T: what stays if all else is known. Half a 90% interval after ±. "
        "More: docs/sensitivity.md, --plot, --json", quiet)  # fmt: skip


def _tell(outcome: "Outcome") -> None:
    """One output: how it varies, and a row for each input."""
    from thaw.sensitivity import LUCK, OTHERS

    out = results()
    if not outcome.varies:
        out.print(f"\n[bold]{outcome.output}[/bold]: {outcome.mean:.3g} in all {outcome.known:,} histories. It does not vary, so that it hangs on nothing.")
        return
    out.print(f"\n[bold]{outcome.output}[/bold]: mean {outcome.mean:.3g}, 90% of histories {outcome.spread[0]:.3g} to {outcome.spread[1]:.3g}.")
    out.print(f"PAWN above {outcome.threshold:.3f} is more than chance; {outcome.above} of all parameters reach it.", markup=False)
    others = [name for name in (OTHERS, LUCK) if outcome.sobol]
    rows = [_row(outcome, name) for name in [*sorted(outcome.pawn, key=lambda key: -outcome.pawn[key]), *others]]
    head = ("input", "PAWN", "Sobol S", "Sobol T", "at 5%", "at 95%", "difference")
    print_table(head, rows, narrow=head)
    if outcome.blocks[1]:
        out.print(f"{outcome.blocks[1]} of {outcome.blocks[0]} blocks of the Sobol design are left out: a history in them ended early.", markup=False)


def _row(outcome: "Outcome", name: str) -> tuple[str, ...]:
    """One input: how strong it is by each measure, and the outcome at its ends."""
    index = next((row for row in outcome.sobol if row.name == name), None)
    ends = next((row for row in outcome.ends if row.parameter == name), None)
    strength = outcome.pawn.get(name)
    return (
        name,
        "" if strength is None else f"{strength:.3f}{' *' if strength > outcome.threshold else ''}",
        f"{_shares(index.first)} ±{index.first_error:.2f}" if index else "",
        f"{_shares(index.total)} ±{index.total_error:.2f}" if index else "",
        *([f"{mean:.3g} at {value:.3g}" for mean, value in zip(ends.means, ends.values, strict=True)] if ends else ["", ""]),
        f"{ends.difference:+.2g} ±{(ends.high - ends.low) / 2:.2g}" if ends else "",
    )


def _shares(value: float) -> str:
    """
    >>> _shares(-0.001), _shares(0.126)
    ('0.00', '0.13')
    """
    return f"{round(value, 2) + 0.0:.2f}"


def _can_plot(plot: Path, outputs: int) -> None:
    opt.can_write(plot, ".svg", ".html")
    if plot.suffix == ".svg" and outputs > 1:
        raise ScenarioError(f"--plot {plot}: an SVG holds one output, {outputs} are asked for. Write a page instead: {plot.with_suffix('.html')}")


def _draw(found: "Sensitivity", plot: Path) -> None:
    """One drawing, or a page with one for each output."""
    from thaw import charts
    from thaw.charts_sensitivity import figure
    from thaw.sensitivity import unit_of

    made = {outcome.output: charts.drawing(*figure(outcome, unit_of(outcome.output), found.by)) for outcome in found.outcomes if outcome.varies}
    if plot.suffix == ".svg":
        plot.write_text(next(iter(made.values())), encoding="utf-8")
        return
    from thaw.report.html import Html, join, tag
    from thaw.report.page import whole_page, write_whole

    still = [f"{one.output} is {one.mean:.3g} in all {one.known:,} histories and hangs on nothing." for one in found.outcomes if not one.varies]
    title = f"What {found.scenario} hangs on by {found.by}"
    told = f"{found.histories:,} histories, seed {found.seed}, parameters from the {found.drawn_from}. Blue: a parameter's 5% point; brown: its 95% point."
    drawings = [tag("figure", tag("div", Html(drawn), class_="chart"), tag("figcaption", name)) for name, drawn in made.items()]
    write_whole(plot, whole_page(title, join([tag("h1", title), tag("p", told), *(tag("p", words) for words in still), *drawings]), static=True))
