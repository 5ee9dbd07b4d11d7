"""One candidate for a dialect, and how well a text agrees with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._dialect import WHITESPACE, check_dialect, native_dialect

__all__ = ["Candidate", "Look", "Survey", "survey"]

Counts: TypeAlias = npt.NDArray[np.uint32]


class Look:
    """The bits of `csv_look.h`: what a cell looks like."""

    EMPTY: Final = 1 << 0
    QUOTED: Final = 1 << 1
    BROKEN: Final = 1 << 2
    DOUBLED: Final = 1 << 3
    ESCAPED: Final = 1 << 4
    BLANK: Final = 1 << 5
    INTEGER: Final = 1 << 6
    POINT: Final = 1 << 7
    COMMA: Final = 1 << 8
    BY_COMMA: Final = 1 << 9
    BY_POINT: Final = 1 << 10
    BY_BLANK: Final = 1 << 11
    BY_MARK: Final = 1 << 12
    DATE: Final = 1 << 13
    TIME: Final = 1 << 14
    MISSING: Final = 1 << 15
    BOOL: Final = 1 << 16
    WORD: Final = 1 << 17
    ODD: Final = 1 << 18

    NUMBER: Final = INTEGER | POINT | COMMA | BY_COMMA | BY_POINT | BY_BLANK | BY_MARK
    MOMENT: Final = DATE | TIME
    TYPED: Final = NUMBER | MOMENT | BOOL
    ABSENT: Final = EMPTY | MISSING


@dataclass(frozen=True, slots=True)
class Candidate:
    """What separates, quotes and ends fields, if this is the dialect."""

    delimiter: str
    quotechar: str | None = '"'
    escapechar: str | None = None
    comment: str | None = None
    lineterminator: str | None = None

    def native(self) -> Any:
        """Return the dialect as the C library takes it; blanks before quotes pass.

        Raises
        ------
        ValueError
            If one part of it hides another.
        """
        options = {
            "delimiter": self.delimiter,
            "quotechar": self.quotechar,
            "escapechar": self.escapechar,
            "doublequote": True,
            "quoting": "standard",
            "lineterminator": self.lineterminator,
            "comment": self.comment,
            "strip": True,
        }
        check_dialect(options)
        return native_dialect(options)

    def makes_sense(self) -> bool:
        """Return whether no part of it hides another."""
        try:
            self.native()
        except ValueError:
            return False
        return True


# The delimiters that text has too, so that they have to do better than others.
DOUBTFUL: Final = {" ": 0.8, WHITESPACE: 0.79, ":": 0.75}
# Where there are tabs, blanks are more likely to be text.
TABS_AND_SPACES: Final = 0.6


class Survey:
    """All records of a text under a candidate."""

    def __init__(self, candidate: Candidate, text: bytes, at_end: bool) -> None:
        self.candidate = candidate
        self.text = text
        self.at_end = at_end
        self.fields: Counts
        (
            self.fields,
            self.starts,
            self.begins,
            self.ends,
            self.looks,
            self.consumed,
            self.open,
        ) = _native.csv_survey(text, candidate.native(), at_end)

    @cached_property
    def first_cells(self) -> npt.NDArray[np.int64]:
        """Where the cells of each record begin."""
        return np.cumsum(self.fields, dtype=np.int64) - self.fields

    @cached_property
    def width(self) -> int:
        """The number of fields that most records have, 0 if there is no record."""
        counts = np.bincount(np.minimum(self.fields, WIDEST))[1:]
        if not counts.any():
            return 0
        widths = np.arange(1, len(counts) + 1)
        # Lines of a title have one field, however many there are.
        weights = counts * (1 - 0.9 / widths)
        best = int(np.argmax(weights)) + 1
        if best == WIDEST:
            return int(np.bincount(self.fields)[WIDEST:].argmax()) + WIDEST
        return best

    @cached_property
    def body(self) -> npt.NDArray[np.int64]:
        """The records of that width, and no line of a title among them."""
        return np.flatnonzero(self.fields == self.width)

    @cached_property
    def cells(self) -> Counts:
        """What the cells of the body look like, of shape (records, width)."""
        begins = self.first_cells[self.body]
        looks: Counts = self.looks[begins[:, None] + np.arange(self.width)]
        return looks

    def cell(self, record: int, column: int) -> bytes:
        """Return a cell as it stands, quotes included."""
        at = int(self.first_cells[record]) + column
        return self.text[int(self.begins[at]) : int(self.ends[at])]

    @cached_property
    def score(self) -> float:
        """How well records and cells agree, from 0 to 1.

        The share of records of one width, times that of cells that look like something,
        times (width - 1) / width: a text agrees best with the dialect that finds most
        in it.
        """
        width, body = self.width, self.body
        if width == 0:
            return 0.0
        count = int(np.count_nonzero(self.fields))
        region = self.fields[body[0] : body[-1] + 1]
        within = int(np.count_nonzero(region))
        agreement = len(body) / within * (within / count) ** 0.7
        if len(body) == 1 and count > 2:
            agreement *= ALONE
        if self.candidate.delimiter in DOUBTFUL:
            agreement **= 3  # a few lines of prose agree by chance
        covered = self.consumed / max(len(self.text), 1)
        if self.open:
            covered *= 0.5
        return float(
            agreement
            * covered
            * self.typed()
            * share_of_fields(width, self.rows)
            * self.likely
        )

    @property
    def likely(self) -> float:
        """How likely the delimiter is one, before the text is looked at."""
        delimiter = self.candidate.delimiter
        if delimiter == WHITESPACE and b"\t" in self.text:
            return TABS_AND_SPACES
        return DOUBTFUL.get(delimiter, 1.0)

    @property
    def rows(self) -> Counts:
        """The cells but for the first record, which may hold names."""
        return self.cells[1:] if len(self.body) > 1 else self.cells

    def typed(self) -> float:
        """Return how far cells look like something, and columns like one thing."""
        cells = self.rows
        odd = np.count_nonzero(self.cells & Look.ODD) / self.cells.size
        broken = np.count_nonzero(self.cells & Look.BROKEN) / self.cells.size
        present = (cells & Look.EMPTY) == 0
        filled = present.sum(axis=0)
        kinds = [
            ((cells & kind) != 0).sum(axis=0)
            for kind in (Look.NUMBER, Look.MOMENT, Look.BOOL, Look.WORD)
        ]
        missing = ((cells & Look.MISSING) != 0).sum(axis=0)
        agree = np.max(kinds, axis=0) + missing
        alike = float(np.mean(np.where(filled, agree / np.maximum(filled, 1), 0.7)))
        # A delimiter at the end of every line makes one empty column, and no harm.
        inner = filled[:-1] if len(filled) > 1 and not filled[-1] else filled
        hollow = float(np.mean(inner == 0))
        blank = np.count_nonzero(cells[:, 1:] & Look.BLANK) / max(cells[:, 1:].size, 1)
        loose = min(blank, 1 - blank)
        return float(
            (1 - odd) ** 1.5
            * (1 - broken) ** 6
            * (0.5 + 0.5 * alike)
            * (1 - hollow) ** 1.5
            * (1 - 0.5 * loose)
        )


# Wider records are counted one by one.
WIDEST: Final = 4096
# A record that no other one agrees with is hardly a table.
ALONE: Final = 0.3


def share_of_fields(width: int, cells: Counts) -> float:
    """Return (width - 1) / width, or for one column how sure it is that it is one."""
    if width > 1:
        return (width - 1) / width
    times = np.count_nonzero(cells & Look.TIME) / cells.size
    numbers = np.count_nonzero(cells & Look.COMMA) / cells.size
    return max(0.22, 0.9 * times, 0.5 * numbers)


def survey(candidate: Candidate, text: bytes, at_end: bool) -> Survey:
    """Return what a candidate makes of a text."""
    return Survey(candidate, text, at_end)
