"""to_json and write_ndjson against json.loads, json.dumps and tolist."""

import io
import json
import math
import os
import pathlib
import pickle
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import numpy_ext as npx
from numpy_ext import _native
from numpy_ext.errors import JsonError

ORIENTS = ["records", "columns", "values", "split", "ndjson"]
INTEGERS = [np.dtype(f"{kind}{size}") for kind in "iu" for size in (1, 2, 4, 8)]
FLOATS = [np.dtype(code) for code in ("f2", "f4", "f8")]
UNITS = ["D", "h", "m", "s", "ms", "us", "ns"]
STRING = np.dtypes.StringDType()

NUMBERS = [np.dtype("?"), *INTEGERS, *FLOATS]
ANY_ORDER = [*NUMBERS, *(d.newbyteorder() for d in NUMBERS if d.itemsize > 1)]

# Text that UTF-8 can say.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@contextmanager
def without_cpu(features: str):
    environment = os.environ.get("NUMPY_EXT_DISABLE_CPU", "")
    _native.disable_cpu(f"{environment},{features}")
    try:
        yield
    finally:
        _native.disable_cpu(environment)


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def tolist(values: np.ndarray) -> object:
    """Return nested lists of what JSON has for each number."""
    if values.dtype.kind != "f":
        return values.tolist()
    plain = values.astype(np.float64).tolist()
    return as_null(plain)


def as_null(value: object) -> object:
    if isinstance(value, list):
        return [as_null(item) for item in value]
    return value if math.isfinite(value) else None


def read_back(text: bytes, dtype: np.dtype) -> object:
    """Return what json reads, floats as the nearest ones of a dtype."""
    number = (lambda t: float(np.dtype(dtype).type(t))) if dtype.kind == "f" else float
    return json.loads(text, parse_float=number)


def random_bits(dtype: object, count: int, seed: int) -> np.ndarray:
    bits = np.random.default_rng(seed).bytes(count * np.dtype(dtype).itemsize)
    return np.frombuffer(bits, dtype=dtype)


def rows_of(obj: object, orient: str, names: list[str]) -> list[list]:
    """Return rows as lists, whatever the layout was."""
    text = npx.to_json(obj, orient)
    if orient == "ndjson":
        assert text == b"" or text.endswith(b"\n")
        read = [json.loads(line) for line in text.splitlines()]
    else:
        read = json.loads(text)
    if orient == "columns":
        assert list(read) == names
        return [list(row) for row in zip(*read.values(), strict=True)]
    if orient == "split":
        assert read["columns"] == names
        return read["data"]
    if orient == "values":
        return read
    assert all(list(record) == names for record in read)
    return [list(record.values()) for record in read]


# ---- Numbers ----------------------------------------------------------------


@given(hnp.arrays(st.sampled_from(ANY_ORDER), hnp.array_shapes(min_side=0)))
def test_numbers_of_any_shape_read_back(values):
    text = npx.to_json(values)
    assert read_back(text, values.dtype) == tolist(values)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_doubles_are_what_json_writes(values):
    assert npx.to_json(np.array(values, dtype=float)) == dumps(values)


def test_doubles_of_any_bits_are_what_json_writes():
    values = random_bits("f8", 200_000, 1)
    values = values[np.isfinite(values)]
    assert npx.to_json(values) == dumps(values.tolist())


@pytest.mark.parametrize("places", range(10))
def test_decimals_are_what_json_writes(places):
    """Columns of few decimals, with others between them."""
    rng = np.random.default_rng(places)
    whole = rng.integers(0, 10 ** rng.integers(1, 16, 50_000))
    values = np.round(whole / 10**places * rng.choice([-1, 1], 50_000), places)
    values[::97] = rng.random(len(values[::97]))
    values[1::101] = rng.choice([0.0, -0.0, 1e-5, 1e-4, 9e14, 1e15, 1e16, 1e22])
    assert npx.to_json(values) == dumps(values.tolist())
    strided = np.stack([values, values], axis=1)[::-1, 1]
    assert npx.to_json(strided) == dumps(strided.tolist())


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_narrow_floats_have_their_own_shortest_digits(dtype):
    values = random_bits(dtype, 20_000, 2)
    text = npx.to_json(values).decode()
    for token, value in zip(text[1:-1].split(","), values, strict=True):
        if np.isfinite(value):
            assert token == npx.to_text(value)
            assert dtype.type(token) == value
        else:
            assert token == "null"


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_integers_are_str(dtype):
    limits = np.iinfo(dtype)
    values = random_bits(dtype, 10_000, 5) >> (
        np.arange(10_000).astype(dtype) % limits.bits
    )
    values[:2] = limits.min, limits.max
    assert npx.to_json(values) == dumps(values.tolist())


