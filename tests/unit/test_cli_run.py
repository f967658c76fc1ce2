"""`thaw run` and thaw.run: options on their way to the engine; one small run from the command line to its reports."""

import json
from pathlib import Path

import pytest

import thaw
from thaw import api
from thaw.cli import main
from thaw.errors import RunError, ScenarioError

SMALL = """
name = "small"
title = "Two states, a year"
start = "1953-01"
end = "1953-12"
citizens = 100
[polities.SUN]
name = "Soviet Union"
role = "hegemon"
court = "full"
society = true
leader = "stalin"
full = ["stalin", "molotov", "beria", "malenkov", "khrushchev"]
others = 4
offices = { premier = "stalin", secretary = ["khrushchev", "malenkov"], security = "beria" }
strata = { workers = 0.4, peasants = 0.6 }
[polities.HUN]
name = "Hungary"
role = "satellite"
leader = "rakosi"
full = ["rakosi", "nagy"]
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict:
    """What would have been run; nothing is simulated and nothing may be written."""
    found: dict = {}

    def instead(scenario, options, progress=None):
        found.update(scenario=scenario, options=options, plan=api.make_plan(scenario, options))
        raise RunError("asked")

    monkeypatch.setattr(api, "run_options", instead)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    return found


def test_defaults(asked) -> None:
    assert main(["run", "small.toml"]) == 1
    options = asked["options"]
    assert (options.histories, options.seed, options.out) == (1024, 0, Path("runs/small-seed0"))
    assert (options.workers, options.chunk, options.engine) == (None, None, "local")
    assert asked["plan"].from_prior
    assert not asked["plan"].by_month
    assert asked["plan"].citizens == 100


def test_every_option_arrives(asked) -> None:
    words = "run small.toml -n 128 --seed 7 --citizens 200 --workers 3 --chunk 64 --out x"
    words += " --engine dask --scheduler tcp://a:1 --resume --central --rule coalition=literal --without bloc"
    words += " --coupling month --free --record all --quiet"
    words += " --do SUN.amnesty --do fall:beria@1953-07 --prevent SUN.thaw --set terror.inertia=8"
    assert main(words.split()) == 1
    options, plan = asked["options"], asked["plan"]
    assert (options.histories, options.workers, options.chunk) == (128, 3, 64)
    assert (options.engine, options.scheduler, options.out) == ("dask", "tcp://a:1", Path("x"))
    assert (options.resume, options.force, options.record) == (True, False, "all")
    assert (plan.seed, plan.citizens, plan.from_prior, plan.by_month) == (7, 200, False, True)
    assert (dict(plan.rules), plan.without, plan.pins) == ({"coalition": "literal"}, ("bloc",), {})
    assert dict(plan.set_values) == {"terror.inertia": 8.0}
    assert [(act.event, act.month) for act in plan.do] == [("amnesty", 2), ("fall", 6)]
    assert [act.event for act in plan.prevent] == ["thaw"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--seed -1", "--seed -1: expected a whole number from 0"),
        ("--citizens 5", "--citizens 5: expected a whole number from 100"),
        ("--without terro", "--without terro: there is no such mechanism. Did you mean 'terror'?"),
        ("--rule coalitio=literal", "there is no mechanism 'coalitio'. Did you mean 'coalition'?"),
        ("--rule coalition=litteral", "there is no such rule. Did you mean 'literal'?"),
        ("--rule coalition", "--rule coalition: expected NAME=CHOICE"),
        ("--rule coalition=literal --rule coalition=contest", "coalition is already literal"),
        ("--rule mortality=x", "mortality has one rule only. With rules to choose from: coalition, society."),
        ("--do SUN.amnesti", "--do SUN.amnesti: there is no event 'amnesti'. Did you mean 'amnesty'?"),
        ("--do SUN.amnesty@1960-01", "is outside the scenario, 1953-01 to 1953-12"),
        ("--prevent fall:berya", "--prevent fall:berya: there is no person 'berya'. Did you mean 'beria'?"),
        ("--prevent POL.unrest", "there is no polity 'POL' in this scenario"),
        ("--set terror.inertai=3", "Did you mean 'terror.inertia'"),
        ("--set terror.inertia=-3", "out of bounds"),
        ("--posterior=", "--posterior: expected a Parquet file that thaw fit has written"),
    ],
)
def test_bad_options_are_refused_before_anything_is_run_or_written(asked, capsys, tmp_path, words, said) -> None:
    assert main(["run", "small.toml", *words.split()]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert asked == {}
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-n 0", "--histories 0: expected a whole number"),
        ("-n -5", "--histories -5"),
        ("-n 99999999999", "expected a whole number from 1 to"),
        ("--workers 0", "--workers 0: expected a whole number"),
        ("--chunk 100", "--chunk 100: expected a multiple of 64"),
        ("--chunk 0", "--chunk 0"),
        ("--scheduler tcp://a:1", "--engine dask"),
        ("--force --resume", "--force"),
        ("--out small.toml", "is a file"),
        ("--out full", "full is not empty"),
        ("--out full --force", "--force deletes runs only"),
    ],
)
def test_what_the_engine_refuses_writes_nothing(capsys, monkeypatch, tmp_path, words, said) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    assert main(["run", "small.toml", *words.split()]) == 2
    assert said in capsys.readouterr().err
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_python_refuses_the_same(asked) -> None:
    scenario = thaw.load_scenario("small.toml")
    with pytest.raises(ScenarioError, match="--coupling day: expected clock or month"):
        thaw.run(scenario, coupling="day")
    with pytest.raises(ScenarioError, match="no such mechanism"):
        thaw.run(scenario, without=("terro",))
    with pytest.raises(RunError, match="asked"):
        thaw.run(scenario, without="terror", rules=None)
    assert asked["plan"].without == ("terror",)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"without": "terro"}, "--without terro: there is no such mechanism. Did you mean 'terror'"),
        ({"without": ["wrold", "memry"]}, "Did you mean 'world'.*\n.*Did you mean 'memory'"),
        ({"without": (3,)}, "without = \\[3\\].*expected names"),
        ({"rules": ["coalition"]}, "rules = \\['coalition'\\]: expected a mapping"),
        ({"rules": {"coalition": None}}, "expected names"),
        ({"workers": 0}, "--workers 0: expected a whole number from 1 to"),
    ],
)
def test_python_names_what_is_wrong_with_mechanisms(asked, options, said) -> None:
    with pytest.raises(ScenarioError, match=said):
        thaw.run(thaw.load_scenario("small.toml"), **options)
    assert asked == {}


def test_ctrl_c_ends_with_130(asked, monkeypatch, capsys) -> None:
    def stopped(scenario, options, progress=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "run_options", stopped)
    assert main(["run", "small.toml"]) == 130
    assert "go on with --resume" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("problem", "said"), [(OSError(28, "No space left on device", "x"), "x: No space left"), (MemoryError(), "memory")]
)
def test_what_fails_ends_with_1(asked, monkeypatch, capsys, problem, said) -> None:
    def broken(scenario, options, progress=None):
        raise problem

    monkeypatch.setattr(api, "run_options", broken)
    assert main(["run", "small.toml"]) == 1
    assert said in capsys.readouterr().err


def test_compiling_is_said_once(asked, monkeypatch, capsys) -> None:
    def slow(scenario, options, progress):
        progress(0, 64, "compiling, once on this machine")
        progress(1.5, 64, "compiling, once on this machine")
        raise RunError("enough")

    monkeypatch.setattr(api, "run_options", slow)
    assert main(["run", "small.toml"]) == 1
    assert capsys.readouterr().err.count("Compiling once") == 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("run")
    (path / "small.toml").write_text(SMALL)
    assert main([*words(path), "--workers", "1", "--quiet"]) == 0
    return path


def words(folder: Path) -> list[str]:
    """The command that made the run."""
    files = [str(folder / "small.toml"), "--out", str(folder / "tape")]
    return ["run", *files, "-n", "64", "--do", "SUN.amnesty@1953-02"]


class TestARun:
    def test_again_with_resume_it_is_there_and_is_json(self, folder, capsys) -> None:
        assert main([*words(folder), "--resume", "--json"]) == 0
        told = capsys.readouterr()
        summary = json.loads(told.out)
        keys = "scenario histories months weeks societies citizens citizen_sweeps seconds peak_rss_mb digest out"
        assert set(keys.split()) | {"events", "leaders"} <= set(summary)
        assert summary["events"]["SUN.amnesty"]["share"] > 0.9
        assert "SUN.amnesty is brought about in 1953-02." in told.err

    def test_a_table(self, folder, capsys) -> None:
        assert main([*words(folder), "--resume"]) == 0
        told = capsys.readouterr()
        assert "SUN.amnesty" in told.out
        assert "Next: thaw report" in told.err

    def test_a_history_as_text_and_json(self, folder, capsys) -> None:
        assert main(["show", "history", str(folder / "tape"), "3"]) == 0
        assert "1953" in capsys.readouterr().out
        assert main(["show", "history", str(folder / "tape"), "3", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["month"].startswith("1953")

    def test_a_history_that_is_not_there(self, folder, capsys) -> None:
        assert main(["show", "history", str(folder / "tape"), "64"]) == 2
        assert "there is no history 64" in capsys.readouterr().err

    def test_a_report(self, folder, capsys, tmp_path) -> None:
        assert main(["report", str(folder / "tape"), "-o", str(tmp_path / "page.html")]) == 0
        assert (tmp_path / "page.html").read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html")
        assert main(["report", str(folder / "tape"), "-o", str(tmp_path)]) == 2
        assert "is a folder" in capsys.readouterr().err

    def test_from_python_it_is_the_same_run(self, folder) -> None:
        scenario = thaw.load_scenario(folder / "small.toml").do("SUN.amnesty@1953-02")
        tape = thaw.run(scenario, histories=64, seed=0, workers=2, chunk=64)
        assert tape.manifest["digest"] == thaw.Tape.load(folder / "tape").manifest["digest"]
        assert tape.series.sizes["history"] == 64
        assert len(tape.events) > 0
