"""The axes W, T and C: luck by name, events of states and theatres, and what of it stands on the tape."""

import numpy as np
import pytest
import toy_run
from regime import STATES, logged, make_noise, make_state

from thaw import chronicle, engine, fields, loop, summary
from thaw.axes import COHORTS, THEATRES
from thaw.declare import event, mechanism, normal
from thaw.engine.chunk import run_chunk
from thaw.fields import FIELDS, Field
from thaw.noise import Act
from thaw.record import vocabulary
from thaw.tape import Tape

WORLD = ("DZA", "EGY", "POL", "SUN")  # two of them are polities of the toy regime too
FOUNDED = 6  # month in which Algeria becomes independent
NEW = (
    Field("leaning", "HW", "1", "a quantity of states", -100, 100),
    Field("heat", "HT", "1", "a quantity of theatres", -100, 100),
    Field("opinion", "HC", "1", "a quantity of cohorts", -100, 100),
)


@mechanism(
    reads=("independent", "leaning", "heat", "opinion"),
    writes=("leaning", "heat", "opinion"),
    draws={"drift": normal("W"), "spark": normal("T"), "mood": normal("C")},
    events=(event("joins_nam", "W", "joins", once=True), event("crisis", "T", "a crisis"), event("detente", "", "the poles agree")),
)
def world(state, params, noise):
    """States drift, theatres heat up, cohorts change their minds; nothing depends on the others."""
    noise.happens("joins_nam", np.full(state.leaning.shape, 0.1), requires=state.independent)
    noise.happens("crisis", np.full(state.heat.shape, 0.1))
    noise.happens("detente", np.full(len(state.heat), 0.1))
    return {"leaning": state.leaning + 1 + 0.1 * noise.drift, "heat": state.heat + noise.spark, "opinion": state.opinion + noise.mood}


def world_plan(states=WORLD, **changes):
    plan = toy_run.make_plan(**changes)
    independent = np.array([[code != "DZA" or month >= FOUNDED for code in states] for month in range(13)], bool).reshape(13, len(states))
    record = {"EGY.joins_nam": ((3, 0),), "WLD.crisis:berlin": ((5, 0),), "WLD.detente": ((2, 0),), "FRA.joins_nam": ((3, 0),)}
    return plan.with_(states=states, calendar=dict(plan.calendar) | {"independent": independent}, record=record)


@pytest.fixture(autouse=True, scope="module")
def toy_world():
    """The toy regime with a world beside it, and three fields more."""
    with pytest.MonkeyPatch.context() as patch:
        for field in NEW:
            patch.setitem(fields.FIELDS, field.name, field)
        patch.setattr(loop, "ORDER", (toy_run.toy, world))
        patch.setattr(engine, "_compile", lambda say: None)
        yield


@pytest.fixture(scope="module")
def tape(tmp_path_factory, toy_world):
    folder = tmp_path_factory.mktemp("axes") / "run"
    return engine.run_to_tape(world_plan(), 70, out=folder, workers=1, record_all=True)


def rows(events, *names):
    """(history, month, polity, event) of the rows whose event begins with one of the names."""
    every = zip(*(list(events[column]) for column in ("history", "month", "polity", "event")), strict=True)
    return {row for row in every if row[3].partition(":")[0] in names}


class TestAxes:
    def test_theatres_are_the_records(self):
        assert vocabulary.THEATRES == THEATRES

    def test_cohorts_span_ten_years_each(self):
        assert (COHORTS[0], COHORTS[-1], len(COHORTS)) == (1860, 1990, 14)
        assert set(np.diff(COHORTS)) == {10}

    def test_sizes_are_those_of_the_members(self):
        plan = world_plan()
        assert {letter: plan.sizes[letter] for letter in "WTC"} == {"W": 4, "T": 4, "C": 14}
        assert plan.members["T"] == THEATRES
        assert plan.members["C"][:2] == ("1860", "1870")
        assert toy_run.make_plan().sizes["W"] == 0


