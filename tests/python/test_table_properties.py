"""Tables at random, beside plain Python that does the same to lists of dictionaries."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.testing import assert_tables_equal

STRING = np.dtypes.StringDType()

VALUES = {
    "bool": st.booleans(),
    "int": st.integers(-(2**63), 2**63 - 1),
    "small": st.integers(-3, 3),
    "float": st.floats(width=64) | st.sampled_from([0.0, -0.0, 1.0]),
    "date": st.dates(),
    "text": st.text(max_size=20) | st.sampled_from(["", "a", "same text, longer"]),
    "wide": st.text(alphabet="ab", max_size=3),
    "object": st.text(alphabet="ab", max_size=20),
}
DTYPES = {
    "bool": np.bool_,
    "int": np.int64,
    "small": np.int8,
    "float": np.float64,
    "date": "datetime64[D]",
    "text": STRING,
    "wide": "U3",
    "object": object,
}
ZEROS = {"date": np.datetime64(0, "D"), "text": "", "wide": "", "object": ""}

Rows = list[dict[str, object]]


def filled(kind: str, values: list) -> list:
    zero = ZEROS.get(kind, 0)
    return [zero if value is None else value for value in values]


def laid_out(draw, array: np.ndarray) -> np.ndarray:
    """Return the same values strided, reversed, or in the other byte order."""
    how = draw(st.sampled_from(["plain", "strided", "reversed", "swapped"]))
    if how == "strided":
        wide = np.repeat(array, 3)
        return wide[1::3]
    if how == "reversed":
        return array[::-1].copy()[::-1]
    if how == "swapped" and array.dtype.kind in "iufMU":
        return array.astype(array.dtype.newbyteorder("S"))
    return array


@st.composite
def tables(draw, kinds=None, max_rows=12):
    """Draw a table and the same as a list of dictionaries."""
    if kinds is None:
        kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=4))
    num_rows = draw(st.integers(0, max_rows))
    rows: Rows = [{} for _ in range(num_rows)]
    columns = {}
    for number, kind in enumerate(kinds):
        cells = (
            st.one_of(st.none(), VALUES[kind]) if draw(st.booleans()) else VALUES[kind]
        )
        values = draw(st.lists(cells, min_size=num_rows, max_size=num_rows))
        name = f"{kind}{number}"
        for row, value in zip(rows, values, strict=True):
            row[name] = value
        array = laid_out(draw, np.array(filled(kind, values), dtype=DTYPES[kind]))
        gone = [value is None for value in values]
        masked = any(gone) or draw(st.booleans())
        columns[name] = np.ma.MaskedArray(array, mask=gone) if masked else array
    made = npx.Table.from_dict(columns)
    if not kinds:
        made = npx.Table.from_dict({"x": np.zeros(num_rows)})[[]]
    return made, rows


def same(value: object) -> object:
    """Return what compares like the value: NaN is one, and -0.0 is not 0.0."""
    return repr(value) if isinstance(value, float) else value


def check(table: npx.Table, rows: Rows) -> None:
    assert table.num_rows == len(rows)
    listed = [[same(v) for v in row.values()] for row in table.to_pylist()]
    assert listed == [[same(v) for v in row.values()] for row in rows]
    for name, field in table.schema.items():
        gone = [row[name] is None for row in rows]
        assert table.mask(name).tolist() == gone
        assert field.missing == sum(gone)
        array = np.ma.getdata(table[name])
        assert array.dtype == field.dtype
        assert array.dtype.isnative
        assert not array.flags.writeable


@given(tables())
def test_from_dict(drawn):
    check(*drawn)


@given(tables(), st.data())
def test_slices(drawn, data):
    table, rows = drawn
    key = data.draw(st.slices(len(rows) + 2))
    check(table[key], rows[key])
    again = data.draw(st.slices(len(rows) + 2))
    check(table[key][again], rows[key][again])


@given(tables(), st.data())
def test_masks_and_row_numbers(drawn, data):
    table, rows = drawn
    n = len(rows)
    mask = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    check(
        table[np.array(mask, np.bool_)],
        [row for row, m in zip(rows, mask, strict=True) if m],
    )
    numbers = st.integers(-n, n - 1)
    chosen = data.draw(st.lists(numbers, max_size=20)) if n else []
    check(table[np.array(chosen, np.int64)], [rows[i] for i in chosen])


@given(tables(), st.data())
def test_select_rename_drop(drawn, data):
    table, rows = drawn
    names = data.draw(st.permutations(table.names))
    chosen = names[: data.draw(st.integers(0, len(names)))]
    check(table[list(chosen)], [{n: row[n] for n in chosen} for row in rows])
    rest = [name for name in table.names if name not in chosen]
    check(table.drop(*chosen), [{n: row[n] for n in rest} for row in rows])
    new = {name: f"new {name}" for name in chosen}
    check(
        table.rename(new),
        [{new.get(n, n): value for n, value in row.items()} for row in rows],
    )


@given(st.data())
def test_concat(data):
    kinds = data.draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=4))
    parts = data.draw(st.lists(tables(kinds=kinds, max_rows=5), min_size=1, max_size=4))
    made = npx.Table.concat([table for table, _ in parts])
    check(made, [row for _, rows in parts for row in rows])
    start = 0
    for table, rows in parts:
        assert made[start : start + len(rows)].equals(table)
        start += len(rows)


def sort_key(value: object, descending: bool) -> tuple:
    """Return a key for one cell; what is no value comes last both ways."""
    none = value is None or value != value
    if none:
        return (1,)
    return (0, Reversed(value) if descending else value)


class Reversed:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return other.value < self.value


@given(tables(max_rows=20), st.data())
def test_sort_by(drawn, data):
    table, rows = drawn
    if not table.names:
        return
    names = data.draw(st.lists(st.sampled_from(table.names), min_size=1, max_size=3))
    flags = [data.draw(st.booleans()) for _ in names]
    wanted = sorted(
        rows,
        key=lambda row: [
            sort_key(row[name], flag) for name, flag in zip(names, flags, strict=True)
        ],
    )
    check(table.sort_by(*names, descending=flags), wanted)


@given(tables(), st.data())
def test_fill_missing(drawn, data):
    table, rows = drawn
    names = (
        data.draw(st.lists(st.sampled_from(table.names), unique=True))
        if (table.names)
        else []
    )
    values = {name: data.draw(VALUES[name.rstrip("0123456789")]) for name in names}
    made = table.fill_missing(values)
    wanted = [
        {n: values.get(n) if v is None else v for n, v in row.items()} for row in rows
    ]
    check(made, wanted)
    for name in names:
        if table.schema[name].missing:
            assert not isinstance(made[name], np.ma.MaskedArray)


@given(tables(), st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_pickling(drawn, protocol):
    table, rows = drawn
    check(pickle.loads(pickle.dumps(table, protocol)), rows)
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(table, protocol=5, buffer_callback=buffers.append)
    again = pickle.loads(data, buffers=buffers)
    check(again, rows)
    assert again.equals(table)
    if table.names:
        assert_tables_equal(again, table)


@given(tables(max_rows=4), tables(max_rows=4))
def test_equals(left, right):
    (table, rows), (other, others) = left, right
    as_text = [
        [[("0.0" if same(v) == "-0.0" else same(v)) for v in row.values()] for row in t]
        for t in (rows, others)
    ]
    equal = table.names == other.names and as_text[0] == as_text[1]
    equal = equal and table.num_rows == other.num_rows
    assert table.equals(other) == equal
    assert other.equals(table) == equal


@given(tables(kinds=["small", "bool", "float"]))
def test_matrices(drawn):
    table, rows = drawn
    made = table.to_matrix()
    assert made.shape == table.shape
    for row, cells in zip(made.tolist(), rows, strict=True):
        for got, cell in zip(row, cells.values(), strict=True):
            assert got == cell or (got != got and (cell is None or cell != cell))


@given(tables())
def test_structured(drawn):
    table, rows = drawn
    if any("\0" in str(v)[-1:] for row in rows for v in row.values()):
        with pytest.raises(ValueError, match="NUL"):
            table.to_structured()
        return
    made = table.to_structured()
    assert (made.dtype.names or ()) == table.names
    for name in table.names:
        listed = made[name].tolist()
        assert [same(v) for v in listed] == [same(row[name]) for row in rows]
