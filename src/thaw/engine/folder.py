"""The folder of a run: made before anything is simulated, continued or replaced only when it is recognisably ours."""

import errno
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from thaw.engine.parts import write_part
from thaw.errors import RunError, ScenarioError
from thaw.tape import (
    EVENT_ORDER,
    EVENTS,
    FORMAT,
    MANIFEST,
    PARTS,
    SERIES,
    UNFINISHED,
    Tape,
    connect,
    quoted,
    read_manifest,
)

_OURS = {MANIFEST, UNFINISHED, PARTS, SERIES, EVENTS, f".{EVENTS}", f".{MANIFEST}"}


def claim(path: Path, key: str, about: dict[str, Any], histories: int, *, force: bool, resume: bool) -> bool:
    """Make the folder ready for a run with this key; True when it already holds the finished run asked for.

    A folder that is not empty is refused unless `resume` goes on with the same run or `force` replaces a run of ours.
    """
    if path.exists() and not path.is_dir():
        raise ScenarioError(f"{path} is a file; the results of a run need a folder. Choose another --out.")
    try:
        entries = {entry.name for entry in path.iterdir()} if path.exists() else set()
        if entries and resume:
            if _continues(path, key, about, histories):
                return True
        elif entries and force:
            _clear(path, entries)
        elif entries:
            ways = "--resume goes on with a run, --force replaces it, or choose another --out"
            raise ScenarioError(f"{path} is not empty: it holds {_what(path)}. {ways}.")
        (path / PARTS).mkdir(parents=True, exist_ok=True)
        (path / UNFINISHED).write_text(json.dumps({"format": FORMAT, "key": key, "about": about}), encoding="utf-8")
    except OSError as error:
        told = f"{path} cannot be written: {error.strerror or error}."
        if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO):
            raise RunError(told) from error
        raise ScenarioError(f"{told} Choose another --out.") from error
    return False


def finish(path: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, last of all and at once, and remove what only an unfinished run needs."""
    unready = path / f".{MANIFEST}"
    unready.write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    unready.replace(path / MANIFEST)
    shutil.rmtree(path / PARTS, ignore_errors=True)
    (path / UNFINISHED).unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any] | None:
    """What a file of ours says, or None."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and told.get("format") == FORMAT else None


def _what(path: Path) -> str:
    if (path / MANIFEST).exists() and (told := _read(path / MANIFEST)):
        return f"a finished run of {told.get('scenario')} with {told.get('histories')} histories"
    return "an unfinished run" if _read(path / UNFINISHED) else "files that are not of a run"


def _clear(path: Path, entries: set[str]) -> None:
    """Delete a run of ours, and nothing else: one foreign file and nothing is touched."""
    foreign = sorted(entries - _OURS)
    if foreign or not (_read(path / MANIFEST) or _read(path / UNFINISHED)):
        shown = ", ".join(foreign[:5]) or ", ".join(sorted(entries)[:5])
        why = f"{path} holds files that are not of a run ({shown}); --force deletes runs only"
        raise ScenarioError(f"{why}. Move them or choose another --out.")
    (path / MANIFEST).unlink(missing_ok=True)  # first: what is half deleted must not look whole
    for name in (*sorted(entries - {MANIFEST, UNFINISHED}), UNFINISHED):
        if (path / name).is_dir() and not (path / name).is_symlink():
            shutil.rmtree(path / name)
        else:
            (path / name).unlink(missing_ok=True)


def _continues(path: Path, key: str, about: dict[str, Any], histories: int) -> bool:
    """Whether the run in the folder is the one asked for and finished; a shorter one is taken apart to go on."""
    if (path / MANIFEST).exists():
        told = read_manifest(path)
        _compare(path, told["key"], told, key, about)
        if told["histories"] > histories:
            why = f"{path} holds {told['histories']} histories; --resume cannot make them {histories}"
            raise ScenarioError(f"{why}. Use --force or another --out.")
        if told["histories"] == histories:
            return True
        _take_apart(path, told)
        return False
    unfinished = _read(path / UNFINISHED)
    if unfinished is None:
        raise ScenarioError(f"{path} is not empty and holds no run to go on with. Choose another --out.")
    _compare(path, unfinished["key"], unfinished["about"], key, about)
    return False


def _compare(path: Path, old_key: str, old: dict[str, Any], key: str, about: dict[str, Any]) -> None:
    if old_key == key:
        return
    plain = json.loads(json.dumps(about))
    differing = [name for name in plain if old.get(name) != plain[name]]
    why = f"they differ in {', '.join(differing)}" if differing else "the scenario, the record or the program has changed"
    raise ScenarioError(f"{path} holds another run: {why}. Use the same settings, --force to replace it, or another --out.")


def _take_apart(path: Path, told: dict[str, Any]) -> None:
    """Turn a finished run into one part of a longer one; were this interrupted, its histories would be made again."""
    Tape(path, told).verify()
    info = {"first": 0, "last": told["histories"], "blocks": told["blocks"], "faults": told["faults"], "ended": told["ended"]}
    (path / PARTS).mkdir(exist_ok=True)
    (path / UNFINISHED).write_text(json.dumps({"format": FORMAT, "key": told["key"], "about": told}), encoding="utf-8")
    (path / MANIFEST).unlink()
    write_part(path / PARTS, info, _tape_files(path))
    shutil.rmtree(path / SERIES)
    (path / EVENTS).unlink()


def _tape_files(path: Path) -> Iterator[tuple[str, Path]]:
    """The events and the chunks of a finished run as the files of a part."""
    copy = path / PARTS / "events.csv"
    with connect(path / PARTS) as database:
        rows = f"SELECT * REPLACE (forced::INTEGER AS forced) FROM read_parquet({quoted(path / EVENTS)})"
        words = "FORCE_QUOTE (month, polity, event, actor, because)"
        database.execute(f"COPY ({rows} ORDER BY {EVENT_ORDER}) TO {quoted(copy)} (FORMAT csv, HEADER false, {words})")
    yield "events.csv", copy
    for chunk in sorted((path / SERIES).glob("*/c.*.*")):  # the coordinates have one axis, series two or more
        yield f"{chunk.parent.name}.{chunk.name.split('.')[1]}", chunk
