"""Columns made of what a user gives: arrays, lists and single values."""

from __future__ import annotations

import datetime as dt
import numbers
import sys
from collections.abc import Mapping, Sequence, Set
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext._column import LARGEST_EXACT, Column
from numpy_ext._columns import Columns
from numpy_ext._dtypes import STRING
from numpy_ext._promotion import is_nat, time_array
from numpy_ext._schema import Field
from numpy_ext._strings import STRING_NAN, capsule_of, frozen

__all__ = [
    "foreign_column",
    "given_column",
    "given_columns",
    "is_scalar",
    "put_nothing",
    "repeated",
]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]

REASON = "given"
SCALARS = (str, bytes, numbers.Number, np.generic, dt.date, dt.time, dt.timedelta)
UTC = dt.UTC


def given_columns(
    data: Mapping[str, Any], copy: bool, num_rows: int | None
) -> tuple[list[Column], int]:
    """Return columns of equal length and that length.

    With `num_rows` they have to be that long, and scalars are repeated.

    Raises
    ------
    TypeError, ValueError
        If a name is no str, a value no column, or a length another one; the message
        names the column.
    """
    columns: list[Column] = []
    first: str | None = None
    for name, values in data.items():
        if not isinstance(name, str):
            raise TypeError(f"columns are named by str, got {name!r}")
        if is_scalar(values):
            if num_rows is None or first is not None:
                raise TypeError(
                    f"column {name!r} is one value, {values!r}; "
                    f"numpy.full(num_rows, {values!r}) makes a column of it"
                )
            column = repeated(name, values, num_rows)
        else:
            column = given_column(name, values, copy)
        if num_rows is None:
            first, num_rows = name, column.length
        elif column.length != num_rows:
            other = f"column {first!r}" if first is not None else "the table"
            raise ValueError(
                f"column {name!r} has {column.length:,} rows, {other} {num_rows:,}"
            )
        columns.append(column)
    return columns, 0 if num_rows is None else num_rows


def is_scalar(values: object) -> bool:
    """Return whether something is one value rather than a column of them."""
    return (
        values is None
        or isinstance(values, SCALARS)
        or (isinstance(values, np.ndarray) and values.ndim == 0)
    )


def repeated(name: str, value: Any, num_rows: int) -> Column:
    """Return a column of one value in every row."""
    if value is None:
        raise TypeError(f"column {name!r} is None, which has no dtype")
    if isinstance(value, np.ndarray):
        value = value[()]
    one = given_column(name, [value], True)
    return one.take(np.zeros(num_rows, dtype=np.int64))


