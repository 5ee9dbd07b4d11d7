"""Words of texts: what white space separates."""

from typing import Any, overload

import numpy as np
import numpy.typing as npt

from numpy_ext import _native, ufuncs
from numpy_ext._items import Items, Message, apply, is_message, text_items
from numpy_ext._threads import on_main_thread, thread_count

__all__ = ["word_count"]

SHORT = 1 << 15  # bytes counted sooner than one has asked for threads
LARGE = 1 << 20  # bytes from which threads are worth their start

count_items = ufuncs.word_count


@overload
def word_count(a: Message) -> int: ...
@overload
def word_count(a: Items) -> npt.NDArray[np.int64]: ...
def word_count(a: Message | Items) -> int | npt.NDArray[np.int64]:
    r"""Return the number of words of a text, or of every item of an array.

    Words are what white space separates, as for ``len(text.split())``.

    Parameters
    ----------
    a : str, bytes-like or array_like
        One text, or items of dtype S, V, U, StringDType or object (str and bytes). A
        list keeps its objects.

    Returns
    -------
    int or ndarray of int64
        The words of one text, or those of each item, in the shape of `a`; a masked
        array if `a` is one.

    Raises
    ------
    TypeError
        For items of other dtypes, records, and objects that are neither str nor bytes,
        with the index of the first.
    ValueError
        For missing strings (NA).

    See Also
    --------
    numpy_ext.ufuncs.word_count : The ufunc, with ``out=`` and ``where=``.

    Notes
    -----
    White space is that of Python. For str, and for items of dtype U and StringDType, it
    is what `str.split` splits at: U+0009 to U+000D, U+001C to U+0020, U+0085, U+00A0,
    U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000. For bytes, and
    for items of dtype S and V, it is what `bytes.split` splits at: 9 to 13 and 32.
    Surrogates are text, as they are to `str.split`.

    One long text, or a large array, is counted on several threads (`num_threads`) and
    without the interpreter lock. A str that is not ASCII is encoded first; Python keeps
    its UTF-8 with it, so that counting its words a second time is faster.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.word_count("to be,\n or not\u00a0to be")
    6
    >>> npx.word_count(np.array(["one", "two words", " "]))
    array([1, 2, 0])
    """
    if type(a) is np.ndarray:
        try:
            return count_items(a)  # type: ignore[no-any-return]
        except (TypeError, ValueError):
            return _counts(a)  # says more
    if isinstance(a, (str, bytes)):
        return _count(a, len(a))
    if is_message(a):
        with memoryview(a) as view:  # type: ignore[arg-type]
            return _count(view, view.nbytes)
    return _counts(text_items(a))


def _count(text: Message, size: int) -> int:
    if size < SHORT:
        return _native.word_count(text, 0, False)
    return _native.word_count(text, thread_count(None, size < LARGE), on_main_thread())


def _counts(items: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    try:
        counts: npt.NDArray[np.int64] = apply(count_items, items)
    except TypeError:
        if items.dtype.kind in "SVUTO":
            raise
        raise TypeError(
            f"word_count takes text and bytes, got dtype {items.dtype}"
        ) from None
    return counts
