"""The type of a column is the least one that holds all its fields, exactly."""

import numpy as np
import pytest
from engine import type_of

import numpy_ext as npx
from numpy_ext.testing import assert_tables_equal, engine

NAN = float("nan")
GONE = object()
"""Stands for a missing cell where values are listed."""
UNITS = {"D", "s", "ms", "us", "ns"}
INT64_MAX, INT64_MIN, UINT64_MAX = 2**63 - 1, -(2**63), 2**64 - 1


def source(fields: list[str]) -> str:
    """Return a text whose first column has these fields, from line 2 on."""
    return "x,beside\n" + "".join(f"{field},0\n" for field in fields)


def column(fields: list[str]) -> npx.Table:
    """Read a column; one record a block and all in one must not differ."""
    with engine(block_size=1, threads=2):
        pieces = npx.parse_csv(source(fields))
    table = npx.parse_csv(source(fields))
    assert_tables_equal(pieces, table)
    assert pieces.schema == table.schema
    return table


def listed(table: npx.Table) -> list:
    data = np.ma.getdata(table["x"]).tolist()
    if table["x"].dtype.kind == "M":
        data = np.ma.getdata(table["x"]).astype(str).tolist()
    missing = table.mask("x").tolist()
    return [GONE if gone else v for v, gone in zip(data, missing, strict=True)]


def same(ours: list, wanted: list) -> bool:
    """Compare lists with NaN equal to NaN and -0.0 unlike 0.0."""
    return [repr(value) for value in ours] == [repr(value) for value in wanted]


INTEGERS = [
    (["1", "2"], "int64", [1, 2]),
    (["+5", "-5", "0", "-0", "+0"], "int64", [5, -5, 0, 0, 0]),
    ([f"{INT64_MAX}", f"{INT64_MIN}"], "int64", [INT64_MAX, INT64_MIN]),
    ([f"{INT64_MAX + 1}", "1"], "uint64", [INT64_MAX + 1, 1]),
    ([f"+{UINT64_MAX}", "-0"], "uint64", [UINT64_MAX, 0]),
    (["1", "", f"{UINT64_MAX}"], "uint64", [1, GONE, UINT64_MAX]),
    ([f"{UINT64_MAX + 1}"], "string", [f"{UINT64_MAX + 1}"]),
    ([f"{INT64_MIN - 1}"], "string", [f"{INT64_MIN - 1}"]),
    (["-1", f"{INT64_MAX + 1}"], "string", ["-1", f"{INT64_MAX + 1}"]),
    ([f"{INT64_MAX + 1}", "-1"], "string", [f"{INT64_MAX + 1}", "-1"]),
    (["1" * 400, "2"], "string", ["1" * 400, "2"]),
    (["9007199254740993", "NA"], "int64", [2**53 + 1, GONE]),
]

LEADING_ZEROS = [
    (["00501", "10001"], "string", ["00501", "10001"]),
    (["7", "007"], "string", ["7", "007"]),
    (["-01"], "string", ["-01"]),
    (["00"], "string", ["00"]),
    (["0" * 30], "string", ["0" * 30]),
    (["0", "-0", "+0"], "int64", [0, 0, 0]),
    (["007", "1.5"], "float64", [7.0, 1.5]),
    (["1.5", "007"], "float64", [1.5, 7.0]),
    (["0.5", "00.5"], "float64", [0.5, 0.5]),
    (["00501", "NA", ""], "string", ["00501", "NA", GONE]),
    (["2", "007", '""'], "string", ["2", "007", ""]),
]

