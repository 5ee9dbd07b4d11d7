"""from_text against int, float and NumPy's own times, and as the inverse of to_text."""

import itertools
import pickle
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import numpy_ext as npx
from numpy_ext import _native
from numpy_ext.errors import ParseError

STRING = np.dtypes.StringDType()
UNITS = ["D", "h", "m", "s", "ms", "us", "ns"]
TIMES = [f"datetime64[{unit}]" for unit in UNITS]
INTEGERS = [f"{kind}int{size}" for kind in ("", "u") for size in (8, 16, 32, 64)]
FLOATS = ["float16", "float32", "float64"]
DTYPES = ["bool", *INTEGERS, *FLOATS, *TIMES]


def bits(values: np.ndarray) -> list[int]:
    return np.ascontiguousarray(values).view(f"u{values.dtype.itemsize}").tolist()


def assert_same(values: np.ndarray, expected: np.ndarray) -> None:
    assert values.dtype == expected.dtype
    assert bits(values) == bits(expected)


def random_values(dtype: str, count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if dtype == "bool":
        return rng.integers(0, 2, count).astype(bool)
    size = np.dtype(dtype).itemsize
    raw = np.frombuffer(rng.bytes(count * size), f"u{size}")
    raw = raw >> rng.integers(0, 8 * size, count).astype(raw.dtype)
    values = raw.view(dtype)
    return np.where(np.isnan(values), 1, values) if dtype in FLOATS else values


# ---- Values -----------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_to_text_writes_reads_back(dtype):
    values = random_values(dtype, 50_000, 1)
    texts = npx.to_text(values)
    assert_same(npx.from_text(texts, dtype), values)
    assert_same(npx.from_text(texts.astype("U32"), dtype), values)
    assert_same(npx.from_text(texts.astype("S32"), dtype), values)


@given(
    st.sampled_from(DTYPES).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0))
    )
)
def test_any_array_comes_back(values):
    back = npx.from_text(npx.to_text(values), values.dtype)
    assert np.shape(back) == values.shape
    if values.dtype.kind == "f":  # NaN has one text, whatever its bits
        is_nan = np.isnan(values)
        assert np.array_equal(np.isnan(back), is_nan)
        back, values = np.where(is_nan, 0, back), np.where(is_nan, 0, values)
    assert_same(back, values)


def test_every_float16_comes_back():
    values = np.arange(0x7C01, dtype=np.uint16)
    values = np.concatenate([values, values | 0x8000]).view(np.float16)
    assert_same(npx.from_text(npx.to_text(values), np.float16), values)


@pytest.mark.parametrize("unit", UNITS)
def test_every_kind_of_time_comes_back(unit):
    counts = [0, 1, -1, 2**63 - 1, -(2**63), 1 - 2**63, -719529, 2932897, 10**15]
    values = np.array(counts, dtype=np.int64).view(f"datetime64[{unit}]")
    assert_same(npx.from_text(npx.to_text(values), values.dtype), values)


@given(st.text(alphabet="0123456789+-. eE_xainfty\t", max_size=12))
def test_floats_are_those_of_python(text):
    accepted = re.fullmatch(
        r"[ \t]*[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|inf|infinity|nan)[ \t]*", text
    )
    if not accepted:
        with pytest.raises(ParseError):
            npx.from_text(text, float)
        return
    value, expected = npx.from_text(text, float), np.float64(float(text.strip(" \t")))
    assert np.isnan(expected) == np.isnan(value)
    assert np.isnan(value) or value.view(np.int64) == expected.view(np.int64)


@given(
    st.integers(1, 40).flatmap(lambda n: st.integers(0, 10**n)),
    st.integers(-40, 40),
    st.sampled_from(["", " ", "\t  ", " " * 40]),
)
def test_long_decimals_are_those_of_python(digits, exponent, blank):
    text = f"{blank}-{digits}e{exponent}{blank}"
    assert npx.from_text(text, float) == float(text)


