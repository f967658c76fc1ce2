"""One table of the record: CSV in, checked rows out, all mistakes of a file in one message.

A schema is a Table Schema (Frictionless) as `datapackage.json` holds it, so what a stranger's tool checks and what
`thaw` checks is written once. Two words are our own: `thaw:refers` on a list column names the table (or `events`, the
vocabulary) whose keys its items must be, and `thaw:ordered` lists columns that may not fall from left to right.
"""

import csv
import io
import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from thaw.errors import RecordError, did_you_mean
from thaw.record.vocabulary import parse

Row = dict[str, Any]
Keys = Mapping[str, Collection[str]]

_SHOWN = 20  # mistakes printed of one file; the rest is counted
_TYPES: dict[str, Callable[[str], Any]] = {"string": str, "number": float, "integer": int, "date": date.fromisoformat}
_EXPECTED = {"number": "a number, as 12.5", "integer": "a whole number, as 12", "date": "a day, as 1953-03-05"}


def read_table(path: str | Path, schema: Mapping[str, Any], known: Keys | None = None) -> list[Row]:
    """Rows of a CSV file with their cells in the types of the schema; an empty cell is None, or () in a list column.

    `known` holds, per table named in the schema, the keys that exist; tables not in it are not checked against.

    Raises
    ------
    RecordError
        Every mistake with line, column, what was expected and the nearest valid name.
    """
    path = Path(path)
    lines = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    fields = schema["fields"]
    names = [field["name"] for field in fields]
    mistakes = _header_mistakes(next(lines, []), names)
    if mistakes:
        raise _report(path, mistakes)
    readers = [_reader(field, schema, known or {}) for field in fields]
    ordered = schema.get("thaw:ordered", [])
    primary = schema.get("primaryKey", [])
    seen: dict[tuple[Any, ...], int] = {}
    rows: list[Row] = []
    start = 2
    try:
        for cells in lines:
            line, start = start, lines.line_num + 1
            if len(cells) != len(names):
                mistakes.append(f"line {line}: expected {len(names)} cells ({', '.join(names)}), found {len(cells)}.")
                continue
            row: Row = {}
            for name, read, cell in zip(names, readers, cells, strict=True):
                try:
                    row[name] = read(cell)
                except (ValueError, RecordError) as why:
                    mistakes.append(f"line {line}, column '{name}': {why}")
            if len(row) < len(names):
                continue
            mistakes += [f"line {line}, {text}" for text in _order_mistakes(row, ordered)]
            key = tuple(row[name] for name in primary)
            if primary and key in seen:
                shown = ", ".join(str(part) for part in key)
                mistakes.append(f"line {line}, column '{primary[0]}': {shown} stands already on line {seen[key]}.")
            seen.setdefault(key, line)
            rows.append(row)
    except csv.Error as why:
        mistakes.append(f"line {lines.line_num}: not readable as CSV ({why}); is a quote left open?")
    if mistakes:
        raise _report(path, mistakes)
    return rows


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        near = did_you_mean(path.name, [other.name for other in path.parent.glob("*.csv")])
        raise RecordError(f"{path.name}: there is no such file in {path.parent}. {near}") from None
    except UnicodeDecodeError as why:
        line = path.read_bytes()[: why.start].count(b"\n") + 1
        raise _report(path, [f"line {line}: not UTF-8; save the file as UTF-8 without a byte-order mark."]) from None


def _report(path: Path, mistakes: list[str]) -> RecordError:
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    more = [f"... and {len(mistakes) - _SHOWN} more."] if len(mistakes) > _SHOWN else []
    body = "\n  ".join(mistakes[:_SHOWN] + more + ["More: docs/record.md"])
    return RecordError(f"{path.name}: {count}.\n  {body}")


