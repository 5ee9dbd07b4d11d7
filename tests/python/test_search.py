"""searchsorted against bisect over exact numbers, and against NumPy."""

import math
from bisect import bisect_left, bisect_right
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import numpy_ext as npx

STRING = np.dtypes.StringDType()
NAN = np.dtypes.StringDType(na_object=np.nan)
NUMBERS = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]
SPECIAL = [0, 1, 2, 127, 128, 255, 256, 2**15, 2**31 - 1, 2**31, 2**53, 2**53 + 1,
           2**53 + 2, 2**63 - 1, 2**63, 2**64 - 1, 16777217, 65504]  # fmt: skip
MANY = 50_000


def exact(value):
    """Return a number that Python compares exactly; NaN is above all others."""
    if isinstance(value, float) and math.isnan(value):
        return (1, 0)
    if isinstance(value, float) and math.isinf(value):
        return (0, value)
    return (0, Fraction(value))


def rounded(number, dtype):
    with np.errstate(over="ignore"):
        return float(np.array(float(number)).astype(dtype))


def numbers_of(dtype):
    """Return values of a dtype, those at which some dtypes end among them."""
    special = st.sampled_from([*SPECIAL, *(-n for n in SPECIAL)])
    if np.dtype(dtype).kind == "f":
        width = 8 * np.dtype(dtype).itemsize
        return st.floats(width=width) | special.map(lambda n: rounded(n, dtype))
    if dtype == "?":
        return st.booleans()
    info = np.iinfo(dtype)
    whole = st.integers(int(info.min), int(info.max))
    return whole | special.filter(lambda n: info.min <= n <= info.max)


@st.composite
def numbers(draw, max_size):
    dtype = draw(st.sampled_from(NUMBERS))
    values = draw(st.lists(numbers_of(dtype), max_size=max_size))
    with np.errstate(over="ignore"):
        array = np.array(values, dtype=dtype)
    if draw(st.booleans()):
        array = array.astype(array.dtype.newbyteorder())
    return array


@given(numbers(30), numbers(40), st.sampled_from(["left", "right"]))
def test_numbers_of_any_dtypes_exactly(items, needles, side):
    order = sorted(range(len(items)), key=lambda i: exact(items.tolist()[i]))
    sorted_items = items[order]
    keys = [exact(x) for x in sorted_items.tolist()]
    search = bisect_left if side == "left" else bisect_right
    expected = [search(keys, exact(x)) for x in needles.tolist()]
    found = npx.searchsorted(sorted_items, needles, side)
    assert found.dtype == np.int64
    assert found.tolist() == expected
    assert (
        npx.searchsorted(items, needles, side, sorter=order or None).tolist()
        == expected
    )


@given(st.data())
def test_as_numpy_for_one_dtype(data):
    dtype = data.draw(
        st.sampled_from(["i8", "u4", "f4", "f8", "f2", "M8[s]", "m8[ns]", "?"])
    )
    shape = hnp.array_shapes(max_dims=3, min_side=0)
    items = np.sort(data.draw(hnp.arrays(dtype, st.integers(0, 50))))
    needles = data.draw(hnp.arrays(dtype, shape))
    for side in ("left", "right"):
        np.testing.assert_array_equal(
            npx.searchsorted(items, needles, side),
            np.searchsorted(items, needles, side),
        )
        np.testing.assert_array_equal(
            npx.searchsorted(items[::2], needles.T, side),
            np.searchsorted(items[::2], needles.T, side),
        )


