"""Simulate authoritarian regimes month by month, in thousands of histories at once, on the real record.

    import thaw
    ussr = thaw.load_scenario("ussr-1945")
    tape = thaw.run(ussr, histories=1024, seed=0)                                  # tape.series, tape.events
    quiet = thaw.run(ussr.prevent("SUN.secret_speech"), histories=1024, seed=0)    # the twins
    thaw.attribute(ussr, cause="SUN.secret_speech", effect="HUN.uprising", by="1956-12").table

Importing this loads nothing else; each name is fetched when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thaw import skill
    from thaw.api import run
    from thaw.attribution.answer import Answer, attribute
    from thaw.attribution.claim import Claim, load_claims
    from thaw.errors import ThawError
    from thaw.inference.fitting import fit
    from thaw.report import write_report
    from thaw.scenario import Scenario, load_scenario
    from thaw.tape import Tape

    __version__: str

__all__ = [
    "Answer", "Claim", "Scenario", "Tape", "ThawError", "__version__", "attribute", "fit", "load_claims", "load_scenario", "run", "skill", "write_report",
]  # fmt: skip

_HOMES = {
    "Answer": "thaw.attribution.answer",
    "Claim": "thaw.attribution.claim",
    "attribute": "thaw.attribution.answer",
    "fit": "thaw.inference.fitting",
    "load_claims": "thaw.attribution.claim",
    "Scenario": "thaw.scenario",
    "Tape": "thaw.tape",
    "ThawError": "thaw.errors",
    "load_scenario": "thaw.scenario",
    "run": "thaw.api",
    "skill": "thaw.skill",
    "write_report": "thaw.report",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("thaw-sim")
        except PackageNotFoundError:  # a bare source tree
            return "0"
    if name not in _HOMES:
        raise AttributeError(f"module 'thaw' has no attribute '{name}'")
    home = import_module(_HOMES[name])
    return home if _HOMES[name] == f"thaw.{name}" else getattr(home, name)  # a module of that name can be called


def __dir__() -> list[str]:
    return __all__
