"""The causal diagram: what each mechanism writes and others read, as declared; and how far an event or a mechanism reaches.

A field written early in the month is read later in the same month, or else in the next; mechanisms that turn weekly see each other
within the month. Reach is the least number of months along such links: what it leaves out no equation connects.
"""

import heapq
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from thaw import names
from thaw.axes import HISTORIES_PER_WORD
from thaw.declare import Event, Mechanism
from thaw.errors import ScenarioError, did_you_mean
from thaw.fields import FIELDS

SHAKEN, FEW = 3, 5  # states drawn at random beside the first; values of a code that is drawn


@dataclass(frozen=True)
class Link:
    """Fields that one mechanism writes and another reads; `later`: they are read in the month after."""

    source: str
    target: str
    fields: tuple[str, ...]
    later: bool


@dataclass(frozen=True)
class Reach:
    """What can change after an event (or anything in a mechanism): month 0 is its own; a number is the least months it takes.

    `assumed`: deciding mechanisms in which the event was not seen to change a thing, so that all they write is taken.
    """

    start: tuple[str, ...]
    event: str
    fed: tuple[str, ...]
    fields: Mapping[str, int]
    mechanisms: Mapping[str, int]
    assumed: tuple[str, ...] = ()


def links() -> tuple[Link, ...]:
    """Every pair of mechanisms of which the second reads what the first writes; a mechanism's own past is left out.

    >>> {link.target for link in links() if link.source == "terror" and "fear" in link.fields} >= {"society"}
    True
    """
    steps = names.mechanisms()
    found = []
    for source in steps:
        for target in steps:
            shared = tuple(name for name in source.writes if name in target.reads)
            if shared and source is not target:
                found.append(Link(source.name, target.name, shared, _months(steps, source, target) > 0))
    return tuple(found)


def given_to(step: Mechanism) -> tuple[str, ...]:
    """The quantities that a mechanism takes from the scenario and the record."""
    return tuple(name for name in step.reads if FIELDS[name].given)


def subject(step: Mechanism) -> str:
    """What a mechanism is about: the head of its module, without its name and sources.

    >>> subject(names.mechanisms()[0])
    'who dies of age'
    """
    head = (sys.modules[step.function.__module__].__doc__ or step.doc).strip().partition("\n")[0]
    return head.partition(": ")[2].partition(" (")[0].rstrip(".") or step.doc.strip().partition("\n")[0]


def reach(start: str) -> Reach:
    """What an event (`SUN.secret_speech`, `secret_speech`) or a mechanism (`terror`) can change, and in how many months."""
    steps = names.mechanisms()
    by_name = {step.name: step for step in steps}
    if start in by_name:
        first = {start: by_name[start].writes}
        return spread(steps, first, "")
    event = start.partition("@")[0].rpartition(".")[2].partition(":")[0]
    deciding = [step for step in steps if any(known.name == event for known in step.events)]
    if not deciding:
        known = [*by_name, *names.known_events()]
        raise ScenarioError(f"--from {start}: there is no event or mechanism '{event}'. {did_you_mean(event, known)}   More: thaw show events")
    fed = {step.name: feeds(step, step.event(event)) for step in deciding}
    found = spread(steps, {name: seen or by_name[name].writes for name, seen in fed.items()}, start)
    return replace(found, assumed=tuple(name for name, seen in fed.items() if not seen))


def feeds(step: Mechanism, event: Event) -> tuple[str, ...]:
    """The fields that differ when an event happens everywhere or nowhere in one step.

    Found by doing it, all else equal to the luck: from the first month of the built-in scenario, and from months like it in which every
    yes or no, share and small code has been drawn at random, so that what an outcome needs to take effect is there somewhere.
    """
    from thaw.loop import draw_parameters
    from thaw.noise import Log, Noise

    plan, luck, states = _probes()
    params = draw_parameters(plan, step, luck)
    changed = set()
    for state in states:
        never, always = (step(state, params, _Decided(Noise(luck, step, 0, 0, 0, {}, Log()), event.name, answer)) for answer in (False, True))
        changed |= {name for name in step.writes if not np.array_equal(never[name], always[name], equal_nan=FIELDS[name].dtype == "float64")}
    return tuple(name for name in step.writes if name in changed)


@cache
def _probes() -> tuple[Any, Any, tuple[Any, ...]]:
    """Plan, luck, and the state of 64 histories before the first month: as it is, and shaken; none of them changes."""
    from thaw import loop
    from thaw.compile import compile_plan
    from thaw.scenario import load_scenario

    plan = compile_plan(load_scenario("ussr-1945")).with_(citizens=120)
    luck = loop.make_luck(plan, 0, HISTORIES_PER_WORD)
    first = loop.initial(plan, luck)
    return plan, luck, (first, *(first.with_(_shaken(first, seed)) for seed in range(SHAKEN)))


