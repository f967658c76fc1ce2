"""How commands print: tables for people, JSON and CSV for programs, on stdout; what is going on, on stderr."""

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table

PIPED_WIDTH = 120  # columns where there is no terminal to ask


class _Console(Console):
    """A console that leaves a broken pipe to `main`."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def results() -> Console:
    """Where results go."""
    return _Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH, highlight=False)


def notes() -> Console:
    """Where progress and remarks go."""
    return _Console(stderr=True, highlight=False)


def say(text: str, quiet: bool = False) -> None:
    """A remark on stderr, exactly as given."""
    if not quiet:
        print(text, file=sys.stderr, flush=True)


@contextmanager
def telling(quiet: bool) -> Iterator[Callable[[str, float, float], None] | None]:
    """A progress bar on stderr that says what is being simulated; None where nobody would see it."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = notes()
    if quiet or not console.is_terminal:
        yield None
        return
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("simulating", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def print_json(data: Any) -> None:
    """Data as JSON; what is not a number is null."""
    print(json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False))


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows as CSV with a header; nothing is an empty cell."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "", narrow: Sequence[str] = ()
) -> None:
    """Rows as a table; columns in `narrow` are never broken."""
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column in narrow, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(cell) for cell in row))
    results().print(table, markup=False) if table.row_count else say("Nothing matches.")


def _cell(value: Any) -> str:
    from rich.markup import escape

    if value is None:
        return ""
    return escape(
        f"{value:g}"
        if isinstance(value, float) and not value.is_integer()
        else f"{value:.0f}"
        if isinstance(value, float)
        else str(value)
    )
