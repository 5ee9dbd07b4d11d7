"""Arrays of numbers and times as arrays of text."""

from __future__ import annotations

from typing import Any, Final, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._items import Items, any_items
from numpy_ext._threads import on_main_thread, thread_count

__all__ = ["to_text"]

Array: TypeAlias = npt.NDArray[Any]

# So many values are written by the calling thread alone.
FEW_VALUES: Final = 1 << 14


@overload
def to_text(a: bool | float | np.generic) -> str: ...
@overload
def to_text(a: Items) -> Array: ...
@overload
def to_text(a: npt.ArrayLike) -> Any: ...
def to_text(a: Items | npt.ArrayLike) -> Any:
    r"""Return numbers, bools or times as text, each the shortest that says it exactly.

    Parameters
    ----------
    a : array_like
        Of any shape and layout; bool, any integer, float16, float32, float64, or
        datetime64 in days, hours, minutes, seconds or a thousandth, millionth or
        billionth of one.

    Returns
    -------
    ndarray of StringDType, or str
        The texts, in the shape of `a`; one str for a scalar or an array of no
        dimensions. Of a masked array a masked one, empty strings under the mask.

    Raises
    ------
    TypeError
        If `a` is of another dtype.
    ValueError
        If `a` is a list, or a column with missing cells, of integers that NumPy would
        make floats of.

    Notes
    -----
    Floats are what ``repr(float)`` writes: the fewest digits that read back as the same
    number, an exponent from ``1e+16`` on and below ``0.0001``. That holds for float32
    and float16 too, where "the same number" is one of that dtype: ``0.1`` as float32 is
    "0.1". Bools are "True" and "False". Times are what ``str(np.datetime64(...))``
    writes. What is not a number or a time is "nan", "inf", "-inf" and "NaT".

    The call lets go of the interpreter lock and uses several threads for long arrays
    (`num_threads`).

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.to_text(np.array([1.5, 1e22, 0.1 + 0.2]))
    array(['1.5', '1e+22', '0.30000000000000004'], dtype=StringDType())
    >>> npx.to_text(np.array([0.1, 1 / 3], dtype=np.float32))
    array(['0.1', '0.33333334'], dtype=StringDType())
    >>> npx.to_text(np.array(["2026-01-31T07:30", "NaT"], dtype="datetime64[s]"))
    array(['2026-01-31T07:30:00', 'NaT'], dtype=StringDType())
    >>> npx.to_text(255)
    '255'
    """
    values = a if type(a) is np.ndarray else any_items(a)
    data, mask, flat_mask = values, None, None
    if type(values) is not np.ndarray:
        data = np.asarray(values)
        if np.ma.is_masked(values):
            mask = np.ma.getmaskarray(values).copy()
            flat_mask = np.ascontiguousarray(mask).reshape(-1)
    # A short call needs no second thread and is over before a signal.
    threads, main = 1, False
    if data.size >= FEW_VALUES:
        threads, main = thread_count(None), on_main_thread()
    try:
        texts = _native.format_values(data, flat_mask, threads, main)
    except TypeError:
        raise TypeError(refusal(data.dtype)) from None
    if texts is None:
        data = np.array(data, dtype=data.dtype.newbyteorder("="), order="C")
        texts = _native.format_values(data, flat_mask, threads, main)
        assert texts is not None
    if isinstance(values, np.ma.MaskedArray):
        return np.ma.MaskedArray(texts, mask=np.ma.nomask if mask is None else mask)
    return texts if texts.ndim else texts[()]


def refusal(dtype: np.dtype[Any]) -> str:
    """Return why values of a dtype cannot be written, and what to do instead."""
    advice = "convert it with astype to one of those"
    if dtype.kind in "SUT":
        advice = (
            "it is text already; a.astype(np.dtypes.StringDType()) changes the dtype"
        )
    elif dtype.kind == "O":
        advice = "give it a dtype first, as in np.asarray(a, dtype=np.float64)"
    elif dtype.kind == "M":
        advice = 'convert it to one of those units, as in a.astype("datetime64[s]")'
    elif dtype.kind == "m":
        advice = "take its number of units with a.astype(np.int64)"
    elif dtype.kind == "c":
        advice = "write a.real and a.imag"
    elif dtype.kind == "f":
        advice = "round it with a.astype(np.float64)"
    return (
        "to_text takes bools, integers, float16, float32, float64 and datetime64 "
        f"in D, h, m, s, ms, us or ns; got {dtype}: {advice}"
    )
