"""The contenders: how each reads a CSV file, and its columns as NumPy arrays.

A reader uses as many threads as the process has cores, which the runner sets
(see `read_once.py`); all import their package inside, so that imports are timed
apart.
"""

import csv
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

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
    read: Callable[[Path, Sequence[str]], Any]
    to_numpy: Callable[[Any], Columns]
    max_megabytes: float = float("inf")
    """Slow readers sit out bigger files."""


def cores() -> int:
    return len(os.sched_getaffinity(0))


def read_numpy_ext(path: Path, dates: Sequence[str]) -> Any:
    import numpy_ext

    return numpy_ext.read_csv(path)


def read_pandas(path: Path, dates: Sequence[str]) -> Any:
    import pandas

    return pandas.read_csv(path, engine="c")


def read_pandas_dates(path: Path, dates: Sequence[str]) -> Any:
    import pandas

    return pandas.read_csv(path, engine="c", parse_dates=list(dates))


def read_polars(path: Path, dates: Sequence[str]) -> Any:
    import polars

    return polars.read_csv(path)


def read_polars_dates(path: Path, dates: Sequence[str]) -> Any:
    import polars

    return polars.read_csv(path, try_parse_dates=True)


def read_pyarrow(path: Path, dates: Sequence[str]) -> Any:
    import pyarrow
    import pyarrow.csv

    pyarrow.set_cpu_count(cores())
    options = pyarrow.csv.ReadOptions(use_threads=cores() > 1)
    parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
    return pyarrow.csv.read_csv(path, read_options=options, parse_options=parse)


def read_duckdb(path: Path, dates: Sequence[str]) -> Any:
    import duckdb

    connection = duckdb.connect(config={"threads": cores()})
    connection.execute("CREATE TABLE t AS SELECT * FROM read_csv(?)", [str(path)])
    return connection


def read_csv_module(path: Path, dates: Sequence[str]) -> Any:
    with path.open(newline="", encoding="utf-8") as file:
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
