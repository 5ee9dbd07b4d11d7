"""Rows of strings in order, several keys, ranks and searches for `./dev bench arrays`.

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
    """Return names of 6 to 12 characters, some of them more than once."""
    drawn = np.random.default_rng(1).integers(0, 2 * items, items)
    return [f"user-{number}" for number in drawn.tolist()]


def as_list(result: Any) -> object:
    return np.asarray(result).tolist()


def strings(items: int) -> Contest:
    values = np.array(names(items), dtype=STRING)
    calls: dict[str, Callable[[], Any]] = {
        "sort": lambda: npx.sort(values),
        "np.sort stable": lambda: np.sort(values, kind="stable"),
    }
    return Contest(items, calls, as_list)


def two_keys(items: int) -> Contest:
    rng = np.random.default_rng(2)
    city, high = rng.integers(0, 1000, items), rng.normal(20, 10, items)
    calls: dict[str, Callable[[], Any]] = {
        "lexsort": lambda: npx.lexsort((high, city)),
        "np.lexsort": lambda: np.lexsort((high, city)),
    }
    return Contest(items, calls, as_list)


def first_hundred(items: int) -> Contest:
    values = np.random.default_rng(3).random(items)

    def partitioned() -> Array:
        places = np.argpartition(values, -100)[-100:]
        return np.sort(values[places])[::-1]

    calls: dict[str, Callable[[], Any]] = {
        "top_k": lambda: npx.top_k(values, 100).values,
        "np.argpartition, np.sort": partitioned,
    }
    return Contest(items, calls, as_list)


def ranked(items: int) -> Contest:
    import pandas as pd

    values = np.random.default_rng(4).integers(0, items, items).astype(np.float64)
    series = pd.Series(values)
    calls: dict[str, Callable[[], Any]] = {
        "rank": lambda: npx.rank(values),
        "pandas rank": lambda: series.rank(),
    }
    return Contest(items, calls, as_list)


def searched(items: int) -> Contest:
    rng = np.random.default_rng(5)
    values, wanted = np.sort(rng.random(items)), rng.random(items)
    calls: dict[str, Callable[[], Any]] = {
        "searchsorted": lambda: npx.searchsorted(values, wanted),
        "np.searchsorted": lambda: np.searchsorted(values, wanted),
    }
    return Contest(items, calls, as_list)


ROWS = [
    Row(
        "sort strings",
        "1 M StringDType of 6 to 12 characters",
        strings,
        MILLION,
        bars={"np.sort stable": 4},
    ),
    Row(
        "lexsort",
        "1 M rows by an int64 from 0 to 999 and a float64",
        two_keys,
        MILLION,
        bars={"np.lexsort": 4},
    ),
    Row("top_k", "100 largest of 1 M float64", first_hundred, MILLION),
    Row("rank", "1 M float64, many of them equal", ranked, MILLION),
    Row("searchsorted", "1 M float64 among 1 M", searched, MILLION),
]
