"""String columns: kept as views into text, made into an array when asked for."""

from __future__ import annotations

import threading
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._dtypes import STRING
from numpy_ext._threads import thread_count

__all__ = ["LazyStrings", "capsule_of", "frozen", "is_text", "masked", "text_array"]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]

STRING_NAN: Final = np.dtypes.StringDType(na_object=np.nan)
OBJECT: Final = np.dtype(object)

# So many strings are packed by the calling thread alone.
FEW_ROWS: Final = 1 << 14


class LazyStrings:
    """The strings of a column; several columns (renamed ones) may share them.

    The array is of `dtype`: a StringDType, or object. `missing` says what stands in
    it where the mask is true: "auto" is the empty string, "nan" the NaN of the dtype,
    and with "masked" the array is a masked one.
    """

    __slots__ = ("_array", "_lock", "capsule", "dtype", "length", "mask", "missing")

    def __init__(
        self,
        capsule: object,
        length: int,
        dtype: np.dtype[Any],
        mask: Mask | None,
        missing: str,
        array: Array | None = None,
    ) -> None:
        self.capsule, self.length, self.dtype = capsule, length, dtype
        self.mask, self.missing = mask, missing
        self._array, self._lock = array, threading.Lock()

    def array(self) -> Array:
        """Return the array, the same one at every call and on every thread."""
        if self._array is None:
            with self._lock:
                if self._array is None:
                    self._array = self._make()
        return self._array

    def _make(self) -> Array:
        if self.dtype == OBJECT:
            array = string_objects(self.capsule, self.length)
            if self.missing == "nan" and self.mask is not None:
                array[self.mask] = np.nan
            array = frozen(array)
        else:
            threads = thread_count(None, self.length < FEW_ROWS)
            array = strings_packed(self.capsule, self.dtype, self.mask, threads)
        return masked(array, self.mask) if self.missing == "masked" else array

    def slice(self, start: int, stop: int) -> LazyStrings:
        """Return some rows; they share text, views and the array if there is one."""
        capsule = _native.string_slice(self.capsule, start, stop)
        array = None if self._array is None else self._array[start:stop]
        mask = None if self.mask is None else self.mask[start:stop]
        return LazyStrings(capsule, stop - start, self.dtype, mask, self.missing, array)

    def with_rows(self, capsule: object, length: int, mask: Mask | None) -> LazyStrings:
        """Return some rows, of which these are the views and the mask."""
        return LazyStrings(capsule, length, self.dtype, mask, self.missing)


# ---- Arrays that stay as they are ------------------------------------------


def frozen(array: Array) -> Array:
    """Return an array that nobody can make writable again."""
    array.flags.writeable = False
    return array.view()  # an owner of memory could, a view of it cannot


def masked(array: Array, mask: Mask | None) -> Array:
    """Return a masked array that shares these values."""
    if mask is None:
        mask = frozen(np.zeros(len(array), dtype=np.bool_))
    return np.ma.MaskedArray(array, mask=mask)


# ---- Views to arrays -------------------------------------------------------


def string_objects(strings: object, length: int) -> Array:
    """Return strings as a new array of Python objects."""
    objects = np.empty(length, dtype=object)
    objects[:] = _native.string_list(strings, 0, length)
    return objects


def strings_packed(
    strings: object, dtype: np.dtype[Any], mask: Mask | None, threads: int
) -> Array:
    """Return strings as an array of a StringDType, with its missing value if any."""
    na_object = getattr(dtype, "na_object", None)
    array = _native.string_array(strings, na_object, mask, threads)
    if array.dtype == dtype:
        return array
    array = array.astype(dtype)  # its missing value is None itself
    if mask is not None:
        array[mask] = None
    return frozen(array)


# ---- Arrays to views -------------------------------------------------------


def is_text(dtype: np.dtype[Any]) -> bool:
    """Return whether arrays of a dtype hold strings, in a table."""
    return dtype.kind in "TSUO"


def text_array(values: Array, mask: Mask | None) -> Array:
    """Return strings of any kind as an array of StringDType.

    Raises
    ------
    TypeError
        If an object is not a str.
    ValueError
        If bytes are not UTF-8.
    """
    if values.dtype.kind != "O":
        return values if values.dtype.kind == "T" else values.astype(STRING)
    if mask is not None:
        values = values.copy()
        values[mask] = ""
    for row, value in enumerate(values):
        if not isinstance(value, str):
            raise TypeError(f"row {row} holds {value!r}, which is no str")
    return values.astype(STRING)


def capsule_of(values: Array, mask: Mask | None) -> object:
    """Return strings of any kind as views; empty ones where the mask is true."""
    if mask is not None:
        mask = np.ascontiguousarray(mask)
    return _native.string_capsule(text_array(values, mask), mask)
