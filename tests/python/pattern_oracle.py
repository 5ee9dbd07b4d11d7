"""Expressions to draw, and what Pattern must give: every method of re, item by item."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import strategies as st

import numpy_ext as npx

StringDType = np.dtypes.StringDType

# Characters of expressions and texts: cases beyond ASCII (the Kelvin sign, the long s,
# the Turkish i), digits and spaces beyond ASCII, NUL and newline.
LETTERS = "abkKsSi-_ 1é\u0130\u0131\u017f\u212a\u0663\u2003\x1c\0\n😀"

CLASSES = [
    r"\d",
    r"\w",
    r"\s",
    r"\D",
    r"\W",
    r"\S",
    ".",
    "[ab]",
    "[^ab]",
    "[a-z]",
    "[^a-zA-Z0-9]",
    r"[\w-]",
    r"[^\s\d]",
    r"[\-\]k]",
    r"[\x00-\x1f]",
    "[é-\u0131]",
    "[s]",
    "[^\n]",
    "[K-]",
]
REPEATS = ["", "", "", "+", "*", "?", "{2}", "{1,2}", "{2,}", "{,2}"]
OUTSIDE = ["|", "+?", "*+", r"\b", "(?=a)", r"(?:a|b)", "(a)?", r"(a)\1", "$", "^"]


def atoms():
    characters = st.sampled_from(LETTERS).map(re.escape)
    return st.one_of(characters, characters, st.sampled_from(CLASSES))


@st.composite
def expressions(draw):
    """Draw an expression, mostly of what may run in C."""
    pieces = []
    for _ in range(draw(st.integers(1, 4))):
        piece = draw(atoms()) + draw(st.sampled_from(REPEATS))
        wrap = draw(st.sampled_from(["{}", "{}", "{}", "({})", "(?:{})", "(?P<g>{})"]))
        if wrap == "(?P<g>{})" and any("?P<g>" in p for p in pieces):
            wrap = "({})"
        pieces.append(wrap.replace("{}", piece, 1))
    if draw(st.integers(0, 3)) == 0:
        place = draw(st.integers(0, len(pieces)))
        pieces.insert(place, draw(st.sampled_from(OUTSIDE)))
    start = draw(st.sampled_from(["", "", "", "^", r"\A"]))
    end = draw(st.sampled_from(["", "", "", "$", r"\Z"]))
    return start + "".join(pieces) + end


FLAGS = st.sampled_from(
    [0, 0, 0, re.I, re.A, re.I | re.A, re.S, re.M, re.X, re.I | re.S]
)
TEXTS = st.lists(st.text(LETTERS, max_size=8), min_size=1, max_size=12)


def compiled_or_none(expr, flags):
    try:
        return re.compile(expr, flags)
    except (re.error, RecursionError):
        return None


def by_item(matches: npx.Matches) -> list[list]:
    """Return the matches of each item, as re.findall gives them."""
    values = matches.values.tolist()
    if matches.values.ndim == 2:
        values = [tuple(row) for row in values]
    offsets = matches.offsets.tolist()
    assert offsets[0] == 0
    assert offsets[-1] == len(values)
    return [values[a:b] for a, b in itertools.pairwise(offsets)]


def group_of(match, group):
    return None if match is None else match.group(group)


def assert_like_re(pattern: npx.Pattern, items: np.ndarray) -> None:
    """Compare every method with re, for items of any dtype and shape."""
    expr = re.compile(pattern.pattern, int(pattern.flags))
    texts = items.ravel().tolist()
    shape = items.shape

    def flat(result, dtype):
        assert result.shape == shape
        assert result.dtype == dtype
        return result.ravel().tolist()

    for name in ("search", "match", "fullmatch"):
        found = flat(getattr(pattern, name)(items), np.bool_)
        assert found == [getattr(expr, name)(text) is not None for text in texts], name
    counts = flat(pattern.count(items), np.int64)
    assert counts == [sum(1 for _ in expr.finditer(text)) for text in texts]

    def holds(values):  # results that arrays of strings can keep
        if isinstance(pattern.pattern, bytes):
            return not any(value.endswith(b"\0") for value in values if value)
        return not any("\ud800" <= c < "\ue000" for v in values if v for c in v)

    kept = "T" if isinstance(pattern.pattern, str) else "S"
    every = [expr.findall(text) for text in texts]
    flat_values = [
        v for e in every for x in e for v in (x if isinstance(x, tuple) else (x,))
    ]
    if holds(flat_values):
        matches = pattern.findall(items)
        assert by_item(matches) == every
        assert matches.values.dtype.kind == kept
        assert matches.rows.tolist() == [i for i, e in enumerate(every) for _ in e]
    for group in range(expr.groups + 1):
        expected = [group_of(expr.search(text), group) for text in texts]
        if holds(expected):
            extracted = pattern.extract(items, group)
            assert isinstance(extracted, np.ma.MaskedArray)
            assert extracted.shape == shape
            assert extracted.dtype.kind == kept
            assert extracted.ravel().tolist() == expected
    for repl in ("<>", r"[\g<0>]", "", r"\1-\n", r"\g<g>\\"):
        for count in (0, 1, 2):
            given_repl = repl if kept == "T" else repl.encode()
            try:
                expr.sub(given_repl, given_repl[:0])  # valid, also for no items
                expected = [expr.sub(given_repl, text, count=count) for text in texts]
            except (re.error, IndexError) as error:
                with pytest.raises(type(error)):
                    pattern.replace(items, given_repl, count)
                continue
            if holds(expected):
                replaced = pattern.replace(items, given_repl, count)
                assert replaced.shape == shape
                assert replaced.dtype.kind == kept
                assert replaced.ravel().tolist() == expected
