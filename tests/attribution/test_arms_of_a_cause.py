"""Arms: what they share with the histories as they are, and where they part."""

from pathlib import Path

import numpy as np
import pytest
from small_arms import WATCH

from thaw import loop
from thaw.attribution.abreast import may_go_abreast
from thaw.attribution.arms import Branch, Trunk, drawn_parameters, run_trunks
from thaw.attribution.given import as_recorded
from thaw.attribution.kept import Arm, Clockwork
from thaw.compile_events import acts
from thaw.plan import Plan, Span

LAST = 35


def run(plan: Plan, folder: Path, *, histories: int = 64, chunk: int = 512, **more) -> Arm:
    return run_trunks([Trunk("A", plan, LAST, **more)], histories, WATCH, folder=folder, chunk=chunk)["A"]


def same(a: Arm, b: Arm, until: int = LAST + 1) -> bool:
    """Equal to the bit in all months before `until`."""
    series = all(np.array_equal(values[:, :until], b.series[name][:, :until], equal_nan=True) for name, values in a.series.items())
    return series and all(before(a, name, until) == before(b, name, until) for name in WATCH.events)


def before(arm: Arm, event: str, until: int) -> list[tuple[int, float]]:
    history, time = arm.onsets.get(event, (np.empty(0, int), np.empty(0)))
    return [(int(h), float(t)) for h, t in zip(history, time, strict=True) if t < until]


def test_a_stored_month_is_as_good_as_the_beginning(plan: Plan, factual: tuple[Arm, Path]) -> None:
    whole, folder = factual
    assert same(run(plan, folder, start=("F", 11)), whole)


def test_chunks_do_not_show(plan: Plan, tmp_path: Path) -> None:
    one = run(plan, tmp_path, histories=128, chunk=128)
    two = run(plan, tmp_path, histories=128, chunk=64)
    assert same(one, two)
    assert np.array_equal(one.ended, two.ended)


def test_a_branch_is_the_run_of_its_plan(plan: Plan, factual: tuple[Arm, Path]) -> None:
    _, folder = factual
    never = plan.with_(prevent=acts(plan, [("SUN.thaw", None)]))
    done = never.with_(do=acts(plan, [("SUN.thaw", "1953-12")]))
    arms = run_trunks([Trunk("P", never, LAST, (Branch("D", done, 14),))], 64, WATCH, folder=folder)
    assert same(arms["D"], run(done, folder))
    assert same(arms["D"], arms["P"], 14)
    assert not np.isfinite(arms["P"].first(["SUN.thaw"])).any()
    forced = arms["D"].first(["SUN.thaw"])
    assert np.isfinite(forced).mean() > 0.5
    assert (np.floor(forced[np.isfinite(forced)]) == 14).all()
    assert np.array_equal(~np.isfinite(forced), arms["D"].refused.get("SUN.thaw", np.zeros(64, bool)))


def test_another_luck_begins_with_the_month_after(plan: Plan, factual: tuple[Arm, Path]) -> None:
    whole, folder = factual
    when = np.where(np.arange(64) % 2, 20, 10**6)
    other = run(plan.with_(other_luck=when), folder)
    assert same(other, whole, 21)
    apart = (other.series["WLD.tension"][:, 21 : LAST + 1] != whole.series["WLD.tension"][:, 21 : LAST + 1]).any(axis=1)
    assert apart[when == 20].all()
    assert not apart[when != 20].any()


def test_waits_of_another_luck_are_drawn_anew_at_the_same_rate(plan: Plan, factual: tuple[Arm, Path]) -> None:
    """Memoryless: luck redrawn at once brings an event about as often as before."""
    whole, folder = factual
    other = run(plan.with_(other_luck=np.full(64, 0)), folder)
    shares = [np.isfinite(arm.first(["SUN.amnesty"], until=LAST)).mean() for arm in (whole, other)]
    assert abs(shares[0] - shares[1]) < 4 * np.sqrt(0.25 * 2 / 64)


def test_a_nudge_changes_one_quantity_by_a_millionth(plan: Plan, factual: tuple[Arm, Path]) -> None:
    whole, folder = factual
    nudged = run(plan.with_(nudge=np.full(64, 15)), folder)
    assert same(nudged, whole, 16)
    state = loop.initial(plan, loop.make_luck(plan, 0, 64))
    after = loop.nudge(state, np.full(64, 3), 3)
    ratio = after.output / state.output
    assert ratio[:, state.hegemon] == pytest.approx(1 + 1e-6, abs=1e-12)
    assert (ratio[:, ~state.hegemon] == 1).all()
    assert loop.nudge(state, np.full(64, 3), 4) is state


