"""`thaw report RUN -o FILE.html`: one self-contained page about a run.

Every chart is drawn beforehand as SVG, so the page needs neither network nor script. Without `static` it also carries
the Vega runtime, which replaces a drawing by a live one when it scrolls into view: values show under the pointer.
"""

import os
import tempfile
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from string import Template
from typing import Any

from thaw.errors import RunError, ScenarioError
from thaw.report import sections
from thaw.report.court import network
from thaw.report.figures import Figure, figure, script_safe
from thaw.report.html import Html, join, tag
from thaw.report.memory import remembered
from thaw.report.rows import Run

_HERE = Path(__file__).parent


def write_report(run: Any, out: str | os.PathLike[str], *, static: bool = False) -> Path:
    """The report of a run (a folder or a tape) as one HTML file; its path. A failure leaves nothing behind."""
    target = _checked(Path(out))
    page = report(_loaded(run), static=static)
    _write_whole(target, page)
    return target


def report(tape: Any, *, static: bool = False, summary: dict[str, Any] | None = None) -> str:
    """The page as text; `summary` saves the work where it is known already."""
    if summary is None:
        from thaw.summary import summarise

        summary = summarise(tape)
    run = Run(tape, summary)

    def draw(shown: Figure) -> Html:
        return figure(shown, static=static)

    title = str(tape.manifest.get("title") or tape.manifest.get("scenario") or "A run")
    version = _version()
    parts = [
        sections.opening(run, title),
        sections.fans(run, draw),
        sections.economy(run, draw),
        sections.outside(run, draw),
        sections.societies(run, draw),
        sections.timelines(run, draw),
        sections.leadership(run, draw),
        network(run, draw),
        sections.uprisings(run, draw),
        remembered(run, draw),
        sections.counted(run),
        sections.assumptions(run),
        sections.sources(run),
        sections.reproduce(run, version),
    ]
    scripts = "" if static else _live()
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    if scripts:
        policy += f"; script-src '{_hash(scripts)}'"
    return Template((_HERE / "page.html").read_text(encoding="utf-8")).substitute(
        policy=policy,
        title=join([f"{title} · thaw"]),
        version=join([version]),
        style=(_HERE / "style.css").read_text(encoding="utf-8"),
        body=join(parts),
        scripts=tag("script", Html(scripts), type="module") if scripts else "",
    )


@cache
def _live() -> str:
    """The Vega runtime with the page's own few lines, bundled into one module."""
    import vl_convert

    return script_safe(vl_convert.javascript_bundle((_HERE / "live.js").read_text(encoding="utf-8")))


def _hash(script: str) -> str:
    return "sha256-" + b64encode(sha256(script.encode()).digest()).decode()


def _loaded(run: Any) -> Any:
    if not isinstance(run, str | os.PathLike):
        return run
    from thaw.tape import Tape

    return Tape.load(Path(run))


def _version() -> str:
    try:
        return installed("thaw-sim")
    except PackageNotFoundError:
        return "(not installed)"


def _checked(target: Path) -> Path:
    if target.is_dir():
        raise ScenarioError(f"{target} is a folder: name a file to write the report to, as {target / 'report.html'}.")
    if not target.parent.is_dir():
        what = "is a file" if target.parent.exists() else "does not exist"
        raise ScenarioError(f"{target}: the folder {target.parent} {what}; make it first or name another with -o.")
    return target


def _write_whole(target: Path, page: str) -> None:
    """Write beside the target and rename, so that no half page ever stands under its name."""
    name = None
    try:
        with tempfile.NamedTemporaryFile("w", dir=target.parent, prefix=".thaw-", suffix=".html", delete=False, encoding="utf-8") as file:
            name = file.name
            file.write(page)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except OSError as error:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        raise RunError(f"{target}: the report could not be written: {error.strerror or error}.") from error
