"""Compares what numpy_ext reads with what pandas reads, cell by cell.

Values and missing cells of every column must be the same. pandas is told two things
here: to round floats as Python does, and that text columns have no word for a missing
cell but the empty field ("NA" may be a country).
A file in a dialect of its own must hold what we read in a plain one of the same values.
Prints one line per difference; the exit status is 1 if there is any.
"""

import argparse
import sys
from typing import Any

import numpy as np
import pandas
from readers import read_numpy_ext, source
from workloads import Workload

from numpy_ext import read_csv
from numpy_ext.testing import assert_tables_equal

Array = np.ndarray[Any, Any]


def pandas_column(series: Any) -> tuple[Array, Array]:
    """Return values and missing cells; times without their zone, in UTC."""
    missing = series.isna().to_numpy()
    if isinstance(series.dtype, pandas.DatetimeTZDtype):
        series = series.dt.tz_convert(None)
    if pandas.api.types.is_string_dtype(series.dtype):
        return series.fillna("").to_numpy(dtype=object), missing
    return series.to_numpy(), missing


def difference(ours: Array, mask: Array, series: Any) -> str | None:
    """Say how a column differs from pandas' or return None."""
    theirs, missing = pandas_column(series)
    if ours.shape != theirs.shape:
        return f"{ours.shape} cells, pandas has {theirs.shape}"
    if ours.dtype.kind == "T":
        ours = ours.astype(object)
    if (ours.dtype.kind in "MOb") != (theirs.dtype.kind in "MOb"):
        return f"{ours.dtype}, pandas has {series.dtype}"
    unequal = mask != missing
    if unequal.any():
        row = int(unequal.argmax())
        return f"row {row}: missing is {mask[row]}, in pandas {missing[row]}"
    unequal = (np.ma.getdata(ours) != theirs) & ~missing
    if unequal.any():
        row = int(unequal.argmax())
        return f"row {row}: {ours[row]!r}, pandas has {theirs[row]!r}"
    return None


def words_of(job: Workload, table: Any, name: str) -> list[str]:
    """Return what means a missing cell to pandas."""
    is_text = table[name].dtype.kind == "T" or name in job.categories
    return [""] if is_text else ["", *job.missing]


def difference_of_tables(job: Workload) -> list[str]:
    """Say how a table differs from that of a file with the same values."""
    try:
        assert_tables_equal(read_numpy_ext(job), read_csv(job.like))
    except AssertionError as error:
        return [str(error)]
    return []


def differences(job: Workload) -> list[str]:
    if job.like:
        return difference_of_tables(job)
    table = read_numpy_ext(job)
    frame = pandas.read_csv(
        source(job),
        usecols=job.usecols or None,
        parse_dates=list(job.dates),
        encoding=job.encoding or "utf-8",
        float_precision="round_trip",
        keep_default_na=False,
        na_values={name: words_of(job, table, name) for name in table},
    )
    if list(table) != list(frame.columns):
        return [f"columns {list(table)}, pandas has {list(frame.columns)}"]
    found = []
    for name in table:
        values = table[name]
        if name in job.categories:
            values = np.append(table.categories(name), "")[values]
        what = difference(values, table.mask(name), frame[name])
        if what is not None:
            found.append(f"{name}: {what}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workload", type=Workload.from_json)
    found = differences(parser.parse_args().workload)
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
