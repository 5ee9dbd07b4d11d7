"""Lines and records that are not read, and headers of several records."""

import gzip
import io
import pickle

import numpy as np
import pytest
from csv_oracle import Refused, read
from engine import assert_is, engines, error_snapshot, outcome
from hypothesis import given, settings
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.errors import (
    CsvDialectError,
    CsvRaggedError,
    CsvSchemaError,
    CsvValueError,
)
from numpy_ext.testing import engine

pytestmark = pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")

ATOMS = (
    *("a", "1", ",", ",", ",", "\n", "\n", "\n", "\n", "\r\n", "\r", '"', '"', " "),
    *("\\", "#", "é", ";", "-7", "1.5", "NA", "2020-01-02"),
)
DIALECTS = st.sampled_from(
    (
        *({}, {}, {}, {"quoting": "none"}, {"header": False}),
        *({"comment": "#"}, {"escapechar": "\\"}, {"lineterminator": ";"}),
        *({"lineterminator": "\n#"}, {"delimiter": "whitespace"}, {"strip": True}),
    )
)
NUMBERS = st.frozensets(st.integers(0, 12), max_size=8)


@st.composite
def sources(draw: st.DrawFn) -> tuple[bytes, dict]:
    """Return a source and options; most sources are tables."""
    options = dict(draw(DIALECTS))
    options["skiprows"] = draw(st.one_of(st.integers(0, 3), NUMBERS, NUMBERS))
    options["skipfooter"] = draw(st.sampled_from((0, 0, 1, 2, 5)))
    if options.get("header", True):
        options["header_rows"] = draw(st.sampled_from((1, 1, 2, 3)))
    if draw(st.integers(0, 3)) == 0:
        return "".join(draw(st.lists(st.sampled_from(ATOMS)))).encode(), options
    between = options.get("delimiter", ",")
    between = " " if between == "whitespace" else between
    end = options.get("lineterminator", draw(st.sampled_from(("\n", "\r\n", "\r"))))
    width = draw(st.integers(1, 3))
    kinds = [
        st.sampled_from(("1", "-2", "3", "", "NA", "400")),
        st.sampled_from(("1.5", "2", "-3e5", "")),
        st.sampled_from(("2020-01-02", "2020-01-02 03:04", "1999-12-31")),
        st.lists(st.sampled_from(ATOMS), max_size=3).map("".join),
        st.sampled_from(('"a"', '"b,\n"', '"x\ny\nz"', "a\\\n", '"d""e"', "x #y")),
    ]
    columns = [draw(st.sampled_from(kinds)) for _ in range(width)]
    rows = draw(st.lists(st.tuples(*columns), max_size=12))
    text = end.join(between.join(row) for row in rows)
    return (text + end * draw(st.integers(0, 2))).encode(), options


@given(sources())
@settings(max_examples=4 * settings.default.max_examples)
def test_the_oracle_agrees(source):
    data, options = source
    try:
        names, columns = read(data, **options)
    except Refused as refused:
        with pytest.raises(npx.errors.CsvError) as caught:
            npx.read_csv(data, **options)
        error = caught.value
        assert (error.code, error.record, error.byte) == (
            refused.code,
            refused.record,
            refused.byte,
        )
        return
    table = npx.read_csv(data, **options)
    assert len(table) == len(names)
    assert_is(table, columns)


@given(sources())
@settings(max_examples=settings.default.max_examples)
def test_seams_threads_and_processor_do_not_matter(source):
    data, options = source
    usual = outcome(data, threads=1, **options)
    for way in engines((1, 2, 3, 5, 7, 13, 31, 64, 65)):
        with engine(**way):
            assert outcome(data, **options) == usual, way


@given(sources(), st.integers(0, 5))
@settings(max_examples=settings.default.max_examples)
def test_nrows_are_the_first_of_what_is_no_footer(source, nrows):
    data, options = source
    try:
        whole = npx.read_csv(data, **options)
    except npx.errors.CsvError:
        return
    table = npx.read_csv(data, nrows=nrows, **options)
    assert table.num_rows == min(nrows, whole.num_rows)


