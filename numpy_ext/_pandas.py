"""Columns of tables as columns of pandas, and back."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext._arrow import GIVEN, ArrowStream, import_columns
from numpy_ext._column import Column
from numpy_ext._dtypes import STRING
from numpy_ext._given import array_column, put_nothing
from numpy_ext._schema import Field
from numpy_ext._strings import capsule_of, is_text, string_objects

__all__ = ["columns_of", "to_frame"]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]

PANDAS_UNITS: Final = ("s", "ms", "us", "ns")

# ---- To pandas -------------------------------------------------------------


def to_frame(pd: Any, columns: list[Column], num_rows: int, copy: bool) -> Any:
    """Return a DataFrame of these columns."""
    text = [column for column in columns if is_text(column.dtype)]
    strings = string_columns(pd, text, num_rows) if text else {}
    made = {
        column.name: strings[column.name]
        if column.name in strings
        else plain_column(pd, column, copy)
        for column in columns
    }
    return pd.DataFrame(made, index=pd.RangeIndex(num_rows), copy=False)


def category_column(pd: Any, column: Column) -> Any:
    """Return a column of categories as pandas has them."""
    codes, categories = column.codes()
    dtype = pd.StringDtype(na_value=np.nan)
    index = pd.Index(categories.array().astype(object), dtype=dtype)
    return pd.Categorical.from_codes(codes, categories=index, validate=False)


def plain_column(pd: Any, column: Column, copy: bool) -> Any:
    """Return anything but strings as an array of pandas or NumPy."""
    if column.categories is not None:
        return category_column(pd, column)
    _type_name, values, mask, missing, zone = column.native()
    if values.dtype.kind in "Mm":
        values = with_pandas_unit(column.name, values)
    if copy:
        values = values.copy()
    if missing and mask is not None:
        own = mask.copy() if copy else mask
        if values.dtype.kind == "b":
            return pd.arrays.BooleanArray(values, own)
        if values.dtype.kind in "iu":
            return pd.arrays.IntegerArray(values, own)
        values = with_natural_missing(values, mask)
    if zone is not None:
        unit = np.datetime_data(values.dtype)[0]
        dtype = pd.DatetimeTZDtype(unit, zone)
        return pd.array(values.view(np.int64), dtype=dtype, copy=False)
    return values


def with_natural_missing(values: Array, mask: Mask) -> Array:
    """Return floats and times whose missing cells are NaN or NaT."""
    gone = np.isnan(values) if values.dtype.kind == "f" else np.isnat(values)
    if gone[mask].all():
        return values
    values = values.copy()
    put_nothing(values, mask)
    return values


def with_pandas_unit(name: str, values: Array) -> Array:
    """Return times in a unit that pandas has, if they fit."""
    unit = np.datetime_data(values.dtype)[0]
    if unit in PANDAS_UNITS:
        return values
    seconds = values.astype(f"{values.dtype.kind}8[s]")
    back = seconds.astype(values.dtype)
    same = (back == values) | np.isnat(values)
    if not same.all():
        row = int(same.argmin())
        raise ValueError(
            f"column {name!r}: row {row} is beyond datetime64[s], the coarsest unit of "
            "pandas"
        )
    return seconds


def string_columns(pd: Any, columns: list[Column], num_rows: int) -> dict[str, Any]:
    """Return columns of pandas' string dtype."""
    dtype = pd.StringDtype(na_value=np.nan)
    if dtype.storage != "pyarrow":
        return {
            column.name: pd.array(objects_of(column, num_rows), dtype=dtype)
            for column in columns
        }
    import pyarrow

    # Text as pandas keeps it, so that it is copied once and not again.
    names = [column.name for column in columns]
    schema = pyarrow.schema([(name, pyarrow.large_string()) for name in names])
    stream = ArrowStream(columns, num_rows)
    table = pyarrow.RecordBatchReader.from_stream(stream, schema=schema).read_all()
    return {name: dtype.__from_arrow__(table[name]) for name in names}


def objects_of(column: Column, num_rows: int) -> Array:
    """Return strings as Python objects, None where they are missing."""
    _type_name, capsule, mask, _missing, _zone = column.native()
    objects = string_objects(capsule, num_rows)
    if mask is not None:
        objects[mask] = None
    return objects


# ---- From pandas -----------------------------------------------------------


