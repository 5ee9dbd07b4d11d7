"""Tables of some rows or columns of a table, sorted, renamed and filled."""

import datetime as dt

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext import _native

TEXT = (
    "id,low,when,ok,name\n"
    "1,1.5,2020-01-01,true,Ada\n"
    ",,,,\n"
    "3,2.5,2020-01-03,false,a name that is longer than a view\n"
    "4,0,2020-01-04,true,Ada\n"
)


@pytest.fixture
def table():
    """Every kind of column with a missing cell, and a NaN that is a value."""
    low = np.ma.MaskedArray([1.5, 0, 2.5, np.nan], mask=[0, 1, 0, 0])
    return npx.parse_csv(TEXT).with_columns(low=low)


def same(rows: list[dict]) -> list[dict]:
    """Return rows that compare: NaN is equal to itself."""
    return [
        {k: "NaN" if isinstance(v, float) and v != v else v for k, v in row.items()}
        for row in rows
    ]


def assert_rows(made: npx.Table, rows: list[dict]) -> None:
    """Check a derived table: its rows, masks, schema and read-only arrays."""
    assert same(made.to_pylist()) == same(rows)
    assert made.num_rows == len(rows)
    for name, field in made.schema.items():
        array = made[name]
        assert array.dtype == field.dtype
        assert len(array) == len(rows)
        assert made.mask(name).tolist() == [row[name] is None for row in rows]
        assert field.missing == sum(row[name] is None for row in rows)
        for part in (np.ma.getdata(array), made.mask(name)):
            assert not part.flags.writeable
            with pytest.raises(ValueError, match="WRITEABLE"):
                part.flags.writeable = True


# ---- Brackets --------------------------------------------------------------


@pytest.mark.parametrize("start", [None, -9, -4, -1, 0, 1, 3, 4, 9])
@pytest.mark.parametrize("stop", [None, -9, -3, 0, 2, 4, 9])
@pytest.mark.parametrize("step", [None, 1, 2, 3, -1, -2, -9])
def test_slices_are_those_of_a_list(table, start, stop, step):
    rows = table.to_pylist()
    assert_rows(table[start:stop:step], rows[start:stop:step])


def test_slices_share_memory(table):
    part = table[1:3]
    for name in ("id", "low", "when", "ok"):
        whole = np.ma.getdata(table[name])
        assert np.shares_memory(np.ma.getdata(part[name]), whole)
        assert np.shares_memory(part.mask(name), table.mask(name))
    names = table["name"]
    assert np.shares_memory(table[1:3]["name"], names)  # made before
    assert part["name"].tolist() == names[1:3].tolist()


def test_class_of_an_array_is_that_of_its_slice(table):
    assert isinstance(table[:1]["id"], np.ma.MaskedArray)
    assert table[:1].schema["id"].missing == 0
    assert not isinstance(table[:1]["low"], np.ma.MaskedArray)


@pytest.mark.parametrize(
    "key",
    [
        np.array([True, False, True, True]),
        [True, False, True, True],
        np.ma.MaskedArray([True, True, True, True], mask=[0, 1, 0, 0]),
        np.array([True, True, False, False, True, True, True, True])[::2],
    ],
)
def test_masks(table, key):
    rows = table.to_pylist()
    assert_rows(table[key], [rows[0], rows[2], rows[3]])


def test_mask_computed_from_a_column(table):
    assert table[table["id"] > 1]["id"].tolist() == [3, 4]  # masked is not greater
    assert table[table["name"] == "Ada"]["id"].tolist() == [1, 4]
    assert table[~table.mask("low")].num_rows == 3


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint16, np.uint64, ">i4"])
def test_row_numbers(table, dtype):
    rows = table.to_pylist()
    numbers = [3, 0, 0, 2, 1]
    assert_rows(table[np.array(numbers, dtype)], [rows[i] for i in numbers])
    if np.dtype(dtype).kind == "i":
        assert_rows(table[np.array([-1, -4], dtype)], [rows[3], rows[0]])
    assert_rows(table[numbers], [rows[i] for i in numbers])


@pytest.mark.parametrize("key", [np.array([], int), np.zeros(4, np.bool_), slice(2, 2)])
def test_no_rows(table, key):
    assert_rows(table[key], [])


def test_empty_list_selects_no_columns(table):
    assert table[[]].shape == (4, 0)
    assert table[[]][1:].shape == (3, 0)
    assert table[[]][table["ok"] == 1].shape == (2, 0)
    assert table[np.array([])].shape == (0, 5)


