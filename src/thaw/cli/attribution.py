"""`thaw ask`, `thaw claims` and `thaw turning-points`: did X bring about Y, and when did it become likely?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thaw.cli import options as opt
from thaw.cli.printing import print_json, print_table, results, say, telling
from thaw.errors import ScenarioError

if TYPE_CHECKING:
    from thaw.attribution.answer import Answer
    from thaw.attribution.numbers import Estimate

CauseText = Annotated[str, typer.Option("--cause", metavar="C", help="What is said to work, as SUN.secret_speech.")]
EffectText = Annotated[str, typer.Option("--effect", metavar="E", help="What is said to follow, as HUN.uprising or 'SUN.line mean'.")]
By = Annotated[str, typer.Option("--by", metavar="YYYY-MM", help="Deadline; what comes later is not counted. (default: the scenario's end)")]
Direction = Annotated[str, typer.Option("--direction", help="brings about, prevents, hastens, makes likelier; of a quantity raises, lowers.")]
Given = Annotated[str, typer.Option("--given", metavar="record", help="Judge it as it stood, in histories that follow the record up to the cause.")]
PathOption = Annotated[bool, typer.Option("--path", help="Look for the mechanisms that carry the effect.")]
RulesOption = Annotated[bool, typer.Option("--rules", help="Answer under every alternative rule too.")]
SharesOption = Annotated[bool, typer.Option("--shares", help="Share the effect among the events of a cause of two to five (Shapley).")]
SHORT = {"pn": "necessity PN", "pn_other_coupling": "PN, other coupling", "pn_reroll": "PN of luck redrawn", "pn_nudge": "PN of a nudge",
         "excess_pn": "excess necessity", "ps": "sufficiency PS", "pr": "ratio PR", "rd": "difference RD"}  # fmt: skip
SPREADS = ("hastens", "raises", "lowers")  # directions whose effect is in standard deviations
BARS = " ▁▂▃▄▅▆▇█"


def ask(
    scenario: opt.ScenarioName = "ussr-1945",
    cause: CauseText = "",
    effect: EffectText = "",
    by: By = "",
    direction: Direction = "",
    given: Given = "",
    path: PathOption = False,
    rules: RulesOption = False,
    shares: SharesOption = False,
    histories: opt.EachArm = 256,
    citizens: opt.FewCitizens = 1000,
    seed: opt.Seed = 0,
    prior: opt.Prior = False,
    central: opt.Central = False,
    posterior: opt.PosteriorFile = None,
    rule: opt.Rule = None,
    without: opt.Without = None,
    coupling: opt.Coupling = "clock",
    free: opt.Free = False,
    workers: opt.Workers = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Ask one question: did the cause bring about the effect by the deadline? In general, and as it stood."""
    from thaw.attribution.answer import ask as answers
    from thaw.attribution.claim import single_claim

    for name, text in (("cause", cause), ("effect", effect)):
        if not text:
            raise ScenarioError(f"--{name} is missing. Example: thaw ask ussr-1945 --cause SUN.secret_speech --effect HUN.uprising --by 1956-12")
    if given not in ("", "record"):
        raise ScenarioError(f"--given {given}: expected 'record'.")
    name, folder = _scenario(scenario)
    claim = single_claim(name, cause, effect, by, direction, folder)
    options = _options(histories, citizens, seed, opt.parameters(prior, central, posterior), rule, without, coupling, free, workers)
    with telling(quiet) as told:
        (answer,) = answers([claim], options, folder=folder, path=path, rules=rules, shares=shares, told=told)
    if path and (answer.found is None or answer.found.path is None):
        say("--path: no effect was found to be carried.", quiet)
    if shares and answer.shares() is None:
        say("--shares: for a cause of two to five events and an effect that is an event, in 30 histories or more.", quiet)
    if given and answer.given is None:
        say("--given record: it was not asked as it stood, for want of a model's answer or of a recorded date of the cause.", quiet)
    if as_json:
        print_json([answer.json()])
        return
    _tell(answer, stood=given == "record")


