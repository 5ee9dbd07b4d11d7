"""What reading a table took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from numpy_ext import _native
from numpy_ext._schema import Schema

__all__ = ["ReadFigures", "Report", "make_report"]

# What a read leaves at a table: bytes, seconds, those of the engine, threads, times.
ReadFigures: TypeAlias = tuple[int | None, float, float, int, dict[str, float] | None]

WALL: Final = "wall"


@dataclass(frozen=True, slots=True)
class Report:
    r"""What reading a table took: `Table.report`.

    Attributes
    ----------
    rows, columns : int
        Shape of the table.
    bytes : int or None
        Size of the source; None if the read ended before it, by ``nrows``.
    seconds : float
        Wall time of the whole read, from the opening of the source to the table.
    engine_seconds : float
        The part of them spent in C, where the source is read and parsed.
    threads : int
        How many threads the read was allowed.
    cpu : str
        The instruction set in use ("avx512", "avx2" or "portable").
    schema : Schema
        The dtype of every column, its missing cells and the reason for its dtype.
    times : dict or None
        Where the threads of the engine spent their time: seconds by stage, summed
        over threads, and the wall time of all of it as ``"wall"``. None if they were
        not taken.

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
    engine_seconds: float
    threads: int
    cpu: str
    schema: Schema
    times: Mapping[str, float] | None

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

    def stages(self) -> dict[str, float]:
        r"""Return seconds by what they were spent on; they can be added up.

        Returns
        -------
        dict
            The stages of `times`. Without those, the wall time inside and outside the
            engine.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> report = npx.parse_csv("a\n1\n").report
        >>> all(seconds >= 0 for seconds in report.stages().values())
        True
        """
        if self.times is not None:
            return {k: seconds for k, seconds in self.times.items() if k != WALL}
        rest = max(0.0, self.seconds - self.engine_seconds)
        return {"engine": self.engine_seconds, "around it": rest}

    def __repr__(self) -> str:
        from numpy_ext import _report_display

        return _report_display.report_text(self)

    def _repr_html_(self) -> str:
        from numpy_ext import _report_display

        return _report_display.report_html(self)


def make_report(figures: ReadFigures, num_rows: int, schema: Schema) -> Report:
    """Return the report of a read that left these figures."""
    size, seconds, engine_seconds, threads, times = figures
    cpu = str(_native.build_info()["cpu"])
    return Report(
        num_rows,
        len(schema),
        size,
        seconds,
        engine_seconds,
        threads,
        cpu,
        schema,
        times,
    )
