"""Rows of numbers to text and back for `./dev bench text`, beside NumPy's astype."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from contests import Contest, Row

import numpy_ext as npx

__all__ = ["ROWS"]

Array = npt.NDArray[Any]

STRING = np.dtypes.StringDType()
ITEMS = 1_000_000
BARS = {"astype": 5.0}


def doubles(items: int) -> Array:
    """Return doubles of 16 or 17 digits."""
    return np.random.default_rng(1).random(items)


def prices(items: int) -> Array:
    return np.round(np.random.default_rng(2).random(items) * 1000, 2)


def integers(items: int) -> Array:
    """Return integers of 19 digits, most of them, half of them negative."""
    return np.random.default_rng(3).integers(-(2**63), 2**63 - 1, items)


def times(items: int) -> Array:
    seconds = np.random.default_rng(4).integers(0, 2**31, items)
    return seconds.astype("datetime64[s]")


def to_text(values: Callable[[int], Array]) -> Callable[[int], Contest]:
    def make(items: int) -> Contest:
        array = values(items)
        return Contest(
            items,
            {
                "to_text": lambda: npx.to_text(array),
                "astype": lambda: array.astype(STRING),
            },
            lambda texts: texts.astype(object).tolist(),
        )

    return make


def from_text(values: Callable[[int], Array]) -> Callable[[int], Contest]:
    def make(items: int) -> Contest:
        array = values(items)
        texts, dtype = npx.to_text(array), array.dtype
        return Contest(
            items,
            {
                "from_text": lambda: npx.from_text(texts, dtype),
                "astype": lambda: texts.astype(dtype),
            },
            lambda numbers: numbers.tobytes(),
        )

    return make


KINDS: dict[str, tuple[str, Callable[[int], Array]]] = {
    "float64": ("doubles of 17 digits", doubles),
    "price": ("prices as float64", prices),
    "int64": ("random int64", integers),
    "datetime64": ("datetime64[s]", times),
}

ROWS = [
    *(
        Row(f"to-text-{name}", f"1M {what} to StringDType", to_text(make), ITEMS, BARS)
        for name, (what, make) in KINDS.items()
    ),
    *(
        Row(
            f"from-text-{name}",
            f"1M {what} from StringDType",
            from_text(make),
            ITEMS,
            BARS,
        )
        for name, (what, make) in KINDS.items()
    ),
]
