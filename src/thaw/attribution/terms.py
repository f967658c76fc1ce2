"""A claim on a plan: what has to be run for its cause, and how its effect is read off the arms.

A cause counts at its first onset t_C, and not where a spell of the effect is open then. The effect counts later than t_C, up to the end of
the deadline's month. A cause that is an absence trades the places of its prevented and forced arms; its t_C is the date it is forced at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from thaw.attribution.arms import Branch, Trunk
from thaw.attribution.claim import Cause, Claim, Effect
from thaw.attribution.given import as_recorded, hegemon, watched
from thaw.attribution.grammar import Where, expand
from thaw.attribution.kept import Arm, Watch
from thaw.compile_events import acts
from thaw.compile_world import world_calendar
from thaw.dates import month_number
from thaw.fields import FIELDS
from thaw.plan import Plan, Span

NEVER = 10**6  # a month past every end
MONTH_END = 0.999  # when in a month a quantity at its end is read, after all events
STORED = 12  # months between the stored states of the histories as they are
SPELLS = {"uprising": "in_uprising", "unrest": "in_unrest", "crisis": "in_crisis"}  # events that last, and the field that says so


@dataclass(frozen=True)
class Bound:
    """A claim with its months as places in a plan.

    date      month in which the cause is forced, held or left out; -1 where neither claim nor record has one
    recorded  the record has the cause in that month, so that it can be asked as it stood
    deadline  last month in which the effect counts
    """

    claim: Claim
    cause: Cause
    effect: Effect
    plan: Plan
    date: int
    recorded: bool
    deadline: int
    effects: tuple[str, ...]

    @property
    def key(self) -> str:
        """What arms of the same cause share."""
        return f"{self.cause}|{self.claim.onset}"


def bind(claim: Claim, plan: Plan) -> Bound:
    """A causal claim bound to a plan."""
    cause = claim.cause
    if cause is None or claim.effect is None:
        raise ValueError(f"{claim.id}: a sentence without cause or effect has nothing to run")
    date, recorded = _date(cause, plan)
    effects = expand(claim.effect.events, where(plan), cause.events)
    return Bound(claim, cause, claim.effect, plan, date, recorded, month_of_plan(plan, claim.by), effects)


def alone(plan: Plan, effect: Effect, by: str) -> Bound:
    """An effect without a cause, bound to a plan; `by` is its deadline, 'YYYY-MM'."""
    claim = Claim("alone", "own", 0, "", plan.name, "brings about", Cause(), effect, by=by)
    return Bound(claim, Cause(), effect, plan, -1, False, month_of_plan(plan, by), expand(effect.events, where(plan)))


def month_of_plan(plan: Plan, text: str) -> int:
    """The place of a month 'YYYY-MM' in a plan; below 0 or past the end if it lies outside."""
    return month_number(text) - (plan.months[0][0] * 12 + plan.months[0][1] - 1)


def where(plan: Plan) -> Where:
    """What groups of places stand for in a plan."""
    bloc = tuple(code for code, bound in zip(plan.polities, plan.given["bloc"], strict=True) if bound)
    return Where({}, plan.polities, {code: code for code in plan.states}, bloc)


def members(cause: Cause, plan: Plan) -> tuple[str, ...]:
    """The single events of a cause."""
    return expand(cause.events, where(plan))


def _date(cause: Cause, plan: Plan) -> tuple[int, bool]:
    """Month of a cause, and whether it is the record's."""
    if cause.quantity:
        return max(month_of_plan(plan, cause.first), 0), True
    if cause.rows:
        return max(min(_row_months(plan, cause.rows)), 0), True
    dates = [date[0] for event in members(cause, plan) for date in recorded_dates(event, plan)[:1]]
    asked = month_of_plan(plan, cause.date) if cause.date else min(dates, default=-1)
    return asked, asked in dates


def recorded_dates(event: str, plan: Plan) -> tuple[tuple[int, int], ...]:
    """Months and weeks of an event in the record: as something to decide, or as a pinned death."""
    if event in plan.record:
        return plan.record[event]
    kind, _, whom = event.rpartition(".")[2].partition(":")
    if kind in plan.pins and whom in plan.persons:
        month = float(plan.pins[kind][plan.persons.index(whom)])
        return ((int(month), 0),) if month.is_integer() and 0 <= month < len(plan.months) else ()
    return ()


def _row_months(plan: Plan, rows: Iterable[str]) -> list[int]:
    from thaw import record

    wanted = set(rows)
    return [month_of_plan(plan, f"{row.date:%Y-%m}") for row in record.events() if row.id in wanted]


# what has to be run


