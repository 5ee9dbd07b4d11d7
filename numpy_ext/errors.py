"""The exceptions of numpy_ext.

All of them pickle with their attributes. Bad options are plain ``ValueError`` or
``TypeError``; files that cannot be read are ``OSError``.
"""

from typing import Any, ClassVar

__all__ = [
    "CompressionError",
    "CsvDialectError",
    "CsvEncodingError",
    "CsvError",
    "CsvRaggedError",
    "CsvSchemaError",
    "CsvValueError",
    "CsvWarning",
    "JsonError",
    "NumpyExtError",
    "ParseError",
]


class NumpyExtError(Exception):
    """Base of every exception that numpy_ext defines."""


class ParseError(NumpyExtError, ValueError):
    """Text that is not what it was read as.

    Parameters
    ----------
    message : str
        What is wrong, in one line.
    **details
        Values for the attributes below; those not given are None.

    Attributes
    ----------
    message : str
        What is wrong, in one line.
    code : str or None
        A stable name for this kind of error, ``"NX301"`` for example.
    hint : str or None
        What would accept the text.
    value : str or None
        The text that is at fault, if it is the text of one value.
    index : int, tuple of int or None
        Where that value would stand in its array, counted from 0; a tuple if the array
        has several dimensions.
    dtype : numpy.dtype or None
        What it was read as.
    """

    _details: ClassVar[tuple[str, ...]] = ("code", "hint", "value", "index", "dtype")

    code: str | None
    hint: str | None
    value: str | None
    index: int | tuple[int, ...] | None
    dtype: Any

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        for name in self._details:
            setattr(self, name, details.pop(name, None))
        if details:
            raise TypeError(f"{type(self).__name__} has no {', '.join(details)}")

    def __reduce__(self) -> tuple[Any, ...]:
        details = {name: getattr(self, name) for name in self._details}
        return _rebuild, (type(self), self.message, details)

    def __str__(self) -> str:
        lines = [self.message if self.code is None else f"{self.message} [{self.code}]"]
        lines += self._place()
        if self.hint is not None:
            lines.append(f"  to accept it: {self.hint}")
        return "\n".join(lines)

    def _place(self) -> list[str]:
        """Return the lines of the message that say where."""
        return [] if self.index is None else [f"  at item {self.index}"]


class CsvError(ParseError):
    """A CSV source that cannot be read without losing something.

    Attributes
    ----------
    path : str or None
        The file, if the source was one.
    record : int or None
        The data record, counted from 1; header and blank lines do not count.
    line : int or None
        The physical line, counted from 1.
    column : str or None
        Name of the column.
    byte : int or None
        Offset in the source, counted from 0.
    excerpt : str or None
        The text around that byte.
    caret : int or None
        Where in `excerpt` that byte is.
    text : str or None
        The text of the record, for an ``on_error`` that is called with this error; a
        byte that is not UTF-8 stands there by its number.
    """

    _details = (
        *ParseError._details,
        "path",
        "record",
        "line",
        "column",
        "byte",
        "excerpt",
        "caret",
        "text",
    )

    path: str | None
    record: int | None
    line: int | None
    column: str | None
    byte: int | None
    excerpt: str | None
    caret: int | None
    text: str | None

    def __str__(self) -> str:
        text = super().__str__()
        if self.record is None or self.text is not None or self.code not in _OF_RECORD:
            return text
        return f"{text}\n  to read on without it: on_error='collect', or 'skip'"

    def _place(self) -> list[str]:
        return _source_place(self)


class CsvDialectError(CsvError):
    """Quotes that contradict the dialect, or a dialect that cannot be told."""


class CsvRaggedError(CsvError):
    """A record with more or fewer fields than the header."""


class CsvSchemaError(CsvError):
    """No columns, or names that do not fit the source."""


class CsvValueError(CsvError):
    """A field that is not of the dtype asked for, or missing where none may be."""


class CsvEncodingError(CsvError, UnicodeError):
    """Bytes that are not UTF-8."""


