"""Array functions on Dask arrays: the ufuncs themselves, and map_blocks."""

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext import ufuncs

da = pytest.importorskip("dask.array")

TEXTS = np.array(["a b", "one", "", "é\u2028x y"] * 25)
STRING = np.dtypes.StringDType()
DTYPES = ["U", STRING, object]


def chunked(array):
    return da.from_array(array, chunks=7)


@pytest.mark.parametrize("dtype", DTYPES[:2], ids=str)
def test_ufuncs_stay_lazy_and_give_what_they_give_for_arrays(dtype):
    items = TEXTS.astype(dtype)
    counts = ufuncs.word_count(chunked(items))
    assert isinstance(counts, da.Array)
    assert counts.dtype == np.int64
    np.testing.assert_array_equal(counts.compute(), ufuncs.word_count(items))
    hashes = ufuncs.hash64(chunked(items), np.uint64(5))
    assert isinstance(hashes, da.Array)
    assert hashes.dtype == np.uint64
    np.testing.assert_array_equal(hashes.compute(), npx.hash64(items, 5))


def test_numbers():
    numbers = np.arange(100).reshape(4, 25)
    hashes = ufuncs.hash64(da.from_array(numbers, chunks=(2, 10)), np.uint64(0))
    np.testing.assert_array_equal(hashes.compute(), npx.hash64(numbers))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_functions_by_map_blocks(dtype):
    items = TEXTS.astype(dtype)
    blocks = chunked(items)
    counts = blocks.map_blocks(npx.word_count, dtype=np.int64)
    np.testing.assert_array_equal(counts.compute(), npx.word_count(items))
    hashes = blocks.map_blocks(npx.hash64, seed=7, dtype=np.uint64)
    np.testing.assert_array_equal(hashes.compute(), npx.hash64(items, 7))
    digests = blocks.map_blocks(
        npx.sha256, dtype=np.uint8, new_axis=[1], chunks=(blocks.chunks[0], (32,))
    )
    assert digests.shape == (100, 32)
    np.testing.assert_array_equal(digests.compute(), npx.sha256(items))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_generalized_ufunc_by_apply_gufunc(dtype):
    items = TEXTS.astype(dtype)
    digests = da.apply_gufunc(
        ufuncs.sha256,
        "()->(byte)",
        chunked(items),
        output_dtypes=np.uint8,
        output_sizes={"byte": 32},
    )
    np.testing.assert_array_equal(digests.compute(), npx.sha256(items))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_patterns_by_map_blocks(dtype):
    items, pattern = TEXTS.astype(dtype), npx.Pattern(r"\w+")
    blocks = chunked(items)
    for method, result in (
        (pattern.search, bool),
        (pattern.count, np.int64),
        (pattern.extract, STRING),
    ):
        found = blocks.map_blocks(method, dtype=result).compute()
        np.testing.assert_array_equal(
            np.ma.getdata(found), np.ma.getdata(method(items))
        )
    replaced = blocks.map_blocks(pattern.replace, "-", dtype=STRING).compute()
    assert replaced.tolist() == pattern.replace(items, "-").tolist()


def test_numbers_to_text_and_back_by_map_blocks():
    numbers = np.random.default_rng(1).random(50)
    texts = chunked(numbers).map_blocks(npx.to_text, dtype=STRING)
    assert texts.compute().tolist() == npx.to_text(numbers).tolist()
    back = texts.map_blocks(npx.from_text, float, dtype=float)
    np.testing.assert_array_equal(back.compute(), numbers)


def test_masked_chunks_stay_masked():
    items = np.ma.MaskedArray(TEXTS, mask=np.arange(100) % 3 == 0)
    counts = chunked(items).map_blocks(npx.word_count, dtype=np.int64).compute()
    np.testing.assert_array_equal(np.ma.getmaskarray(counts), items.mask)
    np.testing.assert_array_equal(counts, npx.word_count(items))


def test_reductions_by_chunk_and_combine():
    numbers = np.random.default_rng(3).random((1000, 60))
    chunks = da.from_array(numbers, chunks=(300, 25))
    for axis in (None, 0, 1):
        total = da.reduction(chunks, npx.sum, npx.sum, axis=axis, dtype=float)
        np.testing.assert_allclose(
            total.compute(), npx.sum(numbers, axis=axis), rtol=1e-15
        )
        for call in (npx.min, npx.max):
            extreme = da.reduction(chunks, call, call, axis=axis, dtype=float)
            np.testing.assert_array_equal(extreme.compute(), call(numbers, axis=axis))
        length = da.reduction(chunks, npx.norm, npx.norm, axis=axis, dtype=float)
        np.testing.assert_allclose(
            length.compute(), npx.norm(numbers, axis=axis), rtol=1e-15
        )
        mean = da.reduction(
            chunks, npx.sum, npx.sum, axis=axis, keepdims=True, dtype=float
        ) / (numbers.size if axis is None else numbers.shape[axis])
        squares = da.reduction(
            chunks - mean, npx.sum_of_squares, npx.sum, axis=axis, dtype=float
        )
        count = numbers.size if axis is None else numbers.shape[axis]
        np.testing.assert_allclose(
            (squares / count).compute(), npx.var(numbers, axis=axis), rtol=1e-13
        )


def test_reductions_depend_on_chunks_alone():
    numbers = np.random.default_rng(4).standard_normal(100_000)
    chunks = da.from_array(numbers, chunks=7001)
    total = da.reduction(chunks, npx.sum, npx.sum, dtype=float)
    found = {
        float(total.compute(scheduler=scheduler, num_workers=workers))
        for scheduler in ("synchronous", "threads")
        for workers in (1, 2, 4)
        for _ in range(3)
    }
    assert len(found) == 1


def test_squares_stay_lazy():
    numbers = np.arange(100.0)
    squares = ufuncs.square(chunked(numbers))
    assert isinstance(squares, da.Array)
    np.testing.assert_array_equal(squares.compute(), numbers**2)
