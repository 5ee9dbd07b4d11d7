"""What tables are made of; their methods stand in classes of one subject each."""

from __future__ import annotations

from typing import Self

from numpy_ext._column import Column
from numpy_ext._report import ReadFigures
from numpy_ext._schema import Schema

__all__ = ["Columns"]


class Columns:
    """Columns by name, and how many rows they have."""

    __slots__ = (
        "__weakref__",
        "_columns",
        "_dialect",
        "_num_rows",
        "_rejects",
        "_report",
        "_schema",
    )

    _columns: dict[str, Column]
    _dialect: object  # None unless it was read from CSV: options, or a dialect found
    _num_rows: int
    _rejects: Columns | None  # None unless bad records were collected
    _report: ReadFigures | None  # None unless the table was read
    _schema: Schema | None

    @classmethod
    def _from_columns(cls, columns: list[Column], num_rows: int) -> Self:
        self = cls.__new__(cls)
        self._columns = {column.name: column for column in columns}
        self._dialect = None
        self._num_rows = num_rows
        self._rejects = None
        self._report = None
        self._schema = None
        return self

    def _column(self, name: object) -> Column:
        if not isinstance(name, str):
            raise TypeError(f"columns are named by str, got {type(name).__name__}")
        try:
            return self._columns[name]
        except KeyError:
            import difflib

            close = difflib.get_close_matches(name, self._columns, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise KeyError(f"no column {name!r}{hint}") from None