def claims(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A claims file, or a built-in one; both built-in ones if left out.")] = None,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE.html", help="One page with a card for each claim.")] = None,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="ID", help="These claims alone, by commas or one by one.")] = None,
    path: PathOption = False,
    rules: RulesOption = False,
    shares: SharesOption = False,
    histories: opt.EachArm = 256,
    citizens: opt.FewCitizens = 1000,
    seed: opt.Seed = 0,
    prior: opt.Prior = False,
    central: opt.Central = False,
    posterior: opt.PosteriorFile = None,
    rule: opt.Rule = None,
    without: opt.Without = None,
    coupling: opt.Coupling = "clock",
    free: opt.Free = False,
    workers: opt.Workers = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Give every claim of a file its verdict. Without a file: all 59 of the two texts that the project began with."""
    from thaw.attribution.answer import ask as answers
    from thaw.attribution.claim import claims_names, load_claims

    files = [load_claims(file)] if file is not None else [load_claims(name) for name in reversed(claims_names())]
    wanted = _chosen([claim for one in files for claim in one.claims], only)
    if report is not None:
        opt.can_write(report, ".html")
    options = _options(histories, citizens, seed, opt.parameters(prior, central, posterior), rule, without, coupling, free, workers)
    folder = file.parent if file is not None and file.suffix == ".toml" else None
    with telling(quiet) as told:
        found = answers(wanted, options, folder=folder, path=path or report is not None, rules=rules, shares=shares, told=told)
    if report is not None:
        from thaw.report.claims import write_claims_report

        title = files[0].title if len(files) == 1 else "The claims of two texts"
        write_claims_report(found, title, report, histories=histories, citizens=citizens, seed=seed, command=opt.command_line())
        say(f"Written: {report}", quiet)
    if as_json:
        print_json([answer.json() for answer in found])
        return
    rows = [_row(answer) for answer in found]
    columns = ("claim", "verdict", "effect", "excess PN", "as it stood", "cause", "effect by")
    title = f"{len(found)} claim{'s' if len(found) != 1 else ''}, {histories} histories of {citizens:,} citizens, seed {seed}"
    print_table(columns, rows, title=title, narrow=("claim", "effect", "excess PN", "as it stood"))
    say("Effect: RD of events, differences in spreads (s) of quantities and waiting times, 90% interval. More: --json, --report", quiet)


def turning_points(
    scenario: opt.ScenarioName = "ussr-1945",
    effect: EffectText = "",
    by: By = "",
    every: Annotated[int, typer.Option("--every", help="Months between forks; the largest jumps are looked at month by month.")] = 6,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE.svg", help="Draw the curve.")] = None,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE.html", help="One page with curve, turning points and their events.")] = None,
    histories: opt.EachArm = 256,
    citizens: opt.FewCitizens = 1000,
    seed: opt.Seed = 0,
    prior: opt.Prior = False,
    central: opt.Central = False,
    posterior: opt.PosteriorFile = None,
    rule: opt.Rule = None,
    without: opt.Without = None,
    coupling: opt.Coupling = "clock",
    free: opt.Free = False,
    workers: opt.Workers = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Say when an effect became likely: fork every history month by month with luck redrawn."""
    from thaw.api import make_plan
    from thaw.attribution.claim import single_effect
    from thaw.attribution.turning import turning_points as compute
    from thaw.scenario import load_scenario

    if not effect:
        raise ScenarioError("--effect is missing. Example: thaw turning-points ussr-1945 --effect HUN.uprising --by 1956-12")
    if not 1 <= every <= 120:
        raise ScenarioError(f"--every {every}: expected 1 to 120 months.")
    if plot is not None:
        opt.can_write(plot, ".svg")
    if report is not None:
        opt.can_write(report, ".html")
    loaded = load_scenario(scenario)
    asked, deadline = single_effect(loaded, effect, by)
    options = _options(histories, citizens, seed, opt.parameters(prior, central, posterior), rule, without, coupling, free, workers)
    options.check()
    with telling(quiet) as told:
        heard = (lambda done, total: told("forks", done, total)) if told else None
        found = compute(make_plan(loaded, options, blind_to=asked.belongs_to), asked, deadline, histories, every=every, workers=workers, told=heard)
    if plot is not None:
        from thaw import charts
        from thaw.report.claims import contingency

        plot.write_text(charts.drawing(*contingency(found)), encoding="utf-8")
        say(f"Written: {plot}", quiet)
    if report is not None:
        from thaw.report.turning import write_turning_report

        say(f"Written: {write_turning_report(found, report, citizens=citizens, seed=seed, command=opt.command_line())}", quiet)
    if as_json:
        print_json(found.json())
        return
    out = results()
    out.print(f"[bold]{found.effect}[/bold] by {found.by}: came in {found.came} of {found.histories} histories.")
    if not found.curve:
        out.print("Undetermined: fewer than 30 histories have it.")
        return
    out.print(f"Share of forks that have it too, {found.curve[0].month} to {found.curve[-1].month}:")
    out.print("  " + _bar([point.share for point in found.curve], 1.0))
    rows = [(turn.month, f"{turn.jump:+.2f}  ({turn.low:+.2f} to {turn.high:+.2f})", "; ".join(_said(event) for event in turn.events)) for turn in found.turns]
    print_table(("month", "jump (90%)", "events in it: jump with / without, share"), rows, title="Turning points", narrow=("month", "jump (90%)"))


