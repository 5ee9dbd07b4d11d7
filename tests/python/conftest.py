"""What every Python test relies on: the installed package, not the source tree."""

import os
from pathlib import Path

import pytest

import numpy_ext

ROOT = Path(__file__).resolve().parents[2]


def load_hypothesis_profile() -> None:
    """NUMPY_EXT_HYPOTHESIS=thorough tries fifty times as many examples."""
    from hypothesis import settings
    from hypothesis.database import DirectoryBasedExampleDatabase

    examples = DirectoryBasedExampleDatabase(ROOT / "build" / "hypothesis")
    settings.register_profile(
        "default", max_examples=100, deadline=None, database=examples
    )
    settings.register_profile(
        "thorough", settings.get_profile("default"), max_examples=5000
    )
    settings.load_profile(os.environ.get("NUMPY_EXT_HYPOTHESIS", "default"))


def pytest_configure(config: pytest.Config) -> None:
    where = Path(numpy_ext.__file__ or "").resolve()
    if where.is_relative_to(ROOT / "numpy_ext"):
        pytest.exit(f"tests need the installed wheel, not {where}: run ./dev test", 2)
    load_hypothesis_profile()


def pytest_report_header(config: pytest.Config) -> str:
    return f"numpy_ext: {numpy_ext.info()}"


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return ROOT
