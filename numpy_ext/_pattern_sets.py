"""Character classes as sets of bits, with what is in them asked of `re` itself.

Which characters are digits, spaces or parts of words, and which differ in case only,
depends on the Unicode version that this Python knows.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["CharClass", "class_bits", "overlap"]

Bits = npt.NDArray[np.uint8]

POINTS: Final = 0x110000
CASED_BELOW: Final = 0x20000  # no script with two cases stands above


@dataclass(frozen=True)
class CharClass:
    """One character class, or one character, of an expression."""

    source: str
    """As an expression of its own."""
    ranges: tuple[tuple[int, int], ...] = ()
    categories: str = ""
    """Letters of the categories in it: of dswDSW."""
    negated: bool = False

    @property
    def character(self) -> int | None:
        """The only character of the class, if it says so."""
        if self.negated or self.categories or len(self.ranges) != 1:
            return None
        low, high = self.ranges[0]
        return low if low == high else None


def class_bits(given: CharClass, is_text: bool, flags: int) -> Bits:
    """Return a bit for every code point, or every byte, that is in a class."""
    if not is_text:
        expression = re.compile(given.source.encode("latin-1"), flags)
        members = [bool(expression.match(bytes([byte]))) for byte in range(256)]
        return np.packbits(np.array(members), bitorder="little")
    found = np.zeros(POINTS, dtype=np.bool_)
    for low, high in given.ranges:
        found[low : high + 1] = True
    for letter in given.categories:
        bits = category_bits(letter.lower(), flags & re.ASCII)
        of_category = np.unpackbits(bits, bitorder="little").view(np.bool_)
        found |= of_category if letter.islower() else ~of_category
    if given.negated:
        found = ~found
    if flags & re.IGNORECASE:
        expression_of_text = re.compile(given.source, flags)
        for character in cased_characters():
            found[ord(character)] = bool(expression_of_text.match(character))
    return np.packbits(found, bitorder="little")


def new_category_bits(letter: str, flags: int) -> Bits:
    """Return a bit for every code point that the category of a letter holds."""
    points = np.arange(POINTS, dtype="<u4").tobytes()
    every = points.decode("utf-32-le", "surrogatepass")
    found = np.zeros(POINTS, dtype=np.bool_)
    for match in re.finditer(rf"\{letter}+", every, flags):
        found[match.start() : match.end()] = True
    return np.packbits(found, bitorder="little")


category_bits = lru_cache(maxsize=8)(new_category_bits)


def new_cased_characters() -> str:
    """Return the characters that IGNORECASE makes a difference to."""
    characters = map(chr, range(CASED_BELOW))
    return "".join(c for c in characters if c.lower() != c or c.upper() != c)


cased_characters = lru_cache(maxsize=1)(new_cased_characters)


def overlap(a: Bits | int, b: Bits | int) -> bool:
    """Tell whether two classes have a character in common; one may be a character."""
    if isinstance(a, int):
        a, b = b, a
    if isinstance(a, int):
        return a == b
    if isinstance(b, int):
        return bool(a[b >> 3] >> (b & 7) & 1)
    return bool((a & b).any())
