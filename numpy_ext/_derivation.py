"""Tables made of tables: other columns, other rows, other values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np

from numpy_ext._column import Column, taken_columns
from numpy_ext._columns import Columns
from numpy_ext._concat import joined_columns
from numpy_ext._given import given_columns
from numpy_ext._missing import filled_columns
from numpy_ext._selection import descending_flags, row_range, sorted_rows

__all__ = ["Derivation"]


class Derivation(Columns):
    """What makes a table of a table, which stays as it is.

    Columns that do not change are shared, and so is the text of strings that change
    their rows only. A slice of rows shares its memory with the whole table.
    """

    __slots__ = ()

    # -- Rows --

    def _sliced(self, key: slice) -> Self:
        start, stop, step = row_range(key, self._num_rows)
        columns = [column.slice(start, stop, step) for column in self._columns.values()]
        return self._from_columns(columns, len(range(start, stop, step)))

    def _taken(self, rows: np.ndarray[Any, np.dtype[np.int64]]) -> Self:
        columns = taken_columns(list(self._columns.values()), rows)
        return self._from_columns(columns, len(rows))

    def head(self, n: int = 5) -> Self:
        r"""Return the first rows, all if there are fewer.

        Parameters
        ----------
        n : int, default 5
            How many.

        Returns
        -------
        Table
            The rows; they share the memory of this table.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("x\n1\n2\n3\n").head(2)["x"]
        array([1, 2])
        """
        return self._sliced(slice(0, row_count(n)))

    def tail(self, n: int = 5) -> Self:
        r"""Return the last rows, all if there are fewer.

        Parameters
        ----------
        n : int, default 5
            How many.

        Returns
        -------
        Table
            The rows; they share the memory of this table.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("x\n1\n2\n3\n").tail(2)["x"]
        array([2, 3])
        """
        return self._sliced(slice(max(0, self._num_rows - row_count(n)), None))

    def sort_by(self, *names: str, descending: bool | Sequence[bool] = False) -> Self:
        r"""Return the rows in the order of some columns.

        Parameters
        ----------
        *names : str
            Columns to sort by, the most important one first.
        descending : bool or sequence of bool, default False
            Whether large values come first; one for all names, or one for each.

        Returns
        -------
        Table
            The rows, sorted. Rows that are equal in all of these columns stay in
            their order (the sort is stable). Strings are in the order of their code
            points. Missing cells, NaN and NaT come last, descending or not.

        Raises
        ------
        KeyError
            If there is no such column.
        TypeError
            If no name is given.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("city,high\nOslo,19\nRome,31\nBern,\nBonn,19\n")
        >>> t.sort_by("high", "city", descending=[True, False])["city"].tolist()
        ['Rome', 'Bonn', 'Oslo', 'Bern']
        """
        if not names:
            raise TypeError("sort_by needs the name of a column")
        columns = [self._column(name) for name in names]
        flags = descending_flags(descending, names)
        return self._taken(sorted_rows(columns, flags, self._num_rows))

    @classmethod
    def concat(cls, tables: Iterable[Self]) -> Self:
        r"""Return the rows of several tables, one after the other.

        Parameters
        ----------
        tables : iterable of Table
            At least one. All have the same names, in any order; the columns come in
            the order of the first table.

        Returns
        -------
        Table
            All rows. Masks are honoured. Where dtypes differ, the result has one that
            holds every value exactly: the larger integer, the finer unit of time,
            float64 for integers and floats, StringDType for all kinds of strings. A
            column of a CSV file without any value takes the dtype of the others.

        Raises
        ------
        TypeError
            If dtypes do not go together (bools and numbers, numbers and strings,
            times with a zone and without one), or something is no table.
        ValueError
            If names differ, or a value does not fit the common dtype: integers beyond
            2**53 beside floats, negative ones beside uint64, times beyond the finer
            unit.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("x,y\n1,a\n2,b\n")
        >>> u = npx.parse_csv("y,x\nc,0.5\n")
        >>> npx.Table.concat([t, u])["x"]
        array([1. , 2. , 0.5])
        """
        if isinstance(tables, Derivation):
            raise TypeError("concat takes a list of tables: Table.concat([t, u])")
        parts = list(tables)
        for number, part in enumerate(parts):
            if not isinstance(part, Derivation):
                raise TypeError(
                    f"concat takes tables, but number {number} is a "
                    f"{type(part).__name__}; Table.from_dict makes tables"
                )
        if not parts:
            raise ValueError("concat needs at least one table")
        if len(parts) == 1:
            return parts[0]
        check_names(parts)
        columns = [
            joined_columns(name, [part._columns[name] for part in parts])
            for name in parts[0]._columns
        ]
        return cls._from_columns(columns, sum(part._num_rows for part in parts))

    # -- Columns --

    def select(self, *names: str | Iterable[str]) -> Self:
        r"""Return some of the columns, in the order asked for.

        Parameters
        ----------
        *names : str
            Names of columns, or a list of them. ``t[["x", "y"]]`` is the same as
            ``t.select("x", "y")``.

        Returns
        -------
        Table
            The columns, which are shared.

        Raises
        ------
        KeyError
            If there is no such column.
        ValueError
            If a name is given twice.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("x,y,z\n1,2,3\n").select("z", "x").names
        ('z', 'x')
        """
        chosen: dict[str, Column] = {}
        for name in flat_names(names):
            column = self._column(name)
            if name in chosen:
                raise ValueError(f"column {name!r} is selected twice")
            chosen[name] = column
        return self._from_columns(list(chosen.values()), self._num_rows)

    def drop(self, *names: str | Iterable[str]) -> Self:
        r"""Return all columns but some.

        Parameters
        ----------
        *names : str
            Names of columns, or a list of them.

        Returns
        -------
        Table
            The other columns, which are shared.

        Raises
        ------
        KeyError
            If there is no such column.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("x,y,z\n1,2,3\n").drop("y").names
        ('x', 'z')
        """
        gone = {self._column(name).name for name in flat_names(names)}
        kept = [c for name, c in self._columns.items() if name not in gone]
        return self._from_columns(kept, self._num_rows)

    def rename(self, names: Mapping[str, str]) -> Self:
        r"""Return the same columns under other names.

        Parameters
        ----------
        names : mapping of str to str
            The new name for each old one; other columns keep theirs.

        Returns
        -------
        Table
            The columns in their order; their arrays are shared.

        Raises
        ------
        KeyError
            If there is no such column.
        TypeError
            If a new name is no str.
        ValueError
            If two columns would have one name.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.parse_csv("x,y\n1,2\n").rename({"x": "a"}).names
        ('a', 'y')
        """
        if not isinstance(names, Mapping):
            raise TypeError(
                "rename takes a mapping {'old': 'new'}, got "
                f"{type(names).__name__} {names!r}"
            )
        for old, new in names.items():
            self._column(old)
            if not isinstance(new, str):
                raise TypeError(f"column {old!r} cannot be renamed to {new!r}: no str")
        made: dict[str, Column] = {}
        for old, column in self._columns.items():
            new = names.get(old, old)
            if new in made:
                raise ValueError(f"two columns would be named {new!r}")
            made[new] = column if new == old else column.renamed(new)
        return self._from_columns(list(made.values()), self._num_rows)

    def with_columns(
        self, columns: Mapping[str, Any] | None = None, /, **named: Any
    ) -> Self:
        r"""Return the table with columns added or replaced.

        Parameters
        ----------
        columns : mapping of str to array_like, optional
            Columns by name, as `from_dict` takes them, or one value for all rows.
        **named : array_like
            The same, for names that are words of Python.

        Returns
        -------
        Table
            A replaced column stays at its place, new ones come last. Arrays are
            copied, all other columns shared. The mask of a masked array is kept, and
            None in a list and NaT are missing cells; NaN is a value.

        Raises
        ------
        TypeError, ValueError
            If something is no column, or not as long as the table.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("x,y\n1,2\n,4\n")
        >>> t.with_columns(sum=t["x"] + t["y"], source="first")
        x      y      sum    source
        int64  int64  int64  string
        -----  -----  -----  ------
            1      2      3  first
         <NA>      4   <NA>  first
        2 rows x 4 columns
        """
        if columns is not None and not isinstance(columns, (Mapping, Columns)):
            raise TypeError(
                "with_columns takes a mapping {'name': array} or name=array, got "
                f"{type(columns).__name__}"
            )
        empty = self._num_rows == 0 and not self._columns
        given = {**(columns or {}), **named}
        made, num_rows = given_columns(given, True, None if empty else self._num_rows)
        merged = {**self._columns, **{column.name: column for column in made}}
        return self._from_columns(list(merged.values()), num_rows)

    def fill_missing(self, values: Any) -> Self:
        r"""Return the table with values in place of missing cells.

        Parameters
        ----------
        values : mapping of str to scalar, or scalar
            A value for each column to fill; or one for all columns in which a cell is
            missing. It has to be one of the dtype of the column: 1.5 does not fill
            integers.

        Returns
        -------
        Table
            Columns that are filled have no missing cell any more, and plain arrays.
            NaN that was a value stays.

        Raises
        ------
        KeyError
            If there is no such column.
        TypeError, ValueError
            If a value is not of the dtype of its column.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("x,name\n1,Ada\n,\n")
        >>> t = t.fill_missing({"x": 0, "name": "nobody"})
        >>> t["x"], t["name"].tolist()
        (array([1, 0]), ['Ada', 'nobody'])
        """
        if isinstance(values, Mapping):
            for name in values:
                self._column(name)
        filled = filled_columns(self._columns, values)
        return self._from_columns(filled, self._num_rows)


def row_count(n: object) -> int:
    """Check a number of rows."""
    if isinstance(n, (bool, np.bool_)) or not isinstance(n, (int, np.integer)):
        raise TypeError(f"n must be a number of rows, got {n!r}")
    if n < 0:
        raise ValueError(f"n must be 0 or more, got {n}; t[:{n}] leaves out rows")
    return int(n)


def flat_names(names: tuple[str | Iterable[str], ...]) -> list[Any]:
    """Return names given one by one or as a list."""
    if len(names) == 1 and not isinstance(names[0], str):
        if not isinstance(names[0], Iterable):
            raise TypeError(f"columns are named by str, got {type(names[0]).__name__}")
        return list(names[0])
    return list(names)


def check_names(parts: Sequence[Derivation]) -> None:
    """Refuse tables of other names than those of the first one."""
    wanted = parts[0]._columns.keys()
    for number, part in enumerate(parts):
        have = part._columns.keys()
        problems = []
        if lost := [name for name in wanted if name not in have]:
            problems.append(f"has no column {', '.join(map(repr, lost))}")
        if more := [name for name in have if name not in wanted]:
            problems.append(f"has {', '.join(map(repr, more))}, which table 0 has not")
        if problems:
            raise ValueError(
                f"table {number} {' and '.join(problems)}; concat needs the same names "
                "in all: select, drop and rename make them so"
            )
