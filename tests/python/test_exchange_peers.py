"""Tables handed to pyarrow, polars, DuckDB and others, and taken from them."""

import gc
import subprocess
import sys
import threading

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext.testing import assert_tables_equal

TEXT = (
    "id,ratio,name,day,when,ok,zoned\n"
    "1,1.5,Ada,2020-01-01,2020-01-01 01:02:03,true,2020-01-01T00:00:00.5Z\n"
    ",inf,,,,,\n"
    "3,,a name that is longer than twelve bytes,1969-12-31,1969-12-31 23:59:59,false,"
    "2020-01-01T02:00:00+02:00\n"
)
NAMES = ["Ada", None, "a name that is longer than twelve bytes"]


@pytest.fixture
def table() -> npx.Table:
    return npx.parse_csv(TEXT)


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


# ---- pyarrow ---------------------------------------------------------------


def test_pyarrow_takes_tables(table):
    pa = pytest.importorskip("pyarrow")
    taken = pa.table(table)
    taken.validate(full=True)
    assert taken.schema.types == [
        pa.int64(),
        pa.float64(),
        pa.string_view(),
        pa.date32(),
        pa.timestamp("s"),
        pa.bool_(),
        pa.timestamp("ms", "UTC"),
    ]
    assert taken["name"].to_pylist() == NAMES
    assert taken["id"].to_pylist() == [1, None, 3]
    assert taken["ratio"].to_pylist() == [1.5, float("inf"), None]
    assert [str(day) for day in taken["day"].to_pylist()] == [
        "2020-01-01",
        "None",
        "1969-12-31",
    ]
    assert taken["ok"].to_pylist() == [True, None, False]
    assert table.to_arrow().equals(taken)
    assert_tables_equal(npx.Table.from_arrow(taken), table)


def test_pyarrow_shares_memory_both_ways(table):
    pa = pytest.importorskip("pyarrow")
    taken = pa.table(table[:1])
    for name in ("id", "ratio", "when", "zoned"):
        buffer = taken[name].chunk(0).buffers()[1]
        values = np.ma.getdata(table[name])
        assert buffer.address == address(values)
    back = npx.Table.from_arrow(taken)
    assert address(back["ratio"]) == address(table["ratio"])
    own = pa.table({"x": pa.array(range(10), pa.int32())}).slice(2, 5)
    imported = npx.Table.from_arrow(own)
    buffer = own["x"].chunk(0).buffers()[1]
    assert address(imported["x"]) == buffer.address + 8
    del own, buffer
    gc.collect()
    assert imported["x"].tolist() == [2, 3, 4, 5, 6]


def test_pyarrow_asks_for_utf8(table):
    pa = pytest.importorskip("pyarrow")
    for text in (pa.string(), pa.large_string()):
        schema = pa.table(table).schema
        schema = schema.set(2, pa.field("name", text))
        reader = pa.RecordBatchReader.from_stream(table, schema=schema)
        taken = reader.read_all()
        assert taken["name"].type == text
        taken.validate(full=True)
        assert taken["name"].to_pylist() == NAMES


