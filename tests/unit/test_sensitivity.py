"""`thaw sensitivity`: outputs as text, the design over parameters and luck, known shares of a made-up model, one small run."""

import json

import numpy as np
import pytest
from test_cli_run import SMALL

from thaw import loop, sensitivity
from thaw.attribution.arms import Arm, drawn_parameters
from thaw.cli import main
from thaw.errors import RunError, ScenarioError
from thaw.scenario import load_scenario
from thaw.sensitivity import LUCK, OTHERS, deadline, quantiles, read_output, unit_of


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("ussr-1945")


@pytest.fixture
def made_up(monkeypatch):
    """A model in which the thing counted is 2 a + b + luck, a and b two parameters in units of their spread; some histories may end early."""
    calls = []

    def instead(trunks, histories, watch, *, folder, workers, told=None):
        found = {}
        for trunk in trunks:
            calls.append(trunk)
            values = {name: column_of(trunk.plan, name, histories) for name in (FIRST, SECOND)}
            luck = np.random.default_rng(trunk.plan.seed).normal(size=histories)
            outcome = 2 * values[FIRST] + values[SECOND] + luck
            series = {name: np.repeat(outcome[:, None], len(trunk.plan.months), axis=1).astype(np.float32) for name in watch.quantities}
            ended = np.where(np.arange(histories) % 10 == 3, 0, len(trunk.plan.months)) if ends_early else np.full(histories, len(trunk.plan.months))
            found[trunk.name] = Arm({}, series, ended, {}, None)
        return found

    ends_early = []
    monkeypatch.setattr(sensitivity, "run_trunks", instead)
    return calls, ends_early


FIRST, SECOND = "society.discontent", "society.voice_at"  # both normal


def column_of(plan, name, histories):
    """The draws of a parameter in units of its prior's spread."""
    step = next(step for step in loop.mechanisms() if step.name == name.split(".")[0])
    drawn = getattr(loop.draw_parameters(plan, step, loop.make_luck(plan, 0, histories)), name.split(".")[1])
    mean, sd = loop.parse_prior(plan.priors[name][1])[1]
    return (drawn - mean) / sd


class TestOutputs:
    def test_a_quantity_is_read_at_the_deadline_unless_it_is_measured(self, scenario):
        assert read_output("HUN.revolt", scenario).measure == "end"
        assert read_output("HUN.revolt mean", scenario).measure == "mean"
        assert read_output("HUN.uprising", scenario).events == ("HUN.uprising",)
        assert read_output("HUN.revolt>0.1", scenario).is_event

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("SUN.political_prisoner", "there is no event or quantity 'political_prisoner'. Did you mean 'political_prisoners'?"),
            ("HUN.uprisng", "Did you mean 'uprising'?"),
            ("HU.uprising", "there is no polity 'HU' in this scenario. Did you mean 'HUN'?"),
            ("leader:kruschev", "Did you mean 'khrushchev'?"),
            ("", "nothing is written"),
        ],
    )
    def test_an_unknown_output_names_the_nearest(self, scenario, text, said):
        with pytest.raises(ScenarioError) as told:
            read_output(text, scenario)
        assert str(told.value).startswith(f"--output {text}: ")
        assert said in str(told.value)

    def test_the_deadline_lies_in_the_scenario(self, scenario):
        assert deadline("", scenario) == scenario.end
        assert deadline("1956-12", scenario) == "1956-12"
        for text in ("1999-01", "1956", "1956-13"):
            with pytest.raises(ScenarioError, match=f"--by {text}: expected a month from 1945-06 to 1975-12"):
                deadline(text, scenario)

    def test_units(self):
        assert unit_of("HUN.uprising") == "share of histories"
        assert unit_of("SUN.political_prisoners end") == "thousand persons"
        assert unit_of("HUN.revolt>0.1") == "share of histories"


