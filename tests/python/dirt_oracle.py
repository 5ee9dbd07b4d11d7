"""What should become of broken records: slow, plain, from the documented rules alone.

A record is bad for the first of its faults. Faults that take the other records to
judge, words such as NA where no cell may be missing and times with and without a zone,
are settled in rounds: by the records that are good so far, for the rest of the read.
"""

import re
from dataclasses import dataclass, field, replace

from csv_oracle import (
    Cell,
    Column,
    Dialect,
    Record,
    classes,
    column,
    convert,
    line_of,
    missing_value,
    records,
)

INTEGERS = {"integer", "negative", "leading zero"}


@dataclass(frozen=True)
class Reject:
    record: int
    line: int
    byte: int
    column: str | None
    code: str
    text: str


@dataclass(frozen=True)
class Dirty:
    """A read: names and columns, the records left out, and what is no record."""

    names: list[str]
    columns: list[Column]
    rejects: list[Reject]
    blank: int
    comment: int
    skipped: int
    good: list[Record]
    spans: list[tuple[int, int]]  # of the bad records


@dataclass(frozen=True)
class Ask:
    """What is asked for."""

    ragged: str = "raise"
    dtypes: dict[int, str] = field(default_factory=dict)
    missing_raises: bool = False
    nrows: int | None = None
    skiprows: int = 0
    header: bool = True
    skip_blank: bool | str = "auto"


@dataclass
class Settled:
    """What columns may hold, as far as it is known."""

    words_fail: set[int] = field(default_factory=set)
    zones: dict[int, str] = field(default_factory=dict)


def end_of(record: Record) -> int:
    last = record.cells[-1]
    return last.byte + len(last.raw)


def shaped(record: Record, width: int, ragged: str) -> tuple[Record, tuple | None]:
    """Return a record with as many cells as it should have, or its fault."""
    if record.error:
        return record, (None, *record.error)
    found = len(record.cells)
    if found < width and ragged in ("pad", "both"):
        nothing = Cell(b"", end_of(record), record.cells[-1].dialect)
        padded = [*record.cells, *[nothing] * (width - found)]
        return replace(record, cells=padded), None
    if found > width and ragged in ("truncate", "both"):
        return replace(record, cells=record.cells[:width]), None
    if found != width:
        return record, (None, "NX301", record.start)
    return record, None


def fault_of_cell(cell: Cell, dtype: str | None, at: int, ask: Ask, known: Settled):
    """Return code and byte of what is wrong with one cell."""
    try:
        cell.raw.decode()
    except UnicodeDecodeError as error:
        if dtype in (None, "string"):
            return "NX401", cell.byte + error.start
        return "NX601", cell.byte
    if dtype in (None, "string"):
        missing = cell.empty or (at in known.words_fail and not classes(cell))
    else:
        missing = not classes(cell)
    if missing:
        return ("NX603", cell.byte) if ask.missing_raises else None
    return None if dtype in (None, "string") else fault_of_value(cell, dtype, at, known)


def fault_of_value(cell: Cell, dtype: str, at: int, known: Settled):
    seen = classes(cell)
    if dtype == "int64":
        if seen <= INTEGERS:
            return None
        integer = "integer" in seen
        return ("NX602" if integer else "NX601"), cell.byte
    if dtype == "float64":
        return None if {"integer", "decimal"} & seen else ("NX601", cell.byte)
    assert dtype == "datetime64[s]"
    zone = {"naive", "zoned"} & seen
    if not zone or not {"D", "s"} & seen:
        return "NX601", cell.byte
    wanted = known.zones.get(at)
    return ("NX601", cell.byte) if wanted and wanted not in zone else None


def faults(
    rows: list[Record], width: int, wanted: list[int], ask: Ask, known: Settled
) -> tuple[list[Record], list[tuple]]:
    """Return the good rows, shaped, and (row number, column, code, byte) of the bad."""
    good: list[Record] = []
    bad = []
    for number, row in enumerate(rows):
        if ask.nrows is not None and len(good) == ask.nrows:
            break
        record, fault = shaped(row, width, ask.ragged)
        for at in sorted(wanted) if fault is None else ():
            cell = record.cells[at]
            found = fault_of_cell(cell, ask.dtypes.get(at), at, ask, known)
            if found is not None:
                fault = (at, *found)
                break
        if fault is None:
            good.append(record)
        else:
            bad.append((number, *fault))
    return good, bad


