"""Posteriors: parameters as the record up to a cut leaves them, as draws to run with.

A posterior is made by `thaw fit` and lies in a Parquet file: one row a draw, one column a parameter, and what it was made from as
key-values of the file. It holds for one scenario and for the code it was made with; another is refused.

>>> one = Posterior("toy", 1956, "", ("a.b",), np.array([[1.0], [3.0]]), {"a.b": 0.5}, {"code": code_digest()})
>>> one.draws["a.b"]
array([1., 3.])
"""

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from thaw.digest import digest_of
from thaw.errors import RunError, ScenarioError
from thaw.fields import FIELDS
from thaw.plan import Plan

SHIPPED = Path(__file__).parent / "posteriors"
DECIDING = (
    "axes.py", "fields.py", "declare.py", "state.py", "plan.py", "noise.py", "loop.py", "court.py", "cohorts.py", "alignment.py", "recorded.py",
    "compile.py", "compile_events.py", "compile_known.py", "compile_world.py", "invented.py", "states.py", "kernels", "mechanisms",
)  # fmt: skip
READING = ("comparison.py", "system_rows.py")  # how the record's rows are read off histories
WORDS = frozenset({"meaning", "source", "unit"})  # of declarations: they say what a number is and change no result
CLAIMS_CUT = 1956  # whose file also holds the posteriors that leave out what claims are about
EVENTS, NUMBERS = "events", "numbers"  # what these leave out: events and who led, so that numbers alone are seen; or all numbers
UNINFORMED = 0.2  # contraction below which data hardly spoke to a parameter


@dataclass(frozen=True)
class Posterior:
    """Draws of the parameters given the record up to the end of a year.

    scenario     the name of the scenario it was made for
    cut          the last year of the record that was used
    without      what was left out: '' nothing, 'events' all events and who led, 'numbers' all numbers
    names        `mechanism.parameter`, K of them
    values       (n, K) draws in the parameters' own units
    contraction  parameter -> 1 - variance of the posterior over that of the prior, in the prior's normal scale
    about        method ('npe' or 'weighting'), digests of data, code and scenario, simulations, seed, diagnostics in short
    """

    scenario: str
    cut: int
    without: str
    names: tuple[str, ...]
    values: np.ndarray
    contraction: Mapping[str, float]
    about: Mapping[str, Any]

    @property
    def draws(self) -> dict[str, np.ndarray]:
        """Parameter -> (n,) draws: what a plan takes."""
        return {name: self.values[:, place] for place, name in enumerate(self.names)}


def shipped(scenario: str, cut: int = 1956, without: str = "") -> Posterior | None:
    """The posterior that comes with the package, and leaves out events or numbers if asked to; None where none does for that scenario and cut.

    >>> shipped("nowhere") is None
    True
    """
    path = SHIPPED / f"{scenario}-{cut}.parquet"
    if not path.is_file():
        return None
    return read_posterior(path, without)


def ships(scenario: str, cut: int) -> tuple[str, ...]:
    """What the posteriors that come with the package for a scenario and cut leave out, '' for nothing; none where there are none."""
    path = SHIPPED / f"{scenario}-{cut}.parquet"
    return tuple(_about(path)["without"]) if path.is_file() else ()


def read_posterior(path: Path, without: str = "") -> Posterior:
    """The posterior in a file that `thaw fit` wrote; ScenarioError if there is none that leaves out what is asked for."""
    about = _about(Path(path))
    if without not in about["without"]:
        held = ", ".join(f"without {name}" if name else "the whole one" for name in about["without"])
        raise ScenarioError(f"{path} holds no posterior without {without}, only {held}. Expected a file of thaw fit for {CLAIMS_CUT}, or for its last cut.")
    return _read(Path(path), about, without)


