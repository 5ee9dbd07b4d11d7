"""Tables of arrays and lists: Table.from_dict and with_columns."""

import datetime as dt

import numpy as np
import pytest

import numpy_ext as npx

STRING = np.dtypes.StringDType()
UTC = dt.UTC


def column(values, **options) -> npx.Table:
    return npx.Table.from_dict({"x": values}, **options)


def check(values, dtype, listed, mask=None) -> npx.Table:
    """Check dtype, cells (None: missing) and mask of a table of one column."""
    table = column(values)
    assert table["x"].dtype == dtype
    assert table.schema["x"].dtype == dtype
    assert table.schema["x"].reason == "given"
    assert [row["x"] for row in table.to_pylist()] == listed
    assert table.mask("x").tolist() == (mask or [value is None for value in listed])
    return table


# ---- Arrays ----------------------------------------------------------------

NUMBERS = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c16"]


@pytest.mark.parametrize("dtype", NUMBERS)
@pytest.mark.parametrize("order", ["=", "<", ">"])
def test_numbers_of_either_byte_order(dtype, order):
    values = np.array([1, 0, 1]).astype(dtype)
    check(values.astype(values.dtype.newbyteorder(order)), dtype, values.tolist())


@pytest.mark.parametrize("step", [-2, -1, 2, 3])
@pytest.mark.parametrize("copy", [True, False])
def test_arrays_of_any_stride(step, copy):
    for dtype in (np.int64, ">i4", "f4", "M8[s]", STRING, "U5", "S3"):
        values = np.arange(10).astype(dtype)[::step]
        table = column(values, copy=copy)
        assert table["x"].tolist() == values.tolist()
        assert table["x"].dtype.isnative


def test_records_of_other_dtypes_are_held():
    record = np.dtype([("a", "i4"), ("b", "f8")])
    values = np.array([(1, 2.5), (3, 4.5)], dtype=record)
    assert column(values)["x"]["b"].tolist() == [2.5, 4.5]
    assert column(np.array([b"ab", b"cd"], "V2"))["x"].tolist() == [b"ab", b"cd"]


@pytest.mark.parametrize("unit", ["Y", "D", "h", "s", "ms", "us", "ns", "10s"])
@pytest.mark.parametrize("kind", ["M8", "m8"])
def test_times_that_are_none_are_missing(kind, unit):
    values = np.array([3, "NaT", 5], dtype=f"{kind}[{unit}]")
    table = column(values)
    assert table["x"].dtype == values.dtype
    assert table.mask("x").tolist() == [False, True, False]
    assert np.isnat(table["x"]).tolist() == [False, True, False]


def test_nan_is_a_value_unless_masked():
    values = np.array([1.0, np.nan])
    assert column(values).mask("x").tolist() == [False, False]
    table = column(np.ma.masked_invalid(values))
    assert table.mask("x").tolist() == [False, True]
    assert not isinstance(table["x"], np.ma.MaskedArray)


@pytest.mark.parametrize("dtype", [*NUMBERS, "M8[s]", "m8[D]", "U3", "S2", STRING])
def test_what_is_under_a_mask_does_not_show(dtype):
    values = np.array([1, 1, 1]).astype(dtype)
    table = column(np.ma.MaskedArray(values, mask=[0, 1, 0]))
    assert table.mask("x").tolist() == [False, True, False]
    array = table["x"]
    is_masked = isinstance(array, np.ma.MaskedArray)
    assert is_masked == (array.dtype.kind in "biu")
    under = np.ma.getdata(array)[1]
    if array.dtype.kind in "fc":
        assert np.isnan(under)
    elif array.dtype.kind in "mM":
        assert np.isnat(under)
    else:
        assert not under
    assert values[1] == values[0]  # the array given stays as it is


def test_masked_array_without_missing_cells_becomes_a_plain_one():
    assert type(column(np.ma.MaskedArray([1, 2]))["x"]) is np.ndarray


def test_strings_keep_their_kind():
    check(np.array(["a", "é" * 20], STRING), STRING, ["a", "é" * 20])
    check(np.array(["a", "bcd"]), "U3", ["a", "bcd"])
    check(np.array([b"a", b"bcd"]), "S3", [b"a", b"bcd"])
    check(np.array(["a", None, "b"], object), STRING, ["a", None, "b"])
    check(np.array([None, None], object), STRING, [None, None])


