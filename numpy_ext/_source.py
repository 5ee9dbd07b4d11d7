"""Where CSV text may come from, as the C library wants it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["CsvSource", "NativeSource", "open_source"]


class Readable(Protocol):
    """A file object: binary or text."""

    def read(self) -> bytes | str:
        """Return all that is left."""


Buffer: TypeAlias = bytes | bytearray | memoryview | npt.NDArray[np.uint8]
CsvSource: TypeAlias = str | os.PathLike[str] | Buffer | Readable

EXCERPT_BYTES = 60


@dataclass(frozen=True)
class NativeSource:
    """A source the C library can read: a descriptor with a size, text, or a buffer."""

    content: Any
    size: int
    path: str | None = None

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

    def _bytes(self, start: int, stop: int) -> bytes:
        if isinstance(self.content, int):
            os.lseek(self.content, start, os.SEEK_SET)
            return os.read(self.content, stop - start)
        if isinstance(self.content, str):
            return self.content.encode()[start:stop]
        return bytes(memoryview(self.content).cast("B")[start:stop])


@contextmanager
def open_source(source: CsvSource) -> Iterator[NativeSource]:
    """Open what a user may pass as a source; what is opened here is closed at exit."""
    if isinstance(source, (str, os.PathLike)):
        with open_path(os.fspath(source)) as opened:
            yield opened
    elif isinstance(source, (bytes, bytearray, memoryview, np.ndarray)):
        yield buffer_source(source)
    elif hasattr(source, "read"):
        yield content_source(source.read(), getattr(source, "name", None))
    else:
        yield buffer_source(view_of(source))


def view_of(source: Any) -> memoryview:
    """Return the memory of any object that offers it, an `mmap.mmap` for example."""
    try:
        return memoryview(source)
    except TypeError:
        raise TypeError(
            "source must be a path, bytes, a buffer or a file object, "
            f"got {type(source).__name__}"
        ) from None


@contextmanager
def open_path(path: str) -> Iterator[NativeSource]:
    """Open a file; a regular one must be the same before and after."""
    if isinstance(path, str) and "\n" in path:
        raise ValueError(
            "a path with a line break in it; use parse_csv to read text, "
            "or pathlib.Path for such a path"
        )
    with open(path, "rb", buffering=0) as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            yield NativeSource(file.readall(), 0, path)
            return
        yield NativeSource(file.fileno(), before.st_size, path)
        after = os.fstat(file.fileno())
        if fingerprint(before) != fingerprint(after):
            raise OSError(f"{path!r} was changed while it was read")


def fingerprint(status: os.stat_result) -> tuple[int, int, int]:
    """Return what changes with a file's content."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def buffer_source(
    buffer: bytes | bytearray | memoryview | npt.NDArray[Any],
) -> NativeSource:
    """Take bytes from memory, in place if they lie in one piece."""
    if isinstance(buffer, np.ndarray):
        if buffer.dtype != np.uint8:
            raise TypeError(
                f"an array of CSV text must be of uint8, got {buffer.dtype}; "
                "view it as uint8 if its bytes are the text"
            )
        return NativeSource(np.ascontiguousarray(buffer), 0)
    if isinstance(buffer, memoryview) and not buffer.c_contiguous:
        return NativeSource(buffer.tobytes(), 0)
    return NativeSource(buffer, 0)


def content_source(content: object, name: object) -> NativeSource:
    """Take what a file object's ``read`` returned."""
    if not isinstance(content, (str, bytes, bytearray, memoryview)):
        raise TypeError(
            f"read() of a source must return bytes or str, got {type(content).__name__}"
        )
    return NativeSource(content, 0, name if isinstance(name, str) else None)


def text_source(text: str) -> NativeSource:
    """Take text; what is not text is pointed to read_csv."""
    if not isinstance(text, str):
        raise TypeError(
            f"text must be str, got {type(text).__name__}; "
            "read_csv takes bytes, buffers and file objects"
        )
    return NativeSource(text, 0)
