"""TOML as text: reading a file, on which line each key stands, which no parser tells, and a writer of our own.

>>> lines_of('title = "x"\\n[polities.SUN]\\nfull = [\\n  "stalin",\\n  "molotov",\\n]')[("polities", "SUN", "full", 1)]
5
>>> print(write({"citizens": 100, "hold": {"fear": 0.5}}), end="")
citizens = 100
<BLANKLINE>
[hold]
fear = 0.5
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from os.path import exists, isdir, isfile
from pathlib import Path
from typing import Any

from thaw.errors import ScenarioError

MOST_BYTES = 1_000_000

Location = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_VALUE = re.compile(r"[^,\]}#\n]+")


def read(path: Path) -> str:
    """Text of a file, or a ScenarioError that says why there is none."""
    if isdir(path):
        raise ScenarioError(f"{path} is a folder. Expected a scenario file in TOML.")
    if exists(path) and not isfile(path):
        raise ScenarioError(f"{path} is not a file. Expected a scenario file in TOML.")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise ScenarioError(
            f"there is no file {path}. Built-in scenarios are listed by: thaw show scenario --list"
        ) from None
    except (OSError, ValueError) as problem:
        raise ScenarioError(f"{path} cannot be read: {getattr(problem, 'strerror', None) or problem}.") from None
    if len(content) > MOST_BYTES:
        raise ScenarioError(f"{path} is larger than 1 MB. A scenario is data of a few pages.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise ScenarioError(f"{path.name}, line {line}: not UTF-8 text. Save the file as UTF-8.") from None


def parse(text: str, file: str) -> dict[str, Any]:
    """Plain data of a TOML text, or a ScenarioError with the line of the first fault of syntax."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        what, _, where = str(problem).rpartition(" (at ")
        line = where.removeprefix("line ").partition(",")[0]
        place = f"line {line}" if line.isdigit() else "last line"
        raise ScenarioError(f"{file}, {place}: not valid TOML: {what or problem}.") from None
    except (RecursionError, ValueError) as problem:
        told = "nested too deeply" if isinstance(problem, RecursionError) else str(problem)
        raise ScenarioError(f"{file}: not valid TOML: {told}.") from None


def lines_of(text: str) -> dict[Location, int]:
    """Line (from 1) of every key, table and array element of a text that is valid TOML, by its dotted place."""
    return _Scan(text).document()


class _Scan:
    """One pass over valid TOML that looks only at structure; values are skipped."""

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0
        self.lines: dict[Location, int] = {}
        self._counted, self._line = 0, 1

    def document(self) -> dict[Location, int]:
        table: Location = ()
        tables_seen: dict[Location, int] = {}
        while self.peek():
            if self.text.startswith("[[", self.place):
                self.place += 2
                line, name = self.line(), self._within(self.dotted(), tables_seen)
                tables_seen[name] = tables_seen.get(name, -1) + 1
                table = (*name, tables_seen[name])
                self.note(name, line)
                self.note(table, line)
                self.skip("]]")
            elif self.text[self.place] == "[":
                self.place += 1
                line, table = self.line(), self._within(self.dotted(), tables_seen)
                self.note(table, line)
                self.skip("]")
            else:
                self.pair(table)
        return self.lines

    def pair(self, table: Location) -> None:
        line, name = self.line(), (*table, *self.dotted())
        for depth in range(len(table) + 1, len(name) + 1):
            self.note(name[:depth], line)
        self.skip("=")
        self.value(name)

    def value(self, name: Location) -> None:
        start = self.peek()
        if start in "\"'":
            self.string()
        elif start == "[":
            self.place += 1
            element = 0
            while self.peek() != "]":
                self.note((*name, element), self.line())
                self.value((*name, element))
                element += 1
                self.comma()
            self.place += 1
        elif start == "{":
            self.place += 1
            while self.peek() != "}":
                self.pair(name)
                self.comma()
            self.place += 1
        else:
            match = _PLAIN_VALUE.match(self.text, self.place)
            self.place = match.end() if match else len(self.text)

    def dotted(self) -> Location:
        parts = [self.key()]
        while self.peek() == ".":
            self.place += 1
            parts.append(self.key())
        return tuple(parts)

    def key(self) -> str:
        if self.peek() in "\"'":
            written = self.string()
            return json.loads(written, strict=False) if written[0] == '"' and "\\U" not in written else written[1:-1]
        match = _BARE_KEY.match(self.text, self.place)
        if match is None:
            raise ValueError("not valid TOML")
        self.place = match.end()
        return match.group()

    def string(self) -> str:
        match = _STRING.match(self.text, self.place)
        if match is None:
            raise ValueError("not valid TOML")
        self.place = match.end()
        return match.group()

    def comma(self) -> None:
        if self.peek() == ",":
            self.place += 1

    def skip(self, mark: str) -> None:
        self.peek()
        self.place += len(mark)

    def peek(self) -> str:
        """The next character after blanks and comments; nothing at the end."""
        match = _BLANK.match(self.text, self.place)
        self.place = match.end() if match else self.place
        return self.text[self.place : self.place + 1]

    def line(self) -> int:
        self.peek()
        self._line += self.text.count("\n", self._counted, self.place)
        self._counted = self.place
        return self._line

    def note(self, name: Location, line: int) -> None:
        for depth in range(1, len(name) + 1):  # [a.b] also makes a
            self.lines.setdefault(name[:depth], line)

    @staticmethod
    def _within(name: Location, tables_seen: Mapping[Location, int]) -> Location:
        """The place of a table whose name passes through arrays of tables: the last of each."""
        place: Location = ()
        for depth, part in enumerate(name, 1):
            place = (*place, part)
            if place in tables_seen and depth < len(name):
                place = (*place, tables_seen[place])
        return place


def write(data: Mapping[str, Any]) -> str:
    """Plain data as TOML: values first, then tables, then arrays of tables, in the order given; no empty table."""
    return "\n".join(_table(data, ())).strip("\n") + "\n"


def _table(data: Mapping[str, Any], name: tuple[str, ...]) -> list[str]:
    tables = {key: value for key, value in data.items() if isinstance(value, Mapping)}
    arrays = {key: value for key, value in data.items() if _is_array_of_tables(value)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in data.items() if key not in tables and key not in arrays]
    if name and lines:
        lines = ["", f"[{'.'.join(map(_key, name))}]", *lines]
    for key, table in tables.items():
        lines += _table(table, (*name, key))
    for key, array in arrays.items():
        for table in array:
            lines += ["", f"[[{'.'.join(map(_key, (*name, key)))}]]"]
            lines += [f"{_key(inner)} = {_value(value)}" for inner, value in table.items()]
    return lines


def _is_array_of_tables(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and isinstance(value[0], Mapping)


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    return "[" + ", ".join(_value(element) for element in value) + "]"
