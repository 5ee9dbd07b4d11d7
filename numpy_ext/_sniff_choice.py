"""Which dialect a text has: candidates, and the one that the text agrees with best."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from numpy_ext._dialect import WHITESPACE
from numpy_ext._sniff_survey import Candidate, Look, Survey

__all__ = ["choose", "delimiters_in"]

# In the order in which they are preferred where they read a text alike.
DELIMITERS: Final = (
    *(",", ";", "\t", "|", "||", "|~|", "~|~", "::", ";;", "~~", "^^", "^|^", "~", "^"),
    *("\x01", "\x1f", "\x1e", "\x02", "¦", "§", ":", " ", WHITESPACE),
)
QUOTES: Final = ('"', "'", None)
ESCAPE: Final = "\\"
COMMENTS: Final = (b"#", b"//", b"%", b"--", b";", b"!")

# A backslash before what has to be escaped, and not for the sake of it.
ESCAPES: Final = re.compile(rb"""\\(?:["'\r\n\t,;|:~^ ]|\\["'])""")
# A quote at the start of a field, as far as can be told.
OPENS: Final = {
    b"'": re.compile(rb"(?:^|[,;\t|~^: \x01\x1f\xa6])'", re.MULTILINE),
}
LINE_STARTS: Final = re.compile(rb"(?:\A|[\r\n])[ \t]*(#|//|%|--|;|!)")

# The runner-up has to be clearly worse.
CLEAR: Final = 0.9
# Below that, what was found is nothing but chance.
LEAST: Final = 0.05


def delimiters_in(text: bytes) -> list[str]:
    """Return the delimiters that a text has."""
    found = []
    for delimiter in DELIMITERS:
        if delimiter == WHITESPACE:
            if b" " in text or b"\t" in text:
                found.append(delimiter)
        elif delimiter.encode() in text:
            found.append(delimiter)
    return found


def absent_delimiter(text: bytes) -> str:
    """Return a delimiter that a text does not have, for a file of one column."""
    for delimiter in (",", ";", "\t", "|", "\x1f"):
        if delimiter.encode() not in text:
            return delimiter
    return ","


def comments_in(text: bytes) -> list[str]:
    """Return what lines of a text begin with that may be a comment.

    What many lines have further on is none, unless behind a blank: it would cut them.
    """
    found = Counter(match[1] for match in LINE_STARTS.finditer(text))
    lines = max(text.count(b"\n"), text.count(b"\r"), 1)
    comments = []
    for comment in COMMENTS:
        apart = text.count(b" " + comment) + text.count(b"\t" + comment)
        within = text.count(comment) - found[comment] - apart
        if found[comment] and within < 0.5 * lines:
            comments.append(comment.decode())
    return comments


def candidates(
    text: bytes, delimiters: Sequence[str], terminator: str | None
) -> Iterator[list[Candidate]]:
    """Yield for each delimiter the candidates that differ in all the rest."""
    quotes: list[str | None] = ['"']
    if OPENS[b"'"].search(text):
        quotes.append("'")
    escapes = [None, ESCAPE] if ESCAPES.search(text) else [None]
    comments = [None, *comments_in(text)]
    for delimiter in delimiters:
        yield [
            Candidate(delimiter, quote, escape, comment, terminator)
            for comment in comments
            for quote in quotes
            for escape in escapes
            if comment is None or not delimiter.startswith(comment)
        ]


def best_of(group: Sequence[Candidate], text: bytes, at_end: bool) -> Survey | None:
    """Return the best survey of candidates of one delimiter; the first of equal ones."""
    best: Survey | None = None
    for candidate in group:
        made = Survey(candidate, text, at_end)
        if best is None or made.score > best.score * 1.0001:
            best = made
    if best is not None and contradicts(best, text):
        unquoted = Survey(replace(best.candidate, quotechar=None), text, at_end)
        if unquoted.score > best.score * 1.0001:
            best = unquoted
    return best


def contradicts(found: Survey, text: bytes) -> bool:
    """Return whether quotes may be text, as they do not open and close fields."""
    if found.candidate.quotechar is None:
        return False
    broken = bool(np.any(found.looks & Look.BROKEN))
    return found.open or broken


def choose(
    text: bytes,
    at_end: bool,
    delimiters: Sequence[str] | None,
    terminator: str | None,
) -> list[Survey]:
    """Return what each delimiter makes of a text, the best first.

    A file of one column is what a delimiter makes of it that does not occur.
    """
    tried = delimiters_in(text) if delimiters is None else list(delimiters)
    if delimiters is None:
        tried.append(absent_delimiter(text))
    surveys = []
    for group in candidates(text, list(dict.fromkeys(tried)), terminator):
        best = best_of(group, text, at_end)
        if best is not None:
            surveys.append(best)
    surveys.sort(key=lambda made: -made.score)
    return surveys


def same_reading(one: Survey, other: Survey) -> bool:
    """Return whether two candidates find the same cells."""
    return np.array_equal(one.fields, other.fields) and np.array_equal(
        one.begins, other.begins
    )
