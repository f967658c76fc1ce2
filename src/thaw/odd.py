"""The model in the ODD protocol (Grimm et al. 2020): what readers of simulation models expect to find, where they expect it.

Made from the scenario, the fields and the declarations and docstrings of the mechanisms. Only what no declaration says is written by
hand, in `thaw.odd_text`, one short paragraph a heading.
"""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from thaw import bibliography, names
from thaw.axes import COHORTS, INSTITUTIONS, OFFICES, STRATA, THEATRES
from thaw.declare import Mechanism
from thaw.diagram import given_to, links, subject
from thaw.docs_text import code, table
from thaw.fields import FIELDS, Field
from thaw.odd_text import BY_HAND, ENTITIES
from thaw.system_rows import ROWS

if TYPE_CHECKING:
    from thaw.scenario import Scenario

CITED = "grimm2020"


def describe(scenario: "Scenario", *, submodels: bool = True) -> str:
    """The whole description as Markdown; without `submodels` the last section only names them."""
    parts = [
        f"# {scenario.title}: model description (ODD)",
        BY_HAND["protocol"],
        *_section("1. Purpose and patterns", purpose(scenario)),
        *_section("2. Entities, state variables and scales", entities(scenario)),
        *_section("3. Process overview and scheduling", schedule()),
        *_section("4. Design concepts", concepts(scenario)),
        *_section("5. Initialization", initialization(scenario)),
        *_section("6. Input data", inputs(scenario)),
        *_section("7. Submodels", all_submodels() if submodels else named_submodels()),
        *_section("References", references(submodels)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, parts: Iterator[str]) -> Iterator[str]:
    yield f"## {title}"
    yield from parts


def purpose(scenario: "Scenario") -> Iterator[str]:
    """Why the model is there, this case, and the patterns it is held against."""
    yield BY_HAND["purpose"]
    yield f"This case: {scenario.why}" if scenario.why else ""
    yield f"**Patterns.** {BY_HAND['patterns']}"
    yield table(("pattern", "held against"), [(row.name, code(row.compared_with)) for row in ROWS])


def entities(scenario: "Scenario") -> Iterator[str]:
    """Who is in it, how many, with which state variables; and the scales."""
    yield table(("entity", "how many", "what it is"), [(told.name, _number(axis, scenario), told.meaning) for axis, told in ENTITIES.items()])
    for axis, told in ENTITIES.items():
        mine = [field for field in FIELDS.values() if _entity(field) == axis]
        if mine:
            yield f"State variables of each {told.name}:"
            yield table(("name", "unit", "meaning"), [(f"`{field.name}`", field.unit, field.meaning) for field in mine])
    weekly = code(step.name for step in names.mechanisms() if step.weekly)
    span = f"{scenario.start} to {scenario.end}: {len(scenario.months)} months, weeks within them for {weekly}."
    yield f"**Scales.** {span} {BY_HAND['scales']}"


def _entity(field: Field) -> str:
    """The axis on which an entity of this field stands: the first after the histories."""
    axes = field.axes.lstrip("H")
    return "citizen" if field.axes == "-" else axes[:1]


def _number(axis: str, scenario: "Scenario") -> str:
    persons = {name for polity in scenario.polities.values() for name in (*polity.full, *polity.candidates, *polity.cadre)}
    others = sum(polity.others for polity in scenario.polities.values())
    counts = {
        "": "1",
        "P": f"{len(scenario.polities)}: {', '.join(polity.name for polity in scenario.polities.values())}",
        "E": f"{len(persons)} at first, {others} unnamed, more as the record has them of age",
        "W": "every state independent at some time",
        "T": f"{len(THEATRES)}: {', '.join(name.replace('_', ' ') for name in THEATRES)}",
        "C": f"{len(COHORTS)}, born {COHORTS[0]} to {COHORTS[-1] + 9}",
        "citizen": f"{scenario.citizens:,} in each of {sum(polity.society for polity in scenario.polities.values())} societies",
    }
    return counts[axis]


def schedule() -> Iterator[str]:
    """The month from top to bottom."""
    yield BY_HAND["schedule"]
    rows = [(number, step.name, "week" if step.weekly else "month", subject(step), code(step.writes)) for number, step in enumerate(names.mechanisms(), 1)]
    yield table(("", "process", "each", "question", "writes"), rows)


def concepts(scenario: "Scenario") -> Iterator[str]:
    """The eleven design concepts."""
    steps = names.mechanisms()
    yield f"**Basic principles.** {BY_HAND['principles']}"
    yield table(("process", "rests on"), [(step.name, code(step.sources)) for step in steps if step.sources])
    events = code(names.form(event.name, event.axes) for _, event in names.known_events().values())
    yield f"**Emergence.** {BY_HAND['emergence']} Decided by processes: {events}."
    yield f"**Adaptation.** {BY_HAND['adaptation']}"
    deciding = [(f"`{event.name}`", step.name, event.meaning, event.requires) for step in steps for event in step.events if event.requires]
    yield table(("decision or turn", "process", "meaning", "possible only if"), deciding)
    yield f"**Objectives.** {BY_HAND['objectives']}"
    memories = [field for field in FIELDS.values() if "memory" in field.meaning or "remembered" in field.meaning]
    yield f"**Learning.** {BY_HAND['learning']} Memories that fade: {code(field.name for field in memories)}."
    yield f"**Prediction.** {BY_HAND['prediction']}"
    yield f"**Sensing.** {BY_HAND['sensing']}"
    seen = {step.name: [link for link in links() if link.target == step.name] for step in steps}
    rows = [(name, "; ".join(f"{link.source}: {code(link.fields)}{' (last month)' * link.later}" for link in mine)) for name, mine in seen.items()]
    yield table(("process", "sees of others"), rows)
    yield f"**Interaction.** {BY_HAND['interaction']}"
    yield f"**Stochasticity.** {BY_HAND['stochasticity']}"
    draws = [
        (step.name, f"`{name}`", draw.law, ENTITIES[draw.axes].name, "once" if draw.once else "each step")
        for step in steps
        for name, draw in step.draws.items()
    ]
    yield table(("process", "draw", "law", "for each", "when"), draws)
    chosen = ", ".join(f"{polity.name} ({polity.court} court)" for polity in scenario.polities.values())
    yield f"**Collectives.** {BY_HAND['collectives']} Courts: {chosen}. Strata: {', '.join(STRATA)}. Institutions: {', '.join(INSTITUTIONS)}."
    yield f"**Observation.** {BY_HAND['observation']} Series on the tape: {code(field.name for field in FIELDS.values() if field.headline)}."


def initialization(scenario: "Scenario") -> Iterator[str]:
    """The first month: courts and values of the scenario, and the values that fields have without one."""
    yield BY_HAND["initialization"]
    rows = [
        (polity.name, polity.role, polity.starts or scenario.start, polity.leader, ", ".join(f"`{name}` {value:g}" for name, value in polity.initial.items()))
        for polity in scenario.polities.values()
    ]
    yield table(("polity", "role", "from", "leader", "first values"), rows)
    rest = [f"`{field.name}` {field.initial:g}" for field in FIELDS.values() if field.initial and not field.given and field.unit != "person"]
    yield f"Where the scenario says nothing: {', '.join(rest)}; all else 0 or nobody. Offices at first are of {code(OFFICES)}."


def inputs(scenario: "Scenario") -> Iterator[str]:
    """What comes from outside during a run."""
    pinned = [key.replace("_", " ") for key, value in scenario.pinned.model_dump().items() if value]
    yield f"{BY_HAND['inputs']} Pinned to the record here: {', '.join(pinned) or 'nothing'}."
    readers = {name: [step.name for step in names.mechanisms() if name in given_to(step)] for name, field in FIELDS.items() if field.given}
    rows = [(f"`{name}`", FIELDS[name].unit, FIELDS[name].meaning, ", ".join(readers[name])) for name in readers]
    yield table(("input", "unit", "meaning", "read by"), rows)


def named_submodels() -> Iterator[str]:
    """The processes, each with its page."""
    yield "\n".join(f"- [{step.name}]({step.name}.md): {subject(step)}" for step in names.mechanisms())


def all_submodels() -> Iterator[str]:
    """Each process whole: equations, declaration, parameters."""
    for step in names.mechanisms():
        yield f"### {step.name}"
        yield from _equations(step)
        yield f"Reads {code(step.reads)}. Writes {code(step.writes)}. Events: {code(event.name for event in step.events)}."
        if step.rules:
            yield f"Alternative rules, the first being the default: {code(step.rules)}."
        rows = [(f"`{one.name}`", f"{one.value:g}", one.unit, f"`{one.prior}`", one.source, one.meaning) for one in step.params]
        yield table(("parameter", "value", "unit", "prior", "source", "meaning"), rows) if rows else ""


def _equations(step: Mechanism) -> Iterator[str]:
    """The docstring of a process's module: prose as it is, equations set apart."""
    text = (sys.modules[step.function.__module__].__doc__ or step.doc).strip()
    for paragraph in text.split("\n\n"):
        yield f"```text\n{paragraph}\n```" if paragraph.startswith("    ") else " ".join(paragraph.split())


def references(submodels: bool) -> Iterator[str]:
    """Full citations."""
    keys = {CITED} | {key for step in names.mechanisms() for key in step.sources}
    if submodels:
        keys |= {one.source for step in names.mechanisms() for one in step.params}
    yield "\n".join(f"- `{key}`: {bibliography.SOURCES[key]}" for key in sorted(keys & bibliography.SOURCES.keys()))
