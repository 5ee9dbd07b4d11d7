"""Sums and means: of items, of their squares, of their roots."""

from __future__ import annotations

import operator
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from numpy_ext._items import Items
from numpy_ext._reduce import (
    Accuracy,
    Array,
    Axis,
    Operand,
    Reduced,
    accuracy_number,
    axes_of,
    float_results,
    given,
    int_results,
    integers,
    operand,
    returned,
)

__all__ = ["fitted", "mean", "sqrt_sum", "sum", "sum_of_squares"]


def sum(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
    *,
    skipna: bool = False,
    accuracy: Accuracy = "pairwise",
) -> Any:
    r"""Return the sum of items, in one order of additions.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32, float64 or timedelta64.
    axis : int or tuple of int, optional
        The axes to add up along; all of them by default.
    dtype : dtype, optional
        The dtype of the result, of at most 64 bits. Floats are converted to an integer
        one before they are added up, as NumPy does, but none that is out of its range;
        otherwise the sum is converted.
    out : ndarray, optional
        Where to write the result; it has its shape.
    keepdims : bool, default False
        Leave the axes that are added up in the result, with length 1.
    initial : scalar, optional
        Added to every sum in the end.
    where : array_like of bool, optional
        Which items count; it is broadcast to the shape of `a`.
    skipna : bool, default False
        Leave out NaN and NaT.
    accuracy : {"pairwise", "compensated", "exact"}, default "pairwise"
        How sums of floats are rounded: by a tree of pairs; the same with what each
        addition loses added in the end, at some of the speed; or once, as by
        `math.fsum`, at a tenth of it.

    Returns
    -------
    scalar or ndarray
        In the dtype of `a`; int64 for bool and signed integers, uint64 for unsigned
        ones. Of a masked array, what is masked is left out; where nothing is left the
        result is masked.

    Raises
    ------
    OverflowError
        For a sum of integers that is out of the range of its dtype, with the index of
        the first.
    TypeError
        For items of other dtypes, and another `dtype`.
    ValueError
        For an `out` or `where` of another shape.

    Warns
    -----
    RuntimeWarning
        Where a sum of floats overflows, or infinities of both signs meet
        (`numpy.errstate` decides).

    See Also
    --------
    mean, sum_of_squares, dot
    numpy.sum : The function of this signature, with another order on each path.

    Notes
    -----
    The order of additions is that of :doc:`/docs/reductions`: the bits of the result do
    not depend on threads, the processor, `axis` or the layout of memory, and items that
    are left out are as good as zeros. float16 and float32 are added up as float64, and
    the result is rounded once. Sums of integers are exact until the end.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.sum(np.array([0.1] * 10))
    np.float64(1.0)
    >>> npx.sum(np.array([[1, 2], [3, 4]], dtype=np.int8), axis=0)
    array([4, 6])
    >>> npx.sum(np.array([2**62, 2**62]))
    Traceback (most recent call last):
      ...
    OverflowError: sum is out of the range of int64
    """
    items = operand("sum", a, where, "fiubm")
    return _sums("sum", items, axis, dtype, out, keepdims, initial, skipna, accuracy)