def test_signs_of_zeros_are_kept():
    assert npx.to_json(np.array([0.0, -0.0])) == b"[0.0,-0.0]"
    assert npx.to_json(np.array([-0.0], dtype=np.float16)) == b"[-0.0]"


def test_bools():
    assert npx.to_json(np.array([[True], [False]])) == b"[[true],[false]]"
    assert npx.to_json(np.array([2, 0], dtype=np.uint8).view(bool)) == b"[true,false]"


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_what_is_no_number(dtype):
    values = np.array([np.nan, np.inf, -np.inf, -np.nan], dtype=dtype)
    assert npx.to_json(values) == b"[null,null,null,null]"
    literal = npx.to_json(values, nan="literal")
    assert literal == b"[NaN,Infinity,-Infinity,NaN]"
    assert str(json.loads(literal)) == "[nan, inf, -inf, nan]"
    with pytest.raises(JsonError) as caught:
        npx.to_json(values.reshape(2, 2)[:, ::-1], nan="raise")
    error = caught.value
    assert (error.code, error.index, error.value) == ("NX701", (0, 0), "inf")
    assert error.dtype == dtype
    assert str(error) == (
        "inf is no JSON number [NX701]\n  at item (0, 0)\n"
        "  to accept it: nan='null', or nan='literal' for readers that take it"
    )


def test_integers_beyond_doubles():
    edge = 2**53
    values = np.array([edge, edge + 1, -edge, -edge - 1, 2**63 - 1, -(2**63)])
    assert npx.to_json(values) == dumps(values.tolist())
    strings = json.loads(npx.to_json(values, big_ints="string"))
    assert strings == [v if abs(v) <= edge else str(v) for v in values.tolist()]
    large = np.array([0, edge, edge + 1, 2**64 - 1], dtype=np.uint64)
    strings = json.loads(npx.to_json(large, big_ints="string"))
    assert strings == [v if v <= edge else str(v) for v in large.tolist()]
    for array, index in ((values, 1), (large, 2)):
        with pytest.raises(JsonError) as caught:
            npx.to_json(array, big_ints="raise")
        error = caught.value
        assert (error.code, error.index, error.value) == ("NX702", index, str(edge + 1))
    assert npx.to_json(values[[0, 2]], big_ints="raise") == dumps([edge, -edge])


# ---- Times ------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS)
def test_times(unit):
    counts = np.array([0, 1, -1, 10**6, -(10**6), -(2**63)])
    times = counts.view(f"M8[{unit}]")
    texts = [None if np.isnat(time) else str(time) for time in times]
    assert json.loads(npx.to_json(times)) == texts
    plain = [*counts.tolist()[:-1], None]
    assert json.loads(npx.to_json(times, dates="epoch")) == plain
    assert json.loads(npx.to_json(counts.view(f"m8[{unit}]"))) == plain
    swapped = times.astype(times.dtype.newbyteorder())
    assert json.loads(npx.to_json(swapped)) == texts


def test_counts_beyond_doubles_follow_the_same_rule():
    times = np.array([2**53 + 1], dtype="M8[ns]")
    text = npx.to_json(times, dates="epoch", big_ints="string")
    assert text == b'["9007199254740993"]'


# ---- Text -------------------------------------------------------------------


def arrays_of(texts: list[str]) -> list[np.ndarray]:
    """Return the same texts in every dtype that holds them."""
    arrays = [np.array(texts, dtype=STRING), np.array(texts, dtype=object)]
    if not any(text.endswith("\0") for text in texts):
        arrays.append(np.array(texts, dtype="U"))
        arrays.append(np.array([text.encode() for text in texts], dtype="S"))
    return arrays


@given(st.lists(TEXTS))
def test_texts_are_what_json_writes(texts):
    for array in arrays_of(texts):
        assert npx.to_json(array) == dumps(texts), array.dtype
    assert npx.to_json(texts) == dumps(texts)


def test_every_code_point():
    points = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    for array in (np.array(points, dtype=STRING), np.array(points[1:])):
        expected = points if array.dtype == STRING else points[1:]
        assert npx.to_json(array) == dumps(expected)
    run = "".join(points)
    assert npx.to_json(run) == dumps(run)


