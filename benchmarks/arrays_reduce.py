"""Rows of reductions for `./dev bench arrays`, beside NumPy.

Floats are whole numbers wherever results are compared bit by bit: their sums are the
same in any order.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from contests import Contest, Row

import numpy_ext as npx

__all__ = ["ROWS"]

Array = npt.NDArray[Any]
Call = Callable[[Array], Any]
WIDE = 8


def whole_numbers(items: int) -> Array:
    return np.random.default_rng(1).integers(0, 1000, items).astype(np.float64)


def plain(result: Any) -> object:
    """Return numbers as Python's, those of pairs too."""
    if isinstance(result, tuple):
        return [plain(part) for part in result]
    return np.asarray(result).tolist()


def rounded(result: Any) -> object:
    return [f"{value:.9g}" for value in np.ravel(result)]


def contest(
    calls: dict[str, Call],
    make: Callable[[Array], Array] = lambda numbers: numbers,
    compare: Callable[[Any], object] = plain,
) -> Callable[[int], Contest]:
    """Return a row's contest: each call of one array, made of whole numbers."""

    def begin(items: int) -> Contest:
        array = make(whole_numbers(items))

        def bound(call: Call) -> Callable[[], Any]:
            return lambda: call(array)

        return Contest(
            items, {name: bound(call) for name, call in calls.items()}, compare
        )

    return begin


def rows(numbers: Array) -> Array:
    return numbers[: len(numbers) // WIDE * WIDE].reshape(-1, WIDE)


def wide_rows(numbers: Array) -> Array:
    return numbers[: len(numbers) // 1000 * 1000].reshape(-1, 1000)


def squared(numbers: Array) -> Array:
    return numbers**2


def with_holes(numbers: Array) -> Array:
    numbers[::10] = np.nan
    return numbers


def masked(numbers: Array) -> Any:
    return np.ma.MaskedArray(numbers, mask=numbers < 100)


def as_type(dtype: str) -> Callable[[Array], Array]:
    # Sums of float32 stay below 2**24.
    return lambda numbers: (numbers % (2 if dtype == "f4" else 100)).astype(dtype)


def squares(items: int) -> Contest:
    numbers = whole_numbers(items)
    out = np.empty_like(numbers)
    return Contest(
        items,
        {
            "square(out=)": lambda: npx.square(numbers, out=out),
            "np.square(out=)": lambda: np.square(numbers, out=out),
        },
        lambda result: float(result[-1]),
    )


SQRT_SUM = contest(
    {"sqrt_sum": npx.sqrt_sum, "np.sqrt(a).sum()": lambda a: np.sqrt(a).sum()}, squared
)
SUM_OF_SQUARES = contest(
    {
        "sum_of_squares": npx.sum_of_squares,
        "np.dot": lambda a: np.dot(a, a),
        "np.sum(a * a)": lambda a: np.sum(a * a),
    }
)
SUM = contest({"sum": npx.sum, "np.sum": np.sum})


def along(axis: int, calls: dict[str, Any], make: Any = rows, **others: Any) -> Any:
    """Return a contest of functions that take an axis."""

    def bound(call: Any) -> Call:
        return lambda a: call(a, axis=axis)

    return contest({name: bound(call) for name, call in calls.items()}, make, **others)


NORMS = {"norm": npx.norm, "np.linalg.norm": np.linalg.norm}
SUMS = {"sum": npx.sum, "np.sum": np.sum}
VARIANCES: dict[str, Call] = {"var": npx.var, "np.var": np.var}
EXTREMES: dict[str, Call] = {"min": npx.min, "np.min": np.min}

ROWS = [
    Row("sum_of_squares", "32M doubles", SUM_OF_SQUARES, 1 << 25,
        {"np.dot": 0.95, "np.sum(a * a)": 5}),
    Row("sqrt_sum", "32M doubles", SQRT_SUM, 1 << 25, {"np.sqrt(a).sum()": 4}),
    Row("sqrt_sum-2", "the same on 2 threads", SQRT_SUM, 1 << 25,
        {"np.sqrt(a).sum()": 7}, threads=2),
    Row("norm-columns", "4M x 8 doubles, along axis 0", along(0, NORMS), 1 << 25,
        {"np.linalg.norm": 4}),
    Row("norm-rows", "4M x 8 doubles, along axis 1", along(1, NORMS), 1 << 25,
        {"np.linalg.norm": 4}),
    Row("square", "32M doubles to an array that is there", squares, 1 << 25,
        {"np.square(out=)": 2}),
    Row("sum-10", "10 doubles", SUM, 10, {"np.sum": 0.33}, repeats=1000),
    Row("sum", "32M doubles", SUM, 1 << 25),
    Row("sum-2", "the same on 2 threads", SUM, 1 << 25, threads=2),
    Row("sum-columns", "4M x 8 doubles, along axis 0", along(0, SUMS), 1 << 25),
    Row("sum-rows", "4M x 8 doubles, along axis 1", along(1, SUMS), 1 << 25),
    Row("sum-wide-columns", "32K x 1000 doubles, along axis 0",
        along(0, SUMS, wide_rows), 1 << 25),
    Row("sum-float32", "32M floats", contest(
        {"sum": npx.sum, "np.sum": np.sum}, as_type("f4")), 1 << 25),
    Row("sum-int64", "32M integers", contest(
        {"sum": npx.sum, "np.sum": np.sum}, as_type("i8")), 1 << 25),
    Row("sum-int8", "32M bytes", contest(
        {"sum": npx.sum, "np.sum": np.sum}, as_type("i1")), 1 << 25),
    Row("sum-skipna", "32M doubles, a tenth of them NaN", contest(
        {"sum(skipna=True)": lambda a: npx.sum(a, skipna=True),
         "np.nansum": np.nansum}, with_holes), 1 << 25),
    Row("sum-masked", "32M doubles, a tenth of them masked", contest(
        {"sum": npx.sum, "a.sum()": lambda a: a.sum()}, masked), 1 << 25),
    Row("sum-compensated", "32M doubles", contest(
        {"compensated": lambda a: npx.sum(a, accuracy="compensated"),
         "pairwise": npx.sum}), 1 << 25),
    Row("sum-exact", "4M doubles", contest(
        {"exact": lambda a: npx.sum(a, accuracy="exact"),
         "pairwise": npx.sum, "math.fsum": math.fsum}), 1 << 22),
    Row("minmax", "32M doubles", contest(
        {"minmax": npx.minmax, "np.min, np.max": lambda a: (np.min(a), np.max(a))}),
        1 << 25),
    Row("min", "32M doubles", contest(EXTREMES), 1 << 25),
    Row("min-columns", "4M x 8 doubles, along axis 0", along(0, EXTREMES), 1 << 25),
    Row("var", "32M doubles", contest(VARIANCES, compare=rounded), 1 << 25),
    Row("var-columns", "4M x 8 doubles, along axis 0",
        along(0, VARIANCES, compare=rounded), 1 << 25),
]  # fmt: skip
