"""Tables to and from pandas, polars, DuckDB and all that speak Arrow."""

from __future__ import annotations

import importlib
from typing import Any, Self

from numpy_ext._arrow import ArrowStream, import_columns
from numpy_ext._columns import Columns

__all__ = ["Exchange"]


class Exchange(Columns):
    """What a table does to leave for other libraries, and how it is made of theirs."""

    __slots__ = ()

    def _stream(self) -> ArrowStream:
        return ArrowStream(list(self._columns.values()), self._num_rows)

    # -- To Arrow --

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        r"""Return the table as an Arrow stream of one record batch.

        This is how other libraries take a table: ``pyarrow.table(t)``,
        ``duckdb.sql("select * from t")``. The batch shares the memory of the table;
        only bools, dates without a time and the bitmaps of missing cells are copied,
        when the batch is asked for. It may outlive the table.

        Parameters
        ----------
        requested_schema : capsule, optional
            An Arrow schema. Strings are handed over as ``utf8`` or ``large_utf8`` if
            it says so, as string views otherwise. The rest of it is ignored.

        Returns
        -------
        capsule
            A PyCapsule named ``"arrow_array_stream"``, to be consumed once.

        Raises
        ------
        TypeError
            If a column has a dtype that Arrow lacks; the message tells which.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("city,high\nOslo,19.5\nRome,31.0\n")
        >>> type(t.__arrow_c_stream__()).__name__
        'PyCapsule'
        """
        return self._stream().__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        r"""Return the Arrow schema of the table.

        Returns
        -------
        capsule
            A PyCapsule named ``"arrow_schema"``, to be consumed once.

        Raises
        ------
        TypeError
            If a column has a dtype that Arrow lacks; the message tells which.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("city,high\nOslo,19.5\nRome,31.0\n")
        >>> type(t.__arrow_c_schema__()).__name__
        'PyCapsule'
        """
        return self._stream().__arrow_c_schema__()

    def to_arrow(self) -> Any:
        r"""Return the table as a ``pyarrow.Table``, sharing its memory.

        Strings are of type ``string_view``; a missing cell is null. A NaN that was a
        value stays NaN.

        Returns
        -------
        pyarrow.Table
            A table of one chunk.

        Raises
        ------
        ImportError
            If pyarrow is not installed.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("city,high\nOslo,19.5\nRome,\n")
        >>> t.to_arrow()["high"].to_pylist()  # needs pyarrow
        [19.5, None]
        """
        return peer("pyarrow").table(self)

    def to_polars(self) -> Any:
        r"""Return the table as a ``polars.DataFrame``, sharing its memory.

        A missing cell is null. A NaN that was a value stays NaN. Times of seconds
        become milliseconds, the coarsest unit of polars.

        ``polars.DataFrame(t)`` does the same.

        Returns
        -------
        polars.DataFrame
            The same columns and rows.

        Raises
        ------
        ImportError
            If polars is not installed.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("city,high\nOslo,19.5\nRome,\n")
        >>> t.to_polars()["high"].to_list()  # needs polars
        [19.5, None]
        """
        return peer("polars").DataFrame(self)

    def to_pandas(self, copy: bool = True) -> Any:
        r"""Return the table as a ``pandas.DataFrame``.

        ==========================  ================================================
        column                      in the frame
        ==========================  ================================================
        integers, bools             the same dtype; ``Int64``, ``boolean``, ... with
                                    ``<NA>`` if a cell is missing
        floats                      the same dtype; NaN if a cell is missing
        dates and times             datetime64 of the same unit, at least seconds, and
                                    in UTC if they were read with a zone; NaT
        strings                     ``str``, the default dtype of pandas 3
        ==========================  ================================================

        Parameters
        ----------
        copy : bool, default True
            Whether the frame has memory of its own. With False it shares that of all
            columns but strings and dates without a time, and pandas cannot write to
            them in place.

        Returns
        -------
        pandas.DataFrame
            With a RangeIndex.

        Raises
        ------
        ImportError
            If pandas is not installed.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("city,visits\nOslo,19\nRome,\n")
        >>> t.to_pandas()  # needs pandas
           city  visits
        0  Oslo      19
        1  Rome    <NA>
        """
        from numpy_ext import _pandas

        return _pandas.to_frame(
            peer("pandas"), list(self._columns.values()), self._num_rows, copy
        )

    # -- From others --

    @classmethod
    def from_arrow(cls, data: Any) -> Self:
        r"""Return a table of what any library hands over as Arrow data.

        Numbers and times of one chunk without missing cells share the memory of the
        producer, and so does long text; the rest is copied. Dictionary-encoded strings
        are decoded.

        Parameters
        ----------
        data : object
            With ``__arrow_c_stream__`` (a table, data frame or reader of pyarrow,
            polars, DuckDB, ...) or ``__arrow_c_array__`` (a record batch), or the
            capsule ``"arrow_array_stream"`` that the first one returns.

        Returns
        -------
        Table
            The same columns and rows.

        Raises
        ------
        TypeError
            If `data` is none of these, or a column has a type that NumPy lacks
            (decimals, lists, structs, ...); the message tells which and what to do.
        ValueError
            If the producer fails or its data are damaged, or if two columns have one
            name.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> t = npx.parse_csv("city,high\nOslo,19.5\nRome,31.0\n")
        >>> npx.Table.from_arrow(t)["high"]
        array([19.5, 31. ])
        """
        return cls._from_columns(*import_columns(data))

    @classmethod
    def from_pandas(cls, frame: Any) -> Self:
        """Return a table with the columns of a ``pandas.DataFrame``.

        What pandas takes for missing (NaN, NaT, None, ``<NA>``) is missing. Nullable
        dtypes become masked arrays, categories are decoded, times with a zone become
        UTC. Values are copied, since frames can change.

        Parameters
        ----------
        frame : pandas.DataFrame
            Columns must be named by distinct str. The index has to be a RangeIndex,
            which is dropped.

        Returns
        -------
        Table
            The same columns and rows.

        Raises
        ------
        TypeError
            If `frame` is no DataFrame, or a column has a dtype that tables lack.
        ValueError
            If the index would be lost, or if two columns have one name.

        Examples
        --------
        >>> import pandas as pd  # needs pandas
        >>> import numpy_ext as npx
        >>> frame = pd.DataFrame({"city": ["Oslo", None], "high": [19.5, 31.0]})
        >>> t = npx.Table.from_pandas(frame)
        >>> t["high"]
        array([19.5, 31. ])
        >>> t.mask("city")
        array([False,  True])
        """
        from numpy_ext import _pandas

        columns = _pandas.columns_of(peer("pandas"), frame)
        return cls._from_columns(columns, len(frame))


def peer(name: str) -> Any:
    """Return another library, or tell how to get it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(
            f"{name} is needed for this and cannot be imported; it comes with: "
            f"pip install {name}",
            name=name,
        ) from error
