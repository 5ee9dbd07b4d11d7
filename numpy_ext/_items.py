"""Arrays of items for the functions that work on each of them: texts, masks, errors."""

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from numpy_ext import _native

__all__ = [
    "Items",
    "Message",
    "any_items",
    "apply",
    "index_of",
    "is_message",
    "list_items",
    "seems_missing",
    "text_items",
]

# From here on there are integers that no float64 is equal to.
INEXACT = 2**53

if TYPE_CHECKING:
    from array import array
    from mmap import mmap

    # What has a buffer cannot be said in types: arrays of NumPy have one too.
    Message: TypeAlias = str | bytes | bytearray | memoryview | mmap | array[Any]
else:
    Message = str | bytes | bytearray | memoryview


class HasArray(Protocol):
    """Something that NumPy can see as an array: a Series, a scalar."""

    def __array__(self) -> npt.NDArray[Any]: ...


Items: TypeAlias = npt.NDArray[Any] | HasArray | list[Any] | tuple[Any, ...]


def is_message(a: object) -> bool:
    """Tell whether this is one message: str or bytes-like, and no array or scalar."""
    if isinstance(a, (str, bytes)):
        return True
    if hasattr(a, "__array__"):
        return False
    try:
        with memoryview(a):  # type: ignore[arg-type]
            return True
    except TypeError:
        return False


def text_items(a: object) -> npt.NDArray[Any]:
    """Return an array of items. Lists keep their objects: dtype S would lose NULs."""
    if isinstance(a, np.ndarray):
        return a
    if hasattr(a, "__array__"):
        return np.asarray(a)
    return np.array(a, dtype=object)


def list_items(a: list[Any] | tuple[Any, ...]) -> npt.NDArray[Any]:
    """Return a list as an array of which every item is what it was in the list.

    NumPy makes text of everything beside a str, and floats of integers for which it
    has no one dtype. The former become objects here, the latter are refused.
    """
    items = np.asanyarray(a)
    if items.dtype.kind == "U":
        objects = np.array(a, dtype=object)
        is_text = _native.first_stray(objects.reshape(-1), False) is None
        return items if is_text else objects
    if items.dtype.kind == "f" and (np.abs(items) >= INEXACT).any():
        for place, item in enumerate(np.array(a, dtype=object).flat):
            if isinstance(item, (int, np.integer)) and abs(int(item)) >= INEXACT:
                raise ValueError(
                    f"item {index_of(items, place)}: NumPy makes a float of {item}, "
                    "as no dtype of integers holds the whole list: give it a dtype, "
                    "as in np.asarray(a, dtype=np.float64)"
                )
    return items


def any_items(a: object) -> npt.NDArray[Any]:
    """Return an array of what is none yet; no integer becomes another number."""
    if isinstance(a, (list, tuple)):
        return list_items(a)
    items = np.asanyarray(a)
    if items.dtype.kind != "f" or isinstance(a, np.ndarray):
        return items
    # A column of pandas, polars or pyarrow with missing integers has NaN for them.
    given = str(getattr(a, "dtype", getattr(a, "type", ""))).lower()
    if given.startswith(("int", "uint")) and (np.abs(items) >= INEXACT).any():
        raise ValueError(
            f"NumPy makes floats of the integers of this {type(a).__name__}, as some "
            "are missing, and other numbers of those beyond 2**53: fill what is "
            "missing and mask it"
        )
    return items


def index_of(array: npt.NDArray[Any], place: int) -> int | tuple[int, ...] | None:
    """Return the index of a place in C order: a tuple if there are more dimensions."""
    if array.ndim == 0:
        return None
    index = tuple(int(i) for i in np.unravel_index(place, array.shape))
    return index[0] if len(index) == 1 else index


def seems_missing(item: object) -> bool:
    """Tell whether an object stands for a missing value: None, NaN, pandas.NA."""
    try:
        return item is None or bool(item != item)
    except TypeError:
        return True  # pandas.NA is neither equal nor unequal to itself
    except ValueError:
        return False  # an array


def apply(call: np.ufunc, array: npt.NDArray[Any], *others: Any) -> Any:
    """Call a ufunc of one array; what is masked is not looked at and stays masked."""
    try:
        if type(array) is np.ndarray:
            return call(array, *others)
        if not isinstance(array, np.ma.MaskedArray) or array.dtype.names is not None:
            return call(np.asarray(array), *others)  # which refuses records
        given = ~np.ma.getmaskarray(array)
        values = call(np.ma.getdata(array)[given], *others)
    except (TypeError, ValueError) as error:
        raise _located(call, array, others, error) from None
    inner = values.shape[1:]
    result = np.zeros(array.shape + inner, dtype=values.dtype)
    result[given] = values
    masked = ~given.reshape(given.shape + (1,) * len(inner))
    return np.ma.MaskedArray(result, mask=np.broadcast_to(masked, result.shape))


def _located(
    call: np.ufunc, array: npt.NDArray[Any], others: tuple[Any, ...], error: Exception
) -> Exception:
    """Return the error with the place of the first item that it is about."""
    if array.dtype.names is not None:
        return error  # it is about records, and so about all of them
    data, mask = np.ma.getdata(array), np.ma.getmaskarray(array)
    for index in np.ndindex(data.shape):
        if mask[index]:
            continue
        try:
            call(data[(*index, ...)], *others)
        except (TypeError, ValueError) as of_item:
            if not index:
                return of_item
            place = index[0] if len(index) == 1 else index
            kind = TypeError if isinstance(of_item, TypeError) else ValueError
            return kind(f"item {place}: {of_item}")
    return error
