"""Arrays, records and tables as JSON."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._items import Items
from numpy_ext._json_fault import fault_error
from numpy_ext._json_source import Options, Source, checked_option, source_of
from numpy_ext._json_target import Writable, open_target
from numpy_ext._table import Table
from numpy_ext._threads import on_main_thread, thread_count

__all__ = ["to_json", "write_ndjson"]

Jsonable: TypeAlias = Table | Mapping[str, Any] | Items | npt.ArrayLike | None
Orient: TypeAlias = Literal["records", "columns", "values", "split", "ndjson"]
Nan: TypeAlias = Literal["null", "raise", "literal"]
Dates: TypeAlias = Literal["iso", "epoch"]
BigInts: TypeAlias = Literal["number", "string", "raise"]

# So many values are written by the calling thread alone.
FEW_VALUES: Final = 1 << 14

# What write_ndjson holds at a time: rows of the first block, then about so many bytes.
FIRST_ROWS: Final = 1 << 10
BLOCK_BYTES: Final = 1 << 23


class Target(Protocol):
    """A binary file object."""

    def write(self, data: Any, /) -> Any:
        """Take bytes."""


def to_json(
    obj: Jsonable,
    orient: Orient = "records",
    *,
    nan: Nan = "null",
    dates: Dates = "iso",
    big_ints: BigInts = "number",
) -> bytes:
    r"""Return an array, records or a table as JSON, in UTF-8.

    Parameters
    ----------
    obj : array_like, Table, or mapping of str to array_like
        An array of any shape and layout becomes nested lists, a scalar its value. It is
        of bool, any integer, float16, float32, float64, datetime64, timedelta64, S, U,
        StringDType, or of objects that are str, None, bool, int or float. Columns have
        names: a structured array, also with nested records and sub-arrays, a `Table`,
        or a mapping of names to arrays of equal length.
    orient : {"records", "columns", "values", "split", "ndjson"}, default "records"
        How columns are laid out, see below. Arrays without names know "records" and
        "values", which are the same for them, and "ndjson", an item a line.
    nan : {"null", "raise", "literal"}, default "null"
        What NaN and the infinities become: ``null``; an error; or ``NaN``,
        ``Infinity`` and ``-Infinity``, which is no JSON, though Python's `json` and
        others read it.
    dates : {"iso", "epoch"}, default "iso"
        Whether times are text as `to_text` writes it, ``"2026-01-31T07:30:00"``, or
        integers: how many units of their dtype have passed since 1970. NaT is ``null``.
    big_ints : {"number", "string", "raise"}, default "number"
        What integers beyond 2**53 become: numbers like all others, which readers that
        know only doubles (JavaScript) round; strings; or an error.

    Returns
    -------
    bytes
        The text, without a blank in it; of "ndjson" each line ends in a line feed.

    Raises
    ------
    JsonError
        For NaN and large integers where they are to raise, for bytes that are not
        UTF-8, and for lone surrogates. It has the `index`, `column` and `value` of the
        first item at fault.
    TypeError
        If a dtype or an object has no JSON, or a name is no str.
    ValueError
        For an unknown option, columns of different length, a layout that an array
        without names does not have, and a list of integers that NumPy would make
        floats of.

    See Also
    --------
    write_ndjson : The same, a record a line, to a file.

    Notes
    -----
    ===========  ====================================================================
    orient       two columns, ``id`` and ``name``, of two rows
    ===========  ====================================================================
    "records"    ``[{"id":1,"name":"Ada"},{"id":2,"name":null}]``
    "columns"    ``{"id":[1,2],"name":["Ada",null]}``
    "values"     ``[[1,"Ada"],[2,null]]``
    "split"      ``{"columns":["id","name"],"data":[[1,"Ada"],[2,null]]}``
    "ndjson"     ``{"id":1,"name":"Ada"}`` and ``{"id":2,"name":null}``, a line each
    ===========  ====================================================================

    Floats are the shortest text that reads back as the same number of their dtype, in
    the layout of ``repr(float)``: float32 ``0.1`` is ``0.1``. What is masked, NaT, a
    missing string and None are ``null``. A timedelta64 is an integer, the count of its
    unit. Text is escaped where JSON demands it (quotes, backslashes, U+0000 to 001F)
    and UTF-8 otherwise. Items of S and U end before the NULs at their end, as for
    NumPy.

    The call lets go of the interpreter lock and uses several threads for long arrays
    (`num_threads`); the text does not depend on them. Objects alone are looked at one
    by one.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.to_json(np.array([[1.5, np.nan], [0.1, 1e22]]))
    b'[[1.5,null],[0.1,1e+22]]'
    >>> t = npx.parse_csv("id,name\n1,Ada\n2,\n")
    >>> npx.to_json(t)
    b'[{"id":1,"name":"Ada"},{"id":2,"name":null}]'
    >>> npx.to_json({"id": [1, 2], "high": [19.5, 20.25]}, "columns")
    b'{"id":[1,2],"high":[19.5,20.25]}'
    >>> npx.to_json(np.array([("a", 1)], dtype=[("key", "U1"), ("n", "i4")]), "split")
    b'{"columns":["key","n"],"data":[["a",1]]}'
    """
    if (
        type(obj) is np.ndarray
        and (orient == "records" or orient == "values")
        and nan == "null"
        and dates == "iso"
        and big_ints == "number"
    ):
        text = _native.json_array(obj, *threads_for(obj.size))
        if type(text) is bytes:
            return text
    options = Options(
        nan=checked_option("nan", nan),
        dates=checked_option("dates", dates),
        big_ints=checked_option("big_ints", big_ints),
    )
    return text_of(source_of(obj), checked_option("orient", orient), options)


def write_ndjson(
    obj: Jsonable,
    target: str | os.PathLike[str] | Target,
    *,
    nan: Nan = "null",
    dates: Dates = "iso",
    big_ints: BigInts = "number",
) -> int:
    r"""Write records to a file, one JSON text a line (NDJSON, JSON Lines).

    Parameters
    ----------
    obj : array_like, Table, or mapping of str to array_like
        As for `to_json`. A row of columns is a line, and so is an item along the first
        axis of an array without names.
    target : str, path, or binary file object
        Where to write. A file at that path is replaced once everything is written. A
        file object has ``write``, as those of `gzip.open` and others do; it is not
        closed.
    nan, dates, big_ints
        As for `to_json`.

    Returns
    -------
    int
        How many bytes were written.

    Raises
    ------
    JsonError, TypeError, ValueError
        As for `to_json`. The file at a path is then as it was before; to a file object
        whole lines have been written, those of some of the rows before the one at
        fault.
    OSError
        If the file cannot be written; the same holds for it.

    See Also
    --------
    to_json : The text itself, also in other layouts.

    Notes
    -----
    Rows are written in blocks of some megabytes, so that memory does not grow with the
    number of rows. Each block is made as `to_json` makes it, without the interpreter
    lock and on several threads. What is not a regular file, a pipe for example, is
    written to directly.

    Examples
    --------
    >>> import io
    >>> import numpy_ext as npx
    >>> file = io.BytesIO()
    >>> npx.write_ndjson(npx.parse_csv("id,name\n1,Ada\n2,\n"), file)
    44
    >>> print(file.getvalue().decode(), end="")
    {"id":1,"name":"Ada"}
    {"id":2,"name":null}
    """
    options = Options(
        nan=checked_option("nan", nan),
        dates=checked_option("dates", dates),
        big_ints=checked_option("big_ints", big_ints),
    )
    source = source_of(obj).by_line()
    with open_target(target) as file:
        return write_blocks(source, file, options)


def write_blocks(source: Source, file: Writable, options: Options) -> int:
    """Write the lines of a source, some rows at a time; return how many bytes."""
    written, start, count = 0, 0, FIRST_ROWS
    while start < source.rows:
        stop = min(start + count, source.rows)
        text = text_of(source.part(start, stop), "ndjson", options, start)
        file.write_all(text)
        written += len(text)
        count = max(1, BLOCK_BYTES * (stop - start) // len(text))
        start = stop
    return written


def text_of(source: Source, orient: str, options: Options, start: int = 0) -> bytes:
    """Return a source as text; `start` is what its first row is the number of."""
    document = source.document(orient, options, start)
    if not document.sections:
        return document.after
    text = _native.json_document(
        [section.native for section in document.sections],
        document.after,
        options.nan,
        options.big_ints,
        *threads_for(document.values),
    )
    if isinstance(text, bytes):
        return text
    raise fault_error(document, text)


def threads_for(values: int) -> tuple[int, bool]:
    """Return how many threads a call uses, and whether it handles signals."""
    if values < FEW_VALUES:
        return 1, False  # a short call is over before a signal
    return thread_count(None), on_main_thread()
