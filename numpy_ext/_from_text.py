"""Arrays of text as arrays of numbers and times."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    NamedTuple,
    TypeAlias,
    overload,
)

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._explain import better_dtype, wider_dtype
from numpy_ext._items import Items, index_of, text_items
from numpy_ext._table import Table
from numpy_ext._threads import on_main_thread, thread_count
from numpy_ext.errors import ParseError

if TYPE_CHECKING:
    from numpy_ext._bounds import Bounds

__all__ = ["Conversion", "from_text"]

Array: TypeAlias = npt.NDArray[Any]
# Written as a union, which is how stubtest of mypy reads a Literal of several values.
OnError: TypeAlias = Literal["raise"] | Literal["mask"] | Literal["collect"]

# So many texts are parsed by the calling thread alone.
FEW_TEXTS: Final = 1 << 14

# Longer texts are cut in messages, not in attributes.
MOST_SHOWN: Final = 80

# What the C library says of a text (column/column_values.h), and what is said here.
ZONED, MISSING, KIND, RANGE, FINE, BELOW, ABOVE, UNLIKE = range(1, 9)

ADVICE: Final = {
    "c": "read real and imaginary parts from texts of their own",
    "f": "float64 is the widest float there is",
    "m": "read the number of units as int64 and view it as timedelta64",
    "M": "give a unit of a clock, 'datetime64[s]' for example",
    "S": "it is text; s.astype changes one kind of text into another",
    "U": "it is text; s.astype changes one kind of text into another",
    "T": "it is text; s.astype changes one kind of text into another",
}


class Conversion(NamedTuple):
    """What `from_text` returns with ``on_error="collect"``.

    Attributes
    ----------
    values : numpy.ma.MaskedArray
        The values, in the shape of the texts; texts that have none are masked.
    errors : Table
        A row for each such text, in C order: ``index``, its place in the flattened
        array, the ``text``, the ``code`` of the error and the ``reason``.
    """

    values: np.ma.MaskedArray[Any, Any]
    errors: Table


@overload
def from_text(
    s: str | bytes,
    dtype: npt.DTypeLike,
    *,
    ge: Any = None,
    gt: Any = None,
    le: Any = None,
    lt: Any = None,
    on_error: Literal["raise"] = "raise",
) -> Any: ...
@overload
def from_text(
    s: Items,
    dtype: npt.DTypeLike,
    *,
    ge: Any = None,
    gt: Any = None,
    le: Any = None,
    lt: Any = None,
    on_error: Literal["raise"] = "raise",
) -> Array: ...
@overload
def from_text(
    s: str | bytes | Items,
    dtype: npt.DTypeLike,
    *,
    ge: Any = None,
    gt: Any = None,
    le: Any = None,
    lt: Any = None,
    on_error: Literal["mask"],
) -> np.ma.MaskedArray[Any, Any]: ...
@overload
def from_text(
    s: str | bytes | Items,
    dtype: npt.DTypeLike,
    *,
    ge: Any = None,
    gt: Any = None,
    le: Any = None,
    lt: Any = None,
    on_error: Literal["collect"],
) -> Conversion: ...
def from_text(
    s: str | bytes | Items,
    dtype: npt.DTypeLike,
    *,
    ge: Any = None,
    gt: Any = None,
    le: Any = None,
    lt: Any = None,
    on_error: OnError = "raise",
) -> Any:
    r"""Return texts as numbers, bools or times.

    The inverse of `to_text`: ``from_text(to_text(x), x.dtype)`` has the bits of `x`,
    NaN apart, which has one text only.

    Parameters
    ----------
    s : str, bytes or array_like of text
        Of any shape and layout: StringDType, ``U``, ``S``, or objects that are str or
        bytes. Spaces and tabs around a value do not count.
    dtype : dtype_like
        Bool, any integer, float16, float32, float64, or datetime64 in days, hours,
        minutes, seconds or a thousandth, millionth or billionth of one.
    ge, gt, le, lt : number, datetime64, date or str, optional
        What every value must be: at least, greater than, at most, less than. Compared
        exactly, whatever the types: ``lt=2**53 + 1`` means that for floats too. For
        times a datetime64 of any unit, a date, a datetime or the text of one. NaN and
        NaT are within no bounds.
    on_error : {"raise", "mask", "collect"}, default "raise"
        What to do about texts that are no value of the dtype, or none within the
        bounds: raise an error about the first one, mask them, or mask them and list
        them.

    Returns
    -------
    ndarray, scalar or Conversion
        The values, in the shape of `s`; one NumPy scalar for one text. A masked array
        if `s` is one or something is missing, and always with ``on_error="mask"``; a
        `Conversion` with ``on_error="collect"``. Below a mask is 0, False, NaN or NaT.

    Raises
    ------
    ParseError
        If a text has no value, with ``on_error="raise"``. Its ``index`` is that of the
        first such text in C order, a tuple if `s` has several dimensions; the others
        of its attributes are ``value``, ``dtype``, ``code`` and ``hint``.
    TypeError
        If `dtype` is another one, `s` is no text, or a bound has the wrong type.
    ValueError
        If a bound is NaN or NaT, or two keywords give the same bound.

    Notes
    -----
    Integers are an optional sign and ASCII digits; floats may have a point, an exponent
    and be ``inf``, ``infinity`` or ``nan`` in any case. Each float is the nearest one
    of its dtype, rounded once, with infinity beyond the largest. Bools are ``true``,
    ``True``, ``TRUE`` and the same for false. Times are ISO 8601, as `to_text` writes
    them or with a space for the ``T``; with a zone they become UTC, and either all have
    one or none. A value must be exact in its unit. Underscores, digits of other scripts
    and hexadecimal numbers are none. NA of a StringDType, None and NaN among objects,
    and what is masked is missing; no word is, and neither is an empty text.

    The call uses several threads for long arrays (`num_threads`) and lets go of the
    interpreter lock, but for objects. No result depends on the threads.

    See Also
    --------
    to_text : the other way.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.from_text(np.array(["1.5", " -2e3", "inf"]), float)
    array([ 1.5e+00, -2.0e+03,      inf])
    >>> npx.from_text(["2026-01-31 07:30", "NaT"], "datetime64[s]")
    array(['2026-01-31T07:30:00',                 'NaT'],
          dtype='datetime64[s]')
    >>> npx.from_text("9007199254740993", int)
    np.int64(9007199254740993)
    >>> npx.from_text(["7", "n/k", "-1"], int, ge=0, on_error="mask")
    masked_array(data=[7, --, --],
                 mask=[False,  True,  True],
           fill_value=999999)
    >>> texts = np.array(["7", "n/k", "-1"])
    >>> values, errors = npx.from_text(texts, int, ge=0, on_error="collect")
    >>> errors
    index  text    code    reason
    int64  string  string  string
    -----  ------  ------  ------------
        1  n/k     NX611   not an int64
        2  -1      NX613   not >= 0
    2 rows x 4 columns
    """
    if on_error not in ("raise", "mask", "collect"):
        raise ValueError(
            f"on_error must be 'raise', 'mask' or 'collect', got {on_error!r}"
        )
    wanted = _native.value_dtype(dtype)
    if wanted is None:
        raise TypeError(refusal(np.dtype(dtype)))
    native = wanted if wanted.isnative else wanted.newbyteorder("=")
    texts = text_array(s)
    bounds = None
    if not (ge is None and gt is None and le is None and lt is None):
        from numpy_ext._bounds import bounds_for  # imports modules of exact numbers

        bounds = bounds_for(native, ge, gt, le, lt)
    values, notes = parse(texts, native, bounds, on_error)
    if wanted is not native:
        values = values.astype(wanted)
    mask: Any = np.ma.nomask
    if notes is not None and (masked := notes >= MISSING).any():
        mask = masked.reshape(texts.shape)
    elif on_error == "raise" and (
        type(texts) is np.ndarray or not isinstance(texts, np.ma.MaskedArray)
    ):
        return values if values.ndim else values[()]
    result = np.ma.MaskedArray(values, mask=mask)
    if on_error != "collect":
        return result
    if notes is None:
        notes = np.zeros(texts.size, np.uint8)
    return Conversion(result, Parsed(texts, native, notes, bounds).errors())


def refusal(dtype: np.dtype[Any]) -> str:
    """Return why texts cannot be read as a dtype, and what to do instead."""
    advice = ADVICE.get(dtype.kind)
    return (
        "from_text makes bools, integers, float16, float32, float64 and datetime64 in "
        f"D, h, m, s, ms, us or ns; not {dtype}" + (f": {advice}" if advice else "")
    )


def text_array(s: object) -> Array:
    """Return texts as an array that the C library can look at in place."""
    if type(s) is np.ndarray and s.dtype.kind in "TSO":
        return s
    texts = np.array(s, dtype=object) if isinstance(s, (str, bytes)) else text_items(s)
    kind = texts.dtype.kind
    if kind not in "SUTO":
        raise TypeError(
            f"from_text takes text: str, bytes, StringDType, U or S; got {texts.dtype}"
        )
    if kind == "U" and not (texts.dtype.isnative and texts.flags.aligned):
        return texts.astype(texts.dtype.newbyteorder("="))
    return texts


class Parsed(NamedTuple):
    """What became of texts, of which some have no value of the dtype."""

    texts: Array
    dtype: np.dtype[Any]
    notes: npt.NDArray[np.uint8]
    """A note for each text, in C order."""
    bounds: Bounds | None

    def errors(self) -> Table:
        """Return the texts without a value, each with the reason."""
        places = np.flatnonzero(self.notes >= KIND)
        text = np.ma.getdata(self.texts).reshape(-1)[places]
        notes = self.notes[places]
        return Table.from_dict(
            {
                "index": places,
                "text": np.array([shown(t) for t in text.tolist()], dtype=STRINGS),
                "code": np.array(CODES, dtype=STRINGS)[notes],
                "reason": np.array(
                    [reason(note, self.dtype, self.bounds) for note in NOTES],
                    dtype=STRINGS,
                )[notes],
            },
            copy=False,
        )

    def error(self, place: int) -> ParseError:
        """Return the error about one text."""
        index = index_of(self.texts, place)
        text = shown(text_at(self.texts, place))
        note, dtype = int(self.notes[place]), self.dtype
        cut = text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "..."
        return ParseError(
            f"{cut!r} is {reason(note, dtype, self.bounds)}",
            code=CODES[note],
            hint=hint(note, text.strip(" \t"), dtype),
            value=text,
            index=index,
            dtype=dtype,
        )


STRINGS: Final = np.dtypes.StringDType()
NOTES: Final = range(UNLIKE + 1)
CODES: Final = ("",) * KIND + ("NX611", "NX612", "NX611", "NX613", "NX613", "NX611")


def parse(
    texts: Array, dtype: np.dtype[Any], bounds: Bounds | None, on_error: OnError
) -> tuple[Array, npt.NDArray[np.uint8] | None]:
    """Return values and notes of texts; raise the error of the first one if asked to.

    There are no notes if there is nothing to note.
    """
    data, mask = texts, None
    if type(texts) is not np.ndarray:
        data = np.asarray(texts)
        if np.ma.is_masked(texts):
            mask = np.ascontiguousarray(np.ma.getmaskarray(texts)).reshape(-1)
    # A short call needs no second thread and is over before a signal.
    threads, main = 1, False
    if data.size >= FEW_TEXTS:
        threads, main = thread_count(None), on_main_thread()
    stops = on_error == "raise"
    values, notes, place = _native.parse_values(
        data,
        dtype,
        mask,
        None if bounds is None else bounds.native,
        stops,
        threads,
        main,
    )
    no_text = -2 - place  # where an object is, if one is the reason to stop
    if notes is not None:
        parsed = Parsed(texts, dtype, notes, bounds)
        if dtype.kind == "M":
            end = len(notes)
            if no_text >= 0 or (stops and place >= 0):
                end = max(no_text, place)
            flat = values.reshape(-1)
            unlike = unlike_first(flat[:end], notes[:end])
            notes[unlike] = UNLIKE
            flat[unlike] = np.datetime64("NaT", "s")
            if stops and len(unlike):
                raise parsed.error(int(unlike[0]))
        if stops and place >= 0:
            raise parsed.error(place)
    if no_text >= 0:
        found = type(text_at(texts, no_text)).__name__
        index = index_of(texts, no_text)
        where = "" if index is None else f"item {index}: "
        raise TypeError(f"{where}items must be str or bytes, found {found}")
    return values, notes


def unlike_first(values: Array, notes: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    """Return the times with a zone if the first one has none, else those without."""
    zoned = np.flatnonzero(notes == ZONED)
    if not len(zoned):
        return zoned
    naive = np.flatnonzero((notes == 0) & ~np.isnat(values))
    if not len(naive):
        return naive
    return zoned if naive[0] < zoned[0] else naive


def text_at(texts: Array, place: int) -> Any:
    """Return the item at a place in C order, as a Python object."""
    return np.ma.getdata(texts)[np.unravel_index(place, texts.shape)]


def shown(text: str | bytes) -> str:
    if isinstance(text, bytes):
        return text.decode("utf-8", "backslashreplace")
    return text.encode("utf-8", "backslashreplace").decode()


def reason(note: int, dtype: np.dtype[Any], bounds: Bounds | None) -> str:
    """Return what a text is that has no value."""
    if note == KIND:
        return f"not {'an' if dtype.name[0] in 'aeio' else 'a'} {dtype.name}"
    if note == RANGE:
        if dtype.kind == "M":
            return f"out of range for {dtype.name}"
        info = np.iinfo(dtype) if dtype.kind in "iu" else np.finfo(dtype)
        return f"out of range for {dtype.name} ({info.min} to {info.max})"
    if note == FINE:
        return f"finer than the unit of {dtype.name}"
    if note == UNLIKE:
        return "unlike the times before it: either all have a zone or none"
    if note in (BELOW, ABOVE) and bounds is not None:
        return f"not {bounds.broken(note == ABOVE)}"
    return ""


def hint(note: int, text: str, dtype: np.dtype[Any]) -> str:
    """Return what would accept a text."""
    wanted = None
    if note in (KIND, FINE):
        wanted = better_dtype(text, dtype)
    elif note == RANGE:
        wanted = wider_dtype(text, dtype)
    return "on_error='mask'" if wanted is None else f"dtype={wanted!r}"