def test_every_type_of_pyarrow_that_numpy_has():
    pa = pytest.importorskip("pyarrow")
    ints = [1, None, 3]
    for dtype in ("int8", "int16", "int32", "int64", "uint8", "uint32", "uint64"):
        taken = npx.Table.from_arrow(pa.table({"x": pa.array(ints, dtype)}))
        assert taken["x"].dtype == dtype
        assert taken["x"].tolist() == ints
        assert np.ma.getdata(taken["x"]).tolist() == [1, 0, 3]
    for dtype in ("float16", "float32", "float64"):
        values = np.array([1.5, np.nan, 0], dtype=dtype)
        column = pa.array(values, mask=np.array([False, False, True]))
        taken = npx.Table.from_arrow(pa.table({"x": column}))
        assert taken["x"].dtype == dtype
        assert np.isnan(taken["x"]).tolist() == [False, True, True]
        assert taken.mask("x").tolist() == [False, False, True]
    for unit in ("s", "ms", "us", "ns"):
        times = {
            "when": pa.array(ints, pa.timestamp(unit)),
            "zoned": pa.array(ints, pa.timestamp(unit, "Europe/Oslo")),
            "long": pa.array(ints, pa.duration(unit)),
        }
        taken = npx.Table.from_arrow(pa.table(times))
        assert taken["when"].dtype == taken["zoned"].dtype == f"datetime64[{unit}]"
        assert taken["long"].dtype == f"timedelta64[{unit}]"
        assert taken["when"].view("i8").tolist() == [1, np.iinfo("i8").min, 3]
        assert taken.schema["zoned"].zone == "UTC"
        assert taken.schema["when"].zone is None
    for dtype, scale in (("date32", 1), ("date64", 86_400_000)):
        storage = pa.int32() if scale == 1 else pa.int64()
        days = pa.array([scale, None, -scale], storage).cast(dtype)
        taken = npx.Table.from_arrow(pa.table({"x": days}))
        assert taken["x"].dtype == "datetime64[D]"
        assert taken["x"].astype(str).tolist() == ["1970-01-02", "NaT", "1969-12-31"]
    nulls = npx.Table.from_arrow(pa.table({"x": pa.nulls(3)}))
    assert np.isnan(nulls["x"]).all()
    assert nulls.mask("x").all()


@pytest.mark.parametrize("type_name", ["string", "large_string", "string_view"])
def test_strings_of_pyarrow_in_chunks_and_slices(type_name):
    pa = pytest.importorskip("pyarrow")
    texts = ["", "short", None, "é" * 30, "text longer than a view", "x" * 12, "y" * 13]
    column = pa.chunked_array(
        [pa.array(texts[:3], type_name), pa.array(texts[2:], type_name).slice(1)]
    )
    taken = npx.Table.from_arrow(pa.table({"s": column}))
    want = ["" if text is None else text for text in texts]
    assert taken["s"].tolist() == want
    assert taken.mask("s").tolist() == [text is None for text in texts]
    del column
    gc.collect()
    assert taken[1:]["s"].tolist() == want[1:]


@pytest.mark.parametrize("index", ["int8", "uint16", "int32", "uint64"])
def test_dictionaries_of_strings_are_decoded(index):
    pa = pytest.importorskip("pyarrow")
    texts = ["low", None, "a rather high category", "low"]
    encoded = pa.array(texts).dictionary_encode()
    encoded = encoded.cast(pa.dictionary(index, pa.string()))
    taken = npx.Table.from_arrow(pa.table({"s": encoded}))
    assert taken["s"].tolist() == ["low", "", "a rather high category", "low"]
    assert taken.mask("s").tolist() == [False, True, False, False]


def test_types_of_pyarrow_that_numpy_lacks():
    pa = pytest.importorskip("pyarrow")
    columns = {
        "decimal": pa.array([None], pa.decimal128(10, 2)),
        "list": pa.array([[1]]),
        "struct": pa.array([{"a": 1}]),
        "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        "binary": pa.array([b"\xff"]),
        "binary view": pa.array([b"\xff"], pa.binary_view()),
        "fixed-size binary": pa.array([b"ab"], pa.binary(2)),
        "time of day": pa.array([1], pa.time64("us")),
        "run-end encoded": pa.RunEndEncodedArray.from_arrays([1], [5]),
        "interval": pa.array([None], pa.month_day_nano_interval()),
    }
    for what, column in columns.items():
        with pytest.raises(TypeError, match=f"column '{what}': .* type {what} "):
            npx.Table.from_arrow(pa.table({what: column}))
    numbers = pa.array([1, 2]).dictionary_encode()
    with pytest.raises(TypeError, match=r"column 'n': only dictionaries of strings"):
        npx.Table.from_arrow(pa.table({"n": numbers}))


