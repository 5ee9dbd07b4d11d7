"""What other readers are known to get wrong, one test each, read in every way."""

import gzip
import io
import random
import struct
from collections.abc import Iterator

import numpy as np
import pytest
from engine import every_engine

import numpy_ext as npx
from numpy_ext.errors import CsvDialectError, CsvRaggedError
from numpy_ext.testing import assert_tables_equal, engine

WAYS = every_engine((1, 2, 3, 7, 16, 64, 1000))


def strings(*values: str) -> np.ndarray:
    return np.array(values, dtype=np.dtypes.StringDType())


def read(data: bytes, **options) -> npx.Table:
    """Read in every way there is; all tables are the same."""
    usual = npx.read_csv(data, **options)
    for way in WAYS:
        with engine(**way):
            assert_tables_equal(npx.read_csv(data, **options), usual, err_msg=f"{way}")
    return usual


def refused(data: bytes, **options) -> npx.errors.CsvError:
    """Read in every way there is; all errors are the same."""
    errors = []
    for way in WAYS:
        with engine(**way), pytest.raises(npx.errors.CsvError) as caught:
            npx.read_csv(data, **options)
        errors.append(caught.value)
    assert len({(type(error), str(error)) for error in errors}) == 1
    return errors[0]


# ---- Rows ----------------------------------------------------------------------


def test_no_row_is_lost_or_doubled_where_blocks_meet_in_a_quoted_line_break():
    rng = random.Random(1)
    notes = ["\n" * rng.randrange(1, 9) + "x," * rng.randrange(4) for _ in range(300)]
    data = "id,note\n" + "".join(f'{i},"{note}"\n' for i, note in enumerate(notes))
    assert_tables_equal(
        read(data.encode()), {"id": np.arange(300), "note": strings(*notes)}
    )


@pytest.mark.parametrize("shift", range(8))
def test_crlf_cut_in_two_by_a_block_ends_one_row(shift):
    data = b"x" * shift + b"a,b\r\n" + b"1,2\r\n" * 50 + b"3,4\r\n"
    table = read(data)
    assert table.num_rows == 51
    assert table["b"].tolist() == [2] * 50 + [4]


def test_cr_cr_lf_is_a_row_end_and_a_blank_line():
    table = read(b"a,b\r\r\n1,2\r\r\n3,4\r\r\n")
    assert_tables_equal(table, {"a": np.array([1, 3]), "b": np.array([2, 4])})
    one = read(b"a\r\r\n1\r\r\n")  # in one column a blank line is a missing value
    assert one.mask("a").tolist() == [True, False, True]


def test_stray_quotes_do_not_turn_inside_and_outside_around():
    data = b'size,part\n5,12"\n7,"x,y"\n9,"two\nlines"\n1,a"b"c\n'
    table = read(data)
    assert table["size"].tolist() == [5, 7, 9, 1]
    assert table["part"].tolist() == ['12"', "x,y", "two\nlines", 'a"b"c']


def test_a_quote_that_opens_behind_one_that_was_text():
    """`...,5"` ends a block, `"x,y` begins the next one."""
    data = b"a,b\n" + b'1,5"\n"x,y",2\n' * 40
    table = read(data)
    assert table["a"].tolist() == ["1", "x,y"] * 40
    assert table["b"].tolist() == ['5"', "2"] * 40


def test_three_ragged_rows_are_not_taken_for_good_ones():
    """Together they have as many fields as three good rows, but not each."""
    good = b"1,2,3\n" * 20
    error = refused(b"a,b,c\n" + good + b"1,2\n3,4,5,6\n7,8,9\n" + good)
    assert isinstance(error, CsvRaggedError)
    assert (error.record, error.line, error.byte) == (21, 22, 6 + len(good))
    assert "expected 3 fields, found 2" in str(error)


def test_long_rows_do_not_make_the_first_column_an_index():
    error = refused(b"a,b\n1,2,3\n4,5,6\n")
    assert (error.code, error.record) == ("NX301", 1)


