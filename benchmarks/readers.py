"""The contenders: how each reads a CSV file, and its columns as NumPy arrays.

A reader uses as many threads as the process has cores, which the runner sets
(see `read_once.py`); all import their package inside, so that imports are timed
apart.
"""

import csv
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from workloads import Workload

Columns = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Reader:
    name: str
    module: str
    """What is imported before the clock starts."""
    distribution: str | None
    """Whose version is printed; None for the standard library."""
    gives: str
    """What one holds after the call, in a few words."""
    read: Callable[[Workload], Any]
    to_numpy: Callable[[Any], Columns]
    max_megabytes: float = float("inf")
    """Slow readers sit out bigger files."""


def cores() -> int:
    return len(os.sched_getaffinity(0))


def read_numpy_ext(job: Workload) -> Any:
    import numpy_ext

    return numpy_ext.read_csv(job.path)


def read_pandas(job: Workload) -> Any:
    import pandas

    return pandas.read_csv(job.path, engine="c")


def read_pandas_dates(job: Workload) -> Any:
    import pandas

    return pandas.read_csv(job.path, engine="c", parse_dates=list(job.dates))


def read_polars(job: Workload) -> Any:
    import polars

    return polars.read_csv(job.path, null_values=list(job.missing))


def read_polars_dates(job: Workload) -> Any:
    import polars

    return polars.read_csv(
        job.path, try_parse_dates=True, null_values=list(job.missing)
    )


def read_pyarrow(job: Workload) -> Any:
    import pyarrow
    import pyarrow.csv

    pyarrow.set_cpu_count(cores())
    options = pyarrow.csv.ReadOptions(use_threads=cores() > 1)
    parse = pyarrow.csv.ParseOptions(newlines_in_values=job.newlines)
    return pyarrow.csv.read_csv(job.path, read_options=options, parse_options=parse)


def read_duckdb(job: Workload) -> Any:
    import duckdb

    connection = duckdb.connect(config={"threads": cores()})
    connection.execute(
        "CREATE TABLE t AS SELECT * FROM read_csv(?, nullstr = ?)",
        [str(job.path), ["", *job.missing]],
    )
    return connection


def read_csv_module(job: Workload) -> Any:
    with job.path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


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


FRAME, TEXT_DATES = "typed frame", "typed frame, dates left as text"
READERS = {
    reader.name: reader
    for reader in (
        Reader("numpy_ext", "numpy_ext", "numpy-ext-kernels", "typed table",
               read_numpy_ext, dict),
        Reader("pandas", "pandas", "pandas", TEXT_DATES,
               read_pandas, columns_of_frame),
        Reader("pandas+dates", "pandas", "pandas", FRAME,
               read_pandas_dates, columns_of_frame),
        Reader("polars", "polars", "polars", TEXT_DATES,
               read_polars, columns_of_frame),
        Reader("polars+dates", "polars", "polars", FRAME,
               read_polars_dates, columns_of_frame),
        Reader("pyarrow", "pyarrow.csv", "pyarrow", "typed table",
               read_pyarrow, columns_of_arrow),
        Reader("duckdb", "duckdb", "duckdb", "typed table in memory",
               read_duckdb, columns_of_duckdb),
        Reader("csv", "csv", None, "lists of str, nothing converted",
               read_csv_module, columns_of_rows, max_megabytes=40),
    )
}  # fmt: skip
