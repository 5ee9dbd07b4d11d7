"""Norms of vectors."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from numpy_ext._items import Items
from numpy_ext._reduce import Array, Axis, axes_of, float_results, operand, put

__all__ = ["norm"]


def norm(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    ord: float = 2,
    out: Array | None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
    skipna: bool = False,
) -> Any:
    r"""Return the norm of vectors, by default the Euclidean one.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32 or float64.
    axis : int or tuple of int, optional
        The axes along which the vectors are; all items are one vector by default.
    ord : {2, 1}, default 2
        The root of the sum of squares, or the sum of the absolute values.
    out : ndarray, optional
        Where to write the result; it has its shape.
    keepdims : bool, default False
        Leave the axes of the vectors in the result, with length 1.
    where : array_like of bool, optional
        Which items count; it is broadcast to the shape of `a`.
    skipna : bool, default False
        Leave out NaN.

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

    See Also
    --------
    sum_of_squares : The square of the Euclidean norm.
    numpy.linalg.norm : Norms of matrices, which `ord` and two axes mean there.

    Notes
    -----
    No square over- or underflows: where the sum of squares is infinite or tiny, the
    items are scaled by a power of two and added up again. The order of additions is
    that of :doc:`/reductions`.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.norm(np.array([3.0, 4.0]))
    np.float64(5.0)
    >>> npx.norm(np.array([[3e200, 4e200], [3e-200, 4e-200]]), axis=1)
    array([5.e+200, 5.e-200])
    """
    if ord not in (1, 2):
        raise ValueError(f"ord must be 1 or 2, got {ord!r}")
    items = operand("norm", a, where)
    axes = axes_of(axis, items.data.ndim)
    made = float_results("norm" if ord == 2 else "sizes", items, axes, keepdims, skipna)
    return made if out is None else put(made, out)
