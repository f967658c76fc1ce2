"""Base rates: how leaders of autocracies leave office and how long they last, in the model and among those who have been.

`compare` runs the scenario `autocracy` in memory, whose leaders, courts and societies come from priors, and sets it beside counts of
others (`observed`). The model is not tuned to them: the spans reach far beyond the cut, so a miss is reported and stays.
"""

import os
from functools import partial
from typing import Any

import numpy as np

from thaw.base_rates.observed import MANNERS, TYPES, YEARS, Estimate, both, in_power, share_by, yearly
from thaw.base_rates.spells import MANNERS as MODELLED
from thaw.base_rates.spells import Spells, join, share_in_power, simulate_spells
from thaw.errors import RunError

SCENARIO = "autocracy"
POLITY = {"party": "XPA", "personal": "XPE", "military": "XMI"}
AT_ONCE = 128  # histories in a chunk
Row = dict[str, Any]


def compare(histories: int = 256, seed: int = 0, citizens: int = 1000, workers: int | None = None) -> list[Row]:
    """The base rates beside what the scenario `autocracy` shows.

    Parameters
    ----------
    histories : each holds one regime of each type for thirty years
    citizens : of each society
    workers : processes; all cores when left out

    Returns
    -------
    rows of `quantity` (text), `observed`, `low`, `high` (mean of two codings, and all that the 90% intervals of both cover), `model` (float; NaN
    where no leader of the type has left) and `inside` (bool). Shares of exits, exits per leader-year, shares of leaders still in power.

    Raises
    ------
    RunError : for fewer than one history, a negative seed or no citizens
    """
    spells, places = simulate(histories, seed, citizens, workers)
    return [row for kind in TYPES for row in _rows(kind, spells.of(places[kind]))]


def simulate(histories: int, seed: int, citizens: int, workers: int | None = None) -> tuple[Spells, dict[str, int]]:
    """Spells of leaders in the scenario, and the place of each type of regime among its polities."""
    from thaw import kernels
    from thaw.compile import compile_plan
    from thaw.engine.local import run_local
    from thaw.scenario import CITIZENS, load_scenario

    for name, value, low, high in (("histories", histories, 1, 10**6), ("seed", seed, 0, 2**64 - 1), ("citizens", citizens, *CITIZENS)):
        if not low <= value <= high:
            raise RunError(f"{name} = {value}: expected {low:,} to {high:,}.")
    if not kernels.is_compiled():
        kernels.compile_all()
    plan = compile_plan(load_scenario(SCENARIO)).with_(seed=seed, citizens=citizens)
    jobs = [(first, min(first + AT_ONCE, histories)) for first in range(0, histories, AT_ONCE)]
    parts = [made for _, made in run_local(jobs, partial(simulate_spells, plan), workers=workers or os.cpu_count() or 1)]
    return join(parts), {kind: plan.polities.index(code) for kind, code in POLITY.items()}


def _rows(kind: str, spells: Spells) -> list[Row]:
    """The rows of one type of regime."""
    gone = spells.manner[spells.manner >= 0]
    made = []
    for manner, told in MANNERS.items():
        share = float(np.mean(gone == MODELLED.index(manner))) if manner in MODELLED and len(gone) else (0.0 if len(gone) else float("nan"))
        made.append(_row(f"{kind}: share of exits: {told}", [share_by(kind, coding, manner) for coding in ("archigos", "svolik")], share))
    young = np.minimum(spells.lasted, 240)
    rate = float(((spells.manner >= 0) & (spells.lasted <= 240)).sum() / (young.sum() / 12))
    made.append(_row(f"{kind}: exits per leader-year, first 20 years", [yearly(kind, coding) for coding in ("archigos", "svolik")], rate))
    for years in YEARS:
        both_codings = [in_power(kind, coding, years) for coding in ("archigos", "svolik")]
        made.append(_row(f"{kind}: still in power after {years} year{'s' * (years > 1)}", both_codings, share_in_power(spells, years)))
    return made


def _row(quantity: str, codings: list[Estimate], model: float) -> Row:
    found = both(*codings)
    return {
        "quantity": quantity, "observed": found.value, "low": found.low, "high": found.high, "model": model,
        "inside": bool(found.low <= model <= found.high),
    }  # fmt: skip


def as_table(rows: list[Row]) -> str:
    """The rows of `compare` as a Markdown table, in per cent, with how many are inside.

    >>> print(as_table([{"quantity": "party: still in power after 1 year", "observed": 0.78, "low": 0.7, "high": 0.84, "model": 0.9, "inside": False}]))
    | quantity | observed | 90% | model | inside |
    |---|---|---|---|---|
    | party: still in power after 1 year | 78.0% | 70.0–84.0% | 90.0% | **no** |
    <BLANKLINE>
    0 of 1 inside.
    """
    from thaw.docs_text import table

    def percent(value: float) -> str:
        return f"{100 * value:.1f}"

    lines = [
        (
            row["quantity"], percent(row["observed"]) + "%", f"{percent(row['low'])}–{percent(row['high'])}%", percent(row["model"]) + "%",
            "yes" if row["inside"] else "**no**",
        )
        for row in rows
    ]  # fmt: skip
    return table(("quantity", "observed", "90%", "model", "inside"), lines) + f"\n\n{sum(row['inside'] for row in rows)} of {len(rows)} inside."
