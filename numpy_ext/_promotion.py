"""Values of one dtype as values of another one, or an error: nothing is rounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "common_number",
    "common_time",
    "exact",
    "exact_time",
    "is_nat",
    "numpy_time",
    "time_array",
]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]

# Up to here, every integer is a floating-point number of this many bytes.
EXACT_INTEGERS: Final = {2: 2**11, 4: 2**24, 8: 2**53}


def common_number(dtypes: Iterable[np.dtype[Any]]) -> np.dtype[Any]:
    """Return the dtype that holds integers, floats and bools of these dtypes.

    Of signed and unsigned integers without one in common that is uint64, and of
    integers and floats a float: `exact` finds the values that it does not hold.
    """
    found = list(dtypes)
    integers = [dtype for dtype in found if dtype.kind in "iu"]
    if integers and not any(dtype.kind in "fc" for dtype in found):
        common = np.result_type(*integers)
        return np.dtype(np.uint64) if common.kind == "f" else common
    return np.result_type(*found)


def exact(values: Array, mask: Mask | None, dtype: np.dtype[Any]) -> Array:
    """Return integers, floats or bools as a dtype that holds each of them.

    What is under the mask may become anything.

    Raises
    ------
    ValueError
        If a value would change; the message is an end of a sentence.
    """
    if values.dtype == dtype or values.size == 0:
        return values.astype(dtype, copy=False)
    lowest, highest = limits(dtype)
    if values.dtype.kind in "iu" and dtype.kind in "iufc":
        wrong = np.zeros(values.shape, dtype=np.bool_)
        info = np.iinfo(values.dtype)
        if info.max > highest:
            wrong |= values > highest
        if info.min < lowest:
            wrong |= values < lowest
        refuse(values, wrong, mask, dtype)
    return values.astype(dtype)


def limits(dtype: np.dtype[Any]) -> tuple[int, int]:
    """Return the integers between which a dtype holds every one."""
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return int(info.min), int(info.max)
    itemsize = dtype.itemsize // 2 if dtype.kind == "c" else dtype.itemsize
    most = EXACT_INTEGERS.get(itemsize, 2**53)
    return -most, most


def refuse(values: Array, wrong: Mask, mask: Mask | None, dtype: np.dtype[Any]) -> None:
    """Raise for the first value that is wrong, if one is."""
    if mask is not None:
        wrong &= ~mask
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(
            f"row {row} holds {values[row]}, which {dtype} cannot hold exactly"
        )


def common_time(dtypes: Iterable[np.dtype[Any]]) -> np.dtype[Any]:
    """Return the dtype of the finest unit."""
    return np.result_type(*dtypes)


def exact_time(values: Array, dtype: np.dtype[Any]) -> Array:
    """Return times in another unit.

    Raises
    ------
    ValueError
        If a time is beyond that unit, or finer; the message is an end of a sentence.
    """
    if values.dtype == dtype:
        return values
    try:
        made = values.astype(dtype)
        back = made.astype(values.dtype)
    except OverflowError:
        raise ValueError(f"times are out of the range of {dtype}") from None
    # Without an error of NumPy's, a product that was cut comes back as another one.
    wrong = (back != values) & ~np.isnat(values)
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f"row {row} holds {values[row]}, which {dtype} cannot hold")
    return made


# ---- Times of Python and pandas ---------------------------------------------

LONGEST: Final = np.iinfo(np.int64).max
MICROSECOND: Final = dt.timedelta(microseconds=1)


def is_nat(value: object) -> bool:
    """Return whether something is the missing time of pandas, which is a datetime."""
    return isinstance(value, dt.datetime) and value != value


def numpy_time(value: Any) -> np.datetime64 | np.timedelta64:
    """Return a date, time or duration as NumPy's.

    Raises
    ------
    ValueError
        If it is a duration that NumPy would cut; the message is an end of a sentence.
    """
    # NumPy takes those of pandas for those of Python, which have no nanoseconds.
    for method in ("to_datetime64", "to_timedelta64"):
        if hasattr(value, method):
            made: np.datetime64 | np.timedelta64 = getattr(value, method)()
            return made
    if not isinstance(value, dt.timedelta):
        return value if isinstance(value, np.timedelta64) else np.datetime64(value)
    if abs(value // MICROSECOND) > LONGEST:
        raise ValueError(f"{value!r} is out of the range of timedelta64[us]")
    return np.timedelta64(value)


def time_array(values: Sequence[Any]) -> Array:
    """Return times of one family in the finest unit among them.

    Raises
    ------
    TypeError, ValueError
        If no unit holds all of them; the message is an end of a sentence.
    """
    times = [numpy_time(value) for value in values]
    dtypes = {time.dtype for time in times}
    if len(dtypes) == 1:
        return np.array(times, dtype=dtypes.pop())
    made = np.empty(len(times), dtype=common_time(dtypes))
    for dtype in dtypes:  # NumPy would cut what is beyond the finer unit
        rows = [row for row, time in enumerate(times) if time.dtype == dtype]
        part = np.array([times[row] for row in rows], dtype=dtype)
        try:
            made[rows] = exact_time(part, made.dtype)
        except ValueError:
            raise ValueError(
                f"times of {dtype} are beyond {made.dtype}, the finest unit among them"
            ) from None
    return made
