"""Dialects beyond one delimiter and one quote, read as the oracle reads them."""

import numpy as np
import pytest
from csv_oracle import Refused, read
from engine import assert_is, engines, error_snapshot, outcome
from hypothesis import given, settings
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.errors import CsvDialectError, CsvRaggedError, CsvValueError
from numpy_ext.testing import assert_tables_equal, engine

pytestmark = pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")

COMMON = st.fixed_dictionaries(
    {},
    optional={
        "quotechar": st.sampled_from((None, "'")),
        "doublequote": st.just(False),
        "quoting": st.sampled_from(("strict", "lenient", "none")),
        "skip_blank_lines": st.booleans(),
        "strip": st.booleans(),
        "header": st.booleans(),
    },
)
EXTENDED = st.sampled_from(
    (
        {"comment": "#"},
        {"comment": "//"},
        {"comment": "é"},
        {"escapechar": "\\"},
        {"escapechar": "\\", "comment": "#"},
        {"delimiter": "||"},
        {"delimiter": "¦"},
        {"delimiter": "a,"},
        {"delimiter": "/", "comment": "//"},
        {"delimiter": "//", "comment": "/", "escapechar": "\\"},
        {"delimiter": "whitespace"},
        {"delimiter": "whitespace", "comment": "#", "escapechar": "\\"},
        {"delimiter": "\t", "strip": True},
        {"delimiter": " ", "strip": True},
        {"lineterminator": ";"},
        {"lineterminator": "\x1e", "delimiter": "\x1f"},
        {"lineterminator": "\r"},
        {"lineterminator": "\n", "comment": "#"},
        {"lineterminator": "\r\n"},
        {"lineterminator": "|\n", "delimiter": "|"},
        {"lineterminator": "<br>", "escapechar": "\\", "comment": "#"},
        {"lineterminator": ";\n", "comment": ";"},
        {"lineterminator": "\t", "strip": True},
        {"lineterminator": ";", "delimiter": "a;,"},
        {"lineterminator": "|", "delimiter": "/", "comment": "a|#"},
        {"delimiter": " a", "escapechar": "\\", "strip": True},
    )
)
ATOMS = (
    *("a", "1", ",", ",", "\n", "\n", "\n", "\r", "\r\n", '"', '"', '""', " ", "\t"),
    *("'", "#", "//", "/", "\\", "\\", "|", "||", "¦", "é", ";", "\x1e", "\x1f"),
    *(
        "<br>",
        "|\n",
        ";\n",
        "a;,",
        "a;",
        "a|",
        "a|#",
        " a",
        ' "',
        "-7",
        "1.5",
        "NA",
        "true",
        "2020-01-02",
        "007",
        "a,",
        "  ",
    ),
)


@st.composite
def sources(draw: st.DrawFn) -> tuple[bytes, dict]:
    """Return a source and a dialect; most sources are tables."""
    options = draw(COMMON) | draw(EXTENDED)
    if draw(st.integers(0, 3)) == 0:
        return "".join(draw(st.lists(st.sampled_from(ATOMS)))).encode(), options
    between = options.get("delimiter", ",")
    between = " " if between == "whitespace" else between
    end = options.get("lineterminator", "\n")
    width = draw(st.integers(1, 3))
    kinds = [
        st.sampled_from(("1", "-2", "3", "", "NA", "400")),
        st.sampled_from(("1.5", "2", "-3e5", "")),
        st.sampled_from(("2020-01-02", "2020-01-02 03:04", "1999-12-31")),
        st.lists(st.sampled_from(ATOMS), max_size=4).map("".join),
        st.sampled_from(('"a"', '"b,\n"', ' "c" ', "a\\,", '"d\\"e"', "x #y", "''")),
    ]
    columns = [draw(st.sampled_from(kinds)) for _ in range(width)]
    rows = draw(st.lists(st.tuples(*columns), max_size=12))
    text = end.join(between.join(row) for row in rows)
    return (text + end * draw(st.integers(0, 1))).encode(), options


def is_valid(options: dict) -> bool:
    try:
        npx.CsvParser(**options)
    except ValueError:
        return False
    return True


@given(sources())
@settings(max_examples=4 * settings.default.max_examples)
def test_the_oracle_agrees(source):
    data, options = source
    if not is_valid(options):
        return
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
    if len(set(names)) == len(names):
        assert list(table) == names
    assert_is(table, columns)


@given(sources())
@settings(max_examples=settings.default.max_examples)
def test_seams_threads_and_processor_do_not_matter(source):
    data, options = source
    if not is_valid(options):
        return
    usual = outcome(data, threads=1, **options)
    for way in engines((1, 2, 3, 5, 7, 13, 31, 64, 65)):
        with engine(**way):
            assert outcome(data, **options) == usual, way


