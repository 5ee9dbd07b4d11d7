"""Which dialect a text has: candidates, and the one that the text agrees with best."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

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
# A single quote at the start of a field, as far as can be told.
OPENS: Final = re.compile(rb"(?:^|[,;\t|~^: \x01\x1f\xa6])'", re.MULTILINE)
LINE_BREAKS: Final = (b"\n", b"\r", b"\n ", b"\n\t")

# The runner-up has to be clearly worse.
CLEAR: Final = 0.9
# Below that, what was found is nothing but chance.
LEAST: Final = 0.05


def delimiters_in(text: bytes) -> list[str]:
    """Return the delimiters that a text has."""
    return [delimiter for delimiter in DELIMITERS if occurs(delimiter, text)]


def occurs(delimiter: str, text: bytes) -> bool:
    if delimiter == WHITESPACE:
        return b" " in text or b"\t" in text
    return delimiter.encode() in text


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
    lines = max(text.count(b"\n"), text.count(b"\r"), 1)
    comments = []
    for comment in COMMENTS:
        if comment not in text:
            continue
        first = sum(text.count(end + comment) for end in LINE_BREAKS)
        first += text.startswith(comment)
        apart = text.count(b" " + comment) + text.count(b"\t" + comment)
        within = text.count(comment) - first - apart
        if first and within < 0.5 * lines:
            comments.append(comment.decode())
    return comments


def candidates(
    text: bytes, delimiters: Sequence[str], known: Mapping[str, Any]
) -> Iterator[list[Candidate]]:
    """Yield for each delimiter the candidates that differ in all the rest."""
    quotes: list[str | None] = ['"']
    if b"'" in text and OPENS.search(text):
        quotes.append("'")
    is_escaped = b"\\" in text and ESCAPES.search(text)
    escapes = [None, ESCAPE] if is_escaped else [None]
    comments = [None, *comments_in(text)]
    if "quotechar" in known:
        quotes = [known["quotechar"]]
    if "escapechar" in known:
        escapes = [known["escapechar"]]
    if "comment" in known:
        comments = [known["comment"]]
    for delimiter in delimiters:
        made = [
            Candidate(delimiter, quote, escape, comment, known.get("lineterminator"))
            for comment in comments
            for quote in quotes
            for escape in escapes
            if comment is None or not delimiter.startswith(comment)
        ]
        yield [candidate for candidate in made if candidate.makes_sense()]


def best_of(
    group: Sequence[Candidate], text: bytes, at_end: bool, any_quote: bool
) -> Survey | None:
    """Return the best survey of one delimiter; of equal ones the first."""
    best: Survey | None = None
    for candidate in group:
        made = Survey(candidate, text, at_end)
        if best is None or made.score > best.score * 1.0001:
            best = made
    if best is not None and any_quote and contradicts(best):
        unquoted = Survey(replace(best.candidate, quotechar=None), text, at_end)
        if unquoted.score > best.score * 1.0001:
            best = unquoted
    return best


def contradicts(found: Survey) -> bool:
    """Return whether quotes may be text, as they do not open and close fields."""
    if found.candidate.quotechar is None:
        return False
    broken = bool(np.any(found.looks & Look.BROKEN))
    return found.open or broken


def choose(
    text: bytes,
    at_end: bool,
    delimiters: Sequence[str] | None,
    known: Mapping[str, Any],
) -> list[Survey]:
    """Return what each delimiter makes of a text, the best first.

    A file of one column is what a delimiter makes of it that does not occur.
    """
    if delimiters is None:
        tried = [*delimiters_in(text), absent_delimiter(text)]
    else:
        tried = [d for d in delimiters if occurs(d, text)] or list(delimiters)
    surveys = []
    for group in candidates(text, list(dict.fromkeys(tried)), known):
        best = best_of(group, text, at_end, "quotechar" not in known)
        if best is not None:
            surveys.append(best)
    surveys.sort(key=lambda made: -made.score)
    return surveys


def same_reading(one: Survey, other: Survey) -> bool:
    """Return whether two candidates find the same cells."""
    return np.array_equal(one.fields, other.fields) and np.array_equal(
        one.begins, other.begins
    )
