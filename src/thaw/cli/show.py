"""`thaw show`: what a scenario says, what the model consists of, and one history of a run; the model whole in `model.py`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from thaw.cli import model
from thaw.cli.options import Json
from thaw.cli.printing import print_json, print_table, results, say

app = typer.Typer(
    no_args_is_help=True,
    help="Show a scenario, the model's parameters, mechanisms and events, the whole of it, or one history of a run.",
    epilog="Example:  thaw show parameters terror",
)
app.command(epilog="Example:  thaw show graph --from SUN.secret_speech > reach.svg")(model.graph)
app.command(epilog="Example:  thaw show odd ussr-1945 > odd.md")(model.odd)
app.command(epilog="Example:  thaw show system --json")(model.system)


@app.command(epilog="Example:  thaw show scenario ussr-1945 --toml > mine.toml")
def scenario(
    name: Annotated[str, typer.Argument(help="A built-in scenario or a TOML file.")] = "ussr-1945",
    as_toml: Annotated[bool, typer.Option("--toml", help="The whole scenario as a file.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="JSON Schema of scenario files, for editors.")] = False,
    names: Annotated[bool, typer.Option("--list", help="The built-in scenarios.")] = False,
    as_json: Json = False,
) -> None:
    """Show who, when, what is pinned and what is forced; checks the file on the way."""
    from thaw.scenario import load_scenario, scenario_names, scenario_schema

    if sum((as_toml, schema, names, as_json)) > 1 and not (names and as_json):
        from thaw.errors import ScenarioError

        raise ScenarioError("--toml, --schema, --list and --json: choose one.")
    if schema:
        print_json(scenario_schema())
    elif names:
        print_json(scenario_names()) if as_json else print("\n".join(scenario_names()))
    elif as_toml:
        print(load_scenario(name).to_toml(), end="")
    elif as_json:
        print_json(json.loads(load_scenario(name).model_dump_json()))
    else:
        _print_scenario(name)


@app.command(epilog="Example:  thaw show parameters terror      thaw show parameters '*.inertia'")
def parameters(
    pattern: Annotated[str, typer.Argument(help="Part of a name, or a pattern with * and ?.")] = "",
    as_json: Json = False,
) -> None:
    """Show each parameter's value, unit, prior, source and meaning."""
    from thaw.cli import catalog

    rows = catalog.parameters(pattern)
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows[0]), (list(row.values()) for row in rows), narrow=("name", "value", "prior"))


@app.command(epilog="Example:  thaw show mechanisms --json")
def mechanisms(as_json: Json = False) -> None:
    """Show what each mechanism reads, writes, draws and decides, its rules and sources."""
    from thaw.cli import catalog

    rows = catalog.mechanisms()
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print(f"{row['name']}, each {row['step']}: {row['meaning']}")
        for key in ("reads", "writes", "draws", "events", "rules", "parameters", "sources"):
            told = [f"{name} ({law})" for name, law in row[key].items()] if isinstance(row[key], dict) else row[key]
            if told:
                _print_list(key, told)
        print()


@app.command(epilog="Example:  thaw show order")
def order(as_json: Json = False) -> None:
    """Show the month: each mechanism in its turn, and what it writes."""
    from thaw.cli import catalog

    rows = [{key: row[key] for key in ("step", "name", "meaning", "writes")} for row in catalog.mechanisms()]
    if as_json:
        print_json(rows)
    else:
        told = [
            (number, f"each {row['step']}", row["name"], row["meaning"], ", ".join(row["writes"]))
            for number, row in enumerate(rows, 1)
        ]
        print_table(("", "", "mechanism", "meaning", "writes"), told, narrow=("", "mechanism"))


@app.command(epilog="Example:  thaw show events --json")
def events(
    as_json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the page docs/model/events.md.")] = False,
) -> None:
    """Show what can happen, who decides it, on what condition, and when the record has it."""
    from thaw.cli import catalog

    if as_json:
        print_json(catalog.events())
    elif markdown:
        print(catalog.events_page(), end="")
    else:
        rows = [
            (
                row["name"],
                ", ".join(row["mechanisms"]),
                "once" if row["once"] else "",
                row["requires"],
                row["meaning"],
                len(row["record"]) or "",
            )
            for row in catalog.events()
        ]
        print_table(
            ("event", "decided by", "once", "requires", "meaning", "in record"), rows, narrow=("event", "mechanism")
        )


@app.command(epilog="Example:  thaw show history runs/ussr-1945-seed0 17")
def history(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    number: Annotated[int, typer.Argument(metavar="K", help="Number of the history, from 0.")],
    as_json: Json = False,
) -> None:
    """Tell one history of a run as a chronicle: month by month, with what drove each event."""
    from thaw.chronicle import tell
    from thaw.tape import Tape

    told = tell(Tape.load(run, verify=False), number)
    if as_json:
        print_json(told.json())
    else:
        results().print(told.rich())


def _print_scenario(name: str) -> None:
    from thaw.scenario import load_scenario

    loaded = load_scenario(name)
    print(f"{loaded.name}: {loaded.title}\n{loaded.why}\n")
    print(f"{loaded.start} to {loaded.end}, {len(loaded.months)} months; {loaded.citizens:,} citizens a society")
    pinned = [key.replace("_", " ") for key, value in loaded.pinned.model_dump().items() if value]
    print(f"pinned to the record: {', '.join(pinned) or 'nothing'}\n")
    rows = [
        (
            code,
            polity.name,
            polity.role,
            polity.starts or loaded.start,
            polity.leader,
            f"{polity.court}: {len(polity.full)} + {len(polity.candidates)} + {len(polity.cadre)}",
            "yes" if polity.society else "",
        )
        for code, polity in loaded.polities.items()
    ]
    columns = ("polity", "name", "role", "from", "leader", "court: full + candidates + cadre", "society")
    print_table(columns, rows)
    for title, told in (
        ("priors", [f"{key} ~ {value}" for key, value in loaded.priors.items()]),
        ("parameters", [f"{key} = {value:g}" for key, value in loaded.parameters.items()]),
        ("forced", [f"{act.event}@{act.date}" for act in loaded.forced]),
        ("prevented", [act.event for act in loaded.prevented]),
        ("held", [f"{key} = {value:g}" for key, value in loaded.hold.items()]),
    ):
        if told:
            _print_list(title, told)
    say("The whole of it: thaw show scenario " + name + " --toml")


def _print_list(title: str, words: list[str]) -> None:
    """A titled list, wrapped under itself."""
    from textwrap import fill

    print(
        fill(
            ", ".join(words),
            width=110,
            initial_indent=f"  {title:<11}",
            subsequent_indent=" " * 13,
            break_on_hyphens=False,
        )
    )
