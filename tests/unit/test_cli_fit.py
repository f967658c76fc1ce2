"""`thaw fit` from the terminal: what it refuses before anything is simulated."""

import pytest

from thaw.cli import main
from thaw.inference import fitting


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--resume --force", "--force replaces a fit, --resume goes on with it: give one of them."),
        ("--out here.txt", "--out here.txt: here.txt is a file; a fit needs a folder."),
        ("--out here.txt/fit", "--out here.txt/fit: here.txt is a file; a fit needs a folder."),
    ],
)
def test_mistakes_are_told_in_one_line_and_nothing_is_simulated(words, told, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fitting, "fit", lambda *_, **__: pytest.fail("was simulated"))
    (tmp_path / "here.txt").write_text("mine")
    assert main(["fit", *words.split()]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert (tmp_path / "here.txt").read_text() == "mine"
