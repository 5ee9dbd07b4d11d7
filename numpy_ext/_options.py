"""The options of the CSV reader: checked once, then one object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NoReturn, TypeAlias

import numpy as np

from numpy_ext import _native
from numpy_ext._choices import choice, one_of
from numpy_ext._content_options import (
    compression_name,
    encoding_errors_name,
    encoding_name,
)
from numpy_ext._csv_lines import count, header_records, line_choice
from numpy_ext._dialect import (
    QUOTING,
    Auto,
    NativeDialect,
    check_dialect,
    comment_text,
    delimiter_text,
    escape_character,
    line_terminator,
    native_dialect,
    quote_character,
)
from numpy_ext._dtypes import as_dtype, dtype_key
from numpy_ext._error_actions import RAGGED, check_max_errors, error_action
from numpy_ext._per_column import (
    ColumnKey,
    Converter,
    PerColumn,
    converter_functions,
    is_position,
    per_column,
    shown,
)
from numpy_ext._sniffed import FIELDS
from numpy_ext._source import ContentForm
from numpy_ext._threads import checked as thread_limit
from numpy_ext.errors import CsvError

__all__ = ["CHECKS", "DEFAULTS", "KEYWORDS", "CsvOptions", "csv_options", "ordered"]

MISSING: Final = ("auto", "masked", "nan", "raise")
STRINGS: Final = ("stringdtype", "fixed", "bytes", "object", "category")
LEADING_ZEROS: Final = ("string", "int")
DECIMALS: Final = (".", ",")
THOUSANDS: Final = (",", ".", " ", "'", "_", "\u2019", "\xa0", "\u202f")

# No longer word means anything to the C library.
WORD_BYTES: Final = 255

# The numbers that Python's csv has for its ways to quote.
CSV_QUOTING: Final = {
    0: "csv.QUOTE_MINIMAL is quoting='standard'",
    1: "csv.QUOTE_ALL is quoting='standard'",
    2: "csv.QUOTE_NONNUMERIC is quoting='standard'; quotes do not make a type",
    3: "csv.QUOTE_NONE is quoting='none'",
    4: "csv.QUOTE_STRINGS is quoting='standard'; quotes do not make a type",
    5: "csv.QUOTE_NOTNULL is quoting='standard', where '' and \"\" differ in strings",
}


Chosen: TypeAlias = tuple[ColumnKey, ...] | range | slice | Callable[[str], bool] | None

KEYWORDS: Final = (
    "delimiter",
    "quotechar",
    "escapechar",
    "doublequote",
    "quoting",
    "lineterminator",
    "comment",
    "header",
    "header_rows",
    "names",
    "usecols",
    "dtype",
    "dates",
    "na_values",
    "keep_default_na",
    "true_values",
    "false_values",
    "missing",
    "strings",
    "converters",
    "decimal",
    "thousands",
    "skiprows",
    "skipfooter",
    "nrows",
    "skip_blank_lines",
    "strip",
    "leading_zeros",
    "ragged",
    "on_error",
    "max_errors",
    "encoding",
    "encoding_errors",
    "compression",
    "max_decompressed",
    "glob",
    "filename_column",
    "union_by_name",
    "threads",
    "progress",
)


class CsvOptions:
    """Every option of a read by its keyword, in one form.

    Made of values in the order of KEYWORDS that have been checked. Cannot be changed;
    equal options are equal.
    """

    __slots__ = (
        *KEYWORDS,
        *("_hash", "_key", "dialect", "form", "given", "many", "uniform"),
    )

    delimiter: str
    quotechar: str | None
    escapechar: str | None
    doublequote: bool
    quoting: str
    lineterminator: str | None
    comment: str | None
    header: bool
    header_rows: int
    names: tuple[str, ...] | None
    usecols: Chosen
    dtype: PerColumn[np.dtype[Any] | None]
    dates: PerColumn[str | None]
    na_values: PerColumn[tuple[str, ...]]
    keep_default_na: bool
    true_values: tuple[str, ...]
    false_values: tuple[str, ...]
    missing: PerColumn[str]
    strings: PerColumn[str]
    converters: PerColumn[Converter | None]
    decimal: str
    thousands: str | None
    skiprows: int | tuple[int, ...] | Callable[[int], object]
    skipfooter: int
    nrows: int | None
    skip_blank_lines: bool | str
    strip: bool
    leading_zeros: PerColumn[str]
    ragged: str
    on_error: str | Callable[[CsvError], None]
    max_errors: int | None
    encoding: str
    encoding_errors: str
    compression: str | None
    max_decompressed: int | None
    glob: bool
    filename_column: str | None
    union_by_name: bool
    threads: int | None
    progress: bool | str | Callable[[int, int], object]
    # What follows from the above, kept for the next read.
    dialect: NativeDialect
    form: ContentForm
    given: frozenset[str]  # beside delimiter="auto", and so not to be found out
    many: bool
    uniform: bool
    _key: tuple[object, ...]
    _hash: int

    def __init__(self, *values: object) -> None:
        settle = object.__setattr__
        for name, value in zip(KEYWORDS, values, strict=True):
            settle(self, name, value)
        named = dict(zip(KEYWORDS, values, strict=True))
        settle(self, "dialect", native_dialect(named))
        form = ContentForm(
            self.compression,
            self.max_decompressed,
            self.encoding,
            self.encoding_errors,
        )
        settle(self, "form", form)
        many = self.glob or self.union_by_name or self.filename_column is not None
        settle(self, "many", many)
        by_column = (value for value in values if isinstance(value, PerColumn))
        uniform = (
            self.usecols is None
            and self.converters.default is None
            and not any(o.columns for o in by_column)
        )
        settle(self, "uniform", uniform)
        delimiter = self.delimiter
        given = delimiter.given if isinstance(delimiter, Auto) else frozenset()
        settle(self, "given", given & FIELDS.keys() - {"delimiter"})
        key = named
        key["delimiter"] = (str(delimiter), self.given)
        key["dtype"] = self.dtype.map(dtype_key)
        key["converters"] = self.converters.map(id)  # not all functions hash
        if isinstance(self.usecols, slice):  # which hashes from Python 3.12 on
            key["usecols"] = (slice, *self.usecols.__reduce__()[1])
        settle(self, "_key", tuple(key.values()))
        settle(self, "_hash", hash(self._key))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CsvOptions):
            return NotImplemented
        return self._key == other._key

    def __hash__(self) -> int:
        return self._hash

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("options cannot be changed")

    def __reduce__(self) -> tuple[Any, ...]:
        # Hashes of str differ from process to process.
        return CsvOptions, tuple(getattr(self, name) for name in KEYWORDS)

    def with_nrows(self, nrows: int | None) -> CsvOptions:
        """Return the same options with another number of rows."""
        return self if nrows == self.nrows else self.replaced({"nrows": nrows})

    def replaced(self, changes: Mapping[str, Any]) -> CsvOptions:
        """Return options with other values, which are checked, for some of them."""
        values = {name: getattr(self, name) for name in KEYWORDS}
        values.update(changes)
        check_dialect(values)
        return CsvOptions(*values.values())

    def keywords(self) -> str:
        """Return the options that are not the default as they would be written."""
        return ", ".join(
            f"{name}={written(getattr(self, name), getattr(DEFAULTS, name))}"
            for name, key, usual in zip(KEYWORDS, self._key, DEFAULTS._key, strict=True)
            if key != usual or name in self.given
        )


def written(value: Any, usual: Any) -> str:
    """Return the value of an option as it would be written in a call."""
    if isinstance(value, PerColumn) and isinstance(usual, PerColumn):
        return value.written(usual.default)
    if callable(value):
        return str(getattr(value, "__qualname__", repr(value)))
    return shown(value)


def csv_options(*values: Any) -> CsvOptions:
    """Return the options for the values of the keywords, in the order of KEYWORDS."""
    names, usecols, progress = values[NAMES], values[USECOLS], values[PROGRESS]
    # A tuple of True equals one of 1, and a callable kept here would live for ever.
    few = names is None and usecols is None and isinstance(values[SKIPROWS], int)
    few = few and type(values[0]) is not Auto
    if few and not callable(progress) and not callable(values[ON_BAD]):
        try:
            return _kept_options(*values)
        except TypeError:
            pass  # a value that does not hash, or one that is wrong
    return _checked_options(*values)


NAMES, USECOLS, PROGRESS, SKIPROWS, ON_BAD = map(
    KEYWORDS.index, ("names", "usecols", "progress", "skiprows", "on_error")
)


def _checked_options(*values: Any) -> CsvOptions:
    given = dict(zip(KEYWORDS, values, strict=True))
    checked = {name: CHECKS[name](name, value) for name, value in given.items()}
    structured = structured_names(given["dtype"])
    if structured and not checked["header"] and checked["names"] is None:
        checked["names"] = structured
    check_dialect(checked)
    check_max_errors(checked["max_errors"], checked["on_error"])
    if checked["header_rows"] > 1 and not checked["header"]:
        raise ValueError(
            f"header_rows={checked['header_rows']} needs a header, but header=False"
        )
    check_numbers(checked["decimal"], checked["thousands"])
    both = set(checked["true_values"]) & set(checked["false_values"])
    if both:
        raise ValueError(f"true_values and false_values both have {min(both)!r}")
    return CsvOptions(*checked.values())


def check_numbers(decimal: str, thousands: str | None) -> None:
    """Refuse one mark for two things."""
    if decimal == thousands:
        other = DECIMALS[decimal == "."]
        raise ValueError(
            f"decimal and thousands are both {decimal!r}; decimal={other!r} beside it?"
        )


_kept_options = lru_cache(maxsize=128, typed=True)(_checked_options)


# ---- Checks of one option --------------------------------------------------


def flag(option: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{option} must be True or False, got {value!r}")
    return value


def header_flag(option: str, value: object) -> bool:
    """Refuse what other tools would take to mean something else."""
    if not isinstance(value, bool):
        instead = "header=False is what other readers call header=None"
        if isinstance(value, (list, tuple)) and len(value) > 1:
            instead = f"header_rows={len(value)} is a header of so many records"
        raise TypeError(f"{option} must be True or False, got {value!r}; {instead}")
    return value


def quoting_name(option: str, value: object) -> str:
    if is_position(value) and value in CSV_QUOTING:
        raise ValueError(
            f"{option} must be one of {one_of(tuple(QUOTING))}, got {value!r}; "
            f"{CSV_QUOTING[int(value)]}"
        )
    return choice(option, value, tuple(QUOTING))


def blank_lines(option: str, value: object) -> bool | str:
    if isinstance(value, bool) or (isinstance(value, str) and value == "auto"):
        return value
    raise ValueError(f'{option} must be True, False or "auto", got {value!r}')


def ordered(option: str, values: object) -> Iterable[Any]:
    """Return the value of an option that must be a sequence; a set has no order."""
    if isinstance(values, (str, int)):
        raise TypeError(f"{option} must be a sequence, got {values!r}; [{values!r}]?")
    unordered = isinstance(values, (bytes, set, frozenset))
    if unordered or not isinstance(values, Iterable):
        kind = type(values).__name__
        order = "; a list has an order" if unordered else ""
        raise TypeError(f"{option} must be a sequence, got {kind}{order}")
    return values


def column_name(option: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{option} must be a str, the name of a column, got {value!r}")
    if not value:
        raise ValueError(f"{option} must be the name of a column, got {value!r}")
    return str(value)


def column_names(option: str, values: object) -> tuple[str, ...] | None:
    if values is None:
        return None
    given = list(ordered(option, values))
    if not all(isinstance(name, str) for name in given):
        raise TypeError(f"{option} must be str, got {given!r}")
    if len(set(given)) < len(given):
        raise ValueError(f"{option} must be distinct, got {given!r}")
    if not given:
        raise ValueError(f"{option} must not be empty")
    return tuple(map(str, given))


def column_choice(option: str, value: Any) -> Chosen:
    if value is None or isinstance(value, range):
        return value
    if isinstance(value, slice):
        bounds = (value.start, value.stop, value.step)
        if not all(b is None or is_position(b) for b in bounds) or value.step == 0:
            raise TypeError(f"{option} takes a slice of positions, got {value!r}")
        return slice(*(None if b is None else int(b) for b in bounds))
    if callable(value):
        return value  # type: ignore[no-any-return]
    keys: list[ColumnKey] = []
    for key in ordered(option, value):
        if isinstance(key, str):
            keys.append(str(key))
        elif is_position(key):
            keys.append(int(key))
        else:
            raise TypeError(f"{option} holds names and positions, got {key!r}")
    return tuple(keys)


def dtypes(option: str, value: Any) -> PerColumn[np.dtype[Any] | None]:
    names = structured_names(value)
    if names:
        value = {name: np.dtype(value)[name] for name in names}
    return per_column(option, value, as_dtype)


def structured_names(value: Any) -> tuple[str, ...]:
    """Return the names of the fields if a value is a structured dtype."""
    if isinstance(value, list):
        try:
            value = np.dtype(value)
        except (TypeError, ValueError) as error:
            raise type(error)(
                f"dtype={value!r} is no structured dtype: {error}; a mapping of names "
                "or positions gives each column its own dtype"
            ) from None
    return (value.names or ()) if isinstance(value, np.dtype) else ()


def words(option: str, value: object) -> tuple[str, ...]:
    """Check one word or several, whose order means nothing."""
    if value is None:
        return ()
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, Iterable) or isinstance(given, (bytes, Mapping)):
        raise TypeError(
            f"{option} is compared with the text of cells: a str or a sequence of str, "
            f"got {value!r}"
        )
    found: dict[str, None] = {}
    for word in given:
        if not isinstance(word, str):
            raise TypeError(
                f"{option} is compared with the text of cells, got {word!r}; "
                f"write {str(word)!r}"
            )
        if len(word.encode()) > WORD_BYTES:
            raise ValueError(
                f"{option} has a word of more than {WORD_BYTES} bytes: {word[:20]!r}..."
            )
        found[str(word)] = None
    return tuple(found)


def thousands_text(option: str, value: object) -> str | None:
    """Check what stands between groups of three digits."""
    return None if value is None else choice(option, value, THOUSANDS)


def date_layouts(option: str, value: Any) -> PerColumn[str | None]:
    """Check the layouts of dates, by column only."""
    if value is not None and not isinstance(value, Mapping):
        raise TypeError(
            f"{option} is a mapping of columns to layouts, got {value!r}; such as "
            "{'when': '%d/%m/%Y'}, where ... stands for all other columns"
        )
    return per_column(option, value, lambda item: date_layout(option, item))


def date_layout(option: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{option} holds layouts such as '%d/%m/%Y', got {value!r}")
    try:
        _native.csv_date_unit(value.encode())
    except ValueError as error:
        raise ValueError(f"{option} has {value!r}: {error}") from None
    return str(value)


def progress_kind(option: str, value: Any) -> bool | str | Callable[[int, int], object]:
    if value is None:
        return False
    if isinstance(value, bool) or value == "auto" or callable(value):
        return value  # type: ignore[no-any-return]
    raise TypeError(
        f'{option} must be True, False, "auto" or a callable of bytes done and '
        f"bytes in all, got {value!r}"
    )


def by_column(choices: tuple[str, ...]) -> Callable[[str, Any], PerColumn[str]]:
    """Return the check of an option that is one word a column."""

    def check(option: str, value: Any) -> PerColumn[str]:
        if value is None:
            choice(option, value, choices)

        def one(item: Any) -> str:
            return choices[0] if item is None else choice(option, item, choices)

        return per_column(option, value, one)

    return check


def by_column_words(option: str, value: Any) -> PerColumn[tuple[str, ...]]:
    return per_column(option, value, lambda item: words(option, item))


CHECKS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "delimiter": delimiter_text,
    "quotechar": quote_character,
    "escapechar": escape_character,
    "doublequote": flag,
    "quoting": quoting_name,
    "lineterminator": line_terminator,
    "comment": comment_text,
    "header": header_flag,
    "header_rows": header_records,
    "names": column_names,
    "usecols": column_choice,
    "dtype": dtypes,
    "dates": date_layouts,
    "na_values": by_column_words,
    "keep_default_na": flag,
    "true_values": words,
    "false_values": words,
    "missing": by_column(MISSING),
    "strings": by_column(STRINGS),
    "converters": converter_functions,
    "decimal": lambda option, value: choice(option, value, DECIMALS),
    "thousands": thousands_text,
    "skiprows": line_choice,
    "skipfooter": count,
    "nrows": lambda option, value: None if value is None else count(option, value),
    "skip_blank_lines": blank_lines,
    "strip": flag,
    "leading_zeros": by_column(LEADING_ZEROS),
    "ragged": lambda option, value: choice(option, value, RAGGED),
    "on_error": error_action,
    "max_errors": lambda option, value: None if value is None else count(option, value),
    "encoding": encoding_name,
    "encoding_errors": encoding_errors_name,
    "compression": compression_name,
    "max_decompressed": lambda option, value: (
        None if value is None else count(option, value)
    ),
    "glob": flag,
    "filename_column": column_name,
    "union_by_name": flag,
    "threads": lambda option, value: (
        None if value is None else thread_limit(option, value)
    ),
    "progress": progress_kind,
}


DEFAULTS: Final = csv_options(
    *(",", '"', None, True, "standard", None, None, True, 1, None, None, None),
    *(None, None, True, None, None, "auto", "stringdtype", None, ".", None),
    *(0, 0, None, "auto", False, "string"),
    *(
        "raise",
        "raise",
        None,
        "utf-8",
        "strict",
        "infer",
        None,
        False,
        None,
        False,
        None,
        "auto",
    ),
)
