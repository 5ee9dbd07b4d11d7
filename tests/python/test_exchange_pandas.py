"""Tables as frames of pandas, and back."""

import datetime as dt
import subprocess
import sys

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext.testing import assert_tables_equal

pd = pytest.importorskip("pandas")

TEXT = (
    "id,size,ratio,name,day,when,ok,zoned\n"
    "1,1,1.5,Ada,2020-01-01,2020-01-01 01:02:03,true,2020-01-01T00:00:00.5Z\n"
    ",2,inf,,,,,\n"
    "9007199254740993,3,,a name that is longer than a view,1969-12-31,"
    "1969-12-31 23:59:59,false,2020-01-01T02:00:00+02:00\n"
)


@pytest.fixture
def table() -> npx.Table:
    return npx.parse_csv(TEXT)


# ---- To pandas -------------------------------------------------------------


@pytest.mark.parametrize("copy", [True, False])
def test_dtypes_and_values(table, copy):
    frame = table.to_pandas(copy=copy)
    assert list(frame.columns) == list(table)
    assert isinstance(frame.index, pd.RangeIndex)
    assert frame.dtypes.astype(str).tolist() == [
        "Int64",
        "int64",
        "float64",
        "str",
        "datetime64[s]",
        "datetime64[s]",
        "boolean",
        "datetime64[ms, UTC]",
    ]
    for name in table:
        if name != "size":
            missing = frame[name].isna().tolist()
            assert missing == table.mask(name).tolist(), name
    assert frame["id"].tolist() == [1, pd.NA, 2**53 + 1]
    assert frame["ratio"].tolist()[:2] == [1.5, float("inf")]
    assert frame["name"].tolist()[0] == "Ada"
    assert frame["name"].tolist()[2] == "a name that is longer than a view"
    assert frame["day"].tolist()[2] == pd.Timestamp("1969-12-31")
    assert frame["zoned"][0] == pd.Timestamp("2020-01-01T00:00:00.5Z")


def test_without_copy_memory_is_shared(table):
    plain = table[:1].to_pandas(copy=False)
    for name in ("size", "ratio", "when", "id", "ok"):
        assert np.shares_memory(plain[name].to_numpy(), np.ma.getdata(table[name]))
    frame = table.to_pandas(copy=False)
    assert np.shares_memory(frame["zoned"].array._ndarray, table["zoned"])
    assert np.shares_memory(frame["id"].array._data, table["id"])
    with pytest.raises(ValueError, match="read-only"):
        frame.loc[0, "size"] = 7
    assert table["size"][0] == 1


def test_a_copy_can_be_written_to(table):
    frame = table.to_pandas()
    for name, value in (("size", 7), ("ratio", 0.5), ("name", "Eve"), ("id", pd.NA)):
        frame.loc[0, name] = value
    assert table["size"][0] == 1
    assert table["name"][0] == "Ada"
    assert table["id"].tolist()[0] == 1


@pytest.mark.parametrize("dtype", ["i1", "u2", "u8", "f2", "f4", "m8[ms]", "?"])
def test_other_dtypes(dtype):
    values = np.array([0, 1, 1]).astype(dtype)
    frame = npx.Table.from_dict({"x": values}).to_pandas()
    assert frame["x"].dtype == values.dtype
    np.testing.assert_array_equal(frame["x"], values)


def test_units_that_pandas_lacks():
    hours = np.array([0, 25, "NaT"], dtype="M8[h]")
    frame = npx.Table.from_dict({"x": hours}).to_pandas()
    assert frame["x"].dtype == "datetime64[s]"
    assert frame["x"].isna().tolist() == [False, False, True]
    assert frame["x"][1] == pd.Timestamp("1970-01-02 01:00")
    far = npx.Table.from_dict({"x": np.array([2**62], dtype="M8[D]")})
    with pytest.raises(ValueError, match="column 'x': row 0 is beyond"):
        far.to_pandas()