@pytest.mark.parametrize(
    ("key", "error", "message"),
    [
        (5, TypeError, r"t\[5:6\] is a table of that row"),
        (np.int8(-1), TypeError, r"t\[-1:\] is a table of that row"),
        (True, TypeError, r"t\[mask\]"),
        (None, TypeError, r"no item None; t\['x'\] is a column"),
        (..., TypeError, r"t\[10:20\] some rows"),
        (("id", "low"), TypeError, r"a list: t\[\['id', 'low'\]\]"),
        ((slice(3), "id"), TypeError, "one after the other"),
        ({"id"}, TypeError, r"t\['x'\] is a column"),
        (b"id", TypeError, r"t\['x'\] is a column"),
        (slice("id", "low"), TypeError, "slices are of rows, by number; got 'id'"),
        (slice(0.5), TypeError, "slice indices must be integers"),
        (["id", 3], TypeError, "mask"),
        (np.array([0.0, 1.0]), TypeError, "got float64"),
        (np.array(["id"]), TypeError, "got <U2"),
        (np.zeros(3, np.bool_), IndexError, "mask of 3 rows for a table of 4 rows"),
        ([True], IndexError, "mask of 1 rows for a table of 4 rows"),
        (np.zeros((2, 2), int), IndexError, r"one dimension, got shape \(2, 2\)"),
        ([0, 4], IndexError, "no row 4 in a table of 4 rows"),
        ([0, -5], IndexError, "no row -5 in a table of 4 rows"),
        (np.array([2**63], np.uint64), IndexError, "no row 9223372036854775808"),
        (np.ma.MaskedArray([0, 1], [0, 1]), IndexError, "row number 1 .* is missing"),
    ],
)
def test_other_keys_are_told_what_to_write(table, key, error, message):
    with pytest.raises(error, match=message):
        table[key]


# ---- Rows ------------------------------------------------------------------


@pytest.mark.parametrize("n", [0, 1, 3, 4, 5, 100, np.int64(2)])
def test_head_and_tail(table, n):
    rows = table.to_pylist()
    assert_rows(table.head(n), rows[:n])
    assert_rows(table.tail(n), rows[len(rows) - min(n, 4) :])


def test_head_and_tail_of_five():
    table = npx.parse_csv("x\n" + "".join(f"{i}\n" for i in range(20)))
    assert table.head()["x"].tolist() == [0, 1, 2, 3, 4]
    assert table.tail()["x"].tolist() == [15, 16, 17, 18, 19]


@pytest.mark.parametrize("method", ["head", "tail"])
def test_numbers_of_rows_are_checked(table, method):
    with pytest.raises(ValueError, match=r"n must be 0 or more, got -2; t\[:-2\]"):
        getattr(table, method)(-2)
    for n in (1.5, True, "3", None):
        with pytest.raises(TypeError, match="n must be a number of rows"):
            getattr(table, method)(n)


def test_sorting_keeps_the_order_of_equal_rows():
    table = npx.parse_csv("k,v,s\n2,0,b\n1,1,a\n2,2,a\n,3,c\n1,4,\n2,5,b\n")
    assert table.sort_by("k")["v"].tolist() == [1, 4, 0, 2, 5, 3]
    assert table.sort_by("k", descending=True)["v"].tolist() == [0, 2, 5, 1, 4, 3]
    assert table.sort_by("s", "k")["v"].tolist() == [1, 2, 0, 5, 3, 4]
    by_both = table.sort_by("s", "v", descending=[True, False])
    assert by_both["v"].tolist() == [3, 0, 5, 1, 2, 4]
    by_both = table.sort_by("s", "v", descending=(False, np.True_))
    assert by_both["v"].tolist() == [2, 1, 5, 0, 3, 4]


def test_what_is_no_value_comes_last():
    table = npx.Table.from_dict(
        {
            "f": np.ma.MaskedArray([np.nan, 9.0, -np.inf, 1.0], mask=[0, 1, 0, 0]),
            "t": np.array(["NaT", 5, 3, "NaT"], "datetime64[D]"),
            "i": np.arange(4),
        }
    )
    assert table.sort_by("f")["i"].tolist() == [2, 3, 0, 1]
    assert table.sort_by("f", descending=True)["i"].tolist() == [3, 2, 0, 1]
    assert table.sort_by("t")["i"].tolist() == [2, 1, 0, 3]
    assert table.sort_by("t", descending=True)["i"].tolist() == [1, 2, 0, 3]


