"""String columns as StringDType, S and U arrays, against NumPy's own conversions."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from test_leaks import assert_no_growth, needs_statm, not_sanitized

import numpy_ext as npx
from numpy_ext import _native

THREADS = (1, 2, 5)
ASCII = "abcxyzABC0189 -_,;'\x01\x7f"
WIDE = ASCII + "éßµ中日😀\ufffd"
MANY = 1_000_003

Texts = list[str | None]


def strings(texts: Texts) -> tuple[Any, np.ndarray]:
    """Return the native column of these texts and its mask; None is a missing cell."""
    cells = ["" if t is None else '"' + t.replace('"', '""') + '"' for t in texts]
    # The last row makes it a column of strings whatever the others are.
    rows = "".join(f"{cell},1\n" for cell in [*cells, "x"])
    table = npx.read_csv(f"name,n\n{rows}".encode())
    return table._columns["name"].strings, table.mask("name")


def with_last(texts: Texts) -> list[str]:
    return ["" if t is None else t for t in texts] + ["x"]


def random_texts(seed: int, count: int, longest: int, letters: str) -> Texts:
    source = random.Random(seed)
    texts: Texts = []
    for _ in range(count):
        text = "".join(source.choices(letters, k=source.randint(0, longest)))
        texts.append(None if source.random() < 0.1 else text)
    return texts


def assert_fixed(texts: Texts, threads: int = 1, extra: int = 0) -> None:
    """Compare both fixed layouts, byte by byte, with what NumPy makes of the texts."""
    column, _ = strings(texts)
    wanted = np.array(with_last(texts), dtype=np.str_)
    encoded = np.array([text.encode() for text in with_last(texts)], dtype=np.bytes_)
    for kind, array in (("U", wanted), ("S", encoded)):
        width = int(array.dtype.str[2:]) + extra
        got = _native.string_fixed(column, kind, width if extra else 0, threads)
        same = array.astype(f"{kind}{width}")
        assert got.dtype == same.dtype
        assert not got.flags.writeable
        assert got.tobytes() == same.tobytes()


def pieces(column: Any, na_object: Any, mask: Any) -> list[list[Any]]:
    """Return the StringDType array as a list, once for each number of threads."""
    return [
        _native.string_array(column, na_object, mask, threads).tolist()
        for threads in THREADS
    ]


@pytest.mark.parametrize("letters", [ASCII, WIDE], ids=["ascii", "wide"])
@pytest.mark.parametrize("longest", range(41))
def test_every_length(longest, letters):
    texts = random_texts(longest, 200, longest, letters)
    assert_fixed(texts)
    assert_fixed(texts, threads=2, extra=1 + longest % 5)
    column, mask = strings(texts)
    assert pieces(column, None, None) == [with_last(texts)] * 3
    assert pieces(column, None, mask) == [with_last(texts)] * 3


def test_missing_cells_become_the_na_object():
    texts = [None, "", "a", None, "b" * 100, "c" * 15, "d" * 16]
    column, mask = strings(texts)
    for na_object in (np.nan, "n/a", Ellipsis):
        array = _native.string_array(column, na_object, mask)
        assert array.dtype == np.dtypes.StringDType(na_object=na_object)
        assert not array.flags.writeable
        for text, value in zip([*texts, "x"], array.tolist(), strict=True):
            assert value is na_object if text is None else value == text
        same = _native.string_array(column, na_object, None)
        assert same.tolist() == with_last(texts)
    assert np.isnan(_native.string_array(column, np.nan, mask)).tolist() == [
        text is None for text in [*texts, "x"]
    ]


def test_nul_inside_and_at_the_end_is_kept_in_the_bytes():
    texts: Texts = ["a\0b", "\0", "\0" * 14, "ab\0", "x" * 20 + "\0y", "é\0é"]
    column, _ = strings(texts)
    assert _native.string_array(column, None, None).tolist() == with_last(texts)
    fixed = _native.string_fixed(column, "S", 24)
    rows = [fixed.tobytes()[i : i + 24] for i in range(0, fixed.nbytes, 24)]
    assert rows == [text.encode().ljust(24, b"\0") for text in with_last(texts)]
    wide = _native.string_fixed(column, "U", 0)
    assert wide[0] == "a\0b"
    assert wide[4] == "x" * 20 + "\0y"


@pytest.mark.parametrize("size", [255, 256, 257, 65_536, 3_000_000])
def test_huge_strings_beside_small_ones(size):
    texts: Texts = ["a", "é" * (size // 2) + "x" * (size % 2), None, "z" * size]
    column, mask = strings(texts)
    assert pieces(column, None, mask) == [with_last(texts)] * 3
    assert_fixed(texts)


def test_many_rows_on_any_number_of_threads():
    source = random.Random(5)
    pool = random_texts(6, 500, 40, WIDE) + random_texts(7, 500, 15, ASCII)
    texts = source.choices(pool, k=MANY)
    column, mask = strings(texts)
    wanted = np.array(with_last(texts), dtype=object)
    for threads in THREADS:
        array = _native.string_array(column, np.nan, mask, threads)
        assert (np.isnan(array) == mask).all()
        assert (array[~mask].astype(object) == wanted[~mask]).all()
        fixed = _native.string_fixed(column, "U", 0, threads)
        assert fixed.dtype == "U40"
        assert (fixed == wanted.astype("U40")).all()


def test_many_short_strings_on_several_threads():
    texts: Texts = [f"{i % 100_000:>{i % 16}}"[:15] for i in range(MANY)]
    column, _ = strings(texts)
    wanted = np.array(with_last(texts), dtype=np.dtypes.StringDType())
    for threads in THREADS:
        assert (_native.string_array(column, None, None, threads) == wanted).all()


def test_arrays_can_be_made_at_the_same_time():
    texts = random_texts(8, 100_000, 30, ASCII)
    column, mask = strings(texts)
    barrier = threading.Barrier(4)

    def work(_):
        barrier.wait()
        return _native.string_array(column, None, mask, 2)

    with ThreadPoolExecutor(4) as pool:
        arrays = list(pool.map(work, range(4)))
    assert all((array == arrays[0]).all() for array in arrays)
    assert arrays[0].tolist() == with_last(texts)


def test_copies_of_the_array_can_be_written():
    column, _ = strings(["a", "b" * 50])
    array = _native.string_array(column, None, None).copy()
    array[0], array[1] = "z" * 70, "y"
    assert array.tolist() == ["z" * 70, "y", "x"]
    with pytest.raises(ValueError, match="read-only"):
        _native.string_array(column, None, None)[0] = "q"


def test_wrong_arguments_are_told():
    column, mask = strings(["ab"])
    with pytest.raises(TypeError, match="string_array takes 3 arguments, got 1"):
        _native.string_array(column)
    for wrong in (mask[:1], mask.astype(int), [False, False], mask.reshape(2, 1)):
        with pytest.raises(ValueError, match="mask must have a bool for every row"):
            _native.string_array(column, np.nan, wrong)
    with pytest.raises(ValueError, match="kind must be 'S' or 'U', got 'T'"):
        _native.string_fixed(column, "T", 0)
    with pytest.raises(SystemError, match="the string of row 0 is longer than 1"):
        _native.string_fixed(column, "U", 1)
    with pytest.raises(ValueError, match="too many for a NumPy dtype"):
        _native.string_fixed(column, "S", 2**31)
    with pytest.raises(OverflowError):
        _native.string_fixed(column, "S", -1)


@needs_statm
@not_sanitized
@pytest.mark.parametrize("threads", [1, 2])
def test_arrays_are_freed(threads):
    column, mask = strings(random_texts(9, 40_000, 40, WIDE))

    def work():
        _native.string_array(column, np.nan, mask, threads)
        _native.string_array(column, None, mask, threads)
        _native.string_fixed(column, "S", 0, threads)
        _native.string_fixed(column, "U", 0, threads)
        with pytest.raises(SystemError):
            _native.string_fixed(column, "U", 3, threads)

    assert_no_growth(work, times=40)
