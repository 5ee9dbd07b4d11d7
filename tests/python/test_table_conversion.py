"""Tables as dictionaries, lists, records, matrices and pickles, and inside NumPy."""

import copy
import datetime as dt
import io
import pickle

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext import _native

STRING = np.dtypes.StringDType()
TEXT = (
    "id,low,when,ok,name\n"
    "1,1.5,2020-01-01T10:00:00,true,Ada\n"
    ",,,,\n"
    "3,2.5,2020-01-03T00:00:00,false,a name that is longer than a view\n"
)


@pytest.fixture
def table():
    return npx.parse_csv(TEXT)


def every_kind() -> npx.Table:
    """Return a table with a column of each kind, and missing cells in most."""
    gone = [False, True, False]
    kinds = ["?", "i1", "u8", "f2", "f8", "c16", "M8[D]", "M8[ns]", "m8[s]", "U3", "S2"]
    columns = {
        kind: np.ma.MaskedArray(np.array([1, 0, 1]).astype(kind), mask=gone)
        for kind in kinds
    }
    columns["text"] = ["a", None, "é" * 30]
    columns["zone"] = [dt.datetime(2020, 1, 1, tzinfo=dt.UTC), None, None]
    return npx.Table.from_dict(columns).with_columns(
        {name + " whole": array for name, array in columns.items() if name == "i1"},
        plain=np.arange(3),
        nan=np.array([np.nan, 1, 2]),
    )


# ---- to_dict, to_pylist ----------------------------------------------------


def test_to_dict_shares_or_copies(table):
    shared, copied = table.to_dict(), table.to_dict(copy=True)
    assert list(shared) == list(copied) == list(table)
    for name, array in table.items():
        assert np.shares_memory(shared[name], array)
        assert type(copied[name]) is type(array)
        assert [str(v) for v in copied[name]] == [str(v) for v in array]
        copied[name][0] = copied[name][2]
        assert copied[name].tolist()[0] == array.tolist()[2]
    copied["id"][0] = np.ma.masked
    assert table["id"].tolist() == [1, None, 3]


def test_to_pylist_gives_objects_of_python(table):
    rows = table.to_pylist()
    assert rows[1] == dict.fromkeys(table)
    assert rows[0] == {
        "id": 1,
        "low": 1.5,
        "when": dt.datetime(2020, 1, 1, 10),
        "ok": True,
        "name": "Ada",
    }
    assert [type(value) for value in rows[0].values()] == [
        int,
        float,
        dt.datetime,
        bool,
        str,
    ]
    assert table[[]].to_pylist() == [{}, {}, {}]
    assert table[:0].to_pylist() == []


def test_times_that_python_cannot_hold_stay_numpys():
    far = np.array(["20000-01-01", "-0500-01-01", "2020-01-01"], "M8[s]")
    listed = npx.Table.from_dict({"t": far}).to_pylist()
    assert [row["t"] for row in listed[:2]] == list(far[:2])
    assert listed[2]["t"] == dt.datetime(2020, 1, 1)
    fine = np.array([1, "NaT"], "M8[ns]")
    listed = npx.Table.from_dict({"t": fine, "d": fine - fine[0]}).to_pylist()
    assert listed == [
        {"t": np.datetime64(1, "ns"), "d": np.timedelta64(0, "ns")},
        {"t": None, "d": None},
    ]
    assert type(listed[0]["t"]) is np.datetime64


# ---- to_structured ---------------------------------------------------------


def test_structured_array(table):
    made = table[[0, 2]].to_structured()
    assert type(made) is np.ndarray
    assert made.dtype == [
        ("id", "i8"),
        ("low", "f8"),
        ("when", "M8[s]"),
        ("ok", "?"),
        ("name", "U33"),
    ]
    assert made["name"].tolist() == ["Ada", "a name that is longer than a view"]
    assert made["id"].tolist() == [1, 3]
    made["id"] = 0  # it is the caller's
    assert table[0:1]["id"].tolist() == [1]


@pytest.mark.parametrize(
    ("strings", "dtype"), [("U", "U33"), ("S", "S33"), ("object", object)]
)
def test_strings_of_a_structured_array(table, strings, dtype):
    made = table.to_structured(strings=strings)
    assert made.dtype["name"] == dtype
    assert isinstance(made, np.ma.MaskedArray)
    assert made.mask.tolist() == [(False,) * 5, (True,) * 5, (False,) * 5]
    assert made["low"].tolist() == [1.5, None, 2.5]


def test_structured_arrays_without_rows_or_columns(table):
    assert table[:0].to_structured().dtype["name"] == "U1"
    assert table[[]].to_structured().shape == (3,)
    fixed = npx.parse_csv("a\nx\ny\n", strings="bytes").to_structured()
    assert fixed.dtype["a"] == "U1"


