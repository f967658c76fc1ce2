"""A claim on a plan: what is run for it and how its effect is read, on arms made by hand and on small ones."""

import numpy as np
import pytest
from small_arms import claim

from thaw.attribution import terms
from thaw.attribution.kept import Arm
from thaw.plan import Plan

NONE = np.empty(0, int), np.empty(0)


def arm(plan: Plan, onsets: dict[str, list[tuple[int, float]]], series: dict[str, np.ndarray] | None = None, histories: int = 4, **more) -> Arm:
    made = {name: (np.array([h for h, _ in rows], int), np.array([t for _, t in rows], float)) for name, rows in onsets.items()}
    return Arm(made, series or {}, more.get("ended", np.full(histories, len(plan.months))), more.get("refused", {}), None)


def calm(plan: Plan) -> dict[str, np.ndarray]:
    """No uprising anywhere."""
    return {"HUN.in_uprising": np.zeros((4, len(plan.months)), np.float32)}


class TestOnset:
    def test_the_first_of_a_bundle(self, plan: Plan) -> None:
        bound = terms.bind(claim("SUN.thaw + SUN.amnesty", "HUN.uprising"), plan)
        when, _ = terms.onset(bound, arm(plan, {"SUN.thaw": [(0, 9.5), (1, 3.0)], "SUN.amnesty": [(0, 4.2), (3, 52.0)]}, calm(plan)))
        assert when.tolist() == [4.2, 3.0, np.inf, np.inf]  # the last one lies after the deadline

    def test_not_while_a_spell_of_the_effect_is_open(self, plan: Plan) -> None:
        bound = terms.bind(claim("SUN.thaw", "HUN.uprising"), plan)
        going = np.zeros((4, len(plan.months)), np.float32)
        going[1, 7:12] = 1  # the month before the thaw and the thaw's own
        when, open_ = terms.onset(bound, arm(plan, {"SUN.thaw": [(0, 8.5), (1, 8.5)]}, {"HUN.in_uprising": going}))
        assert when.tolist() == [8.5, np.inf, np.inf, np.inf]
        assert open_.tolist() == [False, True, False, False]

    def test_a_quantity_beyond_its_bound_already_is_going_on(self, plan: Plan) -> None:
        bound = terms.bind(claim("SUN.thaw@1953-08", "SUN.voice>0.5"), plan)  # month 10
        values = np.zeros((4, len(plan.months)), np.float32)
        values[1, 8:12] = 0.9
        made = arm(plan, {"SUN.thaw": [(0, 9.5), (1, 9.5)]}, {"SUN.voice": values})
        assert terms.onset(bound, made)[0].tolist() == [9.5, np.inf, np.inf, np.inf]
        assert terms.meets(bound, made).tolist() == [True, False, True, True]

    def test_of_an_absence_it_is_the_date_where_nothing_came(self, plan: Plan) -> None:
        bound = terms.bind(claim("no SUN.death:stalin@1953-03", "SUN.amnesty"), plan)
        when, _ = terms.onset(bound, arm(plan, {"SUN.death:stalin": [(2, 5.0)]}))
        assert when.tolist() == [5.0, 5.0, np.inf, 5.0]

    def test_of_a_policy_where_the_quantity_was_nearer_to_it(self, plan: Plan) -> None:
        bound = terms.bind(claim("WLD.tension=0.8/0.2@1953-01..1953-06", "SUN.amnesty"), plan)
        held = np.zeros((4, len(plan.months)), np.float32)
        held[0, 3:9], held[1, 3:9], held[2, 3:9] = 0.8, 0.49, 0.51
        assert np.isfinite(terms.onset(bound, arm(plan, {}, {"WLD.tension": held}))[0]).tolist() == [True, False, True, False]
        turned = terms.bind(claim("WLD.tension=0.2/0.8@1953-01..1953-06", "SUN.amnesty"), plan)
        assert np.isfinite(terms.onset(turned, arm(plan, {}, {"WLD.tension": held}))[0]).tolist() == [False, True, False, True]


