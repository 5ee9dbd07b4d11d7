"""JSON texts to compare with, and columns of every kind to write."""

import json
import math

import numpy as np

import numpy_ext as npx

ORIENTS = ["records", "columns", "values", "split", "ndjson"]
STRING = np.dtypes.StringDType()


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def tolist(values: np.ndarray) -> object:
    """Return nested lists of what JSON has for each number."""
    if values.dtype.kind != "f":
        return values.tolist()
    plain = values.astype(np.float64).tolist()
    return as_null(plain)


def as_null(value: object) -> object:
    if isinstance(value, list):
        return [as_null(item) for item in value]
    return value if math.isfinite(value) else None


def random_bits(dtype: object, count: int, seed: int) -> np.ndarray:
    bits = np.random.default_rng(seed).bytes(count * np.dtype(dtype).itemsize)
    return np.frombuffer(bits, dtype=dtype)


def rows_of(obj: object, orient: str, names: list[str]) -> list[list]:
    """Return rows as lists, whatever the layout was."""
    text = npx.to_json(obj, orient)
    if orient == "ndjson":
        assert text == b"" or text.endswith(b"\n")
        read = [json.loads(line) for line in text.splitlines()]
    else:
        read = json.loads(text)
    if orient == "columns":
        assert list(read) == names
        return [list(row) for row in zip(*read.values(), strict=True)]
    if orient == "split":
        assert read["columns"] == names
        return read["data"]
    if orient == "values":
        return read
    assert all(list(record) == names for record in read)
    return [list(record.values()) for record in read]


def columns() -> dict[str, object]:
    n = 1000
    rng = np.random.default_rng(3)
    return {
        "id": np.arange(n),
        'a "name"\n': np.round(rng.random(n) * 100, 2),
        "": rng.random(n).astype(np.float32),
        "text é": np.array([f"t{i % 7}" * (i % 20) for i in range(n)], dtype=STRING),
        "u": np.array([f"é{i}" for i in range(n)]),
        "s": np.array([f"s{i}".encode() for i in range(n)]),
        "when": np.arange(n).astype("M8[s]"),
        "m": np.ma.array(np.arange(n), mask=np.arange(n) % 3 == 0),
        "o": np.array([None, "x"] * (n // 2), dtype=object),
        "two": rng.integers(0, 9, (n, 2), dtype=np.uint8)[:, ::-1],
        "b": rng.random(n) < 0.5,
        "a name that is longer than the bytes that are copied at once": np.zeros(n),
    }


def expected_rows(data: dict[str, object]) -> list[list]:
    def plain(item: object) -> object:
        if isinstance(item, bytes):
            return item.decode()
        if isinstance(item, np.ndarray):
            return item.tolist()
        if item is np.ma.masked:
            return None
        if isinstance(item, np.datetime64):
            return str(item)
        if isinstance(item, np.float32):
            return float(str(item))
        return item.item() if isinstance(item, np.generic) else item

    return [list(map(plain, row)) for row in zip(*data.values(), strict=True)]
