"""What every Python test relies on: the installed package, not the source tree."""

from pathlib import Path

import pytest

import numpy_ext

ROOT = Path(__file__).resolve().parents[2]


def pytest_configure(config: pytest.Config) -> None:
    where = Path(numpy_ext.__file__ or "").resolve()
    if where.is_relative_to(ROOT / "numpy_ext"):
        pytest.exit(f"tests need the installed wheel, not {where}: run ./dev test", 2)


def pytest_report_header(config: pytest.Config) -> str:
    return f"numpy_ext: {numpy_ext.info()}"


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return ROOT