def prevented(bound: Bound, plan: Plan) -> Plan:
    """The plan in which the cause (or, of an absence, what is absent) never takes place."""
    cause = bound.cause
    if cause.quantity:
        return _held(plan, cause, cause.prevented)
    if cause.rows:
        free = not plan.pins
        return plan.with_(calendar=dict(plan.calendar) | world_calendar(plan.states, plan.months, free=free, leave_out=frozenset(cause.rows)))
    return without(bound, plan, members(cause, plan))


def without(bound: Bound, plan: Plan, events: Iterable[str]) -> Plan:
    """The plan in which some of the cause's events never take place, or of the first onset only where the claim says so."""
    stops = acts(plan, ((event, None) for event in events))
    once = bound.claim.onset == "first"
    return plan.with_(prevent=(*plan.prevent, *(replace(act, once=once) for act in stops)))


def forced(bound: Bound, plan: Plan) -> Plan:
    """The plan in which the cause takes place at its date and at no other time."""
    cause = bound.cause
    if cause.quantity:
        return _held(plan, cause, cause.done)
    if cause.rows:
        return plan
    wishes = [(event, "{}-{:02d}".format(*plan.months[month])) for event, month in forced_months(bound).items()]
    return prevented(bound, plan).with_(do=(*plan.do, *acts(plan, wishes)))


def forced_months(bound: Bound) -> dict[str, int]:
    """When each event of a cause is forced: in the record's first month from the cause's date on, or in that month itself."""
    plan, cause, found = bound.plan, bound.cause, {}
    for event in members(cause, plan):
        dates = [month for month, _ in recorded_dates(event, plan)] if not cause.date else []
        found[event] = min([date for date in dates if date >= bound.date], default=bound.date)
    return found


def _held(plan: Plan, cause: Cause, value: float | None) -> Plan:
    """The plan with a quantity held over the span of a policy; a given one is changed in the calendar."""
    place, _, name = cause.quantity.partition(".")
    axes = FIELDS[name].axes.lstrip("H")
    where = plan.members[axes].index(place) if axes else -1
    first, last = (month_of_plan(plan, text) for text in (cause.first, cause.last))
    if not FIELDS[name].given:
        return plan.with_(spans=(*plan.spans, Span(name, where, max(first, 0), last, float(value or 0.0))))
    values = plan.calendar.get(name)
    values = np.repeat(plan.given[name][None], len(plan.months), axis=0) if values is None else values.copy()
    values[(slice(max(first, 0), last + 1), where) if axes else slice(max(first, 0), last + 1)] = value
    return plan.with_(calendar=dict(plan.calendar) | {name: values})


def first_trunks(bounds: Sequence[Bound]) -> list[Trunk]:
    """The histories as they are, under both couplings of luck, and those that follow the record up to each cause."""
    plan, last = bounds[0].plan, max(bound.deadline for bound in bounds)
    marks = tuple(range(STORED - 1, last + 1, STORED))
    found = [Trunk("F", plan, last, stored=marks)]
    events = [bound.deadline for bound in bounds if bound.effect.is_event]
    if events:
        found.append(Trunk("F by month", _coupled(plan), max(events), stored=tuple(mark for mark in marks if mark <= max(events))))
    dates = sorted({bound.date for bound in bounds if _as_it_stood(bound)})
    if dates:
        found.append(Trunk("G", plan.with_(recorded=as_recorded(plan, dates[-1])), dates[-1] - 1, stored=tuple(date - 1 for date in dates)))
    return found


def trunks(bounds: Sequence[Bound], arms: Mapping[str, Arm]) -> list[Trunk]:
    """What one cause needs beside the histories as they are, for all claims that share it.

    Each begins where it can first differ from them, at the last stored month before.
    """
    bound = max(bounds, key=lambda one: one.deadline)
    plan, key, last = bound.plan, bound.key, bound.deadline
    when = _months(first_time(bound, arms["F"]))
    done = _fork(f"D {key}", forced(bound, plan), bound)
    first = min(when.min(), earliest(bound, arms["F"]), bound.date if done else NEVER)
    found = [Trunk(f"P {key}", prevented(bound, plan), last, done, start=_before("F", first, last))]
    if any(one.effect.is_event for one in bounds):
        found += _of_events(bound, max(one.deadline for one in bounds if one.effect.is_event), arms)
    if _as_it_stood(bound):
        known = plan.with_(recorded=as_recorded(plan, bound.date))
        arms_of_it = {f"GD {key}": forced(bound, known), f"GP {key}": prevented(bound, known)}
        found.append(_side_by_side(arms_of_it, last, ("G", bound.date - 1)))
    own = watch(bounds)
    return [replace(trunk, watch=own) for trunk in _joined(found)]


