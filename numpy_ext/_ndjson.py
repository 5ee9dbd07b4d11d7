"""Reading JSON records, one a line: options in, a `Table` out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Literal, TypeAlias

from numpy_ext import _csv_read, _native
from numpy_ext._choices import choice
from numpy_ext._column import make_column
from numpy_ext._explain import with_path
from numpy_ext._keyword_types import (
    Column,
    DTypes,
    Missing,
    Progress,
    Strings,
    UseCols,
    Words,
)
from numpy_ext._keywords import explain_keywords
from numpy_ext._options import DEFAULTS, KEYWORDS, CsvOptions, csv_options
from numpy_ext._per_column import PerColumn
from numpy_ext._plan import Plan, make_plan
from numpy_ext._progress import progress_bar
from numpy_ext._source import CsvSource, NativeSource, open_source, text_source
from numpy_ext._table import Table
from numpy_ext._threads import on_main_thread, thread_count
from numpy_ext.errors import CsvError, CsvSchemaError, CsvValueError, JsonError

__all__ = ["parse_ndjson", "read_ndjson"]

# Written as a union, which is how stubtest of mypy reads a Literal of several values.
Nested: TypeAlias = Literal["raise"] | Literal["text"]

NESTED: Final = ("raise", "text")

# So much is looked at for keys before columns are read.
FIRST_BYTES: Final = 1 << 16


@explain_keywords
def read_ndjson(
    source: CsvSource,
    *,
    usecols: UseCols | None = None,
    dtype: DTypes | None = None,
    na_values: Words | Mapping[Column, Words | None] | None = None,
    missing: Missing | Mapping[Column, Missing] = "auto",
    strings: Strings | Mapping[Column, Strings] = "stringdtype",
    nested: Nested = "raise",
    nrows: int | None = None,
    threads: int | None = None,
    progress: Progress = "auto",
) -> Table:
    r"""Read JSON records, one object a line, into typed columns.

    The keys of all records are the columns, in the order in which they first appear.
    The dtype of a column is the least one that holds all its values without loss, as
    in `read_csv`; the whole source decides, never a sample of it.

    Parameters
    ----------
    source : str, os.PathLike, bytes-like, array of uint8, or file object
        A path, or UTF-8 content: bytes, a buffer, or an object whose ``read()``
        returns bytes or str (`io.StringIO` too). A str is always a path;
        `parse_ndjson` reads text. A byte order mark and blank lines are skipped.
    usecols : sequence of str or int, slice, or callable, optional
        The columns to read: names or positions from 0 on, in the order wanted; a
        slice of the positions, with the rules of Python; or a function that is
        called with each name and says whether to read that column. What stands in
        other columns must be JSON, and may be nested.
    dtype : dtype or mapping, optional
        The dtype of the columns, by column; None infers it. The same dtypes as in
        `read_csv`. The text of a JSON string is converted too: ``"12"`` is an
        integer where one is asked for.
    na_values : str or sequence of str, optional
        Words for a missing value, by column. They are compared with the text of
        strings and numbers.
    missing : {"auto", "masked", "nan", "raise"}, default "auto"
        What stands for a missing value, null or a key that a record does not have,
        by column; as in `read_csv`.
    strings : {"stringdtype", "fixed", "bytes", "object"}, default "stringdtype"
        What a column of strings without a `dtype` becomes, by column; as in
        `read_csv`.
    nested : {"raise", "text"}, default "raise"
        What an array or an object as a value is: an error, or a string that holds
        its JSON as it stands.
    nrows : int, optional
        How many records to read at most. What follows them is not looked at.
    threads : int, optional
        How many threads to use at most; see `num_threads` for the default. The
        result does not depend on it.
    progress : bool, "auto" or callable, default "auto"
        As in `read_csv`. A source is read a second time if a key appears that its
        beginning does not have, and the bytes done begin again with it.

    Returns
    -------
    Table
        The columns by name, as read-only arrays of shape ``(num_rows,)``.

    Raises
    ------
    JsonError
        If a record is no JSON object, has a key twice or a nested value, or if a
        value is not of its dtype, or missing where none may be.
    OSError
        If a file cannot be read, or changes meanwhile.
    ValueError, TypeError
        If an option makes no sense.

    Notes
    -----
    Numbers with a point or an exponent make a column float64, correctly rounded.
    Integers are int64, or uint64 if none is negative; larger ones make a column of
    strings, which keeps their digits, as does any mix of numbers, bools, times and
    other strings. Strings are datetime64 if all of them are ISO dates or times, and
    never numbers.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> t = npx.read_ndjson(
    ...     b'{"id": 1, "when": "2026-01-31", "ok": true}\n'
    ...     b'{"id": 2, "note": "caf\\u00e9", "ok": null}\n'
    ... )
    >>> t
    id     when           ok    note
    int64  datetime64[D]  bool  string
    -----  -------------  ----  ------
        1  2026-01-31     True  <NA>
        2  <NA>           <NA>  café
    2 rows x 4 columns
    >>> print(t.schema["when"].reason)
    line 1 has '"2026-01-31"', a date

    Nested values are an error, unless their text is wanted:

    >>> npx.read_ndjson(b'{"id": 1, "at": [51.5, 0.1]}\n', nested="text")["at"]
    array(['[51.5, 0.1]'], dtype=StringDType())
    """
    options = ndjson_options(
        usecols, dtype, na_values, missing, strings, nested, nrows, threads, progress
    )
    began = perf_counter()
    with open_source(source, "parse_ndjson") as opened:
        return read_table(opened, options, began)


@explain_keywords
def parse_ndjson(
    text: str,
    *,
    usecols: UseCols | None = None,
    dtype: DTypes | None = None,
    na_values: Words | Mapping[Column, Words | None] | None = None,
    missing: Missing | Mapping[Column, Missing] = "auto",
    strings: Strings | Mapping[Column, Strings] = "stringdtype",
    nested: Nested = "raise",
    nrows: int | None = None,
    threads: int | None = None,
    progress: Progress = "auto",
) -> Table:
    r"""Read text of JSON records, one object a line, into typed columns.

    Parameters
    ----------
    text : str
        The content. Offsets in errors count bytes of its UTF-8 form.
    usecols, dtype, na_values, missing, strings, nested, nrows, threads, progress
        As for `read_ndjson`.

    Returns
    -------
    Table
        The columns by name, as read-only arrays of shape ``(num_rows,)``.

    Raises
    ------
    JsonError
        As for `read_ndjson`.
    UnicodeEncodeError
        If the text has a lone surrogate, which UTF-8 cannot say.
    ValueError, TypeError
        If an option makes no sense.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> npx.parse_ndjson('{"n": 1}\n{"n": 2.5}\n')["n"]
    array([1. , 2.5])
    """
    options = ndjson_options(
        usecols, dtype, na_values, missing, strings, nested, nrows, threads, progress
    )
    return read_table(text_source(text, "read_ndjson"), options, perf_counter())


# ---- Options ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NdjsonOptions:
    """Every option of a read: those that CSV has too, and the one it has not."""

    common: CsvOptions
    nested: str

    @property
    def needs_all_keys(self) -> bool:
        """Whether options count columns from the end, or in steps."""
        return isinstance(self.common.usecols, slice)

    @property
    def wants_more(self) -> bool:
        """Whether a key that is not known yet may be a column to read."""
        return self.common.usecols is None or callable(self.common.usecols)


def ndjson_options(
    usecols: Any,
    dtype: Any,
    na_values: Any,
    missing: Any,
    strings: Any,
    nested: Any,
    nrows: Any,
    threads: Any,
    progress: Any,
) -> NdjsonOptions:
    """Check the options."""
    given = {
        "usecols": usecols,
        "dtype": dtype,
        "na_values": na_values,
        "missing": missing,
        "strings": strings,
        "nrows": nrows,
        "threads": threads,
        "progress": progress,
    }
    values = [given.get(name, USUAL[name]) for name in KEYWORDS]
    return NdjsonOptions(csv_options(*values), choice("nested", nested, NESTED))


# What CSV alone has keeps its default.
USUAL: Final[dict[str, Any]] = {
    name: value.default if isinstance(value, PerColumn) else value
    for name, value in ((name, getattr(DEFAULTS, name)) for name in KEYWORDS)
}


# ---- Reading ---------------------------------------------------------------


def read_table(source: NativeSource, options: NdjsonOptions, began: float) -> Table:
    """Read an opened source, again if it has keys that were not known."""
    reader = Reader(source, options)
    plan: Plan | None = None
    try:
        reader.look()
        while True:
            plan = reader.plan()
            table = reader.read(plan, began)
            if table is not None:
                return table
    except (CsvError, JsonError) as error:
        from numpy_ext._explain_json import explain_json

        raise explain_json(error, source, options.common, reader.names, plan) from None
    except OSError as error:
        raise with_path(error, source.path) from None


class Reader:
    """The reading of one source."""

    def __init__(self, source: NativeSource, options: NdjsonOptions) -> None:
        common = options.common
        self.source = source
        self.options = options
        self.nrows = -1 if common.nrows is None else common.nrows
        self.size = source.length()
        small = self.size < _csv_read.SMALL_BYTES and _csv_read._block_bytes == 0
        self.threads = thread_count(common.threads, small)
        self.names: tuple[str, ...] = ()
        self.complete = False  # the names are all there are

    def add(self, keys: list[tuple[int, int, str]]) -> None:
        """Add keys in the order in which they were met, behind those there are."""
        self.names += tuple(key for _, _, key in sorted(keys))

    def look(self) -> None:
        """Find the keys of the first records."""
        source = self.source
        self.add(
            _native.ndjson_keys(source.content, source.size, FIRST_BYTES, self.nrows)
        )
        if self.options.needs_all_keys:
            self.find_all_keys()

    def find_all_keys(self) -> None:
        """Find the keys of all records."""
        *_, further = self.native((), (), None, False)
        self.add(further)
        self.complete = True

    def plan(self) -> Plan:
        """Return what to read, given the keys; all of them if one is named in vain."""
        if not self.names and not self.complete:
            self.find_all_keys()
        try:
            return self.plan_of_names()
        except CsvSchemaError:
            if self.complete:
                raise
            self.find_all_keys()
            return self.plan_of_names()

    def plan_of_names(self) -> Plan:
        common = self.options.common
        if not self.names and (common.usecols is None or callable(common.usecols)):
            return Plan((), (), (), ())
        return make_plan(common, self.names)

    def read(self, plan: Plan, began: float) -> Table | None:
        """Read by a plan; None if there are further keys, which are added."""
        progress = self.options.common.progress
        bar = None if callable(progress) else progress_bar(progress, self.size)
        report = progress if callable(progress) else bar
        wants_more = self.options.wants_more and not self.complete
        try:
            num_rows, columns, times, further = self.native(
                plan.requests, plan.rules, report, wants_more
            )
        finally:
            if bar is not None:
                bar.close()
        if columns is None or times is None:
            self.add(further)
            return None
        made = []
        try:
            for name, column, form in zip(plan.names, columns, plan.forms, strict=True):
                made.append(make_column(name, num_rows, column, form, self.threads))
        except CsvValueError as error:
            error.column = plan.names[len(made)]
            error.byte, error.line = _native.ndjson_place(
                self.source.content,
                self.source.size,
                error.column,
                (error.record or 1) - 1,
            )
            raise
        table = Table._from_columns(made, num_rows)
        # Behind the last wanted record nothing was looked at.
        known = self.size if num_rows != self.nrows else None
        table._report = known, perf_counter() - began, self.threads, times, None
        return table

    def native(
        self,
        requests: tuple[Any, ...],
        rules: tuple[Any, ...],
        report: Callable[[int, int], object] | None,
        wants_more: bool,
    ) -> Any:
        return _native.ndjson_read(
            self.source.content,
            self.source.size,
            self.names,
            requests,
            rules,
            self.options.nested == "text",
            self.nrows,
            _csv_read._block_bytes,
            self.threads,
            on_main_thread(),
            report,
            wants_more,
        )
