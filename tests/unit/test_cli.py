"""The command line without a run: what it prints where, how it ends, and what it says of bad input."""

import csv
import io
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from thaw.cli import main


def ends(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return code, told.out, told.err


COMMANDS = [
    (),
    ("run",),
    ("report",),
    ("show",),
    *(("show", name) for name in ("scenario", "parameters", "mechanisms", "order", "events", "history", "graph", "odd", "system")),
    ("ablate",),
    ("record",),
    *(("record", name) for name in ("events", "people", "series", "sources", "tenures", "relations", "states")),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_of_every_command_has_an_example(capsys, command) -> None:
    code, out, _ = ends(capsys, *command, "--help")
    assert code == 0
    assert "Example:" in out


def test_the_version_is_that_of_the_package(capsys) -> None:
    import thaw

    assert ends(capsys, "--version")[:2] == (0, f"thaw {thaw.__version__}\n")


class TestWrongWords:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("rnu",), "No such command 'rnu'. Did you mean 'run'?"),
            (("show", "ordr"), "No such command 'ordr'. Did you mean 'order'?"),
            (("run", "--historis", "3"), "--histories"),
            (("run", "-n", "many"), "valid integer"),
            (("run", "--engine", "lcal"), "'lcal' is not one of 'local', 'dask'"),
            (("run", "ussr-1945", "extra"), "extra"),
            (("report", "runs/x"), "--output"),
            (("show", "history", "runs/x"), "K"),
            (("run", "--without"), "--without"),
            (("show", "mechanism"), "Did you mean 'mechanisms'"),
        ],
    )
    def test_are_explained_and_end_with_2(self, capsys, arguments, said) -> None:
        code, out, err = ends(capsys, *arguments)
        assert (code, out) == (2, "")
        assert said in err
        assert "--help" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--without", "wrold"), "--without wrold: there is no such mechanism. Did you mean 'world'?"),
        (("run", "--set", "wrold.brink=2"), "Did you mean 'world.brink'"),
        (("run", "--rule", "memry=x"), "there is no mechanism 'memry'. Did you mean 'memory'?"),
        (("run", "--do", "WLD.crisis:berln@1961-08"), "there is no theatre 'berln'. Did you mean 'berlin'?"),
        (("run", "--prevent", "WLD.nam_foundd"), "there is no event 'nam_foundd'. Did you mean 'nam_founded'?"),
        (("run", "--do", "EGYPT.joins_nam@1961-09"), "there is no state 'EGYPT' within this scenario. Did you mean 'EGY'?"),
        (("show", "graph", "--from", "wrold"), "there is no event or mechanism 'wrold'. Did you mean 'world'?"),
        (("show", "parameters", "memry"), "Did you mean 'memory'?"),
        (("show", "odd", "ussr-1954"), "there is no built-in scenario 'ussr-1954', and no such file. Did you mean 'ussr-1945'?"),
        (("show", "system", "--workers", "0"), "--workers 0: expected a whole number from 1"),
        (("ablate", "--workers", "-2"), "--workers -2: expected a whole number from 1"),
        (("ablate", "chian-1976"), "Did you mean 'china-1976'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_unknown_names_are_told_the_nearest(capsys, arguments, said) -> None:
    code, out, err = ends(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err


class TestShow:
    def test_scenario(self, capsys) -> None:
        code, out, err = ends(capsys, "show", "scenario")
        assert code == 0
        assert "ussr-1945" in out
        assert "stalin" in out
        assert "--toml" in err

    def test_scenario_as_toml_is_a_scenario(self, capsys, tmp_path: Path) -> None:
        _, out, _ = ends(capsys, "show", "scenario", "--toml")
        (tmp_path / "mine.toml").write_text(out, encoding="utf-8")
        assert tomllib.loads(out)["name"] == "ussr-1945"
        assert ends(capsys, "show", "scenario", str(tmp_path / "mine.toml"), "--toml")[1] == out

    @pytest.mark.parametrize("option", ["--schema", "--json", "--list"])
    def test_scenario_in_other_forms(self, capsys, option) -> None:
        code, out, _ = ends(capsys, "show", "scenario", option)
        assert code == 0
        assert "ussr-1945" in out if option == "--list" else json.loads(out)

    def test_one_form_at_a_time(self, capsys) -> None:
        code, _, err = ends(capsys, "show", "scenario", "--toml", "--json")
        assert code == 2
        assert "choose one" in err

    def test_a_mistake_in_a_file_is_told_with_its_line(self, capsys) -> None:
        path = Path(__file__).parents[1] / "bad" / "scenario" / "unknown-key.toml"
        code, out, err = ends(capsys, "show", "scenario", str(path))
        assert (code, out) == (2, "")
        assert err.startswith("ScenarioError: unknown-key.toml, line 6, citizen: there is no key 'citizen' here.")

    def test_parameters(self, capsys) -> None:
        code, out, _ = ends(capsys, "show", "parameters", "terror", "--json")
        rows = json.loads(out)
        assert code == 0
        assert set(rows[0]) == {"name", "value", "unit", "prior", "source", "meaning"}
        assert all("terror" in row["name"] for row in rows)
        assert "terror.inertia" in ends(capsys, "show", "parameters", "*.inertia")[1]

    def test_parameters_that_do_not_exist(self, capsys) -> None:
        code, _, err = ends(capsys, "show", "parameters", "terrro")
        assert code == 2
        assert "Did you mean 'terror'?" in err

    def test_mechanisms_and_order_agree(self, capsys) -> None:
        rows = json.loads(ends(capsys, "show", "mechanisms", "--json")[1])
        order = json.loads(ends(capsys, "show", "order", "--json")[1])
        assert [row["name"] for row in rows] == [row["name"] for row in order]
        assert {"reads", "writes", "draws", "events", "rules", "sources"} <= set(rows[0])
        for row in rows:
            assert row["name"] in ends(capsys, "show", "mechanisms")[1]

    def test_events(self, capsys) -> None:
        rows = {row["name"]: row for row in json.loads(ends(capsys, "show", "events", "--json")[1])}
        assert rows["POLITY.secret_speech"]["record"] == [
            {"id": "E173", "date": "1956-02-25", "event": "SUN.secret_speech"}
        ]
        assert rows["death:PERSON"]["axes"] == "E"
        assert "bundle" in rows["POLITY.destalinization"]["meaning"]
        page = ends(capsys, "show", "events", "--markdown")[1]
        assert all(f"| `{name}` |" in page for name in rows)

    def test_history_of_no_run(self, capsys, tmp_path: Path) -> None:
        code, _, err = ends(capsys, "show", "history", str(tmp_path / "none"), "3")
        assert code == 2
        assert "there is no such folder" in err


class TestRecord:
    def test_a_table_for_people(self, capsys) -> None:
        code, out, err = ends(capsys, "record", "events", "--polity", "HUN", "--from", "1956-10", "--to", "1956-11")
        assert (code, err) == (0, "")
        assert "HUN.uprising" in out

    def test_csv_and_json_hold_the_same_rows(self, capsys) -> None:
        arguments = (
            "record",
            "series",
            "--polity",
            "SUN",
            "--variable",
            "political_convictions",
            "--from",
            "1951",
            "--to",
            "1952",
        )
        rows = json.loads(ends(capsys, *arguments, "--json")[1])
        table = list(csv.DictReader(io.StringIO(ends(capsys, *arguments, "--csv")[1])))
        assert [row["value"] for row in rows] == [54775.0, 28800.0]
        assert [float(row["value"]) for row in table] == [54775.0, 28800.0]

    @pytest.mark.parametrize("name", ["events", "people", "series", "sources", "tenures", "relations"])
    def test_every_table_has_sources_or_is_them(self, capsys, name) -> None:
        rows = json.loads(ends(capsys, "record", name, "--json")[1])
        assert rows
        assert all(row.get("source") or row.get("citation") for row in rows)

    def test_series_without_a_filter_are_listed(self, capsys) -> None:
        code, out, err = ends(capsys, "record", "series")
        assert code == 0
        assert "political_convictions" in out
        assert "--variable" in err

    def test_events_come_by_date(self, capsys) -> None:
        dates = [row["date"] for row in json.loads(ends(capsys, "record", "events", "--json")[1])]
        assert dates == sorted(dates)

    def test_a_spell_is_found_by_any_day_in_it(self, capsys) -> None:
        day = ("--from", "1953-05-01", "--to", "1953-05-01")
        rows = json.loads(ends(capsys, "record", "tenures", "--polity", "SUN", *day, "--json")[1])
        assert {"malenkov", "khrushchev"} <= {row["person"] for row in rows}
        assert "stalin" not in {row["person"] for row in rows}

    def test_nothing_found_is_said(self, capsys) -> None:
        code, out, err = ends(capsys, "record", "events", "--polity", "ALB", "--from", "1900", "--to", "1901")
        assert (code, out, err) == (0, "", "Nothing matches.\n")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("events", "--polity", "SNU"), "has no polity 'SNU'. Did you mean 'SUN'?"),
            (("series", "--variable", "gulag_prisoner"), "Did you mean 'gulag_prisoners'?"),
            (("events", "--from", "1956-13"), "--from 1956-13: expected a day, month or year"),
            (("events", "--to", "soon"), "--to soon: expected a day, month or year"),
            (("events", "--from", "1960", "--to", "1950"), "--from 1960 is after --to 1950"),
            (("people", "--json", "--csv"), "choose one"),
        ],
    )
    def test_bad_filters(self, capsys, arguments, said) -> None:
        code, out, err = ends(capsys, "record", *arguments)
        assert (code, out) == (2, "")
        assert said in err


