"""What every option of read_csv and parse_csv does."""

import inspect
import time
import warnings

import numpy as np
import pytest
from names import name_of

import numpy_ext as npx
from numpy_ext.errors import (
    CsvDialectError,
    CsvRaggedError,
    CsvSchemaError,
    CsvWarning,
)


def rows(table: npx.Table) -> list[tuple]:
    """Return the table by rows; None where a cell is missing."""
    columns = [
        [None if gone else value for value, gone in zip(
            np.ma.getdata(table[name]).tolist(), table.mask(name).tolist(), strict=True
        )]
        for name in table
    ]  # fmt: skip
    return list(zip(*columns, strict=True))


def test_both_readers_take_the_same_options():
    by_path = inspect.signature(npx.read_csv).parameters
    by_text = inspect.signature(npx.parse_csv).parameters
    assert list(by_path.values())[1:] == list(by_text.values())[1:]
    assert all(p.kind is p.KEYWORD_ONLY for p in list(by_path.values())[1:])


# ---- Records ---------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_line_end_ends_a_record(end, last):
    text = end.join(["a,b", "1,x", "2,y"]) + end * last
    assert rows(npx.parse_csv(text)) == [(1, "x"), (2, "y")]


def test_line_ends_may_be_mixed():
    table = npx.parse_csv("a,b\r1,w\n2,x\r\n3,y\r4,z")
    assert rows(table) == [(1, "w"), (2, "x"), (3, "y"), (4, "z")]


def test_carriage_return_before_crlf_ends_a_record_of_its_own():
    assert rows(npx.parse_csv("a\n1\r\r\n2\n")) == [(1,), (None,), (2,)]


def test_nul_is_data():
    table = npx.parse_csv("a,b\n\0,x\0y\n\0\0,\0\n")
    assert rows(table) == [("\0", "x\0y"), ("\0\0", "\0")]


def test_text_is_utf8():
    table = npx.parse_csv("schlüssel,値\nhäuser,家\n\U0001f600,é\n")
    assert table.names == ("schlüssel", "値")
    assert rows(table) == [("häuser", "家"), ("\U0001f600", "é")]


def test_long_fields_and_records():
    long = "x" * 300_000
    assert rows(npx.parse_csv(f"a,b\n{long},1\ny,2\n")) == [(long, 1), ("y", 2)]
    assert rows(npx.parse_csv(f'a,b\n"{long}""\n{long}",1\n')) == [
        (f'{long}"\n{long}', 1)
    ]


def test_header_longer_than_the_first_look():
    names = [f"column_{i}" for i in range(3000)]
    table = npx.parse_csv(",".join(names) + "\n" + ",".join("1" * 3000) + "\n")
    assert table.names == tuple(names)
    assert table["column_2999"].tolist() == [1]


# ---- Byte order mark -------------------------------------------------------


@pytest.mark.parametrize("header", ["a,b", '"a",b'])
def test_byte_order_mark_is_skipped(header):
    data = f"\ufeff{header}\n1,2\n".encode()
    assert npx.read_csv(data).names == ("a", "b")
    assert npx.parse_csv(data.decode()).names == ("a", "b")


def test_byte_order_mark_is_no_part_of_the_first_value():
    assert npx.parse_csv("\ufeff1,2\n", header=False)["f0"].dtype == np.int64


def test_byte_order_mark_elsewhere_is_text():
    table = npx.parse_csv("\ufeffa,\ufeffb\n\ufeff1,2\n")
    assert table.names == ("a", "\ufeffb")
    assert table["a"].tolist() == ["\ufeff1"]


# ---- delimiter= ------------------------------------------------------------


@pytest.mark.parametrize(
    "delimiter", [";", "\t", "|", " ", ":", "\0", "1", ".", "\x7f"]
)
def test_delimiter(delimiter):
    table = npx.parse_csv(f"a{delimiter}b\nx{delimiter}2\n", delimiter=delimiter)
    assert rows(table) == [("x", 2)]


