"""House rules over every parameter: a unit, a prior that agrees with the value, a source that is known."""

import pytest

from thaw import loop, names
from thaw.declare import parse_prior

PARAMS = {f"{step.name}.{param.name}": param for step in loop.mechanisms() for param in step.params}
WORDS = ("assumed", "definition", "design")
PREFIXES = ("record:", "base_rates:")
each = pytest.mark.parametrize("name", PARAMS)


def test_the_registry_names_them_all():
    assert {name: param for name, (_, param) in names.known_parameters().items()} == PARAMS


@each
def test_it_has_a_unit_a_meaning_and_a_source(name):
    param = PARAMS[name]
    assert param.unit.strip()
    assert param.meaning.strip()
    assert param.source.strip()


@each
def test_its_value_is_the_centre_of_its_prior(name):
    param = PARAMS[name]
    law, numbers = parse_prior(param.prior)
    if law in ("normal", "lognormal", "share"):
        assert param.value == pytest.approx(numbers[0], rel=1e-12)
    elif law == "uniform":
        assert numbers[0] <= param.value <= numbers[1]
    elif law == "halfnormal":
        assert 0 <= param.value <= 2 * numbers[0]


@each
def test_a_share_has_the_prior_of_a_share(name):
    """What its unit calls a share of a whole must not be drawn above 1."""
    param = PARAMS[name]
    if param.law == "share":
        assert param.unit.startswith("share")


def test_sources_are_known():
    bibliography = pytest.importorskip("thaw.bibliography", reason="the bibliography is not there yet")
    used = {param.source for param in PARAMS.values()} | {key for step in loop.mechanisms() for key in step.sources}
    unknown = {key for key in used if key not in WORDS and not key.startswith(PREFIXES)} - set(bibliography.SOURCES)
    assert unknown == set()