def test_arrow_text_that_is_not_utf8():
    pa = pytest.importorskip("pyarrow")
    lying = pa.array([b"ok", b"\xff\xfe"]).view(pa.string())
    with pytest.raises(ValueError, match="column 's': row 1: the string is not UTF-8"):
        npx.Table.from_arrow(pa.table({"s": lying}))


def test_one_column_is_no_table():
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(TypeError, match="not a table"):
        npx.Table.from_arrow(pa.chunked_array([[1, 2]]))


def test_record_batches_and_readers():
    pa = pytest.importorskip("pyarrow")
    batch = pa.record_batch({"x": [1, 2], "s": ["a", "b"]})
    assert npx.Table.from_arrow(batch)["x"].tolist() == [1, 2]
    reader = pa.RecordBatchReader.from_batches(batch.schema, [batch] * 3)
    assert npx.Table.from_arrow(reader)["s"].tolist() == ["a", "b"] * 3


def test_errors_of_a_python_producer():
    pa = pytest.importorskip("pyarrow")
    batch = pa.record_batch({"x": [1]})

    def batches():
        yield batch
        raise OSError("the disk is gone")

    reader = pa.RecordBatchReader.from_batches(batch.schema, batches())
    with pytest.raises(ValueError, match="the disk is gone"):
        npx.Table.from_arrow(reader)


# ---- polars ----------------------------------------------------------------


def test_polars_takes_tables(table):
    pl = pytest.importorskip("polars")
    frame = table.to_polars()
    assert frame.columns == list(table)
    assert frame["name"].to_list() == NAMES
    assert frame["id"].to_list() == [1, None, 3]
    assert frame["ratio"].to_list() == [1.5, float("inf"), None]
    assert frame["ok"].to_list() == [True, None, False]
    assert frame["day"].dtype == pl.Date
    assert frame["zoned"].dtype == pl.Datetime("ms", "UTC")
    assert_tables_equal(npx.Table.from_arrow(frame.drop("when")), table.drop("when"))
    when = npx.Table.from_arrow(frame)["when"]  # polars has no seconds
    np.testing.assert_array_equal(when, table["when"].astype("M8[ms]"))


def test_the_constructor_of_polars_loses_nothing(table):
    pl = pytest.importorskip("polars")
    assert pl.DataFrame(table).equals(table.to_polars())
    assert pl.DataFrame(table)["name"].to_list() == NAMES


def test_polars_shares_memory_both_ways():
    pytest.importorskip("polars")
    table = npx.parse_csv("i,f\n1,1.5\n2,2.5\n")
    frame = table.to_polars()
    for name in table:
        series = frame[name].to_numpy(allow_copy=False)
        assert address(series) == address(table[name])
    back = npx.Table.from_arrow(frame)
    assert address(back["f"]) == address(table["f"])


def test_polars_categories_are_decoded():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"c": ["b", None, "a long category name", "b"]})
    for dtype in (pl.Categorical, pl.Enum(["b", "a long category name"])):
        taken = npx.Table.from_arrow(frame.with_columns(pl.col("c").cast(dtype)))
        assert taken["c"].tolist() == ["b", "", "a long category name", "b"]
        assert taken.mask("c").tolist() == [False, True, False, False]


def test_polars_works_on_other_threads(table):
    pl = pytest.importorskip("polars")
    found = []

    def work() -> None:
        frame = npx.parse_csv(TEXT).to_polars()
        found.append(frame.lazy().filter(pl.col("id") > 1).collect().height)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 4


# ---- DuckDB ----------------------------------------------------------------


def test_duckdb_queries_tables(table):
    duckdb = pytest.importorskip("duckdb")
    t = table
    assert t is table  # found by its name in the query
    found = duckdb.sql("select id, name, ok from t where ratio > 1").fetchall()
    assert found == [(1, "Ada", True), (None, None, None)]
    assert duckdb.sql("select count(*), count(name) from t").fetchall() == [(3, 2)]
    again = duckdb.sql("select max(id) from t").fetchall()
    assert again == [(3,)]


