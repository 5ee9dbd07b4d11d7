"""dtype= and strings=: obeyed, or an error with its place."""

import copy
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext.errors import CsvSchemaError, CsvValueError

STRING = np.dtypes.StringDType()
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64"]
TIMES = [f"datetime64[{unit}]" for unit in ("D", "h", "m", "s", "ms", "us", "ns")]
OTHERS = ["bool", "S3", "U3", "S", "U", "object"]


def refused(text: str, **options) -> CsvValueError:
    with pytest.raises(CsvValueError) as caught:
        npx.parse_csv(text, **options)
    return caught.value


# ---- What may be asked for -------------------------------------------------


@pytest.mark.parametrize("dtype", [*INTEGERS, *FLOATS, *TIMES, *OTHERS])
def test_every_dtype_is_obeyed(dtype):
    text = "2020" if np.dtype(dtype).kind in "iufSUO" else "2020-01-01"
    text = {"bool": "true", "int8": "20", "uint8": "20"}.get(dtype, text)
    if dtype in ("S3", "U3"):
        text = "abc"
    table = npx.parse_csv(f"x\n{text}\n", dtype=dtype)
    wanted = {"S": "S4", "U": "U4"}.get(dtype, dtype)
    assert table["x"].dtype == np.dtype(wanted)
    assert table.schema["x"].dtype == table["x"].dtype
    assert table.schema["x"].reason == "requested"
    assert not table.schema["x"].widened
    assert not table["x"].flags.writeable


@pytest.mark.parametrize("dtype", [*INTEGERS, *FLOATS, *TIMES, *OTHERS, str])
def test_column_without_rows_has_its_dtype(dtype):
    table = npx.parse_csv("x,y\n", dtype={"x": dtype})
    wanted = (
        STRING if dtype is str else np.dtype({"S": "S1", "U": "U1"}.get(dtype, dtype))
    )
    assert table["x"].dtype == wanted == table.schema["x"].dtype
    assert table["x"].shape == (0,)
    assert table["y"].dtype == STRING


@pytest.mark.parametrize(
    ("dtype", "wanted"),
    [
        (int, np.dtype(int)),
        (float, np.dtype("f8")),
        (bool, np.dtype("?")),
        (str, STRING),
        ("str", STRING),
        ("string", STRING),
        (STRING, STRING),
        (np.dtypes.StringDType, STRING),
        ("T", STRING),
        (bytes, np.dtype("S1")),
        (np.str_, np.dtype("U1")),
        (object, np.dtype("O")),
        (np.float32, np.dtype("f4")),
        (np.dtypes.Int8DType(), np.dtype("i1")),
        ("<i2", np.dtype("i2")),
        (None, np.dtype("i8")),
    ],
    ids=repr,
)
def test_spellings_of_dtypes(dtype, wanted):
    text = "x\n1\n" if dtype is not bool else "x\ntrue\n"
    assert npx.parse_csv(text, dtype=dtype)["x"].dtype == wanted


@pytest.mark.parametrize(
    "dtype",
    ["complex128", "longdouble", "timedelta64[s]", "datetime64", "datetime64[Y]", "V8",
     "datetime64[2s]", ">i4", ">U3", "nonsense", np.dtypes.StringDType(coerce=False),
     3, {"x": "i4,i4"}, Fraction],
    ids=repr,
)  # fmt: skip
def test_other_dtypes_are_refused(dtype):
    with pytest.raises(TypeError, match=r"dtype|cannot be read as"):
        npx.parse_csv("x\n1\n", dtype=dtype)


def test_dtype_by_name_position_and_for_all_others():
    text = "a,b,c,d\n1,2,3,4\n"
    table = npx.parse_csv(text, dtype={"a": "int8", 1: "float32", ...: str, "d": None})
    assert [str(table[name].dtype) for name in table] == [
        "int8",
        "float32",
        str(STRING),
        "int64",
    ]


def test_structured_dtype_names_columns():
    dtype = np.dtype([("b", "i2"), ("a", "f4")])
    table = npx.parse_csv("a,b,c\n1,2,x\n", dtype=dtype)
    assert [table[name].dtype.str[1:] for name in "ab"] == ["f4", "i2"]
    assert table["c"].dtype == STRING
    table = npx.parse_csv("1,2\n", dtype=dtype, header=False)
    assert table.names == ("b", "a")
    assert npx.parse_csv("1,2\n", dtype=[("u", "i4"), ("v", "i4")], header=False).names
    with pytest.raises(CsvSchemaError, match="2 names for 3 fields"):
        npx.parse_csv("1,2,3\n", dtype=dtype, header=False)
    with pytest.raises(
        TypeError, match=r"is no structured dtype: .* a mapping of names"
    ):
        npx.parse_csv("1,2\n", dtype=["i4", "f4"], header=False)


