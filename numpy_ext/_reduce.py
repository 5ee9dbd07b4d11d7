"""What reductions share: the operands, the axes, where results go."""

from __future__ import annotations

from operator import index
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.array_utils import normalize_axis_tuple

from numpy_ext import _native
from numpy_ext._items import any_items, index_of
from numpy_ext._threads import on_main_thread, thread_count

__all__ = [
    "Accuracy",
    "Array",
    "Axis",
    "Operand",
    "Reduced",
    "accuracy_number",
    "axes_of",
    "float_results",
    "given",
    "int_results",
    "integers",
    "operand",
    "put",
    "returned",
    "threads_for",
]

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Accuracy: TypeAlias = Literal["pairwise"] | Literal["compensated"] | Literal["exact"]
Axis: TypeAlias = int | tuple[int, ...] | None

# So many items are added up sooner than one lets go of the interpreter, ...
SHORT: Final = 1 << 14
# ... and so many sooner than another thread has started.
FEW: Final = 1 << 18

# The operations of the library, in its order.
FLOAT_OPS: Final = {
    name: number
    for number, name in enumerate(
        ("sum", "roots", "squares", "dot", "sizes", "norm", "mean", "var", "std")
    )
}
INT_OPS: Final = {"sum": 0, "squares": 1, "dot": 2, "mean": 3}
ACCURACIES: Final = ("pairwise", "compensated", "exact")
NUMBERS: Final = "fiub"


class Operand(NamedTuple):
    """An array whose items are reduced, and which of them count."""

    data: Array
    taken: Mask | None
    """Where items count, in the shape of `data`; None: everywhere."""
    is_masked: bool
    """The array was a masked one: results of no items are masked."""


class Reduced(NamedTuple):
    """What comes out of the library."""

    results: Any
    """A scalar or an array."""
    taken: Any
    """The number of items behind each result; None where all count."""


def operand(name: str, a: Any, where: Any, kinds: str = NUMBERS) -> Operand:
    """Return what `a` is as an array that can be reduced; refuse what cannot."""
    if type(a) is np.ndarray:
        data, mask, is_masked = a, None, False
    else:
        items = any_items(a)
        is_masked = isinstance(items, np.ma.MaskedArray)
        data = np.asarray(np.ma.getdata(items))
        mask = np.ma.getmaskarray(items) if np.ma.is_masked(items) else None
    if data.dtype.kind not in kinds or data.dtype.itemsize > 8:
        raise TypeError(f"{name} {_refusal(data.dtype, kinds)}")
    taken = None if where is True else _flags(name, where, data.shape)
    if mask is not None:
        taken = ~mask if taken is None else taken & ~mask
    return Operand(data, taken, is_masked)


def _refusal(dtype: np.dtype[Any], kinds: str) -> str:
    takes = "takes bool, integers, float16, float32 and float64"
    if "M" in kinds:
        takes += ", datetime64 and timedelta64"
    elif "m" in kinds:
        takes += ", and timedelta64"
    takes += f", got {dtype}"
    if dtype.kind in "fc":
        return (
            f"{takes}: convert it with a.astype(np.float64), or use the function of "
            "NumPy, which makes no promise about the order of additions"
        )
    if dtype.kind == "O":
        return f"{takes}: give the objects a dtype, as in np.asarray(a, dtype=float)"
    if dtype.kind in "SUT":
        return f"{takes}: make numbers of text with numpy_ext.from_text"
    return takes


def _flags(name: str, where: Any, shape: tuple[int, ...]) -> Mask:
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
    if not isinstance(axis, (tuple, list)):
        axis = index(axis)
    if type(axis) is int and -dimensions <= axis < dimensions:
        return axis % dimensions
    return normalize_axis_tuple(axis, dimensions)


def threads_for(size: int) -> tuple[int, bool]:
    """Return how many threads a call may use, and whether it is to look for signals.

    No thread: it is over before one has let go of the interpreter.
    """
    if size < SHORT:
        return 0, False
    return thread_count(None, size < FEW), on_main_thread()


