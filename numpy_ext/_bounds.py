"""Bounds on the values of a dtype, exact whatever the bound is."""

from __future__ import annotations

import datetime
import math
import re
import sys
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np

__all__ = ["Bounds", "bounds_for"]

Exact: TypeAlias = Fraction | float  # a float only if it is infinite
Native: TypeAlias = tuple[float, float, bool, bool]

SECONDS: Final = {
    "W": Fraction(604800),
    "D": Fraction(86400),
    "h": Fraction(3600),
    "m": Fraction(60),
    "s": Fraction(1),
} | {
    unit: Fraction(1, 1000**power)
    for power, unit in enumerate(("ms", "us", "ns", "ps", "fs", "as"), 1)
}

# A time in ISO 8601 with its zone: Z, +01:00 or +0100.
ZONED: Final = re.compile(r"(.*[T ].*[0-9])(?:Z|([+-])([0-9]{2}):?([0-9]{2}))")

# What NumPy reads as the time at which it reads it.
MOVING: Final = ("now", "today")

# Integers are ordered as unsigned ones: those of signed dtypes moved up.
SIGN: Final = 2**63


@dataclass(frozen=True)
class Bounds:
    """The least and the largest value that is wanted, as given and for C."""

    lower: str | None
    """How a value has to compare, ">= 0" for example."""
    upper: str | None
    native: Native

    def broken(self, above: bool) -> str:
        """Return what a value does not satisfy; NaN and NaT satisfy nothing."""
        return (self.upper if above else self.lower or self.upper) or ""


def bounds_for(dtype: np.dtype[Any], ge: Any, gt: Any, le: Any, lt: Any) -> Bounds:
    """Return the bounds that keywords ask for, one of them at least."""
    if (ge is not None and gt is not None) or (le is not None and lt is not None):
        pair = "ge and gt" if gt is not None and ge is not None else "le and lt"
        raise ValueError(f"give one of {pair}, not both")
    if dtype.kind == "b":
        raise TypeError(
            "bools have no bounds: ge, gt, le and lt are for numbers and times"
        )
    lower = None if gt is None and ge is None else f">{'=' * (gt is None)} "
    upper = None if lt is None and le is None else f"<{'=' * (lt is None)} "
    least = (
        -math.inf if lower is None else exact(dtype, lower, ge if gt is None else gt)
    )
    most = math.inf if upper is None else exact(dtype, upper, le if lt is None else lt)
    native = float_bounds if dtype.kind == "f" else integer_bounds
    return Bounds(
        lower=None if lower is None else f"{lower}{ge if gt is None else gt}",
        upper=None if upper is None else f"{upper}{le if lt is None else lt}",
        native=native(dtype, least, gt is not None, most, lt is not None),
    )


def exact(dtype: np.dtype[Any], sign: str, bound: Any) -> Exact:
    """Return a bound as a number; of times in units of the dtype, since 1970."""
    name = {">": "g", "<": "l"}[sign[0]] + ("e" if "=" in sign else "t")
    if isinstance(bound, np.ndarray) and bound.ndim == 0:
        bound = bound[()]
    return (
        exact_time(name, bound, dtype)
        if dtype.kind == "M"
        else exact_number(name, bound)
    )


def exact_number(name: str, bound: Any) -> Exact:
    if isinstance(bound, (bool, np.bool_)) or not isinstance(
        bound, (int, float, Decimal, Fraction, np.integer, np.floating)
    ):
        raise TypeError(f"{name} must be a number, got {type(bound).__name__}")
    if bound != bound:
        raise ValueError(f"{name} is NaN, which no value compares with")
    if isinstance(bound, (float, Decimal, np.floating)) and bound in (
        math.inf,
        -math.inf,
    ):
        return float(bound)
    if isinstance(bound, (int, np.integer)):
        return Fraction(int(bound))
    return Fraction(*bound.as_integer_ratio())


def exact_time(name: str, bound: Any, dtype: np.dtype[Any]) -> Exact:
    if isinstance(bound, datetime.datetime) and bound.tzinfo is not None:
        bound = bound.astimezone(datetime.UTC).replace(tzinfo=None)
    if hasattr(bound, "to_datetime64"):
        bound = bound.to_datetime64()  # of pandas, finer than the datetime it is
    if not isinstance(bound, (str, datetime.date, np.datetime64)):
        raise TypeError(
            f"{name} must be a datetime64, a date or a str, got {type(bound).__name__}"
        )
    if isinstance(bound, str) and bound.lower() in MOVING:
        raise ValueError(
            f"{name} is {bound!r}, which is another time at every call: give a fixed "
            f"one, as np.datetime64({bound.lower()!r}) is from when it is made"
        )
    naive, ahead = without_zone(bound) if isinstance(bound, str) else (bound, 0)
    try:
        time = np.datetime64(naive)
    except ValueError:
        raise ValueError(f"{name} is no date or time: {bound!r}") from None
    if np.isnat(time):
        raise ValueError(f"{name} is NaT, which no value compares with")
    unit, step = np.datetime_data(time.dtype)
    if unit in ("Y", "M"):
        time, unit, step = time.astype("datetime64[D]"), "D", 1
    if unit not in SECONDS:
        raise ValueError(f"{name} has no unit")
    count = int(time.astype(np.int64)) * step
    seconds = count * SECONDS[unit] - ahead
    return seconds / SECONDS[np.datetime_data(dtype)[0]]


def without_zone(text: str) -> tuple[str, int]:
    """Return a time without its zone, and how many seconds that is ahead of UTC.

    NumPy knows zones too, but warns of each.
    """
    zoned = ZONED.fullmatch(text)
    if zoned is None:
        return text, 0
    time, sign, hours, minutes = zoned.groups(default="0")
    ahead = 3600 * int(hours) + 60 * int(minutes)
    return time, -ahead if sign == "-" else ahead


def integer_bounds(
    dtype: np.dtype[Any], least: Exact, above: bool, most: Exact, below: bool
) -> Native:
    """Return bounds of integers or times; `above` and `below` leave out the ends."""
    if dtype.kind == "M":
        first, last = -SIGN + 1, SIGN - 1
    else:
        first, last = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    low, high, shift = first, last, 0 if dtype.kind == "u" else SIGN
    all_below, all_above = least == math.inf, most == -math.inf
    if isinstance(least, Fraction):
        low = math.floor(least) + 1 if above else math.ceil(least)
        all_below = low > last
    if isinstance(most, Fraction):
        high = math.ceil(most) - 1 if below else math.floor(most)
        all_above = high < first
    low, high = min(max(low, first), last), min(max(high, first), last)
    return low + shift, high + shift, all_below, all_above


def float_bounds(
    dtype: np.dtype[Any], least: Exact, above: bool, most: Exact, below: bool
) -> Native:
    """Return bounds of floats, which are doubles whatever the dtype."""
    return up(least, above), -up(-most, below), False, False


def up(bound: Exact, beyond: bool) -> float:
    """Return the least double that is at least, or with `beyond` above, a bound.

    Above inf there is none: NaN, which no value compares with.
    """
    if isinstance(bound, Fraction):
        try:
            nearest = float(bound)
        except OverflowError:
            nearest = math.inf if bound > 0 else -sys.float_info.max
        if (nearest == bound and beyond) or nearest < bound:
            return math.nextafter(nearest, math.inf)
        return nearest
    if beyond:
        return math.nan if bound > 0 else -sys.float_info.max
    return bound
