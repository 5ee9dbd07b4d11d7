"""What every ufunc of numpy_ext.ufuncs keeps, and what out=, where= and seeds do."""

import copy
import hashlib
import pickle
import subprocess
import sys

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext import ufuncs

NAMES = sorted(ufuncs.__all__)
StringDType = np.dtypes.StringDType


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_documented_ufunc_of_its_name(name):
    ufunc = getattr(ufuncs, name)
    assert isinstance(ufunc, np.ufunc)
    assert ufunc.__name__ == name
    assert len(ufunc.__doc__.splitlines()) > 3


def test_all_that_are_made_are_public():
    assert set(NAMES) == set(npx._native.ufuncs)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_by_name(name, protocol):
    ufunc = getattr(ufuncs, name)
    text = pickle.dumps(ufunc, protocol)
    assert b"numpy_ext.ufuncs" in text
    assert pickle.loads(text) is ufunc
    assert copy.deepcopy(ufunc) is ufunc


def test_unpickles_in_a_process_that_has_imported_nothing():
    text = pickle.dumps([getattr(ufuncs, name) for name in NAMES])
    code = f"import pickle; print([u.__name__ for u in pickle.loads({text!r})])"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(NAMES)


def digests(messages):
    rows = [list(hashlib.sha256(message).digest()) for message in messages]
    return np.array(rows, dtype=np.uint8)


def test_sha256_writes_to_out():
    items = np.array([b"a", b"bb", b""])
    expected = digests(items.tolist())
    out = np.full((3, 32), 7, dtype=np.uint8)
    assert ufuncs.sha256(items, out=out) is out
    np.testing.assert_array_equal(out, expected)
    for out in (
        np.zeros((3, 32), dtype=np.uint8, order="F"),
        np.zeros((6, 64), dtype=np.uint8)[::-2, ::-2],
        np.zeros((3, 32), dtype=np.int64),
    ):
        ufuncs.sha256(items, out=out)
        np.testing.assert_array_equal(out, expected)
    with pytest.raises(ValueError):
        ufuncs.sha256(items, out=np.zeros((3, 31), dtype=np.uint8))


def test_sha256_axis():
    items = np.array([["a", "b", "c"]])
    first = ufuncs.sha256(items, axis=0)
    assert first.shape == (32, 1, 3)
    np.testing.assert_array_equal(np.moveaxis(first, 0, -1), ufuncs.sha256(items))


def test_out_may_be_the_memory_of_the_items():
    memory = np.random.default_rng(1).integers(0, 256, (500, 32), dtype=np.uint8)
    for shifted in (memory[:-1], memory[1:]):
        base = memory.copy()
        items = base[:-1].reshape(-1).view("V32")
        out = base[:-1] if shifted.ctypes.data == memory.ctypes.data else base[1:]
        expected = digests([item.tobytes() for item in items])
        ufuncs.sha256(items, out=out)
        np.testing.assert_array_equal(out, expected)
    words = np.arange(500, dtype=np.uint64)
    expected = npx.hash64(words)
    np.testing.assert_array_equal(ufuncs.hash64(words, 0, out=words), expected)
    bytes8 = np.arange(500).view("V8")
    expected = npx.hash64(bytes8)
    ufuncs.hash64(bytes8, 0, out=bytes8.view(np.uint64))
    np.testing.assert_array_equal(bytes8.view(np.uint64), expected)


def test_hash64_seeds_broadcast():
    words = np.array(["a", "b", "c"], dtype=StringDType())
    seeds = np.array([0, 1, 2**64 - 1], dtype=np.uint64)
    table = ufuncs.hash64(words[:, np.newaxis], seeds)
    for column, seed in enumerate(seeds):
        np.testing.assert_array_equal(table[:, column], npx.hash64(words, int(seed)))
    diagonal = ufuncs.hash64(words, seeds)
    np.testing.assert_array_equal(diagonal, np.diag(table))
    np.testing.assert_array_equal(ufuncs.hash64.outer(words, seeds), table)


def test_hash64_takes_python_ints_that_fit_as_seeds():
    items = np.arange(3)
    np.testing.assert_array_equal(
        ufuncs.hash64(items, 2**64 - 1)[1:],
        [npx.hash64(1, 2**64 - 1), npx.hash64(2, 2**64 - 1)],
    )
    for seed in (-1, 2**64):
        with pytest.raises(OverflowError):
            ufuncs.hash64(items, seed)
    for seed in (items, 1.5):
        with pytest.raises(TypeError, match="hash64"):
            ufuncs.hash64(items, seed)


def test_hash64_where():
    for items in (np.arange(4), np.array(list("abcd")), np.array(list("abcd"), object)):
        out = np.zeros(4, dtype=np.uint64)
        ufuncs.hash64(items, 0, out=out, where=[True, False, False, True])
        expected = npx.hash64(items)
        expected[1:3] = 0
        np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize(
    ("n", "length"),
    [(n, length) for n in (1, 2, 63, 64, 65, 300) for length in (5, 90, 3000)]
    + [(1, 300_000), (2, 300_000), (64, 20_000)],
)
def test_few_and_many_texts_short_and_long_are_done_alike(n, length):
    """The ways that calls of different sizes take meet in the same results."""
    texts = [(f"é {i} " * length)[: length - i % 3] for i in range(n)]
    expected = [npx.hash64(text) for text in texts]
    digest = hashlib.sha256(texts[-1].encode()).digest()
    for dtype in (object, StringDType(), "U"):
        items = np.array(texts, dtype=dtype)
        assert ufuncs.hash64(items, 0).tolist() == expected
        assert ufuncs.sha256(items)[-1].tobytes() == digest
        counts = [len(text.split()) for text in texts]
        assert ufuncs.word_count(items).tolist() == counts


def test_errors_leave_references_alone():
    class Word(str):
        """A str whose references nothing else counts."""

    word = Word("w")
    items = np.array([word] * 600 + [None], dtype=object)
    before = sys.getrefcount(word)
    for _ in range(3):
        with pytest.raises(TypeError):
            ufuncs.sha256(items)
        ufuncs.sha256(items[:600])
    assert sys.getrefcount(word) == before


@pytest.mark.parametrize("key", [5, -1, 2**63 - 1, 5.0, True, np.float32(5), "a"])
def test_hash64_takes_python_numbers_as_keys(key):
    for seed in (7, np.uint64(7), np.array([7, 7], dtype=np.uint64)):
        hashes = ufuncs.hash64(key, seed)
        assert hashes.dtype == np.uint64
        assert (hashes == npx.hash64(key, 7)).all()
    assert ufuncs.hash64(5, 7, signature=(np.float64, None, None)) == npx.hash64(5.0, 7)
    with pytest.raises(OverflowError):
        ufuncs.hash64(2**63, 7)
    with pytest.raises(TypeError, match="hash64"):
        ufuncs.hash64(5j, 7)