@pytest.mark.parametrize("dtype", INTEGERS)
@given(number=st.integers(-(2**66), 2**66), zeros=st.integers(0, 30))
def test_integers_are_those_of_python(dtype, number, zeros):
    limits = np.iinfo(dtype)
    text = f"{'-' if number < 0 else '+'}{'0' * zeros}{abs(number)}"
    for narrow in (number, number % 300 - 150):
        text = f"{'-' if narrow < 0 else ''}{'0' * zeros}{abs(narrow)}"
        if limits.min <= narrow <= limits.max:
            assert int(npx.from_text(text, dtype)) == narrow
        else:
            with pytest.raises(ParseError) as caught:
                npx.from_text(text, dtype)
            assert caught.value.code == "NX612"


def test_bools():
    words = ["true", "True", "TRUE", "false", " False ", "FALSE" + " " * 40]
    assert npx.from_text(words, bool).tolist() == [True] * 3 + [False] * 3
    assert npx.from_text(words, bool).dtype == bool


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_are_those_of_numpy(unit):
    texts = [
        "2026-01-31",
        "2026-01-31 07:30",
        "2026-01-31T07:30",
        "2024-02-29 23:59:59",
        "1969-12-31T23:59:59",
        "1900-01-01",
        "2000-12-31T07",
    ]
    if unit != "s":
        texts += ["2026-01-31T07:30:00.1", "1969-12-31 23:59:59.999"]
    expected = np.array(texts, dtype=f"datetime64[{unit}]")
    assert_same(npx.from_text(texts, expected.dtype), expected)


def test_times_with_a_zone_are_utc():
    texts = ["2026-01-31T07:30Z", "2026-01-31T07:30+01:30", "2026-01-31 07:30:00-00:30"]
    expected = ["2026-01-31T07:30", "2026-01-31T06:00", "2026-01-31T08:00"]
    assert npx.from_text(texts, "datetime64[m]").astype(str).tolist() == expected


def test_a_dtype_is_what_numpy_takes():
    assert npx.from_text("1", int) == np.int64(1)
    assert npx.from_text("1", "<f4").dtype == np.float32
    assert npx.from_text(["1.5", "2"], ">f8").dtype == np.dtype(">f8")
    assert npx.from_text(["1.5", "2"], ">f8").tolist() == [1.5, 2.0]
    assert npx.from_text("1", np.dtypes.Int8DType()).dtype == np.int8


# ---- What texts come in -------------------------------------------------------


LONG = "0" * 50 + "5"  # longer than what is parsed at a glance


def every_dtype(texts: list[str]) -> list[np.ndarray]:
    return [
        np.array(texts, dtype=STRING),
        np.array(texts, dtype="U"),
        np.array(texts, dtype="S"),
        np.array(texts, dtype=object),
        np.array([text.encode() for text in texts], dtype=object),
        np.array(texts, dtype="U").astype(">U60"),
        np.array(texts, dtype=np.dtypes.StringDType(na_object=None)),
    ]


@pytest.mark.parametrize("kind", range(7))
def test_any_layout(kind):
    numbers = [7, -20, 12345678901234567, 0, 5, 99, 1, 2, 3, 4, 10, 11]
    texts = [str(number) for number in numbers[:11]] + [LONG]
    flat, expected = every_dtype(texts)[kind], np.array([*numbers[:11], 5])
    assert_same(npx.from_text(flat, int), expected)
    assert_same(npx.from_text(flat[::-1], int), expected[::-1])
    assert_same(npx.from_text(flat[1::3], int), expected[1::3])
    cube, whole = flat.reshape(2, 3, 2), expected.reshape(2, 3, 2)
    for axes in itertools.permutations(range(3)):
        assert_same(npx.from_text(cube.transpose(axes), int), whole.transpose(axes))
    part = cube[:, ::-2].transpose(2, 0, 1)
    assert_same(npx.from_text(part, int), whole[:, ::-2].transpose(2, 0, 1))
    assert_same(npx.from_text(np.asfortranarray(cube), int), whole)
    repeated = np.broadcast_to(flat[:2], (3, 2))
    assert npx.from_text(repeated, int).tolist() == [[7, -20]] * 3
    assert npx.from_text(cube[:0], int).shape == (0, 3, 2)
    assert npx.from_text(flat[3:4].reshape(()), int) == 0
    flat.flags.writeable = False
    assert_same(npx.from_text(flat, int), expected)