class TestLuck:
    @pytest.mark.parametrize(("draw", "letter"), [("drift", "W"), ("spark", "T"), ("mood", "C")])
    def test_draws_have_the_shape_of_the_axis_and_differ_along_it(self, draw, letter):
        values = getattr(make_noise(world), draw)
        assert values.shape == (7, make_state().sizes[letter])
        assert len(np.unique(values)) == values.size

    def test_luck_goes_by_name_not_by_place(self):
        """A state that is not there changes nothing for the others."""
        whole, fewer = run_chunk(world_plan(), 0, 64, True), run_chunk(world_plan(WORLD[1:]), 0, 64, True)
        np.testing.assert_array_equal(whole.series["leaning"][:, :, 1:], fewer.series["leaning"])
        others = {row for row in rows(whole.events, "joins_nam", "crisis", "detente") if row[2] != "DZA"}
        assert others == rows(fewer.events, "joins_nam", "crisis", "detente")
        for name in ("fear", "heat", "opinion"):
            np.testing.assert_array_equal(whole.series[name], fewer.series[name])

    def test_a_chunk_with_a_world_is_part_of_the_whole(self):
        whole, part = run_chunk(world_plan(), 0, 128, True), run_chunk(world_plan(), 64, 128, True)
        np.testing.assert_array_equal(whole.series["leaning"][64:], part.series["leaning"])
        assert {row for row in rows(whole.events, "joins_nam", "crisis") if row[0] >= 64} == rows(part.events, "joins_nam", "crisis")


class TestGates:
    def test_done_at_one_place(self):
        noise = make_noise(world, do=(("joins_nam", STATES.index("IND")), ("crisis", THEATRES.index("straits")), "detente"))
        joined = noise.happens("joins_nam", np.zeros((7, len(STATES))))
        crisis = noise.happens("crisis", np.zeros((7, 4)))
        assert joined.sum(axis=0).tolist() == [7 * (code == "IND") for code in STATES]
        assert crisis.sum(axis=0).tolist() == [7 * (theatre == "straits") for theatre in THEATRES]
        assert noise.happens("detente", np.zeros(7)).all()
        assert len(logged(noise)) == 21

    def test_refused_where_it_is_impossible(self):
        noise = make_noise(world, do=(("joins_nam", 0),))
        assert not noise.happens("joins_nam", np.zeros((7, len(STATES))), requires=np.arange(len(STATES)) > 0).any()
        assert noise._log.refused["joins_nam"].all()

    def test_prevented_at_one_place_and_clocks_elsewhere_run_on(self):
        free, barred = (make_noise(world, prevent=stops) for stops in ((), (("crisis", 1),)))
        rate = np.full((7, 4), 2.0)
        happened, left = free.happens("crisis", rate), barred.happens("crisis", rate)
        assert happened[:, 1].any()
        assert not left[:, 1].any()
        np.testing.assert_array_equal(np.delete(happened, 1, axis=1), np.delete(left, 1, axis=1))

    def test_interventions_reach_the_tape(self):
        plan = world_plan(do=(Act("joins_nam", 1, 4), Act("crisis", 2, 5), Act("detente", -1, 1)), prevent=(Act("crisis", 0), Act("joins_nam", 3)))
        events = run_chunk(plan, 0, 7).events
        done = {tuple(events[column][k] for column in ("month", "polity", "event")) for k in np.flatnonzero(events["forced"])}
        assert {("1953-04", "WLD", "crisis:straits"), ("1952-12", "WLD", "detente")} <= done
        assert done <= {("1953-04", "WLD", "crisis:straits"), ("1952-12", "WLD", "detente"), ("1953-03", "EGY", "joins_nam")}
        assert "crisis:berlin" not in set(events["event"])
        assert "SUN" not in set(events["polity"][events["event"] == "joins_nam"])
        assert engine.describe(plan, False)["do"] == ["EGY.joins_nam@1953-03", "WLD.crisis:straits@1953-04", "WLD.detente@1952-12"]
        assert engine.describe(plan, False)["prevent"] == ["WLD.crisis:berlin", "SUN.joins_nam"]


