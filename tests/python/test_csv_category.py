"""Strings as categories: codes, what they stand for, and where they go."""

import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.testing import assert_tables_equal, engine

TEXT = "city,high\nOslo,1\nRome,\n,3\nOslo,4\n"
words = st.sampled_from(["", "a", "é", "twelve bytes", "thirteen byte", "x" * 40, "B"])


def read(text: str, **options) -> npx.Table:
    return npx.parse_csv(text, strings="category", **options)


def texts(table: npx.Table, name: str) -> list[str | None]:
    """Return what codes stand for, None where a cell is missing."""
    categories = table.categories(name).tolist()
    codes = np.ma.getdata(table[name]).tolist()
    found = [None if code < 0 else categories[code] for code in codes]
    assert [cell is None for cell in found] == table.mask(name).tolist()
    return found


def test_codes_and_categories():
    table = read(TEXT)
    codes = table["city"]
    assert codes.dtype == np.int32
    assert codes.tolist() == [0, 1, -1, 0]
    assert type(codes) is np.ndarray
    assert not codes.flags.writeable
    categories = table.categories("city")
    assert categories.tolist() == ["Oslo", "Rome"]
    assert categories.dtype == np.dtypes.StringDType()
    with pytest.raises(ValueError, match="read-only"):
        categories[0] = "x"
    assert table.mask("city").tolist() == [False, False, True, False]
    assert table["high"].dtype == np.int64
    field = table.schema["city"]
    assert (field.dtype, field.categories, field.missing) == (np.int32, 2, 1)
    assert table.schema["high"].categories is None


@given(st.lists(words, max_size=60), st.integers(0, 3))
@example([], 1)
@example([""], 1)
def test_categories_are_those_of_strings(cells, quoted):
    rows = [f'"{c}",1' if i % 4 < quoted else f"{c},1" for i, c in enumerate(cells)]
    text = "\n".join(["name,n", *rows, ""])
    plain = npx.parse_csv(text, dtype={"name": str})
    mask = plain.mask("name").tolist()
    expected = [
        None if gone else str(cell)
        for cell, gone in zip(plain["name"], mask, strict=True)
    ]
    seen = dict.fromkeys(cell for cell in expected if cell is not None)
    for threads in (1, 2, 8):
        for block_size in (7, 64, None):
            with engine(block_size=block_size, threads=threads):
                table = npx.parse_csv(
                    text, dtype={"name": str}, strings={"name": "category"}
                )
            assert texts(table, "name") == expected
            assert table.categories("name").tolist() == list(seen)


def test_many_rows_on_any_number_of_threads():
    rng = np.random.default_rng(7)
    draws = rng.integers(0, 5000, 300_000)
    text = "k\n" + "".join(f"key {k}\n" for k in draws)
    first = read(text, threads=1)
    assert first.categories("k").tolist() == [
        f"key {k}" for k in dict.fromkeys(draws.tolist())
    ]
    for threads in (2, 8):
        again = read(text, threads=threads)
        assert np.array_equal(again["k"], first["k"])
        assert np.array_equal(again.categories("k"), first.categories("k"))


@pytest.mark.parametrize("missing", ["auto", "masked", "nan"])
def test_missing_cells(missing):
    table = read(TEXT, missing={"city": missing})
    assert np.ma.getdata(table["city"]).tolist() == [0, 1, -1, 0]
    assert isinstance(table["city"], np.ma.MaskedArray) == (missing == "masked")
    assert table.mask("city").tolist() == [False, False, True, False]
    again = pickle.loads(pickle.dumps(table))
    assert type(again["city"]) is type(table["city"])
    with pytest.raises(npx.errors.CsvValueError, match="missing"):
        read(TEXT, missing="raise")


def test_quoted_empty_fields_are_a_category():
    table = read('a,b\n"",1\n,2\nx,3\n')
    assert texts(table, "a") == ["", None, "x"]


def test_only_strings_become_categories():
    table = read("a,b,c\n1,x,2026-01-01\n2,y,\n")
    assert [table.schema[n].categories for n in "abc"] == [None, 2, None]
    with pytest.raises(TypeError, match="column 'a' is int64 and has no categories"):
        table.categories("a")
    with pytest.raises(KeyError, match="no column 'z'"):
        table.categories("z")


def test_a_dtype_of_text_leaves_the_form_open():
    text = "zip,n\n00501,1\n7,2\n00501,3\n"
    table = npx.parse_csv(text, dtype={"zip": str}, strings={"zip": "category"})
    assert texts(table, "zip") == ["00501", "7", "00501"]
    table = npx.parse_csv(text, dtype={"zip": "S5"}, strings={"zip": "category"})
    assert table["zip"].dtype == np.dtype("S5")
    with pytest.raises(TypeError, match=r"strings=\{'x': 'category'\}"):
        npx.parse_csv(text, dtype={"zip": "category"})


