"""Variances beside exact rational ones, and where there are too few items."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reduce_oracle import layouts, same_bits

import numpy_ext as npx
from numpy_ext.testing import cpu_levels, engine


def exact_variance(items, ddof=0):
    values = [Fraction(float(x)) for x in np.ravel(items)]
    mean = sum(values) / len(values)
    return sum((x - mean) ** 2 for x in values) / (len(values) - ddof)


@given(
    hnp.arrays(
        np.float64, st.integers(2, 300), elements=st.floats(-1e100, 1e100, width=64)
    ),
    st.sampled_from([0, 1]),
)
def test_close_to_exact_variances(items, ddof):
    exact = exact_variance(items, ddof)
    made = npx.var(items, ddof=ddof)
    # What is lost is lost in rounding the deviations from the mean.
    slack = 2.0**-100 * float(np.max(np.abs(items))) ** 2 + 1e-300
    assert abs(Fraction(made) - exact) <= exact * Fraction(4, 2**52) + Fraction(slack)
    assert npx.std(items, ddof=ddof) == sqrt(made)


@pytest.mark.parametrize("offset", [0, 1e3, 1e6, 1e9, 1e12, 1e15])
def test_large_means(offset):
    items = np.random.default_rng(1).integers(0, 64, 50_000) / 8 + offset
    exact = float(exact_variance(items))
    assert npx.var(items) == pytest.approx(exact, rel=1e-15)


def test_layouts_axes_and_threads_have_the_same_bits():
    items = np.random.default_rng(2).random((3000, 9)) + 5
    columns = np.array([npx.var(items[:, i].copy(), ddof=1) for i in range(9)])
    rows = np.array([npx.std(row.copy()) for row in items])
    for layout, array in layouts(items).items():
        assert same_bits(npx.var(array, axis=0, ddof=1), columns), layout
        assert same_bits(npx.std(array, axis=1), rows), layout
    long = np.random.default_rng(3).random((200_000, 3))
    first = npx.var(long, axis=0), npx.var(long)
    for cpu in cpu_levels():
        for threads in range(1, 9):
            with engine(cpu=cpu, threads=threads):
                assert same_bits(npx.var(long, axis=0), first[0])
                assert same_bits(npx.var(long), first[1])


def test_what_does_not_count():
    rng = np.random.default_rng(4)
    items = rng.random((500, 4)) + 1
    left_out = rng.random(items.shape) < 0.3
    holes = np.where(left_out, np.nan, items)
    for axis in (None, 0, 1):
        if axis == 1:
            left_out[:, :2] = False
            holes = np.where(left_out, np.nan, items)
        wanted = np.nanvar(holes, axis=axis, ddof=1)
        made = npx.var(holes, axis=axis, ddof=1, skipna=True)
        np.testing.assert_allclose(made, wanted, rtol=1e-13)
        assert same_bits(npx.var(items, axis=axis, ddof=1, where=~left_out), made)
        masked = npx.var(np.ma.MaskedArray(items, left_out), axis=axis, ddof=1)
        assert same_bits(np.ma.getdata(masked), made)
    assert np.isnan(npx.var(holes))


@pytest.mark.parametrize("dtype", ["?", "i1", "u2", "i8", "f2", "f4"])
def test_dtypes(dtype):
    items = np.random.default_rng(5).integers(0, 2, 1000).astype(dtype)
    made = npx.var(items)
    assert made.dtype == np.var(items).dtype
    assert made == pytest.approx(float(exact_variance(items)), rel=1e-3)
    assert npx.var(items, dtype=np.float64).dtype == np.float64


def test_too_few_items():
    for call in (
        lambda: npx.var([1.0], ddof=1),
        lambda: npx.std(np.array([])),
        lambda: npx.var(np.zeros((2, 0)), axis=1),
        lambda: npx.var([1.0, np.nan], ddof=1, skipna=True),
        lambda: npx.var([1.0, 2.0], ddof=1, where=[True, False]),
    ):
        with pytest.warns(RuntimeWarning, match="Degrees of freedom <= 0"):
            assert np.isnan(call()).all()
    masked = np.ma.MaskedArray(
        [[1.0, 2.0], [3.0, 5.0]], [[False, True], [False, False]]
    )
    assert npx.var(masked, axis=1, ddof=1).tolist() == [None, 2.0]
    assert npx.var(np.zeros((0, 3)), axis=1).shape == (0,)


def test_options():
    items = np.array([[1.0, 2.0], [3.0, 6.0]])
    assert npx.var(items, axis=0, correction=1).tolist() == [2, 8]
    with pytest.raises(ValueError, match="ddof and correction"):
        npx.var(items, ddof=1, correction=1)
    out = np.zeros((1, 2))
    assert npx.var(items, axis=0, out=out, keepdims=True) is out
    assert out.tolist() == [[1, 4]]
    assert npx.std(items, axis=0, ddof=0.5).tolist() == pytest.approx(
        np.std(items, axis=0, ddof=0.5).tolist()
    )
    with pytest.raises(TypeError, match="var takes"):
        npx.var(np.array([1], dtype="m8[s]"))


def test_infinities():
    with pytest.warns(RuntimeWarning, match="invalid value encountered in var"):
        assert np.isnan(npx.var([1.0, np.inf]))
    with np.errstate(all="raise"):
        assert np.isnan(npx.var([1.0, np.nan]))
        assert npx.var([7.0, 7.0, 7.0]) == 0
    with pytest.warns(RuntimeWarning, match="overflow encountered in var"):
        assert npx.var([1e200, -1e200]) == np.inf
