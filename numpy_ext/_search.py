"""Where items would stand in a sorted array."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._groups import native
from numpy_ext._items import Items
from numpy_ext._lanes import order_key, workers
from numpy_ext._order import order_items

__all__ = ["searchsorted"]

Array: TypeAlias = npt.NDArray[Any]


@overload
def searchsorted(
    a: Items,
    v: np.generic | complex | str | bytes,
    side: Literal["left", "right"] = "left",
    sorter: npt.ArrayLike | None = None,
) -> np.int64: ...
@overload
def searchsorted(
    a: Items,
    v: Items,
    side: Literal["left", "right"] = "left",
    sorter: npt.ArrayLike | None = None,
) -> npt.NDArray[np.int64]: ...
def searchsorted(
    a: Items,
    v: Any,
    side: Literal["left", "right"] = "left",
    sorter: npt.ArrayLike | None = None,
) -> Any:
    r"""Return where items would be inserted into a sorted array to keep its order.

    Parameters
    ----------
    a : array_like
        Of one dimension and sorted: numbers, times or strings as for `lexsort`, with
        NaN, NaT and missing strings (NA) last, as `sort` and `numpy.sort` leave them.
        Of another array the result means nothing.
    v : array_like
        What to look for, of any shape: numbers in numbers, times in times, strings in
        strings.
    side : {"left", "right"}, default "left"
        Before the items that are equal, or behind them.
    sorter : array_like of int, optional
        Indices that sort `a`, as from `argsort`, if it is not sorted itself.

    Returns
    -------
    ndarray of int64
        In the shape of `v`, for each of its items the number of items of `a` that are
        less ("left"), or not greater ("right"). A masked array if `v` is one. For a
        single value a single number, or `numpy.ma.masked`.

    Raises
    ------
    TypeError
        If items of `a` and `v` are not compared with each other, or have no order.
    ValueError
        If `a` has another number of dimensions or masked items, `sorter` does not fit
        it, or times do not fit the finer unit of both.

    See Also
    --------
    sort, argsort : What brings `a` in order.

    Notes
    -----
    Numbers of different dtypes are compared exactly: an int64 beyond 2**53 with a
    float64, a negative number with an uint64. `numpy.searchsorted` converts both to one
    dtype before, which may round them to equal ones.

    NaN and NaT are greater than all other values and equal to themselves.

    Many items are looked up at once, and items of `v` that ascend one near the other.
    The result does not depend on the number of threads (`num_threads`). The interpreter
    lock is released.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.searchsorted(np.array([10, 20, 20, 30]), [20, 25])
    array([1, 3])
    >>> npx.searchsorted(np.array([10, 20, 20, 30]), 20, side="right")
    np.int64(3)
    >>> npx.searchsorted(np.array([0, 2**53 + 1]), float(2**53))
    np.int64(1)
    """
    if side not in ("left", "right"):
        raise ValueError(f"side must be 'left' or 'right', got {side!r}")
    items, needles = order_items(a), order_items(v)
    if items.ndim != 1:
        raise ValueError(f"a must have one dimension, got shape {items.shape}")
    if type(items) is not np.ndarray:
        if np.ma.is_masked(items):
            raise ValueError(
                "a has masked items, which have no place in an order: search in "
                "a.compressed()"
            )
        items = np.asarray(np.ma.getdata(items))
    places = None if sorter is None else checked_sorter(sorter, len(items))
    wanted = np.asarray(np.ma.getdata(needles))
    items, flat = comparable(items, wanted.reshape(-1))
    order_key(items, None, False)
    order_key(flat, None, False)
    found = _native.search(
        items, places, flat, side == "right", *workers(flat.size)
    ).reshape(wanted.shape)
    if isinstance(needles, np.ma.MaskedArray):
        if needles.ndim:
            return np.ma.MaskedArray(found, mask=np.ma.getmaskarray(needles).copy())
        if np.ma.is_masked(needles):
            return np.ma.masked
    return found if found.ndim else found[()]


def checked_sorter(sorter: npt.ArrayLike, length: int) -> npt.NDArray[np.int64]:
    """Return indices as contiguous int64; C looks whether they are there."""
    places = np.asarray(sorter)
    if places.size == 0 and places.dtype == np.float64:  # of an empty list
        places = places.astype(np.int64)
    if places.dtype.kind not in "iu":
        raise TypeError(f"sorter must be an array of integers, got {places.dtype}")
    if places.shape != (length,):
        raise ValueError(
            f"sorter must have an index for each of {length} items, got shape "
            f"{places.shape}"
        )
    return np.ascontiguousarray(places, dtype=np.int64)


def comparable(items: Array, needles: Array) -> tuple[Array, Array]:
    """Return both as arrays that are compared in C, in native byte order."""
    kinds = family(items.dtype), family(needles.dtype)
    if kinds[0] != kinds[1]:
        if needles.size == 0 and needles.dtype == np.float64:  # of an empty list
            return items, needles.astype(items.dtype)
        if items.size == 0 and items.dtype == np.float64:
            return items.astype(needles.dtype), needles
        raise TypeError(
            f"{kinds[1]} cannot be looked for among {kinds[0]}: a is of {items.dtype}, "
            f"v of {needles.dtype}"
        )
    if kinds[0] in ("times", "durations"):
        return of_one_unit(items, needles)
    if not items.dtype.isnative:
        items = items.astype(native(items.dtype))
    if kinds[0] == "strings" and not needles.dtype.isnative:
        needles = needles.astype(native(needles.dtype))
    if kinds[0] == "strings" and items.dtype.kind != needles.dtype.kind:
        if "S" in items.dtype.kind + needles.dtype.kind and (
            "T" in items.dtype.kind + needles.dtype.kind
        ):
            raise TypeError(
                f"bytes and text are not compared: a is of {items.dtype}, v of "
                f"{needles.dtype}; np.strings.decode makes text of bytes"
            )
        common = np.promote_types(items.dtype, needles.dtype)
        return items.astype(common, copy=False), needles.astype(common, copy=False)
    return items, needles


def family(dtype: np.dtype[Any]) -> str:
    """Return what items of a dtype are: dtypes of one family are compared."""
    if dtype.kind in "biuf":
        return "numbers"
    if dtype.kind in "SUT":
        return "strings"
    return {"M": "times", "m": "durations"}.get(dtype.kind, f"items of {dtype}")


def of_one_unit(items: Array, needles: Array) -> tuple[Array, Array]:
    """Return times in the finer unit of both, none of them changed."""
    common = np.promote_types(items.dtype, needles.dtype)
    made = []
    for name, array in (("a", items), ("v", needles)):
        cast = array.astype(common, copy=False)
        if cast.dtype != array.dtype:
            back = cast.astype(array.dtype)
            changed = (back != array) & ~np.isnat(array)
            if changed.any():
                value = array[int(changed.argmax())]
                raise ValueError(
                    f"{value} of {name} does not fit {common}, the finer unit of both"
                )
        made.append(cast)
    return made[0], made[1]
