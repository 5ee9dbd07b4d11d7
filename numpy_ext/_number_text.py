"""Floats as text, with one precision for all cells of a column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np

__all__ = ["float_texts"]

# Above so many digits before the point, float64 skips integers.
MOST_WHOLE_DIGITS: Final = 16

# Digits that fixed notation may have beyond the precision, and those it may have
# where fewer would show different numbers alike.
MORE_DIGITS: Final = 9
MOST_MORE_DIGITS: Final = 15


def float_texts(values: Sequence[np.floating[Any]], precision: int) -> list[str]:
    """Return floats with as many decimals each, so that their points align.

    Every number has at least `precision` significant digits unless fewer say it
    exactly; up to half as many decimals are never cut. Numbers that differ look
    different. Where that makes them too long, all are in scientific notation.
    """
    decimals = [shortest(value) for value in values]
    finite = [d for d in decimals if isinstance(d, Decimal)]
    form = notation(finite, precision)
    return [form(d) if isinstance(d, Decimal) else d for d in decimals]


def shortest(value: np.floating[Any]) -> Decimal | str:
    """Return the shortest decimal that is read back as this float, or its name."""
    if not np.isfinite(value):
        return str(value)
    return Decimal(np.format_float_scientific(value, trim="-"))


def notation(numbers: list[Decimal], precision: int) -> Callable[[Decimal], str]:
    """Return the function that writes each of these numbers."""
    different = len({str(number) for number in numbers})  # -0.0 is not 0.0
    places = {places_of(number) for number in numbers if number}
    whole = max(1, *(whole for whole, _ in places), 1)
    most = max((decimals for _, decimals in places), default=0)
    least = max(1, *(wanted(*place, precision) for place in places), 1)
    short = least <= precision // 2 or whole + least <= precision + MORE_DIGITS
    if whole <= MOST_WHOLE_DIGITS and short:
        limit = precision + MOST_MORE_DIGITS - whole
        for count in range(least, max(least, min(most, limit)) + 1):
            if len({fixed(number, count) for number in numbers}) == different:
                return lambda number: fixed(number, count)
    return scientific_notation(numbers, precision, different)


def places_of(number: Decimal) -> tuple[int, int]:
    """Return the digits before the point (0 or less for 0.0...) and the decimals."""
    digits, exponent = len(number.as_tuple().digits), number.as_tuple().exponent
    assert isinstance(exponent, int)
    return digits + exponent, max(0, -exponent)


def wanted(whole: int, decimals: int, precision: int) -> int:
    """Return how many decimals of a number should be shown."""
    return min(decimals, max(precision // 2, precision - whole))


def fixed(number: Decimal, decimals: int) -> str:
    return f"{number:.{decimals}f}"


def scientific_notation(
    numbers: list[Decimal], precision: int, different: int
) -> Callable[[Decimal], str]:
    """Return the function that writes each number with the same digits and exponent."""
    most = max(len(number.as_tuple().digits) for number in numbers) - 1
    width = max(len(str(abs(n.adjusted()))) for n in numbers if n)
    for count in range(min(most, precision - 1), most + 1):
        if len({scientific(number, count, width) for number in numbers}) == different:
            break
    return lambda number: scientific(number, count, width)


def scientific(number: Decimal, decimals: int, width: int) -> str:
    """Return a number as 1.5e+00, its exponent of at least this width."""
    if not number:
        return f"{fixed(number, decimals)}e+{0:0{max(2, width)}}"
    mantissa, exponent = f"{number:.{decimals}e}".split("e")
    return f"{mantissa}e{int(exponent):+0{max(2, width) + 1}}"
