"""What the main job costs: `python -m bench.run` prints a table, and JSON with --json.

    import          `import thaw`, best of five fresh processes
    compile         every kernel from nothing, in a cache folder of its own
    default run     `ussr-1945` at 1,024 histories on all cores: seconds and memory of parent and workers together
    linearity       the same at 256, 512, 1,024 and 2,048 histories

Reported, never passed or failed. Figures of a shared machine drift; ratios hold.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SIZES = (256, 512, 1024, 2048)
DEFAULT = 1024
TARGETS = {"seconds": 15.0, "peak_rss_mb": 1024.0, "import_seconds": 0.5, "compile_seconds": 30.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="JSON only")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="histories of each run")
    parser.add_argument("--citizens", type=int, help="citizens of each society (default: the scenario's)")
    asked = parser.parse_args()
    found = measure(asked.sizes, asked.citizens)
    if not asked.json:
        show(found)
    print(json.dumps(found, indent=1))


def measure(sizes: list[int], citizens: int | None) -> dict[str, Any]:
    """All figures as plain data."""
    found: dict[str, Any] = {"machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"}
    found["import_seconds"] = round(min(import_seconds() for _ in range(5)), 3)
    found["compile_seconds"] = round(compile_seconds(), 1)
    found["runs"] = [one_run(histories, citizens) for histories in sizes]
    usual = next((run for run in found["runs"] if run["histories"] == DEFAULT), found["runs"][-1])
    return found | {name: usual[name] for name in ("histories", "seconds", "peak_rss_mb")}


def import_seconds() -> float:
    code = "import time; begun = time.perf_counter(); import thaw; print(time.perf_counter() - begun)"
    return float(_python(code))


def compile_seconds() -> float:
    """Seconds to compile every kernel when no cache holds them."""
    code = "import time; from thaw import kernels; begun = time.perf_counter(); kernels.compile_all(); "
    with tempfile.TemporaryDirectory() as folder:
        return float(_python(code + "print(time.perf_counter() - begun)", NUMBA_CACHE_DIR=folder))


def one_run(histories: int, citizens: int | None) -> dict[str, Any]:
    """`thaw run` in a process of its own, from the command line to the summary."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "thaw", "run", "ussr-1945", "--json", "--quiet", "-n", str(histories)]
        command += ["--out", str(Path(folder) / "run")]
        command += ["--citizens", str(citizens)] if citizens else []
        begun = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True)
        seconds = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(f"thaw run -n {histories} failed: {done.stderr.strip()}")
    told = json.loads(done.stdout)
    per_sweep = 1e9 * seconds / told["citizen_sweeps"]
    return {
        "histories": histories,
        "seconds": round(seconds, 2),
        "ms_per_history": round(1000 * seconds / histories, 2),
        "ns_per_citizen_sweep": round(per_sweep, 4),
        "peak_rss_mb": told["peak_rss_mb"],
        "workers": told["workers"],
        "digest": told["digest"],
    }


def show(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(stderr=True)
    table = Table(title=f"The main job ({found['machine']})", title_justify="left", box=None, pad_edge=False)
    for heading in ("histories", "seconds", "ms/history", "ns/citizen-sweep, all in", "peak MB", "workers"):
        table.add_column(heading, justify="right")
    for run in found["runs"]:
        names = ("histories", "seconds", "ms_per_history", "ns_per_citizen_sweep", "peak_rss_mb", "workers")
        table.add_row(*(f"{run[name]:,}" for name in names))
    console.print(table)
    for name, target in TARGETS.items():
        console.print(f"{name:>16}  {found[name]:10,}  target {target:,}")


def _python(code: str, **settings: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | settings)
    if done.returncode:
        raise SystemExit(done.stderr.strip())
    return done.stdout.strip().splitlines()[-1]


if __name__ == "__main__":
    main()
