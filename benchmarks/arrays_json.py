"""Rows of JSON writing for `./dev bench arrays`, beside orjson, pandas and json."""

import importlib.util
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from contests import Contest, Row

import numpy_ext as npx

__all__ = ["ROWS"]

Array = npt.NDArray[Any]

STRING = np.dtypes.StringDType()
NUMBERS = 200_000
RECORDS = 100_000


def doubles(items: int) -> Array:
    """Return doubles of 16 or 17 digits."""
    return np.random.default_rng(1).random(items)


def prices(items: int) -> Array:
    return np.round(np.random.default_rng(2).random(items) * 1000, 2)


def integers(items: int) -> Array:
    return np.random.default_rng(3).integers(-(10**12), 10**12, items)


def matrix(items: int) -> Array:
    return doubles(items - items % 8).reshape(-1, 8)


def has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def orjson_dumps(obj: object) -> Callable[[], bytes]:
    import orjson

    return lambda: orjson.dumps(obj, option=orjson.OPT_SERIALIZE_NUMPY)


def array(values: Callable[[int], Array]) -> Callable[[int], Contest]:
    def make(items: int) -> Contest:
        given = values(items)
        calls: dict[str, Callable[[], Any]] = {"to_json": lambda: npx.to_json(given)}
        if has("orjson"):
            calls["orjson"] = orjson_dumps(given)
        calls["json(tolist)"] = lambda: json.dumps(given.tolist())
        return Contest(given.size, calls, json.loads)

    return make


def texts(special: bool) -> Callable[[int], Contest]:
    """Return rows of strings: arrays of ours beside a ready list of str."""

    def make(items: int) -> Contest:
        end = ' "quoted"\n' if special else " not quoted"
        ready = [f"record number {i}{end}" for i in range(items)]
        given = np.array(ready, dtype=STRING)
        calls: dict[str, Callable[[], Any]] = {"to_json": lambda: npx.to_json(given)}
        if has("orjson"):
            calls["orjson, ready list"] = orjson_dumps(ready)
            calls["orjson(tolist)"] = lambda: orjson_dumps(given.tolist())()
        calls["json, ready list"] = lambda: json.dumps(ready)
        return Contest(items, calls, json.loads)

    return make


def columns(items: int) -> dict[str, Array]:
    names = np.array([f"name{i % 1000}" for i in range(items)], dtype=STRING)
    return {"id": np.arange(items), "price": prices(items), "name": names}


def records(items: int) -> Contest:
    data = columns(items)
    lists = [values.tolist() for values in data.values()]
    ready = [dict(zip(data, row, strict=True)) for row in zip(*lists, strict=True)]
    calls: dict[str, Callable[[], Any]] = {"to_json": lambda: npx.to_json(data)}
    if has("orjson"):
        calls["orjson, ready dicts"] = orjson_dumps(ready)
    if has("pandas"):
        import pandas as pd

        frame = pd.DataFrame({name: values.tolist() for name, values in data.items()})
        calls["pandas"] = lambda: frame.to_json(orient="records").encode()
    calls["json, ready dicts"] = lambda: json.dumps(ready)
    return Contest(items, calls, json.loads)


def threads(items: int) -> Contest:
    given = doubles(items)

    def one() -> bytes:
        with npx.num_threads(1):
            return npx.to_json(given)

    return Contest(
        items, {"to_json, 2 threads": lambda: npx.to_json(given), "to_json": one}, bytes
    )


ROWS = [
    Row(
        "to-json-float64",
        "200k doubles of 17 digits as a list",
        array(doubles),
        NUMBERS,
        {"orjson": 1.0},
    ),
    Row(
        "to-json-prices",
        "200k prices with 2 decimals as a list",
        array(prices),
        NUMBERS,
        {"orjson": 1.5},
    ),
    Row("to-json-int64", "200k int64 as a list", array(integers), NUMBERS),
    Row("to-json-matrix", "a (25k, 8) matrix of doubles", array(matrix), NUMBERS),
    Row("to-json-strings", "100k strings", texts(False), RECORDS),
    Row("to-json-escapes", "100k strings with escapes", texts(True), RECORDS),
    Row(
        "to-json-records",
        "100k records of an int, a price and a short string",
        records,
        RECORDS,
        {"orjson, ready dicts": 2.5, "pandas": 10.0},
    ),
    Row("to-json-few", "10 doubles, a call", array(doubles), 10, repeats=1000),
    Row(
        "to-json-threads",
        "1M doubles, 2 threads beside 1",
        threads,
        1_000_000,
        {"to_json": 1.7},
        threads=2,
    ),
]
