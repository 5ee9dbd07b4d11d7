"""Equal items of an array: numbered, listed, counted."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._items import Items, any_items, index_of, seems_missing
from numpy_ext._threads import on_main_thread, thread_count

__all__ = ["Factorized", "ValueCounts", "factorize", "unique", "value_counts"]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.int64]
Groups: TypeAlias = tuple[Array, Numbers | None, Numbers | None, Numbers | None, int]

# So many items are grouped by the calling thread alone.
FEW_ITEMS: Final = 1 << 17
STRING: Final = np.dtypes.StringDType()

# Results are made by tuple.__new__, as their classes do: calling these takes almost as
# long as grouping ten numbers.

# What is asked of the groups (binding/py_group.h).
CODES, COUNTS, FIRST, SORTED = 1, 2, 4, 8


class Factorized(NamedTuple):
    """What `factorize` returns."""

    codes: npt.NDArray[np.int64]
    """For each item the position of its value in `uniques`; -1 if it is missing."""
    uniques: npt.NDArray[Any]
    """The different values, in the order in which they occur first."""


class ValueCounts(NamedTuple):
    """What `value_counts` returns."""

    values: npt.NDArray[Any]
    """The different values."""
    counts: npt.NDArray[np.int64]
    """How often each occurs."""


def factorize(a: Items | npt.ArrayLike, *, skipna: bool = True) -> Factorized:
    r"""Return the items of an array as small integers, and what these stand for.

    Parameters
    ----------
    a : array_like
        Of any shape; bool, any integer, float16, float32, float64, datetime64,
        timedelta64, S, U, V, StringDType, or objects that are str, bytes, None or NaN.
        A list of str is taken as StringDType.
    skipna : bool, default True
        Give missing items the code -1: what is masked, NaN, NaT, missing strings (NA)
        and None. With False the missing items are one more group; NaN and NaT are then
        values like others, None and NaN among objects one value.

    Returns
    -------
    codes : ndarray of int64
        In the shape of `a`, the position of each item's value in `uniques`.
    uniques : ndarray
        The different values, in the order in which they occur first, of the dtype of
        `a` in native byte order. With ``skipna=False`` and a masked `a`, a masked
        array.

    Raises
    ------
    TypeError
        For items of other dtypes, objects of other types, and str and bytes mixed.
    ValueError
        For objects with a lone surrogate, and for lists, and columns with missing
        cells, of integers that NumPy would make floats of.

    See Also
    --------
    unique : The values alone.
    value_counts : The values with their frequencies.

    Notes
    -----
    Floats are equal as numbers: ``0.0`` and ``-0.0`` are one value, represented by the
    one that occurs first, and so are all NaN. Items of dtype S and U end before the
    NULs at their end, as for NumPy; those of V are compared in full.

    The result does not depend on the number of threads (`num_threads`), which long
    arrays with few different values make use of. The interpreter lock is released. The
    keys of the hash table depend on a random seed, so that nobody can choose values
    that make it slow.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> codes, cities = npx.factorize(np.array(["Oslo", "Rome", "Oslo"]))
    >>> codes
    array([0, 1, 0])
    >>> cities
    array(['Oslo', 'Rome'], dtype='<U4')
    >>> npx.factorize([2.5, np.nan, 2.5]).codes
    array([ 0, -1,  0])
    """
    uniques, codes, _, _, _ = group(a, skipna, CODES)
    return tuple.__new__(Factorized, (codes, uniques))


def value_counts(
    a: Items | npt.ArrayLike, *, sort: bool = True, skipna: bool = True
) -> ValueCounts:
    r"""Return the different values of an array and how often each occurs.

    Parameters
    ----------
    a : array_like
        As for `factorize`.
    sort : bool, default True
        Put the most frequent value first; values of the same frequency stand in the
        order in which they occur first. With False all do.
    skipna : bool, default True
        Leave out missing items, as for `factorize`.

    Returns
    -------
    values : ndarray
        The different values, of the dtype of `a`; with ``skipna=False`` and a masked
        `a`, a masked array.
    counts : ndarray of int64
        How often each of them occurs.

    Raises
    ------
    TypeError, ValueError
        As for `factorize`.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> words = np.array("to be or not to be".split())
    >>> values, counts = npx.value_counts(words)
    >>> values
    array(['to', 'be', 'or', 'not'], dtype='<U3')
    >>> counts
    array([2, 2, 1, 1])
    """
    values, _, counts, _, _ = group(a, skipna, COUNTS + SORTED if sort else COUNTS)
    return tuple.__new__(ValueCounts, (values, counts))


@overload
def unique(
    a: Items | npt.ArrayLike,
    *,
    return_index: Literal[False] = False,
    return_inverse: Literal[False] = False,
    return_counts: Literal[False] = False,
) -> Array: ...
@overload
def unique(
    a: Items | npt.ArrayLike,
    *,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
) -> Any: ...
def unique(
    a: Items | npt.ArrayLike,
    *,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
) -> Any:
    r"""Return the different values of an array in the order in which they occur first.

    Parameters
    ----------
    a : array_like
        As for `factorize`.
    return_index : bool, default False
        Also return the index of the first item of each value, in the flattened array.
    return_inverse : bool, default False
        Also return the position of each item's value, in the shape of `a`.
    return_counts : bool, default False
        Also return how often each value occurs.

    Returns
    -------
    values : ndarray
        The different values, of the dtype of `a`. NaN, NaT and missing strings (NA) are
        a value each, and so are all masked items of a masked array, whose values are a
        masked array.
    index, inverse, counts : ndarray of int64
        As asked for, in this order.

    Raises
    ------
    TypeError, ValueError
        As for `factorize`.

    See Also
    --------
    numpy.unique : The values sorted.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.unique(np.array([30, 10, 30, 20]))
    array([30, 10, 20])
    >>> npx.unique(np.array([30, 10, 30, 20]), return_counts=True)
    (array([30, 10, 20]), array([2, 1, 1]))
    """
    want = FIRST * bool(return_index) + CODES * bool(return_inverse)
    want += COUNTS * bool(return_counts)
    values, codes, counts, first, _ = group(a, False, want)
    if want == 0:
        return values
    return values, *(part for part in (first, codes, counts) if part is not None)


# ---- How it is done ----


def as_items(a: Any) -> Array:
    """Return an array of items. Of strings in a list none is cut: U loses NULs."""
    items = any_items(a)
    if not isinstance(a, (list, tuple)):
        return items
    if items.dtype.kind == "U":
        try:
            return np.array(a, dtype=STRING)
        except UnicodeEncodeError:
            return np.array(a, dtype=object)  # refused, with the place
    return np.array(a, dtype=object) if items.dtype.kind == "S" else items


def group(a: Any, skipna: bool, want: int) -> Groups:
    """Group the items of an array; with `skipna` missing ones are in no group.

    Returns values, codes, counts and first items, of these what is wanted, and the
    place of the missing items; values are masked if those of `a` may be.
    """
    array = a if type(a) is np.ndarray else as_items(a)
    data, mask = array, None
    if type(array) is not np.ndarray:
        data = np.asarray(np.ma.getdata(array))
        if np.ma.is_masked(array):
            mask = np.ascontiguousarray(np.ma.getmaskarray(array)).reshape(-1)
    # A short call needs no second thread and is over before a signal.
    threads, main = 1, False
    if data.size >= FEW_ITEMS:
        threads, main = thread_count(None), on_main_thread()
    try:
        made = _native.group(data, mask, skipna, want, threads, main)
        if made is None:
            data = np.array(data, dtype=native(data.dtype), order="C")
            made = _native.group(data, mask, skipna, want, threads, main)
            assert made is not None
    except (TypeError, UnicodeEncodeError) as error:
        raise refusal(data, mask, error) from None
    if skipna or not isinstance(array, np.ma.MaskedArray):
        return made
    values, codes, counts, first, missing = made
    hidden = np.zeros(len(values), dtype=np.bool_)
    if missing >= 0:
        hidden[missing] = True
    return np.ma.MaskedArray(values, mask=hidden), codes, counts, first, missing


def native(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype in the byte order of the machine."""
    return dtype if dtype.isnative else dtype.newbyteorder("=")


