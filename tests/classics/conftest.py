import functools

import pytest

from thaw import classics


@functools.cache
def _rows(name):
    return tuple(classics.rows([name]))


@pytest.fixture(scope="session")
def rows_of():
    """The rows of a model by name, each model run once a session."""
    return _rows