class TestQuantiles:
    @pytest.mark.parametrize("name", [FIRST, "society.hardship", "society.police"])
    def test_by_prior_they_are_the_draws_of_the_model(self, plan, name):
        values, names = drawn_parameters(plan, 4096)
        drawn = values[:, names.index(name)]
        levels = np.array([0.05, 0.5, 0.95])
        spread = drawn.std()
        np.testing.assert_allclose(quantiles(plan, name, levels), np.quantile(drawn, levels), atol=0.08 * spread)

    def test_of_draws_they_are_theirs(self, plan):
        given = plan.with_(draws={FIRST: np.array([3.0, 1.0, 2.0])})
        assert quantiles(given, FIRST, np.array([1e-9, 0.5, 1 - 1e-9])).round(6).tolist() == [1.0, 2.0, 3.0]


class TestKnownModel:
    @pytest.fixture
    def plan(self, plan):
        """Seven parameters vary, which saves time."""
        free = {FIRST, SECOND, *list(plan.priors)[:5]}
        return plan.with_(set_values={name: value for name, (value, _) in plan.priors.items() if name not in free})

    def answer(self, plan, scenario, **options):
        output = read_output("SUN.political_prisoners", scenario)
        month = "{}-{:02d}".format(*plan.months[-1])
        return sensitivity.sensitivity(plan, [output], month, 512, top=2, **({"blocks": 1024} | options))

    def test_shares_are_those_of_the_model(self, plan, scenario, made_up):
        (outcome,) = self.answer(plan, scenario).outcomes
        assert list(outcome.pawn) == [FIRST, SECOND]
        assert outcome.pawn[FIRST] > outcome.threshold
        index = {row.name: row for row in outcome.sobol}
        assert set(index) == {FIRST, SECOND, OTHERS, LUCK}
        for name, share in ((FIRST, 4 / 6), (SECOND, 1 / 6), (OTHERS, 0.0), (LUCK, 1 / 6)):
            assert index[name].first == pytest.approx(share, abs=0.1), name
            assert index[name].total == pytest.approx(share, abs=0.1), name

    def test_ends_are_twins(self, plan, scenario, made_up):
        """From the 5% to the 95% point is 3.29 spreads; luck and the other parameter are equal, so that the interval is nothing."""
        (outcome,) = self.answer(plan, scenario, blocks=0).outcomes
        assert outcome.sobol == ()
        strong, weak = outcome.ends
        assert strong.difference == pytest.approx(2 * 3.29, rel=0.08)
        assert weak.difference == pytest.approx(3.29, rel=0.08)
        assert strong.high - strong.low < 1e-3
        assert strong.means[1] - strong.means[0] == pytest.approx(strong.difference)
        assert strong.means[0] < outcome.drawn < strong.means[1]

    def test_one_luck_for_a_block_and_another_for_the_row_that_exchanges_it(self, plan, scenario, made_up):
        calls, _ = made_up
        self.answer(plan, scenario, blocks=64)
        rows = [trunk.plan for trunk in calls if trunk.name.startswith("row")]
        assert len(rows) == 6
        assert [row.seed == plan.seed for row in rows] == [True, True, True, True, False, False]
        assert rows[4].seed == rows[5].seed
        first, last = rows[0].draws, rows[-1].draws
        for place, exchanged in enumerate(([FIRST], [SECOND], set(first) - {FIRST, SECOND}, [])):
            for name, values in rows[1 + place].draws.items():
                np.testing.assert_array_equal(values, (last if name in exchanged else first)[name])

    def test_blocks_with_a_history_that_ended_early_are_told(self, plan, scenario, made_up):
        made_up[1].append(True)
        (outcome,) = self.answer(plan, scenario, blocks=64).outcomes
        assert outcome.blocks == (64, 7)
        assert outcome.known == 512 - 51

    def test_the_answer_is_plain_data(self, plan, scenario, made_up):
        found = json.loads(json.dumps(self.answer(plan, scenario, blocks=64).json(), allow_nan=False))
        assert found["drawn_from"] == "prior"
        assert set(found["outcomes"][0]) == {"output", "varies", "mean", "spread", "known", "pawn", "threshold", "above", "sobol", "blocks", "ends", "drawn"}


