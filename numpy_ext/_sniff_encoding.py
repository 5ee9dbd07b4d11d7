"""The encoding of bytes, as far as they tell it."""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from numpy_ext.errors import CsvDialectError

__all__ = ["Encoded", "find_encoding"]

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
C1: Final = re.compile(rb"[\x80-\x9f]")
UNDEFINED_1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Words of letters that no Western page has in a row.
FOREIGN: Final = re.compile(rb"[\x80-\xff]{4,}")
HIGH: Final = re.compile(rb"[\x80-\xff]")
CYRILLIC: Final = ("cp1251", "koi8-r", "cp866")
# Two thirds of the letters of Cyrillic text are these, in every language that has them.
COMMON_LETTERS: Final = "\u043e\u0435\u0430\u0438\u043d\u0442\u0441\u0440\u0432\u043b"
LEAST_COMMON: Final = 0.45

# The share of zeros among the bytes of one parity that makes it the high half.
ZEROS: Final = 0.3


class Encoded(NamedTuple):
    """An encoding, and what is not certain about it."""

    name: str
    doubt: str | None = None


def find_encoding(data: bytes, at_end: bool) -> Encoded:
    """Return the encoding of a source that begins so.

    Raises
    ------
    CsvDialectError
        If the bytes are text in some encoding that cannot be told.
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            return Encoded(name)
    if b"\0" in data:
        wide = wide_encoding(data)
        if wide is not None:
            return Encoded(wide)
    if data.isascii():
        return Encoded("utf-8")
    wrong = wrong_bytes(data, at_end)
    if not wrong:
        return Encoded("utf-8")
    sequences = len(re.findall(rb"[\xc3-\xf4][\x80-\xbf]", data))
    if sequences > 10 * wrong:
        return Encoded(
            "utf-8",
            f"encoding: {wrong} bytes of the look are not UTF-8; "
            "encoding_errors='replace' reads on",
        )
    return single_byte(data)


def wrong_bytes(data: bytes, at_end: bool) -> int:
    """Return how many bytes are not UTF-8; the look may end inside a character."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text = decoder.decode(data, at_end)
    return text.count("\ufffd") - data.count(b"\xef\xbf\xbd")


def wide_encoding(data: bytes) -> str | None:
    """Return which encoding of wider units has zeros where these are."""
    size = len(data) & ~3
    quarters = [data[i:size:4].count(0) for i in range(4)]
    units = max(size // 4, 1)
    if quarters[0] < units and min(quarters[1:]) > 0.9 * units:
        return "utf-32-le"
    if quarters[3] < units and min(quarters[:3]) > 0.9 * units:
        return "utf-32-be"
    even, odd = data[0::2].count(0), data[1::2].count(0)
    half = max(len(data) // 2, 1)
    for few, many, name in ((even, odd, "utf-16-le"), (odd, even, "utf-16-be")):
        if many > ZEROS * half and few * 20 < many and decodes(data, name):
            return name
    return None


def decodes(data: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def single_byte(data: bytes) -> Encoded:
    """Return a page of single bytes."""
    high = len(HIGH.findall(data))
    foreign = sum(map(len, FOREIGN.findall(data)))
    if foreign > 0.5 * high:
        return cyrillic(data, high)
    controls = C1.search(data) is not None
    if controls and UNDEFINED_1252.search(data):
        return Encoded(
            "latin-1",
            "encoding: bytes that are neither UTF-8 nor cp1252; latin-1 keeps them all",
        )
    doubt = (
        "encoding: not UTF-8; cp1252 is what text of the West has"
        if controls
        else "encoding: not UTF-8; cp1252 and latin-1 read these bytes alike, and "
        "iso-8859-15, cp1250 and others with other letters"
    )
    return Encoded("cp1252", doubt)


def cyrillic(data: bytes, high: int) -> Encoded:
    """Return the page in which the bytes are the common letters of Cyrillic text."""
    shares = {}
    for name in CYRILLIC:
        text = data.decode(name, "replace")
        shares[name] = sum(map(text.count, COMMON_LETTERS)) / high
    best = max(shares, key=lambda name: shares[name])
    if shares[best] > LEAST_COMMON:
        return Encoded(best, f"encoding: not UTF-8; as Cyrillic text it is {best}")
    raise CsvDialectError(
        "the encoding cannot be told: the bytes are not UTF-8, and their words are not "
        "those of a Western or Cyrillic page",
        code="NX153",
        hint="encoding= with the one of the source, such as 'cp1253', 'cp1250', "
        "'shift_jis' or 'gb18030'",
    )
