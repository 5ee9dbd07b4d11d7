"""Functions that make columns of text."""

import pickle

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext.testing import engine

TEXT = 'id,price\n1,"$1,200"\n2,$3\n3,\n'


def dollars(cells):
    plain = np.strings.replace(np.strings.replace(cells, "$", ""), ",", "")
    return np.where(plain == "", "nan", plain).astype(np.float64)


def test_function_gets_the_text_of_all_cells_once():
    calls = []

    def keep(cells):
        calls.append(cells)
        return cells

    text = "a,b\n" + "".join(f"{i},x\n" for i in range(5000))
    for block_size in (16, 1000, None):
        calls.clear()
        with engine(block_size=block_size, threads=2):
            table = npx.parse_csv(text, converters={"a": keep})
        (cells,) = calls
        assert cells.dtype == np.dtypes.StringDType()
        assert not cells.flags.writeable
        assert cells.tolist() == [str(i) for i in range(5000)]
        assert table["a"].tolist() == cells.tolist()


def test_column_is_what_the_function_returns():
    table = npx.parse_csv(TEXT, converters={"price": dollars})
    assert table["price"].dtype == np.float64
    np.testing.assert_array_equal(table["price"], [1200.0, 3.0, np.nan])
    assert table.names == ("id", "price")
    assert table.schema["price"].reason == "converted"
    assert table["id"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("function", "expected", "mask"),
    [
        (lambda a: np.ma.masked_equal(np.strings.str_len(a), 0), [6, 2, 0], [0, 0, 1]),
        (
            lambda a: [None if x == "" else x for x in a],
            ["$1,200", "$3", ""],
            [0, 0, 1],
        ),
        (lambda a: np.array(["2026-01-01", "NaT", "NaT"], "M8[D]"), None, [0, 1, 1]),
        (lambda a: a == "$3", [False, True, False], [0, 0, 0]),
        (lambda a: range(3), [0, 1, 2], [0, 0, 0]),
    ],
)
def test_results_are_taken_as_from_dict_takes_them(function, expected, mask):
    table = npx.parse_csv(TEXT, converters={"price": function})
    assert table.mask("price").tolist() == [bool(m) for m in mask]
    if expected is not None:
        assert np.ma.getdata(table["price"]).tolist() == expected


def test_text_is_as_it_was_written():
    seen = []

    def look(cells):
        seen.extend(cells.tolist())
        return cells

    text = 'a,b\nNA,1\n"",2\n"a ""b""",3\n007,4\n,5\n'
    table = npx.parse_csv(
        text,
        converters={0: look},
        na_values="007",
        missing="raise",
        leading_zeros="int",
        strings="category",
        dtype={...: "int32", "b": int},
    )
    assert seen == ["NA", "", 'a "b"', "007", ""]
    assert table["a"].tolist() == seen
    assert not table.mask("a").any()


def test_every_other_column():
    table = npx.parse_csv("a,b,c\n1,2,3\n", converters={...: len_of, "b": None})
    assert table["a"].tolist() == [1]
    assert table["b"].tolist() == [2]
    assert table.schema["c"].reason == "converted"


def len_of(cells):
    return np.strings.str_len(cells)


def test_only_columns_that_are_read_are_converted():
    table = npx.parse_csv("a,b\n1,2\n", converters={"a": fail}, usecols=["b"])
    assert table["b"].tolist() == [2]
    table = npx.parse_csv("a,b\n1,22\n", converters={"b": len_of}, usecols=["b", "a"])
    assert table.names == ("b", "a")
    assert table["b"].tolist() == [2]


def fail(cells):
    raise LookupError("no such price")


def test_no_rows():
    table = npx.parse_csv("a,b\n", converters={"a": len_of})
    assert table["a"].dtype == np.int64
    assert table["a"].shape == (0,)


def test_what_a_function_raises_is_told_with_the_column(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    with pytest.raises(LookupError, match="no such price") as caught:
        npx.read_csv(path, converters={"price": fail})
    assert caught.value.__notes__ == [
        "in the converter of column 'price', which is called once, with the array of "
        "all its cells"
    ]

    def gone(cells):
        raise OSError(2, "gone")

    with pytest.raises(OSError, match="gone") as caught:
        npx.read_csv(path, converters={"price": gone})
    assert caught.value.filename is None


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda a: 1.5, TypeError, "'price' returned 1.5, which is no array; it is"),
        (lambda a: None, TypeError, "'price' returned None"),
        (lambda a: "text", TypeError, "'price' returned 'text'"),
        (lambda a: a[:1], ValueError, "'price' returned 1 values for 3 cells"),
        (lambda a: {}, TypeError, "column 'price' must be an array or a list"),
        (lambda a: np.zeros((3, 1)), ValueError, "column 'price' must have one dim"),
        (lambda a: [1, "x", 2], TypeError, "column 'price' mixes values"),
    ],
)
def test_results_that_are_no_columns(function, error, message):
    with pytest.raises(error, match=message):
        npx.parse_csv(TEXT, converters={"price": function})


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("dtype", {"price": float}),
        ("dtype", {1: float}),
        ("missing", {"price": "nan"}),
        ("strings", {"price": "category"}),
        ("na_values", {"price": "-"}),
        ("leading_zeros", {"price": "int"}),
        ("dates", {"price": "%d/%m/%Y"}),
    ],
)
def test_other_options_for_such_a_column_are_refused(option, value):
    for key in ("price", 1):
        with pytest.raises(ValueError, match=f"{option} and converters both have col"):
            npx.parse_csv(TEXT, converters={key: dollars}, **{option: value})


def test_functions_are_checked():
    with pytest.raises(TypeError, match="converters is a mapping of columns to func"):
        npx.parse_csv(TEXT, converters=dollars)
    with pytest.raises(TypeError, match="converters holds functions of arrays"):
        npx.parse_csv(TEXT, converters={"price": "float"})
    with pytest.raises(npx.errors.CsvSchemaError, match="converters: no column 'cost'"):
        npx.parse_csv(TEXT, converters={"cost": dollars})


def test_files_are_converted_at_once(tmp_path):
    for number, text in enumerate(("k,n\nb,1\n", "k,n\n5,3\na,4\n", "n\n5\n")):
        (tmp_path / f"{number}.csv").write_text(text)
    calls = []

    def reverse(cells):
        calls.append(len(cells))
        return cells[::-1]

    paths = sorted(tmp_path.glob("*.csv"))
    table = npx.read_csv(paths[:2], converters={"k": reverse}, filename_column="f")
    assert table["k"].tolist() == ["a", "5", "b"]
    table = npx.read_csv(paths, converters={"k": reverse}, union_by_name=True)
    assert table["k"].tolist() == ["", "a", "5", "b"]
    assert calls == [3, 4]


def test_parsers_keep_functions():
    class Unhashable:
        __hash__ = None

        def __call__(self, cells):
            return len_of(cells)

    parser = npx.CsvParser(converters={"price": dollars})
    assert repr(parser) == "CsvParser(converters={'price': dollars})"
    assert parser == npx.CsvParser(converters={"price": dollars})
    assert parser != npx.CsvParser(converters={"price": len_of})
    again = pickle.loads(pickle.dumps(parser))
    assert again == parser
    assert again.parse_string(TEXT)["price"][1] == 3
    assert npx.CsvParser(converters={"price": Unhashable()}).parse_string(TEXT)[
        "price"
    ].tolist() == [6, 2, 0]
