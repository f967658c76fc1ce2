"""`thaw fit` from the terminal: what it refuses before anything is simulated, and what it says of what ships."""

import numpy as np
import pytest

from thaw.cli import main
from thaw.cli.fit import _compared
from thaw.inference import fitting
from thaw.inference.fitting import Fit
from thaw.posterior import Posterior


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--resume --force", "--force replaces a fit, --resume goes on with it: give one of them."),
        ("--without SUN.thwa --simulations 1000", "--without SUN.thwa: no event that is fitted to. Did you mean 'SUN.thaw'?"),
        ("--out here.txt", "--out here.txt: here.txt is a file; a fit needs a folder."),
        ("--out here.txt/fit", "--out here.txt/fit: here.txt is a file; a fit needs a folder."),
    ],
)
def test_mistakes_are_told_in_one_line_and_nothing_is_simulated(words, told, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fitting, "simulate", lambda *_, **__: pytest.fail("was simulated"))
    (tmp_path / "here.txt").write_text("mine")
    assert main(["fit", *words.split()]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert (tmp_path / "here.txt").read_text() == "mine"


def test_a_fit_is_compared_with_what_ships_of_each_cut(monkeypatch, tmp_path):
    """Also where the file that ships holds fewer posteriors than the fit, or there is none."""
    names, values = ("terror.slope",), np.full((8, 1), 11.0)
    whole, blind = (Posterior("ussr-1945", 1953, without, names, values, {}, {"simulations": 1}) for without in ("", "events"))
    monkeypatch.setattr("thaw.posterior.ships", lambda scenario, cut: ("",) if cut == 1953 else ())
    monkeypatch.setattr("thaw.posterior.shipped", lambda scenario, cut, without: whole)
    made = Fit(tmp_path, {1953: (whole, blind), 1954: (whole,)}, {})
    found = _compared(made)
    assert (found[1953]["alike"], found[1953]["most"], found[1954]) == (True, 0.0, None)
