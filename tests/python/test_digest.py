"""sha256 and its kin against hashlib."""

import array
import hashlib
import mmap
import os
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from names import name_of

import numpy_ext as npx
from numpy_ext import _native, ufuncs
from numpy_ext.testing import engine

LONGEST = 300
StringDType = np.dtypes.StringDType
CPUS = ["", "shani,armsha2"]


@pytest.fixture(params=CPUS, ids=["best", "portable"])
def cpu(request):
    """Every instruction set, by what is gone without."""
    environment = os.environ.get("NUMPY_EXT_DISABLE_CPU", "")
    _native.disable_cpu(f"{environment},{request.param}")
    yield
    _native.disable_cpu(environment)


def digest(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()


def assert_digests(result, messages):
    """Compare uint8[..., 32] with the digests of messages in C order."""
    assert result.dtype == np.uint8
    assert result.shape[-1] == 32
    rows = [row.tobytes() for row in np.asarray(result).reshape(-1, 32)]
    assert rows == [digest(message) for message in messages]


def messages_of_every_length() -> list[bytes]:
    """Messages of 0 to 300 bytes without zeros, longest neither first nor last."""
    rng = np.random.default_rng(1)
    lengths = rng.permutation(LONGEST + 1)
    return [rng.integers(1, 256, n, dtype=np.uint8).tobytes() for n in lengths]


# ---- Dtypes ----


def test_every_length_of_bytes(cpu):
    messages = messages_of_every_length()
    assert_digests(npx.sha256(np.array(messages, dtype=object)), messages)
    assert_digests(npx.sha256(np.array(messages)), messages)
    assert_digests(npx.sha256(messages), messages)


def test_every_length_of_text(cpu):
    texts = [("aé€😀" * LONGEST)[:n] for n in range(LONGEST + 1)]
    messages = [text.encode() for text in texts]
    for dtype in (
        object,
        StringDType(),
        "U",
        f">U{LONGEST}",
        StringDType(na_object=""),
    ):
        assert_digests(npx.sha256(np.array(texts, dtype=dtype)), messages)


def test_every_width_of_void(cpu):
    for width in range(1, LONGEST + 1):
        items = np.arange(3 * width, dtype=np.uint32).astype(np.uint8)
        messages = [items[i * width :][:width].tobytes() for i in range(3)]
        assert_digests(npx.sha256(items.view(f"V{width}")), messages)


def test_nuls_at_the_end():
    """NumPy does not keep them in S and U; V, object and StringDType do."""
    messages = [b"a", b"a\0", b"a\0\0\0\0\0\0\0\0\0", b"", b"\0", b"\0a\0"]
    stripped = [message.rstrip(b"\0") for message in messages]
    padded = [message.ljust(10, b"\0") for message in messages]
    texts = [message.decode() for message in messages]
    assert_digests(npx.sha256(np.array(messages, dtype="S10")), stripped)
    assert_digests(npx.sha256(np.array(texts, dtype="U10")), stripped)
    assert_digests(npx.sha256(np.array(messages, dtype="S10").view("V10")), padded)
    assert_digests(npx.sha256(np.array(messages, dtype=object)), messages)
    assert_digests(npx.sha256(messages), messages)
    assert_digests(npx.sha256(np.array(texts, dtype=StringDType())), messages)


PADDED = np.dtype({"names": ["n", "x"], "formats": [">i4", "<f8"], "offsets": [0, 8]})
PACKED = np.dtype([("n", ">i4"), ("x", "<f8")])


@pytest.mark.parametrize("dtype", [PADDED, PACKED], ids=["padded", "packed"])
@pytest.mark.parametrize(
    "call",
    [npx.sha256, npx.sha256_hex, npx.hash64, npx.word_count,
     ufuncs.sha256, ufuncs.word_count, lambda a: ufuncs.hash64(a, 0)],
)  # fmt: skip
def test_records_are_refused(call, dtype):
    """Between the fields of some of them are bytes that mean nothing."""
    records = np.zeros(2, dtype)
    for items in (records, records[:0], records[0], records[::-1]):
        with pytest.raises(
            TypeError, match=r"^items of .* are records.*view\('V1[26]'"
        ):
            call(items)
    assert len(call(records.view(f"V{dtype.itemsize}"))) == 2


@pytest.mark.parametrize("call", [npx.sha256, npx.sha256_hex, npx.hash64,
                                  npx.word_count])  # fmt: skip
def test_masked_records_are_refused(call):
    for mask in (False, True):
        records = np.ma.MaskedArray(np.zeros(2, PADDED), mask=mask)
        with pytest.raises(TypeError, match=r"are records.*view\('V16'"):
            call(records)


def test_bytes_of_records_are_taken_as_they_are_in_memory():
    records = np.array([(1, 2.5), (3, 4.5)], dtype=PACKED)
    expected = [record.tobytes() for record in records]
    assert_digests(npx.sha256(records.view("V12")), expected)


def test_missing_strings_that_stand_for_text():
    texts = np.array(["x", "N/A"], dtype=StringDType(na_object="N/A"))
    assert_digests(npx.sha256(texts), [b"x", b"N/A"])


@given(st.lists(st.text(max_size=70), max_size=20))
def test_any_texts(texts):
    messages = [text.encode() for text in texts]
    assert_digests(npx.sha256(np.array(texts, dtype=StringDType())), messages)
    assert_digests(npx.sha256(np.array(texts, dtype=object)), messages)
    assert npx.sha256_hex(texts).tolist() == [
        hashlib.sha256(message).hexdigest() for message in messages
    ]


# ---- Layouts ----


def layouts(items: np.ndarray) -> dict[str, np.ndarray]:
    """Return views of 24 items that are laid out in every way."""
    grid = items.reshape(2, 3, 4)
    return {
        "contiguous": items,
        "every second": items[::2],
        "backwards": items[::-1],
        "backwards by three": items[::-3],
        "zero stride": np.broadcast_to(items[5], 300),
        "broadcast": np.broadcast_to(items[:3, np.newaxis], (3, 4)),
        "0-d": items[7:8].reshape(()),
        "empty": items[:0],
        "empty 2-d": items[:0].reshape(0, 5),
        "3-d": grid,
        "transposed": grid.T,
        "Fortran": np.asfortranarray(grid),
        "slice": grid[:, ::2, ::-1],
    }


@pytest.mark.parametrize(
    "dtype", ["S9", "V9", "U9", ">U9", object, StringDType()], ids=str
)
def test_layouts(dtype, cpu):
    texts = [f"item {n}" * (n % 2 + 1) for n in range(24)]
    if dtype == "V9":
        items = np.array(texts, dtype="S9").view("V9")
    else:
        items = np.array([t[:9] for t in texts], dtype=dtype)
    for name, view in layouts(items).items():
        messages = [
            item.encode() if isinstance(item, str) else bytes(item)
            for item in view.ravel().tolist()
        ]
        result = npx.sha256(view)
        assert result.shape == (*view.shape, 32), name
        assert_digests(result, messages)
        hexes = npx.sha256_hex(view)
        assert np.shape(hexes) == view.shape, name
        assert np.ravel(hexes).tolist() == [digest(m).hex() for m in messages], name


def test_unaligned_items():
    records = np.zeros(50, dtype=[("pad", "S1"), ("text", "U5"), ("bytes", "S7")])
    records["text"] = [f"é{n}" for n in range(50)]
    records["bytes"] = [b"b%d" % n for n in range(50)]
    assert not records["text"].flags.aligned
    assert_digests(npx.sha256(records["text"]), [f"é{n}".encode() for n in range(50)])
    assert_digests(npx.sha256(records["bytes"]), [b"b%d" % n for n in range(50)])


def test_slices_of_string_arrays_share_their_strings():
    texts = np.array([f"a text of more than 15 bytes, {n}" for n in range(40)])
    strings = texts.astype(StringDType())[5:30:3]
    assert_digests(npx.sha256(strings), [text.encode() for text in strings.tolist()])


# ---- Masks ----


def test_masked_items_are_not_looked_at():
    items = np.ma.MaskedArray(
        np.array([["a", None], [3, b"b"]], dtype=object), mask=[[0, 1], [1, 0]]
    )
    result = npx.sha256(items)
    assert isinstance(result, np.ma.MaskedArray)
    assert result.shape == (2, 2, 32)
    assert result.mask[..., 0].tolist() == [[False, True], [True, False]]
    assert (result.mask == result.mask[..., :1]).all()
    assert_digests(result.data[[0, 1], [0, 1]], [b"a", b"b"])
    assert not result.data[items.mask].any()
    hexes = npx.sha256_hex(items)
    assert hexes.tolist() == [
        [digest(b"a").hex(), None],
        [None, digest(b"b").hex()],
    ]
    assert hexes.data[0, 1] == ""


def test_masked_arrays_without_a_mask_stay_masked_arrays():
    items = np.ma.MaskedArray(np.array(["a", "b"]))
    result = npx.sha256(items)
    assert isinstance(result, np.ma.MaskedArray)
    assert not result.mask.any()
    assert_digests(result.data, [b"a", b"b"])
    assert npx.sha256(np.ma.MaskedArray(np.array("a"), mask=True)).mask.all()


# ---- Single messages ----


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"abc\0",
        bytearray(b"abc"),
        memoryview(b"abc")[::2],
        array.array("i", [1, 2]),
        np.bytes_(b"abc"),
        "aé😀",
        np.str_("é"),
    ],
    ids=name_of,
)
def test_single_messages(message):
    data = message.encode() if isinstance(message, str) else bytes(message)
    if isinstance(message, memoryview) and not message.contiguous:
        with pytest.raises(BufferError):
            npx.sha256(message)
        return
    result = npx.sha256(message)
    assert result.shape == (32,)
    assert result.flags.writeable
    assert_digests(result, [data])
    assert npx.sha256_hex(message) == digest(data).hex()


