"""Arrays of items for the functions that work on each of them: texts, masks, errors."""

from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Items", "Message", "apply", "is_message", "text_items"]

Message: TypeAlias = str | bytes | bytearray | memoryview


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


def apply(call: np.ufunc, array: npt.NDArray[Any], *others: Any) -> Any:
    """Call a ufunc of one array; what is masked is not looked at and stays masked."""
    try:
        if type(array) is np.ndarray:
            return call(array, *others)
        if not isinstance(array, np.ma.MaskedArray):
            return call(np.asarray(array), *others)
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
