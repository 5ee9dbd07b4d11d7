"""Sorted strings and lexsort against NumPy and Python."""

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.testing import cpu_levels, engine

STRING = np.dtypes.StringDType()
NAN = np.dtypes.StringDType(na_object=np.nan)
NONE = np.dtypes.StringDType(na_object=None)
LETTERS = st.sampled_from(["\0", "a", "b", "é", "\uffff", "\U0001f600"])
TEXTS = st.text(LETTERS, max_size=20) | st.text(max_size=5)
LISTS = st.lists(TEXTS | TEXTS.map(lambda text: "common prefix " + text), max_size=80)
MANY = 40_000  # more than a worker orders by itself


def stable_order(items, descending=False):
    """Return the order of a list; None comes last."""
    present = [i for i, item in enumerate(items) if item is not None]
    if descending:
        present = sorted(present[::-1], key=lambda i: items[i])[::-1]
    else:
        present.sort(key=lambda i: items[i])
    return present + [i for i, item in enumerate(items) if item is None]


def as_dtype(texts, dtype):
    if dtype == "S":
        return np.array([text.encode() for text in texts], dtype="S80")
    return np.array(texts, dtype=dtype)


def check(array, items=None):
    """Sort an array whose items, in Python's order, are these."""
    items = array.tolist() if items is None else items
    for descending in (False, True):
        wanted = stable_order(items, descending)
        order = npx.argsort(array, descending=descending)
        assert order.dtype == np.intp
        assert order.tolist() == wanted
        result = npx.sort(array, descending=descending)
        assert result.dtype.isnative
        assert result.dtype.type is array.dtype.type
        assert result.flags.writeable
        assert result.tolist() == [array.tolist()[i] for i in wanted]


# ---- Strings ----------------------------------------------------------------


@given(LISTS, st.sampled_from(["U80", ">U80", "S", STRING]))
def test_strings_of_every_dtype(texts, dtype):
    array = as_dtype(texts, dtype)
    check(array)
    if dtype != STRING:  # of which NumPy's order ends at a NUL
        assert npx.sort(array).tolist() == np.sort(array, kind="stable").tolist()


