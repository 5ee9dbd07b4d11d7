"""Random sources: read as the oracle reads them, however they are cut."""

import io
import random
import struct
import warnings

import numpy as np
import pytest
from csv_oracle import Refused, line_of, read
from engine import assert_is, engine, engines, outcome, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

import numpy_ext as npx

pytestmark = pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")


def examples(factor: float) -> settings:
    """Return settings for so many times the examples of the profile in use."""
    return settings(max_examples=int(settings.default.max_examples * factor))


# ---- Tables, written by a writer that knows what it wrote -------------------

LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
TEXTS = st.text(
    st.characters(codec="utf-8") | st.sampled_from('",\r\n\0 \t;\ufeffé\U0001f600'),
    max_size=20,
)
TIMES = st.datetimes().map(lambda when: when.isoformat(" ")) | st.datetimes().map(
    lambda when: when.replace(microsecond=0).isoformat()
)
CELLS = {
    "int": st.integers(-(2**63), 2**63 - 1).map(str) | st.integers(-99, 99).map(str),
    "big": st.integers(0, 2**64 - 1).map(str),
    "huge": st.integers(-(2**70), 2**70).map(str),
    "float": st.floats().map(repr) | st.decimals(allow_nan=False, places=3).map(str),
    "bool": st.sampled_from(["true", "false", "True", "FALSE"]),
    "date": st.dates().map(str),
    "time": TIMES,
    "zoned": TIMES.map(lambda text: text + "+05:30"),
    "text": TEXTS,
    "any": st.sampled_from(["1", "-1", "007", "1.5", "true", "2020-01-01", "x", "-0"]),
}
MISSING = st.sampled_from(["", "NA", "nan", "NULL"])


def write_field(text: str, quoted: bool, line_of_one: bool) -> str:
    """Return a field, in quotes if it was drawn so or has to be."""
    needs = any(c in text for c in '",\r\n') or (line_of_one and not text)
    if quoted or needs or text.startswith("\ufeff"):
        return '"' + text.replace('"', '""') + '"'
    return text


@st.composite
def sources(draw) -> bytes:
    """Return a well-formed source: header, records, now and then a blank line."""
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4))
    columns = [
        st.one_of(CELLS[kind], CELLS[kind], CELLS[kind], MISSING) for kind in kinds
    ]
    rows = draw(st.lists(st.tuples(*columns), max_size=12))
    quotes = draw(st.randoms(use_true_random=False))
    end = draw(LINE_ENDS)
    mixed = draw(st.booleans())
    text = "\ufeff" if draw(st.booleans()) else ""
    for row in [tuple(f"c{i}" for i in range(len(kinds))), *rows]:
        fields = [
            write_field(cell, quotes.random() < 0.2, len(row) == 1) for cell in row
        ]
        text += ",".join(fields)
        text += quotes.choice(["\n", "\r\n", "\r"]) if mixed else end
        if quotes.random() < 0.1:
            text += end
    if draw(st.booleans()):
        text = text.rstrip("\r\n")
    return text.encode()


@given(sources())
def test_tables_are_read_back(data):
    names, columns = read(data)
    table = npx.read_csv(data)
    assert list(table) == names
    assert_is(table, columns)


@given(sources(), st.sampled_from(engines()))
@examples(3)
def test_seams_threads_and_processor_do_not_matter(data, way):
    with engine(threads=1):
        usual = snapshot(npx.read_csv(data))
    with engine(*way):
        assert snapshot(npx.read_csv(data)) == usual


@given(sources())
@examples(0.2)
def test_no_seam_matters(data):
    with engine(threads=1):
        usual = snapshot(npx.read_csv(data))
    for way in engines(tuple(range(1, 201))):
        with engine(*way):
            assert snapshot(npx.read_csv(data)) == usual, way


@given(sources())
def test_every_kind_of_source_reads_the_same(data):
    usual = snapshot(npx.read_csv(data))
    spaced = np.zeros((len(data), 3), np.uint8)
    spaced[:, 1] = np.frombuffer(data, np.uint8)
    text = data.decode()
    for table in (
        npx.parse_csv(text),
        npx.read_csv(bytearray(data)),
        npx.read_csv(memoryview(data)),
        npx.read_csv(memoryview(data[::-1])[::-1]),
        npx.read_csv(spaced[:, 1]),
        npx.read_csv(io.BytesIO(data)),
        npx.read_csv(io.StringIO(text, newline="")),
    ):
        assert snapshot(table) == usual


# ---- Any bytes at all ------------------------------------------------------

ATOMS = (
    *(b",", b",", b"\n", b"\n", b"\r", b"\r\n", b'"', b'"', b'""', b"a", b"1", b"-1"),
    *(b"0", b"1.5", b" ", b"\t", b"\0", b"NA", b"true", b"2020-01-02", b"007", b"-0"),
    *(b"2020-01-02T03:04:05.123", b"2020-01-02 03:04Z", "é".encode(), b"\xff", b"inf"),
    *(b"\xef\xbb\xbf", b"18446744073709551615", b"9223372036854775808", b"x" * 30),
    *(b"0001-01-01 00:00:00.123456789", b"-9223372036854775808", b"1e5", b"."),
)
"""What scanners and kernels treat in some special way."""
SCRAPS = st.lists(st.sampled_from(ATOMS), max_size=40).map(b"".join)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "header": st.just(False),
        "skip_blank_lines": st.booleans(),
        "quotechar": st.sampled_from([None, "'", "|", "\0"]),
        "delimiter": st.sampled_from([";", "\t", " ", "1", "\x01"]),
    },
)


def oracle_outcome(data: bytes, options: dict) -> object:
    """Return columns, or (code, record, byte) of the error."""
    quote = options.get("quotechar", '"')
    try:
        return read(
            data,
            delimiter=options.get("delimiter", ",").encode(),
            quote=quote.encode() if quote is not None else None,
            header=options.get("header", True),
            skip_blank=options.get("skip_blank_lines", "auto"),
        )[1]
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


@given(SCRAPS, OPTIONS)
@examples(15)
def test_scraps_are_read_or_refused_as_the_oracle_says(data, options):
    wanted = oracle_outcome(data, options)
    if not isinstance(wanted, Refused):
        assert_is(npx.read_csv(data, **options), wanted)
        return
    with pytest.raises(npx.errors.CsvError) as caught:
        npx.read_csv(data, **options)
    error = caught.value
    assert (error.code, error.record, error.byte) == wanted.args
    assert error.line == (None if error.byte is None else line_of(data, error.byte))


@given(SCRAPS, OPTIONS)
@examples(1.5)
def test_scraps_are_read_or_refused_the_same_at_every_seam(data, options):
    usual = outcome(data, **options)
    for way in engines():
        with engine(*way):
            assert outcome(data, **options) == usual, way


@given(st.binary(max_size=300), OPTIONS)
def test_any_bytes_give_a_table_or_an_error_of_the_library(data, options):
    outcome(data, **options)


@given(st.lists(st.sampled_from(ATOMS[:12]), min_size=30, max_size=300).map(b"".join))
@examples(1)
def test_quotes_and_line_ends_over_many_vectors(data):
    usual = outcome(data, header=False)
    for way in engines((1, 63, 64, 65, 200)):
        with engine(*way):
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
    for block_bytes in (0, 1, 7):
        with engine(block_bytes), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            npx.parse_csv("a,a\n1,2\n")
        assert [str(one.message) for one in caught] == [
            "column names repeat; renamed to a_1"
        ]