@pytest.mark.parametrize("special", ['"', "\\", "\n", "\0", "\x1f", "\x7f", "\u2028"])
def test_escapes_at_every_place(special):
    texts = [
        "x" * before + special + "é" * after
        for before in range(70)
        for after in (0, 1, 7, 40)
    ]
    for array in arrays_of([text for text in texts if not text.endswith("\0")]):
        assert npx.to_json(array) == dumps(
            [text for text in texts if not text.endswith("\0")]
        )
    assert npx.to_json(np.array(texts, dtype=STRING)) == dumps(texts)


def test_long_texts():
    texts = ["\n" * 100_000, "x" * 100_000, 'é"' * 50_000, "\U0001f600" * 30_000]
    for array in arrays_of(texts):
        assert npx.to_json(array) == dumps(texts)


def test_padding_of_fixed_width_items_is_no_text():
    assert npx.to_json(np.array(["a", "", "a\0b"])) == b'["a","","a\\u0000b"]'
    assert npx.to_json(np.array([b"a\0b\0", b""])) == b'["a\\u0000b",""]'


@pytest.mark.parametrize("na_object", [None, np.nan, "NA"], ids=str)
def test_missing_strings_are_null(na_object):
    texts = np.array(
        ["a", na_object, "long enough to be elsewhere than in its entry"],
        dtype=np.dtypes.StringDType(na_object=na_object),
    )
    assert json.loads(npx.to_json(texts)) == ["a", None, str(texts[2])]


@pytest.mark.parametrize(
    "bad",
    [b"\x80", b"\xc0\x80", b"a\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"],
)
def test_bytes_that_are_not_utf8(bad):
    with pytest.raises(JsonError) as caught:
        npx.to_json({"x": [b"ok", bad, b"\xff"]})
    error = caught.value
    assert (error.code, error.index, error.column) == ("NX703", 1, "x")
    assert error.value == ascii(bad)
    assert "UTF-8" in str(error)


@pytest.mark.parametrize("form", ["U", "object", "list", "objects"])
def test_lone_surrogates(form):
    texts = ["good", "x" * 300 + "\ud800"]
    given_as = {
        "U": np.array(texts),
        "object": np.array(texts, dtype=object),
        "list": texts,
        "objects": np.array([1.5, texts[1]], dtype=object),
    }[form]
    with pytest.raises(JsonError) as caught:
        npx.to_json(given_as)
    error = caught.value
    assert (error.code, error.index, error.column) == ("NX703", 1, None)
    assert "lone surrogate" in error.message
    assert len(error.message) < 120
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), vars(again)) == (str(error), vars(error))


def test_a_number_that_is_no_code_point():
    with pytest.raises(JsonError, match="0x110000 is no code point"):
        npx.to_json(np.array([0x110000], dtype=np.uint32).view("U1"))


# ---- Objects and scalars ----------------------------------------------------


def test_objects():
    items = ["a", None, True, 2**70, -1.5, math.nan, "b\0", np.float32(0.1), np.int8(3)]
    expected = b'["a",null,true,1180591620717411303424,-1.5,null,"b\\u0000",0.1,3]'
    assert npx.to_json(np.array(items, dtype=object)) == expected
    assert npx.to_json(["a", None, 2]) == b'["a",null,2]'
    assert npx.to_json(["a", None]) == b'["a",null]'
    big = np.array([2**70, "x"], dtype=object)
    assert npx.to_json(big, big_ints="string") == b'["1180591620717411303424","x"]'
    assert npx.to_json([None, math.inf], nan="literal") == b"[null,Infinity]"
    for options, code in (
        ({"nan": "raise"}, "NX701"),
        ({"big_ints": "raise"}, "NX702"),
    ):
        with pytest.raises(JsonError) as caught:
            npx.to_json({"o": [None, "x", math.nan, 2**60]}, **options)
        assert (caught.value.code, caught.value.column) == (code, "o")
        assert caught.value.index == (2 if code == "NX701" else 3)


@pytest.mark.parametrize(
    "item", [{}, [1], 1j, b"x", object(), np.datetime64("2000"), np.timedelta64(1, "s")]
)
def test_objects_that_json_does_not_know(item):
    items = np.empty((2, 2), dtype=object)
    items[1, 0] = item
    with pytest.raises(TypeError, match=r"item \(1, 0\): objects must be str, None"):
        npx.to_json(items)
    with pytest.raises(TypeError, match=r"item \(1, 0\) of column 'o'"):
        npx.to_json({"o": items})


