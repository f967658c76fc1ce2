"""The parts of the documentation that are printed from the code or from a run: `python -m thaw.docs [--check] [--run RUN] [--classics]`.

A page holds them between marks, and everything between is rewritten:

    <!-- generated: parameters terror -->
    ...
    <!-- end -->

Blocks of declarations are made from what the mechanisms declare; `--check` changes nothing and exits with 1 when one is stale. Blocks
of results (`run`, `reproduces ...`, `targets`) are made from the folder of a run, and only when `--run` names one; those of `system`, `shuffle`
and `base_rates` from small runs of their own, and only with `--system`, `--order` and `--base-rates`; those of published models
(`replication ...`, and a figure beside the page) only with `--classics`, because they take a minute; that of `fit` from the folder of a fit, only
with `--fit`; that of `skill_rules` from the JSON of `thaw skill --rules`, only with `--skill`. The block `skill` tells of the scores that ship.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from thaw import bibliography, docs_claims, docs_skill, names
from thaw.docs_fit import fit_of
from thaw.docs_text import code, mechanism, table
from thaw.errors import RunError, ThawError, did_you_mean

ROOT = Path(__file__).resolve().parents[2]
OF_A = {"P": "polity", "E": "person", "W": "state", "T": "theatre", "C": "cohort", "": "world"}
BLOCK = re.compile(r"(<!-- generated: ([^>]*?) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
Maker = Callable[..., str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite or check the generated blocks; 0 done or fresh, 1 stale or failed, 2 bad input."""
    parser = argparse.ArgumentParser(prog="python -m thaw.docs", description="Rewrite the generated parts of docs/ and README.md.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 when a block of declarations is stale")
    parser.add_argument("--system", action="store_true", help="rewrite the block of `system` too: a minute of small runs")
    parser.add_argument("--order", action="store_true", help="rewrite the block of `shuffle` too: the month in other orders, minutes of small runs")
    parser.add_argument("--base-rates", action="store_true", help="rewrite the block of `base_rates` too: leaders of autocracies, 256 histories")
    parser.add_argument("--run", type=Path, metavar="RUN", help="folder of a run: rewrite the blocks of results from it too")
    parser.add_argument("--classics", action="store_true", help="run the published models and rewrite their tables and figures too")
    parser.add_argument("--fit", type=Path, metavar="FIT", help="folder of a fit: rewrite the block of `fit` and the drawings beside it too")
    parser.add_argument("--skill", type=Path, metavar="FILE.json", nargs="+", default=[], help="what thaw skill --json or --rules --json printed")
    asked = parser.parse_args(arguments)
    try:
        results = (results_of(asked.run) if asked.run else {}) | ({"system": system} if asked.system else {}) | ({"shuffle": shuffle} if asked.order else {})
        if asked.base_rates:
            results |= {"base_rates": base_rates}
        if asked.classics:
            results |= {"replication": replication}
            if not asked.check:
                draw_classics(ROOT / "docs" / "classics")
        results |= docs_skill.skill_of(asked.skill)
        results |= fit_of(asked.fit, ROOT / "docs" / "fit", write=not asked.check) if asked.fit else {}
        stale = [(page.relative_to(ROOT).as_posix(), names_) for page in pages() if (names_ := update(page, results, write=not asked.check))]
        stale += [(page, ["drawing"]) for page in DRAWINGS if redraw(page, write=not asked.check)]
    except ThawError as mistake:
        print(f"{type(mistake).__name__}: {mistake}", file=sys.stderr)
        return mistake.exit_code
    for page, blocks in stale:
        print(f"{page}: {'stale' if asked.check else 'rewritten'}: {', '.join(blocks)}")
    if asked.check and stale:
        print("Bring the documentation up to date: make docs", file=sys.stderr)
        return 1
    return 0


def pages() -> list[Path]:
    """Every page of documentation of the source tree."""
    if not (ROOT / "docs").is_dir():
        raise RunError(f"{ROOT} has no folder docs: run this in a source tree, not in an installed package.")
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def update(page: Path, results: dict[str, Maker], *, write: bool) -> list[str]:
    """The names of blocks that differ from what they should hold; written to the page if asked."""
    text = page.read_text(encoding="utf-8")
    changed: list[str] = []

    def replace(match: re.Match[str]) -> str:
        name, _, argument = match[2].partition(" ")
        makers = DECLARATIONS | results
        if name in RESULTS and name not in makers:
            return match[0]
        if name not in makers:
            raise RunError(f"{page.name}: there is no generated block '{name}'. {did_you_mean(name, [*DECLARATIONS, *RESULTS])}")
        made = makers[name](argument) if argument else makers[name]()
        made = made.strip("\n") + "\n"
        if made != match[3]:
            changed.append(match[2])
        return match[1] + made + match[4]

    new = BLOCK.sub(replace, text)
    if changed and write:
        page.write_text(new, encoding="utf-8")
    return changed