DECIMALS = [
    (["5.", ".5", "-.5", "+5.0"], "float64", [5.0, 0.5, -0.5, 5.0]),
    (["1e400", "-1e400", "1e-400"], "float64", [np.inf, -np.inf, 0.0]),
    (["1e5", "1E+5", "1e-05"], "float64", [1e5, 1e5, 1e-5]),
    (
        ["inf", "-Inf", "+INFINITY", "infinity"],
        "float64",
        [np.inf, -np.inf] + [np.inf] * 2,
    ),
    (["1.5", "NAN", "Nan", "+nan"], "float64", [1.5, NAN, NAN, NAN]),
    (["0.0", "-0.0"], "float64", [0.0, -0.0]),
    (["-0", "0.5"], "float64", [-0.0, 0.5]),
    (["0.5", "-0"], "float64", [0.5, -0.0]),
    (["1.5", f"{2**53 + 1}"], "float64", [1.5, float(2**53 + 1)]),
    ([f"{2**63}", "-1", "0.5"], "float64", [2.0**63, -1.0, 0.5]),
    (["1" * 400, "0.5"], "float64", [np.inf, 0.5]),
    (["0.1" + "0" * 1000 + "1"], "float64", [0.1]),
    (["1" + "0" * 500 + "e-500", "0." + "0" * 500 + "1e501"], "float64", [1.0, 1.0]),
    (["1e99999999999999999999", "0e99999999999999999999"], "float64", [np.inf, 0.0]),
    (["1.5", "", "nan"], "float64", [1.5, GONE, GONE]),
]

NOT_NUMBERS = [
    [text]
    for text in (
        *(
            "1_000",
            "0x10",
            "1,5",
            "1e",
            "e5",
            ".",
            "+",
            "-",
            "--1",
            "+-1",
            "1-",
            "1.2.3",
        ),
        *(
            "infin",
            "in",
            "nano",
            "1 2",
            "\u0661",
            "½",
            "1\0",
            "1\xa0",
            "1f",
            "1e5.0",
            "1e+",
        ),
        *("inf.", "+ 1", "- 1", "1 e5", "\u22121"),
    )
]

BOOLS = [
    (["true", "True", "TRUE"], "bool", [True] * 3),
    (["false", "False", "FALSE"], "bool", [False] * 3),
    (["true", "", "NA"], "bool", [True, GONE, GONE]),
    (["true", "1"], "string", ["true", "1"]),
    (["true", "1.5"], "string", ["true", "1.5"]),
    (["tRUE", "fALSE"], "string", ["tRUE", "fALSE"]),
    (["yes", "no"], "string", ["yes", "no"]),
    (["T", "F"], "string", ["T", "F"]),
    (["true", "2020-01-01"], "string", ["true", "2020-01-01"]),
]

TIMES = [
    (["2020-02-29"], "datetime64[D]", ["2020-02-29"]),
    (["0001-01-01", "9999-12-31"], "datetime64[D]", ["0001-01-01", "9999-12-31"]),
    (["2020-01-02 03:04"], "datetime64[s]", ["2020-01-02T03:04:00"]),
    (["2020-01-02T03:04:05"], "datetime64[s]", ["2020-01-02T03:04:05"]),
    (["2020-01-02", "2020-01-02 03:04:05"], "datetime64[s]",
     ["2020-01-02T00:00:00", "2020-01-02T03:04:05"]),
    (["1969-12-31 23:59:59.9"], "datetime64[ms]", ["1969-12-31T23:59:59.900"]),
    (["2020-01-02 03:04:05.123"], "datetime64[ms]", ["2020-01-02T03:04:05.123"]),
    (["2020-01-02 03:04:05.1234"], "datetime64[us]", ["2020-01-02T03:04:05.123400"]),
    (["2020-01-02 03:04:05.123456"], "datetime64[us]", ["2020-01-02T03:04:05.123456"]),
    (["2020-01-02 03:04:05.1234567"], "datetime64[ns]",
     ["2020-01-02T03:04:05.123456700"]),
    (["2020-01-02 03:04:05.123456789", "2020-01-02"], "datetime64[ns]",
     ["2020-01-02T03:04:05.123456789", "2020-01-02T00:00:00.000000000"]),
    (["9999-12-31 23:59:59.999999"], "datetime64[us]", ["9999-12-31T23:59:59.999999"]),
    (["2020-01-01", "NA", ""], "datetime64[D]", ["2020-01-01", GONE, GONE]),
]  # fmt: skip

