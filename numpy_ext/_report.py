"""What reading a table took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from numpy_ext import _native
from numpy_ext._schema import Schema

__all__ = ["Counts", "ReadFigures", "Report", "make_report"]

# How many records became rejects, and how many lines none: blank, comments, dropped.
Counts: TypeAlias = tuple[int, int, int, int]

# What a read leaves at a table: bytes, seconds, threads, the time of each stage, and
# counts if they were taken.
ReadFigures: TypeAlias = tuple[int | None, float, int, tuple[float, ...], Counts | None]

STAGES: Final = ("read", "index", "convert", "wait", "fix_up")


@dataclass(frozen=True, slots=True)
class Report:
    r"""What reading a table took: `Table.report`.

    Attributes
    ----------
    rows, columns : int
        Shape of the table.
    bytes : int or None
        Size of the source; None if the read ended before it, by ``nrows``.
    rejects, blank, comment, skipped : int or None
        What the source of a CSV holds besides the rows: bad records that were left
        out, blank lines that are no records, lines of comments alone, and lines that
        were dropped unread (``skiprows``). Together with `rows` and the header these
        are all there is, up to the last row that ``nrows`` wants. None for other
        formats.
    seconds : float
        Wall time of the whole read, from the opening of the source to the table.
    threads : int
        How many threads the read was allowed.
    cpu : str
        The instruction set in use ("avx512", "avx2" or "portable").
    schema : Schema
        The dtype of every column, its missing cells and the reason for its dtype.
    times : dict
        Where the threads spent their time in C: seconds by stage, summed over threads.
        ``"read"``: bytes copied from a file; ``"index"``: fields and records found;
        ``"convert"``: columns written; ``"wait"``: for the place of the next record;
        ``"fix_up"``: rows read again, for a later one has widened the dtype.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> report = npx.parse_csv("id,name\n1,Ada\n2,\n").report
    >>> report.rows, report.columns, report.bytes
    (2, 2, 17)
    >>> report.missing
    {'id': 0, 'name': 1}
    >>> report.reasons["name"]
    "line 2 has 'Ada', text"
    """

    rows: int
    columns: int
    bytes: int | None
    seconds: float
    threads: int
    cpu: str
    schema: Schema
    times: Mapping[str, float]
    rejects: int | None = None
    blank: int | None = None
    comment: int | None = None
    skipped: int | None = None

    @property
    def gigabytes_per_second(self) -> float | None:
        """Bytes over seconds, in 10**9; None if the number of bytes is not known."""
        if self.bytes is None or self.seconds <= 0:
            return None
        return self.bytes / self.seconds / 1e9

    @property
    def missing(self) -> dict[str, int]:
        """How many cells of each column are missing, by name."""
        return {name: field.missing for name, field in self.schema.items()}

    @property
    def reasons(self) -> dict[str, str]:
        """Why each column has its dtype, by name."""
        return {name: field.reason for name, field in self.schema.items()}

    def __repr__(self) -> str:
        from numpy_ext import _report_display

        return _report_display.report_text(self)

    def _repr_html_(self) -> str:
        from numpy_ext import _report_display

        return _report_display.report_html(self)


def make_report(figures: ReadFigures, num_rows: int, schema: Schema) -> Report:
    """Return the report of a read that left these figures."""
    size, seconds, threads, times, counts = figures
    cpu = str(_native.build_info()["cpu"])
    return Report(
        num_rows,
        len(schema),
        size,
        seconds,
        threads,
        cpu,
        schema,
        dict(zip(STAGES, times, strict=True)),
        *(counts or ()),
    )
