"""numpy_ext.testing: what counts as equal, and that strategies know what they draw."""

import pickle
import re
import subprocess
import sys
import threading

import numpy as np
import pytest
from engine import snapshot
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext import _csv_read, _threads, testing
from numpy_ext.testing import assert_tables_equal, cpu_levels, engine
from numpy_ext.testing.strategies import (
    csv_files,
    dialects,
    malformed_csv,
    tables,
)

STRING = np.dtypes.StringDType()
TABLE = npx.parse_csv(
    "n,x,when,s\n1,0.5,2020-01-01,a\n2,1e3,2020-01-02,\n,,,c\n4,-0.0,0001-01-01,d\n"
)


def message(actual, expected, **options) -> str:
    with pytest.raises(AssertionError) as caught:
        assert_tables_equal(actual, expected, **options)
    return str(caught.value)


# ---- What is equal -----------------------------------------------------------


def test_a_table_equals_itself_and_its_arrays():
    assert_tables_equal(TABLE, TABLE)
    assert_tables_equal(TABLE, dict(TABLE))
    assert_tables_equal(dict(TABLE), TABLE)
    assert_tables_equal({}, {})


@pytest.mark.parametrize(
    ("dtype", "one", "other"),
    [
        ("f8", 1.0, np.nextafter(1.0, 2)),
        ("f4", 1.0, np.nextafter(np.float32(1), np.float32(2))),
        ("f2", 0.0, -0.0),
        ("f8", 0.0, -0.0),
        ("f8", np.nan, 0.0),
        ("f8", np.inf, -np.inf),
        ("i8", 2**63 - 1, 2**63 - 2),
        ("u8", 2**64 - 1, 2**64 - 2),
        ("?", True, False),
        ("M8[ns]", "NaT", 0),
        ("M8[s]", 0, 1),
        ("S3", b"a", b"b"),
        ("U3", "a", "A"),
        ("O", "a", None),
        (STRING, "a\0", "a"),
        (np.dtypes.StringDType(na_object=None), None, ""),
        (np.dtypes.StringDType(na_object=np.nan), np.nan, "nan"),
    ],
    ids=repr,
)
def test_values_that_differ(dtype, one, other):
    def column(value):
        return {"x": np.array([one, value, one], dtype=dtype)}

    assert_tables_equal(column(one), column(one))
    assert_tables_equal(column(other), column(other))
    for pair in ((one, other), (other, one)):
        told = message(*map(column, pair))
        assert told.startswith("column 'x' differs in 1 of 3 rows, first in row 1\n")


def test_nan_of_any_bits_are_the_same():
    bits = np.array([0x7FF8000000000000, 0xFFF0000000000001], np.uint64)
    assert_tables_equal({"x": bits.view("f8")}, {"x": bits[::-1].view("f8")})


def test_tolerance():
    one = {"x": np.array([1.0, np.nan, 0.0])}
    other = {"x": np.array([1.1, np.nan, -0.0])}
    infinite = {"x": np.array([np.inf])}
    assert "first in row 0" in message(infinite, {"x": np.ones(1)}, rtol=1)
    assert_tables_equal(one, other, rtol=0.1)
    assert_tables_equal(one, other, atol=0.11)
    assert "actual:   1.0\n  expected: 1.1" in message(one, other, rtol=0.01)
    with pytest.raises(ValueError, match="tolerances must be 0 or more"):
        assert_tables_equal(one, one, rtol=-1)
    with pytest.raises(ValueError, match="tolerances must be 0 or more"):
        assert_tables_equal(one, one, atol=float("nan"))


def test_missing_cells():
    gone = np.ma.MaskedArray([1, 2], [False, True])
    assert_tables_equal({"x": gone}, {"x": np.ma.MaskedArray([1, 3], [False, True])})
    told = message({"x": gone}, {"x": np.array([1, 2])})
    assert told == (
        "column 'x' differs in 1 of 2 rows, first in row 1\n"
        "  actual:   missing\n"
        "  expected: 2"
    )
    empty, gone = npx.parse_csv('a,b\n1,x\n2,""\n'), npx.parse_csv("a,b\n1,x\n2,\n")
    assert "expected: missing" in message(empty, gone)
    assert_tables_equal(gone, dict(empty))  # a plain array of strings does not say
    nan = np.array([0.5, np.nan])
    table = npx.parse_csv("x,y\n0.5,\n,\n", usecols=["x"])
    assert_tables_equal(table, {"x": nan})
    assert_tables_equal(table, {"x": np.ma.MaskedArray(nan, [False, True])})
    assert "missing" in message(table, {"x": np.ma.MaskedArray(nan)})


