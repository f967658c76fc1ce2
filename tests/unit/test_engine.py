"""Chunks and how they are run: what shows in a result, what must not, and what happens when something breaks."""

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
import pytest
import toy_run
from toy_run import do, make_plan

from thaw import engine, loop
from thaw.axes import COHORTS, HISTORIES_PER_WORD
from thaw.engine import chunk, dask, local, parts
from thaw.engine.chunk import recorded, run_chunk
from thaw.errors import RunError, ScenarioError
from thaw.fields import FIELDS, HEADLINES
from thaw.tape import Tape

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    monkeypatch.setattr(loop, "ORDER", toy_run.ORDER)
    monkeypatch.setattr(engine, "make_part", toy_run.make_part)
    monkeypatch.setattr(engine, "_compile", lambda say: None)
    monkeypatch.setattr(dask, "remote_part", toy_run.remote_part)


def run(folder: Path, histories: int = 130, plan=None, **options) -> Tape:
    return engine.run_to_tape(plan or make_plan(), histories, out=folder, **({"workers": 1} | options))


def in_a_process(code: str, **options) -> subprocess.CompletedProcess:
    """Python code that finds the toys, in a process of its own."""
    start = f"import sys; sys.path.insert(0, {str(HERE)!r})\nimport toy_run\nfrom thaw import engine, loop\n"
    start += "loop.ORDER = toy_run.ORDER; engine.make_part = toy_run.make_part; engine._compile = lambda say: None\n"
    return subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, timeout=120, **options)


# one chunk


def test_a_chunk_holds_headlines_and_nothing_of_polities_not_founded():
    result = run_chunk(make_plan(), 64, 71)
    assert tuple(result.series) == HEADLINES
    sizes = make_plan().sizes
    for name, values in result.series.items():
        assert values.dtype == np.float32
        assert values.shape == (7, 13, *(sizes[letter] for letter in FIELDS[name].axes[1:])), name
    fear = result.series["fear"]
    assert np.isnan(fear[:, :3, 2]).all()
    assert not np.isnan(fear[:, 3:]).any()
    assert set(np.unique(result.series["leader"][:, 3:])) <= set(range(-1, 5))


def test_events_are_named_sorted_and_numbered_from_the_start_of_the_run():
    events = run_chunk(make_plan(), 64, 128).events
    columns = ("history", "month", "week", "event", "polity")
    rows = list(zip(*(events[name].tolist() for name in columns), strict=True))
    assert rows == sorted(rows)
    assert min(events["history"]) >= 64
    assert {"amnesty", "detente", "fall:beria", "fall:ulbricht"} <= set(events["event"])
    by_event = dict(zip(events["event"], events["polity"], strict=True))
    assert (by_event["fall:beria"], by_event["fall:ulbricht"], by_event["detente"]) == ("SUN", "DDR", "WLD")
    assert set(events["week"]) == {-1}
    assert set(events["actor"]) <= {"", *toy_run.PERSONS}


def test_forced_and_refused_events_are_told():
    plan = make_plan(do=(do("amnesty", 2, 1), do("amnesty", 0, 1)))  # the third polity is founded in month 3
    result = run_chunk(plan, 0, 7)
    assert result.refused["amnesty"].all()
    forced = result.events["forced"]
    assert forced.sum() == 7
    assert set(result.events["polity"][forced]) == {"SUN"}
    assert result.blocks()[0]["refused"] == {"amnesty": 7}


def test_a_history_that_leaves_its_bounds_holds_nothing_from_that_month_on(monkeypatch):
    whole = run_chunk(make_plan(name="broken"), 0, 512)
    monkeypatch.setattr(loop, "ORDER", toy_run.BROKEN)
    result = run_chunk(make_plan(name="broken"), 0, 512)
    assert result.faults
    assert len({fault.history for fault in result.faults}) == len(result.faults) < 100
    broken = {fault.history: fault.month for fault in result.faults}
    for history in range(512):
        month = broken.get(history, 13)
        np.testing.assert_array_equal(result.series["fear"][history, :month], whole.series["fear"][history, :month])
        assert np.isnan(result.series["fear"][history, month:]).all()
        rows = result.events["history"] == history
        last = "{}-{:02d}".format(*make_plan().months[min(month, 12)])
        assert all(when < last for when in result.events["month"][rows]) or month == 13


