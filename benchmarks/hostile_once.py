"""One read of a hostile file, in a process of its own: prints what came of it."""

import csv
import json
import os
import resource
import sys
import time
import warnings
from typing import Any

MOST_BYTES = 16 << 30
"""Address space of a process: a reader that wants more gets none."""


def ours(path: str, options: dict[str, Any]) -> tuple[int, int]:
    import numpy_ext

    table = numpy_ext.read_csv(path, **options)
    return table.num_rows, table.num_columns


def pandas(path: str, options: dict[str, Any]) -> tuple[int, int]:
    import pandas

    shape: tuple[int, int] = pandas.read_csv(path).shape
    return shape


def polars(path: str, options: dict[str, Any]) -> tuple[int, int]:
    import polars

    shape: tuple[int, int] = polars.read_csv(path).shape
    return shape


def pyarrow(path: str, options: dict[str, Any]) -> tuple[int, int]:
    from pyarrow import csv as arrow_csv

    table = arrow_csv.read_csv(path)
    return table.num_rows, table.num_columns


def duckdb(path: str, options: dict[str, Any]) -> tuple[int, int]:
    import duckdb

    connection = duckdb.connect(config={"threads": len(os.sched_getaffinity(0))})
    table = connection.read_csv(path).to_arrow_table()
    return table.num_rows, table.num_columns


def python_csv(path: str, options: dict[str, Any]) -> tuple[int, int]:
    rows, columns = 0, 0
    with open(path, newline="", encoding="utf-8") as file:
        for record in csv.reader(file):
            rows, columns = rows + 1, max(columns, len(record))
    return rows - 1, columns


READERS = {
    "numpy_ext": ours,
    "pandas": pandas,
    "polars": polars,
    "pyarrow": pyarrow,
    "duckdb": duckdb,
    "csv": python_csv,
}


def main() -> None:
    name, path, small, options = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    warnings.simplefilter("ignore")
    read = READERS[name]
    read(small, {})  # all that is imported and started once
    result: dict[str, Any] = {}
    began = time.perf_counter()
    try:
        result["rows"], result["columns"] = read(path, json.loads(options))
    except Exception as error:
        result["error"] = str(error).strip().partition("\n")[0][:120]
        result["kind"] = type(error).__name__
        result["code"] = getattr(error, "code", None)
    result["seconds"] = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result["peak_mib"] = peak / 1024
    print(json.dumps(result), flush=True)
    os._exit(0)  # taking down what was read is not part of it


if __name__ == "__main__":
    main()
