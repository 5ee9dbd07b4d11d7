"""The first part of a source, and the source as it was before."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple, cast

from numpy_ext._codecs import new_decompressor, read_frame, zip_errors, zstd_library
from numpy_ext._compression import (
    MAC_FOLDER,
    MAGIC,
    decompressed,
    format_of,
)
from numpy_ext._compression import MAGIC_BYTES as START_BYTES
from numpy_ext._source import (
    Buffer,
    CsvSource,
    NativeSource,
    has_memory,
    is_path,
    joined,
    opened_file,
)

__all__ = ["Begin", "Replay", "begin_of", "repeatable"]


class Begin(NamedTuple):
    """The first bytes of what a source holds, decompressed; or text."""

    data: bytes
    at_end: bool
    is_text: bool = False
    path: str | None = None


class Replay:
    """The content of a source that could be read once, to be read again."""

    def __init__(self, content: bytes | str, name: object) -> None:
        self.content = content
        if isinstance(name, str):
            self.name = name

    def read(self) -> bytes | str:
        """Return all of it."""
        return self.content


def repeatable(source: CsvSource) -> CsvSource:
    """Return a source that can be looked at before it is read.

    What can be read once is read; that happens anyway.
    """
    if is_path(source):
        path = os.fsdecode(source)
        if "\n" not in path and is_once(path):
            with open(path, "rb", buffering=0) as file:
                return Replay(file.readall(), path)
        return source
    if has_memory(source) or isinstance(source, Replay):
        return source
    if hasattr(source, "read"):
        if is_seekable(source):
            return source
        return Replay(source.read(), getattr(source, "name", None))
    if is_pieces(source) and not isinstance(source, Sequence):
        return joined(cast("Iterable[Buffer]", source))
    return source


def is_once(path: str) -> bool:
    """Return whether what a path leads to can be read only once, as a pipe is."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False  # opening it tells what is wrong


def begin_of(source: CsvSource, most: int, compression: str | None) -> Begin:
    """Return the first `most` bytes of what a source holds; it stays as it was.

    Raises
    ------
    ValueError
        If the source can be read only once.
    CompressionError
        If it is compressed and broken from the start.
    """
    if isinstance(source, str) and "\n" in source:
        raise ValueError(
            "a path with a line break in it; sniff_csv(io.StringIO(text)) sniffs text, "
            "and takes a pathlib.Path for such a path"
        )
    if is_path(source):
        return begin_of_file(os.fsdecode(source), most, compression)
    if has_memory(source):
        view = memoryview(source).cast("B")  # type: ignore[arg-type]
        data = bytes(view[:most])
        packed = is_compressed(data, None, compression) is not None
        rest = io.BytesIO(view) if packed else None
        return opened(data, len(view) <= most, rest, None, most, compression)
    if isinstance(source, Replay):
        return begin_of_content(source.content, most, compression)
    if hasattr(source, "read"):
        return begin_of_object(source, most, compression)
    if isinstance(source, Sequence) and len(source) and is_path(source[0]):
        return begin_of_file(os.fsdecode(source[0]), most, compression)
    if isinstance(source, Sequence):
        return begin_of_content(bytes(joined(source)), most, compression)
    if is_pieces(source):
        raise ValueError(
            "an iterator can be read only once; read it first: b''.join(source)"
        )
    raise TypeError(
        "source must be a path, bytes, a buffer or a file object, "
        f"or a list of bytes, got {type(source).__name__}"
    )


def is_pieces(source: object) -> bool:
    return isinstance(source, Iterable) and not isinstance(source, (Mapping, Set))


def is_seekable(source: Any) -> bool:
    seekable = getattr(source, "seekable", None)
    if not callable(seekable) or not seekable():
        return False
    try:
        source.tell()
    except OSError:
        return False  # a text file whose lines are iterated over
    return True


def begin_of_file(path: str, most: int, compression: str | None) -> Begin:
    with opened_file(path) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError(
                f"{path!r} can be read only once; read it first: "
                "open(path, 'rb').read()"
            )
        with io.BufferedReader(file) as buffered:
            data = buffered.read(most)
            at_end = len(data) < most or not buffered.read(1)
            return opened(data, at_end, buffered, path, most, compression)


def begin_of_object(source: Any, most: int, compression: str | None) -> Begin:
    """Look at a file object, and go back to where it was."""
    if not is_seekable(source):
        raise ValueError(
            "a source that cannot seek can be read only once; read it first: "
            "source.read()"
        )
    place = source.tell()
    try:
        content = source.read(most)
        more = bool(source.read(1))
        if isinstance(content, str):
            return Begin(content.encode("utf-8", "replace"), not more, True)
        data = bytes(content)
        return opened(data, not more, source, None, most, compression, place)
    finally:
        source.seek(place)


def begin_of_content(content: bytes | str, most: int, compression: str | None) -> Begin:
    if isinstance(content, str):
        return Begin(content[:most].encode(), len(content) <= most, True)
    data = content[:most]
    return opened(
        data, len(content) <= most, io.BytesIO(content), None, most, compression
    )


# ---- Compressed sources ----------------------------------------------------


def is_compressed(data: bytes, path: str | None, compression: str | None) -> str | None:
    return format_of(data[:START_BYTES], path, compression)


def opened(
    data: bytes,
    at_end: bool,
    file: Any,
    path: str | None,
    most: int,
    compression: str | None,
    place: int = 0,
) -> Begin:
    """Return what the first bytes of a source hold; a file has them at a place."""
    name = is_compressed(data, path, compression)
    if name is None:
        return Begin(data, at_end, path=path)
    text = begin_of_zip(file, most) if name == "zip" else first_part(data, name, most)
    if not text:  # it holds nothing, or is broken from the start, which this tells
        file.seek(place)
        content = NativeSource(file.read(), 0, path)
        text = decompressed(content, name, path, None, 1).tobytes()
    whole = at_end and len(text) <= most
    return Begin(text[:most], whole, path=path)


def begin_of_zip(file: Any, most: int) -> bytes:
    """Return the first bytes of the one file of an archive; nothing if it is broken.

    Reading it tells what is wrong, which is not the business of a look.
    """
    import zipfile

    errors: tuple[type[Exception], ...] = (*zip_errors(), RuntimeError)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = [
                info
                for info in archive.infolist()
                if not info.is_dir() and not info.filename.startswith(MAC_FOLDER)
            ]
            if len(infos) != 1:
                return b""
            with archive.open(infos[0]) as member:
                return member.read(most + 1)
    except errors:
        return b""


def first_part(data: bytes, name: str, most: int) -> bytes:
    """Return what comes out of the first bytes of a stream, at most most + 1 bytes."""
    if name == "zstd":
        return first_frames(data, most)
    text = bytearray()
    rest: bytes = data
    while len(text) <= most and rest.startswith(MAGIC[name]):
        decompressor = new_decompressor(name)
        piece = rest
        try:
            while len(text) <= most and not decompressor.eof:
                made = decompressor.decompress(piece, most + 1 - len(text))
                text += made
                piece = decompressor.rest()
                if not decompressor.eof and decompressor.needs_input():
                    return bytes(text)
        except decompressor.errors:
            return bytes(text)
        rest = decompressor.unused_data if decompressor.eof else b""
    return bytes(text)


def first_frames(data: bytes, most: int) -> bytes:
    library = zstd_library()
    text = bytearray()

    def room() -> int:
        return max(most + 1 - len(text), 1)

    try:
        for piece in read_frame(library, memoryview(data), room):
            text += piece
            if len(text) > most:
                break
    except (library.ZstdError, EOFError):
        pass
    return bytes(text)
