"""missing=: what stands for a missing cell, in every kind of column."""

import copy
import math
import pickle

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext.errors import CsvValueError

STRING = np.dtypes.StringDType()
STRING_NAN = np.dtypes.StringDType(na_object=np.nan)
TEXT = "i,b,f,t,s\n1,true,0.5,2020-01-01,a\n,,,,\n3,false,1.5,2020-01-02,c\n"
FULL = TEXT.replace(",,,,\n", "2,true,2.5,2020-01-03,b\n")
MASK = [False, True, False]


def is_masked(array) -> bool:
    return isinstance(array, np.ma.MaskedArray)


def check(table: npx.Table, mask=MASK) -> None:
    """What holds in every mode."""
    for name, array in table.items():
        assert array.dtype == table.schema[name].dtype
        assert table.mask(name).tolist() == mask
        assert table.schema[name].missing == sum(mask)
        for part in (array, np.ma.getdata(array)):
            assert not part.flags.writeable
        if is_masked(array):
            assert array.mask.tolist() == mask
            with pytest.raises(ValueError, match="read-only"):
                array[0] = np.ma.masked
    for other in (copy.deepcopy(table), pickle.loads(pickle.dumps(table))):
        assert other.schema == table.schema
        for name, array in table.items():
            assert type(other[name]) is type(array)
            assert other[name].dtype == array.dtype
            assert repr(other[name].tolist()) == repr(array.tolist())
            assert not other[name].flags.writeable


def test_auto():
    table = npx.parse_csv(TEXT, missing="auto")
    check(table)
    assert [is_masked(a) for a in table.values()] == [True, True, False, False, False]
    assert table["i"].dtype == np.int64
    assert np.ma.getdata(table["i"]).tolist() == [1, 0, 3]
    assert np.ma.getdata(table["b"]).tolist() == [True, False, False]
    assert math.isnan(table["f"][1])
    assert np.isnat(table["t"][1])
    assert table["s"].dtype == STRING
    assert table["s"][1] == ""
    full = npx.parse_csv(FULL)
    check(full, [False] * 3)
    assert not any(map(is_masked, full.values()))


def test_masked():
    for text, mask in ((TEXT, MASK), (FULL, [False] * 3)):
        table = npx.parse_csv(text, missing="masked")
        check(table, mask)
        assert all(map(is_masked, table.values()))
        plain = npx.parse_csv(text)
        for name in table:
            assert table[name].dtype == plain[name].dtype
        assert (table["s"].tolist()[1] is None) == mask[1]


def test_masked_of_no_rows_and_no_values():
    table = npx.parse_csv("a,b\n", missing="masked")
    check(table, [])
    assert is_masked(table["a"])
    table = npx.parse_csv("a,b\n,1\n", missing="masked")
    assert table["a"].dtype == np.float64
    assert table["a"].tolist() == [None]


def test_nan():
    table = npx.parse_csv(TEXT, missing="nan")
    check(table)
    assert not any(map(is_masked, table.values()))
    assert table["i"].dtype == table["b"].dtype == np.float64
    assert table["i"].tolist()[::2] == [1.0, 3.0]
    assert table["b"].tolist()[::2] == [1.0, 0.0]
    assert all(math.isnan(table[name][1]) for name in "ibf")
    assert np.isnat(table["t"][1])
    assert table["s"].dtype == STRING_NAN
    assert math.isnan(table["s"][1])
    full = npx.parse_csv(FULL, missing="nan")
    check(full, [False] * 3)
    assert [full[name].dtype for name in "ib"] == [np.int64, np.bool_]
    assert full["s"].dtype == STRING_NAN


def test_nan_in_objects():
    table = npx.parse_csv(TEXT, missing="nan", strings="object")
    assert table["s"].tolist()[::2] == ["a", "c"]
    assert math.isnan(table["s"][1])
    assert npx.parse_csv(TEXT, strings="object")["s"].tolist() == ["a", "", "c"]
    masked = npx.parse_csv(TEXT, missing="masked", strings="object")["s"]
    assert masked.tolist() == ["a", None, "c"]


@pytest.mark.parametrize("strings", ["fixed", "bytes"])
def test_fixed_strings(strings):
    for missing in ("auto", "masked"):
        table = npx.parse_csv(TEXT, strings=strings, missing=missing)
        check(table)
        assert is_masked(table["s"]) == (missing == "masked")
    with pytest.raises(ValueError, match="missing='nan' has no value for a string of"):
        npx.parse_csv(TEXT, strings=strings, missing="nan")
    with pytest.raises(ValueError, match="which column 's' may be"):
        npx.parse_csv(TEXT, dtype={"s": "S4"}, missing={"s": "nan"})
    table = npx.parse_csv(TEXT, strings={"s": strings}, missing={"i": "nan"})
    assert table["i"].dtype == np.float64