def test_a_span_holds_its_quantity_and_nothing_before(plan: Plan, factual: tuple[Arm, Path]) -> None:
    whole, folder = factual
    held = run(plan.with_(spans=(Span("tension", -1, 10, 14, 0.75),)), folder)
    assert (held.series["WLD.tension"][:, 10:15] == 0.75).all()
    assert (held.series["WLD.tension"][:, 15] != 0.75).all()
    assert same(held, whole, 10)


def test_onsets_after_a_time_and_by_a_deadline() -> None:
    arm = Arm({"a": (np.array([0, 0, 1, 2]), np.array([3.2, 9.0, 20.0, 4.0])), "b": (np.array([2]), np.array([1.5]))}, {}, np.full(4, 99), {}, None)
    assert arm.first(["a", "b"], until=8).tolist() == [3.2, np.inf, 1.5, np.inf]
    assert arm.first(["a"], after=np.array([3.2, 0, 0, 0]), until=19).tolist() == [9.0, np.inf, 4.0, np.inf]
    assert arm.first(["a"], until=20).tolist() == [3.2, 20.0, 4.0, np.inf]
    assert arm.first(["unknown"]).tolist() == [np.inf] * 4


def test_a_month_has_the_order_of_the_mechanisms() -> None:
    place = Clockwork()
    monthly = [step.name for step in loop.mechanisms() if not step.weekly]
    times = [place(name, -1) for name in monthly]
    assert times == sorted(times)
    assert len(set(times)) == len(times)
    weeks = [place(step.name, week) for week in range(6) for step in loop.mechanisms() if step.weekly]
    assert weeks == sorted(weeks)
    assert place("economy", -1) < min(weeks)
    assert max(weeks) < place("world", -1) < 1


def test_parameters_are_those_of_the_run(plan: Plan) -> None:
    values, names = drawn_parameters(plan, 128)
    assert values.shape == (128, len(names))
    luck = loop.make_luck(plan, 0, 128)
    terror = next(step for step in loop.mechanisms() if step.name == "terror")
    drawn = loop.draw_parameters(plan, terror, luck)
    assert np.array_equal(values[:, names.index("terror.inertia")], drawn.inertia)
    fixed = drawn_parameters(plan.with_(from_prior=False), 64)
    assert fixed[1] == ()


def test_arms_side_by_side_are_as_if_alone(plan: Plan, tmp_path: Path) -> None:
    """To the bit: interventions, luck drawn anew, nudges, spans and what the record decides touch their own rows only."""
    thaw = acts(plan, [("SUN.thaw", "1954-03"), ("SUN.fall:beria", "1953-06")])
    when = np.where(np.arange(128) % 3, 9, 10**6)
    plans = {
        "F": plan, "P": plan.with_(prevent=acts(plan, [("SUN.amnesty", None)])), "D": plan.with_(do=thaw), "R": plan.with_(other_luck=when),
        "N": plan.with_(nudge=np.where(when < 99, when, -1)), "S": plan.with_(spans=(Span("tension", -1, 10, 14, 0.75), Span("cult", 0, 3, 9, 0.2))),
    }  # fmt: skip
    known = plan.with_(recorded=as_recorded(plan, 12))
    given = {"G": known, "GD": known.with_(do=thaw)}
    alone: dict[str, Arm] = {}
    for name, own in (plans | given).items():
        alone |= run_trunks([Trunk(name, own, LAST)], 128, WATCH, folder=tmp_path)
    for chunk in (64, 128):
        branches = tuple(Branch(name, own, 5 if name == "D" else 0) for name, own in plans.items() if name != "F")
        beside = run_trunks([Trunk("F", plan, LAST, branches)], 128, WATCH, folder=tmp_path, chunk=chunk)
        branches = tuple(Branch(name, own, 0) for name, own in given.items())
        beside |= run_trunks([Trunk("", known, LAST, branches)], 128, WATCH, folder=tmp_path, chunk=chunk)
        for name, arm in alone.items():
            assert same(arm, beside[name], LAST + 1), name
            assert np.array_equal(arm.ended, beside[name].ended)
            assert all(np.array_equal(times, beside[name].onsets[event]) for event, times in arm.onsets.items())
            assert arm.refused.keys() == beside[name].refused.keys()
            assert all(np.array_equal(mask, beside[name].refused[event]) for event, mask in arm.refused.items())
            assert (arm.weight is None) == (beside[name].weight is None)
            assert arm.weight is None or np.array_equal(arm.weight, beside[name].weight)


def test_arms_go_abreast_only_if_interventions_alone_tell_them_apart(plan: Plan) -> None:
    assert may_go_abreast([plan, plan.with_(prevent=acts(plan, [("SUN.amnesty", None)]))], 64)
    assert not may_go_abreast([plan, plan.with_(by_month=True)], 64)
    assert not may_go_abreast([plan, plan.with_(calendar={name: values.copy() for name, values in plan.calendar.items()})], 64)
    assert not may_go_abreast([plan, plan], 100)
    assert not may_go_abreast([plan, plan], 1024)
