"""What errors say, where they point, and that they pickle."""

import copy
import io
import pickle

import numpy as np
import pytest
from csv_oracle import line_of
from engine import engines, error_snapshot

import numpy_ext as npx
from numpy_ext import errors
from numpy_ext.errors import (
    CsvDialectError,
    CsvEncodingError,
    CsvError,
    CsvRaggedError,
    CsvSchemaError,
    CsvValueError,
)
from numpy_ext.testing import engine

RAGGED_HINT = "ragged='truncate', which cuts long records, or another delimiter="
LEFT_OUT = "\n  to read on without it: on_error='collect', or 'skip'"
QUOTE_HINT = "quoting='none', which takes every quote as text"
AFTER_HINT = f"quoting='lenient', which keeps that text, or {QUOTE_HINT}"
ENCODING_HINT = (
    "the encoding= of the source, such as 'cp1252' or 'latin-1', or "
    "encoding_errors='replace'"
)
CSV_CLASSES = (
    CsvError,
    CsvDialectError,
    CsvRaggedError,
    CsvSchemaError,
    CsvValueError,
    CsvEncodingError,
)


def refused(source, **options) -> CsvError:
    with pytest.raises(CsvError) as caught:
        npx.read_csv(source, **options)
    assert caught.value.__suppress_context__
    return caught.value


