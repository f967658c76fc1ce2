"""What can go wrong, in five kinds. A message says where, what, what was expected and what is possible.

>>> did_you_mean("inertai", ["inertia", "peak"])
"Did you mean 'inertia'?"
"""

from collections.abc import Iterable
from difflib import get_close_matches


class ThawError(Exception):
    """Bad input or a failed run; the command line prints it and exits with `exit_code`."""

    exit_code = 2


class ScenarioError(ThawError):
    """A scenario, an intervention or an option that cannot be run."""


class RecordError(ThawError):
    """A row of the record that does not hold what its table promises."""


class ParameterError(ThawError):
    """An unknown parameter or a value outside its bounds."""


class ShapeError(ThawError):
    """An array whose axes are not those its field declares."""


class RunError(ThawError):
    """A run that could not be made, written or read."""

    exit_code = 1


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known name as a question, or the known names when none is near."""
    names = sorted(set(known))
    near = get_close_matches(word, names, n=1, cutoff=0.5)
    if near:
        return f"Did you mean '{near[0]}'?"
    shown = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
    return f"Known: {shown}."
