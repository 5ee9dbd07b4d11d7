"""hash64 against its definition, in Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numpy_ext as npx

MASK = 2**64 - 1
StringDType = np.dtypes.StringDType
SEEDS = st.integers(0, MASK)


def absorb(x: int, y: int, p: int, q: int) -> tuple[int, int]:
    a, b = x ^ p, y ^ q
    product = a * b
    return a ^ product >> 64, b ^ product & MASK


def hash64(message: bytes, seed: int = 0) -> int:
    """The definition that the docstring gives."""
    x, y = absorb(0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, seed, len(message))
    for start in range(0, len(message), 16):
        words = message[start : start + 16].ljust(16, b"\0")
        x, y = absorb(
            x,
            y,
            int.from_bytes(words[:8], "little"),
            int.from_bytes(words[8:], "little"),
        )
    x, y = absorb(x, y, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1)
    return x ^ y


def hash_of_int(value: int, seed: int = 0) -> int:
    return hash64((value & MASK).to_bytes(8, "little"), seed)


def hash_of_float(value: float, seed: int = 0) -> int:
    return hash64(np.float64(value).astype("<f8").tobytes(), seed)


@given(st.binary(max_size=300), SEEDS)
def test_messages(message, seed):
    expected = hash64(message, seed)
    result = npx.hash64(message, seed)
    assert type(result) is np.uint64
    assert result == expected
    assert npx.hash64(bytearray(message), seed) == expected
    assert npx.hash64([message], seed).tolist() == [expected]
    if message:
        items = np.frombuffer(message, f"V{len(message)}")
        assert npx.hash64(items, seed).tolist() == [expected]


@given(st.lists(st.text(max_size=40), min_size=1, max_size=20), SEEDS)
def test_texts(texts, seed):
    expected = [hash64(text.encode(), seed) for text in texts]
    for items in (texts, np.array(texts, object), np.array(texts, StringDType())):
        assert npx.hash64(items, seed).tolist() == expected
    stripped = [hash64(text.rstrip("\0").encode(), seed) for text in texts]
    assert npx.hash64(np.array(texts), seed).tolist() == stripped
    assert npx.hash64(np.array([t.encode() for t in texts]), seed).tolist() == stripped
    assert npx.hash64(texts[0], seed) == expected[0]


@pytest.mark.parametrize("code", np.typecodes["AllInteger"] + "?")
def test_integers_of_every_width(code):
    info = None if code == "?" else np.iinfo(code)
    values = [0, 1] if info is None else [0, 1, 100, info.min, info.max]
    for order in "<>":
        items = np.array(values, dtype=np.dtype(code).newbyteorder(order))
        expected = [hash_of_int(int(value), 7) for value in values]
        assert npx.hash64(items, 7).tolist() == expected


@pytest.mark.parametrize("code", ["e", "f", "d"])
def test_floats_of_every_width(code):
    info = np.finfo(code)
    values = [0.0, 1.0, -1.5, float("inf"), float("-inf"), float(info.max)]
    values += [float(info.tiny), float(info.smallest_subnormal), float(info.eps)]
    for order in "<>":
        items = np.array(values, dtype=np.dtype(code).newbyteorder(order))
        assert npx.hash64(items).tolist() == [hash_of_float(v) for v in values]


def test_every_float16():
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    expected = npx.hash64(halves.astype(np.float64))
    np.testing.assert_array_equal(npx.hash64(halves), expected)


def test_equal_floats_have_equal_hashes():
    bits = [0x7FF8000000000000, 0xFFF8000000000000, 0x7FF0000000000001]
    hashes = npx.hash64(np.array(bits, dtype=np.uint64).view(np.float64))
    assert hashes.tolist() == [hash_of_float(float("nan"))] * 3
    assert npx.hash64(-0.0) == npx.hash64(0.0) == hash64(bytes(8))
    assert npx.hash64(np.array([np.nan], "f4")) == hash_of_float(float("nan"))


def test_single_numbers():
    assert npx.hash64(1) == hash_of_int(1)
    assert npx.hash64(-1) == hash_of_int(-1)
    assert npx.hash64(MASK) == hash_of_int(MASK)
    assert npx.hash64(True) == hash_of_int(1)
    assert npx.hash64(1.0) == hash_of_float(1.0) != hash_of_int(1)
    assert type(npx.hash64(np.int8(3))) is np.uint64
    assert npx.hash64([1, 2]).tolist() == [hash_of_int(1), hash_of_int(2)]


def test_layouts_and_masks():
    items = np.arange(24).reshape(4, 6)
    for view in (items.T, items[::-1, ::2], items[:0], items[1, 1], items[:, ::-3]):
        view = np.asarray(view)
        expected = [hash_of_int(int(value)) for value in view.ravel()]
        result = npx.hash64(view)
        assert result.shape == view.shape
        assert np.ravel(result).tolist() == expected
    masked = npx.hash64(np.ma.MaskedArray([1, 2, 3], mask=[0, 1, 0]))
    assert masked.tolist() == [hash_of_int(1), None, hash_of_int(3)]
    assert masked.dtype == np.uint64


def test_many_texts_on_threads():
    texts = np.array([f"key {n}" for n in range(30_000)], dtype=StringDType())
    expected = [hash64(text.encode(), 5) for text in texts.tolist()]
    for threads in (1, 2, 8):
        with npx.num_threads(threads):
            assert npx.hash64(texts, 5).tolist() == expected


def test_buckets_fill_evenly():
    keys = np.arange(1 << 16)
    for items in (keys, keys << 32, keys * 1.0, np.char.mod("%d", keys)):
        for shift in (0, 26, 52):
            buckets = npx.hash64(items) >> np.uint64(shift) & np.uint64(0xFFF)
            counts = np.bincount(buckets.astype(np.int64), minlength=4096)
            chi2 = ((counts - 16) ** 2 / 16).sum()
            assert abs(chi2 - 4095) < 6 * (2 * 4095) ** 0.5


def test_integers_that_no_dtype_holds():
    for number in (2**64, -(2**63) - 1):
        with pytest.raises(OverflowError, match=f"^{number} is neither an int64 nor a"):
            npx.hash64(number)
        with pytest.raises(OverflowError, match=f"^item 1: {number} is neither"):
            npx.hash64([1, number])
    with pytest.raises(ValueError, match=f"item 1: NumPy makes a float of {2**63}"):
        npx.hash64([-1, 2**63])
    with pytest.raises(TypeError, match="text, bytes and numbers, got dtype complex"):
        npx.hash64(np.zeros(1, dtype=complex))


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seeds_out_of_range(seed):
    with pytest.raises(ValueError, match=r"seed must be between 0 and 2\*\*64 - 1"):
        npx.hash64("a", seed)


@pytest.mark.parametrize("seed", [1.0, True, None, "1"])
def test_seeds_that_are_no_ints(seed):
    with pytest.raises(TypeError, match="seed must be an int, got"):
        npx.hash64("a", seed)


@pytest.mark.parametrize("dtype", ["M8[s]", "c16", "c8", "longdouble"])
def test_other_dtypes_say_how_to_go_on(dtype):
    with pytest.raises(TypeError, match=r"text, bytes and numbers.*a\.view\('V"):
        npx.hash64(np.zeros(2, dtype=dtype))


def test_objects_that_are_no_text():
    with pytest.raises(TypeError, match=r"^item 0: items must be str or bytes.* int"):
        npx.hash64([1, "a"])
    with pytest.raises(TypeError, match=r"found NoneType"):
        npx.hash64(None)