@pytest.mark.parametrize("column", list("ibfts"))
def test_raise(column):
    assert npx.parse_csv(FULL, missing="raise").num_rows == 3
    with pytest.raises(CsvValueError) as caught:
        npx.parse_csv(TEXT, missing={column: "raise"})
    error = caught.value
    assert (error.code, error.record, error.line) == ("NX603", 2, 3)
    assert error.column == column
    assert error.hint == f"missing={{{column!r}: 'auto'}}"
    with pytest.raises(CsvValueError) as caught:
        npx.parse_csv(TEXT, missing="raise", usecols=[column])
    assert caught.value.hint == f"missing={{{column!r}: 'auto', ...: 'raise'}}"


@pytest.mark.parametrize("dtype", ["int16", "bool", "float32", "M8[s]", "S3", "U", str])
def test_raise_in_columns_of_a_dtype(dtype):
    value = {"bool": "true", "M8[s]": "2020-01-01"}.get(dtype, "1")
    text = f"x,y\n{value},1\n,2\n"
    with pytest.raises(CsvValueError) as caught:
        npx.parse_csv(text, missing="raise", dtype={"x": dtype})
    assert (caught.value.code, caught.value.byte) == ("NX603", len(text) - 3)


def test_missing_words_raise_too():
    for word in ("NA", "-"):
        with pytest.raises(CsvValueError) as caught:
            npx.parse_csv(f"n,m\n1,1\n{word},2\n", missing="raise", na_values="-")
        assert (caught.value.code, caught.value.column) == ("NX603", "n")
    assert npx.parse_csv("s\nNA\nx\n", missing="raise")["s"].tolist() == ["NA", "x"]


def test_modes_by_column():
    text = "a,b,c\n1,2,3\n,,\n"
    table = npx.parse_csv(text, missing={"a": "nan", 1: "masked"})
    assert table["a"].dtype == np.float64
    assert is_masked(table["b"])
    assert is_masked(table["c"])
    table = npx.parse_csv(text, missing={"a": "auto", ...: "nan"})
    assert [a.dtype.kind for a in table.values()] == ["i", "f", "f"]


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "uint64", "bool"])
def test_nan_in_columns_of_a_dtype(dtype):
    one = "true" if dtype == "bool" else "1"
    table = npx.parse_csv(f"x,y\n{one},a\n,b\n", dtype={"x": dtype}, missing="nan")
    assert table["x"].dtype == np.float64 == table.schema["x"].dtype
    assert table["x"].tolist()[0] == 1.0
    assert math.isnan(table["x"][1])


@pytest.mark.parametrize(
    ("value", "dtype"),
    [(2**53 + 1, None), (-(2**53) - 1, None), (2**63, None), (2**64 - 1, "uint64"),
     (-(2**63), "int64"), (2**53 + 2, None)],
)  # fmt: skip
def test_integers_beyond_what_floats_hold_raise(value, dtype):
    text = f's,n\na,1\n"b\nb",\nc,{value}\n'
    with pytest.raises(CsvValueError) as caught:
        npx.parse_csv(text, missing="nan", dtype={"n": dtype})
    error = caught.value
    assert (error.code, error.record, error.line) == ("NX606", 3, 5)
    assert (error.column, error.value) == ("n", str(value))
    assert text.encode()[error.byte :].startswith(str(value).encode())
    assert error.excerpt == f"c,{value}"
    assert error.hint == "missing={'n': 'auto', ...: 'nan'}"
    kept = npx.parse_csv(text, missing={"n": "auto", ...: "nan"})["n"]
    assert kept.tolist() == [1, None, value]
    assert pickle.loads(pickle.dumps(error)).dtype == np.float64


@pytest.mark.parametrize("value", [2**53, -(2**53)])
def test_integers_that_floats_hold(value):
    table = npx.parse_csv(f"n,m\n{value},1\n,1\n", missing="nan")
    assert int(table["n"][0]) == value
    whole = npx.parse_csv(f"n,m\n{value * 2 + 1},1\n", missing="nan")
    assert whole["n"].tolist() == [value * 2 + 1]


def test_error_of_a_file_has_its_place(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"n,m\n,1\n{2**53 + 1},1\n")
    with pytest.raises(CsvValueError) as caught:
        npx.read_csv(path, missing="nan")
    assert (caught.value.path, caught.value.line) == (str(path), 3)
    assert caught.value.byte == 7


def test_quoted_empty_field_is_missing_outside_of_strings():
    table = npx.parse_csv('n,s\n"",""\n1,x\n')
    assert table["n"].tolist() == [None, 1]
    assert table.mask("s").tolist() == [False, False]
