"""Records that are left out of a table, and what is told about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._column import Column
from numpy_ext._dtypes import STRING
from numpy_ext._explain import explain
from numpy_ext._names import warn
from numpy_ext._options import CsvOptions
from numpy_ext._plan import Plan
from numpy_ext._schema import Field
from numpy_ext._source import NativeSource
from numpy_ext._table import Table
from numpy_ext.errors import _CODE_CLASSES, CsvError

__all__ = ["Dirt", "dirt_request", "joined_rejects", "record_of", "settle_dirt"]

Numbers = npt.NDArray[np.uint64]

# So many of them are named in a warning or an error.
NAMED: Final = 3


@dataclass(slots=True)
class Dirt:
    """What reads that belong together share: records to leave out, and a budget."""

    again: bool = False  # the source has been read: only what was left out is bad
    left_out: Numbers | None = None  # by that read
    tells: bool = False  # whether to list those that this read leaves out
    before: int = 0  # rejects of the sources before this one


def dirt_request(options: CsvOptions, dirt: Dirt, plan: Plan) -> _native._Dirt | None:
    """Return what the C library is to do about bad records; None for nothing."""
    ragged, action, left_out = options.ragged, options.on_error, dirt.left_out
    collects = action != "raise" and not dirt.again
    if ragged == "raise" and not collects and left_out is None:
        return None
    limit = -1
    if options.max_errors is not None:
        limit = max(0, options.max_errors - dirt.before)
    return (
        ragged in ("pad", "both"),
        ragged in ("truncate", "both"),
        collects,
        NAMED if action == "skip" else -1,
        limit,
        left_out,
        # With NaN an integer may turn out too large once its column is known.
        dirt.tells or any(form.missing == "nan" for form in plan.forms),
    )


def record_of(row: int, left_out: Numbers | None) -> int:
    """Return the number of the record that became a row, both from 0 on."""
    if left_out is None:
        return row
    before = left_out.astype(np.int64) - np.arange(len(left_out))
    return row + int(np.searchsorted(before, row, side="right"))


def settle_dirt(
    found: _native._FoundDirt,
    num_rows: int,
    source: NativeSource,
    options: CsvOptions,
    names: tuple[str, ...],
    plan: Plan,
) -> Table | None:
    """Tell about the records that were left out, in the way that was asked for.

    Returns the table of them if that is the way.

    Raises
    ------
    CsvError
        If there are more than `max_errors`, or whatever a callable raises.
    """
    _, _, count, exceeded, raw, _ = found
    if raw is None:
        return None
    rejects = Rejects(raw, source, options, names, plan)
    if exceeded:
        raise too_many(rejects, options)
    action = options.on_error
    if action == "collect":
        return rejects.table()
    if action == "skip":
        if count > 0:
            path = "" if source.path is None else f"{source.path}: "
            warn(path + skip_message(rejects, count, num_rows))
        return None
    assert callable(action)
    for number in range(len(rejects)):
        returned = action(rejects.error(number))
        if returned is not None:
            raise TypeError(
                f"on_error={action!r} must return None, which leaves the record out, "
                f"or raise; it returned {returned!r:.60}"
            )
    return None


def skip_message(rejects: Rejects, count: int, num_rows: int) -> str:
    """Return the warning about records that were left out."""
    records = "record was" if count == 1 else "records were"
    return (
        f"{count:,} bad {records} left out, beside {num_rows:,} "
        f"{'row' if num_rows == 1 else 'rows'}: "
        f"{first_ones(rejects, count)}; on_error='collect' keeps them in t.rejects"
    )


def too_many(rejects: Rejects, options: CsvOptions) -> CsvError:
    """Return the error for more bad records than may be left out."""
    most = options.max_errors or 0
    first = rejects.error(0)
    records = "record is" if most == 1 else "records are"
    return CsvError(
        f"more than {most:,} {records} bad: {first_ones(rejects, most + 1)}",
        code="NX320",
        hint=f"max_errors= of more than {most}, or None for any number",
        path=first.path,
        record=first.record,
        line=first.line,
        column=first.column,
        byte=first.byte,
        excerpt=first.excerpt,
        caret=first.caret,
    )


def first_ones(rejects: Rejects, count: int) -> str:
    """Return the lines and faults of the first of so many records.

    Where there are more than may be left out, how many more are known depends on how
    far the read has come.
    """
    most = min(NAMED, count, len(rejects))
    named = [rejects.error(number) for number in range(most)]
    shown = "; ".join(f"line {e.line}, {e.message} [{e.code}]" for e in named)
    return shown if count <= len(named) else f"{shown}; ..."


class Rejects:
    """The bad records that the C library has described."""

    def __init__(
        self,
        raw: _native._Rejects,
        source: NativeSource,
        options: CsvOptions,
        names: tuple[str, ...],
        plan: Plan,
    ) -> None:
        self.source, self.options, self.names, self.plan = source, options, names, plan
        (
            self.records,
            self.lines,
            self.bytes,
            self.fields,
            self.codes,
            self.texts,
            self.messages,
        ) = raw

    def __len__(self) -> int:
        return len(self.records)

    def error(self, number: int) -> CsvError:
        """Return what would have been raised for one of them."""
        code, field = int(self.codes[number]), int(self.fields[number])
        error = _CODE_CLASSES[code // 100](
            _native.string_list(self.messages, number, number + 1)[0],
            code=f"NX{code}",
            record=int(self.records[number]),
            line=int(self.lines[number]),
            byte=int(self.bytes[number]),
            text=_native.string_list(self.texts, number, number + 1)[0],
        )
        error._field = None if field < 0 else field  # type: ignore[attr-defined]
        return explain(error, self.source, self.options, self.names, self.plan)

    def table(self) -> Table:
        """Return all of them as a table."""
        count = len(self)
        where, messages = self.bytes, self._string("message", self.messages)
        if self.source.origin is not None:
            where, messages = self._in_origin()
        columns = [
            self._file(count),
            numbers("record", self.records),
            numbers("line", self.lines),
            numbers("byte", where),
            self._column(),
            self._code(),
            self._string("text", self.texts),
            messages,
        ]
        return Table._from_columns(columns, count)

    def _file(self, count: int) -> Column:
        path = self.source.path
        values = np.full(count, "" if path is None else path, STRING)
        mask = np.ones(count, np.bool_) if path is None else None
        return Column.of_values("file", values, mask, REASON)

    def _column(self) -> Column:
        names = np.array([*self.names, ""], STRING)
        return Column.of_values("column", names[self.fields], self.fields < 0, REASON)

    def _code(self) -> Column:
        codes, which = np.unique(self.codes, return_inverse=True)
        names = np.array([f"NX{code}" for code in codes.tolist()], STRING)
        return Column.of_values("code", names[which], None, REASON)

    def _string(self, name: str, strings: object) -> Column:
        field = Field(name, STRING, 0, REASON, False)
        return Column.of_strings(field, len(self), strings, None)

    def _in_origin(self) -> tuple[npt.NDArray[np.int64], Column]:
        """Return bytes and messages as those of a source in another encoding."""
        messages = _native.string_list(self.messages, 0, len(self))
        where = self.source.original_bytes(self.bytes.tolist())
        origin = self.source.origin
        assert origin is not None
        for number in np.flatnonzero(self.codes == 401).tolist():
            messages[number] = origin.wrong_byte(where[number])
        return (
            np.array(where, np.int64),
            Column.of_values("message", np.array(messages, STRING), None, REASON),
        )


REASON: Final = "of a reader"


def numbers(name: str, values: npt.NDArray[np.int64]) -> Column:
    return Column.of_values(name, values, None, REASON)


def joined_rejects(tables: Sequence[Any]) -> Table | None:
    """Return the rejects of several sources as one table."""
    collected = [table for table in tables if table is not None]
    return Table.concat(collected) if collected else None
