"""The first few of many items, and the ranks of all."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._items import Items
from numpy_ext._lanes import (
    Lanes,
    flag,
    gathered,
    masked_like,
    order_key,
    workers,
)
from numpy_ext._order import order_items
from numpy_ext._sort_texts import has_two_missing, text_order

__all__ = ["TopK", "rank", "top_k"]

Array: TypeAlias = npt.NDArray[Any]
Method: TypeAlias = (
    Literal["average"]
    | Literal["min"]
    | Literal["max"]
    | Literal["dense"]
    | Literal["ordinal"]
)

METHODS: Final = ("average", "min", "max", "dense", "ordinal")
"""In the order of their numbers in C."""


class TopK(NamedTuple):
    """What `top_k` returns."""

    values: npt.NDArray[Any]
    """The first items, in order."""
    indices: npt.NDArray[np.int64]
    """Where they are along the axis."""


def top_k(
    a: Items | npt.ArrayLike, k: int, axis: int | None = -1, *, largest: bool = True
) -> TopK:
    r"""Return the k largest items of an array and where they are, in order.

    Parameters
    ----------
    a : array_like
        Bool, integers, float16, float32, float64, datetime64, timedelta64, S, U or
        StringDType, of any shape. A list of str is taken as StringDType.
    k : int
        How many; no more than there are along the axis.
    axis : int or None, default -1
        The axis along which they are looked for. With None, among all items of the
        flattened array.
    largest : bool, default True
        The largest ones, largest first. With False the smallest, smallest first.

    Returns
    -------
    values : ndarray
        The items, of the dtype of `a`; a masked array if `a` is one. In the shape of
        `a`, but k along the axis.
    indices : ndarray of int64
        Where they are along the axis, in the same shape.

    Raises
    ------
    TypeError
        For items of other dtypes, or if k is no integer or `largest` no bool.
    ValueError
        If there are fewer than k items along the axis, or k is negative.
    numpy.exceptions.AxisError
        If `a` has no such axis, as a single value has none.

    See Also
    --------
    sort, argsort : All items in order.
    numpy.partition, numpy.argpartition : The same items without an order.

    Notes
    -----
    Equal items come by index. NaN, NaT and missing strings (NA) come last in both
    directions, and masked items behind them, so that they are only there if k is more
    than there are others.

    For a small k this takes one look at every item: those that are worse than the k
    best so far are left out at once. More than a quarter of the items are sorted. The
    result does not depend on the number of threads (`num_threads`). The interpreter
    lock is released.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.top_k(np.array([3.0, np.nan, 9.0, 4.0, 9.0]), 3)
    TopK(values=array([9., 9., 4.]), indices=array([2, 4, 3]))
    >>> npx.top_k(["pear", "fig", "apple"], 1, largest=False).values.tolist()
    ['apple']
    """
    largest = flag("largest", largest)
    array = order_items(a)
    lanes = Lanes(array, axis)
    wanted = checked_k(k, lanes)
    key = order_key(lanes.items, lanes.mask, largest)
    if has_two_missing(lanes):
        order = text_order(lanes, largest).reshape(lanes.count, -1)
        rows = np.ascontiguousarray(order[:, :wanted]).reshape(-1)
    else:
        threads = workers(lanes.items.size)
        rows = _native.top_k([key], lanes.count, lanes.rows, wanted, *threads)
    places = lanes.places(rows)
    values = cut(lanes, gathered(lanes.items, places), wanted)
    mask = None if lanes.mask is None else cut(lanes, lanes.mask[places], wanted)
    return TopK(masked_like(array, values, mask), cut(lanes, rows, wanted))


def checked_k(k: object, lanes: Lanes) -> int:
    """Return a number of items that there are."""
    if isinstance(k, (bool, np.bool_)) or not isinstance(k, (int, np.integer)):
        raise TypeError(f"k must be a number of items, got {k!r}")
    if k < 0:
        raise ValueError(f"k must be 0 or more, got {k}")
    if k > lanes.rows:
        where = "in all" if lanes.axis is None else f"along axis {lanes.axis}"
        raise ValueError(f"k={k}, but there are {lanes.rows} items {where}")
    return int(k)


def cut(lanes: Lanes, values: Array, k: int) -> Array:
    """Return k values of each lane in the shape of the array."""
    if lanes.axis is None:
        return values
    shaped = values.reshape(*lanes.shape[:-1], k)
    return np.moveaxis(shaped, -1, lanes.axis) if shaped.ndim > 1 else shaped


def rank(
    a: Items | npt.ArrayLike,
    axis: int | None = -1,
    *,
    method: Method = "average",
    descending: bool = False,
) -> npt.NDArray[Any]:
    r"""Return the rank of every item, counted from 1.

    Parameters
    ----------
    a : array_like
        As for `top_k`.
    axis : int or None, default -1
        The axis along which items are ranked. With None, among all items.
    method : {"average", "min", "max", "dense", "ordinal"}, default "average"
        The rank of equal items: the mean, the least or the greatest of those they would
        have one by one; with "dense" one more than the next smaller item; with
        "ordinal" each its own, in the order in which they stand.
    descending : bool, default False
        Give rank 1 to the largest item.

    Returns
    -------
    ndarray
        In the shape of `a`: float64 for the average, else int64.

        NaN, NaT, missing strings (NA) and masked items have no rank, and the ranks of
        the others are those without them. In the float64 result they are NaN; the int64
        result is a masked array if there are any, with 0 under the mask. If `a` is a
        masked array, so is the result.

    Raises
    ------
    TypeError
        For items of other dtypes, and if `descending` is no bool.
    ValueError
        If there is no such method.
    numpy.exceptions.AxisError
        If `a` has no such axis.

    See Also
    --------
    argsort : The order itself.

    Notes
    -----
    These are the ranks of `scipy.stats.rankdata`, which takes ``axis=None`` if nothing
    is said, and flattens; and of ``pandas.Series.rank``, which calls "ordinal" "first".

    The result does not depend on the number of threads (`num_threads`). The interpreter
    lock is released.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.rank(np.array([30, 10, 30, 20]))
    array([3.5, 1. , 3.5, 2. ])
    >>> npx.rank(np.array([30, 10, 30, 20]), method="dense", descending=True)
    array([1, 3, 1, 2])
    >>> npx.rank(np.array([0.5, np.nan, 0.25]), method="min")
    masked_array(data=[2, --, 1],
                 mask=[False,  True, False],
           fill_value=999999)
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    descending = flag("descending", descending)
    array = order_items(a)
    if array.ndim == 0:
        axis = None
    lanes = Lanes(array, axis)
    key = order_key(lanes.items, without_rank(lanes), descending)
    ranks = _native.rank(
        [key],
        lanes.count,
        lanes.rows,
        METHODS.index(method),
        *workers(lanes.items.size),
    )
    gone = np.isnan(ranks) if method == "average" else ranks == 0
    shaped = lanes.shaped(ranks)
    if isinstance(array, np.ma.MaskedArray) or (method != "average" and gone.any()):
        return np.ma.MaskedArray(shaped, mask=lanes.shaped(gone))
    return shaped


def without_rank(lanes: Lanes) -> npt.NDArray[np.bool_] | None:
    """Return what has no rank, beside missing strings; None if all have one."""
    kind = lanes.items.dtype.kind
    if kind not in "fmM":
        return lanes.mask
    gone = np.isnan(lanes.items) if kind == "f" else np.isnat(lanes.items)
    if lanes.mask is not None:
        return gone | lanes.mask
    return gone if gone.any() else None