def _said(event: Any) -> str:
    return f"{event['event']} {event['jump']:+.2f} / {event['elsewhere']:+.2f}, {event['share']:.0%}"


def _scenario(text: str) -> tuple[str, Path | None]:
    """Name and folder of a scenario; the folder is None for a built-in one."""
    from thaw.scenario import scenario_names

    path = Path(text)
    if path.suffix != ".toml":
        return text, None
    if path.stem in scenario_names():
        raise ScenarioError(f"{text} bears the name of a built-in scenario. Give the file a name of its own.")
    return path.stem, path.parent


def _options(
    histories: int, citizens: int, seed: int, parameters: dict[str, Any], rule: list[str] | None, without: list[str] | None, coupling: str, free: bool,
    workers: int | None,
) -> Any:
    from thaw.api import RunOptions

    if histories < 64 or histories > 65536:
        raise ScenarioError(f"--histories {histories}: expected 64 to 65,536 of each arm; fewer bear no number.")
    return RunOptions(
        histories=histories, citizens=citizens, seed=seed, **parameters, rules=opt.pairs("--rule", rule), without=tuple(without or ()),
        coupling=coupling, free=free, workers=workers,
    )  # fmt: skip


def _chosen(found: Sequence[Any], only: list[str] | None) -> list[Any]:
    from thaw.errors import did_you_mean

    known = [claim.id for claim in found]
    only = [name.strip() for text in only or () for name in text.split(",")]
    for name in only:
        if name not in known:
            raise ScenarioError(f"--only {name}: there is no such claim. {did_you_mean(name, known)}")
    return [claim for claim in found if not only or claim.id in only]


def _row(answer: "Answer") -> tuple[str, ...]:
    """One line of the table of claims."""
    from thaw.attribution.verdict import LEAST_ESS

    claim, general, given = answer.claim, answer.general, answer.given
    size = general.effect if general else None
    cause = claim.cause.as_text() if claim.cause else ""
    effect = f"{claim.effect.as_text()} by {claim.by}" if claim.effect else ""
    stood = "" if given is None else _short(given.effect, claim) if given.ess >= LEAST_ESS else "undetermined"
    excess = general["excess_pn"] if general else None
    return (claim.id, str(answer.word), _short(size, claim), f"{excess.estimate:.2f}" if excess else "", stood, cause, effect)


def _short(value: "Estimate | None", claim: Any) -> str:
    if value is None:
        return ""
    unit = "s" if claim.direction in SPREADS else ""
    return f"{value.estimate:+.2f}{unit} ({value.low:+.2f} to {value.high:+.2f})"


