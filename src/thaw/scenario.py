"""Scenarios: what a user writes. Data only, strict, and every mistake of a file is explained at once with its line.

>>> quiet = load_scenario("ussr-1945").prevent("SUN.secret_speech").set("terror.inertia", 8)
>>> quiet.parameters["terror.inertia"]
8.0
"""

from importlib.resources import files
from os.path import exists
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from thaw import names, record
from thaw.axes import INSTITUTIONS, OFFICES, SINGLE_HOLDER, STRATA
from thaw.errors import ParameterError, RecordError, ScenarioError, did_you_mean
from thaw.mistakes import Mistake, explain, report
from thaw.scenario_checks import (
    across,
    check_coding,
    check_month,
    check_name,
    check_person,
    check_polity,
    check_prior,
    check_service,
    check_strata,
    homes,
    states,
)
from thaw.toml_text import lines_of, parse, read, write

CITIZENS = (100, 200_000)  # fewer make no neighbourhoods, more outgrow a worker's memory


def _several(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _one_or_several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else _several(value)


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, bool) else value


Name = Annotated[str, AfterValidator(check_name)]
Month = Annotated[
    str, AfterValidator(check_month), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"})
]
Coding = Annotated[
    str, AfterValidator(check_coding), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"})
]
Person = Annotated[str, AfterValidator(check_person)]
PolityCode = Annotated[str, AfterValidator(check_polity)]
Prior = Annotated[str, AfterValidator(check_prior)]
Share = Annotated[float, Field(ge=0, le=1)]
Power = Annotated[float, Field(ge=0, le=20)]
YesOrNumber = Annotated[float, BeforeValidator(_number, json_schema_input_type=float | bool)]
Persons = Annotated[tuple[Person, ...], BeforeValidator(_several, json_schema_input_type=list[str])]
Holders = Annotated[tuple[Person, ...], BeforeValidator(_one_or_several, json_schema_input_type=str | list[str])]
Strata = Annotated[dict[str, Share], AfterValidator(check_strata), WithJsonSchema(
    {"type": "object", "properties": {stratum: {"type": "number", "minimum": 0, "maximum": 1} for stratum in STRATA},
     "additionalProperties": False}
)]  # fmt: skip
Service = Annotated[dict[str, Share], AfterValidator(check_service), WithJsonSchema(
    {"type": "object", "properties": {name: {"type": "number", "minimum": 0, "maximum": 1} for name in INSTITUTIONS},
     "additionalProperties": False}
)]  # fmt: skip


