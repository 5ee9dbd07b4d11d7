"""factorize, unique and value_counts against plain dictionaries."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import numpy_ext as npx

STRING = np.dtypes.StringDType()
STRING_NAN = np.dtypes.StringDType(na_object=np.nan)


def key_of(item):
    """Return what equal items have in common, None for what is missing."""
    if item is None or item is np.ma.masked:
        return None
    if isinstance(item, (np.datetime64, np.timedelta64)):
        return None if np.isnat(item) else item
    if isinstance(item, (float, np.floating)):
        return None if np.isnan(item) else float(item)
    if isinstance(item, np.void):
        return item.tobytes()
    return item


def slow_factorize(items):
    """Return codes, the index of each first item, and counts, by a dict."""
    seen, codes, first, counts = {}, [], [], []
    for index, item in enumerate(items):
        key = key_of(item)
        if key is None:
            codes.append(-1)
            continue
        code = seen.setdefault(key, len(seen))
        if code == len(first):
            first.append(index)
            counts.append(0)
        counts[code] += 1
        codes.append(code)
    return codes, first, counts


def items_of(array):
    """Return the items as scalars, masked ones as np.ma.masked."""
    flat = np.ma.getdata(array).reshape(-1)
    mask = np.ma.getmaskarray(array).reshape(-1)
    return [np.ma.masked if m else flat[i] for i, m in enumerate(mask)]


def check(array):
    codes, uniques = npx.factorize(array)
    expected, first, counts = slow_factorize(items_of(array))
    assert codes.dtype == np.int64
    assert codes.shape == np.shape(array)
    assert codes.reshape(-1).tolist() == expected
    assert type(uniques) is np.ndarray
    assert uniques.dtype == native(array.dtype)
    values = np.ma.getdata(array).reshape(-1)[first]
    assert_same(uniques, values)
    named = npx.value_counts(array, sort=False)
    assert_same(named.values, values)
    assert named.counts.dtype == np.int64
    assert named.counts.tolist() == counts
    ordered = npx.value_counts(array)
    order = sorted(range(len(first)), key=lambda i: -counts[i])  # stable
    assert_same(ordered.values, values[order])
    assert ordered.counts.tolist() == [counts[i] for i in order]


def assert_same(a, b):
    assert len(a) == len(b)
    for one, other in zip(a, b, strict=True):
        same = one == other or (one != one and other != other)
        assert same, (one, other)
        if isinstance(one, np.floating):  # the first of two zeros
            assert np.signbit(one) == np.signbit(other) or one != one


def native(dtype):
    return dtype if dtype.kind == "T" else dtype.newbyteorder("=")


# ---- Every dtype ------------------------------------------------------------

NUMBERS = st.sampled_from(
    ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", ">i4",
     ">f8", "M8[D]", "M8[ns]", "m8[s]", ">M8[us]", "S3", "U2", ">U2"]
)  # fmt: skip
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6)


@given(NUMBERS.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES)))
def test_items_of_every_dtype(array):
    check(array)


@given(hnp.arrays("f8", 20, elements=st.sampled_from(
    [0.0, -0.0, np.nan, -np.nan, np.inf, 1.0, 5e-324])))  # fmt: skip
def test_one_zero_and_one_nan(array):
    check(array)
    for dtype in ("f4", "f2"):
        check(array.astype(dtype))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20)))
def test_strings(texts):
    check(np.array(texts, dtype=STRING))
    check(np.array(texts, dtype=object))


@given(st.lists(st.binary(max_size=20) | st.none()))
def test_objects_and_none(texts):
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    check(array)


@given(st.data())
def test_masked_items_are_missing(data):
    array = data.draw(NUMBERS.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES)))
    mask = data.draw(hnp.arrays(bool, array.shape))
    check(np.ma.MaskedArray(array, mask=mask))


@given(st.data())
def test_missing_items_as_one_more_value(data):
    """Masked items are one value; NaN and NaT are values like others."""
    array = data.draw(NUMBERS.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES)))
    mask = data.draw(hnp.arrays(bool, array.shape) | st.just(np.ma.nomask))
    masked = np.ma.MaskedArray(array, mask=mask)
    keys = [
        "masked" if item is np.ma.masked else key_of(item) for item in items_of(masked)
    ]
    seen = {}
    expected = [seen.setdefault(key, len(seen)) for key in keys]
    first = [keys.index(key) for key in seen]
    counts = [keys.count(key) for key in seen]
    codes, uniques = npx.factorize(masked, skipna=False)
    assert codes.reshape(-1).tolist() == expected
    values, index, inverse, found = npx.unique(
        masked, return_index=True, return_inverse=True, return_counts=True
    )
    assert index.tolist() == first
    assert inverse.tolist() == codes.tolist()
    assert found.tolist() == counts
    ordered = npx.value_counts(masked, skipna=False)
    order = sorted(range(len(first)), key=lambda i: -counts[i])  # stable
    assert ordered.counts.tolist() == [counts[i] for i in order]
    hidden = [key == "masked" for key in seen]
    for part, places in ((uniques, first), (values, first)):
        assert type(part) is np.ma.MaskedArray
        assert part.mask.tolist() == hidden
        assert_same(
            part.data[~part.mask], array.reshape(-1)[places][~np.array(hidden, bool)]
        )
    assert ordered.values.mask.tolist() == [hidden[i] for i in order]
    assert_same(ordered.values.data, values.data[order])


def test_skipna_may_be_any_truth():
    array = np.array([np.nan, 1.0, np.nan])
    for yes in (True, 1, np.True_):
        assert npx.factorize(array, skipna=yes).codes.tolist() == [-1, 0, -1]
    for no in (False, 0, np.False_):
        assert npx.factorize(array, skipna=no).codes.tolist() == [0, 1, 0]


@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 300])
@pytest.mark.parametrize("dtype", ["i8", "f8", "?", "S9", "U9", "V9", "T", "O"])
def test_few_and_many_items(n, dtype):
    texts = np.array([f"item {i * i % 7}" for i in range(n)], dtype="S9")
    check((np.arange(n) ** 2 % 7).astype(dtype) if dtype in ("i8", "f8", "?") else
          texts.view("V9") if dtype == "V9" else texts.astype(dtype))  # fmt: skip


def test_missing_strings_have_no_code():
    array = np.array(["b", np.nan, "a", "b", np.nan], dtype=STRING_NAN)
    codes, uniques = npx.factorize(array)
    assert codes.tolist() == [0, -1, 1, 0, -1]
    assert uniques.tolist() == ["b", "a"]
    assert uniques.dtype == STRING_NAN


def test_a_text_as_the_missing_value_is_a_text():
    dtype = np.dtypes.StringDType(na_object="N/A")
    array = np.array(["x", "N/A", "x", "N/A"], dtype=dtype)
    plain = np.array(["N/A", "y"], dtype=STRING).astype(dtype)  # stored as a text
    both = np.concatenate([array, plain])
    codes, uniques = npx.factorize(both)
    assert codes.tolist() == [0, 1, 0, 1, 1, 2]
    assert uniques.tolist() == ["x", "N/A", "y"]
    assert npx.unique(both).tolist() == ["x", "N/A", "y"]
    assert npx.value_counts(both).counts.tolist() == [3, 2, 1]


@pytest.mark.parametrize("dtype", [STRING, STRING_NAN])
def test_strings_of_every_length_and_history(dtype):
    """Many enough for short ones to be read where they are, beside all others."""
    rng = np.random.default_rng(8)
    lengths = [*range(40), 255, 256, 300, 70_000]
    texts = [chr(97 + i % 3) * n + "é" * (i % 2) for i in range(6) for n in lengths]
    array = np.array(texts * 12, dtype=dtype)
    for index in rng.integers(0, array.size, 1500):  # entries that were something else
        array[index] = texts[rng.integers(len(texts))]
    if dtype is STRING_NAN:
        array[rng.integers(0, array.size, 50)] = np.nan
    assert array.size > 3000
    seen, expected = {}, []
    for text in array.tolist():
        missing = not isinstance(text, str)
        expected.append(-1 if missing else seen.setdefault(text, len(seen)))
    for threads in (1, 2):
        with npx.num_threads(threads):
            codes, uniques = npx.factorize(array)
        assert codes.tolist() == expected
        assert uniques.tolist() == list(seen)
    copy = array[::-1].copy()
    assert sorted(map(str, npx.unique(copy).tolist())) == sorted(
        map(str, npx.unique(array).tolist())
    )


def test_strings_end_at_their_nuls_or_not():
    assert npx.factorize(["a", "a\0"]).codes.tolist() == [0, 1]
    assert npx.factorize(np.array(["a\0", "a"], dtype=STRING)).codes.tolist() == [0, 1]
    assert npx.factorize([b"a", b"a\0"]).codes.tolist() == [0, 1]
    assert npx.factorize(np.array([b"a\0", b"a"])).codes.tolist() == [0, 0]
    assert npx.factorize(np.array([b"a\0", b"ab"]).view("V2")).codes.tolist() == [0, 1]


def test_lone_surrogates_of_u_arrays_are_values():
    array = np.array(["a\ud800", "a", "a\ud800"])
    assert npx.factorize(array).codes.tolist() == [0, 1, 0]


def test_lists_and_scalars():
    assert npx.factorize([3, 1, 3]).codes.tolist() == [0, 1, 0]
    codes, uniques = npx.factorize(["x", "y", "x"])
    assert codes.tolist() == [0, 1, 0]
    assert uniques.dtype == STRING
    codes, uniques = npx.factorize(7)
    assert codes.shape == ()
    assert uniques.tolist() == [7]
    assert npx.factorize([]).codes.tolist() == []


def test_items_of_lists_stay_what_they_are():
    codes, uniques = npx.factorize(["a", np.nan, None, "a"])
    assert codes.tolist() == [0, -1, -1, 0]
    assert uniques.tolist() == ["a"]
    for call in (npx.factorize, npx.unique, npx.value_counts):
        with pytest.raises(TypeError, match="item 1: items must be all str or all byt"):
            call(["a", b"a"])
        with pytest.raises(TypeError, match="item 0: items must be str or bytes, fou"):
            call([1, "1"])
        with pytest.raises(ValueError, match=f"item 1: NumPy makes a float of {2**63}"):
            call([-1, 2**63, 2**63 + 1])
        with pytest.raises(ValueError, match=r"item \(0, 1\): a lone surrogate"):
            call([["a", "\ud800"]])
    assert npx.unique([2.5, 7, 2**53 - 1]).tolist() == [2.5, 7.0, 2.0**53 - 1]
    assert npx.unique([1e300, 1]).tolist() == [1e300, 1.0]


def test_nan_among_objects_is_missing():
    array = np.array([None, b"x", np.nan, np.float64("nan"), b"x"], dtype=object)
    assert npx.factorize(array).codes.tolist() == [-1, 0, -1, -1, 0]
    values, counts = npx.value_counts(array, skipna=False)
    assert values.tolist() == [None, b"x"]
    assert counts.tolist() == [3, 2]


def test_series_of_pandas():
    pd = pytest.importorskip("pandas")
    texts = ["b", None, "a", "b"]
    for dtype in ("str", object):
        series = pd.Series(texts, dtype=dtype)
        codes, uniques = npx.factorize(series)
        expected, labels = pd.factorize(series)
        assert codes.tolist() == expected.tolist()
        assert uniques.tolist() == labels.tolist()
    with pytest.raises(
        TypeError, match=r"item 1: .* found NAType: mask what is missing"
    ):
        npx.factorize(pd.Series(texts, dtype="string"))


def test_integers_of_series_with_missing_cells():
    pd = pytest.importorskip("pandas")
    series = pd.Series([2**53 - 1, None, 7], dtype="Int64")
    assert npx.factorize(series).codes.tolist() == [0, -1, 1]
    series = pd.Series([2**53 + 1, 2**53, None], dtype="Int64")
    for call in (npx.factorize, npx.unique, npx.value_counts, npx.hash64, npx.to_text):
        with pytest.raises(ValueError, match="floats of the integers of this Series"):
            call(series)
    assert npx.unique(series[:2]).tolist() == [2**53 + 1, 2**53]
    assert npx.unique(pd.Series([1e300, 2.0])).tolist() == [1e300, 2.0]


@given(st.data())
def test_codes_are_those_of_pandas(data):
    pd = pytest.importorskip("pandas")
    dtype = data.draw(st.sampled_from(["i8", "u8", "i4", "f8", "f4", "M8[ns]", object]))
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
    array = (
        np.array(data.draw(st.lists(texts | st.none(), max_size=30)), dtype=object)
        if dtype is object
        else data.draw(hnp.arrays(dtype, st.integers(0, 30)))
    )
    codes, uniques = npx.factorize(array)
    expected, labels = pd.factorize(array)
    assert codes.tolist() == expected.tolist()
    assert_same(uniques, np.asarray(labels))
    assert_same(npx.unique(array[codes >= 0]), pd.unique(array[codes >= 0]))


# ---- Layouts ----------------------------------------------------------------


@pytest.mark.parametrize(
    "dtype", ["i4", "f8", "S5", "V5", "U3", STRING, object, "M8[s]"]
)
def test_layouts(dtype):
    base = np.arange(60) % 7
    if dtype == "M8[s]":
        array = base.astype("i8").view(dtype)
    elif dtype == "V5":
        array = base.astype("S5").view("V5")
    elif np.dtype(dtype).kind in "iufSU":
        array = base.astype(dtype)
    else:
        array = base.astype(str).astype(dtype)
    cube = array.reshape(3, 4, 5)
    frozen = array.copy()
    frozen.flags.writeable = False
    for layout in (array[::-1], array[::3], cube.T, np.asfortranarray(cube[0]),
                   np.broadcast_to(array[:1], (4, 3)), cube[:, 1], array[:0],
                   array[5:6].reshape(()), frozen):  # fmt: skip
        check(layout)
    if array.dtype.kind in "iufM":
        buffer = np.zeros(array.nbytes + 1, dtype=np.uint8)
        unaligned = buffer[1:].view(array.dtype)
        unaligned[:] = array
        check(unaligned)


def test_the_array_stays_as_it_is():
    array = np.array([0.0, -0.0, np.nan])
    before = array.tobytes()
    npx.factorize(array)
    npx.unique(array, return_inverse=True, return_counts=True)
    assert array.tobytes() == before


# ---- Missing items as one more group ----------------------------------------


def test_missing_items_can_be_a_group():
    array = np.ma.array([5, 1, 5, 9, 1], mask=[0, 0, 0, 1, 1])
    codes, uniques = npx.factorize(array, skipna=False)
    assert codes.tolist() == [0, 1, 0, 2, 2]
    assert isinstance(uniques, np.ma.MaskedArray)
    assert uniques.tolist() == [5, 1, None]
    array.mask = [1, 0, 1, 0, 0]
    codes, uniques = npx.factorize(array, skipna=False)
    assert codes.tolist() == [0, 1, 0, 2, 1]
    assert uniques.tolist() == [None, 1, 9]
    values, counts = npx.value_counts(array, skipna=False)
    assert values.tolist() == [None, 1, 9]
    assert counts.tolist() == [2, 2, 1]


def test_nan_and_na_can_be_a_group():
    codes, uniques = npx.factorize([np.nan, 1.0, np.nan], skipna=False)
    assert codes.tolist() == [0, 1, 0]
    assert np.isnan(uniques[0])
    strings = np.array(["x", np.nan, "x", np.nan], dtype=STRING_NAN)
    codes, uniques = npx.factorize(strings, skipna=False)
    assert codes.tolist() == [0, 1, 0, 1]
    assert uniques[0] == "x" and np.isnan(uniques[1])
    times = np.array(["NaT", "2026-01-01", "NaT"], dtype="M8[D]")
    values, counts = npx.value_counts(times, skipna=False)
    assert np.isnat(values[0]) and counts.tolist() == [2, 1]


@given(st.data())
def test_unique_has_all_that_numpy_has(data):
    array = data.draw(NUMBERS.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES)))
    values, index, inverse, counts = npx.unique(
        array, return_index=True, return_inverse=True, return_counts=True
    )
    flat = array.reshape(-1)
    assert np.all(np.diff(index) > 0)
    assert_same(values, flat[index])
    assert inverse.shape == array.shape
    assert np.array_equal(  # the zeros of a value may differ in their signs
        values[inverse.reshape(-1)], flat, equal_nan=array.dtype.kind in "fMm"
    )
    assert counts.tolist() == np.bincount(inverse.reshape(-1)).tolist()
    expected, first, times = np.unique(flat, return_index=True, return_counts=True)
    order = np.argsort(first)
    assert_same(values, expected[order])
    assert index.tolist() == first[order].tolist()
    assert counts.tolist() == times[order].tolist()
    assert_same(npx.unique(array), values)


def test_unique_of_a_masked_array():
    array = np.ma.array([5, 9, 5, 8, 7], mask=[0, 1, 0, 1, 0])
    values, inverse, counts = npx.unique(array, return_inverse=True, return_counts=True)
    assert values.tolist() == [5, None, 7]
    assert inverse.tolist() == [0, 1, 0, 1, 2]
    assert counts.tolist() == [2, 2, 1]
    nothing = npx.unique(np.ma.array([1, 2]))
    assert isinstance(nothing, np.ma.MaskedArray)
    assert nothing.tolist() == [1, 2]


# ---- What is refused --------------------------------------------------------


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros(2, dtype=np.longdouble), "astype"),
        (np.zeros(2, dtype=complex), "view"),
        (np.zeros(2, dtype=[("a", "i4")]), "fields one by one"),
        (np.array([1, "a"], dtype=object), "str or bytes, found int"),
        (np.array(["a", b"a"], dtype=object), "found both"),
    ],
)
def test_other_items_are_refused(array, message):
    for call in (npx.factorize, npx.unique, npx.value_counts):
        with pytest.raises(TypeError, match=message):
            call(array)


# ---- Many items, threads ----------------------------------------------------


@pytest.mark.parametrize("groups", [1, 50, 5000, 400_000])
def test_the_number_of_threads_is_not_seen(groups):
    rng = np.random.default_rng(groups)
    numbers = rng.integers(0, groups, 500_000)
    mask = rng.random(500_000) < 0.05
    scattered = (numbers * 0x9E3779B9) * 1001
    for array in (numbers, scattered, numbers / 7, np.ma.array(scattered, mask=mask),
                  numbers.astype("S"), numbers.astype(str).astype(STRING)):  # fmt: skip
        results = []
        for threads in (1, 2, 8):
            with npx.num_threads(threads):
                codes, uniques = npx.factorize(array)
                counts = npx.value_counts(array).counts
                results.append((codes.tobytes(), uniques.tolist(), counts.tobytes()))
        assert results[0] == results[1] == results[2]
        kept = ~np.ma.getmaskarray(array)
        data = np.ma.getdata(array)
        assert (codes >= 0).tolist() == kept.tolist()
        assert (uniques[codes[kept]] == data[kept]).all()


def test_threads_may_call_at_once():
    array = (np.arange(300_000) % 1000).astype(str).astype(STRING)
    expected = npx.factorize(array)
    failed = []

    def work():
        for _ in range(3):
            codes, uniques = npx.factorize(array)
            if not (codes == expected.codes).all() or len(uniques) != 1000:
                failed.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
