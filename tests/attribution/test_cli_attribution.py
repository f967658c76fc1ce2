"""`thaw ask`, `thaw claims`, `thaw turning-points`: what they print, and that mistakes cost nothing."""

import json
from pathlib import Path

import pytest

from thaw.cli import main

ASK = ["ask", "ussr-1945", "--cause", "SUN.secret_speech", "--effect", "HUN.uprising", "--by", "1956-12"]
OWN = """
name = "own"
title = "Claims of our own"
scenario = "ussr-1945"

[[claims]]
id = "A1"
paraphrase = "That Stalin died freed prisoners."
cause = "SUN.death:stalin"
effect = "SUN.amnesty"
direction = "brings about"
by = "1953-12"

[[claims]]
id = "A2"
paraphrase = "How a man is remembered made Hungary rise."
cause = "WLD.reputation=0.9/-0.9@1953-01..1955-12"
effect = "HUN.uprising"
direction = "brings about"
by = "1956-12"
"""


def changed(*pairs: str) -> list[str]:
    """The question with some options replaced."""
    words = list(ASK)
    for option, value in zip(pairs[::2], pairs[1::2], strict=True):
        if option in words:
            words[words.index(option) + 1] = value
        else:
            words += [option, value]
    return words


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (changed("--cause", "SUN.secret_speach"), "--cause: there is no event 'secret_speach'. Did you mean 'secret_speech'?"),
        (changed("--effect", "HUN.uprisng"), "--effect: there is no event 'uprisng'. Did you mean 'uprising'?"),
        (changed("--effect", "SUN.secret_speech"), "--effect: SUN.secret_speech is cause and effect at once"),
        (changed("--by", "1999-12"), "--by: 1999-12 is outside the scenario"),
        (changed("--by", "soon"), "--by:"),
        (changed("--cause", "SUN.secret_speech@1962-01"), "1962-01"),
        (changed("--direction", "raises"), "--direction: 'HUN.uprising' is an event"),
        (changed("--given", "hearsay"), "--given hearsay: expected 'record'."),
        (changed("--histories", "8"), "--histories 8: expected 64"),
        (changed("--without", "terrors"), "--without terrors: there is no such mechanism. Did you mean 'terror'?"),
        (["ask", "ussr-1945", "--effect", "HUN.uprising"], "--cause is missing. Example:"),
        (["ask", "ussr-1946", *ASK[2:]], "ussr-1945"),
        (["claims", "stalin-esay"], "Did you mean 'stalin-essay'?"),
        (["claims", "--only", "C99"], "--only C99: there is no such claim."),
        (["claims", "--report", "claims.pdf"], "claims.pdf: expected a file that ends in .html."),
        (["claims", "--report", "nowhere/claims.html"], "there is no folder nowhere"),
        (["claims", "--report", "claims.svg"], "claims.svg: expected a file that ends in .html."),
        (["turning-points", "--effect", "no HUN.uprising"], "an absence comes in no month"),
        (["turning-points", "--effect", "HUN.uprising", "--plot", "curve.png"], "curve.png: expected a file that ends in .svg."),
        (["turning-points", "--effect", "HUN.uprising", "--report", "curve.pdf"], "curve.pdf: expected a file that ends in .html."),
        (["turning-points"], "--effect is missing. Example:"),
        (["turning-points", "--effect", "SUN.voice mean"], "a quantity has no turning point"),
        (["turning-points", "--effect", "HUN.uprising", "--every", "0"], "--every 0: expected 1 to 120 months."),
        (["turning-points", "--effect", "HUN.uprising", "--by", "1944-01"], "--by 1944-01: expected a month from 1945-06"),
    ],
)
def test_a_mistake_is_told_before_anything_is_simulated(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out = capsys.readouterr()
    assert told in out.err
    assert "Traceback" not in out.err
    assert out.out == ""


def test_claims_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    assert main(["claims", str(file), "-n", "64", "--citizens", "100", "--json", "--workers", "1", "--quiet"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["id"], first["cause"], first["effect"], first["by"]) == ("A1", "SUN.death:stalin", "SUN.amnesty", "1953-12")
    assert first["trust"]["score"] is None or first["trust"]["n"] >= 5
    assert first["coupling"] == "clock"
    assert "pn_other_coupling" in first
    assert first["cause_date"] == "1953-03-05"
    assert first["counts"]["cause"] == 64
    number = first["rd"]
    assert number["low"] <= number["estimate"] <= number["high"]
    assert number["sampling"] == [number["low"], number["high"]]
    assert 0 < first["given_record"]["tempering"] <= 1
    assert first["given_record"]["undetermined"] == (first["given_record"]["ess"] < 50)
    assert second["verdict"] == "no channel in the model"
    assert "reads nothing that the cause can change" in second["reason"]
    assert second["rd"] is second["pn"] is second["counts"] is None