def redraw(name: str, *, write: bool) -> bool:
    """Whether a drawing differs from what it should be; written if asked."""
    page, made = ROOT / name, DRAWINGS[name]()
    if not page.parent.is_dir() or (page.exists() and page.read_text(encoding="utf-8") == made):
        return False
    if write:
        page.write_text(made, encoding="utf-8")
    return True


def graph() -> str:
    """The causal diagram."""
    from thaw.diagram_svg import draw

    return draw()


def declaration(name: str) -> str:
    """What a mechanism reads, writes, draws and decides."""
    step = mechanism(name)
    draws = [f"`{draw}` ({law.law} a {OF_A[law.axes]}, {'once' if law.once else 'each step'})" for draw, law in step.draws.items()]
    told = [
        ("each", "week" if step.weekly else "month"),
        ("reads", code(step.reads)),
        ("writes", code(step.writes)),
        ("draws", ", ".join(draws) or "–"),
        ("events", code(event.name for event in step.events)),
    ]
    if step.rules:
        told.append(("rules", f"{code(step.rules)}; the first is the default, another: `--rule {name}=...`"))
    return table(("", ""), told)


def parameters(name: str) -> str:
    """The parameters of a mechanism; those that `options` prints are left to it."""
    shown = {f"{option}_{part}" for option, parts in _option_parameters().items() for part in parts} if name == "reform" else set()
    rows = [
        (f"`{param.name}`", f"{param.value:g}", param.unit, f"`{param.prior}`", param.source, param.meaning)
        for param in mechanism(name).params
        if param.name not in shown
    ]
    return table(("name", "value", "unit", "prior", "source", "meaning"), rows)


def citations(name: str) -> str:
    """Full citations of the sources of a mechanism and of its parameters."""
    step = mechanism(name)
    keys = {*step.sources, *(param.source for param in step.params)}
    return "\n".join(f"- `{key}`: {bibliography.SOURCES[key]}" for key in sorted(keys & set(bibliography.SOURCES)))


def sources() -> str:
    """Every source, and what rests on it."""
    used: dict[str, list[str]] = {}
    for step in names.mechanisms():
        for key in {*step.sources, *(param.source for param in step.params)}:
            used.setdefault(key, []).append(step.name)
    rows = [(f"`{key}`", text, ", ".join(sorted(used.get(key, [])))) for key, text in sorted(bibliography.SOURCES.items())]
    return table(("key", "citation", "mechanisms"), rows)


def order() -> str:
    """The month, and what each step of it writes."""
    rows = [
        (number, f"[{step.name}]({step.name}.md)", "week" if step.weekly else "month", code(step.writes)) for number, step in enumerate(names.mechanisms(), 1)
    ]
    return table(("", "mechanism", "each", "writes"), rows)


def given() -> str:
    """The quantities that come from the scenario and the record."""
    from thaw.fields import FIELDS

    found = [field for field in FIELDS.values() if field.given]
    return table(("quantity", "axes", "unit", "meaning"), [(f"`{f.name}`", f.axes or "–", f.unit, f.meaning) for f in found])


def vocabulary() -> str:
    """The events: who decides them, on what condition; and their dates in the record."""
    from thaw import record

    deciding: dict[str, list[str]] = {}
    for step in names.mechanisms():
        for event in step.events:
            deciding.setdefault(event.name, []).append(step.name)
    dates: dict[str, list[str]] = {}
    for row in record.events():
        for text in row.event:
            dates.setdefault(record.parse_event(text).name, []).append(f"{row.date.isoformat()} `{text}` ({row.id})")
    rows, lists = [], []
    for name, (_, event) in known_events_by_form():
        told = (", ".join(deciding[event.name]), OF_A[event.axes], "yes" if event.once else "", event.requires, event.meaning)
        known = dates.get(event.name, [])
        if event.name == "death":
            known = [person.id for person in record.people() if person.died]
            lists.append(f"- **{name}**: the day of each of {len(known)} persons, `thaw record people`")
        elif known:
            lists.append(f"- **{name}**: {', '.join(known)}")
        rows.append((f"`{name}`", *told, len(known) or ""))
    rows += [(f"`POLITY.{bundle}`", "", "polity", "", "", f"a bundle: {', '.join(parts)}", "") for bundle, parts in names.BUNDLES.items()]
    head = ("event", "decided by", "of a", "once", "requires", "meaning", "in the record")
    return table(head, rows) + "\n\n## Dates in the record\n\n" + "\n".join(lists)


