"""Values in place of missing cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._categories import code_of
from numpy_ext._column import Column
from numpy_ext._dtypes import STRING
from numpy_ext._promotion import exact_time, numpy_time
from numpy_ext._strings import capsule_of

__all__ = ["filled_columns"]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]

WANTED = {
    "b": "True or False",
    "i": "an integer that it holds",
    "u": "an integer that it holds",
    "f": "a number",
    "c": "a number",
    "M": "a numpy.datetime64 or datetime",
    "m": "a numpy.timedelta64 or timedelta",
    "T": "a str",
    "U": "a str",
    "O": "a str",
    "S": "bytes",
}

DATES = (dt.date, np.datetime64)
DURATIONS = (dt.timedelta, np.timedelta64)


def filled_columns(columns: Mapping[str, Column], values: object) -> list[Column]:
    """Return the columns with their missing cells filled.

    Parameters
    ----------
    columns : mapping of str to Column
        All columns of a table.
    values : mapping or scalar
        The value for each column, their names checked before; or one for all columns
        in which a cell is missing.

    Raises
    ------
    TypeError, ValueError
        If a value is not one of its column's dtype.
    """
    made = []
    for name, column in columns.items():
        if isinstance(values, Mapping):
            wanted, value = name in values, values.get(name)
        else:
            wanted, value = column.field.missing > 0, values
        made.append(filled(column, value) if wanted else column)
    return made


def filled(column: Column, value: object) -> Column:
    """Return a column without missing cells."""
    put = fill_value(column, value)
    mask = column.mask
    if mask is None or not mask.any():
        return column
    if column.strings is not None:
        return filled_strings(column, mask, put)
    if column.categories is not None:
        return filled_codes(column, mask, str(put))
    values = column.values()
    if column.dtype.kind in "SU":  # wide enough for the value as well
        both = np.result_type(column.dtype, np.asarray(put))
        values = values.astype(both)
    else:
        values = values.copy()
    values[mask] = put
    field = column.field
    return Column.of_values(
        column.name, values, None, field.reason, field.zone, widened=field.widened
    )


def filled_codes(column: Column, mask: Mask, text: str) -> Column:
    """Return a column of categories whose missing cells all are one of them."""
    codes, categories = column.codes()
    code, categories = code_of(text, categories)
    codes = codes.copy()
    codes[mask] = code
    return Column.of_codes(column.field, codes, None, categories)


def filled_strings(column: Column, mask: Mask, text: object) -> Column:
    """Return a column whose missing cells all are one row more at its end."""
    last = capsule_of(np.array([text], dtype=STRING), None)
    rows = np.arange(column.length, dtype=np.int64)
    rows[mask] = column.length
    capsule = _native.string_take(_native.string_concat([column.strings, last]), rows)
    missing = "auto" if column.missing == "masked" else column.missing
    field = column.field_with(None)
    return Column.of_strings(field, column.length, capsule, None, missing)


def fill_value(column: Column, value: Any) -> Any:
    """Return the value as its column takes it."""
    kind = column.dtype.kind if column.categories is None else "T"
    try:
        if kind in "biufc":
            put = fill_number(column.dtype, value)
        elif kind in "mM":
            put = fill_time(column, value)
        else:
            put = fill_text(kind, value)
    except ValueError as error:
        raise ValueError(
            f"column {column.name!r} is {shown(column)}: {error}"
        ) from None
    if put is None:
        wanted = WANTED.get(kind)
        if wanted is None:
            raise TypeError(f"column {column.name!r} of {column.dtype} is not filled")
        raise TypeError(
            f"column {column.name!r} is {shown(column)}: fill it with {wanted}, not "
            f"{value!r}{advice(kind, value)}"
        )
    return put


def shown(column: Column) -> str:
    """Return the dtype of a column in words."""
    if column.categories is not None:
        return "category"
    return "string" if column.dtype.kind == "T" else str(column.dtype)


def advice(kind: str, value: object) -> str:
    """Return how to accept a value of another family."""
    if kind in "iu" and isinstance(value, (float, np.floating)):
        return "; .astype('float64') in with_columns makes it a column of floats"
    if isinstance(value, (bool, int, float, str)):
        return "; a mapping {name: value} fills columns of different dtypes"
    return ""


def fill_number(dtype: np.dtype[Any], value: Any) -> Any:
    """Return a number as a dtype, None if it is none of its family."""
    is_bool = isinstance(value, (bool, np.bool_))
    is_integer = isinstance(value, (int, np.integer)) and not is_bool
    if dtype.kind == "b":
        return bool(value) if is_bool else None
    if dtype.kind in "iu":
        if not is_integer:
            return None
        info = np.iinfo(dtype)
        if not info.min <= int(value) <= info.max:
            raise ValueError(f"it does not hold {value}")
        return dtype.type(value)
    numbers = (
        (float, np.floating)
        if dtype.kind == "f"
        else ((float, np.floating, complex, np.complexfloating))
    )
    if not is_integer and not isinstance(value, numbers):
        return None
    with np.errstate(over="ignore"):
        put = dtype.type(value)
    if np.isinf(put) and not (is_integer or np.isinf(value)):
        raise ValueError(f"it does not hold {value}")
    if is_integer and (np.isinf(put) or int(put.real) != int(value)):
        raise ValueError(f"it does not hold {value} exactly")
    return put


def fill_time(column: Column, value: Any) -> Any:
    """Return a time in the unit of its column, None if it is no time."""
    dtype = column.dtype
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        if column.field.zone is None:
            raise ValueError(f"its times have no zone, {value!r} has one")
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    elif isinstance(value, dt.datetime) and column.field.zone is not None:
        raise ValueError(f"its times are UTC, {value!r} has no zone")
    family = DATES if dtype.kind == "M" else DURATIONS
    if not isinstance(value, family):
        return None
    given = np.array([numpy_time(value)])
    if np.isnat(given[0]):
        raise ValueError("NaT is a missing time again")
    return exact_time(given, dtype)[0]


def fill_text(kind: str, value: Any) -> Any:
    """Return a text as an array takes it, None if it is none."""
    if kind == "S" and isinstance(value, bytes):
        ends_in_nul = value.endswith(b"\0")
    elif kind in "TUO" and isinstance(value, str):
        value.encode()  # a lone surrogate is no text
        ends_in_nul = kind == "U" and value.endswith("\0")
    else:
        return None
    if ends_in_nul:
        raise ValueError(f"{value!r} ends in a NUL, which NumPy drops")
    return value
