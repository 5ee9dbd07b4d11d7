"""Sums of integers beside Python's own, which never overflow."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reduce_oracle import layouts

import numpy_ext as npx
from numpy_ext.testing import cpu_levels, engine

DTYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]
arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(max_dims=3, max_side=30))
)


def limits(dtype):
    return np.iinfo("u8" if np.dtype(dtype).kind == "u" else "i8")


def check(call, exact, dtype):
    """The exact result in 64 bits, or an OverflowError."""
    limit = limits(dtype)
    if all(limit.min <= value <= limit.max for value in np.ravel(exact)):
        made = call()
        assert made.dtype == limit.dtype
        assert np.array_equal(made, exact)
    else:
        with pytest.raises(OverflowError, match="is out of the range of"):
            call()


@given(arrays, st.data())
def test_sums_are_exact_or_an_error(items, data):
    axis = data.draw(st.sampled_from([None, *range(items.ndim)]))
    big = items.astype(object)
    if items.dtype == bool:
        big = items.astype(int).astype(object)
    check(lambda: npx.sum(items, axis=axis), big.sum(axis=axis), items.dtype)
    squares = (big * big).sum(axis=axis)
    check(lambda: npx.sum_of_squares(items, axis=axis), squares, items.dtype)
    if axis is not None:
        other = big[::-1].copy()
        check(
            lambda: npx.dot(items, items[::-1], axis=axis),
            (big * other).sum(axis=axis),
            items.dtype,
        )
    count = items.size if axis is None else items.shape[axis]
    exact = np.vectorize(lambda s: float(Fraction(int(s), count)), otypes=[float])
    assert np.array_equal(npx.mean(items, axis=axis), exact(big.sum(axis=axis)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_layouts_threads_and_masks(dtype):
    rng = np.random.default_rng(1)
    top = 2 if dtype == "?" else min(int(np.iinfo(dtype).max), 10**6)
    items = rng.integers(0, top, (5000, 6)).astype(dtype)
    taken = rng.random(items.shape) < 0.7
    taken[:, 0] = True
    for layout, array in layouts(items).items():
        for axis in (None, 0, 1):
            wanted = items.sum(axis=axis)
            for threads in (1, 2, 8):
                with npx.num_threads(threads):
                    assert np.array_equal(npx.sum(array, axis=axis), wanted), layout
            some = np.where(taken, items, 0).sum(axis=axis)
            assert np.array_equal(npx.sum(array, axis=axis, where=taken), some), layout
            masked = npx.sum(np.ma.MaskedArray(array, ~taken), axis=axis)
            assert np.array_equal(masked, some)
            squares = np.where(taken, items.astype(object) ** 2, 0).sum(axis=axis)
            made = npx.sum_of_squares(array, axis=axis, where=taken)
            assert np.array_equal(made, np.asarray(squares).astype(made.dtype))


def test_cpu_levels_agree():
    items = np.random.default_rng(2).integers(-(2**40), 2**40, (3000, 5))
    for cpu in cpu_levels():
        with engine(cpu=cpu):
            assert np.array_equal(npx.sum(items, axis=0), items.sum(axis=0))


def test_the_index_of_what_overflows():
    items = np.full((3, 4, 2), 1, dtype=np.int64)
    items[1, 2] = 2**62
    message = r"sum of output \(1, 2\) is out of the range of int64"
    with pytest.raises(OverflowError, match=message):
        npx.sum(items, axis=2)
    with pytest.raises(OverflowError, match=r"sum of output \(1, 2, 0\)"):
        npx.sum(items, axis=2, keepdims=True)
    with pytest.raises(OverflowError, match="dot of output 1 is"):
        npx.dot(items[:, 2, :], items[:, 2, :], axis=1)
    with pytest.raises(OverflowError, match="sum_of_squares is out of the range"):
        npx.sum_of_squares(items)
    # Many outputs, on several threads: the first of them.
    many = np.ones((500_000, 2), dtype=np.int64)
    many[[123_456, 400_000]] = 2**62
    for threads in (1, 2, 8):
        with npx.num_threads(threads), pytest.raises(OverflowError, match="123456 is"):
            npx.sum(many, axis=1)


def test_dtypes_and_initial_values():
    items = np.array([100, 27], dtype=np.int8)
    assert npx.sum(items).dtype == np.int64
    assert npx.sum(items, dtype=np.int8) == np.int8(127)
    assert npx.sum(items, dtype=np.int8).dtype == np.int8
    with pytest.raises(OverflowError, match="sum is out of the range of int8"):
        npx.sum(items, dtype=np.int8, initial=1)
    with pytest.raises(OverflowError, match="sum of output 0 is out of the range"):
        npx.sum(np.array([[-1], [-1]]), axis=0, dtype=np.uint8)
    assert npx.sum(items, initial=2**62) == 2**62 + 127
    with pytest.raises(TypeError):
        npx.sum(items, initial=1.5)
    assert npx.sum(items, dtype=np.float32).dtype == np.float32
    assert npx.sum(np.array([2**63 - 1] * 4), dtype=float) == 2.0**65
    with pytest.raises(TypeError, match="dtype must be an integer"):
        npx.sum(items, dtype=bool)
    out = np.zeros((), np.int64)
    assert npx.sum(items, out=out) is out
    assert out == 127
    assert npx.sum(np.zeros(0, np.uint8)).dtype == np.uint64


def test_means_do_not_overflow():
    most = 2**63 - 1
    assert npx.mean(np.array([most, most])) == float(most)
    assert npx.mean(np.array([2**64 - 1] * 3, dtype=np.uint64)) == 2.0**64
    exact = float(Fraction(2**53 + 1 + 2**53 + 3, 2))
    assert npx.mean(np.array([2**53 + 1, 2**53 + 3])) == exact
    assert npx.mean([True, False, True, True]) == 0.75


def test_timedeltas():
    spans = np.array([[5, 7], [1, -4]], dtype="m8[s]")
    assert npx.sum(spans) == np.timedelta64(9, "s")
    assert npx.sum(spans, axis=0).tolist() == spans.sum(axis=0).tolist()
    assert npx.mean(spans) == spans.mean()
    assert npx.mean(spans, axis=1).tolist() == spans.mean(axis=1).tolist()
    spans[0, 1] = "NaT"
    assert np.isnat(npx.sum(spans))
    assert np.isnat(npx.sum(spans, axis=1)).tolist() == [True, False]
    assert npx.sum(spans, skipna=True) == np.timedelta64(2, "s")
    assert npx.mean(spans, axis=0, skipna=True).tolist() == [
        np.timedelta64(3, "s"),
        np.timedelta64(-4, "s"),
    ]
    assert npx.sum(np.ma.MaskedArray(spans, np.isnat(spans))) == np.timedelta64(2, "s")
    swapped = spans.astype(spans.dtype.newbyteorder())
    assert npx.sum(swapped, skipna=True) == np.timedelta64(2, "s")
    with pytest.raises(OverflowError, match="out of the range of times"):
        npx.sum(np.array([2**63 - 1, 1], dtype="m8[s]"))
    with pytest.warns(RuntimeWarning, match="Mean of empty"):
        assert np.isnat(npx.mean(np.array([], dtype="m8[s]")))
    with pytest.raises(TypeError, match=r"sum takes .* got datetime64"):
        npx.sum(np.array(["2026-01-01"], dtype="M8[D]"))
    with pytest.raises(TypeError, match="sum_of_squares takes"):
        npx.sum_of_squares(spans)
