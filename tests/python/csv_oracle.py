"""A second reading of CSV, slow and plain, that the library is compared with.

It is written from the documented rules alone: regular expressions cut the text,
``int``, ``float`` and ``datetime.date`` convert it.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
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
class Dialect:
    """What separates, quotes and ends fields, as bytes; delimiter None: blanks."""

    delimiter: bytes | None = b","
    quote: bytes | None = b'"'
    doublequote: bool = True
    quoting: str = "standard"
    escape: bytes | None = None
    terminator: bytes | None = None
    comment: bytes | None = None
    strip: bool = False

    @property
    def end(self) -> bytes:
        """A pattern of what ends a record, if it is not the end of the source."""
        return rb"\r\n|\r|\n" if self.terminator is None else re.escape(self.terminator)

    @property
    def remark(self) -> bytes:
        """A pattern of what begins a comment."""
        if self.comment is None:
            return rb"(?!)"
        longer = self.delimiter is not None and len(self.delimiter) > len(self.comment)
        first = rb"(?!%b)" % re.escape(self.delimiter) if longer else b""
        return first + re.escape(self.comment)

    @property
    def separator(self) -> bytes:
        if self.delimiter is None:
            return rb"[ \t]++(?!%b|%b|\Z)" % (self.end, self.remark)
        return re.escape(self.delimiter)

    @property
    def stop(self) -> bytes:
        """A pattern of what ends an unquoted field."""
        blanks = rb"|[ \t]" if self.delimiter is None else b""
        return rb"%b|%b|%b%b" % (self.end, self.remark, self.separator, blanks)

    @property
    def escaped(self) -> bytes:
        return rb"(?!)" if self.escape is None else re.escape(self.escape) + rb"(?s:.)"

    @property
    def blanks(self) -> bytes:
        """A pattern of blanks around quotes."""
        if not self.strip:
            return b""
        first = re.escape((self.delimiter or b"\n")[:1])
        ends = re.escape((self.terminator or b"\n")[:1])
        return rb"(?:(?!%b|%b)[ \t])*+" % (first, ends)


@dataclass(frozen=True)
class Cell:
    """A field as it stands in the source, quotes included."""

    raw: bytes
    byte: int
    dialect: Dialect
    closed: int = 0  # bytes up to and with the closing quote

    @property
    def trails(self) -> bool:
        """Whether more text follows the closing quote."""
        return 0 < self.closed < len(self.raw)

    def text(self) -> str:
        """Return what a string column or a header holds."""
        if not self.closed and self.dialect.strip:
            return b"".join(self._plain(self._stripped())).decode()
        if not self.closed:
            return b"".join(self._plain(self._pieces(self.raw))).decode()
        quote = self.dialect.quote
        doubled = quote * 2 if self.dialect.doublequote else None
        inner = self._pieces(self.raw[1 : self.closed - 1], doubled)
        rest = self._pieces(self.raw[self.closed :])
        return b"".join((*self._plain(inner), *self._plain(rest))).decode()

    def value(self) -> str:
        """Return what may be a number, a bool, a time or a missing word."""
        if self.closed:
            return self.raw.decode()[1:-1]
        return b"".join(self._stripped()).decode()

    @property
    def empty(self) -> bool:
        """Whether a column of strings misses this one."""
        return not (self.value() if self.dialect.strip else self.raw) and (
            not self.closed
        )

    def _pieces(self, text: bytes, doubled: bytes | None = None) -> list[bytes]:
        """Cut a text into bytes, escaped bytes and doubled quotes."""
        pair = rb"(?!)" if doubled is None else re.escape(doubled)
        return re.findall(rb"%b|%b|(?s:.)" % (self.dialect.escaped, pair), text)

    def _plain(self, pieces: list[bytes]) -> list[bytes]:
        return [piece[-1:] for piece in pieces]

    def _stripped(self) -> list[bytes]:
        pieces = self._pieces(self.raw)
        while pieces and pieces[0] in (b" ", b"\t"):
            del pieces[0]
        while pieces and pieces[-1] in (b" ", b"\t"):
            del pieces[-1]
        return pieces


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
    data: bytes, dialect: Dialect, remarks: list[int] | None = None
) -> list[Record]:
    """Cut a source at its record ends and delimiters; note where comments stand."""
    flags = re.DOTALL
    end, separator = re.compile(dialect.end), re.compile(dialect.separator)
    remark = re.compile(dialect.remark)
    to_end = re.compile(rb"(?:(?!%b).)*+" % dialect.end, flags)
    plain = re.compile(rb"(?:%b|(?!%b).)*+" % (dialect.escaped, dialect.stop), flags)
    blanks = re.compile(rb"[ \t]*+" if dialect.delimiter is None else b"")
    loose = re.compile(dialect.blanks)
    between = re.compile(rb"[ \t]*+")
    quote = dialect.quote
    inside = rb"(?:%b|%b[^%b])*+" % (
        dialect.escaped,
        rb"%b%b|" % (re.escape(quote or b""), re.escape(quote or b""))
        if dialect.doublequote
        else b"",
        re.escape(quote or b"a"),
    )
    quoted = re.compile(
        rb"%b%b%b" % (re.escape(quote or b""), inside, re.escape(quote or b""))
    )
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    found = []
    while at < len(data):
        start, cells, error = at, [], None
        at = blanks.match(data, at).end()
        line_blanks = blanks if dialect.delimiter is None else loose_start(dialect)
        first = line_blanks.match(data, at).end()
        if remark.match(data, first) and not end.match(data, first):
            at = to_end.match(data, at).end()
            ended = end.match(data, at)
            at = ended.end() if ended else at
            if remarks is not None:
                remarks.append(start)
            continue
        while True:
            first = at
            opened = loose.match(data, at).end()
            closed = 0
            if quote and data.startswith(quote, opened):
                first = opened
                match = quoted.match(data, opened)
                if match is None:
                    error = error or ("NX202", opened)
                    found.append(Record(start, cells, error, open=True))
                    return found
                at = match.end()
                closed = at - first
                behind = loose.match(data, at).end()
                if dialect.strip and plain.match(data, behind)[0] == b"":
                    cells.append(Cell(data[first:at], first, dialect, closed))
                    at = behind
                    rest = None
                else:
                    rest = plain.match(data, at)
                    bad = behind
            else:
                rest = plain.match(data, at)
                bad = at
            if rest is not None:
                if closed and rest[0] and dialect.quoting != "lenient":
                    error = error or ("NX201", bad)
                if not closed and dialect.quoting == "strict" and quote:
                    stray = stray_quote(rest[0], quote, dialect)
                    if stray is not None:
                        error = error or ("NX203", at + stray)
                cells.append(Cell(data[first : rest.end()], first, dialect, closed))
                at = rest.end()
            sep = separator.match(data, at)
            if end.match(data, at) or remark.match(data, at) or not sep:
                break
            at = sep.end()
        at = between.match(data, at).end() if dialect.delimiter is None else at
        if remark.match(data, at):
            at = to_end.match(data, at).end()
        ended = end.match(data, at)
        at = ended.end() if ended else at
        found.append(Record(start, cells, error))
    return found


def loose_start(dialect: Dialect) -> re.Pattern[bytes]:
    """Return the pattern of blanks before a comment that is all of a record."""
    first = re.escape(dialect.delimiter[:1])
    ends = re.escape((dialect.terminator or b"\n")[:1])
    return re.compile(rb"(?:(?!%b|%b)[ \t])*+" % (first, ends))


def stray_quote(text: bytes, quote: bytes, dialect: Dialect) -> int | None:
    """Return where a quote stands that is not escaped."""
    pattern = rb"%b|(%b)" % (dialect.escaped, re.escape(quote))
    for match in re.finditer(pattern, text, re.DOTALL):
        if match[1]:
            return match.start()
    return None


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
        mask = [cell.empty for cell in cells]
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
    found: list[Record], header: bool, header_rows: int, skip_blank: bool | str
) -> tuple[list[str], list[Record]]:
    """Return the names, or f0, f1, ..., and the records that become rows."""
    firsts = [i for i, record in enumerate(found) if not record.blank][:header_rows]
    if not firsts:
        raise Refused("NX501", None, None)
    width = len(found[firsts[0]].cells)
    for i in firsts:
        cells, error = found[i].cells, found[i].error
        # Without a header the record is data, if only its fields can be counted.
        if error and (header or found[i].open):
            raise Refused(error[0], None if header else 1, error[1])
        if header and len(cells) != width:
            raise Refused("NX301", None, found[i].start)
        if header:
            check_text(cells, None)
    if header and len(firsts) < header_rows:
        raise Refused("NX122", None, None)
    names = [f"f{i}" for i in range(width)]
    if header:
        parts = [[found[i].cells[c].text() for i in firsts] for c in range(width)]
        names = [
            "_".join(filter(None, p)) or n for p, n in zip(parts, names, strict=True)
        ]
    rows = found[firsts[-1] + 1 :] if header else found
    if skip_blank is True or (skip_blank == "auto" and len(names) > 1):
        rows = [record for record in rows if not record.blank]
    return names, rows


def without_lines(
    data: bytes, dialect: Dialect, skiprows: Container[int] | int
) -> tuple[bytes, list[int], list[int]]:
    """Return what is left, where its bytes come from, and where something was."""
    skipped = range(skiprows) if isinstance(skiprows, int) else skiprows
    origin: list[int] = []
    cuts: list[int] = []
    at, number = 0, 0
    while at < len(data):
        end = re.compile(dialect.end).search(data, at)
        stop = end.end() if end else len(data)
        if number in skipped:
            cuts.append(len(origin))
        else:
            origin.extend(range(at, stop))
        at, number = stop, number + 1
    return bytes(data[i] for i in origin), [*origin, len(data)], cuts


def torn(record: Record, cuts: list[int]) -> Record:
    """Return a record, with an error if something was cut out of it."""
    last = record.cells[-1] if record.cells else None
    end = record.start if last is None else last.byte + len(last.raw)
    if record.open or not any(record.start < cut <= end for cut in cuts):
        return record
    return replace(record, error=("NX121", record.start))


def read(
    data: bytes,
    delimiter: str = ",",
    quotechar: str | None = '"',
    escapechar: str | None = None,
    doublequote: bool = True,
    quoting: str = "standard",
    lineterminator: str | None = None,
    comment: str | None = None,
    header: bool = True,
    skip_blank_lines: bool | str = "auto",
    strip: bool = False,
    skiprows: Container[int] | int = 0,
    skipfooter: int = 0,
    header_rows: int = 1,
) -> tuple[list[str], list[Column]]:
    """Return names and columns of a source, or raise `Refused`."""
    dialect = Dialect(
        None if delimiter == "whitespace" else delimiter.encode(),
        None if quotechar is None or quoting == "none" else quotechar.encode(),
        doublequote,
        quoting,
        *(None if o is None else o.encode() for o in (escapechar, lineterminator)),
        None if comment is None else comment.encode(),
        strip,
    )
    kept, origin, cuts = without_lines(data, dialect, skiprows)
    found = [torn(record, cuts) for record in records(kept, dialect)]
    try:
        names, rows = split_header(found, header, header_rows, skip_blank_lines)
        rows = rows[: max(0, len(rows) - skipfooter)]
        for number, record in enumerate(rows, 1):
            if record.error:
                raise Refused(record.error[0], number, record.error[1])
            if len(record.cells) != len(names):
                raise Refused("NX301", number, record.start)
            check_text(record.cells, number)
    except Refused as error:
        byte = None if error.byte is None else origin[error.byte]
        raise Refused(error.code, error.record, byte) from None
    columns = [[row.cells[i] for row in rows] for i in range(len(names))]
    return names, [
        column([replace(cell, byte=origin[cell.byte]) for cell in one])
        for one in columns
    ]
