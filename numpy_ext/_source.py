"""Where CSV text may come from, as the C library wants it."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, TypeGuard

import numpy as np
import numpy.typing as npt

from numpy_ext._compression import (
    FIRST_BYTES,
    MAGIC_BYTES,
    TAR_MARK,
    decompressed,
    format_of,
    refuse_tar,
)
from numpy_ext._encoding import (
    UNUSUAL_STARTS,
    Origin,
    codec_of,
    in_utf8,
)

__all__ = ["ContentForm", "CsvSource", "NativeSource", "is_plain", "open_source"]


class Readable(Protocol):
    """A file object: binary or text."""

    def read(self) -> bytes | str:
        """Return all that is left."""


Buffer: TypeAlias = bytes | bytearray | memoryview | npt.NDArray[np.uint8]
CsvSource: TypeAlias = (
    str
    | os.PathLike[str]
    | Buffer
    | Readable
    | Iterable[Buffer]
    | Sequence[str | os.PathLike[str]]
)

EXCERPT_BYTES = 60
FIELD_BYTES = 200


@dataclass(slots=True)
class NativeSource:
    """A source the C library can read: a descriptor with a size, text, or a buffer."""

    content: Any
    size: int
    path: str | None = None
    origin: Origin | None = None  # of text that was in another encoding
    pieces: bytes | None = None  # of which the text consists, if not all of it is
    skipped: int = 0  # lines that are left out
    dropped: int = 0  # records at the end that are left out

    @property
    def extent(self) -> int | tuple[int, bytes]:
        """Which of the content is text: what the C library takes as its size."""
        return self.size if self.pieces is None else (self.size, self.pieces)

    def original_byte(self, byte: int) -> int:
        """Return an offset as one in the source before it became UTF-8."""
        if self.origin is None:
            return byte
        return self.origin.byte(memoryview(self.content), byte)

    def original_bytes(self, bytes: Sequence[int]) -> list[int]:
        """Return ascending offsets as `original_byte` does each."""
        if self.origin is None:
            return list(bytes)
        return self.origin.bytes(memoryview(self.content), bytes)

    def excerpt(self, byte: int) -> tuple[str, int]:
        """Return the line around an offset, cut to size, and where the offset is."""
        start = max(0, byte - EXCERPT_BYTES)
        around = self._bytes(start, byte + EXCERPT_BYTES)
        before, after = around[: byte - start], around[byte - start :]
        before = before[max(before.rfind(b"\n"), before.rfind(b"\r")) + 1 :]
        after = after.split(b"\n")[0].split(b"\r")[0]
        shown = [
            "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
            for text in (
                # A cut may fall inside a character; its rest is not worth showing.
                before.decode("utf-8", "ignore"),
                after.decode("utf-8", "backslashreplace"),
            )
        ]
        return "".join(shown), len(shown[0])

    def start(self) -> bytes:
        """Return the first few bytes: enough to tell what they begin."""
        return self._bytes(0, MAGIC_BYTES)

    def text(self, byte: int) -> str:
        """Return the text from an offset on, cut to size."""
        return self._bytes(byte, byte + FIELD_BYTES).decode("utf-8", "ignore")

    def bytes_at(self, byte: int, size: int) -> bytes:
        """Return so many bytes from an offset on, fewer at the end."""
        return self._bytes(byte, byte + size)

    def length(self) -> int:
        """Return the number of bytes."""
        if isinstance(self.content, int):
            return self.size
        if isinstance(self.content, str):
            text = self.content
            return len(text) if text.isascii() else len(text.encode())
        return memoryview(self.content).nbytes

    def read(self, start: int, stop: int) -> bytes | memoryview:
        """Return some bytes; those of memory are not copied."""
        if isinstance(self.content, int):
            return self._bytes(start, stop)
        if start == 0 and stop == self.length() and isinstance(self.content, bytes):
            return self.content
        return memoryview(self.content).cast("B")[start:stop]

    def windows(self, size: int) -> Iterator[bytes | memoryview]:
        """Yield all bytes: at once if they are in memory, else so many at a time."""
        length = self.length()
        if not isinstance(self.content, int):
            if length > 0:
                yield self.read(0, length)
            return
        window = np.empty(min(size, length), dtype=np.uint8).data
        for start in range(0, length, size):
            part = window[: min(size, length - start)]
            if read_into(self.content, start, part) < len(part):
                raise was_changed(self.path)
            yield part

    def _bytes(self, start: int, stop: int) -> bytes:
        if isinstance(self.content, int):
            return read_bytes(self.content, start, min(stop, self.size) - start)
        if isinstance(self.content, str):
            return self.content.encode()[start:stop]
        if isinstance(self.content, bytes):
            return self.content[start:stop]
        return bytes(memoryview(self.content).cast("B")[start:stop])


# Systems without pread have one place in a file for all threads.
PLACE: Final = threading.Lock()


def read_into(descriptor: int, start: int, part: memoryview) -> int:
    """Fill memory with the bytes of a file from an offset on; return how many."""
    at = 0
    with PLACE, open(descriptor, "rb", buffering=0, closefd=False) as file:
        file.seek(start)
        while at < len(part) and (count := file.readinto(part[at:])):
            at += count
    return at


def read_bytes(descriptor: int, start: int, size: int) -> bytes:
    """Return so many bytes of a file from an offset on, fewer only at its end."""
    if size <= 0:
        return b""
    if hasattr(os, "pread"):
        piece = os.pread(descriptor, size, start)
        if len(piece) == size:
            return piece
    part = bytearray(size)
    return bytes(part[: read_into(descriptor, start, memoryview(part))])


class ContentForm(NamedTuple):
    """How the content of a source is written, and how many threads may read it."""

    compression: str | None = "infer"
    max_decompressed: int | None = None
    encoding: str = "utf-8"
    encoding_errors: str = "strict"
    threads: int = 1


DEFAULT_FORM: Final = ContentForm()


UNUSUAL: Final = (*FIRST_BYTES, *UNUSUAL_STARTS)


def is_plain(content: bytes, form: ContentForm) -> bool:
    """Return whether content is as the C library wants it, at a glance."""
    return (
        form.encoding == "utf-8"
        and form.encoding_errors == "strict"
        and form.compression in (None, "infer")
        and not content.startswith(UNUSUAL)
        and content[TAR_MARK] != b"ustar"
    )


@contextmanager
def open_source(
    source: CsvSource, of_text: str = "parse_csv", form: ContentForm = DEFAULT_FORM
) -> Iterator[NativeSource]:
    """Open what a user may pass as a source; what is opened here is closed at exit.

    `of_text` is the function for text in place of a path.

    Raises
    ------
    CompressionError
        If it is compressed and broken.
    """
    if isinstance(source, str) and "\n" in source:
        raise ValueError(
            f"a path with a line break in it; use {of_text} to read text, "
            "or pathlib.Path for such a path"
        )
    if is_path(source):
        opened = open_path(os.fsdecode(source))
    elif has_memory(source):
        opened = open_buffer(source)
    elif hasattr(source, "read"):
        opened = open_content(source.read(), getattr(source, "name", None))
    elif isinstance(source, Iterable) and not isinstance(source, (Mapping, Set)):
        opened = open_buffer(joined(source))
    else:
        raise TypeError(
            "source must be a path, bytes, a buffer or a file object, "
            f"or an iterable of bytes, got {type(source).__name__}"
        )
    with opened as native:
        outer = sys.exception()
        try:
            plain = in_plain(native, form, is_path(source))
        except Exception as error:
            let_go(error, outer)
            raise
        yield plain


def let_go(error: BaseException, outer: BaseException | None) -> None:
    """Let frames that an error came through go of the memory they have looked at.

    Its owner may close or resize it while the error is handled, as a ``with`` block of
    an mmap does. Of what was raised before, `outer`, the frames are not ours.
    """
    inner: BaseException | None = error
    while inner is not None and inner is not outer:
        traceback.clear_frames(inner.__traceback__)
        inner = inner.__context__


def is_path(source: object) -> TypeGuard[str | os.PathLike[str]]:
    """Return whether a source is the path of a file."""
    return isinstance(source, (str, os.PathLike))


def in_plain(native: NativeSource, form: ContentForm, is_file: bool) -> NativeSource:
    """Return a source of the text in a source; the name of a file says its format.

    The name of a file object does not: that of `gzip.open` is the name of what it
    decompresses.
    """
    if isinstance(native.content, str):
        if form.compression in (None, "infer"):
            return native
        raise TypeError(
            f"compression={form.compression!r} is for bytes, but the source is text"
        )
    path = native.path if is_file else None
    name = format_of(native.start(), path, form.compression)
    if name is None and form.compression is not None:
        refuse_tar(native.bytes_at(0, TAR_MARK.stop), "the source is", native.path)
    elif name is not None:
        text = decompressed(
            native, name, native.path, form.max_decompressed, form.threads
        )
        native = NativeSource(text.data, 0, native.path)
    codec = codec_of(native.start(), form.encoding, form.encoding_errors)
    if codec is None:
        return native
    made, origin = in_utf8(native, codec, form.encoding_errors, form.threads)
    return NativeSource(made, 0, native.path, origin)


def joined(pieces: Iterable[Any]) -> Buffer:
    """Return the content that comes in pieces, wherever they are cut."""
    content = bytearray()
    for piece in pieces:
        if isinstance(piece, str):
            raise TypeError(
                "an iterable source must yield bytes, got str; parse_csv(''.join(...)) "
                "reads text in pieces, a list of paths reads files"
            )
        if isinstance(piece, os.PathLike):
            raise TypeError(
                "an iterable source must yield bytes, got a path; a list of paths "
                "reads files: read_csv(sorted(...))"
            )
        if not has_memory(piece):
            raise TypeError(
                f"an iterable source must yield bytes, got {type(piece).__name__}"
            )
        with open_buffer(piece) as native:
            content += native.content
    return content


def has_memory(source: object) -> TypeGuard[Buffer]:
    """Return whether an object offers its memory; an `mmap.mmap` does, a file not."""
    if isinstance(source, np.ndarray):
        return True
    try:
        memoryview(source).release()  # type: ignore[arg-type]
    except TypeError:
        return False
    return True


@contextmanager
def open_path(path: str) -> Iterator[NativeSource]:
    """Open a file; a regular one must be the same before and after."""
    with opened_file(path) as file:
        before = os.fstat(file.fileno())
        # Pipes have no size, and files that the kernel makes up (/proc) say 0.
        if not stat.S_ISREG(before.st_mode) or before.st_size == 0:
            yield NativeSource(file.readall(), 0, path)
            return
        yield NativeSource(file.fileno(), before.st_size, path)
        if changed(before, os.fstat(file.fileno())):
            raise was_changed(path)


def was_changed(path: str | None) -> OSError:
    """Return the error of a file that is not what it was."""
    return OSError(f"{path!r} was changed while it was read [NX113]")


def opened_file(path: str) -> io.FileIO:
    """Open a file; one that is not there may have been meant as something else."""
    try:
        return open(path, "rb", buffering=0)
    except FileNotFoundError as error:
        error.strerror = f"{error.strerror}{meant(path)}"
        raise


# What else than a path a str may be, and what to do with it.
OTHERWISE: Final = (
    (
        re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://"),
        "addresses are not opened; pass a file object, such as "
        "urllib.request.urlopen(...) returns",
    ),
    (re.compile(r"-\Z"), "sys.stdin.buffer is the standard input"),
    (re.compile(r"~"), "os.path.expanduser(path) replaces the ~"),
    (re.compile(r".*[*?\[]"), "glob=True takes a path for a pattern"),
    (re.compile(r"(?!.*\.\w+\Z)[^/\\]*[,;\t|][^/\\]*\Z"), "parse_csv reads text"),
)


def meant(path: str) -> str:
    """Return what to say about a path that leads nowhere, if it looks like no path."""
    for pattern, advice in OTHERWISE:
        if pattern.match(path):
            return f" ({advice})"
    return ""


def changed(before: os.stat_result, after: os.stat_result) -> bool:
    """Return whether the content of an open file may have changed.

    Its status also changes when another file is put in its place; that shows in the
    count of its links and does no harm.
    """
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return True
    replaced = before.st_nlink != after.st_nlink
    return before.st_ctime_ns != after.st_ctime_ns and not replaced


@contextmanager
def open_buffer(buffer: Buffer, path: str | None = None) -> Iterator[NativeSource]:
    """Hold memory so that nobody resizes it; used in place if it is one piece."""
    if isinstance(buffer, bytes):
        yield NativeSource(buffer, 0, path)
        return
    if isinstance(buffer, np.ndarray) and buffer.dtype != np.uint8:
        raise TypeError(
            f"an array of text must be of uint8, got {buffer.dtype}; "
            "view it as uint8 if its bytes are the text"
        )
    with memoryview(buffer) as view:  # type: ignore[arg-type]
        if view.itemsize != 1:
            raise TypeError(
                f"a buffer of text must be of bytes, got items of {view.itemsize} "
                "bytes; memoryview(...).cast('B') if its bytes are the text"
            )
        in_place = view.c_contiguous and view.format == "B"
        yield NativeSource(view if in_place else view.tobytes(), 0, path)


@contextmanager
def open_content(content: object, name: object) -> Iterator[NativeSource]:
    """Take what a file object's ``read`` returned."""
    path = name if isinstance(name, str) else None
    if isinstance(content, str):
        yield NativeSource(content, 0, path)
    elif isinstance(content, (bytes, bytearray, memoryview)):
        with open_buffer(content, path) as opened:
            yield opened
    else:
        raise TypeError(
            f"read() of a source must return bytes or str, got {type(content).__name__}"
        )


def text_source(
    text: str, of_bytes: str = "read_csv", form: ContentForm = DEFAULT_FORM
) -> NativeSource:
    """Take text; what is not text is pointed to the function for that."""
    if not isinstance(text, str):
        raise TypeError(
            f"text must be str, got {type(text).__name__}; "
            f"{of_bytes} takes bytes, buffers and file objects"
        )
    return in_plain(NativeSource(text, 0), form, False)