def sum_of_squares(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
    skipna: bool = False,
    accuracy: Accuracy = "pairwise",
) -> Any:
    r"""Return the sum of the squares of items, as ``np.sum(a * a)`` without `a * a`.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32 or float64.
    axis, dtype, out, keepdims, where, skipna, accuracy
        As for `sum`.

    Returns
    -------
    scalar or ndarray
        As for `sum`.

    Raises
    ------
    OverflowError, TypeError, ValueError
        As for `sum`. A square of an integer may be larger than its dtype holds, as long
        as the sum fits.

    Warns
    -----
    RuntimeWarning
        Where a square or a sum of floats overflows.

    See Also
    --------
    norm : The root of this, for values of any size.
    dot : The sum of the products of two arrays.

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
    return _sums("squares", items, axis, dtype, out, keepdims, None, skipna, accuracy)


def sqrt_sum(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
    skipna: bool = False,
    accuracy: Accuracy = "pairwise",
) -> Any:
    r"""Return the sum of the square roots of items, as ``np.sqrt(a).sum()``.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32 or float64.
    axis, dtype, out, keepdims, where, skipna, accuracy
        As for `sum`.

    Returns
    -------
    scalar or ndarray
        In the dtype of `a`; float64 for integers.

    Raises
    ------
    TypeError, ValueError
        As for `sum`.

    Warns
    -----
    RuntimeWarning
        For negative items, whose root is NaN (`numpy.errstate` decides).

    Notes
    -----
    Roots are those of float64, also for items of fewer bits: the result is rounded
    once.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.sqrt_sum(np.array([1, 4, 9]))
    np.float64(6.0)
    """
    items = operand("sqrt_sum", a, where)
    axes = axes_of(axis, items.data.ndim)
    made = returned(
        float_results("roots", items, axes, keepdims, skipna, accuracy=accuracy),
        items.is_masked,
    )
    return made if dtype is None and out is None else given(made, dtype, None, out)


def mean(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
    skipna: bool = False,
    accuracy: Accuracy = "pairwise",
) -> Any:
    r"""Return the mean of items.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32, float64 or timedelta64.
    axis, dtype, out, keepdims, where, skipna, accuracy
        As for `sum`.

    Returns
    -------
    scalar or ndarray
        In the dtype of `a`; float64 for bool and integers. Of a masked array, what is
        masked is left out; where nothing is left the result is masked.

    Raises
    ------
    TypeError, ValueError
        As for `sum`.

    Warns
    -----
    RuntimeWarning
        For the mean of no items, which is NaN.

    Notes
    -----
    The mean of integers is the exact sum divided by their number, rounded once; it
    cannot overflow. That of floats is the sum of `sum`, divided. That of timedelta64
    is rounded towards zero, as by NumPy.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.mean(np.array([2**63 - 1, 2**63 - 3]))
    np.float64(9.223372036854776e+18)
    >>> npx.mean(np.array([[1.0, np.nan], [3.0, 4.0]]), axis=0, skipna=True)
    array([2., 4.])
    """
    items = operand("mean", a, where, "fiubm")
    axes = axes_of(axis, items.data.ndim)
    if items.data.dtype.kind == "f":
        double = dtype is not None
        made = float_results(
            "mean", items, axes, keepdims, skipna, double=double, accuracy=accuracy
        )
    else:
        accuracy_number(accuracy)  # all of them: sums of integers are exact
        times = items.data.dtype.kind == "m"
        made = (
            _mean_time(items, axes, keepdims, skipna)
            if times
            else int_results("mean", items, axes, keepdims, skipna)
        )
    if _has_empty(items, made):
        warnings.warn("Mean of empty slice.", RuntimeWarning, stacklevel=2)
    results = returned(made, items.is_masked)
    if dtype is None and out is None:
        return results
    return given(results, dtype, None, out)


# ---- How it is done ----


def _has_empty(items: Operand, made: Reduced) -> bool:
    """Tell whether some results are of no items, and not masked."""
    if made.taken is not None:
        return not items.is_masked and bool(np.any(made.taken == 0))
    return items.data.size == 0 and np.size(made.results) > 0


def _sums(
    op: str,
    items: Operand,
    axis: Axis,
    dtype: npt.DTypeLike | None,
    out: Array | None,
    keepdims: bool,
    initial: Any,
    skipna: bool,
    accuracy: Accuracy,
) -> Any:
    axes = axes_of(axis, items.data.ndim)
    kind = items.data.dtype.kind
    wanted = None if dtype is None else np.dtype(dtype)
    if kind == "m" and wanted is not None and wanted.kind != "m":
        raise TypeError(f"dtype of a sum of timedelta64 must be that too, got {wanted}")
    if wanted is not None and wanted.kind in "iu" and kind == "f":
        items = _as_integers(items, wanted, skipna)
        kind = wanted.kind
    if kind == "f" or (wanted is not None and wanted.kind == "f"):
        made = float_results(
            op,
            items,
            axes,
            keepdims,
            skipna,
            double=wanted is not None,
            accuracy=accuracy,
        )
    else:
        accuracy_number(accuracy)  # all of them: sums of integers are exact
        made = int_results(op, items, axes, keepdims, skipna)
        if kind == "m":
            made = made._replace(results=as_times(made.results, items.data.dtype))
        elif wanted is not None or initial is not None:
            made = made._replace(results=fitted(op, made.results, wanted, initial))
            wanted = initial = None
    results = returned(made, items.is_masked)
    if wanted is None and out is None and initial is None:
        return results
    return given(results, wanted, initial, out)


def _as_integers(items: Operand, dtype: np.dtype[Any], skipna: bool) -> Operand:
    """Return floats as integers, without NaN if that is skipped."""
    data, taken = items.data, items.taken
    if skipna:
        there = ~np.isnan(data)
        taken = there if taken is None else taken & there
    counted = data if taken is None else np.where(taken, data, 0)
    return items._replace(data=integers(counted, dtype, "item"), taken=taken)


def as_times(results: Any, dtype: np.dtype[Any]) -> Any:
    """Return int64 results as the times of a dtype, in the order of the machine."""
    return results.view(dtype.newbyteorder("="))


def fitted(
    op: str, results: Any, dtype: np.dtype[Any] | None, initial: Any = None
) -> Any:
    """Return sums of integers with `initial` added, in a dtype that holds them."""
    wanted = results.dtype if dtype is None else dtype
    if wanted.kind not in "iu":
        raise TypeError(
            f"dtype must be an integer, float16, float32 or float64, got {wanted}"
        )
    exact = np.asarray(results).astype(object)
    if initial is not None:
        try:
            exact = exact + operator.index(initial)
        except TypeError:
            raise TypeError(
                "initial of a sum of integers must be an integer, got "
                f"{initial!r}: convert the items with a.astype"
            ) from None
    limits = np.iinfo(wanted)
    outside = np.argwhere((exact < limits.min) | (exact > limits.max))
    if len(outside):
        index = tuple(map(int, outside[0]))
        place = f" of output {index[0] if len(index) == 1 else index}" if index else ""
        name = "sum_of_squares" if op == "squares" else op
        raise OverflowError(f"{name}{place} is out of the range of {wanted}")
    return np.asarray(exact).astype(wanted)[()]


def _mean_time(items: Operand, axes: Axis, keepdims: bool, skipna: bool) -> Reduced:
    made = int_results("sum", items, axes, keepdims, skipna)
    sums = as_times(made.results, items.data.dtype)
    count = made.taken
    if count is None:
        count = items.data.size // max(np.size(sums), 1)
    with np.errstate(divide="ignore"):
        means = sums / np.where(count == 0, 1, count)
    return made._replace(results=np.where(count == 0, np.timedelta64("NaT"), means)[()])
