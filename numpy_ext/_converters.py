"""Columns that functions of the user make of text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from numpy_ext._column import Column
from numpy_ext._given import given_column, is_scalar

__all__ = ["converted"]

REASON = "converted"


def converted(column: Column, function: Callable[[Any], Any]) -> Column:
    """Return what a function makes of the text of a column, given at once.

    Raises
    ------
    ValueError, TypeError
        If that is no column of as many rows.
    """
    name = column.name
    try:
        values = function(column.view())
    except Exception as error:
        error.add_note(
            f"in the converter of column {name!r}, which is called once, with the "
            "array of all its cells"
        )
        raise
    if is_scalar(values):
        raise TypeError(
            f"the converter of column {name!r} returned {values!r}, which is no array; "
            "it is called once, with the array of all cells"
        )
    try:
        made = given_column(name, values, True)
    except (TypeError, ValueError) as error:
        error.add_note(f"in what the converter of column {name!r} returned")
        raise
    if made.length != column.length:
        raise ValueError(
            f"the converter of column {name!r} returned {made.length:,} values for "
            f"{column.length:,} cells"
        )
    made._field = replace(made.field, reason=REASON)
    return made
