"""`thaw record`: the facts with their sources, filtered, as table, CSV or JSON."""

from typing import Annotated, Any

import typer

from thaw.cli.options import Json
from thaw.cli.printing import print_csv, print_json, print_table, say
from thaw.errors import RecordError, did_you_mean
from thaw.names import MONTH

app = typer.Typer(
    no_args_is_help=True,
    help="Print the record: what happened, who they were, and what was counted, each row with its source.",
    epilog="Example:  thaw record events --polity SUN --from 1953-03 --to 1956-12",
)

Csv = Annotated[bool, typer.Option("--csv", help="As CSV.")]
PolityCode = Annotated[str | None, typer.Option("--polity", help="Rows of this polity, as SUN.")]
From = Annotated[
    str | None, typer.Option("--from", metavar="YYYY[-MM[-DD]]", help="Rows that reach this day or later.")
]
To = Annotated[str | None, typer.Option("--to", metavar="YYYY[-MM[-DD]]", help="Rows that begin by then.")]

SPANS = {
    "events": ("date", "end_date"),
    "tenures": ("start", "end"),
    "relations": ("start", "end"),
    "series": ("start", "end"),
    "states": ("independent", "until"),
}
SHOWN = {"states": ("code", "name", "independent", "until", "former_ruler", "alliance", "alliance_from", "alliance_until")}
OPEN_ENDED = ("tenures", "relations", "states")  # no end: it outlasted the record; no beginning: it was there before


@app.command(epilog="Example:  thaw record events --polity HUN --from 1956 --to 1956")
def events(
    polity: PolityCode = None, first: From = None, last: To = None, as_json: Json = False, as_csv: Csv = False
) -> None:
    """What happened, with the names under which the model knows it."""
    _print("events", as_json, as_csv, polity=polity, first=first, last=last)


@app.command(epilog="Example:  thaw record people --polity SUN --csv")
def people(polity: PolityCode = None, as_json: Json = False, as_csv: Csv = False) -> None:
    """Who they were: births, deaths, offices."""
    _print("people", as_json, as_csv, polity=polity)


@app.command(epilog="Example:  thaw record series --polity SUN --variable political_convictions")
def series(
    polity: PolityCode = None,
    variable: Annotated[str | None, typer.Option("--variable", help="Rows of this variable.")] = None,
    first: From = None,
    last: To = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """What was counted; without any filter, the list of what there is (--csv and --json give every row)."""
    if not (polity or variable or first or last or as_json or as_csv):
        _print("variables", False, False)
        say("Rows: thaw record series --variable NAME, or all of them with --csv")
        return
    _print("series", as_json, as_csv, polity=polity, variable=variable, first=first, last=last)


@app.command(epilog="Example:  thaw record sources --json")
def sources(as_json: Json = False, as_csv: Csv = False) -> None:
    """Where it comes from, and under what terms."""
    _print("sources", as_json, as_csv)


@app.command(epilog="Example:  thaw record tenures --polity SUN --from 1953-03-06 --to 1953-06-25")
def tenures(
    polity: PolityCode = None, first: From = None, last: To = None, as_json: Json = False, as_csv: Csv = False
) -> None:
    """Who sat where, from when to when."""
    _print("tenures", as_json, as_csv, polity=polity, first=first, last=last)


@app.command(epilog="Example:  thaw record relations --polity SUN --from 1955 --to 1955")
def relations(
    polity: PolityCode = None, first: From = None, last: To = None, as_json: Json = False, as_csv: Csv = False
) -> None:
    """Alliances, aid, troops, rivalries and breaks between polities."""
    _print("relations", as_json, as_csv, polity=polity, first=first, last=last)


@app.command(epilog="Example:  thaw record states --from 1960 --to 1960")
def states(first: From = None, last: To = None, as_json: Json = False, as_csv: Csv = False) -> None:
    """Which states were independent, when and where, and to which pole a treaty bound them (every column: --csv, --json)."""
    _print("states", as_json, as_csv, first=first, last=last)


def _print(
    name: str, as_json: bool, as_csv: bool, *, polity: str | None = None, variable: str | None = None,
    first: str | None = None, last: str | None = None,
) -> None:  # fmt: skip
    """The rows of a table that pass every filter given."""
    from thaw import record

    if as_json and as_csv:
        raise RecordError("--json and --csv: choose one.")
    _known(polity, [row.code for row in record.polities()], "polity")
    _known(variable, [row.name for row in record.variables()], "variable")
    span = _day(first, "--from", low=True), _day(last, "--to", low=False)
    if span[0] > span[1]:
        raise RecordError(f"--from {first} is after --to {last}.")
    columns, rows = record.table(name)
    kept = [
        row
        for row in (dict(zip(columns, row, strict=True)) for row in rows)
        if _passes(name, row, polity, variable, span)
    ]
    if name == "events":
        kept.sort(key=lambda row: (row["date"], row["id"]))
    if as_json:
        print_json(kept)
    elif as_csv:
        print_csv(columns, (list(row.values()) for row in kept))
    else:
        columns = [column for column in columns if column in SHOWN.get(name, columns)]
        shown = [column for column in columns if any(row[column] not in (None, "") for row in kept)]
        narrow = {"id", "date", "start", "end", "person", "variable", "key", "polity", "code", "name"} - {"summary"}
        print_table(shown, ([row[column] for column in shown] for row in kept), narrow=tuple(narrow))


def _passes(name: str, row: dict[str, Any], polity: str | None, variable: str | None, span: tuple[str, str]) -> bool:
    if polity and polity not in (row.get("polity"), row.get("polity_a"), row.get("polity_b")):
        return False
    if variable and row["variable"] != variable:
        return False
    if name not in SPANS:
        return True
    begin, end = (row[column] for column in SPANS[name])
    return (begin or "") <= span[1] and (end or ("9999" if name in OPEN_ENDED else begin)) >= span[0]


def _known(word: str | None, known: list[str], what: str) -> None:
    if word is not None and word not in known:
        raise RecordError(f"the record has no {what} '{word}'. {did_you_mean(word, known)}")


def _day(text: str | None, option: str, *, low: bool) -> str:
    """The first or last day of a year, month or day as text that compares; the ends of time where none is given."""
    from datetime import date

    if text is None:
        return "" if low else "9999-99-99"
    filled = text + ("-01" if MONTH.fullmatch(text) else "-01-01" if text.isdigit() and len(text) == 4 else "")
    try:
        date.fromisoformat(filled)
    except ValueError:
        raise RecordError(f"{option} {text}: expected a day, month or year, as 1956-02-25, 1956-02 or 1956.") from None
    return filled if low or text == filled else text + "-99"
