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
from numpy_ext._reduce_norm import norm
from numpy_ext._reduce_sums import sqrt_sum
from numpy_ext._reduce_sums import sum_of_squares as sum_of_squares_of
from numpy_ext._square import square as square_of
from numpy_ext._to_text import to_text
from numpy_ext.errors import ParseError

__all__ = [
    "parallel_sqrt_sum",
    "parallel_sum",
    "parse_positive",
    "square",
    "sum_as_string",
    "sum_of_squares",
]

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


@overload
def square(x: float) -> float: ...
@overload
def square(x: npt.ArrayLike) -> Any: ...
def square(x: npt.ArrayLike) -> Any:
    """Return the square of a number, or of every number of an array.

    Parameters
    ----------
    x : float or array_like of numbers

    Returns
    -------
    float or ndarray
        A float for one number; else an array of the shape and dtype of `x`, masked if `x`
        is.

    Raises
    ------
    OverflowError
        If an integer of an array has a square its dtype does not hold.

    See Also
    --------
    numpy_ext.square : the same with ``out=``.

    Examples
    --------
    >>> from numpy_ext import guide
    >>> guide.square(1.5)
    2.25
    >>> guide.square([1.0, 2.0, 3.0])
    array([1., 4., 9.])
    """
    if isinstance(x, (int, float)):
        return float(x) * float(x)
    return square_of(x)


def sum_of_squares(data: npt.ArrayLike) -> float:
    """Return the sum of the squares of all numbers, added in one pass.

    Parameters
    ----------
    data : array_like of numbers
        A list is looked at object by object first, an array is read in place.

    Returns
    -------
    float
        The same bits for any number of threads (`numpy_ext.num_threads`).

    See Also
    --------
    numpy_ext.sum_of_squares : along axes, of chosen items, with other accuracies.

    Examples
    --------
    >>> from numpy_ext import guide
    >>> guide.sum_of_squares([1.0, 2.0, 3.0])
    14.0
    """
    return plain(sum_of_squares_of(data))


def parallel_sum(numbers: npt.ArrayLike) -> float:
    """Return the root of the sum of the squares of all numbers, on several threads.

    Parameters
    ----------
    numbers : array_like of numbers

    Returns
    -------
    float
        The same bits for any number of threads. Squares that are too large or too small
        for a float do no harm.

    See Also
    --------
    numpy_ext.norm : the function behind this one.

    Examples
    --------
    >>> from numpy_ext import guide
    >>> guide.parallel_sum([3.0, 4.0])
    5.0
    >>> guide.parallel_sum([3e200, 4e200])
    5e+200
    """
    return plain(norm(numbers))


def parallel_sqrt_sum(numbers: npt.ArrayLike) -> float:
    """Return the sum of the roots of all numbers, on several threads.

    Parameters
    ----------
    numbers : array_like of numbers
        The root of a negative one is NaN, with NumPy's warning.

    Returns
    -------
    float
        The same bits for any number of threads.

    See Also
    --------
    numpy_ext.sqrt_sum : the function behind this one.

    Examples
    --------
    >>> from numpy_ext import guide
    >>> guide.parallel_sqrt_sum([1.0, 4.0, 9.0])
    6.0
    """
    return plain(sqrt_sum(numbers))


def plain(total: Any) -> float:
    """Return a total as a float; it is masked if every number was."""
    return 0.0 if total is np.ma.masked else float(total)
