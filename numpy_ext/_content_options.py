"""The options about what the bytes of a source are: encoding and compression."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Final

from numpy_ext._choices import choice, one_of
from numpy_ext._compression import COMPRESSIONS
from numpy_ext._encoding import ERRORS, MARKED

__all__ = ["compression_name", "encoding_errors_name", "encoding_name"]

# What others call the ways to compress.
OTHER_COMPRESSIONS: Final = {
    "gz": "gzip",
    "bgzip": "gzip",
    "bzip2": "bz2",
    "lzma": "xz",
    "zst": "zstd",
    "auto": "infer",
}


def encoding_name(option: str, value: object) -> str:
    """Return Python's name for an encoding of text."""
    if not isinstance(value, str):
        raise TypeError(f"{option} must be a str, got {value!r}")
    if value.lower() in ("utf8-lossy", "utf-8-lossy"):
        raise ValueError(
            f"{option} must be 'utf-8', got {value!r}; encoding_errors='replace' is "
            "what other readers call lossy"
        )
    try:
        codec = codecs.lookup(value)
    except (LookupError, ValueError):
        raise ValueError(
            f"{option} must be an encoding of Python such as 'utf-8', 'latin-1', "
            f"'cp1252' or 'utf-16', got {value!r}"
        ) from None
    name = codec.name
    if codec.incrementaldecoder is None or codec.incrementalencoder is None:
        raise ValueError(
            f"{option} must be an encoding that works piece by piece, which {value!r} "
            "does not; decode the text before, and parse_csv it"
        )
    try:
        is_text = isinstance(codec.incrementaldecoder(MARKED).decode(b"a"), str)
    except Exception:
        is_text = False
    if not is_text:
        raise ValueError(f"{option} must be one of text, got {value!r}")
    return "utf-8" if name == "utf-8-sig" else name


def encoding_errors_name(option: str, value: object) -> str:
    """Refuse what would lose bytes, or what no string of UTF-8 can hold."""
    if value in ("surrogateescape", "surrogatepass"):
        raise ValueError(
            f"{option} must be {one_of(ERRORS)}, got {value!r}: strings are UTF-8, "
            "which has no surrogates; encoding='latin-1' keeps every byte"
        )
    return choice(option, value, ERRORS)


def compression_name(option: str, value: object) -> str | None:
    if value is None:
        return None
    other = OTHER_COMPRESSIONS.get(value) if isinstance(value, str) else None
    if other is not None:
        raise ValueError(f"{option} must be {other!r}, got {value!r}")
    if isinstance(value, Mapping):
        raise TypeError(f"{option} must be a str or None, got {value!r}")
    return choice(option, value, COMPRESSIONS)
