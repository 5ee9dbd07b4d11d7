"""A second reading of CSV, slow and plain, that the library is compared with.

It is written from the documented rules alone: regular expressions cut the text,
``int``, ``float`` and ``datetime.date`` convert it.
"""

import re
from dataclasses import dataclass
from datetime import date

NAT = -(2**63)
MISSING_WORDS = frozenset(
    ("", "NA", "N/A", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "n/a")
) | {"#N/A", "#NA", "<NA>", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN", "#N/A N/A"}
TRUE_WORDS = frozenset(["true", "True", "TRUE"])
FALSE_WORDS = frozenset(["false", "False", "FALSE"])
INTEGER = re.compile(r"[+-]?[0-9]+")
DECIMAL = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|"
    r"(?i:inf|infinity|nan))"
)
TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
EPOCH = date(1970, 1, 1).toordinal()
UNITS = ("D", "s", "ms", "us", "ns")
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
LINE_END = re.compile(rb"\r\n|\r|\n")


class Refused(Exception):
    """The source cannot be read: a code, and where."""

    def __init__(self, code: str, record: int | None, byte: int | None) -> None:
        super().__init__(code, record, byte)
        self.code, self.record, self.byte = code, record, byte


@dataclass(frozen=True)
class Cell:
    """A field as it stands in the source, quotes included."""

    raw: bytes
    byte: int
    closed: int = 0  # bytes up to and with the closing quote
    doubled: bytes = b""  # what stands for one quote inside quotes

    @property
    def trails(self) -> bool:
        """Whether more text follows the closing quote."""
        return 0 < self.closed < len(self.raw)

    def text(self) -> str:
        """Return what a string column holds."""
        if not self.closed:
            return self.raw.decode()
        inner = self.raw[1 : self.closed - 1]
        if self.doubled:
            inner = inner.replace(self.doubled, self.doubled[:1])
        return (inner + self.raw[self.closed :]).decode()

    def value(self) -> str:
        """Return what may be a number, a bool, a time or a missing word."""
        text = self.raw.decode()
        return text[1:-1] if self.closed else text.strip(" \t")


@dataclass(frozen=True)
class Record:
    """The fields of one record, and the code and byte of what is wrong with it."""

    start: int
    cells: list[Cell]
    error: tuple[str, int] | None = None
    open: bool = False

    @property
    def blank(self) -> bool:
        return len(self.cells) == 1 and not self.cells[0].raw and not self.error


@dataclass(frozen=True)
class Column:
    """What a column should be; times are counts of the unit, missing ones NaT."""

    dtype: str
    values: list
    mask: list[bool]
    decider: Cell | None


# ---- Cutting the text ------------------------------------------------------


def records(
    data: bytes, delimiter: bytes, quote: bytes | None, doublequote: bool, quoting: str
) -> list[Record]:
    """Cut a source at its record ends and delimiters."""
    plain = re.compile(rb"[^%b\r\n]*" % re.escape(delimiter))
    q = re.escape(quote or b"")
    doubled = (quote or b"") * 2 if doublequote else b""
    inside = rb"%b(?:[^%b]|%b%b)*+%b" if doublequote else rb"%b[^%b]*%b"
    quoted = re.compile(inside % ((q,) * inside.count(b"%b"))) if quote else None
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    found = []
    while at < len(data):
        start, cells, error = at, [], None
        while True:
            first = at
            if quoted and data.startswith(quote, at):
                match = quoted.match(data, at)
                if match is None:
                    error = error or ("NX202", at)
                    found.append(Record(start, cells, error, open=True))
                    return found
                at = match.end()
            rest = plain.match(data, at)
            if at > first and rest[0] and quoting != "lenient":
                error = error or ("NX201", at)
            if at == first and quoting == "strict" and quote and quote in rest[0]:
                error = error or ("NX203", at + rest[0].index(quote))
            cells.append(Cell(data[first : rest.end()], first, at - first, doubled))
            at = rest.end()
            if not data.startswith(delimiter, at):
                break
            at += len(delimiter)
        end = LINE_END.match(data, at)
        at = end.end() if end else at
        found.append(Record(start, cells, error))
    return found


def line_of(data: bytes, byte: int) -> int:
    """Return the physical line of an offset, counted from 1."""
    return sum(1 for end in LINE_END.finditer(data) if end.end() <= byte) + 1


# ---- What a field looks like -----------------------------------------------


def parse_time(text: str) -> tuple[int, int, int, bool] | None:
    """Return seconds since 1970, nanoseconds, rank of the unit, and zoned."""
    match = TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        days = date(int(year), int(month), int(day)).toordinal() - EPOCH
    except ValueError:
        return None
    if hour is None:
        return days * 86400, 0, 0, False
    clock = [int(hour), int(minute), int(second or 0)]
    offset = [0, 0] if zone in (None, "Z") else [int(zone[1:3]), int(zone[4:])]
    if max(clock[0], offset[0]) > 23 or max(*clock[1:], offset[1]) > 59:
        return None
    shift = (offset[0] * 60 + offset[1]) * 60
    seconds = days * 86400 + (clock[0] * 60 + clock[1]) * 60 + clock[2]
    seconds -= -shift if zone and zone[0] == "-" else shift
    digits = len(fraction or "")
    nanoseconds = int((fraction or "").ljust(9, "0"))
    return seconds, nanoseconds, 1 + (digits + 2) // 3, zone is not None


