"""Tables compared cell by cell, to the last bit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from numpy_ext._schema import dtype_name
from numpy_ext._table import Table

__all__ = ["assert_tables_equal"]


@dataclass(frozen=True)
class Side:
    """A column of one of the two tables."""

    values: npt.NDArray[Any]
    mask: npt.NDArray[np.bool_] | None  # None: it does not say which are missing
    reason: str | None  # why the dtype is what it is
    is_category: bool = False  # its values are those that codes stand for

    def shown(self, row: int) -> str:
        """Return a cell for a message."""
        if self.mask is not None and self.mask[row]:
            return "missing"
        value = self.values[row]
        if isinstance(value, np.datetime64):
            return str(value)
        return repr(value.item() if isinstance(value, np.generic) else value)


def assert_tables_equal(
    actual: Table | Mapping[str, npt.NDArray[Any]],
    expected: Table | Mapping[str, npt.NDArray[Any]],
    *,
    rtol: float = 0.0,
    atol: float = 0.0,
    err_msg: str = "",
) -> None:
    r"""Raise an AssertionError unless two tables hold the same columns.

    Names and their order, dtypes, lengths, values and missing cells must be the
    same. Without a tolerance floats must be equal bit by bit, so that 0.0 is not
    -0.0; all NaN are the same, and so are all NaT.

    Parameters
    ----------
    actual, expected : Table or mapping of str to numpy.ndarray
        What there is, and what there should be. Arrays of shape ``(num_rows,)``.
    rtol, atol : float, default 0
        How much floats may differ: by ``atol + rtol * abs(expected)``. Infinities
        must be the same.
    err_msg : str, optional
        Text to put in front of the message.

    Raises
    ------
    AssertionError
        At the first difference. The message names the column, the first row that
        differs, counted from 0, and both values.
    TypeError, ValueError
        If an argument is no mapping, a value no one-dimensional array, or a
        tolerance negative.

    Notes
    -----
    A `Table` and a `numpy.ma.MaskedArray` say which cells are missing; so does a
    plain array of integers or bools, where none can be. Other plain arrays do not:
    beside them, a missing cell is equal to the NaN, the NaT or the empty string
    that stands in its place. Of cells that are missing on both sides the values are
    not compared.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> from numpy_ext.testing import assert_tables_equal
    >>> t = npx.parse_csv("id,high\n1,19.5\n2,\n")
    >>> wanted = {"id": np.array([1, 2]), "high": np.array([19.5, np.nan])}
    >>> assert_tables_equal(t, wanted)
    >>> assert_tables_equal(t, npx.parse_csv("id,high\n1,19.5\n2,20\n"))
    Traceback (most recent call last):
        ...
    AssertionError: column 'high' differs in 1 of 2 rows, first in row 1
      actual:   missing
      expected: 20.0
    """
    __tracebackhide__ = True
    if not (rtol >= 0 and atol >= 0):
        raise ValueError(f"tolerances must be 0 or more, got {rtol=} and {atol=}")
    problem = difference(actual, expected, rtol, atol)
    if problem is not None:
        raise AssertionError(f"{err_msg}\n{problem}" if err_msg else problem)


def difference(
    actual: object, expected: object, rtol: float, atol: float
) -> str | None:
    """Return what differs first, in words."""
    tables = mapping("actual", actual), mapping("expected", expected)
    names, wanted = list(tables[0]), list(tables[1])
    if names != wanted:
        return f"columns differ\n  actual:   {names!r}\n  expected: {wanted!r}"
    for name in wanted:
        ours, theirs = (
            side(which, table, name)
            for which, table in zip(("actual", "expected"), tables, strict=True)
        )
        problem = dtype_difference(name, ours, theirs)
        problem = problem or value_difference(name, ours, theirs, rtol, atol)
        if problem is not None:
            return problem
    return None


def mapping(which: str, table: object) -> Table | Mapping[str, Any]:
    """Check that an argument is a table."""
    if not isinstance(table, (Table, Mapping)):
        raise TypeError(
            f"{which} must be a Table or a mapping of names to arrays, "
            f"got {type(table).__name__}"
        )
    return table


def side(which: str, table: Table | Mapping[str, Any], name: str) -> Side:
    """Return a column with what it says about missing cells."""
    array = table[name]
    if not isinstance(array, np.ndarray):
        raise TypeError(
            f"{which}[{name!r}] must be an array, got {type(array).__name__}; "
            "numpy.array(..., dtype=...) makes one"
        )
    if array.ndim != 1:
        raise ValueError(
            f"{which}[{name!r}] must have one dimension, got shape {array.shape}"
        )
    values = np.ma.getdata(array)
    is_category = isinstance(table, Table) and (
        table.schema[name].categories is not None
    )
    if is_category:
        values = np.append(table.categories(name), "")[values]  # type: ignore[union-attr]
    mask: npt.NDArray[np.bool_] | None = None
    if isinstance(table, Table):
        mask = table.mask(name)
    elif isinstance(array, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(array)
    elif values.dtype.kind in "biu":
        mask = np.zeros(values.shape, np.bool_)
    reason = table.schema[name].reason if isinstance(table, Table) else None
    return Side(values, mask, reason, is_category)


def dtype_difference(name: str, ours: Side, theirs: Side) -> str | None:
    """Return how dtype or length differ."""
    if ours.is_category != theirs.is_category:
        which = "actual" if ours.is_category else "expected"
        return f"column {name!r} is one of categories in {which} alone"
    if ours.values.dtype != theirs.values.dtype:
        lines = [f"column {name!r} differs in its dtype"]
        for which, one in (("actual:  ", ours), ("expected:", theirs)):
            why = "" if one.reason is None else f", because {one.reason}"
            lines.append(f"  {which} {dtype_name(one.values.dtype)}{why}")
        return "\n".join(lines)
    if ours.values.shape != theirs.values.shape:
        return (
            f"column {name!r} differs in its length\n"
            f"  actual:   {len(ours.values)} rows\n"
            f"  expected: {len(theirs.values)} rows"
        )
    return None


def value_difference(
    name: str, ours: Side, theirs: Side, rtol: float, atol: float
) -> str | None:
    """Return in which rows values or missing cells differ."""
    wrong = unequal(ours.values, theirs.values, rtol, atol)
    if ours.mask is not None and theirs.mask is not None:
        wrong = (wrong & ~theirs.mask) | (ours.mask != theirs.mask)
    rows = np.flatnonzero(wrong)
    if rows.size == 0:
        return None
    first = int(rows[0])
    return (
        f"column {name!r} differs in {rows.size} of {wrong.size} rows, "
        f"first in row {first}\n"
        f"  actual:   {ours.shown(first)}\n"
        f"  expected: {theirs.shown(first)}"
    )


def unequal(
    ours: npt.NDArray[Any], theirs: npt.NDArray[Any], rtol: float, atol: float
) -> npt.NDArray[np.bool_]:
    """Return which values differ; both arrays have the same dtype and shape."""
    kind = ours.dtype.kind
    wrong: npt.NDArray[np.bool_]
    if kind == "f" and rtol == 0 and atol == 0:
        wrong = (ours != theirs) | (np.signbit(ours) != np.signbit(theirs))
    elif kind == "f":
        wrong = ~np.isclose(ours, theirs, rtol=rtol, atol=atol)
    elif kind == "M":  # as counts, where NaT is a number like any other
        wrong = ours.view(np.int64) != theirs.view(np.int64)
    elif kind == "T" and hasattr(ours.dtype, "na_object"):
        # NA beside a string raises when whole arrays are compared.
        gone = missing_strings(ours), missing_strings(theirs)
        wrong = gone[0] != gone[1]
        both = ~(gone[0] | gone[1])
        wrong[both] = ours[both] != theirs[both]
    else:
        wrong = ours != theirs
    if kind == "f":
        wrong &= ~(np.isnan(ours) & np.isnan(theirs))
    return wrong


def missing_strings(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return where an array of strings holds its dtype's NA."""
    na = values.dtype.na_object  # type: ignore[attr-defined]
    is_na = (value is na or value != value for value in values.tolist())
    return np.fromiter(is_na, np.bool_, values.size)