def test_scalars_of_arrays():
    record = np.array([b"ab\0"], dtype="V3")[0]
    assert_digests(npx.sha256(record), [b"ab\0"])
    assert npx.sha256(record).shape == (32,)
    assert type(npx.sha256_hex(np.array("spam"))) is str
    assert npx.sha256_hex(np.array("spam")) == npx.sha256_hex("spam")
    assert npx.sha256_hex(np.ma.array("spam", mask=True)).tolist() is None


# ---- Chunks ----


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_chunks(threads, cpu):
    data = np.random.default_rng(2).bytes(3 * 2**17 + 5)
    for size in (1000, 4096, 2**16, 2**17, 2**17 + 1, len(data), 2**70):
        parts = [data[i : i + size] for i in range(0, len(data), size)]
        assert_digests(npx.sha256_chunks(data, size, threads=threads), parts)


def test_chunks_of_short_buffers():
    for n in range(20):
        data = bytes(range(n))
        for size in range(1, 22):
            parts = [data[i : i + size] for i in range(0, n, size)]
            result = npx.sha256_chunks(data, size)
            assert result.shape == (len(parts), 32)
            assert_digests(result, parts)


def test_chunks_of_other_memory():
    values = np.arange(6.0).reshape(2, 3)
    parts = [values.tobytes()[i : i + 10] for i in range(0, 48, 10)]
    assert_digests(npx.sha256_chunks(values, 10), parts)
    with mmap.mmap(-1, 100) as memory:
        assert_digests(npx.sha256_chunks(memory, 50), [bytes(50), bytes(50)])
        assert npx.sha256_chunks(np.int64(3), np.int8(8)).shape == (1, 32)