def test_no_rows_and_no_columns():
    frame = npx.parse_csv("a,b\n").to_pandas()
    assert frame.shape == (0, 2)
    assert npx.Table.from_dict({}).to_pandas().shape == (0, 0)


def test_dtypes_that_pandas_lacks_are_named():
    with pytest.raises(TypeError, match="column 'c'"):
        npx.Table.from_dict({"c": np.zeros(2, dtype="c16")}).to_pandas()


def test_the_constructor_of_pandas_tells_what_to_do(table):
    with pytest.raises(TypeError, match=r"to_pandas\(\)"):
        pd.DataFrame(table)


# ---- From pandas -----------------------------------------------------------


@pytest.mark.parametrize("copy", [True, False])
def test_there_and_back(table, copy):
    back = npx.Table.from_pandas(table.to_pandas(copy=copy))
    day = back["day"].astype("M8[D]")
    assert_tables_equal(back.drop("day"), table.drop("day"))
    np.testing.assert_array_equal(day, table["day"])
    assert back.schema["zoned"].zone == "UTC"
    for name in table:
        np.testing.assert_array_equal(back.mask(name), table.mask(name))
        assert not back[name].flags.writeable


def test_frames_can_change_and_tables_do_not():
    frame = pd.DataFrame({"x": [1, 2], "f": [0.5, 1.5], "n": pd.array([1, None])})
    table = npx.Table.from_pandas(frame)
    frame.loc[0, "x"], frame.loc[0, "f"], frame.loc[0, "n"] = 7, 7.0, 7
    assert table["x"].tolist() == [1, 2]
    assert table["f"].tolist() == [0.5, 1.5]
    assert table["n"].tolist() == [1, None]


def test_missing_values_of_every_kind():
    frame = pd.DataFrame(
        {
            "Int8": pd.array([1, None, 3], dtype="Int8"),
            "UInt64": pd.array([2**64 - 1, None, 3], dtype="UInt64"),
            "boolean": pd.array([True, None, False], dtype="boolean"),
            "Float32": pd.array([1.5, None, 0.0], dtype="Float32"),
            "float": [1.5, np.nan, 0.0],
            "time": pd.to_datetime(["2020-01-01", None, "2020-01-02"]),
            "str": ["a", None, "c"],
            "string": pd.array(["a", None, "c"], dtype="string"),
            "object": pd.Series(["a", None, "c"], dtype=object),
            "bools": pd.Series([True, None, False], dtype=object),
        }
    )
    table = npx.Table.from_pandas(frame)
    for name in table:
        assert table.mask(name).tolist() == [False, True, False], name
        assert table.schema[name].missing == 1
    assert table["Int8"].dtype == "int8"
    assert table["Int8"].tolist() == [1, None, 3]
    assert table["UInt64"].tolist() == [2**64 - 1, None, 3]
    assert table["boolean"].tolist() == table["bools"].tolist() == [True, None, False]
    assert table["Float32"].dtype == "float32"
    for name in ("str", "string", "object"):
        assert table[name].tolist() == ["a", "", "c"]


def test_categories_are_decoded():
    frame = pd.DataFrame(
        {
            "text": pd.Categorical(["b", None, "a long category name"]),
            "number": pd.Categorical([30, 10, None]),
            "ratio": pd.Categorical([1.5, None, 0.5]),
            "none": pd.Categorical([None, None, None]),
        }
    )
    table = npx.Table.from_pandas(frame)
    assert table["text"].tolist() == ["b", "", "a long category name"]
    assert table.mask("text").tolist() == [False, True, False]
    assert table["number"].tolist() == [30, 10, None]
    assert np.isnan(table["ratio"]).tolist() == [False, True, False]
    assert table.mask("none").all()


def test_times_with_a_zone_become_utc():
    times = pd.date_range("2020-06-01", periods=2, freq="h", tz="Europe/Oslo")
    table = npx.Table.from_pandas(pd.DataFrame({"t": times}))
    assert table.schema["t"].zone == "UTC"
    assert table["t"][0] == np.datetime64("2020-05-31T22:00")
    assert table.to_pandas()["t"][0] == times[0]


