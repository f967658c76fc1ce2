"""A run from Python: options are checked before anything is written, then chunks of histories become a tape."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thaw import names
from thaw.errors import ScenarioError, did_you_mean

if TYPE_CHECKING:
    from thaw.plan import Plan
    from thaw.posterior import Posterior
    from thaw.scenario import Scenario
    from thaw.tape import Tape

COUPLINGS, RECORDS, PARAMETERS = ("clock", "month"), ("headline", "all"), ("posterior", "prior", "central")
MOST_WORKERS = 4096
Progress = Callable[[float, int, str], None]  # histories done, histories in all, what is being done


@dataclass(frozen=True)
class RunOptions:
    """How a scenario is run; what each means is said by `thaw run --help`."""

    histories: int = 1024
    seed: int = 0
    citizens: int | None = None
    workers: int | None = None
    chunk: int | None = None
    engine: str = "local"
    scheduler: str | None = None
    out: Path | None = None
    force: bool = False
    resume: bool = False
    parameters: str = "posterior"
    posterior: Path | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    coupling: str = "clock"
    free: bool = False
    record: str = "headline"

    def check(self) -> None:
        """A ScenarioError that tells every option no plan can be made with; the engine checks what it takes itself."""
        found = [*self._values(), *self._mechanisms()]
        if found:
            raise ScenarioError("\n  ".join(found))

    def _values(self) -> Iterator[str]:
        from thaw.scenario import CITIZENS

        for name, value, low, high in (("seed", self.seed, 0, 2**63 - 1), ("citizens", self.citizens, *CITIZENS), ("workers", self.workers, 1, MOST_WORKERS)):
            if value is not None and (
                isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high
            ):
                yield f"--{name} {value}: expected a whole number from {low} to {high}."
        if self.posterior is not None and self.parameters != "posterior":
            yield f"posterior = {self.posterior}: parameters are to come from '{self.parameters}'. Choose one."
        for name, word, possible in (("coupling", self.coupling, COUPLINGS), ("record", self.record, RECORDS), ("parameters", self.parameters, PARAMETERS)):
            if word not in possible:
                yield f"--{name} {word}: expected {', '.join(possible[:-1])} or {possible[-1]}."

    def _mechanisms(self) -> Iterator[str]:
        if not (self.rules or self.without):
            return
        known = {step.name: step.rules for step in names.mechanisms()}
        if not isinstance(self.rules, Mapping):
            yield f"rules = {self.rules!r}: expected a mapping, as {{'coalition': 'literal'}}."
            return
        if any(not isinstance(name, str) for name in (*self.without, *self.rules, *self.rules.values())):
            yield f"without = {list(self.without)}, rules = {dict(self.rules)}: expected names."
            return
        for name in self.without:
            if name not in known:
                yield f"--without {name}: there is no such mechanism. {did_you_mean(name, known)}"
        for name, choice in self.rules.items():
            if name not in known:
                yield f"--rule {name}={choice}: there is no mechanism '{name}'. {did_you_mean(name, known)}"
            elif not known[name]:
                having = ", ".join(mechanism for mechanism, rules in known.items() if rules)
                yield f"--rule {name}={choice}: {name} has one rule only. With rules to choose from: {having}."
            elif choice not in known[name]:
                yield f"--rule {name}={choice}: there is no such rule. {did_you_mean(choice, known[name])}"


def run(
    scenario: "Scenario",
    histories: int = 1024,
    seed: int = 0,
    *,
    citizens: int | None = None,
    workers: int | None = None,
    chunk: int | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
    resume: bool = False,
    parameters: str = "posterior",
    posterior: str | Path | None = None,
    rules: Mapping[str, str] | None = None,
    without: Iterable[str] = (),
    coupling: str = "clock",
    free: bool = False,
    record: str = "headline",
) -> "Tape":
    """Histories of a scenario as a tape; neither workers, chunk nor engine change a bit of it.

    Parameters
    ----------
    workers : processes; one a core when left out
    chunk : histories a worker holds at a time, a multiple of 64; up to 512 when left out
    out : folder of the run, kept; a temporary one, gone when Python ends, when left out
    parameters : each history draws its own from the "posterior" that the record up to 1956 leaves, where one ships for the scenario, or from
        their priors where none does or with "prior"; "central" takes central values
    posterior : a file that `thaw fit` wrote, instead of the shipped one
    rules : mechanism -> alternative rule
    without : mechanisms left out, by name; one may stand alone
    coupling : luck of twins keyed by event clocks ("clock") or by month ("month")
    free : nothing is pinned to the record
    record : series on the tape, "headline" or "all"
    """
    options = RunOptions(
        histories=histories, seed=seed, citizens=citizens, workers=workers, chunk=chunk, engine=engine,
        scheduler=scheduler, out=Path(out) if out is not None else None, force=force, resume=resume, parameters=parameters,
        posterior=Path(posterior) if posterior is not None else None, rules=rules or {},
        without=(without,) if isinstance(without, str) else tuple(without or ()), coupling=coupling, free=free, record=record,
    )  # fmt: skip
    options.check()
    return run_options(scenario, options)


def run_options(scenario: "Scenario", options: RunOptions, progress: Progress | None = None) -> "Tape":
    """Run checked options, telling how far it is."""
    from thaw.engine import run_to_tape

    request: dict[str, Any] = {
        name: getattr(options, name) for name in ("workers", "chunk", "engine", "scheduler", "force", "resume")
    } | {"record_all": options.record == "all"}
    made_from = scenario.model_dump(mode="json", warnings=False)
    plan = make_plan(scenario, options)
    return run_to_tape(plan, options.histories, out=options.out or _scratch_folder(scenario.name), progress=progress, made_from=made_from, **request)


def make_plan(scenario: "Scenario", options: RunOptions, *, blind_to: str = "") -> "Plan":
    """The scenario and the record as arrays, with the options that change what is simulated.

    blind_to : 'events' or 'numbers', to which the parameters then were not fitted
    """
    from thaw.compile import compile_plan
    from thaw.posterior import made_for, with_posterior

    changes = {
        "seed": options.seed,
        "rules": dict(options.rules),
        "without": options.without,
        "by_month": options.coupling == "month",
        "from_prior": options.parameters != "central",
    }
    if options.citizens is not None:
        changes["citizens"] = options.citizens
    plan = compile_plan(scenario, free=options.free).with_(**changes)
    found = posterior_of(scenario.name, options, blind_to)
    if found is None or (options.posterior is None and not made_for(plan, found)):  # what ships does not fit a scenario of one's own
        return plan
    return with_posterior(plan, found)


def posterior_of(scenario: str, options: RunOptions, blind_to: str = "") -> "Posterior | None":
    """The posterior that a run draws its parameters from; None where it draws from the priors or takes central values."""
    from thaw.posterior import read_posterior, shipped

    if options.parameters != "posterior":
        return None
    if options.posterior is not None:
        return read_posterior(options.posterior, blind_to)
    return shipped(scenario, without=blind_to)


def _scratch_folder(name: str) -> Path:
    """A folder for a run that nobody asked to keep."""
    folder = Path(tempfile.mkdtemp(prefix=f"thaw-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
