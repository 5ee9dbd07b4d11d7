"""How tables are shown: settings of the process, and of a ``with`` block."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from contextvars import ContextVar, Token
from types import EllipsisType, MappingProxyType, TracebackType
from typing import Any, Final, Literal, NamedTuple, TypeAlias

__all__ = ["Settings", "get_options", "set_options", "settings"]

Color: TypeAlias = bool | Literal["auto"]
Changes: TypeAlias = Mapping[str, Any]

LEAST_WIDTH: Final = 20
MOST_PRECISION: Final = 17


class Settings(NamedTuple):
    """How tables are shown."""

    max_rows: int | None = 10
    max_columns: int | None = None
    max_width: int | None = None
    precision: int = 6
    color: Color = "auto"


_inside: ContextVar[Changes] = ContextVar(
    "numpy_ext.set_options", default=MappingProxyType({})
)
_lock: Final = threading.Lock()
# The calls of set_options that a `with` statement may still take back, and what those
# before them left.
_calls: Final[list[tuple[weakref.ref[set_options], Changes]]] = []
_base = Settings()


class set_options:
    r"""Set how tables are shown, for good or inside a ``with`` block.

    Parameters
    ----------
    max_rows : int or None, default 10
        How many rows are shown at most. Of longer tables the first and the last ones
        are; None shows all.
    max_columns : int or None, default None
        How many columns are shown at most. Of wider tables the first and the last
        ones are. None: in text as many as fit `max_width`, in HTML 20.
    max_width : int or None, default None
        How many characters a line of text may have, at least 20. None: as many as
        the terminal has.
    precision : int, default 6
        How many significant digits of a float are shown at least, 1 to 17, unless
        fewer say it exactly. All cells of a column have the same number of decimals,
        so a cell may show more; cells that differ look different.
    color : bool or "auto", default "auto"
        Whether text is coloured, missing cells in grey. "auto": where IPython shows
        a value on a terminal, unless the environment variable ``NO_COLOR`` is set.
        True: in every ``repr`` too.

    Raises
    ------
    TypeError, ValueError
        If a value makes no sense; nothing is changed then.

    See Also
    --------
    get_options : The values in use.

    Notes
    -----
    What is left out, or ``...``, stays as it is. A call sets the values for the whole
    process. A ``with`` block takes that back, and sets them for its own context
    (`contextvars`) until it ends: other threads and tasks are not affected, and other
    calls do not change them there.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> t = npx.parse_csv("n,x\n1,0.25\n2,1e-05\n3,3.14159265\n")
    >>> with npx.set_options(max_rows=2, precision=3):
    ...     print(t)
    n      x
    int64  float64
    -----  -------
        1     0.25
      ...      ...
        3     3.14
    3 rows x 2 columns
    """

    __slots__ = ("__weakref__", "_changes", "_tokens")

    _changes: Changes
    _tokens: list[Token[Changes]]

    def __init__(
        self,
        *,
        max_rows: int | EllipsisType | None = ...,
        max_columns: int | EllipsisType | None = ...,
        max_width: int | EllipsisType | None = ...,
        precision: int | EllipsisType = ...,
        color: Color | EllipsisType = ...,
    ) -> None:
        global _base
        changes = {
            "max_rows": checked_size("max_rows", max_rows, 1),
            "max_columns": checked_size("max_columns", max_columns, 1),
            "max_width": checked_size("max_width", max_width, LEAST_WIDTH),
            "precision": checked_precision(precision),
            "color": checked_color(color),
        }
        self._changes = {k: v for k, v in changes.items() if v is not ...}
        self._tokens = []
        with _lock:
            while _calls and _calls[0][0]() is None:
                _base = _base._replace(**_calls.pop(0)[1])
            _calls.append((weakref.ref(self), self._changes))

    def __enter__(self) -> None:
        with _lock:
            _calls[:] = [call for call in _calls if call[0]() is not self]
        self._tokens.append(_inside.set({**_inside.get(), **self._changes}))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _inside.reset(self._tokens.pop())

    def __repr__(self) -> str:
        changes = ", ".join(f"{k}={v!r}" for k, v in self._changes.items())
        return f"set_options({changes})"


def get_options() -> dict[str, Any]:
    """Return how tables are shown in this context.

    Returns
    -------
    dict
        The value of every keyword of `set_options`.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> with npx.set_options(max_rows=20):
    ...     npx.get_options()["max_rows"]
    20
    """
    return settings()._asdict()


def settings() -> Settings:
    """Return the settings in use in this context."""
    with _lock:
        current = _base
        for _, changes in _calls:
            current = current._replace(**changes)
    return current._replace(**_inside.get())


def checked_size(name: str, value: object, least: int) -> int | EllipsisType | None:
    """Return a number of rows, columns or characters, or say what is wrong with it."""
    if value is None or value is ...:
        return value
    size = checked_int(name, value, "an int or None")
    if size < least:
        raise ValueError(f"{name} must be at least {least}, or None; got {size}")
    return size


def checked_precision(value: object) -> int | EllipsisType:
    """Return a number of digits, or say what is wrong with it."""
    if value is ...:
        return ...
    digits = checked_int("precision", value, "an int")
    if not 1 <= digits <= MOST_PRECISION:
        raise ValueError(
            f"precision must be between 1 and {MOST_PRECISION}, got {digits}"
        )
    return digits


def checked_color(value: object) -> Color | EllipsisType:
    """Return the choice of colour, or say what is wrong with it."""
    if value is ... or value is True or value is False or value == "auto":
        return value
    raise ValueError(f'color must be True, False or "auto", got {value!r}')


def checked_int(name: str, value: object, kind: str) -> int:
    """Return an int, or say what is wrong with it."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be {kind}, got {type(value).__name__}")
    return int(value.__index__())