def with_comments(row: list[str]) -> str:
    return ",".join(row) + (" # a, b" if row[0][-1] == "7" else "")


def with_escapes(row: list[str]) -> str:
    return "\\,".join(row[:2]) + "," + ",".join([*row[2:], "x"])


def with_blanks(row: list[str]) -> str:
    return f' {row[0]} , {row[1]}, "{row[2]}" ,{row[3]}'


DIALECTS = (
    ({"comment": "#"}, with_comments),
    ({"escapechar": "\\"}, with_escapes),
    ({"delimiter": "||"}, "||".join),
    ({"delimiter": "¦"}, "¦".join),
    ({"delimiter": "whitespace"}, "  \t ".join),
    ({"strip": True}, with_blanks),
)


@pytest.mark.parametrize(("options", "write"), DIALECTS)
def test_large_files_on_any_number_of_threads(options, write):
    rows = [[str(i), f"{i}.25", f"name{i}", "2020-01-02"] for i in range(60_000)]
    lines = [["a", "b", "c", "d"], *rows]
    data = "\n".join(map(write, lines)).encode()
    tables = [outcome(data, threads=n, **options) for n in (1, 2, 8)]
    assert tables[0] == tables[1] == tables[2]
    table = npx.read_csv(data, **options)
    assert table.num_rows == 60_000
    a, b, c, d = table.values()
    assert d.dtype == np.dtype("M8[D]") or "escapechar" in options
    if "escapechar" in options:
        assert table.names == ("a,b", "c", "d", "x")
        assert a[7] == "7,7.25"
    else:
        assert a.tolist() == list(range(60_000))
        assert b[7] == 7.25
        assert c[59_999] == "name59999"


# ---- comment= --------------------------------------------------------------


def test_comments_end_lines_or_are_lines():
    text = '# made by hand\na,b#c\n  # nothing\n1,"x#y"#z\n\n2,#"\n#\n3,z # last'
    table = npx.parse_csv(text, comment="#")
    assert table["a"].tolist() == [1, 2, 3]
    assert table["b"].tolist() == ["x#y", "", "z "]
    table = npx.parse_csv("a\n#x\n\n1\n", comment="#")
    assert table["a"].tolist() == [None, 1]  # the blank line, not the comment


def test_comment_of_several_characters():
    table = npx.parse_csv("a/b,c\n1/2,3//4\n", comment="//")
    assert table["a/b"].tolist() == ["1/2"]
    assert table["c"].tolist() == [3]


def test_a_source_of_comments_is_empty():
    with pytest.raises(npx.errors.CsvSchemaError, match="the source is empty"):
        npx.parse_csv("# a\n# b", comment="#")
    assert npx.parse_csv("a\n" + "# b\n" * 100_000, comment="#").num_rows == 0


# ---- escapechar= -----------------------------------------------------------


def test_escapes_make_text_of_what_follows():
    text = r"""a,b
x\,y,"p\"q"
\"1\",\\
"\a\
b",z
"""
    table = npx.parse_csv(text, escapechar="\\")
    assert table["a"].tolist() == ["x,y", '"1"', "a\nb"]
    assert table["b"].tolist() == ['p"q', "\\", "z"]


def test_escaped_digits_are_text():
    table = npx.parse_csv("n,m\n\\1,1\n2,2\n", escapechar="\\")
    assert table["n"].tolist() == ["1", "2"]
    assert table["m"].tolist() == [1, 2]


def test_escapes_in_words_for_missing():
    table = npx.parse_csv('a,b\n\\N,"\\N"\nx,y\n', escapechar="\\", na_values="N")
    assert table.mask("a").tolist() == table.mask("b").tolist() == [True, False]


def test_escaped_text_is_as_wide_as_it_reads():
    table = npx.parse_csv("a\n\\x\\y\n", escapechar="\\", dtype="S2")
    assert table["a"].tolist() == [b"xy"]


# ---- delimiter= ------------------------------------------------------------


def test_whitespace_takes_runs_of_blanks():
    text = ' a  b\t c\n 1 2.5   "x y" \n\t2  3.5\tz\n \t\n'
    table = npx.parse_csv(text, delimiter="whitespace")
    assert table.names == ("a", "b", "c")
    assert table["c"].tolist() == ["x y", "z"]


