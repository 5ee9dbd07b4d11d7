"""Files that nobody wants to meet, at any size: what they are, and what is held.

Each is written piece by piece, so that making it takes no memory.
"""

import gzip
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["CASES", "Case"]

MB = 10**6
MILLION = 10**6
PIECE = 1 << 20


@dataclass(frozen=True)
class Case:
    name: str
    what: str
    pieces: Callable[[float], Iterator[bytes]]
    """The content, for a share of the full size."""
    options: dict[str, Any] = field(default_factory=dict)
    code: str | None = None
    """Of the error that there has to be."""
    linear: bool = True
    most_mib: float | None = None
    """The memory that the process may take in all."""
    packed: str | None = None
    peers: bool = True

    def write(self, path: Path, share: float) -> None:
        """Write the file for a share of the full size."""
        if self.packed == "zip":
            with (
                zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
                archive.open("bomb.csv", "w", force_zip64=True) as member,
            ):
                member.writelines(self.pieces(share))
        elif self.packed == "gzip":
            with gzip.open(path, "wb", compresslevel=1) as packed:
                packed.writelines(self.pieces(share))
        else:
            with path.open("wb") as file:
                file.writelines(self.pieces(share))

    @property
    def suffix(self) -> str:
        return {None: ".csv", "gzip": ".csv.gz", "zip": ".csv.zip"}[self.packed]


def repeated(text: bytes, count: int) -> Iterator[bytes]:
    """Yield a text so many times."""
    at_a_time = max(1, PIECE // len(text))
    piece = text * at_a_time
    for _ in range(count // at_a_time):
        yield piece
    yield text * (count % at_a_time)


def around(
    before: bytes, text: bytes, count: int, after: bytes = b""
) -> Callable[[float], Iterator[bytes]]:
    """Return the pieces of a text repeated between two others."""

    def pieces(share: float) -> Iterator[bytes]:
        yield before
        yield from repeated(text, int(count * share))
        yield after

    return pieces


def wide(cell: bytes, rows: int, name: bytes | None = None) -> Any:
    """Return the pieces of a table of a million columns, named alike or not."""

    def pieces(share: float) -> Iterator[bytes]:
        columns = int(MILLION * share)
        if name is None:
            yield b"c0"
            for first in range(1, columns, 1000):
                some = range(first, min(first + 1000, columns))
                yield b"".join(b",c%d" % i for i in some)
        else:
            yield name
            yield from repeated(b"," + name, columns - 1)
        for _ in range(rows):
            yield b"\n" + cell
            yield from repeated(b"," + cell, columns - 1)
        yield b"\n"

    return pieces


GIB2 = 2048.0
INTEGERS = {"dtype": "int64"}

CASES = (
    Case("field", "one field of 1 GB", around(b"a,b\n1,", b"x", 1000 * MB, b"\n")),
    Case("columns", "1 M columns x 10 rows, integers", wide(b"1", 10), most_mib=GIB2),
    Case("text columns", "1 M columns x 10 rows, short strings", wide(b"abc", 10),
         most_mib=GIB2),
    Case("names", "a header of 1 M names that are all the same", wide(b"1", 1, b"x"),
         most_mib=GIB2),
    Case("empty lines", "50 M empty lines between two rows",
         around(b"a,b\n1,2\n", b"\n", 50 * MILLION, b"3,4\n")),
    Case("one line", "100 MB without a line break", around(b"", b"x", 100 * MB)),
    Case("quotes", "1 GB of quotes", around(b"", b'"', 1000 * MB)),
    Case("open quote", "a quote at byte 1 of 100 MB that is never closed",
         around(b'"', b"x,y\n", 25 * MILLION), code="NX202"),
    Case("doubled quotes", "100 MB of doubled quotes in one field",
         around(b'a,b\n1,"', b'""', 50 * MILLION, b'"\n')),
    Case("bad cells", "10 M records with a bad cell each, collected",
         around(b"a,b\n", b"x,1\n", 10 * MILLION),
         {**INTEGERS, "on_error": "collect"}, peers=False),
    Case("bad cells, 1000", "the same, of which 1000 are let through",
         around(b"a,b\n", b"x,1\n", 10 * MILLION),
         {**INTEGERS, "on_error": "collect", "max_errors": 1000}, code="NX320",
         linear=False, most_mib=256, peers=False),
    Case("bad cells, skipped", "the same, skipped",
         around(b"a,b\n", b"x,1\n", 10 * MILLION),
         {**INTEGERS, "on_error": "skip"}, peers=False),
    Case("left out", "1 M bad records behind a line that is left out",
         around(b"a,b\n1,2\n1,2\n1,2\n", b"x,1\n", MILLION),
         {**INTEGERS, "on_error": "collect", "skiprows": [3]}, peers=False),
    Case("comments", "100 MB of comments before a row and a header",
         around(b"", b"# nothing\n", 10 * MILLION, b"a,b\n1,2\n"), {"comment": "#"},
         peers=False),
    Case("NUL", "100 MB of NUL bytes", around(b"", b"\0", 100 * MB)),
    Case("thousands", "one number of 100 MB with separators of thousands",
         around(b"a;b\n1", b",000", 25 * MILLION, b";2\n"),
         {"delimiter": ";", "thousands": ","}, peers=False),
    Case("one byte", "a file of one byte", around(b"x", b"\n", 0), linear=False),
    Case("gzip bomb", "1 GB in a gzip stream of 1 to 10 MB; max_decompressed=10 MB",
         around(b"a\n", b"0", 1000 * MB), {"max_decompressed": 10 * MB},
         code="NX804", linear=False, most_mib=256, packed="gzip", peers=False),
    Case("zip bomb", "the same in a zip archive",
         around(b"a\n", b"0", 1000 * MB), {"max_decompressed": 10 * MB},
         code="NX804", linear=False, most_mib=256, packed="zip", peers=False),
)  # fmt: skip
