"""The smallest and the largest items."""

from __future__ import annotations

import warnings
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._items import Items
from numpy_ext._reduce import (
    Array,
    Axis,
    Operand,
    Reduced,
    axes_of,
    operand,
    put,
    returned,
    threads_for,
)

__all__ = ["MinMax", "max", "min", "minmax"]

LEAST: Final = 1
MOST: Final = 2
KINDS: Final = "fiubmM"
NOTHING: Final = "All-NaN slice encountered"


class MinMax(NamedTuple):
    """What `minmax` returns."""

    min: Any
    """The smallest items."""
    max: Any
    """The largest items."""


def min(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    out: Array | None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
    *,
    skipna: bool = False,
) -> Any:
    r"""Return the smallest item.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32, float64, datetime64 or
        timedelta64.
    axis : int or tuple of int, optional
        The axes to look along; all of them by default.
    out : ndarray, optional
        Where to write the result; it has its shape.
    keepdims : bool, default False
        Leave the axes that are reduced in the result, with length 1.
    initial : scalar, optional
        One more item of every result, in the dtype of `a`.
    where : array_like of bool, optional
        Which items count; it is broadcast to the shape of `a`.
    skipna : bool, default False
        Leave out NaN and NaT, which otherwise are the result wherever they occur.

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
        For the smallest one of no items without an `initial`, and an `out` or `where`
        of another shape.

    Warns
    -----
    RuntimeWarning
        Where `skipna` leaves nothing; the result is NaN or NaT.

    See Also
    --------
    minmax : Both extremes in one pass.

    Notes
    -----
    -0.0 is smaller than 0.0 here, so that the result does not depend on which of them
    comes first.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.min(np.array([[3.0, np.nan], [1.0, 2.0]]), axis=1, skipna=True)
    array([3., 1.])
    """
    return _extreme("min", a, axis, out, keepdims, initial, where, skipna)


def max(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    out: Array | None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
    *,
    skipna: bool = False,
) -> Any:
    r"""Return the largest item.

    Parameters
    ----------
    a : array_like
        As for `min`.
    axis, out, keepdims, initial, where, skipna
        As for `min`.

    Returns
    -------
    scalar or ndarray
        As for `min`.

    Raises
    ------
    TypeError, ValueError
        As for `min`.

    Warns
    -----
    RuntimeWarning
        As for `min`.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.max(np.array(["2026-01-31", "2026-02-28"], dtype="datetime64[D]"))
    np.datetime64('2026-02-28')
    """
    return _extreme("max", a, axis, out, keepdims, initial, where, skipna)


def minmax(
    a: Items | npt.ArrayLike,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    where: Any = True,
    skipna: bool = False,
) -> MinMax:
    r"""Return the smallest and the largest item, found in one pass.

    Parameters
    ----------
    a : array_like
        As for `min`.
    axis, keepdims, where, skipna
        As for `min`.

    Returns
    -------
    min, max : scalar or ndarray
        As of `min` and `max`.

    Raises
    ------
    TypeError, ValueError
        As for `min`.

    Warns
    -----
    RuntimeWarning
        As for `min`.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.minmax(np.array([3, 1, 2]))
    MinMax(min=np.int64(1), max=np.int64(3))
    """
    items = operand("minmax", a, where, KINDS)
    axes = axes_of(axis, items.data.ndim)
    *both, taken = _found(LEAST | MOST, items, axes, keepdims, skipna)
    if _has_nothing("minmax", items, both[0], taken, skipna):
        warnings.warn(NOTHING, RuntimeWarning, stacklevel=2)
    least, most = (
        returned(Reduced(found[()], taken), items.is_masked) for found in both
    )
    return MinMax(least, most)


def _extreme(
    name: str,
    a: Any,
    axis: Axis,
    out: Array | None,
    keepdims: bool,
    initial: Any,
    where: Any,
    skipna: bool,
) -> Any:
    items = operand(name, a, where, KINDS)
    axes = axes_of(axis, items.data.ndim)
    which = LEAST if name == "min" else MOST
    found, taken = _found(which, items, axes, keepdims, skipna)
    if initial is not None:
        found, taken = _with_initial(which, items, found, taken, initial)
    elif _has_nothing(name, items, found, taken, skipna):
        warnings.warn(NOTHING, RuntimeWarning, stacklevel=3)
    made = returned(Reduced(found, taken), items.is_masked)
    return made if out is None else put(made, out)


def _found(
    which: int, items: Operand, axes: Axis, keepdims: bool, skipna: bool
) -> tuple[Any, ...]:
    """Return the extremes asked for, and the items behind them where some are not."""
    data = items.data
    skips = items.taken is not None or (skipna and data.dtype.kind in "fmM")
    made = _native.reduce_extremes(
        which,
        data,
        items.taken,
        axes,
        bool(keepdims),
        bool(skipna),
        skips,
        *threads_for(data.size),
    )
    if skips:
        return tuple(made)
    return (*made, None) if which == LEAST | MOST else (made, None)


def _has_nothing(
    name: str, items: Operand, found: Any, taken: Any, skipna: bool
) -> bool:
    """Tell whether `skipna` has left nothing; refuse where there was nothing."""
    if items.is_masked or np.size(found) == 0:
        return False
    if items.data.size == 0:
        raise ValueError(
            f"{name} of no items: the array has shape {items.data.shape}"
            f"{'' if name == 'minmax' else '; give an initial value'}"
        )
    if taken is None or np.all(taken > 0):
        return False
    if not skipna or items.data.dtype.kind not in "fmM":
        raise ValueError(
            f"{name} of no items: where leaves none"
            f"{'' if name == 'minmax' else '; give an initial value'}"
        )
    return True


def _with_initial(
    which: int, items: Operand, found: Any, taken: Any, initial: Any
) -> tuple[Any, Any]:
    """Return extremes of the items and one more."""
    first = _first(initial, found.dtype)
    if items.data.size == 0:
        return np.full_like(found, first)[()], None
    joined = (np.minimum if which == LEAST else np.maximum)(found, first)
    if taken is None:
        return joined, None
    return np.where(taken == 0, first, joined)[()], None


def _first(initial: Any, dtype: np.dtype[Any]) -> Any:
    """Return one more item, of the dtype of the others."""
    if np.ndim(initial):
        raise TypeError(f"initial must be a single value, got {initial!r}")
    given = np.asarray(initial)
    if dtype.kind in "iu" and (isinstance(initial, int) or given.dtype.kind in "iu"):
        limits = np.iinfo(dtype)
        if not limits.min <= int(initial) <= limits.max:
            raise OverflowError(f"initial {initial} is out of the range of {dtype}")
        return np.asarray(int(initial), dtype=dtype)
    if not np.can_cast(given.dtype, dtype, "same_kind"):
        raise TypeError(
            f"initial must be a value of {dtype}, got {initial!r}: convert it, or the "
            "items with a.astype"
        )
    first = given.astype(dtype)
    if dtype.kind in "mM" and first != given and first == first:
        raise ValueError(f"initial {initial} does not fit {dtype}")
    return first
