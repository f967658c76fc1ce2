"""Published models of regimes, one file each, on the kernels of the simulation: `thaw classics`.

Each module has `run`, which takes the symbols of its paper and its published defaults, `rows()`, the replication as a list
of `Row`, `figure()`, the paper's main figure as (chart, rows by name) for `thaw.charts`, and `SOURCE`, a key of
`thaw.bibliography`.

>>> from thaw.classics import coalition
>>> coalition.run([3, 4, 5, 10])
[(0, 1, 2)]
"""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from thaw.classics.rows import Row
from thaw.errors import ParameterError, did_you_mean

MODELS: dict[str, str] = {  # name: what it explains
    "coalition": "which group rules when nobody can commit",
    "granovetter": "why two almost equal crowds end differently",
    "kuran": "why revolutions surprise",
    "watts": "when one spark moves a network",
    "lohmann": "what a turnout tells those who stayed at home",
    "epstein": "outbursts and ethnic violence under police",
    "svolik": "why some dictators last",
    "viziers": "why weak rulers hire mediocre men",
    "terror": "why a rational dictator kills the innocent",
    "richardson": "when an arms race runs away",
    "selectorate": "what a leader must spend, and on what",
    "axelrod": "why cultures stay apart",
}


def model(name: str) -> Any:
    """The module of a model; a ParameterError with the nearest name where there is none."""
    if name not in MODELS:
        raise ParameterError(f"there is no classic model '{name}'. {did_you_mean(name, MODELS)}")
    return import_module(f"thaw.classics.{name}")


def rows(names: Sequence[str] = ()) -> Iterator[Row]:
    """The rows of these models, of all where none is named, each model run when its first row is asked for."""
    from thaw.bibliography import citation

    for name in names or MODELS:
        module = model(name)
        for row in module.rows():
            yield row.of(name, citation(module.SOURCE))