class _Strict(BaseModel):
    """No unknown key, no conversion, no change after."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Polity(_Strict):
    """A state: its court, and its society where that is simulated."""

    name: str = Field(description="name to print")
    role: Literal["hegemon", "satellite", "independent"] = Field(
        description="whose line it follows: its own and the bloc's, the hegemon's, or its own"
    )
    court: Literal["full", "reduced"] = Field(
        "reduced", description="full: offices, clients and factions; reduced: a leader and his alternatives"
    )
    society: bool = Field(False, description="whether its citizens are simulated")
    starts: Month | None = Field(None, description="first month, 'YYYY-MM'; the scenario's start when left out")
    leader: Person = Field(description="person who leads in the first month")
    full: Persons = Field((), description="full members of the Politburo, persons of the record")
    candidates: Persons = Field((), description="candidate members of the Politburo, persons of the record")
    cadre: Persons = Field((), description="others of the Central Committee, persons of the record")
    population: float | None = Field(
        None, ge=1, le=2_000_000, description="of a polity that the record does not know, and of no other (thousand persons)"
    )
    service: Service = Field(
        {}, description="of a polity that the record does not know: shares of its persons who had served in each institution"
    )
    offices: dict[str, Holders] = Field(
        {}, description=f"who holds which office, a person or a list; offices: {', '.join(OFFICES)}"
    )
    branch: dict[str, Persons] = Field(
        {}, description=f"in which institutions persons had served; institutions: {', '.join(INSTITUTIONS)}"
    )
    divided: bool = Field(False, description="whether it is one half of a divided nation")
    prestige: dict[Person, Power] = Field(
        {}, description="standing that goes with a person, not the office (power units, 0 to 20)"
    )
    patron: dict[Person, Person] = Field({}, description="whose man a person is: client = patron, without cycles")
    others: int = Field(
        0,
        ge=0,
        le=60,
        description="unnamed persons who enter when the court runs out of recorded ones (persons, 0 to 60)",
    )
    strata: Strata = Field(
        {}, description=f"share of citizens in each stratum (shares that sum to 1): {', '.join(STRATA)}"
    )
    church: Share = Field(0.0, description="weight of a church or nation outside the party's reach (share, 0 to 1)")
    initial: dict[str, YesOrNumber] = Field(
        {}, description="first values of quantities of the polity, in the unit and bounds of each"
    )


class Pinned(_Strict):
    """What is fixed to the record unless a run is --free."""

    natural_deaths: bool = Field(default=True, description="persons who died of age or illness die when they did")
    congresses: bool = Field(default=True, description="congresses and plenums meet when they did")
    weather: bool = Field(default=True, description="the weather of a harvest is about what the record reports, where it does")


class Forced(_Strict):
    """An event that is brought about in a month."""

    event: str = Field(description="event as POLITY.event, POLITY.event:PERSON, STATE.event, WLD.event or a bundle")
    date: Month = Field(description="month, 'YYYY-MM'")


class Prevented(_Strict):
    """An event that is kept from happening throughout, but where it is forced."""

    event: str = Field(description="event as POLITY.event, POLITY.event:PERSON, STATE.event, WLD.event or a bundle")


class Scenario(_Strict):
    """Who, when, from what state, with which priors, what is pinned and forced. Immutable: a change makes a new one."""

    name: Name = Field(description="short name, also that of the run's folder: a-z, 0-9, '-', '_'")
    title: str = Field(description="one line to print")
    why: str = Field("", description="which case this is, and why it is here")
    start: Month = Field(description="first month, 'YYYY-MM'")
    end: Month = Field(description="last month, 'YYYY-MM'")
    judged: Coding = Field(
        "1953-03",
        description="which of the record's codings of persons is used, by its month: no later act of theirs counts",
    )
    citizens: int = Field(
        10_000,
        ge=CITIZENS[0],
        le=CITIZENS[1],
        description="citizens of each simulated society (persons, 100 to 200,000)",
    )
    polities: dict[PolityCode, Polity] = Field(min_length=1, description="states by code, as SUN")
    priors: dict[str, Prior] = Field(
        {}, description='"mechanism.parameter" = prior, in place of the declared one, as "lognormal(6, 0.5)"'
    )
    parameters: dict[str, float] = Field(
        {}, description='"mechanism.parameter" = value in every history, in the parameter\'s unit'
    )
    pinned: Pinned = Field(Pinned(), description="what is fixed to the record")
    forced: Annotated[tuple[Forced, ...], BeforeValidator(_several, json_schema_input_type=list[Forced])] = Field(
        (), description="events brought about, each in a month"
    )
    prevented: Annotated[tuple[Prevented, ...], BeforeValidator(_several, json_schema_input_type=list[Prevented])] = (
        Field((), description="events kept from happening")
    )
    hold: dict[str, YesOrNumber] = Field(
        {}, description="quantities kept at a value in every month, in the unit and bounds of each"
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Scenario":
        found = across(self.model_dump())
        if found:
            raise ScenarioError(report(found, self.name, {}))
        return self

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """Every month from start to end as (year, month)."""
        first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (self.start, self.end))
        return tuple((number // 12, number % 12 + 1) for number in range(first, last + 1))

    def do(self, event: str) -> "Scenario":
        """The scenario with an event, or a bundle of events, brought about in a month.

        `event` is written EVENT@YYYY-MM; without a month it comes when the record first has it within the scenario.

        Examples
        --------
        >>> load_scenario("ussr-1945").do("SUN.secret_speech").forced[-1].date
        '1956-02'
        """
        text, month = names.split_date(event)
        acts = [{"event": names.event_text(name), "date": month or self._recorded(name)} for name in self._events(text)]
        for act in acts:
            if not self.start <= act["date"] <= self.end:
                raise ScenarioError(
                    f"{act['event']}@{act['date']} is outside the scenario, {self.start} to {self.end}."
                )
        known = [act.model_dump() for act in self.forced]
        return self._with(forced=known + [act for act in acts if act not in known])

    def prevent(self, event: str) -> "Scenario":
        """The scenario with an event, or a bundle of events, kept from happening."""
        if "@" in event:
            raise ScenarioError(
                f"'{event}': what is prevented never happens, so it takes no month. Write '{event.partition('@')[0]}'."
            )
        acts = [{"event": names.event_text(name)} for name in self._events(event.strip())]
        known = [act.model_dump() for act in self.prevented]
        return self._with(prevented=known + [act for act in acts if act not in known])

    def set(self, parameter: str, value: float | None = None) -> "Scenario":
        """The scenario with a parameter at a value in every history.

        Written `set("terror.inertia", 8)` or `set("terror.inertia=8")`.
        """
        if value is None:
            parameter, equals, written = parameter.partition("=")
            try:
                value = float(written)
            except ValueError:
                raise ParameterError(
                    f"'{parameter}{equals}{written}' sets nothing. Expected PARAMETER=NUMBER, as terror.inertia=8."
                ) from None
        name = parameter.strip()
        return self._with(parameters=self.parameters | {name: names.check_value(name, value)})

    def to_toml(self) -> str:
        """The scenario as a file that loads to the same."""
        data = _without_empty(self.model_dump())
        for polity in data["polities"].values():
            for office, holders in polity.get("offices", {}).items():
                polity["offices"][office] = holders[0] if office in SINGLE_HOLDER else holders
        return write(data)

    def _events(self, text: str) -> tuple[names.EventName, ...]:
        data = self.model_dump()
        return names.read_events(text, homes(data), tuple(self.polities), states(data))

    def _recorded(self, event: names.EventName) -> str:
        """Month in which the record first has the event within the scenario."""
        text = names.event_text(event)
        months = [month for month in recorded_months(event) if self.start <= month <= self.end]
        if not months:
            raise ScenarioError(
                f"the record has no date for {text} from {self.start} to {self.end}. Say when: {text}@YYYY-MM."
            )
        return months[0]

    def _with(self, **changes: Any) -> "Scenario":
        data = self.model_dump() | changes
        found = mistakes(data)
        if found:
            raise ScenarioError(report(found, self.name, {}))
        return Scenario.model_validate(data)


def recorded_months(event: names.EventName) -> list[str]:
    """Months in which the record has an event, in order; none where its vocabulary lacks the event."""
    try:
        days = record.recorded_dates(names.event_text(event))
    except RecordError:
        return []
    return sorted({day.isoformat()[:7] for day in days})


def load_scenario(name_or_path: str | Path) -> Scenario:
    """A built-in scenario by name, or one from a TOML file; a ScenarioError tells every mistake with its line.

    Examples
    --------
    >>> load_scenario("ussr-1945").start
    '1945-06'
    """
    built_in = scenario_names()
    if str(name_or_path) in built_in:
        path = Path(str(files("thaw") / "scenarios" / f"{name_or_path}.toml"))
    else:
        path = Path(name_or_path)
        if not exists(path) and path.suffix != ".toml" and path.name == str(name_or_path):
            raise ScenarioError(
                f"there is no built-in scenario '{path}', and no such file. {did_you_mean(str(path), built_in)}"
            )
    return read_scenario(read(path), path.name)


def scenario_names() -> list[str]:
    """The built-in scenarios."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in (files("thaw") / "scenarios").iterdir()
        if entry.name.endswith(".toml")
    )


