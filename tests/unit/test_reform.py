"""Reform: what is on the menu, what pushes it, what it changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regime import COURT, LEADERS, H, logged, make_noise, make_params, make_state, nothing_happens, rates

from thaw.court import CADRE, FULL
from thaw.mechanisms.reform import DRIVERS, OPTIONS, reform

E, P = len(COURT), 3
LEADS = np.isin(np.arange(E), LEADERS)
NAMES = [option.name for option in OPTIONS]
STALL = {f"{name}_base": 0.0 for name in NAMES}  # nobody decides anything unless told to
# the old ruler is dead, somebody else leads, and one satellite is half of a nation
AFTER = {"dead_ruler": 1, "alive": np.arange(E) != 1, "tenure": 20.0, "divided": [False, True, False]}

# driver -> state that has less of it, state that has more, the rest equal
MORE_OF = {
    "vacancy": ({"vacancy": 0.0}, {"vacancy": 1.0}),
    "autocracy": ({"personalisation": 0.2}, {"personalisation": 0.9}),
    "stance": ({"stance": np.where(LEADS, -0.5, -0.2)}, {"stance": np.where(LEADS, 0.5, -0.2)}),
    "norm": ({"norm": 0.1}, {"norm": 0.9}),
    "rivals": ({"culpability": 0.4}, {"culpability": np.where(LEADS, 0.4, 0.9)}),
    "hardliners": ({"stance": 0.0}, {"stance": np.where(LEADS, 0.0, -0.8)}),
    "grievance": ({"grievance": 0.0}, {"grievance": 1.5}),
    "stagnation": ({"growth": 0.05}, {"growth": -0.01}),
    "unrest": ({"unrest": 0.0}, {"unrest": 0.8}),
    "tension": ({"tension": 0.2}, {"tension": 0.8}),
    "crowding": ({"ordinary_prisoners": 500.0}, {"ordinary_prisoners": 2500.0}),
    "redress": ({"redress": 0.0}, {"redress": 0.7}),
    "line": ({"line": -0.5}, {"line": 0.5}),
    "pressure": ({"pressure": 0.1}, {"pressure": 0.7}),
    "congress": ({"congress": False}, {"congress": True}),
    "young": ({"tenure": 100.0}, {"tenure": 10.0}),
}


def month(state, *, do=(), **params):
    noise = make_noise(reform, state.sizes["H"], do=do)
    return reform(state, make_params(reform, state.sizes["H"], **STALL | params), noise), noise


def hazards(state, **params):
    """Hazards with the secret speech held already, so that the second denunciation is possible too."""
    clocks = {}
    make_noise(reform, do=["secret_speech"], clocks=clocks).happens("secret_speech", np.zeros((H, P)))
    return rates(reform, state, make_params(reform, **params), prevent=nothing_happens(reform), clocks=clocks) | {
        "secret_speech": rates(reform, state, make_params(reform, **params), prevent=nothing_happens(reform))[
            "secret_speech"
        ]
    }


class TestPushes:
    def test_the_table_is_whole(self):
        """Every driver pushes something, every loading has a driver, and no option comes twice."""
        used = {driver for option in OPTIONS for driver in option.loadings}
        assert used == set(DRIVERS) == set(MORE_OF)
        assert len(NAMES) == len(set(NAMES))

    @pytest.mark.parametrize("driver", MORE_OF)
    def test_more_of_a_driver_pushes_as_its_loading_says(self, driver):
        """More guilt of rivals, sooner the speech: for each option the sign of its loading, all else equal."""
        less, more = (hazards(make_state(**AFTER | values)) for values in MORE_OF[driver])
        place = 1 if driver == "pressure" else 0  # Moscow presses satellites
        seen = 0
        for option in OPTIONS:
            one, two = (found[option.name][:, place] for found in (less, more))
            if not (one.all() and two.all()):  # not on the menu here
                continue
            loading = option.loadings.get(driver, 0.0)
            assert (np.sign(np.log(two / one).round(9)) == np.sign(loading)).all(), (option.name, loading, two / one)
            seen += loading != 0
        assert seen

    def test_by_hand(self):
        """A quiet month of a moderate collective is the base rate: every driver at nought."""
        quiet = make_state(
            **AFTER | {"tenure": 100.0},
            personalisation=0.0,
            growth=0.05,
            bloc=False,
            hegemon=True,
            ordinary_prisoners=np.array([1400.0, 70.0, 175.0]),
        )
        found = hazards(quiet, thaw_base=0.02, new_course_base=0.01, agrarian_reform_autocracy=-2.0)
        push = 1 / (1 + np.exp(9.0))  # autocracy with no personal power at all
        thaw = next(option for option in OPTIONS if option.name == "thaw")
        np.testing.assert_allclose(found["thaw"], 0.02 * np.exp(thaw.loadings["autocracy"] * push), rtol=1e-9)


class TestMenu:
    @pytest.mark.parametrize(
        ("state", "why"),
        [
            ({"dead_ruler": 1, "alive": True}, "he lives"),
            ({"dead_ruler": -1}, "there was none"),
            ({"dead_ruler": 0, "alive": np.arange(E) != 0}, "he leads himself"),
            ({**AFTER, "forum": False}, "nobody meets"),
            ({**AFTER, "leader": -1}, "nobody leads"),
            ({**AFTER, "exists": False}, "no such state"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_no_secret_speech_while(self, state, why):
        after, noise = month(make_state(**state), do=[("secret_speech", 0)])
        assert logged(noise) == []
        assert noise._log.refused["secret_speech"].all()
        assert (after["revelation"] == 0).all()

    def test_a_secret_speech_when_all_is_given_and_in_moscow_alone(self):
        after, noise = month(make_state(**AFTER), do=["secret_speech"])
        assert sorted(logged(noise)) == [("secret_speech", h, 0) for h in range(H)]
        assert (after["revelation"][:, 0] > 0).all()
        assert (after["revelation"][:, 1:] == 0).all()

    def test_no_second_before_the_first(self):
        _, noise = month(make_state(**AFTER), do=[("second_destalinization", 0)])
        assert noise._log.refused["second_destalinization"].all()
        clocks = {}
        for now in ("secret_speech", "second_destalinization"):
            noise = make_noise(reform, do=[(now, 0)], clocks=clocks)
            reform(make_state(**AFTER), make_params(reform, **STALL), noise)
            assert logged(noise) == [(now, h, 0) for h in range(H)]

    def test_rehabilitation_waits_for_the_autocrat_or_for_moscow(self):
        for state, wanted in (({}, set()), (AFTER, {0, 1, 2}), ({"pressure": 0.3}, {1, 2})):
            _, noise = month(make_state(**state), do=["rehabilitation"])
            assert {p for _, _, p in logged(noise)} == wanted

    def test_those_who_left_decide_for_themselves(self):
        """What a state outside the bloc does is not simulated: it has no menu."""
        _, noise = month(make_state(**AFTER, exited=[False, True, False]), do=["thaw"])
        assert {p for _, _, p in logged(noise)} == {0, 2}

    @pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
    def test_where_and_how_often(self, option):
        clocks, told = {}, []
        for number in range(3):
            do = ["secret_speech"] if option.name == "second_destalinization" and number == 0 else [option.name]
            noise = make_noise(reform, month=number, do=do, clocks=clocks)
            reform(make_state(**AFTER), make_params(reform, **STALL), noise)
            told += [row for row in logged(noise) if row[0] == option.name]
        places = {p for _, _, p in told}
        assert places == ({0} if option.where == "hegemon" else {0, 1, 2})
        assert len(told) == H * len(places) * (1 if option.once else 3)


class TestConsequences:
    def test_a_revelation_costs_each_rival_in_proportion_and_the_speaker_nothing(self):
        culpability = np.linspace(0.2, 1, E)
        after, _ = month(make_state(**AFTER, culpability=culpability), do=["secret_speech"], speech=0.8, cost=0.5)
        wanted = np.where((COURT == 0) & ~LEADS, 0.4 * culpability, 0.0)
        np.testing.assert_allclose(after["damage"], np.tile(wanted, (H, 1)), rtol=1e-12)

    def test_an_amnesty_frees_its_share_that_month(self):
        after, _ = month(make_state(**AFTER), do=[("amnesty", 0)], amnesty_share=0.45)
        np.testing.assert_array_equal(after["amnestied"], [[0.45, 0, 0]] * H)
        assert (month(make_state(**AFTER, amnestied=0.45))[0]["amnestied"] == 0).all()

    @pytest.mark.parametrize("option", [option for option in OPTIONS if option.line], ids=lambda option: option.name)
    def test_the_public_line_moves_as_the_option_says(self, option):
        state = make_state(**AFTER)
        clocks = {}
        make_noise(reform, clocks=clocks, do=["secret_speech"]).happens("secret_speech", np.zeros((H, P)))
        before = option.name != "secret_speech"
        noise = make_noise(reform, do=[(option.name, 0)], clocks=clocks if before else {})
        done = reform(state, make_params(reform, **STALL), noise)["line"][:, 0]
        idle = month(state)[0]["line"][:, 0]
        assert (np.sign(done - idle) == np.sign(option.line)).all()

    @pytest.mark.parametrize(
        ("event", "name", "sign"),
        [
            ("thaw", "easing", 1),
            ("freeze", "easing", -1),
            ("new_course", "relief", 1),
            ("agrarian_reform", "relief", 1),
            ("rehabilitation", "redress", 1),
            ("secret_speech", "redress", 1),
            ("renewed_terror", "severity", 1),
            ("decentralisation", "devolved", 1),
            ("personnel_renewal", "renewed", 1),
            ("german_deal", "ceded", 1),
        ],
    )
    def test_what_each_changes(self, event, name, sign):
        state = make_state(**AFTER)
        idle, done = month(state)[0][name], month(state, do=[(event, 0)])[0][name]
        assert (np.sign(done[:, 0].astype(float) - idle[:, 0]) == sign).all()

    def test_what_is_decided_elsewhere_changes_nothing_here(self):
        state = make_state(**AFTER)
        idle, done = month(state)[0], month(state, do=[(name, 2) for name in NAMES])[0]
        for name in reform.writes:
            if idle[name].shape == (H, P):
                np.testing.assert_array_equal(idle[name][:, :2], done[name][:, :2], err_msg=name)

    def test_a_line_left_alone_returns_to_the_leaders_own(self):
        """The same line in the end wherever it began, softer under a softer leader."""
        ends = []
        for line, stance in ((-0.9, 0.6), (0.9, 0.6), (0.9, -0.6)):
            state = make_state(line=line, stance=stance, personalisation=0.2, bloc=False)
            for _ in range(200):
                state = state.with_({"line": month(state, memory=10.0)[0]["line"]})
            ends.append(state.line[0, 0])
        assert ends[0] == pytest.approx(ends[1], abs=1e-6)
        assert ends[2] < ends[1]

    @given(st.integers(0, 10**6))
    @settings(max_examples=25, deadline=None)
    def test_whatever_is_decided_all_stays_in_its_bounds(self, seed):
        from thaw.state import out_of_bounds

        luck = np.random.default_rng(seed)
        shares = ("redress", "relief", "severity", "devolved", "vacancy", "personalisation")
        state = make_state(
            **AFTER,
            **{name: luck.random((H, P)) for name in shares},
            line=luck.uniform(-1, 1, (H, P)),
            easing=luck.uniform(-1, 1, (H, P)),
            pressure=luck.uniform(-1, 1, (H, P)),
            stance=luck.uniform(-1, 1, (H, E)),
            culpability=luck.random((H, E)),
        )
        chosen = [(name, p) for name in NAMES for p in range(P) if luck.random() < 0.5]
        after, _ = month(state, do=chosen)
        for name, values in after.items():
            assert out_of_bounds(name, values) is None, name

    def test_rank_decides_whose_guilt_counts(self):
        """The guilt of cadre is no weapon in the Presidium."""
        ranks = np.where(np.arange(E) == 4, CADRE, FULL)
        plain, guilty = (
            hazards(make_state(**AFTER, rank=ranks, culpability=np.where(np.arange(E) == 4, c, 0.3)))["secret_speech"][
                :, 0
            ]
            for c in (0.3, 1.0)
        )
        np.testing.assert_array_equal(plain, guilty)
