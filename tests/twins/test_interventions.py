"""What is done or prevented, and what it leaves alone: twins are equal until the day; if nobody reads it, for ever."""

from dataclasses import replace

import numpy as np
import pytest
from regime import differing, run, small_scenario

from thaw import loop
from thaw.compile import compile_plan
from thaw.declare import event as declared_event
from thaw.noise import Act, Log

# nothing follows from these; a derived event only sums up what others have done
UNREAD = ["camp_revolt", *{e.name for step in loop.mechanisms() for e in step.events if e.derived}]


def happened(log, event, place=None):
    """(month, history) of an event, at one place on its axis or anywhere."""
    return [
        (row[1], int(h))
        for row in log.rows
        if row[0] == event
        for h, e in zip(row[3], row[4], strict=True)
        if place is None or e == place
    ]


def place(plan, name):
    return plan.polities.index(name) if name in plan.polities else plan.persons.index(name)


@pytest.mark.parametrize("event", UNREAD)
def test_what_no_equation_reads_changes_nothing(plan, told, event):
    assert happened(told.log, event)
    log = Log()
    for state, twin in zip(told.states, run(plan.with_(prevent=(Act(event, -1),)), log=log), strict=True):
        assert differing(state, twin) == []
    assert happened(log, event) == []
    others = {row[0] for row in told.log.rows} - {event}
    assert all(happened(log, other) == happened(told.log, other) for other in others)


@pytest.mark.parametrize("event", UNREAD)
def test_doing_what_no_equation_reads_changes_nothing(plan, told, event):
    log = Log()
    twins = run(plan.with_(do=(Act(event, 0, 7),)), log=log)
    assert {h for month, h in happened(log, event, 0) if month == 7} == set(range(64))
    assert differing(told.states[-1], twins[-1]) == []


def test_a_mechanism_that_nobody_reads_changes_nothing(plan, told, monkeypatch):
    """A further mechanism with events of its own takes no luck from the others."""
    spare = replace(
        loop.mechanisms()[0],
        name="spare",
        function=lambda state, params, noise: noise.happens("comet", 0.2 + 0 * noise.frailty) is None or {},
        reads=(), writes=(), events=(declared_event("comet", "E", "a comet is seen"),),
    )  # fmt: skip
    monkeypatch.setattr(loop, "ORDER", (spare, *loop.ORDER))
    log = Log()
    twins = run(plan.with_(months=plan.months[:12], weeks=plan.weeks[:12]), log=log)
    assert len(happened(log, "comet")) > 100
    for state, twin in zip(told.states, twins, strict=False):
        assert differing(state, twin) == []


@pytest.mark.parametrize(
    ("event", "polity", "month"),
    [("amnesty", "SUN", 9), ("new_course", "HUN", 7), ("uprising", "DDR", 8), ("challenge", "SUN", 8)],
)
def test_twins_are_equal_before_the_day(plan, told, event, polity, month):
    log = Log()
    twins = run(plan.with_(do=(Act(event, place(plan, polity), month),)), log=log)
    assert all(differing(*pair) == [] for pair in zip(told.states[:month], twins, strict=False))
    assert differing(told.states[month], twins[month]) != []


def test_prevention_is_felt_where_it_prevents_and_nowhere_else(plan, told):
    """Histories in which the speech was not held are the same to the bit; others are, until it was to be held."""
    held = {h: month for month, h in happened(told.log, "secret_speech")}
    assert 0 < len(held) < 64
    log = Log()
    twins = run(plan.with_(prevent=(Act("secret_speech", 0),)), log=log)
    assert happened(log, "secret_speech") == []
    for h in range(64):
        until = held.get(h, len(plan.months))
        assert all(differing(a, b, slice(h, h + 1)) == [] for a, b in zip(told.states[:until], twins, strict=False)), h
        if h in held:
            assert "revelation" in differing(told.states[until], twins[until], slice(h, h + 1))


def test_one_person_is_spared_and_no_other(plan, told):
    beria = place(plan, "beria")
    falls = happened(told.log, "fall", beria)
    assert falls
    log = Log()
    twins = run(plan.with_(prevent=(Act("fall", beria),)), log=log)
    assert happened(log, "fall", beria) == []
    untouched = sorted(set(range(64)) - {h for _, h in falls})
    for h in untouched[:20]:
        assert differing(told.states[-1], twins[-1], slice(h, h + 1)) == []