def test_other_characters_do_not_separate():
    assert npx.parse_csv("a,b;c\n1,2;3\n", delimiter=";").names == ("a,b", "c")


@pytest.mark.parametrize("option", ["quotechar", "escapechar"])
@pytest.mark.parametrize("value", ["", ",,", "é", "\ud800", "\u3000"])
def test_dialect_characters_are_single_and_ascii(option, value):
    with pytest.raises(ValueError, match=f"^{option} must be a single ASCII character"):
        npx.parse_csv("a\n1\n", **{option: value})


@pytest.mark.parametrize("option", ["delimiter", "quotechar"])
@pytest.mark.parametrize("value", ["\n", "\r"])
def test_dialect_characters_do_not_end_records(option, value):
    with pytest.raises(ValueError, match=f"^{option} cannot be .*, which ends records"):
        npx.parse_csv("a\n1\n", **{option: value})


@pytest.mark.parametrize("value", [b",", 44, ["."], np.array([","])])
@pytest.mark.parametrize("option", ["delimiter", "quotechar"])
def test_dialect_characters_are_str(option, value):
    with pytest.raises(TypeError, match=f"^{option} must be a str, got"):
        npx.parse_csv("a\n1\n", **{option: value})


def test_delimiter_none_is_refused():
    with pytest.raises(TypeError, match=r"^delimiter must be a str, got None; 'auto'"):
        npx.parse_csv("a\n1\n", delimiter=None)


def test_delimiter_and_quotechar_differ():
    with pytest.raises(ValueError, match="delimiter and quotechar are both '\"'"):
        npx.parse_csv("a\n1\n", delimiter='"')


# ---- quotechar= ------------------------------------------------------------


def test_quoted_fields_hold_delimiters_line_ends_and_quotes():
    table = npx.parse_csv('a,b\n"x,y","1\n2\r\n3\r4"\n"say ""hi""",""\n')
    assert rows(table) == [("x,y", "1\n2\r\n3\r4"), ('say "hi"', "")]


@pytest.mark.parametrize("text", ['5"', 'a"b', ' "x"', 'x""', "it's"])
def test_quote_counts_only_at_the_start_of_a_field(text):
    assert rows(npx.parse_csv(f"a,b\n{text},1\n")) == [(text, 1)]


@pytest.mark.parametrize("text", ['"a"b', '"a" ', '"a"b"', '"a""b"c', '""x'])
def test_text_after_a_closing_quote_is_refused(text):
    with pytest.raises(CsvDialectError, match="text after a closing quote"):
        npx.parse_csv(f"a,b\n{text},1\n")


@pytest.mark.parametrize("text", ['"', '"a', '"""', '"a,1\n2,3', '"a""'])
def test_quote_that_is_never_closed_is_refused(text):
    with pytest.raises(CsvDialectError, match="a quote is opened and never closed"):
        npx.parse_csv(f"a,b\n{text}")


@pytest.mark.parametrize("quotechar", ["a", "Z", "1", "+", "-", "."])
def test_quotechar_is_nothing_that_values_are_written_with(quotechar):
    with pytest.raises(ValueError, match="which numbers and words are written with"):
        npx.parse_csv("x\n1\n", quotechar=quotechar)


@pytest.mark.parametrize("quotechar", ["'", "|", "\0", " ", "*", "~"])
def test_quotechar(quotechar):
    q = quotechar
    table = npx.parse_csv(f'x,y\n{q}b,"{q}{q}{q},2\n', quotechar=quotechar)
    assert rows(table) == [(f'b,"{q}', 2)]


def test_quotechar_none_takes_quotes_as_text():
    table = npx.parse_csv('a,b\n"x,"y"\n"",\0"\n', quotechar=None)
    assert rows(table) == [('"x', '"y"'), ('""', '\0"')]


def test_quotechar_none_beside_nul_as_delimiter():
    table = npx.parse_csv('a\0b\n"1\0"2\n', delimiter="\0", quotechar=None)
    assert rows(table) == [('"1', '"2')]


# ---- header= and names= ----------------------------------------------------