@pytest.mark.parametrize("text", ["U7", "S7", object])
def test_unaligned_texts(text):
    record = np.zeros(1000, dtype=[("byte", "u1"), ("x", text)])
    record["x"] = [str(i) for i in range(1000)]
    assert npx.from_text(record["x"], int).tolist() == list(range(1000))


def test_lists_and_single_texts():
    assert npx.from_text([["1", b"2"], ["3", "4"]], int).tolist() == [[1, 2], [3, 4]]
    assert npx.from_text([], float).shape == (0,)
    for text in ("2.5", b"2.5", np.str_("2.5"), np.bytes_(b"2.5"), np.array("2.5")):
        value = npx.from_text(text, float)
        assert type(value) is np.float64
        assert value == 2.5


def test_nuls_are_text_but_for_those_that_fill_an_s_array():
    assert npx.from_text(np.array([b"12", b"3"]), int).tolist() == [12, 3]
    for text in ("1\0", b"1\0", "\0"):
        with pytest.raises(ParseError):
            npx.from_text(text, int)
    with pytest.raises(ParseError):
        npx.from_text(np.array(["1\0"], dtype=STRING), int)


def test_strings_that_were_replaced_by_shorter_ones():
    # Those stand in the allocator's memory although they would fit into the entry.
    texts = np.array(["x" * 30] * 100, dtype=STRING)
    texts[:] = [str(i) for i in range(100)]
    texts[7] = "-12345678901234567"
    assert npx.from_text(texts, int).tolist()[5:9] == [5, 6, -12345678901234567, 8]


@pytest.mark.parametrize("missing", [None, np.nan, "n/a"])
def test_na_stays_missing(missing):
    dtype = np.dtypes.StringDType(na_object=missing)
    texts = np.array(["1", missing, "3"], dtype=dtype)
    for wanted, blank in ((int, 0), (bool, None), ("datetime64[s]", None)):
        if blank is None:
            continue
        values = npx.from_text(texts, wanted)
        assert isinstance(values, np.ma.MaskedArray)
        assert values.mask.tolist() == [False, True, False]
        assert values.data.tolist() == [1, blank, 3]
    assert np.isnan(npx.from_text(texts, float).data[1])
    assert not isinstance(npx.from_text(texts[::2], int), np.ma.MaskedArray)


def test_missing_objects():
    values = npx.from_text(["2", None, float("nan"), b"5"], "i2")
    assert values.mask.tolist() == [False, True, True, False]
    assert values.data.tolist() == [2, 0, 0, 5]


def test_masked_texts_are_not_looked_at():
    texts = np.ma.array([["1", "x"], ["3", ""]], mask=[[0, 1], [0, 1]])
    values = npx.from_text(texts, int)
    assert values.tolist() == [[1, None], [3, None]]
    assert values.data.tolist() == [[1, 0], [3, 0]]
    values.mask[0, 0] = True
    assert not texts.mask[0, 0]
    whole = npx.from_text(np.ma.array(["1", "2"]), int)
    assert isinstance(whole, np.ma.MaskedArray)
    assert whole.mask is np.ma.nomask
    objects = np.ma.array(np.array(["1", 3.5], dtype=object), mask=[0, 1])
    assert npx.from_text(objects, int).tolist() == [1, None]