@pytest.mark.parametrize(
    "value", [0, -5, 2**63, 2**100, 1.5, True, None, "x", "", "a\0", 'a"b']
)
def test_scalars_are_values(value):
    assert npx.to_json(value) == dumps(value)
    assert npx.to_json(value, "ndjson") == dumps(value) + b"\n"


def test_scalars_of_numpy():
    assert npx.to_json(np.float32(0.1)) == b"0.1"
    assert npx.to_json(np.array(7)) == b"7"
    assert npx.to_json(np.datetime64("2000-02-29")) == b'"2000-02-29"'
    assert npx.to_json(np.ma.masked) == b"null"
    assert npx.to_json(np.str_("x")) == b'"x"'


# ---- Layouts ----------------------------------------------------------------


@given(
    st.sampled_from(["<f8", ">f8", "<i4", ">u2", "<U3", ">U3", "S4", ">M8[s]"]),
    hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5),
    st.data(),
)
def test_any_layout(code, shape, data):
    values = np.arange(math.prod(shape)).reshape(shape).astype(code)
    part = np.asarray(values[data.draw(hnp.basic_indices(shape, allow_ellipsis=False))])
    for way in (part, part.T, np.asfortranarray(part)):
        plain = way.astype("U") if way.dtype.kind in "SM" else way
        assert json.loads(npx.to_json(way)) == plain.tolist()


def test_zero_strides_unaligned_and_read_only():
    assert npx.to_json(np.broadcast_to(np.float64(1.5), (2, 3))) == dumps(
        [[1.5] * 3] * 2
    )
    record = np.zeros(100, dtype=[("b", "u1"), ("x", "f8"), ("u", "U2"), ("i", "i8")])
    record["x"] = np.arange(100) / 7
    record["u"] = "ab"
    record["i"] = np.arange(100)
    record.flags.writeable = False
    for name in ("x", "u", "i"):
        assert npx.to_json(record[name]) == dumps(record[name].tolist())
        assert npx.to_json(record[name][::-3]) == dumps(record[name][::-3].tolist())


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 2), (2, 0, 3), (3, 2, 0)])
def test_arrays_of_no_items(shape):
    for dtype in ("f8", "U3", "M8[s]", object, STRING):
        values = np.empty(shape, dtype=dtype)
        assert npx.to_json(values) == dumps(values.tolist())
    with pytest.raises(TypeError):
        npx.to_json(np.empty(shape, dtype=complex))


def test_many_dimensions():
    values = np.arange(2**12).reshape((2,) * 12)
    assert npx.to_json(values) == dumps(values.tolist())
    deep = np.ones((1,) * 64)
    assert npx.to_json(deep) == b"[" * 64 + b"1.0" + b"]" * 64


def test_lines_of_an_array():
    values = np.arange(12).reshape(3, 2, 2)
    lines = npx.to_json(values, "ndjson").splitlines()
    assert [json.loads(line) for line in lines] == values.tolist()
    assert npx.to_json(values[::2, :, ::-1], "ndjson") == b"".join(
        dumps(item) + b"\n" for item in values[::2, :, ::-1].tolist()
    )
    assert npx.to_json(np.empty((2, 0)), "ndjson") == b"[]\n[]\n"
    assert npx.to_json(np.empty((0, 2)), "ndjson") == b""


def test_subclasses_are_arrays():
    class Own(np.ndarray):
        pass

    assert npx.to_json(np.arange(4).reshape(2, 2).view(Own)) == b"[[0,1],[2,3]]"
    recarray = np.rec.array([(1, 2.5)], names="a,b")
    assert npx.to_json(recarray) == b'[{"a":1,"b":2.5}]'


# ---- Masks ------------------------------------------------------------------


@given(
    hnp.arrays(st.sampled_from(["f8", "i4", "?"]), hnp.array_shapes(max_dims=3)),
    st.data(),
)
def test_what_is_masked_is_null(values, data):
    mask = data.draw(hnp.arrays(bool, values.shape))
    array = np.ma.array(values, mask=mask)[..., ::-1].T
    expected = as_null_where(tolist(array.data), np.ma.getmaskarray(array).tolist())
    assert json.loads(npx.to_json(array)) == expected


def as_null_where(value, mask):
    if isinstance(value, list):
        return [as_null_where(*pair) for pair in zip(value, mask, strict=True)]
    return None if mask else value


