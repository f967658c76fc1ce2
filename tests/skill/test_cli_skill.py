"""`thaw skill` from the terminal: what it refuses, what it prints, and that opened years are logged before they are shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from thaw.cli import main
from thaw.skill import log, stacking, whole
from thaw.skill.origins import ARMS, Origin


@pytest.fixture
def scores(made_up: Origin, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Scores of made-up histories in place of half a minute of simulation; `opened` says which was asked for."""
    arms = {name: [made_up] for name in ARMS}
    rows = [{"quantity": "share", "observed": 0.2, "low": 0.1, "high": 0.3, "model": float("nan"), "inside": False}]
    extra = {"scenario": "ussr-1945", "histories": 64, "citizens": 120, "seed": 0, "rule": {}, "base_rates": rows}
    found = {**whole.rounded({**whole.table(arms, 1955, 0, open_=False), **extra})}
    monkeypatch.setattr(whole, "development", lambda *_, **__: found)
    monkeypatch.setattr(whole, "opened", lambda *_, **__: {**found, "opened": True})
    return found


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-n", "10"], "--histories 10: expected 64 or more"),
        (["china-1976"], "scored on the Soviet bloc"),
        (["--again"], "belongs to --open"),
        (["--open", "--save"], "Leave out one of the two"),
        (["--rules", "--open"], "does not go with --open"),
        (["--rules", "--save"], "does not go with --save"),
        (["--rules", "--plot", "x.svg"], "does not go with --plot"),
        (["--rules", "-n", "10"], "--histories 10: expected 64 or more"),
        (["--rules", "--rule", "coalition=nonsense"], "there is no such rule"),
        (["--plot", "x.png"], "expected a file that ends in .svg"),
        (["--log", "other.md"], "No such option: --log"),
        (["--rule", "coalition=nonsense"], "there is no such rule"),
        (["--citizens", "3"], "--citizens 3"),
    ],
)
def test_mistakes(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["skill", "-q", *words]) == 2
    assert told in capsys.readouterr().err


def test_tables_put_losses_first_and_say_what_was_wanted(scores: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["skill", "-q"]) == 0
    out = capsys.readouterr().out
    worst, best = scores["series"][0]["name"], scores["series"][-1]["name"]
    assert out.index(worst) < out.index(best)
    for words in ("untested", "wanted 0.15", "wanted 80% to 97%", "without a model", "stances permuted", "none"):
        assert words in out, words


def test_json(scores: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["skill", "-q", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == scores


def test_rules(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"kind": "series", "mechanism": "society", "rule": "mean_field", "weight": 0.25, "low": 0.0, "high": 1.0, "score": -0.125}
    mixtures = [{"kind": kind, "mechanism": "society", "score": -0.1, "targets": 90, "groups": 15} for kind in ("series", "panel")]
    found = {"scenario": "ussr-1945", "histories": 64, "rules": [row], "mixtures": mixtures, "origins": [{"arm": "model", "posterior": 1953}]}
    monkeypatch.setattr(stacking, "compare_rules", lambda *_, **__: found)
    monkeypatch.setattr(whole, "development", lambda *_, **__: pytest.fail("rivals were simulated"))
    assert main(["skill", "-q", "--rules"]) == 0
    out = capsys.readouterr().out
    for words in ("mean_field", "0.25", "0.00 to 1.00", "-0.125", "90 values of 15 polities", "the posterior of 1953"):
        assert words in out, words
    assert main(["skill", "-q", "--rules", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rules"] == [row]


def test_a_second_opening_is_refused_and_nothing_is_simulated(
    scores: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["skill", "-q", "--open"]
    monkeypatch.setattr(log, "LOG", tmp_path / "log.md")
    assert main(words) == 0
    assert "1957-1968" in capsys.readouterr().out
    monkeypatch.setattr(whole, "opened", lambda *_, **__: pytest.fail("was simulated"))
    (tmp_path / "elsewhere" / "docs").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(words) == 2
    assert "was opened already" in capsys.readouterr().err
    assert (tmp_path / "log.md").read_text().count(f"| {scores['seed']} | 64 |") == 1


def test_the_log_is_the_checkouts_own_and_without_one_nothing_is_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert log.LOG.samefile(Path(__file__).parents[2] / "docs" / "skill-log.md")
    monkeypatch.setattr(whole, "opened", lambda *_, **__: pytest.fail("was simulated"))
    monkeypatch.setattr(log, "LOG", tmp_path / "nowhere" / "log.md")
    assert main(["skill", "-q", "--open"]) == 2
    assert "--open: there is no folder" in capsys.readouterr().err


def test_drawings(scores: dict[str, Any], tmp_path: Path) -> None:
    from xml.etree import ElementTree

    for name in ("a.svg", "a.html"):
        assert main(["skill", "-q", "--plot", str(tmp_path / name)]) == 0
    text = (tmp_path / "a.svg").read_text()
    ElementTree.fromstring(text)
    assert all(row["name"] in text for row in scores["series"])
    assert "probability given" in text
    assert (tmp_path / "a.html").read_text().count("<svg") == 2