# ---- Errors -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "dtype", "code", "message", "hint"),
    [
        ("x", int, "NX611", "'x' is not an int64", "on_error='mask'"),
        ("", float, "NX611", "'' is not a float64", "on_error='mask'"),
        ("NA", float, "NX611", "'NA' is not a float64", "on_error='mask'"),
        ("nan", int, "NX611", "'nan' is not an int64", "dtype='float64'"),
        ("1.0", int, "NX611", "'1.0' is not an int64", "dtype='float64'"),
        ("1_000", float, "NX611", "not a float64", "on_error='mask'"),
        ("0x10", int, "NX611", "not an int64", "on_error='mask'"),
        ("\u0661", int, "NX611", "not an int64", "on_error='mask'"),
        ("1\n", int, "NX611", r"'1\\n' is not an int64", None),
        ("yes", bool, "NX611", "'yes' is not a bool", "on_error='mask'"),
        ("300", "i1", "NX612", r"out of range for int8 \(-128 to 127\)", "int16"),
        ("-1", "u8", "NX612", r"uint64 \(0 to 18446744073709551615\)", None),
        ("9" * 30, int, "NX612", "out of range for int64", "on_error='mask'"),
        (
            "2026-01-31T07:30",
            "M8[D]",
            "NX611",
            "finer than the unit of datetime64.D.",
            r"dtype='datetime64\[m\]'",
        ),
        ("3000-01-01", "M8[ns]", "NX612", "out of range", r"datetime64\[s\]"),
        ("31/01/2026", "M8[s]", "NX611", "not a datetime64.s.", "on_error='mask'"),
        ("\ud800", int, "NX611", r"\\ud800", "on_error='mask'"),
        (b"\xff", int, "NX611", r"xff", "on_error='mask'"),
    ],
)
def test_errors(text, dtype, code, message, hint):
    with pytest.raises(ParseError, match=message) as caught:
        npx.from_text(text, dtype)
    error = caught.value
    assert error.code == code
    assert error.index is None
    assert error.dtype == np.dtype(dtype)
    if isinstance(text, str) and text != "\ud800":
        assert error.value == text
    assert hint is None or re.search(hint, error.hint)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.value) == (str(error), error.value)


def test_the_index_of_an_error():
    with pytest.raises(ParseError, match="at item 2") as caught:
        npx.from_text(["1", "2", "x", "y"], int)
    assert (caught.value.index, caught.value.value) == (2, "x")
    with pytest.raises(ParseError, match=r"at item \(1, 0\)") as caught:
        npx.from_text(np.array([["1", "2"], ["x", "y"]]), int)
    assert caught.value.index == (1, 0)
    with pytest.raises(ParseError) as caught:
        npx.from_text(np.array([["1", "2"], ["x", "3"]]).T, int)
    assert caught.value.index == (0, 1)


def test_long_texts_are_cut_in_messages_only():
    with pytest.raises(ParseError) as caught:
        npx.from_text("x" * 1000, int)
    assert len(str(caught.value)) < 200
    assert caught.value.value == "x" * 1000


def test_times_with_a_zone_beside_others():
    zoned, naive = "2026-01-01T00:00Z", "2026-01-01T00:00"
    for texts, place in (([naive, "NaT", zoned, "x"], 2), ([zoned, naive, naive], 1)):
        with pytest.raises(ParseError, match="unlike the times before it") as caught:
            npx.from_text(texts, "datetime64[s]")
        assert caught.value.index == place
        assert caught.value.code == "NX611"
    values, errors = npx.from_text(
        [naive, zoned, naive, "x", zoned], "datetime64[s]", on_error="collect"
    )
    assert values.mask.tolist() == [False, True, False, True, True]
    assert np.isnat(values.data[1])
    assert errors["index"].tolist() == [1, 3, 4]
    with pytest.raises(ParseError) as caught:  # the first text at fault is another one
        npx.from_text(["x", naive, zoned], "datetime64[s]")
    assert caught.value.index == 0


def test_masked_errors():
    texts = np.array([["1", "x"], ["999", "4"]], dtype=STRING)
    values = npx.from_text(texts, np.int8, on_error="mask")
    assert values.data.tolist() == [[1, 0], [0, 4]]
    assert values.mask.tolist() == [[False, True], [True, False]]
    fine = npx.from_text(["1"], int, on_error="mask")
    assert isinstance(fine, np.ma.MaskedArray)
    assert fine.mask is np.ma.nomask
    single = npx.from_text("x", float, on_error="mask")
    assert single.mask.shape == ()
    assert single.mask