def test_hints_write_strings_of_any_width_as_numpy_does():
    assert refused("x\na\0\n", dtype="S").hint == "dtype={'x': str, ...: 'S'}"
    assert repr(npx.CsvParser(dtype="U")) == "CsvParser(dtype='U')"
    assert repr(npx.CsvParser(dtype="U10")) == "CsvParser(dtype='U10')"


def test_error_has_the_index_in_the_column():
    error = refused("x,y\n\n1,2\n3,a\n", dtype={"y": int})
    assert (error.index, error.record, error.line) == (1, 2, 4)
    assert pickle.loads(pickle.dumps(error)).index == 1
    assert refused("x,y\n1,9007199254740993\n2,\n", missing="nan").index == 0


def test_hint_takes_no_long_text_for_a_missing_word():
    assert "na_values" in refused(f"x\n{'y' * 40}\n", dtype={"x": int}).hint
    assert refused(f"x\n{'y' * 41}\n", dtype={"x": int}).hint == "dtype={'x': str}"


# ---- Integers --------------------------------------------------------------


@pytest.mark.parametrize("dtype", INTEGERS)
def test_limits_of_integers(dtype):
    info = np.iinfo(dtype)
    text = f"x\n{info.min}\n{info.max}\n+00{info.max}\n"
    assert npx.parse_csv(text, dtype=dtype)["x"].tolist() == [
        info.min,
        info.max,
        info.max,
    ]
    for beyond in (info.min - 1, info.max + 1, 10**30, -(10**30)):
        error = refused(f"y,x\na,1\nb,{beyond}\n", dtype={"x": dtype})
        assert (error.code, error.record, error.line) == ("NX602", 2, 3)
        assert (error.column, error.byte) == ("x", 10)
        assert error.value == str(beyond)
        assert error.dtype == np.dtype(dtype)


@pytest.mark.parametrize(
    "text", ["5.0", "1e3", "x", "0x10", "1_000", "true", "2020-01-01"]
)
def test_what_is_no_integer_is_refused(text):
    error = refused(f"x\n{text}\n", dtype="int32")
    assert error.code == "NX601"
    assert error.value == text
    number = text in ("5.0", "1e3")
    assert error.hint.startswith(
        "dtype={'x': 'float64'" if number else "dtype={'x': str"
    )


def test_hint_keeps_the_dtype_of_the_other_columns():
    error = refused("x,y\n1,a\n", dtype=int)
    assert error.hint.startswith("dtype={'y': str, ...: 'int64'}")


@pytest.mark.parametrize(
    ("value", "hint"),
    [("300", "int16"), ("-200", "int16"), ("70000", "int32"), (str(2**63), "uint64"),
     ("1" * 30, None)],
)  # fmt: skip
def test_hint_of_a_number_out_of_range(value, hint):
    error = refused(f"x\n{value}\n", dtype={"x": "int8"})
    wanted = "str" if hint is None else repr(hint)
    assert error.hint == f"dtype={{'x': {wanted}}}"


@pytest.mark.parametrize(
    ("dtype", "value", "hint"),
    [
        ("uint32", "-1", "int32"),
        ("uint64", "-1", "int64"),
        ("int64", str(2**63), "uint64"),
        ("M8[ns]", "1000-01-01", "datetime64[s]"),
        ("M8[ns]", "1000-01-01 00:00:00.5", "datetime64[us]"),
        ("M8[D]", "2020-01-01 10:00", "datetime64[m]"),
        ("M8[s]", "2020-01-01 10:00:00.1234", "datetime64[us]"),
    ],
)
def test_hint_of_another_dtype_accepts_the_text(dtype, value, hint):
    error = refused(f"x\n{value}\n", dtype={"x": dtype})
    assert error.hint == f"dtype={{'x': {hint!r}}}"
    assert npx.parse_csv(f"x\n{value}\n", dtype=hint)["x"].dtype == np.dtype(hint)