def test_structured_arrays_refuse_what_they_would_lose(table):
    nul = npx.Table.from_dict({"s": ["ab", "a\0"]})
    with pytest.raises(ValueError, match="'s': the string of row 1 ends in a NUL"):
        nul.to_structured()
    assert nul.to_structured(strings="object")["s"].tolist() == ["ab", "a\0"]
    with pytest.raises(ValueError, match="'U', 'S' or 'object', got 'T'"):
        table.to_structured(strings="T")


# ---- to_matrix -------------------------------------------------------------


def matrix(*columns, **options) -> np.ndarray:
    table = npx.Table.from_dict({f"c{i}": c for i, c in enumerate(columns)})
    made = table.to_matrix(**options)
    assert made.shape == table.shape
    assert made.flags.c_contiguous
    assert made.flags.writeable
    return made


@pytest.mark.parametrize(
    ("dtypes", "dtype"),
    [
        (["?", "?"], "?"),
        (["?", "i4"], "i4"),
        (["?", "f4"], "f4"),
        (["i1", "u1"], "i2"),
        (["i8", "u8"], "u8"),
        (["i8", "f4"], "f8"),
        (["f2", "f4"], "f4"),
        (["i8", "c8"], "c16"),
        ([], "f8"),
    ],
)
def test_dtype_of_a_matrix_holds_all(dtypes, dtype):
    columns = [np.array([1, 0, 1]).astype(d) for d in dtypes]
    made = matrix(*columns)
    assert made.dtype == dtype
    for at, values in enumerate(columns):
        assert made[:, at].tolist() == values.astype(dtype).tolist()


def test_missing_cells_of_a_matrix_are_nan(table):
    made = table.select("id", "low", "ok").to_matrix()
    assert made.dtype == np.float64
    np.testing.assert_array_equal(made, [[1, 1.5, 1], [np.nan] * 3, [3, 2.5, 0]])
    small = np.ma.MaskedArray(np.ones(2, "i1"), [True, False])
    np.testing.assert_array_equal(matrix(small, dtype="f4"), [[np.nan], [1]])


def test_matrix_of_a_dtype():
    assert matrix([1, 2], [0.1, 0.2], dtype="f4").dtype == np.float32
    assert matrix([1, 2], dtype=np.int8).tolist() == [[1], [2]]
    assert matrix([2**53 + 1], dtype=float).tolist() == [[2.0**53]]
    assert matrix([1], dtype="u1").dtype == np.uint8


@pytest.mark.parametrize(
    ("columns", "options", "error", "message"),
    [
        ([["a"]], {}, TypeError, r"'c0' is string, .* t.drop\('c0'\).to_matrix\(\)"),
        ([np.ones(1, "M8[s]")], {}, TypeError, r"'c0' is datetime64\[s\]"),
        ([[2**53 + 1], [0.5]], {}, ValueError, "'c0': row 0 holds 9007199254740993"),
        ([[-1], np.ones(1, "u8")], {}, ValueError, "'c0': row 0 holds -1"),
        ([[None, 2**60]], {}, ValueError, "'c0': row 1 holds 1152921504606846976"),
        ([[1, None]], {"missing": "raise"}, ValueError, "'c0' has a missing cell.*w 1"),
        ([[None, 1.5]], {"missing": "raise"}, ValueError, "fill_missing puts a value"),
        ([[1, None]], {"dtype": int}, ValueError, "row 1, for which int64 has no val"),
        ([[300]], {"dtype": "i1"}, ValueError, "holds 300, which int8 cannot hold"),
        ([[-1]], {"dtype": "u8"}, ValueError, "holds -1, which uint64 cannot"),
        ([[0.5]], {"dtype": int}, TypeError, "'c0' is float64, asked for int64"),
        ([[1j]], {"dtype": float}, TypeError, "'c0' is complex128, asked for float64"),
        ([[1e300]], {"dtype": "f4"}, ValueError, "values too large for float32"),
        ([[1]], {"dtype": str}, TypeError, "a matrix is of numbers or bools, not of"),
        ([[1]], {"missing": 0}, ValueError, "'nan' or 'raise', got 0"),
    ],
)
def test_what_a_matrix_cannot_hold(columns, options, error, message):
    columns = [np.array([1j]) if column == [1j] else column for column in columns]
    with pytest.raises(error, match=message):
        matrix(*columns, **options)


