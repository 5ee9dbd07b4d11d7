"""Tables joined, and tables compared."""

import numpy as np
import pytest

import numpy_ext as npx

STRING = np.dtypes.StringDType()


def table(**columns) -> npx.Table:
    return npx.Table.from_dict(columns)


def joined(*columns) -> np.ndarray:
    """Return a column of several parts; both orders must give the same dtype."""
    tables = [table(x=column) for column in columns]
    made = npx.Table.concat(tables)
    assert made.num_rows == sum(map(len, columns))
    assert npx.Table.concat(tables[::-1])["x"].dtype == made["x"].dtype
    return made["x"]


# ---- Names -----------------------------------------------------------------


def test_columns_are_joined_by_name():
    first = npx.parse_csv("a,b\n1,x\n,y\n")
    made = npx.Table.concat([first, npx.parse_csv("b,a\nz,5\n"), first])
    assert made.names == ("a", "b")
    assert made["a"].tolist() == [1, None, 5, 1, None]
    assert made["b"].tolist() == ["x", "y", "z", "x", "y"]
    assert made.schema["a"].missing == 2
    assert made.schema["a"].reason == first.schema["a"].reason


def test_one_table_and_generators():
    first = npx.parse_csv("a\n1\n")
    assert npx.Table.concat([first]) is first
    assert npx.Table.concat(first[:1] for _ in range(3)).num_rows == 3
    assert npx.Table.concat([first[[]], first[[]]]).shape == (2, 0)


@pytest.mark.parametrize(
    ("tables", "error", "message"),
    [
        ([], ValueError, "at least one table"),
        ([table(a=[1]), {"a": [1]}], TypeError, "number 1 is a dict; Table.from_dict"),
        (table(a=[1]), TypeError, "takes a list of tables"),
        ([table(a=[1]), table(b=[1])], ValueError, "no column 'a' and has 'b', which"),
        ([table(a=[1], b=[1]), table(b=[1])], ValueError, "table 1 has no column 'a';"),
    ],
)
def test_what_cannot_be_joined(tables, error, message):
    with pytest.raises(error, match=message):
        npx.Table.concat(tables)


# ---- Dtypes ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtypes", "dtype"),
    [
        (("i1", "i8"), "i8"),
        (("u1", "i1"), "i2"),
        (("i8", "u8"), "u8"),
        (("i1", "u8"), "u8"),
        (("i8", "f8"), "f8"),
        (("i8", "f4"), "f8"),
        (("i2", "f2"), "f4"),
        (("f2", "f8"), "f8"),
        (("?", "?"), "?"),
        (("c8", "c8"), "c8"),
        (("M8[D]", "M8[ms]"), "M8[ms]"),
        (("m8[s]", "m8[h]"), "m8[s]"),
        (("S2", "S5"), "S5"),
        (("U2", "U5"), "U5"),
        (("U2", "S5"), STRING),
        ((STRING, "U5"), STRING),
        (("i4", "i2", "f4", "u1"), "f8"),
    ],
)
def test_common_dtype_holds_every_value(dtypes, dtype):
    parts = [np.array([0, 1]).astype(d) for d in dtypes]
    made = joined(*parts)
    assert made.dtype == dtype
    want = [value for part in parts for value in part.astype(dtype).tolist()]
    assert made.tolist() == want


def test_limits_that_still_fit():
    assert joined(np.array([2**53, -(2**53)]), np.array([0.5])).tolist() == [
        2.0**53,
        -(2.0**53),
        0.5,
    ]
    big = np.array([2**64 - 1], np.uint64)
    assert joined(np.array([0, 2**63 - 1]), big).tolist() == [0, 2**63 - 1, 2**64 - 1]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            ([2**53 + 1], [0.5]),
            "table 0 row 0 holds 9007199254740993, which float64 ",
        ),
        (([0.5], [0, -(2**53) - 1]), "table 1 row 1 holds -9007199254740993"),
        (([2**63], [3, -1]), "uint64, but in table 1 row 1 holds -1, which"),
        (
            (np.array([1], "M8[ns]"), np.array(["9999-01-01"], "M8[D]")),
            "in table 1 row 0 holds 9999-01-01, which datetime64.ns. cannot hold",
        ),
    ],
)
def test_values_that_do_not_fit_are_named(parts, message):
    with pytest.raises(ValueError, match=f"column 'x' is joined as .*{message}"):
        npx.Table.concat([table(x=np.asarray(part)) for part in parts])


def test_values_under_a_mask_always_fit():
    big = np.ma.MaskedArray([1, 2**60], mask=[False, True])
    made = npx.Table.concat([table(x=big), table(x=[0.5])])
    assert made.mask("x").tolist() == [False, True, False]
    assert np.isnan(made["x"]).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (([True], [1]), r"bool in table 0 and int64 in table 1; .*astype\('int64'\)"),
        (([1], [True]), "int64 in table 0 and bool in table 1"),
        (([1], ["a"]), "int64 in table 0 and string in table 1"),
        (
            (np.array([1], "M8[s]"), np.array([1], "m8[s]")),
            r"datetime64\[s\] in table 0 and timedelta64\[s\] in table 1",
        ),
        (([1], np.array([1j])), "int64 in table 0 and complex128 in table 1"),
        ((["a"], np.zeros(1, "V4")), "string in table 0 and"),
    ],
)
def test_dtypes_that_do_not_go_together(parts, message):
    with pytest.raises(TypeError, match=f"column 'x' is {message}"):
        npx.Table.concat([table(x=part) for part in parts])


