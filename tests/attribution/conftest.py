"""A small plan with a cause and an effect, and a folder for stored months."""

from pathlib import Path

import pytest
from small_arms import WATCH

from thaw.attribution.arms import Trunk, run_trunks
from thaw.attribution.kept import Arm
from thaw.plan import Plan


@pytest.fixture(scope="session")
def factual(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> tuple[Arm, Path]:
    """64 histories of the small plan as they are, 36 months, with the end of the eleventh month stored."""
    folder = tmp_path_factory.mktemp("arms")
    return run_trunks([Trunk("F", plan, 35, stored=(11,))], 64, WATCH, folder=folder)["F"], folder
