"""What is no JSON, or not what was asked for: code and place of each error."""

import json
import pickle

import numpy as np
import pytest
from engine import engines, error_snapshot

import numpy_ext as npx
from numpy_ext.testing import engine

JsonError = npx.errors.JsonError

# Code, and the byte that stands behind a mark, of the first error of a text.
MARK = "^"
TEXTS = [
    ("NX711", '{"a":1,^}'),
    ("NX711", '{"a":1^\n'),
    ("NX711", '{"a":1}\n{"a":2^'),
    ("NX711", '{"a":1}\n{"a":^"abc'),
    ("NX711", '{"a":1}\n{^'),
    ("NX711", '{"a":1}\n{"b^":x}'),
    ("NX711", '{"a":^}'),
    ("NX711", '{"a"^}'),
    ("NX711", '{"a" ^"b"}'),
    ("NX711", "{^'a':1}"),
    ("NX711", "{^a:1}"),
    ("NX711", "{\"a\":^'x'}"),
    ("NX711", '{"a":1 ^/* one */}'),
    ("NX711", '{"a":1} ^# one'),
    ("NX711", '{"a":^NaN}'),
    ("NX711", '{"a":^Infinity}'),
    ("NX711", '{"a":^-Infinity}'),
    ("NX711", '{"a":^True}'),
    ("NX711", '{"a":^undefined}'),
    ("NX711", '{"a":^01}'),
    ("NX711", '{"a":-^01}'),
    ("NX711", '{"a":^+1}'),
    ("NX711", '{"a":^.5}'),
    ("NX711", '{"a":5.^}'),
    ("NX711", '{"a":1e^}'),
    ("NX711", '{"a":1^_000}'),
    ("NX711", '{"a":0^x1F}'),
    ("NX711", '{"a":1 ^2}'),
    ("NX711", '{"a":"x" ^"y"}'),
    ("NX711", '{"a":1}^,'),
    ("NX711", "{}^,{}"),
    ("NX711", '{"a":1}^,{"a":2}'),
    ("NX711", '{"a":1} ^{"a":2}'),
    ("NX711", '{"a":^"x\ny"}'),
    ("NX711", '{"a":1^\x00}'),
    ("NX711", '{"a":1^\x0b}'),
    ("NX711", "^what"),
    ("NX712", '^[{"a":1}]'),
    ("NX712", '^[\n{"a":1}\n]'),
    ("NX712", '{"a":1}\n^1'),
    ("NX712", '{"a":1}\n^"a"'),
    ("NX712", '{"a":1}\n^null'),
    ("NX713", '{"a":1,"b":2,^"a":3}'),
    ("NX713", '{"a":1,^"\\u0061":3}'),
    ("NX713", '{"a":1}\n{"z":1,^"z":2}'),
    ("NX714", '{"a":^[1,2]}'),
    ("NX714", '{"a":1}\n{"a": ^{"b":[]} }'),
    ("NX715", '{"a":"x^\ty"}'),
    ("NX715", '{"a":"x^\x00"}'),
    ("NX715", '{"a":"^\\x"}'),
    ("NX715", '{"a":"^\\u12"}'),
    ("NX715", '{"a":"^\\ud800"}'),
    ("NX715", '{"a":"^\\udc00\\ud800"}'),
    ("NX715", '{"^\\ud800":1}'),
    ("NX711", '{"a":[1,^]}'),
    ("NX711", '{"a":[1,2^}'),
    ("NX711", '{"a":{"b":1,^}}'),
    ("NX711", '{"a":{"b" ^1}}'),
    ("NX715", '{"a":{"b":"^\\x"}}'),
    ("NX718", '{"a":' + "[" * 1023 + "^" + "[" * 100_000 + "}"),
]


def place(text: str) -> tuple[bytes, int]:
    before, _, after = text.partition(MARK)
    # A mark behind a byte that is wrong anyway.
    return (before + after).encode(), len(before.encode())