class TestNotYetIndependent:
    def test_a_state_keeps_its_first_values_until_it_is_independent(self):
        states = [state for _, state in loop.simulate(world_plan(), 0, 7)]
        assert (states[FOUNDED - 1].leaning[:, 0] == 0).all()
        assert (states[FOUNDED].leaning[:, 0] != 0).all()
        assert (states[0].leaning[:, 1:] != 0).all()

    def test_the_tape_holds_nothing_of_it(self):
        leaning = run_chunk(world_plan(), 0, 64, True).series["leaning"]
        assert np.isnan(leaning[:, :FOUNDED, 0]).all()
        assert not np.isnan(leaning[:, FOUNDED:]).any()
        assert not np.isnan(leaning[:, :, 1:]).any()


class TestTape:
    def test_series_are_labelled(self, tape):
        series = Tape.load(tape.path).series
        assert series.leaning.dims == ("history", "month", "state")
        assert series.heat.dims == ("history", "month", "theatre")
        assert series.opinion.dims == ("history", "month", "cohort")
        assert list(series.state.values) == list(WORLD)
        assert list(series.theatre.values) == list(THEATRES)
        assert list(series.cohort.values) == [str(year) for year in COHORTS]
        np.testing.assert_array_equal(series.leaning.sel(state="EGY").values[:64], run_chunk(world_plan(), 0, 64, True).series["leaning"][:, :, 1])

    def test_events_bear_the_code_of_the_state_or_the_worlds(self, tape):
        events = tape.events
        assert set(events.polity[events.event == "joins_nam"]) == set(WORLD)
        crises = events[events.event.str.startswith("crisis")]
        assert set(crises.event) == {f"crisis:{theatre}" for theatre in THEATRES}
        assert set(crises.polity) | set(events.polity[events.event == "detente"]) == {"WLD"}
        order = list(zip(*(events[name] for name in ("history", "month", "week", "event", "polity")), strict=True))
        assert order == sorted(order)

    def test_the_summary_finds_the_record(self, tape):
        """What the record calls WLD.crisis:berlin and EGY.joins_nam are called so on the tape."""
        told = summary.events(tape)
        for name, date in (("EGY.joins_nam", "1953-02"), ("WLD.crisis:berlin", "1953-04"), ("WLD.detente", "1953-01")):
            assert told[name]["record"] == date
            assert 0 < told[name]["near"][date] <= told[name]["share"]
        assert told["WLD.crisis:straits"]["record"] is None
        assert "FRA.joins_nam" not in told, "no state of this world"

    def test_the_manifest_tells_states_and_axes(self, tape):
        assert tape.manifest["states"] == list(WORLD)
        assert {name: tape.manifest["axes"][name] for name in ("joins_nam", "crisis", "detente", "fall")} == {
            "joins_nam": "W", "crisis": "T", "detente": "", "fall": "E",
        }  # fmt: skip

    def test_a_chronicle_tells_them(self, tape):
        tape.manifest["labels"] |= {"EGY": "Egypt"}
        texts = {entry.text for k in range(70) for entry in chronicle.tell(tape, k).entries if entry.event in ("joins_nam", "crisis:berlin", "detente")}
        assert "Egypt: The country joins the Non-Aligned Movement." in texts
        assert "A crisis breaks out: Berlin." in texts
        assert "The two poles agree on a lasting measure that lowers tension." in texts
        assert chronicle.event_title("EGY.joins_nam", {"EGY": "Egypt"}) == "Egypt: joins the Non-Aligned Movement"


def test_independence_is_given():
    assert (FIELDS["independent"].axes, FIELDS["independent"].dtype, FIELDS["independent"].given) == ("W", "bool", True)
