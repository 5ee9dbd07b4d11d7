"""What is known about the columns of a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Field", "Schema"]


@dataclass(frozen=True, slots=True)
class Field:
    """What is known about one column.

    Attributes
    ----------
    name : str
        Its name.
    dtype : numpy.dtype
        The dtype of its array.
    missing : int
        How many of its cells are missing.
    reason : str
        Why it has this dtype: the field of the source that settled it.
    widened : bool
        Whether that field was not the first one, so that the column looked like
        another dtype before.
    zone : str or None
        ``"UTC"`` for times that were written with a zone (``Z`` or ``+02:00``); the
        values are then UTC. None for all else.
    categories : int or None
        How many categories it has, of which its array holds the numbers. None for a
        column that is none of categories.
    """

    name: str
    dtype: np.dtype[Any]
    missing: int
    reason: str
    widened: bool
    zone: str | None = None
    categories: int | None = None


class Schema(Mapping[str, Field]):
    """The columns of a table by name, in their order.

    Parameters
    ----------
    fields : iterable of Field
        The columns; their names are distinct.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = dict(fields)

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        from numpy_ext import _display

        return _display.schema_text(list(self._fields.values()))

    def _repr_html_(self) -> str:
        from numpy_ext import _html

        return _html.schema_html(list(self._fields.values()))


def dtype_name(dtype: np.dtype[Any]) -> str:
    """Return a short name: ``string`` for StringDType, else NumPy's own."""
    return "string" if isinstance(dtype, np.dtypes.StringDType) else str(dtype)


def dtype_text(field: Field) -> str:
    """Return the dtype of a column as displays show it, with the zone if it has one."""
    name = "category" if field.categories is not None else dtype_name(field.dtype)
    return name if field.zone is None else f"{name} {field.zone}"