@pytest.mark.parametrize("na_object", [None, np.nan, "n/a"])
def test_missing_value_of_a_stringdtype(na_object):
    dtype = np.dtypes.StringDType(na_object=na_object)
    values = np.array(["a", na_object, ""], dtype)
    is_nan = isinstance(na_object, float)
    check(values, dtype if is_nan else STRING, ["a", None, ""])


def test_arrays_are_copied_unless_asked_not_to():
    values = np.arange(3)
    table, shared = column(values), column(values, copy=False)
    values[0] = 9
    assert table["x"].tolist() == [0, 1, 2]
    assert shared["x"].tolist() == [9, 1, 2]
    assert np.shares_memory(shared["x"], values)
    assert values.flags.writeable
    assert not shared["x"].flags.writeable
    added = table.with_columns(y=values)
    values[1] = 9
    assert added["y"].tolist() == [9, 1, 2]


def test_a_mask_is_copied():
    values = np.ma.MaskedArray([1, 2], mask=[False, True])
    table = column(values, copy=False)
    values.mask[0] = True
    assert table.mask("x").tolist() == [False, True]


def test_things_that_make_themselves_arrays():
    class Series:
        def __array__(self, dtype=None, copy=None):
            return np.array([1, 2])

    check(Series(), np.int64, [1, 2])


def test_a_table_and_its_columns():
    table = npx.parse_csv("a,s\n1,x\n,\n")
    assert npx.Table.from_dict(table) is table
    again = npx.Table.from_dict({**table})
    assert again.mask("a").tolist() == [False, True]
    assert again["s"].tolist() == ["x", ""]


# ---- Lists -----------------------------------------------------------------


def test_lists_of_each_kind():
    check([1, None, 3], np.int64, [1, None, 3])
    check((1.5, 2, None), np.float64, [1.5, 2.0, None])
    check([True, None], np.bool_, [True, None])
    check(["a", None, "é" * 30], STRING, ["a", None, "é" * 30])
    check([b"a", None, b"bcd"], "S3", [b"a", None, b"bcd"])
    check(range(3, 9, 2), np.int64, [3, 5, 7])
    check([], np.float64, [])
    check([2**63, 1, 0], np.uint64, [2**63, 1, 0])
    check([np.float32(0.5), np.float32(1)], np.float32, [0.5, 1.0])
    check([np.uint64(5), -1], np.int64, [5, -1])
    check([np.int8(5), np.int8(3)], np.int8, [5, 3])
    check([1j, 2, None], np.complex128, [1j, 2 + 0j, None])
    check([np.ma.masked, 3], np.int64, [None, 3])
    check(np.array([1, 2]).tolist(), np.int64, [1, 2])
    day, noon = dt.date(2020, 1, 1), dt.datetime(2020, 1, 1, 12, 0, 0, 5)
    check([day, None], "M8[D]", [day, None])
    check([noon, None], "M8[us]", [noon, None])
    check([noon - noon, None], "m8[us]", [dt.timedelta(0), None])
    table = column([np.datetime64("2020-01-01T00", "ns"), None])
    assert table["x"].dtype == "M8[ns]"
    assert table.mask("x").tolist() == [False, True]


def test_nan_of_a_list_is_a_value():
    table = column([np.nan, None, 1.0])
    assert table.mask("x").tolist() == [False, True, False]


def test_list_without_values():
    table = column([None, None])
    assert table["x"].dtype == np.float64
    assert table.mask("x").all()
    assert table.schema["x"].reason == "no values"


def test_times_with_a_zone_become_utc():
    zone = dt.timezone(dt.timedelta(hours=2))
    noon = dt.datetime(2020, 1, 1, 12, tzinfo=zone)
    table = column([noon, None])
    assert table.schema["x"].zone == "UTC"
    assert table["x"].tolist() == [dt.datetime(2020, 1, 1, 10), None]
    assert table.to_pylist() == [{"x": noon}, {"x": None}]
    assert table.to_pylist()[0]["x"].tzinfo is UTC


