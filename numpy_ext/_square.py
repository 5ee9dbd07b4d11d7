"""The squares of items."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from numpy_ext import ufuncs
from numpy_ext._items import Items, any_items, index_of
from numpy_ext._reduce import Array

__all__ = ["square"]


def square(
    a: Items | npt.ArrayLike, out: Array | None = None, *, where: Any = True
) -> Any:
    r"""Return the square of every item; an integer that does not fit is an error.

    Parameters
    ----------
    a : array_like
        Of any shape; any integer, float16, float32 or float64.
    out : ndarray, optional
        Where to write the result; of the shape of `a`, or one that it broadcasts to.
        Reusing an array saves the time that new memory takes.
    where : array_like of bool, optional
        Which items to square; others of `out` stay as they are. Needs an `out`.

    Returns
    -------
    scalar or ndarray
        In the shape and dtype of `a`. Of a masked array, a masked array with zeros
        under its mask, which is not looked at.

    Raises
    ------
    OverflowError
        For an integer whose square is out of the range of its dtype, with the index of
        the first.
    TypeError
        For items of other dtypes.
    ValueError
        For an `out` or `where` of another shape.

    See Also
    --------
    numpy_ext.ufuncs.square : The ufunc, which broadcasts and can be pickled.
    sum_of_squares : Their sum, without an array of squares.

    Notes
    -----
    Large results are written past the caches of the processor, on several threads
    (`num_threads`).

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.square(np.array([1.5, -2.0]))
    array([2.25, 4.  ])
    >>> npx.square(np.array([1, 15, 16], dtype=np.uint8))
    Traceback (most recent call last):
      ...
    OverflowError: item 2: the square of 16 is out of the range of uint8: ...
    """
    if where is not True and out is None:
        raise ValueError("where needs an out, for the items that are left as they are")
    items = a if type(a) is np.ndarray else any_items(a)
    if isinstance(items, np.ma.MaskedArray):
        return _masked(items, out, where)
    try:
        return ufuncs.square(items, out=out, where=where)
    except OverflowError:
        raise _overflow(items, where) from None
    except TypeError:
        if items.dtype.kind in "iuf" and items.dtype.itemsize <= 8:
            raise
        raise TypeError(
            f"square takes integers, float16, float32 and float64, got {items.dtype}"
        ) from None


def _masked(items: Any, out: Array | None, where: Any) -> Any:
    mask = np.ma.getmaskarray(items)
    data = np.zeros(items.shape, items.dtype) if out is None else np.ma.getdata(out)
    square(np.ma.getdata(items), data, where=~mask & where)
    if out is None:
        return np.ma.MaskedArray(data, mask=mask)
    if isinstance(out, np.ma.MaskedArray):
        out[mask & where] = np.ma.masked
    return out


def _overflow(items: Array, where: Any) -> OverflowError:
    """Return the error with the place of the first item that it is about."""
    limit = int(np.iinfo(items.dtype).max)
    for place in range(items.size):
        index = np.unravel_index(place, items.shape)
        item = int(items[index])
        counts = where is True or np.broadcast_to(where, items.shape)[index]
        if counts and item * item > limit:
            shown = index_of(items, place)
            at = "" if shown is None else f"item {shown}: "
            return OverflowError(
                f"{at}the square of {item} is out of the range of {items.dtype}: "
                "convert the items with a.astype, or to float64"
            )
    return OverflowError("the square of an item is out of the range of its dtype")
