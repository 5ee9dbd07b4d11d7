"""Columns of every type in the spellings that a CSV file may have for them.

A column has its dtype because of all its fields, so that a kind of column is made of
two things: fields that any such column may hold, and those that one must hold.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

from hypothesis import strategies as st

__all__ = ["KINDS", "MISSING", "Kind", "Spelling", "text_kind"]

_EPOCH = date(1970, 1, 1).toordinal()
_UNITS = ("D", "s", "ms", "us", "ns")
_DAYS = st.dates()
_DAYS_OF_NS = st.dates(date(1677, 9, 23), date(2262, 4, 10))


@dataclass(frozen=True)
class Spelling:
    """A field and the value it has in a column of its kind; missing if None."""

    text: str | None
    value: Any = None


MISSING = Spelling(None)
Spellings: TypeAlias = st.SearchStrategy[Spelling]


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of column: its dtype, the fields it may hold, and one of each it must."""

    dtype: str
    usual: Spellings
    deciding: tuple[Spellings, ...]

    @cached_property
    def with_gaps(self) -> Spellings:
        """The fields it may hold, and missing ones."""
        return st.one_of(self.usual, self.usual, st.just(MISSING))


# ---- Numbers and bools -----------------------------------------------------

_BOOLS = st.sampled_from(
    [
        *(Spelling(word, False) for word in ("false", "False", "FALSE")),
        *(Spelling(word, True) for word in ("true", "True", "TRUE")),
    ]
)


def _integers(least: int, most: int) -> Spellings:
    return st.integers(least, most).map(lambda n: Spelling(str(n), n))


_SMALL = _integers(0, 99)
_SIGNED = st.integers(0, 99).map(lambda n: Spelling(f"+{n}", n))
_MINUS_ZERO = st.just(Spelling("-0", 0))
_NATURAL = st.one_of(_SMALL, _SIGNED, _MINUS_ZERO, _integers(0, 2**63 - 1))
_INT64 = st.one_of(_NATURAL, _integers(-99, -1), _integers(-(2**63), 2**63 - 1))
_NEGATIVE = _integers(-99, -1) | _integers(-(2**63), -1)
_BEYOND_INT64 = _integers(2**63, 2**64 - 1)
_BEYOND_UINT64 = _integers(2**64, 2**70) | _integers(-(2**70), -(2**63) - 1)
_ZEROS = st.integers(0, 99999).map(lambda n: Spelling(f"0{n:04}", n))

_ODD_DECIMALS = (
    *("0.5", "5.", ".5", "-.25", "+1.0", "-0.0", "1e5", "1E-05", "1e400", "-1e400"),
    *("1e-400", "inf", "-Infinity", "+INF", "NAN", "9007199254740993.0", "4.9e-324"),
    *("2.2250738585072011e-308", "0.1000000000000000055511151231257827021181583404"),
)
_DECIMAL_TEXTS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-1000, 1000, allow_nan=False, places=3).map(str),
    st.sampled_from(_ODD_DECIMALS),
)
_DECIMALS = _DECIMAL_TEXTS.map(lambda text: Spelling(text, float(text)))
_AS_FLOATS = st.one_of(_DECIMALS, _INT64, _BEYOND_UINT64, _ZEROS).map(
    lambda one: replace(one, value=float(one.text or "nan"))
)


# ---- Dates and times -------------------------------------------------------


def _dates(days: st.SearchStrategy[date], unit: str) -> Spellings:
    return days.map(lambda day: Spelling(str(day), _count(day, 0, 0, unit)))


def _count(day: date, seconds: int, nanoseconds: int, unit: str) -> int:
    """Return a time as a count of units since 1970."""
    total = (day.toordinal() - _EPOCH) * 86400 + seconds
    if unit == "D":
        return total // 86400
    digits = 3 * (_UNITS.index(unit) - 1)
    scale: int = 10**digits
    return total * scale + nanoseconds * scale // 10**9


