"""Rows of the guide to extensions in Rust for `./dev bench arrays`: lists beside arrays.

The guide hands lists over; so do Python and Rust here, while ours takes the array the
numbers are in already, and the list too.
"""

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import rust_peer
from contests import Contest, Row

import numpy_ext as npx
from numpy_ext import guide

__all__ = ["ROWS"]

Calls = dict[str, Callable[[], Any]]


def contest(
    items: int,
    array: Any,
    ours: Callable[[Any], Any],
    python: Callable[[list[Any]], Any],
    rust_name: str,
    plain: Callable[[Any], object],
) -> Contest:
    """Return one function over an array, and the guide's over a list."""
    numbers = array.tolist()
    calls: Calls = {
        "array": lambda: ours(array),
        "list": lambda: ours(numbers),
        "Python": lambda: python(numbers),
    }
    if (rust := rust_peer.load()) is not None:
        function = getattr(rust, rust_name)
        calls["Rust"] = lambda: function(numbers)
    return Contest(items, calls, plain)


def squares(items: int) -> Any:
    """Return squares of whole numbers: their roots add up to the same in any order."""
    return np.random.default_rng(5).integers(0, 1000, items).astype(np.float64) ** 2


def sort(items: int) -> Contest:
    integers = np.random.default_rng(6).integers(-(2**63), 2**63 - 1, items)
    return contest(items, integers, npx.sort, sorted, "parallel_sort", list)


def parallel_sum(items: int) -> Contest:
    def python(numbers: list[float]) -> float:
        return math.sqrt(sum(number * number for number in numbers))

    return contest(
        items, squares(items), guide.parallel_sum, python, "parallel_sum", float
    )


def parallel_sqrt_sum(items: int) -> Contest:
    def python(numbers: list[float]) -> float:
        return sum(math.sqrt(number) for number in numbers)

    return contest(
        items,
        squares(items),
        guide.parallel_sqrt_sum,
        python,
        "parallel_sqrt_sum",
        float,
    )


def to_json(items: int) -> Contest:
    doubles = np.random.default_rng(7).random(items)
    return contest(items, doubles, npx.to_json, json.dumps, "to_json", json.loads)


MILLION = 1_000_000
ROWS = [
    Row(
        "guide-sort",
        "1M random integers sorted, the guide's parallel sort",
        sort,
        MILLION,
        {"Python": 21.0, "Rust": 2.0},
        threads=2,
    ),
    Row(
        "guide-sum",
        "root of the sum of 1M squares, the guide's parallel_sum",
        parallel_sum,
        MILLION,
        {"Python": 50.0, "Rust": 5.0},
        threads=2,
    ),
    Row(
        "guide-sqrt-sum",
        "sum of 1M roots, the guide's parallel_sqrt_sum",
        parallel_sqrt_sum,
        MILLION,
        {"Python": 50.0, "Rust": 5.0},
        threads=2,
    ),
    Row(
        "guide-json",
        "200k doubles as JSON, the guide's to_json",
        to_json,
        200_000,
        {"Python": 7.5, "Rust": 1.0},
        threads=2,
    ),
]
