"""Tables one below the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._categories import CODE, renumbered, united
from numpy_ext._column import Column, replacement
from numpy_ext._dtypes import STRING
from numpy_ext._given import put_nothing
from numpy_ext._promotion import common_number, common_time, exact, exact_time
from numpy_ext._schema import Field, dtype_name
from numpy_ext._strings import OBJECT, capsule_of, is_text

__all__ = ["joined_columns"]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]

# Reasons for a dtype that no value has asked for.
WITHOUT_VALUES = frozenset({"no values", "no data rows"})


def joined_columns(name: str, columns: list[Column]) -> Column:
    """Return the rows of several columns of one name.

    Raises
    ------
    TypeError
        If their dtypes have no common one.
    ValueError
        If the common dtype does not hold a value.
    """
    firm = firm_columns(columns)
    dtypes = [column.dtype for column in firm]
    kinds = {dtype.kind for dtype in dtypes}
    if all(column.categories is not None for column in firm):
        return joined_categories(name, columns, firm)
    if all(is_text(c.dtype) or c.categories is not None for c in firm):
        return joined_strings(name, columns, firm)
    if any(column.categories is not None for column in firm):
        raise TypeError(disagreement(name, columns, firm))
    if kinds <= set("iuf"):
        dtype = common_number(dtypes)
    elif kinds in ({"M"}, {"m"}):
        dtype = common_unit(name, dtypes)
    elif all(dtype == dtypes[0] for dtype in dtypes):
        dtype = dtypes[0]
    else:
        raise TypeError(disagreement(name, columns, firm))
    zones = {column.field.zone for column in firm}
    if len(zones) > 1:
        raise TypeError(
            f"column {name!r} has times in UTC in one table and without a zone in "
            "another; with_columns of plain arrays leaves the zone out"
        )
    parts = [
        converted(name, number, column, dtype, column in firm)
        for number, column in enumerate(columns)
    ]
    # Masked integers come of missing="auto" too: they do not make floats masked.
    is_masked = any(
        column.is_masked if dtype.kind in "biuV" else column.missing == "masked"
        for column in firm
    )
    missing = "masked" if is_masked else "auto"
    field = joined_field(name, dtype, firm)
    values = np.concatenate(parts)
    mask = joined_mask(columns)
    return Column.of_values(
        name, values, mask, field.reason, zones.pop(), missing, field.widened
    )


def firm_columns(columns: list[Column]) -> list[Column]:
    """Return the columns that have a dtype of their own.

    A column of a CSV file without a value in it is float64 or string for want of
    another dtype, and takes that of the others.
    """
    firm = [
        column
        for column in columns
        if column.field.reason not in WITHOUT_VALUES
        or column.field.missing < column.length
    ]
    with_rows = [column for column in columns if column.length > 0]
    return firm or with_rows or columns[:1]


def common_unit(name: str, dtypes: list[np.dtype[Any]]) -> np.dtype[Any]:
    """Return the dtype of the finest unit, of which the others are multiples."""
    try:
        return common_time(dtypes)
    except TypeError:
        found = " and ".join(sorted({str(dtype) for dtype in dtypes}))
        raise TypeError(
            f"column {name!r} is of {found}, which have no unit in common; convert "
            "one of them first"
        ) from None


def converted(
    name: str, number: int, column: Column, dtype: np.dtype[Any], is_firm: bool
) -> Array:
    """Return the values of one table as the common dtype."""
    if not is_firm:
        empty = np.empty(column.length, dtype=dtype)
        put_nothing(empty, np.ones(column.length, dtype=np.bool_))
        return empty
    try:
        if dtype.kind in "mM":
            return exact_time(column.values(), dtype)
        return widened(column, dtype)
    except ValueError as error:
        raise ValueError(
            f"column {name!r} is joined as {dtype}, but in table {number} {error}; "
            "convert it in with_columns first"
        ) from None


def widened(column: Column, dtype: np.dtype[Any]) -> Array:
    """Return numbers as a dtype that holds them; missing ones as it has it."""
    if dtype.kind not in "iuf":
        return column.values()
    values = exact(column.values(), column.mask, dtype)
    if dtype.kind == "f" and column.dtype.kind != "f" and column.mask is not None:
        values[column.mask] = np.nan  # converted, so nobody else's
    return values


def joined_mask(columns: list[Column]) -> Mask | None:
    """Return which cells are missing, None if none is."""
    if all(column.mask is None for column in columns):
        return None
    masks = [
        np.zeros(column.length, dtype=np.bool_) if column.mask is None else column.mask
        for column in columns
    ]
    return np.concatenate(masks)


def joined_field(name: str, dtype: np.dtype[Any], firm: list[Column]) -> Field:
    """Return what is known about a joined column but how many cells are missing."""
    for column in firm:
        if column.dtype == dtype:
            return replace(column.field, name=name, missing=0)
    names = sorted({dtype_name(column.dtype) for column in firm})
    return Field(name, dtype, 0, f"joined of {' and '.join(names)}", False)


def joined_categories(name: str, columns: list[Column], firm: list[Column]) -> Column:
    """Return a column of the categories of all, in the order of the tables."""
    parts = [column.codes() for column in firm]
    numbers, categories = united([part[1] for part in parts])
    made = {
        id(column): renumbered(part[0], own)
        for column, part, own in zip(firm, parts, numbers, strict=True)
    }
    codes = [
        made[id(column)] if id(column) in made else np.full(column.length, -1, CODE)
        for column in columns
    ]
    missing = "masked" if any(column.is_masked for column in firm) else "auto"
    field = replace(firm[0].field, name=name)
    mask = joined_mask(columns)
    return Column.of_codes(field, np.concatenate(codes), mask, categories, missing)


def joined_strings(name: str, columns: list[Column], firm: list[Column]) -> Column:
    """Return a column of strings; of different kinds of them it is a StringDType."""
    dtypes = [column.dtype if column.categories is None else STRING for column in firm]
    kinds = {dtype.kind for dtype in dtypes}
    missing = "masked" if any(column.is_masked for column in firm) else "auto"
    mask = joined_mask(columns)
    if len(kinds) == 1 and kinds <= set("SU"):
        dtype = np.result_type(*dtypes)
        field = joined_field(name, dtype, firm)
        values = np.concatenate(
            [
                column.values()
                if column in firm
                else np.zeros(column.length, dtype=dtype)
                for column in columns
            ]
        )
        return Column.of_values(
            name, values, mask, field.reason, None, missing, field.widened
        )
    same = all(dtype == dtypes[0] for dtype in dtypes)
    dtype = dtypes[0] if same else STRING
    if same and missing == "auto":
        missing = firm[0].missing
    field = replace(joined_field(name, dtype, firm), dtype=dtype)
    if mask is not None:
        field = replace(field, missing=int(np.count_nonzero(mask)))
    capsules = [
        column.native()[1] if column in firm else empty_strings(column.length)
        for column in columns
    ]
    length = sum(column.length for column in columns)
    capsule = _native.string_concat(capsules)
    return Column.of_strings(field, length, capsule, mask, missing)


def empty_strings(length: int) -> object:
    return capsule_of(np.zeros(length, dtype=STRING), None)


def disagreement(name: str, columns: list[Column], firm: list[Column]) -> str:
    """Return which tables have dtypes that do not go together."""
    first = firm[0]
    families = {**dict.fromkeys("iuf", "number"), **dict.fromkeys("OSU", "T")}

    def family(column: Column) -> str:
        kind = column.dtype.kind if column.categories is None else "T"
        return families.get(kind, kind if kind in "bMmT" else str(column.dtype))

    other = next(column for column in firm if family(column) != family(first))
    dtypes = [
        "category" if column.categories is not None else dtype_name(column.dtype)
        for column in (first, other)
    ]
    target = {"b": "int64", "M": "str", "T": "str"}.get(first.dtype.kind, "str")
    if OBJECT in (first.dtype, other.dtype):
        target = "str"
    return (
        f"column {name!r} is {dtypes[0]} in table {columns.index(first)} and "
        f"{dtypes[1]} in table {columns.index(other)}; convert one of them first, for "
        f"example {replacement(name, f'astype({target!r})')}"
    )