def test_a_war_ends_a_history_and_is_no_fault(monkeypatch):
    """The month of the war is the last that is told; wars are counted apart."""
    monkeypatch.setattr(loop, "ORDER", toy_run.WARLIKE)
    result = run_chunk(make_plan(), 0, 64)
    assert not result.faults
    assert 0 < len(result.ended) < 64
    ends = dict(result.ended)
    fear = result.series["fear"]
    for history in range(64):
        stop = ends.get(history, 12)
        assert not np.isnan(fear[history, : stop + 1, 0]).any()
        assert np.isnan(fear[history, stop + 1 :, 0]).all()
        told = result.events["month"][result.events["history"] == history]
        assert all(month <= f"{1952 + (10 + stop) // 12}-{(10 + stop) % 12 + 1:02d}" for month in told)


def test_all_fields_can_be_recorded_and_do_not_change_the_digest():
    plain, full = run_chunk(make_plan(), 0, 64), run_chunk(make_plan(), 0, 64, record_all=True)
    assert full.blocks() == plain.blocks()
    assert full.series["alive"].shape == (64, 13, 5)
    assert full.series["holds"].shape == (64, 13, 5, 9)
    assert not {"street", "removed", "stance"} & set(full.series)


def test_a_chunk_of_the_main_job_fits_in_150_mb():
    sizes = {"P": 10, "C": len(COHORTS)}
    values = sum(512 * 367 * int(np.prod([sizes[axis] for axis in FIELDS[name].axes[1:]])) for name in recorded())
    assert 4 * values <= 150e6


def test_a_worker_needs_neither_xarray_nor_pandas_nor_zarr(tmp_path):
    code = "from pathlib import Path\n"
    code += f"toy_run.make_part(toy_run.make_plan(), Path({str(tmp_path)!r}), False, 0, 7, print)\n"
    code += "print(sorted({'xarray', 'pandas', 'zarr', 'duckdb'} & set(sys.modules)))"
    done = in_a_process(code)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr


# twins


def test_workers_and_chunks_do_not_show(tmp_path):
    one = run(tmp_path / "a", 200)
    two = run(tmp_path / "b", 200, chunk=64, workers=2)
    three = run(tmp_path / "c", 200, chunk=128)
    assert one.manifest["digest"] == two.manifest["digest"] == three.manifest["digest"]
    assert one.manifest["blocks"] == two.manifest["blocks"]
    assert one.events.equals(two.events)
    assert one.series.identical(two.series)
    assert two.manifest["workers"] == 2


def test_a_longer_run_begins_with_the_shorter(tmp_path):
    short, long = run(tmp_path / "short", 70), run(tmp_path / "long", 130)
    assert short.series.equals(long.series.isel(history=slice(70)))
    first = long.events[long.events.history < 70].reset_index(drop=True)
    assert short.events.equals(first)
    assert short.manifest["blocks"][0] == long.manifest["blocks"][0]
    assert short.manifest["digest"] != long.manifest["digest"]


def test_another_seed_is_another_run(tmp_path):
    assert run(tmp_path / "a", 7).manifest["digest"] != run(tmp_path / "b", 7, make_plan(seed=4)).manifest["digest"]


def test_dask_makes_the_same(tmp_path):
    pytest.importorskip("distributed")
    here = run(tmp_path / "here", 130)
    there = run(tmp_path / "there", 130, engine="dask", workers=2, chunk=64)
    assert here.manifest["digest"] == there.manifest["digest"]
    assert here.events.equals(there.events)


# going on, beginning anew


def interrupted(folder: Path, after: int = 1, histories: int = 200) -> None:
    """An unfinished run with so many parts of 64."""
    seen = []

    def stop(done, total, text):
        seen.append(done)
        if done >= 64 * after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(folder, histories, chunk=64, progress=stop)


def test_an_interrupted_run_goes_on_and_keeps_what_is_good(tmp_path, monkeypatch):
    interrupted(tmp_path / "run", after=3)
    assert not (tmp_path / "run" / "manifest.json").exists()
    with pytest.raises(RunError, match="unfinished"):
        Tape.load(tmp_path / "run")
    parts_there = sorted(path.name for path in (tmp_path / "run" / "parts").iterdir())
    assert parts_there == ["0000000-0000064", "0000064-0000128"]
    bad = tmp_path / "run" / "parts" / parts_there[0] / "fear.0"
    bad.write_bytes(bad.read_bytes()[:-1] + b"x")
    made = []
    monkeypatch.setattr(engine, "make_part", lambda plan, *where: made.append(where[2]) or toy_run.make_part(plan, *where))
    done = run(tmp_path / "run", 200, resume=True, chunk=64)
    assert made == [0, 128, 192]
    assert done.manifest["digest"] == run(tmp_path / "whole", 200).manifest["digest"]
    assert sorted(os.listdir(tmp_path / "run")) == ["events.parquet", "manifest.json", "series.zarr"]


