"""From a source to a table, once the options are settled."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Final, NamedTuple, TypeAlias

from numpy_ext import _native
from numpy_ext._column import make_column
from numpy_ext._converters import converted
from numpy_ext._csv_lines import (
    check_header,
    lines_at_start,
    without_footer,
    without_lines,
)
from numpy_ext._dialect import AUTO, WHITESPACE, check_dialect, native_dialect
from numpy_ext._explain import explain, with_path
from numpy_ext._names import column_names, warn, warn_of_row
from numpy_ext._options import KEYWORDS, CsvOptions
from numpy_ext._plan import Plan, make_plan
from numpy_ext._progress import progress_bar
from numpy_ext._rejects import Dirt, dirt_request, record_of, settle_dirt
from numpy_ext._source import (
    ContentForm,
    CsvSource,
    NativeSource,
    is_path,
    is_plain,
    open_source,
    text_source,
)
from numpy_ext._table import Table
from numpy_ext._threads import on_main_thread, thread_count
from numpy_ext.errors import CsvError, CsvValueError

__all__ = ["Shown", "content_form", "read_source", "read_table", "read_text"]


def read_source(source: CsvSource, options: CsvOptions) -> Table:
    """Read what a user may pass as a source."""
    if options.many or (isinstance(source, (list, tuple)) and are_paths(source)):
        from numpy_ext._files import read_files

        return read_files(source, options)
    if options.delimiter == AUTO:
        from numpy_ext._sniff import settled

        source, options, dialect = settled(source, options)
        table = read_source(source, options)
        table._dialect = dialect
        return table
    if type(source) is bytes and is_plain(source, options.form):
        return read_table(NativeSource(source, 0), options)
    began = perf_counter()
    with open_source(source, form=content_form(options)) as opened:
        return read_table(opened, options, began)


def are_paths(source: Sequence[object]) -> bool:
    """Return whether a list is one of files, rather than of pieces of content."""
    return len(source) == 0 or is_path(source[0])


def read_text(text: str, options: CsvOptions) -> Table:
    """Read text."""
    if options.many:
        raise TypeError(
            "glob, filename_column and union_by_name are for paths, but the source is "
            "text"
        )
    if options.delimiter == AUTO and isinstance(text, str):
        from numpy_ext._sniff import settled_text

        options, dialect = settled_text(text, options)
        table = read_text(text, options)
        table._dialect = dialect
        return table
    return read_table(text_source(text, form=options.form), options)


def content_form(options: CsvOptions) -> ContentForm:
    """Return how the content of a source is written, with the threads of now."""
    return options.form._replace(threads=thread_count(options.threads))


class Shown(NamedTuple):
    """What the fields of a column have shown: its type, if there was any value."""

    type: str
    has_values: bool
    zoned: bool


# Bytes read at a time, 0 for the default; tests set it to move the seams.
_block_bytes = 0

# A source of fewer bytes is read by the calling thread alone.
SMALL_BYTES = 1 << 16


def read_table(
    source: NativeSource,
    options: CsvOptions,
    began: float | None = None,
    planner: Callable[[tuple[str, ...]], Plan] | None = None,
    shown: list[Shown] | None = None,
    dirt: Dirt | None = None,
) -> Table:
    """Read an opened source; the one way that all readers take.

    The report counts from the opening of the source on, if that took a moment. A
    planner chooses how columns of these names are read; `shown` gets what the fields
    of each column have shown. `dirt` knows of bad records elsewhere.
    """
    if began is None:
        began = perf_counter()
    names: tuple[str, ...] = ()
    plan: Plan | None = None
    header = options.header
    try:
        source = without_lines(source, options)
        fields, texts, begin, behind, records, skipped, before = read_header(
            source, options
        )
        source.skipped += skipped
        check_header(options, records)
        names = column_names(header, options.names, fields, texts)
        if options.names is not None:
            warn_of_row(texts)
        elif fields == 1 and texts:
            warn_of_delimiter(source, options, begin, texts[0])
        plan = make_plan(options, names) if planner is None else planner(names)
        start = behind if header else begin
        if not header:
            before = 0, 0  # these are read with the records
        table = read_columns(
            source, options, names, plan, start, before, began, shown, dirt or Dirt()
        )
    except CsvError as error:
        if not header and not names and error.byte is not None:
            error.record = 1  # the record whose fields could not be counted
        raise explain(error, source, options, names, plan) from None
    except OSError as error:
        raise with_path(error, source.path) from None
    # Whatever the functions of a user raise is no error of the source.
    for name, form in zip(plan.names, plan.forms, strict=True):
        if form.converter is not None:
            column = table._columns[name]
            table._columns[name] = converted(column, form.converter)
    return table


Header: TypeAlias = tuple[int, list[str], int, int, int, int, tuple[int, int]]


def read_header(source: NativeSource, options: CsvOptions) -> Header:
    """Return what `_native.csv_header` does, with the texts of a header.

    Where `names` replaces them it is no error if they are no text: there are none then.
    """

    def read(want_texts: bool) -> Header:
        return _native.csv_header(
            source.content,
            source.extent,
            options.dialect,
            lines_at_start(options),
            options.header_rows,
            want_texts,
            options.strip,
        )

    try:
        return read(options.header)
    except CsvError:
        if not options.header or options.names is None:
            raise
    return read(False)


# Delimiters that a header of one column may have meant, and how much is looked at.
OTHER_DELIMITERS = (";", "\t", "|")
FIRST_LOOK = 1 << 12


# What no one delimits with: classes, repetitions, alternatives, escapes, and words.
PATTERN: Final = re.compile(
    r"\[.+\][+*]?|.+[+*]|\\.+|[^|]+\|[^|]+|[A-Za-z]{3,}", re.DOTALL
)


def is_no_text(delimiter: str) -> bool:
    """Return whether a delimiter looks like a pattern, or like the name of one."""
    mirrored = delimiter == delimiter[::-1]
    return (
        delimiter != WHITESPACE and not mirrored and bool(PATTERN.fullmatch(delimiter))
    )


def warn_of_delimiter(
    source: NativeSource, options: CsvOptions, begin: int, name: str
) -> None:
    """Warn if a source is one column and its delimiter is likely to be another one.

    Under a comma one that stands in the header, and as often in each of the first
    records; or if the delimiter given looks like a pattern, or like the name of one.
    """
    if is_no_text(options.delimiter):
        warn(
            f"the header is one column: delimiter={options.delimiter!r} is text, no "
            "pattern and no name, and does not occur in it; 'auto' finds the delimiter"
        )
    if options.delimiter != ",":
        return
    likely = [delimiter for delimiter in OTHER_DELIMITERS if delimiter in name]
    if not likely:
        return
    start = source.bytes_at(begin, FIRST_LOOK)
    for delimiter in likely:
        other = {name: getattr(options, name) for name in KEYWORDS}
        other["delimiter"] = delimiter
        try:
            check_dialect(other)
        except ValueError:  # it is the quote, say
            continue
        dialect = native_dialect(other)
        fields = _native.csv_survey(start, dialect, len(start) < FIRST_LOOK)[0]
        if len(fields) > 1 and fields[0] > 1 and (fields == fields[0]).all():
            warn(
                f"the header is one column, but {fields[0]} with delimiter="
                f"{delimiter!r}, and so are the records behind it"
            )
            return


def read_columns(
    source: NativeSource,
    options: CsvOptions,
    names: tuple[str, ...],
    plan: Plan,
    start: int,
    apart: tuple[int, int],
    began: float,
    shown: list[Shown] | None,
    dirt: Dirt,
) -> Table:
    """Read the records from an offset on, by a plan.

    There were blank lines and comments `apart` from those.
    """
    skip_blank = options.skip_blank_lines
    if isinstance(skip_blank, str):
        skip_blank = len(names) > 1
    size = source.length()
    progress = options.progress
    bar = None if callable(progress) else progress_bar(progress, size)
    threads = thread_count(options.threads, size < SMALL_BYTES and _block_bytes == 0)
    if options.skipfooter:
        source, tail = without_footer(
            source, options, start, len(names), skip_blank, _block_bytes, threads
        )
        apart = apart[0] + tail[0], apart[1] + tail[1]
    try:
        (num_rows, columns, times), found = _native.csv_read(
            source.content,
            source.extent,
            options.dialect,
            start,
            len(names),
            plan.requests,
            plan.rules,
            skip_blank,
            -1 if options.nrows is None else options.nrows,
            _block_bytes,
            threads,
            on_main_thread(),
            progress if callable(progress) else bar,
            dirt_request(options, dirt, plan),
        )
    finally:
        if bar is not None:
            bar.close()
    rejects = settle_dirt(found, num_rows, source, options, names, plan)
    if dirt.tells:
        dirt.left_out = found[5]
    if shown is not None:
        shown.extend(Shown(c[0], c[4] is not None, c[5]) for c in columns)
    made = []
    try:
        for name, column, form in zip(plan.names, columns, plan.forms, strict=True):
            made.append(make_column(name, num_rows, column, form, threads))
    except CsvValueError as error:
        error.record = record_of((error.record or 1) - 1, found[5]) + 1
        error.byte, error.line = _native.csv_place(
            source.content,
            source.extent,
            options.dialect,
            start,
            len(names),
            skip_blank,
            error.record - 1,
            plan.requests[len(made)][0],
        )
        error.column = plan.names[len(made)]
        raise
    table = Table._from_columns(made, num_rows)
    table._dialect = options
    table._rejects = rejects
    known = size if num_rows != options.nrows else None  # the rest was not looked at
    counts = found[2], apart[0] + found[0], apart[1] + found[1], source.skipped
    table._report = known, perf_counter() - began, threads, times, counts
    return table
