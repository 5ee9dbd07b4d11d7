"""min, max and minmax beside NumPy, NaN, NaT, zeros and masks."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reduce_oracle import layouts, same_bits

import numpy_ext as npx
from numpy_ext.testing import cpu_levels, engine

DTYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]
TIMES = ["M8[D]", "M8[ns]", "m8[s]"]
arrays = st.sampled_from(DTYPES + TIMES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(max_dims=3, max_side=40))
)


def same(a, b):
    """Tell whether two results are the same, NaT and zeros of either sign included."""
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind in "mM":
        return bool((a.view("i8") == b.view("i8")).all())
    return bool(((a == b) | ((a != a) & (b != b))).all())


@given(arrays, st.data())
def test_extremes_are_those_of_numpy(items, data):
    axis = data.draw(st.sampled_from([None, *range(items.ndim)]))
    keepdims = data.draw(st.booleans())
    least, most = items.min(axis, keepdims=keepdims), items.max(axis, keepdims=keepdims)
    assert same(npx.min(items, axis, keepdims=keepdims), least)
    assert same(npx.max(items, axis, keepdims=keepdims), most)
    both = npx.minmax(items, axis, keepdims)
    assert same(both.min, least)
    assert same(both.max, most)


@given(arrays.filter(lambda a: a.dtype.kind in "fmM"), st.data())
def test_without_what_is_missing(items, data):
    axis = data.draw(st.sampled_from([None, *range(items.ndim)]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if items.dtype.kind == "f":
            least, most = np.nanmin(items, axis), np.nanmax(items, axis)
        else:
            least, most = np.fmin.reduce(items, axis), np.fmax.reduce(items, axis)
        assert same(npx.min(items, axis, skipna=True), least)
        assert same(npx.max(items, axis, skipna=True), most)
        both = npx.minmax(items, axis, skipna=True)
    assert same(both.min, least)
    assert same(both.max, most)


@pytest.mark.parametrize("dtype", DTYPES + TIMES)
def test_layouts_threads_and_masks(dtype):
    rng = np.random.default_rng(2)
    items = rng.integers(0, 2 if dtype == "?" else 100, (4000, 6)).astype(dtype)
    taken = rng.random(items.shape) < 0.6
    taken[:, 2] = True
    for layout, array in layouts(items).items():
        for axis in (None, 0, 1):
            for threads in (1, 2, 8):
                with npx.num_threads(threads):
                    assert same(npx.min(array, axis), items.min(axis)), layout
                    assert same(npx.max(array, axis), items.max(axis)), layout
            rows = np.ma.MaskedArray(items, ~taken)
            with np.errstate(over="ignore"):  # NumPy's own fill value
                least, most = rows.min(axis), rows.max(axis)
            assert same(npx.min(array, axis, where=taken), np.ma.getdata(least)), layout
            masked = npx.max(np.ma.MaskedArray(array, ~taken), axis)
            assert same(np.ma.getdata(masked), np.ma.getdata(most)), layout


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_zeros_have_an_order(dtype):
    for zeros in ([0.0, -0.0], [-0.0, 0.0], [-0.0] * 40 + [0.0] * 40):
        for cpu in cpu_levels():
            with engine(cpu=cpu):
                both = npx.minmax(np.array(zeros, dtype))
                assert same_bits(both.min, np.array(-0.0, dtype))
                assert same_bits(both.max, np.array(0.0, dtype))


def test_nan_is_the_result_and_has_one_form():
    nan = np.array([0xFFF8000000000001], dtype="u8").view("f8")
    for n in (1, 2, 40, 5000):
        items = np.ones(n)
        items[n // 2] = nan[0]
        for axis, array in ((None, items), (0, np.column_stack([items] * 5))):
            made = np.atleast_1d(npx.max(array, axis))
            assert (made.view("u8") == 0x7FF8000000000000).all()
    assert np.isnat(npx.max(np.array(["2026", "NaT"], dtype="M8[Y]")))


def test_nothing():
    for wrong in (np.array([]), np.zeros((0, 3)), np.zeros((0, 3), int)):
        with pytest.raises(ValueError, match="min of no items: the array has shape"):
            npx.min(wrong, axis=0)
    with pytest.raises(ValueError, match="where leaves none"):
        npx.max([1, 2], where=[False, False])
    with pytest.raises(ValueError, match="minmax of no items"):
        npx.minmax([])
    assert npx.min(np.zeros((0, 3)), axis=1).shape == (0,)
    assert npx.min([], initial=3) == 3
    assert npx.max(np.zeros((0, 2)), axis=0, initial=-1).tolist() == [-1, -1]
    with pytest.warns(RuntimeWarning, match="All-NaN slice"):
        assert np.isnan(npx.min([np.nan], skipna=True))
    with pytest.warns(RuntimeWarning, match="All-NaN slice"):
        made = npx.minmax(np.array([[np.nan, 1], [np.nan, np.nan]]), 1, skipna=True)
    np.testing.assert_array_equal(made.max, [1, np.nan])
    with pytest.warns(RuntimeWarning, match="All-NaN slice"):
        assert np.isnat(npx.max(np.array(["NaT"], "M8[s]"), skipna=True))


def test_masked_arrays():
    items = np.ma.MaskedArray([[3, 1], [2, 5]], [[False, True], [True, True]])
    made = npx.min(items, axis=1)
    assert isinstance(made, np.ma.MaskedArray)
    assert made.tolist() == [3, None]
    assert npx.max(items) == 3
    assert npx.min(items[1]) is np.ma.masked
    both = npx.minmax(items, axis=0)
    assert both.min.tolist() == [3, None]
    assert both.max.tolist() == [3, None]
    assert npx.max(items, axis=1, initial=4).tolist() == [4, 4]


def test_initial_values_and_out():
    items = np.array([[3, 8], [5, 2]], dtype=np.int8)
    assert npx.min(items, initial=4) == 2
    assert npx.max(items, axis=1, initial=6).tolist() == [8, 6]
    assert npx.min(items, where=[[False, False], [True, True]], initial=1) == 1
    with pytest.raises(OverflowError, match="initial 600 is out of the range of int8"):
        npx.max(items, initial=600)
    assert npx.min([np.nan], skipna=True, initial=7.0) == 7
    out = np.zeros(2)
    assert npx.max(items, axis=0, out=out) is out
    assert out.tolist() == [5, 8]


def test_refusals():
    for wrong in (np.ones(2, complex), np.array(["a"]), np.ones(2, np.longdouble)):
        with pytest.raises(TypeError, match="max takes"):
            npx.max(wrong)
    strings = np.array(["a"], dtype=np.dtypes.StringDType())
    with pytest.raises(TypeError, match="min takes"):
        npx.min(strings)
    with pytest.raises(np.exceptions.AxisError):
        npx.minmax(np.ones(3), axis=1)


def test_names_of_builtins_stay_out_of_star_imports():
    assert not {"sum", "min", "max"} & set(npx.__all__)
    assert npx.min([2, 1]) == 1