def test_header_is_the_first_record_that_is_not_blank():
    assert npx.parse_csv("\n\r\n\na,b\n1,2\n").names == ("a", "b")


def test_header_may_be_quoted_over_lines():
    assert npx.parse_csv('"a\nb","c""d"\n1,2\n').names == ("a\nb", 'c"d')


def test_header_keeps_spaces():
    assert npx.parse_csv(" a ,\tb\n1,2\n").names == (" a ", "\tb")


def test_header_false_names_by_position():
    table = npx.parse_csv("1,x\n2,y\n", header=False)
    assert table.names == ("f0", "f1")
    assert rows(table) == [(1, "x"), (2, "y")]


@pytest.mark.parametrize("value", [0, 1, None, "infer", [0], np.True_])
def test_header_is_a_bool(value):
    with pytest.raises(TypeError, match=r"header must be True or False, got .*=None$"):
        npx.parse_csv("a\n1\n", header=value)


def test_names_replace_the_header():
    table = npx.parse_csv("a,b\n1,2\n", names=["x", "y"])
    assert table.names == ("x", "y")
    assert rows(table) == [(1, 2)]


def test_names_without_header():
    table = npx.parse_csv("1,2\n3,4\n", header=False, names=("x", "y"))
    assert rows(table) == [(1, 2), (3, 4)]


@pytest.mark.parametrize(
    "names",
    [
        ("x", "y"),
        np.array(["x", "y"]),
        dict(x=1, y=2),
        dict(x=1, y=2).keys(),
        iter("xy"),
    ],
    ids=lambda names: type(names).__name__,
)
def test_names_is_anything_with_an_order(names):
    assert npx.parse_csv("1,2\n", header=False, names=names).names == ("x", "y")


@pytest.mark.parametrize(
    "names", ["xy", b"xy", 2, {"x", "y"}, frozenset("xy"), object()]
)
def test_names_without_an_order_are_refused(names):
    with pytest.raises(TypeError, match=r"^names must be a sequence, got "):
        npx.parse_csv("1,2\n", names=names)


@pytest.mark.parametrize("names", [["x", 1], [None, "y"], [b"x", "y"]])
def test_names_are_str(names):
    with pytest.raises(TypeError, match=r"^names must be str, got "):
        npx.parse_csv("1,2\n", names=names)


def test_names_are_distinct_and_some():
    with pytest.raises(ValueError, match="names must be distinct"):
        npx.parse_csv("1,2\n", names=["x", "x"])
    with pytest.raises(ValueError, match="names must not be empty"):
        npx.parse_csv("1,2\n", names=[])


@pytest.mark.parametrize("names", [["x"], ["x", "y", "z"]])
def test_names_are_one_a_column(names):
    with pytest.raises(CsvSchemaError, match=f"{len(names)} names for 2 fields"):
        npx.parse_csv("1,2\n", names=names)


def warned(text: str) -> tuple[npx.Table, str]:
    with pytest.warns(CsvWarning) as caught:
        table = npx.parse_csv(text)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    return table, str(caught[0].message)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("a,a,a", ("a", "a_1", "a_2")),
        ("a,a_1,a", ("a", "a_1", "a_2")),
        ("a,a_1,a_1", ("a", "a_1", "a_1_1")),
        ("a,a,a_1", ("a", "a_1", "a_1_1")),
        ("f1,", ("f1", "f1_1")),
    ],
)
def test_repeated_names_get_a_free_suffix_and_a_warning(header, names):
    table, message = warned(header + "\n")
    assert table.names == names
    assert message.startswith("column names repeat; renamed to ")


def test_warning_of_repeated_names_is_short():
    _, message = warned(",".join("a" * 100) + "\n")
    assert message == "column names repeat; renamed to a_1, a_2, a_3, a_4, a_5 ..."


def test_empty_names_are_named_by_position():
    assert npx.parse_csv(',x,""\n1,2,3\n').names == ("f0", "x", "f2")


