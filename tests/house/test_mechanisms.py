"""House rules over the registry of mechanisms: what each declares of itself is what its code does, and nothing else.

A spy stands between the loop and each mechanism and notes every field, draw, parameter and event that is touched.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from regime import window

from thaw import loop
from thaw.fields import FIELDS, HEADLINES
from thaw.loop import KEYED
from thaw.noise import Noise
from thaw.system_rows import MEASURES

STEPS = loop.mechanisms()
each = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
PARTS = {"field": "reads", "draw": "draws", "param": "params", "event": "events"}
UNTOUCHED: dict[str, tuple[str, ...]] = {}  # mechanism -> declared and never touched, with a reason; stays empty


class Spy:
    """Stands for a state, a set of parameters or a noise and notes which of its names are asked for."""

    def __init__(self, target, names, seen):
        self._target, self._names, self._seen = target, names, seen

    def __getattr__(self, name):
        if name in self._names:
            self._seen.add(name)
        value = getattr(self._target, name)
        if name in ("happens", "occurs", "fired_before"):

            def heard(event, *arguments, **options):
                self._seen.add(f"event {event}")
                return value(event, *arguments, **options)

            return heard
        if name == "only":

            def drawn(draw, where):
                self._seen.add(draw)
                return value(draw, where)

            return drawn
        return value


def spied(step, seen, shapes):
    """The mechanism with a spy before each of its arguments, and its results checked."""

    def watched(state, params, noise):
        before = {name: getattr(state, name).copy() for name in state}
        numbers = {name: np.copy(value) for name, value in vars(params).items()}
        named = set(vars(params)) - {"citizens"}
        values = step(
            Spy(state, set(FIELDS), seen["field"]),
            Spy(params, named, seen["param"]),
            Spy(noise, set(step.draws), seen["draw"]),
        )
        seen["write"] |= set(values)
        for name, array in before.items():
            assert getattr(state, name).tobytes() == array.tobytes(), f"{step.name} changed {name}"
        for name, array in numbers.items():
            assert np.array_equal(getattr(params, name), array), f"{step.name} changed its parameter {name}"
        for name, array in values.items():
            shapes[name].add((array.shape, array.dtype.name))
        return values

    return replace(step, function=watched)


@pytest.fixture(scope="module")
def seen(whole_plan):
    """What each mechanism touched: a window around Stalin's death, several seeds, every rule."""
    touched = {step.name: {kind: set() for kind in ("field", "param", "draw", "write")} for step in STEPS}
    shapes = defaultdict(set)
    order = tuple(
        tuple(spied(inner, touched[inner.name], shapes) for inner in part)
        if isinstance(part, tuple)
        else spied(part, touched[part.name], shapes)
        for part in loop.ORDER
    )
    rules = Counter({step.name: len(step.rules) for step in STEPS if step.rules})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "ORDER", order)
        for seed in range(max([3, *rules.values()])):
            chosen = {step.name: step.rules[seed % len(step.rules)] for step in STEPS if step.rules}
            plan = window(whole_plan, (1953, 1), 10).with_(seed=seed, rules=chosen)
            for _ in loop.simulate(plan, 0, 7):
                pass
    for name, found in touched.items():
        found["event"] = {word.removeprefix("event ") for word in found["draw"] if word.startswith("event ")}
        found["draw"] -= {f"event {event}" for event in found["event"]}
        found["param"] -= set() if loop_step(name).rules else {"rule"}
    return SimpleNamespace(touched=touched, shapes=shapes)


def loop_step(name):
    return next(step for step in STEPS if step.name == name)


def declared(step, kind):
    if kind == "field":
        return set(step.reads)
    names = {entry if isinstance(entry, str) else entry.name for entry in getattr(step, PARTS[kind])}
    return names | ({"rule"} if kind == "param" and step.rules else set())


@each
@pytest.mark.parametrize("kind", PARTS)
def test_what_the_code_touches_is_declared(seen, step, kind):
    assert seen.touched[step.name][kind] - declared(step, kind) == set()


@each
@pytest.mark.parametrize("kind", PARTS)
def test_what_is_declared_is_touched(seen, step, kind):
    assert declared(step, kind) - seen.touched[step.name][kind] == set(UNTOUCHED.get(step.name, ()))


@each
def test_what_it_writes_is_what_it_declares(seen, step):
    assert seen.touched[step.name]["write"] == set(step.writes)


def test_nothing_is_exempt():
    assert UNTOUCHED == {}


def test_shapes_and_kinds_of_what_is_written(seen, whole_plan):
    sizes = whole_plan.sizes | {"H": 7}
    for name, found in seen.shapes.items():
        if FIELDS[name].axes != "-":
            wanted = tuple(sizes[letter] for letter in FIELDS[name].axes)
            assert found == {(wanted, FIELDS[name].dtype)}, name


