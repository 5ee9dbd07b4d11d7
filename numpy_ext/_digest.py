"""SHA-256 and a 64-bit hash of every item of an array."""

from typing import Any, cast, overload

import numpy as np
import numpy.typing as npt

from numpy_ext import _native, ufuncs
from numpy_ext._items import (
    Items,
    Message,
    any_items,
    apply,
    index_of,
    is_message,
    text_items,
)
from numpy_ext._threads import checked, on_main_thread, thread_count

__all__ = ["hash64", "sha256", "sha256_chunks", "sha256_hex"]

SMALL = 1 << 18
LARGEST_SEED = 2**64 - 1
NO_SEED = np.zeros((), dtype=np.uint64)

digest_items, hash_items = ufuncs.sha256, ufuncs.hash64


def sha256(a: Message | Items) -> npt.NDArray[np.uint8]:
    r"""Return the SHA-256 digest of a message, or of every item of an array.

    Parameters
    ----------
    a : str, bytes-like or array_like
        One message, or items of dtype S, V, U, StringDType or object (str and bytes).
        Text counts as UTF-8. Items of dtype S end before the NULs at their end, which
        NumPy does not keep; V and bytes objects are taken in full. A list keeps its
        objects.

    Returns
    -------
    ndarray of uint8
        The 32 bytes of each digest along a new last axis, shape ``(..., 32)``; a masked
        array if `a` is one.

    Raises
    ------
    TypeError
        For items of other dtypes, whose bytes are a matter of choice: view them as
        ``V``; for objects that are neither str nor bytes, with the index of the first.
    ValueError
        For missing strings (NA), and text that has no UTF-8 form (lone surrogates).

    See Also
    --------
    sha256_hex : Digests as text.
    sha256_chunks : Digests of the parts of one buffer.
    numpy_ext.ufuncs.sha256 : The generalized ufunc, with ``out=``.

    Notes
    -----
    Digests are those of `hashlib`, which also does the work for one message. Arrays are
    hashed two items at a time, on several threads if they are large (`num_threads`) and
    without the interpreter lock.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> digests = npx.sha256(np.array(["spam", "eggs"]))
    >>> digests.shape
    (2, 32)
    >>> digests[0].tobytes().hex()[:16]
    '4e388ab32b10dc8d'

    Numbers are hashed as the bytes they have in memory, if you say so:

    >>> npx.sha256(np.array([1, 2]).view("V8")).shape
    (2, 32)
    """
    items: Any = a
    if type(a) is np.ndarray:
        try:
            return digest_items(a)  # type: ignore[no-any-return]
        except (TypeError, ValueError):
            pass  # looked into below
    elif is_message(a):
        return np.frombuffer(bytearray(_hashlib(a).digest()), dtype=np.uint8)
    else:
        items = text_items(a)
    try:
        digests: npt.NDArray[np.uint8] = apply(digest_items, items)
    except TypeError:
        refuse_dtype("sha256", "SVUTO", items)
        raise
    return digests


@overload
def sha256_hex(a: Message) -> str: ...
@overload
def sha256_hex(a: Items) -> npt.NDArray[Any]: ...
def sha256_hex(a: Message | Items) -> str | npt.NDArray[Any]:
    r"""Return SHA-256 digests as text of 64 hexadecimal digits.

    Parameters
    ----------
    a : str, bytes-like or array_like
        As for `sha256`.

    Returns
    -------
    str or ndarray of StringDType
        The digest of one message or of an array without dimensions, or one for each
        item, in the shape of `a`; a masked array if `a` is one.

    Raises
    ------
    TypeError, ValueError
        As for `sha256`.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.sha256_hex("spam")[:16]
    '4e388ab32b10dc8d'
    >>> npx.sha256_hex(np.array([b"spam", b"eggs"])).shape
    (2,)
    """
    strings: npt.NDArray[Any] | None = None
    if type(a) is np.ndarray:
        try:
            strings = _native.sha256_hex(a)
        except (TypeError, ValueError):
            strings = None  # looked into below
    elif is_message(a):
        return str(_hashlib(a).hexdigest())
    if strings is not None:
        return strings if strings.ndim else str(strings[()])
    digests = sha256(a)
    strings = _native.hex_strings(np.ascontiguousarray(np.ma.getdata(digests)))
    if not isinstance(digests, np.ma.MaskedArray):
        return strings if strings.ndim else str(strings[()])
    mask = np.ma.getmaskarray(digests)[..., 0]
    strings[mask] = ""
    return np.ma.MaskedArray(strings, mask=mask)