def _joined(found: Sequence[Trunk]) -> list[Trunk]:
    """Trunks with those made one that begin and end alike: they may go side by side."""
    first, *others = found
    left = []
    for one in others:
        if not one.name and (one.start, one.last) == (first.start, first.last):
            first = replace(first, branches=(*first.branches, *one.branches))
        else:
            left.append(one)
    return [first, *left]


def _of_events(bound: Bound, last: int, arms: Mapping[str, Arm]) -> list[Trunk]:
    """What probabilities of causation need beside the prevented and the forced arm: luck redrawn, nudged, and coupled the other way."""
    plan, key = bound.plan, bound.key
    when, by_month = (_months(first_time(bound, arms[name])) for name in ("F", "F by month"))
    first = min(by_month.min(), earliest(bound, arms["F by month"]))
    found = [Trunk(f"P by month {key}", prevented(bound, _coupled(plan)), last, start=_before("F by month", first, last))]
    if (when < NEVER).any():
        pair = {f"R {key}": plan.with_(other_luck=when), f"N {key}": plan.with_(nudge=np.where(when < NEVER, when, -1))}
        found.append(_side_by_side(pair, last, _before("F", when.min(), last)))
    return found


def _side_by_side(plans: Mapping[str, Plan], last: int, start: tuple[str, int] | None) -> Trunk:
    """Arms that leave the same month together."""
    at = start[1] + 1 if start else 0
    return Trunk("", next(iter(plans.values())), last, tuple(Branch(name, plan, at) for name, plan in plans.items()), start=start)


def _as_it_stood(bound: Bound) -> bool:
    return bound.recorded and 0 < bound.date <= bound.deadline


def _coupled(plan: Plan) -> Plan:
    return plan.with_(by_month=not plan.by_month)


def _months(when: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(when), np.floor(np.where(np.isfinite(when), when, 0)), NEVER).astype(int)


def earliest(bound: Bound, arm: Arm) -> int:
    """The first month in which the prevented arm can differ: of any event of the cause, also where it is an absence."""
    if not bound.cause.events:
        return bound.date
    return int(_months(arm.first(members(bound.cause, bound.plan))).min())