class TestStalinsDeath:
    def test_is_pinned(self, plan, told):
        stalin = place(plan, "stalin")
        assert {month for month, _ in happened(told.log, "death", stalin)} == {plan.months.index((1953, 3))}
        assert len(happened(told.log, "death", stalin)) == 64

    def test_prevented_he_lives_on_and_dies_by_his_own_clock(self, plan):
        stalin, month = place(plan, "stalin"), plan.months.index((1953, 3))
        log = Log()
        states = run(plan.with_(prevent=(Act("death", stalin),)), 0, 128, log=log)
        assert states[month].alive[:, stalin].all()
        assert (states[month].leader[:, 0] == stalin).any()
        died = {h for _, h in happened(log, "death", stalin)}
        executed = (states[-1].fate[:, stalin] == 3).sum()
        assert 5 <= len(died) <= 90  # 4 years at 74: 30 to 40%
        assert (~states[-1].alive[:, stalin]).sum() <= len(died) + executed
        assert min(m for m, _ in happened(log, "death", stalin)) > month

    def test_nobody_comes_back(self, told):
        for before, after in zip(told.states, told.states[1:], strict=False):
            assert not (after.alive & ~before.alive).any()


class TestForced:
    def test_happens_in_that_month_and_says_so(self, plan):
        log = Log()
        run(plan.with_(do=(Act("amnesty", 0, 9),)), log=log)
        rows = [row for row in log.rows if row[0] == "amnesty" and row[1] == 9]
        forced = {(int(h), int(e)) for row in rows for h, e in zip(row[3][row[7]], row[4][row[7]], strict=True)}
        assert forced == {(h, 0) for h in range(64)}
        assert log.refused == {}

    def test_once_does_not_come_again(self, plan, told):
        """A speech at an earlier plenum: there is none later."""
        month = next(m for m in range(8, 53) if plan.calendar["forum"][m, 0])
        log = Log()
        run(plan.with_(do=(Act("secret_speech", 0, month),)), log=log)
        held = [h for _, h in happened(log, "secret_speech")]
        assert len(held) == len(set(held))
        assert sum(m == month for m, _ in happened(log, "secret_speech")) > 30
        before = {h for m, h in happened(told.log, "secret_speech") if m > month}
        assert before  # where it would have come later, it has come and stays away

    def test_outside_what_it_requires_is_refused_and_counted(self, plan, told):
        """Nobody reveals the crimes of the dead ruler while he lives."""
        log = Log()
        twins = run(plan.with_(do=(Act("secret_speech", 0, 2),)), log=log)
        assert log.refused["secret_speech"].all()
        assert [m for m, _ in happened(log, "secret_speech") if m < 5] == []
        assert differing(told.states[-1], twins[-1]) == []

    def test_each_wish_is_counted_by_itself(self, plan):
        """Refused while Stalin lives, granted at a plenum later: the first is a refusal all the same."""
        later = next(m for m in range(8, 53) if plan.calendar["forum"][m, 0])
        log = Log()
        run(
            plan.with_(do=(Act("secret_speech", 0, 2), Act("secret_speech", 0, later)), months=plan.months[:12]),
            log=log,
        )
        assert log.refused["secret_speech"].all()

    def test_wins_over_prevented(self, plan):
        """The speech, and no other day for it."""
        log = Log()
        acts = {"do": (Act("new_course", 0, 12),), "prevent": (Act("new_course", 0),)}
        run(plan.with_(**acts), log=log)
        assert happened(log, "new_course", 0) == [(12, h) for h in range(64)]

    def test_is_refused_where_it_cannot_be_and_only_there(self, plan):
        """The leader of Moscow is ousted by his court, that of Budapest by Moscow: each door refuses only its own."""
        for polity in ("SUN", "HUN"):
            log = Log()
            run(plan.with_(do=(Act("leader_ousted", place(plan, polity), 9),)), log=log)
            done = {h for month, h in happened(log, "leader_ousted", place(plan, polity)) if month == 9}
            refused = log.refused.get("leader_ousted", np.zeros(64, bool))
            assert len(done) > 30
            assert not refused[sorted(done)].any(), f"{polity}: done and said to be refused"

    def test_at_the_date_of_the_record(self):
        """Without a month the record's, to the week: 17 June 1953, in Berlin the third Monday's week."""
        plan = compile_plan(small_scenario("SUN", "DDR").do("DDR.uprising").do("SUN.secret_speech"))
        rose, spoke = plan.do
        assert (plan.months[rose.month], rose.week) == ((1953, 6), 2)
        assert plan.months[spoke.month] == (1956, 2)

    def test_a_weekly_event_comes_in_its_week(self, plan):
        log = Log()
        run(
            plan.with_(do=(Act("intervention", place(plan, "HUN"), 9, 2), Act("uprising", place(plan, "HUN"), 9, 2))),
            log=log,
        )
        rose = [row for row in log.rows if row[0] == "uprising" and row[7].any()]
        assert {(row[1], row[2]) for row in rose} == {(9, 2)}


