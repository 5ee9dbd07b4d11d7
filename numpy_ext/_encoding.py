"""Text in other encodings than UTF-8, as UTF-8.

Encodings of one byte a character are tables, which the C library looks bytes up in, on
several threads. All others are decoded by the codecs of Python, piece by piece. A byte
that an encoding has no character for becomes one that UTF-8 does not have either, so
that it is found where it matters, and told with its record and column, as a wrong byte
of UTF-8 is.
"""

from __future__ import annotations

import codecs
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Protocol, TypeAlias

import numpy as np

from numpy_ext import _native
from numpy_ext._threads import on_main_thread

__all__ = ["ERRORS", "UNUSUAL_STARTS", "Encoded", "Origin", "codec_of", "in_utf8"]

# What may stand for a byte that the encoding does not have: what a string can hold.
ERRORS: Final = ("strict", "replace", "backslashreplace")

# Those of UTF-32 first: the little-endian one begins as that of UTF-16 does.
BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
UNUSUAL_STARTS: Final = tuple({bom[:1] for bom, _ in BOMS})

# Without a byte order mark, the order must not depend on the machine.
ORDERLESS: Final = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}

# What a codec of Python takes at a time.
PIECE_BYTES: Final = 1 << 20
# What is read of a file at a time, to be shared out among threads.
WINDOW_BYTES: Final = 1 << 22

# Stands for what cannot be decoded: as text, and as a byte that UTF-8 does not have.
MARK: str = "\udcff"
MARK_BYTE: Final = b"\xff"
MARKED: Final = "numpy_ext.marked"

# Encodings of one byte a character that Python has no table of.
WITHOUT_TABLE: Final = ("ascii", "iso8859-1")

Page: TypeAlias = tuple[bytes, ...]


class Encoded(Protocol):
    """Content of a known size, of which parts can be read, again if need be."""

    def read(self, start: int, stop: int) -> bytes | memoryview: ...
    def length(self) -> int: ...
    def windows(self, size: int) -> Iterator[bytes | memoryview]:
        """Yield all of it: at once if it is in memory, else so many bytes at a time.

        Each window is good until the next one.
        """


class Origin(Protocol):
    """The content that text was decoded from."""

    def byte(self, text: memoryview, byte: int) -> int:
        """Return which byte a byte of the text in UTF-8 comes from."""

    def bytes(self, text: memoryview, bytes: Sequence[int]) -> list[int]:
        """Return what `byte` does for each of some ascending bytes, in one walk."""

    def wrong_byte(self, byte: int) -> str:
        """Return what to say about a byte that could not be decoded."""


def mark(error: UnicodeError) -> tuple[str | bytes, int]:
    """Put marks in the place of what cannot be decoded, and bytes for marks."""
    if isinstance(error, UnicodeDecodeError):
        return MARK, error.end
    assert isinstance(error, UnicodeEncodeError)
    return MARK_BYTE * (error.end - error.start), error.end


codecs.register_error(MARKED, mark)


def codec_of(start: bytes, encoding: str, errors: str) -> str | None:
    """Return the codec that makes text of content which begins so, None for none.

    A byte order mark decides where the encoding leaves it open, and over UTF-8, which
    is what one gets who has not asked.
    """
    family = "utf" if encoding == "utf-8" else encoding
    if encoding in ("utf-8", *ORDERLESS):
        for bom, codec in BOMS:
            if start.startswith(bom) and codec.startswith(family):
                return codec
    if encoding == "utf-8" and errors == "strict":
        return None
    return ORDERLESS.get(encoding, encoding)


def in_utf8(
    source: Encoded, codec: str, errors: str, threads: int
) -> tuple[memoryview, Origin]:
    """Return content in UTF-8, and how to tell the place in what it was made of."""
    page = code_page(codec, errors)
    if page is None:
        return decoded(source, codec, errors)
    return looked_up(source, page, codec, threads)


def what_is_wrong(source: Encoded, codec: str, byte: int) -> str:
    shown = bytes(source.read(byte, byte + 1)).hex()
    return f"byte 0x{shown} is not {codec}"


# ---- One byte a character --------------------------------------------------


def make_code_page(codec: str, errors: str) -> Page | None:
    """Return what stands for each byte, None if the codec is another kind."""
    module = sys.modules.get(codecs.lookup(codec).incrementaldecoder.__module__)
    table = getattr(module, "decoding_table", None)
    if codec not in WITHOUT_TABLE and not (
        isinstance(table, str) and len(table) == 256
    ):
        return None
    handler = MARKED if errors == "strict" else errors
    return tuple(
        bytes([byte]).decode(codec, handler).encode("utf-8", MARKED)
        for byte in range(256)
    )


code_page = lru_cache(maxsize=16)(make_code_page)


