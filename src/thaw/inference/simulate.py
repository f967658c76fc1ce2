"""Histories as summaries, in pieces that are pure functions of plan and numbers: what is done is kept and taken up again.

A piece is a file of some hundred histories: their summaries and their parameters in the normal scale of the priors, with a hash of both.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from thaw import loop
from thaw.attribution.arms import Arm, Trunk, run_trunk
from thaw.attribution.given import hegemon
from thaw.comparison import shown
from thaw.digest import plan_key
from thaw.errors import RunError
from thaw.inference.scale import to_normal, varies
from thaw.inference.targets import Targets, month_in, quantities_of
from thaw.plan import Plan
from thaw.posterior import READING, code_digest

PIECE = 512  # histories
PIECES, KEY = "pieces", "pieces.json"
Told = Callable[[float, float, str], None]  # done, in all, what is being done


@dataclass(frozen=True)
class Made:
    """Simulated histories: summaries (n, width) and parameters (n, K) in the normal scale of their priors."""

    summaries: np.ndarray
    parameters: np.ndarray
    names: tuple[str, ...]


def parameter_names(plan: Plan) -> tuple[str, ...]:
    """The parameters that histories draw, in the order of the mechanisms."""
    full = (f"{step.name}.{declared.name}" for step in loop.mechanisms() for declared in step.params)
    return tuple(name for name in full if name not in plan.set_values and varies(plan.priors[name][1]))


def drawn(plan: Plan, first: int, last: int) -> np.ndarray:
    """The parameters (n, K) of histories `first` to `last` in the normal scale of their priors."""
    luck = loop.make_luck(plan, first, last)
    found: dict[str, np.ndarray] = {}
    for step in loop.mechanisms():
        values = loop.draw_parameters(plan, step, luck)
        found |= {f"{step.name}.{declared.name}": getattr(values, declared.name) for declared in step.params}
    return np.stack([to_normal(plan.priors[name][1], found[name]) for name in parameter_names(plan)], axis=1).astype(np.float32)


def summarised(aim: Targets, arm: Arm) -> np.ndarray:
    """The summaries (n, width) float32 of an arm: what `Targets.observed` is of the record; NaN from the end of a history on."""
    columns = []
    for number in aim.numbers:
        values = np.sum([arm.series[quantity] for quantity in quantities_of(number)], axis=0, dtype=float)
        seen = shown(number.measure, aim.plan, values, number.row)
        columns.append(np.full(arm.histories, np.nan) if seen is None else seen)
    columns += [np.floor(arm.first([event], until=aim.last)) for event in aim.events]
    led = arm.series[f"{hegemon(aim.plan)}.leader"]
    columns += [led[:, month_in(aim.plan, year)] for year in aim.years]
    return np.stack(columns, axis=1).astype(np.float32)


def simulate(aim: Targets, histories: int, folder: Path, *, workers: int = 1, force: bool = False, told: Told | None = None) -> Made:
    """Summaries and parameters of histories 0 to `histories`, from the pieces in a folder and what is still to be made.

    RunError where the folder holds pieces of something else and `force` is not given, or where a piece is damaged.
    """
    from thaw import kernels
    from thaw.engine.local import run_local

    if not kernels.is_compiled():
        kernels.compile_all()
    _prepare(folder, aim, force)
    jobs = [(first, min(first + PIECE, histories)) for first in range(0, histories, PIECE)]
    open_ = [job for job in jobs if not _path(folder, *job).is_file()]
    before = histories - sum(last - first for first, last in open_)
    heard = (lambda done: told(before + done, histories, "simulating")) if told else None
    for _ in run_local(open_, partial(_work, aim, folder), workers=workers, progress=heard):
        pass
    parts = [_read(_path(folder, *job)) for job in jobs]
    return Made(np.concatenate([made for made, _ in parts]), np.concatenate([drawn for _, drawn in parts]), parameter_names(aim.plan))


def _prepare(folder: Path, aim: Targets, force: bool) -> None:
    """The folder of pieces, with what they are pieces of; emptied where it held others and that is wanted."""
    (folder / PIECES).mkdir(parents=True, exist_ok=True)
    rows = [(number.name, str(number.row.start), str(number.row.end)) for number in aim.numbers]
    key = hashlib.sha256(f"{plan_key(aim.plan, code_digest())} {code_digest(READING)} {aim.cut} {rows} {aim.events}".encode()).hexdigest()
    path = folder / KEY
    if path.is_file() and json.loads(path.read_text(encoding="utf-8")).get("key") != key:
        if not force:
            raise RunError(f"{folder} holds histories of another scenario, seed, cut or code. Give --force to replace them, or another --out.")
        for piece in (folder / PIECES).glob("*.npz"):
            piece.unlink()
    path.write_text(json.dumps({"key": key, "scenario": aim.plan.name, "seed": aim.plan.seed, "cut": aim.cut}), encoding="utf-8")


def _path(folder: Path, first: int, last: int) -> Path:
    return folder / PIECES / f"{first:06d}-{last:06d}.npz"


def _work(aim: Targets, folder: Path, first: int, last: int, report: Callable[[float], None]) -> None:
    """Make one piece; a job of the pool."""
    summaries, parameters = piece(aim, first, last, report=report), drawn(aim.plan, first, last)
    path = _path(folder, first, last)
    unready = path.with_suffix(".unready.npz")
    np.savez(unready, summaries=summaries, parameters=parameters, digest=np.array(_digest(summaries, parameters)))
    unready.replace(path)


def piece(aim: Targets, first: int, last: int, *, report: Callable[[float], None] | None = None) -> np.ndarray:
    """The summaries (n, width) of histories `first` to `last`, in this process."""
    with tempfile.TemporaryDirectory() as scratch:
        arm = run_trunk(Trunk("F", aim.plan, aim.last), first, last, aim.watch(), Path(scratch), report=report)["F"]
    return summarised(aim, arm)


def _read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        with np.load(path) as file:
            summaries, parameters, digest = file["summaries"], file["parameters"], str(file["digest"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise RunError(f"{path} cannot be read ({type(error).__name__}). Delete it and go on with --resume.") from None
    if digest != _digest(summaries, parameters):
        raise RunError(f"{path} is damaged. Delete it and go on with --resume.")
    return summaries, parameters


def _digest(*arrays: np.ndarray) -> str:
    seen = hashlib.sha256()
    for array in arrays:
        seen.update(np.ascontiguousarray(array).tobytes())
    return seen.hexdigest()


def predicted(aim: Targets, draws: Mapping[str, np.ndarray], histories: int, *, workers: int = 1, told: Told | None = None) -> np.ndarray:
    """Summaries (histories, width) of histories that draw from a posterior: what it predicts of what it was fitted to."""
    from thaw.engine.local import run_local

    plan = aim.plan.with_(draws=dict(draws))
    again = Targets(plan, aim.cut, aim.numbers, aim.events, aim.years)
    size = 128
    jobs = [(first, min(first + size, histories)) for first in range(0, histories, size)]
    heard = (lambda done: told(done, histories, "predicting")) if told else None
    found = dict(run_local(jobs, partial(_predict, again), workers=workers, progress=heard))
    return np.concatenate([found[job] for job in jobs])


def _predict(aim: Targets, first: int, last: int, report: Callable[[float], None]) -> np.ndarray:
    return piece(aim, first, last, report=report)


def leading(summaries: np.ndarray, aim: Targets, least: float = 0.02) -> Sequence[int]:
    """Persons, as places, who lead at the end of some year in at least a share of the histories."""
    led = summaries[:, len(aim.numbers) + len(aim.events) :]
    there = np.isfinite(led)
    return [int(person) for person in np.unique(led[there]) if (led == person).mean(axis=0).max() >= least]