@pytest.mark.parametrize("header", ["1,2", "1.5,-3", "nan,inf", "2013,1e5"])
def test_header_of_numbers_warns(header):
    _, message = warned(f"{header}\n1,2\n")
    assert message.endswith("header=False?")


@pytest.mark.parametrize("header", ["a,1", "1_0,2", "x", ",1"])
def test_header_with_a_word_does_not_warn(header):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        npx.parse_csv(f"{header}\n")


# ---- usecols= --------------------------------------------------------------

WIDE = "a,b,c,d\n1,x,2.5,true\n2,y,3.5,false\n"


@pytest.mark.parametrize(
    ("usecols", "names"),
    [
        (["c", "a"], ("c", "a")),
        ([3, 0], ("d", "a")),
        (["b", 2], ("b", "c")),
        (("d",), ("d",)),
        (range(1, 3), ("b", "c")),
        (np.array([2, 1]), ("c", "b")),
        (np.array(["d"]), ("d",)),
        (iter(["a"]), ("a",)),
        ([], ()),
        (None, ("a", "b", "c", "d")),
    ],
    ids=name_of,
)
def test_usecols_chooses_in_the_order_asked_for(usecols, names):
    table = npx.parse_csv(WIDE, usecols=usecols)
    assert table.names == names
    assert table.num_rows == 2
    whole = npx.parse_csv(WIDE)
    for name in names:
        assert table[name].tolist() == whole[name].tolist()


@pytest.mark.parametrize("usecols", [["z"], ["a", 4], [-1], [10**30], range(10**9)])
def test_usecols_that_are_not_there(usecols):
    with pytest.raises(CsvSchemaError, match=r"usecols: no column .*; there are"):
        npx.parse_csv(WIDE, usecols=usecols)


@pytest.mark.parametrize("usecols", [["a", "a"], [0, 0], ["b", 1]])
def test_usecols_names_no_column_twice(usecols):
    with pytest.raises(ValueError, match="usecols names a column twice"):
        npx.parse_csv(WIDE, usecols=usecols)


@pytest.mark.parametrize("usecols", ["a", 1, b"a", {"a"}, object()])
def test_usecols_without_an_order_are_refused(usecols):
    with pytest.raises(TypeError, match=r"^usecols must be a sequence, got "):
        npx.parse_csv(WIDE, usecols=usecols)


@pytest.mark.parametrize("usecols", [[True], [1.0], [None], [b"a"], [["a"]]])
def test_usecols_are_names_and_positions(usecols):
    with pytest.raises(TypeError, match="usecols holds names and positions"):
        npx.parse_csv(WIDE, usecols=usecols)


def test_usecols_means_the_names_in_use():
    with pytest.warns(CsvWarning):
        table = npx.parse_csv("a,a\n1,2\n", usecols=["a_1"])
    assert table["a_1"].tolist() == [2]
    assert npx.parse_csv("1,2\n", header=False, usecols=["f1"])["f1"].tolist() == [2]
    renamed = npx.parse_csv("a,b\n1,2\n", names=["x", "y"], usecols=["y"])
    assert renamed["y"].tolist() == [2]


def test_records_are_checked_in_columns_that_are_not_read_too():
    with pytest.raises(CsvRaggedError):
        npx.parse_csv("a,b\n1,2\n3\n", usecols=["a"])


def test_text_is_not_checked_in_columns_that_are_not_read():
    assert npx.read_csv(b"a,b\n1,\xff\n", usecols=["a"])["a"].tolist() == [1]


# ---- skip_blank_lines= -----------------------------------------------------

GAPS = "a,b\n\n1,2\n\r\n\r3,4\n\n"
ONE = "a\n\n1\n\r\n\r2\n\n"


def test_blank_lines_are_skipped_among_many_columns():
    for option in ("auto", True):
        assert rows(npx.parse_csv(GAPS, skip_blank_lines=option)) == [(1, 2), (3, 4)]


def test_blank_lines_are_missing_values_of_one_column():
    wanted = [(None,), (1,), (None,), (None,), (2,), (None,)]
    for option in ("auto", False):
        assert rows(npx.parse_csv(ONE, skip_blank_lines=option)) == wanted