def looked_up(
    source: Encoded, page: Page, codec: str, threads: int
) -> tuple[memoryview, Origin]:
    """Return content in UTF-8 by a table; a file is read once to measure it."""
    main = on_main_thread()
    sizes = [
        _native.code_page_measure(page, part, threads, main)
        for part in source.windows(WINDOW_BYTES)
    ]
    text = np.empty(sum(sizes), dtype=np.uint8)
    at = 0
    # If the file has grown since, what was added is left, and the read fails later.
    for part, size in zip(source.windows(WINDOW_BYTES), sizes, strict=False):
        _native.code_page_write(page, part, text[at : at + size], threads, main)
        at += size
    return text.data, PageOrigin(source, codec, page)


class PageOrigin:
    """Content in an encoding of one byte a character: places are exact."""

    def __init__(self, source: Encoded, codec: str, page: Page) -> None:
        self._source, self._codec = source, codec
        self._sizes = np.fromiter(map(len, page), dtype=np.int64, count=256)

    def byte(self, text: memoryview, byte: int) -> int:
        return self.bytes(text, [byte])[0]

    def bytes(self, text: memoryview, bytes: Sequence[int]) -> list[int]:
        wanted = np.array(bytes, dtype=np.int64)
        found = np.empty_like(wanted)
        done, before = 0, 0
        for start in range(0, self._source.length(), PIECE_BYTES):
            piece = self._source.read(start, start + PIECE_BYTES)
            ends = np.cumsum(self._sizes[np.frombuffer(piece, dtype=np.uint8)])
            stop = int(np.searchsorted(wanted, before + ends[-1]))
            here = wanted[done:stop] - before
            found[done:stop] = start + np.searchsorted(ends, here, side="right")
            before += int(ends[-1])
            done = stop
            if done == len(wanted):
                break
        found[done:] = self._source.length() + wanted[done:] - before
        return found.tolist()  # type: ignore[no-any-return]

    def wrong_byte(self, byte: int) -> str:
        return what_is_wrong(self._source, self._codec, byte)


# ---- Others ----------------------------------------------------------------


def decoded(source: Encoded, codec: str, errors: str) -> tuple[memoryview, Origin]:
    """Return content in UTF-8 by a codec of Python."""
    handler = MARKED if errors == "strict" else errors
    decoder = codecs.getincrementaldecoder(codec)(handler)
    text = bytearray()
    origin = CodecOrigin(source, codec)
    length = source.length()
    for start in range(0, length, PIECE_BYTES):
        stop = min(start + PIECE_BYTES, length)
        held = decoder.getstate()[0]
        origin.note(start - len(held), len(text))
        piece = decoder.decode(bytes(source.read(start, stop)), stop == length)
        text += piece.encode("utf-8", MARKED)
    return memoryview(text), origin


class CodecOrigin:
    """Content that a codec of Python has decoded.

    Places are exact, unless the encoding has several ways to write the same text, or
    more than one place before this one in its mebibyte could not be decoded.
    """

    def __init__(self, source: Encoded, codec: str) -> None:
        self._source, self._codec = source, codec
        self._starts: list[int] = []
        self._text_starts: list[int] = []

    def note(self, start: int, text_start: int) -> None:
        """Take note that what begins at a byte is the text that begins at another."""
        self._starts.append(start)
        self._text_starts.append(text_start)

    def byte(self, text: memoryview, byte: int) -> int:
        piece = bisect_right(self._text_starts, byte) - 1
        if piece < 0:
            return byte
        encoder = codecs.getincrementalencoder(self._codec)("replace")
        written = self._written(text, self._text_starts[piece], byte)
        return self._starts[piece] + len(encoder.encode(written, True))

    def bytes(self, text: memoryview, bytes: Sequence[int]) -> list[int]:
        """Return what `byte` does for each of some ascending bytes, in one walk."""
        found: list[int] = []
        encoder = codecs.getincrementalencoder(self._codec)("replace")
        piece, at, where = -1, 0, 0
        for byte in bytes:
            here = bisect_right(self._text_starts, byte) - 1
            if here != piece:
                encoder.reset()
                piece, at, where = here, self._text_starts[here], self._starts[here]
            written = self._written(text, at, byte)
            where += len(encoder.encode(written))
            found.append(where)
            at = byte
        return found

    def wrong_byte(self, byte: int) -> str:
        return what_is_wrong(self._source, self._codec, byte)

    def _written(self, text: memoryview, start: int, stop: int) -> str:
        """Return a stretch of the text as it can be encoded again.

        A mark, or what replaced one, stands for a unit: as a question mark does.
        """
        written = bytes(text[start:stop]).decode("utf-8", "surrogateescape")
        return written.replace(MARK, "?").replace("\ufffd", "?")
