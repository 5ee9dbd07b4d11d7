"""Rows of a table: what stands between the brackets, and sorting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext._categories import ranks_of as ranks_of_strings
from numpy_ext._column import Column
from numpy_ext._given import foreign_column
from numpy_ext._lanes import Key, has_order, missing_of, order_by, order_key

__all__ = ["descending_flags", "row_range", "rows_of", "sorted_rows"]

Rows: TypeAlias = npt.NDArray[np.int64]


def row_range(key: slice, num_rows: int) -> tuple[int, int, int]:
    """Return the rows of a slice as a range; ``(0, 0, 1)`` if there are none."""
    for part in (key.start, key.stop, key.step):
        if isinstance(part, str):
            raise TypeError(
                f"slices are of rows, by number; got {part!r}. Columns are chosen by a "
                "list of names: t[['x', 'y']]"
            )
    rows = range(*key.indices(num_rows))
    return (rows.start, rows.stop, rows.step) if rows else (0, 0, 1)


def rows_of(key: Any, num_rows: int) -> Rows:
    """Return the numbers of the rows that a mask or an array of numbers chooses.

    Raises
    ------
    IndexError
        If a mask has another length than the table, or a row is not there.
    TypeError
        If it is something else.
    """
    column = None
    if isinstance(key, list):
        kinds = {isinstance(item, (bool, np.bool_)) for item in key}
        if len(kinds) > 1 or any(isinstance(item, str) for item in key):
            raise TypeError(
                "a list chooses columns by names, rows by bools (a mask) or by "
                f"numbers, not by a mixture: {key[:5]!r}"
            )
    elif not isinstance(key, np.ndarray):
        column = foreign_column("mask", key)
    array = np.ma.asanyarray(key if column is None else column.array())
    if array.ndim != 1:
        raise IndexError(
            f"rows are chosen by an array of one dimension, got shape {array.shape}"
        )
    gone = np.ma.getmaskarray(array)
    chosen = np.ma.getdata(array)
    if chosen.dtype.kind == "b":
        if len(chosen) != num_rows:
            raise IndexError(
                f"a mask of {len(chosen)} rows for a table of {num_rows:,} rows"
            )
        return np.flatnonzero(chosen & ~gone).astype(np.int64, copy=False)
    if chosen.size == 0 and chosen.dtype == np.float64:  # what an empty list becomes
        return np.empty(0, dtype=np.int64)
    if chosen.dtype.kind not in "iu":
        raise TypeError(
            "rows are chosen by a bool array (a mask) or an integer array, got "
            f"{chosen.dtype}"
        )
    if gone.any():
        raise IndexError(
            f"row number {int(gone.argmax())} of the index array is missing; leave "
            "it out with .compressed()"
        )
    return row_numbers(chosen, num_rows)


def row_numbers(chosen: npt.NDArray[Any], num_rows: int) -> Rows:
    """Return row numbers counted from the start, all of which are there."""
    least = -num_rows if chosen.dtype.kind == "i" else 0
    outside = (chosen < least) | (chosen >= num_rows)
    if outside.any():
        row = chosen[int(outside.argmax())]
        raise IndexError(f"there is no row {row} in a table of {num_rows:,} rows")
    rows = np.ascontiguousarray(chosen, dtype=np.int64)
    return np.where(rows < 0, rows + num_rows, rows)


# ---- Sorting ---------------------------------------------------------------


def descending_flags(descending: object, names: Sequence[str]) -> list[bool]:
    """Return for each key whether it sorts from large to small."""
    if isinstance(descending, (bool, np.bool_)):
        return [bool(descending)] * len(names)
    if isinstance(descending, Sequence) and not isinstance(descending, str):
        if len(descending) != len(names):
            raise ValueError(
                f"descending has {len(descending)} values for {len(names)} names"
            )
        if all(isinstance(flag, (bool, np.bool_)) for flag in descending):
            return [bool(flag) for flag in descending]
    raise TypeError(
        f"descending must be a bool, or a list of one for each name; got {descending!r}"
    )


def sorted_rows(columns: list[Column], descending: list[bool], num_rows: int) -> Rows:
    """Return the row numbers in the order of the columns, the first one above all."""
    keys = [
        sort_key(column, down) for column, down in zip(columns, descending, strict=True)
    ]
    return order_by(keys, 1, num_rows)[0]


def sort_key(column: Column, down: bool) -> Key:
    """Return what rows are ordered by: strings as the views they are kept as."""
    mask = None if column.mask is None else np.ascontiguousarray(column.mask)
    if column.strings is not None:
        return column.strings, mask, down
    if column.categories is not None:
        return ranks_of_strings(*column.codes()), mask, down
    values = column.values()
    if has_order(values.dtype):
        return order_key(values, missing_of(values, mask), down)
    return ranks_of(column), without_value(column), down


def ranks_of(column: Column) -> Rows:
    """Return numbers in the order of values that only NumPy can compare."""
    present = np.flatnonzero(~without_value(column))
    ranks = np.zeros(column.length, dtype=np.int64)
    ranks[present] = np.unique(column.values()[present], return_inverse=True)[1]
    return ranks


def without_value(column: Column) -> npt.NDArray[np.bool_]:
    """Return which cells are missing, NaN or NaT."""
    gone = np.zeros(column.length, dtype=np.bool_)
    if column.mask is not None:
        gone |= column.mask
    kind = column.dtype.kind
    if kind in "fc":
        gone |= np.isnan(column.values())
    elif kind in "mM":
        gone |= np.isnat(column.values())
    return gone