# ---- Pickles ---------------------------------------------------------------


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("rows", [slice(None), slice(0), slice(None, None, -1)])
def test_pickles_of_every_protocol(protocol, rows):
    table = every_kind()[rows]
    again = pickle.loads(pickle.dumps(table, protocol))
    assert again.equals(table)
    assert again.schema == table.schema
    for name, array in again.items():
        assert type(array) is type(table[name])
        for part in (np.ma.getdata(array), again.mask(name)):
            with pytest.raises(ValueError, match="WRITEABLE"):
                part.flags.writeable = True


@pytest.mark.parametrize("missing", ["auto", "masked", "nan"])
@pytest.mark.parametrize("strings", ["stringdtype", "object", "fixed", "bytes"])
def test_pickles_keep_the_form(missing, strings):
    if missing == "nan" and strings in ("fixed", "bytes"):
        pytest.skip("no NaN in them")
    table = npx.parse_csv(TEXT, missing=missing, strings=strings)
    again = pickle.loads(pickle.dumps(table))
    assert again.equals(table)
    for name, array in again.items():
        assert type(array) is type(table[name])
        assert array.dtype == table[name].dtype


def test_buffers_go_out_of_band_without_a_copy(monkeypatch):
    monkeypatch.setattr(_native, "string_array", None)
    text = "i,f,s\n" + "".join(f"{i},{i}.5,string number {i}\n" for i in range(5000))
    table = npx.parse_csv(text + ",,\n")
    buffers = []
    data = pickle.dumps(table, protocol=5, buffer_callback=buffers.append)
    assert len(data) < 2000
    assert {len(buffer.raw()) for buffer in buffers} >= {5001, 5001 * 8, 5001 * 16}
    again = pickle.loads(data, buffers=buffers)
    assert np.shares_memory(np.ma.getdata(again["i"]), np.ma.getdata(table["i"]))
    assert np.shares_memory(again["f"], table["f"])
    assert again.equals(table)


def test_pickle_of_few_rows_is_small():
    """Text of other rows is left out where it is most of it, and 64 KiB or more."""
    text = "s,i\n" + "".join(f"{'long text ' * 9}{i},{i}\n" for i in range(5000))
    part = npx.parse_csv(text, threads=1)[4900:4910]
    assert len(pickle.dumps(part)) < 10_000
    assert len(pickle.dumps(npx.parse_csv(text, threads=2)[4900:4910])) < 80_000
    assert pickle.loads(pickle.dumps(part)).equals(part)


def test_copies_are_the_table_itself(table):
    assert copy.copy(table) is table
    assert copy.deepcopy([table])[0] is table


def test_reports_are_not_pickled(table):
    assert table.report is not None
    assert pickle.loads(pickle.dumps(table)).report is None
    assert table[:1].report is None


@pytest.mark.parametrize("index", range(5))
def test_damaged_pickles_are_refused(table, index):
    rebuilt, (cls, states, num_rows) = table.__reduce__()
    assert rebuilt(cls, states, num_rows).equals(table)
    kind, field, mask, form, *parts = states[index]
    damaged = [
        (kind, None, mask, form, *parts),
        (kind, field, mask[:1], form, *parts),
        (kind, field, mask.view(np.int8), form, *parts),
        (kind, field, None, form, parts[0][1:], *parts[1:]),
        (kind, field, None, form, None, *parts[1:]),
    ]
    if kind == "values":
        damaged.append((kind, field, mask, form, np.zeros(3, "V4")))
    else:
        damaged.append((kind, field, mask, form, parts[0], []))
    for state in damaged:
        with pytest.raises(ValueError, match="damaged pickle"):
            rebuilt(cls, [state], num_rows)
    with pytest.raises(ValueError, match="damaged pickle"):
        rebuilt(cls, states, num_rows + 1)


# ---- NumPy and others ------------------------------------------------------


def test_savez_and_dict(table):
    file = io.BytesIO()
    np.savez(file, **table.drop("name"))
    file.seek(0)
    with np.load(file) as loaded:
        assert loaded["id"].tolist() == [1, 0, 3]  # NumPy drops the mask
        assert loaded["when"].dtype == "M8[s]"
    assert np.shares_memory(dict(table)["low"], table["low"])
    assert np.shares_memory(dict(**table)["name"], table["name"])


@pytest.mark.parametrize("ask", [np.asarray, np.array, np.concatenate, np.isnan])
def test_numpy_does_not_take_a_table_for_an_array(table, ask):
    with pytest.raises(TypeError):
        ask(table)
    with pytest.raises(TypeError):
        table + 1
    with pytest.raises(TypeError):
        np.ones(3) * table


def test_matplotlib_finds_columns_by_name(table):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    figure, axes = pyplot.subplots()
    (line,) = axes.plot("id", "low", data=table)
    assert line.get_label() == "low"
    assert line.get_ydata().tolist()[::2] == [1.5, 2.5]
    assert np.isnan(line.get_ydata()[1])
    pyplot.close(figure)