@pytest.mark.parametrize("first", [64, 100, 128])
def test_a_finished_run_is_extended(tmp_path, first):
    run(tmp_path / "run", first)
    longer = run(tmp_path / "run", 200, resume=True, chunk=128)
    whole = run(tmp_path / "whole", 200)
    assert longer.manifest["digest"] == whole.manifest["digest"]
    assert longer.events.equals(whole.events)
    assert Tape.load(tmp_path / "run").series.identical(whole.series)


def test_an_unfinished_run_may_end_sooner(tmp_path):
    interrupted(tmp_path / "run", after=3)
    shorter = run(tmp_path / "run", 100, resume=True)
    assert shorter.manifest["digest"] == run(tmp_path / "whole", 100).manifest["digest"]
    assert shorter.events.history.max() < 100


def test_a_finished_run_is_not_made_again(tmp_path, monkeypatch):
    before = run(tmp_path / "run", 7)
    monkeypatch.setattr(engine, "make_part", None)
    again = run(tmp_path / "run", 7, resume=True)
    assert again.manifest == before.manifest


def test_refused_and_faulted_are_counted_over_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "ORDER", toy_run.BROKEN)
    plan = make_plan(name="broken", do=(do("amnesty", 2, 1),))
    run(tmp_path / "run", 100, plan)
    longer = run(tmp_path / "run", 300, plan, resume=True)
    whole = run(tmp_path / "whole", 300, plan, chunk=64)
    assert longer.manifest["refused"] == {"amnesty": 300}
    assert longer.manifest["faults"] == whole.manifest["faults"] != []
    assert "toy" not in longer.manifest["faults_said"]
    assert "breaking.norm 195" in longer.manifest["faults_said"]
    assert longer.manifest["digest"] == whole.manifest["digest"]


def test_another_plan_cannot_go_on(tmp_path):
    run(tmp_path / "run", 7)
    with pytest.raises(ScenarioError, match="another run: they differ in seed, set"):
        run(tmp_path / "run", 130, make_plan(seed=4, set_values={"toy.pace": 0.2}), resume=True)
    with pytest.raises(ScenarioError, match="holds 7 histories; --resume cannot make them 5"):
        run(tmp_path / "run", 5, resume=True)
    assert Tape.load(tmp_path / "run").manifest["histories"] == 7


def test_force_replaces_runs_and_nothing_else(tmp_path):
    run(tmp_path / "run", 7)
    with pytest.raises(ScenarioError, match=r"a finished run of toy with 7 histories.*--resume.*--force"):
        run(tmp_path / "run", 9)
    assert run(tmp_path / "run", 9, force=True).manifest["histories"] == 9
    (tmp_path / "run" / "thesis.tex").write_text("mine")
    with pytest.raises(ScenarioError, match=r"not of a run \(thesis.tex\)"):
        run(tmp_path / "run", 11, force=True)
    assert Tape.load(tmp_path / "run").manifest["histories"] == 9
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "parts").mkdir()
    with pytest.raises(ScenarioError, match="not of a run"):
        run(tmp_path / "other", 7, force=True)
    with pytest.raises(ScenarioError, match="holds no run to go on with"):
        run(tmp_path / "other", 7, resume=True)


# bad input and failures


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"histories": 0}, "--histories 0: expected a whole number from 1"),
        ({"workers": 0}, "--workers 0"),
        ({"chunk": 100}, "--chunk 100: expected a multiple of 64"),
        ({"engine": "dsk"}, "Did you mean 'dask'"),
        ({"scheduler": "tcp://here:1"}, "needs --engine dask"),
        ({"force": True, "resume": True}, "give one of them"),
    ],
)
def test_bad_options_write_nothing(tmp_path, options, message):
    with pytest.raises(ScenarioError, match=message):
        run(tmp_path / "run", **options)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ScenarioError, match="is a file"):
        run(tmp_path / "file")
    with pytest.raises(ScenarioError, match="cannot be written"):
        run(tmp_path / "file" / "run")