def test_short_rows_are_not_padded():
    assert refused(b"a,b,c\n1,2,3\n4,5\n").record == 2


def test_nul_does_not_end_a_field_or_the_file():
    table = read(b"a,b\nx\0y,1\n\0,2\nz\0,3\n")
    assert_tables_equal(
        table, {"a": strings("x\0y", "\0", "z\0"), "b": np.array([1, 2, 3])}
    )


def test_a_file_that_was_cut_off_is_not_taken_for_a_whole_one():
    whole = b'a,b\n1,"x"\n2,"a long text"\n'
    in_text, in_row = whole[:-6], whole[:11]
    assert isinstance(refused(in_text), CsvDialectError)
    assert isinstance(refused(in_row), CsvRaggedError)


def test_a_compressed_file_that_was_cut_off_is_not_taken_for_a_whole_one():
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 10000)
    with pytest.raises(EOFError), gzip.open(io.BytesIO(packed[:-20])) as file:
        npx.read_csv(file)


def test_no_line_end_after_the_last_row():
    for end in (b"", b"\n", b"\r", b"\r\n"):
        assert read(b"a,b\n1,2\n3,4" + end)["b"].tolist() == [2, 4]
        assert read(b'a,b\n1,2\n3,""' + end).mask("b").tolist() == [False, True]


# ---- Types ---------------------------------------------------------------------


def late(usual: str, last: str, count: int = 30000) -> npx.Table:
    """Read a column whose last field is unlike all before it."""
    return npx.parse_csv("x,y\n" + f"{usual},\n" * count + f"{last},\n")


@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize(
    ("usual", "last", "dtype"),
    [
        ("1", "x", "string"),
        ("1", "1.5", "float64"),
        ("1", "18446744073709551615", "uint64"),
        ("-1", "18446744073709551615", "string"),
        ("1", "007", "string"),
        ("2020-01-01", "2020-01-01 00:00:00.5", "datetime64[ms]"),
        ("2020-01-01", "soon", "string"),
        ("true", "2", "string"),
        ("", "7", "int64"),
    ],
)
def test_types_do_not_come_from_the_first_rows(usual, last, dtype, threads):
    with engine(threads=threads):
        table = late(usual, last)
    column = table["x"]
    assert ("string" if column.dtype.kind == "T" else column.dtype) == dtype
    assert column[-1] == (last if dtype == "string" else np.array(last, dtype))
    if dtype == "string":
        assert column[0] == usual


def test_values_after_a_sample_are_not_cast():
    """An integer column with a late decimal: no decimal is cut, no integer rounded."""
    assert late("1", "2.75")["x"][-1] == 2.75
    digits = late("9007199254740993", "18446744073709551616")
    assert digits["x"][0] == "9007199254740993"


def test_integers_with_missing_cells_stay_integers():
    column = read(b"x,y\n9007199254740993,1\n,1\nNA,1\n")["x"]
    assert column.dtype == np.int64
    assert column[0] == 2**53 + 1
    assert column.mask.tolist() == [False, True, True]


def test_bools_with_missing_cells_stay_bools():
    column = read(b"x,y\ntrue,1\n,1\nfalse,1\n")["x"]
    assert column.dtype == np.bool_
    assert column.tolist() == [True, None, False]


def test_far_dates_do_not_wrap_when_a_nanosecond_appears():
    rows = ["9999-12-31", "0001-01-01", "2024-01-01 00:00:00.000000001"]
    for order in (rows, rows[::-1]):
        text = "x,y\n" + "".join(f"{row},\n" for row in order)
        assert_tables_equal(read(text.encode(), usecols=["x"]), {"x": strings(*order)})
    exact = read(b"x,y\n9999-12-31,\n2024-01-01 00:00:00.000001,\n")["x"]
    assert exact.tolist() == [
        np.datetime64("9999-12-31", "us").item(),
        np.datetime64("2024-01-01T00:00:00.000001").item(),
    ]


