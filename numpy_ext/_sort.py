"""Items of an array in order, and the order itself."""

from __future__ import annotations

from typing import Any, Final, SupportsIndex, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._items import Items, any_items
from numpy_ext._threads import on_main_thread, thread_count

__all__ = ["argsort", "sort"]

Array: TypeAlias = npt.NDArray[Any]
Places: TypeAlias = npt.NDArray[np.intp]

# So many items are sorted by the calling thread alone.
FEW_ITEMS: Final = 1 << 15
# Kinds of dtypes that are sorted as texts.
TEXTS: Final = frozenset("SUT")


def sort(
    a: Items | npt.ArrayLike,
    axis: SupportsIndex | None = -1,
    *,
    descending: bool = False,
) -> Array:
    r"""Return the items of an array in order, as a new array.

    Parameters
    ----------
    a : array_like
        Bool, any integer, float16, float32, float64, datetime64 or timedelta64, in any
        layout and byte order.
    axis : int or None, default -1
        The axis along which to sort. None sorts the flattened array.
    descending : bool, default False
        The greatest item first.

    Returns
    -------
    ndarray
        Of the shape and dtype of `a` (in native byte order), or of one dimension with
        ``axis=None``. A masked array if `a` is one.

    Raises
    ------
    TypeError
        For items of other dtypes.
    numpy.exceptions.AxisError
        If `a` has no such axis.

    See Also
    --------
    argsort : The order instead of the items.
    numpy.sort : The same, ascending.

    Notes
    -----
    The result is that of ``np.sort(a, kind="stable")``, bit for bit: equal items keep
    their order, which can be seen of ``0.0`` and ``-0.0`` and of NaN with different
    bits. NaN and NaT come last in both directions, and masked items behind them.

    The sort is by radix, in linear time for every input. The result does not depend on
    the number of threads (`num_threads`). The interpreter lock is released. `a` stays
    as it is.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.sort([2.5, np.nan, -1.0])
    array([-1. ,  2.5,  nan])
    >>> npx.sort([2.5, np.nan, -1.0], descending=True)
    array([ 2.5, -1. ,  nan])
    >>> npx.sort(np.array([[3, 1], [2, 4]]), axis=0)
    array([[2, 1],
           [3, 4]])
    """
    array, axis = along(sortable(a), axis)
    if isinstance(array, np.ma.MaskedArray):
        return sort_masked(array, axis, descending)
    return sort_numbers(array, axis, descending)


def argsort(
    a: Items | npt.ArrayLike,
    axis: SupportsIndex | None = -1,
    *,
    descending: bool = False,
) -> Places:
    r"""Return the indices that put the items of an array in order.

    Parameters
    ----------
    a : array_like
        As for `sort`.
    axis : int or None, default -1
        The axis along which to sort. None sorts the flattened array.
    descending : bool, default False
        The greatest item first.

    Returns
    -------
    ndarray of intp
        Indices along the axis, in the shape of `a`, or of one dimension with
        ``axis=None``: ``np.take_along_axis(a, indices, axis)`` is ``sort(a, axis)``.

    Raises
    ------
    TypeError, numpy.exceptions.AxisError
        As for `sort`.

    See Also
    --------
    sort : The items in order.
    numpy.argsort : The same, ascending.

    Notes
    -----
    The order is stable, always: equal items keep their order in both directions. NaN
    and NaT come last, and masked items behind them.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.argsort(np.array([30, 10, 30, 20]))
    array([1, 3, 0, 2])
    >>> npx.argsort(np.array([30, 10, 30, 20]), descending=True)
    array([0, 2, 3, 1])
    """
    array, axis = along(sortable(a), axis)
    if isinstance(array, np.ma.MaskedArray):
        return argsort_masked(array, axis, descending)
    return argsort_numbers(array, axis, descending)


# ---- How it is done ----