def test_hint_is_what_accepts_the_text():
    text = "x,y\n1,2\n5.5,a\n"
    error = refused(text, dtype={"x": "int8"})
    options = eval(f"dict({error.hint})")
    assert npx.parse_csv(text, **options)["x"].tolist() == [1.0, 5.5]


# ---- Floats ----------------------------------------------------------------


@pytest.mark.parametrize("dtype", FLOATS)
def test_floats_take_any_number(dtype):
    text = "x\n1\n-2.5\n1e400\n-inf\nnan\n007\n\n.5\n"
    values = npx.parse_csv(text, dtype=dtype)["x"].tolist()
    assert values[:4] == [1, -2.5, math.inf, -math.inf]
    assert math.isnan(values[4])
    assert values[5] == 7
    assert math.isnan(values[6])
    assert values[7] == 0.5


def test_small_floats_are_rounded_once():
    text = "x\n1.0000000596046447753906250000001\n"
    assert npx.parse_csv(text, dtype="float32")["x"][0] == np.float32(1.0000001)
    assert npx.parse_csv("x\n1e39\n70000\n", dtype="float32")["x"][0] == np.inf
    assert npx.parse_csv("x\n65520\n65519\n", dtype="float16")["x"].tolist() == [
        np.inf,
        65504,
    ]


# ---- Times -----------------------------------------------------------------


def test_times_in_the_unit_asked_for():
    text = "t\n2020-01-01 10:00\n2020-01-01\n"
    for unit in ("h", "m", "s", "ms", "us", "ns"):
        array = npx.parse_csv(text, dtype=f"datetime64[{unit}]")["t"]
        wanted = np.array(["2020-01-01T10", "2020-01-01T00"], f"M8[{unit}]")
        assert array.tolist() == wanted.tolist()


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("2020-01-01 10:00", "D", "NX601"),
        ("2020-01-01 10:00:00.5", "s", "NX601"),
        ("0001-01-01", "ns", "NX602"),
        ("yesterday", "s", "NX601"),
        ("12", "s", "NX601"),
    ],
)
def test_times_that_do_not_fit(text, unit, code):
    error = refused(f"t\n{text}\n", dtype=f"datetime64[{unit}]")
    assert error.code == code
    assert error.hint


def test_zoned_and_naive_times_do_not_mix():
    error = refused("t\n2020-01-01T00:00Z\n2020-01-01T00:00\n", dtype="M8[s]")
    assert (error.code, error.record) == ("NX601", 2)
    table = npx.parse_csv("t\n2020-01-01T00:00+02:00\n", dtype="M8[s]")
    assert table.schema["t"].zone == "UTC"
    assert str(table["t"][0]) == "2019-12-31T22:00:00"


# ---- Strings ---------------------------------------------------------------

NAMES = "s,n\nÅda,1\n,2\nGrace Hopper,3\n"


@pytest.mark.parametrize(
    ("strings", "dtype", "values"),
    [
        ("stringdtype", STRING, ["Åda", "", "Grace Hopper"]),
        ("fixed", np.dtype("U12"), ["Åda", "", "Grace Hopper"]),
        ("bytes", np.dtype("S12"), ["Åda".encode(), b"", b"Grace Hopper"]),
        ("object", np.dtype("O"), ["Åda", "", "Grace Hopper"]),
    ],
)
def test_strings(strings, dtype, values):
    table = npx.parse_csv(NAMES, strings=strings)
    assert table.schema["s"].dtype == dtype
    assert table["s"].dtype == dtype
    assert table["s"].tolist() == values
    assert np.shares_memory(table["s"], table["s"])
    assert table["n"].dtype == np.int64
    assert table.mask("s").tolist() == [False, True, False]
    assert not table["s"].flags.writeable
    with pytest.raises(ValueError, match="WRITEABLE"):
        table["s"].flags.writeable = True
    assert "<NA>" in repr(table)
    for other in (copy.deepcopy(table), pickle.loads(pickle.dumps(table))):
        assert other["s"].dtype == dtype
        assert other["s"].tolist() == values
        assert other.schema == table.schema
        assert repr(other) == repr(table)
        assert not other["s"].flags.writeable


def test_strings_by_column():
    table = npx.parse_csv("a,b,c\nx,y,z\n", strings={"a": "fixed", 2: "object"})
    assert [table[name].dtype.kind for name in table] == ["U", "T", "O"]


