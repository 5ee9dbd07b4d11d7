"""What Python's csv writes in any dialect is sniffed back; no bytes do harm."""

import contextlib
import csv
import io

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext._sniff_text import sniff_bytes
from numpy_ext.errors import CsvDialectError, CsvError

pytestmark = pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")

WORD = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZäøñ"), min_size=1, max_size=9
)
PROSE = st.lists(WORD, min_size=2, max_size=6).map(" ".join)
# What has to be quoted or escaped in some dialect.
SPECIAL = st.tuples(
    PROSE,
    st.sampled_from((", ", "; ", ' "so" ', "'s ", "\n", " | ", "\t", " - ")),
    PROSE,
).map("".join)
KINDS = (
    st.integers(-(10**6), 10**6).map(str),
    st.decimals(-1000, 1000, places=2).map(str),
    st.dates().map(str),
    st.sampled_from(("true", "false")),
    WORD,
    PROSE,
    SPECIAL,
)


@st.composite
def dialects(draw: st.DrawFn) -> dict:
    """Return a dialect of csv.writer."""
    escaped = draw(st.booleans())
    quoting = draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    return {
        "delimiter": draw(st.sampled_from(",;\t|~^\x01\x1f")),
        "quotechar": draw(st.sampled_from("\"'")),
        "doublequote": not escaped,
        "escapechar": "\\" if escaped else None,
        "quoting": quoting,
        "lineterminator": draw(st.sampled_from(("\n", "\r\n"))),
    }


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Return names and rows; a column is of one kind."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=7))
    names = draw(st.lists(WORD, min_size=len(kinds), max_size=len(kinds), unique=True))
    rows = draw(st.lists(st.tuples(*kinds).map(list), min_size=4, max_size=15))
    return [names, *rows]


def written(table: list[list[str]], dialect: dict) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, **dialect).writerows(table)
    return file.getvalue().encode()


def read_back(data: bytes, dialect: npx.Dialect) -> list[list[str]]:
    options = {**dialect, "header": False}
    options.pop("header_rows", None)
    table = npx.read_csv(data, **options, dtype=str)
    return [list(row) for row in zip(*(table[n].tolist() for n in table), strict=True)]


@given(tables(), dialects())
def test_what_python_writes_is_sniffed_back(table, dialect):
    data = written(table, dialect)
    assert read_back(data, npx.sniff_csv(data)) == table


PIECES = (
    *(
        b"a",
        b"1",
        b"1,5",
        b"1.5",
        b",",
        b";",
        b"\t",
        b"|",
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
    ),
    *(b'"', b'""', b"'", b"\\", b"#", b"//", b" ", b"  ", b":", b"~", b"^", b"\x01"),
    *(b"\x1e", b"\x1f", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", "é".encode()),
    *("¦".encode(), b"2026-01-31", b"12:30", b"NA", b"true", b"name", b"x y", b"||"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join) | st.binary())
@settings(max_examples=2 * settings.default.max_examples)
@example(b"\x1e;\x1e")
@example(b"#,#,#\n#,#,#\n")
def test_any_bytes_are_sniffed_or_refused(data):
    """What is found are options that the reader takes, and it is found again."""
    try:
        dialect = npx.sniff_csv(data)
    except CsvDialectError as error:
        assert error.code in ("NX151", "NX152", "NX153") and error.hint
        return
    assert npx.sniff_csv(data) == dialect
    npx.CsvParser(**dialect)
    with contextlib.suppress(CsvError):
        npx.read_csv(data, **dialect)


@given(tables(), st.integers(0, 2000))
def test_a_look_that_is_cut_off_anywhere_is_one(table, cut):
    """Records that are not all there do not count."""
    data = written(table * 3, {"delimiter": ";"})
    cut = min(cut, len(data))
    assume(data.count(b"\n", 0, cut) >= 4)
    try:
        dialect = sniff_bytes(data[:cut], False)
    except CsvDialectError:
        return
    assert dialect.delimiter == ";"


@given(tables())
def test_arrays_and_bytes_are_alike(table):
    data = written(table, {"delimiter": "|"})
    array = np.frombuffer(b"x" + data, dtype=np.uint8)[1:]
    assert npx.sniff_csv(array) == npx.sniff_csv(data)