# ---- skiprows= -------------------------------------------------------------

TEXT = "a,b\n(m),(s)\n1,2\n3,4\n5,6\n"


def test_lines_are_named_by_numbers_or_by_a_function():
    for numbers in ([1], (1,), {1}, range(1, 2), np.array([1]), iter([1]), [1, 1]):
        table = npx.parse_csv(TEXT, skiprows=numbers)
        assert table["a"].tolist() == [1, 3, 5]
    asked = []

    def skip(number):
        asked.append(number)
        return number in (1, 3)

    assert npx.parse_csv(TEXT, skiprows=skip)["b"].tolist() == [2, 6]
    assert asked == [0, 1, 2, 3, 4]


def test_numbers_beyond_the_end_do_nothing():
    assert npx.parse_csv(TEXT, skiprows=[1, 4, 5, 10**30])["a"].tolist() == [1, 3]
    assert npx.parse_csv(TEXT, skiprows=lambda n: n == 99 or n == 1).num_rows == 3


def test_the_first_lines_are_as_many_as_they_are():
    text = 'made by "hand\nin 2026\n' + TEXT
    for first in (2, [0, 1], {1, 0}, range(2), lambda n: n < 2):
        table = npx.parse_csv(text, skiprows=first, dtype=str)
        assert table["a"].tolist() == ["(m)", "1", "3", "5"]
    assert npx.CsvParser(skiprows=[1, 0]) == npx.CsvParser(skiprows=2)
    assert repr(npx.CsvParser(skiprows=[3, 1])) == "CsvParser(skiprows=[1, 3])"


def test_all_lines_may_go():
    with pytest.raises(CsvSchemaError, match="the source is empty"):
        npx.parse_csv(TEXT, skiprows=lambda number: True)
    assert npx.parse_csv(TEXT, skiprows=range(1, 9)).num_rows == 0


def test_line_breaks_inside_quotes_count_and_may_not_go():
    text = 'a,b\n1,"x\ny\nz"\n2,w\n'
    assert npx.parse_csv(text, skiprows=[1, 2, 3])["b"].tolist() == ["w"]
    assert npx.parse_csv(text, skiprows=[4])["b"].tolist() == ["x\ny\nz"]
    with pytest.raises(CsvDialectError, match="part of a record") as caught:
        npx.parse_csv(text, skiprows=[2])
    error = caught.value
    assert (error.code, error.record, error.line, error.byte) == ("NX121", 1, 2, 4)
    with pytest.raises(CsvDialectError, match="never closed"):
        npx.parse_csv(text, skiprows=[3])
    text = 'a,"b\nc\nd"\n1,2\n'
    with pytest.raises(CsvDialectError, match="part of a record") as caught:
        npx.parse_csv(text, skiprows=[1])
    assert (caught.value.code, caught.value.record, caught.value.byte) == (
        *("NX121", None),
        0,
    )


def test_places_are_those_in_the_source():
    text = "x\na,b\nm,s\n1,2\n\n3,z\n"
    with pytest.raises(CsvValueError) as caught:
        npx.parse_csv(text, skiprows=[0, 2], dtype=int)
    error = caught.value
    assert (error.record, error.line, error.byte) == (2, 6, text.index("z"))
    assert error.excerpt == "3,z"
    table = npx.parse_csv(text, skiprows=[0, 2])
    assert table.schema["b"].reason == "line 6 has 'z', text"
    with pytest.raises(CsvValueError) as caught:
        npx.parse_csv("a,b\n\n1,2\n3,\n", skiprows=[1], missing="raise")
    assert (caught.value.line, caught.value.byte) == (4, 11)
    with pytest.raises(npx.errors.CsvError) as caught:  # found when arrays are made
        npx.parse_csv("a\nx\nb\n2\u00e9\n", skiprows=[1], strings="bytes", dtype="S1")
    assert caught.value.line == 4


