"""A table: a mapping of names to read-only arrays, and how it looks."""

import copy
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import numpy_ext as npx

TEXT = (
    "id,low,when,ok,name\n1,1.5,2020-01-01,true,Ada\n,,,,\n3,2.5,2020-01-03,false,Cy\n"
)


@pytest.fixture
def table():
    return npx.parse_csv(TEXT)


@pytest.fixture
def terminal(monkeypatch):
    """Return a function that sets the width of the terminal."""
    return lambda columns: monkeypatch.setenv("COLUMNS", str(columns))


# ---- Mapping ---------------------------------------------------------------


def test_table_has_the_methods_of_a_mapping(table):
    assert not isinstance(table, Mapping)  # see decision 0010
    assert len(table) == 5
    assert list(table) == ["id", "low", "when", "ok", "name"]
    assert list(table.keys()) == list(table)
    assert all(np.shares_memory(a, table[name]) for name, a in table.items())
    assert [a is b for a, b in zip(table.values(), table.values(), strict=True)]
    assert np.shares_memory(dict(table)["name"], table["name"])
    assert dict(**table).keys() == table.keys()
    assert np.shares_memory(table.get("id"), table["id"])
    assert table.get("none") is None
    assert table.get("none", 7) == 7
    assert list(reversed(table.names)) == ["name", "ok", "when", "low", "id"]


def test_contains_asks_for_names_only(table):
    assert "id" in table
    assert "Id" not in table
    assert 0 not in table
    assert None not in table


def test_shape_and_names(table):
    assert table.shape == (3, 5)
    assert (table.num_rows, table.num_columns) == (3, 5)
    assert table.names == ("id", "low", "when", "ok", "name")


def test_table_without_columns_keeps_its_rows():
    table = npx.parse_csv(TEXT, usecols=[])
    assert table.shape == (3, 0)
    assert list(table) == []
    assert repr(table) == "3 rows x 0 columns"
    assert repr(table.schema) == "Schema of no columns"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nam", "no column 'nam'; did you mean 'name'?"),
        ("names", "no column 'names'; did you mean 'name'?"),
        ("xyz", "no column 'xyz'"),
        ("", "no column ''"),
    ],
)
def test_unknown_name_is_a_key_error_with_a_hint(table, name, message):
    for ask in (table.__getitem__, table.mask):
        with pytest.raises(KeyError) as caught:
            ask(name)
        assert caught.value.args == (message,)
        assert caught.value.__suppress_context__


@pytest.mark.parametrize("name", [0, None, b"id", ("id",), slice(2), ["id"]])
def test_names_are_str(table, name):
    with pytest.raises(TypeError, match="columns are named by str, got"):
        table.mask(name)


@pytest.mark.parametrize("other", [None, 1, {}])
def test_tables_do_not_compare(table, other):
    for right in (other, table, npx.parse_csv(TEXT)):
        with pytest.raises(TypeError, match=r"do not compare with ==; t.equals\(u\)"):
            _ = table == right
        with pytest.raises(TypeError, match=r"do not compare with ==; t.equals\(u\)"):
            _ = table != right


def test_table_hashes_by_identity(table):
    assert {table: 1}[table] == 1
    assert hash(table) == hash(table)
    assert hash(table) != hash(npx.parse_csv(TEXT))


@pytest.mark.parametrize("arguments", [(), ({},), ({"a": np.zeros(1)},)])
def test_table_is_not_made_by_hand(arguments):
    with pytest.raises(
        TypeError, match=r"made by Table.from_dict, read_csv and parse_csv"
    ):
        npx.Table(*arguments)


def test_table_cannot_be_changed(table):
    with pytest.raises(TypeError):
        table["id"] = np.zeros(3)
    with pytest.raises(TypeError):
        del table["id"]
    for name in ("num_rows", "names", "schema", "shape", "anything"):
        with pytest.raises(AttributeError):
            setattr(table, name, None)
    assert not hasattr(table, "__dict__")


def test_copy_shares_the_arrays(table):
    assert np.shares_memory(copy.copy(table)["id"], table["id"])


