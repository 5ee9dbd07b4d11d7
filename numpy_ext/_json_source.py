"""Arrays, records, tables and mappings of columns as something that can be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._items import any_items
from numpy_ext._json_parts import (
    Document,
    Field,
    Options,
    Row,
    Shape,
    empty_lists,
    fields_of,
    key_of,
    native,
    size_of,
)
from numpy_ext._table import Table

__all__ = ["Source", "checked_option", "source_of"]

Array: TypeAlias = npt.NDArray[Any]

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "orient": ("records", "columns", "values", "split", "ndjson"),
    "nan": ("null", "raise", "literal"),
    "dates": ("iso", "epoch"),
    "big_ints": ("number", "string", "raise"),
}


def checked_option(name: str, value: object) -> Any:
    """Return a layout, or the number of a choice, or say what there is."""
    choices = CHOICES[name]
    if not isinstance(value, str) or value not in choices:
        allowed = ", ".join(map(repr, choices))
        raise ValueError(f"{name} must be one of {allowed}; got {value!r}")
    return value if name == "orient" else choices.index(value)


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
        values = column.texts()
        if values is None:
            values = column.values()
        columns.append(Field(name, values, column.mask, name))
    return FieldSource(columns, (table.num_rows,))


def mapping_source(mapping: Mapping[Any, Any]) -> FieldSource:
    columns: dict[str, Field] = {}
    for name in mapping:
        if not isinstance(name, str):
            kind = type(name).__name__
            raise TypeError(f"names of columns must be str, got {kind} {name!r}")
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