def accuracy_number(accuracy: str) -> int:
    """Return the number of an accuracy in the library."""
    if accuracy not in ACCURACIES:
        names = ", ".join(map(repr, ACCURACIES[:-1])) + f" or {ACCURACIES[-1]!r}"
        raise ValueError(f"accuracy must be {names}, got {accuracy!r}")
    return ACCURACIES.index(accuracy)


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
    accuracy: Accuracy = "pairwise",
) -> Reduced:
    """Return results in the precision of the items, or in float64."""
    data = items.data
    kind = data.dtype.char
    skips = items.taken is not None or (skipna and kind in "efd")
    made = _native.reduce_floats(
        FLOAT_OPS[op],
        data,
        factors,
        items.taken,
        axis,
        bool(keepdims),
        skips and bool(skipna),
        ddof,
        kind == "f" and not double,
        skips,
        0 if accuracy == "pairwise" else accuracy_number(accuracy),
        *threads_for(data.size),
    )
    results, taken = made if skips else (made, None)
    if kind == "e" and not double:
        results = results.astype(np.float16)
    return Reduced(results, taken)


def int_results(
    op: str,
    items: Operand,
    axis: Axis,
    keepdims: bool,
    skipna: bool,
    *,
    factors: Array | None = None,
) -> Reduced:
    """Return exact sums as int64 or uint64, or means as float64."""
    data = items.data
    skips = items.taken is not None or (skipna and data.dtype.kind == "m")
    made = _native.reduce_ints(
        INT_OPS[op],
        data,
        factors,
        items.taken,
        axis,
        bool(keepdims),
        bool(skipna),
        skips,
        *threads_for(data.size),
    )
    return Reduced(*made) if skips else Reduced(made, None)


def returned(made: Reduced, is_masked: bool) -> Any:
    """Return results, those of a masked array masked where it has no items."""
    results, taken = made
    if taken is None:
        return np.ma.MaskedArray(results) if is_masked and np.ndim(results) else results
    if not is_masked:
        return results[()]
    if results.ndim == 0:
        return np.ma.masked if taken == 0 else results[()]
    return np.ma.MaskedArray(results, mask=taken == 0)


def given(results: Any, dtype: Any, initial: Any, out: Any) -> Any:
    """Return results with `initial` added, in the dtype asked for, in `out`."""
    if initial is not None:
        results = results + initial
    if dtype is not None:
        results = converted(results, np.dtype(dtype))
    return results if out is None else put(results, out)


def converted(results: Any, dtype: np.dtype[Any]) -> Any:
    """Return results in the dtype asked for, if that is one of such numbers."""
    if results is np.ma.masked:
        return results
    if results.dtype.kind == "m":
        if dtype.kind != "m":
            raise TypeError(f"dtype must be timedelta64 as the result is, got {dtype}")
        return results.astype(dtype)
    if dtype.kind not in "iuf" or dtype.itemsize > 8:
        raise TypeError(
            f"dtype must be an integer, float16, float32 or float64, got {dtype}"
        )
    if dtype.kind == "f":
        return results.astype(dtype)
    if not isinstance(results, np.ma.MaskedArray):
        return integers(results, dtype, "result")
    whole = integers(results.filled(0), dtype, "result")
    return np.ma.MaskedArray(whole, mask=results.mask)


def integers(values: Any, dtype: np.dtype[Any], what: str) -> Any:
    """Return floats without what is behind the point, if an integer dtype has them."""
    whole = np.trunc(np.asarray(values, dtype=np.float64))
    limits = np.iinfo(dtype)
    fits = (whole >= float(limits.min)) & (whole < float(int(limits.max) + 1))
    if not fits.all():
        place = int(np.flatnonzero(~fits.reshape(-1))[0])
        at = index_of(whole, place)
        raise OverflowError(
            f"{what}{'' if at is None else f' {at}'}: {np.ravel(values)[place]} is out "
            f"of the range of {dtype}"
        )
    return whole.astype(dtype)[()]


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