def test_lines_that_are_left_out_count_once():
    """Also where the first field of the text is the first place to be named."""
    table = npx.parse_csv("x\na,b\ny\n1,2\n", skiprows=[0, 2], header=False)
    reasons = [table.schema[name].reason for name in table]
    assert reasons == ["line 2 has 'a', text", "line 2 has 'b', text"]
    table = npx.parse_csv("x\na,1\ny\n1,b\n", skiprows=[0, 2], header=False,
                          dtype=int, on_error="collect")  # fmt: skip
    assert table.rejects["line"].tolist() == [2, 4]
    assert table.rejects["byte"].tolist() == [2, 10]


def test_a_record_that_ends_in_a_line_that_is_left_out_is_torn():
    """Its last line end is escaped, so that it goes on."""
    text = "a,b\n1,2\\\n3\n"
    with pytest.raises(CsvDialectError) as caught:
        npx.parse_csv(text, escapechar="\\", skiprows=[2])
    assert (caught.value.code, caught.value.record) == ("NX121", 1)
    with pytest.raises(CsvDialectError) as caught:
        npx.parse_csv("a,b\\\nc\n", escapechar="\\", skiprows=[1])
    assert caught.value.code == "NX121"
    assert npx.parse_csv(text, escapechar="\\")["b"].tolist() == ["2\n3"]


@pytest.mark.parametrize("options", [{}, {"comment": "#", "escapechar": "\\"}])
def test_cr_and_lf_that_meet_end_one_record(options):
    """Nothing is left out of the records on either side."""
    text = "a,b\r0\n\n1,2\r0\n\n3,\\4\n"
    table = npx.parse_csv(text, skiprows=[1, 4], **options)
    assert (table["a"].tolist(), table.num_rows) == ([1, 3], 2)


def test_lines_end_where_the_dialect_says():
    text = "a,b|x\n,y|1,2\n|3,4"
    table = npx.parse_csv(text, lineterminator="|", skiprows=[1])
    assert table["a"].tolist() == [1, 3]
    table = npx.parse_csv("x|" + text, lineterminator="|", skiprows=1)
    assert table.names == ("a", "b")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_sources_in_other_encodings(encoding):
    text = "a,b\né,ü\n1,2\n3,x\n"
    data = text.encode(encoding)
    table = npx.read_csv(data, encoding=encoding, skiprows=[1])
    assert table["a"].tolist() == [1, 3]
    with pytest.raises(CsvValueError) as caught:
        npx.read_csv(data, encoding=encoding, skiprows=[1], dtype=int)
    assert caught.value.byte == len(text[: text.index("x")].encode(encoding))


def test_every_kind_of_source(tmp_path):
    data = (TEXT + "end,of,file\n").encode()
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(data))
    options = {"skiprows": [1], "skipfooter": 1}
    for source in (
        *(path, packed, data, bytearray(data), memoryview(data), io.BytesIO(data)),
        *(io.StringIO(data.decode()), [data[:9], data[9:]]),
    ):
        table = npx.read_csv(source, **options)
        assert table["a"].tolist() == [1, 3, 5]
    table = npx.read_csv([path, path], filename_column="file", **options)
    assert table["a"].tolist() == [1, 3, 5] * 2


def test_a_mark_of_byte_order_is_part_of_its_line():
    data = b"\xef\xbb\xbf" + TEXT.encode()
    assert npx.read_csv(data, skiprows=[1]).names == ("a", "b")
    assert npx.read_csv(data, skiprows=[0, 2]).names == ("(m)", "(s)")


