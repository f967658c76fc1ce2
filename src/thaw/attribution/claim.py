"""Claims: sentences of the kind "X brought about Y", made precise enough to be asked of the record and of the model.

A claims file is TOML and strict as scenarios are: every mistake is told at once with its line.

>>> essay = load_claims("stalin-essay")
>>> essay.claims[1].id, essay.claims[1].direction, essay.claims[1].by
('C02', 'brings about', '1956-12')
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from os.path import exists
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from thaw.attribution.claim_checks import across, scenario_beside, where_named
from thaw.attribution.grammar import Cause, Effect, parse_cause, parse_effect, read_cause, read_effect, where_of
from thaw.errors import ScenarioError, did_you_mean
from thaw.mistakes import Mistake, explain, report
from thaw.names import MONTH
from thaw.scenario import Month, Name, Scenario
from thaw.toml_text import lines_of, parse, read

__all__ = ["Cause", "Claim", "ClaimsFile", "Effect", "Fact", "claims_names", "claims_schema", "load_claims", "parse_cause", "parse_effect", "read_claims"]

DIRECTIONS = ("brings about", "prevents", "hastens", "makes likelier", "raises", "lowers")


@dataclass(frozen=True)
class Fact:
    """Something to look up in the record; one kind at a time.

    `event`: this row of the events is there · `events`: one of these happened from `first` to `last` · `series`: it `moves` so from `first`
    to `last` ("rises", "falls", "flat") · `person` and `body`: he sat there throughout from `first` to `last`. Months are 'YYYY-MM'.
    """

    event: str = ""
    events: tuple[str, ...] = ()
    series: str = ""
    moves: str = ""
    person: str = ""
    body: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Claim:
    """One causal sentence. Keys are explained in `docs/claims.md`; `scenario` is what `load_scenario` takes: the name of a built-in one, or a file.

    `cause_row`, `effect_row`: record events that date cause and effect where the model's names for them have no dated row of their own.
    """

    id: str
    text: str
    sentence: int
    paraphrase: str
    scenario: str
    direction: str = ""
    cause: Cause | None = None
    effect: Effect | None = None
    cause_row: str = ""
    effect_row: str = ""
    affected: str = ""
    by: str = ""
    onset: str = "all"
    premise: tuple[Fact, ...] = ()
    reading: str = ""
    not_modelled: str = ""
    note: str = ""

    @property
    def descriptive(self) -> bool:
        """Whether the sentence names no cause or no effect."""
        return not self.not_modelled and (self.cause is None or self.effect is None)


@dataclass(frozen=True)
class ClaimsFile:
    """Claims under one title, in the order of the file."""

    name: str
    title: str
    scenario: str
    claims: tuple[Claim, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def _several(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class _Fact(_Strict):
    """Something to look up in the record: one of `event`, `events`, `series`, or `person` with `body`."""

    event: str = Field("", description="id of a row of the record's events, as E173: it happened")
    events: str = Field("", description="events joined by '|': one of them happened from first to last")
    series: str = Field("", description="POLITY.variable of the record: it moves so from first to last")
    moves: Literal["", "rises", "falls", "flat"] = Field("", description="what the series does from first to last: rises, falls or flat")
    person: str = Field("", description="person of the record who held a seat throughout, from first to last")
    body: str = Field("", description="seat that the person held, as effective_leader or politburo_full")
    first: Month | Literal[""] = Field("", description="first month, 'YYYY-MM'")
    last: Month | Literal[""] = Field("", description="last month, 'YYYY-MM'")


class _Claim(_Strict):
    """One causal sentence, in your own words."""

    id: str = Field(description="short name, once in the file", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")
    text: Literal["stalin-essay", "destalinization", "own"] = Field("own", description="the text it comes from")
    sentence: int = Field(0, ge=0, description="number of the sentence in that text, from 1; 0 for a claim of your own")
    paraphrase: str = Field(min_length=1, description="the sentence in your own words")
    scenario: Name | Literal[""] = Field("", description="scenario it is asked in; that of the file when left out")
    direction: Literal["", "brings about", "prevents", "hastens", "makes likelier", "raises", "lowers"] = Field(
        "", description="what the cause is said to do to the effect"
    )
    cause: str = Field("", description="what is said to work, as SUN.secret_speech; grammar: docs/claims.md")
    effect: str = Field("", description="what is said to follow, as HUN.uprising or 'SUN.line mean'; grammar: docs/claims.md")
    cause_row: str = Field("", description="id of the record's event that dates the cause, where its name has no dated row")
    effect_row: str = Field("", description="id of the record's event that dates the effect, where its name has no dated row")
    affected: str = Field("", description="person or polity that must still be there for the claim to be possible")
    by: Month | Literal[""] = Field("", description="deadline, 'YYYY-MM': what comes later is not counted")
    onset: Literal["all", "first"] = Field("all", description="which onsets of the cause are prevented: all, or the first only")
    premise: Annotated[tuple[_Fact, ...], BeforeValidator(_several, json_schema_input_type=list[_Fact])] = Field(
        (), description="what the sentence takes for granted, to be looked up in the record"
    )
    reading: str = Field("", description="for a sentence with a slip of wording: what it is taken to mean")
    not_modelled: str = Field("", description="why the model cannot be asked: the quantity or link that is missing")
    note: str = Field("", description="remark to print: what the expression leaves out")


class _File(_Strict):
    """A claims file."""

    name: Name = Field(description="short name: a-z, 0-9, '-', '_'")
    title: str = Field(description="one line to print")
    scenario: Name = Field(description="scenario in which the claims are asked, built in or a .toml file beside this one")
    claims: Annotated[tuple[_Claim, ...], BeforeValidator(_several, json_schema_input_type=list[_Claim])] = Field(description="the claims")


def load_claims(name_or_path: str | Path) -> ClaimsFile:
    """A built-in claims file by name, or one from a TOML file; a ScenarioError tells every mistake with its line.

    Examples
    --------
    >>> len(load_claims("stalin-essay").claims) + len(load_claims("destalinization").claims)
    59
    """
    built_in = claims_names()
    if str(name_or_path) in built_in:
        path = Path(str(files("thaw") / "claims" / f"{name_or_path}.toml"))
    else:
        path = Path(name_or_path)
        if not exists(path) and path.suffix != ".toml" and path.name == str(name_or_path):
            raise ScenarioError(f"there is no built-in claims file '{path}', and no such file. {did_you_mean(str(path), built_in)}")
        if not exists(path):
            raise ScenarioError(f"there is no file {path}. Built-in claims files: {', '.join(built_in)}.")
    return read_claims(read(path), path.name, path.parent)


def claims_names() -> list[str]:
    """The built-in claims files.

    >>> claims_names()
    ['destalinization', 'stalin-essay']
    """
    return sorted(entry.name.removesuffix(".toml") for entry in (files("thaw") / "claims").iterdir() if entry.name.endswith(".toml"))


def read_claims(text: str, file: str = "claims", folder: Path | None = None) -> ClaimsFile:
    """Claims from the text of a file; `file` is named in messages, scenarios that are files are looked for in `folder`."""
    data = parse(text, file)
    found = mistakes(data, folder)
    if found:
        raise ScenarioError(report(found, file, lines_of(text)))
    rows = _File.model_validate(data)
    return ClaimsFile(rows.name, rows.title, rows.scenario, tuple(_claim(row, rows.scenario, folder) for row in rows.claims))


def mistakes(data: dict[str, Any], folder: Path | None = None, given: Scenario | None = None) -> list[Mistake]:
    """Every mistake of a claims file's plain data, one for each place."""
    found: dict[Any, Mistake] = {}
    try:
        _File.model_validate(data)
    except ValidationError as errors:
        for error in errors.errors():
            mistake = _explain(error)
            found.setdefault(mistake.place, mistake)
    for mistake in across(data, folder, given):
        found.setdefault(mistake.place, mistake)
    return list(found.values())


