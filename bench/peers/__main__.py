"""thaw beside Mesa, agentpy and NumPy: the same models, the same outcomes, what each costs.

    python -m bench.peers [--json] [--seconds 3] [--runs 24]

Costs are taken in turn within one run, each way on one core; a ratio is the median over rounds, with its range.
Exits with 1 if the heads of the cascade are not equal or the distributions of outputs disagree. Goals are reported only.
"""

import argparse
import json
import sys
from importlib.util import find_spec
from typing import Any

TITLES = {
    "epstein": "Epstein 2002, 40 x 40, vision 7: per agent and tick",
    "cascade": "cascade, 10,000 citizens: per citizen, history and sweep",
}
LEFT = ("way", "model", "output", "rule", "goal", "call", "powers", "")  # columns of words


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--seconds", type=float, default=3.0, help="time spent on the cost of each way")
    parser.add_argument("--runs", type=int, default=24, help="runs of Epstein's model in Mesa and agentpy each; 4 times as many in NumPy")
    asked = parser.parse_args()
    if asked.runs < 1 or not asked.seconds > 0:
        parser.error(f"--runs is {asked.runs}, --seconds {asked.seconds}: wanted 1 or more, and more than 0")
    missing = [name for name in ("mesa", "agentpy") if find_spec(name) is None]
    if missing:
        print(f"{' and '.join(missing)} not installed here: `make bench-peers` does it, in .venv-peers", file=sys.stderr)
        return 2
    from bench.peers.measure import measure

    found = measure(asked.seconds, asked.runs)
    if asked.json:
        print(json.dumps(found, indent=1))
    else:
        show(found)
    return 0 if found["agree"] else 1


def show(found: dict[str, Any]) -> None:
    """The figures as tables."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 140)
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    console.print(f"{found['machine']}; {versions}\n", highlight=False)
    for model, unit in TITLES.items():
        rows = [
            (way, f"{_short(one['ns'])} ns", _short(one["ratio"]), f"{_short(one['low'])} to {_short(one['high'])}", str(one["rounds"]))
            for way, one in found[model].items()
        ]
        _table(console, unit, ("way", "cost", "times thaw", "range", "rounds"), rows)
    spread = [
        (name, kind, f"{one['median']:.0f}", f"{one['worst']:.0f}")
        for name, kinds in found["coalition"].items()
        for kind, one in kinds.items()
        if isinstance(one, dict)
    ]
    _table(console, "ruling coalition of ten contenders, µs a call", ("call", "powers", "median", "worst"), spread)
    tests = [
        (
            *(one["model"], one["way"], one["output"]),
            *(f"{one['mean']:.4g} ({one['runs']})", f"{one['mean_of_thaw']:.4g} ({one['runs_of_thaw']})"),
            *(f"{one['p_distance']:.4f}", f"{one['p_mean']:.4f}", "yes" if one["agrees"] else "NO"),
        )
        for one in found["agreement"]
    ]
    heads = ("model", "way", "output", "mean (runs)", "of thaw (runs)", "p distance", "p mean", "agrees")
    _table(console, "same distributions? agrees: p > 0.01 after Holm's correction for all", heads, tests)
    unequal = ", ".join(found["unequal"]) or "none"
    console.print(f"cascade, the same looks fed to all: ways whose heads differ in any sweep: {unequal}\n", highlight=False)
    seen = [(one["rule"], f"{one['p']:.4f}", "yes" if one["seen"] else "no") for one in found["controls"]]
    _table(console, "would a wrong rule be seen? Mesa against thaw with another rule", ("rule", "p", "seen"), seen)
    answers = {True: "met", False: "NOT MET", None: "not measured"}
    wanted = [
        (one["goal"], one["wanted"], "" if one["measured"] is None else _short(one["measured"]), answers[one["met"]])
        for one in found["goals"]
    ]
    _table(console, "goals", ("goal", "wanted", "measured", ""), wanted)
    console.print("All agree." if found["agree"] else "THE WAYS DISAGREE.")


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _table(console: Any, title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, justify="left" if head in LEFT else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print()


if __name__ == "__main__":
    sys.exit(main())