def test_many_lines_left_out_of_a_large_file(tmp_path):
    lines = [f"{i},{i * 0.25},name{i}" for i in range(120_000)]
    path = tmp_path / "large.csv"
    path.write_text("\n".join(["a,b,c", *lines]) + "\n")
    for skip in (lambda n: n % 3 == 1, lambda n: n % 50_000 == 2, range(9, 100_000)):
        skipped = skip if callable(skip) else skip.__contains__
        wanted = [i for i in range(120_000) if not skipped(i + 1)]
        for threads in (1, 2, 8):
            table = npx.read_csv(path, skiprows=skip, threads=threads)
            assert table["a"].tolist() == wanted
            assert table["c"][-1] == f"name{wanted[-1]}"
            assert table["b"][5] == wanted[5] * 0.25


def test_a_function_is_never_kept_for_other_calls():
    for wanted in ([1, 3, 5], [3, 5]):
        skip = {1} if len(wanted) == 3 else {1, 2}
        table = npx.parse_csv(TEXT, skiprows=lambda n, skip=skip: n in skip)
        assert table["a"].tolist() == wanted


def test_an_exception_of_the_function_comes_through():
    def skip(number):
        raise LookupError(number)

    with pytest.raises(LookupError, match="0"):
        npx.parse_csv(TEXT, skiprows=skip)


def test_parsers_keep_the_lines():
    parser = npx.CsvParser(skiprows=[1], skipfooter=1, header_rows=1)
    assert pickle.loads(pickle.dumps(parser)) == parser
    assert parser.parse_string(TEXT)["a"].tolist() == [1, 3]
    assert hash(parser) == hash(npx.CsvParser(skiprows={1}, skipfooter=1))


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (-1, ValueError, "skiprows must not be negative"),
        ([-1], ValueError, "skiprows must not be negative"),
        (True, TypeError, "int, an iterable of ints or a callable"),
        ("3", TypeError, "int, an iterable of ints or a callable"),
        (1.0, TypeError, "int, an iterable of ints or a callable"),
        ([1.0], TypeError, "holds numbers of lines, got 1.0"),
        ([False, True], TypeError, "holds numbers of lines, got False"),
        (np.array([True]), TypeError, "holds numbers of lines"),
        (None, TypeError, "int, an iterable of ints or a callable"),
    ],
)
def test_other_values_are_refused(value, error, message):
    with pytest.raises(error, match=message):
        npx.parse_csv(TEXT, skiprows=value)


def test_equal_values_of_another_type_are_refused_each_time():
    npx.CsvParser(skiprows=(2, 1))
    with pytest.raises(TypeError, match="got True"):
        npx.CsvParser(skiprows=(2, True))


# ---- skipfooter= -----------------------------------------------------------


def test_the_last_records_go_whatever_is_in_them():
    text = 'a,b\n1,2\n3,4\nTotal,"of\nall",4,6\n\n# (c) \xff "x"y\n\n'
    assert npx.parse_csv(text, skipfooter=2)["a"].tolist() == [1, 3]
    with pytest.raises(CsvRaggedError):
        npx.parse_csv(text, skipfooter=1)
    table = npx.parse_csv(text, skipfooter=1, comment="#")  # of which a comment is none
    assert table["b"].tolist() == [2, 4]
    assert npx.parse_csv(text, skipfooter=4).num_rows == 0
    assert npx.parse_csv(text, skipfooter=10**30).names == ("a", "b")


def test_the_footer_has_no_say_in_types():
    table = npx.parse_csv("a\n1\n2\nend\n", skipfooter=1)
    assert table["a"].dtype == np.int64
    assert "line 2" in table.schema["a"].reason


def test_a_quote_that_stays_open_is_one_record():
    assert npx.parse_csv('a\n1\n2\n"x\ny\n', skipfooter=1)["a"].tolist() == [1, 2]


def test_blank_lines_count_where_they_are_records():
    text = "a\n1\n2\n\n"
    assert npx.parse_csv(text, skipfooter=1)["a"].tolist() == [1, 2]
    table = npx.parse_csv(text, skipfooter=1, skip_blank_lines=True)
    assert table["a"].tolist() == [1]


