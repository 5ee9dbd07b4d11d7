"""What the JSON writer puts together: text and values in turn.

Fields of nested records are columns of their own, with the braces around them in the
text before and behind; a sub-array of records is as many columns as it has fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._dtypes import UNITS
from numpy_ext._json_fault import joined_index, surrogate_error
from numpy_ext._json_objects import quoted, strings_of_objects

__all__ = [
    "Document",
    "Field",
    "Options",
    "Row",
    "Shape",
    "empty_lists",
    "fields_of",
    "key_of",
    "native",
    "size_of",
]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Shape: TypeAlias = tuple[int, ...]

PLAIN, COUNTS, RAW = 0, 1, 2
STRING: Final = np.dtypes.StringDType()
LAST_POINT: Final = 0x10FFFF
TIMES: Final = frozenset(np.dtype(f"{kind}8[{u}]") for kind in "mM" for u in UNITS)


class Options(NamedTuple):
    """What becomes of values that have several forms: numbers of choices."""

    nan: int
    dates: int
    big_ints: int


# ---- Parts of a document ---------------------------------------------------


class Leaf(NamedTuple):
    """A column of values of one kind, or of nested lists of them."""

    values: Any
    """An array of shape (rows, *inner), or the capsule of a string column."""
    mask: Mask | None
    use: int
    path: str
    dtype: Any
    inner: Shape

    def item(self, row: int, number: int) -> Any:
        """Return a value."""
        if not isinstance(self.values, np.ndarray):
            return _native.string_list(self.values, row, row + 1)[0]
        item = self.values[row]
        return item[np.unravel_index(number, self.inner)] if self.inner else item

    def text(self, row: int, number: int) -> str | bytes | int:
        """Return text, or a number in it that is no code point."""
        items = self.values[row : row + 1].reshape(-1)[number : number + 1]
        if items.dtype.kind != "U":
            return bytes(items.item())
        points = items.copy().view(np.uint32).tolist()
        strange = [point for point in points if point > LAST_POINT]
        return strange[0] if strange else str(items.item())


class Section(NamedTuple):
    """Rows, with what stands before and between them."""

    before: bytes
    shape: Shape
    between: bytes
    row: Row

    @property
    def leaves(self) -> list[Leaf]:
        return self.row.leaves

    @property
    def native(self) -> tuple[Any, ...]:
        """What the C library takes."""
        columns = [
            (before, leaf.values, leaf.mask, leaf.use)
            for before, leaf in zip(self.row.texts, self.row.leaves, strict=True)
        ]
        shape = None if self.between == b"\n" else self.shape
        rows = size_of(self.shape)
        return self.before, shape, rows, self.between, columns, self.row.pending


class Document(NamedTuple):
    """Sections and the text behind the last one."""

    sections: list[Section]
    after: bytes

    @property
    def values(self) -> int:
        """About how many values there are."""
        return sum(
            size_of(section.shape) * max(1, size_of(leaf.inner))
            for section in self.sections
            for leaf in section.leaves
        )


@dataclass(slots=True)
class Row:
    """What a row is made of: text and values in turn."""

    options: Options
    shape: Shape
    """Of the lists that the rows are in; there may be others before the first one."""
    start: int
    """The number of the first row, for errors."""
    by_name: bool
    """Whether records are objects; else they are lists."""
    texts: list[bytes] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    pending: bytes = b""
    """Text that no value has followed yet."""

    def fields(self, fields: list[Field]) -> None:
        """Add a record."""
        self.pending += b"{" if self.by_name else b"["
        for number, one in enumerate(fields):
            if number:
                self.pending += b","
            if self.by_name:
                self.pending += key_of(one.name) + b":"
            self.value(one.values, one.mask, one.path)
        self.pending += b"}" if self.by_name else b"]"

    def value(self, values: Any, mask: Any, path: str) -> None:
        """Add the values of a column, whatever they are."""
        if not isinstance(values, np.ndarray):
            self.leaf(Leaf(values, mask, PLAIN, path, STRING, ()))
        elif 0 in values.shape[1:]:
            self.pending += empty_lists(values.shape[1:])
        elif values.dtype.names is None:
            self.leaf(self.prepared(values, mask, path))
        elif values.ndim == 1:
            self.fields(fields_of(values, mask, path))
        else:
            self.pending += b"["
            for i in range(values.shape[1]):
                if i:
                    self.pending += b","
                inner = None if mask is None else mask[:, i]
                self.value(values[:, i], inner, f"{path}[{i}]")
            self.pending += b"]"

    def leaf(self, leaf: Leaf) -> None:
        self.texts.append(self.pending)
        self.leaves.append(leaf)
        self.pending = b""

    def section(self, before: bytes, between: bytes = b",") -> Section:
        """Return rows like this one."""
        if not self.leaves:  # text alone, as of records without fields
            text = np.full(size_of(self.shape), self.pending.decode(), STRING)
            self.pending = b""
            self.leaf(Leaf(text, None, RAW, "", STRING, ()))
        return Section(before, self.shape, between, self)

    def prepared(self, values: Array, mask: Any, path: str) -> Leaf:
        """Return values as the C library takes them, rows in one piece."""
        dtype, inner, use = values.dtype, values.shape[1:], PLAIN
        if dtype.kind == "O":
            values, use = strings_of_objects(
                values, mask, path, self.options, self.index
            )
        elif dtype.kind == "M" and self.options.dates:
            use = COUNTS
        values = native(values, path)
        if mask is not None:
            mask = in_rows(np.asarray(mask, dtype=np.bool_))
        return Leaf(in_rows(values), mask, use, path, dtype, inner)

    def index(self, row: int, inner: tuple[Any, ...]) -> int | Shape | None:
        """Return the index of a value in the array of a user."""
        outer = tuple(int(i) for i in np.unravel_index(row, self.shape))
        if self.start and outer:
            outer = (outer[0] + self.start, *outer[1:])
        return joined_index((*outer, *inner))


class Field(NamedTuple):
    """A named column."""

    name: str
    values: Any
    mask: Any
    path: str


def fields_of(values: Array, mask: Any, path: str = "") -> list[Field]:
    """Return the columns of a structured array."""
    assert values.dtype.names is not None
    return [
        Field(
            name,
            values[name],
            None if mask is None else mask[name],
            f"{path}.{name}" if path else name,
        )
        for name in values.dtype.names
    ]


def key_of(name: str) -> bytes:
    """Return a name as the key of an object."""
    try:
        return quoted(name)
    except UnicodeEncodeError:
        raise surrogate_error(name, column=name) from None


def empty_lists(shape: Shape) -> bytes:
    """Return the nested lists of an array without values."""
    if shape[0] == 0:
        return b"[]"
    return b"[" + b",".join([empty_lists(shape[1:])] * shape[0]) + b"]"


def size_of(shape: Shape) -> int:
    size = 1
    for length in shape:
        size *= length
    return size


# ---- Values of one column ---------------------------------------------------


def native(values: Array, path: str) -> Array:
    """Return values in the byte order of the machine, if their dtype can be written.

    Raises
    ------
    TypeError
        If it cannot.
    """
    dtype = values.dtype
    if not dtype.isnative:
        values = values.astype(dtype.newbyteorder("="))
    if values.dtype not in TIMES and not is_writable(values.dtype):
        raise TypeError(refusal(dtype, path))
    if not values.flags.aligned and values.dtype.kind in "UT":
        values = values.copy()
    return values


def in_rows(values: Array) -> Array:
    """Return an array whose items are contiguous for each item of the first axis."""
    if values.ndim == 1 or values[:1].flags.c_contiguous:
        return values
    return np.ascontiguousarray(values)


def is_writable(dtype: np.dtype[Any]) -> bool:
    if dtype.kind == "f":
        return dtype.itemsize <= 8
    return dtype.kind in "biuSUT"


def refusal(dtype: np.dtype[Any], path: str) -> str:
    """Return why values of a dtype have no JSON, and what to do instead."""
    advice = {
        "c": "write its real and imag parts as two columns",
        "f": "round it with astype(np.float64)",
        "V": "view it as uint8, or write it as text with hex",
        "M": 'convert it to one of those units, as in a.astype("datetime64[s]")',
        "m": 'convert it to one of those units, as in a.astype("timedelta64[s]")',
    }.get(dtype.kind, "convert it with astype to one of those")
    where = f"column {path!r} is" if path else "got"
    return (
        "JSON is written of bools, integers, float16, float32, float64, datetime64 and "
        "timedelta64 in D, h, m, s, ms, us or ns, strings, and objects that are str, "
        f"None, bool, int or float; {where} {dtype}: {advice}"
    )
