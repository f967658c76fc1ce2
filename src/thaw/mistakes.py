"""How the mistakes of a scenario are told: place, line, what is wrong, what was expected, what is near."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from thaw.errors import did_you_mean
from thaw.toml_text import Location

SHOWN = 60  # mistakes told in one report; a file with more is not a scenario


class Mistake(NamedTuple):
    """Where in the file, and what is wrong there, what was expected, what is near."""

    place: Location
    text: str


_KINDS = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
    "finite_number": "a finite number",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "too_short": "at least {min_length}",
}


def explain(error: Mapping[str, Any], fields: Mapping[str, Any]) -> Mistake:
    """A pydantic error in our words; `fields` are the keys possible in its table."""
    place = tuple(part for part in error["loc"] if part != "[key]")
    kind, key = error["type"], str(place[-1]) if place else ""
    meaning = fields[key].description if key in fields else ""
    told = f" {key}: {meaning}" if meaning else ""
    if kind == "extra_forbidden":
        return Mistake(place, f"there is no key '{key}' here. {did_you_mean(key, fields)}")
    if kind == "missing":
        return Mistake(place, f"the key '{key}' is missing.{told}")
    if kind == "value_error":
        return Mistake(place, str(error["ctx"]["error"]))
    if kind == "literal_error":
        return Mistake(place, f"expected {error['ctx']['expected']}, not {error['input']!r}.{told}")
    wanted = _KINDS.get(kind, "").format(**error.get("ctx", {}))
    return Mistake(
        place, f"expected {wanted}, not {_short(error['input'])}.{told}" if wanted else f"{error['msg']}.{told}"
    )


def report(found: list[Mistake], file: str, lines: Mapping[Location, int]) -> str:
    """All mistakes of a file, in its order: file, line, key and what to do."""
    told = []
    for mistake in sorted(found, key=lambda mistake: line_of(mistake.place, lines)):
        line = line_of(mistake.place, lines)
        where = [file, *([f"line {line}"] if line else []), *([dotted(mistake.place)] if mistake.place else [])]
        told.append(f"{', '.join(where)}: {mistake.text}")
    if len(told) == 1:
        return told[0]
    more = [f"... and {len(told) - SHOWN} more"] if len(told) > SHOWN else []
    return "\n  ".join([f"{file} has {len(told)} mistakes.", *told[:SHOWN], *more])


def line_of(place: Location, lines: Mapping[Location, int]) -> int:
    """Line of a key, or of the nearest table around it that the file writes; 0 where there is none."""
    return next((lines[place[:depth]] for depth in range(len(place), 0, -1) if place[:depth] in lines), 0)


def dotted(place: Location) -> str:
    """A place as the file would write it.

    >>> dotted(("polities", "SUN", "full", 0)), dotted(("priors", "terror.inertia"))
    ('polities.SUN.full[0]', 'priors."terror.inertia"')
    """
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if re.fullmatch(r"[\w-]+", part) else f'"{part}"')
    return text


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
