"""What the model can foretell: forecasts from origins in the record, scored beside fair rivals. `thaw.skill(...)` and `thaw.skill.trust(kind)`.

The module can be called, since `thaw.skill` is one of the package's ten names and at the same time the place of all this. See docs/skill.md.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from thaw.trust import Trust, trust

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thaw.scenario import Scenario

__all__ = ["Trust", "skill", "trust"]


def skill(
    scenario: "Scenario | str" = "ussr-1945", histories: int = 512, seed: int = 0, *, citizens: int = 1000, workers: int | None = None, prior: bool = False,
    rules: "Mapping[str, str] | None" = None,
) -> dict[str, Any]:  # fmt: skip
    """Scores on the development origins, 31 December of 1953, 1954 and 1955, up to 1956: the JSON of `thaw skill`.

    The years after 1956 are opened by the command alone (`thaw skill --open`), which keeps a log.

    Parameters
    ----------
    histories : of each arm and origin
    workers : processes; one a core when left out
    prior : parameters from their priors even where a posterior ships
    rules : mechanism -> alternative rule
    """
    from thaw.skill.whole import development

    return development(scenario, histories, seed, citizens=citizens, workers=workers, prior=prior, rules=rules)


class _Called(ModuleType):
    """A module that can be called as its function of the same name."""

    def __call__(self, *args: Any, **options: Any) -> dict[str, Any]:
        return skill(*args, **options)


sys.modules[__name__].__class__ = _Called