@pytest.mark.parametrize(
    "delimiter", ["||", "¦", "::", "\t|\t", "a, ", "€€", "-" * 255]
)
def test_delimiters_of_any_length(delimiter):
    text = delimiter.join("xyz") + "\n" + delimiter.join(("1", "2.5", '"q"')) + "\n"
    table = npx.parse_csv(text, delimiter=delimiter)
    assert [table[name].tolist() for name in "xyz"] == [[1], [2.5], ["q"]]


def test_ragged_records_have_their_place():
    with pytest.raises(CsvRaggedError) as caught:
        npx.parse_csv("a||b\n1||2\n# x\n3\n", delimiter="||", comment="#")
    assert (caught.value.line, caught.value.record, caught.value.byte) == (4, 2, 14)


# ---- lineterminator= -------------------------------------------------------


@pytest.mark.parametrize("end", [";", "\x1e", "\r", "\n", "\r\n", "<br>", "¶"])
def test_records_end_with_the_terminator_alone(end):
    text = end.join(("a,b", "1,x", '2,"y' + end + '"')) + end
    table = npx.parse_csv(text, lineterminator=end)
    assert table["a"].tolist() == [1, 2]
    assert table["b"].tolist() == ["x", "y" + end]
    assert npx.parse_csv(text.removesuffix(end), lineterminator=end).equals(table)


def test_other_line_ends_are_text():
    assert npx.parse_csv("a;1\n2;", lineterminator=";")["a"].tolist() == ["1\n2"]
    assert npx.parse_csv("a\nx\r\n", lineterminator="\n").names == ("a",)
    assert npx.parse_csv("a\nx\r\n", lineterminator="\n")["a"].tolist() == ["x\r"]


# ---- strip= ----------------------------------------------------------------


def test_strip_finds_quotes_behind_blanks():
    text = 'a, b\n1, "x, y" \n2,\t"z"\n'
    table = npx.parse_csv(text, strip=True)
    assert table["b"].tolist() == ["x, y", "z"]
    with pytest.raises(CsvRaggedError):
        npx.parse_csv(text)


def test_quote_behind_a_blank_that_may_begin_a_delimiter():
    """It is text once the blank is stripped, and opens nothing."""
    table = npx.parse_csv(' "x |b\n "y |2\n', delimiter=" |", strip=True)
    assert table.names == ('"x', "b")
    assert table['"x'].tolist() == ['"y']
    text = ' "x\\a |b\n "y\\b |2\n "NA\\- |3\n'
    options = {"delimiter": " |", "strip": True, "escapechar": "\\"}
    table = npx.parse_csv(text, **options, na_values='"NA-')
    assert table.names == ('"xa', "b")
    assert table['"xa'].tolist() == ['"yb', ""]
    assert table.mask('"xa').tolist() == [False, True]


BLANKS = st.sampled_from(("", "", " ", "\t", "  ", " \t "))
SPELLINGS = (
    ("1", "-2", "300", "9007199254740993", "-0", "+7", "12345678901234567"),
    ("18446744073709551615", "1", "0"),
    ("1.5", "-2", "3e5", "0.1", "123456.789012345", "nan", "1e400", "7"),
    ("true", "false", "True", "FALSE"),
    ("2020-01-02", "1999-12-31"),
    ("2020-01-02 03:04", "2020-01-02T03:04:05", "1677-01-01 00:00:00"),
    ("2020-01-02 03:04:05.123", "2020-01-02"),
    ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05+01:00"),
    ("x", "y z", "007", "1"),
)


@st.composite
def padded_columns(draw: st.DrawFn) -> tuple[str, str, dict]:
    """Return a column with blanks around some of its fields, and without."""
    kind = draw(st.sampled_from(SPELLINGS))
    spelling = st.sampled_from((*kind, *kind, *kind, "", "NA", "-"))
    fields = draw(st.lists(spelling, min_size=1, max_size=40))
    padded = [draw(BLANKS) + field + draw(BLANKS) for field in fields]
    options = draw(
        st.fixed_dictionaries(
            {"strip": st.just(True)},
            optional={
                "na_values": st.just("-"),
                "leading_zeros": st.just("int"),
                "missing": st.just("masked"),
                "decimal": st.just(","),
                "thousands": st.just("'"),
            },
        )
    )
    head, tail = "a;b\n", ";0\n"
    return (
        head + "".join(field + tail for field in padded),
        head + "".join(field + tail for field in fields),
        options,
    )


@given(padded_columns())
@settings(max_examples=2 * settings.default.max_examples)
def test_blanks_around_fields_change_no_value(case):
    padded, plain, options = case
    options = {"delimiter": ";", **options}
    assert_tables_equal(
        npx.parse_csv(padded, **options), npx.parse_csv(plain, **options)
    )


