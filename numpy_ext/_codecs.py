"""The libraries that decompress, by one interface: the quickest that is installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

__all__ = [
    "gzip_module",
    "new_decompressor",
    "read_frame",
    "zip_errors",
    "zstd_library",
]


def new_decompressor(name: str) -> Deflate | Other:
    """Return what decompresses one member of gzip, bz2 or xz."""
    if name == "gzip":
        return Deflate()
    if name == "bz2":
        module = import_module("bz2")
        return Other(module.BZ2Decompressor(), (OSError, ValueError))
    module = import_module("lzma")
    made = module.LZMADecompressor(format=module.FORMAT_XZ)
    return Other(made, (module.LZMAError,))


class Deflate:
    """A member of gzip, checked against the CRC and the length at its end."""

    def __init__(self) -> None:
        module = gzip_module()
        self._object = module.decompressobj(31)
        self.errors: tuple[type[Exception], ...] = (module.error,)
        self._full = False

    @property
    def eof(self) -> bool:
        return bool(self._object.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._object.unused_data)

    def decompress(self, data: bytes | memoryview, most: int) -> bytes:
        text: bytes = self._object.decompress(data, most)
        self._full = len(text) == most
        return text

    def rest(self) -> bytes:
        """Return what has to be given again."""
        return bytes(self._object.unconsumed_tail)

    def needs_input(self) -> bool:
        """Return whether nothing comes out without more; text may be held back."""
        return not self._full and not self._object.unconsumed_tail


class Other:
    """A member of bz2 or xz."""

    def __init__(self, made: Any, errors: tuple[type[Exception], ...]) -> None:
        self._object = made
        self.errors = errors

    @property
    def eof(self) -> bool:
        return bool(self._object.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._object.unused_data)

    def decompress(self, data: bytes | memoryview, most: int) -> bytes:
        text: bytes = self._object.decompress(data, most)
        return text

    def rest(self) -> bytes:
        """Return what has to be given again: it keeps that itself."""
        return b""

    def needs_input(self) -> bool:
        return bool(self._object.needs_input)


def find_gzip() -> Any:
    """Return ISA-L, zlib-ng or zlib, which have the same calls."""
    for name in ("isal.isal_zlib", "zlib_ng.zlib_ng"):
        try:
            return import_module(name)
        except ImportError:
            continue
    return import_module("zlib")


gzip_module = cache(find_gzip)


def find_zstd() -> Any:
    """Return compression.zstd of Python 3.14, or the package zstandard."""
    for name in ("compression.zstd", "zstandard"):
        try:
            return import_module(name)
        except ImportError:
            continue
    raise ImportError(
        "zstd needs Python 3.14 or the package zstandard: "
        "pip install 'numpy-ext-kernels[compression]'"
    )


zstd_library = cache(find_zstd)


def read_frame(
    library: Any, frame: memoryview, room: Callable[[], int]
) -> Iterator[bytes]:
    """Yield what a whole frame of zstd holds, at most `room()` bytes at a time."""
    if hasattr(library, "ZstdDecompressionReader"):  # zstandard
        with library.ZstdDecompressor().stream_reader(frame) as reader:
            while text := reader.read(room()):
                yield text
        return
    decompressor = library.ZstdDecompressor()
    text = decompressor.decompress(frame, max_length=room())
    while text:
        yield text
        if decompressor.eof:
            return
        text = decompressor.decompress(b"", max_length=room())


def zip_errors() -> tuple[type[Exception], ...]:
    """Return what the modules behind zipfile raise for damage of any kind."""
    import struct
    import zipfile
    import zlib

    errors = (zipfile.BadZipFile, zlib.error, struct.error)
    lzma = sys.modules.get("lzma")  # Python can be built without it
    others = () if lzma is None else (lzma.LZMAError,)
    return (*errors, *others, EOFError, OSError, ValueError)
