"""Where lines of JSON go: files at a path, replaced as a whole, and file objects."""

from __future__ import annotations

import io
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Writable", "open_target"]


class Writable:
    """What takes bytes, all of them."""

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[Any], Any]) -> None:
        self._write = write

    def write_all(self, data: bytes) -> None:
        """Write bytes; a raw file may take some of them at a time."""
        rest = memoryview(data)
        while rest:
            count = self._write(rest)
            if not isinstance(count, int) or count >= len(rest):
                return
            rest = rest[count:]


@contextmanager
def open_target(target: Any) -> Iterator[Writable]:
    """Open what a user may pass as a target."""
    if hasattr(target, "write"):
        if isinstance(target, io.TextIOBase):
            raise TypeError(
                "target must be a binary file object, which takes bytes: open it "
                "with 'wb'"
            )
        yield Writable(target.write)
        return
    if not isinstance(target, (str, os.PathLike)):
        raise TypeError(
            "target must be a path or a binary file object, got "
            f"{type(target).__name__}"
        )
    path = os.path.realpath(os.fspath(target))
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with open(path, "wb", buffering=0) as file:
            yield Writable(file.write)
        return
    with replacing(path, mode) as file:
        yield Writable(file.write)


@contextmanager
def replacing(path: str, mode: int | None) -> Iterator[io.FileIO]:
    """Open a file beside a path, which takes its place if all goes well."""
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(4)}.part")
    file = open(beside, "xb", buffering=0)  # noqa: SIM115
    try:
        with file:
            yield file
            if mode is not None:
                os.chmod(beside, stat.S_IMODE(mode))
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