def test_every_field_has_one_writer_and_given_ones_none():
    writers = Counter(name for step in STEPS for name in step.writes)
    assert set(writers) <= set(FIELDS)
    for name, field in FIELDS.items():
        assert writers[name] == (0 if field.given else 1), name


OF_THE_LOOP = {"exists", "independent"}  # it keeps what does not exist from changing
OUTCOMES = {"institution", "alternative"}  # nobody reads them: model.md calls both state, and --record all shows them


def test_every_field_is_read_by_somebody_or_goes_on_the_tape():
    """By a mechanism, by the loop, or by what holds histories against the record: fits, scores and the rows of the system."""
    read = {name for step in STEPS for name in step.reads} | OF_THE_LOOP | {name for measure in MEASURES.values() for name in measure.fields}
    assert {name for name, field in FIELDS.items() if name not in read and not field.headline} == OUTCOMES


def test_at_most_twenty_six_headlines():
    assert len(HEADLINES) <= 26
    assert all(FIELDS[name].axes in ("HP", "H", "HW", "HT", "HC") and not FIELDS[name].given for name in HEADLINES)


@each
def test_names_are_declared_once_and_exist(step):
    for names in (step.reads, step.writes, [p.name for p in step.params], [e.name for e in step.events], step.rules):
        assert len(names) == len(set(names)), names
    assert {*step.reads, *step.writes} <= set(FIELDS)
    assert {draw.axes for draw in step.draws.values()} <= {"", *KEYED}
    assert {event.axes for event in step.events} <= {"", *KEYED} - {"C"}
    assert step.doc.strip()


def test_one_event_one_declaration():
    """Two mechanisms may bring about the same event; then they share its declaration, and its clock."""
    by_name = defaultdict(set)
    for step in STEPS:
        for event in step.events:
            by_name[event.name].add(event)
    assert {name for name, events in by_name.items() if len(events) > 1} == set()


def test_the_order_of_the_month():
    """Deaths come first, who rules before what he does; then the street and the bloc week by week, and after them only what sums up."""
    names = [step.name for step in STEPS]
    assert names[:3] == ["mortality", "patronage", "coalition"]
    (weekly,) = (part for part in loop.ORDER if isinstance(part, tuple))
    assert [step.name for step in STEPS if step.weekly] == [step.name for step in weekly]
    assert names[-3:] == ["world", "dissent", "memory"]
    assert names.index("terror") < names.index("society")


def test_the_spy_sees(whole_plan):
    """What the rules rest on: a mechanism that reads, draws, asks and writes beside its declaration is caught."""
    seen = {kind: set() for kind in ("field", "param", "draw", "write")}
    shapes = defaultdict(set)

    def sneaky(state, params, noise):
        state.cult + noise.zeal * params.pace[:, None]
        noise.happens("fall", 0.0)
        return {"fear": state.fear}

    step = replace(STEPS[0], function=sneaky, draws={"zeal": STEPS[0].draws["frailty"]})
    state = loop.initial(whole_plan, loop.make_luck(whole_plan, 0, 7))
    fake = SimpleNamespace(zeal=np.zeros((7, 1)), happens=lambda *_: None)
    spied(step, seen, shapes)(state, SimpleNamespace(pace=np.ones(7)), fake)
    assert seen == {"field": {"cult", "fear"}, "param": {"pace"}, "draw": {"zeal", "event fall"}, "write": {"fear"}}


def test_the_state_refuses_to_be_changed(whole_plan):
    state = loop.initial(whole_plan, loop.make_luck(whole_plan, 0, 7))
    for name in state:
        with pytest.raises(ValueError, match="read-only"):
            getattr(state, name)[...] = 0


def test_events_known_to_mechanisms_and_record_agree():
    """A person or theatre in the record's name of an event is on the event's axis, and one thing has one name."""
    from thaw.record import EVENTS
    from thaw.record.vocabulary import ABOUT

    mine = {event.name: event for step in STEPS for event in step.events}
    both = mine.keys() & EVENTS.keys()
    assert len(both) > 20
    for name in both:
        assert (mine[name].axes == "E") == (ABOUT.get(name) == "person"), name
        assert (mine[name].axes == "T") == (ABOUT.get(name) == "theatre"), name


def test_noise_offers_no_back_door():
    """A mechanism sees neither the month nor the date nor the log: only private names hold them."""
    public = {name for name in dir(Noise) if not name.startswith("_")}
    assert public == {"dt", "luck", "happens", "occurs", "fired_before", "forced", "only"}
