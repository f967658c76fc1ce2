"""The tape: what is in the folder, how it is read, and that a changed or foreign folder is noticed."""

import json
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest
import toy_run
import xarray as xr
import zarr

from thaw import engine, loop
from thaw.digest import EVENT_COLUMNS
from thaw.errors import RunError, ScenarioError
from thaw.fields import FIELDS, HEADLINES
from thaw.tape import DIMENSIONS, Tape

HISTORIES = 130


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tape") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "ORDER", toy_run.ORDER)
        patch.setattr(engine, "_compile", lambda say: None)
        return engine.run_to_tape(toy_run.make_plan(), HISTORIES, out=folder, workers=1)


@pytest.fixture
def copy(made, tmp_path) -> Path:
    return Path(shutil.copytree(made.path, tmp_path / "copy"))


def test_series_are_labelled_and_explained(made):
    series = made.series
    assert isinstance(series, xr.Dataset)
    assert tuple(series.data_vars) == HEADLINES
    assert dict(series.sizes) == {"history": HISTORIES, "month": 13, "polity": 3, "cohort": 14}
    assert series.month.dtype == "datetime64[ns]"
    assert str(series.month.values[2])[:10] == "1953-01-01"
    assert list(series.polity.values) == ["SUN", "POL", "DDR"]
    assert series.fear.sel(polity="SUN", month="1953-03").shape == (HISTORIES, 1)
    assert series.fear.attrs == {"units": FIELDS["fear"].unit, "long_name": FIELDS["fear"].meaning}
    assert series.fear.dtype == np.float32


def test_series_open_with_one_line_of_xarray(made):
    assert xr.open_zarr(made.path / "series.zarr", consolidated=False, chunks=None).fear.equals(made.series.fear)


def test_events_open_with_any_reader_of_parquet(made):
    assert tuple(made.events.columns) == EVENT_COLUMNS
    kinds = {name: str(kind) for name, kind in made.events.dtypes.items()}
    assert (kinds["history"], kinds["week"], kinds["rate"], kinds["forced"]) == ("int32", "int8", "float64", "bool")
    assert made.events.month.str.fullmatch(r"195[23]-\d\d").all()
    assert not made.events.isna().drop(columns="rate").any().any()
    counted = duckdb.sql(f"SELECT count(*) FROM '{made.path}/events.parquet'").fetchall()[0][0]
    assert counted == len(made.events) > 0


def test_leaders_have_names(made):
    names = made.leader_names()
    assert set(np.unique(names.values[:, 3:, 0])) <= {"stalin", "beria", "malenkov", ""}
    assert (names.sel(polity="DDR", month="1952-11") == "").all()
    with pytest.raises(ScenarioError, match="'fear' does not name persons"):
        made.leader_names("fear")


def test_the_manifest_says_what_was_run(made):
    told = made.manifest
    assert (told["scenario"], told["title"], told["seed"], told["histories"]) == ("toy", "A toy", 3, HISTORIES)
    assert (told["first_month"], told["last_month"], told["months"], told["weeks"]) == ("1952-11", "1953-11", 13, 52)
    assert (told["hegemon"], told["societies"], told["citizens"]) == ("SUN", 2, 5)
    assert told["record"]["SUN.fall:beria"] == [[7, 3]]
    assert told["labels"]["beria"] == "Lavrentii Beria"
    assert made.persons == list(toy_run.PERSONS)
    assert told["peak_rss_mb"] > 10
    assert told["seconds"] > 0
    assert json.loads((made.path / "manifest.json").read_text()) == told


def test_interventions_are_told_by_name():
    plan = toy_run.make_plan(
        do=(toy_run.do("amnesty", 0, 4), toy_run.do("detente", -1, 2)),
        prevent=(toy_run.do("fall", 1, -1),),
        pins={"fall": np.array([4, -1, 20, -1, -1])},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "ORDER", toy_run.ORDER)
        about, facts = engine.describe(plan, False), engine.facts(plan)
    assert (about["do"], about["prevent"]) == (["SUN.amnesty@1953-03", "WLD.detente@1953-01"], ["SUN.fall:beria"])
    assert facts["pinned"] == {"SUN.fall:malenkov": "", "SUN.fall:stalin": "1953-03"}
    assert not about["free"]