def _shaken(state: Any, seed: int) -> dict[str, np.ndarray]:
    """Every simulated flag, share and code of a few values, anew and at random."""
    random = np.random.default_rng(seed)
    found = {}
    for name, field in FIELDS.items():
        if field.given or field.axes == "-" or field.high - field.low > FEW:
            continue
        shape = getattr(state, name).shape
        whole = field.dtype != "float64"
        values = random.integers(int(field.low), int(field.high) + 1, shape) if whole else random.uniform(field.low, field.high, shape)
        found[name] = values.astype(field.dtype)
    return found


class _Decided:
    """The noise of a mechanism in which one event happens everywhere, or nowhere."""

    def __init__(self, noise: Any, event: str, answer: bool) -> None:
        self._noise, self._event, self._answer = noise, event, answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._noise, name)

    def happens(self, name: str, *arguments: Any, **options: Any) -> np.ndarray:
        return self._told(name, self._noise.happens(name, *arguments, **options))

    def occurs(self, name: str, *arguments: Any, **options: Any) -> np.ndarray:
        return self._told(name, self._noise.occurs(name, *arguments, **options))

    def _told(self, name: str, fires: np.ndarray) -> np.ndarray:
        return np.full_like(fires, self._answer) if name == self._event else fires


def spread(steps: tuple[Mechanism, ...], first: Mapping[str, tuple[str, ...]], event: str) -> Reach:
    """Shortest times from the first fields: a mechanism that reads a reached field may change all it writes."""
    by_name = {step.name: step for step in steps}
    fields: dict[str, int] = {}
    reached: dict[str, int] = {}
    waiting = [(0, name, fed) for name, fed in first.items()]
    heapq.heapify(waiting)
    while waiting:
        month, name, changed = heapq.heappop(waiting)
        fresh = [one for one in changed if month < fields.get(one, month + 1)]
        for one in fresh:
            fields[one] = month
        for step in steps:
            arrives = month + _months(steps, by_name[name], step)
            if arrives < reached.get(step.name, arrives + 1) and set(fresh) & set(step.reads):
                reached[step.name] = arrives
                heapq.heappush(waiting, (arrives, step.name, step.writes))
    for name in first:
        reached[name] = 0
    fed = tuple(dict.fromkeys(one for part in first.values() for one in part))
    ordered = {step.name: reached[step.name] for step in steps if step.name in reached}
    return Reach(tuple(first), event, fed, dict(sorted(fields.items(), key=lambda item: item[1])), ordered)


def _months(steps: tuple[Mechanism, ...], source: Mechanism, target: Mechanism) -> int:
    """Months until the second reads what the first has written."""
    same = steps.index(source) < steps.index(target) or (source.weekly and target.weekly)
    return 0 if same else 1


def as_json(found: Reach | None = None) -> dict[str, Any]:
    """The diagram as plain data; `reach` is null where nothing was asked for."""
    mechanisms = [
        {
            "name": step.name,
            "step": "week" if step.weekly else "month",
            "writes": list(step.writes),
            "events": [event.name for event in step.events],
            "given": list(given_to(step)),
            "own_past": [name for name in step.writes if name in step.reads],
        }
        for step in names.mechanisms()
    ]
    told = [{"from": link.source, "to": link.target, "fields": list(link.fields), "next_month": link.later} for link in links()]
    reached = None
    if found:
        reached = {
            "from": found.event or found.start[0],
            "mechanisms_of_it": list(found.start),
            "feeds": list(found.fed),
            "assumed": list(found.assumed),
            "fields": dict(found.fields),
            "mechanisms": dict(found.mechanisms),
        }
    return {"mechanisms": mechanisms, "links": told, "reach": reached}


def as_dot(found: Reach | None = None) -> str:
    """The diagram in the language of Graphviz: a cluster a mechanism, an arrow from each field to each mechanism that reads it."""
    lines = ["digraph thaw {", '  rankdir=LR; compound=true; node [shape=plaintext, fontname="sans-serif"];']
    for step in names.mechanisms():
        lines.append(f'  subgraph "cluster_{step.name}" {{ label=""; "{step.name}" [shape=box, style=bold];')
        for name in step.writes:
            lines.append(f'    ".{name}" [label="{name}"{_coloured(found, name)}]; "{step.name}" -> ".{name}" [arrowhead=none];')
        for event in step.events:
            lines.append(f'    "{event.name}!" [label="{event.name}", shape=ellipse]; "{step.name}" -> "{event.name}!" [arrowhead=none, style=dotted];')
        lines.append("  }")
    for link in links():
        style = ", style=dashed" if link.later else ""
        for name in link.fields:
            lines.append(f'  ".{name}" -> "{link.target}" [tooltip="{name}"{style}{_coloured(found, name)}];')
    return "\n".join([*lines, "}", ""])


def _coloured(found: Reach | None, name: str) -> str:
    if found is None:
        return ""
    if name not in found.fields:
        return ', color="#C3C9D0", fontcolor="#8A94A0"'
    return ', color="#B2182B", fontcolor="#B2182B"' if name in found.fed else ', color="#1B1F24"'
