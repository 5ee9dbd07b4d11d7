"""Whether two columns are equal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._categories import same_numbers
from numpy_ext._column import Column

__all__ = ["columns_equal"]


def columns_equal(ours: Column, theirs: Column) -> bool:
    """Return whether dtype, zone, missing cells and values are the same."""
    if ours is theirs:
        return True
    if ours.dtype != theirs.dtype or ours.field.zone != theirs.field.zone:
        return False
    if (ours.categories is None) != (theirs.categories is None):
        return False
    if ours.field.missing != theirs.field.missing:
        return False
    equal = equal_cells(ours, theirs)
    if ours.mask is not None and theirs.mask is not None:
        if (ours.mask != theirs.mask).any():
            return False
        equal |= ours.mask
    return bool(equal.all())


def equal_cells(ours: Column, theirs: Column) -> npt.NDArray[np.bool_]:
    """Return a new array of which values are the same."""
    if ours.categories is not None:
        return same_numbers(ours.codes(), theirs.codes())
    if ours.strings is not None and theirs.strings is not None:
        return _native.string_equal(ours.strings, theirs.strings)
    values, others = ours.values(), theirs.values()
    equal: npt.NDArray[np.bool_] = values == others
    kind = ours.dtype.kind
    if kind in "fc":
        equal |= np.isnan(values) & np.isnan(others)
    elif kind in "mM":
        equal |= np.isnat(values) & np.isnat(others)
    return equal
