"""read_ndjson and parse_ndjson: sources, columns, options."""

import io
import json
import mmap
import os
import pickle
import threading

import numpy as np
import pytest
from engine import snapshot, values_of

import numpy_ext as npx
from numpy_ext.testing import assert_tables_equal, engine

TEXT = '{"id": 1, "city": "Zürich"}\n{"id": 2, "city": null, "x": 2.5}\n'
DATA = TEXT.encode()


def lines(*records: dict) -> bytes:
    return "\n".join(map(json.dumps, records)).encode()


# ---- Sources ------------------------------------------------------------------


def test_every_kind_of_source_reads_the_same(tmp_path):
    path = tmp_path / "a.ndjson"
    path.write_bytes(DATA)
    usual = snapshot(npx.read_ndjson(DATA))
    spaced = np.zeros((len(DATA), 3), np.uint8)
    spaced[:, 1] = np.frombuffer(DATA, np.uint8)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=1) as mapped:
        assert snapshot(npx.read_ndjson(mapped)) == usual
        assert snapshot(npx.read_ndjson(file)) == usual
    with path.open(encoding="utf-8") as file:
        assert snapshot(npx.read_ndjson(file)) == usual
    for source in (
        str(path),
        path,
        bytearray(DATA),
        memoryview(DATA),
        memoryview(DATA[::-1])[::-1],
        np.frombuffer(DATA, np.uint8),
        spaced[:, 1],
        io.BytesIO(DATA),
        io.StringIO(TEXT),
    ):
        assert snapshot(npx.read_ndjson(source)) == usual
    assert snapshot(npx.parse_ndjson(TEXT)) == usual


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_read_to_its_end(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(DATA,))
    writer.start()
    table = npx.read_ndjson(path)
    writer.join()
    assert table["id"].tolist() == [1, 2]


def test_text_as_a_path_is_pointed_to_the_function_for_it():
    with pytest.raises(ValueError, match="use parse_ndjson to read text"):
        npx.read_ndjson(TEXT)
    with pytest.raises(FileNotFoundError):
        npx.read_ndjson('{"id": 1}')
    with pytest.raises(TypeError, match="read_ndjson takes bytes"):
        npx.parse_ndjson(DATA)
    with pytest.raises(TypeError, match="must be of uint8"):
        npx.read_ndjson(np.zeros(3))


def test_a_file_that_changes_meanwhile_is_an_error(tmp_path):
    path = tmp_path / "a.ndjson"
    path.write_bytes(b'{"a": 1}\n' * 100_000)

    def change(done: int, total: int) -> None:
        path.write_bytes(b'{"a": 2}\n' * 100_000)

    with engine(block_size=4096), pytest.raises(OSError, match=r"a\.ndjson.*changed"):
        npx.read_ndjson(path, progress=change)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b" \t\r\n \r"])
def test_sources_without_records_are_tables_without_columns(data):
    assert npx.read_ndjson(data).shape == (0, 0)


def test_records_without_keys_are_rows():
    table = npx.read_ndjson(b"{}\n{ }\n\n{}")
    assert table.num_rows == 3
    assert table.names == ()


# ---- Columns --------------------------------------------------------------------


def test_columns_come_in_the_order_of_first_appearance():
    data = lines({"c": 1}, {"b": 1, "c": 2}, {"a": 1, "d": 2, "b": 3})
    assert npx.read_ndjson(data).names == ("c", "b", "a", "d")


def test_keys_that_appear_late_are_columns_from_the_first_row_on():
    records = [{"id": i} for i in range(20_000)]
    records[15_000]["z"] = "2026-01-31"
    records[15_001]["y"] = True
    data = lines(*records)
    for way in ({}, {"threads": 2}, {"block_size": 1000, "threads": 8}):
        with engine(**way):
            table = npx.read_ndjson(data)
        assert table.names == ("id", "z", "y")
        assert table["z"].dtype == "datetime64[D]"
        assert table.mask("z").sum() == table.mask("y").sum() == 19_999
        assert not table.mask("z")[15_000]
        assert table["id"].tolist() == list(range(20_000))


