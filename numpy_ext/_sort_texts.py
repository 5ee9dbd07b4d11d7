"""Strings of an array in order, and the order itself: what `sort` and `argsort` do."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._lanes import (
    Lanes,
    gathered,
    masked_like,
    order_by,
    order_key,
    workers,
)

__all__ = ["argsort_texts", "has_two_missing", "sort_texts", "text_order"]

Array: TypeAlias = npt.NDArray[Any]
Places: TypeAlias = npt.NDArray[np.int64]


def sort_texts(array: Array, axis: int, descending: bool) -> Array:
    """Return the strings along an axis in order; a masked array of a masked one."""
    lanes = Lanes(array, axis)
    if lanes.count == 1 and lanes.mask is None and lanes.items.dtype.itemsize:
        return masked_like(array, lanes.shaped(sorted_lane(lanes, descending)), None)
    rows = text_order(lanes, descending)
    places = lanes.places(rows)
    values = lanes.shaped(gathered(lanes.items, places))
    mask = None if lanes.mask is None else lanes.shaped(lanes.mask[places])
    return masked_like(array, values, mask)


def sorted_lane(lanes: Lanes, descending: bool) -> Array:
    """Return the strings of a single lane in order: short ones without their order."""
    items, _, down = order_key(lanes.items, None, bool(descending))
    assert isinstance(items, np.ndarray)
    result = np.empty(len(items), dtype=items.dtype)
    order = _native.sort_texts(items, result, down, *workers(len(items)))
    return result if order is None else gathered(items, order)


def argsort_texts(array: Array, axis: int, descending: bool) -> npt.NDArray[np.intp]:
    """Return the order of the strings along an axis."""
    lanes = Lanes(array, axis)
    order = lanes.shaped(text_order(lanes, descending))
    return order.astype(np.intp, copy=False)


def has_two_missing(lanes: Lanes) -> bool:
    """Return whether strings may be missing (NA) beside being masked."""
    return lanes.mask is not None and hasattr(lanes.items.dtype, "na_object")


def text_order(lanes: Lanes, descending: bool) -> Places:
    """Return the order of each lane: missing strings (NA) last, masked ones behind."""
    key = order_key(lanes.items, lanes.mask, bool(descending))
    order, _ = order_by([key], lanes.count, lanes.rows)
    if lanes.mask is None or not has_two_missing(lanes):
        return order
    # What is missing in either way is together now, in the order of the array.
    masked = lanes.mask[lanes.places(order)].reshape(lanes.count, -1)
    behind = np.argsort(masked, axis=1, kind="stable")
    order = np.take_along_axis(order.reshape(lanes.count, -1), behind, axis=1)
    return order.reshape(-1)