# ---- Refusals --------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (3, TypeError, r"'x' is one value, 3; numpy.full\(num_rows, 3\)"),
        ("abc", TypeError, "is one value"),
        (None, TypeError, "is one value"),
        (np.array(3), TypeError, "is one value"),
        (np.zeros((2, 2)), ValueError, r"'x' must have one dimension, got shape \(2"),
        ([[1], [2]], ValueError, "'x' must have one dimension, got 2"),
        ({"a": 1}, TypeError, "'x' must be an array or a list, got dict$"),
        ({1, 2}, TypeError, "'x' must be an array or a list, got set$"),
        (iter([1]), TypeError, r"got list_iterator; list\(...\) makes"),
        ([1, "a"], TypeError, "'x' mixes values: 1 and 'a'"),
        ([1, True], TypeError, "mixes values: 1 and True"),
        (["a", b"b"], TypeError, "mixes values"),
        ([dt.date(2020, 1, 1), dt.datetime(2020, 1, 1)], TypeError, "mixes"),
        ([2**64], ValueError, "holds 18446744073709551616, and no integer dtype"),
        ([2**63, -1], ValueError, "holds 9223372036854775808, and no integer dtype"),
        ([-(2**63) - 1], ValueError, "holds -9223372036854775809"),
        ([2**53 + 1, 0.5], ValueError, "skips integers as large as 9007199254740993"),
        ([b"a\0"], ValueError, "ends in a NUL; NumPy drops it"),
        ([object()], TypeError, "of type object"),
        (np.array([1, "a"], object), TypeError, "row 0 holds 1, which is no str"),
        (np.array(["a", np.nan], object), TypeError, "row 1 holds nan"),
        (np.array([b"\xff"], object), TypeError, "no str"),
    ],
)
def test_what_is_no_column_is_named(values, error, message):
    with pytest.raises(error, match=f"column .*{message}"):
        column(values)


@pytest.mark.filterwarnings("ignore:The 'generic' unit:DeprecationWarning")
def test_times_without_a_unit_are_told_how_to_get_one():
    values = np.array(["NaT"], "M8")
    with pytest.raises(TypeError, match=r"without a unit; .astype\('datetime64\[s\]"):
        column(values)


def test_names_and_lengths():
    with pytest.raises(TypeError, match="columns are named by str, got 3"):
        npx.Table.from_dict({3: [1]})
    with pytest.raises(ValueError, match="'b' has 3 rows, column 'a' 2"):
        npx.Table.from_dict({"a": [1, 2], "b": [1, 2, 3]})
    with pytest.raises(TypeError, match="a mapping of names to columns, got list"):
        npx.Table.from_dict([1])
    assert npx.Table.from_dict({}).shape == (0, 0)
    assert npx.Table.from_dict({"": [1]}).names == ("",)


# ---- with_columns ----------------------------------------------------------


def test_added_and_replaced_columns():
    table = npx.parse_csv("a,s\n1,x\n,\n")
    made = table.with_columns({"two words": [1.5, 2.5], "a": ["y", "z"]}, b=[0, 1])
    assert made.names == ("a", "s", "two words", "b")
    assert made["a"].tolist() == ["y", "z"]
    assert np.shares_memory(made["s"], table["s"])
    assert table.names == ("a", "s")


def test_masks_of_computed_columns_are_kept():
    table = npx.parse_csv("a,b,t\n1,2,2020-01-01\n,3,\n")
    made = table.with_columns(
        c=table["a"] + table["b"], later=table["t"] + np.timedelta64(1, "D")
    )
    assert made.mask("c").tolist() == [False, True]
    assert made.mask("later").tolist() == [False, True]
    assert made.schema["c"].missing == 1


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (3, np.int64),
        (2.5, np.float64),
        (True, np.bool_),
        ("text", STRING),
        (b"ab", "S2"),
        (np.float32(3), np.float32),
        (np.array(5, "i2"), np.int16),
        (dt.date(2020, 1, 1), "M8[D]"),
        (np.datetime64("2020-01-01", "ns"), "M8[ns]"),
    ],
)
def test_one_value_for_all_rows(value, dtype):
    table = npx.parse_csv("a\n1\n2\n3\n").with_columns(x=value)
    assert table["x"].dtype == dtype
    assert (table["x"] == value).all()
    assert table.num_rows == 3