def sortable(a: Any) -> Array:
    """Return an array of numbers or times, or say that it is none."""
    array = a if type(a) is np.ndarray else any_items(a)
    if array.dtype.kind not in "biufmM" or array.dtype.itemsize > 8:
        raise TypeError(
            f"items of dtype {array.dtype} cannot be sorted{advice(array.dtype)}"
        )
    return array


def along(array: Array, axis: SupportsIndex | None) -> tuple[Array, int]:
    """Return the array of which an axis is to be sorted, and that axis."""
    if axis == -1 and array.ndim > 0:
        return array, array.ndim - 1
    if axis is None:
        return array.reshape(-1), 0
    return array, np.lib.array_utils.normalize_axis_index(axis, array.ndim)


def workers(array: Array) -> tuple[int, bool]:
    """Return how many threads to use, and whether signals are to be looked for."""
    if array.size < FEW_ITEMS:
        return 1, False
    return thread_count(None), on_main_thread()


def sort_numbers(array: Array, axis: int, descending: bool) -> Array:
    """Sort an array without a mask."""
    if type(array) is not np.ndarray:
        array = np.asarray(array)
    result = np.empty_like(array, dtype=native(array.dtype))
    rows = (array, result) if axis == array.ndim - 1 else ends(array, result, axis)
    _native.sort_rows(*rows, bool(descending), *workers(array))
    return result


def argsort_numbers(array: Array, axis: int, descending: bool) -> Places:
    """Return the order of an array without a mask."""
    if type(array) is not np.ndarray:
        array = np.asarray(array)
    result = np.empty_like(array, dtype=np.intp)
    rows = (array, result) if axis == array.ndim - 1 else ends(array, result, axis)
    _native.argsort_rows(*rows, bool(descending), *workers(array))
    return result


def ends(array: Array, result: Array, axis: int) -> tuple[Array, Array]:
    """Return views of two arrays with an axis at the end."""
    return np.moveaxis(array, axis, -1), np.moveaxis(result, axis, -1)


def sort_masked(
    array: np.ma.MaskedArray[Any, Any], axis: int, descending: bool
) -> Array:
    """Sort what is not masked; what is follows in its order."""
    data, mask = np.ma.getdata(array), np.ma.getmaskarray(array)
    if array.ndim == 1:
        given = sort_numbers(data[~mask], 0, descending)
        values = np.concatenate([given, data[mask]])
        behind = np.arange(len(values)) >= len(given)
        return rewrapped(array, values, behind)
    order = argsort_masked(array, axis, descending)
    return rewrapped(
        array,
        np.take_along_axis(data, order, axis).astype(native(data.dtype), copy=False),
        np.take_along_axis(mask, order, axis),
    )


def argsort_masked(
    array: np.ma.MaskedArray[Any, Any], axis: int, descending: bool
) -> Places:
    """Return the order of an array with a mask: what is masked comes last."""
    data, mask = np.ma.getdata(array), np.ma.getmaskarray(array)
    if not mask.any():
        return argsort_numbers(data, axis, descending)
    # One value for all that is masked, so that it keeps its order.
    filled = np.where(mask, np.zeros((), dtype=data.dtype), data)
    order = argsort_numbers(filled, axis, descending)
    behind = argsort_numbers(np.take_along_axis(mask, order, axis), axis, False)
    return np.take_along_axis(order, behind, axis)


def rewrapped(
    like: np.ma.MaskedArray[Any, Any], values: Array, mask: npt.NDArray[np.bool_]
) -> np.ma.MaskedArray[Any, Any]:
    """Return a masked array with the fill value of another one."""
    result: np.ma.MaskedArray[Any, Any] = np.ma.MaskedArray(values, mask=mask)
    result.fill_value = like.fill_value
    return result


def native(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype in the byte order of the machine."""
    return dtype if dtype.isnative else dtype.newbyteorder("=")


def advice(dtype: np.dtype[Any]) -> str:
    """Return what to do with items of a dtype that are not sorted."""
    if dtype.kind == "f":
        return ": np.sort does it, or round it with a.astype(np.float64)"
    if dtype.kind in "cOV":
        return ": np.sort does it"
    return ""
