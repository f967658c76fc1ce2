"""What the fans of the page show: headline quantities with unit, and the record's series that measures the same."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """One fan: the sum of `variables` times `scale`, and the `record`'s series times `record_scale`, in one unit."""

    id: str
    title: str
    variables: tuple[str, ...]
    unit: str
    number: str
    says: str
    scale: float = 1.0
    record: str = ""
    record_scale: float = 1.0
    month: str = "01"  # which month of a year its table shows: the one nearest to the record's date


COURT = (
    Quantity(
        "prisoners", "Prisoners", ("political_prisoners", "ordinary_prisoners"), "thousand persons", ",.0f",
        "Everyone held in camps and colonies. Dots: counts of 1 January.",
        record="gulag_prisoners", record_scale=1e-3,
    ),
    Quantity(
        "politicals", "Political prisoners", ("political_prisoners",), "thousand persons", ",.0f",
        "Those held for political crimes. Dots: counts of 1 January.",
        record="gulag_counterrevolutionaries", record_scale=1e-3,
    ),
    Quantity(
        "convictions", "Political convictions", ("convictions",), "thousand persons a year", ",.0f",
        "Sentences for political crimes at the pace of the month. Dots: yearly totals.",
        scale=1e-3, record="political_convictions", record_scale=1e-3, month="07",
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
        "Political terror as it is remembered, fading with the years.",
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
)  # fmt: skip
STREET = (
    ("voice", "Who speaks up", "Share of citizens who speak up, on one scale for all countries, stretched near zero."),
    (
        "revolt",
        "Who revolts",
        "Share of citizens in revolt, on one scale for all countries, stretched near zero. Most months have few.",
    ),
)