def test_keys_are_compared_without_their_escapes():
    table = npx.read_ndjson(b'{"\\u0061": 1, "\\"": 2}\n{"a": 3, "\\u0022": 4}\n')
    assert table.to_dict(copy=True).keys() == {"a", '"'}
    assert table["a"].tolist() == [1, 3]
    assert table['"'].tolist() == [2, 4]


def test_keys_that_are_long_or_odd():
    names = ["", "x" * 1000, "x" * 999 + "y", "a\0b", "é" * 20, "🦉", "\n", "a" * 13]
    record = {name: i for i, name in enumerate(names)}
    table = npx.read_ndjson(lines(record, dict(reversed(record.items()))))
    assert list(table.names) == names
    assert [table[name].tolist() for name in names] == [[i, i] for i in range(8)]


@pytest.mark.parametrize("order", ["forward", "backward", "by turns"])
def test_many_keys_in_one_record(order):
    """Neither their number nor their order makes it slow."""
    names = [f"key {i}" for i in range(20_000)]
    record = dict.fromkeys(names, 1)
    turned = dict(reversed(record.items()))
    records = {
        "forward": [record, record],
        "backward": [record, turned],
        "by turns": [record, turned, record, turned],
    }
    table = npx.read_ndjson(lines(*records[order]))
    assert list(table.names) == names
    assert table["key 19999"].tolist() == [1] * len(records[order])


def test_a_record_for_each_key_is_refused_before_it_takes_memory():
    data = lines(*({f"key {i}": 1} for i in range(100_000)))
    with pytest.raises(npx.errors.JsonError, match="NX716") as raised:
        npx.read_ndjson(data)
    assert "usecols=" in raised.value.hint
    table = npx.read_ndjson(data, usecols=["key 5"])
    assert table.mask("key 5").sum() == 99_999


# ---- Types ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "dtype", "array"),
    [
        (["1", "-2"], "int64", [1, -2]),
        (["9223372036854775808", "1"], "uint64", [2**63, 1]),
        (["9223372036854775808", "-1"], "T", ["9223372036854775808", "-1"]),
        (["18446744073709551616", "1"], "T", ["18446744073709551616", "1"]),
        (["1", "0.5"], "float64", [1.0, 0.5]),
        (["18446744073709551616", "0.5"], "float64", [2.0**64, 0.5]),
        (["1e400", "-1e400"], "float64", [np.inf, -np.inf]),
        (["true", "false"], "bool", [True, False]),
        (["true", "1"], "T", ["true", "1"]),
        (['"1"', '"2"'], "T", ["1", "2"]),
        (['"1"', "2.50"], "T", ["1", "2.50"]),
        (['"true"', "true"], "T", ["true", "true"]),
        (['""', '"NA"'], "T", ["", "NA"]),
        (['"2026-01-31"', '"x"'], "T", ["2026-01-31", "x"]),
        (['"2026-01-31"', "5"], "T", ["2026-01-31", "5"]),
        (['"\\ud83d\\ude00"', '"\\u0000"'], "T", ["😀", "\0"]),
    ],
)
def test_the_least_type_that_holds_all(values, dtype, array):
    data = "\n".join(f'{{"a": {value}}}' for value in values)
    column = npx.parse_ndjson(data)["a"]
    wanted = np.dtypes.StringDType() if dtype == "T" else np.dtype(dtype)
    assert column.dtype == wanted
    assert column.tolist() == array


def test_times_have_the_finest_unit_present_and_a_zone():
    data = '{"a": "2026-01-31T10:00:00.5+01:00"}\n{"a": "2026-01-31T09:00Z"}'
    table = npx.parse_ndjson(data)
    assert table["a"].dtype == "datetime64[ms]"
    assert table["a"].astype(str).tolist() == [
        "2026-01-31T09:00:00.500",
        "2026-01-31T09:00:00.000",
    ]
    assert table.schema["a"].zone == "UTC"


