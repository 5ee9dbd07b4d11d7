"""Where the table begins in a text whose delimiter is known, and whether it has names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from numpy_ext._sniff_survey import Look, Survey

__all__ = ["Found", "find_table"]

# So many records are looked at closely.
SAMPLE: Final = 100
IDENTIFIER: Final = re.compile(r"[^\W\d][\w .()/%-]{0,40}")
KINDS: Final = (Look.NUMBER, Look.MOMENT, Look.BOOL)
LINE_ENDS: Final = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a table begins, and how sure that is."""

    first: int  # the record of the names, or of the first row
    skiprows: int  # the lines before it
    header: bool
    header_doubt: bool  # nothing speaks for or against it


def find_table(made: Survey) -> Found:
    """Return where the table of a survey begins."""
    first = first_record(made)
    votes = header_votes(made, first)
    if first > 0 and votes <= 0 and is_short_header(made, first):
        first -= 1
        votes = 1.0
    skipped = made.text[: int(made.starts[first])] if len(made.starts) else b""
    lines = len(LINE_ENDS.findall(skipped))
    only_blank = not np.any(made.fields[:first])
    comment = made.candidate.comment
    if comment is not None:
        only_blank &= all_comments(skipped, comment.encode())
    elif skipped.strip(b"\r\n"):
        only_blank = False
    return Found(first, 0 if only_blank else lines, votes >= 0, abs(votes) < 0.2)


def all_comments(skipped: bytes, comment: bytes) -> bool:
    lines = LINE_ENDS.split(skipped)
    return all(not line or line.lstrip().startswith(comment) for line in lines)


def first_record(made: Survey) -> int:
    """Return the first record of the table: the names, or the first row."""
    fields, width, body = made.fields, made.width, made.body
    if width < 2 or not len(body):
        return int(np.flatnonzero(fields)[0]) if np.any(fields) else 0
    at = 0
    while at + 1 < len(body) and is_stray(fields, width, int(body[at])):
        at += 1
    filled = filled_cells(made, int(body[at]))
    # Spreadsheets fill up the lines of a title with delimiters.
    while (
        width > 2
        and at + 1 < len(body)
        and filled <= max(1, width // 3)
        and any_fuller(made, body[at + 1 : at + 6], filled)
    ):
        at += 1
        filled = filled_cells(made, int(body[at]))
    return int(body[at])


def is_stray(fields: npt.NDArray[np.uint32], width: int, record: int) -> bool:
    """Return whether a record of the right width stands among lines of a title."""
    behind = fields[record + 1 : record + 9]
    behind = behind[behind > 0][:4]
    return len(behind) >= 2 and np.count_nonzero(behind == width) * 3 < len(behind)


def filled_cells(made: Survey, record: int) -> int:
    begin = int(made.first_cells[record])
    looks = made.looks[begin : begin + int(made.fields[record])]
    return int(np.count_nonzero((looks & Look.EMPTY) == 0))


def any_fuller(made: Survey, records: Sequence[int], filled: int) -> bool:
    return any(filled_cells(made, int(r)) >= max(2, 2 * filled) for r in records)


def is_short_header(made: Survey, first: int) -> bool:
    """Return whether the record before the rows has their names, but for one."""
    count = int(made.fields[first - 1])
    if abs(count - made.width) != 1 or count < 2:
        return False
    begin = int(made.first_cells[first - 1])
    looks = made.looks[begin : begin + count]
    typed = np.count_nonzero(looks & (Look.TYPED | Look.ODD))
    return bool(typed == 0 and np.count_nonzero(looks & Look.WORD) == count)


# ---- Names or not ----------------------------------------------------------


def header_votes(made: Survey, first: int) -> float:
    """Return what speaks for names in the first record, less what speaks against it.

    A name differs in kind from the cells below it; a cell does not.
    """
    body = made.body[made.body >= first]
    if not len(body) or int(body[0]) != first:
        return 0.0
    rows = body[1 : SAMPLE + 1]
    if not len(rows):
        return 0.0
    width = made.width
    begins = made.first_cells[rows]
    columns = min(width, SAMPLE)
    looks = made.looks[begins[:, None] + np.arange(columns)]
    head = int(made.first_cells[first])
    heads = made.looks[head : head + columns]
    names = [text_of(made, first, c) for c in range(columns)]
    votes = 0.0
    for column in range(columns):
        votes += column_votes(made, column, looks[:, column], int(heads[column]), names, rows)
    votes /= max(1.0, columns / 4)
    given = [name for name in names if name]
    if len(set(given)) < len(given):
        votes -= 1.0
    return votes


def text_of(made: Survey, record: int, column: int) -> str:
    return made.cell(record, column).decode("utf-8", "replace").strip("\"' \t")


def column_votes(
    made: Survey,
    column: int,
    looks: npt.NDArray[np.uint32],
    head: int,
    names: list[str],
    rows: npt.NDArray[np.int64],
) -> float:
    name = names[column]
    filled = (looks & Look.ABSENT) == 0
    count = int(filled.sum())
    if not count or head & Look.ABSENT:
        return -0.3 if head & Look.ABSENT and column > 0 else 0.0
    for kind in KINDS:
        if np.count_nonzero(looks & kind) >= 0.75 * count:
            if head & kind:
                return -2.0
            return 1.5 if head & Look.WORD else 0.5
    if head & Look.TYPED:
        return -0.7
    return text_votes(made, column, looks, head, name, rows)


def text_votes(
    made: Survey,
    column: int,
    looks: npt.NDArray[np.uint32],
    head: int,
    name: str,
    rows: npt.NDArray[np.int64],
) -> float:
    """Return what a column of text has to say."""
    values = [text_of(made, int(r), column) for r in rows[:SAMPLE]]
    values = [value for value in values if value]
    votes = 0.0
    if name in values:
        votes -= 1.2
    elif len(set(values)) <= len(values) / 2:
        votes += 0.4
    sizes = {len(value) for value in values}
    if len(values) >= 4 and len(sizes) == 1 and len(name) not in sizes:
        votes += 0.6
    with_digits = sum(any(c.isdigit() for c in value) for value in values)
    if with_digits > 0.8 * len(values) and not any(c.isdigit() for c in name):
        votes += 0.6
    quoted = np.count_nonzero(looks & Look.QUOTED)
    if quoted > 0.9 * len(looks) and not head & Look.QUOTED:
        votes += 0.5
    if not IDENTIFIER.fullmatch(name):
        votes -= 0.4
    elif name.islower() and not any(value.islower() for value in values[:20]):
        votes += 0.4
    return votes
