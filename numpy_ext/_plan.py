"""What to ask of the C library, given the names of the columns."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

from numpy_ext import _native
from numpy_ext._dtypes import STRING, native_request
from numpy_ext._options import DEFAULTS, CsvOptions
from numpy_ext._per_column import ColumnKey, column_position

__all__ = ["Form", "Plan", "is_category", "make_plan"]

Request: TypeAlias = tuple[int, str, int, int]
Words: TypeAlias = tuple[bytes, ...]
Rule: TypeAlias = (
    tuple[bool, Words, Words, Words, bool, bool, bool]
    | tuple[bool, Words, Words, Words, bool, bool, bool, int, bytes, bytes]
)


class Form(NamedTuple):
    """How the values of a column become an array."""

    dtype: np.dtype[Any] | None
    missing: str
    strings: str
    converter: Callable[[Any], Any] | None = None


# How the text of a column is read for a function to convert it.
AS_TEXT: Final = Form(STRING, "auto", "stringdtype")


class Plan(NamedTuple):
    """The columns to read, in the order wanted."""

    names: tuple[str, ...]
    requests: tuple[Request, ...]
    rules: tuple[Rule, ...]
    forms: tuple[Form, ...]


# Options that say nothing of a column which a function makes.
EXCLUDED: Final = (
    *("dtype", "dates", "na_values", "missing", "strings", "leading_zeros"),
)

# Plans of more columns are not kept.
KEPT_COLUMNS: Final = 256


def make_plan(options: CsvOptions, names: tuple[str, ...]) -> Plan:
    """Return how to read a source with these columns."""
    # A function that is kept here would live for ever.
    converters = options.converters
    functions = callable(options.usecols) or converters != DEFAULTS.converters
    if len(names) > KEPT_COLUMNS or functions or callable(options.on_error):
        return new_plan(options, names)
    return kept_plan(options, names)


def new_plan(options: CsvOptions, names: tuple[str, ...]) -> Plan:
    """Make a plan: one request a column, and each rule once."""
    if options.uniform:
        return uniform_plan(options, names)
    settings = list(
        zip(
            options.dtype.values("dtype", names),
            options.missing.values("missing", names),
            options.strings.values("strings", names),
            options.na_values.values("na_values", names),
            options.leading_zeros.values("leading_zeros", names),
            options.dates.values("dates", names),
            strict=True,
        )
    )
    converters = options.converters.values("converters", names)
    check_converters(options, names, converters)
    chosen = chosen_positions(options.usecols, names)
    rules: dict[Rule, int] = {}
    requests: list[Request] = []
    forms: list[Form] = []
    for at in chosen:
        dtype, missing, strings, na_values, leading_zeros, layout = settings[at]
        if converters[at] is not None:
            rule = make_rule(options, (), "auto", "string", None)
            number = rules.setdefault(rule, len(rules))
            requests.append((at, *native_request(STRING), number))
            forms.append(AS_TEXT._replace(converter=converters[at]))
            continue
        dtype = dated(names[at], dtype, layout, options)
        form = Form(dtype, missing, strings)
        check_form(names[at], form)
        rule = make_rule(options, na_values, missing, leading_zeros, layout)
        number = rules.setdefault(rule, len(rules))
        requests.append((at, *request_of(form, options), number))
        forms.append(form)
    chosen_names = tuple(names[at] for at in chosen)
    return Plan(chosen_names, tuple(requests), tuple(rules), tuple(forms))


def check_converters(
    options: CsvOptions, names: tuple[str, ...], converters: list[Any]
) -> None:
    """Refuse options that say what a column is which a function makes."""
    if not any(converters):
        return
    by_name = {name: at for at, name in enumerate(names)}
    for option in EXCLUDED:
        for key, _ in getattr(options, option).columns:
            at = column_position(option, key, names, by_name)
            if converters[at] is not None:
                raise ValueError(
                    f"{option} and converters both have column {names[at]!r}; the "
                    "converter gets its text, and returns what it becomes"
                )


def uniform_plan(options: CsvOptions, names: tuple[str, ...]) -> Plan:
    """Make a plan for all columns, one like the other."""
    layout = options.dates.default
    dtype = dated(names[0], options.dtype.default, layout, options)
    form = Form(dtype, options.missing.default, options.strings.default)
    check_form(names[0], form)
    kind, limit = request_of(form, options)
    rule = make_rule(
        options,
        options.na_values.default,
        form.missing,
        options.leading_zeros.default,
        layout,
    )
    requests = tuple((at, kind, limit, 0) for at in range(len(names)))
    return Plan(names, requests, (rule,), (form,) * len(names))


def request_of(form: Form, options: CsvOptions) -> tuple[str, int]:
    """Return the type and the limit to ask of the C library.

    Where a string of a fixed width is bad for a NUL at its end, and bad records are
    left out, it must be known while they are read.
    """
    fixed = form.dtype is None and form.strings in ("fixed", "bytes")
    if fixed and options.on_error != "raise":
        return "", sys.maxsize if form.strings == "bytes" else -sys.maxsize
    return native_request(form.dtype)


def make_rule(
    options: CsvOptions,
    na_values: tuple[str, ...],
    missing: str,
    leading_zeros: str,
    layout: str | None,
) -> Rule:
    """Return how the fields of a column are understood."""
    rule = (
        options.keep_default_na,
        encoded(na_values),
        encoded(options.true_values),
        encoded(options.false_values),
        missing == "raise",
        leading_zeros == "int",
        options.strip,
    )
    usual = options.decimal == "." and options.thousands is None
    if usual and layout is None:
        return rule
    decimal = 0 if usual else ord(options.decimal)
    return *rule, decimal, (options.thousands or "").encode(), (layout or "").encode()


def dated(
    name: str, dtype: np.dtype[Any] | None, layout: str | None, options: CsvOptions
) -> np.dtype[Any] | None:
    """Return the dtype of a column, which a layout of dates chooses if nothing does."""
    if layout is None or (dtype is not None and dtype.kind == "M"):
        return dtype
    if dtype is None or dtype == options.dtype.default:
        return np.dtype(f"M8[{_native.csv_date_unit(layout.encode())}]")
    raise ValueError(
        f"dates has a layout for column {name!r}, which dtype says is {dtype}; a "
        "datetime64 there chooses the unit"
    )


kept_plan = lru_cache(maxsize=64)(new_plan)


def encoded(words: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in words)


def is_category(form: Form) -> bool:
    """Return whether strings of a column become categories.

    A dtype says what they become, but for that of text, which leaves it open.
    """
    return form.strings == "category" and form.dtype in (None, STRING)


def check_form(name: str, form: Form) -> None:
    """Refuse NaN in a column of a fixed width, which cannot hold one."""
    dtype = form.dtype
    fixed = form.strings in ("fixed", "bytes") if dtype is None else dtype.kind in "SU"
    if fixed and form.missing == "nan":
        raise ValueError(
            f"missing='nan' has no value for a string of fixed width, which column "
            f"{name!r} may be; missing={{{name!r}: 'auto', ...: 'nan'}} makes missing "
            "ones empty"
        )


def chosen_positions(usecols: Any, names: tuple[str, ...]) -> list[int]:
    """Return the positions of the wanted columns, in the order wanted."""
    if usecols is None:
        return list(range(len(names)))
    if isinstance(usecols, slice):
        return list(range(len(names)))[usecols]
    if callable(usecols):
        return [at for at, name in enumerate(names) if usecols(name)]
    return positions(usecols, names)


def positions(keys: tuple[ColumnKey, ...] | range, names: tuple[str, ...]) -> list[int]:
    """Return the positions of columns by name or position; none may occur twice."""
    by_name = {name: at for at, name in enumerate(names)}
    chosen: dict[int, None] = {}
    for key in keys:
        at = column_position("usecols", key, names, by_name)
        if at in chosen:
            raise ValueError(f"usecols names a column twice: {names[at]!r}")
        chosen[at] = None
    return list(chosen)