def test_minus_one_does_not_wrap_beside_two_to_the_63():
    for rows in ([b"-1", b"9223372036854775808"], [b"9223372036854775808", b"-1"]):
        column = read(b"x,y\n" + b"".join(row + b",\n" for row in rows))["x"]
        assert column.tolist() == [row.decode() for row in rows]


def test_integers_at_the_ends_of_their_range_are_exact():
    data = b"a,b\n-9223372036854775808,18446744073709551615\n9223372036854775807,0\n"
    assert_tables_equal(
        read(data),
        {
            "a": np.array([-(2**63), 2**63 - 1]),
            "b": np.array([2**64 - 1, 0], np.uint64),
        },
    )


def test_na_the_country_is_not_eaten():
    table = read(b"country,n\nNA,1\nNO,2\nnull,3\n,4\n")
    assert table["country"].tolist() == ["NA", "NO", "null", ""]
    assert table.mask("country").tolist() == [False, False, False, True]


def test_zip_codes_keep_their_zeros():
    assert read(b"zip,n\n00501,1\n10001,2\n")["zip"].tolist() == ["00501", "10001"]


def test_empty_strings_and_missing_ones_differ():
    assert read(b'x,y\n"",1\n,2\na,3\n').mask("x").tolist() == [False, True, False]


def test_decimals_are_those_that_were_written():
    texts = ["0.1", "2.2250738585072011e-308", "1e23", "9007199254740993.0", "5e-324"]
    data = "x,y\n" + "".join(f"{text},\n" for text in texts)
    ours = read(data.encode())["x"].tobytes()
    assert ours == struct.pack(f"<{len(texts)}d", *map(float, texts))


# ---- Errors, widths, and what is left to the caller ------------------------------


def test_errors_have_row_and_column_on_any_number_of_threads():
    rows = b"".join(b"%d,name %d\n" % (i, i) for i in range(5000))
    data = b"id,name\n" + rows + b"1,\xff\n" + rows + b"x\n"
    for threads in (1, 2, 8):
        with pytest.raises(npx.errors.CsvEncodingError) as caught:
            npx.read_csv(data, threads=threads)
        error = caught.value
        assert (error.record, error.line, error.column) == (5001, 5002, "name")
        assert error.byte == 8 + len(rows) + 2


@pytest.mark.parametrize("columns", [1000, 20000])
def test_wide_files_are_read(columns):
    """Quadratic work in the columns would not come to an end here."""
    header = ",".join(f"c{i}" for i in range(columns))
    rows = "\n".join(",".join(str(i + row) for i in range(columns)) for row in range(3))
    for threads in (1, 2):
        table = npx.parse_csv(f"{header}\n{rows}\n", threads=threads)
        assert table.shape == (3, columns)
        for i in (0, 1, columns // 2, columns - 1):
            assert table[f"c{i}"].tolist() == [i, i + 1, i + 2]
    last = npx.parse_csv(f"{header}\n{rows}\n", usecols=[columns - 1])
    assert last[f"c{columns - 1}"].tolist() == [columns - 1, columns, columns + 1]


def test_names_that_all_repeat_are_told_apart_in_wide_files():
    with pytest.warns(npx.errors.CsvWarning, match="repeat"):
        table = npx.parse_csv(",".join(["x"] * 20000) + "\n")
    assert len(set(table.names)) == 20000


def test_long_fields_are_read_whole():
    long = "x" * 3_000_000
    for threads in (1, 2):
        table = npx.parse_csv(f'a,b\n1,"{long}"\n2,{long}\n', threads=threads)
        assert table["b"].tolist() == [long, long]


def pieces(count: int) -> Iterator[bytes]:
    yield b"a,b\n"
    for i in range(count):
        yield b"%d,x\n" % i


def test_a_file_object_is_read_once_and_to_its_end():
    class Once:
        reads = 0

        def read(self):
            self.reads += 1
            return b"".join(pieces(1000))

    once = Once()
    assert npx.read_csv(once).num_rows == 1000
    assert once.reads == 1
