"""Clocks and gates: the time-change coupling, the k-th wait keyed by k, what interventions and pins do to them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import logged, make_noise

from thaw.declare import OfCourt, event, hazard, mechanism, normal, uniform
from thaw.kernels.portable import log
from thaw.noise import at, strongest_pushes

H = 40
EVENTS = (
    event("strike", "P", "people strike"),
    event("speech", "P", "a speech is held", once=True),
    event("death", "E", "somebody dies", once=True, put_off=True),
    event("comet", "", "a comet is seen"),
)


@mechanism(reads=(), writes=(), draws={"zeal": normal("P"), "trait": uniform("E", once=True)}, events=EVENTS)
def toy(state, params, noise):
    """Nothing but events."""
    return {}


@mechanism(reads=(), writes=(), draws={"zeal": normal("P")}, events=EVENTS, weekly=True)
def weekly(state, params, noise):
    """The same, by weeks."""
    return {}


def firings(rates, event_name="strike", histories=H, step=toy, **options):
    """(months, H, ...) whether the event fires, with one rate a month."""
    clocks, found = {}, []
    for month, rate in enumerate(rates):
        noise = make_noise(step, histories, month=month, clocks=clocks, **options)
        found.append(noise.happens(event_name, np.asarray(rate, float)))
    return np.array(found)


def first(fired):
    """Month of the first firing (H, ...), one beyond the last where it never comes."""
    return np.where(fired.any(axis=0), fired.argmax(axis=0), len(fired))


class TestClocks:
    @given(st.lists(st.floats(0, 0.3), min_size=5, max_size=25), st.floats(1, 4), st.integers(0, 10**6))
    @settings(max_examples=30, deadline=None)
    def test_a_higher_hazard_never_fires_later(self, rates, factor, seed):
        """The monotone coupling: a push brings the same event forward, it rolls no new die."""
        slow, fast = firings(rates, seed=seed), firings([factor * rate for rate in rates], seed=seed)
        assert (first(fast) <= first(slow)).all()
        assert (fast.cumsum(axis=0).max(axis=0) >= slow.any(axis=0)).all()

    @given(st.lists(st.floats(0, 0.3), min_size=8, max_size=20), st.integers(0, 7), st.integers(0, 10**6))
    @settings(max_examples=30, deadline=None)
    def test_a_push_now_changes_nothing_before(self, rates, month, seed):
        pushed = [rate + (0.5 if k >= month else 0.0) for k, rate in enumerate(rates)]
        np.testing.assert_array_equal(firings(rates, seed=seed)[:month], firings(pushed, seed=seed)[:month])

    @given(st.lists(st.floats(0, 0.3), min_size=10, max_size=10), st.randoms())
    @settings(max_examples=20, deadline=None)
    def test_only_the_cumulated_hazard_counts(self, rates, random):
        """It has fired by the end whether the same hazard came early or late."""
        shuffled = random.sample(rates, len(rates))
        one, other = ({}, {})
        for k in range(10):
            for clocks, rate in ((one, rates[k]), (other, shuffled[k])):
                make_noise(toy, H, month=k, clocks=clocks).happens("comet", np.full(H, rate))
        never = (one["comet"].fired == 0) & (other["comet"].fired == 0)
        np.testing.assert_allclose(one["comet"].remaining[never], other["comet"].remaining[never], atol=1e-12)
        slack = 1e-9  # sums in another order
        left = make_noise(toy, H).luck.draw("exponential", make_noise(toy, H).luck.key("comet", "clock"), "", 0)
        sure = np.abs(left - sum(rates)) > slack
        np.testing.assert_array_equal((one["comet"].fired > 0)[sure], (other["comet"].fired > 0)[sure])

    @pytest.mark.parametrize(
        ("rate", "step", "dt"), [(0.05, toy, 1.0), (0.3, toy, 1.0), (0.3, weekly, 7 * 12 / 365.2425)]
    )
    def test_waits_are_exponential(self, rate, step, dt):
        """Months until it fires: mean 1 / (1 - exp(-rate dt)) for a constant hazard seen once a step."""
        histories, months = 400, int(12 / (rate * dt))
        waits = first(firings([rate] * months, histories=histories, step=step)) + 1.0
        chance = 1 - np.exp(-rate * dt)
        error = np.sqrt(1 - chance) / chance / np.sqrt(waits.size)
        assert abs(waits.mean() - 1 / chance) < 4 * error
        share = (waits <= 5).mean()  # and not the mean alone
        wanted = 1 - np.exp(-5 * rate * dt)
        assert abs(share - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / waits.size)

    def test_waits_after_the_first_are_as_long(self):
        """A repeatable event comes at its rate: about 0.2 x 60 times, less what the clock rounds up to whole months."""
        counts = firings([0.2] * 60, histories=200).sum(axis=0)
        wanted = 60 * (1 - np.exp(-0.2))
        assert abs(counts.mean() - wanted) < 4 * np.sqrt(wanted / counts.size)

    def test_the_kth_wait_is_keyed_by_k(self):
        """However early or late the first came, the wait for the second is the same."""
        waits = []
        for rate in (0.9, 0.02):
            clocks, seen = {}, np.full((H, 3), np.nan)
            for month in range(150):
                fires = make_noise(toy, H, month=month, clocks=clocks).happens("strike", np.full((H, 3), rate))
                fresh = fires & (clocks["strike"].fired == 1)
                seen[fresh] = clocks["strike"].remaining[fresh]
            waits.append(seen)
        both = ~np.isnan(waits[0] + waits[1])
        assert both.sum() > 80
        np.testing.assert_array_equal(waits[0][both], waits[1][both])

    def test_where_it_is_impossible_the_clock_stands(self):
        clocks = {}
        for month in range(50):
            noise = make_noise(toy, H, month=month, clocks=clocks)
            assert not noise.happens("strike", np.full((H, 3), 9.0), requires=np.array([False, True, False]))[
                :, ::2
            ].any()
        fresh = make_noise(toy, H)
        untouched = fresh.luck.draw("exponential", fresh.luck.key("strike", "clock"), "P", 0)
        np.testing.assert_array_equal(clocks["strike"].remaining[:, ::2], untouched[:, ::2])
        assert (clocks["strike"].fired[:, 1] == 50).all()

    def test_once_means_once(self):
        assert (firings([5.0] * 20, "speech").sum(axis=0) == 1).all()

    def test_no_hazard_no_event(self):
        assert not firings([0.0] * 30).any()

    def test_also_decides_at_once_but_not_the_impossible(self):
        noise = make_noise(toy, H)
        also = np.arange(H)[:, None] % 2 == np.zeros(3)
        fires = noise.happens("strike", np.zeros((H, 1)), requires=np.array([True, True, False]), also=also)
        np.testing.assert_array_equal(fires, also & np.array([True, True, False]))

    def test_a_week_is_a_part_of_a_month(self):
        assert make_noise(toy, H).dt == 1
        assert make_noise(weekly, H).dt == pytest.approx(12 * 7 / 365.2425, rel=1e-15)

    def test_by_month_the_rate_is_the_same(self):
        counts = firings([0.2] * 60, histories=200, by_month=True).sum(axis=0)
        wanted = 60 * (1 - np.exp(-0.2))
        assert abs(counts.mean() - wanted) < 4 * np.sqrt(wanted / counts.size)


class TestInterventions:
    def test_prevented_never_happens_there_and_happens_elsewhere(self):
        fired = firings([0.3] * 40, prevent=[("strike", 1)])
        assert not fired[:, :, 1].any()
        np.testing.assert_array_equal(fired[:, :, ::2], firings([0.3] * 40)[:, :, ::2])

    def test_put_off_only_the_first_is_prevented(self):
        """A life that is saved runs on, from that day, by a wait of its own, and ends."""
        free, saved = firings([0.1] * 300, "death"), firings([0.1] * 300, "death", prevent=[("death", 4)])
        others = np.arange(free.shape[2]) != 4
        np.testing.assert_array_equal(free[:, :, others], saved[:, :, others])
        assert (saved[:, :, 4].sum(axis=0) == 1).all()
        assert (first(saved[:, :, 4]) >= first(free[:, :, 4])).all()
        gained = first(saved[:, :, 4]) - first(free[:, :, 4])
        assert abs(gained.mean() - 1 / (1 - np.exp(-0.1))) < 4 * 10 / np.sqrt(H)

    def test_a_wait_after_a_prevented_firing_has_its_own_luck(self):
        clocks, luck = {}, make_noise(toy, H).luck
        make_noise(toy, H, clocks=clocks, prevent=["strike"]).happens("strike", np.full((H, 3), 99.0))
        for k in range(3):  # neither the first wait again nor that of a later firing
            kth = luck.draw("exponential", luck.key("strike", "clock"), "P", k)
            assert (clocks["strike"].remaining != kth).all()
        for month in range(80):
            make_noise(toy, H, month=month, clocks=clocks, prevent=["strike"]).happens("strike", np.full((H, 3), 0.5))
        assert (clocks["strike"].fired == 0).all()
        assert (clocks["strike"].prevented > 0).all()

    def test_done_wherever_possible_and_refused_elsewhere(self):
        noise = make_noise(toy, H, do=["strike"])
        possible = np.arange(H)[:, None] % 2 == np.array([0, 0, 0])
        fires = noise.happens("strike", np.zeros((H, 3)), requires=possible)
        np.testing.assert_array_equal(fires, possible)
        np.testing.assert_array_equal(noise._log.refused["strike"], np.arange(H) % 2 == 1)
        assert noise._log.rows[0][7].all()  # marked as forced

    def test_done_at_one_place(self):
        fires = make_noise(toy, H, do=[("strike", 2)]).happens("strike", np.zeros((H, 3)))
        assert fires[:, 2].all()
        assert not fires[:, :2].any()

    def test_done_in_its_month_and_no_other(self):
        from thaw.noise import Act, Log, Luck, Noise

        base = make_noise(toy, H).luck
        luck = Luck(base.seed, base.histories, base.ids, (Act("strike", -1, 3),))
        fired = [
            Noise(luck, toy, month, 0, 0, {}, Log()).happens("strike", np.zeros((H, 3))).all() for month in range(6)
        ]
        assert fired == [False, False, False, True, False, False]

    def test_done_once_it_does_not_come_again(self):
        clocks = {}
        make_noise(toy, H, clocks=clocks, do=["speech"]).happens("speech", np.zeros((H, 3)))
        again = make_noise(toy, H, month=1, clocks=clocks, do=["speech"])
        assert not again.happens("speech", np.full((H, 3), 9.0)).any()
        assert again._log.refused["speech"].all()

    def test_outcomes_obey_the_same_gates(self):
        condition = np.arange(H)[:, None] < np.array([H, 20, 0])
        clocks = {}
        noise = make_noise(toy, H, clocks=clocks, do=[("strike", 2)], prevent=[("strike", 0)])
        fires = noise.occurs("strike", condition, requires=np.arange(H)[:, None] >= 10)
        assert not fires[:, 0].any()
        np.testing.assert_array_equal(fires[:, 1], condition[:, 1] & (np.arange(H) >= 10))
        np.testing.assert_array_equal(fires[:, 2], np.arange(H) >= 10)
        np.testing.assert_array_equal(noise.fired_before("strike"), fires)
        np.testing.assert_array_equal(noise._log.refused["strike"], np.arange(H) < 10)


class TestPins:
    def test_it_fires_in_its_month_exactly_whatever_the_hazard(self):
        pins = {"strike": np.array([4, 9, -1])}
        fired = firings([3.0] * 8, pins=pins)
        assert (first(fired)[:, 0] == 4).all()
        assert not fired[:, :, 1].any()
        np.testing.assert_array_equal(fired[:, :, 2], firings([3.0] * 8)[:, :, 2])  # -1 is free

    def test_prevented_it_runs_by_its_own_clock_from_then_on(self):
        pins = {"death": np.array([5] * 12)}
        fired = firings([0.1] * 300, "death", pins=pins, prevent=["death"])
        assert not fired[:6].any()
        assert (fired.sum(axis=0) == 1).all()
        waits = first(fired) - 5
        assert abs(waits.mean() - 1 / (1 - np.exp(-0.1))) < 4 * 10 / np.sqrt(waits.size)

    def test_forced_before_its_month_it_does_not_come_again(self):
        clocks, pins = {}, {"speech": np.array([4, 4, 4])}
        fired = [
            make_noise(toy, H, month=m, clocks=clocks, pins=pins, do=["speech"] if m == 2 else []).happens(
                "speech", np.zeros((H, 3))
            )
            for m in range(8)
        ]
        assert [bool(f.any()) for f in fired] == [False, False, True, False, False, False, False, False]


class TestDraws:
    def test_a_trait_stays_and_a_monthly_draw_does_not(self):
        one, other = (make_noise(toy, H, month=month) for month in (0, 1))
        np.testing.assert_array_equal(one.trait, other.trait)
        assert (one.zeal != other.zeal).all()

    def test_a_weekly_draw_changes_by_the_week(self):
        one, other = (make_noise(weekly, H, week=week) for week in (0, 1))
        assert (one.zeal != other.zeal).all()

    def test_another_name_is_other_luck(self):
        luck = make_noise(toy, H).luck
        a, b = (luck.draw("normal", luck.key("toy", name), "P", 0) for name in ("zeal", "zest"))
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.4
        assert (a != b).all()

    def test_names_that_are_not_declared(self):
        noise = make_noise(toy, H)
        with pytest.raises(AttributeError, match="toy declares no draw 'zael'"):
            noise.zael  # noqa: B018
        with pytest.raises(KeyError, match="toy declares no event 'riot'"):
            noise.happens("riot", np.zeros((H, 3)))
        with pytest.raises(KeyError, match="toy declares no event 'riot'"):
            noise.occurs("riot", np.zeros((H, 3), bool))

    def test_a_chance_below_which_the_clock_rings(self):
        """The wait is minus the log of a uniform: rare luck is a long wait."""
        noise = make_noise(toy, H)
        key = noise.luck.key("strike", "clock")
        uniform_ = noise.luck.draw("uniform", key, "P", 0)
        np.testing.assert_array_equal(noise.luck.draw("exponential", key, "P", 0), -log(uniform_))


class TestLog:
    def test_rows_say_who_and_why(self):
        noise = make_noise(toy, H, month=3)
        push = np.linspace(0, 2, H)[:, None] * np.ones(3)
        actor = np.arange(H * 3).reshape(H, 3)
        fires = noise.happens("strike", hazard(np.full((H, 1), 0.4), anger=push), actor=actor)
        (name, month, week, history, entity, who, rate, forced, (names, pushes)), = noise._log.rows  # fmt: skip
        assert (name, month, week, names) == ("strike", 3, -1, ("anger",))
        np.testing.assert_array_equal(fires[history, entity], True)
        assert len(history) == fires.sum()
        np.testing.assert_array_equal(who, actor[history, entity])
        np.testing.assert_allclose(rate, 0.4 * np.exp(push[history, entity]), rtol=1e-12)
        np.testing.assert_array_equal(pushes[0], push[history, entity])
        assert not forced.any()

    def test_what_concerns_nobody_in_particular(self):
        noise = make_noise(toy, H, do=["comet"])
        noise.happens("comet", np.zeros(H))
        assert logged(noise) == [("comet", h, -1) for h in range(H)]

    def test_nothing_happened_no_row(self):
        noise = make_noise(toy, H)
        noise.happens("strike", np.zeros((H, 3)))
        assert noise._log.rows == []
        assert noise._log.refused == {}

    def test_values_of_a_court(self):
        of_court = OfCourt(np.array([[1.0, 2.0]]), np.array([0, 1, 1]))
        np.testing.assert_array_equal(np.asarray(of_court), [[1.0, 2.0, 2.0]])
        np.testing.assert_array_equal(at(of_court, (np.array([0, 0]), np.array([0, 2]))), [1.0, 2.0])

    def test_pushes_in_words_name_at_most_two_and_only_what_pushed(self):
        said = strongest_pushes(["old_age", "norm"], np.array([[0.04, 2.0, -1.0], [0.5, 1.0, -3.0]]))
        assert said == ["norm +0.5", "old age +2.0; norm +1.0", ""]

    @given(st.lists(st.floats(-30, 30), min_size=1, max_size=4))
    def test_a_hazard_is_its_base_times_its_pushes(self, pushes):
        made = hazard(np.array([0.01]), **{f"push_{k}": np.array([push]) for k, push in enumerate(pushes)})
        wanted = 0.01 * np.exp(np.clip(sum(pushes), -20, 6))
        np.testing.assert_allclose(made.rate, wanted, rtol=1e-12)

    def test_a_push_of_a_court_counts_for_each_of_it(self):
        shared = OfCourt(np.array([[0.0, 1.0]]), np.array([0, 1, 1]))
        made = hazard(np.array([[0.5]]), own=np.array([[0.0, 0.0, 1.0]]), court=shared)
        np.testing.assert_allclose(made.rate, 0.5 * np.exp([[0.0, 1.0, 2.0]]), rtol=1e-12)