def test_messages():
    one = npx.parse_csv("id,zip\n1,501\n")
    assert message(one, npx.parse_csv("id,zap\n1,2\n")) == (
        "columns differ\n  actual:   ['id', 'zip']\n  expected: ['id', 'zap']"
    )
    assert message(one, npx.parse_csv("id,zip\n1,00501\n"), err_msg="codes") == (
        "codes\ncolumn 'zip' differs in its dtype\n"
        "  actual:   int64, because line 2 has '501', an integer\n"
        "  expected: string, because line 2 has '00501', an integer with a leading zero"
    )
    assert message(one, {"id": np.array([1, 2]), "zip": np.array([501])}) == (
        "column 'id' differs in its length\n  actual:   1 rows\n  expected: 2 rows"
    )


@pytest.mark.parametrize("table", [[1], "x", np.zeros(3), None])
def test_tables_are_mappings(table):
    with pytest.raises(TypeError, match="actual must be a Table or a mapping"):
        assert_tables_equal(table, {})
    with pytest.raises(TypeError, match="expected must be a Table or a mapping"):
        assert_tables_equal({}, table)


def test_columns_are_arrays():
    with pytest.raises(TypeError, match=r"expected\['x'\] must be an array, got list"):
        assert_tables_equal({"x": np.array([1])}, {"x": [1]})
    with pytest.raises(
        ValueError, match=r"must have one dimension, got shape \(1, 1\)"
    ):
        assert_tables_equal({"x": np.array([[1]])}, {"x": np.array([1])})


# ---- The engine --------------------------------------------------------------


def state() -> tuple:
    return _csv_read._block_bytes, npx.info()["cpu"], _threads.thread_count(None)


def test_engine_nests_and_restores():
    outside = state()
    with engine(block_size=3, threads=5):
        assert state() == (3, outside[1], 5)
        with engine(cpu="portable", threads=2):
            assert state() == (3, "portable", 2)
            with engine(cpu=cpu_levels()[-1], block_size=9):
                assert state() == (9, cpu_levels()[-1], 2)
            assert state() == (3, "portable", 2)
        with engine():
            assert state() == (3, outside[1], 5)
    assert state() == outside


def test_engine_restores_after_an_exception():
    outside = state()
    with pytest.raises(ZeroDivisionError), engine(block_size=1, cpu="portable"):
        _ = 1 / 0
    for bad in ({"cpu": "z80"}, {"block_size": 0}, {"block_size": 2**31}):
        options = {"block_size": 1, "cpu": "portable", **bad}
        with pytest.raises(ValueError, match="must be"), engine(**options):
            pass
        assert state() == outside
    for bad in (True, 1.5, "1"):
        expecting = pytest.raises(TypeError, match="block_size must be an int")
        with expecting, engine(block_size=bad):
            pass


def test_every_level_is_used():
    assert cpu_levels()[0] == "portable"
    for cpu in cpu_levels():
        with engine(cpu=cpu):
            assert npx.info()["cpu"] == cpu


def test_engine_keeps_to_the_environment(monkeypatch):
    code = (
        "import numpy_ext as npx\n"
        "from numpy_ext.testing import cpu_levels, engine\n"
        "print(cpu_levels(), npx.info()['cpu'])\n"
        "with engine(cpu='portable'): pass\n"
        "print(npx.info()['cpu'])"
    )
    monkeypatch.setenv("NUMPY_EXT_DISABLE_CPU", "avx2,avx512,neon")
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "('portable',) portable\nportable\n"


def test_blocks_are_those_of_all_threads_and_threads_are_not():
    with engine(block_size=7, threads=3):
        seen = []
        other = threading.Thread(target=lambda: seen.append(state()))
        other.start()
        other.join()
        assert seen[0][0] == 7
        assert state()[2] == 3
    assert seen[0][2] == state()[2]


# ---- Strategies --------------------------------------------------------------


def test_nothing_but_strategies_needs_hypothesis():
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import numpy_ext.testing\n"
        "assert numpy_ext.testing.engine\n"
        "try:\n"
        "    import numpy_ext.testing.strategies\n"
        "except ImportError as error:\n"
        "    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "numpy_ext.testing.strategies needs hypothesis: "
        "pip install numpy-ext-kernels[testing]\n"
    )


def test_testing_is_not_imported_with_the_package():
    code = "import sys, numpy_ext; print('numpy_ext.testing' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
    assert sorted(testing.__all__) == testing.__all__


@given(dialects())
def test_dialects_are_taken(options):
    assert npx.parse_csv("x\n", **options).num_rows == 0


