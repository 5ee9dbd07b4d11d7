"""The functions of the well-known guide to Python extensions in Rust, over arrays.

Each has the name, the texts and the errors it has there, takes what it takes there, one
value at a time, and arrays of them. What the guide does under other names is in
`numpy_ext` itself.

Examples
--------
>>> from numpy_ext import guide
>>> guide.sum_as_string(10, 20)
'30'
>>> guide.parse_positive("42")
42
"""

from __future__ import annotations

from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt

from numpy_ext._from_text import from_text
from numpy_ext._items import Items, index_of, text_items
from numpy_ext._to_text import to_text
from numpy_ext.errors import ParseError

__all__ = ["parse_positive", "sum_as_string"]

MOST: Final = 2**64 - 1


@overload
def sum_as_string(a: int, b: int) -> str: ...
@overload
def sum_as_string(a: npt.ArrayLike, b: npt.ArrayLike) -> Any: ...
def sum_as_string(a: npt.ArrayLike, b: npt.ArrayLike) -> Any:
    r"""Return the sum of unsigned integers as text.

    Parameters
    ----------
    a, b : int or array_like of integers
        Not negative, at most ``2**64 - 1``; of shapes that broadcast.

    Returns
    -------
    str or ndarray of StringDType
        A str for two scalars; else an array of the broadcast shape, a masked one if `a`
        or `b` is.

    Raises
    ------
    OverflowError
        If a number is negative or above ``2**64 - 1``, or a sum is, with the index of
        the first one.
    TypeError
        If `a` or `b` is not of integers.

    Examples
    --------
    >>> from numpy_ext import guide
    >>> guide.sum_as_string(10, 20)
    '30'
    >>> guide.sum_as_string([1, 2, 2**63], 2**63 - 1)
    array(['9223372036854775808', '9223372036854775809',
           '18446744073709551615'], dtype=StringDType())
    """
    left, right = naturals("a", a), naturals("b", b)
    with np.errstate(over="ignore"):
        total = np.add(left, right)  # a scalar without dimensions
        wrapped = np.ma.filled(total < left, False)
    if np.any(wrapped):
        place = first_place(np.asarray(wrapped))
        raise OverflowError(f"the sum is above {MOST}{place}")
    return to_text(total)


def naturals(name: str, values: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """Return integers as uint64, or say which of them is none of its values."""
    array = text_items(values)  # NumPy would make floats of some lists of integers
    if array.dtype == object:
        if isinstance(array, np.ma.MaskedArray):
            array = np.ma.MaskedArray(array.filled(0), mask=np.ma.getmask(array))
        for item in np.ma.getdata(array).flat:
            if not isinstance(item, (int, np.integer)) or isinstance(item, bool):
                raise TypeError(f"{name} must be integers, found {type(item).__name__}")
    elif array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integers, got {array.dtype}")
    data = np.ma.getdata(array)
    wrong = np.asarray((data < 0) | (data > MOST), dtype=bool)
    if isinstance(array, np.ma.MaskedArray):
        wrong &= ~np.ma.getmaskarray(array)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        what = "is negative" if data.flat[place] < 0 else f"is above {MOST}"
        raise OverflowError(f"{name} {what}: {data.flat[place]}{first_place(wrong)}")
    return array.astype(np.uint64)


def first_place(found: npt.NDArray[np.bool_]) -> str:
    """Return where the first True is, in words; nothing for a scalar."""
    index = index_of(found, int(np.flatnonzero(found)[0]))
    return "" if index is None else f", at item {index}"


@overload
def parse_positive(s: str | bytes) -> int: ...
@overload
def parse_positive(s: Items) -> npt.NDArray[np.int64]: ...
def parse_positive(s: str | bytes | Items) -> Any:
    r"""Return texts as integers, all of them positive.

    Parameters
    ----------
    s : str, bytes or array_like of text
        Each a sign, if any, and digits; spaces and tabs around them do not count.

    Returns
    -------
    int or ndarray of int64
        An int for one text; else an array of the shape of `s`, a masked one if `s` is
        or something in it is missing.

    Raises
    ------
    ParseError
        A `ValueError`: ``'x' is not a valid integer``, also if int64 does not hold it,
        or ``value must be positive``. Its ``value`` is the text of the first item at
        fault and ``index`` where it is, None for one text.

    See Also
    --------
    numpy_ext.from_text : other dtypes, other bounds, and other ways with errors.

    Examples
    --------
    >>> from numpy_ext import guide
    >>> guide.parse_positive("42")
    42
    >>> guide.parse_positive(["1", "20", "300"])
    array([  1,  20, 300])
    >>> guide.parse_positive("abc")
    Traceback (most recent call last):
      ...
    numpy_ext.errors.ParseError: 'abc' is not a valid integer
    >>> guide.parse_positive(["1", "-5"])
    Traceback (most recent call last):
      ...
    numpy_ext.errors.ParseError: value must be positive
      at item 1
    """
    try:
        values = from_text(s, np.int64, gt=0)
    except ParseError as error:
        positive = error.code == "NX613"
        raise ParseError(
            "value must be positive"
            if positive
            else f"'{error.value}' is not a valid integer",
            value=error.value,
            index=error.index,
            dtype=error.dtype,
        ) from None
    return values if isinstance(values, np.ndarray) else int(values)