def with_posterior(plan: Plan, posterior: Posterior) -> Plan:
    """The plan whose histories draw their parameters from a posterior; ScenarioError if that was made for another scenario or other code."""
    if posterior.scenario != plan.name:
        raise ScenarioError(f"this posterior was made for the scenario '{posterior.scenario}', not for '{plan.name}'. Run thaw fit {plan.name}.")
    if posterior.about.get("code") != code_digest():
        raise ScenarioError(
            f"this posterior of {posterior.scenario} was made with other code or other priors ({str(posterior.about.get('code'))[:12]}, here "
            f"{code_digest()[:12]}). Run thaw fit {plan.name}, or use --prior."
        )
    if not made_for(plan, posterior):
        raise ScenarioError(
            f"this posterior was made for another '{plan.name}': people, judgements, first values, priors, polities or the first month differ. "
            "Run thaw fit, or use --prior."
        )
    told = {
        "cut": posterior.cut, "method": posterior.about.get("method", ""), "without": posterior.without, "contraction": dict(posterior.contraction),
    }  # fmt: skip
    return plan.with_(draws=dict(plan.draws) | posterior.draws, fitted=told)


def made_for(plan: Plan, posterior: Posterior) -> bool:
    """Whether a plan is one of the scenario that a posterior was made for."""
    return posterior.scenario == plan.name and posterior.about.get("scenario_digest") == scenario_digest(plan)


def scenario_digest(plan: Plan) -> str:
    """Hash of what a fit rests on of its scenario: first month, polities, people, judgements of them, first and constant values, and priors.

    The list of states is left out, since it is longer the later one looks.
    """
    own = [{name: values for name, values in group.items() if name != "state_of" and "W" not in FIELDS[name].axes} for group in (plan.initial, plan.given)]
    return digest_of([plan.name, plan.months[0], plan.polities, plan.persons, dict(plan.traits), *own, dict(plan.priors)])


def drawn_from(plan: Plan) -> str:
    """Where a plan's parameters come from: posterior, prior or central."""
    return "posterior" if plan.draws else "prior" if plan.from_prior else "central"


@cache
def code_digest(names: tuple[str, ...] = DECIDING) -> str:
    """Hash of code, with its parameters and priors; comments, docstrings and the words of declarations left out: of what decides results, or of other files."""
    here = Path(__file__).parent
    paths = [path for name in names for path in ([here / name] if name.endswith(".py") else (here / name).glob("**/*.py"))]
    seen = hashlib.sha256()
    for path in sorted(paths):
        seen.update(f"{path.relative_to(here).as_posix()}\n".encode())
        for part in parts_of(ast.parse(path.read_text(encoding="utf-8"))):
            seen.update(part.encode() + b"\n")
    return seen.hexdigest()


@cache
def model_digest() -> str:
    """Hash of all that a score rests on: code of the model, of how it is read and scored, the posteriors that ship, scenarios and record."""
    here = Path(__file__).parent
    seen = hashlib.sha256(f"{code_digest()} {code_digest((*READING, 'skill'))}".encode())
    for path in sorted([*SHIPPED.glob("*.parquet"), *(here / "scenarios").glob("*.toml"), *(here / "record").glob("*.csv")]):
        seen.update(path.name.encode() + path.read_bytes())
    return seen.hexdigest()


def parts_of(node: ast.AST) -> Iterator[str]:
    """A syntax tree in words, the same for all versions of Python: without places, empty parts, docstrings and words of declarations.

    >>> list(parts_of(ast.parse('x = f(1, meaning="one")'))) == list(parts_of(ast.parse('x = f(1, meaning="two")  # why')))
    True
    """
    yield type(node).__name__
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            value = value[1:]
        for part in value if isinstance(value, list) else [value]:
            if part is None or (isinstance(part, ast.keyword) and part.arg in WORDS) or name in ("kind", "type_comment"):
                continue
            yield name
            if isinstance(part, ast.AST):
                yield from parts_of(part)
            else:
                yield repr(part)


