"""Arrays, records and tables as the parts that the JSON writer puts together.

A row of a structured array, a table or a mapping is text and values in turn. Fields of
nested records are columns of their own, with the braces around them in the text before
and behind; a sub-array of records is as many columns as it has fields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._dtypes import UNITS
from numpy_ext._items import any_items
from numpy_ext._json_fault import joined_index, surrogate_error
from numpy_ext._json_objects import strings_of_objects
from numpy_ext._table import Table

__all__ = ["Document", "Options", "Source", "checked_option", "source_of"]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Shape: TypeAlias = tuple[int, ...]

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "orient": ("records", "columns", "values", "split", "ndjson"),
    "nan": ("null", "raise", "literal"),
    "dates": ("iso", "epoch"),
    "big_ints": ("number", "string", "raise"),
}

PLAIN, COUNTS, RAW = 0, 1, 2
STRING: Final = np.dtypes.StringDType()
LAST_POINT: Final = 0x10FFFF
TIMES: Final = frozenset(np.dtype(f"{kind}8[{u}]") for kind in "mM" for u in UNITS)


class Options(NamedTuple):
    """What becomes of values that have several forms: numbers of choices."""

    nan: int
    dates: int
    big_ints: int


def checked_option(name: str, value: object) -> Any:
    """Return a layout, or the number of a choice, or say what there is."""
    choices = CHOICES[name]
    if not isinstance(value, str) or value not in choices:
        allowed = ", ".join(map(repr, choices))
        raise ValueError(f"{name} must be one of {allowed}; got {value!r}")
    return value if name == "orient" else choices.index(value)


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
        return json.dumps(name, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise surrogate_error(name, column=name) from None


def empty_lists(shape: Shape) -> bytes:
    """Return the nested lists of an array without values."""
    return json.dumps(np.empty(shape).tolist(), separators=(",", ":")).encode()


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


# ---- What users pass --------------------------------------------------------


class Source:
    """Something that can be written."""

    rows: int

    def document(self, orient: str, options: Options, start: int) -> Document:
        """Return the parts in a layout."""
        raise NotImplementedError

    def by_line(self) -> Source:
        """Return this as rows, one a line."""
        return self

    def part(self, start: int, stop: int) -> Source:
        """Return some of its rows."""
        raise NotImplementedError


@dataclass(slots=True)
class PlainSource(Source):
    """An array without names."""

    values: Array
    mask: Any

    @property
    def rows(self) -> int:  # type: ignore[override]
        return len(self.values)

    def document(self, orient: str, options: Options, start: int) -> Document:
        if orient in ("columns", "split"):
            raise ValueError(
                f"orient={orient!r} takes columns with names: a structured array, a "
                f"Table or a mapping; got an array of {self.values.dtype}"
            )
        lines = orient == "ndjson"
        source = self.by_line() if lines else self
        values, mask, shape = source.values, source.mask, source.values.shape
        if lines:
            shape = shape[:1]
        if 0 in shape:
            # An array of no items has a dtype all the same.
            if values.dtype.kind != "O":
                native(values, "")
            return Document([], b"" if lines else empty_lists(shape))
        row = Row(options, shape, start, by_name=True)
        if lines:
            row.value(values, mask, "")
            return Document([row.section(b"", b"\n")], b"\n")
        flat_mask = None if mask is None else mask.reshape(-1)
        row.value(values.reshape(-1), flat_mask, "")
        return Document([row.section(b"")], b"")

    def by_line(self) -> PlainSource:
        if self.values.ndim:
            return self
        mask = None if self.mask is None else self.mask.reshape(1)
        return PlainSource(self.values.reshape(1), mask)

    def part(self, start: int, stop: int) -> PlainSource:
        mask = None if self.mask is None else self.mask[start:stop]
        return PlainSource(self.values[start:stop], mask)


@dataclass(slots=True)
class FieldSource(Source):
    """Named columns, each of shape (rows, ...)."""

    columns: list[Field]
    shape: Shape
    """Of the lists that the rows are in: (rows,), () for one record."""

    @property
    def rows(self) -> int:  # type: ignore[override]
        return size_of(self.shape)

    def document(self, orient: str, options: Options, start: int) -> Document:
        if orient not in ("records", "values"):
            self.refuse_dimensions(orient)
        if orient == "columns":
            return self.by_column(options, start)
        before = after = b""
        if orient == "split":
            names = b",".join(key_of(column.name) for column in self.columns)
            before, after = b'{"columns":[' + names + b'],"data":', b"}"
        lines = orient == "ndjson"
        shape = (self.rows,) if lines else self.shape
        row = Row(options, shape, start, by_name=lines or orient == "records")
        row.fields(self.columns)
        if not self.rows:
            empty = b"" if lines else before + empty_lists(self.shape) + after
            return Document([], empty)
        if lines:
            return Document([row.section(b"", b"\n")], b"\n")
        return Document([row.section(before)], after)

    def by_column(self, options: Options, start: int) -> Document:
        sections, text = [], b"{"
        for number, column in enumerate(self.columns):
            text += b"," * (number > 0) + key_of(column.name) + b":"
            row = Row(options, self.shape, start, by_name=True)
            row.value(column.values, column.mask, column.path)
            if self.rows:
                sections.append(row.section(text))
                text = b""
            else:
                text += empty_lists(self.shape)
        return Document(sections, text + b"}")

    def by_line(self) -> FieldSource:
        self.refuse_dimensions("ndjson")
        return FieldSource(self.columns, (self.rows,))

    def refuse_dimensions(self, orient: str) -> None:
        if len(self.shape) > 1:
            raise ValueError(
                f"orient={orient!r} takes records of one dimension, got "
                f"{len(self.shape)}; a.reshape(-1) has one"
            )

    def part(self, start: int, stop: int) -> FieldSource:
        columns = [
            Field(
                column.name,
                part_of(column.values, start, stop),
                None if column.mask is None else column.mask[start:stop],
                column.path,
            )
            for column in self.columns
        ]
        return FieldSource(columns, (stop - start,))


def part_of(values: Any, start: int, stop: int) -> Any:
    if isinstance(values, np.ndarray):
        return values[start:stop]
    return _native.string_slice(values, start, stop)


def source_of(obj: Any) -> Source:
    """Return what a user passed as something that can be written."""
    if isinstance(obj, Table):
        return table_source(obj)
    if isinstance(obj, Mapping):
        return mapping_source(obj)
    if hasattr(obj, "columns") and hasattr(obj, "__array__"):
        raise TypeError(
            f"a {type(obj).__name__} is not one array; Table.from_pandas(df) and "
            "Table.from_arrow(df) make a table of it"
        )
    values, mask = array_and_mask(obj)
    if values.dtype.names is None:
        return PlainSource(values, mask)
    flat_mask = None if mask is None else mask.reshape(-1)
    return FieldSource(fields_of(values.reshape(-1), flat_mask), values.shape)


def array_and_mask(obj: Any) -> tuple[Array, Any]:
    """Return an array and, if something is masked, its mask."""
    items = any_items(obj)
    if items.dtype.kind == "U" and not hasattr(obj, "dtype"):
        # Of str, which may end in a NUL.
        items = np.array(obj, dtype=object)
    if isinstance(items, np.ma.MaskedArray):
        mask = items.mask
        return np.asarray(items), None if mask is np.ma.nomask else mask
    return np.asarray(items), None


def table_source(table: Table) -> FieldSource:
    columns = []
    for name, column in table._columns.items():
        values = column.strings
        if values is None:
            values = column.values()
        columns.append(Field(name, values, column.mask, name))
    return FieldSource(columns, (table.num_rows,))


def mapping_source(mapping: Mapping[Any, Any]) -> FieldSource:
    columns: dict[str, Field] = {}
    for name in mapping:
        if not isinstance(name, str):
            raise TypeError(
                f"names of columns must be str, got {name!r}, a {type(name).__name__}"
            )
        if name in columns:
            raise ValueError(f"two columns have the name {name!r}")
        values, mask = array_and_mask(mapping[name])
        if values.ndim == 0:
            raise ValueError(
                f"column {name!r} is a single value; a column has one for each row"
            )
        columns[name] = Field(name, values, mask, name)
    lengths = {name: len(column.values) for name, column in columns.items()}
    for name, length in lengths.items():
        first = next(iter(lengths))
        if length != lengths[first]:
            raise ValueError(
                f"columns differ in length: {first!r} has {lengths[first]} rows, "
                f"{name!r} has {length}"
            )
    rows = next(iter(lengths.values()), 0)
    return FieldSource(list(columns.values()), (rows,))
