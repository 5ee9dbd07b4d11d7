"""Norms of vectors, and products of two."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from numpy_ext._items import Items
from numpy_ext._reduce import (
    Accuracy,
    Array,
    Axis,
    Operand,
    accuracy_number,
    axes_of,
    float_results,
    given,
    int_results,
    operand,
    put,
    returned,
)
from numpy_ext._reduce_extremes import max as largest
from numpy_ext._reduce_extremes import min as smallest
from numpy_ext._reduce_sums import fitted

__all__ = ["dot", "norm"]


def norm(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    ord: float = 2,
    out: Array | None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
    skipna: bool = False,
    accuracy: Accuracy = "pairwise",
) -> Any:
    r"""Return the norm of vectors, by default the Euclidean one.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32 or float64.
    axis : int or tuple of int, optional
        The axes along which the vectors are; all items are one vector by default.
    ord : {2, 1, inf, -inf}, default 2
        The root of the sum of squares, the sum of the absolute values, the largest of
        them, or the smallest one.
    out, keepdims, where, skipna, accuracy
        As for `sum`.

    Returns
    -------
    scalar or ndarray
        In the dtype of `a`; float64 for integers. Of a masked array, what is masked is
        left out; where nothing is left the result is masked.

    Raises
    ------
    TypeError
        For items of other dtypes.
    ValueError
        For another `ord`, and an `out` or `where` of another shape.

    Warns
    -----
    RuntimeWarning
        Where the norm itself is out of the range of its dtype.

    See Also
    --------
    sum_of_squares : The square of the Euclidean norm.
    numpy.linalg.norm : Norms of matrices, which `ord` and two axes mean there; it has
        `ord` before `axis`.

    Notes
    -----
    No square over- or underflows: where the sum of squares is infinite or tiny, the
    items are scaled by a power of two and added up again. The order of additions is
    that of :doc:`/docs/reductions`.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.norm(np.array([3.0, 4.0]))
    np.float64(5.0)
    >>> npx.norm(np.array([[3e200, 4e200], [3e-200, 4e-200]]), axis=1)
    array([5.e+200, 5.e-200])
    >>> npx.norm(np.array([3.0, -4.0]), ord=np.inf)
    np.float64(4.0)
    """
    items = operand("norm", a, where)
    axes = axes_of(axis, items.data.ndim)
    if ord in (1, 2):
        op = "norm" if ord == 2 else "sizes"
        made = float_results(op, items, axes, keepdims, skipna, accuracy=accuracy)
        results = returned(made, items.is_masked)
    elif ord in (np.inf, -np.inf):
        accuracy_number(accuracy)
        results = _extreme_size(items, axes, ord > 0, keepdims, skipna)
    else:
        raise ValueError(f"ord must be 1, 2, inf or -inf, got {ord!r}")
    return results if out is None else put(results, out)


def _extreme_size(
    items: Operand, axes: Axis, largest_one: bool, keepdims: bool, skipna: bool
) -> Any:
    data = items.data
    sizes: Any = np.abs(data if data.dtype.kind == "f" else data.astype(np.float64))
    taken = True if items.taken is None else items.taken
    if items.is_masked:
        sizes = np.ma.MaskedArray(sizes, mask=~np.broadcast_to(taken, sizes.shape))
        taken = True
    if largest_one:
        first = None if items.is_masked else 0
        return largest(sizes, axes, None, keepdims, first, taken, skipna=skipna)
    return smallest(sizes, axes, None, keepdims, None, taken, skipna=skipna)


def dot(
    a: Items | npt.ArrayLike,
    b: Items | npt.ArrayLike,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
    skipna: bool = False,
    accuracy: Accuracy = "pairwise",
) -> Any:
    r"""Return the sum of the products of two vectors, or of those along an axis.

    Parameters
    ----------
    a, b : array_like
        Vectors of one length, or with `axis` arrays of shapes that broadcast; bool, any
        integer, float16, float32 or float64.
    axis : int or tuple of int, optional
        The axes of the vectors, of the shape that `a` and `b` broadcast to. It may be
        left out where both have one dimension.
    dtype, out, keepdims, where
        As for `sum`.
    skipna : bool, default False
        Leave out pairs of which one is NaN.
    accuracy
        As for `sum`; products are not rounded where the sum is not.

    Returns
    -------
    scalar or ndarray
        In the dtype that NumPy gives to `a` and `b` together; int64 for bool and signed
        integers, uint64 for unsigned ones. Where one of `a` and `b` is masked, the pair
        is left out; where nothing is left the result is masked.

    Raises
    ------
    OverflowError
        For a sum of products of integers that is out of the range of its dtype, with
        the index of the first.
    TypeError
        For items of other dtypes.
    ValueError
        For vectors of different lengths, matrices without an `axis`, and an `out` or
        `where` of another shape.

    See Also
    --------
    numpy.matmul : Products of matrices.
    numpy.dot : Of int8 the product is int8 there, and wraps.

    Notes
    -----
    The order of additions is that of :doc:`/docs/reductions`; products are rounded
    before they are added. Those of integers are exact.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    np.float64(11.0)
    >>> npx.dot(np.array([[1, 2], [3, 4]]), np.array([10, 100]), axis=1)
    array([210, 430])
    """
    first, second = operand("dot", a, True), operand("dot", b, True)
    x, y = first.data, second.data
    if axis is None:
        _refuse_matrices(x, y)
    if x.shape != y.shape:
        x, y = np.broadcast_arrays(x, y)
    if x.dtype != y.dtype:
        common = np.result_type(x, y)
        x, y = x.astype(common), y.astype(common)
    if first.is_masked or second.is_masked or where is not True:
        where = _both(x.shape, where, first.taken, second.taken)
    items = operand("dot", x, where)._replace(
        is_masked=first.is_masked or second.is_masked
    )
    axes = axes_of(axis, x.ndim)
    wanted = None if dtype is None else np.dtype(dtype)
    if wanted is not None and wanted.kind in "iu" and x.dtype.kind != "f":
        made = int_results("dot", items, axes, keepdims, skipna, factors=y)
        made = made._replace(results=fitted("dot", made.results, wanted))
        dtype = None
    elif x.dtype.kind == "f" or dtype is not None:
        made = float_results(
            "dot",
            items,
            axes,
            keepdims,
            skipna,
            factors=y,
            double=dtype is not None,
            accuracy=accuracy,
        )
    else:
        accuracy_number(accuracy)  # all of them: products of integers are exact
        made = int_results("dot", items, axes, keepdims, skipna, factors=y)
    results = returned(made, items.is_masked)
    return (
        results if dtype is None and out is None else given(results, dtype, None, out)
    )


def _refuse_matrices(x: Array, y: Array) -> None:
    if x.ndim > 1 or y.ndim > 1:
        shapes = f"{x.shape} and {y.shape}"
        raise ValueError(
            f"dot of arrays of shapes {shapes}: give the axis of the vectors, or use "
            "np.matmul(a, b) for a product of matrices"
        )
    if x.shape != y.shape and x.ndim == y.ndim:
        raise ValueError(f"a has {x.size} items and b has {y.size}")


def _both(shape: tuple[int, ...], *flags: Any) -> Any:
    """Return where items count by all of these, None of which is everywhere."""
    taken: Any = True
    for some in flags:
        if some is not None and some is not True:
            wide = np.broadcast_to(np.asarray(some), shape)
            taken = wide if taken is True else taken & wide
    return taken
