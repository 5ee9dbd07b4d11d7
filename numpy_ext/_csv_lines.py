"""Which lines at the start, in the middle and at the end of a source are not read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from numpy_ext import _native
from numpy_ext._per_column import is_position
from numpy_ext._source import NativeSource
from numpy_ext._threads import on_main_thread
from numpy_ext.errors import CsvSchemaError

if TYPE_CHECKING:
    from numpy_ext._options import CsvOptions

__all__ = [
    "check_header",
    "count",
    "header_records",
    "line_choice",
    "lines_at_start",
    "without_footer",
    "without_lines",
]

# For lines to be counted, whatever is in them.
NO_ERRORS: Final = (False, False, True, 0, -1, None, False)

# ---- The options -----------------------------------------------------------


def count(option: str, value: object) -> int:
    """Check an option that counts lines or rows."""
    if not is_position(value):
        raise TypeError(f"{option} must be an int, got {value!r}")
    number: int = int(value)  # type: ignore[call-overload]
    if number < 0:
        raise ValueError(f"{option} must not be negative, got {number}")
    return min(number, sys.maxsize)  # no source has more


def header_records(option: str, value: object) -> int:
    number = count(option, value)
    if number == 0:
        raise ValueError(f"{option} must be at least 1, got 0; header=False for none")
    return number


def line_choice(
    option: str, value: Any
) -> int | tuple[int, ...] | Callable[[int], object]:
    """Check an option that names lines: how many, which, or a function of the number.

    Those from 0 on are as many as they are.
    """
    if callable(value):
        return value  # type: ignore[no-any-return]
    if is_position(value):
        return count(option, value)
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TypeError(
            f"{option} must be an int, an iterable of ints or a callable, got {value!r}"
        )
    numbers = sorted({line_number(option, number) for number in value})
    if numbers == list(range(len(numbers))):
        return len(numbers)
    return tuple(numbers)


def line_number(option: str, value: Any) -> int:
    if not is_position(value):
        raise TypeError(f"{option} holds numbers of lines, got {value!r}")
    return count(option, value)


# ---- The source ------------------------------------------------------------


def lines_at_start(options: CsvOptions) -> int:
    """Return how many lines to drop at the start, whatever is in them."""
    return options.skiprows if isinstance(options.skiprows, int) else 0


def without_lines(source: NativeSource, options: CsvOptions) -> NativeSource:
    """Return a source without the lines that are named by their numbers."""
    named = options.skiprows
    if isinstance(named, int):
        return source
    if callable(named):
        lines = _native.csv_line_count(source.content, source.extent, options.dialect)
        # A list, as a generator would make another error of a StopIteration.
        numbers = [number for number in range(lines) if named(number)]
        named = tuple(numbers)
    pieces, skipped = _native.csv_leave_out(
        source.content,
        source.extent,
        options.dialect,
        np.array(named, dtype=np.uint64),
    )
    return replace(source, pieces=pieces, skipped=skipped)


def without_footer(
    source: NativeSource,
    options: CsvOptions,
    start: int,
    fields: int,
    skip_blank: bool,
    block_bytes: int,
    threads: int,
) -> tuple[NativeSource, tuple[int, int]]:
    """Return a source without its last records, of those from an offset on.

    And how many blank lines and comments go with them.
    """
    pieces, records = _native.csv_drop_footer(
        source.content,
        source.extent,
        options.dialect,
        start,
        fields,
        skip_blank,
        options.skipfooter,
        block_bytes,
        threads,
        on_main_thread(),
    )
    kept = int(np.frombuffer(pieces, np.uint64)[-2])
    _, (blank, comment, *_) = _native.csv_read(
        source.content,
        source.extent,
        options.dialect,
        kept,
        fields,
        (),
        (),
        skip_blank,
        -1,
        block_bytes,
        threads,
        on_main_thread(),
        None,
        NO_ERRORS,
    )
    skipped = source.skipped + records
    made = replace(source, pieces=pieces, skipped=skipped, dropped=records)
    return made, (blank, comment)


def check_header(options: CsvOptions, records: int) -> None:
    """Refuse a source that ends before its header does."""
    if options.header and 0 < records < options.header_rows:
        plural = "s" if records > 1 else ""
        raise CsvSchemaError(
            f"the header is to have {options.header_rows} records, but the source has "
            f"{records} record{plural}",
            code="NX122",
            hint=f"header_rows={records}",
        )
