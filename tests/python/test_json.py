"""to_json of values of every kind, against json.loads, json.dumps and tolist."""

import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from json_oracle import STRING, dumps, random_bits, tolist

import numpy_ext as npx
from numpy_ext.errors import JsonError

INTEGERS = [np.dtype(f"{kind}{size}") for kind in "iu" for size in (1, 2, 4, 8)]
FLOATS = [np.dtype(code) for code in ("f2", "f4", "f8")]
UNITS = ["D", "h", "m", "s", "ms", "us", "ns"]

NUMBERS = [np.dtype("?"), *INTEGERS, *FLOATS]
ANY_ORDER = [*NUMBERS, *(d.newbyteorder() for d in NUMBERS if d.itemsize > 1)]

# Text that UTF-8 can say.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def read_back(text: bytes, dtype: np.dtype) -> object:
    """Return what json reads, floats as the nearest ones of a dtype."""
    number = (lambda t: float(np.dtype(dtype).type(t))) if dtype.kind == "f" else float
    return json.loads(text, parse_float=number)


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


def test_what_is_no_value_is_named():
    with pytest.raises(TypeError, match=r"^objects must be .* found set"):
        npx.to_json({1})
    with pytest.raises(TypeError, match=r"^item 1: objects must be .* found set"):
        npx.to_json(np.array([1, {1}], dtype=object))
