"""Tables as text; what both text and HTML show of them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from numpy_ext._number_text import float_texts
from numpy_ext._schema import Field, dtype_text
from numpy_ext._settings import Settings, settings
from numpy_ext._terminal import shows_color
from numpy_ext._text import (
    ELLIPSIS,
    clipped,
    escaped,
    in_line,
    padded,
    text_width,
    wrapped,
)

if TYPE_CHECKING:
    from numpy_ext._column import Column

CELL_WIDTH: Final = 32
REASONS: Final = 5
GAP: Final = "  "
MISSING: Final = "<NA>"

GREY: Final = "\x1b[90m"
PLAIN: Final = "\x1b[0m"


# ---- What is shown ---------------------------------------------------------


@dataclass(slots=True)
class ShownRows:
    """The rows of a table that are shown, from both ends."""

    head: int
    tail: int
    left_out: int


@dataclass(slots=True)
class ShownColumn:
    """What is shown of a column; None stands for a missing cell."""

    name: str
    dtype: str
    is_number: bool
    head: list[str | None]
    tail: list[str | None]


def shown_rows(num_rows: int, most: int | None) -> ShownRows:
    """Return which rows are shown if at most so many may be."""
    if most is None or num_rows <= most:
        return ShownRows(num_rows, 0, 0)
    return ShownRows(most - most // 2, most // 2, num_rows - most)


def shown_column(
    column: Column, rows: ShownRows, precision: int, cell_width: int
) -> ShownColumn:
    """Return what is shown of a column; its other cells are not looked at."""
    values = column.preview(0, rows.head)
    if rows.tail:
        values += column.preview(column.length - rows.tail, column.length)
    cells = cell_texts(values, precision, cell_width)
    return ShownColumn(
        clipped(column.field.name, cell_width),
        clipped(dtype_text(column.field), cell_width),
        column.field.dtype.kind in "iufcm" and column.categories is None,
        cells[: rows.head],
        cells[rows.head :],
    )


def cell_texts(values: list[Any], precision: int, cell_width: int) -> list[str | None]:
    """Return cells on one line each."""
    floats = [value for value in values if isinstance(value, np.floating)]
    numbers = iter(float_texts(floats, precision))
    texts: list[str | None] = []
    for value in values:
        if value is None:
            texts.append(None)
        elif isinstance(value, np.floating):
            texts.append(next(numbers))
        elif isinstance(value, np.complexfloating):
            texts.append(f"{value:.{precision}g}")
        elif isinstance(value, np.datetime64):
            texts.append("NaT" if np.isnat(value) else str(value).replace("T", " "))
        else:
            texts.append(clipped(str(value), cell_width))
    return texts


def why_strings(fields: Iterable[Field]) -> tuple[list[tuple[str, str]], int]:
    """Return the first columns that became strings, with reasons, and the others."""
    told = [
        f
        for f in fields
        if f.widened and (f.dtype.kind in "TUSO" or f.categories is not None)
    ]
    shown = [(clipped(field.name, CELL_WIDTH), escaped(field.reason)) for field in told]
    return shown[:REASONS], max(0, len(told) - REASONS)


# ---- Text ------------------------------------------------------------------


def table_text(columns: list[Column], num_rows: int) -> str:
    """Return a table as ``repr`` shows it."""
    options = settings()
    return "\n".join(table_lines(columns, num_rows, options, options.color is True))


def print_table(printer: Any, columns: list[Column], num_rows: int) -> None:
    """Show a table by the pretty printer of IPython."""
    options = settings()
    colored = shows_color(sys.stdout) if options.color == "auto" else options.color
    for number, line in enumerate(table_lines(columns, num_rows, options, colored)):
        if number > 0:
            printer.break_()
        printer.text(line)


def table_lines(
    columns: list[Column], num_rows: int, options: Settings, colored: bool
) -> list[str]:
    """Return the head and tail of a table, as many columns as fit, and a footer."""
    width = options.max_width or shutil.get_terminal_size().columns
    rows = shown_rows(num_rows, options.max_rows)
    blocks, left_out = fitting_blocks(columns, rows, width, options, colored)
    lines = [GAP.join(cells).rstrip() for cells in zip(*blocks, strict=True)]
    footer = f"{num_rows:,} rows x {len(columns):,} columns"
    lines += wrapped(footer + (f", {left_out:,} not shown" if left_out else ""), width)
    reasons, more = why_strings(column.field for column in columns)
    for name, reason in reasons:
        lines += wrapped(f"{in_line(name)}: string because {reason}", width)
    if more:
        lines += wrapped(f"and {more:,} more such columns: see .schema", width)
    return lines


def fitting_blocks(
    columns: list[Column],
    rows: ShownRows,
    width: int,
    options: Settings,
    colored: bool,
) -> tuple[list[list[str]], int]:
    """Return columns as text, first and last ones first, and how many are left out."""
    left: list[list[str]] = []
    right: list[list[str]] = []
    most = options.max_columns or len(columns)
    room = width - len(ELLIPSIS)  # kept free, as long as columns are left
    first, last = 0, len(columns) - 1
    while first <= last and len(left) + len(right) < most:
        from_left = len(left) <= len(right)
        column = columns[first if from_left else last]
        shown = shown_column(column, rows, options.precision, CELL_WIDTH)
        taken = shown_width(shown)
        room -= taken + len(GAP)
        ends_it = first == last and room + len(GAP + ELLIPSIS) >= 0
        if room < 0 and left and not ends_it:
            break
        block = column_block(shown, rows, taken, colored)
        (left if from_left else right).append(block)
        first, last = (first + 1, last) if from_left else (first, last - 1)
    if first > last:
        return [*left, *reversed(right)], 0
    return [*left, column_gap(rows), *reversed(right)], last - first + 1


def column_gap(rows: ShownRows) -> list[str]:
    """Return the block that stands for columns left out."""
    lines = rows.head + rows.tail + (rows.left_out > 0)
    return [ELLIPSIS, "   ", "   ", *[ELLIPSIS] * lines]


def shown_width(column: ShownColumn) -> int:
    """Return how wide a column is."""
    cells = [MISSING if cell is None else cell for cell in column.head + column.tail]
    least = len(ELLIPSIS) if column.head else 0
    return max(least, *map(text_width, [column.name, column.dtype, *cells]))


def column_block(
    column: ShownColumn, rows: ShownRows, width: int, colored: bool
) -> list[str]:
    """Return the lines of a column, all of one width: name, dtype, rule, cells."""

    def grey(text: str, right: bool = False) -> str:
        line = padded(text, width, right)
        return line.replace(text, f"{GREY}{text}{PLAIN}") if colored else line

    def line(cell: str | None) -> str:
        if cell is None:
            return grey(MISSING, column.is_number)
        return padded(in_line(cell), width, column.is_number)

    gap = [line(ELLIPSIS)] if rows.left_out else []
    return [
        padded(in_line(column.name), width),
        grey(column.dtype),
        grey("-" * width),
        *map(line, column.head),
        *gap,
        *map(line, column.tail),
    ]


def schema_text(fields: list[Field]) -> str:
    """Return a schema as ``repr`` shows it: name, dtype, reason."""
    if not fields:
        return "Schema of no columns"
    names = [clipped(field.name, CELL_WIDTH) for field in fields]
    dtypes = [clipped(dtype_text(field), CELL_WIDTH) for field in fields]
    widths = [max(map(text_width, texts)) for texts in (names, dtypes)]
    return "\n".join(
        GAP.join(
            [
                padded(in_line(name), widths[0]),
                padded(dtype, widths[1]),
                escaped(field.reason),
            ]
        )
        for name, dtype, field in zip(names, dtypes, fields, strict=True)
    )
