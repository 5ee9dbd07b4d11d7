"""Tables as Arrow streams, seen by a consumer that is no more than ctypes."""

import ctypes
import gc
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest
from arrow_struct import (
    RELEASE,
    Array,
    Schema,
    Stream,
    api,
    array_capsules,
    consume,
    formats,
    stream_capsule,
)

import numpy_ext as npx
from numpy_ext import _native
from numpy_ext.testing import assert_tables_equal

TEXT = (
    "id,ratio,name,day,when,ok,zoned\n"
    "1,1.5,Ada,2020-01-01,2020-01-01 01:02:03,true,2020-01-01T00:00:00.5Z\n"
    ",inf,,,,,\n"
    "3,,a name that is longer than twelve bytes,1969-12-31,1969-12-31 23:59:59,false,"
    "2020-01-01T02:00:00+02:00\n"
)
FORMATS = ["l", "g", "vu", "tdD", "tss:", "b", "tsm:UTC"]


@pytest.fixture
def table() -> npx.Table:
    return npx.parse_csv(TEXT)


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def there_and_back(table: npx.Table) -> npx.Table:
    return npx.Table.from_arrow(table)


# ---- Out -------------------------------------------------------------------


def test_formats_of_the_specification(table):
    assert formats(table.__arrow_c_schema__()) == dict(zip(table, FORMATS, strict=True))
    schema, _ = consume(table)
    assert schema == dict(zip(table, FORMATS, strict=True))


def test_every_dtype_has_its_format():
    dtypes = {
        **{f"int{n}": f for n, f in zip((8, 16, 32, 64), "csil", strict=True)},
        **{f"uint{n}": f for n, f in zip((8, 16, 32, 64), "CSIL", strict=True)},
        **{f"float{n}": f for n, f in zip((16, 32, 64), "efg", strict=True)},
        **{f"datetime64[{u}]": f"ts{u[0]}:" for u in ("s", "ms", "us", "ns")},
        **{f"timedelta64[{u}]": f"tD{u[0]}" for u in ("s", "ms", "us", "ns")},
        "bool": "b",
        "datetime64[D]": "tdD",
        "datetime64[h]": "tss:",
        "datetime64[m]": "tss:",
        "S5": "vu",
        "U5": "vu",
    }
    table = npx.Table.from_dict({d: np.zeros(3, dtype=d) for d in dtypes})
    assert formats(table.__arrow_c_schema__()) == dtypes


def test_values_are_not_copied(table):
    _, batch = consume(table)
    for name in ("id", "ratio", "when", "zoned"):
        values = np.ma.getdata(table[name])
        assert batch.column(name).buffers[1] == address(values)


@pytest.mark.parametrize("dtype", ["i1", "u2", "f2", "f4", "i8", "M8[s]", "m8[ns]"])
def test_arrays_of_users_are_not_copied_again(dtype):
    table = npx.Table.from_dict({"x": np.arange(9).astype(dtype)}, copy=False)
    _, batch = consume(table[2:8])
    assert batch.column("x").buffers[1] == address(table["x"][2:])
    assert batch.column("x").length == 6


def test_string_views_are_not_copied(table):
    views, slabs = _native.string_buffers(table._columns["name"].native()[1])
    _, batch = consume(table)
    column = batch.column("name")
    assert column.buffers[1] == address(views)
    assert column.buffers[2] == address(slabs[0])


def test_missing_cells_are_nulls(table):
    _, batch = consume(table)
    assert [batch.column(name).null_count for name in table] == [1] * 7
    assert batch.column("ratio").valid() == [True, True, False]
    assert batch.column("id").valid() == [True, False, True]
    assert batch.column("name").valid() == [True, False, True]


def test_a_nan_is_a_value_unless_it_is_missing():
    ratio = np.ma.MaskedArray([1.5, np.nan, np.nan], mask=[False, False, True])
    back = there_and_back(npx.Table.from_dict({"ratio": ratio}))
    assert back.mask("ratio").tolist() == [False, False, True]
    assert np.isnan(back["ratio"][1])


