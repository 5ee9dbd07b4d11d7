"""word_count against str.split and bytes.split."""

import array
import os
import signal
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from names import name_of

import numpy_ext as npx
from numpy_ext import _native, ufuncs
from numpy_ext.testing import engine

StringDType = np.dtypes.StringDType
SPACES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0"
    "\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000"
)
NEAR_SPACES = "\x00\x08\x0e\x1b\x21\x84\x86\x9f\xa1\u180e\u200b\u200f\u2060\ufeff\ud800"
LETTERS = st.characters(codec="utf-8") | st.sampled_from(SPACES + NEAR_SPACES[:-1])
TEXTS = st.text(LETTERS, max_size=150)


@contextmanager
def without(features):
    environment = os.environ.get("NUMPY_EXT_DISABLE_CPU", "")
    _native.disable_cpu(f"{environment},{features}")
    try:
        yield
    finally:
        _native.disable_cpu(environment)


@pytest.fixture(params=["", "avx2,avx512,neon"], ids=["best", "portable"])
def cpu(request):
    """Every instruction set, by what is gone without."""
    with without(request.param):
        yield


def words(texts) -> list[int]:
    return [len(text.split()) for text in texts]


# ---- White space ----


def test_every_code_point(cpu):
    """All of them between two letters, surrogates where there can be any."""
    texts = ["a" + chr(point) + "a" for point in range(0x110000)]
    expected = words(texts)
    assert sum(expected) == len(texts) + 29
    assert npx.word_count(np.array(texts)).tolist() == expected
    assert npx.word_count(np.array(texts, dtype=object)).tolist() == expected
    whole = [text for text in texts if not "\ud800" <= text[1] <= "\udfff"]
    strings = np.array(whole, dtype=StringDType())
    assert npx.word_count(strings).tolist() == words(whole)
    single = texts[:0x3100]
    assert [npx.word_count(text) for text in single] == expected[:0x3100]


def test_every_byte(cpu):
    texts = [b"a%ca" % byte for byte in range(256)]
    expected = words(texts)
    assert sum(expected) == 256 + 6
    assert npx.word_count(np.array(texts)).tolist() == expected
    assert npx.word_count(np.array(texts).view("V3")).tolist() == expected
    assert npx.word_count(texts).tolist() == expected
    assert [npx.word_count(text) for text in texts] == expected


def test_str_and_bytes_differ_in_four_separators():
    assert npx.word_count("a\x1cb\x1db\x1eb\x1fb") == 5
    assert npx.word_count(b"a\x1cb\x1db\x1eb\x1fb") == 1
    assert npx.word_count(["a\x1cb", b"a\x1cb", "a b"]).tolist() == [2, 1, 2]


# ---- Dtypes ----


@given(st.lists(TEXTS, max_size=12))
def test_any_texts(texts):
    expected = words(texts)
    for items in (np.array(texts, object), np.array(texts, StringDType())):
        assert npx.word_count(items).tolist() == expected
    assert npx.word_count(texts).tolist() == expected
    assert [npx.word_count(text) for text in texts] == expected
    if texts:
        stripped = words(text.rstrip("\0") for text in texts)
        assert npx.word_count(np.array(texts)).tolist() == stripped
        swapped = np.array(texts).view()
        swapped = swapped.astype(swapped.dtype.newbyteorder())
        assert npx.word_count(swapped).tolist() == stripped


@given(st.lists(st.binary(max_size=150) | TEXTS.map(str.encode), max_size=12))
def test_any_bytes(texts):
    expected = words(texts)
    assert npx.word_count(texts).tolist() == expected
    assert [npx.word_count(text) for text in texts] == expected
    if texts:
        stripped = words(text.rstrip(b"\0") for text in texts)
        assert npx.word_count(np.array(texts)).tolist() == stripped
        width = max(1, max(map(len, texts)))
        padded = [text.ljust(width, b"\0") for text in texts]
        items = np.array(texts, f"S{width}").view(f"V{width}")
        assert npx.word_count(items).tolist() == words(padded)


@given(st.lists(st.text(st.sampled_from(SPACES + NEAR_SPACES + "xyé"), max_size=90)))
def test_surrogates_are_text(texts):
    expected = words(texts)
    assert npx.word_count(texts).tolist() == expected
    assert npx.word_count(np.array(texts, object)).tolist() == expected
    assert [npx.word_count(text) for text in texts] == expected
    if texts:
        stripped = words(text.rstrip("\0") for text in texts)
        assert npx.word_count(np.array(texts)).tolist() == stripped


def test_numbers_that_are_no_code_points_are_text():
    items = np.array([0x61, 0x110000, 0xFFFFFFFF, 0x20], np.uint32).view("U4")
    assert npx.word_count(items).tolist() == [1]


