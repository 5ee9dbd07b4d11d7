"""Arrays as lanes along an axis, and their items in an order: what sorting shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._threads import on_main_thread, thread_count

__all__ = [
    "Key",
    "Lanes",
    "flag",
    "gathered",
    "has_order",
    "masked_like",
    "missing_of",
    "order_by",
    "order_key",
    "workers",
]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.int64]
Key: TypeAlias = tuple[object, Mask | None, bool]
"""Items or the capsule of a string column, what is missing, whether descending."""

# So many items are ordered by the calling thread alone.
FEW_ITEMS: Final = 1 << 15


def flag(name: str, value: object) -> bool:
    """Return an option that is either of two; "no" would be true otherwise."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise TypeError(f"{name} must be a bool, got {value!r}")


class Lanes:
    """An array as lanes along one axis, one behind the other; None: all is one lane."""

    __slots__ = ("axis", "count", "items", "mask", "rows", "shape")

    items: Array
    """All items in one dimension."""
    mask: Mask | None
    """What is masked of them; None if nothing is."""
    count: int
    rows: int
    """Items of a lane."""
    shape: tuple[int, ...]
    """That of the array with the axis as its last one."""
    axis: int | None

    def __init__(self, array: Array, axis: int | None) -> None:
        data = array if type(array) is np.ndarray else np.asarray(np.ma.getdata(array))
        mask = None
        if type(array) is not np.ndarray and np.ma.is_masked(array):
            mask = np.ma.getmaskarray(array)
        if axis is None:
            self.axis, self.shape = None, array.shape
            self.count, self.rows = 1, array.size
        else:
            self.axis = np.lib.array_utils.normalize_axis_index(axis, data.ndim)
            if self.axis != data.ndim - 1:
                data = np.moveaxis(data, self.axis, -1)
                mask = None if mask is None else np.moveaxis(mask, self.axis, -1)
            self.shape, self.rows = data.shape, data.shape[-1]
            self.count = data.size // self.rows if self.rows else 0
        self.items = data if data.ndim == 1 else data.reshape(-1)
        self.mask = None if mask is None else np.ascontiguousarray(mask).reshape(-1)

    def shaped(self, values: Array) -> Array:
        """Return a value for each item in the shape of the array."""
        if len(self.shape) == 1:
            return values
        shaped = values.reshape(self.shape)
        return shaped if self.axis is None else np.moveaxis(shaped, -1, self.axis)

    def places(self, rows: Places) -> Places:
        """Return the place of each row, as many in a lane as in another one."""
        if self.count <= 1:
            return rows
        starts = np.arange(self.count, dtype=np.int64) * self.rows
        return (rows.reshape(self.count, -1) + starts[:, np.newaxis]).reshape(-1)


def order_key(items: Array, mask: Mask | None, descending: bool) -> Key:
    """Return a key for the native functions.

    Raises
    ------
    TypeError
        If items of this dtype have no order.
    """
    kind = items.dtype.kind
    if not has_order(items.dtype):
        raise TypeError(
            f"items of dtype {items.dtype} have no order{advice(items.dtype)}"
        )
    if kind == "U" and not items.dtype.isnative:
        items = np.array(items, dtype=items.dtype.newbyteorder("="))
    return items, mask, descending


def missing_of(items: Array, mask: Mask | None) -> Mask | None:
    """Return what is masked, NaN or NaT, if anything is masked.

    Without a mask NaN and NaT come last as the values that they are.
    """
    if mask is None or items.dtype.kind not in "fmM":
        return mask
    return mask | (np.isnan(items) if items.dtype.kind == "f" else np.isnat(items))


def has_order(dtype: np.dtype[Any]) -> bool:
    """Return whether items of a dtype are ordered in C."""
    return dtype.kind in "biumMSUT" or (dtype.kind == "f" and dtype.itemsize <= 8)


def advice(dtype: np.dtype[Any]) -> str:
    """Return what to do with items of a dtype that have no order here."""
    if dtype.kind == "f":
        return ": round them with a.astype(np.float64)"
    if dtype.kind == "c":
        return ": order them by a.real and a.imag, in lexsort"
    if dtype.kind == "V":
        return ": order them by their fields, in lexsort"
    return ": str as np.asarray(a, dtype=np.dtypes.StringDType())"


def workers(size: int) -> tuple[int, bool]:
    """Return the number of threads for so many items, and whether to heed signals."""
    if size < FEW_ITEMS:
        return 1, False
    return thread_count(None), on_main_thread()


def order_by(
    keys: Sequence[Key], lanes: int, rows: int, begins: bool = False
) -> tuple[Places, Mask | None]:
    """Return the order of rows by keys, the first one above all."""
    return _native.order_by(keys, lanes, rows, begins, *workers(lanes * rows))


def gathered(items: Array, places: Places) -> Array:
    """Return the items at places, all of which are there, as a new native array."""
    threads, _ = workers(len(places))
    if items.dtype.kind == "T":
        strings = np.empty(len(places), dtype=items.dtype)
        _native.take_strings(items, places, strings, threads)
        return strings
    if items.dtype.hasobject or items.dtype.itemsize == 0:
        return items[places]
    made: Array = _native.take_rows([items], places, threads)[0]
    return made if made.dtype.isnative else made.astype(made.dtype.newbyteorder("="))


def masked_like(array: Array, values: Array, mask: Mask | None) -> Array:
    """Return values with a mask (None: nothing is masked), if the array has one too."""
    if not isinstance(array, np.ma.MaskedArray):
        return values
    if mask is None:
        mask = np.zeros(values.shape, dtype=np.bool_)
    result: np.ma.MaskedArray[Any, Any] = np.ma.MaskedArray(values, mask=mask)
    with np.errstate(over="ignore"):  # of float16 it is infinite
        result.fill_value = array.fill_value
    return result