def test_chunks_refuse_what_makes_no_sense():
    with pytest.raises(TypeError, match="encode it first"):
        npx.sha256_chunks("text", 2)
    with pytest.raises(ValueError, match="size must be at least 1, got 0"):
        npx.sha256_chunks(b"abc", 0)
    with pytest.raises(TypeError, match="size must be an int, got float"):
        npx.sha256_chunks(b"abc", 2.0)
    with pytest.raises(TypeError, match="size must be an int, got bool"):
        npx.sha256_chunks(b"abc", True)
    with pytest.raises(ValueError, match="threads must be between 1"):
        npx.sha256_chunks(b"abc", 2, threads=0)
    with pytest.raises((BufferError, ValueError), match="contiguous"):
        npx.sha256_chunks(np.arange(6)[::2], 2)
    with pytest.raises(ValueError, match="at least 1"):
        _native.sha256_chunks(b"abc", 0, 1, False)
    with pytest.raises(OverflowError):
        _native.sha256_chunks(b"abc", -1, 1, False)
    with pytest.raises(ValueError, match="contiguous uint8 array of shape"):
        _native.hex_strings(np.zeros(33, dtype=np.uint8))


def test_native_digits_are_those_of_the_digests():
    rows = np.arange(256, dtype=np.uint8).reshape(2, 4, 32)
    strings = _native.hex_strings(rows)
    assert strings.shape == (2, 4)
    assert strings[1, 2] == rows[1, 2].tobytes().hex()
    assert "".join(strings.reshape(-1)) == bytes(range(256)).hex()


@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 300])
@pytest.mark.parametrize("dtype", ["T", "U4", "S4", "V4", "O"])
def test_few_and_many_digits(n, dtype):
    items = np.array(
        [f"{i:04}" for i in range(n)], dtype="S4" if dtype == "V4" else dtype
    )
    items = items.view("V4") if dtype == "V4" else items
    expected = [hashlib.sha256(f"{i:04}".encode()).hexdigest() for i in range(n)]
    assert npx.sha256_hex(items).tolist() == expected
    assert npx.sha256_hex(items[::-1]).tolist() == expected[::-1]
    plane = items.reshape(n, 1, 1)
    assert npx.sha256_hex(plane).tolist() == [[[text]] for text in expected]


