"""Columns as an Arrow stream, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpy_ext import _native
from numpy_ext._column import Column
from numpy_ext._dtypes import STRING
from numpy_ext._schema import Field

__all__ = ["GIVEN", "ArrowStream", "import_columns"]

GIVEN = "given"


class ArrowStream:
    """Columns that others take by the Arrow PyCapsule interface."""

    __slots__ = ("_columns", "_num_rows")

    def __init__(self, columns: list[Column], num_rows: int) -> None:
        self._columns = [native_tuple(column) for column in columns]
        self._num_rows = num_rows

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return _native.arrow_stream(self._columns, self._num_rows, requested_schema)

    def __arrow_c_schema__(self) -> object:
        return _native.arrow_schema(self._columns)


def native_tuple(column: Column) -> _native._ArrowColumn:
    """Return what the C library wants to know of a column that leaves."""
    if column.categories is not None:
        codes, categories = column.codes()
        mask = None if column.mask is None else np.ascontiguousarray(column.mask)
        codes = np.ascontiguousarray(codes)
        return column.name, codes.dtype.name, codes, mask, False, categories.capsule
    type_name, values, mask, _missing, zone = column.native()
    return column.name, type_name, values, mask, zone is not None, None


def import_columns(data: Any) -> tuple[list[Column], int]:
    """Return columns and number of rows of whatever speaks Arrow."""
    if hasattr(data, "__arrow_c_stream__"):
        rows, imported = _native.arrow_import(data.__arrow_c_stream__())
    elif hasattr(data, "__arrow_c_array__"):
        rows, imported = _native.arrow_import(*data.__arrow_c_array__())
    elif type(data).__name__ == "PyCapsule":
        rows, imported = _native.arrow_import(data)
    else:
        raise TypeError(
            "from_arrow takes an object with __arrow_c_stream__ or "
            f"__arrow_c_array__, got {type(data).__name__}; for a mapping of arrays "
            "there is from_dict, for a pandas.DataFrame from_pandas"
        )
    names = [column[0] for column in imported]
    if len(set(names)) < len(names):
        twice = next(name for i, name in enumerate(names) if name in names[:i])
        raise ValueError(f"two columns are named {twice!r}; rename one of them first")
    return [column_of(column, rows) for column in imported], rows


def column_of(imported: _native._Imported, rows: int) -> Column:
    """Return a column of the table from what the C library made."""
    name, type_name, values, mask, missing, zoned = imported
    if type_name == "string":
        field = Field(name, STRING, missing, GIVEN, False)
        return Column.of_strings(field, rows, values, mask)
    return Column.of_values(name, values, mask, GIVEN, "UTC" if zoned else None)
