"""The log of openings: 1957-1968 is looked at once a release, and each look is written down with what it showed."""

import datetime as dt
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thaw.errors import ScenarioError
from thaw.posterior import code_digest
from thaw.skill.saved import parameters_from

LOG = Path(__file__).resolve().parents[3] / "docs" / "skill-log.md"  # of the checkout that this package lies in, wherever it is called from
HEAD = """# When the years after 1956 were opened

One row for each time `thaw skill --open` was run: once a release. `--again` opens a second time and is marked as such.

| release | when (UTC) | again | code | seed | histories | parameters | CRPS skill | 90% bands cover | Brier skill | by kind (events) |
|---|---|---|---|---|---|---|---|---|---|---|
"""


def release() -> str:
    """The version of the package."""
    from thaw import __version__

    return __version__


def openings(file: Path) -> list[str]:
    """The releases that the log names, in order."""
    if not file.exists():
        return []
    rows = re.findall(r"^\| ([^|]+?) \|", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [row for row in rows if row != "release" and not row.startswith("-")]


def check(file: Path, again: bool) -> None:
    """A ScenarioError where this release has been opened already, or where the log could not be written."""
    if not file.parent.is_dir():
        raise ScenarioError(f"--open: there is no folder {file.parent}, where each look is written down. Run it from a checkout of the source.")
    if release() in openings(file) and not again:
        raise ScenarioError(f"--open: release {release()} was opened already, see {file}. A second look is no test; --again takes it and says so in the log.")


def append(file: Path, scores: Mapping[str, Any], again: bool, now: dt.datetime | None = None) -> str:
    """Write one opening to the log; the row."""
    when = (now or dt.datetime.now(dt.UTC)).strftime("%Y-%m-%d %H:%M")
    whole, kinds = scores["summary"], [row for row in scores["panel"] if row["name"] != "any of them"]
    told = "; ".join(f"{row['name']} {row['brier_skill']:+.2f} ({row['events']})" for row in kinds)
    skill = f"{whole['median_crps_skill']:+.2f} ({whole['low']:+.2f} to {whole['high']:+.2f})"
    cells = (release(), when, "again" if again and release() in openings(file) else "", code(), scores["seed"], scores["histories"], parameters_from(scores),
             skill, f"{whole['coverage90']:.0%}", f"{whole['panel_brier_skill']:+.2f}", told)  # fmt: skip
    row = "| " + " | ".join(str(cell) for cell in cells) + " |"
    before = file.read_text(encoding="utf-8") if file.exists() else HEAD
    file.write_text(before.rstrip("\n") + "\n" + row + "\n", encoding="utf-8")
    return row


def code() -> str:
    """The commit of the checkout that this package lies in, which may be unknown, and the digest of what decides results."""
    try:
        command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short=12", "HEAD"]
        commit = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        commit = "no commit"
    return f"{commit}, digest {code_digest()[:12]}"
