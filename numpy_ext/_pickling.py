"""Columns as plain values for pickle, and back.

Numbers, masks, and the views and text of strings are arrays of bytes, which the
pickle protocol 5 hands on without a copy if it is given a ``buffer_callback``. A
column of strings never becomes an array on the way.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._categories import CODE, of_capsule
from numpy_ext._column import Column
from numpy_ext._schema import Field
from numpy_ext._strings import frozen, masked

__all__ = ["column_state", "restored_column"]

Array: TypeAlias = npt.NDArray[Any]
State: TypeAlias = tuple[Any, ...]


def column_state(column: Column) -> State:
    """Return what a column is made of."""
    mask = None if column.mask is None else contiguous(column.mask)
    if column.strings is not None:
        views, slabs = _native.string_buffers(column.strings)
        return "strings", column.field, mask, column.missing, views, slabs
    if column.categories is not None:
        codes, categories = column.codes()
        views, slabs = _native.string_buffers(categories.capsule)
        values = contiguous(codes)
        return "codes", column.field, mask, column.missing, values, views, slabs
    values = contiguous(column.values())
    return "values", column.field, mask, column.is_masked, values


def contiguous(array: Array) -> Array:
    """Return a read-only array that pickle takes as a buffer.

    What was read-only comes back as bytes, which nobody can write to.
    """
    return array if array.flags.c_contiguous else frozen(np.ascontiguousarray(array))


def restored_column(state: State, num_rows: int) -> Column:
    """Return the column of a state.

    Raises
    ------
    ValueError
        If the state is damaged.
    """
    kind, field, mask, form, *parts = state
    if not isinstance(field, Field):
        raise ValueError("damaged pickle: a column without a name")
    if mask is not None:
        mask = checked(field, mask, num_rows)
        if mask.dtype != np.bool_:
            raise ValueError(f"damaged pickle: no mask for column {field.name!r}")
    if kind == "strings":
        views, slabs = parts
        try:
            capsule = _native.string_from_buffers(views, slabs, num_rows)
        except ValueError as error:
            raise ValueError(
                f"damaged pickle of column {field.name!r}: {error}"
            ) from None
        return Column.of_strings(field, num_rows, capsule, mask, form)
    if kind == "codes":
        return restored_codes(field, mask, form, num_rows, *parts)
    (values,) = parts
    values = checked(field, values, num_rows)
    if values.dtype != field.dtype:
        raise ValueError(f"damaged pickle: dtype of column {field.name!r}")
    return Column.ready(field, num_rows, masked(values, mask) if form else values, mask)


def restored_codes(
    field: Field,
    mask: Array | None,
    missing: str,
    num_rows: int,
    codes: Any,
    views: Any,
    slabs: Any,
) -> Column:
    """Return a column of categories, of which every code has one."""
    codes = checked(field, codes, num_rows)
    count = field.categories
    if codes.dtype != CODE or not isinstance(count, int):
        raise ValueError(f"damaged pickle: dtype of column {field.name!r}")
    gone = codes == -1
    same = not gone.any() if mask is None else bool((gone == mask).all())
    if not same or not (((codes >= 0) & (codes < count)) | gone).all():
        raise ValueError(f"damaged pickle: codes of column {field.name!r}")
    try:
        capsule = _native.string_from_buffers(views, slabs, count)
    except ValueError as error:
        raise ValueError(f"damaged pickle of column {field.name!r}: {error}") from None
    return Column.of_codes(field, codes, mask, of_capsule(capsule, count), missing)


def checked(field: Field, array: Any, num_rows: int) -> Array:
    """Return an array of a pickle, read-only, if it has the right length."""
    if not isinstance(array, np.ndarray) or array.shape != (num_rows,):
        raise ValueError(f"damaged pickle: length of column {field.name!r}")
    return frozen(array)