def sha256_chunks(
    data: Message | npt.NDArray[Any],
    size: int,
    *,
    threads: int | None = None,
) -> npt.NDArray[np.uint8]:
    r"""Return the SHA-256 digest of every `size` bytes of a buffer.

    Parameters
    ----------
    data : bytes-like
        Contiguous memory: bytes, an array, a `mmap.mmap`.
    size : int
        Bytes of a chunk, at least 1. The last chunk may be shorter.
    threads : int, optional
        How many threads to use at most; see `num_threads`.

    Returns
    -------
    ndarray of uint8
        Shape ``(n, 32)``, a row for each of the n chunks; none for an empty buffer.

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense.
    BufferError, ValueError
        If the memory is not contiguous.

    Notes
    -----
    Chunks are hashed side by side and on several threads, so this is faster than one
    digest of the whole. It is another digest: compare it with one of the same `size`.
    Nobody should write to `data` meanwhile.

    Examples
    --------
    >>> import numpy_ext as npx
    >>> before, after = bytes(10_000), bytes(9_000) + b"!" * 1_000
    >>> changed = npx.sha256_chunks(before, 4096) != npx.sha256_chunks(after, 4096)
    >>> changed.any(axis=1)
    array([False, False,  True])
    """
    if isinstance(data, str):
        raise TypeError("data must be bytes-like, got str: encode it first")
    if isinstance(size, bool) or not hasattr(size, "__index__"):
        raise TypeError(f"size must be an int, got {type(size).__name__}")
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}")
    wanted = None if threads is None else checked("threads", threads)
    with memoryview(cast(Any, data)) as view:
        small = view.nbytes < SMALL
        return _native.sha256_chunks(
            view,
            min(int(size), max(view.nbytes, 1)),
            thread_count(wanted, small),
            on_main_thread(),
        )