def test_arrow_dtypes_of_pandas():
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"i": [1, 2], "s": ["a", None]}).convert_dtypes(
        dtype_backend="pyarrow"
    )
    table = npx.Table.from_pandas(frame)
    assert table["i"].tolist() == [1, 2]
    assert table.mask("s").tolist() == [False, True]


def test_an_index_is_not_lost_silently():
    frame = pd.DataFrame({"x": [1, 2]}, index=["a", "b"])
    with pytest.raises(ValueError, match=r"reset_index\(\)"):
        npx.Table.from_pandas(frame)
    assert npx.Table.from_pandas(frame.reset_index()).names == ("index", "x")
    assert npx.Table.from_pandas(frame.reset_index(drop=True)).names == ("x",)


def test_names_must_be_distinct_str():
    with pytest.raises(ValueError, match="two columns are named 'x'"):
        npx.Table.from_pandas(pd.DataFrame([[1, 2]], columns=["x", "x"]))
    with pytest.raises(TypeError, match=r"got 0; .*rename\(columns=str\)"):
        npx.Table.from_pandas(pd.DataFrame([[1, 2]]))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1 + 2j], "column 'x' is of complex128"),
        (pd.period_range("2020", periods=1), "column 'x' is of period"),
        (pd.arrays.IntervalArray.from_breaks([0, 1]), "column 'x' is of interval"),
        (pd.Series([["list"]]), r"row 0 holds \['list'\]"),
        (pd.Series(["a", 1], dtype=object), "row 1 holds 1; objects must be str"),
        (pd.Series([dt.date(2020, 1, 1)]), "row 0 holds datetime.date"),
    ],
)
def test_dtypes_that_tables_lack(values, message):
    with pytest.raises(TypeError, match=message):
        npx.Table.from_pandas(pd.DataFrame({"x": values}))


@pytest.mark.parametrize("given", [{"x": [1]}, [1, 2], None, pd.Series([1])])
def test_what_is_no_frame(given):
    with pytest.raises(TypeError, match=r"pandas\.DataFrame"):
        npx.Table.from_pandas(given)


# ---- Without other libraries -----------------------------------------------


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("package", ["pandas", "polars", "pyarrow"])
def test_a_missing_library_is_named_with_the_way_to_get_it(package):
    method = {"pyarrow": "arrow"}.get(package, package)
    out = run(
        f"import sys; sys.modules['{package}'] = None\n"
        "import numpy_ext as npx\n"
        f"try: npx.parse_csv('a\\n1\\n').to_{method}()\n"
        "except ImportError as error: print(error.name, error)\n"
    )
    assert out.startswith(f"{package} ")
    assert out.endswith(f"pip install {package}\n")


def test_strings_go_to_pandas_without_pyarrow():
    out = run(
        "import sys; sys.modules['pyarrow'] = None\n"
        "import numpy_ext as npx\n"
        "f = npx.parse_csv('a,n\\nx,1\\n,2\\nlonger than twelve,3\\n').to_pandas()\n"
        "print(f['a'].dtype, f['a'].tolist())\n"
        "print(npx.Table.from_pandas(f)['a'].tolist())\n"
    )
    assert (
        out == "str ['x', nan, 'longer than twelve']\n['x', '', 'longer than twelve']\n"
    )


# ---- Single values of pandas -------------------------------------------------


def test_times_of_pandas_keep_their_nanoseconds():
    time, zoned = pd.Timestamp(1, unit="ns"), pd.Timestamp(1, unit="ns", tz="CET")
    table = npx.Table.from_dict(
        {"t": [time, pd.NaT], "z": [zoned, None], "d": [pd.Timedelta(1, "ns"), pd.NaT]}
    )
    for name in table:
        assert table[name].view(np.int64)[0] == 1
        assert np.datetime_data(table[name].dtype) == ("ns", 1)
        assert table.mask(name).tolist() == [False, True]
    assert table.schema["z"].zone == "UTC"
    filled = table.fill_missing({"t": time, "z": zoned, "d": pd.Timedelta(1, "ns")})
    assert filled["t"].view(np.int64).tolist() == [1, 1]
    assert filled["z"].view(np.int64).tolist() == [1, 1]
    assert filled["d"].view(np.int64).tolist() == [1, 1]


