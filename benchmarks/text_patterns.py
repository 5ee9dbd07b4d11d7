"""Rows of patterns for `./dev bench text`."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from contests import Contest, Row

import numpy_ext as npx

__all__ = ["ROWS"]

WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "omega",
    "ver",
    "error",
    "info",
    "retry",
    "42",
    "node7",
    "disk",
]
ITEMS = 1_000_000


def lines(items: int) -> list[str]:
    """Return log lines of four words, a third of them behind a date."""
    rng = np.random.default_rng(1)
    picked = rng.integers(0, len(WORDS), (items, 4)).tolist()
    texts = [" ".join(map(WORDS.__getitem__, row)) for row in picked]
    for i in range(0, items, 3):
        texts[i] = f"2026-{i % 12 + 1:02}-{i % 28 + 1:02} {texts[i]}"
    return texts


def plain(result: Any) -> list[Any]:
    return list(result.tolist() if hasattr(result, "tolist") else result)


def contest(
    expr: str,
    ours: Callable[[npx.Pattern, Any], Any],
    by_re: Callable[["re.Pattern[str]", list[str]], Any],
    by_numpy: Callable[[Any], Any] | None = None,
    by_polars: Callable[[Any], Any] | None = None,
) -> Callable[[int], Contest]:
    """Return what makes lines and the ways to search them."""

    def make(items: int) -> Contest:
        texts = lines(items)
        strings = np.array(texts, dtype=np.dtypes.StringDType())
        objects, fixed = np.array(texts, dtype=object), np.array(texts)
        pattern, compiled = npx.Pattern(expr), re.compile(expr)
        calls: dict[str, Callable[[], Any]] = {
            "StringDType": lambda: ours(pattern, strings),
            "U": lambda: ours(pattern, fixed),
            "objects": lambda: ours(pattern, objects),
            "re loop": lambda: by_re(compiled, texts),
        }
        if by_numpy is not None:
            calls["np.strings"] = lambda: by_numpy(strings)
            calls["np.strings U"] = lambda: by_numpy(fixed)
        if by_polars is not None:
            add_polars(calls, by_polars, texts)
        return Contest(items, calls, plain)

    return make


def add_polars(
    calls: dict[str, Callable[[], Any]], call: Callable[[Any], Any], texts: list[str]
) -> None:
    try:
        import polars
    except ImportError:
        return
    series = polars.Series(texts)
    calls["polars"] = lambda: call(series).to_numpy()


ROWS = [
    Row(
        "pattern-search",
        "is there a literal in each of 1,000,000 lines",
        contest(
            "error",
            lambda p, a: p.search(a),
            lambda p, texts: [p.search(text) is not None for text in texts],
            lambda a: np.strings.find(a, "error") >= 0,
            lambda s: s.str.contains("error", literal=True),
        ),
        ITEMS,
        {"re loop": 5},
    ),
    Row(
        "pattern-count",
        r"words (\w+) of each of 1,000,000 lines",
        contest(
            r"\w+",
            lambda p, a: p.count(a),
            lambda p, texts: [len(p.findall(text)) for text in texts],
            None,
            lambda s: s.str.count_matches(r"\w+"),
        ),
        ITEMS,
        {"re loop": 5},
    ),
    Row(
        "pattern-match",
        r"a date (\d{4}-\d{2}-\d{2}) at the start of each of 1,000,000 lines",
        contest(
            r"\d{4}-\d{2}-\d{2}",
            lambda p, a: p.match(a),
            lambda p, texts: [p.match(text) is not None for text in texts],
            None,
            lambda s: s.str.contains(r"^\d{4}-\d{2}-\d{2}"),
        ),
        ITEMS,
        {"re loop": 5},
    ),
    Row(
        "pattern-replace",
        r"spaces (\s+) of 1,000,000 lines replaced",
        contest(
            r"\s+",
            lambda p, a: p.replace(a, "_"),
            lambda p, texts: [p.sub("_", text) for text in texts],
            None,
            lambda s: s.str.replace_all(r"\s+", "_"),
        ),
        ITEMS,
        {"re loop": 2},
    ),
    Row(
        "pattern-re",
        "alternatives, which re looks for, in each of 1,000,000 lines",
        contest(
            "error|retry",
            lambda p, a: p.search(a),
            lambda p, texts: [p.search(text) is not None for text in texts],
            None,
            lambda s: s.str.contains("error|retry"),
        ),
        ITEMS,
    ),
]
