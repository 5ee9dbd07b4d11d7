"""What reductions share: the operands, the axes, where results go."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.array_utils import normalize_axis_tuple

from numpy_ext import _native
from numpy_ext._items import any_items
from numpy_ext._threads import on_main_thread, thread_count

__all__ = [
    "Array",
    "Axis",
    "Operand",
    "axes_of",
    "float_results",
    "given",
    "operand",
    "put",
]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Axis: TypeAlias = int | tuple[int, ...] | None

# So many items are added up sooner than one lets go of the interpreter, ...
SHORT: Final = 1 << 14
# ... and so many sooner than another thread has started.
FEW: Final = 1 << 18

# The operations of _native.reduce_floats, in its order.
FLOAT_OPS: Final = {
    name: number
    for number, name in enumerate(
        ("sum", "roots", "squares", "dot", "sizes", "norm", "mean", "var", "std")
    )
}
FLOATS: Final = "efd"


class Operand:
    """An array whose items are reduced, and which of them count."""

    __slots__ = ("data", "is_masked", "taken")

    def __init__(self, data: Array, taken: Mask | None, is_masked: bool) -> None:
        self.data = data
        self.taken = taken
        """Where items count, in the shape of `data`; None: everywhere."""
        self.is_masked = is_masked
        """Results of no items are masked."""


def operand(name: str, a: Any, where: Any) -> Operand:
    """Return what `a` is as an array that can be reduced; refuse what cannot."""
    mask = None
    if type(a) is np.ndarray:
        data, is_masked = a, False
    else:
        items = any_items(a)
        is_masked = isinstance(items, np.ma.MaskedArray)
        data = np.asarray(np.ma.getdata(items))
        if is_masked and np.ma.is_masked(items):
            mask = np.ma.getmaskarray(items)
    if data.dtype.kind not in "fiubmM" or data.dtype.itemsize > 8:
        raise TypeError(f"{name} {_refusal(data.dtype)}")
    taken = None if where is True else _flags(name, where, data.shape)
    if mask is not None:
        taken = ~mask if taken is None else taken & ~mask
    return Operand(data, taken, is_masked)


def _refusal(dtype: np.dtype[Any]) -> str:
    takes = "takes bool, integers, float16, float32 and float64, got"
    if dtype.kind in "fc":
        return (
            f"{takes} {dtype}: convert it with a.astype(np.float64), or use the "
            "function of NumPy, which makes no promise about the order of additions"
        )
    if dtype.kind == "O":
        return f"{takes} objects: give them a dtype, as in np.asarray(a, dtype=float)"
    if dtype.kind in "SUT":
        return f"{takes} {dtype}: make numbers of text with numpy_ext.from_text"
    return f"{takes} {dtype}"


def _flags(name: str, where: Any, shape: tuple[int, ...]) -> Mask | None:
    """Return `where` in the shape of the items, as NumPy broadcasts it."""
    flags = np.asarray(where)
    if flags.dtype != np.bool_:
        raise TypeError(f"where must be bool, got {flags.dtype}")
    try:
        return np.broadcast_to(flags, shape)
    except ValueError:
        raise ValueError(
            f"{name}: where of shape {flags.shape} cannot be broadcast to the shape "
            f"of the items, {shape}"
        ) from None


def axes_of(axis: Any, dimensions: int) -> Axis:
    """Return the axes to reduce as numbers from 0 on; None for all."""
    if axis is None:
        return None
    if type(axis) is int and -dimensions <= axis < dimensions:
        return axis % dimensions
    return normalize_axis_tuple(axis, dimensions, "axis")


def threads_for(size: int) -> tuple[int, bool]:
    """Return how many threads a call may use, and whether it is to look for signals.

    No thread: it is over before one has let go of the interpreter.
    """
    if size < SHORT:
        return 0, False
    return thread_count(None, size < FEW), on_main_thread()


def float_results(
    op: str,
    items: Operand,
    axis: Axis,
    keepdims: bool,
    skipna: bool,
    *,
    factors: Array | None = None,
    ddof: float = 0.0,
    double: bool = False,
) -> Any:
    """Return results in the precision of the items, or in float64.

    Of a masked array, results of no items are masked.
    """
    data = items.data
    kind = data.dtype.char
    made = _native.reduce_floats(
        FLOAT_OPS[op],
        data,
        factors,
        items.taken,
        axis,
        bool(keepdims),
        bool(skipna) and kind in FLOATS,
        ddof,
        kind == "f" and not double,
        items.is_masked,
        *threads_for(data.size),
    )
    results, taken = made if items.is_masked else (made, None)
    if kind == "e" and not double:
        results = results.astype(np.float16)
    return results if taken is None else masked_results(results, taken)


def masked_results(results: Array, taken: npt.NDArray[np.int64]) -> Any:
    """Return results of a masked array, masked where there were no items."""
    if results.ndim == 0:
        return np.ma.masked if taken == 0 else results[()]
    return np.ma.MaskedArray(results, mask=taken == 0)


def given(results: Any, dtype: Any, initial: Any, out: Any) -> Any:
    """Return results in the dtype asked for, with `initial` added, in `out`."""
    if initial is not None:
        results = results + initial
    if dtype is not None:
        results = results.astype(dtype)
    return results if out is None else put(results, out)


def put(results: Any, out: Any) -> Any:
    """Write results to an array and return that."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an array, got {type(out).__name__}")
    if out.shape != np.shape(results):
        raise ValueError(
            f"out has shape {out.shape}, the result has shape {np.shape(results)}"
        )
    if isinstance(out, np.ma.MaskedArray):
        out[...] = results
    else:
        np.copyto(out, np.ma.getdata(results), casting="same_kind")
    return out
