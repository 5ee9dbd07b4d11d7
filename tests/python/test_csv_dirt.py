"""Records that are broken: padded, cut, left out, collected, counted."""

import gzip
import io
import pickle
import warnings

import numpy as np
import pytest
from engine import every_engine, snapshot

import numpy_ext as npx
from numpy_ext.errors import (
    CsvDialectError,
    CsvEncodingError,
    CsvError,
    CsvRaggedError,
    CsvSchemaError,
    CsvValueError,
    CsvWarning,
)
from numpy_ext.testing import engine

DIRTY = "x,y\n1,2\n3\n4,5,6\n7,8\n"


def lists(table: npx.Table) -> dict[str, list]:
    return {name: np.ma.asarray(table[name]).tolist() for name in table}


# ---- ragged ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("ragged", "code", "line"),
    [("raise", "NX301", 3), ("pad", "NX301", 4), ("truncate", "NX301", 3)],
)
def test_what_a_ragged_record_is_not_allowed_to_be(ragged, code, line):
    with pytest.raises(CsvRaggedError) as caught:
        npx.parse_csv(DIRTY, ragged=ragged)
    assert (caught.value.code, caught.value.line) == (code, line)


def test_short_records_are_filled_and_long_ones_cut():
    table = npx.parse_csv(DIRTY, ragged="both")
    assert lists(table) == {"x": [1, 3, 4, 7], "y": [2, None, 5, 8]}
    assert table.report.rejects == 0


def test_padding_never_widens_the_table():
    table = npx.parse_csv("x\n1,2,3\n4\n", ragged="both")
    assert lists(table) == {"x": [1, 4]}


def test_a_padded_cell_of_strings_is_missing_and_not_empty():
    table = npx.parse_csv('x,y\n1,""\n2\n3,a\n', ragged="pad")
    assert table.mask("y").tolist() == [False, True, False]


def test_a_padded_cell_where_none_may_be_missing():
    with pytest.raises(CsvValueError) as caught:
        npx.parse_csv("x,y\n1,a\n2\n", ragged="pad", missing="raise")
    assert (caught.value.code, caught.value.column, caught.value.line) == (
        ("NX603", "y", 3)
    )
    table = npx.parse_csv(
        "x,y\n1,a\n2\n", ragged="pad", missing="raise", on_error="collect"
    )
    assert table.rejects["text"].tolist() == ["2"]


def test_blank_lines_are_no_short_records():
    assert npx.parse_csv("x,y\n\n1,2\n", ragged="pad").num_rows == 1
    table = npx.parse_csv("x,y\n\n1,2\n", ragged="pad", skip_blank_lines=False)
    assert table.mask("x").tolist() == [True, False]


def test_records_of_every_length_in_a_wide_table():
    """The fields that a record has, and no others, whatever its neighbours have."""
    width, rows = 300, 400
    records = [[f"{r}.{c}" for c in range(r % (width + 40))] for r in range(1, rows)]
    text = "\n".join(",".join(record) for record in records)
    header = ",".join(f"c{c}" for c in range(width))
    with engine(block_size=20_000):
        table = npx.parse_csv(f"{header}\n{text}\n", ragged="both", dtype=str)
    for at in (0, 1, 150, 298, 299):
        column = table[f"c{at}"].tolist()
        records_in = [r for r in records if r]
        assert column == [r[at] if at < len(r) else "" for r in records_in]


def test_quotes_out_of_place_in_a_field_that_is_cut_off():
    with pytest.raises(CsvDialectError):
        npx.parse_csv('x\n1,"a"b\n', ragged="truncate")


# ---- on_error --------------------------------------------------------------


def test_rejects_are_a_table_with_all_that_is_known():
    text = 'x,y\n1,2\n3\n4,"a"b\n5,\udcff\nz,7\n8,9\n'
    data = text.encode("utf-8", "surrogateescape")
    table = npx.read_csv(data, on_error="collect", dtype={"x": int})
    assert lists(table) == {"x": [1, 8], "y": [2, 9]}
    assert table.rejects.to_pylist() == [
        {
            **{"file": None, "record": 2, "line": 3, "byte": 8, "column": None},
            **{"code": "NX301", "text": "3"},
            "message": "expected 2 fields, found 1",
        },
        {
            **{"file": None, "record": 3, "line": 4, "byte": 15, "column": None},
            **{"code": "NX201", "text": '4,"a"b'},
            "message": "text after a closing quote",
        },
        {
            **{"file": None, "record": 4, "line": 5, "byte": 19, "column": "y"},
            **{"code": "NX401", "text": "5,\\xff"},
            "message": "byte 0xff is not UTF-8",
        },
        {
            **{"file": None, "record": 5, "line": 6, "byte": 21, "column": "x"},
            **{"code": "NX601", "text": "z,7"},
            "message": "'z' is not an int64",
        },
    ]
    assert table.schema["y"].reason == "line 2 has '2', an integer"