def test_no_rows_and_no_values():
    table = read("a,b\n")
    assert table["a"].dtype == np.int32
    assert table.categories("a").tolist() == []
    assert table.to_pylist() == []
    table = read("a,b\n,1\n,2\n", dtype={"a": str})
    assert table["a"].tolist() == [-1, -1]
    assert table.categories("a").tolist() == []
    assert table.to_pylist()[0] == {"a": None, "b": 1}
    assert table.sort_by("a")["b"].tolist() == [1, 2]


# ---- Tables made of tables -------------------------------------------------


def test_rows_keep_their_categories():
    table = read(TEXT)
    for part, expected in (
        (table[1:3], ["Rome", None]),
        (table[::-2], ["Oslo", "Rome"]),
        (table[[3, 2]], ["Oslo", None]),
        (table[table["city"] == 0], ["Oslo", "Oslo"]),
        (table.rename({"city": "town"}).rename({"town": "city"}), None),
        (table.select("city"), None),
        (table.head(2), ["Oslo", "Rome"]),
    ):
        wanted = texts(table, "city") if expected is None else expected
        assert texts(part, "city") == wanted
        assert part.categories("city").tolist() == ["Oslo", "Rome"]


def test_sorting_is_by_text():
    table = read("k,n\nb,1\n,2\na,3\nB,4\né,5\na,6\n")
    assert table.sort_by("k")["n"].tolist() == [4, 3, 6, 1, 5, 2]
    assert table.sort_by("k", descending=True)["n"].tolist() == [5, 1, 3, 6, 4, 2]
    plain = npx.parse_csv("k,n\nb,1\n,2\na,3\nB,4\né,5\na,6\n")
    assert plain.sort_by("k")["n"].tolist() == [4, 3, 6, 1, 5, 2]


def test_concat_joins_categories():
    one, two = read("k,n\nb,1\n,2\n"), read("k,n\na,3\nb,4\n")
    both = npx.Table.concat([one, two, one])
    assert texts(both, "k") == ["b", None, "a", "b", "b", None]
    assert both.categories("k").tolist() == ["b", "a"]
    assert npx.Table.concat([one, one[:1]]).categories("k").tolist() == ["b"]
    empty = read("k,n\n,5\n")  # float64 for want of a value
    assert texts(npx.Table.concat([empty, two]), "k") == [None, "a", "b"]


def test_concat_of_categories_and_strings_is_strings():
    one, two = read("k,n\nb,1\n,2\n"), npx.parse_csv("k,n\na,3\n")
    both = npx.Table.concat([one, two])
    assert both["k"].tolist() == ["b", "", "a"]
    assert both.mask("k").tolist() == [False, True, False]
    assert both.schema["k"].dtype == np.dtypes.StringDType()
    with pytest.raises(TypeError, match="'k' is category in table 0 and int64"):
        npx.Table.concat([one, npx.parse_csv("k,n\n1,2\n")])
    with pytest.raises(TypeError, match="'k' is int32 in table 0 and category"):
        npx.Table.concat([one.with_columns(k=one["k"].copy()), one])


def test_equality_is_that_of_texts():
    one, two = read("k,n\nb,1\n,2\na,3\n"), read("k,n\na,0\nb,1\n,2\na,3\n")[1:]
    assert one.equals(two)
    assert_tables_equal(one, two)
    assert not one.equals(one[[0, 1, 0]])
    with pytest.raises(AssertionError):
        assert_tables_equal(one, one[[0, 1, 0]])
    plain = one.with_columns(k=one["k"].copy())
    assert not one.equals(plain)
    with pytest.raises(AssertionError, match="categories in actual alone"):
        assert_tables_equal(one, plain)


def test_filling_adds_a_category():
    table = read(TEXT)
    filled = table.fill_missing({"city": "Bern"})
    assert texts(filled, "city") == ["Oslo", "Rome", "Bern", "Oslo"]
    assert filled.categories("city").tolist() == ["Oslo", "Rome", "Bern"]
    filled = table.fill_missing({"city": "Rome"})
    assert filled.categories("city").tolist() == ["Oslo", "Rome"]
    with pytest.raises(TypeError, match="'city' is category: fill it with a str"):
        table.fill_missing({"city": 1})


def test_files_are_one_table(tmp_path):
    (tmp_path / "1.csv").write_text("k,n\nb,1\n,2\n")
    (tmp_path / "2.csv").write_text("k,n\na,3\nb,4\n")
    (tmp_path / "3.csv").write_text("n,m\n1,x\n")
    paths = [tmp_path / "1.csv", tmp_path / "2.csv"]
    table = npx.read_csv(paths, strings="category")
    assert texts(table, "k") == ["b", None, "a", "b"]
    assert table.categories("k").tolist() == ["b", "a"]
    table = npx.read_csv([*paths, tmp_path / "3.csv"], strings="category",
                         union_by_name=True)  # fmt: skip
    assert texts(table, "k") == ["b", None, "a", "b", None]
    assert texts(table, "m") == [None, None, None, None, "x"]
    (tmp_path / "4.csv").write_text("k,n\n")
    table = npx.read_csv([tmp_path / "4.csv"] * 2, strings="category")
    assert table.categories("k").tolist() == []
    # A number in one file, text in the other: both are text.
    (tmp_path / "5.csv").write_text("k,n\n5,1\n")
    table = npx.read_csv([tmp_path / "5.csv", paths[0]], strings="category")
    assert texts(table, "k") == ["5", "b", None]