def test_a_run_loads_and_is_verified(made):
    assert Tape.load(made.path).manifest == made.manifest
    assert Tape.load(str(made.path), verify=False).series.identical(made.series)


@pytest.mark.parametrize("history", [0, 63, 64, 129])
def test_one_changed_value_is_noticed(copy, history):
    array = zarr.open_group(copy / "series.zarr", mode="r+")["fear"]
    value = array[history, 12, 0]
    array[history, 12, 0] = np.nextafter(value, np.float32(100))
    first = history // 64 * 64
    with pytest.raises(RunError, match=f"histories {first} to {min(first + 63, 129)} are not what the run wrote"):
        Tape.load(copy)
    array[history, 12, 0] = value
    Tape.load(copy)


@pytest.mark.parametrize(
    "change",
    [
        "SELECT * REPLACE (CASE WHEN history = 77 AND event = 'amnesty' THEN rate * 1.0000001 ELSE rate END AS rate)",
        "SELECT * REPLACE (CASE WHEN history = 77 THEN 'x' ELSE because END AS because)",
        "SELECT * EXCLUDE (number) FROM (SELECT *, row_number() OVER () AS number",
    ],
)
def test_one_changed_event_is_noticed(copy, change):
    new, old = copy / "new.parquet", copy / "events.parquet"
    tail = ") WHERE number != 5" if "number" in change else ""
    duckdb.sql(f"COPY ({change} FROM '{old}'{tail}) TO '{new}' (FORMAT parquet)")
    new.replace(old)
    with pytest.raises(RunError, match="are not what the run wrote"):
        Tape.load(copy)


def test_damage_is_told_with_the_file(copy):
    (copy / "events.parquet").write_bytes(b"PAR1 nonsense PAR1")
    with pytest.raises(RunError, match=r"events.parquet cannot be read, it is missing or damaged"):
        Tape.load(copy)
    chunk = copy / "series.zarr" / "fear" / "c.1.0.0"
    chunk.write_bytes(b"nonsense")
    with pytest.raises(RunError, match=r"series.zarr cannot be read"):
        Tape.load(copy)
    shutil.rmtree(copy / "series.zarr")
    with pytest.raises(RunError, match=r"series.zarr cannot be read"):
        Tape.load(copy)


def test_a_missing_chunk_is_noticed(copy):
    (copy / "series.zarr" / "fear" / "c.1.0.0").unlink()
    with pytest.raises(RunError, match="histories 64 to 127"):
        Tape.load(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda told: told | {"digest": "0" * 64}, "block hashes do not give its digest"),
        (lambda told: {"format": told["format"]}, "is damaged: scenario, seed"),
    ],
)
def test_a_changed_manifest_is_noticed(copy, change, message):
    path = copy / "manifest.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(RunError, match=message):
        Tape.load(copy)
    path.write_text("{")
    with pytest.raises(RunError, match="it is damaged"):
        Tape.load(copy)


def test_folders_that_hold_no_run(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "manifest.json").write_text('{"name": "another program"}')
    (tmp_path / "empty").mkdir()
    for name, message in (
        ("nowhere", "there is no such folder"),
        ("file", "is a file"),
        ("empty", "holds no run"),
        ("", "does not describe a run"),
    ):
        with pytest.raises(ScenarioError, match=message):
            Tape.load(tmp_path / name)


def test_everything_recorded_is_labelled(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "ORDER", toy_run.ORDER)
    monkeypatch.setattr(engine, "_compile", lambda say: None)
    tape = engine.run_to_tape(toy_run.make_plan(), 65, out=tmp_path / "run", workers=1, record_all=True)
    assert not {"history", "month", *DIMENSIONS.values()} & set(FIELDS)  # a field named like an axis cannot be stored
    assert list(tape.series.person.values) == list(toy_run.PERSONS)
    assert tape.series.alive.dims == ("history", "month", "person")
    assert tape.series.holds.sel(office="premier").shape == (65, 13, 5)
    plain = engine.run_to_tape(toy_run.make_plan(), 65, out=tmp_path / "plain", workers=1)
    assert plain.manifest["digest"] == Tape.load(tape.path).manifest["digest"]
