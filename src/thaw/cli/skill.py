"""`thaw skill`: what the model can foretell, beside fair rivals."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from thaw.cli import options as opt
from thaw.cli.printing import print_json, print_table, results, say, telling
from thaw.errors import ScenarioError

WHOSE = {"series": "series", "panel": "polities"}  # what is resampled as a whole
PriorAlone = Annotated[bool, typer.Option("--prior", help="Draw parameters from their priors even where a posterior ships.")]


def skill(
    scenario: opt.ScenarioName = "ussr-1945",
    histories: opt.EachArm = 512,
    citizens: opt.FewCitizens = 1000,
    seed: opt.Seed = 0,
    prior: PriorAlone = False,
    rule: opt.Rule = None,
    rules: Annotated[bool, typer.Option("--rules", help="Compare every alternative rule of every mechanism by its forecasts instead.")] = False,
    workers: opt.Workers = None,
    open_: Annotated[bool, typer.Option("--open", help="Score 1957-1968 from the end of 1956: once a release, written to docs/skill-log.md.")] = False,
    again: Annotated[bool, typer.Option("--again", help="With --open: open this release a second time, and say so in the log.")] = False,
    save: Annotated[bool, typer.Option("--save", help="Store these scores with the package, for the trust in claims.")] = False,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE.svg|html", help="Draw skill by series and the reliability diagram.")] = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Forecast from the ends of 1953, 1954 and 1955 and score what came by 1956. Rows where the model loses come first.

    Some minutes. Histories follow the record up to each origin; nothing later is read.
    """
    from thaw.skill import log as logged
    from thaw.skill import saved, stacking, whole

    _refuse(open_, again, save, plot, rules, prior or bool(rule) or scenario != "ussr-1945")
    if open_:
        logged.check(logged.LOG, again)
    with telling(quiet) as heard:
        told = (lambda done, total: heard("forecasting", done, total)) if heard else None
        run = stacking.compare_rules if rules else whole.opened if open_ else whole.development
        scores = run(scenario, histories, seed, citizens=citizens, workers=workers, prior=prior, rules=opt.pairs("--rule", rule), told=told)
    if open_:
        logged.append(logged.LOG, scores, again)
        say(f"Written: {logged.LOG}", quiet)
    if save:
        saved.save(scores)
        say(f"Written: {saved.FILE}", quiet)
    if plot is not None:
        from thaw.charts_skill import page

        plot.write_text(page(scores, plot.suffix[1:]), encoding="utf-8")
        say(f"Written: {plot}", quiet)
    if as_json:
        print_json(scores)
        return
    show_rules(scores) if rules else show(scores)


def _refuse(open_: bool, again: bool, save: bool, plot: Path | None, rules: bool, chosen: bool) -> None:
    """A ScenarioError for options that do not go together, or a drawing that could not be written."""
    other = next((name for name, given in (("--open", open_), ("--save", save), ("--plot", plot is not None)) if given), None)
    if rules and other:
        raise ScenarioError(f"--rules: compares rules on 1954-1956 in a table of its own and does not go with {other}. Leave out one of the two.")
    if again and not open_:
        raise ScenarioError("--again: belongs to --open. Example: thaw skill --open --again")
    if open_ and save:
        raise ScenarioError("--save: stores the scores of 1954-1956; those of --open go to the log. Leave out one of the two.")
    if save and chosen:
        raise ScenarioError("--save: stores what claims are trusted by, of ussr-1945 as it ships. Leave out --prior, --rule and other scenarios.")
    if plot is not None:
        opt.can_write(plot, ".svg", ".html")


def show_rules(found: Mapping[str, Any]) -> None:
    """The table of rules for people."""
    from thaw.skill.saved import parameters_from

    title = f"{found['scenario']}: rules by their forecasts of 1954-1956; {found['histories']} histories, parameters from {parameters_from(found)}."
    rows = [
        (row["kind"], row["mechanism"], row["rule"], f"{row['weight']:.2f}", f"{row['low']:.2f} to {row['high']:.2f}", f"{row['score']:.4f}")
        for row in found["rules"]
    ]
    results().print(title, markup=False)
    print_table(("scored on", "mechanism", "rule", "weight", "90%", "score alone"), rows, narrow=("mechanism", "rule", "90%"))
    counted = {row["kind"]: f"{row['targets']} values of {row['groups']} {WHOSE[row['kind']]}" for row in found["mixtures"]}
    results().print(
        f"\nHigher scores are better. Series: minus CRPS over what persistence had been off by ({counted['series']}); panel: log score ({counted['panel']}).\n"
        "Weights are shares in the best mixture; from 0 to 1: these years cannot tell. See docs/skill.md", markup=False,
    )  # fmt: skip


def show(scores: Mapping[str, Any]) -> None:
    """The tables of skill for people."""
    from thaw.skill.saved import parameters_from

    years = "1957-1968 from the end of 1956" if scores["opened"] else "1954-1956 from the ends of 1953, 1954 and 1955"
    title = f"{scores['scenario']}: {years}; {scores['histories']} histories, parameters from {parameters_from(scores)}. Rows where the model loses come first."
    rows = [
        (row["name"], f"{row['crps_skill']:+.2f}", row["best_rival"], f"{row['crps']:.3g}", f"{row['crps_rival']:.3g}", f"{row['coverage90']:.0%}", row["n"])
        for row in scores["series"]
    ]
    results().print(title, markup=False)
    print_table(("series", "skill", "best rival", "CRPS", "rival's", "in 90%", "n"), rows, narrow=("series", "skill"))
    events = [
        (row["name"], f"{row['brier_skill']:+.2f}", f"{row['low']:+.2f} to {row['high']:+.2f}", f"{row['brier']:.3f}", f"{row['brier_base_rate']:.3f}",
         f"{row['log_score']:.2f} / {row['log_score_base_rate']:.2f}", row["n"], row["events"] if row["tested"] else f"{row['events']}: untested")
        for row in scores["panel"]
    ]  # fmt: skip
    print_table(("events", "Brier skill", "90%", "Brier", "base rate's", "log scores", "n", "came"), events, title="\nPolity-years", narrow=("events", "90%"))
    if scores["base_rates"]:
        told = [(row["quantity"], *(_number(row[name]) for name in ("observed", "low", "high", "model")), "" if row["inside"] else "outside")
                for row in sorted(scores["base_rates"], key=lambda row: row["inside"])]  # fmt: skip
        print_table(("autocracies elsewhere", "observed", "low", "high", "model", ""), told, title="\nBase rates: autocracy")
    _sum_up(scores["summary"])


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"


def _sum_up(whole: Mapping[str, Any]) -> None:
    out = results()
    met = whole["meets"]
    out.print(f"\nMedian skill over the best rival {whole['median_crps_skill']:+.2f} ({whole['low']:+.2f} to {whole['high']:+.2f}; wanted 0.15: "
              f"{'met' if met['series'] else 'missed'}), over the two rules without a model {whole['median_crps_skill_over_rules']:+.2f}, "
              f"with stances permuted {whole['median_crps_skill_permuted']:+.2f}.", markup=False)  # fmt: skip
    out.print(f"90% bands hold {whole['coverage90']:.0%} of the values (wanted 80% to 97%: {'met' if met['coverage'] else 'missed'}); Brier skill of all "
              f"events {whole['panel_brier_skill']:+.2f} (wanted above 0: {'met' if met['panel'] else 'missed'}). See docs/skill.md", markup=False)  # fmt: skip

