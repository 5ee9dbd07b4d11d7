"""One column of a table, made of what the C library read."""

from __future__ import annotations

import threading
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._dtypes import STRING
from numpy_ext._plan import Form
from numpy_ext._schema import Field
from numpy_ext._threads import thread_count
from numpy_ext.errors import CsvValueError

__all__ = ["Column", "make_column"]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Decider: TypeAlias = tuple[str, str | None, int, int, str, bool]
Origin: TypeAlias = tuple[Form, int, Decider | None, bool]

STRING_NAN: Final = np.dtypes.StringDType(na_object=np.nan)
OBJECT: Final = np.dtype(object)

# What the option `strings` makes of a column without a dtype.
STRINGS: Final[dict[str, np.dtype[Any]]] = {
    "stringdtype": STRING,
    "object": OBJECT,
    "fixed": np.dtype("U"),
    "bytes": np.dtype("S"),
}

# Up to here, every integer is a float64.
LARGEST_EXACT: Final = 2**53

# So many strings are packed by the calling thread alone.
FEW_ROWS: Final = 1 << 14


class Column:
    """One column: a ready array, or strings that become one when asked for."""

    __slots__ = (
        "_array",
        "_field",
        "_lock",
        "_origin",
        "_strings",
        "dtype",
        "length",
        "mask",
        "name",
    )

    name: str
    length: int
    dtype: np.dtype[Any]
    mask: Mask | None
    _array: Array | None
    _field: Field | None
    _lock: threading.Lock
    _origin: Origin
    _strings: object | None

    @classmethod
    def ready(
        cls, field: Field, length: int, array: Array, mask: Mask | None
    ) -> Column:
        """Return a column of which all is known."""
        self = cls.__new__(cls)
        self.name, self.dtype, self.length = field.name, field.dtype, length
        self.mask = mask
        self._array, self._strings, self._field = array, None, field
        return self

    @property
    def field(self) -> Field:
        """What is known about the column."""
        if self._field is None:
            form, missing, decider, zoned = self._origin
            reason, widened = why(self.length, form, decider)
            zone = "UTC" if zoned and self.dtype.kind == "M" else None
            self._field = Field(self.name, self.dtype, missing, reason, widened, zone)
        return self._field

    def array(self) -> Array:
        """Return the values, the same array at every call and on every thread."""
        if self._array is None:
            with self._lock:
                if self._array is None:
                    self._array = self._string_array()
        return self._array

    def _string_array(self) -> Array:
        missing = self._origin[0].missing
        if self.dtype == OBJECT:
            nan = self.mask if missing == "nan" else None
            array = string_objects(self._strings, self.length, nan)
        else:
            threads = thread_count(None, self.length < FEW_ROWS)
            array = strings_packed(self._strings, self.dtype, self.mask, threads)
        return masked(array, self.mask) if missing == "masked" else array

    def preview(self, start: int, stop: int) -> list[Any]:
        """Return some rows as Python objects, None where the cell is missing."""
        values: list[Any]
        if self._strings is not None:
            values = _native.string_list(self._strings, start, stop)
        else:
            values = list(np.ma.getdata(self.array())[start:stop])
        if self.mask is not None:
            missing = self.mask[start:stop]
            values = [
                None if gone else value
                for value, gone in zip(values, missing, strict=True)
            ]
        return values


def make_column(
    name: str, num_rows: int, raw: _native._Column, form: Form, threads: int
) -> Column:
    """Return a column of the table from what the C library made.

    Raises
    ------
    CsvValueError
        If a value cannot be kept in this form; its ``record`` tells which.
    """
    values: Any
    type_name, values, mask, missing, decider, zoned = raw
    self = Column.__new__(Column)
    self.name, self.length, self.mask = name, num_rows, mask
    self._field, self._strings = None, None
    self._origin = form, missing, decider, zoned
    if num_rows == 0 and form.dtype is None:
        values = frozen(np.empty(0, dtype=string_dtype(form)))
    elif type_name == "string":
        self.dtype = string_dtype(form)
        self._strings = values
        if self.dtype.kind not in "SU":
            self._array, self._lock = None, threading.Lock()
            return self
        values = fixed_strings(values, form, threads)
        self._strings = None
    elif form.missing == "nan" and mask is not None:
        values = with_nan(values, mask)
    array: Array = values
    if form.missing == "masked" or (
        mask is not None and form.missing == "auto" and array.dtype.kind in "biu"
    ):
        array = masked(array, mask)
    self._array, self.dtype = array, array.dtype
    return self


def why(num_rows: int, form: Form, decider: Decider | None) -> tuple[str, bool]:
    """Return the reason for a dtype, and whether it is not the first one it had."""
    if form.dtype is not None:
        return "requested", False
    if decider is None:
        return ("no values" if num_rows else "no data rows"), False
    phrase, before, _record, line, text, cut = decider
    shown = repr(text + "..." if cut else text)
    return f"line {line} has {shown}, {phrase}", before is not None


# ---- Numbers ---------------------------------------------------------------


def frozen(array: Array) -> Array:
    """Return an array that nobody can make writable again."""
    array.flags.writeable = False
    return array.view()  # an owner of memory could, a view of it cannot


def masked(array: Array, mask: Mask | None) -> Array:
    """Return a masked array that shares these values."""
    if mask is None:
        mask = frozen(np.zeros(len(array), dtype=np.bool_))
    return np.ma.MaskedArray(array, mask=mask)


def with_nan(values: Array, mask: Mask) -> Array:
    """Return integers and bools as floats, NaN where they are missing."""
    if values.dtype.kind not in "biu":
        return values
    if values.dtype.itemsize == 8:
        least = -LARGEST_EXACT if values.dtype.kind == "i" else 0
        beyond = (values > LARGEST_EXACT) | (values < least)
        if beyond.any():
            row = int(beyond.argmax())
            raise CsvValueError(
                f"{values[row]} is beyond 2**53, where float64 skips integers",
                code="NX606",
                record=row + 1,
                value=str(values[row]),
                dtype=np.dtype(np.float64),
            )
    floats = values.astype(np.float64)
    floats[mask] = np.nan
    return frozen(floats)


# ---- Strings ---------------------------------------------------------------


def string_dtype(form: Form) -> np.dtype[Any]:
    """Return the dtype of a string column; ``S0`` and ``U0`` are as wide as needed."""
    dtype = STRINGS[form.strings] if form.dtype is None else form.dtype
    if form.missing == "nan" and dtype == STRING:
        return STRING_NAN
    return dtype


def fixed_strings(strings: object, form: Form, threads: int) -> Array:
    """Return strings as an array of ``S`` or ``U``."""
    dtype = string_dtype(form)
    # The C library has looked already where it was asked for this dtype.
    row = _native.string_nul(strings) if form.dtype is None else None
    if row is not None:
        raise CsvValueError(
            "a string ends in a NUL, which NumPy drops from strings of fixed width",
            code="NX605",
            record=row + 1,
            dtype=dtype,
        )
    width = dtype.itemsize if dtype.kind == "S" else dtype.itemsize // 4
    return _native.string_fixed(strings, dtype.kind, width, threads)


def string_objects(strings: object, length: int, nan: Mask | None) -> Array:
    """Return strings as Python objects, NaN where this mask is true."""
    objects = np.empty(length, dtype=object)
    objects[:] = _native.string_list(strings, 0, length)
    if nan is not None:
        objects[nan] = np.nan
    return frozen(objects)


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
