"""Arrays of objects as strings that the JSON writer knows."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext._json_fault import (
    BIG,
    HINTS,
    MESSAGES,
    NAN,
    surrogate_error,
)
from numpy_ext._to_text import to_text
from numpy_ext.errors import JsonError

if TYPE_CHECKING:
    from numpy_ext._json_source import Options

__all__ = ["strings_of_objects"]

Array: TypeAlias = npt.NDArray[Any]

Locate: TypeAlias = Callable[[int, tuple[int, ...]], Any]

STRINGS: Final = np.dtypes.StringDType(na_object=None, coerce=False)
LARGEST_EXACT: Final = 2**53

PLAIN, RAW = 0, 2
NULL, RAISE, LITERAL = 0, 1, 2  # choices of nan
NUMBER, STRING = 0, 1  # choices of big_ints


def strings_of_objects(
    values: Array, mask: Any, path: str, options: Options, index_of: Locate
) -> tuple[Array, int]:
    """Return a StringDType array of objects, and how its strings are to be taken.

    That is text for str and None alone, or else the JSON of each object.
    """
    if mask is not None:
        values = values.copy()
        values[mask] = None
    try:
        return values.astype(STRINGS), PLAIN
    except (TypeError, ValueError):  # something else, or a lone surrogate
        pass
    texts = np.empty(values.shape, dtype=STRINGS)
    for index in np.ndindex(values.shape):
        details = {
            "index": index_of(index[0], index[1:]),
            "column": path or None,
            "dtype": values.dtype,
        }
        texts[index] = token(values[index], options, details)
    return texts, RAW


def token(item: Any, options: Options, details: dict[str, Any]) -> str:
    """Return the JSON of an object."""
    if item is None:
        return "null"
    if isinstance(item, str):
        try:
            item.encode()
        except UnicodeEncodeError:
            raise surrogate_error(item, **details) from None
        return json.dumps(str(item), ensure_ascii=False)
    if isinstance(item, (bool, np.bool_)):
        return "true" if item else "false"
    if isinstance(item, (int, np.integer)) and not isinstance(item, np.timedelta64):
        return integer_token(int(item), options, details)
    if isinstance(item, (float, np.float16, np.float32)):
        return float_token(item, options, details)
    of = f" of column {details['column']!r}" if details["column"] else ""
    raise TypeError(
        f"item {details['index']}{of}: objects must be str, None, bool, int or float, "
        f"found {type(item).__name__}"
    )


def integer_token(number: int, options: Options, details: dict[str, Any]) -> str:
    if abs(number) <= LARGEST_EXACT or options.big_ints == NUMBER:
        return str(number)
    if options.big_ints == STRING:
        return f'"{number}"'
    raise refused(BIG, number, details)


def float_token(number: Any, options: Options, details: dict[str, Any]) -> str:
    if math.isfinite(number):
        return str(to_text(number))
    if options.nan == NULL:
        return "null"
    if options.nan == RAISE:
        raise refused(NAN, number, details)
    return json.dumps(float(number))


def refused(code: int, number: Any, details: dict[str, Any]) -> JsonError:
    message = MESSAGES[code].format(value=number)
    return JsonError(
        message, code=f"NX{code}", value=str(number), hint=HINTS[code], **details
    )