def test_rejects_without_any():
    table = npx.parse_csv("x\n1\n", on_error="collect")
    assert table.rejects.num_rows == 0
    assert list(table.rejects) == (
        ["file", "record", "line", "byte", "column", "code", "text", "message"]
    )
    assert npx.parse_csv("x\n1\n").rejects is None
    assert npx.parse_csv("x\n1\n", on_error="skip").rejects is None


def test_rejects_can_be_corrected_and_fed_again():
    text = 'x,y\n1,"two\nlines"\n2\n3,"a,""b""",c\n4,d\n'
    table = npx.parse_csv(text, on_error="collect")
    again = npx.parse_csv("x,y\n" + "\n".join(table.rejects["text"]), ragged="both")
    assert lists(again) == {"x": [2, 3], "y": ["", 'a,"b"']}
    fixed = [t if "," in t else t + ",c" for t in table.rejects["text"].tolist()]
    one_bad = npx.parse_csv("x,y\n" + "\n".join(fixed), on_error="collect")
    assert one_bad.rejects.num_rows == 1


def test_an_unterminated_quote_takes_what_follows_with_it():
    table = npx.parse_csv('x,y\n1,a\n2,"b\n3,c\n4,d', on_error="collect")
    assert lists(table) == {"x": [1], "y": ["a"]}
    (reject,) = table.rejects.to_pylist()
    assert (reject["code"], reject["line"], reject["byte"]) == ("NX202", 3, 10)
    assert reject["text"] == '2,"b\n3,c\n4,d'


def test_a_header_that_is_broken_is_an_error_all_the_same():
    for text in ('x,"y\n1,2\n', '"x"a,y\n1,2\n'):
        with pytest.raises(CsvDialectError):
            npx.parse_csv(text, on_error="collect", ragged="both")
    with pytest.raises(CsvEncodingError):
        npx.read_csv(b"x,\xff\n1,2\n", on_error="skip")
    with pytest.raises(CsvSchemaError):
        npx.parse_csv("", on_error="skip")


def test_skip_warns_once_and_names_the_first():
    with pytest.warns(CsvWarning) as caught:
        table = npx.parse_csv(DIRTY, on_error="skip")
    assert lists(table) == {"x": [1, 7], "y": [2, 8]}
    (warning,) = caught
    assert str(warning.message) == (
        "2 bad records were left out, beside 2 rows: "
        "line 3, expected 2 fields, found 1 [NX301]; "
        "line 4, expected 2 fields, found 3 [NX301]; "
        "on_error='collect' keeps them in t.rejects"
    )
    assert warning.filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        npx.parse_csv("x\n1\n", on_error="skip")


def test_a_callable_gets_the_errors_in_order():
    errors: list[CsvError] = []
    npx.parse_csv(
        'x,y\nz,"\n4\n5,"a"b\n7,8\n"', on_error=errors.append, dtype={"x": int}
    )
    assert [type(e) for e in errors] == [CsvDialectError, CsvDialectError]
    errors.clear()
    npx.parse_csv("x,y\nz,1\n4\n7,8\n", on_error=errors.append, dtype={"x": int})
    assert [type(e) for e in errors] == [CsvValueError, CsvRaggedError]
    first = errors[0]
    assert (first.text, first.value, first.column, first.line) == ("z,1", "z", "x", 2)
    assert "on_error" not in str(first)
    again = pickle.loads(pickle.dumps(first))
    assert (again.text, str(again)) == (first.text, str(first))


def test_a_callable_may_raise_and_must_return_nothing():
    def strict(error: CsvError) -> None:
        raise error

    with pytest.raises(CsvRaggedError, match="found 1"):
        npx.parse_csv(DIRTY, on_error=strict)
    with pytest.raises(TypeError, match="must return None, which leaves"):
        npx.parse_csv(DIRTY, on_error=lambda error: "3,4")