def known_events_by_form() -> list[tuple[str, tuple[Any, Any]]]:
    """Every declared event under the name that people write, in the order of the alphabet."""
    found = {names.form(name, event.axes): (step, event) for name, (step, event) in names.known_events().items()}
    return sorted(found.items(), key=lambda item: item[0])


def options() -> str:
    """The menu of `reform`: each option with its hazard and what drives it."""
    from thaw.mechanisms.reform import OPTIONS

    values = {param.name: param for param in mechanism("reform").params}
    rows = []
    for option in OPTIONS:
        loadings = ", ".join(f"{driver} {values[f'{option.name}_{driver}'].value:+g}" for driver in option.loadings)
        base = values[f"{option.name}_base"]
        limits = "; ".join(words for words in ("Moscow only" * (option.where == "hegemon"), "once" * option.once, option.requires) if words)
        rows.append((f"`{option.name}`", option.meaning, f"{base.value:g}", loadings, f"{option.line:+g}", limits))
    return table(("option", "meaning", "hazard a month", "drivers and loadings (log)", "step of the line", "only if"), rows)


def _option_parameters() -> dict[str, tuple[str, ...]]:
    from thaw.mechanisms.reform import OPTIONS

    return {option.name: ("base", *option.loadings) for option in OPTIONS}


def drivers() -> str:
    """What moves a leader to decide."""
    from thaw.mechanisms.reform import DRIVERS

    return table(("driver", "meaning"), DRIVERS.items())


def strata() -> str:
    """What weighs with each stratum of a society."""
    from thaw.axes import STRATA

    society = import_module("thaw.mechanisms.society")  # the package gives the name to the mechanism itself
    weights = (society.WANT, society.TRUTH, society.NATION, society.EXPOSED)
    rows = [(name, *(f"{weight[s]:g}" for weight in weights)) for s, name in enumerate(STRATA)]
    return table(("stratum", "want", "truth", "nation", "exposed"), rows)


def periods() -> str:
    """What is taught and known of the dead ruler after the simulated months, in all histories alike."""
    after = import_module("thaw.mechanisms.memory").AFTER
    rows = [(period.since, f"{period.official:+g}", f"{period.knowledge:g}", f"{period.hardship:g}", period.what) for period in after]
    return table(("from", "official", "knowledge", "hardship", "why"), rows)


def first_opinions() -> str:
    """What each birth cohort thinks of the ruler at the start, and its share of the adults."""
    from thaw.axes import COHORTS
    from thaw.cohorts import adult_shares

    first = import_module("thaw.mechanisms.memory").FIRST
    dates = (1945.5, 1959.0, 1970.0, 1989.5, 2012.5)
    shares = [adult_shares(date) for date in dates]
    rows = [(f"{born}-{born + 9}", f"{first[c]:+g}", *(f"{100 * share[c]:.0f}%" for share in shares)) for c, born in enumerate(COHORTS)]
    return table(("born", "opinion at first", *(f"adults in {date:.0f}" for date in map(int, dates))), rows)


def offices() -> str:
    """Offices: the institution each belongs to, its power and its share in appointments."""
    from thaw.axes import OFFICE_INSTITUTION, OFFICES, SINGLE_HOLDER

    patronage = import_module("thaw.mechanisms.patronage")
    seats = {OFFICES[office]: number for office, number in patronage.MULTIPLE.items()}
    rows = [
        (f"`{name}`", institution, 1 if name in SINGLE_HOLDER else seats[name], f"{power:g}", f"{appoints:g}")
        for name, institution, power, appoints in zip(OFFICES, OFFICE_INSTITUTION, patronage.OFFICE_POWER, patronage.APPOINTS, strict=True)
    ]
    return table(("office", "institution", "holders", "power", "appointments"), rows)


