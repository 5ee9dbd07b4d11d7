"""String columns as capsules: rows, joins, comparisons and buffers of them."""

import os
import pickle
import random
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_leaks import assert_no_growth, needs_statm, not_sanitized

from numpy_ext import _native

STRING = np.dtypes.StringDType()
TEXTS = ["", "a", "é" * 6, "twelve bytes", "thirteen byte", "x" * 300, "中😀" * 40]
texts_of = st.lists(st.text(max_size=40), max_size=30)


def capsule(texts: list[str]) -> Any:
    return _native.string_capsule(np.array(texts, dtype=STRING))


def listed(column: Any, length: int) -> list[str]:
    texts = _native.string_list(column, 0, length)
    with pytest.raises(IndexError):
        _native.string_list(column, 0, length + 1)
    return texts


def round_trip(column: Any, length: int) -> Any:
    views, slabs = _native.string_buffers(column)
    return _native.string_from_buffers(views, slabs, length)


# ---- From arrays -----------------------------------------------------------


@given(texts_of)
def test_strings_of_an_array(texts):
    assert listed(capsule(texts), len(texts)) == texts


@pytest.mark.parametrize("step", [-3, -1, 2, 5])
def test_array_of_any_stride(step):
    texts = TEXTS * 9
    column = _native.string_capsule(np.array(texts, dtype=STRING)[::step])
    assert listed(column, len(texts[::step])) == texts[::step]


@pytest.mark.parametrize("na_object", [None, np.nan, "n/a"])
def test_missing_values_are_empty(na_object):
    dtype = np.dtypes.StringDType(na_object=na_object)
    array = np.array(["a", na_object, "b"], dtype=dtype)
    assert listed(_native.string_capsule(array), 3) == ["a", "", "b"]
    mask = np.array([True, False, False])
    assert listed(_native.string_capsule(array, mask), 3) == ["", "", "b"]


def test_other_arrays_are_refused():
    array = np.array(TEXTS, dtype=STRING)
    for wrong in (np.array(TEXTS), array.reshape(-1, 1), array.tolist()):
        with pytest.raises(TypeError, match="one-dimensional, of a StringDType"):
            _native.string_capsule(wrong)
    with pytest.raises(ValueError, match="mask must have a bool for every row"):
        _native.string_capsule(array, np.zeros(1, np.bool_))


# ---- Rows ------------------------------------------------------------------


@given(texts_of, st.data())
def test_slices(texts, data):
    start = data.draw(st.integers(0, len(texts)))
    stop = data.draw(st.integers(start, len(texts)))
    part = _native.string_slice(capsule(texts), start, stop)
    assert listed(part, stop - start) == texts[start:stop]


def test_slices_outside_are_refused():
    column = capsule(TEXTS)
    for start, stop in ((2, 1), (0, len(TEXTS) + 1)):
        with pytest.raises(IndexError, match="rows outside the column"):
            _native.string_slice(column, start, stop)
    with pytest.raises(OverflowError):
        _native.string_slice(column, -1, 2)


@given(texts_of.filter(len), st.data())
def test_take(texts, data):
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=50))
    taken = _native.string_take(capsule(texts), np.array(rows, dtype=np.int64))
    assert listed(taken, len(rows)) == [texts[row] for row in rows]


def test_take_refuses_other_rows():
    column = capsule(TEXTS)
    for row in (-1, len(TEXTS)):
        with pytest.raises(IndexError, match=f"row {row} is not one of 7 rows"):
            _native.string_take(column, np.array([0, row]))
    rows = np.arange(4)
    for wrong in (rows.astype(np.int32), rows[::2], rows.reshape(2, 2), [0]):
        with pytest.raises(TypeError, match="contiguous array of int64"):
            _native.string_take(column, wrong)


@given(st.lists(texts_of, max_size=5))
def test_concat(parts):
    whole = [text for part in parts for text in part]
    column = _native.string_concat([capsule(part) for part in parts])
    assert listed(column, len(whole)) == whole
    # Its slabs are those of its parts, once more.
    again = _native.string_concat([column, column])
    assert listed(again, 2 * len(whole)) == whole * 2


def test_concat_of_other_objects_is_refused():
    for wrong in ([None], [capsule(TEXTS), "x"]):
        with pytest.raises(ValueError, match="PyCapsule"):
            _native.string_concat(wrong)
    with pytest.raises(TypeError):
        _native.string_concat(3)


# ---- Comparison ------------------------------------------------------------


@given(st.lists(st.tuples(st.text("ab", max_size=30), st.text("ab", max_size=30))))
def test_equal(pairs):
    pairs = [*pairs, *((a, a) for a, _ in pairs)]
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    equal = _native.string_equal(capsule(left), capsule(right))
    assert equal.dtype == np.bool_
    assert equal.tolist() == [a == b for a, b in pairs]


def test_columns_of_different_lengths_do_not_compare():
    with pytest.raises(ValueError, match="columns of 7 and 2 rows"):
        _native.string_equal(capsule(TEXTS), capsule(TEXTS[:2]))


# ---- Buffers ---------------------------------------------------------------


@given(texts_of)
def test_buffers_hold_the_column(texts):
    column = capsule(texts)
    views, slabs = _native.string_buffers(column)
    assert views.nbytes == 16 * len(texts)
    long = sum(len(t.encode()) for t in texts if len(t.encode()) > 12)
    assert sum(slab.nbytes for slab in slabs) == long
    assert not any(array.flags.writeable for array in (views, *slabs))
    assert listed(round_trip(column, len(texts)), len(texts)) == texts


def test_buffers_of_few_rows_do_not_hold_the_others():
    texts = [f"text number {i} of many " * 20 for i in range(20_000)]
    part = _native.string_slice(capsule(texts), 15_000, 15_010)
    _, slabs = _native.string_buffers(part)
    assert sum(slab.nbytes for slab in slabs) < 10_000
    assert listed(round_trip(part, 10), 10) == texts[15_000:15_010]