def test_collected_errors():
    texts = np.ma.array(
        np.array([["1", "x", "300"], ["-4", "skip", "5"]], dtype=object),
        mask=[[0, 0, 0], [0, 1, 0]],
    )
    result = npx.from_text(texts, np.int8, gt=0, on_error="collect")
    assert isinstance(result, npx.Conversion)
    assert result.values.tolist() == [[1, None, None], [None, None, 5]]
    assert result.errors.to_dict().keys() == {"index", "text", "code", "reason"}
    rows = result.errors.to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (1, "x", "NX611", "not an int8"),
        (2, "300", "NX612", "out of range for int8 (-128 to 127)"),
        (3, "-4", "NX613", "not > 0"),
    ]
    assert texts.data.flat[rows[2]["index"]] == "-4"
    assert len(npx.from_text(["1"], int, on_error="collect").errors["index"]) == 0


def test_other_objects_are_refused():
    with pytest.raises(
        TypeError, match=r"^item 1: items must be str or bytes, found int$"
    ):
        npx.from_text(["1", 2], int)
    with pytest.raises(
        TypeError, match=r"^item \(0, 1\): items must be str or bytes, found list$"
    ):
        npx.from_text(np.array([["1", [2]]], dtype=object), int, on_error="mask")
    with pytest.raises(ParseError):  # what stands before it comes first
        npx.from_text(["x", 2], int)
    with pytest.raises(TypeError, match="from_text takes text"):
        npx.from_text(np.zeros(3), int)


@pytest.mark.parametrize(
    ("dtype", "message"),
    [
        (complex, "real and imaginary"),
        (str, "it is text"),
        ("datetime64", "give a unit"),
        ("datetime64[Y]", "give a unit"),
        ("timedelta64[s]", "as int64"),
        (object, "not object"),
    ],
)
def test_other_dtypes(dtype, message):
    with pytest.raises(TypeError, match=message):
        npx.from_text(["1"], dtype)


def test_other_ways_with_errors():
    with pytest.raises(ValueError, match="on_error must be"):
        npx.from_text(["1"], int, on_error="ignore")


# ---- Threads --------------------------------------------------------------------


def many_texts(kind: str) -> np.ndarray:
    values = np.arange(300_000) / np.where(np.arange(300_000) % 2, 4, 7)
    texts = npx.to_text(values)
    texts[1234:300_000:1000] = " " * 40 + "1.5"
    if kind == "object":
        return texts.astype(object)
    return texts if kind == "T" else texts.astype(f"{kind}50")


@pytest.mark.parametrize("kind", ["T", "U", "S", "object"])
def test_results_do_not_depend_on_threads(kind):
    texts = many_texts(kind)
    expected = np.array(list(map(float, texts.tolist())))
    broken = texts.copy()
    bad = [b"x", b"y", b"z"] if kind == "S" else ["x", "y", "z"]
    for place, word in zip((299_999, 150_001, 17_000), bad, strict=True):
        broken[place] = word
    for threads in (1, 2, 8):
        with npx.num_threads(threads):
            assert_same(npx.from_text(texts, float), expected)
            with pytest.raises(ParseError) as caught:
                npx.from_text(broken, float)
            assert caught.value.index == 17_000
            found = npx.from_text(broken, float, on_error="mask")
            assert np.flatnonzero(found.mask).tolist() == [17_000, 150_001, 299_999]
            plane = npx.from_text(broken.reshape(3, -1).T, float, on_error="mask")
            assert np.array_equal(plane.mask, found.mask.reshape(3, -1).T)


def test_more_texts_than_are_done_without_a_look_at_signals():
    texts = np.broadcast_to(np.array(["1", "22"], dtype=STRING), (600_000, 2))
    values = npx.from_text(texts, np.int8)
    assert (values == [1, 22]).all()