def lifetable() -> str:
    """Deaths by age under the central values, frailty averaged over survivors; and Stalin's, had his luck been free."""
    level, slope, spread = (param.value for param in mechanism("mortality").params)
    frailty = np.linspace(-5, 5, 401)
    weight = np.exp(-(frailty**2) / 2)

    def alive(age: float, until: np.ndarray) -> np.ndarray:
        """Survival from an age to each later age."""
        rate = np.exp(level + slope * (age - 60) + spread * frailty - spread**2 / 2)[:, None]
        hazard = rate * (np.exp(slope * (until - age)) - 1) / slope
        return (weight[:, None] * np.exp(-hazard)).sum(axis=0) / weight.sum()

    rows = []
    for age in (50, 60, 70, 80):
        reached = alive(50, np.array([age, age + 1.0]))
        later = np.linspace(age, age + 60, 2401)
        left = np.trapezoid(alive(50, later), later) / reached[0]
        rows.append((age, f"{1000 * (1 - reached[1] / reached[0]):.0f}", f"{100 * reached[0]:.0f}%", f"{left:.1f}"))
    first = 66 + 5.5 / 12  # born 18 December 1878; June 1945
    years = np.linspace(first, first + 45, 5401)
    gone = 1 - alive(first, years)
    early, half, late = (f"{1945.42 + years[np.searchsorted(gone, share)] - first:.0f}" for share in (0.05, 0.5, 0.95))
    told = table(("age", "deaths in the year per 1,000", "alive of those alive at 50", "years of life left"), rows)
    return f"{told}\n\nStalin, 66 in June 1945, with deaths free: half of histories have him dead by {half}, nine in ten between {early} and {late}."


def models() -> str:
    """The published models, what each explains, and its paper."""
    from thaw.classics import MODELS, model

    rows = [(f"[{name}]({name}.md)", question, bibliography.citation(model(name).SOURCE).partition("),")[0] + ")") for name, question in MODELS.items()]
    return table(("model", "explains", "paper"), rows)


def cited(keys: str) -> str:
    """Full citations of these source keys."""
    return "\n".join(f"- `{key}`: {bibliography.citation(key)}" for key in keys.split())


def replication(name: str) -> str:
    """The rows of one published model, as `thaw classics` prints them, each with where its number was read."""
    from thaw import classics

    return replicated(classics.rows([name]))


def replicated(rows: Iterable[Any]) -> str:
    """Rows of published models as a table."""
    from thaw.classics.rows import COLUMNS, cells

    return table((*COLUMNS, "where the number comes from"), [(*cells(row), row.basis) for row in rows])


def draw_classics(folder: Path) -> None:
    """The main figure of each published model, beside its page."""
    from thaw import charts, classics

    for name in classics.MODELS:
        (folder / f"{name}.svg").write_text(charts.drawing(*classics.model(name).figure()), encoding="utf-8")


def odd() -> str:
    """The description of model and built-in scenario in the ODD protocol, without its title and its submodels' pages."""
    from thaw.odd import describe
    from thaw.scenario import load_scenario

    return describe(load_scenario("ussr-1945"), submodels=False).partition("\n\n")[2]


def system() -> str:
    """The 25 rows with their evidence."""
    from thaw.system import as_markdown, evidence

    return as_markdown(evidence())


def shuffle() -> str:
    """What moves when the month has another order."""
    from thaw.shuffle import as_markdown

    return as_markdown()


def base_rates() -> str:
    """How leaders of autocracies leave office and how long they last, in the model and among those who have been."""
    from thaw.base_rates import as_table, compare

    return as_table(compare())


def results_of(folder: Path) -> dict[str, Maker]:
    """The makers of result blocks, for one run."""
    from thaw.docs_run import Results

    told = Results(folder)
    return {"run": told.run, "reproduces": told.reproduces, "targets": told.targets}


DRAWINGS: dict[str, Callable[[], str]] = {"docs/model/graph.svg": graph}
RESULTS = ("run", "reproduces", "targets", "system", "shuffle", "replication", "base_rates", "fit", "skill_rules")
DECLARATIONS: dict[str, Maker] = {
    "declaration": declaration,
    "parameters": parameters,
    "citations": citations,
    "sources": sources,
    "order": order,
    "given": given,
    "vocabulary": vocabulary,
    "options": options,
    "drivers": drivers,
    "strata": strata,
    "periods": periods,
    "first_opinions": first_opinions,
    "offices": offices,
    "lifetable": lifetable,
    "models": models,
    "cited": cited,
    "odd": odd,
    "claims": docs_claims.listed,
    "not_modelled": docs_claims.left_out,
    "rows_as_causes": docs_claims.rows_as_causes,
    "askable": docs_claims.askable,
    "verdicts": docs_claims.verdicts,
    "skill": docs_skill.shipped,
}


if __name__ == "__main__":
    sys.exit(main())