@pytest.mark.parametrize(("code", "text"), TEXTS, ids=range(len(TEXTS)))
def test_code_and_place(code, text):
    if text == '{"a":1}\n{"b^":x}':
        text = '{"a":1}\n{"b":^x}'
    data, byte = place(text)
    with pytest.raises(JsonError) as raised:
        npx.read_ndjson(data)
    error = raised.value
    assert (error.code, error.byte) == (code, byte)
    lines = data[:byte].count(b"\n") + (data[byte - 1 : byte] != b"\n" or True)
    if data[byte : byte + 1] and b"\n" not in data[byte:][:1]:
        assert error.line == lines
    usual = error_snapshot(error)
    for way in engines((1, 2, 3, 7, 16, 64)):
        with engine(**way), pytest.raises(JsonError) as again:
            npx.read_ndjson(data)
        assert error_snapshot(again.value) == usual
    json_takes_it = code in ("NX712", "NX713", "NX714", "NX718") or "\\ud800" in text
    if not json_takes_it and "Infinity" not in text and "NaN" not in text:
        with pytest.raises(ValueError):
            for line in data.decode().split("\n"):
                json.loads(line or "{}")


def test_bytes_that_are_not_utf8():
    for data, byte, column in (
        (b'{"a":1}\n{"a":"\xff"}', 14, "a"),
        (b'{"a":"\xc3"}\n', 6, "a"),
        (b'{"\xc3\x28":1}\n', 2, None),
        (b'{"a":"\xed\xa0\x80"}', 6, "a"),
        (b'{"a":1}\xff', 7, None),
        (b'{"\xff":1}x\n', 2, None),  # the first byte at fault, whatever follows
        (b'{"\xff":1}x\n{b":2}', 2, None),
    ):
        with pytest.raises(JsonError) as raised:
            npx.read_ndjson(data)
        error = raised.value
        code = "NX711" if byte == 7 else "NX717"
        assert (error.code, error.byte, error.column) == (code, byte, column)
        for way in engines((1, 2, 3, 7, 16, 64)):
            with engine(**way), pytest.raises(JsonError) as again:
                npx.read_ndjson(data)
            assert error_snapshot(again.value) == error_snapshot(error)


def test_sources_that_are_something_else():
    assert npx.read_ndjson('{"a":1}\n'.encode("utf-16")).to_pylist() == [{"a": 1}]
    with pytest.raises(npx.errors.CompressionError):
        npx.read_ndjson(b"\x1f\x8b\x08\x00\n")
    for data, hint in (
        ('{"a":1}\n'.encode("utf-16-le"), None),
        (b'[\n{"a": 1},\n{"a": 2}\n]\n', "json.load(file)"),
        (b"a,b\n1,2\n", None),
    ):
        with pytest.raises(JsonError) as raised:
            npx.read_ndjson(data)
        assert hint is None or hint in raised.value.hint


def test_every_attribute_and_the_message(tmp_path):
    path = tmp_path / "a.ndjson"
    path.write_text('{"id": 1}\n\n{"id": 2, "at": {"x": 1}}\n', encoding="utf-8")
    with pytest.raises(JsonError) as raised:
        npx.read_ndjson(path)
    error = raised.value
    assert isinstance(error, npx.errors.ParseError)
    assert isinstance(error, ValueError)
    assert error.path == str(path)
    assert (error.line, error.record, error.column, error.byte) == (3, 2, "at", 27)
    assert error.excerpt == '{"id": 2, "at": {"x": 1}}'
    assert error.caret == 16
    assert "nested='text'" in error.hint
    assert "usecols= without 'at'" in error.hint
    assert str(error).splitlines()[0] == "a nested object [NX714]"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_the_first_record_at_fault_counts():
    """Whatever is wrong with it, in whatever column, on any number of threads."""
    good = '{"a": 1, "b": "x"}\n' * 3000
    for first, second in (
        ('{"a": 1, "b": [1]}', '{"a": tru}'),
        ('{"a": x, "b": "x"}', '{"a": 1, "a": 2}'),
        ('{"a": "no number"}', '{"a": x}'),
        ('{"c": 1, "c": 2}', "[]"),
    ):
        data = f"{good}{first}\n{good}{second}\n{good}"
        for way in ({}, {"threads": 2}, {"block_size": 500, "threads": 8}):
            with engine(**way), pytest.raises(JsonError) as raised:
                npx.parse_ndjson(data, dtype={"a": int})
            assert raised.value.record == 3001