def columns_of(pd: Any, frame: Any) -> list[Column]:
    """Return the columns of a DataFrame as columns of a table."""
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(
            f"from_pandas takes a pandas.DataFrame, got {type(frame).__name__}"
        )
    if not isinstance(frame.index, pd.RangeIndex):
        raise ValueError(
            "tables have no index, and this one would be lost: make columns of it with "
            "frame.reset_index(), or drop it with frame.reset_index(drop=True)"
        )
    names = list(frame.columns)
    for name in names:
        if not isinstance(name, str):
            raise TypeError(
                f"columns are named by str, got {name!r}; "
                "frame.rename(columns=str) makes it one"
            )
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(f"two columns are named {twice!r}; rename one of them first")
    return [column_of(pd, name, frame[name]) for name in names]


def column_of(pd: Any, name: str, series: Any) -> Column:
    """Return one column of a frame as one of a table."""
    dtype = series.dtype
    mask = series.isna().to_numpy(dtype=bool, copy=True)
    if isinstance(dtype, pd.SparseDtype):
        return decoded(pd, name, series.sparse.to_dense(), mask)
    if isinstance(dtype, pd.CategoricalDtype):
        codes = series.cat.codes.to_numpy()
        categories = pd.Series(dtype.categories)
        if not isinstance(categories.dtype, np.dtype):
            values = categories.array.take(codes, allow_fill=True)
            return decoded(pd, name, pd.Series(values), mask)
        if categories.empty:
            categories = pd.Series([""], dtype=object)
        return decoded(pd, name, categories.take(codes.clip(0)), mask)
    return decoded(pd, name, series, mask)


def decoded(pd: Any, name: str, series: Any, mask: Mask) -> Column:
    """Return a column of what is no category; the mask says what is missing."""
    dtype = series.dtype
    if isinstance(dtype, pd.ArrowDtype):
        return column_of_arrow(name, series)
    if isinstance(dtype, pd.StringDtype):
        return string_column(name, series.to_numpy(dtype=object), mask)
    if isinstance(dtype, pd.DatetimeTZDtype):
        naive = series.dt.tz_convert("UTC").dt.tz_localize(None)
        return Column.of_values(name, naive.to_numpy(copy=True), mask, GIVEN, "UTC")
    if isinstance(dtype, np.dtype):
        if dtype.kind == "O":
            return object_column(name, series.to_numpy(), mask)
        if dtype.kind in "biufMm":
            return array_column(name, series.to_numpy(copy=True), mask, False)
    elif getattr(dtype, "_is_numeric", False) or dtype.name == "boolean":
        numpy_dtype = dtype.numpy_dtype
        stand_in = np.nan if numpy_dtype.kind == "f" else numpy_dtype.type(0)
        values = series.to_numpy(dtype=numpy_dtype, na_value=stand_in, copy=True)
        return array_column(name, values, mask, False)
    raise TypeError(
        f"column {name!r} is of {dtype}, for which tables have no dtype; convert it "
        f"first, for example frame[{name!r}].astype(str)"
    )


def column_of_arrow(name: str, series: Any) -> Column:
    """Return a column that pandas keeps as Arrow data."""
    import pyarrow

    columns, _rows = import_columns(pyarrow.table({name: series.array}))
    return columns[0]


def string_column(name: str, objects: Array, mask: Mask) -> Column:
    """Return a column of str, and anything where the mask is true."""
    try:
        capsule = capsule_of(objects, mask)
    except UnicodeEncodeError as error:
        raise ValueError(f"column {name!r} holds {error.object!r}: {error}") from None
    missing = int(np.count_nonzero(mask))
    field = Field(name, STRING, missing, GIVEN, False)
    return Column.of_strings(field, len(objects), capsule, mask if missing else None)


def object_column(name: str, objects: Array, mask: Mask) -> Column:
    """Return a column of Python objects that are all str, or all bool."""
    present = objects[~mask]
    kinds = {type(value) for value in present}
    if present.size and kinds <= {bool, np.bool_}:
        values = np.where(mask, False, objects).astype(np.bool_)
        return array_column(name, values, mask, False)
    for row, value in enumerate(objects):
        if not mask[row] and not isinstance(value, str):
            raise TypeError(
                f"column {name!r}: row {row} holds {value!r}; objects must be str, all "
                f"of them: frame[{name!r}].astype(str), or infer_objects() for numbers"
            )
    return string_column(name, objects, mask)