def _explain(error: Any) -> Mistake:
    """A pydantic error in our words; of a month that may also be left out only what is wrong with the month."""
    place = error["loc"]
    marks = {"constrained-str", "literal['']"}
    model: type[BaseModel] = _File if len(place) < 3 else _Fact if "premise" in place[:-1] and len(place) > 4 else _Claim
    cleaned = tuple(part for part in place if not (isinstance(part, str) and (part in marks or part.startswith("function-after"))))
    if error["type"] == "string_pattern_mismatch":
        return Mistake(cleaned, f"'{error['input']}' is no id: expected up to 32 letters, digits, '-' and '_', as 'C02'.")
    if error["type"] == "string_too_short":
        return Mistake(cleaned, f"nothing is written. {cleaned[-1]}: {model.model_fields[str(cleaned[-1])].description}")
    return explain({**error, "loc": cleaned}, model.model_fields)


def claims_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a claims file, for editors that complete and check TOML."""
    return _File.model_json_schema() | {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "thaw claims"}


def _claim(row: _Claim, scenario: str, folder: Path | None, given: Scenario | None = None) -> Claim:
    own = row.model_dump(exclude={"cause", "effect", "premise", "scenario"})
    name = scenario_beside(row.scenario or scenario, folder)
    where = where_of() if row.not_modelled else where_named(name, given=given)[1]
    return Claim(
        **own,
        scenario=name,
        cause=read_cause(row.cause, where) if row.cause else None,
        effect=read_effect(row.effect, where) if row.effect else None,
        premise=tuple(_fact(fact) for fact in row.premise),
    )


@cache
def _fact(fact: _Fact) -> Fact:
    events = read_effect(fact.events, where_of()).events if fact.events else ()
    return Fact(**fact.model_dump(exclude={"events"}), events=events)


def single_claim(scenario: str | Scenario, cause: str, effect: str, by: str = "", direction: str = "", folder: Path | None = None) -> Claim:
    """One question as a claim; a ScenarioError names the option that is wrong, what was expected and what is near.

    `scenario` is a scenario, or the name of one that is built in or lies in the folder.

    >>> single_claim("ussr-1945", "SUN.secret_speech", "HUN.uprising", "1956-12").direction
    'brings about'
    """
    name, own = (scenario, None) if isinstance(scenario, str) else (scenario.name, scenario)
    given, where = where_named(name, folder, own)
    try:
        asked = read_effect(effect, where).is_event
    except ScenarioError:
        asked = True  # told below
    row = {"id": "asked", "paraphrase": f"{cause}: {effect}", "cause": cause, "effect": effect, "by": by or given.end,
           "direction": direction or ("brings about" if asked else "raises")}  # fmt: skip
    data = {"name": "asked", "title": "asked", "scenario": name, "claims": [row]}
    found = mistakes(data, folder, own)
    if found:
        raise ScenarioError("\n  ".join(f"--{mistake.place[-1]}: {mistake.text}" for mistake in found))
    checked = _File.model_validate(data)
    return _claim(checked.claims[0], name, folder, own)


def single_effect(scenario: Scenario, effect: str, by: str = "") -> tuple[Effect, str]:
    """An effect that takes place, and its deadline; a ScenarioError names the option that is wrong."""
    found = parse_effect(effect, scenario)
    if found.absent:
        raise ScenarioError(f"--effect {effect}: an absence comes in no month. Ask for the event itself: '{effect.strip()[3:].strip()}'.")
    if not found.is_event:
        raise ScenarioError(f"--effect {effect}: a quantity has no turning point. Give it a bound, as '{found.quantity}>0.5'.")
    if by and (not MONTH.fullmatch(by) or not scenario.start <= by <= scenario.end):
        raise ScenarioError(f"--by {by}: expected a month from {scenario.start} to {scenario.end}.")
    return found, by or scenario.end