def test_native_digits_of_another_layout_are_left_to_others():
    for items in ("spam", None, np.zeros(2), np.array(["a", "b"])[::-1],
                  np.array(["a"]).astype(">U1"), np.zeros(2, "i4,i8")):  # fmt: skip
        assert _native.sha256_hex(items) is None


# ---- Threads ----


@pytest.mark.parametrize(
    "make",
    [
        lambda texts: np.array(texts),
        lambda texts: np.array(texts).astype("S"),
        lambda texts: np.array(texts).astype("S").view("V40"),
        lambda texts: np.array(texts, dtype=StringDType()),
        lambda texts: np.array([text * 40 for text in texts], dtype=object),
        lambda texts: np.array(
            [text * 9000 for text in texts[:3]], dtype=StringDType()
        ),
    ],
    ids=["U", "S", "V", "StringDType", "object", "long"],
)
@pytest.mark.parametrize("threads", [1, 2, 8])
def test_results_do_not_depend_on_threads(make, threads):
    items = make([f"text {n}".ljust(40, "+") for n in range(20_000)])
    with engine(threads=threads):
        result = npx.sha256(items)
    messages = [m.encode() if isinstance(m, str) else bytes(m) for m in items.tolist()]
    assert_digests(result, messages)


def test_other_threads_run_meanwhile():
    """A long call lets go of the interpreter, even for two items."""
    items = np.zeros(2, dtype=f"V{1 << 26}")
    ticks, done = [], threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks.append(1)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        before = len(ticks)
        with npx.num_threads(1):
            npx.sha256(items)
        assert len(ticks) > before
    finally:
        done.set()
        ticker.join()


def test_string_arrays_may_be_hashed_by_many_threads():
    strings = np.array([f"{n} " * 10 for n in range(8000)], dtype=StringDType())
    expected = npx.sha256(strings)
    results = [None] * 4

    def work(i):
        results[i] = npx.sha256(strings)

    workers = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all((result == expected).all() for result in results)


# ---- Errors ----


@pytest.mark.parametrize(
    "dtype", ["f8", "i4", "?", "M8[s]", "m8[ns]", "c16", "f2", "longdouble"]
)
def test_other_dtypes_say_how_to_go_on(dtype):
    items = np.zeros(3, dtype=dtype)
    width = items.itemsize
    with pytest.raises(TypeError, match=rf"a\.view\('V{width}'\)"):
        npx.sha256(items)
    assert_digests(npx.sha256(items.view(f"V{width}")), [bytes(width)] * 3)


def test_objects_that_are_no_text_are_named_with_their_place():
    with pytest.raises(
        TypeError, match=r"^item 2: items must be str or bytes, .* int$"
    ):
        npx.sha256(["a", b"b", 3, None])
    with pytest.raises(TypeError, match=r"^item \(1, 0\): .* found NoneType$"):
        npx.sha256(np.array([["a", "b"], [None, 3]], dtype=object))
    with pytest.raises(TypeError, match=r"^item 300: .* found bytearray"):
        npx.sha256([b"x"] * 300 + [bytearray(b"y")] + [None] * 300)
    with pytest.raises(TypeError, match=r"^items must be str or bytes, found int$"):
        npx.sha256(5)
    items = np.ma.MaskedArray(np.array([None, 1, 2], dtype=object), mask=[1, 0, 0])
    with pytest.raises(TypeError, match=r"^item 1: .* found int$"):
        npx.sha256(items)


def test_text_without_utf8_is_named_with_its_place():
    for dtype in ("U", object):
        texts = np.array(["a", "b\ud800", "\udfff"], dtype=dtype)
        with pytest.raises(ValueError, match=r"^item 1: .*surrogate"):
            npx.sha256(texts)
    beyond = np.array([0x61, 0x110000], dtype=np.uint32).view("U1")
    with pytest.raises(ValueError, match=r"^item 1: .*U\+10FFFF"):
        npx.sha256(beyond)
    with pytest.raises(UnicodeEncodeError):
        npx.sha256("\ud800")


@pytest.mark.parametrize("missing", [None, np.nan])
def test_missing_strings_are_named_with_their_place(missing):
    strings = np.array(["a", "b", missing], dtype=StringDType(na_object=missing))
    with pytest.raises(ValueError, match=r"^item 2: a missing value .*mask it or fill"):
        npx.sha256(strings)
    masked = np.ma.MaskedArray(strings, mask=[0, 0, 1])
    assert_digests(npx.sha256(masked).data[:2], [b"a", b"b"])


def test_records_with_objects_are_refused():
    with pytest.raises(TypeError, match="hold Python objects"):
        npx.sha256(np.zeros(2, dtype=[("a", object)]))