# ---- Arrays ----------------------------------------------------------------


@pytest.mark.parametrize("name", npx.parse_csv(TEXT).names)
def test_arrays_are_read_only_for_good(table, name):
    array = table[name]
    for part in (array, np.ma.getdata(array), table.mask(name)):
        assert not part.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            part[0] = part[1]
    with pytest.raises(ValueError, match="cannot set WRITEABLE"):
        np.ma.getdata(array).flags.writeable = True
    if isinstance(array, np.ma.MaskedArray):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = np.ma.masked
        with pytest.raises(ValueError, match="read-only"):
            array.mask[0] = True
        with pytest.raises(ValueError, match="read-only"):
            array += 1


@pytest.mark.parametrize("name", npx.parse_csv(TEXT).names)
def test_arrays_are_one_dimensional_and_aligned(table, name):
    array = np.ma.getdata(table[name])
    assert array.shape == (3,)
    assert array.flags.c_contiguous
    assert array.flags.aligned
    assert table.mask(name).dtype == np.bool_
    assert table.mask(name).tolist() == [False, True, False]


def test_copies_can_be_written(table):
    for array in table.values():
        copied = array.copy()
        copied[0] = copied[2]
        assert copied.tolist()[0] == array.tolist()[2]


def test_memory_is_the_same_at_every_access(table):
    for name in table:
        assert np.shares_memory(table[name], table[name])


def test_string_array_is_made_once_across_threads():
    text = "s,t\n" + "".join(f"value {i} of many,x\n" for i in range(20_000))
    for _ in range(10):
        table = npx.parse_csv(text)
        barrier = threading.Barrier(8)

        def ask(table=table, barrier=barrier):
            barrier.wait()
            return table["s"]

        with ThreadPoolExecutor(8) as pool:
            arrays = [task.result() for task in [pool.submit(ask) for _ in range(8)]]
        assert all(np.shares_memory(array, arrays[0]) for array in arrays)
        assert arrays[0][-1] == "value 19999 of many"


def test_arrays_outlive_their_table():
    array, mask = npx.parse_csv(TEXT)["name"], npx.parse_csv(TEXT).mask("low")
    number = npx.parse_csv(TEXT)["id"]
    assert array.tolist() == ["Ada", "", "Cy"]
    assert mask.tolist() == [False, True, False]
    assert number.tolist() == [1, None, 3]