def read_scenario(text: str, file: str = "scenario") -> Scenario:
    """A scenario from the text of a file; `file` is named in messages."""
    data = parse(text, file)
    found = mistakes(data)
    if found:
        raise ScenarioError(report(found, file, lines_of(text)))
    return Scenario.model_validate(_unbundled(data))


def mistakes(data: dict[str, Any]) -> list[Mistake]:
    """Every mistake of a scenario's plain data, one for each place."""
    found = {mistake.place: mistake for mistake in reversed(across(data))}
    try:
        Scenario.model_validate(data)
    except ValidationError as errors:
        for error in errors.errors():
            mistake = explain(error, _model_at(error["loc"]).model_fields)
            found.setdefault(mistake.place, mistake)
    except ScenarioError:  # what lies across values: told above, place by place
        pass
    return list(found.values())


def scenario_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a scenario file, for editors that complete and check TOML."""
    from thaw.fields import FIELDS

    schema = Scenario.model_json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "thaw scenario",
    }
    parameters = {
        name: f"{param.meaning} ({param.unit}; prior {param.prior}; {param.source})"
        for name, (_, param) in names.known_parameters().items()
    }
    quantities = {
        name: f"{field.meaning} ({field.unit})" for name, field in FIELDS.items() if field.dtype in ("float64", "bool")
    }
    polity = schema["$defs"]["Polity"]["properties"]
    _complete(schema["properties"]["priors"], parameters)
    _complete(schema["properties"]["parameters"], parameters)
    _complete(schema["properties"]["hold"], quantities)
    _complete(
        polity["initial"],
        {name: told for name, told in quantities.items() if FIELDS[name].axes == "HP" and not FIELDS[name].given},
    )
    _complete(polity["offices"], dict.fromkeys(OFFICES, ""))
    _complete(polity["branch"], dict.fromkeys(INSTITUTIONS, ""))
    return schema


def _complete(schema: dict[str, Any], known: dict[str, str]) -> None:
    """Name the keys of a free table, so that an editor offers them and refuses others."""
    values = schema.pop("additionalProperties")
    schema["properties"] = {name: values | ({"description": told} if told else {}) for name, told in known.items()}
    schema["additionalProperties"] = False


def _model_at(place: tuple[int | str, ...]) -> type[BaseModel]:
    """The model of the table that holds a key."""
    inside: dict[Any, tuple[int, type[BaseModel]]] = {
        "polities": (2, Polity), "pinned": (1, Pinned), "forced": (2, Forced), "prevented": (2, Prevented)
    }  # fmt: skip
    depth, model = inside.get(place[0] if place else "", (0, Scenario))
    return model if len(place) > depth else Scenario


def _unbundled(data: dict[str, Any]) -> dict[str, Any]:
    """The data with every event under its full name, and bundles as their parts."""
    if not (data.get("forced") or data.get("prevented")):
        return data
    where = homes(data), tuple(data["polities"]), states(data)
    full = {
        key: [
            table | {"event": names.event_text(name)}
            for table in data[key]
            for name in names.read_events(table["event"], *where)
        ]
        for key in ("forced", "prevented")
        if key in data
    }
    return data | full


def _without_empty(data: Any) -> Any:
    if isinstance(data, dict):
        kept = {key: _without_empty(value) for key, value in data.items()}
        return {key: value for key, value in kept.items() if value is not None and value not in ({}, ())}
    return tuple(_without_empty(value) for value in data) if isinstance(data, tuple) else data
