"""What was found out about a source: a dialect, as the keywords that read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

__all__ = ["FIELDS", "Dialect", "dialect_of_read"]

FIELDS: Final[dict[str, Any]] = {
    "delimiter": ",",
    "quotechar": '"',
    "escapechar": None,
    "doublequote": True,
    "quoting": "standard",
    "lineterminator": None,
    "comment": None,
    "header": True,
    "header_rows": 1,
    "decimal": ".",
    "thousands": None,
    "skiprows": 0,
    "skipfooter": 0,
    "strip": False,
    "encoding": "utf-8",
}


class Dialect(Mapping[str, Any]):
    r"""How a source is written, as the keywords of `read_csv` that read it.

    Every keyword is an attribute. As a mapping it has those that are not the default,
    so that ``read_csv(source, **dialect)`` reads the source, and its repr is that call.
    It cannot be changed; equal dialects are equal, and it can be pickled.

    Parameters
    ----------
    **keywords
        Those below; the default for the others.

    Attributes
    ----------
    delimiter, quotechar, escapechar, doublequote, quoting, lineterminator, comment
        What separates, quotes and ends fields.
    header : bool
        Whether the first record holds the names.
    header_rows : int
        How many records do.
    decimal, thousands
        How numbers are written.
    skiprows, skipfooter : int
        The lines before the table, and the records behind it; the latter are never
        more than a doubt of `sniff_csv`, as they may as well be rows that were cut off.
    strip : bool
        Whether there are blanks behind the delimiters.
    encoding : str
        The encoding; "utf-8" also for ASCII.
    line_end : str or None
        What ends most of the lines, for information: LF, CRLF and CR need no option.
    doubts : tuple of str
        What the text does not settle, each with the keyword it is about; empty if all
        is clear.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> dialect = npx.sniff_csv(b"made by hand\n\nitem;price\npen;1,5\ncap;2,25\n")
    >>> dialect
    read_csv(source, delimiter=';', decimal=',', skiprows=2)
    >>> dialect.skiprows, dialect.quotechar
    (2, '"')
    >>> dict(dialect)
    {'delimiter': ';', 'decimal': ',', 'skiprows': 2}
    """

    __slots__ = (*FIELDS, "doubts", "line_end")

    delimiter: str
    quotechar: str | None
    escapechar: str | None
    doublequote: bool
    quoting: str
    lineterminator: str | None
    comment: str | None
    header: bool
    header_rows: int
    decimal: str
    thousands: str | None
    skiprows: Any
    skipfooter: int
    strip: bool
    encoding: str
    line_end: str | None
    doubts: tuple[str, ...]

    def __init__(
        self,
        *,
        line_end: str | None = None,
        doubts: tuple[str, ...] = (),
        **keywords: Any,
    ) -> None:
        unknown = keywords.keys() - FIELDS.keys()
        if unknown:
            raise TypeError(f"a dialect has no {min(unknown)!r}")
        from numpy_ext._options import CHECKS

        for name, value in keywords.items():
            CHECKS[name](name, value)
        settle = object.__setattr__
        for name, usual in FIELDS.items():
            settle(self, name, keywords.get(name, usual))
        settle(self, "line_end", line_end)
        settle(self, "doubts", tuple(doubts))

    def options(self) -> dict[str, Any]:
        r"""Return the keywords that are not the default.

        Examples
        --------
        >>> import numpy_ext as npx
        >>> npx.sniff_csv(b"a;b\n1;2\n3;4\n").options()
        {'delimiter': ';'}
        """
        return {
            name: getattr(self, name)
            for name, usual in FIELDS.items()
            if getattr(self, name) != usual
        }

    def __getitem__(self, name: str) -> Any:
        return self.options()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.options())

    def __len__(self) -> int:
        return len(self.options())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dialect):
            return NotImplemented
        return self._state() == other._state()

    def __hash__(self) -> int:
        return hash(tuple(self._state().items()))

    def __repr__(self) -> str:
        given = "".join(f", {name}={value!r}" for name, value in self.options().items())
        return f"read_csv(source{given})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Dialect cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a Dialect cannot be changed")

    def __reduce__(self) -> tuple[Any, ...]:
        return _dialect, (self._state(),)

    def _state(self) -> dict[str, Any]:
        kept = {name: getattr(self, name) for name in FIELDS}
        return {**kept, "line_end": self.line_end, "doubts": self.doubts}


def _dialect(state: dict[str, Any]) -> Dialect:
    """Return an equal dialect; what pickle calls."""
    return Dialect(**state)


def dialect_of_read(options: Any) -> Dialect | None:
    """Return the dialect that a table was read with, as it was left there."""
    if options is None or isinstance(options, Dialect):
        return options
    return Dialect(**{name: getattr(options, name) for name in FIELDS})
