"""Laws of any scenario: random small regimes, lengths, interventions, parameters, rules and parts left out.

The laws of conservation themselves are in `tests/conservation.py` and are asserted in every step of every run here, as in all other tests.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from regime import differing, run, small_scenario, window

from thaw import loop
from thaw.alignment import NEITHER
from thaw.compile import compile_plan
from thaw.declare import parse_prior
from thaw.errors import ParameterError
from thaw.names import check_value, known_events, known_parameters
from thaw.noise import Act, Log

POLITIES = ("DDR", "POL", "HUN", "CSK", "YUG", "CHN")
LATEST = (1958, 1)
MECHANISMS = tuple(step.name for step in loop.mechanisms())
EVENTS = {name: event for name, (_, event) in known_events().items() if not event.derived}


@lru_cache(maxsize=16)
def whole(polities, free):
    return compile_plan(small_scenario("SUN", *polities), free=free)


@st.composite
def plans(draw, spread=3.0):
    """A plan of a year or two at any time from 1945 to 1958; parameters that are set lie within `spread` spreads of their priors."""
    polities = draw(st.sets(st.sampled_from(POLITIES), max_size=2).map(sorted))
    free = draw(st.booleans())
    base = whole(tuple(polities), free)
    months = draw(st.integers(6, 20))
    first = draw(st.integers(0, base.months.index(LATEST) - months))
    plan = window(base.with_(pins={"death": np.full(len(base.persons), -1)}) if free else base, base.months[first], months)
    return plan.with_(
        pins={} if free else plan.pins,
        citizens=draw(st.integers(150, 400)),
        seed=draw(st.integers(0, 2**40)),
        do=draw(st.lists(acts(plan, months), max_size=4).map(tuple)),
        prevent=draw(st.lists(acts(plan, None), max_size=3).map(tuple)),
        set_values=draw(st.dictionaries(st.sampled_from(sorted(known_parameters())), st.floats(-1, 1), max_size=6).map(lambda far: settings_of(far, spread))),
        without=draw(st.lists(st.sampled_from(MECHANISMS), max_size=2, unique=True).map(tuple)),
        rules={step.name: draw(st.sampled_from(step.rules)) for step in loop.mechanisms() if step.rules},
        by_month=draw(st.booleans()),
        from_prior=draw(st.booleans()),
    )


@st.composite
def acts(draw, plan, months):
    """Something to bring about in a month and a week, or to prevent: anywhere, or at one place on its axis."""
    event = EVENTS[draw(st.sampled_from(sorted(EVENTS)))]
    places = plan.sizes[event.axes] if event.axes else 0
    place = draw(st.integers(-1, places - 1)) if places else -1
    return Act(event.name, place) if months is None else Act(event.name, place, draw(st.integers(0, months - 1)), draw(st.integers(0, 3)))


def settings_of(far, spread):
    """Parameter -> a value that may be set, `far` from -1 to 1 of the way out."""
    return {name: value_of(name, share * spread) for name, share in far.items()}


def value_of(name, away):
    """A value of a parameter `away` spreads of its prior from the middle; its own where that may not be set."""
    param = known_parameters()[name][1]
    if parse_prior(param.prior)[0] == "fixed":
        value = param.low + (param.high - param.low) * (away % 1.0)
    else:
        luck = np.array([float(away)])
        value = float(loop.from_prior(param.prior, param.value, luck, np.clip(0.5 + luck / 6, 0.0, 1.0))[0])
    try:
        return check_value(name, value)
    except ParameterError:
        return param.value


def happened(log):
    """(event, month, history, place, forced) of everything that happened."""
    return [(row[0], row[1], int(h), int(e), bool(f)) for row in log.rows for h, e, f in zip(row[3], row[4], row[7], strict=True)]


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plans())
def test_bounds_hold_events_obey_and_chunks_do_not_show(plan):
    log, faults = Log(), []
    states = run(plan, 0, 71, log=log, faults=faults)
    assert faults == []
    rates = np.concatenate([np.zeros(1), *(np.atleast_1d(row[6]) for row in log.rows)])
    assert (np.isnan(rates) | ((rates >= 0) & np.isfinite(rates))).all()
    told = happened(log)
    once = [(name, h, e) for name, _, h, e, _ in told if name in EVENTS and EVENTS[name].once]
    assert len(once) == len(set(once))
    stopped = {(act.event, act.entity) for act in plan.prevent if not EVENTS[act.event].put_off}
    assert not [row for row in told if not row[4] and {(row[0], row[3]), (row[0], -1)} & stopped]
    for before, after in pairwise(states):
        joined = after.member & ~before.member
        assert not (joined & (~after.independent | (after.alignment != NEITHER) | ~after.nam[:, None])).any()

    part_log = Log()
    for one, part in zip(states, run(plan, 64, 71, log=part_log), strict=True):
        assert differing(one, part, slice(64, 71), slice(0, 7)) == []
    assert sorted((n, m, h + 64, e, f) for n, m, h, e, f in happened(part_log)) == sorted(row for row in told if row[2] >= 64)