def integer_classes(text: str) -> set[str]:
    number = int(text)
    found = {"integer"}
    if len(text.lstrip("+-")) > 1 and text.lstrip("+-")[0] == "0":
        found.add("leading zero")
    if not -(2**63) <= number < 2**64:
        found.add("beyond uint64")
    elif number >= 2**63:
        found.add("beyond int64")
    elif number < 0:
        found.add("negative")
    return found


def classes(cell: Cell) -> set[str]:
    """Return what one field shows; nothing if it is a missing word."""
    text = cell.value()
    if cell.trails:
        return {"text"}
    if text in MISSING_WORDS:
        return set()
    if INTEGER.fullmatch(text):
        return integer_classes(text)
    if DECIMAL.fullmatch(text):
        return {"decimal"}
    if text in TRUE_WORDS | FALSE_WORDS:
        return {"bool"}
    time = parse_time(text)
    if time is None:
        return {"text"}
    seconds, nanoseconds, unit, zoned = time
    found = {UNITS[unit], "zoned" if zoned else "naive"}
    if not -(2**63) < seconds * 10**9 + nanoseconds < 2**63:
        found.add("beyond ns")
    return found


def least_type(seen: set[str]) -> str:
    """Return the least type that holds fields of all these classes."""
    numeric = {"integer", "decimal"} & seen
    times = {"naive", "zoned"} & seen
    families = bool(numeric) + bool(times) + ("bool" in seen)
    if not seen:
        return "none"
    if "text" in seen or families > 1 or len(times) > 1:
        return "string"
    if "bool" in seen:
        return "bool"
    if times:
        unit = max(UNITS.index(name) for name in seen & set(UNITS))
        beyond = UNITS[unit] == "ns" and "beyond ns" in seen
        return "string" if beyond else f"datetime64[{UNITS[unit]}]"
    if "decimal" in seen:
        return "float64"
    if {"leading zero", "beyond uint64"} & seen or {"beyond int64", "negative"} <= seen:
        return "digits"
    return "uint64" if "beyond int64" in seen else "int64"


# ---- Columns ---------------------------------------------------------------


def time_count(text: str, unit: str) -> int:
    seconds, nanoseconds, _, _ = parse_time(text)
    if unit == "D":
        return seconds // 86400
    return seconds * PER_SECOND[unit] + nanoseconds * PER_SECOND[unit] // 10**9


def convert(cell: Cell, dtype: str) -> object:
    """Return the value of a field that is not missing."""
    text = cell.value()
    if dtype == "string":
        return cell.text()
    if dtype == "bool":
        return text in TRUE_WORDS
    if dtype == "float64":
        return float(text)
    if dtype.startswith("datetime64"):
        return time_count(text, dtype[11:-1])
    return int(text)


def missing_value(dtype: str) -> object:
    stand_in = {"float64": float("nan"), "string": "", "bool": False}
    return stand_in.get(dtype, NAT if dtype.startswith("datetime64") else 0)


def column(cells: list[Cell]) -> Column:
    """Return dtype, values and mask of a column from its fields."""
    seen: set[str] = set()
    kind, decider = "none", None
    shown = [classes(cell) for cell in cells]
    for cell, more in zip(cells, shown, strict=True):
        seen |= more
        if least_type(seen) != kind:
            kind, decider = least_type(seen), cell
    final = {"none": "float64", "digits": "string"}
    dtype = final.get(kind, kind) if cells else "string"
    if dtype == "string":
        mask = [not cell.raw for cell in cells]
    else:
        mask = [not more for more in shown]
    values = [
        missing_value(dtype) if gone else convert(cell, dtype)
        for cell, gone in zip(cells, mask, strict=True)
    ]
    return Column(dtype, values, mask, decider)


def check_text(cells: list[Cell], record: int | None) -> None:
    for cell in cells:
        try:
            cell.raw.decode()
        except UnicodeDecodeError as error:
            raise Refused("NX401", record, cell.byte + error.start) from None


def split_header(
    found: list[Record], header: bool, skip_blank: bool | str
) -> tuple[list[str], list[Record]]:
    """Return the names, or f0, f1, ..., and the records that become rows."""
    first = next((i for i, record in enumerate(found) if not record.blank), None)
    if first is None:
        raise Refused("NX501", None, None)
    cells, error = found[first].cells, found[first].error
    # Without a header the record is data, if only its fields can be counted.
    if error and (header or found[first].open):
        raise Refused(error[0], None if header else 1, error[1])
    if header:
        check_text(cells, None)
    names = [f"f{i}" for i in range(len(cells))]
    if header:
        names = [cell.text() or name for cell, name in zip(cells, names, strict=True)]
    rows = found[first + 1 :] if header else found
    if skip_blank is True or (skip_blank == "auto" and len(names) > 1):
        rows = [record for record in rows if not record.blank]
    return names, rows


def read(
    data: bytes,
    delimiter: str = ",",
    quotechar: str | None = '"',
    doublequote: bool = True,
    quoting: str = "standard",
    header: bool = True,
    skip_blank_lines: bool | str = "auto",
) -> tuple[list[str], list[Column]]:
    """Return names and columns of a source, or raise `Refused`."""
    quote = None if quotechar is None or quoting == "none" else quotechar.encode()
    found = records(data, delimiter.encode(), quote, doublequote, quoting)
    names, rows = split_header(found, header, skip_blank_lines)
    for number, record in enumerate(rows, 1):
        if record.error:
            raise Refused(record.error[0], number, record.error[1])
        if len(record.cells) != len(names):
            raise Refused("NX301", number, record.start)
        check_text(record.cells, number)
    cells = [[row.cells[i] for row in rows] for i in range(len(names))]
    return names, [column(one) for one in cells]