ZONES = [
    (["2020-01-02T03:04:05Z"], "datetime64[s]", ["2020-01-02T03:04:05"]),
    (["2020-01-01 00:30+01:00"], "datetime64[s]", ["2019-12-31T23:30:00"]),
    (["2020-01-01 23:30:00.5-01:00"], "datetime64[ms]", ["2020-01-02T00:30:00.500"]),
    (["2020-01-01 00:00Z", "2020-01-01 00:00-23:59"], "datetime64[s]",
     ["2020-01-01T00:00:00", "2020-01-01T23:59:00"]),
    (["0001-01-01 00:00+01:00"], "datetime64[s]", ["0000-12-31T23:00:00"]),
    (["2020-01-01 00:00Z", "2020-01-01 00:00"], "string",
     ["2020-01-01 00:00Z", "2020-01-01 00:00"]),
    (["2020-01-01", "2020-01-01 00:00Z"], "string",
     ["2020-01-01", "2020-01-01 00:00Z"]),
]  # fmt: skip

NS_RANGE = [
    (["2262-04-11 23:47:16.854775807"], "datetime64[ns]",
     ["2262-04-11T23:47:16.854775807"]),
    (["2262-04-11 23:47:16.854775808"], "string", ["2262-04-11 23:47:16.854775808"]),
    (["1677-09-21 00:12:43.145224193"], "datetime64[ns]",
     ["1677-09-21T00:12:43.145224193"]),
    # That count is NaT in NumPy.
    (["1677-09-21 00:12:43.145224192"], "string", ["1677-09-21 00:12:43.145224192"]),
    (["9999-12-31", "2020-01-01 00:00:00.0000001"], "string",
     ["9999-12-31", "2020-01-01 00:00:00.0000001"]),
    (["2020-01-01 00:00:00.0000001", "0001-01-01 00:00"], "string",
     ["2020-01-01 00:00:00.0000001", "0001-01-01 00:00"]),
]  # fmt: skip

NOT_TIMES = [
    [text]
    for text in (
        *("2021-02-29", "2020-13-01", "2020-00-10", "2020-01-00", "0000-01-01"),
        *("2020-1-2", "2020/01/02", "01/02/2020", "2020-01-02T", "2020-01-02 3:04"),
        *("2020-01-02 24:00", "2020-01-02 23:60", "2020-01-02 23:59:60"),
        *("2020-01-02 03:04:05.", "2020-01-02 03:04:05.1234567890"),
        *("2020-01-02 03:04:05z", "2020-01-02 03:04+0100", "2020-01-02 03:04+24:00"),
        *("2020-01-02 03:04+01:60", "2020-01-02  03:04", "2020-01-02Z", "-2020-01-02"),
        *("2020-01-02t03:04", "2020-01", "03:04:05", "12020-01-02"),
    )
]

SPACES = [
    ([" 1", "2\t", " \t3 \t"], "int64", [1, 2, 3]),
    ([" 1.5 ", "2"], "float64", [1.5, 2.0]),
    ([" true", "false "], "bool", [True, False]),
    ([" 2020-01-01 "], "datetime64[D]", ["2020-01-01"]),
    (["1", " NA ", "  ", "\t"], "int64", [1, GONE, GONE, GONE]),
    ([" a", "b ", " 1 ", "  "], "string", [" a", "b ", " 1 ", "  "]),
    ([' "1"'], "string", [' "1"']),
    ([" 007 ", "1"], "string", [" 007 ", "1"]),
]

QUOTED = [
    (['"1"', "2", '"-3"'], "int64", [1, 2, -3]),
    (['"1.5"', "2"], "float64", [1.5, 2.0]),
    (['"true"'], "bool", [True]),
    (['"2020-01-01"'], "datetime64[D]", ["2020-01-01"]),
    (["1", '""', '"NA"'], "int64", [1, GONE, GONE]),
    (['" 1 "'], "string", [" 1 "]),
    (['"007"'], "string", ["007"]),
    (["a", '""', ""], "string", ["a", "", GONE]),
    (['"a""b"', '""""', '"x,y"', '"1\n2"'], "string", ['a"b', '"', "x,y", "1\n2"]),
    (['"""1"""'], "string", ['"1"']),
]