def test_dtype_goes_before_strings():
    table = npx.parse_csv("a,b\nx,y\n", strings="object", dtype={"a": str, "b": "S5"})
    assert [table[name].dtype for name in table] == [STRING, np.dtype("S5")]


def test_strings_of_no_rows():
    for strings, dtype in (("fixed", "U1"), ("bytes", "S1"), ("object", "O")):
        table = npx.parse_csv("s\n", strings=strings)
        assert table["s"].dtype == dtype
        assert table.schema["s"].dtype == dtype


def test_reason_of_strings_in_another_form_is_kept():
    table = npx.parse_csv("s\n1\nx\n", strings="fixed")
    assert repr(table).splitlines()[-1] == "s: string because line 3 has 'x', text"


@pytest.mark.parametrize(
    ("dtype", "text", "fits"),
    [
        ("U3", "äöüß", "äöü"),
        ("S3", "äö", "ä"),
        ("S1", "ab", "a"),
        ("U1", "\U0001f600x", "x"),
    ],
)
def test_strings_are_never_cut(dtype, text, fits):
    error = refused(f"s\n{fits}\n{text}\n", dtype={"s": dtype})
    assert (error.code, error.record, error.value) == ("NX604", 2, text)
    assert error.hint == "dtype={'s': str}"
    array = npx.parse_csv(f"s\n{fits}\n", dtype=dtype)["s"]
    assert array.dtype == dtype


@pytest.mark.parametrize("options", [
    {"dtype": "S4"}, {"dtype": "U4"}, {"dtype": "S"}, {"dtype": np.str_},
    {"strings": "fixed"}, {"strings": "bytes"}, {"strings": {"s": "fixed"}},
])  # fmt: skip
def test_trailing_nul_is_refused_where_numpy_drops_it(options):
    error = refused("n,s\n1,a\n2,b\0\n", **options if "dtype" not in options else
                    {"dtype": {"s": options["dtype"]}})  # fmt: skip
    assert (error.code, error.record, error.line) == ("NX605", 2, 3)
    assert (error.column, error.byte) == ("s", 10)
    assert error.hint == "dtype={'s': str}"
    inner = npx.parse_csv("s\na\0b\n", **options)["s"]
    assert len(inner[0]) == 3


def test_missing_value_of_a_string_dtype():
    for na_object in (np.nan, None, "gone"):
        dtype = np.dtypes.StringDType(na_object=na_object)
        table = npx.parse_csv('s\na\n\n""\n', dtype=dtype)
        assert table["s"].dtype == dtype == table.schema["s"].dtype
        first, second, third = table["s"].tolist()
        assert (first, third) == ("a", "")
        assert second is na_object or second == na_object or second != second
        assert table.mask("s").tolist() == [False, True, False]
        again = pickle.loads(pickle.dumps(table))
        assert again["s"].dtype == dtype


def test_text_that_is_not_utf8_is_refused_in_every_form():
    for options in ({"strings": "bytes"}, {"dtype": "S9"}, {"dtype": object}):
        with pytest.raises(npx.errors.CsvEncodingError):
            npx.read_csv(b"s\n\xff\n", **options)


def test_requested_bool_takes_its_words():
    text = "x\ntrue\nFalse\nY\n\n"
    table = npx.parse_csv(text, dtype=bool, true_values="Y")
    assert table["x"].tolist() == [True, False, True, None]
    error = refused("x\ntrue\nmaybe\n", dtype=bool)
    assert (error.code, error.value) == ("NX601", "maybe")


def test_value_errors_pickle_with_value_and_dtype():
    error = refused("x\n300\n", dtype="int8")
    again = pickle.loads(pickle.dumps(error))
    assert (again.value, again.dtype, str(again)) == ("300", np.int8, str(error))


@pytest.mark.parametrize("quoted", ['"30""0"', '"3\n0"', "'300'", "  5.0\t"])
def test_value_is_the_text_of_the_field(quoted):
    error = refused(f"x,y\n1,{quoted}\n", dtype="int8")
    wanted = {'"30""0"': '30"0', '"3\n0"': "3\n0"}.get(quoted, quoted)
    assert error.value == wanted.strip()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("zone", ["Z", "+05:00", "-05:00"])
def test_a_zone_in_an_error_warns_of_nothing(zone):
    text = f"t\n2020-01-01T10:00:00.5{zone}\n"
    with pytest.raises(CsvValueError):
        npx.parse_csv(text, dtype="datetime64[s]")
