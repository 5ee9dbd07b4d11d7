"""One column of a table, made of what the C library read or of an array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from keyword import iskeyword
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._categories import (
    CODE,
    Categories,
    categorized,
    no_categories,
    texts_of,
)
from numpy_ext._dtypes import NUMBERS, STRING, UNITS
from numpy_ext._lanes import gathered, workers
from numpy_ext._plan import Form, is_category
from numpy_ext._schema import Field
from numpy_ext._strings import (
    OBJECT,
    STRING_NAN,
    LazyStrings,
    capsule_of,
    frozen,
    is_text,
    masked,
)
from numpy_ext.errors import CsvValueError

__all__ = ["Column", "make_column", "replacement", "taken_columns"]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Rows: TypeAlias = npt.NDArray[np.int64]
Decider: TypeAlias = tuple[str, str | None, int, int, str, bool]
Origin: TypeAlias = tuple[Form, int, Decider | None, bool]
Native: TypeAlias = tuple[str, Any, Mask | None, int, str | None]

# What the option `strings` makes of a column without a dtype.
STRINGS: Final[dict[str, np.dtype[Any]]] = {
    "stringdtype": STRING,
    "object": OBJECT,
    "fixed": np.dtype("U"),
    "bytes": np.dtype("S"),
}

# Up to here, every integer is a float64.
LARGEST_EXACT: Final = 2**53

# The dtypes that other libraries know too, besides strings.
SHARED: Final = NUMBERS.union(
    f"{kind}[{unit}]" for kind in ("datetime64", "timedelta64") for unit in UNITS
)


class Column:
    """One column: a ready array, or strings that become one when asked for."""

    __slots__ = (
        "_array",
        "_field",
        "_lazy",
        "_origin",
        "_text",
        "categories",
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
    _lazy: LazyStrings | None
    _origin: Origin
    _text: object | None  # the capsule of an array of strings, once it was asked for
    categories: Categories | None  # the strings that the array has the numbers of

    @classmethod
    def ready(
        cls,
        field: Field,
        length: int,
        array: Array,
        mask: Mask | None,
        categories: Categories | None = None,
    ) -> Column:
        """Return a column of which all is known."""
        self = cls.__new__(cls)
        self.categories = categories
        self.name, self.dtype, self.length = field.name, field.dtype, length
        self.mask = mask
        self._array, self._field = array, field
        self._lazy = self._text = None
        return self

    @classmethod
    def lazy(cls, field: Field, strings: LazyStrings) -> Column:
        """Return a column whose array is made when asked for."""
        self = cls.__new__(cls)
        self.name, self.dtype = field.name, strings.dtype
        self.length, self.mask = strings.length, strings.mask
        self._array, self._field, self._lazy = None, field, strings
        self._text = self.categories = None
        return self

    @classmethod
    def of_strings(
        cls,
        field: Field,
        length: int,
        capsule: object,
        mask: Mask | None,
        missing: str = "auto",
    ) -> Column:
        """Return a column of strings; the dtype of the field is that of its array."""
        return cls.lazy(field, LazyStrings(capsule, length, field.dtype, mask, missing))

    @classmethod
    def of_values(
        cls,
        name: str,
        values: Array,
        mask: Mask | None,
        reason: str,
        zone: str | None = None,
        missing: str = "auto",
        widened: bool = False,
    ) -> Column:
        """Return a column of a plain array, whose memory nobody else writes to.

        With missing="auto" a mask shows only in arrays that have no value to stand
        for a missing one; with "masked" the array is always a masked one.
        """
        count = 0 if mask is None else int(np.count_nonzero(mask))
        array = frozen(values)
        mask = None if mask is None or count == 0 else frozen(mask)
        if missing == "masked" or (mask is not None and array.dtype.kind in "biuV"):
            array = masked(array, mask)
        field = Field(name, array.dtype, count, reason, widened, zone)
        return cls.ready(field, len(array), array, mask)

    @classmethod
    def of_codes(
        cls,
        field: Field,
        codes: Array,
        mask: Mask | None,
        categories: Categories,
        missing: str = "auto",
    ) -> Column:
        """Return a column of categories; codes are -1 where the mask is true."""
        count = 0 if mask is None else int(np.count_nonzero(mask))
        mask = None if mask is None or count == 0 else frozen(mask)
        field = replace(
            field, dtype=CODE, missing=count, categories=categories.length, zone=None
        )
        array = frozen(codes)
        if missing == "masked":
            array = masked(array, mask)
        return cls.ready(field, len(codes), array, mask, categories)

    @property
    def field(self) -> Field:
        """What is known about the column."""
        if self._field is None:
            form, missing, decider, zoned = self._origin
            reason, widened = why(self.length, form, decider)
            zone = "UTC" if zoned and self.dtype.kind == "M" else None
            count = None if self.categories is None else self.categories.length
            self._field = Field(
                self.name, self.dtype, missing, reason, widened, zone, count
            )
        return self._field

    @property
    def strings(self) -> object | None:
        """The capsule of a column kept as string views, None for one of an array."""
        return None if self._lazy is None else self._lazy.capsule

    @property
    def is_masked(self) -> bool:
        """Whether the array is a masked one."""
        if self._lazy is not None:
            return self._lazy.missing == "masked"
        return isinstance(self._array, np.ma.MaskedArray)

    @property
    def missing(self) -> str:
        """What stands for a missing cell: "auto", "masked" or "nan"."""
        if self._lazy is not None:
            return self._lazy.missing
        is_chosen = self.categories is not None or self.dtype.kind not in "biuV"
        return "masked" if self.is_masked and is_chosen else "auto"

    def array(self) -> Array:
        """Return the values, the same array at every call and on every thread."""
        if self._lazy is not None:
            return self._lazy.array()
        assert self._array is not None
        return self._array

    def view(self) -> Array:
        """Return the array that a user gets.

        It shares values and mask, but whoever gives it another shape, dtype, mask or
        fill value in place changes nothing else.
        """
        array = self.array()
        if isinstance(array, np.ma.MaskedArray):
            return masked(np.ma.getdata(array), np.ma.getmaskarray(array).view())
        return array.view()

    def values(self) -> Array:
        """Return the values without their mask."""
        return np.ma.getdata(self.array())

    def codes(self) -> tuple[Array, Categories]:
        """Return codes and categories of a column that has them."""
        assert self.categories is not None
        return self.values(), self.categories

    def texts(self) -> object | None:
        """Return what rows say as string views, None if they are no such strings."""
        if self.categories is not None:
            return texts_of(*self.codes())
        return self.strings

    def native(self) -> Native:
        """Return type name, values, mask, number of missing cells and zone.

        Values are a contiguous array in the byte order of the machine, or a capsule
        of string views: those of categories are what they stand for.

        Raises
        ------
        TypeError
            If only NumPy has this dtype.
        """
        field = self.field
        mask = None if self.mask is None else np.ascontiguousarray(self.mask)
        if is_text(self.dtype):
            return "string", self._capsule(), mask, field.missing, None
        if self.categories is not None:
            return "string", self.texts(), mask, field.missing, None
        if self.dtype.name not in SHARED:
            raise TypeError(
                f"column {self.name!r} is of {self.dtype}, which only NumPy has; "
                f"convert it first, for example "
                f"{replacement(self.name, cast_advice(self.dtype))}"
            )
        values = np.ascontiguousarray(self.values())
        return self.dtype.name, values, mask, field.missing, field.zone

    def _capsule(self) -> object:
        if self._lazy is not None:
            return self._lazy.capsule
        if self._text is None:
            try:
                self._text = capsule_of(self.values(), self.mask)
            except (TypeError, ValueError) as error:
                raise type_of(error)(f"column {self.name!r}: {error}") from None
        return self._text

    # -- Columns made of this one --

    def renamed(self, name: str) -> Column:
        """Return the same column by another name; it shares everything."""
        field = replace(self.field, name=name)
        if self._lazy is not None:
            return Column.lazy(field, self._lazy)
        made = Column.ready(
            field, self.length, self.array(), self.mask, self.categories
        )
        made._text = self._text
        return made

    def slice(self, start: int, stop: int, step: int) -> Column:
        """Return the rows of ``range(start, stop, step)``, all of which are there."""
        if self._lazy is not None and step != 1:
            return self.take(np.arange(start, stop, step, dtype=np.int64))
        # Counted from the end, what lies before the first row has no number.
        end = None if stop < 0 else stop
        mask = None if self.mask is None else self.mask[start:end:step]
        field = self.field_with(mask)
        if self._lazy is not None:
            return Column.lazy(field, self._lazy.slice(start, stop))
        array = self.array()[start:end:step]
        return Column.ready(field, len(array), array, mask, self.categories)

    def take(self, rows: Rows) -> Column:
        """Return the rows with these numbers, all of which are there."""
        return taken_columns([self], rows)[0]

    def _parts(self) -> list[Any]:
        """Return what rows are taken from: views or plain values, and the mask."""
        parts: list[Any] = []
        if self._lazy is not None:
            parts.append(self._lazy.capsule)
        elif is_plain(self.dtype):
            parts.append(self.values())
        if self.mask is not None:
            parts.append(self.mask)
        return parts

    def _of_parts(self, parts: Iterator[Any], rows: Rows) -> Column:
        """Return these rows, which were taken from the parts."""
        values: Any = None
        if self._lazy is not None or is_plain(self.dtype):
            values = next(parts)
        mask = None if self.mask is None else frozen(next(parts))
        field = self.field_with(mask)
        if self._lazy is not None:
            return Column.lazy(field, self._lazy.with_rows(values, len(rows), mask))
        array = frozen(gathered(self.values(), rows) if values is None else values)
        if self.is_masked:
            array = masked(array, mask)
        return Column.ready(field, len(rows), array, mask, self.categories)

    def field_with(self, mask: Mask | None) -> Field:
        """Return what is known about the column if these cells of it are missing."""
        missing = 0 if mask is None else int(np.count_nonzero(mask))
        return replace(self.field, missing=missing)

    def preview(self, start: int, stop: int) -> list[Any]:
        """Return some rows as Python objects, None where the cell is missing."""
        values: list[Any]
        if self._lazy is not None:
            values = _native.string_list(self._lazy.capsule, start, stop)
        elif self.categories is not None:
            codes = self.values()[start:stop]
            strings = texts_of(codes, self.categories)
            values = _native.string_list(strings, 0, len(codes))
        else:
            values = list(np.ma.getdata(self.array())[start:stop])
        if self.mask is not None:
            missing = self.mask[start:stop]
            values = [
                None if gone else value
                for value, gone in zip(values, missing, strict=True)
            ]
        return values


def taken_columns(columns: Sequence[Column], rows: Rows) -> list[Column]:
    """Return the rows with these numbers, all of which are there, of columns."""
    if not columns:
        return []
    parts = [part for column in columns for part in column._parts()]
    threads, _ = workers(len(rows))
    made = iter(_native.take_rows(parts, rows, threads))
    return [column._of_parts(made, rows) for column in columns]


def is_plain(dtype: np.dtype[Any]) -> bool:
    """Return whether values of a dtype are bytes, and some."""
    return not dtype.hasobject and dtype.itemsize > 0


def replacement(name: str, cast: str) -> str:
    """Return the call that replaces a column by what a method of its array makes."""
    values = f"t[{name!r}].{cast}"
    if name.isidentifier() and not iskeyword(name):
        return f"t.with_columns({name}={values})"
    return f"t.with_columns({{{name!r}: {values}}})"


def cast_advice(dtype: np.dtype[Any]) -> str:
    """Return the method that makes a dtype of NumPy one that others have."""
    kind = {"M": "datetime64[s]", "m": "timedelta64[s]", "f": "float64"}
    if dtype.kind in kind:
        return f"astype('{kind[dtype.kind]}')"
    return "real" if dtype.kind == "c" else "astype(str)"


def type_of(error: Exception) -> type[TypeError | ValueError]:
    """Return the class to raise an error of a conversion with, and more words."""
    return TypeError if isinstance(error, TypeError) else ValueError


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
    self._field = self._lazy = self._text = self.categories = None
    self._origin = form, missing, decider, zoned
    empty = num_rows == 0 and form.dtype is None
    if is_category(form) and (empty or type_name == "string"):
        values, self.categories = (
            (frozen(np.empty(0, dtype=CODE)), no_categories())
            if empty
            else categorized(values, mask, threads)
        )
    elif empty:
        values = frozen(np.empty(0, dtype=string_dtype(form)))
    elif type_name == "string":
        self.dtype = string_dtype(form)
        if self.dtype.kind not in "SU":
            self._array = None
            self._lazy = LazyStrings(values, num_rows, self.dtype, mask, form.missing)
            return self
        values = fixed_strings(values, form, threads)
    elif form.missing == "nan" and mask is not None:
        values = with_nan(values, mask)
    array: Array = values
    if form.missing == "masked" or (
        mask is not None
        and form.missing == "auto"
        and array.dtype.kind in "biu"
        and self.categories is None  # whose codes say it
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
