"""Several files as one table: against one file with the rows of all of them."""

import gzip
import itertools
import os
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.errors import (
    CsvError,
    CsvRaggedError,
    CsvSchemaError,
    CsvValueError,
)

# What fields may look like, one of each kind that a type depends on.
FIELDS = (
    *("1", "-1", "-0", "0", "007", "-01", "+5", "9223372036854775807"),
    *("9223372036854775808", "18446744073709551615", "18446744073709551616"),
    *("-9223372036854775809", "1.5", "1e400", "inf", "nan", "NA", "", '""', " 2 "),
    *("true", "False", "yes", "x", "2026-01-31", "2026-01-31 06:30"),
    *("2026-01-31T06:30:00.5", "2026-01-31 06:30:00.123456789", "1600-01-01"),
    *("2026-01-31 06:30Z", "2026-01-31 06:30:00.25+02:00", '"7"', '"a,b"'),
)
columns = st.lists(
    st.lists(st.sampled_from(FIELDS), max_size=3), min_size=1, max_size=4
)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Return a function that writes files and returns their names."""
    monkeypatch.chdir(tmp_path)

    def write(*texts: str) -> list[str]:
        names = [f"{chr(97 + i)}.csv" for i in range(len(texts))]
        for name, text in zip(names, texts, strict=True):
            with open(name, "w", encoding="utf-8", newline="") as file:
                file.write(text)
        return names

    return write


def assert_same(table: npx.Table, expected: npx.Table) -> None:
    assert table.names == expected.names
    assert table.shape == expected.shape
    for name in table.names:
        ours, theirs = table[name], expected[name]
        assert ours.dtype == theirs.dtype, name
        assert type(ours) is type(theirs), name
        assert repr(ours.tolist()) == repr(theirs.tolist()), name
        np.testing.assert_array_equal(table.mask(name), expected.mask(name))
        assert table.schema[name].zone == expected.schema[name].zone
        assert table.schema[name].missing == expected.schema[name].missing


# ---- Types -----------------------------------------------------------------


def both(folder, parts, **options):
    """Return what several files and one with all their rows read as, or the error."""
    paths = []
    for number, part in enumerate(parts):
        paths.append(folder / f"{number}.csv")
        rows = "".join(f"{field},{number}\n" for field in part)
        paths[-1].write_text("v,n\n" + rows, encoding="utf-8")
    rows = [f"{field},{i}\n" for i, part in enumerate(parts) for field in part]
    results = []
    for read, source in (
        (npx.read_csv, paths),
        (npx.parse_csv, "v,n\n" + "".join(rows)),
    ):
        try:
            results.append(read(source, **options))
        except CsvError as error:
            results.append(error)
    return results


def assert_both(folder, parts, **options):
    ours, theirs = both(folder, parts, **options)
    if isinstance(theirs, CsvError):
        assert type(ours) is type(theirs)
        assert ours.code == theirs.code
    else:
        assert not isinstance(ours, CsvError), ours
        assert_same(ours, theirs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.mark.parametrize("first", FIELDS)
def test_types_of_every_pair_of_fields(folder, first):
    for second in FIELDS:
        assert_both(folder, [[first], [second]])


@given(parts=columns)
def test_types_are_those_of_one_look_at_all_files(folder, parts):
    assert_both(folder, parts)


@given(
    parts=columns,
    missing=st.sampled_from(["auto", "masked", "nan"]),
    strings=st.sampled_from(["stringdtype", "object", "bytes"]),
    leading_zeros=st.sampled_from(["string", "int"]),
)
def test_types_with_other_options(folder, parts, missing, strings, leading_zeros):
    if missing == "nan" and strings == "bytes":
        strings = "object"
    assert_both(
        folder,
        parts,
        missing=missing,
        strings=strings,
        leading_zeros=leading_zeros,
        true_values="yes",
        na_values="x",
    )


@given(parts=columns, dtype=st.sampled_from(["float64", "str", "S", "datetime64[s]"]))
def test_dtypes_that_are_asked_for(folder, parts, dtype):
    assert_both(folder, parts, dtype={"v": dtype})


@given(parts=columns, nrows=st.integers(0, 8))
def test_rows_are_counted_over_all_files(folder, parts, nrows):
    assert_both(folder, parts, nrows=nrows)


def test_rows_that_are_not_wanted_are_not_looked_at(files):
    names = files("a\n1\n2\n", "a\nx\n")
    table = npx.read_csv(names, nrows=2)
    assert table["a"].dtype == np.int64
    assert npx.read_csv([names[0], "not there"], nrows=2).num_rows == 2


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_types_do_not_depend_on_threads_or_order(files, threads):
    many = "".join(f"{i}\n" for i in range(30_000))
    names = files("a\n" + many, "a\n0.5\n", "a\n007\n")
    for order in itertools.permutations(names):
        table = npx.read_csv(list(order), threads=threads)
        assert table["a"].dtype == np.float64
        assert table.num_rows == 30_002


def test_reason_names_the_file(files):
    names = files(
        "a,b,c\n1,1,1\n", "a,b,c\n1.5,2,-1\n", "a,b,c\n1,x,9223372036854775808\n"
    )
    schema = npx.read_csv(names).schema
    assert schema["a"].reason == "b.csv: line 2 has '1.5', a decimal"
    assert schema["b"].reason == "c.csv: line 2 has 'x', text"
    assert schema["c"].reason == "a.csv has int64 and c.csv has uint64"
    assert schema["a"].widened
    assert npx.read_csv(names[:1]).schema["a"].reason == "line 2 has '1', an integer"


# ---- Which files -----------------------------------------------------------


def test_lists_keep_their_order(files):
    files("a\n1\n", "a\n2\n", "a\n3\n")
    assert npx.read_csv(["c.csv", "a.csv"])["a"].tolist() == [3, 1]
    assert npx.read_csv(("b.csv", "b.csv"))["a"].tolist() == [2, 2]
    paths = [os.path.join(os.getcwd(), "a.csv"), "b.csv"]
    assert npx.read_csv(paths)["a"].tolist() == [1, 2]


def test_patterns_are_sorted(files, tmp_path):
    files(*(f"a\n{i}\n" for i in range(9)))
    (tmp_path / "z.csv").mkdir()
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    (tmp_path / "sub" / "deep" / "y.csv").write_text("a\n100\n")
    assert npx.read_csv("*.csv", glob=True)["a"].tolist() == list(range(9))
    assert npx.read_csv("[b-d].csv", glob=True)["a"].tolist() == [1, 2, 3]
    assert npx.read_csv("**/y.csv", glob=True)["a"].tolist() == [100]
    assert npx.read_csv(tmp_path / "?.csv", glob=True)["a"].tolist() == list(range(9))
    assert npx.read_csv(["b.csv", "a*", "?.csv"], glob=True)["a"].tolist()[:3] == [
        1,
        0,
        2,
    ]
    assert npx.CsvParser(glob=True).parse_file("a*.csv")["a"].tolist() == [0]


def test_pattern_that_matches_nothing(files):
    files("a\n1\n")
    with pytest.raises(FileNotFoundError, match="no file matches this pattern: 'x"):
        npx.read_csv("x*.csv", glob=True)
    with pytest.raises(FileNotFoundError, match="'y"):
        npx.read_csv(["a.csv", "y*"], glob=True)
    with pytest.raises(FileNotFoundError):
        npx.read_csv("*.csv")


def test_no_files():
    with pytest.raises(ValueError, match="the list of paths is empty"):
        npx.read_csv([])


@pytest.mark.parametrize("source", [["a.csv", b"a\n"], ["a.csv", None]], ids=repr)
def test_lists_hold_paths_or_bytes_not_both(source):
    with pytest.raises(TypeError, match="a list of paths must hold paths, got"):
        npx.read_csv(source)


@pytest.mark.parametrize(
    "options", [{"glob": True}, {"filename_column": "f"}, {"union_by_name": True}]
)
def test_options_of_files_are_for_paths(options):
    for read in (npx.read_csv, npx.CsvParser(**options).parse_bytes):
        with pytest.raises(TypeError, match="are for a path or a list of them"):
            read(b"a\n1\n", **(options if read is npx.read_csv else {}))
    with pytest.raises(TypeError, match="are for paths, but the source is text"):
        npx.parse_csv("a\n1\n", **options)


@pytest.mark.parametrize(
    "options", [{"glob": 1}, {"union_by_name": "yes"}, {"filename_column": 7}]
)
def test_options_of_the_wrong_type(options):
    with pytest.raises(TypeError, match="must be"):
        npx.read_csv("a.csv", **options)


def test_compressed_and_encoded_files(files, tmp_path):
    files("a\nÅ\n")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress("a\né\n".encode()))
    (tmp_path / "c.csv").write_bytes("a\nß\n".encode("utf-16"))
    table = npx.read_csv("*.csv*", glob=True)
    assert table["a"].tolist() == ["Å", "é", "ß"]


# ---- Columns ---------------------------------------------------------------


def test_column_of_the_paths(files):
    names = files("a\n1\n2\n", "a\n", "a\n3\n")
    table = npx.read_csv(names, filename_column="file")
    assert table.names == ("a", "file")
    assert table["file"].tolist() == ["a.csv", "a.csv", "c.csv"]
    assert table["file"].dtype == np.dtypes.StringDType()
    table = npx.read_csv("a.csv", filename_column="file", usecols=[])
    assert table["file"].tolist() == ["a.csv", "a.csv"]
    with pytest.raises(ValueError, match="filename_column='a' is the name of a column"):
        npx.read_csv(names, filename_column="a")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("b,a\n1,2\n", "has them in another order"),
        ("a\n1\n", "has no 'b'"),
        ("a,b,c\n1,2,3\n", "has 'c' too"),
        ("a,x\n1,2\n", "has no 'b', 'x' too"),
    ],
)
def test_columns_must_be_the_same(files, other, told):
    names = files("a,b\n1,2\n", other)
    with pytest.raises(CsvSchemaError) as caught:
        npx.read_csv(names)
    error = caught.value
    assert error.code == "NX504"
    assert error.path == "b.csv"
    assert "those of 'a.csv'" in error.message
    assert told in error.message
    assert "union_by_name=True" in error.hint
    assert npx.read_csv(names, union_by_name=True).num_rows == 2


def test_union_by_name(files):
    names = files("a,b\n1,x\n", "c,a\ntrue,2\n", "b\ny\n")
    table = npx.read_csv(names, union_by_name=True)
    assert table.names == ("a", "b", "c")
    assert table["a"].tolist() == [1, 2, None]
    assert table["a"].dtype == np.int64
    assert table["b"].tolist() == ["x", "", "y"]
    assert table.mask("b").tolist() == [False, True, False]
    assert table["c"].tolist() == [None, True, None]
    table = npx.read_csv(names, union_by_name=True, missing="nan")
    assert repr(table["a"].tolist()) == "[1.0, 2.0, nan]"
    assert repr(table["b"].tolist()) == "['x', nan, 'y']"
    assert repr(table["c"].tolist()) == "[nan, 1.0, nan]"
    table = npx.read_csv(names, union_by_name=True, usecols=["c", 0], dtype={"c": str})
    assert table.names == ("c", "a")
    assert table["c"].tolist() == ["", "true", ""]
    with pytest.raises(CsvSchemaError, match="has no column 'a', and no cell"):
        npx.read_csv(names, union_by_name=True, missing={"a": "raise"})
    with pytest.raises(CsvError, match="no_such"):
        npx.read_csv(names, union_by_name=True, usecols=["no_such"])


@given(
    st.lists(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True),
        min_size=1,
        max_size=3,
    ),
    st.data(),
)
def test_union_by_name_is_one_file_with_empty_fields(folder, headers, data):
    every = list(dict.fromkeys(name for header in headers for name in header))
    paths, rows = [], []
    field = st.sampled_from([f for f in FIELDS if f != '""'])
    for number, header in enumerate(headers):
        text = ",".join(header) + "\n"
        for _ in range(data.draw(st.integers(0, 2))):
            row = {name: data.draw(field) for name in header}
            if len(header) == 1 and row[header[0]] == "":
                row[header[0]] = "NA"
            text += ",".join(row.values()) + "\n"
            rows.append(",".join(row.get(name, "") for name in every))
        paths.append(folder / f"u{number}.csv")
        paths[-1].write_text(text)
    expected = npx.parse_csv(
        "\n".join([",".join(every), *rows]) + "\n", skip_blank_lines=False
    )
    assert_same(npx.read_csv(paths, union_by_name=True), expected)


def test_files_without_header(files):
    names = files("1,x\n", "2,y\n")
    table = npx.read_csv(names, header=False)
    assert table["f0"].tolist() == [1, 2]
    table = npx.read_csv(names, header=False, names=["n", "s"], skiprows=0)
    assert table["s"].tolist() == ["x", "y"]


def test_header_without_rows_and_empty_files(files):
    names = files("a\n", "a\n1\n", "a\n")
    assert npx.read_csv(names)["a"].dtype == np.int64
    assert npx.read_csv([names[0], names[2]])["a"].dtype == np.dtypes.StringDType()
    for missing in ("nan", "masked"):
        expected = npx.parse_csv("a\n", missing=missing)
        assert_same(npx.read_csv(names[::2], missing=missing), expected)
    files("", "a\n1\n")
    with pytest.raises(CsvSchemaError, match="the source is empty") as caught:
        npx.read_csv(names[:2])
    assert caught.value.path == "a.csv"


# ---- Errors ----------------------------------------------------------------


def test_errors_name_the_file(files):
    names = files("a,b\n1,2\n", "a,b\n1,2\n3\n", 'a,b\n1,"2\n')
    with pytest.raises(CsvRaggedError) as caught:
        npx.read_csv(names[:2])
    error = caught.value
    assert (error.path, error.line, error.record, error.byte) == ("b.csv", 3, 2, 8)
    with pytest.raises(CsvError, match="never closed") as caught:
        npx.read_csv([names[2], names[0]])
    assert caught.value.path == "c.csv"
    with pytest.raises(CsvValueError) as caught:
        npx.read_csv(files("a\n1\n", "a\nx\n"), dtype=int)
    assert (caught.value.path, caught.value.line) == ("b.csv", 2)
    with pytest.raises(FileNotFoundError) as missing:
        npx.read_csv(["a.csv", "none.csv"])
    assert missing.value.filename == "none.csv"


def test_integer_beyond_the_exact_ones_of_a_float(files):
    names = files("a\n9007199254740993\n", "a\nNA\n")
    with pytest.raises(CsvError) as caught:
        npx.read_csv(names, missing="nan")
    assert caught.value.code == "NX606"
    assert (caught.value.path, caught.value.column) == ("a.csv", "a")


def test_file_that_is_rewritten_between_two_looks(files, monkeypatch):
    names = files("a\n1\n", "a\nx\n")
    read = npx._files.read_again

    def rewrite(part, wanted):
        with open("a.csv", "a") as file:
            file.write("2\n")
        read(part, wanted)

    monkeypatch.setattr(npx._files, "read_again", rewrite)
    with pytest.raises(OSError, match=r"'a\.csv' was changed while it was read"):
        npx.read_csv(names)


def test_report_is_that_of_all_files(files):
    names = files("a\n1\n", "a\n22\n")
    report = npx.read_csv(names).report
    assert (report.rows, report.columns, report.bytes) == (2, 1, 9)
    assert npx.read_csv(names, nrows=1).report.bytes is None


def test_descriptors_are_closed(files):
    names = files(*("a\n1\n" for _ in range(26)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(10):
            assert npx.read_csv(names).num_rows == 26
