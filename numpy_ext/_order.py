"""The order of rows by several keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext._groups import as_items
from numpy_ext._items import Items
from numpy_ext._lanes import Lanes, missing_of, order_by, order_key

__all__ = ["lexsort", "order_items"]

Array: TypeAlias = npt.NDArray[Any]


def lexsort(
    keys: Sequence[Items] | npt.NDArray[Any],
    axis: int = -1,
    *,
    descending: bool | Sequence[bool] = False,
) -> npt.NDArray[np.int64]:
    r"""Return the order of rows by several keys, the last one above all.

    Parameters
    ----------
    keys : sequence of array_like
        Arrays of one shape, at least one: bool, integers, float16, float32, float64,
        datetime64, timedelta64, S, U or StringDType, in any mixture. A list of str is
        taken as StringDType. The rows of an array of two or more dimensions are keys
        too. As for `numpy.lexsort`, the last key counts most.
    axis : int, default -1
        The axis along which is sorted.
    descending : bool or sequence of bool, default False
        Whether large values come first; one for all keys, or one for each.

    Returns
    -------
    ndarray of int64
        In the shape of the keys, the indices along the axis that sort them.

    Raises
    ------
    TypeError
        For keys of other dtypes, and if `descending` is no bool and no list of them.
    ValueError
        If there is no key, or shapes differ, or the number of directions.
    numpy.exceptions.AxisError
        If the keys have no such axis.

    See Also
    --------
    argsort : The order by one key.
    Table.sort_by : The same for the rows of a table.

    Notes
    -----
    The order is stable: rows that are equal by all keys stay as they are, descending or
    not. NaN, NaT, missing strings (NA) and masked items are equal to each other, and
    come last in both directions.

    Keys that hardly differ are no slower than others: two or more that fit into 64 bits
    are sorted as one, and a further key is looked at only where the ones before leave a
    choice. The result does not depend on the number of threads (`num_threads`). The
    interpreter lock is released.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> city = np.array(["Rome", "Oslo", "Rome", "Oslo"])
    >>> high = np.array([31, 19, 28, 22])
    >>> npx.lexsort((high, city))
    array([1, 3, 2, 0])
    >>> npx.lexsort((high, city), descending=[True, False])
    array([3, 1, 0, 2])
    """
    given = key_arrays(keys)
    flags = direction_flags(descending, len(given))
    shape = given[0].shape
    for number, key in enumerate(given):
        if key.shape != shape:
            raise ValueError(
                f"keys must have one shape: key 0 has {shape}, key {number} {key.shape}"
            )
    lanes = [Lanes(key, axis) for key in given]
    columns = [
        order_key(lane.items, missing_of(lane.items, lane.mask), flag)
        for lane, flag in zip(lanes, flags, strict=True)
    ]
    first = lanes[0]
    order, _ = order_by(columns[::-1], first.count, first.rows)
    return first.shaped(order)


def key_arrays(keys: object) -> list[Array]:
    """Return the keys as arrays of one dimension or more."""
    if hasattr(keys, "keys"):  # a mapping, and so a table
        raise TypeError(
            f"keys must be a sequence of arrays, got a {type(keys).__name__}; "
            "the rows of a table are sorted by t.sort_by('name', ...)"
        )
    if isinstance(keys, (str, bytes)) or not hasattr(keys, "__iter__"):
        raise TypeError(f"keys must be a sequence of arrays, got {keys!r}")
    given = [order_items(key) for key in keys]
    if not given:
        raise ValueError("lexsort needs at least one key")
    for number, key in enumerate(given):
        if key.ndim == 0:
            raise ValueError(
                f"key {number} is a single value: a single key is given as (key,)"
            )
    return given


def direction_flags(descending: object, count: int) -> list[bool]:
    """Return for each key whether it sorts from large to small."""
    if isinstance(descending, (bool, np.bool_)):
        return [bool(descending)] * count
    if isinstance(descending, Sequence) and not isinstance(descending, str):
        if len(descending) != count:
            raise ValueError(
                f"descending has {len(descending)} values for {count} keys"
            )
        if all(isinstance(flag, (bool, np.bool_)) for flag in descending):
            return [bool(flag) for flag in descending]
    raise TypeError(
        f"descending must be a bool, or a list of one for each key; got {descending!r}"
    )


def order_items(a: Any) -> Array:
    """Return an array of items; a list of bytes as S, if it holds all of them."""
    items = as_items(a)
    if isinstance(a, (list, tuple)) and items.dtype == object:
        flat = items.reshape(-1).tolist()
        if all(isinstance(item, bytes) and item[-1:] != b"\0" for item in flat):
            return items.astype("S")
    return items
