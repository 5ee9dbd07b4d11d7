"""Tables: named columns of equal length."""

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, NoReturn, Self, overload

import numpy as np
import numpy.typing as npt

from numpy_ext._columns import Columns
from numpy_ext._comparison import columns_equal
from numpy_ext._conversion import Conversion
from numpy_ext._derivation import Derivation
from numpy_ext._exchange import Exchange
from numpy_ext._given import given_columns
from numpy_ext._pickling import column_state, restored_column
from numpy_ext._report import Report, make_report
from numpy_ext._schema import Schema, dtype_text
from numpy_ext._selection import rows_of
from numpy_ext._sniffed import Dialect, dialect_of_read
from numpy_ext._strings import frozen

__all__ = ["Table"]


class Table(Exchange, Derivation, Conversion):
    r"""Named columns of equal length; immutable.

    A table is what `read_csv` and `parse_csv` return; `from_dict` makes one of arrays.
    It maps the names of its columns, in their order, to one-dimensional, read-only
    arrays, and has the methods of a mapping:

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

    ===================  ===========================================================
    selection            gives
    ===================  ===========================================================
    ``t["x"]``           the array of a column
    ``t[["x", "y"]]``    a table of these columns
    ``t[10:20]``         a table of these rows, which share memory with ``t``
    ``t[t["x"] > 0]``    a table of the rows where a bool array of shape
                         ``(num_rows,)`` is True; masked counts as False
    ``t[[3, -1, 3]]``    a table of the rows with these numbers
    ===================  ===========================================================

    Selecting, sorting, joining and filling leave the table as it is and return
    another one; all of them honour masks.

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

    __slots__ = ()

    def __init__(self, *args: object, **kwargs: object) -> None:
        raise TypeError(
            "tables are made by Table.from_dict, read_csv and parse_csv, not by Table()"
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, copy: bool = True) -> Self:
        r"""Return a table of arrays and lists.

        Parameters
        ----------
        data : mapping of str to array_like
            Columns of equal length by name: one-dimensional arrays of bools, numbers,
            datetime64, timedelta64, strings (StringDType, ``U``, ``S``, objects that
            are str or None), masked arrays, lists of one kind of value, or series of
            pandas, polars and pyarrow, taken as `from_pandas` and `from_arrow` do.
        copy : bool, default True
            Whether to copy arrays. Without, the table shares the memory of arrays
            where it can, and shows what is written to them later; strings of
            StringDType, arrays with a missing cell and arrays in another byte order
            are copied all the same.

        Returns
        -------
        Table
            The columns, in the order of the mapping. What is masked, None, NaT or the
            missing value of a StringDType is a missing cell. NaN is a value, but in a
            series of pandas; `numpy.ma.masked_invalid` makes it a missing cell.

        Raises
        ------
        TypeError
            If a value is no column, a scalar for example; the message names it.
        ValueError
            If columns differ in length, or one has several dimensions.

        Examples
        --------
        >>> import numpy as np
        >>> import numpy_ext as npx
        >>> npx.Table.from_dict({"x": np.array([0.5, 2]), "name": ["Ada", None]})
        x        name
        float64  string
        -------  ------
            0.5  Ada
            2.0  <NA>
        2 rows x 2 columns
        """
        if isinstance(data, cls):
            return data
        if not isinstance(data, (Mapping, Columns)):
            raise TypeError(
                f"from_dict takes a mapping of names to columns, got "
                f"{type(data).__name__}"
            )
        columns, num_rows = given_columns(data, copy, None)
        return cls._from_columns(columns, num_rows)

    @overload
    def __getitem__(self, key: str) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(
        self,
        key: list[str] | slice | npt.NDArray[Any] | list[bool] | list[int],
    ) -> Self: ...
    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return self._column(key).view()
        if isinstance(key, slice):
            return self._sliced(key)
        if isinstance(key, list) and all(isinstance(name, str) for name in key):
            return self.select(key)
        if isinstance(key, list) or (hasattr(key, "__array__") and np.ndim(key) > 0):
            return self._taken(rows_of(key, self._num_rows))
        raise TypeError(f"a table has no item {key!r}; {item_advice(key)}")

    def keys(self) -> KeysView[str]:
        """Return the names of the columns, as `dict.keys` does."""
        return self._columns.keys()

    def values(self) -> ValuesView[npt.NDArray[Any]]:
        """Return the arrays of the columns, as `dict.values` does.

        Strings become arrays as the view is walked over.
        """
        return ValuesView(self)

    def items(self) -> ItemsView[str, npt.NDArray[Any]]:
        """Return names and arrays, as `dict.items` does; strings as `values` does."""
        return ItemsView(self)

    def get(self, name: str, default: Any = None) -> Any:
        r"""Return the array of a column, or a default if there is no such column.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("x\n1\n").get("y", "nothing")
        'nothing'
        """
        return self[name] if name in self._columns else default

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("tables do not compare with ==; t.equals(u) compares them")

    __hash__ = object.__hash__

    def __array__(self, dtype: object = None, copy: object = None) -> NoReturn:
        raise TypeError(
            "a table is not one array; use t.to_matrix() for its numbers, "
            "t.to_structured() for records, or t.to_pandas()"
        )

    __array_ufunc__ = None

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        states = [column_state(column) for column in self._columns.values()]
        return rebuilt, (type(self), states, self._num_rows)

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
    def report(self) -> Report | Any:
        r"""What reading this table took; None for a table that was not read.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("id,name\n1,Ada\n2,\n")
        >>> t.report.bytes, t.report.missing
        (17, {'id': 0, 'name': 1})
        """
        # Any, as most tables were read: type checkers then ask nobody to rule None out.
        if self._report is None:
            return None
        return make_report(self._report, self._num_rows, self.schema)

    @property
    def dialect(self) -> Dialect | Any:
        r"""How the source was written; None for a table that was not read from CSV.

        With ``delimiter="auto"`` what was found, with other delimiters what was asked
        for.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("x;y\n1;2\n3;4\n", delimiter="auto").dialect
        read_csv(source, delimiter=';')
        """
        return dialect_of_read(self._dialect)

    @property
    def rejects(self) -> "Table | Any":
        r"""The records that a reader has left out; None unless it was to collect them.

        A table with a row for each: `file`, its path; `record`, its number; `line`,
        `byte` and `column`, where it is wrong (no column, if that is the record as a
        whole); `code` and `message`, what is wrong; and its `text`, in which a byte
        that is not UTF-8 stands as ``\\xff``. Records and lines count from 1, bytes
        from 0.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("x,y\n1,2\n3\n", on_error="collect")
        >>> t.rejects[["line", "text", "message"]]
        line   text    message
        int64  string  string
        -----  ------  --------------------------
            3  3       expected 2 fields, found 1
        1 rows x 3 columns
        """
        # Any, as for `report`.
        return self._rejects

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
            return frozen(np.zeros(self._num_rows, dtype=np.bool_))
        return column.mask.view()

    def categories(self, name: str) -> npt.NDArray[Any]:
        r"""Return the categories that a column holds the numbers of.

        Parameters
        ----------
        name : str
            Name of a column of categories, as ``strings="category"`` makes them.

        Returns
        -------
        numpy.ndarray
            Read-only array of StringDType, in the order in which they occurred first.
            ``t.categories(name)[t[name]]`` are the strings of the rows, if none is
            missing: the code of a missing cell is -1.

        Raises
        ------
        KeyError
            If there is no such column.
        TypeError
            If it is not one of categories.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("city\nOslo\nRome\nOslo\n", strings="category")
        >>> t["city"]
        array([0, 1, 0], dtype=int32)
        >>> t.categories("city")
        array(['Oslo', 'Rome'], dtype=StringDType())
        """
        column = self._column(name)
        if column.categories is None:
            raise TypeError(
                f"column {name!r} is {dtype_text(column.field)} and has no categories; "
                "strings='category' makes them of strings, as they are read"
            )
        return column.categories.array().view()

    def equals(self, other: "Table") -> bool:
        r"""Return whether two tables are equal.

        Parameters
        ----------
        other : Table
            The other one.

        Returns
        -------
        bool
            Whether names and their order, dtypes, zones, missing cells and values are
            the same. NaN equals NaN, and NaT equals NaT. What stands under a mask and
            the reasons of the schema do not count.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("x,y\n1,a\n,b\n")
        >>> t.equals(npx.parse_csv("x;y\n1;a\n;b\n", delimiter=";"))
        True
        >>> t.equals(t.fill_missing({"x": 0}))
        False
        """
        if not isinstance(other, Table):
            raise TypeError(
                f"equals compares tables, got {type(other).__name__}; Table.from_dict "
                "makes a table"
            )
        if self is other:
            return True
        if self._num_rows != other._num_rows or self.names != other.names:
            return False
        pairs = zip(self._columns.values(), other._columns.values(), strict=True)
        return all(columns_equal(ours, theirs) for ours, theirs in pairs)


def item_advice(key: object) -> str:
    """Return what to write in place of a key of another kind."""
    if isinstance(key, tuple):
        if all(isinstance(name, str) for name in key):
            return f"columns are chosen by a list: t[{list(key)!r}]"
        return "choose rows and columns one after the other: t[10:20][['x', 'y']]"
    if isinstance(key, (int, np.integer)) and not isinstance(key, (bool, np.bool_)):
        stop = "" if key == -1 else int(key) + 1
        return f"t[{int(key)}:{stop}] is a table of that row"
    return (
        "t['x'] is a column, t[['x', 'y']] some columns, t[10:20] some rows, t[mask] "
        "those where a bool array is True"
    )


def rebuilt(cls: type[Table], states: list[tuple[Any, ...]], num_rows: int) -> Table:
    """Return a table of the states of its columns; what pickle calls."""
    columns = [restored_column(state, num_rows) for state in states]
    return cls._from_columns(columns, num_rows)
