"""to_json of columns: layouts, structured arrays, tables; threads, and who reads it."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
from json_oracle import (
    ORIENTS,
    STRING,
    columns,
    dumps,
    expected_rows,
    random_bits,
    rows_of,
    tolist,
)

import numpy_ext as npx
from numpy_ext import _native
from numpy_ext.errors import JsonError


@contextmanager
def without_cpu(features: str):
    environment = os.environ.get("NUMPY_EXT_DISABLE_CPU", "")
    _native.disable_cpu(f"{environment},{features}")
    try:
        yield
    finally:
        _native.disable_cpu(environment)


# ---- Columns ----------------------------------------------------------------


@pytest.mark.parametrize("orient", ORIENTS)
def test_columns_in_every_layout(orient):
    data = columns()
    assert rows_of(data, orient, list(data)) == expected_rows(data)
    few = {name: values[5:8] for name, values in data.items()}
    assert rows_of(few, orient, list(data)) == expected_rows(few)


@pytest.mark.parametrize("orient", ORIENTS)
def test_tables_are_their_columns(orient):
    data = {
        name: values for name, values in columns().items() if name not in ("two", "s")
    }
    table = npx.Table.from_dict(data)
    assert npx.to_json(table, orient) == npx.to_json(data, orient)
    part = table[7:300][["u", "m"]]
    plain = {name: data[name][7:300] for name in ("u", "m")}
    assert npx.to_json(part, orient) == npx.to_json(plain, orient)


def test_a_table_that_was_read_needs_no_arrays_of_strings():
    long = "a text that is longer than a view"
    t = npx.parse_csv(f'id,x,s\n1,0.5,"a""b"\n,,\n3,1e3,{long}\n')
    assert json.loads(npx.to_json(t)) == [
        {"id": 1, "x": 0.5, "s": 'a"b'},
        {"id": None, "x": None, "s": None},
        {"id": 3, "x": 1000.0, "s": long},
    ]
    assert t._columns["s"]._array is None
    assert npx.to_json(t[1:], "columns", nan="raise") == dumps(
        {"id": [None, 3], "x": [None, 1000.0], "s": [None, long]}
    )


@pytest.mark.parametrize("strings", ["stringdtype", "object", "fixed", "bytes"])
@pytest.mark.parametrize("missing", ["auto", "masked", "nan"])
def test_tables_of_every_kind_of_column(missing, strings):
    if missing == "nan" and strings in ("fixed", "bytes"):
        missing = "auto"  # a string of fixed width cannot be NaN
    t = npx.parse_csv("i,s\n1,a\n2,b\n,\n", missing=missing, strings=strings)
    rows = json.loads(npx.to_json(t, "values"))
    assert rows[:2] == [[1, "a"], [2, "b"]]
    assert rows[2] == [None, None]


STRUCTURED = np.dtype(
    [
        ("a", "<i4"),
        ("r", [("x", ">f4"), ("y", "S3", (2,)), ("e", [])]),
        ("p", [("q", "?"), ("u", "U2")], (2, 2)),
        ("z", "f8", (0,)),
        ("when", ">M8[D]"),
    ]
)


def plain_record(item: object, by_name: bool) -> object:
    """Return what a record should read back as."""
    if isinstance(item, np.void):
        values = {n: plain_record(item[n], by_name) for n in item.dtype.names}
        return values if by_name else list(values.values())
    if isinstance(item, np.ndarray):
        return [plain_record(inner, by_name) for inner in item]
    if isinstance(item, np.datetime64):
        return str(item)
    if isinstance(item, bytes):
        return item.decode()
    return item.item()


@pytest.mark.parametrize("align", [False, True])
@pytest.mark.parametrize("shape", [(5,), (2, 3), ()])
def test_structured_arrays(shape, align):
    dtype = np.dtype(STRUCTURED.descr, align=align) if align else STRUCTURED
    records = np.zeros(shape, dtype=dtype)
    records["a"] = np.arange(records.size).reshape(shape)
    records["r"]["x"] = 0.5
    records["r"]["y"] = [b"ab", b"c"]
    records["p"]["u"] = "é"
    for way in (records, records[::-1].T if shape else records):
        for by_name, orient in ((True, "records"), (False, "values")):
            expected = plain_record(way if shape else way[()], by_name)
            assert json.loads(npx.to_json(way, orient)) == expected


def test_layouts_of_records():
    records = np.array(
        [(1, (2.5,)), (2, (3.5,))], dtype=[("a", "i4"), ("r", [("x", "f8")])]
    )
    assert npx.to_json(records, "columns") == b'{"a":[1,2],"r":[{"x":2.5},{"x":3.5}]}'
    assert npx.to_json(records, "split") == (
        b'{"columns":["a","r"],"data":[[1,[2.5]],[2,[3.5]]]}'
    )
    assert npx.to_json(records[0], "ndjson") == b'{"a":1,"r":{"x":2.5}}\n'
    for orient in ("columns", "split", "ndjson"):
        with pytest.raises(
            ValueError, match=r"of one dimension, got 2; a.reshape\(-1\)"
        ):
            npx.to_json(records.reshape(1, 2), orient)


def test_records_without_fields():
    records = np.zeros(3, dtype=[])
    assert npx.to_json(records) == b"[{},{},{}]"
    assert npx.to_json(records, "values") == b"[[],[],[]]"
    assert npx.to_json(records, "columns") == b"{}"


@pytest.mark.parametrize("data", [{}, {"a": []}, {"a": [], "b": np.array([], "U1")}])
def test_columns_without_rows(data):
    names = list(data)
    assert npx.to_json(data) == b"[]"
    assert npx.to_json(data, "values") == b"[]"
    assert npx.to_json(data, "ndjson") == b""
    assert npx.to_json(data, "columns") == dumps({name: [] for name in names})
    assert npx.to_json(data, "split") == dumps({"columns": names, "data": []})
    assert npx.to_json(np.zeros((2, 0), dtype=[("a", "i4")])) == b"[[],[]]"


# ---- Refusals ---------------------------------------------------------------


class Twice(dict):
    def __iter__(self):
        return iter(["a", "a"])


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: npx.to_json([1], "rows"),
            ValueError,
            "orient must be one of 'records'",
        ),
        (lambda: npx.to_json([1], nan=None), ValueError, "nan must be one of 'null'"),
        (lambda: npx.to_json([1], dates="s"), ValueError, "dates must be one of 'iso'"),
        (lambda: npx.to_json([1], big_ints=1), ValueError, "big_ints must be one of"),
        (
            lambda: npx.to_json([1.5], "split"),
            ValueError,
            "orient='split' takes columns",
        ),
        (
            lambda: npx.to_json({1: [1]}),
            TypeError,
            "names of columns must be str, got int 1",
        ),
        (
            lambda: npx.to_json(Twice(a=[1])),
            ValueError,
            "two columns have the name 'a'",
        ),
        (lambda: npx.to_json({"a": 1}), ValueError, "column 'a' is a single value"),
        (lambda: npx.to_json({"a": [1], "b": [1, 2]}), ValueError, "'b' has 2"),
        (
            lambda: npx.to_json([1j]),
            TypeError,
            "got complex128: write its real and imag",
        ),
        (lambda: npx.to_json({"c": [1j]}), TypeError, "column 'c' is complex128"),
        (lambda: npx.to_json(np.array(["2000"], "M8[Y]")), TypeError, "datetime64"),
        (lambda: npx.to_json(np.array([1], "m8")), TypeError, "timedelta64"),
        (lambda: npx.to_json(np.array([1], "m8[25s]")), TypeError, "timedelta64"),
        (lambda: npx.to_json(np.zeros(1, "V3")), TypeError, "view it as uint8"),
        (lambda: npx.to_json([2**53 + 1, 0.5]), ValueError, "makes a float"),
        (lambda: npx.to_json({"\ud800": [1]}), JsonError, "lone surrogate"),
    ],
)
def test_refusals(call, kind, message):
    with pytest.raises(kind, match=message) as caught:
        call()
    assert type(caught.value) is kind


def test_long_doubles_are_refused():
    if np.dtype(np.longdouble).itemsize > 8:
        with pytest.raises(TypeError, match="round it with astype"):
            npx.to_json(np.zeros(2, dtype=np.longdouble))


def test_the_first_fault_is_reported_whatever_the_threads():
    values = np.arange(300_000) / 8
    values[[200_000, 77_777, 299_999]] = np.nan
    data = {"a": np.arange(300_000), "x": values}
    for threads in (1, 2, 8):
        with npx.num_threads(threads):
            for obj in (values, data):
                with pytest.raises(JsonError) as caught:
                    npx.to_json(obj, nan="raise")
                assert caught.value.index == 77_777
            with pytest.raises(JsonError) as caught:
                npx.to_json(data, "columns", nan="raise")
            assert (caught.value.column, caught.value.index) == ("x", 77_777)


def test_places_of_faults_in_records():
    dtype = [("r", [("x", "f8", (2,))]), ("p", [("q", "f4")], (2,))]
    records = np.zeros((2, 3), dtype=dtype)
    records["r"]["x"][1, 2, 1] = np.inf
    with pytest.raises(JsonError) as caught:
        npx.to_json(records, nan="raise")
    assert (caught.value.column, caught.value.index) == ("r.x", (1, 2, 1))
    records["p"]["q"][0, 1, 1] = np.nan
    with pytest.raises(JsonError) as caught:
        npx.to_json(records, nan="raise")
    assert (caught.value.column, caught.value.index) == ("p[1].q", (0, 1))


# ---- Machines ---------------------------------------------------------------


def test_threads_and_processors_cannot_be_seen():
    data = {
        name: np.ma.concatenate([values] * 60) if name == "m"
        else np.concatenate([values] * 60)
        for name, values in columns().items()
    }  # fmt: skip
    matrix = np.random.default_rng(4).random((50_000, 3))
    expected = None
    for features in ("", "avx2"):
        with without_cpu(features):
            for threads in (1, 2, 8):
                with npx.num_threads(threads):
                    texts = [npx.to_json(data, orient) for orient in ORIENTS]
                    texts.append(npx.to_json(matrix))
                expected = texts if expected is None else expected
                assert texts == expected
    assert expected[-1] == dumps(matrix.tolist())


def test_an_estimate_that_is_too_low():
    """The rows that are looked at are short; all others are long."""
    texts = np.array(["x" * 50] * 100_000, dtype=STRING)
    texts[:: len(texts) // 32] = ""
    for threads in (1, 2, 8):
        with npx.num_threads(threads):
            assert npx.to_json(texts) == dumps(texts.tolist())


def test_rows_longer_than_a_chunk():
    values = np.random.default_rng(5).random((3, 100_000))
    data = {"v": values, "s": np.array(['"' * 10**6] * 3, dtype=STRING)}
    text = npx.to_json(data, "ndjson")
    assert [json.loads(line)["v"] for line in text.splitlines()] == values.tolist()


INTERRUPTED = """
import signal, sys, threading, time
import numpy as np
import numpy_ext as npx

