"""Options that may differ from column to column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import EllipsisType
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar

import numpy as np

from numpy_ext.errors import CsvSchemaError

__all__ = [
    "ColumnKey",
    "Converter",
    "PerColumn",
    "column_position",
    "converter_functions",
    "is_position",
    "per_column",
]

T = TypeVar("T")
U = TypeVar("U")
ColumnKey = str | int
Converter: TypeAlias = Callable[[Any], Any]

# So many names fit into a message.
LISTED_NAMES = 20


class PerColumn(Generic[T]):
    """A value for all columns, and other ones for some, by name or position."""

    __slots__ = ("columns", "default")

    def __init__(
        self, default: T, columns: tuple[tuple[ColumnKey, T], ...] = ()
    ) -> None:
        self.default = default
        self.columns = columns

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PerColumn):
            return NotImplemented
        return bool(self.default == other.default and self.columns == other.columns)

    def __hash__(self) -> int:
        return hash((self.default, self.columns))

    def __reduce__(self) -> tuple[Any, ...]:
        return PerColumn, (self.default, self.columns)

    def written(self, usual: T) -> str:
        """Return the value as it would be written, where `usual` needs no words."""
        if not self.columns:
            return shown(self.default)
        items = [f"{key!r}: {shown(value)}" for key, value in self.columns]
        if shown(self.default) != shown(usual):
            items.append(f"...: {shown(self.default)}")
        return f"{{{', '.join(items)}}}"

    def map(self, function: Callable[[T], U]) -> PerColumn[U]:
        """Return the same with a function of each value."""
        columns = tuple((key, function(value)) for key, value in self.columns)
        return PerColumn(function(self.default), columns)

    def values(self, option: str, names: tuple[str, ...]) -> list[T]:
        """Return the value for each of these columns."""
        values = [self.default] * len(names)
        taken: set[int] = set()
        positions = {name: i for i, name in enumerate(names)} if self.columns else {}
        for key, value in self.columns:
            at = column_position(option, key, names, positions)
            if at in taken:
                raise ValueError(
                    f"{option} has column {names[at]!r} twice, by name and by position"
                )
            taken.add(at)
            values[at] = value
        return values


def shown(value: Any) -> str:
    """Return a value as it would be written in a call."""
    if isinstance(value, np.dtype):
        plain = value == np.dtypes.StringDType()
        return "str" if plain else repr(value if value.kind == "T" else name(value))
    if isinstance(value, tuple):
        return repr(list(value))
    if callable(value):
        return str(getattr(value, "__qualname__", repr(value)))
    return repr(value)


def name(dtype: np.dtype[Any]) -> str:
    """Return the name of a dtype without the byte order of this machine."""
    plain = str(dtype).lstrip("<>|")
    return plain.rstrip("0") if plain in ("S0", "U0") else plain


def per_column(option: str, value: object, check: Callable[[Any], T]) -> PerColumn[T]:
    """Return the value of an option that is one for all or a mapping by column.

    `check` turns what a user gave for one column into what is kept, or raises; for
    None it returns the default.
    """
    if not isinstance(value, Mapping):
        return PerColumn(check(value))
    default = check(None)
    columns: dict[ColumnKey, T] = {}
    for key, item in value.items():
        if isinstance(key, EllipsisType):
            default = check(item)
        elif isinstance(key, str):
            columns[str(key)] = check(item)
        elif is_position(key):
            columns[int(key)] = check(item)
        else:
            raise TypeError(
                f"the keys of {option} are names and positions of columns, "
                f"and ... for all others; got {key!r}"
            )
    return PerColumn(default, tuple(columns.items()))


def converter_functions(option: str, value: Any) -> PerColumn[Converter | None]:
    """Check functions of whole columns, by column only."""
    if value is not None and not isinstance(value, Mapping):
        raise TypeError(
            f"{option} is a mapping of columns to functions of arrays, got {value!r}"
        )

    def one(item: Any) -> Converter | None:
        if item is None or callable(item):
            return item  # type: ignore[no-any-return]
        raise TypeError(f"{option} holds functions of arrays, got {item!r}")

    return per_column(option, value, one)


def is_position(value: object) -> bool:
    """Return whether a value is an integer and means one."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def column_position(
    option: str, key: ColumnKey, names: tuple[str, ...], positions: Mapping[str, int]
) -> int:
    """Return the position of the column that an option names."""
    if isinstance(key, str):
        if key not in positions:
            no_column(option, key, names)
        return positions[key]
    if 0 <= key < len(names):
        return key
    is_last = option == "usecols" and -len(names) <= key < 0
    raise CsvSchemaError(
        f"{option}: no column {key}; there are {len(names)}",
        code="NX503",
        hint=f"{len(names) + key}, or a slice; positions count from 0"
        if is_last
        else None,
    )


def no_column(option: str, name: str, names: tuple[str, ...]) -> NoReturn:
    """Raise the error for a name that no column has."""
    import difflib

    close = difflib.get_close_matches(name, names, n=1)
    listed = ", ".join(map(repr, names[:LISTED_NAMES]))
    if len(names) > LISTED_NAMES:
        listed += f" and {len(names) - LISTED_NAMES} more"
    raise CsvSchemaError(
        f"{option}: no column {name!r}; there are {listed}",
        code="NX503",
        column=name,
        hint=f"{close[0]!r}, which is close to it" if close else None,
    )
