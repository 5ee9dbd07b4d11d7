"""Variances and standard deviations."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from numpy_ext._items import Items
from numpy_ext._reduce import (
    Array,
    Axis,
    axes_of,
    float_results,
    given,
    operand,
    returned,
)

__all__ = ["std", "var"]


def var(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    correction: float | None = None,
    skipna: bool = False,
) -> Any:
    r"""Return the variance of items: the mean of their squared deviations.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32 or float64.
    axis, dtype, out, keepdims, where, skipna
        As for `sum`.
    ddof : float, default 0
        The sum of squares is divided by the number of items less this.
    correction : float, optional
        Another name of `ddof`.

    Returns
    -------
    scalar or ndarray
        In the dtype of `a`; float64 for bool and integers. Of a masked array, what is
        masked is left out; where no more than `ddof` items are left the result is
        masked.

    Raises
    ------
    TypeError
        As for `sum`.
    ValueError
        As for `sum`, and for `ddof` and `correction` both.

    Warns
    -----
    RuntimeWarning
        Where there are no more than `ddof` items; the result is NaN.

    See Also
    --------
    std : The root of this.

    Notes
    -----
    Two passes in float64: the mean, then the sum of the squared deviations from it,
    corrected by what the deviations add up to, so that the rounding of the mean does
    not matter. Integers beyond 2**53 are rounded to float64.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.var(np.array([1e9, 1e9 + 1, 1e9 + 2]))
    np.float64(0.6666666666666666)
    >>> npx.var(np.array([[1.0, 2.0], [3.0, 6.0]]), axis=0, ddof=1)
    array([2., 8.])
    """
    return _moments(
        "var", a, axis, dtype, out, ddof, keepdims, where, correction, skipna
    )


def std(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    correction: float | None = None,
    skipna: bool = False,
) -> Any:
    r"""Return the standard deviation of items: the root of their variance.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32 or float64.
    axis, dtype, out, ddof, keepdims, where, correction, skipna
        As for `var`.

    Returns
    -------
    scalar or ndarray
        As for `var`.

    Raises
    ------
    TypeError, ValueError
        As for `var`.

    Warns
    -----
    RuntimeWarning
        As for `var`.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.std(np.array([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]))
    np.float64(2.0)
    """
    return _moments(
        "std", a, axis, dtype, out, ddof, keepdims, where, correction, skipna
    )


def _moments(
    name: str,
    a: Any,
    axis: Axis,
    dtype: npt.DTypeLike | None,
    out: Array | None,
    ddof: float,
    keepdims: bool,
    where: Any,
    correction: float | None,
    skipna: bool,
) -> Any:
    if correction is not None:
        if ddof != 0:
            raise ValueError("ddof and correction are two names of one number")
        ddof = correction
    items = operand(name, a, where)
    axes = axes_of(axis, items.data.ndim)
    made = float_results(
        name,
        items,
        axes,
        keepdims,
        skipna,
        ddof=float(ddof),
        double=dtype is not None,
    )
    taken = made.taken
    if taken is None:
        taken = items.data.size // max(np.size(made.results), 1)
    too_few = np.size(made.results) > 0 and np.any(taken <= ddof)
    if too_few and not items.is_masked:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=3)
    elif too_few:
        rest = np.maximum(taken - ddof, 0)
        made = made._replace(taken=np.broadcast_to(rest, np.shape(made.results)))
    results = returned(made, items.is_masked)
    if dtype is None and out is None:
        return results
    return given(results, dtype, None, out)
