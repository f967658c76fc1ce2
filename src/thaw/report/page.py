"""The page that every report stands in: frame, style, script, and how it gets onto the disk."""

import os
import tempfile
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from string import Template

from thaw.errors import RunError, ScenarioError
from thaw.report.figures import script_safe
from thaw.report.html import Html, join, tag

_HERE = Path(__file__).parent


def whole_page(title: str, body: Html, *, static: bool = False, style: str = "") -> str:
    """The whole page: `body` under a title, allowed no other script or style than its own; `style` names a further sheet beside `style.css`."""
    scripts = "" if static else _live()
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    if scripts:
        policy += f"; script-src '{_hash(scripts)}'"
    sheets = ["style.css", *([style] if style else [])]
    return Template((_HERE / "page.html").read_text(encoding="utf-8")).substitute(
        policy=policy,
        title=join([f"{title} · thaw"]),
        version=join([version()]),
        style="".join((_HERE / sheet).read_text(encoding="utf-8") for sheet in sheets),
        body=body,
        scripts=tag("script", Html(scripts), type="module") if scripts else "",
    )


@cache
def _live() -> str:
    """The Vega runtime with the page's own few lines, bundled into one module."""
    import vl_convert

    return script_safe(vl_convert.javascript_bundle((_HERE / "live.js").read_text(encoding="utf-8")))


def _hash(script: str) -> str:
    return "sha256-" + b64encode(sha256(script.encode()).digest()).decode()


def version() -> str:
    """The version of thaw that makes the page."""
    try:
        return installed("thaw-sim")
    except PackageNotFoundError:
        return "(not installed)"


def checked(target: Path) -> Path:
    """The target if a file can be made there; a ScenarioError that says what stands in the way otherwise."""
    if target.is_dir():
        raise ScenarioError(f"{target} is a folder: name a file to write the report to, as {target / 'report.html'}.")
    if not target.parent.is_dir():
        what = "is a file" if target.parent.exists() else "does not exist"
        raise ScenarioError(f"{target}: the folder {target.parent} {what}; make it first or name another with -o.")
    return target


def write_whole(target: Path, text: str) -> None:
    """Write beside the target and rename, so that no half page ever stands under its name."""
    name = None
    try:
        with tempfile.NamedTemporaryFile("w", dir=target.parent, prefix=".thaw-", suffix=".html", delete=False, encoding="utf-8") as file:
            name = file.name
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except OSError as error:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        raise RunError(f"{target}: the report could not be written: {error.strerror or error}.") from error
