"""Rows of sorted numbers and their order for `./dev bench arrays`.

Peers are imported by the rows that need them: who reads the list of rows needs none.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from contests import Contest, Row

import numpy_ext as npx

__all__ = ["ROWS"]

Array = npt.NDArray[Any]
MILLION = 1_000_000


def integers(items: int) -> Array:
    return np.random.default_rng(1).integers(-(2**63), 2**63 - 1, items)


def narrow(items: int) -> Array:
    return np.random.default_rng(2).integers(0, 1000, items)


def int32(items: int) -> Array:
    low, high = -(2**31), 2**31 - 1
    return np.random.default_rng(3).integers(low, high, items, dtype=np.int32)


def floats(items: int) -> Array:
    return np.random.default_rng(4).random(items)


def normal(items: int) -> Array:
    return np.random.default_rng(5).normal(size=items)


def rows(items: int) -> Array:
    return floats(items).reshape(-1, 8)


def backwards(items: int) -> Array:
    return np.arange(items)[::-1].copy()


def sorted_(make: Any) -> Any:
    def contest(items: int) -> Contest:
        values = make(items // 8 * 8)
        calls = {"sort": lambda: npx.sort(values), "np.sort": lambda: np.sort(values)}
        return Contest(values.size, calls, lambda result: result.tobytes())

    return contest


def ordered(make: Any) -> Any:
    def contest(items: int) -> Contest:
        import polars as pl

        values = make(items // 8 * 8)
        calls = {
            "argsort": lambda: npx.argsort(values),
            "np.argsort stable": lambda: np.argsort(values, kind="stable"),
        }
        if values.ndim == 1:
            series = pl.Series(values)
            calls["polars arg_sort"] = lambda: series.arg_sort()
        return Contest(values.size, calls, lambda result: np.asarray(result).tolist())

    return contest


ROWS = [
    Row(
        "sort int64",
        "1 M random int64",
        sorted_(integers),
        MILLION,
        bars={"np.sort": 1.1},
    ),
    Row(
        "sort int64, 2 threads",
        "1 M random int64 on two threads; np.sort has one",
        sorted_(integers),
        MILLION,
        bars={"np.sort": 1.8},
        threads=2,
    ),
    Row(
        "sort narrow",
        "1 M int64 from 0 to 999",
        sorted_(narrow),
        MILLION,
        bars={"np.sort": 5},
    ),
    Row(
        "sort sorted",
        "1 M int64 in order already",
        sorted_(np.arange),
        MILLION,
        bars={"np.sort": 5},
    ),
    Row("sort reversed", "1 M falling int64", sorted_(backwards), MILLION),
    Row("sort float64", "1 M float64 from 0 to 1", sorted_(floats), MILLION),
    Row("sort normal", "1 M float64, normally distributed", sorted_(normal), MILLION),
    Row("sort int32", "1 M random int32", sorted_(int32), MILLION),
    Row("sort rows", "125,000 rows of 8 float64", sorted_(rows), MILLION),
    Row("sort few", "100 float64", sorted_(floats), 100, repeats=1000),
    Row(
        "argsort float64",
        "1 M float64 from 0 to 1",
        ordered(floats),
        MILLION,
        bars={"np.argsort stable": 5, "polars arg_sort": 2.5},
    ),
    Row(
        "argsort float64, 10 M",
        "10 M float64 from 0 to 1",
        ordered(floats),
        10 * MILLION,
        bars={"np.argsort stable": 5},
    ),
    Row("argsort int64", "1 M random int64", ordered(integers), MILLION),
    Row("argsort narrow", "1 M int64 from 0 to 999", ordered(narrow), MILLION),
    Row("argsort rows", "125,000 rows of 8 float64", ordered(rows), MILLION),
]
