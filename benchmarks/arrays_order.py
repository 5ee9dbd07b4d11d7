"""Rows of sorted strings and orders by several keys for `./dev bench arrays`.

Peers are imported by the rows that need them: who reads the list of rows needs none.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from contests import Contest, Row

import numpy_ext as npx

__all__ = ["ROWS"]

Array = npt.NDArray[Any]
STRING = np.dtypes.StringDType()
MILLION = 1_000_000


def names(items: int) -> list[str]:
    numbers = np.random.default_rng(1).integers(0, 10**9, items)
    return [f"user_{number}" for number in numbers]


def paths(items: int) -> list[str]:
    numbers = np.random.default_rng(2).integers(0, 10**9, items)
    return [f"/srv/data/archive/{n % 50}/file-{n}.parquet" for n in numbers]


def words(items: int) -> list[str]:
    rng = np.random.default_rng(3)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    known = ["".join(rng.choice(letters, size)) for size in rng.integers(1, 13, 20_000)]
    return [known[i] for i in rng.integers(0, len(known), items)]


def texts_of(result: Any) -> list[str]:
    return [text.decode() if isinstance(text, bytes) else str(text) for text in result]


def sorted_strings(make: Callable[[int], list[str]], dtype: Any) -> Any:
    def contest(items: int) -> Contest:
        import polars as pl

        texts = make(items)
        array = np.array(texts, dtype=dtype)
        series = pl.Series(texts)
        return Contest(
            items,
            {
                "sort": lambda: npx.sort(array),
                "np.sort stable": lambda: np.sort(array, kind="stable"),
                "polars sort": series.sort,
            },
            texts_of,
        )

    return contest


def ordered_strings(items: int) -> Contest:
    import polars as pl

    texts = names(items)
    array = np.array(texts, dtype=STRING)
    series = pl.Series(texts)
    return Contest(
        items,
        {
            "argsort": lambda: npx.argsort(array),
            "np.argsort stable": lambda: np.argsort(array, kind="stable"),
            "polars arg_sort": series.arg_sort,
        },
        lambda result: array[np.asarray(result, dtype=np.int64)].tolist(),
    )


def two_keys(wide: bool) -> Any:
    def contest(items: int) -> Contest:
        rng = np.random.default_rng(4)
        group = rng.integers(0, 1000, items)
        value = rng.random(items) if wide else rng.integers(0, 100_000, items)
        return Contest(
            items,
            {
                "lexsort": lambda: npx.lexsort((value, group)),
                "np.lexsort": lambda: np.lexsort((value, group)),
            },
            np.ndarray.tolist,
        )

    return contest


def best(k: int) -> Any:
    def contest(items: int) -> Contest:
        values = np.random.default_rng(5).random(items)

        def by_partition() -> tuple[Array, Array]:
            found = np.argpartition(values, -k)[-k:]
            found = found[np.argsort(-values[found], kind="stable")]
            return values[found], found

        return Contest(
            items,
            {
                "top_k": lambda: npx.top_k(values, k),
                "np.argpartition": by_partition,
                "np.argsort": lambda: (values, np.argsort(-values, kind="stable")[:k]),
            },
            lambda result: result[1].tolist(),
        )

    return contest


def ranked(items: int) -> Contest:
    import pandas as pd
    import polars as pl

    values = np.random.default_rng(6).random(items)
    series, column = pd.Series(values), pl.Series(values)
    return Contest(
        items,
        {
            "rank": lambda: npx.rank(values),
            "pandas rank": series.rank,
            "polars rank": column.rank,
        },
        lambda result: np.asarray(result).tolist(),
    )


def looked_up(ascending: bool) -> Any:
    def contest(items: int) -> Contest:
        rng = np.random.default_rng(7)
        known, wanted = np.sort(rng.random(items)), rng.random(items)
        wanted = np.sort(wanted) if ascending else wanted
        return Contest(
            items,
            {
                "searchsorted": lambda: npx.searchsorted(known, wanted),
                "np.searchsorted": lambda: np.searchsorted(known, wanted),
            },
            np.ndarray.tolist,
        )

    return contest


def sorted_table(items: int) -> Contest:
    import polars as pl

    rng = np.random.default_rng(8)
    columns = {
        "city": np.array(words(items), dtype=STRING),
        "visits": rng.integers(0, 1000, items),
        "high": rng.random(items),
        "low": rng.random(items),
        "day": rng.integers(0, 10_000, items).astype("M8[D]"),
    }
    table = npx.Table.from_dict(columns)
    pandas, polars = table.to_pandas(), pl.DataFrame(table)
    keys = ["city", "visits"]

    def low_values(result: Any) -> list[float]:
        lows: list[float] = np.asarray(result["low"]).tolist()
        return lows

    return Contest(
        items,
        {
            "sort_by": lambda: table.sort_by(*keys),
            "pandas sort_values": lambda: pandas.sort_values(keys, kind="stable"),
            "polars sort": lambda: polars.sort(keys, maintain_order=True),
        },
        low_values,
    )


ROWS = [
    Row("sort StringDType", "1M names of 14 characters",
        sorted_strings(names, STRING), MILLION,
        {"np.sort stable": 4, "polars sort": 3}),
    Row("sort U", "the same as U", sorted_strings(names, "U"), MILLION,
        {"np.sort stable": 3}),
    Row("sort S", "the same as S", sorted_strings(names, "S"), MILLION,
        {"np.sort stable": 3}),
    Row("sort words", "1M of 20,000 words, StringDType", sorted_strings(words, STRING),
        MILLION, {"np.sort stable": 4}),
    Row("sort paths", "1M paths that begin alike, StringDType",
        sorted_strings(paths, STRING), MILLION, {"np.sort stable": 2.5}),
    Row("argsort StringDType", "the order of 1M names", ordered_strings,
        MILLION,
        {"np.argsort stable": 5, "polars arg_sort": 3}),
    Row("lexsort", "1M rows by one of 1000 numbers and a float64", two_keys(True),
        MILLION, {"np.lexsort": 4}),
    Row("lexsort integers", "1M rows by two integers", two_keys(False), MILLION,
        {"np.lexsort": 4}),
    Row("top_k 10", "the 10 largest of 1M float64", best(10), MILLION,
        {"np.argpartition": 1.5, "np.argsort": 20}),
    Row("top_k 1000", "the 1000 largest of 1M float64", best(1000), MILLION,
        {"np.argpartition": 1.3}),
    Row("rank", "1M float64", ranked, MILLION, {"pandas rank": 3, "polars rank": 1}),
    Row("searchsorted", "1M random float64 in 1M", looked_up(False), MILLION,
        {"np.searchsorted": 2}),
    Row("searchsorted ascending", "1M sorted float64 in 1M", looked_up(True), MILLION,
        {"np.searchsorted": 1.5}),
    Row("sort_by", "a table of 1M rows and 5 columns by a word and a number",
        sorted_table, MILLION, {"pandas sort_values": 4, "polars sort": 1}),
]  # fmt: skip