signal.signal(signal.SIGINT, signal.default_int_handler)
values = np.broadcast_to(np.random.default_rng(1).random(1000), (50_000, 1000))
main = threading.main_thread().ident

def interrupt():
    time.sleep(0.3)
    sent.append(time.perf_counter())
    signal.pthread_kill(main, signal.SIGINT)

for threads in (1, 2):
    sent = []
    threading.Thread(target=interrupt).start()
    try:
        with npx.num_threads(threads):
            npx.to_json({"v": values}, "columns")
    except KeyboardInterrupt:
        assert sent, "before the signal"
        print("interrupted")
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs POSIX signals")
def test_ctrl_c_stops_a_long_call():
    """Fifty million doubles take seconds; the signal comes long before."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", INTERRUPTED],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.stdout.split() == ["interrupted"] * 2, done.stderr


def test_other_threads_run_meanwhile():
    """The interpreter is let go: a thread counts while a long text is made."""
    values = np.random.default_rng(1).random(3_000_000)
    counted, finished = [0], threading.Event()

    def count():
        while not finished.is_set():
            counted[0] += 1

    thread = threading.Thread(target=count)
    thread.start()
    try:
        before = counted[0]
        npx.to_json(values)
        assert counted[0] - before > 1000
    finally:
        finished.set()
        thread.join()


def test_calls_on_several_threads_share_strings():
    """Two columns in either order: no call waits for another one forever."""
    texts = [np.array([f"{k} {i}" for i in range(2000)], dtype=STRING) for k in "ab"]
    expected = [
        npx.to_json(dict(zip("xy", way, strict=True))) for way in (texts, texts[::-1])
    ]
    with ThreadPoolExecutor(4) as pool:
        made = [
            pool.submit(
                npx.to_json, dict(zip("xy", texts[:: 1 - 2 * (i % 2)], strict=True))
            )
            for i in range(200)
        ]
        for i, one in enumerate(made):
            assert one.result(60) == expected[i % 2]
    same = {"x": texts[0], "y": texts[0], "z": texts[0][:2000]}
    assert len(json.loads(npx.to_json(same))) == 2000


# ---- Peers ------------------------------------------------------------------


def test_orjson_reads_all():
    orjson = pytest.importorskip("orjson")
    data = columns()
    for orient in ("records", "columns", "values", "split"):
        text = npx.to_json(data, orient)
        assert orjson.loads(text) == json.loads(text)
    values = random_bits("f8", 100_000, 7)
    assert orjson.loads(npx.to_json(values)) == tolist(values)


def test_pandas_reads_records():
    pandas = pytest.importorskip("pandas")
    data = {"id": np.arange(5), "x": np.arange(5) / 4, "s": ["a", "b", "c", "d", "é"]}
    for orient in ("records", "split", "columns"):
        text = npx.to_json(data, orient)
        read = pandas.read_json(io.BytesIO(text), orient=orient)
        if orient != "columns":
            assert read.to_dict("list") == {k: list(v) for k, v in data.items()}
    with pytest.raises(TypeError, match=r"Table.from_pandas\(df\)"):
        npx.to_json(pandas.DataFrame(data))
    assert npx.to_json(pandas.Series([1, 2])) == b"[1,2]"