def test_objects_of_both_kinds_in_turn():
    texts = ["a\x1fb", b"a\x1fb", "\ud800\x1fb", "é\x1fb", b"", ""] * 200
    assert npx.word_count(texts).tolist() == words(texts)
    alike = ["a b c"] * 256 + [b"a b"] + ["a"] * 300
    assert npx.word_count(alike).tolist() == words(alike)


@pytest.mark.parametrize(
    "text",
    [
        "",
        b"",
        " a b ",
        bytearray(b" a b\n"),
        memoryview(b"one two"),
        np.str_("a b"),
        np.bytes_(b"a b"),
        array.array("B", b"a b c"),
    ],
    ids=name_of,
)
def test_single_texts(text):
    result = npx.word_count(text)
    assert type(result) is int
    plain = text if isinstance(text, (str, bytes)) else bytes(text)
    assert result == len(plain.split())


def test_arrays_without_dimensions_and_other_containers():
    assert npx.word_count(np.array("a b")) == 2
    assert npx.word_count(("a b", "c")).tolist() == [2, 1]
    assert npx.word_count([["a b", "c"]]).tolist() == [[2, 1]]
    assert npx.word_count([]).tolist() == []
    assert npx.word_count(np.array(["a b"])).dtype == np.int64


def test_text_that_stands_for_missing():
    texts = np.array(["x", "not there"], dtype=StringDType(na_object="not there"))
    assert npx.word_count(texts).tolist() == [1, 2]


# ---- Layouts ----


@pytest.mark.parametrize(
    "dtype", ["S9", "V9", "U9", ">U9", object, StringDType()], ids=str
)
def test_layouts(dtype, cpu):
    texts = [("a b " * 3)[: n % 9] for n in range(24)]
    if dtype == "V9":
        items = np.array(texts, dtype="S9").view("V9")
    else:
        items = np.array(texts, dtype=dtype)
    grid = items.reshape(2, 3, 4)
    for view in (
        items,
        items[::2],
        items[::-1],
        items[::-3],
        np.broadcast_to(items[5], 300),
        np.broadcast_to(items[:3, np.newaxis], (3, 4)),
        items[7:8].reshape(()),
        items[:0].reshape(0, 5),
        grid.T,
        np.asfortranarray(grid),
        grid[:, ::2, ::-1],
    ):
        plain = [bytes(t) if isinstance(t, np.void) else t for t in view.ravel()]
        result = npx.word_count(view)
        assert np.shape(result) == view.shape
        assert np.ravel(result).tolist() == words(plain)


def test_unaligned_and_read_only_items():
    records = np.zeros(50, dtype=[("pad", "S1"), ("text", "U5"), ("bytes", "S7")])
    records["text"] = [f"é {n}" for n in range(50)]
    records["bytes"] = [b"b %d c" % n for n in range(50)]
    records.flags.writeable = False
    assert not records["text"].flags.aligned
    assert npx.word_count(records["text"]).tolist() == [2] * 50
    assert npx.word_count(records["bytes"]).tolist() == [3] * 50


def test_items_of_every_length(cpu):
    texts = [("word é\u2028x " * 40)[:n] for n in range(300)]
    for dtype in ("U", object, StringDType()):
        assert npx.word_count(np.array(texts, dtype=dtype)).tolist() == words(texts)
    data = [("word x\x1f " * 40)[:n].encode() for n in range(300)]
    assert npx.word_count(np.array(data)).tolist() == words(data)


# ---- Masks ----


def test_masked_items_are_not_looked_at():
    items = np.ma.MaskedArray(
        np.array([["a b", None], [3, b"b"]], dtype=object), mask=[[0, 1], [1, 0]]
    )
    result = npx.word_count(items)
    assert isinstance(result, np.ma.MaskedArray)
    assert result.dtype == np.int64
    assert result.tolist() == [[2, None], [None, 1]]
    assert npx.word_count(np.ma.MaskedArray(np.array("a"), mask=True)).mask.all()


# ---- The ufunc ----


def test_out_and_where():
    items = np.array(["a b", "c", ""])
    out = np.full(3, 7)
    assert ufuncs.word_count(items, out=out) is out
    assert out.tolist() == [2, 1, 0]
    ufuncs.word_count(items, out=out[::-1])
    assert out.tolist() == [0, 1, 2]
    for given_ in (items, items.astype(StringDType()), items.astype(object)):
        out[:] = 7
        ufuncs.word_count(given_, out=out, where=[True, False, True])
        assert out.tolist() == [2, 7, 0]
    floats = np.zeros(3)
    assert ufuncs.word_count(items, out=floats).tolist() == [2.0, 1.0, 0.0]
    unaligned = np.zeros(25, np.uint8)[1:].view(np.int64)
    ufuncs.word_count(items, out=unaligned)
    assert unaligned.tolist() == [2, 1, 0]


