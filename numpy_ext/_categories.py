"""Strings of which each is kept once, and numbers of them for the rows.

The numbers (codes) are int32, -1 where a cell is missing. The strings (categories) are
kept as views, as those of other columns are, and become an array when asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._dtypes import STRING
from numpy_ext._lanes import order_by
from numpy_ext._strings import FEW_ROWS, LazyStrings, capsule_of
from numpy_ext._threads import on_main_thread, thread_count

__all__ = [
    "CODE",
    "Categories",
    "categorized",
    "code_of",
    "no_categories",
    "of_capsule",
    "ranks_of",
    "renumbered",
    "same_numbers",
    "texts_of",
    "united",
]

Codes: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Categories: TypeAlias = LazyStrings

CODE: Final = np.dtype(np.int32)


def of_capsule(capsule: object, count: int) -> Categories:
    """Return categories that are these string views."""
    return LazyStrings(capsule, count, STRING, None, "auto")


def no_categories() -> Categories:
    return of_capsule(capsule_of(np.empty(0, dtype=STRING), None), 0)


def categorized(
    strings: object, mask: Mask | None, threads: int
) -> tuple[Codes, Categories]:
    """Return codes and categories of strings, numbered as they occur first."""
    codes, capsule, count = _native.string_categories(
        strings, mask, threads, on_main_thread()
    )
    return codes, of_capsule(capsule, count)


def texts_of(codes: Codes, categories: Categories) -> object:
    """Return the strings of rows as views; those of missing cells are empty."""
    nothing = capsule_of(np.zeros(1, dtype=STRING), None)
    entries = _native.string_concat([categories.capsule, nothing])
    rows = np.where(codes < 0, categories.length, codes)
    return _native.string_take(entries, rows.astype(np.int64))


def united(parts: Sequence[Categories]) -> tuple[list[Codes], Categories]:
    """Return the categories of all parts, each once, and what the codes of each become.

    They are in the order of the parts.
    """
    first = parts[0]
    if all(part.capsule is first.capsule for part in parts):
        same = np.arange(first.length, dtype=CODE)
        return [same] * len(parts), first
    length = sum(part.length for part in parts)
    capsule = _native.string_concat([part.capsule for part in parts])
    threads = thread_count(None, length < FEW_ROWS)
    codes, categories = categorized(capsule, None, threads)
    ends = np.cumsum([part.length for part in parts])
    return np.split(codes, ends[:-1]), categories


def renumbered(codes: Codes, numbers: Codes) -> Codes:
    """Return codes as the numbers they become; missing ones stay -1."""
    return np.append(numbers, CODE.type(-1))[codes]


def same_numbers(
    ours: tuple[Codes, Categories], theirs: tuple[Codes, Categories]
) -> Mask:
    """Return in which rows two columns have the same string, or both none."""
    if ours[1].capsule is theirs[1].capsule:
        equal: Mask = ours[0] == theirs[0]
        return equal
    numbers, _ = united([ours[1], theirs[1]])
    equal = renumbered(ours[0], numbers[0]) == renumbered(theirs[0], numbers[1])
    return equal


def code_of(text: str, categories: Categories) -> tuple[int, Categories]:
    """Return the code of a text, and the categories, with it as the last one if new."""
    one = of_capsule(capsule_of(np.array([text], dtype=STRING), None), 1)
    numbers, both = united([categories, one])
    return int(numbers[1][0]), both


def ranks_of(codes: Codes, categories: Categories) -> Codes:
    """Return numbers that are in the order of the strings of rows."""
    order, _ = order_by([(categories.capsule, None, False)], 1, categories.length)
    ranks = np.empty(categories.length, dtype=CODE)
    ranks[order] = np.arange(categories.length, dtype=CODE)
    return renumbered(codes, ranks)
