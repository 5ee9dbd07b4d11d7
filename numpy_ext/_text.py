"""Text on one line: escaped, measured and cut as a terminal shows it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

__all__ = ["clipped", "escaped", "in_line", "padded", "text_width", "wrapped"]

ELLIPSIS: Final = "..."

# Joiners between letters and between emoji; invisible, so they stay only in a script
# or an emoji that needs them.
JOINERS: Final = "\u200c\u200d"
LEFT_TO_RIGHT_MARK: Final = "\u200e"
ZERO_WIDTH_JOINER: Final = "\u200d"
EMOJI_STYLE: Final = "\ufe0f"


def escaped(text: str) -> str:
    """Return a text in which nothing moves the cursor, hides or turns the line.

    Characters that Python does not call printable become escapes: controls, line and
    paragraph separators, marks that change the direction of writing, spaces other
    than " ", and what has no character assigned.
    """
    if text.isprintable():
        return text
    shown = []
    before = ""
    for character in text:
        joins = character in JOINERS and before > "\x7f"
        plain = joins or character.isprintable()
        shown.append(character if plain else ascii(character)[1:-1])
        before = character
    return "".join(shown)


def in_line(text: str) -> str:
    """Return an escaped text that leaves what stands beside it where it is.

    Letters written from right to left would turn the numbers and blanks around them.
    """
    if text.isascii() or not any(map(is_right_to_left, text)):
        return text
    return f"{LEFT_TO_RIGHT_MARK}{text}{LEFT_TO_RIGHT_MARK}"


def is_right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL", "AN")


def text_width(text: str) -> int:
    """Return how many cells of a terminal an escaped text takes."""
    return len(text) if text.isascii() else sum(widths(text))


def widths(text: str) -> Iterator[int]:
    """Yield what each character adds to the width of a text."""
    previous = 2  # cells of the last character that takes any
    joined = False
    for character in text:
        width = 0 if joined else character_width(character)
        joined = character == ZERO_WIDTH_JOINER and previous == 2
        if previous == 2 and "\U0001f3fb" <= character <= "\U0001f3ff":
            width = 0  # the colour of its skin
        yield width if character != EMOJI_STYLE else 2 - previous
        previous = 2 if character == EMOJI_STYLE else width or previous


def character_width(character: str) -> int:
    """Return 0 for what sits on the character before, 2 for wide ones, else 1."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if "\u1160" <= character <= "\u11ff":  # vowels and finals of a Hangul syllable
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def clipped(text: str, limit: int) -> str:
    """Return a text escaped and, where it is wider than a limit, cut."""
    shown = escaped(text[: 4 * limit])  # the rest is cut off in any case, or combines
    if len(text) <= 4 * limit and text_width(shown) <= limit:
        return shown
    room = limit - len(ELLIPSIS)
    for end, width in enumerate(widths(shown)):
        room -= width
        if room < 0:
            return shown[:end] + ELLIPSIS
    return shown + ELLIPSIS


def padded(text: str, width: int, right: bool = False) -> str:
    """Return a text filled with spaces to a width."""
    space = " " * (width - text_width(text))
    return space + text if right else text + space


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text broken at spaces, all but the first one indented."""
    lines = [""]
    for word in text.split(" "):
        line = f"{lines[-1]} {word}" if lines[-1] else word
        if text_width(line) > width and lines[-1].strip():
            lines.append("  " + word)
        else:
            lines[-1] = line
    return lines
