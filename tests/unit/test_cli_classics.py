import json
from types import SimpleNamespace

import pytest

from thaw import classics
from thaw.classics.rows import STATUSES, cells, close, exact, shown
from thaw.cli import main

FIELDS = ["model", "citation", "quantity", "published", "derived", "reproduced", "tolerance", "agrees", "status", "basis"]


@pytest.fixture
def made_up(monkeypatch):
    """Lets a test say which rows the model 'kuran' has."""

    def say(*rows):
        module = SimpleNamespace(SOURCE="kuran1991", rows=lambda: list(rows))
        monkeypatch.setattr(classics, "import_module", lambda name: module)

    return say


def test_json_has_the_agreed_fields(capsys):
    assert main(["classics", "coalition", "--json", "--quiet"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert all(list(row) == FIELDS for row in rows)
    assert {row["status"] for row in rows} <= set(STATUSES)
    assert all((row["agrees"] is None) == (row["status"] in ("unverified", "not reproduced")) for row in rows)
    assert all((row["published"] is None) != (row["derived"] is None) for row in rows)


def test_a_table_says_what_agrees(made_up, capsys):
    share = close("share", 0.366, 0.36, 0.01, "definition", "derived")
    made_up(exact("rioters", 10, 10, "abstract"), share, shown("wait", 60, 20.5, "nobody", "not reproduced"))
    assert main(["classics", "kuran"]) == 0
    out, err = capsys.readouterr()
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line}
    assert lines["rioters"] == ["rioters", "10", "10", "exact", "yes", "verified"]
    assert lines["share"] == ["share", "(0.366)", "0.36", "±0.01", "yes", "derived"]
    assert lines["wait"] == ["wait", "60", "20.5", "–", "not", "reproduced"]
    assert "kuran: " in err
    assert "Timur Kuran (1991)" in out


def test_a_compared_row_that_disagrees_is_a_failure(made_up, capsys):
    made_up(exact("rioters", 10, 11, "abstract"), shown("wait", 60, 20.5, "nobody", "not reproduced"))
    assert main(["classics", "kuran"]) == 1
    out, err = capsys.readouterr()
    assert "NO" in out
    assert "1 of 2 rows disagree: kuran: rioters." in err


def test_what_is_not_compared_never_fails(made_up):
    made_up(shown("wait", 60, 20.5, "nobody", "not reproduced"), shown("rate", 1, 2, "remembered"))
    assert main(["classics", "kuran", "--json"]) == 0


def test_lists_are_compared_one_by_one():
    assert close("x", [1, 2], [1.1, 2.1], 0.2, "").agrees
    assert not close("x", [1, 2], [1.1, 2.3], 0.2, "").agrees
    assert not exact("x", [1, 2], [1], "").agrees
    assert not exact("x", 1, None, "").agrees
    assert cells(exact("x", [1, 2], [1], ""))[4] == "NO"
    with pytest.raises(ValueError, match="status is 'sure'"):
        exact("x", 1, 1, "", "sure")


def test_the_figure_is_drawn(tmp_path):
    path = tmp_path / "coalition.svg"
    assert main(["classics", "coalition", "--plot", str(path), "--quiet"]) == 0
    assert path.read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["kurna"], "there is no classic model 'kurna'. Did you mean 'kuran'?"),
        (["coalition", "watts", "--plot", "x.svg"], "--plot x.svg: draws one model, 2 are asked for"),
        (["coalition", "--plot", "x.png"], "--plot x.png: expected a file that ends in .svg"),
        (["coalition", "--plot", "nowhere/x.svg"], "--plot nowhere/x.svg: there is no folder nowhere"),
        (["coalition", "--plot", "taken.svg"], "--plot taken.svg: cannot be written there"),
    ],
)
def test_bad_words_are_refused_before_anything_runs(words, text, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.svg").mkdir()
    assert main(["classics", *words]) == 2
    out, err = capsys.readouterr()
    assert text in err
    assert out == ""
