"""The bounds of from_text against Python's own comparisons, which are exact."""

import datetime
import itertools
import operator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext.errors import ParseError

UNITS = ["D", "h", "m", "s", "ms", "us", "ns"]
INTEGERS = [f"{kind}int{size}" for kind in ("", "u") for size in (8, 16, 32, 64)]
FLOATS = ["float16", "float32", "float64"]

NUMBERS = [
    *(0, 1, -1, 5, 127, 128, -128, -129, 2**53, 2**53 + 1, 2**63 - 1, 2**63),
    *(2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**400, -(10**400)),
    *(0.5, -0.5, 1.5, 2.0**53, 1e300, 5e-324, -0.0, float("inf"), float("-inf")),
    *(Fraction(1, 3), Decimal("0.1"), np.float32(0.1), np.int8(3), np.uint64(2**63)),
]
SIGNS = {"ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}


def python_number(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


@pytest.mark.parametrize("dtype", [*INTEGERS, *FLOATS])
@pytest.mark.parametrize("sign", list(SIGNS))
def test_bounds_are_exact(dtype, sign):
    if dtype in FLOATS:
        edges = [0.0, 0.1, 1 / 3, 0.5, 1.5, 5.0, 127.0, 3.0, 5e-324, 2.0**53, np.inf]
        with np.errstate(over="ignore"):
            values = np.array([*edges, *(-x for x in edges)]).astype(dtype)
        values = np.concatenate([values, np.nextafter(values, np.array(9, dtype))])
    else:
        limits = np.iinfo(dtype)
        edges = {limits.min, limits.max, *range(-3, 7), 2**53, 2**53 + 1, 2**63 - 1}
        values = np.array(
            sorted(x for x in edges if limits.min <= x <= limits.max), dtype=dtype
        )
    texts = npx.to_text(values)
    for bound in NUMBERS:
        expected = [
            bool(SIGNS[sign](python_number(value), python_number(bound)))
            for value in values
        ]
        found = npx.from_text(texts, dtype, on_error="mask", **{sign: bound})
        assert (~np.ma.getmaskarray(found)).tolist() == expected, bound


@pytest.mark.parametrize("unit", UNITS)
def test_bounds_of_times_are_exact(unit):
    counts = [0, 1, -1, 2, 100, -100, 2**62, -(2**62)]
    values = np.array(counts, dtype=np.int64).view(f"datetime64[{unit}]")
    seconds = {"D": 86400, "h": 3600, "m": 60, "s": 1}
    size = seconds.get(unit) or Fraction(1, 1000 ** (UNITS.index(unit) - 3))
    bounds = [
        (np.datetime64(1, "D"), 86400),
        (np.datetime64(0, "Y"), 0),
        (np.datetime64(-3, "us"), Fraction(-3, 10**6)),
        (np.datetime64(1, "as"), Fraction(1, 10**18)),
        (np.datetime64(2, "25s"), 50),
        ("1970-01-01T00:00:01.5", Fraction(3, 2)),
        (datetime.date(1970, 1, 2), 86400),
        (datetime.datetime(1970, 1, 1, 1), 3600),
        (datetime.datetime(1970, 1, 1, 1, tzinfo=datetime.UTC), 3600),
        ("1970-01-02T01:30:02+01:30", 86402),
        ("1970-01-01 20:00-0330", 23 * 3600 + 1800),
        ("1970-01-01T00:00:01.5Z", Fraction(3, 2)),
        (np.datetime64(2**61, "W"), 2**61 * 604800),
        (np.datetime64(-(2**61), "W"), -(2**61) * 604800),
    ]
    texts = npx.to_text(values)
    for (bound, when), (sign, compare) in itertools.product(bounds, SIGNS.items()):
        found = npx.from_text(texts, values.dtype, on_error="mask", **{sign: bound})
        expected = [bool(compare(count * size, when)) for count in counts]
        assert (~np.ma.getmaskarray(found)).tolist() == expected, (bound, sign)


def test_bounds_of_pandas_are_exact():
    pd = pytest.importorskip("pandas")
    time = pd.Timestamp("2026-01-31 07:30:00.000000001")
    texts = ["2026-01-31T07:30:00.000000000", "2026-01-31T07:30:00.000000001"]
    for bound in (time, time.tz_localize("UTC").tz_convert("Asia/Tokyo")):
        values = npx.from_text(texts, "datetime64[ns]", ge=bound, on_error="mask")
        assert values.mask.tolist() == [True, False]
    with pytest.raises(ValueError, match="ge is NaT"):
        npx.from_text(texts, "datetime64[ns]", ge=pd.NaT)


def test_nothing_compares_with_nan():
    for keywords in ({"ge": 0}, {"lt": 5}, {"gt": float("-inf")}):
        with pytest.raises(ParseError, match="'nan' is not ") as caught:
            npx.from_text(["1", "nan"], float, **keywords)
        assert caught.value.code == "NX613"
    with pytest.raises(ParseError, match="'NaT' is not <= 2026"):
        npx.from_text(["NaT"], "datetime64[s]", le="2026-01-01")


def test_errors_of_bounds():
    with pytest.raises(ParseError, match=r"'0' is not > 0 \[NX613\]\n  at item 1"):
        npx.from_text(["1", "0"], int, gt=0)
    with pytest.raises(ParseError, match=r"'2\.5' is not < 2\.5"):
        npx.from_text("2.5", "f4", ge=0, lt=2.5)
    with pytest.raises(ParseError, match="'1' is not >= 300"):
        npx.from_text("1", "i1", ge=300)
    with pytest.raises(ParseError, match="'1' is not < -300"):
        npx.from_text("1", "i1", lt=-300)
    with pytest.raises(ParseError, match="'2026-01-01' is not > 2026-01-01"):
        npx.from_text("2026-01-01", "datetime64[D]", gt=datetime.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("dtype", "keywords", "error", "message"),
    [
        (int, {"ge": 0, "gt": 0}, ValueError, "one of ge and gt"),
        (int, {"le": 0, "lt": 0}, ValueError, "one of le and lt"),
        (int, {"gt": "0"}, TypeError, "gt must be a number, got str"),
        (int, {"le": True}, TypeError, "le must be a number, got bool"),
        (float, {"ge": float("nan")}, ValueError, "ge is NaN"),
        (float, {"lt": 1j}, TypeError, "lt must be a number"),
        (bool, {"lt": 1}, TypeError, "bools have no bounds"),
        ("M8[s]", {"lt": 1}, TypeError, "lt must be a datetime64"),
        ("M8[s]", {"lt": "x"}, ValueError, "lt is no date or time: 'x'"),
        ("M8[s]", {"lt": " today"}, ValueError, "lt is no date or time"),
        ("M8[s]", {"lt": "today"}, ValueError, "lt is 'today', which is another time"),
        ("M8[D]", {"ge": "Now"}, ValueError, r"give a fixed .*np.datetime64\('now'\)"),
        ("M8[s]", {"le": np.str_("NOW")}, ValueError, "another time at every call"),
        ("M8[s]", {"ge": np.datetime64("NaT", "s")}, ValueError, "ge is NaT"),
        ("M8[s]", {"ge": np.array(5).view("M8")}, ValueError, "ge has no unit"),
    ],
)
def test_bounds_that_are_none(dtype, keywords, error, message):
    with pytest.raises(error, match=message):
        npx.from_text(["1"], dtype, **keywords)