@pytest.mark.parametrize("size", [0, 1, 11, 12, 13, 15, 16, 17, 255, 256, 257, 70_000])
def test_strings_of_every_size(size):
    text = "é" * (size // 2) + "x" * (size % 2)
    table = npx.parse_csv(f'a,b\n"{text}",1\n"{text}""",2\nlast,3\n')
    assert table["a"].tolist() == [text, text + '"', "last"]


def test_string_arrays_work_in_numpy():
    array = npx.parse_csv("s,n\nabc,1\n,2\n" + "z" * 300 + ",3\n")["s"]
    assert np.strings.str_len(array).tolist() == [3, 0, 300]
    assert (array + "!")[0] == "abc!"
    assert np.sort(array).tolist() == sorted(array.tolist())
    assert np.concatenate([array, array])[3] == "abc"
    assert array.astype(object)[1] == ""


def test_mask_without_missing_cells_is_all_false():
    table = npx.parse_csv("a,b\n1,2\n")
    assert table.mask("a").tolist() == [False]
    assert not table.mask("a").flags.writeable


# ---- Schema ----------------------------------------------------------------


def test_schema_maps_names_to_fields(table):
    schema = table.schema
    assert isinstance(schema, Mapping)
    assert list(schema) == list(table)
    assert len(schema) == 5
    for name, field in schema.items():
        assert field.name == name
        assert field.dtype == table[name].dtype
        assert field.missing == 1
    with pytest.raises(KeyError):
        schema["none"]
    assert schema == npx.parse_csv(TEXT).schema


def test_fields_cannot_be_changed(table):
    with pytest.raises(AttributeError):
        table.schema["id"].missing = 0
    with pytest.raises(TypeError):
        table.schema["id"] = None


def test_repr_of_a_schema():
    table = npx.parse_csv("id,name\n1,x\n02,y\n")
    assert repr(table.schema).splitlines() == [
        "id    string  line 3 has '02', an integer with a leading zero",
        "name  string  line 2 has 'x', text",
    ]


# ---- How it looks ----------------------------------------------------------


def test_repr(table, terminal):
    terminal(80)
    assert repr(table) == "\n".join([
        "id     low      when           ok     name",
        "int64  float64  datetime64[D]  bool   string",
        "-----  -------  -------------  -----  ------",
        "    1      1.5  2020-01-01     True   Ada",
        " <NA>     <NA>  <NA>           <NA>   <NA>",
        "    3      2.5  2020-01-03     False  Cy",
        "3 rows x 5 columns",
    ])  # fmt: skip


def test_repr_of_many_rows_shows_both_ends():
    table = npx.parse_csv("n,s\n" + "".join(f"{i},x{i}\n" for i in range(12345)))
    lines = repr(table).splitlines()
    shown = ["0", "1", "2", "3", "4", "...", *map(str, range(12340, 12345))]
    assert [line.split()[0] for line in lines[3:14]] == shown
    assert lines[-1] == "12,345 rows x 2 columns"


@pytest.mark.parametrize("rows", [1, 5, 10, 11])
def test_repr_leaves_out_rows_only_from_eleven_on(rows):
    text = repr(npx.parse_csv("n,m\n" + "1,2\n" * rows))
    assert ("..." in text) == (rows > 10)
    assert text.endswith(f"{rows} rows x 2 columns")


@pytest.mark.parametrize("width", [20, 30, 40, 60, 79, 80, 81, 120, 200])
def test_repr_of_many_columns_fits_the_terminal(terminal, width):
    terminal(width)
    table = npx.parse_csv(
        ",".join(f"column{i}" for i in range(50)) + "\n" + ",".join("1" * 50) + "\n"
    )
    lines = repr(table).splitlines()
    assert max(map(len, lines[:-1])) <= width
    names = lines[0].split()
    assert names[0] == "column0"
    assert "..." in names
    if len(names) > 2:
        assert names[-1] == "column49"


@pytest.mark.parametrize("width", [1, 5])
def test_repr_shows_a_column_on_the_narrowest_terminal(terminal, table, width):
    terminal(width)
    assert repr(table).splitlines()[0].startswith("id")


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 9])
def test_repr_shows_all_columns_that_just_fit(terminal, columns):
    names = "abcdefghi"[:columns]
    table = npx.parse_csv(",".join(names) + "\n" + ",".join("1" * columns) + "\n")
    needed = columns * len("int64") + (columns - 1) * 2
    terminal(needed)
    assert repr(table).splitlines()[0].split() == list(names)
    if columns > 3:
        terminal(needed - 1)
        lines = repr(table).splitlines()
        assert "..." in lines[0]
        assert max(map(len, lines[:-1])) < needed


def test_repr_of_no_rows(terminal):
    terminal(80)
    assert repr(npx.parse_csv("a,long name\n")).splitlines() == [
        "a       long name",
        "string  string",
        "------  ---------",
        "0 rows x 2 columns",
    ]


def test_repr_escapes_control_characters():
    table = npx.parse_csv(
        '"na\nme","\x1b[31mred"\n"a\r\nb\t\x00\x7f","\x1b[2J\u202e\u2028"\n'
    )
    text = repr(table)
    assert r"na\nme" in text
    assert r"\x1b[31mred" in text
    assert r"a\r\nb\t\x00\x7f" in text
    assert r"\x1b[2J\u202e\u2028" in text
    assert all(c.isprintable() or c == "\n" for c in text)
    assert len(text.splitlines()) == 5


def test_repr_cuts_long_names_and_cells(terminal):
    terminal(80)
    table = npx.parse_csv(f"{'n' * 100},x\n{'v' * 100},1\n")
    lines = repr(table).splitlines()
    assert lines[0].split()[0] == "n" * 29 + "..."
    assert lines[3].split()[0] == "v" * 29 + "..."


