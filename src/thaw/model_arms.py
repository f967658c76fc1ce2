"""Arms of the model: the same histories as they are, without each mechanism, or in another order of the month, by the same luck.

For `thaw ablate`, `thaw show system` and `thaw.shuffle`: means of whole fields by year and every event of every polity. Arms of a cause, which
branch off one another and keep what a claim asks for, are `thaw.attribution.arms`. Nothing is written to disk. Arms go over the cores;
each is one chunk at a time, so neither cores nor chunks show in a result.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from thaw.errors import RunError, ThawError
from thaw.fields import FIELDS
from thaw.plan import Plan

WHOLE = ""  # the arm in which nothing is left out
AT_ONCE = 128  # histories: their months are held until they are averaged, with fields by person 4 MB a history
Told = Callable[[float, int], None]  # arms done, arms in all


@dataclass(frozen=True)
class Arm:
    """What one arm leaves behind.

    without  the mechanism left out, '' for none
    series   field -> (H, years, ...) means or, of the whole arm what was asked by month, (H, months, ...); NaN where there is nothing
    firsts   event -> (H,) first month of it, infinite where it never comes
    counts   event without polity and person -> how often it comes in all histories
    ended    histories that left their bounds, or ended early
    """

    without: str
    series: dict[str, np.ndarray]
    firsts: dict[str, np.ndarray]
    counts: dict[str, int]
    ended: np.ndarray


def run_arms(
    plan: Plan, without: Iterable[str], histories: int, fields: tuple[str, ...], *, workers: int, monthly: Collection[str] = (), twins: int | None = None,
    told: Told | None = None,
) -> dict[str, Arm]:  # fmt: skip
    """The whole arm and one without each mechanism named, by name.

    Parameters
    ----------
    fields : what to keep; a field that is given or does not exist is left out
    monthly : fields of the whole arm to keep by month
    twins : histories of the other arms, the first so many; as many as of the whole arm when left out
    told : hears how many arms are done
    """
    from thaw import kernels
    from thaw.engine.local import run_local

    if not kernels.is_compiled():
        kernels.compile_all()
    order = (WHOLE, *without)
    kept = tuple(name for name in fields if name in FIELDS and not FIELDS[name].given and FIELDS[name].axes[:1] == "H")
    work = partial(_work, plan, order, (histories, twins or histories), kept, frozenset(monthly))
    heard = (lambda done: told(done, len(order))) if told else None
    found = {order[first]: arm for (first, _), arm in run_local([(place, place + 1) for place in range(len(order))], work, workers=workers, progress=heard)}
    return {name: found[name] for name in order}


def years(plan: Plan) -> np.ndarray:
    """The years that the months of a plan touch."""
    return np.unique([year for year, _ in plan.months])


def _work(
    plan: Plan, order: tuple[str, ...], sizes: tuple[int, int], fields: tuple[str, ...], monthly: Collection[str], first: int, _: int,
    report: Callable[[float], None],
) -> Arm:
    """The arm at place `first`; a job of the pool."""
    name = order[first]
    try:
        return run_arm(plan, name, sizes[name != WHOLE], fields, monthly=() if name else monthly, report=report)
    except ThawError:
        raise
    except Exception as error:  # the pool would speak of histories
        raise RunError(f"the model cannot run without {name}: {type(error).__name__}: {error}" if name else f"the model cannot run: {error}") from error


def run_arm(
    plan: Plan, without: str, histories: int, fields: tuple[str, ...], *, monthly: Collection[str], report: Callable[[float], None] | None = None
) -> Arm:
    """One arm, in this process."""
    from thaw.engine.chunk import run_chunk

    if without:
        plan = plan.with_(without=(*plan.without, without))
    parts: dict[str, list[np.ndarray]] = {name: [] for name in fields}
    firsts: dict[str, np.ndarray] = {}
    counts: dict[str, int] = {}
    ended = np.zeros(histories, bool)
    for first in range(0, histories, AT_ONCE):
        last = min(first + AT_ONCE, histories)
        share = partial(_share, report, first, last - first, histories) if report else None
        made = run_chunk(plan, first, last, progress=share, names=(*fields, "leader"))
        for name in fields:
            parts[name].append(made.series[name] if name in monthly else by_year(plan, made.series[name]))
        ended[first:last] = np.isnan(made.series["leader"][:, -1]).all(axis=1)
        _count(plan, made.events, histories, firsts, counts)
    return Arm(without, {name: np.concatenate(values) for name, values in parts.items()}, firsts, counts, ended)


def _share(report: Callable[[float], None], first: int, size: int, histories: int, share: float) -> None:
    report((first + size * share) / histories)


def by_year(plan: Plan, values: np.ndarray) -> np.ndarray:
    """Means of each year, (H, years, ...)."""
    when = np.array([year for year, _ in plan.months])
    return np.stack([values[:, when == year].mean(axis=1) for year in years(plan)], axis=1)


def _count(plan: Plan, events: dict[str, np.ndarray], histories: int, firsts: dict[str, np.ndarray], counts: dict[str, int]) -> None:
    """Note the first month of each event in each history, and how often its kind comes."""
    number = {f"{year}-{month:02d}": place for place, (year, month) in enumerate(plan.months)}
    for history, when, polity, event in zip(events["history"], events["month"], events["polity"], events["event"], strict=True):
        kind = event.partition(":")[0]
        counts[kind] = counts.get(kind, 0) + 1
        name = f"{polity}.{event}"
        if name not in firsts:
            firsts[name] = np.full(histories, np.inf)
        firsts[name][history] = min(firsts[name][history], number[when])
