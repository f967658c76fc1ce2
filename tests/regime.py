"""Small regimes for the tests of the model: a made-up court of three polities, and the real scenario cut short.

`make_state`, `make_params` and `make_noise` build what one mechanism takes, with everything at rest unless a test says
otherwise, so that a test shows the one thing it is about. No two axes of the made-up regime are of equal length where
the model does not fix it.
"""

from types import SimpleNamespace

import numpy as np

from thaw import loop
from thaw.axes import COHORTS, HISTORIES_PER_WORD, INSTITUTIONS, OFFICES, STRATA, THEATRES
from thaw.court import FULL
from thaw.declare import Mechanism
from thaw.fields import FIELDS
from thaw.kernels.noise import entity_ids
from thaw.noise import Act, Log, Luck, Noise
from thaw.plan import Plan
from thaw.scenario import Scenario, load_scenario
from thaw.state import State

H, N = 7, 120
POLITIES = ("SUN", "HUN", "POL")
COURT = np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2])  # seven in Moscow, three in Budapest, two in Warsaw
PERSONS = tuple(f"person_{e}" for e in range(len(COURT)))
STATES = ("EGY", "HUN", "IND", "POL", "SUN", "USA", "YUG")
SIZES = {
    "P": len(POLITIES), "E": len(COURT), "I": len(INSTITUTIONS), "O": len(OFFICES), "S": len(STRATA),
    "W": len(STATES), "T": len(THEATRES), "C": len(COHORTS),
}  # fmt: skip
LEADERS = np.array([0, 7, 10])
GIVEN = {
    "age": 50.0, "court": COURT, "available": True, "exists": True, "hegemon": [True, False, False],
    "bloc": [False, True, True], "has_society": True, "has_court": [True, False, False], "growth": 0.05,
    "population": [200_000.0, 10_000.0, 25_000.0], "stratum_share": 0.2, "forum": True,
    "independent": True, "state_of": [4, 1, 3], "pole": [0, 0, 0, 0, 2, 1, 0], "km_moscow": 5.0, "km_washington": 7.0,
}  # fmt: skip
FIRST = {"rank": FULL, "leader": LEADERS, "power": 1 / np.bincount(COURT)[COURT], "alive": True, "tension": 0.5, "alignment": [0, 2, 0, 2, 2, 1, 0]}


