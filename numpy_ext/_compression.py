"""Compressed sources: which format, and what is in it.

Every format is read by a library: those of Python, or quicker ones if they are
installed. Here are the bounds of members and frames, which tell a stream that was cut
off from a whole one, and what may be decompressed in parallel.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Final, NoReturn, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext._codecs import (
    gzip_module,
    new_decompressor,
    read_frame,
    zip_errors,
    zstd_library,
)
from numpy_ext._encoding import Encoded
from numpy_ext.errors import CompressionError

__all__ = ["COMPRESSIONS", "decompressed", "format_of"]

COMPRESSIONS: Final = ("infer", "gzip", "bz2", "xz", "zstd", "zip")

# Frames of zstd that hold no text.
SKIPPED_FRAMES: Final = tuple(bytes([b]) + b"\x2a\x4d\x18" for b in range(80, 96))

# How a source in each format begins. None of this is text in UTF-8 but the last two,
# whose ten and four characters no header has.
MAGIC: Final = {
    "gzip": (b"\x1f\x8b",),
    "zstd": (
        b"\x28\xb5\x2f\xfd",
        *(bytes([b]) + b"\x2a\x4d\x18" for b in range(80, 96)),
    ),
    "xz": (b"\xfd7zXZ\x00",),
    "bz2": tuple(
        b"BZh%d" % level + block
        for level in range(1, 10)
        for block in (b"1AY&SY", b"\x17rE8P\x90")
    ),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
}
STARTS: Final = tuple((m, name) for name, magics in MAGIC.items() for m in magics)
MAGIC_BYTES: Final = 10
FIRST_BYTES: Final = tuple({magic[:1] for magic, _ in STARTS})
SUFFIXES: Final = {
    ".gz": "gzip",
    ".bgz": "gzip",
    ".bz2": "bz2",
    ".xz": "xz",
    ".zst": "zstd",
    ".zip": "zip",
}

# What comes out at a time: it stays in the cache until it is copied, and malloc uses
# the same memory for the next one.
PIECE_BYTES: Final = 1 << 16
# What goes in at a time: mostly all of it is used up, or the rest would be copied.
INPUT_BYTES: Final = 1 << 14
# The first piece of a member: what is left of a piece when a member ends is copied.
LEAST_PIECE: Final = 1 << 10
# What a thread takes at a time.
SHARE_BYTES: Final = 1 << 20
# Deflate makes no more than this of a byte.
DEFLATE_RATIO: Final = 1032
ZSTD_BLOCK: Final = 1 << 17
BGZIP_HEADER: Final = 18
# Where a tar archive says that it is one.
TAR_MARK: Final = slice(257, 262)
# What a zip made on a Mac holds beside the files.
MAC_FOLDER: Final = "__MACOSX/"

Bytes: TypeAlias = npt.NDArray[np.uint8]
Frame: TypeAlias = tuple[int, int, int | None]


def format_of(start: bytes, path: str | None, compression: str | None) -> str | None:
    """Return the format of a source that begins so, None if it is not compressed.

    Raises
    ------
    CompressionError
        If the name of the file or the option says another one.
    """
    if compression is None:
        return None
    found = None
    if start.startswith(FIRST_BYTES):
        found = next((name for magic, name in STARTS if start.startswith(magic)), None)
    if compression != "infer":
        if found != compression:
            raise CompressionError(
                f"the source does not begin as {compression} does",
                code="NX805",
                format=compression,
                path=path,
                byte=0,
                hint=f"compression={found!r}",
            )
        return found
    if found is None and path is not None:
        named = SUFFIXES.get(os.path.splitext(path)[1].lower())
        if named is not None:
            raise CompressionError(
                f"the file is named as {named} but does not begin as {named} does",
                code="NX805",
                format=named,
                path=path,
                byte=0,
                hint="compression=None, if it is not compressed",
            )
    return found


class Stream:
    """A compressed source, and how to say that it is broken."""

    def __init__(
        self, source: Encoded, name: str, path: str | None, limit: int | None
    ) -> None:
        self.read = source.read
        self.size = source.length()
        self.name = name
        self.path = path
        self.limit = limit

    @cached_property
    def data(self) -> bytes:
        """All of it, for formats that are not read from the first byte to the last."""
        return bytes(self.read(0, self.size))

    def fail(self, code: str, message: str, byte: int | None, hint: str) -> NoReturn:
        raise CompressionError(
            message, code=code, format=self.name, path=self.path, byte=byte, hint=hint
        ) from None

    def cut_off(self) -> NoReturn:
        self.fail(
            "NX801",
            f"the {self.name} stream is cut off: it ends in the middle",
            self.size,
            "a complete copy of the source",
        )

    def corrupt(self, byte: int | None, error: object) -> NoReturn:
        self.fail(
            "NX802",
            f"the {self.name} stream is damaged: {error}",
            byte,
            "an undamaged copy of the source",
        )

    def trailing(self, byte: int) -> NoReturn:
        self.fail(
            "NX803",
            f"{self.size - byte} bytes that are not {self.name} follow the "
            f"{self.name} stream"
            if self.size - byte > 1
            else f"a byte that is not {self.name} follows the {self.name} stream",
            byte,
            "the source without them",
        )

    def beyond_limit(self) -> NoReturn:
        self.fail(
            "NX804",
            f"the {self.name} stream of {self.size} bytes holds more than "
            f"max_decompressed={self.limit} bytes",
            None,
            "a larger max_decompressed=, or None, if the source is trusted",
        )

    def check_limit(self, size: int) -> None:
        if self.limit is not None and size > self.limit:
            self.beyond_limit()


class Output:
    """Memory that grows as text comes out, not much beyond what is needed."""

    def __init__(self, stream: Stream, guess: int) -> None:
        self.stream = stream
        self.size = 0
        if stream.limit is not None:
            guess = min(guess, stream.limit)
        self._memory: Bytes = np.empty(guess, dtype=np.uint8)

    def add(self, text: bytes, consumed: int) -> None:
        """Take what came out of so many bytes in all."""
        size = self.size + len(text)
        self.stream.check_limit(size)
        if size > self._memory.size:
            # What is left is likely to be like what was.
            share = self.stream.size / max(consumed, 1)
            larger = np.empty(
                max(size + PIECE_BYTES, self._memory.size * 5 // 4, int(size * share)),
                dtype=np.uint8,
            )
            larger[: self.size] = self._memory[: self.size]
            self._memory = larger
        self._memory[self.size : size] = np.frombuffer(text, dtype=np.uint8)
        self.size = size

    def room(self) -> int:
        """Return how much may come next: one byte more than allowed tells too much."""
        limit = self.stream.limit
        if limit is None:
            return PIECE_BYTES
        return min(PIECE_BYTES, limit - self.size + 1)

    def text(self) -> Bytes:
        return self._memory[: self.size]


def decompressed(
    source: Encoded, name: str, path: str | None, limit: int | None, threads: int
) -> Bytes:
    """Return what a compressed source holds, in memory of its own.

    Raises
    ------
    CompressionError
        If it is cut off, damaged, followed by something else, holds more than the
        limit, or is an archive of another number of files than one.
    ImportError
        If there is no library for it.
    """
    stream = Stream(source, name, path, limit)
    if name == "zip":
        text = zip_member(stream)
    elif name == "zstd":
        text = zstd_text(stream, threads)
    else:
        blocks = bgzip_blocks(stream) if name == "gzip" else None
        if blocks is not None:
            text = all_frames(stream, blocks, inflate_block, threads)
        else:
            text = members(stream)
    refuse_tar(text[: TAR_MARK.stop].tobytes(), f"the {name} stream holds", path, name)
    return text


def refuse_tar(
    start: bytes, what: str, path: str | None, name: str | None = None
) -> None:
    """Refuse content that begins as an archive does, which no text does."""
    if start[TAR_MARK] != b"ustar" or b"\0" not in start:
        return
    raise CompressionError(
        f"{what} a tar archive",
        code="NX806",
        format=name,
        path=path,
        hint="one file of it: tarfile.open(path).extractfile(name)",
    )


# ---- Member after member: gzip, bz2, xz ------------------------------------


def members(stream: Stream) -> Bytes:
    """Decompress one member after the other; zeros between and after are padding."""
    output = Output(stream, first_guess(stream))
    at = 0
    while True:
        at = one_member(stream, output, at)
        at = after_padding(stream, at)
        if at == stream.size:
            return output.text()
        start = bytes(stream.read(at, at + MAGIC_BYTES))
        if not start.startswith(MAGIC[stream.name]):
            not_a_member(stream, at, start)


def not_a_member(stream: Stream, at: int, start: bytes) -> NoReturn:
    """Tell of bytes after a member that begin no other one, or not all of one."""
    if any(magic.startswith(start) for magic in MAGIC[stream.name]):
        stream.cut_off()
    stream.trailing(at)


def first_guess(stream: Stream) -> int:
    """Return how much is likely to come out."""
    size = stream.size
    if stream.name != "gzip":
        return 4 * size
    # Of the last member, modulo 2**32; most files have one.
    told = int.from_bytes(stream.read(max(size - 4, 0), size), "little")
    return told if told <= DEFLATE_RATIO * size else 4 * size


def after_padding(stream: Stream, at: int) -> int:
    """Return where zeros end that fill up a block of a tape or a disk."""
    while stream.name != "bz2" and at < stream.size:
        piece = bytes(stream.read(at, at + INPUT_BYTES))
        rest = piece.lstrip(b"\0")
        at += len(piece) - len(rest)
        if rest or not piece:
            break
    return at


def one_member(stream: Stream, output: Output, at: int) -> int:
    """Decompress the member that begins at a byte; return the byte after it."""
    decompressor = new_decompressor(stream.name)
    size = LEAST_PIECE
    while not decompressor.eof:
        piece = stream.read(at, at + size)
        size = min(2 * size, INPUT_BYTES)
        if not piece:
            stream.cut_off()
        at += len(piece)
        while True:
            try:
                text = decompressor.decompress(piece, output.room())
            except decompressor.errors as error:
                stream.corrupt(at, error)
            output.add(text, at)
            piece = decompressor.rest()
            if decompressor.eof or decompressor.needs_input():
                break
    return at - len(decompressor.unused_data)


# ---- Frames whose bounds are known: bgzip, zstd ----------------------------


def all_frames(
    stream: Stream,
    frames: list[Frame],
    read: Callable[[Stream, int, int, memoryview], None],
    threads: int,
) -> Bytes:
    """Decompress frames of known sizes, each to its place."""
    sizes = np.array([frame[2] for frame in frames], dtype=np.int64)
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(frames) else 0
    stream.check_limit(total)
    text = np.empty(total, dtype=np.uint8)
    memory = text.data

    def read_some(share: range) -> None:
        for number in share:
            start, stop, size = frames[number]
            end = int(ends[number])
            read(stream, start, stop, memory[end - (size or 0) : end])

    shares = list(share_out(ends))
    if threads == 1 or len(shares) < 2:
        for share in shares:
            read_some(share)
        return text
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(min(threads, len(shares)))
    try:
        # In this order, so that the first frame at fault is the one told of.
        for _ in pool.map(read_some, shares):
            pass
    finally:
        pool.shutdown(cancel_futures=True)
    return text


def share_out(ends: npt.NDArray[np.int64]) -> Iterator[range]:
    """Divide frames with these ends into runs of about SHARE_BYTES."""
    first = 0
    while first < len(ends):
        begin = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, begin + SHARE_BYTES, side="right"))
        last = max(last, first + 1)
        yield range(first, last)
        first = last


def bgzip_blocks(stream: Stream) -> list[Frame] | None:
    """Return the members of a file of bgzip, None if it is another gzip file.

    Each says its length in an extra field "BC"; the last one is empty, and its
    absence means that the file was cut off between two.
    """
    if bgzip_length(bytes(stream.read(0, BGZIP_HEADER)), 0) is None:
        return None
    data, at = stream.data, 0
    blocks: list[Frame] = []
    while at < len(data):
        length = bgzip_length(data, at)
        if length is None:
            return None  # the other way tells what is wrong, if anything is
        stop = at + length
        if stop > len(data):
            stream.cut_off()
        size = int.from_bytes(data[stop - 4 : stop], "little")
        if size > 1 << 16:
            return None  # no bgzip writes such a block: the other way checks it
        blocks.append((at, stop, size))
        at = stop
    if blocks[-1][2] != 0:
        stream.fail(
            "NX801",
            "the file of bgzip has no empty last block: it was cut off between blocks",
            at,
            "a complete copy of the source, or gzip.open(path), which does not look",
        )
    return blocks


def bgzip_length(data: bytes, at: int) -> int | None:
    """Return the length of the block of bgzip at a byte, None if there is none."""
    head = data[at : at + BGZIP_HEADER]
    if head[:4] != b"\x1f\x8b\x08\x04" or head[10:16] != b"\x06\x00BC\x02\x00":
        return None
    length = int.from_bytes(head[16:18], "little") + 1
    return length if length >= 26 else None


def inflate_block(stream: Stream, start: int, stop: int, to: memoryview) -> None:
    """Decompress a member of gzip whose size is known."""
    module = gzip_module()
    # One more than expected, and at least one, or there would be no bound.
    decompressor = module.decompressobj(31)
    try:
        text = decompressor.decompress(memoryview(stream.data)[start:stop], len(to) + 1)
    except module.error as error:
        stream.corrupt(start, error)
    if not decompressor.eof or len(text) != len(to) or decompressor.unused_data:
        stream.corrupt(start, "a block of another size than it says")
    to[:] = text


def zstd_text(stream: Stream, threads: int) -> Bytes:
    """Decompress frames of zstd: in parallel if all of them say their size."""
    library = zstd_library()
    frames = list(zstd_frames(stream))

    def read_whole(stream: Stream, start: int, stop: int, to: memoryview) -> None:
        at = 0
        for text in frame_text(stream, library, start, stop, lambda: len(to) + 1):
            if at + len(text) > len(to):
                at = -1
                break
            to[at : at + len(text)] = text
            at += len(text)
        if at != len(to):
            stream.corrupt(start, "a frame of another size than it says")

    most = sum((stop - start) // 4 * ZSTD_BLOCK for start, stop, _ in frames)
    known = [frame[2] for frame in frames if frame[2] is not None]
    if len(known) == len(frames) and sum(known) <= most:
        return all_frames(stream, frames, read_whole, threads)
    output = Output(stream, 4 * len(stream.data))
    for start, stop, _ in frames:
        for text in frame_text(stream, library, start, stop, output.room):
            output.add(text, stop)
    return output.text()


def frame_text(
    stream: Stream, library: Any, start: int, stop: int, room: Callable[[], int]
) -> Iterator[bytes]:
    """Yield what a frame of zstd holds, piece by piece."""
    frame = memoryview(stream.data)[start:stop]
    pieces = read_frame(library, frame, lambda: min(room(), PIECE_BYTES))
    while True:
        try:
            text = next(pieces, b"")
        except library.ZstdError as error:
            stream.corrupt(start, error)
        if not text:
            return
        yield text


def zstd_frames(stream: Stream) -> Iterator[Frame]:
    """Yield begin, end and size (None: not told) of the frames of zstd.

    RFC 8878, 3.1: a frame is a header, blocks with their lengths, and a checksum.
    """
    data, at = stream.data, 0
    while at < len(data):
        magic = data[at : at + 4]
        if magic not in MAGIC["zstd"]:
            not_a_member(stream, at, magic)
        start = at
        if magic == MAGIC["zstd"][0]:
            at, size = zstd_header(data, at)
            checksum = 4 * (
                data[start + 4 : start + 5] > b"" and data[start + 4] >> 2 & 1
            )
            at = after_blocks(stream, at) + checksum
        else:  # a frame to be skipped
            size = 0
            at += 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if at > len(data):
            stream.cut_off()
        if magic == MAGIC["zstd"][0]:
            yield start, at, size


def zstd_header(data: bytes, at: int) -> tuple[int, int | None]:
    """Return where the header of a frame ends, and the size it tells."""
    flags = data[at + 4] if at + 4 < len(data) else 0
    single = flags >> 5 & 1
    at += 5 + (1 - single) + (0, 1, 2, 4)[flags & 3]
    width = (single, 2, 4, 8)[flags >> 6]
    size = int.from_bytes(data[at : at + width], "little") + 256 * (width == 2)
    return at + width, size if width else None


def after_blocks(stream: Stream, at: int) -> int:
    """Return where the last block of a frame ends."""
    data = stream.data
    while True:
        if at + 3 > len(data):
            stream.cut_off()
        header = int.from_bytes(data[at : at + 3], "little")
        is_run = header >> 1 & 3 == 1  # one byte, to be repeated
        at += 3 + (1 if is_run else header >> 3)
        if header & 1:
            return at


# ---- Zip -------------------------------------------------------------------


def zip_member(stream: Stream) -> Bytes:
    """Return the one file of an archive."""
    import zipfile

    errors = zip_errors()
    try:
        archive = zipfile.ZipFile(io.BytesIO(stream.data))
    except NotImplementedError as error:  # a version that there is none of
        stream.corrupt(None, error)
    except errors as error:
        # The list of files is at the end, so this is what a lost end looks like.
        stream.corrupt(None, f"{error}; the end of the archive may be missing")
    info = only_member(stream, archive)
    stream.check_limit(info.file_size)
    output = Output(stream, min(info.file_size, DEFLATE_RATIO * len(stream.data)))
    try:
        with archive.open(info) as member:
            while text := member.read(output.room()):
                output.add(text, len(stream.data))
    except CompressionError:
        raise
    except NotImplementedError as error:
        stream.fail("NX802", f"{info.filename!r}: {error}", None, "another compression")
    except errors as error:
        stream.corrupt(info.header_offset, f"{info.filename!r}: {error}")
    if output.size != info.file_size:
        stream.corrupt(info.header_offset, f"{info.filename!r} is shorter than it says")
    return output.text()


def only_member(stream: Stream, archive: Any) -> Any:
    """Return the entry of the one file of an archive."""
    infos = [
        info
        for info in archive.infolist()
        if not info.is_dir() and not info.filename.startswith(MAC_FOLDER)
    ]
    names = [info.filename for info in infos]
    if "[Content_Types].xml" in names:
        stream.fail(
            "NX806",
            "the source is a workbook (xlsx), not CSV",
            None,
            "saving it as CSV",
        )
    if len(infos) != 1:
        shown = ", ".join(map(repr, names[:8])) + (", ..." if len(names) > 8 else "")
        what = f"{len(names)} files: {shown}" if names else "no file"
        stream.fail(
            "NX806",
            f"the zip archive holds {what}",
            None,
            "one file of it: zipfile.ZipFile(path).open(name)",
        )
    if infos[0].flag_bits & 1:
        stream.fail(
            "NX806",
            f"{names[0]!r} in the zip archive is encrypted",
            None,
            "zipfile.ZipFile(path).open(name, pwd=...)",
        )
    return infos[0]
