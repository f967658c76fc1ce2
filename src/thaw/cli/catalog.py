"""What the model consists of, as plain rows: parameters, mechanisms, the order of a month, the event vocabulary.

Read from the declarations, so that it cannot differ from what runs; docs/model/events.md is printed from it.
"""

from fnmatch import fnmatchcase
from typing import Any

from thaw import names, record
from thaw.errors import ParameterError, did_you_mean

AXES = {"P": "polity", "E": "person", "W": "state", "T": "theatre", "C": "cohort", "": "world"}


def parameters(pattern: str = "") -> list[dict[str, Any]]:
    """Parameters whose name holds `pattern` or matches it (`terror`, `*.inertia`); none at all is a mistake."""
    known = names.known_parameters()
    wanted = pattern if any(mark in pattern for mark in "*?[") else f"*{pattern}*"
    found = [
        {
            "name": name,
            "value": param.value,
            "unit": param.unit,
            "prior": param.prior,
            "source": param.source,
            "meaning": param.meaning,
        }
        for name, (_, param) in known.items()
        if fnmatchcase(name, wanted)
    ]
    if not found:
        groups = {name.partition(".")[0] for name in known}
        near = did_you_mean(pattern, known if "." in pattern else groups)
        raise ParameterError(f"no parameter matches '{pattern}'. {near}")
    return found


def mechanisms() -> list[dict[str, Any]]:
    """Every mechanism with all it declares."""
    return [
        {
            "name": step.name,
            "meaning": step.doc.strip().partition("\n")[0],
            "step": "week" if step.weekly else "month",
            "reads": list(step.reads),
            "writes": list(step.writes),
            "draws": {
                name: f"{draw.law} a {AXES.get(draw.axes, draw.axes)}, {'once' if draw.once else 'each step'}"
                for name, draw in step.draws.items()
            },
            "events": [event.name for event in step.events],
            "rules": list(step.rules),
            "parameters": [param.name for param in step.params],
            "sources": list(step.sources),
        }
        for step in names.mechanisms()
    ]


def events() -> list[dict[str, Any]]:
    """The event vocabulary: what can happen, who decides it, and which rows of the record are such events."""
    rows = _record_rows()
    deciding: dict[str, list[str]] = {}
    for step in names.mechanisms():
        for event in step.events:
            deciding.setdefault(event.name, []).append(step.name)
    found = [
        {
            "name": names.form(event.name, event.axes),
            "mechanisms": deciding[event.name],
            "axes": event.axes,
            "once": event.once,
            "requires": event.requires,
            "meaning": event.meaning,
            "record": rows.get(event.name, []),
        }
        for _, event in names.known_events().values()
    ]
    for bundle, parts in names.BUNDLES.items():
        bare = {"mechanisms": [], "axes": "P", "once": False, "requires": "", "record": []}
        found.append({"name": names.form(bundle, "P"), "meaning": "a bundle: " + " + ".join(parts)} | bare)
    return sorted(found, key=lambda row: row["name"])


def events_page() -> str:
    """docs/model/events.md."""
    lines = [
        "# Events",
        "",
        "What can happen, who decides it, on what condition, and which rows of the record are such events.",
        "Printed by `thaw show events --markdown` from the declarations; do not edit.",
        "",
        "| event | decided by | of a | once | requires | meaning | record |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in events():
        ids = sorted({entry["id"] for entry in row["record"]})
        told = (
            ", ".join(row["mechanisms"]),
            AXES[row["axes"]],
            "yes" if row["once"] else "",
            row["requires"],
            row["meaning"],
        )
        cells = (f"`{row['name']}`", *told, ", ".join(ids))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _record_rows() -> dict[str, list[dict[str, str]]]:
    """Event name without its polity -> rows of the record; deaths are dates of `people`."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in record.events():
        for text in row.event:
            entry = {"id": row.id, "date": row.date.isoformat(), "event": text}
            rows.setdefault(record.parse_event(text).name, []).append(entry)
    rows["death"] = [
        {"id": "people", "date": person.died.isoformat(), "event": f"{person.polity}.death:{person.id}"}
        for person in record.people()
        if person.died
    ]
    return rows