def test_repr_tells_why_a_column_became_text():
    table = npx.parse_csv("month,n,s\n1,1,x\n02,2,y\n")
    assert repr(table).splitlines()[-1] == (
        "month: string because line 3 has '02', an integer with a leading zero"
    )


def test_repr_tells_of_five_such_columns():
    names = [f"c{i}" for i in range(8)]
    text = ",".join(names) + "\n" + ",".join("1" * 8) + "\n" + ",".join("x" * 8) + "\n"
    lines = repr(npx.parse_csv(text)).splitlines()
    assert lines[-6:-1] == [
        f"c{i}: string because line 3 has 'x', text" for i in range(5)
    ]
    assert lines[-1] == "and 3 more such columns: see .schema"


def test_repr_makes_no_string_array():
    table = npx.parse_csv("s,n\nx,1\n")
    repr(table)
    assert "s" in table
    assert table._columns["s"]._array is None


def test_repr_shows_numbers_and_times_as_they_are(terminal):
    terminal(200)
    table = npx.parse_csv(
        "i,u,f,t\n-9223372036854775808,18446744073709551615,0.1,"
        "2020-01-01T01:02:03.000000004\n1,1,1e300,2020-01-02\n2,2,inf,2020-01-03\n"
    )
    text = repr(table)
    for shown in (
        "-9223372036854775808",
        "18446744073709551615",
        " 1e-001 ",
        " 1e+300 ",
        " inf ",
        "2020-01-01 01:02:03.000000004",
    ):
        assert shown in text


def test_repr_does_not_need_a_terminal():
    code = "import numpy_ext as npx; print(npx.parse_csv('a,b\\n1,x\\n'))"
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=environment,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "1 rows x 2 columns"


def repickled(table):
    return pickle.loads(pickle.dumps(table))


@pytest.mark.parametrize("copied", [copy.deepcopy, copy.copy, repickled])
def test_tables_can_be_copied_and_pickled(copied):
    text = "i,f,s,d\n1,0.5,a long string with many bytes,2026-01-31\n,,,\n"
    table = npx.parse_csv(text)
    other = copied(table)
    assert other.names == table.names
    assert other.num_rows == 2
    assert other.schema["s"] == table.schema["s"]
    assert repr(other) == repr(table)
    for name in table:
        assert other[name].dtype == table[name].dtype
        assert not other[name].flags.writeable
        assert not other.mask(name).flags.writeable
        np.testing.assert_array_equal(other.mask(name), table.mask(name))


def test_a_table_is_not_one_array():
    table = npx.parse_csv("a\n1\n")
    for ask in (np.asarray, np.array, np.sort):
        with pytest.raises(TypeError, match=r"use t.to_matrix\(\)"):
            ask(table)
    with pytest.raises(TypeError):
        np.add(table, 1)


# ---- Arrays of a table are its own ------------------------------------------


@pytest.mark.filterwarnings("ignore:Setting the (shape|dtype):DeprecationWarning")
def test_nothing_done_to_an_array_reaches_the_table():
    table = npx.parse_csv("i,x,s\n1,0.5,a\n,,\n3,2,c\n")
    whole = pickle.loads(pickle.dumps(table))

    def arrays():
        return [*table.values(), *table.to_dict().values(), table.mask("i")]

    for array in arrays():
        array.shape = (3, 1)
    for array in [table["x"], table.to_dict()["x"], table["i"]]:
        array.dtype = np.uint64
    numbers = table["i"]
    numbers.unshare_mask()
    numbers.mask[0] = True
    numbers.fill_value = 7
    assert [array.shape for array in arrays()] == [(3,)] * len(arrays())
    assert table["x"].dtype == np.float64
    assert table["i"].fill_value != 7
    assert table["i"].mask.tolist() == [False, True, False]
    assert table.mask("i").tolist() == [False, True, False]
    assert table.equals(whole)
