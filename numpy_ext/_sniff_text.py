"""From the first bytes of a source to its dialect."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from itertools import islice, pairwise
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from numpy_ext._dialect import WHITESPACE
from numpy_ext._encoding import ORDERLESS
from numpy_ext._sniff_choice import CLEAR, LEAST, choose, same_reading
from numpy_ext._sniff_encoding import find_encoding
from numpy_ext._sniff_numbers import number_forms
from numpy_ext._sniff_survey import Look, Survey
from numpy_ext._sniff_table import LINE_ENDS, SAMPLE, Found, find_table
from numpy_ext._sniffed import Dialect
from numpy_ext.errors import CsvDialectError

__all__ = ["LOOK_BYTES", "sniff_bytes"]

# How much of a source is looked at, and how much of that by every candidate.
LOOK_BYTES: Final = 1 << 20
FIRST_BYTES: Final = 1 << 16

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
# More records at the end are no footer.
LONGEST_FOOTER: Final = 20
TERMINATORS: Final = ("\x1e", "\x85", "\u2028")


def sniff_bytes(
    data: bytes,
    at_end: bool,
    delimiters: Sequence[str] | None = None,
    known: Mapping[str, Any] = NOTHING,
) -> Dialect:
    """Return the dialect of a source that begins so.

    `delimiters` are those to choose from, `known` the keywords that are settled.

    Raises
    ------
    CsvDialectError
        If it cannot be told.
    """
    doubts: list[str] = []
    encoding = known.get("encoding")
    if encoding is None:
        encoding, doubt = find_encoding(data, at_end)
        doubts += [doubt] if doubt else []
    text = behind_lines(text_of(data, encoding, at_end), known.get("skiprows"))
    if not text.strip():
        raise CsvDialectError(
            "there is nothing to sniff: the source is empty",
            code="NX152",
            hint="names= of read_csv, which gives an empty source columns",
        )
    terminator = known.get("lineterminator", line_terminator(text))
    line_end = terminator or common_line_end(text)
    if line_end is None and not at_end:
        raise CsvDialectError(
            f"nothing to compare: no record ends in the first {len(text)} bytes",
            code="NX152",
            hint="delimiter= with the one of the source",
        )
    first, whole = first_part(text, terminator)
    settled = {**known, "lineterminator": terminator}
    surveys = choose(first, at_end and whole, delimiters, settled)
    made = decided(surveys, delimiters is not None and len(delimiters) == 1)
    if not whole:
        made = confirmed(made, text, at_end, settled)
    found = dialect_of(made, known, encoding, line_end, doubts)
    return found


def behind_lines(text: bytes, skiprows: Any) -> bytes:
    """Return the text without the lines that are not to be looked at."""
    if callable(skiprows):
        ends = [0, *(end.end() for end in LINE_ENDS.finditer(text)), len(text)]
        kept = [pair for n, pair in enumerate(pairwise(ends)) if not skiprows(n)]
        return b"".join(text[begin:end] for begin, end in kept)
    if isinstance(skiprows, tuple):
        dropped = frozenset(skiprows)
        return behind_lines(text, lambda number: number in dropped)
    if not isinstance(skiprows, int) or skiprows == 0:
        return text
    ends = [end.end() for end in islice(LINE_ENDS.finditer(text), skiprows)]
    return text[ends[-1] :] if len(ends) == skiprows else b""


def confirmed(
    made: Survey, text: bytes, at_end: bool, known: Mapping[str, Any]
) -> Survey:
    """Return what the delimiter found makes of all of the look.

    Quotes, escapes and comments may come late.
    """
    delimiter = made.candidate.delimiter
    return choose(text, at_end, [delimiter], known)[0]


def text_of(data: bytes, encoding: str, at_end: bool) -> bytes:
    """Return the look in UTF-8, without a byte order mark."""
    if encoding == "utf-8":
        return data.removeprefix(codecs.BOM_UTF8)
    name = encoding
    if encoding in ORDERLESS and not data.startswith(MARKS[encoding]):
        name = ORDERLESS[encoding]
    decoder = codecs.getincrementaldecoder(name)("replace")
    return decoder.decode(data, at_end).removeprefix("\ufeff").encode()


MARKS: Final = {
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
}


def line_terminator(text: bytes) -> str | None:
    """Return what ends records if neither LF nor CR does."""
    if b"\n" in text or b"\r" in text:
        return None
    for terminator in TERMINATORS:
        if terminator.encode() in text:
            return terminator
    return None


def common_line_end(text: bytes) -> str | None:
    pairs = text.count(b"\r\n")
    counts = {
        "\n": text.count(b"\n") - pairs,
        "\r\n": pairs,
        "\r": text.count(b"\r") - pairs,
    }
    best = max(counts, key=lambda end: counts[end])
    return best if counts[best] else None


def first_part(text: bytes, terminator: str | None) -> tuple[bytes, bool]:
    """Return what every candidate is tried on, and whether that is all of the look."""
    if len(text) <= FIRST_BYTES:
        return text, True
    end = terminator.encode() if terminator else b"\n"
    cut = text.rfind(end, 0, FIRST_BYTES)
    if cut < 0 and not terminator:
        cut, end = text.rfind(b"\r", 0, FIRST_BYTES), b"\r"
    if cut < FIRST_BYTES // 8:  # long lines: a few of them tell more than none
        return text, True
    return text[: cut + len(end)], False


def decided(surveys: Sequence[Survey], is_given: bool) -> Survey:
    """Return the best survey if it is clearly that; any will do if it is given."""
    best = surveys[0] if surveys else None
    if best is None or best.width == 0 or (best.score < LEAST and not is_given):
        raise CsvDialectError(
            "no dialect fits the source: under none do its records agree",
            code="NX152",
            hint="delimiter= with the one of the source, and skiprows= for lines "
            "before the table",
        )
    for other in surveys[1:]:
        if other.score < CLEAR * best.score:
            break
        if not same_reading(best, other) and not finer(best, other):
            raise ambiguous(best, other)
    return best


def finer(best: Survey, other: Survey) -> bool:
    """Return whether two delimiters are of a kind, as | and ||, or both are blanks."""
    one, two = best.candidate.delimiter, other.candidate.delimiter
    return two in one or {one, two} == {" ", WHITESPACE}


def ambiguous(best: Survey, other: Survey) -> CsvDialectError:
    shown = [
        f"delimiter={s.candidate.delimiter!r} ({s.width} "
        f"{'column' if s.width == 1 else 'columns'})"
        for s in (best, other)
    ]
    one, two = best.candidate.delimiter, other.candidate.delimiter
    return CsvDialectError(
        f"the dialect cannot be told: {shown[0]} and {shown[1]} fit alike",
        code="NX151",
        hint=f"delimiter={one!r} or delimiter={two!r}",
    )


def dialect_of(
    made: Survey,
    known: Mapping[str, Any],
    encoding: str,
    line_end: str | None,
    doubts: list[str],
) -> Dialect:
    """Return what a survey says in keywords; what is known stays."""
    candidate = made.candidate
    found = find_table(made, "comment" in known)
    header = known.get("header", found.header)
    if "header" not in known and found.header_doubt:
        doubts.append("header: nothing tells names from cells; True is the default")
    if (
        0 < found.footer <= LONGEST_FOOTER
        and made.at_end
        and not known.get("skipfooter")
    ):
        doubts.append(
            f"skipfooter: the last records have other fields than the rows; "
            f"skipfooter={found.footer} leaves them out"
        )
    decimal, thousands, doubt = number_forms(made, found.first + header)
    if doubt and not {"decimal", "thousands"} & set(known):
        doubts.append(doubt)
    keywords = {
        "delimiter": candidate.delimiter,
        "quotechar": candidate.quotechar,
        "escapechar": candidate.escapechar,
        "lineterminator": candidate.lineterminator,
        "comment": found.comment,
        "header": header,
        "header_rows": found.header_rows if header else 1,
        "decimal": decimal,
        "thousands": None if thousands == known.get("decimal") else thousands,
        "skiprows": found.skiprows,
        "strip": has_blanks(made, found),
        "encoding": encoding,
    }
    if known.get("thousands") == decimal:
        keywords["decimal"] = "."
    return Dialect(line_end=line_end, doubts=tuple(doubts), **{**keywords, **known})


def has_blanks(made: Survey, found: Found) -> bool:
    """Return whether blanks stand behind nearly all delimiters."""
    if made.width < 2 or made.candidate.delimiter in (" ", WHITESPACE):
        return False
    body = made.body[made.body >= found.first][:SAMPLE]
    begins = made.first_cells[body][:, None] + np.arange(1, made.width)
    before = np.frombuffer(made.text, dtype=np.uint8)[made.begins[begins] - 1]
    quoted = (made.looks[begins] & Look.QUOTED) != 0
    loose = (quoted & ((before == 32) | (before == 9))) | (
        (made.looks[begins] & Look.BLANK) != 0
    )
    filled = (made.looks[begins] & Look.EMPTY) == 0
    if np.any(quoted & loose):
        return True
    count = int(np.count_nonzero(filled))
    return count > 0 and int(np.count_nonzero(loose & filled)) >= 0.9 * count
