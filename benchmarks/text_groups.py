"""Rows of equal items and word frequencies for `./dev bench text`.

Peers are imported by the rows that need them: who reads the list of rows needs none.
"""

import string
from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import rust_peer
from contests import Contest, Row

import numpy_ext as npx

__all__ = ["ROWS", "english_like"]

VOCABULARY = 20_000


def english_like(words: int) -> list[str]:
    """Return words of 1 to 12 letters, few of them often and most of them seldom."""
    rng = np.random.default_rng(1)
    letters = np.array(list(string.ascii_lowercase))
    known = [
        "".join(rng.choice(letters, size)) for size in rng.integers(1, 13, VOCABULARY)
    ]
    ranks = np.minimum(rng.zipf(1.2, words) - 1, VOCABULARY - 1)
    return [known[rank] for rank in ranks]


def factorized(groups: int, scattered: bool) -> Any:
    def make(items: int) -> Contest:
        import pandas as pd

        values = np.random.default_rng(2).integers(0, groups, items)
        if scattered:
            values *= np.int64(0x1E3779B97F4A7C15)  # keys all over the range
        return Contest(
            items,
            {
                "factorize": lambda: npx.factorize(values),
                "pandas factorize": lambda: pd.factorize(values),
            },
            lambda result: (result[0].tolist(), result[1].tolist()),
        )

    return make


def counted(items: int) -> Contest:
    import pandas as pd
    import polars as pl

    words = english_like(items)
    strings = np.array(words, dtype=np.dtypes.StringDType())
    fixed = np.array(words)
    series = pd.Series(words)
    objects = pd.Series(words, dtype=object)
    column = pl.Series("words", words)

    def by_polars() -> tuple[list[str], npt.NDArray[Any]]:
        found = column.value_counts(sort=True)
        return found["words"].to_list(), found["count"].to_numpy()

    return Contest(
        items,
        {
            "StringDType": lambda: npx.value_counts(strings),
            "U": lambda: npx.value_counts(fixed),
            "pandas str": lambda: series.value_counts(),
            "pandas object": lambda: objects.value_counts(),
            "polars": by_polars,
            "Counter": lambda: Counter(words),
        },
        count_by_word,
    )


def count_by_word(result: Any) -> dict[str, int]:
    """Return frequencies in one form: not all have the same order of ties."""
    if isinstance(result, dict):
        return dict(result)
    is_series = hasattr(result, "index") and hasattr(result, "to_numpy")
    words, counts = (result.index, result.to_numpy()) if is_series else result
    return dict(zip(map(str, words), counts.tolist(), strict=True))


def most_common(items: int) -> Contest:
    text = " ".join(english_like(items))
    rust = rust_peer.load()
    calls: dict[str, Any] = {
        "WordCounter": lambda: npx.WordCounter(text).most_common(10),
        "Counter": lambda: Counter(text.split()).most_common(10),
    }
    if rust is not None:
        calls["rust"] = lambda: rust.most_common(text, 10)
    # Which of several words of one frequency come tenth is left to the Rust code.
    return Contest(items, calls, lambda result: [count for _, count in result])


ROWS = [
    Row("factorize-1k", "2M int64 of 1,000 values", factorized(1000, False),
        2_000_000, {"pandas factorize": 5}),
    Row("factorize-1M", "2M int64 of 1,000,000 values", factorized(1_000_000, False),
        2_000_000, {"pandas factorize": 5}),
    Row("factorize-1k-scattered", "2M int64 of 1,000 values all over the range",
        factorized(1000, True), 2_000_000, {"pandas factorize": 5}),
    Row("factorize-1M-scattered", "2M int64 of 1,000,000 values all over the range",
        factorized(1_000_000, True), 2_000_000, {"pandas factorize": 5}),
    Row("value_counts", "how often each of 1M words occurs", counted, 1_000_000,
        {"pandas str": 5, "pandas object": 5}),
    Row("most_common", "the 10 most frequent words of a text of 1M words", most_common,
        1_000_000, {"Counter": 12, "rust": 4}),
    Row("most_common-2", "the same on 2 threads", most_common, 1_000_000, threads=2),
]  # fmt: skip