def settle(good: list[Record], wanted: list[int], ask: Ask, known: Settled) -> bool:
    """Learn from the good rows; return whether there was anything to learn."""
    news = False
    for at in wanted:
        cells = [record.cells[at] for record in good]
        dtype = ask.dtypes.get(at)
        if dtype == "datetime64[s]" and at not in known.zones:
            seen = [{"naive", "zoned"} & classes(cell) for cell in cells]
            kinds = [kind.pop() for kind in seen if kind]
            if len(set(kinds)) > 1:
                known.zones[at] = kinds[0]
                news = True
        if dtype is None and ask.missing_raises and at not in known.words_fail:
            unless = any(not cell.empty and not classes(cell) for cell in cells)
            if unless and column(cells).dtype != "string":
                known.words_fail.add(at)
                news = True
    return news


def requested(cells: list[Cell], dtype: str) -> Column:
    if dtype == "string":
        mask = [cell.empty for cell in cells]
    else:
        mask = [not classes(cell) for cell in cells]
    values = [
        missing_value(dtype) if gone else convert(cell, dtype)
        for cell, gone in zip(cells, mask, strict=True)
    ]
    return Column(dtype, values, mask, None)


def read_dirty(
    data: bytes, dialect: Dialect, ask: Ask, usecols: list[int] | None = None
) -> Dirty:
    """Return what a read should give that leaves bad records out."""
    lines = re.findall(rb"(?s:.)*?(?:%b|\Z)" % dialect.end, data)
    lines = [line for line in lines if line]
    start = sum(map(len, lines[: ask.skiprows]))
    remarks: list[int] = []
    found = [moved(record, start) for record in records(data[start:], dialect, remarks)]
    remarks = [start + remark for remark in remarks]
    first = next(i for i, record in enumerate(found) if not record.blank)
    width = len(found[first].cells)
    names = [f"f{i}" for i in range(width)]
    if ask.header:
        names = [c.text() or n for c, n in zip(found[first].cells, names, strict=True)]
    rows = found[first + 1 :] if ask.header else found
    skips = ask.skip_blank is True or (ask.skip_blank == "auto" and width > 1)
    blanks = [r.start for r in rows if r.blank] if skips else []
    rows = [r for r in rows if not (skips and r.blank)]
    wanted = list(range(width)) if usecols is None else usecols
    known = Settled()
    while True:
        good, bad = faults(rows, width, wanted, ask, known)
        if not settle(good, wanted, ask, known):
            break
    last = len(data)
    if ask.nrows is not None and len(good) == ask.nrows:
        last = end_of(good[-1]) if good else 0
    before = found[first].start if ask.header else 0
    rejects, spans = [], []
    for number, at, code, byte in bad:
        row = rows[number]
        stop = len(data) if row.open else end_of(row)
        spans.append((row.start, stop))
        text = data[row.start : stop].decode("utf-8", "backslashreplace")
        name = None if at is None else names[at]
        rejects.append(Reject(number + 1, line_of(data, byte), byte, name, code, text))
    columns = []
    for at in wanted:
        cells = [record.cells[at] for record in good]
        dtype = ask.dtypes.get(at)
        columns.append(column(cells) if dtype is None else requested(cells, dtype))
    return Dirty(
        [names[at] for at in wanted],
        columns,
        rejects,
        sum(at < last for at in blanks) + (first if ask.header else 0),
        sum(at < max(last, before) for at in remarks),
        min(ask.skiprows, len(lines)),
        good,
        spans,
    )


def moved(record: Record, by: int) -> Record:
    """Return a record that was found in a source without its first bytes."""
    error = record.error and (record.error[0], record.error[1] + by)
    cells = [replace(cell, byte=cell.byte + by) for cell in record.cells]
    return Record(record.start + by, cells, error, record.open)