def test_nat_is_null_even_if_no_cell_was_missing():
    days = np.array(["2020-01-01", "NaT", "2020-01-03"], dtype="M8[us]")
    _, batch = consume(npx.Table.from_dict({"x": days}))
    assert batch.column("x").null_count == 1
    assert batch.column("x").valid() == [True, False, True]


def test_requested_strings(table):
    for wanted in ("u", "U", "vu"):
        asked = dict(zip(table, FORMATS, strict=True)) | {"name": wanted}
        schema, batch = consume(table, requested=asked)
        assert schema == asked
        assert batch.column("name").n_buffers == (4 if wanted == "vu" else 3)


def test_other_requests_are_ignored(table):
    asked = dict(zip(table, FORMATS, strict=True))
    for request in (asked | {"id": "g"}, {"name": "u"}, asked | {"name": "z"}):
        schema, _ = consume(table, requested=request)
        assert list(schema.values()) == FORMATS


def test_request_must_be_a_schema(table):
    with pytest.raises(ValueError, match="PyCapsule"):
        table.__arrow_c_stream__(table.__arrow_c_stream__())
    with pytest.raises((TypeError, ValueError)):
        table.__arrow_c_stream__("u")


def test_dates_beyond_date32_are_refused():
    days = np.array([0, 2**31], dtype="M8[D]")
    table = npx.Table.from_dict({"when": days})
    with pytest.raises(ValueError, match=r"column 'when': the date in row 1 .*date32"):
        there_and_back(table)


def test_times_beyond_seconds_are_refused():
    table = npx.Table.from_dict({"t": np.array([2**62], dtype="M8[h]")})
    with pytest.raises(ValueError, match="column 't': the time in row 0"):
        there_and_back(table)


@pytest.mark.parametrize("dtype", ["c16", "V4", "M8[Y]", "m8[ps]"])
def test_dtypes_that_arrow_lacks_are_named(dtype):
    table = npx.Table.from_dict({"odd": np.zeros(2, dtype=dtype)})
    for method in (table.__arrow_c_stream__, table.__arrow_c_schema__):
        with pytest.raises(TypeError, match="column 'odd'"):
            method()


def test_names_with_a_nul_are_refused():
    table = npx.Table.from_dict({"a\0b": [1]})
    with pytest.raises(ValueError, match="rename it"):
        table.__arrow_c_stream__()


# ---- Ownership -------------------------------------------------------------


def test_streams_may_be_made_again_and_again(table):
    for _ in range(3):
        _, batch = consume(table)
        assert batch.length == 3


def test_a_stream_that_nobody_asks(table):
    capsules = [table.__arrow_c_stream__() for _ in range(5)]
    del table
    assert len(capsules) == 5


def test_a_stream_is_consumed_once(table):
    capsule = table.__arrow_c_stream__()
    assert npx.Table.from_arrow(capsule).num_rows == 3
    with pytest.raises(ValueError, match="consumed before"):
        npx.Table.from_arrow(capsule)


def test_what_is_handed_over_outlives_the_table():
    table = npx.parse_csv("x,s\n1,text that is longer than a view\n2,b\n")
    views = _native.string_buffers(table._columns["s"].native()[1])[0].tobytes()
    capsule = table.__arrow_c_stream__()
    del table
    gc.collect()
    _, batch = consume(capsule)
    gc.collect()
    column = batch.column("x")
    assert list((ctypes.c_int64 * 2).from_address(column.buffers[1])) == [1, 2]
    assert ctypes.string_at(batch.column("s").buffers[1], 32) == views