def _header_mistakes(header: list[str], names: list[str]) -> list[str]:
    """What is wrong with the first line."""
    expected = f"expected {','.join(names)}"
    if not header:
        return [f"line 1: the file is empty; {expected}."]
    missing = [name for name in names if name not in header]
    mistakes = [
        f"line 1: there is no column '{name}' in this table. {did_you_mean(name, missing or names)}"
        for name in header
        if name not in names
    ]
    if len(missing) > len(mistakes):  # else the names misspelt above are the ones that are missing
        mistakes += [f"line 1: column '{name}' is missing; {expected}." for name in missing]
    if not mistakes and header != names:
        mistakes.append(f"line 1: columns stand in another order; {expected}.")
    return mistakes


def _reader(field: Mapping[str, Any], schema: Mapping[str, Any], known: Keys) -> Callable[[str], Any]:
    """A function that turns one cell of this column into its value, or raises with the reason."""
    rules = field.get("constraints", {})
    required = rules.get("required", False)
    is_list = field["type"] == "list"
    one = _one(field, schema, known)
    delimiter = field.get("delimiter", ",")

    def read(cell: str) -> Any:
        if cell == "":
            if required:
                raise ValueError("empty, but every row needs one.")
            return () if is_list else None
        if is_list:
            return tuple(one(item) for item in cell.split(delimiter))
        return one(cell)

    return read


def _one(field: Mapping[str, Any], schema: Mapping[str, Any], known: Keys) -> Callable[[str], Any]:
    """A function that reads and checks one value of this column."""
    rules = field.get("constraints", {})
    kind = field.get("itemType", "string") if field["type"] == "list" else field["type"]
    convert = _TYPES[kind]
    choices = rules.get("enum")
    pattern = re.compile(rules["pattern"]) if "pattern" in rules else None
    lowest = convert(str(rules["minimum"])) if "minimum" in rules else None
    highest = convert(str(rules["maximum"])) if "maximum" in rules else None
    table = _refers(field, schema)
    keys = known.get(table) if table else None

    def one(cell: str) -> Any:
        try:
            value = convert(cell)
        except ValueError:
            raise ValueError(f"'{cell}' is not {_EXPECTED[kind]}.") from None
        if kind == "number" and not math.isfinite(value):
            raise ValueError(f"'{cell}' is not {_EXPECTED[kind]}; leave the cell empty where nothing is known.")
        if cell != cell.strip():
            raise ValueError(f"'{cell}' has blanks at its ends.")
        if choices is not None and cell not in choices:
            near = did_you_mean(cell, choices)
            known_ones = f"Known: {', '.join(choices)}."
            raise ValueError(f"'{cell}' is not known here. {near if near == known_ones else f'{near} {known_ones}'}")
        if pattern is not None and not pattern.fullmatch(cell):
            raise ValueError(f"'{cell}' does not look like {pattern.pattern}.")
        if (lowest is not None and value < lowest) or (highest is not None and value > highest):
            raise ValueError(f"{cell} lies outside {_shown(lowest)} to {_shown(highest)}.")
        if table == "events":
            parse(cell, known.get("polities", ()), known.get("people", ()))
        elif keys is not None and cell not in keys:
            raise ValueError(f"'{cell}' is not in {table}.csv. {did_you_mean(cell, keys)}")
        return value

    return one


def _refers(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The table whose key this column holds, empty if none."""
    for foreign in schema.get("foreignKeys", []):
        if foreign["fields"] == [field["name"]]:
            return str(foreign["reference"]["resource"])
    return str(field.get("thaw:refers", ""))


def _order_mistakes(row: Row, ordered: list[list[str]]) -> list[str]:
    mistakes = []
    for names in ordered:
        present = [(name, row[name]) for name in names if row[name] is not None]
        for (left, low), (right, high) in pairwise(present):
            if low > high:
                order = " <= ".join(names)
                mistakes.append(f"column '{left}': {_shown(low)} lies above {right} {_shown(high)}; expected {order}.")
    return mistakes


def _shown(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