class CompressionError(NumpyExtError, OSError):
    """A compressed source that cannot be decompressed, or not as asked.

    Parameters
    ----------
    message : str
        What is wrong, in one line.
    **details
        Values for the attributes below; those not given are None.

    Attributes
    ----------
    message : str
        What is wrong, in one line.
    code : str or None
        A stable name for this kind of error, ``"NX801"`` for example.
    format : str or None
        ``"gzip"``, ``"bz2"``, ``"xz"``, ``"zstd"`` or ``"zip"``.
    path : str or None
        The file, if the source was one.
    byte : int or None
        Offset in the compressed source, counted from 0: where the broken part begins,
        or how far it was read.
    hint : str or None
        What would be accepted.
    """

    _details: ClassVar[tuple[str, ...]] = ("code", "format", "path", "byte", "hint")

    code: str | None
    format: str | None
    path: str | None
    byte: int | None
    hint: str | None

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        for name in self._details:
            setattr(self, name, details.pop(name, None))
        if details:
            raise TypeError(f"{type(self).__name__} has no {', '.join(details)}")

    def __reduce__(self) -> tuple[Any, ...]:
        details = {name: getattr(self, name) for name in self._details}
        return _rebuild, (type(self), self.message, details)

    def __str__(self) -> str:
        lines = [self.message if self.code is None else f"{self.message} [{self.code}]"]
        place = [] if self.path is None else [self.path]
        if self.byte is not None:
            place.append(f"compressed byte {self.byte}")
        if place:
            lines.append(f"  at {': '.join(place)}")
        if self.hint is not None:
            lines.append(f"  to accept it: {self.hint}")
        return "\n".join(lines)


class JsonError(ParseError):
    """JSON that cannot be read, or values that strict JSON has no text for.

    Attributes
    ----------
    path : str or None
        The file that was read, if the source was one.
    record : int or None
        The record that was read, counted from 1.
    line : int or None
        The physical line, counted from 1.
    column : str or None
        Name of the column, or of the field of a record; that of a nested field has
        dots between its names.
    byte : int or None
        Offset in the source, counted from 0.
    excerpt : str or None
        The text around that byte.
    caret : int or None
        Where in `excerpt` that byte is.

    Notes
    -----
    What was written has a place in its array, `index`, and no line; `value` is then the
    text that Python prints for the item.
    """

    _details = tuple(name for name in CsvError._details if name != "text")

    path: str | None
    record: int | None
    line: int | None
    column: str | None
    byte: int | None
    excerpt: str | None
    caret: int | None

    def _place(self) -> list[str]:
        if self.index is not None and self.line is None and self.record is None:
            of = "" if self.column is None else f" of column {self.column!r}"
            return [f"  at item {self.index}{of}"]
        return _source_place(self)


class CsvWarning(UserWarning):
    """Something about a CSV source that is legal but rarely meant."""


def _source_place(error: CsvError | JsonError) -> list[str]:
    """Return the lines of a message that say where in a source."""
    lines = []
    place = [
        f"{what} {value}"
        for what, value in (
            ("line", error.line),
            ("record", error.record),
            ("column", None if error.column is None else repr(error.column)),
            ("byte", error.byte),
        )
        if value is not None
    ]
    if place or error.path is not None:
        parts = [part for part in (error.path, ", ".join(place)) if part]
        lines.append(f"  at {': '.join(parts)}")
    if error.excerpt is not None:
        lines.append(f"    {error.excerpt}")
        lines.append(f"    {' ' * (error.caret or 0)}^")
    return lines


# Faults of one record, which may be left out.
_OF_RECORD = frozenset(
    (
        *("NX121", "NX201", "NX202", "NX203", "NX301", "NX401"),
        *("NX601", "NX602", "NX603", "NX604", "NX605"),
    )
)

# By the first digit of their codes.
_CODE_CLASSES: dict[int, type[CsvError]] = {
    1: CsvDialectError,
    2: CsvDialectError,
    3: CsvRaggedError,
    4: CsvEncodingError,
    6: CsvValueError,
}

_NATIVE_CLASSES: dict[str, type[CsvError]] = {
    "dialect": CsvDialectError,
    "ragged": CsvRaggedError,
    "schema": CsvSchemaError,
    "encoding": CsvEncodingError,
    "value": CsvValueError,
}


def _rebuild(
    cls: type[ParseError | CompressionError], message: str, details: dict[str, Any]
) -> ParseError | CompressionError:
    """Return an equal exception; what pickle calls."""
    return cls(message, **details)


def _from_native(
    status: str,
    code: int,
    message: str,
    record: int | None,
    line: int | None,
    column: int | None,
    byte: int | None,
) -> ParseError:
    """Return the exception for an error of the C library, whose counts start at 0."""
    family: type[CsvError | JsonError] = _NATIVE_CLASSES.get(status, CsvError)
    if code // 100 == 7:
        family = JsonError
    error = family(
        message,
        code=f"NX{code}" if code else None,
        record=None if record is None else record + 1,
        line=None if line is None else line + 1,
        byte=byte,
    )
    error._field = column  # type: ignore[union-attr]
    return error