def test_strings_sort_by_code_point():
    texts = ["b", "\U0001f600", "\uffff", "é", "z", "", "a" * 20, "a" * 19 + "b"]
    for strings in ("stringdtype", "fixed", "object", "bytes"):
        text = "s,i\n" + "".join(f'"{t}",{i}\n' for i, t in enumerate(texts))
        table = npx.parse_csv(text, strings=strings).sort_by("s")
        assert [texts[i] for i in table["i"]] == sorted(texts)


def rows_in_order(keys, descending):
    """Return the order by keys, the first one above all; None comes last."""
    rows = list(range(len(keys[0])))
    for key, down in reversed(list(zip(keys, descending, strict=True))):
        there = [row for row in rows if key[row] is not None]
        if down:
            there = sorted(there[::-1], key=lambda row: key[row])[::-1]
        else:
            there.sort(key=lambda row: key[row])
        rows = there + [row for row in rows if key[row] is None]
    return rows


@pytest.mark.parametrize("strings", ["stringdtype", "fixed", "object", "bytes"])
@pytest.mark.parametrize("count", [50, 40_000])
def test_sort_by_columns_of_every_kind(strings, count):
    rng = np.random.default_rng(9)
    names = [f"name {n}" if n % 9 else "" for n in rng.integers(0, 90, count)]
    numbers = [n if n % 5 else None for n in rng.integers(0, 40, count).tolist()]
    text = "".join(
        f"{name},{'' if n is None else n},{i % 3}.5,2020-01-0{1 + i % 9},{i}\n"
        for i, (name, n) in enumerate(zip(names, numbers, strict=True))
    )
    table = npx.parse_csv("s,n,f,d,i\n" + text, strings=strings)
    names = [name or None for name in names]
    floats = [i % 3 for i in range(count)]
    for keys, columns in [
        (["s", "n"], [names, numbers]),
        (["n", "s"], [numbers, names]),
        (["f", "s", "n"], [floats, names, numbers]),
        (["d", "n"], [[i % 9 for i in range(count)], numbers]),
    ]:
        for flags in (False, True, [i % 2 == 1 for i in range(len(keys))]):
            downs = flags if isinstance(flags, list) else [flags] * len(keys)
            wanted = rows_in_order(columns, downs)
            for threads in (1, 2, 8):
                with npx.num_threads(threads):
                    made = table.sort_by(*keys, descending=flags)
                assert made["i"].tolist() == wanted
                assert made.mask("n").tolist() == [numbers[i] is None for i in wanted]
            assert made.schema["n"] == table.schema["n"]
            assert_rows(made[:20], table[np.array(wanted[:20])].to_pylist())


def test_sort_by_what_only_numpy_can_compare():
    columns = {
        "c": np.array([2 + 1j, 1 + 2j, np.nan, 1 + 1j]),
        "g": np.array([3, 1, np.nan, 2], dtype=np.longdouble),
        "t": np.array(["b", "a", np.nan, "c"], np.dtypes.StringDType(na_object=np.nan)),
        "i": np.arange(4),
    }
    table = npx.Table.from_dict(columns)
    assert table.sort_by("c")["i"].tolist() == [3, 1, 0, 2]
    assert table.sort_by("c", descending=True)["i"].tolist() == [0, 1, 3, 2]
    assert table.sort_by("g")["i"].tolist() == [1, 3, 0, 2]
    assert table.sort_by("t")["i"].tolist() == [1, 0, 3, 2]
    assert table.sort_by("t", descending=True)["i"].tolist() == [3, 0, 1, 2]


def test_sorted_strings_share_their_text():
    text = "s\n" + "".join(f"a long string of number {n}\n" for n in (3, 1, 2))
    table = npx.parse_csv(text)
    made = table.sort_by("s", descending=True).sort_by("s")
    del table
    assert made["s"].tolist() == [f"a long string of number {n}" for n in (1, 2, 3)]


def test_sort_by_is_told_what_it_cannot_do(table):
    with pytest.raises(TypeError, match="needs the name of a column"):
        table.sort_by()
    with pytest.raises(KeyError, match="did you mean 'id'"):
        table.sort_by("ids")
    with pytest.raises(ValueError, match="descending has 1 values for 2 names"):
        table.sort_by("id", "low", descending=[True])
    for wrong in (1, "yes", None, [1, 0]):
        with pytest.raises(TypeError, match="descending must be a bool, or a list"):
            table.sort_by("id", "low", descending=wrong)


# ---- Columns ---------------------------------------------------------------


