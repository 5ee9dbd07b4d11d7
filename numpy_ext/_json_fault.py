"""What is said about a value that JSON has no text for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numpy_ext.errors import JsonError

if TYPE_CHECKING:
    from numpy_ext._json_source import Document

__all__ = ["Fault", "fault_error", "joined_index", "surrogate_error"]

Fault = tuple[int, int, int, int, int]

NAN, BIG, TEXT = 701, 702, 703

MESSAGES = {
    NAN: "{value} is no JSON number",
    BIG: "{value} is beyond 2**53, where doubles skip integers",
}
HINTS = {
    NAN: "nan='null', or nan='literal' for readers that take it",
    BIG: "big_ints='number', or big_ints='string'",
}


def fault_error(document: Document, fault: Fault) -> JsonError:
    """Return the error about a value that the C library could not write."""
    code, section_number, column_number, row, number = fault
    section = document.sections[section_number]
    leaf = section.leaves[column_number]
    inner = np.unravel_index(number, leaf.inner)
    details = {
        "code": f"NX{code}",
        "index": section.row.index(row, inner),
        "column": leaf.path or None,
        "dtype": leaf.dtype,
    }
    if code != TEXT:
        item = leaf.item(row, number)
        return JsonError(
            MESSAGES[code].format(value=item),
            value=str(item),
            hint=HINTS[code],
            **details,
        )
    text = leaf.text(row, number)
    if isinstance(text, int):
        return JsonError(f"{text:#x} is no code point", value=f"{text:#x}", **details)
    if isinstance(text, str):
        return surrogate_error(text, **details)
    return JsonError(
        f"{shown(text)} is not UTF-8",
        value=ascii(text),
        hint="text, as np.char.decode(a, 'latin-1') makes it of such bytes",
        **details,
    )


def surrogate_error(text: str, **details: Any) -> JsonError:
    """Return the error about text that UTF-8 cannot say."""
    details.setdefault("code", f"NX{TEXT}")
    return JsonError(
        f"{shown(text)} has a lone surrogate, which UTF-8 has no form for",
        value=ascii(text),
        **details,
    )


def joined_index(index: tuple[Any, ...]) -> int | tuple[int, ...] | None:
    """Return an index as errors have it."""
    if not index:
        return None
    plain = tuple(int(i) for i in index)
    return plain[0] if len(plain) == 1 else plain


def shown(text: str | bytes) -> str:
    """Return text in ASCII, cut to size."""
    return ascii(text if len(text) <= 40 else text[:40]) + "..." * (len(text) > 40)