# ---- Out of tables ---------------------------------------------------------


def test_python_objects_and_fields_are_texts():
    table = read(TEXT)
    assert [row["city"] for row in table.to_pylist()] == ["Oslo", "Rome", None, "Oslo"]
    records = table.to_structured()
    assert records["city"].dtype == np.dtype("<U4")
    assert records["city"].tolist() == ["Oslo", "Rome", None, "Oslo"]
    assert table.to_dict()["city"].tolist() == [0, 1, -1, 0]
    with pytest.raises(TypeError, match="category, and a matrix holds numbers"):
        table.to_matrix()
    codes = table.with_columns(city=table["city"].copy()).to_matrix(missing="nan")
    assert codes[:, 0].tolist() == [0, 1, -1, 0]


def test_json_is_of_texts():
    table = read(TEXT)
    plain = npx.parse_csv(TEXT)
    for orient in ("records", "columns", "split"):
        assert npx.to_json(table, orient=orient) == npx.to_json(plain, orient=orient)


def test_displays_show_texts():
    table = read(TEXT)
    assert repr(table).splitlines() == [
        "city      high",
        "category  int64",
        "--------  -----",
        "Oslo          1",
        "Rome       <NA>",
        "<NA>          3",
        "Oslo          4",
        "4 rows x 2 columns",
    ]
    assert "category" in table._repr_html_()
    assert "Rome" in table._repr_html_()
    assert "category" in repr(table.schema)
    assert "because" in repr(read("k\n1\nx\n"))


def test_pickles_and_damaged_ones():
    table = read(TEXT + "a name that is longer than a view,9\n")
    again = pickle.loads(pickle.dumps(table))
    assert texts(again, "city") == texts(table, "city")
    assert again.equals(table)
    assert again.schema == table.schema
    make, (cls, states, rows) = table.__reduce__()
    kind, field, mask, form, codes, views, slabs = states[0]
    for bad in (
        (kind, field, mask, form, codes.astype(np.int64), views, slabs),
        (kind, field, mask, form, codes + np.int32(1), views, slabs),
        (kind, field, None, form, codes, views, slabs),
        (kind, field, mask, form, codes[1:], views, slabs),
        (kind, field, mask, form, codes, views[:-1], slabs),
    ):
        with pytest.raises(ValueError, match="damaged pickle"):
            make(cls, [bad, *states[1:]], rows)


def test_pandas_has_categories():
    pd = pytest.importorskip("pandas")
    frame = read(TEXT).to_pandas()
    expected = pd.Categorical(["Oslo", "Rome", None, "Oslo"])
    assert isinstance(frame["city"].dtype, pd.CategoricalDtype)
    assert frame["city"].cat.categories.tolist() == ["Oslo", "Rome"]
    assert frame["city"].cat.codes.tolist() == list(expected.codes)
    assert read("a,b\n").to_pandas()["a"].cat.categories.tolist() == []
    again = npx.Table.from_pandas(frame)
    assert again["city"].tolist() == ["Oslo", "Rome", "", "Oslo"]


def test_arrow_has_a_dictionary():
    pa = pytest.importorskip("pyarrow")
    table = read(TEXT)
    arrow = table.to_arrow()
    arrow.validate(full=True)
    assert arrow.schema.field("city").type == pa.dictionary(
        pa.int32(), pa.large_string()
    )
    assert arrow["city"].to_pylist() == ["Oslo", "Rome", None, "Oslo"]
    for part in (table[::2], table[3:], table[:0], read("a,b\n,1\n", dtype={"a": str})):
        made = part.to_arrow()
        made.validate(full=True)
        assert made.to_pylist() == part.to_pylist()
    assert pa.schema(table).field("city").type == arrow.schema.field("city").type
    back = npx.Table.from_arrow(arrow)
    assert back["city"].tolist() == ["Oslo", "Rome", "", "Oslo"]
    del table
    assert arrow["city"].to_pylist() == ["Oslo", "Rome", None, "Oslo"]


def test_polars_and_duckdb_take_them():
    polars = pytest.importorskip("polars")
    cities = read(TEXT)
    frame = cities.to_polars()
    assert frame["city"].dtype == polars.Categorical
    assert frame["city"].to_list() == ["Oslo", "Rome", None, "Oslo"]
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql("select city, count(*) from cities group by city order by 1")
    assert found.fetchall() == [("Oslo", 2), ("Rome", 1), (None, 1)]


# ---- Memory ----------------------------------------------------------------


def test_text_of_rows_is_let_go_of():
    long = "a text of more than twelve bytes and number "
    rows = "".join(f"{long}{i % 7},1\n" for i in range(100_000))
    table = read("k,n\n" + rows)
    column = table._columns["k"]
    assert sum(map(len, pickle.dumps(table).split(long.encode()))) < 2_000_000
    assert column.categories.length == 7
    tracemalloc.start()
    try:
        assert len(table.categories("k")) == 7
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000
