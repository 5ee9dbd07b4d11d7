"""The reader under every block size and instruction set, and tables compared."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from csv_oracle import Column

import numpy_ext as npx
from numpy_ext import _csv, _native

SEAMS = (1, 2, 3, 5, 7, 13, 31, 63, 64, 65, 127, 128, 200)
"""Block sizes small enough that every byte of a short text is next to a seam."""

CPUS = ("", "avx512", "avx2")
"""What is disabled in turn."""

THREADS = (1, 2, 8)


@contextmanager
def engine(block_bytes: int = 0, without: str = "", threads: int = 2) -> Iterator[None]:
    """Read in blocks of a size, 0 for the usual one, and without some CPU features."""
    _csv._block_bytes = block_bytes
    _native.disable_cpu(without)
    try:
        with npx.num_threads(threads):
            yield
    finally:
        _csv._block_bytes = 0
        _native.disable_cpu("")


def engines(seams: tuple[int, ...] = SEAMS) -> list[tuple[int, str, int]]:
    """Return ways to read that must not differ: every seam, every other choice."""
    choices = itertools.cycle(itertools.product(CPUS, THREADS))
    return [(size, *next(choices)) for size in (0, *seams, *seams)]


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
    """Return all there is to know about a table."""
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


def assert_is(table: npx.Table, columns: list[Column]) -> None:
    """Compare a table with what the oracle says."""
    assert table.num_columns == len(columns)
    for name, column in zip(table, columns, strict=True):
        array = table[name]
        wanted = column.values
        if column.dtype == "float64":
            wanted = values_of(np.array(wanted, dtype=np.float64))
        assert type_of(array) == column.dtype, name
        assert values_of(array) == wanted, name
        assert table.mask(name).tolist() == column.mask, name
        assert table.schema[name].missing == sum(column.mask), name
        assert not array.flags.writeable
