"""Rows of reading JSON records for `./dev bench arrays`.

Each reader starts from the same bytes and ends with its own table. Its columns are
compared as lists; times are compared by all but polars, to which they are strings.
"""

import io
import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from contests import Contest, Row

import numpy_ext as npx

__all__ = ["ROWS"]

WORDS = ("alpha", "beta", "gamma", "a somewhat longer string", "delta")
COLUMNS = 50


def mixed(rows: int) -> Iterable[dict[str, Any]]:
    """Yield what a log may have: an integer, a float, a string, a bool and a time."""
    prices = np.random.default_rng(1).uniform(0, 1000, rows).round(2).tolist()
    for i, price in enumerate(prices):
        yield {
            "id": i,
            "price": price,
            "name": WORDS[i % len(WORDS)],
            "ok": i % 3 > 0,
            "when": f"2026-01-{i % 28 + 1:02}T10:{i % 60:02}:{i % 59:02}",
        }


def wide(rows: int) -> Iterable[dict[str, Any]]:
    for i in range(rows):
        yield {
            f"column_{k}": i * k if k % 2 else round(i / (k + 1), 3)
            for k in range(COLUMNS)
        }


def long_strings(rows: int) -> Iterable[dict[str, Any]]:
    for i in range(rows):
        yield {"id": i, "text": "lorem ipsum dolor sit amet " * 8}


def escapes(rows: int) -> Iterable[dict[str, Any]]:
    for i in range(rows):
        yield {"id": i, "text": 'say "hi"\n café € and more'}


def gaps(rows: int) -> Iterable[dict[str, Any]]:
    """Yield records that go without some of their keys, in all ways there are."""
    for i in range(rows):
        record: dict[str, Any] = {"id": i}
        if i % 2:
            record["a"] = 1.5
        if i % 3:
            record["b"] = "x"
        if i % 5 == 0:
            record["c"] = i
        yield record


def floats(rows: int) -> Iterable[dict[str, Any]]:
    for x, y in np.random.default_rng(2).standard_normal((rows, 2)).tolist():
        yield {"x": x, "y": y}


def plain(table: Any) -> object:
    """Return columns as lists, None where a value is missing; times as text."""
    if isinstance(table, npx.Table):
        columns = {name: table[name] for name in table}
        return {
            name: [
                None if gone else value
                for gone, value in zip(
                    table.mask(name).tolist(), texts(column), strict=True
                )
            ]
            for name, column in columns.items()
        }
    if hasattr(table, "to_dicts"):  # polars
        return {name: table[name].to_list() for name in table.columns}
    return {
        name: [None if value != value else value for value in texts(table[name])]
        for name in table
    }


def texts(column: Any) -> list[Any]:
    kind = getattr(column.dtype, "kind", "O")
    if kind == "M":
        times = np.asarray(column).astype("datetime64[s]").astype(str)
        return list(times.tolist())
    if kind == "b":
        return [bool(value) for value in column]
    values: list[Any] = np.ma.getdata(column).tolist()
    return values


def read(records: Callable[[int], Iterable[dict[str, Any]]], spaces: bool) -> Any:
    separators = (", ", ": ") if spaces else (",", ":")

    def make(rows: int) -> Contest:
        import pandas as pd
        import polars as pl

        data = "".join(
            json.dumps(record, separators=separators) + "\n" for record in records(rows)
        ).encode()
        return Contest(
            rows,
            {
                "read_ndjson": lambda: npx.read_ndjson(data),
                "polars read_ndjson": lambda: pl.read_ndjson(data),
                "pandas read_json": lambda: pd.read_json(
                    io.BytesIO(data),
                    lines=True,
                    precise_float=True,
                    convert_dates=["when"],
                ),
            },
            plain,
        )

    return make


BARS = {"polars read_ndjson": 1.0, "pandas read_json": 4.0}

ROWS = [
    Row(
        "ndjson-mixed",
        "records of an int, a float, a string, a bool and a time",
        read(mixed, spaces=False),
        100_000,
        bars=BARS,
    ),
    Row(
        "ndjson-wide",
        f"records of {COLUMNS} numbers, with spaces",
        read(wide, spaces=True),
        10_000,
        bars=BARS,
    ),
    Row(
        "ndjson-strings",
        "records of an int and a string of 216 bytes",
        read(long_strings, spaces=True),
        20_000,
        bars=BARS,
    ),
    Row(
        "ndjson-escapes",
        "records of an int and a string with five escapes",
        read(escapes, spaces=True),
        50_000,
        bars=BARS,
    ),
    Row(
        "ndjson-gaps",
        "records of one to four keys",
        read(gaps, spaces=True),
        100_000,
        bars=BARS,
    ),
    Row(
        "ndjson-floats",
        "records of two floats of 17 digits",
        read(floats, spaces=True),
        50_000,
        bars=BARS,
    ),
]