@st.composite
def _times(
    draw: st.DrawFn,
    days: st.SearchStrategy[date],
    unit: str,
    digits: tuple[int, int],
    zoned: bool,
) -> Spelling:
    """Return a date with a time of so many digits after the second."""
    day = draw(days)
    hour, minute, second = (draw(st.integers(0, most)) for most in (23, 59, 59))
    count = draw(st.integers(*digits))
    fraction = draw(st.integers(0, 10**count - 1))
    text = f"{day}{draw(st.sampled_from(' T'))}{hour:02}:{minute:02}"
    if count > 0:
        text += f":{second:02}.{fraction:0{count}}"
    elif second > 0 or draw(st.booleans()):
        text += f":{second:02}"
    seconds = (hour * 60 + minute) * 60 + second
    if zoned:
        shift = draw(st.sampled_from((None, 0, 60, 330, -210, 1439, -1439)))
        zone = abs(shift or 0)
        sign = "-" if (shift or 0) < 0 else "+"
        text += "Z" if shift is None else f"{sign}{zone // 60:02}:{zone % 60:02}"
        seconds -= (shift or 0) * 60
    return Spelling(text, _count(day, seconds, fraction * 10 ** (9 - count), unit))


def _time_kinds() -> list[Kind]:
    kinds = [Kind("datetime64[D]", _dates(_DAYS, "D"), (_dates(_DAYS, "D"),))]
    for unit in _UNITS[1:]:
        most = 3 * (_UNITS.index(unit) - 1)
        finest = (max(0, most - 2), most)
        days = _DAYS_OF_NS if unit == "ns" else _DAYS
        for zoned in (False, True):
            usual = _times(days, unit, (0, most), zoned)
            if not zoned:
                usual = st.one_of(_dates(days, unit), usual)
            deciding = _times(days, unit, finest, zoned)
            kinds.append(Kind(f"datetime64[{unit}]", usual, (deciding,)))
    return kinds


# ---- Strings ---------------------------------------------------------------


def _string(usual: Spellings, *deciding: Spellings) -> Kind:
    """Return columns whose fields are text together, whatever each of them is."""

    def as_text(one: Spelling) -> Spelling:
        return replace(one, value=one.text)

    return Kind(
        "string", usual.map(as_text), tuple(one.map(as_text) for one in deciding)
    )


def text_kind(forbidden: str, least: int) -> Kind:
    """Return columns of text of a least length without some characters."""
    special = [c for c in "\",;\r\n\0 \t'é\ufeff\U0001f600" if c not in forbidden]
    letters = st.characters(codec="utf-8", exclude_characters=forbidden)
    texts = st.text(letters | st.sampled_from(special), min_size=least, max_size=20)
    words = st.sampled_from(["NA", "nan", "1", "true", "2020-01-02", "x" * 13, " x "])
    return Kind(
        "string",
        st.one_of(texts, words).map(lambda text: Spelling(text, text)),
        (texts.map(lambda text: Spelling("x" + text, "x" + text)),),
    )


_NANOSECONDS = _times(_DAYS_OF_NS, "ns", (7, 9), False)
_FAR_DATES = st.sampled_from(
    [Spelling("9999-12-31"), Spelling("0001-01-01"), Spelling("1677-09-21")]
)

KINDS = (
    Kind("int64", _INT64, (_INT64,)),
    Kind("bool", _BOOLS, (_BOOLS,)),
    Kind("uint64", _NATURAL | _BEYOND_INT64, (_BEYOND_INT64,)),
    Kind("float64", _AS_FLOATS, (_DECIMALS,)),
    Kind("float64", st.nothing(), ()),
    *_time_kinds(),
    _string(_INT64, _ZEROS),
    _string(_INT64, _BEYOND_UINT64),
    _string(_INT64, _NEGATIVE, _BEYOND_INT64),
    _string(_AS_FLOATS, _BOOLS, _INT64),
    _string(_dates(_DAYS, "D"), _DECIMALS, _dates(_DAYS, "D")),
    _string(
        _times(_DAYS, "s", (0, 6), True),
        _times(_DAYS, "s", (0, 0), True),
        _dates(_DAYS, "D"),
    ),
    _string(_dates(_DAYS, "D"), _NANOSECONDS, _FAR_DATES),
)
"""All kinds but those of any text, which depend on the dialect."""
