"""rank and top_k against their definitions in Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import numpy_ext as npx

STRING = np.dtypes.StringDType()
NAN = np.dtypes.StringDType(na_object=np.nan)
METHODS = ["average", "min", "max", "dense", "ordinal"]
DTYPES = ["?", "i1", "u2", ">i4", "i8", "u8", "f2", ">f4", "f8", "M8[s]", "m8[D]",
          "U2", ">U2", "S2", "T", "NA"]  # fmt: skip
MANY = 100_000


def ranks(items, method, descending=False):
    """Return the ranks of a list by their definition; None has none."""
    there = [item for item in items if item is not None]
    found = []
    for place, item in enumerate(items):
        if item is None:
            found.append(None)
            continue
        before = [x for x in there if (x > item if descending else x < item)]
        equal = there.count(item)
        ordinal = len(before) + items[:place].count(item) + 1
        found.append({
            "average": len(before) + (equal + 1) / 2,
            "min": len(before) + 1,
            "max": len(before) + equal,
            "dense": len(set(before)) + 1,
            "ordinal": ordinal,
        }[method])  # fmt: skip
    return found


def best(items, mask, k, largest=True):
    """Return the places of the first k of a list; None comes last, masked or not."""
    there = [i for i, item in enumerate(items) if item is not None]
    if largest:
        there = sorted(there[::-1], key=lambda i: items[i])[::-1]
    else:
        there.sort(key=lambda i: items[i])
    gone = [i for i, item in enumerate(items) if item is None]
    return (there + sorted(gone, key=lambda i: mask[i]))[:k]


@st.composite
def arrays(draw, max_size=40):
    """Return an array of a few values, and these as Python sees them, None missing."""
    dtype = draw(st.sampled_from(DTYPES))
    few = st.integers(0, 5)
    if dtype in ("f2", ">f4", "f8", "M8[s]", "m8[D]"):
        values = draw(st.lists(few | st.none(), max_size=max_size))
        na = np.nan if "f" in dtype else "NaT"
        array = np.array([na if v is None else v for v in values]).astype(dtype)
    elif dtype in ("U2", ">U2", "S2", "T", "NA"):
        texts = st.text(st.sampled_from("ab"), max_size=2)
        texts = texts if dtype != "NA" else texts | st.none()
        values = draw(st.lists(texts, max_size=max_size))
        given = [np.nan if v is None else v for v in values]
        array = np.array(given, dtype={"T": STRING, "NA": NAN}.get(dtype, dtype))
    else:
        values = draw(
            st.lists(few.map(bool) if dtype == "?" else few, max_size=max_size)
        )
        array = np.array(values, dtype=dtype)
    if draw(st.booleans()):
        mask = draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
        array = np.ma.MaskedArray(array, mask=mask)
        values = [None if m else v for v, m in zip(values, mask, strict=True)]
    return array, values


def as_list(ranked):
    """Return ranks with None where there is none."""
    masked = np.ma.getmaskarray(ranked).reshape(-1).tolist()
    data = np.ma.getdata(ranked).reshape(-1).tolist()
    return [None if m or x != x else x for x, m in zip(data, masked, strict=True)]


# ---- rank -------------------------------------------------------------------


@given(arrays(), st.sampled_from(METHODS), st.booleans())
def test_ranks_by_their_definition(given, method, descending):
    array, values = given
    result = npx.rank(array, method=method, descending=descending)
    assert result.dtype == (np.float64 if method == "average" else np.int64)
    assert as_list(result) == ranks(values, method, descending)
    missing = None in values
    is_masked = isinstance(array, np.ma.MaskedArray) or (
        method != "average" and missing
    )
    assert isinstance(result, np.ma.MaskedArray) == is_masked
    if method == "average":
        assert np.isnan(np.ma.getdata(result)).tolist() == [v is None for v in values]


SHAPES = hnp.array_shapes(min_side=0, max_dims=3)


@given(hnp.arrays("i1", SHAPES, elements=st.integers(0, 3)), st.data())
def test_every_axis_and_layout(array, data):
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1) | st.none())
    view = data.draw(
        st.sampled_from([array, array.T, array[::-1], np.asfortranarray(array)])
    )
    result = npx.rank(view, axis, method="dense")
    assert result.shape == view.shape
    if axis is None:
        assert result.reshape(-1).tolist() == ranks(view.reshape(-1).tolist(), "dense")
        return
    if view.size:
        lanes = np.moveaxis(view, axis, -1).reshape(-1, view.shape[axis])
        expected = [ranks(lane.tolist(), "dense") for lane in lanes]
        found = np.moveaxis(result, axis, -1).reshape(-1, view.shape[axis])
        assert found.tolist() == expected


@pytest.mark.parametrize("method", METHODS)
def test_many_items(method):
    rng = np.random.default_rng(1)
    for most in (1, 50, 10**6):
        values = rng.integers(0, most, MANY)
        order = np.argsort(values, kind="stable")
        _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
        last = np.cumsum(counts)
        ordinal = np.empty(MANY, dtype=np.int64)
        ordinal[order] = np.arange(1, MANY + 1)
        expected = {
            "average": (last - (counts - 1) / 2)[inverse],
            "min": (last - counts + 1)[inverse],
            "max": last[inverse],
            "dense": inverse + 1,
            "ordinal": ordinal,
        }[method]
        for threads in (1, 2, 8):
            with npx.num_threads(threads):
                np.testing.assert_array_equal(npx.rank(values, method=method), expected)
                lanes = npx.rank(np.tile(values, (2, 1)), method=method)
                np.testing.assert_array_equal(lanes, np.tile(expected, (2, 1)))


def test_ranks_of_scipy_and_pandas():
    scipy = pytest.importorskip("scipy.stats")
    pd = pytest.importorskip("pandas")
    values = np.random.default_rng(2).integers(0, 50, 2000).astype(float)
    for method in METHODS:
        expected = scipy.rankdata(values, method)
        np.testing.assert_array_equal(npx.rank(values, method=method), expected)
    values[::7] = np.nan
    for method in METHODS:
        name = "first" if method == "ordinal" else method
        for descending in (False, True):
            expected = pd.Series(values).rank(method=name, ascending=not descending)
            found = npx.rank(values, method=method, descending=descending)
            np.testing.assert_array_equal(
                np.ma.filled(found.astype(float), np.nan), expected.to_numpy()
            )


def test_rank_of_little():
    assert npx.rank(5) == 1
    assert npx.rank(5).shape == ()
    assert npx.rank([]).tolist() == []
    assert npx.rank(np.zeros((0, 3)), 0).shape == (0, 3)
    assert npx.rank(["b", "a", "b"], method="min").tolist() == [2, 1, 2]


def test_rank_says_what_is_wrong():
    with pytest.raises(
        ValueError, match="one of average, min, max, dense, ordinal; got"
    ):
        npx.rank([1], method="first")
    with pytest.raises(np.exceptions.AxisError):
        npx.rank([1], axis=1)
    with pytest.raises(TypeError, match="dtype complex128 have no order"):
        npx.rank([1j])
    with pytest.raises(TypeError, match="dtype object have no order"):
        npx.rank([None, 1])


# ---- top_k ------------------------------------------------------------------


@given(arrays(), st.booleans(), st.data())
def test_first_k(given, largest, data):
    array, values = given
    k = data.draw(st.integers(0, len(values)))
    top = npx.top_k(array, k, largest=largest)
    wanted = best(values, np.ma.getmaskarray(array).tolist(), k, largest)
    assert top.indices.dtype == np.int64
    assert top.indices.tolist() == wanted
    assert top.values.dtype == npx.sort(np.ma.getdata(array)).dtype
    assert type(top.values) is type(array)
    expected = np.ma.getdata(array)[wanted].tolist()
    assert repr(np.ma.getdata(top.values).tolist()) == repr(expected)
    mask = np.ma.getmaskarray(array)[wanted].tolist()
    assert np.ma.getmaskarray(top.values).tolist() == mask


@given(hnp.arrays("f8", hnp.array_shapes(min_side=1, max_dims=3),
                  elements=st.sampled_from([0.0, -0.0, 1.0, np.nan, -np.inf])),
       st.data())  # fmt: skip
def test_every_axis(array, data):
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1) | st.none())
    view = data.draw(st.sampled_from([array, array.T, array[::-1]]))
    count = view.size if axis is None else view.shape[axis]
    k = data.draw(st.integers(0, count))
    for largest in (False, True):
        top = npx.top_k(view, k, axis, largest=largest)
        order = npx.argsort(view, axis, descending=largest)
        expected = order[:k] if axis is None else np.take(order, range(k), axis)
        np.testing.assert_array_equal(top.indices, expected)
        values = view.reshape(-1)[expected] if axis is None else np.take_along_axis(
            view, expected, axis)  # fmt: skip
        np.testing.assert_array_equal(top.values, values)


@pytest.mark.parametrize(
    "shape", ["random", "rising", "falling", "equal", "nan", "few"]
)
@pytest.mark.parametrize("dtype", ["f8", "i2", "u8", STRING, "U8"])
def test_of_many_items(shape, dtype):
    rng = np.random.default_rng(3)
    values = {
        "random": rng.integers(0, 10**6, MANY),
        "rising": np.arange(MANY),
        "falling": np.arange(MANY)[::-1],
        "equal": np.zeros(MANY, dtype=int),
        "nan": np.where(rng.random(MANY) < 0.9999, 0, rng.integers(1, 9, MANY)),
        "few": rng.integers(0, 3, MANY),
    }[shape]
    if dtype in (STRING, "U8"):
        array = (values % 30_000).astype("U8").astype(dtype)
    else:
        array = (values % 30_000).astype(dtype)
    if shape == "nan" and dtype == "f8":
        array[array == 0] = np.nan
    for largest in (False, True):
        order = npx.argsort(array, descending=largest)
        for k in (1, 10, 1000, MANY // 3):
            for threads in (1, 2, 8):
                with npx.num_threads(threads):
                    top = npx.top_k(array, k, largest=largest)
                np.testing.assert_array_equal(top.indices, order[:k])
    masked = np.ma.MaskedArray(array, mask=rng.random(MANY) < 0.9999)
    top = npx.top_k(masked, 20)
    np.testing.assert_array_equal(
        top.indices, npx.argsort(masked, descending=True)[:20]
    )
    assert np.ma.getmaskarray(top.values).sum() == max(0, 20 - masked.count())


def test_unpacking_and_lists():
    values, indices = npx.top_k([3, 1, 2], 2)
    assert values.tolist(), indices.tolist() == ([3, 2], [0, 2])
    assert npx.top_k(["b", "c\0", "c"], 1).values.tolist() == ["c\0"]


def test_top_k_says_what_is_wrong():
    with pytest.raises(ValueError, match="k=4, but there are 3 items along axis 0"):
        npx.top_k([1, 2, 3], 4)
    with pytest.raises(ValueError, match="k=7, but there are 6 items in all"):
        npx.top_k(np.zeros((2, 3)), 7, None)
    with pytest.raises(ValueError, match="k must be 0 or more, got -1"):
        npx.top_k([1], -1)
    for wrong in (1.0, True, "1", None):
        with pytest.raises(TypeError, match="k must be a number of items"):
            npx.top_k([1, 2], wrong)
    with pytest.raises(np.exceptions.AxisError):
        npx.top_k([1], 1, axis=2)
    with pytest.raises(TypeError, match="complex128 have no order"):
        npx.top_k([1j], 1)


def test_largest_is_a_bool():
    with pytest.raises(TypeError, match="largest must be a bool, got None"):
        npx.top_k([1, 2], 1, largest=None)