class TestEffect:
    def test_later_than_the_cause_and_by_the_deadline(self, plan: Plan) -> None:
        bound = terms.bind(claim("SUN.thaw", "HUN.uprising | POL.uprising", by="1954-09"), plan)  # month 23
        found = terms.effect(bound, arm(plan, {"HUN.uprising": [(0, 8.4), (1, 8.6), (2, 23.9), (3, 24.0)]}), np.full(4, 8.5))
        assert found.tolist() == [0, 1, 1, 0]

    def test_nothing_is_known_of_a_history_that_had_ended(self, plan: Plan) -> None:
        bound = terms.bind(claim("SUN.thaw", "HUN.uprising", by="1954-09"), plan)
        ended = np.array([10, 10, 24, 99])
        found = terms.effect(bound, arm(plan, {"HUN.uprising": [(0, 9.0)]}, ended=ended), -1.0)
        assert found[[0, 2, 3]].tolist() == [1, 0, 0]
        assert np.isnan(found[1])

    @pytest.mark.parametrize(("measure", "wanted"), [("mean", 2.0), ("end", 3.0), ("max", 3.0), ("min", 1.0)])
    def test_of_a_quantity_over_the_months_after_the_cause(self, plan: Plan, measure: str, wanted: float) -> None:
        bound = terms.bind(claim("SUN.thaw", f"SUN.voice {measure}", by="1953-03", direction="raises"), plan)  # month 5
        values = np.tile(np.array([9, 9, 9, 1, 2, 3, *[9] * 47], np.float32), (4, 1))
        assert terms.effect(bound, arm(plan, {}, {"SUN.voice": values}), np.full(4, 2.7)).tolist() == [wanted] * 4

    def test_beyond_a_bound_and_a_leader(self, plan: Plan) -> None:
        values = np.tile(np.linspace(0, 1, len(plan.months), dtype=np.float32), (4, 1))
        over = terms.bind(claim("SUN.thaw", "SUN.voice>0.5"), plan)
        assert terms.time_of(over, arm(plan, {}, {"SUN.voice": values}), -1.0).tolist() == [27.999] * 4  # at the end of month 27
        leads = terms.bind(claim("SUN.thaw", "leader:khrushchev"), plan)
        led = np.full((4, len(plan.months)), plan.persons.index("stalin"), np.float32)
        led[1, 12] = plan.persons.index("khrushchev")
        assert terms.effect(leads, arm(plan, {}, {"SUN.leader": led}), -1.0).tolist() == [0, 1, 0, 0]
        assert terms.effect(leads, arm(plan, {}, {"SUN.leader": led}), 12.5).tolist() == [0, 0, 0, 0]


class TestWhatIsRun:
    def test_arms_of_one_cause_are_run_once(self, plan: Plan) -> None:
        bounds = [terms.bind(claim("SUN.thaw@1953-12", effect), plan) for effect in ("HUN.uprising", "SUN.amnesty")]
        assert bounds[0].key == bounds[1].key
        first = terms.bind(claim("SUN.thaw@1953-12", "HUN.uprising", onset="first"), plan)
        assert first.key != bounds[0].key

    def test_prevented_is_never_and_forced_is_once(self, plan: Plan) -> None:
        bound = terms.bind(claim("SUN.thaw@1953-12", "HUN.uprising"), plan)
        assert [act.event for act in terms.prevented(bound, plan).prevent] == ["thaw"]
        assert [(act.event, act.month) for act in terms.forced(bound, plan).do] == [("thaw", 14)]
        assert terms.forced(bound, plan).prevent == terms.prevented(bound, plan).prevent

    def test_the_first_onset_alone(self, plan: Plan) -> None:
        bound = terms.bind(claim("SUN.thaw@1953-12", "HUN.uprising", onset="first"), plan)
        assert [act.once for act in terms.prevented(bound, plan).prevent] == [True]

    def test_rows_of_the_record_are_thought_away(self, whole_plan: Plan) -> None:
        bound = terms.bind(claim("row:E086", "WLD.tension mean", direction="raises"), whole_plan)
        assert bound.date == 46  # April 1949
        less = whole_plan.calendar["shock"] - terms.prevented(bound, whole_plan).calendar["shock"]
        assert np.flatnonzero(less).tolist() == [46]
        assert terms.forced(bound, whole_plan) is whole_plan
        aid = terms.bind(claim("row:E071", "WLD.tension mean", direction="raises"), whole_plan)
        assert whole_plan.calendar["aided"].any()
        assert not terms.prevented(aid, whole_plan).calendar["aided"].any()

    def test_a_given_quantity_is_held_in_the_calendar_for_its_span_only(self, whole_plan: Plan) -> None:
        bound = terms.bind(claim("HUN.garrison=0.9/0@1950-01..1950-03", "HUN.uprising"), whole_plan)
        place = whole_plan.polities.index("HUN")
        before = np.broadcast_to(whole_plan.given.get("garrison", whole_plan.calendar.get("garrison")), (len(whole_plan.months), len(whole_plan.polities)))
        held = terms.forced(bound, whole_plan).calendar["garrison"]
        assert (held[55:58, place] == 0.9).all()
        assert np.array_equal(np.delete(held, range(55, 58), axis=0), np.delete(before, range(55, 58), axis=0))

    def test_an_arm_begins_where_it_can_first_differ(self, plan: Plan) -> None:
        bound = terms.bind(claim("SUN.thaw@1955-06", "HUN.uprising"), plan)  # month 32
        late = arm(plan, {"SUN.thaw": [(0, 30.0)]}, calm(plan))
        starts = {trunk.name.split(" Cause")[0]: trunk.start for trunk in terms.trunks([bound], {"F": late, "F by month": late})}
        assert starts["P"] == ("F", 23)
        early = arm(plan, {"SUN.thaw": [(0, 3.0)]}, calm(plan))
        starts = {trunk.name.split(" Cause")[0]: trunk.start for trunk in terms.trunks([bound], {"F": early, "F by month": early})}
        assert starts["P"] is None