def test_out_may_be_the_memory_of_the_items():
    memory = np.frombuffer(b"a b c d a bbbbbb a b     " * 40, np.uint8)[:800].copy()
    items = memory.view("V8")
    expected = npx.word_count(items)
    ufuncs.word_count(items, out=memory.view(np.int64))
    np.testing.assert_array_equal(memory.view(np.int64), expected)


# ---- Threads ----


@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize(
    "dtype", ["U", "S", object, StringDType()], ids=["U", "S", "object", "StringDType"]
)
def test_results_do_not_depend_on_threads(dtype, threads):
    texts = ["some words here " * (n % 5) + str(n) for n in range(20_000)]
    with engine(threads=threads):
        result = npx.word_count(np.array(texts, dtype=dtype))
    np.testing.assert_array_equal(result, words(texts))


@pytest.mark.parametrize("unit", ["some words ", "é\u2028\u3042 \x1c\u3000x"])
def test_long_texts_on_threads(unit, cpu):
    texts = [unit * 400_000, (unit * 400_000).encode(), unit * 400_000 + "\ud800"]
    expected = words(texts)
    for threads in (1, 2, 8):
        with npx.num_threads(threads):
            counts = [npx.word_count(text) for text in texts]
        assert counts == expected


@pytest.mark.parametrize("size", [1 << 15, 1 << 20])
def test_texts_of_about_the_sizes_where_the_way_changes(size):
    for n in (size - 1, size, size + 1):
        text = ("ab " * n)[:n]
        assert npx.word_count(text) == len(text.split())
        assert npx.word_count(memoryview(text.encode())) == len(text.split())


def test_other_threads_run_meanwhile():
    text = bytes(1 << 28)
    ticks, done = [], threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks.append(1)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        before = len(ticks)
        with npx.num_threads(1):
            assert npx.word_count(text) == 1
        assert len(ticks) > before
    finally:
        done.set()
        ticker.join()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX timers")
def test_a_signal_ends_the_count():
    """The handler runs before the count is done: its time and theirs are compared."""

    class Rung(Exception):
        pass

    def ring(*_):
        raise Rung

    text = bytes(1 << 29)
    before = signal.signal(signal.SIGALRM, ring)
    try:
        with npx.num_threads(1), without("avx2,avx512,neon"):
            began = time.perf_counter()
            npx.word_count(text)
            whole = time.perf_counter() - began
            signal.setitimer(signal.ITIMER_REAL, 0.001)
            began = time.perf_counter()
            with pytest.raises(Rung):
                npx.word_count(text)
            assert time.perf_counter() - began < 0.8 * whole
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# ---- Errors ----


@pytest.mark.parametrize("dtype", ["f8", "i4", "?", "M8[s]", "c16"])
def test_other_dtypes_are_refused(dtype):
    with pytest.raises(TypeError, match=r"word_count takes text and bytes, got dtype"):
        npx.word_count(np.zeros(2, dtype=dtype))


def test_objects_that_are_no_text_are_named_with_their_place():
    with pytest.raises(TypeError, match=r"^item 2: items must be str or .* int$"):
        npx.word_count(["a", b"b", 3, None])
    with pytest.raises(TypeError, match=r"^item \(1, 0\): .* found NoneType$"):
        npx.word_count(np.array([["a", "b"], [None, 3]], dtype=object))
    with pytest.raises(TypeError, match=r"^items must be str or bytes, found int$"):
        npx.word_count(5)


@pytest.mark.parametrize("missing", [None, np.nan])
@pytest.mark.parametrize("n", [3, 3000])
def test_missing_strings_are_named_with_their_place(missing, n):
    texts = [*["a b"] * (n - 1), missing]
    strings = np.array(texts, dtype=StringDType(na_object=missing))
    place = rf"^item {n - 1}: a missing value .*mask it or fill"
    with pytest.raises(ValueError, match=place):
        npx.word_count(strings)
    mask = np.arange(n) == n - 1
    counts = npx.word_count(np.ma.MaskedArray(strings, mask=mask))
    assert counts[:-1].tolist() == [2] * (n - 1)


def test_errors_of_single_texts():
    with pytest.raises((BufferError, ValueError)):
        npx.word_count(memoryview(b"abc")[::2])
    with pytest.raises(TypeError, match="takes 3 arguments, got 1"):
        _native.word_count("a")
    with pytest.raises(TypeError):
        _native.word_count(5, 0, False)
    with pytest.raises(OverflowError):
        _native.word_count("a", -1, False)
