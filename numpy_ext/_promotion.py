"""Values of one dtype as values of another one, or an error: nothing is rounded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["common_number", "common_time", "exact", "exact_time"]

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
