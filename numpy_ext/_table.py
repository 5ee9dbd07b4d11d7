"""The result of reading a CSV source: named columns of equal length."""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from numpy_ext._column import Column
from numpy_ext._report import ReadFigures, Report, make_report
from numpy_ext._schema import Field, Schema

__all__ = ["Table"]


class Table(Mapping[str, npt.NDArray[Any]]):
    r"""Named columns of equal length; immutable.

    A table is what `read_csv` and `parse_csv` return. It maps the names of its
    columns, in their order, to one-dimensional, read-only arrays:

    ===================  ===========================================================
    column               array
    ===================  ===========================================================
    integers, bools      ndarray; `numpy.ma.MaskedArray` if a cell is missing
    floats               ndarray; NaN where a cell is missing
    dates, times         ndarray of datetime64; NaT where a cell is missing
    strings              ndarray of `numpy.dtypes.StringDType`, made when first asked
                         for; the empty string where a cell is missing
    ===================  ===========================================================

    `mask` tells missing cells apart from an empty string or a NaN that was there. The
    options ``missing`` and ``strings`` of the readers choose other arrays.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> t = npx.parse_csv("id,name\n1,Ada\n2,\n")
    >>> t["id"]
    array([1, 2])
    >>> t.mask("name")
    array([False,  True])
    >>> t
    id     name
    int64  string
    -----  ------
        1  Ada
        2  <NA>
    2 rows x 2 columns
    """

    __slots__ = ("__weakref__", "_columns", "_num_rows", "_report", "_schema")

    _columns: dict[str, Column]
    _num_rows: int
    _report: ReadFigures | None
    _schema: Schema | None

    def __init__(self, *args: object, **kwargs: object) -> None:
        raise TypeError("tables are made by read_csv and parse_csv")

    @classmethod
    def _from_columns(cls, columns: list[Column], num_rows: int) -> "Table":
        self = cls.__new__(cls)
        self._columns = {column.name: column for column in columns}
        self._num_rows = num_rows
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

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self._column(name).array()

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(
            "tables do not compare with ==; compare columns, for example "
            "numpy.array_equal(t['x'], u['x'])"
        )

    __hash__ = object.__hash__

    def __array__(self, dtype: object = None, copy: object = None) -> NoReturn:
        raise TypeError("a table is not one array; use its columns, or dict(table)")

    __array_ufunc__ = None

    def __reduce__(self) -> tuple[Any, ...]:
        columns = [(c.field, c.array(), c.mask) for c in self._columns.values()]
        return _rebuild, (columns, self._num_rows)

    def __repr__(self) -> str:
        from numpy_ext import _display

        return _display.table_text(list(self._columns.values()), self._num_rows)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from numpy_ext import _display

        _display.print_table(printer, list(self._columns.values()), self._num_rows)

    def _repr_html_(self) -> str:
        from numpy_ext import _html

        return _html.table_html(list(self._columns.values()), self._num_rows)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._columns)

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return self._num_rows

    @property
    def num_columns(self) -> int:
        """Number of columns; the same as ``len(table)``."""
        return len(self._columns)

    @property
    def shape(self) -> tuple[int, int]:
        """``(num_rows, num_columns)``."""
        return self._num_rows, len(self._columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in their order."""
        return tuple(self._columns)

    @property
    def schema(self) -> Schema:
        """The dtype of every column and the reason for it."""
        schema = self._schema
        if schema is None:
            columns = self._columns.items()
            schema = Schema({name: column.field for name, column in columns})
            self._schema = schema
        return schema

    @property
    def report(self) -> Report | None:
        r"""What reading this table took; None for a table that was not read.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("id,name\n1,Ada\n2,\n")
        >>> t.report.bytes, t.report.missing
        (17, {'id': 0, 'name': 1})
        """
        if self._report is None:
            return None
        return make_report(self._report, self._num_rows, self.schema)

    def mask(self, name: str) -> npt.NDArray[np.bool_]:
        r"""Return which cells of a column are missing.

        Parameters
        ----------
        name : str
            Name of the column.

        Returns
        -------
        numpy.ndarray
            Read-only bool array of shape ``(num_rows,)``, True where the cell is
            missing.

        Raises
        ------
        KeyError
            If there is no such column.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("x,y\n1.5,a\n,b\n").mask("x")
        array([False,  True])
        """
        column = self._column(name)
        if column.mask is None:
            mask = np.zeros(self._num_rows, dtype=np.bool_)
            mask.flags.writeable = False
            return mask
        return column.mask


def _rebuild(
    columns: list[tuple[Field, npt.NDArray[Any], npt.NDArray[np.bool_] | None]],
    num_rows: int,
) -> Table:
    """Return a table with these columns; what pickle and copy call."""
    made = []
    for field, array, mask in columns:
        for part in (array, np.ma.getdata(array), np.ma.getmask(array), mask):
            if isinstance(part, np.ndarray):
                part.flags.writeable = False
        made.append(Column.ready(field, num_rows, array, mask))
    return Table._from_columns(made, num_rows)