WORDS = (
    *("NA", "N/A", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "n/a", "#N/A"),
    *("#NA", "<NA>", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN", "#N/A N/A", ""),
)
NOT_WORDS = (
    "na",
    "Null",
    "none",
    "NONE",
    "n/A",
    "missing",
    "-",
    "?",
    "NaT",
    "#N/A N/B",
)

CASES = [
    *INTEGERS,
    *LEADING_ZEROS,
    *DECIMALS,
    *BOOLS,
    *TIMES,
    *ZONES,
    *NS_RANGE,
    *SPACES,
    *QUOTED,
]


def case_name(fields: list[str]) -> str:
    text = " ".join(fields)
    return ascii(text if len(text) <= 50 else f"{text[:50]}...")


@pytest.mark.parametrize(
    ("fields", "dtype", "values"), CASES, ids=[case_name(case[0]) for case in CASES]
)
def test_type_and_values(fields, dtype, values):
    table = column(fields)
    assert type_of(table["x"]) == dtype
    assert same(listed(table), values)


@pytest.mark.parametrize("fields", NOT_NUMBERS + NOT_TIMES, ids=case_name)
def test_what_is_nearly_a_number_or_time_is_text(fields):
    text = fields[0] if "," not in fields[0] else f'"{fields[0]}"'
    table = column([text])
    assert type_of(table["x"]) == "string"
    assert listed(table) == fields


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize(
    ("value", "stand_in"),
    [("7", 0), ("7.5", NAN), ("true", False), ("2020-01-01", None)],
)
def test_missing_word_in_a_column_of_values(word, quote, value, stand_in):
    fields = [value, f"{quote}{word}{quote}", value]
    table = column(fields)
    assert type_of(table["x"]) == type_of(column([value])["x"])
    assert table.mask("x").tolist() == [False, True, False]
    assert table.schema["x"].missing == 1
    under_mask = np.ma.getdata(table["x"]).tolist()[1]
    assert repr(under_mask) == repr(stand_in)


@pytest.mark.parametrize("word", [word for word in WORDS if word])
@pytest.mark.parametrize("quote", ["", '"'])
def test_missing_word_is_text_in_a_string_column(word, quote):
    table = column(["Namibia", f"{quote}{word}{quote}", "ZA"])
    assert listed(table) == ["Namibia", word, "ZA"]


@pytest.mark.parametrize("word", NOT_WORDS)
def test_other_words_are_not_missing(word):
    assert listed(column(["1", word])) == ["1", word]


def test_words_that_came_before_the_first_text_are_text():
    """The column looked numeric, with missing cells, for 1000 rows."""
    fields = ["NA", "1", ""] * 1000 + ["x"]
    table = column(fields)
    assert listed(table) == [field or GONE for field in fields]


@pytest.mark.parametrize("fields", [["", ""], ["NA", '""'], [" "], ["nan", "NULL"]])
def test_no_values_at_all_is_float64_of_nan(fields):
    table = column(fields)
    assert type_of(table["x"]) == "float64"
    assert np.isnan(table["x"]).all()
    assert table.mask("x").all()
    assert table.schema["x"].reason == "no values"


def test_no_rows_is_a_string_column():
    table = npx.parse_csv("x,y\n")
    assert [type_of(table[name]) for name in table] == ["string", "string"]
    assert table.shape == (0, 2)
    assert table.schema["x"].reason == "no data rows"


# ---- The class of the array ------------------------------------------------


def test_missing_integer_keeps_every_digit_in_a_masked_array():
    array = column([str(2**53 + 1), "", str(-(2**63))])["x"]
    assert type(array) is np.ma.MaskedArray
    assert array.dtype == np.int64
    assert array.tolist() == [2**53 + 1, None, -(2**63)]


@pytest.mark.parametrize("fields", [["1", "2"], ["true"], [str(2**64 - 1)]])
def test_integers_and_bools_without_missing_are_plain(fields):
    assert type(column(fields)["x"]) is np.ndarray


@pytest.mark.parametrize("fields", [["1.5", ""], ["2020-01-01", ""], ["a", ""]])
def test_other_columns_are_plain_with_missing_cells_too(fields):
    assert type(column(fields)["x"]) is np.ndarray


def test_nan_that_was_there_is_not_missing():
    table = column(["NAN", "", "1.5"])
    assert np.isnan(table["x"]).tolist() == [True, True, False]
    assert table.mask("x").tolist() == [False, True, False]


# ---- The reason ------------------------------------------------------------

REASONS = [
    (["1", "2"], "line 2 has '1', an integer", False),
    (["", "NA", "1"], "line 4 has '1', an integer", False),
    (["1", "2.5", "x"], "line 4 has 'x', text", True),
    (["1", "2.5"], "line 3 has '2.5', a decimal", True),
    (["1", "01"], "line 3 has '01', an integer with a leading zero", True),
    (["1", f"{2**63}"], f"line 3 has '{2**63}', an integer beyond int64", True),
    (["1", f"{2**64}"], f"line 3 has '{2**64}', an integer beyond 64 bits", True),
    ([f"{2**63}", "-1"], "line 3 has '-1', a negative integer", True),
    (["1", "true"], "line 3 has 'true', a bool", True),
    (["2020-01-01"], "line 2 has '2020-01-01', a date", False),
    (["2020-01-01", "2020-01-01 00:00"], "line 3 has '2020-01-01 00:00', a time", True),
    (["2020-01-01 00:00:00.1"], "line 2 has '2020-01-01 00:00:00.1', "
     "a time in milliseconds", False),
    (["2020-01-01 00:00:00.1234"], "line 2 has '2020-01-01 00:00:00.1234', "
     "a time in microseconds", False),
    (["2020-01-01 00:00:00.1234567"], "line 2 has '2020-01-01 00:00:00.1234567', "
     "a time in nanoseconds", False),
    (["2020-01-01 00:00Z"], "line 2 has '2020-01-01 00:00Z', a time with a zone",
     False),
    (["2020-01-01 00:00:00.1234567", "9999-01-01"], "line 3 has '9999-01-01', "
     "a time that nanoseconds cannot reach", True),
    (["x" * 100], "line 2 has '" + "x" * 40 + "...', text", False),
    (['"a\nb"', "1"], r"""line 2 has '"a\nb"', text""", False),
    (["é" * 30], "line 2 has '" + "é" * 20 + "...', text", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "reason", "widened"), REASONS, ids=[case[1] for case in REASONS]
)
def test_reason_names_the_field_that_settled_the_type(fields, reason, widened):
    field = column(fields).schema["x"]
    assert field.reason == reason
    assert field.widened is widened


def test_reason_counts_lines_inside_quotes_and_blank_ones():
    text = '\r\nx,y\r\n"1\r2\n3",0\n\n\r"4",0\r\n1,0'
    field = npx.parse_csv(text).schema["y"]
    assert field.reason == "line 5 has '0', an integer"
    assert npx.parse_csv(text + "\n1,1.5").schema["y"].reason.startswith("line 10 has")


def test_zone_is_kept_in_the_schema():
    table = column(["2020-01-01 00:00+02:00"])
    assert table.schema["x"].zone == "UTC"
    assert table.schema["beside"].zone is None
    assert column(["2020-01-01 00:00"]).schema["x"].zone is None
    assert column(["2020-01-01 00:00Z", "x"]).schema["x"].zone is None


def test_order_of_the_fields_does_not_matter():
    fields = ["1", "-2", "007", "1.5", str(2**64), "NA", ""]
    for turn in range(len(fields)):
        turned = fields[turn:] + fields[:turn]
        table = column(turned)
        assert type_of(table["x"]) == "float64"
        wanted = [float(f) if f not in ("NA", "") else GONE for f in turned]
        assert same(listed(table), wanted)
