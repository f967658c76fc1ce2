"""What the fans of the page show: quantities with unit, and the record's series that measures the same (`thaw.system_rows.MEASURES`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Quantity:
    """One fan: the sum of `variables` times `scale`, and of the `record` the same, in one unit.

    `tells` is what its title says of the middle history: its 'course' from the first to the last month, its 'peak' or its 'low';
    numbers in it end in `short`.
    """

    id: str
    title: str
    variables: tuple[str, ...]
    unit: str
    number: str
    says: str
    scale: float = 1.0
    record: str = ""
    month: str = "01"  # which month of a year its table shows: the one nearest to the record's date
    tells: str = "course"
    short: str = ""
    bottom: float | None = 0


COURT = (
    Quantity(
        "prisoners", "Prisoners", ("political_prisoners", "ordinary_prisoners"), "thousand persons", ",.0f",
        "Everyone held in camps and colonies. Dots: counts of 1 January.",
        record="gulag_prisoners", tells="peak", short=" thousand",
    ),
    Quantity(
        "politicals", "Political prisoners", ("political_prisoners",), "thousand persons", ",.0f",
        "Those held for political crimes. Dots: counts of 1 January.",
        record="gulag_counterrevolutionaries", tells="peak", short=" thousand",
    ),
    Quantity(
        "convictions", "Political convictions", ("convictions",), "thousand persons a year", ",.0f",
        "Sentences for political crimes at the pace of the month. Dots: yearly totals.",
        scale=1e-3, record="political_convictions", month="07", short=" thousand",
    ),
    Quantity(
        "personalisation", "Personal rule", ("personalisation",), "leader’s share of power", ".0%",
        "The share of power at the top that the leader holds. The record has no such count.",
    ),
    Quantity(
        "norm", "Norm of collective leadership", ("norm",), "force, 0 to 1", ".1f",
        "How strongly the members hold that nobody may rule alone again.",
    ),
    Quantity(
        "fear", "Fear", ("fear",), "remembered terror", ".2~f",
        "Political terror as it is remembered, fading with the years.", tells="peak",
    ),
    Quantity(
        "line", "Public course", ("line",), "-1 Stalinist, +1 reformist", "+.1f",
        "The course of the ruling party as its press and congresses state it.", bottom=-1,
    ),
    Quantity(
        "cult", "Cult", ("cult",), "output, 0 to 1", ".1f",
        "How much is printed and built in praise of the leader.",
    ),
    Quantity(
        "censorship", "Censorship", ("censorship",), "share that may not be printed", ".0%",
        "What may not be printed.",
    ),
    Quantity(
        "knowledge", "Knowledge of the crimes", ("knowledge",), "share of the public", ".0%",
        "What the public knows of the crimes of the past.",
    ),
    Quantity(
        "dissidents", "Dissidents", ("dissidents",), "per thousand of the intelligentsia", ".2~f",
        "People known for speaking up.",
    ),
    Quantity("samizdat", "Samizdat", ("samizdat",), "reach, 0 to 1", ".2~f", "How far uncensored writing reaches."),
    Quantity(
        "jamming", "Jamming", ("jamming",), "share of foreign radio drowned out", ".0%",
        "How far foreign radio is drowned out. Dots: days of the record on which state stations began to be jammed (100%) or ceased to be (0%).",
        record="jamming_state_broadcasters",
    ),
    Quantity("broadcasting", "Foreign radio", ("broadcasting",), "reach after jamming", ".0%", "How far foreign radio is heard in spite of it."),
)  # fmt: skip
ECONOMY = (
    Quantity(
        "output", "Output per head", ("output",), "thousand dollars of 2011 a year", ".1f",
        "Gross domestic product per head. Dots: yearly estimates of the record.",
        record="gdp_pc", month="07",
    ),
    Quantity(
        "harvest", "Harvest", ("harvest",), "grain per head, 1 = normal of 1940", ".1f",
        "Grain per head of the last harvest. Dots: official harvests of the record, at the end of their year.",
        record="grain_harvest", month="12", tells="low",
    ),
)  # fmt: skip
WORLD = (
    Quantity("tension", "Tension", ("tension",), "0 to 1", ".1f", "Hostility between the two blocs. The record has no such measure.", tells="peak"),
    Quantity("arms_east", "Arms of the East", ("arms_east",), "1 = level of 1950", ".1f", "Armaments of the Eastern bloc."),
    Quantity("arms_west", "Arms of the West", ("arms_west",), "1 = level of 1950", ".1f", "Armaments of the Western bloc."),
    Quantity(
        "quarrel", "Quarrel with Beijing", ("quarrel",), "distance, 0 to 1", ".1f",
        "Distance between Moscow and Beijing. The record has no such measure.",
    ),
)  # fmt: skip
STREET = (
    ("voice", "Who speaks up", "Share of citizens who speak up, on one scale for all countries, stretched near zero."),
    (
        "revolt",
        "Who revolts",
        "Share of citizens in revolt, on one scale for all countries, stretched near zero. Most months have few.",
    ),
)


def absent(run: Any, wanted: Mapping[str, Sequence[str]], *, still: bool = True) -> Iterator[str]:
    """Sentences on what cannot be drawn and why, from title -> series: its mechanism is left out, it is not on the tape, it never moves."""
    why: dict[str, list[str]] = {}
    for title, variables in wanted.items():
        if reason := _reason(run, variables, still=still):
            why.setdefault(reason, []).append(title)
    for reason, titles in why.items():
        yield f"Not drawn, as {reason}: {', '.join(titles)}."


def there(run: Any, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Those that can be drawn."""
    return [quantity for quantity in quantities if not _reason(run, quantity.variables, still=True)]


def _reason(run: Any, variables: Sequence[str], *, still: bool) -> str:
    from thaw import names

    without = run.tape.manifest.get("without") or ()
    writers = {step.name for step in names.mechanisms() if set(step.writes) & set(variables)}
    if out := sorted(writers & set(without)):
        return f"this run leaves out {' and '.join(out)}"
    if not set(variables) <= set(run.tape.series):
        return "this tape keeps the headline series only (thaw run --record all keeps all)"
    if still and not any(_moves(run, name) for name in variables):
        return "it stands still in this run"
    return ""


def _moves(run: Any, name: str) -> bool:
    found = run.tape.series[name]
    values = np.asarray((found.sel(polity=run.main) if "polity" in found.dims else found).values, float)
    values = values[~np.isnan(values)]
    return bool(len(values) and np.ptp(values) > 0)