def test_floats_are_those_of_python():
    rng = np.random.default_rng(5)
    numbers = rng.integers(0, 2**64, 4000, dtype=np.uint64).view(np.float64)
    numbers = numbers[np.isfinite(numbers)]
    data = "\n".join(f'{{"x": {number!r}}}' for number in numbers.tolist())
    assert values_of(npx.parse_ndjson(data)["x"]) == values_of(numbers)


def test_schema_keeps_the_reason():
    schema = npx.parse_ndjson('{"a": 1}\n\n{"a": "x, \\"y\\""}\n{"b": null}').schema
    assert schema["a"].reason == 'line 3 has \'"x, \\\\"y\\\\""\', text'
    assert schema["a"].widened
    assert schema["b"].reason == "no values"
    assert schema["b"].missing == 3


# ---- Options ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "dtype",
    [
        "int8",
        "uint16",
        "int32",
        "float16",
        "float32",
        "float64",
        "S3",
        "U3",
        str,
        object,
    ],
)
def test_dtypes_are_obeyed(dtype):
    table = npx.parse_ndjson(
        '{"a": 12, "b": 1}\n{"a": "7", "b": 2}', dtype={"a": dtype}
    )
    values = table["a"]
    text = isinstance(dtype, type) or dtype[0] in "SU"
    if not text:
        assert values.dtype == dtype
    assert [
        str(v, "ascii") if isinstance(v, bytes) else v for v in values.tolist()
    ] == (["12", "7"] if text else [12, 7])
    assert table["b"].dtype == np.int64


def test_times_and_bools_that_were_asked_for():
    table = npx.parse_ndjson(
        '{"t": "2026-01-31", "b": "true"}\n{"t": null, "b": false}',
        dtype={"t": "datetime64[ms]", "b": bool},
    )
    assert table["t"].dtype == "datetime64[ms]"
    assert table["b"].tolist() == [True, False]


@pytest.mark.parametrize("missing", ["auto", "masked", "nan"])
def test_missing_is_that_of_read_csv(missing):
    """The same table in CSV, which has one more word for missing."""
    record = {"n": 5, "x": 1.5, "b": True, "t": "2026-01-31", "s": "a"}
    data = lines(record, dict.fromkeys(record), {}, record)
    csv = "n,x,b,t,s\n5,1.5,true,2026-01-31,a\n,,,,\n,,,,\n5,1.5,true,2026-01-31,a\n"
    one = npx.read_ndjson(data, missing=missing)
    other = npx.parse_csv(csv, missing=missing)
    assert_tables_equal(one, other)
    for name in one:
        assert type(one[name]) is type(other[name])
        assert one[name].dtype == other[name].dtype


@pytest.mark.parametrize("strings", ["stringdtype", "fixed", "bytes", "object"])
def test_strings_are_those_of_read_csv(strings):
    one = npx.parse_ndjson('{"s": "ab"}\n{"s": "c\\u0064e"}\n', strings=strings)
    other = npx.parse_csv("s\nab\ncde\n", strings=strings)
    assert one["s"].dtype == other["s"].dtype
    assert one["s"].tolist() == other["s"].tolist()


def test_words_for_missing_values():
    data = '{"a": 5, "b": "n/k"}\n{"a": "n/k", "b": "x"}\n{"a": -999}\n{"a": "n\\/k"}'
    table = npx.parse_ndjson(data, na_values={"a": ["n/k", "-999"]})
    assert table["a"].dtype == np.int64
    assert table.mask("a").tolist() == [False, True, True, True]
    assert table.mask("b").tolist() == [False, False, True, True]


def test_nested_values_are_text_or_not_looked_for():
    data = '{"a": [1, {"b": "],"}], "c": 1}\n{"a": {"x": [ ]} , "c": 2}\n{"a": "[]"}'
    table = npx.parse_ndjson(data, nested="text")
    assert table["a"].tolist() == ['[1, {"b": "],"}]', '{"x": [ ]}', "[]"]
    assert npx.parse_ndjson(data, usecols=["c"])["c"].tolist() == [1, 2, None]
    with pytest.raises(npx.errors.JsonError, match="NX714"):
        npx.parse_ndjson(data)


