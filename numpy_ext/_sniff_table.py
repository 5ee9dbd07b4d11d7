"""Where the table begins in a text of a known delimiter, and whether it has names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from numpy_ext._sniff_survey import Look, Survey

__all__ = ["Found", "find_table"]

# So many records are looked at closely.
SAMPLE: Final = 100
# No header has more records.
MOST_NAMES: Final = 4
IDENTIFIER: Final = re.compile(r"[^\W\d][\w .()/%-]{0,40}")
YEAR: Final = re.compile(r"(?:19|20)\d\d")
KINDS: Final = (Look.NUMBER, Look.MOMENT, Look.BOOL)
LINE_ENDS: Final = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a table begins, and how sure that is."""

    first: int  # the record of the names, or of the first row
    skiprows: int  # the lines before it
    comment: str | None
    header: bool
    header_doubt: bool  # nothing speaks for or against it
    header_rows: int
    footer: int  # the records behind the table, if those are none of its rows


def find_table(made: Survey, known_comment: bool = False) -> Found:
    """Return where the table of a survey begins.

    Comments above the table alone are lines to skip: a comment is cut off wherever
    it stands, also where the look does not reach.
    """
    first = first_record(made)
    votes = header_votes(made, first)
    if first > 0 and votes <= 0 and is_header_of_others(made, first):
        first -= 1
        votes = 1.0
    begin = int(made.starts[first]) if len(made.starts) else 0
    skipped, comment = made.text[:begin], made.candidate.comment
    if comment is not None and not known_comment:
        comment = comment if comment.encode() in made.text[begin:] else None
    lines = len(LINE_ENDS.findall(skipped))
    if is_nothing(skipped, comment):
        lines = 0
    header = votes >= 0
    return Found(
        first,
        lines,
        comment,
        header,
        abs(votes) < 0.2,
        header_rows(made, first) if header else 1,
        footer(made),
    )


def header_rows(made: Survey, first: int) -> int:
    """Return how many records have words where the rows have numbers or dates."""
    body = made.body[made.body > first][: SAMPLE + MOST_NAMES]
    if len(body) < 2 * MOST_NAMES or made.width < 2:
        return 1
    looks = made.looks[made.first_cells[body][:, None] + np.arange(made.width)]
    present = (looks & Look.ABSENT) == 0
    typed = (looks & Look.TYPED) != 0
    rows = typed[MOST_NAMES:].sum(axis=0)
    columns = rows >= 0.9 * np.maximum(present[MOST_NAMES:].sum(axis=0), 1)
    if columns.sum() < 2:
        return 1
    words = ((looks & Look.WORD) != 0)[:, columns].all(axis=1)
    count = 0
    while count < MOST_NAMES - 1 and words[count] and body[count] == first + count + 1:
        count += 1
    return 1 + count


def footer(made: Survey) -> int:
    """Return how many records behind the table have fewer fields than its rows."""
    if made.width < 2 or not len(made.body):
        return 0
    behind = made.fields[int(made.body[-1]) + 1 :]
    return int(np.count_nonzero(behind))


def is_nothing(skipped: bytes, comment: str | None) -> bool:
    """Return whether lines are blank, or comments."""
    mark = None if comment is None else comment.encode()
    return all(
        not line or (mark is not None and line.lstrip().startswith(mark))
        for line in LINE_ENDS.split(skipped)
    )


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
    short_rows = np.all(behind >= max(2, width // 2))
    return len(behind) >= 2 and not np.any(behind == width) and not short_rows


def filled_cells(made: Survey, record: int) -> int:
    begin = int(made.first_cells[record])
    looks = made.looks[begin : begin + int(made.fields[record])]
    return int(np.count_nonzero((looks & Look.EMPTY) == 0))


def any_fuller(made: Survey, records: npt.NDArray[np.int64], filled: int) -> bool:
    return any(filled_cells(made, int(r)) >= max(2, 2 * filled) for r in records)


def is_header_of_others(made: Survey, first: int) -> bool:
    """Return whether the record above has the names, though not as many as cells.

    One more or less, where all rows end in a delimiter for example; or as many as the
    longest row has, where most leave some out.
    """
    count = int(made.fields[first - 1])
    longest = int(made.fields[first:].max())
    if count < 2 or (abs(count - made.width) != 1 and count != longest):
        return False
    begin = int(made.first_cells[first - 1])
    looks = made.looks[begin : begin + count]
    names = [text_of(made, first - 1, column) for column in range(min(count, SAMPLE))]
    words = np.count_nonzero(looks & Look.WORD) == count
    return are_years(names) or (words and len(set(names)) == len(names))


# ---- Names or not ----------------------------------------------------------


def header_votes(made: Survey, first: int) -> float:
    """Return what speaks for names in the first record, less what speaks against it.

    A name differs in kind from the cells below it; a cell does not.
    """
    body = made.body[made.body >= first]
    if not len(body) or int(body[0]) != first:
        return 0.0
    rows = body[1 : SAMPLE + 1]
    width = made.width
    columns = min(width, SAMPLE)
    head = int(made.first_cells[first])
    heads = made.looks[head : head + columns]
    if not len(rows):  # no name is a number or a date
        return -1.0 if np.any(heads & Look.TYPED) else 0.0
    looks = made.looks[made.first_cells[rows][:, None] + np.arange(columns)]
    names = [text_of(made, first, c) for c in range(columns)]
    votes = 0.0
    for column in range(columns):
        votes += column_votes(
            made, column, looks[:, column], int(heads[column]), names, rows
        )
    votes /= max(1.0, columns / 4)
    if are_years(names) and not are_years(
        [text_of(made, int(rows[0]), c) for c in range(columns)]
    ):
        votes += 3.0
    given = [name for name in names if name]
    if len(set(given)) < len(given):
        votes -= 1.0
    return votes


def are_years(names: Sequence[str]) -> bool:
    """Return whether names are years, one after the other, but for the first few."""
    years = [int(name) for name in names if YEAR.fullmatch(name)]
    steps = {after - before for before, after in pairwise(years)}
    return len(years) >= 3 and len(years) >= len(names) - 3 and steps in ({1}, {-1})


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
                fractions = np.count_nonzero(looks & (Look.POINT | Look.COMMA))
                return 0.4 if head & Look.INTEGER and fractions > 0.7 * count else -2.0
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