def _tell(answer: "Answer", *, stood: bool) -> None:
    """One answer: the record, the word, the numbers, how it goes month by month, and what it hangs on."""
    out = results()
    claim = answer.claim
    assert claim.cause is not None
    assert claim.effect is not None
    out.print(f"[bold]{claim.cause.as_text()}[/bold] {claim.direction} [bold]{claim.effect.as_text()}[/bold] by {claim.by}?", highlight=False)
    for sentence in answer.record.sentences:
        out.print(f"  {sentence}", markup=False)
    out.print(f"[bold]{answer.word}[/bold]: {answer.reason}.".replace("..", "."))
    if answer.general is None:
        return
    views = [(name, found) for name, found in (("in general", answer.general), ("as it stood", answer.given)) if found is not None]
    if stood:
        views.reverse()
    rows = []
    for name, title in [*SHORT.items(), ("hastens", "sooner by (months)"), ("effect", "effect, in the claim's direction")]:
        if name == "effect" and answer.claim.direction not in SPREADS:
            continue  # the difference RD, said already
        cells = [_interval(found[name]) for _, found in views]
        if any(cells):
            rows.append((title, *cells))
    rows.append(("histories (effective)", *(f"{found.ess:.0f}" for _, found in views)))
    print_table(("90% interval from sampling [from parameters]", *(name for name, _ in views)), rows)
    _plot(answer)
    counts = answer.general.counts
    out.print(f"Cause came in {counts['cause']} of {counts['histories']} histories, both in {counts['both']}, neither in {counts['neither']}; "
              f"{counts['meets']} met what it requires when forced. Trust: {answer.trust}. Parameters: {answer.parameters}.", markup=False)  # fmt: skip
    for row in (answer.found.path if answer.found else None) or ():
        out.print(f"  {row['mechanism']}: frozen {_share(row, 'frozen')} of it is gone, alone it brings {_share(row, 'alone')}", markup=False)
    for name, share in (answer.shares() or {}).items():
        out.print(f"  {name}: took part in {share['estimate']:.0%} ({share['low']:.0%} to {share['high']:.0%})", markup=False)
    for hinge in answer.fragile_to():
        if "parameter" in hinge:
            ends = (f"{_plain(hinge[f'rd_{end}'])} at {hinge[end]:.3g}" for end in ("low", "high"))
            guess = " (prior-driven)" if hinge["prior_driven"] else ""
            out.print(f"  hangs on {hinge['parameter']}{guess}: RD {', '.join(ends)}", markup=False)
        else:
            out.print(f"  under {hinge['rule']}: RD {_plain(hinge['rd'])}", markup=False)


def _interval(value: "Estimate | None") -> str:
    if value is None:
        return ""
    spread = f" [{value.parameter[0]:.2f} to {value.parameter[1]:.2f}]" if value.parameter else ""
    return f"{value.estimate:.3g} ({value.low:.2f} to {value.high:.2f}){spread}"


def _plain(value: dict[str, Any] | None) -> str:
    return "not known" if value is None or value["estimate"] is None else f"{value['estimate']:+.2f}"


def _share(row: Mapping[str, Any], key: str) -> str:
    """A mechanism's share of the effect with its 90% interval, which may be unbounded."""
    ends = row[f"{key}_interval"]
    between = f"{ends[0]:.0%} to {ends[1]:.0%}" if ends else "unbounded"
    return "nothing known" if row[key] is None else f"{row[key]:.0%} ({between})"


def _plot(answer: "Answer") -> None:
    """The curves as rows of blocks, a block a quarter or longer."""
    import numpy as np

    from thaw.attribution.study import months

    if answer.found is None or not answer.found.curves:
        return
    out, when = results(), months(answer.found)
    start = max(answer.found.bound.date - 12, 0)
    step = max((len(when) - start) // 60, 1)
    ends = [float(end) for values in answer.found.curves.values() for end in (np.nanmin(values[start:]), np.nanmax(values[start:]))]
    least, most = min(*ends, 0.0), max(ends)
    out.print(f"{when[start]} to {when[-1]}, from {least:.3g} to {most:.3g}:", markup=False)
    for name, values in answer.found.curves.items():
        out.print(f"  {name:<24}{_bar(list(values[start::step]), most, least)} {values[-1]:.3g}", markup=False)


def _bar(values: Sequence[float], most: float, least: float = 0.0) -> str:
    """Values as blocks, from nothing at `least` to a whole one at `most`.

    >>> _bar([0.0, 0.5, 1.0], 1.0), _bar([-0.4, -0.2], 0.0, -0.4)
    (' ▄█', ' ▄')
    """
    height = (most - least) or 1.0
    return "".join(BARS[min(max(round(8 * (value - least) / height), 0), 8)] if value == value else " " for value in values)