@pytest.mark.parametrize("order", ["random", "rising", "falling", "blocks", "equal"])
@pytest.mark.parametrize("dtype", ["f8", "i4", "u1", "M8[s]"])
def test_many_needles(order, dtype):
    rng = np.random.default_rng(1)
    items = np.sort(rng.integers(0, 10**6, MANY)).astype(dtype)
    items = np.sort(items)
    needles = {
        "random": rng.integers(-5, 10**6 + 5, 3 * MANY),
        "rising": np.sort(rng.integers(-5, 10**6 + 5, 3 * MANY)),
        "falling": np.sort(rng.integers(-5, 10**6 + 5, MANY))[::-1],
        "blocks": np.sort(rng.integers(0, 10**6, (500, 33)), axis=1),
        "equal": np.full(MANY, 77),
    }[order].astype(dtype)
    for side in ("left", "right"):
        expected = np.searchsorted(items, needles, side)
        for threads in (1, 2, 8):
            with npx.num_threads(threads):
                found = npx.searchsorted(items, needles, side)
                np.testing.assert_array_equal(found, expected)


def test_sorter():
    rng = np.random.default_rng(2)
    items, needles = rng.random(MANY), rng.random(1000)
    sorter = np.argsort(items)
    for form in (
        sorter,
        sorter.astype(np.uint32),
        sorter.tolist(),
        sorter.copy()[::1],
    ):
        np.testing.assert_array_equal(
            npx.searchsorted(items, needles, sorter=form),
            np.searchsorted(items, needles, sorter=sorter),
        )
    texts = items.astype("U20").astype(STRING)
    order = npx.argsort(texts)
    assert npx.searchsorted(texts, texts[order[7]], sorter=order) == 7
    for wrong, error, message in [
        (sorter[:-1], ValueError, "an index for each of 50000 items"),
        (sorter.astype(float), TypeError, "array of integers"),
        (sorter > 0, TypeError, "array of integers"),
        (np.where(sorter == 5, MANY, sorter), ValueError, r"sorter\[\d+\] is 50000"),
        (np.where(sorter == 5, -1, sorter), ValueError, r"sorter\[\d+\] is -1"),
    ]:
        with pytest.raises(error, match=message):
            npx.searchsorted(items, needles, sorter=wrong)


# ---- Strings ----------------------------------------------------------------

TEXTS = st.text(st.sampled_from(["\0", "a", "b", "é", "\U0001f600"]), max_size=12)


@given(
    st.lists(TEXTS, max_size=40),
    st.lists(TEXTS, max_size=60),
    st.sampled_from(["T", "U", "S", ">U"]),
    st.sampled_from(["T", "U", ">U"]),
)
def test_strings_of_any_dtypes(items, needles, dtype, needle_dtype):
    def of(texts, kind):
        if kind == "S":
            return np.array([t.encode() for t in texts], dtype="S60")
        return np.array(texts, dtype=STRING if kind == "T" else kind + "14")

    if dtype == "S":
        needle_dtype = "S"
    a, v = of(items, dtype), of(needles, needle_dtype)
    a = npx.sort(a)
    for side, search in (("left", bisect_left), ("right", bisect_right)):
        expected = [search(a.tolist(), x) for x in v.tolist()]
        assert npx.searchsorted(a, v, side).tolist() == expected
        assert npx.searchsorted(a, v[:1], side).tolist() == expected[:1]


@pytest.mark.parametrize("prefix", ["", "a common prefix "])
@pytest.mark.parametrize("dtype", [STRING, "U", "S"])
def test_many_strings(prefix, dtype):
    rng = np.random.default_rng(3)
    texts = np.array([f"{prefix}{n}" for n in rng.integers(0, 10**5, MANY)]).astype(
        dtype
    )
    wanted = np.array([f"{prefix}{n}" for n in rng.integers(0, 10**5, MANY)]).astype(
        dtype
    )
    items = npx.sort(texts)
    listed = items.tolist()
    for side, search in (("left", bisect_left), ("right", bisect_right)):
        expected = [search(listed, x) for x in wanted.tolist()]
        for threads in (1, 2):
            with npx.num_threads(threads):
                assert npx.searchsorted(items, wanted, side).tolist() == expected
    few = wanted[:10]
    assert npx.searchsorted(items, few).tolist() == [
        bisect_left(listed, x) for x in few.tolist()
    ]