def test_zones_do_not_mix():
    utc = npx.parse_csv("t\n2020-01-01T10:00:00Z\n")
    naive = npx.parse_csv("t\n2020-01-01T10:00:00\n")
    assert npx.Table.concat([utc, utc]).schema["t"].zone == "UTC"
    with pytest.raises(TypeError, match="'t' has times in UTC in one table"):
        npx.Table.concat([utc, naive])


def test_columns_without_values_take_the_dtype_of_the_others():
    parts = [
        npx.parse_csv("a,b,c,d\n,,,\n"),
        npx.parse_csv("a,b,c,d\n1,x,2020-01-01,true\n"),
        npx.parse_csv("a,b,c,d\n"),
    ]
    for tables in (parts, parts[::-1], [parts[1], parts[2]], parts[:2]):
        made = npx.Table.concat(tables)
        dtypes = [field.dtype for field in made.schema.values()]
        assert dtypes == [np.int64, STRING, "M8[D]", np.bool_]
        rows = [row for part in tables for row in part.to_pylist()]
        assert made.to_pylist() == rows
    assert npx.Table.concat([parts[0], parts[2]])["a"].dtype == np.float64
    with pytest.raises(TypeError, match="string in table"):
        npx.Table.concat([parts[1], npx.parse_csv("a,b,c,d\nx,x,x,x\n")])


@pytest.mark.parametrize("missing", ["auto", "masked", "nan"])
@pytest.mark.parametrize("strings", ["stringdtype", "object"])
def test_forms_are_kept(missing, strings):
    part = npx.parse_csv(
        "s,i\nx,1\n,2\nlong enough to be no view,\n", missing=missing, strings=strings
    )
    made = npx.Table.concat([part, part])
    for name in part:
        assert type(made[name]) is type(part[name])
        assert made[name].dtype == part[name].dtype
    assert made.to_pylist() == part.to_pylist() * 2
    assert made[:3].equals(part)


def test_reason_of_a_new_dtype():
    made = npx.Table.concat([table(x=[1]), table(x=[0.5]), table(x=[2])])
    assert made.schema["x"].reason == "given"
    made = npx.Table.concat([table(x=np.ones(1, "i2")), table(x=np.ones(1, "f2"))])
    assert made.schema["x"].reason == "joined of float16 and int16"


# ---- equals ----------------------------------------------------------------


def test_equal_tables():
    text = "a,f,t,s,b\n1,0.5,2020-01-01,x,true\n,,,,\n"
    one, two = npx.parse_csv(text), npx.parse_csv(text.replace("x", '"x"'))
    assert one.equals(one)
    assert one.equals(two)
    assert one[:1].equals(two[::-1][1:])
    assert npx.Table.from_dict({}).equals(npx.Table.from_dict({}))
    assert table(x=[np.nan, 0.0]).equals(table(x=[np.nan, -0.0]))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"x": [1]}, {"y": [1]}),
        ({"x": [1], "y": [1]}, {"y": [1], "x": [1]}),
        ({"x": [1]}, {"x": [1, 2]}),
        ({"x": [1]}, {"x": [2]}),
        ({"x": [1]}, {"x": [1.0]}),
        ({"x": [1]}, {"x": np.array([1], "i4")}),
        ({"x": [0, None]}, {"x": [0, 0]}),
        ({"x": [None, 1]}, {"x": [1, None]}),
        ({"x": [np.nan]}, {"x": [1.0]}),
        ({"x": [np.nan, None]}, {"x": [None, np.nan]}),
        ({"x": ["a"]}, {"x": ["b"]}),
        ({"x": ["", None]}, {"x": [None, ""]}),
        ({"x": ["a"]}, {"x": np.array(["a"])}),
        ({"x": np.array(["a"])}, {"x": np.array(["b"])}),
        ({"x": np.array([1, "NaT"], "M8[s]")}, {"x": np.array(["NaT", 1], "M8[s]")}),
    ],
)
def test_unequal_tables(left, right):
    left, right = npx.Table.from_dict(left), npx.Table.from_dict(right)
    assert not left.equals(right)
    assert not right.equals(left)
    assert left.equals(left[:])
    assert right.equals(right[:])


def test_zones_count():
    utc = npx.parse_csv("t\n2020-01-01T10:00:00Z\n")
    assert not utc.equals(npx.parse_csv("t\n2020-01-01T10:00:00\n"))


def test_what_is_under_a_mask_does_not_count():
    text = "a,b\n1,2\n,4\n"
    one = npx.parse_csv(text, missing="masked")
    assert one.equals(npx.parse_csv(text))


def test_only_tables_are_equal():
    with pytest.raises(TypeError, match="equals compares tables, got dict"):
        table(x=[1]).equals({"x": [1]})
