"""The order of rows by several keys, and what other functions of order share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.array_utils import normalize_axis_index

from numpy_ext import _native
from numpy_ext._groups import as_items, native
from numpy_ext._items import Items
from numpy_ext._threads import on_main_thread, thread_count

__all__ = [
    "Lanes",
    "gathered",
    "has_order",
    "lexsort",
    "masked_like",
    "missing_of",
    "order_by",
    "order_items",
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


def lexsort(
    keys: Sequence[Items] | npt.NDArray[Any],
    axis: int = -1,
    *,
    descending: bool | Sequence[bool] = False,
) -> npt.NDArray[np.int64]:
    r"""Return the order of rows by several keys, the last one above all.

    Parameters
    ----------
    keys : sequence of array_like
        Arrays of one shape, at least one: bool, integers, float16, float32, float64,
        datetime64, timedelta64, S, U or StringDType, in any mixture. A list of str is
        taken as StringDType. The rows of an array of two or more dimensions are keys
        too. As for `numpy.lexsort`, the last key counts most.
    axis : int, default -1
        The axis along which is sorted.
    descending : bool or sequence of bool, default False
        Whether large values come first; one for all keys, or one for each.

    Returns
    -------
    ndarray of int64
        In the shape of the keys, the indices along the axis that sort them.

    Raises
    ------
    TypeError
        For keys of other dtypes.
    ValueError
        If there is no key, or shapes differ.

    See Also
    --------
    Table.sort_by : The same for the rows of a table.

    Notes
    -----
    The order is stable: rows that are equal by all keys stay as they are, descending or
    not. NaN, NaT, missing strings (NA) and masked items are equal to each other, and
    come last in both directions.

    Keys that hardly differ are no slower than others: two or more that fit into 64 bits
    are sorted as one, and a further key is looked at only where the ones before leave a
    choice. The result does not depend on the number of threads (`num_threads`). The
    interpreter lock is released.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> city = np.array(["Rome", "Oslo", "Rome", "Oslo"])
    >>> high = np.array([31, 19, 28, 22])
    >>> npx.lexsort((high, city))
    array([1, 3, 2, 0])
    >>> npx.lexsort((high, city), descending=[True, False])
    array([3, 1, 0, 2])
    """
    given = key_arrays(keys)
    flags = direction_flags(descending, len(given))
    shape = given[0].shape
    for number, key in enumerate(given):
        if key.shape != shape:
            raise ValueError(
                f"keys must have one shape: key 0 has {shape}, key {number} {key.shape}"
            )
    lanes = [Lanes(key, axis) for key in given]
    columns = [
        order_key(lane.items, missing_of(lane.items, lane.mask), flag)
        for lane, flag in zip(lanes, flags, strict=True)
    ]
    first = lanes[0]
    order, _ = order_by(columns[::-1], first.count, first.rows)
    return first.shaped(order)


def key_arrays(keys: object) -> list[Array]:
    """Return the keys as arrays of one dimension or more."""
    if hasattr(keys, "keys"):  # a mapping, and so a table
        raise TypeError(
            f"keys must be a sequence of arrays, got a {type(keys).__name__}; "
            "the rows of a table are sorted by t.sort_by('name', ...)"
        )
    if isinstance(keys, (str, bytes)) or not hasattr(keys, "__iter__"):
        raise TypeError(f"keys must be a sequence of arrays, got {keys!r}")
    given = [order_items(key) for key in keys]
    if not given:
        raise ValueError("lexsort needs at least one key")
    for number, key in enumerate(given):
        if key.ndim == 0:
            raise ValueError(
                f"key {number} is a single value: a single key is given as (key,)"
            )
    return given


def direction_flags(descending: object, count: int) -> list[bool]:
    """Return for each key whether it sorts from large to small."""
    if isinstance(descending, (bool, np.bool_)):
        return [bool(descending)] * count
    if isinstance(descending, Sequence) and not isinstance(descending, str):
        if len(descending) != count:
            raise ValueError(
                f"descending has {len(descending)} values for {count} keys"
            )
        if all(isinstance(flag, (bool, np.bool_)) for flag in descending):
            return [bool(flag) for flag in descending]
    raise TypeError(
        f"descending must be a bool, or a list of one for each key; got {descending!r}"
    )


# ---- What is shared ----


def order_items(a: Any) -> Array:
    """Return an array of items; a list of bytes as S, if it holds all of them."""
    items = as_items(a)
    if isinstance(a, (list, tuple)) and items.dtype == object:
        flat = items.reshape(-1).tolist()
        if all(isinstance(item, bytes) and item[-1:] != b"\0" for item in flat):
            return items.astype("S")
    return items


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
            self.axis = normalize_axis_index(axis, data.ndim)
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
        items = np.array(items, dtype=native(items.dtype))
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
    return ": convert str with a.astype(np.dtypes.StringDType())"


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
    return made if made.dtype.isnative else made.astype(native(made.dtype))


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