class TestHoldAndFreeze:
    @pytest.mark.parametrize(("name", "value"), [("norm", 0.3), ("fear", 0.0), ("tension", 0.9), ("cult", 1.0)])
    def test_what_is_held_stays(self, plan, told, name, value):
        held = run(plan.with_(hold={name: value}, months=plan.months[:9]))
        assert all((getattr(state, name) == value).all() for state in held)
        assert differing(told.states[8], held[8], but=(name,)) != []

    def test_what_is_held_is_held_for_all_who_read_it(self, plan):
        """No fear ever: the police arrest as they like, and nobody is afraid."""
        states = run(plan.with_(hold={"norm": 1.0}, months=plan.months[:9]), 0, 7)
        assert (states[-1].norm == 1).all()

    def test_what_is_held_is_held_for_the_first_mechanism_of_the_month_too(self, plan):
        """Everybody 130 years old: nobody sees the next year."""
        states = run(plan.with_(hold={"age": 130.0}, pins={}, months=plan.months[:12]), 0, 7)
        assert states[-1].alive.mean() < 0.05

    @pytest.mark.parametrize("name", ["terror", "coalition", "information"])
    def test_frozen_to_its_own_past_changes_nothing(self, plan, told, name):
        """Of the events of the frozen one nothing is heard, but every field is the same."""
        months = 20
        twins = run(plan.with_(months=plan.months[:months]), frozen={name: told.states})
        for state, twin in zip(told.states, twins, strict=False):
            assert differing(state, twin) == []

    @pytest.mark.parametrize("name", ["terror", "society"])
    def test_frozen_takes_the_other_arm(self, plan, told, name):
        """One path cut: what the frozen one writes is the other arm's, whatever happens around it."""
        step = next(step for step in loop.mechanisms() if step.name == name)
        done = plan.with_(do=(Act("personnel_renewal", 0, 7), Act("renewed_terror", 0, 7)), months=plan.months[:20])
        free, frozen = run(done), run(done, frozen={name: told.states})
        for month in (7, 19):
            for field in step.writes:
                assert getattr(frozen[month], field).tobytes() == getattr(told.states[month], field).tobytes()
        assert set(differing(free[-1], told.states[-1])) & set(step.writes)
        assert "severity" in differing(frozen[-1], told.states[-1])


@pytest.mark.parametrize("name", [step.name for step in loop.mechanisms()])
def test_without_a_mechanism_its_fields_stay(plan, name):
    """`--without`: the others go on, in their bounds, and what it writes keeps its first value."""
    faults, log = [], Log()
    step = next(step for step in loop.mechanisms() if step.name == name)
    part = plan.with_(without=(name,), months=plan.months[:10])
    states = run(part, 0, 7, faults=faults, log=log)
    first = loop.initial(part, loop.make_luck(part, 0, 7))
    assert faults == []
    assert set(differing(states[-1], first)) & set(step.writes) == set()
    shared = {"leader_ousted"}  # which two mechanisms may bring about
    assert ({event.name for event in step.events} - shared) & {row[0] for row in log.rows} == set()


def test_rules_are_ways_to_settle_the_same_showdowns(plan, told):
    """Another rule changes who falls, not the luck before the first showdown."""
    showdowns = [month for month, _ in happened(told.log, "challenge")]
    first = min(showdowns)
    for rule in ("literal", "contest", "selectorate"):
        twins = run(plan.with_(rules={"coalition": rule}, months=plan.months[: first + 12]))
        assert all(differing(a, b) == [] for a, b in zip(told.states[:first], twins, strict=False))
        assert differing(told.states[first + 11], twins[-1]) != []
