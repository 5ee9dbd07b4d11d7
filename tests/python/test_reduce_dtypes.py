"""The dtype, the initial value and the axis of reductions: nothing changes silently."""

import numpy as np
import pytest

import numpy_ext as npx

FLOATS = ("sum", "mean", "var", "std", "sum_of_squares", "sqrt_sum")


def test_products_of_integers_keep_their_digits_in_an_integer_dtype():
    big = np.array([2**53 + 1])
    assert npx.dot(big, np.array([1]), dtype="i8") == 2**53 + 1
    made = npx.dot(np.array([200]), np.array([1]), dtype="u1")
    assert (made, made.dtype) == (200, np.uint8)
    with pytest.raises(OverflowError, match="dot is out of the range of uint8"):
        npx.dot(np.array([200]), np.array([2]), dtype="u1")
    with pytest.raises(OverflowError, match="dot is out of the range of int64"):
        npx.dot(np.array([2**62]), np.array([2]), dtype="i8")


def test_floats_become_integers_only_within_their_range():
    items = np.array([[1.5, 2.5], [3.0, 4.0]])
    made = npx.sum(items, axis=0, dtype="u1")
    assert made.tolist() == np.sum(items, axis=0, dtype="u1").tolist() == [4, 6]
    assert npx.sum(np.array([2.0**63]), dtype="u8") == 2**63
    for items in ([1.0, 300.7], [1.0, np.nan], [0.0, -1.0]):
        with pytest.raises(OverflowError, match=r"item 1: .* the range of uint8"):
            npx.sum(items, dtype="u1")
    with pytest.raises(OverflowError, match=r"9.22.* out of the range of int64"):
        npx.sum(np.array([2.0**63]), dtype="i8")
    with pytest.raises(OverflowError, match=r"result: .* is out of the range of uint8"):
        npx.var([1.5, 300.7], dtype="u1")


def test_what_is_left_out_need_not_be_an_integer():
    assert npx.sum([np.nan, 1.5], dtype=int, skipna=True) == 1
    assert npx.sum(np.ma.array([1.0, np.nan], mask=[0, 1]), dtype=int) == 1
    assert npx.sum(np.array([1.0, np.inf]), dtype=int, where=[True, False]) == 1


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("dtype", ["S3", "O", "?", "c16", "m8[s]", np.longdouble])
def test_dtypes_that_are_none_of_a_result(name, dtype):
    if np.dtype(dtype) == np.float64:
        pytest.skip("long double is double here")
    with pytest.raises(TypeError, match=r"dtype must be an integer, float16"):
        getattr(npx, name)(np.array([1.5, 300.7]), dtype=dtype)


def test_times_stay_times():
    assert npx.sum(np.array([1], "m8[s]"), dtype="m8[ms]") == np.timedelta64(1000, "ms")
    with pytest.raises(TypeError, match=r"dtype of a sum of timedelta64"):
        npx.sum(np.array([1], "m8[s]"), dtype="f4")


def test_masked_results_stay_masked_in_another_dtype():
    items = np.ma.array([[1.0, 2.0], [3.0, 4.0]], mask=[[0, 1], [0, 1]])
    made = npx.mean(items, axis=0, dtype=int)
    assert (made.tolist(), made.dtype) == ([2, None], np.int64)
    assert npx.mean(items[:, 1], dtype="f4") is np.ma.masked


@pytest.mark.parametrize("dtype", np.typecodes["AllInteger"])
def test_initial_values_of_every_integer_dtype(dtype):
    items = np.array([7], dtype)
    assert npx.min(items, initial=5) == np.min(items, initial=5) == 5
    assert npx.max(items, initial=np.int64(9)) == 9
    assert npx.min(items, initial=5).dtype == items.dtype
    with pytest.raises(OverflowError, match=r"initial -?[0-9]+ is out of the range"):
        npx.min(items, initial=int(np.iinfo(dtype).min) - 1)


def test_initial_values_that_do_not_fit():
    with pytest.raises(TypeError, match=r"must be a value of int32, got 1.5"):
        npx.min(np.array([1], "i4"), initial=1.5)
    with pytest.raises(TypeError, match=r"initial must be a single value"):
        npx.max(np.array([1]), initial=[1, 2])
    with pytest.raises(ValueError, match=r"does not fit datetime64"):
        npx.max(
            np.array(["2026-01-01"], "M8[D]"), initial=np.datetime64("2026-01-01T12")
        )
    with pytest.raises(TypeError, match=r"initial of a sum of integers .* got 1.5"):
        npx.sum([1, 2], initial=1.5)


def test_both_extremes_are_scalars_where_one_is():
    both = npx.minmax(np.array([3, 1, 2]))
    assert [type(one) for one in both] == [np.int64, np.int64]
    with pytest.raises(ValueError, match=r"minmax of no items: .* shape \(0,\)$"):
        npx.minmax([])


def test_axes_are_integers():
    with pytest.raises(TypeError, match="'float' object cannot be interpreted"):
        npx.sum([1.0], axis=1.0)
