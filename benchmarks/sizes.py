"""Array calls and what one would write instead, for any number of items."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from text_groups import english_like

import numpy_ext as npx

__all__ = ["PAIRS", "SIZES", "Call", "Pair", "refuse_wrong_results"]

Call = Callable[[], Any]

SIZES = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000)
STRING = np.dtypes.StringDType()


@dataclass(frozen=True)
class Pair:
    """Two calls for the same thing."""

    ours: str
    other: str
    make: Callable[[int], tuple[Call, Call]]
    """Makes both for a number of items."""
    ours_plain: Callable[[Any], object]
    """Turns what ours returns into something that `==` compares, and ..."""
    other_plain: Callable[[Any], object]
    """... what the other one does."""


def refuse_wrong_results(pair: Pair, calls: tuple[Call, Call], items: int) -> None:
    """Stop unless both calls of a pair, for so many items, have the same result."""
    ours, other = calls
    if pair.ours_plain(ours()) != pair.other_plain(other()):
        raise SystemExit(
            f"nothing is timed, {pair.ours} and {pair.other} differ for {items} items"
        )


def words(n: int) -> tuple[list[str], Any]:
    texts = english_like(4 * n)
    items = [" ".join(texts[4 * i : 4 * i + 4]) for i in range(n)]
    return items, np.array(items, dtype=STRING)


def word_counts(n: int) -> tuple[Call, Call]:
    items, array = words(n)
    return (
        lambda: npx.word_count(array),
        lambda: np.array([len(item.split()) for item in items]),
    )


def frequencies(n: int) -> tuple[Call, Call]:
    text = " ".join(english_like(n))
    return (
        lambda: npx.WordCounter(text).most_common(10),
        lambda: Counter(text.split()).most_common(10),
    )


def digests(n: int) -> tuple[Call, Call]:
    items = [f"item {i}".encode() for i in range(n)]
    array = np.array(items)
    return (
        lambda: npx.sha256(array),
        lambda: [hashlib.sha256(item).digest() for item in items],
    )


def numbers_to_text(n: int) -> tuple[Call, Call]:
    array = np.random.default_rng(1).random(n)
    return lambda: npx.to_text(array), lambda: array.astype(STRING)


def text_to_numbers(n: int) -> tuple[Call, Call]:
    array = npx.to_text(np.random.default_rng(1).random(n))
    return lambda: npx.from_text(array, np.float64), lambda: array.astype(np.float64)


def codes_by_numpy(n: int) -> tuple[Call, Call]:
    array = np.random.default_rng(1).integers(0, 100, n)
    return (
        lambda: npx.factorize(array),
        lambda: np.unique(array, return_inverse=True),
    )


def codes_by_pandas(n: int) -> tuple[Call, Call]:
    import pandas as pd

    array = np.random.default_rng(1).integers(0, 100, n)
    return lambda: npx.factorize(array), lambda: pd.factorize(array)


def counts(n: int) -> tuple[Call, Call]:
    items = english_like(n)
    array = np.array(items, dtype=STRING)
    return lambda: npx.value_counts(array), lambda: Counter(items).most_common()


def matches(n: int) -> tuple[Call, Call]:
    items, array = words(n)
    ours, compiled = npx.Pattern(r"\w+"), re.compile(r"\w+")
    return (
        lambda: ours.count(array),
        lambda: [len(compiled.findall(item)) for item in items],
    )


def rows_of_csv(n: int) -> tuple[Call, Call]:
    text = "a,b,c\n" + "".join(f"{i},{i / 7!r},word{i}\n" for i in range(n))
    return lambda: npx.parse_csv(text), lambda: list(csv.reader(io.StringIO(text)))


# ---- What results are, whatever holds them ----


def listed(result: Any) -> object:
    return result.tolist() if isinstance(result, np.ndarray) else result


def as_floats(texts: Any) -> object:
    """Return the numbers of texts: NumPy writes some of them in another way."""
    return [float(text) for text in texts]


def hexadecimal(digests: Any) -> object:
    return [bytes(digest).hex() for digest in digests]


def decoded(result: Any) -> object:
    """Return the items that codes stand for: values are numbered in another order."""
    codes, values = result
    return values[codes].tolist()


def decoded_by_numpy(result: Any) -> object:
    return decoded(result[::-1])


def counted(result: Any) -> object:
    values, counts = result
    return list(zip(values.tolist(), counts.tolist(), strict=True))


def rows_as_text(table: Any) -> object:
    return [list(table), *([str(cell) for cell in row.values()]
                           for row in table.to_pylist())]  # fmt: skip


PAIRS = (
    Pair("word_count(array)", "[len(s.split()) for s in list]", word_counts,
         listed, listed),
    Pair("WordCounter(text).most_common(10)", "Counter(text.split()).most_common(10)",
         frequencies, listed, listed),
    Pair("sha256(array)", "[hashlib.sha256(b).digest() for b in list]", digests,
         hexadecimal, hexadecimal),
    Pair("to_text(float64)", "a.astype(StringDType())", numbers_to_text,
         as_floats, as_floats),
    Pair("from_text(a, float64)", "a.astype(float64)", text_to_numbers,
         listed, listed),
    Pair("factorize(int64)", "np.unique(a, return_inverse=True)", codes_by_numpy,
         decoded, decoded_by_numpy),
    Pair("factorize(int64)", "pd.factorize(a)", codes_by_pandas, decoded, decoded),
    Pair("value_counts(array)", "Counter(list).most_common()", counts,
         counted, listed),
    Pair(r'Pattern(r"\w+").count(array)', "[len(p.findall(s)) for s in list]", matches,
         listed, listed),
    Pair("parse_csv(text)", "list(csv.reader(...)), all text", rows_of_csv,
         rows_as_text, listed),
)  # fmt: skip
