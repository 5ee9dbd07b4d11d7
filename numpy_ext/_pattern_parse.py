"""Which expressions are simple enough for C, and what they are made of.

This reads expressions that `re` has compiled already, so they are valid. It knows
literals, character classes, greedy repetition, groups that are not repeated, and
anchors at both ends. Whatever else there is stays with `re`: there is no need to
understand it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from numpy_ext import _native
from numpy_ext._pattern_sets import Bits, CharClass, class_bits, overlap

__all__ = ["Group", "Pieces", "Plan", "Unsupported", "plan_of"]

Group = tuple[int, int]
"""The parts of a group: the first one, and the one behind its last."""

Pieces = tuple[bytes | Group, ...]
"""What replaces a match: texts and groups."""

MOST_PARTS: Final = 32
MOST_REPETITIONS: Final = 1000  # of all parts with a bound, together
UNKNOWN_FLAGS: Final = ~(re.UNICODE | re.ASCII | re.IGNORECASE | re.DOTALL)

CONTROLS: Final = dict(zip("ntrfva", "\n\t\r\f\v\a", strict=True))
HEX_DIGITS: Final = {"x": 2, "u": 4, "U": 8}
SPECIAL: Final = ".^$*+?{}[]\\|()"
QUANTIFIERS: Final = "*+?{"
REPEATED: Final = re.compile(r"\{(?:([0-9]+)(?:(,)([0-9]*))?|,([0-9]+))\}")
GROUP_OPENS: Final = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
AT_START: Final = {"^": 1, r"\A": 2}
AT_END: Final = {"$": 1, r"\Z": 2}


class Unsupported(Exception):
    """An expression that is left to `re`."""


class Plan(NamedTuple):
    """What runs in C for an expression."""

    engine: str
    native: object
    groups: tuple[Group, ...]
    """Of the whole match, and then those of the expression."""
    found: tuple[Group, ...]
    """Those that `re.findall` tells of."""


@dataclass(frozen=True)
class Atom:
    """A character class with how often it is repeated."""

    of: CharClass
    least: int
    most: int | None
    members: Bits | int = -1
    """Its bits, or a character that stands for itself."""


class Reader:
    """An expression while it is read, and the atoms and groups read so far."""

    def __init__(self, text: str, is_text: bool, dot_is_all: bool) -> None:
        self.text = text
        self.place = 0
        self.is_text = is_text
        self.dot_is_all = dot_is_all
        self.at_start = False
        self.end = ""
        self.atoms: list[Atom] = []
        self.starts: list[int] = []
        self.ends: dict[int, int] = {}
        self.open: list[int | None] = []

    def peek(self, n: int = 1) -> str:
        return self.text[self.place : self.place + n]

    def take(self, n: int = 1) -> str:
        taken = self.text[self.place : self.place + n]
        if len(taken) < n:
            raise Unsupported
        self.place += n
        return taken

    def read(self) -> None:
        for start, size in AT_START.items():
            if self.peek(size) == start:
                self.take(size)
                self.at_start = True
                break
        while self.place < len(self.text):
            rest = self.text[self.place :]
            if rest in AT_END:
                self.end = self.take(len(rest))
            elif rest[0] == "(":
                self.open_group()
            elif rest[0] == ")":
                self.close_group()
            else:
                self.read_atom()
        if self.open or not self.atoms:
            raise Unsupported

    def open_group(self) -> None:
        opening = GROUP_OPENS.match(self.text, self.place)
        if opening is None:
            raise Unsupported
        self.place = opening.end()
        if opening[0] == "(?:":
            self.open.append(None)
        else:
            self.open.append(len(self.starts))
            self.starts.append(len(self.atoms))

    def close_group(self) -> None:
        self.take()
        number = self.open.pop()
        if number is not None:
            self.ends[number] = len(self.atoms)
        if self.peek() and self.peek() in QUANTIFIERS:
            raise Unsupported

    def read_atom(self) -> None:
        begin = self.place
        first = self.take()
        if first == "[":
            of = self.read_set()
        elif first == ".":
            newline = () if self.dot_is_all else ((10, 10),)
            of = CharClass("", newline, negated=True)
        elif first == "\\":
            of = self.read_escape()
        elif first in SPECIAL:
            raise Unsupported
        else:
            of = CharClass("", ((ord(first), ord(first)),))
        of = replace(of, source=self.text[begin : self.place])
        self.atoms.append(Atom(of, *self.read_repetition()))

    def read_escape(self) -> CharClass:
        letter = self.take()
        if letter in "dswDSW":
            return CharClass("", categories=letter)
        point = self.escaped(letter)
        return CharClass("", ((point, point),))

    def escaped(self, letter: str) -> int:
        """Return the code point that a backslash and this letter begin."""
        if letter in CONTROLS:
            return ord(CONTROLS[letter])
        if letter in HEX_DIGITS and (self.is_text or letter == "x"):
            return int(self.take(HEX_DIGITS[letter]), 16)
        if letter.isascii() and letter.isalnum():
            raise Unsupported
        return ord(letter)

    def read_set(self) -> CharClass:
        negated = self.peek() == "^"
        self.take(int(negated))
        ranges: list[tuple[int, int]] = []
        categories = ""
        first = True
        while (letter := self.take()) != "]" or first:
            if letter in "[]&~|" or (letter == "-" and not self.is_dash_alone(first)):
                raise Unsupported  # nested sets, or what may become operators
            first = False
            if letter == "\\" and self.peek() and self.peek() in "dswDSW":
                categories += self.take()
                continue
            low = high = self.set_member(letter)
            if self.peek() == "-" and self.peek(2) != "-]":
                self.take()
                high = self.set_member(self.take())
            ranges.append((low, high))
        return CharClass("", tuple(ranges), categories, negated)

    def is_dash_alone(self, first: bool) -> bool:
        return first or self.peek() == "]"

    def set_member(self, letter: str) -> int:
        return self.escaped(self.take()) if letter == "\\" else ord(letter)

    def read_repetition(self) -> tuple[int, int | None]:
        sign = self.peek()
        if not sign or sign not in QUANTIFIERS:
            return 1, 1
        if sign == "{":
            counted = REPEATED.match(self.text, self.place)
            if counted is None:
                raise Unsupported
            self.place = counted.end()
            least, most = counts(counted)
        else:
            self.take()
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        if (self.peek() and self.peek() in QUANTIFIERS) or most == 0:
            raise Unsupported  # lazy, possessive
        return least, most


def counts(counted: re.Match[str]) -> tuple[int, int | None]:
    least, comma, most, only_most = counted.groups()
    if only_most is not None:
        return 0, int(only_most)
    if comma is None:
        return int(least), int(least)
    return int(least), int(most) if most else None


def plan_of(compiled: "re.Pattern[Any]") -> Plan | None:
    """Return how an expression runs in C, or None if it is left to `re`."""
    try:
        return make_plan(compiled)
    except Unsupported:
        return None


def make_plan(compiled: "re.Pattern[Any]") -> Plan:
    expression, flags = compiled.pattern, compiled.flags
    if flags & UNKNOWN_FLAGS:
        raise Unsupported
    is_text = isinstance(expression, str)
    text = expression if is_text else expression.decode("latin-1")
    reader = Reader(text, is_text, bool(flags & re.DOTALL))
    reader.read()
    if len(reader.starts) != compiled.groups:
        raise Unsupported
    atoms = [with_members(atom, is_text, flags) for atom in reader.atoms]
    if not is_deterministic(atoms):
        raise Unsupported
    groups = [(0, len(atoms))]
    groups += [(start, reader.ends[i]) for i, start in enumerate(reader.starts)]
    seams = {edge for group in groups for edge in group}
    parts, sets, part_of = merged(atoms, seams, is_text)
    if len(parts) > MOST_PARTS:
        raise Unsupported
    native = _native.pattern_compile(
        is_text,
        reader.at_start,
        AT_END[reader.end] if reader.end else 0,
        tuple(parts),
        tuple(sets),
    )
    engine = "sequence"
    if len(parts) == 1:
        engine = "literal" if len(parts[0]) == 1 else "class"
    spans = tuple((part_of[a], part_of[b]) for a, b in groups)
    return Plan(engine, native, spans, spans[1:] or spans)


def with_members(atom: Atom, is_text: bool, flags: int) -> Atom:
    """Return the atom with what is in it; refuse a character that has no UTF-8."""
    character = atom.of.character
    if character is not None and (0xD800 <= character < 0xE000 or character > 0x10FFFF):
        raise Unsupported  # has no UTF-8
    if character is not None and not flags & re.IGNORECASE:
        return replace(atom, members=character)
    bits = class_bits(atom.of, is_text, flags)
    alone = character is not None and int(bits[character >> 3]) == 1 << (character & 7)
    if alone and character is not None and not bits[bits != 0][1:].size:
        return replace(atom, members=character)  # case makes no difference to it
    return replace(atom, members=bits)


def is_deterministic(atoms: list[Atom]) -> bool:
    """Tell whether greedy repetition finds a match wherever backtracking finds one.

    It does if no atom that may be longer or shorter could take what may come next.
    """
    bounds = [atom.most for atom in atoms if atom.most is not None and atom.most > 1]
    least = [atom.least for atom in atoms]
    if sum(bounds) > MOST_REPETITIONS or max(least) > MOST_REPETITIONS:
        return False
    return not any(
        overlap(atom.members, follower.members)
        for i, atom in enumerate(atoms)
        if atom.least != atom.most
        for follower in followers(atoms, i)
    )


def followers(atoms: list[Atom], place: int) -> Iterator[Atom]:
    """Yield the atoms that may come next after one."""
    for follower in atoms[place + 1 :]:
        yield follower
        if follower.least > 0:
            return


Part = tuple[bytes] | tuple[int, int, int | None]


def merged(
    atoms: list[Atom], seams: set[int], is_text: bool
) -> tuple[list[Part], list[bytes], dict[int, int]]:
    """Return parts, their sets, and the number of the part that an atom begins.

    Characters beside each other become one literal, unless a group begins or ends
    between them.
    """
    parts: list[Part] = []
    sets: list[bytes] = []
    part_of: dict[int, int] = {}
    for place, atom in enumerate(atoms):
        is_character = isinstance(atom.members, int) and atom.most == atom.least == 1
        last = parts[-1] if parts else None
        if is_character and last is not None and len(last) == 1 and place not in seams:
            parts[-1] = (last[0] + encoded(atom.members, is_text),)
            continue
        part_of[place] = len(parts)
        if is_character:
            parts.append((encoded(atom.members, is_text),))
            continue
        bits = bits_of(atom.members, is_text)
        if bits not in sets:
            sets.append(bits)
        parts.append((sets.index(bits), atom.least, atom.most))
    part_of[len(atoms)] = len(parts)
    return parts, sets, part_of


def encoded(character: Any, is_text: bool) -> bytes:
    return chr(character).encode("utf-8" if is_text else "latin-1")


def bits_of(members: Bits | int, is_text: bool) -> bytes:
    if not isinstance(members, int):
        return members.tobytes()
    bits = bytearray(0x110000 // 8 if is_text else 32)
    bits[members >> 3] = 1 << (members & 7)
    return bytes(bits)