# ---- The native function --------------------------------------------------------


def parse(items, dtype="int64", skip=None, bounds=None, stop=False):
    dtype = np.dtype(dtype) if isinstance(dtype, str) else dtype
    return _native.parse_values(items, dtype, skip, bounds, stop, 1, False)


def test_memory_is_never_taken_for_what_it_is_not():
    items = np.array(["1", "2"])
    values, notes, place = parse(items)
    assert (values.tolist(), notes, place) == ([1, 2], None, -1)
    for wrong in (np.zeros(2), ["1", "2"], items.astype(">U3"), np.zeros(2, "V3")):
        with pytest.raises(ValueError, match="items must be"):
            parse(wrong)
    for wrong in ("T", "c16", "m8[s]", "M8", "M8[2s]", "M8[Y]", ">i8", int, None):
        with pytest.raises(TypeError, match="dtype must be"):
            parse(items, wrong)
    with pytest.raises(ValueError, match="mask"):
        parse(items, skip=np.zeros(3, dtype=bool))
    with pytest.raises(TypeError, match="bounds"):
        parse(items, bounds=(1, 2))
    with pytest.raises((OverflowError, TypeError)):
        parse(items, bounds=(-1, 2, False, False))


def test_notes_are_there_if_there_is_something_to_note():
    values, notes, place = parse(np.array([["1", "x"], ["y", "4"]]))
    assert values.tolist() == [[1, 0], [0, 4]]
    assert (notes.dtype, notes.tolist(), place) == (np.uint8, [0, 3, 3, 0], -1)
    assert parse(np.array([["1", "x"], ["y", "4"]]), stop=True)[2] == 1
    assert parse(np.array(["1", 2], dtype=object))[1:] == (None, -3)
    zoned = parse(np.array(["2026-01-01T00:00Z"]), "M8[s]")
    assert (zoned[1].tolist(), zoned[2]) == ([1], -1)
    missing = parse(np.array(["1", None], dtype=object))
    assert (missing[1].tolist(), missing[2]) == ([0, 2], -1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes_of_values_are_known(dtype):
    for order in "<>":
        wanted = np.dtype(dtype).newbyteorder(order)
        assert _native.value_dtype(wanted) is wanted
    assert _native.value_dtype(dtype) == np.dtype(dtype)


@pytest.mark.parametrize(
    "dtype", ["g", "c8", "m8[s]", "M8", "M8[M]", "M8[10ms]", "M8[ps]", "S1", "T", "O"]
)
def test_other_dtypes_are_none(dtype):
    assert _native.value_dtype(dtype) is None
    with pytest.raises(TypeError):
        _native.value_dtype("nonsense")


@pytest.mark.parametrize("n", [63, 64, 65, 255, 256, 257, 1 << 14, (1 << 14) + 1])
@pytest.mark.parametrize("dtype", ["T", "U", "S", "O"])
def test_few_and_many_texts_are_read_alike(n, dtype):
    values = np.arange(n) * 1_000_003 % 99_991
    texts = values.astype("U").astype(dtype)
    assert_same(npx.from_text(texts, np.int64), values)
    assert_same(npx.from_text(texts.reshape(n, 1), np.int64), values.reshape(n, 1))
    texts[n // 2] = "x"
    with pytest.raises(ParseError) as caught:
        npx.from_text(texts, np.int64)
    assert caught.value.index == n // 2


def test_no_memory_is_no_fault_of_a_text():
    memory = pytest.importorskip("_testcapi")
    text = "\u00e9" + "5" * 5000  # as UTF-8 it needs memory
    items = np.array([text], dtype=object)
    arguments = (items, np.dtype(float), None, None, False, 1, False)
    error = None
    memory.set_nomemory(0, 0)
    try:
        _native.parse_values(*arguments)
    except MemoryError as found:
        error = found
    finally:
        memory.remove_mem_hooks()
    assert error is not None
