"""Ways to read that must not differ, and all there is to know about a result."""

import itertools

import numpy as np
from csv_oracle import Column

import numpy_ext as npx
from numpy_ext.testing import assert_tables_equal, cpu_levels

SEAMS = (1, 2, 3, 5, 7, 13, 31, 63, 64, 65, 127, 128, 200, 4096, 65536)
"""Block sizes; the small ones put every byte of a short text next to a seam."""

THREADS = (1, 2, 8)


def engines(seams: tuple[int, ...] = SEAMS) -> list[dict]:
    """Return options of `engine`: every seam, every other choice."""
    choices = itertools.cycle(itertools.product(cpu_levels(), THREADS))
    return [
        {"block_size": size, "cpu": cpu, "threads": threads}
        for size, (cpu, threads) in zip((None, *seams, *seams), choices, strict=False)
    ]


def every_engine(seams: tuple[int, ...] = SEAMS) -> list[dict]:
    """Return options of `engine`: every choice with every other one."""
    return [
        {"block_size": size, "cpu": cpu, "threads": threads}
        for size in (None, *seams)
        for cpu in cpu_levels()
        for threads in THREADS
    ]


def values_of(array: np.ndarray) -> list:
    """Return values as Python objects: times as counts, floats by their bits."""
    data = np.ma.getdata(array)
    if data.dtype.kind == "f":
        bits = data.view(np.uint64).tolist()
        nans = np.isnan(data).tolist()
        return ["nan" if nan else bit for bit, nan in zip(bits, nans, strict=True)]
    if data.dtype.kind == "M":
        return data.view(np.int64).tolist()
    if data.dtype.kind == "T":
        return data.astype(object).tolist()
    return data.tolist()


def type_of(array: np.ndarray) -> str:
    return "string" if array.dtype.kind == "T" else str(array.dtype)


def snapshot(table: npx.Table) -> list:
    """Return all there is to know about a table, reasons and stand-ins included."""
    return [
        (
            name,
            type_of(table[name]),
            type(table[name]),
            values_of(table[name]),
            table.mask(name).tolist(),
            table.schema[name],
        )
        for name in table
    ]


def error_snapshot(error: Exception) -> tuple:
    return type(error), str(error), vars(error)


def outcome(data: bytes, **options: object) -> object:
    """Return all about a table, or about the error that there is instead."""
    try:
        return snapshot(npx.read_csv(data, **options))
    except npx.errors.CsvError as error:
        return error_snapshot(error)


def array_of(column: Column) -> np.ma.MaskedArray:
    """Return what the oracle says of a column as an array."""
    if column.dtype == "string":
        values = np.array(column.values, dtype=np.dtypes.StringDType())
    elif column.dtype.startswith("datetime64"):
        values = np.array(column.values, dtype=np.int64).view(column.dtype)
    else:
        values = np.array(column.values, dtype=column.dtype)
    return np.ma.MaskedArray(values, column.mask)


def assert_is(table: npx.Table, columns: list[Column]) -> None:
    """Compare a table with what the oracle says, what stands under masks included."""
    arrays = map(array_of, columns)
    wanted = dict(zip(table, arrays, strict=True))
    assert_tables_equal(table, wanted)
    for name, array in wanted.items():
        assert values_of(table[name]) == values_of(array), name
        assert table.schema[name].missing == array.mask.sum(), name
        assert not table[name].flags.writeable
