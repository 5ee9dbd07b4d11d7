"""Text in other encodings than UTF-8, as UTF-8.

The codecs of Python decode, piece by piece. A byte that an encoding has no character
for becomes one that UTF-8 does not have either, so that it is found where it matters,
and told with its record and column, as a wrong byte of UTF-8 is.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

__all__ = ["ERRORS", "UNUSUAL_STARTS", "Origin", "codec_of", "in_utf8"]

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

PIECE_BYTES: Final = 1 << 20

# Stands for what cannot be decoded: as text, and as a byte that UTF-8 does not have.
MARK: Final = "\udcff"
MARK_BYTE: Final = b"\xff"
MARKED: Final = "numpy_ext.marked"


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


def in_utf8(data: memoryview, codec: str, errors: str) -> tuple[bytearray, Origin]:
    """Return content in UTF-8, and how to tell the place in what it was made of."""
    handler = MARKED if errors == "strict" else errors
    decoder = codecs.getincrementaldecoder(codec)(handler)
    text = bytearray()
    origin = Origin(data, codec)
    for start in range(0, len(data), PIECE_BYTES):
        stop = min(start + PIECE_BYTES, len(data))
        held = decoder.getstate()[0]
        origin.note(start - len(held), len(text))
        piece = decoder.decode(bytes(data[start:stop]), stop == len(data))
        text += piece.encode("utf-8", MARKED)
    return text, origin


class Origin:
    """The content that text was decoded from."""

    def __init__(self, data: memoryview, codec: str) -> None:
        self.data = data
        self.codec = codec
        self._starts: list[int] = []
        self._text_starts: list[int] = []

    def note(self, start: int, text_start: int) -> None:
        """Take note that what begins at a byte is the text that begins at another."""
        self._starts.append(start)
        self._text_starts.append(text_start)

    def byte(self, text: memoryview, byte: int) -> int:
        """Return which byte a byte of the text in UTF-8 comes from.

        Exact, unless the encoding has several ways to write the same text, or more
        than one place before this one in its mebibyte could not be decoded.
        """
        piece = bisect_right(self._text_starts, byte) - 1
        if piece < 0:
            return byte
        encoder = codecs.getincrementalencoder(self.codec)("replace")
        written = self._written(text, self._text_starts[piece], byte)
        return self._starts[piece] + len(encoder.encode(written, True))

    def bytes(self, text: memoryview, bytes: Sequence[int]) -> list[int]:
        """Return what `byte` does for each of some ascending bytes, in one walk."""
        found: list[int] = []
        encoder = codecs.getincrementalencoder(self.codec)("replace")
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
        """Return what to say about a byte that could not be decoded."""
        shown = "".join(f"{b:02x}" for b in self.data[byte : byte + 1])
        return f"byte 0x{shown} is not {self.codec}"

    def _written(self, text: memoryview, start: int, stop: int) -> str:
        """Return a stretch of the text as it can be encoded again.

        A mark, or what replaced one, stands for a unit: as a question mark does.
        """
        written = bytes(text[start:stop]).decode("utf-8", "surrogateescape")
        return written.replace(MARK, "?").replace("\ufffd", "?")
