"""The dtypes that a column can be read as."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

__all__ = ["INTEGERS", "STRING", "as_dtype", "dtype_key", "native_request"]

STRING: Final = np.dtypes.StringDType()

INTEGERS: Final = (
    *("int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64"),
)
NUMBERS: Final = frozenset({"bool", *INTEGERS, "float16", "float32", "float64"})
UNITS: Final = ("D", "h", "m", "s", "ms", "us", "ns")
TIMES: Final = frozenset(f"datetime64[{unit}]" for unit in UNITS)

# No string can be longer, since no record is.
NO_WIDTH: Final = 2**31 - 1

# What other tools call a dtype, and what to write instead.
ADVICE: Final = {
    "category": "str, and strings={'x': 'category'}",
    "boolean": "'bool', which may have missing cells too",
    "date": "'datetime64[D]'",
    "datetime": "'datetime64[s]' or another unit",
    "datetime64": "a unit, 'datetime64[s]' for example",
    "decimal": "'float64', or str to keep every digit",
    "utf8": "str",
}


def as_dtype(value: Any) -> np.dtype[Any] | None:
    """Return what a user gave as the dtype of a column; None to infer it."""
    if value is None:
        return None
    if value is str or (isinstance(value, str) and value in ("str", "string")):
        return STRING
    if isinstance(value, type) and issubclass(value, np.dtype):
        value = value()  # type: ignore[call-overload]
    if isinstance(value, type) and is_foreign(value):
        raise TypeError(f"dtype {value.__name__} is not one of NumPy's{advice(value)}")
    try:
        dtype: np.dtype[Any] = np.dtype(value)
    except TypeError:
        raise TypeError(
            f"dtype {value!r} is not one of NumPy's{advice(value)}"
        ) from None
    if not is_readable(dtype):
        raise TypeError(
            f"a column cannot be read as {dtype}{advice(value)}; there are bool, int8 "
            "to uint64, float16 to float64, datetime64[D, h, m, s, ms, us, ns], str, "
            "'S', 'U' and object, in the byte order of this machine"
        )
    return dtype


def is_foreign(value: type) -> bool:
    """Return whether NumPy takes a class for any object, for want of a dtype."""
    return value is not object and np.dtype(value) == object


def is_readable(dtype: np.dtype[Any]) -> bool:
    """Return whether a column can be read as a dtype."""
    if isinstance(dtype, np.dtypes.StringDType):
        return dtype.coerce
    if dtype.kind in "SUO":
        return dtype.isnative
    return dtype.isnative and (dtype.name in NUMBERS or dtype.name in TIMES)


def advice(value: object) -> str:
    """Return what to write instead of another tool's dtype."""
    name = value.__name__ if isinstance(value, type) else str(value)
    if name.startswith("string["):
        name = "utf8"
    lower = name.lower()
    if lower in ADVICE:
        return f": use {ADVICE[lower]}"
    if lower in NUMBERS:
        return f": use {lower!r}, which may have missing cells too"
    return ""


def dtype_key(dtype: np.dtype[Any] | None) -> object:
    """Return what tells a dtype from others.

    The dtypes themselves do not: float64 equals None, and a StringDType whose missing
    value is NaN does not hash like another one.
    """
    if not isinstance(dtype, np.dtypes.StringDType):
        return None if dtype is None else dtype.str
    if not hasattr(dtype, "na_object"):
        return "string"
    na_object = dtype.na_object
    is_nan = isinstance(na_object, float) and na_object != na_object
    return ("string", "nan" if is_nan else na_object)


def native_request(dtype: np.dtype[Any] | None) -> tuple[str, int]:
    """Return type and limit of a column as the C library asks for them."""
    if dtype is None:
        return "", 0
    if dtype.kind == "S":
        return "string", dtype.itemsize or NO_WIDTH
    if dtype.kind == "U":
        return "string", -(dtype.itemsize // 4 or NO_WIDTH)
    if dtype.kind in "TO":
        return "string", 0
    return dtype.name, 0