# (source, class, text)
CASES = {
    "ragged": (b"a,b\n1,2\n3,4,5\n", CsvRaggedError, f"""\
expected 2 fields, found 3 [NX301]
  at line 3, record 2, byte 8
    3,4,5
    ^
  to accept it: {RAGGED_HINT}{LEFT_OUT}"""),
    "text after quote": (b'a,b\n1,2\n3,"x"y\n', CsvDialectError, f"""\
text after a closing quote [NX201]
  at line 3, record 2, byte 13
    3,"x"y
         ^
  to accept it: {AFTER_HINT}{LEFT_OUT}"""),
    "open quote": (b'a,b\n1,2\n3,"x\n4,5\n', CsvDialectError, f"""\
a quote is opened and never closed [NX202]
  at line 3, record 2, byte 10
    3,"x
      ^
  to accept it: {QUOTE_HINT}{LEFT_OUT}"""),
    "not UTF-8": (b"a,b\n1,\xc3\xa9x\xe9y\n", CsvEncodingError, f"""\
byte 0xe9 is not UTF-8 [NX401]
  at line 2, record 1, column 'b', byte 9
    1,éx\\xe9y
        ^
  to accept it: {ENCODING_HINT}{LEFT_OUT}"""),
    "empty": (b"", CsvSchemaError, """\
the source is empty [NX501]
  to accept it: names= gives it columns"""),
}  # fmt: skip
IN_HEADER = {
    "open quote in the header": (b'a,"b\n1,2\n', CsvDialectError, f"""\
a quote is opened and never closed [NX202]
  at line 1, byte 2
    a,"b
      ^
  to accept it: {QUOTE_HINT}"""),
    "text after quote in the header": (b'\r\n"a"x,b\n1,2\n', CsvDialectError, f"""\
text after a closing quote [NX201]
  at line 2, byte 5
    "a"x,b
       ^
  to accept it: {AFTER_HINT}"""),
    "header not UTF-8": (b"a,\xffb\n1,2\n", CsvEncodingError, f"""\
byte 0xff is not UTF-8 [NX401]
  at line 1, byte 2
    a,\\xffb
      ^
  to accept it: {ENCODING_HINT}"""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_message(name):
    source, cls, text = CASES[name]
    error = refused(source)
    assert type(error) is cls
    assert str(error) == text


@pytest.mark.parametrize("name", IN_HEADER)
def test_message_of_an_error_in_the_header(name):
    source, cls, text = IN_HEADER[name]
    error = refused(source)
    assert type(error) is cls
    assert str(error) == text


def test_message_names_the_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1\n")
    error = refused(path)
    assert error.path == str(path)
    assert str(error).splitlines()[1] == f"  at {path}: line 2, record 1, byte 4"
    path.write_bytes(b"")
    assert refused(path).path == str(path)


def test_schema_errors_say_what_is_there():
    error = refused(b"a,b\n", names=["x"])
    assert (
        str(error)
        == "1 names for 2 fields [NX502]\n  to accept it: names= with 2 names"
    )
    error = refused(b"a,b\n", usecols=["c"])
    assert error.column == "c"
    assert str(error).startswith("usecols: no column 'c'; there are 'a', 'b' [NX503]")
    error = refused(b"a,b\n", usecols=[2])
    assert str(error).startswith("usecols: no column 2; there are 2 [NX503]")


def test_attributes():
    error = refused(b"\xef\xbb\xbfa,b\r\n1,x\r\n\r\n2,\xff\r\n")
    assert isinstance(error, CsvEncodingError)
    assert error.message == "byte 0xff is not UTF-8"
    assert error.code == "NX401"
    assert error.hint == ENCODING_HINT
    assert error.path is None
    assert error.record == 2
    assert error.line == 4
    assert error.column == "b"
    assert error.byte == 17
    assert error.excerpt == r"2,\xff"
    assert error.caret == 2


@pytest.mark.parametrize(
    ("options", "record"),
    [({}, None), ({"names": ["x", "y"]}, None), ({"header": False}, 1)],
)
def test_first_record_without_end_is_a_record_unless_it_is_the_header(options, record):
    error = refused(b'1,"2\n', **options)
    assert (error.code, error.record, error.line, error.byte) == ("NX202", record, 1, 2)


def test_first_record_without_header_is_a_record():
    error = refused(b"1,\xff\n", header=False)
    assert (error.record, error.line, error.column, error.byte) == (1, 1, "f1", 2)
    assert npx.read_csv(b"1,\xff\n", header=False, usecols=[0])["f0"].tolist() == [1]


def test_column_is_the_name_in_use():
    assert refused(b"1,2\n3,\xff\n", header=False).column == "f1"
    assert refused(b"a,b\n1,\xff\n", names=["x", "y"]).column == "y"
    assert refused(b"a,b\n1,\xff\n", usecols=["b"]).column == "b"


def test_error_of_a_text_counts_bytes_of_utf8():
    with pytest.raises(CsvRaggedError) as caught:
        npx.parse_csv("é,b\né,1\n2\n")
    error = caught.value
    assert (error.byte, error.line, error.excerpt) == (10, 3, "2")


def test_excerpt_is_one_printable_line():
    error = refused(b'a,b\n\x1b[31m\t\xe2\x80\xae,"x\r\ny"z\n')
    assert error.excerpt == 'y"z'
    assert error.caret == 2
    error = refused(b'a,b\n\x1b\t\xe2\x80\xae,"x"z\n')
    assert error.excerpt == r'\x1b\t\u202e,"x"z'
    assert error.excerpt[error.caret] == "z"


def test_excerpt_of_a_long_line_is_cut_around_the_place():
    error = refused(("a,b\n" + "é" * 500 + ',"x"z' + "w" * 500 + "\n").encode())
    assert len(error.excerpt) < 130
    assert error.excerpt[error.caret] == "z"


def test_place_in_a_file_object():
    error = refused(io.StringIO("a,b\n1,2\n3\n"))
    assert (error.line, error.excerpt) == (3, "3")
    error = refused(memoryview(b"a,b\n1,2\n3\n"))
    assert (error.line, error.excerpt) == (3, "3")


# ---- Which error, and where ------------------------------------------------

# The first record in error decides; within a record the first byte.
FIRST = {
    "ragged before quote": (b'a,b\n1\n2,"x"y\n', "NX301", 1, 4),
    "quote before ragged": (b'a,b\n2,"x"y\n1\n', "NX201", 1, 9),
    "encoding before ragged": (b"a,b\n1,\xff\n1\n", "NX401", 1, 6),
    "ragged before encoding": (b"a,b\n1\n1,\xff\n", "NX301", 1, 4),
    "first encoding by row": (b"a,b\n1,\xff\n\xff,2\n", "NX401", 1, 6),
    "first encoding by column": (b"a,b\n\xff,\xff\n", "NX401", 1, 4),
    "encoding before open quote": (b'a,b\n1,\xff\n"', "NX401", 1, 6),
    "text after quote before open quote": (b'a,b\n"x"y,"\n', "NX201", 1, 7),
    "open quote after quoted lines": (b'a,b\n"\n\n",1\n\n2,"', "NX202", 2, 14),
    "late in many rows": (b"a,b\n" + b"1,2\n" * 500 + b"3\n", "NX301", 501, 2004),
    "type settled late": (b"a,b\n" + b"1,2\n" * 50 + b"\xff,2\n", "NX401", 51, 204),
}


@pytest.mark.parametrize("name", FIRST)
def test_first_error_is_told_at_every_block_size(name):
    source, code, record, byte = FIRST[name]
    usual = refused(source)
    assert (usual.code, usual.record, usual.byte) == (code, record, byte)
    assert usual.line == line_of(source, byte)
    for way in engines(tuple(range(1, 101))):
        with engine(**way):
            assert error_snapshot(refused(source)) == error_snapshot(usual), way


@pytest.mark.parametrize(
    "bad",
    [b"\x80", b"\xc0\x80", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
     b"\xf8\x88\x80\x80\x80", b"\xff", b"x\xfe", b"\xe2\x82,"],
    ids=repr,
)  # fmt: skip
def test_bytes_that_are_not_utf8(bad):
    field = bad.rstrip(b",")
    source = b"a,b\n\xc3\xa9,1\n" + field + b",2\n"
    with pytest.raises(UnicodeDecodeError) as theirs:
        source.decode()
    for block_size in (None, 1, 5, 64):
        with engine(block_size=block_size, threads=2):
            error = refused(source)
        assert error.byte == theirs.value.start
        assert error.message == f"byte 0x{source[error.byte]:02x} is not UTF-8"


def test_bytes_inside_quotes_are_checked_too():
    assert refused(b'a,b\n1,"x""\xff"\n').byte == 10


# ---- Classes ---------------------------------------------------------------


def test_tree_of_classes():
    assert issubclass(errors.ParseError, (errors.NumpyExtError, ValueError))
    assert issubclass(CsvError, errors.ParseError)
    for cls in CSV_CLASSES:
        assert issubclass(cls, CsvError)
        assert issubclass(cls, ValueError)
    assert issubclass(CsvEncodingError, UnicodeError)
    assert issubclass(errors.JsonError, errors.ParseError)
    assert not issubclass(errors.JsonError, CsvError)
    assert issubclass(errors.CsvWarning, UserWarning)
    assert sorted(errors.__all__) == errors.__all__


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", CASES)
def test_errors_pickle_with_their_attributes(name, protocol):
    error = refused(CASES[name][0])
    again = pickle.loads(pickle.dumps(error, protocol))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.args == error.args
    for detail in (*error._details, "message"):
        assert getattr(again, detail) == getattr(error, detail)


@pytest.mark.parametrize("cls", CSV_CLASSES)
def test_errors_can_be_made_and_copied_by_hand(cls):
    error = cls("what", code="NX1", line=3)
    assert (error.line, error.record, error.hint) == (3, None, None)
    assert str(copy.copy(error)) == str(error) == "what [NX1]\n  at line 3"
    assert str(cls("what")) == "what"
    with pytest.raises(TypeError, match=f"{cls.__name__} has no lines"):
        cls("what", lines=3)


def test_json_errors_say_where_in_the_array_or_in_the_source():
    details = {
        "code": "NX1",
        "hint": "h",
        "value": "nan",
        "index": (1, 2),
        "dtype": np.dtype("f4"),
        "column": "a.b",
    }
    error = errors.JsonError("what", **details)
    assert str(error) == (
        "what [NX1]\n  at item (1, 2) of column 'a.b'\n  to accept it: h"
    )
    assert str(errors.JsonError("what", index=3)) == "what\n  at item 3"
    place = {"path": "p", "line": 4, "record": 3, "index": 2, "byte": 9}
    read = errors.JsonError("what", **place, excerpt="[x", caret=1)
    assert str(read) == "what\n  at p: line 4, record 3, byte 9\n    [x\n     ^"
    for one in (error, read):
        for again in (copy.copy(one), pickle.loads(pickle.dumps(one))):
            assert type(again) is errors.JsonError
            assert vars(again) == vars(one)
            assert str(again) == str(one)


def test_native_errors_of_json_are_json_errors():
    error = errors._from_native("value", 710, "what", 0, 1, 2, 3)
    assert type(error) is errors.JsonError
    assert (error.code, error.record, error.line, error.byte) == ("NX710", 1, 2, 3)


def test_encoding_hint_knows_what_the_source_is():
    error = refused(b"\x1f\x8b\x08\x00\xff", compression=None)
    assert isinstance(error, CsvEncodingError)
    assert "compression='infer'" in error.hint
