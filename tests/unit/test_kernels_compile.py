"""How kernels are compiled: nothing on import, one cache for parent and workers, none where nothing can be written."""

import json
import os
import shutil
import subprocess
import sys
import textwrap

from thaw.kernels import _compile

IMPORT = """
import json, numpy as np
from thaw import kernels
from thaw.kernels import _compile, cascade, coalition, noise, portable
assert not any(kernel._compiled for kernel in _compile.KERNELS)
"""


def run(code, **environment):
    answer = subprocess.run(
        [sys.executable, "-c", IMPORT + textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_what_one_process_compiled_the_next_one_finds(tmp_path):
    """Three kernels stand for all: a cold start of every one takes ten seconds."""
    count = """
    _compile.KERNELS[:] = [portable._exp, noise._words, cascade._heads]
    before = kernels.is_compiled()
    kernels.compile_all()
    hits = sum(sum(kernel.load().stats.cache_hits.values()) for kernel in _compile.KERNELS)
    print(json.dumps([before, kernels.is_compiled(), kernels.cache_note(), hits, len(_compile.KERNELS)]))
    """
    first = run(count, NUMBA_CACHE_DIR=str(tmp_path))
    assert first == [False, True, None, 0, first[-1]]
    second = run(count, NUMBA_CACHE_DIR=str(tmp_path))
    assert second == [True, True, None, second[-1], second[-1]]


def test_without_a_writable_folder_kernels_work_in_memory_and_say_so(tmp_path):
    (tmp_path / "file").touch()
    value, note, done = run(
        "print(json.dumps([float(portable.exp(-1.0)), kernels.cache_note(), kernels.is_compiled()]))",
        NUMBA_CACHE_DIR=str(tmp_path / "file"),
    )
    assert value == float.fromhex("0x1.78b56362cef38p-2")
    assert "compiled in memory for this run only" in note
    assert not done


def test_a_changed_line_in_any_kernel_file_means_another_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    shutil.copytree(_compile._HERE, tmp_path / "kernels")
    monkeypatch.setattr(_compile, "_HERE", tmp_path / "kernels")
    before = _compile.cache_folder.__wrapped__()
    assert before == _compile.cache_folder.__wrapped__()
    with (tmp_path / "kernels" / "portable.py").open("a") as file:
        file.write("# changed\n")
    assert before != _compile.cache_folder.__wrapped__()


def test_nobody_elses_settings_are_touched():
    before = _compile._config.CACHE_DIR
    kernel = _compile.Kernel(lambda x: x, "f8", ("f8",))
    _compile.KERNELS.remove(kernel)
    assert kernel(2.0) == 2.0
    assert before == _compile._config.CACHE_DIR
