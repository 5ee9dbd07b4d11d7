"""The types of the options, as users write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy.typing as npt

from numpy_ext.errors import CsvError

__all__ = [
    "BlankLines",
    "Column",
    "Compression",
    "DTypes",
    "Dates",
    "Decimal",
    "EncodingErrors",
    "LeadingZeros",
    "Missing",
    "OnError",
    "Progress",
    "Quoting",
    "Ragged",
    "SkipRows",
    "Strings",
    "UseCols",
    "Words",
]

# A column by name or position, or ... for all others. A mapping is invariant in its
# keys, so a union of them would refuse a dict of str.
Column: TypeAlias = Any

BlankLines: TypeAlias = bool | Literal["auto"]

# Written as unions, which is how stubtest of mypy reads a Literal of several values.
LeadingZeros: TypeAlias = Literal["string"] | Literal["int"]
Compression: TypeAlias = (
    Literal["infer"]
    | Literal["gzip"]
    | Literal["bz2"]
    | Literal["xz"]
    | Literal["zstd"]
    | Literal["zip"]
    | None
)
EncodingErrors: TypeAlias = (
    Literal["strict"] | Literal["replace"] | Literal["backslashreplace"]
)
Missing: TypeAlias = (
    Literal["auto"] | Literal["masked"] | Literal["nan"] | Literal["raise"]
)
Quoting: TypeAlias = (
    Literal["standard"] | Literal["strict"] | Literal["lenient"] | Literal["none"]
)
SkipRows: TypeAlias = int | Iterable[int] | Callable[[int], object]
Strings: TypeAlias = (
    Literal["stringdtype"] | Literal["fixed"] | Literal["bytes"] | Literal["object"]
)
Ragged: TypeAlias = (
    Literal["raise"] | Literal["pad"] | Literal["truncate"] | Literal["both"]
)
OnError: TypeAlias = (
    Literal["raise"] | Literal["skip"] | Literal["collect"] | Callable[[CsvError], None]
)
Words: TypeAlias = str | Iterable[str]
UseCols: TypeAlias = Sequence[str | int] | slice | Callable[[str], bool]
Decimal: TypeAlias = Literal["."] | Literal[","]
Dates: TypeAlias = Mapping[Column, str | None]
DTypes: TypeAlias = npt.DTypeLike | Mapping[Column, npt.DTypeLike | None]
Progress: TypeAlias = bool | Literal["auto"] | Callable[[int, int], object] | None
