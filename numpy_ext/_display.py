"""Tables as text."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import numpy as np

from numpy_ext._schema import dtype_name

if TYPE_CHECKING:
    from numpy_ext._column import Column

HEAD_ROWS = 5
TAIL_ROWS = 5
CELL_WIDTH = 32
REASONS = 5
GAP = "  "
MISSING = "<NA>"
ELLIPSIS = "..."


def table_text(columns: list[Column], num_rows: int) -> str:
    """Return the head and tail of a table, as many columns as fit, and a footer."""
    footer = f"{num_rows:,} rows x {len(columns):,} columns"
    width = shutil.get_terminal_size().columns
    blocks = fitting_blocks(columns, num_rows, width)
    lines = [GAP.join(cells).rstrip() for cells in zip(*blocks, strict=True)]
    return "\n".join([*lines, footer, *reason_lines(columns)])


def fitting_blocks(columns: list[Column], num_rows: int, width: int) -> list[list[str]]:
    """Return the columns as text, first and last ones first until the width is full."""
    left: list[list[str]] = []
    right: list[list[str]] = []
    gap = column_gap(num_rows)
    room = width - len(gap[0])  # kept free, as long as columns are left
    first, last = 0, len(columns) - 1
    while first <= last:
        from_left = len(left) <= len(right)
        block = column_block(columns[first if from_left else last], num_rows)
        room -= len(block[0]) + len(GAP)
        if room < 0 and left and not (first == last and room + len(GAP + gap[0]) >= 0):
            return [*left, gap, *reversed(right)]
        (left if from_left else right).append(block)
        first, last = (first + 1, last) if from_left else (first, last - 1)
    return [*left, *reversed(right)]


def shown_rows(num_rows: int) -> tuple[int, int]:
    """Return how many rows are shown from the start and from row number two on."""
    if num_rows <= HEAD_ROWS + TAIL_ROWS:
        return num_rows, num_rows
    return HEAD_ROWS, num_rows - TAIL_ROWS


def column_gap(num_rows: int) -> list[str]:
    """Return the block that stands for columns left out."""
    head, tail = shown_rows(num_rows)
    rows = head + (num_rows - tail) + (tail > head)
    return [ELLIPSIS, "   ", "   ", *[ELLIPSIS] * rows]


def column_block(column: Column, num_rows: int) -> list[str]:
    """Return the lines of one column, all of one width: name, dtype, rule, cells."""
    head, tail = shown_rows(num_rows)
    cells = [cell_text(value) for value in column.preview(0, head)]
    if tail > head:
        cells.append(ELLIPSIS)
        cells += [cell_text(value) for value in column.preview(tail, num_rows)]
    title = [clip(column.field.name), dtype_name(column.field.dtype)]
    width = max(map(len, [*title, *cells]))
    number = column.field.dtype.kind in "iuf"
    pad = str.rjust if number else str.ljust
    return [
        *(line.ljust(width) for line in title),
        "-" * width,
        *(pad(cell, width) for cell in cells),
    ]


def cell_text(value: Any) -> str:
    """Return one cell on one line."""
    if value is None:
        return MISSING
    if isinstance(value, np.floating):
        return f"{value:.6g}"
    if isinstance(value, np.datetime64):
        return str(value).replace("T", " ")
    return clip(str(value))


def clip(text: str) -> str:
    """Return a text with control characters escaped, cut where it is too long."""
    shown = text[: CELL_WIDTH + 1]
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shown)
    if len(shown) > CELL_WIDTH:
        shown = shown[: CELL_WIDTH - len(ELLIPSIS)] + ELLIPSIS
    return shown


def reason_lines(columns: list[Column]) -> list[str]:
    """Return a line for each string column that looked like another dtype at first."""
    fields = [c.field for c in columns]
    told = [f for f in fields if f.widened and f.dtype.kind in "TUSO"]
    lines = [
        f"{clip(field.name)}: string because {field.reason}" for field in told[:REASONS]
    ]
    if len(told) > REASONS:
        lines.append(f"and {len(told) - REASONS} more such columns: see .schema")
    return lines
