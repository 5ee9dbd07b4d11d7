"""Sums: of items, of their squares, of their roots."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from numpy_ext._items import Items
from numpy_ext._reduce import Array, Axis, axes_of, float_results, given, operand

__all__ = ["sqrt_sum", "sum_of_squares"]


def sum_of_squares(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
    skipna: bool = False,
) -> Any:
    r"""Return the sum of the squares of items, as ``np.sum(a * a)`` without `a * a`.

    Parameters
    ----------
    a : array_like
        Of any shape; float16, float32 or float64.
    axis : int or tuple of int, optional
        The axes to add up along; all of them by default.
    dtype : dtype, optional
        The dtype of the result.
    out : ndarray, optional
        Where to write the result; it has its shape.
    keepdims : bool, default False
        Leave the axes that are added up in the result, with length 1.
    where : array_like of bool, optional
        Which items count; it is broadcast to the shape of `a`.
    skipna : bool, default False
        Leave out NaN.

    Returns
    -------
    scalar or ndarray
        In the dtype of `a`. Of a masked array, what is masked is left out; where
        nothing is left the result is masked.

    Raises
    ------
    TypeError
        For items of other dtypes.
    ValueError
        For an `out` or `where` of another shape.

    See Also
    --------
    norm : The root of this, for values of any size.
    dot : The sum of the products of two arrays.

    Notes
    -----
    The order of additions is that of :doc:`/reductions`: the bits of the result do
    not depend on threads, the processor, `axis` or the layout of memory. Floats of
    fewer bits are added up as float64, and the result is rounded once.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.sum_of_squares(np.array([1.0, 2.0, 3.0]))
    np.float64(14.0)
    >>> npx.sum_of_squares(np.array([[1.0, 2.0], [np.nan, 4.0]]), axis=0, skipna=True)
    array([ 1., 20.])
    """
    items = operand("sum_of_squares", a, where)
    axes = axes_of(axis, items.data.ndim)
    made = float_results("squares", items, axes, keepdims, skipna)
    return made if dtype is None and out is None else given(made, dtype, None, out)


def sqrt_sum(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
    skipna: bool = False,
) -> Any:
    r"""Return the sum of the square roots of items, as ``np.sqrt(a).sum()``.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32 or float64.
    axis, dtype, out, keepdims, where, skipna
        As for `sum_of_squares`.

    Returns
    -------
    scalar or ndarray
        In the dtype of `a`; float64 for integers.

    Raises
    ------
    TypeError, ValueError
        As for `sum_of_squares`.

    Warns
    -----
    RuntimeWarning
        For negative items, whose root is NaN (`numpy.errstate` decides).

    Notes
    -----
    The order of additions is that of :doc:`/reductions`. Roots are those of float64,
    also for items of fewer bits: the result is rounded once.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.sqrt_sum(np.array([1, 4, 9]))
    np.float64(6.0)
    """
    items = operand("sqrt_sum", a, where)
    axes = axes_of(axis, items.data.ndim)
    made = float_results("roots", items, axes, keepdims, skipna)
    return made if dtype is None and out is None else given(made, dtype, None, out)
