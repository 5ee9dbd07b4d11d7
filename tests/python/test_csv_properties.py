"""Random sources: read as the oracle reads them, however they are cut."""

import csv
import io
import random
import struct
import warnings
from datetime import UTC, datetime

import numpy as np
import pytest
from csv_oracle import Refused, line_of, read
from engine import (
    assert_is,
    engines,
    error_snapshot,
    every_engine,
    outcome,
    snapshot,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.testing import assert_tables_equal, engine
from numpy_ext.testing.strategies import csv_files, csv_texts, dialects, malformed_csv

pytestmark = pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")


def examples(factor: float) -> settings:
    """Return settings for so many times the examples of the profile in use."""
    return settings(max_examples=int(settings.default.max_examples * factor))


# ---- Files whose columns are known ------------------------------------------


@given(csv_files(), st.sampled_from(every_engine()))
@examples(5)
def test_files_are_read_as_they_were_written(file, way):
    with engine(**way):
        table = npx.read_csv(file.content, **file.options)
    assert_tables_equal(table, file.expected)


@given(csv_files())
def test_the_oracle_reads_files_as_they_were_written(file):
    """Strategies and oracle know nothing of each other."""
    names, columns = read(file.content, **file.options)
    assert names == list(file.expected)
    assert_is(npx.read_csv(file.content, **file.options), columns)


@given(csv_files(), st.sampled_from(every_engine()))
@examples(3)
def test_seams_threads_and_processor_do_not_matter(file, way):
    """Reasons and what stands under masks are compared too."""
    with engine(threads=1):
        usual = snapshot(npx.read_csv(file.content, **file.options))
    with engine(**way):
        assert snapshot(npx.read_csv(file.content, **file.options)) == usual


@given(csv_files())
@examples(0.2)
def test_no_seam_matters(file):
    with engine(threads=1):
        usual = snapshot(npx.read_csv(file.content, **file.options))
    for way in engines(tuple(range(1, 201))):
        with engine(**way):
            again = snapshot(npx.read_csv(file.content, **file.options))
        assert again == usual, way


@given(csv_files())
def test_every_kind_of_source_reads_the_same(file):
    data, options = file.content, file.options
    usual = snapshot(npx.read_csv(data, **options))
    spaced = np.zeros((len(data), 3), np.uint8)
    spaced[:, 1] = np.frombuffer(data, np.uint8)
    text = data.decode()
    for table in (
        npx.parse_csv(text, **options),
        npx.read_csv(bytearray(data), **options),
        npx.read_csv(memoryview(data), **options),
        npx.read_csv(memoryview(data[::-1])[::-1], **options),
        npx.read_csv(spaced[:, 1], **options),
        npx.read_csv(io.BytesIO(data), **options),
        npx.read_csv(io.StringIO(text, newline=""), **options),
    ):
        assert snapshot(table) == usual


# ---- Beside the csv module and Python's own conversions ----------------------


def fields_of_csv_module(data: bytes, options: dict) -> list[list[str]]:
    """Return the records of a well-formed source, without header and blank lines."""
    quote = options.get("quotechar", '"')
    quote = None if options.get("quoting") == "none" else quote
    rows = list(
        csv.reader(
            io.StringIO(data.decode("utf-8-sig"), newline=""),
            delimiter=options.get("delimiter", ","),
            quotechar=quote,
            doublequote=options.get("doublequote", True),
            quoting=csv.QUOTE_NONE if quote is None else csv.QUOTE_MINIMAL,
        )
    )
    first = next(i for i, row in enumerate(rows) if row)
    rows = rows[first + options.get("header", True) :]
    skip = options.get("skip_blank_lines", "auto")
    if skip is True or (skip == "auto" and max(map(len, rows), default=1) > 1):
        return [row for row in rows if row]
    return [row or [""] for row in rows]


def converted(text: str, dtype: np.dtype) -> object:
    """Return what Python itself makes of a field, as the array should hold it."""
    if dtype.kind == "T":
        return text
    text = text.strip(" \t")
    if dtype.kind in "iu":
        return int(text)
    if dtype.kind == "b":
        return {"true": True, "false": False}[text.lower()]
    if dtype.kind == "f":
        return repr(float(text))
    time = datetime.fromisoformat(text)  # cuts a fraction after six digits
    time = time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    return np.datetime64(time).astype(dtype)


@given(csv_files())
@examples(2)
def test_cells_are_those_of_the_csv_module_and_python(file):
    # The module takes NUL neither as a quote nor as a delimiter.
    if "\0" in (file.options.get("quotechar"), file.options.get("delimiter")):
        return
    table = npx.read_csv(file.content, **file.options)
    rows = fields_of_csv_module(file.content, file.options)
    assert len(rows) == table.num_rows
    for i, name in enumerate(table):
        array, missing = np.ma.getdata(table[name]), table.mask(name)
        values = array.tolist() if array.dtype.kind != "M" else array
        for row, value, gone in zip(rows, values, missing, strict=True):
            if gone:
                assert row[i].strip(" \t") in {"", "NA", "null", "nan", "#N/A N/A"}
                continue
            try:
                wanted = converted(row[i], array.dtype)
            except OverflowError:  # a zone that leads out of the years 1 to 9999
                continue
            if array.dtype == "M8[ns]":
                value, wanted = value.astype("M8[us]"), wanted.astype("M8[us]")
            assert (repr(value) if array.dtype.kind == "f" else value) == wanted


def test_a_long_source_at_every_block_size():
    """Quoted line breaks, doubled quotes, all line ends; seams of up to 64 KiB."""
    rng = random.Random(10)
    notes = ["", "plain", "two\nlines", 'a ""quote""', "\r\n", "x" * 70, ",", "é\0é"]
    rows = [(i, rng.choice(notes), rng.random()) for i in range(2000)]
    ends = ["\n", "\r\n", "\r"]
    text = "i,note,x\n" + "".join(
        f'{i},"{note}",{x!r}{rng.choice(ends)}' for i, note, x in rows
    )
    data = text.encode()
    table = npx.read_csv(data)
    expected = {
        "i": np.arange(2000),
        "note": np.array(
            [note.replace('""', '"') for _, note, _ in rows], np.dtypes.StringDType()
        ),
        "x": np.array([x for _, _, x in rows]),
    }
    assert_tables_equal(table, expected)
    for way in every_engine((1, 64, 1000, 4096, 16384, 65536)):
        with engine(**way):
            assert_tables_equal(npx.read_csv(data), expected, err_msg=str(way))


# ---- Files whose error is known ----------------------------------------------


@given(malformed_csv(), st.sampled_from(every_engine()))
@examples(5)
def test_malformed_files_give_their_error(file, way):
    with pytest.raises(npx.errors.CsvError) as usual:
        npx.read_csv(file.content, **file.options, threads=1)
    assert type(usual.value) is file.error
    assert {name: getattr(usual.value, name) for name in file.place} == file.place
    with engine(**way), pytest.raises(npx.errors.CsvError) as caught:
        npx.read_csv(file.content, **file.options)
    assert error_snapshot(caught.value) == error_snapshot(usual.value)


# ---- Any bytes at all ------------------------------------------------------

OPTIONS = st.tuples(dialects(), st.sampled_from([{}, {"header": False}])).map(
    lambda two: {**two[0], **two[1]}
)
SCRAPS = OPTIONS.flatmap(
    lambda options: st.tuples(
        csv_texts({k: v for k, v in options.items() if k != "header"}),
        st.just(options),
    )
)


def oracle_outcome(data: bytes, options: dict) -> object:
    """Return columns, or (code, record, byte) of the error."""
    try:
        return read(data, **options)[1]
    except Refused as refused:
        return refused


def test_text_behind_a_quote_in_a_first_record_that_never_ends():
    with pytest.raises(npx.errors.CsvError) as caught:
        npx.read_csv(b'""a,"', header=False)
    assert (caught.value.code, caught.value.record, caught.value.byte) == (
        "NX201",
        1,
        2,
    )


@given(SCRAPS)
@examples(15)
def test_scraps_are_read_or_refused_as_the_oracle_says(scrap):
    data, options = scrap
    wanted = oracle_outcome(data, options)
    if not isinstance(wanted, Refused):
        assert_is(npx.read_csv(data, **options), wanted)
        return
    with pytest.raises(npx.errors.CsvError) as caught:
        npx.read_csv(data, **options)
    error = caught.value
    assert (error.code, error.record, error.byte) == wanted.args
    assert error.line == (None if error.byte is None else line_of(data, error.byte))


@given(SCRAPS)
@examples(1.5)
def test_scraps_are_read_or_refused_the_same_at_every_seam(scrap):
    data, options = scrap
    usual = outcome(data, **options)
    for way in engines():
        with engine(**way):
            assert outcome(data, **options) == usual, way


@given(st.binary(max_size=300), OPTIONS)
def test_any_bytes_give_a_table_or_an_error_of_the_library(data, options):
    outcome(data, **options)


QUOTES_AND_ENDS = (b",", b"\n", b"\r", b"\r\n", b'"', b'"', b'""', b"a", b"1", b"-1")


@given(st.lists(st.sampled_from(QUOTES_AND_ENDS), min_size=30, max_size=300))
@examples(1)
def test_quotes_and_line_ends_over_many_vectors(pieces):
    data = b"".join(pieces)
    usual = outcome(data, header=False)
    for way in engines((1, 63, 64, 65, 200)):
        with engine(**way):
            assert outcome(data, header=False) == usual, way


# ---- Numbers ---------------------------------------------------------------


def random_doubles(count: int, seed: int) -> list[float]:
    """Return finite doubles of every magnitude."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2**64, count * 2, dtype=np.uint64)
    values = bits.view(np.float64)
    return values[np.isfinite(values)][:count].tolist()


def long_decimal(rng: random.Random) -> str:
    """Return a decimal of up to 40 digits with the point anywhere."""
    digits = "".join(rng.choices("0123456789", k=rng.randrange(1, 40)))
    point = rng.randrange(len(digits) + 1)
    text = rng.choice(["", "-", "+"]) + digits[:point] + "." + digits[point:]
    exponent = rng.choice(["", "", f"e{rng.randrange(-340, 340)}", f"E+{len(digits)}"])
    return text + exponent


def halfway(value: float) -> str:
    """Return the exact decimal midway between a double and the next one."""
    mantissa, exponent = (abs(value) or 1.0).hex().split("p")
    numerator = int(mantissa.replace("0x", "").replace(".", ""), 16) * 2 + 1
    power = int(exponent) - 53
    if power >= 0:
        return f"{numerator << power}.0"
    scaled = str(numerator * 5**-power).rjust(-power + 1, "0")
    return f"{scaled[:power]}.{scaled[power:]}"


def assert_floats(texts: list[str]) -> None:
    """Read as one column and compare every bit with float()."""
    table = npx.parse_csv("x,y\n" + "".join(f"{text},\n" for text in texts))
    ours = table["x"]
    assert ours.dtype == np.float64
    theirs = np.array([float(text) for text in texts])
    wrong = np.flatnonzero(ours.view(np.uint64) != theirs.view(np.uint64))
    assert wrong.size == 0, f"{wrong.size} differ, {texts[wrong[0]]!r} the first"


def test_shortest_decimals_are_bit_equal_to_float():
    assert_floats([repr(value) for value in random_doubles(200_000, 1)])


def test_17_digits_and_fixed_point_are_bit_equal_to_float():
    values = random_doubles(50_000, 2)
    assert_floats([f"{value:.17g}" for value in values if "." in f"{value:.17g}"])
    moderate = np.random.default_rng(3).uniform(-1e6, 1e6, 100_000).tolist()
    assert_floats([f"{value:.{i % 17 + 1}f}" for i, value in enumerate(moderate)])


def test_long_decimals_are_bit_equal_to_float():
    rng = random.Random(4)
    assert_floats([long_decimal(rng) for _ in range(100_000)])


def test_halfway_decimals_are_bit_equal_to_float():
    rng = np.random.default_rng(5)
    values = (rng.uniform(0.5, 1, 500) * 2.0 ** rng.integers(-900, 900, 500)).tolist()
    midways = [halfway(value) for value in values]
    above = [text + "0" * 20 + "1" for text in midways]
    assert_floats(midways + above + ["-" + text for text in midways])


def test_subnormal_and_extreme_decimals_are_bit_equal_to_float():
    bits = np.random.default_rng(6).integers(0, 2**53, 20_000, dtype=np.uint64)
    tiny = [repr(value) for value in bits.view(np.float64).tolist()]
    edges = ["1.7976931348623157e308", "1.7976931348623159e308", "4.9e-324", "2.4e-324"]
    assert_floats([*tiny, *edges, "2.4703282292062328e-324", "1e-5000", "-1e5000"])


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_floats_survive_repr_bit_by_bit(values):
    texts = [f"{value!r}" if value not in (np.inf, -np.inf) else f"{value}"
             for value in values]  # fmt: skip
    table = npx.parse_csv("x,y\n0.5,\n" + "".join(f"{text},\n" for text in texts))
    packed = struct.pack(f"<{len(values)}d", *values)
    assert table["x"][1:].tobytes() == packed


def test_integers_of_every_length_are_exact():
    rng = random.Random(7)
    values = [rng.randrange(10**n) * rng.choice([1, -1]) for n in range(1, 19)
              for _ in range(2000)]  # fmt: skip
    table = npx.parse_csv("x,y\n" + "".join(f"{value},\n" for value in values))
    assert table["x"].dtype == np.int64
    assert table["x"].tolist() == values


def test_times_of_every_second_are_exact():
    rng = np.random.default_rng(8)
    low, high = np.datetime64("0001-01-01", "s"), np.datetime64("9999-12-31", "s")
    span = int((high - low).astype(int))
    values = low + rng.integers(0, span, 50_000)
    texts = np.datetime_as_string(values).tolist()
    table = npx.parse_csv("x,y\n" + "".join(f"{text},\n" for text in texts))
    assert table["x"].dtype == values.dtype
    assert np.array_equal(table["x"], values)


def test_warnings_do_not_depend_on_seams():
    for block_size in (None, 1, 7):
        with (
            engine(block_size=block_size),
            warnings.catch_warnings(record=True) as caught,
        ):
            warnings.simplefilter("always")
            npx.parse_csv("a,a\n1,2\n")
        assert [str(one.message) for one in caught] == [
            "column names repeat; renamed to a_1"
        ]
