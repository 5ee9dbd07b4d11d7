"""Times of Python and pandas as those of NumPy, exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext._promotion import common_time, exact_time

__all__ = ["is_nat", "numpy_time", "time_array"]

Array: TypeAlias = npt.NDArray[Any]

LONGEST = np.iinfo(np.int64).max
MICROSECOND = dt.timedelta(microseconds=1)


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
