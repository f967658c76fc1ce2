"""The month: parameters and traits drawn by name, polities not founded, what is held, and what leaves its bounds."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from regime import make_state, run

from thaw import loop
from thaw.declare import event, mechanism, normal, param, parse_prior

NONE, HALF = np.zeros(1), np.full(1, 0.5)


class TestPriors:
    @pytest.mark.parametrize(
        ("prior", "wanted"),
        [
            ("normal(3, 1)", 3),
            ("lognormal(60, 0.4)", 60),
            ("share(0.3, 0.5)", 0.3),
            ("uniform(2, 6)", 4),
            ("fixed()", 7),
            ("halfnormal(2)", 0),
        ],
    )
    def test_middling_luck_gives_the_centre(self, prior, wanted):
        assert loop.from_prior(prior, 7.0, NONE, HALF)[0] == pytest.approx(wanted, rel=1e-12)

    @given(
        st.sampled_from(["lognormal(60, 0.4)", "share(0.3, 2)", "uniform(2, 6)", "halfnormal(2)", "normal(0, 2)"]),
        st.floats(-6, 6),
        st.floats(0.001, 0.999),
    )
    def test_values_lie_where_the_law_allows(self, prior, luck, place):
        value = loop.from_prior(prior, 1.0, np.array([luck]), np.array([place]))[0]
        low, high = {
            "lognormal": (0, np.inf),
            "share": (0, 1),
            "uniform": (2, 6),
            "halfnormal": (0, np.inf),
            "normal": (-13, 13),
        }[parse_prior(prior)[0]]
        assert low <= value <= high

    @given(
        st.sampled_from(["normal(1, 2)", "lognormal(60, 0.4)", "share(0.3, 0.5)"]), st.floats(-4, 4), st.floats(0, 3)
    )
    def test_more_luck_is_more(self, prior, luck, more):
        one, two = (loop.from_prior(prior, 1.0, np.array([z]), HALF)[0] for z in (luck, luck + more))
        assert two >= one

    def test_a_value_that_is_set_is_the_same_in_every_history(self, plan):
        luck = loop.make_luck(plan, 0, 9)
        step = next(step for step in loop.mechanisms() if step.name == "terror")
        spread = loop.draw_parameters(plan, step, luck)
        fixed = loop.draw_parameters(plan.with_(set_values={"terror.inertia": 3.5}), step, luck)
        assert len(set(spread.inertia)) == 9
        assert (fixed.inertia == 3.5).all()
        np.testing.assert_array_equal(fixed.peak, spread.peak)

    def test_without_priors_all_are_at_the_centre(self, plan):
        luck = loop.make_luck(plan, 0, 5)
        for step in loop.mechanisms():
            drawn = loop.draw_parameters(plan.with_(from_prior=False), step, luck)
            assert all((getattr(drawn, p.name) == p.value).all() for p in step.params)

    def test_a_scenarios_prior_takes_the_place_of_the_declared(self, plan):
        luck = loop.make_luck(plan, 0, 50)
        step = next(step for step in loop.mechanisms() if step.name == "terror")
        narrow = plan.with_(priors=dict(plan.priors) | {"terror.inertia": (4.0, "uniform(9, 10)")})
        values = loop.draw_parameters(narrow, step, luck).inertia
        assert ((values >= 9) & (values <= 10)).all()

    def test_draws_are_taken_in_turn_by_the_number_of_the_history(self, plan):
        step = next(step for step in loop.mechanisms() if step.name == "terror")
        given = plan.with_(draws={"terror.inertia": np.array([3.0, 5.0, 8.0])})
        whole, part = (loop.draw_parameters(given, step, loop.make_luck(plan, first, 7)) for first in (0, 4))
        assert whole.inertia.tolist() == [3, 5, 8, 3, 5, 8, 3]
        np.testing.assert_array_equal(part.inertia, whole.inertia[4:])
        np.testing.assert_array_equal(whole.peak, loop.draw_parameters(plan, step, loop.make_luck(plan, 0, 7)).peak)
        fixed = loop.draw_parameters(given.with_(set_values={"terror.inertia": 4.0}), step, loop.make_luck(plan, 0, 7))
        assert (fixed.inertia == 4).all()

    def test_the_first_rule_is_the_default(self, plan):
        step = next(step for step in loop.mechanisms() if step.name == "coalition")
        luck = loop.make_luck(plan, 0, 1)
        assert loop.draw_parameters(plan, step, luck).rule == step.rules[0]
        chosen = plan.with_(rules={"coalition": step.rules[-1]})
        assert loop.draw_parameters(chosen, step, luck).rule == step.rules[-1]


class TestTraits:
    @given(st.floats(0, 1), st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1))
    def test_they_lie_between_the_readings(self, luck, low, step, further):
        low, best, high = (np.array([v]) for v in (low, low + step, low + step + further))
        assert low - 1e-9 <= loop.draw_trait(np.array([[luck]]), low, best, high)[0, 0] <= high + 1e-9

    def test_the_mean_is_that_of_a_triangle(self):
        luck = (np.arange(20_000)[:, None] + 0.5) / 20_000
        drawn = loop.draw_trait(luck, np.array([-0.8]), np.array([0.1]), np.array([0.4]))
        assert drawn.mean() == pytest.approx((-0.8 + 0.1 + 0.4) / 3, abs=1e-4)
        assert drawn.var() == pytest.approx((0.64 + 0.01 + 0.16 + 0.08 + 0.32 - 0.04) / 18, abs=1e-4)

    def test_where_the_readings_agree_there_is_no_doubt(self):
        one = np.array([0.3])
        assert loop.draw_trait(np.array([[0.1], [0.9]]), one, one, one) == pytest.approx(0.3, abs=1e-6)

    def test_a_person_keeps_his_in_every_month(self, told):
        for name in ("stance", "culpability"):
            first, last = (getattr(told.states[month], name) for month in (0, -1))
            np.testing.assert_array_equal(first, last)
            assert (first.std(axis=0) > 0).mean() > 0.5


class TestMonth:
    def test_the_weekly_ones_turn_by_turns_in_every_week(self, plan):
        order = [(step.name, week) for step, week in loop.steps(plan, 0)]
        at = next(place for place, part in enumerate(loop.ORDER) if isinstance(part, tuple))
        inner = [step.name for step in loop.ORDER[at]]
        after = at + len(inner) * plan.weeks[0]
        assert order[at:after] == [(name, w) for w in range(plan.weeks[0]) for name in inner]
        assert [name for name, _ in order[:at] + order[after:]] == [part.name for part in loop.ORDER if not isinstance(part, tuple)]

    def test_a_mechanism_sees_what_earlier_ones_wrote_this_month(self, plan, only):
        @mechanism(reads=(), writes=("norm",))
        def first(state, params, noise):
            """Writes."""
            return {"norm": np.full_like(state.norm, 0.7)}

        @mechanism(reads=("norm",), writes=("cult",))
        def second(state, params, noise):
            """Copies."""
            return {"cult": state.norm * 1.0}

        only(first, second)
        assert (run(plan.with_(months=plan.months[:1]), 0, 7)[0].cult == 0.7).all()

    def test_a_polity_not_yet_founded_keeps_its_first_values(self, whole_plan):
        early = whole_plan.with_(months=whole_plan.months[:3])
        states, ddr = run(early, 0, 5), whole_plan.polities.index("DDR")
        assert not states[-1].exists[ddr]
        first = loop.initial(early, loop.make_luck(early, 0, 5))
        for step in loop.mechanisms():
            for name in step.writes:
                values = getattr(states[-1], name)
                if values.shape[:2] == (5, len(whole_plan.polities)):
                    np.testing.assert_array_equal(values[:, ddr], getattr(first, name)[:, ddr], err_msg=name)

    def test_calendars_turn_their_page(self, plan, told):
        for month in (0, 17, 52):
            for name, values in plan.calendar.items():
                np.testing.assert_array_equal(getattr(told.states[month], name), values[month])

    def test_a_fault_is_told_with_month_mechanism_and_field_and_the_others_go_on(self, plan, only):
        @mechanism(
            reads=(),
            writes=("norm", "fear"),
            draws={"slip": normal("P")},
            events=(event("slip", "P", "a slip"),),
            params=(param("pace", 1.0, unit="1", prior="normal(1, 0)", source="assumed", meaning="of slips"),),
        )
        def slippery(state, params, noise):
            """Leaves its bounds where its luck is extreme."""
            bad = noise.slip > 2.2
            return {"norm": np.where(bad, 1.5, 0.5), "fear": np.where(noise.slip < -2.5, np.nan, 1.0)}

        only(slippery)
        faults = []
        states = run(plan.with_(months=plan.months[:5]), 128, 178, faults=faults)
        assert len(states) == 5
        wanted = {
            (128 + h, month, "slippery", field)
            for month, state in enumerate(states)
            for field, bad in (("norm", state.norm > 1), ("fear", np.isnan(state.fear)))
            for h in np.flatnonzero(bad.any(axis=1))
        }
        assert {(f.history, f.month, f.mechanism, f.field) for f in faults} == wanted
        assert 0 < len(wanted) < 100

    def test_the_first_state_is_the_scenarios(self, plan):
        state = loop.initial(plan, loop.make_luck(plan, 0, 3))
        for name, values in plan.initial.items():
            array = getattr(state, name)
            np.testing.assert_array_equal(array, np.broadcast_to(values.astype(array.dtype), array.shape))
        assert state.street.shape == (len(plan.polities), 2, plan.citizens, 1)
        assert not state.street.any()


def test_what_is_held_is_held_after_every_mechanism():
    kept = loop.hold(SimpleNamespace(hold={"fear": 0.25, "in_uprising": True}, spans=()), make_state(), 0)
    assert (kept.fear == 0.25).all()
    assert kept.in_uprising.all()
    assert kept.in_uprising.dtype == bool