def test_select_and_drop_share_columns(table):
    for made in (
        table.select("name", "id"),
        table.select(["name", "id"]),
        table[["name", "id"]],
        table.drop("low", "when", "ok").select("name", "id"),
        table.drop(["low", "when", "ok"])[["name", "id"]],
    ):
        assert made.names == ("name", "id")
        assert np.shares_memory(made["name"], table["name"])
        assert np.shares_memory(made["id"], table["id"])
        assert made.schema["id"] == table.schema["id"]
    assert table.drop().names == table.names
    assert table.drop(*table.names).shape == (4, 0)


def test_rename_shares_arrays(table):
    made = table.rename({"name": "who", "id": "number"})
    assert made.names == ("number", "low", "when", "ok", "who")
    assert np.shares_memory(made["who"], table["name"])
    assert np.shares_memory(made["number"], table["id"])
    assert made.schema["who"].name == "who"
    assert made.schema["who"].reason == table.schema["name"].reason
    assert np.shares_memory(
        table.rename({"id": "low", "low": "id"})["id"], table["low"]
    )
    assert table.rename({}).names == table.names


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: t.select("id", "id"), ValueError, "'id' is selected twice"),
        (lambda t: t.select("ID"), KeyError, "no column 'ID'"),
        (lambda t: t.select(3), TypeError, "named by str, got int"),
        (lambda t: t.select([3]), TypeError, "named by str, got int"),
        (lambda t: t.drop("lo"), KeyError, "did you mean 'low'"),
        (lambda t: t.rename({"x": "y"}), KeyError, "no column 'x'"),
        (lambda t: t.rename({"id": "low"}), ValueError, "two columns .* 'low'"),
        (lambda t: t.rename({"id": 3}), TypeError, "cannot be renamed to 3"),
        (lambda t: t.rename("id"), TypeError, "a mapping {'old': 'new'}, got str"),
        (lambda t: t.with_columns([1]), TypeError, "a mapping {'name': array}"),
    ],
)
def test_wrong_columns_are_told(table, call, error, message):
    with pytest.raises(error, match=message):
        call(table)


def test_derived_tables_do_not_make_string_arrays(monkeypatch):
    table = npx.parse_csv(TEXT)
    other = npx.parse_csv(TEXT)

    def refuse(*_args):
        raise AssertionError("an array was made")

    monkeypatch.setattr(_native, "string_array", refuse)
    assert "name" in table
    made = table[1:].rename({"name": "who"}).drop("low")
    made = made[[0, 0, 1]].with_columns(x=[1, 2, 3]).fill_missing({"who": "nobody"})
    made = npx.Table.concat([made, made[::-1]]).sort_by("x")
    assert "nobody" in repr(made)
    assert made.to_pylist()[0]["who"] == "nobody"
    assert table.equals(other)


def test_table_stays_as_it_is(table):
    before = table.to_pylist()
    table.sort_by("id", descending=True)
    table.fill_missing({"id": 0, "name": "x", "low": 0, "ok": False})
    table.with_columns(id=[1, 2, 3, 4])
    table[::-1].rename({"id": "x"})
    assert same(table.to_pylist()) == same(before)


# ---- fill_missing ----------------------------------------------------------


def test_fill_each_kind(table):
    made = table.fill_missing(
        {
            "id": 7,
            "low": -1,
            "when": dt.date(1999, 12, 31),
            "ok": False,
            "name": "somebody with a long name",
        }
    )
    assert_rows(
        made[1:2],
        [
            {
                "id": 7,
                "low": -1.0,
                "when": dt.date(1999, 12, 31),
                "ok": False,
                "name": "somebody with a long name",
            }
        ],
    )
    assert_rows(made[2:], table.to_pylist()[2:])  # NaN that was a value stays
    assert not any(isinstance(array, np.ma.MaskedArray) for array in made.values())
    assert made.schema["id"].reason == table.schema["id"].reason
    assert made.schema["id"].missing == 0


def test_fill_some_columns_shares_the_others(table):
    made = table.fill_missing({"id": 0})
    assert np.shares_memory(made["name"], table["name"])
    assert made.mask("low").tolist() == [False, True, False, False]


def test_one_value_for_all_columns_that_miss_one():
    table = npx.parse_csv("a,b,s\n1,,x\n,2.5,y\n")
    made = table.fill_missing(0)
    assert made.to_pylist() == [
        {"a": 1, "b": 0.0, "s": "x"},
        {"a": 0, "b": 2.5, "s": "y"},
    ]
    assert np.shares_memory(made["s"], table["s"])


