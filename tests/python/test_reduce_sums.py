"""Sums of squares and roots, and norms: bits by the tree, layouts, masks, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reduce_oracle import layouts, same_bits, tree_sum

import numpy_ext as npx
from numpy_ext.testing import cpu_levels, engine

TERMS = {
    "sum_of_squares": (npx.sum_of_squares, lambda x: x * x, lambda s: s),
    "sqrt_sum": (npx.sqrt_sum, np.sqrt, lambda s: s),
    "norm": (npx.norm, lambda x: x * x, np.sqrt),
    "norm of order 1": (lambda a, **k: npx.norm(a, ord=1, **k), np.abs, lambda s: s),
}
each = pytest.mark.parametrize("name", TERMS)


def expected(name: str, items: np.ndarray) -> np.float64:
    _, term, finish = TERMS[name]
    return finish(tree_sum(term(items.astype(np.float64))))


@each
@pytest.mark.parametrize(
    "n", [0, 1, 2, 3, 8, 31, 32, 33, 1000, 1024, 1025, 5000, 70000]
)
def test_bits_are_those_of_the_tree(name, n):
    items = np.random.default_rng(n).random(n)
    for cpu in cpu_levels():
        with engine(cpu=cpu):
            assert same_bits(TERMS[name][0](items), expected(name, items))


@each
@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i1", "u2", "i4", "i8", "u8", "?"])
def test_every_layout_dtype_and_axis(name, dtype):
    if name == "sum_of_squares" and np.dtype(dtype).kind != "f":
        pytest.skip("integers have a sum of their own")
    call = TERMS[name][0]
    size = 3 if dtype == "f2" else 100
    items = (np.random.default_rng(3).random((41, 9, 5)) * size).astype(dtype)
    wanted = items.dtype if items.dtype.kind == "f" else np.dtype(float)
    for layout, array in layouts(items).items():
        for axis in (None, 0, 1, 2, -1, (0, 1), (2, 0), (0, 2), ()):
            made = call(array, axis=axis)
            axes = range(3) if axis is None else np.atleast_1d(axis).astype(int) % 3
            kept = [i for i in range(3) if i not in axes]
            rows = items.transpose([*kept, *sorted(axes)])
            shape = rows.shape[: len(kept)]
            rows = rows.reshape(*shape, -1)
            values = [expected(name, rows[i]) for i in np.ndindex(shape)]
            model = np.array(values).reshape(shape).astype(wanted)
            assert same_bits(made, model), (layout, axis)
            kept_dims = call(array, axis=axis, keepdims=True)
            assert same_bits(np.ravel(kept_dims), np.ravel(made))
            assert np.ndim(kept_dims) == 3


@each
def test_threads_alignment_and_processor_change_no_bit(name):
    call = TERMS[name][0]
    memory = np.random.default_rng(5).random(600_008)
    items = memory[:600_000].copy()
    for array, axis in (
        (items, None),
        (items.reshape(-1, 8), 0),
        (items.reshape(-1, 8), 1),
    ):
        first = call(array, axis=axis)
        for cpu in cpu_levels():
            for threads in range(1, 9):
                with engine(cpu=cpu, threads=threads):
                    moved = memory[threads : threads + 600_000]
                    moved[...] = items
                    assert same_bits(call(moved.reshape(array.shape), axis=axis), first)


@each
def test_what_does_not_count_is_as_good_as_zero(name):
    call = TERMS[name][0]
    rng = np.random.default_rng(7)
    items = rng.random((3000, 6))
    left_out = rng.random(items.shape) < 0.3
    left_out[left_out.all(axis=1)] = False
    zeros = np.where(left_out, 0, items)
    holes = np.where(left_out, np.nan, items)
    for axis in (None, 0, 1):
        wanted = call(zeros, axis=axis)
        assert same_bits(call(holes, axis=axis, skipna=True), wanted)
        assert same_bits(call(items, axis=axis, where=~left_out), wanted)
        masked = call(np.ma.MaskedArray(holes, left_out), axis=axis)
        assert same_bits(np.ma.getdata(masked), wanted)
        assert not np.ma.is_masked(masked)
    assert np.isnan(call(holes))
    assert same_bits(
        call(items, axis=0, where=[True] * 5 + [False])[:5], call(items, axis=0)[:5]
    )


def test_nothing_left_of_a_masked_array_is_masked():
    items = np.ma.MaskedArray([[1.0, 2.0], [3.0, 4.0]], [[True, True], [False, True]])
    made = npx.sum_of_squares(items, axis=1)
    assert isinstance(made, np.ma.MaskedArray)
    assert made.tolist() == [None, 9.0]
    assert npx.norm(items[0]) is np.ma.masked
    assert npx.norm(items) == 3.0


@given(
    hnp.arrays(
        np.float64,
        hnp.array_shapes(max_dims=3, max_side=40, min_side=0),
        elements=st.floats(-1e150, 1e150),
    )
)
def test_close_to_exact_sums(items):
    exact = math.fsum(float(x) * float(x) for x in items.flat)
    assert npx.sum_of_squares(items) == pytest.approx(exact, rel=1e-15, abs=1e-300)
    norm = math.sqrt(exact)
    if norm > 1e-140:
        assert npx.norm(items) == pytest.approx(norm, rel=1e-15)


@pytest.mark.parametrize("scale", [1e200, 1e-200, 1e-320, 1e308])
def test_norms_neither_over_nor_underflow(scale):
    items = np.array([[0.3, -0.4], [0.5, 1.2], [0, 0]]) * scale
    with np.errstate(all="raise"):
        made = npx.norm(items, axis=1)
    np.testing.assert_allclose(
        made, np.hypot(*items.T), rtol=1e-15 if scale > 1e-300 else 1e-3
    )
    np.testing.assert_allclose(npx.norm(items), math.hypot(*items.flat), rtol=1e-3)


def test_warnings_are_those_of_numpy():
    with pytest.warns(RuntimeWarning, match="overflow encountered in sum_of_squares"):
        assert npx.sum_of_squares(np.array([1e200])) == np.inf
    with pytest.warns(RuntimeWarning, match="invalid value encountered in sqrt_sum"):
        assert np.isnan(npx.sqrt_sum(np.array([4.0, -1.0])))
    with np.errstate(invalid="raise"), pytest.raises(FloatingPointError):
        npx.sqrt_sum(np.array([[-1.0]]), axis=0)
    with np.errstate(all="raise"):
        assert np.isnan(npx.sqrt_sum(np.array([4.0, np.nan])))
        assert npx.sqrt_sum(np.array([4.0, -1.0]), where=[True, False]) == 2
        assert npx.norm(np.array([np.inf, 1])) == np.inf
        assert np.isnan(npx.norm(np.array([np.inf, np.nan])))
    with pytest.warns(RuntimeWarning, match="overflow encountered in norm"):
        assert npx.norm(np.full(4, 1e308)) == np.inf


def test_out_and_dtype():
    items = np.array([[3.0, 4.0], [6.0, 8.0]])
    out = np.zeros(2)
    assert npx.norm(items, axis=1, out=out) is out
    assert out.tolist() == [5, 10]
    assert npx.sum_of_squares(items, dtype=np.float32) == np.float32(125)
    narrow = np.zeros((), np.float32)
    npx.sum_of_squares(items, out=narrow)
    assert narrow == 125
    with pytest.raises(ValueError, match=r"out has shape \(3,\)"):
        npx.norm(items, axis=0, out=np.zeros(3))
    with pytest.raises(TypeError):
        npx.norm(items, axis=0, out=np.zeros(2, int))


def test_refusals():
    for items in (np.ones(2, complex), np.ones(2, np.longdouble)):
        with pytest.raises(TypeError, match=r"norm takes .*: convert it with"):
            npx.norm(items)
    with pytest.raises(TypeError, match="from_text"):
        npx.sqrt_sum(np.array(["1"]))
    with pytest.raises(TypeError, match="give them a dtype"):
        npx.norm(np.array([1, None]))
    with pytest.raises(np.exceptions.AxisError):
        npx.norm(np.ones(3), axis=1)
    with pytest.raises(ValueError, match="repeated axis"):
        npx.norm(np.ones((3, 3)), axis=(0, 0))
    with pytest.raises(ValueError, match="where of shape"):
        npx.norm(np.ones(3), where=[True, False])
    with pytest.raises(TypeError, match="where must be bool"):
        npx.norm(np.ones(3), where=[1, 0, 1])
    with pytest.raises(ValueError, match="ord must be"):
        npx.norm(np.ones(3), ord=3)


def test_lists_scalars_and_zero_dimensions():
    assert npx.norm([3, 4]) == 5
    assert npx.norm(-3.0) == 3
    assert npx.sqrt_sum(np.array(4)) == 2
    assert isinstance(npx.norm(np.float32(2)), np.float32)
    assert npx.norm(np.zeros((0, 3)), axis=0).tolist() == [0, 0, 0]
    assert npx.norm(np.zeros((0, 3)), axis=1).shape == (0,)