@pytest.mark.parametrize("action", ["skip", "collect"])
def test_one_more_than_max_errors_is_an_error(action):
    text = DIRTY + "a\nb\n"
    with pytest.raises(CsvError) as caught:
        npx.parse_csv(text, on_error=action, max_errors=3)
    assert str(caught.value) == (
        "more than 3 records are bad: line 3, expected 2 fields, found 1 [NX301]; "
        "line 4, expected 2 fields, found 3 [NX301]; "
        "line 6, expected 2 fields, found 1 [NX301]; ... [NX320]\n"
        "  at line 3, record 2, byte 8\n"
        "    3\n"
        "    ^\n"
        "  to accept it: max_errors= of more than 3, or None for any number"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = npx.parse_csv(text, on_error=action, max_errors=4)
    assert table.report.rejects == 4


@pytest.mark.parametrize("most", [0, 1, 2, 5])
@pytest.mark.parametrize("action", ["skip", "collect"])
def test_no_more_records_are_named_than_end_the_read(most, action):
    """How many more are known depends on how far the read has come."""
    text = "a,b\n1,2\n" + "1\n" * 9
    for size in (None, 1, 8, 64):
        with engine(block_size=size, threads=2), pytest.raises(CsvError) as caught:
            npx.parse_csv(text, on_error=action, max_errors=most)
        named = [f"line {line}," in caught.value.message for line in range(1, 12)]
        first = range(3, 3 + min(3, most + 1))
        assert [at for at, told in enumerate(named, 1) if told] == list(first)


@pytest.mark.parametrize("way", every_engine((1, 8, 64)))
def test_too_many_bad_records_are_named_from_the_first_of_the_file_on(way):
    """Whether a word is missing, or a zone out of place, is known later."""
    words = "n,m\nNA,1\n2,1\n" + "3\n" * 4 + "4,1\n" * 9
    options = {"missing": "raise", "on_error": "collect", "max_errors": 2}
    with engine(**way), pytest.raises(CsvError) as caught:
        npx.parse_csv(words, **options)
    assert (caught.value.record, caught.value.line) == (1, 2)
    assert "line 2, a cell is missing: 'NA'" in caught.value.message
    # The same, but text in the last record makes it a word like any other.
    with engine(**way), pytest.raises(CsvError) as caught:
        npx.parse_csv(words + "x,1\n", **options)
    assert (caught.value.record, caught.value.line) == (3, 4)
    zones = "t,m\n2026-01-31,1\n2026-01-31 06:30Z,1\n" + "3\n" * 4 + "2026-01-31,1\n"
    with engine(**way), pytest.raises(CsvError) as caught:
        npx.parse_csv(
            zones, dtype={"t": "datetime64[s]"}, on_error="collect", max_errors=2
        )
    assert (caught.value.record, caught.value.line) == (2, 3)


def test_nrows_counts_rows_that_are_returned():
    table = npx.parse_csv("x,y\n1,2\n3\n4,5\n6\n7,8\n", nrows=2, on_error="collect")
    assert lists(table) == {"x": [1, 4], "y": [2, 5]}
    assert table.rejects["line"].tolist() == [3]
    assert npx.parse_csv(DIRTY, nrows=0, on_error="collect").rejects.num_rows == 0


# ---- What is judged by other records ---------------------------------------


def test_a_bad_record_widens_no_type_and_masks_nothing():
    text = "a,b,c\n1,2,3\nx,,1.5,\n-5,NA,4.5,oops\n4,5,6\n"
    table = npx.parse_csv(text, on_error="collect")
    assert [table[n].dtype for n in table] == [np.int64] * 3
    assert not any(table.mask(n).any() for n in table)


@pytest.mark.parametrize("way", every_engine((1, 5, 16)))
def test_words_are_missing_unless_good_records_make_strings(way):
    """What a record shows that another column has made bad does not count."""
    options = {"missing": "raise", "on_error": "collect", "dtype": {"b": int}}
    with engine(**way):
        table = npx.parse_csv("a,b\n1,1\nNA,2\ntext,oops\n2,3\n", **options)
        other = npx.parse_csv("a,b\n1,1\nNA,2\ntext,4\n2,3\n", **options)
    assert lists(table) == {"a": [1, 2], "b": [1, 3]}
    assert table.rejects["code"].tolist() == ["NX603", "NX601"]
    assert other["a"].tolist() == ["1", "NA", "text", "2"]


@pytest.mark.parametrize("way", every_engine((1, 7)))
@pytest.mark.parametrize("first", ["007", "text"])
def test_the_first_fault_of_a_record_is_told(first, way):
    """The string in a bad record does not make NA text, not even for a while."""
    options = {"missing": "raise", "on_error": "collect"}
    with engine(**way):
        table = npx.parse_csv(f'a,b\n{first},\nNA,""\n', **options)
    assert table.rejects["column"].tolist() == ["b", "a"]


def test_one_column_after_the_other_turns_out_to_be_none_of_strings():
    """The only text of b stands in a record that a makes bad."""
    text = "a,b\n1,2\nNA,text\n3,NA\n4,5\n"
    table = npx.parse_csv(text, missing="raise", on_error="collect")
    assert lists(table) == {"a": [1, 4], "b": [2, 5]}
    assert table.rejects["line"].tolist() == [3, 4]


@pytest.mark.parametrize("way", every_engine((1, 30)))
def test_the_first_good_time_says_whether_there_are_zones(way):
    text = (
        "when,n\n2020-01-01 00:00Z,x\n2020-01-02 00:00,1\n2020-01-03 00:00Z,2\n"
        "2020-01-04 00:00,3\n"
    )
    dtypes = {"when": "M8[s]", "n": int}
    with engine(**way):
        table = npx.parse_csv(text, dtype=dtypes, on_error="collect")
    assert table["n"].tolist() == [1, 3]
    assert table.rejects["line"].tolist() == [2, 4]
    assert "unlike the times before it" in table.rejects["message"][1]


@pytest.mark.parametrize("strings", ["fixed", "bytes"])
def test_strings_of_fixed_width_that_end_in_nul(strings):
    text = "n,s\n1,a\n2,b\0\n3,\0c\n"
    table = npx.parse_csv(text, strings=strings, on_error="collect")
    assert table["n"].tolist() == [1, 3]
    assert table.rejects["code"].tolist() == ["NX605"]
    assert npx.parse_csv(text, on_error="collect").num_rows == 3
    lone = npx.parse_csv("n\n1\n2\0\n", strings=strings, on_error="collect")
    assert lone["n"].tolist() == [1]


def test_a_number_too_large_for_nan_is_told_with_its_record():
    """It is the column that is at fault: without a missing cell it would be good."""
    text = "a,b\n1,x\n2\n3,x,y\n9007199254740993,x\n,x\n4\n"
    with pytest.raises(CsvValueError) as caught:
        npx.parse_csv(text, missing="nan", on_error="collect")
    error = caught.value
    assert (error.code, error.record, error.line, error.byte) == ("NX606", 4, 5, 16)


# ---- Counts ----------------------------------------------------------------


def test_all_records_are_accounted_for():
    text = (
        "junk\n# remark\n\nx,y\n# one\n1,2 # kept\n\n3\n# two\n4,5\n\n"
        "6,7\n\n# end\n8,9\n"
    )
    table = npx.parse_csv(
        text, skiprows=1, comment="#", skipfooter=2, on_error="collect"
    )
    report = table.report
    counted = report.rows, report.rejects, report.blank, report.comment, report.skipped
    assert counted == (2, 1, 4, 4, 3)
    assert sum(counted) == len(text.splitlines()) - 1  # the header


def test_lines_left_out_by_number_and_records_they_tear():
    text = 'x,y\n1,2\nskip\n3,"a\nb"\n5,6\n'
    table = npx.parse_csv(text, skiprows=[2, 4], on_error="collect")
    assert (table.report.rows, table.report.rejects, table.report.skipped) == (1, 1, 2)
    table = npx.parse_csv(text, skiprows=[2, 3], on_error="collect")
    assert table.rejects["line"].tolist() == [5]
    assert table.rejects["text"].tolist() == ['b"']
    text = 'x,y\n1,2\n3,"a\nskip\nb"\n5,6\n7\n'
    table = npx.parse_csv(text, skiprows=[3], on_error="collect")
    assert table.rejects["code"].tolist() == ["NX121", "NX301"]
    assert table.rejects["line"].tolist() == [3, 7]
    assert lists(table) == {"x": [1, 5], "y": [2, 6]}


def test_reports_of_other_formats_count_nothing():
    report = npx.parse_ndjson('{"x": 1}\n').report
    assert (report.rejects, report.blank, report.comment, report.skipped) == (
        (None, None, None, None)
    )


# ---- Sources ---------------------------------------------------------------


def test_places_in_another_encoding():
    data = "x,y\né,1\nü\n".encode("cp1252") + b"4,\x81\n5,6\n"
    table = npx.read_csv(data, encoding="cp1252", on_error="collect")
    rejects = table.rejects
    assert rejects["byte"].tolist() == [data.index(b"\xfc"), data.index(b"\x81")]
    assert rejects["message"].tolist()[1] == "byte 0x81 is not cp1252"
    wide = "x,y\né,1\nü\n5,6\n".encode("utf-16")
    table = npx.read_csv(wide, on_error="collect")
    assert table.rejects["byte"].tolist() == [wide.index("ü".encode("utf-16-le"))]


def test_every_kind_of_source_gives_the_same(tmp_path):
    path = tmp_path / "dirty.csv"
    path.write_text(DIRTY)
    usual = npx.parse_csv(DIRTY, on_error="collect")
    for source in (
        path,
        DIRTY.encode(),
        bytearray(DIRTY.encode()),
        io.StringIO(DIRTY),
        io.BytesIO(gzip.compress(DIRTY.encode())),
        [DIRTY[:9].encode(), DIRTY[9:].encode()],
    ):
        table = npx.read_csv(source, on_error="collect")
        assert snapshot(table) == snapshot(usual)
        rejects = table.rejects.drop("file")
        assert snapshot(rejects) == snapshot(usual.rejects.drop("file"))
    table = npx.read_csv(path, on_error="collect")
    assert table.rejects["file"].tolist() == [str(path)] * 2


@pytest.fixture
def two_files(tmp_path):
    for name, text in {
        "a.csv": "x,y,z\n1,a,1\n2\n3,b,2\n",
        "b.csv": "x,y,z\n0.5,c,3\n1,d,oops\n2,e,4\n,,,\n",
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_several_files_with_one_type_for_all(two_files):
    """The first is read again for its x, without what was bad for another column."""
    table = npx.read_csv(
        str(two_files / "*.csv"), glob=True, on_error="collect", dtype={"z": int}
    )
    assert lists(table) == {
        "x": [1.0, 3.0, 0.5, 2.0],
        "y": ["a", "b", "c", "e"],
        "z": [1, 2, 3, 4],
    }
    rejects = table.rejects
    assert rejects["file"].tolist() == [str(two_files / "a.csv")] + (
        [str(two_files / "b.csv")] * 2
    )
    assert rejects["line"].tolist() == [3, 3, 5]
    assert (table.report.rows, table.report.rejects) == (4, 3)


def test_max_errors_is_for_all_files(two_files):
    options = {"glob": True, "dtype": {"z": int}, "on_error": "collect"}
    source = str(two_files / "*.csv")
    assert npx.read_csv(source, max_errors=3, **options).num_rows == 4
    with pytest.raises(CsvError, match="more than 2 records are bad") as caught:
        npx.read_csv(source, max_errors=2, **options)
    assert caught.value.path == str(two_files / "b.csv")


def test_nrows_of_several_files_with_bad_records(two_files):
    table = npx.read_csv(
        str(two_files / "*.csv"),
        glob=True,
        nrows=3,
        on_error="collect",
        dtype={"z": int},
    )
    assert table["y"].tolist() == ["a", "b", "c"]
    assert table.rejects["line"].tolist() == [3]


# ---- Options ---------------------------------------------------------------


def test_values_of_the_options():
    for value in ("fill", None, True):
        with pytest.raises(ValueError, match='ragged must be "raise", "pad"'):
            npx.parse_csv("x\n", ragged=value)
    with pytest.raises(ValueError, match='on_error must be "raise", "skip"'):
        npx.parse_csv("x\n", on_error=None)
    with pytest.raises(ValueError, match='on_error must be "skip", which warns'):
        npx.parse_csv("x\n", on_error="warn")
    with pytest.raises(ValueError, match="max_errors=3 counts records that are left"):
        npx.parse_csv("x\n", max_errors=3)
    with pytest.raises(ValueError, match="max_errors must not be negative"):
        npx.parse_csv("x\n", on_error="skip", max_errors=-1)
    with pytest.raises(TypeError, match="max_errors must be an int"):
        npx.parse_csv("x\n", on_error="skip", max_errors=0.5)


@pytest.mark.parametrize(
    ("keyword", "ours"),
    [
        ("on_bad_lines", "on_error"),
        ("ignore_errors", "on_error"),
        ("store_rejects", "on_error"),
        ("truncate_ragged_lines", "ragged"),
        ("null_padding", "ragged"),
        ("rejects_limit", "max_errors"),
    ],
)
def test_names_of_other_tools(keyword, ours):
    with pytest.raises(TypeError, match=rf"did you mean `{ours}=`\?"):
        npx.parse_csv("x\n", **{keyword: True})


def test_a_parser_keeps_the_options():
    parser = npx.CsvParser(ragged="both", on_error="collect", max_errors=2)
    assert repr(parser) == (
        "CsvParser(ragged='both', on_error='collect', max_errors=2)"
    )
    assert pickle.loads(pickle.dumps(parser)) == parser
    assert parser.parse_string(DIRTY).rejects.num_rows == 0


def test_rejects_do_not_travel_with_selections_and_pickles():
    table = npx.parse_csv(DIRTY, on_error="collect")
    assert table[:1].rejects is None
    assert pickle.loads(pickle.dumps(table)).rejects is None
