"""Fuzz target of compressed sources: all the text comes out, or a CompressionError.

The first bytes choose a format, where the text is cut into members or frames, and what
is done to the stream: cut off, bits flipped, bytes behind it. Then it is read from
bytes, a file object, a file and in pieces, with one thread and several, which must
agree. Run by `./dev fuzz inflate` with atheris, and by tests/python/test_fuzz_corpus.py
on the files of corpus/inflate without it.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from packing import bgzip_block, zipped, zstd, zstd_frame

from numpy_ext._source import ContentForm, open_source
from numpy_ext.errors import CompressionError, CsvError

CHOICES = 12  # bytes before the text
LONGEST = 1 << 12
LIMIT = 1 << 20


def pack_gzip(text: bytes, level: int) -> bytes:
    return gzip.compress(text, 1 + level % 9, mtime=0)


def pack_bgzip(text: bytes, level: int) -> bytes:
    return bgzip_block(text, level % 10)


def pack_bz2(text: bytes, level: int) -> bytes:
    return bz2.compress(text, 1 + level % 9)


def pack_xz(text: bytes, level: int) -> bytes:
    checks = (lzma.CHECK_CRC64, lzma.CHECK_CRC32, lzma.CHECK_SHA256)
    return lzma.compress(text, preset=0, check=checks[level % len(checks)])


def pack_zstd(text: bytes, level: int) -> bytes:
    return zstd_frame(text, with_size=level % 2 == 0, level=1 + level % 5)


def pack_zip(text: bytes, level: int) -> bytes:
    methods = (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
        zipfile.ZIP_BZIP2,
        zipfile.ZIP_LZMA,
    )
    return zipped(("a.csv", text), method=methods[level % len(methods)])


# With what stands between two members at will.
FORMATS: tuple[tuple[str, Callable[[bytes, int], bytes], bytes], ...] = (
    ("gzip", pack_gzip, b""),
    ("gzip", pack_gzip, b"\0" * 8),
    ("gzip", pack_bgzip, b""),
    ("bz2", pack_bz2, b""),
    ("xz", pack_xz, b"\0" * 4),
    ("zip", pack_zip, b""),
    ("zstd", pack_zstd, b"\x50\x2a\x4d\x18\x02\0\0\0xx"),
)
GARBAGE = (b"\n", b"more", b"\x1f\x8b", b"\xfd7zXZ", b"BZh9", b"PK\x05\x06", b"1,2\n")


def parts_of(text: bytes, chosen: bytes) -> list[bytes]:
    """Return the text cut at the chosen seams."""
    if FORMATS[chosen[0] % len(FORMATS)][0] == "zip":
        return [text]
    seams = sorted(chosen[3 + i] * (len(text) + 1) >> 8 for i in range(chosen[2] % 4))
    bounds = [0, *seams, len(text)]
    return [text[a:b] for a, b in pairwise(bounds)]


def packed(text: bytes, chosen: bytes) -> tuple[str, bytes]:
    """Return the format and the stream, in as many members as chosen."""
    name, pack, between = FORMATS[chosen[0] % len(FORMATS)]
    parts = parts_of(text, chosen)
    if pack is pack_bgzip:
        parts.append(b"")  # which ends a file of bgzip
    return name, (between if chosen[2] & 128 else b"").join(
        pack(part, chosen[1] + i) for i, part in enumerate(parts)
    )


def damaged(stream: bytes, chosen: bytes) -> bytes:
    """Return the stream with what is chosen done to it."""
    kind, place, value = chosen[6] & 7, chosen[7] | chosen[8] << 8, chosen[9]
    at = place % max(len(stream), 1)
    if kind == 1:
        return stream[:at]
    if kind == 2:
        return stream[:at] + bytes([stream[at] ^ (value or 1)]) + stream[at + 1 :]
    if kind == 3:
        return stream + GARBAGE[value % len(GARBAGE)]
    if kind == 4:
        return stream + b"\0" * (1 + value)
    if kind == 5:  # a piece is missing
        return stream[:at] + stream[at + 1 + value % 16 :]
    if kind == 6:  # a piece stands twice
        return stream[: at + 1 + value % 16] + stream[at:]
    return stream


def outcome(source: Any, **form: Any) -> bytes | tuple[str | None, str]:
    """Return the text of a source, or what is said of it."""
    try:
        with open_source(source, form=ContentForm(**form)) as native:
            return bytes(native.read(0, native.length()))
    except CompressionError as error:
        assert error.code is not None and error.hint, error
        return error.code, error.message
    except CsvError as error:  # a byte order mark, and then not that encoding
        return error.code, error.message


def plain(text: bytes) -> bytes | tuple[str | None, str]:
    """Return what is said of a text that nobody has packed."""
    return outcome(text, compression=None)


def all_ways(stream: bytes, name: str, chosen: bytes) -> bytes | tuple[str | None, str]:
    """Return what all ways of reading agree on."""
    usual = outcome(stream, compression=name, max_decompressed=LIMIT)
    cut = chosen[10] * (len(stream) + 1) >> 8
    others: list[Any] = [
        bytearray(stream),
        io.BytesIO(stream),
        [stream[:cut], stream[cut:]],
    ]
    for threads, source in enumerate(others, 1):
        other = outcome(
            source, compression=name, max_decompressed=LIMIT, threads=threads
        )
        assert other == usual, (other, usual)
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(stream)
    try:
        with open(file.name, "rb") as file:
            other = outcome(file, compression=name, max_decompressed=LIMIT, threads=2)
        assert other == usual, (other, usual)
        other = outcome(file.name, compression=name, max_decompressed=LIMIT)
        assert other == usual, (other, usual)
    finally:
        os.unlink(file.name)
    return usual


def test_one_input(data: bytes) -> None:
    """Pack and read `data`; an assertion or any other error is a defect."""
    if len(data) < CHOICES or len(data) > LONGEST:
        return
    chosen, text = data[:CHOICES], data[CHOICES:]
    if zstd is None and FORMATS[chosen[0] % len(FORMATS)][0] == "zstd":
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        name, stream = packed(text, chosen)
        harmed = damaged(stream, chosen)
        check_text(text, harmed, harmed == stream, name, chosen)
        if chosen[11] & 1:  # bytes that no packer has made
            magic = harmed[: chosen[11] >> 4]
            all_ways(magic + text, name, chosen)


def is_tar(text: bytes) -> bool:
    return text[257:262] == b"ustar"


def harmless(found: bytes, parts: list[bytes]) -> bool:
    """Return whether whole members are missing or stand twice: no stream tells."""
    counts = range(len(parts) + 1)
    texts = {b"".join(parts[:i] + parts[j:]) for i in counts for j in counts}
    return any(found == plain(text) for text in texts)


def check_text(
    text: bytes, stream: bytes, is_whole: bool, name: str, chosen: bytes
) -> None:
    found = all_ways(stream, name, chosen)
    if is_tar(text):
        return
    if is_whole:
        assert found == plain(text), found
        # A limit is what may come out, to the byte.
        assert outcome(stream, compression=name, max_decompressed=len(text)) == found
        if text:
            less = outcome(stream, compression=name, max_decompressed=len(text) - 1)
            assert less[0] == "NX804", less
    elif isinstance(found, bytes):
        assert chosen[6] & 7 != 3 or name == "zip", "what follows was not seen"
        assert harmless(found, parts_of(text, chosen)), found
