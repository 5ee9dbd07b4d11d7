r"""What replaces a match: text, and groups as ``\1`` or ``\g<name>``."""

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["pieces_of"]

MOST_PIECES: Final = 64
ESCAPE: Final = re.compile(r"\\(?:(\\)|(n)|(t)|([1-9])(?![0-9])|g<(\w+)>)")


def pieces_of(
    template: str | bytes, groups: int, names: Mapping[str, int]
) -> tuple[bytes | int, ...] | None:
    r"""Return a template as texts and numbers of groups; None where `re` reads it."""
    is_text = isinstance(template, str)
    codec = "utf-8" if is_text else "latin-1"
    text = template if isinstance(template, str) else template.decode(codec)
    pieces: list[bytes | int] = []
    place = 0
    try:
        while (backslash := text.find("\\", place)) >= 0:
            escape = ESCAPE.match(text, backslash)
            if escape is None:
                return None
            pieces.append(text[place:backslash].encode(codec))
            piece = meaning(escape, groups, names)
            if piece is None:
                return None
            pieces.append(piece)
            place = escape.end()
        pieces.append(text[place:].encode(codec))
    except UnicodeEncodeError:
        return None
    kept = tuple(piece for piece in pieces if piece != b"")
    return kept if len(kept) <= MOST_PIECES else None


def meaning(
    escape: re.Match[str], groups: int, names: Mapping[str, int]
) -> bytes | int | None:
    """Return the text or the number of the group that an escape means."""
    backslash, newline, tab, digit, name = escape.groups()
    if backslash or newline or tab:
        return b"\\" if backslash else b"\n" if newline else b"\t"
    reference = digit or name
    if reference.isdecimal() and reference.isascii():
        number = int(reference)
        return number if number <= groups else None
    return names.get(reference)