# ---- What makes no sense ----------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delimiter": ""}, "delimiter must not be empty"),
        ({"delimiter": "\n"}, r"delimiter cannot be '\\n', which ends records"),
        ({"delimiter": ",\r"}, r"delimiter cannot be ',\\r', where '\\r' ends records"),
        ({"delimiter": r"\s+"}, "'whitespace' takes runs of spaces and tabs"),
        ({"delimiter": '"|'}, "begins with quotechar"),
        ({"delimiter": "x" * 256}, "delimiter has at most 255 bytes, got 256"),
        ({"delimiter": "\ud800"}, "which is no text"),
        ({"comment": ""}, "comment must not be empty"),
        ({"comment": " #"}, "comment cannot begin with ' '"),
        ({"comment": ","}, "delimiter and comment are both ','"),
        ({"comment": '"'}, "comment '\"' begins with quotechar"),
        ({"escapechar": "\\\\"}, "escapechar must be a single ASCII character"),
        ({"escapechar": "1"}, "escapechar cannot be '1', which numbers"),
        ({"escapechar": "/"}, "escapechar cannot be '/', which numbers"),
        ({"escapechar": '"'}, "escapechar and quotechar are both"),
        ({"escapechar": ","}, "delimiter ',' begins with escapechar ','"),
        ({"lineterminator": ""}, "lineterminator must not be empty"),
        ({"lineterminator": ","}, "delimiter cannot be ',', which ends records"),
        ({"delimiter": "||", "lineterminator": "|"}, "where '|' ends records"),
        ({"comment": ";;", "lineterminator": ";"}, "comment cannot be ';;'"),
        ({"delimiter": "whitespace", "quotechar": " "}, "where blanks are the delim"),
    ],
)
def test_options_that_hide_each_other(options, message):
    with pytest.raises(ValueError, match=message):
        npx.parse_csv("a\n", **options)


@pytest.mark.parametrize("option", ["delimiter", "comment", "lineterminator"])
def test_texts_are_str(option):
    with pytest.raises(TypeError, match=f"{option} must be a str, got bytes"):
        npx.parse_csv("a\n", **{option: b"#"})


def test_values_in_messages_are_those_of_the_dialect():
    with pytest.raises(CsvValueError) as caught:
        npx.parse_csv("a||b\n1||x\\|y#c\n", delimiter="||", comment="#",
                      escapechar="\\", dtype=int)  # fmt: skip
    assert caught.value.value == "x|y"
    assert (caught.value.line, caught.value.column) == (2, "b")


def test_errors_about_quotes():
    with pytest.raises(CsvDialectError) as caught:
        npx.parse_csv('a||b\n1||"x"y\n', delimiter="||")
    assert (caught.value.code, caught.value.byte) == ("NX201", 11)
    assert error_snapshot(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": "a;b"},
        {"delimiter": "whitespace", "comment": "a;b"},
        {"delimiter": "#", "comment": "#a;b"},
        {"delimiter": "#a;b", "comment": "#"},
    ],
)
def test_what_ends_records_may_stand_inside_other_tokens(options):
    """A token cut off by the end of a block must not look like a record end."""
    token = next(t for t in options.values() if ";" in t)
    data = f"p1{token}q;".encode() + f"1{token}2;x3{token}4;".encode() * 9
    options = {"lineterminator": ";", **options}
    usual = outcome(data, **options)
    assert not isinstance(usual, tuple)
    for way in engines(tuple(range(1, 80))):
        with engine(**way):
            assert outcome(data, **options) == usual, way


def test_blanks_that_are_part_of_a_delimiter_do_not_hide_quotes():
    """As " a" begins with one, no quote is looked for behind it."""
    options = {"delimiter": " a", "strip": True}
    text = ' "x"  ab\n "x" ab\n'
    for more in ({}, {"escapechar": "\\"}):
        table = npx.parse_csv(text, **options, **more)
        assert table.names == ('"x"', "b")
        assert table['"x"'].tolist() == ['"x"']
    table = npx.parse_csv(' "\\x"  ab\n "\\x" ab\n', escapechar="\\", **options)
    assert table.names == ('"x"', "b")
    assert table['"x"'].tolist() == ['"x"']


def test_no_advice_to_use_what_is_no_delimiter():
    """The header looks like two columns, but that delimiter is the quote."""
    for options in ({"quotechar": ";"}, {"escapechar": ";"}, {"comment": ";"}):
        assert npx.parse_csv("a;b\n1;2\n", quoting="lenient", **options).num_rows == 1
