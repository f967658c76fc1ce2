"""A history simulated again, for what its tape does not keep: who held how much power, and by whose favour.

The manifest of a run holds its scenario as plain data and the hash of all that decided its results. The plan is made anew from the
one and compared with the other, so what comes out is that very history, or a RunError that says why it cannot be.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from thaw.axes import HISTORIES_PER_WORD
from thaw.errors import RunError, ScenarioError
from thaw.fields import FIELDS
from thaw.plan import Plan
from thaw.state import State


def plan_of(manifest: Mapping[str, Any]) -> Plan:
    """The plan from which a run was made.

    >>> plan_of({})
    Traceback (most recent call last):
        ...
    thaw.errors.RunError: this run does not say from which scenario it was made.
    """
    from thaw.api import RunOptions, make_plan
    from thaw.digest import plan_key
    from thaw.scenario import Scenario

    if not manifest.get("made_from"):
        raise RunError("this run does not say from which scenario it was made.")
    try:
        scenario = Scenario.model_validate(manifest["made_from"])
    except (ValueError, ScenarioError) as error:
        raise RunError("the scenario of this run is not one that this version can read.") from error
    settings = {name: manifest[name] for name in ("seed", "citizens", "parameters", "coupling", "rules")}
    for free in (False, True):  # the manifest says whether deaths were drawn, which a scenario may ask for without --free
        plan = make_plan(scenario, RunOptions(**settings, without=tuple(manifest["without"]), free=free))
        if plan_key((plan, manifest["record_all"])) == manifest["key"]:
            return plan
    raise RunError(_why_not(manifest.get("fitted") or {}))


def _why_not(fitted: Mapping[str, Any]) -> str:
    """Why the plan made anew is another one: of a posterior that was given as a file a run keeps no more than what it was fitted to."""
    if not fitted:
        return "this run was made by another version, whose histories cannot be simulated again."
    without = f" without {fitted['without']}" if fitted.get("without") else ""
    drawn = f"it drew its parameters from a posterior fitted to the record up to {fitted['cut']}{without}, given as a file"
    return f"this run cannot be simulated again: {drawn}, or was made by another version."


def replay(plan: Plan, history: int, months: Iterable[int], fields: Iterable[str]) -> dict[int, dict[str, np.ndarray]]:
    """Fields of one history after the months asked for: month -> field -> its values without H, whole where it has no H.

    A history depends on its number and on no other, so it is simulated alone with those before it in its word of 64.
    """
    from thaw.loop import simulate

    wanted, names = set(months), tuple(fields)
    first = history // HISTORIES_PER_WORD * HISTORIES_PER_WORD
    found = {}
    for month, state in simulate(plan, first, history + 1):
        if month in wanted:
            found[month] = {name: _of_history(state, name, history - first) for name in names}
        if month >= max(wanted, default=-1):
            break
    return found


def _of_history(state: State, name: str, place: int) -> np.ndarray:
    values = getattr(state, name)
    return np.array(values[place] if FIELDS[name].axes.startswith("H") else values)