def refusal(data: Array, mask: Mask | None, error: Exception) -> Exception:
    """Return the error with what to do, and where the object is that it is about."""
    if data.dtype != object:
        return TypeError(f"{error}{advice(data.dtype)}")
    kinds = set()
    for place, item in enumerate(data.reshape(-1)):
        if mask is not None and mask[place]:
            continue
        index = index_of(data, place)
        where = "" if index is None else f"item {index}: "
        if isinstance(item, (str, bytes)):
            kinds.add(isinstance(item, str))
            if len(kinds) == 2:
                return TypeError(f"{where}{error}")
            if isinstance(item, str) and not encodes(item):
                return ValueError(
                    f"{where}a lone surrogate has no UTF-8: give the texts as an "
                    "array of dtype U"
                )
        elif item is not None and not (isinstance(item, float) and item != item):
            fix = ": mask what is missing, or fill it" if seems_missing(item) else ""
            return TypeError(f"{where}{error}{fix}")
    return error


def encodes(text: str) -> bool:
    """Tell whether a text has a UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def advice(dtype: np.dtype[Any]) -> str:
    """Return what to do with items of a dtype that are not grouped."""
    if dtype.kind == "f":
        return ": round it with a.astype(np.float64)"
    if dtype.kind == "c":
        return f": view it as bytes, as in a.view('V{dtype.itemsize}')"
    if dtype.kind == "V":
        return ": group its fields one by one"
    return ""