def test_a_masked_value_is_no_fault():
    values = np.ma.array([np.nan, 1.0], mask=[True, False])
    assert npx.to_json(values, nan="raise") == b"[null,1.0]"
    texts = np.ma.array([b"\xff", b"a"], mask=[True, False])
    assert npx.to_json(texts) == b'[null,"a"]'
    objects = np.ma.array([{}, "a"], mask=[True, False], dtype=object)
    assert npx.to_json(objects) == b'[null,"a"]'


def test_masked_records():
    dtype = [("a", "i4"), ("r", [("x", "f8", (2,)), ("y", "U1")])]
    records = np.ma.zeros(2, dtype=dtype)
    records["a"] = 1
    records["r"]["y"] = "t"
    records.mask["a"][0] = True
    records.mask["r"]["x"][1, 1] = True
    assert json.loads(npx.to_json(records)) == [
        {"a": None, "r": {"x": [0.0, 0.0], "y": "t"}},
        {"a": 1, "r": {"x": [0.0, None], "y": "t"}},
    ]


# ---- Columns ----------------------------------------------------------------


def columns() -> dict[str, object]:
    n = 1000
    rng = np.random.default_rng(3)
    return {
        "id": np.arange(n),
        'a "name"\n': np.round(rng.random(n) * 100, 2),
        "": rng.random(n).astype(np.float32),
        "text é": np.array([f"t{i % 7}" * (i % 20) for i in range(n)], dtype=STRING),
        "u": np.array([f"é{i}" for i in range(n)]),
        "s": np.array([f"s{i}".encode() for i in range(n)]),
        "when": np.arange(n).astype("M8[s]"),
        "m": np.ma.array(np.arange(n), mask=np.arange(n) % 3 == 0),
        "o": np.array([None, "x"] * (n // 2), dtype=object),
        "two": rng.integers(0, 9, (n, 2), dtype=np.uint8)[:, ::-1],
        "b": rng.random(n) < 0.5,
        "a name that is longer than the bytes that are copied at once": np.zeros(n),
    }


def expected_rows(data: dict[str, object]) -> list[list]:
    def plain(item: object) -> object:
        if isinstance(item, bytes):
            return item.decode()
        if isinstance(item, np.ndarray):
            return item.tolist()
        if item is np.ma.masked:
            return None
        if isinstance(item, np.datetime64):
            return str(item)
        if isinstance(item, np.float32):
            return float(str(item))
        return item.item() if isinstance(item, np.generic) else item

    return [list(map(plain, row)) for row in zip(*data.values(), strict=True)]


@pytest.mark.parametrize("orient", ORIENTS)
def test_columns_in_every_layout(orient):
    data = columns()
    assert rows_of(data, orient, list(data)) == expected_rows(data)
    few = {name: values[5:8] for name, values in data.items()}
    assert rows_of(few, orient, list(data)) == expected_rows(few)


@pytest.mark.parametrize("orient", ORIENTS)
def test_tables_are_their_columns(orient):
    data = {
        name: values for name, values in columns().items() if name not in ("two", "s")
    }
    table = npx.Table.from_dict(data)
    assert npx.to_json(table, orient) == npx.to_json(data, orient)
    part = table[7:300][["u", "m"]]
    plain = {name: data[name][7:300] for name in ("u", "m")}
    assert npx.to_json(part, orient) == npx.to_json(plain, orient)


def test_a_table_that_was_read_needs_no_arrays_of_strings():
    long = "a text that is longer than a view"
    t = npx.parse_csv(f'id,x,s\n1,0.5,"a""b"\n,,\n3,1e3,{long}\n')
    assert json.loads(npx.to_json(t)) == [
        {"id": 1, "x": 0.5, "s": 'a"b'},
        {"id": None, "x": None, "s": None},
        {"id": 3, "x": 1000.0, "s": long},
    ]
    assert t._columns["s"]._array is None
    assert npx.to_json(t[1:], "columns", nan="raise") == dumps(
        {"id": [None, 3], "x": [None, 1000.0], "s": [None, long]}
    )


@pytest.mark.parametrize("strings", ["stringdtype", "object", "fixed", "bytes"])
@pytest.mark.parametrize("missing", ["auto", "masked", "nan"])
def test_tables_of_every_kind_of_column(missing, strings):
    if missing == "nan" and strings in ("fixed", "bytes"):
        missing = "auto"  # a string of fixed width cannot be NaN
    t = npx.parse_csv("i,s\n1,a\n2,b\n,\n", missing=missing, strings=strings)
    rows = json.loads(npx.to_json(t, "values"))
    assert rows[:2] == [[1, "a"], [2, "b"]]
    assert rows[2] == [None, None]


STRUCTURED = np.dtype(
    [
        ("a", "<i4"),
        ("r", [("x", ">f4"), ("y", "S3", (2,)), ("e", [])]),
        ("p", [("q", "?"), ("u", "U2")], (2, 2)),
        ("z", "f8", (0,)),
        ("when", ">M8[D]"),
    ]
)


def plain_record(item: object, by_name: bool) -> object:
    """Return what a record should read back as."""
    if isinstance(item, np.void):
        values = {n: plain_record(item[n], by_name) for n in item.dtype.names}
        return values if by_name else list(values.values())
    if isinstance(item, np.ndarray):
        return [plain_record(inner, by_name) for inner in item]
    if isinstance(item, np.datetime64):
        return str(item)
    if isinstance(item, bytes):
        return item.decode()
    return item.item()


@pytest.mark.parametrize("align", [False, True])
@pytest.mark.parametrize("shape", [(5,), (2, 3), ()])
def test_structured_arrays(shape, align):
    dtype = np.dtype(STRUCTURED.descr, align=align) if align else STRUCTURED
    records = np.zeros(shape, dtype=dtype)
    records["a"] = np.arange(records.size).reshape(shape)
    records["r"]["x"] = 0.5
    records["r"]["y"] = [b"ab", b"c"]
    records["p"]["u"] = "é"
    for way in (records, records[::-1].T if shape else records):
        for by_name, orient in ((True, "records"), (False, "values")):
            expected = plain_record(way if shape else way[()], by_name)
            assert json.loads(npx.to_json(way, orient)) == expected


def test_layouts_of_records():
    records = np.array(
        [(1, (2.5,)), (2, (3.5,))], dtype=[("a", "i4"), ("r", [("x", "f8")])]
    )
    assert npx.to_json(records, "columns") == b'{"a":[1,2],"r":[{"x":2.5},{"x":3.5}]}'
    assert npx.to_json(records, "split") == (
        b'{"columns":["a","r"],"data":[[1,[2.5]],[2,[3.5]]]}'
    )
    assert npx.to_json(records[0], "ndjson") == b'{"a":1,"r":{"x":2.5}}\n'
    for orient in ("columns", "split", "ndjson"):
        with pytest.raises(
            ValueError, match=r"of one dimension, got 2; a.reshape\(-1\)"
        ):
            npx.to_json(records.reshape(1, 2), orient)


def test_records_without_fields():
    records = np.zeros(3, dtype=[])
    assert npx.to_json(records) == b"[{},{},{}]"
    assert npx.to_json(records, "values") == b"[[],[],[]]"
    assert npx.to_json(records, "columns") == b"{}"


@pytest.mark.parametrize("data", [{}, {"a": []}, {"a": [], "b": np.array([], "U1")}])
def test_columns_without_rows(data):
    names = list(data)
    assert npx.to_json(data) == b"[]"
    assert npx.to_json(data, "values") == b"[]"
    assert npx.to_json(data, "ndjson") == b""
    assert npx.to_json(data, "columns") == dumps({name: [] for name in names})
    assert npx.to_json(data, "split") == dumps({"columns": names, "data": []})
    assert npx.to_json(np.zeros((2, 0), dtype=[("a", "i4")])) == b"[[],[]]"


# ---- Refusals ---------------------------------------------------------------


class Twice(dict):
    def __iter__(self):
        return iter(["a", "a"])


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: npx.to_json([1], "rows"),
            ValueError,
            "orient must be one of 'records'",
        ),
        (lambda: npx.to_json([1], nan=None), ValueError, "nan must be one of 'null'"),
        (lambda: npx.to_json([1], dates="s"), ValueError, "dates must be one of 'iso'"),
        (lambda: npx.to_json([1], big_ints=1), ValueError, "big_ints must be one of"),
        (
            lambda: npx.to_json([1.5], "split"),
            ValueError,
            "orient='split' takes columns",
        ),
        (
            lambda: npx.to_json({1: [1]}),
            TypeError,
            "names of columns must be str, got 1",
        ),
        (
            lambda: npx.to_json(Twice(a=[1])),
            ValueError,
            "two columns have the name 'a'",
        ),
        (lambda: npx.to_json({"a": 1}), ValueError, "column 'a' is a single value"),
        (lambda: npx.to_json({"a": [1], "b": [1, 2]}), ValueError, "'b' has 2"),
        (
            lambda: npx.to_json([1j]),
            TypeError,
            "got complex128: write its real and imag",
        ),
        (lambda: npx.to_json({"c": [1j]}), TypeError, "column 'c' is complex128"),
        (lambda: npx.to_json(np.array(["2000"], "M8[Y]")), TypeError, "datetime64"),
        (lambda: npx.to_json(np.array([1], "m8")), TypeError, "timedelta64"),
        (lambda: npx.to_json(np.array([1], "m8[25s]")), TypeError, "timedelta64"),
        (lambda: npx.to_json(np.zeros(1, "V3")), TypeError, "view it as uint8"),
        (lambda: npx.to_json([2**53 + 1, 0.5]), ValueError, "makes a float"),
        (lambda: npx.to_json({"\ud800": [1]}), JsonError, "lone surrogate"),
    ],
)
def test_refusals(call, kind, message):
    with pytest.raises(kind, match=message) as caught:
        call()
    assert type(caught.value) is kind