def test_blank_lines_of_one_column_are_skipped_on_request():
    assert rows(npx.parse_csv(ONE, skip_blank_lines=True)) == [(1,), (2,)]


def test_blank_line_is_a_record_of_one_field():
    with pytest.raises(CsvRaggedError, match="expected 2 fields, found 1"):
        npx.parse_csv(GAPS, skip_blank_lines=False)


@pytest.mark.parametrize("line", [" ", "\t", '""'])
def test_line_with_a_byte_is_not_blank(line):
    with pytest.raises(CsvRaggedError):
        npx.parse_csv(f"a,b\n{line}\n1,2\n")
    assert npx.parse_csv(f"a\n{line}\n1\n", skip_blank_lines=True).num_rows == 2


def test_blank_lines_before_the_first_record_without_header():
    assert rows(npx.parse_csv("\n1,2\n", header=False)) == [(1, 2)]
    assert rows(npx.parse_csv("\n1\n", header=False)) == [(None,), (1,)]
    with pytest.raises(CsvRaggedError):
        npx.parse_csv("\n1,2\n", header=False, skip_blank_lines=False)


def test_blank_lines_alone_with_names():
    assert npx.parse_csv("\n\n", names=["a", "b"]).shape == (0, 2)
    assert npx.parse_csv("\n\n", names=["a"], header=False).shape == (2, 1)


@pytest.mark.parametrize("value", [0, 1, None, "AUTO", "yes", [], np.array([1, 2])])
def test_skip_blank_lines_is_a_bool_or_auto(value):
    with pytest.raises(ValueError, match='must be True, False or "auto", got '):
        npx.parse_csv("a\n1\n", skip_blank_lines=value)


# ---- Nothing there ---------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n", "\r\n\r\n", "\ufeff", "\ufeff\n"])
@pytest.mark.parametrize("header", [True, False])
def test_empty_source_is_refused(text, header):
    with pytest.raises(CsvSchemaError, match="the source is empty"):
        npx.parse_csv(text, header=header)


@pytest.mark.parametrize("header", [True, False])
def test_empty_source_with_names_is_a_table_without_rows(header):
    table = npx.parse_csv("", names=["a", "b"], header=header)
    assert table.names == ("a", "b")
    assert table.shape == (0, 2)


@pytest.mark.parametrize("text", ["a,b", "a,b\n", "a,b\r\n\r\n", "\ufeffa,b\n"])
def test_header_alone_makes_string_columns_without_rows(text):
    table = npx.parse_csv(text)
    assert table.names == ("a", "b")
    for name in table:
        assert table[name].dtype == np.dtypes.StringDType()
        assert table[name].shape == (0,)


# ---- Ragged records --------------------------------------------------------


@pytest.mark.parametrize("record", ["1", "1,2,3", "1,2,", ",,", '"1,2"'])
def test_record_with_another_number_of_fields_is_refused(record):
    with pytest.raises(CsvRaggedError, match="expected 2 fields, found"):
        npx.parse_csv(f"a,b\n1,2\n{record}\n3,4\n")


def test_ragged_records_that_add_up_are_refused():
    with pytest.raises(CsvRaggedError) as caught:
        npx.parse_csv("a,b,c\n1,2\n3,4,5,6\n7,8,9\n")
    assert caught.value.record == 1


def test_unknown_option_is_a_type_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'sep'"):
        npx.parse_csv("a\n", sep=";")


def seconds_for(columns: int) -> float:
    names = ",".join(f"c{i}" for i in range(columns))
    text = f"{names}\n{','.join('1' * columns)}\n"
    began = time.thread_time()
    assert npx.parse_csv(text, threads=1).shape == (1, columns)
    return time.thread_time() - began


def test_many_columns_take_time_in_proportion():
    """Time on the processor, which other programs do not add to; no figure is held."""
    few = min(seconds_for(2_000) for _ in range(9))
    many = min(seconds_for(32_000) for _ in range(5))
    assert many < 16 * 8 * few  # 256 times if it were quadratic