class TestProcess:
    """What only a process of its own can show."""

    def python(self, *arguments: str, **settings) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=False, **settings
        )

    def test_a_reader_that_leaves_is_no_error(self) -> None:
        script = f"{sys.executable} -m thaw record series --csv | head -1; echo ${{PIPESTATUS[0]}}"
        told = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
        assert told.stderr == ""
        assert told.stdout.splitlines()[-1] == "0"

    def test_importing_loads_nothing(self) -> None:
        slow = ("numpy", "numba", "pydantic", "typer", "rich", "xarray", "zarr", "pandas", "duckdb", "altair")
        told = self.python("-c", f"import sys, thaw; print([name for name in {slow} if name in sys.modules])")
        assert told.stdout == "[]\n"

    def test_help_loads_no_model(self) -> None:
        loaded = "print([name for name in ('numpy', 'pydantic') if name in sys.modules])"
        script = f"import sys; from thaw.cli import main; main(['--help']); {loaded}"
        assert self.python("-c", script).stdout.splitlines()[-1] == "[]"

    def test_mistakes_end_a_process_with_2(self) -> None:
        told = self.python("-m", "thaw", "show", "scenario", "nowhere.toml")
        assert (told.returncode, told.stdout) == (2, "")
        assert told.stderr.startswith("ScenarioError: there is no file nowhere.toml.")


def test_public_names_are_these() -> None:
    import thaw

    assert sorted(thaw.__all__) == [
        "Answer",
        "Claim",
        "Scenario",
        "Tape",
        "ThawError",
        "__version__",
        "attribute",
        "fit",
        "load_claims",
        "load_scenario",
        "run",
        "skill",
        "write_report",
    ]
    assert all(getattr(thaw, name) for name in thaw.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'refit'"):
        _ = thaw.refit  # type: ignore[attr-defined]
