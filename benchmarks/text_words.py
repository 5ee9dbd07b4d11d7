"""Rows of words, and of what a call costs, for `./dev bench text`."""

from collections.abc import Callable
from typing import Any

import numpy as np
import rust_peer
from contests import Contest, Row

import numpy_ext as npx
from numpy_ext import ufuncs

__all__ = ["ROWS"]

WORDS = 1_000_000
FEW = 10
PLAIN = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor"
FOREIGN = (
    "año größer été œuvre Привет мир слово \u3042\u3044 \u4e16\u754c tempor elit sed"
)


def some_words(vocabulary: str, n: int) -> list[str]:
    chosen = np.random.default_rng(1).choice(vocabulary.split(), n)
    return [str(word) for word in chosen]


def one_text(vocabulary: str) -> Callable[[int], Contest]:
    """Return what makes a text of n words and the ways to count them."""

    def make(items: int) -> Contest:
        text = " ".join(some_words(vocabulary, items))
        calls: dict[str, Callable[[], Any]] = {
            "word_count": lambda: npx.word_count(text),
            "len(text.split())": lambda: len(text.split()),
        }
        rust = rust_peer.load(build_it=items >= WORDS)
        if rust is not None:
            calls["Rust split_whitespace"] = lambda: rust.word_count(text)
        return Contest(items, calls, int)

    return make


def many_texts(items: int) -> Contest:
    """Texts of one to nine words."""
    import polars as pl

    words = some_words(PLAIN, 9 * items)
    texts = [" ".join(words[9 * i : 9 * i + 1 + i % 9]) for i in range(items)]
    strings = np.array(texts, dtype=np.dtypes.StringDType())
    fixed = np.array(texts)
    series = pl.Series(texts)
    calls: dict[str, Callable[[], Any]] = {
        "StringDType": lambda: npx.word_count(strings),
        "U": lambda: npx.word_count(fixed),
        "list of str": lambda: npx.word_count(texts),
        "list comprehension": lambda: [len(text.split()) for text in texts],
        "polars count_matches": lambda: series.str.count_matches(r"\S+"),
        "polars split": lambda: series.str.split(" ").list.len(),
    }
    return Contest(items, calls, lambda counts: [int(count) for count in counts])


def call(of_ten: Callable[..., Any], *arrays: Any) -> Callable[[int], Contest]:
    """Return what makes a call with ten items, and calls of NumPy's to compare it with.

    Of those, np.vecdot is a generalized ufunc, which NumPy does more for.
    """

    def make(_: int) -> Contest:
        numbers = np.arange(float(FEW))
        return Contest(
            1,
            {
                "ours": lambda: of_ten(*arrays),
                "np.sqrt": lambda: np.sqrt(numbers),
                "np.vecdot": lambda: np.vecdot(numbers, numbers),
            },
            repr,
            unlike=frozenset({"np.sqrt", "np.vecdot"}),
        )

    return make


BYTES = np.array([b"item %d" % i for i in range(FEW)])
STRINGS = BYTES.astype(np.dtypes.StringDType())
NUMBERS = np.arange(FEW)
FLOATS = np.arange(float(FEW))
TEXTS = npx.to_text(FLOATS)
SEED = np.zeros((), dtype=np.uint64)
BARS = {
    "ufunc": {"np.sqrt": 0.67},
    "function": {"np.sqrt": 0.33},
    "generalized ufunc": {"np.vecdot": 0.5},  # ten digests take as long as its call
}


def overhead(name: str, kind: str, make: Callable[[int], Contest]) -> Row:
    what = f"One call of {name}, a {kind}, with ten items"
    return Row(f"call {name}", what, make, 1, BARS[kind], repeats=20_000)


ROWS = [
    Row(
        "words",
        "Words of a text of 1,000,000",
        one_text(PLAIN),
        WORDS,
        {"len(text.split())": 40, "Rust split_whitespace": 10},
        repeats=10,
    ),
    Row(
        "words-utf8",
        "Words of a text of 1,000,000 that is not ASCII, its UTF-8 made before",
        one_text(FOREIGN),
        WORDS,
        {"len(text.split())": 40, "Rust split_whitespace": 10},
        repeats=10,
    ),
    Row(
        "words-100k",
        "Words of each of 100,000 texts",
        many_texts,
        100_000,
        {"list comprehension": 10, "polars count_matches": 10, "polars split": 10},
    ),
    overhead("ufuncs.word_count S", "ufunc", call(ufuncs.word_count, BYTES)),
    overhead("ufuncs.word_count T", "ufunc", call(ufuncs.word_count, STRINGS)),
    overhead("ufuncs.hash64 S", "ufunc", call(ufuncs.hash64, BYTES, SEED)),
    overhead("ufuncs.hash64 T", "ufunc", call(ufuncs.hash64, STRINGS, SEED)),
    overhead("ufuncs.hash64 int", "ufunc", call(ufuncs.hash64, NUMBERS, SEED)),
    overhead("word_count T", "function", call(npx.word_count, STRINGS)),
    overhead("hash64 T", "function", call(npx.hash64, STRINGS)),
    overhead("hash64 int", "function", call(npx.hash64, NUMBERS)),
    overhead("to_text", "function", call(npx.to_text, FLOATS)),
    overhead("from_text", "function", call(npx.from_text, TEXTS, np.float64)),
    overhead("factorize int", "function", call(npx.factorize, NUMBERS)),
    overhead("factorize T", "function", call(npx.factorize, STRINGS)),
    overhead("value_counts T", "function", call(npx.value_counts, STRINGS)),
    overhead("Pattern.search T", "function", call(npx.Pattern("7").search, STRINGS)),
    overhead("Pattern.count T", "function", call(npx.Pattern(r"\w+").count, STRINGS)),
    overhead("sha256_hex S", "function", call(npx.sha256_hex, BYTES)),
    overhead("ufuncs.sha256 S", "generalized ufunc", call(ufuncs.sha256, BYTES)),
    overhead("sha256 S", "generalized ufunc", call(npx.sha256, BYTES)),
]