def make_state(histories: int = H, citizens: int = N, **changes) -> State:
    """The made-up regime with some quantities changed; each value is spread over the axes of its field."""
    sizes = SIZES | {"H": histories}
    values = GIVEN | FIRST | changes
    arrays = {}
    for name, field in FIELDS.items():
        if field.axes == "-":
            continue
        shape = tuple(sizes[letter] for letter in field.axes)
        value = np.asarray(values.get(name, field.initial)).astype(field.dtype)
        arrays[name] = np.broadcast_to(value, shape).copy()
    words = -(-histories // HISTORIES_PER_WORD)
    arrays["street"] = np.asarray(changes.get("street", np.zeros((len(POLITIES), 2, citizens, words), np.uint64)))
    arrays["removed"] = np.asarray(changes.get("removed", np.zeros((len(POLITIES), citizens, words), np.uint64)))
    return State(arrays, sizes)


def make_params(step: Mechanism, histories: int = H, **changes) -> SimpleNamespace:
    """Central values of a mechanism's parameters, each (H,), some changed; an unknown name is an error of the test."""
    values = {param.name: param.value for param in step.params} | {"rule": step.rules[0] if step.rules else ""}
    assert changes.keys() <= values.keys(), changes.keys() - values.keys()
    return SimpleNamespace(
        **{
            name: value if isinstance(value, str) else np.full(histories, float(value))
            for name, value in (values | changes).items()
        }
    )


def make_noise(
    step: Mechanism, histories: int | np.ndarray = H, *, month: int = 0, week: int = 0, seed: int = 0, clocks=None,
    do=(), prevent=(), pins=None, by_month: bool = False, **draws,
) -> Noise:  # fmt: skip
    """The luck of one mechanism in one step; draws that are named take the value given, everywhere.

    `do` and `prevent` hold (event, place) pairs or bare names, which mean every place; `do` is for this very step.
    """
    members = {"P": POLITIES, "E": PERSONS, "W": STATES, "T": THEATRES, "C": tuple(str(year) for year in COHORTS)}
    ids = {letter: entity_ids(names) for letter, names in members.items()}
    numbers = np.arange(histories) if isinstance(histories, int) else np.asarray(histories)
    done = tuple(Act(*pair, month, week) for pair in map(_act, do))
    stopped = tuple(Act(*pair) for pair in map(_act, prevent))
    luck = Luck(seed, numbers.astype(np.uint32), ids, done, stopped, pins or {}, by_month)
    noise = Noise(luck, step, month, week, month * 4 + week, {} if clocks is None else clocks, Log())
    for name, value in draws.items():
        assert name in step.draws, name
        setattr(noise, name, np.broadcast_to(np.asarray(value, float), luck.size(step.draws[name].axes)))
    of_month = noise.only
    setattr(noise, "only", lambda name, where: getattr(noise, name)[where] if name in draws else of_month(name, where))  # noqa: B010
    return noise


def _act(wish) -> tuple[str, int]:
    return (wish, -1) if isinstance(wish, str) else wish


def nothing_happens(step: Mechanism) -> tuple[str, ...]:
    """Its events, to be handed to `make_noise` as `prevent`."""
    return tuple(event.name for event in step.events)


def logged(noise: Noise) -> list[tuple[str, int, int]]:
    """(event, history, place) of everything that happened."""
    return [(row[0], int(h), int(e)) for row in noise._log.rows for h, e in zip(row[3], row[4], strict=True)]


def rates(step: Mechanism, state: State, params: SimpleNamespace, **options) -> dict[str, np.ndarray]:
    """Event -> hazard per month (H, ...) that a mechanism gives it, nought where it is impossible."""
    found = {}
    noise = make_noise(step, state.sizes["H"], **options)
    happens = noise.happens

    def listen(name, rate, *, requires=True, **rest):
        size = noise.luck.size(step.event(name).axes)
        found[name] = np.broadcast_to(np.where(requires, getattr(rate, "rate", rate), 0.0), size)
        return happens(name, rate, requires=requires, **rest)

    noise.happens = listen
    step(state, params, noise)
    return found


def small_scenario(*polities: str) -> Scenario:
    """The built-in scenario with some of its polities only."""
    scenario = load_scenario("ussr-1945")
    return scenario._with(polities={code: scenario.model_dump()["polities"][code] for code in polities})


def window(plan: Plan, start: tuple[int, int], months: int) -> Plan:
    """The plan cut to `months` months from `start`; first values stay, who died before is dead, pins move along."""
    skipped = plan.months.index(start)
    kept = slice(skipped, skipped + months)
    deaths = plan.pins["death"]
    gone = (deaths >= 0) & (deaths < skipped)
    return plan.with_(
        months=plan.months[kept],
        weeks=plan.weeks[kept],
        calendar={name: values[kept] for name, values in plan.calendar.items()},
        initial=dict(plan.initial) | {"alive": plan.initial["alive"] & ~gone},
        pins={"death": np.where(deaths >= skipped, deaths - skipped, -1)},
        record={},
    )


def run(plan: Plan, first: int = 0, last: int = 64, **options) -> list[State]:
    """The states of every month."""
    return [state for _, state in loop.simulate(plan, first, last, **options)]


def history_part(name: str, values: np.ndarray, first: int, last: int) -> np.ndarray:
    """The part of a field that belongs to histories `first` to `last` of a chunk, packed bits as truth values."""
    if FIELDS[name].axes == "-":
        values = np.unpackbits(values.astype("<u8").view(np.uint8), axis=-1, bitorder="little")
        return values[..., first:last]
    return values[first:last] if FIELDS[name].axes.startswith("H") else values


def differing(
    one: State, other: State, part: slice | None = None, other_part: slice | None = None, but: tuple[str, ...] = ()
) -> list[str]:
    """Names of the fields in which two states differ by a bit, in all histories or in two parts of equal length."""
    part = part or slice(0, one.sizes["H"])
    other_part = other_part or part
    found = []
    for name in one:
        a = history_part(name, getattr(one, name), part.start, part.stop)
        b = history_part(name, getattr(other, name), other_part.start, other_part.stop)
        if name not in but and a.tobytes() != b.tobytes():
            found.append(name)
    return found
