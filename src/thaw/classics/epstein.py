"""Civil violence: when a quiet crowd explodes, and what police can do about it (Epstein 2002).

A torus; on each site at most one citizen or officer. H hardship and R risk aversion ~ U(0,1) for life, L legitimacy.

    G = H (1 - L)                 grievance
    P = 1 - exp(-k C/A)           arrest probability: C officers and A active citizens in view, himself among the active
    active  iff  G - R P > T      rule A; otherwise quiet, however angry
    an officer jails one active citizen in his view, chosen at random, for U(0, J_max)              rule C
    everyone moves to a random empty site in view                                                  rule M

Each tick all act once, in random order: M, then A or C. In Model II to be active is to kill one random member of the
other of two groups in view; citizens clone with probability `cloning` onto an empty site beside them (same group, same
H) and die at an age from U(0, max_age).

The paper was not read. Rules and its Table 2 are as quoted by a replication (ndouglas/SugarScape), which also settles what the
paper leaves open: terms are whole ticks 1 ... J_max, those released come back to an empty site in view of where they were taken,
views are Euclidean without the own site. `convention` switches to the rules of NetLogo's Rebellion and Mesa's example.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from math import floor, inf, isinf
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from thaw.classics.checks import choice, number, together, told, whole
from thaw.classics.rows import Row
from thaw.kernels import epstein as kernel
from thaw.kernels import epstein_grid as grid
from thaw.kernels.noise import name_key
from thaw.kernels.portable import exp

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "epstein2002"
RATIOS = {"literal": grid.LITERAL, "floor": grid.FLOOR, "round": grid.ROUND}
VIEWS = ("euclid", "manhattan", "square")
CONVENTIONS = ("paper", "netlogo", "mesa")
MOST_COUNTS = MOST_PEOPLE = 10**7  # runs × ticks; people on the grid and in jail: half a gigabyte
# argument, least, most: on a side, of a narrow torus of 65,536 sites; ages fit in 32 bits
_WHOLE = (
    *(("width", 3, 21845), ("height", 3, 21845), ("max_age", 1, 10**9), ("model", 1, 2)),
    *(("ticks", 1, MOST_COUNTS), ("runs", 1, MOST_COUNTS), ("seed", 0, 2**63)),
)

FALL = 76  # legitimacy falls before tick 77 runs
SALAMI = [0.9 if t < FALL else max(0.2, 0.9 - 0.01 * (t + 1 - FALL)) for t in range(300)]
JUMP = [0.9 if t < FALL else 0.7 for t in range(300)]
THINNING = [max(0.0, 0.074 * (1 - t / 700)) for t in range(750)]
_TABLE_2 = {"width": 40, "height": 40, "citizen_density": 0.7, "k": 2.3, "threshold": 0.1, "cloning": 0.05, "max_age": 200}
RUNS: dict[str, dict[str, Any]] = {
    name: _TABLE_2 | dict(zip(("model", "cop_vision", "citizen_vision", "legitimacy", "max_jail", "movement", "cop_density"), values, strict=True))
    for name, values in {
        "run1": (1, 1.7, 1.7, 0.89, 15, False, 0.04),
        "run2": (1, 7, 7, 0.82, 30, True, 0.04),
        "run3": (1, 7, 7, 0.9, inf, True, 0.074),
        "run4": (1, 7, 7, 0.9, inf, True, 0.074),
        "run5": (1, 7, 7, 0.8, inf, True, 0.074),
        "run6": (2, 1.7, 1.7, 0.9, 15, True, 0.0),
        "run7": (2, 1.7, 1.7, 0.8, 15, True, 0.0),
        "run8": (2, 1.7, 1.7, 0.8, 15, True, 0.04),
    }.items()
}
RUNS["run3"] |= {"legitimacy": SALAMI, "ticks": len(SALAMI)}
RUNS["run4"] |= {"legitimacy": JUMP, "ticks": len(JUMP)}
RUNS["run5"] |= {"cop_density": THINNING, "ticks": len(THINNING)}
# Mesa 3.3, mesa.examples.advanced.epstein_civil_violence with its defaults; Rebellion as it opens in NetLogo
MESA: dict[str, Any] = {"convention": "mesa", "ratio": "round", "view": "manhattan", "legitimacy": 0.8, "cop_density": 0.074, "max_jail": 1000}
NETLOGO: dict[str, Any] = {"convention": "netlogo", "ratio": "floor", "view": "euclid", "legitimacy": 0.82, "cop_density": 0.04, "max_jail": 30}


def run(
    *,
    model: int = 1,
    width: int = 40,
    height: int = 40,
    citizen_density: float = 0.7,
    cop_density: float | Sequence[float] = 0.04,
    citizen_vision: float = 7,
    cop_vision: float = 7,
    legitimacy: float | Sequence[float] = 0.82,
    max_jail: float = 30,
    k: float = 2.3,
    threshold: float = 0.1,
    movement: bool = True,
    cloning: float = 0.05,
    max_age: int = 200,
    ratio: str = "literal",
    view: str = "euclid",
    convention: str = "paper",
    ticks: int = 500,
    runs: int = 1,
    seed: int = 0,
) -> xr.Dataset:
    """How many citizens are active, quiet and jailed after each tick, in each run; the defaults are the paper's Run 2.

    Parameters
    ----------
    model : 1 or 2
        Rebellion against the police, or violence between two groups.
    width, height : sites, from 3; together at most 65,536
    citizen_density, cop_density : share of sites; `cop_density` also (ticks,), then random officers leave or arrive
    citizen_vision, cop_vision : sites, from 1, less than half the torus; citizens see at most 32,767 sites
    legitimacy : share L; a number or (ticks,)
    max_jail : whole ticks J_max, or inf for good
    k, threshold : k above 0, T
    movement : whether citizens move (in Mesa's rules also whether officers do)
    cloning, max_age : chance a tick, whole ticks; Model II only
    ratio : "literal" C/A, "floor" as NetLogo has it, "round" (half to even) as Mesa has it
    view : "euclid", "manhattan" or "square" distance
    convention : "paper", "netlogo" or "mesa": docs/classics/epstein.md lists what differs
    ticks, runs, seed : whole numbers, runs × ticks at most 10^7; run r depends on `seed` and r only, not on how many are made

    Returns
    -------
    active, quiet, jailed : (run, tick) citizens; for Model II also killed (in this tick), group_a, group_b

    Raises
    ------
    ValueError
        A value outside these bounds, densities that do not fit on the grid, more than memory holds, Model II under rules of NetLogo or Mesa.

    Sources
    -------
    epstein2002 (rules and Table 2, as quoted by ndouglas/SugarScape); the code of NetLogo's Rebellion and Mesa's example.

    Examples
    --------
    >>> calm = run(ticks=100)  # the formula as printed
    >>> int(calm.active.max()) < 50
    True
    >>> bursts = run(ticks=100, ratio="floor")
    >>> int(bursts.active.max()) > 200
    True
    """
    given = _checked(dict(locals()))
    runs, ticks, seed = given["runs"], given["ticks"], given["seed"]
    rule, levels, officers = _rule(given)
    steps = [offsets(given[name], given["view"], given["convention"] == "netlogo") for name in ("citizen_vision", "cop_vision")]
    steps.append(offsets(1, "square"))
    real = np.array([given["k"], given["threshold"]])
    out = np.zeros((runs, ticks, 6), np.int32)

    def one(r: int) -> None:
        kernel.simulate(name_key(seed, "epstein", f"run {r}"), rule, real, *steps, levels, officers, out[r])

    if runs == 1:
        one(0)
    else:
        kernel.simulate.load()  # before two threads ask for it
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, range(runs)))
    names = ("active", "quiet", "jailed") + (("killed", "group_a", "group_b") if given["model"] == 2 else ())
    attrs = {name: _plain(value) for name, value in given.items()}
    counts = {name: (("run", "tick"), np.ascontiguousarray(out[:, :, i])) for i, name in enumerate(names)}
    return xr.Dataset(counts, {"run": np.arange(runs), "tick": np.arange(1, ticks + 1)}, attrs)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return value.tolist() if isinstance(value, np.ndarray) else value


def _fail(name: str, value: object, wanted: str) -> None:
    raise ValueError(f"{name} is {value}: wanted {wanted}")


def _checked(asked: dict[str, Any]) -> dict[str, Any]:
    """Every argument within its bounds and of its plain type, or a ValueError that says which is not."""
    given = dict(asked)
    for name, least, most in _WHOLE:
        given[name] = whole(name, given[name], least, most)
    for name, known in (("ratio", tuple(RATIOS)), ("view", VIEWS), ("convention", CONVENTIONS)):
        given[name] = choice(name, given[name], known)
    if given["model"] == 2 and given["convention"] != "paper":
        _fail("convention", f"'{given['convention']}'", "'paper' for model 2, which neither NetLogo nor Mesa has")
    if not isinstance(given["movement"], bool | np.bool_):
        _fail("movement", given["movement"], "True or False")
    given["movement"] = bool(given["movement"])
    for name in ("citizen_density", "cloning"):
        given[name] = number(name, given[name], 0, 1, what="share")
    given["k"], given["threshold"] = number("k", given["k"], 0, above=True), number("threshold", given["threshold"])
    given["max_jail"] = _term(given["max_jail"])
    for name in ("legitimacy", "cop_density"):
        given[name] = _series(name, given[name], given["ticks"])
    if given["convention"] == "mesa" and np.ndim(given["cop_density"]):
        _fail("cop_density", "a sequence", "a number under the mesa convention, which fills each site at random")
    _fits(given)
    _views(given)
    return given


def _fits(given: dict[str, Any]) -> None:
    """What is asked for fits on the grid and in memory."""
    sites, most = given["width"] * given["height"], float(np.max(given["cop_density"]))
    if sites > 65536:
        _fail("width × height", sites, "at most 65536 sites")
    if given["citizen_density"] + most > 1 + 1e-12:
        _fail("citizen_density + cop_density", given["citizen_density"] + most, "at most 1")
    together(MOST_COUNTS, runs=given["runs"], ticks=given["ticks"])
    if _slots(given) > MOST_PEOPLE:
        _fail("width × height × (1 + cop_density × (1 + the least of max_jail, max_age and ticks))", _slots(given), f"at most {MOST_PEOPLE} in model 2")


def _views(given: dict[str, Any]) -> None:
    """No site is seen twice, and so few are seen that 16 bits count the police among them."""
    side = min(given["width"], given["height"])
    for name in ("citizen_vision", "cop_vision"):
        given[name] = number(name, given[name], 1)
        if 2 * floor(given[name]) >= side:
            _fail(name, f"{given[name]:g}", f"less than half of {side}, so that no site is seen twice")
    seen = len(offsets(given["citizen_vision"], given["view"]))
    if seen > grid.MOST_SEEN:
        _fail("citizen_vision", f"{given['citizen_vision']:g}", f"at most {grid.MOST_SEEN} sites in view, not {seen}")


def _term(jail: Any) -> float:
    """The longest term: a whole number, or inf."""
    term: Any = jail if isinstance(jail, Real) and not isinstance(jail, bool) else 0
    if term == inf:
        return inf
    if 1 <= term < 2**31 and float(term).is_integer():
        return int(term)
    raise ValueError(f"max_jail is {told(jail)}: wanted a whole number from 1, or inf")


def _series(name: str, value: Any, ticks: int) -> Any:
    """A share, or an array of one for each tick."""
    if value is None or isinstance(value, str | Real):
        return number(name, value, 0, 1, what="share")
    try:
        values = np.asarray(value, float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value}: wanted a number or one for each tick") from None
    if values.shape != (ticks,):
        _fail(name, f"of shape {values.shape}", f"a number or one for each of the {ticks} ticks")
    for t in np.flatnonzero(~((values >= 0) & (values <= 1)))[:1]:
        _fail(f"{name}[{t}]", values[t], "a share from 0 to 1")
    return values


def _slots(given: dict[str, Any]) -> int:
    """Places for citizens: the sites, and in Model II the jails: so many arrests a tick, no term longer than a life."""
    sites: int = given["width"] * given["height"]
    if given["model"] == 1:
        return sites
    officers = round(float(np.max(given["cop_density"])) * sites)
    return sites + officers * (1 + int(min(given["max_jail"], given["max_age"], given["ticks"])))


def _rule(given: dict[str, Any]) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """The kernel's whole numbers; legitimacy and officers at each tick."""
    convention, jail, sites = given["convention"], given["max_jail"], given["width"] * given["height"]
    levels = np.ascontiguousarray(np.broadcast_to(np.asarray(given["legitimacy"], float), given["ticks"]))
    shares = np.broadcast_to(np.asarray(given["cop_density"], float), given["ticks"])
    officers = np.rint(shares * sites).astype(np.int64)
    citizens = min(round(given["citizen_density"] * sites), sites - int(officers.max()))
    rule = np.zeros(grid.RULES, np.int64)
    rule[grid.WIDTH], rule[grid.HEIGHT], rule[grid.CITIZENS] = given["width"], given["height"], citizens
    rule[grid.MODEL], rule[grid.RATIO] = given["model"], RATIOS[given["ratio"]]
    rule[grid.SLOTS] = _slots(given)
    rule[grid.CITIZENS_MOVE], rule[grid.POLICE_MOVE] = given["movement"], given["movement"] or convention != "mesa"
    rule[grid.MOVE_FIRST], rule[grid.SELF_TWICE] = convention != "mesa", convention == "netlogo"
    rule[grid.JAIL] = {"paper": grid.LEAVES, "netlogo": grid.PASSABLE, "mesa": grid.BLOCKS}[convention]
    rule[grid.SERVE_AT_TURN], rule[grid.OFFICER_MOVES], rule[grid.PER_CELL] = convention == "mesa", convention == "netlogo", convention == "mesa"
    rule[grid.TERM_LEAST] = convention == "paper"
    rule[grid.TERM_KINDS] = 0 if isinf(jail) else int(jail) + (convention == "mesa")
    rule[grid.CITIZEN_SHARE] = round(given["citizen_density"] * 2**32)
    rule[grid.POLICE_SHARE] = round((given["citizen_density"] + float(shares[0])) * 2**32)
    rule[grid.CLONE_SHARE], rule[grid.MAX_AGE] = round(given["cloning"] * 2**32), given["max_age"]
    return rule, levels, officers


def offsets(vision: float, view: str, own: bool = False) -> NDArray[np.int32]:
    """(n, 2) steps (x, y) to the sites in view, the own one among them where `own`.

    >>> len(offsets(1.7, "euclid")), len(offsets(7, "manhattan"))
    (8, 112)
    """
    choice("view", view, VIEWS)
    vision = number("vision", vision, 1, 128, below=True)  # no grid has more than 256 sites a side where views are that wide
    reach = floor(vision)
    steps = [(x, y) for y in range(-reach, reach + 1) for x in range(-reach, reach + 1) if (x or y or own) and _sees(x, y, vision, view)]
    return np.array(steps, np.int32)


def _sees(x: int, y: int, vision: float, view: str) -> bool:
    if view == "euclid":
        return x * x + y * y <= vision * vision
    return (abs(x) + abs(y) if view == "manhattan" else max(abs(x), abs(y))) <= vision


def arrest_probability(cops: ArrayLike, actives: ArrayLike, ratio: str = "literal", k: float = 2.3) -> Any:
    """P = 1 - exp(-k C/A) for C officers and A active citizens in view, himself included; numbers or arrays.

    >>> round(float(arrest_probability(1, 1)), 6), round(float(arrest_probability(1, 2, "floor")), 6)
    (0.899741, 0.0)
    """
    choice("ratio", ratio, tuple(RATIOS))
    k = number("k", k, 0, above=True)
    police, active = np.asarray(cops), np.asarray(actives)
    if police.dtype.kind not in "iu" or (police < 0).any():
        _fail("cops", cops, "whole numbers from 0")
    if active.dtype.kind not in "iu" or (active < 1).any():
        _fail("actives", actives, "whole numbers from 1: a citizen counts himself")
    share = police / active
    return 1.0 - exp(-k * {"literal": share, "floor": np.floor(share), "round": np.rint(share)}[ratio])


def rows() -> list[Row]:
    """The replication: see `thaw.classics.epstein_runs`."""
    from thaw.classics import epstein_runs

    return epstein_runs.rows()


def figure() -> "Figure":
    """Run 2 with the printed formula and with C/A rounded down: see `thaw.classics.epstein_runs`."""
    from thaw.classics import epstein_runs

    return epstein_runs.figure()