def write_posteriors(path: Path, posteriors: list[Posterior]) -> None:
    """Write posteriors of one scenario and cut, the first with nothing left out, as one Parquet file.

    Numbers keep 13 binary digits, a ten-thousandth of their size, so that the file stays small.
    """
    first = posteriors[0]
    about = dict(first.about) | {
        "scenario": first.scenario, "cut": first.cut, "without": [one.without for one in posteriors],
        "contraction": {one.without: {name: round(float(one.contraction[name]), 4) for name in one.names} for one in posteriors},
    }  # fmt: skip
    columns = {"chain": np.concatenate([np.zeros(len(one.values), np.int32) for one in posteriors])}
    columns |= {"draw": np.concatenate([np.arange(len(one.values), dtype=np.int32) for one in posteriors])}
    columns |= {"place": np.concatenate([np.full(len(one.values), place, np.int32) for place, one in enumerate(posteriors)])}
    values = short(np.concatenate([one.values for one in posteriors]))
    for place, name in enumerate(first.names):
        columns[name] = np.ascontiguousarray(values[:, place])
    _write(path, columns, [one.without for one in posteriors], about)


def short(values: np.ndarray) -> np.ndarray:
    """Values as float32 rounded to 13 binary digits."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    return ((bits + np.uint32(1 << 10)) & np.uint32(0xFFFFF800)).view(np.float32)


def _write(path: Path, columns: Mapping[str, np.ndarray], without: list[str], about: Mapping[str, Any]) -> None:
    import duckdb

    path.parent.mkdir(parents=True, exist_ok=True)
    unready = path.with_suffix(".unready")
    words = "[" + ", ".join(_quoted(name) for name in without) + "]"
    metadata = _quoted(json.dumps(about, ensure_ascii=False, sort_keys=True))
    with duckdb.connect(config={"threads": 1}) as database:
        table = dict(columns)
        database.register("draws", table)
        database.execute(
            f"COPY (SELECT {words}[place + 1] AS without, * EXCLUDE (place) FROM draws) TO {_quoted(str(unready))} "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{about: {metadata}}})"
        )
    unready.replace(path)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _about(path: Path) -> dict[str, Any]:
    """What a file says of itself."""
    import duckdb

    if not path.is_file():
        raise ScenarioError(f"{path}: {'that is a folder' if path.is_dir() else 'there is no such file'}. Expected a Parquet file that thaw fit has written.")
    try:
        with duckdb.connect() as database:
            rows = database.execute(f"SELECT key::VARCHAR, value::VARCHAR FROM parquet_kv_metadata({_quoted(str(path))})").fetchall()
            text = database.execute(f"SELECT decode(value) FROM parquet_kv_metadata({_quoted(str(path))}) WHERE decode(key) = 'about'").fetchone()
    except duckdb.Error as error:
        raise ScenarioError(f"{path} is no posterior: {str(error).splitlines()[0]}") from None
    try:
        about = json.loads(text[0]) if rows and text else {}
    except ValueError:
        about = {}
    lacking = [name for name in ("scenario", "cut", "code", "scenario_digest", "without", "contraction") if name not in dict(about)]
    if lacking:
        raise ScenarioError(f"{path} is no posterior: it does not say what it was made from ({', '.join(lacking)}). Expected a file that thaw fit has written.")
    return dict(about)


def _read(path: Path, about: Mapping[str, Any], without: str) -> Posterior:
    import duckdb

    with duckdb.connect() as database:
        query = f"SELECT * EXCLUDE (without, chain, draw) FROM read_parquet({_quoted(str(path))}) WHERE without = ? ORDER BY chain, draw"
        columns = database.execute(query, [without]).fetchnumpy()
    values = np.stack([np.asarray(column, float) for column in columns.values()], axis=1)
    if not len(values) or not np.isfinite(values).all():
        raise RunError(f"{path} is damaged: {'no draws' if not len(values) else 'draws that are not numbers'}.")
    said = {key: value for key, value in about.items() if key not in ("contraction", "without", "scenario", "cut")}
    return Posterior(about["scenario"], int(about["cut"]), without, tuple(columns), values, about["contraction"][without], said)