def test_duckdb_results_become_tables(table):
    duckdb = pytest.importorskip("duckdb")
    t = table
    assert t is table
    back = npx.Table.from_arrow(duckdb.sql("select id, ratio, name, day, ok from t"))
    assert_tables_equal(back, table.select("id", "ratio", "name", "day", "ok"))


# ---- Others ----------------------------------------------------------------


@pytest.mark.parametrize("backend", ["pyarrow", "polars"])
def test_narwhals_takes_tables(table, backend):
    nw = pytest.importorskip("narwhals")
    pytest.importorskip(backend)
    frame = nw.from_arrow(table, backend=backend)
    assert frame["name"].to_list() == NAMES


def test_xarray_takes_columns(table):
    xr = pytest.importorskip("xarray")
    dataset = xr.Dataset({name: ("row", table[name]) for name in ("ratio", "name")})
    assert dataset.sizes == {"row": 3}
    np.testing.assert_array_equal(dataset["ratio"], table["ratio"])
    assert xr.Dataset(table).equals(xr.Dataset(table.to_dict()))


def test_scikit_learn_takes_the_matrix():
    linear = pytest.importorskip("sklearn.linear_model")
    table = npx.parse_csv("x,y,z\n0,1,1\n1,0,3\n1,1,4\n2,2,8\n")
    model = linear.LinearRegression().fit(
        table.select("x", "y").to_matrix(), table["z"]
    )
    np.testing.assert_allclose(model.predict([[3.0, 3.0]]), [11.5], atol=1.0)


def test_a_series_of_polars_keeps_its_nulls():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"i": [2**53 + 1, None], "b": [True, None], "s": ["a", None]})
    frame = frame.with_columns(
        pl.Series("z", [0, None]).cast(pl.Datetime("us", "Asia/Tokyo"))
    )
    table = npx.Table.from_dict({name: frame[name] for name in frame.columns})
    assert_tables_equal(table, npx.Table.from_arrow(frame))
    assert table["i"].tolist() == [2**53 + 1, None]
    assert table.schema["z"].zone == "UTC"


def test_an_array_of_pyarrow_keeps_its_nulls():
    pa = pytest.importorskip("pyarrow")
    values = [2**53 + 1, None]
    for array in (pa.array(values), pa.chunked_array([values[:1], values[1:]])):
        assert npx.Table.from_dict({"x": array})["x"].tolist() == values


def test_a_mask_of_polars_or_pyarrow_selects_where_it_is_true(table):
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    for mask in (pl.Series([True, None, False]), pa.array([True, None, False])):
        assert table[mask].equals(table[:1])


def test_arrow_data_of_an_unknown_library_are_no_column(table):
    class Series:
        __arrow_c_stream__ = table.__arrow_c_stream__
        __array__ = table.mask

    with pytest.raises(TypeError, match="'x' is Arrow data of type Series"):
        npx.Table.from_dict({"x": Series()})


PACKAGES = ["pyarrow", "polars", "duckdb"]
HELD = {
    "pyarrow": "import pyarrow; kept = pyarrow.table(t)",
    "polars": "import polars; kept = t.to_polars()",
    "duckdb": "import duckdb; kept = duckdb.sql('select * from t'); kept.fetchall()",
}


@pytest.mark.parametrize("package", PACKAGES)
def test_peers_may_hold_a_table_at_exit(package):
    pytest.importorskip(package)
    code = (
        "import builtins, numpy as np, numpy_ext as npx\n"
        "t = npx.Table.from_dict({'x': np.arange(99.0), 's': ['some text'] * 99},"
        " copy=False)\n"
        f"{HELD[package]}\n"
        "builtins.kept, builtins.t = kept, t\n"
        "print('held')\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "held\n", "")