def given_column(name: str, values: Any, copy: bool) -> Column:
    """Return a column of an array, a list, or what makes itself an array."""
    if not isinstance(values, np.ndarray):
        if isinstance(values, (list, tuple, range)):
            return list_column(name, values)
        if (column := foreign_column(name, values)) is not None:
            return column
        if not hasattr(values, "__array__") or isinstance(values, (Mapping, Columns)):
            hint = ""
            if hasattr(values, "__iter__") and not isinstance(values, (Mapping, Set)):
                hint = "; list(...) makes a list of it"
            raise TypeError(
                f"column {name!r} must be an array or a list, got "
                f"{type(values).__name__}{hint}"
            )
        values = np.asarray(values)
    if values.ndim != 1:
        raise ValueError(
            f"column {name!r} must have one dimension, got shape {values.shape}"
        )
    mask = None
    if isinstance(values, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(values).copy()
        if mask.dtype != np.bool_:  # one flag for each field of a record
            raise TypeError(
                f"column {name!r} is a masked array of records; give its fields"
            )
        values = np.ma.getdata(values)
    return array_column(name, np.asarray(values), mask, copy)


def foreign_column(name: str, values: Any) -> Column | None:
    """Return a column of another library, of whose nulls NumPy would make floats.

    None if the values are of no such library.
    """
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        from numpy_ext import _pandas

        one = pandas.Series, pandas.Index, pandas.api.extensions.ExtensionArray
        if isinstance(values, one):
            if values.dtype.kind == "c":  # as NumPy has it
                return None
            return _pandas.column_of(pandas, name, pandas.Series(values, copy=False))
    arrow = ("__arrow_c_stream__", "__arrow_c_array__")
    if isinstance(values, Columns) or not any(hasattr(values, name) for name in arrow):
        return None
    from numpy_ext._arrow import import_columns

    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None and isinstance(
        values, (pyarrow.Array, pyarrow.ChunkedArray)
    ):
        return import_columns(pyarrow.table({name: values}))[0][0]
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(values, polars.Series):
        return import_columns(values.to_frame(name))[0][0]
    raise TypeError(
        f"column {name!r} is Arrow data of type {type(values).__name__}; "
        "Table.from_arrow takes tables, and pyarrow.array(...) makes a column of it"
    )


def array_column(name: str, values: Array, mask: Mask | None, copy: bool) -> Column:
    """Return a column of a plain array and a mask that is ours."""
    kind = values.dtype.kind
    if kind == "T":
        return string_column(name, values, mask)
    if kind == "O":
        return object_column(name, values, mask)
    if kind in "mM":
        if np.datetime_data(values.dtype)[0] == "generic":
            what = "datetime64" if kind == "M" else "timedelta64"
            raise TypeError(
                f"column {name!r} has times without a unit; "
                f".astype('{what}[s]') gives them one"
            )
        gone = np.isnat(values)
        if gone.any():
            mask = gone if mask is None else mask | gone
    if not values.dtype.isnative:
        values = values.astype(values.dtype.newbyteorder("="))
    elif copy or (mask is not None and mask.any()):
        values = values.copy()
    else:
        values = values.view()
    if mask is not None and mask.any():
        put_nothing(values, mask)
    return Column.of_values(name, values, mask, REASON)


def put_nothing(values: Array, mask: Mask) -> None:
    """Write what stands for a missing value, so that no other one shows through."""
    if values.dtype.kind in "fc":
        values[mask] = np.nan
    elif values.dtype.kind in "mM":
        values[mask] = np.array("NaT", dtype=values.dtype)
    else:
        values[mask] = np.zeros((), dtype=values.dtype)


def string_column(name: str, values: Array, mask: Mask | None) -> Column:
    """Return a column of a StringDType array; its missing value becomes a mask."""
    missing = "auto"
    dtype: np.dtype[Any] = STRING
    if hasattr(values.dtype, "na_object"):
        gone = is_na(values)
        if gone.any():
            mask = gone if mask is None else mask | gone
        if values.dtype == STRING_NAN:
            dtype, missing = STRING_NAN, "nan"
    return of_text(name, values, mask, dtype, missing)


def is_na(values: Array) -> Mask:
    """Return where an array of strings holds the missing value of its dtype."""
    na_object = values.dtype.na_object  # type: ignore[attr-defined]
    is_string = isinstance(na_object, str)
    found = (
        value == na_object if is_string else not isinstance(value, str)
        for value in values.tolist()
    )
    return np.fromiter(found, np.bool_, values.size)


def of_text(
    name: str, values: Array, mask: Mask | None, dtype: np.dtype[Any], missing: str
) -> Column:
    """Return a column of strings, whose text is copied."""
    if mask is not None and not mask.any():
        mask = None
    try:
        capsule = capsule_of(values, mask)
    except (TypeError, ValueError) as error:
        raise TypeError(f"column {name!r}: {error}") from None
    if mask is not None:
        mask = frozen(mask)
    count = 0 if mask is None else int(np.count_nonzero(mask))
    field = Field(name, dtype, count, REASON, False)
    return Column.of_strings(field, len(values), capsule, mask, missing)


def object_column(name: str, values: Array, mask: Mask | None) -> Column:
    """Return a column of Python objects, which have to be str or None."""
    gone = np.fromiter((value is None for value in values), np.bool_, values.size)
    if mask is not None:
        gone |= mask
    for row in np.flatnonzero(~gone):
        if not isinstance(values[row], str):
            raise TypeError(
                f"column {name!r} is an array of objects, and row {row} holds "
                f"{values[row]!r}, which is no str; a list, or .astype(...) of the "
                "dtype wanted, makes a column of other values"
            )
    return of_text(name, values, gone, STRING, "auto")


# ---- Lists -----------------------------------------------------------------


def list_column(name: str, values: Sequence[Any]) -> Column:
    """Return a column of a list, in which None is a missing cell."""
    if isinstance(values, range):
        return array_column(name, np.arange(*slice_of(values)), None, False)
    gone = np.array(
        [value is None or value is np.ma.masked or is_nat(value) for value in values],
        dtype=np.bool_,
    )
    rest = [value for value, missing in zip(values, gone, strict=True) if not missing]
    mask = gone if gone.any() else None
    if not rest:
        empty = np.full(len(values), np.nan)
        reason = "no values" if len(values) else REASON
        return Column.of_values(name, empty, mask, reason)
    found, zone = list_array(name, rest)
    if mask is not None:
        whole = np.zeros(len(values), dtype=found.dtype)
        whole[~gone] = found
        found = whole
    column = array_column(name, found, mask, False)
    if zone is None:
        return column
    return Column.of_values(name, column.values(), column.mask, REASON, zone)


def slice_of(values: range) -> tuple[int, int, int]:
    return values.start, values.stop, values.step


def list_array(name: str, values: list[Any]) -> tuple[Array, str | None]:
    """Return values of one family as an array, and the zone of their times."""
    families = {family(value) for value in values}
    if len(families) > 1:
        first = family(values[0])
        other = next(value for value in values if family(value) != first)
        raise TypeError(
            f"column {name!r} mixes values: {values[0]!r} and {other!r}; "
            "a column has one dtype"
        )
    (kind,) = families
    if kind == "str":
        return strings_of(name, values), None
    if kind in TIMES:
        return times_of(name, kind, values), "UTC" if kind == "aware" else None
    if kind == "bytes":
        ending = next((value for value in values if value.endswith(b"\0")), None)
        if ending is not None:
            raise ValueError(
                f"column {name!r} holds {ending!r}, which ends in a NUL; NumPy drops it"
            )
        return np.array(values, dtype="S"), None
    if kind == "number":
        return number_array(name, values), None
    try:
        array = np.array(values)
    except ValueError:  # lists of different lengths
        array = np.array(values, dtype=object)
    if array.ndim != 1:
        raise ValueError(f"column {name!r} must have one dimension, got {array.ndim}")
    if array.dtype.kind not in "bV":
        raise TypeError(
            f"column {name!r} holds {values[0]!r} of type {type(values[0]).__name__}; "
            "there are columns of bools, integers, floats, times and strings"
        )
    return array, None


TIMES = {"date", "naive", "aware", "duration", "datetime64", "timedelta64"}


def times_of(name: str, kind: str, values: list[Any]) -> Array:
    """Return times as an array, those with a zone in UTC."""
    try:
        if kind == "aware":
            values = [value.astimezone(UTC).replace(tzinfo=None) for value in values]
        return time_array(values)
    except OverflowError:
        raise ValueError(f"column {name!r} holds a time that is beyond UTC") from None
    except (TypeError, ValueError) as error:
        raise type(error)(f"column {name!r}: {error}") from None


def family(value: object) -> str:
    """Return a name for values that may be in one list."""
    found = type(value).__name__
    if isinstance(value, (bool, np.bool_)):
        found = "bool"
    elif isinstance(value, str):
        found = "str"
    elif isinstance(value, bytes):
        found = "bytes"
    elif isinstance(value, np.datetime64 | np.timedelta64):
        found = type(value).__name__
    elif isinstance(value, (int, float, complex, np.number)):
        found = "number"
    elif isinstance(value, dt.datetime):
        found = "naive" if value.tzinfo is None else "aware"
    elif isinstance(value, dt.date):
        found = "date"
    elif isinstance(value, dt.timedelta):
        found = "duration"
    return found


def strings_of(name: str, values: list[str]) -> Array:
    """Return strings as an array."""
    try:
        return np.array(values, dtype=STRING)
    except UnicodeEncodeError as error:
        raise ValueError(f"column {name!r} holds {error.object!r}: {error}") from None


def number_array(name: str, values: list[Any]) -> Array:
    """Return numbers as the dtype that holds all of them."""
    array = np.array(values)
    integers = [int(v) for v in values if isinstance(v, (int, np.integer))]
    if array.dtype.kind in "iu" or not integers:
        return array
    least, most = min(integers), max(integers)
    if len(integers) < len(values):  # beside floats
        if max(most, -least) > LARGEST_EXACT:
            raise ValueError(
                f"column {name!r} is float64 for its floats, which skips integers as "
                f"large as {most if most > -least else least}"
            )
        return array
    # NumPy makes floats of integers that are signed and beyond int64, or both.
    for dtype in (np.int64, np.uint64):
        info = np.iinfo(dtype)
        if info.min <= least and most <= info.max:
            return np.array(integers, dtype=dtype)
    raise ValueError(
        f"column {name!r} holds {most if most >= 2**63 else least}, and no integer "
        "dtype has room for all its values; a column of str keeps every digit"
    )