def test_what_is_no_json_goes_before_values_of_its_record():
    text = '{"a": "x", "b": [1], "c": 1, "c": 2, "d": tru}'
    with pytest.raises(JsonError) as raised:
        npx.parse_ndjson(text, dtype={"a": int})
    assert (raised.value.code, raised.value.column) == ("NX711", "d")


@pytest.mark.parametrize(
    ("text", "options", "code", "value", "hint"),
    [
        ('{"n": "x"}', {"dtype": {"n": int}}, "NX601", "x", "dtype={'n': str}"),
        ('{"n": 2.5}', {"dtype": {"n": int}}, "NX601", "2.5", "dtype={'n': 'float64'}"),
        ('{"n": true}', {"dtype": {"n": float}}, "NX601", "true", "dtype={'n': str}"),
        (
            '{"n": 300}',
            {"dtype": {"n": "int8"}},
            "NX602",
            "300",
            "dtype={'n': 'int16'}",
        ),
        ('{"n": null}', {"missing": "raise"}, "NX603", None, "'auto'"),
        ('{"m": 1}', {"missing": "raise"}, "NX603", None, "'auto'"),
        ('{"n": "abcd"}', {"dtype": "S3"}, "NX604", "abcd", "dtype={'n': str"),
        ('{"n": "a\\u0000"}', {"dtype": "S3"}, "NX605", "a\0", "dtype={'n': str"),
        ('{"n": "a\\u0000"}', {"strings": "fixed"}, "NX605", "a\0", "dtype={'n': str"),
        ('{"n": 9007199254740993}', {"missing": "nan"}, "NX606", None, "'auto'"),
    ],
)
def test_values_that_are_not_what_was_asked_for(text, options, code, value, hint):
    more = '{"n": null}' if code == "NX606" else '{"n": 1}'
    data = f'{{"n": 1}}\n{text}\n{more}\n'
    if code == "NX604":
        data = f"{text}\n"
    with pytest.raises(JsonError) as raised:
        npx.parse_ndjson(data, **options)
    error = raised.value
    assert error.code == code
    assert error.column == ("n" if '"m"' not in text else error.column)
    assert error.index == error.record - 1
    assert value is None or error.value == value
    assert hint in error.hint
    assert error.line == error.record
    if '"m"' not in text:
        assert data.encode()[error.byte : error.byte + 1] in (
            b'"',
            b"t",
            b"3",
            b"2",
            b"n",
            b"9",
        )


def test_times_with_and_without_a_zone_do_not_go_together_when_asked_for():
    text = '{"t": "2026-01-31T10:00Z"}\n{"t": "2026-01-31T10:00"}\n'
    with pytest.raises(JsonError, match="no time zone") as raised:
        npx.parse_ndjson(text, dtype="datetime64[s]")
    assert raised.value.record == 2
    assert npx.parse_ndjson(text)["t"].dtype == np.dtypes.StringDType()


def test_long_lines_are_read_and_told_apart():
    long = "x" * 3_000_000
    table = npx.parse_ndjson(f'{{"a": "{long}"}}\n{{"a": "{long}\\n"}}\n')
    assert [len(text) for text in table["a"]] == [3_000_000, 3_000_001]
    with pytest.raises(JsonError) as raised:
        npx.parse_ndjson(f'{{"a": 1}}\n{{"a": "{long}\n')
    assert (raised.value.record, raised.value.byte) == (2, 15)
    with pytest.raises(JsonError) as raised:
        npx.parse_ndjson("[" * 5_000_000)
    assert raised.value.code == "NX712"
