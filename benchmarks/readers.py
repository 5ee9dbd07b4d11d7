"""The contenders: how each reads a CSV file, and its columns as NumPy arrays.

A reader uses as many threads as the process has cores, which the runner sets
(see `read_once.py`); all import their package inside, so that imports are timed
apart.
"""

import csv
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from workloads import Workload

Columns = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Size:
    cells: int
    bytes: int
    """Of all arrays and masks, and of strings outside them."""


@dataclass(frozen=True)
class Reader:
    name: str
    modules: tuple[str, ...]
    """What is imported before the clock starts, imports inside of calls too."""
    distribution: str | None
    """Whose version is printed; None for the standard library."""
    gives: str
    """What one holds after the call, in a few words."""
    read: Callable[[Workload], Any]
    to_numpy: Callable[[Any], Columns]
    size: Callable[[Any], Size] | None = None
    """How big the result is, asked when the clock has stopped."""
    numpy_modules: tuple[str, ...] = ()
    """What else is imported on the way to NumPy."""


def cores() -> int:
    return len(os.sched_getaffinity(0))


@cache
def content(path: Path) -> bytes:
    return path.read_bytes()


def source(job: Workload) -> Any:
    """Return what a peer is given: the path, or a new file object in memory."""
    return io.BytesIO(content(job.path)) if job.calls else job.path


def read_numpy_ext(job: Workload) -> Any:
    import numpy_ext

    given = content(job.path) if job.calls else job.path
    return numpy_ext.read_csv(
        given,
        usecols=job.usecols or None,
        encoding=job.encoding or "utf-8",
        strings=dict.fromkeys(job.categories, "category"),
        **job.options,
    )


def read_numpy_ext_zlib(job: Workload) -> Any:
    """Read as where the package isal is not installed."""
    import zlib

    from numpy_ext import _codecs, _compression

    modules: tuple[Any, ...] = (_codecs, _compression)
    for module in modules:
        module.gzip_module = lambda: zlib
    return read_numpy_ext(job)


def read_pandas(job: Workload) -> Any:
    import pandas

    return pandas.read_csv(
        source(job),
        engine="c",
        usecols=job.usecols or None,
        encoding=job.encoding or "utf-8",
        dtype=dict.fromkeys(job.categories, "category"),
    )


def read_pandas_dates(job: Workload) -> Any:
    import pandas

    return pandas.read_csv(source(job), engine="c", parse_dates=list(job.dates))


def read_polars(job: Workload) -> Any:
    import polars

    return polars.read_csv(
        source(job),
        columns=job.usecols or None,
        null_values=list(job.missing),
        encoding=job.encoding or "utf8",
        schema_overrides=dict.fromkeys(job.categories, polars.Categorical),
    )


def read_polars_dates(job: Workload) -> Any:
    import polars

    return polars.read_csv(
        source(job), try_parse_dates=True, null_values=list(job.missing)
    )


def read_pyarrow(job: Workload) -> Any:
    import pyarrow
    import pyarrow.csv

    pyarrow.set_cpu_count(cores())
    return pyarrow.csv.read_csv(
        source(job),
        read_options=pyarrow.csv.ReadOptions(use_threads=cores() > 1),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=job.newlines),
        convert_options=pyarrow.csv.ConvertOptions(include_columns=job.usecols),
    )


def read_duckdb(job: Workload) -> Any:
    import duckdb

    connection = duckdb.connect(config={"threads": cores()})
    wanted = ", ".join(f'"{name}"' for name in job.usecols) or "*"
    connection.execute(
        f"CREATE TABLE t AS SELECT {wanted} FROM read_csv(?, nullstr = ?)",
        [str(job.path), ["", *job.missing]],
    )
    return connection


def lines_of_text(job: Workload) -> TextIO:
    if job.calls:
        return io.StringIO(content(job.path).decode(), newline="")
    return job.path.open(newline="", encoding="utf-8")


def read_csv_module(job: Workload) -> Any:
    with lines_of_text(job) as file:
        return list(csv.reader(file))


def read_csv_dicts(job: Workload) -> Any:
    with lines_of_text(job) as file:
        return list(csv.DictReader(file))


def columns_of_frame(frame: Any) -> Columns:
    return {name: frame[name].to_numpy() for name in frame.columns}


def columns_of_arrow(table: Any) -> Columns:
    return {name: table[name].to_numpy() for name in table.column_names}


def columns_of_duckdb(connection: Any) -> Columns:
    columns: Columns = connection.execute("SELECT * FROM t").fetchnumpy()
    return columns


def columns_of_rows(rows: list[list[str]]) -> Columns:
    header, *body = rows
    return dict(zip(header, np.array(body).T, strict=True))


def columns_of_dicts(rows: list[dict[str, str]]) -> Columns:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


VIEW_BYTES = 16
"""What a string takes in its column, where it lies whole if it is short enough."""
VIEW_INLINE = 12


def string_bytes(strings: np.ndarray[Any, Any]) -> int:
    """Return what a column of ASCII strings takes before an array is made of it."""
    lengths = np.strings.str_len(strings)
    return len(strings) * VIEW_BYTES + int(lengths[lengths > VIEW_INLINE].sum())


def size_of_table(table: Any) -> Size:
    total = 0
    for name, field in table.schema.items():
        values = np.ma.getdata(table[name])
        total += string_bytes(values) if values.dtype.kind == "T" else values.nbytes
        total += table.num_rows if field.missing else 0  # the mask
    return Size(table.num_rows * table.num_columns, total)


PANDAS = ("pandas", "pyarrow.pandas_compat")
FRAME, TEXT_DATES = "typed frame", "typed frame, dates left as text"
READERS = {
    reader.name: reader
    for reader in (
        Reader("numpy_ext", ("numpy_ext",), "numpy-ext-kernels", "typed table",
               read_numpy_ext, dict, size_of_table),
        Reader("numpy_ext, zlib", ("numpy_ext",), "numpy-ext-kernels", "typed table",
               read_numpy_ext_zlib, dict, size_of_table),
        Reader("pandas", PANDAS, "pandas", TEXT_DATES,
               read_pandas, columns_of_frame),
        Reader("pandas+dates", PANDAS, "pandas", FRAME,
               read_pandas_dates, columns_of_frame),
        Reader("polars", ("polars",), "polars", TEXT_DATES,
               read_polars, columns_of_frame),
        Reader("polars+dates", ("polars",), "polars", FRAME,
               read_polars_dates, columns_of_frame),
        Reader("pyarrow", ("pyarrow.csv",), "pyarrow", "typed table",
               read_pyarrow, columns_of_arrow, numpy_modules=PANDAS),
        Reader("duckdb", ("duckdb",), "duckdb", "typed table in memory",
               read_duckdb, columns_of_duckdb),
        Reader("csv", ("csv",), None, "lists of str, nothing converted",
               read_csv_module, columns_of_rows),
        Reader("csv.DictReader", ("csv",), None, "dicts of str, nothing converted",
               read_csv_dicts, columns_of_dicts),
    )
}  # fmt: skip