def test_what_is_the_same_in_all_histories_hangs_on_nothing(plan, scenario, made_up):
    with pytest.raises(RunError, match=r"SUN.secret_speech is 0 in all 128 histories, so that it hangs on nothing"):
        sensitivity.sensitivity(plan, [read_output("SUN.secret_speech", scenario)], "{}-{:02d}".format(*plan.months[-1]), 128)


def test_of_several_outputs_one_may_be_the_same_everywhere(plan, scenario, made_up):
    month = "{}-{:02d}".format(*plan.months[-1])
    asked = [read_output(text, scenario) for text in ("SUN.secret_speech", "SUN.political_prisoners")]
    still, moving = sensitivity.sensitivity(plan, asked, month, 128, top=2, blocks=64).outcomes
    assert (still.output, still.varies, still.mean, still.spread, still.known) == ("SUN.secret_speech", False, 0.0, (0.0, 0.0), 128)
    assert (still.pawn, still.sobol, still.ends, still.above) == ({}, (), (), 0)
    (alone,) = sensitivity.sensitivity(plan, asked[1:], month, 128, top=2, blocks=64).outcomes
    assert moving == alone
    with pytest.raises(RunError, match=r"SUN.secret_speech is 0 in all 128 histories; SUN.thaw is 0 in all 128 histories, so that"):
        sensitivity.sensitivity(plan, [asked[0], read_output("SUN.thaw", scenario)], month, 128)


def test_without_a_parameter_that_varies_there_is_nothing_to_ask(plan, scenario):
    with pytest.raises(RunError, match="every parameter has one value"):
        sensitivity.sensitivity(plan.with_(from_prior=False), [read_output("HUN.revolt", scenario)], "1946-01", 64)


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    return tmp_path


def test_from_the_command_line_to_a_drawing(small, capsys):
    words = "sensitivity small.toml --prior --output SUN.political_prisoners --by 1953-06 -n 64 --citizens 100 --top 1 --sobol 32 --workers 1 --plot t.svg -q"
    assert main(words.split()) == 0
    told = capsys.readouterr()
    assert "PAWN above" in told.out
    assert LUCK in told.out
    assert OTHERS in told.out
    assert told.err == ""
    assert "as drawn" in (small / "t.svg").read_text(encoding="utf-8")


def test_what_does_not_vary_is_told_on_the_terminal_and_on_the_page(small, capsys):
    words = "sensitivity small.toml --prior --output SUN.political_prisoners --output SUN.output<0 --by 1953-06 -n 64 --citizens 100 --top 1 --sobol 0"
    assert main([*words.split(), "--workers", "1", "--plot", "t.html", "-q"]) == 0
    told = capsys.readouterr().out
    assert "SUN.output<0: 0 in all 64 histories. It does not vary" in told
    assert told.count("PAWN above") == 1
    page = (small / "t.html").read_text(encoding="utf-8")
    assert page.count("<figure") == 1
    assert "is 0 in all 64 histories and hangs on nothing." in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "--output is missing. Example: thaw sensitivity"),
        ("--output HUN.uprising --by 1999-01", "--by 1999-01: expected a month from 1953-01 to 1953-12"),
        ("--output SUN.amnesty --sobol 100", "--sobol 100: expected a power of two from 32 to 4,096"),
        ("--output SUN.amnesty --top 0", "--top 0: expected 1 to 40"),
        ("--output SUN.amnesty -n 10", "--histories 10: expected 64"),
        ("--output SUN.amnesty --plot x.png", "x.png: expected a file that ends in .svg or .html"),
        ("--output SUN.amnesty --output SUN.thaw --plot x.svg", "an SVG holds one output, 2 are asked for"),
        ("--output SUN.amnesty --plot no/x.svg", "there is no folder no"),
        ("--output SUN.amnesty --rule society=meanfield", "Did you mean 'mean_field'?"),
    ],
)
def test_bad_input_is_told_in_one_line(small, capsys, words, said):
    assert main(["sensitivity", "small.toml", *words.split()]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""