def test_compact_buffers_may_be_more_than_there_were():
    """One slab of 40 MB is made into several smaller ones."""
    row = "x" * 20_000
    whole = round_trip(capsule([row] * 2_000), 2_000)
    joined = np.frombuffer(b"x" * 40_000_000, np.uint8)
    views, _ = _native.string_buffers(whole)
    views = views.copy().view(np.int32).reshape(-1, 4)
    views[:, 2], views[:, 3] = 0, np.arange(2_000) * 20_000
    one = _native.string_from_buffers(views.reshape(-1).view(np.uint8), [joined], 2_000)
    part = _native.string_take(one, np.arange(1_200, 2_000))
    _, slabs = _native.string_buffers(part)
    assert len(slabs) > 1
    assert sum(slab.nbytes for slab in slabs) == 16_000_000
    assert listed(round_trip(part, 800), 800) == [row] * 800


@pytest.mark.parametrize(
    ("views", "slabs", "length", "message"),
    [
        (np.zeros(15, np.uint8), [], 1, "15 bytes are not the views of 1 rows"),
        (np.zeros(16, np.uint8), [], 2**60, "16 bytes are not the views of"),
        (np.zeros(16, np.int8), [], 1, "contiguous arrays of uint8"),
        (np.zeros(32, np.uint8)[::2], [], 1, "contiguous arrays of uint8"),
        (b"\0" * 16, [], 1, "contiguous arrays of uint8"),
        (np.zeros(16, np.uint8), [b"x"], 1, "contiguous arrays of uint8"),
        (np.full(16, 255, np.uint8), [], 1, "row 0: its length is negative"),
        (np.array([20] + [0] * 15, np.uint8), [], 1, "row 0: its block of memory"),
    ],
)
def test_bad_buffers_are_refused(views, slabs, length, message):
    with pytest.raises(ValueError, match=message):
        _native.string_from_buffers(views, slabs, length)


def test_damaged_buffers_never_crash():
    """Any byte may be wrong; what is accepted can be read to the end."""
    source = random.Random(3)
    views, slabs = _native.string_buffers(capsule(TEXTS))
    refused = 0
    for _ in range(3000):
        damaged = [views.copy(), *(slab.copy() for slab in slabs)]
        target = damaged[source.randrange(len(damaged))]
        target[source.randrange(target.size)] = source.randrange(256)
        try:
            column = _native.string_from_buffers(damaged[0], damaged[1:], len(TEXTS))
        except ValueError:
            refused += 1
        else:
            listed(column, len(TEXTS))
            round_trip(column, len(TEXTS))
    assert 1000 < refused < 3000


@needs_statm
@not_sanitized
def test_columns_are_freed():
    source = capsule(TEXTS * 2_000)
    rows = np.arange(0, 14_000, 2)

    def work():
        part = _native.string_slice(source, 100, 13_000)
        taken = _native.string_take(source, rows)
        _native.string_concat([part, taken, source])
        round_trip(taken, len(rows))
        _native.string_capsule(np.array(TEXTS * 100, dtype=STRING))
        with pytest.raises(ValueError, match="are not the views"):
            _native.string_from_buffers(*_native.string_buffers(source), 3)

    assert_no_growth(work, times=40)


def test_buffers_that_nobody_can_write_to_are_shared():
    texts = ["a text that is longer than a view", "short"]
    views, slabs = _native.string_buffers(_native.string_capsule(np.array(texts, "T")))
    frozen = [np.frombuffer(part.tobytes(), np.uint8) for part in (views, *slabs)]
    capsule = _native.string_from_buffers(frozen[0], frozen[1:], 2)
    shared = _native.string_buffers(capsule)[0]
    assert np.shares_memory(shared, frozen[0])
    lent = np.frombuffer(pickle.PickleBuffer(views), np.uint8)
    capsule = _native.string_from_buffers(lent, slabs, 2)
    assert np.shares_memory(_native.string_buffers(capsule)[0], views)
    assert _native.string_list(capsule, 0, 2) == texts


@pytest.mark.skipif(sys.version_info < (3, 12), reason="no __buffer__ before 3.12")
def test_buffers_of_objects_that_lend_for_a_moment_are_copied():
    """What such an object names as its lender is gone when the buffer is."""
    code = """
import numpy as np
from numpy_ext import _native
class Lender:
    empty = bytes(16)
    def __buffer__(self, flags):
        return memoryview(self.empty)
views = np.ndarray((16,), np.uint8, buffer=Lender())
column = _native.string_from_buffers(views, [views], 1)
print(np.shares_memory(_native.string_buffers(column)[0], views))
"""
    command = [sys.executable, "-P", "-c", code]
    environment = {**os.environ, "PYTHONMALLOC": "debug"}
    assert subprocess.check_output(command, env=environment) == b"False\n"


def test_buffers_that_somebody_can_write_to_are_copied():
    texts = ["a text that is longer than a view", "short"]
    views, slabs = _native.string_buffers(_native.string_capsule(np.array(texts, "T")))
    owned = views.copy()
    read_only = owned.view()
    read_only.flags.writeable = False
    memory = bytearray(slabs[0].tobytes())
    window = np.frombuffer(memoryview(memory).toreadonly(), np.uint8)
    for some_views, some_slabs in ((owned, slabs), (read_only, [window])):
        capsule = _native.string_from_buffers(some_views, some_slabs, 2)
        owned[4:8] = 255
        memory[:5] = b"\xff" * 5
        assert _native.string_list(capsule, 0, 2) == texts
        owned[:] = views
        memory[:5] = texts[0][:5].encode()