def test_with_columns_checks_lengths():
    table = npx.parse_csv("a\n1\n2\n")
    with pytest.raises(ValueError, match="column 'x' has 3 rows, the table 2"):
        table.with_columns(x=[1, 2, 3])
    with pytest.raises(TypeError, match="column 'x' is None, which has no dtype"):
        table.with_columns(x=None)
    empty = npx.Table.from_dict({})
    assert empty.with_columns(x=[1, 2]).shape == (2, 1)
    with pytest.raises(ValueError, match="column 'y' has 1 rows, column 'x' 2"):
        empty.with_columns(x=[1, 2], y=[1])
    assert table[[]].with_columns(x=1).shape == (2, 1)


# ---- Times that NumPy would cut without a word ------------------------------


def test_times_of_different_units_are_exact_in_the_finest_one():
    times = [np.datetime64("2020-01-01"), np.datetime64("2020-01-02T03", "ns")]
    assert column(times)["x"].tolist() == np.array(times, "M8[ns]").tolist()
    spans = [np.timedelta64(1, "D"), None, np.timedelta64(1, "ms")]
    assert column(spans).to_pylist()[0]["x"] == dt.timedelta(days=1)
    nat = np.datetime64("NaT", "s")
    assert column([nat, times[0]]).mask("x").tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (
            [np.datetime64(1, "ns"), np.datetime64("3000-01-01")],
            ValueError,
            r"'x': times of datetime64\[D\] are beyond datetime64\[ns\], the finest",
        ),
        (
            [np.timedelta64(1, "ns"), np.timedelta64(10**6, "D")],
            ValueError,
            r"'x': times of timedelta64\[D\] are beyond timedelta64\[ns\], the fine",
        ),
        ([np.timedelta64(1, "Y"), np.timedelta64(1, "D")], TypeError, "column 'x': "),
        ([dt.timedelta.max], ValueError, r"'x': .*out of the range of timedelta64\[us"),
        ([dt.timedelta.min], ValueError, r"'x': .*out of the range of timedelta64\[us"),
        (
            [dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=1)))],
            ValueError,
            "'x' holds a time that is beyond UTC",
        ),
    ],
)
def test_times_that_no_unit_holds_are_refused(values, error, message):
    with pytest.raises(error, match=message):
        column(values)


def test_durations_beyond_numpy_fill_nothing():
    table = column(np.ma.MaskedArray(np.ones(2, "m8[us]"), mask=[False, True]))
    with pytest.raises(ValueError, match=r"column 'x' .* is out of the range"):
        table.fill_missing({"x": dt.timedelta.max})


# ---- Errors say where --------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([[1], [2, 3]], TypeError, r"column 'x' holds \[1\] of type list"),
        (["a", "\ud800"], ValueError, r"column 'x' holds '\\ud800': .*surrogates"),
    ],
)
def test_bad_lists_are_named(values, error, message):
    with pytest.raises(error, match=message):
        column(values)


def test_integers_beyond_small_floats_fill_nothing():
    table = column(np.ma.MaskedArray(np.ones(2, "f2"), mask=[False, True]))
    with pytest.raises(ValueError, match=r"'x' is float16: it does not hold 70000"):
        table.fill_missing({"x": 70000})


def test_units_without_a_common_one_are_not_joined():
    years, days = (column(np.ones(1, f"m8[{unit}]")) for unit in "YD")
    with pytest.raises(TypeError, match=r"'x' is of timedelta64.D. and timedelta64.Y"):
        npx.Table.concat([years, days])


@pytest.mark.parametrize("name", ["a b", "class", "x"])
def test_advice_runs_for_any_name(name):
    t = npx.Table.from_dict({name: np.ones(1, "c16")})
    with pytest.raises(TypeError, match="for example ") as caught:
        t.__arrow_c_schema__()
    advice = str(caught.value).partition("for example ")[2]
    assert eval(advice, {"t": t})[name].dtype == np.float64
    with pytest.raises(TypeError, match="for example ") as caught:
        npx.Table.concat([npx.Table.from_dict({name: ["a"]}), t])
    compile(str(caught.value).partition("for example ")[2], "advice", "eval")


def test_a_field_needs_a_name():
    with pytest.raises(ValueError, match="a field needs a name"):
        npx.Table.from_dict({"": [1]}).to_structured()