def _before(name: str, month: int, last: int) -> tuple[str, int] | None:
    """The last stored end of a month before `month` in a run up to `last`; None where none is stored so early."""
    stored = (min(month, last + 1) // STORED) * STORED - 1
    return (name, stored) if stored > 0 else None


def rule_trunks(bounds: Sequence[Bound], rule: tuple[str, str]) -> list[Trunk]:
    """The prevented and forced arms of one cause under an alternative rule of a mechanism."""
    bound = max(bounds, key=lambda one: one.deadline)
    plan = bound.plan.with_(rules=dict(bound.plan.rules) | dict([rule]))
    label = "=".join(rule)
    done = _fork(f"{label} D {bound.key}", forced(bound, plan), bound)
    return [Trunk(f"{label} P {bound.key}", prevented(bound, plan), bound.deadline, done, watch=watch(bounds))]


def _fork(name: str, plan: Plan, bound: Bound) -> tuple[Branch, ...]:
    """A branch at the date of the cause; none where it has no date in the plan."""
    return (Branch(name, plan, bound.date),) if 0 <= bound.date <= bound.deadline else ()


def watch(bounds: Sequence[Bound]) -> Watch:
    """The events and quantities by which claims are judged."""
    events: dict[str, None] = {}
    quantities: dict[str, None] = dict.fromkeys(watched(bounds[0].plan))
    for bound in bounds:
        events |= dict.fromkeys((*members(bound.cause, bound.plan), *bound.effects))
        quantities |= dict.fromkeys(name for name in (bound.cause.quantity, quantity(bound)) if name)
        quantities |= dict.fromkeys(_spells(bound))
    return Watch(tuple(events), tuple(quantities))


def quantity(bound: Bound) -> str:
    """The quantity an effect is read from, '' where it is an event."""
    return f"{hegemon(bound.plan)}.leader" if bound.effect.leader else bound.effect.quantity


def _spells(bound: Bound) -> tuple[str, ...]:
    """The quantities that tell whether a spell of the effect is open."""
    found = []
    for event in bound.effects:
        place, _, rest = event.partition(".")
        kind, _, about = rest.partition(":")
        if kind in SPELLS:
            found.append(f"{about or place}.{SPELLS[kind]}")
    return tuple(found)


# how it is read


def onset(bound: Bound, arm: Arm) -> tuple[np.ndarray, np.ndarray]:
    """t_C (H,), when the cause first takes place by the deadline, inf where it does not; and whether (H,) a spell of the effect was open then."""
    first = first_time(bound, arm)
    open_ = is_open(bound, arm, np.where(np.isfinite(first), first, 0)) & np.isfinite(first)
    return np.where(open_, np.inf, first), open_


def first_time(bound: Bound, arm: Arm) -> np.ndarray:
    """When (H,) the cause first takes place by the deadline, whatever the effect does; inf where it does not."""
    cause, date = bound.cause, np.full(arm.histories, float(bound.date))
    if cause.rows:
        return date
    if cause.quantity:
        last = month_of_plan(bound.plan, cause.last)
        held = arm.series[cause.quantity][:, bound.date : last + 1].mean(axis=1)
        middle = (float(cause.done or 0) + float(cause.prevented or 0)) / 2
        return np.where(np.isfinite(held) & ((held >= middle) == (float(cause.done or 0) >= middle)), date, np.inf)
    first = arm.first(members(cause, bound.plan), until=bound.deadline)
    return np.where(np.isfinite(first) | (date < 0), np.inf, date) if cause.absent else first


def is_open(bound: Bound, arm: Arm, when: np.ndarray | float) -> np.ndarray:
    """Whether (H,) the effect was going on at the end of the month before `when`: an uprising, a quantity beyond its bound, a leader in office."""
    month = np.floor(np.broadcast_to(when, arm.ended.shape)).astype(int) - 1
    found = np.zeros(arm.histories, bool)
    for name in _spells(bound):
        found |= arm.series[name][np.arange(arm.histories), np.maximum(month, 0)] > 0.5
    if bound.effect.is_event and not bound.effects:
        found |= _there(bound, arm)[np.arange(arm.histories), np.maximum(month, 0)]
    return found & (month >= 0)


def effect(bound: Bound, arm: Arm, after: np.ndarray | float) -> np.ndarray:
    """The effect (H,) later than `after` and by the deadline: 0 or 1, or the measure of a quantity, which is NaN where the history had ended.

    An event that had not come when the poles went to war did not come.

    Parameters
    ----------
    after : (H,) times; -1 for everything up to the deadline
    """
    wanted, over = bound.effect, arm.ended <= bound.deadline
    if wanted.is_event:
        found = np.isfinite(time_of(bound, arm, after)).astype(float)
        return 1 - found if wanted.absent else found
    values = arm.series[wanted.quantity][:, : bound.deadline + 1].astype(float)
    start = np.minimum(np.floor(np.broadcast_to(after, over.shape)) + 1, bound.deadline).astype(int)
    inside = np.arange(values.shape[1]) >= start[:, None]
    measured = {
        "mean": lambda: np.where(inside, values, 0).sum(axis=1) / inside.sum(axis=1),
        "end": lambda: values[:, -1],
        "max": lambda: np.where(inside, values, -np.inf).max(axis=1),
        "min": lambda: np.where(inside, values, np.inf).min(axis=1),
    }[wanted.measure]()
    return np.where(over, np.nan, measured)


def time_of(bound: Bound, arm: Arm, after: np.ndarray | float) -> np.ndarray:
    """When (H,) the effect first takes place later than `after`, inf where it does not by the deadline."""
    wanted = bound.effect
    if wanted.events:
        return arm.first(bound.effects, after, bound.deadline)
    there = _there(bound, arm)
    there &= np.arange(there.shape[1]) > np.floor(np.broadcast_to(after, len(there)))[:, None]
    return np.where(there.any(axis=1), there.argmax(axis=1) + MONTH_END, np.inf)


def _there(bound: Bound, arm: Arm) -> np.ndarray:
    """Where (H, months) a quantity is beyond its bound, or a person leads."""
    wanted, values = bound.effect, arm.series[quantity(bound)][:, : bound.deadline + 1]
    if wanted.leader:
        return np.asarray(values == bound.plan.persons.index(wanted.leader))
    return np.asarray(values > wanted.above if wanted.above is not None else values < (wanted.below or 0.0))


def waited(bound: Bound, arm: Arm, after: np.ndarray) -> np.ndarray:
    """Months (H,) from `after` to the effect, or to the deadline if that comes first, as it does where the history had ended."""
    return np.minimum(time_of(bound, arm, after), bound.deadline + 1) - np.maximum(after, 0)


def meets(bound: Bound, arm: Arm) -> np.ndarray:
    """Where (H,) the forced cause took place (at least one of its events was not refused) and the effect was not going on already."""
    fresh = ~is_open(bound, arm, float(bound.date)) & (arm.ended > bound.date)
    if not bound.cause.events:
        return fresh
    none = np.zeros(arm.histories, bool)
    tried = [event for event, month in forced_months(bound).items() if month <= bound.deadline]
    return fresh & ~np.logical_and.reduce([arm.refused.get(event, none) for event in tried])
