"""Tables as dictionaries, lists and single arrays."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._column import Column, replacement
from numpy_ext._columns import Columns
from numpy_ext._promotion import common_number, exact
from numpy_ext._schema import dtype_name
from numpy_ext._strings import FEW_ROWS, is_text, string_objects
from numpy_ext._threads import thread_count

__all__ = ["Conversion"]

Array: TypeAlias = npt.NDArray[Any]

# Times that Python's own classes hold without loss; not those of nanoseconds.
PYTHON_UNITS = frozenset({"W", "D", "h", "m", "s", "ms", "us"})


class Conversion(Columns):
    """What a table can be turned into with NumPy and Python alone."""

    __slots__ = ()

    def to_dict(self, *, copy: bool = False) -> dict[str, Array]:
        r"""Return the columns as a dictionary of arrays.

        Parameters
        ----------
        copy : bool, default False
            Whether to copy the arrays, so that they can be written to. Without, they
            are the read-only arrays of the table.

        Returns
        -------
        dict of str to numpy.ndarray
            An array of shape ``(num_rows,)`` for each name, a
            `numpy.ma.MaskedArray` where the table has one.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> columns = npx.parse_csv("id,high\n1,19.5\n2,31\n").to_dict(copy=True)
        >>> columns["high"][0] = 0.5
        >>> columns
        {'id': array([1, 2]), 'high': array([ 0.5, 31. ])}
        """
        columns = self._columns.items()
        if copy:
            return {name: column.array().copy() for name, column in columns}
        return {name: column.view() for name, column in columns}

    def to_pylist(self) -> list[dict[str, Any]]:
        r"""Return the rows as a list of dictionaries of Python objects.

        Returns
        -------
        list of dict
            A dictionary for each row. A missing cell is None; NaN that was a value
            stays a float NaN. Dates are `datetime.date`, times `datetime.datetime`
            (with the zone UTC if the column has it) and durations
            `datetime.timedelta`. Those which Python's classes cannot hold, all of
            nanoseconds and those out of their range, stay `numpy.datetime64` and
            `numpy.timedelta64`.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("id,day\n1,2026-11-23\n,\n").to_pylist()
        [{'id': 1, 'day': datetime.date(2026, 11, 23)}, {'id': None, 'day': None}]
        """
        if not self._columns:
            return [{} for _ in range(self._num_rows)]
        names = list(self._columns)
        columns = [python_values(column) for column in self._columns.values()]
        rows = zip(*columns, strict=True)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def to_structured(self, *, strings: Literal["U", "S", "object"] = "U") -> Array:
        r"""Return the table as one structured array.

        Parameters
        ----------
        strings : {"U", "S", "object"}, default "U"
            What strings become, since a field cannot be a StringDType: characters or
            UTF-8 bytes, as wide as the longest one needs, or Python objects.

        Returns
        -------
        numpy.ndarray
            A new array of shape ``(num_rows,)`` with a field for each column; a
            `numpy.ma.MaskedArray` if a cell is missing.

        Raises
        ------
        ValueError
            If a string ends in a NUL, which NumPy drops from ``U`` and ``S``, or the
            name of a column is empty.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("id,name\n1,Ada\n2,Cy\n").to_structured()
        array([(1, 'Ada'), (2, 'Cy')], dtype=[('id', '<i8'), ('name', '<U3')])
        """
        if strings not in ("U", "S", "object"):
            raise ValueError(f"strings must be 'U', 'S' or 'object', got {strings!r}")
        if "" in self._columns:  # NumPy would call it f0
            raise ValueError(
                "a field needs a name, and one column has none: t.rename({'': 'name'})"
            )
        columns = self._columns.items()
        fields = {name: field_values(column, strings) for name, column in columns}
        dtype = np.dtype([(name, values.dtype) for name, values in fields.items()])
        records = np.empty(self._num_rows, dtype=dtype)
        for name, values in fields.items():
            records[name] = values
        if not any(column.field.missing for column in self._columns.values()):
            return records
        mask = np.zeros(self._num_rows, dtype=[(name, np.bool_) for name in fields])
        for name, column in columns:
            if column.mask is not None:
                mask[name] = column.mask
        return np.ma.MaskedArray(records, mask=mask)

    def to_matrix(
        self,
        dtype: npt.DTypeLike | None = None,
        *,
        missing: Literal["nan", "raise"] = "nan",
    ) -> Array:
        r"""Return columns of numbers as one two-dimensional array.

        Parameters
        ----------
        dtype : dtype, optional
            The dtype of the array. By default the one that holds every value of all
            columns exactly. A given one may round floats, and integers to floats, but
            no integer is cut.
        missing : {"nan", "raise"}, default "nan"
            What a missing cell becomes. With "nan", integers and bools of which one
            is missing become float64.

        Returns
        -------
        numpy.ndarray
            A new array of shape ``(num_rows, num_columns)`` in C order.

        Raises
        ------
        TypeError
            If a column does not hold numbers or bools.
        ValueError
            If a value does not fit, or a cell is missing with ``missing="raise"`` or
            a dtype that has no NaN.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("x,y,name\n1,0.5,a\n,2,b\n").select("x", "y").to_matrix()
        array([[1. , 0.5],
               [nan, 2. ]])
        """
        if missing not in ("nan", "raise"):
            raise ValueError(f"missing must be 'nan' or 'raise', got {missing!r}")
        columns = list(self._columns.values())
        for column in columns:
            check_number(column, missing)
        wanted = None if dtype is None else np.dtype(dtype)
        target = matrix_dtype(columns) if wanted is None else wanted
        if target.kind not in "biufc":
            raise TypeError(f"a matrix is of numbers or bools, not of {target}")
        matrix = np.empty((self._num_rows, len(columns)), dtype=target)
        for at, column in enumerate(columns):
            fill_line(matrix[:, at], column, wanted is not None)
        return matrix


# ---- Rows of Python objects ------------------------------------------------


def python_values(column: Column) -> list[Any]:
    """Return the cells as Python objects, None where they are missing."""
    values = python_cells(column)
    if column.mask is not None:
        for row in np.flatnonzero(column.mask).tolist():
            values[row] = None
    return values


def python_cells(column: Column) -> list[Any]:
    """Return the cells as Python objects, whether they are missing or not."""
    if (strings := column.texts()) is not None:
        return _native.string_list(strings, 0, column.length)
    if column.dtype.kind in "mM":
        return python_times(column)
    cells: list[Any] = column.values().tolist()
    return cells


def python_times(column: Column) -> list[Any]:
    """Return times as objects of Python where they hold them."""
    array = column.values()
    unit, count = np.datetime_data(array.dtype)
    if unit not in PYTHON_UNITS or count != 1:
        return list(array)
    values: list[Any] = array.tolist()
    for row, value in enumerate(values):
        if isinstance(value, int):  # out of the range of Python's class
            values[row] = array[row]
        elif column.field.zone is not None and isinstance(value, dt.datetime):
            values[row] = value.replace(tzinfo=dt.UTC)
    return values


# ---- Fields ----------------------------------------------------------------


def field_values(column: Column, strings: str) -> Array:
    """Return the values of a field of a structured array."""
    if not is_text(column.dtype) and column.categories is None:
        return column.values()
    capsule = column.native()[1]
    if strings == "object":
        return string_objects(capsule, column.length)
    row = _native.string_nul(capsule)
    if row is not None:
        raise ValueError(
            f"column {column.name!r}: the string of row {row} ends in a NUL, which "
            "NumPy drops from strings of fixed width; strings='object' keeps it"
        )
    threads = thread_count(None, column.length < FEW_ROWS)
    return _native.string_fixed(capsule, strings, 0, threads)


# ---- Matrices --------------------------------------------------------------


def check_number(column: Column, missing: str) -> None:
    """Refuse a column that a matrix cannot hold."""
    if column.categories is not None:
        raise TypeError(
            f"column {column.name!r} is category, and a matrix holds numbers; "
            f"{replacement(column.name, 'copy()')} makes a column of its codes"
        )
    if column.dtype.kind not in "biufc":
        raise TypeError(
            f"column {column.name!r} is {dtype_name(column.dtype)}, and a matrix holds "
            f"numbers; leave it out: t.drop({column.name!r}).to_matrix()"
        )
    if missing == "raise" and column.mask is not None and column.mask.any():
        row = int(column.mask.argmax())
        raise ValueError(
            f"column {column.name!r} has a missing cell, first in row {row}; "
            "fill_missing puts a value there, and missing='nan' NaN"
        )


def matrix_dtype(columns: list[Column]) -> np.dtype[Any]:
    """Return the dtype that holds the values of all columns, and NaN if needed."""
    dtypes = [column.dtype for column in columns]
    gaps = (c.field.missing > 0 and c.dtype.kind in "biu" for c in columns)
    if any(gaps) or not dtypes:
        dtypes.append(np.dtype(np.float64))
    return common_number(dtypes)


def fill_line(line: Array, column: Column, may_round: bool) -> None:
    """Write one column of a matrix."""
    values, dtype = column.values(), line.dtype
    both_integers = values.dtype.kind in "iu" and dtype.kind in "iu"
    if not both_integers and not np.can_cast(values.dtype, dtype, "same_kind"):
        raise TypeError(f"column {column.name!r} is {values.dtype}, asked for {dtype}")
    gone = column.mask if column.field.missing > 0 else None
    if gone is not None and dtype.kind not in "fc":
        raise ValueError(
            f"column {column.name!r} has a missing cell, first in row "
            f"{int(gone.argmax())}, for which {dtype} has no value; fill_missing puts "
            "one there"
        )
    if dtype.kind in "iu" or not may_round:
        try:
            values = exact(values, gone, dtype)
        except ValueError as error:
            raise ValueError(f"column {column.name!r}: {error}") from None
    try:
        with np.errstate(over="raise"):
            line[...] = values
    except FloatingPointError:
        raise ValueError(
            f"column {column.name!r} has values too large for {dtype}"
        ) from None
    if gone is not None:
        line[gone] = np.nan