def test_long_doubles_are_refused():
    if np.dtype(np.longdouble).itemsize > 8:
        with pytest.raises(TypeError, match="round it with astype"):
            npx.to_json(np.zeros(2, dtype=np.longdouble))


def test_the_first_fault_is_reported_whatever_the_threads():
    values = np.arange(300_000) / 8
    values[[200_000, 77_777, 299_999]] = np.nan
    data = {"a": np.arange(300_000), "x": values}
    for threads in (1, 2, 8):
        with npx.num_threads(threads):
            for obj in (values, data):
                with pytest.raises(JsonError) as caught:
                    npx.to_json(obj, nan="raise")
                assert caught.value.index == 77_777
            with pytest.raises(JsonError) as caught:
                npx.to_json(data, "columns", nan="raise")
            assert (caught.value.column, caught.value.index) == ("x", 77_777)


def test_places_of_faults_in_records():
    dtype = [("r", [("x", "f8", (2,))]), ("p", [("q", "f4")], (2,))]
    records = np.zeros((2, 3), dtype=dtype)
    records["r"]["x"][1, 2, 1] = np.inf
    with pytest.raises(JsonError) as caught:
        npx.to_json(records, nan="raise")
    assert (caught.value.column, caught.value.index) == ("r.x", (1, 2, 1))
    records["p"]["q"][0, 1, 1] = np.nan
    with pytest.raises(JsonError) as caught:
        npx.to_json(records, nan="raise")
    assert (caught.value.column, caught.value.index) == ("p[1].q", (0, 1))