SERIES = {
    "Int64": pd.Series([2**53 + 1, None], dtype="Int64"),
    "str": pd.Series(["a", None]),
    "boolean": pd.Series([True, None], dtype="boolean"),
    "zoned": pd.Series([pd.Timestamp("2020-01-01", tz="CET"), pd.NaT]),
    "category": pd.Series(["a", None], dtype="category"),
    "Float64": pd.Series([1.5, None], dtype="Float64"),
    "float": pd.Series([1.5, None]),
    "times": pd.Series([pd.Timestamp(1, unit="ns"), pd.NaT]),
}


@pytest.mark.parametrize("kind", SERIES)
def test_a_series_is_the_column_of_its_frame(kind):
    series = SERIES[kind]
    whole = npx.Table.from_pandas(pd.DataFrame({"x": series}))
    assert whole.mask("x").tolist() == [False, True]
    for values in (series, series.array, series.set_axis([7, 7]), pd.Index(series)):
        if not isinstance(values, np.ndarray):
            assert_tables_equal(npx.Table.from_dict({"x": values}), whole)
            assert_tables_equal(whole.with_columns(x=values), whole)


def test_complex_numbers_of_a_series():
    table = npx.Table.from_dict({"x": pd.Series([1j, 2.0])})
    assert table["x"].tolist() == [1j, 2]


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object", "bool[pyarrow]"])
def test_a_mask_of_pandas_selects_where_it_is_true(table, dtype):
    if dtype == "bool[pyarrow]":
        pytest.importorskip("pyarrow")
    other = False if dtype == "bool" else None
    mask = pd.Series([True, False, other], dtype=dtype)
    assert table[mask].equals(table[:1])
    assert table[pd.Series([2, 0])].equals(table[[2, 0]])
    with pytest.raises(TypeError, match="rows are chosen by"):
        table[pd.Series(["a", "b", "c"])]


@pytest.mark.parametrize(
    "dtype",
    ["Int64", "int64[pyarrow]", "double[pyarrow]", "bool[pyarrow]", "string[pyarrow]"],
)
def test_a_missing_category_is_no_category(dtype):
    if "pyarrow" in dtype:
        pytest.importorskip("pyarrow")
    plain = pd.Series(["a", None] if "string" in dtype else [1, None], dtype=dtype)
    table = npx.Table.from_pandas(pd.DataFrame({"x": plain.astype("category")}))
    assert_tables_equal(table, npx.Table.from_pandas(pd.DataFrame({"x": plain})))
    assert table.mask("x").tolist() == [False, True]


def test_a_missing_category_of_times_is_not_a_time():
    times = pd.Series(pd.to_datetime(["2020-01-01", None], utc=True)).astype("category")
    table = npx.Table.from_pandas(pd.DataFrame({"x": times}))
    assert np.isnat(table["x"]).tolist() == [False, True]


def test_no_category_at_all():
    for values in (pd.Series([None, None], dtype="category"), pd.Series([pd.NA] * 2)):
        frame = pd.DataFrame({"x": values.astype("category")})
        assert npx.Table.from_pandas(frame).mask("x").tolist() == [True, True]


def test_sparse_columns_become_dense():
    frame = pd.DataFrame({"x": pd.arrays.SparseArray([0, 0, 7])})
    assert npx.Table.from_pandas(frame)["x"].tolist() == [0, 0, 7]


def test_surrogates_of_pandas_are_refused_by_name():
    frame = pd.DataFrame({"x": pd.Series(["\ud800"], dtype=object)})
    with pytest.raises(ValueError, match=r"column 'x' holds '\\ud800': .*surrogates"):
        npx.Table.from_pandas(frame)
