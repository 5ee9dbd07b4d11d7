"""square beside numpy.square, and where integers do not fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reduce_oracle import layouts, same_bits

import numpy_ext as npx
from numpy_ext import ufuncs

INTEGERS = "bBhHiIlLqQ"


@pytest.mark.parametrize("dtype", [*INTEGERS, "e", "f", "d"])
def test_every_dtype_and_layout(dtype):
    items = np.arange(10, dtype=dtype).reshape(2, 5)
    for name, array in layouts(items).items():
        made = npx.square(array)
        assert same_bits(made, np.square(items)), name
        assert made.dtype == np.square(array).dtype


def test_every_half():
    items = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    with np.errstate(all="ignore"):
        assert same_bits(npx.square(items), np.square(items))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_limits(dtype):
    most = int(np.iinfo(dtype).max)
    root = int(most**0.5)
    root -= root * root > most
    items = np.array([0, 1, root], dtype=dtype)
    assert npx.square(items).tolist() == [0, 1, root * root]
    for wrong in (root + 1, np.iinfo(dtype).min):
        if wrong != 0:
            with pytest.raises(
                OverflowError, match=rf"item 1: the square of {wrong} is"
            ):
                npx.square(np.array([root, wrong, wrong], dtype=dtype))


@given(
    hnp.arrays(
        st.sampled_from(["i1", "u1", "i2", "i4", "u4", "i8"]),
        hnp.array_shapes(min_side=0, max_side=30),
    )
)
def test_fits_or_is_an_error(items):
    exact = items.astype(object) ** 2
    limit = int(np.iinfo(items.dtype).max)
    if any(x > limit for x in exact.flat):
        with pytest.raises(OverflowError):
            npx.square(items)
    else:
        assert (npx.square(items) == exact).all()


def test_large_results_on_threads():
    items = np.random.default_rng(1).random(5_000_000)
    for dtype in ("f8", "f4"):
        array = items.astype(dtype)
        for threads in (1, 2):
            with npx.num_threads(threads):
                out = np.empty(len(array) + 1, dtype)[1:]
                assert npx.square(array, out=out) is out
                np.testing.assert_array_equal(out, np.square(array))
                again = array.copy()
                npx.square(again, out=again)
                np.testing.assert_array_equal(again, out)
    array = np.ones(3_000_000, np.int64)
    array[2_000_001] = array[2_999_999] = 2**32
    with npx.num_threads(2), pytest.raises(OverflowError, match="item 2000001:"):
        npx.square(array)
    # Flags of other threads are told.
    items[4_900_000] = 1e200
    with npx.num_threads(2), pytest.warns(RuntimeWarning, match="overflow"):
        npx.square(items)


def test_where_out_and_masks():
    items = np.array([[1.0, 2.0], [3.0, 4.0]])
    out = np.full((2, 2), -1.0)
    npx.square(items, out, where=items > 1.5)
    assert out.tolist() == [[-1, 4], [9, 16]]
    with pytest.raises(ValueError, match="where needs an out"):
        npx.square(items, where=items > 1.5)
    bytes_ = np.array([3, 100, 5], dtype=np.int8)
    masked = npx.square(np.ma.MaskedArray(bytes_, [False, True, False]))
    assert masked.tolist() == [9, None, 25]
    assert npx.square(
        bytes_, np.zeros(3, np.int8), where=[True, False, True]
    ).tolist() == [9, 0, 25]
    with pytest.raises(OverflowError, match="item 1: the square of 100"):
        npx.square(bytes_, np.zeros(3, np.int8), where=[False, True, True])


def test_the_ufunc():
    assert ufuncs.square(3) == 9
    assert ufuncs.square(1.5) == 2.25
    assert ufuncs.square(np.float32(1.5)).dtype == np.float32
    out = np.zeros((2, 3))
    ufuncs.square([1, 2, 3], out=out)
    assert out.tolist() == [[1, 4, 9]] * 2
    items = np.arange(20.0)
    ufuncs.square(items[:-1], out=items[1:])
    assert items[1:].tolist() == [i * i for i in range(19)]
    with pytest.raises(OverflowError, match="out of the range"):
        ufuncs.square(np.int8(12))


def test_refusals():
    for wrong in (True, "a", 1j, np.longdouble(1), None):
        with pytest.raises(TypeError, match="square takes"):
            npx.square(wrong)
    with pytest.raises(ValueError):
        npx.square(np.ones(3), np.ones(2))
    assert npx.square(3) == 9
    assert npx.square([1.5]).tolist() == [2.25]
