"""Items that patterns are used on: which ones there are, and where results go."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from numpy_ext import _native
from numpy_ext._items import seems_missing, text_items

if TYPE_CHECKING:
    from numpy_ext._pattern_parse import Pieces, Plan

__all__ = [
    "ALL",
    "FIRST",
    "REPLACED",
    "Matches",
    "Texts",
    "gathered",
    "in_c",
    "pieces",
    "results",
    "texts_of",
]

Array = npt.NDArray[Any]

PIECE: Final = 4096  # items that are Python objects at the same time
ALL, FIRST, REPLACED = range(3)  # what is gathered
WANTED: Final = {True: ("UTO", "str"), False: ("SO", "bytes")}


class Matches(NamedTuple):
    """The matches of all items of an array, as `Pattern.findall` returns them.

    Attributes
    ----------
    values : ndarray of StringDType or S
        All matches, one item after the other: shape ``(m,)``, or ``(m, groups)`` for an
        expression with more than one group.
    offsets : ndarray of int64
        Item i, in C order, has ``values[offsets[i]:offsets[i + 1]]``.
    """

    values: Array
    offsets: npt.NDArray[np.int64]

    @property
    def rows(self) -> npt.NDArray[np.intp]:
        """For each match the number of its item, in C order."""
        return np.repeat(np.arange(self.offsets.size - 1), np.diff(self.offsets))


class Texts(NamedTuple):
    """The items of an array that are not missing, in C order."""

    flat: Array
    shape: tuple[int, ...]
    given: npt.NDArray[np.bool_] | None
    """Which of all items these are, if some may be missing."""

    def spread(self, values: Array, found: npt.NDArray[np.bool_] | None = None) -> Any:
        """Return an array like that of the items, with a value for each.

        It is a masked array if items may be missing or are told apart by `found`.
        """
        if self.given is None and found is None:
            return values.reshape(self.shape)[()]
        if self.given is None:
            result, mask = values, ~found  # type: ignore[operator]
        elif found is None:
            result, mask = self.over_all(values), ~self.given
        else:
            result, mask = self.over_all(values), ~self.over_all(found)
        shaped = result.reshape(self.shape)
        return np.ma.MaskedArray(shaped, mask=mask.reshape(self.shape))

    def over_all(self, values: Array) -> Array:
        """Return the values at the places of their items, with zeros between."""
        assert self.given is not None
        if values.size == self.given.size:
            return values
        result = np.zeros(self.given.size, dtype=values.dtype)
        result[self.given] = values
        return result

    def offsets(self, offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return offsets for all items: what is missing has nothing."""
        if self.given is None or offsets.size == self.given.size + 1:
            return offsets
        counts = self.over_all(np.diff(offsets))
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64, copy=False)


def texts_of(a: object, is_text: bool) -> Texts:
    """Return the items of an array as a pattern of text, or of bytes, takes them."""
    array = text_items(a)
    refuse_other_dtypes(array.dtype, is_text)
    data = np.asarray(np.ma.getdata(array))
    flat = data.reshape(-1)
    given = None
    if isinstance(array, np.ma.MaskedArray):
        given = ~np.ma.getmaskarray(array).reshape(-1)
    if not (flat.dtype.isnative and flat.flags.aligned):
        flat = flat.astype(flat.dtype.newbyteorder("="))
    na_object = getattr(flat.dtype, "na_object", "")
    if not isinstance(na_object, str):
        missing = _native.string_missing(flat)
        given = ~missing if given is None else given & ~missing
    if given is not None and not given.all():
        flat = flat[given]
    if flat.dtype.kind == "O":
        refuse_other_objects(flat, is_text, given, array.shape)
    return Texts(flat, array.shape, given)


def refuse_other_dtypes(dtype: np.dtype[Any], is_text: bool) -> None:
    kinds, wanted = WANTED[is_text]
    if dtype.kind in kinds:
        return
    hint = ""
    if dtype.kind == "S":
        hint = ": write Pattern(b'...'), or decode them, np.strings.decode(a, 'utf-8')"
    elif dtype.kind in "UT":
        hint = ": write Pattern('...'), without the b"
    raise TypeError(
        f"a pattern of {wanted} is used on arrays of {wanted}, got dtype {dtype}{hint}"
    )


def refuse_other_objects(
    flat: Array,
    is_text: bool,
    given: npt.NDArray[np.bool_] | None,
    shape: tuple[int, ...],
) -> None:
    stray = _native.first_stray(flat, not is_text)
    if stray is None:
        return
    wanted = WANTED[is_text][1]
    found = flat[stray]
    hint = ""
    if isinstance(found, (str, bytes)):
        hint = ": a pattern and what it is used on are of one kind"
    elif seems_missing(found):
        hint = ": mask what is missing, or fill it"
    place = int(stray if given is None else np.flatnonzero(given)[stray])
    index = tuple(int(i) for i in np.unravel_index(place, shape)) if shape else ()
    where = f"item {index[0] if len(index) == 1 else index}: " if index else ""
    raise TypeError(
        f"{where}items must be {wanted}, found {type(found).__name__}{hint}"
    )


def pieces(flat: Array) -> Iterator[tuple[int, list[Any]]]:
    """Yield the items as Python objects, a bounded number at a time."""
    for start in range(0, flat.size, PIECE):
        yield start, flat[start : start + PIECE].tolist()


def results(values: list[Any], is_text: bool, columns: int = 1) -> Array:
    """Return texts that were found or made as an array of StringDType, or of S."""
    shape = (len(values),) if columns == 1 else (len(values), columns)
    if not values:
        return np.zeros(shape, dtype=np.dtypes.StringDType() if is_text else "S1")
    if is_text:
        try:
            return np.array(values, dtype=np.dtypes.StringDType())
        except UnicodeEncodeError:
            raise ValueError(
                "a result holds a lone surrogate, which StringDType does not keep: use "
                "re on each of the items"
            ) from None
    array = np.array(values, dtype="S")
    rows = values if columns == 1 else [value for row in values for value in row]
    if any(value.endswith(b"\0") for value in rows):
        raise ValueError(
            "a result ends in a NUL, which arrays of dtype S do not keep: use re on "
            "each of the items"
        )
    return array


# ---- In C ----


def in_c(call: Callable[..., Any], plan: "Plan | None", a: Any, *others: Any) -> Any:
    """Return what a kernel returns, or None where `re` has to do it."""
    if plan is None:
        return None
    try:
        return call(plan.native, a, *others)
    except ValueError:  # a text without UTF-8, or a result that cannot be kept
        return None


def gathered(
    plan: "Plan | None",
    a: Any,
    kind: int,
    number: int = 0,
    replacement: "Pieces" = (),
    limit: int = 0,
) -> Any:
    """Return texts that are found, those of a group, or made of a replacement."""
    if plan is None:
        return None
    groups = plan.found if kind == ALL else (plan.groups[number],)
    gather = _native.pattern_gather
    return in_c(gather, plan, a, kind, groups, replacement, limit or None)