@pytest.mark.parametrize("strings", ["stringdtype", "object", "fixed", "bytes"])
@pytest.mark.parametrize("missing", ["auto", "masked", "nan"])
def test_fill_all_kinds_of_strings(strings, missing):
    if missing == "nan" and strings in ("fixed", "bytes"):
        pytest.skip("no NaN in them")
    table = npx.parse_csv("s,i\nabc,1\n,2\n", strings=strings, missing=missing)
    value = b"wider than that" if strings == "bytes" else "wider than that"
    made = table.fill_missing({"s": value})
    start = b"abc" if strings == "bytes" else "abc"
    assert made["s"].tolist() == [start, value]
    assert not isinstance(made["s"], np.ma.MaskedArray)
    assert made.schema["s"].missing == 0


def test_fill_times_of_a_zone():
    table = npx.parse_csv("t,i\n2020-01-01T10:00:00+02:00,1\n,2\n")
    noon = dt.datetime(2020, 1, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    made = table.fill_missing({"t": noon})
    assert made["t"].tolist()[1] == dt.datetime(2020, 1, 1, 10)
    assert made.schema["t"].zone == "UTC"
    with pytest.raises(ValueError, match="its times are UTC"):
        table.fill_missing({"t": dt.datetime(2020, 1, 1)})
    with pytest.raises(ValueError, match=r"which datetime64\[s\] cannot hold"):
        table.fill_missing({"t": np.datetime64("2020-01-01T00:00:00.5")})


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("id", 1.5, TypeError, r"int64: fill it with an integer .*astype\('float64'\)"),
        ("id", True, TypeError, "fill it with an integer that it holds, not True"),
        ("id", "0", TypeError, "not '0'"),
        ("id", None, TypeError, "not None"),
        ("id", 2**63, ValueError, "it does not hold 9223372036854775808"),
        ("low", "x", TypeError, "fill it with a number"),
        ("low", True, TypeError, "fill it with a number"),
        ("low", 2**53 + 1, ValueError, "does not hold 9007199254740993 exactly"),
        ("when", 0, TypeError, "a numpy.datetime64 or datetime, not 0"),
        ("when", "2020-01-01", TypeError, "a numpy.datetime64 or datetime"),
        ("when", np.datetime64("NaT", "s"), ValueError, "NaT is a missing time again"),
        ("when", dt.datetime(2020, 1, 1, 12), ValueError, "cannot hold"),
        ("when", dt.timedelta(1), TypeError, "a numpy.datetime64"),
        ("ok", 0, TypeError, "True or False, not 0"),
        ("name", 0, TypeError, "string: fill it with a str, not 0; a mapping"),
        ("name", b"x", TypeError, "fill it with a str"),
    ],
)
def test_values_of_another_dtype_are_refused(table, name, value, error, message):
    with pytest.raises(error, match=f"column '{name}' is .*{message}"):
        table.fill_missing({name: value})


def test_fill_of_columns_that_are_not_there(table):
    with pytest.raises(KeyError, match="no column 'ID'"):
        table.fill_missing({"ID": 0})
    with pytest.raises(TypeError, match="column 'when'"):
        table.fill_missing(0)


def test_narrow_floats_and_text_with_nul_are_checked():
    table = npx.Table.from_dict(
        {
            "f": np.ma.MaskedArray(np.ones(1, np.float16), [True]),
            "u": np.ma.MaskedArray(np.array(["a"]), [True]),
            "d": np.ma.MaskedArray(np.ones(1, "m8[s]"), [True]),
            "v": np.ma.MaskedArray(np.zeros(1, "V4"), [True]),
        }
    )
    assert table.fill_missing({"f": 0.1})["f"].tolist() == [np.float16(0.1)]
    assert table.fill_missing({"d": dt.timedelta(minutes=1)})["d"].tolist() == [
        dt.timedelta(minutes=1)
    ]
    with pytest.raises(ValueError, match=r"it does not hold 100000\.0"):
        table.fill_missing({"f": 1e5})
    with pytest.raises(ValueError, match="ends in a NUL"):
        table.fill_missing({"u": "a\0"})
    with pytest.raises(TypeError, match="is not filled"):
        table.fill_missing({"v": b"1234"})


@pytest.mark.parametrize("key", [[1, True], ["a", 1], [True, None]])
def test_a_mixture_chooses_nothing(key):
    with pytest.raises(TypeError, match="numbers, not by a mixture"):
        npx.parse_csv("a\n1\n2\n")[key]