def test_a_scheduler_that_does_not_answer(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(dask, "_SECONDS_TO_ANSWER", 0.5)
    with pytest.raises(ScenarioError, match=r"no Dask scheduler answers at 'tcp://127\.0\.0\.1:9'"):
        run(tmp_path / "run", engine="dask", scheduler="tcp://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ScenarioError, match="needs the extra `cluster`"):
        run(tmp_path / "run", engine="dask")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("when", ["simulating", "writing"])
def test_a_full_disk_leaves_nothing_that_looks_whole(tmp_path, monkeypatch, when):
    monkeypatch.setattr(engine, "plan_key", lambda what: "key")  # the sources may be edited while tests run
    code = f"""
import resource
engine.plan_key = lambda what: "key"
from thaw.errors import RunError
from thaw.tape import Tape
engine.run_to_tape(toy_run.make_plan(), 7, out={str(tmp_path / "warm")!r}, workers=1)
def fill(done, total, text):
    if text == {when!r}:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    engine.run_to_tape(toy_run.make_plan(), 130, out={str(tmp_path / "run")!r}, workers=1, progress=fill)
except RunError as error:
    print(error.exit_code, error)
try:
    Tape.load({str(tmp_path / "run")!r})
except RunError as error:
    print(error)
"""
    done = in_a_process(code)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("1 "), done.stderr
    assert "--resume keeps what is done" in lines[0]
    assert "this run is unfinished" in lines[1]
    assert not (tmp_path / "run" / "manifest.json").exists()
    assert run(tmp_path / "run", 130, resume=True).manifest["digest"] == run(tmp_path / "b", 130).manifest["digest"]


def test_a_worker_that_dies_is_named(tmp_path):
    with pytest.raises(RunError, match=r"histories 128 to 191 died \(exit code 7\)"):
        run(tmp_path / "run", 192, make_plan(name="deadly"), workers=2, chunk=64)
    assert not _workers()


def test_an_error_inside_a_chunk_is_told_without_a_trace(tmp_path, monkeypatch):
    def broken(*_):
        raise ValueError("a bug")

    monkeypatch.setattr(engine, "make_part", broken)
    with pytest.raises(RunError, match="histories 0 to 6 failed: a bug") as caught:
        run(tmp_path / "run", 7)
    assert "ValueError" in caught.value.__notes__[0]


def _workers() -> list[psutil.Process]:
    """Children that are workers, not the tracker of resources that multiprocessing keeps."""
    return [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]


def test_closing_the_generator_stops_the_workers():
    jobs = local.run_local([(0, 64), (64, 128)], toy_run.slow, workers=2)
    with closing(jobs):
        assert next(jobs)[0] == (0, 64)
        assert _workers()
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    assert not _workers()


def test_ctrl_c_is_clean_and_leaves_no_orphans():
    code = """
import os, signal
from thaw.engine.local import run_local
def heard(done):
    import psutil
    print(*[child.pid for child in psutil.Process().children()], flush=True)
    os.killpg(0, signal.SIGINT)
try:
    list(run_local([(64, 128), (128, 192)], toy_run.slow, workers=2, progress=heard))
except KeyboardInterrupt:
    print("stopped")
"""
    begun = time.monotonic()
    done = in_a_process(code, start_new_session=True)
    assert done.stdout.splitlines()[-1] == "stopped"
    assert done.stderr == ""
    assert time.monotonic() - begun < 30
    for pid in map(int, done.stdout.split()[:-1]):
        assert _ends(pid)


def _ends(pid: int) -> bool:
    """Whether a process ends within some seconds; a zombie that nobody collects has ended."""
    for _ in range(50):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.1)
    return False


def test_a_script_without_a_guard_runs_once(tmp_path):
    script = tmp_path / "script.py"
    start = f"import sys; sys.path.insert(0, {str(HERE)!r})\nprint('hello')\n"
    start += "import toy_run\nfrom thaw import engine, loop\n"
    start += "loop.ORDER = toy_run.ORDER; engine.make_part = toy_run.make_part; engine._compile = lambda say: None\n"
    script.write_text(start + f"engine.run_to_tape(toy_run.make_plan(), 70, out={str(tmp_path / 'run')!r}, workers=2)\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.returncode) == ("hello\n", 0), done.stderr
    assert Tape.load(tmp_path / "run").manifest["workers"] == 2


def test_progress_is_told_inside_a_chunk(tmp_path):
    heard = []
    run(tmp_path / "run", 65, progress=lambda *told: heard.append(told))
    amounts = [done for done, _, _ in heard]
    assert amounts == sorted(amounts)
    assert amounts[-1] == 65
    assert any(0 < done < 65 for done in amounts)
    assert {text for _, _, text in heard} == {"simulating", "writing"}


def test_missing_chunks_are_cut_at_multiples_of_the_chunk():
    assert parts.missing([], 1000, 512) == [(0, 512), (512, 1000)]
    assert chunk.recorded() == HEADLINES
    assert all(engine.chunk_size(n, w) % HISTORIES_PER_WORD == 0 for n in (1, 65, 1000) for w in (1, 2, 7))