def test_a_footer_alone_still_has_fields():
    table = npx.parse_csv("Total,1\n", header=False, skipfooter=1)
    assert table.names == ("f0", "f1")
    assert table.num_rows == 0


def test_footers_of_large_files(tmp_path):
    lines = [f'{i},"name\n{i}",{i * 0.5}' for i in range(60_000)]
    path = tmp_path / "large.csv"
    path.write_text("\n".join(["a,b,c", *lines, "Total", "x,y"]))
    for threads in (1, 2, 8):
        table = npx.read_csv(path, skipfooter=2, threads=threads)
        assert table["a"].tolist() == list(range(60_000))
        table = npx.read_csv(path, skipfooter=30_002, threads=threads)
        assert table.num_rows == 30_000
        assert table["b"][-1] == "name\n29999"


@pytest.mark.parametrize("value", [-1, 1.0, None, [1], True])
def test_other_footers_are_refused(value):
    with pytest.raises((ValueError, TypeError), match="skipfooter must"):
        npx.parse_csv(TEXT, skipfooter=value)


# ---- header_rows= ----------------------------------------------------------


def test_names_are_joined():
    text = "price,,sold\nEUR,USD,\n1,2,3\n"
    table = npx.parse_csv(text, header_rows=2)
    assert table.names == ("price_EUR", "USD", "sold")
    assert table["USD"].tolist() == [2]


def test_names_of_several_records_may_repeat_or_be_empty():
    with pytest.warns(npx.errors.CsvWarning, match="renamed to a_b_1"):
        table = npx.parse_csv("a,a,\nb,b,\n1,2,3\n", header_rows=2)
    assert table.names == ("a_b", "a_b_1", "f2")
    with pytest.warns(npx.errors.CsvWarning, match="reads like numbers"):
        npx.parse_csv("1,2\n,\n1,2\n", header_rows=2)


def test_names_may_replace_a_header_of_several_records():
    table = npx.parse_csv("x,y\nm,s\n1,2\n", header_rows=2, names=["a", "b"])
    assert table["a"].tolist() == [1]


def test_blank_lines_and_comments_are_no_header():
    table = npx.parse_csv("# x\na,b\n\n# y\nc,d\n1,2\n", header_rows=2, comment="#")
    assert table.names == ("a_c", "b_d")


def test_records_of_a_header_have_as_many_fields():
    with pytest.raises(CsvRaggedError, match="in every record of the header") as caught:
        npx.parse_csv("a,b\nc\n1,2\n", header_rows=2)
    assert (caught.value.code, caught.value.line, caught.value.byte) == ("NX301", 2, 4)


def test_a_source_may_end_in_its_header():
    with pytest.raises(CsvSchemaError, match="the source has 1 record") as caught:
        npx.parse_csv("a,b\n", header_rows=2)
    assert caught.value.code == "NX122"
    assert caught.value.hint == "header_rows=1"


def test_header_rows_that_make_no_sense():
    with pytest.raises(ValueError, match="at least 1, got 0; header=False"):
        npx.parse_csv(TEXT, header_rows=0)
    with pytest.raises(ValueError, match="needs a header"):
        npx.parse_csv(TEXT, header_rows=2, header=False)
    with pytest.raises(TypeError, match="header_rows=2 is a header of so many"):
        npx.parse_csv(TEXT, header=[0, 1])


def test_errors_are_the_same_on_every_engine():
    data = b'a,b\n1,"x\ny\nz"\n2,w\n3,"v\n"\n'
    wanted = error_snapshot
    usual = None
    for way in engines((1, 2, 3, 5, 8)):
        with engine(**way), pytest.raises(CsvDialectError) as caught:
            npx.read_csv(data, skiprows=[2])
        usual = usual or wanted(caught.value)
        assert wanted(caught.value) == usual