def drawn(strategy: st.SearchStrategy, count: int) -> list:
    """Return so many draws, the same ones every time."""
    draws = []

    @settings(
        max_examples=count, database=None, derandomize=True, phases=[Phase.generate]
    )
    @given(strategy)
    def collect(draw):
        draws.append(draw)

    collect()
    return draws


FEATURES = {
    "byte order mark": lambda file: file.content.startswith(b"\xef\xbb\xbf"),
    "CRLF in quotes": lambda file: b'"' in file.content and b"\r\n" in file.content,
    "doubled quotes": lambda file: b'""' in file.content,
    "no header": lambda file: file.options.get("header") is False,
    "no last line end": lambda file: not file.content.endswith((b"\n", b"\r")),
    "no rows": lambda file: len(next(iter(file.expected.values()))) == 0,
    "quotes as text": lambda file: b'"' in file.content and "quotechar" in file.options,
    "padding": lambda file: b"\t," in file.content,
    "blank line": lambda file: b"\n\n" in file.content and len(file.expected) > 1,
    "text behind quotes": lambda file: (
        file.options.get("quoting") == "lenient"
        and re.search(rb"[\"'`][^\"'`,;\t|\r\n]+[\"'`][^\"'`,;\t|\r\n]", file.content)
    ),
    "one column": lambda file: len(file.expected) == 1,
}


def test_files_are_of_all_sorts():
    files = drawn(csv_files(), 500)
    missing = {name for name, has in FEATURES.items() if not any(map(has, files))}
    assert missing == set()
    columns = [column for file in files for column in file.expected.values()]
    with_gaps = {str(column.dtype) for column in columns if column.mask.any()}
    assert with_gaps == {
        *("bool", "int64", "uint64", "float64", "datetime64[D]", "datetime64[s]"),
        *("datetime64[ms]", "datetime64[us]", "datetime64[ns]", "StringDType()"),
    }


def test_malformed_files_are_of_all_sorts():
    places = [file.place for file in drawn(malformed_csv(), 1000)]
    codes = {place["code"] for place in places}
    assert codes == {"NX201", "NX202", "NX203", "NX301", "NX401"}
    assert {place["record"] for place in places} >= {None, 1, 2, 3}


def test_a_reader_that_is_wrong_is_found_and_shown_small():
    """One that drops the last of two rows is caught by a few bytes."""

    def differs(file) -> bool:
        table = npx.read_csv(file.content, **file.options)
        rows = table.num_rows - (table.num_rows > 1)
        cut = {name: table[name][:rows] for name in table}
        try:
            assert_tables_equal(cut, file.expected)
        except AssertionError:
            return True
        return False

    few = settings(max_examples=100, database=None, deadline=None, derandomize=True)
    found = find(csv_files(), differs, settings=few)
    assert len(found.content) < 40
    assert found.options == {}


def test_engines_do_not_change_tables():
    usual = snapshot(TABLE)
    for cpu in cpu_levels():
        with engine(cpu=cpu, block_size=1):
            again = npx.parse_csv(
                "n,x,when,s\n1,0.5,2020-01-01,a\n2,1e3,2020-01-02,\n,,,c\n"
                "4,-0.0,0001-01-01,d\n"
            )
            assert snapshot(again) == usual


# ---- Tables ----------------------------------------------------------------


@given(tables(min_rows=2, max_rows=5))
def test_tables_are_of_the_size_asked_for(table):
    assert 2 <= table.num_rows <= 5
    assert table.num_columns <= 4
    assert_tables_equal(table, table[:])


@given(tables({"x": "int8", "when": "datetime64[s]", "name": str}, missing=False))
def test_tables_have_the_columns_asked_for(table):
    assert table.names == ("x", "when", "name")
    dtypes = [np.int8, np.dtype("datetime64[s]"), np.dtypes.StringDType()]
    assert [array.dtype for array in table.values()] == dtypes
    assert not any(field.missing for field in table.schema.values())


@pytest.mark.parametrize("kind", "biufMmT")
def test_tables_have_missing_cells_in_columns_of_every_kind(kind):
    def wanted(table):
        fields = table.schema.values()
        return any(f.dtype.kind == kind and f.missing > 0 for f in fields)

    assert wanted(find(tables(), wanted))  # or an error: no such table is drawn


@given(tables())
def test_any_table_can_be_shown_copied_and_pickled(table):
    assert repr(table)
    assert table._repr_html_()
    assert pickle.loads(pickle.dumps(table)).equals(table)
    assert npx.Table.concat([table[:1], table[1:]]).equals(table)


def test_tables_of_other_dtypes_are_refused():
    with pytest.raises(TypeError, match="no columns of complex128 are drawn"):
        find(tables({"x": complex}), lambda _: True)
