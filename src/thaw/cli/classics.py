"""`thaw classics`: published models beside what was published of them."""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import typer

from thaw.cli.options import Json, Quiet
from thaw.cli.printing import print_json, print_table, results, say
from thaw.errors import ParameterError, RunError

SLOW = ("epstein", "axelrod")
LEGEND = """\
(...) is not printed in the paper: it follows from the published definition and was computed by other means.
Unverified numbers are remembered or could not be read; not reproduced are those that nobody we know of gets: neither is compared."""


def classics(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Models; all where none is named.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE.svg", help="Draw the main figure of the one model named.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run published models of regimes and compare each with what was published of it; exit 1 when a compared row disagrees."""
    from thaw.classics import MODELS, model

    asked = list(dict.fromkeys(names or MODELS))
    modules = {name: model(name) for name in asked}
    if plot is not None:
        _can_plot(plot, asked)
    found = []
    for name, (rows, seconds) in zip(asked, _replicate(asked), strict=True):
        found += rows
        if not as_json:
            _print(name, modules[name], rows)
        say(f"{name}: {seconds:.1f} s", quiet)
    if as_json:
        print_json([asdict(row) for row in found])
    elif any(row.derived is not None or row.agrees is None for row in found):
        results().print(f"\n{LEGEND}", markup=False)
    if plot is not None:
        from thaw import charts

        plot.write_text(charts.drawing(*modules[asked[0]].figure()), encoding="utf-8")
        say(f"Written: {plot}", quiet)
    wrong = [row for row in found if row.agrees is False]
    if wrong:
        raise RunError(f"{len(wrong)} of {len(found)} rows disagree: " + "; ".join(f"{row.model}: {row.quantity}" for row in wrong) + ".")


def _replicate(names: Sequence[str]) -> Iterator[tuple[list[Any], float]]:
    """Rows and seconds of each model in turn; where there are several, one process a core runs them, the longest first."""
    if len(names) == 1:
        yield _rows_of(names[0])
        return
    longest = sorted(names, key=lambda name: name not in SLOW)
    with ProcessPoolExecutor(min(len(names), os.cpu_count() or 1), get_context("spawn")) as pool:
        running = {name: pool.submit(_rows_of, name) for name in longest}
        yield from (running[name].result() for name in names)


def _rows_of(name: str) -> tuple[list[Any], float]:
    from thaw.classics import rows

    start = time.perf_counter()
    return list(rows([name])), time.perf_counter() - start


def _can_plot(plot: Path, names: Sequence[str]) -> None:
    if len(names) != 1:
        raise ParameterError(f"--plot {plot}: draws one model, {len(names)} are asked for. Example: thaw classics epstein --plot {plot}")
    if plot.suffix != ".svg":
        raise ParameterError(f"--plot {plot}: expected a file that ends in .svg.")
    if not plot.parent.is_dir():
        raise ParameterError(f"--plot {plot}: there is no folder {plot.parent}.")
    if plot.is_dir() or not os.access(plot if plot.exists() else plot.parent, os.W_OK):
        raise ParameterError(f"--plot {plot}: cannot be written there.")


def _print(name: str, module: Any, rows: Sequence[Any]) -> None:
    from thaw.bibliography import citation
    from thaw.classics import MODELS
    from thaw.classics.rows import COLUMNS, cells

    results().print(f"\n[bold]{name}[/bold]: {MODELS[name]}")
    results().print(citation(module.SOURCE), markup=False)
    print_table(COLUMNS, map(cells, rows), narrow=("tolerance", "agrees", "status"))