def test_usecols_takes_what_it_takes_in_read_csv():
    data = lines({"a": 1, "b": 2}, {"c": 3, "b": 4})
    for usecols, names in (
        (["c", "a"], ("c", "a")),
        ([2, 0], ("c", "a")),
        (slice(None, None, 2), ("a", "c")),
        (slice(-1, None), ("c",)),
        (lambda name: name > "a", ("b", "c")),
        ([], ()),
    ):
        assert npx.read_ndjson(data, usecols=usecols).names == names
    with pytest.raises(npx.errors.JsonError, match="no column 'd'") as raised:
        npx.read_ndjson(data, usecols=["d"])
    assert raised.value.code == "NX503"
    with pytest.raises(npx.errors.JsonError, match="NX503"):
        npx.read_ndjson(data, dtype={"d": int})
    with pytest.raises(npx.errors.JsonError, match="NX503"):
        npx.read_ndjson(b"{}", usecols=["a"])


def test_options_by_name_of_a_column_that_comes_late():
    data = lines(*({"a": i} for i in range(10_000)), {"z": "1"})
    with engine(block_size=1000):
        table = npx.read_ndjson(data, dtype={"z": "int8", ...: "float32"})
    assert table["z"].dtype == np.int8
    assert table["a"].dtype == np.float32


@pytest.mark.parametrize("nrows", [0, 1, 2, 3, 100])
def test_nrows(nrows):
    data = '{"a": 1}\n\n{"b": 2}\n{"c": 3}\nno JSON'
    if nrows == 100:
        with pytest.raises(npx.errors.JsonError):
            npx.parse_ndjson(data, nrows=nrows)
        return
    table = npx.parse_ndjson(data, nrows=nrows)
    assert table.names == ("a", "b", "c")[:nrows]
    assert table.num_rows == nrows


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": ["a"]}, "did you mean `usecols=`"),
        ({"schema_overrides": {}}, "did you mean `dtype=`"),
        ({"n_rows": 1}, "did you mean `nrows=`"),
        ({"null_values": []}, "did you mean `na_values=`"),
        ({"lines": True}, "every line is one record"),
        ({"orient": "records"}, "every line is one record"),
        ({"convert_dates": True}, "ISO dates and times are found by themselves"),
        ({"infer_schema_length": 100}, "settled by the whole source"),
        ({"compression": "gzip"}, "decompressed by themselves"),
        ({"neste": "text"}, "did you mean `nested=`"),
        ({"sep": ","}, r"unexpected keyword argument 'sep'$"),
    ],
)
def test_keywords_of_other_tools_are_explained(options, message):
    with pytest.raises(TypeError, match=message):
        npx.read_ndjson(DATA, **options)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"nested": "flatten"}, ValueError),
        ({"missing": "no"}, ValueError),
        ({"nrows": -1}, ValueError),
        ({"usecols": "a"}, TypeError),
        ({"dtype": "int65"}, TypeError),
        ({"threads": 0}, ValueError),
        ({"progress": 5}, TypeError),
    ],
)
def test_options_that_make_no_sense(options, error):
    with pytest.raises(error):
        npx.read_ndjson(DATA, **options)
    with pytest.raises(error):
        npx.parse_ndjson(TEXT, **options)


def test_progress_is_told_to_the_end():
    calls: list[tuple[int, int]] = []
    data = b'{"a": 1}\n' * 50_000
    npx.read_ndjson(data, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (len(data), len(data))
    with pytest.raises(ZeroDivisionError):
        npx.read_ndjson(data, progress=lambda done, total: 1 // 0)


def test_the_report_and_copies():
    table = npx.read_ndjson(DATA)
    assert table.report.bytes == len(DATA)
    assert table.report.rows == 2
    assert_tables_equal(pickle.loads(pickle.dumps(table)), table)


def test_threads_read_beside_each_other():
    data = lines(*({"a": i, "s": "x" * (i % 40)} for i in range(5000)))
    usual = snapshot(npx.read_ndjson(data))
    results: list[object] = []
    workers = [
        threading.Thread(target=lambda: results.append(snapshot(npx.read_ndjson(data))))
        for _ in range(6)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results == [usual] * 6