def test_released_on_a_thread_without_the_interpreter():
    """A foreign array is let go of later, by a thread that runs Python."""
    array = np.arange(1000.0)
    before = sys.getrefcount(array)
    table = npx.Table.from_dict({"x": array[5:]}, copy=False)
    _, batch = consume(table)
    del table
    gc.collect()
    assert sys.getrefcount(array) > before
    release = batch.release_without_interpreter
    thread = threading.Thread(target=release)
    thread.start()
    thread.join()
    # A new call into the library drops it at the latest.
    npx.parse_csv("x\n1\n").__arrow_c_stream__()
    assert sys.getrefcount(array) == before


def test_many_threads_hand_over_and_release():
    array = np.arange(1000)
    before = sys.getrefcount(array)
    table = npx.Table.from_dict({"x": array, "y": array * 2}, copy=False)

    def work(table):
        for _ in range(200):
            consume(table)[1].release_without_interpreter()

    threads = [threading.Thread(target=work, args=(table,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    del table, thread, threads
    npx.parse_csv("x\n1\n").__arrow_c_stream__()
    gc.collect()
    assert sys.getrefcount(array) == before


def test_a_stream_dies_while_an_exception_is_on_its_way():
    """The producer of what it holds may run Python when that is released."""
    released = []

    @RELEASE
    def note(place: int) -> None:
        released.append(str(place))
        Array.from_address(place).release = None

    class Producer:
        def __arrow_c_array__(self, requested_schema=None):
            schema, batch = array_capsules()
            place = api.PyCapsule_GetPointer(batch, b"arrow_array")
            child = Array.from_address(place).children[0].contents
            child.release = ctypes.cast(note, ctypes.c_void_p)
            return schema, batch

    streams = [npx.Table.from_arrow(Producer()).__arrow_c_stream__()]
    gc.collect()
    assert released == []
    with pytest.raises(TypeError, match="int"):
        int(streams.pop())
    assert len(released) == 1


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        cwd=__file__.rpartition("/")[0],
        env={"PYTHONPATH": ".", "PYTHONMALLOC": "debug"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_released_after_the_interpreter_has_ended():
    """The release callbacks are left to atexit handlers of the C library."""
    code = """
        import ctypes, numpy as np, numpy_ext as npx
        from arrow_struct import consume
        table = npx.Table.from_dict({"x": np.arange(9.0)}, copy=False)
        own = npx.parse_csv("a,s\\n1,text that is longer than a view\\n")
        batches = [consume(t)[1] for t in (table, own)]
        libc = ctypes.CDLL(None)
        for batch in batches:
            batch.release_at_exit(libc)
        print("kept")
    """
    assert run(code) == "kept\n"


def test_held_by_module_globals_at_exit():
    code = """
        import builtins, numpy as np, numpy_ext as npx
        from arrow_struct import consume
        table = npx.Table.from_dict({"x": np.arange(9.0)}, copy=False)
        builtins.kept = [consume(table), table.__arrow_c_stream__(), table,
                         npx.Table.from_arrow(table)]
        print("kept")
    """
    assert run(code) == "kept\n"


# ---- In --------------------------------------------------------------------


def test_there_and_back(table):
    back = there_and_back(table)
    assert_tables_equal(back, table)
    assert back.schema["zoned"].zone == "UTC"
    assert back.schema["when"].zone is None
    for name in table:
        np.testing.assert_array_equal(back.mask(name), table.mask(name))
        assert not back[name].flags.writeable
        assert back.schema[name].missing == 1


def test_values_that_are_not_missing_are_shared_on_the_way_back():
    table = npx.parse_csv("x,y\n1,1.5\n2,2.5\n")
    back = there_and_back(table)
    again = there_and_back(back[1:])
    for name in table:
        assert address(back[name]) == address(table[name])
        assert address(again[name]) == address(table[name][1:])
    del table, back
    gc.collect()
    assert again["y"].tolist() == [2.5]


def test_no_rows_and_no_columns():
    empty = there_and_back(npx.parse_csv("a,b\n"))
    assert empty.shape == (0, 2)
    none = npx.Table.from_dict({})
    assert there_and_back(none).shape == (0, 0)


def test_bytes_and_wide_strings_leave_as_text():
    table = npx.Table.from_dict(
        {"s": np.array([b"a", b"bc"]), "u": np.array(["é", ""])}
    )
    back = there_and_back(table)
    assert back["s"].tolist() == ["a", "bc"]
    assert back["u"].tolist() == ["é", ""]


@pytest.mark.parametrize("data", [1, "text", None, [1, 2], {"x": [1]}])
def test_what_is_no_arrow_data(data):
    with pytest.raises(TypeError, match="from_arrow takes"):
        npx.Table.from_arrow(data)


def test_a_capsule_of_something_else(table):
    with pytest.raises(ValueError, match="PyCapsule"):
        npx.Table.from_arrow(table.__arrow_c_schema__())


class Batch:
    """One column of int64 values, as a record batch."""

    def __init__(self, **changes: object) -> None:
        self.changes = changes

    def __arrow_c_array__(self, requested_schema=None):
        return array_capsules(**self.changes)


def test_record_batches():
    table = npx.Table.from_arrow(Batch(values=[5, 6, 7], offset=1))
    assert table["x"].tolist() == [6, 7]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"format": "d:10,2"}, TypeError, "column 'x'.*decimal.*cast it first"),
        ({"format": "+l"}, TypeError, "column 'x'.*list.*flatten"),
        ({"format": "z"}, TypeError, "column 'x'.*binary.*strings"),
        ({"format": "tiM"}, TypeError, "column 'x'.*interval"),
        ({"format": "w:8"}, TypeError, "column 'x'.*fixed-size binary"),
        ({"format": "nonsense"}, TypeError, "column 'x'.*unknown.*'nonsense'"),
        ({"top": "l"}, TypeError, "not a table"),
        ({"length": -1}, ValueError, "negative"),
        ({"child_length": -1}, ValueError, "negative"),
        ({"child_length": 1}, ValueError, "shorter"),
        ({"offset": -1}, ValueError, "offset"),
        ({"null_count": 2}, ValueError, "no bitmap"),
        ({"null_count": -3}, ValueError, "count of nulls"),
        ({"no_values": True}, ValueError, "buffer of values is missing"),
        ({"n_buffers": 1}, ValueError, "number of buffers"),
        ({"name": b"\xff"}, ValueError, "utf-8"),
        ({"name": b"\xff", "format": "+l"}, TypeError, "\ufffd.*list.*flatten"),
        ({"name": b"x" + 50 * b"\xc3\xa9", "format": "z"}, TypeError, "x\xe9{39}.*bin"),
    ],
)
def test_producers_that_break_the_rules(changes, error, message):
    with pytest.raises(error, match=message):
        npx.Table.from_arrow(Batch(**changes))


def test_two_columns_of_one_name():
    with pytest.raises(ValueError, match="two columns are named 'x'; rename"):
        npx.Table.from_arrow(Batch(twice=True))


def test_errors_of_a_producer_come_with_its_words():
    with pytest.raises(ValueError, match="error 5: the disk is gone"):
        npx.Table.from_arrow(stream_capsule(error=5, message=b"the disk is gone"))
    with pytest.raises(ValueError, match="error 5: caf\ufffd"):
        npx.Table.from_arrow(stream_capsule(error=5, message=b"caf\xe9"))
    with pytest.raises(ValueError, match="error 12: it does not say why"):
        npx.Table.from_arrow(stream_capsule(error=12, message=None))


def test_structs_have_the_size_of_the_specification():
    word = ctypes.sizeof(ctypes.c_void_p)
    assert ctypes.sizeof(Schema) == 7 * word + 16
    assert ctypes.sizeof(Array) == 5 * word + 40
    assert ctypes.sizeof(Stream) == 5 * word
