"""What is added to an error of the C library: path, column, excerpt, and a hint."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np

from numpy_ext._dialect import first_field
from numpy_ext._dtypes import INTEGERS, UNITS
from numpy_ext._encoding import Origin
from numpy_ext._options import CsvOptions
from numpy_ext._per_column import shown
from numpy_ext._plan import Plan
from numpy_ext._source import NativeSource
from numpy_ext.errors import CsvError, CsvValueError

__all__ = ["better_dtype", "explain", "wider_dtype", "with_path"]

# No longer text is likely to stand for a missing cell.
LONGEST_WORD: Final = 40

QUOTES: Final = "quoting='none', which takes every quote as text"
HINTS: Final = {
    "NX112": "quoting='none' if a quote is left open, or the delimiter= and "
    "lineterminator= of the source",
    "NX121": "skiprows= without lines inside quoted fields, or a selection of rows",
    "NX201": f"quoting='lenient', which keeps that text, or {QUOTES}",
    "NX202": QUOTES,
    "NX203": "quoting='standard', where a quote inside a field is text",
    "NX401": "the encoding= of the source, such as 'cp1252' or 'latin-1', or "
    "encoding_errors='replace'",
}
SHORT: Final = "ragged='pad', which fills short records with missing cells"
LONG: Final = "ragged='truncate', which cuts long records"


def with_path(error: OSError, path: str | None) -> OSError:
    """Return an error of the system, or of a file that changed, with the path."""
    if path is None:
        return error
    if error.errno is None:
        return OSError(f"{path!r}: {error}")
    error.filename = path
    return error


def explain(
    error: CsvError,
    source: NativeSource,
    options: CsvOptions,
    names: tuple[str, ...],
    plan: Plan | None,
) -> CsvError:
    """Return an error of the C library with all that is known about its place."""
    error.path = source.path
    error.hint = error.hint or HINTS.get(error.code or "")
    if error.code == "NX401":
        error.hint = hint_of_start(source.start(), options.compression) or error.hint
    field = getattr(error, "_field", None)
    if field is not None and field < len(names):
        error.column = names[field]
    if error.byte is not None:
        error.excerpt, error.caret = source.excerpt(error.byte)
    if error.code == "NX301":
        error.hint = ragged_hint(error)
    if isinstance(error, CsvValueError) and plan is not None:
        explain_value(error, source, options, plan)
    if source.origin is not None and error.byte is not None:
        explain_origin(error, source.origin, source.original_byte(error.byte))
    return error


def ragged_hint(error: CsvError) -> str:
    """Return the keywords that would accept a record of another length."""
    if error.excerpt == "":
        return "skip_blank_lines=True, which takes blank lines for no records"
    expected, found = map(int, re.findall(r"\d+", error.message))
    return f"{SHORT if found < expected else LONG}, or another delimiter="


def explain_origin(error: CsvError, origin: Origin, byte: int) -> None:
    """Tell the place in the source, not in what was made of it."""
    error.byte = byte
    if error.code == "NX401":
        error.message = origin.wrong_byte(byte)
        error.args = (error.message,)
        at = error.caret or 0
        if error.excerpt is not None:  # which shows our mark
            shown = error.excerpt[at:].replace("\\xff", "\ufffd")
            error.excerpt = error.excerpt[:at] + shown


def hint_of_start(start: bytes, compression: str | None = None) -> str | None:
    """Return what to do with a source that begins like no text in UTF-8."""
    if not start.startswith(b"\x1f\x8b"):
        return None
    if compression is None:
        return "the content of this gzip file: compression='infer'"
    return "the source decompressed once before, such as by gzip.open: it is gzip twice"


def explain_value(
    error: CsvValueError, source: NativeSource, options: CsvOptions, plan: Plan
) -> None:
    """Add value, dtype and hint to the error of one cell."""
    if error.column is None or error.column not in plan.names:
        return
    if error.record is not None:
        error.index = error.record - 1
    if error.dtype is None:
        error.dtype = plan.forms[plan.names.index(error.column)].dtype
    if error.value is None and error.byte is not None and error.code != "NX603":
        error.value = first_field(source.text(error.byte), options)
        if error.dtype is not None and error.dtype.kind not in "SUTO":
            error.value = error.value.strip(" \t")  # where blanks do not count
    error.hint = value_hint(error, options)


def value_hint(error: CsvValueError, options: CsvOptions) -> str | None:
    """Return the keyword that would accept the cell."""
    column = error.column
    as_text = dtype_keyword(column, "str", options)
    if error.code == "NX601":
        value = error.value or ""
        layout = layout_of(column, options)
        if layout is not None:
            return (
                f"another layout than dates={{{column!r}: {layout!r}}}, or "
                f"dates={{{column!r}: None{others(options.dates)}}} for text"
            )
        wanted = better_dtype(value, error.dtype)
        if wanted is not None:
            return dtype_keyword(column, repr(wanted), options)
        if len(value) > LONGEST_WORD:
            return as_text
        if error.dtype is not None and error.dtype.kind == "b":
            return f"true_values={value!r} or false_values={value!r}, or {as_text}"
        return f"{as_text}, or na_values={{{column!r}: {value!r}}} if it means missing"
    if error.code == "NX602":
        wanted = wider_dtype(error.value or "", error.dtype)
        return (
            as_text if wanted is None else dtype_keyword(column, repr(wanted), options)
        )
    if error.code in ("NX603", "NX606"):
        return f"missing={{{column!r}: 'auto'{others(options.missing)}}}"
    if error.code in ("NX604", "NX605"):
        return as_text
    return error.hint


def layout_of(column: str | None, options: CsvOptions) -> str | None:
    """Return the layout that dates= has for a column, by name or for all."""
    layouts = dict(options.dates.columns)
    return layouts.get(column or "", options.dates.default)


def dtype_keyword(column: str | None, dtype: str, options: CsvOptions) -> str:
    """Return the dtype= that changes the dtype of one column only."""
    return f"dtype={{{column!r}: {dtype}{others(options.dtype)}}}"


def others(option: Any) -> str:
    """Return what a mapping has to say about all other columns, if anything."""
    if option.default in (None, "auto"):
        return ""
    return f", ...: {shown(option.default)}"


def better_dtype(value: str, dtype: np.dtype[Any] | None) -> str | None:
    """Return the dtype that takes a number with a fraction, or a finer time."""
    if dtype is None or "_" in value or not value.isascii():
        return None
    if dtype.kind in "iu":
        try:
            float(value)
        except ValueError:
            return None
        return "float64"
    return finer_unit(value, dtype) if dtype.kind == "M" else None


def finer_unit(value: str, dtype: np.dtype[Any]) -> str | None:
    """Return the dtype for a time that has more digits than a unit takes."""
    zoned = value.endswith("Z") or (value[-6:-5] in ("+", "-") and value[-3:-2] == ":")
    if zoned:
        return None  # NumPy would warn of the zone
    try:
        unit = np.datetime_data(np.datetime64(value).dtype)[0]
    except ValueError:
        return None
    if unit not in UNITS or UNITS.index(unit) <= UNITS.index(
        np.datetime_data(dtype)[0]
    ):
        return None
    return f"datetime64[{unit}]"


def wider_dtype(value: str, dtype: np.dtype[Any] | None) -> str | None:
    """Return a dtype that holds an integer or a time, and no less than this one."""
    if dtype is not None and dtype.kind == "M":
        return "datetime64[us]" if "." in value else "datetime64[s]"
    try:
        number = int(value)
    except ValueError:
        return None
    for name in INTEGERS:
        info = np.iinfo(name)
        if dtype is not None and np.dtype(name).itemsize < dtype.itemsize:
            continue
        if info.min <= number <= info.max:
            return name
    return None