@pytest.mark.parametrize("dtype", ["U", "S", STRING])
@pytest.mark.parametrize("shape", ["alike", "few", "long", "short", "numbers", "empty"])
def test_many_strings(dtype, shape):
    rng = np.random.default_rng(3)
    numbers = rng.integers(0, 10**9, MANY).tolist()
    texts = {
        "alike": ["x" * 100 + f"{n % 1000}" for n in numbers],
        "few": [f"word {n % 7}" for n in numbers],
        "long": [f"{n % 3}" * 30 + f"{n}" for n in numbers],
        "short": [chr(n % 100) + chr(n // 100 % 400) for n in numbers],
        "numbers": [f"{n}" for n in numbers],
        "empty": [""] * MANY,
    }[shape]
    array = as_dtype(texts, dtype)
    expected = stable_order(array.tolist())
    falling = stable_order(array.tolist(), descending=True)
    for threads in (1, 2, 8):
        with npx.num_threads(threads):
            assert npx.argsort(array).tolist() == expected
            assert npx.argsort(array, descending=True).tolist() == falling
            assert npx.sort(array).tolist() == array[expected].tolist()


def test_results_do_not_depend_on_the_cpu():
    numbers = np.random.default_rng(4).integers(0, 10**6, MANY)
    texts = np.array([f"item {n}" for n in numbers], dtype=STRING)
    expected = np.lexsort((numbers % 10, texts))
    for cpu in cpu_levels():
        with engine(cpu=cpu):
            np.testing.assert_array_equal(npx.lexsort((numbers % 10, texts)), expected)


@given(st.lists(TEXTS | st.none(), max_size=60))
def test_missing_strings_come_last(items):
    for dtype, na in ((NAN, np.nan), (NONE, None)):
        array = np.array([na if item is None else item for item in items], dtype=dtype)
        for descending in (False, True):
            wanted = stable_order(items, descending)
            assert npx.argsort(array, descending=descending).tolist() == wanted
            result = npx.sort(array, descending=descending)
            assert result.dtype == dtype
            assert [x if isinstance(x, str) else None for x in result.tolist()] == [
                items[i] for i in wanted
            ]


def test_text_that_stands_for_missing_is_a_text():
    array = np.array(["b", "z", "a"], dtype=np.dtypes.StringDType(na_object="z"))
    assert npx.sort(array, descending=True).tolist() == ["z", "b", "a"]


@given(st.lists(st.tuples(TEXTS | st.none(), st.booleans()), max_size=40))
def test_masked_strings_come_behind_the_missing_ones(rows):
    data = np.array([np.nan if t is None else t for t, _ in rows], dtype=NAN)
    array = np.ma.MaskedArray(data, mask=[m for _, m in rows])
    given = [i for i, (_, m) in enumerate(rows) if not m]
    wanted = [given[i] for i in stable_order([rows[i][0] for i in given])]
    wanted += [i for i, (_, m) in enumerate(rows) if m]
    assert npx.argsort(array).tolist() == wanted
    result = npx.sort(array)
    assert isinstance(result, np.ma.MaskedArray)
    assert np.ma.getmaskarray(result).tolist() == [rows[i][1] for i in wanted]
    fixed = np.ma.MaskedArray([t or "" for t, _ in rows] + [""], dtype="U30")
    fixed.mask = [m for _, m in rows] + [False]
    assert npx.sort(fixed).compressed().tolist() == sorted(fixed.compressed().tolist())


@pytest.mark.parametrize("dtype", ["U12", ">U12", "S12", STRING])
def test_layouts(dtype):
    rng = np.random.default_rng(5)
    texts = [f"{n:06}" for n in rng.integers(0, 5000, 2400)]
    array = np.array(texts, dtype=dtype).reshape(40, 60)
    frozen = array.copy()
    frozen.flags.writeable = False
    views = [array, array.T, array[::2, ::-3], array[:, :1], array[:0], array[:, :0],
             np.asfortranarray(array), frozen, array.reshape(4, 10, 60),
             np.broadcast_to(array[:1], (5, 60)), array[1]]  # fmt: skip
    for view in views:
        for axis in (*range(-view.ndim, view.ndim), None):
            if view.size == 0 and axis is None:
                continue
            expected = np.argsort(view, axis=axis, kind="stable")
            order = npx.argsort(view, axis)
            np.testing.assert_array_equal(order, expected)
            result = npx.sort(view, axis)
            assert result.tolist() == np.sort(view, axis=axis, kind="stable").tolist()
    if dtype != STRING:
        odd = np.zeros(50, dtype=[("x", "u1"), ("text", dtype)])
        odd["text"] = array.reshape(-1)[:50]
        check(odd["text"])


@pytest.mark.parametrize("dtype", ["U12", "S12", STRING])
def test_many_short_lanes(dtype):
    rng = np.random.default_rng(6)
    array = rng.integers(0, 50, (30_000, 3)).astype("U12").astype(dtype)
    np.testing.assert_array_equal(
        npx.argsort(array), np.argsort(array, axis=-1, kind="stable")
    )


def test_code_points_beyond_unicode():
    points = np.array([[0x7FFFFFFF, 1], [97, 0], [0xFFFFFFFF, 0], [97, 0x200000]])
    array = points.astype(np.uint32).view("U2").reshape(-1)
    assert npx.argsort(array).tolist() == [1, 3, 0, 2]


def test_strings_of_no_width():
    array = np.array(["", "", ""])
    assert npx.sort(array[:0]).tolist() == []
    narrow = np.ndarray(3, dtype="U0", buffer=b"")
    assert npx.argsort(narrow).tolist() == [0, 1, 2]
    assert npx.sort(np.ndarray(3, dtype="S0", buffer=b"")).tolist() == [b""] * 3


def test_lists():
    assert npx.sort(["b\0", "b", "a"]).tolist() == ["a", "b", "b\0"]
    assert npx.sort(["b", "a"]).dtype == STRING
    assert npx.sort([b"b", b"a"]).tolist() == [b"a", b"b"]
    for wrong in ([b"a\0"], ["a", 1], ["a", None], np.array(["a"], dtype=object)):
        with pytest.raises(TypeError, match="dtype object"):
            npx.sort(wrong)


def test_long_strings_are_copied():
    texts = [f"{n % 10}" + "y" * (n % 70) for n in range(MANY)]
    array = np.array(texts, dtype=STRING)
    for threads in (1, 2):
        with npx.num_threads(threads):
            result = npx.sort(array)
        assert result.tolist() == sorted(texts)
    array[:] = "changed"
    assert result.tolist() == sorted(texts)


# ---- lexsort ----------------------------------------------------------------

NUMBERS = ["?", "i1", "u2", "i4", "u8", "i8", ">i8", "f2", "f4", "f8", "M8[D]", "m8[s]"]


@st.composite
def columns(draw, rows):
    """Return a key, and by row what Python orders by, None for what comes last."""
    kind = draw(st.sampled_from([*NUMBERS, "U", "S", "T", "NA"]))
    few = st.integers(0, 3)
    if kind in NUMBERS:
        missing = kind[0] in "fmM"
        values = draw(
            st.lists(few | st.none() if missing else few, min_size=rows, max_size=rows)
        )
        na = np.nan if kind[0] == "f" else "NaT"
        if kind == "?":
            values = [value > 1 for value in values]
        return np.array([na if v is None else v for v in values]).astype(kind), values
    texts = st.text(st.sampled_from("ab"), max_size=9)
    texts = texts if kind != "NA" else texts | st.none()
    values = draw(st.lists(texts, min_size=rows, max_size=rows))
    if kind == "S":
        return as_dtype(values, "S"), values
    dtype = {"U": "U9", "T": STRING, "NA": NAN}[kind]
    return np.array([np.nan if v is None else v for v in values], dtype=dtype), values


def ordered_rows(keys, descending):
    """Return the order of rows by keys, the last one above all, one after the other."""
    rows = list(range(len(keys[0])))
    for key, down in zip(keys, descending, strict=True):
        order = stable_order([key[row] for row in rows], down)
        rows = [rows[i] for i in order]
    return rows


@given(st.data())
def test_lexsort_of_any_mixture(data):
    rows = data.draw(st.integers(0, 40))
    given = data.draw(st.lists(columns(rows), min_size=1, max_size=4))
    flags = data.draw(st.lists(st.booleans(), min_size=len(given), max_size=len(given)))
    keys = [array for array, _ in given]
    masks = []
    for i, (array, _) in enumerate(given):
        mask = data.draw(
            st.none() | st.lists(st.booleans(), min_size=rows, max_size=rows)
        )
        masks.append(mask or [False] * rows)
        if mask is not None:
            keys[i] = np.ma.MaskedArray(array, mask=mask)
    values = [
        [None if gone else value for value, gone in zip(column, mask, strict=True)]
        for (_, column), mask in zip(given, masks, strict=True)
    ]
    order = npx.lexsort(keys, descending=flags)
    assert order.dtype == np.int64
    assert order.tolist() == ordered_rows(values, flags)


@pytest.mark.parametrize(
    "spans",
    [
        (10, 10),
        (2, 10**6),
        (10**9, 5),
        (1, 1, 4),
        (2**62, 3, 2),
        (3, 2**62, 7),
        (300, 300, 300),
    ],
)
def test_lexsort_of_many_rows(spans):
    rng = np.random.default_rng(7)
    keys = [rng.integers(-span, span, MANY) for span in spans]
    keys[0] = keys[0].astype(np.float64)
    keys[0][::50] = np.nan
    for threads in (1, 2, 8):
        with npx.num_threads(threads):
            np.testing.assert_array_equal(npx.lexsort(keys), np.lexsort(keys))
            texts = np.array([f"{n % 13}" for n in range(MANY)], dtype=STRING)
            for mixed in ([*keys, texts], [texts, *keys], [keys[0], texts, *keys[1:]]):
                np.testing.assert_array_equal(npx.lexsort(mixed), np.lexsort(mixed))


def test_lexsort_of_arrays_of_keys_and_axes():
    rng = np.random.default_rng(8)
    keys = rng.integers(0, 3, (3, 5, 7, 6))
    np.testing.assert_array_equal(npx.lexsort(keys), np.lexsort(keys))
    for axis in range(-3, 3):
        np.testing.assert_array_equal(npx.lexsort(keys, axis), np.lexsort(keys, axis))
    for view in (keys[:, ::-2], keys.transpose(0, 3, 1, 2), keys[..., :0]):
        np.testing.assert_array_equal(npx.lexsort(view), np.lexsort(view))
    matrix = rng.integers(0, 4, (2, 50))
    np.testing.assert_array_equal(npx.lexsort(matrix), np.lexsort(matrix))
    np.testing.assert_array_equal(npx.lexsort((matrix[0],)), np.lexsort((matrix[0],)))


def test_lexsort_of_columns_of_a_table():
    table = npx.parse_csv("a,b\n2,x\n1,y\n,z\n1,x\n")
    assert npx.lexsort((table["b"], table["a"])).tolist() == [3, 1, 0, 2]
    with pytest.raises(TypeError, match="sort_by"):
        npx.lexsort(table)


def test_lexsort_says_what_is_wrong():
    a = np.arange(3)
    for keys, error, message in [
        ([], ValueError, "at least one key"),
        ([a, a[:2]], ValueError, r"key 0 has \(3,\), key 1 \(2,\)"),
        ([1, 2], ValueError, r"a single key is given as \(key,\)"),
        (a, ValueError, r"a single key is given as \(key,\)"),
        ("ab", TypeError, "sequence of arrays"),
        (7, TypeError, "sequence of arrays"),
        ([a + 1j], TypeError, "a.real and a.imag"),
        ([a.astype(object)], TypeError, "StringDType"),
        ([a.astype(np.longdouble)], TypeError, "astype"),
        ([np.zeros(3, "i4,i4")], TypeError, "fields"),
    ]:
        with pytest.raises(error, match=message):
            npx.lexsort(keys)
    with pytest.raises(np.exceptions.AxisError):
        npx.lexsort([a], axis=1)
    with pytest.raises(ValueError, match="3 values for 2 keys"):
        npx.lexsort([a, a], descending=[True] * 3)
    for wrong in (1, "yes", [1, 0]):
        with pytest.raises(TypeError, match="must be a bool, or a list"):
            npx.lexsort([a, a], descending=wrong)


# ---- While others run -------------------------------------------------------


def test_sorting_and_writing_from_several_threads():
    texts = np.array([f"{n * 7919 % MANY}" for n in range(MANY)], dtype=STRING)
    expected = np.argsort(texts, kind="stable")
    failures = []

    def work():
        for _ in range(5):
            if not np.array_equal(npx.argsort(texts), expected):
                failures.append("order")
            if npx.sort(texts)[0] != "0":
                failures.append("values")

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []


INTERRUPTED = """
import signal, threading, time
import numpy as np
import numpy_ext as npx

signal.signal(signal.SIGINT, signal.default_int_handler)
rng = np.random.default_rng(1)
keys = [rng.integers(0, 1000, 3_000_000), rng.random(3_000_000)]
main = threading.main_thread().ident
done = False

def interrupt():
    time.sleep(0.05)
    while not done:
        signal.pthread_kill(main, signal.SIGINT)
        time.sleep(0.5)

thread = threading.Thread(target=interrupt)
thread.start()
try:
    try:
        for _ in range(1000):
            npx.lexsort(keys)
        print("nothing happened")
    finally:
        done = True
except KeyboardInterrupt:
    print("interrupted")
thread.join()
"""


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_interrupt():
    began = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=120
    )
    assert result.stdout == "interrupted\n", result.stderr
    assert time.perf_counter() - began < 100


def test_calls_with_the_same_strings_do_not_wait_for_one_another():
    # In another process: calls that do wait never end.
    code = """
import threading
import numpy as np
import numpy_ext as npx

string = np.dtypes.StringDType
a, b = np.array(["b", "a"], dtype=string()), np.array(["x", "a"], dtype=string())

def run(first, second):
    for _ in range(5000):
        npx.lexsort((first, second))
        npx.searchsorted(first[::-1], second[:1])

threads = [threading.Thread(target=run, args=pair) for pair in ((a, b), (b, a))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