@overload
def hash64(a: Message | int | float, seed: int = 0) -> np.uint64: ...
@overload
def hash64(a: Items, seed: int = 0) -> npt.NDArray[np.uint64]: ...
def hash64(a: Any, seed: int = 0) -> np.uint64 | npt.NDArray[np.uint64]:
    r"""Return a 64-bit hash of text, bytes or a number, or of every item of an array.

    It spreads keys over shards, buckets and sketches, and is the same on every machine,
    in every process and in every version. It is no digest: who wants to can find keys
    that collide.

    Parameters
    ----------
    a : str, bytes-like, int, float or array_like
        One key, or items of dtype S, V, U, StringDType, object (str and bytes), bool,
        any integer, float16, float32 or float64.
    seed : int, default 0
        Between 0 and 2**64 - 1. Each seed is another hash function.

    Returns
    -------
    numpy.uint64 or ndarray of uint64
        The hashes, in the shape of `a`; a masked array if `a` is one.

    Raises
    ------
    TypeError
        For items of other dtypes: view them as ``V`` or as integers.
    ValueError
        For missing strings (NA), text without UTF-8 form, a seed out of range, and
        lists, and columns with missing cells, of integers that NumPy would make floats
        of.
    OverflowError
        For an int that neither int64 nor uint64 holds.

    See Also
    --------
    numpy_ext.ufuncs.hash64 : The ufunc, with ``out=`` and ``where=``; seeds broadcast.

    Notes
    -----
    What is equal has equal hashes: text is hashed as its UTF-8, so that ``"a"``,
    ``b"a"`` and items of any string dtype agree; integers of every width as the eight
    bytes of an int64 (or uint64), floats as those of a float64, with one zero and one
    NaN. An int and a float differ, even 1 and 1.0. Negative integers share their hashes
    with the uint64 of the same bits.

    The definition, with 64-bit numbers and ``^`` for exclusive or::

        absorb(x, y, p, q):
            a, b = x ^ p, y ^ q
            high, low = the two halves of the 128-bit product a * b
            return a ^ high, b ^ low

        x, y = absorb(0x6a09e667f3bcc908, 0xbb67ae8584caa73b, seed, number of bytes)
        for each 16 bytes, the last ones padded with zeros:
            x, y = absorb(x, y, first 8 bytes, last 8 bytes), as little-endian numbers
        x, y = absorb(x, y, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1)
        return x ^ y

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> hex(npx.hash64("abc"))
    '0xcfe2cfb8b1a8b41a'
    >>> hex(npx.hash64("abc", seed=1))
    '0x5bdd58aaae168e50'
    >>> npx.hash64(np.array(["oslo", "rome", "oslo"])) % 4
    array([..., ..., ...], dtype=uint64)
    """
    if type(seed) is not int and (
        isinstance(seed, bool) or not hasattr(seed, "__index__")
    ):
        raise TypeError(f"seed must be an int, got {type(seed).__name__}")
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"seed must be between 0 and 2**64 - 1, got {seed}")
    number = NO_SEED if seed == 0 else np.array(seed, dtype=np.uint64)
    if type(a) is np.ndarray:
        try:
            return hash_items(a, number)  # type: ignore[no-any-return]
        except (TypeError, ValueError):
            items = a  # looked into below
    else:
        items = _keys(a)
    try:
        hashes: np.uint64 | npt.NDArray[np.uint64] = apply(hash_items, items, number)
    except TypeError:
        refuse_dtype("hash64", "SVUTObiuf", items)
        refuse_integers(items)
        raise
    return hashes


def _keys(a: Any) -> npt.NDArray[Any]:
    """Return an array of keys that are text, bytes or numbers."""
    if is_message(a):
        return np.array(a if isinstance(a, str) else bytes(a), dtype=object)
    if isinstance(a, (list, tuple)):
        items = any_items(a)
        return text_items(a) if items.dtype.kind in "SUO" else items
    return any_items(a)


def _hashlib(message: Any) -> Any:
    import hashlib  # here, for it loads OpenSSL, which takes longer than this package

    return hashlib.sha256(message.encode() if isinstance(message, str) else message)


def refuse_integers(items: npt.NDArray[Any]) -> None:
    """Say which integer is too large, if one is the reason to have objects."""
    if items.dtype != object:
        return
    for place, item in enumerate(np.ma.getdata(items).flat):
        if isinstance(item, int) and not -(2**63) <= item < 2**64:
            index = index_of(items, place)
            where = "" if index is None else f"item {index}: "
            raise OverflowError(
                f"{where}{item} is neither an int64 nor a uint64: hash it as bytes or "
                "as text"
            ) from None


def refuse_dtype(name: str, kinds: str, items: npt.NDArray[Any]) -> None:
    """Say how to go on if the dtype is one whose bytes are no matter of course."""
    dtype = items.dtype
    if dtype.kind not in kinds or (dtype.kind == "f" and dtype.itemsize > 8):
        takes = "text, bytes and numbers" if "i" in kinds else "text and bytes"
        raise TypeError(
            f"{name} takes {takes}, got dtype {dtype}; for the bytes of "
            f"each item as they are in memory, view as V{dtype.itemsize}: "
            f"a.view('V{dtype.itemsize}')"
        ) from None