def test_missing_strings_are_above_all_others():
    items = np.array(["a", "b", np.nan, np.nan], dtype=NAN)
    needles = np.array(["a", np.nan, "c"], dtype=NAN)
    assert npx.searchsorted(items, needles).tolist() == [0, 2, 2]
    assert npx.searchsorted(items, needles, "right").tolist() == [1, 4, 2]


# ---- Times, masks, single values --------------------------------------------


def test_times_of_two_units():
    days = np.array(["2020-01-01", "2020-01-02", "NaT"], "M8[D]")
    hours = np.array(["2020-01-01T12", "2020-01-02", "NaT"], "M8[h]")
    assert npx.searchsorted(days, hours).tolist() == [1, 1, 2]
    assert npx.searchsorted(hours, days).tolist() == [0, 1, 2]
    far = np.array([10**15], "M8[D]")
    with pytest.raises((ValueError, OverflowError)):
        npx.searchsorted(far, np.array(["2020"], "M8[ns]"))
    with pytest.raises(TypeError, match="durations cannot be looked for among times"):
        npx.searchsorted(days, np.array([1], "m8[D]"))


def test_masked_needles_stay_masked():
    needles = np.ma.MaskedArray([1, 5, 9], mask=[0, 1, 0])
    found = npx.searchsorted(np.array([1, 2, 3]), needles)
    assert found.tolist() == [0, None, 3]
    with pytest.raises(ValueError, match=r"a\.compressed\(\)"):
        npx.searchsorted(needles, [1])
    assert npx.searchsorted(np.ma.MaskedArray([1, 2]), 2) == 1


def test_single_values():
    found = npx.searchsorted([1, 2, 3], 2)
    assert isinstance(found, np.int64)
    assert found == 1
    assert npx.searchsorted(["a", "b"], "b") == 1
    assert npx.searchsorted([b"a", b"b"], b"b", "right") == 2
    assert npx.searchsorted(np.array(["2020"], "M8[Y]"), np.datetime64("2021")) == 1
    assert npx.searchsorted([], 1.0) == 0
    assert npx.searchsorted([1], []).tolist() == []
    assert npx.searchsorted(np.array([2**53, 2**53 + 1]), 2.0**53, "right") == 1


def test_says_what_is_wrong():
    for a, v, error, message in [
        ([[1]], [1], ValueError, "one dimension"),
        ([1], ["a"], TypeError, "strings cannot be looked for among numbers"),
        (["a"], [1], TypeError, "numbers cannot be looked for among strings"),
        (["a"], [None], TypeError, "dtype object|items of object"),
        ([1j], [1j], TypeError, "complex128 have no order"),
        ([1], [2**70], TypeError, "object"),
    ]:
        with pytest.raises(error, match=message):
            npx.searchsorted(a, v)
    for side in ("l", "Left", None):
        with pytest.raises(ValueError, match="side must be 'left' or 'right'"):
            npx.searchsorted([1], 1, side)


def test_what_is_masked_has_no_place():
    assert npx.searchsorted([1, 2], np.ma.masked) is np.ma.masked
    assert npx.searchsorted([1, 2], np.ma.array(2, mask=True)) is np.ma.masked
    assert npx.searchsorted([1, 2], np.ma.array(2, mask=False)) == 1


def test_bytes_and_text_are_not_compared():
    for a, v in [(["a"], b"b"), (np.array([b"a"]), ["a"])]:
        with pytest.raises(TypeError, match="bytes and text are not compared"):
            npx.searchsorted(a, v)


def test_empty_lists_are_of_any_dtype():
    assert npx.searchsorted([], ["a", "b"]).tolist() == [0, 0]
    assert npx.searchsorted([], np.array(["2026"], "M8[Y]")).tolist() == [0]
    assert npx.searchsorted([], 1, sorter=[]) == 0
