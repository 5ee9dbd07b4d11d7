r"""Strategies for property-based tests of code that reads CSV or takes tables.

They draw sources for `numpy_ext.read_csv`: any bytes at all (`csv_texts`), files
together with the columns they must give (`csv_files`), and files with the error they
must give (`malformed_csv`); and tables without a source (`tables`). All shrink to
small, readable text. They need hypothesis: ``pip install numpy-ext-kernels[testing]``.

>>> from hypothesis import given
>>> import numpy_ext as npx
>>> from numpy_ext.testing import assert_tables_equal
>>> from numpy_ext.testing.strategies import csv_files
>>> @given(csv_files())
... def test_what_was_written_is_read(file):
...     table = npx.read_csv(file.content, **file.options)
...     assert_tables_equal(table, file.expected)
>>> test_what_was_written_is_read()
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

try:
    from hypothesis import strategies as st
except ImportError as _error:
    raise ImportError(
        "numpy_ext.testing.strategies needs hypothesis: "
        "pip install numpy-ext-kernels[testing]"
    ) from _error

from numpy_ext import errors
from numpy_ext.testing._spellings import KINDS, Kind, Spelling, text_kind
from numpy_ext.testing._tables import tables

__all__ = [
    "CsvFile",
    "MalformedCsv",
    "csv_files",
    "csv_texts",
    "dialects",
    "malformed_csv",
    "tables",
]

_LINE_END = re.compile(rb"\r\n|\r|\n")

# Strategies are made once: making them takes longer than drawing from them.
_SELDOM = st.integers(0, 9).map(lambda n: n == 9)
_HEADER = st.sampled_from((True, True, True, False))
_STYLES = st.sampled_from(("plain", "plain", "plain", "quoted", "padded"))
_ENDS = st.sampled_from(((b"\n",), (b"\r\n",), (b"\r",), (b"\n", b"\r\n", b"\r")))


@dataclass(frozen=True)
class CsvFile:
    """A well-formed source and what reading it must give.

    Attributes
    ----------
    content : bytes
        The source.
    options : dict
        Options of `read_csv` that it must be read with.
    expected : dict of str to numpy.ma.MaskedArray
        The columns, by name, in order; the masks say which cells are missing.
    """

    content: bytes
    options: dict[str, Any]
    expected: dict[str, Any]


@dataclass(frozen=True)
class MalformedCsv:
    """A source that cannot be read and the error that it must give.

    Attributes
    ----------
    content : bytes
        The source.
    options : dict
        Options of `read_csv` that it must be read with.
    error : type
        The class of the exception, one of `numpy_ext.errors`.
    place : dict
        What its attributes ``code``, ``record``, ``line``, ``column`` and ``byte``
        must be.
    """

    content: bytes
    options: dict[str, Any]
    error: type[errors.CsvError]
    place: dict[str, Any]


# ---- Dialects --------------------------------------------------------------

# Nothing that a number, a bool or a time is written with, and what they are.
_DELIMITERS = (",", ";", "\t", "|", "\x01", "\x7f")
_ODD_DELIMITERS = (" ", "1", "-", "e")
_QUOTES = ('"', "'", "`", "\0")


def dialects() -> st.SearchStrategy[dict[str, Any]]:
    r"""Return a strategy for options of `read_csv` that describe a dialect.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Of dicts with some of ``delimiter``, ``quotechar``, ``doublequote``,
        ``quoting`` and ``skip_blank_lines``, to be passed on as keywords. The
        simplest is empty.

    Examples
    --------
    >>> from hypothesis import given
    >>> import numpy_ext as npx
    >>> from numpy_ext.testing.strategies import dialects
    >>> @given(dialects())
    ... def test_a_header_alone_is_a_table_of_no_rows(options):
    ...     assert npx.parse_csv("x\n", **options).shape == (0, 1)
    >>> test_a_header_alone_is_a_table_of_no_rows()
    """
    blanks = st.booleans()
    with_quotes = st.fixed_dictionaries(
        {},
        optional={
            "delimiter": st.sampled_from(_DELIMITERS[1:] + _ODD_DELIMITERS),
            "quotechar": st.sampled_from(_QUOTES[1:]),
            "doublequote": st.just(False),
            "quoting": st.sampled_from(("strict", "lenient")),
            "skip_blank_lines": blanks,
        },
    )
    without = [
        st.fixed_dictionaries(
            switch,
            optional={
                "delimiter": st.sampled_from(_DELIMITERS[1:]),
                "skip_blank_lines": blanks,
            },
        )
        for switch in ({"quotechar": st.none()}, {"quoting": st.just("none")})
    ]
    return st.one_of(with_quotes, with_quotes, *without)


@dataclass(frozen=True)
class _Dialect:
    """The options that `dialects` draws, as those who write need them."""

    delimiter: str = ","
    quotechar: str | None = '"'
    doublequote: bool = True
    quoting: str = "standard"
    skip_blank_lines: bool | str = "auto"

    @property
    def quote(self) -> str | None:
        """The quote, if there is any quoting."""
        return None if self.quoting == "none" else self.quotechar

    @property
    def forbidden(self) -> str:
        """The characters that cannot be written."""
        if self.quote is None:
            return self.delimiter + "\r\n\ufeff"
        return "" if self.doublequote else self.quote

    def skips_blanks(self, columns: int) -> bool:
        if self.skip_blank_lines == "auto":
            return columns > 1
        return bool(self.skip_blank_lines)

    def special(self) -> str:
        """Return the characters that only stand inside quotes, if at all."""
        strict = self.quoting == "strict" and self.quote is not None
        return self.delimiter + "\r\n" + (self.quote or "" if strict else "")

    def must_quote(self, text: str) -> bool:
        """Return whether a field reads differently, or is missing, without quotes."""
        at_start = text.startswith(("\ufeff", self.quote or "\ufeff"))
        return not text or at_start or any(c in self.special() for c in text)

    def quoted(self, text: str) -> bytes:
        """Return a field in quotes."""
        assert self.quote is not None
        inner = text.replace(self.quote, self.quote * 2)
        return f"{self.quote}{inner}{self.quote}".encode()


# ---- Any text --------------------------------------------------------------

_ATOMS = (
    *("a", "1", ",", ",", "\n", "\n", "\r", "\r\n", '"', '"', '""', " ", "\t", "0"),
    *("-1", "1.5", "007", "-0", "1e5", ".", "inf", "NA", "true", "\0", "é", "\ufeff"),
    *("2020-01-02", "2020-01-02T03:04:05.123", "2020-01-02 03:04Z", "\U0001f600"),
    *("18446744073709551615", "9223372036854775808", "-9223372036854775808"),
    *("0001-01-01 00:00:00.123456789", "x" * 30, '","', '"\r\n"', '"\n"'),
)


def csv_texts(
    options: Mapping[str, Any] | None = None, *, max_size: int = 40
) -> st.SearchStrategy[bytes]:
    r"""Return a strategy for sources of all sorts, most of them malformed.

    They are put together from pieces that readers treat in some special way:
    delimiters, quotes, all line ends, blanks, NUL, a byte order mark, bytes that
    are not UTF-8, numbers and times at the ends of their range.

    Parameters
    ----------
    options : mapping, optional
        Options from `dialects`, whose delimiter and quote are used.
    max_size : int, default 40
        Number of pieces at most.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Of bytes.

    Examples
    --------
    >>> from hypothesis import given
    >>> import numpy_ext as npx
    >>> from numpy_ext.testing.strategies import csv_texts
    >>> @given(csv_texts())
    ... def test_anything_is_a_table_or_an_error(content):
    ...     try:
    ...         npx.read_csv(content)
    ...     except npx.errors.CsvError as error:
    ...         assert error.code is not None
    """
    dialect = _Dialect(**(options or {}))
    table = str.maketrans({",": dialect.delimiter, '"': dialect.quote or '"'})
    atoms = [atom.translate(table).encode() for atom in _ATOMS]
    pieces = st.lists(st.sampled_from([*atoms, b"\xff", b"\xc3"]), max_size=max_size)
    return pieces.map(b"".join)


# ---- Files -----------------------------------------------------------------


@dataclass
class _Plan:
    """A table that is about to be written."""

    dialect: _Dialect
    options: dict[str, Any]
    header: bool
    kinds: list[Kind]
    names: list[str]
    rows: list[list[Spelling]]

    def records(self, draw: st.DrawFn) -> list[list[bytes]]:
        """Return the fields of all records as they stand in the file."""
        raw = [[_written(draw, self.dialect, name) for name in self.names]]
        for row in self.rows:
            fields = []
            for kind, cell in zip(self.kinds, row, strict=True):
                if cell.text is None:
                    fields.append(_missing(draw, self.dialect, self.has_blanks, kind))
                else:
                    fields.append(_written(draw, self.dialect, cell.text, kind.dtype))
            raw.append(fields)
        return raw if self.header else raw[1:]

    @property
    def has_blanks(self) -> bool:
        """Whether an empty field can stand for a missing cell.

        Alone in its record it is a blank line, which may be skipped, and always is
        where it stands above the first record.
        """
        alone = len(self.kinds) == 1
        return not alone or (self.header and not self.dialect.skips_blanks(1))

    def expected(self) -> dict[str, Any]:
        """Return the columns."""
        columns = list(zip(*self.rows, strict=True)) or [()] * len(self.kinds)
        return {
            name: _array(kind.dtype if self.rows else "string", list(cells))
            for name, kind, cells in zip(self.names, self.kinds, columns, strict=True)
        }


def _array(dtype: str, cells: list[Spelling]) -> Any:
    """Return a masked array with the values of a column."""
    mask = np.array([cell.text is None for cell in cells], dtype=np.bool_)
    if dtype == "string":
        texts = ["" if cell.text is None else cell.value for cell in cells]
        return np.ma.MaskedArray(np.array(texts, np.dtypes.StringDType()), mask)
    if dtype.startswith("datetime64"):
        counts = [-(2**63) if cell.text is None else cell.value for cell in cells]
        return np.ma.MaskedArray(np.array(counts, np.int64).view(dtype), mask)
    nothing = float("nan") if dtype == "float64" else 0
    values = [nothing if cell.text is None else cell.value for cell in cells]
    return np.ma.MaskedArray(np.array(values, dtype), mask)


def _written(
    draw: st.DrawFn, dialect: _Dialect, text: str, dtype: str = "string"
) -> bytes:
    """Return a field that is not missing, in quotes if need be, or at random."""
    if dialect.must_quote(text):
        return dialect.quoted(text)
    style = draw(_STYLES)
    if style == "quoted" and dialect.quote is not None:
        # A lenient reader takes what follows the quotes for more of the text.
        split = dtype == "string" and dialect.quoting == "lenient"
        at = draw(st.integers(0, len(text))) if split else len(text)
        if dialect.quote in text[at:]:
            at = len(text)
        return dialect.quoted(text[:at]) + text[at:].encode()
    if style == "padded" and dtype != "string" and dialect.delimiter not in " \t":
        return f" {text}\t".encode()
    return text.encode()


def _missing(draw: st.DrawFn, dialect: _Dialect, has_blanks: bool, kind: Kind) -> bytes:
    """Return a field that is missing."""
    choices = [b""] if has_blanks else []
    if kind.dtype != "string":
        words = ("NA", "null", "nan", "#N/A N/A")
        if dialect.quote is not None:
            choices += [dialect.quoted(word) for word in ("", *words)]
        choices += [word.encode() for word in words if not dialect.must_quote(word)]
    return draw(st.sampled_from(choices))


# By the characters that cannot be written. Without quotes, nor can the empty text be.
_FORBIDDEN = ("", *_QUOTES, *(delimiter + "\r\n\ufeff" for delimiter in _DELIMITERS))
_COLUMNS = {
    forbidden: st.lists(
        st.sampled_from((*KINDS, *[text_kind(forbidden, "\r" in forbidden)] * 3)),
        min_size=1,
        max_size=4,
    )
    for forbidden in _FORBIDDEN
}
# Distinct, and none of them reads like a number.
_NAMES = {
    (forbidden, count): st.lists(
        st.text([c for c in "ab1 ,;\"'\n\ré" if c not in forbidden], max_size=4).map(
            lambda text: "c" + text
        ),
        min_size=count,
        max_size=count,
        unique=True,
    )
    for forbidden in _FORBIDDEN
    for count in range(1, 5)
}
_DIALECTS = dialects()


@st.composite
def _plans(draw: st.DrawFn, min_rows: int = 0) -> _Plan:
    """Draw options, kinds of columns and their cells."""
    options = dict(draw(_DIALECTS))
    dialect = _Dialect(**options)
    header = draw(_HEADER)
    kinds = draw(_COLUMNS[dialect.forbidden])
    if header:
        names = draw(_NAMES[dialect.forbidden, len(kinds)])
    else:
        names = [f"f{i}" for i in range(len(kinds))]
        options["header"] = False
        min_rows = max(1, min_rows)
    plan = _Plan(dialect, options, header, kinds, names, [])
    plan.rows = _rows(draw, plan, min_rows)
    return plan


def _rows(draw: st.DrawFn, plan: _Plan, min_rows: int) -> list[list[Spelling]]:
    """Draw rows, among them those that settle the types."""
    if min_rows == 0 and draw(_SELDOM):
        return []
    usual = []
    for kind in plan.kinds:
        may_miss = kind.dtype != "string" or plan.has_blanks
        usual.append(kind.with_gaps if may_miss else kind.usual)
    rows = draw(st.lists(st.tuples(*usual).map(list), min_size=min_rows, max_size=8))
    for i in range(max(len(kind.deciding) for kind in plan.kinds)):
        row = [
            draw(kind.deciding[i] if i < len(kind.deciding) else one)
            for kind, one in zip(plan.kinds, usual, strict=True)
        ]
        rows.insert(draw(st.integers(0, len(rows))), row)
    return rows


@dataclass
class _Writer:
    """Puts records together and remembers where they and their fields begin."""

    dialect: _Dialect
    content: bytearray
    starts: list[list[int]]

    def add(self, fields: list[bytes], end: bytes) -> None:
        starts = []
        for i, raw in enumerate(fields):
            self.content += self.dialect.delimiter.encode() if i else b""
            starts.append(len(self.content))
            self.content += raw
        blank = len(self.content) == starts[0]
        # An LF would make a CRLF of the CR before it, and the blank line vanish.
        self.content += b"\r" if blank and self.content.endswith(b"\r") else end
        self.starts.append(starts)

    def line_of(self, byte: int) -> int:
        return len(_LINE_END.findall(self.content[:byte])) + 1


def _assemble(draw: st.DrawFn, plan: _Plan, records: list[list[bytes]]) -> _Writer:
    """Write records with line ends, blank lines and a byte order mark at random."""
    bom = b"\xef\xbb\xbf" if draw(_SELDOM) else b""
    writer = _Writer(plan.dialect, bytearray(bom), [])
    ends = draw(_ENDS)
    blanks = plan.dialect.skips_blanks(len(plan.kinds))
    for fields in records:
        if blanks and draw(_SELDOM):
            writer.content += draw(st.sampled_from(ends))
        writer.add(fields, draw(st.sampled_from(ends)))
    if records and records[-1] != [b""] and draw(st.booleans()):
        while writer.content.endswith((b"\r", b"\n")):
            del writer.content[-1]
    return writer


@st.composite
def csv_files(draw: st.DrawFn) -> CsvFile:
    r"""Draw a well-formed source together with the columns that it must give.

    Up to four columns of any type in many spellings, with missing cells, fields
    quoted and padded with blanks at random, line ends mixed, blank lines where they
    do not count, with or without header, byte order mark and last line end.

    Returns
    -------
    CsvFile
        ``content``, ``options`` and ``expected``; from the strategy that
        ``csv_files()`` is.

    Examples
    --------
    >>> from hypothesis import given
    >>> import numpy_ext as npx
    >>> from numpy_ext.testing import assert_tables_equal, engine
    >>> from numpy_ext.testing.strategies import csv_files
    >>> @given(csv_files())
    ... def test_small_blocks_do_not_matter(file):
    ...     with engine(block_size=7):
    ...         table = npx.read_csv(file.content, **file.options)
    ...     assert_tables_equal(table, file.expected)
    """
    plan = draw(_plans())
    writer = _assemble(draw, plan, plan.records(draw))
    return CsvFile(bytes(writer.content), plan.options, plan.expected())


# ---- Errors ----------------------------------------------------------------


@dataclass(frozen=True)
class _Fault:
    """What is wrong with a record: class, code, and which byte of which field."""

    error: type[errors.CsvError]
    code: str
    field: int
    offset: int = 0
    named: bool = False


def _ragged(draw: st.DrawFn, plan: _Plan, fields: list[bytes]) -> _Fault:
    if len(fields) == 1 or draw(st.booleans()):
        fields.append(b"x")
    else:
        fields.pop()
        fields[0] = fields[0] or b"x"  # or it would be a blank line
    return _Fault(errors.CsvRaggedError, "NX301", 0)


def _text_after_quote(draw: st.DrawFn, plan: _Plan, fields: list[bytes]) -> _Fault:
    at = draw(st.integers(0, len(fields) - 1))
    closed = plan.dialect.quoted(draw(st.sampled_from(("", "a", "\n", "b\r\nc"))))
    fields[at] = closed + draw(st.sampled_from((b"x", b"0.5")))
    return _Fault(errors.CsvDialectError, "NX201", at, len(closed))


def _open_quote(draw: st.DrawFn, plan: _Plan, fields: list[bytes]) -> _Fault:
    at = draw(st.integers(0, len(fields) - 1))
    inside = draw(st.sampled_from(("", "a", "\n", "\r\n, b")))
    fields[at:] = [plan.dialect.quoted(inside)[:-1]]
    return _Fault(errors.CsvDialectError, "NX202", at)


def _not_utf8(draw: st.DrawFn, plan: _Plan, fields: list[bytes]) -> _Fault:
    """Damage a field; it is text now, and so is its column."""
    at = draw(st.integers(0, len(fields) - 1))
    fields[at] = b"x" + draw(st.sampled_from((b"\xff", b"\xc3", b"\xed\xa0\x80")))
    return _Fault(errors.CsvEncodingError, "NX401", at, 1, named=True)


def _stray_quote(draw: st.DrawFn, plan: _Plan, fields: list[bytes]) -> _Fault:
    at = draw(st.integers(0, len(fields) - 1))
    fields[at] = b"x" + plan.dialect.quoted(draw(st.sampled_from(("", "a"))))
    return _Fault(errors.CsvDialectError, "NX203", at, 1)


@st.composite
def malformed_csv(draw: st.DrawFn) -> MalformedCsv:
    r"""Draw a source that cannot be read together with the error that it must give.

    A well-formed source is damaged in one record: a field too many or too few, text
    behind a closing quote, a quote out of place or never closed, or bytes that are
    not UTF-8. Records after it may be damaged too; the first one has to be reported.

    Returns
    -------
    MalformedCsv
        ``content``, ``options``, ``error`` and ``place``; from the strategy that
        ``malformed_csv()`` is.

    Examples
    --------
    >>> import pytest
    >>> from hypothesis import given
    >>> import numpy_ext as npx
    >>> from numpy_ext.testing.strategies import malformed_csv
    >>> @given(malformed_csv())
    ... def test_errors_say_where(file):
    ...     with pytest.raises(file.error) as caught:
    ...         npx.read_csv(file.content, **file.options)
    ...     for attribute, value in file.place.items():
    ...         assert getattr(caught.value, attribute) == value
    """
    plan = draw(_plans(min_rows=1))
    records = plan.records(draw)
    at = draw(st.integers(0, len(records) - 1))
    faults = [_not_utf8]
    if at > 0:  # the first record says how many fields there are
        faults.append(_ragged)
    if plan.dialect.quote is not None:
        faults.append(_open_quote)
        if plan.dialect.quoting != "lenient":
            faults.append(_text_after_quote)
        if plan.dialect.quoting == "strict":
            faults.append(_stray_quote)
    fault = draw(st.sampled_from(faults))(draw, plan, records[at])
    if fault.code == "NX202":
        records[at + 1 :] = [[b"x"]]
    elif draw(st.booleans()):
        records.append([b"x"] * (len(plan.kinds) + 1))
    writer = _assemble(draw, plan, records)
    byte = writer.starts[at][fault.field] + fault.offset
    in_header = plan.header and at == 0
    place = {
        "code": fault.code,
        "record": None if in_header else at + (not plan.header),
        "line": writer.line_of(byte),
        "column": plan.names[fault.field] if fault.named and not in_header else None,
        "byte": byte,
    }
    return MalformedCsv(bytes(writer.content), plan.options, fault.error, place)