# ---- Machines ---------------------------------------------------------------


def test_threads_and_processors_cannot_be_seen():
    data = {
        name: np.ma.concatenate([values] * 60) if name == "m"
        else np.concatenate([values] * 60)
        for name, values in columns().items()
    }  # fmt: skip
    matrix = np.random.default_rng(4).random((50_000, 3))
    expected = None
    for features in ("", "avx2"):
        with without_cpu(features):
            for threads in (1, 2, 8):
                with npx.num_threads(threads):
                    texts = [npx.to_json(data, orient) for orient in ORIENTS]
                    texts.append(npx.to_json(matrix))
                expected = texts if expected is None else expected
                assert texts == expected
    assert expected[-1] == dumps(matrix.tolist())


def test_an_estimate_that_is_too_low():
    """The rows that are looked at are short; all others are long."""
    texts = np.array(["x" * 50] * 100_000, dtype=STRING)
    texts[:: len(texts) // 32] = ""
    for threads in (1, 2, 8):
        with npx.num_threads(threads):
            assert npx.to_json(texts) == dumps(texts.tolist())


def test_rows_longer_than_a_chunk():
    values = np.random.default_rng(5).random((3, 100_000))
    data = {"v": values, "s": np.array(['"' * 10**6] * 3, dtype=STRING)}
    text = npx.to_json(data, "ndjson")
    assert [json.loads(line)["v"] for line in text.splitlines()] == values.tolist()


# ---- Files ------------------------------------------------------------------


def test_lines_in_a_file_object():
    file = io.BytesIO()
    data = columns()
    assert npx.write_ndjson(data, file) == len(file.getvalue())
    assert file.getvalue() == npx.to_json(data, "ndjson")
    assert not file.closed


@pytest.mark.parametrize("rows", [0, 1, 1023, 1024, 1025, 300_000])
def test_lines_of_many_blocks(rows, tmp_path):
    values = np.arange(2 * rows).reshape(rows, 2)
    data = {"a": values[:, 0], "text": values[:, 1].astype(STRING)}
    for obj in (values, data, npx.Table.from_dict(data)):
        path = tmp_path / "x.ndjson"
        written = npx.write_ndjson(obj, path)
        assert path.read_bytes() == npx.to_json(obj, "ndjson")
        assert written == path.stat().st_size
    assert [child.name for child in tmp_path.iterdir()] == ["x.ndjson"]


def test_memory_does_not_grow_with_the_rows():
    sizes = []

    class Sink:
        def write(self, data):
            sizes.append(len(data))

    rows = 3_000_000
    values = np.broadcast_to(np.float64(0.1 + 0.2), (rows,))
    assert npx.write_ndjson(values, Sink()) == rows * 20 == sum(sizes)
    assert len(sizes) > 5
    assert max(sizes) < 2**24


def test_a_file_is_replaced_when_all_is_written(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text("before\n")
    path.chmod(0o640)
    values = np.arange(10_000) / 8
    values[9_000] = np.nan
    with pytest.raises(JsonError) as caught:
        npx.write_ndjson(values, path, nan="raise")
    assert caught.value.index == 9_000
    assert path.read_text() == "before\n"
    link = tmp_path / "link"
    link.symlink_to(path)
    npx.write_ndjson(values, link)
    assert path.read_bytes() == npx.to_json(values, "ndjson")
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(child.name for child in tmp_path.iterdir()) == ["link", "x.ndjson"]


def test_lines_before_a_fault_are_whole():
    file = io.BytesIO()
    values = np.arange(10_000) / 8
    values[9_000] = np.nan
    with pytest.raises(JsonError):
        npx.write_ndjson(values, file, nan="raise")
    lines = file.getvalue()
    assert lines == npx.to_json(values[: lines.count(b"\n")], "ndjson")


def test_objects_of_later_blocks_have_their_index():
    items = np.array(["x"] * 5000 + [{}], dtype=object)
    with pytest.raises(TypeError, match="item 5000: objects must be"):
        npx.write_ndjson(items, io.BytesIO())


def test_raw_files_that_take_a_part():
    taken = []

    class Raw(io.RawIOBase):
        def write(self, data):
            taken.append(bytes(data[:7]))
            return len(taken[-1])

    values = np.arange(1000)
    assert npx.write_ndjson(values, Raw()) == len(npx.to_json(values, "ndjson"))
    assert b"".join(taken) == npx.to_json(values, "ndjson")


def test_devices_are_written_to_directly():
    assert npx.write_ndjson(np.arange(3), pathlib.Path("/dev/null")) == 6


@pytest.mark.parametrize(
    ("target", "message"),
    [(io.StringIO(), "open it with 'wb'"), (3, "got int"), (None, "got NoneType")],
)
def test_targets_that_are_none(target, message):
    with pytest.raises(TypeError, match=message):
        npx.write_ndjson([1], target)


def test_folders_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        npx.write_ndjson([1], tmp_path / "none" / "x")


def test_lines_of_records_of_more_dimensions_are_refused():
    with pytest.raises(ValueError, match="of one dimension"):
        npx.write_ndjson(np.zeros((2, 2), dtype=[("a", "i4")]), io.BytesIO())


# ---- Peers ------------------------------------------------------------------


def test_orjson_reads_all():
    orjson = pytest.importorskip("orjson")
    data = columns()
    for orient in ("records", "columns", "values", "split"):
        text = npx.to_json(data, orient)
        assert orjson.loads(text) == json.loads(text)
    values = random_bits("f8", 100_000, 7)
    assert orjson.loads(npx.to_json(values)) == tolist(values)


def test_pandas_reads_records():
    pandas = pytest.importorskip("pandas")
    data = {"id": np.arange(5), "x": np.arange(5) / 4, "s": ["a", "b", "c", "d", "é"]}
    for orient in ("records", "split", "columns"):
        text = npx.to_json(data, orient)
        read = pandas.read_json(io.BytesIO(text), orient=orient)
        if orient != "columns":
            assert read.to_dict("list") == {k: list(v) for k, v in data.items()}
    with pytest.raises(TypeError, match=r"Table.from_pandas\(df\)"):
        npx.to_json(pandas.DataFrame(data))
    assert npx.to_json(pandas.Series([1, 2])) == b"[1,2]"
