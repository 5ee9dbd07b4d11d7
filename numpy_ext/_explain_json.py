"""What is added to an error about JSON: path, column, excerpt, and a hint."""

from __future__ import annotations

import json
from typing import Final

from numpy_ext._explain import hint_of_start, value_hint
from numpy_ext._options import CsvOptions
from numpy_ext._plan import Plan
from numpy_ext._source import NativeSource
from numpy_ext.errors import CsvError, CsvValueError, JsonError

__all__ = ["explain_json"]

ONE_A_LINE: Final = "one JSON object a line"
HINTS: Final = {
    "NX112": "records that end at a line feed",
    "NX712": ONE_A_LINE,
    "NX713": "each key once in a record; which of its values counts would be a guess",
    "NX714": "nested='text', which reads arrays and objects as strings that hold their "
    "JSON",
    "NX716": "usecols= with the columns that matter",
    "NX717": "a source in UTF-8, or a file object that converts: "
    "open(path, encoding='latin-1')",
}
WHOLE_ARRAY: Final = (
    f"{ONE_A_LINE}; a file that is one array becomes that by "
    "'\\n'.join(map(json.dumps, json.load(file))), for parse_ndjson"
)


def explain_json(
    error: CsvError | JsonError,
    source: NativeSource,
    options: CsvOptions,
    names: tuple[str, ...],
    plan: Plan | None,
) -> JsonError:
    """Return an error of the C library with all that is known about its place."""
    field = getattr(error, "_field", None)
    if field is not None and field < len(names):
        error.column = names[field]
    hint = error.hint or HINTS.get(error.code or "")
    if error.byte is not None:
        error.excerpt, error.caret = source.excerpt(error.byte)
    if isinstance(error, CsvValueError) and plan is not None:
        explain_value(error, source, options, plan)
        hint = error.hint
    if error.code == "NX717" or (error.code in ("NX711", "NX712") and not error.byte):
        hint = start_hint(source) or hint
    if error.code == "NX712" and error.excerpt is not None:
        hint = WHOLE_ARRAY if error.excerpt[error.caret or 0 :][:1] == "[" else hint
    if error.code == "NX714" and error.column is not None:
        hint = f"{hint}, or usecols= without {error.column!r}"
    if isinstance(error, JsonError):
        made = error
    else:
        made = JsonError(error.message)
        for name in JsonError._details:
            setattr(made, name, getattr(error, name))
    made.hint = hint
    made.path = source.path
    return made


def start_hint(source: NativeSource) -> str | None:
    """Return what to do with a source that begins like no text in UTF-8."""
    hint = hint_of_start(source.start())
    return None if hint is None else hint.replace("read_csv(", "read_ndjson(")


def explain_value(
    error: CsvValueError, source: NativeSource, options: CsvOptions, plan: Plan
) -> None:
    """Add value, dtype and hint to the error of one value."""
    if error.column is None or error.column not in plan.names:
        return
    if error.record is not None:
        error.index = error.record - 1
    if error.dtype is None:
        error.dtype = plan.forms[plan.names.index(error.column)].dtype
    if error.value is None and error.byte is not None and error.code != "NX603":
        error.value = value_at(source, error.byte)
    error.hint = value_hint(error, options)


def value_at(source: NativeSource, byte: int) -> str:
    """Return the text of the value that begins at an offset, cut to size."""
    text = source.text(byte)
    try:
        value, size = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return text  # one that was cut
    return value if isinstance(value, str) else text[:size]
