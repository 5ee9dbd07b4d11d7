"""Columns as comparison, pickling and other libraries take them."""

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext import _native
from numpy_ext._column import Column

GONE = np.array([False, True, False, False])


def given(values) -> Column:
    return npx.Table.from_dict({"x": values})._columns["x"]


def table_of(values, mask) -> npx.Table:
    """Return a table with these values under its mask."""
    column = Column.of_values("x", np.array(values), np.array(mask), "given")
    return npx.Table._from_columns([column], len(values))


@pytest.mark.parametrize(
    "name",
    [
        *("bool", "int8", "uint64", "float16", "float32", "float64"),
        *(f"datetime64[{u}]" for u in ("D", "h", "m", "s", "ms", "us", "ns")),
        *(f"timedelta64[{u}]" for u in ("D", "s", "ms", "us", "ns")),
    ],
)
def test_native_numbers_and_times(name):
    values = np.arange(2).astype(name)
    column = given(np.ma.MaskedArray(np.tile(values, 2), mask=GONE))
    type_name, array, mask, missing, zone = column.native()
    assert type_name == name == array.dtype.name
    assert np.shares_memory(array, column.values())
    assert mask is column.mask
    assert (missing, zone) == (1, None)
    # Of a part with gaps there is a copy.
    _, array, mask, missing, _ = column.slice(3, -1, -2).native()
    assert array.flags.c_contiguous
    assert mask.flags.c_contiguous
    np.testing.assert_array_equal(array, column.values()[::-2])
    assert (mask.tolist(), missing) == ([False, True], 1)


def test_native_times_with_a_zone():
    table = npx.parse_csv("t\n2020-01-01T10:00:00Z\n")
    assert table._columns["t"].native()[4] == "UTC"


@pytest.mark.parametrize(
    "values",
    [
        np.array(["a", "bc", "é", "d" * 20]),
        np.array([b"a", b"bc", "é".encode(), b"d" * 20]),
        np.array(["a", "bc", "é", "d" * 20], np.dtypes.StringDType()),
        np.array(["a", "bc", "é", "d" * 20], object),
    ],
)
def test_native_strings_are_a_capsule_made_once(values):
    column = given(np.ma.MaskedArray(values, mask=GONE))
    type_name, capsule, mask, missing, _ = column.native()
    assert (type_name, missing, mask.tolist()) == ("string", 1, GONE.tolist())
    assert _native.string_list(capsule, 0, 4) == ["a", "", "é", "d" * 20]
    assert column.native()[1] is capsule
    assert column.renamed("y").native()[1] is capsule
    back = column.slice(3, -1, -2).native()
    assert _native.string_list(back[1], 0, 2) == ["d" * 20, ""]
    assert back[2].tolist() == [False, True]


@pytest.mark.parametrize(
    ("values", "advice"),
    [
        (np.ones(1, complex), r"t\['x'\].real\)"),
        (np.ones(1, "M8[Y]"), r"astype\('datetime64\[s\]'\)"),
        (np.ones(1, "m8[10s]"), r"astype\('timedelta64\[s\]'\)"),
        (np.zeros(1, "V2"), r"astype\(str\)"),
    ],
)
def test_dtypes_that_only_numpy_has(values, advice):
    with pytest.raises(
        TypeError, match=f"column 'x' is of .* only NumPy has.*{advice}"
    ):
        given(values).native()


def test_bytes_that_are_no_text_are_told():
    with pytest.raises(
        ValueError, match="column 'x': the string of row 0 is not UTF-8"
    ):
        given(np.array([b"\xff"])).native()


def test_values_under_a_mask_do_not_count():
    ours = table_of([1, 2, 3], [False, True, False])
    assert ours.equals(table_of([1, 9, 3], [False, True, False]))
    assert not ours.equals(table_of([1, 9, 3], [False, False, True]))
    huge = table_of([1, 2**60, 3], [False, True, False])
    joined = npx.Table.concat([huge, npx.Table.from_dict({"x": [0.5]})])
    assert joined.to_pylist()[1] == {"x": None}
    assert np.isnan(joined["x"][1])
    assert np.isnan(huge.to_matrix()[1, 0])
